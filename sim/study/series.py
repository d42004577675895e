"""What happened over time, as plain series of one brand, and as tidy tables of all. Times are hours from day
0.

Sums over people become means here; a mean over nobody is nan. The warm-up is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np

from sim.world import state as s
from sim.world.record import Record

People = Literal["all", "customers", "prospects"]
"""All who know a brand; those who have it; those who know it without having it."""

LEVELS = s.HOURLY[s.H_WAITING :]
FLOWS = s.HOURLY[: s.H_WAITING]


def hours(record: Record) -> np.ndarray:
    """The full hours of a run, 0 to its end: int64 [H + 1]."""
    return np.arange(len(record.hourly) - _first(record) + 1)


def days(record: Record) -> np.ndarray:
    """The midnights at which everyone was surveyed, in days: int64 [D]. Day 0 is missing without a warm-up."""
    closed = record.now >= 24.0 * record.scenario.clock.days
    passed = math.ceil(record.now / 24.0) + closed
    n = len(record.daily)
    return np.arange(n) + passed - n


def level(record: Record, name: str, brand: int) -> np.ndarray:
    """A level (`LEVELS`) at each full hour: float64 [H + 1]. At hour 0 it is nan if there was no warm-up."""
    before = _first(record) - 1
    column = record.hourly[max(before, 0) :, brand, s.HOURLY.index(name)]
    return column if before >= 0 else np.concatenate([[np.nan], column])


def flow(record: Record, name: str, brand: int) -> np.ndarray:
    """A count (`FLOWS`) in each hour: float64 [H], the hour that begins at 0 first."""
    return record.series(name, brand)


def totals(record: Record, brand: int) -> np.ndarray:
    """The sums over all hours of every count: float64, in the order of `FLOWS`."""
    sums: np.ndarray = record.hourly[_first(record) :, brand, : len(FLOWS)].sum(axis=0)
    return sums


def reputation(record: Record, brand: int, who: People = "all") -> np.ndarray:
    """Reputation at each full hour: 50 * (1 + mean attitude), 0..100, of those who know the brand: float64 [H
    + 1].
    """
    customers, known = level(record, "customers", brand), level(record, "known", brand)
    mine, others = level(record, "attitude_customers", brand), level(record, "attitude_others", brand)
    total, people = {
        "all": (mine + others, known),
        "customers": (mine, customers),
        "prospects": (others, known - customers),
    }[who]
    return 50.0 * (1.0 + ratio(total, people))


def survey(record: Record, name: str, brand: int) -> np.ndarray:
    """A survey's count (`sim.world.state.DAILY`) at each of `days`: float64 [D]."""
    return record.survey(name, brand)


def nps(record: Record, brand: int, who: People = "customers") -> np.ndarray:
    """Net promoter score of the customers of each day (or of `all` who know the brand), -100..100: float64
    [D].
    """
    if who == "prospects":
        raise ValueError("NPS is asked of customers, or of all who know the brand")
    people, end = ("customers", "") if who == "customers" else ("known", "_known")
    net = survey(record, f"promoters{end}", brand) - survey(record, f"detractors{end}", brand)
    return 100.0 * ratio(net, survey(record, people, brand))


def retention(record: Record, brand: int) -> np.ndarray:
    """Share of the customers of day 0 who are customers at each of `days`, 0..1: float64 [D]."""
    return ratio(survey(record, "cohort_kept", brand), survey(record, "cohort", brand))


def buzz(record: Record, brand: int) -> np.ndarray:
    """% who heard good less % who heard bad in the last 14 days, of all who know the brand: float64 [D]."""
    net = survey(record, "heard_good", brand) - survey(record, "heard_bad", brand)
    return 100.0 * ratio(net, survey(record, "known", brand))


def per_day(hourly: np.ndarray) -> np.ndarray:
    """Sums over whole days of a count in each hour: float64 [days]; a day begun counts."""
    return np.add.reduceat(hourly, np.arange(0, len(hourly), 24)) if len(hourly) else hourly


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Element by element; nan where the divisor is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below != 0, above / np.where(below != 0, below, 1.0), np.nan)


def hourly_table(record: Record) -> dict[str, np.ndarray]:
    """All hours of all brands, tidy: the hour that begins at `hour`, `brand`, counts, levels at its end."""
    first, n_brands = _first(record), len(record.brands)
    rows = record.hourly[first:]
    table: dict[str, np.ndarray] = {
        "hour": np.repeat(np.arange(len(rows)), n_brands),
        "brand": np.tile(np.array(record.brands, dtype=object), len(rows)),
    }
    for column, name in enumerate(s.HOURLY):
        table[name] = rows[:, :, column].ravel()
    table["reputation"] = _by_brand(record, lambda b: reputation(record, b)[1:])
    return table


def daily_table(record: Record) -> dict[str, np.ndarray]:
    """All surveys of all brands, tidy: `day` (at its midnight), `brand`, numbers of people, and what follows."""
    table: dict[str, np.ndarray] = {
        "day": np.repeat(days(record), len(record.brands)),
        "brand": np.tile(np.array(record.brands, dtype=object), len(record.daily)),
    }
    for column, name in enumerate(s.DAILY):
        table[name] = record.daily[:, :, column].ravel()
    table["retention"] = _by_brand(record, lambda b: retention(record, b))
    table["nps_customers"] = _by_brand(record, lambda b: nps(record, b))
    table["nps_known"] = _by_brand(record, lambda b: nps(record, b, "all"))
    table["buzz"] = _by_brand(record, lambda b: buzz(record, b))
    return table


def _first(record: Record) -> int:
    """The row of the hour that begins at 0."""
    return round(-record.start)


def _by_brand(record: Record, series: Callable[[int], np.ndarray]) -> np.ndarray:
    """A series of each brand, interleaved as the rows of a tidy table are."""
    return np.stack([series(b) for b in range(len(record.brands))], axis=1).ravel()
