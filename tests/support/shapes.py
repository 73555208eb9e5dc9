"""Values that a shape of botocore's model allows and forbids; written apart from the plugin's own checks."""

from __future__ import annotations

import datetime
import re

from tests.support.payloads import ARN, NOBODY

_TEXTS = (
    "a", NOBODY, f"{ARN}:application/{NOBODY}", "aws.partner/x", "https://example.com", "s3://bucket/key", "a::b",
)  # fmt: skip
_STRANGE = ("NONE", "é", " ", "\t", "a b", "\n", "x\n", "::")


def wrong(shape, value, path=""):
    """List where a value is not of the shape."""
    check = {"structure": _wrong_structure, "list": _wrong_list, "map": _wrong_map}.get(shape.type_name, _wrong_leaf)
    return check(shape, value, path)


def _wrong_structure(shape, value, path):
    found = [f"{path}.{name} is unknown" for name in set(value) - set(shape.members)]
    found += [f"{path}.{name} is missing" for name in set(shape.required_members) - set(value)]
    for name in set(value) & set(shape.members):
        found += wrong(shape.members[name], value[name], f"{path}.{name}")
    return found


def _wrong_list(shape, value, path):
    return [fault for index, item in enumerate(value) for fault in wrong(shape.member, item, f"{path}[{index}]")]


def _wrong_map(shape, value, path):
    found = [fault for key in value for fault in wrong(shape.key, key, f"{path} key")]
    return found + [fault for key, item in value.items() for fault in wrong(shape.value, item, f"{path}.{key}")]


def _wrong_leaf(shape, value, path):
    limits = shape.metadata
    kind = {"string": str, "boolean": bool, "integer": int, "timestamp": datetime.datetime}[shape.type_name]
    if type(value) is not kind or not getattr(value, "tzinfo", True):
        return [f"{path} is {value!r}"]
    size = len(value) if isinstance(value, str) else value
    if not limits.get("min", size) <= size <= limits.get("max", size):
        return [f"{path} is out of bounds: {value!r}"]
    pattern = limits.get("pattern", "(?s).*")
    if value not in limits.get("enum", [value]) or not re.fullmatch(pattern, str(value), re.ASCII):
        return [f"{path} is {value!r}, which the model does not allow"]
    return []


def valid(shape):
    """Make a value that the model allows, with all of its members."""
    if shape.type_name == "structure":
        return {name: valid(member) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [valid(shape.member)]
    if shape.type_name == "map":
        return {valid(shape.key): valid(shape.value)}
    if shape.type_name != "string":
        return {"boolean": True, "integer": shape.metadata.get("min", 1)}[shape.type_name]
    return next(text for text in (*shape.metadata.get("enum", ()), *_TEXTS) if not wrong(shape, text))


def invalid(shape):
    """Make values that the model forbids, each wrong in one place; with the path of that place."""
    yield "", 3 if shape.type_name in ("string", "timestamp") else "text"
    yield from {"structure": _invalid_structures, "list": _invalid_lists, "map": _invalid_maps,
                "string": _invalid_strings, "integer": _invalid_numbers}.get(shape.type_name, _none)(shape)  # fmt: skip


def _invalid_structures(shape):
    for name in shape.required_members:
        yield f".{name}", {other: value for other, value in valid(shape).items() if other != name}
    for name, member in shape.members.items():
        for path, value in invalid(member):
            yield f".{name}{path}", {**valid(shape), name: value}


def _invalid_lists(shape):
    yield from ((f"[0]{path}", [value]) for path, value in invalid(shape.member))
    yield from (("", [valid(shape.member)] * size) for size in _beyond(shape))


def _invalid_maps(shape):
    key, value = valid(shape.key), valid(shape.value)
    yield from ((".key", {other: value}) for _, other in invalid(shape.key) if isinstance(other, str))
    yield from ((f".{key}{path}", {key: other}) for path, other in invalid(shape.value))
    yield from (("", {f"k{number}": value for number in range(size)}) for size in _beyond(shape))


def _invalid_strings(shape):
    yield from (("", text) for text in _STRANGE if wrong(shape, text))
    yield from (("", "a" * size) for size in _beyond(shape))


def _invalid_numbers(shape):
    yield from (("", number) for number in _beyond(shape))


def _none(shape):
    return ()


def _beyond(shape):
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    return [*([least - 1] if least else []), *([most + 1] if most else [])]
