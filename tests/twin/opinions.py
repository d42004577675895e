"""What people think of brands: remembered, lived, heard, counted.

To be read beside `sim.world.opinion`, whose twin it is.
"""

from __future__ import annotations

import math

from sim.model.attitude import PROMOTER, attitude_answering, share_left, within_bounds
from sim.model.experience import satisfaction
from sim.model.journey import AWARE, UNAWARE
from sim.model.loss import remembered
from twin.ground import Ground
from twin.things import Brand, Issue, Opinion, Person, Sums

FAILURES_COUNT_FOR = 90 * 24.0
MOST_TIMES = 32_000


class Opinions(Ground):
    """People, and what they think."""

    def remember(self, o: Opinion) -> float:
        """Let hearsay fade up to the present full hour; the attitude that is left."""
        hour = math.floor(self.now)
        if hour > o.heard_hour:
            o.heard = o.heard * share_left(float(hour - o.heard_hour), self.rules.attitude.hearsay_half_life)
            o.heard_hour = hour
        return o.attitude

    def group(self, who: Person, brand: Brand) -> Sums:
        """The sums in which someone's attitude counts."""
        return brand.customers if who.current is brand else brand.others

    def live(self, who: Person, brand: Brand, own: float) -> None:
        """Set the lived part of an attitude, within bounds: else hearsay that fades could leave it outside them."""
        o = who.opinions[brand.number]
        was = o.own
        o.own = min(1.0, max(-1.0, own))
        self.group(who, brand).own += o.own - was

    def hear(self, who: Person, brand: Brand, change: float) -> None:
        """Move the heard part of a (remembered) attitude, within bounds."""
        o = who.opinions[brand.number]
        was = o.heard
        o.heard = was + within_bounds(o.attitude, change)
        self.group(who, brand).heard += o.heard - was

    def count_in(self, o: Opinion, group: Sums, sign: float) -> None:
        """Count someone in (1) or out (-1) of a group."""
        group.people += sign
        group.own += sign * o.own
        group.heard += sign * o.heard

    def move_to(self, o: Opinion, brand: Brand, stage: int) -> None:
        """Go to another stage of the journey."""
        if o.stage != stage:
            brand.transitions[o.stage, stage] += 1
            o.stage = stage

    def get_to_know(self, o: Opinion, brand: Brand) -> None:
        """Whoever was unaware of the brand is aware of it now."""
        if o.stage == UNAWARE:
            self.move_to(o, brand, AWARE)
            self.count_in(o, brand.others, 1.0)

    def follow_story(self, o: Opinion, issue: Issue, attitude: float) -> float:
        """Meet a story: how often by now. What is news (1) sets `before` to the present attitude."""
        if o.issue is issue and self.now - o.seen_at <= self.rules.observers.story_memory:
            o.times = min(o.times + 1, MOST_TIMES)
        else:
            o.issue, o.times, o.before = issue, 1, attitude
        o.seen_at = self.now
        return float(o.times)

    def left_alone(self, o: Opinion) -> bool:
        """Whether someone complained within 90 days and was not put right."""
        own = o.grievance
        return own is not None and not own.calmed and self.now - own.time <= FAILURES_COUNT_FOR

    def outstanding(self, o: Opinion) -> float:
        """What is still held against the brand of what failures cost."""
        return remembered(o.lost, self.now - o.failed_at, self.rules.loss.half_life) if o.lost else 0.0

    def promoter(self) -> float:
        """The attitude from which one would recommend."""
        rule = self.rules.attitude
        return attitude_answering(PROMOTER, rule.recommend_centre, rule.recommend_scale)

    def judge(self, delivered: float, o: Opinion) -> float:
        """Satisfaction with what was delivered, by what was expected."""
        rule = self.rules.experience
        return satisfaction(
            delivered, o.expectation, rule.acceptable, rule.weight_performance, rule.weight_disconfirmation,
            rule.loss_aversion, rule.softness,
        )
