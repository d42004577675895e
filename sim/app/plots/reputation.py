"""Reputation over time, and loyalty beneath it: who still is a customer, and who would recommend the brand.

Where all that happened lies in the first days of a long run, those days are drawn once more, wide enough to see what
came first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.app.plots.look import look_of, shown, tint
from sim.app.plots.sheet import End, Panel, label_ends, left_margin, nice_range, room_for, sheet
from sim.app.plots.time_axis import Mark, draw_lane, draw_lines, lane_height, marks_of, room_below, time_axis
from sim.app.words import MINUS, number, percent
from sim.study import series
from sim.study.metrics import Metrics
from sim.world.record import Record

LEAST_POINTS = 8.0
"""The reputation axis spans at least so many points, so that a ripple does not look like a wave."""
LEAST_RETENTION = 10.0
LEAST_NPS = 40.0
EVENTS = ("incident", "content", "statement", "press", "campaign", "launch")
"""What makes the days in which it happens worth a close look; alarms and the like follow from it."""
SLIVER = 0.2
"""Part of a run below which one cannot see what came first."""
RUG_ROW = 0.13
RUG_BINS = 400


def draw(record: Record, metrics: Metrics, width: float) -> Figure:
    """The figure; one line a brand, what happened marked on top, each brand's replies as strokes."""
    brands = shown(len(record.brands))
    days = float(record.scenario.clock.days)
    replying = [b for b in brands if ((record.replies["brand"] == b) & (record.replies["time"] >= 0)).any()]
    lines = [_reputation(record), _retention(record), _nps(record)]
    said: list[Callable[[float], str]] = [lambda value: number(value, 1), lambda value: percent(value / 100), number]
    ends = [_ends(record, line, words) for line, words in zip(lines, said, strict=True)]
    right = max(room_for(group, width)[1] for group in ends)
    ends = [room_for(group, width)[0] for group in ends]
    breadth = width - right - left_margin(width)
    close = close_look(record, days)
    marks = marks_of(record, close or days, breadth)
    limits = [
        nice_range(_all(lines[0]), LEAST_POINTS, 0, 100),
        nice_range([*_all(lines[1]), 100.0], LEAST_RETENTION, 0, 100),
        nice_range(_all(lines[2]), LEAST_NPS, -100, 100),
    ]
    panels = _panels(limits, marks, len(replying), days, close)
    page = sheet(width, headline(record, metrics), panels, right=right)
    draw_lane(page.axes[0], marks, close or days, breadth)
    _rug(page.axes[2], record, replying, close or days)
    draw_lines(page.axes[2], marks)
    if close:
        _panel(page.axes[1], _reputation(record, close), limits[0], marks)
        time_axis(page.axes[1], record.scenario, close, breadth, labelled=True)
    drawn = page.axes[3:] if close else (page.axes[1], *page.axes[3:])
    for axes, line, limit, end in zip(drawn, lines, limits, ends, strict=True):
        _panel(axes, line, limit, () if close else marks)
        time_axis(axes, record.scenario, days, breadth, labelled=axes is drawn[-1])
        label_ends(page, axes, end)
    return page.figure


def close_look(record: Record, days: float) -> float | None:
    """The first days of a run, if they hold all that happened and would be a sliver of it; else None."""
    times = [note.time / 24 for note in record.notes if note.kind in EVENTS and 0 <= note.time <= 24 * days]
    span = math.ceil(1.5 * max(times, default=0.0)) + 2.0
    return span if times and span <= SLIVER * days else None


def _panels(
    limits: Sequence[tuple[float, float]], marks: Sequence[Mark], replying: int, days: float, close: float | None
) -> list[Panel]:
    """What happened, reputation (perhaps twice), replies, retention, NPS."""
    rug = ("Replies", "of the brand, a stroke each") if replying else ("", "")
    asked = f"net promoter score, whoever is a customer on the day, {MINUS}100 to 100"
    whom = f"with all who know the brand, 0 to 100 ({_shown(limits[0])})"
    head = f"Reputation, the first {number(close)} days" if close else "Reputation"
    again = [Panel("Reputation, all days", "", 1.2)] if close else []
    return [
        Panel(head, whom, lane_height(marks)),
        Panel("", "", 2.0, joined=True, below=room_below(close) if close else 0.0),
        Panel(*rug, RUG_ROW * replying or 0.01),
        *again,
        Panel("Retention", f"customers of day 0 who still are, in % ({_shown(limits[1])})", 0.95),
        Panel("NPS of present customers", asked, 0.95, below=room_below(days)),
    ]


