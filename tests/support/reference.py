"""A small model of the service: the naive way to do each thing, written apart from the plugin.

It knows no ids in advance: a creation is told the id that the stub chose. An answer is a dict, a refusal the
error's code with the message where it is known.
"""

from __future__ import annotations

import re

from pytest_appintegrations.model import service
from tests.support.payloads import UUID

INVALID, MISSING = "InvalidRequestException", "ResourceNotFoundException"
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
    """What exists in one region: a flat list of things, each a dict of what is known of it."""

    def __init__(self, name):
        self.name = name
        self.things = []
        self.seen = {}
        self.now = 0

    def of(self, kind, parent=None):
        return [thing for thing in self.things if thing["kind"] == kind and thing["parent"] == parent]

    def arn(self, kind, *ids):
        return f"arn:aws:app-integrations:{self.name}:123456789012:{kind}/{'/'.join(ids)}"

    def find(self, kind, identifier, *by, called=None):
        for thing in self.things:
            if thing["kind"] == kind and identifier in [thing[name] for name in by]:
                return thing
        raise Refused(MISSING, f"Could not find {LABELS[kind]} with identifier: {called or identifier}")

    # What is checked before anything is made.

    def token(self, scope, params):
        """Give the answer that the token stands for already."""
        seen = self.seen.get((*scope, params["ClientToken"])) if "ClientToken" in params else None
        if seen and seen[0] != params:
            raise Refused(INVALID)
        return seen[1] if seen else None

    def spend(self, scope, params, answer):
        if "ClientToken" in params:
            self.seen[(*scope, params["ClientToken"])] = (params, answer)

    @staticmethod
    def check_tags(tags):
        if any(key.startswith("aws:") for key in tags):
            raise Refused(INVALID)

    def check_new(self, kind, member, value, code):
        if len(self.of(kind)) >= QUOTAS[kind]:
            raise Refused("ResourceQuotaExceededException")
        if any(thing[member] == value for thing in self.of(kind)):
            raise Refused(code)

    # Creations: what `allow_…` lets through, `made_…` takes in.

    def allow_data_integration(self, params):
        self.check_tags(params.get("Tags", {}))
        if answer := self.token(["data"], params):
            return answer
        if params.get("SourceURI", "").startswith("s3:") and "ScheduleConfig" in params:
            raise Refused(INVALID, "Failed to create DataIntegration with name: "
                                   f"{params['Name']}. Source S3 does not support structured data.")  # fmt: skip
        self.check_new("data-integration", "name", params["Name"], "DuplicateResourceException")
        return None

    def made_data_integration(self, params, key):
        thing = self.add("data-integration", key, params["Name"], params)
        answer = {**params, "Id": key, "Arn": thing["arn"]}
        if "ScheduleConfig" in answer:
            answer["ScheduleConfiguration"] = answer.pop("ScheduleConfig")
        self.spend(["data"], params, answer)
        return answer

    def allow_event_integration(self, params):
        self.check_tags(params.get("Tags", {}))
        if answer := self.token(["event"], params):
            return answer
        self.check_new("event-integration", "name", params["Name"], "DuplicateResourceException")
        return None

    def made_event_integration(self, params):
        answer = {"EventIntegrationArn": self.add("event-integration", params["Name"], params["Name"], params)["arn"]}
        self.spend(["event"], params, answer)
        return answer

    def allow_application(self, params):
        self.check_tags(params.get("Tags", {}))
        if answer := self.token(["application"], params):
            return answer
        self.check_new("application", "namespace", params["Namespace"], INVALID)
        return None

    def made_application(self, params, key):
        thing = self.add("application", key, params["Name"], params)
        thing["namespace"] = params["Namespace"]
        answer = {"Id": key, "Arn": thing["arn"]}
        self.spend(["application"], params, answer)
        return answer

    def allow_association(self, identifier, params):
        parent = self.data_integration(identifier)
        if answer := self.token(["association", parent["id"]], params):
            return answer
        if len(self.of("data-integration-association", parent["arn"])) >= QUOTAS["data-integration-association"]:
            raise Refused("ResourceQuotaExceededException")
        return None

    def made_association(self, identifier, params, key):
        parent = self.data_integration(identifier)
        thing = self.add("data-integration-association", key, None, params, parent)
        self.run(thing, params.get("ExecutionConfiguration"))
        answer = {"DataIntegrationAssociationId": key, "DataIntegrationArn": parent["arn"]}
        self.spend(["association", parent["id"]], params, answer)
        return answer

    def add(self, kind, key, name, params, parent=None):
        shown = {member: value for member, value in params.items() if member not in ("ClientToken", "Tags")}
        if "ScheduleConfig" in shown:
            shown["ScheduleConfiguration"] = shown.pop("ScheduleConfig")
        arn = self.arn(kind, *([parent["id"]] if parent else []), key)
        thing = {"kind": kind, "id": key, "name": name, "arn": arn, "parent": parent["arn"] if parent else None,
                 "shown": shown, "tags": dict(params.get("Tags", {})), "began": None, "status": None,
                 "made": self.now, "changed": self.now}  # fmt: skip
        self.things.append(thing)
        return thing

    # Finding.

    def data_integration(self, identifier):
        return self.find("data-integration", identifier, "id", "arn", "name")

    def application(self, identifier):
        plain = identifier.removesuffix(":$LATEST")
        if not re.fullmatch(f"({UUID}|arn:.*)", plain):
            raise Refused(INVALID)
        return self.find("application", plain, "id", "arn", called=identifier)

    def event_integration(self, name):
        if ":" in name:
            raise Refused(INVALID)
        return self.find("event-integration", name, "name")

    def tagged(self, arn):
        for kind in LABELS:
            if arn.split(":")[5].startswith(f"{kind}/"):
                return self.find(kind, arn, "arn")
        raise Refused(MISSING, f"Could not find Resource with identifier: {arn}")

    # Changes.

    def rename(self, identifier, changes):
        thing = self.data_integration(identifier)
        name = changes.get("Name", thing["name"])
        if any(other["name"] == name for other in self.of("data-integration") if other is not thing):
            raise Refused(INVALID)
        thing["name"] = name
        thing["shown"].update(changes)

    def describe(self, Name, **changes):
        self.event_integration(Name)["shown"].update(changes)

    def update_application(self, identifier, changes):
        thing = self.application(identifier)
        thing["shown"].update(changes)
        thing["name"], thing["changed"] = thing["shown"]["Name"], self.now

    def delete(self, thing, force=False):
        hanging = [other for other in self.things if other["parent"] == thing["arn"]]
        if hanging and not force:
            is_application = thing["kind"] == "application"
            raise Refused(INVALID, APPLICATION_IN_USE if is_application else None)
        self.things = [other for other in self.things if other is not thing and other not in hanging]

    def tag(self, arn, tags):
        self.check_tags(tags)
        self.tagged(arn)["tags"].update(tags)

    def untag(self, arn, keys):
        thing = self.tagged(arn)
        for key in keys:
            thing["tags"].pop(key, None)

    def update_association(self, identifier, association, configuration):
        parent = self.data_integration(identifier)
        thing = self.find("data-integration-association", association, "id", "arn")
        if thing["parent"] != parent["arn"]:
            raise Refused(MISSING, f"Could not find DataIntegrationAssociation with identifier: {association}")
        thing["shown"]["ExecutionConfiguration"] = configuration
        self.settle(thing)
        self.run(thing, configuration)

    def run(self, thing, configuration):
        if configuration and configuration["ExecutionMode"] == "ON_DEMAND":
            thing["status"], thing["began"] = {"ExecutionStatus": "IN_PROGRESS"}, self.now

    def settle(self, thing):
        running = thing["status"] == {"ExecutionStatus": "IN_PROGRESS"}
        if running and thing["began"] is not None and self.now - thing["began"] >= EXECUTION_SECONDS:
            thing["status"] = {"ExecutionStatus": "COMPLETED"}

    # What is shown.

    def show(self, thing):
        shown = dict(thing["shown"])
        if thing["tags"] and thing["parent"] is None:
            shown["Tags"] = dict(thing["tags"])
        if thing["kind"] == "event-integration":
            return {**shown, "EventIntegrationArn": thing["arn"]}
        if thing["kind"] == "application":
            if HAS_IFRAME_CONFIG:
                shown["IframeConfig"] = {"Allow": [], "Sandbox": []}
            shown["unchanged for"] = thing["changed"] - thing["made"]
        return {**shown, "Id": thing["id"], "Arn": thing["arn"]}

    def summaries(self, kind):
        summary = {"data-integration": ("Arn", "Name", "SourceURI"),
                   "application": ("Arn", "Id", "Name", "Namespace", "unchanged for")}.get(kind)  # fmt: skip
        shown = [self.show(thing) for thing in self.of(kind)]
        return [{name: value for name, value in each.items() if not summary or name in summary} for each in shown]

    def associations(self, parent):
        return [self.show_association(thing) for thing in self.of(f"{parent['kind']}-association", parent["arn"])]

    def show_association(self, thing):
        if thing["kind"] == "application-association":
            return {**thing["shown"], "ApplicationArn": thing["parent"], "ApplicationAssociationArn": thing["arn"]}
        if thing["kind"] == "event-integration-association":
            return {**thing["shown"], "EventIntegrationAssociationArn": thing["arn"],
                    "EventIntegrationAssociationId": thing["id"]}  # fmt: skip
        self.settle(thing)
        summary = ("ClientId", "DestinationURI", "ExecutionConfiguration")
        shown = {member: thing["shown"][member] for member in summary if member in thing["shown"]}
        if thing["status"]:
            shown["LastExecutionStatus"] = thing["status"]
        return {**shown, "DataIntegrationArn": thing["parent"], "DataIntegrationAssociationArn": thing["arn"]}
