"""Waiting for calls that other threads, tasks and processes make."""

from __future__ import annotations

import asyncio
import threading
import time
from unittest.mock import ANY

import pytest
import time_machine
from freezegun import freeze_time

from pytest_appintegrations import Fault, UnexpectedCall

SOON = 0.05


@pytest.fixture
def in_thread():
    """Return a function that runs others in threads; the fixture waits for them at the end of the test."""
    threads = []

    def start(function, *args, **kwargs):
        threads.append(threading.Thread(target=function, args=args, kwargs=kwargs))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join()


def test_a_call_that_ended_before_is_returned_at_once(appint_stub, appint_client):
    appint_client.list_applications(MaxResults=1)
    appint_client.list_applications(MaxResults=2)
    assert appint_stub.calls.wait_for("list_applications", timeout=0, MaxResults=2) is appint_stub.calls[1]


def test_a_call_of_another_thread_is_waited_for(appint_stub, appint_client, in_thread):
    started = threading.Event()

    def respond(params):
        if params["MaxResults"] == 7:
            started.set()
        return {"Applications": []}

    def work():
        for number in range(10):
            appint_client.list_applications(MaxResults=number + 1)

    appint_stub.add_response("ListApplications", respond)
    in_thread(work)
    call = appint_stub.calls.wait_for("ListApplications", MaxResults=7)
    assert started.is_set()
    assert (call.params, call.response, call.has_ended) == ({"MaxResults": 7}, {"Applications": []}, True)


@pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("attempts", [1, None])
def test_a_call_is_waited_for_until_no_retry_follows(
    appint_stub, appint_client, in_thread, appint_retry_mode, attempts
):
    appint_stub.inject(Fault("ThrottlingException", attempts=attempts))

    def work():
        try:
            appint_client.list_applications()
        except appint_client.exceptions.ThrottlingException:
            assert attempts is None

    in_thread(work)
    call = appint_stub.calls.wait_for("ListApplications", timeout=30)
    if attempts:
        assert [attempt.error for attempt in call.attempts] == ["ThrottlingException", None]
    else:
        assert len(call.attempts) >= 3
        assert call.attempts[-1].backoff is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("AccessDeniedException"), "AccessDeniedException"),
        pytest.param(Fault("ReadTimeoutError"), "ReadTimeoutError", marks=pytest.mark.in_process),
    ],
)
def test_a_call_that_failed_has_ended(appint_stub, appint_client, in_thread, fault, error):
    appint_stub.inject(fault)

    def work():
        with pytest.raises(Exception, match=r"denied|not authorized|timeout"):
            appint_client.list_applications()

    in_thread(work)
    assert appint_stub.calls.wait_for("ListApplications", timeout=30).error == error


@pytest.mark.in_process
def test_a_call_that_an_unexpected_call_has_ended_is_returned(appint_stub, appint_client):
    appint_stub.add_response("ListApplications", lambda params: 1 / 0)
    with pytest.raises(UnexpectedCall):
        appint_client.list_applications()
    assert appint_stub.calls.wait_for("ListApplications", timeout=0).error == "UnexpectedCall"


@pytest.mark.parametrize(
    "frozen", [freeze_time, lambda moment: time_machine.travel(moment, tick=False)], ids=["freezegun", "time_machine"]
)
def test_frozen_time_does_not_stop_the_wait(appint_stub, appint_client, in_thread, message_of, frozen):
    with frozen("2024-01-01T00:00:00Z"):
        assert time.time() == 1704067200
        in_thread(appint_client.list_applications)
        assert appint_stub.calls.wait_for("ListApplications").started_at.year == 2024
        message_of(appint_stub.calls.wait_for, "GetApplication", timeout=SOON)


