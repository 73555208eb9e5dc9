"""What passes between the interception and a stub: one HTTP attempt and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Request(NamedTuple):
    """One HTTP attempt as it was about to be sent."""

    operation: str
    url: str
    body: bytes
    region: str
    call_id: str
    """What the attempts of one call have in common."""
    read_timeout: float | None
    """How long the client waits for an answer, in seconds; None is for ever."""


class Response(NamedTuple):
    """What is answered to one HTTP attempt."""

    status: int
    headers: Mapping[str, str]
    body: bytes
