"""Docstrings begin with the verbs that documentation uses; docstrings, comments and messages avoid stilted words."""

from __future__ import annotations

import ast
import io
import re
import tokenize
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


# The docstrings of functions are imperative: no sentence about the function, no noun, no question.
NO_VERB = re.compile(r"(An?|The|This|It|What|Which|Where|Whether|When|How|Why|Who|If|In|Returns|Raises|Yields|Gets)\b")
STILTED = re.compile(
    r"\b(is told|are told|was told|whoever|whosoever|had better|shall|beside|thereof|strikes|struck|unspent|masked by|"
    r"take the fixture|takes the fixture|talk to AWS|in whichever|for whichever|at whichever)\b",
    re.IGNORECASE,
)
PACKAGE = sorted((ROOT / "pytest_appintegrations").rglob("*.py"))


def functions(source):
    """Yield the functions of a module that have a docstring, without properties."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not ast.get_docstring(node):
            continue
        if not any("property" in ast.unparse(decorator) for decorator in node.decorator_list):
            yield node


def without_verb(source):
    return [f"line {node.lineno}: {ast.get_docstring(node)}" for node in functions(source)
            if NO_VERB.match(ast.get_docstring(node))]  # fmt: skip


def without_period(source):
    """Return the docstrings whose first paragraph is not a sentence with a period."""
    paragraphs = ((line, text.partition("\n\n")[0]) for line, text in docstrings(source))
    return [f"line {line}: {text}" for line, text in paragraphs if not text.rstrip("`").endswith((".", ":"))]


def stilted(source):
    """Return the texts and comments of a module that contain a stilted word."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    kinds = (tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))
    return [f"line {token.start[0]}: {found[0]}" for token in tokens if token.type in kinds
            for found in [STILTED.search(token.string)] if found]  # fmt: skip


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: path.relative_to(ROOT).as_posix())
@pytest.mark.parametrize("mistakes", [without_verb, without_period, stilted])
def test_the_package_is_documented_in_plain_english(path, mistakes):
    assert mistakes(path.read_text(encoding="utf-8")) == []


def test_a_docstring_without_a_verb_is_found():
    assert without_verb('def f():\n    """The path."""') == ["line 1: The path."]
    assert without_verb('def f():\n    """Returns the path."""') == ["line 1: Returns the path."]
    assert without_verb('def f():\n    """Return the path."""') == []
    assert without_verb('class C:\n    @property\n    def f(self):\n        """The path."""') == []


def test_a_docstring_without_a_period_is_found():
    assert without_period('def f():\n    """Return the path"""') == ["line 1: Return the path"]
    assert without_period('def f():\n    """Return the path.\n\n    It is absolute\n    """') == []


def test_a_stilted_word_is_found():
    assert stilted("raise ValueError(f'{name} is told')") == ["line 1: is told"]
    assert stilted("x = 1  # Whoever reads this.") == ["line 1: Whoever"]
    assert stilted("shall = 1") == []
