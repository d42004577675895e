"""The best setting of the levers for the goals, and whether it really is: searched in some worlds, tested in others.

Every setting is tried in the same worlds, so that settings differ by what they do and not by luck. Still, the best of
many noisy trials is partly the luckiest: the finalists are tested again in fresh worlds, beside the setting as it
stands, and what the trial had promised too much (`optimism`) is told. The search itself is in `search.py`.

The winner is chosen among the finalists by their fresh worlds. That choice among few leaves a little optimism of its
own; `Finalist.against_winner` says which others it cannot be told from.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from sim.errors import UserError
from sim.scenario.schema import Scenario
from sim.study.aims import COST, Aim, front, keeps, shortfall, total_excess, wanted
from sim.study.aims import aims as aims_of
from sim.study.compare import Difference, difference, interval
from sim.study.kept import Keeping, Kept, NotThereError, Nowhere
from sim.study.levers import Dial, Setting, bill, dials
from sim.study.optimum import Estimate, Finalist, Optimum
from sim.study.search import Search, Told, Trial, Worlds, mean_of_worlds
from sim.study.seeds import seed_of_run
from sim.study.workers import Here

FINALISTS = 5
"""Best trials that are tested again, where one objective is wanted."""
LONGEST_FRONT = 12
"""Settings of a Pareto front that are tested again, evenly along it."""


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
    search = search_of(scenario, trials, runs, goals, seed, executor or Here(), told)
    worlds, seeds = search.worlds, [seed_of_run(seed, k) for k in range(runs + max(2, confirm_runs))]
    found = search.all_trials()
    chosen = finalists_of(worlds.aims, found, worlds.levers)
    present = tuple(float(value) for value in mean_of_worlds(worlds.values([None], seeds[:runs]))[0])
    return confirmed(worlds, found, chosen, present, seeds, runs, whole=search.whole)


def search_of(
    scenario: Scenario, trials: int, runs: int, goals: Sequence[str], seed: int, executor: Executor, told: Told
) -> Search:
    """The search of `optimise`, still to be made. Raises UserError for a scenario without levers or goals."""
    aims, levers = aims_of(scenario, goals), dials(scenario)
    if any(aim.metric == COST for aim in aims) and not any(dial.price for dial in levers):
        raise UserError(f"{scenario.source.file}: no lever has a cost: give it one, like cost: 31 per hour")
    worlds = Worlds(scenario, aims, levers, executor, told)
    return Search(worlds, [seed_of_run(seed, k) for k in range(runs)], trials, seed)


def trials_there(
    scenario: Scenario, trials: int, runs: int, goals: Sequence[str], seed: int, kept: Kept
) -> tuple[Search, list[Trial]]:
    """The trials of a search that is not done, of which every world is kept; in their order. Nothing is run."""
    search = search_of(scenario, trials, runs, goals, seed, Keeping(Nowhere(), kept, resume=True), lambda: None)
    with contextlib.suppress(NotThereError):
        search.all_trials()
    return search, search.trials_known()


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
