"""Return responses that a test has added, instead of those from the stores."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from pytest_appintegrations.errors import UnexpectedCall
from pytest_appintegrations.model import service, validation
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.redaction import short_repr
from pytest_appintegrations.rules.matching import (
    When,
    check_when_kind,
    check_when_parameters,
    matches,
    mistake_message,
)
from pytest_appintegrations.suggestions import SuggestsAttributes, check_whole, hides_mistakes

__tracebackhide__ = hides_mistakes

ResponseSource = Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]
"""A response in the form of the operation's output, or a function that takes the parameters and returns one."""


class CannedResponse(SuggestsAttributes):
    """A handle on a response that a test has added; as a context manager it removes the response at the end."""

    def __init__(
        self,
        operation: str,
        source: ResponseSource,
        *,
        when: When | None,
        calls: int | None,
        remove: Callable[[CannedResponse], None],
    ) -> None:
        self.operation = operation
        self.hits = 0
        """The number of calls that it was returned to, each counted once with its retries."""
        self._source = source
        self._when = when
        self._calls = calls
        self._remove = remove

    @property
    def exhausted(self) -> bool:
        """Whether it is not returned to any further call."""
        return self._calls is not None and self.hits >= self._calls

    def applies_to(self, operation: str, params: dict[str, Any]) -> bool:
        """Return whether a call with these parameters matches."""
        return operation == self.operation and not self.exhausted and matches(self._when, params, operation)

    def to(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return the response to these parameters; raise `UnexpectedCall` if a function fails or returns none."""
        if isinstance(self._source, Mapping):
            return dict(self._source)
        author = f"the response function {short_repr(self._source)}"
        try:
            response = self._source(plain_copy(params))
        except Exception as problem:
            advice = "A response function must return a response. To make a call fail, inject a Fault."
            raise UnexpectedCall(mistake_message(author, problem, self.operation, params, advice)) from problem
        if not isinstance(response, Mapping):
            raise UnexpectedCall(
                f"{author} returned {short_repr(response)}.\n"
                f"It must return a dict in the form of the output of {self.operation}."
            )
        if problems := _violations(self.operation, response):
            raise UnexpectedCall(f"{author} did not return a valid response to {self.operation}: {problems}")
        return _copied(response)

    def __repr__(self) -> str:
        return f"<CannedResponse to {self.operation}: {self.hits} hits>"

    def __enter__(self) -> CannedResponse:
        return self

    def __exit__(self, *exc: object) -> None:
        self._remove(self)


class CannedResponses:
    """The canned responses of a stub, in order: the first that matches and is not exhausted is returned.

    `lock` is held while counting, and never while code of the test (functions, comparisons) runs.
    """

    def __init__(self, lock: AbstractContextManager[Any]) -> None:
        self._lock = lock
        self._active: tuple[CannedResponse, ...] = ()  # Replaced, never changed: other threads read it.
        self._by_call: dict[Hashable, dict[str, Any]] = {}

    def reset(self) -> None:
        """Forget all responses."""
        self._active = ()
        self._by_call.clear()

    def add(
        self, operation: str, response: ResponseSource, *, when: When | None = None, calls: int | None = None
    ) -> CannedResponse:
        """Add a response after the existing ones; raise `ValueError` or `TypeError` for an invalid one."""
        name = service.resolve_operation(operation)
        check_whole("calls", calls, 1)
        canned = CannedResponse(
            name, _checked(name, response), when=_checked_when(name, when), calls=calls, remove=self._remove
        )
        with self._lock:
            self._active += (canned,)
        return canned

    def handles(self) -> tuple[CannedResponse, ...]:
        """Return a handle for each response."""
        return self._active

    def response_to(self, call_id: Hashable, operation: str, params: dict[str, Any]) -> dict[str, Any] | None:
        """Return the response to an attempt, the same for each attempt of a call; None if no response matches."""
        if call_id in self._by_call:
            return self._by_call[call_id]
        for canned in self._active:
            if canned.applies_to(operation, params) and self._claim(canned):
                response = self._by_call[call_id] = canned.to(params)
                return response
        return None

    def forget(self, call_id: Hashable) -> None:
        """Forget the response to a call that has ended."""
        self._by_call.pop(call_id, None)

    def _claim(self, canned: CannedResponse) -> bool:
        with self._lock:
            # Another thread may have used it up or removed it while code of the test ran.
            free = canned in self._active and not canned.exhausted
            canned.hits += free
            return free

    def _remove(self, canned: CannedResponse) -> None:
        with self._lock:
            self._active = tuple(other for other in self._active if other is not canned)


def _checked(operation: str, response: object) -> ResponseSource:
    if isinstance(response, Mapping):
        if problems := _violations(operation, response):
            raise ValueError(f"not a valid response to {operation}: {problems}")
        return _copied(response)
    if not callable(response):
        raise TypeError(
            f"a response must be a dict, or a function that takes the parameters and returns one, not {response!r}"
        )
    return response


def _violations(operation: str, response: Mapping[str, Any]) -> str:
    return "; ".join(validation.value_violations(service.operation(operation).output_shape, _copied(response)))


def _copied(response: Mapping[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = plain_copy(dict(response))
    return copied


def _checked_when(operation: str, when: When | None) -> When | None:
    check_when_kind(when)
    if not isinstance(when, Mapping):
        return when
    check_when_parameters(when, operation)
    return _copied(when)
