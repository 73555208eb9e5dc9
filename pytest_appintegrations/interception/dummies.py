"""What botocore gets in place of its own: responses and credentials, which aiobotocore can await as well."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

from botocore.awsrequest import AWSResponse
from botocore.credentials import Credentials, ReadOnlyCredentials

T = TypeVar("T")


class StubbedResponse(AWSResponse):
    """The response to an HTTP attempt; awaited, it is one whose body is awaited too."""

    def __await__(self) -> Generator[Any, None, Any]:
        # Only aiobotocore awaits what a handler returns, so it is imported already.
        from aiobotocore.awsrequest import AioAWSResponse

        return _at_once(AioAWSResponse(self.url, self.status_code, self.headers, self.raw)).__await__()


class _FrozenCredentials(ReadOnlyCredentials):
    def __await__(self) -> Generator[Any, None, _FrozenCredentials]:
        return _at_once(self).__await__()


async def _at_once(value: T) -> T:
    return value


_FROZEN = _FrozenCredentials("testing", "testing", None)
#: The credentials that every stubbed request is signed with.
DUMMY_CREDENTIALS: Any = Credentials("testing", "testing")
DUMMY_CREDENTIALS.get_frozen_credentials = lambda: _FROZEN
