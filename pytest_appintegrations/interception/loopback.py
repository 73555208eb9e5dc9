"""Recognize the addresses of this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine: by address, or by a name that is resolved to 127.0.0.1."""
    try:
        host = urlsplit(url).hostname or ""
        if f".{host}".endswith((".localhost", ".localhost.localstack.cloud")):
            return True
        address = ipaddress.ip_address(host)
        return address.is_loopback or address.is_unspecified
    except ValueError:  # The name of some machine, or no URL.
        return False
