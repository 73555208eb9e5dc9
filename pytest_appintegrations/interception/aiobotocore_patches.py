"""Do in aiobotocore what `hooks` does in botocore, whose handlers the sessions of both carry."""

from __future__ import annotations

import functools
from contextlib import ExitStack
from typing import Any

from pytest_appintegrations.interception.backoff import skips_delay, skips_wait
from pytest_appintegrations.interception.botocore_patches import filling_in, swapped
from pytest_appintegrations.interception.handlers import call_in_progress, on_call_ended


def patch_aiobotocore(undo: ExitStack) -> None:
    """Have its clients look for nothing and wait for nothing until `undo` is closed; done twice it is done once."""
    from aiobotocore import endpoint
    from aiobotocore.client import AioBaseClient
    from aiobotocore.retries.bucket import AsyncTokenBucket
    from aiobotocore.session import AioSession

    first_response = endpoint.first_non_none_response
    if isinstance(first_response, SkippingDelays):
        return
    undo.enter_context(swapped(endpoint, "first_non_none_response", SkippingDelays(first_response)))
    undo.enter_context(swapped(AsyncTokenBucket, "acquire", _skipping_acquire(AsyncTokenBucket.acquire)))
    undo.enter_context(swapped(AioBaseClient, "_make_api_call", _forgetting(AioBaseClient._make_api_call)))
    # Its `create_client` only wraps what this gives; some await it themselves.
    undo.enter_context(swapped(AioSession, "_create_client", filling_in(AioSession._create_client)))


class SkippingDelays:
    """Wraps that by which the endpoint learns how long to sleep before a retry.

    The sleep itself is asyncio's or anyio's, according to the version and the HTTP library.
    """

    def __init__(self, first_response: Any) -> None:
        self._first_response = first_response

    def __call__(self, responses: Any, default: Any = None) -> Any:
        """Give 0 where a stub skips the delay, else what the handlers said: another delay, no retry, or an answer."""
        said = self._first_response(responses, default)
        return 0 if type(said) in (int, float) and skips_delay(said) else said


def _skipping_acquire(acquire: Any) -> Any:
    """Wrap `AsyncTokenBucket.acquire`, as `waiting.skipping_acquire` wraps botocore's."""

    async def acquire_without_waiting(bucket: Any, amount: float = 1, block: bool = True) -> Any:
        from botocore.exceptions import CapacityNotAvailableError

        call = call_in_progress() if block else None
        while call is not None:
            try:
                return await acquire(bucket, amount=amount, block=False)
            except CapacityNotAvailableError:
                if not skips_wait(call, bucket, amount):
                    break
        return await acquire(bucket, amount=amount, block=block)

    return acquire_without_waiting


def _forgetting(make_api_call: Any) -> Any:
    """Wrap a client's calls: of one that is cancelled no event tells, and its task may go on with another service's."""

    @functools.wraps(make_api_call)
    async def call_forgotten(client: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await make_api_call(client, *args, **kwargs)
        except BaseException:
            on_call_ended()
            raise

    return call_forgotten
