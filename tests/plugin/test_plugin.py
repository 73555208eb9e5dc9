"""The plugin's face to pytest, in runs of its own."""

from __future__ import annotations

import boto3  # noqa: F401  # Else every run in process would import it anew.
import pytest

CALL = """
    import boto3, pytest, threading
    from pytest_appintegrations import *

    def call(operation="list_data_integrations", **params):
        return getattr(boto3.client("appintegrations", region_name="us-east-1"), operation)(**params)
"""


@pytest.fixture
def run(pytester):
    """Run a module in a pytest of its own, in process."""

    def run(body, *args, ini=""):
        import textwrap

        pytester.makepyfile(textwrap.dedent(CALL) + textwrap.dedent(body))
        pytester.makeini(f"[pytest]\n{ini}\n")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "default", *args)

    return run


def output(result):
    return result.stdout.str() + result.stderr.str()


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


def test_the_ini_is_used(run):
    run(
        """
        def test_ini(appint_stub):
            arn = appint_stub.data_integrations.add()["Arn"]
            assert arn.startswith("arn:aws:app-integrations:eu-west-2:210987654321:")
            assert appint_stub.settings.backoff == "real"
        """,
        ini="appint_region = eu-west-2\nappint_account_id = 210987654321\nappint_backoff = real",
    ).assert_outcomes(passed=1)


def test_the_nearest_fault_strikes_first_and_a_fault_is_a_value(run):
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


