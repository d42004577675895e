"""What a touchpoint delivered, what was expected, and how satisfied that left the customer (D2, D3).

Expectation-disconfirmation (Oliver 1980) with a direct performance term beside it: with adaptive expectations
and disconfirmation alone, quality would stop mattering in the long run. Losses weigh more than gains
(Anderson & Sullivan 1993; Mittal, Ross & Baldasare 1998).
"""

from __future__ import annotations

from sim.core.arithmetic import tanh
from sim.model.parameter import Block, parameter
from sim.model.units import Share


class Experience(Block):
    """How experiences arise and are judged. Performance and expectation live on a scale from 0 to 1."""

    quality_spread: float = parameter(
        0.10, "standard deviation of what a brand delivers around its quality", unit="performance", low=0, high=1
    )
    share_major: float = parameter(
        0.25, "share of failures that are major (a cause may state its own severity instead)",
        unit="share", low=0, high=1, sweep=(0.1, 0.5),
    )
    loss_minor: float = parameter(
        0.30, "what a minor failure takes from performance", unit="performance", low=0, high=1
    )
    loss_major: float = parameter(
        0.60, "what a major failure takes from performance", unit="performance", low=0, high=1
    )
    acceptable: float = parameter(
        0.55, "performance that by itself neither pleases nor annoys", unit="performance", low=0, high=1
    )
    weight_performance: float = parameter(
        0.5, "weight of performance as such", unit="", low=0, high=5,
        source="order of Szymanski & Henard 2001 (performance .34, disconfirmation .46); size calibrated",
    )
    weight_disconfirmation: float = parameter(
        0.7, "weight of performance against expectation", unit="", low=0, high=5,
        source="order of Szymanski & Henard 2001 (performance .34, disconfirmation .46); size calibrated",
    )
    loss_aversion: float = parameter(
        1.5, "how much more a shortfall weighs than a gain of the same size", unit="ratio", low=1, high=5,
        source="direction: Anderson & Sullivan 1993; Mittal, Ross & Baldasare 1998", sweep=(1, 2.25),
    )
    softness: float = parameter(
        0.30, "scale of the judgement: smaller saturates sooner (recalibrated from .25, at which minor and major "
        "failures were judged alike; severity lives in arousal)",
        unit="performance", low=0.01, high=5, sweep=(0.25, 0.8),
    )
    expectation_start: float = parameter(
        0.72, "expectation of a brand before the first own experience", unit="performance", low=0, high=1
    )
    expectation_learning: float = parameter(
        0.15, "how far one experience moves expectation towards itself", unit="rate", low=0, high=1, sweep=(0.05, 0.3)
    )
    failures_lower: Share = parameter(
        0.1, "how much of that a failure does: it is remembered as a failure, not as what to expect", unit="share",
        sweep=(0, 1),
    )


def performance(quality: float, spread: float, z: float, loss: float) -> float:
    """What was delivered, 0..1: quality, plus `z` standard deviations of `spread`, less the loss of a failure."""
    return min(1.0, max(0.0, quality + spread * z - loss))


def satisfaction(
    delivered: float, expected: float, acceptable: float, weight_performance: float,
    weight_disconfirmation: float, loss_aversion: float, softness: float,
) -> float:
    """Satisfaction with one experience, -1..1, from performance as such and against expectation."""
    gap = delivered - expected
    if gap < 0.0:
        gap = gap * loss_aversion
    return tanh((weight_performance * (delivered - acceptable) + weight_disconfirmation * gap) / softness)


def expectation_after(expected: float, delivered: float, learning: float) -> float:
    """Expectation after an experience: it creeps towards what was delivered."""
    return expected + learning * (delivered - expected)


def learning_from(loss: float, learning: float, failures_lower: float) -> float:
    """How far an experience moves expectation: a failure (`loss` above 0) hardly lowers what one thinks due.

    Otherwise a customer who was let down and well recovered would end up easier to please, and thinking better
    of the brand, than one who was never let down.
    """
    return learning * failures_lower if loss > 0.0 else learning


def arousal(satisfaction: float, loss: float) -> float:
    """How stirred up the experience leaves the customer, 0..1: by the judgement, and by what was lost.

    Severity lives here rather than in satisfaction, which saturates; the two combine as independent chances
    of being stirred do.
    """
    return 1.0 - (1.0 - abs(satisfaction)) * (1.0 - loss)
