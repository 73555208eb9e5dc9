"""Records of each kind in order: find them, page through them, name them by ARN."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
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


class Records(dict[str, Record]):
    """The records of one kind in one region by their keys, in the order of their creation.

    They are changed by the methods here alone. A record is a value: it is replaced, never changed in place, so it
    may share its members with requests and answers.
    """

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.kind = kind
        self._key_of_unique: dict[str, str] = {}
        self._shelves: defaultdict[str | None, _Shelf] = defaultdict(_Shelf)
        self._last_number = 0

    def by_unique(self, value: str) -> Record | None:
        """Give the record whose unique member has that value."""
        return self.get(self._key_of_unique.get(value, ""))

    def add(self, record: Record) -> Record:
        """Put a new record last."""
        kind = self.kind
        key = record[kind.key]
        self._last_number += 1
        shelf = self._shelves[record[kind.parent] if kind.parent else None]
        shelf.numbers.append(self._last_number)
        shelf.keys.append(key)
        self[key] = record
        if kind.unique:
            self._key_of_unique[record[kind.unique]] = key
        return record

    def replace(self, record: Record) -> Record:
        """Put a changed record where the one with its key was."""
        key = record[self.kind.key]
        self._forget_unique(self[key])
        self[key] = record
        if self.kind.unique:
            self._key_of_unique[record[self.kind.unique]] = key
        return record

    def remove(self, key: str) -> Record:
        """Take a record out; `KeyError` where there is none."""
        record = self.pop(key)
        self._forget_unique(record)
        shelf = self._shelves[record[self.kind.parent] if self.kind.parent else None]
        place = shelf.keys.index(key)
        del shelf.numbers[place], shelf.keys[place]
        return record

    def count(self, parent: str | None = None) -> int:
        """Count the records that hang on a parent, or those of a kind without parents."""
        return len(self._shelves[parent].keys)

    def hanging_on(self, parent: str) -> list[str]:
        """List the keys of the records that hang on a parent."""
        return list(self._shelves[parent].keys)

    def page(
        self, parent: str | None, after: int, size: int, keep: Callable[[Record], bool] | None = None
    ) -> tuple[list[Record], int | None]:
        """Give up to `size` records behind number `after`, and the number to go on behind, None at the end."""
        found: list[Record] = []
        last = after
        for number, key in self._shelves[parent].behind(after):
            record = self[key]
            if keep is None or keep(record):
                if len(found) == size:
                    return found, last
                found.append(record)
                last = number
        return found, None

    def _forget_unique(self, record: Record) -> None:
        if self.kind.unique:
            del self._key_of_unique[record[self.kind.unique]]


class _Shelf:
    """The keys of the records with one parent in order of creation, each beside its number.

    A number outlives its record: a page goes on behind one in the time that a bisection takes.
    """

    __slots__ = ("keys", "numbers")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.keys: list[str] = []

    def behind(self, number: int) -> Iterator[tuple[int, str]]:
        for index in range(bisect_right(self.numbers, number), len(self.numbers)):
            yield self.numbers[index], self.keys[index]
