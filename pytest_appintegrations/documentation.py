"""Find the documentation by the metadata of the installed package.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

_LABEL = "documentation"


def read_on(page: str) -> str:
    """Return a line that leads to a page of the documentation; empty if the metadata names no address."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("pytest-appintegrations").get_all("Project-URL") or []
    except PackageNotFoundError:  # A checkout that is not installed.
        urls = []
    for url in urls:
        label, _, address = url.partition(",")
        if label.strip().lower() == _LABEL:
            return f"Read on: {address.strip().rstrip('/')}/en/latest/{page}"
    return ""
