"""Whether a client retries: over HTTP a call is seen by its attempts alone, so its end is inferred."""

from __future__ import annotations

import re
from email.message import Message

_NUMBERS = re.compile(r"\b(attempt|max)=([0-9]{1,9})\b")
_RETRIED_CODE = re.compile(r"(?i)throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestTimeout")
# botocore's legacy mode does not send how many attempts it makes; this is its default.
_LEGACY_ATTEMPTS = 5


def is_last_attempt(headers: Message, status: int | None, code: str) -> bool:
    """Return whether no attempt follows one with these request headers; `status` is None where no response was sent.

    False where it can't be known: a client that retries this error and does not send its maximum. A client that
    attempts the call again after all continues it.
    """
    if "amz-sdk-invocation-id" not in headers:
        return True  # Such a client may attempt the call again; it can't be known.
    user_agent = headers.get("user-agent", "").lower()
    legacy = "retry-mode#legacy" in user_agent
    python = "botocore" in user_agent or "aws-cli" in user_agent
    if not is_retried(status, code, every_429=legacy or not python):
        return True
    numbers = dict(_NUMBERS.findall(headers.get("amz-sdk-request", "")))
    most = numbers.get("max", _LEGACY_ATTEMPTS if legacy else None)
    return most is not None and int(numbers.get("attempt", 1)) >= int(most)


def is_retried(status: int | None, code: str, *, every_429: bool = True) -> bool:
    """Return whether clients retry what had this response; `status` is None where none was sent."""
    if status is None or status >= 500 or status == 408:
        return True
    return status >= 400 and (_RETRIED_CODE.search(code) is not None or (every_429 and status == 429))
