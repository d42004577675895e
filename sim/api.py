"""The simulator from Python: the verbs of the command line as functions that return values which print well.

Arguments have the names of the options (`--set` is `set`, `--fail-if` is `fail_if`) and take the same texts: one, or a
list of them, or for `name=value` a mapping (`set={"brands.0.desk.agents": 6}`). Numbers are those of the command line
with the same scenario, seed and number of runs. Nothing is printed, and nothing is written to disk but for `resume`,
which keeps what is completed under `out` until all is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.app.asking import known_metrics
from sim.app.compare import compared
from sim.app.enough import done, enough
from sim.app.gates import gates_of, judged
from sim.app.given import Words, going_on, text, texts, where
from sim.app.robust import robustly
from sim.app.run import lived
from sim.app.subjects import compare_of, run_of
from sim.frames import Framed
from sim.study.catalogue import mean_of
from sim.study.compare import Comparison, Difference
from sim.study.gates import Verdict
from sim.study.metrics import Metrics
from sim.study.replicate import Lived
from sim.study.tables import Table, differences_table, runs_table, worlds_table
from sim.study.task import Task

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Study(Framed):
    """Arms compared in the same worlds. `print(study)` is what `sim compare` says; a notebook shows figure and tables.

    verdicts: what came of each gate of `fail_if` (`verdict.failed`).
    """

    task: Task
    comparison: Comparison
    verdicts: tuple[Verdict, ...] = ()
    shown: tuple[str, ...] = ()

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

        return summary(self.task, self.comparison, self.shown).rstrip("\n")

    def __repr__(self) -> str:
        arms = ", ".join(self.comparison.arms)
        return f"<Study of {self.task.title!r}: {arms} against {self.comparison.baseline}, {self.task.runs} worlds>"

    def _repr_html_(self) -> str:
        from sim.app.behind_comparison import differences, groups
        from sim.app.findings import finding_of_comparison
        from sim.app.notebook import as_html

        brand = self.comparison.brands[0]
        own = differences(self.comparison, brand, self.shown) if self.shown else differences(self.comparison, brand)
        tables = [table for table in (groups(self.comparison, brand), own) if table.rows]
        return as_html([finding_of_comparison(self.comparison)], self.figures(), tables)


@dataclass(frozen=True, repr=False)
class Ran(Framed):
    """One scenario, run in one world or several: the metrics of each, and their means. first: the first world."""

    task: Task
    each: tuple[Metrics, ...]
    first: Lived

    @property
    def metrics(self) -> Metrics:
        """The metrics, means over the runs."""
        return mean_of(self.each)

    def table(self, name: str = "runs") -> Table:
        """Every number of every run, as columns of NumPy (there is but one table)."""
        return runs_table(self.task.seeds, list(self.each))

    def figures(self) -> Mapping[str, Figure]:
        """The figures of the first run, by name."""
        from sim.app.plots import run_figures

        return run_figures(self.first.record, self.each[0])

    def __str__(self) -> str:
        from sim.app.findings import finding_of_run, table_of_run

        return f"{table_of_run(self.metrics)}\n\n{finding_of_run(self.metrics)}"

    def __repr__(self) -> str:
        return f"<Ran {self.task.title!r}: {next(iter(self.task.subjects))}, {self.task.runs} runs>"

    def _repr_html_(self) -> str:
        from sim.app.behind import Table
        from sim.app.findings import finding_of_run, rows_of_run
        from sim.app.notebook import as_html

        head, *rows = rows_of_run(self.metrics)
        return as_html([finding_of_run(self.metrics)], self.figures(), [Table("Brand by brand", head, rows)])


def compare(
    *files: str | Path,
    set: Words | None = None,
    arms: Words | None = None,
    baseline: str | None = None,
    runs: int | Literal["auto"] | None = None,
    half_width: float | str | None = None,
    most: int | None = None,
    metric: Words | None = None,
    fail_if: Words | None = None,
    robust: bool = False,
    seed: int | str | None = None,
    resume: bool = False,
    out: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    executor: Executor | None = None,
) -> Study:
    """Compare the arms of a scenario file (or several files) in the same worlds, as `sim compare` does.

    runs: worlds (20 unless given); "auto" for as many, up to `most`, as make the 95 % interval of the first `metric`
    within ± half_width (in the metric's unit, a share as 0.01 or "1 %") in every arm. fail_if: gates, judged in
    `verdicts`. robust: cross the arms with what is uncertain, and rank them by the first `metric`. resume: go on with
    what is kept under `out` (default: outputs), and keep what is completed there. jobs: processes on this machine.
    cluster: as for `--cluster`. executor: any `concurrent.futures` executor to use instead, like
    `mpi4py.futures.MPIPoolExecutor()` in a program started by `mpiexec -n 9 python -m mpi4py.futures study.py`. None of
    the last changes a number. Raises UserError for what the caller or a file got wrong.
    """
    metrics = known_metrics(texts(metric))
    width = f"{half_width:.9f}" if isinstance(half_width, float | int) else half_width
    times, precision = enough(text(runs), width, most, metrics)
    task, repeats = compare_of([Path(file) for file in files], texts(set), texts(arms), baseline, text(seed), times)
    task = robustly(task, next(iter(metrics), None), precision) if robust and not repeats else task
    gates = gates_of(texts(fail_if), task)
    worlds = precision.most if precision else task.runs
    with going_on(task, where(jobs, cluster, executor), worlds, resume, out) as place:
        found = compared(task, place, precision, quiet=True)
    return Study(done(task, found, precision), found, tuple(judged(gates, found)), tuple(metrics))


def run(
    file: str | Path,
    *,
    set: Words | None = None,
    arm: str | None = None,
    runs: int | None = None,
    seed: int | str | None = None,
    resume: bool = False,
    out: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    executor: Executor | None = None,
) -> Ran:
    """Run a scenario in one world or several, as `sim run` does. Arguments as for `compare`; the first is run here."""
    task, _ = run_of(Path(file), texts(set), arm, text(seed), runs)
    with going_on(task, where(jobs, cluster, executor), task.runs - 1, resume, out) as place:
        first, each = lived(task, place, quiet=True)
    return Ran(task, tuple(one.metrics for one in each), first)
