"""What is done with the blocks of a page: written, run, compared, in a directory that the page has to itself."""

from __future__ import annotations

import ast
import configparser
import doctest
import functools
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.support.children import aws, node
from tests.support.documents import ROOT, Block, Page

#: What a block may import or name in `.. needs:` that an environment need not have, with the packages that it takes.
OPTIONAL = {
    "aiobotocore": ("aiobotocore", "pytest_asyncio"),
    **{name: (name,) for name in ("anyio", "awscli", "inline_snapshot", "pytest_asyncio", "starlette", "trio")},
}
_PROGRAMS: dict[str, Callable[[], str]] = {"aws": aws, "node": node}
Files = dict[str, bytes]


def skip_unless_installed(block: Block) -> None:
    """Skip the running test where something that a block needs is not installed."""
    for name in sorted(block.needs):
        if name in _PROGRAMS:
            _PROGRAMS[name]()
        for package in OPTIONAL.get(name, ()):
            if importlib.util.find_spec(package) is None:
                pytest.skip(f"{package} is not installed")


class PageRun:
    """Runs the blocks of a page in order, each at most once, and knows the files that are there before each."""

    def __init__(self, page: Page, make_folder: Callable[[], Path]) -> None:
        self._blocks = page.blocks
        self._make_folder = make_folder
        self.output = functools.cache(self._output)

    def files_before(self, block: Block) -> Files:
        """Return the files of the page's directory when it is the block's turn."""
        files: Files = {}
        for earlier in self._blocks[: self._blocks.index(block)]:
            name = earlier.comment("file")
            if name is not None:
                files[name] = earlier.text.encode()
            elif earlier.kind == "console" and not earlier.needs:
                files = self.output(earlier)[1]
        return dict(files)

    def module(self, block: Block) -> str:
        """Return a block of Python with those before it that it continues."""
        texts = [block.text]
        for earlier in reversed(self._blocks[: self._blocks.index(block)]):
            if block.kind != "continues":
                break
            if earlier.language == "python" and earlier.kind in ("tests", "continues"):
                texts.insert(0, earlier.text)
                block = earlier
        return "\n\n".join(texts)

    def _output(self, block: Block) -> tuple[list[str], Files]:
        """Run the commands of a block; return what each has printed, and the files that are there then."""
        folder = self._make_folder()
        write_files(folder, self.files_before(block))
        outputs = [_run(command, folder) for command, _ in commands(block)]
        return outputs, {name: (folder / name).read_bytes() for name in _names_below(folder)}


def _names_below(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix()


def write_files(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def commands(block: Block) -> list[tuple[str, str]]:
    """Return each command of a block of a console with the output that stands below it."""
    first, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not first.strip(), f"{block}: the first line of a console is a command, which begins with '$ '"
    assert parts, f"{block}: a console without a command"
    pairs = []
    for part in parts:
        command = re.match(r".*\n(?:> .*\n)*", part)[0]
        pairs.append((command.replace("\n> ", "\n").strip(), part[len(command) :]))
    return pairs


def _run(command: str, folder: Path) -> str:
    child = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=_environment(), timeout=120, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return child.stdout


def path_with_this_environment() -> str:
    """Return a PATH on which this Python and the programs installed beside it come first."""
    return os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))


def _environment() -> dict[str, str]:
    """Return the environment of somebody who types a command: nothing that a run of tests or a CI has put there."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not re.match(r"PYTEST_|AWS_ENDPOINT_URL|CI$|BUILD_NUMBER$|FORCE_COLOR$|PY_COLORS$", name)
    }
    return {
        **kept,
        "PATH": path_with_this_environment(),
        "PYTEST_ADDOPTS": "-p no:randomly -p no:inline_snapshot",
        "PYTHONDONTWRITEBYTECODE": "1",
        # An older pytest-asyncio's, that an option of its own is unset.
        "PYTHONWARNINGS": "ignore:The configuration option",
        "COLUMNS": "80",
    }


def check_console(block: Block, outputs: list[str]) -> None:
    """Compare what the commands of a block have printed with what stands below them."""
    checker = doctest.OutputChecker()
    for (command, expected), output in zip(commands(block), outputs, strict=True):
        expected, output = _without_trailing_blanks(expected), _without_trailing_blanks(output)
        assert checker.check_output(expected, output, doctest.ELLIPSIS), (
            f"{block}: the output of\n    $ {command}\nis another.\nExpected:\n{expected}\nPrinted:\n{output}"
        )


def _without_trailing_blanks(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n") + "\n"


def check_tests(block: Block, module: str, files: Files, pytester: pytest.Pytester) -> None:
    """Run a module of tests beside the page's files, in this process."""
    write_files(pytester.path, files)
    path = pytester.makepyfile(test_of_a_document=module)
    strict = (
        "--strict-markers", "-W", "error",
        # pytest-asyncio's, where it is installed, that an option of its own is unset.
        "-W", "ignore:The configuration option:pytest.PytestDeprecationWarning",
    )  # fmt: skip
    with mock.patch.dict(os.environ):  # A page's conftest may change it, as some do in practice.
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly", *strict, path)
    tests = len(re.findall(r"^ *(?:async )?def test_", module, re.MULTILINE))
    outcomes = result.parseoutcomes()
    assert outcomes.keys() == {"passed"}, f"{block}: its tests don't all pass"
    assert outcomes["passed"] >= tests, f"{block}: of {tests} tests only {outcomes['passed']} have run"


def check_syntax(block: Block) -> None:
    """Parse a block of a language that the standard library, or a package of the tests, can parse."""
    if block.language == "python":
        ast.parse(block.text)
    elif block.language == "json":
        json.loads(block.text)
    elif block.language == "ini":
        configparser.ConfigParser().read_string(block.text)
    elif block.language == "toml":
        _toml().loads(block.text)
    elif block.language == "yaml":
        importlib.import_module("yaml").safe_load(block.text)


def _toml() -> Any:
    return importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")


def check_run_by(block: Block, test: str) -> None:
    """Check that there is a test of the name that a block says it is run by."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert any(re.search(rf"def {test}\b", source) for source in sources), f"{block}: there is no test {test}"
