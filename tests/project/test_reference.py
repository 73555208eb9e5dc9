"""docs/reference and docs/behaviour.rst are complete: whatever a test can name has its place there."""

from __future__ import annotations

import argparse
import builtins
import dataclasses
import inspect
import re
import typing
from pathlib import Path

import pytest

import pytest_appintegrations
from pytest_appintegrations import __main__ as command
from pytest_appintegrations import plugin
from pytest_appintegrations.backend import record_types
from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.exploration.outcomes import OUTCOMES
from pytest_appintegrations.exploration.plan import Choice
from pytest_appintegrations.model import service
from pytest_appintegrations.plugin import options
from pytest_appintegrations.reporting import coverage, exploration
from pytest_appintegrations.settings import Settings
from tests.support.documents import pages

DOCS = Path(__file__).parents[2] / "docs"
#: The page of each public name, and of what belongs to it.
PAGES = {
    "AppIntegrationsStub": "stub",
    "Attempt": "calls",
    "Call": "calls",
    "CallLog": "calls",
    "Clock": "clock-and-quotas",
    "Fault": "faults",
    "Injection": "faults",
    "Quotas": "clock-and-quotas",
    "RealCallRefused": "exceptions",
    "Store": "stores",
    "StubServer": "server",
    "UnexpectedCall": "exceptions",
    "__version__": "index",
}


def _page(name):
    return (DOCS / "reference" / f"{name}.rst").read_text(encoding="utf-8")


def _attributes(cls):
    """Return the public attributes of a class, and of its instances, but for those that any exception has."""
    if issubclass(cls, BaseException):
        return []
    assigned = re.findall(r"^        self\.(\w+)(?:: [^=\n]+)? = ", inspect.getsource(cls), re.MULTILINE)
    return sorted(name for name in {*dir(cls), *assigned} if not name.startswith("_"))


def _first_column(text):
    """Return the names in the first column of a page's tables, without their arguments."""
    return re.findall(r"^``([^`]+)``", text, re.MULTILINE)


ATTRIBUTES = [
    pytest.param(PAGES[name], name, attribute, id=f"{name}.{attribute}")
    for name in pytest_appintegrations.__all__
    if inspect.isclass(getattr(pytest_appintegrations, name))
    for attribute in _attributes(getattr(pytest_appintegrations, name))
]


def test_each_public_name_has_a_page():
    assert PAGES.keys() == set(pytest_appintegrations.__all__)
    assert [name for name, page in PAGES.items() if not re.search(rf"\b{name}\b", _page(page))] == []


@pytest.mark.parametrize(("page", "name", "attribute"), ATTRIBUTES)
def test_each_attribute_of_a_public_class_has_its_place(page, name, attribute):
    place = rf"^\.\. signature: {name}\.{attribute}$|``{attribute}(\(.*)?``|``{name}\.{attribute}\(|^ +{attribute}: "
    assert re.search(place, _page(page), re.MULTILINE)


@pytest.mark.parametrize("method", [name for name, _ in inspect.getmembers(
    pytest_appintegrations.AppIntegrationsStub, inspect.isfunction) if not name.startswith("_")])  # fmt: skip
def test_each_method_of_the_stub_has_its_signature(method):
    assert f".. signature: AppIntegrationsStub.{method}\n" in _page("stub")


def test_each_fixture_has_a_section():
    fixtures = [name for name in vars(plugin) if name.startswith("appint_")]
    page = _page("fixtures")
    assert len(fixtures) == 5
    assert [name for name in fixtures if f"\n{name}\n{'-' * len(name)}\n" not in page] == []


def test_each_marker_has_a_section():
    page = _page("markers")
    assert [name for name in options.MARKERS if f"\n{name}\n{'-' * len(name)}\n" not in page] == []
    for choice in dataclasses.fields(Choice):
        assert choice.name in _first_column(page)


def test_each_setting_has_its_default_and_its_ini_option():
    section = _page("settings").partition("Options of the ini file alone")[0]
    rows = {match[1]: match for match in re.finditer(r"^``(\w+)`` +(no|``\w+``) +``([^`]+)``", section, re.MULTILINE)}
    in_ini = {option.name for option in options.SETTINGS}
    assert rows.keys() == {setting.name for setting in dataclasses.fields(Settings)}
    for setting in dataclasses.fields(Settings):
        default = "{}" if setting.default is dataclasses.MISSING else str(setting.default)
        assert rows[setting.name][3] == default
        assert rows[setting.name][2] == (f"``appint_{setting.name}``" if setting.name in in_ini else "no")


def test_each_option_of_the_ini_alone_has_its_default():
    section = _page("settings").partition("Options of the ini file alone")[2]
    assert _first_column(section) == [f"appint_{options.REAL_CALLS.name}", f"appint_{options.REPORT.name}"]


def test_each_option_of_the_command_line_has_its_row():
    parser = pytest.Parser(_ispytest=True)
    options.add_to(parser)
    names = {name for option in parser.getgroup("appintegrations").options for name in option.names()}
    rows = _first_column(_page("command-line"))
    assert names == {re.split(r"[= ]", name)[0] for name in rows if name.startswith("--appint")}


