"""The data integration family, through a real client."""

from __future__ import annotations

import re

import boto3
import pytest

from tests.support.payloads import ARN, FULL_ASSOCIATION, KMS_KEY, UUID

ON_DEMAND = {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1715278292014"}}
SCHEDULED = {"ExecutionMode": "SCHEDULED", "ScheduleConfiguration": {"ScheduleExpression": "rate(1 day)"}}
FULL_INTEGRATION = {
    "Name": "crm/orders_1.2-a",
    "Description": "what customers ordered",
    "KmsKey": KMS_KEY,
    "SourceURI": "Salesforce://AppFlow/test",
    "ScheduleConfig": {
        "FirstExecutionFrom": "1439788442681",
        "Object": "Account",
        "ScheduleExpression": "rate(1 hour)",
    },
    "Tags": {"stage": "test"},
    "ClientToken": "token-1",
    "FileConfiguration": {"Folders": ["/a"], "Filters": {"ext": ["pdf"]}},
    "ObjectConfiguration": {"Account": {"fields": ["Id", "Name"]}},
}


def without_metadata(response):
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def test_create_answers_every_member(appint_stub, appint_client):
    response = without_metadata(appint_client.create_data_integration(**FULL_INTEGRATION))
    expected = {**FULL_INTEGRATION, "Id": response["Id"], "Arn": f"{ARN}:data-integration/{response['Id']}"}
    expected["ScheduleConfiguration"] = expected.pop("ScheduleConfig")
    assert response == expected
    del expected["ClientToken"]
    assert without_metadata(appint_client.get_data_integration(Identifier=response["Id"])) == expected
    assert appint_stub.data_integrations[response["Id"]] == expected


@pytest.mark.parametrize("by", ["Id", "Arn", "Name"])
@pytest.mark.parametrize("name", ["orders", "crm/orders", "a.b_c-d/e"])
def test_found_by_id_arn_and_name(appint_stub, appint_client, by, name):
    record = appint_stub.data_integrations.add(Name=name)
    assert appint_client.get_data_integration(Identifier=record[by])["Id"] == record["Id"]
    assert appint_stub.calls.last.params == {"Identifier": record[by]}
    assert appint_stub.data_integrations[record[by]] == record
    answer = appint_client.create_data_integration_association(DataIntegrationIdentifier=record[by])
    assert answer["DataIntegrationArn"] == record["Arn"]
    assert len(appint_client.list_data_integration_associations(DataIntegrationIdentifier=record[by])) == 2
    appint_client.update_data_integration(Identifier=record[by], Description="new")
    assert appint_stub.data_integrations[record["Id"]]["Description"] == "new"


@pytest.mark.parametrize(
    "identifier",
    [
        "nothing",
        "00000000-0000-0000-0000-000000000000",
        "ORDERS",
        f"{ARN}:data-integration/00000000-0000-0000-0000-000000000000",
        f"{ARN}:data-integration/orders",
        f"{ARN}:event-integration/orders",
        "a b/c",
    ],
)
def test_unknown_identifier_is_not_found_with_the_real_text(appint_client, integration, error_of, identifier):
    expected = ("ResourceNotFoundException", 404, f"Could not find DataIntegration with identifier: {identifier}")
    assert error_of(appint_client.get_data_integration, Identifier=identifier) == expected
    assert error_of(appint_client.delete_data_integration, DataIntegrationIdentifier=identifier) == expected
    assert error_of(appint_client.update_data_integration, Identifier=identifier) == expected
    for operation in ("create_data_integration_association", "list_data_integration_associations"):
        assert error_of(getattr(appint_client, operation), DataIntegrationIdentifier=identifier) == expected


def test_arn_of_another_region_or_account_is_not_found(appint_client, integration, error_of):
    for old, new in (("us-east-1", "eu-west-2"), ("123456789012", "210987654321")):
        foreign = integration["Arn"].replace(old, new)
        assert error_of(appint_client.get_data_integration, Identifier=foreign)[0] == "ResourceNotFoundException"


def test_name_taken(appint_client, integration, error_of):
    code, status, message = error_of(appint_client.create_data_integration, Name="orders", KmsKey=KMS_KEY)
    assert (code, status) == ("DuplicateResourceException", 409)
    assert message.startswith("Failed to create DataIntegration with name: orders.")


def test_name_is_free_again_after_delete_and_rename(appint_stub, appint_client, integration):
    appint_client.update_data_integration(Identifier="orders", Name="sales")
    assert appint_client.get_data_integration(Identifier="sales")["Id"] == integration["Id"]
    second = appint_client.create_data_integration(Name="orders", KmsKey=KMS_KEY)
    appint_client.delete_data_integration(DataIntegrationIdentifier="orders")
    third = appint_client.create_data_integration(Name="orders", KmsKey=KMS_KEY)
    assert list(appint_stub.data_integrations) == [integration["Id"], third["Id"]]
    assert second["Id"] != third["Id"]


def test_rename_to_a_taken_name_is_an_invalid_request(appint_stub, appint_client, integration, error_of):
    appint_stub.data_integrations.add(Name="sales")
    code, status, message = error_of(appint_client.update_data_integration, Identifier="orders", Name="sales")
    assert (code, status) == ("InvalidRequestException", 400)
    assert "sales" in message
    appint_client.update_data_integration(Identifier="orders", Name="orders")


@pytest.mark.parametrize(
    ("source", "config", "refused"),
    [
        ("s3://bucket", {"ScheduleConfig": {"ScheduleExpression": "rate(1 hour)"}}, "structured data"),
        ("S3://bucket", {"ScheduleConfig": {"ScheduleExpression": "rate(1 hour)"}}, "structured data"),
        ("s3://bucket", {"FileConfiguration": {"Folders": ["/"]}}, "FileConfiguration"),
        ("s3://bucket", {"ObjectConfiguration": {"a": {"b": ["c"]}}}, "ObjectConfiguration"),
        ("s3://bucket", {}, None),
        ("Salesforce://AppFlow/x", {"ScheduleConfig": {"ScheduleExpression": "rate(1 hour)"}}, None),
        (None, {"ScheduleConfig": {"ScheduleExpression": "cron(0 * * * ? *)"}}, None),
    ],
)
def test_what_a_source_supports(appint_stub, appint_client, error_of, source, config, refused):
    given = {"Name": "test", "KmsKey": KMS_KEY, **config, **({"SourceURI": source} if source else {})}
    if refused is None:
        appint_client.create_data_integration(**given)
        return
    message = f"Failed to create DataIntegration with name: test. Source S3 does not support {refused}."
    assert error_of(appint_client.create_data_integration, **given) == ("InvalidRequestException", 400, message)
    assert not appint_stub.data_integrations


def test_association_answers_both_members_and_records_all(appint_stub, appint_client, integration):
    response = without_metadata(
        appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", **FULL_ASSOCIATION)
    )
    key = response["DataIntegrationAssociationId"]
    assert response == {"DataIntegrationAssociationId": key, "DataIntegrationArn": integration["Arn"]}
    recorded = {name: value for name, value in FULL_ASSOCIATION.items() if name != "ClientToken"}
    assert appint_stub.data_integration_associations[key] == {
        **recorded,
        **response,
        "DataIntegrationAssociationArn": f"{ARN}:data-integration-association/{integration['Id']}/{key}",
        "LastExecutionStatus": {"ExecutionStatus": "IN_PROGRESS"},
    }
    assert appint_stub.calls.last.params == {"DataIntegrationIdentifier": "orders", **FULL_ASSOCIATION}
    assert appint_stub.calls.last.response == response


def test_list_shows_the_summary(appint_client, integration):
    appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", **FULL_ASSOCIATION)
    [shown] = appint_client.list_data_integration_associations(DataIntegrationIdentifier="orders")[
        "DataIntegrationAssociations"
    ]
    assert shown.keys() == {
        "DataIntegrationAssociationArn",
        "DataIntegrationArn",
        "ClientId",
        "DestinationURI",
        "LastExecutionStatus",
        "ExecutionConfiguration",
    }


def status_of(client, number=0):
    listed = client.list_data_integration_associations(DataIntegrationIdentifier="orders")
    return listed["DataIntegrationAssociations"][number].get("LastExecutionStatus")


def test_execution_is_moved_on_and_polled(appint_stub, appint_client, integration):
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
def test_no_run_no_status(appint_stub, appint_client, integration, execution):
    appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", **execution)
    assert status_of(appint_client) is None


def test_run_of_a_schedule_is_the_tests_to_make(appint_stub, appint_client, integration):
    key = appint_stub.data_integration_associations.add(
        DataIntegrationArn=integration["Arn"], ExecutionConfiguration=SCHEDULED
    )["DataIntegrationAssociationId"]
    appint_stub.finish_execution(key)
    assert status_of(appint_client) == {"ExecutionStatus": "COMPLETED"}


def test_finish_execution_refuses_what_makes_no_sense(appint_stub):
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
def test_execution_is_complete_at_the_very_second(appint_stub, appint_client, integration):
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", ExecutionConfiguration=ON_DEMAND
    )
    appint_stub.clock.advance(59)
    assert status_of(appint_client) == {"ExecutionStatus": "IN_PROGRESS"}
    appint_stub.clock.advance(1)
    assert status_of(appint_client) == {"ExecutionStatus": "COMPLETED"}


