"""The calls that reached a stub, and assertions on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

from pytest_appintegrations.model import service, validation
from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.redaction import redact, redact_text, short_repr
from pytest_appintegrations.rules.matching import Difference, differences


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
        name = service.resolve_operation(operation)
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
        self.operation = service.resolve_operation(operation)
        service.check_parameters(self.operation, params)
        self.params = params
        self.schema = schema
        if schema is not None:
            validation.check_schema(schema)

    def __str__(self) -> str:
        conditions = [f"{name}={short_repr(value)}" for name, value in redact(self.params).items()]
        if self.schema is not None:
            conditions.append("parameters that satisfy the schema")
        return f"{self.operation} with {', '.join(conditions)}" if conditions else self.operation

    def lacks(self, call: Call) -> list[str | Difference]:
        """List where a call of the operation is not as wanted."""
        params = call.params
        lacking: list[str | Difference] = [*differences(self.params, params)]
        if self.schema is not None:
            lacking += [redact_text(words, params) for words in validation.foreign_violations(self.schema, params)]
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
