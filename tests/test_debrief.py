"""The debrief scores in the sense of what was done, splits exactly, repeats exactly, and says what it rests on."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.app.cli import answer
from sim.app.debrief_exports import as_csv, as_values, as_xapi
from sim.app.debrief_page import debrief_page
from sim.app.debrief_words import text_of, threads_table
from sim.rehearsal.action import Action
from sim.rehearsal.bots import BOTS
from sim.rehearsal.debrief import Debrief, debrief, headline, what_if
from sim.rehearsal.futures import Way, _renamed, beginning, future_seeds, measure_at, measured_futures
from sim.rehearsal.load import Script, load
from sim.rehearsal.reviews import BEST_FAST, YOURS, actions_of, fork_second, review_of, ways_of
from sim.rehearsal.session import Session
from sim.rehearsal.stage import Stage, opened, taken_over
from sim.rehearsal.view import coaching
from sim.study.workers import Here, workers
from sim.world import state as s

ROOT = Path(__file__).parents[1]
GATE = ROOT / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"
WELL_AND_FAST = ((240, "m1", "b"), (540, "m2", "b"), (900, "m3", "b"))
WELL_AND_LATE = ((2400, "m1", "b"), (2700, "m2", "b"), (3000, "m3", "b"))
BADLY_AND_FAST = ((240, "m1", "a"), (540, "m2", "a"), (900, "m3", "a"))


@pytest.fixture(scope="module")
def gate() -> Script:
    return load(GATE)


def session_of(gate: Script, answers: tuple[tuple[int, str, str], ...], log: Path | None = None) -> Session:
    """A session in which these options were chosen at these seconds."""
    session = Session.begin(gate, log=log, trainee="Ida X")
    for second, on, option in answers:
        session.wait(second - session.second)
        session.choose(on, option)
    session.wait(3600)
    session.log.close()
    return session


def whole(session: Session, worlds: int = 16, futures: int = 16) -> Debrief:
    return debrief(session, Here(), lambda done: None, worlds=worlds, futures=futures)


@pytest.fixture(scope="module")
def four(gate: Script) -> dict[str, Debrief]:
    """The same moment answered well and fast, well and late, badly and fast, not at all."""
    ways = {"fast": WELL_AND_FAST, "late": WELL_AND_LATE, "bad": BADLY_AND_FAST, "none": ()}
    return {name: whole(session_of(gate, answers)) for name, answers in ways.items()}


def test_scores_and_outcomes_go_with_what_was_done(four: dict[str, Debrief]) -> None:
    """Well and fast > well and late > not at all, in score and in outcome; badly and fast is worse than silence."""
    score = {name: found.score for name, found in four.items()}
    against_silence = {name: found.reached["silence"].mean for name, found in four.items()}
    assert score["fast"] > score["late"] + 10 > score["none"] + 10, score
    assert score["fast"] > score["bad"] + 20, score
    assert against_silence["fast"] > against_silence["late"] > 0.0 > against_silence["bad"], against_silence
    assert against_silence["none"] == 0.0 and four["none"].score == 0.0, "the control: silence against silence"
    assert four["fast"].references["silence"].low is not None and four["fast"].references["silence"].low > 0


def test_what_was_missed_is_told_as_speed_or_as_words(four: dict[str, Debrief]) -> None:
    """Late with the best words lost by speed alone; at once with empty words lost by words alone."""
    late = next(review for review in four["late"].reviews if review.name == "m1")
    assert late.speed and late.words and late.words.mean == 0.0 and late.speed.low and late.speed.low > 0
    bad = next(review for review in four["bad"].reviews if review.name == "m1")
    assert bad.speed and bad.words and bad.words.low and bad.words.low > 0 and abs(bad.speed.mean) < bad.words.mean / 20
    assert bad.value and bad.value.high is not None and bad.value.high < 0, "an empty reply is worse than none"
    fast = next(review for review in four["fast"].reviews if review.name == "m1")
    assert fast.value and fast.value.low and fast.value.low > 0 and fast.value_author and fast.value_author.mean > 1


def test_the_split_adds_up_to_what_the_best_at_once_would_have_added(four: dict[str, Debrief]) -> None:
    for found in four.values():
        for review in found.reviews:
            if review.speed and review.words:
                best = dict(review.alternatives)[BEST_FAST]
                assert review.speed.mean + review.words.mean == pytest.approx(best.mean, abs=1e-12)


def test_the_past_is_kept_and_the_future_redrawn(gate: Script) -> None:
    """Up to the fork nothing differs from what was lived; after it futures differ; the same way twice is the same."""
    session = session_of(gate, WELL_AND_LATE)
    review = review_of(session, session.stage.arrived["m3"][1])
    past = tuple(deed for deed in actions_of(session.stage) if deed[0] < fork_second(review))
    ways = [*ways_of(session.stage, review)[:1], Way("again", ways_of(session.stage, review)[0].actions)]
    seeds = future_seeds(41, 6, "m3")
    found = measured_futures(gate, 41, past, fork_second(review), "ana", ways, seeds, False)
    assert (found.gain(YOURS, "again") == 0).all()
    assert len(np.unique(found.of(YOURS, "population"))) == 6
    again = measured_futures(gate, 41, past, fork_second(review), "ana", ways, seeds, False)
    assert (found.values == again.values).all()


def test_who_sees_a_post_of_the_crowd_is_drawn_anew_too(gate: Script) -> None:
    """In each future it has other viewers and is heard of no later; what was done about it finds it by its new key."""
    session = Session.begin(gate)
    session.wait(1700)
    session.choose("p9", "fix")
    session.wait(1900)
    post = next(key for key, name in session.names.items() if name == "p9")
    review = review_of(session, post)
    assert not review.inject and fork_second(review) > 600
    base = taken_over(beginning(gate, 41))
    base.advance(fork_second(review))
    heard = review.noticed - review.appeared
    seen: dict[str, list[int]] = {"renamed": [], "kept": []}
    for future in future_seeds(41, 8, "viewers"):
        for kind, viewers in seen.items():
            stage = base.copied(future)
            way = Way("mine", actions_of(session.stage))
            way = _renamed(stage, way, post, future) if kind == "renamed" else way
            ((second, action),) = way.actions
            stage.advance(second)
            assert stage.perform(action).done, kind
            row = stage.row(action.post)
            assert row is not None and 3600 * (row["noticed"] - row["time"]) <= heard + 1
            viewers.append(int(row["views"]))
    assert len(set(seen["renamed"])) >= 4 and max(seen["kept"]) - min(seen["kept"]) <= 2, seen
    found = measured_futures(gate, 41, (), fork_second(review), post, ways_of(session.stage, review), [7, 8], False)
    assert np.isfinite(found.of(YOURS, "author")).all() and not found.lapsed.any()


def test_where_the_work_is_done_changes_nothing(gate: Script) -> None:
    session = session_of(gate, WELL_AND_FAST)
    with workers(2) as executor:
        elsewhere = debrief(session, executor, lambda done: None, worlds=12, futures=6)
    here = whole(session, 12, 6)
    assert json.dumps(as_values(here), sort_keys=True) == json.dumps(as_values(elsewhere), sort_keys=True)


def test_the_same_deeds_are_lived_once(gate: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best option chosen at once is also `the best words`: one life gives both, with the numbers of two."""
    from sim.rehearsal import futures as module

    lives: list[str] = []
    live = module._live_way
    monkeypatch.setattr(module, "_live_way", lambda stage, way: (lives.append(way.name), live(stage, way)))
    session = session_of(gate, WELL_AND_FAST[:1])
    mine = actions_of(session.stage)
    sure = tuple((second, replace(action, confidence="high", text="other words")) for second, action in mine)
    ways = (Way("one", mine), Way("nothing"), Way("the same", sure))
    found = measured_futures(gate, 41, (), 0, "maya", ways, future_seeds(41, 3, "alike"), True)
    assert lives == ["one", "nothing"] * 3
    assert np.array_equal(found.of("one"), found.of("the same")) and not np.array_equal(
        found.of("one"), found.of("nothing")
    )
    assert np.array_equal(found.lines[:, 0], found.lines[:, 2])
    late = tuple((second + 60, action) for second, action in mine)
    lives.clear()
    measured_futures(gate, 41, (), 0, "maya", (Way("one", mine), Way("late", late)), [5], False)
    assert lives == ["one", "late"], "the control: a minute later is another life"


