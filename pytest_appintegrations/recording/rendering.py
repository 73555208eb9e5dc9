"""Format calls and differences, alike in failing tests, failed assertions and reprs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from pytest_appintegrations.redaction import presentable, short_arguments
from pytest_appintegrations.rules.matching import Difference

if TYPE_CHECKING:
    from pytest_appintegrations.recording.call import Call

WIDTH = 96
"""The width of lines, which stay within 100 columns after the `E   ` that pytest puts before them."""


def one_line(call: Call) -> str:
    """Format a call with all its attempts in one line."""
    headline, *attempts = _lines(call)
    return f"{headline}: {'; '.join(attempts)}" if attempts else headline


def numbered_lines(
    calls: Sequence[Call], *, most: int, around: int = 1, note: Callable[[Call], str] = lambda call: ""
) -> list[str]:
    """Format calls in numbered lines, with a line for each further attempt; if many, those `around` a number.

    `note` returns a text to add after the region of a call.
    """
    start = max(0, min(around - most // 2 - 1, len(calls) - most))
    shown = calls[start : start + most]
    lines = [f"… {counted(start, 'earlier call')}"] if start else []
    for number, call in enumerate(shown, start + 1):
        headline, *attempts = _lines(call, note(call))
        lines += [f"{number}. {headline}", *(f"     {attempt}" for attempt in attempts)]
    later = len(calls) - start - len(shown)
    return [*lines, f"… {counted(later, 'later call')}"] if later else lines


def difference_lines(differences: Iterable[Difference | str]) -> list[str]:
    """Format differences, each in one line, or in three if it would be too long."""
    lines = []
    for difference in differences:
        line = str(difference)
        if isinstance(difference, Difference) and len(line) > WIDTH - 4:
            lines += [f"{difference.path}:", *(f"  {part}" for part in difference.parts)]
        else:
            lines.append(line)
    return [f"    {clipped(line, WIDTH - 4)}" for line in lines]


def clipped(text: str, width: int) -> str:
    """Return the text, cut to a width."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def counted(number: int, noun: str) -> str:
    """Format a number of things, such as `1 call` or `2 calls`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _lines(call: Call, note: str = "") -> list[str]:
    head = f"{call.operation}({short_arguments(presentable(call.params))}) in {call.region}{note}"
    attempts = [str(attempt) for attempt in call.attempts]
    if len(attempts) > 1:
        outcome = "failed" if call.error else "succeeded"
        return [f"{head}: {outcome} after {len(attempts)} attempts", *attempts]
    return [f"{head}: {attempts[0] if attempts else 'not answered yet'}"]
