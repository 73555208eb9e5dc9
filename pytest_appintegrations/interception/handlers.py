"""Handle events of botocore; the handlers do nothing unless a stub is active or real calls are refused."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.handlers import REGISTER_LAST

from pytest_appintegrations.errors import TransportFailure
from pytest_appintegrations.interception import activation, client_origins, unhandled
from pytest_appintegrations.interception.dummies import DUMMY_CREDENTIALS, StubbedResponse
from pytest_appintegrations.interception.loopback import is_loopback
from pytest_appintegrations.interception.messages import Request
from pytest_appintegrations.interception.refusal import RefusedResponse, check_stub_is_allowed
from pytest_appintegrations.interception.run import current_run

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSRequest

SERVICE = "appintegrations"
#: A custom event; emitting it shows whether the handlers are registered.
PRESENT = f"{SERVICE}-stub-handlers-present"
_BEFORE_SEND = f"before-send.{SERVICE}."
_KEY = "pytest-appintegrations-call"


class CallInProgress:
    """A call of a client, with all its attempts; the object itself identifies the call.

    It is found by botocore's request context, which only the attempts of one call share, and not by the invocation id,
    because tests patch `uuid.uuid4` to return a constant.
    """

    def __init__(self, context: Mapping[str, Any]) -> None:
        self.client_config: Any = context.get("client_config")
        self.client_region: str | None = context.get("client_region")
        self.is_delay_due = False
        """Whether botocore is about to determine the delay before the next attempt, and to sleep."""


_current_call: ContextVar[CallInProgress | None] = ContextVar("appintegrations_call", default=None)


def current_call() -> CallInProgress | None:
    """Return the AppIntegrations call that the current thread or task is in."""
    return _current_call.get()


def enter_call() -> CallInProgress | None:
    """Enter a call, without attempts so far, in the current thread or task; return the outer call."""
    outer = _current_call.get()
    _current_call.set(None)
    return outer


def leave_call(outer: CallInProgress | None) -> None:
    """Record that the current call has ended, and return to the outer call."""
    call, active = _current_call.get(), activation.answering_now()
    if call is not None and active is not None:
        active.responder.end_call(call)
    _current_call.set(outer)


def on_before_sign(request: AWSRequest, **_: Any) -> None:
    """Sign requests that will not be sent with dummy credentials, whatever credentials the client has."""
    context: dict[str, Any] = request.context
    if activation.answering_now() or _is_refused(request.url, context.get("client_config")):
        context.setdefault("signing", {})["request_credentials"] = DUMMY_CREDENTIALS
    if "retries" in context:  # Otherwise it is not an attempt of a call, but the signing of a URL.
        if _KEY not in context:
            context[_KEY] = CallInProgress(context)
        _current_call.set(context[_KEY])


def on_before_send(request: AWSPreparedRequest, event_name: str, **_: Any) -> StubbedResponse | None:
    """Return the response of the active stub; None if no stub is active."""
    __tracebackhide__ = True
    active = activation.answering_now()
    if active is None:
        return None
    attempt = _attempt(request, _operation(event_name), active.responder.region)
    try:
        check_stub_is_allowed(attempt.operation, active)
        client_origins.check_retry_mode(attempt.operation, _client_config(), active.responder.retry_mode)
        response = active.responder.respond(attempt)
    except current_run().remembered as error:
        unhandled.raise_and_remember(error)
    except TransportFailure as failure:
        raise _transport_error(failure, request.url) from None
    return StubbedResponse(request.url, response.status, response.headers, response)


def on_unanswered(request: AWSPreparedRequest, event_name: str, **_: Any) -> RefusedResponse | None:
    """Refuse a request that would be sent to AWS, unless another handler responds to it.

    botocore calls every handler and uses the first response in the order of the handlers, of which this is the last,
    except for those registered later by `register_last`: `preferring_responses` uses their response all the same.
    """
    if activation.answering_now() or not event_name.startswith(_BEFORE_SEND):
        return None
    if not _is_refused(request.url, _client_config()):
        return None
    return RefusedResponse(_operation(event_name), request.url)


def on_needs_retry(request_dict: Mapping[str, Any], **_: Any) -> None:
    """Record that the next delay that botocore determines is that of an AppIntegrations call."""
    call = request_dict["context"].get(_KEY)
    if call is not None:
        call.is_delay_due = True


def on_presence_asked(**_: Any) -> bool:
    """Return True: the handlers are registered."""
    return True


HANDLERS: tuple[tuple[Any, ...], ...] = (
    (f"before-sign.{SERVICE}", on_before_sign),
    (f"before-send.{SERVICE}", on_before_send),
    ("before-send", on_unanswered, REGISTER_LAST),
    (f"needs-retry.{SERVICE}", on_needs_retry),
    (PRESENT, on_presence_asked),
)


def _attempt(request: AWSPreparedRequest, operation: str, stub_region: str) -> Request:
    call = current_call() or CallInProgress({})  # A request that was not made by a client is a call of its own.
    region = None if client_origins.has_region_of_stub(call.client_config) else call.client_region
    read_timeout = getattr(call.client_config, "read_timeout", None)
    return Request(operation, request.url, _bytes(request.body), region or stub_region, call, read_timeout)


def _client_config() -> Any:
    call = current_call()
    return call.client_config if call is not None else None


def _is_refused(url: str, client_config: object) -> bool:
    return activation.refuses_real_calls(client_config) and not is_loopback(url)


@functools.cache
def _operation(event_name: str) -> str:
    return event_name.rpartition(".")[2]


def _bytes(body: object) -> bytes:
    if type(body) is bytes:
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return bytes(body) if isinstance(body, (bytes, bytearray)) else b""


def _transport_error(failure: TransportFailure, url: str) -> Exception:
    import botocore.exceptions  # Imported here, because a test may have imported botocore anew.

    error: Exception = getattr(botocore.exceptions, failure.name)(endpoint_url=url)
    return error