def test_each_option_of_the_command_has_its_row():
    section = _page("command-line").partition("python -m pytest_appintegrations\n")[2]
    rows = {re.split(r"[= ]", name)[0]: name for name in _first_column(section)}
    parser = command._parser()
    for option in parser._actions:
        assert rows.keys() & set(option.option_strings), option
        assert option.default in (None, argparse.SUPPRESS) or f"``{option.default}``" in section


def test_each_argument_of_a_fault_has_its_default():
    fault = pytest_appintegrations.Fault
    rows = dict(re.findall(r"^``(\w+)`` +(?:``([^`]+)``)?", _page("faults"), re.MULTILINE))
    defaults = {
        name: "" if parameter.default is inspect.Parameter.empty else repr(parameter.default)
        for name, parameter in inspect.signature(fault).parameters.items()
    }
    assert rows == defaults


def test_each_member_of_a_record_has_its_place():
    rows = re.split(r"^(?=``\w+s``)", _page("stores").partition("The six types of record")[2], flags=re.MULTILINE)[1:]
    types = [
        record_types.DataIntegration,
        record_types.DataIntegrationAssociation,
        record_types.EventIntegration,
        record_types.EventIntegrationAssociation,
        record_types.Application,
        record_types.ApplicationAssociation,
    ]
    for resource_type, record_type, row in zip(RESOURCE_TYPES, types, rows, strict=True):
        store, *members = re.findall(r"``(\w+)``", row.partition("\n====")[0])
        always, _, optional = " ".join(row.split()).partition("; and ")
        assert store == resource_type.store
        assert set(members) == {*record_type.__required_keys__, *record_type.__optional_keys__}
        assert set(re.findall(r"``(\w+)``", always)) == {store, *record_type.__required_keys__}
        assert optional or not record_type.__optional_keys__


def test_each_status_and_outcome_has_its_row():
    assert [name for name in coverage.STATUSES if f"``{name}``  " not in _page("coverage")] == []
    assert [name for name in OUTCOMES if f"``{name}``  " not in _page("exploration")] == []


@pytest.mark.parametrize(("page", "schema"), [("coverage", coverage.SCHEMA), ("exploration", exploration.SCHEMA)])
def test_each_member_of_a_report_has_its_row(page, schema):
    rows = " ".join(_first_column(_page(page).partition("\nThe JSON\n")[2]))
    rows += _page(page).partition("\nThe JSON\n")[2]
    names = set(re.findall(r"'(\w+)'", str([*_property_names(schema)])))
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", rows)] == []


def _property_names(schema):
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _property_names(part)


@pytest.mark.parametrize("operation", service.operations())
def test_each_operation_has_a_section_in_the_page_of_its_family(operation):
    sections = [
        path.name
        for path in (DOCS / "behaviour").glob("*.rst")
        if f"\n{operation}\n{'-' * len(operation)}\n" in path.read_text(encoding="utf-8")
    ]
    assert len(sections) == 1
    front_page = (DOCS / "behaviour.rst").read_text(encoding="utf-8")
    assert re.search(rf"<behaviour/{sections[0]}>`__:[^<]*\b{operation}\b", front_page)


@pytest.mark.parametrize("operation", service.operations())
def test_an_operation_is_refused_with_errors_that_the_model_gives_it(operation):
    texts = [path.read_text(encoding="utf-8") for path in (DOCS / "behaviour").glob("*.rst")]
    [section] = [
        section for text in texts for section in re.findall(rf"^{operation}\n-+\n(?s:.*?)(?=\n---|\Z)", text, re.M)
    ]
    assert {name for name in _first_column(section) if name.endswith("Exception")} <= service.errors(operation).keys()


def test_each_error_has_its_status():
    rows = dict(re.findall(r"^``(\w+)`` +(\d{3}) ", (DOCS / "behaviour.rst").read_text(encoding="utf-8"), re.MULTILINE))
    # Older models have fewer.
    assert {name: int(rows[name]) for name in service.statuses()} == service.statuses()


def test_each_statement_of_a_page_of_behaviour_has_one_of_the_four_marks():
    marks = {"seen live", "documented", "model", "decided"}
    for path in (DOCS / "behaviour.rst", *(DOCS / "behaviour").glob("*.rst")):
        emphasized = re.findall(r"(?<![*\w])\*([^*`\s][^*`]*)\*(?![*\w])", path.read_text(encoding="utf-8"))
        marked = {" ".join(text.split()) for text in emphasized}
        assert marks & marked, path
        titles = {text for text in marked - marks if text.istitle() or text.startswith("Set up")}
        assert marked - titles <= marks, path


def test_each_type_in_a_signature_is_explained_or_known():
    known = {*pytest_appintegrations.__all__, *vars(typing), *vars(builtins), "PathLike", "RegionStores"}
    blocks = [block for page in pages() for block in page.blocks if block.kind == "signature"]
    names = {name for block in blocks for name in re.findall(r"\b[A-Z]\w*[a-z]\w*", re.sub(r'"[^"]*"', "", block.text))}
    assert names - known == set(_first_column(_page("index"))) - known
