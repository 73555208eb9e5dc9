"""Skip the waiting of stubbed calls: the delays between attempts, and for the tokens of adaptive mode's bucket."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pytest_appintegrations.interception import activation
from pytest_appintegrations.interception.handlers import call_in_progress, take_waiting

if TYPE_CHECKING:
    from pytest_appintegrations.interception.messages import Responder


class Time:
    """Stands where botocore's endpoint keeps the module `time`; sleeps unless a stub skips the delay."""

    def sleep(self, seconds: float) -> None:
        """Sleep, or have the stub of the call that waits skip it."""
        if not skips_delay(seconds):
            time.sleep(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def skips_delay(seconds: float) -> bool:
    """Say whether the delay that is due is skipped, by the stub of the call that waits."""
    call_id, active = take_waiting(), activation.answering_now()
    return bool(call_id and active and active.stub.backs_off(call_id, seconds))


def skips_wait(call: tuple[Responder, str], bucket: Any, amount: float) -> bool:
    """Say whether the wait of a call for so much of the bucket is skipped, by its stub."""
    stub, call_id = call
    # Another thread may have filled it by now.
    missing = max(0.0, (amount - bucket.available_capacity) / bucket.max_rate)
    # In whole milliseconds, or rounding would leave the last drop of a token to be waited for again.
    return stub.waits(call_id, math.ceil(missing * 1000) / 1000)


def skipping_acquire(acquire: Any) -> Any:
    """Wrap `TokenBucket.acquire`: where a stubbed call would wait for a token, the stub's clock is moved on."""

    def acquire_without_waiting(bucket: Any, amount: float = 1, block: bool = True) -> Any:
        from botocore.exceptions import CapacityNotAvailableError

        call = call_in_progress() if block else None
        while call is not None:
            try:
                return acquire(bucket, amount=amount, block=False)
            except CapacityNotAvailableError:
                if not skips_wait(call, bucket, amount):
                    break
        return acquire(bucket, amount=amount, block=block)

    return acquire_without_waiting


def steady_current_time(current_time: Any) -> Any:
    """Wrap adaptive mode's `Clock.current_time`: for stubbed calls it is the stub's time, and never goes back.

    A client may live through tests that freeze the time wherever they like; a bucket whose time goes back is in
    debt for as long.
    """

    def current_time_of_the_call(clock: Any) -> float:
        call = call_in_progress()
        with _telling:
            now = float(current_time(clock)) if call is None else call[0].now()
            if call is None and clock not in _last_now:
                _told[clock] = now  # A client of another service, or of one that no stub has answered yet.
            else:
                _told[clock] = _told.get(clock, now) + max(0.0, now - _last_now.get(clock, now))
                _last_now[clock] = now
            return _told[clock]

    return current_time_of_the_call


# Of each bucket's clock, and longer than it is wrapped: a client may outlive the run of pytest that it was used in.
_told: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
_last_now: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
_telling = threading.Lock()
