"""Moment files: what is shipped is fine, and every mistake is told at its place, all at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from sim.app import moments
from sim.app.cli import answer
from sim.errors import ScenarioError
from sim.rehearsal.crowd_text import phrases
from sim.rehearsal.load import load, loads
from sim.rehearsal.session import ActionError, Session
from sim.scenario.tree import compose

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "scenarios" / "moments").glob("*.yaml"))
SCENARIO = (ROOT / "scenarios" / "flight_cancelled.yaml").read_text(encoding="utf-8")

SMALL = """\
moment: Small
extends: world.yaml
role: {authority: [rebook]}
briefing: Answer.
clock: {begins: day 10 18:30, length: 30 min}
crowd: {size: 300, stands_for: 10}
personas:
  maya: {handle: "@maya_x", followers: 400}
injects:
  - id: m1
    at: 2 min
    from: maya
    text: Is anyone there?
    options:
      - {id: a, text: Sorry., quality: {action: 0, ease: 0, empathy: 0.2, honesty: 0.4, personal: 0}}
      - {id: b, text: Done., requires: [rebook], quality: {action: 1, ease: 1, empathy: 1, honesty: 1, personal: 1}}
"""


def small(*changes: tuple[str, str]) -> str:
    """The small moment with some of its text replaced (each must be there)."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def problems(*changes: tuple[str, str]) -> list[str]:
    """What is wrong with the small moment so changed."""
    try:
        loads(small(*changes), file="m.yaml", scenario_text=SCENARIO)
    except ScenarioError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_the_small_moment_is_fine() -> None:
    script = loads(SMALL, file="m.yaml", scenario_text=SCENARIO)
    assert script.brand_name == "Skyline" and script.begins == 258.5 and script.ends == 259.0
    assert script.scenario.customers.number == 300


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_moments_are_fine_and_in_no_way_odd(file: Path) -> None:
    """Their options are worth what the same words are worth typed, too."""
    _, odd = moments.checked(file)
    assert [str(problem) for problem in odd] == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_moments_are_good_in_an_editor(file: Path) -> None:
    tree, _ = compose(file.read_text(encoding="utf-8"), file.name)
    assert tree is not None
    Draft7Validator.check_schema(moments.json_schema())
    assert [error.message for error in Draft7Validator(moments.json_schema()).iter_errors(tree.plain())] == []


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("from: maya", "from: maia", "m.yaml:12:11: injects.m1.from:", "no persona 'maia' (did you mean 'maya'?)"),
        ("requires: [rebook]", "requires: [rebok]", "m.yaml:16:41:", "outside the role's authority"),
        ("at: 2 min", "at: 40 min", "m.yaml:11:9: injects.m1.at:", "after the session is over"),
        ("at: 2 min", "at: 20 min\n    deadline: 15 min", "m.yaml:12:15:", "after the end of the session (30 min)"),
        ("at: 2 min", "when: 'open(m9, 2 min)'", "m.yaml:11:11:", "there is no inject 'm9'"),
        ("at: 2 min", "when: 'open(m1, 2 min)'", "m.yaml:11:11:", "waits for itself"),
        ("at: 2 min", "when: 'negatve(2 min) > 3'", "m.yaml:11:11:", "did you mean 'negative'?"),
        ("at: 2 min", "when: 'minutes() > 500'", "m.yaml:11:11:", "can never hold within the session"),
        ("at: 2 min", "when: 'reputation() > 200 or not (5 > 3)'", "m.yaml:11:11:", "can never hold"),
        ("at: 2 min", "when: 'minutes() >= 0'", "m.yaml:11:11:", "always holds (give it a time"),
        ("at: 2 min", "att: 2 min", "m.yaml:11:5: injects.0.att:", "did you mean 'at'?"),
        ("id: b", "id: a", "m.yaml:16:9:", "the id 'a' is taken (first in line 15)"),
        ("followers: 400", "followers: 40_000", "m.yaml:8:40:", "crowd.stands_for: 267"),
        ("followers: 400", "segment: occasionl", "m.yaml:8:38:", "did you mean 'occasional'?"),
        ("begins: day 10 18:30", "begins: 18:30", "m.yaml:5:17:", "write day 10 18:00"),
        ("text: Is anyone", "about: canceled flight\n    text: Is anyone", "m.yaml:13:12:", "did you mean"),
        ("briefing: Answer.", "briefing: Answer.\nscoring: {weights: {craft: 90}}", "m.yaml:5:20:", "sum to 150"),
        ("briefing: Answer.", "briefing: Answer.\nsettings: {brands.Skylin.quality: 1}", "m.yaml:5:12:", "Skyline"),
        ("briefing: Answer.", "arm: silense\nbriefing: Answer.", "m.yaml:4:6: arm:", "did you mean 'silence'?"),
        ("briefing: Answer.", "arm: [silence]\nbriefing: Answer.", "m.yaml:4:6: arm:", "text is needed"),
        (
            "briefing: Answer.", "briefing: Answer.\nsettings: {brands.Skyline.policy: copy and paste}",
            "m.yaml:5:12:", "write arm: copy and paste",
        ),
        ("{id: a, text: Sorry.,", "{id: a, move: hold, text: Sorry.,", "m.yaml:15:9:", "until when"),
        ("text: Sorry., quality", "text: Sorry., qualty", "m.yaml:15:31:", "did you mean 'quality'?"),
        ("role: {auth", "role: {brand: Skyway, auth", "m.yaml:3:15: role.brand:", "no brand 'Skyway'"),
    ],
)
def test_each_mistake_is_told_at_its_place(old: str, new: str, place: str, told: str) -> None:
    found = problems((old, new))
    assert any(problem.startswith(place) and told in problem for problem in found), found


