"""The records of one type of resource in one region."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_appintegrations.backend.resources import Record, ResourceType


class Records(dict[str, Record]):
    """The records of one type in one region by id, in the order of their creation.

    Only these methods change them. A record is replaced and never changed in place, so it can share its members with
    requests and responses.
    """

    def __init__(self, resource_type: ResourceType) -> None:
        super().__init__()
        self.resource_type = resource_type
        self._numbers: dict[str, int] = {}
        self._last_number = 0

    def copy(self) -> Records:
        """Return an independent copy."""
        copied = Records(self.resource_type)
        copied.update(self)
        copied._numbers, copied._last_number = self._numbers.copy(), self._last_number
        return copied

    def with_unique(self, value: str) -> Record | None:
        """Return the record whose unique member has this value; None if there is none."""
        member = self.resource_type.unique_member
        return next((record for record in self.values() if member and record[member] == value), None)

    def of_parent(self, parent: str | None) -> list[Record]:
        """Return the records associated with a parent; all of them if the type has no parents."""
        return [record for _, record in self.numbered(parent)]

    def numbered(self, parent: str | None) -> Iterator[tuple[int, Record]]:
        """Yield the records of a parent with their increasing numbers.

        A number is never reused, so a list can be continued after a record that was removed.
        """
        member = self.resource_type.parent_member
        for key, record in self.items():
            if member is None or record[member] == parent:
                yield self._numbers[key], record

    def add(self, record: Record) -> Record:
        """Append a new record."""
        key = record[self.resource_type.id_member]
        self._last_number += 1
        self._numbers[key] = self._last_number
        self[key] = record
        return record

    def replace(self, record: Record) -> Record:
        """Replace the record with the same id."""
        self[record[self.resource_type.id_member]] = record
        return record

    def remove(self, record: Record) -> None:
        """Remove a record."""
        key = record[self.resource_type.id_member]
        del self[key], self._numbers[key]
