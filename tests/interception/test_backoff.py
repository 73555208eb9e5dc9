"""No retry waits: every mode, every clock, every thread; only AppIntegrations' waiting is skipped."""

from __future__ import annotations

import contextlib
import datetime
import subprocess
import sys
import threading
import time
import unittest.mock
from collections import Counter

import boto3
import freezegun
import pytest
import time_machine
from botocore.config import Config
from botocore.exceptions import CapacityNotAvailableError, ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.retries import bucket

from pytest_appintegrations import AppIntegrationsStub, Fault
from pytest_appintegrations.interception.handlers import current_call
from tests.support.payloads import KMS_KEY

MODES = ["legacy", "standard", "adaptive"]
BUSY = Fault("ThrottlingException", attempts=40)


def hammer(client, calls=30):
    for _ in range(calls):
        with contextlib.suppress(ClientError):
            client.list_data_integrations()


SEVERAL_RUNS = """
import boto3, freezegun
from botocore.config import Config
from pytest_appintegrations import AppIntegrationsStub, Fault, interception

client = boto3.client("appintegrations", "us-east-1", config=Config(retries={"mode": "adaptive"}))
for year in ("2040", "2020", "2030"):
    # As a run of pytest does.
    with interception.guarding(allow_real=False), AppIntegrationsStub() as stub, freezegun.freeze_time(f"{year}-02-03"):
        stub.inject(Fault("ThrottlingException", attempts=10))
        for _ in range(10):
            try:
                client.list_applications()
            except client.exceptions.ThrottlingException:
                pass
    assert max(stub.clock.slept) < 60, stub.clock.slept
"""


@pytest.mark.slow
def test_a_client_that_outlives_runs_of_pytest_waits_for_nothing():
    subprocess.run([sys.executable, "-c", SEVERAL_RUNS], check=True)


@contextlib.contextmanager
def running(_moment):
    yield


CLOCKS = {
    "running": lambda: running(None),
    "freezegun": lambda: freezegun.freeze_time("2020-02-03"),
    "freezegun in the future": lambda: freezegun.freeze_time("2040-02-03"),
    "time-machine": lambda: time_machine.travel("2020-02-03", tick=False),
    "time-machine in the future": lambda: time_machine.travel("2040-02-03", tick=False),
}


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("appint_retry_mode", MODES)
def test_no_mode_waits_under_any_clock(appint_stub, appint_client, appint_retry_mode, clock):
    started = time.perf_counter()
    with CLOCKS[clock]():
        appint_stub.inject(BUSY)
        hammer(appint_client)
    assert sum(len(call.attempts) for call in appint_stub.calls) > 40
    slept = appint_stub.clock.slept
    assert sum(slept) > 5
    assert all(delay >= 0 for delay in slept)
    noted = [attempt.backoff for call in appint_stub.calls for attempt in call.attempts if attempt.backoff is not None]
    if appint_retry_mode == "adaptive":
        # Waits for the bucket are included; those before the first attempt of a call belong to no attempt.
        assert len(slept) > len(noted)
        assert 5 < sum(noted) < sum(slept)
        assert max(slept) < 60
    else:
        assert list(slept) == noted
    assert time.perf_counter() - started < 60


def test_a_wait_before_an_attempt_counts_for_the_one_before_it(appint_stub):
    client = boto3.client("appintegrations")

    def wait(request, **_):
        appint_stub._pipeline.skip_token_wait(current_call(), 1.5)

    client.meta.events.register_last("before-send", wait)  # This is where adaptive mode waits for its bucket.
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    client.list_applications()
    before_the_first, delay, before_the_second = appint_stub.clock.slept
    assert before_the_first == before_the_second == 1.5
    noted = [attempt.backoff for attempt in appint_stub.calls.last.attempts]
    assert noted == [pytest.approx(delay + 1.5), None]


