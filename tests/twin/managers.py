"""What managers (and the world around them) do, to be read: shifts, alarm, statements, incidents, content, press.

All of it happens on whole seconds, before the crowd's events at the same instant, and in the order of `rank`: each
brand's shifts and alarm, then incidents, content, statements, the press.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.core.chance import keyed, name_word, stream, unit
from sim.model.advertising import claimed
from sim.model.broadcast import statement_worth
from sim.model.desk import Alarm
from sim.model.press import Press, chance_of_pickup
from sim.scenario.brand import Statement
from sim.scenario.happenings import Incident
from sim.scenario.promotion import Campaign
from sim.world import state as s
from twin.desk import AGENTS, SPECIALISTS, Desk
from twin.ground import PROGRAMME
from twin.health import Team
from twin.improver import Improver
from twin.things import Brand, Broadcast, Issue

HOUR, DAY = 3600, 24 * 3600
QUARTER = HOUR // 4
NEVER = 2**62


class Managers(Desk):
    """Everything that is no customer's doing."""

    def begin_programmes(self) -> None:
        """Plan what the scenario says will happen."""
        ranks = itertools.count()
        scenario = self.scenario
        begin = round(self.begin * HOUR)
        self.extra_agents = dict.fromkeys(self.brands, 0)
        for brand in self.brands:
            if brand.policy.listens:
                rank = next(ranks)
                self.at_second(begin, rank, self.change_shift, brand, rank, begin)
                if brand.settings.desk.alarm:
                    AlarmBell(self, brand, brand.settings.desk.alarm, next(ranks)).listen(begin)
                if brand.settings.desk.health:
                    Team(self, brand, brand.settings.desk.health, next(ranks), begin)
        for incident in scenario.incidents:
            when = round(scenario.hours(incident.at) * HOUR)
            self.at_second(when, next(ranks), self.begin_incident, incident)
        for content in scenario.content:
            self.at_second(round(scenario.hours(content.at) * HOUR), next(ranks), self.publish_content, content)
        for brand in self.brands:
            for number, statement in enumerate(brand.settings.statements):
                if statement.at:
                    when = round(scenario.hours(statement.at) * HOUR)
                    self.at_second(when, next(ranks), self.give_statement, brand, number, statement)
        for brand in self.brands:
            for campaign in brand.settings.campaigns:
                when = round(scenario.hours(campaign.at) * HOUR)
                self.at_second(when, next(ranks), self.advertise, brand, campaign)
            referral = brand.settings.referral
            if referral:
                for moment, invites in ((referral.at, referral.invites), (referral.until, 0.0)):
                    if moment:
                        when = round(scenario.hours(moment) * HOUR)
                        self.at_second(when, next(ranks), self.invite, brand, invites)
        for brand in self.brands:
            if brand.settings.learning is not None:
                Improver(self, brand, brand.settings.learning, next(ranks))
        Newsroom(self, next(ranks)).open(begin)

    def at_second(self, second: int, rank: int, act: Callable[..., None], *args: Any, turn: int = 0) -> None:
        """Let something be done at a whole second; `turn` orders what one programme does at once."""
        self.plan(second / HOUR, PROGRAMME, rank, turn, act, *args)

    # ------------------------------------------------------------------------------------------ on duty

    def change_shift(self, brand: Brand, rank: int, second: int) -> None:
        """Put on duty whom the roster says, and wait for the next shift to begin or end."""
        self.staff(brand, second)
        edges = [round(edge * HOUR) for duty in brand.settings.desk.duty for edge in (duty.opens, duty.closes)]
        if not brand.settings.desk.always_open:
            following = min(second + ((edge - second) % DAY or DAY) for edge in edges)
            self.at_second(following, rank, self.change_shift, brand, rank, following)

    def staff(self, brand: Brand, second: int) -> None:
        """Set who is on duty at a second; who comes on takes a waiting complaint at once."""
        desk = brand.settings.desk
        on = [
            duty for duty in desk.duty
            if (second - round(duty.opens * HOUR)) % DAY < round((duty.closes - duty.opens) * HOUR)
        ]
        self.book_staff(brand)
        brand.agents.on = sum(max(0, duty.agents - brand.vacant) for duty in on) + self.extra_agents[brand]
        brand.specialists.on = desk.specialists * len(on) if desk.specialist_share or desk.authority is not None else 0
        for line in (AGENTS, SPECIALISTS):
            self.take_next(brand, line)

    def book_staff(self, brand: Brand) -> None:
        """Book the hours of those on duty, and of those who finish a complaint after closing."""
        paid = sum(max(line.on, line.busy) for line in brand.lines)
        brand.hour["staff_hours"] += paid * (self.now - brand.booked_until)
        brand.hours_on_duty += brand.agents.on * (self.now - brand.booked_until)
        brand.booked_until = self.now

    # ------------------------------------------------------------------------------------------ to many at once

    def issue_named(self, brand: Brand, name: str, kinds: tuple[int, ...]) -> Issue:
        """The brand's issue of that name, of one of these kinds."""
        own = {number for number, row in enumerate(self.issue_brands) if row == brand.number}
        found = [issue for issue in self.issues if issue.number in own and issue.kind in kinds]
        return next(issue for issue in reversed(found) if self.issue_names[issue.number] == name)

    def brand_named(self, name: str) -> Brand:
        """The brand of that name."""
        return next(brand for brand in self.brands if brand.name == name)

    def begin_incident(self, incident: Incident) -> None:
        """From now on, and over a span of time, customers are hit."""
        brand = self.brand_named(incident.brand)
        issue = self.issue_named(brand, incident.label, (s.INCIDENT,))
        issue.began = self.now
        segments = [segment.name for segment in self.scenario.customers.segments]
        hit = [name for name in segments if not incident.segments or name in incident.segments]
        self.strike(brand, issue, {name: incident.share if name in hit else 0.0 for name in segments}, incident.over)

    def publish_content(self, content: Any) -> None:
        """The brand publishes something of its own."""
        brand = self.brand_named(content.brand)
        issue = self.issue_named(brand, content.name, (s.CONTENT,))
        issue.began = self.now
        self.broadcast(
            brand, content.name, s.BRAND_CONTENT, issue, content.reach, content.over, vividness=content.vividness
        )

    def give_statement(self, brand: Brand, number: int, statement: Statement) -> None:
        """The brand speaks to all, about what it names, else about what began last."""
        issue = self.latest_issue(brand)
        if statement.about is not None:
            issue = self.issue_named(brand, statement.about, (s.FAILURE, s.INCIDENT, s.CONTENT))
        worth = statement_worth(statement.explanation, statement.ownership, statement.sincerity)
        delay = self.rules.broadcast.delay
        label = brand.settings.statement_labels[number]
        self.broadcast(brand, label, s.STATEMENT, issue, statement.reach, delay, worth=worth)

    def advertise(self, brand: Brand, campaign: Campaign) -> None:
        """A campaign begins."""
        issue = self.issue_named(brand, campaign.name, (s.CAMPAIGN,))
        issue.began = self.now
        self.broadcast(
            brand, campaign.name, s.ADVERTISEMENT, issue, campaign.reach, 0.0, valence=claimed(campaign.promise),
            vividness=campaign.vividness, span=campaign.over, target=s.TARGETS.index(campaign.to),
            passed_on=campaign.shared, cost=campaign.cost,
        )

    def invite(self, brand: Brand, invites: float) -> None:
        """A referral programme begins or ends."""
        brand.invites = invites

    def latest_issue(self, brand: Brand) -> Issue:
        """The incident or content of a brand that began last, else its ordinary service."""
        begun = [
            issue for issue in self.issues
            if self.issue_brands[issue.number] == brand.number
            and issue.kind in (s.INCIDENT, s.CONTENT) and issue.began <= self.now
        ]
        return max(begun, key=lambda issue: issue.began, default=brand.ordinary)

    def broadcast(
        self, brand: Brand, name: str, kind: int, issue: Issue, reach: float, delay: float, **told: Any
    ) -> Broadcast:
        """Let a voice reach a share of all people."""
        key = keyed(name_word(f"{brand.name}/{name}"), kind)
        number = len(self.broadcasts)
        chances = keyed(self.streams["broadcast"], key)
        cast = Broadcast(number, key, kind, self.now, brand, issue, reach, delay, chances, **told)
        if kind == s.STATEMENT and self.excuses(cast) > (self.excuses(issue.answer) if issue.answer else 0.0):
            issue.answer = cast
        self.announce(cast)
        return cast


