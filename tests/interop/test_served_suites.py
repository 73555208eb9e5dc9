"""Whole suites whose calls come from child processes: what works in process works there too."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.slow

PROGRAM = """
import sys
import botocore.session
from botocore.exceptions import ClientError

client = botocore.session.Session().create_client("appintegrations")
"""
SUITE = """
import subprocess, sys
import pytest

def run(body, **params):
    program = {program!r} + body
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
""".replace("{program!r}", repr(PROGRAM))


@pytest.fixture
def run(pytester, monkeypatch):
    """Return a function that runs a suite in a process of its own."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")

    def run(tests, *options, **outcomes):
        pytester.makepyfile(SUITE + tests)
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly", *options)
        result.assert_outcomes(**outcomes)
        return result

    return run


CREATES = """
CREATES = '''
try:
    client.create_event_integration(
        Name="orders", EventBridgeBus="default", EventFilter={"Source": "aws.partner/orders"})
except ClientError as error:
    sys.exit(error.response["Error"]["Code"])
'''
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_the_errors_that_a_child_met_are_covered(run, pytester, options):
    run(CREATES + """
@pytest.mark.appint_fault("AccessDeniedException")
def test_raised(appint_server):
    assert run(CREATES).stderr == "AccessDeniedException\\n"

@pytest.mark.appint_fault("ThrottlingException", attempts=1)
def test_retried(appint_server):
    assert run(CREATES).returncode == 0

@pytest.mark.appint_fault("InternalServiceError")
def test_failed(appint_server):
    assert run(CREATES).returncode == 0
""", "--appint-coverage=coverage.json", *options, passed=2, failed=1)  # fmt: skip
    [(operation, covered)] = json.loads((pytester.path / "coverage.json").read_text())["operations"].items()
    assert (operation, covered["calls"]) == ("CreateEventIntegration", 3)
    assert {name: error["status"] for name, error in covered["errors"].items() if error["met"]} == {
        "AccessDeniedException": "handled",
        "ThrottlingException": "retried",
        "InternalServiceError": "failed",
    }


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_a_test_whose_calls_come_from_a_child_is_explored(run, pytester, options):
    result = run(CREATES + """
import os

urls = []

@pytest.mark.appint_explore(errors=["AccessDeniedException", "ThrottlingException", "ReadTimeoutError"])
def test_checks(appint_stub, appint_server):
    assert appint_server.url not in urls
    urls.append(appint_server.url)
    assert os.environ["AWS_ENDPOINT_URL_APPINTEGRATIONS"] == appint_server.url
    assert run(CREATES).returncode == 0

@pytest.mark.appint_explore(errors=["AccessDeniedException", "ThrottlingException", "ReadTimeoutError"])
def test_swallows(appint_stub, appint_server):
    run(CREATES)

def test_children_are_refused_again():
    assert "refuses-real-calls" in os.environ["AWS_ENDPOINT_URL_APPINTEGRATIONS"]
""", "--appint-explore=explored.json", *options, passed=3)  # fmt: skip
    assert result.ret == 1
    tests = json.loads((pytester.path / "explored.json").read_text())["tests"]
    outcomes = {
        name.rpartition("::")[2]: {
            (run["error"], run["lose_response"], run["attempts"]): run["outcome"] for run in test["runs"]
        }
        for name, test in tests.items()
    }
    always = {("AccessDeniedException", False, None), ("ThrottlingException", False, None),
              ("ReadTimeoutError", False, None)}  # fmt: skip
    assert {key: outcomes["test_checks"][key] for key in always} == dict.fromkeys(always, "noticed")
    assert {key: outcomes["test_swallows"][key] for key in always} == dict.fromkeys(always, "lost")
    assert outcomes["test_checks"]["ReadTimeoutError", True, 1] == "recovered"


def test_a_child_that_goes_on_calling_in_an_explored_run_is_answered_with_an_error(run, pytester):
    run("""
CREATES_AND_WAITS = '''
import contextlib, time
with contextlib.suppress(ClientError):
    client.create_event_integration(
        Name="orders", EventBridgeBus="default", EventFilter={"Source": "aws.partner/orders"})
for _ in range(5000):
    try:
        client.get_event_integration(Name="orders")
    except client.exceptions.ResourceNotFoundException:
        continue
    break
'''

@pytest.mark.appint_explore(operations=["CreateEventIntegration"], errors=["AccessDeniedException"])
def test_it(appint_stub, appint_server):
    run(CREATES_AND_WAITS)

def test_next(appint_stub):
    pass
""", "--appint-explore=explored.json", passed=2)  # fmt: skip
    [test] = json.loads((pytester.path / "explored.json").read_text())["tests"].values()
    assert "endless" in [run["outcome"] for run in test["runs"]]


def test_what_goes_wrong_behind_a_server_fails_the_test_that_ran_then(run):
    result = run("""
import urllib.error, urllib.request
from pytest_appintegrations import AppIntegrationsStub

def ask(server):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(server.url + "/nothing")

@pytest.fixture(scope="module")
def server():
    with AppIntegrationsStub() as stub, stub.serve() as server:
        yield server

def test_starts_it(server):
    pass

