"""Figures as files and as text: PNG and SVG with the same bytes for the same figure, wherever they are made."""

from __future__ import annotations

import io
import re
from pathlib import Path

from matplotlib.figure import Figure

from sim.app.plots.look import drawing

_DEFINED = re.compile(r'\bid="([^"]+)"')
_REFERRED = re.compile(r'(xlink:href="#|url\(#)([^")]+)')
_SIZE = re.compile(r'\s(?:width|height)="[^"]*"')


def save(figure: Figure, folder: Path, name: str) -> tuple[Path, Path]:
    """Write `name.png` and `name.svg` into a folder; the two paths."""
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    with drawing():
        figure.savefig(png, format="png", metadata={"Software": None})
    svg.write_text(svg_of(figure), encoding="utf-8", newline="\n")
    return png, svg


def svg_of(figure: Figure) -> str:
    """The figure as an SVG document."""
    buffer = io.StringIO()
    with drawing():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": figure.get_label()})
    return buffer.getvalue()


def svg_text(figure: Figure, prefix: str = "") -> str:
    """The figure as an `<svg>` element to stand in a page.

    It has no size of its own (the page gives it one), and its inner names begin with `prefix`, so that two
    figures of a page never mean each other's parts.
    """
    text = svg_of(figure)
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*(<metadata>.*?</metadata>|<title>.*?</title>|<!--.*?-->)", "", text, flags=re.DOTALL)
    head, _, rest = text.partition(">")
    text = f"{_SIZE.sub('', head)}>{rest}"
    text = _DEFINED.sub(rf'id="{prefix}\1"', text)
    return _REFERRED.sub(rf"\g<1>{prefix}\2", text).strip()
