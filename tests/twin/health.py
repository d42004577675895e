"""How the people of a desk fare, to be read: load strains them, some leave, places are filled, beginners learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core.chance import keyed, stream, unit
from sim.model.desk_health import WEEK, Health, chance_to_leave, fitness, overload, slowness, strain_after
from twin.things import Brand

if TYPE_CHECKING:
    from twin.managers import Managers

HOUR = 3600


class Team:
    """The people of one desk."""

    CHANGE = 0

    def __init__(self, world: Managers, brand: Brand, rule: Health, rank: int, begin: int):
        self.world, self.brand, self.rule, self.rank = world, brand, rule, rank
        self.size = brand.settings.desk.agents
        self.usual = dict(vars(brand.manner))
        self.usual_time = brand.handling_time
        self.reviews = 0
        self.busy_before = self.duty_before = 0.0
        self.next_review = begin + round(rule.review * HOUR)
        self.vacant: list[int] = []
        self.beginners: list[int] = []
        self.wait(self.next_review)

    def wait(self, second: int) -> None:
        """The next change of the team is at this second."""
        self.world.at_second(second, self.rank, self.change, second)

    def change(self, now: int) -> None:
        """Places are filled, beginners learn, the load is reviewed: whatever is due."""
        self.beginners += [now + round(self.rule.learns_in * HOUR) for filled in self.vacant if filled <= now]
        self.vacant = [filled for filled in self.vacant if filled > now]
        self.beginners = [learned for learned in self.beginners if learned > now]
        if now >= self.next_review:
            self.review(now)
            self.next_review = now + round(self.rule.review * HOUR)
        self.fare(now)
        self.wait(min([self.next_review, *self.vacant, *self.beginners]))

    def review(self, now: int) -> None:
        """How busy people were since the last review, and who leaves."""
        rule, brand, weeks = self.rule, self.brand, self.rule.review / WEEK
        self.world.staff(brand, now)
        hours = brand.hours_on_duty - self.duty_before
        busy = (brand.hours_of_work - self.busy_before) / hours if hours > 0.0 else 0.0
        self.busy_before, self.duty_before = brand.hours_of_work, brand.hours_on_duty
        too_busy = overload(busy, rule.sustainable)
        brand.strain = strain_after(brand.strain, too_busy, rule.builds, rule.recovers, rule.empowerment, weeks)
        chance = chance_to_leave(brand.strain, rule.turnover, rule.quits, weeks)
        key = keyed(keyed(stream(self.world.seed, "turnover"), brand.key), self.reviews)
        self.reviews += 1
        for person in range(self.size - len(self.vacant)):
            if unit(keyed(key, person)) < chance:
                self.world.happened["someone left the desk"] += 1
                self.vacant.append(now + max(1, round(rule.recruits_after * HOUR)))

    def fare(self, now: int) -> None:
        """The desk is as its people are."""
        rule, brand = self.rule, self.brand
        present = self.size - len(self.vacant)
        share = min(len(self.beginners), present) / present if present > 0 else 0.0
        if share:
            self.world.happened["beginner at the desk"] += 1
        left = fitness(brand.strain, share, rule.harm, rule.beginners)
        for quality, usual in self.usual.items():
            setattr(brand.manner, quality, usual * left if usual > 0.0 else usual)
        brand.handling_time = self.usual_time * slowness(brand.strain, share, rule.slows, rule.beginners)
        brand.vacant = len(self.vacant)
        self.world.staff(brand, now)
