"""What happens to an attempt, in order, and what its response carries."""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime

import pytest
from botocore.exceptions import ClientError

from pytest_appintegrations import Fault

NOBODY = "00000000-0000-0000-0000-000000000000"
NOON = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.timezone.utc)


def from_the_store(stub, client):
    return client.list_applications()


def of_the_tests_own(stub, client):
    stub.add_response("ListApplications", {"Applications": []})
    return client.list_applications()


def without_a_body(stub, client):
    stub.add_response("DeleteApplication", {})
    return client.delete_application(Arn=NOBODY)


def refused_by_the_store(stub, client):
    with pytest.raises(ClientError) as caught:
        client.get_application(Arn=NOBODY)
    return caught.value.response


def injected(stub, client):
    stub.inject(Fault("AccessDeniedException"))
    with pytest.raises(ClientError) as caught:
        client.list_applications()
    return caught.value.response


@pytest.fixture
def received(appint_client):
    """Return the headers and the body of each response, as botocore had them."""
    responses = []
    appint_client.meta.events.register(
        "response-received.appintegrations",
        lambda response_dict, **_: responses.append((response_dict["headers"], response_dict["body"])),
    )
    return responses


@pytest.mark.appint(frozen_at=NOON)
@pytest.mark.parametrize(
    ("call", "error"),
    [
        (from_the_store, None),
        (of_the_tests_own, None),
        (without_a_body, None),
        (refused_by_the_store, "ResourceNotFoundException"),
        (injected, "AccessDeniedException"),
    ],
)
def test_every_response_has_the_headers_of_aws(appint_stub, appint_client, received, call, error):
    appint_stub.clock.advance(3600)
    metadata = call(appint_stub, appint_client)["ResponseMetadata"]
    [(headers, body)] = received
    assert parsedate_to_datetime(headers["date"]) == NOON + datetime.timedelta(hours=1)
    assert headers["date"] == "Fri, 02 Jan 2026 13:00:00 GMT"
    assert headers["content-length"] == str(len(body))
    assert headers["content-type"] == "application/json"
    assert headers["x-amzn-RequestId"] == metadata["RequestId"] == appint_stub.calls.last.attempts[0].request_id
    assert headers.get("x-amzn-ErrorType") == error


def test_a_fault_comes_before_the_check_and_the_check_before_a_response(appint_stub, appint_client):
    asked = []
    appint_stub.add_response("GetApplication", lambda params: asked.append(params) or {})
    with appint_stub.inject(Fault("AccessDeniedException", calls=1)):
        for expected in ("AccessDeniedException", "ValidationException"):
            with pytest.raises(ClientError) as caught:
                appint_client.get_application(Arn="not an id")
            assert caught.value.response["Error"]["Code"] == expected
    assert asked == []
    appint_client.get_application(Arn=NOBODY)
    assert asked == [{"Arn": NOBODY}]
