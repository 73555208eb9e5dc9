"""What each operation answers, as tables, from what is known of the service and botocore's model rather than from the code.

A row that must be changed is a change of behaviour, and belongs in the changelog. Members that an older model does not
have are not expected; rows whose parameters it does not have are skipped.
"""

from __future__ import annotations

import pytest
from botocore.config import Config

from pytest_appintegrations.model import service
from tests.support.payloads import ARN, KMS_KEY, NOBODY, ON_DEMAND, SCHEDULED

ORDERS, SALES, DESK, BOARD, RUN = (f"{number}1111111-2222-4333-a444-555555555555" for number in range(1, 6))
ORDERS_ARN, SALES_ARN = f"{ARN}:data-integration/{ORDERS}", f"{ARN}:data-integration/{SALES}"
DESK_ARN, BOARD_ARN = f"{ARN}:application/{DESK}", f"{ARN}:application/{BOARD}"
RUN_ARN = f"{ARN}:data-integration-association/{SALES}/{RUN}"
SCHEDULE = {"FirstExecutionFrom": "1439788442681", "Object": "Account", "ScheduleExpression": "rate(1 hour)"}
PROFILES = {"CustomerProfiles": {"domainName": ["retail"], "objectType": ["_profile"]}}
SOURCE = {"ExternalUrlConfig": {"AccessUrl": "https://desk.example.com"}}
PARTNER = {"EventFilter": {"Source": "aws.partner/examplepartner.com"}, "EventBridgeBus": "default"}


@pytest.fixture
def client(appint_stub, appint_client):
    """Return a client of a service with two data integrations, event integrations and applications, the second of each in use."""
    appint_stub.data_integrations.add(Id=ORDERS, Name="orders")
    appint_stub.data_integrations.add(Id=SALES, Name="sales")
    appint_stub.data_integration_associations.add(
        DataIntegrationArn=SALES_ARN, DataIntegrationAssociationId=RUN, ExecutionConfiguration=ON_DEMAND
    )
    for name in ("crm", "shop"):
        appint_stub.event_integrations.add(Name=name)
    appint_stub.event_integration_associations.add(EventIntegrationName="shop")
    appint_stub.applications.add(Id=DESK, Name="desk", Namespace="desk")
    appint_stub.applications.add(Id=BOARD, Name="board", Namespace="board")
    appint_stub.application_associations.add(ApplicationArn=BOARD_ARN)
    return appint_client


def call(client, operation, **params):
    """Call an operation by its name in the API; skip the test where the model does not have a parameter."""
    if missing := params.keys() - service.input_members(operation).keys():
        pytest.skip(f"{operation} has no {', '.join(missing)} in this model")
    response = getattr(client, service.operations()[operation])(**params)
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def known(names, shape):
    """Return those of some members, in one string, that the model has."""
    return set(names.split()) & service.members(shape).keys()


def test_every_operation_has_a_row():
    answered = {"CreateDataIntegration", "GetDataIntegration", "ListDataIntegrations", "CreateEventIntegration",
                "GetEventIntegration", "ListEventIntegrations", "CreateApplication", "GetApplication", "ListApplications",
                "CreateDataIntegrationAssociation", "ListDataIntegrationAssociations"}  # fmt: skip
    seeded = {row[0] for row in LISTS_OF_WHAT_IS_SEEDED}
    assert answered | seeded | NOTHING.keys() | {"ListTagsForResource"} == service.operations().keys()
    assert {row[1] for row in REFUSALS.values()} == service.operations().keys() - {
        "ListApplications", "ListEventIntegrations"
    }  # fmt: skip


# Data integrations, by what they are created from. CreateDataIntegration answers what GetDataIntegration does, and the ClientToken.