def test_asks(server):
    ask(server)

def test_innocent(server):
    pass

def test_asks_another_server(appint_server):
    ask(appint_server)
""", passed=2, failed=2)  # fmt: skip
    message = "GET /nothing is not an operation of AppIntegrations, but was sent to appint_server."
    result.stdout.fnmatch_lines([
        "*_ test_asks _*", message, "*_ test_asks_another_server _*", message, "FAILED *::test_asks*",
        "FAILED *::test_asks_another_server*",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*outside of their tests*")
    result.stdout.no_fnmatch_line("*def *")


def test_what_goes_wrong_behind_a_server_fails_a_coroutine_that_ran_then(run):
    result = run("""
import asyncio, unittest, urllib.request

@pytest.fixture(autouse=True)
def server(request, appint_server):
    request.instance.url = appint_server.url

class Tests(unittest.IsolatedAsyncioTestCase):
    async def test_asks(self):
        await asyncio.gather(asyncio.to_thread(urllib.request.urlopen, self.url + "/nothing"), return_exceptions=True)

    async def test_innocent(self):
        await asyncio.sleep(0)
""", passed=1, failed=1)  # fmt: skip
    result.stdout.fnmatch_lines(
        ["*_ Tests.test_asks _*", "GET /nothing is not an operation of AppIntegrations, but was sent to appint_server."]
    )


def test_what_a_server_answers_after_its_test_does_not_fail_the_next_one(run):
    result = run("""
import threading
from pytest_appintegrations.server import http_server

http_server._STOP_SECONDS = 0.01
released, ended = threading.Event(), threading.Event()

def test_leaves(appint_stub, appint_server):
    asked = threading.Event()

    def respond(params):
        asked.set()
        assert released.wait(30)
        threading.Timer(0.2, ended.set).start()
        return {"Nope": 1}

    appint_stub.add_response("ListApplications", respond)
    threading.Thread(target=run, args=("client.list_applications()",)).start()
    assert asked.wait(30)

def test_next():
    released.set()
    assert ended.wait(30)
""", passed=2)  # fmt: skip
    assert result.ret == 1
    result.stdout.fnmatch_lines([
        "*outside of their tests*", "UnexpectedCall:*Nope*", "*which was started in *::test_leaves, while *::test_next was running",
    ])  # fmt: skip


def test_a_failing_test_shows_the_stores_and_the_calls_of_a_child(run):
    result = run(CREATES + """
def test_it(appint_server):
    assert run(CREATES).returncode == 1
""", failed=1)  # fmt: skip
    result.stdout.fnmatch_lines([
        "*AppIntegrations calls*", "1. CreateEventIntegration(Name='orders'*", "The stores hold 1 record:", "*Name='orders'*",
    ])  # fmt: skip


def test_two_servers_at_once_answer_from_their_own_stubs(run):
    run(CREATES + """
import os
from pytest_appintegrations import AppIntegrationsStub

def test_it(appint_stub, appint_server, monkeypatch):
    other = AppIntegrationsStub()
    with other.serve() as server:
        assert os.environ["AWS_ENDPOINT_URL_APPINTEGRATIONS"] == appint_server.url
        assert run(CREATES).returncode == 0
        with monkeypatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL_APPINTEGRATIONS", server.environ["AWS_ENDPOINT_URL_APPINTEGRATIONS"])
            assert run(CREATES).returncode == 0
    assert [list(stub.event_integrations) for stub in (appint_stub, other)] == [["orders"], ["orders"]]
    assert [len(stub.calls) for stub in (appint_stub, other)] == [1, 1]
""", passed=1)  # fmt: skip


def test_a_server_of_moto_answers_the_rest(run):
    run("""
from moto.server import ThreadedMotoServer

BOTH = '''
session = botocore.session.Session()
session.create_client("s3").create_bucket(Bucket="exports")
print([bucket["Name"] for bucket in session.create_client("s3").list_buckets()["Buckets"]])
print(session.create_client("appintegrations").list_applications()["Applications"])
'''

@pytest.fixture
def moto(monkeypatch):
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://%s:%d" % server.get_host_and_port())
    yield
    server.stop()

def test_it(moto, appint_server):
    child = run(BOTH)
    assert child.stdout.splitlines() == ["['exports']", "[]"], child.stderr
""", passed=1)  # fmt: skip


def test_the_calls_of_a_child_are_data_for_a_snapshot(run):
    run(CREATES + """
def test_it(appint_stub, appint_server):
    run(CREATES)
    [call] = appint_stub.calls.as_data()
    assert (call["operation"], call["params"]["ClientToken"]) == ("CreateEventIntegration", "<client-token 1>")
    assert call["response"]["EventIntegrationArn"].endswith(":event-integration/orders")
""", passed=1)  # fmt: skip


def test_a_child_is_answered_while_time_is_frozen(run):
    run(CREATES + """
@pytest.mark.appint(frozen_at="2020-01-01")
def test_it(appint_stub, appint_server):
    assert run(CREATES).returncode == 0
    assert appint_stub.calls.wait_for("CreateEventIntegration", timeout=30).started_at.year == 2020
""", passed=1)  # fmt: skip
