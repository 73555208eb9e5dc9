"""One HTTP request on the server: read within limits, routed, answered in one piece."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_appintegrations.errors import TransportFailure, UnexpectedCall
from pytest_appintegrations.interception.messages import Request, Response
from pytest_appintegrations.server.retries import is_last_attempt
from pytest_appintegrations.server.routing import operation_of

if TYPE_CHECKING:
    from pytest_appintegrations.server.http_server import Server

Remember = Callable[[BaseException], None]
Log = Callable[[str], None]

MOST_BYTES = 1024 * 1024
"""A larger request body is refused; the service's own requests are a small part of that."""
READ_TIMEOUT = 60.0
"""How long a client of an AWS SDK waits for an answer by default, in seconds."""
_IDLE_SECONDS = 60.0
_SCOPE = re.compile(r"Credential=[^/]*/[0-9]{8}/([a-z0-9-]+)/")


class _Refusal(Exception):
    """A request that is answered without the stub: status, code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message


class RequestHandler(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    # What is written is collected, and sent in one piece: in two, the peer's delayed acknowledgement costs 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_request_of_service(self) -> None:
        """Answer a request: by the stub, by a refusal, or, for a failure of the network, not at all."""
        self._call: Any = None
        try:
            body = self._read_body()
            self._check_host()
            response = self._respond(body)
        except TransportFailure as failure:
            self.close_connection = True
            self._log(f"closed without an answer: {failure.name}")
            self._end_call(None, failure.name)
            return
        except _Refusal as refusal:
            self.close_connection = True
            response = _error(refusal.status, refusal.code, refusal.message)
        self._write(response)
        code = response.headers.get("x-amzn-ErrorType", "")
        self._log(f"{response.status} {code}".rstrip())
        self._end_call(response.status, code)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_request_of_service

    def _respond(self, body: bytes) -> Response:
        # An absolute URL, as a client sends it to a proxy, is read by its path.
        target = re.sub(r"^[a-z]+://[^/]*", "", self.path)
        operation = operation_of(self.command, target.partition("?")[0])
        if operation is None:
            unknown = f"{self.command} {self.path[:200]} is no operation of AppIntegrations"
            self.server.remember(UnexpectedCall(f"{unknown}, and reached appint_server."))
            raise _Refusal(404, "UnknownOperationException", f"{unknown}.")
        self._call = self.headers.get("amz-sdk-invocation-id") or object()
        request = Request(operation, target, body, self._region(), self._call, READ_TIMEOUT)
        try:
            return self.server.responder.respond(request)
        except UnexpectedCall as unexpected:
            self.server.remember(unexpected)
            raise _Refusal(400, "UnexpectedCall", str(unexpected)) from None

    def _end_call(self, status: int | None, code: str) -> None:
        if self._call is not None and is_last_attempt(self.headers, status, code):
            self.server.responder.end_call(self._call)

    def _log(self, outcome: str) -> None:
        if self.server.log:
            target = self.path.partition("?")[0]
            name = operation_of(self.command, target) or f"{self.command} {target[:200]}"
            self.server.log(f"{name} in {self._region()}: {outcome}")

    def _region(self) -> str:
        scope = _SCOPE.search(self.headers.get("authorization", ""))
        return scope[1] if scope else self.server.responder.region

    def _read_body(self) -> bytes:
        lengths = self.headers.get_all("content-length", [])
        if self.headers.get("transfer-encoding"):
            raise _Refusal(411, "LengthRequired", "The request must have a Content-Length.")
        if not lengths:
            return b""
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise _Refusal(400, "BadRequest", "The Content-Length is not one whole number.")
        length = int(lengths[0])
        if length > MOST_BYTES:
            raise _Refusal(413, "RequestEntityTooLarge", f"The request body is larger than {MOST_BYTES} bytes.")
        body = self.rfile.read(length)
        if len(body) < length:
            raise _Refusal(400, "BadRequest", "The request body is shorter than its Content-Length.")
        return body

    def _check_host(self) -> None:
        host = self.headers.get("host", "")
        if not _is_loopback(host):
            raise _Refusal(421, "MisdirectedRequest", f"This server answers for loopback hosts only, not for {host!r}.")

    def _write(self, response: Response) -> None:
        self.request_version = self.protocol_version  # Whatever was asked in, or http.server leaves the headers out.
        # Not send_response, which adds a Server header and the machine's date.
        self.send_response_only(response.status)
        for name, value in {**response.headers, "content-length": str(len(response.body))}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def handle_expect_100(self) -> bool:
        """Tell a client that waits for it to send the body, at once."""
        answered = super().handle_expect_100()
        self.wfile.flush()
        return answered

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what http.server itself can't read."""
        self.close_connection = True
        self._write(_error(code, "BadRequest", message or "The request can't be read."))

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to standard error."""


def _error(status: int, code: str, message: str) -> Response:
    body = json.dumps({"Message": message}).encode()
    return Response(status, {"content-type": "application/json", "x-amzn-ErrorType": code}, body)


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
