"""The record of calls and the assertions on it."""

from __future__ import annotations

import contextlib
import datetime
import threading
from unittest.mock import ANY

import pytest
from dirty_equals import IsPartialDict

from pytest_appintegrations import Call, CallLog, Fault
from pytest_appintegrations.rules.matching import differences
from tests.support.payloads import FULL_ASSOCIATION

CREATE = "CreateDataIntegrationAssociation"


@pytest.fixture
def log(appint_stub, appint_client, integration):
    appint_client.list_data_integrations(MaxResults=5)
    appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", **FULL_ASSOCIATION)
    appint_client.create_data_integration_association(
        DataIntegrationIdentifier="orders", DestinationURI="s3://bucket/other"
    )
    return appint_stub.calls


def message_of(function, *args, **params):
    with pytest.raises(AssertionError) as caught:
        function(*args, **params)
    return str(caught.value)


def test_a_sequence_of_calls(log):
    assert isinstance(log, CallLog)
    assert [call.operation for call in log] == ["ListDataIntegrations", CREATE, CREATE]
    assert log[0].params == {"MaxResults": 5}
    assert [len(log[1:]), len(log.to("create_data_integration_association")), len(log.to("GetApplication"))] == [
        2,
        2,
        0,
    ]
    assert log.last is log[-1]
    assert log.to(CREATE).last.params["DestinationURI"] == "s3://bucket/other"
    assert isinstance(log[0], Call)
    assert "ListDataIntegrations {'MaxResults': 5}: 200 success" in repr(log)


def test_calls_alike_share_nothing_that_a_test_can_change(appint_stub, appint_client):
    def spoil(value):
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            spoil(item)
        if isinstance(value, (dict, list)):
            value.clear()

    appint_stub.data_integrations.add(Name="orders")
    payload = {name: value for name, value in FULL_ASSOCIATION.items() if name != "ClientToken"}
    for _ in range(2):
        appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", **payload)
        listed = appint_client.list_data_integration_associations(DataIntegrationIdentifier="orders")
        call = appint_stub.calls.to(CREATE).last
        *_, record = appint_stub.data_integration_associations.values()
        assert {name: call.params[name] for name in payload} == payload
        assert {name: record[name] for name in payload} == payload
        assert listed["DataIntegrationAssociations"][-1]["ExecutionConfiguration"] == payload["ExecutionConfiguration"]
        spoil([call.params, call.response, record, listed])


@pytest.mark.in_process
def test_a_call_with_several_attempts_shows_them(appint_stub, appint_client):
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    appint_client.list_data_integrations()
    [attempt, _] = appint_stub.calls.last.attempts
    assert repr(appint_stub.calls.last) == (
        "<Call ListDataIntegrations {}: "
        f"429 ThrottlingException (injected), then {attempt.backoff:.2f} s of backoff, 200 success>"
    )


def test_a_difference_in_a_list_tells_its_place():
    [difference] = differences({"Tables": [{"Name": "a"}, {"Name": "b"}]}, {"Tables": [{"Name": "a"}, {"Name": "c"}]})
    assert str(difference) == "Tables[1].Name: expected 'b', got 'c'"


def test_a_failed_assertion_ends_in_the_test(log):
    for failing in (
        lambda: log.assert_called("GetApplication"),
        lambda: log.assert_called_once("GetApplication"),
        lambda: log.assert_not_called("ListDataIntegrations"),
    ):
        with pytest.raises(AssertionError) as caught:
            failing()
        assert caught.traceback.filter(caught)[-1].name == "<lambda>"


