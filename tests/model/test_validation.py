"""What the model does not allow is refused, whatever the operation and the place; what it allows passes."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from types import SimpleNamespace
from unittest.mock import ANY

import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.model import json_schema, patterns, service, validation
from tests.support.payloads import FULL_ASSOCIATION
from tests.support.shapes import invalid, valid

NOW = datetime.datetime.now(datetime.timezone.utc)


def request_violations(operation, params):
    """Return the sentences of the service's error for a request, without their count."""
    with pytest.raises(ServiceError) as caught:
        validation.checked_request(operation, params)
    assert caught.value.code == "ValidationException"
    count, _, sentences = caught.value.message.partition(" detected: ")
    violations = sentences.split("; ")
    assert count == ("1 validation error" if len(violations) == 1 else f"{len(violations)} validation errors")
    return violations


def values(shape, depth=0):
    """Draw values that nearly have the form of the shape, and sometimes none of it."""
    anything = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.just([]), st.just({}))
    type_name = shape.type_name
    if type_name == "structure":
        members = {name: values(member, depth + 1) for name, member in service.members(shape).items()}
        required = {name: members.pop(name) for name in list(shape.required_members)}
        near = st.fixed_dictionaries(required, optional={**members, "Unknown": anything})
        lacking = st.fixed_dictionaries({}, optional=required)
        return st.one_of(near, near, near, lacking, anything)
    if type_name == "map":
        return st.one_of(st.dictionaries(values(shape.key), values(shape.value), max_size=2), anything)
    if type_name == "list":
        return st.one_of(st.lists(values(shape.member), max_size=2), anything)
    if type_name == "string":
        return st.one_of(*strings(shape), anything if depth > 1 else st.text(max_size=3))
    if type_name == "timestamp":
        return st.one_of(st.datetimes(timezones=st.timezones()), st.datetimes(), anything)
    return anything


def strings(shape):
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 10)
    if enum := shape.metadata.get("enum"):
        yield st.sampled_from(enum)
    if shape.metadata.get("pattern"):
        yield st.from_regex(patterns.compiled(shape.metadata["pattern"]))
        yield st.from_regex(shape.metadata["pattern"])
    yield st.integers(max(low - 1, 0), low + 1).map("x".__mul__)
    yield st.integers(high - 1, high + 1).map("x".__mul__)


SHAPES = [
    pytest.param(shape, id=shape.name)
    for name in service.operations()
    for shape in (service.operation(name).input_shape, service.operation(name).output_shape)
    if shape is not None
]


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_quick_check_passes_nothing_that_jsonschema_refuses(shape, data):
    value = data.draw(values(shape))
    is_surely_valid = validation.quick_check(shape)(value)
    assert is_surely_valid == json_schema.validator(shape).is_valid(value)


def test_an_ordinary_request_needs_no_jsonschema():
    program = f"""
import sys
from pytest_appintegrations import AppIntegrationsStub
with AppIntegrationsStub() as stub:
    stub.data_integrations.add(Name="orders")
    client = stub.client()
    client.create_data_integration_association(DataIntegrationIdentifier="orders", **{FULL_ASSOCIATION!r})
    assert "jsonschema" not in sys.modules
    try:
        client.list_data_integrations(MaxResults=51)
    except client.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationException"
        assert "jsonschema" in sys.modules
    else:
        raise AssertionError("51 results are too many")
"""
    subprocess.run([sys.executable, "-c", program], check=True)


