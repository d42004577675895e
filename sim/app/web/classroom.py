"""A classroom: several trainees, each at their own desk in the same moment and seed, a facilitator, observers.

It knows tokens and sessions and how time passes at all desks; it has never heard of HTTP. Each desk is an ordinary
session with its own log.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sim.errors import UserError
from sim.rehearsal.facts import reputation
from sim.rehearsal.load import Script
from sim.rehearsal.session import ActionError, Session
from sim.scenario.names import nearest

MOST_SEATS = 200
FACILITATOR, TRAINEE, OBSERVER, CLASS = "facilitator", "trainee", "observer", "class"
SAMPLE = 60
"""Seconds of the moment between two points of a desk's line of reputation."""


@dataclass
class Seat:
    """A desk: its session, its trainee, and the line of reputation so far (second, points)."""

    number: int
    name: str
    token: str
    session: Session
    line: list[tuple[int, float]] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Answers to actions by the browser's number for them, so that one that is sent again is not done again."""
    fault: str = ""
    """Why this desk has stopped, if something on our side went wrong."""

    def sample(self) -> None:
        """Take the next point of the line of reputation, if it is due."""
        second = self.session.second
        if not self.line or second >= self.line[-1][0] + SAMPLE:
            self.line.append((second, round(reputation(self.session.stage), 3)))