def test_the_error_of_a_fault_may_go_by_name(run):
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
    ("mark", "told"),
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
        ("appint(frozen_at=5)", "setting 'frozen_at' must be a date, a datetime or their ISO text"),
        ("appint(frozen_at='1 Mai')", "setting 'frozen_at' must be a date, a datetime or their ISO text, not '1 Mai'"),
        ("appint(frozen_at='2026-13-45')", "setting 'frozen_at' must be a date, a datetime or their ISO text, not '2026-13-45'"),
        ("appint(frozen_at='9' * 30)", "setting 'frozen_at' must be a date, a datetime or their ISO text, not '999"),
        ('appint_fault("ThrotlingException")', "unknown exception 'ThrotlingException'; did you mean 'ThrottlingException'?"),
        ('appint_fault("ThrottlingException", atempts=2)', "Fault() got an unexpected keyword argument 'atempts'; did you mean 'attempts'?"),
        ('appint_fault("ThrottlingException", operation="CreateFlow")', "unknown operation 'CreateFlow'"),
        ('appint_fault("ConflictException", operation="CreateDataIntegration")', "exception"),
        ("appint_fault()", "takes one exception's name, such as 'ThrottlingException', or one Fault"),
        ('appint_fault(Fault("ThrottlingException"), attempts=1)', "a Fault has its rule already"),
        ("appint_real(5)", "@pytest.mark.appint_real: takes no arguments"),
        ("appint_falt()", "unknown marker 'appint_falt'; did you mean 'appint_fault'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_marker_is_a_usage_error(run, mark, told):
    result = run(f"@pytest.mark.{mark}\ndef test_never(): raise SystemExit('the body ran')")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: test_a_mistake_in_a_marker_is_a_usage_error.py::test_never: @pytest.mark." in output(result)
    if told != "exception":
        assert told in output(result)
    assert "INTERNALERROR" not in output(result)


@pytest.mark.parametrize("line", ["appintegrations", "appintegrations: of ours", "appintegrations(level): of ours"])
def test_a_marker_that_the_project_registered_is_its_own(run, line):
    body = "@pytest.mark.appintegrations(5)\ndef test_marked(request): assert 'appint_stub' not in request.fixturenames"
    run(body, "--strict-markers", ini=f"markers = {line}").assert_outcomes(passed=1)


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


@pytest.mark.parametrize(
    ("ini", "told"),
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
def test_a_bad_ini_value_is_a_usage_error(pytester, ini, told):
    pytester.makeini(f"[pytest]\n{ini}")
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {told}" in output(result)


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


def test_an_unused_fault_fails_the_test(run):
    result = run(
        """
        @pytest.mark.appint_fault("ThrottlingException")
        def test_unused(): pass

        @pytest.mark.appint_fault("ThrottlingException")
        def test_failed_already(): assert False, "of its own"

        @pytest.mark.appint_fault("ThrottlingException")
        def test_skipped(): pytest.skip("not today")

        @pytest.mark.appint_fault("ThrottlingException", optional=True)
        def test_optional(): pass

        @pytest.mark.appint(require_faults_used=False)
        @pytest.mark.appint_fault("ThrottlingException")
        def test_switched_off(): pass
        """
    )
    result.assert_outcomes(failed=2, passed=2, skipped=1)
    result.stdout.fnmatch_lines(
        "Fault('ThrottlingException') was never triggered: none of its * operations was called **"
    )
    result.stdout.fnmatch_lines("FAILED *::test_failed_already - Assertio*")
    assert "of its own" in output(result)


def test_a_real_call_is_refused_where_no_test_ever_has_a_stub(pytester):
    pytester.makepyfile(
        """
        import boto3, pytest
        from pytest_appintegrations import RealCallRefused

        CLIENT = boto3.client("appintegrations", "us-east-1")

        def test_refused():
            with pytest.raises(RealCallRefused):
                CLIENT.list_data_integrations()
            with pytest.raises(RealCallRefused):
                boto3.Session().client("appintegrations", "eu-west-2").list_data_integrations()
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_real_calls_can_be_allowed(run):
    body = """
        from botocore.config import Config

        def reaches_the_network():
            client = boto3.client(
                "appintegrations", region_name="us-east-1", endpoint_url="http://nowhere.invalid",
                aws_access_key_id="a", aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1}))
            with pytest.raises(Exception, match="Could not connect"):
                client.list_data_integrations()

        @pytest.mark.appint_real
        def test_marked(): reaches_the_network()

        def test_not_marked():
            reaches_the_network()
        """
    run(body).assert_outcomes(passed=1, failed=1)
    run(body, ini="appint_real_calls = allow").assert_outcomes(passed=2)


def test_clients_for_real_calls_keep_the_users_credentials(run, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDUSER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "users")
    run(
        """
        def key():
            return boto3.client("appintegrations", "us-east-1")._request_signer._credentials.access_key

        @pytest.mark.appint_real
        def test_real(): assert key() == "AKIDUSER"

        def test_refused(): assert key() == "testing"
        """
    ).assert_outcomes(passed=2)


def test_a_client_of_the_conftest_is_caught(pytester):
    pytester.makeconftest(
        """
        import boto3, pytest
        CLIENT = boto3.client("appintegrations", region_name="us-east-1")

        @pytest.fixture
        def client():
            return CLIENT
        """
    )
    pytester.makepyfile(
        app="import boto3\nCLIENT = boto3.Session().client('appintegrations', region_name='us-east-1')",
        test_it="""
        import app

        def test_both(appint_stub, client):
            client.list_data_integrations()
            app.CLIENT.list_data_integrations()
            assert [len(call.attempts) for call in appint_stub.calls] == [1, 1]
        """,
    )
    pytester.syspathinsert()
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=1)
    pytester.runpytest_subprocess("-n2").assert_outcomes(passed=1)


def test_a_client_of_an_earlier_plugin_is_caught(pytester):
    pytester.makepyfile(
        earlier="import botocore.session\nSESSION = botocore.session.Session()\n"
        "CLIENT = SESSION.create_client('appintegrations', 'us-east-1', aws_access_key_id='a', aws_secret_access_key='b')",
        test_it="""
        import earlier

        def test_it(appint_stub):
            earlier.CLIENT.list_data_integrations()
            earlier.SESSION.create_client('appintegrations').list_data_integrations()
            assert [len(call.attempts) for call in appint_stub.calls] == [1, 1]
        """,
    )
    pytester.syspathinsert()
    pytester.runpytest_subprocess("-p", "earlier").assert_outcomes(passed=1)


def test_a_plugin_named_by_a_conftest(pytester, monkeypatch):
    pytester.makeconftest("pytest_plugins = ['pytest_appintegrations.plugin']")
    pytester.makepyfile("def test_it(appint_client): appint_client.list_data_integrations()")
    pytester.runpytest_subprocess("-p", "no:appintegrations", "-p", "no:pytest_appintegrations.plugin").assert_outcomes(
        errors=1
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_stub_of_the_whole_session_lies_below_a_marked_tests_own(run):
    run(
        """
        @pytest.fixture(scope="session", autouse=True)
        def whole():
            with AppIntegrationsStub() as stub:
                yield stub

        @pytest.mark.appint()
        def test_own(whole, request):
            call()
            assert len(request.getfixturevalue("appint_stub").calls) == 1
            assert not whole.calls

        def test_wide(whole):
            call()
            assert len(whole.calls) == 1
        """
    ).assert_outcomes(passed=2)


def test_each_test_starts_afresh_and_ids_are_the_same_in_every_run(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_ids(appint_stub, appint_client, number):
            assert not appint_stub.data_integrations
            record = appint_stub.data_integrations.add(Name="orders")
            answer = appint_client.create_data_integration_association(DataIntegrationIdentifier="orders")
            request_id = answer["ResponseMetadata"]["RequestId"]
            with open("ids", "a") as ids:
                ids.write(f"{number} {record['Id']} {answer['DataIntegrationAssociationId']} {request_id}\\n")
        """
    )
    seen = []
    for args in ((), ("-n2",), ("-k", "2 or 3")):
        assert pytester.runpytest_subprocess(*args).ret == 0
        seen.append(sorted((pytester.path / "ids").read_text().splitlines()))
        (pytester.path / "ids").unlink()
    assert seen[0] == seen[1]
    assert seen[2] == seen[0][2:]
    assert len({line.split()[1] for line in seen[0]}) == 4


