"""Responses of the test's own, through a real client."""

from __future__ import annotations

import datetime
import threading
from unittest.mock import ANY

import pytest

from pytest_appintegrations import Fault, UnexpectedCall
from pytest_appintegrations.model import service
from tests.support.payloads import NEW_APPLICATION, without_metadata

NOBODY = "00000000-0000-0000-0000-000000000000"
OTHER = "11111111-1111-1111-1111-111111111111"
THEN = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def name_of(client, identifier=NOBODY):
    return client.get_application(Arn=identifier).get("Name")


@pytest.mark.parametrize("operation", ["GetApplication", "get_application"])
def test_it_is_returned_instead_of_the_stores(appint_stub, appint_client, operation):
    canned = {"Name": "mine", "CreatedTime": THEN, "Permissions": [], "Tags": {}}
    appint_stub.add_response(operation, canned)
    canned["Permissions"].append("late")
    for _ in range(2):
        response = without_metadata(appint_client.get_application(Arn=NOBODY))
        assert response == {"Name": "mine", "CreatedTime": THEN, "Permissions": [], "Tags": {}}
        assert appint_stub.calls.last.response == response
    assert not appint_stub.applications


def test_lists_may_be_empty_and_other_operations_are_the_stores(appint_stub, appint_client):
    appint_stub.applications.add(Name="stored")
    appint_stub.add_response("ListApplications", {"Applications": []})
    assert without_metadata(appint_client.list_applications()) == {"Applications": []}
    [key] = appint_stub.applications
    assert name_of(appint_client, key) == "stored"


def test_an_empty_response_is_a_response(appint_stub, appint_client):
    appint_stub.add_response("GetApplication", {})
    appint_stub.add_response("DeleteApplication", {})
    assert without_metadata(appint_client.get_application(Arn=NOBODY)) == {}
    assert without_metadata(appint_client.delete_application(Arn=NOBODY)) == {}


@pytest.mark.parametrize(
    ("when", "others"),
    [
        ({"Arn": NOBODY}, False),
        ({"Arn": ANY}, True),
        ({"ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": ANY}}}, False),
        (lambda params: params.pop("Arn") == NOBODY, False),
        (None, True),
    ],
)
def test_when_selects_the_calls(appint_stub, appint_client, error_of, when, others):
    appint_stub.add_response("UpdateApplication", {}, when=when)
    config = NEW_APPLICATION["ApplicationSourceConfig"]
    appint_client.update_application(Arn=NOBODY, ApplicationSourceConfig=config)
    if others:
        appint_client.update_application(Arn=OTHER)
    else:
        assert error_of(appint_client.update_application, Arn=OTHER)[0] == "ResourceNotFoundException"


def test_the_first_that_matches_and_is_not_exhausted_is_returned(appint_stub, appint_client, error_of):
    appint_stub.add_response("GetApplication", {"Name": "once"}, calls=1)
    appint_stub.add_response("GetApplication", {"Name": "other"}, when={"Arn": OTHER}, calls=2)
    appint_stub.add_response("GetApplication", {"Name": "then"}, calls=1)
    assert [name_of(appint_client, key) for key in (NOBODY, NOBODY, OTHER, OTHER)] == ["once", "then", "other", "other"]
    assert error_of(appint_client.get_application, Arn=OTHER)[0] == "ResourceNotFoundException"


def test_a_function_sees_the_parameters_and_may_count(appint_stub, appint_client):
    seen = []

    def respond(params):
        seen.append(params.copy())
        params.clear()
        return {"Name": f"desk-{len(seen)}"}

    appint_stub.add_response("GetApplication", respond)
    assert [name_of(appint_client), name_of(appint_client, OTHER)] == ["desk-1", "desk-2"]
    assert seen == [{"Arn": NOBODY}, {"Arn": OTHER}]
    assert appint_stub.calls.last.params == {"Arn": OTHER}


def test_a_retried_attempt_has_the_response_of_its_call(appint_stub, appint_client):
    names, attempts_before = iter(["first", "second"]), []

    def respond(params):
        attempts_before.append(len(appint_stub.calls.last.attempts))
        return {"Name": next(names)}

    appint_stub.add_response("GetApplication", respond, calls=1)
    appint_stub.add_response("GetApplication", respond, calls=1)
    appint_stub.inject(Fault("InternalServiceError", attempts=2, lose_response=True))
    assert name_of(appint_client) == "first"
    assert len(appint_stub.calls.last.attempts) == 3
    assert name_of(appint_client) == "second"
    assert attempts_before == [0, 0]


def test_faults_and_checks_come_before_it(appint_stub, appint_client, error_of):
    calls = []
    appint_stub.add_response("GetApplication", lambda params: calls.append(params) or {}, calls=1)
    with appint_stub.inject(Fault("AccessDeniedException", calls=1)):
        assert error_of(appint_client.get_application, Arn=NOBODY)[0] == "AccessDeniedException"
    assert error_of(appint_client.get_application, Arn="a name")[0] == "ValidationException"
    assert calls == []
    appint_client.get_application(Arn=NOBODY)
    assert len(calls) == 1


