"""The stub's clock in real, frozen and travelled time."""

from __future__ import annotations

import datetime
import time

import freezegun
import pytest
import time_machine

from pytest_appintegrations import AppIntegrationsStub, Clock, Fault

UTC = datetime.timezone.utc


def test_it_moves_with_the_time_and_by_what_is_skipped():
    clock = Clock()
    now = clock.now()
    assert now.tzinfo is datetime.timezone.utc
    clock.advance(3600)
    assert clock.now() - now >= datetime.timedelta(hours=1)
    clock.skip(1.5)
    assert clock.slept == (1.5,)
    clock.reset()
    assert clock.now() - now < datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("seconds", "error"), [(-1, ValueError), (float("nan"), ValueError), ("1", TypeError), (True, TypeError)]
)
def test_it_only_moves_forward(seconds, error):
    with pytest.raises(error, match="seconds must be"):
        Clock().advance(seconds)


def test_the_frozen_time_itself_is_moved(appint_stub, appint_client):
    with freezegun.freeze_time("2026-01-02 03:04:05") as frozen:
        appint_stub.clock.advance(60)
        assert datetime.datetime.now() == datetime.datetime(2026, 1, 2, 3, 5, 5)
        appint_stub.inject(Fault("ThrottlingException", attempts=1))
        appint_client.list_data_integrations()
        [slept] = appint_stub.clock.slept
        assert frozen.time_to_freeze - datetime.datetime(2026, 1, 2, 3, 5, 5) == datetime.timedelta(seconds=slept)
        assert appint_stub.clock.now() == datetime.datetime.now(datetime.timezone.utc)


def test_a_travel_of_time_machine_is_followed(appint_stub):
    with time_machine.travel("2026-01-02 03:04:05+00:00", tick=False):
        assert appint_stub.clock.now() == datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def test_what_was_skipped_before_a_travel_of_time_machine_is_not_added_to_it(appint_stub):
    destination = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    appint_stub.clock.advance(1000)
    with time_machine.travel(destination, tick=False):
        assert appint_stub.clock.now() == destination
        appint_stub.clock.advance(60)
        with time_machine.travel(destination, tick=False):
            assert appint_stub.clock.now() == destination
        assert appint_stub.clock.now() == destination + datetime.timedelta(seconds=60)
        appint_stub.clock.reset()
        assert appint_stub.clock.now() == destination
        appint_stub.clock.advance(5)


def test_what_was_skipped_in_a_travel_of_time_machine_ends_with_it(appint_stub):
    appint_stub.clock.advance(1000)
    with time_machine.travel("2026-01-02 03:04:05+00:00", tick=False):
        appint_stub.clock.advance(5000)
    ahead = appint_stub.clock.now() - datetime.datetime.now(datetime.timezone.utc)
    assert 990 < ahead.total_seconds() <= 1000


@pytest.mark.appint(frozen_at="2026-01-02 03:04:05")
def test_a_setting_freezes_the_time(appint_stub, appint_client):
    appint_client.list_data_integrations()
    started_at = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    assert appint_stub.calls.last.started_at == appint_stub.clock.now() == started_at
    assert time.time() == started_at.timestamp()


def test_the_time_is_thawed_at_the_end():
    with AppIntegrationsStub(frozen_at=datetime.date(2026, 1, 2)):
        assert datetime.date.today() == datetime.date(2026, 1, 2)
    assert time.time() > datetime.datetime(2026, 6, 1).timestamp()


def test_a_time_that_is_frozen_later_is_the_stubs_time(appint_stub, appint_client):
    new_year = datetime.datetime(2024, 1, 1, tzinfo=UTC)
    appint_stub.clock.advance(3600)
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    appint_client.list_applications()
    before = appint_stub.clock.now()
    with freezegun.freeze_time(new_year):
        assert appint_stub.clock.now() == new_year
        appint_client.list_applications()
        assert appint_stub.calls.last.started_at == new_year
        appint_stub.clock.advance(5)
        assert appint_stub.clock.now() == new_year + datetime.timedelta(seconds=5)
    assert appint_stub.clock.now() >= before
