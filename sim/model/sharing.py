"""Who passes a post on (D7).

What is calibrated is the reproduction number of a cascade, not its parts: in calm times it is about .1-.25,
so that nearly all cascades end within one step of their author (Goel, Watts & Goldstein 2012). A firestorm
needs a vivid trigger, hubs or the press. Anger spreads further than joy (Fan et al. 2014/16).
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Share


class Sharing(Block):
    """How likely a viewer is to pass a post on."""

    base: Share = parameter(
        0.010, "chance to share a calm post, for a viewer who follows few", unit="chance per view",
        source="calibrated: mean cascade 1.1, 95-99 % within one step (Goel et al. 2012)", sweep=(0.003, 0.02),
    )
    arousal_weight: float = parameter(
        1.0, "how fast the chance to share grows with arousal (exponent)", unit="", low=0, high=5,
        source="direction: Berger & Milkman 2012",
    )
    anger: float = parameter(
        0.4, "extra weight of arousal in a complaint (1: arousal counts double)", unit="", low=0, high=5,
        source="calibrated: complaints to airlines are passed on 2.0 times as often as praise (6.55 and 3.26 % of "
        "14,485 posts, CrowdFlower 2015)", sweep=(0, 1),
    )
    overload: float = parameter(
        100.0, "number of accounts followed at which the chance to share any one post has halved", unit="accounts",
        low=1, high=1e9, source="direction: Hodas & Lerman 2012",
    )
    answered: Share = parameter(
        0.6, "what is left of the chance to share a complaint once a substantive public reply stands under it",
        unit="share", source="direction: empathy and apology limit virality (Herhausen et al. 2019)", sweep=(0.3, 1),
    )


def chance_of_share(
    stirred: float, negative: bool, vividness: float, follows: float, base: float, arousal_weight: float,
    anger: float, overload: float,
) -> float:
    """Chance 0..1 that a viewer passes a post on; `stirred` is the post's arousal, `vividness` its trigger's."""
    weight = arousal_weight * (1.0 + anger) if negative else arousal_weight
    return min(1.0, base * vividness * math.exp(weight * stirred) / (1.0 + follows / overload))
