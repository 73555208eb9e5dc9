"""Shapes as JSON Schema, and schemas that are not of the model."""

from __future__ import annotations

import json

import pytest

from pytest_appintegrations.model import json_schema, service

SHAPES = [
    pytest.param(shape, id=shape.name)
    for name in service.operations()
    for shape in (service.operation(name).input_shape, service.operation(name).output_shape)
    if shape is not None
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_a_json_schema(shape):
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(
        json.loads(json.dumps(json_schema.of_shape(shape)).replace('"aware datetime"', '"string"'))
    )


def test_a_schema_has_each_rule_of_its_shape(shape_of):
    shapes = {
        "S": {"type": "structure", "members": {"L": {"shape": "L"}, "M": {"shape": "M"}, "B": {"shape": "B"}}, "required": ["L"]},
        "L": {"type": "list", "member": {"shape": "T"}, "min": 1, "max": 2},
        "M": {"type": "map", "key": {"shape": "E"}, "value": {"shape": "I"}, "max": 3},
        "T": {"type": "string", "min": 1, "pattern": "[a-z]+"},
        "E": {"type": "string", "enum": ["on", "off"]},
        "I": {"type": "integer", "min": 0, "max": 5},
        "B": {"type": "blob"},
    }  # fmt: skip
    schema = json_schema.of_shape(shape_of("S", shapes))
    assert schema["$ref"] == "#/$defs/S"
    assert schema["$defs"] == {
        "S": {"type": "object", "required": ["L"], "additionalProperties": False,
              "properties": {"L": {"$ref": "#/$defs/L"}, "M": {"$ref": "#/$defs/M"}, "B": {"$ref": "#/$defs/B"}}},
        "L": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"$ref": "#/$defs/T"}},
        "M": {"type": "object", "maxProperties": 3, "propertyNames": {"$ref": "#/$defs/E"}, "additionalProperties": {"$ref": "#/$defs/I"}},
        "T": {"type": "string", "minLength": 1, "pattern": "[a-z]+"},
        "E": {"type": "string", "enum": ["on", "off"]},
        "I": {"type": "integer", "minimum": 0, "maximum": 5},
        "B": {},
    }  # fmt: skip


def test_violations_of_another_schema_are_in_order_and_name_the_root():
    schema = {
        "required": ["a"],
        "properties": {"b": {"items": {"type": "string"}}, "c": {"properties": {"d": {"const": 0}}}},
    }
    assert json_schema.violations(schema, {"c": {"d": 1}, "b": ["x", 1]}, root="the data") == [
        "the data: 'a' is a required property",
        "b[1]: 1 is not of type 'string'",
        "c.d: 0 was expected",
    ]
    assert json_schema.violations(schema, {"a": 1}) == []


@pytest.mark.parametrize(
    ("schema", "error", "message"),
    [
        ([], TypeError, r"schema must be a JSON Schema, a dict such as {'required': \['ClientId'\]}, not \[\]"),
        ({"type": "texts"}, ValueError, "schema is not a valid JSON Schema: 'texts' is not valid"),
        (
            {"$schema": "http://json-schema.org/draft-03/schema#", "required": ["a"]},
            ValueError,
            "not a valid JSON Schema",
        ),
    ],
)
def test_an_invalid_json_schema_is_refused_by_its_own_draft(schema, error, message):
    with pytest.raises(error, match=message):
        json_schema.check(schema)
