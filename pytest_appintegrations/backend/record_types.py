"""The types of the records that stores return and `add` accepts.

There are two of each: that of a returned record, in which some members are always present, and that of the arguments
of `add`, in which any may be missing. A test compares them with botocore's model; members of newer models are included.
"""

from __future__ import annotations

import datetime
from typing import TypedDict

from pytest_appintegrations.backend.structure_types import (
    ApplicationConfigDict,
    ApplicationSourceConfigDict,
    AuthConfigDict,
    EventFilterDict,
    ExecutionConfigurationDict,
    FileConfigurationDict,
    IframeConfigDict,
    LastExecutionStatusDict,
    PublicationDict,
    ScheduleConfigurationDict,
    SubscriptionDict,
)


class _DataIntegrationOptions(TypedDict, total=False):
    Description: str
    SourceURI: str
    ScheduleConfiguration: ScheduleConfigurationDict
    Tags: dict[str, str]
    FileConfiguration: FileConfigurationDict
    ObjectConfiguration: dict[str, dict[str, list[str]]]


class DataIntegration(_DataIntegrationOptions):
    """A data integration."""

    Arn: str
    Id: str
    Name: str
    KmsKey: str


class DataIntegrationMembers(_DataIntegrationOptions, total=False):
    """What `stub.data_integrations.add()` takes."""

    Arn: str
    Id: str
    Name: str
    KmsKey: str


class _DataIntegrationAssociationOptions(TypedDict, total=False):
    ClientId: str
    DestinationURI: str
    LastExecutionStatus: LastExecutionStatusDict
    ExecutionConfiguration: ExecutionConfigurationDict
    ObjectConfiguration: dict[str, dict[str, list[str]]]
    ClientAssociationMetadata: dict[str, str]
    Tags: dict[str, str]


class DataIntegrationAssociation(_DataIntegrationAssociationOptions):
    """An association of a data integration with a client or a destination."""

    DataIntegrationAssociationId: str
    DataIntegrationAssociationArn: str
    DataIntegrationArn: str


class DataIntegrationAssociationMembers(_DataIntegrationAssociationOptions, total=False):
    """What `stub.data_integration_associations.add()` takes."""

    DataIntegrationAssociationId: str
    DataIntegrationAssociationArn: str
    DataIntegrationArn: str


class _EventIntegrationOptions(TypedDict, total=False):
    Description: str
    Tags: dict[str, str]


class EventIntegration(_EventIntegrationOptions):
    """An event integration."""

    Name: str
    EventIntegrationArn: str
    EventBridgeBus: str
    EventFilter: EventFilterDict


class EventIntegrationMembers(_EventIntegrationOptions, total=False):
    """What `stub.event_integrations.add()` takes."""

    Name: str
    EventIntegrationArn: str
    EventBridgeBus: str
    EventFilter: EventFilterDict


class _EventIntegrationAssociationOptions(TypedDict, total=False):
    ClientId: str
    EventBridgeRuleName: str
    ClientAssociationMetadata: dict[str, str]
    Tags: dict[str, str]


class EventIntegrationAssociation(_EventIntegrationAssociationOptions):
    """An association of an event integration with a client."""

    EventIntegrationAssociationArn: str
    EventIntegrationAssociationId: str
    EventIntegrationName: str


class EventIntegrationAssociationMembers(_EventIntegrationAssociationOptions, total=False):
    """What `stub.event_integration_associations.add()` takes."""

    EventIntegrationAssociationArn: str
    EventIntegrationAssociationId: str
    EventIntegrationName: str


class _ApplicationOptions(TypedDict, total=False):
    Description: str
    Subscriptions: list[SubscriptionDict]
    Publications: list[PublicationDict]
    LastModifiedRegion: str
    Tags: dict[str, str]
    Permissions: list[str]
    IsService: bool
    InitializationTimeout: int
    ApplicationConfig: ApplicationConfigDict
    IframeConfig: IframeConfigDict
    ApplicationType: str
    AuthConfig: AuthConfigDict


class Application(_ApplicationOptions):
    """An application."""

    Arn: str
    Id: str
    Name: str
    Namespace: str
    ApplicationSourceConfig: ApplicationSourceConfigDict
    CreatedTime: datetime.datetime
    LastModifiedTime: datetime.datetime


class ApplicationMembers(_ApplicationOptions, total=False):
    """What `stub.applications.add()` takes."""

    Arn: str
    Id: str
    Name: str
    Namespace: str
    ApplicationSourceConfig: ApplicationSourceConfigDict
    CreatedTime: datetime.datetime
    LastModifiedTime: datetime.datetime


class _ApplicationAssociationOptions(TypedDict, total=False):
    ClientId: str
    Tags: dict[str, str]


class ApplicationAssociation(_ApplicationAssociationOptions):
    """An association of an application with a client."""

    ApplicationAssociationId: str
    ApplicationAssociationArn: str
    ApplicationArn: str


class ApplicationAssociationMembers(_ApplicationAssociationOptions, total=False):
    """What `stub.application_associations.add()` takes."""

    ApplicationAssociationId: str
    ApplicationAssociationArn: str
    ApplicationArn: str
