"""Requests into parameters, records and errors into responses; and whatever a request carries, it gets a response that
the model allows, and the store stays sound.

`WIRE_EXAMPLES=100000 pytest tests/model/test_rest_json.py` is the long run.
"""

from __future__ import annotations

import datetime
import json
import os
import traceback
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.awsrequest import HeadersDict
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_appintegrations import AppIntegrationsStub, UnexpectedCall
from pytest_appintegrations.backend import seeding as seeds
from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.interception.messages import Request
from pytest_appintegrations.model import rest_json, service
from pytest_appintegrations.reporting import stats
from pytest_appintegrations.reporting import text as report
from tests.support.payloads import without_metadata
from tests.support.raw_requests import KNOWN, requests
from tests.support.shapes import wrong

EXAMPLES = int(os.environ.get("WIRE_EXAMPLES", 250))
fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
PACKAGE = str(Path(service.__file__).parent)
PARSER = create_parser("rest-json")
REFUSALS = {"SerializationException": 400, "ValidationException": 400}
"""What the model does not name, for requests that are refused before any operation sees them."""


class TestParsing:
    def test_every_parameter_is_read_from_its_place_in_the_request(self):
        for name in service.operations():
            for shape in service.input_members(name).values():
                assert shape.serialization.get("location") in {None, "uri", "querystring"}

    @pytest.mark.parametrize(
        ("query", "params"),
        [
            ("maxResults=3&nextToken=a%20b", {"MaxResults": 3, "NextToken": "a b"}),
            ("maxResults=51", {"MaxResults": 51}),
            ("maxResults=x", {"MaxResults": "x"}),
            ("maxResults=", {"MaxResults": ""}),
            ("strange=1", {}),
            ("nextToken=a&nextToken=b", {"NextToken": "b"}),
            ("", {}),
        ],
    )
    def test_a_query_is_read_by_the_types_of_its_parameters(self, query, params):
        url = f"https://host/base/dataIntegrations?{query}"
        assert rest_json.parse_request("ListDataIntegrations", url, b"") == params

    def test_a_list_in_a_query_has_each_value_and_a_label_is_decoded(self):
        arn = "arn%3Aaws%3Aapp-integrations%3Aus-east-1%3A1%3Aapplication%2F1"
        url = f"https://host/tags/{arn}?tagKeys=a&tagKeys=b%20c"
        assert rest_json.parse_request("UntagResource", url, b"") == {
            "resourceArn": "arn:aws:app-integrations:us-east-1:1:application/1",
            "tagKeys": ["a", "b c"],
        }

    @pytest.mark.skipif("Force" not in service.input_members("DeleteApplication"), reason="not in this model")
    @pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("yes", "yes")])
    def test_a_boolean_in_a_query_is_one_or_left_as_text(self, text, value):
        params = rest_json.parse_request("DeleteApplication", f"https://host/applications/1?force={text}", b"")
        assert params["Force"] == value

    def test_a_body_has_known_parameters_in_its_own_order(self):
        body = b'{"KmsKey": "k", "Unknown": 1, "Name": null}'
        params = rest_json.parse_request("CreateDataIntegration", "https://host/dataIntegrations", body)
        assert list(params.items()) == [("KmsKey", "k"), ("Name", None)]

    @pytest.mark.parametrize(
        ("url", "body", "message"),
        [
            ("https://host/elsewhere", b"", "The URL https://host/elsewhere is not one of CreateDataIntegration."),
            ("https://host/dataIntegrations", b"[1]", "The request body is not a JSON object."),
            ("https://host/dataIntegrations", b"\xff", "The request body is not JSON"),
        ],
    )
    def test_what_cannot_be_read_is_a_serialization_error(self, url, body, message):
        with pytest.raises(ServiceError) as caught:
            rest_json.parse_request("CreateDataIntegration", url, body)
        assert caught.value.code == "SerializationException"
        assert caught.value.message.startswith(message)


class TestSerializing:
    def test_times_go_out_as_epoch_seconds_and_come_back_aware(self):
        moment = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
        record = {"CreatedTime": moment, "Name": "n", "Unknown": 1, "Description": None}
        body = rest_json.serialize_response("GetApplication", record)
        assert json.loads(body) == {"Name": "n", "CreatedTime": 1767323045.0}
        assert rest_json.parsed_response("GetApplication", record) == {"Name": "n", "CreatedTime": moment}
        assert rest_json.parsed_response("ListApplications", {"Applications": [record]}) == {
            "Applications": [{"Name": "n", "CreatedTime": moment}]
        }
        body = rest_json.serialize_response("ListApplications", {"Applications": [record]})
        assert json.loads(body) == {"Applications": [{"Name": "n", "CreatedTime": 1767323045.0}]}

    def test_no_output_is_no_body(self):
        for operation in ("DeleteApplication", "GetApplication"):
            assert rest_json.serialize_response(operation, {}) == b""
        assert rest_json.parsed_response("DeleteApplication", {}) == {}

    def test_any_text_is_written_as_json(self):
        record = {"DataIntegrationArn": 'é "\\" \n \U0001f600', "Unknown": 1, "DataIntegrationAssociationId": None}
        body = rest_json.serialize_response("CreateDataIntegrationAssociation", record)
        assert json.loads(body) == {"DataIntegrationArn": record["DataIntegrationArn"]}

    def test_an_error_has_its_message_in_the_member_that_the_model_names(self):
        assert json.loads(rest_json.serialize_error(ServiceError("ThrottlingException", 'slow "down"'))) == {
            "Message": 'slow "down"'
        }


