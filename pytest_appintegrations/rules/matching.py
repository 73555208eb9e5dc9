"""Find the differences between expected and actual values; values without differences match."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pytest_appintegrations.errors import UnexpectedCall
from pytest_appintegrations.model import validation
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.redaction import presentable, redacted_member, short_repr
from pytest_appintegrations.suggestions import hides_mistakes

__tracebackhide__ = hides_mistakes

When = Mapping[str, Any] | Callable[[dict[str, Any]], bool]
"""A part of the parameters of an operation, or a function that takes them and returns whether they match."""


MISSING = object()
"""The actual value of a missing member."""


class Difference(NamedTuple):
    """A place where a value is not as expected."""

    path: str
    expected: object
    actual: object

    @property
    def parts(self) -> tuple[str, str]:
        """The expected and the actual value as text, shortened and with secrets masked."""
        if self.actual is MISSING:
            return f"expected {_short_repr(self.path, self.expected)}", "but it is missing"
        expected, actual = _short_reprs(*(redacted_member(self.path, value) for value in (self.expected, self.actual)))
        hidden = " (they differ in parts that are not shown)" if expected == actual else ""
        return f"expected {expected}", f"got      {actual}{hidden}"

    def __str__(self) -> str:
        expected, actual = self.parts
        return f"{self.path}: {expected}, {actual.replace('got      ', 'got ', 1)}"


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Difference]:
    """Return where `actual` differs from `expected`; members that `expected` does not have are ignored, at any depth.

    Values are compared as `expected != actual`, so `unittest.mock.ANY` and dirty-equals work anywhere.
    """
    return list(_compare(expected, actual, ""))


def matches(when: When | None, params: dict[str, Any], operation: str) -> bool:
    """Return whether `when` applies to the parameters of a call; None applies to all.

    An exception of the test's own code becomes an `UnexpectedCall`, which the code under test can't swallow.
    """
    try:
        if isinstance(when, Mapping):
            return not differences(when, params)
        return when is None or bool(when(plain_copy(params)))
    except Exception as problem:
        subject, advice = (
            f"when={short_repr(when)}",
            "Pass operation= as well to have it called for that operation only.",
        )
        raise UnexpectedCall(mistake_message(subject, problem, operation, params, advice)) from problem


def mistake_message(subject: str, problem: Exception, operation: str, params: Mapping[str, Any], advice: str) -> str:
    """Return the message about an exception that code of the test raised while a call was answered."""
    frames = traceback.extract_tb(problem.__traceback__)
    return (
        f"{subject} raised {short_repr(problem)} at {Path(frames[-1].filename).name}:{frames[-1].lineno}.\n"
        f"It was called for {operation} with the parameters {short_repr(presentable(params))}.\n"
        f"{advice}"
    )


def check_when_kind(when: object) -> None:
    """Raise `TypeError` if `when` is neither a mapping nor a function."""
    if not (when is None or callable(when) or isinstance(when, Mapping)):
        raise TypeError(f"when must be a dict of parameters or a function that takes them, not {when!r}")


def check_when_parameters(when: Mapping[str, Any], operation: str) -> None:
    """Raise `ValueError` for a parameter, even a nested one, that the operation does not have."""
    try:
        validation.check_parameters(operation, when)
    except ValueError as problem:
        raise ValueError(f"when: {problem}") from None


def _compare(expected: object, actual: object, path: str) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, item in expected.items():
            yield from _compare(item, actual.get(name, MISSING), f"{path}.{name}" if path else str(name))
    elif isinstance(expected, (list, tuple)) and isinstance(actual, list) and len(expected) == len(actual):
        for index, item in enumerate(expected):
            yield from _compare(item, actual[index], f"{path}[{index}]")
    elif actual is MISSING or expected != actual:
        yield Difference(path, expected, actual)


def _short_repr(path: str, value: object) -> str:
    return short_repr(redacted_member(path, value))


def _short_reprs(expected: object, actual: object) -> tuple[str, str]:
    if not (isinstance(expected, str) and isinstance(actual, str)):
        return short_repr(expected), short_repr(actual)
    shorter = min(len(expected), len(actual))
    parting = next((index for index in range(shorter) if expected[index] != actual[index]), shorter)
    start = max(0, parting - _BEFORE)
    return _part(expected, start), _part(actual, start)


def _part(text: str, start: int) -> str:
    if len(text) <= _LONG:
        return repr(text)
    end = start + _LONG
    return repr(f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}")


# Longer texts are cut to this length, beginning a few characters before the first difference.
_LONG = 60
_BEFORE = 20
