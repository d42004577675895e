"""How people choose: what comes to mind, what they look up, which brand they decide on."""

from __future__ import annotations

from sim.core.chance import gumbel, keyed, unit
from sim.model.choice import utility, utility_of_nothing
from sim.model.journey import AWARE, CONSIDERING, CUSTOMER, LAPSED, may_choose, may_look_up
from sim.model.referral import pull_of_referred
from sim.world import purpose
from sim.world import state as s
from twin.posts import Posts
from twin.things import Brand, Person


class Choosing(Posts):
    """Decisions."""

    def brand_that_comes_to_mind(self, key: int) -> Brand:
        """Any brand, each as likely."""
        return max(self.brands, key=lambda brand: gumbel(keyed(keyed(key, purpose.LOOKS_FOR), brand.key)))

    def decide(self, who: Person, key: int) -> None:
        """Choose among the brands one knows, and none: the highest sum of utility and a draw of its name."""
        rule = self.rules.choice
        loyalty = who.segment.loyalty
        best: Brand | None = None
        highest = gumbel(keyed(key, purpose.NOTHING)) + utility_of_nothing(
            who.current is None, loyalty, rule.nothing, rule.staying
        )
        for brand in self.brands:
            o = who.opinions[brand.number]
            if not may_choose(o.stage, who.current is brand, self.rules.journey.linear):
                continue
            brand.hour["weighed"] += 1.0
            brand.hour["warned"] += float(self.now - o.heard_bad <= s.HEARD_RECENTLY)
            appeal = gumbel(keyed(key, brand.key)) + utility(
                self.remember(o), brand.rating, who.current is brand, loyalty, brand.settings.price,
                rule.attitude, rule.rating, rule.staying, rule.price,
            )
            appeal -= self.outstanding(o)
            if who.current is brand and o.referred:
                appeal += pull_of_referred(self.rules.referral.churn_ratio)
            if appeal > highest:
                best, highest = brand, appeal
        if best is not who.current:
            self.switch(who, best)
        for brand, o in zip(self.brands, who.opinions, strict=True):
            if o.stage == CONSIDERING:
                self.happened["considered in vain"] += 1
                self.move_to(o, brand, LAPSED if o.former else AWARE)

    def switch(self, who: Person, brand: Brand | None) -> None:
        """Leave the brand one had (if any) for another (or none)."""
        had, who.current = who.current, brand
        if had is not None:
            o = who.opinions[had.number]
            self.remember(o)
            self.count_in(o, had.customers, -1.0)
            self.count_in(o, had.others, 1.0)
            o.former, o.referred = True, False
            self.move_to(o, had, LAPSED)
            had.hour["churned"] += 1.0
        if brand is not None:
            o = who.opinions[brand.number]
            self.remember(o)
            self.count_in(o, brand.others, -1.0)
            self.count_in(o, brand.customers, 1.0)
            brand.hour["acquired"] += 1.0
            if o.former:
                self.happened["came back"] += 1
                brand.hour["returned"] += 1.0
            self.move_to(o, brand, CUSTOMER)

    def search(self, who: Person, key: int) -> None:
        """Look a brand up: read its latest posts (but one's own), perhaps decide at once."""
        journey = self.rules.journey
        brand = self.brand_that_comes_to_mind(key)
        o = who.opinions[brand.number]
        self.get_to_know(o, brand)
        if not may_look_up(o.stage, journey.linear):
            return
        brand.hour["searches"] += 1.0
        if o.stage in (AWARE, LAPSED):
            self.move_to(o, brand, CONSIDERING)
        for post in brand.recent[::-1][: journey.search_reads]:
            if post.author is not who:
                self.happened["read in a search"] += 1
                self.read(who, post, self.rules.observers.stranger)
        if not journey.linear and unit(keyed(key, purpose.DECIDES)) < journey.search_decides:
            self.decide(who, keyed(key, purpose.CHOICE))
