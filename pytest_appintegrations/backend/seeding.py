"""Seed records: check them against the model and the stores, complete them, and store them.

Rules that only the documentation of the model states, such as those for AuthConfig, are not applied. A quota never
rejects a seeded record, but counts it like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_appintegrations.backend import new_records
from pytest_appintegrations.backend.region import RegionState, id_in_arn
from pytest_appintegrations.backend.resources import (
    APPLICATION,
    APPLICATION_ASSOCIATION,
    DATA_INTEGRATION,
    DATA_INTEGRATION_ASSOCIATION,
    EVENT_INTEGRATION,
    EVENT_INTEGRATION_ASSOCIATION,
    Record,
    ResourceType,
)
from pytest_appintegrations.model import service, validation
from pytest_appintegrations.suggestions import hides_mistakes, unknown

if TYPE_CHECKING:
    from botocore.model import Shape

__tracebackhide__ = hides_mistakes

# The shapes that define the members of each type of record.
_SHAPES = {
    DATA_INTEGRATION: ("GetDataIntegrationResponse",),
    DATA_INTEGRATION_ASSOCIATION: (
        "DataIntegrationAssociationSummary",
        "CreateDataIntegrationAssociationResponse",
        "CreateDataIntegrationAssociationRequest",
    ),
    EVENT_INTEGRATION: ("GetEventIntegrationResponse",),
    EVENT_INTEGRATION_ASSOCIATION: ("EventIntegrationAssociation",),
    APPLICATION: ("GetApplicationResponse",),
    APPLICATION_ASSOCIATION: ("ApplicationAssociationSummary",),
}


def seed(state: RegionState, resource_type: ResourceType, members: Record) -> Record:
    """Seed a record with these members and defaults for others; raise `ValueError` if it is invalid or clashes."""
    _check_members(resource_type, members)
    if resource_type.parent is not None:
        return insert(state, resource_type, _with_parent(state, resource_type, members))
    return insert(state, resource_type, {**_defaults(state, resource_type), **_with_id(resource_type, members)})


def record_members(resource_type: ResourceType) -> Mapping[str, Shape]:
    """Return the members that a record of this type can have, with their shapes."""
    # No operation returns an association with its tags, nor the id of an association of an application.
    known = {resource_type.id_member: service.shape("UUID"), "Tags": service.shape("TagMap")}
    for structure in _SHAPES[resource_type]:
        known.update(service.members(service.shape(structure)))
    return {name: shape for name, shape in known.items() if name not in new_records.NOT_RECORDED}


def member_violations(resource_type: ResourceType, members: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each violation of the model in the members of a record."""
    known = record_members(resource_type)
    violations = []
    for name, value in members.items():
        if name in known:
            violations += validation.value_violations(known[name], value, name)
        else:
            violations.append(unknown("member", str(name), known, of=resource_type.label_with_article))
    return violations


