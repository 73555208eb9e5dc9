"""Figures of what a phase of a test did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from pytest_appintegrations.model import service
from pytest_appintegrations.recording.call import Call


class OperationStats(TypedDict):
    """What a test met of one operation."""

    calls: int
    errors: dict[str, tuple[int, int]]
    """How many calls met the error, by its code: those that retries brought past it, those that ended in it."""


class PhaseStats(TypedDict):
    """What a phase of a test did, in plain values: it travels from xdist's workers with the report."""

    calls: int
    attempts: int
    faults: int
    skipped: float
    """Seconds of backoff skipped."""
    seen: dict[str, OperationStats]


def facts(calls: Iterable[Call], skipped: float) -> PhaseStats:
    """Gather the figures of some calls."""
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
    """Add the figures of a phase to a total, but for what it met of each operation."""
    total["calls"] += phase["calls"]
    total["attempts"] += phase["attempts"]
    total["faults"] += phase["faults"]
    total["skipped"] += phase["skipped"]
