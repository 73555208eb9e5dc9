"""A shape into JSON Schema; what a value violates, in the service's words.

jsonschema is the authority on what is valid. It costs more than the rest of a call, so a function built from
the same shape says first whether a value is surely valid; only what that doubts is put to jsonschema.
"""

from __future__ import annotations

import datetime
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_appintegrations.model import service
from pytest_appintegrations.model.checks import WHOLE_BEGIN, WHOLE_END, matcher, taken_over, whole_pattern
from pytest_appintegrations.suggestions import unknown

if TYPE_CHECKING:
    from botocore.model import Shape
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_JSON_TYPES = {
    "structure": "object", "map": "object", "list": "array", "string": "string", "character": "string",
    "boolean": "boolean", "integer": "integer", "long": "integer", "float": "number", "double": "number",
    "timestamp": "aware datetime",
}  # fmt: skip
_LIMITS = {
    "string": ("minLength", "maxLength"), "list": ("minItems", "maxItems"), "map": ("minProperties", "maxProperties"),
    "integer": ("minimum", "maximum"), "long": ("minimum", "maximum"),
    "float": ("minimum", "maximum"), "double": ("minimum", "maximum"),
}  # fmt: skip
_WORDS = {
    "minLength": "have length greater than or equal to {}", "maxLength": "have length less than or equal to {}",
    "minItems": "have length greater than or equal to {}", "maxItems": "have length less than or equal to {}",
    "minProperties": "have length greater than or equal to {}",
    "maxProperties": "have length less than or equal to {}",
    "minimum": "have value greater than or equal to {}", "maximum": "have value less than or equal to {}",
    "type": "be of type {}",
    "enum": "satisfy enum value set: {}", "pattern": "satisfy regular expression pattern: {}",
}  # fmt: skip
"""How the service's front end words what broke; jsonschema's own wording changes between its releases."""


_LIMITS_OF_THE_SERVICE = frozenset({"maxLength", "maxItems", "maxProperties", "maximum", "pattern", "enum"})
"""What botocore does not check; the rest, operations rely on."""
_MOST = 100
"""Nobody reads more sentences, and a long list can be wrong in every place."""


def request_violations(operation: str, params: Mapping[str, Any], *, limits: bool = True) -> list[str]:
    """Say, one sentence each, what in a request's parameters the model forbids, its `limits` left out if unwanted."""
    errors = _validator(service.operation(operation).input_shape, strict=False).iter_errors(params)
    wanted = (error for error in errors if limits or error.validator not in _LIMITS_OF_THE_SERVICE)
    return _sentences(_ordered(itertools.islice(wanted, _MOST)))


def value_violations(shape: Shape, value: object, name: str | None = None) -> list[str]:
    """Say what in a value made by the test's author the model forbids, members unknown to it too.

    The `name` of a member that the value stands for begins each path.
    Lists and maps may be empty: a model's `min` on one of its output says nothing of what the service answers.
    """
    if taken_over(shape)(value) is not None:
        return []
    errors = _ordered(_validator(shape, strict=True).iter_errors(value))
    for error in errors if name else ():
        error.path.appendleft(name)
    return _sentences(errors)


def check_schema(schema: Mapping[str, Any]) -> None:
    """Refuse, as `ValueError` or `TypeError`, what is no JSON Schema."""
    from jsonschema import exceptions

    if not isinstance(schema, Mapping):
        raise TypeError(f"schema= takes a JSON Schema, a dict such as {{'required': ['ClientId']}}, not {schema!r}")
    try:
        _foreign_validator(schema).check_schema(schema)
    except exceptions.SchemaError as problem:
        raise ValueError(f"schema= is not a JSON Schema: {problem.message}") from None


def foreign_violations(schema: Mapping[str, Any], value: object, *, root: str = "parameters") -> list[str]:
    """Say what in a value, which messages call `root`, breaks a JSON Schema that is not of the model."""
    return [
        f"{_path(error) or root}: {error.message}"
        for error in _ordered(_foreign_validator(schema)(schema).iter_errors(value))
    ]


def _foreign_validator(schema: Mapping[str, Any]) -> type[Validator]:
    from jsonschema import validators

    validator: type[Validator] = validators.validator_for(schema, default=validators.Draft202012Validator)
    return validator


