"""Collect what all stubs of a test run do, for its report.

Every run imports this module, so it imports neither botocore nor the module of the calls.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appintegrations.recording.call import Call


class RunActivity:
    """The calls that began and the delays that were skipped, in all stubs and threads, since the last `take`."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._skipped: list[float] = []

    def take(self) -> tuple[list[Call], float]:
        """Return the calls and the skipped seconds since the last time."""
        calls, skipped = self._calls[:], self._skipped[:]
        # What another thread has added in the meantime is kept for the next time.
        del self._calls[: len(calls)], self._skipped[: len(skipped)]
        return calls, sum(skipped)

    def add_call(self, call: Call) -> None:
        """Add a call that has begun."""
        self._calls.append(call)

    def add_skipped(self, seconds: float) -> None:
        """Add a delay that was skipped."""
        self._skipped.append(seconds)


_listening: list[RunActivity] = []


@contextmanager
def listening(activity: RunActivity | None = None) -> Iterator[RunActivity]:
    """Collect activity until the end of the block; of nested blocks, the innermost one collects it."""
    activity = RunActivity() if activity is None else activity
    _listening.append(activity)
    try:
        yield activity
    finally:
        _listening.remove(activity)


def note_call(call: Call) -> None:
    """Record a call that has begun."""
    for activity in _listening[-1:]:
        activity.add_call(call)


def note_skipped(seconds: float) -> None:
    """Record a delay that was skipped."""
    for activity in _listening[-1:]:
        activity.add_skipped(seconds)
