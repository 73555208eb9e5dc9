"""Which calls match an assertion, and its message where none does."""

from __future__ import annotations

from unittest.mock import ANY

import pytest
from dirty_equals import IsPartialDict

from pytest_appintegrations.model import service

CREATE = "CreateDataIntegrationAssociation"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"DestinationURI": "s3://bucket/exports"},
        {"ClientToken": "token-1"},
        {"DestinationURI": ANY, "ClientId": ANY},
        {"ExecutionConfiguration": {"OnDemandConfiguration": {"StartTime": "1715278292014"}}},
        {"ClientAssociationMetadata": IsPartialDict(team="care")},
        {"ObjectConfiguration": {"CustomerProfiles": {"objectType": ["_profile"]}}},
        {"schema": {"required": ["ClientId"], "properties": {"ClientId": {"pattern": "^profiles"}}}},
    ],
)
def test_parameters_match_in_part_and_nested(log, message_of, params):
    assert log.assert_called(CREATE, **params) is log[1]
    assert log.assert_called(CREATE, times=1 if params else 2, **params) is log[1]
    if params:
        assert log.assert_called_once("create_data_integration_association", **params) is log[1]
    message = message_of(log.assert_not_called, CREATE, **params)
    assert message.startswith(f"Expected no call of {CREATE}")
    assert f", but {'1 matches' if params else '2 match'}:\n  1. {CREATE}(" in message


def test_once_counts_matching_calls_only(log, message_of):
    message = message_of(log.assert_called_once, CREATE, DataIntegrationIdentifier="orders")
    assert message.startswith(
        f"Expected one call of {CREATE}(DataIntegrationIdentifier='orders'), but 2 match:\n"
        f"  1. {CREATE}(DataIntegrationIdentifier='orders', ClientId='profiles-export', "
    )
    assert f"\n  2. {CREATE}(DataIntegrationIdentifier='orders', DestinationURI='s3://bucket/other') in " in message
    log.assert_called_once("ListDataIntegrations")
    log.assert_not_called("DeleteDataIntegration")
    log.assert_not_called(CREATE, ClientId="nobody")


def test_times_counts_matching_calls_only(log, message_of):
    assert log.assert_called("ListDataIntegrations", times=1) is log[0]
    assert log.assert_called(CREATE, times=1, ClientId=ANY) is log[1]
    assert message_of(log.assert_called, "ListDataIntegrations", times=2, MaxResults=5) == (
        "Expected 2 calls of ListDataIntegrations(MaxResults=5), but 1 matches:\n"
        "  1. ListDataIntegrations(MaxResults=5) in us-east-1: 200 success"
    )
    assert message_of(log.assert_called, CREATE, times=1).startswith(f"Expected 1 call of {CREATE}, but 2 match:\n")
    assert message_of(log[:1].assert_called, CREATE, times=3).startswith(
        f"Expected 3 calls of {CREATE}.\n{CREATE} was not called; 1 call was made:\n"
    )


@pytest.mark.parametrize(
    ("times", "error", "message"),
    [
        (0, ValueError, "times must be 1 or more, not 0; to expect no such call, use assert_not_called()"),
        (-1, ValueError, "times must be 1 or more, not -1; "),
        (True, TypeError, "times must be a whole number, not True"),
        ("2", TypeError, "times must be a whole number, not '2'"),
    ],
)
def test_a_number_of_times_below_one_is_refused(log, times, error, message):
    with pytest.raises(error) as caught:
        log.assert_called(CREATE, times=times)
    assert str(caught.value).startswith(message)


def test_no_parameter_of_the_service_is_named_as_an_argument_of_an_assertion():
    for operation in service.operations():
        assert not service.input_members(operation).keys() & {"schema", "times", "exactly", "timeout", "operation"}


def test_a_failure_shows_the_closest_call_and_where_it_differs(log, message_of):
    message = message_of(
        log.assert_called_once,
        CREATE,
        DestinationURI="s3://bucket/export",
        ClientId="profiles-export",
        ExecutionConfiguration={"OnDemandConfiguration": {"StartTime": "1"}},
    )
    assert message.startswith(
        f"Expected one call of {CREATE}(DestinationURI='s3://bucket/export', ClientId='profiles-export', "
        "ExecutionConfiguration={'OnDemandConfiguration': {'StartTime': '1'}}).\n"
        "Closest: call 2 of 3:\n"
        "    DestinationURI: expected 's3://bucket/export', got 's3://bucket/exports'\n"
        "    ExecutionConfiguration.OnDemandConfiguration.StartTime: expected '1', got '1715278292014'\n"
        "Calls made:\n  1. ListDataIntegrations(MaxResults=5) in us-east-1: 200 success\n"
    )
    message = message_of(log[2:].assert_called, CREATE, ClientId="nobody")
    assert message.endswith("\n    ClientId: expected 'nobody', but it is missing")


