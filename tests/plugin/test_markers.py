"""The markers: what they do, and how mistakes in them are reported."""

from __future__ import annotations

import pytest

from tests.support.suite import output


def test_a_marker_alone_activates_the_stub(run):
    run(
        """
        @pytest.mark.appint(region="us-east-1")
        def test_settings():
            assert call()["DataIntegrations"] == []

        @pytest.mark.appint_fault("AccessDeniedException")
        class TestOfAClass:
            def test_fault(self):
                with pytest.raises(Exception, match="AccessDenied"):
                    call()

        @pytest.mark.parametrize("refused", [pytest.param(False, marks=pytest.mark.appint()), True])
        def test_param(refused):
            if refused:
                with pytest.raises(RealCallRefused):
                    call()
            else:
                call()
        """
    ).assert_outcomes(passed=4)


def test_the_nearest_setting_wins_one_by_one(run):
    run(
        """
        pytestmark = pytest.mark.appint(account_id="111111111111", page_size=1, region="eu-west-1")

        @pytest.mark.appint(page_size=2, region="eu-west-2")
        class TestNearest:
            @pytest.mark.appint(region="eu-west-3")
            def test_all(self, appint_stub):
                settings = appint_stub.settings
                assert (settings.account_id, settings.page_size, settings.region) == ("111111111111", 2, "eu-west-3")
                assert settings.require_faults_used is False

        @pytest.mark.appint(require_faults_used=True)
        def test_over_the_ini(appint_stub):
            assert appint_stub.settings.require_faults_used is True
        """,
        ini="appint_require_faults_used = false\nappint_account_id = 222222222222",
    ).assert_outcomes(passed=2)


def test_the_nearest_fault_is_applied_first_and_one_fault_serves_many_tests(run):
    run(
        """
        BUSY = Fault("ThrottlingException", attempts=1)
        pytestmark = pytest.mark.appint_fault("InternalServiceError", attempts=1)

        @pytest.mark.parametrize("again", [1, 2])
        @pytest.mark.appint_fault(BUSY)
        def test_both(appint_stub, appint_client, again):
            appint_client.list_data_integrations()
            assert [attempt.error for attempt in appint_stub.calls.last.attempts] == [
                "ThrottlingException", "InternalServiceError", None]
        """
    ).assert_outcomes(passed=2)


