"""Collect what the exploration of a test run finds, test by test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_appintegrations.exploration.outcomes import FINDINGS, ExplorationReport, ExploredTest, RunReport


class Findings:
    """The explored tests, those that were not explored, and the outcomes that their authors accept."""

    def __init__(self) -> None:
        self._tests: dict[str, ExploredTest] = {}
        self._allowed: dict[str, list[str]] = {}
        self.not_explored: dict[str, str] = {}
        """The reason why a test was not explored, or not completely, by its id."""

    def add(self, test: str, report: ExploredTest, allowed: Sequence[str]) -> None:
        """Add a test, whose report may still grow, and the outcomes that its author accepts."""
        self._tests[test] = report
        self._allowed[test] = list(allowed)

    def remove(self, test: str) -> None:
        """Remove the report of a test."""
        self._tests.pop(test, None)

    def is_finding(self, test: str, run: RunReport) -> bool:
        """Return whether the outcome is a finding that the test's author does not accept."""
        return run["outcome"] in FINDINGS and run["outcome"] not in self._allowed[test]

    def document(self) -> ExplorationReport:
        """Return the report, sorted: it is the same for the same suite."""
        runs = [(test, run) for test, report in self._tests.items() for run in report["runs"]]
        return ExplorationReport(
            version=1,
            runs=len(runs),
            findings=sum(self.is_finding(test, run) for test, run in runs),
            tests=dict(sorted(self._tests.items())),
            not_explored=dict(sorted(self.not_explored.items())),
        )

    def as_data(self) -> dict[str, Any]:
        """Return the findings as plain values, which a worker of xdist can send to its controller."""
        return {"tests": self._tests, "allowed": self._allowed, "not_explored": self.not_explored}

    def add_data(self, data: Mapping[str, Any]) -> None:
        """Add what `as_data` returned in another process."""
        self._tests.update(data["tests"])
        self._allowed.update(data["allowed"])
        self.not_explored.update(data["not_explored"])
