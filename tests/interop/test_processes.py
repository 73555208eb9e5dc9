"""Child processes: refused by default, answered by `appint_server`, in Python, JavaScript, Go and by the AWS CLIs."""

from __future__ import annotations

import importlib.util
import json
import os
import sys

import pytest

from pytest_appintegrations import Fault
from tests.support.children import Children, aws, aws_v2, go_program, node
from tests.support.payloads import KMS_KEY

pytestmark = pytest.mark.slow

BOTO3 = (
    "import boto3; print(boto3.client('appintegrations').create_data_integration(Name='orders', KmsKey='k')['Name'])"
)
AIOBOTOCORE = """
import asyncio
from aiobotocore.session import get_session
async def create():
    async with get_session().create_client("appintegrations") as client:
        print((await client.create_data_integration(Name="orders", KmsKey="k"))["Name"])
asyncio.run(create())
"""
JAVASCRIPT = """
const { AppIntegrationsClient, CreateDataIntegrationCommand } = require("@aws-sdk/client-appintegrations");
new AppIntegrationsClient({ retryMode: "standard", maxAttempts: 3 })
  .send(new CreateDataIntegrationCommand({ Name: "orders", KmsKey: "k" }))
  .then((made) => console.log(made.Name), (error) => { console.error(`${error.name}: ${error.message}`); process.exit(1); });
"""

# This version of the SDK does not read the variable yet.
GO = """
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/appintegrations"
)

func main() {
	settings, _ := config.LoadDefaultConfig(context.TODO())
	client := appintegrations.NewFromConfig(settings, func(options *appintegrations.Options) {
		options.EndpointResolver = appintegrations.EndpointResolverFromURL(os.Getenv("AWS_ENDPOINT_URL_APPINTEGRATIONS"))
	})
	made, err := client.CreateDataIntegration(context.TODO(), &appintegrations.CreateDataIntegrationInput{
		Name: aws.String("orders"), KmsKey: aws.String("k"), SourceURI: aws.String("Salesforce://a/b"),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(*made.Name)
}
"""
CREATE = (
    "appintegrations",
    "create-data-integration",
    "--name",
    "orders",
    "--kms-key",
    "k",
    "--query",
    "Name",
    "--output",
    "text",
)
# Nor may this one.
NAMING_ENDPOINT = ("sh", "-c", 'exec "$0" "$@" --endpoint-url "$AWS_ENDPOINT_URL_APPINTEGRATIONS"')


@pytest.fixture
def children(tmp_path):
    return Children(tmp_path)


@pytest.fixture(scope="session")
def go(tmp_path_factory):
    return go_program(GO, tmp_path_factory.mktemp("go"))


@pytest.fixture(params=["boto3", "aiobotocore", "aws", "aws v2", "javascript", "go"])
def create(request, children):
    """Return a function that runs a program, which creates a data integration and prints its name."""
    program = {
        "boto3": lambda: (sys.executable, "-c", BOTO3),
        "aiobotocore": lambda: (sys.executable, "-c", AIOBOTOCORE),
        "aws": lambda: (aws(), *CREATE),
        "aws v2": lambda: (*NAMING_ENDPOINT, aws_v2(), *CREATE, "--source-uri", "Salesforce://a/b"),
        "javascript": lambda: (node(), "-e", JAVASCRIPT),
        "go": lambda: (request.getfixturevalue("go"),),
    }[request.param]
    if request.param == "aiobotocore" and not importlib.util.find_spec("aiobotocore"):
        pytest.skip("aiobotocore is not installed: pip install '.[aio]'")
    command = program()

    def create(**environ):
        return children.run(*command, **environ)

    create.is_watched = request.param != "go"
    create.sends_call_ids = request.param != "aws v2"
    return create


DUMMIES = {
    "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_MAX_ATTEMPTS": "1",
    "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
}  # fmt: skip


def test_an_unexpected_child_process_cannot_reach_aws(create, children):
    child = create(**DUMMIES)
    assert child.returncode != 0
    assert "ECONNREFUSED" in child.stderr or "take-the-fixture-appint_server" in child.stderr
    assert children.reached or not create.is_watched
    assert children.reached_beyond_loopback == []


def test_a_child_is_answered_by_the_server(appint_stub, appint_server, create, children):
    child = create()
    assert (child.stdout.strip(), child.returncode) == ("orders", 0), child.stderr
    assert [record["Name"] for record in appint_stub.data_integrations.values()] == ["orders"]
    appint_stub.calls.assert_called_once("CreateDataIntegration", Name="orders")
    assert children.reached or not create.is_watched
    assert children.reached_beyond_loopback == []


