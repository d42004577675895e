"""Points in time as a scenario writes them: `day 10 18:00`, `2026-12-24`, and hours of a day: `08:00-22:00`.

Day 0 begins at midnight of `clock.starts`, which is hour 0 of the world.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
_ON_DAY = re.compile(rf"day\s+(\d{{1,6}})(?:\s+{_CLOCK})?")
_ON_DATE = re.compile(rf"(\d{{4}})-(\d\d?)-(\d\d?)(?:[ T]+{_CLOCK}(?::00)?)?")
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|to)\s*(?:{_CLOCK}|(24):(00))")


@dataclass(frozen=True)
class Moment:
    """A point in time: hours after day 0 began, or a date that only the clock can place."""

    after: float | None = None
    date: dt.datetime | None = None

    def hours(self, starts: dt.datetime) -> float:
        """Hours from the beginning of day 0, which is `starts`. Negative if the moment lies before it."""
        if self.date is not None:
            return (self.date - starts).total_seconds() / 3600
        assert self.after is not None
        return self.after

    def __str__(self) -> str:
        if self.date is not None:
            return f"{self.date:%Y-%m-%d %H:%M}"
        assert self.after is not None
        minutes = round(self.after * 60)
        return f"day {minutes // 1440} {minutes % 1440 // 60:02}:{minutes % 60:02}"


def moment(value: Any) -> Moment:
    """`day 10 18:00`, `day 10` or a date as a `Moment`. Raises ValueError for anything else."""
    if isinstance(value, Moment):
        return value
    if not isinstance(value, str):
        raise ValueError(f"a moment is needed, like day 10 18:00; got {value!r}")
    text = value.strip()
    if found := _ON_DAY.fullmatch(text):
        day, hour, minute = (int(part or 0) for part in found.groups())
        return Moment(after=(day * 1440 + hour * 60 + minute) / 60)
    if date := _date(text):
        return Moment(date=date)
    raise ValueError(f"{value!r} is not a moment: write day 10 18:00 or 2026-12-24 18:00")


def midnight(value: Any) -> dt.datetime:
    """The date on which day 0 begins. Raises ValueError unless it is a date (at midnight)."""
    date = (
        value if isinstance(value, dt.datetime) else _date(value.strip()) if isinstance(value, str) else None
    )
    if date is None or date.tzinfo is not None:
        raise ValueError(f"{value!r} is not a date: write 2026-12-14 00:00")
    if (date.hour, date.minute) != (0, 0):
        raise ValueError(f"day 0 begins at midnight: write {date:%Y-%m-%d} 00:00")
    return date


def _date(text: str) -> dt.datetime | None:
    found = _ON_DATE.fullmatch(text)
    if not found:
        return None
    try:
        return dt.datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError as error:
        raise ValueError(f"there is no date {text!r}") from error


@dataclass(frozen=True)
class DayHours:
    """A stretch of each day, in hours of the clock. `closes` is after `opens`, and may pass 24."""

    opens: float
    closes: float

    def __str__(self) -> str:
        if self.closes - self.opens == 24:
            return "24/7"
        return f"{_clock(self.opens)}-{_clock(self.closes if self.closes <= 24 else self.closes - 24)}"


def day_hours(value: Any) -> DayHours:
    """`08:00-22:00`, `22:00-06:00` (over midnight) or `24/7`. Raises ValueError for anything else."""
    if isinstance(value, DayHours):
        return value
    if not isinstance(value, str):
        raise ValueError(f'opening hours are needed, like "08:00-22:00" or 24/7; got {value!r}')
    if value.strip() == "24/7":
        return DayHours(0.0, 24.0)
    found = _SPAN.fullmatch(value.strip())
    if not found:
        raise ValueError(f'{value!r} are no opening hours: write "08:00-22:00" or 24/7')
    opens = (int(found[1]) * 60 + int(found[2])) / 60
    closes = (int(found[3] or found[5]) * 60 + int(found[4] or found[6])) / 60
    if opens == closes or (opens, closes) == (0.0, 24.0):
        return DayHours(0.0, 24.0) if closes == 24.0 else _never(value)
    return DayHours(opens, closes if closes > opens else closes + 24.0)


def _never(value: str) -> DayHours:
    raise ValueError(f"{value!r} open and close at once: for round the clock write 24/7")


def _clock(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


At = Annotated[
    Moment,
    BeforeValidator(moment),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*(day\s+\d+|\d{4}-\d\d?-\d\d?)([ T]+\d\d?:\d\d(:00)?)?\s*$",
            "examples": ["day 10 18:00", "2026-12-24 18:00"],
        }
    ),
]
"""A moment: `day 10 18:00` or a date in, a `Moment` inside."""

Midnight = Annotated[
    dt.datetime,
    BeforeValidator(midnight),
    PlainSerializer(lambda date: f"{date:%Y-%m-%d %H:%M}"),
    WithJsonSchema({"type": "string", "examples": ["2026-12-14 00:00"]}),
]
"""The date day 0 begins on."""

OpeningHours = Annotated[
    DayHours,
    BeforeValidator(day_hours),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["08:00-22:00", "24/7"]}),
]
"""Hours of each day."""
