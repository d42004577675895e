"""The phone beside the feed (A03): who calls instead of complaining where others read it, and who hangs up and posts.

Whoever has a complaint weighs the wait on hold: the longer it is, the fewer call, and the more of those who do hang up
and say it in public, angrier. A brand without a phone line has none of this.
"""

from __future__ import annotations

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Calls(Block):
    """How people choose between the phone and the rest."""

    prefer: Share = parameter(
        0.6, "share of those with a complaint who would phone if they were put through at once", unit="share",
        source="91 % expect an answer on the phone, 42 % on social media (Baer, Edison Research)", sweep=(0.3, 0.9),
    )
    tolerance: Hours = parameter(
        "10 min", "expected time on hold at which half as many phone", unit="h", low=0.001, high=1000,
        sweep=(0.05, 0.5),
    )
    holds_on: Hours = parameter(
        "15 min", "mean time on hold after which a caller hangs up, and posts", unit="h", low=0.001, high=1000,
        sweep=(0.1, 1),
    )


def chance_to_phone(expected_wait: float, prefer: float, tolerance: float) -> float:
    """Chance 0..1 that someone with a complaint phones, by the wait (hours) they expect."""
    return prefer / (1.0 + expected_wait / tolerance)