class Classroom:
    """All desks of one moment. `begin` makes the session of a new trainee: name -> Session."""

    def __init__(self, script: Script, begin: Callable[[str], Session], *, solo: bool):
        self.script, self.begin, self.solo = script, begin, solo
        self.seats: list[Seat] = []
        self.started = False
        self.hidden = False
        self.notes: list[tuple[str, str]] = []
        self.tokens = {kind: secrets.token_urlsafe(16) for kind in (FACILITATOR, OBSERVER, CLASS)}

    def sit(self, name: str, session: Session | None = None) -> Seat:
        """A new desk. Raises UserError if the room is full or the name is taken or empty."""
        name = " ".join((name or str(session.header["trainee"] if session else "")).split())[:60]
        if not name.isprintable() or (not name and not self.solo):
            raise UserError("a name is needed to sit down")
        if any(seat.name.casefold() == name.casefold() for seat in self.seats):
            raise UserError(f"{name!r} sits at a desk already: choose another name")
        if len(self.seats) >= MOST_SEATS:
            raise UserError(f"the room is full: {MOST_SEATS} desks")
        session = session or self.begin(name)
        session.log.syncs = False  # the server sees deeds onto the disk, aside from the clock of the others
        seat = Seat(len(self.seats) + 1, name, secrets.token_urlsafe(16), session)
        if session.paused and not session.turns and not self.solo and self.started:
            session.pause(False)
        seat.sample()
        self.started = self.started or session.over  # one that goes on with a session that is over sees its debrief
        self.seats.append(seat)
        return seat

    def who(self, token: str) -> tuple[str, Seat | None] | None:
        """Whose token it is: the role, and the desk of a trainee. None: nobody's."""
        for kind, known in self.tokens.items():
            if secrets.compare_digest(known.encode(), token.encode()):
                return kind, None
        for seat in self.seats:
            if secrets.compare_digest(seat.token.encode(), token.encode()):
                return TRAINEE, seat
        return None

    def seat(self, number: int) -> Seat:
        """The desk with this number (from 1). Raises UserError."""
        if not 1 <= number <= len(self.seats):
            raise UserError(f"there is no desk {number}")
        return self.seats[number - 1]

    def pass_time(self, seconds: float, seat: Seat) -> bool:
        """Let so many seconds pass at one desk; whether any did."""
        if not self.started or seat.session.over or seat.fault:
            return False
        before = seat.session.second
        seat.session.tick(seconds)
        return seat.session.second > before

    # ------------------------------------------------------------------------------------------ the facilitator

    def control(self, do: str, asked: dict[str, Any]) -> None:
        """What the facilitator does. Raises UserError for what cannot be done."""
        deeds: dict[str, Callable[[dict[str, Any]], None]] = {
            "start": self._start, "pause": self._pause, "pace": self._pace, "push": self._push, "note": self._note,
            "hide": self._hide, "approve": self._approve, "end": self._end,
        }
        if do not in deeds:
            raise UserError(f"a facilitator cannot {do!r} ({nearest(do, deeds)})")
        deeds[do](asked)

    def _chosen(self, asked: dict[str, Any]) -> list[Seat]:
        """The desks meant: one by its number, or all that are not over."""
        number = asked.get("seat")
        seats = self.seats if number in (None, "", 0) else [self.seat(int(str(number)))]
        return [seat for seat in seats if not seat.session.over]

    def _start(self, asked: dict[str, Any]) -> None:
        self.started = True

    def _pause(self, asked: dict[str, Any]) -> None:
        paused = bool(asked.get("paused", True))
        self.started = self.started or not paused  # whoever lets time go on has begun
        for seat in self._chosen(asked):
            seat.session.pause(paused)

    def _pace(self, asked: dict[str, Any]) -> None:
        speed = _number(asked, "speed")
        for seat in self._chosen(asked):
            seat.session.pace(speed)

    def _push(self, asked: dict[str, Any]) -> None:
        inject, refused = str(asked.get("inject", "")), None
        pushed = 0
        for seat in self._chosen(asked):
            try:
                seat.session.push(inject)
                pushed += 1
            except ActionError as error:  # it has come there already
                refused = error
        if not pushed and refused is not None:
            raise refused

    def _note(self, asked: dict[str, Any]) -> None:
        text = " ".join(str(asked.get("text", "")).split())[:500]
        if not text:
            raise UserError("the note is empty")
        for seat in self._chosen(asked):
            seat.session.note(text, "facilitator")
        self.notes.append((dt.datetime.now().strftime("%H:%M"), text))

    def _hide(self, asked: dict[str, Any]) -> None:
        self.hidden = bool(asked.get("hidden", True))

    def _approve(self, asked: dict[str, Any]) -> None:
        seat = self.seat(int(_number(asked, "seat")))
        place = int(_number(asked, "place"))
        seat.session.approve(place, bool(asked.get("granted")), str(asked.get("note", ""))[:200])

    def _end(self, asked: dict[str, Any]) -> None:
        for seat in self._chosen(asked):
            seat.session.end(FACILITATOR)

    # ------------------------------------------------------------------------------------------ comparison

    def compared(self) -> list[dict[str, Any]]:
        """Every desk in a row: how it stands, and what it did about each inject."""
        return [_row(seat) for seat in self.seats]

    def to_push(self) -> list[dict[str, str]]:
        """The injects that have not come to every desk yet."""
        running = [seat for seat in self.seats if not seat.session.over]
        return [
            {"id": inject.id, "text": inject.text}
            for inject in self.script.moment.injects
            if any(inject.id not in seat.session.stage.arrived for seat in running)
        ]

    def sync(self) -> None:
        """See what was done at all desks onto the disk."""
        for seat in self.seats:
            seat.session.log.sync()

    def close(self) -> None:
        """Let go of the logs; sessions that are not over can be resumed."""
        for seat in self.seats:
            seat.session.log.close()


def _row(seat: Seat) -> dict[str, Any]:
    view = seat.session.view()
    said = [done for done in seat.session.stage.done if done.done and done.first and done.action.point is not None]
    waits = sorted(60 * done.waited for done in said)
    return {
        "seat": seat.number, "name": seat.name, "time": view.time, "over": view.over, "paused": view.paused,
        "speed": view.speed, "reputation": view.reputation, "answered": view.answered, "waiting": view.waiting,
        "oldest": view.oldest, "fault": seat.fault, "median_wait_minutes": waits[len(waits) // 2] if waits else None,
        "moved": sum(done.change for done in said), "line": seat.line,
        "approval": [{"on": on, "text": text} for on, text in view.approval],
        "injects": {
            done.name: f"{done.action.option or done.action.do} after {60 * done.waited:.0f} min"
            for done in seat.session.stage.done if done.done and done.name
        },
    }


def _number(asked: dict[str, Any], name: str) -> float:
    value = asked.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) > 1e9:
        raise UserError(f"{name} must be a number; got {value!r}")
    return float(value)
