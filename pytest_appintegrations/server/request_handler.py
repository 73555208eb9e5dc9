"""Handle one request on the server: route it, let the stub answer it or reject it, and log it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import NamedTuple

from pytest_appintegrations import interception
from pytest_appintegrations.errors import RealCallRefused, TransportFailure, UnexpectedCall
from pytest_appintegrations.interception.messages import Request, Response
from pytest_appintegrations.server.http_connection import HttpConnection, Refusal, error_response
from pytest_appintegrations.server.retries import is_last_attempt, is_retried
from pytest_appintegrations.server.routing import operation_of

READ_TIMEOUT = 60.0
"""The default read timeout of AWS SDKs, in seconds."""
_SCOPE = re.compile(r"Credential=[^/]*/[0-9]{8}/([a-z0-9-]+)/[^/]+/aws4_request")


class _Call(NamedTuple):
    """A call, with the method, path and body that its attempts on one connection have in common."""

    id: Hashable
    request: tuple[str, str, bytes]


class RequestHandler(HttpConnection):
    """Handles the requests of one connection, one after the other."""

    _call: _Call | None = None
    _retriable: _Call | None = None
    """The call of the last request, if its error is one that clients retry."""

    def handle_request_of_service(self) -> None:
        """Answer a request with the stub's response or a rejection; for a network error, close the connection."""
        interception.work_for_running_test()
        self._call = None
        status, code = None, ""
        try:
            status, code = self._answer()
        finally:  # Also if the response can't be written.
            self._end_call(status, code)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_request_of_service

    def _answer(self) -> tuple[int | None, str]:
        try:
            self.check_head()
            response = self._respond(self.read_body())
        except TransportFailure as failure:
            self.close_connection = True
            self._log(f"closed without an answer: {failure.name}")
            return None, failure.name
        except Refusal as refusal:
            return self._refuse(refusal)
        code = response.headers.get("x-amzn-ErrorType", "")
        self._log(f"{response.status} {code}".rstrip())
        self.write(response)
        return response.status, code

    def _refuse(self, refusal: Refusal) -> tuple[int, str]:
        self.close_connection = True
        self._log(f"{refusal.status} {refusal.code}")
        self.write(error_response(refusal.status, refusal.code, refusal.message))
        return refusal.status, refusal.code

    def handle_expect_100(self) -> bool:
        """Ask a waiting client to send the body, unless the request is rejected without it."""
        try:
            self.check_head()
        except Refusal as refusal:
            self._refuse(refusal)
            return False
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def _respond(self, body: bytes) -> Response:
        operation = self._operation()
        if operation is None:
            unknown = f"{self._shown_target()} is not an operation of AppIntegrations"
            self.server.remember(
                UnexpectedCall(
                    f"{unknown}, but was sent to appint_server.\n"
                    "Use server.url as the endpoint of AppIntegrations clients only."
                )
            )
            raise Refusal(404, "UnknownOperationException", f"{unknown}.")
        self._call = self._call_of(body)
        request = Request(operation, self.target(), body, self._region(), self._call.id, READ_TIMEOUT)
        try:
            return self.server.responder.respond(request)
        except TransportFailure:
            raise
        except BaseException as problem:  # In process, the caller would see it, whatever it is.
            unexpected = as_unexpected_call(problem)
            self.server.remember(unexpected)
            raise Refusal(400, "UnexpectedCall", str(unexpected)) from None

    def _call_of(self, body: bytes) -> _Call:
        """Return the call that a request belongs to, by the id that SDKs send.

        The AWS CLI v2 sends no id, but retries a request on the same connection.
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
        self.log_line(f"{self._operation() or self._shown_target()} in {self._region()}: {outcome}")

    def _operation(self) -> str | None:
        return operation_of(self.command, self.target().partition("?")[0])

    def _shown_target(self) -> str:
        return ascii(f"{self.command} {self.path[:200]}")[1:-1]

    def _region(self) -> str:
        scope = _SCOPE.search(self.headers.get("authorization", ""))
        return scope[1] if scope else self.server.responder.region


def as_unexpected_call(problem: BaseException) -> BaseException:
    """Return an exception that was raised while a request was answered, in a form that fails the test."""
    if isinstance(problem, (RealCallRefused, UnexpectedCall)):
        return problem
    unexpected = UnexpectedCall(f"appint_server could not answer a request.\n{type(problem).__name__}: {problem}")
    unexpected.__cause__ = problem
    return unexpected
