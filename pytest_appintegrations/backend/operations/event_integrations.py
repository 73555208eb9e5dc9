"""Event integrations, which are looked up by name only, and their associations."""

from __future__ import annotations

from typing import Any

from pytest_appintegrations.backend.new_records import record_event_integration
from pytest_appintegrations.backend.operations.paging import list_page
from pytest_appintegrations.backend.operations.tags import check_tags
from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import EVENT_INTEGRATION as INTEGRATION
from pytest_appintegrations.backend.resources import EVENT_INTEGRATION_ASSOCIATION as ASSOCIATION
from pytest_appintegrations.backend.resources import Record
from pytest_appintegrations.errors import ServiceError

Params = dict[str, Any]


def create_event_integration(state: RegionState, params: Params) -> Record:
    """Create an event integration."""
    check_tags(params.get("Tags", {}))
    scope = ("CreateEventIntegration",)
    if response := state.first_response(scope, params):
        return response
    state.check_quota(INTEGRATION)
    name = params["Name"]
    if name in state.records(INTEGRATION):
        raise ServiceError(
            "DuplicateResourceException",
            f"Failed to create EventIntegration with name: {name}. An EventIntegration with this name already exists.",
        )
    return state.remember_response(scope, params, record_event_integration(state, params))


def get_event_integration(state: RegionState, params: Params) -> Record:
    """Return one event integration."""
    return state.existing(INTEGRATION, params["Name"])


def list_event_integrations(state: RegionState, params: Params) -> Record:
    """Return the event integrations of the region."""
    return list_page(state, INTEGRATION, params)


def update_event_integration(state: RegionState, params: Params) -> Record:
    """Change the description of an event integration."""
    record = state.existing(INTEGRATION, params["Name"])
    # The API can't change a name; without validation, the parameter may be an ARN.
    state.records(INTEGRATION).replace({**record, **params, "Name": record["Name"]})
    return {}


def delete_event_integration(state: RegionState, params: Params) -> Record:
    """Delete an event integration without associations."""
    record = state.existing(INTEGRATION, params["Name"])
    name = record["Name"]
    if state.records(ASSOCIATION).of_parent(name):
        raise ServiceError(
            "InvalidRequestException",
            f"Failed to delete EventIntegration with name: {name}. It has EventIntegrationAssociations.",
        )
    state.records(INTEGRATION).remove(record)
    return {}


def list_event_integration_associations(state: RegionState, params: Params) -> Record:
    """Return the associations of an event integration."""
    parent = state.existing(INTEGRATION, params["EventIntegrationName"])
    return list_page(state, ASSOCIATION, params, parent=parent["Name"])
