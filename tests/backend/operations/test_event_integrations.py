"""The event integration family, through a real client."""

from __future__ import annotations

import re

import pytest

from tests.support.payloads import ARN, NEW_EVENT_INTEGRATION, UUID, without_metadata

FULL = {
    **NEW_EVENT_INTEGRATION,
    "Description": "what the CRM tells",
    "EventBridgeBus": "aws.partner/examplepartner.com/orders",
    "Tags": {"stage": "test"},
    "ClientToken": "token-1",
}


@pytest.fixture
def events(appint_stub):
    return appint_stub.event_integrations.add(Name="crm/orders")


def test_create_answers_the_arn_and_records_all(appint_stub, appint_client):
    response = without_metadata(appint_client.create_event_integration(**FULL))
    arn = f"{ARN}:event-integration/{FULL['Name']}"
    assert response == {"EventIntegrationArn": arn}
    expected = {name: value for name, value in FULL.items() if name != "ClientToken"} | response
    assert without_metadata(appint_client.get_event_integration(Name=FULL["Name"])) == expected
    assert without_metadata(appint_client.list_event_integrations()) == {"EventIntegrations": [expected]}
    assert dict(appint_stub.event_integrations) == {FULL["Name"]: expected}
    assert appint_stub.event_integrations[arn] == expected


def test_name_taken_and_free_again(appint_stub, appint_client, error_of):
    appint_client.create_event_integration(**NEW_EVENT_INTEGRATION)
    name = NEW_EVENT_INTEGRATION["Name"]
    assert error_of(appint_client.create_event_integration, **NEW_EVENT_INTEGRATION) == (
        "DuplicateResourceException",
        409,
        f"Failed to create EventIntegration with name: {name}. An EventIntegration with this name already exists.",
    )
    appint_client.delete_event_integration(Name=name)
    assert not appint_stub.event_integrations
    appint_client.create_event_integration(**NEW_EVENT_INTEGRATION)


def test_name_is_case_sensitive(appint_stub, appint_client, events):
    appint_client.create_event_integration(**{**NEW_EVENT_INTEGRATION, "Name": "CRM/orders"})
    assert list(appint_stub.event_integrations) == ["crm/orders", "CRM/orders"]


@pytest.mark.parametrize(
    ("method", "parameter"),
    [
        ("get_event_integration", "Name"),
        ("update_event_integration", "Name"),
        ("delete_event_integration", "Name"),
        ("list_event_integration_associations", "EventIntegrationName"),
    ],
)
def test_found_by_name_alone(appint_client, events, error_of, method, parameter):
    function = getattr(appint_client, method)
    message = "Could not find EventIntegration with identifier: nothing"
    assert error_of(function, **{parameter: "nothing"}) == ("ResourceNotFoundException", 404, message)
    assert error_of(function, **{parameter: events["EventIntegrationArn"]})[0] == "InvalidRequestException"
    function(**{parameter: "crm/orders"})


def test_update_changes_the_description_alone(appint_stub, appint_client, events):
    appint_client.update_event_integration(Name="crm/orders", Description="")
    assert appint_stub.event_integrations["crm/orders"] == {**events, "Description": ""}
    appint_client.update_event_integration(Name="crm/orders")
    assert appint_stub.event_integrations["crm/orders"] == {**events, "Description": ""}


def test_associations_are_listed_for_their_integration(appint_stub, appint_client, events):
    association = appint_stub.event_integration_associations.add(
        EventIntegrationName="crm/orders",
        ClientId="connect",
        EventBridgeRuleName="rule-1",
        ClientAssociationMetadata={"team": "care"},
        Tags={"stage": "test"},
    )
    other = appint_stub.event_integration_associations.add()
    key = association["EventIntegrationAssociationId"]
    assert association == {
        "EventIntegrationAssociationArn": f"{ARN}:event-integration-association/crm/orders/{key}",
        "EventIntegrationAssociationId": key,
        "EventIntegrationName": "crm/orders",
        "ClientId": "connect",
        "EventBridgeRuleName": "rule-1",
        "ClientAssociationMetadata": {"team": "care"},
        "Tags": {"stage": "test"},
    }
    response = appint_client.list_event_integration_associations(EventIntegrationName="crm/orders")
    del association["Tags"]
    assert without_metadata(response) == {"EventIntegrationAssociations": [association]}
    # Whoever names no parent gets one.
    assert list(appint_stub.event_integrations) == ["crm/orders", other["EventIntegrationName"]]
    assert set(appint_stub.event_integration_associations) == {key, other["EventIntegrationAssociationId"]}


