"""A world: the tables of its crowd, the programmes of its brands, and the names of both."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.core.calendar import chunks_for, with_room, with_wide_due
from sim.core.chance import keyed, name_word, stream
from sim.core.tables import longer
from sim.model.broadcast import excused, hours_into
from sim.scenario.schema import Scenario
from sim.world import loop
from sim.world import state as s
from sim.world.brand import Press, Programme
from sim.world.broadcasts import announce
from sim.world.desk_health import DeskHealth
from sim.world.improvement import Improvement

SPARE_EVENTS = 64
"""Events that one event may plan besides those of an audience."""


@dataclass(frozen=True)
class Note:
    """Something dated that a reader of the result should see: an incident, a statement, an alarm, the press."""

    time: float
    brand: int
    kind: str
    text: str


@dataclass
class World:
    """Everything that is the case at one instant, `now` (hours from day 0; the warm-up lies before 0)."""

    scenario: Scenario
    seed: int
    tables: s.Tables
    brand_names: tuple[str, ...]
    issue_names: tuple[str, ...]
    segment_names: tuple[str, ...]
    programmes: list[Programme]
    now: float
    notes: list[Note] = field(default_factory=list)
    closed: bool = False

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.tables.people)

    @property
    def end(self) -> float:
        """When the world ends (hours from day 0)."""
        return float(self.tables.start[1])

    def advance(self, until: float) -> None:
        """Carry the crowd up to, not including, the hour `until`; what happens at `until` is still to come."""
        if until <= self.now:
            return
        most = self._most_planned
        self.make_room(most)
        chunks = chunks_for(self.tables.calendar, most)
        while True:
            lacks = loop.advance(self.tables, until, most, chunks)
            if lacks == loop.DONE:
                break
            self._grow(lacks, most)
        self.now = until

    def close(self) -> None:
        """Book the last hour, once, when the end has been reached."""
        if not self.closed and self.now >= self.end:
            loop.at_hour(self.tables, self.end)
            self.closed = True

    def make_room(self, events: int) -> None:
        """Make sure that so many more events can be planned at once."""
        self._set(calendar=with_room(self.tables.calendar, events))

    def make_ready(self) -> None:
        """Make sure that one more event can happen, whatever it plans and writes."""
        most = self._most_planned
        chunks = chunks_for(self.tables.calendar, most)
        while (lacks := loop.lacking(self.tables, most, chunks)) != loop.DONE:
            self._grow(lacks, most)

    def broadcast(
        self, now: float, brand: int, kind: int, name: str, reach: float, issue: int, *, worth: float = 0.0,
        valence: float = 0.0, arousal: float = 0.0, vividness: float = 1.0, delay: float | None = None,
        span: float = 0.0, target: int = s.TO_EVERYONE, passed_on: float = 0.0, cost: float = 0.0,
    ) -> None:
        """Let a voice reach a share (`reach`) of those it is meant for (`target`).

        It goes out over `span` hours, evenly; each meets it after a delay of their own (mean, in waking hours).
        """
        number = int(self.tables.counts[s.N_BROADCASTS])
        if number == len(self.tables.broadcasts):
            self._set(broadcasts=longer(self.tables.broadcasts, 2 * number))
        row = self.tables.broadcasts[number]
        row["key"] = keyed(name_word(f"{self.brand_names[brand]}/{name}"), kind)
        row["time"] = now
        row["reach"], row["worth"], row["valence"], row["arousal"] = reach, worth, valence, arousal
        row["vividness"] = vividness
        row["delay"] = self.scenario.crowd.broadcast.delay if delay is None else delay
        row["span"], row["passed_on"], row["cost"] = span, passed_on, cost
        row["brand"], row["issue"], row["kind"], row["target"], row["met"] = brand, issue, kind, target, 0
        row["chances"] = keyed(int(self.tables.streams[s.S_BROADCAST]), int(row["key"]))
        self.tables.counts[s.N_BROADCASTS] = number + 1
        if kind == s.STATEMENT and self._excuses(number) > self._excuses(int(self.tables.issues[issue]["answer"])):
            self.tables.issues[issue]["answer"] = number
        self.make_room(self.n)
        announce(self.tables, now, number)

    def _excuses(self, number: int) -> float:
        """Part of its story's harm that a statement takes away; 0 for none."""
        if number == s.NO_BROADCAST:
            return 0.0
        cast, rule = self.tables.broadcasts[number], self.scenario.crowd.broadcast
        hours = hours_into(float(cast["time"]), float(self.tables.issues[cast["issue"]]["began"]))
        return excused(
            float(cast["worth"]), hours, rule.statement_threshold, rule.statement_strength, rule.statement_decay
        )

    def regraph(self, offsets: np.ndarray, targets: np.ndarray, strong: np.ndarray, follows: np.ndarray) -> None:
        """Give the people other audiences from now on (arrays as in `sim.core.graph.Graph`)."""
        self._set(offsets=offsets, targets=targets, strong=strong, follows=follows)
        self.__dict__.pop("_largest_audience", None)

    def note(self, time: float, brand: int, kind: str, text: str) -> None:
        """Put down something dated."""
        self.notes.append(Note(time, brand, kind, text))

    def latest_issue(self, brand: int) -> int:
        """The brand's incident or content that began last; if none has, its ordinary service."""
        issues = self.tables.issues
        begun = [
            number
            for number in np.flatnonzero(issues["brand"] == brand)
            if issues[number]["kind"] in (s.INCIDENT, s.CONTENT) and not math.isinf(issues[number]["began"])
        ]
        if not begun:
            return int(self.tables.brands[brand]["ordinary"])
        return int(max(begun, key=lambda number: float(issues[number]["began"])))

    def copied(self, future_seed: int | None = None) -> World:
        """An independent copy. With `future_seed`, all that was not drawn yet is drawn anew from that seed."""
        other = replace(
            self,
            tables=s.copied(self.tables),
            programmes=copy.deepcopy(self.programmes),
            notes=list(self.notes),
        )
        if future_seed is not None:
            other.tables.streams[:] = streams_of(future_seed)
            for programme in other.programmes:
                if isinstance(programme, (Press, Improvement, DeskHealth)):
                    programme.key = int(stream(future_seed, programme.purpose))
        return other

    # ------------------------------------------------------------------------------------------------ room

    @property
    def _most_planned(self) -> int:
        """The most events that one event may plan: an audience (twice, if people tell each other in person too)."""
        return self._largest_audience * (2 if self.scenario.crowd.feed.told > 0 else 1) + SPARE_EVENTS

    @cached_property
    def _largest_audience(self) -> int:
        """The most people any one person reaches directly."""
        return int(np.diff(self.tables.offsets).max(initial=0))

    def _grow(self, lacks: int, most: int) -> None:
        """Make a table larger that the loop found too small."""
        tables = self.tables
        if lacks == loop.NEEDS_CALENDAR:
            self.make_room(most)
        elif lacks == loop.NEEDS_DUE:
            self._set(calendar=with_wide_due(tables.calendar))
        elif lacks == loop.NEEDS_POSTS:
            self._set(posts=longer(tables.posts, 2 * len(tables.posts)))
        elif lacks == loop.NEEDS_REPLIES:
            self._set(replies=longer(tables.replies, 2 * len(tables.replies)))
        elif lacks == loop.NEEDS_LINES:
            shape = (*tables.waiting.shape[:2], 2 * tables.waiting.shape[2])
            waiting = np.zeros(shape, np.int32)
            waiting[:, :, : tables.waiting.shape[2]] = tables.waiting
            self._set(waiting=waiting)
        elif lacks == loop.NEEDS_SHARED:
            self._set(shared=_rehashed(tables.shared))
        elif lacks == loop.NEEDS_TRACE:
            self._set(trace=longer(tables.trace, 2 * len(tables.trace)))

    def _set(self, **changed: Any) -> None:
        """Put other arrays in the place of some."""
        self.tables = self.tables._replace(**changed)


def _rehashed(keys: np.ndarray) -> np.ndarray:
    """A set of keys (open addressing, zero is empty) in a table of twice the size."""
    wider = np.zeros(2 * len(keys), np.uint64)
    last = len(wider) - 1
    for key in keys[keys != 0].tolist():
        at = key & last
        while wider[at] != 0:
            at = (at + 1) & last
        wider[at] = key
    return wider


def streams_of(seed: int) -> np.ndarray:
    """The keys from which a seed's draws descend, one a purpose."""
    return np.array([stream(seed, purpose) for purpose in s.STREAMS], np.uint64)
