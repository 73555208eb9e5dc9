"""Applications and their associations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pytest_appintegrations.backend.operations.paging import page
from pytest_appintegrations.backend.operations.tags import check_tags
from pytest_appintegrations.backend.region import RegionState, not_found
from pytest_appintegrations.backend.resources import APPLICATION, Record
from pytest_appintegrations.backend.resources import APPLICATION_ASSOCIATION as ASSOCIATION
from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.model import service

Params = dict[str, Any]

# What may follow an application's ARN or id, such as `:$LATEST`; the end of the model's ArnOrUUID.
_QUALIFIER = re.compile(r":[\w$]+\Z")


def create_application(state: RegionState, params: Params) -> Record:
    """Make an application."""
    check_tags(params.get("Tags", {}), "Tags")
    _check_auth(params, "create")
    scope = ("CreateApplication",)
    if answer := state.replayed(scope, params):
        return answer
    state.check_quota(APPLICATION)
    namespace = params["Namespace"]
    if state.records(APPLICATION).by_unique(namespace):
        raise _refused("create", params, f"Namespace already in use: {namespace}.")
    return state.remember(scope, params, add_application(state, params))


def get_application(state: RegionState, params: Params) -> Record:
    """Show one application."""
    return _existing(state, params["Arn"])


def list_applications(state: RegionState, params: Params) -> Record:
    """Show the applications of the region, or those of one type."""
    wanted = params.get("ApplicationType")
    keep = (lambda record: _type(record) == wanted) if wanted else None
    return page(state, APPLICATION, params, member="Applications", keep=keep)


def update_application(state: RegionState, params: Params) -> Record:
    """Change what an application has under the names given, each as a whole."""
    record = _existing(state, params["Arn"])
    changed = {**record, **params, "Arn": record["Arn"]}
    if "AuthConfig" in params or "ApplicationType" in params:
        _check_auth(changed, "update")
    state.records(APPLICATION).replace({**changed, **_modified(state)})
    return {}


def delete_application(state: RegionState, params: Params) -> Record:
    """Remove an application that nothing is associated with, or by force with its associations."""
    record = _existing(state, params["Arn"])
    associations = state.records(ASSOCIATION)
    hanging = associations.hanging_on(record["Arn"])
    if hanging and not params.get("Force"):
        raise _refused("delete", record, "It has ApplicationAssociations.")
    for key in hanging:
        associations.remove(key)
    state.records(APPLICATION).remove(record["Id"])
    return {}


def list_application_associations(state: RegionState, params: Params) -> Record:
    """Show the associations of an application."""
    parent = _existing(state, params["ApplicationId"])
    return page(state, ASSOCIATION, params, member="ApplicationAssociations", parent=parent["Arn"])


def add_application(state: RegionState, members: Mapping[str, Any]) -> Record:
    """Record an application; nothing is checked."""
    key = members.get("Id") or next(state.ids)
    modified = _modified(state)
    record = {
        "Arn": state.arn(APPLICATION, key),
        "Id": key,
        **modified,
        "CreatedTime": members.get("LastModifiedTime") or modified["LastModifiedTime"],
    }
    record.update((name, value) for name, value in members.items() if name != "ClientToken")
    return state.records(APPLICATION).add(record)


def _existing(state: RegionState, identifier: str) -> Record:
    record = state.find(APPLICATION, _QUALIFIER.sub("", identifier))
    if record is None:
        raise not_found(APPLICATION, identifier)
    return record


def _modified(state: RegionState) -> Record:
    known = service.members(service.shape("GetApplicationResponse"))
    modified = {"LastModifiedTime": state.clock.now(), "LastModifiedRegion": state.region}
    return {name: value for name, value in modified.items() if name in known}


def _type(record: Record) -> str:
    # IsService is what said it before there was ApplicationType.
    given: str | None = record.get("ApplicationType")
    return given or ("SERVICE" if record.get("IsService") else "STANDARD")


def _check_auth(members: Mapping[str, Any], verb: str) -> None:
    """Refuse what the model forbids in its text alone."""
    config = members.get("AuthConfig", {})
    kind, audience = config.get("AuthType"), config.get("AudienceOverride")
    stored = "CredentialProviderIdentifier" in config
    if kind is None and members.get("ApplicationType") == "A2A_SERVER":
        raise _refused(verb, members, "AuthConfig.AuthType is required for an A2A_SERVER application.")
    if kind == "API_KEY" and not stored:
        raise _refused(verb, members, "AuthConfig.CredentialProviderIdentifier is required for API_KEY.")
    if kind == "CONNECT_JWT" and stored:
        raise _refused(verb, members, "AuthConfig.CredentialProviderIdentifier is not allowed for CONNECT_JWT.")
    if audience is not None and kind != "CONNECT_JWT":
        raise _refused(verb, members, "AuthConfig.AudienceOverride is allowed for CONNECT_JWT only.")
    if audience is not None and "connect.amazonaws.com" in audience:
        raise _refused(verb, members, "AuthConfig.AudienceOverride can't contain connect.amazonaws.com.")


def _refused(verb: str, members: Mapping[str, Any], reason: str) -> ServiceError:
    return ServiceError(
        "InvalidRequestException", f"Failed to {verb} Application with name: {members['Name']}. {reason}"
    )
