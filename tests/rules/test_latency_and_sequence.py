"""Latencies and sequences, through a real client and botocore's own retries."""

from __future__ import annotations

import contextlib

import freezegun
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from pytest_appintegrations import Fault
from pytest_appintegrations.model import service


class TestLatency:
    def test_it_passes_on_the_clock_and_adds_up(self, appint_stub, appint_client):
        appint_stub.inject(Fault.latency(2, calls=1), Fault.latency(3.5), Fault("ThrottlingException", attempts=1))
        started = appint_stub.clock.now()
        appint_client.list_data_integrations()
        call = appint_stub.calls.last
        assert [attempt.error for attempt in call.attempts] == ["ThrottlingException", None]
        # Twice both latencies: the first is for a whole call, with its retry.
        took = (appint_stub.clock.now() - started).total_seconds() - sum(appint_stub.clock.slept)
        assert 11 <= took < 40
        assert call.attempts[1].fault == Fault.latency(3.5)
        assert [handle.hits for handle in appint_stub.faults] == [2, 2, 1]

    @pytest.mark.parametrize(("seconds", "times_out"), [(4.9, False), (5, True), (60, True)])
    def test_at_the_read_timeout_it_is_a_timeout(self, appint_stub, seconds, times_out):
        from botocore.exceptions import ReadTimeoutError

        client = appint_stub.client(config=Config(read_timeout=5, retries={"total_max_attempts": 1}))
        appint_stub.inject(Fault.latency(seconds))
        with freezegun.freeze_time("2026-01-02") as frozen:
            before = frozen.time_to_freeze
            with pytest.raises(ReadTimeoutError) if times_out else contextlib.nullcontext():
                client.create_data_integration(Name="n", KmsKey="k")
            assert (frozen.time_to_freeze - before).total_seconds() == min(seconds, 5)
        assert bool(appint_stub.data_integrations) is not times_out
        assert appint_stub.calls.last.error == ("ReadTimeoutError" if times_out else None)

    def test_latencies_together_reach_the_timeout(self, appint_stub):
        client = appint_stub.client(config=Config(read_timeout=5))
        appint_stub.inject(Fault.latency(3, calls=1), Fault.latency(3, attempts=1))
        client.list_data_integrations()
        assert [attempt.error for attempt in appint_stub.calls.last.attempts] == ["ReadTimeoutError", None]

    def test_past_the_timeout_no_other_fault_is_applied(self, appint_stub):
        client = appint_stub.client(config=Config(read_timeout=5, retries={"total_max_attempts": 1}))
        appint_stub.inject(Fault.latency(5), Fault("AccessDeniedException", optional=True))
        with pytest.raises(ReadTimeoutError):
            client.list_data_integrations()

    def test_a_fault_behind_a_timeout_is_applied_to_the_next_attempt(self, appint_stub):
        client = appint_stub.client(config=Config(read_timeout=5))
        late, busy = Fault.latency(5, attempts=1), Fault("ThrottlingException", attempts=1)
        handle = appint_stub.inject(late, busy)
        client.list_data_integrations()
        assert [(attempt.error, attempt.fault) for attempt in appint_stub.calls.last.attempts] == [
            ("ReadTimeoutError", late),
            ("ThrottlingException", busy),
            (None, None),
        ]
        assert handle.hits == 2

    def test_with_a_lost_response_the_operation_takes_effect(self, appint_stub):
        client = appint_stub.client(config=Config(read_timeout=5, retries={"total_max_attempts": 1}))
        for applied, recorded in ((False, 0), (True, 1)):
            with appint_stub.inject(Fault.latency(5, lose_response=applied)), pytest.raises(ReadTimeoutError):
                client.create_data_integration(Name="n", KmsKey="k", ClientToken="t")
            assert len(appint_stub.data_integrations) == recorded
        patient = appint_stub.client(config=Config(read_timeout=5))
        appint_stub.inject(Fault.latency(5, lose_response=True, attempts=1))
        patient.create_data_integration(Name="n", KmsKey="k", ClientToken="t")
        assert len(appint_stub.data_integrations) == 1
        assert len(appint_stub.calls.last.attempts) == 2

    def test_without_a_read_timeout_any_latency_passes(self, appint_stub):
        client = appint_stub.client(config=Config(read_timeout=None))
        appint_stub.inject(Fault.latency(10**6))
        client.list_data_integrations()

    @pytest.mark.in_process
    def test_a_delayed_response_is_the_stores_own(self, appint_stub, appint_client):
        appint_stub.inject(Fault.latency(1))
        with pytest.raises(appint_client.exceptions.ResourceNotFoundException):
            appint_client.get_data_integration(Identifier="nothing")
        assert str(appint_stub.calls.last.attempts[0]) == "404 ResourceNotFoundException (delayed)"
        appint_client.list_data_integrations()
        assert str(appint_stub.calls.last.attempts[0]) == "200 success (delayed)"
        appint_stub.inject(Fault.latency(60))
        with pytest.raises(ReadTimeoutError):
            appint_client.list_data_integrations()
        assert str(appint_stub.calls.last.attempts[-1]) == "ReadTimeoutError (injected)"


class TestSequence:
    def test_each_attempt_takes_one_entry(self, appint_stub):
        client = appint_stub.client(config=Config(retries={"total_max_attempts": 3}))
        rule = Fault.sequence("ThrottlingException", "ReadTimeoutError", None, None, "InternalServiceError")
        handle = appint_stub.inject(rule)
        for _ in range(4):
            client.list_data_integrations()
        assert [[attempt.error for attempt in call.attempts] for call in appint_stub.calls] == [
            ["ThrottlingException", "ReadTimeoutError", None],
            [None],
            ["InternalServiceError", None],
            [None],
        ]
        assert (handle.hits, handle.exhausted) == (3, True)

    def test_only_matching_calls_take_entries(self, appint_stub, appint_client):
        appint_stub.inject(
            Fault.sequence("AccessDeniedException", None, operation="GetDataIntegration", when={"Identifier": "a"})
        )
        for identifier, code in (("b", "ResourceNotFound"), ("a", "AccessDenied"), ("a", "ResourceNotFound")):
            with pytest.raises(getattr(appint_client.exceptions, f"{code}Exception")):
                appint_client.get_data_integration(Identifier=identifier)

    def test_other_operations_take_no_entry(self, appint_stub, appint_client):
        appint_stub.inject(Fault.sequence("InvalidRequestException", operation="list_data_integrations"))
        appint_client.list_applications()
        with pytest.raises(ClientError):
            appint_client.list_data_integrations()

    def test_it_may_name_all_errors_of_an_operation(self):
        errors = service.errors("ListApplications")
        assert Fault.sequence(*errors, operation="ListApplications").operations() == ["ListApplications"]

    def test_each_error_has_its_own_status(self, appint_stub):
        client = appint_stub.client(config=Config(retries={"total_max_attempts": 2}))
        appint_stub.inject(Fault.sequence("InternalServiceError", "TooManyRequestsException"))
        with pytest.raises(ClientError, match="TooManyRequests"):
            client.list_data_integrations()
        assert [attempt.status for attempt in appint_stub.calls.last.attempts] == [500, 429]
