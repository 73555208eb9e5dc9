"""Which faults are tried in a test."""

from __future__ import annotations

import pytest

from pytest_appintegrations import Fault
from pytest_appintegrations.exploration.plan import Choice, Trial, errors_of, plan, writes
from pytest_appintegrations.model import service

CREATE, LIST = "CreateApplication", "ListApplications"


def test_each_call_meets_each_modelled_error_and_those_of_the_network():
    trials, cut_off = plan([], [LIST], Choice(), 200)
    assert [trial.error for trial in trials] == [
        *sorted(service.errors(LIST)),
        "TooManyRequestsException",
        "EndpointConnectionError",
        "ReadTimeoutError",
    ]
    assert {(trial.operation, trial.call, trial.attempts, trial.lose_response) for trial in trials} == {
        (LIST, 1, None, False)
    }
    assert cut_off == 0


def test_a_call_that_writes_loses_its_response_too():
    trials, _ = plan([], [CREATE], Choice(), 200)
    assert [(trial.error, trial.attempts) for trial in trials if trial.lose_response] == [
        ("ReadTimeoutError", 1),
        ("ReadTimeoutError", None),
    ]


def test_the_calls_of_an_operation_are_counted_those_of_fixtures_before_them():
    trials, _ = plan([LIST, CREATE, LIST], [CREATE, LIST, LIST], Choice(errors=["ThrottlingException"]), 200)
    assert [(trial.operation, trial.call, trial.after_calls) for trial in trials] == [
        (CREATE, 1, 1),
        (LIST, 1, 2),
        (LIST, 2, 3),
    ]


def test_what_goes_beyond_the_limit_is_counted():
    all_trials, _ = plan([], [CREATE, LIST], Choice(), 200)
    trials, cut_off = plan([], [CREATE, LIST], Choice(), 5)
    assert trials == all_trials[:5]
    assert cut_off == len(all_trials) - 5


def test_only_the_operations_and_errors_chosen_are_tried():
    trials, _ = plan([], [CREATE, LIST, CREATE], Choice(operations=[CREATE], errors=["ConflictException"]), 200)
    assert trials == []
    trials, _ = plan([], [CREATE, LIST, CREATE], Choice(operations=[CREATE], errors=["AccessDeniedException"]), 200)
    assert [(trial.operation, trial.call) for trial in trials] == [(CREATE, 1), (CREATE, 2)]


@pytest.mark.parametrize("operation", service.operations())
def test_every_planned_fault_is_one_that_can_be_injected(operation):
    for trial in plan([], [operation], Choice(), 200).trials:
        Fault(trial.error, **trial.fault_arguments())
    assert len(set(errors_of(operation))) == len(errors_of(operation))
    assert writes(operation) is not operation.startswith(("Get", "List"))


@pytest.mark.parametrize(
    ("details", "line"),
    [
        ({}, 'operation="CreateApplication", calls=1)'),
        ({"after_calls": 2}, 'operation="CreateApplication", after_calls=2, calls=1)'),
        ({"attempts": 1, "lose_response": True}, 'operation="CreateApplication", attempts=1, lose_response=True)'),
    ],
)
def test_the_marker_is_ready_to_paste(details, line):
    trial = Trial(operation=CREATE, call=1, error="ReadTimeoutError", **{"after_calls": 0, **details})
    assert trial.marker() == f'@pytest.mark.appint_fault("ReadTimeoutError", {line}'
    scope = {"pytest": pytest}
    exec(f"{trial.marker()}\ndef test(): pass", scope)
    [mark] = scope["test"].pytestmark
    assert Fault(*mark.args, **mark.kwargs) == Fault("ReadTimeoutError", **trial.fault_arguments())
