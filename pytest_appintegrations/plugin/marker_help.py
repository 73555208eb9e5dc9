"""Format what `pytest --markers` prints: each marker with its arguments and their defaults, from the signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from pytest_appintegrations.exploration.plan import Choice
from pytest_appintegrations.plugin.options import APPINT, EACH_FAULT, EXPLORE, FAULT, MARKERS, REAL
from pytest_appintegrations.rules.fault import Fault
from pytest_appintegrations.stub import AppIntegrationsStub


def lines() -> list[str]:
    """Return a line for each marker, as pytest registers it."""
    arguments = {
        APPINT: f"(*, {_keywords(AppIntegrationsStub)})",
        FAULT: f"(error, *, {_keywords(Fault)})",
        EACH_FAULT: f"(operation, *, transport=False, {_keywords(Fault, but='operation')})",
        EXPLORE: f"(enabled=True, *, {_keywords(Choice, but='enabled')})",
        REAL: "",
    }
    return [f"{name}{arguments[name]}: {text}" for name, text in MARKERS.items()]


def _keywords(function: Callable[..., Any], but: str = "") -> str:
    return ", ".join(
        f"{parameter.name}={_shown(parameter.default)}"
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name != but
    )


def _shown(default: object) -> str:
    return repr(dict(default) if isinstance(default, Mapping) else default)
