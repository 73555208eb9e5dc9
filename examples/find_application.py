"""Register an application once: look for it by its namespace, create it if it is absent, and tag it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def find_application(client: Any, namespace: str) -> dict[str, Any] | None:
    """Return the application's summary, None if there is none. The service itself cannot look up a namespace."""
    for page in client.get_paginator("list_applications").paginate():
        for application in page["Applications"]:
            if application["Namespace"] == namespace:
                return dict(application)
    return None


def register_application(client: Any, namespace: str, url: str, tags: Mapping[str, str]) -> str:
    """Make sure that the application is there and carries the tags; give its ARN."""
    found = find_application(client, namespace)
    if found is None:
        found = client.create_application(
            Name=namespace,
            Namespace=namespace,
            ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": url}},
        )
    arn: str = found["Arn"]
    client.tag_resource(resourceArn=arn, tags=dict(tags))
    return arn
