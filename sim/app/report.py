"""The pages a strategist takes to a meeting: one HTML file each, without network, scripts or the time of day.

What is on them: `templates/`. The numbers behind the figures: `behind.py`. What was assumed: `assumptions.py`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from sim import __version__
from sim.app import behind, behind_comparison, behind_who
from sim.app.assumptions import Idea, leaned_on
from sim.app.behind import Table
from sim.app.findings import about_pairing, finding_of_comparison, finding_of_run
from sim.app.plots import NARROW, compare_figures, run_figures, svg_text
from sim.app.plots.fans import levels
from sim.app.plots.paths import all_gains
from sim.app.robust import sentence_of_robustness
from sim.app.unstated import assumed_by
from sim.app.words import capital, date_of, number, plural
from sim.core.graph_facts import GraphFacts
from sim.scenario.names import BASELINE
from sim.scenario.schema import Scenario
from sim.study.compare import MEANINGS, Comparison
from sim.study.metrics import Metrics
from sim.study.task import Task
from sim.world.record import Record


@dataclass(frozen=True)
class Drawing:
    """A figure on a page: its section's heading, the sentence it shows, words for who cannot see it, and tables."""

    name: str
    heading: str
    sentence: str
    alt: str
    caption: str
    large: Markup
    small: Markup
    tables: Sequence[Table]


@dataclass(frozen=True)
class Words:
    """What stands around a figure: the heading, what is drawn, and how to read it."""

    heading: str
    drawn: str
    caption: str


OF_RUN = {
    "reputation": Words(
        "Reputation and loyalty",
        "Lines over the days, one a brand: reputation from 0 to 100, the share of day 0's customers who still are, "
        "and the net promoter score of present customers. What happened is marked on top, replies as strokes.",
        "Reputation is what all who know a brand think of it, whether they post or not. Loyalty is shown twice: what "
        "customers do (retention) and what they say they would do (net promoter score). The score is drawn of whoever "
        "is a customer on the day; the key figure asks the customers of day 0, gone or not, so that the two differ at "
        "the end: losing the angry raises the one and not the other. The axes do not begin at 0, so that small changes "
        "can be seen: mind the numbers beside them.",
    ),
    "voices": Words(
        "What is posted, and what people think",
        "Bars over time for each brand, praise upwards and complaints downwards; below, the sentiment of posts against "
        "the attitude of all who know the brand.",
        "Who posts is not who thinks: the delighted and the disappointed speak up, the content stay silent. The gap "
        "between the two lines is what a dashboard of posts gets wrong about a brand. The one counts posts, the other "
        "averages what people think; both run from −1 to 1.",
    ),
    "desk": Words(
        "The desk",
        "Over time: complaints waiting at each brand's desk, people on duty, and the time to a first reply.",
        "A complaint waits until someone on duty has time for it. Complaints that nobody answered are not among the "
        "times to a first reply, so that a desk can look fast by answering few: see how many were answered. The scale "
        "of times is compressed: each step is some times the one before.",
    ),
    "cascade": Words(
        "How far stories travel",
        "A tree in time of the post that was passed on most, and bars that tell how often posts were passed on.",
        "Read the tree from the left: the post, those who passed it on, those who passed it on from them. Nearly all "
        "posts end where they began; one that travels needs a vivid cause, well-connected people, or the press.",
    ),
    "journey": Words(
        "Ways through the journey",
        "Arcs between the stages unaware, aware, considering, customer and lapsed, as wide as many people took them.",
        "People skip stages, go back, leave and return. Counted are moves, not people: one person can move often. "
        "They are counted from day 0 on; the settling-in before it is left out.",
    ),
}


OF_COMPARISON = {
    "effects": Words(
        "What it does to people",
        "For each group of people and each arm, the mean difference in opinion with its 95 % interval, around a "
        "line at zero; all on one scale.",
        "How opinion of the brand differs from that in the baseline at the end of the run, on the scale of reputation. "
        "The scale is the same for all groups, so that one sees how much smaller an effect on everyone is than an "
        "effect on those who complained.",
    ),
    "differences": Words(
        "What it does to the brand's numbers",
        "For each number of the brand and each arm, the mean difference with its 95 % interval, around a line at zero.",
        "Each number has a scale of its own. A win is a world in which the arm did better for the brand than the "
        "baseline did; a tie is no win.",
    ),
    "paths": Words(
        "When it begins to matter",
        "Lines over the days, one an arm: reputation less that of the baseline in the same world.",
        "Above zero, the brand stands better in the arm than in the baseline on that day. Arms can differ from day 0 "
        "on: they already differed while the world settled.",
    ),
    "fans": Words(
        "How far worlds differ",
        "A panel an arm, all on one scale: reputation over the days, every world as a thin line, the middle one thick, "
        "and bands that hold half of the worlds and nine of ten.",
        "One line is one possible month. The spread of the lines is luck, which all arms share: two arms are compared "
        "world by world, so that effects much smaller than this spread can be seen.",
    ),
}


