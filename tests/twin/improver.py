"""What a brand learns from what it hears, to be read: causes weighed at each review, mended later, shown or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core.chance import keyed, stream, unit
from sim.model.learning import Learning, chance_after_fix, weight_of_cause
from sim.world import state as s
from twin.things import Brand, Issue

if TYPE_CHECKING:
    from twin.managers import Managers

HOUR = 3600


class Improver:
    """Weighs the causes of failure, takes one in hand at each review, and mends it after a lag."""

    FINISH, LAUNCH, LOOK = range(3)

    def __init__(self, world: Managers, brand: Brand, rule: Learning, rank: int):
        self.world, self.brand, self.rule, self.rank = world, brand, rule, rank
        self.every = round(30 * 24 / rule.fixes_a_month * HOUR)
        self.reviews = 0
        self.heard_before = -float("inf")
        self.struck_before: dict[Issue, int] = dict.fromkeys(brand.failures, 0)
        self.uses_before = 0.0
        self.in_hand: list[Issue] = []
        self.made = False
        world.at_second(self.every, rank, self.look, self.every, turn=self.LOOK)

    def look(self, second: int) -> None:
        """Weigh the causes by what was heard since the last review, and begin to mend the weightiest."""
        world = self.world
        posted, surveyed = self.posted(), self.surveyed()
        weights = {
            issue: weight_of_cause(part(posted, issue), part(surveyed, issue), self.rule.priorities)
            for issue in self.brand.failures if issue not in self.in_hand
        }
        self.reviews += 1
        chosen = max(weights, key=lambda issue: weights[issue], default=None)
        if chosen is not None and weights[chosen] > 0.0:
            self.in_hand.append(chosen)
            done = second + round(self.rule.lag * HOUR)
            world.at_second(done, self.rank, self.finish, chosen, turn=self.FINISH)
        product = self.rule.co_creation
        if product and not self.made and self.read() >= product.ideas:
            self.made = True
            world.at_second(
                second + round(product.lag * HOUR), self.rank, self.launch, product.gain, turn=self.LAUNCH
            )
        world.at_second(second + self.every, self.rank, self.look, second + self.every, turn=self.LOOK)

    def posted(self) -> dict[Issue, float]:
        """Public complaints noticed since the last review, by cause."""
        found = dict.fromkeys(self.brand.failures, 0.0)
        for post in self.world.posts:
            mine = post.brand is self.brand and post.kind == s.PUBLIC and post.valence < 0.0
            if mine and self.heard_before <= post.noticed < self.world.now and post.issue in found:
                found[post.issue] += 1.0
        self.heard_before = self.world.now
        return found

    def surveyed(self) -> dict[Issue, float]:
        """Trouble by cause, in a few of the experiences since the last review, by how bad it was."""
        uses = self.so_far("uses")
        lived = uses - self.uses_before
        struck = {issue: issue.struck - self.struck_before[issue] for issue in self.brand.failures}
        self.uses_before = uses
        self.struck_before = {issue: issue.struck for issue in self.brand.failures}
        told = dict.fromkeys(self.brand.failures, 0.0)
        key = keyed(keyed(stream(self.world.seed, "survey"), self.brand.key), self.reviews)
        for customer in range(self.rule.survey if lived > 0 else 0):
            place = unit(keyed(key, customer)) * lived
            for issue in self.brand.failures:
                place -= struck[issue]
                if place < 0.0:
                    told[issue] += self.loss(issue)
                    break
        return told

    def loss(self, issue: Issue) -> float:
        """What a failure of some cause takes from performance, on average."""
        rule = self.world.rules.experience
        if issue.loss is None:
            return rule.share_major * rule.loss_major + (1.0 - rule.share_major) * rule.loss_minor
        return issue.loss

    def read(self) -> float:
        """Public posts read so far."""
        return self.world.listens(self.brand) * self.so_far("posts")

    def so_far(self, what: str) -> float:
        """A count of the brand from the beginning to now."""
        return sum(book.get(what, 0.0) for book in self.brand.hourly) + self.brand.hour[what]

    def finish(self, issue: Issue) -> None:
        """A cause is mended, or said to be."""
        self.in_hand.remove(issue)
        self.world.happened["claimed" if self.rule.shows == "claims" else "fixed"] += 1
        if self.rule.shows != "claims":
            issue.chance = chance_after_fix(issue.chance, self.rule.effect)
        if self.rule.shows != "nothing":
            name = f"fix of {self.world.issue_names[issue.number]} {self.reviews}"
            issue.claim = self.world.broadcast(
                self.brand, name, s.FIX, issue, self.rule.reach, self.world.rules.broadcast.delay
            )

    def launch(self, gain: float) -> None:
        """The product that came of posts is there."""
        self.world.happened["product of posts"] += 1
        self.brand.quality = min(1.0, max(0.0, self.brand.quality + gain))


def part(found: dict[Issue, float], issue: Issue) -> float:
    """A cause's share of all that was found; 0 of nothing."""
    total = sum(found.values())
    return found[issue] / total if total > 0.0 else 0.0
