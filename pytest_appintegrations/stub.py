"""The stub: what a test turns on and off, seeds, injects faults into and asserts on."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pytest_appintegrations import interception
from pytest_appintegrations.backend import dump, stores
from pytest_appintegrations.clients import Clients
from pytest_appintegrations.clock import Clock, frozen
from pytest_appintegrations.model import service
from pytest_appintegrations.pipeline import Pipeline
from pytest_appintegrations.recording.call_log import CallLog
from pytest_appintegrations.rules.canned_responses import CannedResponse, ResponseSource
from pytest_appintegrations.rules.fault import Fault
from pytest_appintegrations.rules.injection import Injection
from pytest_appintegrations.rules.matching import When
from pytest_appintegrations.settings import Quotas, settings_of

if TYPE_CHECKING:
    from pytest_appintegrations.server.http_server import StubServer

Function = TypeVar("Function", bound=Callable[..., Any])


class AppIntegrationsStub:
    """Amazon AppIntegrations in process, while it is active: in a `with` block or a decorated function.

    Takes the settings as keywords: an unknown one is a `TypeError`, what may not stand in one a `ValueError` or
    a `TypeError`. Entered a second time it begins anew.
    """

    def __init__(self, **settings: Any) -> None:
        self.settings = settings_of(settings)
        service.check_region(self.settings.region)
        most = service.shape("MaxResults").metadata["max"]
        if self.settings.page_size > most:
            raise ValueError(f"setting 'page_size' must be at most {most}, not {self.settings.page_size}")
        self.clock = Clock()
        self.retry_mode: str | None = None
        self._clients = Clients()
        self._active: ExitStack | None = None
        self._used = False
        self._pipeline = Pipeline(self.settings, self.clock, Clients.note_failure)
        # What the interception asks, without a detour.
        self.respond = self._pipeline.respond
        self.backs_off, self.end_call = self._pipeline.backs_off, self._pipeline.end_call
        self.waits = self._pipeline.waits

    def reset(self) -> None:
        """Empty all: records, quotas set, faults, answers, calls, delays; ids begin anew.

        A store, the log of calls or the quotas that somebody holds from before are emptied with the rest.
        """
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
        if complaints := self.complaints():
            raise AssertionError("\n".join(complaints))

    def __call__(self, function: Function) -> Function:
        """Decorate a function, or a coroutine function: the stub is active while it runs."""
        if not callable(function) or inspect.isclass(function):
            raise TypeError(f"a stub decorates functions, not {function!r}; decorate the test methods of a class")
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            # Called, it does nothing yet; what it does later, the stub would have ended before.
            raise TypeError(f"a stub can't decorate the generator {function!r}; enter the stub in it, by `with`")
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def stubbed(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

        else:

            @functools.wraps(function)
            def stubbed(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return function(*args, **kwargs)

        return cast(Function, stubbed)

    def start(self, seed: str = "") -> None:
        """Begin to answer; a stub that was started before begins anew.

        In the body of a test, ids and random numbers are that test's own; elsewhere they depend on `seed`.
        """
        if self._active is not None:
            raise RuntimeError("this stub is active already; to nest stubs, make another AppIntegrationsStub")
        self._pipeline.seed = seed
        if self._used:
            self.reset()
        self._used = True
        self._clients.retry_mode = self.retry_mode or "standard"
        with ExitStack() as stack:
            if self.settings.frozen_at is not None:
                stack.enter_context(frozen(self.settings.frozen_at))
            if self.settings.seed_file is not None:
                self.load(self.settings.seed_file)
            stack.enter_context(interception.answering(self))
            self._active = stack.pop_all()

    def stop(self) -> None:
        """Answer no more; records and calls stay to be looked at."""
        if self._active is not None:
            self._active.close()
            self._active = None
            self._clients.give_back()

    def complaints(self) -> list[str]:
        """Word what the end of a test complains about: each fault that had to strike and never did."""
        message = self._pipeline.faults.unused_message() if self.settings.require_faults_used else ""
        return [message] if message else []

    @property
    def region(self) -> str:
        """The region of the stub's own stores, and of clients that name none."""
        return self.settings.region

    @property
    def quotas(self) -> Quotas:
        """The quotas in force, to be read and set; None lifts one."""
        return self._pipeline.quotas

    @property
    def calls(self) -> CallLog:
        """The calls that reached the stub, in the order in which they began."""
        return self._pipeline.calls

    @property
    def data_integrations(self) -> stores.DataIntegrationStore:
        """The data integrations, by id."""
        return self.in_region(self.region).data_integrations

    @property
    def data_integration_associations(self) -> stores.DataIntegrationAssociationStore:
        """The data integration associations, by id."""
        return self.in_region(self.region).data_integration_associations

    @property
    def event_integrations(self) -> stores.EventIntegrationStore:
        """The event integrations, by name."""
        return self.in_region(self.region).event_integrations

    @property
    def event_integration_associations(self) -> stores.EventIntegrationAssociationStore:
        """The event integration associations, by id."""
        return self.in_region(self.region).event_integration_associations

    @property
    def applications(self) -> stores.ApplicationStore:
        """The applications, by id."""
        return self.in_region(self.region).applications

    @property
    def application_associations(self) -> stores.ApplicationAssociationStore:
        """The application associations, by id; `ApplicationAssociationId` is the last part of the ARN."""
        return self.in_region(self.region).application_associations

    def in_region(self, region: str) -> stores.RegionStores:
        """Return the stores of a region; what is not a region is a `ValueError` or a `TypeError`."""
        settings_of({"region": region})
        service.check_region(region)
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
        """End the execution of an association, by its id or ARN, with a status of the model.

        Where the execution is scheduled, this is how a run comes about. `ValueError` for an unknown status, or
        an association without `ExecutionConfiguration`; `KeyError` for an unknown association.
        """
        self.in_region(self.region).finish_execution(association_id, status, message)

    def inject(self, *faults: Fault) -> Injection:
        """Put faults in force, behind those that are; the handle withdraws them as a context manager."""
        return self._pipeline.faults.inject(faults)

    @property
    def faults(self) -> tuple[Injection, ...]:
        """A handle for each fault in force."""
        return self._pipeline.faults.injections()

    def add_response(
        self, operation: str, response: ResponseSource, *, when: When | None = None, calls: int | None = None
    ) -> CannedResponse:
        """Respond to calls of an operation by the test's own response instead of the store's.

        `response` is a dict in the form of the operation's output, or a function of the parameters that returns
        one. `when` is a part of the parameters, or a function of them, and selects the calls; `calls=N` responds to
        the first N of those, with their retries. The first response that matches and is not exhausted is returned;
        faults are applied and requests checked before. What can't be a response is a `ValueError` or a `TypeError`;
        where a function returns it, or raises an exception, it is an `UnexpectedCall`. The handle takes the response
        away again as a context manager.
        """
        return self._pipeline.responses.add(operation, response, when=when, calls=calls)

    def serve(self, *, port: int = 0, log: Callable[[str], None] | None = None) -> StubServer:
        """Serve the stub over HTTP on a loopback port, for other processes, until the end of the `with` block.

        `port=0` takes a free port, one in use is an `OSError`; `log` is called with a line for each request.
        """
        from pytest_appintegrations.server.http_server import StubServer

        return StubServer(self, remember=interception.remember, log=log, port=port)

    @property
    def responses(self) -> tuple[CannedResponse, ...]:
        """A handle for each response of the test's own."""
        return self._pipeline.responses.handles()

    def client(self, **kwargs: Any) -> Any:
        """Make a botocore client of AppIntegrations; takes the keywords of `create_client`.

        It is apart from the environment and the profiles of the machine, and in the stub's region unless
        `region_name` names another.
        """
        return self._clients.new(self.region, kwargs)

    def now(self) -> float:
        """Give the clock's time in seconds since the epoch; for the interception."""
        return self.clock.now().timestamp()
