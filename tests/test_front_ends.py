"""One session behind every front end: typed, pressed, clicked or called, the same deeds leave the same log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.app.rehearse_plain import Plain
from sim.app.web.classroom import Classroom
from sim.app.web.server import application, hosts_of
from sim.rehearsal.action import Action
from sim.rehearsal.load import Script, load, loads
from sim.rehearsal.log import read_log
from sim.rehearsal.session import Session

GATE = Path(__file__).parents[1] / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"
HOLD = "Maya, I have seen you. I do not know yet which hotel has rooms. You hear from me here by 18:55."
OWN = "Lou, this goes first. I am at desk 4 with the belt supervisor and bring the bag to you in 10 minutes. Jo"
ALL = "Fourteen flights are cancelled, and that is our fault. Everybody is rebooked tonight. Next facts here at 19:10."
KIND = "Thank you for telling us. I pass it on to the team at the gate."
NEXT = "I looked at your booking: you are on the 20:40, seat 12A. Tell me here if that does not work. Jo"
DEEDS: tuple[tuple[str, ...], ...] = (
    ("hold", "m1", "20", HOLD), ("choose", "m1", "b", "high"), ("reply", "m2", OWN),
    ("escalate", "p1"), ("ignore", "p2"), ("private", "p3", NEXT),
    ("statement", ALL), ("thank", "p4", KIND), ("predict", "52", "m1"), ("end",),
)
"""Every move once, at 18:39: a promise and its answer with confidence, own words, and the guess in the end."""


@pytest.fixture(scope="module")
def gate() -> Script:
    return load(GATE)


def records(log: Path) -> list[dict[str, Any]]:
    """What was done, with the states it led to; without the clock, which each front end keeps in its own way."""
    return [record for record in read_log(log)[1] if record["do"] not in ("clock", "pause")]


def begun(script: Script, log: Path) -> Session:
    session = Session.begin(script, log=log)
    session.wait(540)
    return session


def called(script: Script, log: Path) -> None:
    session = begun(script, log)
    for do, *words in DEEDS:
        if do == "choose":
            session.choose(words[0], words[1], confidence=words[2])
        elif do in ("reply", "private", "thank"):
            session.say(words[0], words[1], do=do)
        elif do == "hold":
            session.say(words[0], words[2], do="hold", promise=float(words[1]) / 60)
        elif do == "statement":
            session.say("", words[0], do=do)
        elif do == "predict":
            session.predict(float(words[0]), words[1])
        elif do == "end":
            session.end()
        else:
            session.act(Action(do, words[0], session.thread(words[0]).post))
    session.log.close()


def typed(script: Script, log: Path) -> None:
    session, said = begun(script, log), list[str]()
    names = {"choose": "reply"}
    lines = [" ".join([names.get(do, do), *(f'"{word}"' for word in words)]) for do, *words in DEEDS]
    Plain(session, said.append).run(lines)
    session.log.close()
    assert not [line for line in said if line.startswith("?")], said


def clicked(script: Script, log: Path) -> None:
    room = Classroom(script, lambda name: begun(script, log), solo=True)
    seat = room.sit("")
    room.started = True
    with TestClient(application(room, hosts_of("127.0.0.1")), base_url="http://127.0.0.1") as client:
        for do, *words in DEEDS:
            body: dict[str, Any] = {"do": do}
            if do == "choose":
                body |= {"on": words[0], "option": words[1], "confidence": words[2]}
            elif do == "hold":
                body |= {"on": words[0], "minutes": int(words[1]), "text": words[2]}
            elif do == "statement":
                body |= {"text": words[0]}
            elif do == "predict":
                body |= {"reputation": words[0], "worst": words[1]}
            elif words:
                body |= {"on": words[0], **({"text": words[1]} if len(words) > 1 else {})}
            answer = client.post("/api/act", json=body, headers={"X-Token": seat.token})
            assert answer.status_code == 200, (do, answer.text)


def pressed(script: Script, log: Path) -> None:
    pytest.importorskip("textual", reason="the extra 'terminal' is not installed")
    from textual.widgets import Input

    from sim.app.rehearse_terminal import Desk

    session = begun(script, log)
    session.paused = True
    keys = {"reply": "t", "private": "p", "hold": "h", "statement": "s", "thank": "y", "predict": "g"}

    async def play() -> None:
        app = Desk(session)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            for do, *words in DEEDS:
                if words and do not in ("statement", "predict"):
                    for _ in range(30):
                        if app.selected() == words[0]:
                            break
                        await pilot.press("j")
                    assert app.selected() == words[0]
                if do == "choose":
                    await pilot.press("c", "c", "c", "2")
                elif do == "end":
                    await pilot.press("x", "x")
                elif do in ("escalate", "ignore"):
                    await pilot.press(do[0])
                else:
                    await pilot.press(keys[do])
                    text = {"hold": f"{words[1]}: {words[-1]}" if do == "hold" else "", "predict": " ".join(words)}
                    app.query_one("#own", Input).value = text.get(do, words[-1])
                    await pilot.press("enter")
                await pilot.pause()
            await pilot.press("q")

    asyncio.run(play())
    session.log.close()


@pytest.mark.parametrize("front", [typed, clicked, pressed])
def test_the_same_deeds_are_the_same_session(
    gate: Script, tmp_path: Path, front: Callable[[Script, Path], None]
) -> None:
    asks = gate.text.replace("confidence: skip", "confidence: ask")
    script = loads(asks, file=str(GATE), folder=GATE.parent)
    called(script, tmp_path / "called.jsonl")
    front(script, tmp_path / "front.jsonl")
    wanted = records(tmp_path / "called.jsonl")
    assert [record["do"] for record in wanted] == ["act"] * 8 + ["predict", "end"]
    assert {record["action"]["do"] for record in wanted[:8]} == {
        "hold", "reply", "escalate", "ignore", "private", "statement", "thank"
    }
    assert [json.dumps(record) for record in records(tmp_path / "front.jsonl")] == [json.dumps(each) for each in wanted]


def test_an_option_goes_out_as_what_it_is(gate: Script) -> None:
    """`private m1 d` sends option d; `private m1 b` is refused, and no letter ever goes out as a message."""
    session, said = Session.begin(gate), list[str]()
    session.wait(240)
    plain = Plain(session, said.append)
    plain.run(["private m1 b", "private m1 d"])
    assert "? option b is no private but a reply: write reply m1 b" in said
    assert [(done.action.do, done.action.option) for done in session.stage.done] == [("private", "d")]
    other = Session.begin(gate)
    other.wait(240)
    Plain(other, said.append).run(["hold m1 c", "ignore p1", "inbox"])
    assert [(done.action.do, done.action.option) for done in other.stage.done] == [("hold", "c"), ("ignore", "")]
    assert "left alone" in next(line for line in reversed(said) if " p1 " in line)
