"""Invitations, and who comes by them."""

from __future__ import annotations

from sim.core.chance import exponential, keyed, unit
from sim.model.attitude import within_bounds
from sim.model.journey import later
from sim.model.referral import invitations, may_invite
from sim.world import purpose
from sim.world import state as s
from twin.choosing import Choosing
from twin.things import Brand, Person


class Referrals(Choosing):
    """What customers bring."""

    def ask_to_recommend(self, who: Person, brand: Brand, judged: float, key: int) -> None:
        """Who would recommend invites acquaintances; who was let down and is asked is put off."""
        o = who.opinions[brand.number]
        referral = brand.settings.referral
        assert referral is not None
        if not may_invite(o.attitude, judged, self.promoter()):
            if judged < 0.0 and referral.asks_the_let_down:
                self.happened["asked when let down"] += 1
                self.live(who, brand, o.own + within_bounds(o.attitude, -self.rules.referral.backfires))
            return
        for number in range(invitations(brand.invites, unit(keyed(key, purpose.INVITES))) if who.audience else 0):
            each = keyed(keyed(key, purpose.INVITATION), number)
            friends = len(who.audience)
            friend, _ = who.audience[min(int(unit(keyed(each, purpose.WHOM)) * friends), friends - 1)]
            accepts = unit(keyed(each, purpose.ACCEPTS)) < referral.accepts
            wait = exponential(keyed(each, purpose.INVITED_LATE)) * self.rules.referral.invited_after
            what = 256 * who.number + 2 * brand.number + accepts
            when = later(self.now, wait, self.rhythm)
            self.plan(when, s.INVITED, friend.number, what, self.at_invited, friend, brand, accepts)

    def at_invited(self, who: Person, brand: Brand, accepts: bool) -> None:
        """An invitation is met; some come, unless they have the brand or think ill of it."""
        o = who.opinions[brand.number]
        brand.hour["invitations"] += 1.0
        self.get_to_know(o, brand)
        o.heard_good = self.now
        if who.current is not brand and accepts and self.remember(o) >= 0.0:
            assert brand.settings.referral is not None
            brand.hour["referred"] += 1.0
            brand.hour["spent"] += brand.settings.referral.reward
            self.happened["came by invitation"] += 1
            o.referred = True
            self.switch(who, brand)
