"""The verb `sim calibrate`: fit what is uncertain to what was observed, and say what the data do not tell."""

from __future__ import annotations

import itertools
import time as clock
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from sim.app.asking import MOST_RUNS
from sim.app.how import SUMMARY, How, making, told, warned, with_how
from sim.app.output import Overrides, count, say
from sim.app.progress import heeded, progress
from sim.app.run import leave
from sim.app.subjects import seed_from
from sim.app.words import measure
from sim.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario.schema import Scenario
    from sim.study.archive import Draft
    from sim.study.calibrate import Calibration
    from sim.study.fitted import Chosen, Fitted
    from sim.study.forecast import Forecast
    from sim.study.observed import Observed, Per
    from sim.study.task import Task
    from sim.study.where import Where

AUTO = "auto"
FORETELLS = {
    "better": "The fit foretells it better than",
    "worse": "The fit foretells it worse than",
    "alike": "Beyond chance the fit foretells it neither better nor worse than",
    "too few": "These are too few bins to say whether the fit foretells it better or worse than",
}
"""What a forecast's verdict says, before the name of the best simple rule."""
FITTED = "uncertain.yaml"
LEVEL = ": level"
COARSE = 5.0
"""If a simulated event stands for more than so many observed ones, that is told."""


@with_how
def calibrate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario with uncertain parameters.")],
    data: Annotated[Path, typer.Option("--data", metavar="CSV", help="What was observed.")],
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=SERIES",
            help="Which column is which series: volume=posts; '*=posts' counts rows; 'mood:negative=complaint_posts' "
            "counts rows with that value; repeatable.",
        ),
    ] = None,
    time: Annotated[
        str | None, typer.Option("--time", metavar="COLUMN", help="The column of time (default: that of dates).")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only rows with this value; repeatable.")
    ] = None,
    per: Annotated[
        str | None,
        typer.Option("--per", metavar="hour|day|week|month|year", help="Fit such bins (default: as fine as the data)."),
    ] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, metavar="N", help="Only the first N days.")] = None,
    shift: Annotated[
        float, typer.Option("--shift", metavar="HOURS", help="Added to the dates, as from UTC to the customers' time.")
    ] = 0.0,
    brand: Annotated[
        str | None, typer.Option("--brand", metavar="NAME", help="Whose data these are (default: the first brand's).")
    ] = None,
    scale: Annotated[
        str, typer.Option("--scale", metavar="N|auto", help="People observed for each simulated one; auto: unknown.")
    ] = "1",
    hold_back: Annotated[
        str, typer.Option("--hold-back", metavar="SHARE", help="The last part, foretold instead of fitted.")
    ] = "25 %",
    accept: Annotated[
        str, typer.Option("--accept", metavar="SHARE", help="The part of the last runs the ranges are made of.")
    ] = "60 %",
    points: Annotated[
        int, typer.Option("--points", min=50, max=MOST_RUNS, metavar="N", help="Runs of each of three waves.")
    ] = 150,
    set_: Overrides = None,
    *,
    how: How,
) -> None:
    """Fit a scenario's uncertain parameters to observed data: ranges, what is not told, and a forecast's error.

    The ranges are written as an `uncertain` block to paste. Day 0 is the first day of the data.
    """
    from sim.scenario.load import load
    from sim.study.calibrate import WORLDS
    from sim.study.observed import HOURS
    from sim.study.observed_file import mapped, read_observed
    from sim.study.task import Subject, Task

    scenario = load(file, set_ or [])
    columns, rows = mapped(map_ or []), filters(where or [])
    if per is not None and per not in HOURS:
        raise UserError(f"--per {per}: there is {', '.join(HOURS)}")
    observed = read_observed(data, columns, time=time, where=rows, per=cast("Per | None", per), days=days, shift=shift)
    fit = fit_of(brand, hold_back, accept, scale, points)
    rest = [rows, time, per, days, shift]
    base = {"baseline": Subject.of(scenario)}
    task = Task("calibrate", base, seed_from(how.seed, scenario.seed), asked=words(scenario, data, columns, fit, rest))
    more_words = said_options(
        map_ or [], where or [], time, per, days, brand, shift, scale, hold_back, accept, points
    )
    warnings = warned(task, how)
    more = {"how": fit, "observed": observed_as_json(observed)}
    with making(task, how, 3 * points + WORLDS, more) as (folder, workers):
        began = clock.perf_counter()
        found = fitted(task, scenario, observed, fit, workers, quiet=how.silent)
        seconds = {"total": clock.perf_counter() - began}
        written(folder, found, data, more_words, how)
        heeded()
        place = folder.finish(seconds)
    data_told = {"scenario": task.title, "seed": task.seed, **as_json(found), "seconds": seconds}
    told("calibrate", place, data_told, how, warnings)
    if not how.silent:
        say(f"The ranges, ready to paste: {place / FITTED}")


