"""What exploring a test costs, beside running it as often."""

from __future__ import annotations

import json
import statistics

import pytest

from pytest_appintegrations.exploration.plan import Choice, plan
from tests.benchmarks.test_suites import run, suite  # noqa: F401

PROGRAM = """
import boto3

def export():
    client = boto3.client("appintegrations")
    integration = client.create_data_integration(Name="orders", KmsKey="alias/exports")
    client.create_data_integration_association(
        DataIntegrationIdentifier=integration["Id"], DestinationURI="s3://bucket/exports")
    return client.list_data_integrations()["DataIntegrations"]
"""
TEST = "from exporter import export\n\ndef test_{}(appint_stub):\n    assert len(export()) == 1\n"
CALLS = ["CreateDataIntegration", "CreateDataIntegrationAssociation", "ListDataIntegrations"]

# The seconds of each run of a test, by what it was: as pytest runs it, and as it is explored.
TIMED = """
import json, time, pytest

seconds = {"plain": [], "explored": []}

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    kind = "plain" if nextitem is None or isinstance(nextitem, pytest.Item) else "explored"
    explored, began = len(seconds["explored"]), time.perf_counter()
    outcome = yield
    took = time.perf_counter() - began
    seconds[kind].append(took - sum(seconds["explored"][explored:]))
    return outcome

def pytest_unconfigure():
    with open("seconds.json", "w") as file:
        json.dump(seconds, file)
"""


@pytest.fixture
def directory(suite):  # noqa: F811
    def write(number):
        directory = suite(number, exports=TEST)
        (directory / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
        (directory / "exporter.py").write_text(PROGRAM)
        return directory

    return write


def seconds_of(directory, *options):
    (directory / "conftest.py").write_text(TIMED)
    run(directory, *options)
    return json.loads((directory / "seconds.json").read_text())


def test_an_explored_run(bench, directory):
    ratios = []

    def measure():
        few = directory(2 if bench.short else 30)
        plain = statistics.median(seconds_of(few)["plain"])
        explored = seconds_of(few, "--appint-explore", "--appint-explore-max=30")["explored"]
        ratios.append(statistics.fmean(explored) / plain)

    for _ in range(1 if bench.short else 5):
        measure()
    bench.once(measure)
    bench.note("an explored run : a plain run of the same test", statistics.median(ratios), bar=1.5)


def test_a_thousand_runs(bench, directory):
    faults = len(plan([], CALLS, Choice(), 1000).trials)
    number = 1 if bench.short else 1000 // faults + 1
    seconds = []

    def measure():
        explored = seconds_of(directory(number), "--appint-explore")["explored"]
        assert len(explored) == number * (faults + 1)  # Each test runs once more without a fault.
        seconds.append(1000 * statistics.fmean(explored))

    bench.once(measure)
    bench.note("1,000 explored runs of tests with three calls", seconds[0], unit=" s")
