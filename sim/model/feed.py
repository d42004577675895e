"""Who sees a post, and when (D6).

Each follower of the author comes across a post with some chance, after a delay of the kernel measured on a
fast public feed (SEISMIC, Zhao et al. 2015: flat for five minutes, then a power law), counted in hours in
which people are awake. Attention is finite: the more other content and the more accounts a person follows,
the smaller the chance.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Feed(Block):
    """How posts travel through the feeds of those who follow their author."""

    on: bool = parameter(
        True, "whether there is a feed; without one nothing is posted, only told", source="a switch, to set the feed "
        "against word of mouth alone",
    )
    told: float = parameter(
        0.0, "how many acquaintances one tells in person of what one posts (or would), on average: strong ties first",
        unit="people", low=0, high=1000, sweep=(0, 10),
        source="9-10 people by an old and second-hand figure (TARP)",
    )
    told_after: Hours = parameter("24 h", "mean waking time until they are told", unit="h", low=0.001, high=1000)
    view_chance: Share = parameter(
        0.20, "chance that a follower with few ties comes across a post, at the usual amount of other content",
        unit="chance", source="35 % of friends per post (Bernstein et al. 2013, from memory); lower since",
        sweep=(0.05, 0.35),
    )
    strong_tie: float = parameter(
        1.5, "how much likelier a strong tie (same circle, shared friends) is to see a post", unit="ratio",
        low=1, high=10,
    )
    background: float = parameter(
        100.0, "other content offered to a person", unit="posts per day", low=0.001, high=1e6, sweep=(50, 400)
    )
    usual_background: float = parameter(
        100.0, "other content at which view_chance holds", unit="posts per day", low=0.001, high=1e6
    )
    attention: float = parameter(
        200.0, "number of accounts followed at which the chance to see any one post has halved", unit="accounts",
        low=1, high=1e9, source="direction: Hodas & Lerman 2012, visibility decays with accounts followed",
        sweep=(50, 1000),
    )
    plateau: Hours = parameter(
        "5 min", "time during which the rate of views stays at its first height", unit="h", low=0.001, high=24,
        source="SEISMIC (Zhao et al. 2015)",
    )
    decay: float = parameter(
        0.2315, "exponent of the power law by which views thin out after the plateau", unit="", low=0.01, high=10,
        source="SEISMIC (Zhao et al. 2015)", sweep=(0.2, 0.8),
    )
    lifetime: Hours = parameter(
        "48 h", "waking time after which a post is no longer seen", unit="h", low=0.1, high=2000,
        source="about 95 % of posts are dead at 24 h (Pfeffer et al. 2023)",
    )


def chance_at_background(view_chance: float, background: float, usual: float) -> float:
    """View chance when more or less other content competes: each slot of attention is an equal chance."""
    return 1.0 - math.pow(1.0 - view_chance, usual / background)


def chance_of_view(chance: float, strong: bool, strong_tie: float) -> float:
    """Chance 0..1 that one attentive follower comes across one post."""
    return min(1.0, chance * strong_tie) if strong else chance


def share_of_attention(follows: float, attention: float) -> float:
    """What is left of that chance for someone who follows many accounts."""
    return 1.0 / (1.0 + follows / attention)


def share_seen_within(hours: float, plateau: float, decay: float) -> float:
    """Share of a post's views that fall within some waking hours, had it no end of life."""
    at_plateau = decay / (1.0 + decay)
    if hours <= plateau:
        return at_plateau * hours / plateau
    return at_plateau + (1.0 - at_plateau) * (1.0 - math.exp(-decay * math.log(hours / plateau)))


def view_delay(draw: float, plateau: float, decay: float, seen_in_lifetime: float) -> float:
    """Waking hours from post to view, from a draw on (0, 1): the inverse of `share_seen_within`.

    `seen_in_lifetime` is `share_seen_within(lifetime, ...)`: the kernel is cut there and filled up to one.
    """
    part = draw * seen_in_lifetime
    at_plateau = decay / (1.0 + decay)
    if part <= at_plateau:
        return plateau * part / at_plateau
    return plateau * math.exp(-math.log(1.0 - (part - at_plateau) / (1.0 - at_plateau)) / decay)
