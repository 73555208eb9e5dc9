"""What a good author would test of the bulk export."""

from __future__ import annotations

import datetime

import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from examples.bulk_export import SOURCE, Export, ExportRefused, export_status, start_export
from pytest_appintegrations import Fault

UTC = datetime.timezone.utc
REQUEST = {
    "domain": "retail",
    "kms_key": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "destination": "s3://exports/profiles",
    "start": datetime.datetime(2024, 5, 9, 20, 31, 32, 14000, tzinfo=UTC),
    "end": datetime.datetime(2024, 5, 10, 20, 31, 32, 14000, tzinfo=UTC),
}

ASSOCIATE = "CreateDataIntegrationAssociation"


def test_starts_an_export_of_the_window(appint_stub, appint_client):
    export = start_export(appint_client, **REQUEST)

    integration = appint_stub.data_integrations["retail._profile"]
    assert integration["SourceURI"] == SOURCE
    assert integration["ObjectConfiguration"] == {
        "CustomerProfiles": {"domainName": ["retail"], "objectType": ["_profile"]}
    }
    appint_stub.calls.assert_called_once(
        ASSOCIATE,
        DestinationURI="s3://exports/profiles",
        ExecutionConfiguration={
            "ExecutionMode": "ON_DEMAND",
            "OnDemandConfiguration": {"StartTime": "1715286692014", "EndTime": "1715373092014"},
        },
    )
    assert export_status(appint_client, export) == ("IN_PROGRESS", None)


def test_follows_the_export_to_its_end(appint_stub, appint_client):
    export = start_export(appint_client, **REQUEST)
    appint_stub.finish_execution(export.association_id)
    assert export_status(appint_client, export) == ("COMPLETED", None)


def test_tells_why_an_export_failed(appint_stub, appint_client):
    export = start_export(appint_client, **REQUEST)
    appint_stub.finish_execution(export.association_id, "FAILED", "The bucket does not exist.")
    assert export_status(appint_client, export) == ("FAILED", "The bucket does not exist.")


@pytest.mark.appint(page_size=1)
def test_finds_its_export_among_others(appint_stub, appint_client):
    integration = appint_stub.data_integrations.add(Name="retail._profile")
    appint_stub.data_integration_associations.add(DataIntegrationArn=integration["Arn"])
    export = start_export(appint_client, **REQUEST)
    assert export_status(appint_client, export) == ("IN_PROGRESS", None)
    with pytest.raises(LookupError, match="there is no export lost"):
        export_status(appint_client, Export(integration["Id"], "lost"))


def test_uses_the_integration_that_is_there(appint_stub, appint_client):
    appint_stub.data_integrations.add(Name="retail._profile")
    start_export(appint_client, **REQUEST)
    appint_stub.calls.assert_not_called("CreateDataIntegration")


def test_asked_again_starts_no_second_export(appint_stub, appint_client):
    assert start_export(appint_client, **REQUEST) == start_export(appint_client, **REQUEST)
    assert len(appint_stub.data_integration_associations) == 1
    later = {**REQUEST, "end": REQUEST["end"] + datetime.timedelta(days=1)}
    start_export(appint_client, **later)
    assert len(appint_stub.data_integration_associations) == 2


@pytest.mark.appint_fault("ThrottlingException", operation=ASSOCIATE, attempts=2)
def test_survives_throttling(appint_stub, appint_client):
    start_export(appint_client, **REQUEST)
    assert [attempt.error for attempt in appint_stub.calls.last.attempts] == [
        "ThrottlingException",
        "ThrottlingException",
        None,
    ]
    assert len(appint_stub.clock.slept) == 2  # Skipped: this test waits for nothing.


@pytest.mark.appint_fault("ThrottlingException", operation=ASSOCIATE)
def test_throttled_for_good_lets_the_exception_out(appint_stub, appint_client):
    with pytest.raises(appint_client.exceptions.ThrottlingException):
        start_export(appint_client, **REQUEST)
    assert not appint_stub.data_integration_associations


