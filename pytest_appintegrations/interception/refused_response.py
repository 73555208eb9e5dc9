"""What botocore is given in place of the response to a request that must not leave."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from pytest_appintegrations.interception import activation


class RefusedResponse:
    """A response that raises `RealCallRefused` as soon as botocore reads it.

    botocore does so only if no other handler of `before-send` has responded.
    """

    def __init__(self, guard: activation.Guard, operation: str, url: str) -> None:
        self._guard = guard
        self._operation = operation
        self._url = url

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        self._guard.refuse(self._operation, self._url)


def is_loopback(url: str) -> bool:
    """Return whether a URL names this very machine: 127.0.0.0/8, ::1 or localhost."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # A name, of whatever machine.
        return False
