"""The verb `sim run`: a scenario becomes tables, figures, a page, and a sentence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import MOST_RUNS
from sim.app.how import REPORT, SUMMARY, How, making, told, warned, with_how
from sim.app.output import Overrides, count
from sim.app.progress import heeded, progress
from sim.app.subjects import run_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from sim.app.study_page import StudyPage
    from sim.core.graph_facts import GraphFacts
    from sim.study.archive import Draft
    from sim.study.metrics import Metrics
    from sim.study.replicate import Lived, Measured
    from sim.study.task import Task
    from sim.study.where import Where

FIGURES = "figures"


@with_how
def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A scenario; or the folder (or manifest) of a result, to repeat it.")
    ],
    set_: Overrides = None,
    arm: Annotated[str | None, typer.Option("--arm", metavar="NAME", help="Run this arm of what_if.")] = None,
    runs: Annotated[
        int | None,
        typer.Option(
            "--runs", "-n", min=1, max=MOST_RUNS, metavar="N", help="Run N worlds; numbers are means over them."
        ),
    ] = None,
    *,
    how: How,
) -> None:
    """Run a scenario: tables, figures and a page in a folder, a short table and a sentence here.

    With --runs, the numbers are means over worlds; tables, figures and page show the first of them.
    """
    from sim.core.graph_facts import facts

    task, repeats = run_of(file, set_ or [], arm, how.seed, runs)
    warnings = warned(task, how)
    with making(task, how, task.runs - 1) as (folder, where):
        first, measured = lived(task, where, quiet=how.silent)
        graph = facts(first.graph)
        data = written(folder, first, measured, graph, parquet=how.parquet)
        drawn(folder, first, graph, how)
        heeded()
        place = folder.finish(data["seconds"], must_repeat=repeats)
    told("run", place, data, how, warnings)


def lived(task: Task, where: Where, *, quiet: bool) -> tuple[Lived, list[Measured]]:
    """The first run of a task in full, and all its runs in numbers (the first one included)."""
    from sim.core.compiled import mark_cache_warm
    from sim.study.metrics import measure
    from sim.study.replicate import Measured, live, measured, outline
    from sim.study.workers import ordered

    (subject,) = task.subjects.values()
    scenario = subject.scenario
    span = scenario.end + scenario.clock.warm_up
    with progress(f"{task.title}, {count(task.runs, 'run')}", task.runs, quiet=quiet) as bar:
        first = live(scenario, task.seed, lambda hour: bar.reached(min(1.0, 1.0 - (scenario.end - hour) / span)))
        runs = [Measured(measure(first.record), outline(first.graph), first.seconds)]
        mark_cache_warm()
        calls = [(scenario, seed) for seed in task.seeds[1:]]
        with where.opened(len(calls), first.seconds.build + first.seconds.run) as executor:
            for each in ordered(executor, measured, calls):
                runs.append(each)
                bar.reached(len(runs))
    return first, runs


def written(folder: Draft, first: Lived, runs: list[Measured], graph: GraphFacts, *, parquet: bool) -> dict[str, Any]:
    """Write tables, numbers and summary; what `--json` says of the run (`output` aside)."""
    from sim.study.catalogue import mean_of
    from sim.study.tables import runs_table, tables

    task = folder.task
    mean = mean_of(runs)
    numbers = {
        **mean.metrics.as_json(),
        "graph": asdict(mean.graph),
        "scenario": task.title,
        "arm": next(iter(task.subjects)),
        "seed": task.seed,
        "runs": task.runs,
    }
    folder.write_tables(tables(first.record), parquet=parquet)
    if task.runs > 1:
        folder.write_tables({"runs": runs_table(task.seeds, [each.metrics for each in runs])}, parquet=parquet)
    folder.write_json("graph.json", graph.as_dict())
    folder.write_json("metrics.json", {"schema": "sim.metrics/1", **numbers})
    folder.write(SUMMARY, summary(task, mean.metrics, first, graph))
    return {**numbers, "seconds": asdict(mean.seconds)}


def summary(task: Task, metrics: Metrics, first: Lived, graph: GraphFacts) -> str:
    """What a reader at a terminal sees: what was run, on which graph, a table, a sentence."""
    from sim.app.findings import about_graph, finding_of_run, table_of_run

    (arm,) = task.subjects
    scenario = first.record.scenario
    what = [task.title, arm, f"seed {task.seed}", count(scenario.clock.days, "day")]
    if task.runs > 1:
        what.append(f"means over {count(task.runs, 'run')}")
    finding = finding_of_run(metrics, first.record if task.runs == 1 else None)
    return f"{', '.join(what)}.\n{about_graph(graph)}\n\n{table_of_run(metrics)}\n\n{finding}\n"


def drawn(folder: Draft, first: Lived, graph: GraphFacts, how: How) -> None:
    """Draw the figures of the first run, and write the page about it."""
    if not how.figures and not how.report:
        return
    from sim.app.plots import run_figures
    from sim.study.metrics import measure

    metrics = measure(first.record)
    sheets = run_figures(first.record, metrics)
    if how.figures:
        save_figures(folder, sheets)
    if how.report:
        from sim.app.report import run_report

        folder.write(REPORT, run_report(first.record, metrics, graph, sheets, folder.task))


def leave(folder: Draft, page: StudyPage, how: How) -> None:
    """Leave the figures of a study and the page about it."""
    if how.figures and page.figures:
        save_figures(folder, page.figures)
    if how.report:
        folder.write(REPORT, page.html(folder.task))


def save_figures(folder: Draft, sheets: Mapping[str, Figure]) -> None:
    """Write figures into the folder of figures, as PNG and SVG."""
    from sim.app.plots import save

    place = folder.folder / FIGURES
    place.mkdir()
    for name, figure in sheets.items():
        save(figure, place, name)
