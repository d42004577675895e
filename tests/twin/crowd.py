"""The whole crowd: people and their posts, and what one voice says to many of them."""

from __future__ import annotations

import math

from sim.core.chance import keyed, normal, unit
from sim.model.advertising import persuaded
from sim.model.attitude import DETRACTOR, attitude_answering, within_bounds
from sim.model.broadcast import excused, hours_into, restored
from sim.model.experience import arousal, expectation_after, performance
from sim.model.journey import UNAWARE
from sim.model.learning import told_of_fix
from sim.model.observers import swayed
from sim.world import purpose
from sim.world import state as s
from twin.moments import Moments
from twin.things import Brand, Broadcast, Issue, Person


class Crowd(Moments):
    """People and their posts."""

    def announce(self, cast: Broadcast) -> None:
        """Let a broadcast reach whom it reaches, each after a delay of their own."""
        self.broadcasts.append(cast)
        for who in self.people:
            when = self.meets(who, cast)
            if when < math.inf and self.meant_for(who, cast):
                self.plan(when, s.MEET, who.number, cast.number, self.at_meet, who, cast)

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
        left = self.held_against(who, cast.brand, cast.issue, told)
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
