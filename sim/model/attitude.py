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
        "60 days", "time in which half of what was only heard (not lived) is forgotten", unit="h", low=1,
        high=1e6, sweep=(336, 5760),
    )
    spread: float = parameter(
        0.20, "standard deviation of attitudes between customers at the start", unit="attitude", low=0, high=1
    )
    recommend_centre: float = parameter(
        -0.25, "attitude at which a customer would answer 5 of 10 to 'would you recommend?'", unit="attitude",
        low=-1, high=1,
    )
    recommend_scale: float = parameter(
        0.28, "how fast the 0-10 answer rises with attitude (logistic scale)", unit="attitude", low=0.01, high=10
    )


def attitude_of(own: float, heard: float) -> float:
    """The whole attitude, kept within -1..1."""
    return min(1.0, max(-1.0, own + heard))


def own_after(own: float, attitude: float, satisfaction: float, learning: float) -> float:
    """The lived part after an experience: the whole attitude is drawn towards the satisfaction it gave."""
    return min(1.0, max(-1.0, own + learning * (satisfaction - attitude)))


def faded(heard: float, hours: float, half_life: float) -> float:
    """What is left of hearsay after some hours."""
    return heard * math.exp(-0.6931471805599453 * hours / half_life)


def likelihood_to_recommend(attitude: float, centre: float, scale: float) -> float:
    """The 0..10 answer to 'how likely are you to recommend?' (9 and more: promoter; 6 and less: detractor)."""
    return 10.0 / (1.0 + math.exp(-(attitude - centre) / scale))
