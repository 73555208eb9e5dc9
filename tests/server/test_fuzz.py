"""Whatever bytes come to the server, it answers or closes, goes on answering others, and leaves no exception behind.

`WIRE_EXAMPLES=10000 pytest tests/server/test_fuzz.py` is the long run.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_appintegrations import AppIntegrationsStub, UnexpectedCall, interception
from pytest_appintegrations.model import service
from tests.support.http import ask, send_bytes
from tests.support.raw_requests import requests

fuzzed = settings(
    max_examples=int(os.environ.get("WIRE_EXAMPLES", 100)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

HEADERS = (
    "Host: localhost", "Host: 127.0.0.1:1", "Host: evil.example", "Host:", "host: localhost\r\nhost: evil", "Connection: close",
    "Connection: keep-alive", "Expect: 100-continue", "Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Content-Length: 0",
    "Content-Length: 5", "Content-Length: -5", "Content-Length: 99999999999999999999", "Content-Length: 2000000", "Content-Length: x",
    "Content-Length: 5, 5", "Upgrade: h2c", "amz-sdk-invocation-id: ", "amz-sdk-invocation-id: a", "amz-sdk-invocation-id: \xff\xfe",
    "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-2/app-integrations/aws4_request",
    "Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/../../x/aws4_request", "Authorization: Credential=", " folded: x", "nocolon", ":",
    "X: LONG", "\0: \0", "Content-Encoding: gzip", "X-Amz-Date: now",
)  # fmt: skip
LINES = (
    "GET /applications HTTP/1.1", "GET /applications HTTP/1.0", "GET /applications", "GET", "", " ", "\0", "GET /applications HTTP/2.0",
    "GET /applications HTTP/1.1.1", "get /applications HTTP/1.1", "DELETE * HTTP/1.1", "CONNECT aws:443 HTTP/1.1", "TRACE / HTTP/1.1",
    "HEAD /applications HTTP/1.1", "GET //applications HTTP/1.1", "GET http://evil.example/applications HTTP/1.1", "GET /../applications HTTP/1.1",
    "GET /%00 HTTP/1.1", "GET /appl\xefcations HTTP/1.1", "PRI * HTTP/2.0", "\x16\x03\x01\x02\x00", "GET /LONG HTTP/1.1",
)  # fmt: skip


@st.composite
def well_routed(draw):
    """Draw an HTTP request of what `requests` draws, sound but for its contents."""
    wire = draw(requests().filter(lambda wire: wire.operation in service.operations()))
    method = service.operation(wire.operation).http["method"]
    target = wire.url.partition("amazonaws.com")[2] or "/"
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(wire.body)}\r\n\r\n"
    return head.encode("utf-8", "surrogatepass") + wire.body


@st.composite
def ill_formed(draw):
    """Draw what may be no HTTP request at all."""
    line = draw(st.sampled_from(LINES))
    headers = draw(st.lists(st.sampled_from(HEADERS), max_size=4))
    body = draw(st.sampled_from([b"", b"{}", b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"\0" * 100]))
    end = draw(st.sampled_from(["\r\n", "\n", "\r", ""]))
    return end.join([line, *headers, "", ""]).encode("latin-1") + body


def served_threads():
    return [thread for thread in threading.enumerate() if thread.name == "appint_server"]


@pytest.fixture(scope="module")
def server():
    stub = AppIntegrationsStub(quotas=None)
    with stub.serve() as server:
        yield server
    assert not served_threads()


@fuzzed
@given(pieces=st.lists(st.one_of(well_routed(), well_routed(), ill_formed(), st.binary(max_size=200)), min_size=1, max_size=3),
       half_close=st.sampled_from([True, True, True, False]))  # fmt: skip
def test_whatever_bytes_come_are_answered_or_refused(server, pieces, half_close):
    data = b"".join(pieces).replace(b"LONG", b"x" * 70_000)  # Here, and not where it would be shown.
    received = send_bytes(server, data, half_close=True) if half_close else send_and_leave(server, data)
    assert not received or received.startswith(b"HTTP/1.1 ")
    assert b"Traceback" not in received
    assert ask(server, "GET", "/eventIntegrations")[0] == 200
    unexpected = [raised.error for raised in interception.pop_all_unhandled()]
    assert all(isinstance(problem, UnexpectedCall) and "is no operation of" in str(problem) for problem in unexpected)


def send_and_leave(server, data):
    """Send bytes and close the connection without waiting for an answer."""
    port = urlsplit(server.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(data)
    return b""
