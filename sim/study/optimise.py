"""The best setting of the levers for the goals, and whether it really is: searched in some worlds, tested in others.

Every setting is tried in the same worlds, so that settings differ by what they do and not by luck. Still, the best of
many noisy trials is partly the luckiest: the finalists are tested again in fresh worlds, beside the setting as it
stands, and what the trial had promised too much (`optimism`) is told. Optuna proposes settings in batches of fixed
size and is told the results in their order; processes share the worlds of a batch, not its trials. So the answer
depends on the seed, not on how many processes there are.

The winner is chosen among the finalists by their fresh worlds. That choice among few leaves a little optimism of its
own; `Finalist.against_winner` says which others it cannot be told from.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.core.chance import keyed, stream
from sim.errors import UserError
from sim.scenario.schema import Scenario
from sim.study.aims import COST, Aim, front, keeps, shortfall, total_excess, wanted
from sim.study.aims import aims as aims_of
from sim.study.compare import Difference, difference, interval
from sim.study.levers import Dial, Setting, bill, changes, dials, tried
from sim.study.metrics import measure
from sim.study.replicate import Here, live, ordered
from sim.study.seeds import seed_of_run

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import Trial as AskedTrial

BATCH = 8
"""Settings proposed before the results of any of them are told. Fixed: the answer must not depend on processes."""
FINALISTS = 5
"""Best trials that are tested again, where one objective is wanted."""
LONGEST_FRONT = 12
"""Settings of a Pareto front that are tested again, evenly along it."""
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
class Estimate:
    """A mean over fresh worlds, with its 95 % interval (Student's t over worlds)."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Finalist:
    """A setting tested in fresh worlds. Each tuple has one entry for each aim.

    trial: the means in the worlds of the search. against_present, against_winner: paired differences, this setting less
    the other. keeps: whether the means keep all bounds; kept: in what share of the worlds all are kept. on_front: no
    other finalist beats it.
    """

    setting: Setting
    trial: tuple[float, ...]
    confirmed: tuple[Estimate, ...]
    against_present: tuple[Difference, ...]
    against_winner: tuple[Difference, ...]
    keeps: bool
    kept: float
    on_front: bool
    cost: float

    def values(self) -> tuple[float, ...]:
        """The means over fresh worlds."""
        return tuple(estimate.mean for estimate in self.confirmed)


@dataclass(frozen=True)
class Optimum:
    """What a search found. finalists: the best first (or along the front); winner: which of them is chosen.

    whole: whether every setting there is was tried, so that nothing was left to chance but the worlds.
    """

    aims: tuple[Aim, ...]
    levers: tuple[Dial, ...]
    trials: tuple[Trial, ...]
    finalists: tuple[Finalist, ...]
    winner: int
    present: Finalist
    runs: int
    confirm_runs: int
    whole: bool

    @property
    def best(self) -> Finalist:
        """The chosen setting."""
        return self.finalists[self.winner]

    @property
    def objectives(self) -> list[int]:
        """The places of the aims that are to be as large or small as can be."""
        return [place for place, aim in enumerate(self.aims) if not aim.is_bound]

    def optimism(self, one: Finalist) -> tuple[float, ...]:
        """Trial less fresh worlds, turned so that above 0 the trial looked better than the setting is.

        Most of it is the luck of the search's worlds, which all settings share.
        """
        pairs = zip(self.aims, one.trial, one.confirmed, strict=True)
        return tuple(aim.sign * (promised - found.mean) for aim, promised, found in pairs)

    def flattery(self, one: Finalist) -> tuple[float, ...]:
        """By how much the trial overstated the gain against the present setting: above 0 it promised too much.

        The gain is paired in both sets of worlds, so that the luck all settings share cancels out: what remains is
        the winner's curse, and chance.
        """
        pairs = zip(self.optimism(one), self.optimism(self.present), strict=True)
        return tuple(mine - common for mine, common in pairs)

    def changes(self) -> dict[str, Any]:
        """The chosen setting as an arm of `what_if`: paths and values."""
        return changes(self.levers, self.best.setting)

    def __str__(self) -> str:
        lines = [f"best of {len(self.trials)} settings: {self.changes()}"]
        for place, aim in enumerate(self.aims):
            found, against = self.best.confirmed[place], self.best.against_present[place]
            lines.append(f"{aim}: {found.mean:.6g} ({found.low} to {found.high}); less the present: {against}")
        return "\n".join(lines)


def optimise(
    scenario: Scenario,
    *,
    trials: int = 60,
    runs: int = 8,
    confirm_runs: int = 40,
    goals: Sequence[str] = (),
    seed: int | None = None,
    executor: Executor | None = None,
    told: Told = lambda: None,
) -> Optimum:
    """The best setting of a scenario's levers for its goals.

    trials: different settings to try, each in `runs` worlds. confirm_runs: fresh worlds for the finalists, 2 or more.
    goals: instead of the scenario's, as `retention: max`. told: called whenever one more world is done.
    Raises UserError for a scenario without levers or goals, and if no setting gives a result.
    """
    seed = scenario.seed if seed is None else seed
    wanted_of, levers = aims_of(scenario, goals), dials(scenario)
    if any(aim.metric == COST for aim in wanted_of) and not any(dial.price for dial in levers):
        raise UserError(f"{scenario.source.file}: no lever has a cost: give it one, like cost: 31 per hour")
    worlds = Worlds(scenario, wanted_of, levers, executor or Here(), told)
    seeds = [seed_of_run(seed, k) for k in range(runs + max(2, confirm_runs))]
    search = Search(worlds, seeds[:runs], trials, seed)
    found = search.all_trials()
    chosen = finalists_of(wanted_of, found, levers)
    present = tuple(float(value) for value in mean_of_worlds(worlds.values([None], seeds[:runs]))[0])
    return confirmed(worlds, found, chosen, present, seeds, runs, whole=search.whole)


# ------------------------------------------------------------------------------------------------ worlds


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


# ------------------------------------------------------------------------------------------------ testing again


def finalists_of(aims: Sequence[Aim], trials: Sequence[Trial], levers: tuple[Dial, ...]) -> list[Trial]:
    """The trials to be tested again: the front, evenly thinned; or for one objective the best few.

    Of equals the cheapest. Raises UserError if no trial gave a value for every objective.
    """
    values = np.array([trial.values for trial in trials])
    good, excess = wanted(aims, values), total_excess(aims, values)
    if not np.isfinite(good).all(axis=1).any():
        raise UserError("no setting gives a value for every goal: ask for other metrics, or widen the levers")
    if good.shape[1] == 1:
        costs = np.array([bill(levers, trial.setting) for trial in trials])
        order = np.lexsort((costs, -good[:, 0], excess))
        return [trials[k] for k in order[:FINALISTS] if np.isfinite(good[k, 0])]
    along = np.flatnonzero(front(aims, values))
    along = along[np.argsort(good[along, 0], kind="stable")]
    kept = np.unique(np.linspace(0, len(along) - 1, min(len(along), LONGEST_FRONT)).round().astype(int))
    return [trials[k] for k in along[kept]]


def confirmed(
    worlds: Worlds,
    trials: Sequence[Trial],
    chosen: Sequence[Trial],
    present: tuple[float, ...],
    seeds: Sequence[int],
    runs: int,
    *,
    whole: bool,
) -> Optimum:
    """The finalists and the setting as it stands, in fresh worlds; the winner among them.

    present: the setting as it stands in the search's worlds, which are the first `runs` of the seeds.
    """
    settings: list[Setting | None] = [None, *(trial.setting for trial in chosen)]
    values = worlds.values(settings, seeds[runs:])
    means = mean_of_worlds(values)
    winner = winner_of(worlds.aims, means[1:], [bill(worlds.levers, trial.setting) for trial in chosen])
    on_front = front(worlds.aims, means[1:])
    found = [
        Finalist(
            setting=worlds.present if k == 0 else chosen[k - 1].setting,
            trial=present if k == 0 else chosen[k - 1].values,
            confirmed=tuple(estimate(values[k, :, place]) for place in range(len(worlds.aims))),
            against_present=_differences(worlds.aims, values[0], values[k]),
            against_winner=_differences(worlds.aims, values[1 + winner], values[k]),
            keeps=bool(keeps(worlds.aims, means[k : k + 1])[0]),
            kept=float(keeps(worlds.aims, values[k]).mean()),
            on_front=k > 0 and bool(on_front[k - 1]),
            cost=bill(worlds.levers, worlds.present if k == 0 else chosen[k - 1].setting),
        )
        for k in range(len(settings))
    ]
    return Optimum(
        worlds.aims, worlds.levers, tuple(trials), tuple(found[1:]), winner, found[0], runs, len(seeds) - runs, whole
    )


def winner_of(aims: Sequence[Aim], means: np.ndarray, costs: Sequence[float]) -> int:
    """Which finalist is chosen: of those no other beats (and that keep the bounds, if any does), the nearest to having
    the best of every objective; of equals the cheapest.
    """
    best = np.flatnonzero(front(aims, means))
    if len(best) == 0:
        return 0
    short = shortfall(aims, means[best])
    return int(best[np.lexsort((np.array(costs)[best], short))[0]])


def estimate(values: np.ndarray) -> Estimate:
    """The mean over worlds of what is defined, with its interval."""
    known = values[~np.isnan(values)]
    low, high = interval(known)
    return Estimate(float(known.mean()) if len(known) else np.nan, low, high)


def _differences(aims: Sequence[Aim], was: np.ndarray, now: np.ndarray) -> tuple[Difference, ...]:
    """Paired differences now - was in each aim; was, now: float64 [worlds, aims]."""
    return tuple(
        difference(_defined(was[:, place]), _defined(now[:, place]), "higher" if aim.sign > 0 else "lower")
        for place, aim in enumerate(aims)
    )


def _defined(values: np.ndarray) -> list[float | None]:
    """The same values, None for nan."""
    return [None if np.isnan(value) else float(value) for value in values]


def as_json(found: Optimum) -> Mapping[str, Any]:
    """An optimum as plain values: goals, levers, winner, present, finalists, and the trials."""
    names = [dial.path for dial in found.levers]

    def finalist(one: Finalist) -> dict[str, Any]:
        pairs = zip(
            found.aims, one.confirmed, found.optimism(one), found.flattery(one), one.against_present, strict=True
        )
        return {
            "setting": dict(zip(names, one.setting, strict=True)),
            "cost": one.cost,
            "keeps_bounds": one.keeps,
            "kept_in": one.kept,
            "on_front": one.on_front,
            "goals": [
                {
                    "goal": str(aim),
                    "mean": value.mean,
                    "low": value.low,
                    "high": value.high,
                    "optimism": optimism,
                    "optimism_of_gain": flattery,
                    "against_present": against.as_json(),
                }
                for aim, value, optimism, flattery, against in pairs
            ],
        }

    return {
        "goals": [str(aim) for aim in found.aims],
        "levers": {
            dial.path: {"from": dial.low, "to": dial.high, "now": dial.now, "step": dial.step} for dial in found.levers
        },
        "runs": found.runs,
        "confirm_runs": found.confirm_runs,
        "every_setting_tried": found.whole,
        "winner": {**finalist(found.best), "changes": found.changes()},
        "present": finalist(found.present),
        "finalists": [finalist(one) for one in found.finalists],
        "trials": [
            {
                "setting": dict(zip(names, trial.setting, strict=True)),
                "values": trial.values,
                "keeps_bounds": trial.keeps,
            }
            for trial in found.trials
        ],
    }
