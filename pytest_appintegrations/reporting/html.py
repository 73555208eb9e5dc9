"""Build HTML pages of one self-contained file, which need no scripts, other files or the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import NamedTuple


class Cell(NamedTuple):
    """A cell of a matrix."""

    status: str
    """The word in it, and its class."""
    mark: str = ""
    tone: str = "none"
    """Its appearance: `good`, `bad`, `none` or `absent`."""
    label: str = ""
    """What a screen reader reads out."""
    details: str = ""
    """The HTML that it opens to; a cell without it does not open."""


#: The cell of a column that does not apply to a row.
NOT_APPLICABLE = Cell("n/a", tone="absent")


def page(title: str, body: Iterable[str]) -> str:
    """Return a page with a title and the lines of its body."""
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{style}</style>\n</head>\n<body>\n<main>",
            *body,
            "</main>\n</body>\n</html>\n",
        ]
    )


def legend(cells: Mapping[str, Cell]) -> Iterator[str]:
    """Return the lines of a legend that explains each cell by its meaning."""
    yield '<dl class="legend">'
    for meaning, cell in cells.items():
        yield f'<div class="{cell.tone}"><dt>{_marked(cell)}</dt><dd>{escape(meaning)}</dd></div>'
    yield "</dl>"


def matrix(corner: str, columns: Iterable[str], rows: Mapping[str, Mapping[str, Cell]]) -> Iterator[str]:
    """Return the lines of a table; `rows` maps the HTML of each row's head to its cells by column."""
    names = list(columns)
    # With roles, because a phone shows the table as blocks, which a screen reader would not recognize as a table.
    yield '<table role="table">\n<thead role="rowgroup"><tr role="row">'
    yield from (f'<th role="columnheader" scope="col">{head}</th>' for head in (escape(corner), *map(breakable, names)))
    yield '</tr></thead>\n<tbody role="rowgroup">'
    for head, cells in rows.items():
        yield f'<tr role="row">\n<th role="rowheader" scope="row">{head}</th>'
        yield from (_cell(name, cells.get(name, NOT_APPLICABLE)) for name in names)
        yield "</tr>"
    yield "</tbody>\n</table>"


def breakable(name: str) -> str:
    """Return the HTML of a name that may be broken before each of its capital letters."""
    return "".join(
        f"<wbr>{letter}" if letter.isupper() and place else letter for place, letter in enumerate(escape(name))
    )


def names(values: Iterable[str]) -> Iterator[str]:
    """Return the lines of a list of names, in columns."""
    yield '<ul class="names">'
    yield from (f"<li>{breakable(value)}</li>" for value in values)
    yield "</ul>"


def _cell(column: str, cell: Cell) -> str:
    content = f"<span>{_marked(cell)}</span>"
    if cell.details:
        content = (
            f'<details><summary aria-label="{escape(cell.label)}">{_marked(cell)}</summary>'
            f'<div class="panel">{cell.details}</div></details>'
        )
    return f'<td role="cell" class="{cell.tone}" data-column="{escape(column)}">{content}</td>'


def _marked(cell: Cell) -> str:
    mark = f'<span class="mark" aria-hidden="true">{cell.mark}</span> ' if cell.mark else ""
    return f"{mark}{escape(cell.status)}"
