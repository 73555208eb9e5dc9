"""The message about faults that were never triggered."""

from __future__ import annotations

import contextlib

import botocore
import pytest
from botocore.exceptions import ClientError

from pytest_appintegrations import AppIntegrationsStub, Fault
from pytest_appintegrations.model import service
from pytest_appintegrations.stub import unused_faults

CREATE = "CreateDataIntegrationAssociation"


ADVICE = "If a fault need not be triggered, pass optional=True to it."


class TestUnused:
    def message(self, *faults, before=lambda client: None, **settings):
        stub = AppIntegrationsStub(**settings)
        stub.start()
        stub.inject(*faults)
        before(stub.client())
        with pytest.raises(AssertionError) as caught:
            stub.__exit__(None, None, None)
        return str(caught.value)

    def test_an_operation_that_was_not_called_is_named(self):
        assert self.message(Fault("ThrottlingException"), Fault("InvalidRequestException", operation=CREATE)) == (
            f"Fault('ThrottlingException') was never triggered: none of its {len(service.operations())} "
            "operations was called while the fault was active\n"
            f"Fault('InvalidRequestException', operation='{CREATE}') was never triggered: {CREATE} was not called "
            f"while the fault was active\n{ADVICE}"
        )

    def test_calls_from_before_the_injection_do_not_count(self):
        stub = AppIntegrationsStub()
        stub.start()
        stub.client().list_applications()
        stub.inject(Fault("ThrottlingException", operation="ListApplications"))
        message = unused_faults(stub)
        stub.stop()
        assert message.splitlines()[0].endswith(
            "was never triggered: ListApplications was not called while the fault was active"
        )

    def test_the_message_says_how_near_a_call_came(self):
        message = self.message(
            Fault("ThrottlingException", when={"Name": "x"}),
            Fault("InvalidRequestException", after_calls=1),
            Fault("AccessDeniedException", probability=0),
            before=lambda client: client.list_data_integrations(),
        )
        assert message.splitlines() == [
            "Fault('ThrottlingException', when={'Name': 'x'}) was never triggered: 1 call did not match when=",
            "Fault('InvalidRequestException', after_calls=1) was never triggered: 1 call passed because of after_calls=",
            "Fault('AccessDeniedException', probability=0) was never triggered: 1 call passed because of probability=",
            ADVICE,
        ]

    def test_the_message_counts_the_calls_by_reason(self):
        def three_calls(client):
            client.list_data_integrations()
            for name in ("a", "b"):
                with contextlib.suppress(ClientError):
                    client.get_event_integration(Name=name)

        first = Fault("AccessDeniedException", operation="get_event_integration")
        message = self.message(
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
        *lines, advice = message.splitlines()
        assert [line.partition(" was never triggered: ")[2] or line for line in lines] == [
            "1 call did not match when=",  # An earlier fault was applied to the others before they were compared.
            "1 call passed because of after_calls=",
            f"1 call got {first!r} instead, which was injected earlier",
            f"2 calls got {first!r} instead, which was injected earlier",
            "Fault('InvalidRequestException', probability=0) was never triggered:",
            "  1 call passed because of probability=",
            f"  2 calls got {first!r} instead, which was injected earlier",
        ]
        assert advice == ADVICE
        for rule, reason in (
            ({"when": {"Name": "x"}}, "did not match when="),
            ({"probability": 0}, "passed because of probability="),
        ):
            message = self.message(Fault("ThrottlingException", **rule), before=three_calls, require_faults_used=True)
            assert message.splitlines()[0].endswith(f"was never triggered: 3 calls {reason}")

    def test_a_sequence_that_let_all_calls_through_says_so(self):
        rule = Fault.sequence(None, None, "ThrottlingException")
        assert self.message(rule, before=lambda client: client.list_data_integrations()) == (
            f"{rule!r} was never triggered: 1 call passed because of None in the sequence\n{ADVICE}"
        )

    def test_a_fault_behind_a_timeout_was_met_by_the_latency(self):
        late = Fault.latency(60)
        message = self.message(
            late, Fault.latency(1), Fault("ThrottlingException"), before=lambda client: unanswered(client)
        )
        assert message.splitlines() == [
            f"Fault.latency(1) was never triggered: 1 call got {late!r} instead, which was injected earlier",
            f"Fault('ThrottlingException') was never triggered: 1 call got {late!r} instead, which was injected earlier",
            ADVICE,
        ]

    def test_a_removed_fault_is_not_forgotten(self):
        stub = AppIntegrationsStub()
        with (
            pytest.raises(AssertionError, match="was never triggered"),
            stub,
            stub.inject(Fault("ThrottlingException")),
        ):
            pass

    def test_an_optional_fault_may_go_unused_and_so_may_any_without_the_setting(self):
        with AppIntegrationsStub() as stub:
            stub.inject(Fault("ThrottlingException", optional=True))
        with AppIntegrationsStub(require_faults_used=False) as stub:
            stub.inject(Fault("ThrottlingException"))

    def test_another_exception_comes_first(self):
        with pytest.raises(ZeroDivisionError), AppIntegrationsStub() as stub, stub.inject(Fault("ThrottlingException")):
            1 / 0  # noqa: B018


def unanswered(client):
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        client.list_data_integrations()


def test_the_message_names_the_fault_that_came_first():
    faults = (
        Fault("ThrottlingException"),
        Fault("AccessDeniedException"),
        Fault("InvalidRequestException", operation="GetApplication"),
    )
    stub = AppIntegrationsStub()
    with pytest.raises(AssertionError) as caught, stub, stub.inject(*faults), contextlib.suppress(ClientError):
        stub.client().list_data_integrations()
    assert str(caught.value).splitlines() == [
        "Fault('AccessDeniedException') was never triggered: 1 call got Fault('ThrottlingException') instead, which was injected earlier",
        "Fault('InvalidRequestException', operation='GetApplication') was never triggered: GetApplication was not called while the fault was active",
        "If a fault need not be triggered, pass optional=True to it.",
    ]