def test_the_closest_call_is_the_one_with_the_fewest_differences(log, message_of):
    message = message_of(log.assert_called, CREATE, DestinationURI="s3://bucket/other", ClientId="x", ClientToken="y")
    assert "\nClosest: call 3 of 3:\n    ClientId: " in message
    both = message_of(log[2:].assert_called, CREATE, ClientId="x", schema={"required": ["Strange"]})
    assert both == (
        f"Expected a call of {CREATE}(ClientId='x', schema=…).\nClosest: call 1 of 1:\n"
        "    ClientId: expected 'x', but it is missing\n"
        "    parameters: 'Strange' is a required property"
    )
    assert "\nCalls made:\n" in message_of(log[1:].assert_called, CREATE, ClientId="x")


def test_texts_are_shown_from_shortly_before_they_differ(appint_stub, appint_client, message_of):
    appint_stub.add_response("ListApplications", {"Applications": []})
    appint_client.list_applications(NextToken=f"{'a' * 90}-x{'b' * 90}")
    message = message_of(appint_stub.calls.assert_called, "ListApplications", NextToken=f"{'a' * 90}-y{'b' * 9}")
    assert message.splitlines()[2:] == [
        "    NextToken:",
        f"      expected '…{'a' * 19}-y{'b' * 9}'",
        f"      got      '…{'a' * 19}-x{'b' * 39}…'",
    ]


def test_a_failure_shows_what_was_called_instead(log, message_of, appint_stub):
    message = message_of(log.assert_called, "GetDataIntegration")
    assert message.startswith(
        "Expected a call of GetDataIntegration.\nGetDataIntegration was not called; 3 calls were made:\n  1. List"
    )
    assert "\n" + CREATE + " was not called; 1 call was made:\n" in message_of(log[:1].assert_called, CREATE)
    appint_stub.reset()
    assert message_of(appint_stub.calls.assert_called, CREATE) == f"Expected a call of {CREATE}.\nNothing was called."


def test_the_message_about_an_empty_part_of_the_log_names_the_part(log, message_of):
    for part, why in ((log.to("GetApplication"), "GetApplication was not called"),
                      (log[3:], "this part of the log is empty")):  # fmt: skip
        assert message_of(lambda part=part: part.last) == f"There is no last call: {why}."
        expected = f"Expected a call of GetApplication.\n{why[0].upper()}{why[1:]}."
        assert message_of(part.assert_called, "GetApplication") == expected


def test_a_failure_shows_where_a_call_breaks_the_schema(log, message_of):
    schema = {"properties": {"ClientId": {"maxLength": 3}}, "required": ["ClientId"]}
    message = message_of(log[:2].assert_called, CREATE, schema=schema)
    assert message.startswith(f"Expected a call of {CREATE}(schema=…).\nClosest: call 2 of 2:\n")
    assert "    ClientId: 'profiles-export' is too long" in message
    assert "parameters: 'ClientId' is a required property" in message_of(log[2:].assert_called, CREATE, schema=schema)


@pytest.mark.parametrize(
    "assertion",
    [
        lambda calls, operation, params: calls.assert_called(operation, **params),
        lambda calls, operation, params: calls.assert_called(operation, times=2, **params),
        lambda calls, operation, params: calls.assert_called_once(operation, **params),
        lambda calls, operation, params: calls.assert_not_called(operation, **params),
    ],
    ids=["called", "times", "once", "not_called"],
)
@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        ("create_aplication", {}, "unknown operation 'create_aplication'; did you mean 'create_application'?"),
        (
            CREATE,
            {"DestinationUri": "x"},
            "'DestinationUri' of CreateDataIntegrationAssociation; did you mean 'DestinationURI'?",
        ),
        (CREATE, {"ExecutionConfiguration": {"Mode": 1}}, "'ExecutionConfiguration.Mode'"),
        ("ListDataIntegrations", {"ClientId": 1}, "known: NextToken, MaxResults"),
        (CREATE, {"schema": {"type": "nonsense"}}, "schema is not a valid JSON Schema: 'nonsense' is not valid"),
    ],
)
def test_unknown_operations_parameters_and_schemas_are_refused(appint_stub, assertion, operation, params, text):
    with pytest.raises(ValueError, match=r"unknown|schema") as caught:
        assertion(appint_stub.calls, operation, params)
    assert text in str(caught.value)


