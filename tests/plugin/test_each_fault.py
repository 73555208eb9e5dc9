"""One test for each error that an operation can answer."""

from __future__ import annotations

import pytest

from pytest_appintegrations.model import service

OPERATION = "CreateDataIntegrationAssociation"


@pytest.fixture
def run(pytester):
    def run(body, *args, ini=""):
        import textwrap

        pytester.makepyfile("import pytest\nfrom pytest_appintegrations import *\n" + textwrap.dedent(body))
        pytester.makeini(f"[pytest]\n{ini}\n")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "default", "-v", *args)

    return run


def test_the_test_runs_once_for_each_error_of_the_operation(run):
    result = run(
        f"""
        @pytest.mark.appint_each_fault("{OPERATION}", calls=1)
        def test_raised(appint_stub, appint_client, appint_fault):
            with pytest.raises(getattr(appint_client.exceptions, appint_fault.error)):
                appint_client.create_data_integration_association(DataIntegrationIdentifier="orders")
            assert appint_fault == Fault(appint_fault.error, operation="{OPERATION}", calls=1)
            assert [handle.faults for handle in appint_stub.faults] == [(appint_fault,)]
        """
    )
    errors = service.errors(OPERATION)
    result.assert_outcomes(passed=len(errors))
    for error in errors:
        result.stdout.fnmatch_lines(f"*::test_raised?{error}? PASSED*")


def test_with_transport_it_runs_for_each_network_error_too(run):
    result = run(
        """
        @pytest.mark.appint_each_fault("list_data_integrations", transport=True)
        def test_raised(appint_client):
            with pytest.raises(Exception):
                appint_client.list_data_integrations()
        """
    )
    result.assert_outcomes(passed=len(service.errors("ListDataIntegrations")) + 4)
    result.stdout.fnmatch_lines("*::test_raised?ReadTimeoutError? PASSED*")


def test_the_marker_alone_activates_the_stub(run):
    run(
        """
        import boto3

        @pytest.mark.appint_each_fault("GetApplication")
        class TestOfAClass:
            def test_raised(self):
                with pytest.raises(Exception):
                    boto3.client("appintegrations").get_application(Arn="11111111-2222-4333-8444-555555555555")
        """
    ).assert_outcomes(passed=len(service.errors("GetApplication")))


def test_it_multiplies_with_parametrize_and_retry_modes(run):
    run(
        """
        @pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])
        @pytest.mark.parametrize("number", [1, 2])
        @pytest.mark.appint_each_fault("ListApplications", attempts=1)
        def test_raised(appint_client, appint_stub, number, appint_retry_mode, appint_fault):
            assert appint_client.meta.config.retries["mode"] == appint_retry_mode
            try:
                appint_client.list_applications()
            except appint_client.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == appint_fault.error
            assert appint_stub.calls.last.attempts[0].fault == appint_fault
        """
    ).assert_outcomes(passed=6 * len(service.errors("ListApplications")))


def test_a_case_fails_whose_fault_is_never_triggered(run):
    result = run(
        """
        @pytest.mark.appint_each_fault("ListApplications")
        def test_idle(appint_stub): pass
        """
    )
    result.assert_outcomes(failed=len(service.errors("ListApplications")))
    result.stdout.fnmatch_lines(
        "Fault('*', operation='ListApplications') was never triggered: ListApplications was not called while the fault was active"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("'ListAplications'", "unknown operation 'ListAplications'; did you mean 'ListApplications'?"),
        ("", "takes one operation, such as 'CreateDataIntegrationAssociation'"),
        ("'ListApplications', 'GetApplication'", "takes one operation, such as 'CreateDataIntegrationAssociation'"),
        (
            "'ListApplications', operation='GetApplication'",
            "appint_each_fault() got an unexpected keyword argument 'operation'; ",
        ),
        (
            "'ListApplications', atempts=1",
            "appint_each_fault() got an unexpected keyword argument 'atempts'; did you mean 'attempts'?",
        ),
        ("'ListApplications', error='x'", "appint_each_fault() got an unexpected keyword argument 'error'"),
        ("'ListApplications', transport=1", "transport must be True or False, not 1"),
        ("'ListApplications', attempts=0", "attempts must be 1 or more, not 0"),
    ],
)
def test_a_mistake_is_a_usage_error(run, arguments, message):
    result = run(f"@pytest.mark.appint_each_fault({arguments})\ndef test_never(appint_fault): raise SystemExit")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"::test_never: @pytest.mark.appint_each_fault: {message}" in result.stderr.str()