@pytest.mark.appint(execution_seconds=0)
def test_execution_is_complete_at_once(appint_stub, appint_client, integration):
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", ExecutionConfiguration=ON_DEMAND
    )
    assert status_of(appint_client) == {"ExecutionStatus": "COMPLETED"}


@pytest.mark.appint(execution_seconds=60)
def test_execution_completes_by_the_clock(appint_stub, appint_client, integration):
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
def test_a_run_that_the_test_begins_completes_by_the_clock_too(appint_stub, configuration):
    store = appint_stub.data_integration_associations
    key = store.add(ExecutionConfiguration=configuration)["DataIntegrationAssociationId"]
    appint_stub.clock.advance(100)
    appint_stub.finish_execution(key, "IN_PROGRESS")
    appint_stub.clock.advance(30)
    assert store[key]["LastExecutionStatus"] == {"ExecutionStatus": "IN_PROGRESS"}
    appint_stub.clock.advance(31)
    assert store[key]["LastExecutionStatus"] == {"ExecutionStatus": "COMPLETED"}


def test_association_of_another_integration_is_not_found(appint_stub, appint_client, integration, error_of):
    other = appint_stub.data_integration_associations.add()
    for identifier in (other["DataIntegrationAssociationId"], other["DataIntegrationAssociationArn"], "nothing"):
        assert error_of(
            appint_client.update_data_integration_association,
            DataIntegrationIdentifier="orders",
            DataIntegrationAssociationIdentifier=identifier,
            ExecutionConfiguration=ON_DEMAND,
        ) == (
            "ResourceNotFoundException",
            404,
            f"Could not find DataIntegrationAssociation with identifier: {identifier}",
        )


