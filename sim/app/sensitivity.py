"""The verb `sim sensitivity`: which of what is uncertain, and which lever, decides; and how much is luck."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import MOST_RUNS, brand_of, known_metrics, subjects_of
from sim.app.how import SUMMARY, How, making, told, warned, with_how
from sim.app.output import Overrides, count
from sim.app.progress import heeded, progress
from sim.app.run import leave
from sim.app.subjects import seed_from
from sim.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.study.archive import Draft
    from sim.study.sensitivity import Answer, OfMetric, Plan, Sensitivity
    from sim.study.task import Task

NUMBERS = "sensitivity.json"


@with_how
def sensitivity(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A scenario with `uncertain` or `levers`; or a result, to repeat it.")
    ],
    over: Annotated[
        str | None,
        typer.Option("--over", metavar="uncertain|levers|both", help="What to vary (default: both)."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            metavar="morris|sobol",
            help="Screening with few points, or shares of variance with many (default: morris).",
        ),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            "--points", min=2, max=MOST_RUNS, metavar="N",
            help="Trajectories (morris: 10) or base points (sobol: 64, a power of two)."
        ),
    ] = None,
    set_: Overrides = None,
    runs: Annotated[
        int | None,
        typer.Option(
            "--runs", "-n", min=1, max=MOST_RUNS, metavar="N", help="Worlds at every point (default: 10)."
        ),
    ] = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", metavar="NAME", help="Analyse these metrics; repeatable.")
    ] = None,
    brand: Annotated[str | None, typer.Option("--brand", metavar="NAME", help="Whose (default: the first).")] = None,
    *,
    how: How,
) -> None:
    """Say which input decides: what each does alone, its index with interval, and the share of luck.

    Inputs are the `uncertain` of the scenario with their distributions and its `levers` with their ranges. All
    points live in the same worlds.
    """
    from sim.study.points import n_calls
    from sim.study.sensitivity import check_salib, studied
    from sim.study.sensitivity import tried as settings_tried

    check_salib()
    task, repeats = _task(file, (over, method, points), known_metrics(metric or []), brand, set_ or [], how.seed, runs)
    scenario = next(iter(task.subjects.values())).scenario
    planned, whose, metrics = planned_of(task)
    warnings = warned(task, how)
    with making(task, how, n_calls(settings_tried(scenario, planned), task.runs)) as (folder, where):
        began = time.perf_counter()
        what = f"{task.title}, {count(len(planned.settings), 'point')} in {count(task.runs, 'world')}"
        with progress(what, task.runs, quiet=how.silent) as bar:
            found = studied(scenario, planned, whose, metrics, task.seeds, where, bar.reached)
        seconds = {"total": time.perf_counter() - began}
        data = written(folder, found, how)
        heeded()
        place = folder.finish(seconds, must_repeat=repeats)
    told("sensitivity", place, {**data, "seconds": seconds}, how, warnings)


def _task(
    file: Path,
    how: tuple[str | None, str | None, int | None],
    metrics: Sequence[str],
    brand: str | None,
    overrides: Sequence[str],
    seed: str | None,
    runs: int | None,
) -> tuple[Task, bool]:
    """What is to be run, and whether this repeats a result. `Task.asked`: over, method, points, brand, metrics."""
    from sim.study.manifest import is_result, reopen
    from sim.study.sensitivity import RUNS, SHOWN
    from sim.study.task import Task

    over, method, points = how
    if is_result(file):
        if over or method or points or metrics or brand or overrides or seed or runs:
            raise UserError(f"{file}: a result is repeated as it was, without other options")
        task, _ = reopen(file)
        if task.kind != "sensitivity":
            raise UserError(f"{file}: is no result of a sensitivity analysis; repeat it with `sim {task.kind} {file}`")
        return task, True
    subjects = subjects_of(file, overrides, [])
    own = next(iter(subjects.values())).scenario.seed
    plain = Task("sensitivity", subjects, seed_from(seed, own), RUNS if runs is None else runs)
    words = (over or "both", method or "morris", str(points or 0), brand_of(plain, brand), *(metrics or SHOWN))
    return Task(plain.kind, plain.subjects, plain.seed, plain.runs, words), False


def planned_of(task: Task) -> tuple[Plan, str, list[str]]:
    """The plan, the brand and the metrics, from what the task keeps of the question."""
    from sim.study.inputs import inputs_of
    from sim.study.sensitivity import plan

    over, method, points, brand, *metrics = task.asked
    scenario = next(iter(task.subjects.values())).scenario
    return plan(inputs_of(scenario, over), method, int(points) or None, task.seed), brand, metrics


def written(folder: Draft, found: Sensitivity, how: How) -> dict[str, Any]:
    """Write tables, numbers, summary, figures and page; what `--json` says of the analysis."""
    from sim.app.sensitivity_words import finding_of_sensitivity, table_of_sensitivity
    from sim.study.sensitivity_tables import indices_table, points_table

    task = folder.task
    findings = {metric: finding_of_sensitivity(found, metric) for metric in found.of}
    data = {
        "scenario": task.title,
        "brand": found.brand,
        "seed": task.seed,
        "runs": task.runs,
        "over": task.asked[0],
        "method": found.plan.method,
        "points": found.plan.base,
        "settings": len(found.plan.settings),
        "findings": findings,
        "metrics": {metric: as_json(one) for metric, one in found.of.items()},
    }
    folder.write_tables({"indices": indices_table(found), "points": points_table(found)}, parquet=how.parquet)
    folder.write_json(NUMBERS, {"schema": "sim.sensitivity/1", **data})
    head = f"{task.title}: {found.brand}, {found.plan.method}, {count(len(found.plan.settings), 'point')} "
    head += f"in {count(task.runs, 'world')}, seed {task.seed}."
    folder.write(SUMMARY, "\n".join([head, "", table_of_sensitivity(found), "", *findings.values(), ""]))
    if how.figures or how.report:
        from sim.app.study_reports import sensitivity_page

        leave(folder, sensitivity_page(found, task), how)
    return data


def as_json(one: OfMetric) -> dict[str, Any]:
    """What decides one metric, as plain values."""
    return {
        "level": one.level,
        "luck": asdict(one.luck),
        "inputs": {answer.given.path: _answer_as_json(answer) for answer in one.answers},
    }


def _answer_as_json(answer: Answer) -> dict[str, Any]:
    indices = {"first": answer.first, "total": answer.total, "move": answer.move}
    return {
        "kind": answer.given.kind,
        "ends": [answer.given.place(u) for u in answer.given.ends],
        "low": answer.low.as_json(),
        "high": answer.high.as_json(),
        **{name: asdict(index) for name, index in indices.items() if index is not None},
        **({} if answer.slope is None else {"slope": answer.slope, "bend": answer.bend}),
    }
