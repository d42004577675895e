"""The stage: a world with a moment going on in it. No trainee's screen, no log, no score; these are built on it.

`opened(script, seed)` builds the world, lets it live up to the moment and casts the personas. A stage then goes on
second by second (`advance`), lets people act (`perform`) and can be copied, with the same future or a redrawn one.
Everything in it follows from script, seed, and the actions and their seconds: not from how often it is asked.

What happens at one second, in this order: a promise that runs out; replies that were waiting for approval; timed
injects in the order of the file; injects on a condition (looked at each full minute), in the order of the file;
then actions. The crowd has lived through everything before that second and nothing at it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace

import numpy as np

from sim.model.desk import TRIAGE
from sim.rehearsal import enter
from sim.rehearsal.action import ESCALATE, HOLD, IGNORE, PRIVATE, REPLY, SAID, STATEMENT, THANK, Action, as_statement
from sim.rehearsal.cast import cast
from sim.rehearsal.facts import answer, reputation
from sim.rehearsal.load import Script
from sim.rehearsal.moment import Inject
from sim.rehearsal.phrasing import Memory
from sim.world import desk, hand
from sim.world import state as s
from sim.world.brand import Shifts
from sim.world.build import build
from sim.world.hand import Waiting
from sim.world.simulation import Simulation

MINUTE, HOUR = 60, 3600
STEP = 300
"""Seconds between two points of a line of reputation."""
NEVER = 2**62
DEFAULT_PROMISE = 0.5
"""Hours until an answer, where a hold does not say."""


@dataclass(frozen=True)
class Thread:
    """A complaint (or praise) and its repetitions, waiting at the desk.

    name: the inject's id, or empty. post: the key of its first post. latest: the post that waits, as last repeated.
    """

    name: str
    post: int
    latest: Waiting
    held_until: int | None = None

    def score(self, now: float, triage: str) -> float:
        """How much a triage policy wants it answered; now: hours from day 0."""
        seen = self.latest
        return TRIAGE[triage](
            now - seen.posted, seen.arousal, float(seen.followers), seen.valence < 0, float(seen.times)
        )


@dataclass(frozen=True)
class Done:
    """An action as it took effect, or lapsed. second: since the moment began."""

    second: int
    action: Action
    name: str
    post: int
    done: bool
    why: str = ""
    change: float = 0.0
    waited: float = 0.0
    """Hours since the first post of the thread."""
    first: bool = True
    """Whether it was the first answer to the thread."""
    open: tuple[tuple[str, int, float], ...] = ()
    """What waited at that instant: name, post, and what the moment's ideal triage gave it."""