Line = dict[int, tuple[np.ndarray, np.ndarray]]
"""Of each brand: days, and values."""


def _reputation(record: Record, until: float | None = None) -> Line:
    """Of all days, or of the first ones only."""
    hours = series.hours(record)
    days = record.scenario.clock.days if until is None else until
    every = max(1, int(days) // 60)
    kept = ((hours % every == 0) | (hours == hours[-1])) & (hours <= 24 * days)
    return {b: (hours[kept] / 24.0, series.reputation(record, b)[kept]) for b in range(len(record.brands))}


def _retention(record: Record) -> Line:
    days = series.days(record).astype(np.float64)
    return {b: (days, 100 * series.retention(record, b)) for b in range(len(record.brands))}


def _nps(record: Record) -> Line:
    days = series.days(record).astype(np.float64)
    return {b: (days, series.nps(record, b)) for b in range(len(record.brands))}


def _all(line: Line) -> list[float]:
    return [float(value) for _, values in line.values() for value in values]


def _shown(limits: tuple[float, float]) -> str:
    return f"the axis shows {number(limits[0])} to {number(limits[1])}"


def _ends(record: Record, line: Line, words: Callable[[float], str]) -> list[End]:
    """A label for each brand that has a look of its own."""
    return [
        End(float(line[b][1][-1]), look_of(b), record.brands[b], words(float(line[b][1][-1])))
        for b in shown(len(record.brands))
        if len(line[b][1])
    ]


def _panel(axes: Axes, line: Line, limits: tuple[float, float], marks: Sequence[Mark]) -> None:
    """One panel: all brands' lines, the first brand on top."""
    axes.set_ylim(*limits)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10], min_n_ticks=3))
    draw_lines(axes, marks)
    for b in sorted(line, reverse=True):
        look = look_of(b)
        axes.plot(
            *line[b], color=look.colour, linestyle=look.dashes, linewidth=1.8 if look.named else 0.8, clip_on=False
        )


def _rug(axes: Axes, record: Record, replying: Sequence[int], days: float) -> None:
    """A row of strokes for each brand that replies: the denser, the darker."""
    axes.set_xlim(0, days)
    axes.set_ylim(max(1, len(replying)) - 0.5, -0.5)
    axes.axis("off")
    for row, b in enumerate(replying):
        times = record.replies["time"][record.replies["brand"] == b] / 24
        counts, edges = np.histogram(times[times >= 0], RUG_BINS, (0, days))
        at = np.flatnonzero(counts)
        middles = (edges[at] + edges[at + 1]) / 2
        strokes = [[(x, row - 0.38), (x, row + 0.38)] for x in middles]
        colour = look_of(b).colour
        colours = [tint(colour, min(1.0, 0.4 + 0.12 * count)) for count in counts[at]]
        axes.add_collection(LineCollection(strokes, colors=colours, linewidths=0.8))


def headline(record: Record, metrics: Metrics) -> str:
    """What is seen, in a sentence about the first brand."""
    name, days = record.brands[0], record.scenario.clock.days
    stands = metrics.brands[name].reputation
    if stands.start is None or stands.end is None or stands.min is None:
        return f"Nobody knows {name}: it has no reputation"
    start, end = stands.start, stands.end
    change, depth, back = end - start, start - stands.min, end - stands.min
    ending = f"after {days} days it stands at {number(end, 1)}"
    if depth < 0.5 and abs(change) < 0.5:
        return f"{name}'s reputation hardly moves: {ending} of 100, where it began at {number(start, 1)}"
    if depth < 0.5 or depth <= -change + 0.3:
        way = "gains" if change > 0 else "loses"
        return f"{name} {way} {number(abs(change), 1)} points of reputation: {ending} of 100"
    if change >= 0:
        return f"{name} loses {number(depth, 1)} points of reputation on the way and wins them back: {ending} of 100"
    low = int(np.nanargmin(series.reputation(record, 0))) // 24
    lost, won = number(depth, 1), number(back, 1)
    return f"{name} loses {lost} points of reputation by day {low} and wins {won} back: {ending} of 100"
