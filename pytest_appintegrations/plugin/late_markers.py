"""Detect markers that were added too late: a stub reads them when it is created."""

from __future__ import annotations

import pytest

from pytest_appintegrations.plugin import options
from pytest_appintegrations.plugin.real_marker import STUB_MARKERS, activates_stub

_READ: pytest.StashKey[list[pytest.Mark]] = pytest.StashKey()


def note_read(item: pytest.Item) -> None:
    """Record that a stub has read the item's markers."""
    item.stash[_READ] = _marks(item)


def check(item: pytest.Item) -> None:
    """Fail a test that has a marker for the stub which no stub has read."""
    marks = _marks(item)
    if not marks or not activates_stub(item):
        return
    if options.STUB not in item.stash:
        pytest.fail(
            f"{item.nodeid}: @pytest.mark.{marks[0].name} was added by a fixture, after pytest had chosen the fixtures "
            "of the test: no stub is active.\nLet that fixture, or the test, request the fixture appint_stub.",
            pytrace=False,
        )
    read = item.stash.get(_READ, [])
    if late := [mark for mark in marks if not any(mark is other for other in read)]:
        pytest.fail(
            f"{item.nodeid}: @pytest.mark.{late[0].name} was added after the stub had read the markers: it has no "
            "effect.\nWhile a test is running, inject a fault by appint_stub.inject(Fault(…)).",
            pytrace=False,
        )


def _marks(item: pytest.Item) -> list[pytest.Mark]:
    return [mark for name in STUB_MARKERS for mark in item.iter_markers(name)]
