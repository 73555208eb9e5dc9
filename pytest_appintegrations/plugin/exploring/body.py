"""Observe the body of a test: the calls that it made, and the contents of the stores before and after."""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appintegrations.exploration.snapshot import Snapshot
from pytest_appintegrations.plugin import options

if TYPE_CHECKING:
    from pytest_appintegrations.stub import AppIntegrationsStub


class Body:
    """What the body of a test did in one run, according to the stub of the fixture `appint_stub`."""

    def __init__(self, stub: AppIntegrationsStub) -> None:
        self._stub = stub
        self.calls_of_fixtures = [call.operation for call in stub.calls]
        self.calls: list[str] = []
        self.start = self.end = _snapshot(stub)
        self.hit = False
        """Whether a fault was applied to a call."""
        self.has_rules = False
        """Whether a fault or a response that the test added was active in the end."""

    def finish(self) -> None:
        """Record what has happened since the body began."""
        calls = list(self._stub.calls)
        self.calls = [call.operation for call in calls[len(self.calls_of_fixtures) :]]
        self.end = _snapshot(self._stub)
        self.hit = any(attempt.fault is not None for call in calls for attempt in call.attempts)
        self.has_rules = bool(self._stub.faults or self._stub.responses)


class BodyObserver:
    """A plugin that observes the body of each test that has the fixture."""

    def __init__(self) -> None:
        self.last: Body | None = None
        """The last body; None if none has begun since the last reset, or if it had no stub."""

    def reset(self) -> None:
        """Forget the last body."""
        self.last = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Observe a function or a method."""
        with self._observed(pyfuncitem):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Observe the method of a `unittest.TestCase`, which pytest runs together with its `setUp` and `tearDown`."""
        case = getattr(item, "instance", None)
        if not isinstance(item, pytest.Function) or not isinstance(case, unittest.TestCase):
            return (yield)
        if inspect.iscoroutinefunction(item.obj):
            # unittest, not pytest, calls it, and looks it up in the instance.
            setattr(case, item.name, self._observing_coroutine(item, item.obj))
        else:
            item.obj = self._observing(item, item.obj)
        try:
            return (yield)
        finally:
            vars(case).pop(item.name, None)

    def _observing(self, item: pytest.Function, method: Any) -> Any:
        @functools.wraps(method)
        def observed(*args: Any, **kwargs: Any) -> Any:
            with self._observed(item):
                return method(*args, **kwargs)

        return observed

    def _observing_coroutine(self, item: pytest.Function, method: Any) -> Any:
        @functools.wraps(method)
        async def observed(*args: Any, **kwargs: Any) -> Any:
            with self._observed(item):
                return await method(*args, **kwargs)

        return observed

    @contextmanager
    def _observed(self, item: pytest.Function) -> Iterator[None]:
        stub = item.stash.get(options.STUB, None)
        if stub is None:
            yield
            return
        body = self.last = Body(stub)
        try:
            yield
        finally:
            body.finish()


def _snapshot(stub: AppIntegrationsStub) -> Snapshot:
    # Records change in the regions that were called, unless the test itself changes others.
    regions = {stub.region, *(call.region for call in stub.calls)}
    return Snapshot({region: stub.in_region(region) for region in sorted(regions)})
