"""Data integrations and their associations, through a real client."""

from __future__ import annotations

import re

import pytest

from tests.support.payloads import ARN, FULL_ASSOCIATION, FULL_INTEGRATION, KMS_KEY, ON_DEMAND, UUID, without_metadata


def test_create_returns_every_member(appint_stub, appint_client):
    response = without_metadata(appint_client.create_data_integration(**FULL_INTEGRATION))
    expected = {**FULL_INTEGRATION, "Id": response["Id"], "Arn": f"{ARN}:data-integration/{response['Id']}"}
    expected["ScheduleConfiguration"] = expected.pop("ScheduleConfig")
    assert response == expected
    del expected["ClientToken"]
    assert without_metadata(appint_client.get_data_integration(Identifier=response["Id"])) == expected
    assert appint_stub.data_integrations[response["Id"]] == expected


@pytest.mark.parametrize("by", ["Id", "Arn", "Name"])
@pytest.mark.parametrize("name", ["orders", "crm/orders", "a.b_c-d/e"])
def test_an_integration_is_found_by_id_arn_and_name(appint_stub, appint_client, by, name):
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
def test_an_unknown_identifier_is_refused_in_the_sentence_of_aws(appint_client, integration, error_of, identifier):
    expected = ("ResourceNotFoundException", 404, f"Could not find DataIntegration with identifier: {identifier}")
    assert error_of(appint_client.get_data_integration, Identifier=identifier) == expected
    assert error_of(appint_client.delete_data_integration, DataIntegrationIdentifier=identifier) == expected
    assert error_of(appint_client.update_data_integration, Identifier=identifier) == expected
    for operation in ("create_data_integration_association", "list_data_integration_associations"):
        assert error_of(getattr(appint_client, operation), DataIntegrationIdentifier=identifier) == expected


def test_a_name_is_taken_once(appint_client, integration, error_of):
    code, status, message = error_of(appint_client.create_data_integration, Name="orders", KmsKey=KMS_KEY)
    assert (code, status) == ("DuplicateResourceException", 409)
    assert message.startswith("Failed to create DataIntegration with name: orders.")


def test_a_name_is_free_again_after_a_delete_or_a_rename(appint_stub, appint_client, integration):
    appint_client.update_data_integration(Identifier="orders", Name="sales")
    assert appint_client.get_data_integration(Identifier="sales")["Id"] == integration["Id"]
    second = appint_client.create_data_integration(Name="orders", KmsKey=KMS_KEY)
    appint_client.delete_data_integration(DataIntegrationIdentifier="orders")
    third = appint_client.create_data_integration(Name="orders", KmsKey=KMS_KEY)
    assert list(appint_stub.data_integrations) == [integration["Id"], third["Id"]]
    assert second["Id"] != third["Id"]


def test_renaming_to_a_taken_name_is_an_invalid_request(appint_stub, appint_client, integration, error_of):
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
def test_an_s3_source_takes_no_schedule_files_or_objects(appint_stub, appint_client, error_of, source, config, refused):
    params = {"Name": "test", "KmsKey": KMS_KEY, **config, **({"SourceURI": source} if source else {})}
    if refused is None:
        appint_client.create_data_integration(**params)
        return
    message = f"Failed to create DataIntegration with name: test. Source S3 does not support {refused}."
    assert error_of(appint_client.create_data_integration, **params) == ("InvalidRequestException", 400, message)
    assert not appint_stub.data_integrations


def test_creating_an_association_returns_two_members_and_records_all(appint_stub, appint_client, integration):
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


def test_the_list_of_associations_has_the_members_of_a_summary(appint_client, integration):
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


def test_an_association_of_another_integration_is_not_found(appint_stub, appint_client, integration, error_of):
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


def test_a_response_has_the_headers_of_aws(appint_client, integration):
    headers = appint_client.get_data_integration(Identifier="orders")["ResponseMetadata"]["HTTPHeaders"]
    assert headers["content-type"] == "application/json"
    assert re.fullmatch(UUID, headers["x-amzn-requestid"])


