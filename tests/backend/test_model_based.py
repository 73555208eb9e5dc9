"""Random sequences of all operations against the stub and a small model of the service, compared answer by answer."""

from __future__ import annotations

import json
import random
import re

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appintegrations import AppIntegrationsStub
from pytest_appintegrations.model import service
from tests.support.payloads import NEW_APPLICATION, NEW_EVENT_INTEGRATION, NOBODY, UUID, without_metadata
from tests.support.reference import EXECUTION_SECONDS, LABELS, QUOTAS, Refused, Region

ON_DEMAND = {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1"}}
SCHEDULED = {"ExecutionMode": "SCHEDULED", "ScheduleConfiguration": {"ScheduleExpression": "rate(1 day)"}}
SCHEDULE = {"ScheduleExpression": "rate(1 hour)"}
NAMES = ("crm", "crm/orders", "a.b", "CRM", "desk")
STORES = {kind: kind.replace("-", "_") + "s" for kind in LABELS}
# An application's name and an event integration's ARN are no identifiers; that they are refused is seen too.
FOUND_BY = {**dict.fromkeys(LABELS, ("id", "arn")), "data-integration": ("id", "arn", "name")}
FOUND_BY["event-integration"] = ("name",)
HAS_FORCE = "Force" in service.input_members("DeleteApplication")


class Sequence:
    """One sequence of steps: each method without an underscore is a step, and draws what it needs."""

    def __init__(self, stub, chance):
        self._stub, self._random = stub, chance
        self._regions = {name: Region(name) for name in ("us-east-1", "eu-west-2")}
        self._clients = {name: stub.client(region_name=name) for name in self._regions}
        self._ever = ["nothing", NOBODY]
        self._region = "us-east-1"

    @property
    def _model(self):
        return self._regions[self._region]

    def _steps(self, count):
        names = [name for name in vars(Sequence) if not name.startswith("_")]
        for number, name in enumerate(self._random.choices(names, k=count)):
            self._region = self._random.choice(["us-east-1"] * 7 + ["eu-west-2"])
            getattr(self, name)()
            if number % 10 == 0:
                self._compare_stores()
        self._dump_and_load()

    def _dump_and_load(self):
        """Write the records and read them again; what comes out is the same."""
        dumped = json.loads(json.dumps(self._stub.dump()))
        copy = AppIntegrationsStub(**SETTINGS)
        copy.load(dumped)
        assert copy.dump() == dumped
        for region, model in self._regions.items():
            listed = {store: list(getattr(copy.in_region(region), store)) for store in STORES.values()}
            assert listed == {
                store: [thing["id"] for thing in model.things if thing["kind"] == kind]
                for kind, store in STORES.items()
            }

    # Drawing.

    def _name(self):
        return self._random.choice(NAMES)

    def _maybe(self, **choices):
        drawn = {name: self._random.choice(values) for name, values in choices.items()}
        return {name: value for name, value in drawn.items() if self._random.random() < 0.4}

    def _tags(self):
        keys = ["a", "b", "c"] if self._random.random() < 0.9 else ["a", "aws:x"]
        return {key: self._random.choice(["", "1"]) for key in self._random.sample(keys, 2)}

    def _common(self):
        return self._maybe(Tags=[self._tags()], ClientToken=["t", "u"], Description=["", "old"])

    def _identifier(self, kind, *by):
        """Draw mostly what there is, else what there was, or is elsewhere, or never was."""
        things = [thing for thing in self._model.things if thing["kind"] == kind]
        live = [thing[name] for thing in things for name in by or FOUND_BY[kind] if thing[name]]
        return self._random.choice(live if live and self._random.random() < 0.8 else [*live, *self._ever])

    # Asking.

    def _ask(self, method, params, expect):
        """Call the stub and the model; compare what both say, and give the answer, None for a refusal."""
        said = _outcome(lambda: self._call(method, params))
        expected = _outcome(lambda: expect(self._model))
        assert said == expected or (expected is None and isinstance(said, dict)), (method, params)
        return said if isinstance(said, dict) else None

    def _call(self, method, params):
        answer = without_metadata(getattr(self._clients[self._region], method)(**params))
        for shown in (answer, *answer.get("Applications", ())):
            if "CreatedTime" in shown:
                # How long it stayed unchanged, instead of when it was made and changed.
                assert shown.pop("LastModifiedRegion", self._region) == self._region
                age = (shown.pop("LastModifiedTime") - shown.pop("CreatedTime")).total_seconds()
                shown["unchanged for"] = round(age / 10) * 10
        return answer

    def _make(self, family, params, *target):
        """Create, with the id that the stub chooses; an answer to a token seen before makes nothing."""
        method = "create_data_integration_association" if target else f"create_{family}"
        seen = []

        def allow(model):
            seen.append(getattr(model, f"allow_{family}")(*target, params))
            return seen[0]

        answer = self._ask(method, {**params, **({"DataIntegrationIdentifier": target[0]} if target else {})}, allow)
        if answer is None or seen != [None]:
            return
        keys = [key for key in (answer.get("Id") or answer.get("DataIntegrationAssociationId"),) if key]
        assert all(re.fullmatch(UUID, key) and key not in self._ever for key in keys)
        if "ClientToken" not in params:
            answer.pop("ClientToken", None)
        assert answer == getattr(self._model, f"made_{family}")(*target, params, *keys)
        self._ever += [self._model.things[-1]["arn"], *keys]

    def _read_pages(self, store, params, expect):
        """Read a list to its end, each page but the last as long as was asked for."""
        size = self._random.randint(0, 3)
        params = {**params, **({"MaxResults": size} if size else {})}
        member = next(LABELS[kind] for kind in STORES if STORES[kind] == store) + "s"
        listed = _outcome(lambda: expect(self._model))
        token = {}
        while token is not None:
            said = self._ask(f"list_{store}", {**params, **token}, lambda model: (expect(model), None)[1])
            if said is None:
                return
            shown, listed = listed[: size or 2], listed[size or 2 :]
            token = {"NextToken": said["NextToken"]} if listed else None
            assert said == {member: shown, **(token or {})}

    def _compare_stores(self):
        for region, model in self._regions.items():
            for kind, store in STORES.items():
                view = getattr(self._stub.in_region(region), store)
                things = [thing for thing in model.things if thing["kind"] == kind]
                assert list(view) == [thing["id"] for thing in things]
                assert [view[key].get("Tags", {}) for key in view] == [thing["tags"] for thing in things]

    # Steps.

    def create_data_integration(self):
        more = self._maybe(SourceURI=["s3://bucket", "Salesforce://AppFlow/x"], ScheduleConfig=[SCHEDULE])
        self._make("data_integration", {"Name": self._name(), "KmsKey": "k", **self._common(), **more})

    def create_event_integration(self):
        self._make("event_integration", {**NEW_EVENT_INTEGRATION, "Name": self._name(), **self._common()})

    def create_application(self):
        names = {"Name": self._name(), "Namespace": self._name()}
        self._make("application", {**NEW_APPLICATION, **names, **self._common(), **self._maybe(Permissions=[["a"]])})

    def create_data_integration_association(self):
        more = self._maybe(
            ClientToken=["t", "u"],
            ClientId=NAMES,
            DestinationURI=["s3://bucket/x"],
            ClientAssociationMetadata=[{"a": "b"}],
            ExecutionConfiguration=[ON_DEMAND, SCHEDULED],
        )
        self._make("association", more, self._identifier("data-integration"))

    def seed_association(self):
        kind = self._random.choice(["event-integration", "application"])
        for parent in self._model.of(kind)[:1]:
            name, value = ("ApplicationArn", parent["arn"])
            if kind == "event-integration":
                name, value = ("EventIntegrationName", parent["name"])
            members = {name: value, "ClientId": self._name()}
            record = getattr(self._stub.in_region(self._region), STORES[f"{kind}-association"]).add(**members)
            key = record[f"{LABELS[kind]}AssociationId"]
            thing = self._model.add(f"{kind}-association", key, None, members, parent)
            assert record[f"{LABELS[kind]}AssociationArn"] == thing["arn"]
            self._ever += [thing["arn"], key]

    def get_data_integration(self):
        key = self._identifier("data-integration")
        self._ask("get_data_integration", {"Identifier": key}, lambda model: model.show(model.data_integration(key)))

    def get_event_integration(self):
        key = self._identifier("event-integration")
        self._ask("get_event_integration", {"Name": key}, lambda model: model.show(model.event_integration(key)))

    def get_application(self):
        key = self._identifier("application") + self._random.choice(["", ":$LATEST"])
        self._ask("get_application", {"Arn": key}, lambda model: model.show(model.application(key)))

    def update_data_integration(self):
        key, changes = self._identifier("data-integration"), self._maybe(Name=NAMES, Description=["", "new"])
        params = {"Identifier": key, **changes}
        self._ask("update_data_integration", params, lambda model: model.rename(key, changes) or {})

    def update_event_integration(self):
        params = {"Name": self._identifier("event-integration"), **self._maybe(Description=["", "new"])}
        self._ask("update_event_integration", params, lambda model: model.describe(**params) or {})

    def update_application(self):
        key = self._identifier("application")
        changes = self._maybe(Name=NAMES, Description=["", "new"], Permissions=[[], ["b"]])
        params = {"Arn": key, **changes}
        self._ask("update_application", params, lambda model: model.update_application(key, changes) or {})

    def update_data_integration_association(self):
        parent, key = self._identifier("data-integration"), self._identifier("data-integration-association")
        configuration = self._random.choice([ON_DEMAND, SCHEDULED])
        params = {"DataIntegrationIdentifier": parent, "DataIntegrationAssociationIdentifier": key}
        self._ask(
            "update_data_integration_association",
            {**params, "ExecutionConfiguration": configuration},
            lambda model: model.update_association(parent, key, configuration) or {},
        )

    def delete_data_integration(self):
        key = self._identifier("data-integration")
        params = {"DataIntegrationIdentifier": key}
        self._ask("delete_data_integration", params, lambda model: model.delete(model.data_integration(key)) or {})

    def delete_event_integration(self):
        key = self._identifier("event-integration")
        params = {"Name": key}
        self._ask("delete_event_integration", params, lambda model: model.delete(model.event_integration(key)) or {})

    def delete_application(self):
        key, force = self._identifier("application"), self._maybe(Force=[True, False]) if HAS_FORCE else {}
        self._ask(
            "delete_application",
            {"Arn": key, **force},
            lambda model: model.delete(model.application(key), force.get("Force")) or {},
        )

    def tag_resource(self):
        if ":" in (arn := self._identifier(self._random.choice(list(LABELS)), "arn")):
            params = {"resourceArn": arn, "tags": self._tags()}
            self._ask("tag_resource", params, lambda model: model.tag(arn, params["tags"]) or {})

    def untag_resource(self):
        if ":" in (arn := self._identifier(self._random.choice(list(LABELS)), "arn")):
            params = {"resourceArn": arn, "tagKeys": self._random.sample(["a", "b", "c"], 2)}
            self._ask("untag_resource", params, lambda model: model.untag(arn, params["tagKeys"]) or {})

    def list_tags_for_resource(self):
        if ":" in (arn := self._identifier(self._random.choice(list(LABELS)), "arn")):
            params = {"resourceArn": arn}
            self._ask("list_tags_for_resource", params, lambda model: {"tags": model.tagged(arn)["tags"]})

    def list_data_integrations(self):
        self._read_pages("data_integrations", {}, lambda model: model.summaries("data-integration"))

    def list_event_integrations(self):
        self._read_pages("event_integrations", {}, lambda model: model.summaries("event-integration"))

    def list_applications(self):
        self._read_pages("applications", {}, lambda model: model.summaries("application"))

    def list_data_integration_associations(self):
        key = self._identifier("data-integration")
        params = {"DataIntegrationIdentifier": key}
        self._read_pages(
            "data_integration_associations", params, lambda model: model.associations(model.data_integration(key))
        )

    def list_event_integration_associations(self):
        key = self._identifier("event-integration")
        params = {"EventIntegrationName": key}
        self._read_pages(
            "event_integration_associations", params, lambda model: model.associations(model.event_integration(key))
        )

    def list_application_associations(self):
        key = self._identifier("application")
        params = {"ApplicationId": key}
        self._read_pages("application_associations", params, lambda model: model.associations(model.application(key)))

    def time_goes_by(self):
        seconds = self._random.choice([10, 30])
        self._stub.clock.advance(seconds)
        for model in self._regions.values():
            model.now += seconds

    def finish_execution(self):
        things = [thing for thing in self._model.things if "ExecutionConfiguration" in thing["shown"]]
        for thing in self._random.sample(things, min(len(things), 1)):
            stores = self._stub.in_region(self._region)
            stores.finish_execution(thing["id"], "FAILED", "no such bucket")
            thing["status"] = {"ExecutionStatus": "FAILED", "StatusMessage": "no such bucket"}


def _outcome(function):
    try:
        return function()
    except ClientError as problem:
        return Refused(problem.response["Error"]["Code"], problem.response["Error"]["Message"])
    except Refused as refusal:
        return refusal


def test_every_operation_is_a_step():
    assert set(service.operations().values()) <= set(vars(Sequence))


SETTINGS = {
    "quotas": {STORES[kind]: quota for kind, quota in QUOTAS.items()},
    "execution_seconds": EXECUTION_SECONDS,
    "page_size": 2,
}


@settings(max_examples=25, deadline=None)
@given(chance=st.randoms(use_true_random=False), count=st.integers(5, 60))
def test_drawn_sequences_are_answered_as_by_the_model(chance, count):
    """Short ones, every choice of which hypothesis makes, and makes smaller where one fails."""
    with AppIntegrationsStub(**SETTINGS) as stub:
        Sequence(stub, chance)._steps(count)


@pytest.mark.appint(**SETTINGS)
@pytest.mark.parametrize("seed", range(12))
def test_long_sequences_are_answered_as_by_the_model(appint_stub, seed):
    """Long ones, in which much is live, with all its quotas and pages."""
    Sequence(appint_stub, random.Random(seed))._steps(500)
    operations = {call.operation for call in appint_stub.calls if call.error is None}
    assert len(operations) > len(service.operations()) * 3 / 4
