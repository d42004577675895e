"""The tables of a sensitivity analysis, tidy: indices a row each, and every run of every point."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.study.sensitivity import Sensitivity
from sim.study.tables import Table


def indices_table(found: Sensitivity) -> Table:
    """Every index and swing with its 95 % interval, and the shares of variance of luck (whose input is empty)."""
    rows: list[tuple[Any, ...]] = []
    for metric, one in found.of.items():
        for answer in one.answers:
            known = {"first": answer.first, "total": answer.total, "move": answer.move}
            path = answer.given.path
            rows += [(metric, path, name, i.value, i.low, i.high) for name, i in known.items() if i is not None]
            singles = {"slope": answer.slope, "bend": answer.bend}
            rows += [(metric, path, name, value, None, None) for name, value in singles.items() if value is not None]
            rows += [
                (metric, path, name, end.mean, end.low, end.high)
                for name, end in (("low end", answer.low), ("high end", answer.high))
            ]
        rows.append((metric, None, "luck", one.luck.share, one.luck.low, one.luck.high))
        for name in ("shared", "redrawn", "parameters"):
            rows.append((metric, None, name, getattr(one.luck, name), None, None))
    heads = ("metric", "input", "number", "value", "low", "high")
    kinds = (object, object, object, np.float64, np.float64, np.float64)
    return {name: np.array([row[k] for row in rows], dtype=kinds[k]) for k, name in enumerate(heads)}


def points_table(found: Sensitivity) -> Table:
    """Every run: its point (0: the present setting, then the ends of inputs, then the design), what was set
    (empty: as it stands), world and values.
    """
    n_points, n_worlds = len(found.plan.settings), len(found.seeds)
    settings = found.plan.settings
    table: dict[str, np.ndarray] = {
        "point": np.repeat(np.arange(n_points), n_worlds),
        "run": np.tile(np.arange(n_worlds), n_points),
        "seed": np.tile(np.array([str(seed) for seed in found.seeds], dtype=object), n_points),
    }
    for each in found.plan.inputs:
        table[each.path] = np.repeat(np.array([at.get(each.path) for at in settings], dtype=object), n_worlds)
    return table | {metric: values.ravel() for metric, values in found.values.items()}
