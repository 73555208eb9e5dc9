"""The scripts in .ci/ and the workflows of the hosted CI."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CI = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


def run(script, *arguments):
    """Run a script that ends before it needs the network; return its exit status and its output."""
    environ = {**os.environ, "NODE_PATH": "nowhere"}  # With it, .ci/run installs no programs.
    child = subprocess.run(
        [ROOT / ".ci" / script, *arguments], env=environ, capture_output=True, text=True, check=False
    )
    return child.returncode, child.stdout + child.stderr


def test_a_step_that_fails_is_named_with_the_command_that_repeats_it():
    status, output = run("run", "true", "false", "true")
    assert status != 0
    assert output.splitlines()[-2:] == ["==> FAILED: false", '    Again, this step alone: .ci/run "false"']


def test_the_tests_that_a_step_names_are_there():
    named = set(re.findall(r"\btests/[\w/.]+", (ROOT / ".ci" / "run").read_text(encoding="utf-8")))
    assert "tests/benchmarks" in named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_steps_that_pass_print_no_failure():
    assert run("run", "true") == (0, "")


def test_the_step_of_each_python_gets_that_version():
    steps = re.findall(r"^ +- python (3\.\d+)$", CI, re.MULTILINE)
    exceptions = dict(re.findall(r'- \{step: python (3\.\d+), python: "(3\.\d+)"\}', CI))
    [default] = re.findall(r"matrix\.python \|\| '(3\.\d+)'", CI)
    assert {step: exceptions.get(step, default) for step in steps} == dict(zip(steps, steps, strict=True))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_of_a_workflow_is_pinned_to_a_commit(path):
    actions = re.findall(r"uses: (?!\./)(\S+)", path.read_text(encoding="utf-8"))
    assert actions
    assert [action for action in actions if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []


def test_a_tag_of_another_version_is_not_released():
    status, output = run("build", "v99.0")
    assert (status, "the tag is v99.0, and the version in pyproject.toml is" in output) == (1, True)


def test_a_version_without_a_date_in_the_changelog_is_not_released(tmp_path):
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "build").write_bytes((ROOT / ".ci" / "build").read_bytes())
    (tmp_path / "pyproject.toml").write_text('version = "1.2.3"\n')
    (tmp_path / "CHANGELOG.rst").write_text("1.2.3 (unreleased)\n------------------\n")
    command = ["bash", tmp_path / ".ci" / "build", "v1.2.3"]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 1
    assert child.stderr.startswith("cannot release: CHANGELOG.rst has no title such as '1.2.3 (20")
