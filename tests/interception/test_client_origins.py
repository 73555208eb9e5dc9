"""How a client was made is remembered: it may be older than the stub that answers it."""

from __future__ import annotations

import re

import boto3
import pytest
from botocore.config import Config

from pytest_appintegrations import AppIntegrationsStub, UnexpectedCall

CONFIGS = {"no mode": None, "names its mode": Config(retries={"mode": "legacy"})}
MADE_AT_IMPORT = {
    name: boto3.client("appintegrations", region_name="us-east-1", config=config) for name, config in CONFIGS.items()
}


class TestRetryModeOfOlderClients:
    @pytest.mark.appint(retry_mode="adaptive")
    def test_a_client_in_another_mode_fails_the_test_by_name(self, appint_stub):
        client = MADE_AT_IMPORT["no mode"]
        mode = client.meta.config.retries["mode"]
        with pytest.raises(UnexpectedCall) as caught:
            client.list_applications()
        lines = str(caught.value).splitlines()
        assert lines[0] == f"ListApplications was called in retry mode '{mode}', but the test requires 'adaptive'."
        place = rf"at .*{re.escape(__file__)}:\d+, and its Config names no retry mode\."
        assert re.fullmatch(f"The client was created before the stub was active, {place}", lines[1])
        assert lines[2].startswith("Create the client while the stub is active")

    def test_a_client_that_is_in_the_mode_by_default_is_answered(self):
        client = MADE_AT_IMPORT["no mode"]
        with AppIntegrationsStub(retry_mode=client.meta.config.retries["mode"]):
            client.list_applications()

    @pytest.mark.parametrize("appint_retry_mode", ["standard"])
    def test_a_client_whose_config_names_its_mode_is_answered(self, appint_stub):
        MADE_AT_IMPORT["names its mode"].list_applications()
        assert len(appint_stub.calls) == 1

    def test_a_client_of_any_mode_is_answered_where_none_is_asked_for(self, appint_stub):
        for client in MADE_AT_IMPORT.values():
            client.list_applications()

    def test_a_client_made_for_the_outer_stub_is_older_than_the_inner_one(self):
        with AppIntegrationsStub(retry_mode="legacy"):
            client = boto3.client("appintegrations")
            client.list_applications()
            with AppIntegrationsStub(retry_mode="adaptive"), pytest.raises(UnexpectedCall, match="in retry mode 'lega"):
                client.list_applications()

    def test_it_fails_a_test_whose_code_swallows_it(self, pytester):
        pytester.makepyfile(
            """
            import boto3, pytest

            client = boto3.client("appintegrations", region_name="us-east-1")

            @pytest.mark.parametrize("appint_retry_mode", ["adaptive"])
            def test_it(appint_stub, appint_retry_mode):
                try:
                    client.list_applications()
                except:
                    pass
            """
        )
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*The client was created before the stub was active, at *test_it_fails*.py:3, *"])


class TestRegionOfOlderClients:
    def test_a_client_that_names_none_follows_from_stub_to_stub(self):
        with AppIntegrationsStub(region="us-east-1") as stub:
            cached = boto3.client("appintegrations")
            stub.data_integrations.add(Name="orders")
            assert cached.get_data_integration(Identifier="orders")["Name"] == "orders"
        with AppIntegrationsStub(region="eu-west-2") as stub:
            stub.data_integrations.add(Name="returns")
            assert ":eu-west-2:" in cached.get_data_integration(Identifier="returns")["Arn"]
            assert stub.calls.last.region == "eu-west-2"

    def test_a_client_that_names_one_stays_there(self):
        with AppIntegrationsStub(region="us-east-1"):
            cached = boto3.client("appintegrations", "us-east-1")
        with AppIntegrationsStub(region="eu-west-2") as stub:
            cached.list_applications()
            assert stub.calls.last.region == "us-east-1"
