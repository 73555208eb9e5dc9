"""Child processes are refused while real calls are, and clients of the test's own process are not affected."""

from __future__ import annotations

import pytest

from pytest_appintegrations.interception import child_environment
from pytest_appintegrations.interception.child_environment import ENDPOINT, REFUSING_URL

REFUSED = f"""
import os, subprocess, sys

ENDPOINT, REFUSING_URL = {ENDPOINT!r}, {REFUSING_URL!r}

def of_a_child():
    program = f"import os; print(os.environ.get({{ENDPOINT!r}}))"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
"""


def run(pytester, body, *options, passed=1, **environ):
    pytester.makepyfile(REFUSED + body)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(ENDPOINT, raising=False)
        for name, value in environ.items():
            patch.setenv(name, value)
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
    result.assert_outcomes(passed=passed)
    return result


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["one process", "xdist"])
@pytest.mark.slow
def test_a_child_is_refused_and_a_marked_test_s_is_not(pytester, options):
    run(pytester, """
import pytest

def test_refused():
    assert of_a_child() == REFUSING_URL

@pytest.mark.appint_real
def test_allowed():
    assert of_a_child() == "None"

def test_refused_again():
    assert of_a_child() == REFUSING_URL
""", *options, passed=3)  # fmt: skip


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["one process", "xdist"])
@pytest.mark.slow
def test_a_remote_endpoint_of_the_users_own_is_used_only_by_marked_tests(pytester, options):
    run(pytester, """
import pytest

def test_refused():
    assert of_a_child() == REFUSING_URL

@pytest.mark.appint_real
def test_allowed():
    assert of_a_child() == "https://vpce.example.com"
""", *options, passed=2, **{ENDPOINT: "https://vpce.example.com"})  # fmt: skip


@pytest.mark.parametrize("own", [
    "http://localhost:4566", "http://127.0.0.1:1/x", "http://[::1]:80", "http://0.0.0.0:4566", "http://aws.localhost",
    "https://localhost.localstack.cloud:4566", "https://aws.localhost.localstack.cloud:4566",
])  # fmt: skip
@pytest.mark.slow
def test_a_loopback_endpoint_of_the_users_own_is_left_alone(pytester, own):
    run(pytester, f"def test_it(): assert of_a_child() == {own!r}", **{ENDPOINT: own})


@pytest.mark.slow
def test_a_loopback_endpoint_for_all_services_is_left_alone(pytester):
    run(pytester, "def test_it(): assert of_a_child() == 'None'", AWS_ENDPOINT_URL="http://localhost:4566")


def test_nothing_is_set_where_real_calls_are_allowed(pytester):
    run(pytester, "def test_it(): assert of_a_child() == 'None'", "-o", "appint_real_calls=allow")


def test_what_a_test_changes_is_its_own_and_undone(pytester):
    run(pytester, """
def test_set(monkeypatch):
    monkeypatch.setenv(ENDPOINT, "http://localhost:1")
    assert of_a_child() == "http://localhost:1"

def test_deleted(monkeypatch):
    monkeypatch.delenv(ENDPOINT)
    assert of_a_child() == "None"

def test_back():
    assert of_a_child() == REFUSING_URL
""", passed=3)  # fmt: skip


def test_a_run_inside_a_process_leaves_the_environment_as_it_was(pytester, monkeypatch):
    import os

    monkeypatch.setenv(ENDPOINT, "https://vpce.example.com")
    before = dict(os.environ)
    pytester.makepyfile(REFUSED + "def test_it(): assert of_a_child() == REFUSING_URL")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
    after = dict(os.environ)
    assert {name: value for name, value in after.items() if name != "PYTEST_CURRENT_TEST"} == {
        name: value for name, value in before.items() if name != "PYTEST_CURRENT_TEST"
    }


@pytest.mark.parametrize("create", ["boto3.client('appintegrations', region_name='us-east-1')",
                                    "boto3.Session(region_name='us-east-1').client('appintegrations')"])  # fmt: skip
@pytest.mark.slow
def test_clients_of_the_process_itself_have_the_endpoint_of_aws(pytester, create):
    run(pytester, f"""
import boto3

def test_it():
    assert {create}.meta.endpoint_url == "https://app-integrations.us-east-1.amazonaws.com"

def test_with_a_server(appint_server):
    assert of_a_child() == appint_server.url
    assert {create}.meta.endpoint_url == "https://app-integrations.us-east-1.amazonaws.com"
""", passed=2)  # fmt: skip


@pytest.mark.slow
def test_an_endpoint_that_a_test_sets_is_seen_by_its_clients(pytester):
    run(pytester, """
import boto3

def test_it(monkeypatch):
    monkeypatch.setenv(ENDPOINT, "http://localhost:1")
    assert boto3.client("appintegrations", region_name="us-east-1").meta.endpoint_url == "http://localhost:1"
""")  # fmt: skip


@pytest.mark.slow
def test_the_message_is_part_of_the_childs_own_error(pytester):
    result = run(pytester, """
def test_it():
    program = "import botocore.session; botocore.session.get_session().create_client('appintegrations', "\\
        "region_name='us-east-1', aws_access_key_id='x', aws_secret_access_key='x').list_applications()"
    environ = {**os.environ, "AWS_MAX_ATTEMPTS": "1"}
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environ)
    assert child.returncode == 1
    assert "take-the-fixture-appint_server" in child.stderr.splitlines()[-1]
""")  # fmt: skip
    assert result.ret == 0


def test_a_value_that_somebody_changed_meanwhile_stays(monkeypatch):
    import os

    monkeypatch.setenv("APPINT_TEST", "before")
    with child_environment.changed_environment({"APPINT_TEST": "ours"}):
        os.environ["APPINT_TEST"] = "theirs"
    assert os.environ["APPINT_TEST"] == "theirs"
