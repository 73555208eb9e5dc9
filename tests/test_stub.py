"""The stub as a context manager and a decorator, its stores, its clock, and what a reset clears."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import boto3
import pytest

from pytest_appintegrations import AppIntegrationsStub, Fault, RealCallRefused
from tests.support.payloads import KMS_KEY


def names():
    client = boto3.client("appintegrations", region_name="us-east-1")
    return [record["Name"] for record in client.list_data_integrations()["DataIntegrations"]]


def test_it_answers_in_a_with_block_and_is_fresh_in_each():
    stub = AppIntegrationsStub()
    stub.data_integrations.add(Name="seeded")
    with stub as entered:
        assert entered is stub
        assert names() == ["seeded"]
    assert len(stub.calls) == 1
    with pytest.raises(RealCallRefused):
        names()
    with stub:
        assert names() == []
        assert len(stub.calls) == 1


def test_a_client_of_a_stub_that_is_not_active_is_refused():
    stub = AppIntegrationsStub()
    client = stub.client()
    with pytest.raises(RealCallRefused):
        client.list_data_integrations()
    with stub:
        client.list_data_integrations()
    assert len(stub.calls) == 1


def test_it_can_be_stopped_twice():
    stub = AppIntegrationsStub()
    stub.start()
    stub.stop()
    stub.stop()
    with pytest.raises(RealCallRefused):
        names()


def test_a_stub_is_not_entered_twice_at_once(appint_stub):
    with pytest.raises(RuntimeError, match="active already; to nest stubs, create another"):
        appint_stub.start()


def test_it_decorates_functions_and_coroutine_functions():
    stub = AppIntegrationsStub()

    @stub
    def work(name, *, twice=False):
        """Add an integration."""
        stub.data_integrations.add(Name=name)
        return names()

    @stub
    async def work_later(name):
        await asyncio.sleep(0)
        stub.data_integrations.add(Name=name)
        return names()

    assert (work.__name__, work.__doc__) == ("work", "Add an integration.")
    assert work("a", twice=True) == ["a"]
    assert asyncio.run(work_later("b")) == ["b"]
    assert work("c") == ["c"]


def generator():
    yield


async def async_generator():
    yield


@pytest.mark.parametrize("wrong", [generator, async_generator])
def test_a_generator_cannot_be_decorated(wrong):
    with pytest.raises(
        TypeError, match=rf"can't decorate the generator <function {wrong.__name__} .*; use the stub inside"
    ):
        AppIntegrationsStub()(wrong)


@pytest.mark.parametrize("wrong", [type("TestIt", (), {}), 5])
def test_what_is_no_function_cannot_be_decorated(wrong):
    with pytest.raises(TypeError, match="a stub can decorate functions only"):
        AppIntegrationsStub()(wrong)


def test_a_request_that_is_no_call_of_a_client_is_answered():
    """Unlike those of botocore's endpoint, it has no invocation id, and its body is a text or missing."""
    from botocore.awsrequest import AWSPreparedRequest

    from pytest_appintegrations.interception.handlers import on_before_send

    url = "https://app-integrations.eu-west-2.amazonaws.com/dataIntegrations"
    with AppIntegrationsStub(region="eu-west-1") as stub:
        for body in ('{"Name": "a", "KmsKey": "k"}', bytearray(b'{"Name": "b", "KmsKey": "k"}')):
            request = AWSPreparedRequest("POST", url, {}, body, False)
            assert (
                on_before_send(
                    request=request, event_name="before-send.appintegrations.CreateDataIntegration"
                ).status_code
                == 200
            )
        request = AWSPreparedRequest("GET", url, {}, None, False)
        response = on_before_send(request=request, event_name="before-send.appintegrations.ListDataIntegrations")
        assert b'"Name":"b"' in response.content
        assert [record["Name"] for record in stub.data_integrations.values()] == ["a", "b"]


def test_it_works_without_pytest():
    program = """
import sys
from pytest_appintegrations import AppIntegrationsStub, Fault
import boto3
with AppIntegrationsStub(region="eu-west-2") as stub:
    client = boto3.client("appintegrations")
    stub.data_integrations.add(Name="orders")
    stub.inject(Fault("ThrottlingException", attempts=1))
    assert client.get_data_integration(Identifier="orders")["Name"] == "orders"
assert "pytest" not in sys.modules
try:
    with AppIntegrationsStub() as stub:
        stub.inject(Fault("ThrottlingException"))
except AssertionError as error:
    assert "was never triggered" in str(error)
else:
    raise SystemExit("no error")
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_reset_empties_all_and_begins_anew(appint_stub, appint_client):
    before = appint_stub.data_integrations.add()
    appint_stub.inject(Fault("ThrottlingException"))
    appint_stub.quotas.applications = 1
    appint_stub.clock.advance(3600)
    appint_stub.reset()
    assert not appint_stub.data_integrations
    assert (len(appint_stub.calls), appint_stub.faults, appint_stub.clock.slept) == (0, (), ())
    assert appint_stub.quotas.applications == 50
    assert appint_stub.data_integrations.add() == before
    appint_client.create_data_integration(Name="n", KmsKey=KMS_KEY)
    assert len(appint_stub.calls) == 1


def test_reset_empties_what_a_test_holds_already(appint_stub, appint_client):
    store, abroad, calls, quotas = (
        appint_stub.data_integrations, appint_stub.in_region("eu-west-2").applications, appint_stub.calls,
        appint_stub.quotas,
    )  # fmt: skip
    store.add()
    abroad.add()
    appint_client.list_data_integrations()
    appint_stub.reset()
    assert (len(store), len(abroad), len(calls)) == (0, 0, 0)
    store.add(Name="orders")
    quotas.data_integrations = 1
    assert [record["Name"] for record in appint_client.list_data_integrations()["DataIntegrations"]] == ["orders"]
    assert calls.last.operation == "ListDataIntegrations"
    with pytest.raises(appint_client.exceptions.ResourceQuotaExceededException):
        appint_client.create_data_integration(Name="n", KmsKey=KMS_KEY)


def test_reset_in_the_middle_of_a_call_still_waits_for_nothing(appint_stub, appint_client):
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    appint_client.meta.events.register_first("needs-retry.appintegrations", lambda **_: appint_stub.reset())
    appint_client.list_data_integrations()
    assert [len(call.attempts) for call in appint_stub.calls] == []


def test_a_wait_of_a_call_that_a_reset_forgot_is_skipped_all_the_same(appint_stub):
    assert appint_stub._pipeline.skip_token_wait("forgotten", 1.5)
    assert appint_stub.clock.slept == (1.5,)


def test_a_handle_keeps_its_hits_after_a_reset(appint_stub):
    with appint_stub.inject(Fault("ThrottlingException")) as handle:
        appint_stub.reset()
    with handle:
        assert appint_stub.faults == ()