def test_the_handle_counts_calls_and_removes_the_response(appint_stub, appint_client, error_of):
    appint_stub.inject(Fault("InternalServiceError", attempts=1, lose_response=True))
    with appint_stub.add_response("GetApplication", {"Name": "mine"}, calls=3) as handle:
        assert handle.hits == 0
        for _ in range(2):
            assert name_of(appint_client) == "mine"
        assert len(appint_stub.calls[0].attempts) == 2
        assert (handle.hits, handle.exhausted) == (2, False)
        assert repr(handle) == "<CannedResponse to GetApplication: 2 hits>"
    assert error_of(appint_client.get_application, Arn=NOBODY)[0] == "ResourceNotFoundException"
    assert handle.hits == 2
    with handle:
        pass


def test_reset_forgets_it(appint_stub, appint_client, error_of):
    appint_stub.add_response("GetApplication", {"Name": "mine"})
    appint_stub.reset()
    assert error_of(appint_client.get_application, Arn=NOBODY)[0] == "ResourceNotFoundException"


@pytest.mark.in_process
def test_an_operation_without_a_store_may_have_one(appint_stub, appint_client, monkeypatch):
    from pytest_appintegrations.backend import operations

    monkeypatch.setattr(operations, "find", lambda name: None)
    with pytest.raises(UnexpectedCall, match="GetApplication was called, but this stub can't answer it"):
        appint_client.get_application(Arn=NOBODY)
    appint_stub.add_response("GetApplication", {"Name": "mine"})
    assert name_of(appint_client) == "mine"


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "message"),
    [
        (("GetAplication", {}), {}, ValueError, "unknown operation 'GetAplication'; did you mean 'GetApplication'"),
        ((3, {}), {}, TypeError, "the name of an operation must be a string"),
        (("GetApplication", {"Nmae": "x"}), {}, ValueError, "not a valid response to GetApplication: .*did you mean 'Name'"),
        (("GetApplication", {3: "x"}), {}, ValueError, "unknown member '3'"),
        (("GetApplication", {"Name": 3, "Id": 4}), {}, ValueError, "type string; Value '3' at 'Name'"),
        (("GetApplication", {"Name": 3}), {}, ValueError, "Value '3' at 'Name' .* type string"),
        (("GetApplication", {"Name": None}), {}, ValueError, "at 'Name' .* type string"),
        (("GetApplication", {"CreatedTime": 1.5}), {}, ValueError, "'CreatedTime' .* type aware datetime"),
        (("GetApplication", {"CreatedTime": THEN.replace(tzinfo=None)}), {}, ValueError, "type aware datetime"),
        (("ListApplications", {"Applications": [{"Nmae": "x"}]}), {}, ValueError, r"'Name'"),
        (("DeleteApplication", {"Arn": "x"}), {}, ValueError, "unknown member 'Arn'"),
        (("GetApplication", [{}]), {}, TypeError, "a dict, or a function"),
        (("GetApplication", None), {}, TypeError, "a dict, or a function"),
        (("GetApplication", {}), {"calls": 0}, ValueError, "calls must be 1 or more, not 0"),
        (("GetApplication", {}), {"calls": True}, TypeError, "calls must be a whole number, not True"),
        (("GetApplication", {}), {"calls": "1"}, TypeError, "calls must be a whole number, not '1'"),
        (("GetApplication", {}), {"when": {"Ar": "x"}}, ValueError, "when: unknown parameter 'Ar' of GetApplication; "
                                                                     "did you mean 'Arn'"),
        (("GetApplication", {}), {"when": "x"}, TypeError, "when must be a dict of parameters"),
    ],
)  # fmt: skip
def test_an_invalid_response_is_refused(appint_stub, appint_client, error_of, args, kwargs, error, message):
    with pytest.raises(error, match=message):
        appint_stub.add_response(*args, **kwargs)
    assert error_of(appint_client.get_application, Arn=NOBODY)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (
            {"Nmae": "x"},
            "the response function <function .*> did not return a valid response to GetApplication: .*did you mean 'Name'",
        ),
        ({"Name": 3}, "Value '3' at 'Name' .* type string"),
        (
            None,
            "the response function <function .*> returned None.\nIt must return a dict in the form of the output of GetApplication",
        ),
    ],
)
@pytest.mark.in_process
def test_a_functions_wrong_response_cannot_be_swallowed(appint_stub, appint_client, response, message):
    appint_stub.add_response("GetApplication", lambda params: response)

    def code_under_test():
        try:
            appint_client.get_application(Arn=NOBODY)
        except Exception:
            pytest.fail("swallowed")

    with pytest.raises(UnexpectedCall, match=message):
        code_under_test()
    assert appint_stub.calls.last.error == "UnexpectedCall"


def test_a_functions_wrong_response_in_a_thread_fails_the_test(pytester):
    pytester.makepyfile("""
        import threading

        def test_it(appint_stub, appint_client):
            appint_stub.add_response("ListApplications", lambda params: {"Applications": [{"Nmae": "x"}]})

            def run():
                try:
                    appint_client.list_applications()
                except BaseException:
                    pass

            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
    """)
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*did you mean 'Name'*"])


def test_calls_of_many_threads_are_counted_exactly(appint_stub, appint_client, error_of):
    appint_stub.add_response("GetApplication", {"Name": "mine"}, calls=5)
    names = []

    def run():
        try:
            names.append(name_of(appint_client))
        except appint_client.exceptions.ResourceNotFoundException:
            names.append(None)

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names, key=str) == [None] * 5 + ["mine"] * 5


@pytest.mark.parametrize("operation", service.operations())
def test_every_operation_takes_a_response(appint_stub, operation):
    appint_stub.add_response(operation, {})
