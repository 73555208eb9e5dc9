"""Which faults are applied to which attempts, through a real client and botocore's own retries."""

from __future__ import annotations

import contextlib
import datetime
import time
from unittest.mock import ANY

import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from dirty_equals import IsStr
from hypothesis import given
from hypothesis import strategies as st

from pytest_appintegrations import Fault
from pytest_appintegrations.model import service
from pytest_appintegrations.rules.injection import InjectedFault

CREATE = "CreateDataIntegrationAssociation"


def create(client, **params):
    return client.create_data_integration_association(DataIntegrationIdentifier="orders", **params)


@pytest.mark.parametrize("code", sorted(service.errors(CREATE)))
def test_each_modelled_error_reaches_the_caller_as_its_own_exception(appint_stub, appint_client, integration, code):
    appint_stub.inject(Fault(code, operation=CREATE))
    with pytest.raises(getattr(appint_client.exceptions, code)) as caught:
        create(appint_client)
    response = caught.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == service.errors(CREATE)[code]
    assert response["Message"] == response["Error"]["Message"] != ""
    call = appint_stub.calls.last
    assert (call.error, call.response) == (code, None)
    assert all(attempt.fault.error == code for attempt in call.attempts)
    assert call.attempts[-1].request_id == response["ResponseMetadata"]["RequestId"]
    assert not appint_stub.data_integration_associations


def test_default_messages_are_the_models_or_the_known_denial(appint_stub, appint_client, integration, error_of):
    with appint_stub.inject(Fault("ResourceQuotaExceededException")):
        assert error_of(appint_client.create_data_integration, Name="n", KmsKey="k")[2] == (
            "The allowed quota for the resource has been exceeded."
        )
    appint_stub.inject(Fault("AccessDeniedException", operation=CREATE))
    appint_stub.inject(Fault("AccessDeniedException", operation="get_data_integration"))
    denial = "User: arn:aws:iam::123456789012:user/test is not authorized to perform: app-integrations:"
    for identifier in ("orders", integration["Id"], integration["Arn"]):
        _, status, message = error_of(
            appint_client.create_data_integration_association, DataIntegrationIdentifier=identifier
        )
        assert status == 403
        assert message == (
            f"{denial}{CREATE} on resource: {integration['Arn']} with an explicit deny in a resource-based policy"
        )
    unknown = error_of(appint_client.create_data_integration_association, DataIntegrationIdentifier="x")[2]
    assert unknown.endswith(":data-integration/x with an explicit deny in a resource-based policy")
    assert error_of(appint_client.get_data_integration, Identifier="x")[2] == f"{denial}GetDataIntegration"


def test_message_and_status_override_the_defaults(appint_stub, appint_client, error_of):
    appint_stub.inject(Fault("ThrottlingException", message="slow down", status=503, calls=1))
    assert error_of(appint_client.list_data_integrations) == ("ThrottlingException", 503, "slow down")
    appint_stub.inject(Fault("StrangeException", status=418, message="", attempts=1))
    assert error_of(appint_client.list_data_integrations) == ("StrangeException", 418, "")


@pytest.mark.parametrize(
    ("code", "status"),
    [("TooManyRequestsException", 429), ("ValidationException", 400), ("SerializationException", 400)],
)
def test_an_error_that_the_model_does_not_name_is_a_plain_client_error(appint_stub, appint_client, code, status):
    appint_stub.inject(Fault(code, calls=1))
    with pytest.raises(ClientError) as caught:
        appint_client.list_data_integrations()
    assert type(caught.value) is ClientError
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert (len(appint_stub.calls.last.attempts) > 1) is (status == 429)


def attempts_of(stub):
    return [[attempt.error for attempt in call.attempts] for call in stub.calls]


MODES = ["legacy", "standard"]