def test_the_quota_of_associations_counts_for_each_integration(appint_stub, appint_client, error_of):
    for name in ("orders", "sales"):
        appint_client.create_data_integration(Name=name, KmsKey=KMS_KEY)
    for _ in range(10):
        appint_client.create_data_integration_association(DataIntegrationIdentifier="orders")
    parent = appint_client.get_data_integration(Identifier="orders")["Arn"]
    assert error_of(appint_client.create_data_integration_association, DataIntegrationIdentifier="orders") == (
        "ResourceQuotaExceededException",
        429,
        f"The allowed quota for the resource has been exceeded. DataIntegrationAssociations: 10 for {parent}.",
    )
    appint_client.create_data_integration_association(DataIntegrationIdentifier="sales")
    missing = error_of(appint_client.create_data_integration_association, DataIntegrationIdentifier="nothing")
    assert missing[0] == "ResourceNotFoundException"
    appint_stub.data_integration_associations.add(DataIntegrationArn=parent)
    appint_stub.quotas.data_integration_associations = None
    appint_client.create_data_integration_association(DataIntegrationIdentifier="orders")


@pytest.mark.appint(strict_associations=True)
def test_strict_associations_refuse_a_second_one_and_an_update_while_one_runs(
    appint_stub, appint_client, integration, error_of
):
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
    def test_the_same_request_gets_the_first_response_however_its_parent_is_named(
        self, appint_stub, appint_client, integration
    ):
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

    def test_another_request_is_invalid(self, appint_stub, appint_client, integration, error_of):
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

    def test_a_token_counts_for_its_operation_parent_and_region(self, appint_stub, appint_client, integration):
        appint_stub.data_integrations.add(Name="sales")
        appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", ClientToken="t")
        appint_client.create_data_integration_association(DataIntegrationIdentifier="sales", ClientToken="t")
        appint_client.create_data_integration(Name="n", KmsKey=KMS_KEY, ClientToken="t")
        abroad = appint_stub.client(region_name="eu-west-2")
        abroad.create_data_integration(Name="m", KmsKey=KMS_KEY, ClientToken="t")
        assert len(appint_stub.data_integration_associations) == 2
        assert len(appint_stub.in_region("eu-west-2").data_integrations) == 1


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
def test_values_that_break_the_model_are_refused(appint_stub, appint_client, error_of, params, violation):
    request = {"Name": "n", "KmsKey": KMS_KEY, **params}
    assert error_of(appint_client.create_data_integration, **request) == (
        "ValidationException",
        400,
        f"1 validation error detected: {violation}",
    )
    assert not appint_stub.data_integrations


def test_several_violations_come_together_and_before_the_parent_is_looked_up(appint_client, error_of):
    code, _, message = error_of(
        appint_client.create_data_integration_association,
        DataIntegrationIdentifier="nothing",
        DestinationURI="not a uri",
        ExecutionConfiguration={"ExecutionMode": "BAD"},
    )
    assert code == "ValidationException"
    assert message.startswith("2 validation errors detected: Value 'not a uri' at 'DestinationURI' failed")
    assert (
        "; Value 'BAD' at 'ExecutionConfiguration.ExecutionMode' failed to satisfy constraint: "
        "Member must satisfy enum value set: [ON_DEMAND, SCHEDULED]" in message
    )


def test_a_long_value_is_shortened_in_the_message(appint_client, integration, error_of):
    _, _, message = error_of(appint_client.get_data_integration, Identifier="x" * 5000)
    assert f"'{'x' * 300}…'" in message


@pytest.mark.appint(validate=False)
def test_validation_can_be_switched_off(appint_client):
    appint_client.create_data_integration(Name="a b", KmsKey=KMS_KEY)
    assert appint_client.get_data_integration(Identifier="a b")["Name"] == "a b"


def test_ids_have_the_form_of_the_model(appint_stub, appint_client, integration):
    key = appint_client.create_data_integration_association(DataIntegrationIdentifier="orders")
    for value in (integration["Id"], key["DataIntegrationAssociationId"]):
        assert re.fullmatch(UUID, value)
