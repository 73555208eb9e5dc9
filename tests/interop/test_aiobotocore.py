"""aiobotocore's clients are answered, made to fail and kept from waiting as botocore's are."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import threading
import time
import uuid

import boto3
import botocore
import freezegun
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appintegrations import AppIntegrationsStub, Fault, RealCallRefused, UnexpectedCall
from tests.interception.test_backoff import CLOCKS, MODES
from tests.support.payloads import FULL_ASSOCIATION, KMS_KEY

for needed in ("aiobotocore", "pytest_asyncio", "anyio"):
    pytest.importorskip(needed, reason=f"{needed} is not installed: pip install '.[aio]' --group async")

from aiobotocore.config import AioConfig  # noqa: E402
from aiobotocore.retries import bucket  # noqa: E402
from aiobotocore.session import AioSession, get_session  # noqa: E402

pytestmark = pytest.mark.asyncio

MADE_AT_IMPORT = get_session()


def client(**kwargs):
    return get_session().create_client("appintegrations", **kwargs)


async def listed(**kwargs):
    async with client(**kwargs) as own:
        return (await own.list_data_integrations())["DataIntegrations"]


async def hammer(own, calls):
    for _ in range(calls):
        with contextlib.suppress(ClientError):
            await own.list_data_integrations()


def errors_of(call):
    return [attempt.error for attempt in call.attempts]


class OfAnyService:
    """The context that creates the client may be awaited as well, as aioboto3 does."""

    def __init__(self, coroutine):
        self._coroutine = coroutine

    async def __aenter__(self):
        self._client = await self._coroutine
        return await self._client.__aenter__()

    async def __aexit__(self, *exc):
        await self._client.__aexit__(*exc)


WAYS = {
    "session": client,
    "session-class": lambda: AioSession().create_client("appintegrations"),
    "made-at-import": lambda: MADE_AT_IMPORT.create_client("appintegrations"),
    "keyword": lambda: get_session().create_client(service_name="appintegrations", region_name="us-east-1"),
    "without-botocores-handlers": lambda: AioSession(include_builtin_handlers=False).create_client("appintegrations"),
    "awaited": lambda: OfAnyService(get_session()._create_client("appintegrations")),
    "config": lambda: client(config=AioConfig(read_timeout=7)),
    "botocores-config": lambda: client(config=Config(read_timeout=7)),
    "unsigned": lambda: client(config=AioConfig(signature_version=botocore.UNSIGNED)),
    "endpoint": lambda: client(endpoint_url="https://localhost:1/base"),
    "explicit": lambda: client(aws_access_key_id="AKIDREAL", aws_secret_access_key="secret"),
    "fips": lambda: client(config=AioConfig(use_fips_endpoint=True)),
}


@pytest.mark.parametrize("way", WAYS)
class TestEveryClient:
    async def test_is_answered(self, appint_stub, integration, way):
        async with WAYS[way]() as own:
            for _ in range(2):
                assert (await own.get_data_integration(Identifier="orders"))["Id"] == integration["Id"]
        assert [(call.region, len(call.attempts)) for call in appint_stub.calls] == [("us-east-1", 1)] * 2

    async def test_is_answered_in_a_thread_with_a_loop_of_its_own(self, appint_stub, integration, way):
        async def identify():
            async with WAYS[way]() as own:
                return (await own.get_data_integration(Identifier="orders"))["Id"]

        assert await asyncio.to_thread(lambda: asyncio.run(identify())) == integration["Id"]

    async def test_is_signed_with_dummies_or_not_at_all(self, appint_stub, monkeypatch, way):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDREAL")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
        monkeypatch.setenv("AWS_SESSION_TOKEN", "real-token")
        sent = []

        async def note(request, **_):
            sent.append({name.lower(): str(value) for name, value in request.headers.items()})

        async with WAYS[way]() as own:
            own.meta.events.register("before-send", note)
            await own.list_data_integrations()
        assert ("Credential=testing/" in sent[0].get("authorization", "")) is (way != "unsigned")
        assert not any("AKIDREAL" in value or "real-token" in value for value in sent[0].values())


async def test_nothing_looks_for_credentials(appint_stub, monkeypatch):
    looked = []

    async def look(session):
        looked.append(session)

    monkeypatch.setattr(AioSession, "get_credentials", look)
    await listed()
    with AppIntegrationsStub():
        await listed(region_name="eu-west-2")
    assert looked == []
    async with get_session().create_client("s3", region_name="us-east-1"):
        assert len(looked) == 1


async def test_credentials_of_a_session_stay_its_own(appint_stub):
    session = get_session()
    session.set_credentials("AKIDREAL", "secret")
    async with session.create_client("appintegrations") as own:
        assert "Credential=testing" in await own.generate_presigned_url("list_data_integrations")
        assert own._request_signer._credentials.access_key == "AKIDREAL"
        await own.list_data_integrations()
    assert len(appint_stub.calls) == 1


@pytest.mark.appint(region="eu-west-2")
async def test_the_region_is_the_stubs_unless_named(appint_stub, monkeypatch):
    appint_stub.data_integrations.add(Name="orders")
    for kwargs in ({}, {"region_name": "eu-west-2"}, {"config": AioConfig(region_name="eu-west-2")}):
        assert [record["Name"] for record in await listed(**kwargs)] == ["orders"]
    assert await listed(region_name="us-east-1") == []
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    assert await listed() == []
    assert appint_stub.calls.last.region == "ca-central-1"


async def test_no_region_is_made_up_without_a_stub():
    with pytest.raises(botocore.exceptions.NoRegionError):
        await listed()


async def test_the_store_is_shared_with_botocores_clients(appint_stub, appint_client):
    async with client() as own:
        created = await own.create_data_integration(Name="orders", KmsKey=KMS_KEY)
        association = appint_client.create_data_integration_association(
            DataIntegrationIdentifier="orders", **FULL_ASSOCIATION
        )
        [summary] = (await own.list_data_integration_associations(DataIntegrationIdentifier=created["Id"]))[
            "DataIntegrationAssociations"
        ]
        assert summary["DataIntegrationAssociationArn"].endswith(association["DataIntegrationAssociationId"])
        pages = own.get_paginator("list_data_integrations").paginate()
        assert [page["DataIntegrations"][0]["Name"] async for page in pages] == ["orders"]
    appint_stub.calls.assert_called_once("CreateDataIntegrationAssociation", ClientId=FULL_ASSOCIATION["ClientId"])
    assert [call.operation for call in appint_stub.calls] == [
        "CreateDataIntegration", "CreateDataIntegrationAssociation", "ListDataIntegrationAssociations",
        "ListDataIntegrations",
    ]  # fmt: skip


async def test_a_response_reads_like_one_of_aiohttp(appint_stub):
    seen = []

    async def note(response, **_):
        http, _parsed = response
        seen.append((await http.text, http.raw.raw_headers, http.headers["x-amzn-requestid"]))

    async with client() as own:
        own.meta.events.register("needs-retry", note)
        await own.list_data_integrations()
    [(text, raw_headers, request_id)] = seen
    assert json.loads(text) == {"DataIntegrations": []}
    assert (b"content-type", b"application/json") in raw_headers
    assert appint_stub.calls.last.attempts[0].request_id == request_id


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "caught", "attempts"),
        [
            (Fault("ThrottlingException", attempts=2), None, ["ThrottlingException", "ThrottlingException", None]),
            (Fault("TooManyRequestsException", attempts=1), None, ["TooManyRequestsException", None]),
            (Fault("InternalServiceError"), "InternalServiceError", ["InternalServiceError"] * 3),
            (Fault("AccessDeniedException"), "AccessDeniedException", ["AccessDeniedException"]),
            (Fault("ConnectTimeoutError", attempts=1), None, ["ConnectTimeoutError", None]),
            (Fault("ConnectTimeoutError"), "ConnectTimeoutError", ["ConnectTimeoutError"] * 3),
            (Fault("ReadTimeoutError"), "ReadTimeoutError", ["ReadTimeoutError"] * 3),
            (Fault("EndpointConnectionError"), "EndpointConnectionError", ["EndpointConnectionError"] * 3),
            (Fault("ConnectionClosedError"), "ConnectionClosedError", ["ConnectionClosedError"] * 3),
            (Fault.sequence("ReadTimeoutError", "ThrottlingException"), None,
             ["ReadTimeoutError", "ThrottlingException", None]),
            (Fault("TeapotException", status=418), "TeapotException", ["TeapotException"]),
        ],
        ids=lambda value: str(value)[:60],
    )  # fmt: skip
    @pytest.mark.parametrize("appint_retry_mode", ["standard"])
    async def test_a_fault_is_applied(self, appint_stub, appint_retry_mode, fault, caught, attempts):
        handle = appint_stub.inject(fault)
        raised = None
        try:
            await listed()
        except ClientError as error:
            raised = error.response["Error"]["Code"]
        except botocore.exceptions.BotoCoreError as error:
            raised = type(error).__name__
        assert raised == caught
        [call] = appint_stub.calls
        assert errors_of(call) == attempts
        assert [attempt.backoff is not None for attempt in call.attempts] == [True] * (len(attempts) - 1) + [False]
        assert appint_stub.clock.slept == tuple(attempt.backoff for attempt in call.attempts[:-1])
        assert handle.hits == len([error for error in attempts if error])

    @pytest.mark.parametrize("appint_retry_mode", MODES)
    async def test_an_operation_whose_response_is_lost_takes_effect(self, appint_stub, integration, appint_retry_mode):
        appint_stub.inject(Fault("ReadTimeoutError", lose_response=True, attempts=1))
        async with client() as own:
            await own.create_data_integration_association(DataIntegrationIdentifier="orders")
        assert len(appint_stub.data_integration_associations) == 1
        assert errors_of(appint_stub.calls.last) == ["ReadTimeoutError", None]
        async with client(config=AioConfig(retries={"total_max_attempts": 1})) as own:
            lost = appint_stub.inject(Fault("ReadTimeoutError", lose_response=True))
            with lost, pytest.raises(botocore.exceptions.ReadTimeoutError):
                await own.create_data_integration_association(DataIntegrationIdentifier="orders")
        assert len(appint_stub.data_integration_associations) == 2

    @pytest.mark.appint_each_fault("CreateDataIntegrationAssociation", transport=True)
    async def test_each_modelled_error_is_raised(self, appint_fault):
        async with client(config=AioConfig(retries={"total_max_attempts": 1})) as own:
            named = appint_fault.error
            with pytest.raises(getattr(own.exceptions, named, None) or getattr(botocore.exceptions, named)):
                await own.create_data_integration_association(DataIntegrationIdentifier="orders")

    @pytest.mark.parametrize(("seconds", "times_out"), [(4.9, False), (5, True), (60, True)])
    async def test_latency_moves_frozen_time_up_to_the_read_timeout(self, appint_stub, seconds, times_out):
        appint_stub.inject(Fault.latency(seconds))
        with freezegun.freeze_time("2026-01-02") as frozen:
            before = frozen.time_to_freeze
            with pytest.raises(botocore.exceptions.ReadTimeoutError) if times_out else contextlib.nullcontext():
                await listed(config=AioConfig(read_timeout=5, retries={"total_max_attempts": 1}))
            assert (frozen.time_to_freeze - before).total_seconds() == min(seconds, 5)


class TestWaiting:
    @pytest.mark.parametrize("clock", CLOCKS)
    @pytest.mark.parametrize("appint_retry_mode", MODES)
    async def test_no_mode_waits_under_any_clock(self, appint_stub, appint_retry_mode, clock):
        started = time.perf_counter()
        with CLOCKS[clock]():
            appint_stub.inject(Fault("ThrottlingException", attempts=40))
            async with client() as own:
                await hammer(own, 30)
        slept = appint_stub.clock.slept
        delays = [attempt.backoff for call in appint_stub.calls for attempt in call.attempts]
        noted = [delay for delay in delays if delay is not None]
        if appint_retry_mode == "adaptive":
            assert 5 < sum(noted) < sum(slept)
            assert max(slept) < 60
        else:
            assert list(slept) == noted
            assert sum(slept) > 5
        assert time.perf_counter() - started < 60

    @pytest.mark.parametrize("appint_retry_mode", MODES)
    async def test_clients_follow_the_retry_mode(self, appint_stub, appint_retry_mode, monkeypatch):
        monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
        session = get_session()
        for config in (None, Config(read_timeout=7), AioConfig(connector_args={"keepalive_timeout": 3})):
            async with session.create_client("appintegrations", config=config) as own:
                assert own.meta.config.retries["mode"] == appint_retry_mode
        assert own.meta.config.connector_args == {"keepalive_timeout": 3}
        async with client(config=AioConfig(retries={"mode": "legacy"})) as own:
            assert own.meta.config.retries["mode"] == "legacy"
        async with get_session().create_client("sqs", "us-east-1") as other:
            assert other.meta.config.retries["mode"] == "legacy"

    async def test_only_appintegrations_waiting_is_skipped(self, appint_stub, monkeypatch):
        slept = []
        really = asyncio.sleep

        async def note(seconds, *args):
            slept.append(seconds)
            await really(0)

        monkeypatch.setattr(asyncio, "sleep", note)
        appint_stub.inject(Fault("ThrottlingException", attempts=1))
        await listed()
        assert slept == [0]
        once = AioConfig(retries={"mode": "standard", "total_max_attempts": 2})
        kwargs = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "endpoint_url": "http://127.0.0.1:9"}
        async with get_session().create_client("s3", "us-east-1", config=once, **kwargs) as other:
            with pytest.raises(botocore.exceptions.EndpointConnectionError):
                await other.list_buckets()
        assert len(appint_stub.clock.slept) == 1
        assert [seconds for seconds in slept if seconds > 0]

    @pytest.mark.appint(backoff="real")
    @pytest.mark.parametrize("appint_retry_mode", ["adaptive"])
    async def test_real_backoff_waits_for_delays_and_bucket(self, appint_stub, monkeypatch):
        waited = {"sleep": [], "bucket": []}

        async def sleep(seconds):
            waited["sleep"].append(seconds)

        async def wait_for(awaitable, timeout):
            awaitable.close()
            waited["bucket"].append(timeout)
            appint_stub.clock.advance(1)

        monkeypatch.setattr(asyncio, "sleep", sleep)
        monkeypatch.setattr(asyncio, "wait_for", wait_for)
        appint_stub.inject(Fault("ThrottlingException", attempts=1))
        await listed()
        [delay] = waited["sleep"]
        assert 0 < delay < appint_stub.calls.last.attempts[0].backoff  # Which has the bucket's wait in it as well.
        assert waited["bucket"]
        assert appint_stub.clock.slept == ()

    @pytest.fixture
    def wait_of_others(self, monkeypatch):
        """Wait for the token bucket of another service, and return whether the wait was real."""

        async def acquire():
            waited = []

            async def wait_for(awaitable, timeout):
                awaitable.close()
                waited.append(timeout)
                time.sleep(0.02)

            with monkeypatch.context() as patch:
                patch.setattr(asyncio, "wait_for", wait_for)
                await bucket.AsyncTokenBucket(max_rate=50, clock=bucket.Clock()).acquire()
            return bool(waited)

        return acquire

    async def test_the_token_bucket_of_other_services_is_left_alone(self, appint_stub, wait_of_others):
        await listed()
        assert await wait_of_others()
        assert appint_stub.clock.slept == ()

    @pytest.mark.parametrize("appint_retry_mode", ["adaptive"])
    async def test_acquiring_a_token_without_blocking_does_not_wait(self, appint_stub, appint_retry_mode):
        empty = bucket.AsyncTokenBucket(max_rate=1, clock=bucket.Clock())

        async def ask(**_):
            with pytest.raises(botocore.exceptions.CapacityNotAvailableError):
                await empty.acquire(block=False)

        async with client() as own:
            own.meta.events.register("before-send", ask)
            await own.list_data_integrations()
        assert errors_of(appint_stub.calls.last) == [None]
        assert appint_stub.clock.slept == ()

    async def test_a_handler_of_the_users_own_may_forbid_a_retry(self, appint_stub):
        """It returns False, which aiobotocore up to 3.7 treated as a delay of zero seconds."""
        decisions = iter([False])
        appint_stub.inject(Fault("ThrottlingException", attempts=1))
        async with client() as own:
            own.meta.events.register_first("needs-retry.appintegrations", lambda **_: next(decisions, None))
            with contextlib.suppress(ClientError):
                await own.list_data_integrations()
        assert appint_stub.calls.last.attempts[0].backoff is None
        assert appint_stub.clock.slept == ()

    async def test_a_deadline_loop_ends_in_frozen_time(self, appint_stub):
        with freezegun.freeze_time("2026-01-02"):
            appint_stub.inject(Fault.latency(0.5), Fault("ThrottlingException"))
            deadline = datetime.datetime.now() + datetime.timedelta(minutes=1)
            async with client() as own:
                while datetime.datetime.now() < deadline:
                    await hammer(own, 1)
        assert sum(appint_stub.clock.slept) >= 20

    @pytest.mark.appint(frozen_at="2030-04-05")
    async def test_delays_move_the_time_that_the_stub_froze(self, appint_stub):
        appint_stub.inject(Fault("ThrottlingException", attempts=1))
        await listed()
        assert appint_stub.calls.last.started_at == datetime.datetime(2030, 4, 5, tzinfo=datetime.timezone.utc)
        took = datetime.datetime.now() - datetime.datetime(2030, 4, 5)
        assert took.total_seconds() == pytest.approx(sum(appint_stub.clock.slept), abs=1e-5)

    async def test_a_call_that_was_cancelled_leaves_no_trace(self, appint_stub, wait_of_others):
        """The task may go on to wait for another service, and that wait must be real."""

        async def cancel(**_):
            asyncio.current_task().cancel()
            await asyncio.sleep(0)

        appint_stub.inject(Fault("ThrottlingException"))
        async with client() as own:
            own.meta.events.register("needs-retry", cancel)
            with pytest.raises(asyncio.CancelledError):
                await own.list_data_integrations()
        assert await wait_of_others()
        assert appint_stub.clock.slept == ()


class TestWhichAttemptsAreOneCall:
    async def test_calls_are_told_apart_while_uuid4_is_patched(self, appint_stub, monkeypatch):
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=1))
        appint_stub.inject(Fault("ThrottlingException", operation="ListApplications", attempts=1))
        async with client() as own:
            await own.list_data_integrations()
            await own.list_applications()
            await asyncio.gather(*(own.list_data_integrations() for _ in range(5)))
        assert [(call.operation, len(call.attempts)) for call in appint_stub.calls] == [
            ("ListDataIntegrations", 1),
            ("ListApplications", 2),
            *[("ListDataIntegrations", 1)] * 5,
        ]

    async def test_a_call_inside_a_call_is_one_of_its_own(self, appint_stub):
        appint_stub.inject(Fault("ThrottlingException", attempts=2))
        async with client() as own, client() as inner:

            async def call(**_):
                await inner.list_applications()

            own.meta.events.register("needs-retry.appintegrations", call)
            await own.list_data_integrations()
        [outer] = appint_stub.calls.to("ListDataIntegrations")
        assert errors_of(outer) == ["ThrottlingException", None]
        assert [attempt.backoff is None for attempt in outer.attempts] == [False, True]
        assert [len(call.attempts) for call in appint_stub.calls.to("ListApplications")] == [2, 1]


class TestClientsThatOutliveAStub:
    @pytest.mark.parametrize("mode", ["standard", "adaptive"])
    async def test_each_stub_starts_with_full_retry_quotas_and_rate_limiters(self, mode):
        with AppIntegrationsStub():
            made = client(config=AioConfig(retries={"mode": mode}))
        async with made as own:
            for _ in range(2):
                with AppIntegrationsStub() as stub:
                    await own.list_applications()
                    assert stub.clock.slept == ()
                    with stub.inject(Fault("ThrottlingException", attempts=2)):
                        await own.list_applications()
                    assert errors_of(stub.calls.last) == ["ThrottlingException", "ThrottlingException", None]
                    with stub.inject(Fault("ThrottlingException")):
                        await hammer(own, 200)
                    assert errors_of(stub.calls.last) == ["ThrottlingException"]

    async def test_a_client_in_another_mode_than_the_one_asked_for_fails_the_test(self):
        with AppIntegrationsStub():
            made = client()
            async with made as own:
                mode = own.meta.config.retries["mode"]
                other = next(other for other in MODES if other != mode)
                with (
                    AppIntegrationsStub(retry_mode=other),
                    pytest.raises(
                        UnexpectedCall, match=f"in retry mode '{mode}', but the test requires '{other}'"
                    ) as caught,
                ):
                    await own.list_applications()
        assert f"at {__file__}:" in str(caught.value)

    async def test_a_client_without_a_region_is_in_each_stubs_in_turn(self):
        with AppIntegrationsStub(region="us-east-1"):
            async with client() as own:
                with AppIntegrationsStub(region="eu-west-2") as stub:
                    await own.list_applications()
        assert stub.calls.last.region == "eu-west-2"


class TestManyTasks:
    @pytest.mark.appint(quotas=None)
    @pytest.mark.parametrize("appint_retry_mode", MODES)
    async def test_attempts_stay_under_their_call(self, appint_stub, appint_retry_mode):
        names = [f"orders-{number}" for number in range(200)]
        appint_stub.inject(Fault("ThrottlingException", attempts=30), Fault("ReadTimeoutError", attempts=10))
        async with client() as own:
            answers = await asyncio.gather(*(own.create_data_integration(Name=name, KmsKey=KMS_KEY) for name in names))
        assert [answer["Name"] for answer in answers] == names
        calls = {call.params["Name"]: call for call in appint_stub.calls}
        assert sorted(calls) == sorted(names)
        assert len(appint_stub.calls) == len(appint_stub.data_integrations) == 200
        assert sum(errors_of(call).count("ThrottlingException") for call in calls.values()) == 30
        assert sum(errors_of(call).count("ReadTimeoutError") for call in calls.values()) == 10
        for name, answer in zip(names, answers, strict=True):
            call = calls[name]
            assert errors_of(call)[-1] is None
            assert all(errors_of(call)[:-1])
            assert all(attempt.backoff is not None for attempt in call.attempts[:-1])
            assert call.attempts[-1].backoff is None
            assert call.attempts[-1].request_id == answer["ResponseMetadata"]["RequestId"]
            assert len(call.attempts) == answer["ResponseMetadata"]["RetryAttempts"] + 1
        order = sorted((attempt.request_id, name) for name, call in calls.items() for attempt in call.attempts)
        retried = [name for name in names if len(calls[name].attempts) > 1]
        positions = [position for position, (_, name) in enumerate(order) if name == retried[0]]
        assert positions[1] - positions[0] > 1  # Others were answered meanwhile.

    async def test_tasks_threads_and_botocores_clients_share_the_stub(self, appint_stub, integration):
        appint_stub.inject(Fault("ThrottlingException", attempts=20))

        def in_a_thread():
            own = boto3.client("appintegrations")
            for _ in range(20):
                with contextlib.suppress(ClientError):
                    own.list_data_integrations()

        threads = [threading.Thread(target=in_a_thread) for _ in range(4)]
        for thread in threads:
            thread.start()
        async with client() as own:
            await asyncio.gather(*(hammer(own, 4) for _ in range(20)))
        for thread in threads:
            await asyncio.to_thread(thread.join, 60)
        errors = [error for call in appint_stub.calls for error in errors_of(call)]
        assert errors.count("ThrottlingException") == 20
        assert len(appint_stub.calls) == 160


class TestRefusals:
    async def test_a_real_call_is_refused(self):
        with pytest.raises(RealCallRefused, match="ListDataIntegrations was about to be sent"):
            await listed(region_name="us-east-1")

    async def test_what_can_not_be_answered_is_an_unexpected_call(self, appint_stub):
        appint_stub.add_response("ListDataIntegrations", lambda params: {"Integrations": []})
        with pytest.raises(UnexpectedCall, match="unknown member 'Integrations'"):
            await listed()
        assert errors_of(appint_stub.calls.last) == ["UnexpectedCall"]


@AppIntegrationsStub(region="eu-west-2")
async def test_a_stub_decorates_a_coroutine_function():
    assert await listed() == []
