"""Delay the teardown of fixtures of a wider scope until the test has been explored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest


class HeldTeardown:
    """Inside of the block, a test for which `holds()` is true tears down only its function-scoped fixtures."""

    def __init__(self, item: pytest.Item, holds: Callable[[], bool]) -> None:
        self._item = item
        self._holds = holds
        self._state: Any = item.session._setupstate
        self._next: pytest.Item | None = None
        self.held = False

    def __enter__(self) -> HeldTeardown:
        teardown_exact = self._state.teardown_exact

        def hold_back(nextitem: pytest.Item | None) -> None:
            if self._holds():
                self.held, self._next = True, nextitem
                nextitem = self._item.parent  # type: ignore[assignment]  # It has the same collectors as a sibling.
            teardown_exact(nextitem)

        self._state.teardown_exact = hold_back
        return self

    def __exit__(self, *exc: object) -> None:
        del self._state.teardown_exact

    def release(self) -> None:
        """Tear down the remaining fixtures; a failure is reported like one of the test's own teardown."""
        item: Any = self._item
        call = pytest.CallInfo.from_call(self._tear_down, "teardown", (pytest.exit.Exception, KeyboardInterrupt))
        if call.excinfo is not None:
            item._initrequest()  # Plugins look at the fixtures of the test that they report on.
            report = item.ihook.pytest_runtest_makereport(item=item, call=call)
            item.ihook.pytest_runtest_logreport(report=report)
            item._request, item.funcargs = False, None  # In the state in which pytest leaves it.

    def _tear_down(self) -> None:
        with ExitStack() as stack:
            capture: Any = self._item.config.pluginmanager.get_plugin("capturemanager")
            if capture is not None:
                stack.enter_context(capture.item_capture("teardown", self._item))
            self._state.teardown_exact(self._next)
