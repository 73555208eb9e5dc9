"""Show calls in the report of pytest: in a failing test's section, in those of other tests, and as a summary."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from pytest_appintegrations.reporting import stats, text
from pytest_appintegrations.stub import has_answered

if TYPE_CHECKING:
    from pytest_appintegrations.recording.call import Call
    from pytest_appintegrations.stub import AppIntegrationsStub


_SILENT = -2
"""The verbosity of `-qq`, at which pytest itself shows no summary."""


def attach(report: pytest.TestReport, calls: list[Call], skipped: float, *, worded: bool) -> None:
    """Attach what a phase did to its report, as plain values that xdist can send."""
    vars(report)["appintegrations"] = {
        "facts": stats.facts(calls, skipped),
        "calls": text.section(calls) if worded and not report.failed else None,
    }


def show_calls(
    report: pytest.TestReport, calls: list[Call], stub: AppIntegrationsStub | None, *, is_served: bool
) -> None:
    """Show in a failing test the calls that it made, and what the stores of its stub contain."""
    if stub is None:
        lines = [text.section(calls)]
    else:
        dumped, is_own = stub.dump(), functools.partial(has_answered, stub)
        own_calls = text.section(calls, is_served=is_served, is_own=is_own)
        lines = [own_calls, *text.misplaced(calls, dumped, stub.region), text.stores_section(dumped)]
    report.sections.append((text.TITLE, "\n".join(lines)))


class Summary:
    """The sum of what the phases of all tests did, and the calls to show."""

    def __init__(self) -> None:
        self._total = stats.facts((), 0)
        self._sections: list[tuple[str, str]] = []

    def add(self, report: pytest.TestReport) -> None:
        """Add and remove what `attach` has attached to a report: pytest keeps each report until the end of the run."""
        attached = vars(report).pop("appintegrations")
        stats.add(self._total, attached["facts"])
        if attached["calls"]:
            self._sections.append((f"{report.nodeid} ({report.when} {report.outcome})", attached["calls"]))

    def show(self, terminal: pytest.TerminalReporter) -> None:
        """Show the calls of tests that passed, if requested, and the summary line."""
        if self._sections:
            terminal.write_sep("=", text.TITLE)
        for title, calls in self._sections:
            terminal.write_line(title, bold=True)
            terminal.write_line(calls)
        line = text.summary([self._total])
        if line and terminal.verbosity > _SILENT and not terminal.no_summary:
            terminal.write_line(line)
