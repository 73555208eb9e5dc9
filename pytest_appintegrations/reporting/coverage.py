"""Compute error-path coverage: which modelled errors of the called operations a test suite exercised."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypedDict

from pytest_appintegrations.model import service
from pytest_appintegrations.reporting.stats import OperationStats

Status = Literal["handled", "retried", "failed", "not covered"]

#: The statuses of an error with their meanings, the best first.
STATUSES: Mapping[Status, str] = {
    "handled": "the error was raised to the code under test, in at least one test that passed",
    "retried": "some call met it in an attempt and botocore's retries absorbed it; no call raised it",
    "failed": "it was raised, and only in tests that failed",
    "not covered": "no attempt met it",
}


class ErrorCoverage(TypedDict):
    """The status of one error of an operation; the figures count calls."""

    status: Status
    met: int
    retried: int
    raised: int
    tests: list[str]


class OperationCoverage(TypedDict):
    """The number of calls of one operation, and each of its modelled errors."""

    calls: int
    errors: dict[str, ErrorCoverage]


class CoverageReport(TypedDict):
    """Error-path coverage, as it is written to a JSON file."""

    version: int
    percent: float
    covered: int
    modelled: int
    operations: dict[str, OperationCoverage]
    not_called: list[str]


#: What a `CoverageReport` is, as JSON Schema.
SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Error-path coverage of Amazon AppIntegrations calls",
    "type": "object",
    "required": ["version", "percent", "covered", "modelled", "operations", "not_called"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 1},
        "percent": {
            "description": "covered of modelled errors, rounded",
            "type": "number",
            "minimum": 0,
            "maximum": 100,
        },
        "covered": {"description": "errors that are handled, retried or failed", "$ref": "#/$defs/count"},
        "modelled": {"description": "modelled errors of the operations called", "$ref": "#/$defs/count"},
        "operations": {
            "description": "the operations called",
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["calls", "errors"],
                "additionalProperties": False,
                "properties": {
                    "calls": {"$ref": "#/$defs/count"},
                    "errors": {
                        "description": "each modelled error of the operation",
                        "type": "object",
                        "additionalProperties": {"$ref": "#/$defs/error"},
                    },
                },
            },
        },
        "not_called": {"description": "the model's other operations", "$ref": "#/$defs/names"},
    },
    "$defs": {
        "count": {"type": "integer", "minimum": 0},
        "names": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "error": {
            "type": "object",
            "required": ["status", "met", "retried", "raised", "tests"],
            "additionalProperties": False,
            "properties": {
                "status": {"enum": list(STATUSES)},
                "met": {"description": "calls that met it in some attempt", "$ref": "#/$defs/count"},
                "retried": {"description": "of those, calls that did not end in it", "$ref": "#/$defs/count"},
                "raised": {"description": "of those, calls that ended in it", "$ref": "#/$defs/count"},
                "tests": {"description": "ids of the tests that met it", "$ref": "#/$defs/names"},
            },
        },
    },
}


class Coverage:
    """The sum of the errors that the tests of a suite met, in any order of their reports."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._retried: Counter[tuple[str, str]] = Counter()
        self._raised: Counter[tuple[str, str]] = Counter()
        self._tests: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._raised_in: defaultdict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
        self._not_passed: set[tuple[str, int]] = set()

    def add(self, test: str, stats: Mapping[str, OperationStats], *, rerun: int = 0) -> None:
        """Add the errors of each operation that a test, named by its id, met; `rerun` counts its runs from 0."""
        for operation, met in stats.items():
            self._calls[operation] += met["calls"]
            for error, (retried, raised) in met["errors"].items():
                self._retried[operation, error] += retried
                self._raised[operation, error] += raised
                self._tests[operation, error].add(test)
                if raised:
                    self._raised_in[operation, error].add((test, rerun))

    def note_not_passed(self, test: str, *, rerun: int = 0) -> None:
        """Record that a run of a test did not pass: the errors that it raised count as failed."""
        self._not_passed.add((test, rerun))

    def document(self) -> CoverageReport:
        """Return the report, sorted: it is the same for the same suite."""
        operations = {name: self._operation(name) for name in sorted(self._calls)}
        errors = [error for operation in operations.values() for error in operation["errors"].values()]
        covered = sum(error["met"] > 0 for error in errors)
        return CoverageReport(
            version=1,
            percent=round(100 * covered / len(errors), 1) if errors else 0.0,
            covered=covered,
            modelled=len(errors),
            operations=operations,
            not_called=[name for name in service.operations() if name not in operations],
        )

    def _operation(self, name: str) -> OperationCoverage:
        return OperationCoverage(
            calls=self._calls[name], errors={error: self._error(name, error) for error in sorted(service.errors(name))}
        )

    def _error(self, operation: str, error: str) -> ErrorCoverage:
        retried, raised = self._retried[operation, error], self._raised[operation, error]
        return ErrorCoverage(
            status=self._status(operation, error),
            met=retried + raised,
            retried=retried,
            raised=raised,
            tests=sorted(self._tests.get((operation, error), ())),
        )

    def _status(self, operation: str, error: str) -> Status:
        if self._raised[operation, error]:
            return "handled" if self._raised_in[operation, error] - self._not_passed else "failed"
        return "retried" if self._retried[operation, error] else "not covered"


def is_below(document: CoverageReport, minimum: float) -> bool:
    """Return whether the exact coverage, not the rounded one, is below `minimum` percent."""
    modelled = document["modelled"]
    return (100 * document["covered"] / modelled if modelled else 0.0) < minimum


def total(document: CoverageReport) -> str:
    """Return the numbers behind the percentage, as text."""
    return f"{document['covered']} of {document['modelled']} modelled errors covered"


def covered(operation: OperationCoverage) -> str:
    """Return how many errors of an operation are covered, and how often it was called, as text."""
    errors = operation["errors"].values()
    calls = operation["calls"]
    count = sum(error["met"] > 0 for error in errors)
    return f"{count} of {len(errors)} covered, {calls} call{'' if calls == 1 else 's'}"


def table(document: CoverageReport, *, tests: bool) -> Iterator[tuple[str, Status | None]]:
    """Return the lines of a table, each with the status of its error; `tests` adds the ids of the tests."""
    operations = document["operations"]
    names = [*operations, *(f"  {error}" for operation in operations.values() for error in operation["errors"])]
    width = max(map(len, names), default=0)
    if operations:
        yield f"{'calls that met it':<{width}}  {'':11}  retried  raised  tests", None
    for name, operation in operations.items():
        yield f"{name:<{width}}  {covered(operation)}", None
        for code, error in operation["errors"].items():
            figures = f"  {error['retried']:>7}  {error['raised']:>6}  {len(error['tests']):>5}" if error["met"] else ""
            yield f"{'  ' + code:<{width}}  {error['status']:11}{figures}".rstrip(), error["status"]
            for test in error["tests"] if tests else ():
                yield f"    {test}", None
    if document["not_called"]:
        yield f"never called, not counted: {', '.join(document['not_called'])}", None