def test_an_operation_without_parameters_or_output(monkeypatch):
    """A newer botocore may bring one."""
    bare = SimpleNamespace(http={"requestUri": "/ping"}, input_shape=None, output_shape=None)
    monkeypatch.setattr(service, "operation", lambda name: bare)
    assert rest_json.parse_request("Ping", "https://host/ping", b"") == {}
    assert rest_json.parse_request("Ping", "https://host/ping", b'{"Unknown":1}') == {}
    assert rest_json.serialize_response("Ping", {"Unknown": 1}) == b""


@pytest.fixture
def create(appint_stub):
    """Return a function that creates an event integration with a body just as it is."""
    client = appint_stub.client(config=Config(parameter_validation=False))

    def call(body):
        handler = lambda params, **_: params.update(body=body)  # noqa: E731
        client.meta.events.register_first("before-call.appintegrations", handler, unique_id="body")
        return client.create_event_integration()

    return call


SOUND = b'{"Name":"n","EventFilter":{"Source":"aws.partner/x"},"EventBridgeBus":"b"}'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{nonsense", "not JSON: Expecting property name enclosed in double quotes"),
        (SOUND + b"x", "not JSON: Extra data"),
        (b"[1]", "not a JSON object."),
        (b'{"Name":"\xff"}', "not JSON: 'utf-8' codec can't decode byte 0xff"),
        (b'{"Name":"\\ud800"}', "not JSON: 'utf-8' codec can't encode character"),
        (b'{"Name":NaN}', "not JSON: NaN is not a number in JSON."),
        (b'{"Name":-Infinity}', "not JSON: -Infinity is not a number in JSON."),
        (b'{"Name":' + b"9" * 5000 + b"}", ""),
        (b'{"Name":' + b"[" * 50 + b"]" * 50 + b"}", "nested deeper than 50 levels."),
        (b'{"a":' * 51 + b"1" + b"}" * 51, "nested deeper than 50 levels."),
        (b"[" * 200_000, "nested deeper than 50 levels."),
    ],
    ids=["text", "more", "list", "bytes", "half a character", "NaN", "Infinity", "long number",
         "deep list", "deep object", "too deep to be read"],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_a_serialization_error(appint_stub, create, error_of, body, message):
    code, status, actual = error_of(lambda: create(body))
    assert (code, status) == ("SerializationException", 400)
    assert message in actual
    assert appint_stub.calls.last.params == {} or not message
    assert not appint_stub.event_integrations


def test_a_body_may_be_fifty_levels_deep_and_have_any_character(create):
    assert create(SOUND.replace(b'"b"', b'"b","Description":"\\ud83d\\ude00","Unknown":' + b"[" * 48 + b"]" * 48))


def test_members_that_the_model_does_not_have_are_left_out(appint_stub, create):
    create(
        SOUND.replace(b'"aws.partner/x"', b'"aws.partner/x","Unknown":{"Source":1}').replace(b"{", b'{"Other":1,', 1)
    )
    assert appint_stub.event_integrations["n"] == {
        "Name": "n",
        "EventFilter": {"Source": "aws.partner/x"},
        "EventBridgeBus": "b",
        "EventIntegrationArn": "arn:aws:app-integrations:us-east-1:123456789012:event-integration/n",
    }


def seeded(validate):
    stub = AppIntegrationsStub(validate=validate, page_size=2)
    integration = stub.data_integrations.add(Id=KNOWN, Name="orders")
    stub.data_integration_associations.add(
        DataIntegrationArn=integration["Arn"],
        DataIntegrationAssociationId=KNOWN,
        ExecutionConfiguration={"ExecutionMode": "ON_DEMAND"},
    )
    stub.event_integrations.add(Name=KNOWN)
    stub.event_integration_associations.add(EventIntegrationName=KNOWN)
    application = stub.applications.add(Id=KNOWN)
    stub.application_associations.add(ApplicationArn=application["Arn"])
    return stub


def records(stub):
    return {kind.store: dict(getattr(stub, kind.store)) for kind in RESOURCE_TYPES}


