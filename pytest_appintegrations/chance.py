"""Generate ids and random numbers that are the same in every run of a test, whatever ran before."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


class PerTest(Iterator[T]):
    """An iterator with a separate series for the body of each test.

    Elsewhere (in fixtures, without pytest) it continues the series of the seed that `elsewhere` returns. So the values
    that a test gets from a stub shared with other tests do not depend on those tests.
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
    """Return an endless series of lower-case UUIDs that depends only on the seed; their last digits are counted up."""
    digits = f"{random.Random(seed).getrandbits(80):020x}"
    write = f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-a{digits[15:18]}-%012x".__mod__
    return map(write, itertools.count(1))


def numbers(seed: str) -> Iterator[float]:
    """Return an endless series of random numbers from 0 to 1 that depends only on the seed."""
    return iter(random.Random(seed).random, None)


def running_test() -> str | None:
    """Return the id of the test whose body is running, without its group; None if there is none."""
    name, _, phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")
    return without_group(name) if phase == "(call)" else None


def without_group(node_id: str) -> str:
    """Return the id of a test without the group (`@db`) that `--dist loadgroup` of pytest-xdist appends."""
    name, _, group = node_id.rpartition("@")
    return name if name and "]" not in group and "::" not in group else node_id
