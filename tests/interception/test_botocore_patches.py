"""Clients use the retry mode that the user asks for, and keep the program's own otherwise."""

from __future__ import annotations

import subprocess
import sys

import boto3
import botocore.session
import pytest
from botocore.config import Config

from pytest_appintegrations import AppIntegrationsStub, Fault
from tests.interception.test_backoff import MODES


def mode_of(client):
    return client.meta.config.retries["mode"]


def default_mode():
    """Return the retry mode of a client for which no mode was asked."""
    session = botocore.session.Session(session_vars={"retry_mode": (None, None, None, None)})
    return mode_of(session.create_client("sqs", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b"))


class TestTheProgramsOwnRetryMode:
    def test_no_mode_is_asked_for_by_default(self, appint_retry_mode):
        assert appint_retry_mode is None

    @pytest.mark.parametrize("mode", MODES)
    def test_the_environment_decides(self, appint_stub, appint_client, monkeypatch, mode):
        monkeypatch.setenv("AWS_RETRY_MODE", mode)
        assert mode_of(boto3.Session().client("appintegrations")) == mode

    @pytest.mark.parametrize("mode", MODES)
    def test_the_profile_decides(self, appint_stub, monkeypatch, tmp_path, mode):
        config = tmp_path / "config"
        config.write_text(f"[default]\nretry_mode = {mode}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        assert mode_of(boto3.Session().client("appintegrations")) == mode

    def test_botocores_default_decides(self, appint_stub, appint_client):
        assert mode_of(boto3.Session().client("appintegrations")) == mode_of(appint_client) == default_mode()

    @pytest.mark.parametrize(("mode", "attempts"), [("legacy", 5), ("standard", 1)])
    @pytest.mark.appint_fault("ResourceQuotaExceededException", operation="CreateDataIntegration")
    def test_an_error_is_retried_as_it_is_in_production(self, appint_stub, monkeypatch, mode, attempts):
        monkeypatch.setenv("AWS_RETRY_MODE", mode)
        client = boto3.Session().client("appintegrations")
        with pytest.raises(client.exceptions.ResourceQuotaExceededException):
            client.create_data_integration(Name="orders", KmsKey="alias/k")
        assert len(appint_stub.calls.last.attempts) == attempts

    def test_the_stubs_own_clients_ignore_the_environment(self, monkeypatch):
        monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
        with AppIntegrationsStub() as stub:
            assert mode_of(stub.client()) == default_mode()


class TestARetryModeThatIsAskedFor:
    @pytest.mark.parametrize("appint_retry_mode", MODES)
    def test_clients_that_the_code_under_test_makes_follow_it(self, appint_stub, appint_retry_mode, monkeypatch):
        monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
        session = boto3.Session()
        for client in (
            boto3.client("appintegrations"),
            session.client("appintegrations", config=Config(read_timeout=7)),
            appint_stub.client(),
            appint_stub.client(config=Config(read_timeout=7)),
        ):
            assert mode_of(client) == appint_retry_mode
            assert client.meta.config.read_timeout in (7, 60)
        limited = session.client("appintegrations", config=Config(retries={"total_max_attempts": 2}))
        assert limited.meta.config.retries == {"mode": appint_retry_mode, "total_max_attempts": 2}

    @pytest.mark.parametrize("appint_retry_mode", ["adaptive"])
    def test_a_mode_that_a_config_names_stays(self, appint_stub):
        legacy = Config(retries={"mode": "legacy"})
        assert mode_of(boto3.client("appintegrations", config=legacy)) == "legacy"
        assert mode_of(appint_stub.client(config=legacy)) == "legacy"
        session = botocore.session.Session()
        session.set_default_client_config(Config(retries={"mode": "legacy"}, region_name="eu-west-2"))
        client = session.create_client("appintegrations")
        assert (mode_of(client), client.meta.region_name) == ("legacy", "eu-west-2")
        session.set_default_client_config(Config(read_timeout=9))
        client = session.create_client("appintegrations")
        assert (mode_of(client), client.meta.config.read_timeout) == ("adaptive", 9)

    @pytest.mark.appint(retry_mode="legacy")
    def test_a_marker_asks_for_it(self, appint_stub, appint_client, appint_retry_mode):
        assert appint_retry_mode == mode_of(appint_client) == mode_of(boto3.client("appintegrations")) == "legacy"

    def test_a_stub_of_the_users_own_asks_for_it(self):
        stub = AppIntegrationsStub(retry_mode="adaptive")
        assert mode_of(stub.client()) == "adaptive"
        with stub:
            assert mode_of(stub.client()) == mode_of(boto3.client("appintegrations")) == "adaptive"

    @pytest.mark.parametrize("appint_retry_mode", ["standard"])
    def test_other_services_are_left_alone(self, appint_stub, monkeypatch):
        monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
        client = boto3.client("sqs", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        assert mode_of(client) == "legacy"

    @pytest.mark.parametrize("appint_retry_mode", [None, *MODES])
    @pytest.mark.appint_fault(Fault("ThrottlingException", attempts=2))
    def test_a_throttled_call_recovers_in_each_mode(self, appint_stub, appint_retry_mode):
        boto3.client("appintegrations").list_applications()
        assert len(appint_stub.calls.last.attempts) == 3


@pytest.mark.slow
def test_what_others_have_wrapped_since_stays_when_the_patches_are_taken_away():
    program = """
from botocore.client import BaseClient
from pytest_appintegrations import interception
interception.install()
patched = BaseClient._make_api_call
def wrapper(*args, **kwargs):
    return patched(*args, **kwargs)
BaseClient._make_api_call = wrapper
interception.uninstall()
assert BaseClient._make_api_call is wrapper
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.slow
def test_nothing_of_the_patches_stays_behind():
    program = """
from botocore import client, endpoint, handlers, session
from botocore.retries import adaptive, bucket, quota

def state():
    return [
        list(handlers.BUILTIN_HANDLERS), endpoint.time, session.ConfiguredEndpointProvider,
        *(dict(vars(owner)) for owner in (
            session.Session, client.BaseClient, adaptive.ClientRateLimiter, bucket.TokenBucket, quota.RetryQuota,
        )),
    ]

before = state()
from pytest_appintegrations import AppIntegrationsStub, interception
for _ in range(2):
    interception.install()
    with AppIntegrationsStub() as outer:
        patched = state()
        assert not [value for value in patched if value in before]
        with AppIntegrationsStub():
            assert state() == patched
    interception.uninstall()
    assert state() == before
"""
    subprocess.run([sys.executable, "-c", program], check=True)
