"""`appint_real` beside what activates the stub: the nearest marker wins, a contradiction is a usage error."""

from __future__ import annotations

import textwrap

import pytest

SUITE = """
import boto3, pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from pytest_appintegrations import RealCallRefused

def call():
    return boto3.client(
        "appintegrations", region_name="us-east-1", endpoint_url="http://nowhere.invalid", aws_access_key_id="a",
        aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1})).list_applications()

def reaches_the_network():
    with pytest.raises(EndpointConnectionError):
        call()

def is_answered():
    assert call()["Applications"] == []
"""


@pytest.fixture
def run(pytester):
    def run(body, *args):
        pytester.makepyfile(SUITE + textwrap.dedent(body))
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)

    return run


@pytest.mark.parametrize(
    "of_the_module",
    ["appint(region='eu-west-2')", "appint_fault('ThrottlingException')", "appint_each_fault('ListApplications')"],
)
def test_a_nearer_appint_real_takes_the_stub_away(run, of_the_module):
    run(
        f"""
        pytestmark = pytest.mark.{of_the_module}

        @pytest.mark.appint_real
        def test_smoke(request):
            reaches_the_network()
            assert "appint_stub" not in request.fixturenames

        @pytest.mark.appint_real
        class TestSmoke:
            def test_method(self):
                reaches_the_network()
        """
    ).assert_outcomes(passed=2)


def test_a_nearer_appint_brings_the_stub_back(run):
    run(
        """
        pytestmark = pytest.mark.appint_real

        def test_smoke():
            reaches_the_network()

        @pytest.mark.appint()
        def test_stubbed():
            is_answered()

        @pytest.mark.appint_fault("AccessDeniedException", calls=1)
        class TestStubbed:
            def test_fault(self, appint_stub):
                with pytest.raises(Exception, match="AccessDenied"):
                    call()

            @pytest.mark.appint_real
            def test_smoke(self):
                reaches_the_network()
        """
    ).assert_outcomes(passed=4)


def test_a_stub_that_is_nearer_than_appint_real_answers(run):
    run(
        """
        pytestmark = pytest.mark.appint_real

        @pytest.fixture(scope="module")
        def wide():
            with pytest.raises(RealCallRefused):
                call()

        @pytest.mark.appint()
        def test_stubbed(wide):
            is_answered()
        """
    ).assert_outcomes(passed=1)