def test_headers_are_the_services(appint_client, integration):
    headers = appint_client.get_data_integration(Identifier="orders")["ResponseMetadata"]["HTTPHeaders"]
    assert headers["content-type"] == "application/json"
    assert re.fullmatch(UUID, headers["x-amzn-requestid"])


def test_delete_is_refused_while_associated(appint_stub, appint_client, integration, error_of):
    association = appint_stub.data_integration_associations.add(DataIntegrationArn=integration["Arn"])
    assert error_of(appint_client.delete_data_integration, DataIntegrationIdentifier="orders") == (
        "InvalidRequestException",
        400,
        "Failed to delete DataIntegration with name: orders. It has DataIntegrationAssociations.",
    )
    removed = appint_stub.data_integration_associations.remove(association["DataIntegrationAssociationArn"])
    assert removed == association
    appint_client.delete_data_integration(DataIntegrationIdentifier="orders")
    assert not appint_stub.data_integrations


def test_published_quotas(appint_stub, appint_client, error_of):
    for number in range(20):
        appint_client.create_data_integration(Name=f"n{number}", KmsKey=KMS_KEY)
    for _ in range(10):
        appint_client.create_data_integration_association(DataIntegrationIdentifier="n0")
    exceeded = "The allowed quota for the resource has been exceeded."
    assert error_of(appint_client.create_data_integration, Name="n20", KmsKey=KMS_KEY) == (
        "ResourceQuotaExceededException",
        429,
        f"{exceeded} DataIntegrations: 20 in us-east-1.",
    )
    parent = appint_client.get_data_integration(Identifier="n0")["Arn"]
    assert error_of(appint_client.create_data_integration_association, DataIntegrationIdentifier="n0") == (
        "ResourceQuotaExceededException",
        429,
        f"{exceeded} DataIntegrationAssociations: 10 for {parent}.",
    )
    # For each data integration of its own; and a missing parent is told before a full one.
    appint_client.create_data_integration_association(DataIntegrationIdentifier="n1")
    appint_stub.data_integrations.add()
    appint_stub.quotas.data_integrations = None
    appint_client.create_data_integration(Name="n20", KmsKey=KMS_KEY)


