"""What can be observed of a brand over time, and the same numbers of a simulated run.

Time is cut into bins of equal length from the midnight of day 0. Observed numbers come from a file: `observed_file.py`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.study import series
from sim.study.metrics import grievances
from sim.world.record import Record

Kind = Literal["count", "share", "level", "sample"]
Per = Literal["hour", "day", "week", "month", "year"]
HOURS: dict[str, float] = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.5, "year": 8766.0}
"""The length of each kind of bin; months and years are mean ones."""
MOST_DAYS = 3660
"""The longest run of a scenario."""

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
RANGES: dict[str, tuple[float, float]] = {
    "net_sentiment": (-1.0, 1.0),
    "rating": (0.0, 5.0),
    "reputation": (0.0, 100.0),
}
"""What a number of a series can be, if not anything from 0 on."""


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
    time: str = ""
    """The column that told the time; empty for samples, which have none."""

    @property
    def days(self) -> int:
        """How many days the bins span."""
        return math.ceil(int(edges(self.per, self.bins)[-1]) / 24)


def edges(per: Per, bins: int) -> np.ndarray:
    """The full hours from day 0 at which bins begin, and that at which the last one ends: int64 [bins + 1]."""
    return np.round(np.arange(bins + 1) * HOURS[per]).astype(np.int64)


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
    ends = edges(per, bins)
    return np.asarray(np.add.reduceat(hourly[: ends[-1]], ends[:-1]))


def _last(hourly: np.ndarray, per: Per, bins: int) -> np.ndarray:
    """The value at the end of each bin."""
    return np.asarray(hourly[edges(per, bins)[1:] - 1])
