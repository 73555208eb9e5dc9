"""Observe the plain run of a test, which decides whether the test is explored."""

from __future__ import annotations

import pytest

from pytest_appintegrations.exploration.plan import Choice
from pytest_appintegrations.interception.activation import answering_now
from pytest_appintegrations.plugin import options
from pytest_appintegrations.plugin.exploring.body import Body, BodyObserver


class PlainRun:
    """What is known about the run so far."""

    def __init__(self, choice: Choice, bodies: BodyObserver) -> None:
        self.choice = choice
        self._bodies = bodies
        bodies.reset()
        self._reports: list[pytest.TestReport] = []
        self._runs = 0
        self._calls = 0
        self._shares_stub = answering_now() is not None

    @property
    def body(self) -> Body | None:
        """What the test's body did; None if it has no stub."""
        return self._bodies.last

    def explorable_body(self) -> Body:
        """Return what the body of a test did that is to be explored."""
        assert self.body is not None, "there is a reason against exploring a test without a body"
        return self.body

    def add(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Add the report of a phase, or of a subtest."""
        if report.when == "setup":
            self._reports.clear()
            self._runs += 1
        self._reports.append(report)
        self._calls = len(item.stash.get(options.CALLS, ())) or self._calls

    def finish(self) -> None:
        """Record what is left after the teardown of the test."""
        self._shares_stub |= answering_now() is not None

    def reason_against_exploring(self) -> str | None:
        """Return the reason why the test is not explored; None if it is."""
        if not self.choice.enabled:
            return "marked appint_explore(False)"
        return self._reason_in_reports() or self._reason_in_body()

    def _reason_in_reports(self) -> str | None:
        for report in self._reports:
            if hasattr(report, "wasxfail"):
                return "xfailed"
            if not report.passed:
                return report.outcome
        return "does not repeat: it passed only when it was run again" if self._runs > 1 else None

    def _reason_in_body(self) -> str | None:
        if self.body is not None and self.body.calls:
            return "has faults or responses of its own" if self.body.hit or self.body.has_rules else None
        if not self._calls or (self.body is not None and self.body.calls_of_fixtures):
            return "made no call"
        return "shares a stub with other tests" if self._shares_stub else "appint_stub recorded none of its calls"
