"""Record the calls of one stub, with their attempts and the delays between them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from pytest_appintegrations.recording import run_activity
from pytest_appintegrations.recording.call import Attempt, Call
from pytest_appintegrations.recording.call_ends import CallEnds
from pytest_appintegrations.rules.fault import Fault

_Lock = AbstractContextManager[Any]


class AttemptInProgress:
    """An attempt that is being answered: a context manager that adds it to its call when the block ends."""

    def __init__(self, call: Call, started_at: datetime.datetime, request_id: str, lock: _Lock) -> None:
        self.started_at = started_at
        self.request_id = request_id
        self.params: Mapping[str, Any] = {}
        self.fault: Fault | None = None
        self.status: int | None = None
        self.error: str | None = None
        self.response: Mapping[str, Any] | None = None
        self._call = call
        self._lock = lock

    def __enter__(self) -> AttemptInProgress:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        if kind is not None and self.error is None:
            self.error = kind.__name__
        attempt = Attempt(self.status, self.error, self.fault, None, self.started_at, self.request_id)
        with self._lock:
            self._call.add_attempt(attempt, self.params, self.response)


class CallRecorder:
    """The calls of one stub, in the order in which they began; `lock` is held while one of them changes."""

    def __init__(self, lock: _Lock, now: Callable[[], datetime.datetime]) -> None:
        self.calls: list[Call] = []
        self._identity = object()
        self._lock = lock
        self._now = now
        self._by_id: dict[Hashable, Call] = {}
        self._request_ids: Iterator[str] = iter(())
        self.ends = CallEnds()

    def reset(self, request_ids: Iterator[str]) -> None:
        """Forget all calls; new attempts get these ids."""
        self.calls.clear()
        self._by_id.clear()
        self._request_ids = request_ids

    def has_recorded(self, call: Call) -> bool:
        """Return whether the call is one of this stub's, even if a reset has forgotten it."""
        return call._recorder is self._identity

    def attempt(self, call_id: Hashable, operation: str, region: str) -> AttemptInProgress:
        """Start an attempt of a call, and the call itself with its first attempt."""
        with self._lock:
            started_at = self._now()
            call = self._by_id.get(call_id)
            if call is None:
                call = self._by_id[call_id] = Call(operation, region, started_at)
                call._recorder = self._identity
                self.calls.append(call)
                run_activity.note_call(call)
            call.has_ended = False
            return AttemptInProgress(call, started_at, next(self._request_ids), self._lock)

    def end_call(self, call_id: Hashable) -> None:
        """Record that no further attempt of a call follows; a call that a reset has forgotten is ignored."""
        with self._lock:
            call = self._by_id.get(call_id)
            if call is None or call.has_ended:
                return
            call.has_ended = True
        self.ends.announce(call)

    def note_backoff(self, call_id: Hashable, seconds: float) -> None:
        """Record the delay before a call's next attempt; a call that a reset has forgotten is ignored."""
        with self._lock:
            if call := self._by_id.get(call_id):
                call.note_backoff(seconds)

    def note_wait(self, call_id: Hashable, seconds: float) -> None:
        """Record that an attempt of a call waited for a token; a call that a reset has forgotten is ignored."""
        with self._lock:
            if call := self._by_id.get(call_id):
                call.note_wait(seconds)
