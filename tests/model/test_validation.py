"""The quick check against its authority, jsonschema; the words for what is wrong."""

from __future__ import annotations

import copy
import datetime
import json
import re
from types import SimpleNamespace
from unittest.mock import ANY

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appintegrations.model import checks, rest_json, service, validation
from tests.support.payloads import FULL_ASSOCIATION


def values(shape, depth=0):
    """Draw values that are nearly as the shape wants them, and now and then are not at all."""
    anything = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.just([]), st.just({}))
    kind = shape.type_name
    if kind == "structure":
        members = {name: values(member, depth + 1) for name, member in service.members(shape).items()}
        required = {name: members.pop(name) for name in list(shape.required_members)}
        near = st.fixed_dictionaries(required, optional={**members, "Unknown": anything})
        lacking = st.fixed_dictionaries({}, optional=required)
        return st.one_of(near, near, near, lacking, anything)
    if kind == "map":
        return st.one_of(st.dictionaries(values(shape.key), values(shape.value), max_size=2), anything)
    if kind == "list":
        return st.one_of(st.lists(values(shape.member), max_size=2), anything)
    if kind == "string":
        return st.one_of(*strings(shape), anything if depth > 1 else st.text(max_size=3))
    if kind == "timestamp":
        return st.one_of(st.datetimes(timezones=st.timezones()), st.datetimes(), anything)
    return anything


def strings(shape):
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 10)
    if enum := shape.metadata.get("enum"):
        yield st.sampled_from(enum)
    if shape.metadata.get("pattern"):
        yield st.from_regex(checks.whole_pattern(shape))
        yield st.from_regex(shape.metadata["pattern"])
    yield st.integers(max(low - 1, 0), low + 1).map("x".__mul__)
    yield st.integers(high - 1, high + 1).map("x".__mul__)


SHAPES = [
    pytest.param(shape, id=shape.name)
    for name in service.operations()
    for shape in (service.operation(name).input_shape, service.operation(name).output_shape)
    if shape is not None
]


