"""A small model of the service: the naive way to do each resource, written apart from the plugin.

It knows no ids in advance: a creation is passed the id that the stub chose. A response is a dict, a refusal the
error's code with the message where it is known.
"""

from __future__ import annotations

import re

from pytest_appintegrations.model import service
from tests.support.payloads import UUID

INVALID, FORBIDDEN, MISSING = "InvalidRequestException", "ValidationException", "ResourceNotFoundException"
QUOTAS = {"data-integration": 3, "data-integration-association": 2, "event-integration": 3, "application": 3}
LABELS = {
    "data-integration": "DataIntegration",
    "event-integration": "EventIntegration",
    "application": "Application",
    "data-integration-association": "DataIntegrationAssociation",
    "event-integration-association": "EventIntegrationAssociation",
    "application-association": "ApplicationAssociation",
}
EXECUTION_SECONDS = 60
APPLICATION_IN_USE = "An Application with ApplicationAssociations cannot be deleted"
HAS_IFRAME_CONFIG = "IframeConfig" in service.members(service.shape("GetApplicationResponse"))


class Refused(Exception):
    def __init__(self, code, message=None):
        super().__init__(code, message)
        self.code, self.message = code, message

    def __eq__(self, other):
        same = isinstance(other, Refused) and self.code == other.code
        return same and (None in (self.message, other.message) or self.message == other.message)

    __hash__ = Exception.__hash__


