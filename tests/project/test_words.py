"""Docstrings of the package, the tests and the examples begin with the verbs that documentation uses."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [path for folder in ("pytest_appintegrations", "tests", "examples") for path in (ROOT / folder).rglob("*.py")]
FORBIDDEN = re.compile(r"(Give|Say|Tell|Word|Note)s?\b")


def docstrings(source):
    """Yield each docstring of a module with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            docstring = ast.get_docstring(node)
            if docstring:
                yield getattr(node, "lineno", 1), docstring


def forbidden(source):
    return [f"line {line}: {text.splitlines()[0]}" for line, text in docstrings(source) if FORBIDDEN.match(text)]


@pytest.mark.parametrize("path", sorted(FILES), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_docstring_begins_with_a_word_that_documentation_does_not_use(path):
    assert forbidden(path.read_text(encoding="utf-8")) == []


def test_a_forbidden_opening_is_found():
    assert forbidden('def f():\n    """Give the path."""') == ["line 1: Give the path."]
    assert forbidden('class C:\n    """Notes of a test."""') == ["line 1: Notes of a test."]
    assert forbidden('def f():\n    """Return what words say."""') == []
