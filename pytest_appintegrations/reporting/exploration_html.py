"""Format an exploration as one HTML page: for each test a matrix of its calls and the errors tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

from pytest_appintegrations.exploration.findings import Findings
from pytest_appintegrations.exploration.outcomes import (
    FINDINGS,
    OUTCOMES,
    ExplorationReport,
    ExploredTest,
    RunReport,
)
from pytest_appintegrations.reporting import html
from pytest_appintegrations.reporting.exploration import advice, fault, left, total
from pytest_appintegrations.reporting.html import Cell

_MARKS = {
    "crashed": "✗", "lost": "∅", "duplicated": "2x", "endless": "∞",
    "recovered": "✓", "raised": "↑", "translated": "↗", "noticed": "!",
}  # fmt: skip
_ACCEPTED = "accepted by the test's marker"


def page(findings: Findings) -> str:
    """Return the page; it is the same for the same findings."""
    document = findings.document()
    return html.page(f"AppIntegrations fault exploration: {total(document)}", _body(findings, document))


def _body(findings: Findings, document: ExplorationReport) -> Iterator[str]:
    count, _, rest = total(document).partition(" ")
    yield "<h1>Fault exploration of Amazon AppIntegrations calls</h1>"
    yield f'<p class="total"><strong>{count}</strong> {rest}</p>'
    yield "<p>Each test ran again with one fault at a time, in each of its calls. Open a cell to see where the error "
    yield "came out, what the run left behind, and the line that makes it a regression test.</p>"
    yield from html.legend({meaning: _plain_cell(outcome) for outcome, meaning in OUTCOMES.items()})
    for outcome, text in advice(findings).items():
        yield f"<p>What to do about <strong>{outcome}</strong>: {escape(text)}.</p>"
    for test, report in document["tests"].items():
        yield from _test(findings, test, report)
    yield from _not_explored(document["not_explored"])


def _plain_cell(outcome: str) -> Cell:
    return Cell(outcome, _MARKS[outcome], "bad" if outcome in FINDINGS else "good")


def _test(findings: Findings, test: str, report: ExploredTest) -> Iterator[str]:
    yield f"<h2>{escape(test)}</h2>"
    rows: dict[str, dict[str, Cell]] = {}
    for run in report["runs"]:
        rows.setdefault(_call(report, run), {})[fault(run)] = _cell(findings, test, run)
    columns = dict.fromkeys(sorted((name for cells in rows.values() for name in cells), key=_position))
    yield from html.matrix("Call", columns, rows)
    if report["cut_off"]:
        yield f"<p>{report['cut_off']} more runs were left out.</p>"


def _position(name: str) -> tuple[bool, str]:
    return ", " in name, name  # Lost responses last.


def _call(report: ExploredTest, run: RunReport) -> str:
    numbers = [number for number, operation in enumerate(report["calls"], 1) if operation == run["operation"]]
    return f"{numbers[run['call'] - 1]}. {html.breakable(run['operation'])}"


def _cell(findings: Findings, test: str, run: RunReport) -> Cell:
    outcome = run["outcome"]
    accepted = outcome in FINDINGS and not findings.is_finding(test, run)
    at = f"<code>{escape(run['at'])}</code>" if run["at"] else ""
    facts = [
        f"<strong>{fault(run)}: {outcome}</strong>, {OUTCOMES[outcome]}{f'; {_ACCEPTED}' if accepted else ''}",
        f"{at} {escape(run['exception'])}" if run["exception"] else "",
        f"left: {left(run)}" if run["left"] else "",
    ]
    paragraphs = "".join(f"<p>{fact}</p>" for fact in facts if fact)
    return Cell(
        status=outcome,
        mark=_MARKS[outcome],
        tone="none" if accepted else "bad" if outcome in FINDINGS else "good",
        label=f"{run['operation']}, call {run['call']}, {fault(run)}: {outcome}",
        details=f"{paragraphs}<pre>{escape(run['marker'])}</pre>",
    )


def _not_explored(reasons: dict[str, str]) -> Iterator[str]:
    if not reasons:
        return
    yield "<h2>Not explored</h2>\n<dl>"
    for kind, number in sorted(Counter(reason.partition(":")[0] for reason in reasons.values()).items()):
        yield f"<dt>{escape(kind)} ({number})</dt>"
        for test, reason in reasons.items():
            if reason.partition(":")[0] == kind:
                yield f"<dd>{escape(test)}{escape(reason.removeprefix(kind))}</dd>"
    yield "</dl>"
