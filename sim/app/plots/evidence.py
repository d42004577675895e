"""One small figure a claim: each inequality's effect with its interval, and where it had to lie."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.app.evidence_words import effect_of, unit_of
from sim.app.plots.look import HUES, NARROW, QUIET, drawing, tint
from sim.app.plots.sheet import ONE_LINE, Panel, sheet
from sim.app.words import number
from sim.study.evidence import Finding, Outcome

HEIGHT = 0.3
"""Height in inches of an inequality's row."""
COLOURS = {"shown": HUES[0], "not shown": HUES[1], "undecided": QUIET, "fault": HUES[1]}
NOTE = "Shaded: where the effect had to lie. Bar: where it lies, 95 % sure however often one looked. Line: no effect."


def draw(found: Finding, width: float = NARROW) -> Figure | None:
    """The effects of a claim, one under the other, each on a scale of its own; None where nothing was measured."""
    outcomes = [each for each in found.outcomes if each.effect is not None]
    if not outcomes:
        return None
    with drawing():
        panels = [
            Panel(f"{place}.", f"{each.says} ({unit_of(each)})", HEIGHT, below=ONE_LINE)
            for place, each in _numbered(found)
        ]
        page = sheet(width, f"{found.id}: {found.verdict}", panels, left=0.2, right=0.2, note=NOTE)
        for axes, each in zip(page.axes, outcomes, strict=True):
            _row(axes, each)
        return page.figure


def _numbered(found: Finding) -> Sequence[tuple[int, Outcome]]:
    return [(place, each) for place, each in enumerate(found.outcomes, start=1) if each.effect is not None]


def _row(axes: Axes, found: Outcome) -> None:
    """One effect: the region it had to lie in, zero, the interval and the mean."""
    by = 100.0 if found.unit == "share" else 1.0
    known = [value * by for value in (found.effect, found.low, found.high) if value is not None]
    bounds = [bound * by for bound in found.region if math.isfinite(bound)]
    ends = [*known, *bounds, *([0.0] if found.right is not None else [])]
    low, high = min(ends), max(ends)
    air = 0.12 * (high - low) or 1.0
    axes.set_xlim(low - air, high + air)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.grid(visible=False)
    lowest, highest = (max(min(bound * by, high + air), low - air) for bound in found.region)
    colour = COLOURS[found.verdict]
    axes.axvspan(lowest, highest, color=tint(HUES[2], 0.16), linewidth=0, zorder=0)
    if found.right is not None:
        axes.axvline(0, color=QUIET, linewidth=1.0, zorder=1)
    if found.low is not None and found.high is not None:
        axes.plot([found.low * by, found.high * by], [0, 0], color=colour, linewidth=2.4, solid_capstyle="butt")
    axes.plot(known[0], 0, "o", markersize=6, markerfacecolor=colour, markeredgecolor=colour, zorder=3)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))


def _tick(value: float) -> str:
    """A number of the axis, with as many digits as it needs."""
    return number(value, next((digits for digits in range(4) if abs(value - round(value, digits)) < 1e-9), 4))


def alt_of(found: Finding) -> str:
    """The figure in words, for who cannot see it."""
    rows = [f"{each.says}: {effect_of(each)}, {each.verdict}" for each in found.outcomes]
    return f"{found.id}: {'; '.join(rows)}."
