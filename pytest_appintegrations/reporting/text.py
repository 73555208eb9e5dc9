"""Format what a failing test shows, its calls and what the stores hold, and the line at the end of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.recording.rendering import clipped, counted, numbered_lines
from pytest_appintegrations.redaction import short_arguments
from pytest_appintegrations.reporting.stats import PhaseStats

TITLE = "AppIntegrations calls"
_WIDEST = 200


def summary(gathered: Iterable[PhaseStats]) -> str | None:
    """Return the line at the end of the run, without parts that are zero; None where nothing was called."""
    phases = list(gathered)
    calls, attempts, faults = (sum(phase[figure] for phase in phases) for figure in ("calls", "attempts", "faults"))
    if not calls:
        return None
    parts = [counted(calls, "call"), counted(attempts, "attempt"), counted(faults, "fault")]
    parts.append(f"{sum(phase['skipped'] for phase in phases):.1f} s of backoff skipped")
    return f"appintegrations: {', '.join(part for part in parts if not part.startswith(('0 ', '0.0 ')))}"


def section(calls: Sequence[Call], most: int = 50) -> str:
    """Format the calls of a test, a line each and one for each further attempt; of very many the last ones."""
    if not calls:
        return "none: nothing reached the stub"
    return "\n".join(numbered_lines(calls, most=most, around=len(calls)))


def stores_section(stores: Iterable[tuple[str, Mapping[str, Mapping[str, Any]]]], most: int = 20) -> str:
    """Format what stores hold, a line for each record: of each store its name and its records by their keys."""
    lines = [
        clipped(f"{store}[{key!r}]: {short_arguments(_telling(key, record))}", _WIDEST)
        for store, records in stores
        for key, record in records.items()
    ]
    if not lines:
        return "The stores hold nothing."
    left_out = [f"  … {counted(len(lines) - most, 'more record')}"] if len(lines) > most else []
    return "\n".join(
        [f"The stores hold {counted(len(lines), 'record')}:", *map("  {}".format, lines[:most]), *left_out]
    )


def _telling(key: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that tell more than the key: not the id, nor the ARN that ends in it, nor times."""
    return {
        name: value
        for name, value in record.items()
        if not (isinstance(value, datetime) or str(value) == key or str(value).endswith(f"/{key}"))
    }