@pytest.mark.parametrize("mode", MODES)
def test_attempts_fail_and_are_retried_without_waiting(appint_stub, mode):
    client = appint_stub.client(config=Config(retries={"mode": mode, "total_max_attempts": 4}))
    handle = appint_stub.inject(Fault("ThrottlingException", attempts=3))
    started = time.monotonic()
    for _ in range(20):
        client.list_data_integrations()
    assert handle.hits == 3
    assert handle.exhausted
    assert attempts_of(appint_stub) == [["ThrottlingException"] * 3 + [None]] + [[None]] * 19
    delays = [attempt.backoff for attempt in appint_stub.calls[0].attempts]
    assert delays[-1] is None
    assert tuple(delays[:-1]) == appint_stub.clock.slept
    assert all(delay > 0 for delay in delays[:-1])
    assert [attempt.status for attempt in appint_stub.calls[0].attempts] == [429, 429, 429, 200]
    assert appint_stub.calls[0].attempts[-1].started_at - appint_stub.calls[0].started_at >= datetime.timedelta(
        seconds=sum(delays[:-1])
    )
    # A generous limit: only delays that were really slept could exceed it.
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("mode", MODES)
def test_once_retries_are_exhausted_the_exception_is_raised(appint_stub, mode):
    client = appint_stub.client(config=Config(retries={"mode": mode, "total_max_attempts": 3}))
    appint_stub.inject(Fault("InternalServiceError"))
    with pytest.raises(client.exceptions.InternalServiceError):
        client.list_data_integrations()
    assert attempts_of(appint_stub) == [["InternalServiceError"] * 3]
    assert appint_stub.calls.last.attempts[-1].backoff is None


def test_an_exceeded_quota_is_retried_in_legacy_mode_only(appint_stub):
    appint_stub.inject(Fault("ResourceQuotaExceededException"))
    for mode, attempts in (("legacy", 3), ("standard", 1)):
        client = appint_stub.client(config=Config(retries={"mode": mode, "total_max_attempts": 3}))
        with pytest.raises(client.exceptions.ResourceQuotaExceededException):
            client.create_data_integration(Name="n", KmsKey="k")
        assert len(appint_stub.calls.last.attempts) == attempts


@pytest.mark.appint(backoff="real")
def test_real_backoff_is_slept_and_recorded(appint_stub, monkeypatch):
    import botocore.endpoint

    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    appint_stub.client().list_data_integrations()
    assert slept == [appint_stub.calls.last.attempts[0].backoff]
    assert appint_stub.clock.slept == ()
    assert botocore.endpoint.time.monotonic is time.monotonic


@pytest.mark.in_process
def test_other_services_wait_for_real(appint_stub, appint_client, monkeypatch):
    import boto3

    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    appint_stub.inject(Fault("ThrottlingException"))
    with pytest.raises(ClientError):
        appint_client.list_data_integrations()
    other = boto3.client(
        "sqs", "us-east-1", endpoint_url="http://127.0.0.1:9", aws_access_key_id="a", aws_secret_access_key="b",
        config=Config(retries={"mode": "standard", "total_max_attempts": 2}),
    )  # fmt: skip
    with pytest.raises(Exception, match="Could not connect"):
        other.list_queues()
    assert len(slept) == 1
    assert slept[0] not in appint_stub.clock.slept


def test_calls_applies_to_every_attempt_of_n_calls(appint_stub):
    client = appint_stub.client(config=Config(retries={"mode": "standard", "total_max_attempts": 3}))
    handle = appint_stub.inject(Fault("ThrottlingException", calls=2))
    for _ in range(2):
        with pytest.raises(client.exceptions.ThrottlingException):
            client.list_data_integrations()
    client.list_data_integrations()
    assert (handle.hits, handle.exhausted) == (6, True)


