"""The stub that a test activates, seeds, injects faults into and makes assertions about."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from pytest_appintegrations import interception
from pytest_appintegrations.backend import dump, stores
from pytest_appintegrations.clients import create_client
from pytest_appintegrations.clock import Clock, frozen
from pytest_appintegrations.decorator import Function, inside
from pytest_appintegrations.model import service
from pytest_appintegrations.pipeline import Pipeline
from pytest_appintegrations.recording.call_log import CallLog
from pytest_appintegrations.rules.canned_responses import CannedResponse, ResponseSource
from pytest_appintegrations.rules.fault import Fault
from pytest_appintegrations.rules.injection import Injection
from pytest_appintegrations.rules.matching import When
from pytest_appintegrations.settings import (
    PUBLISHED_QUOTAS,
    Backoff,
    Moment,
    Quotas,
    QuotaSettings,
    RetryMode,
    Settings,
)
from pytest_appintegrations.suggestions import SuggestsAttributes, hides_mistakes, suggest_keywords

if TYPE_CHECKING:
    from pytest_appintegrations.clients import Client
    from pytest_appintegrations.recording.call import Call
    from pytest_appintegrations.server.http_server import StubServer

__tracebackhide__ = hides_mistakes


class AppIntegrationsStub(SuggestsAttributes):
    """Answers the AppIntegrations calls of this process while it is active: in a `with` block or a decorated function.

    A stub that is entered again starts afresh. Invalid settings raise `TypeError` or `ValueError`.

    * `region`: the region of the stub's own stores, and of clients that do not name one
    * `account_id`: the AWS account in ARNs
    * `retry_mode`: the retry mode of clients that are created while the stub is active; None keeps their own
    * `backoff`: "virtual" skips the delays between attempts, "real" sleeps them
    * `require_faults_used`: fail the test if a fault was never triggered
    * `quotas`: changes to the published quotas, by store; None lifts all
    * `page_size`: the number of records in a page if a request does not name one
    * `execution_seconds`: an execution completes after this time; None: only by `finish_execution`
    * `frozen_at`: freeze the time at this moment
    * `strict_associations`: refuse a second association of a data integration
    * `validate`: check maximums, patterns and enums of the model
    * `seed_file`: load this JSON file of records, as `dump` returns them
    """

    @suggest_keywords
    def __init__(
        self,
        *,
        region: str = "us-east-1",
        account_id: str = "123456789012",
        retry_mode: RetryMode | None = None,
        backoff: Backoff = "virtual",
        require_faults_used: bool = True,
        quotas: QuotaSettings | None = PUBLISHED_QUOTAS,
        page_size: int = 50,
        execution_seconds: float | None = None,
        frozen_at: Moment | None = None,
        strict_associations: bool = False,
        validate: bool = True,
        seed_file: str | os.PathLike[str] | None = None,
    ) -> None:
        self.settings = Settings(
            region=region,
            account_id=account_id,
            retry_mode=retry_mode,
            backoff=backoff,
            require_faults_used=require_faults_used,
            quotas=quotas,
            page_size=page_size,
            execution_seconds=execution_seconds,
            frozen_at=frozen_at,
            strict_associations=strict_associations,
            validate=validate,
            seed_file=seed_file,
        )
        service.check_page_size(page_size)
        self.clock = Clock()
        self._active: ExitStack | None = None
        self._used = False
        self._pipeline = Pipeline(self.settings, self.clock)
        own = self.in_region(region)
        self.data_integrations = own.data_integrations
        """The data integrations, by id."""
        self.data_integration_associations = own.data_integration_associations
        """The data integration associations, by id."""
        self.event_integrations = own.event_integrations
        """The event integrations, by name."""
        self.event_integration_associations = own.event_integration_associations
        """The event integration associations, by id."""
        self.applications = own.applications
        """The applications, by id."""
        self.application_associations = own.application_associations
        """The application associations, by id; `ApplicationAssociationId` is the last part of the ARN."""

    def reset(self) -> None:
        """Clear records, faults, responses, calls and delays, and restore the quotas."""
        self.clock.reset()
        self._pipeline.reset()

    def __enter__(self) -> AppIntegrationsStub:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        self.stop()
        if kind is not None:
            return
        interception.raise_unhandled()
        if message := unused_faults(self):
            raise AssertionError(message)

    def __call__(self, function: Function) -> Function:
        """Decorate a function or coroutine function: the stub is active while it runs."""
        return inside(self, function)

    def start(self, seed: str = "") -> None:
        """Activate the stub, reset if it was active before.

        In the body of a test, ids and random numbers depend on the id of the test, elsewhere on `seed`.
        """
        if self._active is not None:
            raise RuntimeError("this stub is active already; to nest stubs, create another AppIntegrationsStub")
        self._pipeline.seed = seed
        if self._used:
            self.reset()
        self._used = True
        with ExitStack() as stack:
            if self.settings.frozen_at is not None:
                stack.enter_context(frozen(self.settings.frozen_at))
            if self.settings.seed_file is not None:
                self.load(self.settings.seed_file)
            stack.enter_context(interception.answering(self._pipeline, owner=self))
            self._active = stack.pop_all()

    def stop(self) -> None:
        """Deactivate the stub; its records and calls stay readable."""
        if self._active is not None:
            self._active.close()
            self._active = None

    @property
    def region(self) -> str:
        """The region of the stub's own stores, and of clients that do not name one."""
        return self.settings.region

    @property
    def quotas(self) -> Quotas:
        """The quotas, which can be read and set; None lifts a quota."""
        return self._pipeline.quotas

    @property
    def calls(self) -> CallLog:
        """The calls that reached the stub, in the order in which they began."""
        return self._pipeline.calls

    def in_region(self, region: str) -> stores.RegionStores:
        """Return the stores of a region; raise `ValueError` or `TypeError` for an invalid name."""
        service.check_region(Settings(region=region).region)
        return stores.RegionStores(self._pipeline.account, region, self._pipeline.lock)

    def dump(self) -> dict[str, Any]:
        """Return the records of all regions as JSON-able data, according to `backend.dump.SCHEMA`."""
        with self._pipeline.lock:
            return dump.dump(self._pipeline.account)

    def load(self, data_or_file: Mapping[str, Any] | str | os.PathLike[str]) -> None:
        """Add the records from data that `dump` has returned, or from a JSON file of such data.

        If any record violates the model, clashes with another one, or belongs to another account or region, nothing is
        loaded, and the `ValueError` lists all reasons.
        """
        with self._pipeline.lock:
            dump.load(self._pipeline.account, data_or_file)

    def finish_execution(self, association_id: str, status: str = "COMPLETED", message: str | None = None) -> None:
        """End the execution of an association in the stub's region, like `in_region(…).finish_execution`."""
        self.in_region(self.region).finish_execution(association_id, status, message)

    def inject(self, *faults: Fault) -> Injection:
        """Inject faults, after those injected earlier; as a context manager the handle removes them at the end."""
        return self._pipeline.faults.inject(faults)

    @property
    def faults(self) -> tuple[Injection, ...]:
        """A handle for each injected fault."""
        return self._pipeline.faults.injections()

    def add_response(
        self, operation: str, response: ResponseSource, *, when: When | None = None, calls: int | None = None
    ) -> CannedResponse:
        """Return this response to calls of an operation, instead of one from the stores.

        `response` is a dict in the form of the operation's output, or a function that takes the parameters and returns
        one. `when`, a part of the parameters or a function of them, selects the calls; `calls=N` responds to the first
        N of those, with their retries. The first response that matches and is not exhausted is returned, after faults
        and the validation of the request. An invalid response raises `ValueError` or `TypeError`, or `UnexpectedCall`
        if a function returns it. As a context manager, the handle removes the response at the end.
        """
        return self._pipeline.responses.add(operation, response, when=when, calls=calls)

    def serve(self, *, port: int = 0, log: Callable[[str], None] | None = None) -> StubServer:
        """Serve the stub over HTTP on a loopback port, for other processes, until the end of the `with` block.

        `port=0` takes a free port; a port in use raises `OSError`. `log` is called with a line for each request.
        """
        from pytest_appintegrations.server.http_server import StubServer

        return StubServer(self._pipeline, remember=interception.remember, log=log, port=port)

    @property
    def responses(self) -> tuple[CannedResponse, ...]:
        """A handle for each response that the test has added."""
        return self._pipeline.responses.handles()

    def client(self, **kwargs: Any) -> Client:
        """Create a botocore client of AppIntegrations with keywords of botocore's `create_client`.

        It ignores AWS environment variables and profiles. By default it has the region of the stub, and the retry mode
        of the setting `retry_mode` or else of botocore.
        """
        return create_client(kwargs, region=self.region, retry_mode=self.settings.retry_mode)


def has_answered(stub: AppIntegrationsStub, call: Call) -> bool:
    """Return whether this stub has answered a call."""
    return stub._pipeline.recorder.has_recorded(call)


def unused_faults(stub: AppIntegrationsStub) -> str:
    """Return the message about faults that were never triggered; empty if there are none, or if that is allowed."""
    return stub._pipeline.faults.unused_message() if stub.settings.require_faults_used else ""
