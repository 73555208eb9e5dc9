"""The line that leads to the documentation."""

from __future__ import annotations

import importlib.metadata
from email.message import Message

import pytest

from pytest_appintegrations.documentation import read_on


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (["Source, https://example.org/code", "Documentation, https://example.org/docs/"],
         "Read on: https://example.org/docs/en/latest/how-to/index.html"),
        (["documentation,https://example.org"], "Read on: https://example.org/en/latest/how-to/index.html"),
        (["Source, https://example.org/code"], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_address_is_the_one_in_the_metadata(monkeypatch, urls, expected):
    metadata = Message()
    for url in urls:
        metadata["Project-URL"] = url
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: metadata)
    assert read_on("how-to/index.html") == expected


def test_a_checkout_that_is_not_installed_has_no_address(monkeypatch):
    def metadata(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "metadata", metadata)
    assert read_on("how-to/index.html") == ""
