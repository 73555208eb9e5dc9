"""Links between the documents, and to files of the project."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives

from tests.support.documents import ROOT

REPOSITORY = "https://github.com/pytest-appintegrations/pytest-appintegrations"


class _TocTree(Directive):
    """Sphinx's, as links to its pages."""

    has_content = True
    option_spec: ClassVar = {"maxdepth": directives.nonnegative_int, "hidden": directives.flag, "glob": directives.flag}

    def run(self) -> list[nodes.Node]:
        paragraph = nodes.paragraph()
        for page in self.content:
            paragraph += nodes.reference("", page, refuri=page.removesuffix(".rst") + ".rst")
        return [paragraph]


directives.register_directive("toctree", _TocTree)


@functools.cache
def doctree(path: Path) -> nodes.document:
    """Return a page as docutils reads it; an exception is raised at the first warning."""
    return publish_doctree(
        path.read_text(encoding="utf-8"),
        source_path=str(path),
        settings_overrides={"report_level": 2, "halt_level": 2, "syntax_highlight": "none"},
    )


def dead_links(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield the links of a page, to others and to files of the project, that lead nowhere."""
    for reference in doctree(path).findall(nodes.reference):
        target = reference.get("refuri", "")
        for prefix in (f"{REPOSITORY}/blob/main/", f"{REPOSITORY}/tree/main/"):
            target = target.replace(prefix, f"{root}/")
        if "://" not in target and not target.startswith("mailto:") and not _leads_somewhere(path, target):
            yield target


def _leads_somewhere(page: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = page.parent / name if name else page
    if not path.exists() or (name.startswith("/") and not path.is_relative_to(ROOT)):
        return False
    return not anchor or path.suffix != ".rst" or anchor in _anchors(path)


def _anchors(path: Path) -> set[str]:
    return {anchor for node in doctree(path).findall(nodes.Element) for anchor in node["ids"]}
