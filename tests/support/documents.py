"""The documents: README.rst and docs/, their blocks of code and how each is to be checked.

A block is told what to do by comments directly before it, such as `.. file: exporter.py`; see `Block.kind`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_DIRECTIVE = re.compile(r"( *)\.\. code-block::(?: +(\S+))?$")
_LITERAL = re.compile(r"( *)(?!\.\. ).*::$")
_COMMENT = re.compile(r"\.\. (file|signature|needs|not run): (\S.*)|\.\. (run by) (\w+)|\.\. (continues)$")
_OPTION = re.compile(r" +:[\w-]+:")
_TEST = re.compile(r"^ *(?:async )?def test_", re.MULTILINE)
#: Languages whose blocks have to be sound even where they are written to no file.
DATA = frozenset({"ini", "toml", "json", "yaml"})


@dataclass(frozen=True)
class Block:
    """A block of code: its page, the line of its directive, its language, its text and the comments before it."""

    page: str
    line: int
    language: str
    text: str
    comments: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    def comment(self, name: str) -> str | None:
        """Return the text of the comment with this name, `None` if the block has none."""
        return dict(self.comments).get(name)

    @property
    def needs(self) -> set[str]:
        """What has to be installed for it: what its comment names, and what a module of Python imports."""
        imported = re.findall(r"^ *(?:import|from) (\w+)", self.text, re.MULTILINE) if self.language == "python" else []
        named = [name for key, names in self.comments if key == "needs" for name in re.split(r"[,\s]+", names)]
        return {*imported, *named}

    @property
    def has_tests(self) -> bool:
        return bool(_TEST.search(self.text))

    @property
    def kind(self) -> str:
        """What is to be done with it; an assertion fails where nothing says so."""
        for kind in ("not run", "file", "signature", "run by", "continues"):
            if self.comment(kind) is not None:
                return kind
        if self.language == "python" and self.has_tests:
            return "tests"
        if self.language == "console":
            return "console"
        assert self.language in DATA, (
            f"{self}: nothing checks this block ({self.language}).\n"
            "Put one of these comments directly before it: '.. file: NAME', '.. signature: NAME', '.. continues',\n"
            "'.. run by NAME_OF_A_TEST', or '.. not run: REASON'."
        )
        return "data"


@dataclass(frozen=True)
class Page:
    """A page: its path from the root of the project, and its blocks."""

    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> Page:
        return cls(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))

    @property
    def blocks(self) -> list[Block]:
        return list(_blocks(self.name, self.text.splitlines()))


def pages() -> list[Page]:
    """Return README.rst and all pages below docs/."""
    return [Page.read(path) for path in (ROOT / "README.rst", *sorted((ROOT / "docs").rglob("*.rst")))]


def modules_of_tests(page: Page) -> list[str]:
    """Return the names of the test modules that a page has written to files."""
    names = {block.comment("file") or "" for block in page.blocks}
    return sorted(name for name in names if re.match(r"test_\w+\.py$", name.rpartition("/")[2]))


def _blocks(page: str, lines: list[str]) -> Iterator[Block]:
    end = 0
    for number, line in enumerate(lines):
        if number < end:
            continue
        directive, literal = _DIRECTIVE.match(line), _LITERAL.match(line)
        found = directive or literal
        if found is None:
            continue
        start = _after_options(lines, number + 1) if directive else number + 1
        end = _end_of_block(lines, start, len(found[1]))
        text = textwrap.dedent("\n".join(lines[start:end])).strip("\n")
        if text:
            first = number if directive else _start_of_paragraph(lines, number)
            language = (directive[2] if directive else None) or "text"
            yield Block(page, number + 1, language, text + "\n", tuple(_comments_before(lines, first)))


def _after_options(lines: list[str], number: int) -> int:
    while number < len(lines) and _OPTION.match(lines[number]):
        number += 1
    return number


def _end_of_block(lines: list[str], number: int, indentation: int) -> int:
    """Return the number of the first line that is indented no deeper, counted from 0."""
    while number < len(lines) and (not lines[number].strip() or _indentation(lines[number]) > indentation):
        number += 1
    return number


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _start_of_paragraph(lines: list[str], number: int) -> int:
    while number and lines[number - 1].strip():
        number -= 1
    return number


def _comments_before(lines: list[str], number: int) -> Iterator[tuple[str, str]]:
    for line in reversed(lines[:number]):
        comment = _COMMENT.match(line.strip())
        if comment:
            yield comment[1] or comment[3] or comment[5], comment[2] or comment[4] or ""
        elif line.strip():
            return
