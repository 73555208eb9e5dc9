"""The marker `appint_real` beside what activates the stub: the nearest marker wins, a contradiction is a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_appintegrations.plugin.options import APPINT, EACH_FAULT, FAULT, REAL

if TYPE_CHECKING:
    import pytest

STUB = "appint_stub"
_STUB_MARKERS = (APPINT, FAULT, EACH_FAULT)


def allows_real_calls(item: pytest.Item) -> bool:
    """Return whether a test may talk to AWS: no marker that activates the stub is nearer than `appint_real`."""
    return REAL in _nearest(item)


def activates_stub(item: pytest.Item) -> bool:
    """Return whether a marker activates the stub: `appint_real` is not nearer."""
    return not {*_nearest(item)}.isdisjoint(_STUB_MARKERS)


def contradiction(item: pytest.Item) -> str | None:
    """Return what contradicts `appint_real`, if anything does: a marker at the same place, or a fixture."""
    names = _nearest(item)
    if REAL not in names:
        return None
    lets = f"{item.nodeid}: @pytest.mark.{REAL} lets the test talk to AWS"
    if others := [name for name in names if name != REAL]:
        return f"{lets}, and @pytest.mark.{others[0]} beside it wants a stub; take one of them away"
    if STUB in getattr(item, "fixturenames", ()):
        return (
            f"{lets}, and {_taker(item)} takes {STUB}. Take the marker away, or let the test do without the fixture; "
            f"where only some tests want the stub, mark those @pytest.mark.{APPINT}()"
        )
    return None


def _nearest(item: pytest.Item) -> list[str]:
    """Return the names of the markers about real calls and stubs at the nearest place that has any."""
    markers = [(node, mark.name) for node, mark in item.iter_markers_with_node() if mark.name in (REAL, *_STUB_MARKERS)]
    return [name for node, name in markers if node is markers[0][0]]


def _taker(item: pytest.Item) -> str:
    """Return who takes the stub: the fixture through which the test gets it, or the test itself."""
    fixtures: dict[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    takers = [name for name, definitions in fixtures.items() if STUB in definitions[-1].argnames]
    return f"its fixture {takers[0]!r}" if takers else "the test"
