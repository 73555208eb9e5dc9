"""One HTTP request on the server: read within limits, routed, answered in one piece."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable, Hashable
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from pytest_appintegrations import interception
from pytest_appintegrations.errors import RealCallRefused, TransportFailure, UnexpectedCall
from pytest_appintegrations.interception.messages import Request, Response
from pytest_appintegrations.server.retries import is_last_attempt, is_retried
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
_SCOPE = re.compile(r"Credential=[^/]*/[0-9]{8}/([a-z0-9-]+)/[^/]+/aws4_request")
# Of an absolute URL, as a client sends it to a proxy.
_AUTHORITY = re.compile(r"https?://([^/?]*)", re.IGNORECASE)


class _Refusal(Exception):
    """A request that is answered without the stub: status, code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message


class _Call(NamedTuple):
    """A call, and what its attempts on one connection have in common: method, path, body."""

    id: Hashable
    request: tuple[str, str, bytes]


class _Lines(io.BufferedReader):
    """What a client sends; knows whether the client stopped within a line, or where one had to follow."""

    ended = False

    def readline(self, size: int | None = -1) -> bytes:
        """Return the next line."""
        line = super().readline(size)
        self.ended |= not line.endswith(b"\n")
        return line


class RequestHandler(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    server: Server
    rfile: _Lines
    _call: _Call | None = None
    _retriable: _Call | None = None
    """The call of the last request, if it met an error that clients retry."""
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    # What is written is collected, and sent in one piece: in two, the peer's delayed acknowledgement costs 40 ms.
    rbufsize, wbufsize = 0, -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Open the connection for reading and writing."""
        super().setup()
        self.rfile = _Lines(self.rfile)

    def finish(self) -> None:
        """Close what reads and writes, or the connection stays open; a client that has gone away reads no more."""
        with contextlib.suppress(OSError):
            super().finish()
        self.rfile.close()

    def handle_request_of_service(self) -> None:
        """Answer a request: by the stub, by a refusal, or, for a failure of the network, not at all."""
        interception.work_for_running_test()
        self._call = None
        status, code = None, ""
        try:
            status, code = self._answer()
        finally:  # Where the answer can't be written, the client has none.
            self._end_call(status, code)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_request_of_service

    def _answer(self) -> tuple[int | None, str]:
        try:
            self._check_head()
            response = self._respond(self._read_body())
        except TransportFailure as failure:
            self.close_connection = True
            self._log(f"closed without an answer: {failure.name}")
            return None, failure.name
        except _Refusal as refusal:
            return self._refuse(refusal)
        code = response.headers.get("x-amzn-ErrorType", "")
        self._log(f"{response.status} {code}".rstrip())
        self._write(response)
        return response.status, code

    def _refuse(self, refusal: _Refusal) -> tuple[int, str]:
        self.close_connection = True
        self._log(f"{refusal.status} {refusal.code}")
        self._write(_error(refusal.status, refusal.code, refusal.message))
        return refusal.status, refusal.code

    def _respond(self, body: bytes) -> Response:
        operation = self._operation()
        if operation is None:
            unknown = f"{self._shown_target()} is no operation of AppIntegrations"
            self.server.remember(UnexpectedCall(f"{unknown}, and reached appint_server."))
            raise _Refusal(404, "UnknownOperationException", f"{unknown}.")
        self._call = self._call_of(body)
        request = Request(operation, self._target(), body, self._region(), self._call.id, READ_TIMEOUT)
        try:
            return self.server.responder.respond(request)
        except TransportFailure:
            raise
        except BaseException as problem:  # In process it would reach the caller, whatever it is.
            unexpected = as_unexpected_call(problem)
            self.server.remember(unexpected)
            raise _Refusal(400, "UnexpectedCall", str(unexpected)) from None

    def _call_of(self, body: bytes) -> _Call:
        """Return the call that a request is an attempt of, by the id that SDKs send.

        The AWS CLI v2 sends none: it repeats what it retries on the same connection.
        """
        request = (self.command, self.path, body)
        if call_id := self.headers.get("amz-sdk-invocation-id"):
            return _Call(call_id, request)
        if self._retriable is not None and self._retriable.request == request:
            return self._retriable
        return _Call(object(), request)

    def _end_call(self, status: int | None, code: str) -> None:
        self._retriable = self._call if is_retried(status, code) else None
        if self._call is not None and is_last_attempt(self.headers, status, code):
            self.server.responder.end_call(self._call.id)

    def _log(self, outcome: str) -> None:
        if self.server.log:
            self.server.log(f"{self._operation() or self._shown_target()} in {self._region()}: {outcome}")

    def _operation(self) -> str | None:
        return operation_of(self.command, self._target().partition("?")[0])

    def _target(self) -> str:
        return _AUTHORITY.sub("", self.path)

    def _shown_target(self) -> str:
        return ascii(f"{self.command} {self.path[:200]}")[1:-1]

    def _region(self) -> str:
        scope = _SCOPE.search(self.headers.get("authorization", ""))
        return scope[1] if scope else self.server.responder.region

    def _check_head(self) -> None:
        if self.rfile.ended:  # http.server takes the end of what was sent for that of the headers.
            raise _Refusal(400, "BadRequest", "The request ended within its headers.")
        authority = _AUTHORITY.match(self.path)
        for host in [authority[1]] if authority else self.headers.get_all("host", [""]):
            if not _is_loopback(host):
                message = f"This server answers for loopback hosts only, not for {host!r}."
                raise _Refusal(421, "MisdirectedRequest", message)

    def _read_body(self) -> bytes:
        length = self._checked_length()
        body = self.rfile.read(length)
        if len(body) < length:
            raise _Refusal(400, "BadRequest", "The request body is shorter than its Content-Length.")
        return body

    def _checked_length(self) -> int:
        lengths = self.headers.get_all("content-length", ["0"])
        if self.headers.get("transfer-encoding"):
            raise _Refusal(411, "LengthRequired", "The request must have a Content-Length.")
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise _Refusal(400, "BadRequest", "The Content-Length is not one whole number.")
        length = int(lengths[0])
        if length > MOST_BYTES:
            raise _Refusal(413, "RequestEntityTooLarge", f"The request body is larger than {MOST_BYTES} bytes.")
        return length

    def _write(self, response: Response) -> None:
        self.request_version = self.protocol_version  # Else http.server sends an HTTP/0.9 client no headers.
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
        """Ask a client that waits for it to send the body, unless the request is refused without it."""
        try:
            self._check_head()
            self._checked_length()
        except _Refusal as refusal:
            self._refuse(refusal)
            return False
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what http.server itself can't read."""
        self.close_connection = True
        if self.server.log:
            self.server.log(f"a request that can't be read: {code} BadRequest")
        self._write(_error(code, "BadRequest", message or "The request can't be read."))

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to standard error."""


def as_unexpected_call(problem: BaseException) -> BaseException:
    """Return an exception that has come out while a request was answered, as one that fails the test."""
    if isinstance(problem, (RealCallRefused, UnexpectedCall)):
        return problem
    unexpected = UnexpectedCall(f"appint_server could not answer a request.\n{type(problem).__name__}: {problem}")
    unexpected.__cause__ = problem
    return unexpected


def _error(status: int, code: str, message: str) -> Response:
    body = json.dumps({"Message": message}).encode()
    return Response(status, {"content-type": "application/json", "x-amzn-ErrorType": code}, body)


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