DATA_INTEGRATIONS = {
    # source: (parameters of CreateDataIntegration beside Name and KmsKey, members of Get beside Arn Id Name KmsKey)
    "none": ({}, ""),
    "Customer Profiles": ({"SourceURI": "AmazonConnect://AppIntegrations", "ObjectConfiguration": PROFILES},
                          "SourceURI ObjectConfiguration"),
    "S3": ({"SourceURI": "s3://bucket"}, "SourceURI"),
    "Salesforce": ({"SourceURI": "Salesforce://AppFlow/test", "ScheduleConfig": SCHEDULE, "ObjectConfiguration": {"Account": {"fields": ["Id"]}}},
                   "SourceURI ScheduleConfiguration ObjectConfiguration"),
    "SharePoint": ({"SourceURI": "SharePoint://AppFlow/test", "FileConfiguration": {"Folders": ["/"], "Filters": {"ext": ["pdf"]}}},
                   "SourceURI FileConfiguration"),
    "described and tagged": ({"SourceURI": "s3://bucket", "Description": "orders", "Tags": {"stage": "test"}},
                             "SourceURI Description Tags"),
}  # fmt: skip


@pytest.mark.parametrize(("params", "members"), DATA_INTEGRATIONS.values(), ids=DATA_INTEGRATIONS.keys())
def test_members_of_data_integrations(appint_client, params, members):
    required = set(service.operation("CreateDataIntegration").input_shape.required_members)
    if required - {"Name", "KmsKey"} - params.keys():
        pytest.skip("this model requires a source")
    members = {"Arn", "Id", "Name", "KmsKey", *members.split()}
    created = call(appint_client, "CreateDataIntegration", Name="n", KmsKey=KMS_KEY, **params)
    shown = call(appint_client, "GetDataIntegration", Identifier="n")
    [listed] = call(appint_client, "ListDataIntegrations")["DataIntegrations"]
    assert created.keys() == members | {"ClientToken"}
    assert shown.keys() == members
    assert listed.keys() == members & {"Arn", "Name", "SourceURI"}
    assert {**shown, **listed} == shown == {name: created[name] for name in members}
    for name, value in params.items():
        assert shown[{"ScheduleConfig": "ScheduleConfiguration"}.get(name, name)] == value


# Associations of data integrations, by what they are created with.

DATA_INTEGRATION_ASSOCIATIONS = {
    # parameters: members of ListDataIntegrationAssociations beside DataIntegrationAssociationArn DataIntegrationArn, and the status
    "none": ({}, "", None),
    "a client": ({"ClientId": "c", "ClientAssociationMetadata": {"team": "care"}}, "ClientId", None),
    "an export, run on demand": ({"DestinationURI": "s3://bucket", "ObjectConfiguration": PROFILES, "ExecutionConfiguration": ON_DEMAND},
                                 "DestinationURI ExecutionConfiguration LastExecutionStatus", {"ExecutionStatus": "IN_PROGRESS"}),
    "an export, scheduled": ({"DestinationURI": "s3://bucket", "ExecutionConfiguration": SCHEDULED},
                             "DestinationURI ExecutionConfiguration", None),
}  # fmt: skip


@pytest.mark.parametrize(
    ("params", "members", "status"), DATA_INTEGRATION_ASSOCIATIONS.values(), ids=DATA_INTEGRATION_ASSOCIATIONS.keys()
)
@pytest.mark.parametrize("identifier", ["orders", ORDERS, ORDERS_ARN], ids=["name", "id", "ARN"])
def test_members_of_data_integration_associations(client, identifier, params, members, status):
    created = call(client, "CreateDataIntegrationAssociation", DataIntegrationIdentifier=identifier, **params)
    assert created.keys() == {"DataIntegrationAssociationId", "DataIntegrationArn"}
    listing = call(client, "ListDataIntegrationAssociations", DataIntegrationIdentifier=identifier)
    [listed] = listing["DataIntegrationAssociations"]
    assert listed.keys() == {"DataIntegrationAssociationArn", "DataIntegrationArn", *members.split()}
    assert listed["DataIntegrationArn"] == created["DataIntegrationArn"] == ORDERS_ARN
    assert listed["DataIntegrationAssociationArn"].endswith(f"/{ORDERS}/{created['DataIntegrationAssociationId']}")
    assert listed.get("LastExecutionStatus") == status


# Event integrations. CreateEventIntegration answers the ARN alone; Get and List answer the same members.

EVENT_INTEGRATIONS = {
    "least": ({}, ""),
    "described and tagged": ({"Description": "orders", "Tags": {"stage": "test"}}, "Description Tags"),
}


