"""Responses and credentials that replace those of botocore; aiobotocore can await them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

from botocore.awsrequest import AWSResponse
from botocore.credentials import Credentials, ReadOnlyCredentials

T = TypeVar("T")


class StubbedResponse(AWSResponse):
    """The response to an HTTP attempt; awaiting it returns one whose body can be awaited."""

    def __await__(self) -> Generator[Any, None, Any]:
        # Only aiobotocore awaits it, so aiobotocore has been imported already.
        from aiobotocore.awsrequest import AioAWSResponse

        return _at_once(AioAWSResponse(self.url, self.status_code, self.headers, self.raw)).__await__()


class _FrozenCredentials(ReadOnlyCredentials):
    def __await__(self) -> Generator[Any, None, _FrozenCredentials]:
        return _at_once(self).__await__()


async def _at_once(value: T) -> T:
    return value


_FROZEN = _FrozenCredentials("testing", "testing", None)
#: The credentials that sign every stubbed request.
DUMMY_CREDENTIALS: Any = Credentials("testing", "testing")
DUMMY_CREDENTIALS.get_frozen_credentials = lambda: _FROZEN
