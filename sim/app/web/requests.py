"""What a browser may ask, as plain values: the view of a desk or of the facilitator, and actions at a desk."""

from __future__ import annotations

from typing import Any

from sim.app.web.classroom import FACILITATOR, OBSERVER, TRAINEE, Classroom, Seat
from sim.app.web.debriefs import Debriefs
from sim.errors import UserError
from sim.rehearsal.action import MOVES, Action
from sim.rehearsal.session import ActionError, Answer
from sim.rehearsal.view import coaching, thread_of, wall_clock
from sim.scenario.names import nearest

LATEST = 60
"""Lines of news that are shown."""
KEPT = 500
"""Answers kept for actions that are sent again."""


def desk(room: Classroom, seat: Seat, *, read_only: bool = False) -> dict[str, Any]:
    """What a trainee (or an observer of that desk) sees."""
    view = seat.session.view()
    shown = view.as_json()
    shown["news"] = [
        {**news, "time": wall_clock(seat.session, int(news["second"]))} for news in shown["news"][-LATEST:]
    ]
    hidden = room.hidden and not read_only
    if hidden:
        shown["reputation"] = shown["sentiment"] = None
    log = seat.session.log.path
    return {
        **shown, "role_kind": OBSERVER if read_only else TRAINEE, "seat": seat.number, "desk_of": seat.name,
        "started": room.started, "solo": room.solo, "hidden": hidden, "line": [] if hidden else seat.line,
        "fault": seat.fault, "log": log.name if log else "",
        "weights": seat.session.script.moment.scoring.weights.model_dump(),
    }


def debrief(debriefs: Debriefs, kind: str, seat: Seat) -> dict[str, Any]:
    """What a page shows that waits for a debrief: how far it is, and what can be guessed before."""
    session, moment = seat.session, seat.session.script.moment
    return {
        **debriefs.brief(seat), "title": moment.moment, "name": seat.name, "over": session.over,
        "guessed": bool(session.prediction), "guesses": kind == TRAINEE, "language": moment.language,
        "arrived": [{"name": name, "text": moment.by_id[name].text} for name in session.stage.arrived],
    }


def control(room: Classroom, debriefs: Debriefs) -> dict[str, Any]:
    """What the facilitator sees: every desk, and what can be done."""
    return {
        "debriefs": [
            {"seat": seat.number, "name": seat.name, **debriefs.brief(seat)} for seat in room.seats if seat.session.over
        ],
        "role_kind": FACILITATOR, "title": room.script.moment.moment, "started": room.started, "hidden": room.hidden,
        "seats": room.compared(), "injects": room.to_push(), "notes": [list(note) for note in room.notes],
        "over": bool(room.seats) and all(seat.session.over for seat in room.seats),
        "approves": room.script.moment.approval is not None,
        "weights": room.script.moment.scoring.weights.model_dump(),
    }


def observed(room: Classroom, number: int) -> dict[str, Any]:
    """What an observer sees: one desk as its trainee does, and the names of the others."""
    names = [{"seat": seat.number, "name": seat.name} for seat in room.seats]
    if not room.seats:
        return {"role_kind": OBSERVER, "seats": names, "empty": True, "title": room.script.moment.moment}
    return {**desk(room, room.seat(number), read_only=True), "seats": names}


def thread(seat: Seat, name: str) -> list[dict[str, Any]]:
    """A thread in full. Raises UserError if there is none of that name."""
    return [
        {"time": wall_clock(seat.session, line.second), "handle": line.handle, "text": line.text, "brand": line.brand}
        for line in thread_of(seat.session, name)
    ]


def act(room: Classroom, seat: Seat, asked: dict[str, Any]) -> dict[str, Any]:
    """Do what a trainee asks for at their desk. Raises UserError for what cannot be done.

    An action that comes twice with the same `id` (a browser that did not hear the answer) is done once.
    """
    number = str(asked.get("id", ""))[:80]
    if number and number in seat.told:
        return seat.told[number]
    told = _act(room, seat, asked)
    if number:
        seat.told[number] = told
        if len(seat.told) > KEPT:
            del seat.told[next(iter(seat.told))]
    return told


def _act(room: Classroom, seat: Seat, asked: dict[str, Any]) -> dict[str, Any]:
    do, session = str(asked.get("do", "")), seat.session
    if do in ("start", "pause", "pace", "wait"):
        _clock(room, seat, do, asked)
        return {"done": True}
    if do == "predict":
        session.predict(_maybe(asked.get("reputation")), str(asked.get("worst", ""))[:60])
        return {"done": True}
    if not room.started:
        raise ActionError("it has not begun yet")
    on, text, confidence = (str(asked.get(name) or "") for name in ("on", "text", "confidence"))
    if do == "end":
        session.end()
        return {"done": True}
    if do == "choose":
        return _told(seat, session.choose(on, str(asked.get("option", "")), confidence=confidence))
    if do in ("escalate", "ignore"):
        waiting = session.thread(on)
        return _told(seat, session.act(Action(do, on, 0 if waiting.name else waiting.post)))
    if do in MOVES:
        minutes = _maybe(asked.get("minutes"))
        promise = None if minutes is None else minutes / 60
        if promise is not None and not 1 / 60 <= promise <= 24:
            raise ActionError("a promise is for 1 to 1,440 minutes")
        return _told(seat, session.say(on, text, do=do, promise=promise, confidence=confidence))
    raise ActionError(f"{do!r} cannot be done at a desk ({nearest(do, ('choose', 'end', 'predict', *MOVES))})")


def _clock(room: Classroom, seat: Seat, do: str, asked: dict[str, Any]) -> None:
    """The clock is the trainee's only where they sit alone; turn by turn, each waits at their own pace."""
    if do == "wait":
        if not seat.session.turns or not room.started:
            raise ActionError("time passes by itself here")
        seat.session.wait(60 * round(min(600, max(0, _maybe(asked.get("minutes")) or 1))))
        return
    if not room.solo:
        raise ActionError("the facilitator keeps the clock")
    if do == "start":
        room.started = True
    elif do == "pause":
        seat.session.pause(bool(asked.get("paused", True)))
    else:
        seat.session.pace(_maybe(asked.get("speed")) or 1.0)


def _told(seat: Seat, answer: Answer) -> dict[str, Any]:
    """What became of an action, and what the coach says of it."""
    if answer.done is None:
        state = "waits for approval"
    elif not answer.done.done:
        state = f"no effect: {answer.done.why}"
    else:
        state = "sent" if answer.action.text else "done"
    return {"done": True, "state": state, "lapsed": answer.lapsed, "coach": coaching(seat.session, answer)}


def _maybe(value: Any) -> float | None:
    """A number, or None for nothing. Raises UserError."""
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise UserError(f"a number is needed; got {value!r}") from None
    if number != number or abs(number) > 1e9:
        raise UserError(f"a number is needed; got {value!r}")
    return number