def fit_of(brand: str | None, hold_back: str, accept: str, scale: str, points: int) -> dict[str, Any]:
    """What is asked of the fit, from its options. Raises UserError for a value that cannot be."""
    return {
        "brand": brand,
        "hold_back": _share("--hold-back", hold_back),
        "accept": _share("--accept", accept, above=0.0),
        "scale": _scale(scale),
        "points": points,
    }


def words(
    scenario: Scenario, data: Path, columns: dict[str, str], fit: dict[str, Any], rest: Sequence[Any]
) -> tuple[str, ...]:
    """What is asked beside the scenario's world, as a result's name needs it: the data, how they are read (rest)."""
    from sim.study.task import sha256_of

    asked = [f"{name}={column}" for name, column in columns.items()]
    asked += [f"{key}: {value}" for key, value in fit.items()]
    return (*asked, sha256_of(data), *map(str, rest), str(scenario.resolved()["uncertain"]))


def said_options(
    maps: Sequence[str],
    where: Sequence[str],
    time: str | None,
    per: str | None,
    days: int | None,
    brand: str | None,
    shift: float,
    scale: str,
    hold_back: str,
    accept: str,
    points: int,
) -> list[str]:
    """The options of a fit as they are typed: those that are not as they are by default."""
    return _said(
        {"--map": maps, "--time": time, "--where": where, "--per": per, "--days": days, "--brand": brand},
        {
            "--shift": (shift, 0.0),
            "--scale": (scale.removesuffix(".0"), "1"),
            "--hold-back": (_percent(hold_back), "25 %"),
            "--accept": (_percent(accept), "60 %"),
            "--points": (points, 150),
        },
    )


def _percent(share: str) -> str:
    """A share as most people write it: `25 %` for 0.25."""
    return share if "%" in share else f"{100 * float(share):g} %"


def _said(options: dict[str, Any], defaults: dict[str, tuple[Any, Any]]) -> list[str]:
    """Options as they were typed: those that were given, and those that are not as they are by default."""
    given = {**options, **{name: value for name, (value, own) in defaults.items() if value != own}}
    known = {name: value for name, value in given.items() if value is not None}
    lists = {name: value if isinstance(value, (list, tuple)) else [value] for name, value in known.items()}
    return [word for name, values in lists.items() for value in values for word in (name, str(value))]


def filters(texts: Sequence[str]) -> dict[str, str]:
    """`column=value` as a mapping. Raises UserError."""
    for text in texts:
        if "=" not in text:
            raise UserError(f"--where {text}: write column=value")
    return dict(text.split("=", 1) for text in texts)


def _share(option: str, text: str, above: float = -1.0) -> float:
    """`25 %` or 0.25, above a bound. Raises UserError for anything else."""
    from sim.model.units import share
    from sim.scenario.tree import plain

    try:
        found = share(plain(text))
    except ValueError as error:
        raise UserError(f"{option} {text}: {error}") from None
    if not found > above:
        raise UserError(f"{option} {text}: write a share above {above:.0%}")
    return found


def _scale(text: str) -> float | None:
    """How many people each simulated one stands for; None for `auto`. Raises UserError."""
    if text == AUTO:
        return None
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise UserError(f"--scale {text}: write a number above 0, or auto if it is unknown")
    return value


def fitted(
    task: Task, scenario: Scenario, observed: Observed, fit: dict[str, Any], where: Where, *, quiet: bool
) -> Calibration:
    """The fit, with its progress."""
    from sim.study.calibrate import WORLDS, calibrate
    from sim.study.levers import bare

    total = 3 * fit["points"] + WORLDS
    seconds = where.seconds_of_run(bare(scenario), task.seed)
    done = itertools.count(1)
    with (
        progress(f"{task.title}, {count(total, 'run')}", total, quiet=quiet) as bar,
        where.opened(total, seconds) as executor,
    ):
        return calibrate(
            scenario, observed, **fit, seed=task.seed, executor=executor, told=lambda: bar.reached(next(done))
        )


def observed_as_json(observed: Observed) -> dict[str, Any]:
    """What was observed as plain values (nan: null)."""
    starts = None if observed.starts is None else observed.starts.isoformat()
    values = {name: held.tolist() for name, held in observed.values.items()}
    return {"starts": starts, "per": observed.per, "bins": observed.bins, "values": values}


