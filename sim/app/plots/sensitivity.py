"""What decides, drawn: a tornado of what each input does alone, and bars of its index beside one for luck."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.app.findings import changed, said
from sim.app.plots.look import HUES, INK, OTHER, QUIET, SMALL, shortened, tint, width_of
from sim.app.plots.sheet import ONE_LINE, Panel, sheet
from sim.app.plots.sweep import UNITS, factor, tick
from sim.app.settings import said_place, short_names
from sim.app.sweep_words import topic
from sim.app.words import capital, number, percent, plural
from sim.study.compare import MEANINGS
from sim.study.replicate import EFFECTS
from sim.study.sensitivity import Answer, Index, OfMetric, Sensitivity

ROW = 0.36
BETTER, WORSE, NEITHER = HUES[0], HUES[1], QUIET
HATCH = "////"
TORNADO_NOTE = (
    "Each bar: one input at its low end (hatched) or its high end (plain), all else as it stands; blue is better for "
    "the brand, orange worse. Whiskers: 95 % intervals over worlds. The line at zero is the present setting."
)
SOBOL_NOTE = (
    "Shares of all that varies from run to run. Dark: by the input alone; light: with its interactions; whiskers: 95 % "
    "intervals. Luck: how single worlds differ at the same values."
)
MORRIS_NOTE = (
    "Mean size of the effect of each input over its whole range, with the 95 % interval. Luck: how far single worlds "
    "differ at the same values (one standard deviation)."
)


def draw(found: Sensitivity, width: float) -> dict[str, Figure]:
    """The figures of an analysis by name: a tornado and bars for each metric."""
    figures = {}
    for metric, one in found.of.items():
        name = metric.replace(".", "-").replace("_", "-")
        figures[f"tornado-{name}"] = tornado(found, one, width)
        figures[f"indices-{name}"] = bars(found, one, width)
    return figures


def _names(found: Sensitivity, one: OfMetric, width: float, more: Sequence[str] = ()) -> tuple[dict[str, str], float]:
    """Short names of the inputs, and the room they need (inches)."""
    names = short_names([answer.given.path for answer in one.answers])
    room = min(max(width_of(name, SMALL) for name in (*names.values(), *more)), 0.3 * width)
    return {path: shortened(name, room, SMALL) for path, name in names.items()}, room + 0.2


def _rows(axes: Axes, names: Sequence[str]) -> None:
    """A row for each name, the first on top."""
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


# ------------------------------------------------------------------------------------------------- tornado


def tornado(found: Sensitivity, one: OfMetric, width: float) -> Figure:
    """What each input does alone at its ends, the widest swing on top, around the present setting."""
    ranked = sorted(one.answers, key=lambda answer: -answer.swing)
    names, left = _names(found, one, width)
    panel = Panel(capital(MEANINGS[one.metric].label), _about(one), ROW * len(ranked), ONE_LINE)
    page = sheet(width, _tornado_title(found, one, ranked), [panel], left=left, right=0.2, note=TORNADO_NOTE)
    (axes,) = page.axes
    _rows(axes, [names[answer.given.path] for answer in ranked])
    for row, answer in enumerate(ranked):
        _swing(axes, answer, one.metric, row)
    axes.axvline(0, color=INK, linewidth=1.0, zorder=3)
    low, high = axes.get_xlim()
    axes.set_xlim(low - 0.16 * (high - low), high + 0.16 * (high - low))
    for row, answer in enumerate(ranked):
        _ends(axes, answer, one.metric, row)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    return page.figure


def _about(one: OfMetric) -> str:
    """The unit, which way is better, where the present setting stands."""
    meaning = MEANINGS[one.metric]
    better = "" if meaning.better == "neither" else f", {meaning.better} is better"
    now = "" if one.metric in EFFECTS else f", now {said(one.level, one.metric)}"
    return f"change in {UNITS.get(meaning.unit, meaning.unit)}{better}{now}"


def _tornado_title(found: Sensitivity, one: OfMetric, ranked: Sequence[Answer]) -> str:
    widest = ranked[0]
    names = short_names([answer.given.path for answer in one.answers])
    swing = changed(widest.swing, one.metric).removeprefix("+")
    worlds = plural(len(found.seeds), "world")
    return (
        f"{capital(names[widest.given.path])} alone swings {topic(found.brand, one.metric)} most: by {swing} ({worlds})"
    )


def _swing(axes: Axes, answer: Answer, metric: str, row: int) -> None:
    """The two bars of an input and their whiskers."""
    by, better = factor(metric), MEANINGS[metric].better
    for end, hatch, at in ((answer.low, HATCH, row - 0.16), (answer.high, None, row + 0.16)):
        if end.mean is None:
            continue
        good = (end.mean > 0) == (better != "lower")
        colour = NEITHER if better == "neither" else BETTER if good else WORSE
        face = tint(colour, 0.35) if hatch else colour
        axes.barh(at, by * end.mean, height=0.3, facecolor=face, edgecolor=colour, hatch=hatch, linewidth=0.8, zorder=2)
        if end.low is not None and end.high is not None:
            axes.plot([by * end.low, by * end.high], [at, at], color=INK, linewidth=1.0, zorder=3)


def _ends(axes: Axes, answer: Answer, metric: str, row: int) -> None:
    """What the ends are, beyond the bars and whiskers."""
    by = factor(metric)
    for end, u, at in ((answer.low, answer.given.ends[0], row - 0.16), (answer.high, answer.given.ends[1], row + 0.16)):
        known = [by * value for value in (end.mean, end.low, end.high) if value is not None]
        right = (end.mean or 0.0) >= 0
        axes.annotate(
            said_place(answer.given.place(u), answer.given.unit),
            (max([*known, 0.0]) if right else min([*known, 0.0]), at),
            (4 if right else -4, 0),
            textcoords="offset points",
            fontsize=SMALL - 1,
            color=QUIET,
            ha="left" if right else "right",
            va="center_baseline",
        )


# ------------------------------------------------------------------------------------------------- indices


def bars(found: Sensitivity, one: OfMetric, width: float) -> Figure:
    """The index of each input, the largest on top, and luck."""
    names, left = _names(found, one, width, ["luck"])
    sobol = found.plan.method == "sobol"
    about = "share of the variance of a single run" if sobol else f"size of effects in {_unit(one.metric)}"
    panel = Panel(capital(MEANINGS[one.metric].label), about, ROW * 0.8 * (len(one.answers) + 1), ONE_LINE)
    note = SOBOL_NOTE if sobol else MORRIS_NOTE
    page = sheet(width, _bars_title(found, one), [panel], left=left, right=0.6, note=note)
    (axes,) = page.axes
    _rows(axes, [*(names[answer.given.path] for answer in one.answers), "luck"])
    axes.axhline(len(one.answers) - 0.5, color=QUIET, linewidth=0.7)
    if sobol:
        _shares(axes, one)
    else:
        _sizes(axes, one)
    axes.set_xlim(left=0)
    return page.figure


def _unit(metric: str) -> str:
    unit = MEANINGS[metric].unit
    return UNITS.get(unit, unit)


def _bars_title(found: Sensitivity, one: OfMetric) -> str:
    """Which decides, and how much is luck."""
    names = short_names([answer.given.path for answer in one.answers])
    first = one.answers[0]
    luck = "" if one.luck.share is None else f"; {percent(one.luck.share)} of what varies is luck"
    if first.weight.value <= 0:
        return f"Nothing that was varied moves {topic(found.brand, one.metric)}{luck}"
    decides = "decides" if one.is_clear else "may decide"
    return f"{capital(names[first.given.path])} {decides} {topic(found.brand, one.metric)}{luck}"


def _shares(axes: Axes, one: OfMetric) -> None:
    """Sobol indices, scaled so that the inputs and luck share all variance of a single run."""
    by = 1.0 if one.luck.parameters is None else one.luck.parameters
    for row, answer in enumerate(one.answers):
        if answer.total is not None and answer.first is not None:
            _bar(axes, row - 0.17, answer.first, by, HUES[0], 0.3)
            _bar(axes, row + 0.17, answer.total, by, tint(HUES[0], 0.4), 0.3)
    if one.luck.share is not None:
        ends = (one.luck.low, one.luck.high)
        low, high = (one.luck.share if end is None else end for end in ends)
        _bar(axes, len(one.answers), Index(one.luck.share, low, high), 1.0, OTHER, 0.6, "....")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))


def _sizes(axes: Axes, one: OfMetric) -> None:
    """Mean sizes of elementary effects, and the standard deviation of luck."""
    by = factor(one.metric)
    for row, answer in enumerate(one.answers):
        _bar(axes, row, answer.weight, by, HUES[0], 0.6)
    if one.luck.deviation is not None:
        size = one.luck.deviation
        _bar(axes, len(one.answers), Index(size, size, size), by, OTHER, 0.6, "....")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, _digits(value))))


def _digits(value: float) -> int:
    return next((digits for digits in range(4) if abs(value - round(value, digits)) < 1e-9), 4)


def _bar(
    axes: Axes, row: float, index: Index, by: float, colour: object, height: float, hatch: str | None = None
) -> None:
    """A bar with its whisker; what lies below zero is not drawn (an index is at least that)."""
    value, low, high = (max(0.0, by * each) for each in (index.value, index.low, index.high))
    axes.barh(
        row, value, height=height, facecolor=colour, edgecolor="white" if hatch else "none", hatch=hatch, zorder=2
    )
    if high > low:
        axes.plot([low, high], [row, row], color=INK, linewidth=1.0, zorder=3)
