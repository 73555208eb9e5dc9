"""Applications and their associations, through a real client."""

from __future__ import annotations

import datetime

import pytest

from pytest_appintegrations.model import service
from tests.support.payloads import (
    ARN,
    EVERY_APPLICATION_MEMBER,
    NEW_APPLICATION,
    NOBODY,
    SECRET,
    without_metadata,
)

MARKED = {name for name in service.members(service.shape("GetApplicationResponse")) if name == "LastModifiedRegion"}


def needs(operation, member, of="input"):
    known = member in service.members(getattr(service.operation(operation), f"{of}_shape"))
    return pytest.mark.skipif(not known, reason=f"{operation} of {service.version()} has no {member}")


@pytest.fixture
def application(appint_stub):
    return appint_stub.applications.add(Name="desk", Namespace="agent/desk")


@pytest.mark.appint(frozen_at="2024-05-06T07:08:09.5Z")
def test_create_returns_arn_and_id_and_records_all(appint_stub, appint_client):
    response = without_metadata(appint_client.create_application(**EVERY_APPLICATION_MEMBER))
    assert response == {"Arn": f"{ARN}:application/{response['Id']}", "Id": response["Id"]}
    now = datetime.datetime(2024, 5, 6, 7, 8, 9, 500000, datetime.timezone.utc)
    expected = {name: value for name, value in EVERY_APPLICATION_MEMBER.items() if name != "ClientToken"} | response
    expected |= {"CreatedTime": now, "LastModifiedTime": now, **dict.fromkeys(MARKED, "us-east-1")}
    assert without_metadata(appint_client.get_application(Arn=response["Id"])) == expected
    assert appint_stub.applications[response["Id"]] == expected
    assert appint_stub.applications[response["Id"]]["CreatedTime"].tzinfo is not None
    [shown] = appint_client.list_applications()["Applications"]
    assert shown == {name: expected[name] for name in service.members(service.shape("ApplicationSummary"))
                     if name in expected}  # fmt: skip


def test_the_payload_has_every_parameter_of_the_model():
    """A parameter of a newer model is found here: the payload, and the round trip with it, lacks it."""
    assert set(service.input_members("CreateApplication")) == set(EVERY_APPLICATION_MEMBER)


def test_an_update_changes_what_it_names_and_when(appint_stub, appint_client):
    created = appint_client.create_application(**EVERY_APPLICATION_MEMBER)
    before = appint_stub.applications[created["Id"]]
    appint_stub.clock.advance(60)
    changes = {
        "Arn": created["Arn"],
        "Name": "New desk",
        "Permissions": [],
        "ApplicationSourceConfig": NEW_APPLICATION["ApplicationSourceConfig"],
    }
    assert without_metadata(appint_client.update_application(**changes)) == {}
    after = appint_stub.applications[created["Id"]]
    assert (after["LastModifiedTime"] - before["LastModifiedTime"]).total_seconds() >= 60
    assert after == {**before, **changes, "LastModifiedTime": after["LastModifiedTime"]}
    assert set(service.input_members("UpdateApplication")) <= set(EVERY_APPLICATION_MEMBER) | {"Arn"}


@pytest.mark.skipif(not MARKED, reason=f"{service.version()} has no LastModifiedRegion")
def test_an_update_records_its_region(appint_stub, appint_client):
    key = appint_stub.applications.add(LastModifiedRegion="eu-west-2")["Id"]
    assert appint_client.get_application(Arn=key)["LastModifiedRegion"] == "eu-west-2"
    appint_client.update_application(Arn=key, Description="new")
    assert appint_client.get_application(Arn=key)["LastModifiedRegion"] == "us-east-1"


@pytest.mark.parametrize("suffix", ["", ":$LATEST", ":1"])
@pytest.mark.parametrize("by", ["Id", "Arn"])
def test_an_application_is_found_by_id_and_arn_with_or_without_a_qualifier(
    appint_stub, appint_client, application, by, suffix
):
    identifier = application[by] + suffix
    assert appint_client.get_application(Arn=identifier)["Id"] == application["Id"]
    assert appint_client.list_application_associations(ApplicationId=identifier)["ApplicationAssociations"] == []
    appint_client.update_application(Arn=identifier, Description="new")
    after = appint_stub.applications[application["Id"]]
    assert (after["Arn"], after["Description"]) == (application["Arn"], "new")
    appint_client.delete_application(Arn=identifier)
    assert not appint_stub.applications


