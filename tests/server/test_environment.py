"""What a child process needs in its environment."""

from __future__ import annotations

import pytest

from pytest_appintegrations.server.environment import child_environment

URL = "http://127.0.0.1:4587"
ENDPOINT = {"AWS_ENDPOINT_URL_APPINTEGRATIONS": URL}
DUMMIES = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def regions(name):
    return {"AWS_REGION": name, "AWS_DEFAULT_REGION": name}


@pytest.mark.parametrize(
    ("environ", "added"),
    [
        ({}, {**ENDPOINT, **DUMMIES, **regions("eu-west-2")}),
        ({"AWS_ACCESS_KEY_ID": "mine"}, {**ENDPOINT, **regions("eu-west-2")}),
        ({"AWS_PROFILE": "work"}, {**ENDPOINT, **regions("eu-west-2")}),
        ({"AWS_REGION": "us-west-2"}, {**ENDPOINT, **DUMMIES, "AWS_DEFAULT_REGION": "us-west-2"}),
        ({"AWS_DEFAULT_REGION": "us-west-2"}, {**ENDPOINT, **DUMMIES, "AWS_REGION": "us-west-2"}),
        (regions("us-west-2"), {**ENDPOINT, **DUMMIES}),
        (
            {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"},
            {**ENDPOINT, **DUMMIES, **regions("eu-west-2"), "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
        ),
        (
            {"HTTP_PROXY": "http://proxy", "http_proxy": "http://proxy", "no_proxy": "intern"},
            {**ENDPOINT, **DUMMIES, **regions("eu-west-2"), "NO_PROXY": "127.0.0.1", "no_proxy": "intern,127.0.0.1"},
        ),
    ],
    ids=lambda value: ",".join(value) or "empty",
)
def test_only_missing_variables_are_added(environ, added):
    assert child_environment(URL, "eu-west-2", environ) == added
