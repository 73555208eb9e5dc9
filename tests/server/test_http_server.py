"""The stub over HTTP: what it answers, what it refuses, and that nothing stays behind."""

from __future__ import annotations

import gc
import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from pytest_appintegrations import AppIntegrationsStub, Fault, UnexpectedCall
from tests.support.http import ask, send_bytes
from tests.support.payloads import FULL_ASSOCIATION, KMS_KEY

NEW = {"Name": "orders", "KmsKey": KMS_KEY}
INVOCATION = "amz-sdk-invocation-id"


@pytest.fixture
def server(appint_stub):
    with appint_stub.serve() as server:
        yield server


def test_an_operation_is_answered_from_the_store(appint_stub, server):
    status, headers, made = ask(server, "POST", "/dataIntegrations", NEW)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert appint_stub.data_integrations[made["Id"]]["Name"] == "orders"
    _, _, shown = ask(server, "GET", "/dataIntegrations/orders")
    assert shown["Arn"] == made["Arn"]
    assert [call.operation for call in appint_stub.calls] == ["CreateDataIntegration", "GetDataIntegration"]


def test_an_identifier_is_read_from_the_raw_path(appint_stub, server):
    integration = appint_stub.data_integrations.add(Name="orders/eu")
    for identifier in ("orders%2Feu", integration["Arn"].replace(":", "%3A").replace("/", "%2F")):
        assert ask(server, "GET", f"/dataIntegrations/{identifier}")[2]["Id"] == integration["Id"]


def test_an_error_has_its_code_and_status(server):
    status, headers, body = ask(server, "GET", "/dataIntegrations/nobody")
    assert (status, headers["x-amzn-errortype"]) == (404, "ResourceNotFoundException")
    assert body == {"Message": "Could not find DataIntegration with identifier: nobody"}


def test_the_region_is_the_one_of_the_signature(appint_stub, server):
    ask(server, "POST", "/dataIntegrations", NEW, region="eu-west-2")
    [created] = appint_stub.in_region("eu-west-2").data_integrations.values()
    assert created["Name"] == "orders"
    assert not appint_stub.data_integrations
    assert appint_stub.calls.last.region == "eu-west-2"


def test_attempts_with_one_invocation_id_are_one_call(appint_stub, server):
    for _ in range(3):
        ask(server, "GET", "/applications", headers={INVOCATION: "a"})
    ask(server, "GET", "/applications", headers={INVOCATION: "b"})
    assert [len(call.attempts) for call in appint_stub.calls] == [3, 1]


def test_requests_without_an_invocation_id_are_calls_of_their_own(appint_stub, server):
    for _ in range(2):
        ask(server, "GET", "/applications")
    assert [len(call.attempts) for call in appint_stub.calls] == [1, 1]


def test_what_is_repeated_on_a_connection_after_an_error_that_clients_retry_is_one_call(appint_stub, server):
    appint_stub.inject(
        Fault.sequence("ThrottlingException", "InternalServiceError", None, "AccessDeniedException", None)
    )
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    for path in ["/applications"] * 5 + ["/applications?maxResults=2"]:
        connection.request("GET", path)
        connection.getresponse().read()
    connection.close()
    assert [[attempt.error for attempt in call.attempts] for call in appint_stub.calls] == [
        ["ThrottlingException", "InternalServiceError", None], ["AccessDeniedException"], [None], [None],
    ]  # fmt: skip


