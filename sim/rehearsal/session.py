"""The session: one person at the desk of one moment. A pure, event-sourced state machine.

Every front end does three things with it and nothing else: `tick` (time at the screen passes), `act` (and its kin:
`choose`, `say`, `pause`, ...) and `view` (what there is to see: `sim.rehearsal.view`). What is done is appended to
the log at once, with its second; everything else follows from moment, seed and log. Killed at any byte, `resume`
leads to the state after the last whole line; a log played again writes the same bytes.

Time is counted in whole seconds of the moment. At the screen it runs `speed` times as fast, or turn by turn: it
stops whenever something new is written to the desk, and what one does takes the time it takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim import __version__
from sim.errors import FileError, UserError
from sim.rehearsal.action import CONFIDENCE, HOLD, MOVES, SAID, STATEMENT, Action, of_option
from sim.rehearsal.load import Script, loads
from sim.rehearsal.log import SCHEMA, Log, read_log
from sim.rehearsal.moment import Rubric
from sim.rehearsal.own_words import Appraised, appraised
from sim.rehearsal.stage import DEFAULT_PROMISE, HOUR, MINUTE, Done, Stage, Thread, opened
from sim.scenario.names import nearest

COACH, EXAM, GHOST = "coach", "exam", "ghost"
ASSIST = (COACH, EXAM, GHOST)

Appraiser = Callable[[str, str, Rubric | None, str, str], Appraised]
"""Complaint, reply, rubric, channel, language: what the reply is worth, and why."""


class ActionError(UserError):
    """Something that cannot be done at the desk, with the cure."""

    code = "action"


class DifferenceError(UserError):
    """A log that does not lead to the state it says: it was played by another version."""

    code = "mismatch"


@dataclass(frozen=True)
class Answer:
    """What became of an action. done None: it waits for approval."""

    second: int
    action: Action
    done: Done | None
    returned: str = ""

    @property
    def lapsed(self) -> bool:
        """Whether it had no effect."""
        return self.done is not None and not self.done.done


class Session:
    """A session. Begin one with `begin`, go on with one by `resume`."""

    def __init__(self, script: Script, header: Mapping[str, Any], log: Log, appraiser: Appraiser = appraised):
        self.script = script
        self.header = dict(header)
        self.log = log
        self.appraiser = appraiser
        self.stage: Stage = opened(script, int(header["seed"]))
        haunted = header["assist"] == GHOST
        self.ghost: Stage | None = opened(script, int(header["seed"]), by_hand=False) if haunted else None
        self.answers: list[Answer] = []
        self.notes: list[tuple[int, str]] = []
        self.prediction: dict[str, Any] = {}
        self.paused = bool(header["turns"])
        self.speed = float(header["speed"])
        self.ended = False
        self.left = False
        """Whether the trainee ended it, with time left."""
        self.names: dict[int, str] = {}
        self._logged = 0
        self._fraction = 0.0
        self._applied = 0
        self._seen: tuple[tuple[int, int], Any] | None = None
        self._notice()

    # ------------------------------------------------------------------------------------------ begin, resume

    @staticmethod
    def begin(
        script: Script, *, trainee: str = "", seed: int | None = None, assist: str = COACH, speed: float | None = None,
        turns: bool | None = None, log: Path | None = None, when: dt.datetime | None = None,
        appraiser: Appraiser = appraised,
    ) -> Session:
        """A new session. when: the date it begins, for the records. Raises FileError if the log exists."""
        clock = script.moment.clock
        header = {
            "schema": SCHEMA, "sim": __version__, "title": script.moment.moment, "file": script.file,
            "trainee": trainee, "began": when.isoformat(timespec="seconds") if when else "",
            "seed": script.moment.crowd.seed if seed is None else seed, "assist": assist,
            "speed": clock.speed if speed is None else speed, "turns": clock.turns if turns is None else turns,
            "moment": script.text, "scenario_file": script.scenario_file, "scenario": script.scenario_text,
        }
        book = Log(log)
        session = Session(script, header, book, appraiser)
        book.begin(session.header)
        return session

    @staticmethod
    def resume(path: Path, *, appraiser: Appraiser = appraised, until: int | None = None) -> Session:
        """The session in a log, at its end (until: at that second, without its log: to look at or take over from).

        Raises FileError for what is no log, DifferenceError if it leads elsewhere than it says.
        """
        header, records, size = read_log(path)
        log = Log(None if until is not None else path)
        session = Session(script_of(header), header, log, appraiser)
        for number, record in enumerate(records):
            if until is not None and record["at"] > until:
                break
            session.replay(record, f"{path}, line {number + 2}")
        if until is not None:
            session.stage.advance(min(until, session.stage.length))
            session._after(session.stage.second)
        else:
            log.continue_at(size)
        return session

    @staticmethod
    def read(path: Path, *, appraiser: Appraiser = appraised) -> Session:
        """The session in a log as far as it went, to look at: whatever is done with it, the log stays as it is.

        Raises FileError for what is no log, DifferenceError if it leads elsewhere than it says.
        """
        header, records, _ = read_log(path)
        session = Session(script_of(header), header, Log(path), appraiser)
        for number, record in enumerate(records):
            session.replay(record, f"{path}, line {number + 2}")
        return session

    @staticmethod
    def take_over(path: Path, second: int, log: Path | None, *, appraiser: Appraiser = appraised) -> Session:
        """A new session that is the one in a log up to a second, and goes its own way from there.

        Raises FileError if the log cannot be read or the new one exists, ActionError for a second it never reached.
        """
        header, records, _ = read_log(path)
        book = Log(log)
        session = Session(script_of(header), header, book, appraiser)
        last = max((int(record["at"]) for record in records), default=0)
        if not 0 <= second <= last:
            raise ActionError(f"the session went from its beginning to {last // MINUTE} min; take over within that")
        book.begin(session.header)
        for number, record in enumerate(records):
            if record["at"] > second or record["do"] == "end":
                break
            session.replay(record, f"{path}, line {number + 2}")
        if session.second < second:
            session._advance(second)
            session._record({"do": "clock"})
        return session

    def replay(self, record: Mapping[str, Any], where: str) -> None:
        """Do what a line of a log says, as it was done. Raises DifferenceError if the state is another."""
        try:
            self._advance(int(record["at"]))
            self._apply(record)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise FileError(f"{where}: is damaged: {error}") from None
        if (state := self.stage.digest()) != record.get("state"):
            played = self.header["sim"]
            why = (
                f"it was played with sim {played}, and the numbers of {__version__} are others" if played != __version__
                else "the log was changed since, or the program was"
            )
            raise DifferenceError(f"{where}: leads to another state than when it was played: {why}")
        done = {name: value for name, value in record.items() if name not in ("at", "state")}
        self._write({"at": self.second, **done, "state": state})

    # ------------------------------------------------------------------------------------------ time

    @property
    def second(self) -> int:
        """Seconds since the moment began."""
        return self.stage.second

    @property
    def over(self) -> bool:
        """Whether the session is done: its time is up, or it was ended."""
        return self.ended or self.stage.over

    @property
    def turns(self) -> bool:
        """Whether the clock stops at everything new."""
        return bool(self.header["turns"])

    def tick(self, seconds: float) -> None:
        """Let so many seconds pass at the screen (at the session's speed; none while it is paused)."""
        if self.paused or self.over:
            return
        self._fraction += max(0.0, seconds) * self.speed
        whole = int(self._fraction)
        self._fraction -= whole
        if whole:
            self.wait(whole)

    def wait(self, seconds: int) -> bool:
        """Let so many seconds of the moment pass; turn by turn, at most until something new is written.

        Whether it was stopped by something new.
        """
        target = min(self.stage.length, self.second + max(0, seconds))
        stopped = self._advance(target, pause_at_arrival=self.turns)
        self.paused = self.paused or stopped
        if stopped or self.second // MINUTE > self._logged // MINUTE or self.stage.over:
            self._record({"do": "clock", **({"stopped": True} if stopped else {})})
        return stopped

    def _advance(self, second: int, *, pause_at_arrival: bool = False) -> bool:
        stopped = self.stage.advance(second, pause_at_arrival=pause_at_arrival)
        self._after(self.second)
        return stopped

    def _after(self, second: int) -> None:
        """What follows from time having passed: the house's ghost goes along, new threads get their names."""
        if self.ghost is not None:
            self.ghost.advance(second)
        self._notice()

    def _notice(self) -> None:
        """Name what is new in the inbox: an inject by its id, others p1, p2, ... in the order they were noticed."""
        for thread in self.stage.threads():
            if thread.post not in self.names:
                number = 1 + sum(name.startswith("p") and name[1:].isdigit() for name in self.names.values())
                self.names[thread.post] = thread.name or f"p{number}"

    # ------------------------------------------------------------------------------------------ deeds

    def thread(self, name: str) -> Thread:
        """The waiting thread of that name. Raises ActionError if none waits."""
        threads = {self.names[thread.post]: thread for thread in self.stage.threads()}
        if name not in threads:
            if name in self.names.values():
                raise ActionError(f"{name} does not wait any more")
            raise ActionError(f"nothing called {name!r} waits ({nearest(name, threads) or 'the inbox is empty'})")
        return threads[name]

    def choose(self, on: str, option: str, *, confidence: str = "") -> Answer:
        """Answer a thread with one of its options. Raises ActionError."""
        thread = self.thread(on)
        options = self.script.moment.options(thread.name)
        if option not in options:
            raise ActionError(f"{on} has no option {option!r} ({nearest(option, options)})")
        chosen = options[option]
        action = of_option(chosen, on, 0 if thread.name else thread.post)
        takes = self.script.moment.clock.reply_takes if chosen.takes is None else chosen.takes
        return self.act(replace(action, confidence=confidence), takes=takes if chosen.speaks else 0.0)

    def say(
        self, on: str, text: str, *, do: str = "reply", channel: str | None = None, promise: float | None = None,
        confidence: str = "",
    ) -> Answer:
        """Answer in own words; they are appraised, and the log keeps the point. Raises ActionError."""
        moment = self.script.moment
        thread = None if do == STATEMENT else self.thread(on)
        inject = moment.by_id.get(thread.name) if thread and thread.name else None
        if do not in SAID:
            raise ActionError(f"a text cannot be a {do!r} ({nearest(do, SAID)})")
        if not text.strip():
            raise ActionError("the text is empty")
        if inject is not None and not inject.free_text.allow:
            raise ActionError(f"{on} is answered with its options only: {', '.join(moment.options(inject.id))}")
        longest = inject.free_text.max if inject else 1000
        if len(text) > longest:
            raise ActionError(f"the text has {len(text)} characters; the channel takes {longest}")
        where = channel or ("private" if do in ("private", "thank") else "public")
        rubric = moment.rubrics.get(inject.free_text.rubric or "") if inject else None
        complaint = inject.text if inject else self.words(thread) if thread else moment.briefing
        read = self.appraiser(complaint, text, rubric, where, moment.language)
        if read.point is None:
            raise ActionError(f"these words cannot be judged: {read.verdict}")
        action = Action(
            do=do, on="" if do == STATEMENT else on, post=thread.post if thread and not thread.name else 0, text=text,
            point=read.point, channel=where, promise=(promise or DEFAULT_PROMISE) if do == HOLD else None,
            confidence=confidence, verdict=read.verdict, reasons=read.reasons, penalty=read.penalty,
        )
        return self.act(action, takes=moment.clock.reply_takes)

    def act(self, action: Action, *, takes: float = 0.0) -> Answer:
        """Do something at the desk, now (turn by turn: after the hours it takes). Raises ActionError."""
        self._may_act()
        if action.do not in MOVES:
            raise ActionError(f"there is no move {action.do!r} ({nearest(action.do, MOVES)})")
        if action.confidence and action.confidence not in CONFIDENCE:
            raise ActionError(f"confidence is {', '.join(CONFIDENCE)}; got {action.confidence!r}")
        if self.turns and takes > 0:
            self._advance(min(self.stage.length, self.second + round(takes * HOUR)))
            self._may_act()
        self._record({"do": "act", "action": action.as_json()})
        return self.answers[-1]

    def _may_act(self) -> None:
        if self.over:
            raise ActionError("the session is over: see its debrief")

    def pause(self, paused: bool) -> None:
        """Stop the clock, or let it run."""
        self._record({"do": "pause", "paused": paused})

    def pace(self, speed: float) -> None:
        """Let time run `speed` times as fast as at the screen (0.1 to 3600). Raises ActionError."""
        if not 0.1 <= speed <= 3600:
            raise ActionError(f"the speed lies between 0.1 and 3600; got {speed:g}")
        self._record({"do": "pace", "speed": speed})

    def push(self, inject: str) -> None:
        """A facilitator lets an inject come now. Raises ActionError if it has come, or there is none."""
        self._may_act()
        known = [each.id for each in self.script.moment.injects if each.id not in self.stage.arrived]
        if inject not in known:
            raise ActionError(f"there is no inject {inject!r} still to come ({nearest(inject, known)})")
        self._record({"do": "push", "inject": inject})

    def note(self, text: str, by: str = "") -> None:
        """A facilitator's note, at this second."""
        self._record({"do": "note", "text": text, "by": by})

    def approve(self, place: int, granted: bool, note: str = "") -> None:
        """A colleague passes (or returns) the reply at a place of the queue of approval. Raises ActionError."""
        self._may_act()
        if not 0 <= place < len(self.stage.waiting_approval):
            raise ActionError(f"no reply {place + 1} waits for approval")
        self._record({"do": "approve", "place": place, "granted": granted, "note": note})

    def predict(self, reputation: float | None = None, worst: str = "") -> None:
        """The trainee's guess before the debrief: reputation at the end (0-100), and the inject that went worst."""
        self._record({"do": "predict", "reputation": reputation, "worst": worst})

    def end(self, by: str = "") -> None:
        """The trainee is done (by: or somebody else says so); a guess before the debrief may follow.

        Who leaves before the time is up leaves what comes then without an answer; whom a facilitator ends does not.
        Who began the session closes its log.
        """
        if not self.over:
            self._record({"do": "end", **({"by": by} if by else {})})

    # ------------------------------------------------------------------------------------------ records

    def _record(self, record: Mapping[str, Any]) -> None:
        """Do one thing now, and append it to the log."""
        self._apply(record)
        self._write({"at": self.second, **record, "state": self.stage.digest()})

    def _write(self, record: Mapping[str, Any]) -> None:
        self._logged = self.second
        self.log.append(record)

    def _apply(self, record: Mapping[str, Any]) -> None:
        """Change the state as one record says. All changes of a session but time go through here."""
        kind = record["do"]
        self._applied += 1
        if kind == "act":
            action = Action.from_json(record["action"])
            self.answers.append(Answer(self.second, action, self.stage.submit(action)))
        elif kind == "clock":
            self.paused = self.paused or bool(record.get("stopped"))
        elif kind == "pause":
            self.paused = bool(record["paused"])
        elif kind == "pace":
            self.speed = float(record["speed"])
        elif kind == "push":
            self.stage.come(self.script.moment.by_id[record["inject"]])
        elif kind == "note":
            self.notes.append((self.second, str(record["text"])))
        elif kind == "approve":
            action = self.stage.decide(int(record["place"]), bool(record["granted"]))
            if not record["granted"]:
                self.answers.append(Answer(self.second, action, None, returned=str(record["note"]) or "returned"))
        elif kind == "predict":
            self.prediction = {"reputation": record["reputation"], "worst": record["worst"]}
        elif kind == "end":
            self.ended, self.left = True, not record.get("by")
        else:
            raise ValueError(f"there is no record {kind!r}")
        self._notice()

    def to_its_time(self) -> Session:
        """This session; if the trainee left it early, a copy in which its time has run out with nobody at the desk."""
        if not self.left or self.stage.over:
            return self
        later = copy(self)
        later.stage, later.names = self.stage.copied(), dict(self.names)
        later.stage.advance(later.stage.length)
        later._notice()
        return later

    def words(self, thread: Thread) -> str:
        """What the thread's latest post says."""
        from sim.rehearsal.voices import words_of

        return words_of(self.stage, thread.latest.row)

    def view(self) -> Any:
        """All there is to see now: see `sim.rehearsal.view`. Made once, however many look, until something changes."""
        from sim.rehearsal.view import view_of

        state = (self.second, self._applied)
        if self._seen is None or self._seen[0] != state:
            self._seen = (state, view_of(self))
        return self._seen[1]


def script_of(header: Mapping[str, Any]) -> Script:
    """The script a log was played from, of the texts it keeps."""
    file = Path(str(header["file"]))
    return loads(
        str(header["moment"]), file=str(file), folder=file.parent, scenario_text=str(header["scenario"])
    )
