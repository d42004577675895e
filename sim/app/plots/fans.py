"""How far worlds differ: reputation over time in each arm, every world a thin line, and bands with their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.app.findings import ranked_arms
from sim.app.plots.look import INK, SMALL, Look, look_of, shortened, tint
from sim.app.plots.sheet import ONE_LINE, End, Panel, label_ends, nice_range, room_for, sheet
from sim.app.words import listing, number, plural
from sim.scenario.names import BASELINE
from sim.study.compare import Comparison

BANDS = (("nine of ten", 0.05, 0.95, 0.14), ("half of them", 0.25, 0.75, 0.34))
"""What a band is called, from which to which quantile of the worlds it goes, and how strong its colour is."""
LEAST_WORLDS = 8
"""Fewer worlds than that have no band: their lines say all there is."""
MOST_THIN = 40
"""Worlds drawn as lines of their own."""
MOST_ARMS = 4


def levels(comparison: Comparison) -> dict[str, np.ndarray]:
    """By arm, the baseline first: reputation of the first brand at each midnight, float64 [worlds, days]."""
    brand = comparison.brands[0]
    found = {}
    for arm in (comparison.baseline, *comparison.arms):
        there = [world for world in comparison.worlds if next(iter(world.metrics[arm].brands)) == brand]
        lines = [world.reputation[arm][:, 0] for world in there]
        if lines and all(len(line) == len(lines[0]) > 1 for line in lines):
            found[arm] = np.array(lines)
    return found


def drawn_arms(comparison: Comparison, lines: dict[str, np.ndarray]) -> list[str]:
    """The arms that get a panel, in their order: the baseline, the one named best, and those farthest from the baseline
    on average.
    """
    first, *others = lines
    same = [arm for arm in others if lines[arm].shape[1] == lines[first].shape[1]]
    base = lines[first].mean(axis=0)
    _, ranked = ranked_arms(comparison)
    far = sorted(same, key=lambda arm: (arm not in ranked[:1], -float(np.abs(lines[arm].mean(axis=0) - base).max())))
    return [first, *(arm for arm in others if arm in far[: MOST_ARMS - 1])]


def draw(comparison: Comparison, width: float) -> Figure | None:
    """The figure, a panel an arm, all with one vertical axis; None with one world, which has no spread."""
    lines = levels(comparison)
    if comparison.baseline not in lines or len(comparison.worlds) < 2:
        return None
    arms = drawn_arms(comparison, lines)
    every = np.concatenate([lines[arm].ravel() for arm in arms])
    low, high = nice_range(every.tolist(), 2.0, 0.0, 100.0)
    ends = [_ends(lines[arm], _look(comparison, arm)) for arm in arms]
    cut, right = room_for([end for row in ends for end in row], width)
    panels = [Panel(arm, "reputation, 0 to 100" if not k else "", 1.25, below=0.06) for k, arm in enumerate(arms)]
    panels[-1] = Panel(panels[-1].head, panels[-1].about, 1.25, below=ONE_LINE)
    page = sheet(width, headline(comparison, lines), panels, right=right, note=note(comparison, arms))
    for k, (axes, arm) in enumerate(zip(page.axes, arms, strict=True)):
        _fan(axes, lines[arm], _look(comparison, arm))
        axes.set_ylim(low, high)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.xaxis.set_major_locator(MaxNLocator(6 if width > 5 else 4, integer=True))
        axes.xaxis.set_major_formatter(lambda value, _: f"day {value:g}")
        if k < len(arms) - 1:
            axes.set_xticklabels([])
        n = len(ends[0])
        label_ends(page, axes, cut[k * n : (k + 1) * n], tied=False)
    return page.figure


def _look(comparison: Comparison, arm: str) -> Look:
    """The look of an arm in the other figures of a comparison; the baseline is black."""
    return Look(INK, "-", "o", True) if arm == comparison.baseline else look_of(comparison.arms.index(arm))


def _fan(axes: Axes, worlds: np.ndarray, look: Look) -> None:
    """Bands, single worlds, and the median of an arm."""
    days = np.arange(worlds.shape[1])
    if len(worlds) >= LEAST_WORLDS:
        for _, low, high, strength in BANDS:
            edges = np.quantile(worlds, (low, high), axis=0)
            axes.fill_between(days, *edges, color=tint(look.colour, strength), linewidth=0, zorder=1)
    for world in worlds[:MOST_THIN]:
        axes.plot(days, world, color=tint(look.colour, 0.55), linewidth=0.45, zorder=2)
    axes.plot(days, np.median(worlds, axis=0), color=look.colour, linewidth=1.8, zorder=3)
    axes.set_xlim(0, days[-1])


def _ends(worlds: np.ndarray, look: Look) -> list[End]:
    """The words beside a panel: what each band and the line in the middle is."""
    last = worlds[:, -1]
    middle = End(float(np.median(last)), replace(look, dashes="-"), "middle", number(float(np.median(last)), 1))
    if len(worlds) < LEAST_WORLDS:
        return [middle]
    bands = [End(float(np.quantile(last, top)), _tinted(look, strong), words, "") for words, _, top, strong in BANDS]
    return [*bands, middle]


def _tinted(look: Look, strength: float) -> Look:
    """The look of a band's label: its colour, a little stronger."""
    return replace(look, colour=to_hex(tint(look.colour, 2 * strength)), dashes="-")


def note(comparison: Comparison, drawn: Sequence[str]) -> str:
    """How to read the figure, and which arms are not in it."""
    thin = min(MOST_THIN, len(comparison.worlds))
    told = f"Thin lines: {plural(thin, 'single world')}. Thick line: the middle of all worlds on each day."
    if len(comparison.worlds) >= LEAST_WORLDS:
        told += " Dark band: half of the worlds lie in it; light band: nine of ten do."
    return told + not_drawn(comparison, drawn)


def not_drawn(comparison: Comparison, drawn: Sequence[str]) -> str:
    """A sentence that names the arms without a place in a figure; empty if all have one."""
    left = [f"'{shortened(arm, 2.5, SMALL)}'" for arm in comparison.arms if arm not in drawn]
    more = [f"{len(left) - 3} more"] if len(left) > 4 else []
    named = listing([*left[:3], *more] if more else left)
    return f" Not drawn, but in the tables: {named}." if left else ""


def headline(comparison: Comparison, lines: dict[str, np.ndarray]) -> str:
    """How far worlds differ at the end, in a sentence."""
    last = lines[comparison.baseline][:, -1]
    least, most = number(float(last.min()), 1), number(float(last.max()), 1)
    where = "as it stands" if comparison.baseline == BASELINE else f"in '{comparison.baseline}'"
    told = f"From world to world, {comparison.brands[0]}'s reputation {where} ends between {least} and {most}"
    small = ": no arm's effect is as large as that, and it is seen because arms share their luck"
    return told + (small if _is_small(comparison, lines) else "")


def _is_small(comparison: Comparison, lines: dict[str, np.ndarray]) -> bool:
    """Whether every arm's mean ends within the spread of the baseline's worlds."""
    last = lines[comparison.baseline][:, -1]
    others = [worlds[:, -1].mean() for arm, worlds in lines.items() if arm != comparison.baseline]
    return bool(others) and all(last.min() <= mean <= last.max() for mean in others)
