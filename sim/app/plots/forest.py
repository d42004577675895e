"""Arms against the baseline: each difference with its interval, a zero line, and in how many worlds it was better.

One figure tells what an arm does to people, group by group on one scale; another the numbers of the brand, each on
a scale of its own. Both are about the first brand.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.app.findings import changed, said
from sim.app.plots.look import HUES, INK, NARROW, QUIET, SMALL, shortened, width_of
from sim.app.plots.sheet import ONE_LINE, Panel, Sheet, sheet
from sim.app.plots.time_axis import BEHIND
from sim.app.words import capital, number, plural
from sim.scenario.names import BASELINE
from sim.study.compare import HEADLINES, MEANINGS, Comparison, Difference
from sim.study.replicate import EFFECTS

ROW, TALL_ROW = 0.22, 0.4
"""Height in inches of a row; where the words stand above the interval, not beside it."""
BETTER, WORSE = HUES[0], HUES[1]
DUST = 1e-9
"""A difference below this is left over from adding numbers up in another order."""
NOTE = (
    "A bar is the 95 % interval of the mean over worlds. Filled: zero lies outside it (circle: better, square: worse); "
    "hollow: it may be chance. In brackets the interval; behind it, in how many worlds the arm was better."
)
NOTE_OF_ONE = "One world: without others, nobody can tell an effect from chance. Run more with --runs."
GROUPS = {
    "authors": "Those who complained in public",
    "exposed": "Those who saw a complaint, and made none",
    "customers": "Customers of day 0",
    "prospects": "Others who know the brand",
    "population": "All who know the brand",
}
UNITS = {
    "0-100": "points of 100",
    "points": "points of 100",
    "share": "percentage points",
    "-100..100": "points",
    "-1..1": "",
    "stars of 5": "stars",
}


def effects(comparison: Comparison, width: float) -> Figure | None:
    """What the arms did to those who complained, those who saw it, customers and all; None if that is unknown."""
    metrics = [metric for metric in HEADLINES if metric in EFFECTS and _defined(comparison, metric)]
    if not metrics:
        return None
    return _forest(comparison, metrics, width, _effects_title(comparison), shared=True)


def differences(comparison: Comparison, width: float) -> Figure | None:
    """How the brand's numbers differ; None where none is defined in both arms of a world."""
    metrics = [metric for metric in HEADLINES if metric not in EFFECTS and _defined(comparison, metric)]
    if not metrics:
        return None
    return _forest(comparison, metrics, width, _differences_title(comparison), shared=False)


def _defined(comparison: Comparison, metric: str) -> bool:
    return any(difference.runs for _, difference in rows_of(comparison, metric))


def rows_of(comparison: Comparison, metric: str, brand: str | None = None) -> list[tuple[str, Difference]]:
    """The arms and their difference in one metric, for the first brand or another; arms without the brand are left
    out."""
    name = comparison.brands[0] if brand is None else brand
    found = ((arm, comparison.differences[arm].get(name, {}).get(metric)) for arm in comparison.arms)
    return [(arm, difference) for arm, difference in found if difference is not None]


def in_words(difference: Difference, metric: str) -> str:
    """`+1.2 [+0.4, +2.0]  18 of 20`, in the metric's unit."""
    if difference.mean is None:
        return "not defined"
    ends = [value for value in (difference.mean, difference.low, difference.high) if value is not None]
    if all(abs(value) < DUST for value in ends):
        return "the same"
    if all(changed(value, metric) == changed(0.0, metric) for value in ends):
        return f"nearly the same  {difference.wins} of {difference.runs}"
    interval = ""
    if difference.low is not None:
        interval = f" [{changed(difference.low, metric)}, {changed(difference.high, metric)}]"
    return f"{changed(difference.mean, metric)}{interval}  {difference.wins} of {difference.runs}"


# ------------------------------------------------------------------------------------------------- drawing


def _forest(comparison: Comparison, metrics: Sequence[str], width: float, title: str, *, shared: bool) -> Figure:
    """A panel a metric, a row an arm."""
    beside = width > NARROW
    words = [in_words(found, metric) for metric in metrics for _, found in rows_of(comparison, metric)]
    names = max(width_of(arm, SMALL) for arm in comparison.arms)
    left = min(names, 1.7) + 0.25 if beside else 0.12
    right = max(width_of(text, SMALL) for text in words) + 0.2 if beside else 0.12
    panels = [
        Panel(
            name_of(metric),
            _about(comparison, metric),
            (ROW if beside else TALL_ROW) * len(rows_of(comparison, metric)),
            below=0.0 if shared and metric != metrics[-1] else ONE_LINE,
        )
        for metric in metrics
    ]
    page = sheet(width, title, panels, left=left, right=right, note=NOTE if len(comparison.worlds) > 1 else NOTE_OF_ONE)
    limits = [_limits(comparison, [metric]) for metric in metrics]
    for axes, metric, own in zip(page.axes, metrics, limits, strict=True):
        axes.set_xlim(*(_limits(comparison, metrics) if shared else own))
        _panel(page, axes, comparison, metric, beside=beside)
        if shared and metric != metrics[-1]:
            axes.set_xticklabels([])
            axes.tick_params(axis="x", length=0)
    return page.figure


