"""Each stub starts with full retry quotas and rate limiters, whatever its clients have used up before."""

from __future__ import annotations

import contextlib
import threading

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries.quota import RetryQuota

from pytest_appintegrations import AppIntegrationsStub, Fault

BUSY = Fault("ThrottlingException", optional=True)
LIMITED = ["standard", "adaptive"]


def new_client(mode):
    return boto3.client("appintegrations", "us-east-1", config=Config(retries={"mode": mode}))


MADE_AT_IMPORT = {mode: new_client(mode) for mode in LIMITED}


def exhaust(client):
    """Call until the quota of retries is used up: then the error is raised without a retry."""
    for _ in range(200):
        with contextlib.suppress(ClientError):
            client.list_data_integrations()


def attempts_of(stub):
    return [len(call.attempts) for call in stub.calls]


@pytest.mark.parametrize("mode", LIMITED)
@pytest.mark.parametrize("test", ["first", "second"])
def test_a_client_that_outlives_a_test_recovers_in_the_next(appint_stub, mode, test):
    with appint_stub.inject(Fault("ThrottlingException", attempts=2)):
        MADE_AT_IMPORT[mode].list_applications()
    assert attempts_of(appint_stub) == [3]
    with appint_stub.inject(BUSY):
        exhaust(MADE_AT_IMPORT[mode])
    assert attempts_of(appint_stub)[-1] == 1


def test_a_rate_limiter_starts_anew(appint_stub):
    client = new_client("adaptive")
    slept = []
    for _ in range(2):
        with AppIntegrationsStub() as stub:
            client.list_applications()
            assert stub.clock.slept == ()  # Nothing has been throttled yet, so nothing waits.
            stub.inject(Fault("ThrottlingException", attempts=6))
            exhaust(client)
            slept.append(stub.clock.slept)
    assert all(len(delays) > 6 for delays in slept)


@pytest.mark.parametrize("mode", LIMITED)
def test_a_stub_inside_a_stub_has_its_own(mode):
    client = new_client(mode)
    with AppIntegrationsStub() as outer:
        outer.inject(BUSY)
        exhaust(client)
        with AppIntegrationsStub() as inner:
            inner.inject(Fault("ThrottlingException", attempts=2))
            client.list_applications()
        assert attempts_of(inner) == [3]
        with contextlib.suppress(ClientError):
            client.list_applications()
        assert attempts_of(outer)[-1] == 1


@pytest.mark.parametrize("mode", LIMITED)
def test_a_stub_started_again_starts_with_full_ones(mode):
    client, stub = new_client(mode), AppIntegrationsStub()
    for _ in range(2):
        with stub:
            stub.inject(Fault("ThrottlingException", attempts=2))
            client.list_applications()
            assert attempts_of(stub) == [3]
            stub.inject(BUSY)
            exhaust(client)


class Throttled:
    """A fake of the user's own, which answers while no stub is active."""

    def __init__(self):
        self.requests = 0

    def __call__(self, request, **_):
        self.requests += 1
        return AWSResponse(request.url, 400, {"x-amzn-ErrorType": "ThrottlingException"}, self)

    def stream(self):
        return iter([b"{}"])


@pytest.fixture
def no_sleep(monkeypatch):
    import time

    monkeypatch.setattr(time, "sleep", lambda seconds: None)


def test_the_clients_own_state_is_restored_afterwards(no_sleep):
    client, fake = new_client("standard"), Throttled()
    client.meta.events.register_last("before-send.appintegrations", fake)
    exhaust(client)
    with AppIntegrationsStub() as stub:
        client.meta.events.unregister("before-send.appintegrations", fake)
        stub.inject(Fault("ThrottlingException", attempts=2))
        client.list_applications()
        assert attempts_of(stub) == [3]
        stub.inject(BUSY)
        exhaust(client)
    client.meta.events.register("before-send.appintegrations", fake)
    before = fake.requests
    with pytest.raises(ClientError):
        client.list_applications()
    assert fake.requests == before + 1  # It is not retried: the client's own quota is used up as before.


def test_what_a_stub_uses_up_is_not_the_clients_own(no_sleep):
    client, fake = new_client("standard"), Throttled()
    with AppIntegrationsStub() as stub:
        stub.inject(BUSY)
        exhaust(client)
    client.meta.events.register("before-send.appintegrations", fake)
    with pytest.raises(ClientError):
        client.list_applications()
    assert fake.requests == 3


@pytest.mark.parametrize("mode", LIMITED)
def test_a_client_made_during_a_call_has_its_own(appint_stub, mode):
    made = []
    client = boto3.client("appintegrations")
    client.meta.events.register("before-send", lambda **_: made.append(new_client(mode)))
    client.list_applications()
    appint_stub.inject(Fault("ThrottlingException", attempts=2))
    made[0].list_data_integrations()
    assert attempts_of(appint_stub) == [1, 3]


@pytest.mark.parametrize("mode", LIMITED)
def test_threads_share_one_retry_quota(appint_stub, mode):
    client = new_client(mode)
    appint_stub.inject(BUSY)
    threads = [threading.Thread(target=exhaust, args=(client,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    retries = sum(attempts_of(appint_stub)) - len(appint_stub.calls)
    with contextlib.suppress(ClientError):
        client.list_applications()
    assert attempts_of(appint_stub)[-1] == 1
    assert retries <= RetryQuota.INITIAL_CAPACITY / 5  # 5 is the cost of the cheapest retry in any botocore.


def test_the_attributes_are_described_by_the_class_while_they_are_per_stub(appint_stub, appint_client):
    assert vars(RetryQuota)["_available_capacity"] is RetryQuota._available_capacity
