"""Plan the faults to try in a test: every error that each of its calls can meet, one at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pytest_appintegrations.model import service

#: Errors that any call can meet, although the model does not name them.
UNMODELLED_ERRORS = ("TooManyRequestsException", "EndpointConnectionError", "ReadTimeoutError")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One fault to try: an error in one call of a test."""

    operation: str
    call: int
    """The number of the operation's call in the test's body, from 1."""
    error: str
    after_calls: int
    """The number of calls of the operation that come first, including those of fixtures."""
    attempts: int | None = None
    """The number of attempts of the call that fail; None for all."""
    lose_response: bool = False

    def fault_arguments(self) -> dict[str, Any]:
        """Return the keyword arguments of the fault, which the marker takes after the error."""
        reach = {"calls": 1} if self.attempts is None else {"attempts": self.attempts}
        after = {"after_calls": self.after_calls} if self.after_calls else {}
        lost = {"lose_response": True} if self.lose_response else {}
        return {"operation": self.operation, **after, **reach, **lost}

    def marker(self) -> str:
        """Return the line that makes a run with this fault a regression test."""
        arguments = [f"{name}={_literal(value)}" for name, value in self.fault_arguments().items()]
        return f"@pytest.mark.appint_fault({', '.join([_literal(self.error), *arguments])})"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What to explore in a test, and which outcomes to accept, according to its author."""

    enabled: bool = True
    allow: Sequence[str] = ()
    errors: Sequence[str] | None = None
    """The errors to try; None for all."""
    operations: Sequence[str] | None = None
    """The operations whose calls to try them in; None for all."""


class Plan(NamedTuple):
    """The faults to try in a test, in order, and the number of those beyond the limit."""

    trials: list[Trial]
    cut_off: int


def plan(calls_of_fixtures: Sequence[str], calls: Sequence[str], choice: Choice, limit: int) -> Plan:
    """Plan the faults for a test from the operations that its fixtures and then its body called."""
    trials = list(_trials(Counter(calls_of_fixtures), calls, choice))
    return Plan(trials[:limit], len(trials[limit:]))


def errors_of(operation: str) -> list[str]:
    """Return each error that a call of the operation can meet."""
    modelled = sorted(service.errors(operation))
    return [*modelled, *(error for error in UNMODELLED_ERRORS if error not in modelled)]


def writes(operation: str) -> bool:
    """Return whether the operation changes the state of the service."""
    return bool(service.operation(operation).http["method"] != "GET")


def _trials(earlier: Counter[str], calls: Sequence[str], choice: Choice) -> Iterator[Trial]:
    seen: Counter[str] = Counter()
    for operation in calls:
        seen[operation] += 1
        if choice.operations is None or operation in choice.operations:
            number = seen[operation]
            for trial in _trials_of_call(operation, number, earlier[operation] + number - 1):
                if choice.errors is None or trial.error in choice.errors:
                    yield trial


def _trials_of_call(operation: str, number: int, after_calls: int) -> Iterator[Trial]:
    for error in errors_of(operation):
        yield Trial(operation=operation, call=number, error=error, after_calls=after_calls)
    if writes(operation):
        for attempts in (1, None):
            yield Trial(
                operation=operation,
                call=number,
                error="ReadTimeoutError",
                after_calls=after_calls,
                attempts=attempts,
                lose_response=True,
            )


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)