def name_of(metric: str) -> str:
    """What a metric or group is called, with a capital letter."""
    return GROUPS.get(metric) or capital(MEANINGS[metric].label)


def _factor(metric: str) -> float:
    """By what values are multiplied on the axis: shares become percentage points."""
    return 100.0 if MEANINGS[metric].unit == "share" else 1.0


def _about(comparison: Comparison, metric: str) -> str:
    """The unit, which way is better, and where the baseline stands."""
    meaning = MEANINGS[metric]
    parts = [UNITS.get(meaning.unit, meaning.unit)]
    if meaning.better != "neither":
        parts.append(f"{meaning.better} is better")
    values = comparison.levels[comparison.baseline].of(comparison.brands[0])
    if values.get(metric) is not None:
        parts.append(f"baseline {said(values[metric], metric)}")
    return ", ".join(part for part in parts if part)


def _limits(comparison: Comparison, metrics: Sequence[str]) -> tuple[float, float]:
    """Limits of the axis that hold zero and every interval of some metrics."""
    ends = [0.0]
    for metric in metrics:
        for _, found in rows_of(comparison, metric):
            values = [value for value in (found.mean, found.low, found.high) if value is not None]
            ends.extend(value * _factor(metric) for value in values)
    low, high = min(ends), max(ends)
    air = 0.08 * (high - low) or 1.0
    return low - air, high + air


def _panel(page: Sheet, axes: Axes, comparison: Comparison, metric: str, *, beside: bool) -> None:
    """The rows of one metric: who, the interval on the axis, and the numbers."""
    rows = rows_of(comparison, metric)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.axvline(0, color=QUIET, linewidth=1.0, zorder=1)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    edge, end = ((page.left - 0.04) / page.breadth, (page.right - 0.1) / page.breadth) if beside else (0.0, 0.0)
    for row, (arm, found) in enumerate(rows):
        _interval(axes, found, metric, row if beside else row + 0.24)
        numbers = in_words(found, metric)
        room = page.left - 0.2 if beside else page.breadth - width_of(numbers, SMALL) - 0.15
        for x, side, words in ((-edge, "left", shortened(arm, room, SMALL)), (1 + end, "right", numbers)):
            axes.text(
                x,
                row if beside else row - 0.22,
                words,
                transform=axes.get_yaxis_transform(),
                fontsize=SMALL,
                color=INK,
                ha=side,
                va="center_baseline",
                bbox=BEHIND,
            )


def _interval(axes: Axes, found: Difference, metric: str, at: float) -> None:
    """The mean and its interval."""
    if found.mean is None:
        return
    by = _factor(metric)
    better = (found.mean > 0) == (MEANINGS[metric].better != "lower")
    neither = MEANINGS[metric].better == "neither"
    colour = INK if neither else (BETTER if better else WORSE)
    colour = colour if found.is_clear else QUIET
    if found.low is not None and found.high is not None:
        axes.plot([found.low * by, found.high * by], [at, at], color=colour, linewidth=2.2, solid_capstyle="butt")
    axes.plot(
        found.mean * by,
        at,
        "o" if better or neither or not found.is_clear else "s",
        markersize=6,
        markerfacecolor=colour if found.is_clear else "white",
        markeredgecolor=colour,
        zorder=3,
    )


def _tick(value: float) -> str:
    """A number of the axis, with as many digits as it needs."""
    return number(value, next((digits for digits in range(4) if abs(value - round(value, digits)) < 1e-9), 4))


# ------------------------------------------------------------------------------------------------- titles


def _worlds(comparison: Comparison) -> str:
    return f"in {plural(len(comparison.worlds), 'world')}"


def called(comparison: Comparison) -> str:
    """What the baseline is called in a sentence."""
    return "the scenario as it stands" if comparison.baseline == BASELINE else f"'{comparison.baseline}'"


def _effects_title(comparison: Comparison) -> str:
    """Whom the most effective arm moves how far, in a sentence."""
    brand = comparison.brands[0]
    groups = {"authors": "those who complained", "exposed": "those who saw it", "population": "all who know it"}
    rows = {group: dict(rows_of(comparison, group)) for group in groups}
    means = {arm: found.mean for arm, found in rows["population"].items() if found.mean is not None}
    if not means:
        return f"What the arms do to people's opinion of {brand}, against {called(comparison)}"
    arm = max(means, key=lambda name: (abs(means[name]), name))
    moved = [
        f"{who} by {changed(found.mean, group)}"
        for group, who in groups.items()
        if (found := rows[group].get(arm)) is not None and found.mean is not None
    ]
    return f"'{arm}' moves opinion of {brand} most: {', '.join(moved)} points of 100 ({_worlds(comparison)})"


def _differences_title(comparison: Comparison) -> str:
    """How many of the differences are more than chance, in a sentence."""
    found = [
        difference
        for metric in HEADLINES
        if metric not in EFFECTS
        for _, difference in rows_of(comparison, metric)
        if difference.low is not None
    ]
    brand = comparison.brands[0]
    if not found:
        return f"{brand}'s numbers against {called(comparison)}: one world, so that chance cannot be told from effect"
    clear = sum(difference.is_clear for difference in found)
    return (
        f"{number(clear)} of {number(len(found))} differences in {brand}'s numbers are more than chance "
        f"({_worlds(comparison)}, against {called(comparison)})"
    )
