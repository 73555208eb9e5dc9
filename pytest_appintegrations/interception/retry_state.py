"""Start each stub with full retry quotas and rate limiters, whatever a client has used up before.

botocore keeps them on the client: for standard mode a quota of retries, for adaptive mode a rate limiter as well.
During a stubbed call their attributes have values that belong to the stub; a client's own are there again for all
other calls.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from pytest_appintegrations.interception import activation
from pytest_appintegrations.interception.handlers import current_call

if TYPE_CHECKING:
    from pytest_appintegrations.interception.messages import Responder

_LOCK = threading.Lock()
_NewState = Callable[[Any, "Responder"], dict[str, Any]]


def keep_quota_per_stub(quota_class: type, undo: ExitStack) -> None:
    """Use a full `RetryQuota` for each client and stub, until `undo` is closed."""
    _keep_per_stub(quota_class, ["_available_capacity"], _new_quota, undo)


def keep_limiter_per_stub(limiter_class: type, undo: ExitStack) -> None:
    """Use a new `ClientRateLimiter` for each client and stub, until `undo` is closed."""
    names = ["_clock", "_enabled", "_rate_adjustor", "_rate_clocker", "_token_bucket"]
    _keep_per_stub(limiter_class, names, _new_limiter, undo)


def _keep_per_stub(owner: type, names: list[str], new_state: _NewState, undo: ExitStack) -> None:
    for name in names:
        setattr(owner, name, _AttributePerStub(name, new_state))
        undo.callback(delattr, owner, name)


class _AttributePerStub:
    """An attribute whose value belongs to the active stub during a stubbed call, and otherwise to its object."""

    def __init__(self, name: str, new_state: _NewState) -> None:
        self._name = name
        self._new_state = new_state

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        return self._state(instance)[self._name]

    def __set__(self, instance: Any, value: Any) -> None:
        self._state(instance)[self._name] = value

    def _state(self, instance: Any) -> dict[str, Any]:
        active = activation.answering_now() if current_call() is not None else None
        own: dict[str, Any] = vars(instance)
        if (
            active is None or self._name not in own
        ):  # A client that is created during a call does not have the attribute yet.
            return own
        with _LOCK:
            states = active.retry_states
            if instance not in states:
                states[instance] = self._new_state(instance, active.responder)
            return states[instance]


def _new_quota(quota: Any, responder: Responder) -> dict[str, Any]:
    return {"_available_capacity": vars(quota)["_max_capacity"]}


def _new_limiter(limiter: Any, responder: Responder) -> dict[str, Any]:
    """Return the parts that botocore's `adaptive.register_retry_handler` creates, of the types in use."""
    clock = _StubTime(responder)
    own = vars(limiter)
    return {
        "_clock": clock,
        "_enabled": False,
        "_rate_adjustor": type(own["_rate_adjustor"])(starting_max_rate=0, start_time=clock.current_time()),
        "_rate_clocker": type(own["_rate_clocker"])(clock),
        "_token_bucket": type(own["_token_bucket"])(max_rate=1, clock=clock),
    }


class _StubTime:
    """The time of a stub for a rate limiter, which would block while the time is set back."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self._lock = threading.Lock()
        self._latest = responder.now()
        self._steady = self._latest

    def current_time(self) -> float:
        """Return the seconds since the epoch; if the test sets the time back, they stand still until it catches up."""
        with self._lock:
            now = self._responder.now()
            self._steady += max(0.0, now - self._latest)
            self._latest = now
            return self._steady