def test_a_wait_in_vain_shows_what_was_called(appint_stub, appint_client, message_of):
    assert message_of(appint_stub.calls.wait_for, "ListApplications", timeout=SOON) == (
        "Expected a call of ListApplications to end within 0.05 s.\nNothing was called."
    )
    appint_client.list_applications(MaxResults=1)
    assert message_of(appint_stub.calls.wait_for, "ListApplications", timeout=0, MaxResults=2) == (
        "Expected a call of ListApplications(MaxResults=2) to end within 0 s.\n"
        "Closest: call 1 of 1:\n    MaxResults: expected 2, got 1"
    )
    schema = {"required": ["NextToken"]}
    assert "(schema=…) to end" in message_of(appint_stub.calls.wait_for, "ListApplications", timeout=0, schema=schema)


def test_a_call_in_progress_has_not_ended(appint_stub, appint_client, in_thread, message_of):
    asked, finish = threading.Event(), threading.Event()

    def respond(params):
        asked.set()
        finish.wait()
        return {}

    appint_stub.add_response("ListApplications", respond)
    in_thread(appint_client.list_applications)
    asked.wait()
    try:
        message = message_of(appint_stub.calls.wait_for, "ListApplications", timeout=SOON)
    finally:
        finish.set()
    assert message == (
        "Expected a call of ListApplications to end within 0.05 s.\n"
        "It was made, but has not ended: there is no response yet, or the client may retry it.\n"
        "  1. ListApplications() in us-east-1: not answered yet"
    )
    assert appint_stub.calls.wait_for("ListApplications").response == {}


def test_a_task_waits_in_a_thread(appint_stub, appint_client, message_of):
    async def work():
        waiting = asyncio.create_task(asyncio.to_thread(appint_stub.calls.wait_for, "ListApplications", MaxResults=ANY))
        await asyncio.sleep(0)
        await asyncio.to_thread(appint_client.list_applications, MaxResults=3)
        message = message_of(appint_stub.calls.wait_for, "GetApplication", timeout=SOON)
        return await waiting, message

    call, message = asyncio.run(work())
    assert call is appint_stub.calls.last
    assert message.endswith("To let them run: await asyncio.to_thread(stub.calls.wait_for, ...)")


def test_only_the_log_of_the_stub_can_wait(appint_stub):
    for part in (appint_stub.calls.to("ListApplications"), appint_stub.calls[:1]):
        with pytest.raises(RuntimeError, match=r"call it on stub\.calls, not on a part of the log"):
            part.wait_for("ListApplications")


@pytest.mark.parametrize(
    ("timeout", "error", "message"),
    [
        (-1, ValueError, "timeout must be 0 or more seconds, and finite, not -1"),
        (float("inf"), ValueError, "timeout must be 0 or more seconds, and finite, not inf"),
        (float("nan"), ValueError, "timeout must be 0 or more seconds, and finite, not nan"),
        ("1", TypeError, "timeout must be a number of seconds, not '1'"),
        (True, TypeError, "timeout must be a number of seconds, not True"),
    ],
)
def test_an_invalid_timeout_is_refused(appint_stub, timeout, error, message):
    with pytest.raises(error) as caught:
        appint_stub.calls.wait_for("ListApplications", timeout=timeout)
    assert str(caught.value) == message
    with pytest.raises(ValueError, match="did you mean 'ListApplications'"):
        appint_stub.calls.wait_for("ListAplications")


def test_a_call_that_a_reset_has_forgotten_is_not_waited_for(appint_stub, appint_client, message_of):
    def respond(params):
        appint_stub.reset()
        return {}

    appint_stub.add_response("ListApplications", respond)
    appint_client.list_applications()
    assert message_of(appint_stub.calls.wait_for, "ListApplications", timeout=0).endswith("\nNothing was called.")


@pytest.mark.in_process
def test_the_wait_leaves_no_thread_behind(appint_stub, appint_client):
    before = threading.active_count()
    appint_client.list_applications()
    appint_stub.calls.wait_for("ListApplications")
    with pytest.raises(AssertionError):
        appint_stub.calls.wait_for("GetApplication", timeout=SOON)
    assert threading.active_count() == before


def test_wait_for_takes_no_number_of_calls(appint_stub):
    with pytest.raises(TypeError, match="does not take times="):
        appint_stub.calls.wait_for("ListApplications", times=2)
