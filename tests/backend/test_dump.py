"""Records written as plain data and read again."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from jsonschema import Draft202012Validator

from pytest_appintegrations import AppIntegrationsStub
from pytest_appintegrations.backend.dump import SCHEMA
from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from tests.support.payloads import ARN, FULL_ASSOCIATION, KMS_KEY, NEW_APPLICATION, NEW_EVENT_INTEGRATION

ID = "11111111-2222-4333-8444-555555555555"
OTHER_ID = "99999999-2222-4333-8444-555555555555"
APPLICATION = {"Name": "desk", "Namespace": "desk", "ApplicationSourceConfig": {}}
INTEGRATION = {"Name": "orders", "KmsKey": KMS_KEY, "Id": ID}
INTEGRATION_ARN = f"{ARN}:data-integration/{ID}"
ABROAD = "eu-west-2"


def data(region="us-east-1", **stores):
    return {"version": 1, "regions": {region: stores}}


def through_json(stub):
    dumped = stub.dump()
    Draft202012Validator(SCHEMA).validate(dumped)
    return json.loads(json.dumps(dumped))


@pytest.fixture
def full_stub(appint_stub, appint_client):
    """Return a stub with records of all types in two regions, as operations and tests make them."""
    for client in (appint_client, appint_stub.client(region_name=ABROAD)):
        client.create_data_integration(Name="orders", KmsKey=KMS_KEY, Tags={"a": "1"})
        client.create_data_integration_association(DataIntegrationIdentifier="orders", **FULL_ASSOCIATION)
        client.create_event_integration(**NEW_EVENT_INTEGRATION)
        client.create_application(**NEW_APPLICATION)
    for resource_type in RESOURCE_TYPES:
        getattr(appint_stub, resource_type.store).add(Tags={"seeded": ""})
    appint_stub.in_region("us-west-2")
    return appint_stub


def test_a_dump_has_the_records_of_all_regions_in_order(full_stub):
    dumped = full_stub.dump()
    assert dumped["version"] == 1
    assert list(dumped["regions"]) == [ABROAD, "us-east-1"]
    for region, stores in dumped["regions"].items():
        for resource_type in RESOURCE_TYPES:
            store = getattr(full_stub.in_region(region), resource_type.store)
            expected = [
                {
                    name: value.isoformat() if isinstance(value, datetime.datetime) else value
                    for name, value in record.items()
                }
                for record in store.values()
            ]
            assert stores.get(resource_type.store, []) == expected
    assert "token-1" not in json.dumps(dumped)


def test_what_was_dumped_and_loaded_dumps_the_same_and_is_found_the_same(full_stub):
    dumped = through_json(full_stub)
    copy = AppIntegrationsStub()
    copy.load(dumped)
    assert copy.dump() == dumped
    assert json.dumps(copy.dump()) == json.dumps(dumped)
    for region in (ABROAD, "us-east-1"):
        for resource_type in RESOURCE_TYPES:
            name = resource_type.store
            assert dict(getattr(copy.in_region(region), name)) == dict(getattr(full_stub.in_region(region), name))


def test_an_empty_stub_dumps_no_regions(appint_stub):
    assert appint_stub.dump() == {"version": 1, "regions": {}}
    appint_stub.load(appint_stub.dump())


def test_a_dump_is_a_copy(appint_stub, integration):
    dumped = appint_stub.dump()
    dumped["regions"]["us-east-1"]["data_integrations"][0]["Tags"] = {"a": "1"}
    loaded = AppIntegrationsStub()
    loaded.load(dumped)
    dumped["regions"]["us-east-1"]["data_integrations"][0]["Tags"]["b"] = "2"
    assert loaded.data_integrations["orders"]["Tags"] == {"a": "1"}
    assert appint_stub.data_integrations["orders"] == integration


@pytest.mark.parametrize("as_path", [True, False])
def test_a_file_is_loaded(appint_stub, tmp_path, as_path):
    file = tmp_path / "records.json"
    file.write_text(json.dumps(data(data_integrations=[INTEGRATION])), encoding="utf-8-sig")
    appint_stub.load(file if as_path else str(file))
    assert appint_stub.data_integrations["orders"]["Arn"] == INTEGRATION_ARN


def test_what_was_loaded_adds_to_what_there_is_and_new_ids_are_free(appint_stub, appint_client):
    first = appint_client.create_data_integration(Name="first", KmsKey=KMS_KEY)
    dumped = appint_stub.dump()
    appint_stub.reset()
    appint_stub.data_integrations.add(Name="before", Id=OTHER_ID)
    appint_stub.load(dumped)
    appint_client.create_data_integration(Name="second", KmsKey=KMS_KEY)
    names = [record["Name"] for record in appint_stub.data_integrations.values()]
    assert names == ["before", "first", "second"]
    assert first["Id"] in appint_stub.data_integrations


def test_a_store_that_a_test_holds_has_what_is_loaded(appint_stub):
    store = appint_stub.data_integrations
    appint_stub.load(data(data_integrations=[INTEGRATION]))
    assert list(store) == [ID]


def test_ids_arns_and_times_are_completed(appint_stub):
    association = {"DataIntegrationArn": INTEGRATION_ARN, "ClientId": "c"}
    appint_stub.load(
        data(
            data_integrations=[{"Name": "orders", "KmsKey": KMS_KEY, "Arn": INTEGRATION_ARN}],
            data_integration_associations=[association],
            applications=[APPLICATION],
        )
    )
    assert appint_stub.data_integrations["orders"] == {**INTEGRATION, "Arn": INTEGRATION_ARN}
    [loaded] = appint_stub.data_integration_associations.values()
    assert loaded["DataIntegrationAssociationArn"].startswith(f"{ARN}:data-integration-association/{ID}/")
    [application] = appint_stub.applications.values()
    assert application["CreatedTime"].tzinfo is not None


@pytest.mark.parametrize("text", ["2024-05-06T07:08:09+00:00", "2024-05-06T07:08:09Z", "2024-05-06T09:08:09+02:00"])
def test_times_are_read_in_iso_8601(appint_stub, text):
    appint_stub.load(data(applications=[{**APPLICATION, "CreatedTime": text}]))
    [application] = appint_stub.applications.values()
    assert application["CreatedTime"] == datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc)


class TestExecutions:
    RUNNING = {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1"}}  # noqa: RUF012

    def add(self, stub):
        return stub.data_integration_associations.add(ExecutionConfiguration=self.RUNNING)[
            "DataIntegrationAssociationId"
        ]

    @pytest.mark.appint(frozen_at="2026-01-02", execution_seconds=60)
    def test_in_progress_go_on_from_where_they_were(self, appint_stub):
        key = self.add(appint_stub)
        appint_stub.clock.advance(40)
        dumped = through_json(appint_stub)
        assert dumped["regions"]["us-east-1"]["execution_starts"] == {key: "2026-01-02T00:00:00+00:00"}
        loaded = AppIntegrationsStub(execution_seconds=60)
        loaded.load(dumped)
        loaded.clock.advance(19)
        assert loaded.data_integration_associations[key]["LastExecutionStatus"] == {"ExecutionStatus": "IN_PROGRESS"}
        loaded.clock.advance(1)
        assert loaded.data_integration_associations[key]["LastExecutionStatus"] == {"ExecutionStatus": "COMPLETED"}

    @pytest.mark.appint(execution_seconds=60)
    def test_that_the_clock_has_completed_are_dumped_as_completed(self, appint_stub):
        self.add(appint_stub)
        appint_stub.clock.advance(60)
        stores = appint_stub.dump()["regions"]["us-east-1"]
        assert stores["data_integration_associations"][0]["LastExecutionStatus"] == {"ExecutionStatus": "COMPLETED"}
        assert "execution_starts" not in stores

    @pytest.mark.appint(execution_seconds=60)
    def test_in_progress_without_a_start_begin_when_they_are_loaded(self, appint_stub):
        association = {"DataIntegrationArn": INTEGRATION_ARN, "LastExecutionStatus": {"ExecutionStatus": "IN_PROGRESS"}}
        appint_stub.load(data(data_integrations=[INTEGRATION], data_integration_associations=[association]))
        [key] = appint_stub.data_integration_associations
        appint_stub.clock.advance(61)
        assert appint_stub.data_integration_associations[key]["LastExecutionStatus"] == {"ExecutionStatus": "COMPLETED"}

    def test_of_removed_associations_are_not_dumped(self, appint_stub):
        key = self.add(appint_stub)
        appint_stub.data_integration_associations.remove(key)
        assert list(appint_stub.dump()["regions"]["us-east-1"]) == ["data_integrations"]


PLACE = "regions.us-east-1"
REFUSALS = {
    "not an object": ([], "the data: "),
    "another version": ({"version": 2, "regions": {}}, "version: 1 was expected"),
    "no version": ({"regions": {}}, "'version' is a required property"),
    "no such key": ({"version": 1, "regions": {}, "more": 1}, "unknown property 'more'; known: version, regions"),
    "no such store": (data(applicatoins=[]), f"{PLACE}: unknown property 'applicatoins'; did you mean 'applications'?"),
    "records not in a list": (data(applications={}), f"{PLACE}.applications: "),
    "a record that is no object": (data(applications=["desk"]), f"{PLACE}.applications[0]: "),
    "no region": (data("us-east1"), "regions.us-east1: unknown region 'us-east1'; did you mean 'us-east-1'?"),
    "unknown member": (
        data(data_integrations=[{**INTEGRATION, "Nme": "x"}]),
        f"{PLACE}.data_integrations[0]: unknown member 'Nme' of a DataIntegration; did you mean 'Name'?",
    ),
    "missing member": (data(data_integrations=[{"Name": "orders"}]), f"{PLACE}.data_integrations[0]: KmsKey is missing"),
    "missing parent": (
        data(application_associations=[{"ClientId": "c"}]),
        f"{PLACE}.application_associations[0]: ApplicationArn is missing",
    ),
    "unknown parent": (
        data(event_integration_associations=[{"EventIntegrationName": "crm"}]),
        f"{PLACE}.event_integration_associations[0]: EventIntegrationName: there is no EventIntegration 'crm' in us-east-1",
    ),
    "broken pattern": (data(data_integrations=[{**INTEGRATION, "Name": "a b"}]), "Value 'a b' at 'Name' failed"),
    "not a time": (data(applications=[{**APPLICATION, "CreatedTime": "noon"}]), "Value 'noon' at 'CreatedTime' failed"),
    "time without an offset": (
        data(applications=[{**APPLICATION, "CreatedTime": "2024-05-06T07:08:09"}]),
        "Value '2024-05-06T07:08:09' at 'CreatedTime' failed",
    ),
    "id taken": (
        data(data_integrations=[INTEGRATION, {**INTEGRATION, "Name": "sales"}]),
        f"{PLACE}.data_integrations[1]: there is a DataIntegration with Id '{ID}' already",
    ),
    "name taken": (
        data(data_integrations=[INTEGRATION, {**INTEGRATION, "Id": OTHER_ID}]),
        f"{PLACE}.data_integrations[1]: there is a DataIntegration with Name 'orders' already",
    ),
    "id not of the ARN": (
        data(data_integrations=[{**INTEGRATION, "Arn": f"{ARN}:data-integration/{OTHER_ID}"}]),
        f"{PLACE}.data_integrations[0]: Arn must be '{INTEGRATION_ARN}' here",
    ),
    "another account": (
        data(data_integrations=[{**INTEGRATION, "Arn": INTEGRATION_ARN.replace("123456789012", "210987654321")}]),
        f"{PLACE}.data_integrations[0]: Arn is in account 210987654321, but the stub's setting account_id is 123456789012",
    ),
    "another region": (
        data(data_integrations=[{**INTEGRATION, "Arn": INTEGRATION_ARN.replace("us-east-1", ABROAD)}]),
        f"{PLACE}.data_integrations[0]: Arn is in the region {ABROAD}, not in us-east-1",
    ),
    "parent in another region": (
        data(application_associations=[{"ApplicationArn": f"{ARN}:application/{ID}".replace("us-east-1", ABROAD)}]),
        f"{PLACE}.application_associations[0]: ApplicationArn is in the region {ABROAD}, not in us-east-1",
    ),
    "start of an unknown execution": (
        data(execution_starts={ID: "2024-05-06T07:08:09Z"}),
        f"{PLACE}.execution_starts.{ID}: there is no DataIntegrationAssociation with this id",
    ),
    "start that is not a time": (
        data(
            data_integrations=[INTEGRATION],
            data_integration_associations=[
                {"DataIntegrationArn": INTEGRATION_ARN, "DataIntegrationAssociationId": OTHER_ID}
            ],
            execution_starts={OTHER_ID: "noon"},
        ),
        f"{PLACE}.execution_starts.{OTHER_ID}: 'noon' is not a time in ISO 8601 with an offset",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("wrong", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_what_can_not_be_loaded_is_refused_with_the_reason(appint_stub, tmp_path, wrong, reason):
    appint_stub.event_integrations.add(Name="kept")
    before = appint_stub.dump()
    (tmp_path / "records.json").write_text(json.dumps(wrong))
    with pytest.raises(ValueError, match=re.escape(reason.replace("the data", "records.json"))) as refusal:
        appint_stub.load(tmp_path / "records.json")
    assert str(refusal.value).startswith(f"nothing of {tmp_path / 'records.json'} was loaded:\n  ")
    assert appint_stub.dump() == before


def test_loading_is_all_or_nothing_with_every_reason(appint_stub):
    wrong = {"version": 1, "regions": {
        ABROAD: {"applications": [APPLICATION]},
        "us-east-1": {
            "data_integrations": [INTEGRATION, {"Nme": "x"}, {**INTEGRATION, "Name": 5, "KmsKey": ""}],
            "applications": [APPLICATION, APPLICATION],
        },
    }}  # fmt: skip
    with pytest.raises(ValueError, match="nothing of the data was loaded") as refusal:
        appint_stub.load(wrong)
    _, *reasons = str(refusal.value).split("\n  ")
    assert [reason.partition(":")[0] for reason in reasons] == [
        *[f"{PLACE}.data_integrations[1]"] * 3,
        *[f"{PLACE}.data_integrations[2]"] * len(reasons[3:-1]),
        f"{PLACE}.applications[1]",
    ]
    assert len(reasons) >= 6
    assert appint_stub.dump() == {"version": 1, "regions": {}}


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "can't be read: No such file or directory"), ("{", "is not JSON: Expecting"), (b"\xff", "is not JSON: ")],
)
def test_a_file_that_is_not_json_is_refused(appint_stub, tmp_path, content, message):
    file = tmp_path / "records.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=f"records.json {message}"):
        appint_stub.load(file)


def test_the_schema_is_valid_json_schema():
    Draft202012Validator.check_schema(SCHEMA)


class TestSeedFile:
    @pytest.fixture
    def file(self, tmp_path):
        (tmp_path / "records.json").write_text(json.dumps(data(data_integrations=[INTEGRATION])))
        return tmp_path / "records.json"

    def test_is_loaded_whenever_the_stub_starts(self, file):
        stub = AppIntegrationsStub(seed_file=file)
        assert not stub.data_integrations
        for _ in range(2):
            with stub:
                assert list(stub.data_integrations) == [ID]
                stub.data_integrations.add(Name="more")

    def test_is_not_loaded_by_a_reset(self, file):
        with AppIntegrationsStub(seed_file=str(file)) as stub:
            stub.reset()
            assert not stub.data_integrations

    def test_that_is_wrong_keeps_the_stub_from_starting(self, file):
        file.write_text("{}")
        stub = AppIntegrationsStub(seed_file=file, frozen_at="2020-01-01")
        with pytest.raises(ValueError, match="'version' is a required property"):
            stub.start()
        assert datetime.date.today().year > 2020
        file.write_text(json.dumps(data()))
        with stub:
            assert stub.dump() == {"version": 1, "regions": {}}

    def test_is_named_by_a_path(self):
        with pytest.raises(TypeError, match="setting 'seed_file' must be the path of a file or None, not 5"):
            AppIntegrationsStub(seed_file=5)
