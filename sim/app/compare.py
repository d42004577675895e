"""The verb `sim compare`: arms in the same worlds, what differs and how sure that is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.enough import HalfWidth, Most, done, enough, precision_as_json, precision_of
from sim.app.gates import FailIf, gates_of, heed, judged, verdicts_as_json
from sim.app.output import Json, Overrides, Quiet, count, envelope, print_json, say, warn
from sim.app.progress import announce_compilation, heeded, interruptible, progress
from sim.app.resume import Resume, keeping
from sim.app.robust import Robust, about_robustness, arms_of, robust_as_json, robustly
from sim.app.run import REPORT, SUMMARY, everything_is_in, save_figures, warnings_of
from sim.app.subjects import OUTPUTS, Cluster, Figures, Jobs, Out, Parquet, Report, Seed, compare_of, where_of
from sim.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.study.archive import Draft
    from sim.study.compare import Comparison
    from sim.study.precision import Precision
    from sim.study.task import Task
    from sim.study.where import Where


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
    resume: Resume = False,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    out: Out = OUTPUTS,
    json: Json = False,
    quiet: Quiet = False,
    parquet: Parquet = False,
    figures: Figures = True,
    report: Report = True,
) -> None:
    """Compare what-ifs in the same worlds: for each arm and metric the mean difference, its interval, and wins.

    The scenario as it stands is the arm called baseline. Arms differ only where their change reaches.
    """
    from sim.study.archive import draft
    from sim.study.tables import check_parquet

    shown = _known(metric or [])
    if parquet:
        check_parquet()
    times, precision = enough(runs, half_width, most, shown)
    task, repeats = compare_of(files, set_ or [], arms or [], baseline, seed, times)
    precision = precision_of(task) if repeats else precision
    task = robustly(task, next(iter(shown), None), precision) if robust and not repeats else task
    gates = gates_of(fail_if or [], task)
    warnings = warnings_of(task)
    if not json and not quiet:
        warn(warnings)
    least, most_worlds = quiet or json, precision.most if precision else task.runs
    where = where_of(jobs, cluster)
    with (
        interruptible(),
        draft(task, out) as folder,
        keeping(task, out, most_worlds, where, resume=resume, quiet=least) as there,
    ):
        announce_compilation()
        began = time.perf_counter()
        comparison = compared(task, there, precision, quiet=least)
        folder.task = task = done(task, comparison, precision)
        folder.place = task.place(out)
        seconds = {"total": time.perf_counter() - began}
        data = written(folder, comparison, parquet=parquet)
        drawn(folder, comparison, figures=figures, report=report)
        heeded()
        place = folder.finish(seconds, must_repeat=repeats)
    verdicts = judged(gates, comparison)
    if json:
        told = {**data, **verdicts_as_json(verdicts), "seconds": seconds, "output": str(place)}
        print_json(envelope("compare", told, warnings))
    else:
        print(summary(task, comparison, shown), end="")
        if not quiet:
            say(everything_is_in(place))
    heed(verdicts)


def _known(metrics: Sequence[str]) -> list[str]:
    """The metrics asked for. Raises UserError with the nearest name for one that does not exist."""
    if not metrics:
        return []
    from sim.scenario.names import nearest
    from sim.study.compare import MEANINGS

    for name in metrics:
        if name not in MEANINGS:
            raise UserError(f"there is no metric {name!r} ({nearest(name, MEANINGS)})")
    return list(metrics)


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
    from sim.app.enough import about_precision
    from sim.app.findings import about_pairing, finding_of_comparison, table_of_comparison

    brand = comparison.brands[0]
    head = f"{task.title}: {brand}, {count(task.runs, 'world')}, seed {task.seed}, against {comparison.baseline}."
    table = table_of_comparison(comparison, metrics)
    told = [about_precision(precision_of(task), comparison), about_pairing(comparison)]
    fares = about_robustness(task, comparison)
    table = f"{table}\n\n{fares}" if fares else table
    return "\n".join([head, "", table, "", *filter(None, told), finding_of_comparison(comparison), ""])


def drawn(folder: Draft, comparison: Comparison, *, figures: bool, report: bool) -> None:
    """Draw the figures of the comparison, and write the page about it."""
    if not figures and not report:
        return
    from sim.app.plots import compare_figures

    sheets = compare_figures(comparison)
    if figures:
        save_figures(folder, sheets)
    if report:
        from sim.app.report import compare_report

        folder.write(REPORT, compare_report(comparison, sheets, folder.task))
