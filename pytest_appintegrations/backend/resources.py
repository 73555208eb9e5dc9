"""Records of each kind in order: find them, page through them, name them by ARN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind of resource: how the API, an ARN and the service's messages call it."""

    store: str
    """The attribute of the stub that holds its records."""
    label: str
    """What the service's messages call it."""
    resource: str
    """The resource type in its ARN."""
    key: str
    """The member that identifies a record."""
    arn: str
    """The member that holds its ARN."""
    parent: str | None = None
    """The member that names the record that it hangs on, by that record's key or ARN."""
    unique: str | None = None
    """The member, other than the key, that no two records share."""
    named: bool = False
    """Whether the service finds a record by its unique member too."""


DATA_INTEGRATION = ResourceType(
    "data_integrations", "DataIntegration", "data-integration", "Id", "Arn", unique="Name", named=True
)
DATA_INTEGRATION_ASSOCIATION = ResourceType(
    "data_integration_associations", "DataIntegrationAssociation", "data-integration-association",
    "DataIntegrationAssociationId", "DataIntegrationAssociationArn", parent="DataIntegrationArn",
)  # fmt: skip
EVENT_INTEGRATION = ResourceType(
    "event_integrations", "EventIntegration", "event-integration", "Name", "EventIntegrationArn"
)
EVENT_INTEGRATION_ASSOCIATION = ResourceType(
    "event_integration_associations", "EventIntegrationAssociation", "event-integration-association",
    "EventIntegrationAssociationId", "EventIntegrationAssociationArn", parent="EventIntegrationName",
)  # fmt: skip
APPLICATION = ResourceType("applications", "Application", "application", "Id", "Arn", unique="Namespace")
# The API shows no id of these; this is what IAM's ARN format calls it.
APPLICATION_ASSOCIATION = ResourceType(
    "application_associations", "ApplicationAssociation", "application-association",
    "ApplicationAssociationId", "ApplicationAssociationArn", parent="ApplicationArn",
)  # fmt: skip
RESOURCE_TYPES = (
    DATA_INTEGRATION, DATA_INTEGRATION_ASSOCIATION, EVENT_INTEGRATION, EVENT_INTEGRATION_ASSOCIATION,
    APPLICATION, APPLICATION_ASSOCIATION,
)  # fmt: skip
