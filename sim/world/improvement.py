"""What a brand learns from what it hears: causes weighed and mended, shown or not; products from posts (D15)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.core.chance import keyed, unit
from sim.model.learning import Learning, chance_after_fix, weight_of_cause
from sim.world import state as s
from sim.world.brand import HOUR, NEVER, seconds

if TYPE_CHECKING:
    from sim.world.world import World


@dataclass
class Improvement:
    """Weighs the causes of failure, takes one in hand at each review, and mends it after a lag.

    key: from which the survey's draws descend. listens: share of public posts that is read. struck, uses: what had
    happened by the last review. begun: fixes under way, as (second, issue).
    """

    purpose = "survey"

    brand: int
    rule: Learning
    listens: float
    key: int
    due: int = 0
    review: int = 0
    next_review: int = 0
    looked: float = -math.inf
    struck: dict[int, int] = field(default_factory=dict)
    uses: float = 0.0
    begun: list[tuple[int, int]] = field(default_factory=list)
    launch: int = NEVER
    made: bool = False

    def act(self, world: World) -> None:
        """Finish what is due, and look at what went wrong when it is time to."""
        now = self.due
        for fix in [fix for fix in self.begun if fix[0] <= now]:
            self.begun.remove(fix)
            self.finish(world, now, fix[1])
        if now >= self.launch:
            self.launch_product(world, now)
        if now >= self.next_review:
            self.look(world, now)
            self.next_review = now + self.every
        self.due = min(self.next_review, self.launch, *(when for when, _ in self.begun))

    @property
    def every(self) -> int:
        """Seconds from one review to the next."""
        return seconds(30 * 24 / self.rule.fixes_a_month)

    def look(self, world: World, now: int) -> None:
        """Weigh the causes by what was heard since the last review, and begin to mend the weightiest."""
        weights = self.weights(world, now)
        self.review += 1
        chosen = max(weights, key=lambda issue: weights[issue], default=None)
        if chosen is not None and weights[chosen] > 0.0:
            self.begun.append((now + seconds(self.rule.lag), chosen))
            world.note(now / HOUR, self.brand, "priority", world.issue_names[chosen])
        product = self.rule.co_creation
        if product and not self.made and self.read(world) >= product.ideas:
            self.launch, self.made = now + seconds(product.lag), True

    def weights(self, world: World, now: int) -> dict[int, float]:
        """The weight 0..1 of each cause that is not yet in hand."""
        causes = self.causes(world)
        posted, surveyed = self.posted(world, now, causes), self.surveyed(world, causes)
        in_hand = {issue for _, issue in self.begun}
        return {
            issue: weight_of_cause(_part(posted, issue), _part(surveyed, issue), self.rule.priorities)
            for issue in causes if issue not in in_hand
        }

    def causes(self, world: World) -> list[int]:
        """The brand's causes of failure."""
        row = world.tables.brands[self.brand]
        return list(range(int(row["first_failure"]), int(row["first_failure"] + row["n_failures"])))

    def posted(self, world: World, now: int, causes: list[int]) -> dict[int, float]:
        """Public complaints noticed since the last review, by cause."""
        posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
        mine = posts[(posts["brand"] == self.brand) & (posts["kind"] == s.PUBLIC) & (posts["valence"] < 0.0)]
        heard = mine[(mine["noticed"] >= self.looked) & (mine["noticed"] < now / HOUR)]
        self.looked = now / HOUR
        return {issue: float((heard["issue"] == issue).sum()) for issue in causes}

    def surveyed(self, world: World, causes: list[int]) -> dict[int, float]:
        """What customers asked about a recent experience tell: trouble by cause, by how bad it was.

        Each stands for one experience since the last review, whichever it was: so this sensor has no bias.
        """
        tables = world.tables
        uses = _total(world, self.brand, s.H_USES)
        lived = uses - self.uses
        parts = {issue: int(tables.issues[issue]["struck"]) - self.struck.get(issue, 0) for issue in causes}
        self.uses = uses
        self.struck = {issue: int(tables.issues[issue]["struck"]) for issue in causes}
        told = dict.fromkeys(causes, 0.0)
        key = keyed(keyed(self.key, int(tables.brands[self.brand]["key"])), self.review)
        for customer in range(self.rule.survey if lived > 0 else 0):
            place = unit(keyed(key, customer)) * lived
            for issue in causes:
                place -= parts[issue]
                if place < 0.0:
                    told[issue] += _loss(world, issue)
                    break
        return told

    def finish(self, world: World, now: int, issue: int) -> None:
        """A cause is mended (or said to be)."""
        row = world.tables.issues[issue]
        if self.rule.shows != "claims":
            row["chance"] = chance_after_fix(float(row["chance"]), self.rule.effect)
        name = world.issue_names[issue]
        world.note(now / HOUR, self.brand, "fix", f"{name} claimed fixed" if self.rule.shows == "claims" else name)
        if self.rule.shows != "nothing":
            world.tables.issues[issue]["claim"] = world.tables.counts[s.N_BROADCASTS]
            world.broadcast(now / HOUR, self.brand, s.FIX, f"fix of {name} {self.review}", self.rule.reach, issue)

    def read(self, world: World) -> float:
        """Public posts read so far."""
        return self.listens * _total(world, self.brand, s.H_POSTS)

    def launch_product(self, world: World, now: int) -> None:
        """The product that came of posts is there: the brand delivers more."""
        assert self.rule.co_creation
        row = world.tables.brands[self.brand]
        row["quality"] = min(1.0, max(0.0, float(row["quality"]) + self.rule.co_creation.gain))
        world.note(now / HOUR, self.brand, "launch", "a product made from posts")
        self.launch = NEVER


def _part(found: dict[int, float], issue: int) -> float:
    """A cause's share of all that was found; 0 of nothing."""
    total = sum(found.values())
    return found[issue] / total if total > 0.0 else 0.0


def _total(world: World, brand: int, what: int) -> float:
    """A count of a brand from the beginning of the world to now."""
    tables = world.tables
    return float(tables.hourly[: tables.counts[s.HOUR_NOW], brand, what].sum() + tables.hour[brand, what])


def _loss(world: World, issue: int) -> float:
    """What a failure of some cause takes from performance, on average."""
    loss = float(world.tables.issues[issue]["loss"])
    rule = world.scenario.crowd.experience
    mean = rule.share_major * rule.loss_major + (1.0 - rule.share_major) * rule.loss_minor
    return mean if np.isnan(loss) else loss
