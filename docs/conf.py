"""Sphinx builds the documentation: `sphinx-build -W -n docs build/docs`."""

from __future__ import annotations

from importlib.metadata import version as version_of
from pathlib import PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx

project = "pytest-appintegrations"
author = "The pytest-appintegrations developers"
project_copyright = author
release = version = version_of("pytest-appintegrations")
html_theme = "furo"
html_title = project
html_theme_options = {"source_repository": "https://github.com/pytest-appintegrations/pytest-appintegrations/"}
html_copy_source = False
nitpicky = True


def link_to_built_pages(app: Sphinx, doctree: nodes.document) -> None:
    """Have links between pages lead to the built ones; in the sources they lead to sources, for readers of those."""
    for reference in doctree.findall(nodes.reference):
        page, hash_, anchor = reference.get("refuri", "").partition("#")
        if "://" not in page and PurePosixPath(page).suffix == ".rst":
            reference["refuri"] = f"{page.removesuffix('.rst')}.html{hash_}{anchor}"


def setup(app: Sphinx) -> None:
    """Register the transformation with Sphinx."""
    app.connect("doctree-read", link_to_built_pages)