def observed_from(values: dict[str, Any]) -> Observed:
    """What was observed, from those plain values."""
    import datetime as dt

    import numpy as np

    from sim.study.observed import Observed

    starts = None if values["starts"] is None else dt.date.fromisoformat(values["starts"])
    held = {name: np.array(each, dtype=np.float64) for name, each in values["values"].items()}
    return Observed(starts, values["per"], values["bins"], held)


def written(folder: Draft, found: Calibration, file: Path, asked: Sequence[str], how: How) -> None:
    """Write numbers, ranges, the series, summary, figures and page. asked: what the command line says beside data."""
    from sim.study.task import as_typed

    data = file.name
    folder.write_json("calibration.json", {"schema": "sim.calibration/1", **as_json(found)})
    folder.write(FITTED, block(found, data))
    tables = {f"forecast-{each.series}": series_table(each) for each in found.forecasts}
    folder.write_tables(tables, parquet=how.parquet)
    folder.write(SUMMARY, summary(folder.task, found, data))
    if how.figures or how.report:
        from sim.app.study_reports import calibrate_page

        page = calibrate_page(found, folder.task, data, ["--data", as_typed(file), *asked])
        leave(folder, page, how)


def as_json(found: Calibration) -> dict[str, Any]:
    """A fit as plain values."""
    return {
        "fitted": fitted_as_json(found.fitted),
        "told_only_together": [{"paths": [a, b], "correlation": r} for a, b, r in found.pairs],
        "missed": [asdict(each) for each in found.misfits],
        "distance": found.distance,
        "scale": found.scale,
        "forecast": {
            each.series: {
                "mean_absolute_error": each.errors,
                "against_best_rule": each.verdict,
                "nearer_in": each.nearer,
                "bins": each.judged,
                "nearer_beyond_chance": each.steadily,
                "bins_of_most_error": each.few,
                "inside_band": each.inside,
            }
            for each in found.forecasts
        },
        "begins_later": found.later,
        "uncertain": found.uncertain,
        "runs": found.runs,
        "time_column": found.observed.time or None,
        "fitted_bins": found.begins,
        "per": found.per,
    }


def fitted_as_json(fitted: Sequence[Fitted | Chosen]) -> dict[str, Any]:
    """By path: an interval, or the chances of the values of a choice."""
    from sim.study.fitted import Chosen

    def own(one: Fitted | Chosen) -> dict[str, Any]:
        if isinstance(one, Chosen):
            return {"chances": [{"value": value, "chance": chance} for value, chance in one.chances]}
        return {"low": one.low, "median": one.middle, "high": one.high, "before": list(one.before)}

    return {one.path: {**own(one), "width": one.width, "informed": one.informed} for one in fitted}


def block(found: Calibration, data: str) -> str:
    """The ranges as an `uncertain` block, to paste into a scenario."""
    import json

    lines = [
        f"# Fitted by sim calibrate to {data}; a parameter that the data do not tell keeps its range.",
        "uncertain:",
    ]
    lines += [
        f"  {json.dumps(path, ensure_ascii=False)}: {json.dumps(given, ensure_ascii=False)}"
        for path, given in found.uncertain.items()
    ]
    return "\n".join(lines) + "\n"


def series_table(each: Any) -> dict[str, Any]:
    """A row a bin: what was observed, what the fitted worlds give, and whether it was held back."""
    import numpy as np

    places = np.arange(len(each.observed))
    return {
        "bin": places,
        "observed": each.observed,
        "mean": each.mean,
        "low": each.low,
        "high": each.high,
        "held_back": (places >= each.begins).astype(int),
    }


def summary(task: Task, found: Calibration, data: str) -> str:
    """What a reader at a terminal sees: the ranges, what the data do not tell, and the forecast's error."""
    parts = [f"{n:,} rows of {name}" for name, n in found.rows.items()]
    over_time = [count(found.begins, found.per)] if found.forecasts or len(found.rows) < len(found.distance) else []
    fitted_part = " and ".join(over_time + parts)
    head = f"{task.title}, fitted to {fitted_part} of {data}: {count(found.runs, 'run')}, seed {task.seed}."
    head += f" The time is column {found.observed.time!r}." if found.observed.time else ""
    return "\n".join([head, "", table_of_fits(found.fitted), "", *verdict(found), ""])


def table_of_fits(fitted: Sequence[Fitted | Chosen]) -> str:
    """The parameters as a table of words."""
    from sim.app.columns import columns

    return columns(fit_rows(fitted))


