"""The tables of a run, tidy: a row an observation, a column a variable, in files any program reads.

The warm-up is left out, so that a share may refer to a first post that is not in the table. Times are hours
from day 0; what never happened is empty. Numbers are written in the shortest form that reads back exactly.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import UserError
from sim.study import series
from sim.study.cascades import Cascades, cascades
from sim.study.catalogue import flat
from sim.study.happenings import texts
from sim.study.metrics import Metrics
from sim.world import state as s
from sim.world.record import Record

if TYPE_CHECKING:
    from sim.study.compare import Comparison

Table = Mapping[str, np.ndarray]
"""Columns of one length, by name, in their order."""

ROWS_A_PIECE = 50_000
"""Rows that are turned into text at once."""

STATES = ("unheard", "waiting", "in hand", "answered", "dropped")
QUALITIES = ("action", "ease", "empathy", "honesty", "personal")


class MissingExtraError(UserError):
    """An optional part of the program is needed and not installed."""

    code = "extra"


def tables(record: Record) -> dict[str, Table]:
    """All tables of a run, by name."""
    return {
        "hourly": series.hourly_table(record),
        "daily": series.daily_table(record),
        "posts": posts_table(record),
        "replies": replies_table(record),
        "cascades": cascades_table(record, cascades(record)),
        "happenings": happenings_table(record),
    }


def posts_table(record: Record) -> Table:
    """Every public post, private complaint, share and comment; `post` is its number, `root` and `parent`
    refer to it.
    """
    chosen = (record.posts["time"] >= 0) & (record.posts["time"] < record.now)
    rows = record.posts[chosen]
    return {
        "post": np.flatnonzero(chosen),
        "time": rows["time"],
        "kind": _names(s.POST_KINDS, rows["kind"]),
        "brand": _names(record.brands, rows["brand"]),
        "issue": _names(record.issues, rows["issue"]),
        "author": rows["author"],
        "segment": _names(record.segments, record.people["segment"][rows["author"]]),
        "followers": record.followers[rows["author"]],
        **{name: rows[name] for name in ("valence", "arousal", "vividness", "root")},
        "parent": _places(rows["parent"]),
        **{name: rows[name] for name in ("depth", "grievance")},
        "repeats": rows["times"],
        **{name: rows[name] for name in ("views", "views_unanswered", "shares", "noticed", "first_reply")},
        "public_reply": rows["reply_time"],
        "public_reply_worth": np.where(np.isfinite(rows["reply_time"]), rows["reply_worth"], np.float32(np.nan)),
        "state": _names(STATES, rows["state"]),
    }


def replies_table(record: Record) -> Table:
    """Every reply: to which post, when, by whom, its five qualities, what it was worth, how it moved the
    author.
    """
    rows = record.replies[record.replies["time"] >= 0]
    return {
        **{name: rows[name] for name in ("time", "delay", "post", "author")},
        "brand": _names(record.brands, rows["brand"]),
        "by": _names(s.ANSWERERS, rows["by"]),
        "channel": _names(s.CHANNELS, rows["channel"]),
        **{name: rows[name] for name in (*QUALITIES, "worth", "change", "first")},
    }


def cascades_table(record: Record, found: Cascades) -> Table:
    """Every cascade; `root` is the number of its first post."""
    return {
        "root": found.root,
        "time": record.posts["time"][found.root],
        "brand": _names(record.brands, found.brand),
        "issue": _names(record.issues, found.issue),
        "size": found.size,
        "depth": found.depth,
        "within_one_step": found.within_one_step,
        "structural_virality": found.virality,
        "views": record.posts["views"][found.root],
    }


def happenings_table(record: Record) -> Table:
    """Incidents, statements, alarms, content and press stories, dated."""
    said = [(note, text) for note, text in zip(record.notes, texts(record), strict=True) if note.time >= 0]
    notes = [note for note, _ in said]
    return {
        "time": np.array([note.time for note in notes], np.float64),
        "date": np.array([f"{record.scenario.date(note.time):%Y-%m-%d %H:%M}" for note in notes], object),
        "brand": np.array([record.brands[note.brand] for note in notes], object),
        "kind": np.array([note.kind for note in notes], object),
        "text": np.array([text for _, text in said], object),
    }


def runs_table(seeds: Sequence[int], runs: Sequence[Metrics]) -> Table:
    """Every number of every run, a row each: run, its seed, brand (empty: of the whole world), metric, value."""
    rows = [
        (k, str(seed), brand, metric, value)
        for k, (seed, metrics) in enumerate(zip(seeds, runs, strict=True))
        for brand, metric, value in _numbers(metrics)
    ]
    return _table(rows, run=np.int64, seed=object, brand=object, metric=object, value=np.float64)


def worlds_table(comparison: Comparison) -> Table:
    """Every number of every arm in every world, a row each: run, seed, arm, brand, metric, value.

    An arm's effects on groups of people stand among its metrics; the baseline has none.
    """
    rows: list[tuple[Any, ...]] = []
    for k, world in enumerate(comparison.worlds):
        for arm, metrics in world.metrics.items():
            rows += [(k, str(world.seed), arm, *number) for number in _numbers(metrics)]
            for brand, effects in world.effects.get(arm, {}).items():
                rows += [(k, str(world.seed), arm, brand, group, gain) for group, gain in flat(effects).items()]
    return _table(rows, run=np.int64, seed=object, arm=object, brand=object, metric=object, value=np.float64)


def differences_table(comparison: Comparison) -> Table:
    """Every difference from the baseline, a row each, with its interval, wins, runs and what pairing saved."""
    rows = [
        (arm, brand, metric, one.mean, one.low, one.high, one.wins, one.runs, one.pairing)
        for arm, brands in comparison.differences.items()
        for brand, found in brands.items()
        for metric, one in found.items()
    ]
    number, whole = np.float64, np.int64
    return _table(
        rows,
        arm=object,
        brand=object,
        metric=object,
        mean=number,
        low=number,
        high=number,
        wins=whole,
        runs=whole,
        pairing=number,
    )


def _table(rows: Sequence[tuple[Any, ...]], **kinds: type) -> Table:
    """Rows as columns of some kinds."""
    return {
        name: np.array([row[place] for row in rows], dtype=kind) for place, (name, kind) in enumerate(kinds.items())
    }


def _numbers(metrics: Metrics) -> Iterator[tuple[str | None, str, float | None]]:
    """The numbers of a run: whose (a brand's, or nobody's), which, how much."""
    for brand in metrics.brands:
        yield from ((brand, metric, value) for metric, value in metrics.of(brand).items())
    for part in ("cascades", "events"):
        yield from ((None, f"{part}.{name}", value) for name, value in flat(getattr(metrics, part)).items())


def _names(names: Sequence[str], places: np.ndarray) -> np.ndarray:
    """The names at some places: object, same shape."""
    named: np.ndarray = np.array([*names, None], dtype=object)[places]
    return named


def _places(places: np.ndarray) -> np.ndarray:
    """Places in a table, None for none: object, same shape."""
    filled = places.astype(object)
    filled[places < 0] = None
    return filled


# ---------------------------------------------------------------------------------------------- files


def csv_pieces(table: Table) -> Iterator[str]:
    """A table as CSV, some rows at a time: a header, commas, one line a row, ended by a line feed.

    As text, all posts of ten million people at once would take ten times the memory of their numbers.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    for begin in range(0, max((len(column) for column in table.values()), default=0), ROWS_A_PIECE):
        piece = slice(begin, begin + ROWS_A_PIECE)
        writer.writerows(zip(*(_texts(column[piece]) for column in table.values()), strict=True))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _texts(column: np.ndarray) -> list[str]:
    """A column as text; nan, infinity and None are empty."""
    if column.dtype == object:
        return ["" if value is None else str(value) for value in column.tolist()]
    if not np.issubdtype(column.dtype, np.floating):
        return [str(value) for value in column.tolist()]
    known = np.isfinite(column)
    if column.dtype == np.float32:
        return [text if fine else "" for text, fine in zip(column.astype(str).tolist(), known.tolist(), strict=True)]
    return [_number(value) if fine else "" for value, fine in zip(column.tolist(), known.tolist(), strict=True)]


def _number(value: float) -> str:
    """`3` for 3.0, else the shortest text that reads back as the same number."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def check_parquet() -> None:
    """Raise MissingExtraError with the cure if Parquet files cannot be written here."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        cure = "pip install 'micro-moments[parquet]'"
        raise MissingExtraError(f"Parquet files need an optional part of the program: {cure}") from None


def as_arrow(table: Table) -> Any:
    """A table as an Arrow table; what is not defined is null."""
    import pyarrow

    columns = {
        name: pyarrow.array(column.tolist() if column.dtype == object else column, from_pandas=True)
        for name, column in table.items()
    }
    return pyarrow.table(columns)


def write_parquet(table: Table, file: Path) -> None:
    """Write a table as Parquet."""
    import pyarrow.parquet

    pyarrow.parquet.write_table(as_arrow(table), file)
