"""The stub's own clients: each test has new ones, which no configuration of the machine reaches."""

from __future__ import annotations

import pytest
from botocore.config import Config

CHANGES = {
    "its configuration": lambda client: setattr(client.meta.config, "read_timeout", 1),
    "its retries": lambda client: client.meta.config.retries.clear(),
    "its endpoint": lambda client: setattr(client._endpoint, "host", "https://elsewhere"),
    "its handlers": lambda client: client.meta.events.register("before-call", lambda **_: 1 / 0),
    "its cache": lambda client: client._cache.update(changed=True),
    "itself": lambda client: setattr(client, "list_applications", None),
}


def state(client):
    return (
        client.meta.config.read_timeout,
        client.meta.config.retries.get("mode"),
        client._endpoint.host,
        client._cache,
        callable(client.list_applications),
    )


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("test", ["first", "second"])
def test_what_one_test_does_to_a_client_is_not_seen_by_the_next(appint_stub, appint_client, test, change):
    assert state(appint_client) == state(appint_stub.client())
    appint_client.list_applications()
    CHANGES[change](appint_client)


def test_every_client_is_a_new_one(appint_stub, appint_client):
    assert appint_stub.client() is not appint_client
    assert appint_stub.client() is not appint_stub.client()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_REGION", "eu-west-2"),
        ("AWS_DEFAULT_REGION", "eu-west-2"),
        ("AWS_RETRY_MODE", "adaptive"),
        ("AWS_PROFILE", "no such profile"),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("AWS_ENDPOINT_URL_APPINTEGRATIONS", "http://127.0.0.1:9"),
    ],
)
def test_no_environment_variable_reaches_it(appint_stub, monkeypatch, variable, value):
    expected = appint_stub.client()
    monkeypatch.setenv(variable, value)
    client = appint_stub.client()
    assert client.meta.config.retries == expected.meta.config.retries
    assert client.meta.region_name == expected.meta.region_name == "us-east-1"
    assert client.meta.endpoint_url == expected.meta.endpoint_url
    client.list_applications()


@pytest.mark.parametrize("config", [{"read_timeout": 5}, {}, 5])
def test_what_is_not_a_config_is_a_type_error(appint_stub, config):
    with pytest.raises(TypeError, match=r"^config must be a botocore.config.Config, .*, not ") as caught:
        appint_stub.client(config=config)
    assert str(caught.value).endswith(f"not {config!r}")


@pytest.mark.parametrize("keywords", [{"region_name": "eu-west-2"}, {"config": Config(region_name="eu-west-2")}])
def test_it_is_in_the_region_that_the_test_names(appint_stub, keywords):
    appint_stub.client(**keywords).list_applications()
    assert appint_stub.calls.last.region == "eu-west-2"
