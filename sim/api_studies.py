"""More studies from Python: `sim.sweep`, `sim.sensitivity`, `sim.optimise` and `sim.calibrate`.

As on the command line, with the same names and the same numbers (`sim.api` says how they are given). What they return
prints as the verb does and shows itself in a notebook.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.app import calibrate as fitting
from sim.app import optimise as searching
from sim.app import study_reports as reports
from sim.app.arm_file import arm_place, write_arm
from sim.app.asking import brand_of, known_metrics, subjects_of
from sim.app.behind import Table as Shown
from sim.app.calibrate import table_of_fits
from sim.app.given import Words, going_on, text, texts, where
from sim.app.given import where as place_of
from sim.app.sensitivity_words import table_of_sensitivity
from sim.app.study_page import StudyPage
from sim.app.subjects import seed_from
from sim.app.sweep_words import shown_metrics, table_of_sweep
from sim.frames import Framed
from sim.scenario.load import load
from sim.scenario.names import BASELINE
from sim.study import sensitivity as analysis
from sim.study import sweep as sweeping
from sim.study.calibrate import WORLDS, Calibration
from sim.study.calibrate import calibrate as fitted
from sim.study.inputs import inputs_of
from sim.study.observed_file import mapped, read_observed
from sim.study.optimise import optimise as searched
from sim.study.optimum import Optimum
from sim.study.points import n_calls
from sim.study.sensitivity import Sensitivity
from sim.study.sensitivity_tables import indices_table
from sim.study.sensitivity_tables import points_table as runs_of_points
from sim.study.sweep import Sweep
from sim.study.sweep_tables import points_table, worlds_table
from sim.study.task import Subject, Task, as_typed
from sim.study.vary import Design, asked_of, settings_of
from sim.study.vary import vary as read

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.study.observed import Per
    from sim.study.tables import Table

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Answer(Framed, Generic[T]):
    """What a study found (`value`), with its tables and its page. `print(answer)` is what the verb says.

    saved: the file that `save_policy` wrote, if one was asked for. shown: the tables of words that a notebook shows.
    """

    task: Task
    value: T
    page: StudyPage
    tables: Mapping[str, Table] = field(default_factory=dict)
    words: str = ""
    shown: tuple[Shown, ...] = ()
    saved: Path | None = None

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
        from sim.app.notebook import as_html

        behind = self.page.tables[next(iter(self.page.figures))] if self.page.figures else ()
        return as_html(self.page.answers, self.page.figures, self.shown or behind[:1])


def sweep(
    file: str | Path,
    vary: Words,
    *,
    design: Design = "grid",
    points: int | None = None,
    set: Words | None = None,
    arms: Words | None = None,
    runs: int = 20,
    metric: Words | None = None,
    brand: str | None = None,
    seed: int | str | None = None,
    resume: bool = False,
    out: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    executor: Executor | None = None,
) -> Answer[Sweep]:
    """Vary values in the same worlds, as `sim sweep` does.

    vary: texts like `"brands.0.desk.agents=1:12:4"`, or by path a list, or a range as text (`"5 min:24 h:6:log"`).
    Raises UserError and ScenarioError for what cannot be varied so.
    """
    subjects = subjects_of(Path(file), texts(set), texts(arms))
    scenario = subjects[BASELINE].scenario
    asked = list(asked_of(vary)) if isinstance(vary, Mapping) else [read(each) for each in texts(vary)]
    said = texts(vary) if not isinstance(vary, Mapping) else [f"{path}={_vary(value)}" for path, value in vary.items()]
    task = Task("sweep", subjects, seed_from(text(seed), scenario.seed), runs, (design, str(points or 0), *said))
    settings = settings_of(scenario, asked, design, points, task.seed)
    tried = sweeping.points_of({arm: subject.scenario for arm, subject in subjects.items()}, settings)
    with going_on(task, where(jobs, cluster, executor), n_calls(tried[1], runs), resume, out) as place:
        found = sweeping.swept(*tried, task.seeds, place)
    whose = brand_of(task, brand)
    shown = shown_metrics(found, whose, known_metrics(texts(metric)))
    tables = {"points": points_table(found), "worlds": worlds_table(found)}
    page = reports.sweep_page(found, task, whose, shown)
    seen = tuple(reports.sweep_table(found, whose, each) for each in shown)
    return Answer(task, found, page, tables, table_of_sweep(found, whose, shown), seen)


def _vary(value: Any) -> str:
    """What varies, as a command line has it."""
    return value if isinstance(value, str) else ",".join(str(each) for each in value)


def sensitivity(
    file: str | Path,
    *,
    over: str = "both",
    method: str = "morris",
    points: int | None = None,
    set: Words | None = None,
    runs: int = analysis.RUNS,
    metric: Words = analysis.SHOWN,
    brand: str | None = None,
    seed: int | str | None = None,
    resume: bool = False,
    out: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    executor: Executor | None = None,
) -> Answer[Sensitivity]:
    """Which of `uncertain` and `levers` decides, as `sim sensitivity` says. Raises UserError, also without SALib."""
    scenario = load(Path(file), texts(set))
    plain = Task("sensitivity", {BASELINE: Subject.of(scenario)}, seed_from(text(seed), scenario.seed), runs)
    whose, metrics = brand_of(plain, brand), known_metrics(texts(metric))
    task = Task(plain.kind, plain.subjects, plain.seed, runs, (over, method, str(points or 0), whose, *metrics))
    planned = analysis.plan(inputs_of(scenario, over), method, points, task.seed)
    most = n_calls(analysis.tried(scenario, planned), runs)
    with going_on(task, where(jobs, cluster, executor), most, resume, out) as place:
        found = analysis.studied(scenario, planned, whose, metrics, task.seeds, place)
    tables = {"indices": indices_table(found), "points": runs_of_points(found)}
    seen = tuple(reports.indices_table(found, one) for one in found.of.values())
    return Answer(task, found, reports.sensitivity_page(found, task), tables, table_of_sensitivity(found), seen)


def optimise(
    file: str | Path,
    *,
    trials: int = 60,
    runs: int = 8,
    confirm_runs: int = 40,
    goal: Words | None = None,
    save_policy: str | None = None,
    set: Words | None = None,
    seed: int | str | None = None,
    resume: bool = False,
    out: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    executor: Executor | None = None,
) -> Answer[Optimum]:
    """The best setting of the levers for the goals, as `sim optimise` finds it. Raises UserError without either.

    goal: texts like `"retention: max"`, instead of the scenario's goals. save_policy: write the scenario once more with
    the winner as an arm of that name (`answer.saved` is where).
    """
    scenario = load(Path(file), texts(set))
    if save_policy is not None:
        arm_place(scenario, save_policy)
    goals = [f"{name}: {wanted}" for name, wanted in goal.items()] if isinstance(goal, Mapping) else texts(goal)
    asked = searching.words(scenario, goals, trials, confirm_runs)
    seed_ = seed_from(text(seed), scenario.seed)
    task = Task("optimise", {BASELINE: Subject.of(scenario)}, seed_, runs, asked)
    with (
        going_on(task, where(jobs, cluster, executor), searching.n_worlds(task), resume, out) as place,
        place.opened(trials * runs, math.inf) as pool,
    ):
        found = searched(
            scenario, trials=trials, runs=runs, confirm_runs=confirm_runs, goals=goals, seed=task.seed, executor=pool
        )
    saved = None
    if save_policy is not None:
        saved = write_arm(scenario, save_policy, found.changes(), searching.about(found, task, texts(set)))
    more = ["--trials", str(trials), "--confirm-runs", str(confirm_runs), *_each("--goal", goals)]
    tables = {"trials": searching.trials_table(found), "finalists": searching.finalists_table(found)}
    page = reports.optimise_page(found, task, more)
    return Answer(task, found, page, tables, searching.table_of_search(task, found), saved=saved)


def calibrate(
    file: str | Path,
    data: str | Path,
    map: Words,
    *,
    time: str | None = None,
    where: Words | None = None,
    per: Per | None = None,
    days: int | None = None,
    shift: float = 0.0,
    brand: str | None = None,
    scale: float | str | None = 1.0,
    hold_back: float | str = 0.25,
    accept: float | str = 0.6,
    points: int = 150,
    set: Words | None = None,
    seed: int | str | None = None,
    resume: bool = False,
    out: str | Path | None = None,
    jobs: int = 1,
    cluster: str | None = None,
    executor: Executor | None = None,
) -> Answer[Calibration]:
    """Fit what is uncertain to a CSV file, as `sim calibrate` does.

    map: columns and their series, `"n=posts"` or `{"n": "posts"}`. scale: None or "auto" if it is unknown. Raises
    FileError and UserError for data that cannot be read or tell nothing.
    """
    scenario, columns, rows = load(Path(file), texts(set)), mapped(texts(map)), fitting.filters(texts(where))
    observed = read_observed(Path(data), columns, time=time, where=rows, per=per, days=days, shift=shift)
    size = fitting.AUTO if scale is None else str(scale)
    fit = fitting.fit_of(brand, str(hold_back), str(accept), size, points)
    asked = fitting.words(scenario, Path(data), columns, fit, [rows, time, per, days, shift])
    task = Task("calibrate", {BASELINE: Subject.of(scenario)}, seed_from(text(seed), scenario.seed), asked=asked)
    more = {"how": fit, "observed": fitting.observed_as_json(observed)}
    with (
        going_on(task, place_of(jobs, cluster, executor), 3 * points + WORLDS, resume, out, more) as place,
        place.opened(3 * points, math.inf) as pool,
    ):
        found = fitted(scenario, observed, **fit, seed=task.seed, executor=pool)
    said = fitting.said_options(
        texts(map), texts(where), time, per, days, brand, shift, size, str(hold_back), str(accept), points
    )
    tables = {f"forecast-{each.series}": fitting.series_table(each) for each in found.forecasts}
    page = reports.calibrate_page(found, task, Path(data).name, ["--data", as_typed(data), *said])
    return Answer(task, found, page, tables, table_of_fits(found.fitted), (page.asked,))


def _each(option: str, values: list[str]) -> list[str]:
    return [word for value in values for word in (option, value)]
