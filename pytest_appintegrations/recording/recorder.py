"""What the stubs did, for a report on a test run: noted only while somebody listens.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appintegrations.recording.call import Call


class CallRecorder:
    """The calls begun and the delays skipped, of all stubs in all threads, that nobody took yet."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.skipped: list[float] = []

    def take(self) -> tuple[list[Call], float]:
        """Give, once, the calls and the seconds skipped."""
        calls, skipped = self.calls[:], self.skipped[:]
        # What a thread has added meanwhile stays for the next time.
        del self.calls[: len(calls)], self.skipped[: len(skipped)]
        return calls, sum(skipped)


_listening: list[CallRecorder] = []


@contextmanager
def listening() -> Iterator[CallRecorder]:
    """Keep a journal until the end of the block; one begun inside it notes instead, until it ends."""
    journal = CallRecorder()
    _listening.append(journal)
    try:
        yield journal
    finally:
        _listening.remove(journal)


def note_call(call: Call) -> None:
    """Note a call that has begun."""
    for kept in _listening[-1:]:
        kept.calls.append(call)


def note_skipped(seconds: float) -> None:
    """Note a delay that was skipped."""
    for kept in _listening[-1:]:
        kept.skipped.append(seconds)