def test_the_error_of_a_fault_may_be_passed_by_keyword(run):
    run(
        """
        @pytest.mark.appint_fault(error="ThrottlingException", attempts=1)
        @pytest.mark.appint_fault(error=Fault("InternalServiceError", attempts=1))
        def test_both(appint_stub, appint_client):
            appint_client.list_data_integrations()
            assert [attempt.error for attempt in appint_stub.calls.last.attempts] == [
                "InternalServiceError", "ThrottlingException", None]
        """
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ('appint(regoin="x")', "@pytest.mark.appint: appint() got an unexpected keyword argument 'regoin'; did you mean 'region'?"),
        ('appint("eu-west-2")', "@pytest.mark.appint: takes settings by name"),
        ('appint(region="moon")', "setting 'region' must be a region such as 'eu-west-2', not 'moon'"),
        ("appint(region=5)", "setting 'region' must be a region"),
        ("appint(account_id=123456789012)", "setting 'account_id' must be 12 digits in quotes"),
        ('appint(backoff="reel")', "unknown value 'reel'; did you mean 'real'? (values: virtual, real)"),
        ('appint(backoff="none")', "unknown value 'none'; known: virtual, real\n"),
        ("appint(validate=1)", "setting 'validate' must be True or False, not 1"),
        ("appint(page_size=51)", "setting 'page_size' must be at most 50, not 51"),
        ("appint(page_size=0)", "setting 'page_size' must be 1 or more"),
        ('appint(page_size="2")', "setting 'page_size' must be a whole number"),
        ("appint(quotas={'data_integration': 2})", "unknown quota 'data_integration'; did you mean 'data_integrations'?"),
        ("appint(quotas={'data_integrations': -1})", "quota 'data_integrations' must be a whole number from 0"),
        ("appint(quotas=5)", "setting 'quotas' must be a mapping of quotas or None, not 5"),
        ("appint(execution_seconds=-1)", "setting 'execution_seconds' must be 0 or more"),
        ("appint(execution_seconds=float('inf'))", "setting 'execution_seconds' must be 0 or more, not inf"),
        ("appint(execution_seconds=True)", "setting 'execution_seconds' must be a number or None, not True"),
        ("appint(page_size=True)", "setting 'page_size' must be a whole number, not True"),
        ("appint(execution_seconds='1')", "setting 'execution_seconds' must be a number or None"),
        ("appint(frozen_at=5)", "setting 'frozen_at' must be a date, a datetime or a text in ISO format"),
        ("appint(frozen_at='1 Mai')", "setting 'frozen_at' must be a date, a datetime or a text in ISO format, not '1 Mai'"),
        ("appint(frozen_at='2026-13-45')", "setting 'frozen_at' must be a date, a datetime or a text in ISO format, not '2026-13-45'"),
        ("appint(frozen_at='9' * 30)", "setting 'frozen_at' must be a date, a datetime or a text in ISO format, not '999"),
        ('appint_fault("ThrotlingException")', "unknown error 'ThrotlingException'; did you mean 'ThrottlingException'?"),
        ('appint_fault("ThrottlingException", atempts=2)', "Fault() got an unexpected keyword argument 'atempts'; did you mean 'attempts'?"),
        ('appint_fault("ThrottlingException", operation="CreateFlow")', "unknown operation 'CreateFlow'"),
        ('appint_fault("ConflictException", operation="CreateDataIntegration")', "exception"),
        ("appint_fault()", "takes the name of one error, such as 'ThrottlingException', or one Fault"),
        ('appint_fault(Fault("ThrottlingException"), attempts=1)', "a Fault takes no further arguments here"),
        ("appint_real(5)", "@pytest.mark.appint_real: takes no arguments"),
        ("appint_falt()", "unknown marker 'appint_falt'; did you mean 'appint_fault'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_marker_is_a_usage_error(run, mark, message):
    result = run(f"@pytest.mark.{mark}\ndef test_never(): raise SystemExit('the body ran')")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: test_a_mistake_in_a_marker_is_a_usage_error.py::test_never: @pytest.mark." in output(result)
    if message != "exception":
        assert message in output(result)
    assert "INTERNALERROR" not in output(result)


def test_all_mistakes_are_reported_in_one_run_each_once(run):
    result = run(
        """
        pytestmark = pytest.mark.appint(regoin="eu-west-2")

        @pytest.mark.appint_fault("TrottlingException")
        @pytest.mark.appint_real(1)
        def test_first(): raise SystemExit

        @pytest.mark.appint_fault("ThrottlingException", atempts=2)
        def test_second(): raise SystemExit
        """
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    for mistake in ("test_first: @pytest.mark.appint: ", "test_first: @pytest.mark.appint_fault: unknown error",
                    "test_first: @pytest.mark.appint_real: ", "test_second: @pytest.mark.appint_fault: Fault() got"):  # fmt: skip
        assert output(result).count(mistake) == 1
    assert "test_second: @pytest.mark.appint: " not in output(result)


def test_at_most_twenty_mistakes_are_shown(run):
    result = run("".join(f"@pytest.mark.appint_real({i})\ndef test_{i}(): pass\n" for i in range(22)))
    assert output(result).count("@pytest.mark.appint_real: takes no arguments") == 20
    assert "… and 2 more" in output(result)


@pytest.mark.parametrize("line", ["appintegrations", "appintegrations: of ours", "appintegrations(level): of ours"])
def test_a_marker_that_the_project_registered_is_left_to_it(run, line):
    body = "@pytest.mark.appintegrations(5)\ndef test_marked(request): assert 'appint_stub' not in request.fixturenames"
    run(body, "--strict-markers", ini=f"markers = {line}").assert_outcomes(passed=1)


@pytest.mark.slow
def test_a_mistake_in_a_marker_fails_the_test_under_xdist(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appint(regoin='x')
        def test_never():
            raise SystemExit

        @pytest.mark.appint(region='eu-west-2')
        def test_right(appint_stub):
            assert appint_stub.region == "eu-west-2"

        def test_plain():
            pass
        """
    )
    result = pytester.runpytest_subprocess("-n2")
    result.assert_outcomes(errors=1, passed=2)
    assert (
        "@pytest.mark.appint: appint() got an unexpected keyword argument 'regoin'; did you mean 'region'?"
        in output(result)
    )
    assert "INTERNALERROR" not in output(result)


def test_the_markers_are_shown_with_every_argument_and_its_default(run):
    shown = output(run("def test_nothing(): pass", "--markers"))
    for line in (
        "appint(*, region='us-east-1', account_id='123456789012', retry_mode=None, backoff='virtual', "
        "require_faults_used=True, quotas={}, page_size=50, execution_seconds=None, frozen_at=None, "
        "strict_associations=False, validate=True, seed_file=None): ",
        "appint_fault(error, *, operation=None, attempts=None, calls=None, after_calls=0, when=None, probability=1.0, "
        "message=None, status=None, retry_after=None, lose_response=False, optional=False): ",
        "appint_each_fault(operation, *, transport=False, attempts=None, calls=None, after_calls=0, ",
        "appint_explore(enabled=True, *, allow=(), errors=None, operations=None): ",
        "appint_real: ",
    ):
        assert f"@pytest.mark.{line}" in shown


def test_the_markers_are_registered(run):
    run("@pytest.mark.appint_fault('ThrottlingException', optional=True)\ndef test_nothing(): pass",
        "--strict-markers").assert_outcomes(passed=1)  # fmt: skip


def test_markers_and_the_stub_work_in_test_cases_and_doctests(run, pytester):
    run(
        '''
        import unittest

        @pytest.mark.appint()
        class TestCase(unittest.TestCase):
            def test_marked(self):
                call()

        class TestFailing(unittest.TestCase):
            @pytest.mark.appint_fault("ThrottlingException")
            def test_failed_already(self):
                self.fail("of its own")

        class TestUnused(unittest.TestCase):
            @pytest.mark.appint_fault("ThrottlingException")
            def test_passes_otherwise(self):
                pass

        def documented():
            """
            >>> stub = getfixture("appint_stub")
            >>> stub.applications.add(Namespace="desk")["Namespace"]
            'desk'
            >>> _ = call()
            >>> len(stub.calls)
            1
            """
        ''',
        "--doctest-modules",
    ).assert_outcomes(passed=2, failed=2)
