"""A thread that outlives its test, or the run, is refused and reported, and no other test is blamed for it."""

from __future__ import annotations

import json

import pytest

from tests.plugin.test_failures import CALL, output, run  # noqa: F401

POLLER = """
GO, DONE = threading.Event(), threading.Event()

def poll():
    GO.wait(20)
    try:
        call()
    finally:
        DONE.set()

def test_starts_a_poller(appint_stub):
    threading.Thread(target=poll, name="poller", daemon=True).start()

def test_innocent(request):
    GO.set()
    DONE.wait(20)
"""
SECTION = "AppIntegrations calls refused outside of their tests"


@pytest.mark.parametrize("options", [(), ("-n2", "--dist=loadfile")], ids=["alone", "xdist"])
@pytest.mark.slow
def test_a_thread_that_outlives_its_test_fails_the_run_and_not_the_next_test(run, options):  # noqa: F811
    result = run(POLLER, *options, in_process=False)
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert SECTION in output(result)
    result.stdout.fnmatch_lines([
        "RealCallRefused: ListApplications was about to be sent to * by the thread 'poller', which was started in *::test_starts_a_poller*",
        "*raised in the thread 'poller', which was started in *::test_starts_a_poller, while *::test_innocent was running*",
    ])  # fmt: skip
    assert output(result).count("RealCallRefused: ListApplications") == 1


def test_what_a_thread_is_refused_by_a_later_tests_stub_is_not_that_tests_fault(run):  # noqa: F811
    result = run(POLLER.replace("request", "appint_stub").replace("    GO.set()", "    appint_stub.add_response("
                 "'ListApplications', lambda params: {'Nope': 1})\n    GO.set()"), in_process=False)  # fmt: skip
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["UnexpectedCall: *", "*raised in the thread 'poller', which was started in *a_poller*"]
    )


def test_what_a_later_test_expects_from_an_older_thread_is_no_failure(run):  # noqa: F811
    run(
        """
        POOL = ThreadPoolExecutor(1)

        def test_first():
            POOL.submit(int).result()

        def test_second():
            with pytest.raises(RealCallRefused):
                POOL.submit(call).result()
            POOL.shutdown()
        """
    ).assert_outcomes(passed=2, failed=0)


@pytest.mark.slow
def test_what_was_swallowed_at_import_fails_the_run_once_even_under_xdist(run):  # noqa: F811
    for options in ((), ("-n2",)):
        result = run("swallow()\ndef test_it(): pass\n", *options, in_process=False)
        result.assert_outcomes(passed=1)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        assert output(result).count("RealCallRefused: ListApplications was about to be sent") == 1
        assert "while test_what_was_swallowed_at_import_fails_the_run_once_even_under_xdist.py was imported." in output(
            result
        )


def test_what_an_import_raised_is_only_an_error_of_the_collection(run):  # noqa: F811
    result = run("call()\ndef test_it(): pass\n")
    result.assert_outcomes(errors=1)
    assert "to be sent to app-integrations.us-east-1.amazonaws.com while test_what_an_import_raised_" in output(result)
    assert "let the test request" not in output(result)
    assert SECTION not in output(result)


AFTER = """
import sys, threading, time
import boto3, pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

def own_call(operation="list_applications"):
    client = boto3.client(
        "appintegrations", region_name="us-east-1", endpoint_url="http://nowhere.invalid", aws_access_key_id="a",
        aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1}))
    try:
        client.list_applications()
    except EndpointConnectionError:
        return "left"

def state():
    import botocore.handlers, botocore.session
    return (list(botocore.handlers.BUILTIN_HANDLERS), list(sys.meta_path), botocore.session.Session.create_client,
            threading.Thread.start)

before = state()
older = boto3.client("appintegrations", region_name="us-east-1", endpoint_url="http://nowhere.invalid",
                     aws_access_key_id="a", aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1}))
assert pytest.main(["-q", "-p", "no:cacheprovider", "test_leaves.py"]) == 0

import test_leaves
results = {}
results["own thread at once"] = own_call()
try:
    test_leaves.CLIENT.list_applications()
except BaseException as error:
    results["client of the run"] = f"{type(error).__name__}: {error}"
try:
    older.list_applications()
except EndpointConnectionError:
    results["client from before"] = "left"
test_leaves.GO.set()
for thread in test_leaves.THREADS:
    thread.join()
results.update(test_leaves.RESULTS)
for _ in range(500):
    if state() == before:
        break
    time.sleep(0.01)
results["state"] = [one == other for one, other in zip(before, state())]
results["own thread later"] = own_call()
import json
print("RESULTS" + json.dumps(results))
"""
LEAVES = """
import threading
import boto3, botocore.session

CLIENT = boto3.client("appintegrations", region_name="us-east-1")
GO, THREADS, RESULTS = threading.Event(), [], {}

def late(name, make):
    def work():
        GO.wait(20)
        try:
            make().list_applications()
        except BaseException as error:
            RESULTS[name] = f"{type(error).__name__}: {error}"
    THREADS.append(threading.Thread(target=work, name=name))
    THREADS[-1].start()

def begin_another():
    thread = threading.Thread(target=late, args=("begun later", new_session))
    thread.start()
    thread.join()
    return CLIENT

def new_session():
    return botocore.session.Session().create_client("appintegrations", "us-east-1")

def test_it():
    late("its client", lambda: CLIENT)
    late("new client", lambda: boto3.client("appintegrations", region_name="us-east-1"))
    late("new session", new_session)
    late("begins another", begin_another)
"""


@pytest.mark.slow
def test_what_a_run_leaves_behind_is_refused_after_it_and_nothing_else(pytester, monkeypatch):
    monkeypatch.syspath_prepend(pytester.path)
    pytester.makepyfile(test_leaves=LEAVES, program=AFTER)
    result = pytester.runpython("program.py")
    [line] = [line for line in result.stdout.lines if "RESULTS" in line]
    results = json.loads(line.partition("RESULTS")[2])
    own = {"own thread at once", "own thread later", "client from before"}
    assert {name: results.pop(name) for name in own} == dict.fromkeys(own, "left")
    assert results.pop("state") == [True] * 4
    assert {*results} == {
        "client of the run",
        "its client",
        "new client",
        "new session",
        "begins another",
        "begun later",
    }
    for text in results.values():
        assert text.startswith("RealCallRefused: ListApplications was about to be sent to app-integrations.")
        assert "after the test run that this thread or client belongs to had ended" in text


@pytest.mark.slow
def test_a_timer_that_fires_after_the_run_is_refused(pytester):
    pytester.makepyfile(
        f"{CALL}\ndef test_it(appint_stub):\n"
        "    client = boto3.client('appintegrations', region_name='us-east-1')\n"
        "    threading.Timer(1, client.list_applications).start()\n"
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert "Could not connect" not in output(result)
    assert "RealCallRefused" in output(result)
