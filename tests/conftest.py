from __future__ import annotations

import os

# Else each run of pytest inside this process would import them anew, which takes long, and which typing's cache of
# generic classes does not always survive.
import boto3  # noqa: F401
import dirty_equals  # noqa: F401
import pytest

from pytest_appintegrations.interception.child_environment import REFUSING_URL

pytest_plugins = ["pytester"]

# pytest has read it already; its runs inside tests must not read it again.
os.environ.pop("PYTEST_ADDOPTS", None)

if os.environ.get("OVER_HTTP"):
    from tests.support.over_http import appint_client, pytest_collection_modifyitems  # noqa: F401


#: The fixtures that tests which run pytest use.
RUN_PYTEST = {"pytester", "corpus", "tables"}


def pytest_itemcollected(item):
    """Mark a test that runs pytest as slow, too, unless it is marked by hand."""
    if not RUN_PYTEST.isdisjoint(getattr(item, "fixturenames", ())) and not item.get_closest_marker("slow"):
        item.add_marker("slow")
        item.add_marker("runs_pytest")


@pytest.fixture(autouse=True)
def _no_aws_configuration(monkeypatch, tmp_path_factory):
    """Hide the AWS configuration of the machine, so that each test sets what it needs."""
    for name in [name for name in os.environ if name.startswith("AWS_") and os.environ[name] != REFUSING_URL]:
        monkeypatch.delenv(name)
    nowhere = tmp_path_factory.getbasetemp() / "nowhere"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere))


@pytest.fixture
def pytester(pytester, monkeypatch):
    """Leave inline-snapshot out of the runs inside tests: each would import it anew and keep it, half of what it costs."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:inline_snapshot")
    return pytester


@pytest.fixture
def integration(appint_stub):
    return appint_stub.data_integrations.add(Name="orders")


@pytest.fixture
def error_of():
    """Return a function that calls another and returns the code, the status and the message of its error.

    An error that the model names is of its own class, another a plain `ClientError`.
    """
    from botocore.exceptions import ClientError

    from pytest_appintegrations.model.service import all_errors

    def call(function, **params):
        with pytest.raises(ClientError) as caught:
            function(**params)
        response = caught.value.response
        error = response["Error"]
        # Modelled errors repeat their message at the top level.
        assert response.get("Message", error["Message"]) == error["Message"]
        code = error["Code"]
        assert type(caught.value).__name__ == (code if code in all_errors() else "ClientError")
        return code, response["ResponseMetadata"]["HTTPStatusCode"], error["Message"]

    return call
