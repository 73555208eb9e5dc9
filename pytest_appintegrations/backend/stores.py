"""The stores as a test sees them: read, seeded, emptied; what is handed out and in is copied."""

from __future__ import annotations

import itertools
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from contextlib import AbstractContextManager
from typing import Any

from pytest_appintegrations.backend.operations import data_integrations as family
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
from pytest_appintegrations.backend.seeding import PARENTS, check_member, seed
from pytest_appintegrations.model import service
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.suggestions import unknown

Lock = AbstractContextManager[Any]


class Store(Mapping[str, Record]):
    """The records of one kind in one region, by id (event integrations: name), in the order of their creation.

    A record is a dict with the API's member names. It is found by its ARN too, and by its name where the service
    finds it so.
    """

    def __init__(self, state: RegionState, kind: ResourceType, lock: Lock) -> None:
        self._state = state
        self._kind = kind
        self._lock = lock

    def __getitem__(self, identifier: str) -> Record:
        with self._lock:
            return self._shown(self._existing(identifier))

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._state.records(self._kind)))

    def items(self) -> ItemsView[str, Record]:
        """Give the records with their keys, as they are at one moment."""
        with self._lock:
            return {key: self[key] for key in self}.items()

    def values(self) -> ValuesView[Record]:
        """Give the records, as they are at one moment."""
        return dict(self.items()).values()

    def __len__(self) -> int:
        return len(self._state.records(self._kind))

    def __repr__(self) -> str:
        return f"<{self._kind.store} in {self._state.region}: {dict(self.items())!r}>"

    def add(self, **members: Any) -> Record:
        """Seed a record and give a copy of it; what is missing is filled in, quotas do not count.

        An association is told its parent by the member that names it, and makes one where none is named. What
        breaks the model, or clashes with another record, is a `ValueError`.
        """
        with self._lock:
            return self._shown(seed(self._state, self._kind, plain_copy(members)))

    def remove(self, identifier: str) -> Record:
        """Take a record out, with the associations that hang on it, and give it; `KeyError` where there is none."""
        with self._lock:
            record = self._existing(identifier)
            for kind, (owner, by) in PARENTS.items():
                for key in self._state.records(kind).hanging_on(record[by]) if owner is self._kind else ():
                    self._state.records(kind).remove(key)
            self._state.records(self._kind).remove(record[self._kind.key])
            return self._shown(record)

    def _existing(self, identifier: str) -> Record:
        record = self._state.find(self._kind, identifier) if isinstance(identifier, str) else None
        if record is None:
            raise KeyError(f"no {self._kind.label} {identifier!r} in {self._state.region}; there are: {self._there()}")
        return record

    def _there(self, most: int = 20) -> str:
        records, unique = self._state.records(self._kind), self._kind.unique
        first = itertools.islice(records.items(), most)
        there = [f"{key} ({unique} {record[unique]!r})" if unique else key for key, record in first]
        more = f" … and {len(records) - most} more" if len(records) > most else ""
        return f"{', '.join(there) or 'none'}{more}"

    def _shown(self, record: Record) -> Record:
        if self._kind is DATA_INTEGRATION_ASSOCIATION:
            record = family.settled(self._state, record)
        copied: Record = plain_copy(record)
        return copied


class RegionStores:
    """The stores of one region."""

    def __init__(self, state: RegionState, lock: Lock) -> None:
        self.data_integrations = Store(state, DATA_INTEGRATION, lock)
        self.data_integration_associations = Store(state, DATA_INTEGRATION_ASSOCIATION, lock)
        self.event_integrations = Store(state, EVENT_INTEGRATION, lock)
        self.event_integration_associations = Store(state, EVENT_INTEGRATION_ASSOCIATION, lock)
        self.applications = Store(state, APPLICATION, lock)
        self.application_associations = Store(state, APPLICATION_ASSOCIATION, lock)
        self._state = state
        self._lock = lock

    def finish_execution(self, association_id: str, status: str = "COMPLETED", message: str | None = None) -> None:
        """End the execution of an association, by its id or ARN, with a status of the model.

        Where the execution is scheduled, this is how a run comes about. `ValueError` for an unknown status, or
        an association without `ExecutionConfiguration`; `KeyError` for an unknown association.
        """
        with self._lock:
            statuses = service.shape("ExecutionStatus").metadata["enum"]
            if status not in statuses:
                raise ValueError(unknown("status", str(status), statuses))
            record = self.data_integration_associations._existing(association_id)
            if "ExecutionConfiguration" not in record:
                raise ValueError(f"{association_id} has no execution: it was made without ExecutionConfiguration")
            if message is not None:
                check_member("message", service.shape("NonBlankString"), message)
            family.set_status(self._state, record, status, message)
