"""What a search found: the front of settings with intervals and the chosen one, or the best so far, trial by trial."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.app.plots.look import FAINT, HUES, INK, QUIET, SMALL, WIDE, drawing, tint
from sim.app.plots.sheet import TWO_LINES, Panel, Sheet, sheet
from sim.app.words import capital, plural
from sim.study.aims import Aim, total_excess, wanted
from sim.study.compare import Difference
from sim.study.optimum import Finalist, Optimum

FRONT, CHOSEN, NOW = HUES[0], HUES[1], INK
AIR = 0.06


def optimum_figures(found: Optimum, width: float = WIDE) -> dict[str, Figure]:
    """The figures of a search by name: `search` (best so far) for one objective, else `front`, a panel a pair."""
    with drawing():
        if len(found.objectives) == 1:
            return {"search": best_so_far(found, width)}
        first, *others = found.objectives
        several = len(others) > 1
        return {f"front-{k}" if several else "front": front(found, k, first, width) for k in others}


# ------------------------------------------------------------------------------------------------ a front


def front(found: Optimum, across: int, up: int, width: float) -> Figure:
    """Two objectives against each other: trials faint, finalists in fresh worlds with intervals, chosen and present."""
    x, y = found.aims[across], found.aims[up]
    about = f"{x.meaning.label} ({x.wish}) across, {y.meaning.label} ({y.wish}) up; {unit_of(y)}"
    page = sheet(width, title_of(found), [Panel(capital(y.meaning.label), about, 3.0, TWO_LINES)], note=note_of(found))
    axes = page.axes[0]
    seen = [trial for trial in found.trials if trial.keeps]
    values = np.array([[shown(trial.values[across], x), shown(trial.values[up], y)] for trial in seen]).reshape(-1, 2)
    axes.plot(values[:, 0], values[:, 1], ".", color=FAINT, markersize=5, zorder=1)
    line = sorted((one for one in found.finalists if one.on_front), key=lambda one: one.confirmed[across].mean)
    axes.plot(
        [shown(one.confirmed[across].mean, x) for one in line],
        [shown(one.confirmed[up].mean, y) for one in line],
        color=tint(FRONT, 0.45),
        linewidth=1.2,
        zorder=2,
    )
    for one in found.finalists:
        look = ("o", CHOSEN) if one is found.best else ("o", FRONT)
        _cross(axes, one, (across, x), (up, y), *look, filled=one.on_front)
    _cross(axes, found.present, (across, x), (up, y), "D", NOW, filled=True)
    _name_points(page, axes, found, (across, x), (up, y))
    axes.set_xlabel(f"{capital(x.meaning.label)} ({unit_of(x)})", fontsize=SMALL)
    axes.grid(True, axis="both")
    _plain_numbers(axes)
    return page.figure


def _cross(
    axes: Axes, one: Finalist, x: tuple[int, Aim], y: tuple[int, Aim], marker: str, colour: str, *, filled: bool
) -> None:
    """A point with its two intervals; hollow if another finalist beats it."""
    across, up = one.confirmed[x[0]], one.confirmed[y[0]]
    axes.errorbar(
        [shown(across.mean, x[1])],
        [shown(up.mean, y[1])],
        xerr=reach(one.against_present[x[0]], x[1]),
        yerr=reach(one.against_present[y[0]], y[1]),
        marker=marker,
        color=colour,
        markerfacecolor=colour if filled else "white",
        markersize=8 if colour == CHOSEN else 6,
        elinewidth=1.0,
        capsize=2.5,
        zorder=4 if colour == CHOSEN else 3,
    )


def _name_points(page: Sheet, axes: Axes, found: Optimum, x: tuple[int, Aim], y: tuple[int, Aim]) -> None:
    """Write `chosen` and `now` beside their points, on the side with room."""
    axes.margins(AIR, 2 * AIR)
    low, high = axes.get_xlim()
    for one, word, drop in ((found.best, "chosen", -11), (found.present, "now", 9)):
        at = shown(one.confirmed[x[0]].mean, x[1]), shown(one.confirmed[y[0]].mean, y[1])
        left = at[0] > (low + high) / 2
        axes.annotate(
            word,
            at,
            (-7 if left else 7, drop),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=SMALL,
            weight="bold",
            color=CHOSEN if word == "chosen" else NOW,
        )


# ------------------------------------------------------------------------------------------------ a search


def best_so_far(found: Optimum, width: float) -> Figure:
    """Trial by trial: each setting's mean, the best so far, and what the winner came to in fresh worlds."""
    place = found.objectives[0]
    aim = found.aims[place]
    about = f"mean over {plural(found.runs, 'world')}, {unit_of(aim)}; wanted: {aim.wish}"
    page = sheet(
        width,
        title_of(found),
        [Panel(capital(aim.meaning.label), about, 2.6, TWO_LINES)],
        right=1.0,
        note=note_of(found),
    )
    axes = page.axes[0]
    numbers = 1 + np.arange(len(found.trials))
    values = np.array([shown(trial.values[place], aim) for trial in found.trials])
    kept = np.array([trial.keeps for trial in found.trials])
    axes.plot(numbers[kept], values[kept], "o", color=tint(FRONT, 0.5), markersize=4)
    axes.plot(numbers[~kept], values[~kept], "x", color=QUIET, markersize=4)
    axes.step(numbers, [shown(value, aim) for value in running_best(found)], where="post", color=FRONT)
    for one, offset, colour, marker in ((found.best, 1.5, CHOSEN, "o"), (found.present, 3.5, NOW, "D")):
        at = len(numbers) * (1 + 0.02 * offset) + 0.5
        value = one.confirmed[place]
        axes.errorbar(
            [at],
            [shown(value.mean, aim)],
            yerr=reach(one.against_present[place], aim),
            marker=marker,
            color=colour,
            capsize=2.5,
            clip_on=False,
        )
    axes.set_xlim(0.5, len(numbers) + 0.5 + 0.09 * len(numbers))
    axes.set_xlabel("trial", fontsize=SMALL)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    _ends(axes, found, place, aim)
    return page.figure


