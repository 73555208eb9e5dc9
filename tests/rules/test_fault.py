"""Faults as values, checked where they are written."""

from __future__ import annotations

import copy
import dataclasses
import inspect

import botocore.exceptions
import pytest

from pytest_appintegrations import Fault

CREATE = "CreateDataIntegrationAssociation"


RETRYABLE = "ThrottlingException"


@pytest.mark.parametrize(
    ("args", "rule", "error", "text"),
    [
        (("ThrotlingException",), {}, ValueError, "unknown error 'ThrotlingException'; did you mean 'ThrottlingException'?"),
        (("",), {"status": 400}, ValueError, "an error code may contain letters"),
        (("a:b#c",), {"status": 400}, ValueError, "and '-' only, not 'a:b#c'"),
        (("Mine",), {}, ValueError, "ConnectionClosedError\nAny other error code needs an HTTP status"),
        ((5,), {}, TypeError, "the error of a fault must be a string"),
        (("DuplicateResourceException",), {"operation": CREATE}, ValueError,
         f"{CREATE} does not return DuplicateResourceException; its modelled errors are: AccessDeniedException, "),
        ((RETRYABLE,), {"operation": "creat_application"}, ValueError, "did you mean 'create_application'?"),
        ((RETRYABLE,), {"operation": 5}, TypeError, "the name of an operation must be a string"),
        ((RETRYABLE,), {"atempts": 1}, TypeError, "Fault() got an unexpected keyword argument 'atempts'; did you mean 'attempts'?"),
        ((RETRYABLE,), {"attempts": 0}, ValueError, "attempts must be 1 or more, not 0"),
        ((RETRYABLE,), {"attempts": "2"}, TypeError, "attempts must be a whole number, not '2'"),
        ((RETRYABLE,), {"calls": -1}, ValueError, "calls must be 1 or more"),
        ((RETRYABLE,), {"calls": True}, TypeError, "calls must be a whole number"),
        ((RETRYABLE,), {"after_calls": -1}, ValueError, "after_calls must be 0 or more"),
        ((RETRYABLE,), {"after_calls": None}, TypeError, "after_calls must be a whole number, not None"),
        ((RETRYABLE,), {"lose_response": "no"}, TypeError, "lose_response must be True or False, not 'no'"),
        ((RETRYABLE,), {"optional": 1}, TypeError, "optional must be True or False, not 1"),
        ((RETRYABLE,), {"retry_after": float("inf")}, ValueError, "retry_after must be 0 or more, not inf"),
        ((RETRYABLE,), {"retry_after": float("nan")}, ValueError, "retry_after must be 0 or more, not nan"),
        ((RETRYABLE,), {"probability": 10**400}, ValueError, "probability must be 0 to 1, not 1"),
        ((RETRYABLE,), {"attempts": 1, "calls": 1}, ValueError,
         "a fault takes attempts=N or calls=N, not both"),
        ((RETRYABLE,), {"probability": 1.1}, ValueError, "probability must be 0 to 1, not 1.1"),
        ((RETRYABLE,), {"probability": None}, TypeError, "probability must be a number"),
        ((RETRYABLE,), {"probability": "1"}, TypeError, "probability must be a number"),
        ((RETRYABLE,), {"retry_after": -1}, ValueError, "retry_after must be 0 or more"),
        ((RETRYABLE,), {"message": 1}, TypeError, "message must be a string"),
        ((RETRYABLE,), {"status": 200}, ValueError, "status must be 400 or more"),
        ((RETRYABLE,), {"status": 600}, ValueError, "status must be an HTTP error, 400 to 599"),
        (("ReadTimeoutError",), {"status": 500}, ValueError, "which has no status"),
        (("ReadTimeoutError",), {"message": "late"}, ValueError,
         "ReadTimeoutError is a network error, which has no message"),
        (("ConnectionClosedError",), {"retry_after": 1}, ValueError, "which has no retry_after"),
        ((RETRYABLE,), {"when": 5}, TypeError, "when must be a dict of parameters or a function"),
        ((RETRYABLE,), {"when": {"Nme": "n"}}, ValueError, "when: unknown parameter 'Nme'; did you mean 'Name'?"),
        ((RETRYABLE,), {"when": {"Name": "n", "Identifier": "i", "Arn": "a"}}, ValueError,
         "when: no operation that returns ThrottlingException has all of Name, Identifier, Arn"),
        ((RETRYABLE,), {"operation": CREATE, "when": {"Name": "n"}}, ValueError,
         f"when: unknown parameter 'Name' of {CREATE}"),
        ((RETRYABLE,), {"operation": CREATE, "when": {"ExecutionConfiguration": {"ExecutionMod": 1}}}, ValueError,
         f"when: unknown parameter 'ExecutionConfiguration.ExecutionMod' of {CREATE}; "
         "did you mean 'ExecutionConfiguration.ExecutionMode'?"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_where_it_is_written(args, rule, error, text):
    with pytest.raises(error) as caught:
        Fault(*args, **rule)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Fault.sequence(), ValueError,
         "Fault.sequence() needs at least one error, such as Fault.sequence('ThrottlingException', None)"),
        (lambda: Fault.sequence("ThrottlingException", when={"Nme": "n"}), ValueError, "did you mean 'Name'?"),
        (lambda: Fault.sequence(None), ValueError, "Fault.sequence() needs at least one error"),
        (lambda: Fault.sequence("ThrotlingException"), ValueError, "did you mean 'ThrottlingException'?"),
        (lambda: Fault.sequence("ThrottlingException", "DuplicateResourceException", operation="GetApplication"),
         ValueError, "GetApplication does not return DuplicateResourceException"),
        (lambda: Fault.sequence("DuplicateResourceException", "ResourceNotFoundException"),
         ValueError, "no operation returns all of DuplicateResourceException, ResourceNotFoundException"),
        (lambda: Fault.latency(-1), ValueError, "seconds must be 0 or more, not -1"),
        (lambda: Fault.latency("1"), TypeError, "seconds must be a number, not '1'"),
        (lambda: Fault.latency(1, status=500), TypeError, "Fault.latency() got an unexpected keyword argument 'status'"),
        (lambda: Fault.latency(1, operaton="x"), TypeError, "did you mean 'operation'?"),
    ],
)  # fmt: skip
def test_a_wrong_sequence_or_latency_is_refused_where_it_is_written(make, error, text):
    with pytest.raises(error) as caught:
        make()
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 400},
        {"status": 599},
        {"when": {"resourceArn": "arn", "tagKeys": ["a"]}},  # All parameters that UntagResource has.
        {"probability": 0},
        {"retry_after": 0},
        {"retry_after": 10**400},
    ],
)
def test_the_bounds_of_a_rule_are_accepted(rule):
    assert Fault("ThrottlingException", **rule).operations()


