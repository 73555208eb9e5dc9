"""The AWS CLI v1, run in process: whether botocore is imported before it or by it."""

from __future__ import annotations

import pytest

pytest.importorskip("awscli", reason="the AWS CLI v1 is not installed; CI runs these in environments of their own")

SUITE = """
import json, pytest

@pytest.fixture
def aws(capsys):
    from awscli.clidriver import create_clidriver

    def run(*words):
        status = create_clidriver().main(["appintegrations", *words])
        output = capsys.readouterr()
        return status, json.loads(output.out or "null"), output.err

    return run

def test_it_needs_no_credentials_and_no_region(appint_stub, aws):
    integration = appint_stub.data_integrations.add(Name="orders")
    status, answer, _ = aws(
        "create-data-integration-association", "--data-integration-identifier", "orders",
        "--destination-uri", "s3://bucket/exports", "--execution-configuration",
        '{"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1715278292014"}}')
    assert (status, answer["DataIntegrationArn"]) == (0, integration["Arn"])
    [association] = appint_stub.data_integration_associations.values()
    assert association["LastExecutionStatus"] == {"ExecutionStatus": "IN_PROGRESS"}
    appint_stub.calls.assert_called_once("CreateDataIntegrationAssociation", DestinationURI="s3://bucket/exports")

def test_it_pages(appint_stub, aws):
    for number in range(120):
        appint_stub.applications.add(Namespace=f"desk-{number}")
    status, answer, _ = aws("list-applications")
    assert (status, len(answer["Applications"])) == (0, 120)
    assert len(appint_stub.calls) == 3

@pytest.mark.appint_fault("ThrottlingException", attempts=1)
def test_it_retries_without_waiting(appint_stub, aws):
    assert aws("list-data-integrations")[:2] == (0, {"DataIntegrations": []})
    assert [attempt.error for attempt in appint_stub.calls.last.attempts] == ["ThrottlingException", None]
    assert appint_stub.clock.slept

def test_it_prints_an_error(appint_stub, aws):
    status, _, error = aws("get-data-integration", "--identifier", "nobody")
    assert status in (254, 255)
    assert "(ResourceNotFoundException)" in error
    assert "Could not find DataIntegration with identifier: nobody" in error

def test_it_reaches_nothing_without_a_stub(aws):
    from pytest_appintegrations import RealCallRefused

    with pytest.raises(RealCallRefused, match="ListApplications was about to be sent"):
        aws("list-applications", "--region", "us-east-1")
"""


@pytest.mark.parametrize("first", ["import awscli.clidriver", "import botocore.session", ""])
def test_the_cli_is_answered(pytester, first):
    pytester.makeconftest(first)
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=5)
