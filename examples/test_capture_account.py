"""Test against what a real account has: captured once, redacted, and kept beside the tests as a seed file."""

from __future__ import annotations

import json

import pytest

from examples.capture_account import capture, redact
from examples.find_application import find_application, register_application
from pytest_appintegrations import AppIntegrationsStub

REAL_ACCOUNT = "111122223333"


@pytest.mark.appint(seed_file="examples/account.json")  # Relative to pytest's rootdir.
def test_an_application_of_the_account_is_tagged_and_not_created(appint_stub, appint_client):
    present = find_application(appint_client, "agent/desk")
    assert (
        register_application(appint_client, "agent/desk", "https://desk.example.com", {"team": "care"})
        == present["Arn"]
    )
    appint_stub.calls.assert_not_called("CreateApplication")
    assert appint_stub.applications[present["Id"]]["Tags"] == {"stage": "live", "team": "care"}


@pytest.fixture
def real_account():
    """Stand in for the account that nobody wants to run tests against."""
    with AppIntegrationsStub(account_id=REAL_ACCOUNT, frozen_at="2026-01-02T03:04:05") as stub:
        integration = stub.data_integrations.add(Name="orders")
        stub.data_integration_associations.add(
            DataIntegrationArn=integration["Arn"],
            DestinationURI="s3://bucket/exports",
            LastExecutionStatus={"ExecutionStatus": "COMPLETED"},
        )
        stub.event_integration_associations.add(ClientId="connect.amazonaws.com")
        desk = stub.applications.add(Name="Agent desk", Namespace="agent/desk", Tags={"stage": "live"})
        stub.application_associations.add(ApplicationArn=desk["Arn"], ClientId="connect.amazonaws.com")
        yield stub


def test_what_is_captured_is_the_account_under_another_number(real_account):
    captured = redact(capture(real_account.client()), REAL_ACCOUNT)
    assert REAL_ACCOUNT not in captured
    assert all(call.operation.startswith(("Get", "List")) for call in real_account.calls)

    loaded = AppIntegrationsStub()
    loaded.load(json.loads(captured))
    assert list(loaded.data_integrations) == list(real_account.data_integrations)
    assert list(loaded.data_integration_associations) == list(real_account.data_integration_associations)
    assert list(loaded.event_integrations) == list(real_account.event_integrations)
    assert list(loaded.event_integration_associations) == list(real_account.event_integration_associations)
    assert list(loaded.applications) == list(real_account.applications)
    assert list(loaded.application_associations) == list(real_account.application_associations)
    [desk] = loaded.applications.values()
    assert (desk["Tags"], desk["CreatedTime"]) == ({"stage": "live"}, real_account.clock.now())
