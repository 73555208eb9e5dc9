"""The fixtures, and the clients that the plugin catches, in runs of their own."""

from __future__ import annotations

import pytest

from tests.support.suite import output


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_plugin_works_where_a_conftest_names_it(pytester, monkeypatch):
    pytester.makeconftest("pytest_plugins = ['pytest_appintegrations.plugin']")
    pytester.makepyfile("def test_it(appint_client): appint_client.list_data_integrations()")
    pytester.runpytest_subprocess("-p", "no:appintegrations", "-p", "no:pytest_appintegrations.plugin").assert_outcomes(
        errors=1
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_marked_tests_own_stub_answers_before_one_of_the_session(run):
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


@pytest.mark.slow
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


@pytest.mark.parametrize(
    "test",
    [
        "class TestIt:\n    def setup_method(self): call()\n    def test_it(self, appint_stub): pass",
        "@pytest.fixture\ndef warmed_up(): call()\ndef test_it(warmed_up, appint_stub): pass",
        "@pytest.fixture\ndef warmed_up(): call()\n@pytest.mark.usefixtures('warmed_up')\ndef test_it(appint_stub): pass",
    ],
    ids=["setup_method", "a fixture named before", "usefixtures"],
)
def test_a_marker_activates_the_stub_before_other_fixtures_although_the_test_names_it(pytester, test):
    pytester.makepyfile(
        "import boto3, pytest\npytestmark = pytest.mark.appint()\n"
        f"def call(): boto3.client('appintegrations').list_applications()\n{test}\n"
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
