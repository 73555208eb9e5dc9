"""What the recorder of a stub keeps of its calls."""

from __future__ import annotations

import datetime
import itertools
import threading

import pytest

from pytest_appintegrations.recording.recorder import CallRecorder

NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.timezone.utc)


@pytest.fixture
def recorder():
    moments = (NOON + datetime.timedelta(seconds=number) for number in itertools.count())
    recorder = CallRecorder(threading.RLock(), lambda: next(moments))
    recorder.reset(iter(f"request-{number}" for number in itertools.count(1)))
    return recorder


def test_the_attempts_of_one_call_are_kept_under_it(recorder):
    for call_id, error in (("a", "ThrottlingException"), ("b", None), ("a", None)):
        with recorder.attempt(call_id, "ListApplications", "us-east-1") as attempt:
            attempt.error = error
    assert [call.started_at for call in recorder.calls] == [NOON, NOON + datetime.timedelta(seconds=1)]
    first, second = ([(attempt.request_id, attempt.error) for attempt in call.attempts] for call in recorder.calls)
    assert first == [("request-1", "ThrottlingException"), ("request-3", None)]
    assert second == [("request-2", None)]


def test_an_attempt_that_an_exception_ends_is_kept_with_its_name(recorder):
    with pytest.raises(ZeroDivisionError), recorder.attempt("a", "ListApplications", "us-east-1"):
        _ = 1 / 0
    assert [call.error for call in recorder.calls] == ["ZeroDivisionError"]


def test_an_attempt_belongs_to_its_call_once_it_has_ended(recorder):
    with recorder.attempt("a", "ListApplications", "us-east-1") as attempt:
        attempt.params, attempt.response, attempt.status = {"MaxResults": 5}, {"Applications": []}, 200
        [call] = recorder.calls
        assert (call.attempts, call.params, call.response, call.error) == ((), {}, None, None)
    assert (call.params, call.response, call.attempts[0].status) == ({"MaxResults": 5}, {"Applications": []}, 200)


def test_delays_belong_to_the_attempt_before_them(recorder):
    for _ in range(2):
        with recorder.attempt("a", "ListApplications", "us-east-1"):
            pass
        recorder.note_backoff("a", 1.5)
    recorder.note_wait("a", 2.0)
    [call] = recorder.calls
    assert [attempt.backoff for attempt in call.attempts] == [3.5, 1.5]


def test_delays_of_a_call_that_a_reset_has_forgotten_are_ignored(recorder):
    with recorder.attempt("a", "ListApplications", "us-east-1"):
        pass
    recorder.note_backoff("a", 1.5)
    [call] = recorder.calls
    recorder.reset(iter(()))
    recorder.note_backoff("a", 2.5)
    recorder.note_wait("a", 2.5)
    assert [attempt.backoff for attempt in call.attempts] == [1.5]
    assert recorder.calls == []
