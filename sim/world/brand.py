"""What a brand's managers (and the world around them) decide, as SimPy processes.

Shifts, alarms, statements, content, incidents and the press are programmes. A programme keeps no state in a
generator: when it acts next (`due`) and all it knows stand in plain fields, so that its process can be started
anew at any instant. They act on whole seconds, which SimPy's clock adds up exactly.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import simpy

from sim.core.chance import keyed, unit
from sim.model.broadcast import statement_worth
from sim.model.press import Press as Interest
from sim.model.press import chance_of_pickup
from sim.world import state as s
from sim.world.broadcasts import strike
from sim.world.desk import AGENTS, SPECIALISTS, take_next
from sim.world.loop import book_staff

if TYPE_CHECKING:
    from sim.world.world import World

HOUR = 3600
DAY = 24 * HOUR
NEVER = 2**62
"""Due in the year 146 billion."""


def seconds(hours: float) -> int:
    """Hours from day 0 as whole seconds."""
    return round(hours * HOUR)


class Programme(Protocol):
    """Something that acts at known times: `due` is the next one, in whole seconds from day 0."""

    due: int

    def act(self, world: World) -> None:
        """Do what is due at `self.due`, and set the next `due`."""


class Due(simpy.Event):
    """A timeout to an exact second; of those that fall together, the lower rank comes first."""

    def __init__(self, env: simpy.Environment, due: int, rank: int):
        super().__init__(env)
        self._ok = True
        self._value = None
        after_a_runs_end: Any = rank + 1  # SimPy ends a run with priority 0
        env.schedule(self, priority=after_a_runs_end, delay=due - env.now)


def carried_out(
    env: simpy.Environment, world: World, programme: Programme, rank: int
) -> Generator[simpy.Event, Any, None]:
    """The SimPy process of one programme. The crowd catches up to the instant before the programme acts."""
    while programme.due < NEVER:
        yield Due(env, programme.due, rank)
        world.advance(programme.due / HOUR)
        programme.act(world)


# ---------------------------------------------------------------------------------------------- the desk's hours


@dataclass
class Shift:
    """So many agents and specialists on duty between two hours of every day (`until` may pass midnight)."""

    begins: float
    until: float
    agents: int
    specialists: int

    def covers(self, second: int) -> bool:
        """Whether the shift is on at a second (whole seconds: as a fraction, 08:20 would miss its own edge)."""
        if self.until - self.begins >= 24:
            return True
        begins, until = seconds(self.begins), seconds(self.until)
        return (second - begins) % DAY < (until - begins) % DAY


@dataclass
class Shifts:
    """Who is on duty: the roster, and extra agents while a surge lasts."""

    brand: int
    shifts: list[Shift]
    extra: int = 0
    vacant: int = 0
    """Places at the desk that nobody fills (people who left)."""
    due: int = 0

    def act(self, world: World) -> None:
        """Put on duty whom the roster says, and wait for the next change."""
        self.staff(world, self.due)
        self.due = self.next_change(self.due)

    def staff(self, world: World, now: int) -> None:
        """Set the number on duty at second `now`; who comes on takes a waiting post at once."""
        tables = world.tables
        on = [shift for shift in self.shifts if shift.covers(now)]
        book_staff(tables, now / HOUR, self.brand)
        desk = tables.desks[self.brand]
        desk["on"][AGENTS] = sum(max(0, shift.agents - self.vacant) for shift in on) + self.extra
        desk["on"][SPECIALISTS] = sum(shift.specialists for shift in on)
        world.make_room(int(desk["waiting"].sum()))
        for line in (AGENTS, SPECIALISTS):
            take_next(world.tables, now / HOUR, self.brand, line)

    def next_change(self, now: int) -> int:
        """The next second at which a shift begins or ends."""
        edges = {seconds(edge % 24) for shift in self.shifts for edge in (shift.begins, shift.until)}
        if not edges or all(shift.until - shift.begins >= 24 for shift in self.shifts):
            return NEVER
        midnight = now - now % DAY
        return min(midnight + day + edge for day in (0, DAY) for edge in edges if midnight + day + edge > now)


@dataclass
class Alarm:
    """Watches the complaints a brand notices, and calls in help when there are far more than usual."""

    brand: int
    every: int
    memory_hours: float
    times_usual: float
    at_least: float
    surge_agents: int
    surge_after: int
    surge_lasts: int
    shifts: Shifts
    statements: list[Statement]
    due: int = 0
    seen: int = 0
    usual: float = 0.0
    rests_until: int = -NEVER
    news_from: int = -NEVER
    """From when on its ringing is news again, and noted: a day after it last rested."""
    surge_from: int = NEVER
    surge_until: int = NEVER
    next_look: int = 0

    def act(self, world: World) -> None:
        """Look at the last quarter of an hour; begin or end a surge that is due."""
        now = self.due
        if now >= self.surge_until:
            self.shifts.extra, self.surge_until = 0, NEVER
            self.shifts.staff(world, now)
        if now >= self.surge_from:
            self.shifts.extra, self.surge_from = self.surge_agents, NEVER
            self.surge_until = now + self.surge_lasts
            self.shifts.staff(world, now)
        if now >= self.next_look:
            self.look(world, now)
            self.next_look = now + self.every
        for statement in self.statements:
            if statement.due <= now:
                statement.act(world)
        self.due = min(self.next_look, self.surge_from, self.surge_until, *(st.due for st in self.statements))

    def look(self, world: World, now: int) -> None:
        """Compare the complaints noticed since the last look with the usual rate (an exponential mean)."""
        noticed = int(world.tables.desks[self.brand]["noticed"])
        rate = (noticed - self.seen) * HOUR / self.every
        self.seen = noticed
        if now >= self.rests_until and rate >= self.at_least and rate >= self.times_usual * self.usual:
            self.ring(world, now)
        weight = 1.0 - math.exp(-self.every / HOUR / self.memory_hours)
        self.usual += weight * (rate - self.usual)

    def ring(self, world: World, now: int) -> None:
        """The alarm goes off: agents are called in, and statements kept for this are given."""
        if now >= self.news_from:
            world.note(now / HOUR, self.brand, "alarm", "unusually many complaints")
        self.rests_until = now + self.surge_after + self.surge_lasts
        self.news_from = self.rests_until + DAY
        if self.surge_agents:
            self.surge_from = now + self.surge_after
        for statement in self.statements:
            if statement.due == NEVER and not statement.given:
                statement.due = now + statement.after


# ---------------------------------------------------------------------------------------------- to everyone at once


@dataclass
class Statement:
    """The brand speaks to all."""

    brand: int
    name: str
    explanation: float
    ownership: float
    sincerity: float
    reach: float
    issue: int | None
    due: int
    after: int = 0
    """Seconds from the alarm to the statement, for one that waits for the alarm."""
    given: bool = False

    def act(self, world: World) -> None:
        """Reach the people; `issue` None speaks about whatever began last."""
        now, self.due, self.given = self.due, NEVER, True
        issue = world.latest_issue(self.brand) if self.issue is None else self.issue
        world.broadcast(
            now / HOUR, self.brand, s.STATEMENT, self.name, self.reach, issue,
            worth=statement_worth(self.explanation, self.ownership, self.sincerity),
        )
        world.note(now / HOUR, self.brand, "statement", "the brand speaks to all")


@dataclass
class Incident:
    """Many customers are hit at once, or over a span of time."""

    brand: int
    name: str
    issue: int
    affected: np.ndarray
    over: float
    due: int

    def act(self, world: World) -> None:
        """Begin."""
        world.tables.issues[self.issue]["began"] = self.due / HOUR
        world.make_room(world.n)
        strike(world.tables, self.due / HOUR, self.issue, self.affected, self.over)
        world.note(self.due / HOUR, self.brand, "incident", self.name)
        self.due = NEVER


@dataclass
class Content:
    """Something the brand publishes itself, felt as it is felt."""

    brand: int
    name: str
    issue: int
    reach: float
    over: float
    vividness: float
    due: int

    def act(self, world: World) -> None:
        """Publish."""
        world.tables.issues[self.issue]["began"] = self.due / HOUR
        world.broadcast(
            self.due / HOUR, self.brand, s.BRAND_CONTENT, self.name, self.reach, self.issue, vividness=self.vividness,
            delay=self.over,
        )
        world.note(self.due / HOUR, self.brand, "content", self.name)
        self.due = NEVER


@dataclass
class Press:
    """Mass media that pick a story up: once each story, with a chance that grows with how much it is talked of.

    `interest` holds the settings for each issue of the world (None: the press never looks at it).
    """

    purpose = "press"

    key: int
    interest: list[Interest | None]
    due: int = 0
    picked: set[int] = field(default_factory=set)
    talk: list[np.ndarray] = field(default_factory=list)

    def act(self, world: World) -> None:
        """Look, each full hour, at what was said about each story within its window."""
        issues = world.tables.issues
        self.talk.append(issues["complaints"].astype(np.int64) + issues["shares"])
        longest = max((interest.window for interest in self.interest if interest), default=1.0)
        self.talk = self.talk[-(math.ceil(longest) + 1) :]
        for issue, interest in enumerate(self.interest):
            if interest is not None and issue not in self.picked:
                back = self.talk[max(0, len(self.talk) - 1 - math.ceil(interest.window))]
                said = float(self.talk[-1][issue] - back[issue])
                chance = chance_of_pickup(said, world.n, 1.0, interest.picks_up, interest.threshold)
                if unit(keyed(keyed(self.key, int(issues[issue]["key"])), self.due // HOUR)) < chance:
                    self.report(world, issue, interest)
        self.due += HOUR

    def report(self, world: World, issue: int, interest: Interest) -> None:
        """The story is in the papers, told as those tell it who complain about it (praise alone is no story)."""
        posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
        told = posts[(posts["issue"] == issue) & (posts["valence"] < 0) & (posts["time"] <= self.due / HOUR)]
        if not len(told):
            return
        self.picked.add(issue)
        row = world.tables.issues[issue]
        if math.isinf(row["began"]):
            row["began"] = self.due / HOUR
        world.broadcast(
            self.due / HOUR, int(row["brand"]), s.PRESS, f"press: {world.issue_names[issue]}", interest.reach, issue,
            valence=float(told["valence"].mean(dtype=np.float64)),
            arousal=float(told["arousal"].mean(dtype=np.float64)),
            vividness=interest.vividness * float(row["vividness"]), span=interest.over,
        )
        world.note(self.due / HOUR, int(row["brand"]), "press", world.issue_names[issue])