CONTRADICTIONS = {
    "a fixture": ("@pytest.fixture\ndef aws(appint_stub): ...\n", "@pytest.mark.appint_real\ndef test_it(aws): ...",
                  "its fixture 'aws' requests appint_stub"),
    "an autouse fixture": ("@pytest.fixture(autouse=True)\ndef aws(appint_stub): ...\n",
                           "@pytest.mark.appint_real\ndef test_it(): ...", "its fixture 'aws' requests appint_stub"),
    "the client": ("", "@pytest.mark.appint_real\ndef test_it(appint_client): ...",
                   "but its fixture 'appint_client' requests appint_stub"),
    "the test": ("", "@pytest.mark.appint_real\ndef test_it(appint_stub): ...", "but the test requests appint_stub"),
    "the marker of the module": ("pytestmark = pytest.mark.appint_real\n", "def test_it(appint_stub): ...",
                                 "but the test requests appint_stub"),
    "a marker beside it": ("", "@pytest.mark.appint_real\n@pytest.mark.appint()\ndef test_it(): ...",
                           "@pytest.mark.appint at the same place activates a stub"),
    "a fault beside it": ("", "@pytest.mark.appint_fault('ThrottlingException')\n@pytest.mark.appint_real\ndef test_it(): ...",
                          "@pytest.mark.appint_fault at the same place activates a stub"),
    "each fault beside it": ("", "@pytest.mark.appint_each_fault('ListApplications')\n@pytest.mark.appint_real\ndef test_it(): ...",
                             "@pytest.mark.appint_each_fault at the same place activates a stub"),
}  # fmt: skip


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_a_contradiction_is_a_usage_error_that_names_what_requests_the_stub(run, contradiction):
    fixtures, test, message = CONTRADICTIONS[contradiction]
    result = run(f"{fixtures}{test}\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = result.stdout.str() + result.stderr.str()
    assert "::test_it: @pytest.mark.appint_real lets the calls of the test reach AWS" in text
    assert message in text


@pytest.mark.slow
def test_a_contradiction_fails_the_test_under_xdist(run):
    result = run("@pytest.mark.appint_real\ndef test_it(appint_stub): ...\ndef test_other(): ...\n", "-n2")
    result.assert_outcomes(errors=1, passed=1)
    assert "but the test requests appint_stub" in result.stdout.str()


def test_asking_for_the_stub_while_the_test_runs_fails_it(run):
    result = run("@pytest.mark.appint_real\ndef test_it(request): request.getfixturevalue('appint_stub')\n")
    result.assert_outcomes(failed=1)
    assert "the test requests the fixture appint_stub" in result.stdout.str()


STUB_OF_A_FIXTURE = """
from pytest_appintegrations import AppIntegrationsStub

@pytest.fixture(autouse=True, scope="{scope}")
def stubbed():
    with AppIntegrationsStub() as stub:
        {in_setup}
        yield stub
"""


class TestBesideAStubThatAFixtureStarts:
    """What no marker and no fixture's name tells is reported as soon as the stub would answer."""

    def run(self, run, body, *, scope="function", in_setup="pass"):
        return run(STUB_OF_A_FIXTURE.format(scope=scope, in_setup=in_setup) + textwrap.dedent(body))

    @pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
    def test_a_call_is_refused_with_what_to_do(self, run, scope):
        result = self.run(
            run,
            """
            @pytest.mark.appint_real
            def test_smoke():
                is_answered()

            def test_stubbed():
                is_answered()
            """,
            scope=scope,
        )
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines([
            "*UnexpectedCall: ListApplications would be answered by a stub, but @pytest.mark.appint_real lets *",
            "*Remove the marker, or start no stub for tests that have it*",
        ])  # fmt: skip

    def test_a_call_under_a_bare_except_fails_the_test(self, run):
        self.run(
            run,
            """
            @pytest.mark.appint_real
            def test_smoke():
                try:
                    call()
                except:
                    pass
            """,
        ).assert_outcomes(failed=1)

    def test_a_call_of_the_fixture_itself_fails_that_test_alone(self, run):
        result = self.run(
            run,
            """
            @pytest.mark.appint_real
            def test_smoke():
                pass

            def test_stubbed():
                is_answered()
            """,
            scope="session",
            in_setup="call()",
        )
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["ListApplications would be answered by a stub, but *"])

    def test_a_stub_that_the_body_starts_answers(self, run):
        self.run(
            run,
            """
            @pytest.mark.appint_real
            def test_smoke():
                with AppIntegrationsStub():
                    is_answered()

            @pytest.mark.appint_real
            @AppIntegrationsStub()
            def test_decorated():
                is_answered()
            """,
        ).assert_outcomes(passed=2)

    def test_a_fixture_that_looks_at_the_marker_lets_the_calls_through(self, run):
        run(
            """
            from pytest_appintegrations import AppIntegrationsStub

            @pytest.fixture(autouse=True)
            def stubbed(request):
                if request.node.get_closest_marker("appint_real"):
                    yield
                else:
                    with AppIntegrationsStub() as stub:
                        yield stub

            @pytest.mark.appint_real
            def test_smoke():
                reaches_the_network()

            def test_stubbed():
                is_answered()
            """
        ).assert_outcomes(passed=2)

    @pytest.mark.parametrize(
        ("base", "set_up"), [("TestCase", "def setUp"), ("IsolatedAsyncioTestCase", "async def asyncSetUp")]
    )
    def test_set_up_of_unittest_counts_as_a_fixture(self, run, base, set_up):
        run(
            f"""
            import unittest
            from pytest_appintegrations import AppIntegrationsStub

            class TestAll(unittest.{base}):
                {set_up}(self):
                    stub = AppIntegrationsStub()
                    stub.start()
                    self.addCleanup(stub.stop)

                @pytest.mark.appint_real
                def test_smoke(self):
                    is_answered()

                @pytest.mark.appint_real
                @AppIntegrationsStub()
                def test_decorated(self):
                    is_answered()

                def test_stubbed(self):
                    is_answered()
            """
        ).assert_outcomes(passed=2, failed=1)

    def test_where_all_real_calls_are_allowed_a_stub_answers(self, run):
        run(
            STUB_OF_A_FIXTURE.format(scope="function", in_setup="pass") + "def test_stubbed(): is_answered()\n",
            "-o",
            "appint_real_calls=allow",
        ).assert_outcomes(passed=1)
