"""The six types of resource, with their names in the API, in ARNs and in messages of the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """A type of resource, with its names."""

    store: str
    """The attribute of the stub that contains its records."""
    label: str
    """Its name in the service's messages."""
    arn_type: str
    """Its name in an ARN."""
    id_member: str
    """The member that identifies a record."""
    arn_member: str
    """The member that contains the ARN of a record."""
    unique_member: str | None = None
    """The member, other than the id, that no two records share."""
    found_by_unique: bool = False
    """Whether the service also looks up records by the unique member."""
    reference_member: str | None = None
    """The member that associations use to refer to a record."""
    parent: ResourceType | None = None
    """The type that its records are associated with."""
    parent_member: str | None = None
    """The member that refers to the parent."""

    @property
    def label_with_article(self) -> str:
        """The label with an indefinite article."""
        return f"{'an' if self.label[0] in 'AE' else 'a'} {self.label}"


DATA_INTEGRATION = ResourceType(
    store="data_integrations",
    label="DataIntegration",
    arn_type="data-integration",
    id_member="Id",
    arn_member="Arn",
    unique_member="Name",
    found_by_unique=True,
    reference_member="Arn",
)
DATA_INTEGRATION_ASSOCIATION = ResourceType(
    store="data_integration_associations",
    label="DataIntegrationAssociation",
    arn_type="data-integration-association",
    id_member="DataIntegrationAssociationId",
    arn_member="DataIntegrationAssociationArn",
    parent=DATA_INTEGRATION,
    parent_member="DataIntegrationArn",
)
EVENT_INTEGRATION = ResourceType(
    store="event_integrations",
    label="EventIntegration",
    arn_type="event-integration",
    id_member="Name",
    arn_member="EventIntegrationArn",
    reference_member="Name",
)
EVENT_INTEGRATION_ASSOCIATION = ResourceType(
    store="event_integration_associations",
    label="EventIntegrationAssociation",
    arn_type="event-integration-association",
    id_member="EventIntegrationAssociationId",
    arn_member="EventIntegrationAssociationArn",
    parent=EVENT_INTEGRATION,
    parent_member="EventIntegrationName",
)
APPLICATION = ResourceType(
    store="applications",
    label="Application",
    arn_type="application",
    id_member="Id",
    arn_member="Arn",
    unique_member="Namespace",
    reference_member="Arn",
)
APPLICATION_ASSOCIATION = ResourceType(
    store="application_associations",
    label="ApplicationAssociation",
    arn_type="application-association",
    id_member="ApplicationAssociationId",  # The API never shows it; this is its name in IAM's format of the ARN.
    arn_member="ApplicationAssociationArn",
    parent=APPLICATION,
    parent_member="ApplicationArn",
)
#: Parents precede their associations.
RESOURCE_TYPES = (
    DATA_INTEGRATION,
    DATA_INTEGRATION_ASSOCIATION,
    EVENT_INTEGRATION,
    EVENT_INTEGRATION_ASSOCIATION,
    APPLICATION,
    APPLICATION_ASSOCIATION,
)
