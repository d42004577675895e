"""The health of a desk (D16, A28): load strains people, the strained answer worse and slower, and some leave.

The cycle of failure of Schlesinger & Heskett (1991): worse answers bring more complaints, and these more load. What
breaks it is empowerment, more people, or less to complain of.
"""

from __future__ import annotations

from sim.model.parameter import Block, parameter, stated
from sim.model.units import Hours, Share

WEEK = 168.0
WEEKS_A_MONTH = 30.4 / 7.0


class Health(Block):
    """How a desk's people fare under load."""

    sustainable: float = parameter(
        0.80, "part of their time on duty that people can be busy without strain", unit="share", low=0, high=0.99,
        source="headroom returns diminish above 80-85 % (Erlang C)", sweep=(0.7, 0.9),
    )
    builds: float = parameter(
        0.15, "strain that a week of being always busy adds (1 is full strain)", unit="per week", low=0, high=10,
        sweep=(0.05, 0.3),
    )
    recovers: Share = parameter(
        0.10, "part of the strain that a week without overload takes away", unit="per week", sweep=(0.05, 0.3)
    )
    empowerment: Share = stated(
        0.0, "how far the front line may decide itself: takes this part off the strain that load builds", unit="share"
    )
    harm: Share = parameter(0.4, "part of a reply's quality lost at full strain", unit="share", sweep=(0.1, 0.6))
    slows: float = parameter(
        0.5, "how much longer handling takes at full strain", unit="ratio", low=0, high=10, sweep=(0, 1)
    )
    turnover: Share = parameter(
        0.03, "part of the people that leaves in a month without strain", unit="per month",
        source="call centres: about a third a year (from memory)", sweep=(0.01, 0.05),
    )
    quits: Share = parameter(
        0.10, "further part that leaves in a month at full strain", unit="per month", sweep=(0, 0.3)
    )
    recruits_after: Hours = parameter("45 days", "time until a place is filled again", unit="h", low=0, high=1e5)
    learns_in: Hours = parameter("60 days", "time for which someone new is a beginner", unit="h", low=0, high=1e5)
    beginners: Share = parameter(
        0.3, "part of quality and of speed that a beginner lacks", unit="share", sweep=(0, 0.5)
    )
    review: Hours = parameter("7 days", "how often the desk's load is reviewed", unit="h", low=1, high=1000)


def overload(utilisation: float, sustainable: float) -> float:
    """How far people are busier than can be sustained: 0 (not at all) to 1 (always busy)."""
    return max(0.0, min(1.0, utilisation) - sustainable) / (1.0 - sustainable)


def strain_after(
    strain: float, too_busy: float, builds: float, recovers: float, empowerment: float, weeks: float
) -> float:
    """Strain 0..1 after some weeks of an overload 0..1."""
    change = builds * too_busy * (1.0 - empowerment) - recovers * strain * (1.0 - too_busy)
    return min(1.0, max(0.0, strain + weeks * change))


def chance_to_leave(strain: float, turnover: float, quits: float, weeks: float) -> float:
    """Chance that someone leaves within some weeks."""
    return min(1.0, (turnover + quits * strain) * weeks / WEEKS_A_MONTH)


def fitness(strain: float, share_of_beginners: float, harm: float, beginners: float) -> float:
    """What is left, 0..1, of the quality of a reply."""
    return (1.0 - harm * strain) * (1.0 - beginners * share_of_beginners)


def slowness(strain: float, share_of_beginners: float, slows: float, beginners: float) -> float:
    """How many times longer handling takes."""
    return (1.0 + slows * strain) * (1.0 + beginners * share_of_beginners)
