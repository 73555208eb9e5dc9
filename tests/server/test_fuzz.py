"""Whatever bytes come to the server, it sends whole responses or none, goes on answering others, and leaves no exception.

`WIRE_EXAMPLES=10000 pytest tests/server/test_fuzz.py` is the long run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
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
    "X: LONG", "\0: \0", "Content-Encoding: gzip", "X-Amz-Date: now", "MANY", "X: a\rSet-Cookie: b", "Host: [::1", "Expect: 200-maybe",
    "Connection: keep-alive, close", "Transfer-Encoding: ", "amz-sdk-request: attempt=2; max=2", "User-Agent: retry-mode#legacy",
    "amz-sdk-request: attempt=99999999999999999999; max=x", "amz-sdk-request: attempt=LONG", "Host: localhost\r\nHost: localhost",
)  # fmt: skip
LINES = (
    "GET /applications HTTP/1.1", "GET /applications HTTP/1.0", "GET /applications", "GET", "", " ", "\0", "GET /applications HTTP/2.0",
    "GET /applications HTTP/1.1.1", "get /applications HTTP/1.1", "DELETE * HTTP/1.1", "CONNECT aws:443 HTTP/1.1", "TRACE / HTTP/1.1",
    "HEAD /applications HTTP/1.1", "GET //applications HTTP/1.1", "GET http://evil.example/applications HTTP/1.1", "GET /../applications HTTP/1.1",
    "GET /%00 HTTP/1.1", "GET /appl\xefcations HTTP/1.1", "PRI * HTTP/2.0", "\x16\x03\x01\x02\x00", "GET /LONG HTTP/1.1",
    "POST /dataIntegrations HTTP/1.1", "GET /dataIntegrations/%00 HTTP/1.1", "GET /dataIntegrations/%2F%2e%2e%0d%0a HTTP/1.1", "GET /dataIntegrations/% HTTP/1.1",
    "GET /dataIntegrations/\xe9 HTTP/1.1", "GET HTTP://localhost/applications HTTP/1.1", "GET http://localhost HTTP/1.1", "GET http:// HTTP/1.1",
    "GET http://[::1/applications HTTP/1.1", "GET http://localhost@evil/applications HTTP/1.1", "OPTIONS * HTTP/1.1",
    "GET /applications?nextToken=%0d%0aX:%20y HTTP/1.1", "GET /applications?maxResults=\x1b[2J HTTP/1.1", "DELETE /eventIntegrations/%F0%9F%98%80 HTTP/1.0",
)  # fmt: skip


@st.composite
def well_routed(draw):
    """Draw a well-formed HTTP request with the contents that `requests` draws."""
    wire = draw(requests().filter(lambda wire: wire.operation in service.operations()))
    method = service.operation(wire.operation).http["method"]
    target = wire.url.partition("amazonaws.com")[2] or "/"
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(wire.body)}\r\n\r\n"
    return head.encode("utf-8", "surrogatepass") + wire.body


@st.composite
def ill_formed(draw):
    """Draw bytes that may not be an HTTP request at all."""
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
def test_any_bytes_are_answered_or_refused(server, pieces, half_close):
    data = (
        b"".join(pieces).replace(b"LONG", b"9" * 60_000).replace(b"MANY", b"X: y\r\n" * 150)
    )  # Disabled only here, as it would write a message.
    received = send_bytes(server, data, half_close=True) if half_close else send_and_leave(server, data)
    check_responses(received, to_head=b"HEAD" in data)
    assert ask(server, "GET", "/eventIntegrations")[0] == 200
    unexpected = [raised.error for raised in interception.pop_all_unhandled()]
    assert all(
        isinstance(problem, UnexpectedCall) and "is not an operation of" in str(problem) for problem in unexpected
    )


def check_responses(received, *, to_head):
    """Check that bytes are whole responses, one after the other; those to HEAD have no body."""
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        status_line, *lines = head.split(b"\r\n")
        assert end
        assert re.fullmatch(rb"HTTP/1\.1 [1-5]\d\d [ -~]*", status_line)
        headers = dict(re.fullmatch(rb"([A-Za-z-]+): ([ -~]*)", line).groups() for line in lines)
        if status_line.startswith(b"HTTP/1.1 100 ") or (to_head and received[:9] in (b"", b"HTTP/1.1 ")):
            continue
        length = int(headers[b"content-length"])
        assert b"Traceback" not in received[:length]
        assert not length or isinstance(json.loads(received[:length]), dict)
        received = received[length:]


def send_and_leave(server, data):
    """Send bytes and close the connection without waiting for an answer."""
    port = urlsplit(server.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection, contextlib.suppress(ConnectionError):
        connection.sendall(data)
    return b""
