"""The lived line of a session on the bands of what could have been: reputation over the session's minutes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.app.plots.look import DASHES, HUES, INK, QUIET, SMALL, WIDE, drawing, tint
from sim.app.plots.sheet import ONE_LINE, Panel, sheet
from sim.rehearsal.debrief import Debrief
from sim.rehearsal.stage import STEP
from sim.rehearsal.view import wall_clock

SHOWN = ("silence", "house policy", "best known")
NOTE = (
    "Bands: 9 of 10 redrawn futures lie within; dashed: their middle. Black: the session as it was lived. At the foot: "
    "your answers (ticks) and statements (diamonds). The score is measured later: what people saw goes on working."
)


def draw(found: Debrief, width: float = WIDE) -> Figure:
    """Reputation of the brand over the session, as lived and as it could have gone."""
    with drawing():
        title = f"{found.session.script.moment.moment}: the lived line, and what could have been"
        height = 2.4 if width == WIDE else 2.0
        panels = [Panel("Reputation", "of all who know the brand, points of 100", height, ONE_LINE)]
        page = sheet(width, title, panels, right=0.2, note=NOTE)
        (axes,) = page.axes
        _bands(axes, found)
        minutes = np.arange(len(found.lived)) * STEP / 60
        axes.plot(minutes, found.lived, color=INK, linewidth=2.0, zorder=5, label="as lived")
        _answers(axes, found)
        axes.set_xlim(0, minutes[-1] if len(minutes) > 1 else 1)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 3, 5, 10]))
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: wall_clock(found.session, round(60 * value)))
        )
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.legend(loc="best", fontsize=SMALL, frameon=False, labelcolor=INK)
        return page.figure


def _bands(axes: Axes, found: Debrief) -> None:
    for place, name in enumerate(SHOWN):
        low, middle, high = found.lines[name]
        minutes = np.arange(len(middle)) * STEP / 60
        axes.fill_between(minutes, low, high, color=tint(HUES[place], 0.15), linewidth=0, zorder=1 + place)
        axes.plot(minutes, middle, color=HUES[place], linestyle=DASHES[place + 1], zorder=4, label=name)


def _answers(axes: Axes, found: Debrief) -> None:
    """A tick at the foot for each answer, a diamond for each statement."""
    low, _ = axes.get_ylim()
    for each in found.reviews:
        if each.answered is not None:
            axes.plot([each.answered / 60], [low], marker="|", markersize=9, color=QUIET, clip_on=False, zorder=6)
    for made in found.statements:
        axes.plot([made.second / 60], [low], marker="D", markersize=5, color=QUIET, clip_on=False, zorder=6)
    axes.set_ylim(bottom=low)


def alt_of(found: Debrief) -> str:
    """The figure in words."""
    ends = ", ".join(f"{name} {found.lines[name][1][-1]:.1f}" for name in SHOWN)
    return (
        f"Reputation over the session: as lived it went from {found.lived[0]:.1f} to {found.lived[-1]:.1f}; the middle "
        f"of redrawn futures ends at {ends}."
    )