def test_a_fault_is_a_value():
    when = {"ObjectConfiguration": {"o": {"f": ["a"]}}}
    fault = Fault("ThrottlingException", operation="create_data_integration_association", when=when)
    when["ObjectConfiguration"]["o"]["f"].append("b")
    assert fault.when == {"ObjectConfiguration": {"o": {"f": ["a"]}}}
    assert fault == Fault("ThrottlingException", operation=CREATE, when={"ObjectConfiguration": {"o": {"f": ["a"]}}})
    with pytest.raises(AttributeError):
        fault.attempts = 2
    assert repr(Fault("ThrottlingException", calls=1)) == "Fault('ThrottlingException', calls=1)"


def test_equal_faults_are_one_in_a_set():
    rule = {"when": {"Tags": {"team": "care"}}, "operation": "CreateApplication"}
    assert len({Fault("ThrottlingException", **rule), Fault("ThrottlingException", **rule)}) == 1
    assert Fault("ThrottlingException", **rule) != Fault("ThrottlingException", operation="CreateApplication")


def test_sequences_and_latencies_are_values_that_show_what_they_are():
    assert Fault.latency(2, calls=1) == Fault.latency(2, calls=1) != Fault.latency(3, calls=1)
    assert Fault.sequence("ThrottlingException", None) != Fault.sequence("ThrottlingException")
    assert repr(Fault.latency(2, operation="list_applications")) == "Fault.latency(2, operation='ListApplications')"
    assert repr(Fault.sequence("ThrottlingException", None)) == "Fault.sequence('ThrottlingException', None)"


