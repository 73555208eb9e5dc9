"""The tables of docs/design.rst."""

from __future__ import annotations

import functools
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree

PAGE = (Path(__file__).parents[2] / "docs" / "design.rst").read_text(encoding="utf-8")


@functools.cache
def tables():
    """Return each table of the page as rows of texts, by its headings."""
    tree = publish_doctree(PAGE, settings_overrides={"report_level": 2, "halt_level": 2})
    found = [[_texts(row) for row in table.findall(nodes.row)] for table in tree.findall(nodes.table)]
    return {" | ".join(headings): rows for headings, *rows in found}


def names(text):
    """Return the names in a cell of the page, which lists them with commas between."""
    return [] if text == "none" else text.split(", ")


def _texts(row):
    return [entry.astext().replace("\n", " ") for entry in row.findall(nodes.entry)]
