"""The types of the structures in records, each named after its shape in botocore's model."""

from __future__ import annotations

from typing import TypedDict


class _ScheduleConfigurationOptions(TypedDict, total=False):
    FirstExecutionFrom: str
    Object: str


class ScheduleConfigurationDict(_ScheduleConfigurationOptions):
    """The schedule for pulling data from the source."""

    ScheduleExpression: str


class _FileConfigurationOptions(TypedDict, total=False):
    Filters: dict[str, list[str]]


class FileConfigurationDict(_FileConfigurationOptions):
    """The files to pull from the source."""

    Folders: list[str]


class _OnDemandConfigurationOptions(TypedDict, total=False):
    EndTime: str


class OnDemandConfigurationDict(_OnDemandConfigurationOptions):
    """The period that an execution on demand covers."""

    StartTime: str


class _ExecutionConfigurationOptions(TypedDict, total=False):
    OnDemandConfiguration: OnDemandConfigurationDict
    ScheduleConfiguration: ScheduleConfigurationDict


class ExecutionConfigurationDict(_ExecutionConfigurationOptions):
    """The mode in which the job of an association runs."""

    ExecutionMode: str


class LastExecutionStatusDict(TypedDict, total=False):
    """The status of the last execution."""

    ExecutionStatus: str
    StatusMessage: str


class EventFilterDict(TypedDict):
    """The events that an event integration accepts."""

    Source: str


class _ExternalUrlConfigOptions(TypedDict, total=False):
    ApprovedOrigins: list[str]


class ExternalUrlConfigDict(_ExternalUrlConfigOptions):
    """The address of an application."""

    AccessUrl: str


class ApplicationSourceConfigDict(TypedDict, total=False):
    """The source of an application."""

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
    """The way in which an application handles contacts."""

    Scope: str


class ApplicationConfigDict(TypedDict, total=False):
    """The configuration of an application."""

    ContactHandling: ContactHandlingDict


class IframeConfigDict(TypedDict, total=False):
    """The permissions of the iframe of an application."""

    Allow: list[str]
    Sandbox: list[str]


class AuthConfigDict(TypedDict, total=False):
    """The way in which an application authenticates."""

    AuthType: str
    CredentialProviderIdentifier: str
    AudienceOverride: str
