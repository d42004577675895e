"""What came out of a sweep, in a table and a sentence, for the terminal and for `summary.txt`."""

from __future__ import annotations

from collections.abc import Sequence

from sim.app.columns import columns
from sim.app.findings import changed, plainly, said
from sim.app.settings import said_place, said_point, short_names
from sim.app.words import UNKNOWN, capital, plural
from sim.scenario.names import BASELINE
from sim.study.compare import MEANINGS, Difference, difference
from sim.study.replicate import EFFECTS
from sim.study.sweep import SHOWN, Point, Sweep

LUCKY = " The best of many is partly lucky: confirm it with another --seed."
MOST_ROWS = 10
"""Points in the table of one metric; of more, only the best and the worst are shown."""


def shown_metrics(found: Sweep, brand: str, wanted: Sequence[str] = ()) -> list[str]:
    """The metrics to show: those wanted, or of the usual ones those that are defined somewhere."""
    usual = [metric for metric in SHOWN if any(found.level(point, brand, metric).runs for point in found.points)]
    return list(wanted) or usual


def table_of_sweep(found: Sweep, brand: str, metrics: Sequence[str]) -> str:
    """A row a point, metric by metric: its values, the level, the difference from the present setting."""
    names = short_names(found.paths)
    several = len(found.arms) > 1
    head = ["metric", *(["arm"] if several else []), *names.values()]
    rows = [[*head, "level", "difference", "95 % interval", "better in"]]
    left_out = 0
    for metric in metrics:
        points = _most_telling(found, brand, metric)
        left_out = len(found.points) - len(points)
        called = MEANINGS[metric].label
        for point in points:
            arm = [point.arm if point.arm != BASELINE else "as it stands"] if several else []
            values = [said_place(point.places[path], found.units[path]) for path in found.paths]
            if point.is_present:
                values[0] = f"{values[0]} (now)" if values[0] != UNKNOWN else "(now)"
            rows.append([called, *arm, *values, *_cells(found, point, brand, metric)])
            called = ""
    table = columns(rows, left=len(head))
    more = f"\n... and {plural(left_out, 'point')} between them, in points.csv." if left_out else ""
    return table + more


def _cells(found: Sweep, point: Point, brand: str, metric: str) -> list[str]:
    """Level, difference, interval and wins of a point."""
    level = UNKNOWN if metric in EFFECTS else said(found.level(point, brand, metric).mean, metric)
    if point is found.present:
        return [level, "", "", ""]
    one = found.effect(point, brand, metric)
    interval = "" if one.low is None else f"{plainly(one.low, metric)} to {plainly(one.high, metric)}"
    return [level, changed(one.mean, metric), interval, f"{one.wins} of {one.runs}" if one.runs else UNKNOWN]


def _most_telling(found: Sweep, brand: str, metric: str) -> list[Point]:
    """All points in their order, or if they are many: the present ones, the four best and the two worst."""
    if len(found.points) <= MOST_ROWS:
        return list(found.points)
    ranked = ranked_points(found, brand, metric)
    present = [point for point in found.points if point.is_present]
    return [*present, *ranked[:4], *ranked[4:][-2:]]


def ranked_points(found: Sweep, brand: str, metric: str) -> list[Point]:
    """The settings tried for which a metric is defined, the best for the brand first."""
    sign = -1.0 if MEANINGS[metric].better == "lower" else 1.0
    known = [
        (point, one.mean)
        for point in found.points
        if not point.is_present and (one := found.effect(point, brand, metric)).mean is not None
    ]
    return [point for point, _ in sorted(known, key=lambda pair: -sign * pair[1])]


def finding_of_sweep(found: Sweep, brand: str, metric: str) -> str:
    """Which setting does most for the brand, what it gains, and which others are as good, in a sentence or two."""
    ranked = ranked_points(found, brand, metric)
    label = topic(brand, metric)
    if not ranked:
        return f"{capital(label)} is not defined both now and at another setting: there is nothing to compare."
    best, worst = ranked[0], ranked[-1]
    gain = found.effect(best, brand, metric)
    if all(_same(found.effect(point, brand, metric)) for point in ranked):
        return f"Nothing tried changes {label} in any of {plural(gain.runs, 'world')}."
    told = f"For {label}, {_named(found, best)} does best of {plural(len(ranked), 'setting')} tried: "
    told += f"{_gain(gain, metric)} against the present setting; {_named(found, worst)} worst: "
    told += f"{changed(found.effect(worst, brand, metric).mean, metric)}."
    equals = as_good(found, brand, metric, ranked)
    if equals:
        others = plural(len(equals), "other setting is", "other settings are")
        told += f" {others} as good within chance: {_named(found, equals[0])}{' and others' if equals[1:] else ''}."
    if len(ranked) > 2 and len(found.comparison.worlds) > 1:
        told += LUCKY
    return told


def topic(brand: str, metric: str) -> str:
    """What a metric is about, in a sentence: `retention of Skyline`, `opinion of Skyline (exposed)`."""
    label = MEANINGS[metric].label
    return f"opinion of {brand} ({label})" if metric in EFFECTS else f"{label} of {brand}"


def as_good(found: Sweep, brand: str, metric: str, ranked: Sequence[Point]) -> list[Point]:
    """The settings after the best whose paired difference from it may be chance."""
    best = found.values(ranked[0], brand, metric)
    return [
        point
        for point in ranked[1:]
        if (one := difference(best, found.values(point, brand, metric))).low is not None and not one.is_clear
    ]


def _same(one: Difference) -> bool:
    return one.mean == 0 and not one.low and not one.high


def _gain(one: Difference, metric: str) -> str:
    """A difference with its interval and wins."""
    if one.low is None:
        return f"{changed(one.mean, metric)} (one world: no interval)"
    interval = f"95 % interval {plainly(one.low, metric)} to {plainly(one.high, metric)}"
    chance = "" if one.is_clear else ", which may be chance"
    return f"{changed(one.mean, metric)} ({interval}{chance}; better in {one.wins} of {one.runs} worlds)"


def _named(found: Sweep, point: Point) -> str:
    told = said_point(point, found.units, short_names(found.paths))
    return told if point.arm == BASELINE else f"{told} with '{point.arm}'"
