"""Event integrations and their associations, through a real client."""

from __future__ import annotations

import pytest

from tests.support.payloads import ARN, FULL_EVENT_INTEGRATION, NEW_EVENT_INTEGRATION, without_metadata


@pytest.fixture
def events(appint_stub):
    return appint_stub.event_integrations.add(Name="crm/orders")


def test_create_returns_the_arn_and_records_all(appint_stub, appint_client):
    response = without_metadata(appint_client.create_event_integration(**FULL_EVENT_INTEGRATION))
    arn = f"{ARN}:event-integration/{FULL_EVENT_INTEGRATION['Name']}"
    assert response == {"EventIntegrationArn": arn}
    expected = {name: value for name, value in FULL_EVENT_INTEGRATION.items() if name != "ClientToken"} | response
    assert without_metadata(appint_client.get_event_integration(Name=FULL_EVENT_INTEGRATION["Name"])) == expected
    assert without_metadata(appint_client.list_event_integrations()) == {"EventIntegrations": [expected]}
    assert dict(appint_stub.event_integrations) == {FULL_EVENT_INTEGRATION["Name"]: expected}
    assert appint_stub.event_integrations[arn] == expected


def test_a_name_is_taken_once_and_free_again_after_a_delete(appint_stub, appint_client, error_of):
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


def test_names_are_case_sensitive(appint_stub, appint_client, events):
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
def test_an_integration_is_found_only_by_its_name(appint_client, events, error_of, method, parameter):
    function = getattr(appint_client, method)
    message = "Could not find EventIntegration with identifier: nothing"
    assert error_of(function, **{parameter: "nothing"}) == ("ResourceNotFoundException", 404, message)
    assert error_of(function, **{parameter: events["EventIntegrationArn"]})[0] == "ValidationException"
    function(**{parameter: "crm/orders"})


def test_an_update_changes_only_the_description(appint_stub, appint_client, events):
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
    # A parent is created where none is named.
    assert list(appint_stub.event_integrations) == ["crm/orders", other["EventIntegrationName"]]
    assert set(appint_stub.event_integration_associations) == {key, other["EventIntegrationAssociationId"]}


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
def test_values_that_break_the_model_are_refused(appint_stub, appint_client, error_of, changed, violation):
    code, status, message = error_of(appint_client.create_event_integration, **{**NEW_EVENT_INTEGRATION, **changed})
    assert (code, status) == ("ValidationException", 400)
    assert message.startswith("1 validation error detected: ")
    assert violation in message
    assert not appint_stub.event_integrations


@pytest.mark.appint(validate=False)
def test_an_update_never_changes_the_name(appint_stub, appint_client):
    """Where names are not checked, one is found by ARN as well, and may look like an ARN."""
    arn = appint_stub.event_integrations.add(Name="crm")["EventIntegrationArn"]
    appint_client.update_event_integration(Name=arn, Description="new")
    assert appint_stub.event_integrations["crm"]["Description"] == "new"
    appint_client.create_event_integration(**{**NEW_EVENT_INTEGRATION, "Name": arn})
    assert [record["Name"] for record in appint_stub.event_integrations.values()] == ["crm", arn]
