"""Measure the error-path coverage of a run, write it to files and show it. Imported only on demand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_appintegrations.chance import without_group
from pytest_appintegrations.plugin import report_files
from pytest_appintegrations.reporting.coverage import Coverage, CoverageReport, is_below, table, total

if TYPE_CHECKING:
    from pytest_appintegrations.plugin.options import Reports

_STYLES = {
    "handled": {"green": True},
    "retried": {"green": True},
    "failed": {"yellow": True},
    "not covered": {"red": True},
}


class CoverageReporter:
    """A plugin that sums up the reports of the tests; not registered in workers of pytest-xdist."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._coverage = Coverage()
        self._reruns: Counter[str] = Counter()
        self._unwritten: dict[Path, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add the errors that a phase of a test met, and whether the phase passed."""
        test = without_group(report.nodeid)
        rerun = self._reruns[test]
        if report.outcome != "passed":
            self._coverage.note_not_passed(test, rerun=rerun)
        if attached := vars(report).get("appintegrations"):
            self._coverage.add(test, attached["facts"]["seen"], rerun=rerun)
        outcome: str = report.outcome
        if outcome == "rerun":  # By pytest-rerunfailures: another run follows.
            self._reruns[test] += 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the files, and fail the run if its coverage is below the minimum."""
        document = self._coverage.document()
        self._unwritten = report_files.write(self._reports.files, lambda suffix: _formatted(document, suffix))
        failed = self._unwritten or self._falls_short(document)
        if session.exitstatus == pytest.ExitCode.OK and failed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table, the files that were written, and whether the minimum was reached."""
        document = self._coverage.document()
        terminalreporter.write_sep("=", "AppIntegrations error-path coverage")
        if self._reports.table:
            for line, style in table(document, tests=terminalreporter.verbosity > 0):
                terminalreporter.write_line(line, **_STYLES.get(style or "", {}))
        report_files.show(terminalreporter, self._reports.files, self._unwritten)
        terminalreporter.write_line(f"{total(document)}: {document['percent']:.1f} %", bold=True)
        self._show_minimum(terminalreporter, document)

    def _show_minimum(self, terminal: pytest.TerminalReporter, document: CoverageReport) -> None:
        minimum = self._reports.minimum
        if minimum is None:
            return
        if not self._falls_short(document):
            terminal.write_line(f"minimum of {minimum:g} % reached", green=True)
            return
        reason = "" if document["modelled"] else "; no test called AppIntegrations"
        if document["modelled"] and not (self._reports.table or self._reports.files):
            reason = "; --appint-coverage shows which errors are missing"
        # With enough digits to differ from the minimum.
        exact = 100 * document["covered"] / document["modelled"] if document["modelled"] else 0.0
        percent = f"{document['percent']:.1f} %" if document["percent"] < minimum else f"{exact:.4g} %"
        terminal.write_line(
            f"FAIL: error-path coverage of {percent} is below the minimum of {minimum:g} %{reason}", **_FAILED
        )

    def _falls_short(self, document: CoverageReport) -> bool:
        return self._reports.minimum is not None and is_below(document, self._reports.minimum)


_FAILED = {"red": True, "bold": True}


def _formatted(document: CoverageReport, suffix: str) -> str:
    if suffix == ".json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    from pytest_appintegrations.reporting.coverage_html import page

    return page(document)
