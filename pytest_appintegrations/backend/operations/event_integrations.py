"""Event integrations, which are found by their name alone, and their associations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_appintegrations.backend.operations.paging import page
from pytest_appintegrations.backend.operations.tags import check_tags
from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import EVENT_INTEGRATION as INTEGRATION
from pytest_appintegrations.backend.resources import EVENT_INTEGRATION_ASSOCIATION as ASSOCIATION
from pytest_appintegrations.backend.resources import Record
from pytest_appintegrations.errors import ServiceError

Params = dict[str, Any]


def create_event_integration(state: RegionState, params: Params) -> Record:
    """Make an event integration."""
    check_tags(params.get("Tags", {}), "Tags")
    scope = ("CreateEventIntegration",)
    if answer := state.replayed(scope, params):
        return answer
    state.check_quota(INTEGRATION)
    name = params["Name"]
    if state.records(INTEGRATION).get(name):
        raise ServiceError(
            "DuplicateResourceException",
            f"Failed to create EventIntegration with name: {name}. An EventIntegration with this name already exists.",
        )
    return state.remember(scope, params, add_integration(state, params))


def get_event_integration(state: RegionState, params: Params) -> Record:
    """Show one event integration."""
    return state.existing(INTEGRATION, params["Name"])


def list_event_integrations(state: RegionState, params: Params) -> Record:
    """Show the event integrations of the region."""
    return page(state, INTEGRATION, params, member="EventIntegrations")


def update_event_integration(state: RegionState, params: Params) -> Record:
    """Describe an event integration anew."""
    record = state.existing(INTEGRATION, params["Name"])
    # Its name stays as it is: the model has no way to change one, and where nothing is validated an ARN names it too.
    state.records(INTEGRATION).replace({**record, **params, "Name": record["Name"]})
    return {}


def delete_event_integration(state: RegionState, params: Params) -> Record:
    """Remove an event integration that nothing is associated with."""
    name = state.existing(INTEGRATION, params["Name"])["Name"]
    if state.records(ASSOCIATION).count(name):
        raise ServiceError(
            "InvalidRequestException",
            f"Failed to delete EventIntegration with name: {name}. It has EventIntegrationAssociations.",
        )
    state.records(INTEGRATION).remove(name)
    return {}


def list_event_integration_associations(state: RegionState, params: Params) -> Record:
    """Show the associations of an event integration."""
    name = state.existing(INTEGRATION, params["EventIntegrationName"])["Name"]
    return page(state, ASSOCIATION, params, member="EventIntegrationAssociations", parent=name)


def add_integration(state: RegionState, members: Mapping[str, Any]) -> Record:
    """Record an event integration; nothing is checked."""
    record = {INTEGRATION.arn: state.arn(INTEGRATION, members["Name"])}
    record.update((name, value) for name, value in members.items() if name != "ClientToken")
    return state.records(INTEGRATION).add(record)
