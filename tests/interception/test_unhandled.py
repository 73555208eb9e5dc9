"""What was raised and not handled is kept until it is reported, once, and for the test that it belongs to."""
# ruff: noqa: SIM105

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing.util
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_appintegrations import UnexpectedCall
from pytest_appintegrations.interception import run, unhandled

THREADS = 8


def as_plain_error(error):
    return error


@pytest.fixture
def current():
    """A run of tests inside this one."""
    inner = run.Run(as_plain_error)
    inner.set_test("a test")
    inner.phase = "call"
    run.begin(inner)
    yield inner
    run.end(inner)


def swallow(message="x"):
    try:
        unhandled.raise_and_remember(UnexpectedCall(message))
    except:  # noqa: E722
        pass


def in_thread(function):
    thread = threading.Thread(target=function, name="worker")
    thread.start()
    return thread


def messages(raised):
    return [str(one.error) for one in raised]


def test_nothing_is_lost_or_popped_twice_however_many_threads_raise_and_pop(current):
    def raise_often():
        for _ in range(100):
            swallow()

    def pop_often():
        for _ in range(100):
            popped.extend(unhandled.pop_all_unhandled())

    popped = []
    threads = [in_thread(function) for function in [raise_often] * THREADS + [pop_often] * 2]
    for thread in threads:
        thread.join()
    popped.extend(unhandled.pop_all_unhandled())
    assert len({id(one.error) for one in popped}) == len(popped) == THREADS * 100


def test_a_test_pops_only_what_belongs_to_it(current):
    swallow("first")
    current.set_test("another test")
    swallow("second")
    assert messages(unhandled.pop_unhandled("a test")) == ["first"]
    assert messages(unhandled.pop_unhandled("a test")) == []
    assert messages(unhandled.pop_all_unhandled()) == ["second"]


def test_a_thread_belongs_to_the_test_that_it_began_in_and_so_does_one_that_it_starts(current):
    def work():
        go.wait()
        swallow()
        in_thread(swallow).join()

    go = threading.Event()
    thread = in_thread(work)
    current.set_test("another test")
    go.set()
    thread.join()
    assert [(one.test, one.running, one.thread) for one in unhandled.pop_all_unhandled()] == [
        ("a test", "another test", "worker")
    ] * 2


