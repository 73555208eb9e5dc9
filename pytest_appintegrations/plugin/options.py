"""Define the markers, and the options of the ini file and of the command line.

Every run imports this module, so its classes are plain: they are created ten times faster than dataclasses.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appintegrations.suggestions import unknown, unknown_value

if TYPE_CHECKING:
    from pytest_appintegrations.recording.call import Call
    from pytest_appintegrations.stub import AppIntegrationsStub

APPINT, FAULT, EACH_FAULT, EXPLORE, REAL = (
    "appint", "appint_fault", "appint_each_fault", "appint_explore", "appint_real",
)  # fmt: skip
#: Each marker with what it does.
MARKERS = {
    APPINT: "run the test with an active stub that has these settings.",
    FAULT: "inject this fault, or the Fault that is the only argument, into AppIntegrations calls. May be repeated.",
    EACH_FAULT: "run the test once for each error that the model gives the operation, with transport=True also for "
    "each network error. The other arguments are those of appint_fault.",
    EXPLORE: "choose what --appint-explore does with the test: leave it out (enabled=False), accept these outcomes "
    "(allow), inject these errors only, or inject errors into calls of these operations only.",
    REAL: "let the AppIntegrations calls of the test reach AWS.",
}


class Option:
    """An option of the ini file."""

    def __init__(self, name: str, help: str, kind: Any = "string") -> None:
        self.name = name
        self.help = help
        self.kind = kind


SETTINGS = (
    Option("region", "Region of the stub's own stores, and of clients that name none. Default: us-east-1."),
    Option("account_id", "AWS account in ARNs. Default: 123456789012."),
    Option(
        "retry_mode",
        "Retry mode of AppIntegrations clients that are created while a stub is active: legacy, standard or adaptive. "
        "Default: each client's own.",
    ),
    Option("backoff", "virtual: skip the delays between attempts of a call; real: sleep them. Default: virtual."),
    Option(
        "seed_file",
        "JSON file of records, as stub.dump() returns them, to load when a stub starts; relative to the rootdir. "
        "Default: none.",
    ),
    Option("require_faults_used", "Fail a test if one of its faults was never triggered. Default: true.", "bool"),
)
REAL_CALLS = Option(
    "real_calls",
    "refuse: fail a test whose AppIntegrations call no stub answers; allow: let the call reach AWS. Default: refuse.",
)
_REAL_CALLS = ("refuse", "allow")
REPORT = Option("report", "Show the AppIntegrations calls of which tests: failed, all or none. Default: failed.")
_REPORTS = ("failed", "none", "all")
_SUFFIXES = (".json", ".html")
SETTINGS_GIVEN = pytest.StashKey[dict[str, Any]]()
#: The stub of a test while it runs, and the calls that the test has made in its phases so far.
STUB: pytest.StashKey[AppIntegrationsStub] = pytest.StashKey()
CALLS: pytest.StashKey[list[Call]] = pytest.StashKey()


class Exploration:
    """What a run explores, and where it writes the report."""

    def __init__(self, *, files: tuple[Path, ...], runs_per_test: int) -> None:
        self.files = files
        self.runs_per_test = runs_per_test


class Reports:
    """What a run reports about its AppIntegrations calls."""

    def __init__(self, *, shown: str, table: bool, files: tuple[Path, ...], minimum: float | None) -> None:
        self.shown = shown
        """The tests whose calls are shown: `none`, `failed` or `all`."""
        self.table = table
        """Whether error-path coverage is shown as a table."""
        self.files = files
        """The files that error-path coverage is written to."""
        self.minimum = minimum
        """The percentage below which the run fails."""

    @property
    def coverage(self) -> bool:
        """Whether error-path coverage was requested in any form."""
        return self.table or bool(self.files) or self.minimum is not None


def check_names(config: pytest.Config) -> None:
    """Raise a usage error for an ini option `appint_…` that is not registered."""
    known = [f"{APPINT}_{option.name}" for option in (*SETTINGS, REAL_CALLS, REPORT)]
    overridden = (option.partition("=")[0].strip() for option in config.getoption("override_ini") or ())
    # pytest 9 deprecates `inicfg`, and offers no public way to list the names.
    given = vars(config).get("_inicfg")
    for name in (*(config.inicfg if given is None else given), *overridden):
        if name.startswith(f"{APPINT}_") and name not in known and not _is_registered(config, name):
            message = unknown("ini option", name, known)
            raise pytest.UsageError(
                f"{message}\nThe other settings are arguments of the marker appint and of AppIntegrationsStub only."
            )


def _is_registered(config: pytest.Config, name: str) -> bool:
    try:
        config.getini(name)
    except ValueError:
        return False
    return True


def add_to(parser: pytest.Parser) -> None:
    """Register the options of the ini file and of the command line; an option that is not set is None."""
    for option in (*SETTINGS, REAL_CALLS, REPORT):
        parser.addini(f"appint_{option.name}", option.help, type=option.kind, default=None)
    group = parser.getgroup("appintegrations", "Amazon AppIntegrations")
    group.addoption("--appint-report", metavar="WHICH", help=REPORT.help)
    for name, text in _REPORT_HELP.items():
        group.addoption(name, metavar="FILE", nargs="?", action="append", const="", help=text)
    minimum = "Fail the run if its error-path coverage is below this. Default: no minimum."
    group.addoption("--appint-coverage-min", metavar="PERCENT", help=minimum)
    group.addoption("--appint-explore-max", metavar="N", help="Explore a test in this many runs at most. Default: 200.")


_REPORT_HELP = {
    "--appint-coverage": "Show error-path coverage: which of the errors that the model gives the called operations "
    "were exercised. With FILE.json or FILE.html, write it to the file instead. May be repeated. Default: off.",
    "--appint-explore": "Run each test that passed again, with one fault at a time in each of its AppIntegrations "
    "calls, and report the outcomes. With FILE.json or FILE.html, write the report to the file, too. May be repeated. "
    "Default: off.",
}


def on_worker(config: pytest.Config) -> bool:
    """Return whether this process is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


