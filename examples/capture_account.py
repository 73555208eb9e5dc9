"""Capture once what an account has in AppIntegrations, without its account id, to test against it:

python capture_account.py > account.json
"""

from __future__ import annotations

import json
from typing import Any

Records = list[dict[str, Any]]


def capture(client: Any) -> dict[str, Any]:
    """Read all records of the client's region, with calls that only list and get."""

    def read(operation: str, **params: str) -> Records:
        [records] = client.get_paginator(operation).paginate(**params).build_full_result().values()
        return list(records)

    def associations(kind: str, parameter: str, parents: Records, member: str) -> Records:
        operation = f"list_{kind}_associations"
        return [record for parent in parents for record in read(operation, **{parameter: parent[member]})]

    data = [client.get_data_integration(Identifier=each["Arn"]) for each in read("list_data_integrations")]
    apps = [client.get_application(Arn=each["Arn"]) for each in read("list_applications")]
    for response in data + apps:
        del response["ResponseMetadata"]
    events = read("list_event_integrations")
    stores = {
        "data_integrations": data,
        "data_integration_associations": associations("data_integration", "DataIntegrationIdentifier", data, "Arn"),
        "event_integrations": events,
        "event_integration_associations": associations("event_integration", "EventIntegrationName", events, "Name"),
        "applications": apps,
        "application_associations": associations("application", "ApplicationId", apps, "Arn"),
    }
    return {"version": 1, "regions": {client.meta.region_name: stores}}


def redact(captured: dict[str, Any], account_id: str) -> str:
    """Write what was captured as JSON, with the stub's account in place of the real one."""
    text = json.dumps(captured, indent=2, default=lambda time: time.isoformat())
    return text.replace(account_id, "123456789012") + "\n"


if __name__ == "__main__":
    import boto3

    account_id = boto3.client("sts").get_caller_identity()["Account"]
    print(redact(capture(boto3.client("appintegrations")), account_id), end="")
