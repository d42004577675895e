"""What was observed, read from a plain CSV file.

A file has a column of time (dates; or days, hours, weeks, months or years as numbers) and columns of values; or it has
a row an event, and rows are counted. Which column is which series is said by a mapping: `value=posts`; `*=posts` counts
rows; `sentiment:negative=complaint_posts` counts rows with that value. Commas, semicolons or tabs part the cells.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.errors import FileError, UserError
from sim.scenario.names import nearest
from sim.study import series
from sim.study.observed import HOURS, MOST_DAYS, RANGES, SERIES, Observed, Per

TIMES = ("time", "timestamp", "date", "datetime", "day", "hour", "week", "month", "year")
MISSING = ("", "-", "na", "n/a", "nan", "none", "null")
"""What a cell says that says nothing, in any letters."""
PARTING = (",", ";", "\t")
OTHER = ", or name another column with --time"

Row = tuple[int, dict[str, str]]
"""A row with the number of its line."""


def mapped(texts: Sequence[str]) -> dict[str, str]:
    """`value=posts` and its like as {series: column}. Raises UserError for a series that does not exist."""
    found: dict[str, str] = {}
    for text in texts:
        column, equals, name = text.rpartition("=")
        if not equals or not column:
            raise UserError(f"--map {text}: write column=series, like volume=posts")
        if name not in SERIES:
            raise UserError(f"--map {text}: there is no series {name!r} ({nearest(name, SERIES)})")
        if name in found:
            raise UserError(f"--map {text}: {name} is column {found[name]!r} already")
        found[name] = column
    if not found:
        raise UserError("say which column is which series, like --map volume=posts; there are these: sim list series")
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
    """What a CSV file says. columns: by series, its column. time: its column (default: `time_column`).

    where: only rows with these values. per: the bins (default: hours if the file spans three weeks or less and is
    finer than days; else what is nearest to the time between its rows). days: only so many from the first. shift: hours
    added to dates, as from UTC to the customers' own time, by which their day has its rhythm. Raises FileError with the
    line, and UserError for columns that are not there.
    """
    rows = _rows(file, where or {}, [*columns.values(), *(where or {}), *([time] if time else [])])
    if all(SERIES[name][0] == "sample" for name in columns):
        return Observed(None, per or "day", 1, {name: _sample(file, rows, columns[name], name) for name in columns})
    time = time or time_column(file, rows, columns)
    moments = _moments(file, rows, time, shift)
    if days is not None:
        kept = [hour < 24 * days for hour in moments.hours]
        rows, moments = [row for row, is_kept in zip(rows, kept, strict=True) if is_kept], moments.only(np.array(kept))
    per = per or moments.usual_bins()
    at = moments.in_bins(per)
    n = int(at.max()) + 1
    if n * HOURS[per] > 24 * MOST_DAYS + HOURS[per]:
        spans = f"spans {n * HOURS[per] / 24:,.0f} days from day 0, of which at most {MOST_DAYS:,} can be simulated"
        raise FileError(f"{file}: {spans}: write dates or days from 0, or take the first with --days")
    values = {name: _column(file, rows, at.astype(int), column, name) for name, column in columns.items()}
    for partial in _partial(at):
        for name in values:
            if SERIES[name][0] == "count":
                values[name][partial] = np.nan
    return Observed(moments.starts, per, n, values, time)


# ------------------------------------------------------------------------------------------------ time


def time_column(file: Path, rows: Sequence[Row], columns: Mapping[str, str]) -> str:
    """The column of time, if none is named: one that is called so, else the one that holds dates, else the first.

    Of several with dates the first is taken. Columns of the series are no candidates. Raises UserError if what is left
    holds neither dates nor numbers that rise.
    """
    used = {column for column in columns.values() if column != "*"} | {
        column.partition(":")[0] for column in columns.values()
    }
    left = [name for name in rows[0][1] if name not in used]
    called = [name for name in left if name.lower() in TIMES]
    dated = [name for name in left if _is_date(rows[0][1][name]) and _is_date(rows[-1][1][name])]
    if found := [*called, *dated]:
        return found[0]
    if left and _rises([row[left[0]] for _, row in rows]):
        return left[0]
    raise UserError(f"{file}: no column holds dates: name that of the time with --time (there is: {', '.join(left)})")


def _is_date(cell: str) -> bool:
    """Whether a cell holds a date (a plain number of eight digits is rather a number)."""
    try:
        dt.datetime.fromisoformat(cell.strip())
    except ValueError:
        return False
    return not cell.strip().isdigit()


def _rises(cells: Sequence[str]) -> bool:
    """Whether cells hold numbers that never fall, and more than two of them: days or hours, and no mark of 0 or 1."""
    try:
        numbers = np.array([float(cell) for cell in cells])
    except ValueError:
        return False
    return bool((np.diff(numbers) >= 0).all() and (len(set(cells)) > 2 or len(cells) < 3))


@dataclass(frozen=True)
class Moments:
    """When each row was. hours: float64 [rows] from day 0. dates: the same as dates, where the file has them.

    unit: of the numbers, where it has these.
    """

    hours: np.ndarray
    dates: tuple[dt.datetime, ...] = ()
    unit: Per = "day"

    @property
    def starts(self) -> dt.date | None:
        """The date of day 0; None where the file counts days, hours and so on."""
        return min(self.dates).date() if self.dates else None

    def only(self, kept: np.ndarray) -> Moments:
        """Those of some rows: bool [rows]."""
        dates = tuple(self.dates[k] for k in np.flatnonzero(kept)) if self.dates else ()
        return Moments(self.hours[kept], dates, self.unit)

    def usual_bins(self) -> Per:
        """The bins that fit such rows."""
        apart = np.diff(np.unique(self.hours))
        if np.ptp(self.hours) <= 21 * 24 and (apart < 23).any():
            return "hour"
        if not self.dates:
            return "day" if self.unit == "hour" else self.unit
        usual = float(np.median(apart)) if len(apart) else 24.0
        coarse: tuple[Per, ...] = ("year", "month", "week")
        return next((per for per in coarse if usual > 0.85 * HOURS[per]), "day")

    def in_bins(self, per: Per) -> np.ndarray:
        """How many bins each row lies after day 0, with fractions: float64 [rows]. Months and years of dates are those
        of the calendar.
        """
        if not self.dates or per not in ("month", "year"):
            return np.asarray(self.hours / HOURS[per])
        first = min(self.dates)
        if per == "year":
            of = [(date.timetuple().tm_yday - 1) / 366 for date in self.dates]
            return np.array([date.year - first.year + part for date, part in zip(self.dates, of, strict=True)])
        months = [12 * (date.year - first.year) + date.month - first.month for date in self.dates]
        return np.array([month + (date.day - 1) / 31 for month, date in zip(months, self.dates, strict=True)])


def _moments(file: Path, rows: Sequence[Row], column: str, shift: float) -> Moments:
    """When each row was, from a column. Weeks, months and years that are numbers count from the first of them."""
    if not math.isfinite(shift):
        raise UserError(f"--shift {shift}: write hours, like -6")
    try:
        numbers = np.array([float(row[column]) for _, row in rows])
    except ValueError:
        return _dates(file, rows, column, shift)
    for (line, row), number in zip(rows, numbers.tolist(), strict=True):
        if not 0 <= number < math.inf:
            cure = f"write a date, or a number from 0 on{OTHER}"
            raise FileError(f"{file}:{line}: {column}: {row[column]} is no time: {cure}")
    units: dict[str, Per] = {"h": "hour", "w": "week", "m": "month", "y": "year"}
    unit = units.get(column.strip().lower()[:1], "day")
    first = numbers.min() if unit in ("week", "month", "year") else 0.0
    return Moments((numbers - first) * HOURS[unit], unit=unit)


def _dates(file: Path, rows: Sequence[Row], column: str, shift: float) -> Moments:
    found = []
    for line, row in rows:
        try:
            written = dt.datetime.fromisoformat(row[column].strip()).replace(tzinfo=None)
        except ValueError:
            cure = f"write 2026-01-31 14:00{OTHER}"
            raise FileError(f"{file}:{line}: {column}: {row[column]!r} is no date ({cure})") from None
        found.append(written + dt.timedelta(hours=shift))
    first = dt.datetime.combine(min(found).date(), dt.time())
    return Moments(np.array([(moment - first).total_seconds() / 3600 for moment in found]), tuple(found))


def _partial(at: np.ndarray) -> list[int]:
    """The first and last bin, where the file begins or ends within them (by more than a tenth).

    at: float64 [rows] in bins. A file of a row a bin has whole bins, whenever in them its rows are dated.
    """
    apart = np.diff(np.unique(at))
    spacing = float(np.median(apart)) if len(apart) else 1.0
    if spacing > 0.85:
        return []
    first, last = math.floor(at.min()), math.floor(at.max())
    late = [first] if at.min() - first > 0.1 else []
    early = [last] if at.max() + spacing < last + 0.9 else []
    return [*late, *early]


# ------------------------------------------------------------------------------------------------ cells


def _rows(file: Path, where: Mapping[str, str], needed: Sequence[str]) -> list[Row]:
    """The rows of a file with their line numbers. needed: columns (`*`: none; `name:value`: that name).

    Raises FileError if it cannot be read or has none, UserError for a column that is not there.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            found = list(_cells(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError(f"{file}: cannot be read as CSV: {why}") from error
    if not found:
        raise FileError(f"{file}: is empty: it needs a line of column names, and rows")
    (_, head), *rows = found
    for column in needed:
        name = column if column in head else column.partition(":")[0]
        if name != "*" and name not in head:
            raise UserError(f"{file}: has no column {name!r} ({nearest(name, head)})")
        if head.count(name) > 1:
            raise FileError(f"{file}: has {head.count(name)} columns {name!r}: give each a name of its own")
    kept: list[Row] = []
    for line, cells in rows:
        if len(cells) > len(head):
            raise FileError(f"{file}:{line}: has {len(cells)} cells, but there are {len(head)} columns")
        row = dict(zip(head, [*cells, *[""] * (len(head) - len(cells))], strict=True))
        if all(row[column] == value for column, value in where.items()):
            kept.append((line, row))
    if not kept:
        wanted = " with " + ", ".join(f"{column}={value}" for column, value in where.items()) if where else ""
        raise FileError(f"{file}: has no rows{wanted}")
    return kept


def _cells(stream: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that holds any, with its number; lines that begin with # are comments."""
    lines = [(number, line) for number, line in enumerate(stream, 1) if not line.startswith("#")]
    if not lines:
        return
    reader = csv.reader((line for _, line in lines), delimiter=max(PARTING, key=lines[0][1].count))
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield lines[reader.line_num - 1][0], [cell.strip() for cell in cells]


def _number(file: Path, line: int, column: str, text: str, name: str) -> float:
    """A number in the range of a series; nan for a missing one. Raises FileError for anything else."""
    if text.lower() in MISSING:
        return math.nan
    try:
        found = float(text)
    except ValueError:
        raise FileError(f"{file}:{line}: {column}: {text!r} is no number") from None
    low, high = RANGES.get(name, (0.0, math.inf))
    if not low <= found <= high or math.isinf(found):
        span = f"at least {low:g}" if math.isinf(high) else f"from {low:g} to {high:g}"
        raise FileError(f"{file}:{line}: {column}: {text} cannot be: {name} is {span}")
    return found


def _sample(file: Path, rows: Sequence[Row], column: str, name: str) -> np.ndarray:
    found = np.array([_number(file, line, column, row[column], name) for line, row in rows])
    known: np.ndarray = found[np.isfinite(found)]
    if not len(known):
        raise FileError(f"{file}: {column}: has no number")
    return known


def _column(file: Path, rows: Sequence[Row], places: np.ndarray, column: str, name: str) -> np.ndarray:
    """A series in bins: counts are summed, shares and levels are means; before the first row nothing was observed."""
    kind = SERIES[name][0]
    if kind == "sample":
        return _sample(file, rows, column, name)
    counted = column == "*" or column not in rows[0][1]
    if counted:
        of, _, value = column.partition(":")
        numbers = np.array([1.0 if column == "*" or row[of] == value else 0.0 for _, row in rows])
        if not numbers.any():
            raise UserError(f"{file}: no row has {value!r} in column {of!r}")
    else:
        numbers = np.array([_number(file, line, column, row[column], name) for line, row in rows])
    known = np.isfinite(numbers)
    if not known.any():
        raise FileError(f"{file}: {column}: has no number")
    n = int(places.max()) + 1
    total = np.bincount(places[known], numbers[known], n)
    rows_in = np.bincount(places[known], minlength=n)
    found = total if kind == "count" else series.ratio(total, rows_in.astype(np.float64))
    seen = np.arange(n) >= places.min() if counted else rows_in > 0
    return np.where(seen, found, np.nan)
