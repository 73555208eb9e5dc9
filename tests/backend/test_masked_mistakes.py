"""Errors about values that a test passes mask secrets, as all other messages do."""

from __future__ import annotations

import pytest

SECRET = "hunter2" * 60  # Longer than the model allows.
RECORD = {"Name": "orders", "Tags": {"password": SECRET}}


def add(stub):
    stub.data_integrations.add(**RECORD)


def add_with_a_secret_in_a_uri(stub):
    stub.data_integrations.add(Name="orders", SourceURI="Salesforce://user:hunter2@host/\n")


def load_a_record(stub):
    stub.load({"version": 1, "regions": {"us-east-1": {"data_integrations": [RECORD]}}})


def load_what_is_no_record(stub):
    stub.load({"version": 1, "regions": {"us-east-1": {"data_integrations": ["password=hunter2"]}}})


def load_what_is_no_mapping(stub):
    stub.load({"version": 1, "regions": {"us-east-1": [{"password": "hunter2"}]}})


def add_a_response(stub):
    stub.add_response("GetDataIntegration", {"Tags": {"password": SECRET}})


def finish_an_execution(stub):
    association = stub.data_integration_associations.add(ExecutionConfiguration={"ExecutionMode": "ON_DEMAND"})
    stub.finish_execution(association["DataIntegrationAssociationId"], message="\npassword=hunter2" * 200)


@pytest.mark.parametrize(
    "mistake",
    [
        add, add_with_a_secret_in_a_uri, load_a_record, load_what_is_no_record, load_what_is_no_mapping,
        add_a_response, finish_an_execution,
    ],
)  # fmt: skip
def test_the_error_does_not_show_a_secret(appint_stub, mistake):
    with pytest.raises(ValueError, match=r"\*\*\*") as raised:
        mistake(appint_stub)
    assert "hunter2" not in str(raised.value)


def test_what_the_service_answers_quotes_the_value_as_aws_does(appint_stub, appint_client):
    with pytest.raises(appint_client.exceptions.ClientError, match="Value 'hunter2hunter2"):
        appint_client.create_data_integration(**RECORD, KmsKey="k")


def test_a_value_that_is_no_secret_is_still_quoted(appint_stub):
    with pytest.raises(ValueError, match="Value 'an orders name\n' at 'Name'"):
        appint_stub.data_integrations.add(Name="an orders name\n")
