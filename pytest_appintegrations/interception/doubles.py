"""What botocore is given in place of its own: answers and credentials, and aiobotocore, which awaits them, too."""

from __future__ import annotations

import functools
from collections.abc import Generator, Iterator
from typing import Any, TypeVar

from botocore.awsrequest import AWSResponse
from botocore.credentials import Credentials, ReadOnlyCredentials

from pytest_appintegrations.interception.http import Response

Thing = TypeVar("Thing")


class Answer(AWSResponse):
    """The answer to one HTTP attempt; awaited, it is one whose body is awaited too."""

    def __init__(self, url: str, response: Response) -> None:
        super().__init__(url, response.status, response.headers, _Body(response))

    def __await__(self) -> Generator[Any, None, Any]:
        # Only aiobotocore awaits what a handler gives it: it is imported.
        from aiobotocore.awsrequest import AioAWSResponse

        return _soon(AioAWSResponse(self.url, self.status_code, self.headers, self.raw)).__await__()


class _Body:
    """The raw answer, as `AWSResponse` and `AioAWSResponse` read it."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[bytes]:
        return iter((self._response.body,))

    async def read(self) -> bytes:
        return self._response.body

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as aiohttp gives them, where older versions of aiobotocore look for them."""
        return [(name.encode(), value.encode()) for name, value in self._response.headers.items()]


@functools.cache
def dummy_credentials() -> Any:
    """Give the credentials that everything stubbed is signed with."""
    credentials = Credentials("testing", "testing")
    credentials.get_frozen_credentials = lambda: _Frozen("testing", "testing", None)
    return credentials


class _Frozen(ReadOnlyCredentials):
    def __await__(self) -> Generator[Any, None, _Frozen]:
        return _soon(self).__await__()


async def _soon(thing: Thing) -> Thing:
    return thing
