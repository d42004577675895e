"""What seeing a post, or an unanswered complaint, does to those who only watch (D8)."""

from __future__ import annotations

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Observers(Block):
    """How much others' words move a person."""

    influence: Share = parameter(
        0.06, "how far one post moves a viewer's attitude towards its own", unit="share", sweep=(0.02, 0.12)
    )
    negativity: float = parameter(
        1.4, "how much more a negative post moves than a positive one", unit="ratio", low=1, high=5,
        source="direction: Chevalier & Mayzlin 2006", sweep=(1, 2),
    )
    strong_tie: float = parameter(1.3, "how much more a strong tie moves than a weak one", unit="ratio", low=0, high=10)
    stranger: float = parameter(
        0.5, "how much a post found by searching moves, against one by someone followed", unit="ratio", low=0, high=10
    )
    resistance: Share = parameter(
        0.5, "how much of a post is discounted that contradicts a committed view", unit="share",
        source="direction: East, Hammond & Lomax 2008", sweep=(0, 0.8),
    )
    committed: float = parameter(
        0.5, "attitude (either way) from which a view counts as committed", unit="attitude", low=0, high=1
    )
    buffer: Share = parameter(
        0.0, "how much of what is heard against a brand is discounted by who has lived nothing but the best of it (in "
        "proportion to what was lived; not by the betrayed): trust", unit="share", sweep=(0, 0.8),
        source="direction: prior purchases buffer (Knox & van Oest 2014)",
    )
    own_view: Share = parameter(
        0.75, "how much of a story about content is discounted by who takes that content well (or would)", unit="share",
        source="direction: biased assimilation (Lord, Ross & Lepper 1979); size: Pepsi 2017, whose Buzz fell by 11 "
        "points and willingness to buy by 1 (a survey's error allows .5 to 1)", sweep=(0, 1),
    )
    story_memory: Hours = parameter(
        "7 days", "time after which the same story is news again", unit="h", low=0.1, high=1e5
    )
    unanswered_after: Hours = parameter(
        "4 h", "age from which a complaint looks ignored to those who see it", unit="h", low=0, high=1e4
    )
    unanswered: float = parameter(
        0.004, "attitude lost by who sees an ignored complaint", unit="attitude", low=0, high=1,
        source="direction: no reply damages image (JPBM 2018); size calibrated with reply.observed", sweep=(0, 0.03),
    )
    absent: float = parameter(
        0.02, "attitude lost by who sees a complaint about an incident while the brand has no presence",
        unit="attitude", low=0, high=1, sweep=(0, 0.05),
        source="direction only: who has no community looks like hiding something (a practitioner's claim of 2010)",
    )


def swayed(
    attitude: float, valence: float, times_seen: float, tie: float, influence: float, negativity: float,
    resistance: float, committed: float,
) -> float:
    """Change of attitude from seeing a post: towards its valence, less each time the same story is met again."""
    step = influence * tie / times_seen
    if valence < 0.0:
        step = step * negativity
    if valence * attitude < 0.0 and abs(attitude) >= committed:
        step = step * (1.0 - resistance)
    return min(1.0, step) * (valence - attitude)


def convinced(judged: float, own_view: float) -> float:
    """What is left, 0..1, of the harm of a story about content, which all can judge for themselves.

    `judged` is how who meets the story takes the content, -1..1.
    """
    return 1.0 - own_view if judged > 0.0 else 1.0


def buffered(change: float, own: float, buffer: float) -> float:
    """Change of attitude from what is heard, after trust: `own` is the lived part of attitude, -1..1."""
    return change * (1.0 - buffer * max(0.0, own)) if change < 0.0 else change
