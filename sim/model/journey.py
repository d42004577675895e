"""The non-linear journey: when micro-moments come, and where they can lead (D1).

A customer's moments (use, buy, search, discover) come from one exogenous clock that no arm can shift; what
happens at a moment depends on where the customer then stands. From any stage a search may lead to buying, back
to considering, or nowhere. Only the impossible is banned: nobody uses what they do not have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import Field, field_validator

from sim.core.arithmetic import whole
from sim.model.parameter import Block, parameter

UNAWARE, AWARE, CONSIDERING, CUSTOMER, LAPSED = range(5)
STAGES = ("unaware", "aware", "considering", "customer", "lapsed")

USE, BUY, SEARCH, DISCOVER = range(4)
MOMENTS = ("use", "buy", "search", "discover")

Hourly = Annotated[tuple[float, ...], Field(min_length=24, max_length=24)]

DIURNAL = (
    0.22, 0.22, 0.29, 0.38, 0.60, 0.79, 1.03, 1.29, 1.53, 1.58, 1.53, 1.55,
    1.36, 1.48, 1.53, 1.29, 1.22, 1.24, 1.24, 1.13, 1.00, 0.72, 0.48, 0.31,
)


class Journey(Block):
    """How often micro-moments come, and what a search reads."""

    uses: float = parameter(
        1 / 30, "how often a customer uses the brand they have", unit="per day", low=0, high=48, sweep=(0.01, 0.5)
    )
    purchases: float = parameter(
        1 / 90, "how often a person in the market decides anew which brand to have", unit="per day", low=0, high=48,
        sweep=(1 / 365, 1 / 30),
    )
    searches: float = parameter(
        1 / 60, "how often a person looks up posts and ratings in a spare moment", unit="per day", low=0, high=48,
        sweep=(1 / 365, 1 / 7),
    )
    discoveries: float = parameter(
        1 / 60, "how often a person hears of a brand outside the feed", unit="per day", low=0, high=48
    )
    search_reads: int = parameter(3, "recent posts read in one search", unit="posts", low=0, high=16)
    search_decides: float = parameter(
        0.10, "chance that a search ends in deciding at once", unit="chance", low=0, high=1, sweep=(0, 0.3)
    )
    linear: bool = parameter(
        False, "a funnel instead of a journey: one looks up only what one does not have, buys only what was looked up, "
        "and no stage is skipped", source="the funnel that non-linear journeys are set against (HBR Analytic Services)",
    )
    diurnal: Hourly = parameter(
        DIURNAL, "how active people are in each hour of the day, midnight first (the mean is scaled to 1)",
        unit="ratio", source="hourly share of 14,640 posts to US airlines, February 2015 (CrowdFlower), Pacific time",
    )

    @field_validator("diurnal")
    @classmethod
    def _mean_of_one(cls, hours: tuple[float, ...]) -> tuple[float, ...]:
        total = sum(hours)
        if min(hours) < 0 or total <= 0:
            raise ValueError("activity by hour must not be negative, and not zero all day")
        if abs(total - 24.0) < 1e-9:
            return hours  # scaled before: scaling twice must not move the last digit
        return tuple(hour * 24.0 / total for hour in hours)


def may_look_up(stage: int, linear: bool) -> bool:
    """Whether someone at this stage looks a brand up: in a journey always, in a funnel before considering it."""
    return not linear or stage in (AWARE, LAPSED)


def may_choose(stage: int, mine: bool, linear: bool) -> bool:
    """Whether a brand is among those chosen from: all one knows; in a funnel, one's own and what was considered."""
    return stage != UNAWARE and (mine or not linear or stage == CONSIDERING)


PARTS = 16
"""Parts of an hour of activity for which it is noted which hour has begun."""


class Rhythm(NamedTuple):
    """The hours of a day as `later` needs them."""

    awake: Sequence[float]
    """25 numbers: activity from midnight to the beginning of each hour; 24 at the end of the day."""
    rate: Sequence[float]
    """24 numbers: how active people are in each hour (mean 1)."""
    first: Sequence[int]
    """24 * PARTS numbers: the hour that has begun when so many parts of an hour of activity have passed since
    midnight. The finer the parts, the seldomer `later` has to look one hour further."""


def rhythm_of(diurnal: Sequence[float]) -> Rhythm:
    """The rhythm of a day from its 24 hourly rates of mean 1."""
    awake = [math.fsum(diurnal[:hour]) for hour in range(24)] + [24.0]
    first = [max(hour for hour in range(24) if awake[hour] <= part / PARTS) for part in range(24 * PARTS)]
    return Rhythm(tuple(awake), tuple(diurnal), tuple(first))


def later(time: float, awake_hours: float, rhythm: Rhythm) -> float:
    """The time (in hours) at which `awake_hours` of activity have passed since `time`.

    Activity runs at the rate of the hour of day, so that an hour of attention takes longer at night. A Poisson
    process in awake hours is thereby one with a diurnal rhythm in hours.
    """
    midnight = 24.0 * whole(time / 24.0)
    of_day = time - midnight
    hour = max(0, min(23, int(of_day)))
    aim = rhythm.awake[hour] + (of_day - hour) * rhythm.rate[hour] + awake_hours
    days = whole(aim / 24.0)
    left = aim - 24.0 * days
    hour = rhythm.first[min(24 * PARTS - 1, int(left * PARTS))]
    while hour < 23 and left >= rhythm.awake[hour + 1]:
        hour += 1
    return max(time, midnight + 24.0 * days + hour + (left - rhythm.awake[hour]) / rhythm.rate[hour])