@pytest.mark.parametrize("of_json", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_the_quick_check_passes_is_valid(shape, of_json, data):
    value = data.draw(values(shape))
    taken = checks.taken_over(shape, of_json=of_json)(value)
    quick = taken is not None
    assert not quick or (taken == value and taken is not value)
    by_authority = [validation._validator(shape, strict=strict).is_valid(value) for strict in (True, False)]
    assert not quick or all(by_authority)
    # It doubts little that is right: lists and maps that may be empty in an answer alone.
    if by_authority[0] and not quick:
        assert any(word in repr(value) for word in ("[]", "{}")), value


PATTERNS = [
    *{pattern for name in service.model().shape_names if (pattern := service.shape(name).metadata.get("pattern"))},
    "[ab]+[abc]+", "[ab]+[bc]+", "[ab]+[cb]+", "[ba]+[bc]+", "[^ab]+[abc]+", r"[a\]]+[a\]b]+", "[a-c]+[b]+", "[b]+[a-c]+", r"\[[a]+[ab]+\]", "[ab]+[abc]*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", sorted(PATTERNS))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_pattern_matches_the_same_texts_however_it_is_compiled(pattern, data):
    whole = re.compile(f"^(?:{pattern})\\Z")
    text = data.draw(st.one_of(st.from_regex(whole), st.from_regex(pattern), st.text("abc^[]-", max_size=6)))[:60]
    assert bool(checks.matcher(whole.pattern)(text)) == bool(whole.match(text))


def test_not_more_is_told_than_anybody_reads():
    assert len(validation.request_violations("CreateApplication", {"Permissions": [1] * 300_000})) == 100


@pytest.mark.parametrize("shape", SHAPES)
def test_every_schema_is_one(shape):
    from jsonschema import Draft202012Validator

    for strict in (True, False):
        written = json.loads(
            json.dumps(validation.json_schema(shape, strict=strict)).replace('"aware datetime"', '"string"')
        )
        Draft202012Validator.check_schema(written)


def test_an_ordinary_request_needs_no_jsonschema():
    import subprocess
    import sys

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
    except client.exceptions.InvalidRequestException:
        assert "jsonschema" in sys.modules
    else:
        raise AssertionError("51 results are too many")
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_each_word_of_a_violation():
    operation = "CreateDataIntegration"
    assert validation.request_violations(operation, {"KmsKey": 5, "Description": None}) == [
        "Value null at 'Name' failed to satisfy constraint: Member must not be null",
        "Value 'None' at 'Description' failed to satisfy constraint: Member must be of type string",
        "Value '5' at 'KmsKey' failed to satisfy constraint: Member must be of type string",
    ]
    assert validation.request_violations(operation, {}) == [
        "Value null at 'Name' failed to satisfy constraint: Member must not be null",
        "Value null at 'KmsKey' failed to satisfy constraint: Member must not be null",
    ]
    assert validation.request_violations("ListDataIntegrations", {"MaxResults": 51, "NextToken": ""}) == [
        "Value '51' at 'MaxResults' failed to satisfy constraint: Member must have value less than or equal to 50",
        "Value '' at 'NextToken' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ]


def test_a_long_value_is_shortened():
    for length, shown in ((300, "x" * 300), (301, "x" * 300 + "…")):
        [violation] = validation.request_violations("ListDataIntegrations", {"MaxResults": "x" * length})
        assert violation.startswith(f"Value '{shown}' at 'MaxResults' failed")


def test_unknown_members_are_the_authors_mistake_not_the_requests():
    assert validation.request_violations("ListDataIntegrations", {"Strange": 1}) == []
    assert validation.value_violations(
        service.operation("ListDataIntegrations").output_shape, {"NextTokn": "x", "More": 1}
    ) == [
        "unknown member 'NextTokn'; did you mean 'NextToken'?",
        "unknown member 'More'; known: DataIntegrations, NextToken",
    ]
    output = service.operation("ListDataIntegrations").output_shape
    assert validation.value_violations(output, {"DataIntegrations": []}) == []
    assert validation.value_violations(output, {"DataIntegrations": [{"Nme": "x"}]}) == [
        "unknown member of DataIntegrations[0] 'Nme'; did you mean 'Name'?"
    ]


def test_times_are_datetimes():
    shape = service.operation("GetApplication").output_shape
    assert validation.value_violations(shape, {"CreatedTime": datetime.datetime.now(datetime.timezone.utc)}) == []
    for wrong in (5, datetime.datetime(2026, 1, 2)):
        assert validation.value_violations(shape, {"CreatedTime": wrong}) == [
            f"Value '{wrong}' at 'CreatedTime' failed to satisfy constraint: Member must be of type aware datetime"
        ]


@pytest.fixture
def shape_of():
    from botocore.model import ShapeResolver

    def build(name, shapes):
        return ShapeResolver(shapes).get_shape_by_name(name)

    return build


NOW = datetime.datetime.now(datetime.timezone.utc)


class TestTheQuickCheck:
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
             [[], ["a", "b", "c"], [5], ("a",), "a"]),
            ({"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Flag"}, "min": 1, "max": 2},
             [{"a": False}, {"a": True, "b": False}], [{}, {"a": 1}, {"A": True}, dict.fromkeys("abc", True), ["a"]]),
            ({"type": "structure", "members": {"T": {"shape": "Text"}, "F": {"shape": "Flag"}}, "required": ["T"]},
             [{"T": "a"}, {"F": False, "T": "a"}], [{}, {"F": True}, {"T": "a", "G": 1}, {"T": None}, [], None]),
            ({"type": "float"}, [], [1.5]),
        ],
        ids=lambda value: value.get("type") if isinstance(value, dict) else "",
    )  # fmt: skip
    def test_copies_what_is_ordinary_and_doubts_the_rest(self, shape_of, shape, ordinary, doubted):
        shapes = {"S": shape, "Text": {"type": "string", "pattern": "[a-z]+"}, "Flag": {"type": "boolean"}}
        check = checks.taken_over(shape_of("S", shapes))
        for value in ordinary * 2:
            taken = check(value)
            assert taken == value
            assert type(taken) is type(value)
            assert taken is not value or not isinstance(value, (dict, list))
        for value in doubted * 2:
            assert check(value) is None

    def test_shares_the_texts_that_it_remembers_as_long_as_they_are_few(self, shape_of):
        remembered = checks._check_string(shape_of("S", {"S": {"type": "string", "pattern": "[0-9]+"}}), None).__self__
        texts = [str(10**6 + number) for number in range(256)]
        assert all(remembered[text] is text and remembered[f"{text[:3]}{text[3:]}"] is text for text in texts)
        assert remembered["x"] is None
        assert len(remembered) == 256
        assert remembered["7"] == "7"
        assert list(remembered) == ["7"]

    @pytest.mark.parametrize(
        ("shape", "first", "other"),
        [
            ({"type": "list", "member": {"shape": "Text"}}, ["a", "b"], ["b", "a"]),
            ({"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}}, {"a": "b"}, {"a": "c"}),
            ({"type": "structure", "members": {"T": {"shape": "Text"}}}, {"T": "a"}, {"T": "b"}),
        ],
    )
    def test_shares_what_equals_the_last_valid_value(self, shape_of, shape, first, other):
        shape = shape_of("S", {"S": shape, "Text": {"type": "string", "pattern": "[a-z]"}})
        check = checks.taken_over(shape, of_json=True)
        shared = check(copy.copy(first))
        assert check(["1"]) is None
        assert check(copy.copy(first)) is shared == first
        assert check(other) == other
        assert check(copy.copy(first)) == first

    def test_takes_no_number_for_a_truth_that_equals_it(self, shape_of):
        shapes = {
            "S": {"type": "structure", "members": {"M": {"shape": "M"}}},
            "M": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Flags"}},
            "Flags": {"type": "list", "member": {"shape": "Flag"}},
            "Text": {"type": "string"},
            "Flag": {"type": "boolean"},
        }
        check = checks.taken_over(shape_of("S", shapes), of_json=True)
        assert check({"M": {"a": [True]}}) == {"M": {"a": [True]}}
        assert check({"M": {"a": [1]}}) is None

    def test_takes_nothing_of_a_tests_own_for_what_it_equals(self, shape_of):
        shapes = {"S": {"type": "list", "member": {"shape": "T"}}, "T": {"type": "string"}}
        check = checks.taken_over(shape_of("S", shapes))
        assert check(["a"]) == ["a"]
        assert check([ANY]) is check(ANY) is None

    def test_shares_what_it_compared_whatever_another_thread_puts_there(self, shape_of):
        class Interrupting:
            def __eq__(self, other):
                check(["b"])
                return other == "a"

            __hash__ = None

        shapes = {"S": {"type": "list", "member": {"shape": "T"}}, "T": {"type": "string"}}
        check = checks.taken_over(shape_of("S", shapes), of_json=True)
        shared = check(["a"])
        assert check([Interrupting()]) is shared

    def test_shares_texts_in_a_shape_that_contains_itself(self, shape_of):
        node = {"type": "structure", "members": {"Next": {"shape": "S"}, "T": {"shape": "Text"}}}
        check = checks.taken_over(shape_of("S", {"S": node, "Text": {"type": "string"}}), of_json=True)
        assert check({"Next": {"T": "a"}}) is check({"Next": {"T": "a"}})
        assert check({"Next": {"T": 1}}) is None

    def test_keeps_no_structure_with_an_idempotency_token(self, shape_of):
        shapes = {
            "S": {"type": "structure", "members": {"T": {"shape": "Token"}}},
            "Token": {"type": "string", "idempotencyToken": True},
        }
        check = checks.taken_over(shape_of("S", shapes), of_json=True)
        assert check({"T": "a"}) == check({"T": "a"})
        assert check({"T": "a"}) is not check({"T": "a"})

    def test_keeps_no_idempotency_token(self, shape_of):
        check = checks.taken_over(shape_of("S", {"S": {"type": "string", "pattern": ".*", "idempotencyToken": True}}))
        tokens = [f"token-{number}" for number in (1, 1)]
        assert [check(token) is token for token in tokens] == [True, True]


class TestShapesThatThisServiceHasNotYet:
    """A newer botocore may bring them."""

    def test_a_pattern_that_python_cannot_read(self, shape_of):
        shape = shape_of("S", {"S": {"type": "string", "pattern": r"^\p{L}+$"}})
        assert checks.taken_over(shape)("x") == "x"
        assert validation.value_violations(shape, "x") == []
        assert "pattern" not in repr(validation.json_schema(shape, strict=True))

    def test_a_shape_that_contains_itself(self, shape_of):
        shape = shape_of(
            "Node",
            {
                "Node": {"type": "structure", "members": {"Next": {"shape": "Node"}, "At": {"shape": "Time"}}},
                "Time": {"type": "timestamp"},
            },
        )
        now = datetime.datetime.now(datetime.timezone.utc)
        for of_json in (False, True):
            assert checks.taken_over(shape, of_json=of_json)({"Next": {"Next": {"At": now}}})
        assert validation.value_violations(shape, {"Next": {"Next": {"At": 5}}})

    def test_other_types(self, shape_of):
        shape = shape_of(
            "S",
            {
                "S": {"type": "structure", "members": {"F": {"shape": "F"}, "B": {"shape": "B"}, "T": {"shape": "T"}}},
                "F": {"type": "float", "max": 2},
                "B": {"type": "blob"},
                "T": {"type": "boolean"},
            },
        )
        assert validation.value_violations(shape, {"F": 1.5, "B": b"x", "T": True}) == []
        assert len(validation.value_violations(shape, {"F": 2.5, "T": "true"})) == 2

    def test_an_operation_without_parameters_or_answer(self, monkeypatch):
        bare = SimpleNamespace(http={"requestUri": "/ping"}, input_shape=None, output_shape=None)
        monkeypatch.setattr(service, "operation", lambda name: bare)
        assert rest_json.reader("Ping")("https://host/ping", b"") == ({}, True)
        assert rest_json.reader("Ping")("https://host/ping", b'{"Unknown":1}') == ({}, True)
        assert rest_json.writer("Ping")({"Unknown": 1}) == b""

    def test_parameters_deep_in_lists_and_maps(self, shape_of):
        shape = shape_of(
            "S",
            {
                "S": {"type": "structure", "members": {"L": {"shape": "L"}, "M": {"shape": "M"}}},
                "L": {"type": "list", "member": {"shape": "V"}},
                "M": {"type": "map", "key": {"shape": "K"}, "value": {"shape": "V"}},
                "V": {"type": "structure", "members": {"Name": {"shape": "K"}}},
                "K": {"type": "string"},
            },
        )
        for value in ({"L": [{"Name": "x"}], "M": {"a": {"Name": "x"}}}, {"L": ANY, "M": ANY}, {"L": (ANY,)}):
            service._check_members(shape, value, "parameter", "")
        for value, path in (({"L": ({"Name": "x"}, {"Nme": "x"})}, "L.N"), ({"M": {"a": {"Nme": 1}}}, "M.N")):
            with pytest.raises(ValueError, match=f"^unknown parameter '{path}me'; did you mean '{path}ame'"):
                service._check_members(shape, value, "parameter", "")

    def test_a_map_of_structures_with_times(self, shape_of):
        shape = shape_of(
            "M",
            {
                "M": {"type": "map", "key": {"shape": "K"}, "value": {"shape": "V"}},
                "K": {"type": "string"},
                "V": {"type": "structure", "members": {"At": {"shape": "T"}}},
                "T": {"type": "timestamp"},
            },
        )
        assert rest_json._converted(shape, rest_json._epoch)({"a": {"At": NOW, "Strange": 1}}) == {
            "a": {"At": NOW.timestamp()}
        }
        assert validation.value_violations(shape, {"a": {"At": NOW}}) == []
        assert validation.value_violations(shape, {"a": {"Att": NOW}}) == [
            "unknown member of a 'Att'; did you mean 'At'?"
        ]


class TestWire:
    def test_locations_are_those_that_the_reader_knows(self):
        known = {None, "uri", "querystring"}
        for name in service.operations():
            for shape in service.input_members(name).values():
                assert shape.serialization.get("location") in known

    @pytest.mark.parametrize(
        ("query", "params"),
        [
            ("maxResults=3&nextToken=a%20b", ({"MaxResults": 3, "NextToken": "a b"}, True)),
            ("maxResults=51", ({"MaxResults": 51}, False)),
            ("maxResults=x", ({"MaxResults": "x"}, False)),
            ("maxResults=", ({"MaxResults": ""}, False)),
            ("strange=1", ({}, True)),
            ("nextToken=a&nextToken=b", ({"NextToken": "b"}, True)),
        ],
    )
    def test_query(self, query, params):
        assert rest_json.reader("ListDataIntegrations")(f"https://host/base/dataIntegrations?{query}", b"") == params

    def test_lists_and_booleans_in_a_query(self):
        arn = "arn%3Aaws%3Aapp-integrations%3Aus-east-1%3A1%3Aapplication%2F1"
        params, _ = rest_json.reader("UntagResource")(f"https://host/tags/{arn}?tagKeys=a&tagKeys=b%20c", b"")
        assert params == {"resourceArn": "arn:aws:app-integrations:us-east-1:1:application/1", "tagKeys": ["a", "b c"]}
        if "Force" in service.input_members("DeleteApplication"):
            for text, value in (("true", True), ("false", False), ("yes", "yes")):
                params, _ = rest_json.reader("DeleteApplication")(f"https://host/applications/1?force={text}", b"")
                assert params["Force"] == value

    @pytest.mark.parametrize(
        ("url", "body", "message"),
        [
            ("https://host/elsewhere", b"", "The URL https://host/elsewhere is not one of CreateDataIntegration."),
            ("https://host/dataIntegrations", b"[1]", "The request body is not a JSON object."),
            ("https://host/dataIntegrations", b"\xff", "The request body is not JSON"),
        ],
    )
    def test_what_cannot_be_read(self, url, body, message):
        with pytest.raises(rest_json.ServiceError) as caught:
            rest_json.reader("CreateDataIntegration")(url, body)
        assert caught.value.code == "InvalidRequestException"
        assert caught.value.message.startswith(message)

    def test_times_go_out_as_epoch_seconds_and_come_back_aware(self):
        moment = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
        record = {"CreatedTime": moment, "Name": "n", "Unknown": 1, "Description": None}
        body = rest_json.writer("GetApplication")(record)
        assert body == b'{"Name":"n","CreatedTime":1767323045.0}'
        assert rest_json.response("GetApplication", record) == {"Name": "n", "CreatedTime": moment}
        assert rest_json.response("ListApplications", {"Applications": [record]}) == {
            "Applications": [{"Name": "n", "CreatedTime": moment}]
        }

    def test_no_output_is_no_body(self):
        assert rest_json.writer("DeleteApplication")({}) == rest_json.writer("GetApplication")({}) == b""
        assert rest_json.response("DeleteApplication", {}) == {}

    def test_what_comes_again_in_a_body_is_read_as_the_same_value(self):
        url = "https://host/dataIntegrations/orders/associations"
        body = json.dumps({name: value for name, value in FULL_ASSOCIATION.items() if name != "ClientToken"}).encode()
        (first, _), (second, _) = (rest_json.reader("CreateDataIntegrationAssociation")(url, body) for _ in range(2))
        assert first == second is not first
        assert all(first[name] is second[name] for name in first)

    def test_texts_alone_are_written_as_json_writes_them(self):
        write = rest_json.writer("CreateDataIntegrationAssociation")
        record = {"DataIntegrationArn": 'é "\\" \n \U0001f600', "Unknown": 1, "DataIntegrationAssociationId": "i"}
        assert json.loads(write(record)) == {name: record[name] for name in record if name != "Unknown"}
        assert write({"DataIntegrationArn": None, "DataIntegrationAssociationId": "i"}) == (
            b'{"DataIntegrationAssociationId":"i"}'
        )
        assert write({}) == b""

    def test_a_map_of_structures_is_projected(self):
        from botocore.model import ShapeResolver

        shape = ShapeResolver(
            {
                "M": {"type": "map", "key": {"shape": "K"}, "value": {"shape": "V"}},
                "K": {"type": "string"},
                "V": {"type": "structure", "members": {"A": {"shape": "K"}}},
            }
        ).get_shape_by_name("M")
        assert rest_json._converted(shape, rest_json._epoch)({"k": {"A": "a", "B": "b"}}) == {"k": {"A": "a"}}