class TestMessages:
    @pytest.mark.parametrize(
        ("operation", "params", "violations"),
        [
            (
                "CreateDataIntegration",
                {"KmsKey": 5, "Tags": {}},
                [
                    "Value null at 'Name' failed to satisfy constraint: Member must not be null",
                    "Value '5' at 'KmsKey' failed to satisfy constraint: Member must be of type string",
                    "Value '{}' at 'Tags' failed to satisfy constraint: Member must have length greater than or equal to 1",
                ],
            ),
            (
                "CreateDataIntegration",
                {},
                [
                    "Value null at 'Name' failed to satisfy constraint: Member must not be null",
                    "Value null at 'KmsKey' failed to satisfy constraint: Member must not be null",
                ],
            ),
            (
                "ListDataIntegrations",
                {"MaxResults": 51, "NextToken": ""},
                [
                    "Value '51' at 'MaxResults' failed to satisfy constraint: "
                    "Member must have value less than or equal to 50",
                    "Value '' at 'NextToken' failed to satisfy constraint: "
                    "Member must have length greater than or equal to 1",
                ],
            ),
            (
                "UntagResource",
                {"resourceArn": "arn:aws:a:b:c:d", "tagKeys": ["a"] * 201},
                [
                    f"Value '{str(['a'] * 201)[:300]}…' at 'tagKeys' failed to satisfy constraint: "
                    "Member must have length less than or equal to 200",
                ],
            ),
        ],
        ids=["missing, type and size", "several missing", "range and length", "list"],
    )
    def test_each_violation_is_a_sentence_in_the_order_of_the_places(self, operation, params, violations):
        assert request_violations(operation, params) == violations

    @pytest.mark.parametrize(("length", "shown"), [(300, "x" * 300), (301, "x" * 300 + "…")])
    def test_a_long_value_is_shortened(self, length, shown):
        [violation] = request_violations("ListDataIntegrations", {"MaxResults": "x" * length})
        assert violation.startswith(f"Value '{shown}' at 'MaxResults' failed")

    def test_there_are_at_most_a_hundred_violations(self):
        assert len(request_violations("CreateApplication", {"Permissions": [1] * 300_000})) == 100


def test_a_request_is_returned_without_members_that_the_model_does_not_have():
    params = {"Name": "n", "KmsKey": "k", "Unknown": 1, "ScheduleConfig": {"ScheduleExpression": "rate(1 day)", "A": 1}}
    assert validation.checked_request("CreateDataIntegration", params) == {
        "Name": "n",
        "KmsKey": "k",
        "ScheduleConfig": {"ScheduleExpression": "rate(1 day)"},
    }
    assert "Unknown" in params


def test_a_parameter_that_is_none_counts_as_missing():
    params = {"Name": "n", "KmsKey": "k", "Description": None}
    assert validation.checked_request("CreateDataIntegration", params) == {"Name": "n", "KmsKey": "k"}
    assert request_violations("CreateDataIntegration", {"Name": None, "KmsKey": "k"}) == [
        "Value null at 'Name' failed to satisfy constraint: Member must not be null"
    ]


def test_unknown_members_are_a_mistake_in_an_authors_value():
    output = service.operation("ListDataIntegrations").output_shape
    assert validation.value_violations(output, {"NextTokn": "x", "DataIntegrations": [], "More": 1}) == [
        "unknown member 'NextTokn'; did you mean 'NextToken'?",
        "unknown member 'More'; known: DataIntegrations, NextToken",
    ]
    assert validation.value_violations(output, {"DataIntegrations": [{"Nme": "x"}]}) == [
        "unknown member 'Nme' of DataIntegrations[0]; did you mean 'Name'?"
    ]


def test_lists_and_maps_in_an_authors_value_may_be_empty():
    output = service.operation("ListDataIntegrations").output_shape
    assert validation.value_violations(output, {"DataIntegrations": []}) == []
    assert validation.value_violations(service.shape("TagMap"), {}) == []


def test_the_name_of_a_member_begins_the_paths_of_its_value():
    [violation] = validation.value_violations(service.shape("TagMap"), {"a": 1}, "Tags")
    assert violation == "Value '1' at 'Tags.a' failed to satisfy constraint: Member must be of type string"


@pytest.mark.parametrize("wrong", [5, datetime.datetime(2026, 1, 2)], ids=["number", "naive"])
def test_times_in_an_authors_value_are_aware_datetimes(wrong):
    shape = service.operation("GetApplication").output_shape
    assert validation.value_violations(shape, {"CreatedTime": NOW}) == []
    assert validation.value_violations(shape, {"CreatedTime": wrong}) == [
        f"Value '{wrong}' at 'CreatedTime' failed to satisfy constraint: Member must be of type aware datetime"
    ]


