"""Records that a test seeds: completed, checked by the model, and without clashes."""

from __future__ import annotations

import datetime
import re

import pytest

from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from tests.support.families import each_family
from tests.support.payloads import ARN, FULL_ASSOCIATION, UUID

ID = "11111111-2222-4333-8444-555555555555"
each_type = pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=[each.store for each in RESOURCE_TYPES])
each_association_type = pytest.mark.parametrize(
    "resource_type", [each for each in RESOURCE_TYPES if each.parent], ids=lambda each: each.store
)


def store_of(stub, resource_type):
    return getattr(stub, resource_type.store)


class TestDefaults:
    def test_of_a_data_integration(self, appint_stub):
        first, second = appint_stub.data_integrations.add(), appint_stub.data_integrations.add()
        assert first == {
            "Arn": f"{ARN}:data-integration/{first['Id']}",
            "Id": first["Id"],
            "Name": "data-integration-1",
            "KmsKey": "arn:aws:kms:us-east-1:123456789012:alias/app-integrations",
            "SourceURI": "AmazonConnect://AppIntegrations",
        }
        assert second["Name"] == "data-integration-2"

    def test_of_an_event_integration(self, appint_stub):
        first, second = appint_stub.event_integrations.add(), appint_stub.event_integrations.add()
        assert first == {
            "Name": "event-integration-1",
            "EventIntegrationArn": f"{ARN}:event-integration/event-integration-1",
            "EventFilter": {"Source": "aws.partner/examplepartner.com"},
            "EventBridgeBus": "default",
        }
        assert second["Name"] == "event-integration-2"

    def test_of_an_application(self, appint_stub):
        first = appint_stub.applications.add()
        assert (first["Name"], first["Namespace"]) == ("application-1", "application-1")
        assert first["CreatedTime"] == first["LastModifiedTime"]
        assert first["ApplicationSourceConfig"] == {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}}

    def test_of_an_applications_times_depend_on_each_other(self, appint_stub):
        old = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
        assert appint_stub.applications.add(CreatedTime=old)["LastModifiedTime"] > old
        assert appint_stub.applications.add(LastModifiedTime=old)["CreatedTime"] == old

    @each_association_type
    def test_of_an_association_are_an_id_and_a_parent_of_its_own(self, appint_stub, resource_type):
        parents = store_of(appint_stub, resource_type.parent)
        other = parents.add()
        association = store_of(appint_stub, resource_type).add()
        reference = association[resource_type.parent_member]
        assert len(parents) == 2
        assert reference == parents[reference][resource_type.parent.reference_member]
        assert reference != other[resource_type.parent.reference_member]
        key, parent_id = association[resource_type.id_member], parents[reference][resource_type.parent.id_member]
        assert re.fullmatch(UUID, key)
        assert association[resource_type.arn_member] == f"{ARN}:{resource_type.arn_type}/{parent_id}/{key}"

    @each_family
    def test_of_a_name_are_free(self, appint_stub, family):
        store, prefix = family.store(appint_stub), family.resource_type.arn_type
        store.add(**{family.unique: f"{prefix}-2"})
        assert store.add()[family.unique] == f"{prefix}-3"
        store.add(**{family.unique: f"{prefix}-5"})
        assert store.add()[family.unique] == f"{prefix}-4"
        assert store.add()[family.unique] == f"{prefix}-6"


def test_every_member_is_recorded(appint_stub, integration):
    members = {name: value for name, value in FULL_ASSOCIATION.items() if name != "ClientToken"}
    record = appint_stub.data_integration_associations.add(
        DataIntegrationArn=integration["Arn"],
        LastExecutionStatus={"ExecutionStatus": "FAILED", "StatusMessage": "no"},
        **members,
    )
    assert {name: record[name] for name in members} == members
    assert record["LastExecutionStatus"] == {"ExecutionStatus": "FAILED", "StatusMessage": "no"}


@pytest.mark.appint(frozen_at="2026-01-02")
@each_type
def test_id_and_arn_complete_each_other(appint_stub, resource_type):
    store, parent, path = store_of(appint_stub, resource_type), {}, ID
    if resource_type.parent:
        record = store_of(appint_stub, resource_type.parent).add(Name="a/b")
        parent = {resource_type.parent_member: record[resource_type.parent.reference_member]}
        path = f"{record[resource_type.parent.id_member]}/{ID}"
    arn = f"{ARN}:{resource_type.arn_type}/{path}"
    by_id = store.add(**parent, **{resource_type.id_member: ID})
    assert by_id[resource_type.arn_member] == arn
    store.remove(ID)
    by_arn = store.add(**parent, **{resource_type.arn_member: arn})
    assert by_arn[resource_type.id_member] == ID
    assert by_arn == by_id


def test_the_name_of_an_event_integration_is_read_from_its_arn_with_slashes(appint_stub):
    arn = f"{ARN}:event-integration/a/b"
    assert appint_stub.event_integrations.add(EventIntegrationArn=arn)["Name"] == "a/b"


