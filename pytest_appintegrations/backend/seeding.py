"""What a test seeds: checked by the model, completed, and recorded past the service's own rules.

Rules that the model holds only in words, as those for the keys of tags, do not count, nor do quotas.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_appintegrations.backend.operations.applications import add_application
from pytest_appintegrations.backend.operations.data_integrations import NOT_RECORDED, add_association, add_integration
from pytest_appintegrations.backend.operations.event_integrations import add_integration as add_event_integration
from pytest_appintegrations.backend.records import Records
from pytest_appintegrations.backend.region import RegionState
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
from pytest_appintegrations.suggestions import unknown

if TYPE_CHECKING:
    from botocore.model import Shape

# The shapes whose members a record has, for each kind.
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

#: What each kind of association hangs on, and which member of that names it there.
PARENTS = {
    DATA_INTEGRATION_ASSOCIATION: (DATA_INTEGRATION, DATA_INTEGRATION.arn),
    EVENT_INTEGRATION_ASSOCIATION: (EVENT_INTEGRATION, EVENT_INTEGRATION.key),
    APPLICATION_ASSOCIATION: (APPLICATION, APPLICATION.arn),
}


def seed(state: RegionState, kind: ResourceType, members: Record) -> Record:
    """Record what the members tell and fill in the rest; `ValueError` for what the model or the store refuses."""
    known = _members(kind)
    for name, value in members.items():
        if name not in known:
            raise ValueError(unknown(f"member of {_a(kind)}", name, known))
        check_member(name, known[name], value)
    return _SEED[kind](state, members)


@functools.cache
def _members(kind: ResourceType) -> dict[str, Shape]:
    # No operation shows the tags of an association among its members, nor the id of an application's.
    known = {kind.key: service.shape("UUID"), "Tags": service.shape("TagMap")}
    for structure in _SHAPES[kind]:
        known.update(service.members(service.shape(structure)))
    return {name: shape for name, shape in known.items() if name not in NOT_RECORDED}


def check_member(name: str, shape: Shape, value: object) -> None:
    """Refuse, as `ValueError`, what the model does not allow as a member of that name."""
    if wrong := validation.value_violations(shape, value, name):
        raise ValueError("; ".join(wrong))


def _seed_data_integration(state: RegionState, members: Record) -> Record:
    filled = {
        "Name": _free_name(state.records(DATA_INTEGRATION)),
        "KmsKey": f"arn:aws:kms:{state.region}:{state.settings.account_id}:alias/app-integrations",
        "SourceURI": "AmazonConnect://AppIntegrations",
        **_identified(state, DATA_INTEGRATION, members),
    }
    _check_unique(state, DATA_INTEGRATION, filled)
    return add_integration(state, filled)


def _seed_event_integration(state: RegionState, members: Record) -> Record:
    filled = {
        "Name": _free_name(state.records(EVENT_INTEGRATION)),
        "EventFilter": {"Source": "aws.partner/examplepartner.com"},
        "EventBridgeBus": "default",
        **_identified(state, EVENT_INTEGRATION, members),
    }
    return add_event_integration(state, filled)


def _seed_application(state: RegionState, members: Record) -> Record:
    free = _free_name(state.records(APPLICATION))
    filled = {
        "Name": free,
        "Namespace": free,
        "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
        **_identified(state, APPLICATION, members),
    }
    _check_unique(state, APPLICATION, filled)
    return add_application(state, filled)


def _seed_data_integration_association(state: RegionState, members: Record) -> Record:
    parent, members = _with_parent(state, DATA_INTEGRATION_ASSOCIATION, members)
    return add_association(state, parent, members)


def _seed_event_integration_association(state: RegionState, members: Record) -> Record:
    return _seed_plain_association(state, EVENT_INTEGRATION_ASSOCIATION, members)


def _seed_application_association(state: RegionState, members: Record) -> Record:
    return _seed_plain_association(state, APPLICATION_ASSOCIATION, members)


def _seed_plain_association(state: RegionState, kind: ResourceType, members: Record) -> Record:
    parent, members = _with_parent(state, kind, members)
    key = members.get(kind.key) or next(state.ids)
    return state.records(kind).add(
        {kind.arn: state.arn(kind, parent[PARENTS[kind][0].key], key), kind.key: key, **members}
    )


_SEED: Mapping[ResourceType, Callable[[RegionState, Record], Record]] = {
    DATA_INTEGRATION: _seed_data_integration,
    DATA_INTEGRATION_ASSOCIATION: _seed_data_integration_association,
    EVENT_INTEGRATION: _seed_event_integration,
    EVENT_INTEGRATION_ASSOCIATION: _seed_event_integration_association,
    APPLICATION: _seed_application,
    APPLICATION_ASSOCIATION: _seed_application_association,
}


def _with_parent(state: RegionState, kind: ResourceType, members: Record) -> tuple[Record, Record]:
    """Find the parent that an association names, or make one; complete the association's own members."""
    owner, by = PARENTS[kind]
    named: Any = members.get(str(kind.parent))
    if named is None and kind.arn in members:
        raise ValueError(f"{kind.arn} names {_a(owner)} of its own: give {kind.parent} as well")
    parent = state.find(owner, named) if named else seed(state, owner, {})
    if parent is None:
        raise ValueError(f"{kind.parent}: there is no {owner.label} {named!r} in {state.region}")
    return parent, {**_identified(state, kind, members, parent[owner.key]), str(kind.parent): parent[by]}


def _identified(state: RegionState, kind: ResourceType, members: Record, *parents: str) -> Record:
    """Complete id and ARN from each other, and refuse those that clash."""
    arn = members.get(kind.arn)
    key = members.get(kind.key) or (_key_in(kind, arn) if arn else None)
    if key is None:
        return members
    if state.records(kind).get(key):
        raise ValueError(f"there is {_a(kind)} with {kind.key} {key!r} already")
    right = state.arn(kind, *parents, key)
    if arn not in (None, right):
        raise ValueError(f"{kind.arn} must be {right!r} here, not {arn!r}")
    check_member(kind.key, _members(kind)[kind.key], key)
    return {**members, kind.key: key, kind.arn: right}


def _key_in(kind: ResourceType, arn: str) -> str:
    rest = arn.partition("/")[2]
    return rest.rpartition("/")[2] if kind.parent else rest


def _check_unique(state: RegionState, kind: ResourceType, members: Record) -> None:
    value = members[str(kind.unique)]
    if state.records(kind).by_unique(value):
        raise ValueError(f"there is {_a(kind)} with {kind.unique} {value!r} already")


def _free_name(records: Records) -> str:
    taken = records.by_unique if records.kind.unique else records.get
    number = len(records) + 1
    while taken(name := f"{records.kind.resource}-{number}"):
        number += 1
    return name


def _a(kind: ResourceType) -> str:
    return f"{'an' if kind.label[0] in 'AE' else 'a'} {kind.label}"
