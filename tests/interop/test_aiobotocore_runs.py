"""aiobotocore in runs of their own: in whatever order it is imported, under each plugin that runs async tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pytest_appintegrations import Fault
from tests.interception.test_backoff import MODES

for needed in ("aiobotocore", "pytest_asyncio", "anyio"):
    pytest.importorskip(needed, reason=f"{needed} is not installed: pip install '.[aio]' --group async")

import aiobotocore.session  # noqa: E402  # Else every run in process would import it anew.
from aiobotocore.config import AioConfig  # noqa: E402


class TestImportOrder:
    CALLS = """
async def main():
    for _ in range(2):
        with AppIntegrationsStub() as stub:
            stub.inject(Fault("ThrottlingException", attempts=1))
            async with make() as client:
                await client.list_data_integrations()
                await client.list_data_integrations()
            assert [len(call.attempts) for call in stub.calls] == [2, 1], stub.calls
            assert len(stub.clock.slept) == 1
asyncio.run(main())
"""

    @pytest.mark.parametrize(
        "first",
        [
            "from aiobotocore.session import get_session; import pytest_appintegrations",
            "import pytest_appintegrations; from aiobotocore.session import get_session",
            "import boto3, pytest_appintegrations; pytest_appintegrations.AppIntegrationsStub().start(); "
            "from aiobotocore.session import get_session",
        ],
        ids=["aiobotocore", "plugin", "stub"],
    )
    def test_the_order_of_imports_does_not_matter(self, first):
        program = f"import asyncio\n{first}\nfrom pytest_appintegrations import AppIntegrationsStub, Fault\n"
        make = "make = lambda: get_session().create_client('appintegrations')\n"
        subprocess.run([sys.executable, "-c", program + make + self.CALLS], check=True)

    def test_sessions_and_clients_older_than_the_plugin_are_caught(self):
        program = """
import asyncio
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
session = get_session()
config = AioConfig(retries={"mode": "standard"})
early = session._create_client("appintegrations", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b",
                               config=config)
async def main():
    async with await early as client:
        from pytest_appintegrations import AppIntegrationsStub, Fault
        for _ in range(2):
            with AppIntegrationsStub() as stub:
                stub.inject(Fault("ThrottlingException", attempts=1))
                await client.list_data_integrations()
                async with session.create_client("appintegrations") as later:
                    await later.list_data_integrations()
                assert [len(call.attempts) for call in stub.calls] == [2, 1]
                assert len(stub.clock.slept) == 1
asyncio.run(main())
"""
        subprocess.run([sys.executable, "-c", program], check=True)

    def test_nothing_stays_behind(self):
        program = """
import asyncio
from aiobotocore import client, endpoint, session
from aiobotocore.retries.bucket import AsyncTokenBucket

def state():
    return (endpoint.first_non_none_response, AsyncTokenBucket.acquire, session.AioSession._create_client,
            client.AioBaseClient._make_api_call)

before = state()
from pytest_appintegrations import interception
interception.install()
hooked = state()
assert not set(before) & set(hooked)
interception.install()
assert state() == hooked
interception.uninstall()
assert state() == before
"""
        subprocess.run([sys.executable, "-c", program], check=True)

    def test_aiobotocore_is_not_imported_for_others(self):
        program = (
            "import sys, boto3\n"
            "from pytest_appintegrations import AppIntegrationsStub\n"
            "with AppIntegrationsStub() as stub: stub.client().list_applications()\n"
            "assert 'aiobotocore' not in sys.modules\n"
        )
        subprocess.run([sys.executable, "-c", program], check=True)


class TestUnhandled:
    @pytest.mark.parametrize("marker", ["asyncio", "anyio"])
    def test_refusals_fail_the_test_whatever_task_made_them(self, pytester, marker):
        pytester.makepyfile(
            f"""
            import asyncio, threading
            import pytest
            from aiobotocore.session import get_session
            from pytest_appintegrations import RealCallRefused

            pytestmark = pytest.mark.{marker}
            anyio_backend = pytest.fixture(lambda: "asyncio")

            async def call(operation="list_applications"):
                async with get_session().create_client("appintegrations", "us-east-1") as client:
                    try:
                        await getattr(client, operation)()
                    except Exception:
                        pass

            async def test_awaited():
                await call()

            async def test_expected():
                with pytest.raises(RealCallRefused):
                    await call()

            async def test_gathered_and_not_looked_at():
                calls = [call("list_data_integrations"), call()]
                await asyncio.gather(*calls, return_exceptions=True)

            async def test_not_awaited():
                task = asyncio.create_task(call())
                await asyncio.wait([task])

            async def test_expected_before_it_failed():
                await test_expected()
                assert False

            async def test_expected_in_a_task_that_is_cancelled_later():
                async def patient():
                    await test_expected()
                    seen.set()
                    await asyncio.sleep(60)
                seen = asyncio.Event()
                task = asyncio.create_task(patient())
                await seen.wait()
                task.cancel()

            async def test_in_a_thread():
                await asyncio.to_thread(lambda: asyncio.run(swallowed()))

            async def swallowed():
                try:
                    await call()
                except BaseException:
                    pass

            async def test_of_its_own():
                await asyncio.wait([asyncio.create_task(call("list_event_integrations"))])
                assert False, "of its own"

            async def test_after_it():
                pass
            """
        )
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short", "-W", "ignore", "-rN")
        result.assert_outcomes(failed=6, passed=3)
        text = result.stdout.str()
        assert text.count("ListDataIntegrations was about to be sent") == 1
        assert text.count("How the call went on") == 1
        assert "RealCallRefused: ListEventIntegrations was about to be sent" in text
        assert "of its own" in text

    def test_refusals_in_a_block_that_failed_are_not_reported_by_the_next(self):
        program = """
