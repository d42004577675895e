"""A figure laid out from top to bottom in inches: a sentence as title, panels with a heading each, a note.

Every length of text is measured before it is placed, so that labels overlap neither the data nor each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.app.plots.look import INK, QUIET, SMALL, TITLE, Look, shortened, width_of, wrapped

MARGIN = 0.08
LINE = 0.165
"""Height in inches of a line of small text."""
ONE_LINE, TWO_LINES, THREE_LINES = 0.25, 0.39, 0.53
"""Room in inches for the labels of an axis."""
SWATCH = 0.26
"""Length in inches of the piece of line before a label."""


@dataclass(frozen=True)
class Panel:
    """One panel: what it shows, more about that (with the unit), and the height of its plotting area in inches."""

    head: str
    about: str
    height: float
    below: float = 0.0
    """Room in inches for the labels of the axis under it."""
    joined: bool = False
    """Whether it stands right under the panel above."""


@dataclass(frozen=True)
class Sheet:
    """A figure and its panels, with the lengths needed to place text."""

    figure: Figure
    axes: tuple[Axes, ...]
    width: float
    left: float
    right: float

    @property
    def breadth(self) -> float:
        """Width of every panel in inches."""
        return self.width - self.left - self.right


def left_margin(width: float) -> float:
    """Room for the numbers of the vertical axis, in inches."""
    return 0.5 if width > 5 else 0.44


def sheet(
    width: float,
    title: str,
    panels: Sequence[Panel],
    *,
    right: float = 0.15,
    left: float | None = None,
    note: str = "",
) -> Sheet:
    """An empty figure `width` inches wide, with the axes of its panels from top to bottom.

    The figure's label is its title, for whoever describes it in words.
    """
    left = left_margin(width) if left is None else left
    room = width - 2 * MARGIN
    titles = wrapped(title, room, TITLE, bold=True)
    headings = [_heading(panel, room) for panel in panels]
    notes = wrapped(note, room, SMALL) if note else []
    top = MARGIN + 0.21 * len(titles) + 0.06
    tops = []
    for panel, heading in zip(panels, headings, strict=True):
        top += 0.0 if panel.joined else 0.12
        top += LINE * len(heading) + (0.07 if heading else 0.0)
        tops.append(top)
        top += panel.height + panel.below
    height = top + (0.1 + LINE * len(notes) if notes else 0.0) + MARGIN
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    figure.set_label(title)
    _lines(figure, titles, MARGIN, size=TITLE, step=0.21, bold=True)
    _lines(figure, notes, height - MARGIN - LINE * len(notes), size=SMALL, colour=QUIET)
    axes = []
    for panel, heading, at in zip(panels, headings, tops, strict=True):
        above = at - 0.07 - LINE * len(heading)
        _lines(figure, [panel.head] if panel.head else [], above, size=SMALL, bold=True)
        _lines(figure, heading, above, size=SMALL, colour=QUIET, indent=_indent(panel))
        place = (left / width, 1 - (at + panel.height) / height, (width - left - right) / width, panel.height / height)
        axes.append(figure.add_axes(place))
    return Sheet(figure, tuple(axes), width, left, right)


def _indent(panel: Panel) -> float:
    """Inches that the head of a panel takes on the first line of its heading."""
    return width_of(panel.head, SMALL, bold=True) + 0.07 if panel.head else 0.0


def _heading(panel: Panel, room: float) -> list[str]:
    """What is said about a panel, in lines; on the first there is room for its head."""
    lines = wrapped(panel.about, room, SMALL, taken=_indent(panel))
    return lines or ([""] if panel.head else [])


def _lines(
    figure: Figure,
    lines: Sequence[str],
    top: float,
    *,
    size: float,
    step: float = LINE,
    bold: bool = False,
    colour: str = INK,
    indent: float = 0.0,
) -> None:
    """Write lines of text from `top` inches below the upper edge; the first begins `indent` inches further right."""
    width, height = figure.get_size_inches()
    for number, line in enumerate(lines):
        figure.text(
            (MARGIN + (0.0 if number else indent)) / width,
            1 - (top + (number + 0.78) * step) / height,
            line,
            fontsize=size,
            color=colour,
            weight="bold" if bold else "normal",
            va="baseline",
        )


# ------------------------------------------------------------------------------------------- labels at line ends


@dataclass(frozen=True)
class End:
    """A label at the right end of a line: where the line ends, its look, what to say, and its bold first part."""

    value: float
    look: Look
    name: str
    said: str


def room_for(ends: Sequence[End], width: float) -> tuple[list[End], float]:
    """The labels with names cut to fit, and the right margin they need (inches)."""
    most = 0.25 * width if width > 5 else 0.27 * width
    cut = []
    for end in ends:
        said = width_of(f" {end.said}", SMALL)
        cut.append(End(end.value, end.look, shortened(end.name, max(most - said, 0.3), SMALL), end.said))
    widest = max((width_of(f"{end.name} {end.said}", SMALL) for end in cut), default=0.0)
    return cut, SWATCH + widest + 0.22


def label_ends(page: Sheet, axes: Axes, ends: Sequence[End], *, tied: bool = True) -> None:
    """Write the labels beside the ends of their lines, moved apart where they would touch.

    tied: whether each label is tied to its place by a line; else it stands for the whole line.
    """
    height = axes.get_position().height * page.figure.get_size_inches()[1]
    low, high = axes.get_ylim()
    known = sorted((end for end in ends if end.value == end.value), key=lambda end: end.value)
    wanted = [(end.value - low) / (high - low) * height for end in known]
    for end, at, placed in zip(known, wanted, spread(wanted, LINE, height), strict=True):
        x, y = 1 + 0.08 / page.breadth, placed / height
        swatch = x + SWATCH / page.breadth
        axes.add_line(
            Line2D(
                [1.0, x, swatch][not tied :],
                [at / height, y, y][not tied :],
                transform=axes.transAxes,
                color=end.look.colour,
                linestyle=end.look.dashes,
                linewidth=1.6,
                clip_on=False,
            )
        )
        axes.text(
            swatch + 0.05 / page.breadth,
            y,
            f"{end.name} {end.said}",
            transform=axes.transAxes,
            fontsize=SMALL,
            va="center_baseline",
            color=INK,
        )


def spread(wanted: Sequence[float], apart: float, height: float) -> list[float]:
    """Places (ascending) at least `apart` from each other, near where they are wanted, within the height if it fits."""
    groups: list[tuple[float, int]] = []
    for place in wanted:
        groups.append((place, 1))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], apart):
            (low, n_low), (high, n_high) = groups[-2:]
            groups[-2:] = [((low * n_low + high * n_high) / (n_low + n_high), n_low + n_high)]
    placed = [middle + (number - (size - 1) / 2) * apart for middle, size in groups for number in range(size)]
    for number in range(len(placed)):
        placed[number] = max(placed[number], number * apart)
    for number in range(len(placed)):
        behind = len(placed) - 1 - number
        placed[behind] = min(placed[behind], height - number * apart)
    return placed


def _touch(lower: tuple[float, int], upper: tuple[float, int], apart: float) -> bool:
    """Whether two groups of labels overlap."""
    return upper[0] - lower[0] < apart * (lower[1] + upper[1]) / 2


def nice_range(values: Sequence[float], least: float, low: float, high: float) -> tuple[float, float]:
    """Limits for an axis in whole numbers: all values with some air, at least `least` wide, within `low` to `high`."""
    known = [value for value in values if value == value]
    if not known:
        return low, min(high, low + least)
    bottom, top = min(known), max(known)
    air = max(0.06 * (top - bottom), (least - (top - bottom)) / 2, 0.0)
    bottom, top = bottom - air, top + air
    if bottom < low:
        bottom, top = low, max(top, low + least)
    if top > high:
        bottom, top = max(low, min(bottom, high - least)), high
    return float(math.floor(bottom)), float(math.ceil(top))
