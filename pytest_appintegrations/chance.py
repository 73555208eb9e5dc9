"""What a stub draws, ids and random numbers: the same in every run of a test, whatever ran before it."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


class PerTest(Iterator[T]):
    """An iterator that continues, in the body of each test, a series of that test's own.

    Elsewhere (in fixtures, without pytest) it continues the series of the seed that `elsewhere` returns. So what a
    test draws from a stub that it shares with other tests does not depend on them.
    """

    def __init__(self, series: Callable[[str], Iterator[T]], elsewhere: Callable[[], str]) -> None:
        self._series = series
        self._elsewhere = elsewhere
        self._begun: dict[str, Iterator[T]] = {}

    def __next__(self) -> T:
        seed = running_test() or self._elsewhere()
        series = self._begun.get(seed)
        if series is None:
            series = self._begun.setdefault(seed, self._series(seed))  # Another thread may have been faster.
        return next(series)


def ids(seed: str) -> Iterator[str]:
    """Return lower-case UUIDs without end, the same for the same seed; their last digits count."""
    digits = f"{random.Random(seed).getrandbits(80):020x}"
    write = f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-%012x".__mod__
    return map(write, itertools.count(1))


def numbers(seed: str) -> Iterator[float]:
    """Return random numbers from 0 to 1 without end, the same for the same seed."""
    return iter(random.Random(seed).random, None)


def running_test() -> str | None:
    """Return the id of the test whose body is running, without its group; None elsewhere."""
    name, _, phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")
    return without_group(name) if phase == "(call)" else None


def without_group(node_id: str) -> str:
    """Return a test's id without the group (`@db`) that `--dist loadgroup` of pytest-xdist adds to it."""
    name, _, group = node_id.rpartition("@")
    return name if name and "]" not in group and "::" not in group else node_id
