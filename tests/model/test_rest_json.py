"""Whatever a request carries, the answer is the operation's: one of its errors, or its output; and the store stays sound.

`WIRE_EXAMPLES=100000 pytest tests/model/test_rest_json.py` is the long run.
"""

from __future__ import annotations

import json
import os
import traceback
from pathlib import Path

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
from pytest_appintegrations.interception.messages import Request
from pytest_appintegrations.model import service
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
    return [fault for fault in wrong(shape, value) if not any(words in fault for words in beyond)]


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
    assert service.errors(operation)[code] == response.status
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
        response = stub.respond(Request(operation, f"https://host/{path}", b"", "us-east-1", path, None))
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
def test_a_raw_request_is_answered_as_the_model_says(drawn, validate):
    stub = seeded(validate)
    for number, wire in enumerate(drawn):
        before = records(stub)
        try:
            response = stub.respond(Request(wire.operation, wire.url, wire.body, "us-east-1", str(number), None))
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
    """Make a client that checks nothing."""
    with AppIntegrationsStub() as stub:
        return stub.client(config=Config(parameter_validation=False))


@fuzzed
@given(wire=requests(), sent=st.sampled_from(["asked", "bytes", "text"]), validate=st.sampled_from([True, True, False]))
def test_a_client_sees_no_traceback_of_ours(client, wire, sent, validate):
    """What the client was asked for goes out as botocore writes it, or another request in its place."""
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
    assert type(error) is getattr(client.exceptions, error.response["Error"]["Code"])


def check_that_nothing_went_out(stub, error):
    """A value can be so wrong that botocore can't write it."""
    assert not [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(PACKAGE)]
    assert not stub.calls