REFUSALS = {
    "data_integrations": [
        ({"Nme": "x"}, "unknown member 'Nme' of a DataIntegration; did you mean 'Name'?"),
        ({"ClientToken": "x"}, "unknown member 'ClientToken' of a DataIntegration"),
        ({"Name": 5}, "Value '5' at 'Name' failed to satisfy constraint: Member must be of type string"),
        ({"Name": "a b"}, "Value 'a b' at 'Name'"),
        ({"Name": "taken"}, "there is a DataIntegration with Name 'taken' already"),
        ({"ScheduleConfiguration": {}}, "Value null at 'ScheduleConfiguration.ScheduleExpression'"),
        (
            {"ScheduleConfiguration": {"ScheduleExpression": "x", "Obj": "y"}},
            "unknown member 'Obj' of ScheduleConfiguration; did you mean 'Object'?",
        ),
        ({"Id": "x"}, "Value 'x' at 'Id'"),
        ({"Arn": f"{ARN}:data-integration/1", "Id": ID}, f"Arn must be '{ARN}:data-integration/{ID}' here"),
    ],
    "event_integrations": [
        ({"Nmae": "x"}, "unknown member 'Nmae' of an EventIntegration; did you mean 'Name'?"),
        ({"Name": 3}, "Value '3' at 'Name' failed to satisfy constraint: Member must be of type string"),
        ({"EventFilter": {"Sauce": "x"}}, "did you mean 'Source'?"),
        ({"Name": "taken"}, "there is an EventIntegration with Name 'taken' already"),
        ({"EventIntegrationArn": f"{ARN}:application/x"}, f"must be '{ARN}:event-integration/x' here"),
        ({"EventIntegrationArn": f"{ARN}:event-integration/a:b"}, "Value 'a:b' at 'Name'"),
    ],
    "applications": [
        ({"Nmespace": "x"}, "unknown member 'Nmespace' of an Application; did you mean 'Namespace'?"),
        ({"Namespace": "taken"}, "there is an Application with Namespace 'taken' already"),
        ({"Id": "x"}, "Value 'x' at 'Id'"),
        ({"CreatedTime": datetime.datetime(2020, 1, 1)}, "at 'CreatedTime' failed to satisfy constraint: Member must be of type aware datetime"),
        ({"CreatedTime": 5}, "Value '5' at 'CreatedTime' failed to satisfy constraint: Member must be of type aware datetime"),
    ],
    "data_integration_associations": [
        ({"DataIntegrationArn": f"{ARN}:data-integration/{ID}".replace("us-east-1", "eu-west-2")},
         "DataIntegrationArn: there is no DataIntegration 'arn:aws:app-integrations:eu-west-2:"),
        ({"DataIntegrationAssociationArn": f"{ARN}:data-integration-association/{ID}/{ID}"}, "pass DataIntegrationArn as well"),
    ],
    "event_integration_associations": [
        ({"ClientToken": "x"}, "unknown member"),
        ({"EventIntegrationName": "x"}, "EventIntegrationName: there is no EventIntegration 'x' in us-east-1"),
        ({"EventIntegrationAssociationId": "x"}, "at 'EventIntegrationAssociationId' "),
        (
            {"EventIntegrationAssociationArn": f"{ARN}:event-integration-association/a/b"},
            "EventIntegrationAssociationArn contains the id of an EventIntegration: pass EventIntegrationName as well",
        ),
    ],
    "application_associations": [
        ({"ApplicationArn": "x"}, "Value 'x' at 'ApplicationArn'"),
        ({"ApplicationArn": f"{ARN}:application/x"}, "ApplicationArn: there is no Application 'arn:"),
        ({"ApplicationAssociationId": 3}, "Value '3' at 'ApplicationAssociationId'"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("store", "members", "message"), [(store, *row) for store, rows in REFUSALS.items() for row in rows]
)
def test_members_that_break_the_model_or_clash_are_refused_and_create_nothing(appint_stub, store, members, message):
    appint_stub.data_integrations.add(Name="taken")
    appint_stub.event_integrations.add(Name="taken")
    appint_stub.applications.add(Namespace="taken")
    before = appint_stub.dump()
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(appint_stub, store).add(**members)
    assert appint_stub.dump() == before


@each_type
def test_an_id_is_taken_once(appint_stub, resource_type):
    store = store_of(appint_stub, resource_type)
    key = store.add()[resource_type.id_member]
    before = appint_stub.dump()
    with pytest.raises(
        ValueError, match=f"there is {resource_type.label_with_article} with {resource_type.id_member} "
    ):
        store.add(**{resource_type.id_member: key})
    assert appint_stub.dump() == before


def test_seeds_go_past_the_quota_but_count_towards_it(appint_stub, appint_client, error_of):
    for _ in range(25):
        appint_stub.data_integrations.add()
    assert len(appint_stub.data_integrations) == 25
    code = error_of(appint_client.create_data_integration, Name="n", KmsKey="k")[0]
    assert code == "ResourceQuotaExceededException"
