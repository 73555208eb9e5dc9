"""Fixtures of the benchmarks: functions timed in turn, and a table of each figure beside its limit."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import botocore
import pytest

FIGURES = pytest.StashKey["list[Figure]"]()


class Figure(NamedTuple):
    """What was measured, and what it may be at most; or at least, where more is better."""

    what: str
    value: float
    bar: float | None
    unit: str
    at_least: bool

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        bar = "" if self.bar is None else f"{sign} {self.bar:g}{self.unit}"
        return (
            f"{bar:>10}  {f'{self.value:,.3g}{self.unit}':>10}  {'missed  ' if self.missed else '        '}{self.what}"
        )

    @property
    def missed(self):
        """Whether the figure is beyond its bar."""
        return self.bar is not None and (self.value < self.bar if self.at_least else self.value > self.bar)


def do_nothing():
    pass


def timed(function: Callable[[], object]) -> float:
    """Return the seconds that a function takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


class Bench:
    """The benchmark of a test, and the figures that come of it."""

    def __init__(self, benchmark, figures: list[Figure]) -> None:
        self._benchmark = benchmark
        self._figures = figures
        self.short = benchmark.disabled

    def ratio(
        self,
        ours: Callable[[], object],
        base: Callable[[], object],
        *,
        rounds: int,
        before: Callable[[], object] = do_nothing,
        before_base: Callable[[], object] = do_nothing,
    ) -> float:
        """Time both in turn; return the median of how many times as long the first took."""
        base_seconds: list[float] = []

        def first_the_base():
            before_base()
            base_seconds.append(timed(base))
            before()

        self._benchmark.pedantic(ours, setup=first_the_base, rounds=rounds, warmup_rounds=1)
        if self.short:
            return float("nan")
        own_seconds = self._benchmark.stats.stats.data
        before_base()
        base_seconds.append(timed(base))
        # Compare each with the mean of its neighbours, so that a machine that slows down affects both sides.
        bases = [(before + after) / 2 for before, after in pairwise(base_seconds[-len(own_seconds) - 1 :])]
        return statistics.median(own / base for own, base in zip(own_seconds, bases, strict=True))

    def once(self, measure: Callable[[], object]) -> object:
        """Run something that takes its own measures."""
        return self._benchmark.pedantic(measure)

    def note(self, what: str, value: float, *, bar: float | None = None, unit: str = "", at_least: bool = False):
        """Record a figure for the table."""
        if not self.short:
            self._figures.append(Figure(what, value, bar, unit, at_least))


@pytest.fixture
def bench(benchmark, pytestconfig):
    return Bench(benchmark, pytestconfig.stash[FIGURES])


def pytest_configure(config):
    if not config.pluginmanager.hasplugin("benchmark"):
        raise pytest.UsageError("the benchmarks need pytest-benchmark: python -m pip install pytest-benchmark")
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter, config):
    if figures := config.stash[FIGURES]:
        versions = f"Python {platform.python_version()}, botocore {botocore.__version__}, pytest {pytest.__version__}"
        terminalreporter.write_sep("=", f"bars and figures, {versions}")
        terminalreporter.write_line(f"{'bar':>10}  {'figure':>10}")
        for figure in figures:
            terminalreporter.write_line(str(figure), red=figure.missed)
