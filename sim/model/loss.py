"""What a failure cost, remembered as a loss until it is made good (D13).

Satisfaction saturates: a small failure spoils an experience nearly as much as a great one. What was lost does not, and
it is what people hold against a brand when they next choose. Saying so relieves a little; a good answer makes part of
it good, at once more than late; the rest fades. Tuned as one block to what customers say of buying again after a
failure, by size of the loss and by how it was handled (TARP, as told in Fast Company), and with the pull of what one
has to yearly retention: `tests/test_evidence_loyalty.py`. How fast a loss fades decides how much of what customers say
they then do.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share

TARP = "calibrated: buying again by loss and handling (TARP), within 8 points a cell"


class Loss(Block):
    """How failures are remembered when a brand is chosen again."""

    any_failure: float = parameter(
        2.9, "utility that any failure takes from a brand, whatever its size", unit="utility", low=0, high=50,
        source=TARP, sweep=(0, 4),
    )
    severity: float = parameter(
        7.2, "utility it takes beside that for each unit of performance lost", unit="utility per performance", low=0,
        high=50, source=TARP, sweep=(0, 10),
    )
    vented: Share = parameter(
        0.20, "part of the loss that saying so relieves", unit="share", source=TARP, sweep=(0, 0.4)
    )
    made_good: Share = parameter(
        0.82, "part of the loss that a perfect answer at once makes good", unit="share", source=TARP, sweep=(0.4, 1)
    )
    late: Share = parameter(
        0.18, "what is left of that when the answer comes very late", unit="share", source=TARP, sweep=(0.1, 1)
    )
    half_late: Hours = parameter(
        "12 h", "delay at which half of the difference is gone", unit="h", low=0.01, high=1e4, sweep=(1, 48)
    )
    half_life: Hours = parameter(
        "7 days", "time in which half of a loss is forgotten", unit="h", low=1, high=1e6, sweep=(72, 1440),
        source="direction: earlier complaints aggravate for a short time only (Knox & van Oest 2014)",
    )


def lost(loss: float, any_failure: float, severity: float) -> float:
    """Utility a failure takes from a brand; `loss`: what it took from performance."""
    return any_failure + severity * loss


def remembered(lost: float, hours: float, half_life: float) -> float:
    """What is left of a loss after some hours."""
    return lost * math.exp(-0.6931471805599453 * hours / half_life)


def share_new(mended_before: float, mended: float) -> float:
    """Part 0..1 of what an answer mends that earlier answers to the same grievance had not mended yet."""
    return (mended - mended_before) / mended if mended > mended_before else 0.0


def share_made_good(
    worth: float, delay_hours: float, threshold: float, made_good: float, late: float, half_late: float
) -> float:
    """Part 0..1 of a loss that an answer makes good; none below the threshold. Late answers make less good."""
    if worth <= threshold:
        return 0.0
    return made_good * min(1.0, worth) * (late + (1.0 - late) / (1.0 + delay_hours / half_late))