class Region:
    """What exists in one region: a flat list of resources, each a dict of all that is known of it."""

    def __init__(self, name):
        self.name = name
        self.resources = []
        self.first_requests = {}
        self.now = 0

    def of(self, kind, parent=None):
        return [resource for resource in self.resources if resource["kind"] == kind and resource["parent"] == parent]

    def arn(self, kind, *ids):
        return f"arn:aws:app-integrations:{self.name}:123456789012:{kind}/{'/'.join(ids)}"

    def find(self, kind, identifier, *by, called=None):
        for resource in self.resources:
            if resource["kind"] == kind and identifier in [resource[name] for name in by]:
                return resource
        raise Refused(MISSING, f"Could not find {LABELS[kind]} with identifier: {called or identifier}")

    # Checks before anything is created.

    def first_response(self, scope, params):
        """Return the response to the first request with the same token."""
        first = self.first_requests.get((*scope, params["ClientToken"])) if "ClientToken" in params else None
        if first and first[0] != params:
            raise Refused(INVALID)
        return first[1] if first else None

    def remember(self, scope, params, response):
        if "ClientToken" in params:
            self.first_requests[(*scope, params["ClientToken"])] = (params, response)

    @staticmethod
    def check_tags(tags):
        if any(key.startswith("aws:") for key in tags):
            # Models before 1.44 have a pattern for it.
            in_model = "pattern" in service.shape("TagKey").metadata
            raise Refused(FORBIDDEN if in_model else INVALID)

    def check_new(self, kind, member, value, code):
        if len(self.of(kind)) >= QUOTAS[kind]:
            raise Refused("ResourceQuotaExceededException")
        if any(resource[member] == value for resource in self.of(kind)):
            raise Refused(code)

    # Creations: what `check_new_…` lets through, `made_…` takes in.

    def check_new_data_integration(self, params):
        self.check_tags(params.get("Tags", {}))
        if response := self.first_response(["data"], params):
            return response
        if params.get("SourceURI", "").startswith("s3:") and "ScheduleConfig" in params:
            raise Refused(INVALID, "Failed to create DataIntegration with name: "
                                   f"{params['Name']}. Source S3 does not support structured data.")  # fmt: skip
        self.check_new("data-integration", "name", params["Name"], "DuplicateResourceException")
        return None

    def record_data_integration(self, params, key):
        resource = self.add("data-integration", key, params["Name"], params)
        response = {**params, "Id": key, "Arn": resource["arn"]}
        if "ScheduleConfig" in response:
            response["ScheduleConfiguration"] = response.pop("ScheduleConfig")
        self.remember(["data"], params, response)
        return response

    def check_new_event_integration(self, params):
        self.check_tags(params.get("Tags", {}))
        if response := self.first_response(["event"], params):
            return response
        self.check_new("event-integration", "name", params["Name"], "DuplicateResourceException")
        return None

    def record_event_integration(self, params):
        response = {"EventIntegrationArn": self.add("event-integration", params["Name"], params["Name"], params)["arn"]}
        self.remember(["event"], params, response)
        return response

    def check_new_application(self, params):
        self.check_tags(params.get("Tags", {}))
        if response := self.first_response(["application"], params):
            return response
        self.check_new("application", "namespace", params["Namespace"], INVALID)
        return None

    def record_application(self, params, key):
        resource = self.add("application", key, params["Name"], params)
        resource["namespace"] = params["Namespace"]
        response = {"Id": key, "Arn": resource["arn"]}
        self.remember(["application"], params, response)
        return response

    def check_new_association(self, identifier, params):
        parent = self.data_integration(identifier)
        if response := self.first_response(["association", parent["id"]], params):
            return response
        if len(self.of("data-integration-association", parent["arn"])) >= QUOTAS["data-integration-association"]:
            raise Refused("ResourceQuotaExceededException")
        return None

    def record_association(self, identifier, params, key):
        parent = self.data_integration(identifier)
        resource = self.add("data-integration-association", key, None, params, parent)
        self.run(resource, params.get("ExecutionConfiguration"))
        response = {"DataIntegrationAssociationId": key, "DataIntegrationArn": parent["arn"]}
        self.remember(["association", parent["id"]], params, response)
        return response

    def add(self, kind, key, name, params, parent=None):
        shown = {member: value for member, value in params.items() if member not in ("ClientToken", "Tags")}
        if "ScheduleConfig" in shown:
            shown["ScheduleConfiguration"] = shown.pop("ScheduleConfig")
        arn = self.arn(kind, *([parent["id"]] if parent else []), key)
        resource = {"kind": kind, "id": key, "name": name, "arn": arn, "parent": parent["arn"] if parent else None,
                 "shown": shown, "tags": dict(params.get("Tags", {})), "began": None, "status": None,
                 "made": self.now, "changed": self.now}  # fmt: skip
        self.resources.append(resource)
        return resource

    # Finding.

    def data_integration(self, identifier):
        return self.find("data-integration", identifier, "id", "arn", "name")

    def application(self, identifier):
        plain = identifier.removesuffix(":$LATEST")
        if not re.fullmatch(f"({UUID}|arn:.*)", plain):
            raise Refused(FORBIDDEN)
        return self.find("application", plain, "id", "arn", called=identifier)

    def event_integration(self, name):
        if ":" in name:
            raise Refused(FORBIDDEN)
        return self.find("event-integration", name, "name")

    def tagged(self, arn):
        for kind in LABELS:
            if arn.split(":")[5].startswith(f"{kind}/"):
                return self.find(kind, arn, "arn")
        raise Refused(MISSING, f"Could not find Resource with identifier: {arn}")

    # Changes.

    def rename(self, identifier, changes):
        resource = self.data_integration(identifier)
        name = changes.get("Name", resource["name"])
        if any(other["name"] == name for other in self.of("data-integration") if other is not resource):
            raise Refused(INVALID)
        resource["name"] = name
        resource["shown"].update(changes)

    def describe(self, Name, **changes):
        self.event_integration(Name)["shown"].update(changes)

    def update_application(self, identifier, changes):
        resource = self.application(identifier)
        resource["shown"].update(changes)
        resource["name"], resource["changed"] = resource["shown"]["Name"], self.now

    def delete(self, resource, force=False):
        associations = [other for other in self.resources if other["parent"] == resource["arn"]]
        if associations and not force:
            is_application = resource["kind"] == "application"
            raise Refused(INVALID, APPLICATION_IN_USE if is_application else None)
        self.resources = [other for other in self.resources if other is not resource and other not in associations]

    def tag(self, arn, tags):
        self.check_tags(tags)
        self.tagged(arn)["tags"].update(tags)

    def untag(self, arn, keys):
        resource = self.tagged(arn)
        for key in keys:
            resource["tags"].pop(key, None)

    def update_association(self, identifier, association, configuration):
        parent = self.data_integration(identifier)
        resource = self.find("data-integration-association", association, "id", "arn")
        if resource["parent"] != parent["arn"]:
            raise Refused(MISSING, f"Could not find DataIntegrationAssociation with identifier: {association}")
        resource["shown"]["ExecutionConfiguration"] = configuration
        self.complete_if_due(resource)
        self.run(resource, configuration)

    def run(self, resource, configuration):
        if configuration and configuration["ExecutionMode"] == "ON_DEMAND":
            resource["status"], resource["began"] = {"ExecutionStatus": "IN_PROGRESS"}, self.now

    def complete_if_due(self, resource):
        running = resource["status"] == {"ExecutionStatus": "IN_PROGRESS"}
        if running and resource["began"] is not None and self.now - resource["began"] >= EXECUTION_SECONDS:
            resource["status"] = {"ExecutionStatus": "COMPLETED"}

    # Responses.

    def show(self, resource):
        shown = dict(resource["shown"])
        if resource["tags"] and resource["parent"] is None:
            shown["Tags"] = dict(resource["tags"])
        if resource["kind"] == "event-integration":
            return {**shown, "EventIntegrationArn": resource["arn"]}
        if resource["kind"] == "application":
            if HAS_IFRAME_CONFIG:
                shown["IframeConfig"] = {"Allow": [], "Sandbox": []}
            shown["unchanged for"] = resource["changed"] - resource["made"]
        return {**shown, "Id": resource["id"], "Arn": resource["arn"]}

    def summaries(self, kind):
        summary = {"data-integration": ("Arn", "Name", "SourceURI"),
                   "application": ("Arn", "Id", "Name", "Namespace", "unchanged for")}.get(kind)  # fmt: skip
        shown = [self.show(resource) for resource in self.of(kind)]
        return [{name: value for name, value in members.items() if not summary or name in summary} for members in shown]

    def associations(self, parent):
        return [self.show_association(resource) for resource in self.of(f"{parent['kind']}-association", parent["arn"])]

    def show_association(self, resource):
        if resource["kind"] == "application-association":
            return {
                **resource["shown"],
                "ApplicationArn": resource["parent"],
                "ApplicationAssociationArn": resource["arn"],
            }
        if resource["kind"] == "event-integration-association":
            return {**resource["shown"], "EventIntegrationAssociationArn": resource["arn"],
                    "EventIntegrationAssociationId": resource["id"]}  # fmt: skip
        self.complete_if_due(resource)
        summary = ("ClientId", "DestinationURI", "ExecutionConfiguration")
        shown = {member: resource["shown"][member] for member in summary if member in resource["shown"]}
        if resource["status"]:
            shown["LastExecutionStatus"] = resource["status"]
        return {**shown, "DataIntegrationArn": resource["parent"], "DataIntegrationAssociationArn": resource["arn"]}
