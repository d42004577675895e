"""The load of the care desks: what waits, who is there, and how long people wait for a first reply."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.app.plots.look import look_of, shown, tint
from sim.app.plots.sheet import End, Panel, label_ends, room_for, sheet
from sim.app.plots.time_axis import Mark, draw_lane, draw_lines, lane_height, marks_of, room_below, time_axis
from sim.app.words import day, number, percent, plural, span
from sim.study import series
from sim.study.metrics import Metrics, grievances
from sim.world.record import Record

DAILY_FROM = {"waiting": 60, "on_duty": 10}
"""Runs longer than that many days are shown by each day's highest value."""
WEEKLY_FROM = 120
"""In runs longer than that many days first replies are shown by the week."""
LEFT = 0.6
TICKS = (
    (1, "1 min"),
    (5, "5 min"),
    (15, "15 min"),
    (60, "1 h"),
    (240, "4 h"),
    (1440, "1 day"),
    (4320, "3 days"),
    (10080, "1 week"),
)
"""Times to a first reply at which the axis can have a tick, in minutes."""


def with_desk(record: Record) -> list[int]:
    """The brands (with a look of their own) that had anyone on duty or replied at all."""
    return [
        b
        for b in shown(len(record.brands))
        if series.level(record, "on_duty", b).max(initial=0) > 0 or series.flow(record, "replies", b).any()
    ]


def draw(record: Record, metrics: Metrics, width: float) -> Figure | None:
    """The figure, or None where nobody answers anybody."""
    brands = with_desk(record)
    if not brands:
        return None
    days = float(record.scenario.clock.days)
    waiting = {b: _level(record, "waiting", b) for b in brands}
    on_duty = {b: _level(record, "on_duty", b) for b in brands}
    ends = [_legend(record, waiting, _most_waiting), _legend(record, on_duty, _hours_worked)]
    replied = [
        End(median or float("nan"), look_of(b), record.brands[b], span(median))
        for b in brands
        for median in [metrics.brands[record.brands[b]].ttfr_minutes.median]
    ]
    right = max(room_for(group, width)[1] for group in (*ends, replied))
    breadth = width - right - LEFT
    marks = [mark for mark in marks_of(record, days, breadth) if mark.brand in brands]
    page = sheet(width, headline(record, metrics, brands[0]), _panels(record, marks, days), right=right, left=LEFT)
    draw_lane(page.axes[0], marks, days, breadth)
    for axes, lines, group in zip(page.axes[1:3], (waiting, on_duty), ends, strict=True):
        _lines(axes, lines, marks)
        time_axis(axes, record.scenario, days, breadth, labelled=False)
        label_ends(page, axes, room_for(group, width)[0], tied=False)
    _replies(page.axes[3], record, brands, breadth)
    draw_lines(page.axes[3], marks)
    time_axis(page.axes[3], record.scenario, days, breadth, labelled=True)
    label_ends(page, page.axes[3], room_for(_on_log_axis(page.axes[3], replied), width)[0])
    return page.figure


def _panels(record: Record, marks: Sequence[Mark], days: float) -> list[Panel]:
    """What happened, the line, the people, the waits."""
    each = "week" if _stretch(record) > 1 else "day"
    waits = (
        f"for the complaints of each {each} that were answered: the dot, half had their reply by then; the end of the "
        "stroke, nine of ten"
    )
    return [
        Panel("Waiting", f"complaints in line at the desk, {_each(days, 'waiting')}", lane_height(marks)),
        Panel("", "", 1.3, joined=True),
        Panel("On duty", f"people at the desk, {_each(days, 'on_duty')}", 0.6),
        Panel("Time to first reply", waits, 1.5, below=room_below(days)),
    ]


Line = tuple[np.ndarray, np.ndarray]
"""Days, and values."""


def _each(days: float, name: str) -> str:
    return "highest of each day" if days > DAILY_FROM[name] else "at every full hour"


def _level(record: Record, name: str, brand: int) -> Line:
    """A level in time (days): at each full hour, or the highest of each day in long runs."""
    values = np.nan_to_num(series.level(record, name, brand))
    if record.scenario.clock.days <= DAILY_FROM[name]:
        return series.hours(record) / 24.0, values
    highest = np.maximum.reduceat(values[1:], np.arange(0, len(values) - 1, 24))
    return np.arange(len(highest) + 1, dtype=np.float64), np.concatenate([highest[:1], highest])


def _legend(record: Record, lines: dict[int, Line], words: Callable[[Record, int], str]) -> list[End]:
    """Labels that stand for whole lines, in the order of the brands from the top."""
    top = max(float(values.max(initial=0)) for _, values in lines.values())
    return [End(top, look_of(b), record.brands[b], words(record, b)) for b in reversed(lines)]