MADE_EARLY = {
    mode: boto3.client("appintegrations", "us-east-1", config=Config(retries={"mode": mode})) for mode in MODES
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_client_made_at_import_waits_for_nothing_under_one_clock_after_the_other(clock):
    """One client, made at import and throttled under one clock after the other: its bucket never owes tokens."""
    for moment in (clock, *reversed(CLOCKS), clock):
        with AppIntegrationsStub() as stub, CLOCKS[moment]():
            stub.inject(Fault("ThrottlingException", attempts=10))
            hammer(MADE_EARLY["adaptive"], 10)
            assert max(stub.clock.slept) < 60


def test_the_time_may_be_set_back_and_forth_while_a_stub_is_active(appint_stub):
    client = boto3.client("appintegrations", config=Config(retries={"mode": "adaptive"}))
    for moment in (*CLOCKS, *reversed(CLOCKS)):
        with CLOCKS[moment](), appint_stub.inject(Fault("ThrottlingException", attempts=10)):
            hammer(client, 10)
    assert max(appint_stub.clock.slept) < 60


@pytest.mark.appint(quotas=None)
@pytest.mark.parametrize("is_shared", [True, False], ids=["one client", "a client for each"])
@pytest.mark.parametrize("appint_retry_mode", MODES)
def test_no_call_of_16_threads_is_lost_or_taken_for_another(appint_stub, appint_retry_mode, is_shared):
    throttled = appint_stub.inject(Fault("ThrottlingException", attempts=80))
    timed_out = appint_stub.inject(Fault("ReadTimeoutError", attempts=40, lose_response=True))
    shared = boto3.client("appintegrations") if is_shared else None
    raised = {}

    def create(thread):
        client = shared or boto3.Session().client("appintegrations")
        for number in range(20):
            name = f"{thread}-{number}"
            try:
                client.create_data_integration(Name=name, KmsKey=KMS_KEY)
            except (ClientError, ReadTimeoutError) as error:
                raised[name] = error

    threads = [threading.Thread(target=create, args=(thread,)) for thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    names = [f"{thread}-{number}" for thread in range(16) for number in range(20)]
    calls = {call.params["Name"]: call for call in appint_stub.calls}
    assert sorted(calls) == sorted(names)
    assert len(appint_stub.calls) == len(names)
    errors = [attempt.error for call in calls.values() for attempt in call.attempts if attempt.error]
    assert Counter(errors) == {"ThrottlingException": throttled.hits, "ReadTimeoutError": timed_out.hits}
    assert throttled.exhausted
    assert timed_out.exhausted
    for name, call in calls.items():
        *retried, last = call.attempts
        assert (last.error is not None) is (name in raised)
        assert all(attempt.error and attempt.backoff is not None for attempt in retried)
        assert last.backoff is None
    assert len(appint_stub.data_integrations) >= len(names) - len(raised)


def test_the_token_bucket_of_other_services_is_left_alone(appint_stub, appint_client, monkeypatch):
    """The same classes serve every service: outside of AppIntegrations calls they work as in plain botocore."""
    waited = []
    monkeypatch.setattr(
        threading.Condition, "wait", lambda self, timeout=None: waited.append(timeout) or time.sleep(0.01)
    )
    appint_client.list_data_integrations()
    own = bucket.TokenBucket(max_rate=50, clock=bucket.Clock())
    own.acquire()
    assert waited
    assert appint_stub.clock.slept == ()
    assert abs(bucket.Clock().current_time() - time.time()) < 60


def test_acquiring_a_token_without_blocking_does_not_wait(appint_stub, appint_client):
    empty = bucket.TokenBucket(max_rate=1, clock=bucket.Clock())

    def ask(**_):
        with pytest.raises(CapacityNotAvailableError):
            empty.acquire(block=False)

    appint_client.meta.events.register("before-send", ask)
    appint_client.list_data_integrations()
    assert appint_stub.clock.slept == ()


@pytest.mark.appint(backoff="real")
@pytest.mark.parametrize("appint_retry_mode", ["adaptive"])
def test_real_backoff_waits_for_the_bucket(appint_stub, appint_client, monkeypatch):
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    monkeypatch.setattr(
        threading.Condition, "wait", lambda self, timeout=None: waited.append("bucket") or self_advance()
    )

    def self_advance():
        appint_stub.clock.advance(1)

    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    appint_client.list_data_integrations()
    assert "bucket" in waited
    assert appint_stub.clock.slept == ()


def test_a_deadline_loop_ends_in_frozen_time(appint_stub, appint_client):
    with freezegun.freeze_time("2026-01-02"):
        # If the retry quota runs out, nothing is retried or delayed; the latency ends the loop then.
        appint_stub.inject(Fault.latency(0.5), Fault("ThrottlingException"))
        deadline = datetime.datetime.now() + datetime.timedelta(minutes=1)
        while datetime.datetime.now() < deadline:
            with contextlib.suppress(ClientError):
                appint_client.list_data_integrations()
        assert sum(appint_stub.clock.slept) >= 20


AT = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)


def test_a_frozen_time_that_runs_on_does_not_go_back(appint_stub):
    with freezegun.freeze_time("2026-01-02", tick=True) as frozen:
        frozen.start -= datetime.timedelta(seconds=30)  # As if that much time had passed.
        for seconds, expected in ((2, 32), (0, 32), (3, 35)):
            appint_stub.clock.advance(seconds)
            assert expected <= (appint_stub.clock.now() - AT).total_seconds() < expected + 30
            assert datetime.datetime.now(datetime.timezone.utc) >= AT + datetime.timedelta(seconds=expected)


def test_a_frozen_time_that_steps_is_moved_by_what_was_asked(appint_stub):
    with freezegun.freeze_time("2026-01-02", auto_tick_seconds=10):
        for seconds, expected in ((0, 0), (10, 20), (1e-9, 30), (5, 45)):
            appint_stub.clock.advance(seconds)
            assert (appint_stub.clock.now() - AT).total_seconds() == expected


def test_the_clock_is_in_utc_whatever_offset_freezegun_has(appint_stub, appint_client):
    with freezegun.freeze_time("2026-01-02", tz_offset=-4):
        appint_client.list_applications()
        assert appint_stub.clock.now() == appint_stub.calls.last.started_at == AT
        assert appint_stub.clock.now().timestamp() == time.time()


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("seconds", [1e12, 1e300, 10**400], ids=["far", "farther", "no float"])
def test_the_clock_cannot_be_moved_past_the_last_year(appint_stub, appint_client, clock, seconds):
    with CLOCKS[clock]():
        with pytest.raises(ValueError, match="seconds must not advance the clock past the year 9999, as 1"):
            appint_stub.clock.advance(seconds)
        appint_client.list_applications()


def test_signing_works_under_frozen_time(appint_stub, appint_client):
    headers = []
    appint_client.meta.events.register("before-send", lambda request, **_: headers.append(request.headers))
    with freezegun.freeze_time("2026-01-02 03:04:05"):
        appint_client.list_data_integrations()
    assert headers[0]["X-Amz-Date"] == b"20260102T030405Z"


class TestSleepThatATestReplaced:
    """A test may replace the `time.sleep` that botocore's endpoint calls by a function of its own."""

    def call(self, stub):
        stub.inject(Fault("ThrottlingException", attempts=2))
        boto3.client("appintegrations").list_applications()
        [call] = stub.calls
        noted = tuple(attempt.backoff for attempt in call.attempts)
        assert (*stub.clock.slept, None) == noted
        assert len(noted) == 3
        return noted[:2]

    def test_a_mock_is_called_with_the_delays_that_are_noted(self, appint_stub):
        with unittest.mock.patch("botocore.endpoint.time.sleep") as sleep:
            delays = self.call(appint_stub)
        assert sleep.call_args_list == [unittest.mock.call(delay) for delay in delays]

    def test_a_function_of_monkeypatch_is_undone(self, appint_stub, monkeypatch):
        slept = []
        with monkeypatch.context() as patch:
            patch.setattr("botocore.endpoint.time.sleep", slept.append)
            delays = self.call(appint_stub)
        assert tuple(slept) == delays
        appint_stub.reset()
        self.call(appint_stub)
        assert len(slept) == 2

    @pytest.mark.parametrize("target", ["botocore.endpoint.time.sleep", "time.sleep"])
    def test_a_mock_from_before_the_stub_is_left_alone(self, target):
        with unittest.mock.patch(target) as sleep, AppIntegrationsStub() as stub:
            self.call(stub)
        sleep.assert_not_called()

    def test_it_is_called_for_other_services_too(self, appint_stub):
        once = Config(retries={"mode": "standard", "total_max_attempts": 2})
        client = boto3.client(
            "s3", "us-east-1", config=once, endpoint_url="http://127.0.0.1:9",
            aws_access_key_id="a", aws_secret_access_key="b",
        )  # fmt: skip
        with unittest.mock.patch("botocore.endpoint.time.sleep") as sleep, pytest.raises(EndpointConnectionError):
            client.list_buckets()
        sleep.assert_called_once()
        assert appint_stub.clock.slept == ()

    def test_the_replaced_module_has_all_other_names_of_time(self, appint_stub):
        import botocore.endpoint

        assert botocore.endpoint.time.monotonic is time.monotonic