@pytest.mark.parametrize(("params", "members"), EVENT_INTEGRATIONS.values(), ids=EVENT_INTEGRATIONS.keys())
def test_members_of_event_integrations(appint_client, params, members):
    created = call(appint_client, "CreateEventIntegration", Name="n", **PARTNER, **params)
    assert created == {"EventIntegrationArn": f"{ARN}:event-integration/n"}
    shown = call(appint_client, "GetEventIntegration", Name="n")
    assert shown.keys() == {"EventIntegrationArn", "Name", "EventFilter", "EventBridgeBus", *members.split()}
    assert call(appint_client, "ListEventIntegrations") == {"EventIntegrations": [shown]}


# Applications, by type. CreateApplication answers Arn and Id; an IframeConfig is there even where none was set.

APPLICATIONS = {
    # type: (parameters, members of GetApplication beside the ones that all have, those of ListApplications)
    "least": ({}, "", ""),
    "STANDARD": ({"ApplicationType": "STANDARD", "Permissions": ["User.Details.View"], "Description": "desk", "Tags": {"stage": "test"}},
                 "ApplicationType Permissions Description Tags", "ApplicationType"),
    "SERVICE": ({"IsService": True, "InitializationTimeout": 5000}, "IsService InitializationTimeout", "IsService"),
    "MCP_SERVER": ({"ApplicationType": "MCP_SERVER", "Namespace": "tools-abcdefghij", "Permissions": []},
                   "ApplicationType Permissions", "ApplicationType"),
    "A2A_SERVER": ({"ApplicationType": "A2A_SERVER", "AuthConfig": {"AuthType": "CONNECT_JWT"}},
                   "ApplicationType AuthConfig", "ApplicationType"),
    "with events": ({"Subscriptions": [{"Event": "a::b"}], "Publications": [{"Event": "a::b", "Schema": "{}"}]},
                    "Subscriptions Publications", ""),
}  # fmt: skip


@pytest.mark.parametrize(("params", "shown", "listed"), APPLICATIONS.values(), ids=APPLICATIONS.keys())
def test_members_of_applications(appint_client, params, shown, listed):
    params = {"Name": "n", "Namespace": "ns", "ApplicationSourceConfig": SOURCE, **params}
    created = call(appint_client, "CreateApplication", **params)
    assert created.keys() == {"Arn", "Id"}
    every = "Arn Id Name Namespace CreatedTime LastModifiedTime LastModifiedRegion "
    output = service.operation("GetApplication").output_shape
    response = call(appint_client, "GetApplication", Arn=created["Id"])
    assert response.keys() == known(f"{every} ApplicationSourceConfig IframeConfig {shown}", output)
    assert response.get("IframeConfig") in (None, {"Allow": [], "Sandbox": []})
    [summary] = call(appint_client, "ListApplications")["Applications"]
    assert summary.keys() == known(every + listed, service.shape("ApplicationSummary"))
    assert {**response, **summary} == response


# Records that no public operation creates, and empty lists.

LISTS_OF_WHAT_IS_SEEDED = [
    ("ListDataIntegrationAssociations", {"DataIntegrationIdentifier": "sales"}, "DataIntegrationAssociations",
     "DataIntegrationAssociationArn DataIntegrationArn ExecutionConfiguration LastExecutionStatus"),
    ("ListEventIntegrationAssociations", {"EventIntegrationName": "shop"}, "EventIntegrationAssociations",
     "EventIntegrationAssociationArn EventIntegrationAssociationId EventIntegrationName"),
    ("ListApplicationAssociations", {"ApplicationId": BOARD_ARN}, "ApplicationAssociations",
     "ApplicationAssociationArn ApplicationArn"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "params", "member", "members"),
    LISTS_OF_WHAT_IS_SEEDED,
    ids=[row[0] for row in LISTS_OF_WHAT_IS_SEEDED],
)
def test_members_of_seeded_associations(client, operation, params, member, members):
    response = call(client, operation, **params)
    assert response.keys() == {member}
    assert [set(record) for record in response[member]] == [set(members.split())]