@pytest.mark.appint(strict_associations=True)
def test_strict_associations(appint_stub, appint_client, integration, error_of):
    key = appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", ExecutionConfiguration=ON_DEMAND
    )["DataIntegrationAssociationId"]
    code, _, message = error_of(appint_client.create_data_integration_association, DataIntegrationIdentifier="orders")
    assert code == "InvalidRequestException"
    assert "previously associated" in message
    update = {
        "DataIntegrationIdentifier": "orders",
        "DataIntegrationAssociationIdentifier": key,
        "ExecutionConfiguration": ON_DEMAND,
    }
    code, _, message = error_of(appint_client.update_data_integration_association, **update)
    assert (code, message) == (
        "InvalidRequestException",
        f"The execution of DataIntegrationAssociation {key} is in progress.",
    )
    appint_stub.finish_execution(key)
    appint_client.update_data_integration_association(**update)
    never_run = appint_stub.data_integration_associations.add(DataIntegrationArn=integration["Arn"])
    update["DataIntegrationAssociationIdentifier"] = never_run["DataIntegrationAssociationId"]
    appint_client.update_data_integration_association(**update)


class TestClientToken:
    def test_same_request_is_answered_again(self, appint_stub, appint_client, integration):
        first = appint_client.create_data_integration_association(
            DataIntegrationIdentifier="orders", **FULL_ASSOCIATION
        )
        appint_stub.quotas.data_integration_associations = 1
        for by in ("Id", "Arn", "Name"):
            again = appint_client.create_data_integration_association(
                DataIntegrationIdentifier=integration[by], **FULL_ASSOCIATION
            )
            assert without_metadata(again) == without_metadata(first)
        assert len(appint_stub.data_integration_associations) == 1

    def test_other_request_is_invalid(self, appint_stub, appint_client, integration, error_of):
        appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", ClientToken="t")
        code, status, message = error_of(
            appint_client.create_data_integration_association,
            DataIntegrationIdentifier="orders",
            ClientToken="t",
            ClientId="c",
        )
        assert (code, status) == ("InvalidRequestException", 400)
        assert "ClientToken t " in message
        assert len(appint_stub.data_integration_associations) == 1

    def test_integration_is_answered_as_it_was(self, appint_stub, appint_client):
        appint_stub.quotas.data_integrations = 1
        first = appint_client.create_data_integration(**FULL_INTEGRATION)
        appint_client.update_data_integration(Identifier=first["Id"], Description="later")
        again = appint_client.create_data_integration(**FULL_INTEGRATION)
        assert without_metadata(again) == without_metadata(first)
        assert len(appint_stub.data_integrations) == 1

    def test_scope_is_operation_parent_and_region(self, appint_stub, appint_client, integration):
        appint_stub.data_integrations.add(Name="sales")
        appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", ClientToken="t")
        appint_client.create_data_integration_association(DataIntegrationIdentifier="sales", ClientToken="t")
        appint_client.create_data_integration(Name="n", KmsKey=KMS_KEY, ClientToken="t")
        abroad = appint_stub.client(region_name="eu-west-2")
        abroad.create_data_integration(Name="m", KmsKey=KMS_KEY, ClientToken="t")
        assert len(appint_stub.data_integration_associations) == 2
        assert len(appint_stub.in_region("eu-west-2").data_integrations) == 1


