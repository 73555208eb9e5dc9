"""Tell the time, real or frozen, and skip forward instead of sleeping."""

from __future__ import annotations

import datetime
import math
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
        # Through the module, so that freezegun reaches it.
        now = datetime.datetime.now(datetime.timezone.utc)
        return now + datetime.timedelta(seconds=self._ahead) if self._ahead else now

    def advance(self, seconds: float) -> None:
        """Move the clock on by so many seconds; nothing waits."""
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise TypeError(f"seconds must be a number, not {seconds!r}")
        if not (math.isfinite(seconds) and seconds >= 0):
            raise ValueError(f"seconds must be 0 or more, not {seconds!r}: the clock never goes back")
        with self._lock:
            if not _tick_frozen_time(seconds):
                self._ahead += seconds

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


def _tick_frozen_time(seconds: float) -> bool:
    # freezegun is asked only if somebody imported it: nothing else can have frozen the time with it.
    api = sys.modules.get("freezegun.api")
    frozen = api.freeze_factories if api else None
    if not frozen:
        return False
    frozen[-1].tick(datetime.timedelta(seconds=seconds))
    return True


def check_moment(moment: str | datetime.datetime | datetime.date) -> None:
    """Refuse, as `ValueError`, a text in which freezegun finds no time."""
    from freezegun import freeze_time

    try:
        freeze_time(moment)
    except (ValueError, OverflowError):
        raise ValueError(f"setting 'frozen_at' must be a date, a datetime or their ISO text, not {moment!r}") from None


@contextmanager
def frozen(moment: str | datetime.datetime | datetime.date) -> Iterator[None]:
    """Freeze the time with freezegun until the end of the block."""
    from freezegun import freeze_time

    with freeze_time(moment):
        yield
