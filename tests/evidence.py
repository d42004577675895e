"""What the tests of evidence share: shipped scenarios in several worlds, and figures with their sampling error.

A figure is a mean over worlds with a 95 % interval. It agrees with a stated range if the interval reaches into the
range; so that this says something, the interval must be narrower than the range itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.study.compare import Comparison, compare, interval
from sim.study.replicate import run_arms
from sim.world import state as s
from sim.world.build import build
from sim.world.record import Record
from sim.world.simulation import Simulation

ROOT = Path(__file__).resolve().parent.parent
GRAPHS = ROOT.parent / "shared" / "data" / "graphs"
POSTS = ROOT.parent / "shared" / "data" / "posts" / "airline_tweets_notext.csv"

STARS = (-1.001, -0.6, -0.2, 0.2, 0.6, 1.001)
"""Edges of one to five stars on a scale from -1 to 1."""


@cache
def shipped(name: str) -> Scenario:
    """A scenario that is shipped, by the name of its file."""
    return load(ROOT / "scenarios" / f"{name}.yaml")


def run(scenario: Scenario, seed: int) -> Record:
    """A run to its end."""
    return Simulation(build(scenario, seed)).run()


def compared(arms: Mapping[str, Scenario], seeds: Iterable[int]) -> Comparison:
    """Arms against the first of them, in the same worlds."""
    return compare([run_arms(arms, seed) for seed in seeds])


@dataclass(frozen=True)
class Figure:
    """A mean over worlds with its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4g} [{self.low:.4g}, {self.high:.4g}]"

    def agrees_with(self, low: float, high: float) -> bool:
        """Whether the interval reaches into a range, and is narrower than the range."""
        return self.low <= high and self.high >= low and self.high - self.low < high - low


def figure(values: Sequence[float]) -> Figure:
    """The mean of one value a world, with its interval."""
    low, high = interval(np.array(values, dtype=np.float64))
    assert low is not None and high is not None, "an interval takes two worlds"
    return Figure(float(np.mean(values)), low, high)


def fresh_posts(record: Record) -> np.ndarray:
    """The public posts about an experience from day 0 on; the same grievance posted again is left out."""
    posts = record.posts
    found: np.ndarray = posts[(posts["kind"] == s.PUBLIC) & (posts["time"] >= 0) & (posts["times"] == 0)]
    return found


def total(record: Record, flow: str) -> float:
    """A count of all brands over the whole run."""
    return float(sum(record.series(flow, b).sum() for b in range(len(record.brands))))


def stars(values: np.ndarray) -> np.ndarray:
    """How many of some judgements (-1..1) give one to five stars: int64 [5]."""
    return np.histogram(values, bins=STARS)[0]