def test_a_task_of_an_event_loop_in_another_thread_belongs_to_the_test_that_asked_for_it(current):
    async def work():
        swallow()

    loop = asyncio.new_event_loop()
    thread = in_thread(loop.run_forever)
    current.set_test("another test")
    asyncio.run_coroutine_threadsafe(work(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    assert [one.test for one in unhandled.pop_all_unhandled()] == ["another test"]


def test_a_thread_older_than_the_tests_belongs_to_none():
    outer = run.Run(as_plain_error)
    run.begin(outer)
    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
            outer.set_test("a test")
            pool.submit(swallow).result()
    finally:
        run.end(outer)
    assert [one.test for one in outer.raised] == [None]


def test_a_thread_start_that_somebody_else_wrapped_stays_wrapped(monkeypatch):
    def start_of_somebody_else(thread): ...

    monkeypatch.setattr(
        threading.Thread, "start", vars(threading.Thread.start).get("__wrapped__", threading.Thread.start)
    )
    with contextlib.ExitStack() as undo:
        run.note_starts(undo)
        assert hasattr(threading.Thread.start, "notes_tests")
        threading.Thread.start = start_of_somebody_else
    assert threading.Thread.start is start_of_somebody_else


def test_what_is_reported_is_forgotten_with_all_that_is_shown_below_it(current):
    cause, context, hidden, another = errors = [
        UnexpectedCall(name) for name in ("cause", "context", "hidden", "another")
    ]
    for error in errors:
        with contextlib.suppress(UnexpectedCall):
            unhandled.raise_and_remember(error)
    reported = ValueError()
    reported.__cause__ = cause
    cause.__context__, cause.__suppress_context__ = context, False
    context.__context__, context.__suppress_context__ = hidden, True
    assert unhandled.chain(reported) == [reported, cause, context]
    unhandled.forget(unhandled.chain(reported))
    assert [one.error for one in current.raised] == [hidden, another]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups are new in Python 3.11")
def test_the_members_of_a_group_are_shown_with_it():
    members = [ValueError(), KeyError()]
    group = ExceptionGroup("group", members)  # noqa: F821
    assert unhandled.chain(group) == [group, *reversed(members)]


def test_a_circular_chain_of_exceptions_ends():
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert unhandled.chain(first) == [first, second]


def test_what_is_only_remembered_is_unhandled(current):
    unhandled.remember(UnexpectedCall("of a server"))
    assert messages(unhandled.pop_unhandled("a test")) == ["of a server"]


OUTSIDE = """
import threading
from concurrent.futures import ThreadPoolExecutor
from pytest_appintegrations import AppIntegrationsStub, UnexpectedCall
import boto3

def call(operation="list_applications"):
    getattr(boto3.client("appintegrations"), operation)()

def call_in_thread(operation="list_applications"):
    thread = threading.Thread(target=call, args=(operation,))
    thread.start()
    thread.join()

def run_in_pool():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(call)

def swallow():
    try:
        call()
    except:
        pass

def wrong(params): return {"Nope": 1}

threading.excepthook = lambda args: None
"""


@pytest.mark.parametrize(
    "body",
    [
        "call_in_thread()\n        call_in_thread('list_event_integrations')",
        "run_in_pool()\n        call_in_thread('list_event_integrations')",
        "swallow()\n        call_in_thread('list_event_integrations')",
    ],
)
def test_outside_pytest_it_is_raised_at_the_end_of_the_stub(tmp_path, body):
    program = f"""{OUTSIDE}
try:
    with AppIntegrationsStub() as stub:
        stub.add_response("ListApplications", wrong)
        stub.add_response("ListEventIntegrations", wrong)
        {body}
except UnexpectedCall as error:
    assert "ListApplications" in str(error) and "ListEventIntegrations" in str(error), error
else:
    raise SystemExit("nothing was raised")
with AppIntegrationsStub():
    pass
"""
    (tmp_path / "program.py").write_text(program)
    subprocess.run([sys.executable, tmp_path / "program.py"], check=True)


def test_outside_pytest_what_was_handled_or_came_out_is_not_raised_again(tmp_path):
    program = f"""{OUTSIDE}
with AppIntegrationsStub() as stub:
    stub.add_response("ListApplications", wrong)
    try:
        call()
    except UnexpectedCall:
        pass
try:
    with AppIntegrationsStub() as stub:
        stub.add_response("ListApplications", wrong)
        call()
except UnexpectedCall:
    pass
with AppIntegrationsStub():
    pass
import sys
assert "pytest" not in sys.modules
"""
    (tmp_path / "program.py").write_text(program)
    subprocess.run([sys.executable, tmp_path / "program.py"], check=True)


class TestInAForkedChild:
    """`multiprocessing` ends a child by calling what was registered; here, the process only looks like a child."""

    @pytest.fixture
    def finalizers(self, current, monkeypatch):
        registered = []
        monkeypatch.setattr(
            multiprocessing.util, "Finalize", lambda owner, function, exitpriority: registered.append(function)
        )
        current.process = -1
        return registered

    def test_what_was_not_handled_is_shown_at_its_end_and_fails_it(self, finalizers, capsys):
        swallow("in the child")
        [end] = finalizers
        with pytest.raises(SystemExit, match="1"):
            end()
        assert "UnexpectedCall: in the child" in capsys.readouterr().err
        end()

    def test_what_its_parent_raised_is_left_to_it(self, finalizers, current):
        swallow("in the child")
        current.raised[0].process = -1
        finalizers[0]()
        assert messages(unhandled.pop_all_unhandled()) == ["in the child"]
