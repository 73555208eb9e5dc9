"""Export the customer profiles of a domain to S3, as Amazon Connect's guide on bulk export describes it.

A data integration names what is exported; an association with it names the bucket and the window of time, and
starts the export. The window selects the profiles last updated in it.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

SOURCE = "AmazonConnect://AppIntegrations"


class ExportRefused(Exception):
    """The export could not be started; the message says what somebody has to do."""


@dataclass(frozen=True)
class Export:
    """An export that was started."""

    integration_id: str
    association_id: str


def start_export(client, *, domain, kms_key, destination, start, end, object_type="_profile"):
    """Start to export what was updated between two aware datetimes; asked again, it starts no second export."""
    name = f"{domain}.{object_type}"
    window = {"StartTime": epoch_milliseconds(start), "EndTime": epoch_milliseconds(end)}
    integration_id = ensure_integration(client, name, domain, kms_key, object_type)
    try:
        association = client.create_data_integration_association(
            DataIntegrationIdentifier=integration_id,
            DestinationURI=destination,
            ExecutionConfiguration={"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": window},
            ClientToken=token_of(name, destination, window),
        )
    except client.exceptions.ResourceQuotaExceededException as error:
        raise ExportRefused(f"{name} has all the exports that its quota allows: ask AWS to raise it") from error
    except client.exceptions.AccessDeniedException as error:
        raise ExportRefused(f"this role may not associate {name}: {error}") from error
    return Export(integration_id, association["DataIntegrationAssociationId"])


def export_status(client, export):
    """Return the status of an export and its message, None if it has none."""
    pages = client.get_paginator("list_data_integration_associations").paginate(
        DataIntegrationIdentifier=export.integration_id
    )
    for page in pages:
        for association in page["DataIntegrationAssociations"]:
            # The list shows ARNs, the creation gave an id: it is the ARN's last part.
            if association["DataIntegrationAssociationArn"].endswith(f"/{export.association_id}"):
                last = association["LastExecutionStatus"]
                return last["ExecutionStatus"], last.get("StatusMessage")
    raise LookupError(f"there is no export {export.association_id}")


def ensure_integration(client, name, domain, kms_key, object_type):
    """Return the id of the data integration of that name; create it if there is none."""
    try:
        return client.get_data_integration(Identifier=name)["Id"]
    except client.exceptions.ResourceNotFoundException:
        pass
    return client.create_data_integration(
        Name=name,
        KmsKey=kms_key,
        SourceURI=SOURCE,
        ObjectConfiguration={"CustomerProfiles": {"domainName": [domain], "objectType": [object_type]}},
    )["Id"]


def token_of(*parts):
    """Make a client token that is the same for the same request."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def epoch_milliseconds(moment: datetime.datetime) -> str:
    """Write a time as the service reads it."""
    return str(int(moment.timestamp() * 1000))
