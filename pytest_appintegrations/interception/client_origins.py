"""Record how each AppIntegrations client was created: where, and whether it names a retry mode and a region."""

from __future__ import annotations

import sys
from typing import Any
from weakref import WeakKeyDictionary

from pytest_appintegrations.errors import UnexpectedCall
from pytest_appintegrations.frames import package_of

_LIBRARIES = ("boto3", "botocore", "aioboto3", "aiobotocore", __name__.partition(".")[0])


class ClientOrigin:
    """How a client was created."""

    def __init__(self, *, names_retry_mode: bool, names_region: bool) -> None:
        self.names_retry_mode = names_retry_mode
        """Whether its `Config` names a retry mode."""
        self.names_region = names_region
        """Whether it has a region that does not come from a stub."""
        self.place = _place_outside_libraries()


# By the configuration, which each client has for itself and which a request leads to.
_origins: WeakKeyDictionary[Any, ClientOrigin] = WeakKeyDictionary()


def remember(client_config: Any, origin: ClientOrigin) -> None:
    """Record how the client with this configuration was created."""
    _origins[client_config] = origin


def has_region_of_stub(client_config: Any) -> bool:
    """Return whether the client with this configuration has the region of a stub, because it did not name one."""
    origin = _origin(client_config)
    return origin is not None and not origin.names_region


def check_retry_mode(operation: str, client_config: Any, mode: str | None) -> None:
    """Raise `UnexpectedCall` if a client that does not name a retry mode uses another than the test requires."""
    __tracebackhide__ = True
    origin = _origin(client_config) if mode is not None else None
    if origin is None or origin.names_retry_mode or client_config.retries["mode"] == mode:
        return
    raise UnexpectedCall(
        f"{operation} was called in retry mode {client_config.retries['mode']!r}, but the test requires {mode!r}.\n"
        f"The client was created before the stub was active, at {origin.place}, and its Config names no retry mode.\n"
        "Create the client while the stub is active, for example in a function that the test calls, or name the mode "
        "in its Config: Config(retries={'mode': …})."
    )


def _origin(client_config: Any) -> ClientOrigin | None:
    return _origins.get(client_config) if client_config is not None else None


def _place_outside_libraries() -> str:
    frame = sys._getframe(1)
    while frame.f_back and package_of(frame) in _LIBRARIES:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
