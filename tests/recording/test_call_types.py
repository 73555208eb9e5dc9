"""What type checkers report for a user's module that asserts on calls."""

from __future__ import annotations

import pytest

from tests.support.type_checkers import check, each_checker

RIGHT = """
from unittest.mock import ANY
from pytest_appintegrations import Attempt, Call, CallLog

calls: CallLog = stub.calls
call: Call = calls.assert_called("CreateApplication", Name="n", Namespace=ANY)
call = calls.assert_called("create_application", times=2, schema={"required": ["Name"]})
call = calls.assert_called_once("CreateApplication")
call = calls.wait_for("CreateApplication", timeout=0.5, Name="n")
calls.assert_not_called("CreateApplication")
first, second = calls.assert_in_order("CreateApplication", ("GetApplication", {"Arn": call.params["Arn"]}))
calls.assert_in_order(*["ListApplications"] * 3, exactly=True)
last: Call = calls.to("CreateApplication").last
part: CallLog = calls[1:]
attempt: Attempt = first.attempts[0]
error: str | None = second.error
data: list[dict[str, object]] = calls.as_data()
"""
WRONG = {
    "number of calls": 'stub.calls.assert_called("CreateApplication", times="2")',
    "no operation": "stub.calls.assert_called(5)",
    "no result": 'name: str = stub.calls.assert_called_once("CreateApplication")',
    "a list in place of a tuple": 'stub.calls.assert_in_order(["CreateApplication", {}])',
    "unknown keyword of an order": 'stub.calls.assert_in_order("CreateApplication", exact=True)',
    "timeout": 'stub.calls.wait_for("CreateApplication", timeout="5")',
    "unknown attribute": "print(stub.calls[0].operaton)",
}


@pytest.mark.slow
@each_checker
def test_right_assertions_pass_and_each_wrong_one_is_an_error(tmp_path, checker):
    check(tmp_path, checker, RIGHT, WRONG.values())