def test_an_arm_of_the_scenario_is_where_it_happens() -> None:
    """The arm first, then the moment's own settings; the log keeps both texts, so that it is found again."""
    changed = "arm: copy and paste\nsettings: {brands.Skyline.desk.agents: 3}\nbriefing: Answer."
    played = loads(small(("briefing: Answer.", changed)), scenario_text=SCENARIO).scenario
    brand = played.brand("Skyline")
    assert played.policy(brand) == played.policies["template"] and brand.desk.agents == 3
    as_it_stands = loads(small(("briefing: Answer.", "arm: baseline\nbriefing: Answer.")), scenario_text=SCENARIO)
    assert as_it_stands.scenario.digest == loads(SMALL, scenario_text=SCENARIO).scenario.digest


def test_words_under_a_condition_there_is_not_are_told() -> None:
    """They would never be said, and nobody would know why."""
    cases = (("occasionl", "did you mean 'occasional'?"), ("2 hours", "(there is: 18-24, 2h,"), ("occasional", ""))
    for condition, told in cases:
        words = f'severity: 0.6, words: ["<{condition}>stuck here"]'
        scenario = SCENARIO.replace("severity: 0.6}", words + "}", 1)
        assert scenario != SCENARIO
        try:
            loads(SMALL, file="m.yaml", scenario_text=scenario)
            found = ""
        except ScenarioError as error:
            (found,) = map(str, error.problems)
        assert (told in found and found.startswith("m.yaml:2:")) if told else found == "", found


def test_all_mistakes_are_told_at_once() -> None:
    found = problems(
        ("from: maya", "from: maia"), ("requires: [rebook]", "requires: [nothing]"), ("size: 300", "size: 1")
    )
    assert len(found) == 3
    assert [int(problem.split(":")[1]) for problem in found] == sorted(int(line.split(":")[1]) for line in found)


def test_an_option_may_not_hold_what_its_rubric_forbids() -> None:
    rubric = "rubrics: {r: {forbidden: [{pattern: 'done', why: too short}]}}\nbriefing:"
    found = problems(("briefing:", rubric), ("text: Is anyone", "free_text: {rubric: r}\n    text: Is anyone"))
    assert len(found) == 1 and "rubric 'r' forbids: too short" in found[0]


