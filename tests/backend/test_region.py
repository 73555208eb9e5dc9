"""The state of a region, separate from others whatever the endpoint: records, quotas, idempotency tokens."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config

from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from tests.support.families import FAMILIES, each_family
from tests.support.payloads import KMS_KEY, NEW_APPLICATION, NEW_EVENT_INTEGRATION, without_metadata

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
    make = appint_stub.client if maker == "stub" else lambda **kwargs: boto3.client("appintegrations", **kwargs)
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
def test_a_seeded_record_is_only_in_its_region(appint_stub, kind):
    here, elsewhere = getattr(appint_stub, kind.store), getattr(appint_stub.in_region(ABROAD), kind.store)
    record = elsewhere.add()
    assert f":{ABROAD}:" in record[kind.arn_member]
    assert (len(here), list(elsewhere.values())) == (0, [record])
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


def test_namespaces_names_tokens_and_quotas_count_for_one_region(appint_stub, appint_client):
    appint_stub.quotas.applications = appint_stub.quotas.event_integrations = 1
    for client in (appint_client, appint_stub.client(region_name=ABROAD)):
        client.create_application(**NEW_APPLICATION, ClientToken="t")
        client.create_event_integration(**NEW_EVENT_INTEGRATION, ClientToken="t")
        assert len(client.list_applications()["Applications"]) == 1
        assert len(client.list_event_integrations()["EventIntegrations"]) == 1


def test_the_config_of_a_client_may_name_its_region(appint_stub):
    for kwargs, region in (
        ({"config": Config(region_name=ABROAD)}, ABROAD),
        ({"config": Config(region_name=ABROAD), "region_name": "eu-west-1"}, "eu-west-1"),
        ({"config": Config(read_timeout=7)}, "us-east-1"),
    ):
        appint_stub.client(**kwargs).list_applications()
        assert appint_stub.calls.last.region == region


@pytest.mark.appint(page_size=1)
def test_a_page_token_is_valid_only_in_its_region(appint_stub, appint_client, error_of):
    for region in ("us-east-1", ABROAD):
        for _ in range(2):
            appint_stub.in_region(region).applications.add()
    token = appint_client.list_applications()["NextToken"]
    abroad = appint_stub.client(region_name=ABROAD)
    assert error_of(abroad.list_applications, NextToken=token)[0] == "InvalidRequestException"
    assert len(appint_client.list_applications(NextToken=token)["Applications"]) == 1


def test_a_name_and_an_arn_are_of_one_region_and_account(appint_stub, integration, appint_client, error_of):
    abroad = boto3.client("appintegrations", region_name=ABROAD)
    assert abroad.list_data_integrations()["DataIntegrations"] == []
    created = abroad.create_data_integration(Name="orders", KmsKey=KMS_KEY)
    assert created["Arn"].startswith(f"arn:aws:app-integrations:{ABROAD}:123456789012:")
    assert list(appint_stub.in_region(ABROAD).data_integrations) == [created["Id"]]
    assert list(appint_stub.data_integrations) == [integration["Id"]]
    assert appint_stub.calls.last.region == ABROAD
    for old, new in (("us-east-1", ABROAD), ("123456789012", "210987654321")):
        foreign = integration["Arn"].replace(old, new)
        assert error_of(appint_client.get_data_integration, Identifier=foreign)[0] == "ResourceNotFoundException"


@each_family
def test_the_published_quota_refuses_creations_but_not_seeds(appint_stub, appint_client, error_of, family):
    for number in range(family.quota):
        family.create(appint_client, f"n{number}")

    def create_one_more(name="more"):
        return family.create(appint_client, name)

    exceeded = "The allowed quota for the resource has been exceeded."
    expected = f"{exceeded} {family.label}s: {family.quota} in us-east-1."
    assert error_of(create_one_more) == ("ResourceQuotaExceededException", 429, expected)
    family.store(appint_stub).add()
    setattr(appint_stub.quotas, family.resource_type.store, family.quota + 2)
    create_one_more()
    assert error_of(create_one_more, name="again")[0] == "ResourceQuotaExceededException"
    setattr(appint_stub.quotas, family.resource_type.store, None)
    create_one_more("again")
    assert len(family.store(appint_stub)) == family.quota + 3


@each_family
def test_the_same_token_gets_the_first_response_and_creates_nothing(appint_stub, appint_client, error_of, family):
    create = getattr(appint_client, f"create_{family.name}")
    first = without_metadata(create(**family.full))
    setattr(appint_stub.quotas, family.resource_type.store, 1)
    [key] = family.store(appint_stub)
    family.update(appint_client, key, Description="later")
    assert without_metadata(create(**family.full)) == first
    code, status, message = error_of(create, **{**family.full, family.unique: "other"})
    assert (code, status) == ("InvalidRequestException", 400)
    assert "ClientToken token-1 " in message
    assert len(family.store(appint_stub)) == 1
    # Another operation's token is another token.
    for other in FAMILIES:
        if other is not family:
            other.create(appint_client, ClientToken="token-1")