EMPTY_LISTS = {
    "ListDataIntegrationAssociations": ({"DataIntegrationIdentifier": "orders"}, {"DataIntegrationAssociations": []}),
    "ListEventIntegrationAssociations": ({"EventIntegrationName": "crm"}, {"EventIntegrationAssociations": []}),
    "ListApplicationAssociations": ({"ApplicationId": DESK}, {"ApplicationAssociations": []}),
    "ListTagsForResource": ({"resourceArn": DESK_ARN}, {"tags": {}}),
}


@pytest.mark.parametrize("operation", EMPTY_LISTS)
def test_an_empty_list_is_present_and_has_no_next_token(client, operation):
    params, response = EMPTY_LISTS[operation]
    assert call(client, operation, **params) == response


@pytest.mark.parametrize("operation", ["ListDataIntegrations", "ListEventIntegrations", "ListApplications"])
def test_an_empty_list_of_a_region_is_present_and_has_no_next_token(appint_client, operation):
    assert call(appint_client, operation) == {operation.removeprefix("List"): []}


NOTHING = {
    "UpdateDataIntegration": {"Identifier": "orders", "Name": "renamed", "Description": "new"},
    "UpdateDataIntegrationAssociation": {"DataIntegrationIdentifier": SALES, "DataIntegrationAssociationIdentifier": RUN_ARN,
                                         "ExecutionConfiguration": ON_DEMAND},
    "UpdateEventIntegration": {"Name": "crm", "Description": "new"},
    "UpdateApplication": {"Arn": DESK, "Name": "new"},
    "DeleteDataIntegration": {"DataIntegrationIdentifier": "orders"},
    "DeleteEventIntegration": {"Name": "crm"},
    "DeleteApplication": {"Arn": DESK_ARN},
    "TagResource": {"resourceArn": RUN_ARN, "tags": {"a": "b"}},
    "UntagResource": {"resourceArn": RUN_ARN, "tagKeys": ["not-there"]},
}  # fmt: skip


@pytest.mark.parametrize("operation", NOTHING)
def test_these_operations_return_no_members(client, operation):
    assert call(client, operation, **NOTHING[operation]) == {}


# Refusals.

INVALID, FORBIDDEN, NOT_FOUND = (
    ("InvalidRequestException", 400),
    ("ValidationException", 400),
    ("ResourceNotFoundException", 404),
)
DUPLICATE, QUOTA = ("DuplicateResourceException", 409), ("ResourceQuotaExceededException", 429)
# Models before 1.44 have a pattern for it.
RESERVED = FORBIDDEN if "pattern" in service.shape("TagKey").metadata else INVALID
NEW_DATA = {"Name": "n", "KmsKey": KMS_KEY, "SourceURI": "AmazonConnect://AppIntegrations"}
NEW_EVENTS = {"Name": "n", **PARTNER}
NEW_APPLICATION = {"Name": "n", "Namespace": "ns", "ApplicationSourceConfig": SOURCE}
MCP = {**NEW_APPLICATION, "ApplicationType": "MCP_SERVER"}
OTHER_REGION = f"arn:aws:app-integrations:eu-west-2:123456789012:data-integration/{ORDERS}"
OTHER_ACCOUNT = f"arn:aws:app-integrations:us-east-1:210987654321:data-integration/{ORDERS}"
S3_REFUSED = "Failed to create DataIntegration with name: n. Source S3 does not support structured data."
UPDATE_RUN = {
    "DataIntegrationIdentifier": SALES,
    "DataIntegrationAssociationIdentifier": RUN,
    "ExecutionConfiguration": ON_DEMAND,
}
FAILED = "' failed to satisfy constraint: Member must "


