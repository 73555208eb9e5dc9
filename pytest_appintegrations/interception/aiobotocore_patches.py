"""Patch aiobotocore like `botocore_patches` patches botocore, whose handlers its sessions have already."""

from __future__ import annotations

import functools
from contextlib import ExitStack
from typing import Any

from pytest_appintegrations.interception.backoff import skip_delay, skip_token_wait
from pytest_appintegrations.interception.botocore_patches import completing_arguments, swapped
from pytest_appintegrations.interception.handlers import enter_call, leave_call
from pytest_appintegrations.interception.refusal import preferring_responses
from pytest_appintegrations.interception.retry_state import keep_limiter_per_stub


def patch_aiobotocore(undo: ExitStack) -> None:
    """Keep aiobotocore's clients from waiting and looking for credentials until `undo` is closed. Idempotent."""
    from aiobotocore import endpoint
    from aiobotocore.client import AioBaseClient
    from aiobotocore.retries.adaptive import AsyncClientRateLimiter
    from aiobotocore.retries.bucket import AsyncTokenBucket
    from aiobotocore.session import AioSession

    first_response = endpoint.first_non_none_response
    if isinstance(first_response, SkippingDelays):
        return
    skipping = SkippingDelays(preferring_responses(first_response))
    undo.enter_context(swapped(endpoint, "first_non_none_response", skipping))
    undo.enter_context(swapped(AsyncTokenBucket, "acquire", _skipping_acquire(AsyncTokenBucket.acquire)))
    undo.enter_context(swapped(AioBaseClient, "_make_api_call", _ending_call(AioBaseClient._make_api_call)))
    keep_limiter_per_stub(AsyncClientRateLimiter, undo)  # It uses the retry quota of botocore.
    # `create_client` only wraps its result; some users await it directly.
    undo.enter_context(swapped(AioSession, "_create_client", completing_arguments(AioSession._create_client)))


class SkippingDelays:
    """Wraps the function from which the endpoint learns how long to sleep before a retry.

    The sleep itself is asyncio's or anyio's, depending on the version and the HTTP library.
    """

    def __init__(self, first_response: Any) -> None:
        self._first_response = first_response

    def __call__(self, responses: Any, default: Any = None) -> Any:
        """Return 0 if a stub skips the delay, or else what the handlers returned: a delay, no retry, or a response."""
        returned = self._first_response(responses, default)
        return 0 if type(returned) in (int, float) and skip_delay(returned) else returned


def _skipping_acquire(acquire: Any) -> Any:
    """Wrap `AsyncTokenBucket.acquire`, like `backoff.skipping_acquire` wraps botocore's."""

    async def acquire_without_waiting(bucket: Any, amount: float = 1, block: bool = True) -> Any:
        from botocore.exceptions import CapacityNotAvailableError

        while block:
            try:
                return await acquire(bucket, amount=amount, block=False)
            except CapacityNotAvailableError:
                if not skip_token_wait(bucket, amount):
                    break
        return await acquire(bucket, amount=amount, block=block)

    return acquire_without_waiting


def _ending_call(make_api_call: Any) -> Any:
    """Wrap `AioBaseClient._make_api_call`, like `botocore_patches.ending_call` wraps botocore's."""

    @functools.wraps(make_api_call)
    async def make_call(client: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        outer = enter_call()
        try:
            return await make_api_call(client, *args, **kwargs)
        finally:
            leave_call(outer)

    return make_call
