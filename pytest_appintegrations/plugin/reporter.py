"""Collect the calls of each test; show those of failed tests, and a summary at the end of the run.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from pytest_appintegrations.plugin import options
from pytest_appintegrations.recording import run_activity

if TYPE_CHECKING:
    from pytest_appintegrations.plugin.terminal import Summary


class Reporter:
    """A plugin that collects the calls of each test, and shows those of failed tests and a summary."""

    def __init__(self, config: pytest.Config, reports: options.Reports) -> None:
        self._reports = reports
        self._on_worker = options.on_worker(config)
        self._summary: Summary | None = None
        stack = ExitStack()
        self._activity = stack.enter_context(run_activity.listening())
        config.add_cleanup(stack.close)

    def pytest_collection_finish(self) -> None:
        self._activity.take()  # Calls during the collection belong to no test.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        calls, skipped = self._activity.take()
        if report.when == "setup":
            item.stash[options.CALLS] = []
        made = item.stash.setdefault(options.CALLS, [])
        made += calls
        if calls and (self._reports.shown != "none" or self._reports.coverage):
            from pytest_appintegrations.plugin import terminal

            terminal.attach(report, calls, skipped, worded=self._reports.shown == "all")
        if report.failed and self._reports.shown != "none" and (made or options.STUB in item.stash):
            from pytest_appintegrations.plugin import terminal

            is_served = "appint_server" in getattr(item, "fixturenames", ())
            terminal.show_calls(report, made, item.stash.get(options.STUB, None), is_served=is_served)
        if report.when == "teardown":
            del item.stash[options.CALLS]  # The item lives as long as the session.
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "appintegrations") and not self._on_worker:  # A worker sends it to the controller.
            if self._summary is None:
                from pytest_appintegrations.plugin import terminal

                self._summary = terminal.Summary()
            self._summary.add(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._summary is not None and self._reports.shown != "none":
            self._summary.show(terminalreporter)
