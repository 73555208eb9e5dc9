"""The state of the service in one account, region by region."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.clock import Clock
from pytest_appintegrations.settings import Quotas, Settings


class Account:
    """The regions of an account, each with its own state."""

    def __init__(self, settings: Settings, quotas: Quotas, clock: Clock, ids: Iterator[str]) -> None:
        self.settings = settings
        self.quotas = quotas
        self.clock = clock
        self._ids = ids
        self.regions: dict[str, RegionState] = {}

    def region(self, name: str) -> RegionState:
        """Return the state of a region."""
        state = self.regions.get(name)
        if state is None:
            new = RegionState(name, self.settings, self.quotas, self.clock, self._ids)
            state = self.regions.setdefault(name, new)  # Another thread may have been faster.
        return state

    def reset(self, ids: Iterator[str]) -> None:
        """Clear all regions, in place; new records get these ids."""
        self._ids = ids
        for state in self.regions.values():
            state.reset(ids)
