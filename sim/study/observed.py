"""What was observed, from a plain CSV file, and the same numbers of a simulated run.

A file has a column of time (dates, or days or hours from day 0) and columns of values; or it has a row an event, and
rows are counted. Which column is which series is said by a mapping: `value=posts`; `*=posts` counts rows;
`sentiment:negative=complaint_posts` counts rows with that value. Time is cut into hours or days.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from sim.errors import FileError, UserError
from sim.scenario.names import nearest
from sim.study import series
from sim.study.metrics import grievances
from sim.world.record import Record

Kind = Literal["count", "share", "level", "sample"]
Per = Literal["hour", "day"]
HOURS = {"hour": 1, "day": 24}

SERIES: dict[str, tuple[Kind, str]] = {
    "posts": ("count", "public posts about the brand"),
    "praise_posts": ("count", "those of them that praise"),
    "complaint_posts": ("count", "those of them that complain"),
    "private_complaints": ("count", "complaints made in private"),
    "shares": ("count", "times a post was passed on"),
    "views": ("count", "times a post was read"),
    "replies": ("count", "replies given"),
    "adopters": ("count", "people who became customers"),
    "net_sentiment": ("share", "praising less complaining posts, as a share of both (-1..1)"),
    "rating": ("level", "public rating (stars of 5)"),
    "customers": ("level", "customers of the brand"),
    "reputation": ("level", "reputation (0-100), from a survey"),
    "ttfr_minutes": ("sample", "minutes to the first reply, a row each"),
}
"""What can be fitted: how it adds up over time, and what it says. A sample has no time: its quantiles are fitted."""

FLOWS = {"praise_posts": "praise", "complaint_posts": "complaints", "adopters": "acquired"}
TIMES = ("time", "timestamp", "date", "datetime", "day", "hour", "month")


@dataclass(frozen=True)
class Observed:
    """What was observed, cut into bins of `per` from the midnight of day 0.

    starts: the date of day 0, None where the file counts days or hours. values: by series, float64 [bins], nan where
    nothing was observed; of a sample, its values in no order.
    """

    starts: dt.date | None
    per: Per
    bins: int
    values: dict[str, np.ndarray]

    @property
    def days(self) -> int:
        """How many days the bins span."""
        return math.ceil(self.bins * HOURS[self.per] / 24)


def mapped(texts: Sequence[str]) -> dict[str, str]:
    """`value=posts` and its like as {series: column}. Raises UserError for a series that does not exist."""
    found = {}
    for text in texts:
        column, equals, name = text.rpartition("=")
        if not equals or not column:
            raise UserError(f"--map {text}: write column=series, like volume=posts")
        if name not in SERIES:
            raise UserError(f"--map {text}: there is no series {name!r} ({nearest(name, SERIES)})")
        found[name] = column
    if not found:
        raise UserError(f"say which column is which series, like --map volume=posts (there is: {', '.join(SERIES)})")
    return found


def read_observed(
    file: Path,
    columns: Mapping[str, str],
    *,
    time: str | None = None,
    where: Mapping[str, str] | None = None,
    per: Per | None = None,
    days: int | None = None,
    shift: float = 0.0,
) -> Observed:
    """What a CSV file says. columns: by series, its column. time: its column (default: one that is called so).

    where: only rows with these values. per: the bins (default: hours if the file spans three weeks or less and is
    finer than days). days: only so many from the first. shift: hours added to dates, as from UTC to the customers' own
    time, by which their day has its rhythm. Raises FileError with the line, and UserError for columns that
    are not there.
    """
    rows = _rows(file, where or {})
    head = list(rows[0][1])
    wanted = [column.partition(":")[0] for column in columns.values() if column != "*"]
    for column in [*wanted, *(where or {}), *([time] if time else [])]:
        if column not in head:
            raise UserError(f"{file}: has no column {column!r} ({nearest(column, head)})")
    timed = any(SERIES[name][0] != "sample" for name in columns)
    if not timed:
        return Observed(None, per or "day", 1, {name: _sample(file, rows, columns[name]) for name in columns})
    hours, starts = _hours(file, rows, time or next((name for name in head if name.lower() in TIMES), head[0]), shift)
    per = per or ("hour" if np.ptp(hours) <= 21 * 24 and (np.diff(np.unique(hours)) < 23).any() else "day")
    if days is not None:
        rows, hours = [row for row, hour in zip(rows, hours, strict=True) if hour < 24 * days], hours[hours < 24 * days]
    places = (hours // HOURS[per]).astype(int)
    values = {name: _column(file, rows, places, column, SERIES[name][0]) for name, column in columns.items()}
    for partial in _partial(hours, HOURS[per]):
        for name in values:
            if SERIES[name][0] == "count":
                values[name][partial] = np.nan
    return Observed(starts, per, int(places.max()) + 1, values)


def _partial(hours: np.ndarray, width: int) -> list[int]:
    """The first and last bin, where the file begins or ends within them (by more than a tenth)."""
    spacing = float(np.median(np.diff(np.unique(hours)))) if len(np.unique(hours)) > 1 else float(width)
    first, end = float(hours.min()), float(hours.max()) + spacing
    late = [int(first // width)] if first % width > 0.1 * width else []
    early = [int(hours.max() // width)] if end < (hours.max() // width + 1 - 0.1) * width else []
    return [*late, *early]


def _rows(file: Path, where: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file with their line numbers. Raises FileError if it cannot be read or has none."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(line for line in stream if not line.startswith("#"))
            rows = [
                (reader.line_num, row)
                for row in reader
                if all(row.get(column, value) == value for column, value in where.items())
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{file}: cannot be read as CSV: {str(error).lower()}") from error
    if not rows:
        wanted = f" with {dict(where)}" if where else ""
        raise FileError(f"{file}: has no rows{wanted}")
    return rows


def _number(file: Path, line: int, column: str, text: str | None) -> float:
    """A number; nan for an empty cell. Raises FileError for anything else."""
    if text is None or not text.strip():
        return math.nan
    try:
        return float(text)
    except ValueError:
        raise FileError(f"{file}:{line}: {column}: {text!r} is no number") from None


def _hours(
    file: Path, rows: Sequence[tuple[int, dict[str, str]]], column: str, shift: float
) -> tuple[np.ndarray, dt.date | None]:
    """Hours of each row from the midnight before the first, and that day; for plain numbers from 0, and None."""
    try:
        numbers = [float(row[column]) for _, row in rows]
        return np.array(numbers) * (1 if column.lower().startswith("h") else 24), None
    except ValueError:
        pass
    moments = []
    for line, row in rows:
        try:
            written = dt.datetime.fromisoformat(row[column].strip()).replace(tzinfo=None)
            moments.append(written + dt.timedelta(hours=shift))
        except ValueError:
            raise FileError(f"{file}:{line}: {column}: {row[column]!r} is no date (write 2026-01-31 14:00)") from None
    first = dt.datetime.combine(min(moments).date(), dt.time())
    return np.array([(moment - first).total_seconds() / 3600 for moment in moments]), first.date()


def _sample(file: Path, rows: Sequence[tuple[int, dict[str, str]]], column: str) -> np.ndarray:
    found = np.array([_number(file, line, column, row[column]) for line, row in rows])
    return np.asarray(found[np.isfinite(found)])


def _column(
    file: Path, rows: Sequence[tuple[int, dict[str, str]]], places: np.ndarray, column: str, kind: Kind
) -> np.ndarray:
    """A series in bins: counts are summed, shares and levels are means; before the first row nothing was observed."""
    if kind == "sample":
        return _sample(file, rows, column)
    name, colon, value = column.partition(":")
    counted = column == "*" or bool(colon)
    if counted:
        numbers = np.array([1.0 if column == "*" or row[name] == value else 0.0 for _, row in rows])
    else:
        numbers = np.array([_number(file, line, column, row[column]) for line, row in rows])
    known = np.isfinite(numbers)
    n = int(places.max()) + 1
    total = np.bincount(places[known], numbers[known], n)
    rows_in = np.bincount(places[known], minlength=n)
    found = total if kind == "count" else series.ratio(total, rows_in.astype(np.float64))
    seen = np.arange(n) >= places.min() if counted else rows_in > 0
    return np.where(seen, found, np.nan)


# ------------------------------------------------------------------------------------------------ of a run


def simulated(record: Record, brand: int, names: Sequence[str], per: Per, bins: int) -> dict[str, np.ndarray]:
    """The same series of a run, in the same bins: float64 [bins] each; of a sample, its values."""
    return {name: _of_run(record, brand, name, per, bins) for name in names}


def _of_run(record: Record, brand: int, name: str, per: Per, bins: int) -> np.ndarray:
    if name == "ttfr_minutes":
        heard = grievances(record, brand)
        return np.asarray(60.0 * heard.waited[heard.answered])
    if name == "net_sentiment":
        praise = _binned(series.flow(record, "praise", brand), per, bins)
        complaints = _binned(series.flow(record, "complaints", brand), per, bins)
        return series.ratio(praise - complaints, praise + complaints)
    if name == "reputation":
        return _last(series.reputation(record, brand)[1:], per, bins)
    if name == "rating":
        return _last(3.0 + 2.0 * series.level(record, "rating", brand)[1:], per, bins)
    if name == "customers":
        return _last(series.level(record, "customers", brand)[1:], per, bins)
    return _binned(series.flow(record, FLOWS.get(name, name), brand), per, bins)


def _binned(hourly: np.ndarray, per: Per, bins: int) -> np.ndarray:
    """Sums over bins."""
    return np.asarray(hourly[: bins * HOURS[per]].reshape(bins, HOURS[per]).sum(axis=1))


def _last(hourly: np.ndarray, per: Per, bins: int) -> np.ndarray:
    """The value at the end of each bin."""
    return np.asarray(hourly[: bins * HOURS[per]][HOURS[per] - 1 :: HOURS[per]])
