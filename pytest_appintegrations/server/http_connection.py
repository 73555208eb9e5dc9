"""HTTP/1.1 on one connection: read requests within limits, write responses in one piece."""

from __future__ import annotations

import contextlib
import io
import json
import re
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_appintegrations.interception.messages import Response

if TYPE_CHECKING:
    from pytest_appintegrations.server.http_server import Server

MOST_BYTES = 1024 * 1024
"""The limit of a request body; requests of the service are much smaller."""
_IDLE_SECONDS = 60.0
# The start of an absolute URL, which clients send to a proxy.
_AUTHORITY = re.compile(r"^https?://([^/?]*)", re.IGNORECASE)


class Refusal(Exception):
    """Raised for a request that is rejected without the stub, with status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message


class _Lines(io.BufferedReader):
    """The lines that a client sends; records whether the client stopped in the middle."""

    ended = False

    def readline(self, size: int | None = -1) -> bytes:
        """Return the next line."""
        line = super().readline(size)
        self.ended |= not line.endswith(b"\n")
        return line


class HttpConnection(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    server: Server
    rfile: _Lines
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
        """Close both files, so that the connection is closed; ignore a client that has disconnected."""
        with contextlib.suppress(OSError):
            super().finish()
        self.rfile.close()

    def target(self) -> str:
        """Return the path and the query of the request."""
        return _AUTHORITY.sub("", self.path)

    def check_head(self) -> None:
        """Reject a request that is incomplete, not for this machine or too large, before its body is read."""
        if self.rfile.ended:  # http.server takes the end of the data for the end of the headers.
            raise Refusal(400, "BadRequest", "The request ended within its headers.")
        authority = _AUTHORITY.match(self.path)
        for host in [authority[1]] if authority else self.headers.get_all("host", [""]):
            if not _is_loopback(host):
                message = f"This server accepts requests for loopback hosts only, not for {host!r}."
                raise Refusal(421, "MisdirectedRequest", message)
        self._length()

    def read_body(self) -> bytes:
        """Return the body of the request, whose head has been checked."""
        length = self._length()
        body = self.rfile.read(length)
        if len(body) < length:
            raise Refusal(400, "BadRequest", "The request body is shorter than its Content-Length.")
        return body

    def _length(self) -> int:
        lengths = self.headers.get_all("content-length", ["0"])
        if self.headers.get("transfer-encoding"):
            raise Refusal(411, "LengthRequired", "The request must have a Content-Length.")
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise Refusal(400, "BadRequest", "The Content-Length is not one whole number.")
        length = int(lengths[0])
        if length > MOST_BYTES:
            raise Refusal(413, "RequestEntityTooLarge", f"The request body is larger than {MOST_BYTES} bytes.")
        return length

    def write(self, response: Response) -> None:
        """Send a response, in one piece."""
        self.request_version = self.protocol_version  # Otherwise http.server sends no headers to an HTTP/0.9 client.
        # Not send_response, which adds a Server header and the date of the machine.
        self.send_response_only(response.status)
        for name, value in {**response.headers, "content-length": str(len(response.body))}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Respond to a request that http.server can't read."""
        self.close_connection = True
        self.log_line(f"a request that can't be read: {code} BadRequest")
        self.write(error_response(code, "BadRequest", message or "The request can't be read."))

    def log_line(self, line: str) -> None:
        """Log a line about a request, if there is a log."""
        if self.server.log:
            self.server.log(line)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to stderr."""


def error_response(status: int, code: str, message: str) -> Response:
    """Return an error response to a request that the stub has not answered."""
    body = json.dumps({"Message": message}).encode()
    return Response(status, {"content-type": "application/json", "x-amzn-ErrorType": code}, body)


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