def test_progress_is_told_to_its_end(gate: Script) -> None:
    told: list[float] = []
    debrief(session_of(gate, WELL_AND_FAST), Here(), told.append, worlds=10, futures=4)
    assert told == sorted(told) and told[-1] == pytest.approx(1.0)


def test_who_leaves_early_leaves_the_rest_waiting(gate: Script, tmp_path: Path) -> None:
    """One good answer and the door: what comes afterwards is unanswered, but not where a facilitator ended it."""

    def ended(by: str) -> Debrief:
        log = tmp_path / f"left{by}.jsonl"
        session = Session.begin(gate, log=log)
        session.wait(240)
        session.choose("m1", "b")
        session.end(by)
        session.log.close()
        return headline(Session.read(log))

    left, sent_home = ended(""), ended("facilitator")
    stayed = headline(session_of(gate, WELL_AND_FAST[:1]))
    assert left.parts == stayed.parts and left.score == stayed.score
    assert left.parts.timing < 0.5 < sent_home.parts.timing == 1.0
    assert "ended before its time" in text_of(left) and "ended before its time" not in text_of(sent_home)
    assert {each.name for each in left.waiting} == {each.name for each in stayed.waiting}
    why = {each.name: each.why for each in left.waiting}
    assert why["m3"] == "after you had left" and not any(each.why for each in stayed.waiting)


