from __future__ import annotations

import pytest

from examples.wait_for_export import ExportFailed, ExportTimedOut, wait_for_export

ON_DEMAND = {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1715278292014"}}


@pytest.fixture
def integration(appint_stub):
    return appint_stub.data_integrations.add(Name="orders")


@pytest.fixture
def export(appint_stub, integration):
    """Start an export."""
    return appint_stub.data_integration_associations.add(
        DataIntegrationArn=integration["Arn"], DestinationURI="s3://bucket/exports", ExecutionConfiguration=ON_DEMAND
    )


@pytest.fixture
def wait(appint_stub, appint_client, export):
    """Wait by the stub's clock: nothing sleeps."""

    def wait(timeout):
        arn = export["DataIntegrationAssociationArn"]
        wait_for_export(appint_client, "orders", arn, timeout=timeout, sleep=appint_stub.clock.advance)

    return wait


@pytest.mark.appint(execution_seconds=100)
def test_returns_when_the_export_is_complete(appint_stub, wait):
    wait(timeout=600)
    assert len(appint_stub.calls) == 5  # At 0, 30, 60, 90 and 120 s.


@pytest.mark.appint(execution_seconds=100)
def test_asks_once_more_at_the_deadline(appint_stub, wait):
    wait(timeout=100)
    assert len(appint_stub.calls) == 5  # At 0, 30, 60, 90 and 100 s.


@pytest.mark.appint(execution_seconds=100)
def test_gives_up_at_the_deadline(appint_stub, wait):
    begun = appint_stub.clock.now()
    with pytest.raises(ExportTimedOut, match=r"did not end within 95 s"):
        wait(timeout=95)
    assert 95 <= (appint_stub.clock.now() - begun).total_seconds() < 100


def test_tells_why_the_export_failed(appint_stub, appint_client, export):
    def fail_meanwhile(seconds):
        appint_stub.finish_execution(export["DataIntegrationAssociationId"], "FAILED", "The bucket is gone.")

    with pytest.raises(ExportFailed, match=r"The bucket is gone\."):
        wait_for_export(
            appint_client, "orders", export["DataIntegrationAssociationArn"], timeout=60, sleep=fail_meanwhile
        )
    assert len(appint_stub.calls) == 2


@pytest.mark.appint(page_size=1, execution_seconds=0)
def test_finds_the_export_among_others(appint_stub, integration, export, wait):
    for _ in range(2):
        appint_stub.data_integration_associations.add(DataIntegrationArn=integration["Arn"])
    appint_stub.data_integration_associations.remove(export["DataIntegrationAssociationId"])
    with pytest.raises(LookupError, match="orders has no association arn:"):
        wait(timeout=60)
    assert len(appint_stub.calls) == 2


@pytest.mark.appint_fault("ThrottlingException", operation="ListDataIntegrationAssociations", attempts=2)
@pytest.mark.appint(execution_seconds=0)
def test_throttling_does_not_end_the_wait(appint_stub, wait):
    wait(timeout=60)
    assert len(appint_stub.calls.last.attempts) == 3
