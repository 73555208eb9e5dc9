"""Tags of resources of every type, and the rules for them that the model does not contain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import RESOURCE_TYPES, Record, ResourceType
from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.model import service

Params = dict[str, Any]

_RESERVED_PREFIX = "aws:"


def tag_resource(state: RegionState, params: Params) -> Record:
    """Add tags to a resource; they replace those with the same keys."""
    check_tags(params["tags"])
    resource_type, record = _tagged(state, params["resourceArn"])
    tags = {**record.get("Tags", {}), **params["tags"]}
    most = service.shape("TagMap").metadata["max"]
    if len(tags) > most:
        raise ServiceError(
            "InvalidRequestException",
            f"Failed to tag {resource_type.label} with identifier: {params['resourceArn']}. "
            f"It would have {len(tags)} tags; a resource has at most {most}.",
        )
    state.records(resource_type).replace({**record, "Tags": tags})
    return {}


def untag_resource(state: RegionState, params: Params) -> Record:
    """Remove tags from a resource; keys that it does not have are ignored."""
    resource_type, record = _tagged(state, params["resourceArn"])
    tags = {key: value for key, value in record.get("Tags", {}).items() if key not in params["tagKeys"]}
    untagged = {name: value for name, value in record.items() if name != "Tags"}
    state.records(resource_type).replace({**untagged, "Tags": tags} if tags else untagged)
    return {}


def list_tags_for_resource(state: RegionState, params: Params) -> Record:
    """Return the tags of a resource."""
    _, record = _tagged(state, params["resourceArn"])
    return {"tags": record.get("Tags", {})}


def check_tags(tags: Mapping[str, str]) -> None:
    """Raise the service's error for keys that AWS reserves; models since 1.44 do not forbid them by a pattern."""
    for key in tags:
        if key.startswith(_RESERVED_PREFIX):
            raise ServiceError(
                "InvalidRequestException",
                f"Tag key {key}: tag keys that begin with {_RESERVED_PREFIX} are reserved for AWS.",
            )


def _tagged(state: RegionState, arn: str) -> tuple[ResourceType, Record]:
    arn_type = arn.split(":", 5)[-1].partition("/")[0]
    for resource_type in RESOURCE_TYPES:
        if resource_type.arn_type == arn_type:
            return resource_type, state.existing(resource_type, arn)
    raise ServiceError("ResourceNotFoundException", f"Could not find Resource with identifier: {arn}")
