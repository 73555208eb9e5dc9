"""Faults, through a real client and botocore's own retries."""

from __future__ import annotations

import contextlib
import time
from unittest.mock import ANY

import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from dirty_equals import IsStr
from hypothesis import given
from hypothesis import strategies as st

from pytest_appintegrations import AppIntegrationsStub, Fault, UnexpectedCall
from pytest_appintegrations.model import service
from pytest_appintegrations.rules.injection import InjectedFault

CREATE = "CreateDataIntegrationAssociation"


def create(client, **params):
    return client.create_data_integration_association(DataIntegrationIdentifier="orders", **params)


@pytest.mark.parametrize("code", sorted(service.errors(CREATE)))
def test_each_exception_of_the_model(appint_stub, appint_client, integration, code):
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


def test_default_messages_are_the_models_and_the_known_denial(appint_stub, appint_client, integration, error_of):
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


def test_message_and_status_of_ones_own(appint_stub, appint_client, error_of):
    appint_stub.inject(Fault("ThrottlingException", message="slow down", status=503, calls=1))
    assert error_of(appint_client.list_data_integrations) == ("ThrottlingException", 503, "slow down")
    appint_stub.inject(Fault("StrangeException", status=418, message="", attempts=1))
    assert error_of(appint_client.list_data_integrations) == ("ClientError", 418, "")


def test_an_error_that_the_model_does_not_name(appint_stub, appint_client):
    appint_stub.inject(Fault("TooManyRequestsException", calls=1))
    with pytest.raises(ClientError) as caught:
        appint_client.list_data_integrations()
    assert type(caught.value) is ClientError
    assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert len(appint_stub.calls.last.attempts) > 1


def attempts_of(stub):
    return [[attempt.error for attempt in call.attempts] for call in stub.calls]


MODES = ["legacy", "standard"]


@pytest.mark.parametrize("mode", MODES)
def test_attempts_are_struck_and_retried_without_waiting(appint_stub, mode):
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
    assert appint_stub.calls[0].attempts[-1].started_at - appint_stub.calls[0].started_at >= sum_of(delays[:-1])
    # Wide: only a real sleep of each delay could break it.
    assert time.monotonic() - started < 30


def sum_of(delays):
    import datetime

    return datetime.timedelta(seconds=sum(delays))


@pytest.mark.parametrize("mode", MODES)
def test_exhausted_retries_let_the_exception_out(appint_stub, mode):
    client = appint_stub.client(config=Config(retries={"mode": mode, "total_max_attempts": 3}))
    appint_stub.inject(Fault("InternalServiceError"))
    with pytest.raises(client.exceptions.InternalServiceError):
        client.list_data_integrations()
    assert attempts_of(appint_stub) == [["InternalServiceError"] * 3]
    assert appint_stub.calls.last.attempts[-1].backoff is None


def test_quota_is_retried_in_legacy_mode_only(appint_stub):
    appint_stub.inject(Fault("ResourceQuotaExceededException"))
    for mode, attempts in (("legacy", 3), ("standard", 1)):
        client = appint_stub.client(config=Config(retries={"mode": mode, "total_max_attempts": 3}))
        with pytest.raises(client.exceptions.ResourceQuotaExceededException):
            client.create_data_integration(Name="n", KmsKey="k")
        assert len(appint_stub.calls.last.attempts) == attempts


@pytest.mark.appint(backoff="real")
def test_real_backoff_is_slept_and_noted(appint_stub, monkeypatch):
    import botocore.endpoint

    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    appint_stub.client().list_data_integrations()
    assert slept == [appint_stub.calls.last.attempts[0].backoff]
    assert appint_stub.clock.slept == ()
    assert botocore.endpoint.time.monotonic is time.monotonic


def test_other_services_wait(appint_stub, appint_client, monkeypatch):
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


