"""docs/design.rst: it has all parts of the package, and what it names is in the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.project.test_architecture import MAY_IMPORT, PACKAGE
from tests.support.design_page import PAGE, tables

ROOT = Path(__file__).parents[2]
CODE = sorted(set(re.findall(r"``([\w/]+\.py)(?:::([\w.]+))?``", PAGE)))


def names_in(path, name):
    """Return whether a file defines a function, a class, or a method of a class."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for part in name.split("."):
        defined = {node.name: node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        if part not in defined:
            return False
        body = defined[part].body
    return True


def test_the_layout_has_a_row_for_each_part():
    parts = [part for part, _ in tables()["part | question"]]
    assert sorted(parts) == sorted(MAY_IMPORT)


@pytest.mark.parametrize(("file", "name"), CODE, ids=[f"{file}::{name}" for file, name in CODE])
def test_code_that_it_names_is_there(file, name):
    candidates = [folder / file for folder in (PACKAGE, ROOT, ROOT / "tests") if (folder / file).is_file()]
    if not candidates:
        candidates = [path for path in PACKAGE.rglob(file) if "/" not in file]  # Named beside its folder.
    assert candidates
    assert not name or any(names_in(path, name) for path in candidates)


def test_a_name_that_is_not_there_is_found():
    assert names_in(PACKAGE / "pipeline.py", "Pipeline.respond")
    assert not names_in(PACKAGE / "pipeline.py", "Pipeline.answer")
    assert not names_in(PACKAGE / "pipeline.py", "respond")
