"""The simulator from Python: the verbs of the command line as functions that return values which print well.

Nothing is written to disk and nothing is printed. Numbers are those of `sim run` and `sim compare` with the same
scenario, seed and number of runs.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.app.asking import known_metrics
from sim.app.compare import compared
from sim.app.enough import done, enough
from sim.app.robust import robustly
from sim.app.subjects import compare_of, run_of
from sim.frames import Framed
from sim.study.catalogue import mean_of
from sim.study.compare import Comparison, Difference
from sim.study.metrics import Metrics
from sim.study.replicate import measured
from sim.study.tables import Table, differences_table, runs_table, worlds_table
from sim.study.task import Task
from sim.study.where import Where

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Study(Framed):
    """Arms compared in the same worlds. `print(study)` is what `sim compare` says; a notebook shows it as a table."""

    task: Task
    comparison: Comparison

    def of(self, arm: str, metric: str, brand: str | None = None) -> Difference:
        """How an arm differs from the baseline. brand: the first unless named. Raises KeyError for unknown names."""
        return self.comparison.of(arm, brand or self.comparison.brands[0], metric)

    def table(self, name: str = "differences") -> Table:
        """`differences`, or `worlds` (every number of every arm in every world), as columns of NumPy."""
        tables = {"differences": differences_table, "worlds": worlds_table}
        return tables[name](self.comparison)

    def figures(self) -> Mapping[str, Figure]:
        """The figures of the comparison, by name."""
        from sim.app.plots import compare_figures

        return compare_figures(self.comparison)

    def __str__(self) -> str:
        from sim.app.compare import summary

        return summary(self.task, self.comparison).rstrip("\n")

    def __repr__(self) -> str:
        arms = ", ".join(self.comparison.arms)
        return f"<Study of {self.task.title!r}: {arms} against {self.comparison.baseline}, {self.task.runs} worlds>"

    def _repr_html_(self) -> str:
        from sim.app.findings import finding_of_comparison, table_of_comparison

        return _as_html(table_of_comparison(self.comparison), finding_of_comparison(self.comparison))


@dataclass(frozen=True, repr=False)
class Ran(Framed):
    """One scenario, run in one world or several: the metrics of each, and their means."""

    task: Task
    each: tuple[Metrics, ...]

    @property
    def metrics(self) -> Metrics:
        """The metrics, means over the runs."""
        return mean_of(self.each)

    def table(self, name: str = "runs") -> Table:
        """Every number of every run, as columns of NumPy (there is but one table)."""
        return runs_table(self.task.seeds, list(self.each))

    def __str__(self) -> str:
        from sim.app.findings import finding_of_run, table_of_run

        return f"{table_of_run(self.metrics)}\n\n{finding_of_run(self.metrics)}"

    def __repr__(self) -> str:
        return f"<Ran {self.task.title!r}: {next(iter(self.task.subjects))}, {self.task.runs} runs>"

    def _repr_html_(self) -> str:
        from sim.app.findings import finding_of_run, table_of_run

        return _as_html(table_of_run(self.metrics), finding_of_run(self.metrics))


def compare(
    *files: str | Path,
    runs: int | Literal["auto"] | None = None,
    half_width: float | None = None,
    most: int | None = None,
    metric: str | None = None,
    robust: bool = False,
    arms: Sequence[str] = (),
    baseline: str | None = None,
    seed: int | None = None,
    changes: Sequence[str] = (),
    jobs: int = 1,
    executor: Executor | None = None,
) -> Study:
    """Compare the arms of a scenario file (or several files) in the same worlds, as `sim compare` does.

    runs: worlds (20 unless given); "auto" for as many, up to `most`, as make the 95 % interval of `metric` within
    ± half_width (in the metric's unit, a share as 0.01) in every arm. robust: cross the arms with what is uncertain,
    and rank them by `metric`. changes: `path=value`, as for `--set`. jobs: processes on this machine.
    executor: any `concurrent.futures` executor to use instead, like `mpi4py.futures.MPIPoolExecutor()` in a program
    started by `mpiexec -n 9 python -m mpi4py.futures study.py`; neither changes a number. Raises UserError
    for what the caller or a file got wrong.
    """
    paths = [Path(file) for file in files]
    metrics = known_metrics([] if metric is None else [metric])
    times, precision = enough(_text(runs), None if half_width is None else f"{half_width:.9f}", most, metrics)
    task, _ = compare_of(paths, list(changes), list(arms), baseline, _text(seed), times)
    task = robustly(task, metric, precision) if robust else task
    found = compared(task, Where(jobs, executor=executor), precision, quiet=True)
    return Study(done(task, found, precision), found)


def run(
    file: str | Path,
    *,
    runs: int | None = None,
    arm: str | None = None,
    seed: int | None = None,
    changes: Sequence[str] = (),
    jobs: int = 1,
    executor: Executor | None = None,
) -> Ran:
    """Run a scenario in one world or several, as `sim run` does. Arguments as for `compare`."""
    task, _ = run_of(Path(file), list(changes), arm, _text(seed), runs)
    (subject,) = task.subjects.values()
    found = Where(jobs, executor=executor).results(measured, [(subject.scenario, each) for each in task.seeds])
    return Ran(task, tuple(each.metrics for each in found))


def _text(value: int | str | None) -> str | None:
    return None if value is None else str(value)


def _as_html(table: str, sentence: str) -> str:
    """A table of columns and a sentence, for a notebook."""
    return f"<pre>{html.escape(table)}</pre><p>{html.escape(sentence)}</p>"
