"""Format what a failing test shows, its calls and what the stores hold, and the line at the end of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def stores_section(dumped: Mapping[str, Any], most: int = 20) -> str:
    """Format what the stores hold, as a stub dumps it: a line for each record."""
    lines = [
        clipped(f"  {store} in {region}: {short_arguments(_informative(record))}", _WIDEST)
        for region, stores in dumped["regions"].items()
        for store, records in stores.items()
        if isinstance(records, list)  # Else the starts of executions.
        for record in records
    ]
    if not lines:
        return "The stores are empty."
    left_out = [f"  … {counted(len(lines) - most, 'more record')}"] if len(lines) > most else []
    return "\n".join([f"The stores hold {counted(len(lines), 'record')}:", *lines[:most], *left_out])


def _informative(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a record, its name and id first, without its own ARN and times."""
    identifying = [name for name in ("Name", "Id") if name in record]
    identifying += [name for name in record if name.endswith("AssociationId")]
    keys = tuple(f"/{record[name]}" for name in identifying)
    rest = [name for name, value in record.items() if not (name.endswith("Time") or str(value).endswith(keys))]
    return {name: record[name] for name in dict.fromkeys((*identifying, *rest))}
