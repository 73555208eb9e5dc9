"""The markers, and the options of the ini file and the command line.

Every run imports this: its classes are of the plain kind, which is made in a tenth of the time of the others.
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
#: The markers, each with what it does.
MARKERS = {
    APPINT: "answer the AppIntegrations calls of the test by a stub that has these settings.",
    FAULT: "make AppIntegrations calls fail by this fault, or by a Fault as the only argument; may be repeated.",
    EACH_FAULT: "run the test once for each error of the operation, and with transport for each network error.",
    EXPLORE: "with --appint-explore, leave the test out (False), accept outcomes, or try only these errors or "
    "operations.",
    REAL: "let the test talk to Amazon AppIntegrations.",
}


class Option:
    """An option of the ini file."""

    def __init__(self, name: str, help: str, kind: Any = "string") -> None:
        self.name = name
        self.help = help
        self.kind = kind


SETTINGS = (
    Option("region", "where records seeded through the stub live"),
    Option("account_id", "the account in ARNs"),
    Option("retry_mode", "the retry mode of AppIntegrations clients that are made while a test has the stub"),
    Option("backoff", "virtual: the retry delays of AppIntegrations calls are skipped; real: they are slept"),
    Option("seed_file", "a JSON file of records, as stub.dump() returns them, loaded when the stub starts"),
    Option("require_faults_used", "a fault that was never triggered fails the test", "bool"),
)
REAL_CALLS = Option(
    "real_calls", "refuse: an AppIntegrations call without a stub fails the test; allow: it goes to AWS"
)
_REAL_CALLS = ("refuse", "allow")
REPORT = Option("report", "whose AppIntegrations calls are shown: none, those of failed tests, or those of all tests")
_REPORTS = ("failed", "none", "all")
_SUFFIXES = (".json", ".html")
SETTINGS_GIVEN = pytest.StashKey[dict[str, Any]]()
#: The stub of a test while it runs, and the calls that it has made in its phases so far.
STUB: pytest.StashKey[AppIntegrationsStub] = pytest.StashKey()
CALLS: pytest.StashKey[list[Call]] = pytest.StashKey()


class Exploration:
    """What a run shall explore, and where it writes what it found."""

    def __init__(self, *, files: tuple[Path, ...], runs_per_test: int) -> None:
        self.files = files
        self.runs_per_test = runs_per_test


class Reports:
    """What a run shall report of its AppIntegrations calls."""

    def __init__(self, *, shown: str, table: bool, files: tuple[Path, ...], minimum: float | None) -> None:
        self.shown = shown
        """`none`, `failed` or `all`: whose calls are shown."""
        self.table = table
        """Whether error-path coverage is shown as a table."""
        self.files = files
        """Where error-path coverage is written."""
        self.minimum = minimum
        """The percentage below which the run fails."""

    @property
    def coverage(self) -> bool:
        """Whether error-path coverage is asked for in any form."""
        return self.table or bool(self.files) or self.minimum is not None


def check_names(config: pytest.Config) -> None:
    """Raise a usage error for an ini option `appint_…` that nobody has registered."""
    known = [f"{APPINT}_{option.name}" for option in (*SETTINGS, REAL_CALLS, REPORT)]
    overridden = (option.partition("=")[0].strip() for option in config.getoption("override_ini") or ())
    # pytest 9 deprecates `inicfg`, and has no public way to ask for names.
    given = vars(config).get("_inicfg")
    for name in (*(config.inicfg if given is None else given), *overridden):
        if name.startswith(f"{APPINT}_") and name not in known and not _is_registered(config, name):
            message = unknown("option in the ini", name, known)
            raise pytest.UsageError(f"{message}. Other settings are for the marker and AppIntegrationsStub alone.")


def _is_registered(config: pytest.Config, name: str) -> bool:
    try:
        config.getini(name)
    except ValueError:
        return False
    return True


def add_to(parser: pytest.Parser) -> None:
    """Register the options of the ini file and of the command line; one that is not there is None."""
    for option in (*SETTINGS, REAL_CALLS, REPORT):
        parser.addini(f"appint_{option.name}", option.help, type=option.kind, default=None)
    group = parser.getgroup("appintegrations", "Amazon AppIntegrations")
    group.addoption("--appint-report", metavar="WHICH", help=f"{REPORT.help} (failed, none, all)")
    group.addoption(
        "--appint-coverage",
        metavar="FILE",
        nargs="?",
        action="append",
        const="",
        help="show which modelled errors the operations called were seen to answer, or write it to FILE.json or "
        "FILE.html; may be repeated",
    )
    group.addoption(
        "--appint-coverage-min", metavar="PERCENT", help="fail the run if its error-path coverage is below this"
    )
    group.addoption(
        "--appint-explore",
        metavar="FILE",
        nargs="?",
        action="append",
        const="",
        help="run each test again with one fault at a time and report what became of it, or write that to FILE.json or "
        "FILE.html too; may be repeated",
    )
    group.addoption(
        "--appint-explore-max", metavar="N", help="with --appint-explore, runs of one test at most (default: 200)"
    )


def on_worker(config: pytest.Config) -> bool:
    """Return whether this process is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


