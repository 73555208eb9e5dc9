"""Read the markers of tests, and check them when the tests have been collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appintegrations.plugin import options, real_marker, setting_checks
from pytest_appintegrations.plugin.options import EACH_FAULT, EXPLORE, FAULT, REAL
from pytest_appintegrations.suggestions import check_keywords, unknown

if TYPE_CHECKING:
    from pytest_appintegrations.exploration.plan import Choice
    from pytest_appintegrations.rules.fault import Fault


_MOST_SHOWN = 20
# Marks that were checked, by their `id`: each test of a marked module or class has the same mark.
_RIGHT = pytest.StashKey[dict[int, pytest.Mark]]()


def mistakes(items: Iterable[pytest.Item]) -> str:
    """Return the message about the mistakes in the markers of some tests, each once; empty if there are none."""
    found: dict[object, str] = {}
    for item in items:
        for key, mistake in _mistakes(item).items():
            found.setdefault(key, mistake)
    messages = list(found.values())
    more = len(messages) - _MOST_SHOWN
    return "\n".join([*messages[:_MOST_SHOWN], *([f"… and {more} more"] if more > 0 else [])])


def _mistakes(item: pytest.Item) -> dict[object, str]:
    """Return what is wrong in the item's markers, each by what other items share with it."""
    right = item.config.stash.setdefault(_RIGHT, {})
    found: dict[object, str] = {}
    for mark in item.iter_markers():
        if mark.name.startswith(options.APPINT) and id(mark) not in right and not _of_another(mark.name, item.config):
            try:
                _read(mark)
            except (TypeError, ValueError) as problem:
                found[id(mark)] = f"{item.nodeid}: @pytest.mark.{mark.name}: {problem}"
            else:
                right[id(mark)] = mark
    if not found and (
        other := real_marker.contradiction(item) or setting_checks.seed_file_mistake(item, settings(item))
    ):
        found[other] = other
    return found


def _of_another(name: str, config: pytest.Config) -> bool:
    """Return whether the project itself has registered a marker of this name, such as `appintegrations`."""
    if name in options.MARKERS:
        return False
    lines: list[str] = config.getini("markers")
    return any(re.split(r"[:(]", line, maxsplit=1)[0].strip() == name for line in lines)


def bring_fixture(item: pytest.Item, fixture: str) -> None:
    """Add a fixture to the item, to be set up before its other fixtures of function scope."""
    names: list[str] | None = getattr(item, "fixturenames", None)
    if names is None:
        return
    # After those of wider scope: a stub of the session must be the outer one. The list itself is replaced, because
    # all cases of a parametrized test share it.
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    wider = [name for name in names if known.get(name) and known[name][-1].scope != "function"]
    vars(item)["fixturenames"] = [*wider, fixture, *(name for name in names if name not in (*wider, fixture))]


def settings(item: pytest.Item) -> dict[str, Any]:
    """Return the settings for a test: those of the ini, overridden by its markers, the nearest last."""
    gathered = item.config.stash[options.SETTINGS_GIVEN].copy()
    for mark in reversed(list(item.iter_markers(options.APPINT))):
        gathered.update(mark.kwargs)
    return setting_checks.resolve_seed_file(item.config, gathered)


def faults(item: pytest.Item) -> list[Fault]:
    """Return the faults for a test, those of the nearest markers first."""
    return [_fault(mark) for mark in item.iter_markers(FAULT)]


def each_fault(mark: pytest.Mark) -> list[Fault]:
    """Return a fault for each error that the model gives an operation; `transport` adds each network error."""
    from pytest_appintegrations.model import service
    from pytest_appintegrations.rules import fault as faults

    word, rule = _first("operation", mark)
    if word is None:
        raise TypeError("takes one operation, such as 'CreateDataIntegrationAssociation'")
    transport = rule.pop("transport", False)
    if not isinstance(transport, bool):
        raise TypeError(f"transport must be True or False, not {transport!r}")
    check_keywords(EACH_FAULT, rule, ["transport", *(option for option in faults.OPTIONS if option != "operation")])
    operation = service.resolve_operation(word)
    errors = [*sorted(service.errors(operation)), *(faults.TRANSPORT_ERRORS if transport else ())]
    return [faults.Fault(error, operation=operation, **rule) for error in errors]


