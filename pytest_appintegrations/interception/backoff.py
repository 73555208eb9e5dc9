"""Skip the delays between attempts of stubbed calls, and the waits for tokens in adaptive mode."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from pytest_appintegrations.interception import activation
from pytest_appintegrations.interception.handlers import current_call


class EndpointTime:
    """The module `time` as botocore's endpoint sees it: `sleep` returns at once if a stub skips the delay."""

    def __init__(self) -> None:
        self._patch: Callable[[float], object] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    @property
    def sleep(self) -> Callable[[float], None]:
        """A function that sleeps; if a test replaces it, for example by `mock.patch`, it calls the replacement."""
        return self._sleep

    @sleep.setter
    def sleep(self, function: Callable[[float], object]) -> None:
        self._patch = None if function == self._sleep else function

    @sleep.deleter
    def sleep(self) -> None:
        self._patch = None

    def _sleep(self, seconds: float) -> None:
        is_skipped = skip_delay(seconds)
        if self._patch is not None:
            self._patch(seconds)
        elif not is_skipped:
            time.sleep(seconds)


def skip_delay(seconds: float) -> bool:
    """Let the stub skip the delay if it is that of a stubbed call; return False if it has to be slept."""
    call, active = current_call(), activation.answering_now()
    if call is None or active is None or not call.is_delay_due:
        return False
    call.is_delay_due = False
    return active.responder.skip_backoff(call, seconds)


def skip_token_wait(bucket: Any, amount: float) -> bool:
    """Let the stub skip the wait for tokens if it is that of a stubbed call; return False if it has to wait."""
    call, active = current_call(), activation.answering_now()
    if call is None or active is None:
        return False
    # Another thread may have filled the bucket by now.
    missing = max(0.0, (amount - bucket.available_capacity) / bucket.max_rate)
    # In whole milliseconds: rounding down would require another wait for the last part of a token.
    return active.responder.skip_token_wait(call, math.ceil(missing * 1000) / 1000)


def skipping_acquire(acquire: Any) -> Any:
    """Wrap `TokenBucket.acquire`: if a stubbed call would wait for tokens, advance the stub's clock instead."""

    def acquire_without_waiting(bucket: Any, amount: float = 1, block: bool = True) -> Any:
        from botocore.exceptions import CapacityNotAvailableError

        while block:
            try:
                return acquire(bucket, amount=amount, block=False)
            except CapacityNotAvailableError:
                if not skip_token_wait(bucket, amount):
                    break
        return acquire(bucket, amount=amount, block=block)

    return acquire_without_waiting
