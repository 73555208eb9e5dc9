"""Complete and store new records of each type, for operations and for seeding; nothing is checked here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_appintegrations.backend.executions import IN_PROGRESS, execution_status, record_start, with_new_execution
from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import (
    APPLICATION,
    DATA_INTEGRATION,
    DATA_INTEGRATION_ASSOCIATION,
    EVENT_INTEGRATION,
    Record,
    ResourceType,
)
from pytest_appintegrations.model import service

#: The members of a request that are not part of the record.
NOT_RECORDED = frozenset({"ClientToken", "DataIntegrationIdentifier"})


def record_data_integration(state: RegionState, members: Mapping[str, Any]) -> Record:
    """Record a data integration."""
    key = members.get("Id") or state.new_id()
    identity = {"Arn": state.arn(DATA_INTEGRATION, key), "Id": key}
    return state.records(DATA_INTEGRATION).add({**_recorded(members), **identity})


def record_data_integration_association(state: RegionState, parent: Record, members: Mapping[str, Any]) -> Record:
    """Record an association with a data integration, and start its execution."""
    record = _associated(state, DATA_INTEGRATION_ASSOCIATION, parent, members)
    if "LastExecutionStatus" not in record:
        record = with_new_execution(state, record)
    elif execution_status(record) == IN_PROGRESS:
        record_start(state, record)
    return state.records(DATA_INTEGRATION_ASSOCIATION).add(record)


def record_event_integration(state: RegionState, members: Mapping[str, Any]) -> Record:
    """Record an event integration."""
    arn = state.arn(EVENT_INTEGRATION, members["Name"])
    return state.records(EVENT_INTEGRATION).add({**_recorded(members), EVENT_INTEGRATION.arn_member: arn})


def record_application(state: RegionState, members: Mapping[str, Any]) -> Record:
    """Record an application, created and modified now unless the members name other times."""
    key = members.get("Id") or state.new_id()
    modification = modification_members(state)
    record = {"Arn": state.arn(APPLICATION, key), "Id": key, **modification, **_recorded(members)}
    record.setdefault("CreatedTime", members.get("LastModifiedTime") or modification["LastModifiedTime"])
    return state.records(APPLICATION).add(record)


def record_association(
    state: RegionState, resource_type: ResourceType, parent: Record, members: Mapping[str, Any]
) -> Record:
    """Record an association with an event integration or an application."""
    return state.records(resource_type).add(_associated(state, resource_type, parent, members))


def modification_members(state: RegionState) -> Record:
    """Return the members for an application that is modified now, in this region."""
    known = service.members(service.shape("GetApplicationResponse"))
    modification = {"LastModifiedTime": state.clock.now(), "LastModifiedRegion": state.region}
    return {name: value for name, value in modification.items() if name in known}


def _associated(state: RegionState, resource_type: ResourceType, parent: Record, members: Mapping[str, Any]) -> Record:
    parent_type = resource_type.parent
    assert parent_type is not None
    key = members.get(resource_type.id_member) or state.new_id()
    return {
        **_recorded(members),
        resource_type.id_member: key,
        resource_type.arn_member: state.arn(resource_type, parent[parent_type.id_member], key),
        str(resource_type.parent_member): parent[str(parent_type.reference_member)],
    }


def _recorded(members: Mapping[str, Any]) -> Record:
    return {name: value for name, value in members.items() if name not in NOT_RECORDED}