def reports(config: pytest.Config) -> Reports:
    """Read what is to be reported; a usage error for what can't be."""
    names: list[str] = config.getoption("--appint-coverage") or []
    return Reports(
        shown=_one_of(config, REPORT, _REPORTS, config.getoption("--appint-report")),
        table="" in names,
        files=_files(config, "--appint-coverage", names),
        minimum=_percentage(config.getoption("--appint-coverage-min")),
    )


def exploration(config: pytest.Config) -> Exploration | None:
    """Read what is to be explored, None for nothing; a usage error reports what can't be, before the first test."""
    limit = config.getoption("--appint-explore-max")
    if limit is not None and not (limit.isdecimal() and int(limit) > 0):
        raise pytest.UsageError(f"--appint-explore-max={limit}: must be a whole number from 1")
    names: list[str] | None = config.getoption("--appint-explore")
    if names is None:
        return None
    return Exploration(files=_files(config, "--appint-explore", names), runs_per_test=int(limit or 200))


def _files(config: pytest.Config, option: str, names: list[str]) -> tuple[Path, ...]:
    if on_worker(config):  # Workers write none.
        return ()
    return tuple(_writable(option, name) for name in names if name)


def _writable(option: str, name: str) -> Path:
    file = Path(name).absolute()
    if file.suffix not in _SUFFIXES:
        raise pytest.UsageError(
            f"{option}={name}: must end in .json or .html, or be left out for a table on the terminal. "
            f"Arguments of pytest's own, such as a test file, go before {option}."
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
    """Read the settings that the ini gives; a usage error names the option whose value is wrong."""
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
    """Read whether calls without a stub may go to AWS."""
    return _one_of(config, REAL_CALLS, _REAL_CALLS) == "allow"


def _one_of(config: pytest.Config, option: Option, values: tuple[str, ...], on_line: str | None = None) -> str:
    """Read an option whose values are these; the first is the default, and the command line goes before the ini."""
    text = _read(config, option) if on_line is None else on_line
    value = values[0] if text is None else str(text)
    if value not in values:
        where = f"appint_{option.name} in the ini" if on_line is None else f"--appint-{option.name}"
        raise pytest.UsageError(f"{where}: {unknown_value(value, values)}")
    return value


def _read(config: pytest.Config, option: Option) -> Any:
    try:
        return config.getini(f"appint_{option.name}")
    except (TypeError, ValueError, pytest.UsageError) as problem:  # The last since pytest 9.
        allowed = " (values: true, false)" if option.kind == "bool" else ""
        raise pytest.UsageError(f"appint_{option.name} in the ini: {problem}{allowed}") from None
