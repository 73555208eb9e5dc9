"""What the stubs did, for a report on a test run: noted only while somebody listens.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appintegrations.calls import Call


class Journal:
    """The calls begun and the delays skipped, of all stubs in all threads, that nobody took yet."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._skipped: list[float] = []

    def note_call(self, call: Call) -> None:
        """Note a call that has begun."""
        self._calls.append(call)

    def note_skipped(self, seconds: float) -> None:
        """Note a delay that was skipped."""
        self._skipped.append(seconds)

    def take(self) -> tuple[list[Call], float]:
        """Give, once, the calls and the seconds skipped."""
        calls, skipped = self._calls[:], self._skipped[:]
        # What a thread has added meanwhile stays for the next time.
        del self._calls[: len(calls)], self._skipped[: len(skipped)]
        return calls, sum(skipped)


_listening: list[Journal] = []


@contextmanager
def listening() -> Iterator[Journal]:
    """Keep a journal until the end of the block; one begun inside it notes instead, until it ends."""
    journal = Journal()
    _listening.append(journal)
    try:
        yield journal
    finally:
        _listening.remove(journal)


def now_kept() -> Journal | None:
    """Give the journal that is kept now; None where nobody listens."""
    return _listening[-1] if _listening else None
