"""Numbers, spans and moments as a reader wants to see them: one way of writing each, for figures and pages."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MINUS = "−"
UNKNOWN = "–"
"""What is written for a number that does not exist (no posts, no replies)."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def number(value: float | None, digits: int = 0) -> str:
    """`1,680` or `−0.4`; a dash for a number that does not exist."""
    if value is None or math.isnan(value):
        return UNKNOWN
    text = f"{abs(value):,.{digits}f}"
    return f"{MINUS}{text}" if value < 0 and float(text.replace(",", "")) != 0 else text


def measure(value: float | None) -> str:
    """A number of any size by its first digits, and never by a power of ten: `13,960`, `526.8`, `0.42`, `0`."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if abs(value) < 1e-6:
        return "0"
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if abs(value) < 1000 else 0
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float | None, digits: int = 0) -> str:
    """`+12` or `−0.4`; zero has no sign."""
    text = number(value, digits)
    return f"+{text}" if value is not None and value > 0 and float(text.replace(",", "")) != 0 else text


def percent(share: float | None, digits: int = 0) -> str:
    """A share 0..1 as `25 %`."""
    if share is None or math.isnan(share):
        return UNKNOWN
    return f"{number(100 * share, digits)} %"


def plural(count: float, one: str, many: str | None = None) -> str:
    """`1 post`, `2,400 posts`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def span(minutes: float | None) -> str:
    """A length of time in the unit it is best read in: `31 min`, `2.4 h`, `3.5 days`."""
    if minutes is None or math.isnan(minutes):
        return UNKNOWN
    if minutes < 1:
        return "under 1 min"
    if minutes < 99.5:
        return f"{minutes:.0f} min"
    if minutes < 48 * 60:
        return f"{_short(minutes / 60)} h"
    return f"{_short(minutes / 1440)} days"


def _short(value: float) -> str:
    """A number with one decimal, if it is small and has any."""
    return number(value, 0 if value >= 10 or abs(value - round(value)) < 0.05 else 1)


def listing(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def day(hours: float) -> str:
    """A moment as `day 10 18:00`, from hours since the beginning of day 0."""
    minutes = math.floor(hours * 60 + 1e-6)
    return f"day {minutes // 1440} {minutes % 1440 // 60:02}:{minutes % 60:02}"


def date(scenario: Scenario, hours: float, *, year: bool = False) -> str:
    """A moment's date as `Thu 24 Dec`; with the year, `24 Dec 2026`."""
    when = scenario.date(hours)
    return date_of(when) if year else f"{WEEKDAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"


def date_of(when: dt.datetime) -> str:
    """`24 Dec 2026`, in English whatever the locale."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]
