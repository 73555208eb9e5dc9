"""What botocore is given in place of its own: answers and credentials, and aiobotocore, which awaits them, too."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

from botocore.awsrequest import AWSResponse
from botocore.credentials import Credentials, ReadOnlyCredentials

Thing = TypeVar("Thing")


class Answer(AWSResponse):
    """The answer to one HTTP attempt; awaited, it is one whose body is awaited too."""

    def __await__(self) -> Generator[Any, None, Any]:
        # Only aiobotocore awaits what a handler gives it: it is imported.
        from aiobotocore.awsrequest import AioAWSResponse

        return _soon(AioAWSResponse(self.url, self.status_code, self.headers, self.raw)).__await__()


class _Frozen(ReadOnlyCredentials):
    def __await__(self) -> Generator[Any, None, _Frozen]:
        return _soon(self).__await__()


async def _soon(thing: Thing) -> Thing:
    return thing


_FROZEN = _Frozen("testing", "testing", None)
#: The credentials that everything stubbed is signed with.
DUMMY_CREDENTIALS: Any = Credentials("testing", "testing")
DUMMY_CREDENTIALS.get_frozen_credentials = lambda: _FROZEN
