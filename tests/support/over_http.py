"""The tests of what the stub answers, over HTTP: `OVER_HTTP=1 pytest tests/backend`.

This `appint_client` is a real client whose requests leave the process: they reach the stub by `appint_server`.
"""

from __future__ import annotations

import pytest

from pytest_appintegrations.interception.handlers import HANDLERS


@pytest.fixture
def appint_client(appint_stub, appint_server):
    client = appint_stub.client(endpoint_url=appint_server.url)
    for event, handler, *_ in HANDLERS:
        client.meta.events.unregister(event, handler)
    return client


def pytest_collection_modifyitems(items):
    """Skip tests of a client in the test's own process: over HTTP, for example, retries are really waited for."""
    for item in items:
        if item.get_closest_marker("in_process"):
            item.add_marker(pytest.mark.skip(reason="holds for a client in the test's own process"))
