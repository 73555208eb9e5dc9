"""A call of an operation and its HTTP attempts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_appintegrations.model import rest_json
from pytest_appintegrations.recording.rendering import one_line
from pytest_appintegrations.rules.fault import Fault
from pytest_appintegrations.suggestions import SuggestsAttributes


class Attempt(NamedTuple):
    """One HTTP attempt of a call."""

    status: int | None
    """The HTTP status of the response; None if there was no response."""
    error: str | None
    """The code of the error, or the name of the exception if there was no response; None on success."""
    fault: Fault | None
    """The fault that was applied to it; None if there was none."""
    backoff: float | None
    """The delay after it, in seconds, slept or skipped; None if no retry followed."""
    started_at: datetime.datetime
    """When it was sent, by the stub's clock: aware, in UTC."""
    request_id: str
    """The response's `x-amzn-RequestId`."""

    def __str__(self) -> str:
        outcome = self.error or "success"
        status = f"{self.status} " if self.status else ""
        backoff = "" if self.backoff is None else f", then {self.backoff:.2f} s of backoff"
        return f"{status}{outcome}{self._cause()}{backoff}"

    def _cause(self) -> str:
        if self.fault is None:
            return ""
        # A latency delays the response, unless it reaches the read timeout.
        late = self.fault.seconds is not None and self.error != self.fault.error
        return " (delayed)" if late else " (injected)"


if not TYPE_CHECKING:  # A NamedTuple can't inherit it.
    Attempt.__getattr__ = SuggestsAttributes.__getattr__


@dataclass(eq=False, repr=False, slots=True)
class Call(SuggestsAttributes):
    """One call of an operation, with every attempt that botocore made of it."""

    operation: str
    """The operation, by its name in the API."""
    region: str
    """The region that the request went to."""
    started_at: datetime.datetime
    """When the first attempt was sent, by the stub's clock: aware, in UTC."""
    attempts: tuple[Attempt, ...] = field(default=(), init=False)
    """The HTTP attempts, in order."""
    has_ended: bool = field(default=False, init=False)
    """Whether no further attempt follows."""
    _recorder: object = field(default=None, init=False)
    """Identifies the stub that recorded it."""
    _params: Mapping[str, Any] = field(default_factory=dict, init=False)
    _response: Mapping[str, Any] | None = field(default=None, init=False)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters as the service received them, a new copy each time; empty if the request can't be read."""
        copied: dict[str, Any] = rest_json.plain_copy(self._params)
        return copied

    @property
    def response(self) -> dict[str, Any] | None:
        """The response without `ResponseMetadata`, a new copy each time; None if the call did not succeed."""
        return None if self._response is None else rest_json.parsed_response(self.operation, self._response)

    @property
    def error(self) -> str | None:
        """The code of the error that the call ended with, or the name of the network error; None on success.

        It is also None until the first attempt has ended: a call of another thread is visible before that.
        """
        return self.attempts[-1].error if self.attempts else None

    def add_attempt(self, attempt: Attempt, params: Mapping[str, Any], response: Mapping[str, Any] | None) -> None:
        """Add an attempt that has ended, with its parameters and its response, which must not be changed later."""
        self._params, self._response = params, response
        self.attempts += (attempt,)

    def note_backoff(self, seconds: float) -> None:
        """Record the delay after the last attempt."""
        *earlier, last = self.attempts
        self.attempts = (*earlier, last._replace(backoff=seconds))

    def note_wait(self, seconds: float) -> None:
        """Add a wait before the last attempt to the delay after the one before it."""
        if len(self.attempts) > 1:
            *earlier, before, last = self.attempts
            self.attempts = (*earlier, before._replace(backoff=(before.backoff or 0) + seconds), last)

    def __repr__(self) -> str:
        return f"<Call {one_line(self)}>"
