"""The full-screen terminal, driven by its keys: the same deeds as line by line leave the same session."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sim.rehearsal.load import load
from sim.rehearsal.session import Session

pytest.importorskip("textual", reason="the extra 'terminal' is not installed")
from textual.widgets import Input, OptionList

from sim.app.rehearse_terminal import Desk

ROOT = Path(__file__).parents[1]
GATE = ROOT / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"


def session() -> Session:
    made = Session.begin(load(GATE))
    made.wait(240)
    made.pause(True)
    return made


def test_the_keys_do_what_the_commands_do() -> None:
    """Select with j, answer with 2, escalate the next with e, own words with t: as choose, act, say."""
    mine, other = session(), session()

    async def play() -> None:
        app = Desk(mine)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            listed = app.query_one("#inbox", OptionList)
            assert listed.option_count == len(mine.view().inbox)
            while app.selected() != "m1":
                await pilot.press("j")
            await pilot.press("2")
            await pilot.pause()
            assert [done.action.option for done in mine.stage.done] == ["b"] and app.selected() != "m1"
            await pilot.press("t")
            for key in "I have booked you on the 20 40 ":
                await pilot.press("space" if key == " " else key)
            assert app.query_one("#own", Input).value.startswith("I have booked you")
            await pilot.press("enter")
            await pilot.pause()
            assert mine.stage.done[-1].action.text.startswith("I have booked you")
            await pilot.press("space")
            assert not mine.paused
            await pilot.press("space", "q")

    asyncio.run(play())
    waiting = [item.name for item in other.view().inbox if item.name != "m1"]
    other.choose("m1", "b")
    other.say(waiting[0], mine.stage.done[-1].action.text)
    deeds = [(done.action.do, done.action.on, done.action.text) for done in mine.stage.done]
    assert deeds == [(done.action.do, done.action.on, done.action.text) for done in other.stage.done]


def test_what_cannot_be_done_is_told_and_nothing_changes() -> None:
    mine = session()

    async def play() -> None:
        app = Desk(mine)
        async with app.run_test(size=(90, 30)) as pilot:
            await pilot.press("t")
            await pilot.press("enter")
            await pilot.pause()
            assert "open" in app.query_one("#own", Input).classes and not mine.stage.done
            await pilot.press("escape")
            assert "open" not in app.query_one("#own", Input).classes
            await pilot.press("9", "q")

    asyncio.run(play())
    assert not mine.stage.done