import asyncio
from aiobotocore.session import get_session
from pytest_appintegrations import AppIntegrationsStub, UnexpectedCall

async def call():
    async with get_session().create_client("appintegrations") as client:
        await client.list_applications()

async def failing():
    with AppIntegrationsStub() as stub:
        stub.add_response("ListApplications", lambda params: {"Wrong": 1})
        await call()

async def losing():
    with AppIntegrationsStub() as stub:
        stub.add_response("ListApplications", lambda params: {"Wrong": 1})
        await asyncio.gather(call(), return_exceptions=True)

async def passing():
    with AppIntegrationsStub():
        await call()

for function, fails in ((failing, True), (passing, False), (losing, True), (passing, False)):
    try:
        asyncio.run(function())
    except UnexpectedCall:
        assert fails, function
    else:
        assert not fails, function
"""
        subprocess.run([sys.executable, "-c", program], check=True)


class TestUnderAsyncPlugins:
    FIXTURES = """
        import pytest, {plugin}
        from aiobotocore.session import get_session
        from pytest_appintegrations import Fault

        pytestmark = pytest.mark.{marker}
        anyio_backend = pytest.fixture(lambda: "asyncio")

        @{plugin}.fixture
        async def client(appint_stub):
            appint_stub.data_integrations.add(Name="orders")
            async with get_session().create_client("appintegrations") as client:
                await client.list_data_integrations()
                yield client
                await client.list_data_integrations()

        @pytest.mark.appint_fault("ThrottlingException", attempts=2, after_calls=1)
        @pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])
        async def test_answered(client, appint_stub, appint_retry_mode):
            await client.get_data_integration(Identifier="orders")
            assert len(appint_stub.calls.last.attempts) == 3

        @pytest.mark.appint_fault("ThrottlingException", after_calls=9)
        async def test_with_an_unused_fault(client):
            pass
        """

    @pytest.mark.parametrize(("plugin", "marker"), [("pytest_asyncio", "asyncio"), ("pytest", "anyio")])
    def test_async_fixtures_and_tests(self, pytester, plugin, marker):
        pytester.makepyfile(self.FIXTURES.format(plugin=plugin, marker=marker))
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "ignore")
        result.assert_outcomes(passed=3, failed=1)
        result.stdout.fnmatch_lines(
            [
                "*Fault('ThrottlingException', after_calls=9) was never triggered*",
                "appintegrations: 11 calls, 17 attempts, *",
            ]
        )

    @pytest.mark.parametrize("appint_retry_mode", MODES)
    def test_trio_by_way_of_httpx(self, appint_stub, appint_retry_mode):
        """The one HTTP library of aiobotocore that runs on trio; it sleeps by anyio."""
        trio = pytest.importorskip("trio")
        pytest.importorskip("httpx2")
        sessions = pytest.importorskip("aiobotocore.httpxsession")

        async def main():
            config = AioConfig(http_session_cls=sessions.HttpxSession)
            async with aiobotocore.session.get_session().create_client("appintegrations", config=config) as client:
                for _ in range(10):
                    await client.list_data_integrations()

        appint_stub.inject(Fault("ThrottlingException", attempts=2))
        trio.run(main)
        assert len(appint_stub.calls) == 10
        assert len(appint_stub.clock.slept) >= 2
