"""Wait until an export, the execution of a data integration association, has ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


class ExportFailed(Exception):
    """The export ended without success; tells the service's own message."""


class ExportTimedOut(Exception):
    """The export had not ended by the deadline."""


def wait_for_export(
    client: Any,
    integration: str,
    association_arn: str,
    *,
    timeout: float,
    interval: float = 30,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Ask every `interval` seconds until the export is complete, for `timeout` seconds at most."""
    waited = 0.0
    while True:
        last = _last_execution(client, integration, association_arn)
        if last.get("ExecutionStatus") == "COMPLETED":
            return
        if last.get("ExecutionStatus") == "FAILED":
            raise ExportFailed(last.get("StatusMessage", "no reason given"))
        if waited >= timeout:
            raise ExportTimedOut(f"{association_arn} did not end within {timeout} s")
        pause = min(interval, timeout - waited)
        sleep(pause)
        waited += pause


def _last_execution(client: Any, integration: str, association_arn: str) -> dict[str, str]:
    # No operation shows one association: only the list has the status.
    pages = client.get_paginator("list_data_integration_associations").paginate(DataIntegrationIdentifier=integration)
    for page in pages:
        for association in page["DataIntegrationAssociations"]:
            if association["DataIntegrationAssociationArn"] == association_arn:
                return dict(association.get("LastExecutionStatus", {}))
    raise LookupError(f"{integration} has no association {association_arn}")
