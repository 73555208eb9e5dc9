"""Format the section of a failing test (its calls, the contents of the stores) and the summary of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pytest_appintegrations.backend.resources import RESOURCE_TYPES, ResourceType
from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.recording.rendering import clipped, counted, numbered_lines
from pytest_appintegrations.redaction import short_arguments, short_repr
from pytest_appintegrations.reporting.stats import PhaseStats

TITLE = "AppIntegrations calls"
_WIDEST = 200


def summary(gathered: Iterable[PhaseStats]) -> str | None:
    """Return the summary line of the run, without figures that are zero; None if nothing was called."""
    phases = list(gathered)
    calls, attempts, faults = (sum(phase[figure] for phase in phases) for figure in ("calls", "attempts", "faults"))
    if not calls:
        return None
    parts = [counted(calls, "call"), counted(attempts, "attempt"), counted(faults, "fault")]
    parts.append(f"{sum(phase['skipped'] for phase in phases):.1f} s of backoff skipped")
    return f"appintegrations: {', '.join(part for part in parts if not part.startswith(('0 ', '0.0 ')))}"


def section(
    calls: Sequence[Call],
    most: int = 50,
    *,
    is_served: bool = False,
    is_own: Callable[[Call], bool] = lambda call: True,
) -> str:
    """Format the calls of a test, one line each and one for each further attempt; if there are many, the last ones.

    A call that is not `is_own` was answered by another stub. `is_served` is whether other processes reach the stub.
    """
    if not calls:
        return f"none: nothing reached the stub.\n{_SERVED if is_served else _NOT_SERVED}"
    lines = numbered_lines(
        calls, most=most, around=len(calls), note=lambda call: "" if is_own(call) else ", answered by another stub"
    )
    return "\n".join(lines)


_NOT_SERVED = (
    "The stub answers the clients of this process only. If another process makes the call (a subprocess, a worker\n"
    "of a pool, a container), let the test request the fixture appint_server."
)
_SERVED = (
    "If another process was to make the call, start it while the test runs, with the variables of\n"
    "appint_server.environ in its environment."
)


def misplaced(calls: Sequence[Call], dumped: Mapping[str, Any], region: str) -> list[str]:
    """Return what looks like a mistaken region, with advice; `region` is that of the stub.

    That is a record that a call did not find because it is in another region, or records that exist only in other
    regions than the stub's, to which all calls went.
    """
    lines = []
    for number, call in enumerate(calls, 1):
        if call.error == "ResourceNotFoundException" and call.attempts[-1].fault is None:
            lines += [f"Call {number} went to {call.region}, but {found}." for found in _elsewhere(call, dumped)]
    advice = "Create the client for that region, or seed the record with stub.in_region(…)."
    return [*lines, advice] if lines else list(_made_elsewhere(calls, dumped, region))


def _made_elsewhere(calls: Sequence[Call], dumped: Mapping[str, Any], region: str) -> Iterator[str]:
    called = sorted({call.region for call in calls})
    if called and dumped["regions"] and region not in (*called, *dumped["regions"]):
        yield f"All calls went to {', '.join(called)}; the stub's own stores are those of {region}, and they are empty."
        yield f"Look into stub.in_region({called[0]!r}), or set appint_region = {called[0]} in the ini file."


def _elsewhere(call: Call, dumped: Mapping[str, Any]) -> Iterator[str]:
    asked_for = {value for value in call.params.values() if isinstance(value, str)}
    for region, stores in dumped["regions"].items():
        for resource_type in RESOURCE_TYPES if region != call.region else ():
            for record in stores.get(resource_type.store, ()):
                for identifier in sorted(asked_for & _identifiers(resource_type, record)):
                    kind = resource_type.store.replace("_", " ").removesuffix("s")
                    yield f"the {kind} {short_repr(identifier)} is in {region}"


def _identifiers(resource_type: ResourceType, record: Mapping[str, Any]) -> set[str]:
    unique = [resource_type.unique_member] if resource_type.found_by_unique else []
    return {record[str(name)] for name in (resource_type.id_member, resource_type.arn_member, *unique)}


def stores_section(dumped: Mapping[str, Any], most: int = 20) -> str:
    """Format the contents of the stores, as dumped by the stub: a line for each record."""
    lines = [
        clipped(f"  {store} in {region}: {short_arguments(_informative(record))}", _WIDEST)
        for region, stores in dumped["regions"].items()
        for store, records in stores.items()
        if isinstance(records, list)  # Not the start times of executions.
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
