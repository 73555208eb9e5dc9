"""Explore one test: plan its faults, run it with each of them, judge the outcomes."""

from __future__ import annotations

import pytest
from _pytest.compat import get_real_func

from pytest_appintegrations.exploration.benign import accept_benign
from pytest_appintegrations.exploration.origins import Territory
from pytest_appintegrations.exploration.outcomes import ExploredTest, RunReport
from pytest_appintegrations.exploration.plan import Choice, Trial, plan
from pytest_appintegrations.exploration.verdict import Ending, Verdict, described, judge
from pytest_appintegrations.plugin.exploring.body import Body, BodyObserver
from pytest_appintegrations.plugin.exploring.call_watch import CallWatch
from pytest_appintegrations.plugin.exploring.progress import Progress
from pytest_appintegrations.plugin.exploring.rerun import Rerun, Rerunner


class CanNotExplore(Exception):
    """Raised if a test turns out not to be explorable, with the reason."""


class StoppedExploring(Exception):
    """Raised if a test can't be explored any further, with the reason; the findings so far are kept."""


class ItemExplorer:
    """The exploration of a test that passed."""

    def __init__(self, item: pytest.Function, plain: Body, rerunner: Rerunner, bodies: BodyObserver) -> None:
        self._item = item
        self._plain = plain
        self._rerunner = rerunner
        self._bodies = bodies
        function = get_real_func(item.obj)  # type: ignore[no-untyped-call]
        self._territory = Territory(test=function.__code__, root=item.config.rootpath)
        self._most_calls = 10 * len(plain.calls) + 100
        self.report = ExploredTest(calls=plain.calls, runs=[], cut_off=0)

    def explore(self, choice: Choice, limit: int, progress: Progress) -> None:
        """Run the test with each planned fault, and report each run when it has ended."""
        self._check_session()
        plain = self._run_plainly()
        planned = plan(self._plain.calls_of_fixtures, self._plain.calls, choice, limit)
        self.report["cut_off"] = planned.cut_off + len(planned.trials)
        progress.begin(self._item.nodeid, len(planned.trials))
        try:
            for number, trial in enumerate(planned.trials, 1):
                self._check_session()
                progress.show(number)
                self.report["runs"].append(self._run_with(trial, plain))
                self.report["cut_off"] -= 1
        finally:
            accept_benign(self.report["runs"])
            progress.end(len(self.report["runs"]))

    def _check_session(self) -> None:
        if reason := self._item.session.shouldfail or self._item.session.shouldstop:
            raise StoppedExploring(f"the session was stopped: {reason}")

    def _run_plainly(self) -> Ending:
        """Run the test without a fault and return the result; raise `CanNotExplore` if the first run had another."""
        rerun, body = self._run(None, CallWatch(self._most_calls, self._territory))
        for errors in rerun.errors.values():
            if errors:
                raise CanNotExplore(f"does not repeat: a second run failed with {described(errors[0])}")
        if body is None or body.calls != self._plain.calls:
            raise CanNotExplore("does not repeat: a second run made other calls")
        if not body.end.same_as(self._plain.end):
            raise CanNotExplore("does not repeat: a second run left other records in the stores")
        return Ending(errors=(), unhandled=rerun.unhandled, start=body.start, end=body.end)

    def _run_with(self, trial: Trial, plain: Ending) -> RunReport:
        watch = CallWatch(self._most_calls)
        mark = pytest.mark.appint_fault(trial.error, **trial.fault_arguments()).mark
        rerun, body = self._run(mark, watch)
        if rerun.errors["setup"]:
            raise StoppedExploring(f"a fixture failed in an explored run: {described(rerun.errors['setup'][0])}")
        if body is None or not body.hit:
            raise CanNotExplore(f"does not repeat: call {trial.call} of {trial.operation} was not made again")
        ending = Ending(
            errors=rerun.errors["call"] or rerun.errors["teardown"],
            unhandled=rerun.unhandled,
            start=body.start,
            end=body.end,
            stopped=watch.stopped,
        )
        return _report(trial, judge(trial, plain, ending, self._territory), ending)

    def _run(self, mark: pytest.Mark | None, watch: CallWatch) -> tuple[Rerun, Body | None]:
        self._bodies.reset()
        return self._rerunner.run(self._item, watch, mark), self._bodies.last


def _report(trial: Trial, verdict: Verdict, ending: Ending) -> RunReport:
    return RunReport(
        operation=trial.operation,
        call=trial.call,
        error=trial.error,
        lose_response=trial.lose_response,
        attempts=trial.attempts,
        outcome=verdict.outcome,
        exception=verdict.exception,
        at=verdict.at,
        left=ending.end.added_since(ending.start),
        marker=trial.marker(),
    )
