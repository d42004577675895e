"""Settings of the levers, tried in the same worlds: all there are, or those that Optuna asks for.

Optuna proposes settings in batches of fixed size and is told the results in their order; processes share the worlds of
a batch, not its trials. So what is tried depends on the seed, not on how many processes there are.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.core.chance import keyed, stream
from sim.scenario.schema import Scenario
from sim.study.aims import COST, Aim, keeps, total_excess, wanted
from sim.study.levers import Dial, Setting, bill, tried
from sim.study.metrics import measure
from sim.study.replicate import live
from sim.study.workers import ordered

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import Trial as AskedTrial

BATCH = 8
"""Settings proposed before the results of any of them are told. Fixed: the answer must not depend on processes."""
SPREAD_FIRST = 0.25
"""Part of the trials that is spread evenly over the levers before the search narrows down."""

Told = Callable[[], object]
Places = tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """One setting in the worlds of the search. values: one for each aim, the mean over worlds (nan: not defined)."""

    setting: Setting
    values: tuple[float, ...]
    keeps: bool
    """Whether it kept all bounds."""


@dataclass(frozen=True)
class Worlds:
    """What settings come to: each in the world of each seed."""

    scenario: Scenario
    aims: tuple[Aim, ...]
    levers: tuple[Dial, ...]
    executor: Executor
    told: Told

    def values(self, settings: Sequence[Setting | None], seeds: Sequence[int]) -> np.ndarray:
        """Every aim of every setting in every world: float64 [settings, worlds, aims]; None: as it stands."""
        variants = [self.scenario if one is None else tried(self.scenario, self.levers, one) for one in settings]
        asked = tuple(None if aim.metric == COST else (aim.brand, aim.metric) for aim in self.aims)
        found = np.empty((len(settings), len(seeds), len(self.aims)))
        calls = [(variants, seed, asked) for seed in seeds]
        for k, values in enumerate(ordered(self.executor, numbers_in_world, calls)):
            found[:, k] = values
            self.told()
        for place, aim in enumerate(self.aims):
            if aim.metric == COST:
                costs = [bill(self.levers, self.present if one is None else one) for one in settings]
                found[:, :, place] = np.array(costs)[:, None]
        return found

    @property
    def present(self) -> Setting:
        """The levers as they stand."""
        return tuple(dial.now for dial in self.levers)


def numbers_in_world(
    scenarios: Sequence[Scenario], seed: int, asked: Sequence[tuple[str, str] | None]
) -> list[list[float]]:
    """Some numbers of each scenario in the world of one seed; nan for None and for what is not defined."""
    found = []
    for scenario in scenarios:
        metrics = measure(live(scenario, seed).record)
        values = [None if one is None else metrics.of(one[0])[one[1]] for one in asked]
        found.append([np.nan if value is None else float(value) for value in values])
    return found


def mean_of_worlds(values: np.ndarray) -> np.ndarray:
    """Means over the worlds in which a number is defined: float64 [settings, aims]; nan where it never is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        means: np.ndarray = np.nanmean(values, axis=1)
    return means


# ------------------------------------------------------------------------------------------------ searching


class Search:
    """The trials of a search. Settings are named by the place of each lever's value in its range."""

    def __init__(self, worlds: Worlds, seeds: Sequence[int], trials: int, seed: int):
        self.worlds, self.seeds = worlds, seeds
        self.shape = tuple(dial.places for dial in worlds.levers)
        size = math.prod(self.shape)
        self.whole = size <= trials
        self.trials = min(trials, size)
        self.seed = keyed(stream(seed, "optimise"), 0) >> 33
        self.known: dict[Places, tuple[float, ...]] = {}

    def all_trials(self) -> list[Trial]:
        """Every trial in the order in which it was made: the whole space if it is small, else what Optuna asks for."""
        for batch in self._everything() if self.whole else self._proposed():
            self._try(batch)
        return self.trials_known()

    def trials_known(self) -> list[Trial]:
        """The trials made so far, in their order."""
        return [self._trial(places) for places in self.known]

    def _try(self, batch: Sequence[Places]) -> None:
        settings = [self._setting(places) for places in batch]
        means = mean_of_worlds(self.worlds.values(settings, self.seeds))
        for places, values in zip(batch, means, strict=True):
            self.known[places] = tuple(float(value) for value in values)

    def _setting(self, places: Places) -> Setting:
        return tuple(dial.at(place) for dial, place in zip(self.worlds.levers, places, strict=True))

    def _trial(self, places: Places) -> Trial:
        values = self.known[places]
        return Trial(self._setting(places), values, bool(keeps(self.worlds.aims, np.array([values]))[0]))

    def _everything(self) -> Iterator[list[Places]]:
        every = list(itertools.product(*(range(n) for n in self.shape)))
        for first in range(0, len(every), BATCH):
            yield every[first : first + BATCH]

    def _proposed(self) -> Iterator[list[Places]]:
        """Batches of settings not tried before. Between two, Optuna is told what came of the last."""
        study, random = self._study(), np.random.default_rng(self.seed)
        while len(self.known) < self.trials:
            asked = [study.ask() for _ in range(BATCH)]
            places = [tuple(trial.suggest_int(str(k), 0, n - 1) for k, n in enumerate(self.shape)) for trial in asked]
            fresh = [each for each in dict.fromkeys(places) if each not in self.known]
            while not fresh:  # it has settled: look where nobody has looked
                other = tuple(int(random.integers(n)) for n in self.shape)
                fresh = [] if other in self.known else [other]
            yield fresh[: self.trials - len(self.known)]
            for trial, where in zip(asked, places, strict=True):
                self._tell(study, trial, where)

    def _study(self) -> Study:
        """Optuna's memory: a tree-structured Parzen estimator after a first part that is spread evenly."""
        import optuna
        from scipy.stats import qmc

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            first = max(BATCH, round(SPREAD_FIRST * self.trials))
            sampler = optuna.samplers.TPESampler(seed=self.seed, multivariate=True, n_startup_trials=first)
        directions: list[Literal["minimize", "maximize"]] = ["maximize" for aim in self.worlds.aims if not aim.is_bound]
        study = optuna.create_study(sampler=sampler, directions=directions)
        for point in qmc.LatinHypercube(len(self.shape), rng=self.seed).random(first):
            study.enqueue_trial(
                {str(k): int(part * n) for k, (part, n) in enumerate(zip(point, self.shape, strict=True))}
            )
        return study

    def _tell(self, study: Study, trial: AskedTrial, places: Places) -> None:
        """Tell Optuna what came of a setting it asked for; one that gave no number, or was not tried, failed."""
        import optuna

        values = np.array([self.known.get(places, [np.nan] * len(self.worlds.aims))])
        good = wanted(self.worlds.aims, values)[0]
        excess = float(total_excess(self.worlds.aims, values)[0])
        if not np.isfinite(good).all() or not np.isfinite(excess):
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            return
        trial.set_constraint("bounds", excess)
        study.tell(trial, [float(value) for value in good])
