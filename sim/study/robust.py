"""Does the choice survive if we are wrong about the crowd? The arms crossed with the `uncertain` of the scenario.

Each plausible world has its own setting of what nobody controls (a Latin hypercube over its distributions) and
its own seed; all arms live in it, so that they are compared in the same plausible world. An uncertain value
holds in every arm, also in one that sets it. Intervals over such worlds hold luck and doubt together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.chance import keyed, stream
from sim.errors import UserError
from sim.scenario.schema import Scenario
from sim.study.compare import MEANINGS
from sim.study.gates import Level
from sim.study.inputs import inputs_of
from sim.study.replicate import WorldResult

WORST = 0.1
"""The share of the worlds that counts as the worst."""


@dataclass(frozen=True)
class Robustness:
    """How an arm fares over plausible worlds in one metric.

    best: in how many worlds no arm is better (ties count for each). mean; worst_decile: the mean over the worst
    tenth of its worlds (at least one). regret: how much it falls short of the best arm of the same world, the
    mean and the most; never negative, 0 for an arm that is always best.
    """

    best: int
    mean: float
    worst_decile: float
    regret: float
    regret_most: float
    runs: int


def settings(scenario: Scenario, n: int, seed: int) -> list[dict[str, Any]]:
    """n settings of what is uncertain in a scenario, by path, spread evenly over its distributions.

    The same for the same n and seed. Raises UserError where nothing is uncertain.
    """
    from scipy.stats import qmc

    inputs = inputs_of(scenario, "uncertain")
    draws = np.random.default_rng(int(keyed(stream(seed, "plausible worlds"), 0)))
    points = qmc.LatinHypercube(len(inputs), rng=draws).random(n)
    return [{each.path: each.written(float(u)) for each, u in zip(inputs, point, strict=True)} for point in points]


def plausible(
    arms: Mapping[str, Scenario], given: Sequence[Mapping[str, Any]], seeds: Sequence[int]
) -> dict[int, dict[str, Scenario]]:
    """By seed: the arms of each plausible world. Raises UserError for an arm in which a setting has no place."""
    return {
        seed: {arm: scenario.changed(setting) for arm, scenario in arms.items()}
        for seed, setting in zip(seeds, given, strict=True)
    }


def robustness(worlds: Sequence[WorldResult], metric: str) -> dict[str, Robustness]:
    """By arm (the baseline first): how it fares, over the worlds in which the first brand's metric is defined in all.

    Raises UserError if there is no such world.
    """
    arms = list(worlds[0].metrics)
    brand = next(iter(worlds[0].metrics[arms[0]].brands))
    levels = zip(*(Level(arm, brand, metric).values(worlds) for arm in arms), strict=True)
    known = [values for values in levels if None not in values]
    if not known:
        raise UserError(f"--robust: {metric} is defined in no world for all arms; choose another --metric")
    values = np.array(known, dtype=np.float64)
    good = -values if MEANINGS[metric].better == "lower" else values
    short = good.max(axis=1, keepdims=True) - good
    n_worst = max(1, int(WORST * len(values)))
    worst = np.take_along_axis(values, np.argsort(good, axis=0, kind="stable")[:n_worst], axis=0).mean(axis=0)
    return {
        arm: Robustness(
            best=int((short[:, k] == 0).sum()),
            mean=float(values[:, k].mean()),
            worst_decile=float(worst[k]),
            regret=float(short[:, k].mean()),
            regret_most=float(short[:, k].max()),
            runs=len(values),
        )
        for k, arm in enumerate(arms)
    }
