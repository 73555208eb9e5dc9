"""Set the environment variable that makes child processes fail, or call a server, instead of calling AWS.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

ENDPOINT = "AWS_ENDPOINT_URL_APPINTEGRATIONS"
"""The variable that SDKs and the AWS CLI read for an endpoint of this service."""
REFUSING_URL = "http://127.0.0.1:9/pytest-appintegrations-refuses-real-calls/take-the-fixture-appint_server"
"""A closed port: the child's own "could not connect to" carries the message."""

_USERS_OWN = "PYTEST_APPINTEGRATIONS_USERS_ENDPOINT"
_set_by_us = [REFUSING_URL]


@contextmanager
def children_refused() -> Iterator[None]:
    """Refuse calls of child processes until the end of the block, unless the user has set a loopback endpoint."""
    own = os.environ.get(ENDPOINT) or os.environ.get("AWS_ENDPOINT_URL", "")
    if own and (own == REFUSING_URL or _is_loopback(own)):
        yield
        return
    # Workers of xdist inherit this environment, and may have to restore the user's value.
    kept = {_USERS_OWN: os.environ[ENDPOINT]} if ENDPOINT in os.environ else {}
    with changed_environment({ENDPOINT: REFUSING_URL, **kept}):
        yield


def _is_loopback(url: str) -> bool:
    from pytest_appintegrations.interception.loopback import is_loopback  # Here, because hardly a run needs it.

    return is_loopback(url)


@contextmanager
def children_allowed() -> Iterator[None]:
    """Let child processes call AWS until the end of the block."""
    if os.environ.get(ENDPOINT) != REFUSING_URL:
        yield
        return
    with changed_environment({ENDPOINT: os.environ.get(_USERS_OWN)}):
        yield


@contextmanager
def children_served(environ: Mapping[str, str]) -> Iterator[None]:
    """Set variables that direct child processes to a server, until the end of the block."""
    _set_by_us.append(environ[ENDPOINT])
    try:
        with changed_environment(environ):
            yield
    finally:
        _set_by_us.remove(environ[ENDPOINT])


def without_endpoints_set_here(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment for clients of this process, without an endpoint that is meant for children."""
    if environ.get(ENDPOINT) not in _set_by_us:
        return environ
    return {name: value for name, value in environ.items() if name != ENDPOINT}


@contextmanager
def changed_environment(values: Mapping[str, str | None]) -> Iterator[None]:
    """Set variables, or remove those that are None, until the end of the block.

    A variable that is changed otherwise before the end keeps its value.
    """
    before = {name: os.environ.get(name) for name in values}
    _update(values)
    try:
        yield
    finally:
        _update({name: before[name] for name, value in values.items() if os.environ.get(name) == value})


def _update(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