def test_the_operation_may_be_passed_by_keyword(run):
    run(
        """
        @pytest.mark.appint_each_fault(operation="ListApplications")
        def test_raised(appint_client, appint_fault):
            with pytest.raises(getattr(appint_client.exceptions, appint_fault.error)):
                appint_client.list_applications()
        """
    ).assert_outcomes(passed=len(service.errors("ListApplications")))


def test_it_fails_with_the_reason_where_pytest_does_not_run_a_test_several_times(run):
    result = run(
        """
        import unittest

        @pytest.mark.appint_each_fault("ListApplications")
        class TestMethods(unittest.TestCase):
            def test_never(self): raise SystemExit

        @pytest.mark.parametrize("number", [pytest.param(1, marks=pytest.mark.appint_each_fault("ListApplications"))])
        def test_never(number): raise SystemExit
        """
    )
    result.assert_outcomes(errors=2)
    assert result.stdout.str().count("can't run this test once for each error.") >= 2


def test_the_fixture_without_the_marker_fails_with_what_it_is_for(run):
    result = run("def test_never(appint_fault): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        "appint_fault returns the fault of a test that is marked appint_each_fault, and this test is not."
    )


def test_a_parametrized_fault_is_injected(run):
    result = run(
        """
        from pytest_appintegrations import Fault

        @pytest.mark.parametrize("appint_fault", [Fault("ThrottlingException", attempts=1), Fault.latency(2, attempts=1)])
        def test_met(appint_stub, appint_client, appint_fault):
            appint_client.list_applications()
            assert appint_stub.calls.last.attempts[0].fault == appint_fault

        @pytest.mark.parametrize("appint_fault", ["ThrottlingException"])
        def test_never(appint_stub, appint_fault): raise SystemExit
        """
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        "*inject() takes instances of Fault, such as Fault('ThrottlingException'), not 'ThrottlingException'"
    )


def test_the_retry_mode_of_the_ini_is_that_of_clients(run):
    run(
        "def test_mode(appint_retry_mode, appint_client):\n"
        "    assert appint_client.meta.config.retries['mode'] == appint_retry_mode == 'legacy'",
        ini="appint_retry_mode = legacy",
    ).assert_outcomes(passed=1)
    result = run("def test_never(): pass", ini="appint_retry_mode = standart")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    message = "appint_retry_mode in the ini: setting 'retry_mode': unknown value 'standart'; did you mean 'standard'?"
    assert message in result.stderr.str()
    result = run(
        "@pytest.mark.parametrize('appint_retry_mode', ['legasy'])\ndef test_never(appint_stub, appint_retry_mode): pass"
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        "fixture appint_retry_mode: setting 'retry_mode': unknown value 'legasy'; did you mean 'legacy'?*"
    )


def test_each_of_several_markers_runs(run):
    result = run(
        """
        @pytest.mark.appint_each_fault("ListApplications", optional=True)
        @pytest.mark.appint_each_fault("list_data_integrations", optional=True)
        @pytest.mark.appint_each_fault("ListApplications", optional=True)
        def test_it(appint_fault):
            print("MET", appint_fault.operation, appint_fault.error)
        """
    )
    errors = {name: sorted(service.errors(name)) for name in ("ListApplications", "ListDataIntegrations")}
    result.assert_outcomes(passed=sum(map(len, errors.values())))
    for operation, names in errors.items():
        for name in names:
            result.stdout.fnmatch_lines([f"*test_it[[]{operation}-{name}[]]*"])


def test_of_two_markers_of_one_operation_with_other_arguments_each_is_run(run):
    result = run(
        """
        @pytest.mark.appint_each_fault("ListApplications", attempts=1, optional=True)
        @pytest.mark.appint_each_fault("ListApplications", attempts=2, optional=True)
        def test_it(appint_fault): pass
        """
    )
    result.assert_outcomes(passed=2 * len(service.errors("ListApplications")))
    result.stdout.fnmatch_lines(["*test_it[[]ThrottlingException-2[]]*"])
