"""Calls and their attempts: find them, assert on them, describe them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from pytest_appintegrations.model import rest_json
from pytest_appintegrations.redaction import presentable, short_repr
from pytest_appintegrations.rules.fault import Fault


class Attempt(NamedTuple):
    """One HTTP attempt of a call."""

    status: int | None
    """The answer's HTTP status; None where no answer came."""
    error: str | None
    """The error's code, or the name of the exception where no answer came; None on success."""
    fault: Fault | None
    """The fault that struck it."""
    backoff: float | None
    """The delay after it, in seconds, whether slept or skipped; None where no retry followed."""
    started_at: datetime.datetime
    """When it was sent, by the stub's clock: aware, in UTC."""
    request_id: str
    """The answer's `x-amzn-RequestId`."""

    def __str__(self) -> str:
        outcome = self.error or "success"
        status = f"{self.status} " if self.status else ""
        backoff = "" if self.backoff is None else f", then {self.backoff:.2f} s of backoff"
        return f"{status}{outcome}{self._cause()}{backoff}"

    def _cause(self) -> str:
        if self.fault is None:
            return ""
        # What comes late is the store's own answer, or past the client's patience none.
        late = self.fault.seconds is not None and self.error != self.fault.error
        return " (delayed)" if late else " (injected)"


# As plain tuples they cost the garbage collector nothing once it has seen them.
_Attempt = tuple[int | None, str | None, Fault | None, float | None, datetime.datetime, str]


class Call:
    """One call of an operation, with every attempt that botocore made of it."""

    __slots__ = ("_answer", "_attempts", "_params", "operation", "region", "started_at")

    def __init__(self, operation: str, region: str, started_at: datetime.datetime) -> None:
        self.operation = operation
        """The operation, by its name in the API."""
        self.region = region
        """The region that the request went to."""
        self.started_at = started_at
        """When the first attempt was sent, by the stub's clock: aware, in UTC."""
        self._attempts: tuple[_Attempt, ...] = ()
        self._params: Mapping[str, Any] = {}
        self._answer: Mapping[str, Any] | None = None

    @property
    def params(self) -> dict[str, Any]:
        """The parameters as the service saw them, a fresh copy each time; none where the request can't be read."""
        copied: dict[str, Any] = rest_json.plain_copy(self._params)
        return copied

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The HTTP attempts, in order."""
        return tuple(Attempt(*attempt) for attempt in self._attempts)

    @property
    def response(self) -> dict[str, Any] | None:
        """The answer, without `ResponseMetadata`, a fresh copy each time; None where the call did not succeed."""
        return None if self._answer is None else rest_json.response(self.operation, self._answer)

    @property
    def error(self) -> str | None:
        """The code of the error that the call ended with, or the network error's name; None on success.

        None, too, as long as it is not answered: another thread's call is seen while it is made.
        """
        return Attempt(*self._attempts[-1]).error if self._attempts else None

    def attempt(self, attempt: _Attempt, params: Mapping[str, Any], answer: Mapping[str, Any] | None) -> None:
        """Note a further attempt, as `Attempt` has it, its parameters and its answer; nobody changes them any more."""
        self._params, self._answer = params, answer
        self._attempts += (attempt,)

    def backed_off(self, seconds: float) -> None:
        """Note the delay after the last attempt."""
        *before, last = self.attempts
        self._attempts = (*before, last._replace(backoff=seconds))

    def waited(self, seconds: float) -> None:
        """Note a wait before the last attempt, with the delay after the one before it."""
        if len(self._attempts) > 1:
            *before, waiting, last = self.attempts
            self._attempts = (*before, waiting._replace(backoff=(waiting.backoff or 0) + seconds), last)

    def __repr__(self) -> str:
        return f"<Call {self.operation} {short_repr(presentable(self.params))}: {', '.join(map(str, self.attempts))}>"
