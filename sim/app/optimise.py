"""The verb `sim optimise`: the best setting of the levers for the goals, tested again in fresh worlds."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import MOST_RUNS
from sim.app.how import SUMMARY, How, making, told, warned, with_how
from sim.app.output import Overrides, count, say
from sim.app.progress import heeded, progress
from sim.app.run import leave
from sim.app.subjects import seed_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario.schema import Scenario
    from sim.study.aims import Aim
    from sim.study.archive import Draft
    from sim.study.optimum import Estimate, Finalist, Optimum
    from sim.study.task import Task
    from sim.study.where import Where


@with_how
def optimise(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario with levers and goals.")],
    trials: Annotated[int, typer.Option("--trials", min=2, max=10_000, metavar="N", help="Settings to try.")] = 60,
    runs: Annotated[
        int, typer.Option("--runs", "-n", min=1, max=MOST_RUNS, metavar="N", help="Worlds for each trial.")
    ] = 8,
    confirm_runs: Annotated[
        int, typer.Option("--confirm-runs", min=2, max=MOST_RUNS, metavar="N", help="Fresh worlds for the finalists.")
    ] = 40,
    goal: Annotated[
        list[str] | None,
        typer.Option(
            "--goal",
            metavar="GOAL",
            help="Instead of the scenario's goals: 'retention: max', 'reputation.min: at least 45', "
            "'cost: min'; repeatable.",
        ),
    ] = None,
    save_policy: Annotated[
        str | None,
        typer.Option("--save-policy", metavar="NAME", help="Write the scenario once more with the winner as an arm."),
    ] = None,
    set_: Overrides = None,
    *,
    how: How,
) -> None:
    """Find the best setting of the levers for the goals, and test it again in fresh worlds.

    All settings are tried in the same worlds. One goal of max or min gives a winner; several give those settings that
    no other beats, and the one nearest to having the best of each. 'at least' and 'at most' are bounds.
    """
    from sim.app.arm_file import arm_place, write_arm
    from sim.scenario.load import load
    from sim.study.optimum import as_json
    from sim.study.task import Subject, Task

    scenario = load(file, set_ or [])
    if save_policy is not None:
        arm_place(scenario, save_policy)
    asked = words(scenario, goal or [], trials, confirm_runs)
    task = Task("optimise", {"baseline": Subject.of(scenario)}, seed_from(how.seed, scenario.seed), runs, asked)
    warnings = warned(task, how)
    with making(task, how, n_worlds(task)) as (folder, where):
        began = time.perf_counter()
        found = searched(task, where, quiet=how.silent)
        seconds = {"total": time.perf_counter() - began}
        data = {"scenario": task.title, "seed": task.seed, **as_json(found)}
        written(folder, found, data, how)
        heeded()
        place = folder.finish(seconds)
    how_found = about(found, task, set_ or [])
    saved = None if save_policy is None else write_arm(scenario, save_policy, found.changes(), how_found)
    policy = None if saved is None else str(saved)
    told("optimise", place, {**data, "seconds": seconds, "policy": policy}, how, warnings)
    if saved is not None and not how.silent:
        say(f"Arm {save_policy!r} is in {saved}; next: sim compare {saved} --arms '{save_policy}'{_again(set_)}")


def about(found: Optimum, task: Task, overrides: Sequence[str]) -> str:
    """How a policy was found, for the first line of its file."""
    return f"optimise: the best of {len(found.trials)} settings, seed {task.seed}; overrides: {list(overrides)}"


def _again(overrides: Sequence[str] | None) -> str:
    """Overrides as they stand on a command line."""
    import shlex

    return "".join(f" --set {shlex.quote(each)}" for each in overrides or [])


def words(scenario: Scenario, goals: Sequence[str], trials: int, confirm_runs: int) -> tuple[str, ...]:
    """What is asked of the scenario, beside its world: levers, goals and numbers, as the result's name needs them."""
    import json

    values = scenario.resolved()
    levers = json.dumps(values["levers"], ensure_ascii=False)
    wanted = list(goals) or [json.dumps(each, ensure_ascii=False) for each in values["goals"]]
    return ("--trials", str(trials), "--confirm-runs", str(confirm_runs), *wanted, levers)


def asked_of(task: Task) -> tuple[int, int, list[str]]:
    """Trials, fresh worlds and goals (those of the scenario if none), from what the task keeps of the question."""
    _, trials, _, confirm_runs, *goals, _ = task.asked
    return int(trials), int(confirm_runs), [goal for goal in goals if not goal.startswith("{")]


