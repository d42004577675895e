"""When an arm begins to matter: reputation over time, less that of the baseline in the same world."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.app.findings import ranked_arms
from sim.app.plots.fans import not_drawn
from sim.app.plots.forest import called
from sim.app.plots.look import QUIET, look_of, shown, tint
from sim.app.plots.sheet import ONE_LINE, End, Panel, label_ends, room_for, sheet
from sim.app.words import plural, signed
from sim.study.compare import Comparison, interval

LEAST = 0.2
"""The axis spans at least so many points, so that rounding does not look like an effect."""
LEFT = 0.55
BANDS = 3
"""With more arms than that, intervals are left to the other figures."""


def all_gains(comparison: Comparison) -> dict[str, np.ndarray]:
    """By arm: reputation of the first brand less that in the baseline, float64 [worlds, days].

    Arms whose worlds have other brands or another length are left out.
    """
    found = {}
    for arm in comparison.arms:
        lines = [
            (world.reputation[arm][:, 0], world.reputation[comparison.baseline][:, 0])
            for world in comparison.worlds
            if next(iter(world.metrics[arm].brands)) == comparison.brands[0]
        ]
        if lines and all(len(line) == len(base) > 1 for line, base in lines):
            found[arm] = np.array([line - base for line, base in lines])
    return found


def drawn_arms(comparison: Comparison, lines: dict[str, np.ndarray]) -> list[str]:
    """The arms that get a line, in their order: as many as have a look, the one that is named best among them."""
    _, ranked = ranked_arms(comparison)
    first = sorted(lines, key=lambda arm: arm not in ranked[:1])[: len(shown(len(lines)))]
    return [arm for arm in lines if arm in first]


def draw(comparison: Comparison, width: float) -> Figure | None:
    """The figure, a line an arm; None where no arm can be set against the baseline day by day."""
    lines = all_gains(comparison)
    arms = drawn_arms(comparison, lines)
    lines = {arm: lines[arm] for arm in arms}
    if not lines:
        return None
    means = {arm: line.mean(axis=0) for arm, line in lines.items()}
    ends = [
        End(float(mean[-1]), look_of(arms.index(arm)), arm, signed(float(mean[-1]), 2)) for arm, mean in means.items()
    ]
    ends, right = room_for(ends, width)
    about = "points of 100, mean over worlds" + ("; shaded: 95 % interval" if _banded(lines, comparison) else "")
    page = sheet(
        width,
        headline(comparison, means),
        [Panel(f"Reputation of {comparison.brands[0]}, less the baseline's", about, 2.2, below=ONE_LINE)],
        left=LEFT,
        right=right,
        note=not_drawn(comparison, arms).strip(),
    )
    axes = page.axes[0]
    days = np.arange(next(iter(means.values())).shape[0])
    axes.axhline(0, color=QUIET, linewidth=1.0)
    for arm, line in reversed(lines.items()):
        look = look_of(arms.index(arm))
        if _banded(lines, comparison):
            low, high = np.array([interval(line[:, day]) for day in days], dtype=np.float64).T
            axes.fill_between(days, low, high, color=tint(look.colour, 0.16), linewidth=0)
        axes.plot(days, means[arm], color=look.colour, linestyle=look.dashes)
    axes.set_xlim(0, days[-1])
    low, high = axes.get_ylim()
    spare = max(0.0, LEAST - (high - low)) / 2
    axes.set_ylim(low - spare, high + spare)
    axes.xaxis.set_major_locator(MaxNLocator(6 if width > 5 else 4, integer=True))
    axes.set_xticks(axes.get_xticks()[axes.get_xticks() <= days[-1]])
    axes.xaxis.set_major_formatter(lambda value, _: f"day {value:g}")
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(lambda value, _: signed(value, 1 if high - low > 2 else 2))
    label_ends(page, axes, ends)
    return page.figure


def _banded(lines: dict[str, np.ndarray], comparison: Comparison) -> bool:
    return len(lines) <= BANDS and len(comparison.worlds) > 1


def headline(comparison: Comparison, means: dict[str, np.ndarray]) -> str:
    """Which arm was ever farthest from the baseline, and when, in a sentence."""
    arm = max(means, key=lambda name: float(np.abs(means[name]).max()))
    day = int(np.abs(means[arm]).argmax())
    most, end = float(means[arm][day]), float(means[arm][-1])
    if abs(most) < 0.005:
        return f"No arm moves {comparison.brands[0]}'s reputation away from that of {called(comparison)}"
    if day == len(means[arm]) - 1:
        when = "at the end"
    else:
        still = "as much" if signed(most, 2) == signed(end, 2) else signed(end, 2)
        when = f"on day {day}, {still} at the end"
    worlds = plural(len(comparison.worlds), "world")
    return f"'{arm}' moves reputation most: {signed(most, 2)} points {when} (mean of {worlds})"
