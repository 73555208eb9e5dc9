"""What the wheel holds, and that README, model and package tell the same."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "pytest_appintegrations"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_wheel_holds_the_package_and_nothing_else(wheel):
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    sources = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert names == {path.relative_to(ROOT).as_posix() for path in sources}


def test_wheel_tells_what_it_is(wheel):
    [metadata_name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = wheel.read(metadata_name).decode()
    for line in ("Name: pytest-appintegrations", "License-Expression: MIT", "Requires-Python: >=3.10"):
        assert line in metadata.splitlines()
    required = {
        line.removeprefix("Requires-Dist: ")
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist") and "extra ==" not in line
    }
    assert {name.split(">")[0] for name in required} == {"botocore", "pytest", "jsonschema", "freezegun"}
    assert {"botocore>=1.35", "pytest>=8"} <= required
    assert {"Provides-Extra: test", "Provides-Extra: aio"} <= set(metadata.splitlines())
    entry_points = wheel.read(metadata_name.replace("METADATA", "entry_points.txt")).decode()
    assert entry_points.split() == ["[pytest11]", "appintegrations", "=", "pytest_appintegrations.plugin"]
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel.namelist())
