"""What does not go to AWS passes while real calls are refused, as if the plugin were not installed."""

from __future__ import annotations

import http.server
import threading

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from pytest_appintegrations import RealCallRefused

BODY = b'{"Applications": []}'


class Raw:
    def stream(self, **_):
        yield BODY


def respond(request, **_):
    return AWSResponse(request.url, 200, {"content-type": "application/json"}, Raw())


def client_of(**kwargs):
    return boto3.client("appintegrations", region_name="us-east-1", **kwargs)


@pytest.fixture
def server():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.headers["authorization"])
            self.send_response(200)
            self.send_header("content-length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)

        def log_message(self, *_): ...

    requests = []
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("register", ["register_first", "register", "register_last"])
@pytest.mark.parametrize("event", ["before-send.appintegrations.*", "before-send.appintegrations", "before-send.*.*"])
def test_a_response_of_another_handler_passes_however_it_is_registered(register, event):
    client = client_of()
    getattr(client.meta.events, register)(event, respond)
    assert client.list_applications()["Applications"] == []


@pytest.mark.parametrize("register", ["register_first", "register", "register_last"])
def test_a_response_of_another_handler_of_all_services_passes(register):
    client = client_of()
    getattr(client.meta.events, register)("before-send", respond)
    assert client.list_applications()["Applications"] == []


def test_a_response_of_another_handler_passes_in_a_session_without_botocores_own_handlers():
    session = botocore.session.Session(include_builtin_handlers=False)
    session.register("before-send", respond)
    assert session.create_client("appintegrations", "us-east-1").list_applications()["Applications"] == []


def test_a_handler_that_returns_nothing_does_not_let_the_request_through():
    client = client_of()
    client.meta.events.register_first("before-send.appintegrations.*", lambda **_: None)
    with pytest.raises(RealCallRefused):
        client.list_applications()


def test_what_moto_answers_passes():
    moto = pytest.importorskip("moto")
    with moto.mock_aws(), pytest.raises(Exception, match="Not yet implemented"):
        client_of().list_applications()


def test_a_server_on_loopback_is_reached(server):
    url, requests = server
    assert client_of(endpoint_url=url).list_applications()["Applications"] == []
    assert len(requests) == 1


def test_a_request_to_loopback_is_signed_with_the_clients_own_credentials(server):
    url, requests = server
    client_of(endpoint_url=url, aws_access_key_id="AKIDOWN", aws_secret_access_key="own").list_applications()
    assert "Credential=AKIDOWN/" in requests[0]


def test_an_active_stub_answers_for_a_server_on_loopback_too(appint_stub, server):
    url, requests = server
    assert client_of(endpoint_url=url).list_applications()["Applications"] == []
    assert (len(appint_stub.calls), requests) == (1, [])


def test_a_closed_port_of_loopback_is_botocores_own_error():
    once = Config(retries={"total_max_attempts": 1})
    with pytest.raises(EndpointConnectionError):
        client_of(endpoint_url="http://localhost:9", config=once).list_applications()


def test_another_service_is_not_refused():
    once = Config(retries={"total_max_attempts": 1})
    with pytest.raises(EndpointConnectionError):
        boto3.client("sqs", "us-east-1", endpoint_url="http://nowhere.invalid", config=once, aws_access_key_id="a",
                     aws_secret_access_key="b").list_queues()  # fmt: skip