@pytest.mark.parametrize(
    ("shape", "ordinary", "doubted"),
    [
        ({"type": "boolean"}, [True, False], [1, "true"]),
        ({"type": "integer", "min": 1, "max": 5}, [1, 5], [0, 6, True, "1", 1.0]),
        ({"type": "long", "max": 5}, [-7, 5], [6]),
        ({"type": "timestamp"}, [NOW], [NOW.replace(tzinfo=None), 5]),
        ({"type": "string", "min": 1, "max": 3, "pattern": "[a-z]*"}, ["a", "abc"], ["", "abcd", "A", 5, ["a"]]),
        ({"type": "string"}, ["", "x" * 9999], [None, b"x"]),
        ({"type": "string", "enum": ["on", "off"]}, ["on"], ["On", ["on"]]),
        ({"type": "list", "member": {"shape": "Text"}, "min": 1, "max": 2}, [["a"], ["a", "b"]],
         [[], ["a", "b", "c"], [5], ("a",), "a", [ANY]]),
        ({"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Flag"}, "min": 1, "max": 2},
         [{"a": False}, {"a": True, "b": False}], [{}, {"a": 1}, {"A": True}, dict.fromkeys("abc", True), ["a"]]),
        ({"type": "structure", "members": {"T": {"shape": "Text"}, "F": {"shape": "Flag"}}, "required": ["T"]},
         [{"T": "a"}, {"F": False, "T": "a"}], [{}, {"F": True}, {"T": "a", "G": 1}, {"T": None}, [], None, ANY]),
        ({"type": "float"}, [], [1.5]),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) else "",
)  # fmt: skip
def test_the_quick_check_passes_ordinary_values_and_leaves_the_rest_to_jsonschema(shape_of, shape, ordinary, doubted):
    shapes = {"S": shape, "Text": {"type": "string", "pattern": "[a-z]+"}, "Flag": {"type": "boolean"}}
    check = validation.quick_check(shape_of("S", shapes))
    assert [value for value in ordinary + doubted if check(value)] == ordinary


class TestShapesThatTheServiceDoesNotUseYet:
    """A newer botocore may bring them."""

    def test_a_pattern_that_python_cannot_read_takes_any_text(self, shape_of):
        shape = shape_of("S", {"S": {"type": "string", "max": 5, "pattern": r"^\p{L}+$"}})
        assert validation.quick_check(shape)("x")
        assert len(validation.value_violations(shape, "x" * 6)) == 1
        shape = shape_of("L", {"L": {"type": "list", "member": {"shape": "S"}},
                               "S": {"type": "string", "pattern": r"^\p{L}+$"}})  # fmt: skip
        assert validation.value_violations(shape, ("x",)) == [
            "Value '('x',)' at '' failed to satisfy constraint: Member must be of type array"
        ]
        assert validation.value_violations(shape, ["x", 5]) == [
            "Value '5' at '[1]' failed to satisfy constraint: Member must be of type string"
        ]

    def test_a_shape_that_contains_itself(self, shape_of):
        shapes = {
            "Node": {"type": "structure", "members": {"Next": {"shape": "Node"}, "At": {"shape": "Time"}}},
            "Time": {"type": "timestamp"},
        }
        shape = shape_of("Node", shapes)
        assert validation.quick_check(shape)({"Next": {"Next": {"At": NOW}}})
        assert not validation.quick_check(shape)({"Next": {"Next": {"At": 5}}})
        assert validation.value_violations(shape, {"Next": {"Next": {"At": 5}}}) == [
            "Value '5' at 'Next.Next.At' failed to satisfy constraint: Member must be of type aware datetime"
        ]

    def test_other_types(self, shape_of):
        shapes = {
            "S": {"type": "structure", "members": {"F": {"shape": "F"}, "B": {"shape": "B"}, "T": {"shape": "T"}}},
            "F": {"type": "float", "max": 2},
            "B": {"type": "blob"},
            "T": {"type": "boolean"},
        }
        shape = shape_of("S", shapes)
        assert validation.value_violations(shape, {"F": 1.5, "B": b"x", "T": True}) == []
        assert len(validation.value_violations(shape, {"F": 2.5, "T": "true"})) == 2

    def test_an_operation_without_parameters(self, monkeypatch):
        monkeypatch.setattr(service, "operation", lambda name: SimpleNamespace(input_shape=None))
        assert validation.checked_request("Ping", {}) == {}
        with pytest.raises(ValueError, match=r"^unknown parameter 'Name' of Ping; known: none$"):
            validation.check_parameters("Ping", {"Name": 1})

    def test_parameters_deep_in_lists_and_maps(self, shape_of, monkeypatch):
        shapes = {
            "S": {"type": "structure", "members": {"L": {"shape": "L"}, "M": {"shape": "M"}}},
            "L": {"type": "list", "member": {"shape": "V"}},
            "M": {"type": "map", "key": {"shape": "K"}, "value": {"shape": "V"}},
            "V": {"type": "structure", "members": {"Name": {"shape": "K"}}},
            "K": {"type": "string"},
        }
        monkeypatch.setattr(service, "operation", lambda name: SimpleNamespace(input_shape=shape_of("S", shapes)))
        for params in ({"L": [{"Name": "x"}], "M": {"a": {"Name": "x"}}}, {"L": ANY, "M": ANY}, {"L": (ANY,)}):
            validation.check_parameters("Do", params)
        for params, path in (({"L": ({"Name": "x"}, {"Nme": "x"})}, "L.N"), ({"M": {"a": {"Nme": 1}}}, "M.N")):
            with pytest.raises(ValueError, match=f"^unknown parameter '{path}me' of Do; did you mean '{path}ame'"):
                validation.check_parameters("Do", params)