def reports(config: pytest.Config) -> Reports:
    """Return what to report; raise a usage error for an invalid option."""
    names: list[str] = config.getoption("--appint-coverage") or []
    return Reports(
        shown=_one_of(config, REPORT, _REPORTS, config.getoption("--appint-report")),
        table="" in names,
        files=_files(config, "--appint-coverage", names),
        minimum=_percentage(config.getoption("--appint-coverage-min")),
    )


def exploration(config: pytest.Config) -> Exploration | None:
    """Return what to explore, None for nothing; raise a usage error for an invalid option."""
    limit = config.getoption("--appint-explore-max")
    if limit is not None and not (limit.isdecimal() and int(limit) > 0):
        raise pytest.UsageError(f"--appint-explore-max={limit}: must be a whole number from 1")
    names: list[str] | None = config.getoption("--appint-explore")
    if names is None:
        return None
    return Exploration(files=_files(config, "--appint-explore", names), runs_per_test=int(limit or 200))


def _files(config: pytest.Config, option: str, names: list[str]) -> tuple[Path, ...]:
    if on_worker(config):  # Workers write no files.
        return ()
    return tuple(_writable(option, name) for name in names if name)


def _writable(option: str, name: str) -> Path:
    file = Path(name).absolute()
    if file.suffix not in _SUFFIXES:
        raise pytest.UsageError(
            f"{option}={name}: must be the name of a .json or .html file; leave it out for a report on the terminal.\n"
            f"Put arguments for pytest itself, such as the path of a test file, before {option}."
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        there = file.exists()
        with file.open("a", encoding="utf-8"):
            pass
        if not there:
            os.unlink(file)
    except OSError as problem:
        raise pytest.UsageError(f"{option}={name}: can't be written: {problem.strerror}") from None
    return file


def _percentage(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        percentage = float(text.removesuffix("%"))
    except ValueError:
        percentage = -1
    if not 0 <= percentage <= 100:
        raise pytest.UsageError(f"--appint-coverage-min={text}: must be a percentage, a number from 0 to 100")
    return percentage


def settings(config: pytest.Config) -> dict[str, Any]:
    """Return the settings in the ini file; raise a usage error that names an option with an invalid value."""
    values = {option.name: value for option in SETTINGS if (value := _read(config, option)) is not None}
    if values:
        from pytest_appintegrations.settings import settings_of

        for name, value in values.items():
            try:
                settings_of({name: value}, APPINT)
            except (TypeError, ValueError) as problem:
                raise pytest.UsageError(f"appint_{name} in the ini: {problem}") from None
    return values


def real_calls_allowed(config: pytest.Config) -> bool:
    """Return whether calls that no stub answers may reach AWS."""
    return _one_of(config, REAL_CALLS, _REAL_CALLS) == "allow"


def _one_of(config: pytest.Config, option: Option, values: tuple[str, ...], on_line: str | None = None) -> str:
    """Return an option that has one of these values, the first by default; the command line precedes the ini."""
    text = _read(config, option) if on_line is None else on_line
    value = values[0] if text is None else str(text)
    if value not in values:
        where = f"appint_{option.name} in the ini" if on_line is None else f"--appint-{option.name}"
        raise pytest.UsageError(f"{where}: {unknown_value(value, values)}")
    return value


def _read(config: pytest.Config, option: Option) -> Any:
    try:
        return config.getini(f"appint_{option.name}")
    except (TypeError, ValueError, pytest.UsageError) as problem:  # UsageError since pytest 9.
        allowed = " (values: true, false)" if option.kind == "bool" else ""
        raise pytest.UsageError(f"appint_{option.name} in the ini: {problem}{allowed}") from None
