"""The structures within records, for type checkers: each is named as its shape in botocore's model."""

from __future__ import annotations

from typing import TypedDict


class _ScheduleConfigurationOptions(TypedDict, total=False):
    FirstExecutionFrom: str
    Object: str


class ScheduleConfigurationDict(_ScheduleConfigurationOptions):
    """When data is pulled from the source."""

    ScheduleExpression: str


class _FileConfigurationOptions(TypedDict, total=False):
    Filters: dict[str, list[str]]


class FileConfigurationDict(_FileConfigurationOptions):
    """Which files are pulled from the source."""

    Folders: list[str]


class _OnDemandConfigurationOptions(TypedDict, total=False):
    EndTime: str


class OnDemandConfigurationDict(_OnDemandConfigurationOptions):
    """Which period an execution on demand covers."""

    StartTime: str


class _ExecutionConfigurationOptions(TypedDict, total=False):
    OnDemandConfiguration: OnDemandConfigurationDict
    ScheduleConfiguration: ScheduleConfigurationDict


class ExecutionConfigurationDict(_ExecutionConfigurationOptions):
    """How the job of an association is run."""

    ExecutionMode: str


class LastExecutionStatusDict(TypedDict, total=False):
    """The status of the last execution."""

    ExecutionStatus: str
    StatusMessage: str


class EventFilterDict(TypedDict):
    """Which events an event integration takes."""

    Source: str


class _ExternalUrlConfigOptions(TypedDict, total=False):
    ApprovedOrigins: list[str]


class ExternalUrlConfigDict(_ExternalUrlConfigOptions):
    """Where an application is."""

    AccessUrl: str


class ApplicationSourceConfigDict(TypedDict, total=False):
    """Where an application comes from."""

    ExternalUrlConfig: ExternalUrlConfigDict


class _SubscriptionOptions(TypedDict, total=False):
    Description: str


class SubscriptionDict(_SubscriptionOptions):
    """An event that an application subscribes to."""

    Event: str


class _PublicationOptions(TypedDict, total=False):
    Description: str


class PublicationDict(_PublicationOptions):
    """An event that an application publishes."""

    Event: str
    Schema: str


class ContactHandlingDict(TypedDict, total=False):
    """How an application handles contacts."""

    Scope: str


class ApplicationConfigDict(TypedDict, total=False):
    """The configuration of an application."""

    ContactHandling: ContactHandlingDict


class IframeConfigDict(TypedDict, total=False):
    """What the iframe of an application is allowed."""

    Allow: list[str]
    Sandbox: list[str]


class AuthConfigDict(TypedDict, total=False):
    """How an application authenticates."""

    AuthType: str
    CredentialProviderIdentifier: str
    AudienceOverride: str