REFUSALS = {
    # name: ((code, status), operation, parameters, part of the message)
    # -- records that do not exist
    "data integration, by name": (NOT_FOUND, "GetDataIntegration", {"Identifier": "x"}, "Could not find DataIntegration with identifier: x"),
    "data integration, by id": (NOT_FOUND, "GetDataIntegration", {"Identifier": NOBODY}, f"Could not find DataIntegration with identifier: {NOBODY}"),
    "data integration, in another case": (NOT_FOUND, "GetDataIntegration", {"Identifier": "Orders"}, "with identifier: Orders"),
    "data integration, of another region": (NOT_FOUND, "GetDataIntegration", {"Identifier": OTHER_REGION}, f"with identifier: {OTHER_REGION}"),
    "data integration, of another account": (NOT_FOUND, "GetDataIntegration", {"Identifier": OTHER_ACCOUNT}, f"with identifier: {OTHER_ACCOUNT}"),
    "data integration to update": (NOT_FOUND, "UpdateDataIntegration", {"Identifier": "x", "Name": "y"}, "Could not find DataIntegration with identifier: x"),
    "data integration to delete": (NOT_FOUND, "DeleteDataIntegration", {"DataIntegrationIdentifier": "x"}, "Could not find DataIntegration with identifier: x"),
    "data integration to associate": (NOT_FOUND, "CreateDataIntegrationAssociation", {"DataIntegrationIdentifier": "x"},
                                      "Could not find DataIntegration with identifier: x"),
    "data integration to list associations of": (NOT_FOUND, "ListDataIntegrationAssociations", {"DataIntegrationIdentifier": "x"},
                                                 "Could not find DataIntegration with identifier: x"),
    "association to update": (NOT_FOUND, "UpdateDataIntegrationAssociation", {**UPDATE_RUN, "DataIntegrationAssociationIdentifier": NOBODY},
                              f"Could not find DataIntegrationAssociation with identifier: {NOBODY}"),
    "association of another data integration": (NOT_FOUND, "UpdateDataIntegrationAssociation", {**UPDATE_RUN, "DataIntegrationIdentifier": ORDERS},
                                                f"Could not find DataIntegrationAssociation with identifier: {RUN}"),
    "event integration": (NOT_FOUND, "GetEventIntegration", {"Name": "x"}, "Could not find EventIntegration with identifier: x"),
    "event integration to update": (NOT_FOUND, "UpdateEventIntegration", {"Name": "x"}, "Could not find EventIntegration with identifier: x"),
    "event integration to delete": (NOT_FOUND, "DeleteEventIntegration", {"Name": "x"}, "Could not find EventIntegration with identifier: x"),
    "event integration to list associations of": (NOT_FOUND, "ListEventIntegrationAssociations", {"EventIntegrationName": "x"},
                                                  "Could not find EventIntegration with identifier: x"),
    "application": (NOT_FOUND, "GetApplication", {"Arn": NOBODY}, f"Could not find Application with identifier: {NOBODY}"),
    "application to update": (NOT_FOUND, "UpdateApplication", {"Arn": NOBODY}, f"Could not find Application with identifier: {NOBODY}"),
    "application to delete": (NOT_FOUND, "DeleteApplication", {"Arn": NOBODY}, f"Could not find Application with identifier: {NOBODY}"),
    "application to list associations of": (NOT_FOUND, "ListApplicationAssociations", {"ApplicationId": NOBODY},
                                            f"Could not find Application with identifier: {NOBODY}"),
    "resource to tag": (NOT_FOUND, "TagResource", {"resourceArn": f"{ARN}:application/{NOBODY}", "tags": {"a": "b"}}, f"application/{NOBODY}"),
    "resource to untag": (NOT_FOUND, "UntagResource", {"resourceArn": f"{ARN}:application/{NOBODY}", "tagKeys": ["a"]}, f"application/{NOBODY}"),
    "resource to list tags of": (NOT_FOUND, "ListTagsForResource", {"resourceArn": f"{ARN}:application/{NOBODY}"}, f"application/{NOBODY}"),
    # -- names that are taken
    "name of a data integration": (DUPLICATE, "CreateDataIntegration", {**NEW_DATA, "Name": "orders"},
                                   "Failed to create DataIntegration with name: orders."),
    "name of an event integration": (DUPLICATE, "CreateEventIntegration", {**NEW_EVENTS, "Name": "crm"},
                                     "Failed to create EventIntegration with name: crm."),
    "namespace of an application": (INVALID, "CreateApplication", {**NEW_APPLICATION, "Namespace": "desk"}, "Namespace already in use"),
    "name to rename to": (INVALID, "UpdateDataIntegration", {"Identifier": "orders", "Name": "sales"}, "sales"),
    # -- records that are in use
    "data integration with associations": (INVALID, "DeleteDataIntegration", {"DataIntegrationIdentifier": "sales"}, "sales"),
    "event integration with associations": (INVALID, "DeleteEventIntegration", {"Name": "shop"}, "shop"),
    "application with associations": (INVALID, "DeleteApplication", {"Arn": BOARD}, "An Application with ApplicationAssociations cannot be deleted"),
    # -- parameters that contradict each other
    "S3 source with a schedule": (INVALID, "CreateDataIntegration", {**NEW_DATA, "SourceURI": "s3://bucket", "ScheduleConfig": SCHEDULE}, S3_REFUSED),
    "S3 source with objects": (INVALID, "CreateDataIntegration", {**NEW_DATA, "SourceURI": "S3://bucket", "ObjectConfiguration": PROFILES}, "S3"),
    "S3 source with files": (INVALID, "CreateDataIntegration", {**NEW_DATA, "SourceURI": "s3://bucket", "FileConfiguration": {"Folders": ["/"]}}, "S3"),
    "MCP server with another namespace": (INVALID, "CreateApplication", {**MCP, "Namespace": "no-gateway"},
                                          "Namespace for MCP server applications must be a valid Bedrock Agent Core Gateway ID"),
    "MCP server with permissions": (INVALID, "CreateApplication", {**MCP, "Namespace": "tools-abcdefghij", "Permissions": ["p"]}, "Permissions"),
    "A2A server without an AuthType": (INVALID, "CreateApplication", {**NEW_APPLICATION, "ApplicationType": "A2A_SERVER"}, "AuthType"),
    "reserved key of a tag": (RESERVED, "TagResource", {"resourceArn": DESK_ARN, "tags": {"aws:x": "1"}}, "aws:x"),
    "reserved key of a new tag": (RESERVED, "CreateApplication", {**NEW_APPLICATION, "Tags": {"aws:x": "1"}}, "aws:x"),
    "token of another list": (INVALID, "ListDataIntegrations", {"NextToken": "x"}, "NextToken"),
    # -- values that break the model
    "no ARN of an application": (FORBIDDEN, "DeleteApplication", {"Arn": "not an arn"}, f"Value 'not an arn' at 'Arn{FAILED}satisfy"),
    "name of an application": (FORBIDDEN, "GetApplication", {"Arn": "desk"}, f"1 validation error detected: Value 'desk' at 'Arn{FAILED}satisfy"),
    "no ARN of a resource": (FORBIDDEN, "ListTagsForResource", {"resourceArn": "x"}, f"Value 'x' at 'resourceArn{FAILED}satisfy regular"),
    "ARN of an event integration": (FORBIDDEN, "GetEventIntegration", {"Name": f"{ARN}:event-integration/crm"}, f"at 'Name{FAILED}satisfy regular"),
    "too long": (FORBIDDEN, "CreateDataIntegration", {**NEW_DATA, "Description": "a" * 1001}, f"at 'Description{FAILED}have length less than or equal to 1000"),
    "too many": (FORBIDDEN, "ListDataIntegrations", {"MaxResults": 51}, f"Value '51' at 'MaxResults{FAILED}have value less than or equal to 50"),
    "not of an enum": (FORBIDDEN, "CreateDataIntegrationAssociation", {"DataIntegrationIdentifier": "orders", "ExecutionConfiguration": {"ExecutionMode": "X"}},
                       f"Value 'X' at 'ExecutionConfiguration.ExecutionMode{FAILED}satisfy enum value set: [ON_DEMAND, SCHEDULED]"),
    "no tags": (FORBIDDEN, "CreateDataIntegration", {**NEW_DATA, "Tags": {}}, f"Value '{{}}' at 'Tags{FAILED}have length greater than or equal to 1"),
    "not ASCII": (FORBIDDEN, "CreateDataIntegration", {**NEW_DATA, "SourceURI": "s3://bucket/ü"}, f"Value 's3://bucket/ü' at 'SourceURI{FAILED}satisfy regular"),
    "other source of events": (FORBIDDEN, "CreateEventIntegration", {**NEW_EVENTS, "EventFilter": {"Source": "my.app"}}, f"at 'EventFilter.Source{FAILED}satisfy"),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "operation", "params", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusals(client, error_of, expected, operation, params, message):
    code, status, actual = error_of(lambda: call(client, operation, **params))
    assert (code, status) == expected
    assert message in actual


QUOTAS = {
    # as published: the quota, and the parameters of one record too many
    "CreateDataIntegration": (20, {**NEW_DATA, "Name": "more"}),
    "CreateDataIntegrationAssociation": (10, {"DataIntegrationIdentifier": "orders"}),
    "CreateEventIntegration": (10, {**NEW_EVENTS, "Name": "more"}),
    "CreateApplication": (50, {**NEW_APPLICATION, "Namespace": "more"}),
}


@pytest.mark.parametrize("operation", QUOTAS)
def test_quotas_are_those_that_aws_publishes(appint_stub, client, error_of, operation):
    quota, params = QUOTAS[operation]
    store, seeds = {
        "CreateDataIntegration": (appint_stub.data_integrations, {}),
        "CreateDataIntegrationAssociation": (appint_stub.data_integration_associations, {"DataIntegrationArn": ORDERS_ARN}),
        "CreateEventIntegration": (appint_stub.event_integrations, {}),
        "CreateApplication": (appint_stub.applications, {}),
    }[operation]  # fmt: skip
    while len(store) < quota + ("Association" in operation) - 1:  # One is an association of the other data integration.
        store.add(**seeds)
    call(client, operation, **{**params, "ClientToken": "last"})
    assert error_of(lambda: call(client, operation, **{**params, "ClientToken": "t"}))[:2] == QUOTA
    call(client, operation, **{**params, "ClientToken": "last"})  # A repeated request with its token is not refused.


TOKENS = {
    "CreateDataIntegration": (NEW_DATA, {"Description": "other"}),
    "CreateDataIntegrationAssociation": ({"DataIntegrationIdentifier": "orders"}, {"ClientId": "other"}),
    "CreateEventIntegration": (NEW_EVENTS, {"Description": "other"}),
    "CreateApplication": (NEW_APPLICATION, {"Description": "other"}),
}


@pytest.mark.parametrize("operation", TOKENS)
def test_a_client_token_repeats_the_response_to_the_same_request_and_refuses_another(client, error_of, operation):
    params, other = TOKENS[operation]
    first = call(client, operation, ClientToken="t", **params)
    assert call(client, operation, ClientToken="t", **params) == first
    code, status, message = error_of(lambda: call(client, operation, ClientToken="t", **params, **other))
    assert (code, status) == INVALID
    assert "ClientToken" in message


@pytest.mark.appint_fault("AccessDeniedException", operation="CreateDataIntegrationAssociation")
def test_the_denial_of_an_association_has_the_sentence_that_ordinary_callers_get(client, error_of):
    code, status, message = error_of(client.create_data_integration_association, DataIntegrationIdentifier="orders")
    assert (code, status) == ("AccessDeniedException", 403)
    assert (
        f"app-integrations:CreateDataIntegrationAssociation on resource: {ORDERS_ARN} with an explicit deny" in message
    )


STRICT = {
    "a second association": ("CreateDataIntegrationAssociation", {"DataIntegrationIdentifier": "sales"}),
    "an update while it runs": ("UpdateDataIntegrationAssociation", UPDATE_RUN),
}


@pytest.mark.appint(strict_associations=True)
@pytest.mark.parametrize(("operation", "params"), STRICT.values(), ids=STRICT.keys())
def test_strict_associations_refuses(client, error_of, operation, params):
    assert error_of(lambda: call(client, operation, **params))[:2] == INVALID


@pytest.mark.parametrize(("operation", "params"), STRICT.values(), ids=STRICT.keys())
def test_what_strict_associations_refuses_is_accepted_by_default(client, operation, params):
    call(client, operation, **params)


@pytest.mark.in_process
def test_a_request_that_cannot_be_read_is_refused(appint_stub, error_of):
    client = appint_stub.client(config=Config(parameter_validation=False))
    client.meta.events.register_first("before-call.appintegrations", lambda params, **_: params.update(body=b"{"))
    assert error_of(client.create_event_integration)[:2] == ("SerializationException", 400)