class AlarmBell:
    """Watches the complaints a brand notices, and calls in help when there are far more than usual."""

    END_SURGE, BEGIN_SURGE, LOOK, SPEAK = range(4)

    def __init__(self, world: Managers, brand: Brand, rule: Alarm, rank: int):
        self.world, self.brand, self.rule, self.rank = world, brand, rule, rank
        self.seen = 0
        self.usual = 0.0
        self.rests_until = -NEVER
        self.waiting = [
            (number, statement) for number, statement in enumerate(brand.settings.statements) if statement.on_alarm
        ]

    def plan(self, second: int, turn: int, act: Callable[..., None], *args: Any) -> None:
        """Do something at a second."""
        self.world.at_second(second, self.rank, act, *args, turn=turn)

    def listen(self, second: int) -> None:
        """Look at the last quarter of an hour, every quarter of an hour."""
        self.plan(second, self.LOOK, self.look, second)

    def look(self, second: int) -> None:
        """Compare the complaints noticed since the last look with the usual rate."""
        rate = (self.brand.noticed - self.seen) * HOUR / QUARTER
        self.seen = self.brand.noticed
        loud = rate >= self.rule.at_least and rate >= self.rule.times_usual * self.usual
        if loud and second >= self.rests_until:
            self.ring(second)
        self.usual += (1.0 - math.exp(-QUARTER / HOUR / self.rule.window)) * (rate - self.usual)
        self.listen(second + QUARTER)

    def ring(self, second: int) -> None:
        """Call in a surge of agents, and say what was kept for this."""
        self.world.happened["alarm"] += 1
        arrive = second + round(self.rule.surge_after * HOUR)
        leave = arrive + round(self.rule.surge_lasts * HOUR)
        self.rests_until = leave
        if self.rule.surge_agents:
            self.plan(arrive, self.BEGIN_SURGE, self.surge, arrive, self.rule.surge_agents)
            self.plan(leave, self.END_SURGE, self.surge, leave, 0)
        for number, statement in self.waiting:
            when = second + round(statement.after * HOUR)
            self.plan(when, self.SPEAK + number, self.world.give_statement, self.brand, number, statement)
        self.waiting = []

    def surge(self, second: int, extra: int) -> None:
        """Extra agents arrive (or leave)."""
        self.world.extra_agents[self.brand] = extra
        self.world.staff(self.brand, second)