def _ends(axes: Axes, found: Optimum, place: int, aim: Aim) -> None:
    """Names of the two points at the right, apart from each other."""
    low, high = axes.get_ylim()
    points = sorted(
        (
            (shown(one.confirmed[place].mean, aim), word)
            for one, word in ((found.best, "chosen"), (found.present, "now"))
        ),
        key=lambda pair: pair[0],
    )
    apart = 0.07 * (high - low)
    lift = max(0.0, (apart - (points[1][0] - points[0][0])) / 2)
    for (value, word), shift in zip(points, (-lift, lift), strict=True):
        colour = CHOSEN if word == "chosen" else NOW
        axes.text(
            1.02, (value + shift - low) / (high - low), word, transform=axes.transAxes, fontsize=SMALL, weight="bold",
            va="center", color=colour,
        )  # fmt: skip


def running_best(found: Optimum) -> list[float]:
    """The best value up to each trial, of those nearest to keeping the bounds; nan before there is any."""
    values = np.array([trial.values for trial in found.trials])
    good, excess = wanted(found.aims, values)[:, 0], total_excess(found.aims, values)
    best, line = -1, []
    for k in range(len(values)):
        if np.isfinite(good[k]) and (best < 0 or (excess[k], -good[k]) < (excess[best], -good[best])):
            best = k
        line.append(np.nan if best < 0 else float(values[best, found.objectives[0]]))
    return line


# ------------------------------------------------------------------------------------------------ words


def title_of(found: Optimum) -> str:
    """What was found, in a sentence."""
    from sim.app.optimise import gain

    told = gain(found, found.objectives[0]).partition(" (")[0]
    against = f"{told} against the setting as it stands"
    if len(found.objectives) == 1:
        return f"The best of {plural(len(found.trials), 'setting')} gives {against}"
    n = sum(one.on_front for one in found.finalists)
    tested = f"{plural(n, 'setting')} of {len(found.trials)} that no other beats"
    return f"{capital(tested)}; the chosen one gives {against}"


def note_of(found: Optimum) -> str:
    """How to read the figure."""
    fresh = (
        f"mean over {plural(found.confirm_runs, 'fresh world')}, with the 95 % interval of what it gains on the present"
    )
    if len(found.objectives) == 1:
        return (
            f"Dots: trials; crosses break a bound; the line is the best so far. Right: {fresh}, of the chosen setting "
            "and of the present one."
        )
    return (
        f"Grey: trials that keep the bounds. Circles: finalists, {fresh}; hollow: beaten there by another. Diamond: "
        "the setting as it stands. Chosen: the nearest to having the best of every goal at once."
    )


def unit_of(aim: Aim) -> str:
    """The unit of an axis."""
    unit = aim.meaning.unit
    return {"share": "%", "0-100": "points of 100"}.get(unit, unit)


def shown(value: float, aim: Aim) -> float:
    """A value as an axis shows it: shares in %."""
    return 100 * value if aim.meaning.unit == "share" else value


def reach(against: Difference, aim: Aim) -> list[list[float]] | None:
    """How far the interval of a difference reaches down and up, as error bars take it; None without width."""
    if against.mean is None or against.low is None or against.high is None or against.low == against.high:
        return None
    return [[shown(against.mean - against.low, aim)], [shown(against.high - against.mean, aim)]]


def _plain_numbers(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(6))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
