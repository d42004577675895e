"""What is said in public, and how far those who post differ from all who know the brand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.app.plots.look import INK, QUIET, SMALL, Look, look_of, shortened, shown, tint, width_of
from sim.app.plots.sheet import ONE_LINE, SWATCH, End, Panel, Sheet, label_ends, left_margin, sheet
from sim.app.plots.time_axis import Mark, draw_lane, draw_lines, lane_height, marks_of, room_below, time_axis
from sim.app.words import MINUS, number, plural, signed
from sim.study import series
from sim.study.metrics import Metrics
from sim.world.record import Record

BIN_HOURS = (1, 2, 3, 6, 12, 24, 48, 168, 336, 672)
BAR = 0.04
"""Least width of a bar in inches."""
WINDOWS = ((60, 3), (200, 7), (math.inf, 28))
"""Net sentiment is that of the posts of the last days, as dashboards show it: in runs of up to so many days, so
many days back."""
FEWEST_POSTS = 5
"""With fewer posts than that in its window, net sentiment is not drawn."""
SCALE = ([-1.0, -0.5, 0.0, 0.5, 1.0], [f"{MINUS}1", f"{MINUS}0.5", "0", "0.5", "1"])
"""Places and words of the ticks of sentiment and attitude."""
ROW = 0.2


def draw(record: Record, metrics: Metrics, width: float) -> Figure:
    """The figure: posts of each brand in time, then those who post against all who know the brand."""
    brands = list(shown(len(record.brands)))
    days = float(record.scenario.clock.days)
    right = _right(record, brands, width)
    breadth = width - right - left_margin(width)
    marks = marks_of(record, days, breadth)
    hours = bin_hours(days, breadth)
    highest = _highest(record, brands, hours)
    per = f"posts per {_called(hours)}{', square-root scale' if compressed(highest) else ''}"
    page = sheet(width, headline(record, metrics), _panels(record, marks, width, per), right=right)
    draw_lane(page.axes[0], marks, days, breadth)
    for axes, b in zip(page.axes[1:], brands, strict=False):
        _bars(page, axes, record, b, hours, highest)
        draw_lines(axes, [mark for mark in marks if mark.brand == b])
        time_axis(axes, record.scenario, days, breadth, labelled=False)
    axes = page.axes[1 + len(brands)]
    _gap(page, axes, record)
    draw_lines(axes, [mark for mark in marks if mark.brand == 0])
    time_axis(axes, record.scenario, days, breadth, labelled=True)
    if len(brands) > 1:
        _dumbbells(page, page.axes[-1], record, metrics, brands)
    return page.figure


def _panels(record: Record, marks: Sequence[Mark], width: float, per: str) -> list[Panel]:
    """What happened, the posts of each brand, the sentiment about the first, and of several brands the whole."""
    brands, days = shown(len(record.brands)), float(record.scenario.clock.days)
    names = [shortened(record.brands[b], 0.42 * width, SMALL, bold=True) for b in brands]
    height = 1.3 if len(brands) == 1 else 0.95
    back = window_days(days)
    against = f"{MINUS}1 to 1: posts of the last {back} days against all who know the brand"
    panels = [
        Panel(names[0], f"praise upwards, complaints downwards, {per}", lane_height(marks)),
        Panel("", "", height, joined=True),
        *(Panel(name, per, height) for name in names[1:]),
        Panel(f"Sentiment about {names[0]}", against, 1.25, below=room_below(days)),
    ]
    if len(brands) > 1:
        about = "hollow: what is posted; filled: all who know the brand"
        panels.append(Panel("Over the whole run", about, ROW * len(brands), below=ONE_LINE))
    return panels


def bin_hours(days: float, breadth: float) -> int:
    """Hours a bar stands for, so that none is narrower than a stroke of a pen."""
    return next((hours for hours in BIN_HOURS if days * 24 / hours * BAR <= breadth), BIN_HOURS[-1])


def _called(hours: int) -> str:
    """`hour`, `6 hours`, `day`, `2 weeks`."""
    for unit, size in (("week", 168), ("day", 24), ("hour", 1)):
        if hours % size == 0:
            return unit if hours == size else f"{hours // size} {unit}s"
    raise AssertionError(hours)


# ------------------------------------------------------------------------------------------------ praise, complaint


def _binned(values: np.ndarray, hours: int) -> np.ndarray:
    """Sums over stretches of so many hours; the last may be shorter."""
    return np.add.reduceat(values, np.arange(0, len(values), hours)) if len(values) else values


def _highest(record: Record, brands: Sequence[int], hours: int) -> float:
    """The longest bar of any brand: all share one scale."""
    both = [_binned(series.flow(record, name, b), hours) for b in brands for name in ("praise", "complaints")]
    return max([4.0, *(float(bars.max(initial=0)) for bars in both)])


def compressed(highest: float) -> bool:
    """Whether the longest bar would flatten all others: then lengths grow as the square root."""
    return highest >= 30


def _root(values: np.ndarray) -> np.ndarray:
    roots: np.ndarray = np.sign(values) * np.sqrt(np.abs(values))
    return roots


def _square(values: np.ndarray) -> np.ndarray:
    squares: np.ndarray = np.sign(values) * np.square(values)
    return squares


def _ticks(highest: float) -> list[float]:
    """One or two round numbers on each side."""
    round_ones = [factor * 10.0**power for power in range(9) for factor in (1, 2, 5)]
    top = max(tick for tick in round_ones if tick <= highest)
    return [min(tick for tick in round_ones if tick >= top / 10), top] if compressed(highest) else [top]


def _edges(record: Record, bars: int, hours: int) -> np.ndarray:
    """Where the bars begin and end, in days; the last may be cut short by the end of the run."""
    return np.minimum(np.arange(bars + 1) * hours, len(series.hours(record)) - 1) / 24


def _bars(page: Sheet, axes: Axes, record: Record, brand: int, hours: int, highest: float) -> None:
    """Praise upwards, complaints downwards, and what they add up to."""
    colour = look_of(brand).colour
    totals = []
    for name, way, fill in (("praise", 1, tint(colour, 0.45)), ("complaints", -1, tint(colour, 1.0))):
        bars = _binned(series.flow(record, name, brand), hours)
        axes.stairs(way * bars, _edges(record, len(bars), hours), fill=True, color=fill, linewidth=0)
        totals.append(float(bars.sum()))
    if compressed(highest):
        axes.set_yscale("function", functions=(_root, _square))
    axes.set_ylim(-1.1 * highest, 1.1 * highest)
    axes.axhline(0, color=QUIET, linewidth=0.8)
    ticks = _ticks(highest)
    middle = "" if compressed(highest) else "0"  # the others would touch it
    words = [number(tick) for tick in ticks]
    axes.set_yticks([*(-tick for tick in reversed(ticks)), 0, *ticks], [*reversed(words), middle, *words])
    for said, y in ((f"{number(totals[0])} praise", 0.72), (plural(totals[1], "complaint"), 0.28)):
        axes.text(
            1 + 0.1 / page.breadth, y, said, transform=axes.transAxes, fontsize=SMALL, color=INK, va="center_baseline"
        )


# ------------------------------------------------------------------------------------------------ posters, everyone


def window_days(days: float) -> int:
    """How many days back net sentiment looks in a run of so many days."""
    return next(window for most, window in WINDOWS if days <= most)


def net_sentiment(record: Record, brand: int) -> np.ndarray:
    """Net sentiment of the posts of the last days at the end of each hour, -1..1; nan where they are few."""
    back = 24 * window_days(record.scenario.clock.days)
    praise = np.cumsum(series.flow(record, "praise", brand))
    complaints = np.cumsum(series.flow(record, "complaints", brand))
    before = np.maximum(np.arange(len(praise)) - back, -1)
    window = [total - np.where(before >= 0, total[before], 0.0) for total in (praise, complaints)]
    posts = window[0] + window[1]
    return np.where(posts >= FEWEST_POSTS, series.ratio(window[0] - window[1], posts), np.nan)


def overall(record: Record, metrics: Metrics, brand: int) -> tuple[float, float]:
    """Over the whole run, -1..1: net sentiment of all posts, and mean attitude of all who know the brand.

    nan where nobody posted, or nobody knows it.
    """
    posted = metrics.brands[record.brands[brand]].net_sentiment
    known = series.reputation(record, brand)
    known = known[~np.isnan(known)]
    everyone = float(known.mean()) / 50 - 1 if len(known) else float("nan")
    return float("nan") if posted is None else posted, everyone


def _gap(page: Sheet, axes: Axes, record: Record) -> None:
    """Posted sentiment and the attitude of all who know the first brand, with the gap between them shaded."""
    look = look_of(0)
    everyone = series.reputation(record, 0)[1:] / 50 - 1
    posted = net_sentiment(record, 0)
    hours = (1 + np.arange(len(posted))) / 24
    kept = np.arange(len(posted)) % max(1, record.scenario.clock.days // 60) == 0
    hours, posted, everyone = hours[kept], posted[kept], everyone[kept]
    axes.set_ylim(-1.04, 1.04)
    axes.set_yticks(*SCALE)
    axes.fill_between(hours, posted, everyone, color=tint(look.colour, 0.13), linewidth=0)
    axes.plot(hours, everyone, color=look.colour, linestyle="-")
    axes.plot(hours, posted, color=look.colour, linestyle=":", linewidth=1.5)
    lines = (("everyone", everyone, "-"), ("posts", posted, ":"))
    ends = []
    for name, line, dashes in lines:
        known = np.flatnonzero(~np.isnan(line))
        if len(known):
            end = float(line[known[-1]])
            ends.append(End(end, Look(look.colour, dashes, "", True), name, signed(end, 2)))
    label_ends(page, axes, ends)


def _dumbbells(page: Sheet, axes: Axes, record: Record, metrics: Metrics, brands: Sequence[int]) -> None:
    """One row a brand: what is posted, what everyone thinks, and the way between."""
    axes.set_xlim(-1.04, 1.04)
    axes.set_ylim(len(brands) - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_xticks(*SCALE)
    axes.grid(axis="x")
    for row, b in enumerate(brands):
        look = look_of(b)
        posted, everyone = overall(record, metrics, b)
        axes.plot([posted, everyone], [row, row], color=look.colour, linewidth=1.4)
        axes.plot(posted, row, look.marker, markersize=6, markerfacecolor="white", markeredgecolor=look.colour)
        axes.plot(everyone, row, look.marker, markersize=6, color=look.colour)
        room = page.right - 0.2
        said = f"{signed(posted, 2)} / {signed(everyone, 2)}"
        name = shortened(record.brands[b], room - width_of(f" {said}", SMALL), SMALL)
        axes.annotate(
            f"{name} {said}",
            (1 + 0.1 / page.breadth, row),
            xycoords=("axes fraction", "data"),
            fontsize=SMALL,
            color=INK,
            va="center_baseline",
        )


def _right(record: Record, brands: Sequence[int], width: float) -> float:
    """The right margin: room for every label beside the panels."""
    totals = [plural(float(series.flow(record, "complaints", b).sum()), "complaint") for b in brands]
    widest = max(width_of(words, SMALL) for words in totals)
    names = max(width_of(f"{record.brands[b]} {MINUS}0.00 / +0.00", SMALL) for b in brands) if len(brands) > 1 else 0.0
    ends = SWATCH + width_of(f"everyone {MINUS}0.00", SMALL)
    return max(widest + 0.2, min(names + 0.3, 0.38 * width), ends + 0.2)


def headline(record: Record, metrics: Metrics) -> str:
    """What is seen, in a sentence about the first brand."""
    name = record.brands[0]
    posted, everyone = overall(record, metrics, 0)
    if np.isnan(posted):
        return f"Nobody posted about {name} in these {plural(record.scenario.clock.days, 'day')}"
    than = f"than what people think of it: net sentiment {signed(posted, 2)} in posts, attitude {signed(everyone, 2)}"
    than = f"{than} among all who know it"
    if posted < everyone - 0.1:
        return f"Posts about {name} are darker {than}"
    if posted > everyone + 0.1:
        return f"Posts about {name} are brighter {than}"
    told = f"net sentiment {signed(posted, 2)} in posts, attitude {signed(everyone, 2)}"
    return f"Posts about {name} are close to what all who know it think: {told}"