def test_delete_is_refused_while_associated(appint_stub, appint_client, events, error_of):
    association = appint_stub.event_integration_associations.add(EventIntegrationName="crm/orders")
    code, status, message = error_of(appint_client.delete_event_integration, Name="crm/orders")
    assert (code, status) == ("InvalidRequestException", 400)
    assert message.startswith("Failed to delete EventIntegration with name: crm/orders.")
    appint_stub.event_integration_associations.remove(association["EventIntegrationAssociationId"])
    appint_client.delete_event_integration(Name="crm/orders")
    assert not appint_stub.event_integrations


def test_what_is_removed_by_the_test_takes_its_associations_along(appint_stub, appint_client, events):
    appint_stub.event_integration_associations.add(EventIntegrationName="crm/orders")
    kept = appint_stub.event_integration_associations.add()
    assert appint_stub.event_integrations.remove("crm/orders") == events
    assert list(appint_stub.event_integration_associations.values()) == [kept]


def test_published_quota(appint_stub, appint_client, error_of):
    for number in range(10):
        appint_client.create_event_integration(**{**NEW_EVENT_INTEGRATION, "Name": f"n{number}"})
    more = {**NEW_EVENT_INTEGRATION, "Name": "n10"}
    assert error_of(appint_client.create_event_integration, **more)[:2] == ("ResourceQuotaExceededException", 429)
    appint_stub.quotas.event_integrations = 11
    appint_client.create_event_integration(**more)
    appint_stub.event_integrations.add()
    assert len(appint_stub.event_integrations) == 12


def test_client_token(appint_stub, appint_client, error_of):
    first = without_metadata(appint_client.create_event_integration(**FULL))
    appint_stub.quotas.event_integrations = 1
    assert without_metadata(appint_client.create_event_integration(**FULL)) == first
    code, status, message = error_of(appint_client.create_event_integration, **{**FULL, "Name": "other"})
    assert (code, status) == ("InvalidRequestException", 400)
    assert "ClientToken token-1 " in message
    # A token is one operation's own.
    appint_client.create_data_integration(Name="n", KmsKey="k", ClientToken="token-1")
    assert len(appint_stub.event_integrations) == 1


@pytest.mark.parametrize(
    ("changed", "violation"),
    [
        ({"Name": "a b"}, "Value 'a b' at 'Name'"),
        ({"EventBridgeBus": "a b"}, "Value 'a b' at 'EventBridgeBus'"),
        ({"EventFilter": {"Source": "my.source"}}, "Value 'my.source' at 'EventFilter.Source'"),
        ({"Description": "x" * 1001}, "' at 'Description'"),
        ({"Tags": {}}, "Value '{}' at 'Tags'"),
    ],
)
def test_what_the_service_checks(appint_stub, appint_client, error_of, changed, violation):
    code, status, message = error_of(appint_client.create_event_integration, **{**NEW_EVENT_INTEGRATION, **changed})
    assert (code, status) == ("InvalidRequestException", 400)
    assert message.startswith("1 validation error detected: ")
    assert violation in message
    assert not appint_stub.event_integrations


@pytest.mark.appint(page_size=2)
def test_pages(appint_stub, appint_client, events, error_of):
    names = ["crm/orders", *(appint_stub.event_integrations.add()["Name"] for _ in range(4))]
    pages = list(appint_client.get_paginator("list_event_integrations").paginate())
    assert [[record["Name"] for record in page["EventIntegrations"]] for page in pages] == [
        names[:2],
        names[2:4],
        names[4:],
    ]
    for _ in range(3):
        appint_stub.event_integration_associations.add(EventIntegrationName="crm/orders")
    listed = appint_client.get_paginator("list_event_integration_associations")
    pages = list(listed.paginate(EventIntegrationName="crm/orders"))
    assert [len(page["EventIntegrationAssociations"]) for page in pages] == [2, 1]
    token = appint_client.list_event_integrations()["NextToken"]
    for name in ("crm/orders", names[1]):
        code, _, message = error_of(
            appint_client.list_event_integration_associations, EventIntegrationName=name, NextToken=token
        )
        assert (code, message) == ("InvalidRequestException", "The NextToken is not valid for this list.")
    assert without_metadata(appint_client.list_event_integration_associations(EventIntegrationName=names[1])) == {
        "EventIntegrationAssociations": []
    }


