"""The messages between the interception and a stub: an HTTP attempt, and the response to it."""

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
    """The identity of the call, which all of its attempts share."""
    read_timeout: float | None
    """The time that the client waits for a response, in seconds; None means no timeout."""


@dataclass(slots=True)
class Response:
    """The response to an HTTP attempt, with the interface of the HTTP libraries of botocore and aiobotocore."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def stream(self, *args: object, **kwargs: object) -> Iterator[bytes]:
        """Yield the body in parts, like urllib3; here it is one part."""
        return iter((self.body,))

    async def read(self) -> bytes:
        """Return the body, like aiohttp."""
        return self.body

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers in the form that older versions of aiobotocore read from aiohttp."""
        return [(name.encode(), value.encode()) for name, value in self.headers.items()]


class Responder(Protocol):
    """The service that an active stub simulates."""

    @property
    def region(self) -> str:
        """The region of clients that do not name one."""

    @property
    def retry_mode(self) -> str | None:
        """The retry mode of clients that do not name one; None keeps their own."""

    def now(self) -> float:
        """Return the time of the stub, in seconds since the epoch."""

    def respond(self, request: Request) -> Response:
        """Return the response to an attempt, or raise the exception that the caller sees."""

    def end_call(self, call_id: Hashable) -> None:
        """Record that no further attempt of a call follows."""

    def skip_backoff(self, call_id: Hashable, seconds: float) -> bool:
        """Record the delay before the next attempt of a call and skip it; return False if it has to be slept."""

    def skip_token_wait(self, call_id: Hashable, seconds: float) -> bool:
        """Record the wait for a token before an attempt of a call and skip it; return False if it has to wait."""