@dataclass
class Stage:
    """A moment under way. `second` counts from its beginning."""

    script: Script
    simulation: Simulation
    parts: dict[str, int]
    began: int
    by_hand: bool = True
    second: int = 0
    arrived: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of each inject that has come: its second, and the key of its post."""
    done: list[Done] = field(default_factory=list)
    waiting_approval: list[tuple[int, Action]] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)
    """By the key of a thread: the second until when an answer is promised."""
    broken: set[int] = field(default_factory=set)
    silent: frozenset[str] = frozenset()
    """Injects kept from coming (for what-ifs)."""
    statements: int = 0
    watches: bool = True
    """Whether each action notes what else was waiting (for the score; a future that is only measured need not)."""
    line: list[float] | None = None
    """Reputation at each `STEP` seconds passed, if somebody wants it drawn."""
    _read: tuple[tuple[float, int, int], list[Thread]] | None = field(default=None, init=False, repr=False)
    """What waited when it was last asked, and at which state that was."""
    said: dict[int, str] = field(default_factory=dict, init=False, repr=False)
    """What posts say, by their keys, as far as somebody has read them: it never changes."""
    told_until: float = field(default=-math.inf, init=False, repr=False)
    """Hours from day 0 before which all posts are in `said`."""
    heard: tuple[Memory, Memory] = field(default_factory=Memory.pair, init=False, repr=False)
    """What the posts in `said` said to the desk, and shares and comments around it, so that others say it otherwise."""
    after: list[str] = field(default_factory=list, init=False, repr=False)
    """What those who were answered said of it, for as many of `done` as somebody has asked."""
    heard_after: Memory = field(default_factory=Memory, init=False, repr=False)
    _rows: dict[int, int] = field(default_factory=dict, repr=False)
    """Rows of posts by their keys, as they were looked up: rows are never moved."""

    # ------------------------------------------------------------------------------------------ time

    @property
    def length(self) -> int:
        """Seconds of the whole session."""
        return round(self.script.moment.clock.length * HOUR)

    @property
    def over(self) -> bool:
        """Whether the session's time is up."""
        return self.second >= self.length

    def hours(self, second: int) -> float:
        """Hours from day 0 at a second of the session."""
        return _hours(self.began + second)

    def advance(self, second: int, *, pause_at_arrival: bool = False) -> bool:
        """Go on to a second of the session (past its end too: nothing new comes then).

        With `pause_at_arrival`, stop at the first inject that comes; whether it was stopped so.
        """
        while True:
            stop = min(second, self._next_stop())
            if stop > self.second:
                self.simulation.go_to(self.hours(stop))
                self.second = stop
                if self.line is not None and stop % STEP == 0 and stop <= self.length:
                    self.line.append(reputation(self))
            came = self._happen() if self.second < self.length else False
            if came and pause_at_arrival and self.second > 0:
                return True
            if self.second >= second:
                return False

    def _next_stop(self) -> int:
        """The next second at which something of the moment may happen (beyond the present one)."""
        stops = [second for inject in self._to_come() if (second := _due(inject)) is not None]
        if any(inject.when is not None for inject in self._to_come()):
            stops.append((self.second // MINUTE + 1) * MINUTE)
        stops += [due for due, _ in self.waiting_approval]
        stops += [due for post, due in self.held.items() if post not in self.broken]
        if self.line is not None:
            stops.append((self.second // STEP + 1) * STEP)
        return min((stop for stop in stops if stop > self.second), default=NEVER)

    def _to_come(self) -> list[Inject]:
        return [
            inject for inject in self.script.moment.injects
            if inject.id not in self.arrived and inject.id not in self.silent
        ]

    def _happen(self) -> bool:
        """What is due at this second; whether an inject came."""
        self._break_promises()
        for due, action in list(self.waiting_approval):
            if due <= self.second:
                self.waiting_approval.remove((due, action))
                self.perform(action)
        came = False
        for inject in self._to_come():
            planned = _due(inject)
            timed = planned is not None and planned <= self.second
            if timed or (inject.when is not None and self.second % MINUTE == 0 and inject.when.holds(self)):
                self.come(inject)
                came = True
        return came

    def come(self, inject: Inject) -> None:
        """Let an inject come now."""
        brand = self.script.brand
        key = enter.enter(self.simulation.world, brand, self.parts[inject.sender], inject)
        self.arrived[inject.id] = (self.second, key)

    def _break_promises(self) -> None:
        for post, due in self.held.items():
            if due <= self.second and post not in self.broken:
                self.broken.add(post)

    # ------------------------------------------------------------------------------------------ what waits

    def threads(self) -> list[Thread]:
        """What waits for the trainee: a thread a grievance, in the order in which they were first noticed."""
        state = (self.simulation.world.now, len(self.done), len(self.arrived))
        if self._read is None or self._read[0] != state:
            self._read = (state, self._threads())
        return self._read[1]

    def _threads(self) -> list[Thread]:
        names = {post: name for name, (_, post) in self.arrived.items()}
        found: dict[int, Waiting] = {}
        for waiting in hand.inbox(self.simulation.world, self.script.brand):
            best = found.get(waiting.grievance)
            if best is None or waiting.times > best.times:
                found[waiting.grievance] = waiting
        return [Thread(names.get(post, ""), post, seen, self.held.get(post)) for post, seen in found.items()]

    def thread(self, on: str, post: int) -> Thread | None:
        """The waiting thread of an inject, or that begins with a post; None if it does not wait."""
        key = self.arrived[on][1] if on in self.arrived else post
        return next((thread for thread in self.threads() if thread.post == key), None)

    def waiting_post(self, on: str, post: int) -> tuple[int, int] | None:
        """The keys of a thread's first post and of the one that waits, as last repeated; None if none waits."""
        key = self.arrived[on][1] if on in self.arrived else post
        tables, now = self.simulation.world.tables, self.simulation.world.now
        posts = tables.posts[: tables.counts[s.N_POSTS]]
        first = self._number(key)
        if first is None:
            return None
        mine = posts[posts["grievance"] == first]
        lies = ((mine["state"] == s.WAITING) | (mine["state"] == s.HELD)) & (mine["noticed"] <= now)
        lies &= mine["line"] == desk.AGENTS
        if not lies.any():
            return None
        lying = mine[lies]
        return key, int(lying["key"][np.argmax(lying["times"])])

    def row(self, post: int) -> np.void | None:
        """The row of the post with this key."""
        number = self._number(post)
        return None if number is None else self.simulation.world.tables.posts[number]

    def _number(self, post: int) -> int | None:
        """The number of the row of the post with this key."""
        number = self._rows.get(post)
        if number is None:
            tables = self.simulation.world.tables
            found = np.flatnonzero(tables.posts["key"][: tables.counts[s.N_POSTS]] == np.uint64(post))
            if not len(found):
                return None
            number = self._rows[post] = int(found[0])
        return number

    def forget_rows(self) -> None:
        """Look posts up by their keys again: one was given another key."""
        self._rows.clear()

    def author(self, post: int) -> int | None:
        """Who wrote the post with this key."""
        row = self.row(post)
        return None if row is None else int(row["author"])

    # ------------------------------------------------------------------------------------------ deeds

    def submit(self, action: Action) -> Done | None:
        """Act, or queue for approval what the moment lets others pass first (None: it waits)."""
        approval = self.script.moment.approval
        if approval is None or action.do not in SAID:
            return self.perform(action)
        delay = NEVER if approval.after is None else round(approval.after * HOUR)
        self.waiting_approval.append((min(NEVER, self.second + delay), action))
        return None

    def decide(self, place: int, granted: bool) -> Action:
        """A colleague passes or returns the reply at a place of the queue; the reply."""
        _, action = self.waiting_approval.pop(place)
        if granted:
            self.perform(action)
        return action

    def perform(self, action: Action) -> Done:
        """Do something now. What cannot be done (any more) lapses and says why."""
        world, _brand = self.simulation.world, self.script.brand
        open_now = self._open_now() if self.watches else ()
        if action.do == STATEMENT:
            return self._note(action, 0, self._speak(action), open_now)
        found = self.waiting_post(action.on, action.post)
        if found is None:
            gone = "it does not wait at the desk" if action.on not in self.arrived else "it was answered already"
            return self._note(action, action.post, hand.Outcome(False, gone), open_now)
        thread, post = found
        if action.do == IGNORE:
            outcome = hand.Outcome(True)
        elif action.do == ESCALATE:
            outcome = hand.escalate(world, post)
        elif action.do == HOLD:
            outcome = hand.hold(world, post, action.quality, action.promise or DEFAULT_PROMISE, action.channel)
            self.held[thread] = self.second + round((action.promise or DEFAULT_PROMISE) * HOUR)
        elif action.do == THANK:
            outcome = hand.thank(world, post, action.quality, action.channel)
        else:
            outcome = hand.reply(world, post, action.quality, action.channel)
        if outcome.done and action.do in (REPLY, PRIVATE, THANK):
            self.held.pop(thread, None)
        return self._note(action, thread, outcome, open_now)

    def _speak(self, action: Action) -> hand.Outcome:
        self.statements += 1
        explanation, ownership, sincerity = as_statement(action.quality)
        return hand.speak(
            self.simulation.world, self.script.brand, f"trainee {self.statements}", explanation, ownership, sincerity
        )

    def _open_now(self) -> tuple[tuple[str, int, float], ...]:
        now, ideal = self.simulation.world.now, self.script.moment.scoring.triage
        return tuple((thread.name, thread.post, thread.score(now, ideal)) for thread in self.threads())

    def _note(
        self, action: Action, post: int, outcome: hand.Outcome, open_now: tuple[tuple[str, int, float], ...]
    ) -> Done:
        row = self.row(post) if post else None
        waited = 0.0 if row is None else self.simulation.world.now - float(row["time"])
        earlier = any(done.done and done.post == post and done.action.do in SAID for done in self.done)
        done = Done(
            self.second, action, action.on if action.on in self.arrived else "", post, outcome.done, outcome.why,
            outcome.change, waited, not earlier, open_now,
        )
        self.done.append(done)
        return done

    # ------------------------------------------------------------------------------------------ triggers

    def ask(self, function: str, inject: str, span_hours: float) -> float:
        """What a trigger asks (`sim.rehearsal.trigger.FUNCTIONS`)."""
        return answer(self, function, inject, span_hours)

    # ------------------------------------------------------------------------------------------ copies

    def copied(self, future_seed: int | None = None) -> Stage:
        """The same stage once more; with a seed, the same past and all chance to come redrawn."""
        return replace(
            self, simulation=self.simulation.fork(future_seed), arrived=dict(self.arrived), done=list(self.done),
            waiting_approval=list(self.waiting_approval), held=dict(self.held), broken=set(self.broken),
            _rows=dict(self._rows), line=None if self.line is None else list(self.line),
        )

    def digest(self) -> str:
        """A short name of everything that is the case: two stages with the same digest are the same."""
        tables = self.simulation.world.tables
        parts = hashlib.blake2b(digest_size=8)
        for array in (
            tables.people, tables.opinions, tables.posts[: tables.counts[s.N_POSTS]],
            tables.replies[: tables.counts[s.N_REPLIES]], tables.desks, tables.issues, tables.sums, tables.counts,
        ):
            parts.update(np.ascontiguousarray(array).tobytes())
        parts.update(repr((self.second, sorted(self.arrived.items()), sorted(self.held.items()))).encode())
        return parts.hexdigest()


def opened(script: Script, seed: int | None = None, *, by_hand: bool = True) -> Stage:
    """The stage of a moment at its beginning. by_hand: the trainee sits down (else the house desk goes on)."""
    seed = script.moment.crowd.seed if seed is None else seed
    simulation = Simulation(build(script.scenario, seed))
    began = round(script.begins * HOUR)
    simulation.go_to(_hours(began))
    stage = Stage(script, simulation, cast(simulation.world, script), began, by_hand=False)
    return taken_over(stage) if by_hand else stage


def taken_over(stage: Stage) -> Stage:
    """The same stage, with the trainee at the desk instead of the house (specialists stay)."""
    world, brand = stage.simulation.world, stage.script.brand
    settings = stage.script.scenario.brands[brand].desk
    row = world.tables.brands[brand]
    row["replies"] = 1
    row["listens"] = max(float(row["listens"]), settings.listens)
    for programme in world.programmes:
        if isinstance(programme, Shifts) and programme.brand == brand:
            for shift in programme.shifts:
                shift.specialists = settings.specialists
    world.tables.desks[brand]["on"][desk.SPECIALISTS] = settings.specialists
    hand.take_over(world, brand)
    stage.by_hand = True
    return stage


def _due(inject: Inject) -> int | None:
    """The second of a timed inject."""
    return None if inject.at is None else round(inject.at * HOUR)


def _hours(second: int) -> float:
    """A whole second in hours, such that the clock's rounding up gives that second again."""
    hours = second / HOUR
    return math.nextafter(hours, -math.inf) if math.ceil(hours * HOUR) > second else hours