def test_a_circle_of_conditions_is_told() -> None:
    second = "  - {id: m2, when: 'replied(m1)', from: maya, text: And?, mood: -0.1, kind: question}\n"
    found = problems(("at: 2 min", "when: 'replied(m2)'"), ("injects:\n", f"injects:\n{second}"))
    assert len(found) == 2 and all("in a circle" in problem for problem in found)


def test_a_scenario_is_no_moment() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(SCENARIO, file="flight.yaml")
    assert [str(problem) for problem in caught.value.problems] == [
        "flight.yaml:8:1: is a scenario, not a moment: nobody sits at a desk in it "
        "(write a moment with extends: flight.yaml, or take one: sim list moments)"
    ]


def test_what_is_odd_is_a_warning() -> None:
    text = small(("requires: [rebook], ", ""), ("    text: Is anyone", "    scored: true\n    text: Is anyone"))
    tree, _ = compose(text, "m.yaml")
    assert tree is not None
    from sim.rehearsal.lint import cautions

    script = loads(text, scenario_text=SCENARIO)
    assert [problem.code for problem in cautions(script.moment, tree)] == ["dominates", "disagrees"]


def test_an_option_is_worth_what_its_words_are_worth_typed() -> None:
    """Each quality is near enough to what is read; together they are not."""
    from sim.rehearsal.lint import cautions

    declared = "text: Sorry., quality: {action: 0, ease: 0, empathy: 0.2, honesty: 0.4, personal: 0}"
    dearer = "text: Sorry., quality: {action: 0.3, ease: 0.4, empathy: 0.5, honesty: 0.5, personal: 0.35}"
    text = small((declared, dearer))
    tree, _ = compose(text, "m.yaml")
    assert tree is not None
    found = [str(problem) for problem in cautions(loads(text, scenario_text=SCENARIO).moment, tree)]
    assert any("options.a.quality: says worth 0.37, typed 0.0" in problem for problem in found), found


def test_the_verbs_know_moments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["new", "A try", "--template", "moment", "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    assert answer(["validate", str(tmp_path / "a_try.yaml"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["warnings"] == [] and told["data"]["files"][0].get("warnings", []) == []
    assert told["data"]["files"][0]["moment"] == "A try"
    assert answer(["list", "moments", str(tmp_path), "--json"]) == 0
    assert [row["moment"] for row in json.loads(capsys.readouterr().out)["data"]["moments"]] == ["A try"]
    assert answer(["schema", "rehearsal"]) == 0
    assert "personas" in json.loads(capsys.readouterr().out)["properties"]
    assert load(tmp_path / "a_try.yaml").moment.by_id["m2"].when is not None


def test_a_moment_in_another_language_is_in_it_throughout(tmp_path: Path) -> None:
    """Crowd, handles and the answers for any post; own words are refused with the reason, options are not."""
    script = load(ROOT / "scenarios" / "moments" / "der_letzte_zug.yaml")
    assert script.moment.answers[0].text.startswith("Wir bitten um Entschuldigung")
    session = Session.begin(script, seed=17)
    session.wait(60 * 20)
    view = session.view()
    crowd = [item for item in view.inbox if not item.inject]
    assert crowd and all("@Talbahn" in item.text for item in crowd)
    first = phrases("de")["handles"]["first"]
    assert all(item.handle[1:].split("_")[0] in first for item in crowd)
    assert view.language == "de" and "English only" in view.no_own_words
    assert all(item.own_words == 0 for item in view.inbox)
    before = session.stage.digest()
    with pytest.raises(ActionError, match="English only, and this moment is in 'de': answer with one of the options"):
        session.say("m1", "Ich habe ein Taxi bestellt, es ist um 22:40 da.")
    assert session.stage.digest() == before
    assert not session.choose("m1", "b").lapsed


def test_a_language_the_crowd_does_not_have_is_a_warning() -> None:
    from sim.rehearsal.lint import cautions

    text = small(("briefing:", "language: pl\nbriefing:"))
    tree, _ = compose(text, "m.yaml")
    assert tree is not None
    odd = cautions(loads(text, scenario_text=SCENARIO).moment, tree)
    assert any(problem.code == "language" and "no words in 'pl'" in problem.message for problem in odd)
