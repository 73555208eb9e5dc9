"""What a failing test shows of the stores; of calls, see tests/recording/test_rendering.py."""

from __future__ import annotations

from pytest_appintegrations.reporting.text import section, stores_section, summary


def test_a_test_without_calls_shows_that_there_were_none():
    assert section([]) == "none: nothing reached the stub"


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


def test_of_very_many_records_twenty_are_shown(appint_stub):
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
