"""Calls as data: the same in every run, with symbols that keep identity."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest

from pytest_appintegrations import AppIntegrationsStub, Fault

ARN = "arn:aws:app-integrations:us-east-1:123456789012"


def test_a_call_as_data(appint_stub, appint_client):
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    appint_client.list_data_integrations(MaxResults=5)
    assert appint_stub.calls.as_data() == [
        {
            "operation": "ListDataIntegrations",
            "region": "us-east-1",
            "params": {"MaxResults": 5},
            "response": {"DataIntegrations": []},
            "error": None,
            "attempts": ["429 ThrottlingException (injected)", "200 success"],
        }
    ]
    assert appint_stub.calls.to("ListApplications").as_data() == []


def test_a_failed_call_has_an_error_and_no_response(appint_stub, appint_client):
    with pytest.raises(appint_client.exceptions.ResourceNotFoundException):
        appint_client.get_application(Arn=str(uuid.uuid4()))
    [call] = appint_stub.calls.as_data()
    assert (call["params"], call["response"], call["error"]) == (
        {"Arn": "<application 1>"}, None, "ResourceNotFoundException"
    )  # fmt: skip


def test_the_id_that_a_create_returned_and_a_later_call_sent_is_one_symbol(appint_stub, appint_client):
    made = appint_client.create_data_integration(Name="orders", KmsKey="k")
    other = appint_client.create_data_integration(Name="other", KmsKey="k")
    for identifier in (made["Id"], other["Id"], made["Arn"]):
        appint_client.create_data_integration_association(
            DataIntegrationIdentifier=identifier, DestinationURI=f"s3://bucket/{made['Id']}/{other['Id']}"
        )
    appint_client.list_data_integration_associations(DataIntegrationIdentifier=made["Id"])
    first, second, *associations, listed = appint_stub.calls.as_data()
    assert first["response"]["Id"] == "<data-integration 1>"
    assert first["response"]["Arn"] == f"{ARN}:data-integration/<data-integration 1>"
    assert second["response"]["Id"] == "<data-integration 2>"
    assert [call["params"]["DataIntegrationIdentifier"] for call in associations] == [
        "<data-integration 1>", "<data-integration 2>", f"{ARN}:data-integration/<data-integration 1>",
    ]  # fmt: skip
    assert {call["params"]["DestinationURI"] for call in associations} == {
        "s3://bucket/<data-integration 1>/<data-integration 2>"
    }
    assert [
        record["DataIntegrationAssociationArn"] for record in listed["response"]["DataIntegrationAssociations"]
    ] == [
        f"{ARN}:data-integration-association/<data-integration 1>/<data-integration-association {number}>"
        for number in (1, 3)
    ]


@pytest.mark.parametrize(
    ("store", "operation", "symbol"),
    [
        ("applications", "list_applications", "<application 1>"),
        ("event_integrations", "list_event_integrations", "name"),
        ("data_integrations", "list_data_integrations", "<data-integration 1>"),
    ],
)
def test_ids_in_lists_are_symbols_of_their_kind(appint_stub, appint_client, store, operation, symbol):
    getattr(appint_stub, store).add(Name="name")
    getattr(appint_client, operation)()
    [call] = appint_stub.calls.as_data()
    [[record]] = call["response"].values()
    assert record[next(name for name in record if name.endswith("Arn"))].endswith(f"/{symbol}")
    assert record.get("Id", symbol) == symbol


def test_tokens_are_symbols_whoever_made_them(appint_stub, appint_client):
    appint_client.create_data_integration(Name="a", KmsKey="k")
    appint_client.create_data_integration(Name="b", KmsKey="k", ClientToken="mine")
    appint_client.create_data_integration(Name="b", KmsKey="k", ClientToken="mine")
    page = appint_client.list_data_integrations(MaxResults=1)
    appint_client.list_data_integrations(MaxResults=1, NextToken=page["NextToken"])
    data = appint_stub.calls.as_data()
    assert [call["params"]["ClientToken"] for call in data[:3]] == [f"<client-token {n}>" for n in (1, 2, 2)]
    assert [call["response"]["ClientToken"] for call in data[:3]] == [f"<client-token {n}>" for n in (1, 2, 2)]
    assert data[3]["response"]["NextToken"] == data[4]["params"]["NextToken"] == "<next-token 1>"


def test_times_are_one_symbol(appint_stub, appint_client):
    made = appint_client.create_application(
        Name="n", Namespace="n", ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://x.example"}}
    )
    appint_client.get_application(Arn=made["Arn"])
    appint_stub.data_integrations.add(Name="orders")
    now = datetime.datetime.now(datetime.timezone.utc)
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders",
        ExecutionConfiguration={
            "ExecutionMode": "ON_DEMAND",
            "OnDemandConfiguration": {"StartTime": str(int(now.timestamp() * 1000)), "EndTime": now.isoformat()},
        },
        ClientAssociationMetadata={"account": "123456789012", "order": f"A-{now.timestamp():.0f}000", "year": "2024"},
    )
    _, shown, associated = appint_stub.calls.as_data()
    assert (shown["response"]["CreatedTime"], shown["response"]["LastModifiedTime"]) == ("<time>", "<time>")
    configuration = associated["params"]["ExecutionConfiguration"]["OnDemandConfiguration"]
    assert configuration == {"StartTime": "<time>", "EndTime": "<time>"}
    metadata = associated["params"]["ClientAssociationMetadata"]
    assert (metadata["account"], metadata["year"], metadata["order"][:2]) == ("123456789012", "2024", "A-")


def test_secrets_are_masked_and_an_unknown_id_is_a_symbol_too(appint_stub, appint_client):
    some = str(uuid.uuid4())
    appint_client.create_data_integration(
        Name=f"test-{some}", KmsKey=f"arn:aws:kms:us-east-1:123456789012:key/{uuid.uuid4()}",
        Tags={"password": "hunter2", "run": some}, Description="https://x.example/?sig=hunter2",
    )  # fmt: skip
    [call] = appint_stub.calls.as_data()
    assert "hunter2" not in json.dumps(call)
    assert call["params"]["Name"] == "test-<id 1>"
    assert call["params"]["KmsKey"].endswith(":key/<key 1>")
    assert call["params"]["Tags"] == {"password": "***", "run": "<id 1>"}


def program(client):
    """Make calls whose ids, tokens, times and page tokens are new each time."""
    made = client.create_data_integration(Name="orders", KmsKey="k", Tags={"team": "care"})
    client.create_data_integration(Name="returns", KmsKey="k")
    client.create_data_integration_association(
        DataIntegrationIdentifier=made["Arn"], DestinationURI="s3://bucket/exports", ClientId=str(uuid.uuid4())
    )
    page = client.list_data_integrations(MaxResults=1)
    client.list_data_integrations(MaxResults=1, NextToken=page["NextToken"])
    client.list_data_integration_associations(DataIntegrationIdentifier=made["Id"])


def test_equal_calls_of_different_stubs_are_equal_data():
    data = []
    for seeded in (0, 3):
        with AppIntegrationsStub() as stub:
            for _ in range(seeded):
                record = stub.data_integrations.add()
                stub.data_integrations.remove(record["Id"])
            program(stub.client())
            data.append(stub.calls.as_data())
    assert data[0] == data[1]
    assert json.loads(json.dumps(data[0])) == data[0]


TEST = """
    import uuid
    import pytest
    {imports}

    def program(client):
        made = client.create_data_integration(Name="orders", KmsKey="k")
        client.create_data_integration_association(
            DataIntegrationIdentifier=made["Id"], DestinationURI="s3://bucket/exports", ClientId=str(uuid.uuid4()))

    def test_something_before(appint_stub):
        appint_stub.data_integrations.add(Name="orders")

    @pytest.mark.parametrize("run", [1, 2])
    def test_calls(appint_stub, appint_client, run{fixtures}):
        program(appint_client)
        assert appint_stub.calls.as_data() == {snapshot}
