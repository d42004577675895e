"""The numbers behind a comparison, as tables of words: a row a number, a column an arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.app.behind import Table
from sim.app.findings import said
from sim.app.plots.forest import in_words, name_of
from sim.app.robust import METRIC, metric_of, rows_of_robustness
from sim.app.words import UNKNOWN, capital, number, percent, signed
from sim.scenario.names import BASELINE
from sim.study.compare import HEADLINES, MEANINGS, Comparison, Difference
from sim.study.replicate import EFFECTS
from sim.study.task import Origin, Task

NONE = Difference(None, None, None, 0, 0)


def groups(comparison: Comparison, brand: str) -> Table:
    """What each arm did to each group of people, and how many people that is."""
    rows = []
    for group in EFFECTS:
        sizes = [of.get(brand, {}).get(group) for of in comparison.people.values()]
        known = [size for size in sizes if size is not None]
        people = number(sum(known) / len(known)) if known else UNKNOWN
        rows.append([name_of(group), people, *_cells(comparison, brand, group)])
    return Table(
        f"Effects on people's opinion of {brand}, in points of 100: mean, 95 % interval, better in so many worlds",
        ["Who", "People", *comparison.arms],
        rows,
        [capital(meaning.definition) for meaning in EFFECTS.values()],
    )


def differences(comparison: Comparison, brand: str, metrics: Sequence[str] = HEADLINES) -> Table:
    """How each arm differs from the baseline, number by number."""
    shown = [metric for metric in metrics if metric not in EFFECTS]
    return Table(
        f"{brand}: differences from {comparison.baseline} (mean, 95 % interval, better in so many worlds)",
        ["Number", comparison.baseline, *comparison.arms],
        [[name_of(metric), _level(comparison, brand, metric), *_cells(comparison, brand, metric)] for metric in shown],
        [capital(MEANINGS[metric].definition) for metric in shown],
    )


def _level(comparison: Comparison, brand: str, metric: str) -> str:
    """Where the baseline stands, the mean over worlds."""
    return said(comparison.levels[comparison.baseline].of(brand)[metric], metric)


def _cells(comparison: Comparison, brand: str, metric: str) -> list[str]:
    """One number in all arms."""
    return [in_words(comparison.differences[arm].get(brand, {}).get(metric, NONE), metric) for arm in comparison.arms]


def paths(comparison: Comparison, gains: dict[str, Any]) -> Table:
    """Reputation less the baseline's, day by day, the mean over worlds. gains: by arm, float64 [worlds, days]."""
    days = min(line.shape[1] for line in gains.values())
    every = -(-days // 62)
    return Table(
        f"Reputation of {comparison.brands[0]}, less that in {comparison.baseline} (mean of all worlds, points)",
        ["Midnight of", *gains],
        [
            [f"day {day}", *(signed(float(line[:, day].mean()), 2) for line in gains.values())]
            for day in range(0, days, every)
        ],
    )


def spread(comparison: Comparison, levels: Mapping[str, np.ndarray]) -> Table:
    """How reputation is spread over worlds, every few days. levels: by arm, float64 [worlds, days]."""
    rows = []
    for arm, worlds in levels.items():
        every = -(-worlds.shape[1] // 10)
        for day in range(0, worlds.shape[1], every):
            told = [number(float(value), 1) for value in np.quantile(worlds[:, day], (0.05, 0.25, 0.5, 0.75, 0.95))]
            rows.append([arm, f"day {day}", *told])
    heads = ["Arm", "Midnight of", "Nine of ten worlds from", "Half from", "Middle", "Half to", "Nine of ten to"]
    return Table(f"Reputation of {comparison.brands[0]}, how worlds are spread", heads, rows)


def robust(comparison: Comparison, task: Task) -> Table | None:
    """How the arms fare in plausible worlds; None where none were asked for."""
    rows = rows_of_robustness(task, comparison)
    if not rows:
        return None
    heads = ["Arm", "Best in", "Mean", "Worst tenth of worlds", "Falls short of the best by", "At most by"]
    metric = MEANINGS[metric_of(task) or METRIC].label
    return Table(f"How the arms fare if we are wrong about the crowd: {metric}, over plausible worlds", heads, rows[1:])


PAIRED = ("reputation.end", "reputation.min", "retention", "views_unanswered")
"""Numbers for which it is told how much sharing worlds saved."""


def pairing(comparison: Comparison) -> Table:
    """How many times as many worlds arms with luck of their own would take, for intervals as narrow."""
    brand = comparison.brands[0]
    rows = [
        [arm, *(_times(of[brand][metric].pairing) for metric in PAIRED)]
        for arm, of in comparison.differences.items()
        if brand in of
    ]
    return Table(
        "How many times as many worlds independent arms would take (the ratio of variances)",
        ["Arm", *(name_of(metric) for metric in PAIRED)],
        rows,
    )


def _times(saved: float | None) -> str:
    return UNKNOWN if saved is None else f"{number(saved, 1 if saved < 10 else 0)} times"


def reached(comparison: Comparison) -> Table:
    """How many people each arm did not touch at all."""
    return Table(
        "People whom the change did not reach: they did and thought exactly the same",
        ["Arm", "Share of all people"],
        [[arm, percent(share, 1)] for arm, share in comparison.untainted.items()],
    )


def arms(task: Task) -> Table:
    """What each arm is, in the words of the scenario."""
    known = {name: changes for subject in task.subjects.values() for name, changes in subject.scenario.what_if.items()}
    rows = [[name, _told(subject.origin, known)] for name, subject in task.subjects.items()]
    return Table("The arms, and what each changes in the scenario", ["Arm", "What it changes"], rows)


def _told(origin: Origin, known: Mapping[str, Mapping[str, Any]]) -> str:
    """The changes of an arm; of an arm that is a file, its name."""
    if origin.arm == BASELINE:
        return f"{origin.file} as it stands"
    return "; ".join(f"{path}: {flow(value)}" for path, value in known.get(origin.arm, {}).items())


def flow(value: Any) -> str:
    """A value as a scenario writes it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