def test_the_same_token_makes_no_second_association(appint_stub, server):
    appint_stub.data_integrations.add(Name="orders")
    answers = [ask(server, "POST", "/dataIntegrations/orders/associations", FULL_ASSOCIATION)[2] for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(appint_stub.data_integration_associations) == 1


def test_a_quota_holds(appint_stub, server):
    appint_stub.quotas.data_integrations = 1
    statuses = [ask(server, "POST", "/dataIntegrations", {**NEW, "Name": name})[0] for name in ("a", "b")]
    assert statuses == [200, 429]


def test_lists_come_in_pages(appint_stub, server):
    for number in range(3):
        appint_stub.applications.add(Namespace=f"desk-{number}")
    _, _, first = ask(server, "GET", "/applications?maxResults=2")
    _, _, second = ask(server, "GET", f"/applications?maxResults=2&nextToken={first['NextToken']}")
    assert [len(page["Applications"]) for page in (first, second)] == [2, 1]


def test_a_fault_is_applied(appint_stub, server):
    injection = appint_stub.inject(Fault("ThrottlingException", attempts=1, retry_after=1.5))
    status, headers, _ = ask(server, "GET", "/applications")
    assert (status, headers["x-amzn-errortype"], headers["x-amz-retry-after"]) == (429, "ThrottlingException", "1500")
    assert ask(server, "GET", "/applications")[0] == 200
    assert injection.hits == 1


@pytest.mark.parametrize(
    "error", ["ReadTimeoutError", "ConnectTimeoutError", "EndpointConnectionError", "ConnectionClosedError"]
)
def test_a_failure_of_the_network_closes_the_connection_without_an_answer(appint_stub, server, error):
    appint_stub.inject(Fault(error, attempts=1))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(server, "GET", "/applications")
    assert [attempt.error for attempt in appint_stub.calls.last.attempts] == [error]


def test_a_lost_response_leaves_what_it_changed(appint_stub, server):
    appint_stub.inject(Fault("ConnectionClosedError", lose_response=True, attempts=1))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(server, "POST", "/dataIntegrations", NEW)
    assert len(appint_stub.data_integrations) == 1


@pytest.mark.parametrize(("seconds", "closed"), [(59, False), (60, True), (600, True)])
def test_a_latency_is_virtual_and_closes_the_connection_at_sixty_seconds(appint_stub, server, seconds, closed):
    appint_stub.inject(Fault.latency(seconds, attempts=1))
    before = appint_stub.clock.now()
    if closed:
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            ask(server, "GET", "/applications")
    else:
        assert ask(server, "GET", "/applications")[0] == 200
    assert (appint_stub.clock.now() - before).total_seconds() >= min(seconds, 60)


def test_a_response_of_the_tests_own_is_returned(appint_stub, server):
    appint_stub.add_response("ListApplications", {"Applications": [{"Name": "canned"}]})
    assert ask(server, "GET", "/applications")[2] == {"Applications": [{"Name": "canned"}]}


def test_an_unknown_path_is_refused_and_fails_the_test(server):
    status, headers, body = ask(server, "GET", "/nothing")
    assert (status, headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
    assert "GET /nothing is not an operation of AppIntegrations" in body["Message"]
    [problem] = _pop_unhandled()
    assert isinstance(problem, UnexpectedCall)
    assert "GET /nothing" in str(problem)


def test_an_unexpected_call_is_answered_clearly_and_fails_the_test(appint_stub, server):
    appint_stub.add_response("ListApplications", lambda params: {"Nope": 1})
    status, headers, body = ask(server, "GET", "/applications")
    assert (status, headers["x-amzn-errortype"]) == (400, "UnexpectedCall")
    assert "Nope" in body["Message"]
    assert [isinstance(problem, UnexpectedCall) for problem in _pop_unhandled()] == [True]


@pytest.mark.parametrize(
    ("respond", "message"),
    [
        (lambda params: pytest.fail("not to be called"), "Failed: not to be called"),
        (lambda params: {}["Name"], "raised KeyError('Name')"),
    ],
    ids=["pytest.fail", "mistake"],
)
def test_what_a_tests_own_function_raises_fails_the_test(appint_stub, server, respond, message):
    appint_stub.add_response("ListApplications", respond, calls=1)
    status, headers, body = ask(server, "GET", "/applications", headers={INVOCATION: "1", "User-Agent": "botocore"})
    assert (status, headers["x-amzn-errortype"]) == (400, "UnexpectedCall")
    [problem] = _pop_unhandled()
    assert isinstance(problem, UnexpectedCall)
    assert message in str(problem)
    assert str(problem) == body["Message"]
    appint_stub.calls.wait_for("ListApplications", timeout=20)


def test_a_call_of_a_response_function_that_is_refused_fails_the_test_once():
    stub = AppIntegrationsStub()
    stub.add_response("ListApplications", lambda params: stub.client().list_applications())
    with stub.serve() as server:
        assert ask(server, "GET", "/applications")[2]["Message"].startswith("ListApplications was about to be sent")
    [problem] = _pop_unhandled()
    assert type(problem).__name__ == "RealCallRefused"


def _pop_unhandled():
    from pytest_appintegrations import interception

    return [raised.error for raised in interception.pop_all_unhandled()]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("127.0.0.1:80", 200),
        ("127.1.2.3", 200),
        ("[::1]:80", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("10.0.0.1", 421),
        ("[::1", 421),
        ("", 421),
        ("localhost@evil.example", 421),
    ],
)
def test_only_a_loopback_host_is_answered(appint_stub, server, host, status):
    answered, _, body = ask(server, "GET", "/applications", headers={"Host": host})
    assert answered == status
    assert len(appint_stub.calls) == (status == 200)
    if status == 421:
        assert repr(host) in body["Message"]


@pytest.mark.parametrize(
    ("request_line", "headers", "body", "status"),
    [
        ("GET /applications HTTP/1.1", "Host: localhost", b"", 200),
        ("GET http://localhost/applications HTTP/1.1", "Host: localhost", b"", 200),
        ("GET HTTPS://127.0.0.1:1/applications HTTP/1.1", "Host: evil.example", b"", 200),
        ("GET http://evil.example/applications HTTP/1.1", "Host: localhost", b"", 421),
        ("GET http:///applications HTTP/1.1", "Host: localhost", b"", 421),
        ("GET /applications HTTP/1.1", "Host: localhost\r\nHost: evil.example", b"", 421),
        ("POST /applications HTTP/1.1", "Host: localhost\r\nExpect: 100-continue\r\nContent-Length: 2000000", b"", 413),
        ("GET /applications HTTP/1.1", "Host: evil.example\r\nExpect: 100-continue", b"", 421),
        ("GET /applications HTTP/1.1", "Host: localhost\r\nX: a\rb: c", b"", 200),
        ("GET /applications HTTP/1.0", "Host: localhost", b"", 200),
        ("POST /applications HTTP/1.1", "Host: localhost\r\nContent-Length: 2000000", b"", 413),
        ("POST /applications HTTP/1.1", "Host: localhost\r\nContent-Length: -1", b"", 400),
        ("POST /applications HTTP/1.1", "Host: localhost\r\nContent-Length: five", b"", 400),
        ("POST /applications HTTP/1.1", "Host: localhost\r\nContent-Length: 2\r\nContent-Length: 2", b"{}", 400),
        ("POST /applications HTTP/1.1", "Host: localhost\r\nContent-Length: 20", b"{}", 400),
        ("POST /applications HTTP/1.1", "Host: localhost\r\nTransfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n", 411),
        ("BREW /applications HTTP/1.1", "Host: localhost", b"", 501),
        ("CONNECT aws.amazon.com:443 HTTP/1.1", "Host: localhost", b"", 501),
        ("GET /applications HTTP/9.9", "Host: localhost", b"", 505),
        ("GET /applications HTTP/x", "Host: localhost", b"", 400),
        ("GET  two  spaces  HTTP/1.1", "Host: localhost", b"", 400),
        (f"GET /{'a' * 70_000} HTTP/1.1", "Host: localhost", b"", 414),
        ("GET /applications HTTP/1.1", "Host: localhost\r\n" + "\r\n".join(f"X-{n}: 1" for n in range(200)), b"", 431),
        ("GET /applications HTTP/1.1", f"Host: localhost\r\nX: {'a' * 70_000}", b"", 431),
    ],
)
def test_malformed_http_is_refused_within_limits(server, request_line, headers, body, status):
    received = send_bytes(server, f"{request_line}\r\n{headers}\r\n\r\n".encode() + body)
    assert int(received.split()[1]) == status
    assert received.count(b"HTTP/1.1 ") == 1


WHOLE = b"DELETE /eventIntegrations/orders HTTP/1.1\r\nHost: localhost\r\nAccept: x\r\n\r\n"


@pytest.mark.parametrize("length", [len(WHOLE) - cut for cut in (1, 2, 3, 13, 15, 33)])
def test_a_request_that_ends_within_its_headers_changes_nothing(appint_stub, server, length):
    appint_stub.event_integrations.add(Name="orders")
    assert send_bytes(server, WHOLE[:length]).startswith(b"HTTP/1.1 400 ")
    assert list(appint_stub.event_integrations) == ["orders"]
    assert send_bytes(server, WHOLE).startswith(b"HTTP/1.1 200 ")
    assert not appint_stub.event_integrations


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}, {"Host": "evil.example"}])
def test_a_client_that_is_refused_while_sending_can_read_why(server, headers):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    connection.request("POST", "/applications", b"x" * 5_000_000, headers)
    assert connection.getresponse().status in (411, 413, 421)
    connection.close()


