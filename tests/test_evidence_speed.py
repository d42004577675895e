"""Speed matters with words held equal: through escalation, views that come first, silence, and (if any) w_P.

Every reply of Skyline is pinned to a delay, so that neither queue nor quality differs. The small procedural weight
w_P rewards speed as such; without it (0) the order must stand on the other doors alone.
"""

from __future__ import annotations

import pytest
from evidence import compared, shipped

from sim.study.compare import Comparison

DELAYS = ("15 min", "4 h", "24 h")
SEEDS = range(1, 9)


def at_speeds(weight: float, **more: object) -> tuple[Comparison, Comparison]:
    """15 minutes against 4 and 24 hours, and 4 hours against 24, in the same worlds."""
    held = shipped("flight_cancelled").changed({"crowd.reply.weight_procedure": weight, **more})
    arms = {delay: held.changed({"brands.Skyline.policy.reply_after": delay}) for delay in DELAYS}
    slower = {delay: arms[delay] for delay in DELAYS[1:]}
    return compared(arms, SEEDS), compared(slower, SEEDS)


@pytest.mark.parametrize("weight", [0.15, 0.0])
def test_sooner_is_better_for_authors_and_for_what_others_see(weight: float) -> None:
    from_fast, from_middling = at_speeds(weight)
    fast = from_fast.levels["15 min"].brands["Skyline"]
    slow = from_fast.levels["24 h"].brands["Skyline"]
    assert fast.ttfr_minutes.median == pytest.approx(15, abs=0.1)
    assert slow.ttfr_minutes.median == pytest.approx(24 * 60, abs=0.1)
    for comparison, delay in ((from_fast, "4 h"), (from_middling, "24 h")):
        authors = comparison.of(delay, "Skyline", "authors")
        unanswered = comparison.of(delay, "Skyline", "views_unanswered")
        words = f"w_P {weight}, {delay} against {comparison.baseline}"
        assert authors.high is not None and authors.high < -0.1, f"{words}: authors {authors}"
        assert unanswered.low is not None and unanswered.low > 500, f"{words}: views unanswered {unanswered}"
        assert authors.wins == 0 and unanswered.wins == 0, f"{words}: {authors}, {unanswered}"


def test_with_every_door_shut_speed_is_worth_nothing_to_authors() -> None:
    """Control: nobody loses patience, nobody posts again, no weight on procedure: authors are where they were.

    What is left then is when repair comes: some have an experience in between. A seventh of a point is allowed.
    """
    shut = {
        "crowd.voice.escalates": 0, "crowd.voice.ignored": 0, "crowd.observers.unanswered": 0,
        "crowd.reply.unequal": 0, "crowd.reply.reexposure": 0, "crowd.observers.influence": 0,
        "crowd.reply.observed": 0,
    }
    from_fast, _ = at_speeds(0.0, **shut)
    authors = from_fast.of("24 h", "Skyline", "authors")
    assert authors.mean is not None and abs(authors.mean) < 0.15, f"authors, 24 h against 15 min: {authors}"
