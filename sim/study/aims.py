"""What is wanted, as numbers: which of two results is better, which keeps its bounds, which no other beats.

An aim is a goal of the scenario with its brand filled in. `cost` is one more number that can be asked for: what the
levers cost over the run, by the costs the scenario gives them. It is exact and needs no world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import UserError
from sim.scenario.names import RefusedError
from sim.scenario.questions import Aim as Wish
from sim.scenario.questions import Goal, goal
from sim.scenario.schema import Scenario
from sim.scenario.tree import compose
from sim.study.catalogue import Meaning
from sim.study.compare import MEANINGS

COST = "cost"
OF_COST = Meaning("cost of the levers", "what the levers cost over the run, by their costs", "money", "lower")


@dataclass(frozen=True)
class Aim:
    """One goal: a metric of one brand (or the cost), and what is wanted of it."""

    metric: str
    brand: str
    wish: Wish
    bound: float | None = None

    @property
    def is_bound(self) -> bool:
        """Whether it only has to be kept, not made as large or small as can be."""
        return self.bound is not None

    @property
    def sign(self) -> float:
        """1 where more is wanted, -1 where less is."""
        return 1.0 if self.wish in ("max", "at least") else -1.0

    @property
    def meaning(self) -> Meaning:
        """What the number says."""
        return OF_COST if self.metric == COST else MEANINGS[self.metric]

    def excess(self, value: float) -> float:
        """By how much a value breaks the bound; 0 or less if it is kept."""
        return 0.0 if self.bound is None else self.sign * (self.bound - value)

    def __str__(self) -> str:
        wanted = self.wish if self.bound is None else f"{self.wish} {self.bound:g}"
        return f"{self.metric}: {wanted}" if self.metric == COST else f"{self.brand}.{self.metric}: {wanted}"


def aims(scenario: Scenario, asked: Sequence[str] = ()) -> tuple[Aim, ...]:
    """The goals of a scenario, or those asked for instead, like `retention: max` or `cost: at most 50000`.

    Raises UserError for a goal that cannot be read, and if nothing is to be made as large or small as can be.
    """
    goals = [read(text) for text in asked] if asked else list(scenario.goals)
    first = scenario.brands[0].name
    known = {brand.name for brand in scenario.brands}
    found = tuple(Aim(one.metric, one.brand or first, one.aim, one.bound) for one in goals)
    for aim in found:
        if aim.brand not in known:
            raise UserError(f"--goal: there is no brand {aim.brand!r} (have: {', '.join(sorted(known))})")
    if all(aim.is_bound for aim in found):
        cure = "say what is wanted under goals, or with --goal 'retention: max'"
        raise UserError(f"{scenario.source.file}: nothing is to be as large or small as can be: {cure}")
    return found


def read(text: str) -> Goal:
    """A goal from the command line, written as in a scenario. Raises UserError."""
    tree, problems = compose(text, "--goal")
    plain = None if tree is None or problems else tree.plain()
    try:
        if isinstance(plain, dict) and list(plain) == [COST]:
            return replace(goal({"revenue": plain[COST]}), metric=COST)
        return goal(plain)
    except RefusedError as error:
        raise UserError(f"--goal {text}: {error} ({error.hint or 'or cost, what the levers cost'})") from None
    except ValueError as error:
        raise UserError(f"--goal {text}: {error}") from None


def keeps(of: Sequence[Aim], values: np.ndarray) -> np.ndarray:
    """Which results keep all bounds: bool [n] of float64 [n, aims]. A value that is not defined (nan) keeps none."""
    return total_excess(of, values) <= 0


def total_excess(of: Sequence[Aim], values: np.ndarray) -> np.ndarray:
    """By how much results break their bounds in all, each as a part of its bound: float64 [n]; inf for nan."""
    total = np.zeros(len(values))
    for place, aim in enumerate(of):
        if aim.bound is not None:
            broken = aim.sign * (aim.bound - values[:, place]) / max(abs(aim.bound), 1e-9)
            total += np.maximum(np.where(np.isnan(broken), np.inf, broken), 0.0)
    return total


def wanted(of: Sequence[Aim], values: np.ndarray) -> np.ndarray:
    """The columns to be made large (those to be made small turned round): float64 [n, objectives]; -inf for nan."""
    columns = [place for place, aim in enumerate(of) if not aim.is_bound]
    turned = values[:, columns] * np.array([of[place].sign for place in columns])
    return np.where(np.isnan(turned), -np.inf, turned)


def front(of: Sequence[Aim], values: np.ndarray) -> np.ndarray:
    """Which results no other beats: bool [n]. Those that keep the bounds; if none does, those nearest to it.

    One result beats another if it is at least as good in every objective and better in one.
    """
    excess = total_excess(of, values)
    able = excess <= max(0.0, float(excess.min()))
    good = wanted(of, values)
    able &= np.isfinite(good).all(axis=1)
    beaten = np.zeros(len(values), dtype=bool)
    for k in np.flatnonzero(able):
        no_worse = (good[able] >= good[k]).all(axis=1)
        beaten[k] = bool((no_worse & (good[able] > good[k]).any(axis=1)).any())
    return able & ~beaten


def shortfall(of: Sequence[Aim], values: np.ndarray) -> np.ndarray:
    """How far results of a front are from having the best of every objective at once: float64 [n], 0 is there.

    Each objective is measured from its best (0) to its worst (1) on the front; the distance is Euclid's.
    """
    good = wanted(of, values)
    span = np.ptp(good, axis=0)
    short = (good.max(axis=0) - good) / np.where(span > 0, span, 1.0)
    return np.asarray(np.sqrt((short**2).sum(axis=1)), dtype=np.float64)
