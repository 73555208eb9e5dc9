"""What passes between the interception and a stub: one HTTP attempt and its answer.

Not frozen: to make such a thing, as each attempt does, would take four times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Request:
    """One HTTP attempt as it was about to be sent."""

    operation: str
    url: str
    body: bytes
    region: str
    call_id: str
    """What the attempts of one call have in common."""
    read_timeout: float | None
    """How long the client waits for an answer, in seconds; None is for ever."""


@dataclass(slots=True)
class Response:
    """What is answered to one HTTP attempt; read as what botocore and aiobotocore have from their HTTP libraries."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def stream(self, *args: object, **kwargs: object) -> Iterator[bytes]:
        """Give the body in parts, as urllib3 does: in one."""
        return iter((self.body,))

    async def read(self) -> bytes:
        """Give the body, as aiohttp does."""
        return self.body

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as aiohttp gives them, where older versions of aiobotocore look for them."""
        return [(name.encode(), value.encode()) for name, value in self.headers.items()]


class Responder(Protocol):
    """What an active stub is to the interception."""

    @property
    def region(self) -> str:
        """The region of a client that names none."""

    def respond(self, request: Request) -> Response:
        """Answer an attempt, or raise what botocore or the test shall see instead."""

    def end_call(self, call_id: str) -> None:
        """Record that no attempt of a call follows any more."""

    def backs_off(self, call_id: str, seconds: float) -> bool:
        """Note the delay before a call's next attempt; say whether it is skipped."""

    def waits(self, call_id: str, seconds: float) -> bool:
        """Note the wait for a token before a call's attempt; say whether it is skipped."""

    def now(self) -> float:
        """Give the stub's time, in seconds since the epoch."""

    @property
    def retry_mode(self) -> str | None:
        """The retry mode of clients that name none; None leaves them alone."""
