"""What the model forbids, in every operation and in every place; what is no request at all."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.model import service
from tests.support.shapes import invalid, valid


def located(operation):
    """Name the parameters that do not travel in the body."""
    return {name for name, shape in service.input_members(operation).items() if "location" in shape.serialization}


def forbidden(operation):
    """Make requests that the model forbids, as far as a client can send them; with the path of what is wrong."""
    members = service.input_members(operation)
    for name, shape in members.items():
        for path, value in invalid(shape):
            # In a path or a query there is only text, and in a path none is no path.
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
def test_is_an_invalid_request_and_nothing_is_stored(appint_stub, send, operation):
    sound = valid(service.operation(operation).input_shape)
    for path, wrong in forbidden(operation):
        code, status, message = send(operation, {**sound, **wrong})
        assert (code, status) == ("InvalidRequestException", 400), (path, wrong)
        assert "detected: Value " in message, (path, message)
        assert f"'{path}'" in message, (path, message)
    assert len(appint_stub.calls) >= len(sound)
    for kind in RESOURCE_TYPES:
        assert not getattr(appint_stub, kind.store)


@pytest.fixture
def create(appint_stub):
    """Create an event integration with a body just as it is."""
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
        (SOUND + b"x", "not a JSON object."),
        (b"[1]", "not a JSON object."),
        (b'{"Name":"\xff"}', "not JSON: 'utf-8' codec can't decode byte 0xff"),
        (b'{"Name":"\\ud800"}', "not JSON: 'utf-8' codec can't encode character"),
        (b'{"Name":NaN}', "not JSON: NaN is no number."),
        (b'{"Name":-Infinity}', "not JSON: -Infinity is no number."),
        (b'{"Name":' + b"9" * 5000 + b"}", ""),
        (b'{"Name":' + b"[" * 50 + b"]" * 50 + b"}", "nested deeper than 50 levels."),
        (b'{"a":' * 51 + b"1" + b"}" * 51, "nested deeper than 50 levels."),
        (b"[" * 200_000, "nested deeper than 50 levels."),
    ],
    ids=["text", "more", "list", "bytes", "half a character", "NaN", "Infinity", "long number",
         "deep list", "deep object", "too deep to be read"],
)  # fmt: skip
def test_a_body_that_cannot_be_read(appint_stub, create, error_of, body, message):
    code, status, said = error_of(lambda: create(body))
    assert (code, status) == ("InvalidRequestException", 400)
    assert message in said
    assert appint_stub.calls.last.params == {} or not message
    assert not appint_stub.event_integrations


def test_a_body_may_be_deep_and_have_any_character(create):
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


@pytest.mark.appint(validate=False)
@pytest.mark.parametrize("operation", service.operations())
def test_without_validation_types_are_held_to_all_the_same(appint_stub, send, operation):
    """Else no operation could rely on anything; what is beyond a maximum, a pattern or an enum is another matter."""
    sound = valid(service.operation(operation).input_shape)
    body = [name for name in sound if name not in located(operation)]
    for name in body:
        code, _, message = send(operation, {**sound, name: 3.5})
        assert code == "InvalidRequestException"
        assert f"'{name}' failed to satisfy constraint: Member must be of type " in message
    for name in set(service.operation(operation).input_shape.required_members).intersection(body):
        assert send(operation, {**sound, name: None})[2].endswith(
            f"'{name}' failed to satisfy constraint: Member must not be null"
        )
    for kind in RESOURCE_TYPES:
        assert not getattr(appint_stub, kind.store)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DestinationURI", "s3://" + "a" * 990 + " "),
        ("DestinationURI", "s3://" + "a-" * 450 + "\n"),
        ("DataIntegrationIdentifier", "a" * 1_000_000 + "\n"),
    ],
    ids=["classes that overlap", "more of them", "too long"],
)
def test_no_text_keeps_a_pattern_busy(appint_client, integration, error_of, name, value):
    """Read by Python as they are, these take hours."""
    params = {"DataIntegrationIdentifier": "orders", name: value}
    code, _, message = error_of(appint_client.create_data_integration_association, **params)
    assert code == "InvalidRequestException"
    assert message.startswith("1 validation error detected: ")