def test_who_waited_and_the_worst_cascade(four: dict[str, Debrief]) -> None:
    waiting = {each.name for each in four["none"].waiting}
    assert {"m1", "m2", "m3"} <= waiting and "m1" not in {each.name for each in four["fast"].waiting}
    cascade = four["none"].cascade
    assert cascade is not None and cascade.views >= cascade.unanswered_views > 0 and cascade.answered is None


def test_a_statement_is_worth_what_the_session_loses_without_it(gate: Script) -> None:
    """It stands on no thread, and may be the dearest deed of all."""
    session = Session.begin(gate)
    session.wait(240)
    session.choose("m1", "b")
    session.wait(360)
    session.say("", "We are sorry for any inconvenience caused.", do="statement")
    session.wait(3600)
    found = whole(session, worlds=8, futures=16)
    (made,) = found.statements
    assert any("does harm" in line for line in coaching(session, session.answers[-1])), "the coach says so at once"
    assert made.second == 600 and made.value is not None and made.value_population is not None
    assert made.value_population.high is not None and made.value_population.high < 0, "an empty one costs"
    assert "Your statement at 18:" in text_of(found) and "against none" in debrief_page(found)
    assert "Would you make it again" in text_of(found)
    assert as_values(found)["statements"][0]["value_population"]["mean"] < 0
    assert as_csv(found).splitlines()[-1].startswith("statement,")
    control = whole(session_of(gate, WELL_AND_FAST[:1]), worlds=8, futures=4)
    assert control.statements == () and "Your statement" not in text_of(control)


def test_what_was_passed_on_or_left_alone_has_a_row(gate: Script) -> None:
    session = Session.begin(gate)
    session.wait(240)
    session.act(Action(do="escalate", on="m1"))
    session.wait(300)
    session.act(Action(do="ignore", on="m2"))
    session.wait(3600)
    found = whole(session, worlds=8, futures=4)
    rows = {row[0].split()[0]: row for row in threads_table(found)}
    assert rows["m1"][1:3] == ["1 min", "escalated"] and rows["m1"][4] != "–"
    assert rows["m2"][1:3] == ["never", "left alone"] and rows["m2"][4] == "–"
    assert {each.name: each.why for each in found.waiting}["m2"] == "left alone"


def test_a_guess_and_confidence_are_held_against_what_came(gate: Script) -> None:
    session = Session.begin(gate)
    session.wait(240)
    session.choose("m1", "b", confidence="high")
    session.wait(700)
    session.choose("m2", "a", confidence="high")
    session.predict(50.0, "m2")
    session.wait(3600)
    found = headline(session)
    assert found.predicted["reputation"] == 50.0 and 40 < float(str(found.predicted["reputation_was"])) < 70
    assert found.brier == pytest.approx((0.05**2 + 0.95**2) / 2), "sure and right once, sure and wrong once"


def test_a_what_if_is_measured(gate: Script) -> None:
    session = session_of(gate, BADLY_AND_FAST)
    post = session.stage.arrived["m1"][1]
    silent = what_if(session, post, None, None, 12)
    assert silent.low is not None and silent.low > 0, "to say nothing would have been better than that"