"""


@pytest.mark.slow
def test_syrupy_takes_calls_as_data(pytester):
    pytest.importorskip("syrupy")
    pytester.makepyfile(TEST.format(imports="", fixtures=", snapshot", snapshot="snapshot"))
    for options in (["--snapshot-update"], ["-n2"], ["-k", "calls and 2", "--snapshot-details"]):
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
        assert result.ret == 0
    [kept] = pytester.path.glob("__snapshots__/*.ambr")
    assert kept.read_text().count("<data-integration 1>") == 2 * 4
    assert "<client-token 2>" in kept.read_text()


@pytest.mark.slow
def test_inline_snapshot_takes_calls_as_data(pytester, monkeypatch):
    pytest.importorskip("inline_snapshot")
    monkeypatch.delenv("PYTEST_ADDOPTS")  # Which leaves it out of all other runs.
    for variable in ("CI", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(variable, raising=False)  # It writes no snapshots there.
    path = pytester.makepyfile(
        TEST.format(imports="from inline_snapshot import snapshot", fixtures="", snapshot="snapshot()")
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist", "--inline-snapshot=create")
    assert "<data-integration 1>" in path.read_text()
    for options in (["--inline-snapshot=disable"], ["-n2"]):
        assert pytester.runpytest_subprocess("-p", "no:cacheprovider", *options).ret == 0
