"""What the plugin tells pytest that it knows: the options of the ini file and the markers.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from pytest_appintegrations.errors import unknown

APPINT, FAULT, EACH_FAULT, REAL = MARKERS = ("appint", "appint_fault", "appint_each_fault", "appint_real")
MARKER_LINES = (
    f"{APPINT}(**settings): answer AppIntegrations calls of the test with a stub that has these settings.",
    f"{FAULT}(error, **rule): make AppIntegrations calls fail by this rule, or by a Fault; may be repeated.",
    f"{EACH_FAULT}(operation, *, transport=False, **rule): run the test once for each error of the operation.",
    f"{REAL}: let the test talk to Amazon AppIntegrations.",
)


class Option(NamedTuple):
    """An option of the ini file."""

    name: str
    help: str
    kind: Any = "string"


SETTINGS = (
    Option("region", "where records seeded through the stub live"),
    Option("account_id", "the account in ARNs"),
    Option("backoff", "virtual: the retry delays of AppIntegrations calls are skipped; real: they are slept"),
    Option("require_faults_used", "a fault that never struck fails the test", "bool"),
)
MODES = ("standard", "legacy", "adaptive")
RETRY_MODE = Option(
    "retry_mode", "the retry mode of AppIntegrations clients in tests that have the stub: " + ", ".join(MODES)
)
REAL_CALLS = Option(
    "real_calls", "refuse: an AppIntegrations call without a stub fails the test; allow: it goes to AWS"
)
_REAL_CALLS = ("refuse", "allow")
SETTINGS_GIVEN = pytest.StashKey[dict[str, Any]]()


def add_to(parser: pytest.Parser) -> None:
    """Register the options of the ini file; one that is not there is None."""
    for option in (*SETTINGS, REAL_CALLS, RETRY_MODE):
        parser.addini(f"appint_{option.name}", option.help, type=option.kind, default=None)


def settings(config: pytest.Config) -> dict[str, Any]:
    """Read the settings that the ini gives; a usage error names the option whose value is none."""
    given = {option.name: value for option in SETTINGS if (value := _read(config, option)) is not None}
    if given:
        from pytest_appintegrations.settings import settings_of

        for name, value in given.items():
            try:
                settings_of({name: value})
            except (TypeError, ValueError) as problem:
                raise pytest.UsageError(f"appint_{name} in the ini: {problem}") from None
    return given


def real_calls_allowed(config: pytest.Config) -> bool:
    """Read whether calls without a stub may go to AWS."""
    return _one_of(config, REAL_CALLS, _REAL_CALLS) == "allow"


def retry_mode(config: pytest.Config) -> str:
    """Read the retry mode of AppIntegrations clients."""
    return _one_of(config, RETRY_MODE, MODES)


def _one_of(config: pytest.Config, option: Option, values: tuple[str, ...]) -> str:
    """Read an option whose values are these; the first is the default."""
    given = _read(config, option)
    value = values[0] if given is None else str(given)
    if value not in values:
        told = f"{unknown('value', value, values)} (values: {', '.join(values)})"
        raise pytest.UsageError(f"appint_{option.name} in the ini: {told}")
    return value


def _read(config: pytest.Config, option: Option) -> Any:
    try:
        return config.getini(f"appint_{option.name}")
    except (TypeError, ValueError, pytest.UsageError) as problem:  # The last since pytest 9.
        wanted = " (values: true, false)" if option.kind == "bool" else ""
        raise pytest.UsageError(f"appint_{option.name} in the ini: {problem}{wanted}") from None
