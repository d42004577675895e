"""What one customer thinks of one brand, and how it is asked for in a survey (D4, NPS).

An attitude (-1..1) has two parts: what the customer lived (`own`) and what the customer heard (`heard`).
The lived part moves with each experience; the heard part fades, so that a storm one only read about passes.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Attitude(Block):
    """How attitudes learn, fade and answer a survey."""

    learning: Share = parameter(
        0.25, "how far one experience moves attitude towards the satisfaction it gave", unit="share",
        sweep=(0.1, 0.4),
    )
    hearsay_half_life: Hours = parameter(
        "180 days", "time in which half of what was only heard (not lived) is forgotten", unit="h", low=1,
        high=1e6, sweep=(720, 17_280),
        source="calibrated: 40 % of firestorms still harm the brand months later (Hansen et al. 2018)",
    )
    spread: float = parameter(
        0.15, "standard deviation of attitudes between people at the start", unit="attitude", low=0, high=1
    )
    outsiders: float = parameter(
        0.4, "attitude at the start of people who know a brand without having it, as a part of its customers' mean",
        unit="ratio", low=0, high=1,
    )
    betrayal: float = parameter(
        0.0, "how much more a severe or a repeated failure weighs on who was committed to the brand (0: not at all): "
        "love that turns to hate", unit="ratio", low=0, high=10, sweep=(0, 2),
        source="direction: with several failures strong relationships backfire (Weitzl et al. 2022)",
    )
    severe: float = parameter(
        0.5, "what a failure must take from performance to be a betrayal the first time", unit="performance", low=0,
        high=1,
    )
    double_deviation: float = parameter(
        0.0, "how much more a failure weighs on who complained of one within 90 days and was not put right",
        unit="ratio", low=0, high=10, sweep=(0, 2), source="direction: Maxham & Netemeyer 2002",
    )
    recommend_centre: float = parameter(
        -0.20, "attitude at which a customer would answer 5 of 10 to 'would you recommend?'", unit="attitude",
        low=-1, high=1,
    )
    recommend_scale: float = parameter(
        0.28, "how fast the 0-10 answer rises with attitude (logistic scale)", unit="attitude", low=0.01, high=10
    )


def share_left(hours: float, half_life: float) -> float:
    """Share of hearsay still remembered after some hours. Fading acts on the full hour."""
    return math.exp(-0.6931471805599453 * hours / half_life)


def within_bounds(attitude: float, change: float) -> float:
    """`change`, cut so that the attitude stays within -1..1."""
    return min(1.0 - attitude, max(-1.0 - attitude, change))


def own_after(own: float, attitude: float, satisfaction: float, learning: float) -> float:
    """The lived part after an experience: the whole attitude is drawn towards the satisfaction it gave."""
    return min(1.0, max(-1.0, own + learning * (satisfaction - attitude)))


def betrays(own: float, loss: float, failures: int, severe: float, committed: float) -> bool:
    """Whether a failure betrays who had a committed view of the brand: if it is severe, or not the first."""
    return own >= committed and (loss >= severe or failures >= 2)


PROMOTER, DETRACTOR = 8.5, 6.5
"""Answers from 8.5 are rounded to 9 and more (promoters); below 6.5 to 6 and less (detractors)."""


def likelihood_to_recommend(attitude: float, centre: float, scale: float) -> float:
    """The 0..10 answer to 'how likely are you to recommend?' (9 and more: promoter; 6 and less: detractor)."""
    return 10.0 / (1.0 + math.exp(-(attitude - centre) / scale))


def attitude_answering(answer: float, centre: float, scale: float) -> float:
    """The attitude that gives a certain 0..10 answer: the inverse of `likelihood_to_recommend`."""
    return centre - scale * math.log(10.0 / answer - 1.0)
