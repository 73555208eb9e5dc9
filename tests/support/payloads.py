"""Requests that many tests make."""

from __future__ import annotations

from pytest_appintegrations.model import service

KMS_KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

# Every parameter of CreateDataIntegrationAssociation but the identifier.
FULL_ASSOCIATION = {
    "ClientId": "profiles-export",
    "ObjectConfiguration": {"CustomerProfiles": {"domainName": ["retail"], "objectType": ["_profile"]}},
    "DestinationURI": "s3://bucket/exports",
    "ClientAssociationMetadata": {"team": "care", "stage": "test"},
    "ClientToken": "token-1",
    "ExecutionConfiguration": {
        "ExecutionMode": "ON_DEMAND",
        "OnDemandConfiguration": {"StartTime": "1715278292014", "EndTime": "1715364692014"},
        "ScheduleConfiguration": {
            "FirstExecutionFrom": "1439788442681",
            "Object": "Account",
            "ScheduleExpression": "rate(1 hour)",
        },
    },
}

ARN = "arn:aws:app-integrations:us-east-1:123456789012"
NOBODY = "00000000-0000-0000-0000-000000000000"
UUID = r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"

ON_DEMAND = {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1715278292014"}}
SCHEDULED = {"ExecutionMode": "SCHEDULED", "ScheduleConfiguration": {"ScheduleExpression": "rate(1 day)"}}

# The parameters that creations require, and no others.
NEW_EVENT_INTEGRATION = {
    "Name": "crm/orders_1.2-a",
    "EventFilter": {"Source": "aws.partner/examplepartner.com"},
    "EventBridgeBus": "default",
}
NEW_APPLICATION = {
    "Name": "Agent desk",
    "Namespace": "agent/desk",
    "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://desk.example.com"}},
}
FULL_INTEGRATION = {
    "Name": "crm/orders_1.2-a",
    "Description": "what customers ordered",
    "KmsKey": KMS_KEY,
    "SourceURI": "Salesforce://AppFlow/test",
    "ScheduleConfig": {
        "FirstExecutionFrom": "1439788442681",
        "Object": "Account",
        "ScheduleExpression": "rate(1 hour)",
    },
    "Tags": {"stage": "test"},
    "ClientToken": "token-1",
    "FileConfiguration": {"Folders": ["/a"], "Filters": {"ext": ["pdf"]}},
    "ObjectConfiguration": {"Account": {"fields": ["Id", "Name"]}},
}
FULL_EVENT_INTEGRATION = {
    **NEW_EVENT_INTEGRATION,
    "Description": "what the CRM tells",
    "EventBridgeBus": "aws.partner/examplepartner.com/orders",
    "Tags": {"stage": "test"},
    "ClientToken": "token-1",
}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:desk"
FULL_APPLICATION = {
    **NEW_APPLICATION,
    "Description": "where agents work",
    "ApplicationSourceConfig": {
        "ExternalUrlConfig": {"AccessUrl": "https://desk.example.com", "ApprovedOrigins": ["https://example.com"]}
    },
    "Subscriptions": [{"Event": "contacts::ended", "Description": "when one ends"}],
    "Publications": [{"Event": "desk::opened", "Schema": "{}", "Description": "when it opens"}],
    "ClientToken": "token-1",
    "Tags": {"stage": "test"},
    "Permissions": ["User.Details.View", "Contact.*"],
}
# Members of newer models.
_NEWER = {
    "IsService": False,
    "InitializationTimeout": 5000,
    "ApplicationConfig": {"ContactHandling": {"Scope": "PER_CONTACT"}},
    "IframeConfig": {"Allow": ["camera"], "Sandbox": ["allow-forms"]},
    "ApplicationType": "STANDARD",
    "AuthConfig": {"AuthType": "API_KEY", "CredentialProviderIdentifier": SECRET},
}
EVERY_APPLICATION_MEMBER = FULL_APPLICATION | {
    name: value for name, value in _NEWER.items() if name in service.input_members("CreateApplication")
}


def without_metadata(response):
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}
