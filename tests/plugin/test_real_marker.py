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