def test_a_client_that_keeps_sending_after_it_was_refused_is_disconnected_in_the_end(appint_stub, server):
    refused = b"POST /applications HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    send_bytes(server, refused + b"x" * 40_000_000)
    assert ask(server, "GET", "/applications")[0] == 200


def test_a_connection_on_which_nothing_comes_is_closed(server, monkeypatch):
    monkeypatch.setattr("pytest_appintegrations.server.request_handler.RequestHandler.timeout", 0.05)
    assert send_bytes(server, b"", half_close=False) == b""
    assert send_bytes(server, b"POST /applications HTTP/1.1\r\nHost: localhost\r\n", half_close=False) == b""
    assert _pop_unhandled() == []


def test_the_answer_to_head_has_no_body(server):
    received = send_bytes(server, b"HEAD /applications HTTP/1.1\r\nHost: localhost\r\n\r\n")
    _pop_unhandled()
    assert received.startswith(b"HTTP/1.1 404 ")
    assert received.endswith(b"\r\n\r\n")


def test_a_line_is_logged_for_each_request(appint_stub):
    lines = []
    with appint_stub.serve(log=lines.append) as server:
        ask(server, "GET", "/applications", region="eu-west-2")
        appint_stub.inject(Fault("ReadTimeoutError", attempts=1))
        send_bytes(server, b"GET http://localhost/applications HTTP/1.1\r\n\r\n")
        send_bytes(server, b"GET\r\n\r\n")
    assert lines == [
        "ListApplications in eu-west-2: 200",
        "ListApplications in us-east-1: closed without an answer: ReadTimeoutError",
        "a request that can't be read: 400 BadRequest",
    ]


