"""Records of each kind in order: find them, page through them, name them by ARN."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Record = dict[str, Any]


class Kind(NamedTuple):
    """A kind of resource: how the API, an ARN and the service's messages call it."""

    store: str
    """The attribute of the stub that holds its records."""
    label: str
    """What the service's messages call it."""
    resource: str
    """The resource type in its ARN."""
    key: str
    """The member that identifies a record."""
    arn: str
    """The member that holds its ARN."""
    parent: str | None = None
    """The member that names the record that it hangs on, by that record's key or ARN."""
    unique: str | None = None
    """The member, other than the key, that no two records share."""
    named: bool = False
    """Whether the service finds a record by its unique member too."""


DATA_INTEGRATION = Kind(
    "data_integrations", "DataIntegration", "data-integration", "Id", "Arn", unique="Name", named=True
)
DATA_INTEGRATION_ASSOCIATION = Kind(
    "data_integration_associations", "DataIntegrationAssociation", "data-integration-association",
    "DataIntegrationAssociationId", "DataIntegrationAssociationArn", parent="DataIntegrationArn",
)  # fmt: skip
EVENT_INTEGRATION = Kind("event_integrations", "EventIntegration", "event-integration", "Name", "EventIntegrationArn")
EVENT_INTEGRATION_ASSOCIATION = Kind(
    "event_integration_associations", "EventIntegrationAssociation", "event-integration-association",
    "EventIntegrationAssociationId", "EventIntegrationAssociationArn", parent="EventIntegrationName",
)  # fmt: skip
APPLICATION = Kind("applications", "Application", "application", "Id", "Arn", unique="Namespace")
# The API shows no id of these; this is what IAM's ARN format calls it.
APPLICATION_ASSOCIATION = Kind(
    "application_associations", "ApplicationAssociation", "application-association",
    "ApplicationAssociationId", "ApplicationAssociationArn", parent="ApplicationArn",
)  # fmt: skip
KINDS = (
    DATA_INTEGRATION, DATA_INTEGRATION_ASSOCIATION, EVENT_INTEGRATION, EVENT_INTEGRATION_ASSOCIATION,
    APPLICATION, APPLICATION_ASSOCIATION,
)  # fmt: skip


class Records:
    """The records of one kind in one region, in the order of their creation.

    A record is a value: it is replaced, never changed in place, so it may share its members with requests
    and answers.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._by_key: dict[str, Record] = {}
        self._key_of_unique: dict[str, str] = {}
        self._number: dict[str, int] = {}
        self._shelves: dict[str | None, _Shelf] = {}
        self._last_number = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def get(self, key: str) -> Record | None:
        """Give the record with that key."""
        return self._by_key.get(key)

    def by_unique(self, value: str) -> Record | None:
        """Give the record whose unique member has that value."""
        return self._by_key.get(self._key_of_unique.get(value, ""))

    def add(self, record: Record) -> Record:
        """Put a new record last."""
        key = record[self.kind.key]
        self._last_number += 1
        self._number[key] = self._last_number
        parent = self._parent(record)
        if parent not in self._shelves:
            self._shelves[parent] = _Shelf()
        self._shelves[parent].append(self._last_number, key)
        self._put(key, record)
        return record

    def replace(self, record: Record) -> Record:
        """Put a changed record where the one with its key was."""
        key = record[self.kind.key]
        self._forget_unique(self._by_key[key])
        self._put(key, record)
        return record

    def remove(self, key: str) -> Record:
        """Take a record out; `KeyError` where there is none."""
        record = self._by_key.pop(key)
        self._forget_unique(record)
        self._shelves[self._parent(record)].remove(self._number.pop(key))
        return record

    def count(self, parent: str | None = None) -> int:
        """Count the records that hang on a parent, or those of a kind without parents."""
        shelf = self._shelves.get(parent)
        return len(shelf.keys) if shelf else 0

    def hanging_on(self, parent: str) -> list[str]:
        """List the keys of the records that hang on a parent."""
        shelf = self._shelves.get(parent)
        return list(shelf.keys) if shelf else []

    def page(
        self, parent: str | None, after: int, size: int, keep: Callable[[Record], bool] | None = None
    ) -> tuple[list[Record], int | None]:
        """Give up to `size` records behind number `after`, and the number to go on behind, None at the end."""
        shelf = self._shelves.get(parent)
        found: list[Record] = []
        last = after
        for number, key in shelf.behind(after) if shelf else ():
            record = self._by_key[key]
            if keep is None or keep(record):
                if len(found) == size:
                    return found, last
                found.append(record)
                last = number
        return found, None

    def _parent(self, record: Record) -> str | None:
        return record[self.kind.parent] if self.kind.parent else None

    def _put(self, key: str, record: Record) -> None:
        self._by_key[key] = record
        if self.kind.unique:
            self._key_of_unique[record[self.kind.unique]] = key

    def _forget_unique(self, record: Record) -> None:
        if self.kind.unique:
            del self._key_of_unique[record[self.kind.unique]]


class _Shelf:
    """Keys in order of creation, found by number in the time that a bisection takes."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.keys: list[str] = []

    def append(self, number: int, key: str) -> None:
        self.numbers.append(number)
        self.keys.append(key)

    def remove(self, number: int) -> None:
        index = bisect_left(self.numbers, number)
        del self.numbers[index], self.keys[index]

    def behind(self, number: int) -> Iterator[tuple[int, str]]:
        for index in range(bisect_right(self.numbers, number), len(self.numbers)):
            yield self.numbers[index], self.keys[index]