def each_faults(item: pytest.Item) -> dict[str, Fault]:
    """Return the faults of all `appint_each_fault` markers of the item by the ids of the test's cases."""
    faults = dict.fromkeys(fault for mark in item.iter_markers(EACH_FAULT) for fault in each_fault(mark))
    several = len({fault.operation for fault in faults}) > 1
    named: dict[str, Fault] = {}
    for fault in faults:
        name = f"{fault.operation}-{fault.error}" if several else fault.error
        # An error of an operation occurs twice if two markers have different arguments.
        number = sum(other == name or other.startswith(f"{name}-") for other in named)
        named[f"{name}-{number + 1}" if number else name] = fault
    return named


def choice(item: pytest.Item) -> Choice:
    """Return how to explore a test, according to its markers; the nearest has the last word."""
    from pytest_appintegrations.exploration.plan import Choice

    gathered: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers(EXPLORE))):
        gathered.update(_choice_arguments(mark))
    return Choice(**gathered)


def _choice_arguments(mark: pytest.Mark) -> dict[str, Any]:
    from pytest_appintegrations.exploration import outcomes, plan
    from pytest_appintegrations.model import service

    check_keywords(EXPLORE, mark.kwargs, ("enabled", "allow", "errors", "operations"))
    arguments: dict[str, Any] = {**dict(zip(("enabled",), mark.args, strict=False)), **mark.kwargs}
    if len(mark.args) > 1 or not isinstance(arguments.get("enabled", True), bool):
        raise TypeError("takes True or False, and other arguments by name, such as allow=['lost']")
    if "operations" in arguments:
        names = _names("operations", arguments["operations"])
        arguments["operations"] = [service.resolve_operation(name) for name in names]
    known_errors = sorted({*service.all_errors(), *plan.UNMODELLED_ERRORS})
    for what, one, known in (("allow", "outcome", outcomes.OUTCOMES), ("errors", "error", known_errors)):
        for name in _names(what, arguments.get(what, ())):
            if name not in known:
                raise ValueError(f"{what}: {unknown(one, str(name), known)}")
    return arguments


def _names(argument: str, value: object) -> Sequence[str]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{argument} must be a list of names, not {value!r}")
    return value


def _read(mark: pytest.Mark) -> None:
    if mark.name == FAULT:
        _fault(mark)
    elif mark.name == EACH_FAULT:
        each_fault(mark)
    elif mark.name == EXPLORE:
        _choice_arguments(mark)
    elif mark.name == options.APPINT:
        _check_settings(mark)
    elif mark.name == REAL:
        if mark.args or mark.kwargs:
            raise TypeError("takes no arguments")
    else:
        raise TypeError(unknown("marker", mark.name, options.MARKERS))


def _check_settings(mark: pytest.Mark) -> None:
    from pytest_appintegrations.model import service
    from pytest_appintegrations.settings import settings_of

    if mark.args:
        raise TypeError(f"takes settings by name, such as region='eu-west-2', not {mark.args[0]!r}")
    settings = settings_of(mark.kwargs, options.APPINT)
    service.check_region(settings.region)
    service.check_page_size(settings.page_size)


def _fault(mark: pytest.Mark) -> Fault:
    from pytest_appintegrations.rules.fault import Fault

    error, rule = _first("error", mark)
    if error is None:
        raise TypeError("takes the name of one error, such as 'ThrottlingException', or one Fault")
    if not isinstance(error, Fault):
        return Fault(error, **rule)
    if rule:
        raise TypeError("a Fault takes no further arguments here; pass them to Fault()")
    return error


def _first(name: str, mark: pytest.Mark) -> tuple[Any, dict[str, Any]]:
    """Return the only positional argument of a marker, or its keyword, None if there is not one; and the keywords."""
    rule = dict(mark.kwargs)
    arguments = mark.args if mark.args or name not in rule else (rule.pop(name),)
    return (arguments[0] if len(arguments) == 1 else None), rule
