"""What is there of a study that is not done: the same tables over what is complete, labelled as a part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.app.output import count
from sim.app.resume import noun
from sim.errors import UserError

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.study.kept import Partial
    from sim.study.replicate import WorldResult


class Part(NamedTuple):
    """What can be told of what is there. done: how much that is, in words; numbers: for `--json`, None for none yet."""

    done: str
    about: str = ""
    table: str = ""
    finding: str = ""
    numbers: Any = None


def show_partial(folder: Path) -> None:
    """Print what is there of a study that is not done. Raises UserError before its first completed part."""
    from sim.study.kept import partial

    found = partial(folder)
    if not found.there:
        raise UserError(f"{folder}: has nothing completed yet")
    part = PARTS[found.task.kind](found)
    finding = part.finding or "too little to tell anything yet."
    shown = ["", part.table, ""] if part.table else [""]
    label = f"PARTIAL, {part.done}"
    print("\n".join([f"{label}. {found.task.title}{part.about}.", *shown, f"{label}: {finding}"]))


def partial_as_json(folder: Path) -> dict[str, Any]:
    """The numbers of what is there, marked as partial."""
    from sim.study.kept import partial

    found = partial(folder)
    numbers = PARTS[found.task.kind](found).numbers
    there = {"done": found.there, "most": found.most, "of": f"{noun(found.task.kind)}s"}
    return {"output": str(folder), "partial": True, "kind": found.task.kind, **there, "result": numbers}


def _run(found: Partial) -> Part:
    """Means over the runs that are complete; the first run of all, which is never kept, is not among them."""
    from sim.app.findings import table_of_run
    from sim.study.catalogue import mean_of
    from sim.study.replicate import measured

    (subject,) = found.task.subjects.values()
    runs = found.kept.known(measured, [(subject.scenario, seed) for seed in found.task.seeds[1:]])
    done = f"{len(runs):,} of {count(found.most, 'further run')}"
    if not runs:
        return Part(done)
    mean = mean_of(runs)
    finding = f"means over {count(len(runs), 'run')}, without the first one."
    return Part(done, f", seed {found.task.seed}", table_of_run(mean.metrics), finding, mean.metrics.as_json())


def _compare(found: Partial) -> Part:
    """The arms in the worlds that are complete."""
    from sim.app.findings import finding_of_comparison, table_of_comparison
    from sim.app.robust import arms_of
    from sim.study.compare import compare
    from sim.study.replicate import run_arms
    from sim.study.seeds import seed_of_run

    arms: Any = arms_of(found.task)
    seeds = [seed_of_run(found.task.seed, k) for k in range(found.most)]
    worlds = found.kept.known(run_arms, [(dict(arms.get(seed, arms)), seed) for seed in seeds])
    done = f"{len(worlds):,} of {count(found.most, 'world')}"
    if not worlds:
        return Part(done)
    comparison = compare(worlds)
    about = f": {comparison.brands[0]}, seed {found.task.seed}, against {comparison.baseline}"
    table, finding = table_of_comparison(comparison), finding_of_comparison(comparison)
    return Part(done, about, table, finding, {"worlds": len(worlds), **comparison.as_json()})


def _in_worlds(found: Partial, arms: dict[str, Scenario]) -> tuple[list[WorldResult], str]:
    """The worlds of which every setting is there, and how many these are."""
    from sim.study.points import completed

    worlds = list(completed(arms, found.task.seeds, found.kept).values())
    parts = f"{found.there:,} of {count(found.most, 'part')}"
    return worlds, f"{parts}, {len(worlds):,} of {count(found.task.runs, 'world')} whole"


def _sweep(found: Partial) -> Part:
    """The settings in the worlds of which all settings are complete."""
    from sim.app.sweep import asked_of, settings_of
    from sim.app.sweep_words import finding_of_sweep, shown_metrics, table_of_sweep
    from sim.study.sweep import points_of, sweep_of

    task = found.task
    points, scenarios = points_of(
        {arm: subject.scenario for arm, subject in task.subjects.items()}, settings_of(task, asked_of(task))
    )
    worlds, done = _in_worlds(found, scenarios)
    if not worlds:
        return Part(done)
    swept = sweep_of(points, worlds)
    brand = swept.comparison.brands[0]
    shown = shown_metrics(swept, brand, [])
    numbers = {"worlds": len(worlds), **swept.comparison.as_json()}
    table, finding = table_of_sweep(swept, brand, shown), finding_of_sweep(swept, brand, shown[0])
    return Part(done, f": {brand}, seed {task.seed}", table, finding, numbers)


def _sensitivity(found: Partial) -> Part:
    """The inputs over the worlds in which every point is complete."""
    from sim.app.sensitivity import as_json, planned_of
    from sim.app.sensitivity_words import finding_of_sensitivity, table_of_sensitivity
    from sim.study.sensitivity import sensitivity_of, tried

    (subject,) = found.task.subjects.values()
    planned, brand, metrics = planned_of(found.task)
    worlds, done = _in_worlds(found, tried(subject.scenario, planned))
    if not worlds:
        return Part(done)
    told = sensitivity_of(planned, brand, metrics, worlds)
    finding = " ".join(finding_of_sensitivity(told, metric) for metric in told.of)
    numbers = {"worlds": len(worlds), "metrics": {metric: as_json(one) for metric, one in told.of.items()}}
    return Part(done, f": {brand}, seed {found.task.seed}", table_of_sensitivity(told), finding, numbers)


def _optimise(found: Partial) -> Part:
    """The trials that are complete, the best few; none was tested again yet."""
    from sim.app.columns import columns
    from sim.app.optimise import asked_of, level
    from sim.study.optimise import finalists_of, trials_there

    (subject,) = found.task.subjects.values()
    trials, _, goals = asked_of(found.task)
    search, known = trials_there(
        subject.scenario, trials, found.task.runs, goals, found.task.seed, found.kept
    )
    done = f"{found.there:,} of {count(found.most, 'part')}, {len(known):,} of {count(search.trials, 'setting')} tried"
    if not known:
        return Part(done)
    aims, levers = search.worlds.aims, search.worlds.levers
    rows = [[*(dial.path for dial in levers), *(str(aim) for aim in aims), "bounds"]]
    best = finalists_of(aims, known, levers)
    for trial in best:
        values = [level(value, aim.metric) for value, aim in zip(trial.values, aims, strict=True)]
        rows.append([*(f"{value:g}" for value in trial.setting), *values, "kept" if trial.keeps else "broken"])
    numbers = [{"setting": trial.setting, "values": trial.values, "keeps_bounds": trial.keeps} for trial in known]
    finding = "the best settings of the search so far, none of them tested in fresh worlds: they may be the luckiest."
    return Part(done, f", seed {found.task.seed}", columns(rows, left=0), finding, {"trials": numbers})


def _calibrate(found: Partial) -> Part:
    """The ranges that whole waves of runs tell."""
    from sim.app.calibrate import fitted_as_json, observed_from, table_of_fits
    from sim.study.calibrate import fits_there

    (subject,) = found.task.subjects.values()
    observed = observed_from(found.more["observed"])
    waves, fitted = fits_there(
        subject.scenario, observed, found.kept, **found.more["how"], seed=found.task.seed
    )
    done = f"{found.there:,} of {count(found.most, 'run')}, {waves} of 3 waves whole"
    if not fitted:
        return Part(done)
    numbers = fitted_as_json(fitted)
    finding = "ranges after the waves that are whole; later waves narrow them, and no forecast was made yet."
    return Part(done, f", seed {found.task.seed}", table_of_fits(fitted), finding, {"waves": waves, "fitted": numbers})


PARTS: dict[str, Callable[[Partial], Part]] = {
    "run": _run,
    "compare": _compare,
    "sweep": _sweep,
    "sensitivity": _sensitivity,
    "optimise": _optimise,
    "calibrate": _calibrate,
}
