"""Choosing a brand, staying, leaving and coming back: one logit, one churn mechanism (D13).

A person in the market compares the brands they know. Own experience is strong, the public rating weak, and the
brand one has is the default. Choices are drawn as utility plus a Gumbel draw keyed by the brand's name.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Choice(Block):
    """What counts when a person decides which brand to have."""

    attitude: float = parameter(
        2.0, "weight of one's own attitude", unit="utility", low=0, high=50,
        source="own experience is strong (satisfaction with repurchase r .53, Szymanski & Henard 2001)",
    )
    rating: float = parameter(
        0.30, "weight of the public rating (on -1..1)", unit="utility", low=0, high=50,
        source="one star moves revenue by 5-9 % (Luca 2016)", sweep=(0.1, 0.6),
    )
    staying: float = parameter(
        4.6, "pull of what one has (a brand, or none)", unit="utility", low=0, high=50,
        source="calibrated to a yearly retention of about 75-85 %", sweep=(2, 5),
    )
    price: float = parameter(0.01, "weight of one unit of price", unit="utility per money", low=0, high=50)
    nothing: float = parameter(
        0.2, "utility of having no brand at all", unit="utility", low=-50, high=50, sweep=(-2, 2)
    )
    rating_memory: Hours = parameter(
        "90 days", "time in which a post's weight in the public rating halves", unit="h", low=1, high=1e6
    )
    rating_prior: float = parameter(
        20.0, "posts' worth of earlier ratings that the public rating starts with", unit="posts", low=0.001, high=1e9
    )
    reconsiders: Share = parameter(
        0.15, "chance that a complete disappointment makes a customer decide anew at once", unit="chance",
        source="one bad experience ends the relation for 17 % (PwC 2018)", sweep=(0.05, 0.6),
    )
    reconsiders_after: Hours = parameter(
        "3 days", "mean time from a disappointment to deciding anew", unit="h", low=0.01, high=1e4
    )


def utility(
    attitude: float, rating: float, mine: bool, loyalty: float, price: float, weight_attitude: float,
    weight_rating: float, weight_staying: float, weight_price: float,
) -> float:
    """Utility of one brand; `loyalty` multiplies the pull of the brand one has (`mine`)."""
    pull = weight_staying * loyalty if mine else 0.0
    return weight_attitude * attitude + weight_rating * rating + pull - weight_price * price


def utility_of_nothing(mine: bool, loyalty: float, weight_nothing: float, weight_staying: float) -> float:
    """Utility of having no brand; who has none so far (`mine`) is drawn to that as others are to their brand."""
    return weight_nothing + (weight_staying * loyalty if mine else 0.0)


def chance_to_reconsider(satisfaction: float, reconsiders: float) -> float:
    """Chance 0..1 that an experience makes a customer decide anew at once."""
    return reconsiders * -satisfaction if satisfaction < 0.0 else 0.0


def public_rating(total: float, weight: float) -> float:
    """The rating as published, -1..1: the mean valence of posts, rounded to a tenth of a star (five-star scale)."""
    return math.floor(20.0 * total / weight + 0.5) / 20.0
