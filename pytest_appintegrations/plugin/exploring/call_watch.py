"""Watch the calls of an explored run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pytest_appintegrations.recording.run_activity import RunActivity

if TYPE_CHECKING:
    from pytest_appintegrations.exploration.origins import Territory
    from pytest_appintegrations.recording.call import Call


class TooManyCalls(BaseException):
    """Stops a run that makes too many calls; an `except Exception` of the code under test does not catch it."""


class CallWatch(RunActivity):
    """Counts the calls of a run, and stops it after too many; a territory, if given, learns where they come from."""

    def __init__(self, most: int, territory: Territory | None = None) -> None:
        super().__init__()
        self._left = most
        self._territory = territory

    @property
    def stopped(self) -> bool:
        """Whether the run made too many calls."""
        return self._left < 0

    def add_call(self, call: Call) -> None:
        """Count a call when it begins, in the thread that makes it."""
        if self._territory is not None:
            self._territory.learn(sys._getframe(1))
        self._left -= 1
        if self.stopped:
            raise TooManyCalls(f"{call.operation} was one call too many for an explored run")
