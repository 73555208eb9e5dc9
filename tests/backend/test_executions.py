"""The executions of associations: started, completed by the clock, ended by the test."""

from __future__ import annotations

import pytest

from tests.support.payloads import ON_DEMAND, SCHEDULED


def status_of(client, number=0):
    listed = client.list_data_integration_associations(DataIntegrationIdentifier="orders")
    return listed["DataIntegrationAssociations"][number].get("LastExecutionStatus")


def test_an_execution_is_in_progress_until_the_test_finishes_it(appint_stub, appint_client, integration):
    key = appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", ExecutionConfiguration=ON_DEMAND
    )["DataIntegrationAssociationId"]
    assert status_of(appint_client) == {"ExecutionStatus": "IN_PROGRESS"}
    appint_stub.finish_execution(key)
    assert status_of(appint_client) == {"ExecutionStatus": "COMPLETED"}
    arn = appint_stub.data_integration_associations[key]["DataIntegrationAssociationArn"]
    for identifier in (key, arn):
        appint_client.update_data_integration_association(
            DataIntegrationIdentifier=integration["Arn"],
            DataIntegrationAssociationIdentifier=identifier,
            ExecutionConfiguration={**ON_DEMAND, "OnDemandConfiguration": {"StartTime": "1"}},
        )
        assert status_of(appint_client) == {"ExecutionStatus": "IN_PROGRESS"}
        appint_stub.finish_execution(arn, "FAILED", "no such bucket")
        assert status_of(appint_client) == {"ExecutionStatus": "FAILED", "StatusMessage": "no such bucket"}
    configuration = appint_stub.data_integration_associations[key]["ExecutionConfiguration"]
    assert configuration["OnDemandConfiguration"] == {"StartTime": "1"}


@pytest.mark.parametrize("execution", [{}, {"ExecutionConfiguration": SCHEDULED}])
def test_what_has_not_run_has_no_status(appint_stub, appint_client, integration, execution):
    appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", **execution)
    assert status_of(appint_client) is None


def test_the_test_makes_a_scheduled_run(appint_stub, appint_client, integration):
    key = appint_stub.data_integration_associations.add(
        DataIntegrationArn=integration["Arn"], ExecutionConfiguration=SCHEDULED
    )["DataIntegrationAssociationId"]
    appint_stub.finish_execution(key)
    assert status_of(appint_client) == {"ExecutionStatus": "COMPLETED"}


def test_finish_execution_refuses_unknown_statuses_messages_and_associations(appint_stub):
    plain = appint_stub.data_integration_associations.add()["DataIntegrationAssociationId"]
    running = appint_stub.data_integration_associations.add(ExecutionConfiguration=ON_DEMAND)
    key = running["DataIntegrationAssociationId"]
    with pytest.raises(ValueError, match="created without ExecutionConfiguration"):
        appint_stub.finish_execution(plain)
    with pytest.raises(ValueError, match="unknown status 'COMPLETE'; did you mean 'COMPLETED'"):
        appint_stub.finish_execution(key, "COMPLETE")
    with pytest.raises(ValueError, match=r"at 'message' .*length less than or equal to 255"):
        appint_stub.finish_execution(key, "FAILED", "x" * 256)
    with pytest.raises(KeyError, match=f"no DataIntegrationAssociation 'nothing' in us-east-1; there are: {plain}"):
        appint_stub.finish_execution("nothing")


@pytest.mark.appint(execution_seconds=60, frozen_at="2026-01-02")
def test_an_execution_completes_exactly_when_its_seconds_have_passed(appint_stub, appint_client, integration):
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", ExecutionConfiguration=ON_DEMAND
    )
    appint_stub.clock.advance(59)
    assert status_of(appint_client) == {"ExecutionStatus": "IN_PROGRESS"}
    appint_stub.clock.advance(1)
    assert status_of(appint_client) == {"ExecutionStatus": "COMPLETED"}


@pytest.mark.appint(execution_seconds=0)
def test_an_execution_of_no_seconds_is_complete_at_once(appint_stub, appint_client, integration):
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", ExecutionConfiguration=ON_DEMAND
    )
    assert status_of(appint_client) == {"ExecutionStatus": "COMPLETED"}


@pytest.mark.appint(execution_seconds=60)
def test_executions_complete_by_the_clock(appint_stub, appint_client, integration):
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", ExecutionConfiguration=ON_DEMAND
    )
    appint_stub.data_integration_associations.add(
        DataIntegrationArn=integration["Arn"], LastExecutionStatus={"ExecutionStatus": "IN_PROGRESS"}
    )
    appint_stub.clock.advance(30)
    assert status_of(appint_client) == status_of(appint_client, 1) == {"ExecutionStatus": "IN_PROGRESS"}
    appint_stub.clock.advance(31)
    assert status_of(appint_client) == status_of(appint_client, 1) == {"ExecutionStatus": "COMPLETED"}
    assert {record["LastExecutionStatus"]["ExecutionStatus"] for record in
            appint_stub.data_integration_associations.values()} == {"COMPLETED"}  # fmt: skip


@pytest.mark.appint(execution_seconds=60)
@pytest.mark.parametrize("configuration", [ON_DEMAND, SCHEDULED])
def test_a_run_that_the_test_starts_completes_by_the_clock_too(appint_stub, configuration):
    store = appint_stub.data_integration_associations
    key = store.add(ExecutionConfiguration=configuration)["DataIntegrationAssociationId"]
    appint_stub.clock.advance(100)
    appint_stub.finish_execution(key, "IN_PROGRESS")
    appint_stub.clock.advance(30)
    assert store[key]["LastExecutionStatus"] == {"ExecutionStatus": "IN_PROGRESS"}
    appint_stub.clock.advance(31)
    assert store[key]["LastExecutionStatus"] == {"ExecutionStatus": "COMPLETED"}
