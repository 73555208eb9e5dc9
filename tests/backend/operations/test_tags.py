"""Tags of resources of every type, through a real client."""

from __future__ import annotations

import string

import pytest

from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.model import service
from tests.support.payloads import ARN, KMS_KEY, NEW_APPLICATION, NEW_EVENT_INTEGRATION, NOBODY, without_metadata

MOST = service.shape("TagMap").metadata["max"]
every_kind = pytest.mark.parametrize("kind", RESOURCE_TYPES, ids=[kind.store for kind in RESOURCE_TYPES])


def keys(count):
    return [f"{first}{second}" for first in string.ascii_letters for second in string.ascii_letters][:count]


@every_kind
def test_tags_are_added_listed_and_removed(appint_stub, appint_client, kind):
    store = getattr(appint_stub, kind.store)
    record = store.add()
    arn = record[kind.arn_member]
    assert without_metadata(appint_client.list_tags_for_resource(resourceArn=arn)) == {"tags": {}}
    assert without_metadata(appint_client.tag_resource(resourceArn=arn, tags={"a": "1", "b": ""})) == {}
    appint_client.tag_resource(resourceArn=arn, tags={"b": "2", "c": "3"})
    assert appint_client.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1", "b": "2", "c": "3"}
    assert store[record[kind.id_member]] == {**record, "Tags": {"a": "1", "b": "2", "c": "3"}}
    assert without_metadata(appint_client.untag_resource(resourceArn=arn, tagKeys=["a", "b", "absent"])) == {}
    assert appint_client.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "3"}
    appint_client.untag_resource(resourceArn=arn, tagKeys=["c"])
    assert without_metadata(appint_client.list_tags_for_resource(resourceArn=arn)) == {"tags": {}}
    assert store[record[kind.id_member]] == record


@pytest.mark.parametrize(
    ("create", "params", "get", "parameter"),
    [
        ("create_data_integration", {"Name": "n/1", "KmsKey": KMS_KEY}, "get_data_integration", "Identifier"),
        ("create_event_integration", NEW_EVENT_INTEGRATION, "get_event_integration", "Name"),
        ("create_application", NEW_APPLICATION, "get_application", "Arn"),
    ],
)
def test_tags_given_at_creation_are_the_same_tags(appint_client, create, params, get, parameter):
    created = getattr(appint_client, create)(**params, Tags={"a": "1"})
    arn = created.get("Arn") or created["EventIntegrationArn"]
    by = params["Name"] if parameter == "Name" else arn

    def shown():
        return getattr(appint_client, get)(**{parameter: by}).get("Tags")

    assert appint_client.list_tags_for_resource(resourceArn=arn)["tags"] == shown() == {"a": "1"}
    appint_client.tag_resource(resourceArn=arn, tags={"b": "2"})
    assert appint_client.list_tags_for_resource(resourceArn=arn)["tags"] == shown() == {"a": "1", "b": "2"}
    appint_client.untag_resource(resourceArn=arn, tagKeys=["a", "b"])
    assert shown() is None


@every_kind
def test_seeded_tags_are_listed(appint_stub, appint_client, kind):
    record = getattr(appint_stub, kind.store).add(Tags={"a": "1"})
    assert appint_client.list_tags_for_resource(resourceArn=record[kind.arn_member])["tags"] == {"a": "1"}


def test_the_limit_of_tags_counts_after_merging(appint_stub, appint_client, error_of):
    record = appint_stub.applications.add(Tags=dict.fromkeys(keys(MOST - 1), "old"))
    arn = record["Arn"]
    code, status, message = error_of(appint_client.tag_resource, resourceArn=arn, tags={"x-": "", "y-": ""})
    assert (code, status) == ("InvalidRequestException", 400)
    assert f"{MOST + 1} tags" in message
    assert arn in message
    assert appint_stub.applications[arn] == record
    appint_client.tag_resource(resourceArn=arn, tags={"x-": "", keys(1)[0]: "new"})
    appint_client.tag_resource(resourceArn=arn, tags=dict.fromkeys(keys(MOST - 1), "new"))
    assert len(appint_client.list_tags_for_resource(resourceArn=arn)["tags"]) == MOST
    code, _, message = error_of(appint_client.tag_resource, resourceArn=arn, tags=dict.fromkeys(keys(MOST + 1), ""))
    assert code == "ValidationException"
    assert f"length less than or equal to {MOST}" in message


