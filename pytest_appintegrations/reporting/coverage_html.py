"""Error-path coverage as one HTML page that needs nothing else: no script, no other file, no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pytest_appintegrations.reporting.coverage import CoverageReport, ErrorCoverage, OperationCoverage, total, verdict

_MARKS = {"recovered": "✓", "let out": "!", "never met": "○"}
_MEANINGS = {
    "recovered": "a call met the error in some attempt and went on to succeed",
    "let out": "at least one call that met the error ended in an error",
    "never met": "no test has ever seen it",
    "n/a": "the model does not give the operation this error",
}


def page(document: CoverageReport) -> str:
    """Give the page: a matrix of the operations called by their errors, the tests behind each cell."""
    columns = sorted({error for operation in document["operations"].values() for error in operation["errors"]})
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>AppIntegrations error paths: {document['percent']:.1f} %</title>",
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
            "<h1>Error paths of Amazon AppIntegrations calls</h1>",
            f'<p class="total"><strong>{document["percent"]:.1f} %</strong> {escape(total(document))}</p>',
            f'<progress max="100" value="{document["percent"]}" aria-label="modelled errors met"></progress>',
            "<p>Which of the errors that AWS documents has the code under test met?",
            "Open a cell for the tests behind it.</p>",
            *_legend(),
            *_matrix(document, columns),
            *_not_called(document["not_called"]),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _legend() -> Iterator[str]:
    yield '<dl class="legend">'
    for word, meaning in _MEANINGS.items():
        yield f'<div class="{_class(word)}"><dt>{_marked(word)}</dt><dd>{meaning}</dd></div>'
    yield "</dl>"


def _matrix(document: CoverageReport, columns: list[str]) -> Iterator[str]:
    if not document["operations"]:
        yield "<p>No test called the service.</p>"
        return
    # Roles, because a table that a phone shows as blocks would be none for a screen reader.
    yield '<table role="table">\n<thead role="rowgroup"><tr role="row">'
    yield '<th role="columnheader" scope="col">Operation</th>'
    yield from (f'<th role="columnheader" scope="col">{_breakable(error)}</th>' for error in columns)
    yield '</tr></thead>\n<tbody role="rowgroup">'
    for name, operation in document["operations"].items():
        yield '<tr role="row">'
        yield f'<th role="rowheader" scope="row">{_breakable(name)} <small>{_told(operation)}</small></th>'
        yield from (_cell(name, error, operation["errors"].get(error)) for error in columns)
        yield "</tr>"
    yield "</tbody>\n</table>"


def _told(operation: OperationCoverage) -> str:
    errors = operation["errors"].values()
    calls = operation["calls"]
    return f"{sum(error['met'] > 0 for error in errors)} of {len(errors)} met, {calls} call{'' if calls == 1 else 's'}"


def _cell(operation: str, code: str, error: ErrorCoverage | None) -> str:
    word = verdict(error) if error else "n/a"
    content = f"<span>{_marked(word)}</span>"
    if error and error["met"]:
        tests = "".join(f"<li>{escape(test)}</li>" for test in error["tests"])
        figures = f"recovered: {error['recovered']}, let out: {error['let_out']}"
        content = (
            f'<details><summary aria-label="{escape(operation)}, {escape(code)}: {word}" '
            f'title="{escape(figures + chr(10) + chr(10).join(error["tests"]))}">{_marked(word)}</summary>'
            f"<p>Calls {figures}</p><ul>{tests}</ul></details>"
        )
    return f'<td role="cell" class="{_class(word)}" data-error="{escape(code)}">{content}</td>'


def _not_called(names: list[str]) -> Iterator[str]:
    if names:
        yield "<h2>Never called, not counted</h2>\n<ul class='names'>"
        yield from (f"<li>{escape(name)}</li>" for name in names)
        yield "</ul>"


def _marked(word: str) -> str:
    return f'<span class="mark" aria-hidden="true">{_MARKS[word]}</span> {word}' if word in _MARKS else "n/a"


def _class(word: str) -> str:
    return word.replace(" ", "-").replace("/", "")


def _breakable(name: str) -> str:
    # A line may break before each capital letter of a name.
    return "".join(
        f"<wbr>{letter}" if letter.isupper() and place else letter for place, letter in enumerate(escape(name))
    )


_STYLE = """
:root { color-scheme: light dark; --back: #fff; --fore: #1b1f24; --soft: #59636e; --line: #d1d9e0;
  --ok: #dafbe1; --ok-fore: #0b4a1c; --bad: #ffe2cc; --bad-fore: #6b2500; --none: #f3f4f6; --none-fore: #454c54; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --fore: #e6edf3; --soft: #9da7b3; --line: #3d444d;
  --ok: #12361f; --ok-fore: #9ff0b4; --bad: #4a2408; --bad-fore: #ffc9a1; --none: #1c222a; --none-fore: #b6bfc8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--fore); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 90rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.total { margin: 0; } .total strong { font-size: 2.5rem; margin-right: .5rem; }
progress { width: 100%; height: .75rem; }
.legend { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
.legend div { display: flex; gap: .5rem; padding: .25rem .6rem; border-radius: .3rem; border: 2px solid transparent; }
.legend dt { font-weight: 600; white-space: nowrap; } .legend dd { margin: 0; font-weight: 400; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { border: 1px solid var(--line); padding: .5rem; text-align: left; vertical-align: top; }
th, td { overflow-wrap: anywhere; }
thead th { position: sticky; top: 0; background: var(--back); }
small { display: block; color: var(--soft); font-weight: 400; }
.recovered { background: var(--ok); color: var(--ok-fore); }
.let-out { background: var(--bad); color: var(--bad-fore); font-weight: 600; }
.never-met { background: var(--none); color: var(--none-fore); } .legend .never-met { border: 2px dashed var(--line); }
td.never-met { border-style: dashed; } .na { color: var(--soft); }
.mark { display: inline-block; min-width: 1em; font-weight: 700; }
summary { cursor: pointer; } summary:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
td:hover details { text-decoration: underline; } td details[open] { text-decoration: none; }
details p, details ul { margin: .4rem 0 0; font-weight: 400; } details ul { padding-left: 1.1rem; }
.names { columns: 16rem; padding-left: 1.1rem; }
@media (max-width: 60rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; } tr { margin-bottom: 1rem; } tbody th { font-size: 1rem; }
  td { display: flex; flex-wrap: wrap; gap: .25rem 1rem; border-top: 0; }
  td::before { content: attr(data-error); flex: 1 1 14rem; } td > * { flex: 1 1 8rem; } td.na { display: none; }
}
"""