def test_calls_strikes_every_attempt_of_n_calls(appint_stub):
    client = appint_stub.client(config=Config(retries={"mode": "standard", "total_max_attempts": 3}))
    handle = appint_stub.inject(Fault("ThrottlingException", calls=2))
    for _ in range(2):
        with pytest.raises(client.exceptions.ThrottlingException):
            client.list_data_integrations()
    client.list_data_integrations()
    assert (handle.hits, handle.exhausted) == (6, True)


def test_after_lets_calls_through_first(appint_stub, appint_client):
    appint_stub.inject(Fault("InvalidRequestException", operation="ListDataIntegrations", after_calls=2, calls=1))
    for failing in (False, False, True, False):
        if failing:
            with pytest.raises(appint_client.exceptions.InvalidRequestException):
                appint_client.list_data_integrations()
        else:
            appint_client.list_data_integrations()


@pytest.mark.parametrize(
    ("when", "strikes"),
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
def test_when_is_a_part_of_the_parameters_or_a_function(appint_stub, appint_client, integration, when, strikes):
    handle = appint_stub.inject(Fault("InvalidRequestException", operation=CREATE, when=when, optional=True))
    params = {
        "ClientId": "a",
        "ExecutionConfiguration": {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1"}},
        "ObjectConfiguration": {"o": {"f": ["a", "b"]}},
    }
    if strikes:
        with pytest.raises(appint_client.exceptions.InvalidRequestException):
            create(appint_client, **params)
    else:
        create(appint_client, **params)
        [association] = appint_stub.data_integration_associations.values()
        assert association["ClientId"] == "a"
    assert handle.hits == strikes


@pytest.mark.parametrize("inject", [
    lambda stub, when: stub.inject(Fault("ThrottlingException", when=when, optional=True)),
    lambda stub, when: stub.add_response("ListApplications", {}, when=when),
])  # fmt: skip
def test_a_function_that_fails_is_told_and_not_swallowed(appint_stub, appint_client, inject):
    inject(appint_stub, lambda params: params["Name"] == "orders")
    with pytest.raises(UnexpectedCall) as told, contextlib.suppress(Exception):
        appint_client.list_applications(MaxResults=7)
    assert isinstance(told.value.__cause__, KeyError)
    first, second, advice = str(told.value).splitlines()
    assert first.startswith("when=<function ")
    assert first.endswith(" raised KeyError('Name') for a call of ListApplications.")
    assert second == "It was asked about the parameters {'MaxResults': 7}."
    assert advice == "With operation= it is asked about the calls of that operation only."


def test_first_unspent_fault_strikes(appint_stub):
    client = appint_stub.client(config=Config(retries={"mode": "standard", "total_max_attempts": 5}))
    handle = appint_stub.inject(Fault("ThrottlingException", attempts=1), Fault("InternalServiceError", attempts=2))
    client.list_data_integrations()
    assert attempts_of(appint_stub) == [["ThrottlingException", "InternalServiceError", "InternalServiceError", None]]
    assert (handle.hits, handle.exhausted) == (3, True)
    assert [each.hits for each in appint_stub.faults] == [1, 2]
    assert repr(handle) == (
        "<Injection of Fault('ThrottlingException', attempts=1), Fault('InternalServiceError', attempts=2): 3 hits>"
    )
    assert handle.faults == (Fault("ThrottlingException", attempts=1), Fault("InternalServiceError", attempts=2))


def test_a_handle_of_those_in_force_withdraws_too(appint_stub, appint_client):
    appint_stub.inject(Fault("InvalidRequestException", optional=True), Fault("AccessDeniedException", optional=True))
    first, second = appint_stub.faults
    with first:
        pass
    assert [handle.faults for handle in appint_stub.faults] == [second.faults]


def test_a_handle_withdraws_its_faults(appint_stub, appint_client):
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


def test_applied_takes_effect_although_the_answer_is_lost(appint_stub, integration):
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


def test_a_sure_fault_draws_no_chance(appint_stub, appint_client):
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


RETRYABLE = "ThrottlingException"


@pytest.mark.parametrize(
    ("args", "rule", "error", "text"),
    [
        (("ThrotlingException",), {}, ValueError, "unknown exception 'ThrotlingException'; did you mean 'ThrottlingException'?"),
        (("",), {"status": 400}, ValueError, "a code consists of letters"),
        (("a:b#c",), {"status": 400}, ValueError, "and '-', not 'a:b#c'"),
        (("Mine",), {}, ValueError, "ConnectionClosedError\nA code of your own needs status="),
        ((5,), {}, TypeError, "a fault's error is named by a string"),
        (("DuplicateResourceException",), {"operation": CREATE}, ValueError,
         f"{CREATE} does not return DuplicateResourceException; its modelled errors are: AccessDeniedException, "),
        ((RETRYABLE,), {"operation": "creat_application"}, ValueError, "did you mean 'create_application'?"),
        ((RETRYABLE,), {"operation": 5}, TypeError, "an operation is named by a string"),
        ((RETRYABLE,), {"atempts": 1}, TypeError, "Fault() got an unexpected keyword argument 'atempts'; did you mean 'attempts'?"),
        ((RETRYABLE,), {"attempts": 0}, ValueError, "attempts must be 1 or more, not 0"),
        ((RETRYABLE,), {"attempts": "2"}, TypeError, "attempts must be a whole number, not '2'"),
        ((RETRYABLE,), {"calls": -1}, ValueError, "calls must be 1 or more"),
        ((RETRYABLE,), {"calls": True}, TypeError, "calls must be a whole number"),
        ((RETRYABLE,), {"after_calls": -1}, ValueError, "after_calls must be 0 or more"),
        ((RETRYABLE,), {"after_calls": None}, TypeError, "after_calls must be a whole number, not None"),
        ((RETRYABLE,), {"lose_response": "no"}, TypeError, "lose_response must be True or False, not 'no'"),
        ((RETRYABLE,), {"optional": 1}, TypeError, "optional must be True or False, not 1"),
        ((RETRYABLE,), {"retry_after": float("inf")}, ValueError, "retry_after must be 0 or more, not inf"),
        ((RETRYABLE,), {"retry_after": float("nan")}, ValueError, "retry_after must be 0 or more, not nan"),
        ((RETRYABLE,), {"probability": 10**400}, ValueError, "probability must be 0 to 1, not 1"),
        ((RETRYABLE,), {"attempts": 1, "calls": 1}, ValueError,
         "a fault takes either attempts=N or calls=N, not both"),
        ((RETRYABLE,), {"probability": 1.1}, ValueError, "probability must be 0 to 1, not 1.1"),
        ((RETRYABLE,), {"probability": None}, TypeError, "probability must be a number"),
        ((RETRYABLE,), {"probability": "1"}, TypeError, "probability must be a number"),
        ((RETRYABLE,), {"retry_after": -1}, ValueError, "retry_after must be 0 or more"),
        ((RETRYABLE,), {"message": 1}, TypeError, "message must be a string"),
        ((RETRYABLE,), {"status": 200}, ValueError, "status must be 400 or more"),
        ((RETRYABLE,), {"status": 600}, ValueError, "status must be an HTTP error, 400 to 599"),
        (("ReadTimeoutError",), {"status": 500}, ValueError, "it has no status"),
        (("ReadTimeoutError",), {"message": "late"}, ValueError,
         "ReadTimeoutError is a network error: it has no message"),
        (("ConnectionClosedError",), {"retry_after": 1}, ValueError, "it has no retry_after"),
        ((RETRYABLE,), {"when": 5}, TypeError, "when must be a part of the parameters or a function"),
        ((RETRYABLE,), {"when": {"Nme": "n"}}, ValueError, "when: unknown parameter 'Nme'; did you mean 'Name'?"),
        ((RETRYABLE,), {"when": {"Name": "n", "Identifier": "i", "Arn": "a"}}, ValueError,
         "when: no operation that returns ThrottlingException has all of Name, Identifier, Arn"),
        ((RETRYABLE,), {"operation": CREATE, "when": {"Name": "n"}}, ValueError,
         f"when: unknown parameter of {CREATE} 'Name'"),
        ((RETRYABLE,), {"operation": CREATE, "when": {"ExecutionConfiguration": {"ExecutionMod": 1}}}, ValueError,
         f"when: unknown parameter of {CREATE} 'ExecutionConfiguration.ExecutionMod'; "
         "did you mean 'ExecutionConfiguration.ExecutionMode'?"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_where_it_is_written(args, rule, error, text):
    with pytest.raises(error) as caught:
        Fault(*args, **rule)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 400},
        {"status": 599},
        {"when": {"resourceArn": "arn", "tagKeys": ["a"]}},  # All parameters that UntagResource has.
        {"probability": 0},
        {"retry_after": 0},
        {"retry_after": 10**400},
    ],
)
def test_the_last_that_is_right(rule):
    assert Fault("ThrottlingException", **rule).operations()


def test_a_fault_is_a_value():
    when = {"ObjectConfiguration": {"o": {"f": ["a"]}}}
    fault = Fault("ThrottlingException", operation="create_data_integration_association", when=when)
    when["ObjectConfiguration"]["o"]["f"].append("b")
    assert fault.when == {"ObjectConfiguration": {"o": {"f": ["a"]}}}
    assert fault == Fault("ThrottlingException", operation=CREATE, when={"ObjectConfiguration": {"o": {"f": ["a"]}}})
    with pytest.raises(AttributeError):
        fault.attempts = 2
    assert repr(Fault("ThrottlingException", calls=1)) == "Fault('ThrottlingException', calls=1)"


def test_only_faults_can_be_injected(appint_stub):
    with pytest.raises(TypeError, match=r"inject\(\) takes faults.*not 'ThrottlingException'"):
        appint_stub.inject("ThrottlingException")


ADVICE = "A fault that need not be triggered takes optional=True."


class TestUnused:
    def complaint(self, *faults, before=lambda client: None, **settings):
        stub = AppIntegrationsStub(**settings)
        stub.start()
        stub.inject(*faults)
        before(stub.client())
        with pytest.raises(AssertionError) as caught:
            stub.__exit__(None, None, None)
        return str(caught.value)

    def test_nothing_called(self):
        assert self.complaint(Fault("ThrottlingException"), Fault("InvalidRequestException", operation=CREATE)) == (
            f"Fault('ThrottlingException') was never triggered: none of its {len(service.operations())} "
            "operations was called while the fault was active\n"
            f"Fault('InvalidRequestException', operation='{CREATE}') was never triggered: {CREATE} was not called "
            f"while the fault was active\n{ADVICE}"
        )

    def test_called_before_it_was_injected(self):
        stub = AppIntegrationsStub()
        stub.start()
        stub.client().list_applications()
        stub.inject(Fault("ThrottlingException", operation="ListApplications"))
        [complaint] = stub.complaints()
        stub.stop()
        assert complaint.splitlines()[0].endswith(
            "was never triggered: ListApplications was not called while the fault was active"
        )

    def test_how_near_it_came(self):
        complaint = self.complaint(
            Fault("ThrottlingException", when={"Name": "x"}),
            Fault("InvalidRequestException", after_calls=1),
            Fault("AccessDeniedException", probability=0),
            before=lambda client: client.list_data_integrations(),
        )
        assert complaint.splitlines() == [
            "Fault('ThrottlingException', when={'Name': 'x'}) was never triggered: 1 call of the operation did not match when=",
            "Fault('InvalidRequestException', after_calls=1) was never triggered: 1 call let through by after_calls=",
            "Fault('AccessDeniedException', probability=0) was never triggered: 1 call spared by probability=",
            ADVICE,
        ]

    def test_how_near_several_calls_came(self):
        def three_calls(client):
            client.list_data_integrations()
            for name in ("a", "b"):
                with contextlib.suppress(ClientError):
                    client.get_event_integration(Name=name)

        first = Fault("AccessDeniedException", operation="get_event_integration")
        complaint = self.complaint(
            first,
            Fault("ThrottlingException", when={"Name": "x"}),
            Fault("InternalServiceError", operation="list_data_integrations", after_calls=1),
            Fault("ResourceNotFoundException", operation="get_event_integration", when={"Name": "b"}),
            Fault(
                "InvalidRequestException", when=lambda params: params["Name"] in "ab", operation="get_event_integration"
            ),
            Fault("InvalidRequestException", probability=0),
            before=three_calls,
        )
        *lines, advice = complaint.splitlines()
        assert [line.partition(" was never triggered: ")[2] or line for line in lines] == [
            "1 call of the operation did not match when=",  # The others were met before they could be compared.
            "1 call let through by after_calls=",
            f"1 call met by {first!r}, which comes first",
            f"2 calls met by {first!r}, which comes first",
            "Fault('InvalidRequestException', probability=0) was never triggered:",
            "  1 call spared by probability=",
            f"  2 calls met by {first!r}, which comes first",
        ]
        assert advice == ADVICE
        for rule, reason in (
            ({"when": {"Name": "x"}}, "of the operation did not match when="),
            ({"probability": 0}, "spared by probability="),
        ):
            complaint = self.complaint(
                Fault("ThrottlingException", **rule), before=three_calls, require_faults_used=True
            )
            assert complaint.splitlines()[0].endswith(f"was never triggered: 3 calls {reason}")

    def test_a_sequence_that_let_all_through_says_so(self):
        rule = Fault.sequence(None, None, "ThrottlingException")
        assert self.complaint(rule, before=lambda client: client.list_data_integrations()) == (
            f"{rule!r} was never triggered: 1 call let through by None in the sequence\n{ADVICE}"
        )

    def test_behind_a_latency_that_no_client_waits_for(self):
        late = Fault.latency(60)
        complaint = self.complaint(
            late, Fault.latency(1), Fault("ThrottlingException"), before=lambda client: unanswered(client)
        )
        assert complaint.splitlines() == [
            f"Fault.latency(1) was never triggered: 1 call met by {late!r}, which comes first",
            f"Fault('ThrottlingException') was never triggered: 1 call met by {late!r}, which comes first",
            ADVICE,
        ]

    def test_withdrawn_is_not_forgotten(self):
        stub = AppIntegrationsStub()
        with (
            pytest.raises(AssertionError, match="was never triggered"),
            stub,
            stub.inject(Fault("ThrottlingException")),
        ):
            pass

    def test_optional_or_switched_off(self):
        with AppIntegrationsStub() as stub:
            stub.inject(Fault("ThrottlingException", optional=True))
        with AppIntegrationsStub(require_faults_used=False) as stub:
            stub.inject(Fault("ThrottlingException"))

    def test_another_exception_goes_first(self):
        with pytest.raises(ZeroDivisionError), AppIntegrationsStub() as stub, stub.inject(Fault("ThrottlingException")):
            1 / 0  # noqa: B018


def unanswered(client):
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        client.list_data_integrations()


@given(
    limit=st.sampled_from(["attempts", "calls", None]),
    number=st.integers(1, 5),
    after=st.integers(0, 4),
    calls=st.lists(st.integers(1, 4), max_size=12),
)
def test_a_fault_is_applied_as_often_as_it_says(limit, number, after, calls):
    """Against the plainest reading of the rule, for any sequence of calls with so many attempts each."""
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


def test_a_fault_is_a_value_whatever_its_when():
    given = {"when": {"Tags": {"team": "care"}}, "operation": "CreateApplication"}
    assert len({Fault("ThrottlingException", **given), Fault("ThrottlingException", **given)}) == 1
    assert Fault("ThrottlingException", **given) != Fault("ThrottlingException", operation="CreateApplication")
