"""Under the test client of Starlette and FastAPI, which runs the application in a thread of its own."""

from __future__ import annotations

import pytest

from tests.plugin.test_failures import output, run, summary  # noqa: F401

pytest.importorskip("starlette", reason="starlette is not installed: pip install --group async")
pytest.importorskip("httpx", reason="httpx is not installed: pip install --group async")

APPLICATION = """
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

async def in_the_loop(request):
    return JSONResponse(call()["Applications"])

def in_a_worker_thread(request):
    return JSONResponse(call()["Applications"])

APP = Starlette(routes=[Route("/loop", in_the_loop), Route("/worker", in_a_worker_thread)])
"""


def test_a_refusal_is_what_the_reader_sees_first_and_is_reported_once(run):  # noqa: F811
    result = run(
        f"""{APPLICATION}
@pytest.fixture(scope="module")
def client():
    with TestClient(APP) as client:
        yield client

def test_request(client): pass

@pytest.mark.parametrize("path", ["/loop", "/worker"])
def test_without_lifespan(path):
    TestClient(APP).get(path)

@pytest.mark.parametrize("path", ["/loop", "/worker"])
def test_with_lifespan(path):
    with TestClient(APP) as client:
        client.get(path)

def test_of_a_client_of_the_module(client):
    client.get("/loop")
""",
        "-p", "no:randomly",
    )  # fmt: skip
    # The last error is the module's client, which is closed although its portal has gone.
    result.assert_outcomes(passed=1, failed=5, errors=1)
    assert output(result).count("E       pytest_appintegrations.RealCallRefused: ListApplications was about") == 5
    failures = [line for line in summary(result) if line.startswith("FAILED")]
    assert not any("RuntimeError" in line or "CancelledError" in line for line in failures)
    assert "AppIntegrations calls refused outside" not in output(result)


def test_the_stub_answers_and_an_expected_refusal_is_no_failure(run):  # noqa: F811
    run(
        f"""{APPLICATION}
@pytest.mark.parametrize("path", ["/loop", "/worker"])
def test_answered(appint_stub, path):
    with TestClient(APP) as client:
        assert client.get(path).json() == []

def test_expected():
    with pytest.raises(RealCallRefused):
        TestClient(APP).get("/worker")
"""
    ).assert_outcomes(passed=3)