def test_seeds_are_completed(appint_stub):
    first, second = appint_stub.event_integrations.add(), appint_stub.event_integrations.add()
    assert (first["Name"], second["Name"]) == ("event-integration-1", "event-integration-2")
    assert first == {
        "Name": "event-integration-1",
        "EventIntegrationArn": f"{ARN}:event-integration/event-integration-1",
        "EventFilter": {"Source": "aws.partner/examplepartner.com"},
        "EventBridgeBus": "default",
    }
    appint_stub.event_integrations.add(Name="event-integration-4")
    assert appint_stub.event_integrations.add()["Name"] == "event-integration-5"
    by_arn = appint_stub.event_integrations.add(EventIntegrationArn=f"{ARN}:event-integration/a/b")
    assert by_arn["Name"] == "a/b"
    key = "0" * 8 + "-0000-0000-0000-" + "0" * 12
    association = appint_stub.event_integration_associations.add(
        EventIntegrationName="a/b",
        EventIntegrationAssociationArn=f"{ARN}:event-integration-association/a/b/{key}",
    )
    assert association["EventIntegrationAssociationId"] == key
    appint_stub.event_integration_associations.remove(key)
    again = appint_stub.event_integration_associations.add(
        EventIntegrationName="a/b", EventIntegrationAssociationId=key
    )
    assert again == association
    assert re.fullmatch(UUID, appint_stub.event_integration_associations.add()["EventIntegrationAssociationId"])


@pytest.mark.parametrize(
    ("store", "members", "message"),
    [
        ("event_integrations", {"Nmae": "x"}, "unknown member of an EventIntegration 'Nmae'; did you mean 'Name'"),
        ("event_integrations", {"Name": 3}, "Value '3' at 'Name' failed .* type string"),
        ("event_integrations", {"EventFilter": {"Sauce": "x"}}, "did you mean 'Source'"),
        ("event_integrations", {"Name": "taken"}, "there is an EventIntegration with Name 'taken' already"),
        ("event_integrations", {"EventIntegrationArn": f"{ARN}:application/x"}, "must be .*event-integration/x"),
        ("event_integrations", {"EventIntegrationArn": f"{ARN}:event-integration/a:b"}, "Value 'a:b' at 'Name'"),
        ("event_integration_associations", {"ClientToken": "x"}, "unknown member"),
        ("event_integration_associations", {"EventIntegrationName": "x"}, "there is no EventIntegration 'x' in us-"),
        (
            "event_integration_associations",
            {"EventIntegrationAssociationId": "x"},
            "at 'EventIntegrationAssociationId' ",
        ),
        (
            "event_integration_associations",
            {"EventIntegrationAssociationArn": f"{ARN}:event-integration-association/a/b"},
            "pass EventIntegrationName as well",
        ),
    ],
)
def test_seeds_that_make_no_sense(appint_stub, store, members, message):
    appint_stub.event_integrations.add(Name="taken")
    with pytest.raises(ValueError, match=message):
        getattr(appint_stub, store).add(**members)
    assert list(appint_stub.event_integrations) == ["taken"]
    assert not appint_stub.event_integration_associations


@pytest.mark.appint(validate=False)
def test_an_update_never_changes_the_name(appint_stub, appint_client):
    """Where names are not checked, one is found by ARN as well, and may look like an ARN."""
    arn = appint_stub.event_integrations.add(Name="crm")["EventIntegrationArn"]
    appint_client.update_event_integration(Name=arn, Description="new")
    assert appint_stub.event_integrations["crm"]["Description"] == "new"
    appint_client.create_event_integration(**{**NEW_EVENT_INTEGRATION, "Name": arn})
    assert [record["Name"] for record in appint_stub.event_integrations.values()] == ["crm", arn]
