"""The page of a whole study: the answer first, then what was asked, figures with their tables, and how to repeat it.

What a sweep, an analysis, a search or a fit puts on it is in `study_reports.py`; a comparison has a page of its own
(`report.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.app.behind import Table
from sim.app.report import Words, command, drawings_of, page, to_try, when
from sim.app.unstated import assumed_by
from sim.app.words import number, plural
from sim.study.task import Task


@dataclass(frozen=True)
class StudyPage:
    """What stands on the page of a study.

    answers: the answer, and what else there is to say. honest: how far to trust it, the weightiest first. asked: what
    was varied, searched or fitted. words, tables: for each figure by name. numbers: more tables. more: what else is
    asked on the command line. dates: when it is, if not as the scenario says.
    """

    eyebrow: str
    answers: Sequence[str]
    honest: Sequence[str]
    asked_heading: str
    asked: Table
    figures: Mapping[str, Figure]
    narrow: Mapping[str, Figure]
    words: Mapping[str, Words]
    tables: Mapping[str, Sequence[Table]]
    numbers: Sequence[Table] = ()
    more: Sequence[str] = ()
    data: str = ""
    dates: str = ""

    def html(self, task: Task) -> str:
        """The page of a task, as text."""
        base = next(iter(task.subjects.values())).scenario
        origins = [subject.origin for subject in task.subjects.values()]
        ideas = assumed_by(next(iter(task.subjects.values())))
        return page(
            "study.html",
            title=base.scenario,
            about=base.about,
            eyebrow=self.eyebrow,
            setting=setting(task, self.dates),
            answers=self.answers,
            honest=self.honest,
            asked_heading=self.asked_heading,
            asked=self.asked,
            drawings=drawings_of(self.figures, self.narrow, self.words, self.tables),
            numbers=self.numbers,
            command=command(task, *self.more),
            data=self.data,
            seed=task.seed,
            texts={origin.file: origin.text for origin in origins if origin.text},
            ideas=ideas,
            n_assumed=sum(len(idea.assumptions) for idea in ideas),
            sweep=to_try(ideas, task, *self.more),
        )


def setting(task: Task, dates: str = "") -> str:
    """Who, when, how long, in a line. dates: when, if not as the scenario says."""
    scenario = next(iter(task.subjects.values())).scenario
    people = "people of a graph file" if scenario.graph.file else f"{number(scenario.customers.number)} people"
    brands = plural(len(scenario.brands), "brand")
    worlds = f"{plural(task.runs, 'world')}, " if task.runs > 1 else ""
    return f"{worlds}{people} in each, {brands}, {dates or when(scenario)}, seed {task.seed}"


def of_worlds(n: int, what: str) -> str:
    """What a number on a page is, and what its interval tells."""
    if n == 1:
        return f"This is one world: what differs in it may be chance. Run more of them, with --runs 20, before {what}."
    return (
        f"Each number is a mean over {n} simulated worlds, not a promise about one month. In each world all settings "
        "share people, ties and luck; the 95 % interval says how sure the mean is, and nothing of whether the model is "
        "true."
    )