def test_a_log_that_fails_fails_the_test(appint_stub):
    with appint_stub.serve(log=lambda line: {}[line]) as server:
        assert send_bytes(server, b"GET /applications HTTP/1.1\r\nHost: localhost\r\n\r\n") == b""
    [problem] = _pop_unhandled()
    assert isinstance(problem, UnexpectedCall)
    assert "KeyError: 'ListApplications in us-east-1: 200'" in str(problem)


def test_an_old_client_keeps_its_connection_where_it_asks_for_that(appint_stub, server):
    request = b"GET /applications HTTP/1.0\r\nHost: localhost\r\n%s\r\n"
    received = send_bytes(server, request % b"Connection: keep-alive\r\n" + request % b"" + request % b"")
    assert received.count(b"HTTP/1.1 200 ") == len(appint_stub.calls) == 2


def test_a_client_that_expects_100_continue_gets_it(server):
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=10) as connection:
        connection.sendall(
            b"POST /dataIntegrations HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 27\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b'{"Name":"n", "KmsKey": "k"}')
        assert connection.recv(10_000).startswith(b"HTTP/1.1 200 ")


def test_requests_that_come_in_one_piece_are_answered_one_after_the_other(appint_stub, server):
    request = b"GET /applications HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = send_bytes(server, request * 5)
    assert received.count(b"HTTP/1.1 200 ") == len(appint_stub.calls) == 5


def test_a_request_that_comes_byte_by_byte_is_answered(server):
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=10) as connection:
        for byte in b"GET /applications HTTP/1.1\r\nHost: localhost\r\n\r\n":
            connection.sendall(bytes([byte]))
        assert connection.recv(10_000).startswith(b"HTTP/1.1 200 ")


