"""Listening, learning, mending (D15): which cause of failure is mended next, and what people make of it (A32-A38).

A brand counts what went wrong in two sensors: the public complaints that its desk notices (many, and biased: who posts
is not who suffers), and a survey of customers (few, and unbiased). The cause that weighs most is mended after a lag.
"""

from __future__ import annotations

from typing import Literal

from sim.model.parameter import Block, parameter, stated
from sim.model.units import Hours, Share

Priorities = Literal["posts", "surveys", "both"]
Shows = Literal["nothing", "fixes", "claims"]


class CoCreation(Block):
    """A product made from what people post."""

    ideas: int = parameter(
        400, "public posts that must be read before a product comes of them", unit="posts", low=1, high=10**9,
        source="Glossier: 380-400 comments (Refinery29 2016)",
    )
    lag: Hours = parameter(
        "365 days", "time from the last idea to the product", unit="h", low=1, high=1e5,
        source="Glossier: about 12 months (Refinery29 2016)",
    )
    gain: float = parameter(
        0.05, "what the product adds to the brand's quality", unit="performance", low=-1, high=1, sweep=(0, 0.1)
    )


class Learning(Block):
    """What a brand makes of what it hears."""

    priorities: Priorities = stated(
        "both", "where it reads which cause of failure matters most: posts, surveys, or both in equal parts"
    )
    fixes_a_month: float = parameter(
        1.0, "causes it can take in hand in 30 days", unit="per 30 days", low=0.01, high=30, sweep=(0.25, 4)
    )
    effect: Share = parameter(
        0.5, "part of a cause's failures that a fix does away with", unit="share", sweep=(0.2, 0.9)
    )
    lag: Hours = parameter("30 days", "time from the choice of a cause to its fix", unit="h", low=1, high=1e5)
    survey: int = parameter(
        100, "customers asked about a recent experience before each choice", unit="customers", low=0, high=100_000
    )
    shows: Shows = stated(
        "nothing", "what it tells all: nothing, its fixes, or claims (it says it has fixed what it has not)"
    )
    reach: Share = stated(0.30, "share of all people that is told", unit="share")
    co_creation: CoCreation | None = stated(None, "a product made from what people post (left out: none)")


class Improvement(Block):
    """What people make of a fix they are told of."""

    shown: float = parameter(
        0.02, "how far whoever is told of a fix moves towards full approval", unit="share", low=0, high=1,
        sweep=(0, 0.05),
    )
    claim_broken: float = parameter(
        0.10, "attitude lost by whoever meets a failure after being told that it was fixed", unit="attitude",
        low=0, high=1, sweep=(0, 0.2),
    )


def weight_of_cause(share_of_posts: float, share_of_survey: float, priorities: str) -> float:
    """How much a cause weighs 0..1, from its shares of the complaints noticed and of the trouble surveyed."""
    if priorities == "posts":
        return share_of_posts
    if priorities == "surveys":
        return share_of_survey
    return 0.5 * (share_of_posts + share_of_survey)


def chance_after_fix(chance: float, effect: float) -> float:
    """A cause's chance of failure once it was fixed."""
    return chance * (1.0 - effect)


def told_of_fix(attitude: float, shown: float) -> float:
    """Change of attitude in whoever is told of a fix: in the room above."""
    return shown * (1.0 - attitude)
