"""What the plugin costs a whole run of pytest, used and unused."""

from __future__ import annotations

import importlib.metadata
import json
import os
import statistics
import subprocess
import sys

import pytest

PLUGINS = {entry.name for entry in importlib.metadata.entry_points(group="pytest11")}

EMPTY = "def test_{}():\n    pass\n"
STUBBED = "def test_{}(appint_client):\n    appint_client.list_applications()\n"
MOTO = """
@moto.mock_aws
def test_{}():
    client = boto3.client("appconfig", region_name="us-east-1")
    client.create_application(Name="orders")
"""

COLD = """
import boto3

def test_{}(appint_stub):
    client = boto3.client("appintegrations", region_name="us-east-1")
    assert client.list_applications()["Applications"] == []
"""
COLD_STUBBER = """
import boto3
from botocore.stub import Stubber

def test_{}():
    client = boto3.client("appintegrations", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        stubber.add_response("list_applications", {{}})
        assert "Applications" not in client.list_applications()
"""
COLD_MOTO = """
import boto3, moto

@moto.mock_aws
def test_{}():
    client = boto3.client("appconfig", region_name="us-east-1")
    assert client.create_application(Name="orders")["Name"] == "orders"
"""

# Each test's own seconds, with what pytest does around it: the start of the run and the first imports left out.
TIMED = """
import collections, json, time, pytest

seconds = collections.defaultdict(list)

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    began = time.perf_counter()
    outcome = yield
    seconds[item.name.split("_")[1]].append(time.perf_counter() - began)
    return outcome

def pytest_unconfigure(config):
    with open("seconds.json", "w") as file:
        json.dump(seconds, file)
"""


def run(directory, *options, only=("appintegrations",)):
    """Run pytest on a directory, without any plugin but ours."""
    disabled = [argument for name in sorted(PLUGINS.difference(only)) for argument in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *disabled, *options]
    # What pip installs is compiled: here the first run compiles it.
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=directory, env=compiled, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout


@pytest.fixture
def suite(tmp_path):
    """Write tests into a directory of their own; with several kinds, in turn."""

    def write(number, **kinds):
        tests = [code.format(f"{name}_{each}") for each in range(number) for name, code in kinds.items()]
        (tmp_path / "test_all.py").write_text("import boto3, moto\n" * ("moto" in kinds) + "".join(tests))
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        return tmp_path

    return write


def test_idle(bench, suite):
    directory = suite(1, empty=EMPTY)
    ratio = bench.ratio(lambda: run(directory), lambda: run(directory, "-p", "no:appintegrations"), rounds=40)
    bench.note("pytest on one empty test, the plugin unused : without it", ratio, bar=1.03)


@pytest.mark.parametrize(
    ("base", "name", "bar"), [(COLD_STUBBER, "botocore's Stubber", 1.1), (COLD_MOTO, "moto's mock_aws", 0.6)]
)
def test_cold_start(bench, suite, tmp_path_factory, base, name, bar):
    directory, other = suite(1, stubbed=COLD), tmp_path_factory.mktemp("other")
    (other / "test_all.py").write_text(base.format("it"))
    (other / "pytest.ini").write_text("[pytest]\n")
    ratio = bench.ratio(lambda: run(directory), lambda: run(other, "-p", "no:appintegrations"), rounds=30)
    bench.note(f"the whole run of one test with one stubbed call : the same with {name}", ratio, bar=bar)


def milliseconds_beyond_an_empty_test(directory, name):
    run(directory)
    seconds = json.loads((directory / "seconds.json").read_text())
    return 1000 * (statistics.median(seconds[name]) - statistics.median(seconds["empty"]))


def test_a_test(bench, suite):
    number = 2 if bench.short else 200
    figures = {}

    def both():
        for name, code in (("stubbed", STUBBED), ("moto", MOTO)):
            directory = suite(number, empty=EMPTY, **{name: code})
            (directory / "conftest.py").write_text(TIMED)
            figures.setdefault(name, []).append(milliseconds_beyond_an_empty_test(directory, name))

    for _ in range(1 if bench.short else 3):
        both()
    bench.once(both)
    ours, moto = (statistics.median(figures[name]) for name in ("stubbed", "moto"))
    bench.note("a test with appint_client and one call, beyond an empty test", ours, bar=5, unit=" ms")
    bench.note("moto's mock_aws, a fresh client and one call : the same", moto / ours, bar=12, at_least=True)


def test_reports(bench, suite):
    directory = suite(5 if bench.short else 1000, stubbed=STUBBED)
    ratio = bench.ratio(
        lambda: run(directory, "--appint-report=failed"),
        lambda: run(directory, "--appint-report=none"),
        rounds=15,
    )
    bench.note("1,000 stubbed tests with the reports : without", ratio, bar=1.05)
