"""Posts: how they appear, who comes across them, what reading one does, how they are passed on.

The rules are those of `sim.model`; here stands which of them meets whom, and in what order. A draw is asked by
key, `keyed(key, purpose)`, so that nothing here depends on what was drawn before.
"""

from __future__ import annotations

import math
from functools import cache

from sim.core.chance import exponential, keyed, unit
from sim.model import feed
from sim.model.attitude import within_bounds
from sim.model.broadcast import excused, hours_into
from sim.model.experience import expectation_after
from sim.model.journey import later
from sim.model.observers import buffered, convinced, swayed
from sim.model.reply import impressed
from sim.model.sharing import chance_of_share
from sim.model.thanks import thanked_in_public
from sim.model.voice import escalated
from sim.world import purpose
from sim.world import state as s
from twin.opinions import Opinions
from twin.things import Brand, Broadcast, Issue, Opinion, Person, Post


class Posts(Opinions):
    """What is posted, and what becomes of it."""

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
            change *= self.held_against(who, brand, post.issue, self.told_by(post))
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

    def meets(self, who: Person, cast: Broadcast) -> float:
        """When a broadcast reaches someone: never, for most."""
        key = keyed(cast.chances, who.number)
        if unit(keyed(key, purpose.REACHED)) >= cast.reach:
            return math.inf
        goes_out = cast.time + cast.span * unit(keyed(key, purpose.GOES_OUT))
        return later(goes_out, exponential(keyed(key, purpose.REACHED_LATE)) * cast.delay, self.rhythm)

    def excuses(self, cast: Broadcast) -> float:
        """Part of its story's harm that a statement takes away."""
        rule = self.rules.broadcast
        into = hours_into(cast.time, cast.issue.began)
        return excused(cast.worth, into, rule.statement_threshold, rule.statement_strength, rule.statement_decay)

    def held_against(self, who: Person, brand: Brand, issue: Issue, told: bool) -> float:
        """What is left of a story's harm for who takes well what it is about, or knows the brand's answer to it."""
        left = 1.0
        felt = issue.felt[self.scenario.customers.segments.index(who.segment)]
        if not math.isnan(felt):
            judged = self.judge(felt, who.opinions[brand.number])
            self.happened["judged for themselves"] += judged > 0.0
            left = convinced(judged, self.rules.observers.own_view)
        answer = issue.answer
        if answer is None or not (told or self.meets(who, answer) <= self.now):
            return left
        self.happened["excused"] += 1
        return left * (1.0 - self.excuses(answer))

    def told_by(self, post: Post) -> bool:
        """Whether a post tells what the brand has said."""
        answer = post.issue.answer
        if answer is None or unit(keyed(post.key, purpose.CARRIES)) >= self.rules.broadcast.carried:
            return False
        return self.meets(post.author, answer) <= post.time
