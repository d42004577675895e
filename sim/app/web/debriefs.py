"""The debriefs of a classroom: of each desk the headline first, from few futures, then the whole.

One piece of work is done after the other, headlines before wholes, in a thread that waits for other processes, so that
desks at which somebody still plays are not held up. It has never heard of HTTP.
"""

from __future__ import annotations

import asyncio
import json
import os
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from typing import Any

from sim.app.web.classroom import Classroom, Seat
from sim.errors import UserError
from sim.rehearsal.debrief import Debrief, debrief, guessed, headline
from sim.rehearsal.session import ActionError, Session
from sim.study.workers import processes

NONE, WAITS, SCORED, WORKS, DONE, FAILED = "none", "waits", "scored", "works", "done", "failed"
FILES = {"json": "application/json", "csv": "text/csv", "xapi": "application/json"}
"""What a debrief can be taken away as."""


@dataclass
class Told:
    """How far the debrief of a desk is. share: of the whole, 0..1."""

    state: str = NONE
    share: float = 0.0
    first: Debrief | None = None
    whole: Debrief | None = None
    error: str = ""


class Debriefs:
    """All debriefs of a room. `work` does what `ask` asks for; `close` ends it at once."""

    def __init__(self, room: Classroom):
        self.room = room
        self.told: dict[int, Told] = {}
        self._headlines: list[Seat] = []
        self._wholes: list[Seat] = []
        self._asked = asyncio.Event()
        self._pool: Executor | None = None
        self._closed = False

    def of(self, seat: Seat) -> Told:
        """How far the debrief of a desk is."""
        return self.told.setdefault(seat.number, Told())

    def ask(self, seat: Seat, *, whole: bool) -> None:
        """Ask for the headline of a desk, or for the whole. Raises ActionError while its session goes on."""
        if not seat.session.over:
            raise ActionError("the session is not over yet: its debrief comes afterwards")
        told = self.of(seat)
        if told.state in (NONE, FAILED):
            told.state, told.error = WAITS, ""
            self._headlines.append(seat)
        if whole and told.whole is None and seat not in self._wholes and told.state != WORKS:
            self._wholes.append(seat)
        self._asked.set()

    async def work(self) -> None:
        """Do what is asked, for ever."""
        while True:
            if self._headlines:
                await self._head(self._headlines.pop(0))
            elif self._wholes:
                await self._rest(self._wholes.pop(0))
            else:
                self._asked.clear()
                await self._asked.wait()

    async def _head(self, seat: Seat) -> None:
        told = self.of(seat)
        try:
            told.first = await asyncio.to_thread(lambda: headline(self._session(seat), self._workers()))
            told.state = SCORED
            await asyncio.to_thread(_kept, seat, told.first)
        except Exception as error:  # one desk's fault must not end the others' debriefs
            told.state, told.error = FAILED, f"there is no debrief of this desk: {error}"

    async def _rest(self, seat: Seat) -> None:
        told = self.of(seat)
        if told.first is None:  # its headline failed
            return

        def reached(share: float) -> None:
            told.share = share

        told.state = WORKS
        try:
            told.whole = await asyncio.to_thread(lambda: debrief(self._session(seat), self._workers(), reached))
            told.state = DONE
            await asyncio.to_thread(_kept, seat, told.whole)
        except Exception as error:
            told.state, told.error = FAILED, f"there is no debrief of this desk: {error}"

    def _session(self, seat: Seat) -> Session:
        """The session as its log tells it, with a trainer's readings: a copy that nobody else looks at."""
        from sim.app.debrief import noted

        log = seat.session.log.path
        if log is None:
            raise UserError("it has no log")
        played = Session.read(log)
        noted(played, log, [], "")
        return played

    def _workers(self) -> Executor:
        """Other processes: all there are for one who sits alone, one fewer beside a class that goes on."""
        if self._closed:
            raise UserError("the server is stopping")
        if self._pool is None:
            cores = os.cpu_count() or 1
            self._pool = processes(cores if self.room.solo else max(1, cores - 1))
        return self._pool

    def close(self) -> None:
        """End what is under way: a thread that still reads its session finds no workers any more."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]
            self._pool = None

    # ------------------------------------------------------------------------------------------ what is told

    def brief(self, seat: Seat) -> dict[str, Any]:
        """What a page shows while it waits, and the class beside each other: state, share, and the score."""
        from sim.app.debrief_words import headline_of, said

        told = self.of(seat)
        found = told.whole or told.first
        shown: dict[str, Any] = {"state": told.state, "share": round(told.share, 3), "error": told.error}
        if found is not None:
            silence = found.references["silence"]
            shown |= {
                "headline": headline_of(found), "score": found.score, "passed": found.passed,
                "parts": asdict(found.parts), "against_silence": said(silence), "sure": told.whole is not None,
            }
        return shown

    def page(self, seat: Seat, links: list[tuple[str, str]]) -> str:
        """The debrief of a desk as a page. links: text and address of what is reached from it."""
        from sim.app.debrief_page import debrief_page

        return debrief_page(self._whole(seat), links)

    def file(self, seat: Seat, kind: str) -> str:
        """The debrief of a desk as JSON, as a table (CSV) or as xAPI statements. Raises ActionError."""
        from sim.app.debrief_exports import as_csv, as_values, as_xapi
        from sim.app.output import envelope

        if kind not in FILES:
            raise ActionError(f"a debrief is taken away as {', '.join(FILES)}; got {kind!r}")
        found = self._whole(seat)
        if kind == "csv":
            return as_csv(found)
        values = as_xapi(found) if kind == "xapi" else envelope("debrief", as_values(found))
        return json.dumps(values, indent=1, ensure_ascii=False) + "\n"

    def _whole(self, seat: Seat) -> Debrief:
        """The whole debrief of a desk, with the guess as it stands now. Raises ActionError if it is not done."""
        found = self.of(seat).whole
        if found is None:
            raise ActionError("this debrief is not done yet")
        found.session.prediction = seat.session.prediction
        return replace(found, predicted=guessed(found.session, found.ended))


def _kept(seat: Seat, found: Debrief) -> None:
    """Keep the score for `sim sessions`."""
    from sim.app.debrief import keep_score

    assert seat.session.log.path is not None
    keep_score(seat.session.log.path, found)
