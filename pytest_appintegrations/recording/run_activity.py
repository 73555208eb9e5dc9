"""What all stubs of a test run did, collected for its report while somebody listens.

Every run imports this: it imports neither botocore nor the calls' own module.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appintegrations.recording.call import Call


class RunActivity:
    """The calls begun and the delays skipped, of all stubs in all threads, that were not taken yet."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._skipped: list[float] = []

    def take(self) -> tuple[list[Call], float]:
        """Return the calls and the seconds skipped since the last time."""
        calls, skipped = self._calls[:], self._skipped[:]
        # What a thread has added meanwhile stays for the next time.
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
    """Collect what happens until the end of the block; inside another such block, the inner one collects it."""
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