def test_what_a_call_knows(log, appint_client):
    call = log[1]
    assert call.params == {"DataIntegrationIdentifier": "orders", **FULL_ASSOCIATION}
    assert (call.region, call.error, len(call.attempts)) == ("us-east-1", None, 1)
    assert call.response.keys() == {"DataIntegrationAssociationId", "DataIntegrationArn"}
    assert abs(call.started_at - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(minutes=5)
    [attempt] = call.attempts
    assert attempt._fields == ("status", "error", "fault", "backoff", "started_at", "request_id")
    assert attempt[:4] == (200, None, None, None)


def test_the_record_cannot_be_changed_from_outside(log):
    log[1].params["ExecutionConfiguration"].clear()
    log[1].response.clear()
    assert log[1].params["ExecutionConfiguration"]
    assert log[1].response


def test_no_last_call(appint_stub):
    with pytest.raises(AssertionError, match="there is no last call: nothing was called"):
        _ = appint_stub.calls.last


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
def test_parameters_match_in_part_and_nested(log, params):
    assert log.assert_called(CREATE, **params) is log[1]
    if params:
        assert log.assert_called_once("create_data_integration_association", **params) is log[1]
    message = message_of(log.assert_not_called, CREATE, **params)
    assert message.startswith(f"expected no call of {CREATE}")
    assert f"found {1 if params else 2}:\n  1. <Call {CREATE} " in message


def test_once_counts_matching_calls_only(log):
    message = message_of(log.assert_called_once, CREATE, DataIntegrationIdentifier="orders")
    assert message.startswith(f"expected one call of {CREATE} with DataIntegrationIdentifier='orders', found 2:\n")
    assert "  2. <Call" in message
    log.assert_called_once("ListDataIntegrations")
    log.assert_not_called("DeleteDataIntegration")
    log.assert_not_called(CREATE, ClientId="nobody")


def test_a_failure_shows_the_nearest_call_and_where_it_differs(log):
    message = message_of(
        log.assert_called_once,
        CREATE,
        DestinationURI="s3://bucket/export",
        ClientId="profiles-export",
        ExecutionConfiguration={"OnDemandConfiguration": {"StartTime": "1"}},
    )
    assert message.startswith(
        f"expected one call of {CREATE} with DestinationURI='s3://bucket/export', ClientId='profiles-export', "
        "ExecutionConfiguration={'OnDemandConfiguration': {'StartTime': '1'}}; the nearest is call 2 of 3, it differs in:\n"
        "    DestinationURI: expected 's3://bucket/export', got 's3://bucket/exports'\n"
        "    ExecutionConfiguration.OnDemandConfiguration.StartTime: expected '1', got '1715278292014'\n"
        "calls made:\n  1. <Call ListDataIntegrations"
    )
    assert "ClientId: expected 'nobody', got nothing" in message_of(log[2:].assert_called, CREATE, ClientId="nobody")


def test_the_nearest_is_the_one_that_lacks_least(log):
    message = message_of(log.assert_called, CREATE, DestinationURI="s3://bucket/other", ClientId="x", ClientToken="y")
    assert "; the nearest is call 3 of 3, it differs in:\n    ClientId: " in message
    schema = {"required": ["Strange"]}
    both = message_of(log[2:].assert_called, CREATE, ClientId="x", schema=schema)
    assert both.endswith(
        "; the nearest is call 1 of 1, it differs in:\n    ClientId: expected 'x', got nothing\n"
        "    parameters: 'Strange' is a required property"
    )
    assert "\ncalls made:\n" in message_of(log[1:].assert_called, CREATE, ClientId="x")


def test_a_failure_tells_what_was_called_instead(log, appint_stub):
    message = message_of(log.assert_called, "GetDataIntegration")
    assert message.startswith(
        "expected a call of GetDataIntegration; 3 calls were made, none of that operation:\n  1. "
    )
    assert "; 1 call was made, none" in message_of(log[:1].assert_called, CREATE)
    appint_stub.reset()
    assert message_of(appint_stub.calls.assert_called, CREATE) == f"expected a call of {CREATE}; nothing was called"


def test_a_part_without_calls_is_not_taken_for_the_whole(log):
    for part, told in ((log.to("GetApplication"), "GetApplication was not called"),
                       (log[3:], "this part of the log is empty")):  # fmt: skip
        assert message_of(lambda part=part: part.last) == f"there is no last call: {told}"
        assert message_of(part.assert_called, "GetApplication") == f"expected a call of GetApplication; {told}"


def test_a_failed_schema_says_where(log):
    schema = {"properties": {"ClientId": {"maxLength": 3}}, "required": ["ClientId"]}
    message = message_of(log[:2].assert_called, CREATE, schema=schema)
    assert f"expected a call of {CREATE} with parameters that satisfy the schema; the nearest is call 2 of 2" in message
    assert "    ClientId: 'profiles-export' is too long" in message
    assert "parameters: 'ClientId' is a required property" in message_of(log[2:].assert_called, CREATE, schema=schema)


@pytest.mark.parametrize("method", ["assert_called", "assert_called_once", "assert_not_called"])
@pytest.mark.parametrize(
    ("operation", "params", "text"),
    [
        ("create_aplication", {}, "unknown operation 'create_aplication'; did you mean 'create_application'?"),
        (CREATE, {"DestinationUri": "x"}, "'DestinationUri'; did you mean 'DestinationURI'?"),
        (CREATE, {"ExecutionConfiguration": {"Mode": 1}}, "'ExecutionConfiguration.Mode'"),
        ("ListDataIntegrations", {"ClientId": 1}, "known: NextToken, MaxResults"),
        (CREATE, {"schema": {"type": "nonsense"}}, "schema= is not a JSON Schema: 'nonsense' is not valid"),
    ],
)
def test_unknown_words_are_refused(appint_stub, method, operation, params, text):
    with pytest.raises(ValueError, match=r"unknown|schema") as caught:
        getattr(appint_stub.calls, method)(operation, **params)
    assert text in str(caught.value)


def test_what_can_be_no_schema_is_refused(appint_stub):
    with pytest.raises(TypeError, match=r"^schema= takes a JSON Schema, a dict such as .*, not 3$"):
        appint_stub.calls.assert_called(CREATE, schema=3)


def test_a_long_log_is_cut_and_a_bad_repr_survives(appint_stub, appint_client):
    class Bad:
        def __repr__(self):
            raise ZeroDivisionError

    for _ in range(25):
        appint_client.list_data_integrations()
    message = message_of(appint_stub.calls.assert_called, "ListDataIntegrations", NextToken=Bad())
    assert "NextToken: expected <Bad instance at " in message
    assert message.endswith("… and 5 more")
    lines = message_of(appint_stub.calls[:20].assert_not_called, "ListDataIntegrations").splitlines()
    assert lines[0].endswith(", found 20:")
    assert [line.partition(". <Call ")[0] for line in lines[1:]] == [f"  {number}" for number in range(1, 21)]


def test_calls_from_threads_are_all_there(appint_stub, integration):
    appint_stub.quotas.data_integration_associations = None
    client = appint_stub.client()
    handle = appint_stub.inject(Fault("ThrottlingException", attempts=30))

    def work(number):
        for step in range(25):
            with contextlib.suppress(client.exceptions.ThrottlingException):  # After three attempts in a row.
                client.create_data_integration_association(
                    DataIntegrationIdentifier="orders", ClientId=f"{number}-{step}"
                )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    errors = [attempt.error for call in appint_stub.calls for attempt in call.attempts]
    assert (handle.hits, errors.count("ThrottlingException")) == (30, 30)
    given_up = [call for call in appint_stub.calls if call.error]
    assert len({call.params["ClientId"] for call in appint_stub.calls}) == len(appint_stub.calls) == 200
    assert len(appint_stub.data_integration_associations) == len(appint_stub.calls) - len(given_up)


def test_a_request_that_cannot_be_read_is_recorded(appint_stub, appint_client, error_of):
    appint_client.meta.events.register(
        "before-call.appintegrations", lambda params, **_: params.update(body=b"{nonsense")
    )
    code, _, message = error_of(appint_client.create_data_integration, Name="n", KmsKey="k")
    assert code == "InvalidRequestException"
    assert message.startswith("The request body is not JSON: ")
    assert [(call.params, call.error) for call in appint_stub.calls] == [({}, "InvalidRequestException")]


def test_a_call_is_seen_while_it_is_made(appint_stub, appint_client):
    """By the function that answers it, or by another thread."""

    def look(params):
        call = appint_stub.calls.last
        assert (call.operation, call.attempts, call.error, call.response) == ("ListApplications", (), None, None)
        assert call.started_at <= appint_stub.clock.now()
        return {}

    appint_stub.add_response("ListApplications", look)
    appint_client.list_applications()
    assert appint_stub.calls.last.started_at == appint_stub.calls.last.attempts[0].started_at


class TestSecrets:
    """A log of CI shows no more of them by a failed assertion than by the section of a failing test."""

    @pytest.fixture
    def told(self, appint_stub, appint_client):
        appint_client.create_data_integration(
            Name="n",
            KmsKey="k",
            Tags={"password": "hunter2", "team": "x"},
            Description="postgres://me:hunter2@host",
            ObjectConfiguration={"o": {"tokens": ["hunter2"]}},
            ClientToken="once",
        )

        def told(**wanted):
            with pytest.raises(AssertionError) as caught:
                appint_stub.calls.assert_called("CreateDataIntegration", **wanted)
            assert "hunter" not in str(caught.value)
            return str(caught.value).splitlines()

        return told

    @pytest.mark.parametrize(
        ("wanted", "difference"),
        [
            ({"Tags": {"password": "hunter3"}},
             "Tags.password: expected '***', got '***' (they differ in what is not shown)"),
            ({"Tags": {"secret.key": "hunter3"}}, "Tags.secret.key: expected '***', got nothing"),
            ({"Description": "postgres://me:hunter3@host"},
             "Description: expected 'postgres://***@host', got 'postgres://***@host' "
             "(they differ in what is not shown)"),
            ({"ObjectConfiguration": {"o": {"tokens": ["hunter3"]}}},
             "ObjectConfiguration.o.tokens[0]: expected '***', got '***' "
             "(they differ in what is not shown)"),
            ({"Tags": 5}, "Tags: expected 5, got {'password': '***', 'team': 'x'}"),
            ({"ClientToken": "twice"}, "ClientToken: expected 'twice', got 'once'"),
            ({"schema": {"properties": {"Tags": {"required": ["password"], "maxProperties": 1}}}},
             "Tags: {'password': '***', 'team': 'x'} has too many properties"),
            ({"schema": {"properties": {"ObjectConfiguration": {"maxProperties": 0}}}},
             "ObjectConfiguration: {'o': {'tokens': ['***']}}"),
        ],
    )  # fmt: skip
    def test_a_difference_hides_them(self, told, wanted, difference):
        assert told(**wanted)[1].strip().startswith(difference)

    def test_what_was_expected_hides_them(self, told):
        assert "with Tags={'password': '***'}; the nearest" in told(Tags={"password": "hunter3"})[0]
