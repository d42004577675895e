"""Arms against a baseline, world by world: how much better, how sure, in how many worlds.

All arms of a world share its chance, so that a difference within a world is the effect of the change; the
interval is over worlds. Metrics of a run and effects on groups of people (`replicate.Effects`) are told in
one form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim.study.catalogue import Better, Meaning, flat
from sim.study.metrics import MEANINGS as OF_RUNS
from sim.study.metrics import Metrics, mean_metrics
from sim.study.replicate import EFFECTS, WorldResult

CONFIDENCE = 0.95
SAME = 1e-9
"""Numbers that differ by less than this part of them are the same: sums of many terms round differently."""

MEANINGS: dict[str, Meaning] = {**OF_RUNS, **EFFECTS}
"""What every compared number says: the metrics of a run, then the effects on groups of people."""

HEADLINES = (
    "authors",
    "exposed",
    "population",
    "reputation.min",
    "retention",
    "ttfr_minutes.median",
    "views_unanswered",
    "staff_hours",
)
"""What is shown unless other metrics are asked for."""


@dataclass(frozen=True)
class Difference:
    """How an arm differs from the baseline in one number, over the worlds in which both are defined (`runs`).

    low, high: the 95 % interval of the mean difference (Student's t over worlds; None with fewer than two).
    wins: in how many worlds the arm is better for the brand; for a number that is neither better nor worse,
    in how many it is larger. A tie is no win. pairing: how many times as many worlds independent arms would
    have needed for the same interval (None where that is not defined).
    """

    mean: float | None
    low: float | None
    high: float | None
    wins: int
    runs: int
    pairing: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def as_json(self) -> dict[str, Any]:
        """mean, low, high, wins, runs."""
        values = asdict(self)
        del values["pairing"]
        return values


Differences = dict[str, dict[str, dict[str, Difference]]]
"""By arm, brand and metric (`reputation.end`, or a group of `replicate.Effects`)."""


@dataclass(frozen=True)
class Comparison:
    """Arms compared in the same worlds. worlds: one a seed, in the order of the study; the baseline comes
    first.
    """

    baseline: str
    arms: tuple[str, ...]
    brands: tuple[str, ...]
    worlds: tuple[WorldResult, ...]
    differences: Differences

    @property
    def untainted(self) -> dict[str, float | None]:
        """By arm: the mean share of people whom the change did not reach."""
        return {arm: _mean([world.untainted.get(arm) for world in self.worlds]) for arm in self.arms}

    @property
    def levels(self) -> dict[str, Metrics]:
        """By arm, the baseline first: the metrics, each the mean over worlds."""
        return {arm: mean_metrics([world.metrics[arm] for world in self.worlds]) for arm in (self.baseline, *self.arms)}

    @property
    def people(self) -> dict[str, dict[str, dict[str, float | None]]]:
        """By arm and brand: how many people each group of `replicate.Effects` has, the mean over worlds."""
        return {
            arm: {
                brand: {
                    group: _mean([world.people.get(arm, {}).get(brand, {}).get(group) for world in self.worlds])
                    for group in EFFECTS
                }
                for brand in self.differences[arm]
            }
            for arm in self.arms
        }

    def as_json(self) -> dict[str, Any]:
        """differences, and what explains them: pairing, untainted, people, and the levels of each arm."""
        return {
            "differences": _each(self.differences, Difference.as_json),
            "pairing": _each(self.differences, lambda found: found.pairing),
            "untainted": self.untainted,
            "people": self.people,
            "levels": {arm: metrics.as_json()["brands"] for arm, metrics in self.levels.items()},
        }

    def of(self, arm: str, brand: str, metric: str) -> Difference:
        """One difference. Raises KeyError if there is none."""
        return self.differences[arm][brand][metric]

    def __str__(self) -> str:
        lines = [f"against {self.baseline}, {len(self.worlds)} worlds"]
        for arm, brands in self.differences.items():
            for brand, found in brands.items():
                lines += [f"{arm}, {brand}, {name}: {found[name]}" for name in HEADLINES if name in found]
        return "\n".join(lines)


def compare(worlds: Sequence[WorldResult]) -> Comparison:
    """Compare all arms of some worlds with their first arm. Raises ValueError without worlds."""
    if not worlds:
        raise ValueError("a comparison needs at least one world")
    baseline, *arms = worlds[0].metrics
    brands = tuple(worlds[0].metrics[baseline].brands)
    return Comparison(
        baseline=baseline,
        arms=tuple(arms),
        brands=brands,
        worlds=tuple(worlds),
        differences={
            arm: {
                brand: _differences(worlds, baseline, arm, brand)
                for brand in brands
                if brand in worlds[0].metrics[arm].brands
            }
            for arm in arms
        },
    )


def _differences(worlds: Sequence[WorldResult], baseline: str, arm: str, brand: str) -> dict[str, Difference]:
    """All differences of one arm and brand."""
    was = [world.metrics[baseline].of(brand) for world in worlds]
    now = [world.metrics[arm].of(brand) for world in worlds]
    found = {
        name: difference([one[name] for one in was], [one[name] for one in now], meaning.better)
        for name, meaning in OF_RUNS.items()
    }
    gains = [flat(world.effects[arm][brand]) for world in worlds if arm in world.effects]
    for name, meaning in EFFECTS.items():
        changes = [gain[name] for gain in gains]
        found[name] = difference([None if gain is None else 0.0 for gain in changes], changes, meaning.better)
    return found


def difference(was: Iterable[float | None], now: Iterable[float | None], better: Better = "higher") -> Difference:
    """The paired difference now - was, over the worlds in which both are defined.

    was, now: one value a world, in the same order (None: not defined). better: which way is a win.
    """
    pairs = [(a, b) for a, b in zip(was, now, strict=True) if a is not None and b is not None]
    if not pairs:
        return Difference(None, None, None, 0, 0)
    before, after = np.array(pairs, dtype=np.float64).T
    change = np.where(np.isclose(after, before, rtol=SAME, atol=0), 0.0, after - before)
    low, high = interval(change)
    wins = (change < 0) if better == "lower" else (change > 0)
    return Difference(float(change.mean()), low, high, int(wins.sum()), len(change), saved(before, after))


def interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float | None, float | None]:
    """Student's t interval of the mean of some values; (None, None) for fewer than two."""
    if len(values) < 2:
        return None, None
    from scipy.special import stdtrit

    spread = float(values.std(ddof=1)) / math.sqrt(len(values))
    reach = float(stdtrit(len(values) - 1, 0.5 + confidence / 2)) * spread
    mean = float(values.mean())
    return mean - reach, mean + reach


def saved(before: np.ndarray, after: np.ndarray) -> float | None:
    """How many times as many independent worlds would give the interval these pairs give.

    That is the variance of a difference between independent arms over the variance of the paired one. None
    for fewer than two worlds, and where one of the variances is zero (an effect on a group has none to
    compare with).
    """
    if len(before) < 2:
        return None
    apart = float(before.var(ddof=1) + after.var(ddof=1))
    paired = float((after - before).var(ddof=1))
    return apart / paired if paired > 0 and before.any() else None


def _each(differences: Differences, value: Callable[[Difference], Any]) -> dict[str, Any]:
    """Something of every difference, by arm, brand and metric."""
    return {
        arm: {brand: {metric: value(one) for metric, one in found.items()} for brand, found in brands.items()}
        for arm, brands in differences.items()
    }


def _mean(values: Sequence[float | None]) -> float | None:
    """The mean of what is defined."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
