"""The verb `sim compare`: arms in the same worlds, what differs and how sure that is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import known_metrics
from sim.app.enough import HalfWidth, Most, done, enough, precision_as_json, precision_of
from sim.app.gates import FailIf, gates_of, heed, judged, verdicts_as_json
from sim.app.how import REPORT, SUMMARY, How, making, told, warned, with_how
from sim.app.output import Overrides, count
from sim.app.progress import heeded, progress
from sim.app.robust import Robust, about_robustness, arms_of, robust_as_json, robustly
from sim.app.run import save_figures
from sim.app.subjects import compare_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.study.archive import Draft
    from sim.study.compare import Comparison
    from sim.study.precision import Precision
    from sim.study.task import Task
    from sim.study.where import Where


@with_how
def compare(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="A scenario with what_if arms; or several; or a result, to repeat it."),
    ],
    set_: Overrides = None,
    arms: Annotated[
        list[str] | None, typer.Option("--arms", metavar="A,B", help="Only these arms of what_if; repeatable.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", metavar="ARM", help="Compare with this arm, not the file as it stands.")
    ] = None,
    runs: Annotated[
        str | None,
        typer.Option("--runs", "-n", metavar="N|auto", help="Worlds to compare in (default: 20); auto: enough."),
    ] = None,
    half_width: HalfWidth = None,
    most: Most = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", metavar="NAME", help="Show these metrics; repeatable.")
    ] = None,
    fail_if: FailIf = None,
    robust: Robust = False,
    *,
    how: How,
) -> None:
    """Compare what-ifs in the same worlds: for each arm and metric the mean difference, its interval, and wins.

    The scenario as it stands is the arm called baseline. Arms differ only where their change reaches.
    """
    shown = known_metrics(metric or [])
    times, precision = enough(runs, half_width, most, shown)
    task, repeats = compare_of(files, set_ or [], arms or [], baseline, how.seed, times)
    precision = precision_of(task) if repeats else precision
    task = robustly(task, next(iter(shown), None), precision) if robust and not repeats else task
    gates = gates_of(fail_if or [], task)
    warnings = warned(task, how)
    with making(task, how, precision.most if precision else task.runs) as (folder, where):
        began = time.perf_counter()
        comparison = compared(task, where, precision, quiet=how.silent)
        folder.task = task = done(task, comparison, precision)
        folder.place = task.place(how.out)
        seconds = {"total": time.perf_counter() - began}
        data = written(folder, comparison, parquet=how.parquet)
        drawn(folder, comparison, how)
        heeded()
        place = folder.finish(seconds, must_repeat=repeats)
    verdicts = judged(gates, comparison)
    whole = {**data, **verdicts_as_json(verdicts), "seconds": seconds}
    told("compare", place, whole, how, warnings, summary(task, comparison, shown))
    heed(verdicts)


def compared(task: Task, where: Where, precision: Precision | None, *, quiet: bool) -> Comparison:
    """All arms of a task in all its worlds, compared. precision: add worlds until they are enough for it."""
    from sim.study.compare import compare
    from sim.study.replicate import run_arms
    from sim.study.seeds import seed_of_run
    from sim.study.workers import ordered

    arms: Any = arms_of(task)
    most, upto = (task.runs, "") if precision is None else (precision.most, "up to ")
    seeds = [seed_of_run(task.seed, k) for k in range(most)]
    calls = [(dict(arms.get(seed, arms)), seed) for seed in seeds]
    what = f"{task.title}, {count(len(task.subjects), 'arm')} in {upto}{count(most, 'world')}"
    with (
        progress(what, most, quiet=quiet) as bar,
        where.begun(run_arms, calls[0], most - 1) as (first, executor),
    ):
        found = [first]
        bar.reached(1)
        while len(found) < (wanted := precision.wanted(found) if precision else most):
            for world in ordered(executor, run_arms, calls[len(found) : wanted]):
                found.append(world)
                bar.reached(len(found))
    return compare(found)


def written(folder: Draft, comparison: Comparison, *, parquet: bool) -> dict[str, Any]:
    """Write tables, numbers and summary; what `--json` says of the comparison."""
    from sim.study import who
    from sim.study.tables import differences_table, worlds_table

    task = folder.task
    data = {
        "scenario": task.title,
        "baseline": comparison.baseline,
        "arms": list(comparison.arms),
        "brands": list(comparison.brands),
        "seed": task.seed,
        "runs": task.runs,
        **precision_as_json(precision_of(task), comparison),
        **robust_as_json(task, comparison),
        **comparison.as_json(),
        "who": who.as_json(found := who.affected(comparison.worlds)),
    }
    tables = {
        "differences": differences_table(comparison),
        "worlds": worlds_table(comparison),
        "who": who.table(found),
    }
    folder.write_tables(tables, parquet=parquet)
    folder.write_json("comparison.json", {"schema": "sim.comparison/1", **data})
    folder.write(SUMMARY, summary(task, comparison))
    return data


def summary(task: Task, comparison: Comparison, metrics: Sequence[str] = ()) -> str:
    """What a reader at a terminal sees: what was compared, a table for the first brand, a sentence."""
    from sim.app import behind_who
    from sim.app.enough import about_precision
    from sim.app.findings import about_pairing, finding_of_comparison, table_of_comparison

    brand = comparison.brands[0]
    head = f"{task.title}: {brand}, {count(task.runs, 'world')}, seed {task.seed}, against {comparison.baseline}."
    table = table_of_comparison(comparison, metrics)
    told = [about_precision(precision_of(task), comparison), about_pairing(comparison)]
    told += [behind_who.in_a_line(comparison), behind_who.most_touched(comparison)]
    fares = about_robustness(task, comparison)
    table = f"{table}\n\n{fares}" if fares else table
    return "\n".join([head, "", table, "", *filter(None, told), finding_of_comparison(comparison), ""])


def drawn(folder: Draft, comparison: Comparison, how: How) -> None:
    """Draw the figures of the comparison, and write the page about it."""
    if not how.figures and not how.report:
        return
    from sim.app.plots import compare_figures

    sheets = compare_figures(comparison)
    if how.figures:
        save_figures(folder, sheets)
    if how.report:
        from sim.app.report import compare_report

        folder.write(REPORT, compare_report(comparison, sheets, folder.task))