def n_worlds(task: Task) -> int:
    """In how many worlds something is asked for, at most: those of each batch of trials, and the fresh ones."""
    from sim.study.search import BATCH

    trials, confirm_runs, _ = asked_of(task)
    return (1 - (-trials // BATCH)) * task.runs + confirm_runs


def searched(task: Task, where: Where, *, quiet: bool) -> Optimum:
    """The search, with its progress. Trials whose worlds take long are shared among processes."""
    from sim.study.levers import bare
    from sim.study.optimise import FINALISTS, optimise

    (subject,) = task.subjects.values()
    trials, confirm_runs, goals = asked_of(task)
    settings = trials * task.runs + (FINALISTS + 1) * confirm_runs
    seconds = where.seconds_of_run(bare(subject.scenario), task.seed)
    with (
        progress(f"{task.title}, {count(trials, 'setting')}", n_worlds(task), quiet=quiet) as bar,
        where.opened(settings, seconds) as executor,
    ):
        done = itertools.count(1)
        return optimise(
            subject.scenario,
            trials=trials,
            runs=task.runs,
            confirm_runs=confirm_runs,
            goals=goals,
            seed=task.seed,
            executor=executor,
            told=lambda: bar.reached(next(done)),
        )


def written(folder: Draft, found: Optimum, data: dict[str, Any], how: How) -> None:
    """Write numbers, tables, summary, the figure and the page."""
    folder.write_json("optimum.json", {"schema": "sim.optimum/1", **data})
    folder.write_tables({"trials": trials_table(found), "finalists": finalists_table(found)}, parquet=how.parquet)
    folder.write(SUMMARY, summary(folder.task, found))
    if how.figures or how.report:
        from sim.app.study_reports import optimise_page

        trials, confirm_runs, goals = asked_of(folder.task)
        more = ["--trials", str(trials), "--confirm-runs", str(confirm_runs)]
        more += [word for goal in goals for word in ("--goal", goal)]
        leave(folder, optimise_page(found, folder.task, more), how)


# ------------------------------------------------------------------------------------------------ in words


def summary(task: Task, found: Optimum) -> str:
    """What a reader at a terminal sees: what was searched, the finalists, and a sentence."""
    return f"{table_of_search(task, found)}\n\n{sentence(found)}\n"


def table_of_search(task: Task, found: Optimum) -> str:
    """What was searched, and the finalists as a table of words."""
    from sim.app.columns import columns

    whole = "all there are" if found.whole else "of many more"
    head = (
        f"{task.title}: {count(len(found.trials), 'setting')} ({whole}), each in {count(found.runs, 'world')}, seed "
        f"{task.seed}; finalists again in {count(found.confirm_runs, 'fresh world')}."
    )
    wanted = "Wanted: " + "; ".join(str(aim) for aim in found.aims) + "."
    return "\n".join([head, wanted, "", columns(rows(found), left=2)])


def rows(found: Optimum) -> list[list[str]]:
    """The finalists, the chosen one marked, and the setting as it stands.

    A goal of max or min has its mean, the paired difference from the present with its interval, and by how much the
    search overstated that gain; a bound its mean and interval. What the levers cost is exact.
    """
    from sim.study.aims import COST

    bounds = len(found.objectives) < len(found.aims)
    head = ["", *(short(found, dial.path) for dial in found.levers)]
    for place, aim in enumerate(found.aims):
        against = ["against now", "95 % interval", "overstated by"] if place in found.objectives else ["95 % interval"]
        head += [aim.meaning.label, *([] if aim.metric == COST else against)]
    table = [[*head, *(["bounds kept in"] if bounds else []), "cost"]]
    for one in (*found.finalists, found.present):
        mark = "now" if one is found.present else "chosen" if one is found.best else "" if one.on_front else "beaten"
        cells = [mark, *(f"{value:g}" for value in one.setting)]
        for place, aim in enumerate(found.aims):
            cells.append(level(one.confirmed[place].mean, aim.metric))
            if aim.metric != COST:
                own = place in found.objectives
                cells += gains(found, one, place) if own else [span_of(one.confirmed[place], aim)]
        table.append([*cells, *([f"{one.kept:.0%} of worlds"] if bounds else []), f"{one.cost:,.0f}"])
    return table


def gains(found: Optimum, one: Finalist, place: int) -> list[str]:
    """How a finalist differs from the present in one objective, the interval, and what was promised too much."""
    if one is found.present:
        return ["", "", ""]
    aim, against = found.aims[place], one.against_present[place]
    interval = "" if against.low == against.high else f"{change(against.low, aim)} to {change(against.high, aim)}"
    return [change(against.mean, aim), interval, change(found.flattery(one)[place], aim)]


def change(value: float | None, aim: Aim) -> str:
    """A change of what an aim is about, with its sign; shares in percentage points."""
    from sim.app.findings import changed
    from sim.app.words import signed
    from sim.study.aims import COST

    return signed(value) if aim.metric == COST else changed(value, aim.metric)


def short(found: Optimum, path: str) -> str:
    """The end of a lever's path, as much of it as tells it from the others."""
    steps = path.split(".")
    for n in range(1, len(steps)):
        tail = ".".join(steps[-n:])
        if sum(dial.path == path or dial.path.endswith(f".{tail}") for dial in found.levers) == 1:
            return tail
    return path


def level(value: float, metric: str) -> str:
    """A value of a metric (or of the cost) with its unit."""
    from sim.app.findings import said
    from sim.study.aims import COST

    return f"{value:,.0f}" if metric == COST else said(value, metric)


def span_of(estimate: Estimate, aim: Aim) -> str:
    """The interval of a level; empty where there is none or it has no width."""
    if estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return ""
    return f"{level(estimate.low, aim.metric)} to {level(estimate.high, aim.metric)}"


def sentence(found: Optimum) -> str:
    """What is best, by how much against the present setting, and what cannot be told from it."""
    from sim.app.words import listing, plural

    best = found.best
    if not found.gains:
        return keep_what_you_have(found)
    setting = listing([f"{short(found, dial.path)} {v:g}" for dial, v in zip(found.levers, best.setting, strict=True)])
    parts = [f"{'Best' if len(found.objectives) == 1 else 'A fair middle'}: {setting}."]
    parts.append(f"Against the setting as it stands: {listing([gain(found, k) for k in found.objectives])}.")
    if not best.keeps:
        parts.append("No setting tried keeps all bounds: this one comes nearest.")
    same = [one for one in found.finalists if one is not best and alike(one, found.objectives)]
    if same and len(found.objectives) == 1:
        cheapest = min(same, key=lambda one: one.cost)
        cheaper = f"; the cheapest of them costs {cheapest.cost:,.0f}" if cheapest.cost < best.cost else ""
        parts.append(f"{plural(len(same), 'other finalist')} cannot be told from it{cheaper}.")
    return " ".join(parts)


def keep_what_you_have(found: Optimum) -> str:
    """That nothing tried is worth a change, and what the best of it came to; a setting as good that costs less."""
    best = found.best
    setting = ", ".join(f"{short(found, dial.path)} {v:g}" for dial, v in zip(found.levers, best.setting, strict=True))
    gained = ", ".join(gain(found, k) for k in found.objectives)
    told = "Keep what you have: no finalist is better than the setting as it stands beyond chance. "
    told += f"The best of them ({setting}) comes to this against it: {gained}."
    cheaper = [
        one
        for one in found.finalists
        if one.cost < found.present.cost and one.keeps and not any(found.is_worse(one, k) for k in found.objectives)
    ]
    if cheaper:
        least = min(cheaper, key=lambda one: one.cost)
        told += f" One that cannot be told from it costs {least.cost:,.0f} instead of {found.present.cost:,.0f}."
    return told


def alike(one: Finalist, objectives: Sequence[int]) -> bool:
    """Whether a finalist differs from the winner by no more than chance in every objective."""
    return not any(one.against_winner[place].is_clear for place in objectives)


def gain(found: Optimum, place: int) -> str:
    """How the winner differs from the present in one objective: `retention +0.4 pt (95 % interval ... )`."""
    aim, against = found.aims[place], found.best.against_present[place]
    told = f"{aim.meaning.label} {change(against.mean, aim)}"
    if against.low == against.high:
        return told
    chance = "" if against.is_clear else ", which may be chance"
    interval = f"{change(against.low, aim)} to {change(against.high, aim)}"
    return f"{told} (95 % interval {interval}{chance}; better in {against.wins} of {against.runs} worlds)"


# ------------------------------------------------------------------------------------------------ tables


def trials_table(found: Optimum) -> dict[str, Any]:
    """A row a trial, in order: the levers' values, each aim's mean, and whether the bounds are kept."""
    import numpy as np

    table: dict[str, Any] = {"trial": np.arange(len(found.trials))}
    for k, dial in enumerate(found.levers):
        table[dial.path] = np.array([trial.setting[k] for trial in found.trials])
    for k, aim in enumerate(found.aims):
        table[str(aim)] = np.array([trial.values[k] for trial in found.trials])
    table["keeps_bounds"] = np.array([int(trial.keeps) for trial in found.trials])
    return table


def finalists_table(found: Optimum) -> dict[str, Any]:
    """A row a finalist and aim: the trial's promise, fresh worlds, and the differences; the last is the present."""
    import numpy as np

    rows: list[tuple[Any, ...]] = []
    for k, one in enumerate((*found.finalists, found.present)):
        for place, aim in enumerate(found.aims):
            value, against = one.confirmed[place], one.against_present[place]
            told = ("present" if one is found.present else str(k), str(aim), one.trial[place])
            differs = (against.mean, against.low, against.high, against.wins, against.runs)
            rows.append((*told, value.mean, value.low, value.high, *differs))
    names = ["finalist", "goal", "trial", "mean", "low", "high"]
    names += ["against_present", "against_low", "against_high", "wins", "runs"]
    return {
        name: np.array(column, dtype=object if name in names[:2] else np.float64)
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
