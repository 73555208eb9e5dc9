"""The layers and the one door to each outside library, read from the imports."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pytest_appintegrations"

# From the bottom up: a module imports only from layers below its own, or from its own package.
LAYERS = [
    {"errors", "clock", "journal", "interception.http"},
    {"settings", "interception.switch", "interception.doubles"},
    {"interception.handlers"},
    {"interception.waiting"},
    {"interception.hooks"},
    {"interception.aio"},
    {"interception.watch"},
    {"interception"},
    {"service"},
    {"checks", "store", "clients"},
    {"wire"},
    {"schema", "state", "matching"},
    {"faults", "answers"},
    {"tally", "calls", "operations.paging", "operations.tags"},
    {"operations.data_integrations", "operations.event_integrations", "operations.applications"},
    {"operations", "seeds"},
    {"pipeline", "views"},
    {"stub", "report"},
    {"coverage"},
    {"page"},
    {"options"},
    {"markers", "reporting"},
    {"plugin"},
]
LEVEL = {module: level for level, modules in enumerate(LAYERS) for module in modules}

DOORS = {
    "botocore": {
        "service", "clients",
        "interception.doubles", "interception.handlers", "interception.waiting", "interception.hooks", "interception.aio",
    },
    "aiobotocore": {"interception.doubles", "interception.aio"},
    "jsonschema": {"schema"},
    "freezegun": {"clock"},
    "pytest": {"options", "markers", "reporting", "plugin"},
}  # fmt: skip


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path):
    """Give each module imported anywhere in a file, those for type checking alone left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def test_every_module_has_its_layer():
    assert set(MODULES) - {""} == set(LEVEL)


@pytest.mark.parametrize("module", sorted(set(MODULES) - {""}))
def test_imports_point_down(module):
    for target in imported(MODULES[module]):
        name = target.removeprefix("pytest_appintegrations").lstrip(".")
        within = f"{module}.".startswith(f"{name}.")  # Its own package, on the way to a neighbour.
        if target.startswith("pytest_appintegrations") and name in LEVEL and not within:
            assert LEVEL[name] < LEVEL[module], f"{module} imports {name} from above"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_each_library_has_one_door(module):
    for target in imported(MODULES[module]):
        library = target.partition(".")[0]
        if library == "pytest_appintegrations" or library in sys.stdlib_module_names:
            continue
        assert module in DOORS.get(library, ()), f"{module} imports {library}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_files_stay_small(module):
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 250
