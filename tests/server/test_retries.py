"""Which attempt is the last of a call, as far as a server can know."""

from __future__ import annotations

import subprocess
import sys
import threading
from email.message import Message

import pytest

from pytest_appintegrations import Fault
from pytest_appintegrations.interception.handlers import HANDLERS
from pytest_appintegrations.server.retries import is_last_attempt

LEGACY = "Boto3/1.40.0 md/Botocore#1.40.0 cfg/retry-mode#legacy"
STANDARD = "aws-cli/2.30.0 md/awscrt#0.27 cfg/retry-mode#standard"
JAVASCRIPT = "aws-sdk-js/3.900.0 ua/2.1 os/linux cfg/retry-mode#standard"


@pytest.mark.parametrize(
    ("user_agent", "attempt", "status", "code", "last"),
    [
        (STANDARD, "attempt=1", 200, "", True),
        (STANDARD, "attempt=1", 403, "AccessDeniedException", True),
        (STANDARD, "attempt=1; max=3", 429, "ThrottlingException", False),
        (STANDARD, "ttl=20260101T000000Z; attempt=3; max=3", 429, "ThrottlingException", True),
        (STANDARD, "attempt=1", 429, "ThrottlingException", False),
        (STANDARD, "attempt=1", 429, "ResourceQuotaExceededException", True),
        (JAVASCRIPT, "attempt=1; max=3", 429, "ResourceQuotaExceededException", False),
        (LEGACY, "attempt=1", 429, "ResourceQuotaExceededException", False),
        (LEGACY, "attempt=4", 429, "ThrottlingException", False),
        (LEGACY, "attempt=5", 429, "ThrottlingException", True),
        (LEGACY, "attempt=5", None, "ReadTimeoutError", True),
        (LEGACY, "attempt=2; max=2", 500, "InternalServiceError", True),
        (STANDARD, "attempt=1; max=3", None, "ReadTimeoutError", False),
        (STANDARD, "attempt=1; max=3", 500, "InternalServiceError", False),
        (STANDARD, "attempt=1; max=3", 408, "RequestTimeout", False),
        (STANDARD, "attempt=1; max=3", 400, "ThrottledException", False),
        (STANDARD, "", 500, "InternalServiceError", False),
        (STANDARD, f"attempt={'9' * 5000}; max=3", 500, "InternalServiceError", False),
        ("curl/8", None, 500, "InternalServiceError", True),
    ],
)
def test_the_last_attempt_is_known_by_its_headers_and_its_error(user_agent, attempt, status, code, last):
    headers = Message()
    headers["User-Agent"] = user_agent
    if attempt is not None:
        headers["amz-sdk-invocation-id"] = "1"
        headers["amz-sdk-request"] = attempt
    assert is_last_attempt(headers, status, code) is last


@pytest.mark.parametrize("retry_mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("error", ["ThrottlingException", "ConnectionClosedError", "AccessDeniedException"])
def test_a_call_over_http_is_waited_for_until_no_retry_follows(appint_stub, appint_server, retry_mode, error):
    from botocore.config import Config

    client = appint_stub.client(endpoint_url=appint_server.url, config=Config(retries={"mode": retry_mode}))
    for event, handler, *_ in HANDLERS:
        client.meta.events.unregister(event, handler)
    appint_stub.inject(Fault(error, attempts=1))

    def work():
        try:
            client.list_applications()
        except client.exceptions.AccessDeniedException:
            assert error == "AccessDeniedException"

    thread = threading.Thread(target=work)
    thread.start()
    call = appint_stub.calls.wait_for("ListApplications", timeout=60)
    thread.join()
    assert [attempt.error for attempt in call.attempts] == (
        [error] if error == "AccessDeniedException" else [error, None]
    )


@pytest.mark.slow
def test_a_call_of_a_child_process_is_waited_for(appint_stub, appint_server):
    appint_stub.inject(Fault("ThrottlingException", attempts=1))
    child = subprocess.Popen(
        [sys.executable, "-c", "import boto3; boto3.client('appintegrations').list_applications(MaxResults=7)"]
    )
    call = appint_stub.calls.wait_for("ListApplications", timeout=60, MaxResults=7)
    assert [attempt.error for attempt in call.attempts] == ["ThrottlingException", None]
    assert child.wait(60) == 0
