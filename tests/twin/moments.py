"""People's moments: when they come, what people then live, and whether they speak of it."""

from __future__ import annotations

from sim.core.chance import exponential, keyed, normal, unit
from sim.model.attitude import betrays, own_after, within_bounds
from sim.model.choice import chance_to_reconsider
from sim.model.experience import arousal, expectation_after, learning_from, performance
from sim.model.journey import later
from sim.model.loss import lost
from sim.model.phone import chance_to_phone
from sim.model.thanks import praises_more
from sim.model.voice import chance_of_post, chance_of_private_complaint, escalated, squeaking
from sim.world import purpose
from sim.world import state as s
from twin.referrals import Referrals
from twin.things import Brand, Issue, Person, Post

FAILURES_COUNT_FOR = 90 * 24.0
MOST_TIMES = 32_000


class Moments(Referrals):
    """What people live."""

    def begin_clocks(self) -> None:
        """Everyone's clock of micro-moments begins to run."""
        for who in self.people:
            if self.moments_a_day(who) > 0.0:
                self.plan_moment(who, keyed(keyed(self.streams["moment"], who.number), -1), 0)

    def moments_a_day(self, who: Person) -> float:
        """How often anything comes to someone's mind."""
        journey = self.rules.journey
        return (journey.uses + journey.purchases + journey.searches + journey.discoveries) * who.segment.activity

    def plan_moment(self, who: Person, key: int, ordinal: int) -> None:
        """The next moment comes after a waiting time drawn by the key of the present one."""
        wait = 24.0 * exponential(keyed(key, purpose.WAIT)) / self.moments_a_day(who)
        when = later(self.now, wait, self.rhythm)
        self.plan(when, s.MOMENT, who.number, ordinal, self.at_moment, who, ordinal)

    def at_moment(self, who: Person, ordinal: int) -> None:
        """A moment of one of four kinds, by their rates; what comes of it depends on where the person stands."""
        key = keyed(keyed(self.streams["moment"], who.number), ordinal)
        self.plan_moment(who, key, ordinal + 1)
        if self.now >= 0.0:
            self.moments += 1
        journey = self.rules.journey
        all_rates = journey.uses + journey.purchases + journey.searches + journey.discoveries
        draw = unit(keyed(key, purpose.KIND)) * all_rates
        if draw < journey.uses:
            self.happened["use"] += 1
            self.use(who, key)
        elif draw < journey.uses + journey.purchases:
            self.happened["buy"] += 1
            self.decide(who, keyed(key, purpose.CHOICE))
        elif draw < journey.uses + journey.purchases + journey.searches:
            self.happened["search"] += 1
            self.search(who, key)
        else:
            self.happened["discover"] += 1
            brand = self.brand_that_comes_to_mind(key)
            self.get_to_know(who.opinions[brand.number], brand)

    def use(self, who: Person, key: int) -> None:
        """Use the brand one has. Of the failures that strike, the one that was least likely to be avoided counts."""
        brand = who.current
        if brand is None:
            return
        odds = {issue: unit(keyed(keyed(key, purpose.FAILS), issue.key)) / issue.chance for issue in brand.failures}
        struck = [issue for issue in brand.failures if odds[issue] < 1.0]
        brand.hour["uses"] += 1.0
        brand.hour["revenue"] += brand.settings.price
        if not struck:
            self.undergo(who, brand, brand.ordinary, 0.0, 1.0, key)
            return
        worst = min(struck, key=lambda issue: odds[issue])
        loss = worst.loss
        if loss is None:
            experience = self.rules.experience
            major = unit(keyed(key, purpose.MAJOR)) < experience.share_major
            loss = experience.loss_major if major else experience.loss_minor
        self.undergo(who, brand, worst, loss, worst.vividness, key)

    def at_hit(self, who: Person, brand: Brand, incident: Issue) -> None:
        """An incident strikes those it was meant for who are customers at that moment."""
        if who.current is not brand:
            return
        self.happened["struck"] += 1
        who.opinions[brand.number].hit_by = True
        brand.hour["uses"] += 1.0
        key = keyed(keyed(self.streams["incident"], incident.key), who.number)
        assert incident.loss is not None
        self.undergo(who, brand, incident, incident.loss, incident.vividness, key)

    def undergo(self, who: Person, brand: Brand, issue: Issue, loss: float, vividness: float, key: int) -> None:
        """An experience: performance, satisfaction, attitude, expectation; then voice; perhaps second thoughts."""
        o = who.opinions[brand.number]
        rules = self.rules
        attitude = self.remember(o)
        delivered = performance(brand.quality, brand.spread, normal(keyed(key, purpose.QUALITY)), loss)
        judged = self.judge(delivered, o)
        weight = 1.0
        if loss > 0.0:
            brand.hour["failures"] += 1.0
            if self.left_alone(o):
                self.happened["let down again"] += 1
                weight = 1.0 + rules.attitude.double_deviation
            o.lost = self.outstanding(o) + weight * lost(loss, rules.loss.any_failure, rules.loss.severity)
            recent = self.now - o.failed_at <= FAILURES_COUNT_FOR
            o.failures = min(o.failures + 1, MOST_TIMES) if recent else 1
            o.failed_at = self.now
            self.follow_story(o, issue, attitude)
            issue.struck += 1
            betrayal = rules.attitude.betrayal
            if betrayal and betrays(o.own, loss, o.failures, rules.attitude.severe, rules.observers.committed):
                self.happened["betrayed"] += 1
                weight *= 1.0 + betrayal
                o.betrayed = True
        if judged > 0.0:
            brand.hour["satisfied"] += 1.0
        o.satisfaction = judged
        learning = learning_from(loss, rules.experience.expectation_learning, rules.experience.failures_lower)
        o.expectation = expectation_after(o.expectation, delivered, learning)
        self.live(who, brand, own_after(o.own, attitude, judged, min(1.0, weight * rules.attitude.learning)))
        if loss > 0.0 and issue.claim is not None and self.meets(who, issue.claim) <= self.now:
            self.happened["claim broken"] += 1
            self.live(who, brand, o.own + within_bounds(o.attitude, -rules.improvement.claim_broken))
        self.speak_up(who, brand, issue, judged, arousal(judged, loss), vividness, attitude, key)
        if brand.invites > 0.0:
            self.ask_to_recommend(who, brand, judged, key)
        if unit(keyed(key, purpose.RECONSIDERS)) < chance_to_reconsider(judged, rules.choice.reconsiders):
            wait = exponential(keyed(key, purpose.RECONSIDERS_LATE)) * rules.choice.reconsiders_after
            when = later(self.now, wait, self.rhythm)
            choice = keyed(key, purpose.CHOICE)
            self.plan(when, s.DECIDE, who.number, signed(choice), self.decide, who, choice)

    def speak_up(
        self, who: Person, brand: Brand, issue: Issue, judged: float, stirred: float, vividness: float,
        before: float, key: int,
    ) -> None:
        """Voice: a public post, a private complaint, or silence."""
        voice = self.rules.voice
        thanked, put_right = who.opinions[brand.number].thanked, who.opinions[brand.number].put_right
        if unit(keyed(key, purpose.SPEAKS)) < self.chance_to_speak(judged, who, thanked, put_right):
            kind = s.PUBLIC
        elif unit(keyed(key, purpose.COMPLAINS)) < chance_of_private_complaint(
            judged, squeaking(voice.private, who.opinions[brand.number].put_right, voice.squeaky)
        ):
            kind = s.PRIVATE
        else:
            return
        phone = brand.settings.phone
        if judged < 0.0 and phone is not None:
            rule = self.rules.phone
            if unit(keyed(key, purpose.PHONES)) < chance_to_phone(phone.wait, rule.prefer, rule.tolerance):
                brand.hour["calls"] += 1.0
                hold = phone.wait * exponential(keyed(key, purpose.HOLDS))
                patience = rule.holds_on * exponential(keyed(key, purpose.HANGS_UP))
                if hold <= patience:
                    self.call(who, brand, issue, hold, judged, stirred, vividness, before, key)
                    return
                brand.hour["hung_up"] += 1.0
                stirred = escalated(stirred, voice.escalation)
                self.write(who, brand, issue, s.PUBLIC, judged, stirred, vividness, before, key, patience)
                return
        self.write(who, brand, issue, kind, judged, stirred, vividness, before, key)

    def call(
        self, who: Person, brand: Brand, issue: Issue, hold: float, judged: float, stirred: float,
        vividness: float, before: float, key: int,
    ) -> None:
        """Phone the brand, and be put through after some hours on hold."""
        wait = exponential(keyed(key, purpose.SPEAKS_LATE)) * self.rules.voice.post_delay
        when = later(self.now, wait, self.rhythm)
        if when + hold < self.end:
            self.happened["call"] += 1
            post = self.draft(
                when, s.PHONED, who, brand, issue, judged, stirred, vividness, before, keyed(key, purpose.POST_KEY)
            )
            self.plan(when + hold, s.CALL, who.number, post.number, self.at_call, post)

    def at_call(self, post: Post) -> None:
        """A caller is put through: see the desk."""
        raise NotImplementedError

    def chance_to_speak(
        self, judged: float, who: Person, thanked: bool = False, put_right: bool = False
    ) -> float:
        """Chance to post in public; whoever was once thanked praises more, whoever was put right complains more."""
        voice = self.rules.voice
        praise = praises_more(voice.praise, thanked, self.rules.thanks.advocacy)
        return chance_of_post(
            judged, voice.ordinary, praise, squeaking(voice.complaint, put_right, voice.squeaky), who.segment.voice
        )

    def write(
        self, who: Person, brand: Brand, issue: Issue, kind: int, valence: float, stirred: float,
        vividness: float, before: float, key: int, further: float = 0.0,
    ) -> None:
        """Write something that appears a while (and further hours) later, if that is before the end."""
        wait = exponential(keyed(key, purpose.SPEAKS_LATE)) * self.rules.voice.post_delay
        when = later(self.now, wait, self.rhythm) + further
        if when < self.end:
            post = self.draft(
                when, kind, who, brand, issue, valence, stirred, vividness, before, keyed(key, purpose.POST_KEY)
            )
            self.plan(when, s.POST, who.number, post.number, self.at_post, post)


def signed(word: int) -> int:
    """A 64-bit word as the signed number that the engine's calendar compares."""
    return word - (1 << 64) if word >> 63 else word
