from __future__ import annotations

import pytest

from tests.support.payloads import FULL_ASSOCIATION


@pytest.fixture
def log(appint_stub, appint_client, integration):
    """Three calls: a list, an association with every parameter, and one with few."""
    appint_client.list_data_integrations(MaxResults=5)
    appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", **FULL_ASSOCIATION)
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", DestinationURI="s3://bucket/other"
    )
    return appint_stub.calls


@pytest.fixture
def message_of():
    """Return the message of the assertion that a call of a function fails."""

    def message_of(function, *args, **params):
        with pytest.raises(AssertionError) as caught:
            function(*args, **params)
        return str(caught.value)

    return message_of
