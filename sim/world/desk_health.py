"""How the people of a desk fare: load strains them, some leave, places are filled again, beginners learn (D16)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.core.chance import keyed, unit
from sim.model.desk_health import WEEK, Health, chance_to_leave, fitness, overload, slowness, strain_after
from sim.world.brand import HOUR, Shifts, seconds

if TYPE_CHECKING:
    from sim.world.world import World

QUALITIES = ("action", "ease", "empathy", "honesty", "personal")


@dataclass
class DeskHealth:
    """Reviews a desk's load; changes the quality and speed of its people, and how many they are.

    agents: people at the desk when all places are filled. usual: qualities and handling time of a rested team. vacant,
    beginners: seconds at which a place is filled, at which someone new is no beginner any more.
    """

    purpose = "turnover"

    brand: int
    rule: Health
    agents: int
    shifts: Shifts
    usual: dict[str, float]
    key: int
    due: int
    next_review: int
    reviews: int = 0
    strain: float = 0.0
    worked: float = 0.0
    on_duty: float = 0.0
    vacant: list[int] = field(default_factory=list)
    beginners: list[int] = field(default_factory=list)

    def act(self, world: World) -> None:
        """Fill places, let beginners learn, review the load; then let the desk be as its people are."""
        now = self.due
        self.beginners += [now + seconds(self.rule.learns_in) for filled in self.vacant if filled <= now]
        self.vacant = [filled for filled in self.vacant if filled > now]
        self.beginners = [learned for learned in self.beginners if learned > now]
        if now >= self.next_review:
            self.look(world, now)
            self.next_review = now + seconds(self.rule.review)
        self.apply(world, now)
        self.due = min([self.next_review, *self.vacant, *self.beginners])

    def look(self, world: World, now: int) -> None:
        """How busy people were since the last review, what it did to them, and who leaves."""
        rule, weeks = self.rule, self.rule.review / WEEK
        desk = world.tables.desks[self.brand]
        self.shifts.staff(world, now)  # books the hours on duty up to now
        worked, on_duty = float(desk["worked"]), float(desk["on_duty"])
        hours = on_duty - self.on_duty
        busy = (worked - self.worked) / hours if hours > 0.0 else 0.0
        self.worked, self.on_duty = worked, on_duty
        too_busy = overload(busy, rule.sustainable)
        self.strain = strain_after(self.strain, too_busy, rule.builds, rule.recovers, rule.empowerment, weeks)
        chance = chance_to_leave(self.strain, rule.turnover, rule.quits, weeks)
        key = keyed(keyed(self.key, int(world.tables.brands[self.brand]["key"])), self.reviews)
        self.reviews += 1
        for person in range(self.agents - len(self.vacant)):
            if unit(keyed(key, person)) < chance:
                self.vacant.append(now + max(1, seconds(rule.recruits_after)))
                world.note(now / HOUR, self.brand, "turnover", "someone leaves the desk")

    def apply(self, world: World, now: int) -> None:
        """Quality, speed and number of the desk's people."""
        rule = self.rule
        present = self.agents - len(self.vacant)
        share = min(len(self.beginners), present) / present if present > 0 else 0.0
        left = fitness(self.strain, share, rule.harm, rule.beginners)
        row = world.tables.brands[self.brand]
        for quality in QUALITIES:
            row[quality] = self.usual[quality] * left if self.usual[quality] > 0.0 else self.usual[quality]
        row["handling_time"] = self.usual["handling_time"] * slowness(self.strain, share, rule.slows, rule.beginners)
        world.tables.desks[self.brand]["strain"] = self.strain
        self.shifts.vacant = len(self.vacant)
        self.shifts.staff(world, now)
