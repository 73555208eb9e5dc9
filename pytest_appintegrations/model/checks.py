"""The ordinary, valid value told from the rest, and copied, at little cost; what is doubted here, `schema` decides."""

from __future__ import annotations

import datetime
import functools
import re
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_appintegrations.model import service

if TYPE_CHECKING:
    from botocore.model import Shape

Check = Callable[[Any], Any]
Build = Callable[["Shape"], Check]

WHOLE_BEGIN, WHOLE_END = "^(?:", r")\Z"


def whole_pattern(shape: Shape) -> str | None:
    """Give the pattern as the service reads it, on the whole value; None where Python can't read it at all."""
    pattern = shape.metadata.get("pattern")
    if pattern is None:
        return None
    whole = f"{WHOLE_BEGIN}{pattern}{WHOLE_END}"
    try:
        re.compile(whole)
    except re.error:
        return None
    return whole


@functools.cache
def matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Compile a pattern so that a text is refused in a time that grows with its length, not with a power of it."""
    return re.compile(_CLASSES.sub(_once, pattern)).match


_CLASS = r"\[(?:\\.|[^\]\\])+\]"
_CLASSES = re.compile(rf"\\.|({_CLASS})(?:\+(?=({_CLASS})\+))?", re.DOTALL)
_MEMBERS = re.compile(r"\\.|[^\\]-[^\\]|.", re.DOTALL)


def _once(found: re.Match[str]) -> str:
    """Read `[ab]+[abc]+` as `[ab][abc]+`: the same texts, but one way only to share them between the two."""
    narrow, wide = (set(_MEMBERS.findall((group or "")[1:-1])) for group in found.groups())
    return found[1] if wide and narrow <= wide and "^" not in narrow | wide else found[0]


class _Remembered(dict[Any, Any]):
    """The last values found valid; lighter on the processor's own caches than `functools.lru_cache`."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def __missing__(self, value: Any) -> Any:
        valid = self._check(value)
        if valid is not None:
            if len(self) >= 256:
                self.clear()
            self[value] = valid
        return valid


@functools.cache
def taken_over(shape: Shape, *, of_json: bool = False) -> Check:
    """Build a check that copies the ordinary, valid value; it gives None for what may be valid or not.

    Copies share the texts that are equal, which a test suite sends again and again; those of what was read from JSON
    share whole lists, maps and structures as well.
    """
    check = _build(shape, {}, of_json)

    def surely_valid(value: Any) -> Any:
        try:
            return check(value)
        except (KeyError, TypeError):  # A member that is not modelled; a list or a map where text is meant.
            return None

    return surely_valid


def _build(shape: Shape, built: dict[str, Check], of_json: bool) -> Check:
    if shape.name not in built:
        # A shape that contains itself finds this first, and the check proper once it is built.
        built[shape.name] = lambda value: built[shape.name](value)
        check = _CHECKS.get(shape.type_name, _check_scalar)(shape, lambda part: _build(part, built, of_json))
        shared = of_json and shape.type_name in _NESTED and _texts_alone(shape)
        built[shape.name] = _unless_repeated(check) if shared else check
    return built[shape.name]


def _unless_repeated(check: Check) -> Check:
    """Build a check that gives the last valid value for one that equals it.

    In JSON it is the same then, where it holds texts alone: True equals 1, and a test's own `mock.ANY` all there is.
    """
    last: Any = object()

    def unless_repeated(value: Any) -> Any:
        nonlocal last
        known = last  # Another thread may put another in its place.
        if value == known:
            return known
        valid = check(value)
        if valid is not None:
            last = valid
        return valid

    return unless_repeated


def _texts_alone(shape: Shape, within: frozenset[str] = frozenset()) -> bool:
    """Say whether a shape holds nothing but texts, and no idempotency token, with which it never comes again."""
    if shape.name in within:
        return True
    within |= {shape.name}
    if shape.type_name == "structure":
        return all(_texts_alone(member, within) for member in service.members(shape).values())
    if shape.type_name == "list":
        return _texts_alone(shape.member, within)
    if shape.type_name == "map":  # Whatever the shape of its keys: in JSON they are texts.
        return _texts_alone(shape.value, within)
    return shape.type_name == "string" and not shape.metadata.get("idempotencyToken")


def _check_structure(shape: Shape, build: Build) -> Check:
    checks = {name: (name, build(member)) for name, member in service.members(shape).items()}
    required = tuple(shape.required_members)

    # Plain loops here and below: twice as fast as all() over a generator.
    def check(value: Any) -> Any:
        if type(value) is not dict:
            return None
        for name in required:
            if name not in value:
                return None
        copy = {}
        for given in value:
            name, check_item = checks[given]
            item = check_item(value[given])
            if item is None:
                return None
            copy[name] = item
        return copy

    return check


def _check_map(shape: Shape, build: Build) -> Check:
    check_key, check_item, (low, high) = build(shape.key), build(shape.value), _bounds(shape)

    def check(value: Any) -> Any:
        if type(value) is not dict or not low <= len(value) <= high:
            return None
        copy = {}
        for given in value:
            key, item = check_key(given), check_item(value[given])
            if key is None or item is None:
                return None
            copy[key] = item
        return copy

    return check


def _check_list(shape: Shape, build: Build) -> Check:
    check_item, (low, high) = build(shape.member), _bounds(shape)

    def check(value: Any) -> Any:
        if type(value) is not list or not low <= len(value) <= high:
            return None
        copy = [check_item(item) for item in value]
        return None if None in copy else copy

    return check


def _check_string(shape: Shape, build: Build) -> Check:
    low, high = _bounds(shape)
    if enum := shape.metadata.get("enum"):
        return {word: word for word in enum}.get
    pattern = whole_pattern(shape)
    matches = matcher(pattern) if pattern else None

    def check(value: Any) -> Any:
        valid = type(value) is str and low <= len(value) <= high and (matches is None or matches(value))
        return value if valid else None

    # Each idempotency token is another; of the rest, a test suite asks of the same few again and again.
    return check if shape.metadata.get("idempotencyToken") else _Remembered(check).__getitem__


def _check_scalar(shape: Shape, build: Build) -> Check:
    low, high = _bounds(shape)
    if shape.type_name == "boolean":
        return lambda value: value if type(value) is bool else None
    if shape.type_name in ("integer", "long"):
        return lambda value: value if type(value) is int and low <= value <= high else None
    if shape.type_name == "timestamp":
        return lambda value: value if isinstance(value, datetime.datetime) and value.tzinfo is not None else None
    return lambda value: None


def _bounds(shape: Shape) -> tuple[float, float]:
    # Whole numbers where they can be: a length is compared with another twice as fast as with an infinity.
    return shape.metadata.get("min", -sys.maxsize), shape.metadata.get("max", sys.maxsize)


_NESTED: Mapping[str, Callable[[Shape, Build], Check]] = {
    "structure": _check_structure, "map": _check_map, "list": _check_list,
}  # fmt: skip
_CHECKS = {**_NESTED, "string": _check_string}
