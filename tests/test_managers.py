"""What managers do, and how it is told: names of statements, alarms that are news, triage that must be known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import HUMAN, run, storm, world_of

from sim.errors import UserError
from sim.model.desk import TRIAGE
from sim.scenario.brand import Quality
from sim.world import hand
from sim.world import state as s
from sim.world.build import build
from sim.world.simulation import Simulation

SORRY = {"at": "day 2 09:00", "explanation": 0.8, "ownership": 0.9, "about": "cancelled", "reach": 0.5}
OTHER = {"at": "day 1 21:00", "explanation": 0.5, "ownership": 0.5, "about": "late", "reach": 0.5}


def spoken(*statements: dict[str, Any]) -> Any:
    """The broadcasts of a storm with these statements."""
    changes = {"brands.Skyline.statements": list(statements), "brands.Skyline.desk.alarm": None}
    return run(storm().changed(changes), 2).broadcasts


def test_a_statement_is_drawn_by_what_it_is_about_or_its_name() -> None:
    """Removing or moving another statement leaves whom this one reaches; two about the same need names of their own."""
    alone = spoken(SORRY)
    both = spoken(OTHER, SORRY)
    key = alone[alone["kind"] == s.STATEMENT]["key"]
    assert len(key) == 1 and key[0] in both["key"] and len(np.unique(both["key"])) == len(both)
    twice = [SORRY, SORRY | {"at": "day 3 09:00"}]
    named = [statement | {"name": name} for statement, name in zip(twice, ("first", "second"), strict=True)]
    assert len(np.unique(spoken(*twice)["key"])) == len(spoken(*twice))
    assert spoken(named[1])["key"][0] in spoken(*named)["key"]


def test_an_alarm_that_goes_on_ringing_is_told_once() -> None:
    """A brand in trouble for days, whose alarm could ring every hour: one line among the happenings."""
    alarm = {"at_least": 1, "times_usual": 1, "surge_agents": 1, "surge_after": "10 min", "surge_lasts": "1 h",
             "window": "100 h"}
    brand = {"name": "Skyline", "quality": 0.3, "failures": {"late": 0.6}, "policy": "human", "desk": {"alarm": alarm}}
    notes = [note for note in run(world_of([brand], 150, 4)).notes if note.kind == "alarm"]
    assert len(notes) == 1


def test_a_triage_added_while_the_program_runs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled desk would go on as before: so it is said where to write the policy; the same for a replaced one."""
    monkeypatch.setitem(TRIAGE, "youngest author", lambda age, arousal, followers, negative, times: -followers)
    with pytest.raises(UserError, match=r"write it into sim/model/desk\.py"):
        build(storm(), 1)
    monkeypatch.delitem(TRIAGE, "youngest author")
    monkeypatch.setitem(TRIAGE, "angriest", TRIAGE["newest"])
    build(storm(), 1)


def test_a_second_public_reply_meets_its_own_chances() -> None:
    """Who comes across a further answer under the same post is drawn anew, not again the same people."""
    brand = {"name": "Skyline", "quality": 0.6, "failures": {"late": 0.3}, "policy": "human",
             "desk": {"hours": "24/7", "by_hand": True}}
    simulation = Simulation(build(world_of([brand], 200, 3, crowd={"reply": {"notices": 0.5}}), 4, trace=True))
    simulation.go_to(30.0)
    post = max(hand.inbox(simulation.world, 0), key=lambda waiting: waiting.followers)
    hand.hold(simulation.world, post.post, Quality(**HUMAN), 5.0)
    simulation.go_to(33.0)
    hand.reply(simulation.world, post.post, Quality(**HUMAN))
    trace = simulation.run().trace
    met = trace[(trace["event"] == s.NOTICE_REPLY) & (trace["what"] == np.uint64(post.post))]
    people, times = np.unique(met["who"], return_counts=True)
    assert len(people) > 2 and 0 < (times > 1).sum() < len(people)
