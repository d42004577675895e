"""The twin of a world: crowd, desks and managers together, and the books that are closed every hour."""

from __future__ import annotations

from sim.model.attitude import DETRACTOR, PROMOTER, attitude_answering, share_left
from sim.model.choice import public_rating
from sim.model.journey import UNAWARE
from sim.world import state as s
from sim.world.world import World
from twin.managers import Managers
from twin.things import Brand


class Twin(Managers):
    """A plain-Python simulation of the same world: the same rules, the same draws, the same order."""

    def __init__(self, world: World):
        """Begin where a freshly built world begins."""
        super().__init__(world)
        self.begin_clocks()
        self.begin_programmes()
        self.plan(self.begin + 1.0, s.HOUR, 0, 0, self.at_hour)
        if self.begin == 0.0:
            self.survey_all()

    def run(self) -> Twin:
        """Live to the end, and close the last hour's books."""
        self.live_until(self.end)
        self.at_hour()
        return self

    def at_hour(self) -> None:
        """The end of an hour: publish ratings, let hearsay fade in the sums, write levels; at midnight, survey."""
        for brand in self.brands:
            self.close_hour(brand)
        if self.now == 0.0:
            self.begin_day_zero()
        if self.now >= 0.0 and self.now % 24 == 0:
            self.survey_all()
        self.plan(self.now + 1.0, s.HOUR, 0, 0, self.at_hour)

    def close_hour(self, brand: Brand) -> None:
        """Publish the rating, write down the hour, begin the next."""
        self.book_staff(brand)
        brand.rating = public_rating(brand.rating_total, brand.rating_weight)
        kept = share_left(1.0, self.rules.choice.rating_memory)
        brand.rating_total *= kept
        brand.rating_weight *= kept
        for group in (brand.customers, brand.others):
            group.heard *= share_left(1.0, self.rules.attitude.hearsay_half_life)
        customers, others = brand.customers, brand.others
        brand.hourly.append(brand.hour | {
            "waiting": sum(len(line.waiting) for line in brand.lines),
            "busy": sum(line.busy for line in brand.lines),
            "on_duty": sum(line.on for line in brand.lines),
            "rating": brand.rating,
            "strain": brand.strain,
            "customers": customers.people,
            "known": customers.people + others.people,
            "attitude_customers": customers.own + customers.heard,
            "attitude_others": others.own + others.heard,
        })
        brand.hour = type(brand.hour)()

    def begin_day_zero(self) -> None:
        """The warm-up is over: today's customers are the cohort; authors and exposed are counted from here."""
        for brand in self.brands:
            brand.transitions.clear()
        for who in self.people:
            who.cohort = who.current
            for o in who.opinions:
                o.author = o.exposed = o.hit_by = False

    def survey_all(self) -> None:
        """Ask everyone about every brand."""
        for brand in self.brands:
            brand.daily.append(self.survey(brand))

    def survey(self, brand: Brand) -> dict[str, float]:
        """Ask everyone who knows a brand about it."""
        rule = self.rules.attitude
        centre, scale = rule.recommend_centre, rule.recommend_scale
        answers = dict.fromkeys(s.DAILY, 0.0)
        for who in self.people:
            o = who.opinions[brand.number]
            if o.stage == UNAWARE:
                continue
            faded = share_left(float(int(self.now) - o.heard_hour), rule.hearsay_half_life)
            attitude = o.own + o.heard * faded
            promoter = float(attitude >= attitude_answering(PROMOTER, centre, scale))
            detractor = float(attitude < attitude_answering(DETRACTOR, centre, scale))
            answers["known"] += 1.0
            answers["heard_good"] += float(self.now - o.heard_good <= s.HEARD_RECENTLY)
            answers["heard_bad"] += float(self.now - o.heard_bad <= s.HEARD_RECENTLY)
            answers["promoters_known"] += promoter
            answers["detractors_known"] += detractor
            if who.current is brand:
                answers["customers"] += 1.0
                answers["promoters"] += promoter
                answers["detractors"] += detractor
            if who.cohort is brand:
                answers["cohort"] += 1.0
                answers["cohort_kept"] += float(who.current is brand)
                answers["attitude_cohort"] += attitude
        return answers
