"""Random sequences of all operations on the stub and on a small model of the service, compared response by response."""

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
# An application's name and an event integration's ARN are no identifiers; they are drawn too, and refused.
FOUND_BY = {**dict.fromkeys(LABELS, ("id", "arn")), "data-integration": ("id", "arn", "name")}
FOUND_BY["event-integration"] = ("name",)
HAS_FORCE = "Force" in service.input_members("DeleteApplication")


class Sequence:
    """A sequence of steps: each method without an underscore is a step, and draws what it needs."""

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
                store: [resource["id"] for resource in model.resources if resource["kind"] == kind]
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
        """Draw mostly what exists, and sometimes what was deleted, is in another region, or never existed."""
        resources = [resource for resource in self._model.resources if resource["kind"] == kind]
        live = [resource[name] for resource in resources for name in by or FOUND_BY[kind] if resource[name]]
        return self._random.choice(live if live and self._random.random() < 0.8 else [*live, *self._ever])

    # Calling.

    def _compare(self, method, params, expect):
        """Call the stub and the model, compare the outcomes, and return the response; None for a refusal."""
        response = _outcome(lambda: self._call(method, params))
        expected = _outcome(lambda: expect(self._model))
        assert response == expected or (expected is None and isinstance(response, dict)), (method, params)
        return response if isinstance(response, dict) else None

    def _call(self, method, params):
        response = without_metadata(getattr(self._clients[self._region], method)(**params))
        for shown in (response, *response.get("Applications", ())):
            if "CreatedTime" in shown:
                # Compare how long it stayed unchanged instead of the two times.
                assert shown.pop("LastModifiedRegion", self._region) == self._region
                age = (shown.pop("LastModifiedTime") - shown.pop("CreatedTime")).total_seconds()
                shown["unchanged for"] = round(age / 10) * 10
        return response

    def _create(self, family, params, *target):
        """Create, with the id that the stub chooses; the response to a known token creates nothing."""
        method = "create_data_integration_association" if target else f"create_{family}"
        first_responses = []

        def check(model):
            first_responses.append(getattr(model, f"check_new_{family}")(*target, params))
            return first_responses[0]

        response = self._compare(
            method, {**params, **({"DataIntegrationIdentifier": target[0]} if target else {})}, check
        )
        if response is None or first_responses != [None]:
            return
        keys = [key for key in (response.get("Id") or response.get("DataIntegrationAssociationId"),) if key]
        assert all(re.fullmatch(UUID, key) and key not in self._ever for key in keys)
        if "ClientToken" not in params:
            response.pop("ClientToken", None)
        assert response == getattr(self._model, f"record_{family}")(*target, params, *keys)
        self._ever += [self._model.resources[-1]["arn"], *keys]

    def _read_pages(self, store, params, expect):
        """Read a list to its end; each page but the last has the size asked for."""
        size = self._random.randint(0, 3)
        params = {**params, **({"MaxResults": size} if size else {})}
        member = next(LABELS[kind] for kind in STORES if STORES[kind] == store) + "s"
        listed = _outcome(lambda: expect(self._model))
        token = {}
        while token is not None:
            response = self._compare(f"list_{store}", {**params, **token}, lambda model: (expect(model), None)[1])
            if response is None:
                return
            shown, listed = listed[: size or 2], listed[size or 2 :]
            token = {"NextToken": response["NextToken"]} if listed else None
            assert response == {member: shown, **(token or {})}

    def _compare_stores(self):
        for region, model in self._regions.items():
            for kind, store in STORES.items():
                view = getattr(self._stub.in_region(region), store)
                resources = [resource for resource in model.resources if resource["kind"] == kind]
                assert list(view) == [resource["id"] for resource in resources]
                assert [view[key].get("Tags", {}) for key in view] == [resource["tags"] for resource in resources]

    # Steps.

    def create_data_integration(self):
        more = self._maybe(SourceURI=["s3://bucket", "Salesforce://AppFlow/x"], ScheduleConfig=[SCHEDULE])
        self._create("data_integration", {"Name": self._name(), "KmsKey": "k", **self._common(), **more})

    def create_event_integration(self):
        self._create("event_integration", {**NEW_EVENT_INTEGRATION, "Name": self._name(), **self._common()})

    def create_application(self):
        names = {"Name": self._name(), "Namespace": self._name()}
        self._create("application", {**NEW_APPLICATION, **names, **self._common(), **self._maybe(Permissions=[["a"]])})

    def create_data_integration_association(self):
        more = self._maybe(
            ClientToken=["t", "u"],
            ClientId=NAMES,
            DestinationURI=["s3://bucket/x"],
            ClientAssociationMetadata=[{"a": "b"}],
            ExecutionConfiguration=[ON_DEMAND, SCHEDULED],
        )
        self._create("association", more, self._identifier("data-integration"))

    def seed_association(self):
        kind = self._random.choice(["event-integration", "application"])
        for parent in self._model.of(kind)[:1]:
            name, value = ("ApplicationArn", parent["arn"])
            if kind == "event-integration":
                name, value = ("EventIntegrationName", parent["name"])
            members = {name: value, "ClientId": self._name()}
            record = getattr(self._stub.in_region(self._region), STORES[f"{kind}-association"]).add(**members)
            key = record[f"{LABELS[kind]}AssociationId"]
            resource = self._model.add(f"{kind}-association", key, None, members, parent)
            assert record[f"{LABELS[kind]}AssociationArn"] == resource["arn"]
            self._ever += [resource["arn"], key]

    def get_data_integration(self):
        key = self._identifier("data-integration")
        self._compare(
            "get_data_integration", {"Identifier": key}, lambda model: model.show(model.data_integration(key))
        )

    def get_event_integration(self):
        key = self._identifier("event-integration")
        self._compare("get_event_integration", {"Name": key}, lambda model: model.show(model.event_integration(key)))

    def get_application(self):
        key = self._identifier("application") + self._random.choice(["", ":$LATEST"])
        self._compare("get_application", {"Arn": key}, lambda model: model.show(model.application(key)))

    def update_data_integration(self):
        key, changes = self._identifier("data-integration"), self._maybe(Name=NAMES, Description=["", "new"])
        params = {"Identifier": key, **changes}
        self._compare("update_data_integration", params, lambda model: model.rename(key, changes) or {})

    def update_event_integration(self):
        params = {"Name": self._identifier("event-integration"), **self._maybe(Description=["", "new"])}
        self._compare("update_event_integration", params, lambda model: model.describe(**params) or {})

    def update_application(self):
        key = self._identifier("application")
        changes = self._maybe(Name=NAMES, Description=["", "new"], Permissions=[[], ["b"]])
        params = {"Arn": key, **changes}
        self._compare("update_application", params, lambda model: model.update_application(key, changes) or {})

    def update_data_integration_association(self):
        parent, key = self._identifier("data-integration"), self._identifier("data-integration-association")
        configuration = self._random.choice([ON_DEMAND, SCHEDULED])
        params = {"DataIntegrationIdentifier": parent, "DataIntegrationAssociationIdentifier": key}
        self._compare(
            "update_data_integration_association",
            {**params, "ExecutionConfiguration": configuration},
            lambda model: model.update_association(parent, key, configuration) or {},
        )

    def delete_data_integration(self):
        key = self._identifier("data-integration")
        params = {"DataIntegrationIdentifier": key}
        self._compare("delete_data_integration", params, lambda model: model.delete(model.data_integration(key)) or {})

    def delete_event_integration(self):
        key = self._identifier("event-integration")
        params = {"Name": key}
        self._compare(
            "delete_event_integration", params, lambda model: model.delete(model.event_integration(key)) or {}
        )

    def delete_application(self):
        key, force = self._identifier("application"), self._maybe(Force=[True, False]) if HAS_FORCE else {}
        self._compare(
            "delete_application",
            {"Arn": key, **force},
            lambda model: model.delete(model.application(key), force.get("Force")) or {},
        )

    def tag_resource(self):
        if ":" in (arn := self._identifier(self._random.choice(list(LABELS)), "arn")):
            params = {"resourceArn": arn, "tags": self._tags()}
            self._compare("tag_resource", params, lambda model: model.tag(arn, params["tags"]) or {})

    def untag_resource(self):
        if ":" in (arn := self._identifier(self._random.choice(list(LABELS)), "arn")):
            params = {"resourceArn": arn, "tagKeys": self._random.sample(["a", "b", "c"], 2)}
            self._compare("untag_resource", params, lambda model: model.untag(arn, params["tagKeys"]) or {})

    def list_tags_for_resource(self):
        if ":" in (arn := self._identifier(self._random.choice(list(LABELS)), "arn")):
            params = {"resourceArn": arn}
            self._compare("list_tags_for_resource", params, lambda model: {"tags": model.tagged(arn)["tags"]})

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

    def advance_clock(self):
        seconds = self._random.choice([10, 30])
        self._stub.clock.advance(seconds)
        for model in self._regions.values():
            model.now += seconds

    def finish_execution(self):
        resources = [resource for resource in self._model.resources if "ExecutionConfiguration" in resource["shown"]]
        for resource in self._random.sample(resources, min(len(resources), 1)):
            stores = self._stub.in_region(self._region)
            stores.finish_execution(resource["id"], "FAILED", "no such bucket")
            resource["status"] = {"ExecutionStatus": "FAILED", "StatusMessage": "no such bucket"}


