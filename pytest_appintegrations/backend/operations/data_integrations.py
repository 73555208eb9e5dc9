"""Data integrations and their associations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_appintegrations.backend.operations.paging import page
from pytest_appintegrations.backend.operations.tags import check_tags
from pytest_appintegrations.backend.region import RegionState, not_found
from pytest_appintegrations.backend.resources import DATA_INTEGRATION as INTEGRATION
from pytest_appintegrations.backend.resources import DATA_INTEGRATION_ASSOCIATION as ASSOCIATION
from pytest_appintegrations.backend.resources import Record
from pytest_appintegrations.errors import ServiceError

Params = dict[str, Any]

# What the requests and the records call by different names.
_RENAMED = {"ScheduleConfig": "ScheduleConfiguration"}
#: What a request has and its record has not.
NOT_RECORDED = frozenset({"ClientToken", "DataIntegrationIdentifier"})
_IN_PROGRESS = {"ExecutionStatus": "IN_PROGRESS"}
_NOT_OF_S3 = ("ScheduleConfig", "FileConfiguration", "ObjectConfiguration")


def create_data_integration(state: RegionState, params: Params) -> Record:
    """Make a data integration."""
    check_tags(params.get("Tags", {}), "Tags")
    scope = ("CreateDataIntegration",)
    if answer := state.replayed(scope, params):
        return answer
    _check_source(params)
    state.check_quota(INTEGRATION)
    name = params["Name"]
    if state.records(INTEGRATION).by_unique(name):
        raise ServiceError(
            "DuplicateResourceException",
            f"Failed to create DataIntegration with name: {name}. A DataIntegration with this name already exists.",
        )
    record = add_integration(state, {_RENAMED.get(member, member): value for member, value in params.items()})
    return state.remember(scope, params, {**record, "ClientToken": params.get("ClientToken")})


def get_data_integration(state: RegionState, params: Params) -> Record:
    """Show one data integration."""
    return state.existing(INTEGRATION, params["Identifier"])


def list_data_integrations(state: RegionState, params: Params) -> Record:
    """Show the data integrations of the region."""
    return page(state, INTEGRATION, params, member="DataIntegrations")


def update_data_integration(state: RegionState, params: Params) -> Record:
    """Rename a data integration or describe it anew."""
    record = state.existing(INTEGRATION, params["Identifier"])
    changes: Record = {member: params[member] for member in ("Name", "Description") if member in params}
    name: str = changes.get("Name") or record["Name"]
    if name != record["Name"] and state.records(INTEGRATION).by_unique(name):
        # The model gives the update no DuplicateResourceException.
        raise ServiceError(
            "InvalidRequestException",
            f"Failed to update DataIntegration with name: {name}. A DataIntegration with this name already exists.",
        )
    state.records(INTEGRATION).replace({**record, **changes})
    return {}


def delete_data_integration(state: RegionState, params: Params) -> Record:
    """Remove a data integration that nothing is associated with."""
    record = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    if state.records(ASSOCIATION).count(record["Arn"]):
        raise ServiceError(
            "InvalidRequestException",
            f"Failed to delete DataIntegration with name: {record['Name']}. It has DataIntegrationAssociations.",
        )
    state.records(INTEGRATION).remove(record["Id"])
    return {}


def create_data_integration_association(state: RegionState, params: Params) -> Record:
    """Associate a data integration with a client or a destination, and start its execution on demand."""
    parent = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    scope = ("CreateDataIntegrationAssociation", parent["Id"])
    if answer := state.replayed(scope, params, parent="DataIntegrationIdentifier"):
        return answer
    if state.settings.strict_associations and state.records(ASSOCIATION).count(parent["Arn"]):
        raise ServiceError(
            "InvalidRequestException",
            f"The DataIntegration {parent['Name']} has been previously associated. "
            "Use a different DataIntegration, or recreate it.",
        )
    state.check_quota(ASSOCIATION, parent["Arn"])
    return state.remember(scope, params, add_association(state, parent, params))


def list_data_integration_associations(state: RegionState, params: Params) -> Record:
    """Show the associations of a data integration, with the status of their last execution."""
    parent = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    answer = page(state, ASSOCIATION, params, member="DataIntegrationAssociations", parent=parent["Arn"])
    answer["DataIntegrationAssociations"] = [settled(state, record) for record in answer["DataIntegrationAssociations"]]
    return answer


def update_data_integration_association(state: RegionState, params: Params) -> Record:
    """Configure the execution anew, which runs it again where it is on demand."""
    parent = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    identifier = params["DataIntegrationAssociationIdentifier"]
    found = state.find(ASSOCIATION, identifier)
    if found is None or found["DataIntegrationArn"] != parent["Arn"]:
        raise not_found(ASSOCIATION, identifier)
    record = settled(state, found)
    if state.settings.strict_associations and _status(record) == "IN_PROGRESS":
        raise ServiceError(
            "InvalidRequestException",
            f"The execution of DataIntegrationAssociation {identifier} is in progress.",
        )
    changed = {**record, "ExecutionConfiguration": params["ExecutionConfiguration"]}
    _start(state, changed)
    state.records(ASSOCIATION).replace(changed)
    return {}


def add_integration(state: RegionState, members: Mapping[str, Any]) -> Record:
    """Record a data integration; nothing is checked."""
    key = members.get("Id") or next(state.ids)
    record = {**members, "Arn": state.arn(INTEGRATION, key), "Id": key}
    record.pop("ClientToken", None)
    return state.records(INTEGRATION).add(record)


def add_association(state: RegionState, parent: Record, members: Mapping[str, Any]) -> Record:
    """Record an association with a data integration and start its execution; nothing is checked."""
    key = members.get(ASSOCIATION.key) or next(state.ids)
    record = {name: value for name, value in members.items() if name not in NOT_RECORDED}
    record[ASSOCIATION.key] = key
    record[ASSOCIATION.arn] = state.arn(ASSOCIATION, parent["Id"], key)
    record["DataIntegrationArn"] = parent["Arn"]
    if "LastExecutionStatus" not in record:
        _start(state, record)
    elif _status(record) == "IN_PROGRESS":
        _begin(state, key)
    return state.records(ASSOCIATION).add(record)


def settled(state: RegionState, record: Record) -> Record:
    """Complete the execution of an association if the clock is far enough past its start."""
    began, seconds = state.executions_began.get(record[ASSOCIATION.key]), state.settings.execution_seconds
    if began is None or seconds is None or _status(record) != "IN_PROGRESS":
        return record
    if (state.clock.now() - began).total_seconds() < seconds:
        return record
    return set_status(state, record, "COMPLETED", None)


def set_status(state: RegionState, record: Record, status: str, message: str | None) -> Record:
    """Record how the last execution of an association stands; one in progress begins now."""
    last: dict[str, str] = {"ExecutionStatus": status}
    if message is not None:
        last["StatusMessage"] = message
    if status == "IN_PROGRESS":
        _begin(state, record[ASSOCIATION.key])
    return state.records(ASSOCIATION).replace({**record, "LastExecutionStatus": last})


def _start(state: RegionState, record: Record) -> None:
    """Start the execution of a record that is not in its store yet, if it is on demand."""
    if record.get("ExecutionConfiguration", {}).get("ExecutionMode") == "ON_DEMAND":
        _begin(state, record[ASSOCIATION.key])
        record["LastExecutionStatus"] = _IN_PROGRESS


def _begin(state: RegionState, key: str) -> None:
    if state.settings.execution_seconds is not None:  # Else nobody ever asks.
        state.executions_began[key] = state.clock.now()


def _status(record: Record) -> str | None:
    status: str | None = record.get("LastExecutionStatus", {}).get("ExecutionStatus")
    return status


def _check_source(params: Params) -> None:
    # The scheme is taken in either case: live, S3:// came as far as this very check.
    if params.get("SourceURI", "").lower().startswith("s3://"):
        for member in _NOT_OF_S3:
            if member in params:
                reason = "structured data" if member == "ScheduleConfig" else member
                raise ServiceError(
                    "InvalidRequestException",
                    f"Failed to create DataIntegration with name: {params['Name']}. "
                    f"Source S3 does not support {reason}.",
                )