@pytest.mark.appint(quotas={"data_integration_associations": 1})
def test_quota_reached(appint_stub, appint_client):
    start_export(appint_client, **REQUEST)
    with pytest.raises(ExportRefused, match=r"retail\._profile has all the exports that its quota allows"):
        start_export(appint_client, **{**REQUEST, "destination": "s3://exports/elsewhere"})


@pytest.mark.appint_fault("AccessDeniedException", operation=ASSOCIATE)
def test_denied_as_ordinary_callers_can_be(appint_client):
    with pytest.raises(ExportRefused, match="explicit deny in a resource-based policy"):
        start_export(appint_client, **REQUEST)


def test_integration_deleted_by_somebody_in_between(appint_stub, appint_client):
    appint_stub.inject(Fault("ResourceNotFoundException", operation=ASSOCIATE))
    with pytest.raises(appint_client.exceptions.ResourceNotFoundException):
        start_export(appint_client, **REQUEST)


# What follows proves that the program is safe to retry. It waits for nothing.

MODES = pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])


@MODES
@pytest.mark.appint_fault("ThrottlingException", operation=ASSOCIATE, attempts=2)
def test_throttled_in_each_retry_mode(appint_stub, appint_client, appint_retry_mode):
    start_export(appint_client, **REQUEST)
    assert len(appint_stub.calls.last.attempts) == 3
    assert len(appint_stub.data_integration_associations) == 1


@MODES
@pytest.mark.parametrize("lost", ["ConnectionClosedError", "ReadTimeoutError", "InternalServiceError"])
def test_answer_lost_after_the_export_was_started(appint_stub, appint_client, appint_retry_mode, lost):
    appint_stub.inject(Fault(lost, operation=ASSOCIATE, lose_response=True, attempts=1))
    start_export(appint_client, **REQUEST)
    assert len(appint_stub.calls.last.attempts) == 2
    assert len(appint_stub.data_integration_associations) == 1  # Not two: the retry has the same token.


def test_asked_again_after_the_network_was_down(appint_stub, appint_client):
    with appint_stub.inject(Fault("EndpointConnectionError")), pytest.raises(EndpointConnectionError):
        start_export(appint_client, **REQUEST)
    start_export(appint_client, **REQUEST)
    assert len(appint_stub.data_integration_associations) == 1


def test_slow_answers(appint_stub):
    client = appint_stub.client(config=Config(read_timeout=10))
    appint_stub.inject(Fault.latency(9, operation=ASSOCIATE, attempts=1), Fault.latency(4, attempts=3))
    start_export(client, **REQUEST)
    # Nine seconds and four are past the timeout, four alone are not.
    assert [attempt.error for attempt in appint_stub.calls.last.attempts] == ["ReadTimeoutError", None]


@pytest.mark.appint(frozen_at="2024-05-10 20:31:32")
@pytest.mark.appint_fault(Fault.latency(0.5))
@pytest.mark.appint_fault("ThrottlingException", operation=ASSOCIATE)
def test_deadline_in_frozen_time(appint_stub, appint_client):
    deadline = datetime.datetime.now(UTC) + datetime.timedelta(minutes=1)
    tries = 0
    while datetime.datetime.now(UTC) < deadline:  # Delays and latency move the frozen time on.
        with pytest.raises(appint_client.exceptions.ThrottlingException):
            start_export(appint_client, **REQUEST)
        tries += 1
    assert 1 < tries < 200
    assert not appint_stub.data_integration_associations


@pytest.mark.appint_each_fault(ASSOCIATE, transport=True)
def test_each_error_ends_as_the_program_promises(appint_stub, appint_client, appint_fault):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        start_export(appint_client, **REQUEST)
    refused = appint_fault.error in ("AccessDeniedException", "ResourceQuotaExceededException")
    assert (type(caught.value) is ExportRefused) is refused
    assert not appint_stub.data_integration_associations
