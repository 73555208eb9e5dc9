"""Applications and their associations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pytest_appintegrations.backend.new_records import modification_members, record_application
from pytest_appintegrations.backend.operations.paging import list_page
from pytest_appintegrations.backend.operations.tags import check_tags
from pytest_appintegrations.backend.region import RegionState, not_found
from pytest_appintegrations.backend.resources import APPLICATION, Record
from pytest_appintegrations.backend.resources import APPLICATION_ASSOCIATION as ASSOCIATION
from pytest_appintegrations.errors import ServiceError

Params = dict[str, Any]

# The suffix that an application's ARN or id may have, such as `:$LATEST`, by the model's pattern of ArnOrUUID.
_QUALIFIER = re.compile(r":[\w$]+\Z", re.ASCII)
# The pattern of a gateway's id in the model of bedrock-agentcore-control.
_GATEWAY_ID = re.compile(r"([0-9a-z]-?){1,100}-[0-9a-z]{10}\Z")


def create_application(state: RegionState, params: Params) -> Record:
    """Create an application."""
    check_tags(params.get("Tags", {}))
    _check_auth(params, "create")
    _check_mcp_server(params, "create")
    scope = ("CreateApplication",)
    if response := state.first_response(scope, params):
        return response
    state.check_quota(APPLICATION)
    namespace = params["Namespace"]
    if state.records(APPLICATION).with_unique(namespace):
        raise _refused("create", params, f"Namespace already in use: {namespace}.")
    return state.remember_response(scope, params, record_application(state, params))


def get_application(state: RegionState, params: Params) -> Record:
    """Return one application."""
    # AWS returns it even if it was not set; it is left out of the response if the model does not have it.
    return {"IframeConfig": {"Allow": [], "Sandbox": []}, **_existing(state, params["Arn"])}


def list_applications(state: RegionState, params: Params) -> Record:
    """Return the applications of the region, or those of one type."""
    listed_type = params.get("ApplicationType")
    return list_page(
        state, APPLICATION, params, include=lambda record: listed_type in (None, _application_type(record))
    )


def update_application(state: RegionState, params: Params) -> Record:
    """Replace the members of an application that the request contains."""
    record = _existing(state, params["Arn"])
    changed = {**record, **params, "Arn": record["Arn"]}
    if "AuthConfig" in params or "ApplicationType" in params:
        _check_auth(changed, "update")
    if "Permissions" in params or "ApplicationType" in params:
        _check_mcp_server(changed, "update")
    state.records(APPLICATION).replace({**changed, **modification_members(state)})
    return {}


def delete_application(state: RegionState, params: Params) -> Record:
    """Delete an application without associations, or with them if forced."""
    record = _existing(state, params["Arn"])
    associations = state.records(ASSOCIATION).of_parent(record["Arn"])
    if associations and not params.get("Force"):
        raise ServiceError("InvalidRequestException", "An Application with ApplicationAssociations cannot be deleted")
    for association in associations:
        state.records(ASSOCIATION).remove(association)
    state.records(APPLICATION).remove(record)
    return {}


def list_application_associations(state: RegionState, params: Params) -> Record:
    """Return the associations of an application."""
    parent = _existing(state, params["ApplicationId"])
    return list_page(state, ASSOCIATION, params, parent=parent["Arn"])


def _existing(state: RegionState, identifier: str) -> Record:
    record = state.find(APPLICATION, _QUALIFIER.sub("", identifier))
    if record is None:
        raise not_found(APPLICATION, identifier)
    return record


def _application_type(record: Record) -> str:
    # IsService is older than ApplicationType.
    application_type: str | None = record.get("ApplicationType")
    return application_type or ("SERVICE" if record.get("IsService") else "STANDARD")


def _check_auth(members: Mapping[str, Any], verb: str) -> None:
    """Raise the service's error for members that only the documentation of the model forbids."""
    config = members.get("AuthConfig", {})
    auth_type, audience = config.get("AuthType"), config.get("AudienceOverride")
    has_provider = "CredentialProviderIdentifier" in config
    if auth_type is None and members.get("ApplicationType") == "A2A_SERVER":
        raise _refused(verb, members, "AuthConfig.AuthType is required for an A2A_SERVER application.")
    if auth_type == "API_KEY" and not has_provider:
        raise _refused(verb, members, "AuthConfig.CredentialProviderIdentifier is required for API_KEY.")
    if auth_type == "CONNECT_JWT" and has_provider:
        raise _refused(verb, members, "AuthConfig.CredentialProviderIdentifier is not allowed for CONNECT_JWT.")
    if audience is not None and auth_type != "CONNECT_JWT":
        raise _refused(verb, members, "AuthConfig.AudienceOverride is allowed for CONNECT_JWT only.")
    if audience is not None and "connect.amazonaws.com" in audience:
        raise _refused(verb, members, "AuthConfig.AudienceOverride can't contain connect.amazonaws.com.")


def _check_mcp_server(members: Mapping[str, Any], verb: str) -> None:
    """Raise the service's error for members of MCP servers that AWS was seen to reject."""
    if members.get("ApplicationType") != "MCP_SERVER":
        return
    if not _GATEWAY_ID.match(members["Namespace"]):
        raise ServiceError(
            "InvalidRequestException",
            "Namespace for MCP server applications must be a valid Bedrock Agent Core Gateway ID",
        )
    if members.get("Permissions"):
        raise _refused(verb, members, "An MCP_SERVER application takes no Permissions.")


def _refused(verb: str, members: Mapping[str, Any], reason: str) -> ServiceError:
    return ServiceError(
        "InvalidRequestException", f"Failed to {verb} Application with name: {members['Name']}. {reason}"
    )