PATTERN = service.shape("TagKey").metadata.get("pattern")


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("AWS:x", True),
        ("a1", True),
        ("a;<,-", True),
        ("x:aws:", True),
        ("cost center", PATTERN is None),
        ("owner@x", PATTERN is None),
        ("a*", PATTERN is None),
        ("größe", PATTERN is None),
        ("a\n", PATTERN is None),
        ("k" * 128, True),
        ("k" * 129, False),
    ],
)
def test_keys_follow_the_model(appint_stub, appint_client, error_of, key, allowed):
    arn = appint_stub.event_integrations.add(Name="a/b")["EventIntegrationArn"]
    if allowed:
        appint_client.tag_resource(resourceArn=arn, tags={key: ""})
        assert appint_client.list_tags_for_resource(resourceArn=arn)["tags"] == {key: ""}
        return
    _, status, message = error_of(appint_client.tag_resource, resourceArn=arn, tags={"fine": "", key: ""})
    assert status == 400
    assert f"Value '{key}' at 'tags.key'" in message
    assert appint_client.list_tags_for_resource(resourceArn=arn)["tags"] == {}


RESERVED = {"fine": "", "aws:x": ""}


@pytest.mark.appint(validate=False)
def test_keys_that_aws_reserves_are_refused(appint_stub, appint_client, error_of):
    """Whether the model has a pattern that forbids them or not: without validation, the operations see both alike."""
    expected = ("InvalidRequestException", 400, "Tag key aws:x: tag keys that begin with aws: are reserved for AWS.")
    arn = appint_stub.event_integrations.add()["EventIntegrationArn"]
    assert error_of(appint_client.tag_resource, resourceArn=arn, tags=RESERVED) == expected
    create = appint_client.create_data_integration
    assert error_of(create, Name="n", KmsKey=KMS_KEY, Tags=RESERVED) == expected
    assert error_of(appint_client.create_event_integration, **NEW_EVENT_INTEGRATION, Tags=RESERVED) == expected
    assert error_of(appint_client.create_application, **NEW_APPLICATION, Tags=RESERVED) == expected
    assert len(appint_stub.event_integrations) == 1
    assert not appint_stub.data_integrations
    assert not appint_stub.applications
    assert appint_client.list_tags_for_resource(resourceArn=arn)["tags"] == {}


@pytest.mark.parametrize(
    ("arn", "code", "label"),
    [
        *((f"{ARN}:{kind.arn_type}/{NOBODY}", "ResourceNotFoundException", kind.label) for kind in RESOURCE_TYPES),
        (f"{ARN}:application/desk", "ResourceNotFoundException", "Application"),
        (f"{ARN}:appliance/{NOBODY}", "ResourceNotFoundException", "Resource"),
        ("arn:aws:s3:::bucket", "ResourceNotFoundException", "Resource"),
        ("application", "ValidationException", None),
        (NOBODY, "ValidationException", None),
        ("arn:aws-us-gov:app-integrations:us-gov-west-1:123456789012:application/x", "ValidationException", None),
    ],
)
def test_unknown_arns_are_not_found_and_malformed_ones_invalid(appint_client, error_of, arn, code, label):
    for method, params in (
        ("tag_resource", {"tags": {"a": "1"}}),
        ("untag_resource", {"tagKeys": ["a"]}),
        ("list_tags_for_resource", {}),
    ):
        answered, _, message = error_of(getattr(appint_client, method), resourceArn=arn, **params)
        assert answered == code
        if label:
            assert message == f"Could not find {label} with identifier: {arn}"


@every_kind
def test_an_arn_of_another_region_account_or_type_is_not_found(appint_stub, appint_client, error_of, kind):
    arn = getattr(appint_stub, kind.store).add()[kind.arn_member]
    other = next(other for other in RESOURCE_TYPES if other is not kind)
    for old, new in (
        ("us-east-1", "eu-west-2"),
        ("123456789012", "210987654321"),
        (f":{kind.arn_type}/", f":{other.arn_type}/"),
        ("app-integrations", "connect"),
    ):
        foreign = arn.replace(old, new, 1)
        answered, _, message = error_of(appint_client.list_tags_for_resource, resourceArn=foreign)
        assert answered == "ResourceNotFoundException"
        assert message.endswith(f"with identifier: {foreign}")
    abroad = appint_stub.client(region_name="eu-west-2")
    assert error_of(abroad.list_tags_for_resource, resourceArn=arn)[0] == "ResourceNotFoundException"


def test_tagging_leaves_an_execution_alone(appint_stub, appint_client):
    record = appint_stub.data_integration_associations.add(
        ExecutionConfiguration={"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1"}}
    )
    appint_client.tag_resource(resourceArn=record["DataIntegrationAssociationArn"], tags={"a": "1"})
    appint_stub.finish_execution(record["DataIntegrationAssociationId"])
    after = appint_stub.data_integration_associations[record["DataIntegrationAssociationId"]]
    assert (after["Tags"], after["LastExecutionStatus"]) == ({"a": "1"}, {"ExecutionStatus": "COMPLETED"})
