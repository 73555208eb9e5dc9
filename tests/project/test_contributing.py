"""CONTRIBUTING.rst: what it shows and names is there."""

from __future__ import annotations

import re
import subprocess
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.rst").read_text(encoding="utf-8")


def blocks(language):
    found = re.findall(rf"^\.\. code-block:: {language}\n\n((?:    .*\n|\n)+)", PAGE, re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


@pytest.mark.parametrize("diff", blocks("diff"))
def test_the_example_changes_lines_that_exist(diff):
    lines = diff.strip().splitlines()
    path = lines[1].removeprefix("+++ b/")
    source = (ROOT / path).read_text(encoding="utf-8")
    assert lines[0] == f"--- a/{path}"
    for line in lines[2:]:
        assert line.startswith("+") or line[1:].strip() in source


def test_the_example_fails_before_the_change_and_passes_after_it():
    _, diff = blocks("diff")
    removed, added = (line[1:] for line in diff.strip().splitlines()[2:])
    source = (ROOT / "pytest_appintegrations" / "redaction.py").read_text(encoding="utf-8")
    before, after = {}, {}
    exec(source, before)
    exec(source.replace(removed, added), after)
    for name in ("otp", "login_otp"):
        assert not before["is_secret_name"](name)
        assert after["is_secret_name"](name)


def test_its_commands_name_steps_that_exist():
    steps = subprocess.run([ROOT / ".ci" / "run", "--list"], capture_output=True, text=True, check=True).stdout
    named = re.findall(r"^\.ci/run ([^-#\n]+)", "\n".join(blocks("sh")), re.MULTILINE)
    assert named
    for arguments in named:
        assert set(re.findall(r'"(.+?)"|(\w+)', arguments)[0]) - {""} <= set(steps.splitlines())


def test_its_commands_install_groups_that_exist():
    groups = re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"--group (\w+)", PAGE)) == {"lint", "benchmarks", "docs"} <= set(groups)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"``((?:\.ci|tests|pytest_appintegrations)/[^`\s]+)``", PAGE))))
def test_a_path_that_it_names_exists(path):
    assert (ROOT / path).exists()


def test_it_names_each_comment_that_decides_what_is_done_with_a_block():
    from tests.support.documents import Block

    named = re.findall(r"^``\.\. ([a-z ]+?)(?:: \w.*?| test_name)?``", PAGE, re.MULTILINE)
    kinds = [name for name in named if name != "needs"]
    assert "needs" in named
    assert sorted(kinds) == sorted(Block("a page", 1, "text", "", ((kind, "x"),)).kind for kind in kinds)
    assert set(kinds) >= {"file", "signature", "run by", "continues", "not run"}
