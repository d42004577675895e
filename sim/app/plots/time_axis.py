"""The time axis all figures share: days of the run with the dates beneath, and what happened marked on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes

from sim.app.plots.look import INK, QUIET, SMALL, TEXT, look_of, shortened, width_of
from sim.app.plots.sheet import THREE_LINES, TWO_LINES
from sim.app.words import MONTHS, WEEKDAYS
from sim.scenario.schema import Scenario
from sim.world.record import Record

STEPS = (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
"""Days between two ticks."""
ROOM = 0.56
"""Width in inches that a tick's label takes."""

WITH_YEAR = 300
"""Runs of so many days and more have years on their axis."""

GLYPHS = {
    "incident": "▼", "content": "●", "statement": "◆", "press": "■", "alarm": "▲", "launch": "★", "fix": "✚",
    "campaign": "▶", "referral": "▷", "turnover": "✖", "priority": "○",
}
"""The mark of each kind of note, the weightiest first: it keeps its label where not all fit."""
KINDS = tuple(GLYPHS)
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
"""What lies behind a label, so that no line runs through it."""
ROW = 0.19
MOST_ROWS = 4


def step_for(days: float, breadth: float) -> float:
    """Days between ticks, so that their labels fit side by side in `breadth` inches."""
    return next((step for step in STEPS if days / step * ROOM <= breadth), STEPS[-1])


def room_below(days: float) -> float:
    """Height in inches of the labels of the time axis."""
    return THREE_LINES if days >= WITH_YEAR else TWO_LINES


def time_axis(axes: Axes, scenario: Scenario, days: float, breadth: float, *, labelled: bool) -> None:
    """Put days, and dates beneath them, on the horizontal axis (whose unit is days)."""
    step = step_for(days, breadth)
    ticks = [number * step for number in range(math.floor(days / step + 1e-9) + 1)]
    axes.set_xlim(0, days)
    axes.set_xticks(ticks, _labels(scenario, ticks, step, days >= WITH_YEAR) if labelled else [""] * len(ticks))
    axes.tick_params(axis="x", length=3.5 if labelled else 0)


def _labels(scenario: Scenario, ticks: Sequence[float], step: float, with_year: bool) -> list[str]:
    """`day 10` over `24 Dec`; the weekday on short axes, the year on long ones, the hour between midnights."""
    labels = []
    year = None
    for tick in ticks:
        when = scenario.date(24 * tick)
        date = f"{when.day} {MONTHS[when.month - 1]}"
        if step <= 1:
            date = f"{WEEKDAYS[when.weekday()]} {date}"
        if with_year and when.year != year:
            date, year = f"{date}\n{when.year}", when.year
        labels.append(f"day {tick:g}\n{date}" if tick % 1 == 0 else f"{when.hour:02}:00")
    return labels


# --------------------------------------------------------------------------------------------- what happened


@dataclass(frozen=True)
class Mark:
    """Something that happened: when (days), its brand, kind, words ("" for a repeat), and the row of its label."""

    day: float
    brand: int
    kind: str
    words: str
    row: int


def marks_of(record: Record, days: float, breadth: float) -> list[Mark]:
    """What a run noted from day 0 on, with a row for each label so that none overlap in `breadth` inches.

    A repeat (the same kind, brand and words) is counted at the first of its kind. What finds no room keeps its
    mark, without words, in a last row: the page has the full list.
    """
    several = len({note.brand for note in record.notes}) > 1
    repeats: dict[tuple[int, str, str], int] = {}
    for note in record.notes:
        key = (note.brand, note.kind, note.text)
        repeats[key] = repeats.get(key, 0) + (note.time >= 0)
    marks = []
    taken: list[list[tuple[float, float]]] = [[] for _ in range(MOST_ROWS)]
    notes = [note for note in record.notes if 0 <= note.time <= 24 * days]
    for note in sorted(notes, key=lambda note: (KINDS.index(note.kind), note.time, note.brand)):
        times = repeats.pop((note.brand, note.kind, note.text), 0)
        words = _words(note.kind, note.text, record.brands[note.brand] if several else "", times)
        at = note.time / 24 / days * breadth
        words = shortened(words, min(0.62 * breadth, max(at, breadth - at) - 0.25), SMALL) if times else ""
        row = _row(taken, at, words, breadth)
        marks.append(Mark(note.time / 24, note.brand, note.kind, words if row >= 0 else "", row))
    rows = 1 + max((mark.row for mark in marks), default=-1)
    return [replace(mark, row=rows) if mark.row < 0 else mark for mark in marks]


def _words(kind: str, text: str, brand: str, times: int) -> str:
    """What a mark is called on the axis."""
    words = {
        "statement": "statement", "alarm": "alarm", "press": f"press: {text}", "fix": f"mended: {text}",
        "priority": f"to mend: {text}",
    }.get(kind, text)
    words = f"{words}, {brand}" if brand else words
    return f"{words} ({times} times)" if times > 1 else words


def _row(taken: list[list[tuple[float, float]]], at: float, words: str, breadth: float) -> int:
    """The first row with room for a label at `at` inches, which is then taken; -1: none, or no words."""
    if not words:
        return -1
    start, end = _stretch(at, words, breadth)
    for number, row in enumerate(taken):
        if all(end + 0.08 < begins or start - 0.08 > ends for begins, ends in row):
            row.append((start, end))
            return number
    return -1


def _stretch(at: float, words: str, breadth: float) -> tuple[float, float]:
    """Where a label lies: right of its mark if it fits there, else left of it."""
    length = width_of(words, SMALL) + 0.2
    return (at - 0.08, at + length) if at + length <= breadth else (at - length, at + 0.08)


def lane_height(marks: Sequence[Mark]) -> float:
    """Height in inches of the lane that holds the labels."""
    return ROW * (1 + max(mark.row for mark in marks)) if marks else 0.02


def draw_lane(axes: Axes, marks: Sequence[Mark], days: float, breadth: float) -> None:
    """Write what happened into a lane of its own, above the panels."""
    rows = 1 + max((mark.row for mark in marks), default=0)
    axes.set_xlim(0, days)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.axis("off")
    for mark in marks:
        at = mark.day / days * breadth
        axes.text(
            mark.day,
            mark.row,
            GLYPHS[mark.kind],
            color=look_of(mark.brand).colour,
            ha="center",
            va="center",
            fontsize=TEXT if mark.words else 0.6 * TEXT,
            bbox=BEHIND if mark.words else None,
            zorder=4,
        )
        if mark.words:
            axes.plot([mark.day] * 2, [mark.row, rows - 0.5], color=QUIET, linewidth=0.7, clip_on=False)
            right = _stretch(at, mark.words, breadth)[1] > at + 0.1
            axes.annotate(
                mark.words,
                (mark.day, mark.row),
                (7 if right else -7, 0),
                textcoords="offset points",
                fontsize=SMALL,
                color=INK,
                ha="left" if right else "right",
                va="center_baseline",
                bbox=BEHIND,
                zorder=3,
            )


def draw_lines(axes: Axes, marks: Sequence[Mark]) -> None:
    """Carry each mark that has words down through a panel."""
    for mark in (mark for mark in marks if mark.words):
        axes.axvline(mark.day, color=QUIET, linewidth=0.7, zorder=0.8)
