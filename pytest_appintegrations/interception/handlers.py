"""The handlers on botocore's events; they do nothing unless a stub is active or a guard refuses real calls."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import botocore.exceptions
from botocore.handlers import REGISTER_LAST

from pytest_appintegrations.errors import TransportFailure, UnexpectedCall
from pytest_appintegrations.interception import activation, unhandled
from pytest_appintegrations.interception.dummies import DUMMY_CREDENTIALS, Answer
from pytest_appintegrations.interception.messages import Request, Responder
from pytest_appintegrations.interception.refusal import RefusedResponse, is_loopback

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSRequest

SERVICE = "appintegrations"
#: An event of our own: whoever emits it learns whether the handlers are there.
PRESENT = f"{SERVICE}-stub-handlers-present"
_BEFORE_SEND = f"before-send.{SERVICE}."

_context: ContextVar[Mapping[str, Any] | None] = ContextVar("appintegrations_request_context", default=None)
_waiting: ContextVar[str | None] = ContextVar("appintegrations_waiting_call", default=None)


def on_before_sign(request: AWSRequest, **_: Any) -> None:
    """Sign what will not leave with dummy credentials, whatever credentials its client has."""
    context: dict[str, Any] = request.context
    if activation.answering_now() or _is_refused(request.url, context):
        context.setdefault("signing", {})["request_credentials"] = DUMMY_CREDENTIALS
    if "retries" in context:  # Else it is no attempt of a call, but the signing of a URL.
        _context.set(context)


def on_before_send(request: AWSPreparedRequest, event_name: str, **_: Any) -> Answer | None:
    """Return the active stub's response; None where no stub is active."""
    __tracebackhide__ = True
    operation = _operation(event_name)
    active = activation.answering_now()
    if active is None:
        return None
    stub = active.stub
    # Set by this very attempt as it was signed; None for a request that no client made.
    context = _context.get() or {}
    attempt = Request(
        operation,
        request.url,
        _bytes(request.body),
        context.get("client_region") or stub.region,
        context["retries"]["invocation-id"] if "retries" in context else _id_of_stray(request),
        getattr(context.get("client_config"), "read_timeout", None),
    )
    try:
        response = stub.respond(attempt)
    except UnexpectedCall as error:
        on_call_ended()
        unhandled.raise_and_remember(error)
    except TransportFailure as failure:
        raise _transport_error(failure, request.url) from None
    return Answer(request.url, response.status, response.headers, response)


def on_unanswered(request: AWSPreparedRequest, event_name: str, **_: Any) -> RefusedResponse | None:
    """Refuse a request that would leave for AWS, unless another handler responds to it.

    botocore asks every handler and takes the first response in their order, in which this handler is the last.
    """
    if activation.answering_now() or not event_name.startswith(_BEFORE_SEND):
        return None
    if not _is_refused(request.url, _context.get() or {}):
        return None
    on_call_ended()
    return RefusedResponse(_operation(event_name), request.url)


def _is_refused(url: str, context: Mapping[str, Any]) -> bool:
    return activation.refuses_real_calls(context.get("client_config")) and not is_loopback(url)


def on_needs_retry(request_dict: Mapping[str, Any], **_: Any) -> None:
    """Note whose delay it is if botocore sleeps next."""
    _waiting.set(request_dict["context"].get("retries", {}).get("invocation-id"))


def on_call_ended(**_: Any) -> None:
    """Record that the call has ended, and forget it, so that no other service's delay is taken for its."""
    if call := call_in_progress():
        stub, call_id = call
        stub.end_call(call_id)
    _waiting.set(None)
    _context.set(None)


def call_in_progress() -> tuple[Responder, str] | None:
    """Give the stub that answers the call which this thread, or this task, is in the middle of, and the call's id."""
    active, context = activation.answering_now(), _context.get()
    return (active.stub, context["retries"]["invocation-id"]) if active is not None and context is not None else None


def take_waiting() -> str | None:
    """Give, once, the id of the call whose delay is due."""
    call_id = _waiting.get()
    _waiting.set(None)
    return call_id


def on_presence_asked(**_: Any) -> bool:
    """Say that the handlers are there."""
    return True


HANDLERS: tuple[tuple[Any, ...], ...] = (
    (f"before-sign.{SERVICE}", on_before_sign),
    (f"before-send.{SERVICE}", on_before_send),
    ("before-send", on_unanswered, REGISTER_LAST),
    (f"needs-retry.{SERVICE}", on_needs_retry),
    (f"after-call.{SERVICE}", on_call_ended),
    (f"after-call-error.{SERVICE}", on_call_ended),
    (PRESENT, on_presence_asked),
)


@functools.cache
def _operation(event_name: str) -> str:
    return event_name.rpartition(".")[2]


def _id_of_stray(request: AWSPreparedRequest) -> str:
    named = request.headers.get("amz-sdk-invocation-id") or str(uuid.uuid4())
    return named.decode("ascii", "replace") if isinstance(named, bytes) else str(named)


def _bytes(body: object) -> bytes:
    if type(body) is bytes:
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return bytes(body) if isinstance(body, (bytes, bytearray)) else b""


def _transport_error(failure: TransportFailure, url: str) -> Exception:
    error: Exception = getattr(botocore.exceptions, failure.name)(endpoint_url=url)
    return error