def _most_waiting(record: Record, brand: int) -> str:
    return f"most {number(np.nanmax(series.level(record, 'waiting', brand)))}"


def _hours_worked(record: Record, brand: int) -> str:
    return f"{number(series.flow(record, 'staff_hours', brand).sum())} h"


def _corners(days: np.ndarray, values: np.ndarray) -> Line:
    """The same steps without the points at which nothing changes."""
    turns = np.ones(len(values), bool)
    turns[1:-1] = (values[1:-1] != values[:-2]) | (values[1:-1] != values[2:])
    return days[turns], values[turns]


def _lines(axes: Axes, lines: dict[int, Line], marks: Sequence[Mark]) -> None:
    """One level of each desk, in steps."""
    draw_lines(axes, marks)
    for b in sorted(lines, reverse=True):
        look = look_of(b)
        days, values = _corners(*lines[b])
        axes.fill_between(days, values, step="pre", color=tint(look.colour, 0.14), linewidth=0)
        axes.step(days, values, where="pre", color=look.colour, linestyle=look.dashes, linewidth=1.2)
    top = max(float(values.max(initial=0)) for _, values in lines.values())
    axes.set_ylim(0, max(1.0, 1.1 * top))
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))


# ---------------------------------------------------------------------------------------------- first replies


def per_day(record: Record, brand: int, days: int = 1) -> list[tuple[float, float, float, int, int]]:
    """First replies by the day (or stretch of `days`) on which the complaint was made, where there were any.

    Of each: its first day, median and 90th percentile of minutes to a first reply (nan: none was answered), how
    many complaints were answered, and how many there were.
    """
    heard = grievances(record, brand)
    made = np.floor(record.posts["time"][heard.posts] / (24 * days)).astype(np.int64) * days
    rows = []
    for first in np.unique(made):
        those = made == first
        waited = 60 * heard.waited[those & heard.answered]
        median, p90 = np.percentile(waited, (50, 90)) if len(waited) else (np.nan, np.nan)
        rows.append((float(first), float(median), float(p90), len(waited), int(those.sum())))
    return rows


def _stretch(record: Record) -> int:
    """Days that one dot stands for."""
    return 7 if record.scenario.clock.days > WEEKLY_FROM else 1


def _replies(axes: Axes, record: Record, brands: Sequence[int], breadth: float) -> None:
    """A dot at each day's median and a stroke up to nine of ten; brands stand side by side within a day."""
    longest, shortest = 60.0, 15.0
    stretch = _stretch(record)
    size = min(4.5, max(2.2, 40 * breadth * stretch / record.scenario.clock.days / len(brands)))
    for place, b in enumerate(brands):
        look = look_of(b)
        rows = np.array([row for row in per_day(record, b, stretch) if row[3]])
        if len(rows):
            at = rows[:, 0] + stretch * (place + 1) / (len(brands) + 1)
            low, high = np.maximum(rows[:, 1], 0.5), np.maximum(rows[:, 2], 0.5)
            axes.vlines(at, low, high, color=tint(look.colour, 0.55), linewidth=0.35 * size)
            axes.plot(at, low, look.marker, color=look.colour, markersize=size, markeredgewidth=0)
            longest, shortest = max(longest, float(high.max())), min(shortest, float(low.min()))
    axes.set_yscale("log")
    axes.set_ylim(0.75 * shortest, 1.4 * longest)
    ticks = [(minutes, words) for minutes, words in TICKS if 0.75 * shortest <= minutes <= 1.4 * longest]
    axes.set_yticks([minutes for minutes, _ in ticks], [words for _, words in ticks])
    axes.set_yticks([], minor=True)


def _on_log_axis(axes: Axes, ends: Sequence[End]) -> list[End]:
    """The same labels at the places where a linear axis would have their values."""
    low, high = axes.get_ylim()
    return [
        End(low + (high - low) * float(np.log(end.value / low) / np.log(high / low)), end.look, end.name, end.said)
        for end in ends
        if end.value == end.value
    ]


def headline(record: Record, metrics: Metrics, brand: int) -> str:
    """What is seen, in a sentence about the first brand with a desk."""
    name = record.brands[brand]
    told = metrics.brands[name]
    if not told.grievances:
        return f"Nobody complained to {name}: its desk had nothing to do"
    if not told.reply_rate:
        return f"{name} answered none of {plural(told.grievances, 'complaint')}"
    within = span(told.ttfr_minutes.median)
    answered = f"{name} answered {percent(told.reply_rate)} of complaints, half of those within {within}"
    if not told.backlog.max:
        return answered
    when = float(np.nanargmax(series.level(record, "waiting", brand)))
    return f"{answered}; at worst {number(told.backlog.max)} waited ({day(when)})"
