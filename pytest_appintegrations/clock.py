"""The stub's clock: real or frozen time, moved on instead of sleeping."""

from __future__ import annotations

import datetime
import math
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytest_appintegrations.suggestions import SuggestsAttributes, hides_mistakes

__tracebackhide__ = hides_mistakes


class Clock(SuggestsAttributes):
    """The time of the test, moved on by `advance` and by the delays that are skipped.

    Where freezegun has frozen the time, it is the frozen time, and that itself is moved on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead = 0.0
        self._slept: list[float] = []

    def now(self) -> datetime.datetime:
        """Return the present time, aware, in UTC; where freezegun has frozen the time, the frozen time."""
        if frozen := _frozen_time():
            # Not `now(utc)`, which freezegun shifts by its `tz_offset`.
            frozen_now: datetime.datetime = frozen().replace(tzinfo=_UTC)
            return frozen_now
        # Through the module, for time-machine to reach it.
        return datetime.datetime.now(_UTC) + datetime.timedelta(seconds=self._ahead)

    def advance(self, seconds: float) -> None:
        """Move the clock on by so many seconds, without waiting."""
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise TypeError(f"seconds must be a number, not {seconds!r}")
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be 0 or more, not {seconds!r}: the clock never goes back")
        try:
            with self._lock:
                self._move_on(seconds)
        except OverflowError:
            raise ValueError(f"seconds must not take the clock past the year 9999, as {seconds!r} does") from None

    @property
    def slept(self) -> tuple[float, ...]:
        """The delays skipped instead of slept, in order and in seconds."""
        return tuple(self._slept)

    def skip(self, seconds: float) -> None:
        """Move the clock on as if `seconds` had been slept, and record them."""
        self.advance(seconds)
        with self._lock:
            self._slept.append(seconds)

    def reset(self) -> None:
        """Forget what was advanced and slept; a frozen time stays where it is."""
        with self._lock:
            self._ahead = 0.0
            self._slept.clear()

    def _move_on(self, seconds: float) -> None:
        delta = datetime.timedelta(seconds=seconds)
        if frozen := _frozen_time():
            # Not by its `tick`: that is missing in old versions, forgets how far a time with `tick=True` has run, and
            # takes no delta where `auto_tick_seconds` is set.
            frozen.time_to_freeze += delta
            return
        # Fails here rather than where the time is asked for next.
        _ = datetime.datetime.now(_UTC) + datetime.timedelta(seconds=self._ahead) + delta
        self._ahead += seconds


_UTC = datetime.timezone.utc


def _frozen_time() -> Any:
    """Return freezegun's innermost frozen time; None where it has frozen none."""
    # Only where somebody has imported freezegun: else it can't have frozen anything.
    api = sys.modules.get("freezegun.api")
    frozen = api.freeze_factories[-1:] if api else None
    return frozen[0] if frozen else None


@contextmanager
def frozen(moment: str | datetime.datetime | datetime.date) -> Iterator[None]:
    """Freeze the time with freezegun until the end of the block; pytest's own measurements stay real."""
    from freezegun import freeze_time

    with freeze_time(moment, ignore=["_pytest.runner", "_pytest.terminal", "_pytest.timing"]):
        yield


def check_moment(moment: str | datetime.datetime | datetime.date) -> None:
    """Raise `ValueError` or `OverflowError` for what `frozen` can't read."""
    from freezegun import freeze_time

    freeze_time(moment)
