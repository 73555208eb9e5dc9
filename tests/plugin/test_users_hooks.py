"""Threads that the user's own hooks start belong to the run, and are refused after it; those of other plugins do not."""

from __future__ import annotations

import json

import pytest

PROGRAM = """
import json, sys, threading, time
import pytest

def state():
    import botocore.handlers, botocore.session
    return (list(botocore.handlers.BUILTIN_HANDLERS), list(sys.meta_path), botocore.session.Session.create_client,
            threading.Thread.start)

GO, THREADS, RESULTS = threading.Event(), [], {}

def start(name):
    def work():
        import botocore.session
        from botocore.config import Config
        GO.wait(20)
        try:
            botocore.session.Session().create_client(
                "appintegrations", "us-east-1", endpoint_url="http://nowhere.invalid", aws_access_key_id="a",
                aws_secret_access_key="b", config=Config(retries={"total_max_attempts": 1})).list_applications()
        except BaseException as error:
            RESULTS[name] = f"{type(error).__name__}: {error}"
    THREADS.append(threading.Thread(target=work, name=name))
    THREADS[-1].start()

def start_endless():
    threading.Thread(target=threading.Event().wait, daemon=True).start()

if __name__ == "__main__":
    sys.modules["program"] = sys.modules["__main__"]
    before = state()
    code = pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]])
    after = state()
    GO.set()
    for thread in THREADS:
        thread.join()
    for _ in range(500):
        if state() == before:
            break
        time.sleep(0.01)
    print("RESULTS" + json.dumps([code, after == before, RESULTS, [a == b for a, b in zip(before, state())]]))
"""
HOOK = """
import pytest, program

@pytest.hookimpl({options})
def {hook}():
    program.{start}
"""
TEST = "def test_it(): pass"
HOOKS = ["pytest_configure", "pytest_sessionstart", "pytest_sessionfinish", "pytest_unconfigure"]


def results(pytester, *args):
    pytester.makepyfile(program=PROGRAM, test_it=TEST)
    result = pytester.runpython_c(
        f"import sys; sys.argv[1:] = {list(args)}; import runpy; runpy.run_path('program.py', run_name='__main__')"
    )
    [line] = [line for line in result.stdout.lines if "RESULTS" in line]
    code, is_left_clean, refused, is_clean_at_last = json.loads(line.partition("RESULTS")[2])
    assert (code, is_clean_at_last) == (0, [True] * 4)
    return is_left_clean, refused


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.slow
def test_a_thread_of_a_conftests_hook_is_refused_after_the_run(pytester, hook):
    pytester.makeconftest(HOOK.format(hook=hook, options="", start="start('worker')"))
    _, refused = results(pytester)
    assert {*refused} == {"worker"}
    assert refused["worker"].startswith("RealCallRefused: ListApplications was about to be sent to nowhere.invalid")


@pytest.mark.slow
def test_a_thread_of_a_plugin_in_the_project_is_refused_after_the_run(pytester):
    pytester.makepyfile(
        plugin_of_project=HOOK.format(hook="pytest_sessionstart", options="trylast=True", start="start('worker')")
    )
    assert results(pytester, "-p", "plugin_of_project")[1]["worker"].startswith("RealCallRefused: ")


@pytest.mark.slow
def test_a_thread_of_an_installed_plugin_does_not_keep_the_interception(pytester, monkeypatch):
    installed = pytester.mkdir("site-packages")
    (installed / "plugin_installed.py").write_text(
        HOOK.format(hook="pytest_configure", options="", start="start_endless()")
    )
    monkeypatch.setenv("PYTHONPATH", str(installed))
    assert results(pytester, "-p", "plugin_installed") == (True, {})


@pytest.mark.slow
def test_a_thread_that_a_hook_starts_and_that_ends_leaves_nothing_behind(pytester):
    pytester.makeconftest(
        "import threading\ndef pytest_sessionstart():\n    threading.Thread(target=int, name='short').start()\n"
    )
    assert results(pytester) == (True, {})