@pytest.mark.parametrize(
    ("method", "parameter"),
    [
        ("get_application", "Arn"),
        ("update_application", "Arn"),
        ("delete_application", "Arn"),
        ("list_application_associations", "ApplicationId"),
    ],
)
@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        (NOBODY, "ResourceNotFoundException"),
        (f"{NOBODY}:$LATEST", "ResourceNotFoundException"),
        (f"{ARN}:application/{NOBODY}", "ResourceNotFoundException"),
        (f"{ARN}:data-integration/{NOBODY}", "ResourceNotFoundException"),
        ("arn:aws:app-integrations:eu-west-2:123456789012:application/ID", "ResourceNotFoundException"),
        ("arn:aws:app-integrations:us-east-1:210987654321:application/ID", "ResourceNotFoundException"),
        ("arn:aws:app-integrations:us-east-1:123456789012:event-integration/ID", "ResourceNotFoundException"),
        ("desk", "ValidationException"),
        ("agent/desk", "ValidationException"),
        ("arn:aws:nothing", "ValidationException"),
    ],
)
def test_other_identifiers_are_not_found_or_invalid(
    appint_client, application, error_of, method, parameter, identifier, code
):
    identifier = identifier.replace("ID", application["Id"])
    answered, status, message = error_of(getattr(appint_client, method), **{parameter: identifier})
    assert (answered, status) == (code, 404 if code == "ResourceNotFoundException" else 400)
    if code == "ResourceNotFoundException":
        assert message == f"Could not find Application with identifier: {identifier}"


@pytest.mark.skipif(
    service.input_members("CreateApplication")["Namespace"].metadata["max"] < len(NOBODY),
    reason=f"an id is too long for a namespace of {service.version()}",
)
def test_an_application_is_not_found_by_a_namespace_that_looks_like_an_id(appint_stub, appint_client, error_of):
    appint_stub.applications.add(Namespace=NOBODY)
    assert error_of(appint_client.get_application, Arn=NOBODY)[0] == "ResourceNotFoundException"


def test_a_namespace_is_taken_once_and_a_name_is_not(appint_stub, appint_client, error_of):
    first = appint_client.create_application(**NEW_APPLICATION)
    code, status, message = error_of(appint_client.create_application, **{**NEW_APPLICATION, "Name": "other"})
    assert (code, status) == ("InvalidRequestException", 400)
    assert message == "Failed to create Application with name: other. Namespace already in use: agent/desk."
    appint_client.create_application(**{**NEW_APPLICATION, "Namespace": "agent/desk/2"})
    appint_client.update_application(Arn=first["Id"], Name="renamed")
    appint_client.delete_application(Arn=first["Id"])
    appint_client.create_application(**NEW_APPLICATION)
    assert [record["Name"] for record in appint_stub.applications.values()] == ["Agent desk", "Agent desk"]


class TestAssociations:
    def test_are_listed_for_their_application(self, appint_stub, appint_client, application):
        association = appint_stub.application_associations.add(ApplicationArn=application["Arn"], ClientId="connect")
        other = appint_stub.application_associations.add()
        key = association["ApplicationAssociationId"]
        arn = f"{ARN}:application-association/{application['Id']}/{key}"
        shown = {"ApplicationAssociationArn": arn, "ApplicationArn": application["Arn"], "ClientId": "connect"}
        assert association == {**shown, "ApplicationAssociationId": key}
        response = appint_client.list_application_associations(ApplicationId=application["Id"])
        assert without_metadata(response) == {"ApplicationAssociations": [shown]}
        assert appint_stub.application_associations[arn] == association
        assert list(appint_stub.application_associations) == [key, other["ApplicationAssociationId"]]
        assert other["ApplicationArn"] in {record["Arn"] for record in appint_stub.applications.values()}

    @needs("DeleteApplication", "Force")
    def test_are_removed_with_their_application_by_force(self, appint_stub, appint_client, application, error_of):
        for _ in range(2):
            appint_stub.application_associations.add(ApplicationArn=application["Arn"])
        kept = appint_stub.application_associations.add()
        refused = error_of(appint_client.delete_application, Arn=application["Id"], Force=False)
        assert refused[0] == "InvalidRequestException"
        appint_client.delete_application(Arn=application["Arn"], Force=True)
        assert list(appint_stub.application_associations.values()) == [kept]
        assert application["Id"] not in appint_stub.applications
        assert appint_stub.calls.last.params == {"Arn": application["Arn"], "Force": True}


