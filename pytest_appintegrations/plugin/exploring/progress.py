"""Show on the terminal which test is being explored."""

from __future__ import annotations

from typing import Any

import pytest


class Progress:
    """A line for each explored test; on a live terminal it counts the runs."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._title = ""
        self._total = 0

    def begin(self, nodeid: str, total: int) -> None:
        """Begin a line for a test that is run `total` times."""
        self._title, self._total = f"exploring {nodeid}", total
        if terminal := self._terminal():
            terminal.ensure_newline()
            # With -q, pytest does not count the dots that it writes.
            if self._config.get_terminal_writer().width_of_current_line:
                terminal.line("")

    def show(self, number: int) -> None:
        """Show that a run begins, if the line can be rewritten."""
        terminal = self._terminal()
        if terminal and terminal.isatty:
            terminal.rewrite(f"{self._title}: run {number} of {self._total}", erase=True)

    def end(self, runs: int) -> None:
        """End the line with the number of runs."""
        if terminal := self._terminal():
            text = f"{self._title}: {runs} run{'' if runs == 1 else 's'}"
            if terminal.isatty:
                terminal.rewrite(text, erase=True)
            else:
                terminal.write(text)
            if terminal.showfspath:
                terminal.currentfspath = -2  # Like pytest does: the next text begins a new line.
            else:
                terminal.line("")

    def _terminal(self) -> Any:
        terminal = self._config.pluginmanager.get_plugin(
            "terminalreporter"
        )  # A worker of pytest-xdist has no terminal.
        return terminal if terminal is not None and terminal.verbosity >= -1 else None
