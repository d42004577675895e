"""When mass media pick a story up (D12): a mechanism of its own, without which Pepsi and United cannot be.

The press watches how much is said about one issue of one brand. Above a threshold it may pick the story up,
once; it then shows it to many who follow nobody that was hit. What a story does to those it reaches is the
business of `sim.model.broadcast`.
"""

from __future__ import annotations

import math

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Press(Block):
    """Mass media that may pick a story up. A scenario without `press:` has none."""

    picks_up: Share = parameter(
        0.10,
        "chance per hour that the press picks up a story that is above the threshold",
        unit="chance per hour",
        sweep=(0.02, 0.5),
    )
    window: Hours = parameter(
        "24 h", "time over which complaints and shares are counted", unit="h", low=0.1, high=1000
    )
    threshold: float = parameter(
        2.0,
        "complaints and shares about one issue in the window, for each 1,000 customers, from which the press "
        "takes notice",
        unit="per 1,000 customers",
        low=0,
        high=1e6,
        sweep=(0.5, 10),
    )
    reach: Share = parameter(
        0.30, "share of all people a story in the press reaches", unit="share", sweep=(0.05, 0.6)
    )
    over: Hours = parameter(
        "0 h", "time over which the story is in the press (on top of the delay of all broadcasts)", unit="h", low=0,
        high=10_000, sweep=(0, 168),
    )
    vividness: float = parameter(
        1.5,
        "how much likelier than an ordinary post a story in the press is to be talked about",
        unit="ratio",
        low=0,
        high=100,
    )


def chance_of_pickup(
    mentions: float, customers: float, hours: float, picks_up: float, threshold: float
) -> float:
    """Chance 0..1 that the press picks a story up within some hours.

    `mentions`: complaints and shares about the issue in the last window; `customers`: people in the world.
    """
    if mentions * 1000.0 < threshold * customers or mentions <= 0.0:
        return 0.0
    return 1.0 - math.pow(1.0 - picks_up, hours)
