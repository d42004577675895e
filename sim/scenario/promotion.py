"""What a brand does to be known and chosen: advertising campaigns and a referral programme."""

from __future__ import annotations

from typing import Literal

from sim.model.parameter import Block, stated
from sim.model.units import Hours, Share
from sim.scenario.moments import At
from sim.scenario.names import Name

Target = Literal["everyone", "customers", "prospects", "promoters", "detractors"]


class Campaign(Block):
    """An advertising campaign: one promise, to whom, over how long."""

    name: Name = stated(..., "what the campaign is called")
    at: At = stated(..., "when it begins", unit="moment")
    over: Hours = stated("14 days", "time over which it reaches people", unit="h", low=0, high=100_000)
    promise: float = stated(
        ..., "performance it promises; what is delivered is quality, less failures", unit="performance", low=0, high=1
    )
    to: Target = stated("everyone", "whom it is shown to, as they stand when it begins")
    reach: Share = stated(0.30, "share of those whom it reaches", unit="share")
    shared: Share = stated(
        0.0, "chance that a promoter whom it reaches passes it on, where their likes would see it", unit="chance"
    )
    vividness: float = stated(
        1.0, "how much likelier than an ordinary post it is to be passed on by who sees it shared", unit="ratio",
        low=0, high=100,
    )
    cost: float = stated(0.01, "cost of reaching one person", unit="money", low=0, high=1e6)


class Referral(Block):
    """A referral programme: customers are asked to invite acquaintances."""

    at: At | None = stated(None, "when it begins (left out: it has long been running)", unit="moment")
    until: At | None = stated(None, "when it ends (left out: never)", unit="moment")
    invites: float = stated(
        1.0, "invitations a promoter sends, on average, after an experience that satisfied", unit="invitations", low=0,
        high=20,
    )
    accepts: Share = stated(0.1, "chance that an invitation is accepted by who has no ill opinion", unit="chance")
    asks_the_let_down: bool = stated(False, "asks everyone, those too who were just let down: which backfires")
    reward: float = stated(0.0, "cost of rewards for one accepted invitation", unit="money", low=0, high=1e6)