def run_report(
    record: Record,
    metrics: Metrics,
    graph_facts: GraphFacts,
    figures: Mapping[str, Figure],
    task: Task | None = None,
) -> str:
    """The page of one run, as text.

    figures: as `run_figures` draws them; for telephones the page draws its own. task: what was run, for the page to
    tell how to run it again (None: it does not).
    """
    scenario = record.scenario
    origin = next(iter(task.subjects.values())).origin if task else None
    ideas = assumed_by(next(iter(task.subjects.values()))) if task else leaned_on(scenario)
    more = f", the first of {plural(task.runs, 'run')}" if task and task.runs > 1 else ""
    return page(
        "run.html",
        title=scenario.scenario,
        about=scenario.about,
        arm=origin.arm if origin and origin.arm != BASELINE else "",
        setting=_setting(scenario, graph_facts, record.seed) + more,
        answer=capital(finding_of_run(metrics, record)),
        seed=record.seed,
        key=behind.key_figures(metrics),
        every=behind.all_figures(metrics),
        drawings=drawings_of(figures, run_figures(record, metrics, NARROW), OF_RUN, _tables(record, metrics, figures)),
        answered="desk" in figures,
        happened=behind.happened(record),
        graph=behind.graph(graph_facts),
        command=command(task) if task else "",
        compare=command(task, verb="compare", runs=20) if task and _has_arms(task) else "",
        digest=scenario.digest,
        texts={origin.file: origin.text} if origin and origin.text else {},
        ideas=ideas,
        n_assumed=sum(len(idea.assumptions) for idea in ideas),
        sweep=to_try(ideas, task) if task else "",
    )


def compare_report(comparison: Comparison, figures: Mapping[str, Figure], task: Task | None = None) -> str:
    """The page of a comparison, as text.

    figures: as `compare_figures` draws them. task: what was compared; without it the page cannot say what the arms
    are, what was assumed and how to run it again.
    """
    base = next(iter(task.subjects.values())).scenario if task else None
    origins = [subject.origin for subject in task.subjects.values()] if task else []
    ideas = assumed_by(next(iter(task.subjects.values()))) if task else []
    narrow = compare_figures(comparison, NARROW)
    return page(
        "compare.html",
        title=base.scenario if base else "Comparison",
        about=base.about if base else "",
        setting=_setting_of_comparison(comparison, task),
        answer=finding_of_comparison(comparison),
        baseline=comparison.baseline,
        worlds=len(comparison.worlds),
        arms=behind_comparison.arms(task) if task else None,
        robust=behind_comparison.robust(comparison, task) if task else None,
        safest=sentence_of_robustness(task, comparison) if task else "",
        drawings=drawings_of(figures, narrow, OF_COMPARISON, _tables_of_comparison(comparison, figures)),
        numbers=[
            *(behind_comparison.differences(comparison, brand, list(MEANINGS)) for brand in comparison.brands),
            *behind_who.tables(comparison),
        ],
        pairing=about_pairing(comparison),
        saved=behind_comparison.pairing(comparison),
        reached=behind_comparison.reached(comparison),
        command=command(task) if task else "",
        seed=task.seed if task else None,
        texts={origin.file: origin.text for origin in origins if origin.text},
        ideas=ideas,
        n_assumed=sum(len(idea.assumptions) for idea in ideas),
        sweep=to_try(ideas, task) if task else "",
    )


def _tables_of_comparison(comparison: Comparison, figures: Mapping[str, Figure]) -> dict[str, list[Table]]:
    """The tables behind the figures of a comparison."""
    brand = comparison.brands[0]
    tables = {
        "effects": lambda: [behind_comparison.groups(comparison, name) for name in comparison.brands],
        "differences": lambda: [behind_comparison.differences(comparison, brand)],
        "paths": lambda: [behind_comparison.paths(comparison, all_gains(comparison))],
        "fans": lambda: [behind_comparison.spread(comparison, levels(comparison))],
    }
    return {name: [table for table in tables[name]() if table.rows] for name in figures}


