"""The stub: what a test turns on and off, seeds, injects faults into and asserts on."""

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
    """Amazon AppIntegrations in process, while it is active: in a `with` block or a decorated function.

    Entered a second time the stub begins anew. An unknown setting is a `TypeError`, a wrong one that or a `ValueError`.
    `region` is where the stub's own stores are, and clients that name no region; `account_id` stands in ARNs.
    `retry_mode` is that of clients made while the stub is active, None: their own. `backoff="real"` sleeps the delays
    between attempts. `require_faults_used` fails the test for a fault that was never triggered. `quotas` changes the
    published ones, None lifts all. `page_size` is that of a page where a request names none. `execution_seconds` after
    its start an execution completes, None: only when the test says so. `frozen_at` freezes the time.
    `strict_associations` refuses a second association of an integration. `validate=False` leaves out the model's
    maximums, patterns and enums. `seed_file` is a JSON file of records, as `dump` returns them.
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
        """Clear records, faults, responses, calls and delays, also in stores held already, and restore the quotas."""
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
        """Decorate a function, or a coroutine function: the stub is active while it runs."""
        return inside(self, function)

    def start(self, seed: str = "") -> None:
        """Activate the stub; one that was active before is reset first.

        In the body of a test, ids and random numbers are that test's own; elsewhere they depend on `seed`.
        """
        if self._active is not None:
            raise RuntimeError("this stub is active already; to nest stubs, make another AppIntegrationsStub")
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
        """Deactivate the stub; its records and calls can still be read."""
        if self._active is not None:
            self._active.close()
            self._active = None

    @property
    def region(self) -> str:
        """The region of the stub's own stores, and of clients that name none."""
        return self.settings.region

    @property
    def quotas(self) -> Quotas:
        """The quotas, which can be read and set; None lifts one."""
        return self._pipeline.quotas

    @property
    def calls(self) -> CallLog:
        """The calls that reached the stub, in the order in which they began."""
        return self._pipeline.calls

    def in_region(self, region: str) -> stores.RegionStores:
        """Return the stores of a region; what is not a region is a `ValueError` or a `TypeError`."""
        service.check_region(Settings(region=region).region)
        return stores.RegionStores(self._pipeline.account, region, self._pipeline.lock)

    def dump(self) -> dict[str, Any]:
        """Return the records of all regions as JSON-able data, by `backend.dump.SCHEMA`."""
        with self._pipeline.lock:
            return dump.dump(self._pipeline.account)

    def load(self, data_or_file: Mapping[str, Any] | str | os.PathLike[str]) -> None:
        """Add the records in data that `dump` returned, or in a JSON file of it.

        If any of them breaks the model, clashes with a record, or belongs to another account or region, nothing is
        loaded: the `ValueError` has every reason.
        """
        with self._pipeline.lock:
            dump.load(self._pipeline.account, data_or_file)

    def finish_execution(self, association_id: str, status: str = "COMPLETED", message: str | None = None) -> None:
        """End the execution of an association of the stub's region, as `in_region(…).finish_execution` does."""
        self.in_region(self.region).finish_execution(association_id, status, message)

    def inject(self, *faults: Fault) -> Injection:
        """Inject faults, to be tried after earlier ones; as a context manager the handle removes them again."""
        return self._pipeline.faults.inject(faults)

    @property
    def faults(self) -> tuple[Injection, ...]:
        """A handle for each fault that is injected."""
        return self._pipeline.faults.injections()

    def add_response(
        self, operation: str, response: ResponseSource, *, when: When | None = None, calls: int | None = None
    ) -> CannedResponse:
        """Respond to calls of an operation by the test's own response instead of the store's.

        `response` is a dict in the form of the operation's output, or a function of the parameters that returns one.
        `when` is a part of the parameters, or a function of them, and selects the calls; `calls=N` responds to the
        first N of those, with their retries. The first response that matches and is not exhausted is returned, after
        faults and the check of the request. What can't be a response is a `ValueError` or a `TypeError`, or an
        `UnexpectedCall` where a function returns it. The handle takes the response away as a context manager.
        """
        return self._pipeline.responses.add(operation, response, when=when, calls=calls)

    def serve(self, *, port: int = 0, log: Callable[[str], None] | None = None) -> StubServer:
        """Serve the stub over HTTP on a loopback port, for other processes, until the end of the `with` block.

        `port=0` takes a free port, one in use is an `OSError`; `log` is called with a line for each request.
        """
        from pytest_appintegrations.server.http_server import StubServer

        return StubServer(self._pipeline, remember=interception.remember, log=log, port=port)

    @property
    def responses(self) -> tuple[CannedResponse, ...]:
        """A handle for each response of the test's own."""
        return self._pipeline.responses.handles()

    def client(self, **kwargs: Any) -> Client:
        """Create a botocore client of AppIntegrations by the keywords of botocore's `create_client`.

        It ignores the environment and the profiles of the machine. Unless the keywords name others, it is in the stub's
        region, and in the retry mode of the setting `retry_mode`, or else botocore's default.
        """
        return create_client(kwargs, region=self.region, retry_mode=self.settings.retry_mode)


def has_answered(stub: AppIntegrationsStub, call: Call) -> bool:
    """Return whether it was this stub that answered a call."""
    return stub._pipeline.recorder.has_recorded(call)


def unused_faults(stub: AppIntegrationsStub) -> str:
    """Return the message about the faults that were never triggered; empty if all were, or need not be."""
    return stub._pipeline.faults.unused_message() if stub.settings.require_faults_used else ""
