"""The options `--runs auto`, `--half-width` and `--most`: as many worlds as it takes, and what is said of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.app.asking import MOST_RUNS
from sim.app.output import count
from sim.errors import UserError

if TYPE_CHECKING:
    from sim.study.compare import Comparison
    from sim.study.precision import Precision
    from sim.study.task import Task

AUTO = "auto"

HalfWidth = Annotated[
    str | None,
    typer.Option(
        "--half-width",
        metavar="X",
        help="With --runs auto: until the 95 % interval of the first --metric (else of population) is within ± X in "
        "every arm; in its unit, a share like 1 %.",
    ),
]
Most = Annotated[
    int | None,
    typer.Option(
        "--most", min=2, max=MOST_RUNS, metavar="N", help="With --runs auto: no more worlds than this (400)."
    ),
]


def enough(
    runs: str | None, half_width: str | None, most: int | None, metrics: Sequence[str]
) -> tuple[int | None, Precision | None]:
    """The number of worlds asked for, or how sure the comparison is to be. Raises UserError for half a question."""
    if runs == AUTO:
        if half_width is None:
            raise UserError("--runs auto: needs --half-width, how narrow the interval is to be")
        from sim.study.precision import METRIC, MOST, Precision
        from sim.study.precision import half_width as read

        metric = metrics[0] if metrics else METRIC
        return 1, Precision(read(half_width, metric), metric, most or MOST)
    if half_width is not None or most is not None:
        raise UserError("--half-width and --most: go with --runs auto")
    if runs is not None and not (runs.isascii() and runs.isdigit() and runs.strip("0")):
        raise UserError(f"--runs {runs}: is neither a whole number from 1 on nor auto")
    if runs is not None and (len(runs.lstrip("0")) > len(str(MOST_RUNS)) or int(runs) > MOST_RUNS):
        raise UserError(f"--runs {runs[:20]}: is more than {MOST_RUNS:,}")
    return (None if runs is None else int(runs)), None


def done(task: Task, comparison: Comparison, precision: Precision | None) -> Task:
    """The task as it was done: with as many worlds as it took, and what was asked."""
    if precision is None:
        return task
    return replace(task, runs=len(comparison.worlds), asked=precision.as_words())


def precision_of(task: Task) -> Precision | None:
    """How sure a comparison was to be; None where a number of worlds was asked for."""
    if not task.asked:
        return None
    from sim.study.precision import Precision

    return Precision.from_words(task.asked)


def precision_as_json(precision: Precision | None, comparison: Comparison) -> dict[str, Any]:
    """What `--json` says of it: what was asked, what was reached in each arm, and whether that is enough."""
    if precision is None:
        return {}
    reached = precision.reached(comparison.worlds)
    return {"precision": {**asdict(precision), "reached": reached, "met": precision.met(comparison.worlds)}}


def about_precision(precision: Precision | None, comparison: Comparison) -> str:
    """Why the study ended where it did, in a sentence; nothing where a number of worlds was asked for."""
    if precision is None:
        return ""
    from sim.study.compare import MEANINGS

    label = MEANINGS[precision.metric].label
    worlds = count(len(comparison.worlds), "world")
    reached = precision.reached(comparison.worlds)
    arm, width = max(reached.items(), key=lambda each: float("inf") if each[1] is None else each[1])
    asked = f"± {_wide(precision.half_width, precision.metric)} asked"
    if width is None:
        return f"{worlds}: the interval of {label} is not defined for '{arm}' ({asked})."
    found = f"the interval of {label} is ± {_wide(width, precision.metric)} for '{arm}', the widest ({asked})"
    if precision.met(comparison.worlds):
        return f"{worlds} were enough: {found}."
    return f"{worlds} were not enough, and no more were allowed: {found}."


def _wide(width: float, metric: str) -> str:
    """A half-width in the unit of the table: of a share in percentage points."""
    from sim.study.compare import MEANINGS

    return f"{100 * width:.2g} pt" if MEANINGS[metric].unit == "share" else f"{width:.2g}"
