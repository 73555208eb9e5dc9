"""Decide between `appint_real` and markers that activate the stub: the nearest wins; report contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_appintegrations.plugin.options import APPINT, EACH_FAULT, FAULT, REAL

if TYPE_CHECKING:
    import pytest

STUB = "appint_stub"
STUB_MARKERS = (APPINT, FAULT, EACH_FAULT)


def allows_real_calls(item: pytest.Item) -> bool:
    """Return whether the calls of a test may reach AWS: no marker for the stub is nearer than `appint_real`."""
    return REAL in _nearest(item)


def activates_stub(item: pytest.Item) -> bool:
    """Return whether a marker activates the stub, and `appint_real` is not nearer."""
    return not {*_nearest(item)}.isdisjoint(STUB_MARKERS)


def contradiction(item: pytest.Item) -> str | None:
    """Return the message about a marker or a fixture that contradicts `appint_real`; None if nothing does."""
    names = _nearest(item)
    if REAL not in names:
        return None
    lets = f"{item.nodeid}: @pytest.mark.{REAL} lets the calls of the test reach AWS"
    if others := [name for name in names if name != REAL]:
        return f"{lets}, but @pytest.mark.{others[0]} at the same place activates a stub.\nRemove one of the two."
    if STUB in getattr(item, "fixturenames", ()):
        return (
            f"{lets}, but {_requester(item)} requests {STUB}.\nRemove the marker, or do without the fixture. "
            f"If only some tests need a stub, mark those with @pytest.mark.{APPINT}()."
        )
    return None


def _nearest(item: pytest.Item) -> list[str]:
    """Return the names of the markers about real calls and stubs on the nearest node that has any."""
    markers = [(node, mark.name) for node, mark in item.iter_markers_with_node() if mark.name in (REAL, *STUB_MARKERS)]
    return [name for node, name in markers if node is markers[0][0]]


def _requester(item: pytest.Item) -> str:
    """Return what requests the stub: a fixture of the test, or the test itself."""
    fixtures: dict[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    requesters = [name for name, definitions in fixtures.items() if STUB in definitions[-1].argnames]
    return f"its fixture {requesters[0]!r}" if requesters else "the test"
