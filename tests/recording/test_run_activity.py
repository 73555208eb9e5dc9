"""What the report of a run collects of all stubs."""

from __future__ import annotations

from pytest_appintegrations import AppIntegrationsStub, Fault
from pytest_appintegrations.recording import run_activity


def test_the_innermost_listener_collects_calls_and_skipped_delays_once():
    with run_activity.listening() as outer, run_activity.listening() as inner:
        with AppIntegrationsStub() as stub:
            stub.inject(Fault("ThrottlingException", attempts=1))
            stub.client().list_applications()
        calls, skipped = inner.take()
        assert [call.operation for call in calls] == ["ListApplications"]
        assert skipped == sum(stub.clock.slept) > 0
        assert inner.take() == outer.take() == ([], 0)