def misshapen(shape, value, validate):
    """List where a value is not of the shape; where requests are not validated, a text may be any and of any length."""
    beyond = () if validate else ("out of bounds", "the model does not allow")
    return [fault for fault in wrong(shape, value) if not any(part in fault for part in beyond)]


def check_response(operation, response, validate):
    parsed = PARSER.parse(
        {"status_code": response.status, "headers": HeadersDict(response.headers), "body": response.body},
        service.operation(operation).output_shape,
    )
    if response.status == 200:
        shape = service.operation(operation).output_shape
        assert not response.body or shape
        assert not (shape and misshapen(shape, without_metadata(parsed), validate))
        return
    code = parsed["Error"]["Code"]
    assert {**service.errors(operation), **REFUSALS}[code] == response.status
    assert json.loads(response.body) == {"Message": parsed["Error"]["Message"]}
    assert parsed["Error"]["Message"].encode()


def check_store(stub, validate):
    for kind in RESOURCE_TYPES:
        for key, record in getattr(stub, kind.store).items():
            assert record[kind.id_member] == key
            for name, value in record.items():
                assert not misshapen(seeds.record_members(kind)[name], value, validate), (kind.store, name)


def check_lists(stub, validate):
    for path in ("applications", "dataIntegrations", "eventIntegrations"):
        operation = f"List{path[0].upper()}{path[1:]}"
        response = stub._pipeline.respond(Request(operation, f"https://host/{path}", b"", "us-east-1", path, None))
        assert response.status == 200
        check_response(operation, response, validate)


def check_calls(stub):
    for call in stub.calls:
        assert repr(call).encode()
        assert isinstance(call.params, dict)
        assert (call.response is None) == (call.error is not None)
        assert [attempt.error for attempt in call.attempts] == [call.error]
    assert report.section(stub.calls).encode()
    assert stats.facts(stub.calls, 0)["attempts"] == len(stub.calls)
    with pytest.raises(AssertionError):
        stub.calls.assert_called("GetApplication", Arn="no such thing")


@fuzzed
@given(drawn=st.lists(requests(), min_size=1, max_size=3), validate=st.sampled_from([True, True, False]))
@pytest.mark.slow
def test_a_raw_request_is_answered_as_the_model_says(drawn, validate):
    stub = seeded(validate)
    for number, wire in enumerate(drawn):
        before = records(stub)
        try:
            response = stub._pipeline.respond(
                Request(wire.operation, wire.url, wire.body, "us-east-1", str(number), None)
            )
        except UnexpectedCall:
            assert wire.operation not in service.operations()
            assert records(stub) == before
            continue
        check_response(wire.operation, response, validate)
        assert response.status == 200 or records(stub) == before
    check_store(stub, validate)
    check_calls(stub)
    assert len(stub.calls) == len(drawn)
    check_lists(stub, validate)


@pytest.fixture(scope="module")
def client():
    """Return a client that does not check parameters."""
    with AppIntegrationsStub() as stub:
        return stub.client(config=Config(parameter_validation=False))


@fuzzed
@given(wire=requests(), sent=st.sampled_from(["asked", "bytes", "text"]), validate=st.sampled_from([True, True, False]))
@pytest.mark.slow
def test_no_request_of_a_client_ends_in_an_error_of_the_plugins_own(client, wire, sent, validate):
    """The request is sent as botocore writes it, or another one in its place."""
    if wire.operation not in service.operations():
        return

    def mangle(request, **_):
        if sent != "asked":
            request.url = wire.url
            request.body = wire.body if sent == "bytes" else wire.body.decode("utf-8", "surrogateescape")

    event = f"before-send.appintegrations.{wire.operation}"
    client.meta.events.register_first(event, mangle, unique_id="mangle")
    try:
        with seeded(validate) as stub:
            check_call(client, wire, stub, validate)
    finally:
        client.meta.events.unregister(event, unique_id="mangle")


def check_call(client, wire, stub, validate):
    before = records(stub)
    try:
        answer = client._make_api_call(wire.operation, wire.params)
    except ClientError as error:
        check_error(client, error)
        assert records(stub) == before
    except Exception as error:
        check_that_nothing_went_out(stub, error)
        return
    else:
        shape = service.operation(wire.operation).output_shape
        assert not (shape and misshapen(shape, without_metadata(answer), validate))
    check_store(stub, validate)
    check_calls(stub)
    assert [call.operation for call in stub.calls] == [wire.operation]


def check_error(client, error):
    code = error.response["Error"]["Code"]
    assert type(error) is (ClientError if code in REFUSALS else getattr(client.exceptions, code))


def check_that_nothing_went_out(stub, error):
    """Some values are so wrong that botocore cannot serialize them."""
    assert not [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(PACKAGE)]
    assert not stub.calls