def test_an_answer_is_written_in_one_piece(server):
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=10) as connection:
        connection.sendall(b"GET /applications HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(100_000).endswith(b'{"Applications":[]}')


def test_there_is_no_server_header(server):
    _, headers, _ = ask(server, "GET", "/applications")
    assert "server" not in headers


def test_two_hundred_connections_at_once_are_answered(appint_stub, server):
    port = urlsplit(server.url).port
    connections = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(200)]
    try:
        for connection in connections:
            connection.sendall(b"GET /applications HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for connection in connections:
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200 ")
    finally:
        for connection in connections:
            connection.close()
    assert len(appint_stub.calls) == 200


def test_eight_clients_at_once_lose_no_call(appint_stub, server):
    def create(client):
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        for number in range(20):
            connection.request("POST", "/applications", json.dumps({
                "Name": f"{client}-{number}", "Namespace": f"{client}-{number}",
                "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
            }))  # fmt: skip
            assert connection.getresponse().read()
        connection.close()

    appint_stub.quotas.applications = None
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(create, range(8)))
    assert len(appint_stub.calls) == len(appint_stub.applications) == 160


def servers_threads():
    return [thread for thread in threading.enumerate() if thread.name == "appint_server"]


def test_a_stopped_server_leaves_no_port_and_no_threads(appint_stub):
    with appint_stub.serve() as server:
        port = urlsplit(server.url).port
        idle = socket.create_connection(("127.0.0.1", port), timeout=10)
        slow = socket.create_connection(("127.0.0.1", port), timeout=10)
        slow.sendall(b"POST /applications HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        ask(server, "GET", "/applications")
        assert servers_threads()
    assert not servers_threads()
    assert idle.recv(100) == b""
    idle.close()
    slow.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=10)
    server.stop()


def test_a_port_in_use_is_an_os_error(appint_stub, server):
    with pytest.raises(OSError, match="in use"):
        appint_stub.serve(port=urlsplit(server.url).port)


def test_a_server_answers_its_own_stub_whichever_is_active():
    with AppIntegrationsStub() as outer, outer.serve() as server, AppIntegrationsStub() as inner:
        ask(server, "GET", "/applications")
        assert (len(outer.calls), len(inner.calls)) == (1, 0)


def test_a_stub_that_is_not_active_is_served_too():
    stub = AppIntegrationsStub()
    with stub.serve() as server:
        assert ask(server, "GET", "/applications")[0] == 200
    assert len(stub.calls) == 1


def test_it_shows_its_url(server):
    assert repr(server) == f"<StubServer {server.url}>"
    assert urlsplit(server.url).hostname == "127.0.0.1"


@pytest.mark.parametrize("path", ["/applications", "/nothing"])
def test_a_client_that_goes_away_while_it_is_answered_disturbs_nobody(appint_stub, monkeypatch, path):
    answering, gone, unraisable = threading.Event(), threading.Event(), []
    monkeypatch.setattr("sys.unraisablehook", unraisable.append)

    def log(line):
        answering.set()
        assert gone.wait(10)

    with appint_stub.serve(log=log) as server:
        with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=10) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert answering.wait(10)
        gone.set()
        assert ask(server, "GET", "/applications")[0] == 200
    assert len(_pop_unhandled()) == (path == "/nothing")
    gc.collect()  # Would find what keeps the connection open.
    assert unraisable == []


def test_its_environment_is_whole_for_a_child_that_gets_nothing_else(appint_server):
    assert {"AWS_ENDPOINT_URL_APPINTEGRATIONS", "AWS_ACCESS_KEY_ID", "AWS_REGION"} <= appint_server.environ.keys()
