"""Check values by the model's shapes.

jsonschema decides what is valid; its errors are reworded here as the service words them. Importing it takes longer
than a whole call, so a small check accepts ordinary, valid values without it.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.model import json_schema, patterns, service
from pytest_appintegrations.redaction import redacted_member
from pytest_appintegrations.suggestions import hides_mistakes, unknown

if TYPE_CHECKING:
    from botocore.model import Shape
    from jsonschema.exceptions import ValidationError

__tracebackhide__ = hides_mistakes

Check = Callable[[Any], bool]
Shown = Callable[[str, Any], object]

_AT_LEAST, _AT_MOST = "have length greater than or equal to {}", "have length less than or equal to {}"
_CONSTRAINTS = {
    "minLength": _AT_LEAST, "minItems": _AT_LEAST, "minProperties": _AT_LEAST,
    "maxLength": _AT_MOST, "maxItems": _AT_MOST, "maxProperties": _AT_MOST,
    "minimum": "have value greater than or equal to {}", "maximum": "have value less than or equal to {}",
    "type": "be of type {}", "enum": "satisfy enum value set: {}",
    "pattern": "satisfy regular expression pattern: {}",
}  # fmt: skip
"""The wording of AWS; that of jsonschema changes between releases."""

_NOT_CHECKED_BY_BOTOCORE = frozenset({"maxLength", "maxItems", "maxProperties", "maximum", "pattern", "enum"})
"""The rules that `validate=False` skips; operations rely on the others."""
_MINIMUM_SIZES = frozenset({"minItems", "minProperties"})
_MAX_VIOLATIONS = 100
"""Every item of a long list can be wrong, and nobody reads more."""


def checked_request(operation: str, params: dict[str, Any], *, limits: bool = True) -> dict[str, Any]:
    """Return the parameters without members that the model does not have; raise the service's error for invalid ones.

    Without `limits`, maximums, patterns and enums are not checked, as in botocore.
    """
    shape = service.operation(operation).input_shape
    if shape is None or quick_check(shape)(params):
        return params
    known_params: dict[str, Any] = service.known_members(shape, params)
    if violations := _violations(shape, known_params, frozenset() if limits else _NOT_CHECKED_BY_BOTOCORE):
        count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected"
        raise ServiceError("ValidationException", f"{count}: {'; '.join(violations)}")
    return known_params


def value_violations(shape: Shape, value: object, name: str | None = None) -> list[str]:
    """Return a sentence for each violation of the model in a value that a test passes.

    Each path begins with `name`, the member that the value is for, and secrets are masked. Lists and maps may be
    empty: the service returns empty ones, although the model gives outputs a minimum.
    """
    return [] if quick_check(shape)(value) else _violations(shape, value, _MINIMUM_SIZES, name, redacted_member)


def check_parameters(operation: str, params: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a parameter, or a member of one, that the operation does not have."""
    _check_members(service.operation(operation).input_shape, params, operation, "")


def _check_members(shape: Shape | None, value: object, operation: str, path: str) -> None:
    if shape is None or shape.type_name == "structure":
        known = service.members(shape)
        for name, item in value.items() if isinstance(value, Mapping) else ():
            if name not in known:
                raise ValueError(
                    unknown("parameter", f"{path}{name}", (path + member for member in known), of=operation)
                )
            _check_members(known[name], item, operation, f"{path}{name}.")
    elif shape.type_name == "list":
        for item in value if isinstance(value, (list, tuple)) else ():
            _check_members(shape.member, item, operation, path)
    elif shape.type_name == "map":
        for item in value.values() if isinstance(value, Mapping) else ():
            _check_members(shape.value, item, operation, path)


def _violations(
    shape: Shape, value: object, ignored: Collection[str], name: str | None = None, shown: Shown = lambda _, part: part
) -> list[str]:
    """Return a sentence for each violation; `shown` returns the form in which a part of the value is quoted."""
    errors = (error for error in json_schema.validator(shape).iter_errors(value) if error.validator not in ignored)
    first_errors = sorted(itertools.islice(errors, _MAX_VIOLATIONS), key=json_schema.order)
    for error in first_errors if name else ():
        error.path.appendleft(name)
    # Several missing members of a structure have an error each, and these look the same.
    return list(dict.fromkeys(sentence for error in first_errors for sentence in _sentences(error, shown)))


