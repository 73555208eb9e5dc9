"""Show the report of an exploration, and write it to files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from pytest_appintegrations.exploration.findings import Findings
from pytest_appintegrations.plugin import report_files
from pytest_appintegrations.reporting import exploration
from pytest_appintegrations.reporting.exploration_html import page

_STYLES = {"finding": {"red": True, "bold": True}, "heading": {"bold": True}, "plain": {}}
_WRITERS: dict[str, Callable[[Findings], str]] = {
    ".json": lambda findings: json.dumps(findings.document(), indent=2, ensure_ascii=False) + "\n",
    ".html": page,
}


def show(
    terminal: pytest.TerminalReporter, findings: Findings, files: Iterable[Path], unwritten: Mapping[Path, str]
) -> None:
    """Show the findings, a summary of the other outcomes, and the files that were written."""
    terminal.write_sep("=", "AppIntegrations fault exploration")
    for line, style in exploration.lines(findings, verbose=terminal.verbosity > 0):
        terminal.write_line(line, **_STYLES[style])
    report_files.show(terminal, files, unwritten)
    if count := findings.document()["findings"]:
        terminal.write_line(f"FAIL: {count} finding{'s' if count > 1 else ''}", red=True, bold=True)


def write(findings: Findings, files: Iterable[Path]) -> dict[Path, str]:
    """Write the files; return the reason for each that can't be written."""
    return report_files.write(files, lambda suffix: _WRITERS[suffix](findings))