class TestPages:
    def test_paginator_reads_all_in_order_of_creation(self, appint_stub, appint_client):
        names = [appint_stub.data_integrations.add()["Name"] for _ in range(120)]
        pages = list(appint_client.get_paginator("list_data_integrations").paginate())
        assert [len(page["DataIntegrations"]) for page in pages] == [50, 50, 20]
        assert [record["Name"] for page in pages for record in page["DataIntegrations"]] == names

    @pytest.mark.appint(page_size=2)
    def test_page_size_and_max_results(self, appint_stub, appint_client, integration):
        for _ in range(5):
            appint_stub.data_integration_associations.add(DataIntegrationArn=integration["Arn"])
        paginator = appint_client.get_paginator("list_data_integration_associations")
        for config, sizes in (({}, [2, 2, 1]), ({"PageSize": 4}, [4, 1]), ({"PageSize": 5}, [5])):
            pages = paginator.paginate(DataIntegrationIdentifier="orders", PaginationConfig=config)
            assert [len(page["DataIntegrationAssociations"]) for page in pages] == sizes

    def test_empty_list_is_present(self, appint_client, integration):
        response = appint_client.list_data_integration_associations(DataIntegrationIdentifier="orders")
        assert without_metadata(response) == {"DataIntegrationAssociations": []}

    @pytest.mark.appint(page_size=1)
    def test_token_leads_on_only_in_its_list(self, appint_stub, appint_client, integration, error_of):
        sales = appint_stub.data_integrations.add(Name="sales")
        for parent in (integration, sales):
            for _ in range(2):
                appint_stub.data_integration_associations.add(DataIntegrationArn=parent["Arn"])
        listed = appint_client.list_data_integration_associations
        token = listed(DataIntegrationIdentifier="orders")["NextToken"]
        listed(DataIntegrationIdentifier=integration["Arn"], NextToken=token)
        for function, params in (
            (listed, {"DataIntegrationIdentifier": "sales", "NextToken": token}),
            (appint_client.list_data_integrations, {"NextToken": token}),
            (appint_client.list_data_integrations, {"NextToken": "garbage"}),
            (appint_client.list_data_integrations, {"NextToken": "Z2FyYmFnZQ=="}),
        ):
            code, _, message = error_of(function, **params)
            assert (code, message) == ("InvalidRequestException", "The NextToken is not valid for this list.")

    @pytest.mark.appint(page_size=2)
    def test_pages_are_stable_while_records_come_and_go(self, appint_stub, appint_client):
        _first, second, third = (appint_stub.data_integrations.add() for _ in range(3))
        page = appint_client.list_data_integrations()
        appint_stub.data_integrations.remove(second["Id"])
        fourth = appint_stub.data_integrations.add()
        rest = appint_client.list_data_integrations(NextToken=page["NextToken"])
        assert [record["Arn"] for record in rest["DataIntegrations"]] == [third["Arn"], fourth["Arn"]]
        assert "NextToken" not in rest


