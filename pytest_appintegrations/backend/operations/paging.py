"""Pages of lists: their size, and the token for the next page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import Record, ResourceType
from pytest_appintegrations.errors import ServiceError


def list_page(
    state: RegionState,
    resource_type: ResourceType,
    params: dict[str, Any],
    *,
    parent: str | None = None,
    include: Callable[[Record], bool] = lambda record: True,
) -> Record:
    """Return one page of the records of a type; its token is valid for the same list only."""
    list_name = f"{state.region} {resource_type.store} {parent or ''}"
    token = params.get("NextToken")
    last_number = _number_in(token, list_name) if token else 0
    size = params.get("MaxResults") or state.settings.page_size
    rest = [
        (number, record)
        for number, record in state.records(resource_type).numbered(parent)
        if number > last_number and include(record)
    ]
    page = rest[:size]
    response: Record = {f"{resource_type.label}s": [record for _, record in page]}
    if len(rest) > size:
        response["NextToken"] = _token(page[-1][0], list_name)
    return response


def _token(number: int, list_name: str) -> str:
    return base64.urlsafe_b64encode(f"{number} {list_name}".encode()).decode()


def _number_in(token: str, list_name: str) -> int:
    try:
        number = base64.urlsafe_b64decode(token).decode().partition(" ")[0]
        if number.isdecimal() and _token(int(number), list_name) == token:
            return int(number)
    except ValueError:  # Neither base64 nor text.
        pass
    raise ServiceError("InvalidRequestException", "The NextToken is not valid for this list.")
