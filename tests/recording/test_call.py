"""A call and its attempts as values."""

from __future__ import annotations

import datetime

from pytest_appintegrations import Attempt, Call

MOMENT = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)


def test_a_wait_adds_to_the_delay_after_the_attempt_before_it():
    call = Call("ListApplications", "us-east-1", MOMENT)
    first, second = (Attempt(429, "ThrottlingException", None, None, MOMENT, str(number)) for number in range(2))
    call.add_attempt(first, {}, None)
    call.note_wait(1.0)
    assert call.attempts[0].backoff is None
    call.add_attempt(second, {}, None)
    call.note_wait(1.5)
    call.note_wait(0.5)
    assert [attempt.backoff for attempt in call.attempts] == [2.0, None]
