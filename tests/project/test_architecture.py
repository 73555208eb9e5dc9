"""Which part of the package may import which, and the one place where each outside library comes in."""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.design_page import names, tables

NAME = "pytest_appintegrations"
PACKAGE = Path(__file__).parents[2] / NAME

# A folder of the package, or a file at its top: the folders and files that it may import from. docs/design.rst shows it.
MAY_IMPORT = {
    "errors": "",
    "suggestions": "",
    "redaction": "",
    "clock": "suggestions",
    "chance": "",
    "decorator": "",
    "documentation": "",
    "frames": "",
    "settings": "suggestions clock",
    "model": "errors suggestions redaction",
    "interception": "errors documentation frames",
    "clients": "suggestions model",
    "rules": "errors suggestions redaction model",
    "recording": "suggestions redaction model rules",
    "backend": "errors suggestions redaction clock settings model",
    "pipeline": "errors clock chance settings model interception rules recording backend",
    # The server is passed what responds and does not know the stub, so that `stub.serve()` can create it.
    "stub": "suggestions decorator clock settings model interception clients rules recording backend pipeline server",
    "server": "errors suggestions model interception",
    "exploration": "frames model rules recording backend",
    "reporting": "redaction model recording backend exploration",
    "plugin": "errors suggestions frames chance settings model interception rules recording stub server exploration reporting",
    "__init__": "errors",
    "__main__": "stub",
}
# An outside library: the folders and files that may import it.
DOORS = {
    "botocore": "model clients interception",
    "aiobotocore": "interception",
    "jsonschema": "model",
    "freezegun": "clock",
    "http.server": "server",
    "pytest": "plugin",
    "_pytest": "plugin",
}


def imports(source: str) -> set[str]:
    """Return each module that a file imports while it runs, with each name taken out of it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return found


def part(module: str) -> str:
    """Return the folder or top-level file of the package that a dotted name in it belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def violations(sources: dict[str, str]) -> list[str]:
    """Return what is wrong in the imports of some modules, given by their dotted names."""
    wrong = [f"{module}: has no row in the table" for module in sources if part(module) not in MAY_IMPORT]
    for module in [module for module in sources if part(module) in MAY_IMPORT]:
        found = (reason(part(module), target) for target in sorted(imports(sources[module])))
        wrong += [f"{module}: imports {why}" for why in found if why]
    return wrong + cycles(sources)


def reason(here: str, target: str) -> str | None:
    """Return what is wrong with an import of `target` in a part of the package; None if nothing is."""
    if target.startswith("."):
        return f"{target}, relative to itself"
    if target.partition(".")[0] == NAME:
        return None if part(target) in [here, "__init__", *MAY_IMPORT[here].split()] else part(target)
    for library, parts in DOORS.items():
        if f"{target}.".startswith(f"{library}."):
            return None if here in parts.split() else library
    return None if target.partition(".")[0] in sys.stdlib_module_names else f"{target}, which has no door"


def cycles(sources: dict[str, str]) -> list[str]:
    """Return the first cycle among modules."""
    known = {
        module: {t if t in sources else t.rpartition(".")[0] for t in imports(sources[module])} for module in sources
    }
    try:
        TopologicalSorter({module: known[module] & sources.keys() - {module} for module in sources}).prepare()
    except CycleError as cycle:
        return [f"a cycle: {' -> '.join(cycle.args[1])}"]
    return []


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {dotted(path): path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def test_imports_follow_the_table():
    assert violations(SOURCES) == []


def test_the_design_page_shows_both_tables():
    assert {part: names(cell) for part, cell in tables()["part | may import"]} == _split(MAY_IMPORT)
    assert {library: names(cell) for library, cell in tables()["library | only from"]} == _split(DOORS)


def _split(table):
    return {name: cell.split() for name, cell in table.items()}


@pytest.mark.parametrize(
    ("module", "line", "expected"),
    [
        ("rules.fault", "from pytest_appintegrations.backend import region", "imports backend"),
        ("rules.fault", "import pytest_appintegrations.stub", "imports stub"),
        ("rules.fault", "def f():\n    from pytest_appintegrations.stub import AppIntegrationsStub", "imports stub"),
        ("rules.fault", "import botocore.session", "imports botocore"),
        ("recording.call", "from pytest import fail", "imports pytest"),
        ("clock", "import http.server", "imports http.server"),
        ("clock", "import requests", "imports requests, which has no door"),
        ("rules.fault", "from . import matching", "imports ..matching, relative to itself"),
        ("novelties.thing", "import os", "has no row in the table"),
    ],
)
def test_a_forbidden_import_is_found(module, line, expected):
    assert violations({f"{NAME}.{module}": line}) == [f"{NAME}.{module}: {expected}"]


def test_a_cycle_inside_a_folder_is_found():
    sources = {
        f"{NAME}.rules.fault": f"from {NAME}.rules import matching",
        f"{NAME}.rules.matching": f"from {NAME}.rules.fault import Fault",
    }
    [found] = violations(sources)
    assert found.startswith("a cycle: ")


@pytest.mark.parametrize(
    "line",
    [
        f"from {NAME}.model import service",
        "from __future__ import annotations\nimport os.path",
        f"if TYPE_CHECKING:\n    from {NAME}.stub import AppIntegrationsStub",
    ],
)
def test_an_allowed_import_is_not(line):
    assert violations({f"{NAME}.rules.fault": line}) == []


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_files_stay_small(module):
    assert len(SOURCES[module].splitlines()) <= 250