def test_a_childs_retries_are_attempts_of_one_call(appint_stub, appint_server, create):
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    assert create(AWS_RETRY_MODE="standard").returncode == 0
    assert errors_by_call(appint_stub) == [["ThrottlingException", None]]


def test_a_child_sees_the_error_by_its_name(appint_stub, appint_server, create):
    appint_stub.quotas.data_integrations = 0
    child = create()
    assert child.returncode != 0
    assert "ResourceQuotaExceededException" in child.stderr


def test_a_childs_lost_response_is_repeated_with_its_token(appint_stub, appint_server, create):
    appint_stub.inject(Fault("ConnectionClosedError", lose_response=True, attempts=1))
    assert create(AWS_RETRY_MODE="standard").returncode == 0
    assert len(appint_stub.data_integrations) == 1
    assert errors_by_call(appint_stub) == (
        [["ConnectionClosedError", None]] if create.sends_call_ids else [["ConnectionClosedError"], [None]]
    )


def errors_by_call(stub):
    return [[attempt.error for attempt in call.attempts] for call in stub.calls]


@pytest.mark.parametrize("region", ["eu-west-2", "us-west-2"])
def test_a_childs_region_is_its_own(appint_stub, appint_server, create, region):
    assert create(AWS_REGION=region, AWS_DEFAULT_REGION=region).returncode == 0
    assert [call.region for call in appint_stub.calls] == [region]


def test_a_failing_test_shows_the_calls_of_its_child(pytester):
    pytester.makepyfile(f"""
        import subprocess, sys

        def test_it(appint_stub, appint_server):
            subprocess.run([sys.executable, "-c", {BOTO3!r}], check=True)
            assert not appint_stub.calls
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AppIntegrations calls*", "1. CreateDataIntegration(*Name='orders'*"])


def test_a_childs_unexpected_call_fails_the_test(pytester):
    pytester.makepyfile(f"""
        import subprocess, sys

        def test_it(appint_stub, appint_server):
            appint_stub.add_response("CreateDataIntegration", lambda params: {{"Nope": 1}})
            child = subprocess.run([sys.executable, "-c", {BOTO3!r}], capture_output=True, text=True)
            assert "UnexpectedCall" in child.stderr

        def test_innocent(appint_server):
            pass
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["the response function * did not return a valid response to CreateDataIntegration: *Nope*"]
    )


def test_a_program_of_multiprocessing_is_answered(pytester):
    pytester.makepyfile(
        program="""
            import boto3

            def create(name):
                return boto3.client("appintegrations").create_data_integration(Name=name, KmsKey="k")["Name"]
        """,
        test_it="""
            import multiprocessing
            from program import create

            def test_it(appint_stub, appint_server):
                with multiprocessing.get_context("spawn").Pool(2) as pool:
                    assert pool.map(create, ["a", "b"]) == ["a", "b"]
                assert len(appint_stub.data_integrations) == 2
        """,
    )
    pytester.syspathinsert()
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_the_servers_environment_ends_with_the_test(pytester):
    pytester.makepyfile("""
        import os

        def test_first(appint_server):
            assert os.environ["AWS_ENDPOINT_URL_APPINTEGRATIONS"] == appint_server.url
            assert os.environ.items() >= appint_server.environ.items()

        def test_second():
            assert "refuses-real-calls" in os.environ["AWS_ENDPOINT_URL_APPINTEGRATIONS"]
            assert "AWS_ACCESS_KEY_ID" not in os.environ
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_a_shell_script_is_under_test(appint_stub, appint_server, children):
    appint_stub.data_integrations.add(Name="orders")
    script = f"""
        set -e
        id=$({aws()} appintegrations get-data-integration --identifier orders --query Id --output text)
        {aws()} appintegrations create-data-integration-association --data-integration-identifier "$id" \\
            --destination-uri s3://bucket/exports --query DataIntegrationAssociationId --output text
    """
    child = children.run("sh", "-c", script)
    assert child.returncode == 0, child.stderr
    assert child.stdout.strip() in appint_stub.data_integration_associations


def test_clients_of_the_test_itself_stay_in_process(appint_stub, appint_server, appint_client):
    import boto3

    for client in (appint_client, boto3.client("appintegrations", region_name="us-east-1")):
        client.create_data_integration(Name=f"orders-{id(client)}", KmsKey=KMS_KEY)
    assert len(appint_stub.calls) == 2
    assert json.loads(json.dumps(appint_server.environ))
    assert os.environ["AWS_ENDPOINT_URL_APPINTEGRATIONS"] == appint_server.url
