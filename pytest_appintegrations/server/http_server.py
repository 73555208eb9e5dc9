"""An HTTP/1.1 server on a loopback port that hands each request of the service to a stub.

It is the threading server of the standard library: a thread for each connection lets the response function of a test
wait, or call the service again.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from pytest_appintegrations.interception.messages import Responder
from pytest_appintegrations.server.environment import child_environment
from pytest_appintegrations.server.request_handler import RequestHandler, as_unexpected_call
from pytest_appintegrations.suggestions import SuggestsAttributes

Remember = Callable[[BaseException], None]
Log = Callable[[str], None]

_POLL_SECONDS = 0.005
_STOP_SECONDS = 5.0
_LINGER_SECONDS = 1.0
_LINGER_READS = 256


class StubServer(SuggestsAttributes):
    """A stub over HTTP, on a loopback port, until `stop` or the end of the `with` block.

    `port=0` takes a free port; a port in use raises `OSError`. `remember` is called with an `UnexpectedCall` for a
    request that the stub can't answer, `log` with a line for each request.
    """

    def __init__(self, responder: Responder, *, remember: Remember, log: Log | None = None, port: int = 0) -> None:
        self._server = Server(("127.0.0.1", port), responder, remember, log)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="appint_server", daemon=True
        )
        self._thread.start()
        self.environ = child_environment(self.url, responder.region, os.environ)
        """The variables that a child needs in its environment, in addition to those of this process.

        These are the endpoint, and dummy credentials and a region if the environment of this process has none.
        """

    @property
    def url(self) -> str:
        """The URL of the server, such as `http://127.0.0.1:40123`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Close the port and every connection, and wait for the threads. Idempotent."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server.close_connections()

    def __enter__(self) -> StubServer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<StubServer {self.url}>"


class Server(ThreadingHTTPServer):
    """The listening socket, and a thread for each connection."""

    daemon_threads = True
    request_queue_size = 512
    # Reuse a port that a server has just closed, but not one that is in use.
    allow_reuse_address = os.name == "posix"

    def __init__(self, address: tuple[str, int], responder: Responder, remember: Remember, log: Log | None) -> None:
        self.responder = responder
        self.remember = remember
        self.log = log
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()
        super().__init__(address, RequestHandler)

    def server_bind(self) -> None:
        """Bind the socket without looking up the host name, as http.server does, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle a connection in its own thread, which `close_connections` can end."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), name="appint_server", daemon=True
        )
        with self._lock:
            self._connections[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Handle a connection until either side closes it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._connections.pop(threading.current_thread(), None)

    def close_connections(self) -> None:
        """Close all open connections, and wait for their threads."""
        with self._lock:
            connections = dict(self._connections)
        for connection in connections.values():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections:
            thread.join(_STOP_SECONDS)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection when the client has read everything, and has stopped sending data that nobody reads.

        The operating system would reset a connection closed earlier, and the client would lose the response.
        """
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(_LINGER_SECONDS)
            for _ in range(_LINGER_READS):
                if not request.recv(65536):
                    break
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Remember an exception, so that it fails the test; ignore that a client has disconnected."""
        problem = sys.exc_info()[1]
        if problem is not None and not isinstance(problem, OSError):
            self.remember(as_unexpected_call(problem))
