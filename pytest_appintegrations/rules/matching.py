"""Where a value differs from what was expected of it; no difference is a match."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pytest_appintegrations.errors import UnexpectedCall
from pytest_appintegrations.wire import plain_copy

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
        expected, actual = (shown(_masked(self.path, value)) for value in (self.expected, self.actual))
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
            f"the function when={shown(when)} of a fault or an answer raised {shown(problem)} for a call with the "
            f"parameters {shown(presentable(params))}; it is asked for every call that the operation= beside it "
            "takes in, or of any operation where none stands there"
        ) from problem


def shown(value: object) -> str:
    """Show a value in a message: shortened, and never failing, as a repr may."""
    return _SHORT.repr(value)


def presentable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a report may show of parameters: no idempotency token, which tells nothing, and no secret."""
    return masked({name: value for name, value in params.items() if name != "ClientToken"})


def masked(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a report may show of parameters that an author names: all but what is secret."""
    return {name: _masked(name, value) for name, value in params.items()}


def censored(text: str, params: Mapping[str, Any]) -> str:
    """Give a text that quotes parameters without what is secret in them."""
    for value, instead in _hidden(params, masked(params)):
        text = text.replace(repr(value), repr(instead))
    return text


def _hidden(value: Any, shown: Any) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _hidden(item, shown[name])
    elif isinstance(value, list):
        for item, instead in zip(value, shown, strict=True):
            yield from _hidden(item, instead)
    elif value != shown:
        yield value, shown


def _masked(name: str, value: object, *, secret: bool = False) -> object:
    secret = secret or _SECRET_NAME.search(_NO_SECRET.sub("", name)) is not None
    if isinstance(value, Mapping):
        return {inner: _masked(str(inner), item, secret=secret) for inner, item in value.items()}
    if isinstance(value, list):
        return [_masked("", item, secret=secret) for item in value]
    if secret and value is not MISSING:
        return "***"
    return _SECRET_TEXT.sub("***", value) if isinstance(value, str) else value


def _compare(expected: object, actual: object, path: str) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, item in expected.items():
            yield from _compare(item, actual.get(name, MISSING), f"{path}.{name}" if path else str(name))
    elif isinstance(expected, (list, tuple)) and isinstance(actual, list) and len(expected) == len(actual):
        for index, item in enumerate(expected):
            yield from _compare(item, actual[index], f"{path}[{index}]")
    elif actual is MISSING or expected != actual:
        yield Difference(path, expected, actual)


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 120
_SHORT.maxdict = _SHORT.maxlist = _SHORT.maxtuple = 12
_SHORT.maxlevel = 8

# No parameter of the model is marked sensitive; tags, metadata and URIs are the author's own.
_NO_SECRET = re.compile(r"\b(?:ClientToken|NextToken|CredentialProviderIdentifier)\b")
_SECRET_NAME = re.compile(r"(?i)secret|passw|token|credential|api.?key|private.?key")
_SECRET_TEXT = re.compile(
    r"(?<=://)[^/@\s]+(?=@)"  # user:password@host
    r"|(?i:(?<=secret=)|(?<=password=)|(?<=token=)|(?<=signature=)|(?<=credential=)|(?<=key=))[^&\s]+"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
)
