"""Write the files of a report, and show the result of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest


def write(files: Iterable[Path], formatted: Callable[[str], str]) -> dict[Path, str]:
    """Write what `formatted` returns for the suffix of each file; return the reason for each that can't be written.

    All of them could be written before the first test.
    """
    problems = {}
    for file in files:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(formatted(file.suffix), encoding="utf-8")
        except OSError as problem:
            problems[file] = problem.strerror or str(problem)
    return problems


def show(terminal: pytest.TerminalReporter, files: Iterable[Path], unwritten: Mapping[Path, str]) -> None:
    """Show a line for each file: that it was written, or why not."""
    for file in files:
        if file in unwritten:
            terminal.write_line(f"FAIL: {file} can't be written: {unwritten[file]}", red=True, bold=True)
        else:
            terminal.write_line(f"written: {file}")
