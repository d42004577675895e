"""Fit what is uncertain to what was observed, say what the data do not tell, and foretell a part that was held back.

Each point of the uncertain ranges is run in a world of its own; `inference.py` says why, and how the ranges follow.
The intervals hold if the model can make such data at all: `Match` names what no run came near, and then the ranges
are those of the model nearest to the data, not of the world.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.core.chance import keyed, stream
from sim.errors import ScenarioError, UserError
from sim.scenario.moments import Moment
from sim.scenario.schema import Scenario
from sim.study.features import features, named_features
from sim.study.fitted import Chosen, Fitted, block, fits, pairs
from sim.study.forecast import Forecast, forecast
from sim.study.inference import Posterior, infer
from sim.study.kept import Keeping, Kept, NotThereError, Nowhere
from sim.study.levers import bare
from sim.study.observed import HOURS, SERIES, Observed, Per, simulated
from sim.study.priors import Prior, placed, priors, settings
from sim.study.replicate import live
from sim.study.seeds import seed_of_run
from sim.study.workers import Here, ordered

FAR = 3.0
"""A number further than so many standard deviations from the runs nearest to the answer is one the model misses."""
WORLDS = 40
"""Worlds of the forecast."""

Values = dict[str, np.ndarray]


@dataclass(frozen=True)
class Match:
    """A number of the data and of the fitted runs: observed, their mean, and how many standard deviations off."""

    what: str
    observed: float
    runs: float
    off: float


@dataclass(frozen=True)
class Calibration:
    """What a fit found.

    fitted: by parameter. pairs: inputs told only together, with their correlation. matches: every number that was
    fitted. uncertain: the block for the scenario. scale: by what simulated counts were multiplied, by series. runs: how
    many in all. begins: fitted bins. rows: of each sample, how many. later: parameters of what begins only in the part
    held back, of which the fitted bins cannot tell, with when that is. observed: the data.
    """

    fitted: tuple[Fitted | Chosen, ...]
    pairs: tuple[tuple[str, str, float], ...]
    matches: tuple[Match, ...]
    forecasts: tuple[Forecast, ...]
    uncertain: dict[str, dict[str, list[Any]]]
    scale: dict[str, float]
    distance: dict[str, float]
    runs: int
    begins: int
    per: Per
    rows: dict[str, int]
    later: dict[str, str]
    observed: Observed

    @property
    def misfits(self) -> tuple[Match, ...]:
        """The numbers that the fitted runs miss, worst first."""
        far = [each for each in self.matches if np.isfinite(each.off) and abs(each.off) > FAR]
        return tuple(sorted(far, key=lambda each: -abs(each.off)))

    def __str__(self) -> str:
        lines = [
            f"{one.path}: {one}{'' if one.informed else ', not informed by the data'}" for one in self.fitted
        ]
        lines += [f"{a} and {b} are told only together (correlation {r:+.2f})" for a, b, r in self.pairs]
        lines += [f"missed: {each.what} ({each.off:+.1f} standard deviations)" for each in self.misfits]
        return "\n".join([*lines, *(str(each) for each in self.forecasts)])


def calibrate(
    scenario: Scenario,
    observed: Observed,
    *,
    brand: str | None = None,
    hold_back: float = 0.25,
    scale: float | None = 1.0,
    accept: float = 0.6,
    points: int = 150,
    waves: int = 3,
    seed: int | None = None,
    executor: Executor | None = None,
    told: Callable[[], object] = lambda: None,
) -> Calibration:
    """Fit the scenario's `uncertain` parameters to what was observed of a brand (default: its first).

    hold_back: the last part of the bins, not fitted but foretold (0: none). scale: observed people for each simulated
    one (None: unknown, so that only the course of counts is fitted, not their level). points, waves, accept: see
    `inference.infer`. A sample (first responses) has no time: all of it is fitted.
    Raises UserError for a scenario without uncertainties and for data that tell nothing.
    """
    seed = scenario.seed if seed is None else seed
    runs, begins = begun(scenario, observed, brand, hold_back, scale, seed, executor or Here(), told)
    posterior = runs.inferred(begins, points, waves, accept)
    worlds = runs.at(posterior.sample(WORLDS, seed % 2**31), points * waves)
    return _calibration(runs, posterior, runs.numbers(observed.values, begins), worlds, begins, points * waves + WORLDS)


def begun(
    scenario: Scenario,
    observed: Observed,
    brand: str | None,
    hold_back: float,
    scale: float | None,
    seed: int,
    executor: Executor,
    told: Callable[[], object],
) -> tuple[Runs, int]:
    """The runs of a fit, and how many bins are fitted. Raises UserError if these are too few."""
    runs = Runs.of(scenario, observed, brand, scale, seed, executor, told)
    begins = observed.bins - math.floor(hold_back * observed.bins) if observed.bins > 1 else 1
    if begins < 4 and any(SERIES[name][0] != "sample" for name in observed.values):
        raise UserError(f"only {begins} {observed.per}s to fit: give more data, finer bins (--per) or hold back less")
    return runs, begins


def fits_there(
    scenario: Scenario,
    observed: Observed,
    kept: Kept,
    *,
    brand: str | None,
    hold_back: float,
    scale: float | None,
    accept: float,
    points: int,
    seed: int,
    waves: int = 3,
) -> tuple[int, tuple[Fitted | Chosen, ...]]:
    """Of a fit that is not done: how many of its waves are kept whole, and what they tell. Nothing is run."""
    there = Keeping(Nowhere(), kept, resume=True)
    runs, begins = begun(scenario, observed, brand, hold_back, scale, seed, there, lambda: None)
    for whole in range(waves, 0, -1):
        with contextlib.suppress(NotThereError):
            return whole, fits(runs.priors, runs.inferred(begins, points, whole, accept))
    return 0, ()


def _calibration(
    runs: Runs, posterior: Posterior, target: np.ndarray, worlds: Sequence[Values], begins: int, n: int
) -> Calibration:
    fitted = fits(runs.priors, posterior)
    numbers = np.array([runs.numbers(each, begins) for each in worlds])
    names = [name for name, _ in named_features(runs.observed.values, begins, runs.observed.per, runs.mask, runs.free)]
    scales = {name: runs.scale_of(name, worlds, begins) for name in runs.observed.values if SERIES[name][0] == "count"}
    return Calibration(
        fitted=fitted,
        pairs=pairs(runs.priors, posterior),
        matches=matches(names, target, numbers),
        forecasts=tuple(runs.forecasts(worlds, begins, scales)),
        uncertain={one.path: block(prior, one) for prior, one in zip(runs.priors, fitted, strict=True)},
        scale=scales,
        distance=distances(names, target, numbers),
        runs=n,
        begins=begins,
        per=runs.observed.per,
        rows={name: len(held) for name, held in runs.observed.values.items() if SERIES[name][0] == "sample"},
        later=runs.later(begins),
        observed=runs.observed,
    )


# ------------------------------------------------------------------------------------------------ runs


@dataclass(frozen=True)
class Runs:
    """The simulator as a function of the uncertain parameters, with its series in the bins of the data."""

    scenario: Scenario
    observed: Observed
    brand: int
    priors: tuple[Prior, ...]
    scale: float | None
    seed: int
    executor: Executor
    told: Callable[[], object]

    @staticmethod
    def of(
        scenario: Scenario,
        observed: Observed,
        brand: str | None,
        scale: float | None,
        seed: int,
        executor: Executor,
        told: Callable[[], object],
    ) -> Runs:
        """The runs of a scenario whose clock begins with the data and lasts as long."""
        names = [each.name for each in scenario.brands]
        if brand is not None and brand not in names:
            raise UserError(f"there is no brand {brand!r} (have: {', '.join(names)})")
        clock: dict[str, Any] = {"clock.days": max(observed.days, scenario.clock.days if observed.bins == 1 else 1)}
        if observed.starts is not None:
            clock["clock.starts"] = f"{observed.starts} 00:00"
        fitted = priors(scenario)
        timed = _timed(bare(scenario), clock)
        place = 0 if brand is None else names.index(brand)
        return Runs(timed, observed, place, fitted, scale, seed, executor, told)

    @property
    def mask(self) -> dict[str, np.ndarray]:
        """By series, which bins were observed: bool [bins]."""
        return {name: np.isfinite(values) for name, values in self.observed.values.items()}

    @property
    def free(self) -> bool:
        """Whether the level of counts is unknown."""
        return self.scale is None

    def at(self, u: np.ndarray, before: int) -> list[Values]:
        """The series at points [n, p] of the unit cube, each in the next world after the `before` first."""
        asked = (self.brand, tuple(self.observed.values), self.observed.per, self.observed.bins)
        calls = [
            (placed(self.scenario, settings(self.priors, row)), seed_of_run(self.seed, 1 + before + k), *asked)
            for k, row in enumerate(u)
        ]
        found = []
        for values in ordered(self.executor, series_in_world, calls):
            found.append(self._scaled(values))
            self.told()
        return found

    def _scaled(self, values: Values) -> Values:
        """Counts (and customers) as many as the people observed would make, if that is known."""
        factor = 1.0 if self.scale is None else self.scale
        grows = {name for name in values if SERIES[name][0] == "count" or name == "customers"}
        return {name: factor * held if name in grows else held for name, held in values.items()}

    def inferred(self, begins: int, points: int, waves: int, accept: float) -> Posterior:
        """The parameters that agree with the first bins of the data. Raises UserError for data that tell nothing."""
        try:
            return infer(
                lambda u, before: np.array([self.numbers(each, begins) for each in self.at(u, before)]),
                self.numbers(self.observed.values, begins),
                len(self.priors),
                points=points,
                waves=waves,
                accept=accept,
                seed=keyed(stream(self.seed, "calibrate"), 0) >> 33,
                choices=[len(prior.choices) for prior in self.priors],
            )
        except ValueError as error:
            raise UserError(f"these data cannot be fitted: {error}") from error

    def numbers(self, values: Values, upto: int) -> np.ndarray:
        """The numbers that are compared: float64 [k]."""
        return features(values, upto, self.observed.per, self.mask, self.free)

    def scale_of(self, name: str, worlds: Sequence[Values], begins: int) -> float:
        """By what simulated counts are multiplied: as said, or what makes the means of the fitted part agree."""
        if self.scale is not None:
            return self.scale
        seen = self.mask[name][:begins]
        simulated_mean = float(np.mean([each[name][:begins][seen].mean() for each in worlds]))
        return float(self.observed.values[name][:begins][seen].mean()) / max(simulated_mean, 1e-9)

    def later(self, begins: int) -> dict[str, str]:
        """The parameters of what begins after the fitted bins (an incident, content), and when that is."""
        if begins >= self.observed.bins:
            return {}
        fitted_hours = begins * HOURS[self.observed.per]
        found = {}
        for prior in self.priors:
            at = _begins(self.scenario, prior.path)
            if at is not None and self.scenario.hours(at) >= fitted_hours:
                found[prior.path] = str(at)
        return found

    def forecasts(self, worlds: Sequence[Values], begins: int, scales: dict[str, float]) -> list[Forecast]:
        """The held-back part of each series over time; none if nothing was held back."""
        if begins >= self.observed.bins:
            return []
        factor = {name: scales[name] if self.free and name in scales else 1.0 for name in self.observed.values}
        return [
            forecast(name, held, begins, [factor[name] * each[name] for each in worlds], self.observed.per)
            for name, held in self.observed.values.items()
            if SERIES[name][0] != "sample"
        ]


def _begins(scenario: Scenario, path: str) -> Moment | None:
    """When the happening begins that a path leads into; None if it leads into none, or into one without a time."""
    steps = path.split(".")
    for n in range(1, len(steps)):
        with contextlib.suppress(KeyError):
            at = getattr(scenario.value(".".join(steps[:n])), "at", None)
            if isinstance(at, Moment):
                return at
    return None


def _timed(scenario: Scenario, clock: dict[str, Any]) -> Scenario:
    """The scenario with the clock of the data. Raises UserError with the cure if it has something after its end."""
    try:
        return scenario.changed(clock)
    except ScenarioError as error:
        why, days = error.problems[0].message, clock["clock.days"]
        raise UserError(f"the data span {days} days from day 0, but {why}; --set can take it out") from error


def series_in_world(
    scenario: Scenario, seed: int, brand: int, names: Sequence[str], per: Per, bins: int
) -> dict[str, np.ndarray]:
    """The series of one run."""
    return simulated(live(scenario, seed).record, brand, names, per, bins)


# ------------------------------------------------------------------------------------------------ what is told


def matches(names: Sequence[str], target: np.ndarray, numbers: np.ndarray) -> tuple[Match, ...]:
    """The fitted numbers [k] beside those of worlds drawn from the fit: float64 [runs, k]."""
    mean, spread = _of_runs(numbers)
    found = zip(names, target, mean, (target - mean) / spread, strict=True)
    return tuple(Match(name, *(float(value) for value in values)) for name, *values in found)


def distances(names: Sequence[str], target: np.ndarray, numbers: np.ndarray) -> dict[str, float]:
    """By series: how far the data lie from the fitted runs, in their standard deviations (root mean square)."""
    mean, spread = _of_runs(numbers)
    off = (target - mean) / spread
    of = np.array([name.partition(":")[0] for name in names])
    squares = {name: off[(of == name) & np.isfinite(off)] ** 2 for name in dict.fromkeys(of.tolist())}
    return {name: float(np.sqrt(found.mean())) if len(found) else math.nan for name, found in squares.items()}


def _of_runs(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation over runs of each number; nan where too few runs have it, or it never varies."""
    known = np.isfinite(numbers)
    n = np.where(known.sum(axis=0) > 2, known.sum(axis=0), np.nan)
    held = np.where(known, numbers, 0.0)
    mean = held.sum(axis=0) / n
    spread = np.sqrt((np.where(known, held - mean, 0.0) ** 2).sum(axis=0) / (n - 1))
    return mean, np.where(spread > 1e-9, spread, np.nan)


def freshly(observed: Observed, values: Values) -> Observed:
    """The same bins with other values: simulated data to test a fit with."""
    return replace(observed, values=values)
