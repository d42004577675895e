"""What a reply is worth: to its author, to who watches, and what silence costs (D10, D11).

A reply is one point: five qualities 0..1 (action, ease, empathy, honesty, personal), a delay and a channel. Empathy
may fall below zero: a defensive reply, which fights the customer.
Worth follows justice theory: what was put right counts most, then how one was treated, then procedure
(Orsingher et al. 2010). Nothing here says that a reply is good: a reply worth less than the threshold does
harm, and a public one shows the complaint to more people.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Reply(Block):
    """How replies work on their author and on observers."""

    weight_action: float = parameter(
        0.50, "weight of what was put right (distributive justice)", unit="", low=0, high=1,
        source="order: Orsingher et al. 2010; Gelbrich & Roschk 2011 put interactional first for loyalty",
    )
    weight_treatment: float = parameter(
        0.35, "weight of empathy, honesty and the personal touch (interactional justice)", unit="", low=0, high=1,
        source="order: Orsingher et al. 2010",
    )
    weight_procedure: float = parameter(
        0.15, "weight of ease and speed (procedural justice)",
        unit="", low=0, high=1, source="order: Orsingher et al. 2010",
        sweep=(0, 0.3),
    )
    speed_half_value: Hours = parameter(
        "1 h", "delay at which speed is worth half", unit="h", low=0.001, high=1e4,
        source="vendor data through .21 h (airlines) to 24 h", sweep=(0.2, 24),
    )
    threshold: float = parameter(
        0.20, "worth below which a reply does harm (recalibrated from .30, at which an honest holding reply was "
        "punished)", unit="worth", low=0.001, high=0.999, sweep=(0.1, 0.4),
    )
    most_repair: Share = parameter(
        0.90, "part of the loss that the best reply can repair (below 1: no recovery paradox)", unit="share",
        source="paradox is null on repurchase (de Matos, Henrique & Rossi 2007); recovery rarely offsets "
        "(Knox & van Oest 2014)", sweep=(0.6, 1),
    )
    insult: float = parameter(
        0.10, "attitude lost by the author of a complaint answered with an empty reply",
        unit="attitude", low=0, high=1,
        source="direction: individualised over routinised (Decock et al. 2021)", sweep=(0, 0.2),
    )
    repeated: Share = parameter(
        0.5, "what is left of a reply's repair for each further failure in 90 days", unit="share",
        source="direction: double deviation (Maxham & Netemeyer 2002)",
    )
    observed: Share = parameter(
        0.03, "how far a reply worth one moves who watches it", unit="share",
        source="calibrated: +.12 star for hotels that begin to reply (Proserpio & Zervas 2017)", sweep=(0.01, 0.1),
    )
    notices: Share = parameter(
        0.5, "chance that someone who saw the complaint earlier comes across the reply",
        unit="chance", sweep=(0.1, 0.9)
    )
    reexposure: Share = parameter(
        0.03, "chance, for each public turn, that a public reply shows the complaint to a follower who had missed it",
        unit="chance", sweep=(0, 0.4),
        source="direction: complaint publicization (Golmohammadi et al. 2021); size calibrated with observed",
    )
    public_turns: float = parameter(
        2.0, "public messages of the brand in a reply that stays public (public then private: one)", unit="turns",
        low=1, high=20,
    )
    private_action: Share = parameter(
        0.5, "how much of what is put right shows in public when the matter is settled in private", unit="share",
        sweep=(0, 1),
    )
    promise_kept: Share = parameter(
        0.10, "how far a promise kept ('an answer by six') moves the worth of the answer towards one", unit="share",
        sweep=(0, 0.3),
    )
    promise_broken: float = parameter(
        0.10, "attitude lost by whoever was promised an answer in time and got none; it counts as a further failure",
        unit="attitude", low=0, high=1,
        source="direction: double deviation (Maxham & Netemeyer 2002); size as an empty reply", sweep=(0, 0.2),
    )
    unequal: float = parameter(
        0.03, "attitude lost by a complainant still waiting who sees another answered",
        unit="attitude", low=0, high=1,
        source="direction: Gu & Ye 2014", sweep=(0, 0.06),
    )


def treatment(empathy: float, honesty: float, personal: float) -> float:
    """Interactional justice 0..1: how one was treated."""
    return (empathy + honesty + personal) / 3.0


def worth_to_author(
    action: float, ease: float, empathy: float, honesty: float, personal: float, delay_hours: float,
    weight_action: float, weight_treatment: float, weight_procedure: float, speed_half_value: float,
) -> float:
    """Worth 0..1 of a reply to the one it answers, speed included as the small part of procedure it is."""
    speed = 1.0 / (1.0 + delay_hours / speed_half_value)
    return (
        weight_action * action
        + weight_treatment * treatment(empathy, honesty, personal)
        + weight_procedure * 0.5 * (ease + speed)
    ) / (weight_action + weight_treatment + weight_procedure)


def with_promise_kept(worth: float, kept: float) -> float:
    """Worth 0..1 of an answer that comes within the time that was promised."""
    return worth + kept * (1.0 - worth)


def worth_to_observer(
    action: float, ease: float, empathy: float, honesty: float, personal: float,
    weight_action: float, weight_treatment: float, weight_procedure: float,
) -> float:
    """Worth 0..1 of a reply to who reads it: no speed (Min, Lim & Magnini 2015 found none), weights renormalised."""
    return (
        weight_action * action
        + weight_treatment * treatment(empathy, honesty, personal)
        + weight_procedure * ease
    ) / (weight_action + weight_treatment + weight_procedure)


def seen_action(action: float, settled_in_private: bool, private_action: float) -> float:
    """How much of what was put right an observer can see, 0..1."""
    return action * private_action if settled_in_private else action


def chance_of_reexposure(reexposure: float, turns: float) -> float:
    """Chance 0..1 that a public exchange of so many turns shows the complaint to a follower who had missed it."""
    return 1.0 - math.pow(1.0 - reexposure, turns)


def repair(
    attitude: float, before: float, worth: float, further_failures: float, threshold: float, most: float,
    insult: float, repeated: float, mended: float = 0.0,
) -> float:
    """Change of the author's attitude on being answered; `before` is the attitude before the grievance began.

    mended: part of the loss that earlier replies have mended. Two replies mend what the better one would have: a matter
    handed on and then settled is not better settled than one settled at once.
    """
    if worth > threshold:
        lost = max(0.0, before - attitude)
        further = max(0.0, min(worth, most) - mended)
        return further / max(1e-9, 1.0 - mended) * lost * power_of(repeated, further_failures)
    return -insult * (1.0 - worth / threshold)


def mended_by(worth: float, threshold: float, most: float, mended: float) -> float:
    """Part 0..1 of the loss that is mended after one more reply."""
    return max(mended, min(worth, most)) if worth > threshold else mended


def power_of(base: float, times: float) -> float:
    """`base` multiplied by itself `times` times (at most 15)."""
    power = 1.0
    for _ in range(int(min(times, 15.0))):
        power = power * base
    return power


def impressed(attitude: float, worth: float, threshold: float, observed: float) -> float:
    """Change of attitude in who sees a public reply: up or down, in the room that is left in that direction."""
    if worth > threshold:
        return observed * (worth - threshold) * (1.0 - attitude)
    return observed * (worth - threshold) * (1.0 + attitude)
