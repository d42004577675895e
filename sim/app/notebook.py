"""A result as a notebook shows it: sentences, its main figure as SVG, and tables, in HTML that loads nothing."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from sim.app.behind import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWN = "max-width: 46rem; background: #fff; padding: .4rem"


def as_html(answers: Sequence[str], figures: Mapping[str, Figure], tables: Sequence[Table]) -> str:
    """The answers as paragraphs, the first figure (if there is one), and the tables."""
    told = "".join(f"<p>{escape(answer)}</p>" for answer in answers)
    drawn = "".join(_figure(name, figure) for name, figure in list(figures.items())[:1])
    return f"<div>{told}{drawn}{''.join(_table(table) for table in tables)}</div>"


def _figure(name: str, figure: Figure) -> str:
    """A figure with its title for who cannot see it. Its inner names are its own: a notebook shows many."""
    from sim.app.plots import svg_text

    own = zlib.crc32(svg_text(figure).encode())
    label = escape(str(figure.get_label()), quote=True)
    return f'<figure style="{DRAWN}" role="img" aria-label="{label}">{svg_text(figure, f"{name}-{own:x}-")}</figure>'


def _table(table: Table) -> str:
    """A table with its caption; the first cell of a row is its name."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in table.rows
    )
    top = f"<caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{top}<tbody>{rows}</tbody></table>"
