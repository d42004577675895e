"""More studies from Python: `sim.sweep`, `sim.sensitivity`, `sim.optimise` and `sim.calibrate`.

As on the command line, with the same numbers; nothing is written to disk. What they return prints as the verb does and
shows itself in a notebook.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.app import calibrate as fitting
from sim.app import optimise as searching
from sim.app import study_reports as reports
from sim.app.asking import brand_of, known_metrics
from sim.app.calibrate import table_of_fits
from sim.app.sensitivity_words import table_of_sensitivity
from sim.app.study_page import StudyPage
from sim.app.sweep_words import shown_metrics, table_of_sweep
from sim.frames import Framed
from sim.scenario.load import load
from sim.scenario.names import BASELINE
from sim.study import sensitivity as analysis
from sim.study import sweep as sweeping
from sim.study.calibrate import Calibration
from sim.study.calibrate import calibrate as fitted
from sim.study.inputs import inputs_of
from sim.study.observed_file import read_observed
from sim.study.optimise import optimise as searched
from sim.study.optimum import Optimum
from sim.study.sensitivity import Sensitivity
from sim.study.sensitivity_tables import indices_table
from sim.study.sensitivity_tables import points_table as runs_of_points
from sim.study.sweep import Sweep
from sim.study.sweep_tables import points_table, worlds_table
from sim.study.task import Subject, Task
from sim.study.vary import Design, asked_of, settings_of
from sim.study.where import Where

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.study.tables import Table

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Answer(Framed, Generic[T]):
    """What a study found (`value`), with its tables and its page. `print(answer)` is what the verb says."""

    task: Task
    value: T
    page: StudyPage
    tables: Mapping[str, Table] = field(default_factory=dict)
    words: str = ""

    def table(self, name: str = "") -> Table:
        """A table by name (the first unless named), as columns of NumPy. Raises KeyError for an unknown name."""
        return self.tables[name or next(iter(self.tables))]

    def figures(self) -> Mapping[str, Figure]:
        """The figures of the study, by name."""
        return self.page.figures

    def report(self) -> str:
        """The page of the study, as HTML that stands alone."""
        return self.page.html(self.task)

    def __str__(self) -> str:
        return "\n\n".join([self.words, *self.page.answers])

    def __repr__(self) -> str:
        return f"<Answer of {self.task.kind} {self.task.title!r}: {', '.join(self.tables)}>"

    def _repr_html_(self) -> str:
        told = "".join(f"<p>{html.escape(answer)}</p>" for answer in self.page.answers)
        return f"<pre>{html.escape(self.words)}</pre>{told}"


def sweep(
    file: str | Path,
    vary: Mapping[str, Any],
    *,
    design: Design = "grid",
    points: int | None = None,
    arms: Sequence[str] = (),
    runs: int = 20,
    metric: Sequence[str] = (),
    brand: str | None = None,
    seed: int | None = None,
    changes: Sequence[str] = (),
    jobs: int = 1,
    executor: Executor | None = None,
) -> Answer[Sweep]:
    """Vary values in the same worlds: by path a list, or a range as text (`"5 min:24 h:6:log"`), as `sim sweep` does.

    Raises UserError and ScenarioError for what cannot be varied so.
    """
    scenario = load(Path(file), list(changes))
    subjects = {arm: Subject.of(scenario.arm(arm)) for arm in (BASELINE, *arms)}
    words = (design, str(points or 0), *(f"{path}={_vary(value)}" for path, value in vary.items()))
    task = Task("sweep", subjects, scenario.seed if seed is None else seed, runs, words)
    settings = settings_of(scenario, asked_of(vary), design, points, task.seed)
    tried = sweeping.points_of({arm: subject.scenario for arm, subject in subjects.items()}, settings)
    found = sweeping.swept(*tried, task.seeds, Where(jobs, executor=executor))
    whose = brand_of(task, brand)
    shown = shown_metrics(found, whose, known_metrics(metric))
    tables = {"points": points_table(found), "worlds": worlds_table(found)}
    return Answer(
        task, found, reports.sweep_page(found, task, whose, shown), tables, table_of_sweep(found, whose, shown)
    )


def _vary(value: Any) -> str:
    """What varies, as a command line has it."""
    return value if isinstance(value, str) else ",".join(str(each) for each in value)


def sensitivity(
    file: str | Path,
    *,
    over: str = "both",
    method: str = "morris",
    points: int | None = None,
    runs: int = analysis.RUNS,
    metric: Sequence[str] = analysis.SHOWN,
    brand: str | None = None,
    seed: int | None = None,
    changes: Sequence[str] = (),
    jobs: int = 1,
    executor: Executor | None = None,
) -> Answer[Sensitivity]:
    """Which of `uncertain` and `levers` decides, as `sim sensitivity` says. Raises UserError, also without SALib."""
    scenario = load(Path(file), list(changes))
    plain = Task("sensitivity", {BASELINE: Subject.of(scenario)}, scenario.seed if seed is None else seed, runs)
    whose, metrics = brand_of(plain, brand), known_metrics(metric)
    task = Task(plain.kind, plain.subjects, plain.seed, runs, (over, method, str(points or 0), whose, *metrics))
    planned = analysis.plan(inputs_of(scenario, over), method, points, task.seed)
    found = analysis.studied(scenario, planned, whose, metrics, task.seeds, Where(jobs, executor=executor))
    tables = {"indices": indices_table(found), "points": runs_of_points(found)}
    return Answer(task, found, reports.sensitivity_page(found, task), tables, table_of_sensitivity(found))


def optimise(
    file: str | Path,
    *,
    goals: Sequence[str] = (),
    trials: int = 60,
    runs: int = 8,
    confirm_runs: int = 40,
    seed: int | None = None,
    changes: Sequence[str] = (),
    jobs: int = 1,
    executor: Executor | None = None,
) -> Answer[Optimum]:
    """The best setting of the levers for the goals, as `sim optimise` finds it. Raises UserError without either."""
    scenario = load(Path(file), list(changes))
    asked = searching.words(scenario, goals, trials, confirm_runs)
    task = Task("optimise", {BASELINE: Subject.of(scenario)}, scenario.seed if seed is None else seed, runs, asked)
    with Where(jobs, executor=executor).opened(trials * runs, math.inf) as pool:
        found = searched(
            scenario, trials=trials, runs=runs, confirm_runs=confirm_runs, goals=goals, seed=task.seed, executor=pool
        )
    more = ["--trials", str(trials), "--confirm-runs", str(confirm_runs), *_each("--goal", goals)]
    tables = {"trials": searching.trials_table(found), "finalists": searching.finalists_table(found)}
    page = reports.optimise_page(found, task, more)
    return Answer(task, found, page, tables, searching.summary(task, found).rstrip("\n"))


def calibrate(
    file: str | Path,
    data: str | Path,
    columns: Mapping[str, str],
    *,
    time: str | None = None,
    where: Mapping[str, str] | None = None,
    brand: str | None = None,
    hold_back: float = 0.25,
    scale: float | None = 1.0,
    points: int = 150,
    seed: int | None = None,
    changes: Sequence[str] = (),
    jobs: int = 1,
    executor: Executor | None = None,
) -> Answer[Calibration]:
    """Fit what is uncertain to a CSV file, as `sim calibrate` does. columns: by series the column, `{"posts": "n"}`.

    Raises FileError and UserError for data that cannot be read or tell nothing. scale: None if it is unknown.
    """
    scenario = load(Path(file), list(changes))
    observed = read_observed(Path(data), dict(columns), time=time, where=dict(where or {}))
    task = Task("calibrate", {BASELINE: Subject.of(scenario)}, scenario.seed if seed is None else seed)
    with Where(jobs, executor=executor).opened(3 * points, math.inf) as pool:
        found = fitted(
            scenario,
            observed,
            brand=brand,
            hold_back=hold_back,
            scale=scale,
            points=points,
            seed=task.seed,
            executor=pool,
        )
    given = [] if time is None else ["--time", time]
    given += [] if brand is None else ["--brand", brand]
    maps = [f"{column}={name}" for name, column in columns.items()]
    filters = [f"{column}={value}" for column, value in (where or {}).items()]
    size = "auto" if scale is None else f"{scale:g}"
    more = ["--data", str(data), *_each("--map", maps), *_each("--where", filters), *given]
    more += ["--hold-back", f"{hold_back:g}", "--scale", size, "--points", str(points)]
    tables = {f"forecast-{each.series}": fitting.series_table(each) for each in found.forecasts}
    page = reports.calibrate_page(found, task, Path(data).name, more)
    return Answer(task, found, page, tables, table_of_fits(found.fitted))


def _each(option: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (option, value)]
