"""What pytest shows of the calls: the section of a failing test, the end of the run, the coverage files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pytest_appintegrations.reporting import stats, text
from pytest_appintegrations.reporting.coverage import Coverage, CoverageReport, table, total
from pytest_appintegrations.reporting.coverage_html import page

if TYPE_CHECKING:
    from pytest_appintegrations.plugin.options import Reports
    from pytest_appintegrations.recording.call import Call
    from pytest_appintegrations.reporting.stats import PhaseStats
    from pytest_appintegrations.stub import AppIntegrationsStub

_STYLES = {"recovered": {"green": True}, "let out": {"yellow": True}, "never met": {"red": True}}
_WRITERS: dict[str, Callable[[CoverageReport], str]] = {
    ".json": lambda document: json.dumps(document, indent=2, ensure_ascii=False) + "\n",
    ".html": page,
}


class PhaseReport(NamedTuple):
    """What one phase of a test did, as its report brought it."""

    test: str
    name: str
    """As `call passed`."""
    facts: PhaseStats
    calls: str | None
    """The calls in words, where those of tests that passed are asked for."""


def attach(report: pytest.TestReport, calls: list[Call], skipped: float, *, worded: bool) -> None:
    """Put what a phase did onto its report, in plain values that cross xdist."""
    vars(report)["appintegrations"] = {
        "facts": stats.facts(calls, skipped),
        "calls": text.section(calls) if worded and not report.failed else None,
    }


def show_calls(report: pytest.TestReport, calls: list[Call], stub: AppIntegrationsStub | None) -> None:
    """Have a failing test show the calls that it made, and what the stores of its stub hold."""
    stores = [text.stores_section(stub.dump())] if stub is not None else []
    report.sections.append((text.TITLE, "\n".join([text.section(calls), *stores])))


def phase_of(report: pytest.TestReport) -> PhaseReport:
    """Read what `attach` put there."""
    attached = vars(report)["appintegrations"]
    return PhaseReport(report.nodeid, f"{report.when} {report.outcome}", attached["facts"], attached["calls"])


def covered(phases: Iterable[PhaseReport]) -> CoverageReport:
    """Add up the error-path coverage of a run."""
    coverage = Coverage()
    for phase in phases:
        coverage.add(phase.test, phase.facts["seen"])
    return coverage.document()


def write(document: CoverageReport, files: Iterable[Path]) -> dict[Path, str]:
    """Write the coverage files; say why of those that can't be, although they could before the first test."""
    problems = {}
    for file in files:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_WRITERS[file.suffix](document), encoding="utf-8")
        except OSError as problem:
            problems[file] = problem.strerror or str(problem)
    return problems


def falls_short(document: CoverageReport, reports: Reports) -> bool:
    """Say whether the coverage is below the minimum asked for."""
    return reports.minimum is not None and document["percent"] < reports.minimum


def summarize(terminal: pytest.TerminalReporter, phases: list[PhaseReport], reports: Reports) -> None:
    """Write the calls of the tests that passed, where asked for, and the line that sums up."""
    told = [phase for phase in phases if phase.calls]
    if told:
        terminal.write_sep("=", text.TITLE)
    for phase in told:
        terminal.write_line(f"{phase.test} ({phase.name})", bold=True)
        terminal.write_line(str(phase.calls))
    line = text.summary(phase.facts for phase in phases)
    if line and reports.shown != "none":
        terminal.write_line(line)


def show_coverage(
    terminal: pytest.TerminalReporter, document: CoverageReport, reports: Reports, unwritten: Mapping[Path, str]
) -> None:
    """Write the table of the error-path coverage, where the files are, and whether it suffices."""
    terminal.write_sep("=", "AppIntegrations error-path coverage")
    if reports.table:
        for line, style in table(document, tests=terminal.verbosity > 0):
            terminal.write_line(line, **_STYLES.get(style or "", {}))
    for file in reports.files:
        if file in unwritten:
            terminal.write_line(f"FAIL: {file} can't be written: {unwritten[file]}", red=True, bold=True)
        else:
            terminal.write_line(f"written: {file}")
    terminal.write_line(f"{total(document)}: {document['percent']:.1f} %", bold=True)
    if reports.minimum is None:
        return
    if not falls_short(document, reports):
        terminal.write_line(f"minimum of {reports.minimum:g} % reached", green=True)
        return
    why = "" if document["modelled"] else "; no test called AppIntegrations"
    terminal.write_line(
        f"FAIL: error-path coverage of {document['percent']:.1f} % is below the minimum of {reports.minimum:g} %{why}",
        red=True,
        bold=True,
    )
