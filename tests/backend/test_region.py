"""Regions apart, by whatever endpoint they are reached."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config

from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from tests.support.payloads import KMS_KEY, NEW_APPLICATION, NEW_EVENT_INTEGRATION

ABROAD = "eu-west-2"
ENDPOINTS = {
    "plain": ({}, "https://app-integrations.eu-west-2.amazonaws.com"),
    "fips": ({"config": Config(use_fips_endpoint=True)}, "https://app-integrations-fips.eu-west-2.amazonaws.com"),
    "dualstack": ({"config": Config(use_dualstack_endpoint=True)}, "https://app-integrations.eu-west-2.api.aws"),
    "both": (
        {"config": Config(use_fips_endpoint=True, use_dualstack_endpoint=True)},
        "https://app-integrations-fips.eu-west-2.api.aws",
    ),
    "custom": ({"endpoint_url": "https://localhost:1/base"}, "https://localhost:1/base"),
    "applications": ({"endpoint_url": "http://localhost:1/applications/"}, "http://localhost:1/applications/"),
}


@pytest.mark.parametrize("maker", ["boto3", "stub"])
@pytest.mark.parametrize(("kwargs", "url"), ENDPOINTS.values(), ids=ENDPOINTS)
def test_every_endpoint_reaches_the_state_of_its_region(appint_stub, kwargs, url, maker):
    make = appint_stub.client if maker == "stub" else lambda **given: boto3.client("appintegrations", **given)
    client = make(region_name=ABROAD, **kwargs)
    assert client._endpoint.host == url
    created = client.create_application(**NEW_APPLICATION, Tags={"a": "1"})
    client.create_event_integration(**NEW_EVENT_INTEGRATION)
    client.create_data_integration(Name="crm/orders", KmsKey=KMS_KEY)
    client.create_data_integration_association(DataIntegrationIdentifier="crm/orders")
    assert client.get_application(Arn=created["Arn"])["Id"] == created["Id"]
    assert client.get_event_integration(Name=NEW_EVENT_INTEGRATION["Name"])["EventBridgeBus"] == "default"
    assert client.list_tags_for_resource(resourceArn=created["Arn"])["tags"] == {"a": "1"}
    client.untag_resource(resourceArn=created["Arn"], tagKeys=["a"])
    assert created["Arn"] == f"arn:aws:app-integrations:{ABROAD}:123456789012:application/{created['Id']}"
    assert {call.region for call in appint_stub.calls} == {ABROAD}
    stores = appint_stub.in_region(ABROAD)
    assert [len(getattr(stores, kind.store)) for kind in RESOURCE_TYPES] == [1, 1, 1, 0, 1, 0]
    assert [len(getattr(appint_stub, kind.store)) for kind in RESOURCE_TYPES] == [0] * 6


@pytest.mark.parametrize("kind", RESOURCE_TYPES, ids=[kind.store for kind in RESOURCE_TYPES])
def test_seeds_are_of_their_region(appint_stub, kind):
    here, there = getattr(appint_stub, kind.store), getattr(appint_stub.in_region(ABROAD), kind.store)
    record = there.add()
    assert f":{ABROAD}:" in record[kind.arn_member]
    assert (len(here), list(there.values())) == (0, [record])
    with pytest.raises(KeyError, match=f"no {kind.label} .* in us-east-1; there are: none"):
        here[record[kind.arn_member]]
    with pytest.raises(KeyError, match=rf"none; there is one in {ABROAD}: use stub.in_region\('{ABROAD}'\)"):
        here.remove(record[kind.id_member])


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "mars-north-1"])
def test_regions_have_the_form_of_a_partition(appint_stub, region):
    if region.startswith("mars"):
        with pytest.raises(ValueError, match=f"unknown region '{region}'; did you mean"):
            appint_stub.in_region(region)
    else:
        assert f":{region}:" in appint_stub.in_region(region).applications.add()["Arn"]


def test_namespaces_names_tokens_and_quotas_are_each_regions_own(appint_stub, appint_client):
    appint_stub.quotas.applications = appint_stub.quotas.event_integrations = 1
    for client in (appint_client, appint_stub.client(region_name=ABROAD)):
        client.create_application(**NEW_APPLICATION, ClientToken="t")
        client.create_event_integration(**NEW_EVENT_INTEGRATION, ClientToken="t")
        assert len(client.list_applications()["Applications"]) == 1
        assert len(client.list_event_integrations()["EventIntegrations"]) == 1


def test_the_region_of_a_lent_client_may_stand_in_its_config(appint_stub):
    for given, region in (
        ({"config": Config(region_name=ABROAD)}, ABROAD),
        ({"config": Config(region_name=ABROAD), "region_name": "eu-west-1"}, "eu-west-1"),
        ({"config": Config(read_timeout=7)}, "us-east-1"),
    ):
        appint_stub.client(**given).list_applications()
        assert appint_stub.calls.last.region == region


@pytest.mark.appint(page_size=1)
def test_a_token_leads_on_in_its_region_alone(appint_stub, appint_client, error_of):
    for region in ("us-east-1", ABROAD):
        for _ in range(2):
            appint_stub.in_region(region).applications.add()
    token = appint_client.list_applications()["NextToken"]
    abroad = appint_stub.client(region_name=ABROAD)
    assert error_of(abroad.list_applications, NextToken=token)[0] == "InvalidRequestException"
    assert len(appint_client.list_applications(NextToken=token)["Applications"]) == 1
