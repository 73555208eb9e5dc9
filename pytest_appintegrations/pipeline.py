"""What happens to an attempt, in order: recorded, read, struck by a fault, checked, answered by test or store."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from pytest_appintegrations.backend import operations
from pytest_appintegrations.backend.region import RegionState, ids
from pytest_appintegrations.backend.resources import DATA_INTEGRATION
from pytest_appintegrations.clock import Clock
from pytest_appintegrations.errors import ServiceError, TransportFailure, UnexpectedCall
from pytest_appintegrations.interception.messages import Request, Response
from pytest_appintegrations.model import rest_json, service, validation
from pytest_appintegrations.recording import run_activity
from pytest_appintegrations.recording.call_log import CallLog
from pytest_appintegrations.recording.recorder import CallRecorder
from pytest_appintegrations.rules.canned_responses import CannedResponses
from pytest_appintegrations.rules.fault import TRANSPORT_ERRORS, Fault
from pytest_appintegrations.rules.injection import FaultEffect, FaultInjector
from pytest_appintegrations.settings import Quotas, Settings


class Pipeline:
    """The service behind a stub: the state of each region, the faults in force, the calls so far."""

    def __init__(self, settings: Settings, clock: Clock, seed: str, note_failure: Callable[[], None]) -> None:
        self.settings = settings
        self.clock = clock
        self._note_failure = note_failure
        self.lock = threading.RLock()
        self.quotas = Quotas()
        self.faults = FaultInjector(self.lock)
        self.answers = CannedResponses()
        self.recorder = CallRecorder(self.lock, clock.now)
        self.calls = CallLog(self.recorder.calls)
        self._regions: dict[str, RegionState] = {}
        self.reset(seed)

    def reset(self, seed: str) -> None:
        """Begin anew, in place: a store or a log of calls that a test holds already is not left behind."""
        with self.lock:
            self.quotas.reset(self.settings.quotas)
            self.faults.reset(seed)
            self.answers.reset()
            self.recorder.reset(ids(f"requests of {seed}"))
            self._ids = ids(seed)
            for state in self._regions.values():
                state.reset(self._ids)

    def state(self, region: str) -> RegionState:
        """Give the state of a region."""
        state = self._regions.get(region)
        if state is None:
            new = RegionState(region, self.settings, self.quotas, self.clock, self._ids)
            state = self._regions.setdefault(region, new)  # Another thread may have been faster.
        return state

    def respond(self, request: Request) -> Response:
        """Return the response to one attempt, or raise what the caller is to see; it is recorded either way."""
        attempt = self.recorder.attempt(request.call_id, request.operation, request.region)
        with self.lock, attempt:
            headers = {"content-type": "application/json", "x-amzn-RequestId": attempt.request_id}
            try:
                params, sure = _reader(request.operation)(request.url, request.body)
                attempt.params = params
                if self.faults.in_force:
                    strike = self.faults.striking(request.call_id, request.operation, params, request.read_timeout)
                    if strike is not None:
                        attempt.fault = strike.fault
                        self._apply_fault(strike, request, params, sure)
                output = self._handle(request, params, sure)
                body = rest_json.writer(request.operation)(output)
                attempt.status, attempt.response = 200, output
                if self.answers.rules:
                    self.answers.forget(request.call_id)
                return Response(200, headers, body)
            except ServiceError as error:
                attempt.error, attempt.status = error.code, _status(error, attempt.fault)
                error_headers = _error_headers(error, attempt.fault)
                return Response(attempt.status, {**headers, **error_headers}, rest_json.encode_error(error))
            except TransportFailure as failure:
                attempt.error = failure.name
                raise
            finally:
                if attempt.status != 200:
                    self._note_failure()

    def backs_off(self, call_id: str, seconds: float) -> bool:
        """Record the delay before a call's next attempt, and skip it unless `backoff` is real."""
        self.recorder.note_backoff(call_id, seconds)
        return self._skips(seconds)

    def waits(self, call_id: str, seconds: float) -> bool:
        """Record the wait for a token before a call's attempt, and skip it unless `backoff` is real."""
        self.recorder.note_wait(call_id, seconds)
        return self._skips(seconds)

    def _skips(self, seconds: float) -> bool:
        if self.settings.backoff == "virtual":
            self.clock.skip(seconds)
            run_activity.note_skipped(seconds)
        return self.settings.backoff == "virtual"

    def _handle(self, request: Request, params: dict[str, Any], sure: bool) -> Mapping[str, Any]:
        if not sure:
            params = self._checked(request.operation, params)
        if self.answers.rules:
            answer = self.answers.answer(request.call_id, request.operation, params)
            if answer is not None:
                return answer
        do = operations.find(request.operation)
        if do is None:
            raise _unanswerable(request.operation)
        return do(self.state(request.region), params)

    def _checked(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        if violations := validation.request_violations(operation, params, limits=self.settings.validate):
            raise _invalid(violations)
        return rest_json.known(operation, params)

    def _apply_fault(self, strike: FaultEffect, request: Request, params: dict[str, Any], sure: bool) -> None:
        self.clock.advance(strike.seconds)
        if strike.error is None:
            return
        if strike.fault.lose_response:
            with contextlib.suppress(ServiceError):  # Whatever the answer was, it is lost.
                self._handle(request, params, sure)
        self._fail(strike.error, strike.fault, request, params)

    def _fail(self, error: str, fault: Fault, request: Request, params: Mapping[str, Any]) -> NoReturn:
        if error in TRANSPORT_ERRORS:
            raise TransportFailure(error)
        message = self._usual_message(error, request, params) if fault.message is None else fault.message
        raise ServiceError(error, message)

    def _usual_message(self, error: str, request: Request, params: Mapping[str, Any]) -> str:
        if error != "AccessDeniedException":
            return service.error_text(error)
        user = f"arn:aws:iam::{self.settings.account_id}:user/test"
        denial = f"User: {user} is not authorized to perform: app-integrations:{request.operation}"
        if request.operation != "CreateDataIntegrationAssociation":
            return denial
        # The sentence that an ordinary caller of AWS was answered.
        state, identifier = self.state(request.region), params["DataIntegrationIdentifier"]
        known = state.find(DATA_INTEGRATION, identifier)
        arn = known["Arn"] if known else state.arn(DATA_INTEGRATION, identifier)
        return f"{denial} on resource: {arn} with an explicit deny in a resource-based policy"


def _reader(operation: str) -> rest_json.Reader:
    if operation not in service.operations():
        raise _unanswerable(operation)
    return rest_json.reader(operation)


def _unanswerable(operation: str) -> UnexpectedCall:
    return UnexpectedCall(
        f"{operation} was called, and this stub has no answer to it (model of {service.version()}). If that botocore "
        "is newer than the plugin, a newer plugin may know the operation."
    )


def _invalid(violations: list[str]) -> ServiceError:
    count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected"
    return ServiceError("InvalidRequestException", f"{count}: {'; '.join(violations)}")


def _error_headers(error: ServiceError, fault: Fault | None) -> dict[str, str]:
    headers = {"x-amzn-ErrorType": error.code}
    if fault is not None and fault.retry_after is not None:
        headers["x-amz-retry-after"] = str(round(fault.retry_after * 1000))
    return headers


def _status(error: ServiceError, fault: Fault | None) -> int:
    return fault.http_status(error.code) if fault is not None else service.all_errors()[error.code]
