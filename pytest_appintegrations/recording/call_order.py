"""Compare calls with those expected in an order, and show both side by side if they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import Any, NamedTuple, TypeAlias

from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.recording.expectation import Expectation
from pytest_appintegrations.recording.rendering import WIDTH, clipped, counted, difference_lines
from pytest_appintegrations.redaction import presentable, short_arguments
from pytest_appintegrations.rules.matching import differences
from pytest_appintegrations.suggestions import hides_mistakes

__tracebackhide__ = hides_mistakes

ExpectedCall: TypeAlias = str | tuple[str, Mapping[str, Any]]
"""An operation, or an operation and parameters."""

_COLUMN = (WIDTH - 5) // 2
_CONTEXT = 3
_MOST_EXPLAINED = 3
_MATCH = 3.0


class _Row(NamedTuple):
    """An expected call and the call that was made in its place, by their indexes; either may be missing."""

    mark: str
    """Blank if nothing is wrong; `!` if they differ, `-` for a missing call, `+` for an unexpected one."""
    expected: int | None
    call: int | None


def expectations(expected: Iterable[ExpectedCall], exactly: bool) -> list[Expectation]:
    """Return the expectation for each call; raise `TypeError` or `ValueError` for an invalid one."""
    found = [_expectation(item) for item in expected]
    if not found and not exactly:
        raise ValueError("assert_in_order() needs at least one call; to expect no calls at all, pass exactly=True")
    return found


def _expectation(item: ExpectedCall) -> Expectation:
    match item:
        case str():
            return Expectation(item, {})
        case (str() as operation, Mapping() as params) if isinstance(item, tuple):
            return Expectation(operation, params)
    raise TypeError(
        f"assert_in_order() takes operations and tuples such as ('CreateApplication', {{'Name': 'n'}}), not {item!r}"
    )


def found(expected: Sequence[Expectation], calls: Sequence[Call], exactly: bool) -> list[Call] | None:
    """Return the calls that match, in the expected order; None if there are none in that order."""
    if exactly:
        alike = len(calls) == len(expected) and all(map(Expectation.matches, expected, calls))
        return list(calls) if alike else None
    rest = iter(calls)
    matching = [next((call for call in rest if expectation.matches(call)), None) for expectation in expected]
    return [call for call in matching if call is not None] if None not in matching else None


def mismatch(expected: Sequence[Expectation], calls: Sequence[Call], exactly: bool) -> str:
    """Describe how calls differ from those expected: both in columns, and the differences."""
    likeness = _likeness(expected, calls)
    rows = list(_aligned(likeness, len(expected), len(calls), "+" if exactly else " "))
    others = "and no others" if exactly else "with others in between allowed"
    return "\n".join(
        [
            f"Expected these calls in this order, {others}:",
            _columns(" ", "expected", "called"),
            *_table(rows, expected, calls),
            *_explanations(rows, expected, calls, likeness),
        ]
    )


_Likeness: TypeAlias = dict[tuple[int, int], float]


def _likeness(expected: Sequence[Expectation], calls: Sequence[Call]) -> _Likeness:
    likeness = {}
    for i, expectation in enumerate(expected):
        for j, call in enumerate(calls):
            if call.operation == expectation.operation:
                differing = len(expectation.differences(call))
                likeness[i, j] = 1 / (1 + differing) if differing else _MATCH
    return likeness


def _aligned(likeness: _Likeness, expected: int, calls: int, other: str) -> Iterator[_Row]:
    """Pair expected calls with calls, in order, so that they are as similar as possible."""
    best = [[0.0] * (calls + 1) for _ in range(expected + 1)]
    for i in reversed(range(expected)):
        for j in reversed(range(calls)):
            paired = likeness.get((i, j), 0.0) + best[i + 1][j + 1]
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < expected or j < calls:
        alike = likeness.get((i, j), 0.0)
        if alike and best[i][j] == alike + best[i + 1][j + 1]:
            yield _Row(" " if alike == _MATCH else "!", i, j)
            i, j = i + 1, j + 1
        elif j < calls and (i == expected or best[i][j] == best[i][j + 1]):
            yield _Row(other, None, j)
            j += 1
        else:
            yield _Row("-", i, None)
            i += 1


def _table(rows: Sequence[_Row], expected: Sequence[Expectation], calls: Sequence[Call]) -> Iterator[str]:
    """Format the rows; of many successive rows with the same mark, only the first and the last."""
    for mark, run in groupby(rows, key=lambda row: row.mark):
        blocks = [_row_lines(row, expected, calls) for row in run]
        left_out = len(blocks) - 2 * _CONTEXT
        if left_out > 1:
            blocks[_CONTEXT:-_CONTEXT] = [[f"{mark} … {left_out} more"]]
        yield from chain.from_iterable(blocks)


def _row_lines(row: _Row, expected: Sequence[Expectation], calls: Sequence[Call]) -> list[str]:
    mark, i, j = row
    left = "" if i is None else f"{_number(i)}. {expected[i]}"
    right = "" if j is None else f"{_number(j)}. {_shown(calls[j])}"
    if i is None or j is None or mark == " ":
        return [_columns(mark, left, right)]
    operation = calls[j].operation
    heads = _columns(mark, f"{_number(i)}. {operation}", f"{_number(j)}. {operation}")
    return [heads, *_parameter_lines(expected[i], calls[j])]


def _shown(call: Call) -> str:
    return f"{call.operation}({short_arguments(presentable(call.params))})"


def _parameter_lines(expectation: Expectation, call: Call) -> Iterator[str]:
    """Format the expected parameters and those of the call side by side."""
    params = call.params
    for name, value in expectation.params.items():
        mark = "!" if differences({name: value}, params) else " "
        actual = short_arguments({name: params[name]}) if name in params else ""
        yield _columns(mark, f"     {short_arguments({name: value})}", f"     {actual}")


def _columns(mark: str, left: str, right: str) -> str:
    return f"{mark} {clipped(left, _COLUMN):{_COLUMN}} | {clipped(right, _COLUMN)}".rstrip()


def _explanations(
    rows: Sequence[_Row], expected: Sequence[Expectation], calls: Sequence[Call], likeness: _Likeness
) -> Iterator[str]:
    others = [row.call for row in rows if row.call is not None and (row.expected is None or row.mark == "!")]
    explanations: list[list[str]] = []
    for mark, group in groupby(rows, key=lambda row: row.mark):
        run = list(group)
        if mark == "+":
            explanations.append([_unexpected(run)])
            continue
        for i, j in [(row.expected, row.call) for row in run if row.expected is not None and mark != " "]:
            if j is None:
                explanations.append([_missing(i, others, likeness)])
            else:
                head = f"Expected call {_number(i)} differs from call {_number(j)} in:"
                explanations.append([head, *difference_lines(expected[i].differences(calls[j]))])
    yield from chain.from_iterable(explanations[:_MOST_EXPLAINED])
    if len(explanations) > _MOST_EXPLAINED:
        yield f"… and {counted(len(explanations) - _MOST_EXPLAINED, 'further place')}."


def _unexpected(run: Sequence[_Row]) -> str:
    numbers = dict.fromkeys(_number(row.call) for row in (run[0], run[-1]))
    return f"Not expected: {'calls' if len(run) > 1 else 'call'} {' to '.join(numbers)}."


def _number(index: int | None) -> str:
    return "" if index is None else str(index + 1)


def _missing(expected: int, others: Sequence[int], likeness: _Likeness) -> str:
    elsewhere = [str(j + 1) for j in others if likeness.get((expected, j)) == _MATCH]
    if elsewhere:
        return f"Expected call {expected + 1} was made out of order, as call {' and '.join(elsewhere)}."
    return f"Expected call {expected + 1} was not made."
