"""Word what happened: the calls of a failing test, the line at the end of the run; the figures behind both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.redaction import presentable, short_repr
from pytest_appintegrations.reporting.stats import PhaseStats

TITLE = "AppIntegrations calls"


def summary(gathered: Iterable[PhaseStats]) -> str | None:
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
    told = ", ".join(f"{name}={short_repr(value)}" for name, value in presentable(call.params).items())
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
