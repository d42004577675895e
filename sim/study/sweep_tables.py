"""The tables of a sweep, tidy: what varies is a column, in the engine's unit (hours, shares 0..1) or as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.study.compare import MEANINGS
from sim.study.sweep import Point, Sweep
from sim.study.tables import Table


def points_table(found: Sweep) -> Table:
    """Every number at every point, a row each: level and paired difference from the present setting, with 95 %
    intervals.

    An effect on a group of people is a difference, and has no level.
    """
    rows = []
    for place, point in enumerate(found.points):
        for brand in found.comparison.brands:
            for metric in MEANINGS:
                level, effect = found.level(point, brand, metric), found.effect(point, brand, metric)
                numbers = (level.mean, level.low, level.high, level.runs)
                change = (effect.mean, effect.low, effect.high, effect.wins, effect.runs)
                rows.append((*_where(found, place, point), brand, metric, *numbers, *change))
    heads = ("mean", "low", "high", "runs", "difference", "difference_low", "difference_high", "wins", "pairs")
    return _table(found, ("brand", "metric", *heads), rows)


def worlds_table(found: Sweep) -> Table:
    """Every number at every point in every world, a row each."""
    rows = []
    for place, point in enumerate(found.points):
        for brand in found.comparison.brands:
            for metric in MEANINGS:
                for k, (world, value) in enumerate(
                    zip(found.comparison.worlds, found.values(point, brand, metric), strict=True)
                ):
                    rows.append((*_where(found, place, point), brand, metric, k, str(world.seed), value))
    return _table(found, ("brand", "metric", "run", "seed", "value"), rows)


def _where(found: Sweep, place: int, point: Point) -> tuple[Any, ...]:
    """The columns that say which point a row is about."""
    return (place, point.arm, "yes" if point.is_present else "no", *(point.places[path] for path in found.paths))


TEXT = frozenset({"arm", "present", "brand", "metric", "seed"})
WHOLE = frozenset({"point", "run", "runs", "wins", "pairs"})


def _table(found: Sweep, heads: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table:
    """Rows as columns; what varies is text or numbers as it comes."""
    columns = ("point", "arm", "present", *found.paths, *heads)
    table = {}
    for place, name in enumerate(columns):
        varied = 3 <= place < 3 + len(found.paths)
        kind = object if varied or name in TEXT else np.int64 if name in WHOLE else np.float64
        table[name] = np.array([row[place] for row in rows], dtype=kind)
    return table