def fit_rows(fitted: Sequence[Fitted | Chosen]) -> list[list[str]]:
    """A row a parameter, after the heads: its interval now and before, and whether the data told anything of it.

    A choice has a row for each of its values, with its chance now and before.
    """
    from sim.study.fitted import Chosen

    rows = [["parameter", "median", "90 % interval", "before", "width", ""]]
    for one in fitted:
        end = [f"{one.width:.0%}", "" if one.informed else "not told by these data"]
        if isinstance(one, Chosen):
            equally = f"{1 / len(one.chances):.0%}"
            named = [[str(value), f"chance {chance:.0%}", equally] for value, chance in one.chances]
            rows += [[one.path, *named[0], *end], *(["", *row, "", ""] for row in named[1:])]
        else:
            low, middle, high, *before = (said(one.path, x) for x in (one.low, one.middle, one.high, *one.before))
            rows.append([one.path, middle, f"{low} to {high}", f"{before[0]} to {before[1]}", *end])
    return rows


def said(path: str, value: float) -> str:
    """A value of a parameter with its unit."""
    from sim.app.words import span
    from sim.study.points import unit_of

    unit = unit_of(path)
    if unit == "h":
        return span(60 * value)
    return f"{100 * value:.3g} %" if unit == "share" else f"{value:.4g}"


def verdict(found: Calibration) -> list[str]:
    """What to believe of it, a line each."""
    lines = [
        f"{a} and {b} are told only together (correlation of their ranks {r:+.2f}): fix one to learn the other."
        for a, b, r in found.pairs
    ]
    lines += [
        f"{one.path} presses against the {one.at_end} end of its range: widen that, or doubt the model."
        for one in found.fitted
        if one.at_end
    ]
    if found.misfits:
        worst = "; ".join(f"{each.what} ({each.off:+.1f} standard deviations)" for each in found.misfits[:4])
        lines.append(
            f"The model misses {count(len(found.misfits), 'number')} of these data, most of all {worst}. The ranges "
            "are those of the model nearest to the data: do not take them for the world's."
        )
    off = [each.what.removesuffix(LEVEL) for each in found.misfits if each.what.endswith(LEVEL)]
    if off:
        lines.append(
            f"The level of {', '.join(off)} is not that of so many customers: say for how many people each simulated "
            "one stands (--scale N), or fit the course alone (--scale auto)."
        )
    large = {name: factor for name, factor in found.scale.items() if factor > COARSE}
    if large:
        told = ", ".join(f"{name} {measure(float(f'{factor:.3g}'))}" for name, factor in large.items())
        lines.append(
            f"One simulated event stands for many observed ones ({told}): the bands hold the luck of a small world, "
            "and are too wide. More customers narrow them."
        )
    near = ", ".join(f"{name} {value:.2g}" for name, value in found.distance.items())
    lines.append(f"The data lie so many standard deviations from the fitted worlds (by luck alone: 1): {near}.")
    if found.later:
        whens = ", ".join(f"{path} ({when})" for path, when in found.later.items())
        lines.append(
            f"Only the part held back could tell of {whens}: what was fitted ends before, and the forecast is a guess. "
            "Hold less back, or take it out with --set."
        )
    for each in found.forecasts:
        errors = ", ".join(f"{name} {measure(error)}" for name, error in each.errors.items())
        lines.append(
            f"Held back, {each.series} per {found.per}, {measure(typical(each))} on average: mean absolute error "
            f"{errors}. {_foretells(each, found.per)} {each.inside:.0%} of what came lay in its 90 % band."
        )
    return lines


def _foretells(each: Forecast, per: Per) -> str:
    """What a forecast is worth against the best simple rule, in a sentence or two."""
    rule = f"the best simple rule ({each.best_baseline})"
    if each.verdict != "few decide":
        return f"{FORETELLS[each.verdict]} {rule}."
    which = "it" if each.times > 1 else "the latter"
    told = f"The error of the fit is {_times(each.times)} that of {rule}; {each.few} of {count(each.judged, per)} make "
    told += f"nine tenths of {which}, so that a test of the means cannot tell. "
    often = "more" if 2 * each.nearer > each.judged else "fewer"
    sure = f"{often} than by chance" if each.steadily else "which may be chance"
    return f"{told}The fit was nearer than the rule in {each.nearer} of {count(each.judged, per)}, {sure}."


def _times(ratio: float) -> str:
    """`59 times`, or `0.4 times`; endless where the rule has no error at all."""
    return f"{measure(float(f'{ratio:.2g}'))} times" if ratio < float("inf") else "infinitely many times"


def typical(each: Forecast) -> float:
    """The mean of what was held back."""
    import numpy as np

    return float(np.nanmean(each.observed[each.begins :]))
