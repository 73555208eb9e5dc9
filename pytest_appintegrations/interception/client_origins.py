"""Remember how each AppIntegrations client was made: where, and whether it names its retry mode and its region."""

from __future__ import annotations

import sys
from typing import Any
from weakref import WeakKeyDictionary

from pytest_appintegrations.errors import UnexpectedCall

_LIBRARIES = ("boto3", "botocore", "aioboto3", "aiobotocore", __name__.partition(".")[0])


class ClientOrigin:
    """How a client was made."""

    def __init__(self, *, names_retry_mode: bool, names_region: bool) -> None:
        self.names_retry_mode = names_retry_mode
        """Whether its `Config` names a retry mode."""
        self.names_region = names_region
        """Whether it has its region from anything but a stub."""
        self.place = _place_outside_libraries()


# By the configuration, which is each client's own: of the client, a request leads to nothing else.
_origins: WeakKeyDictionary[Any, ClientOrigin] = WeakKeyDictionary()


def remember(client_config: Any, origin: ClientOrigin) -> None:
    """Remember how the client with this configuration was made."""
    _origins[client_config] = origin


def has_region_of_stub(client_config: Any) -> bool:
    """Return whether the client with this configuration names no region and got that of a stub."""
    origin = _origin(client_config)
    return origin is not None and not origin.names_region


def check_retry_mode(operation: str, client_config: Any, mode: str | None) -> None:
    """Raise `UnexpectedCall` if a client that names no retry mode is in another than the one asked for."""
    __tracebackhide__ = True
    origin = _origin(client_config) if mode is not None else None
    if origin is None or origin.names_retry_mode or client_config.retries["mode"] == mode:
        return
    raise UnexpectedCall(
        f"{operation} was called in retry mode {client_config.retries['mode']!r}; the test asks for {mode!r}.\n"
        f"The client was made before the stub was started, at {origin.place}, and its Config names no retry mode.\n"
        "Make the client while the stub is active, such as in a function that the test calls, or let its Config name "
        "the mode that it needs: Config(retries={'mode': ...})."
    )


def _origin(client_config: Any) -> ClientOrigin | None:
    return _origins.get(client_config) if client_config is not None else None


def _place_outside_libraries() -> str:
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in _LIBRARIES:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
