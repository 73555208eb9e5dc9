"""Where a value differs from what was expected of it; no difference is a match."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pytest_appintegrations.errors import UnexpectedCall
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.redaction import presentable, redacted_member, short_repr

When = Mapping[str, Any] | Callable[[dict[str, Any]], bool]
"""A part of an operation's parameters, or a function of them."""


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


class Difference(NamedTuple):
    """One place where a value is not as expected."""

    path: str
    expected: object
    actual: object

    def __str__(self) -> str:
        expected, actual = (_short_repr(self.path, value) for value in (self.expected, self.actual))
        hidden = " (they differ in what is not shown)" if expected == actual else ""
        return f"{self.path}: expected {expected}, got {actual}{hidden}"


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Difference]:
    """List where `actual` lacks or contradicts `expected`; what is not expected does not matter, at any depth.

    What stands in `expected` is compared from its side: `unittest.mock.ANY` and dirty-equals work anywhere.
    """
    return list(_compare(expected, actual, ""))


def matches(when: When | None, params: dict[str, Any]) -> bool:
    """Say whether parameters are such; None is any. A function is given a copy; if it fails, `UnexpectedCall`."""
    if when is None:
        return True
    if isinstance(when, Mapping):
        return not differences(when, params)
    try:
        return bool(when(plain_copy(params)))
    except Exception as problem:
        raise UnexpectedCall(
            f"the function when={short_repr(when)} of a fault or an answer raised {short_repr(problem)} for a call "
            f"with the parameters {short_repr(presentable(params))}; it is asked for every call that the operation= "
            "beside it takes in, or of any operation where none stands there"
        ) from problem


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
    return repr(value) if value is MISSING else short_repr(redacted_member(path, value))