@needs("CreateApplication", "AuthConfig")
@pytest.mark.parametrize(
    ("kind", "config", "reason"),
    [
        ("A2A_SERVER", None, "AuthConfig.AuthType is required for an A2A_SERVER application."),
        ("A2A_SERVER", {}, "AuthConfig.AuthType is required for an A2A_SERVER application."),
        ("A2A_SERVER", {"AuthType": "CONNECT_JWT"}, None),
        ("MCP_SERVER", {}, None),
        ("MCP_SERVER", {"CredentialProviderIdentifier": SECRET}, None),
        (None, {"AuthType": "API_KEY"}, "AuthConfig.CredentialProviderIdentifier is required for API_KEY."),
        (None, {"AuthType": "API_KEY", "CredentialProviderIdentifier": SECRET}, None),
        (None, {"AuthType": "CONNECT_JWT", "CredentialProviderIdentifier": SECRET},
         "AuthConfig.CredentialProviderIdentifier is not allowed for CONNECT_JWT."),
        (None, {"AuthType": "CONNECT_JWT", "AudienceOverride": "desk"}, None),
        (None, {"AuthType": "CONNECT_JWT", "AudienceOverride": "https://x.connect.amazonaws.com/"},
         "AuthConfig.AudienceOverride can't contain connect.amazonaws.com."),
        (None, {"AudienceOverride": "desk"}, "AuthConfig.AudienceOverride is allowed for CONNECT_JWT only."),
        (None, {"AuthType": "API_KEY", "CredentialProviderIdentifier": SECRET, "AudienceOverride": "desk"},
         "AuthConfig.AudienceOverride is allowed for CONNECT_JWT only."),
    ],
)  # fmt: skip
def test_the_documented_rules_for_authentication_are_checked(
    appint_stub, appint_client, error_of, kind, config, reason
):
    application = appint_stub.applications.add(Name="desk", Namespace="desk-0123456789")
    params = {"ApplicationType": kind, "AuthConfig": config}
    params = {name: value for name, value in params.items() if value is not None}
    new = {**NEW_APPLICATION, "Namespace": "new-0123456789", **params}
    if reason is None:
        appint_client.create_application(**new)
        appint_client.update_application(Arn=application["Id"], **params)
        return
    assert error_of(appint_client.create_application, **new) == (
        "InvalidRequestException",
        400,
        f"Failed to create Application with name: Agent desk. {reason}",
    )
    assert error_of(appint_client.update_application, Arn=application["Id"], **params) == (
        "InvalidRequestException",
        400,
        f"Failed to update Application with name: desk. {reason}",
    )
    assert list(appint_stub.applications.values()) == [application]


@needs("GetApplication", "IframeConfig", of="output")
def test_get_returns_an_empty_iframe_config_if_none_was_set(appint_stub, appint_client, application):
    empty = {"Allow": [], "Sandbox": []}
    assert appint_client.get_application(Arn=application["Id"])["IframeConfig"] == empty
    assert "IframeConfig" not in appint_stub.applications[application["Id"]]
    appint_client.update_application(Arn=application["Id"], IframeConfig={"Allow": ["camera"]})
    assert appint_client.get_application(Arn=application["Id"])["IframeConfig"] == {"Allow": ["camera"]}


GATEWAY = "tools-0123456789"
NAMESPACE_REFUSED = "Namespace for MCP server applications must be a valid Bedrock Agent Core Gateway ID"