def test_an_invalid_schema_is_refused(appint_stub):
    with pytest.raises(TypeError, match=r"^schema must be a JSON Schema, a dict such as .*, not 3$"):
        appint_stub.calls.assert_called(CREATE, schema=3)


def test_a_failure_shows_twenty_calls_around_the_closest(appint_stub, appint_client, message_of):
    for number in range(1, 31):
        appint_client.list_data_integrations(MaxResults=5 if number == 25 else 1)
    message = message_of(appint_stub.calls[:29].assert_called, "ListDataIntegrations", MaxResults=5, NextToken="x")
    first, *listed, last = message.splitlines()[4:]
    assert message.splitlines()[1:4] == [
        "Closest: call 25 of 29:", "    NextToken: expected 'x', but it is missing", "Calls made:",
    ]  # fmt: skip
    assert (first, last.partition(".")[0]) == ("  … 9 earlier calls", "  29")
    assert [line.partition(". ListData")[0] for line in listed] == [f"  {number}" for number in range(10, 29)]
    lines = message_of(appint_stub.calls[:21].assert_not_called, "ListDataIntegrations").splitlines()
    assert lines[0].endswith(", but 21 match:")
    assert (lines[1].partition(".")[0], lines[20].partition(".")[0], lines[21:]) == (
        "  1",
        "  20",
        ["  … 1 later call"],
    )


def test_a_broken_repr_is_shown_by_its_class(log, message_of):
    class Broken:
        def __repr__(self):
            raise ZeroDivisionError

    message = message_of(log.assert_called, "ListDataIntegrations", NextToken=Broken())
    assert "NextToken: expected <Broken instance at " in message


class TestSecrets:
    """A failed assertion shows no more of secrets in a CI log than the section of a failing test does."""

    @pytest.fixture
    def message_lines(self, appint_stub, appint_client):
        appint_client.create_data_integration(
            Name="n",
            KmsKey="k",
            Tags={"password": "hunter2", "team": "x"},
            Description="postgres://me:hunter2@host",
            ObjectConfiguration={"o": {"tokens": ["hunter2"]}},
            ClientToken="once",
        )

        def message_lines(**params):
            messages = []
            for assertion in (
                lambda: appint_stub.calls.assert_called("CreateDataIntegration", **params),
                lambda: appint_stub.calls.assert_in_order(("CreateDataIntegration", params), "GetApplication"),
            ):
                with pytest.raises(AssertionError) as caught:
                    assertion()
                assert "hunter" not in str(caught.value)
                messages.append(str(caught.value).splitlines())
                params.pop("schema", None)
            return messages[0]

        return message_lines

    @pytest.mark.parametrize(
        ("expected", "lines"),
        [
            ({"Tags": {"password": "hunter3"}},
             ["Tags.password: expected '***', got '***' (they differ in parts that are not shown)"]),
            ({"Tags": {"secret.key": "hunter3"}}, ["Tags.secret.key: expected '***', but it is missing"]),
            ({"Description": "postgres://me:hunter3@host"},
             ["Description:", "  expected 'postgres://***@host'",
              "  got      'postgres://***@host' (they differ in parts that are not shown)"]),
            ({"ObjectConfiguration": {"o": {"tokens": ["hunter3"]}}},
             ["ObjectConfiguration.o.tokens[0]:", "  expected '***'",
              "  got      '***' (they differ in parts that are not shown)"]),
            ({"Tags": 5}, ["Tags: expected 5, got {'password': '***', 'team': 'x'}"]),
            ({"ClientToken": "twice"}, ["ClientToken: expected 'twice', got 'once'"]),
            ({"schema": {"properties": {"Tags": {"required": ["password"], "maxProperties": 1}}}},
             ["Tags: {'password': '***', 'team': 'x'} has too many properties"]),
            ({"schema": {"properties": {"ObjectConfiguration": {"maxProperties": 0}}}},
             ["ObjectConfiguration: {'o': {'tokens': ['***']}} "]),
        ],
    )  # fmt: skip
    def test_a_difference_masks_them(self, message_lines, expected, lines):
        shown = message_lines(**expected)[2:]
        assert [line[4:][: len(start)] for line, start in zip(shown, lines, strict=True)] == lines

    def test_what_was_expected_masks_them(self, message_lines):
        assert message_lines(Tags={"password": "hunter3"})[0].endswith("(Tags={'password': '***'}).")
