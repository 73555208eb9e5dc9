"""The record of calls and the assertions on it."""

from __future__ import annotations

import contextlib
import datetime
import threading

import pytest

from pytest_appintegrations import Call, CallLog, Fault
from tests.support.payloads import FULL_ASSOCIATION

CREATE = "CreateDataIntegrationAssociation"


def test_the_log_is_a_sequence_of_calls(log):
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
    assert repr(log[:1]) == "CallLog([<Call ListDataIntegrations(MaxResults=5) in us-east-1: 200 success>])"


def test_equal_calls_share_nothing_that_a_test_can_change(appint_stub, appint_client):
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


def test_the_traceback_of_a_failed_assertion_ends_in_the_test(log):
    for failing in (
        lambda: log.assert_called("GetApplication"),
        lambda: log.assert_called("ListDataIntegrations", times=2),
        lambda: log.assert_called_once("GetApplication"),
        lambda: log.assert_not_called("ListDataIntegrations"),
        lambda: log.assert_in_order("GetApplication"),
    ):
        with pytest.raises(AssertionError) as caught:
            failing()
        assert caught.traceback.filter(caught)[-1].name == "<lambda>"


def test_a_call_has_its_parameters_its_response_and_its_attempts(log):
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


def test_the_last_of_no_calls_is_an_assertion_error(appint_stub):
    with pytest.raises(AssertionError, match=r"^There is no last call: nothing was called\.$"):
        _ = appint_stub.calls.last


def test_no_call_of_a_thread_is_missing(appint_stub, integration):
    appint_stub.quotas.data_integration_associations = None
    client = appint_stub.client()
    handle = appint_stub.inject(Fault("ThrottlingException", attempts=30))

    def work(number):
        for step in range(25):
            with contextlib.suppress(client.exceptions.ThrottlingException):  # After three consecutive attempts.
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
    assert code == "SerializationException"
    assert message.startswith("The request body is not JSON: ")
    assert [(call.params, call.error) for call in appint_stub.calls] == [({}, "SerializationException")]


def test_a_call_is_seen_while_it_is_made(appint_stub, appint_client):
    """The function that responds to it sees it, and so do other threads."""

    def look(params):
        call = appint_stub.calls.last
        assert (call.operation, call.attempts, call.error, call.response) == ("ListApplications", (), None, None)
        assert call.started_at <= appint_stub.clock.now()
        return {}

    appint_stub.add_response("ListApplications", look)
    appint_client.list_applications()
    assert appint_stub.calls.last.started_at == appint_stub.calls.last.attempts[0].started_at
