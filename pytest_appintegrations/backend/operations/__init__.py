"""The operations: a plain function for each, named like the client's method, from state and parameters to response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_appintegrations.backend.operations import applications, data_integrations, event_integrations, tags
from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import Record
from pytest_appintegrations.model import service

Operation = Callable[[RegionState, dict[str, Any]], Record]

_FUNCTIONS: dict[str, Operation] = {
    **vars(applications), **vars(data_integrations), **vars(event_integrations), **vars(tags)
}  # fmt: skip
"""The functions of the operations by their names, among the other names of their modules."""


def find(name: str) -> Operation | None:
    """Return the function of an operation by its name in the API; None if there is none."""
    return _FUNCTIONS.get(service.operations().get(name, ""))
