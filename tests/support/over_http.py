"""A plugin for the tests of the stub's answers: `pytest -p tests.support.over_http tests/backend` asks over HTTP.

Its `appint_client` is a real client whose requests leave it: they reach the stub by `appint_server`.
"""

from __future__ import annotations

import pytest

from pytest_appintegrations.interception.handlers import HANDLERS


@pytest.fixture
def appint_client(appint_stub, appint_server):
    client = appint_stub.client(endpoint_url=appint_server.url)
    for event, handler in HANDLERS:
        client.meta.events.unregister(event, handler)
    return client
