"""The options of the ini file."""

from __future__ import annotations

import pytest

from tests.support.suite import output


def test_settings_in_the_ini_apply_to_every_stub(run):
    run(
        """
        def test_ini(appint_stub):
            arn = appint_stub.data_integrations.add()["Arn"]
            assert arn.startswith("arn:aws:app-integrations:eu-west-2:210987654321:")
            assert appint_stub.settings.backoff == "real"
        """,
        ini="appint_region = eu-west-2\nappint_account_id = 210987654321\nappint_backoff = real",
    ).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "message"),
    [
        ("appint_backoff = vitual", "appint_backoff in the ini: setting 'backoff': unknown value 'vitual'; "
                                    "did you mean 'virtual'? (values: virtual, real)"),
        ("appint_region = moon", "appint_region in the ini: setting 'region' must be a region such as 'eu-west-2', not 'moon'"),
        ("appint_account_id = 12", "appint_account_id in the ini: setting 'account_id' must be 12 digits"),
        ("appint_require_faults_used = maybe", "appint_require_faults_used in the ini: invalid truth value 'maybe' "
                                               "(values: true, false)"),
        ("appint_real_calls = alow", "appint_real_calls in the ini: unknown value 'alow'; did you mean 'allow'? "
                                     "(values: refuse, allow)"),
    ],
)  # fmt: skip
def test_a_bad_ini_value_is_a_usage_error(pytester, ini, message):
    pytester.makeini(f"[pytest]\n{ini}")
    result = pytester.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message}" in output(result)


@pytest.mark.parametrize(
    ("ini", "args", "message"),
    [
        ("appint_regoin = eu-west-1", (), "unknown ini option 'appint_regoin'; did you mean 'appint_region'?"),
        (
            "",
            ("-o", "appint_regoin=eu-west-1"),
            "unknown ini option 'appint_regoin'; did you mean 'appint_region'?",
        ),
        (
            "appint_page_size = 5",
            (),
            "The other settings are arguments of the marker appint and of AppIntegrationsStub only.",
        ),
    ],
)
def test_an_unknown_name_in_the_ini_is_a_usage_error(pytester, ini, args, message):
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile("def test_it(): raise SystemExit")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: unknown ini option" in output(result)
    assert message in output(result)


def test_an_option_that_a_project_registers_itself_is_left_alone(pytester):
    pytester.makeini("[pytest]\nappint_own = yes\n")
    pytester.makeconftest("def pytest_addoption(parser): parser.addini('appint_own', 'of the project')")
    pytester.makepyfile("def test_it(pytestconfig): assert pytestconfig.getini('appint_own') == 'yes'")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
