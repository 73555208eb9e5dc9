"""Tell the time, real or frozen, and skip forward instead of sleeping."""

from __future__ import annotations

import datetime
import math
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Clock:
    """The stub's clock: the time of the test, moved on by what was advanced and by the delays skipped.

    Where freezegun has frozen the time, the frozen time itself is moved on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead = 0.0
        self._slept: list[float] = []

    def now(self) -> datetime.datetime:
        """Give the present time, aware, in UTC."""
        frozen = _frozen_time()
        # freezegun's `now(utc)` is off by its `tz_offset`. Else through the module, for time-machine to reach it.
        now = frozen().replace(tzinfo=_UTC) if frozen else datetime.datetime.now(_UTC)
        return now + datetime.timedelta(seconds=self._ahead) if self._ahead else now

    def advance(self, seconds: float) -> None:
        """Move the clock on by so many seconds; nothing waits."""
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
        """Move on as if `seconds` had been slept, and note them."""
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
            # Not by its `tick`: of a time that runs on, that forgets how far it has run, or is missing in old versions;
            # of one that steps, it takes no delta for a step.
            frozen.time_to_freeze += delta
            return
        # To fail here, not wherever the time is asked for next.
        _ = datetime.datetime.now(_UTC) + datetime.timedelta(seconds=self._ahead) + delta
        self._ahead += seconds


_UTC = datetime.timezone.utc


def _frozen_time() -> Any:
    """Give freezegun's innermost frozen time; None where it has frozen none."""
    # It is asked only if somebody imported it: nothing else can have frozen the time with it.
    api = sys.modules.get("freezegun.api")
    frozen = api.freeze_factories[-1:] if api else None
    return frozen[0] if frozen else None


@contextmanager
def frozen(moment: str | datetime.datetime | datetime.date) -> Iterator[None]:
    """Freeze the time with freezegun until the end of the block."""
    from freezegun import freeze_time

    with freeze_time(moment):
        yield


def check_moment(moment: str | datetime.datetime | datetime.date) -> None:
    """Refuse, as `ValueError` or `OverflowError`, what `frozen` can't read."""
    from freezegun import freeze_time

    freeze_time(moment)
