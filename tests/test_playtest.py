"""Bots find out what a moment is like: coverage, spread, what dominates, and whether the score is fair."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.app.cli import answer
from sim.app.playtest import as_values, text_of
from sim.rehearsal.bots import BEST, BOTS, HOUSE, SILENCE, played
from sim.rehearsal.load import load, loads
from sim.rehearsal.playtest import Playtest, playtest
from sim.study.workers import Here

ROOT = Path(__file__).parents[1]
MOMENTS = sorted((ROOT / "scenarios" / "moments").glob("*.yaml"))
GATE = ROOT / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"
SCENARIO = (ROOT / "scenarios" / "flight_cancelled.yaml").read_text(encoding="utf-8")
FLAWED = """\
moment: Flawed
extends: world.yaml
settings: {brands.Skyline.desk.agents: 1}
briefing: Answer.
clock: {begins: day 10 18:30, length: 30 min}
crowd: {size: 800, stands_for: 10}
personas: {maya: {handle: "@maya_x", followers: 900}}
injects:
  - id: m1
    at: 2 min
    from: maya
    text: Is anyone there?
    mood: -0.8
    options:
      - {id: a, text: Sorry., quality: {action: 0, ease: 0, empathy: 0.2, honesty: 0.3, personal: 0}}
      - {id: b, text: A room is booked., quality: {action: 0.8, ease: 0.8, empathy: 0.4, honesty: 0.6, personal: 0.5}}
  - {id: m2, when: "reputation() > 99", from: maya, text: Never comes., mood: -0.5}
"""


def found_by_bots(script: object, worlds: int = 6) -> Playtest:
    return playtest(script, worlds, Here(), lambda done: None)  # type: ignore[arg-type]


def test_a_flaw_is_found_by_playing() -> None:
    """An inject that nothing brings about, and an option that the other beats in the world at no price."""
    found = found_by_bots(loads(FLAWED, scenario_text=SCENARIO), 3)
    assert found.never_came == ("m2",)
    assert ("m1.a", "m1.b") in found.dominated and ("m1.b", "m1.a") not in found.dominated
    assert "warning: never came, whatever a bot did: m2" in text_of(found)


@pytest.mark.parametrize("file", MOMENTS, ids=lambda file: file.stem)
def test_shipped_moments_are_reached_and_fair(file: Path) -> None:
    """Every inject comes to some bot; the best answers score best and leave the crowd best; silence scores least."""
    found = found_by_bots(load(file))
    assert found.never_came == (), found.never_came
    means = {bot.name: float(bot.score.mean()) for bot in found.bots}
    assert means[BEST] > means["random"] and means[BEST] > means["fast canned"] + 10 > means[SILENCE] + 10, means
    assert found.best_for_crowd in (BEST, "slow perfect"), found.best_for_crowd
    assert found.difficulty.startswith("fair"), found.difficulty
    ends = {bot.name: float(bot.reputation.mean()) for bot in found.bots}
    assert ends[BEST] > ends[HOUSE], "an hour of the best answers is worth more than an hour of the house's"


def test_a_moment_in_which_nothing_matters_is_not_called_fair() -> None:
    """Its only inject never comes, and nobody else writes."""
    dead = FLAWED.replace("    at: 2 min\n", "    when: 'waiting() > 5000'\n")
    dead = dead.replace("reputation() > 99", "waiting() > 5000")
    quiet = dead.replace("crowd: {size: 800, stands_for: 10}", "crowd: {size: 50, stands_for: 100}").replace(
        "settings: {", "settings: {incidents: [], crowd.voice.complaint: 0, crowd.voice.praise: 0, "
    )
    assert found_by_bots(loads(quiet, scenario_text=SCENARIO), 2).difficulty.startswith("none:")
    assert not found_by_bots(loads(FLAWED, scenario_text=SCENARIO), 2).difficulty.startswith("none:")


def test_a_bot_plays_the_same_twice_and_others_differ() -> None:
    script = load(GATE)
    ends = {name: played(script, name, 5).digest() for name in (*BOTS, HOUSE)}
    assert all(played(script, name, 5).digest() == end for name, end in ends.items())
    assert len(set(ends.values())) == len(ends)


def test_the_verb_tells_and_gates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "world.yaml").write_text(SCENARIO, encoding="utf-8")
    flawed = tmp_path / "flawed.yaml"
    flawed.write_text(FLAWED, encoding="utf-8")
    assert answer(["playtest", str(flawed), "-n", "1", "--jobs", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["data"]
    assert told["never_came"] == ["m2"] and {bot["name"] for bot in told["bots"]} == {*BOTS, HOUSE}
    assert answer(["playtest", str(flawed), "-n", "1", "--jobs", "1", "--strict", "-q"]) == 5
    assert "Coverage: injects 1/2" in capsys.readouterr().out
    assert set(as_values(found_by_bots(load(GATE), 1))) == set(told)
