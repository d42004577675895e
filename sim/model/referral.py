"""Referral: who would recommend a brand, and was just satisfied, invites acquaintances (D14).

The reproduction number of referral is invitations times acceptance over the time a customer invites; it is below one
in what was measured (Dropbox about .35), so that referral multiplies growth by 1 / (1 - K) and does not carry it.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours


class Referrals(Block):
    """How invitations work. A brand without a referral programme has none."""

    invited_after: Hours = parameter(
        "24 h", "mean waking time until an invitation is met", unit="h", low=0.001, high=1e4
    )
    churn_ratio: float = parameter(
        0.82, "odds of leaving of a customer who came by invitation, against another's", unit="ratio", low=0.01,
        high=10, source="about 18 % less churn (Schmitt, Skiera & Van den Bulte 2011, from memory)", sweep=(0.7, 1),
    )
    backfires: float = parameter(
        0.05, "attitude lost by a customer who is asked for a recommendation right after being let down",
        unit="attitude", low=0, high=1, sweep=(0, 0.1),
    )


def may_invite(attitude: float, satisfaction: float, promoter: float) -> bool:
    """Whether a customer who is asked would invite: a promoter (attitude from `promoter` on), just satisfied."""
    return attitude >= promoter and satisfaction > 0.0


def invitations(mean: float, draw: float) -> int:
    """How many invitations one sends: `mean` on average, rounded up or down by a draw on (0, 1)."""
    return int(mean + draw)


def pull_of_referred(churn_ratio: float) -> float:
    """Utility added to the brand of a customer who came by invitation, so that the odds of leaving are in the ratio."""
    return -math.log(churn_ratio)
