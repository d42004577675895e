"""The crowd, to be read: what happens to people at a moment, at a post, at a view.

The rules are those of `sim.model`; here stands which of them meets whom, and in what order. A draw is asked by
key, `keyed(key, purpose)`, so that nothing here depends on what was drawn before.
"""

from __future__ import annotations

import math
from functools import cache

from sim.core.chance import exponential, gumbel, keyed, normal, unit
from sim.model import feed
from sim.model.advertising import persuaded
from sim.model.attitude import DETRACTOR, PROMOTER, attitude_answering, betrays, own_after, share_left, within_bounds
from sim.model.broadcast import excused, hours_into, restored
from sim.model.choice import chance_to_reconsider, utility, utility_of_nothing
from sim.model.experience import arousal, expectation_after, learning_from, performance, satisfaction
from sim.model.journey import AWARE, CONSIDERING, CUSTOMER, LAPSED, UNAWARE, later, may_choose, may_look_up
from sim.model.learning import told_of_fix
from sim.model.loss import lost, remembered
from sim.model.observers import buffered, swayed
from sim.model.phone import chance_to_phone
from sim.model.referral import invitations, may_invite, pull_of_referred
from sim.model.reply import impressed
from sim.model.sharing import chance_of_share
from sim.model.thanks import praises_more, thanked_in_public
from sim.model.voice import chance_of_post, chance_of_private_complaint, escalated, squeaking
from sim.world import purpose
from sim.world import state as s
from twin.ground import Ground
from twin.things import Brand, Broadcast, Issue, Opinion, Person, Post, Sums

FAILURES_COUNT_FOR = 90 * 24.0
MOST_TIMES = 32_000


