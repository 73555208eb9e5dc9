"""Start an export for whoever asks by an event, and say what came of it.

It has an honest bug where an error is answered, which its test does not see: `pytest --appint-explore` finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError


def start_export(client: Any, event: Mapping[str, str]) -> dict[str, str]:
    """Associate a data integration with a bucket."""
    try:
        association = client.create_data_integration_association(
            DataIntegrationIdentifier=event["integration"], DestinationURI=event["bucket"]
        )
    except ClientError as error:
        return {"status": "FAILED", "reason": error.response["Message"]}
    return {"status": "STARTED", "export": association["DataIntegrationAssociationId"]}