def test_a_test_case_and_a_doctest(run, pytester):
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


def test_each_client_is_a_fresh_one_that_shows_nothing_of_an_earlier_test(run):
    run(
        """
        seen = []

        @pytest.mark.parametrize("again", [1, 2])
        def test_client(appint_stub, appint_client, again):
            assert appint_client not in seen
            assert not hasattr(appint_client, "mine")
            assert appint_client.meta.config.read_timeout == 60
            assert appint_stub.client() is not appint_client
            appint_client.list_data_integrations()
            appint_client.mine = 1
            appint_client.meta.config.read_timeout = 1
            appint_client.meta.events.register("before-call", lambda **_: pytest.fail("a handler of an earlier test"))
            seen.append(appint_client)
        """
    ).assert_outcomes(passed=2)


def test_a_client_is_created_by_the_keywords_of_botocore(run):
    run(
        """
        from botocore.config import Config

        def test_clients(appint_stub):
            client = appint_stub.client(config=Config(read_timeout=5, region_name="eu-west-2"), use_ssl=False)
            assert client.meta.config.read_timeout == 5
            assert client.meta.endpoint_url == "http://app-integrations.eu-west-2.amazonaws.com"
            assert appint_stub.client(region_name="eu-west-1").meta.region_name == "eu-west-1"
        """
    ).assert_outcomes(passed=1)


def test_the_machines_configuration_does_not_reach_the_client(run, monkeypatch):
    for name, value in {"AWS_PROFILE": "nowhere", "AWS_MAX_ATTEMPTS": "1", "AWS_RETRY_MODE": "adaptive",
                        "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "ca-central-1"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    run(
        """
        @pytest.mark.appint_fault("ThrottlingException", attempts=1)
        def test_apart(appint_client):
            appint_client.list_data_integrations()
            assert appint_client.meta.endpoint_url == "https://app-integrations.us-east-1.amazonaws.com"
        """
    ).assert_outcomes(passed=1)