class Crowd(Ground):
    """People and their posts."""

    # ------------------------------------------------------------------------------------------ attitudes

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

    # ------------------------------------------------------------------------------------------ moments

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

    def left_alone(self, o: Opinion) -> bool:
        """Whether someone complained within 90 days and was not put right."""
        own = o.grievance
        return own is not None and not own.calmed and self.now - own.time <= FAILURES_COUNT_FOR

    def outstanding(self, o: Opinion) -> float:
        """What is still held against the brand of what failures cost."""
        return remembered(o.lost, self.now - o.failed_at, self.rules.loss.half_life) if o.lost else 0.0

    def judge(self, delivered: float, o: Opinion) -> float:
        """Satisfaction with what was delivered, by what was expected."""
        rule = self.rules.experience
        return satisfaction(
            delivered, o.expectation, rule.acceptable, rule.weight_performance, rule.weight_disconfirmation,
            rule.loss_aversion, rule.softness,
        )

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

    # ------------------------------------------------------------------------------------------ choosing

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

    # ------------------------------------------------------------------------------------------ recommending

    def promoter(self) -> float:
        """The attitude from which one would recommend."""
        rule = self.rules.attitude
        return attitude_answering(PROMOTER, rule.recommend_centre, rule.recommend_scale)

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

    # ------------------------------------------------------------------------------------------ posts

    def draft(
        self, when: float, kind: int, who: Person, brand: Brand, issue: Issue, valence: float, stirred: float,
        vividness: float, before: float, key: int,
    ) -> Post:
        """A new post, to be published at `when`."""
        post = Post(len(self.posts), key, kind, when, who, brand, issue, valence, stirred, vividness, before)
        self.posts.append(post)
        return post

    def at_post(self, post: Post) -> None:
        """A post appears (or a private complaint arrives); a complainant waits for an answer from now on."""
        self.happened[s.POST_KINDS[post.kind]] += 1
        if post.kind == s.PRIVATE:
            post.brand.hour["private_complaints"] += 1.0
        elif post.kind == s.ADVERT:
            post.brand.hour["ads_shared"] += 1.0
            self.pass_around(post)
        elif not self.rules.feed.on:
            self.pass_around(post)
            return
        else:
            self.publish(post)
        if post.valence < 0.0 and post.kind != s.COMMENT:
            self.complain(post)
        elif post.kind == s.PUBLIC and post.brand.policy.replies and post.brand.policy.thanks > 0.0:
            self.come_to_notice(post)

    def publish(self, post: Post) -> None:
        """Count a public post in the rating, put it on top of the search page, show it to its author's audience."""
        brand = post.brand
        brand.hour["posts"] += 1.0
        brand.hour["valence"] += post.valence
        if post.kind == s.COMMENT:
            brand.hour["comments"] += 1.0
        if post.valence < 0.0:
            brand.hour["complaints"] += 1.0
            post.issue.complaints += 1
        else:
            brand.hour["praise"] += 1.0
        brand.rating_total += post.valence
        brand.rating_weight += 1.0
        brand.recent.append(post)
        self.pass_around(post)

    def pass_around(self, post: Post) -> None:
        """A post finds its audience in the feed, if there is one, and by word of mouth."""
        if self.rules.feed.on:
            self.spread(post)
        if self.rules.feed.told > 0.0:
            self.tell(post)

    def tell(self, post: Post) -> None:
        """Tell some acquaintances in person: strong ties, or anyone where there are none."""
        rule = self.rules.feed
        close = [tie for tie in post.author.audience if tie[1]] or post.author.audience
        for viewer, strong in close:
            key = keyed(post.key, viewer.number)
            if unit(keyed(key, purpose.TOLD)) < rule.told / len(close):
                self.happened["told"] += 1
                wait = exponential(keyed(key, purpose.TOLD_LATE)) * rule.told_after
                self.plan_view(later(self.now, wait, self.rhythm), viewer, post, strong)

    def spread(self, post: Post) -> None:
        """Who of the author's audience will come across it, and when."""
        for viewer, strong in post.author.audience:
            key = keyed(post.key, viewer.number)
            if self.comes_across(key, viewer, strong):
                self.plan_view(self.seen_when(self.now, key), viewer, post, strong)

    def comes_across(self, key: int, viewer: Person, strong: bool) -> bool:
        """Whether the post reaches this viewer, and finds attention."""
        if unit(key) >= self.chance_of_view(strong):
            return False
        left = feed.share_of_attention(float(viewer.follows), self.rules.feed.attention)
        return unit(keyed(key, purpose.ATTENTIVE)) < left

    @cache  # noqa: B019  (a test's world is gone with the test)
    def chance_of_view(self, strong: bool) -> float:
        """Chance that an attentive follower comes across a post."""
        rule = self.rules.feed
        chance = feed.chance_at_background(rule.view_chance, rule.background, rule.usual_background)
        return feed.chance_of_view(chance, strong, rule.strong_tie)

    def seen_when(self, published: float, key: int) -> float:
        """When the viewer with this (post, viewer) key comes across what was published."""
        return self.come_across(published, keyed(key, purpose.DELAY))

    def come_across(self, published: float, key: int) -> float:
        """When something published is come across, by the kernel of the feed in waking hours."""
        rule = self.rules.feed
        waking = feed.view_delay(unit(key), rule.plateau, rule.decay, self.seen_in_lifetime())
        return later(published, waking, self.rhythm)

    @cache  # noqa: B019
    def seen_in_lifetime(self) -> float:
        """Share of the kernel that falls within the lifetime of a post."""
        rule = self.rules.feed
        return feed.share_seen_within(rule.lifetime, rule.plateau, rule.decay)

    def plan_view(self, when: float, viewer: Person, post: Post, strong: bool) -> None:
        """Let someone come across a post in the feed."""
        self.plan(when, s.VIEW, viewer.number, 2 * post.number + strong, self.at_view, viewer, post, strong)

    def at_view(self, who: Person, post: Post, strong: bool) -> None:
        """Someone comes across a post, or a share of one; perhaps they pass it on, once."""
        root = post.root
        if root.author is who:
            return
        self.read(who, root, self.rules.observers.strong_tie if strong else 1.0)
        if self.now >= 0.0:
            self.view_ages[min(int((self.now - root.time) * 60.0), s.VIEW_AGE_MINUTES)] += 1
        key = keyed(root.key, who.number)
        if unit(keyed(key, purpose.SHARES)) < self.chance_to_share(who, root) and key not in self.shared:
            self.shared.add(key)
            self.share(who, root, post)

    def chance_to_share(self, who: Person, root: Post) -> float:
        """Chance that a viewer passes a post on; a substantive answer under a complaint calms."""
        rule = self.rules.sharing
        chance = chance_of_share(
            root.arousal, root.valence < 0.0, root.vividness, float(who.follows), rule.base, rule.arousal_weight,
            rule.anger, rule.overload,
        )
        calmed = root.reply_time <= self.now and root.reply_worth > self.rules.reply.threshold
        return chance * rule.answered if root.valence < 0.0 and calmed else chance

    def read(self, who: Person, post: Post, tie: float) -> None:
        """What reading a post (and what stands under it) does to someone."""
        brand, rules = post.brand, self.rules
        o = who.opinions[brand.number]
        attitude = self.remember(o)
        self.get_to_know(o, brand)
        brand.hour["views"] += 1.0
        post.views += 1
        negative = post.valence < 0.0
        times = self.follow_story(o, post.issue, attitude) if negative else 1.0
        change = swayed(
            attitude, post.valence, times, tie, rules.observers.influence, rules.observers.negativity,
            rules.observers.resistance, rules.observers.committed,
        )
        if post.issue.promise is not None:
            o.expectation = expectation_after(o.expectation, post.issue.promise, rules.advertising.learning)
        if not negative:
            o.heard_good = self.now
            if post.reply_time <= self.now:
                brand.hour["reply_views"] += 1.0
                change += thanked_in_public(post.reply_worth, rules.thanks.observed)
        else:
            o.heard_bad = self.now
            o.exposed = True
            post.issue.views += 1
            change *= self.held_against(who, post.issue, self.told_by(post))
            if post.reply_time <= self.now:
                brand.hour["reply_views"] += 1.0
                change += impressed(attitude + change, post.reply_worth, rules.reply.threshold, rules.reply.observed)
                change -= self.slight(o, post)
            else:
                brand.hour["views_unanswered"] += 1.0
                post.views_unanswered += 1
                change -= self.ignored_by_brand(post) / times
        self.hear(who, brand, self.trusting(o, change))

    def trusting(self, o: Opinion, change: float) -> float:
        """What is left of a change by hearsay after trust; the betrayed trust no more."""
        return change if o.betrayed else buffered(change, o.own, self.rules.observers.buffer)

    def ignored_by_brand(self, post: Post) -> float:
        """What it costs that a complaint stands there unanswered, or that the brand is not even there."""
        rule = self.rules.observers
        if not post.brand.settings.presence:
            return rule.absent if post.issue.kind == s.INCIDENT else 0.0
        return rule.unanswered if self.now - post.time > rule.unanswered_after else 0.0

    def slight(self, o: Opinion, answered: Post) -> float:
        """What it costs, once a grievance, that another was answered while one's own complaint still waits."""
        own = o.grievance
        if own is None or o.slighted or own.first_reply <= self.now or own.grievance is answered.grievance:
            return 0.0
        self.happened["slighted"] += 1
        o.slighted = True
        return self.rules.reply.unequal

    def share(self, who: Person, root: Post, seen: Post) -> None:
        """Pass a post on to one's own audience."""
        key = keyed(keyed(root.key, who.number), purpose.SHARE_KEY)
        copy = self.draft(
            self.now, s.SHARE, who, root.brand, root.issue, root.valence, root.arousal, root.vividness, 0.0, key
        )
        copy.root, copy.parent, copy.depth = root, seen, seen.depth + 1
        root.copies.insert(0, copy)
        root.shares += 1
        if root.valence < 0.0:
            root.issue.shares += 1
        root.brand.hour["shares"] += 1.0
        self.happened["share"] += 1
        self.pass_around(copy)

    # ------------------------------------------------------------------------------------------ complaints

    def complain(self, post: Post) -> None:
        """The author waits for an answer from now on, and the brand may hear of it."""
        who, brand = post.author, post.brand
        o = who.opinions[brand.number]
        o.grievance = post
        o.slighted = False
        if post.times == 0:
            o.lost *= 1.0 - self.rules.loss.vented
        if post.kind == s.PUBLIC:
            o.author = True
        patience = self.rules.voice.expects_reply_within * who.segment.patience * o.pace
        out_of_patience = self.now + patience * exponential(keyed(post.key, purpose.PATIENCE))
        self.plan(out_of_patience, s.ESCALATE, who.number, post.number, self.at_escalate, post)
        self.come_to_notice(post)

    def come_to_notice(self, post: Post) -> None:
        """The brand will hear of a post, if its search finds it."""
        who, brand = post.author, post.brand
        if post.kind == s.PRIVATE or unit(keyed(post.key, purpose.LISTENED)) < self.listens(brand):
            delay = brand.settings.desk.notice_delay * exponential(keyed(post.key, purpose.NOTICED_LATE))
            self.plan(self.now + delay, s.NOTICED, who.number, post.number, self.at_noticed, post)

    def listens(self, brand: Brand) -> float:
        """Share of public complaints the brand hears."""
        return brand.settings.desk.listens if brand.policy.listens else 0.0

    def at_noticed(self, post: Post) -> None:
        """The brand hears of a complaint: see the desk."""
        raise NotImplementedError

    def at_escalate(self, post: Post) -> None:
        """Patience has run out: the unanswered think less of the brand, and some say it again, angrier."""
        if post.calmed:
            return
        rule, who = self.rules.voice, post.author
        if post.first_reply > self.now:
            o = who.opinions[post.brand.number]
            attitude = self.remember(o)
            self.live(who, post.brand, o.own + within_bounds(attitude, -rule.ignored))
        else:
            self.happened["fobbed off"] += 1
        again = post.times < rule.most_escalations
        if again and unit(keyed(post.key, purpose.ESCALATES)) < rule.escalates:
            new = self.draft(
                self.now, s.PUBLIC, who, post.brand, post.issue, post.valence,
                escalated(post.arousal, rule.escalation), post.vividness, post.before,
                keyed(post.key, purpose.ESCALATION_KEY),
            )
            new.parent, new.grievance, new.times = post, post.grievance, post.times + 1
            post.again = new
            self.happened["posted again"] += 1
            self.at_post(new)

    # ------------------------------------------------------------------------------------------ broadcasts

    def announce(self, cast: Broadcast) -> None:
        """Let a broadcast reach whom it reaches, each after a delay of their own."""
        self.broadcasts.append(cast)
        for who in self.people:
            when = self.meets(who, cast)
            if when < math.inf and self.meant_for(who, cast):
                self.plan(when, s.MEET, who.number, cast.number, self.at_meet, who, cast)

    def meets(self, who: Person, cast: Broadcast) -> float:
        """When a broadcast reaches someone: never, for most."""
        key = keyed(cast.chances, who.number)
        if unit(keyed(key, purpose.REACHED)) >= cast.reach:
            return math.inf
        goes_out = cast.time + cast.span * unit(keyed(key, purpose.GOES_OUT))
        return later(goes_out, exponential(keyed(key, purpose.REACHED_LATE)) * cast.delay, self.rhythm)

    def meant_for(self, who: Person, cast: Broadcast) -> bool:
        """Whether someone is among those a broadcast is meant for, as they stand now."""
        o = who.opinions[cast.brand.number]
        if cast.target in (s.TO_PROMOTERS, s.TO_DETRACTORS):
            rule = self.rules.attitude
            attitude = self.remember(o)
            detractor = attitude < attitude_answering(DETRACTOR, rule.recommend_centre, rule.recommend_scale)
            fits = attitude >= self.promoter() if cast.target == s.TO_PROMOTERS else detractor
            return o.stage != UNAWARE and fits
        mine = who.current is cast.brand
        return cast.target == s.TO_EVERYONE or mine == (cast.target == s.TO_CUSTOMERS)

    def excuses(self, cast: Broadcast) -> float:
        """Part of its story's harm that a statement takes away."""
        rule = self.rules.broadcast
        into = hours_into(cast.time, cast.issue.began)
        return excused(cast.worth, into, rule.statement_threshold, rule.statement_strength, rule.statement_decay)

    def held_against(self, who: Person, issue: Issue, told: bool) -> float:
        """What is left of a story's harm for who knows what the brand said about it, or is told it with the story."""
        answer = issue.answer
        if answer is None or not (told or self.meets(who, answer) <= self.now):
            return 1.0
        self.happened["excused"] += 1
        return 1.0 - self.excuses(answer)

    def told_by(self, post: Post) -> bool:
        """Whether a post tells what the brand has said."""
        answer = post.issue.answer
        if answer is None or unit(keyed(post.key, purpose.CARRIES)) >= self.rules.broadcast.carried:
            return False
        return self.meets(post.author, answer) <= post.time

    def strike(self, brand: Brand, incident: Issue, affected: dict[str, float], over: float) -> None:
        """Let an incident hit its share of each segment, over a span of hours."""
        for who in self.people:
            key = keyed(keyed(self.streams["incident"], incident.key), who.number)
            if unit(keyed(key, purpose.REACHED)) < affected[who.segment.name]:
                when = self.now + over * unit(keyed(key, purpose.REACHED_LATE))
                self.plan(when, s.HIT, who.number, incident.number, self.at_hit, who, brand, incident)

    def at_meet(self, who: Person, cast: Broadcast) -> None:
        """Someone meets a statement, a press story, or content; who never heard of a brand skips its statement."""
        o = who.opinions[cast.brand.number]
        if cast.kind in (s.STATEMENT, s.FIX) and o.stage == UNAWARE:
            return
        cast.met += 1
        self.happened[f"met {s.BROADCAST_KINDS[cast.kind]}"] += 1
        attitude = self.remember(o)
        self.get_to_know(o, cast.brand)
        if cast.kind == s.STATEMENT:
            self.hear_statement(who, cast, attitude)
        elif cast.kind == s.PRESS:
            self.meet_press(who, cast, attitude)
        elif cast.kind == s.ADVERTISEMENT:
            self.meet_advertisement(who, cast, attitude)
        elif cast.kind == s.FIX:
            o.heard_good = self.now
            self.hear(who, cast.brand, told_of_fix(attitude, self.rules.improvement.shown))
        else:
            self.meet_content(who, cast, attitude)

    def hear_statement(self, who: Person, cast: Broadcast, attitude: float) -> None:
        """A statement restores part of what the story cost; what was lived is mended where it was lived."""
        rule = self.rules.broadcast
        o = who.opinions[cast.brand.number]
        in_story = o.issue is cast.issue
        change = restored(
            attitude, o.before if in_story else attitude, cast.worth, hours_into(self.now, cast.issue.began),
            rule.statement_threshold, rule.statement_strength, rule.statement_decay, rule.statement_insult,
        )
        if o.hit_by and in_story:
            into = hours_into(self.now, cast.issue.began)
            o.lost *= 1.0 - excused(
                cast.worth, into, rule.statement_threshold, rule.statement_strength, rule.statement_decay
            )
        if change < 0.0 or (o.hit_by and in_story):
            self.live(who, cast.brand, o.own + within_bounds(attitude, change))
        else:
            self.hear(who, cast.brand, change)

    def meet_press(self, who: Person, cast: Broadcast, attitude: float) -> None:
        """A story in the press moves like a strong post, and stirs some to speak."""
        rules = self.rules
        o = who.opinions[cast.brand.number]
        o.heard_bad = self.now
        answer = cast.issue.answer
        told = answer is not None and answer.time <= cast.time
        left = self.held_against(who, cast.issue, told)
        self.be_moved(who, cast, cast.valence, rules.broadcast.press_influence, attitude, left)
        key = keyed(keyed(self.streams["comment"], cast.key), who.number)
        if unit(keyed(key, purpose.STIRRED)) < rules.broadcast.comments * who.segment.voice:
            self.comment(who, cast, cast.valence, cast.arousal, key)

    def meet_content(self, who: Person, cast: Broadcast, attitude: float) -> None:
        """Content is judged as it is felt, whatever was meant; the stirred speak."""
        rules = self.rules
        o = who.opinions[cast.brand.number]
        key = keyed(keyed(self.streams["comment"], cast.key), who.number)
        felt = cast.issue.felt[self.scenario.customers.segments.index(who.segment)]
        judged = self.judge(performance(felt, cast.brand.spread, normal(keyed(key, purpose.FELT)), 0.0), o)
        if judged < 0.0:
            o.heard_bad = self.now
        else:
            o.heard_good = self.now
        self.be_moved(who, cast, judged, rules.broadcast.content_influence, attitude)
        if unit(keyed(key, purpose.SPEAKS)) < self.chance_to_speak(judged, who):
            self.comment(who, cast, judged, arousal(judged, 0.0), key)

    def meet_advertisement(self, who: Person, cast: Broadcast, attitude: float) -> None:
        """An advertisement raises what is expected, persuades a little, and is passed on by some promoters."""
        rules, promise = self.rules, cast.issue.promise
        assert promise is not None
        o = who.opinions[cast.brand.number]
        cast.brand.hour["ads"] += 1.0
        cast.brand.hour["spent"] += cast.cost
        o.heard_good = self.now
        o.expectation = expectation_after(o.expectation, promise, rules.advertising.learning)
        observers = rules.observers
        self.hear(who, cast.brand, persuaded(
            attitude, promise, rules.advertising.influence, observers.resistance, observers.committed
        ))
        key = keyed(keyed(self.streams["comment"], cast.key), who.number)
        if attitude >= self.promoter() and unit(keyed(key, purpose.PASSES_ON)) < cast.passed_on:
            self.write(who, cast.brand, cast.issue, s.ADVERT, cast.valence, 0.0, cast.vividness, 0.0, key)

    def be_moved(
        self, who: Person, cast: Broadcast, valence: float, influence: float, attitude: float,
        left: float = 1.0,
    ) -> None:
        """Be moved by something one met in public, less each time the same story is met again."""
        rule = self.rules.observers
        times = self.follow_story(who.opinions[cast.brand.number], cast.issue, attitude)
        change = swayed(attitude, valence, times, 1.0, influence, rule.negativity, rule.resistance, rule.committed)
        if cast.kind == s.PRESS:
            change = self.trusting(who.opinions[cast.brand.number], change * left)
        self.hear(who, cast.brand, change)

    def comment(self, who: Person, cast: Broadcast, valence: float, stirred: float, key: int) -> None:
        """A post about something one met in public."""
        self.write(who, cast.brand, cast.issue, s.COMMENT, valence, stirred, cast.vividness, 0.0, key)


def signed(word: int) -> int:
    """A 64-bit word as the signed number that the engine's calendar compares."""
    return word - (1 << 64) if word >> 63 else word