@functools.cache
def json_schema(shape: Shape, *, strict: bool) -> dict[str, Any]:
    """Write a shape as JSON Schema; `strict` refuses unknown members and lets lists and maps be empty."""
    definitions: dict[str, Any] = {}
    reference = _reference(shape, strict, definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **reference, "$defs": definitions}


def _reference(shape: Shape, strict: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    if shape.name not in definitions:
        definitions[shape.name] = {}  # Held open, so that a shape may contain itself.
        definitions[shape.name] = _definition(shape, strict, definitions)
    return {"$ref": f"#/$defs/{shape.name}"}


def _definition(shape: Shape, strict: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    kind = shape.type_name
    definition: dict[str, Any] = {"type": _JSON_TYPES[kind]} if kind in _JSON_TYPES else {}
    for keyword, limit in zip(_LIMITS.get(kind, ()), ("min", "max"), strict=False):
        if limit in shape.metadata and not (strict and keyword in ("minItems", "minProperties")):
            definition[keyword] = shape.metadata[limit]
    if pattern := whole_pattern(shape):
        definition["pattern"] = pattern
    if enum := shape.metadata.get("enum"):
        definition["enum"] = enum
    return definition | _CONTENTS.get(kind, _nothing)(shape, strict, definitions)


def _nothing(shape: Shape, strict: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    return {}


def _list(shape: Shape, strict: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    return {"items": _reference(shape.member, strict, definitions)}


def _map(shape: Shape, strict: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    return {
        "propertyNames": _reference(shape.key, strict, definitions),
        "additionalProperties": _reference(shape.value, strict, definitions),
    }


def _structure(shape: Shape, strict: bool, definitions: dict[str, Any]) -> dict[str, Any]:
    members = {name: _reference(member, strict, definitions) for name, member in service.members(shape).items()}
    return {"properties": members, "required": list(shape.required_members), "additionalProperties": not strict}


_CONTENTS = {"list": _list, "map": _map, "structure": _structure}


@functools.cache
def _validator(shape: Shape, *, strict: bool) -> Validator:
    from jsonschema import Draft202012Validator, validators

    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda _, value: type(value) is int,  # Not 1.0 as well.
            _JSON_TYPES["timestamp"]: lambda _, value: (
                isinstance(value, datetime.datetime) and value.tzinfo is not None
            ),
        }
    )
    extended = validators.extend(Draft202012Validator, {"pattern": _pattern}, type_checker=checker)
    return extended(json_schema(shape, strict=strict))


def _pattern(
    validator: Validator, pattern: str, value: object, definition: Mapping[str, Any]
) -> Iterator[ValidationError]:
    from jsonschema.exceptions import ValidationError

    # A text that is too long is wrong already, and could keep a pattern busy for ever.
    if isinstance(value, str) and len(value) <= definition.get("maxLength", len(value)) and not matcher(pattern)(value):
        yield ValidationError("")


def _ordered(errors: Iterable[ValidationError]) -> list[ValidationError]:
    return sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])


def _path(error: ValidationError) -> str:
    path = ""
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


def _sentences(errors: Iterable[ValidationError]) -> list[str]:
    # Of several members missing in one structure, each has an error of its own that looks like the others.
    return list(dict.fromkeys(sentence for error in errors for sentence in _words(error)))


def _words(error: ValidationError) -> Iterator[str]:
    path = _path(error)
    rule, limit = str(error.validator), error.validator_value
    if rule == "required":
        for name in limit:
            if name not in error.instance:
                yield _violation("null", f"{path}.{name}" if path else name, "not be null")
    elif rule == "additionalProperties":
        known = error.schema["properties"]
        for name in error.instance:
            if name not in known:
                yield unknown(f"member of {path}" if path else "member", str(name), known)
    else:
        yield _violation(_shortened(error.instance), _key_path(error), _WORDS[rule].format(_demanded(rule, limit)))


def _demanded(rule: str, limit: Any) -> object:
    if rule == "enum":
        return f"[{', '.join(limit)}]"
    return limit[len(WHOLE_BEGIN) : -len(WHOLE_END)] if rule == "pattern" else limit


def _key_path(error: ValidationError) -> str:
    return _path(error) + (".key" if "propertyNames" in error.absolute_schema_path else "")


def _violation(value: str, path: str, demand: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: Member must {demand}"


def _shortened(value: object) -> str:
    text = str(value)
    return f"'{text}'" if len(text) <= 300 else f"'{text[:300]}…'"
