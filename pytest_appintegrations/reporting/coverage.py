"""Error-path coverage: which of the errors that the model gives the operations called did a test suite meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from pytest_appintegrations.model import service
from pytest_appintegrations.reporting.stats import OperationStats


class ErrorCoverage(TypedDict):
    """What the suite met of one error of an operation, in calls."""

    met: int
    recovered: int
    let_out: int
    tests: list[str]


class OperationCoverage(TypedDict):
    """The calls of one operation, and all errors that the model gives it."""

    calls: int
    errors: dict[str, ErrorCoverage]


class CoverageReport(TypedDict):
    """Error-path coverage as it stands in the JSON file."""

    version: int
    percent: float
    met: int
    modelled: int
    operations: dict[str, OperationCoverage]
    not_called: list[str]


#: What a `CoverageReport` is, as JSON Schema.
SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Error-path coverage of Amazon AppIntegrations calls",
    "type": "object",
    "required": ["version", "percent", "met", "modelled", "operations", "not_called"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 1},
        "percent": {"description": "met of modelled errors", "type": "number", "minimum": 0, "maximum": 100},
        "met": {"description": "errors that some attempt met", "$ref": "#/$defs/count"},
        "modelled": {"description": "errors that the model gives the operations called", "$ref": "#/$defs/count"},
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
                        "description": "each error that the model gives the operation",
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
            "required": ["met", "recovered", "let_out", "tests"],
            "additionalProperties": False,
            "properties": {
                "met": {"description": "calls that met it in some attempt", "$ref": "#/$defs/count"},
                "recovered": {"description": "of those, calls that went on to succeed", "$ref": "#/$defs/count"},
                "let_out": {"description": "of those, calls that ended in an error", "$ref": "#/$defs/count"},
                "tests": {"description": "ids of the tests that met it", "$ref": "#/$defs/names"},
            },
        },
    },
}


class Coverage:
    """What the tests of a suite met, added up in whichever order they report."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._recovered: Counter[tuple[str, str]] = Counter()
        self._let_out: Counter[tuple[str, str]] = Counter()
        self._tests: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def add(self, test: str, seen: Mapping[str, OperationStats]) -> None:
        """Add what a test, named by its id, met of each operation."""
        for operation, met in seen.items():
            self._calls[operation] += met["calls"]
            for error, (recovered, let_out) in met["errors"].items():
                self._recovered[operation, error] += recovered
                self._let_out[operation, error] += let_out
                self._tests[operation, error].add(test)

    def document(self) -> CoverageReport:
        """Give what was met, sorted: the same suite gives the same document."""
        operations = {name: self._operation(name) for name in sorted(self._calls)}
        errors = [error for operation in operations.values() for error in operation["errors"].values()]
        met = sum(error["met"] > 0 for error in errors)
        return CoverageReport(
            version=1,
            percent=round(100 * met / len(errors), 1) if errors else 0.0,
            met=met,
            modelled=len(errors),
            operations=operations,
            not_called=[name for name in service.operations() if name not in operations],
        )

    def _operation(self, name: str) -> OperationCoverage:
        return OperationCoverage(
            calls=self._calls[name], errors={error: self._error(name, error) for error in sorted(service.errors(name))}
        )

    def _error(self, operation: str, error: str) -> ErrorCoverage:
        recovered, let_out = self._recovered[operation, error], self._let_out[operation, error]
        return ErrorCoverage(
            met=recovered + let_out,
            recovered=recovered,
            let_out=let_out,
            tests=sorted(self._tests.get((operation, error), ())),
        )


def verdict(error: ErrorCoverage) -> str:
    """Say in a word or two what became of an error; where it was both recovered from and let out, the latter."""
    if error["let_out"]:
        return "let out"
    return "recovered" if error["met"] else "never met"


def total(document: CoverageReport) -> str:
    """Word what the percentage is made of."""
    return f"{document['met']} of {document['modelled']} modelled errors met"


def table(document: CoverageReport, *, tests: bool) -> Iterator[tuple[str, str | None]]:
    """Give the lines of a table for the terminal, each with what became of its error; with `tests`, theirs too."""
    operations = document["operations"]
    names = [*operations, *(f"  {error}" for operation in operations.values() for error in operation["errors"])]
    width = max(map(len, names), default=0)
    if operations:
        yield f"{'calls that met it':<{width}}  {'':9}  recovered  let out  tests", None
    for name, operation in operations.items():
        errors = operation["errors"]
        met = sum(error["met"] > 0 for error in errors.values())
        yield f"{name:<{width}}  {met} of {len(errors)} met, calls: {operation['calls']}", None
        for code, error in errors.items():
            figures = (
                f"  {error['recovered']:>9}  {error['let_out']:>7}  {len(error['tests']):>5}" if error["met"] else ""
            )
            yield f"{'  ' + code:<{width}}  {verdict(error):9}{figures}", verdict(error)
            for test in error["tests"] if tests else ():
                yield f"    {test}", None
    if document["not_called"]:
        yield f"never called, not counted: {', '.join(document['not_called'])}", None