def located(operation):
    """Return the parameters that do not travel in the body."""
    return {name for name, shape in service.input_members(operation).items() if "location" in shape.serialization}


def forbidden(operation):
    """Yield requests that the model forbids, as far as a client can send them, with the path of what is wrong."""
    members = service.input_members(operation)
    for name, shape in members.items():
        for path, value in invalid(shape):
            # A path and a query hold only text, and an empty label is no path of the operation.
            sendable = value if isinstance(value, list) else [value]
            if name not in located(operation) or (shape.type_name == "integer" or _all_text(sendable)):
                yield f"{name}{path}", {name: value}
    for name in service.operation(operation).input_shape.required_members:
        if name not in located(operation):
            yield name, {name: None}


def _all_text(values):
    return values != [] and all(isinstance(value, str) and value for value in values) and values != ["text"]


@pytest.fixture
def send(appint_stub, error_of):
    """Send a request past the client's own checks, its body just as it is."""
    client = appint_stub.client(config=Config(parameter_validation=False))

    def call(operation, params):
        sound = valid(service.operation(operation).input_shape)
        body = {name: value for name, value in params.items() if name not in located(operation)}

        def replace_body(params, **_):
            if body:
                params["body"] = json.dumps({name: item for name, item in body.items() if item is not None}).encode()

        client.meta.events.register_first("before-call.appintegrations", replace_body, unique_id="body")
        try:
            outside = {name: value for name, value in params.items() if name not in body}
            return error_of(getattr(client, service.operations()[operation]), **{**sound, **outside})
        finally:
            client.meta.events.unregister("before-call.appintegrations", unique_id="body")

    return call


@pytest.mark.parametrize("operation", service.operations())
def test_what_the_model_forbids_is_refused_and_nothing_is_stored(appint_stub, send, operation):
    sound = valid(service.operation(operation).input_shape)
    for path, wrong in forbidden(operation):
        code, status, message = send(operation, {**sound, **wrong})
        assert (code, status) == ("ValidationException", 400), (path, wrong)
        assert "detected: Value " in message, (path, message)
        assert f"'{path}'" in message, (path, message)
    assert len(appint_stub.calls) >= len(sound)
    for resource_type in RESOURCE_TYPES:
        assert not getattr(appint_stub, resource_type.store)


@pytest.mark.appint(validate=False)
@pytest.mark.parametrize("operation", service.operations())
def test_types_and_missing_parameters_are_checked_without_validation_too(appint_stub, send, operation):
    """Operations rely on types and required parameters, but not on a maximum, a pattern or an enum."""
    sound = valid(service.operation(operation).input_shape)
    body = [name for name in sound if name not in located(operation)]
    for name in body:
        code, _, message = send(operation, {**sound, name: 3.5})
        assert code == "ValidationException"
        assert f"'{name}' failed to satisfy constraint: Member must be of type " in message
    for name in set(service.operation(operation).input_shape.required_members).intersection(body):
        assert send(operation, {**sound, name: None})[2].endswith(
            f"'{name}' failed to satisfy constraint: Member must not be null"
        )
    for resource_type in RESOURCE_TYPES:
        assert not getattr(appint_stub, resource_type.store)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DestinationURI", "s3://" + "a" * 990 + " "),
        ("DestinationURI", "s3://" + "a-" * 450 + "\n"),
        ("DataIntegrationIdentifier", "a" * 1_000_000 + "\n"),
    ],
    ids=["classes that overlap", "more of them", "too long"],
)
def test_no_text_makes_a_pattern_take_long(appint_client, integration, error_of, name, value):
    """As Python reads the model's patterns, these take hours."""
    params = {"DataIntegrationIdentifier": "orders", name: value}
    code, _, message = error_of(appint_client.create_data_integration_association, **params)
    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: ")
