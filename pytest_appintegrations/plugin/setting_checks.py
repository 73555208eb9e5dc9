"""Check settings that can only be checked by creating a stub: the region, and the contents of a seed file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pytest_appintegrations.plugin import options

# The problem with each seed file that markers name (None: no problem), by its path and the account.
_CHECKED = pytest.StashKey[dict[tuple[str, str | None], str | None]]()


def check_ini(config: pytest.Config, settings: Mapping[str, Any]) -> None:
    """Raise a usage error if a stub with the settings of the ini can't be created or can't load its seed file."""
    for names in (("region",), ("account_id", "region", "seed_file")):
        named = {name: settings[name] for name in names if name in settings}
        try:
            if names[-1] in named:
                _check(resolve_seed_file(config, named))
        except ValueError as problem:
            raise pytest.UsageError(f"appint_{names[-1]} in the ini: {problem}") from None


def seed_file_mistake(item: pytest.Item, settings: Mapping[str, Any]) -> str | None:
    """Return the message about a problem with the seed file that the markers of a test name; each is checked once."""
    names = {name for mark in item.iter_markers(options.APPINT) for name in mark.kwargs}
    if settings.get("seed_file") is None or not names & {"seed_file", "account_id"}:
        return None  # The seed file of the ini is checked with the ini.
    checked = item.config.stash.setdefault(_CHECKED, {})
    key = (str(settings["seed_file"]), settings.get("account_id"))
    if key not in checked:
        checked[key] = _problem(settings)
    return f"{item.nodeid}: @pytest.mark.{options.APPINT}: {checked[key]}" if checked[key] else None


def resolve_seed_file(config: pytest.Config, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with the path of the seed file resolved, relative to the rootdir."""
    file = settings.get("seed_file")
    return {**settings, **({} if file is None else {"seed_file": config.rootpath / file})}


def _problem(settings: Mapping[str, Any]) -> str | None:
    try:
        _check(settings)
    except ValueError as problem:
        return str(problem)
    return None


def _check(settings: Mapping[str, Any]) -> None:
    """Raise `ValueError` with every reason if a stub can't be created or can't load its seed file."""
    from pytest_appintegrations.stub import AppIntegrationsStub

    stub = AppIntegrationsStub(**settings)
    if settings.get("seed_file") is not None:
        stub.load(settings["seed_file"])