def test_after_calls_lets_that_many_calls_through_first(appint_stub, appint_client):
    appint_stub.inject(Fault("InvalidRequestException", operation="ListDataIntegrations", after_calls=2, calls=1))
    for failing in (False, False, True, False):
        if failing:
            with pytest.raises(appint_client.exceptions.InvalidRequestException):
                appint_client.list_data_integrations()
        else:
            appint_client.list_data_integrations()


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        ({"ClientId": "a"}, True),
        ({"ClientId": "b"}, False),
        ({"ClientId": ANY, "DataIntegrationIdentifier": "orders"}, True),
        ({"ClientId": IsStr(regex="[a-c]")}, True),
        ({"ExecutionConfiguration": {"ExecutionMode": "ON_DEMAND"}}, True),
        ({"ExecutionConfiguration": {"OnDemandConfiguration": {"StartTime": "2"}}}, False),
        ({"ObjectConfiguration": {"o": {"f": ["a", ANY]}}}, True),
        ({"ObjectConfiguration": {"o": {"f": ["a"]}}}, False),
        ({"DestinationURI": ANY}, False),
        ({}, True),
        (lambda params: params.pop("ClientId") == "a", True),
        (lambda params: params["ClientId"] == "b", False),
    ],
)
def test_when_is_a_part_of_the_parameters_or_a_function(appint_stub, appint_client, integration, when, applies):
    handle = appint_stub.inject(Fault("InvalidRequestException", operation=CREATE, when=when, optional=True))
    params = {
        "ClientId": "a",
        "ExecutionConfiguration": {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1"}},
        "ObjectConfiguration": {"o": {"f": ["a", "b"]}},
    }
    if applies:
        with pytest.raises(appint_client.exceptions.InvalidRequestException):
            create(appint_client, **params)
    else:
        create(appint_client, **params)
        [association] = appint_stub.data_integration_associations.values()
        assert association["ClientId"] == "a"
    assert handle.hits == applies


def test_the_first_fault_that_is_not_exhausted_is_applied(appint_stub):
    client = appint_stub.client(config=Config(retries={"mode": "standard", "total_max_attempts": 5}))
    handle = appint_stub.inject(Fault("ThrottlingException", attempts=1), Fault("InternalServiceError", attempts=2))
    client.list_data_integrations()
    assert attempts_of(appint_stub) == [["ThrottlingException", "InternalServiceError", "InternalServiceError", None]]
    assert (handle.hits, handle.exhausted) == (3, True)
    assert [injection.hits for injection in appint_stub.faults] == [1, 2]
    assert repr(handle) == (
        "<Injection of Fault('ThrottlingException', attempts=1), Fault('InternalServiceError', attempts=2): 3 hits>"
    )
    assert handle.faults == (Fault("ThrottlingException", attempts=1), Fault("InternalServiceError", attempts=2))


def test_a_handle_from_faults_removes_its_fault(appint_stub, appint_client):
    appint_stub.inject(Fault("InvalidRequestException", optional=True), Fault("AccessDeniedException", optional=True))
    first, second = appint_stub.faults
    with first:
        pass
    assert [handle.faults for handle in appint_stub.faults] == [second.faults]


def test_a_handle_removes_its_faults(appint_stub, appint_client):
    appint_stub.inject(Fault("ThrottlingException", optional=True, operation="GetDataIntegration"))
    with appint_stub.inject(Fault("AccessDeniedException")) as handle:
        with pytest.raises(appint_client.exceptions.AccessDeniedException):
            appint_client.list_data_integrations()
        assert len(appint_stub.faults) == 2
    appint_client.list_data_integrations()
    assert handle.hits == 1
    assert len(appint_stub.faults) == 1


@pytest.mark.parametrize(
    "name", ["ConnectTimeoutError", "ReadTimeoutError", "EndpointConnectionError", "ConnectionClosedError"]
)
def test_network_errors_are_botocores_own_and_retried(appint_stub, name):
    import botocore.exceptions

    client = appint_stub.client(config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
    appint_stub.inject(Fault(name, attempts=3))
    with pytest.raises(getattr(botocore.exceptions, name), match=r"app-integrations\.us-east-1"):
        client.list_data_integrations()
    client.list_data_integrations()
    assert attempts_of(appint_stub) == [[name, name], [name, None]]
    assert appint_stub.calls[0].attempts[0].status is None


def test_with_a_lost_response_the_operation_takes_effect(appint_stub, integration):
    impatient = appint_stub.client(config=Config(retries={"total_max_attempts": 1}))
    for applied, recorded in ((False, 0), (True, 1)):
        with appint_stub.inject(Fault("ReadTimeoutError", lose_response=applied)), pytest.raises(ReadTimeoutError):
            create(impatient, ClientToken="t")
        assert len(appint_stub.data_integration_associations) == recorded
    client = appint_stub.client(config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
    appint_stub.inject(Fault("ReadTimeoutError", lose_response=True, attempts=1))
    create(client, ClientToken="t")
    assert len(appint_stub.calls.last.attempts) == 2
    assert len(appint_stub.data_integration_associations) == 1
    appint_stub.inject(Fault("InternalServiceError", lose_response=True))
    with pytest.raises(client.exceptions.InternalServiceError):
        client.get_data_integration(Identifier="nothing")


@pytest.mark.in_process
def test_retry_after_is_sent_as_the_services_header(appint_stub, appint_client):
    appint_stub.inject(Fault("ThrottlingException", retry_after=1.5, attempts=1))
    headers = []
    appint_client.meta.events.register(
        "response-received.appintegrations", lambda response_dict, **_: headers.append(response_dict["headers"])
    )
    appint_client.list_data_integrations()
    assert [header.get("x-amz-retry-after") for header in headers] == ["1500", None]
    if tuple(map(int, botocore.__version__.split(".")[:2])) >= (1, 44):  # Older ones do not honour it by default.
        assert appint_stub.clock.slept[0] >= 1.5


def test_a_certain_fault_draws_no_random_number(appint_stub, appint_client):
    def outcomes(*faults):
        appint_stub.reset()
        appint_stub.inject(*faults, Fault("InvalidRequestException", probability=0.5))
        for _ in range(20):
            with contextlib.suppress(ClientError):
                appint_client.list_data_integrations()
        return [call.error for call in appint_stub.calls]

    assert outcomes() == outcomes(Fault.latency(0.1))


def test_probability_is_the_same_in_every_run(appint_stub, appint_client):
    def pattern():
        appint_stub.reset()
        appint_stub.inject(Fault("InvalidRequestException", probability=0.5))
        for _ in range(40):
            with contextlib.suppress(ClientError):
                appint_client.list_data_integrations()
        return [call.error is None for call in appint_stub.calls]

    first = pattern()
    assert first == pattern()
    assert 5 < sum(first) < 35


def test_only_faults_can_be_injected(appint_stub):
    with pytest.raises(TypeError, match=r"inject\(\) takes instances of Fault.*not 'ThrottlingException'"):
        appint_stub.inject("ThrottlingException")


@given(
    limit=st.sampled_from(["attempts", "calls", None]),
    number=st.integers(1, 5),
    after=st.integers(0, 4),
    calls=st.lists(st.integers(1, 4), max_size=12),
)
def test_a_fault_is_applied_as_often_as_it_says(limit, number, after, calls):
    """Compare with a naive implementation of the rule, for any sequence of calls with so many attempts."""
    rule = {limit: number} if limit else {}
    injected = InjectedFault(Fault("ThrottlingException", after_calls=after, **rule))
    errors = [
        injected.trigger(str(call), "ListApplications", matched=True, draws=iter(()))
        for call, attempts in enumerate(calls)
        for _ in range(attempts)
    ]
    eligible = [call >= after for call, attempts in enumerate(calls) for _ in range(attempts)]
    if limit == "calls":
        expected = [after <= call < after + number for call, attempts in enumerate(calls) for _ in range(attempts)]
    elif limit == "attempts":
        expected = [can and sum(eligible[: index + 1]) <= number for index, can in enumerate(eligible)]
    else:
        expected = eligible
    assert [error is not None for error in errors] == expected
    assert injected.hits == sum(expected)
