"""Format error-path coverage as one HTML page: a matrix of the called operations and their errors."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pytest_appintegrations.reporting import html
from pytest_appintegrations.reporting.coverage import (
    STATUSES,
    CoverageReport,
    ErrorCoverage,
    OperationCoverage,
    covered,
    total,
)
from pytest_appintegrations.reporting.html import NOT_APPLICABLE, Cell

_CELLS = {
    "handled": Cell("handled", "✓", "good"),
    "retried": Cell("retried", "↻", "good"),
    "failed": Cell("failed", "✗", "bad"),
    "not covered": Cell("not covered", "○"),
}


def page(document: CoverageReport) -> str:
    """Return the page; it is the same for the same document."""
    return html.page(f"AppIntegrations error paths: {document['percent']:.1f} %", _body(document))


def _body(document: CoverageReport) -> Iterator[str]:
    yield "<h1>Error paths of Amazon AppIntegrations calls</h1>"
    yield f'<p class="total"><strong>{document["percent"]:.1f} %</strong> {escape(total(document))}</p>'
    yield f'<progress max="100" value="{document["percent"]}" aria-label="modelled errors covered"></progress>'
    yield "<p>Which of the errors that AWS documents has the test suite exercised, and what became of them? "
    yield "Open a cell to see the tests.</p>"
    meanings = {meaning: _CELLS[status] for status, meaning in STATUSES.items()}
    yield from html.legend({**meanings, "the model does not name this error for the operation": NOT_APPLICABLE})
    yield from _matrix(document["operations"])
    if document["not_called"]:
        yield "<h2>Never called, not counted</h2>"
        yield from html.names(document["not_called"])


def _matrix(operations: dict[str, OperationCoverage]) -> Iterator[str]:
    if not operations:
        yield "<p>No test called the service.</p>"
        return
    columns = sorted({error for operation in operations.values() for error in operation["errors"]})
    yield from html.matrix(
        "Operation", columns, {_head(name, operation): _row(name, operation) for name, operation in operations.items()}
    )


def _head(name: str, operation: OperationCoverage) -> str:
    return f"{html.breakable(name)} <small>{escape(covered(operation))}</small>"


def _row(name: str, operation: OperationCoverage) -> dict[str, Cell]:
    return {code: _cell(name, code, error) for code, error in operation["errors"].items()}


def _cell(operation: str, code: str, error: ErrorCoverage) -> Cell:
    cell = _CELLS[error["status"]]
    if not error["met"]:
        return cell
    tests = "".join(f"<li>{escape(test)}</li>" for test in error["tests"])
    figures = f"<p>Calls: {error['retried']} retried, {error['raised']} raised</p>"
    return cell._replace(label=f"{operation}, {code}: {error['status']}", details=f"{figures}<ul>{tests}</ul>")