REPLACE = [dataclasses.replace, *([copy.replace] if hasattr(copy, "replace") else [])]


@pytest.mark.parametrize("replace", REPLACE)
@pytest.mark.parametrize(
    ("fault", "changes", "expected"),
    [
        (Fault("ThrottlingException", attempts=2), {"attempts": 3}, Fault("ThrottlingException", attempts=3)),
        (Fault("ThrottlingException"), {"error": "AccessDeniedException"}, Fault("AccessDeniedException")),
        (Fault.latency(2, calls=1), {"calls": None, "attempts": 1}, Fault.latency(2, attempts=1)),
        (Fault.latency(2), {"seconds": 3}, Fault.latency(3)),
        (Fault.sequence("ThrottlingException", None), {"optional": True},
         Fault.sequence("ThrottlingException", None, optional=True)),
        (Fault.sequence("ThrottlingException", None), {"errors": (None, "AccessDeniedException")},
         Fault.sequence(None, "AccessDeniedException")),
    ],
    ids=str,
)  # fmt: skip
def test_a_replaced_fault_stays_what_it_is(replace, fault, changes, expected):
    assert replace(fault, **changes) == expected
    assert repr(replace(fault, **changes)) == repr(expected)
    assert replace(fault) == fault


@pytest.mark.parametrize(
    ("fault", "changes", "error", "message"),
    [
        (Fault("ThrottlingException"), {"attempts": 0}, ValueError, "attempts must be 1 or more"),
        (Fault("ThrottlingException"), {"seconds": 2}, (TypeError, ValueError), "seconds"),
        (Fault.latency(2), {"seconds": -2}, ValueError, "seconds must be 0 or more"),
        (Fault.latency(2), {"error": "ThrottlingException"}, (TypeError, ValueError), "error"),
        (Fault.sequence("ThrottlingException"), {"error": "AccessDeniedException"}, (TypeError, ValueError), "error"),
        (Fault.latency(2), {"status": 500}, ValueError, "ReadTimeoutError is a network error, which has no status"),
        (
            Fault.sequence("ThrottlingException"),
            {"attempts": 2},
            TypeError,
            r"Fault.sequence\(\) does not take attempts=",
        ),
        (Fault.sequence("ThrottlingException"), {"errors": (None,)}, ValueError, "needs at least one error"),
    ],
)
def test_a_wrong_replacement_is_refused(fault, changes, error, message):
    with pytest.raises(error, match=message):
        dataclasses.replace(fault, **changes)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fault("ThrottlingException", times=2),
         "Fault() got an unexpected keyword argument 'times'; did you mean 'attempts'?"),
        (lambda: Fault("ThrottlingException", after=2),
         "Fault() got an unexpected keyword argument 'after'; did you mean 'after_calls'?"),
        (lambda: Fault.latency(1, attemps=2),
         "Fault.latency() got an unexpected keyword argument 'attemps'; did you mean 'attempts'?"),
        (lambda: Fault.sequence("ThrottlingException", attempts=2),
         "Fault.sequence() got an unexpected keyword argument 'attempts'; known: operation, when, after_calls, optional"),
    ],
)  # fmt: skip
def test_an_unknown_keyword_is_reported_with_the_nearest(make, message):
    with pytest.raises(TypeError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (botocore.exceptions.ReadTimeoutError, "must be a string such as 'ReadTimeoutError', not <class 'botocore"),
        (Fault, "must be a string such as 'ThrottlingException', not <class '"),
        (KeyError("x"), "must be a string such as 'ThrottlingException', not KeyError('x')"),
    ],
)
def test_a_class_is_not_accepted_in_place_of_an_errors_name(error, message):
    with pytest.raises(TypeError) as caught:
        Fault(error)
    assert message in str(caught.value)


def test_secrets_in_when_are_masked():
    fault = Fault(
        "ThrottlingException", operation=CREATE, when={"ClientAssociationMetadata": {"Password": "Geheim123"}}
    )
    assert "Geheim123" not in repr(fault)
    assert "Password" in repr(fault)


@pytest.mark.parametrize("function", [Fault, Fault.sequence, Fault.latency])
def test_signatures_spell_out_every_argument(function):
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    assert inspect.Parameter.VAR_KEYWORD not in kinds
