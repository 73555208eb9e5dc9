"""Take snapshots of the stores, and compare those of different runs of a test."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.backend.stores import RegionStores

Place = tuple[str, str]
"""A region and the name of one of its stores."""


class Snapshot:
    """The records of some regions at one moment: by store and id, each as its content without ids, ARNs and times."""

    def __init__(self, regions: Mapping[str, RegionStores]) -> None:
        self.records: dict[Place, dict[str, str]] = {
            (region, kind.store): {key: _content(record) for key, record in getattr(stores, kind.store).items()}
            for region, stores in regions.items()
            for kind in RESOURCE_TYPES
        }

    def of(self, place: Place) -> dict[str, str]:
        """Return the records of a store; none if the snapshot does not have the region."""
        return self.records.get(place, {})

    def added_since(self, start: Snapshot) -> dict[str, int]:
        """Count the records that `start` does not have, by store, in all regions together."""
        added: Counter[str] = Counter()
        for (region, store), records in self.records.items():
            added[store] += len(records.keys() - start.of((region, store)).keys())
        return {store: number for store, number in added.items() if number}

    def lacks_of(self, other: Snapshot, start: Snapshot) -> bool:
        """Return whether this snapshot lacks a record, a change or a removal since `start` that the other one has."""
        for place in self._places(other):
            here, there = Counter(self.of(place).values()), Counter(other.of(place).values())
            kept = self.of(place).keys() & start.of(place).keys()
            if there - here or len(kept) > len(other.of(place).keys() & start.of(place).keys()):
                return True
        return False

    def has_more_than(self, other: Snapshot) -> bool:
        """Return whether a store has more records here than in the other snapshot."""
        return any(len(self.of(place)) > len(other.of(place)) for place in self._places(other))

    def repeats_of(self, other: Snapshot, start: Snapshot) -> bool:
        """Return whether a store has more copies of a record than the other's, some of them new since `start`."""
        for place in self._places(other):
            here = Counter(self.of(place).values())
            excess = here - Counter(other.of(place).values())
            new = {content for key, content in self.of(place).items() if key not in start.of(place)}
            if any(here[content] > 1 and content in new for content in excess):
                return True
        return False

    def same_as(self, other: Snapshot) -> bool:
        """Return whether the stores hold the same contents."""
        return all(sorted(self.of(place).values()) == sorted(other.of(place).values()) for place in self._places(other))

    def _places(self, other: Snapshot) -> Iterable[Place]:
        return self.records.keys() | other.records.keys()


def _content(record: Mapping[str, Any]) -> str:
    named = {name: value for name, value in record.items() if not name.endswith(("Id", "Arn"))}
    return json.dumps(_timeless(named), sort_keys=True, default=str)


def _timeless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _timeless(item) for name, item in value.items() if not isinstance(item, datetime.date)}
    return [_timeless(item) for item in value] if isinstance(value, list) else value
