"""Who was saved or lost: what an arm did to people apart by segment and by reach, person by person.

Both arms hold the same people in the same world, so that a customer can be named whom the one keeps and the
other loses. That is a difference between two worlds of a model, not a forecast about a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim.model.journey import UNAWARE
from sim.world.record import Record

REACH = ("fewest followers", "few followers", "many followers", "most followers")
"""Quarters of the people by their number of followers (ties in an undirected graph); the same number of followers is
the same quarter.
"""


@dataclass(frozen=True)
class Part:
    """What an arm did to a part of the people, against the baseline in the same world.

    people: those who know the brand in either arm. gain: their mean change of attitude, in points of 100.
    customers: of day 0, in either arm. saved: of these, customers at the end in the arm and not in the
    baseline. lost: the other way round.
    """

    people: int
    gain: float | None
    customers: int
    saved: int
    lost: int

    @property
    def kept(self) -> float | None:
        """How much larger a share of the customers of day 0 the arm kept (-1..1); None without customers."""
        return (self.saved - self.lost) / self.customers if self.customers else None


Parts = dict[str, dict[str, Part]]
"""By what tells people apart (`segment`, `reach`) and then by part."""


def who(baseline: Record, arm: Record) -> dict[str, Parts]:
    """By brand of both arms: what the arm did to each part of the people. The arms must have the same people."""
    apart = {"segment": by_segment(baseline), "reach": by_reach(baseline)}
    was, now = baseline.attitudes(), arm.attitudes()
    found: dict[str, Parts] = {}
    for brand in baseline.brands:
        if brand in arm.brands:
            a, b = baseline.brands.index(brand), arm.brands.index(brand)
            knows = (baseline.opinions["stage"][:, a] != UNAWARE) | (arm.opinions["stage"][:, b] != UNAWARE)
            customer = (baseline.people["cohort"] == a) | (arm.people["cohort"] == b)
            stayed, stays = baseline.people["current"] == a, arm.people["current"] == b
            gain = 50.0 * (now[:, b] - was[:, a])
            found[brand] = {
                kind: {
                    name: _part(gain, knows & members, customer & members, stayed, stays)
                    for name, members in parts.items()
                }
                for kind, parts in apart.items()
            }
    return found


def _part(gain: np.ndarray, knows: np.ndarray, customer: np.ndarray, stayed: np.ndarray, stays: np.ndarray) -> Part:
    return Part(
        people=int(knows.sum()),
        gain=float(gain[knows].mean()) if knows.any() else None,
        customers=int(customer.sum()),
        saved=int((customer & stays & ~stayed).sum()),
        lost=int((customer & stayed & ~stays).sum()),
    )


def by_segment(record: Record) -> dict[str, np.ndarray]:
    """Who is in each segment: bool [people]."""
    return {name: record.people["segment"] == place for place, name in enumerate(record.segments)}


def by_reach(record: Record) -> dict[str, np.ndarray]:
    """Who is in each quarter by followers: bool [people]. Quarters are uneven where many have the same number."""
    cuts = np.quantile(record.followers, [0.25, 0.5, 0.75], method="lower") if len(record.followers) else [0, 0, 0]
    quarter = np.searchsorted(cuts, record.followers, side="left")
    return {name: quarter == place for place, name in enumerate(REACH)}


# ------------------------------------------------------------------------------------------- over many worlds


@dataclass(frozen=True)
class PartEffect:
    """What an arm did to a part of the people, over worlds: means, and 95 % intervals of what is a difference.

    gain: in points of 100. kept: in shares of the customers of day 0.
    """

    people: float
    customers: float
    saved: float
    lost: float
    gain: float | None
    gain_low: float | None
    gain_high: float | None
    kept: float | None
    kept_low: float | None
    kept_high: float | None
    runs: int


Affected = dict[str, dict[str, dict[str, dict[str, PartEffect]]]]
"""By arm, brand, kind (`segment`, `reach`) and part."""


def affected(worlds: Sequence[Any]) -> Affected:
    """Who was affected in some worlds (`replicate.WorldResult`); arms with other people are left out."""
    first = worlds[0].who
    return {
        arm: {
            brand: {
                kind: {name: _over([world.who[arm][brand][kind][name] for world in worlds]) for name in parts}
                for kind, parts in kinds.items()
            }
            for brand, kinds in brands.items()
        }
        for arm, brands in first.items()
    }


def _over(parts: Sequence[Part]) -> PartEffect:
    from sim.study.compare import difference

    gains, kept = [part.gain for part in parts], [part.kept for part in parts]
    gain, share = (difference([None if v is None else 0.0 for v in values], values) for values in (gains, kept))
    n = len(parts)
    return PartEffect(
        people=sum(part.people for part in parts) / n,
        customers=sum(part.customers for part in parts) / n,
        saved=sum(part.saved for part in parts) / n,
        lost=sum(part.lost for part in parts) / n,
        gain=gain.mean,
        gain_low=gain.low,
        gain_high=gain.high,
        kept=share.mean,
        kept_low=share.low,
        kept_high=share.high,
        runs=n,
    )


def as_json(found: Affected) -> dict[str, Any]:
    """The same as plain values."""
    return {
        arm: {
            brand: {kind: {name: asdict(part) for name, part in parts.items()} for kind, parts in kinds.items()}
            for brand, kinds in brands.items()
        }
        for arm, brands in found.items()
    }


def table(found: Affected) -> dict[str, np.ndarray]:
    """A row for each arm, brand and part, as columns."""
    rows = [
        {"arm": arm, "brand": brand, "apart_by": kind, "part": name, **asdict(part)}
        for arm, brands in found.items()
        for brand, kinds in brands.items()
        for kind, parts in kinds.items()
        for name, part in parts.items()
    ]
    words = ("arm", "brand", "apart_by", "part")
    columns = [*words, *PartEffect.__dataclass_fields__]
    return {
        name: np.array([row[name] for row in rows], object if name in words else np.int64 if name == "runs" else float)
        for name in columns
    }
