"""One voice to many: statements of a brand, the press, and content of the brand's own (D12).

A broadcast reaches each person with some chance, after a delay. A statement repairs part of what the story
cost, the sooner the better; an insincere one costs more. Who meets the story only afterwards, and knows the statement
or is told it with the story, holds that much less against the brand. The press shows a story to many who follow nobody
that was hit. Content is judged by whoever meets it, as an experience is, however it was meant.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Broadcast(Block):
    """How statements, press and content work on those they reach."""

    delay: Hours = parameter(
        "3 h", "mean waking time from a broadcast to the moment a person meets it", unit="h", low=0.001, high=1000
    )
    statement_strength: Share = parameter(
        0.45, "part of the loss that a perfect, instant statement repairs in who meets it",
        unit="share", sweep=(0.1, 0.8)
    )
    statement_decay: Hours = parameter(
        "48 h", "time from the incident over which a statement loses most of its force (to 1/e)", unit="h",
        low=0.1, high=1e5, source="order of Pepsi 2017 against United 2017", sweep=(12, 168),
    )
    statement_threshold: Share = parameter(
        0.20, "explanation x ownership x sincerity below which a statement does harm", unit="worth", sweep=(0.1, 0.4)
    )
    statement_insult: float = parameter(
        0.05, "attitude lost by who meets an entirely empty statement", unit="attitude", low=0, high=1, sweep=(0, 0.1)
    )
    carried: Share = parameter(
        0.3, "chance that who tells a story, having met what the brand said about it, tells that, too", unit="chance",
        sweep=(0, 1),
    )
    press_influence: Share = parameter(
        0.15, "how far one story in the press moves an attitude towards its own", unit="share", sweep=(0.05, 0.3)
    )
    content_influence: Share = parameter(
        0.15, "how far content of the brand's own moves an attitude towards how it was felt", unit="share",
        sweep=(0.05, 0.3),
    )
    comments: Share = parameter(
        0.01, "chance that someone stirred by a press story posts about it", unit="chance", sweep=(0.001, 0.05)
    )


def statement_worth(explanation: float, ownership: float, sincerity: float) -> float:
    """Worth 0..1 of a statement: it needs all three."""
    return explanation * ownership * sincerity


def hours_into(now: float, began: float) -> float:
    """Hours since a story began; 0 for a standing cause, which never began (`began` is infinite)."""
    return max(0.0, now - began)


def excused(worth: float, hours_since: float, threshold: float, strength: float, decay: float) -> float:
    """Part 0..1 of a story's harm that a statement made `hours_since` it began takes away; 0 below the threshold."""
    if worth <= threshold:
        return 0.0
    return strength * (worth - threshold) / (1.0 - threshold) * math.exp(-hours_since / decay)


def restored(
    attitude: float, before: float, worth: float, hours_since: float, threshold: float, strength: float,
    decay: float, insult: float,
) -> float:
    """Change of attitude in who meets a statement, `hours_since` the story began; `before`: what it was then."""
    if worth > threshold:
        return excused(worth, hours_since, threshold, strength, decay) * max(0.0, before - attitude)
    return -insult * (1.0 - worth / threshold)
