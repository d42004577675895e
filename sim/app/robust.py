"""The option `--robust`: how the arms fare in plausible worlds, as a table, a sentence and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.errors import UserError

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.study.compare import Comparison
    from sim.study.precision import Precision
    from sim.study.task import Task

Robust = Annotated[
    bool,
    typer.Option(
        "--robust", help="Cross the arms with `uncertain`: how each fares if we are wrong (by the first --metric)."
    ),
]
METRIC = "population"
"""By what arms are ranked, unless told otherwise."""


def robustly(task: Task, metric: str | None, precision: Precision | None) -> Task:
    """The task with plausible worlds instead of the scenario's own. Raises UserError with `--runs auto`."""
    if precision is not None:
        raise UserError("--robust: spreads a known number of worlds evenly; give --runs a number, not auto")
    return replace(task, asked=("--robust", str(task.runs), "--metric", metric or METRIC))


def metric_of(task: Task) -> str | None:
    """By what the arms of plausible worlds are ranked; None for worlds of the scenario as it stands."""
    return task.asked[3] if task.asked[:1] == ("--robust",) else None


def settings_of(task: Task) -> list[dict[str, Any]]:
    """What is set in each plausible world."""
    from sim.study.robust import settings

    first = next(iter(task.subjects.values())).scenario
    return settings(first, task.runs, task.seed)


def arms_of(task: Task) -> dict[str, Scenario] | dict[int, dict[str, Scenario]]:
    """The arms of a task; of plausible worlds, by seed."""
    from sim.study.robust import plausible

    arms = {arm: subject.scenario for arm, subject in task.subjects.items()}
    return arms if metric_of(task) is None else plausible(arms, settings_of(task), task.seeds)


def robust_as_json(task: Task, comparison: Comparison) -> dict[str, Any]:
    """What `--json` says of plausible worlds: what was set in each, and how each arm fares."""
    metric = metric_of(task)
    if metric is None:
        return {}
    from sim.study.robust import robustness

    fares = {arm: asdict(each) for arm, each in robustness(comparison.worlds, metric).items()}
    return {"robust": {"metric": metric, "arms": fares, "settings": settings_of(task)}}


def rows_of_robustness(task: Task, comparison: Comparison) -> list[list[str]]:
    """A row an arm, after the heads: how it fares in plausible worlds; nothing where none were asked for."""
    metric = metric_of(task)
    if metric is None:
        return []
    from sim.app.findings import said
    from sim.study.robust import robustness

    rows = [["arm", "best in", "mean", "worst tenth", "regret", "regret at most"]]
    for arm, each in robustness(comparison.worlds, metric).items():
        levels = (each.mean, each.worst_decile, each.regret, each.regret_most)
        rows.append([arm, f"{each.best} of {each.runs}", *(_finer(level, metric, said) for level in levels)])
    return rows


def sentence_of_robustness(task: Task, comparison: Comparison) -> str:
    """Which arm is best most often, and which is safest; nothing where no plausible worlds were asked for."""
    metric = metric_of(task)
    if metric is None:
        return ""
    from sim.study.robust import robustness

    return _sentence(robustness(comparison.worlds, metric))


def about_robustness(task: Task, comparison: Comparison) -> str:
    """How the arms fare in plausible worlds: a table and a sentence; nothing where none were asked for."""
    rows = rows_of_robustness(task, comparison)
    if not rows:
        return ""
    from sim.app.columns import columns
    from sim.study.compare import MEANINGS

    label = MEANINGS[metric_of(task) or METRIC].label
    return f"In plausible worlds, by {label}:\n\n{columns(rows)}\n\n{sentence_of_robustness(task, comparison)}"


def _finer(level: float, metric: str, said: Any) -> str:
    """A level; effects on people, which are small, with two decimals."""
    from sim.app.words import number
    from sim.study.replicate import EFFECTS

    return number(level, 2) if metric in EFFECTS else str(said(level, metric))


def _sentence(found: Mapping[str, Any]) -> str:
    """Which arm is best most often, and which is least wrong at its worst."""
    often = max(found, key=lambda arm: found[arm].best)
    safe = min(found, key=lambda arm: found[arm].regret_most)
    first = f"'{often}' is best in {found[often].best} of {found[often].runs} plausible worlds"
    if found[often].best == found[often].runs:
        return f"'{often}' is best in all of {found[often].runs} plausible worlds."
    if safe == often:
        return f"{first}, and no arm falls less short of the best where it is wrong."
    return f"{first}; '{safe}' falls least short of the best where it is wrong."
