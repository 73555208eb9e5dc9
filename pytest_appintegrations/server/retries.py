"""Infer whether a client retries: over HTTP, only the attempts of a call are visible, not its end."""

from __future__ import annotations

import re
from email.message import Message

_NUMBERS = re.compile(r"\b(attempt|max)=([0-9]{1,9})\b")
_RETRIED_CODE = re.compile(r"(?i)throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestTimeout")
# botocore's legacy mode does not send its maximum of attempts; this is the default.
_LEGACY_ATTEMPTS = 5


def is_last_attempt(headers: Message, status: int | None, code: str) -> bool:
    """Return whether an attempt with these request headers is the last; `status` is None if no response was sent.

    Return False if a client retries the error but does not send its maximum. If a client attempts the call again
    after all, the call continues.
    """
    if "amz-sdk-invocation-id" not in headers:
        return True  # Whether such a client attempts the call again can't be known.
    user_agent = headers.get("user-agent", "").lower()
    legacy = "retry-mode#legacy" in user_agent
    python = "botocore" in user_agent or "aws-cli" in user_agent
    if not is_retried(status, code, every_429=legacy or not python):
        return True
    numbers = dict(_NUMBERS.findall(headers.get("amz-sdk-request", "")))
    most = numbers.get("max", _LEGACY_ATTEMPTS if legacy else None)
    return most is not None and int(numbers.get("attempt", 1)) >= int(most)


def is_retried(status: int | None, code: str, *, every_429: bool = True) -> bool:
    """Return whether clients retry after this response; `status` is None if no response was sent."""
    if status is None or status >= 500 or status == 408:
        return True
    return status >= 400 and (_RETRIED_CODE.search(code) is not None or (every_429 and status == 429))
