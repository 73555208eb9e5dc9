"""What a failing test shows of the stores; of calls, see tests/recording/test_rendering.py."""

from __future__ import annotations

import pytest

from pytest_appintegrations import AppIntegrationsStub, Fault
from pytest_appintegrations.reporting.text import misplaced, section, stores_section, summary
from pytest_appintegrations.stub import has_answered


def test_a_test_without_calls_shows_that_there_were_none():
    heading, *advice = section([]).splitlines()
    assert heading == "none: nothing reached the stub."
    assert advice[-1].endswith("let the test request the fixture appint_server.")


def test_a_served_test_without_calls_advises_to_pass_the_environment_on():
    assert "with the variables of\nappint_server.environ in its environment." in section([], is_served=True)


def test_a_call_of_another_stub_is_marked(appint_stub, appint_client):
    appint_client.list_applications()
    with AppIntegrationsStub() as inner:
        appint_client.list_applications()
    calls = [*appint_stub.calls, *inner.calls]
    assert section(calls, is_own=lambda call: has_answered(appint_stub, call)).splitlines() == [
        "1. ListApplications() in us-east-1: 200 success",
        "2. ListApplications() in us-east-1, answered by another stub: 200 success",
    ]
    appint_stub.reset()
    assert [has_answered(appint_stub, call) for call in calls] == [True, False]


FOUND_ELSEWHERE = {
    "by its id": ("get_data_integration", "Identifier", lambda record: record["Id"]),
    "by its name": ("get_data_integration", "Identifier", lambda record: record["Name"]),
    "by its ARN": ("get_data_integration", "Identifier", lambda record: record["Arn"]),
}


@pytest.mark.parametrize("case", FOUND_ELSEWHERE)
def test_a_record_that_is_in_another_region_is_pointed_out(appint_stub, appint_client, case):
    operation, parameter, identifier = FOUND_ELSEWHERE[case]
    appint_stub.in_region("eu-central-1").data_integrations.add(Name="invoices")
    value = identifier(appint_stub.in_region("eu-west-2").data_integrations.add(Name="orders"))
    appint_client.list_applications()
    with pytest.raises(appint_client.exceptions.ResourceNotFoundException):
        getattr(appint_client, operation)(**{parameter: value})
    assert misplaced(appint_stub.calls, appint_stub.dump(), "us-east-1") == [
        f"Call 2 went to us-east-1, but the data integration {value!r} is in eu-west-2.",
        "Create the client for that region, or seed the record with stub.in_region(…).",
    ]


def test_a_parent_that_is_in_another_region_is_pointed_out(appint_stub, appint_client):
    event_integration = appint_stub.in_region("eu-west-2").event_integrations.add(Name="orders")
    with pytest.raises(appint_client.exceptions.ResourceNotFoundException):
        appint_client.tag_resource(resourceArn=event_integration["EventIntegrationArn"], tags={"team": "exports"})
    [line, _] = misplaced(appint_stub.calls, appint_stub.dump(), "us-east-1")
    assert line.endswith(f"but the event integration '{event_integration['EventIntegrationArn']}' is in eu-west-2.")


def test_nothing_is_pointed_out_for_an_injected_error_or_a_record_that_is_nowhere(appint_stub, appint_client):
    orders = appint_stub.in_region("eu-west-2").data_integrations.add(Name="orders")
    for identifier in ("nowhere", orders["Id"]):
        appint_stub.inject(Fault("ResourceNotFoundException", optional=True)) if identifier != "nowhere" else None
        with pytest.raises(appint_client.exceptions.ResourceNotFoundException):
            appint_client.get_data_integration(Identifier=identifier)
    assert misplaced(appint_stub.calls, appint_stub.dump(), "us-east-1") == []


def test_records_made_in_other_regions_than_the_stubs_are_pointed_out(appint_stub):
    client = appint_stub.client(region_name="eu-west-1")
    assert misplaced([], appint_stub.dump(), "us-east-1") == []
    client.list_applications()
    assert misplaced(appint_stub.calls, appint_stub.dump(), "us-east-1") == []
    client.create_data_integration(Name="orders", KmsKey="alias/exports")
    assert misplaced(appint_stub.calls, appint_stub.dump(), "us-east-1") == [
        "All calls went to eu-west-1; the stub's own stores are those of us-east-1, and they are empty.",
        "Look into stub.in_region('eu-west-1'), or set appint_region = eu-west-1 in the ini file.",
    ]
    assert misplaced(appint_stub.calls, appint_stub.dump(), "eu-west-1") == []
    appint_stub.data_integrations.add(Name="orders")
    assert misplaced(appint_stub.calls, appint_stub.dump(), "us-east-1") == []


def test_empty_stores_are_shown_as_such(appint_stub):
    assert stores_section(appint_stub.dump()) == "The stores are empty."


def test_each_record_has_a_line_with_its_name_and_id_first(appint_stub):
    made = appint_stub.data_integrations.add(KmsKey="k", Name="orders", Tags={"password": "hunter2"})
    association = appint_stub.data_integration_associations.add(
        DataIntegrationArn=made["Arn"],
        DestinationURI="s3://bucket/exports",
        ExecutionConfiguration={
            "ExecutionMode": "ON_DEMAND",
            "OnDemandConfiguration": {"StartTime": "1715278292014"},
        },
    )
    appint_stub.in_region("eu-west-2").event_integrations.add(Name="moves", EventBridgeBus="default")
    heading, *lines = stores_section(appint_stub.dump()).splitlines()
    assert heading == "The stores hold 3 records:"
    assert lines[0].startswith(
        "  event_integrations in eu-west-2: Name='moves', EventBridgeBus='default', EventFilter={"
    )
    assert lines[1].startswith(f"  data_integrations in us-east-1: Name='orders', Id='{made['Id']}', KmsKey='k', ")
    assert "Tags={'password': '***'}" in lines[1]
    key = association["DataIntegrationAssociationId"]
    assert lines[2].startswith(f"  data_integration_associations in us-east-1: DataIntegrationAssociationId='{key}', ")
    assert f"{key}'" not in lines[2].partition(f"'{key}'")[2]
    assert all(len(line) <= 200 and "Time=" not in line for line in lines)


def test_at_most_twenty_records_are_shown(appint_stub):
    for _ in range(21):
        appint_stub.applications.add()
    lines = stores_section(appint_stub.dump()).splitlines()
    assert (len(lines), lines[0], lines[-1]) == (22, "The stores hold 21 records:", "  … 1 more record")
    assert len(stores_section(appint_stub.dump(), most=21).splitlines()) == 22


def test_the_line_at_the_end_leaves_out_what_is_zero():
    phase = {"calls": 1, "attempts": 1, "faults": 0, "skipped": 0.04, "seen": {}}
    assert summary([phase]) == "appintegrations: 1 call, 1 attempt"
    assert summary([phase, {**phase, "faults": 10, "skipped": 10.0}]) == (
        "appintegrations: 2 calls, 2 attempts, 10 faults, 10.0 s of backoff skipped"
    )
    assert summary([{**phase, "calls": 0}]) is None
