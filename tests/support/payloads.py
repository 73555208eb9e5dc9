"""Requests that many tests make."""

from __future__ import annotations

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
UUID = r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"

# What creates must be told, and no more.
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


def without_metadata(response):
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}
