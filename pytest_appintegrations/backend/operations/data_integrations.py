"""Data integrations and their associations."""

from __future__ import annotations

from typing import Any

from pytest_appintegrations.backend.executions import (
    IN_PROGRESS,
    complete_if_due,
    execution_status,
    with_new_execution,
)
from pytest_appintegrations.backend.new_records import record_data_integration, record_data_integration_association
from pytest_appintegrations.backend.operations.paging import list_page
from pytest_appintegrations.backend.operations.tags import check_tags
from pytest_appintegrations.backend.region import RegionState, not_found
from pytest_appintegrations.backend.resources import DATA_INTEGRATION as INTEGRATION
from pytest_appintegrations.backend.resources import DATA_INTEGRATION_ASSOCIATION as ASSOCIATION
from pytest_appintegrations.backend.resources import Record
from pytest_appintegrations.errors import ServiceError

Params = dict[str, Any]

# Requests and records name this differently.
_RENAMED = {"ScheduleConfig": "ScheduleConfiguration"}
_REFUSED_FOR_S3 = {
    "ScheduleConfig": "structured data",
    "FileConfiguration": "FileConfiguration",
    "ObjectConfiguration": "ObjectConfiguration",
}


def create_data_integration(state: RegionState, params: Params) -> Record:
    """Create a data integration."""
    check_tags(params.get("Tags", {}))
    scope = ("CreateDataIntegration",)
    if response := state.first_response(scope, params):
        return response
    _check_source(params)
    state.check_quota(INTEGRATION)
    name = params["Name"]
    if state.records(INTEGRATION).with_unique(name):
        raise ServiceError(
            "DuplicateResourceException",
            f"Failed to create DataIntegration with name: {name}. A DataIntegration with this name already exists.",
        )
    record = record_data_integration(state, {_RENAMED.get(member, member): value for member, value in params.items()})
    return state.remember_response(scope, params, {**record, "ClientToken": params.get("ClientToken")})


def get_data_integration(state: RegionState, params: Params) -> Record:
    """Return one data integration."""
    return state.existing(INTEGRATION, params["Identifier"])


def list_data_integrations(state: RegionState, params: Params) -> Record:
    """Return the data integrations of the region."""
    return list_page(state, INTEGRATION, params)


def update_data_integration(state: RegionState, params: Params) -> Record:
    """Change the name or the description of a data integration."""
    record = state.existing(INTEGRATION, params["Identifier"])
    changes: Record = {member: params[member] for member in ("Name", "Description") if member in params}
    name: str = changes.get("Name") or record["Name"]
    if name != record["Name"] and state.records(INTEGRATION).with_unique(name):
        # The model gives the operation no DuplicateResourceException.
        raise ServiceError(
            "InvalidRequestException",
            f"Failed to update DataIntegration with name: {name}. A DataIntegration with this name already exists.",
        )
    state.records(INTEGRATION).replace({**record, **changes})
    return {}


def delete_data_integration(state: RegionState, params: Params) -> Record:
    """Delete a data integration without associations."""
    record = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    if state.records(ASSOCIATION).of_parent(record["Arn"]):
        raise ServiceError(
            "InvalidRequestException",
            f"Failed to delete DataIntegration with name: {record['Name']}. It has DataIntegrationAssociations.",
        )
    state.records(INTEGRATION).remove(record)
    return {}


def create_data_integration_association(state: RegionState, params: Params) -> Record:
    """Associate a data integration with a client or a destination, and start its execution if it is on demand."""
    parent = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    scope = ("CreateDataIntegrationAssociation", parent["Id"])
    if response := state.first_response(scope, params, parent_param="DataIntegrationIdentifier"):
        return response
    if state.settings.strict_associations and state.records(ASSOCIATION).of_parent(parent["Arn"]):
        raise ServiceError(
            "InvalidRequestException",
            f"The DataIntegration {parent['Name']} has been previously associated. "
            "Use a different DataIntegration, or recreate it.",
        )
    state.check_quota(ASSOCIATION, parent["Arn"])
    return state.remember_response(scope, params, record_data_integration_association(state, parent, params))


def list_data_integration_associations(state: RegionState, params: Params) -> Record:
    """Return the associations of a data integration, with the status of their last execution."""
    parent = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    response = list_page(state, ASSOCIATION, params, parent=parent["Arn"])
    associations = response["DataIntegrationAssociations"]
    return {**response, "DataIntegrationAssociations": [complete_if_due(state, record) for record in associations]}


def update_data_integration_association(state: RegionState, params: Params) -> Record:
    """Change the configuration of an execution, which runs it again if it is on demand."""
    parent = state.existing(INTEGRATION, params["DataIntegrationIdentifier"])
    identifier = params["DataIntegrationAssociationIdentifier"]
    association = state.find(ASSOCIATION, identifier)
    if association is None or association["DataIntegrationArn"] != parent["Arn"]:
        raise not_found(ASSOCIATION, identifier)
    record = complete_if_due(state, association)
    if state.settings.strict_associations and execution_status(record) == IN_PROGRESS:
        raise ServiceError(
            "InvalidRequestException",
            f"The execution of DataIntegrationAssociation {identifier} is in progress.",
        )
    changed = {**record, "ExecutionConfiguration": params["ExecutionConfiguration"]}
    state.records(ASSOCIATION).replace(with_new_execution(state, changed))
    return {}


def _check_source(params: Params) -> None:
    # AWS ignores the case of the scheme: it returned this error for S3://.
    if not params.get("SourceURI", "").lower().startswith("s3://"):
        return
    for member, unsupported in _REFUSED_FOR_S3.items():
        if member in params:
            raise ServiceError(
                "InvalidRequestException",
                f"Failed to create DataIntegration with name: {params['Name']}. "
                f"Source S3 does not support {unsupported}.",
            )