def test_the_verb_writes_what_it_is_asked_for(
    gate: Script, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "s.jsonl"
    session_of(gate, BADLY_AND_FAST, log)
    asked = ["debrief", str(log), "--worlds", "10", "--futures", "4", "--jobs", "1"]
    files = {"--html": tmp_path / "d.html", "--csv": tmp_path / "d.csv", "--xapi": tmp_path / "d.json"}
    written = [part for option, file in files.items() for part in (option, str(file))]
    assert answer([*asked, *written, "--what-if", "m1=B@2min"]) == 0
    out = capsys.readouterr()
    assert out.out.startswith("Cancelled at the gate, Ida X: ") and "At first sight" in out.err
    assert "What if m1=B@2min: +" in out.out and "Left waiting" in out.out
    page = files["--html"].read_text(encoding="utf-8")
    assert "<svg" in page and "http" not in page.split("</style>")[1].replace("http://www.w3.org", "")
    rows = list(csv.DictReader(files["--csv"].open(encoding="utf-8")))
    assert [row["option"] for row in rows if row["thread"] in ("m1", "m2", "m3")] == ["a", "a", "a"]
    statements = json.loads(files["--xapi"].read_text(encoding="utf-8"))
    assert [each["verb"]["display"]["en"] for each in statements] == ["answered"] * 3 + ["completed", "failed"]
    assert all(0 <= each["result"]["score"]["scaled"] <= 1 for each in statements)


def test_a_trainers_reading_counts_and_is_kept(
    gate: Script, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "s.jsonl"
    session_of(gate, BADLY_AND_FAST, log)
    asked = ["debrief", str(log), "--worlds", "4", "--futures", "2", "--jobs", "1", "--json"]

    def craft() -> float:
        return float(json.loads(capsys.readouterr().out)["data"]["parts"]["craft"])

    assert answer(asked) == 0
    before = craft()
    assert answer([*asked, "--override", "m1.action=0.9", "--note", "a fix was made"]) == 0
    after = craft()
    assert after > before and answer(asked) == 0 and craft() == after, "it stays"
    assert answer([*asked, "--override", "m1.kindness=0.9"]) == 2
    assert answer([*asked, "--what-if", "m9=a"]) == 2


def test_a_page_and_statements_of_a_session_with_nothing_in_it(four: dict[str, Debrief]) -> None:
    assert "Who waited" in debrief_page(four["none"])
    assert [each["verb"]["display"]["en"] for each in as_xapi(four["none"])] == ["completed", "failed"]


def test_bots_leave_the_house_to_the_house(gate: Script) -> None:
    """Every bot plays by hand: a bot that never replies leaves the same world as a trainee who never does."""
    quiet = measured_futures(
        gate, 41, (), 0, "", [Way("bot", bot="never replies"), Way("trainee")], future_seeds(41, 3, "x"), True
    )
    assert (quiet.gain("bot", "trainee", "population") == 0).all() and set(BOTS) >= {"best option", "fast canned"}
    assert replace(gate).begins == gate.begins


def test_the_house_is_compared_for_the_session_not_for_the_day_after(gate: Script) -> None:
    """Nobody answers after a trainee's hour; the house's desk closes with it, too (open, it would go on all day)."""
    def replies(stage: Stage) -> int:
        return int(stage.simulation.world.tables.counts[s.N_REPLIES])

    house = opened(gate, by_hand=False)
    house.advance(house.length)
    answered = replies(house)
    open_still = house.copied()
    open_still.simulation.go_to(open_still.hours(round((gate.measured_at - gate.begins) * 3600)))
    measure_at(house)
    assert answered and replies(open_still) > 2 * answered, "the control: left open it answers on"
    more = replies(house) - answered
    assert more < 0.1 * (replies(open_still) - answered), "what was in hand, and specialists, who stay for anybody"


def test_at_once_is_not_before_the_desk_has_heard_of_a_post(gate: Script) -> None:
    """An answer to a crowd's post cannot be given before it is noticed: it would lapse, and speed look harmful."""
    session = Session.begin(gate)
    session.wait(1500)
    crowd = [item for item in session.view().inbox if not item.inject]
    for item in crowd[:4]:
        session.choose(item.name, "fix")
    session.wait(3600)
    reviews = [review_of(session, done.post) for done in session.stage.done]
    assert len(reviews) == 4 and any(review.noticed > review.appeared + 60 for review in reviews)
    for review in reviews:
        for way in ways_of(session.stage, review):
            mine = [second for second, action in way.actions if action.post == review.post]
            assert all(second > review.noticed for second in mine), (way.name, mine, review.noticed)