def _tables(record: Record, metrics: Metrics, figures: Mapping[str, Figure]) -> dict[str, list[Table]]:
    """The tables behind the figures of a run."""
    tables = {
        "reputation": lambda: [behind.reputation(record)],
        "voices": lambda: [behind.voices(record), behind.sentiment(record, metrics)],
        "desk": lambda: [behind.desk(record)],
        "cascade": lambda: [behind.reach(record), behind.shares(record)],
        "journey": lambda: [behind.journey(record)],
    }
    return {name: [table for table in tables[name]() if table.rows] for name in figures}


def _setting(scenario: Scenario, facts: GraphFacts, seed: int) -> str:
    """Who, when, how long, in a line."""
    return f"{number(facts.nodes)} people, {plural(len(scenario.brands), 'brand')}, {when(scenario)}, seed {seed}"


def _setting_of_comparison(comparison: Comparison, task: Task | None) -> str:
    """What was compared, in a line."""
    people = comparison.levels[comparison.baseline].customers
    parts = [
        f"{plural(len(comparison.arms), 'arm')} against {comparison.baseline}",
        plural(len(comparison.worlds), "world"),
        f"{number(people)} people in each",
    ]
    if task:
        parts += [when(next(iter(task.subjects.values())).scenario), f"seed {task.seed}"]
    return ", ".join(parts)


def when(scenario: Scenario) -> str:
    """How long a scenario lasts, from which day to which."""
    days = scenario.clock.days
    return f"{plural(days, 'day')} from {date_of(scenario.date(0))} to {date_of(scenario.date(24 * days - 1))}"


# ------------------------------------------------------------------------------------------------- commands


def command(task: Task, *more: str, verb: str = "", runs: int = 0) -> str:
    """The command that makes a result again, as one would type it; or that of another verb on the same scenario."""
    verb, runs = verb or task.kind, runs or task.runs
    origins = [subject.origin for subject in task.subjects.values()]
    first = origins[0]
    words = ["sim", verb, *dict.fromkeys(origin.file for origin in origins)]
    if task.kind == "run" and verb == "run" and first.arm != BASELINE:
        words += ["--arm", first.arm]
    if task.kind == "compare" and verb == "compare":
        words += _chosen(task)
        if task.asked[:1] == ("--robust",):
            more = (*more, "--robust", *task.asked[2:])
    for override in first.overrides:
        words += ["--set", override]
    words += [*more, "--seed", str(task.seed)]
    always = verb not in ("run", "calibrate")
    return shlex.join([*words, "--runs", str(runs)] if runs > 1 or always else words)


def _has_arms(task: Task) -> bool:
    """Whether the file of a run has arms to compare: it has, or an arm of it was run."""
    subject = next(iter(task.subjects.values()))
    return bool(subject.scenario.what_if) or subject.origin.arm != BASELINE


def _chosen(task: Task) -> list[str]:
    """The options that choose the arms of a comparison: none for all arms of one file against it as it stands."""
    origins = [subject.origin for subject in task.subjects.values()]
    baseline = next(iter(task.subjects))
    several = len({origin.file for origin in origins}) > 1
    arms = [origin.arm for origin in origins if origin.arm != BASELINE]
    words = []
    known = {name for subject in task.subjects.values() for name in subject.scenario.what_if}
    if not several and set(arms) != known:
        words = [word for arm in arms for word in ("--arms", arm)]
    return words if origins[0].arm == BASELINE else [*words, "--baseline", baseline]


def to_try(ideas: Sequence[Idea], task: Task, *more: str) -> str:
    """The command that does the same with the end of the range of one assumed number. more: what else it says."""
    for idea in ideas:
        for assumption in idea.assumptions:
            if assumption.sweep and "*" not in assumption.path:
                end = assumption.sweep.rpartition(" to ")[2]
                return command(task, "--set", f"{assumption.path}={end}", *more)
    return ""


# ------------------------------------------------------------------------------------------------- rendering


def drawings_of(
    figures: Mapping[str, Figure],
    narrow: Mapping[str, Figure],
    words: Mapping[str, Words],
    tables: Mapping[str, Sequence[Table]],
) -> list[Drawing]:
    """The figures with all that stands around them, in their order."""
    return [
        Drawing(
            name=name,
            heading=words[name].heading,
            sentence=str(figure.get_label()),
            alt=f"{figure.get_label()}. {words[name].drawn}",
            caption=words[name].caption,
            large=Markup(svg_text(figure, f"{name}-")),
            small=Markup(svg_text(narrow[name], f"{name}-small-")),
            tables=tables[name],
        )
        for name, figure in figures.items()
    ]


def page(template: str, **values: Any) -> str:
    """A template filled in; whatever comes from a scenario is escaped."""
    environment = Environment(
        loader=PackageLoader("sim.app"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(version=__version__, **values)
