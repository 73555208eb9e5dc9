from __future__ import annotations

import pytest

from examples.start_export import start_export

EVENT = {"integration": "orders", "bucket": "s3://bucket/exports"}


@pytest.fixture
def orders(appint_stub):
    return appint_stub.data_integrations.add(Name="orders")


def test_starts_an_export(appint_stub, appint_client, orders):
    result = start_export(appint_client, EVENT)
    assert result["status"] == "STARTED"
    [export] = appint_stub.data_integration_associations.values()
    assert export["DestinationURI"] == "s3://bucket/exports"


@pytest.mark.appint_fault("AccessDeniedException", operation="CreateDataIntegrationAssociation")
def test_says_why_there_is_no_export(appint_client, orders):
    result = start_export(appint_client, EVENT)
    assert result["status"] == "FAILED"
    assert "not authorized" in result["reason"]
