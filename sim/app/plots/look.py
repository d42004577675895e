"""How all figures look: one palette, one type, two widths, and the same bytes wherever they are drawn.

Nothing here depends on the reader's matplotlib settings, on the fonts of the machine or on the locale.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import style
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

WIDE = 7.2
"""Width in inches of a figure for a page or a slide."""
NARROW = 3.8
"""Width in inches of a figure for a telephone."""

INK = "#22272e"
QUIET = "#5d6670"
"""Text that stands back: 5.9 to 1 on white."""
FAINT = "#c9ced4"
PAPER = "#ffffff"
WASH = "#eef1f4"

HUES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000")
"""The five hues of Okabe and Ito with a contrast of at least 3 to 1 on white."""
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.6)),
    (0, (7, 1.8, 1.4, 1.8)),
    (0, (1.4, 1.6)),
    (0, (9, 1.6, 1.4, 1.6, 1.4, 1.6)),
)
MARKERS = ("o", "s", "^", "D", "v")
OTHER = "#8b949e"
"""The hue of brands from the sixth on: told apart by their labels only."""

TEXT, SMALL, TITLE = 9.0, 8.0, 11.5
"""Sizes in points."""

STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.color": INK,
    "text.parse_math": False,
    "text.hinting": "none",  # so that letters are as wide as `width_of` says
    "axes.edgecolor": FAINT,
    "axes.facecolor": "none",
    "axes.labelcolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": WASH,
    "grid.linewidth": 0.9,
    "xtick.color": FAINT,
    "xtick.labelcolor": QUIET,
    "xtick.labelsize": SMALL,
    "ytick.color": FAINT,
    "ytick.labelcolor": QUIET,
    "ytick.labelsize": SMALL,
    "ytick.major.size": 0,
    "xtick.major.size": 3.5,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "hatch.linewidth": 0.6,
    "figure.facecolor": PAPER,
    "savefig.dpi": 200,
    "svg.hashsalt": "sim",
    "svg.fonttype": "path",
    "path.simplify": True,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw or save in the house style, whatever a matplotlibrc says."""
    with style.context(["default", STYLE]):
        yield


@dataclass(frozen=True)
class Look:
    """How one brand is drawn, in every figure."""

    colour: str
    dashes: Any
    marker: str
    named: bool
    """False for the brands beyond the palette: grey, and without a label of their own."""


def look_of(brand: int) -> Look:
    """The look of a brand by its place in the scenario."""
    if brand < len(HUES):
        return Look(HUES[brand], DASHES[brand], MARKERS[brand], True)
    return Look(OTHER, DASHES[brand % len(DASHES)], MARKERS[brand % len(MARKERS)], False)


def shown(n_brands: int) -> range:
    """The brands that have a look of their own: the first five."""
    return range(min(n_brands, len(HUES)))


def tint(colour: str, strength: float) -> tuple[float, float, float]:
    """A colour thinned with white: 1 is the colour itself, 0 is white. Opaque, so that it prints as it looks."""
    red, green, blue = matplotlib.colors.to_rgb(colour)
    return tuple(1 - strength * (1 - part) for part in (red, green, blue))  # type: ignore[return-value]


# ------------------------------------------------------------------------------------------------------ text


def font(size: float, bold: bool = False) -> FontProperties:
    """The face in a size; it comes with matplotlib, so that it is there on every machine."""
    return FontProperties(family=["DejaVu Sans"], size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=4096)
def width_of(text: str, size: float = TEXT, bold: bool = False) -> float:
    """Width of a line of text in inches."""
    width, _, _ = text_to_path.get_text_width_height_descent(drawable(text), font(size, bold), ismath=False)
    return float(width) / 72


@cache
def _face() -> FT2Font:
    return FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))


def drawable(text: str) -> str:
    """The text on one line, with a box for each letter the face does not have."""
    line = "".join(" " if letter.isspace() else letter for letter in text)
    return "".join(letter if _face().get_char_index(ord(letter)) else "□" for letter in line)


def shortened(text: str, room: float, size: float = TEXT, bold: bool = False) -> str:
    """The text, cut with an ellipsis if it is wider than `room` inches."""
    text = drawable(text)
    if width_of(text, size, bold) <= room:
        return text
    while text and width_of(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, room: float, size: float = TEXT, bold: bool = False, taken: float = 0.0) -> list[str]:
    """The text in lines no wider than `room` inches; a word that is wider is cut.

    On the first line `taken` inches are not free: if the first word does not fit there, that line is empty.
    """
    lines: list[str] = []
    for word in drawable(text).split():
        word = shortened(word, room, size, bold)
        longer = f"{lines[-1]} {word}" if lines and lines[-1] else word
        free = room - (taken if len(lines) < 2 else 0.0)
        if not lines:
            lines = [word] if width_of(word, size, bold) <= free else ["", word]
        elif width_of(longer, size, bold) <= (free if len(lines) == 1 else room):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
