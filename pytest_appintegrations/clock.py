"""The clock of a stub: real or frozen time that is advanced instead of sleeping."""

from __future__ import annotations

import datetime
import math
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from pytest_appintegrations.suggestions import SuggestsAttributes, hides_mistakes

__tracebackhide__ = hides_mistakes


class Clock(SuggestsAttributes):
    """The time of the test, advanced by `advance` and by skipped delays.

    If freezegun has frozen the time, it is the frozen time, which is then advanced itself. During a travel of
    time-machine, the clock is ahead of its time by what was skipped since the travel began.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead: WeakKeyDictionary[object, float] = WeakKeyDictionary()
        """The seconds by which the clock is ahead of the real time, and of each travel of time-machine."""
        self._slept: list[float] = []

    def now(self) -> datetime.datetime:
        """Return the current time as an aware datetime in UTC; if freezegun has frozen the time, the frozen time."""
        if frozen := _frozen_time():
            # Not `now(utc)`, which freezegun shifts by its `tz_offset`.
            frozen_now: datetime.datetime = frozen().replace(tzinfo=_UTC)
            return frozen_now
        # Looked up in the module, so that time-machine can replace it.
        return datetime.datetime.now(_UTC) + datetime.timedelta(seconds=self._ahead.get(_travel(), 0.0))

    def advance(self, seconds: float) -> None:
        """Advance the clock by `seconds`, without waiting."""
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise TypeError(f"seconds must be a number, not {seconds!r}")
        if not 0 <= seconds < math.inf:
            raise ValueError(f"seconds must be 0 or more, not {seconds!r}: the clock can't go back")
        try:
            with self._lock:
                self._move_on(seconds)
        except OverflowError:
            raise ValueError(f"seconds must not advance the clock past the year 9999, as {seconds!r} would") from None

    @property
    def slept(self) -> tuple[float, ...]:
        """The skipped delays, in order and in seconds."""
        return tuple(self._slept)

    def skip(self, seconds: float) -> None:
        """Advance the clock by a delay that is skipped, and record the delay."""
        self.advance(seconds)
        with self._lock:
            self._slept.append(seconds)

    def reset(self) -> None:
        """Reset the clock to real time and clear `slept`; a frozen time is kept."""
        with self._lock:
            self._ahead.clear()
            self._slept.clear()

    def _move_on(self, seconds: float) -> None:
        delta = datetime.timedelta(seconds=seconds)
        if frozen := _frozen_time():
            # Not by its method `tick`, which is missing in old versions, loses the progress of a time with `tick=True`,
            # and does not accept a delta if `auto_tick_seconds` is set.
            frozen.time_to_freeze += delta
            return
        travel = _travel()
        ahead = self._ahead.get(travel, 0.0)
        # An overflow is raised here, not by the next `now`.
        _ = datetime.datetime.now(_UTC) + datetime.timedelta(seconds=ahead) + delta
        self._ahead[travel] = ahead + seconds


_UTC = datetime.timezone.utc


def _frozen_time() -> Any:
    """Return the innermost frozen time of freezegun; None if time is not frozen."""
    # Unless freezegun was imported, it can't have frozen anything.
    api = sys.modules.get("freezegun.api")
    frozen = api.freeze_factories[-1:] if api else None
    return frozen[0] if frozen else None


def _travel() -> object:
    """Return the innermost travel of time-machine; a constant where there is none."""
    time_machine = sys.modules.get("time_machine")
    # The name depends on the version of time-machine.
    travels = getattr(time_machine, "traveller_stack", None) or getattr(time_machine, "coordinates_stack", None)
    return travels[-1] if travels else Clock


@contextmanager
def frozen(moment: str | datetime.datetime | datetime.date) -> Iterator[None]:
    """Freeze the time with freezegun until the end of the block, except for the durations that pytest measures."""
    from freezegun import freeze_time

    with freeze_time(moment, ignore=["_pytest.runner", "_pytest.terminal", "_pytest.timing"]):
        yield


def check_moment(moment: str | datetime.datetime | datetime.date) -> None:
    """Raise `ValueError` or `OverflowError` for a moment that `frozen` can't parse."""
    from freezegun import freeze_time

    freeze_time(moment)