class Newsroom:
    """Mass media that pick a story up, once each, with a chance that depends on how much it is talked of."""

    def __init__(self, world: Managers, rank: int):
        self.world, self.rank = world, rank
        self.key = stream(world.seed, "press")
        self.interest: dict[Issue, Press] = {}
        for issue in world.issues:
            if issue.kind != s.ORDINARY and world.scenario.press:
                self.interest[issue] = world.scenario.press
        for incident in world.scenario.incidents:
            if incident.press:
                brand = world.brand_named(incident.brand)
                self.interest[world.issue_named(brand, incident.label, (s.INCIDENT,))] = incident.press
        self.talk: dict[Issue, list[int]] = {issue: [] for issue in self.interest}
        """Complaints and shares about each issue, as they stood at each full hour."""
        self.picked: set[Issue] = set()

    def open(self, second: int) -> None:
        """Look, each full hour, at what was said about each story within its window."""
        if self.interest:
            self.world.at_second(second, self.rank, self.look, second)

    def look(self, second: int) -> None:
        """Pick up what is talked of, by chance."""
        for issue, talk in self.talk.items():
            rule = self.interest[issue]
            talk.append(issue.complaints + issue.shares)
            said = talk[-1] - talk[max(0, len(talk) - 1 - math.ceil(rule.window))]
            chance = chance_of_pickup(said, len(self.world.people), 1.0, rule.picks_up, rule.threshold)
            draw = unit(keyed(keyed(self.key, issue.key), second // HOUR))
            if issue not in self.picked and draw < chance:
                self.report(issue, rule)
        self.open(second + HOUR)

    def report(self, issue: Issue, rule: Press) -> None:
        """The story is in the papers, told as those tell it who complain about it."""
        world = self.world
        told = [
            post for post in world.posts if post.issue is issue and post.valence < 0.0 and post.time <= world.now
        ]
        if not told:
            return  # praise alone is no story
        self.picked.add(issue)
        issue.began = min(issue.began, world.now)
        world.broadcast(
            world.brands[world.issue_brands[issue.number]], f"press: {world.issue_names[issue.number]}", s.PRESS,
            issue, rule.reach, world.rules.broadcast.delay,
            valence=float(np.mean([post.valence for post in told])),
            arousal=float(np.mean([post.arousal for post in told])),
            vividness=rule.vividness * issue.vividness, span=rule.over,
        )
