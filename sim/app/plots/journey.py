"""Ways through the journey: how people moved between its stages, which is no straight line."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from sim.app.plots.look import INK, SMALL, TEXT, Look, look_of, tint
from sim.app.plots.sheet import Panel, sheet
from sim.app.plots.time_axis import BEHIND
from sim.app.words import capital, number, plural
from sim.model.journey import AWARE, CONSIDERING, CUSTOMER, LAPSED, STAGES, UNAWARE
from sim.world.record import Record

AHEAD, SKIP, BACK = "ahead", "skip", "back"
RISE = (0.36, 0.98, 1.3, 1.55)
"""Height in inches of the handles of an arc over one, two, three, four stages."""
BASE = 0.14
MOST = 7.0
"""Width in points of the widest arc."""


def draw(record: Record, width: float) -> Figure | None:
    """The figure of the first brand: an arc for each way taken; None where nobody moved."""
    moves = record.transitions[0]
    if not moves.any():
        return None
    scale = 1.0 if width > 5 else 0.8
    ways = list(zip(*(stages.tolist() for stages in np.nonzero(moves)), strict=True))
    above = max((_apex(one, scale) for one in ways if way(*one) != BACK), default=0.1) + 0.2
    below = max((_apex(one, scale) for one in ways if way(*one) == BACK), default=0.1) + 0.2
    about = "moves between stages: above, onwards (dark: stages were skipped); below, back"
    side = 0.4 if width > 5 else 0.36
    page = sheet(width, headline(record), [Panel(record.brands[0], about, above + below)], left=side, right=side)
    axes = page.axes[0]
    axes.set_xlim(0, page.breadth)
    axes.set_ylim(-below, above)
    axes.axis("off")
    places = np.linspace(0.1, page.breadth - 0.1, len(STAGES))
    for one in ways:
        _arc(axes, moves, one, places, look_of(0), scale)
    for place, stage in zip(places, STAGES, strict=True):
        bold = "bold" if stage == STAGES[CUSTOMER] else "normal"
        size = TEXT if width > 5 else 7.2
        axes.text(place, 0, stage, fontsize=size, color=INK, ha="center", va="center_baseline", weight=bold)
    return page.figure


def way(origin: int, to: int) -> str:
    """Whether a move goes to the next stage, skips some, or leads back. From lapsed, all ways lead back."""
    if to < origin:
        return BACK
    return AHEAD if to == origin + 1 else SKIP


def _apex(one: tuple[int, int], scale: float) -> float:
    """How far from the line of stages an arc reaches, in inches."""
    return BASE + 0.75 * scale * RISE[abs(one[1] - one[0]) - 1]


def _arc(axes: Axes, moves: np.ndarray, one: tuple[int, int], places: np.ndarray, look: Look, scale: float) -> None:
    """An arc from one stage to another, with how many moved; the more, the wider."""
    origin, to = one
    kind, count = way(origin, to), int(moves[origin, to])
    up, onwards = (-1 if kind == BACK else 1), (1 if to > origin else -1)
    aside = 0.09 if kind == AHEAD else 0.03
    start, end = places[origin] + aside * onwards, places[to] - aside * onwards
    foot, top = up * BASE, up * (BASE + scale * RISE[abs(to - origin) - 1])
    arc = Path([(start, foot), (start, top), (end, top), (end, foot)], [Path.MOVETO, *3 * [Path.CURVE4]])
    wide = max(0.8, MOST * float(np.sqrt(count / moves.max())))
    colour = tint(look.colour, 0.4 if kind == AHEAD else 1.0)
    axes.add_collection(PathCollection([arc], facecolors="none", edgecolors=colour, linewidths=wide))
    axes.plot(end, foot, "v" if up > 0 else "^", color=colour, markersize=3.5 + 0.9 * wide, markeredgewidth=0)
    axes.text(
        (start + end) / 2,
        up * (_apex(one, scale) + 0.03 + wide / 144),
        number(count),
        fontsize=SMALL,
        color=INK,
        ha="center",
        va="bottom" if up > 0 else "top",
        zorder=4,
        bbox=BEHIND,
    )


def headline(record: Record) -> str:
    """What is seen, in a sentence about the first brand."""
    moves, name = record.transitions[0], record.brands[0]
    won = {origin: int(moves[origin, CUSTOMER]) for origin in (UNAWARE, AWARE, CONSIDERING, LAPSED)}
    total, unconsidered = sum(won.values()), won[UNAWARE] + won[AWARE] + won[LAPSED]
    looked_again = int(moves[LAPSED].sum())
    again = f"lapsed customers looked again {plural(looked_again, 'time')}"
    if not total:
        return f"Nobody became a customer of {name}; {again}"
    return (
        f"Journeys are no straight line: {number(unconsidered)} of the {number(total)} who became customers of {name} "
        f"had not been considering it, and {again}"
    )


def words_of(origin: int, to: int) -> str:
    """A move in words."""
    return f"{capital(STAGES[origin])} to {STAGES[to]}"
