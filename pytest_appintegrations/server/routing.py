"""Find the operation of a request by the methods and paths in botocore's model."""

from __future__ import annotations

import functools
import re

from pytest_appintegrations.model import service


def operation_of(method: str, path: str) -> str | None:
    """Return the operation with that method and raw (still percent-encoded) path; None if there is none."""
    for pattern, operation in _routes().get(method, ()):
        if pattern.fullmatch(path):
            return operation
    return None


@functools.cache
def _routes() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    routes: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for name in service.operations():
        http = service.operation(name).http
        template = http["requestUri"].partition("?")[0]
        pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template))
        routes.setdefault(http["method"], []).append((re.compile(pattern), name))
    for candidates in routes.values():
        # A path with fewer labels is more specific.
        candidates.sort(key=lambda route: route[0].pattern.count("[^/]+"))
    return routes
