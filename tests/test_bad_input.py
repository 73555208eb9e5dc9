"""What the model forbids, in every operation and in every place."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from pytest_appintegrations import service
from pytest_appintegrations.store import KINDS
from tests.shapes import invalid, valid


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
    for kind in KINDS:
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
