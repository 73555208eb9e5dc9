"""Lists in pages: the size of a page, the token that leads to the next."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import Record, ResourceType
from pytest_appintegrations.errors import ServiceError


def page(
    state: RegionState,
    kind: ResourceType,
    params: dict[str, Any],
    *,
    member: str,
    parent: str | None = None,
    keep: Callable[[Record], bool] | None = None,
) -> Record:
    """Answer one page of the records of a kind; a token leads on only in the list that gave it."""
    listed = f"{state.region} {kind.store} {parent or ''}"
    token = params.get("NextToken")
    after = _number(token, listed) if token else 0
    size = params.get("MaxResults") or state.settings.page_size
    records, last = state.records(kind).page(parent, after, size, keep)
    answer: Record = {member: records}
    if last is not None:
        answer["NextToken"] = _token(last, listed)
    return answer


def _token(number: int, listed: str) -> str:
    return base64.urlsafe_b64encode(f"{number} {listed}".encode()).decode()


def _number(token: str, listed: str) -> int:
    try:
        number = base64.urlsafe_b64decode(token).decode().partition(" ")[0]
        if number.isdecimal() and _token(int(number), listed) == token:
            return int(number)
    except ValueError:  # Not in base64, or nothing that is text.
        pass
    raise ServiceError("InvalidRequestException", "The NextToken is not valid for this list.")
