"""README.rst: its code blocks run, its commands are those that CI runs."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import boto3  # noqa: F401  # Else every run in process would import it anew.
import pytest
from docutils.core import publish_doctree

from tests.support.children import aws, node

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.rst").read_text(encoding="utf-8")
COMMANDS = (
    "python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/pytest examples",
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest",
)
# All but pytest-asyncio's, where it is installed, that an option of its own is unset.
STRICT = ("-W", "error", "-W", "ignore:The configuration option:pytest.PytestDeprecationWarning")
NEEDS_AIO = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("aiobotocore", "pytest_asyncio"))),
    reason="aiobotocore or pytest-asyncio is not installed: pip install '.[aio]' --group async",
)
NEEDS_INLINE_SNAPSHOT = pytest.mark.skipif(
    not importlib.util.find_spec("inline_snapshot"), reason="inline-snapshot is not installed"
)
BLOCKS = [
    pytest.param(
        textwrap.dedent(block),
        id=re.findall(r"def (test_\w+)", block)[0],
        marks=NEEDS_AIO if "aiobotocore" in block else NEEDS_INLINE_SNAPSHOT if "inline_snapshot" in block else (),
    )
    for block in re.findall(r"^\.\. code-block:: python\n\n((?:    .*\n|\n)+)", README, re.MULTILINE)
]


@pytest.fixture
def no_deadline():
    """Let examples of hypothesis take as long as a busy machine needs."""
    import hypothesis

    hypothesis.settings.register_profile("no deadline", deadline=None)
    hypothesis.settings.load_profile("no deadline")
    yield
    hypothesis.settings.load_profile("default")


def test_there_are_blocks():
    assert len(BLOCKS) >= 6


@pytest.mark.usefixtures("no_deadline")
@pytest.mark.parametrize("block", BLOCKS)
def test_block_runs(pytester, block, monkeypatch):
    if '"sh"' in block:
        monkeypatch.setenv("PATH", os.path.dirname(aws()), prepend=os.pathsep)
    if '"node"' in block:
        node()
    pytester.makepyfile(block)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--strict-markers", *STRICT)
    outcomes = result.parseoutcomes()
    assert outcomes.keys() == {"passed"}
    assert outcomes["passed"] >= len(re.findall(r"^(?:async )?def test_", block, re.MULTILINE))


@pytest.fixture
def programs_on_path(monkeypatch):
    """Have `python` and `aws` be those of the environment that runs the tests."""
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)


def test_the_shell_script_runs(programs_on_path, tmp_path):
    aws()
    child = subprocess.run(["sh", "-ec", _block("sh")], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, child.stderr
    assert child.stdout.splitlines()[-1] == "orders"
    assert (tmp_path / "stub.log").read_text().splitlines()[-2:] == [
        "CreateEventIntegration in us-east-1: 200",
        "ListEventIntegrations in us-east-1: 200",
    ]


def test_the_javascript_suite_passes(programs_on_path, tmp_path):
    suite = tmp_path / "suite.test.js"
    with socket.create_server(("127.0.0.1", 0)) as free:  # Another suite may run at the same time.
        suite.write_text(_block("javascript").replace("4587", str(free.getsockname()[1])))
    child = subprocess.run([node(), "--test", str(suite)], capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, child.stdout
    assert "pass 1" in child.stdout


def _block(language):
    [block] = re.findall(rf"^\.\. code-block:: {language}\n\n((?:    .*\n|\n)+)", README, re.MULTILINE)
    return textwrap.dedent(block)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_stand_in_readme_and_ci(command):
    assert f"\n    {command}\n" in README
    assert f"\n    {command}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_hosted_ci_has_a_job_for_each_step():
    steps = subprocess.run([ROOT / ".ci" / "run", "--list"], capture_output=True, text=True, check=True).stdout
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"^ +- ([a-z_]+(?: [\d.]+)?)$", workflow, re.MULTILINE) == steps.splitlines()


def test_it_is_sound_restructured_text():
    for name in ("README.rst", "CHANGELOG.rst"):
        publish_doctree(
            (ROOT / name).read_text(encoding="utf-8"),
            settings_overrides={"report_level": 2, "halt_level": 2, "syntax_highlight": "none"},
        )


def test_first_test_stands_in_the_first_screen():
    assert "appint_stub.calls.assert_called_once" in "\n".join(README.splitlines()[:30])


def test_every_setting_is_told():
    from pytest_appintegrations.rules.fault import OPTIONS
    from pytest_appintegrations.settings import SETTINGS

    for name in (*SETTINGS, *OPTIONS):
        assert f"``{name}" in README, name
