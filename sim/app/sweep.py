"""The verb `sim sweep`: what each setting does, in the same worlds, against the present one."""

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
from sim.app.subjects import DEFAULT_RUNS, seed_from
from sim.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.study.archive import Draft
    from sim.study.sweep import Point, Sweep
    from sim.study.task import Task
    from sim.study.vary import Vary

NUMBERS = "sweep.json"


@with_how
def sweep(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A scenario; or the folder of a sweep's result, to repeat it.")
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=LO:HI:N|A,B,C",
            help="What to vary: a range of n values with units (:log at its end spaces them by ratio), or a list; "
            "repeatable.",
        ),
    ] = None,
    design: Annotated[
        str, typer.Option("--design", metavar="grid|lhs|sobol", help="All combinations, or points spread at random.")
    ] = "grid",
    points: Annotated[
        int | None, typer.Option("--points", min=2, max=MOST_RUNS, metavar="N", help="How many points (lhs, sobol).")
    ] = None,
    set_: Overrides = None,
    arms: Annotated[
        list[str] | None, typer.Option("--arms", metavar="A,B", help="Sweep these arms of what_if too; repeatable.")
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(
            "--runs", "-n", min=1, max=MOST_RUNS, metavar="N", help="Worlds at every point (default: 20)."
        ),
    ] = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", metavar="NAME", help="Show these metrics; repeatable.")
    ] = None,
    brand: Annotated[str | None, typer.Option("--brand", metavar="NAME", help="Whose (default: the first).")] = None,
    *,
    how: How,
) -> None:
    """Vary values and see what each setting does: mean, interval, and the difference from the present setting.

    All points live in the same worlds, so that what differs along a sweep is the effect of what is varied. Lists
    and ranges vary; what holds is put in with --set.
    """
    from sim.study.points import n_calls
    from sim.study.sweep import points_of, swept

    shown = known_metrics(metric or [])
    task, asked, repeats = _task(file, vary or [], design, points, set_ or [], arms or [], how.seed, runs)
    tried = points_of({arm: subject.scenario for arm, subject in task.subjects.items()}, settings_of(task, asked))
    whose = brand_of(task, brand)
    warnings = warned(task, how)
    with making(task, how, n_calls(tried[1], task.runs)) as (folder, where):
        began = time.perf_counter()
        what = f"{task.title}, {count(len(tried[0]), 'point')} in {count(task.runs, 'world')}"
        with progress(what, task.runs, quiet=how.silent) as bar:
            found = swept(*tried, task.seeds, where, bar.reached)
        seconds = {"total": time.perf_counter() - began}
        data = written(folder, found, whose, shown, how)
        heeded()
        place = folder.finish(seconds, must_repeat=repeats)
    told("sweep", place, {**data, "seconds": seconds}, how, warnings)


def _task(
    file: Path,
    vary: Sequence[str],
    design: str,
    points: int | None,
    overrides: Sequence[str],
    arms: Sequence[str],
    seed: str | None,
    runs: int | None,
) -> tuple[Task, list[Vary], bool]:
    """What is to be run, what varies, and whether this repeats a result. What varies is kept as `Task.asked`."""
    from sim.study.manifest import is_result, reopen
    from sim.study.task import Task
    from sim.study.vary import vary as read

    if is_result(file):
        if vary or overrides or arms or seed or runs or points:
            raise UserError(f"{file}: a result is repeated as it was, without other options")
        task, _ = reopen(file)
        if task.kind != "sweep":
            raise UserError(f"{file}: is no result of a sweep; repeat it with `sim {task.kind} {file}`")
        return task, asked_of(task), True
    asked = [read(each) for each in vary]
    subjects = subjects_of(file, overrides, arms)
    own = next(iter(subjects.values())).scenario.seed
    times = DEFAULT_RUNS if runs is None else runs
    words = (design, str(points or 0), *vary)
    return Task("sweep", subjects, seed_from(seed, own), times, words), asked, False


def asked_of(task: Task) -> list[Vary]:
    """What varies, from what the task keeps of the question."""
    from sim.study.vary import vary as read

    return [read(each) for each in task.asked[2:]]


def settings_of(task: Task, asked: Sequence[Vary]) -> Any:
    """The settings to try, from what the task keeps of the question."""
    from sim.study import vary

    scenario = next(iter(task.subjects.values())).scenario
    design, points = task.asked[0], int(task.asked[1])
    return vary.settings_of(scenario, asked, design, points or None, task.seed)  # type: ignore[arg-type]


def written(folder: Draft, found: Sweep, brand: str, metrics: Sequence[str], how: How) -> dict[str, Any]:
    """Write tables, numbers, summary, figures and page; what `--json` says of the sweep."""
    from sim.app.sweep_words import finding_of_sweep, shown_metrics, table_of_sweep
    from sim.study.sweep_tables import points_table, worlds_table

    task, shown = folder.task, shown_metrics(found, brand, metrics)
    finding = finding_of_sweep(found, brand, shown[0])
    data = {
        "scenario": task.title,
        "seed": task.seed,
        "runs": task.runs,
        "design": task.asked[0],
        "varied": {path: found.units[path] for path in found.paths},
        "arms": list(found.arms),
        "brands": list(found.comparison.brands),
        "metrics": shown,
        "finding": finding,
        "points": [point_as_json(found, point, shown) for point in found.points],
    }
    folder.write_tables({"points": points_table(found), "worlds": worlds_table(found)}, parquet=how.parquet)
    folder.write_json(NUMBERS, {"schema": "sim.sweep/1", **data})
    head = f"{task.title}: {brand}, {count(len(found.points), 'point')} in {count(task.runs, 'world')}, "
    head += f"seed {task.seed}, against the present setting."
    folder.write(SUMMARY, f"{head}\n\n{table_of_sweep(found, brand, shown)}\n\n{finding}\n")
    if how.figures or how.report:
        from sim.app.study_reports import sweep_page

        leave(folder, sweep_page(found, task, brand, shown), how)
    return data


def point_as_json(found: Sweep, point: Point, metrics: Sequence[str]) -> dict[str, Any]:
    """A point as plain values: what is set, and by brand and metric the level and the difference from now."""
    return {
        "arm": point.arm,
        "present": point.is_present,
        "settings": dict(point.places),
        "brands": {
            brand: {
                metric: {
                    **asdict(found.level(point, brand, metric)),
                    "difference": found.effect(point, brand, metric).as_json(),
                }
                for metric in metrics
            }
            for brand in found.comparison.brands
        },
    }
