"""Process an attempt, in order: parse it, apply faults, validate it, answer it from test or store, record it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from email.utils import format_datetime
from typing import Any, TypeVar

from pytest_appintegrations import chance
from pytest_appintegrations.backend import operations
from pytest_appintegrations.backend.account import Account
from pytest_appintegrations.backend.resources import DATA_INTEGRATION
from pytest_appintegrations.chance import PerTest
from pytest_appintegrations.clock import Clock
from pytest_appintegrations.errors import ServiceError, TransportFailure, UnexpectedCall
from pytest_appintegrations.interception.messages import Request, Response
from pytest_appintegrations.model import rest_json, service, validation
from pytest_appintegrations.recording import run_activity
from pytest_appintegrations.recording.call_log import CallLog
from pytest_appintegrations.recording.recorder import AttemptInProgress, CallRecorder
from pytest_appintegrations.rules.canned_responses import CannedResponses
from pytest_appintegrations.rules.fault import TRANSPORT_ERRORS, Fault
from pytest_appintegrations.rules.injection import FaultEffect, FaultInjector
from pytest_appintegrations.settings import Quotas, Settings

T = TypeVar("T")


class Pipeline:
    """The service behind a stub: the state of each region, the rules of the test, the calls so far.

    `lock` is held while any of them changes, and never while code of the test runs.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.seed = ""
        """Determines the ids and random numbers that are generated outside of test bodies."""
        self.lock = threading.RLock()
        self.quotas = Quotas()
        self.faults = FaultInjector(self.lock)
        self.responses = CannedResponses(self.lock)
        self.recorder = CallRecorder(self.lock, clock.now)
        self.calls = CallLog(self.recorder.calls, ends=self.recorder.ends)
        self.account = Account(settings, self.quotas, clock, self._drawn(chance.ids))
        self.reset()

    def reset(self) -> None:
        """Start afresh, in place: stores and logs of calls that a test already has are reset, too."""
        with self.lock:
            self.account.reset(self._drawn(chance.ids))
            self.quotas.reset(self.settings.quotas)
            self.faults.reset(self._drawn(chance.numbers))
            self.responses.reset()
            self.recorder.reset(self._drawn(lambda seed: chance.ids(f"requests of {seed}")))

    def _drawn(self, series: Callable[[str], Iterator[T]]) -> Iterator[T]:
        return PerTest(series, elsewhere=lambda: chance.without_group(self.seed))

    def respond(self, request: Request) -> Response:
        """Return the response to an attempt, or raise the exception that the caller sees; record the attempt."""
        with self.recorder.attempt(request.call_id, request.operation, request.region) as attempt:
            try:
                params = attempt.params = _parsed(request)
                effect = self.faults.effect_on(request.call_id, request.operation, params, request.read_timeout)
                attempt.fault = effect.fault
                self._apply_fault(effect, request, params)
                output = self._output(request, params)
                body = rest_json.serialize_response(request.operation, output)
                attempt.response = output
                self.responses.forget(request.call_id)
                return _response(attempt, 200, body)
            except ServiceError as error:
                attempt.error = error.code
                return _response(attempt, _status(error, attempt.fault), rest_json.serialize_error(error))
            except TransportFailure as failure:
                attempt.error = failure.name
                raise

    @property
    def region(self) -> str:
        """The region of clients that do not name one."""
        return self.settings.region

    @property
    def retry_mode(self) -> str | None:
        """The retry mode of clients that do not name one; None keeps their own."""
        return self.settings.retry_mode

    def now(self) -> float:
        """Return the stub's time, in seconds since the epoch."""
        return self.clock.now().timestamp()

    def end_call(self, call_id: Hashable) -> None:
        """Record that no attempt of a call follows any more."""
        self.recorder.end_call(call_id)

    def skip_backoff(self, call_id: Hashable, seconds: float) -> bool:
        """Record the delay before a call's next attempt and skip it; return False if it is to be slept."""
        self.recorder.note_backoff(call_id, seconds)
        return self._skip(seconds)

    def skip_token_wait(self, call_id: Hashable, seconds: float) -> bool:
        """Record the wait for a token before a call's attempt and skip it; return False if it is to be waited."""
        self.recorder.note_wait(call_id, seconds)
        return self._skip(seconds)

    def _skip(self, seconds: float) -> bool:
        if self.settings.backoff == "real":
            return False
        self.clock.skip(seconds)
        run_activity.note_skipped(seconds)
        return True

    def _output(self, request: Request, params: dict[str, Any]) -> Mapping[str, Any]:
        params = validation.checked_request(request.operation, params, limits=self.settings.validate)
        response = self.responses.response_to(request.call_id, request.operation, params)
        if response is not None:
            return response
        operation = operations.find(request.operation)
        if operation is None:
            raise _unanswerable(request.operation)
        with self.lock:
            return operation(self.account.region(request.region), params)

    def _apply_fault(self, effect: FaultEffect, request: Request, params: dict[str, Any]) -> None:
        if effect.fault is None:
            return
        self.clock.advance(effect.seconds)
        if effect.error is None:
            return
        if effect.fault.lose_response:
            with contextlib.suppress(ServiceError):  # The response is lost, even if it is an error.
                self._output(request, params)
        if effect.error in TRANSPORT_ERRORS:
            raise TransportFailure(effect.error)
        message = effect.fault.message
        if message is None:
            message = self._default_message(effect.error, request, params)
        raise ServiceError(effect.error, message)

    def _default_message(self, error: str, request: Request, params: Mapping[str, Any]) -> str:
        if error != "AccessDeniedException":
            return service.error_text(error)
        user = f"arn:aws:iam::{self.settings.account_id}:user/test"
        denial = f"User: {user} is not authorized to perform: app-integrations:{request.operation}"
        if request.operation != "CreateDataIntegrationAssociation":
            return denial
        # The message that AWS returned to an ordinary caller.
        with self.lock:
            state, identifier = self.account.region(request.region), params["DataIntegrationIdentifier"]
            known = state.find(DATA_INTEGRATION, identifier)
            arn = known["Arn"] if known else state.arn(DATA_INTEGRATION, identifier)
        return f"{denial} on resource: {arn} with an explicit deny in a resource-based policy"


def _parsed(request: Request) -> dict[str, Any]:
    if request.operation not in service.operations():
        raise _unanswerable(request.operation)
    return rest_json.parse_request(request.operation, request.url, request.body)


def _unanswerable(operation: str) -> UnexpectedCall:
    return UnexpectedCall(
        f"{operation} was called, but this stub can't answer it (model of {service.version()}).\n"
        f"Add a response with stub.add_response({operation!r}, …), or try a newer version of the plugin."
    )


def _response(attempt: AttemptInProgress, status: int, body: bytes) -> Response:
    attempt.status = status
    headers = {
        "content-length": str(len(body)),
        "content-type": "application/json",
        "date": format_datetime(attempt.started_at, usegmt=True),
        "x-amzn-RequestId": attempt.request_id,
    }
    if attempt.error is not None:
        headers["x-amzn-ErrorType"] = attempt.error
        if attempt.fault is not None and attempt.fault.retry_after is not None:
            headers["x-amz-retry-after"] = str(round(attempt.fault.retry_after * 1000))
    return Response(status, headers, body)


def _status(error: ServiceError, fault: Fault | None) -> int:
    return fault.status if fault is not None and fault.status is not None else service.statuses()[error.code]
