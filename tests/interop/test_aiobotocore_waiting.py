"""Waiting for calls that aiobotocore's clients make in tasks."""

from __future__ import annotations

import asyncio

import pytest

aiobotocore_session = pytest.importorskip("aiobotocore.session")
pytest.importorskip("pytest_asyncio")

from botocore.config import Config  # noqa: E402

from pytest_appintegrations import Fault  # noqa: E402

# Not with asyncio.run(), which discards the loop that pytest-asyncio 0.23 keeps open between tests.
pytestmark = pytest.mark.asyncio


async def list_applications(mode):
    session = aiobotocore_session.get_session()
    async with session.create_client("appintegrations", config=Config(retries={"mode": mode})) as client:
        try:
            await client.list_applications()
        except client.exceptions.ThrottlingException:
            return "ThrottlingException"


async def wait_for(stub, operation):
    return await asyncio.to_thread(stub.calls.wait_for, operation, timeout=30)


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("attempts", [1, None])
async def test_a_call_of_a_task_is_waited_for_until_no_retry_follows(appint_stub, mode, attempts):
    appint_stub.inject(Fault("ThrottlingException", attempts=attempts))
    task = asyncio.create_task(list_applications(mode))
    call, error = await asyncio.gather(wait_for(appint_stub, "ListApplications"), task)
    assert call is appint_stub.calls.last
    assert (call.error, call.has_ended) == (error, True)
    assert len(call.attempts) == 2 if attempts else len(call.attempts) >= 3


@pytest.mark.appint(backoff="real")
async def test_a_call_that_is_cancelled_between_attempts_has_ended(appint_stub):
    appint_stub.inject(Fault("ThrottlingException"))
    task = asyncio.create_task(list_applications("legacy"))
    while not appint_stub.calls:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await wait_for(appint_stub, "ListApplications")).error == "ThrottlingException"
