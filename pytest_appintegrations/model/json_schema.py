"""Convert the model's shapes to JSON Schema, and check values by other JSON Schemas."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_appintegrations.model import patterns
from pytest_appintegrations.suggestions import unknown

if TYPE_CHECKING:
    from botocore.model import Shape
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_TYPES = {
    "structure": "object", "map": "object", "list": "array", "string": "string", "character": "string",
    "boolean": "boolean", "integer": "integer", "long": "integer", "float": "number", "double": "number",
    "timestamp": "aware datetime",
}  # fmt: skip
_RANGE = {"min": "minimum", "max": "maximum"}
_LIMITS = {
    "string": {"min": "minLength", "max": "maxLength"},
    "list": {"min": "minItems", "max": "maxItems"},
    "map": {"min": "minProperties", "max": "maxProperties"},
    "integer": _RANGE, "long": _RANGE, "float": _RANGE, "double": _RANGE,
}  # fmt: skip


def of_shape(shape: Shape) -> dict[str, Any]:
    """Return a shape as JSON Schema."""
    definitions: dict[str, Any] = {}

    def refer_to(part: Shape) -> dict[str, Any]:
        if part.name not in definitions:
            definitions[part.name] = {}  # A shape may contain itself.
            definitions[part.name] = {**_own_rules(part), **_rules_of_parts(part, refer_to)}
        return {"$ref": f"#/$defs/{part.name}"}

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **refer_to(shape), "$defs": definitions}


def _own_rules(shape: Shape) -> dict[str, Any]:
    rules = {"type": _TYPES[shape.type_name]} if shape.type_name in _TYPES else {}
    keywords = {**_LIMITS.get(shape.type_name, {}), "enum": "enum", "pattern": "pattern"}
    return rules | {keyword: shape.metadata[limit] for limit, keyword in keywords.items() if limit in shape.metadata}


def _rules_of_parts(shape: Shape, refer_to: Callable[[Shape], dict[str, Any]]) -> dict[str, Any]:
    if shape.type_name == "list":
        return {"items": refer_to(shape.member)}
    if shape.type_name == "map":
        return {"propertyNames": refer_to(shape.key), "additionalProperties": refer_to(shape.value)}
    if shape.type_name == "structure":
        members = {name: refer_to(member) for name, member in shape.members.items()}
        return {"properties": members, "required": list(shape.required_members), "additionalProperties": False}
    return {}


@functools.cache
def validator(shape: Shape) -> Validator:
    """Return jsonschema's validator for Python values of a shape, with times as datetimes."""
    from jsonschema import Draft202012Validator, validators

    types = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: type(value) is int,  # JSON Schema would accept 1.0, too.
            "aware datetime": lambda _, value: is_aware_datetime(value),
        }
    )
    return validators.extend(Draft202012Validator, {"pattern": _pattern_errors}, type_checker=types)(of_shape(shape))


def is_aware_datetime(value: object) -> bool:
    """Return whether a value is a datetime with a time zone."""
    return isinstance(value, datetime.datetime) and value.tzinfo is not None


def _pattern_errors(
    validator: Validator, pattern: str, value: object, definition: Mapping[str, Any]
) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    # A text that is too long is invalid anyway, and could keep even a harmless pattern busy.
    if isinstance(value, str) and len(value) <= definition.get("maxLength", len(value)):
        compiled = patterns.compiled(pattern)
        if compiled is not None and compiled.match(value) is None:
            yield ValidationError("")


def check(schema: Mapping[str, Any]) -> None:
    """Raise `ValueError` or `TypeError` if the schema is not a JSON Schema."""
    from jsonschema import exceptions

    if not isinstance(schema, Mapping):
        raise TypeError(f"schema must be a JSON Schema, a dict such as {{'required': ['ClientId']}}, not {schema!r}")
    try:
        _validator_class(schema).check_schema(schema)
    except exceptions.SchemaError as problem:
        raise ValueError(f"schema is not a valid JSON Schema: {problem.message}") from None


def violations(schema: Mapping[str, Any], value: object, *, root: str = "parameters") -> list[str]:
    """Return the violations of a JSON Schema in a value, in jsonschema's words; `root` names the value itself."""
    errors = sorted(_validator_class(schema)(schema).iter_errors(value), key=order)
    return [f"{path(error) or root}: {_worded(error)}" for error in errors]


def _worded(error: ValidationError) -> str:
    """Return the message of an error; that of an unknown property names the nearest known one."""
    if error.validator == "enum" and "propertyNames" in error.absolute_schema_path:
        return unknown("property", error.instance, error.validator_value)
    return str(error.message)


def _validator_class(schema: Mapping[str, Any]) -> type[Validator]:
    from jsonschema import validators

    validator_class: type[Validator] = validators.validator_for(schema, default=validators.Draft202012Validator)
    return validator_class


def order(error: ValidationError) -> list[str]:
    """Return a key that sorts errors by their paths."""
    return [str(part) for part in error.absolute_path]


def path(error: ValidationError) -> str:
    """Return the path that an error is about, such as `Permissions[0]`; empty for the whole value."""
    parts = ""
    for part in error.absolute_path:
        parts += f"[{part}]" if isinstance(part, int) else f".{part}" if parts else str(part)
    return parts
