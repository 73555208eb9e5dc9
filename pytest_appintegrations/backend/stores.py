"""The stores that a test can read, seed and clear; records are copied on the way in and out."""

from __future__ import annotations

import itertools
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_appintegrations.backend.account import Account
from pytest_appintegrations.backend.executions import complete_if_due, set_execution_status
from pytest_appintegrations.backend.resources import (
    APPLICATION,
    APPLICATION_ASSOCIATION,
    DATA_INTEGRATION,
    DATA_INTEGRATION_ASSOCIATION,
    EVENT_INTEGRATION,
    EVENT_INTEGRATION_ASSOCIATION,
    RESOURCE_TYPES,
    Record,
    ResourceType,
)
from pytest_appintegrations.backend.seeding import seed
from pytest_appintegrations.model import service, validation
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.redaction import redacted_member
from pytest_appintegrations.suggestions import SuggestsAttributes, hides_mistakes, unknown

if TYPE_CHECKING:
    from typing_extensions import Unpack  # Type checkers include it; nothing imports it at run time.

    from pytest_appintegrations.backend.record_types import (
        Application,
        ApplicationAssociation,
        ApplicationAssociationMembers,
        ApplicationMembers,
        DataIntegration,
        DataIntegrationAssociation,
        DataIntegrationAssociationMembers,
        DataIntegrationMembers,
        EventIntegration,
        EventIntegrationAssociation,
        EventIntegrationAssociationMembers,
        EventIntegrationMembers,
    )

Lock = AbstractContextManager[Any]
RecordT = TypeVar("RecordT")

__tracebackhide__ = hides_mistakes
_MOST_SHOWN = 20


class Store(SuggestsAttributes, Mapping[str, RecordT]):
    """The records of one type in one region, by id (event integrations: name), in the order of their creation.

    A record is a dict with the member names of the API. It can be looked up by its ARN, too, and by its name if the
    service accepts names. `add` seeds a record: quotas do not apply, but a record that violates the model or clashes
    with another one raises `ValueError`.
    """

    _type: ResourceType

    def __init__(self, account: Account, region: str, lock: Lock) -> None:
        self._account = account
        self._state = account.region(region)
        self._lock = lock

    def __getitem__(self, identifier: str) -> RecordT:
        with self._lock:
            return self._copy(self._existing(identifier))

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._state.records(self._type)))

    def items(self) -> ItemsView[str, RecordT]:
        """Return a snapshot of the ids and records."""
        with self._lock:
            return {key: self[key] for key in self}.items()

    def values(self) -> ValuesView[RecordT]:
        """Return a snapshot of the records."""
        return dict(self.items()).values()

    def __len__(self) -> int:
        return len(self._state.records(self._type))

    def __repr__(self) -> str:
        records = {key: redacted_member("", record) for key, record in self.items()}
        return f"<{self._type.store} in {self._state.region}: {records!r}>"

    def remove(self, identifier: str) -> RecordT:
        """Remove a record with its associations, and return it; raise `KeyError` if there is none."""
        with self._lock:
            record = self._existing(identifier)
            for association_type in RESOURCE_TYPES:
                if association_type.parent is self._type:
                    associations = self._state.records(association_type)
                    for association in associations.of_parent(record[str(self._type.reference_member)]):
                        associations.remove(association)
            self._state.records(self._type).remove(record)
            return self._copy(record)

    def _add(self, members: Mapping[str, Any]) -> RecordT:
        with self._lock:
            return self._copy(seed(self._state, self._type, plain_copy(members)))

    def _existing(self, identifier: str) -> Record:
        record = self._state.find(self._type, identifier) if isinstance(identifier, str) else None
        if record is None:
            known = f"there are: {self._ids_shown()}{self._elsewhere(identifier)}"
            raise KeyError(f"no {self._type.label} {identifier!r} in {self._state.region}; {known}")
        return record

    def _elsewhere(self, identifier: object) -> str:
        """Return the end of a message that names the other regions with such a record."""
        states = self._account.regions.values() if isinstance(identifier, str) else ()
        regions = [state.region for state in states if state.find(self._type, str(identifier))]
        return "".join(f"; there is one in {region}: use stub.in_region({region!r})" for region in regions)

    def _ids_shown(self) -> str:
        records, unique = self._state.records(self._type), self._type.unique_member
        first = itertools.islice(records.items(), _MOST_SHOWN)
        shown = [f"{key} ({unique} {record[unique]!r})" if unique else key for key, record in first]
        more = f" … and {len(records) - _MOST_SHOWN} more" if len(records) > _MOST_SHOWN else ""
        return f"{', '.join(shown) or 'none'}{more}"

    def _copy(self, record: Record) -> RecordT:
        if self._type is DATA_INTEGRATION_ASSOCIATION:
            record = complete_if_due(self._state, record)
        copied: RecordT = plain_copy(record)
        return copied