@functools.cache
def quick_check(shape: Shape) -> Check:
    """Return a function that returns whether a value is certainly valid; otherwise jsonschema decides."""
    checks: dict[str, Check] = {}

    def check_of(part: Shape) -> Check:
        if part.name not in checks:
            checks[part.name] = lambda value: checks[part.name](value)  # A shape may contain itself.
            checks[part.name] = _CHECKS[part.type_name](part, check_of) if part.type_name in _CHECKS else _doubt
        return checks[part.name]

    return check_of(shape)


def _structure_check(shape: Shape, check_of: Callable[[Shape], Check]) -> Check:
    required = frozenset(shape.required_members)
    checks = {name: check_of(member) for name, member in shape.members.items()}

    def check(value: Any) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        for name, item in value.items():  # noqa: SIM110  # A generator for all() would cost as much as the checks.
            if not checks.get(name, _doubt)(item):
                return False
        return True

    return check


def _list_check(shape: Shape, check_of: Callable[[Shape], Check]) -> Check:
    low, high = _bounds(shape)
    check_item = check_of(shape.member)
    return lambda value: type(value) is list and low <= len(value) <= high and all(map(check_item, value))


def _map_check(shape: Shape, check_of: Callable[[Shape], Check]) -> Check:
    low, high = _bounds(shape)
    check_key, check_item = check_of(shape.key), check_of(shape.value)
    return lambda value: (
        type(value) is dict
        and low <= len(value) <= high
        and all(map(check_key, value))
        and all(map(check_item, value.values()))
    )


def _string_check(shape: Shape, check_of: Callable[[Shape], Check]) -> Check:
    low, high = _bounds(shape)
    if enum := shape.metadata.get("enum"):
        return lambda value: type(value) is str and low <= len(value) <= high and value in enum
    pattern = shape.metadata.get("pattern")
    if (compiled := patterns.compiled(pattern) if pattern else None) is None:
        return lambda value: type(value) is str and low <= len(value) <= high
    match = compiled.match
    return lambda value: type(value) is str and low <= len(value) <= high and match(value) is not None


def _integer_check(shape: Shape, check_of: Callable[[Shape], Check]) -> Check:
    low, high = _bounds(shape)
    return lambda value: type(value) is int and low <= value <= high


def _bounds(shape: Shape) -> tuple[float, float]:
    return shape.metadata.get("min", -math.inf), shape.metadata.get("max", math.inf)


def _doubt(value: object) -> bool:
    return False


_CHECKS: Mapping[str, Callable[[Shape, Callable[[Shape], Check]], Check]] = {
    "structure": _structure_check, "list": _list_check, "map": _map_check, "string": _string_check,
    "integer": _integer_check, "long": _integer_check,
    "boolean": lambda *_: lambda value: type(value) is bool,
    "timestamp": lambda *_: json_schema.is_aware_datetime,
}  # fmt: skip


def _sentences(error: ValidationError, shown: Shown) -> Iterator[str]:
    path, rule, limit = json_schema.path(error), str(error.validator), error.validator_value
    if rule == "required":
        for name in limit:
            if name not in error.instance:
                yield _sentence("null", f"{path}.{name}" if path else name, "not be null")
    elif rule == "additionalProperties":
        known = error.schema["properties"]
        for name in error.instance:
            if name not in known:
                yield unknown("member", str(name), known, of=path)
    else:
        key = ".key" if "propertyNames" in error.absolute_schema_path else ""
        shown_limit = f"[{', '.join(limit)}]" if rule == "enum" else limit
        quoted = _shortened(shown(path, error.instance))
        yield _sentence(quoted, f"{path}{key}", _CONSTRAINTS[rule].format(shown_limit))


def _sentence(value: str, path: str, constraint: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: Member must {constraint}"


def _shortened(value: object) -> str:
    text = str(value)
    return f"'{text}'" if len(text) <= 300 else f"'{text[:300]}…'"
