"""What the interception and a stub exchange: an HTTP attempt, and the response to it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class Request:
    """One HTTP attempt as it was about to be sent."""

    operation: str
    url: str
    body: bytes
    region: str
    call_id: Hashable
    """Equal for the attempts of one call, and for no others."""
    read_timeout: float | None
    """How long the client waits for a response, in seconds; None is for ever."""


@dataclass(slots=True)
class Response:
    """The response to an HTTP attempt, read like one of botocore's or aiobotocore's HTTP library."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def stream(self, *args: object, **kwargs: object) -> Iterator[bytes]:
        """Return the body in parts, as urllib3 does; here it is one part."""
        return iter((self.body,))

    async def read(self) -> bytes:
        """Return the body, as aiohttp does."""
        return self.body

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as older versions of aiobotocore read them from aiohttp."""
        return [(name.encode(), value.encode()) for name, value in self.headers.items()]


class Responder(Protocol):
    """The service that an active stub simulates."""

    @property
    def region(self) -> str:
        """The region of clients that name none."""

    @property
    def retry_mode(self) -> str | None:
        """The retry mode of clients that name none; None leaves them theirs."""

    def now(self) -> float:
        """Return the stub's time, in seconds since the epoch."""

    def respond(self, request: Request) -> Response:
        """Return the response to an attempt, or raise what the caller is to see instead."""

    def end_call(self, call_id: Hashable) -> None:
        """Record that no attempt of a call follows any more."""

    def skip_backoff(self, call_id: Hashable, seconds: float) -> bool:
        """Record the delay before a call's next attempt and skip it; return False if it is to be slept."""

    def skip_token_wait(self, call_id: Hashable, seconds: float) -> bool:
        """Record the wait for a token before a call's attempt and skip it; return False if it is to be waited."""
