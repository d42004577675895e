"""What an advertisement does: it makes the brand known, promises, persuades a little, and is passed on (D3).

A promise raises what people expect of the brand, and by that what it has to deliver: an over-promise brings customers
and disappoints them. One advertisement persuades less than one post of an acquaintance that says the same.
"""

from __future__ import annotations

from sim.model.parameter import Block, parameter
from sim.model.units import Share


class Advertising(Block):
    """How advertisements work on those they reach. A scenario without campaigns has none."""

    learning: float = parameter(
        0.1, "how far one advertisement moves expectation towards what it promises", unit="rate", low=0, high=1,
        sweep=(0, 0.3),
    )
    influence: Share = parameter(
        0.02, "how far one advertisement moves an attitude towards what it promises (an acquaintance's post: "
        "crowd.observers.influence)", unit="share", sweep=(0, 0.05),
        source="direction: people rely on acquaintances more than on advertising (Kotler, quoted by HBR Analytic "
        "Services)",
    )


def claimed(promise: float) -> float:
    """What an advertisement says of the brand, -1..1, if that delivers what is promised (performance 0..1)."""
    return 2.0 * promise - 1.0


def persuaded(attitude: float, promise: float, influence: float, resistance: float, committed: float) -> float:
    """Change of attitude in who meets an advertisement: upwards or not at all; less against a committed view."""
    step = influence
    if attitude <= -committed:
        step = step * (1.0 - resistance)
    return max(0.0, step * (claimed(promise) - attitude))
