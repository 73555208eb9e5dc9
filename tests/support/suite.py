"""A small suite of a user: tests that recover, let an error out, fail, crash or call nothing; and the ways to run it."""

from __future__ import annotations

import pytest

#: Arguments of a run in this process, and of one by workers of pytest-xdist, which takes some seconds.
IN_PROCESS = pytest.param((), id="one process")
BY_XDIST = pytest.param(("-n2",), id="xdist", marks=pytest.mark.slow)


def run(pytester, *args):
    """Run pytest: in this process unless the arguments ask for workers."""
    runner = (
        pytester.runpytest_subprocess if any(arg.startswith("-n") for arg in args) else pytester.runpytest_inprocess
    )
    return runner("-p", "no:cacheprovider", *args)


def output(result):
    """Return everything that a run has written."""
    return result.stdout.str() + result.stderr.str()


SUITE = """
import boto3, pytest
from botocore.exceptions import ClientError

appint_retry_mode = pytest.fixture(lambda: "standard")

@pytest.fixture
def integration(appint_stub):
    return appint_stub.data_integrations.add(Name="orders")

def link():
    boto3.client("appintegrations").create_data_integration_association(
        DataIntegrationIdentifier="orders", DestinationURI="s3://bucket/exports")

@pytest.mark.appint_fault("ThrottlingException", attempts=2)
def test_recovers(integration):
    link()

@pytest.mark.appint_fault("ThrottlingException")
def test_lets_out(appint_client, integration):
    with pytest.raises(ClientError, match="ThrottlingException"):
        link()

@pytest.mark.parametrize("name", ["one", "two"])
def test_of_the_store(appint_client, name):
    with pytest.raises(appint_client.exceptions.ResourceNotFoundException):
        appint_client.get_data_integration(Identifier=name)

def test_network(appint_stub, appint_client):
    with appint_stub.inject(appint_fault("ConnectTimeoutError")):
        appint_client.get_data_integration(Identifier=appint_stub.data_integrations.add()["Id"])

def appint_fault(error):
    from pytest_appintegrations import Fault
    return Fault(error, attempts=1)

def test_without():
    pass
"""

FAILING = """
import boto3, pytest

appint_retry_mode = pytest.fixture(lambda: "standard")

@pytest.fixture
def crashing(appint_client):
    appint_client.list_applications(MaxResults=3)
    raise OSError("no disk")

def test_crash_in_setup(crashing):
    pass

@pytest.fixture
def crashing_late(appint_client):
    yield appint_client
    appint_client.list_event_integrations(MaxResults=7)
    raise OSError("no disk")

def test_crash_in_teardown(crashing_late):
    crashing_late.list_data_integrations(MaxResults=5)

@pytest.mark.appint_fault("ThrottlingException", attempts=2, optional=True)
def test_fails(appint_client, appint_stub):
    appint_client.create_data_integration(
        Name="n", ClientToken="tok-1", KmsKey="arn:aws:kms:us-east-1:123456789012:key/k",
        SourceURI="https://hush@host/path", Description="d" * 300, Tags={"Password": "hush"})
    assert not appint_stub.calls

def test_fails_without_a_call(appint_stub):
    assert not appint_stub

def test_fails_without_the_stub():
    assert False

@pytest.mark.xfail(strict=True)
def test_fails_as_expected(appint_client):
    appint_client.list_applications(MaxResults=9)
    assert False
"""