class DataIntegrationStore(Store["DataIntegration"]):
    """The data integrations of a region."""

    _type = DATA_INTEGRATION

    def add(self, **members: Unpack[DataIntegrationMembers]) -> DataIntegration:
        """Seed a data integration, with defaults for missing members, and return a copy of it."""
        return self._add(members)


class DataIntegrationAssociationStore(Store["DataIntegrationAssociation"]):
    """The associations of data integrations of a region."""

    _type = DATA_INTEGRATION_ASSOCIATION

    def add(self, **members: Unpack[DataIntegrationAssociationMembers]) -> DataIntegrationAssociation:
        """Seed an association with the data integration `DataIntegrationArn`, or with one that is created for it."""
        return self._add(members)


class EventIntegrationStore(Store["EventIntegration"]):
    """The event integrations of a region."""

    _type = EVENT_INTEGRATION

    def add(self, **members: Unpack[EventIntegrationMembers]) -> EventIntegration:
        """Seed an event integration, with defaults for missing members, and return a copy of it."""
        return self._add(members)


class EventIntegrationAssociationStore(Store["EventIntegrationAssociation"]):
    """The associations of event integrations of a region."""

    _type = EVENT_INTEGRATION_ASSOCIATION

    def add(self, **members: Unpack[EventIntegrationAssociationMembers]) -> EventIntegrationAssociation:
        """Seed an association with the event integration `EventIntegrationName`, or with one that is created for it."""
        return self._add(members)


class ApplicationStore(Store["Application"]):
    """The applications of a region."""

    _type = APPLICATION

    def add(self, **members: Unpack[ApplicationMembers]) -> Application:
        """Seed an application, with defaults for missing members, and return a copy of it."""
        return self._add(members)


class ApplicationAssociationStore(Store["ApplicationAssociation"]):
    """The associations of applications of a region."""

    _type = APPLICATION_ASSOCIATION

    def add(self, **members: Unpack[ApplicationAssociationMembers]) -> ApplicationAssociation:
        """Seed an association with the application `ApplicationArn`, or with one that is created for it."""
        return self._add(members)


class RegionStores(SuggestsAttributes):
    """The stores of one region."""

    def __init__(self, account: Account, region: str, lock: Lock) -> None:
        self.data_integrations = DataIntegrationStore(account, region, lock)
        self.data_integration_associations = DataIntegrationAssociationStore(account, region, lock)
        self.event_integrations = EventIntegrationStore(account, region, lock)
        self.event_integration_associations = EventIntegrationAssociationStore(account, region, lock)
        self.applications = ApplicationStore(account, region, lock)
        self.application_associations = ApplicationAssociationStore(account, region, lock)
        self._state = account.region(region)
        self._lock = lock

    def finish_execution(self, association_id: str, status: str = "COMPLETED", message: str | None = None) -> None:
        """End the execution of an association, named by its id or ARN, with a status of the model.

        A scheduled execution counts as a run. Raise `ValueError` for an unknown status or an association without
        `ExecutionConfiguration`, `KeyError` for an unknown association.
        """
        with self._lock:
            statuses = service.shape("ExecutionStatus").metadata["enum"]
            if status not in statuses:
                raise ValueError(unknown("status", str(status), statuses))
            record = self.data_integration_associations._existing(association_id)
            if "ExecutionConfiguration" not in record:
                raise ValueError(
                    f"{association_id} has no execution, because it was created without ExecutionConfiguration"
                )
            if message is not None:
                text = service.shape("NonBlankString")
                if violations := validation.value_violations(text, message, "message"):
                    raise ValueError("; ".join(violations))
            set_execution_status(self._state, record, status, message)
