"""Calls and their attempts: find them, assert on them, describe them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, overload

from pytest_appintegrations import schema as schemas
from pytest_appintegrations import service, wire
from pytest_appintegrations.faults import Fault
from pytest_appintegrations.matching import Difference, censored, differences, masked, presentable, shown


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
        copied: dict[str, Any] = wire.plain_copy(self._params)
        return copied

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The HTTP attempts, in order."""
        return tuple(Attempt(*attempt) for attempt in self._attempts)

    @property
    def response(self) -> dict[str, Any] | None:
        """The answer, without `ResponseMetadata`, a fresh copy each time; None where the call did not succeed."""
        return None if self._answer is None else wire.response(self.operation, self._answer)

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
        return f"<Call {self.operation} {shown(presentable(self.params))}: {', '.join(map(str, self.attempts))}>"


class CallLog(Sequence[Call]):
    """Calls in the order in which they began."""

    def __init__(self, calls: list[Call], *, empty: str = "nothing was called") -> None:
        self._calls = calls
        self._empty = empty

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> CallLog: ...
    def __getitem__(self, index: int | slice) -> Call | CallLog:
        """Give a call, or the log of some of them."""
        if isinstance(index, slice):
            return CallLog(self._calls[index], empty="this part of the log is empty")
        return self._calls[index]

    def __len__(self) -> int:
        return len(self._calls)

    def __repr__(self) -> str:
        return f"CallLog({self._calls!r})"

    @property
    def last(self) -> Call:
        """The last call; an `AssertionError` where there is none."""
        if not self._calls:
            raise AssertionError(f"there is no last call: {self._empty}")
        return self._calls[-1]

    def to(self, operation: str) -> CallLog:
        """Narrow the log to the calls of one operation, as they are by now."""
        name = service.operation_name(operation)
        return CallLog([call for call in self._calls if call.operation == name], empty=f"{name} was not called")

    def assert_called(self, operation: str, /, *, schema: Mapping[str, Any] | None = None, **params: Any) -> Call:
        """Assert that a call of the operation had these parameters among its own; give the first such call.

        Parameters match in part and nested; what is not named does not matter. `schema` is a JSON Schema that
        the parameters must satisfy. An unknown operation or parameter is a `ValueError`.
        """
        __tracebackhide__ = True
        wanted = _Wanted(operation, params, schema)
        matching = wanted.matching(self._calls)
        if not matching:
            raise AssertionError(f"expected a call of {wanted}; {wanted.nearest(self._calls, self._empty)}")
        return matching[0]

    def assert_called_once(self, operation: str, /, *, schema: Mapping[str, Any] | None = None, **params: Any) -> Call:
        """Assert that exactly one call matches, as `assert_called` matches; give it. Other calls do not count."""
        __tracebackhide__ = True
        wanted = _Wanted(operation, params, schema)
        matching = wanted.matching(self._calls)
        if not matching:
            raise AssertionError(f"expected one call of {wanted}; {wanted.nearest(self._calls, self._empty)}")
        if len(matching) > 1:
            raise AssertionError(f"expected one call of {wanted}, found {len(matching)}:\n{_listed(matching)}")
        return matching[0]

    def assert_not_called(self, operation: str, /, *, schema: Mapping[str, Any] | None = None, **params: Any) -> None:
        """Assert that no call matches, as `assert_called` matches."""
        __tracebackhide__ = True
        wanted = _Wanted(operation, params, schema)
        if matching := wanted.matching(self._calls):
            raise AssertionError(f"expected no call of {wanted}, found {len(matching)}:\n{_listed(matching)}")


class _Wanted:
    """What an assertion asks of a call."""

    def __init__(self, operation: str, params: Mapping[str, Any], schema: Mapping[str, Any] | None) -> None:
        self.operation = service.operation_name(operation)
        service.check_parameters(self.operation, params)
        self.params = params
        self.schema = schema
        if schema is not None:
            schemas.check_schema(schema)

    def __str__(self) -> str:
        conditions = [f"{name}={shown(value)}" for name, value in masked(self.params).items()]
        if self.schema is not None:
            conditions.append("parameters that satisfy the schema")
        return f"{self.operation} with {', '.join(conditions)}" if conditions else self.operation

    def lacks(self, call: Call) -> list[str | Difference]:
        """List where a call of the operation is not as wanted."""
        params = call.params
        lacking: list[str | Difference] = [*differences(self.params, params)]
        if self.schema is not None:
            lacking += [censored(words, params) for words in schemas.foreign_violations(self.schema, params)]
        return lacking

    def matching(self, calls: Iterable[Call]) -> list[Call]:
        """Give the calls that are as wanted."""
        return [call for call in calls if call.operation == self.operation and not self.lacks(call)]

    def nearest(self, calls: Sequence[Call], empty: str) -> str:
        """Say which call comes nearest and where it differs, and what else was called; `empty` where nothing was."""
        if not calls:
            return empty
        same = [(self.lacks(call), number) for number, call in enumerate(calls, 1)
                if call.operation == self.operation]  # fmt: skip
        if not same:
            return f"{_count(calls)} made, none of that operation:\n{_listed(calls)}"
        lacking, number = min(same, key=lambda entry: len(entry[0]))
        differing = "".join(f"\n    {difference}" for difference in lacking)
        others = f"\ncalls made:\n{_listed(calls)}" if len(calls) > 1 else ""
        return f"the nearest is call {number} of {len(calls)}, it differs in:{differing}{others}"


def _count(calls: Sequence[Call]) -> str:
    return "1 call was" if len(calls) == 1 else f"{len(calls)} calls were"


def _listed(calls: Sequence[Call], most: int = 20) -> str:
    lines = [f"  {number}. {call!r}" for number, call in enumerate(calls[:most], 1)]
    if len(calls) > most:
        lines.append(f"  … and {len(calls) - most} more")
    return "\n".join(lines)