@needs("CreateApplication", "ApplicationType")
@pytest.mark.parametrize(
    ("namespace", "is_gateway"),
    [
        (GATEWAY, True),
        ("a-b-c-abcdefghij", True),
        ("a--abcdefghij", True),
        ("no-gateway", False),
        ("abcdefghij", False),
        ("-abcdefghij", False),
        ("a---abcdefghij", False),
        ("tools-012345678", False),
        ("tools-0123456789x", False),
        ("Tools-0123456789", False),
        ("tools/0123456789", False),
    ],
)
def test_the_namespace_of_an_mcp_server_is_a_gateway_id(appint_client, error_of, namespace, is_gateway):
    server = {**NEW_APPLICATION, "Namespace": namespace, "ApplicationType": "MCP_SERVER"}
    if is_gateway:
        appint_client.create_application(**server)
    else:
        expected = ("InvalidRequestException", 400, NAMESPACE_REFUSED)
        assert error_of(appint_client.create_application, **server) == expected


@needs("CreateApplication", "ApplicationType")
def test_an_mcp_server_takes_no_permissions(appint_stub, appint_client, error_of):
    server = {**NEW_APPLICATION, "Namespace": GATEWAY, "ApplicationType": "MCP_SERVER"}
    reason = "An MCP_SERVER application takes no Permissions."
    refused = ("InvalidRequestException", 400, f"Failed to create Application with name: Agent desk. {reason}")
    assert error_of(appint_client.create_application, **server, Permissions=["User.Details.View"]) == refused
    key = appint_client.create_application(**server, Permissions=[])["Id"]
    code, _, message = error_of(appint_client.update_application, Arn=key, Permissions=["User.Details.View"])
    assert (code, message) == (
        "InvalidRequestException",
        f"Failed to update Application with name: Agent desk. {reason}",
    )
    appint_client.update_application(Arn=key, Permissions=[])
    assert appint_stub.applications[key]["Permissions"] == []


@needs("UpdateApplication", "ApplicationType")
def test_an_application_can_become_an_mcp_server_by_the_same_rules(appint_stub, appint_client, application, error_of):
    update = appint_client.update_application
    refused = ("InvalidRequestException", 400, NAMESPACE_REFUSED)
    assert error_of(update, Arn=application["Id"], ApplicationType="MCP_SERVER") == refused
    assert appint_stub.applications[application["Id"]] == application
    gateway = appint_stub.applications.add(Namespace=GATEWAY, Permissions=["User.Details.View"])
    assert error_of(update, Arn=gateway["Id"], ApplicationType="MCP_SERVER")[0] == "InvalidRequestException"
    update(Arn=gateway["Id"], ApplicationType="MCP_SERVER", Permissions=[])


@needs("ListApplications", "ApplicationType")
@pytest.mark.appint(page_size=2)
def test_applications_are_listed_by_type(appint_stub, appint_client):
    add = appint_stub.applications.add
    plain, service_, tool = add(), add(IsService=True), add(ApplicationType="MCP_SERVER")
    more = [add(ApplicationType="MCP_SERVER") for _ in range(4)]
    listed = appint_client.get_paginator("list_applications")
    expected = {"STANDARD": [plain], "SERVICE": [service_], "MCP_SERVER": [tool, *more]}
    for application_type in service.shape("ApplicationType").metadata["enum"]:
        records = expected.get(application_type, [])
        pages = [page["Applications"] for page in listed.paginate(ApplicationType=application_type)]
        assert [shown["Id"] for page in pages for shown in page] == [record["Id"] for record in records]
        assert [len(page) for page in pages] == {0: [0], 1: [1], 5: [2, 2, 1]}[len(records)]


@pytest.mark.parametrize(
    ("changed", "violation"),
    [
        ({"Name": "a\tb"}, "' at 'Name'"),
        ({"Namespace": "a b"}, "Value 'a b' at 'Namespace'"),
        ({"ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "x"}}},
         "Value 'x' at 'ApplicationSourceConfig.ExternalUrlConfig.AccessUrl'"),
        ({"Subscriptions": [{"Event": "a::b"}, {"Event": "x"}]}, "Value 'x' at 'Subscriptions[1].Event'"),
        ({"Permissions": ["p"] * 151}, "' at 'Permissions'"),
        ({"Tags": {"k" * 129: ""}}, "' at 'Tags.key'"),
    ],
)  # fmt: skip
def test_values_that_break_the_model_are_refused(appint_stub, appint_client, error_of, changed, violation):
    code, status, message = error_of(appint_client.create_application, **{**NEW_APPLICATION, **changed})
    assert (code, status) == ("ValidationException", 400)
    assert violation in message
    assert not appint_stub.applications
