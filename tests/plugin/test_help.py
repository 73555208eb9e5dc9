"""`pytest --help`, `--markers` and `--fixtures` describe everything, with every default."""

from __future__ import annotations

import inspect
import re

import pytest

from pytest_appintegrations import AppIntegrationsStub, Fault, plugin
from pytest_appintegrations.plugin import options
from pytest_appintegrations.settings import Settings
from tests.support.suite import output

OPTIONS = (*options.SETTINGS, options.REAL_CALLS, options.REPORT)
COMMAND_LINE = [
    "--appint-report", "--appint-coverage", "--appint-coverage-min", "--appint-explore", "--appint-explore-max",
]  # fmt: skip
FIXTURES = [name for name in vars(plugin) if name.startswith("appint_")]


@pytest.fixture
def shown(pytester):
    """Return a function that returns what pytest prints, with runs of whitespace replaced by a blank."""
    return lambda option: re.sub(r"\s+", " ", output(pytester.runpytest_inprocess("-p", "no:cacheprovider", option)))


def test_help_describes_each_option_of_the_command_line_with_its_default(shown):
    text = shown("--help").partition("Amazon AppIntegrations: ")[2].partition("[pytest] configuration options")[0]
    descriptions = dict(re.findall(r"(--appint-[a-z-]+)=\S+ ([A-Z].*?Default: [^.]+\.)", text))
    assert sorted(descriptions) == sorted(COMMAND_LINE)


def test_help_describes_each_ini_option_with_its_default(shown):
    text = shown("--help")
    for option in OPTIONS:
        assert f"appint_{option.name} ({option.kind}): {option.help}" in text


@pytest.mark.parametrize("option", options.SETTINGS, ids=lambda option: option.name)
def test_the_default_in_the_help_is_that_of_the_setting(option):
    default = getattr(Settings(), option.name)
    stated = re.search(r"Default: (.+)\.$", option.help)[1]
    assert stated in {None: ("none", "each client's own"), True: ("true",)}.get(default, (default,))


def test_the_default_in_the_help_is_the_first_value():
    assert options.REAL_CALLS.help.endswith("Default: refuse.")
    assert options.REPORT.help.endswith("Default: failed.")


def test_each_fixture_is_described(shown):
    text = shown("--fixtures")
    assert len(FIXTURES) == 5
    for name in FIXTURES:
        first_line = inspect.getdoc(inspect.unwrap(getattr(plugin, name)))
        assert re.search(rf"{name} -- \S+ {re.escape(first_line.splitlines()[0])}", text)


@pytest.mark.parametrize(("marker", "function"), [("appint", AppIntegrationsStub), ("appint_fault", Fault)])
def test_each_marker_is_shown_with_every_argument_and_its_default(shown, marker, function):
    [arguments] = re.findall(rf"@pytest\.mark\.{marker}\((.*?)\): [a-z]", shown("--markers"))
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY:
            default = {} if parameter.name == "quotas" else parameter.default
            assert f"{parameter.name}={default!r}" in arguments


@pytest.mark.parametrize("marker", options.MARKERS)
def test_each_marker_is_described(shown, marker):
    assert f": {options.MARKERS[marker]}" in shown("--markers")
    assert options.MARKERS[marker].endswith(".")
