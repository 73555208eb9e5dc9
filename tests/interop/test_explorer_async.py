"""Fault exploration of coroutines: aiobotocore, pytest-asyncio, anyio, task groups."""

from __future__ import annotations

import json
import sys

import pytest

for name in ("aiobotocore", "anyio", "pytest_asyncio"):
    pytest.importorskip(name)

PROGRAM = """
import asyncio
from aiobotocore.session import get_session

async def export():
    async with get_session().create_client("appintegrations") as client:
        return await client.create_data_integration_association(
            DataIntegrationIdentifier="orders", DestinationURI="s3://bucket/exports")

async def careless():
    try:
        return await export()
    except Exception as error:
        return error.response["Detail"]

async def gathered():
    return await asyncio.gather(careless(), asyncio.sleep(0))

async def grouped():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(careless())
    return task.result()
"""
TESTS = """
import pytest, exporter

pytestmark = pytest.mark.appint_explore(errors=["AccessDeniedException"])

@pytest.fixture
async def orders(appint_stub):
    yield appint_stub.data_integrations.add(Name="orders")

@pytest.mark.asyncio
@pytest.mark.parametrize("function", FUNCTIONS)
async def test_asyncio(orders, function):
    assert await getattr(exporter, function)()
"""
ANYIO = """
import pytest, exporter

pytestmark = [pytest.mark.anyio, pytest.mark.appint_explore(errors=["AccessDeniedException"])]

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.fixture
async def orders(appint_stub):
    yield appint_stub.data_integrations.add(Name="orders")

@pytest.mark.parametrize("function", FUNCTIONS)
async def test_anyio(orders, function):
    assert await getattr(exporter, function)()
"""
FUNCTIONS = ["export", "careless", "gathered", *(["grouped"] if sys.version_info >= (3, 11) else [])]


def test_coroutines_are_explored_like_functions(pytester):
    pytester.makeini("[pytest]\npythonpath = .\nasyncio_mode = auto\n")
    pytester.makepyfile(
        exporter=PROGRAM,
        test_asyncio=TESTS.replace("FUNCTIONS", repr(FUNCTIONS)),
        test_anyio=ANYIO.replace("FUNCTIONS", repr(FUNCTIONS)),
    )
    # The newer pytest-asyncio warns that an option is unset which the lowest does not have.
    strict = ("-W", "error", "-W", "ignore:The configuration option:pytest.PytestDeprecationWarning")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *strict, "--appint-explore=found.json")
    result.assert_outcomes(passed=2 * len(FUNCTIONS))
    document = json.loads((pytester.path / "found.json").read_text())
    found = {
        test.rpartition("[")[0] + ":" + test.rpartition("[")[2].rstrip("]"): (run["outcome"], run["at"])
        for test, report in document["tests"].items()
        for run in report["runs"]
    }
    expected = {"export": ("raised", "exporter.py:6")}
    for kind in ("asyncio", "anyio"):
        for function in FUNCTIONS:
            outcome = found[f"test_{kind}.py::test_{kind}:{function}"]
            assert outcome == expected.get(function, ("crashed", "exporter.py:13")), (kind, function)
