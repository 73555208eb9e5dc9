"""The three families of resources, for tests that prove the same of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from pytest_appintegrations.backend.resources import (
    APPLICATION,
    APPLICATION_ASSOCIATION,
    DATA_INTEGRATION,
    DATA_INTEGRATION_ASSOCIATION,
    EVENT_INTEGRATION,
    EVENT_INTEGRATION_ASSOCIATION,
    ResourceType,
)
from tests.support.payloads import (
    FULL_APPLICATION,
    FULL_EVENT_INTEGRATION,
    FULL_INTEGRATION,
    KMS_KEY,
    NEW_APPLICATION,
    NEW_EVENT_INTEGRATION,
)


@dataclass(frozen=True, kw_only=True)
class Family:
    """A type of resource with its associations, and how its operations are called."""

    resource_type: ResourceType
    association_type: ResourceType
    new: dict[str, Any]
    """What a create needs, and no more."""
    full: dict[str, Any]
    """What a create takes, with a ClientToken."""
    unique: str
    """The parameter that no two records share."""
    identifier: str
    """The parameter of get and update that names the record."""
    delete_identifier: str
    parent_identifier: str
    """The parameter that names the parent whose associations are listed."""
    quota: int
    """As published by AWS."""
    in_use: str
    """The message for the deletion of a record with associations."""

    @property
    def label(self) -> str:
        return self.resource_type.label

    @property
    def name(self) -> str:
        """The name of one record, as in the client's methods."""
        return self.resource_type.store.removesuffix("s")

    def store(self, stub):
        return getattr(stub, self.resource_type.store)

    def associations(self, stub):
        return getattr(stub, self.association_type.store)

    def add_association(self, stub, parent):
        """Seed an association of a record."""
        reference = {self.association_type.parent_member: parent[self.resource_type.reference_member]}
        return self.associations(stub).add(**reference)

    def key(self, record):
        return record[self.resource_type.id_member]

    def create(self, client, unique=None, **params):
        """Create a record with little more than it needs."""
        named = {} if unique is None else {self.unique: unique}
        return getattr(client, f"create_{self.name}")(**{**self.new, **named, **params})

    def update(self, client, key, **changes):
        return getattr(client, f"update_{self.name}")(**{self.identifier: key}, **changes)

    def delete(self, client, key):
        return getattr(client, f"delete_{self.name}")(**{self.delete_identifier: key})

    def list(self, client, **params):
        return getattr(client, f"list_{self.resource_type.store}")(**params)

    def list_associations(self, client, key, **params):
        return getattr(client, f"list_{self.association_type.store}")(**{self.parent_identifier: key}, **params)


FAMILIES = (
    Family(
        resource_type=DATA_INTEGRATION,
        association_type=DATA_INTEGRATION_ASSOCIATION,
        new={"Name": "orders", "KmsKey": KMS_KEY},
        full=FULL_INTEGRATION,
        unique="Name",
        identifier="Identifier",
        delete_identifier="DataIntegrationIdentifier",
        parent_identifier="DataIntegrationIdentifier",
        quota=20,
        in_use="Failed to delete DataIntegration with name: NAME. It has DataIntegrationAssociations.",
    ),
    Family(
        resource_type=EVENT_INTEGRATION,
        association_type=EVENT_INTEGRATION_ASSOCIATION,
        new=NEW_EVENT_INTEGRATION,
        full=FULL_EVENT_INTEGRATION,
        unique="Name",
        identifier="Name",
        delete_identifier="Name",
        parent_identifier="EventIntegrationName",
        quota=10,
        in_use="Failed to delete EventIntegration with name: NAME. It has EventIntegrationAssociations.",
    ),
    Family(
        resource_type=APPLICATION,
        association_type=APPLICATION_ASSOCIATION,
        new=NEW_APPLICATION,
        full=FULL_APPLICATION,
        unique="Namespace",
        identifier="Arn",
        delete_identifier="Arn",
        parent_identifier="ApplicationId",
        quota=50,
        in_use="An Application with ApplicationAssociations cannot be deleted",
    ),
)

each_family = pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