def _outcome(function):
    try:
        return function()
    except ClientError as problem:
        return Refused(problem.response["Error"]["Code"], problem.response["Error"]["Message"])
    except Refused as refusal:
        return refusal


def test_every_operation_is_a_step():
    assert set(service.operations().values()) <= set(vars(Sequence))


# Time moves only as the steps move it, however slow the machine is.
START = "2024-05-09T18:11:32Z"
SETTINGS = {
    "retry_mode": "standard",  # In this mode an exceeded quota is not retried, which would move the clock.
    "quotas": {STORES[kind]: quota for kind, quota in QUOTAS.items()},
    "execution_seconds": EXECUTION_SECONDS,
    "page_size": 2,
}


@settings(max_examples=25, deadline=None)
@given(chance=st.randoms(use_true_random=False), count=st.integers(5, 60))
@pytest.mark.slow
def test_short_sequences_have_the_outcomes_of_the_model(chance, count):
    """Hypothesis makes every choice, and makes a failing sequence smaller."""
    with AppIntegrationsStub(**SETTINGS, frozen_at=START) as stub:
        Sequence(stub, chance)._steps(count)


@pytest.mark.appint(**SETTINGS, frozen_at=START)
@pytest.mark.parametrize("seed", range(12))
def test_long_sequences_have_the_outcomes_of_the_model(appint_stub, seed):
    """Many records exist in these, so that quotas and further pages are reached."""
    Sequence(appint_stub, random.Random(seed))._steps(500)
    operations = {call.operation for call in appint_stub.calls if call.error is None}
    assert len(operations) > len(service.operations()) * 3 / 4
