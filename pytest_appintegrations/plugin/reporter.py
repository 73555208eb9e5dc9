"""Collect what each test did, and show it where a test failed and at the end of the run.

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
    from pathlib import Path

    from pytest_appintegrations.plugin.terminal import PhaseReport


class Reporter:
    """Notes what each test did, and tells it where it failed and at the end of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self._wanted = options.reports(config)
        self._phases: list[PhaseReport] = []
        self._unwritten: dict[Path, str] = {}
        stack = ExitStack()
        self._activity = stack.enter_context(run_activity.listening())
        config.add_cleanup(stack.close)

    def pytest_collection_finish(self) -> None:
        self._activity.take()  # What was called while tests were collected is no test's.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        calls, skipped = self._activity.take()
        if report.when == "setup":
            item.stash[options.CALLS] = []
        made = item.stash.setdefault(options.CALLS, [])
        made += calls
        if calls and (self._wanted.shown != "none" or self._wanted.coverage):
            from pytest_appintegrations.plugin import terminal

            terminal.attach(report, calls, skipped, worded=self._wanted.shown == "all")
        if report.failed and self._wanted.shown != "none" and (made or options.STUB in item.stash):
            from pytest_appintegrations.plugin import terminal

            terminal.show_calls(report, made, item.stash.get(options.STUB, None))
        if report.when == "teardown":
            del item.stash[options.CALLS]  # The item lives as long as the session.
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "appintegrations"):
            from pytest_appintegrations.plugin import terminal

            self._phases.append(terminal.phase_of(report))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._reports_coverage(session.config):
            from pytest_appintegrations.plugin import terminal

            document = terminal.covered(self._phases)
            self._unwritten = terminal.write(document, self._wanted.files)
            failed = self._unwritten or terminal.falls_short(document, self._wanted)
            if session.exitstatus == pytest.ExitCode.OK and failed:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        if self._phases or self._reports_coverage(config):
            from pytest_appintegrations.plugin import terminal

            terminal.summarize(terminalreporter, self._phases, self._wanted)
            if self._reports_coverage(config):
                document = terminal.covered(self._phases)
                terminal.show_coverage(terminalreporter, document, self._wanted, self._unwritten)

    def _reports_coverage(self, config: pytest.Config) -> bool:
        return self._wanted.coverage and not config.option.collectonly and not options.on_worker(config)
