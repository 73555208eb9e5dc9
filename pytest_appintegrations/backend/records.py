"""The records of one type of resource in one region."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator

from pytest_appintegrations.backend.resources import Record, ResourceType


class Records(dict[str, Record]):
    """The records of one kind in one region by their keys, in the order of their creation.

    They are changed by the methods here alone. A record is a value: it is replaced, never changed in place, so it
    may share its members with requests and answers.
    """

    def __init__(self, kind: ResourceType) -> None:
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
