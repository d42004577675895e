"""What stands on the pages of a sweep, a sensitivity analysis, a search of levers, and a fit to data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from sim.app import calibrate as fitting
from sim.app import optimise as searching
from sim.app.behind import MOST_ROWS, Table
from sim.app.findings import changed, plainly, said
from sim.app.plots import NARROW, WIDE
from sim.app.plots import sensitivity as sensitivity_plots
from sim.app.plots import sweep as sweep_plots
from sim.app.plots.calibration import calibration_figures
from sim.app.plots.look import drawing
from sim.app.plots.optimum import optimum_figures
from sim.app.report import Words
from sim.app.sensitivity_words import finding_of_sensitivity, said_range
from sim.app.settings import said_place, short_names
from sim.app.study_page import StudyPage, of_worlds
from sim.app.sweep_words import LUCKY, finding_of_sweep, shown_metrics
from sim.app.words import UNKNOWN, capital, date_of, measure, number, percent, plural
from sim.scenario.names import BASELINE
from sim.study.calibrate import Calibration
from sim.study.compare import MEANINGS, Difference
from sim.study.observed import SERIES, Observed
from sim.study.optimum import Optimum
from sim.study.replicate import EFFECTS
from sim.study.sensitivity import Answer, Index, OfMetric, Sensitivity
from sim.study.sweep import Sweep
from sim.study.task import Task

# ---------------------------------------------------------------------------------------------- a sweep


def sweep_page(found: Sweep, task: Task, brand: str, metrics: Sequence[str]) -> StudyPage:
    """The page of a sweep."""
    with drawing():
        wide, narrow = (sweep_plots.draw(found, brand, metrics, width) for width in (WIDE, NARROW))
    design, points, *varied = task.asked
    more = [word for each in varied for word in ("--vary", each)]
    more += [] if design == "grid" else ["--design", design, "--points", points]
    more += [word for arm in found.arms if arm != BASELINE for word in ("--arms", arm)]
    more += [] if brand == found.comparison.brands[0] else ["--brand", brand]
    if list(metrics) != shown_metrics(found, brand):
        more += [word for metric in metrics for word in ("--metric", metric)]
    tables = {metric: sweep_table(found, brand, metric) for metric in metrics}
    every = {"lines": list(tables.values())}
    behind = {name: every.get(name) or [_table_of(name, tables)] for name in wide}
    return StudyPage(
        eyebrow="A sweep of settings in a simulation",
        answers=[finding_of_sweep(found, brand, metric).removesuffix(LUCKY) for metric in metrics],
        honest=[
            of_worlds(task.runs, "choosing a setting"),
            "The best of many settings is partly the luckiest: confirm it with another seed.",
        ],
        asked_heading="What was varied",
        asked=_varied(found),
        figures=wide,
        narrow=narrow,
        words={name: _sweep_words(name, metrics) for name in wide},
        tables=behind,
        numbers=[] if "lines" in wide else [table for table in tables.values() if [table] not in behind.values()],
        more=more,
    )


def _varied(found: Sweep) -> Table:
    """The paths that vary, where they stand now, and what was tried."""
    names = short_names(found.paths)
    rows = []
    for path in found.paths:
        unit = found.units[path]
        tried = list(dict.fromkeys(said_place(p.places[path], unit) for p in found.points if not p.is_present))
        told = ", ".join(tried) if len(tried) <= 12 else f"{len(tried)} values from {tried[0]} to {tried[-1]}"
        rows.append([f"{names[path]} ({path})", said_place(found.present.places[path], unit), told])
    return Table("What was varied, where it stands now, and what was tried", ["What", "Now", "Tried"], rows)


def sweep_table(found: Sweep, brand: str, metric: str) -> Table:
    """Every setting: where a number stands there, and how it differs from now."""
    names = short_names(found.paths)
    several = ["Arm"] if len(found.arms) > 1 else []
    rows = []
    for place, point in enumerate(found.points):
        values = [said_place(point.places[path], found.units[path]) for path in found.paths]
        level = UNKNOWN if metric in EFFECTS else said(found.level(point, brand, metric).mean, metric)
        cells = ["", "", ""] if place == 0 else _difference(found.effect(point, brand, metric), metric)
        called = "now" if point.is_present else f"setting {place}"
        rows.append([called, *([point.arm] if several else []), *values, level, *cells])
    return Table(
        f"{brand}, {MEANINGS[metric].label}: every setting against the present one",
        ["", *several, *names.values(), "Level", "Difference", "95 % interval", "Better in"],
        rows,
    )


def _table_of(figure: str, tables: Mapping[str, Table]) -> Table:
    """The table behind a figure that is named after its metric."""
    return next(table for metric, table in tables.items() if figure.endswith(_as_in_files(metric)))


def _as_in_files(metric: str) -> str:
    return f"-{metric.replace('.', '-').replace('_', '-')}"


def _sweep_words(figure: str, metrics: Sequence[str]) -> Words:
    """What stands around a figure of a sweep."""
    what = next((MEANINGS[m].label for m in metrics if figure.endswith(_as_in_files(m))), "")
    if figure == "lines":
        return Words(
            "What each setting does",
            "Lines along the values tried, a panel a number: the mean difference from the present setting with its "
            "95 % band, and single worlds as thin lines; the present setting is marked.",
            "All settings live in the same worlds, so that a difference is an effect and not luck. Thin lines are "
            "single worlds; the band holds the mean with 95 % confidence. Zero is the setting as it stands.",
        )
    if figure.startswith("map"):
        return Words(
            f"The map: {what}",
            "Cells coloured by the mean difference from the present setting, one path across the other; the present "
            "setting is marked.",
            "Each cell is a setting, its colour the mean difference from the present one in the same worlds.",
        )
    return Words(
        f"Setting by setting: {what}",
        "A panel for each path: every setting as a dot at its value there, with its 95 % interval.",
        "In each panel all settings are shown by one of their values; the other values vary along.",
    )


# ---------------------------------------------------------------------------------------------- an analysis


def sensitivity_page(found: Sensitivity, task: Task) -> StudyPage:
    """The page of a sensitivity analysis."""
    with drawing():
        wide, narrow = (sensitivity_plots.draw(found, width) for width in (WIDE, NARROW))
    over, method, points, brand, *metrics = task.asked
    more = ["--over", over, "--method", method, *(["--points", points] if int(points) else []), "--brand", brand]
    more += [word for metric in metrics for word in ("--metric", metric)]
    by_figure = {_as_in_files(metric): one for metric, one in found.of.items()}
    tables, words = {}, {}
    for name in wide:
        one = next(each for ending, each in by_figure.items() if name.endswith(ending))
        swings = name.startswith("tornado")
        tables[name] = [swings_table(found, one) if swings else indices_table(found, one)]
        words[name] = _sensitivity_words(found, MEANINGS[one.metric].label, swings=swings)
    return StudyPage(
        eyebrow="Which of it decides: a sensitivity analysis of a simulation",
        answers=[capital(finding_of_sensitivity(found, metric)) for metric in found.of],
        honest=[
            "An input decides within the range it was given: one with a narrow range cannot, however much it matters.",
            of_worlds(task.runs, "leaning on an index"),
            "Luck is what differs between worlds of one setting. Where much is left in the means, run more worlds.",
        ],
        asked_heading="What was varied",
        asked=Table(
            "The inputs, and the range of each: from 5 % to 95 % of its distribution, or from end to end of a lever",
            ["Input", "Range"],
            [[each.path, said_range(_answer(found, each.path))] for each in found.plan.inputs],
        ),
        figures=wide,
        narrow=narrow,
        words=words,
        tables=tables,
        more=more,
    )


def _answer(found: Sensitivity, path: str) -> Answer:
    return next(each for each in next(iter(found.of.values())).answers if each.given.path == path)


def _sensitivity_words(found: Sensitivity, label: str, *, swings: bool) -> Words:
    """What stands around a figure of an analysis."""
    if swings:
        return Words(
            f"What each input does alone: {label}",
            "Bars to the left and right of the present setting, one an input, the widest on top: the number at the "
            "input's low and high end, all else as it stands, with 95 % intervals.",
            "Each input is put to its low and its high end while everything else stays as it is, in the same worlds.",
        )
    if found.plan.method == "sobol":
        return Words(
            f"Which decides: {label}",
            "Bars, one an input and one for luck: shares of the variance of a single run.",
            "Of all that varies from run to run, how much each input causes alone and with others; the rest is luck.",
        )
    return Words(
        f"Which decides: {label}",
        "Bars, one an input and one for luck: how far the input moves the number over its range, on average.",
        "The mean size of what an input does as it crosses its range, while the others are anywhere in theirs. Luck is "
        "one standard deviation between worlds.",
    )


def swings_table(found: Sensitivity, one: OfMetric) -> Table:
    """What each input does alone at its ends."""
    names = short_names([each.path for each in found.plan.inputs])
    rows = []
    for answer in one.answers:
        low, high = (said_place(answer.given.place(u), answer.given.unit) for u in answer.given.ends)
        ends = [_in_words(end, one.metric) for end in (answer.low, answer.high)]
        rows.append([names[answer.given.path], low, ends[0], high, ends[1]])
    return Table(
        f"{found.brand}, {MEANINGS[one.metric].label}: each input alone at its ends, against the present setting",
        ["Input", "Low end", "There (95 % interval)", "High end", "There (95 % interval)"],
        rows,
    )


def indices_table(found: Sensitivity, one: OfMetric) -> Table:
    """The index of each input with its interval, and luck."""
    names = short_names([each.path for each in found.plan.inputs])
    sobol = found.plan.method == "sobol"
    share = percent(one.luck.share) if one.luck.share is not None else UNKNOWN
    rows = []
    for answer in one.answers:
        if sobol:
            cells = [_span(answer.first, one.metric, sobol), _span(answer.total, one.metric, sobol)]
        else:
            cells = [_span(answer.move, one.metric, sobol), changed(answer.bend, one.metric).removeprefix("+")]
        rows.append([names[answer.given.path], *cells])
    rows.append(["luck", f"{share} of all variance of a run", ""])
    heads = ["Alone", "With interactions"] if sobol else ["Moves it by (95 % interval)", "Curves, interacts"]
    return Table(f"{found.brand}, {MEANINGS[one.metric].label}: which input decides", ["Input", *heads], rows)


def _span(index: Index | None, metric: str, share: bool) -> str:
    """An index with its interval."""
    if index is None:
        return UNKNOWN
    told = [percent(v) if share else changed(v, metric).removeprefix("+") for v in (index.value, index.low, index.high)]
    return f"{told[0]} ({told[1]} to {told[2]})"


# ---------------------------------------------------------------------------------------------- a search


def optimise_page(found: Optimum, task: Task, more: Sequence[str]) -> StudyPage:
    """The page of a search of levers. more: what else was asked on the command line."""
    wide, narrow = optimum_figures(found), optimum_figures(found, NARROW)
    finalists = _columns("Finalists, in fresh worlds, against the setting as it stands", searching.rows(found))
    words = Words(
        "The search, and what it came to",
        "Settings tried one after the other, the best so far as a line, and what the winner and the present setting "
        "came to in fresh worlds."
        if "search" in wide
        else "Settings as dots, one goal against another; finalists in fresh worlds with their intervals, the chosen "
        "and the present one named.",
        "The search looks for the best in one set of worlds, so that its best is partly the luckiest. Finalists are "
        "tried again in fresh worlds: trust those.",
    )
    promised = "finalists were tried again in fresh worlds; what the search had promised too much is in the table."
    return StudyPage(
        eyebrow="The best setting of the levers: a search in a simulation",
        answers=[searching.sentence(found)],
        honest=[
            f"The best of {number(len(found.trials))} settings is partly the luckiest: {promised}",
            of_worlds(found.confirm_runs, "choosing a setting"),
        ],
        asked_heading="What was searched",
        asked=Table(
            f"The levers; wanted: {'; '.join(str(aim) for aim in found.aims)}",
            ["Lever", "From", "To", "Now", "Chosen"],
            [
                [dial.path, f"{dial.low:g}", f"{dial.high:g}", _known(dial.now), f"{v:g}"]
                for dial, v in zip(found.levers, found.best.setting, strict=True)
            ],
        ),
        figures=wide,
        narrow=narrow,
        words=dict.fromkeys(wide, words),
        tables={name: [finalists, _trials(found)] for name in wide},
        more=more,
    )


def _known(value: float) -> str:
    return UNKNOWN if value != value else f"{value:g}"


def _columns(caption: str, rows: Sequence[Sequence[str]]) -> Table:
    """A table whose first row are its heads."""
    return Table(caption, [capital(name) for name in rows[0]], rows[1:])


def _trials(found: Optimum) -> Table:
    """Every setting tried, in order."""
    heads = ["Trial", *(searching.short(found, dial.path) for dial in found.levers), *(str(aim) for aim in found.aims)]
    rows = []
    for k, trial in enumerate(found.trials):
        levels = [searching.level(value, aim.metric) for value, aim in zip(trial.values, found.aims, strict=True)]
        rows.append([str(k + 1), *(f"{v:g}" for v in trial.setting), *levels, "kept" if trial.keeps else "broken"])
    return Table("Every setting tried, in the worlds of the search", [*heads, "Bounds"], rows)


# ---------------------------------------------------------------------------------------------- a fit


def calibrate_page(found: Calibration, task: Task, data: str, more: Sequence[str]) -> StudyPage:
    """The page of a fit to data. data: the name of their file. more: what else was asked on the command line."""
    told = sum(one.informed for one in found.fitted)
    untold = [one.path for one in found.fitted if not one.informed]
    first = f"{data} tells {told} of {number(len(found.fitted))} uncertain parameters"
    first += f"; it does not tell {', '.join(untold)}." if untold else "."
    return StudyPage(
        eyebrow="A simulation fitted to data",
        answers=[first, *fitting.verdict(found)],
        honest=[
            "The ranges hold if the model can make such data at all: where it misses them, they are those of the model "
            "nearest to the data, not of the world.",
            f"Each of {number(found.runs)} runs lived in a world of its own, so that the ranges hold luck too.",
        ],
        asked_heading="What was fitted",
        asked=_columns("The uncertain parameters: before, and after", fitting.fit_rows(found.fitted)),
        figures=calibration_figures(found),
        narrow=calibration_figures(found, NARROW),
        words={
            "fit": Words(
                "Fitted, and foretold",
                "Lines over time, a panel a series: what was observed, the mean of the fitted worlds and the band that "
                "holds nine of ten of them; right of a dashed line nothing was fitted.",
                "Left of the dashed line the model was fitted, right of it it foretells what it has not seen.",
            )
        },
        tables={"fit": [_series(found, k) for k in range(len(found.forecasts))]},
        numbers=[*([_errors(found)] if found.forecasts else []), *_samples(found)],
        more=more,
        data=data,
        dates=_dates(found.observed),
    )


def _dates(observed: Observed) -> str:
    """How long the data last, from when to when; nothing where they have no time."""
    if observed.bins == 1:
        return ""
    days = plural(observed.days, "day")
    if observed.starts is None:
        return f"{days} of data"
    first = dt.datetime.combine(observed.starts, dt.time())
    return f"{days} of data from {date_of(first)} to {date_of(first + dt.timedelta(days=observed.days - 1))}"


def _series(found: Calibration, k: int) -> Table:
    """One series over time; long ones every few bins."""
    each = found.forecasts[k]
    every = -(-len(each.observed) // MOST_ROWS)
    rows = []
    for place in range(0, len(each.observed), every):
        numbers = (each.observed[place], each.mean[place], each.low[place], each.high[place])
        told = ["" if np.isnan(value) else measure(value) for value in numbers]
        rows.append([f"{found.per} {place}", *told, "held back" if place >= each.begins else "fitted"])
    heads = [capital(found.per), "Observed", "Mean of fitted worlds", "Nine of ten from", "to", ""]
    return Table(f"{each.series.replace('_', ' ')}: observed and simulated", heads, rows)


def _errors(found: Calibration) -> Table:
    """The mean absolute error of each forecaster."""
    names = list(dict.fromkeys(name for each in found.forecasts for name in each.errors))
    rows = [
        [each.series.replace("_", " "), *(measure(each.errors.get(n)) for n in names)]
        for each in found.forecasts
    ]
    return Table("Mean absolute error of forecasts of the part held back", ["Series", *names], rows)


def _samples(found: Calibration) -> list[Table]:
    """Of each sample (first responses): its quantiles, observed and in the fitted worlds."""
    tables = []
    for name in dict.fromkeys(each.what.partition(":")[0] for each in found.matches):
        if SERIES[name][0] == "sample":
            rows = [
                [what, measure(float(np.exp(each.observed))), measure(float(np.exp(each.runs))), f"{each.off:+.1f}"]
                for each in found.matches
                for of, _, what in [each.what.partition(": ")]
                if of == name
            ]
            heads = ["Quantile", "Observed", "Fitted worlds", "Standard deviations apart"]
            tables.append(Table(f"{name.replace('_', ' ')}: observed and simulated", heads, rows))
    return tables


# ---------------------------------------------------------------------------------------------- in words


def _difference(one: Difference, metric: str) -> list[str]:
    """A difference, its interval and its wins as cells."""
    interval = "" if one.low is None else f"{plainly(one.low, metric)} to {plainly(one.high, metric)}"
    return [changed(one.mean, metric), interval, f"{one.wins} of {one.runs}" if one.runs else UNKNOWN]


def _in_words(one: Difference, metric: str) -> str:
    """A difference with its interval in one cell."""
    interval = "" if one.low is None else f" ({plainly(one.low, metric)} to {plainly(one.high, metric)})"
    return f"{changed(one.mean, metric)}{interval}"