@pytest.mark.parametrize(
    ("params", "violation"),
    [
        ({"Name": "x" * 256}, f"Value '{'x' * 256}' at 'Name' failed to satisfy constraint: "
                              "Member must have length less than or equal to 255"),
        ({"Name": "a b"}, "Value 'a b' at 'Name' failed to satisfy constraint: "
                          r"Member must satisfy regular expression pattern: ^[a-zA-Z0-9\/\._\-]+$"),
        ({"Name": "a\n"}, "Value 'a\n' at 'Name' failed to satisfy constraint: "
                          r"Member must satisfy regular expression pattern: ^[a-zA-Z0-9\/\._\-]+$"),
        ({"KmsKey": "  "}, "Value '  ' at 'KmsKey' failed to satisfy constraint: "
                           r"Member must satisfy regular expression pattern: .*\S.*"),
        ({"FileConfiguration": {"Folders": ["/"] * 11}},
         f"Value '{['/'] * 11}' at 'FileConfiguration.Folders' failed to satisfy constraint: "
         "Member must have length less than or equal to 10"),
        ({"FileConfiguration": {"Folders": ["/", "x" * 201]}},
         f"Value '{'x' * 201}' at 'FileConfiguration.Folders[1]' failed to satisfy constraint: "
         "Member must have length less than or equal to 200"),
        ({"Tags": {"k" * 129: "v"}}, f"Value '{'k' * 129}' at 'Tags.key' failed to satisfy constraint: "
                                     "Member must have length less than or equal to 128"),
        ({"Tags": {"a": "v" * 257}}, f"Value '{'v' * 257}' at 'Tags.a' failed to satisfy constraint: "
                                     "Member must have length less than or equal to 256"),
    ],
)  # fmt: skip
def test_what_the_service_checks(appint_stub, appint_client, error_of, params, violation):
    given = {"Name": "n", "KmsKey": KMS_KEY, **params}
    assert error_of(appint_client.create_data_integration, **given) == (
        "InvalidRequestException",
        400,
        f"1 validation error detected: {violation}",
    )
    assert not appint_stub.data_integrations


def test_several_violations_are_told_together_and_checked_before_the_parent(appint_client, error_of):
    code, _, message = error_of(
        appint_client.create_data_integration_association,
        DataIntegrationIdentifier="nothing",
        DestinationURI="not a uri",
        ExecutionConfiguration={"ExecutionMode": "BAD"},
    )
    assert code == "InvalidRequestException"
    assert message.startswith("2 validation errors detected: Value 'not a uri' at 'DestinationURI' failed")
    assert (
        "; Value 'BAD' at 'ExecutionConfiguration.ExecutionMode' failed to satisfy constraint: "
        "Member must satisfy enum value set: [ON_DEMAND, SCHEDULED]" in message
    )


def test_a_long_value_is_cut_in_the_message(appint_client, integration, error_of):
    _, _, message = error_of(appint_client.get_data_integration, Identifier="x" * 5000)
    assert f"'{'x' * 300}…'" in message


@pytest.mark.appint(validate=False)
def test_validation_can_be_switched_off(appint_client):
    appint_client.create_data_integration(Name="a b", KmsKey=KMS_KEY)
    assert appint_client.get_data_integration(Identifier="a b")["Name"] == "a b"


def test_regions_are_apart(appint_stub, integration):
    abroad = boto3.client("appintegrations", region_name="eu-west-2")
    assert abroad.list_data_integrations()["DataIntegrations"] == []
    created = abroad.create_data_integration(Name="orders", KmsKey=KMS_KEY)
    assert created["Arn"].startswith("arn:aws:app-integrations:eu-west-2:123456789012:")
    assert list(appint_stub.in_region("eu-west-2").data_integrations) == [created["Id"]]
    assert list(appint_stub.data_integrations) == [integration["Id"]]
    assert appint_stub.calls.last.region == "eu-west-2"


def test_ids_are_of_the_models_form(appint_stub, appint_client, integration):
    key = appint_client.create_data_integration_association(DataIntegrationIdentifier="orders")
    for value in (integration["Id"], key["DataIntegrationAssociationId"]):
        assert re.fullmatch(UUID, value)
