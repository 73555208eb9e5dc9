"""The calls that reached a stub, and assertions on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, overload

from pytest_appintegrations.model import service
from pytest_appintegrations.recording import call_order
from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.recording.call_ends import CallEnds, checked_timeout, runs_event_loop
from pytest_appintegrations.recording.call_order import ExpectedCall
from pytest_appintegrations.recording.expectation import Expectation, listed
from pytest_appintegrations.recording.rendering import counted
from pytest_appintegrations.suggestions import SuggestsAttributes, hides_mistakes

__tracebackhide__ = hides_mistakes


class CallLog(SuggestsAttributes, Sequence[Call]):
    """Calls in the order in which they began.

    Assertions compare only the parameters that are named, at any depth; `unittest.mock.ANY` and dirty-equals work.
    `schema` is a JSON Schema that the parameters must satisfy. An operation or parameter that the service does not
    have raises `ValueError`.
    """

    def __init__(self, calls: list[Call], *, empty: str = "nothing was called", ends: CallEnds | None = None) -> None:
        self._calls = calls
        self._empty = empty
        self._ends = ends

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> CallLog: ...
    def __getitem__(self, index: int | slice) -> Call | CallLog:
        """Return a call, or a log of some calls."""
        if isinstance(index, slice):
            return CallLog(self._calls[index], empty="this part of the log is empty")
        return self._calls[index]

    def __len__(self) -> int:
        return len(self._calls)

    def __repr__(self) -> str:
        return f"CallLog({self._calls!r})"

    @property
    def last(self) -> Call:
        """The last call; raise `AssertionError` if there is none."""
        if not self._calls:
            raise AssertionError(f"There is no last call: {self._empty}.")
        return self._calls[-1]

    def to(self, operation: str) -> CallLog:
        """Return a log of the calls of one operation that have been made so far."""
        name = service.resolve_operation(operation)
        return CallLog([call for call in self._calls if call.operation == name], empty=f"{name} was not called")

    def assert_called(
        self, operation: str, /, *, times: int | None = None, schema: Mapping[str, Any] | None = None, **params: Any
    ) -> Call:
        """Assert that a call matches (with `times`, that exactly so many do), and return the first that does."""
        __tracebackhide__ = True
        expectation = Expectation(operation, params, schema)
        if times is None:
            return self._matching(expectation, "a call")[0]
        return self._exactly(_checked_times(times), expectation, counted(times, "call"))

    def assert_called_once(self, operation: str, /, *, schema: Mapping[str, Any] | None = None, **params: Any) -> Call:
        """Assert that exactly one call matches, and return it; other calls do not count."""
        __tracebackhide__ = True
        return self._exactly(1, Expectation(operation, params, schema), "one call")

    def assert_not_called(self, operation: str, /, *, schema: Mapping[str, Any] | None = None, **params: Any) -> None:
        """Assert that no call matches."""
        __tracebackhide__ = True
        expectation = Expectation(operation, params, schema)
        if matching := expectation.matching(self._calls):
            raise AssertionError(_wrong_number("no call", expectation, matching))

    def assert_in_order(self, *expected: ExpectedCall, exactly: bool = False) -> list[Call]:
        """Assert that these calls were made in this order (with `exactly`, that there were no others), and return them.

        Each one is given as an operation, or as a tuple of an operation and parameters.
        """
        __tracebackhide__ = True
        expectations = call_order.expectations(expected, exactly)
        calls = self._calls[:]  # Other threads may add calls.
        found = call_order.found(expectations, calls, exactly)
        if found is None:
            raise AssertionError(call_order.mismatch(expectations, calls, exactly))
        return found

    def wait_for(
        self,
        operation: str,
        /,
        *,
        timeout: float = 5,
        schema: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> Call:
        """Wait until a matching call has ended, and return it; raise `AssertionError` if none does in time.

        `timeout` is in seconds of real time, even if time is frozen. A call that ended before counts, too. This
        blocks the thread: in a coroutine, await `asyncio.to_thread(stub.calls.wait_for, ...)`.
        """
        __tracebackhide__ = True
        if self._ends is None:
            raise RuntimeError("wait_for() waits for new calls: call it on stub.calls, not on a part of the log")
        if "times" in params:
            raise TypeError("wait_for() does not take times=: it waits for one call")
        expectation = Expectation(operation, params, schema)
        with closing(self._ends.ended(self._calls, checked_timeout(timeout))) as ended:
            found = next((call for call in ended if expectation.matches(call)), None)
        if found is None:
            raise AssertionError("\n".join(self._waited_in_vain(expectation, timeout)))
        return found

    def as_data(self) -> list[dict[str, Any]]:
        """Return the calls as plain lists and dicts for snapshot tests; they are the same in every run.

        Ids, idempotency tokens, page tokens and times are replaced by symbols such as `<data-integration 1>`,
        `<client-token 1>` and `<time>`, equal values by equal symbols. Secrets are masked, delays are left out.
        """
        from pytest_appintegrations.recording import snapshot

        return snapshot.as_data(self._calls)

    def _waited_in_vain(self, expectation: Expectation, timeout: float) -> Iterator[str]:
        yield f"Expected a call of {expectation} to end within {timeout:g} s."
        if matching := expectation.matching(self._calls):
            yield "It was made, but has not ended: there is no response yet, or the client may retry it."
            yield from listed(matching)
        else:
            yield from expectation.closest(self._calls, self._empty)
        if runs_event_loop():
            yield "This thread runs an event loop, and wait_for() blocks its tasks."
            yield "To let them run: await asyncio.to_thread(stub.calls.wait_for, ...)"

    def _matching(self, expectation: Expectation, what: str) -> list[Call]:
        __tracebackhide__ = True
        calls = self._calls[:]  # Other threads may add calls.
        matching = expectation.matching(calls)
        if not matching:
            closest = expectation.closest(calls, self._empty)
            raise AssertionError("\n".join([f"Expected {what} of {expectation}.", *closest]))
        return matching

    def _exactly(self, times: int, expectation: Expectation, what: str) -> Call:
        __tracebackhide__ = True
        matching = self._matching(expectation, what)
        if len(matching) != times:
            raise AssertionError(_wrong_number(what, expectation, matching))
        return matching[0]


def _wrong_number(what: str, expectation: Expectation, matching: list[Call]) -> str:
    matches = "1 matches" if len(matching) == 1 else f"{len(matching)} match"
    return "\n".join([f"Expected {what} of {expectation}, but {matches}:", *listed(matching)])


def _checked_times(times: int) -> int:
    if isinstance(times, bool) or not isinstance(times, int):
        raise TypeError(f"times must be a whole number, not {times!r}")
    if times < 1:
        raise ValueError(f"times must be 1 or more, not {times}; to expect no such call, use assert_not_called()")
    return times
