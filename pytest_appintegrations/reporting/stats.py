"""Count what a phase of a test did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from pytest_appintegrations.model import service
from pytest_appintegrations.recording.call import Call


class OperationStats(TypedDict):
    """The calls of one operation in a test, and the errors that they met."""

    calls: int
    errors: dict[str, tuple[int, int]]
    """The numbers of calls that met an error, by its code: those that a retry saved, those that ended with it."""


class PhaseStats(TypedDict):
    """What a phase of a test did, as plain values that workers of xdist can send with the report."""

    calls: int
    attempts: int
    faults: int
    skipped: float
    """Seconds of backoff skipped."""
    seen: dict[str, OperationStats]


def facts(calls: Iterable[Call], skipped: float) -> PhaseStats:
    """Return the figures of some calls."""
    gathered = PhaseStats(calls=0, attempts=0, faults=0, skipped=skipped, seen={})
    for call in calls:
        attempts = call.attempts
        gathered["calls"] += 1
        gathered["attempts"] += len(attempts)
        gathered["faults"] += sum(attempt.fault is not None for attempt in attempts)
        if call.operation in service.operations():
            seen = gathered["seen"].setdefault(call.operation, OperationStats(calls=0, errors={}))
            seen["calls"] += 1
            for code in {attempt.error for attempt in attempts} & service.errors(call.operation).keys():
                retried, raised = seen["errors"].get(str(code), (0, 0))
                is_raised = attempts[-1].error == code
                seen["errors"][str(code)] = (retried + (not is_raised), raised + is_raised)
    return gathered


def add(total: PhaseStats, phase: PhaseStats) -> None:
    """Add the figures of a phase to a total, except those of each operation."""
    total["calls"] += phase["calls"]
    total["attempts"] += phase["attempts"]
    total["faults"] += phase["faults"]
    total["skipped"] += phase["skipped"]