def missing_members(resource_type: ResourceType, members: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each required member that the record lacks."""
    if resource_type.parent_member:
        required = [resource_type.parent_member]
    else:
        required = service.operation(f"Create{resource_type.label}").input_shape.required_members
    return [f"{name} is missing" for name in required if name not in members]


def _check_members(resource_type: ResourceType, members: Record) -> None:
    if violations := member_violations(resource_type, members):
        raise ValueError("; ".join(violations))


def insert(state: RegionState, resource_type: ResourceType, members: Record) -> Record:
    """Store valid and complete members; raise `ValueError` if they clash with other records."""
    parent = _existing_parent(state, resource_type, members)
    members = _identified(state, resource_type, members, parent)
    _check_unique(state, resource_type, members)
    if parent is None:
        return _RECORD[resource_type](state, members)
    if resource_type is DATA_INTEGRATION_ASSOCIATION:
        return new_records.record_data_integration_association(state, parent, members)
    return new_records.record_association(state, resource_type, parent, members)


_RECORD = {
    DATA_INTEGRATION: new_records.record_data_integration,
    EVENT_INTEGRATION: new_records.record_event_integration,
    APPLICATION: new_records.record_application,
}


def _defaults(state: RegionState, resource_type: ResourceType) -> Record:
    """Return values for members that tests usually do not care about."""
    name = _free_name(state, resource_type)
    if resource_type is DATA_INTEGRATION:
        kms_key = f"arn:aws:kms:{state.region}:{state.settings.account_id}:alias/app-integrations"
        return {"Name": name, "KmsKey": kms_key, "SourceURI": "AmazonConnect://AppIntegrations"}
    if resource_type is EVENT_INTEGRATION:
        event_filter = {"Source": "aws.partner/examplepartner.com"}
        return {"Name": name, "EventFilter": event_filter, "EventBridgeBus": "default"}
    source = {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}}
    return {"Name": name, "Namespace": name, "ApplicationSourceConfig": source}


def _free_name(state: RegionState, resource_type: ResourceType) -> str:
    records = state.records(resource_type)
    unique_member = resource_type.unique_member or resource_type.id_member
    taken = {record[unique_member] for record in records.values()}
    number = len(records) + 1
    while (name := f"{resource_type.arn_type}-{number}") in taken:
        number += 1
    return name


def _with_parent(state: RegionState, resource_type: ResourceType, members: Record) -> Record:
    """Return the members of an association with a parent, which is created unless they name one."""
    parent_type, parent_member = resource_type.parent, str(resource_type.parent_member)
    assert parent_type is not None
    if members.get(parent_member):
        return members
    if resource_type.arn_member in members:
        parent_label = parent_type.label_with_article
        raise ValueError(f"{resource_type.arn_member} contains the id of {parent_label}: pass {parent_member} as well")
    _check_free(state, resource_type, members.get(resource_type.id_member))
    parent = seed(state, parent_type, {})
    return {**members, parent_member: parent[str(parent_type.reference_member)]}


def _existing_parent(state: RegionState, resource_type: ResourceType, members: Record) -> Record | None:
    if resource_type.parent is None:
        return None
    reference = members[str(resource_type.parent_member)]
    parent = state.find(resource_type.parent, reference)
    if parent is None:
        label = resource_type.parent.label
        raise ValueError(f"{resource_type.parent_member}: there is no {label} {reference!r} in {state.region}")
    return parent


def _with_id(resource_type: ResourceType, members: Record) -> Record:
    """Return the members with the id from the end of their ARN."""
    arn = members.get(resource_type.arn_member)
    return {resource_type.id_member: id_in_arn(resource_type, arn), **members} if arn else members


def _identified(state: RegionState, resource_type: ResourceType, members: Record, parent: Record | None) -> Record:
    """Return the members with id and ARN completed from each other; raise `ValueError` if the two do not match."""
    members = _with_id(resource_type, members)
    key = members.get(resource_type.id_member)
    if key is None:
        return members
    _check_members(resource_type, {resource_type.id_member: key})
    _check_free(state, resource_type, key)
    parent_type = resource_type.parent
    parent_ids = [parent[parent_type.id_member]] if parent and parent_type else []
    arn = state.arn(resource_type, *parent_ids, key)
    if members.get(resource_type.arn_member, arn) != arn:
        raise ValueError(f"{resource_type.arn_member} must be {arn!r} here, not {members[resource_type.arn_member]!r}")
    return {**members, resource_type.arn_member: arn}


def _check_free(state: RegionState, resource_type: ResourceType, key: str | None) -> None:
    if key in state.records(resource_type):
        label = resource_type.label_with_article
        raise ValueError(f"there is {label} with {resource_type.id_member} {key!r} already")


def _check_unique(state: RegionState, resource_type: ResourceType, members: Record) -> None:
    member = resource_type.unique_member
    if member and state.records(resource_type).with_unique(members[member]):
        label = resource_type.label_with_article
        raise ValueError(f"there is {label} with {member} {members[member]!r} already")
