"""The care desk, to be read: complaints noticed, taken in turn, handled, answered; and what an answer does.

A desk has two lines, agents and specialists. Who is on duty when is decided in `managers.py`.
"""

from __future__ import annotations

from typing import Any

from sim.core.chance import exponential, keyed, unit
from sim.model.attitude import within_bounds
from sim.model.desk import TRIAGE, service_time
from sim.model.loss import share_made_good, share_new
from sim.model.reply import (
    chance_of_reexposure,
    impressed,
    mended_by,
    power_of,
    repair,
    seen_action,
    treatment,
    with_promise_kept,
    worth_to_author,
    worth_to_observer,
)
from sim.model.thanks import gratitude, thanked_in_public
from sim.model.voice import expected_after
from sim.scenario.brand import Bot
from sim.world import purpose
from sim.world import state as s
from twin.crowd import Crowd
from twin.things import NOT_YET, Brand, Person, Post, Reply

AGENTS, SPECIALISTS = 0, 1


class Desk(Crowd):
    """What happens to complaints."""

    # ------------------------------------------------------------------------------------------ the lines

    def at_noticed(self, post: Post) -> None:
        """The brand hears of a post; if it answers such posts at all, it waits its turn (or a pinned delay)."""
        brand, policy = post.brand, post.brand.policy
        post.noticed = self.now
        if post.valence < 0.0:
            brand.hour["noticed"] += 1.0
            brand.noticed += 1
        if not policy.replies or post.state != s.UNHEARD:
            return
        bot = brand.settings.desk.bot
        if post.valence < 0.0 and bot is not None and unit(keyed(post.key, purpose.BOT_TRIES)) < bot.tries:
            post.state = s.IN_HAND
            self.plan(self.now + bot.takes, s.BOT, brand.number, post.number, self.at_bot, post, bot)
        else:
            self.pass_to_people(post)

    def pass_to_people(self, post: Post) -> None:
        """Let a post wait for people, if they answer it at all."""
        brand, policy = post.brand, post.brand.policy
        share = policy.answers if post.valence < 0.0 else policy.thanks
        if unit(keyed(post.key, purpose.ANSWERS)) >= share:
            return
        if policy.reply_after is None:
            self.join(brand, AGENTS, post)
            self.take_next(brand, AGENTS)
        else:
            post.state = s.IN_HAND
            when = max(self.now, post.time + policy.reply_after)
            self.plan(when, s.REPLY, brand.number, post.number, self.at_reply, post)

    def at_bot(self, post: Post, bot: Bot) -> None:
        """The bot settles the matter, or says that it cannot and hands over to people."""
        if post.state != s.IN_HAND:
            return
        solved = unit(keyed(post.key, purpose.BOT_SOLVES)) < bot.solves
        self.happened["bot solved" if solved else "bot failed"] += 1
        point = bot.solved if solved else bot.failed
        self.answer(post, s.BY_BOT, point, point.action)
        if not solved and bot.hands_over:
            self.pass_to_people(post)

    def at_call(self, post: Post) -> None:
        """A caller is put through, and answered on the phone."""
        post.noticed = post.time
        phone = post.brand.settings.phone
        assert phone is not None
        self.answer(post, s.BY_PHONE, phone.quality, phone.quality.action, in_private=True)

    def join(self, brand: Brand, line: int, post: Post) -> None:
        """Wait in a line."""
        brand.lines[line].waiting.append(post)
        post.state, post.line = s.WAITING, line

    def take_next(self, brand: Brand, line: int) -> None:
        """While someone on duty is free and something waits, take what triage puts first."""
        desk = brand.settings.desk
        people = brand.lines[line]
        while people.busy < people.on and people.waiting:
            self.clear_out(brand, line)
            if not people.waiting:
                return
            post = min(people.waiting, key=self.turn)
            people.waiting.remove(post)
            people.busy += 1
            post.state = s.IN_HAND
            mean = brand.handling_time if line == AGENTS else desk.specialist_time
            if post.valence >= 0.0:
                mean = desk.thanks_time
            draw = exponential(keyed(post.key, purpose.SERVICE if line == AGENTS else purpose.SPECIAL_SERVICE))
            needed = service_time(draw, mean, brand.handling_spread)
            if line == AGENTS:
                brand.hours_of_work += needed
            done = self.now + needed
            self.plan(done, s.SERVED, brand.number, 2 * post.number + line, self.at_served, post, line)

    def turn(self, post: Post) -> tuple[bool, float, float, int]:
        """Complaints before praise, then what triage puts first, the older, the earlier number."""
        return post.valence >= 0.0, -self.points(post), post.time, post.number

    def clear_out(self, brand: Brand, line: int) -> None:
        """What was answered meanwhile leaves a line; what is stale is dropped."""
        people = brand.lines[line]
        for post in people.waiting:
            if post.state == s.WAITING and self.now - post.time > brand.settings.desk.drops_after:
                post.state = s.DROPPED
                brand.hour["dropped"] += 1.0
                self.happened["dropped"] += 1
        people.waiting = [post for post in people.waiting if post.state == s.WAITING]

    def points(self, post: Post) -> float:
        """How urgent a post is by the brand's triage."""
        triage = TRIAGE[post.brand.policy.triage]
        followers = float(len(post.author.audience))
        return triage(self.now - post.time, post.arousal, followers, post.valence < 0.0, float(post.times))

    def at_served(self, post: Post, line: int) -> None:
        """An agent (or specialist) has finished: the reply goes out, and the next complaint is taken."""
        brand = post.brand
        brand.lines[line].busy -= 1
        self.happened["served by a specialist" if line == SPECIALISTS else "served by an agent"] += 1
        if post.state == s.IN_HAND and post.valence >= 0.0:
            self.thank(post, s.BY_AGENT)
        elif post.state == s.IN_HAND:
            desk = brand.settings.desk
            grave = desk.authority is not None and post.arousal > desk.authority
            hand_on = grave or unit(keyed(post.key, purpose.SPECIAL)) < desk.specialist_share
            if line == SPECIALISTS:
                self.answer_as_policy(post, s.BY_SPECIALIST, brand.manner.action)
            elif hand_on:
                self.answer_as_policy(post, s.BY_AGENT, 0.0)
                self.join(brand, SPECIALISTS, post)
                if brand.policy.promise is not None:
                    self.promise(post, brand.policy.promise)
                self.take_next(brand, SPECIALISTS)
            else:
                self.answer_as_policy(post, s.BY_AGENT, brand.manner.action)
        self.take_next(brand, line)

    def at_reply(self, post: Post) -> None:
        """A reply that the policy pinned to a delay goes out."""
        if post.state == s.IN_HAND and post.valence >= 0.0:
            self.thank(post, s.BY_PLAN)
        elif post.state == s.IN_HAND:
            self.answer_as_policy(post, s.BY_PLAN, post.brand.manner.action)

    # ------------------------------------------------------------------------------------------ the answer

    def answer_as_policy(self, post: Post, by: int, action: float) -> None:
        """Answer in the manner of the brand's people (and put right what could be put right)."""
        self.answer(post, by, post.brand.manner, action)

    def answer(self, post: Post, by: int, quality: Any, action: float, in_private: bool = False) -> None:
        """Answer one complaint: its author now, those who watch when they come across it."""
        rule = self.rules.reply
        manner = (quality.ease, quality.empathy, quality.honesty, quality.personal)
        weights = (rule.weight_action, rule.weight_treatment, rule.weight_procedure)
        channel = s.CHANNELS.index(post.brand.policy.channel)
        if post.kind == s.PRIVATE or in_private:
            channel = s.CHANNEL_PRIVATE
        self.happened[f"answered: {s.CHANNELS[channel]}"] += 1
        delay = self.now - post.time
        worth = worth_to_author(action, *manner, delay, *weights, rule.speed_half_value)
        if self.now <= post.promised < NOT_YET:
            self.happened["promise kept"] += 1
            worth = with_promise_kept(worth, rule.promise_kept)
        post.promised = NOT_YET
        first = self.close_grievance(post, worth > rule.threshold)
        post.brand.hour["replies"] += 1.0
        post.brand.hour["first_replies"] += float(first)
        o = post.author.opinions[post.brand.number]
        o.put_right = o.put_right or worth > rule.threshold
        if first:
            voice = self.rules.voice
            usual = voice.expects_reply_within * post.author.segment.patience
            o.pace = expected_after(usual * o.pace, self.now - post.grievance.time, voice.speed_creep) / usual
        change = self.calm_author(post, worth)
        self.replies.append(Reply(self.now, delay, post, by, channel, action, *manner, worth, change, first))
        if channel != s.CHANNEL_PRIVATE:
            half_private = channel == s.CHANNEL_BOTH
            shown = seen_action(action, half_private, rule.private_action)
            post.reply_time = self.now
            post.turns += 1
            post.reply_worth = worth_to_observer(shown, *manner, *weights)
            self.reach(post, half_private)

    def reach(self, post: Post, once: bool) -> None:
        """A public reply (of one turn, or of several) reaches the audience of every copy of its post."""
        rule = self.rules.reply
        chance = chance_of_reexposure(rule.reexposure, 1.0 if once else rule.public_turns)
        for copy in [post, *post.copies]:
            self.plan(self.now, s.REACH, post.author.number, 2 * copy.number + once, self.at_reach, copy, chance)

    def promise(self, post: Post, within: float) -> None:
        """Name a time by which there will be a further answer."""
        post.promised = self.now + within
        self.plan(post.promised, s.PROMISE, post.author.number, post.number, self.at_promise, post)

    def at_promise(self, post: Post) -> None:
        """The promised time has come: with no further answer it is a second failure."""
        if post.promised != self.now:
            return
        self.happened["promise broken"] += 1
        o = post.author.opinions[post.brand.number]
        attitude = self.remember(o)
        o.failures += 1
        post.brand.hour["broken_promises"] += 1.0
        self.live(post.author, post.brand, o.own + within_bounds(attitude, -self.rules.reply.promise_broken))
        if post.reply_time <= self.now:
            post.reply_worth = 0.0

    def thank(self, post: Post, by: int) -> None:
        """Thank for praise; what is said in public is read by others."""
        rule, policy, quality = self.rules.thanks, post.brand.policy, post.brand.manner
        in_public = policy.thanks_channel != "private"
        self.happened["thanked in public" if in_public else "thanked in private"] += 1
        o = post.author.opinions[post.brand.number]
        attitude = self.remember(o)
        worth = treatment(quality.empathy, quality.honesty, quality.personal)
        change = within_bounds(attitude, gratitude(attitude, worth, in_public, rule.gratitude, rule.publicly))
        self.live(post.author, post.brand, o.own + change)
        o.thanked = True
        post.state, post.first_reply = s.ANSWERED, self.now
        post.brand.hour["thanks"] += 1.0
        manner = (quality.ease, quality.empathy, quality.honesty, quality.personal)
        channel = s.CHANNELS.index(policy.thanks_channel)
        self.replies.append(
            Reply(self.now, self.now - post.time, post, by, channel, 0.0, *manner, worth, change, False)
        )
        if in_public:
            post.reply_time, post.reply_worth = self.now, worth
            post.turns += 1
            self.reach(post, once=True)

    def close_grievance(self, post: Post, calms: bool) -> bool:
        """Every post about this grievance is answered (and put right, if that calms); whether this is the first."""
        first = post.grievance.first_reply > self.now
        answered: Post | None = post.grievance
        while answered is not None:
            answered.first_reply = min(answered.first_reply, self.now)
            answered.state = s.ANSWERED
            answered.calmed = answered.calmed or calms
            answered = answered.again
        return first

    def calm_author(self, post: Post, worth: float) -> float:
        """Repair (or insult) the author; the change of their attitude."""
        rule = self.rules.reply
        o = post.author.opinions[post.brand.number]
        attitude = self.remember(o)
        further = float(max(o.failures - 1, 0))
        wanted = repair(
            attitude, post.before, worth, further, rule.threshold, rule.most_repair, rule.insult, rule.repeated,
            post.grievance.mended,
        )
        before = post.grievance.mended
        post.grievance.mended = mended_by(worth, rule.threshold, rule.most_repair, post.grievance.mended)
        change = within_bounds(attitude, wanted)
        self.live(post.author, post.brand, o.own + change)
        loss, waited = self.rules.loss, self.now - post.grievance.time
        share = share_made_good(worth, waited, rule.threshold, loss.made_good, loss.late, loss.half_late)
        o.lost *= 1.0 - share_new(before, post.grievance.mended) * power_of(rule.repeated, further) * share
        return change

    def at_reach(self, copy: Post, chance: float) -> None:
        """Some who saw this copy come across the reply; some who had missed it are shown the complaint by it."""
        again = purpose.ANOTHER_REPLY * (copy.root.turns - 1)
        for viewer, strong in copy.author.audience:
            key = keyed(copy.key, viewer.number)
            if self.comes_across(key, viewer, strong):
                notices = unit(keyed(key, purpose.NOTICES + again)) < self.rules.reply.notices
                if notices and self.seen_when(copy.time, key) <= self.now:
                    when = self.come_across(self.now, keyed(key, purpose.NOTICES_LATE + again))
                    root = copy.root
                    self.plan(
                        when, s.NOTICE_REPLY, viewer.number, root.number, self.at_notice_reply, viewer, root
                    )
            elif unit(keyed(key, purpose.REEXPOSED + again)) < chance:
                self.happened["shown anew"] += 1
                when = self.come_across(self.now, keyed(key, purpose.REEXPOSED_LATE + again))
                self.plan_view(when, viewer, copy, strong)

    def at_notice_reply(self, who: Person, post: Post) -> None:
        """Someone who saw the complaint earlier comes across the reply."""
        if post.author is who:
            return
        rule = self.rules.reply
        o = who.opinions[post.brand.number]
        attitude = self.remember(o)
        post.brand.hour["reply_views"] += 1.0
        if post.valence >= 0.0:
            self.hear(who, post.brand, thanked_in_public(post.reply_worth, self.rules.thanks.observed))
            return
        change = impressed(attitude, post.reply_worth, rule.threshold, rule.observed)
        self.hear(who, post.brand, change - self.slight(o, post))
