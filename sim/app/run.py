"""The verb `sim run`: a scenario becomes tables, figures, a page, and a sentence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.output import Json, Overrides, Quiet, count, envelope, print_json, say, warn
from sim.app.progress import announce_compilation, heeded, interruptible, progress
from sim.app.subjects import OUTPUTS, Cluster, Figures, Jobs, Out, Parquet, Report, Seed, run_of, where_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from sim.app.study_page import StudyPage
    from sim.core.graph_facts import GraphFacts
    from sim.errors import Problem
    from sim.study.archive import Draft
    from sim.study.metrics import Metrics
    from sim.study.replicate import Lived, Measured
    from sim.study.task import Task
    from sim.study.where import Where

FIGURES = "figures"
REPORT = "report.html"
SUMMARY = "summary.txt"


def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A scenario; or the folder (or manifest) of a result, to repeat it.")
    ],
    set_: Overrides = None,
    arm: Annotated[str | None, typer.Option("--arm", metavar="NAME", help="Run this arm of what_if.")] = None,
    seed: Seed = None,
    runs: Annotated[
        int | None, typer.Option("--runs", "-n", min=1, metavar="N", help="Run N worlds; numbers are means over them.")
    ] = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    out: Out = OUTPUTS,
    json: Json = False,
    quiet: Quiet = False,
    parquet: Parquet = False,
    figures: Figures = True,
    report: Report = True,
) -> None:
    """Run a scenario: tables, figures and a page in a folder, a short table and a sentence here.

    With --runs, the numbers are means over worlds; tables, figures and page show the first of them.
    """
    from sim.study.archive import draft
    from sim.study.tables import check_parquet

    if parquet:
        check_parquet()
    task, repeats = run_of(file, set_ or [], arm, seed, runs)
    warnings = warnings_of(task)
    if not json and not quiet:
        warn(warnings)
    where = where_of(jobs, cluster)
    with interruptible(), draft(task, out) as folder:
        from sim.core.graph_facts import facts

        announce_compilation()
        first, measured = lived(task, where, quiet=quiet or json)
        graph = facts(first.graph)
        data = written(folder, first, measured, graph, parquet=parquet)
        drawn(folder, first, graph, figures=figures, report=report)
        heeded()
        place = folder.finish(data["seconds"], must_repeat=repeats)
    if json:
        print_json(envelope("run", {**data, "output": str(place)}, warnings))
        return
    print((place / SUMMARY).read_text(encoding="utf-8"), end="")
    if not quiet:
        say(everything_is_in(place))


def warnings_of(task: Task) -> list[Problem]:
    """What is odd about the scenarios, though they can be run; each once."""
    from sim.scenario.cautions import cautions

    found = [warning for subject in task.subjects.values() for warning in cautions(subject.scenario)]
    return list(dict.fromkeys(found))


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


def drawn(folder: Draft, first: Lived, graph: GraphFacts, *, figures: bool, report: bool) -> None:
    """Draw the figures of the first run, and write the page about it."""
    if not figures and not report:
        return
    from sim.app.plots import run_figures
    from sim.study.metrics import measure

    metrics = measure(first.record)
    sheets = run_figures(first.record, metrics)
    if figures:
        save_figures(folder, sheets)
    if report:
        from sim.app.report import run_report

        folder.write(REPORT, run_report(first.record, metrics, graph, sheets, folder.task))


def leave(folder: Draft, page: StudyPage, *, figures: bool, report: bool) -> None:
    """Leave the figures of a study and the page about it."""
    if figures and page.figures:
        save_figures(folder, page.figures)
    if report:
        folder.write(REPORT, page.html(folder.task))


def everything_is_in(place: Path) -> str:
    """Where a result is, and with what to begin."""
    return f"Everything is in {place}{f' (begin with {REPORT})' if (place / REPORT).exists() else ''}"


def save_figures(folder: Draft, sheets: Mapping[str, Figure]) -> None:
    """Write figures into the folder of figures, as PNG and SVG."""
    from sim.app.plots import save

    place = folder.folder / FIGURES
    place.mkdir()
    for name, figure in sheets.items():
        save(figure, place, name)
