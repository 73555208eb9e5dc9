"""Wait for calls to end, in real time and without polling."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appintegrations.recording.call import Call


class CallEnds:
    """Announces the end of each call of a stub to all threads that wait for one."""

    def __init__(self) -> None:
        self._waiting: list[SimpleQueue[Call | None]] = []

    def announce(self, call: Call) -> None:
        """Pass a call that has ended to all waiting threads."""
        for queue in tuple(self._waiting):
            queue.put(call)

    def ended(self, calls: Iterable[Call], timeout: float) -> Generator[Call, None, None]:
        """Yield those of `calls` that have ended, then each call when it ends, for `timeout` seconds."""
        with self._queue(timeout) as queue:
            yield from [call for call in calls if call.has_ended]
            yield from iter(queue.get, None)

    @contextmanager
    def _queue(self, timeout: float) -> Iterator[SimpleQueue[Call | None]]:
        queue: SimpleQueue[Call | None] = SimpleQueue()
        # The timer waits in real time, even if a test has frozen the clock.
        timer = threading.Timer(timeout, queue.put, [None])
        timer.daemon = True
        self._waiting.append(queue)
        timer.start()
        try:
            yield queue
        finally:
            self._waiting.remove(queue)
            timer.cancel()
            timer.join()


def checked_timeout(timeout: float) -> float:
    """Return the timeout; raise `TypeError` or `ValueError` for an invalid one."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout must be a number of seconds, not {timeout!r}")
    if not 0 <= timeout <= threading.TIMEOUT_MAX:
        raise ValueError(f"timeout must be 0 or more seconds, and finite, not {timeout!r}")
    return timeout


def runs_event_loop() -> bool:
    """Return whether the current thread runs an event loop, which it would block by waiting."""
    asyncio = sys.modules.get("asyncio")  # Unless it was imported, no loop is running.
    try:
        return asyncio is not None and asyncio.get_running_loop() is not None
    except RuntimeError:
        return False
