"""Made-up findings of an exploration."""

from __future__ import annotations

from pytest_appintegrations.exploration.findings import Findings
from pytest_appintegrations.exploration.outcomes import ExploredTest
from pytest_appintegrations.exploration.plan import Trial

ASSOCIATE, TAG = "CreateDataIntegrationAssociation", "TagResource"
EXPORTS, SLY = "test_exporter.py::test_exports", "test_it.py::test[<script>alert('x')</script>&\"]"


def run(
    outcome, error="AccessDeniedException", operation=ASSOCIATE, call=1, *, exception=None, at=None, left=(), **how
):
    """Return the report of a run."""
    trial = Trial(operation=operation, call=call, error=error, after_calls=call - 1, **how)
    return {
        "operation": operation,
        "call": call,
        "error": error,
        "lose_response": trial.lose_response,
        "attempts": trial.attempts,
        "outcome": outcome,
        "exception": exception,
        "at": at,
        "left": dict(left),
        "marker": trial.marker(),
    }


CRASH = {"exception": "KeyError: 'Detail'", "at": "exporter.py:34", "left": {"data_integrations": 1}}


def findings():
    """Return findings of every kind, in a test with three calls and in one whose name needs escaping."""
    gathered = Findings()
    exports = [
        run("crashed", **CRASH),
        run("crashed", "InternalServiceError", **CRASH),
        run("raised", "ThrottlingException", exception="ThrottlingException: no", at="exporter.py:30"),
        run("recovered", "ReadTimeoutError", attempts=1, lose_response=True, left={"data_integrations": 2}),
        run("duplicated", "ReadTimeoutError", lose_response=True, left={"data_integration_associations": 2}),
        run("lost", operation=TAG),
        run("lost", operation=TAG, call=2),
    ]
    gathered.add(EXPORTS, ExploredTest(calls=[ASSOCIATE, TAG, TAG], runs=exports, cut_off=12), [])
    sly = [run("lost"), run("noticed", "ReadTimeoutError", exception="AssertionError: <b>", at="test_it.py:3")]
    gathered.add(SLY, ExploredTest(calls=[ASSOCIATE], runs=sly, cut_off=0), ["lost"])
    gathered.not_explored |= {
        "test_it.py::test_one": "made no call",
        "test_it.py::test_two": "made no call",
        "test_it.py::test_three": "does not repeat: a second run made other calls",
    }
    return gathered
