"""Explore the tests: run each that passed again, with one fault at a time, and report the outcomes."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_appintegrations.exploration.findings import Findings
from pytest_appintegrations.plugin import exploration_report, markers, options
from pytest_appintegrations.plugin.exploring.body import BodyObserver
from pytest_appintegrations.plugin.exploring.held_teardown import HeldTeardown
from pytest_appintegrations.plugin.exploring.item import CanNotExplore, ItemExplorer, StoppedExploring
from pytest_appintegrations.plugin.exploring.plain_run import PlainRun
from pytest_appintegrations.plugin.exploring.progress import Progress
from pytest_appintegrations.plugin.exploring.rerun import Rerunner

_OUTPUT = "appintegrations_exploration"


class Explorer:
    """A plugin that explores each test before the next one starts, and reports at the end."""

    def __init__(self, config: pytest.Config, exploration: options.Exploration) -> None:
        self._options = exploration
        self._bodies = BodyObserver()
        self._rerunner = Rerunner()
        self._progress = Progress(config)
        self._plain: PlainRun | None = None
        self._findings = Findings()
        self._unwritten: dict[Path, str] = {}
        self._workers_lost = 0
        for plugin in (self._bodies, self._rerunner):
            config.pluginmanager.register(plugin)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run the test as usual, then explore it before fixtures of a wider scope are torn down."""
        if self._rerunner.running:
            return (yield)
        plain = self._plain = PlainRun(markers.choice(item), self._bodies)
        with HeldTeardown(item, lambda: plain.reason_against_exploring() is None) as teardown:
            result = yield
        plain.finish()
        if reason := plain.reason_against_exploring():
            self._findings.not_explored[item.nodeid] = reason
        else:
            self._explore(item, plain)
        if teardown.held:
            teardown.release()
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Record the outcome of each phase of the plain run."""
        report = yield
        if self._plain is not None:
            self._plain.add(item, report)
        return report

    def _explore(self, item: Any, plain: PlainRun) -> None:
        self._plain = None
        findings = self._findings
        try:
            explorer = ItemExplorer(item, plain.explorable_body(), self._rerunner, self._bodies)
            findings.add(item.nodeid, explorer.report, plain.choice.allow)
            explorer.explore(plain.choice, self._options.runs_per_test, self._progress)
        except StoppedExploring as problem:
            findings.not_explored[item.nodeid] = str(problem)
        except KeyboardInterrupt:
            findings.not_explored[item.nodeid] = "the session was interrupted"
            raise
        except CanNotExplore as problem:
            findings.remove(item.nodeid)
            findings.not_explored[item.nodeid] = str(problem)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the findings of a worker of pytest-xdist."""
        if data := getattr(node, "workeroutput", {}).get(_OUTPUT):
            self._findings.add_data(data)
        else:
            self._workers_lost += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the files, and fail the run if there are findings."""
        if options.on_worker(session.config):
            session.config.workeroutput[_OUTPUT] = self._findings.as_data()  # type: ignore[attr-defined]
        if options.on_worker(session.config) or session.config.option.collectonly:
            return
        self._unwritten = exploration_report.write(self._findings, self._options.files)
        failed = self._unwritten or self._findings.document()["findings"]
        if session.exitstatus == pytest.ExitCode.OK and failed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the findings, even if the run was interrupted."""
        if terminalreporter.config.option.collectonly:
            return
        exploration_report.show(terminalreporter, self._findings, self._options.files, self._unwritten)
        if self._workers_lost:
            terminalreporter.write_line(
                f"{self._workers_lost} of the workers crashed; their findings are missing", red=True
            )
