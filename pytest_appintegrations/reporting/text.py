"""Word what happened: the calls of a failing test, the line at the end of the run; the figures behind both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from pytest_appintegrations import service
from pytest_appintegrations.calls import Call
from pytest_appintegrations.matching import presentable, shown

TITLE = "AppIntegrations calls"


class Seen(TypedDict):
    """What a test met of one operation."""

    calls: int
    errors: dict[str, tuple[int, int]]
    """How many calls met the error, by its code: those that went on to succeed, those that did not."""


class Facts(TypedDict):
    """What a phase of a test did, in plain values: it travels from xdist's workers with the report."""

    calls: int
    attempts: int
    faults: int
    skipped: float
    """Seconds of backoff skipped."""
    seen: dict[str, Seen]


def facts(calls: Iterable[Call], skipped: float) -> Facts:
    """Gather the figures of some calls."""
    gathered = Facts(calls=0, attempts=0, faults=0, skipped=skipped, seen={})
    for call in calls:
        attempts = call.attempts
        gathered["calls"] += 1
        gathered["attempts"] += len(attempts)
        gathered["faults"] += sum(attempt.fault is not None for attempt in attempts)
        if call.operation in service.operations():
            seen = gathered["seen"].setdefault(call.operation, Seen(calls=0, errors={}))
            seen["calls"] += 1
            for code in {attempt.error for attempt in attempts} & service.errors(call.operation).keys():
                recovered, let_out = seen["errors"].get(str(code), (0, 0))
                succeeded = attempts[-1].error is None
                seen["errors"][str(code)] = (recovered + succeeded, let_out + (not succeeded))
    return gathered


def summary(gathered: Iterable[Facts]) -> str | None:
    """Word the line at the end of the run; None where nothing was called."""
    phases = list(gathered)
    calls, attempts, faults = (sum(phase[what] for phase in phases) for what in ("calls", "attempts", "faults"))
    if not calls:
        return None
    counted = ", ".join(map(_counted, (calls, attempts, faults), ("call", "attempt", "fault")))
    return f"appintegrations: {counted}, {sum(phase['skipped'] for phase in phases):.1f} s of backoff skipped"


def section(calls: Sequence[Call], most: int = 50) -> str:
    """Word the calls of a test, a line each and one for each further attempt; of very many the last ones."""
    if not calls:
        return "none: nothing reached the stub"
    left_out = max(0, len(calls) - most)
    lines = [f"… {_counted(left_out, 'earlier call')}"] if left_out else []
    for number, call in enumerate(calls[left_out:], left_out + 1):
        lines += _described(number, call)
    return "\n".join(lines)


def _described(number: int, call: Call) -> Iterator[str]:
    told = ", ".join(f"{name}={shown(value)}" for name, value in presentable(call.params).items())
    head = f"{number}. {call.operation}({told}) in {call.region}"
    attempts = call.attempts
    if not attempts:
        yield f"{head}: not answered yet"
    elif len(attempts) == 1:
        yield f"{head}: {attempts[0]}"
    else:
        yield f"{head}: {'failed' if call.error else 'succeeded'} after {len(attempts)} attempts"
        for attempt in attempts:
            yield f"     {attempt}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
