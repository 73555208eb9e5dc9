"""Other plugins and libraries, in any order, change no response."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys

import pytest

SUITE = """
import datetime, json, pathlib, threading, time
import boto3, freezegun, moto, pytest, time_machine
from botocore.exceptions import ClientError

@pytest.fixture
def note(request, tmp_path_factory):
    def note(*facts):
        (pathlib.Path(NOTES) / f"{request.node.name}.json").write_text(json.dumps(facts, default=str))
    return note

def backoffs(stub):
    return [(attempt.status, attempt.error, attempt.backoff is None) for call in stub.calls for attempt in call.attempts]

def test_ids(appint_stub, note):
    client = boto3.client("appintegrations")
    made = [client.create_application(Name="n", Namespace=str(number), ApplicationSourceConfig={
        "ExternalUrlConfig": {"AccessUrl": "https://example.com"}})["Id"] for number in range(3)]
    note(made, [attempt.request_id for call in appint_stub.calls for attempt in call.attempts])

@pytest.mark.appint_fault("InternalServiceError", probability=0.4)
def test_chance(appint_stub, note):
    client = boto3.client("appintegrations")
    for _ in range(20):
        try:
            client.list_applications()
        except ClientError:
            pass
    note(backoffs(appint_stub))

@pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])
@pytest.mark.appint_fault("ThrottlingException", attempts=2)
def test_throttled(appint_stub, appint_retry_mode, note):
    began = time.monotonic()
    boto3.client("appintegrations").list_applications()
    assert time.monotonic() - began < 30
    note(backoffs(appint_stub), bool(appint_stub.clock.slept))

@pytest.mark.appint(frozen_at="2026-03-01T12:00:00Z")
def test_frozen(appint_stub, note):
    stub = appint_stub
    stub.applications.add()
    [application] = stub.applications.values()
    stub.clock.advance(60)
    note(application["CreatedTime"], datetime.datetime.now(datetime.timezone.utc))

@freezegun.freeze_time("2026-03-01T12:00:00Z")
@pytest.mark.appint_fault("ThrottlingException", attempts=1)
def test_frozen_by_the_user(appint_stub, note):
    boto3.client("appintegrations").list_applications()
    assert datetime.datetime.now(datetime.timezone.utc) == appint_stub.clock.now()
    note(appint_stub.calls.last.started_at)

@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
def test_time_machine(appint_stub, note):
    note(appint_stub.applications.add()["CreatedTime"])

def test_moto(appint_stub, note):
    with moto.mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="exports")
        appint_stub.data_integrations.add(Name="orders")
        note(boto3.client("s3", region_name="us-east-1").list_buckets()["Buckets"][0]["Name"],
             boto3.client("appintegrations").list_data_integrations()["DataIntegrations"][0]["Name"])

def test_threads(appint_stub, note):
    threads = [threading.Thread(target=boto3.client("appintegrations").list_applications) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    note(len(appint_stub.calls))

def test_refused(note):
    from pytest_appintegrations import RealCallRefused
    with pytest.raises(RealCallRefused):
        boto3.client("appintegrations", region_name="us-east-1").list_applications()
    note("refused")

@pytest.mark.appint_fault("ThrottlingException", operation="GetApplication")
def test_unused(appint_stub):
    boto3.client("appintegrations").list_applications()
"""
TESTS = 12

# What each needs installed, what loads it first, and what switches it on.
NEIGHBOURS = {
    "xdist": ("xdist", "xdist", ["-n2", "--dist=loadscope"]),
    "randomly": ("pytest_randomly", "randomly", []),
    "socket": ("pytest_socket", "socket", ["--disable-socket"]),
    "freezer": ("pytest_freezer", "freezer", []),
    "asyncio": ("pytest_asyncio", "asyncio", ["--asyncio-mode=auto"]),
    "anyio": ("anyio", "anyio", []),
    "timeout": ("pytest_timeout", "timeout", ["--timeout=120", "--timeout-method=signal"]),
    "rerunfailures": ("pytest_rerunfailures", "rerunfailures", ["--reruns=1"]),
}
FURTHER = {
    "xdist, by load": ("xdist", "xdist", ["-n2"]),
    "xdist, no worker": ("xdist", "xdist", ["-n0"]),
    "timeout by thread": ("pytest_timeout", "timeout", ["--timeout=120", "--timeout-method=thread"]),
}
ROWS = [
    *(pytest.param(*row, first, id=f"{name}, {first} first") for name, row in NEIGHBOURS.items() for first in (row[1], "appintegrations")),
    *(pytest.param(*row, row[1], id=name) for name, row in FURTHER.items()),
]  # fmt: skip


def noted(directory, *options):
    """Run the suite; return what its tests recorded, and the summary line."""
    notes = directory / "notes"
    notes.mkdir()
    (directory / "pytest.ini").write_text("[pytest]\n")
    (directory / "test_suite.py").write_text(f"NOTES = {str(notes)!r}\n{SUITE}")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", *options]
    output = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False).stdout
    assert re.search(rf"\b1 failed, {TESTS - 1} passed\b", output), output
    assert "GetApplication') was never triggered" in output
    [line] = [line for line in output.splitlines() if line.startswith("appintegrations: ")]
    return {file.name: json.loads(file.read_text()) for file in notes.iterdir()}, line.rpartition(",")[0]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    others = {plugin for _, plugin, _ in NEIGHBOURS.values()}
    without = [argument for name in sorted(others) for argument in ("-p", f"no:{name}")]
    return noted(tmp_path_factory.mktemp("alone"), *without)


@pytest.mark.parametrize(("module", "plugin", "options", "first"), ROWS)
@pytest.mark.slow
def test_no_neighbour_changes_an_answer(tmp_path, module, plugin, options, first, alone):
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed; CI runs this in an environment of its own")
    notes, line = noted(tmp_path, "-p", first, *options)
    assert notes == alone[0]
    if plugin != "rerunfailures":  # There the failing test counts twice.
        assert line == alone[1]
