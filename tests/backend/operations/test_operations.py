"""Every operation of the installed botocore's model works, and responds in the form of its output."""

from __future__ import annotations

import json

import pytest

from pytest_appintegrations.backend import operations
from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.model import service
from tests.support.families import each_family
from tests.support.payloads import (
    EVERY_APPLICATION_MEMBER,
    FULL_ASSOCIATION,
    FULL_EVENT_INTEGRATION,
    FULL_INTEGRATION,
    NEW_APPLICATION,
)
from tests.support.shapes import wrong

every_operation = pytest.mark.parametrize("operation", service.operations())


@every_operation
def test_every_operation_has_a_function_of_its_own(operation):
    """This fails for an operation that only a newer botocore has."""
    function = operations.find(operation)
    assert function is not None
    assert function.__name__ == service.operations()[operation]


@pytest.fixture
def every_call(appint_stub, appint_client):
    """Call every operation with all its parameters, and return the calls."""
    client = appint_client
    data = client.create_data_integration(**FULL_INTEGRATION)
    client.create_event_integration(**FULL_EVENT_INTEGRATION)
    application = client.create_application(**EVERY_APPLICATION_MEMBER)
    by_id, by_name = {"Arn": application["Id"]}, {"Name": FULL_EVENT_INTEGRATION["Name"]}
    target = {"DataIntegrationIdentifier": data["Id"]}
    association = client.create_data_integration_association(**target, **FULL_ASSOCIATION)
    key = association["DataIntegrationAssociationId"]
    appint_stub.finish_execution(key, "FAILED", "no such bucket")
    appint_stub.event_integration_associations.add(
        EventIntegrationName=by_name["Name"],
        ClientId="connect",
        EventBridgeRuleName="rule-1",
        ClientAssociationMetadata={"team": "care"},
    )
    appint_stub.application_associations.add(ApplicationArn=application["Arn"], ClientId="connect")
    for store in ("data_integrations", "event_integrations", "applications"):
        getattr(appint_stub, store).add()
    for parent in ("data_integration", "event_integration", "application"):
        for kind in RESOURCE_TYPES:
            if kind.arn_type == f"{parent.replace('_', '-')}-association":
                [record] = getattr(appint_stub, kind.store).values()
                getattr(appint_stub, kind.store).add(**{kind.parent_member: record[kind.parent_member]})
    client.get_data_integration(Identifier=data["Id"])
    client.get_event_integration(**by_name)
    client.get_application(**by_id)
    client.list_tags_for_resource(resourceArn=data["Arn"])
    client.list_data_integrations(MaxResults=1)
    client.list_event_integrations(MaxResults=1)
    client.list_applications(MaxResults=1)
    client.list_data_integration_associations(**target, MaxResults=1)
    client.list_event_integration_associations(EventIntegrationName=by_name["Name"], MaxResults=1)
    client.list_application_associations(ApplicationId=application["Id"], MaxResults=1)
    client.tag_resource(resourceArn=data["Arn"], tags={"a": "1"})
    client.untag_resource(resourceArn=data["Arn"], tagKeys=["a"])
    client.update_data_integration(Identifier=data["Id"], Description="new")
    client.update_event_integration(**by_name, Description="new")
    client.update_application(**by_id, Description="new")
    client.update_data_integration_association(
        **target,
        DataIntegrationAssociationIdentifier=key,
        ExecutionConfiguration=FULL_ASSOCIATION["ExecutionConfiguration"],
    )
    for store in ("data_integration_associations", "event_integration_associations", "application_associations"):
        for key in getattr(appint_stub, store):
            getattr(appint_stub, store).remove(key)
    client.delete_data_integration(**target)
    client.delete_event_integration(**by_name)
    client.delete_application(**by_id)
    return appint_stub.calls


def test_every_response_has_the_form_of_its_output_and_all_of_its_members(every_call):
    assert {call.operation for call in every_call} == set(service.operations())
    for call in every_call:
        assert wrong(service.operation(call.operation).output_shape, call.response) == []
        for name in lacking(service.operation(call.operation).output_shape, call.response):
            pytest.fail(f"{call.operation} never returns {name}")


def lacking(shape, value, path=""):
    """List the members of a shape that are nowhere in a value."""
    if shape.type_name == "list":
        return lacking(shape.member, value[0], f"{path}[]")
    if shape.type_name != "structure":
        return []
    found = [f"{path}.{name}" for name in shape.members if name not in value and name not in CANNOT_BE_THERE]
    for name in set(value) & set(shape.members):
        found += lacking(shape.members[name], value[name], f"{path}.{name}")
    return found


# No authentication has all of its members at once.
CANNOT_BE_THERE = ("AudienceOverride",)


def test_creations_without_a_token_each_make_a_record(appint_stub, appint_client):
    """Clients other than botocore's send no token."""

    def remove_token(params, **_):
        body = json.loads(params["body"])
        del body["ClientToken"]
        params["body"] = json.dumps(body).encode()

    appint_client.meta.events.register("before-call.appintegrations", remove_token)
    first, second = (
        appint_client.create_application(**{**NEW_APPLICATION, "Namespace": namespace})["Id"] for namespace in "ab"
    )
    assert list(appint_stub.applications) == [first, second]
    assert "ClientToken" not in appint_stub.calls.last.params


@each_family
def test_what_has_associations_is_not_deleted(appint_stub, appint_client, error_of, family):
    record = family.store(appint_stub).add(Name="crm")
    association = family.add_association(appint_stub, record)
    message = family.in_use.replace("NAME", "crm")
    delete = getattr(appint_client, f"delete_{family.name}")
    expected = ("InvalidRequestException", 400, message)
    assert error_of(delete, **{family.delete_identifier: family.key(record)}) == expected
    removed = family.associations(appint_stub).remove(association[family.association_type.arn_member])
    assert removed == association
    family.delete(appint_client, family.key(record))
    assert not family.store(appint_stub)
