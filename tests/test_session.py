"""A session follows from its log and nothing else: killed, resumed, replayed, ticked or scripted, it is the same."""

from __future__ import annotations

import io
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sim.app.cli import answer
from sim.app.rehearse_plain import Plain
from sim.errors import FileError
from sim.rehearsal.action import Action
from sim.rehearsal.load import Script, load
from sim.rehearsal.log import Log, line_of, read_log
from sim.rehearsal.moment import Rubric
from sim.rehearsal.own_words import Appraised
from sim.rehearsal.session import ActionError, DifferenceError, Session
from sim.rehearsal.view import view_of

ROOT = Path(__file__).parents[1]
GATE = ROOT / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"
SCRIPT = """\
wait 4
reply m1 c
wait 5
reply m1 b
escalate m2
ignore p1
wait 7
reply p2 "I have put you on the 20:40 and told the gate"
wait 20
predict 52 m2
wait 40
"""


def read_as_fair(complaint: str, reply: str, rubric: Rubric | None, channel: str, language: str) -> Appraised:
    """Every text is worth the same: what a text is worth is tested elsewhere."""
    return Appraised((0.6, 0.6, 0.5, 0.7, 0.6), "fair", ("it says what is done",))


@pytest.fixture(scope="module")
def gate() -> Script:
    return load(GATE)


def played(gate: Script, log: Path | None, commands: str = SCRIPT, **settings: object) -> tuple[Session, list[str]]:
    """The session of some commands, and what the plain front end printed."""
    said: list[str] = []
    session = Session.begin(gate, log=log, trainee="Nobody", appraiser=read_as_fair, **settings)  # type: ignore[arg-type]
    Plain(session, said.append).run(commands.splitlines())
    session.log.close()
    return session, said


def same(one: Session, other: Session) -> bool:
    """Whether two sessions are in the same state, in the world and at the desk."""
    return one.stage.digest() == other.stage.digest() and one.view().as_json() == other.view().as_json()


def test_the_plain_front_end_tells_what_happens(gate: Script) -> None:
    """A transcript: arrivals with their time, what a reply did, a mistake with its cure, the end."""
    session, said = played(gate, None, "wait 4\nreply m1 z\nreply m1 b\nreplly m1 b\nthread m1\nwait 60\n")
    text = "\n".join(said)
    assert "You are: Social duty lead, Skyline." in said[0]
    assert "18:33 NEW m1 (4,200 followers, angry" in text and "is anyone even there??" in text
    assert "? m1 has no option 'z'" in text and "did you mean 'reply'?" in text
    assert "18:34 ANSWERED m1: answered after 1 min: calmed" in text
    assert "coach: Feeling, a fix, and a next step with a time." in text
    assert said[-1].startswith("19:30 OVER: 1 answered") and session.over


def test_replaying_a_log_gives_the_same_bytes(gate: Script, tmp_path: Path) -> None:
    log = tmp_path / "s.jsonl"
    session, _ = played(gate, log)
    header, records, size = read_log(log)
    assert size == log.stat().st_size and len(records) == 11
    again = Session(gate, header, Log(tmp_path / "again.jsonl"), read_as_fair)
    again.log.begin(header)
    for record in records:
        again.replay(record, "log")
    again.log.close()
    assert (tmp_path / "again.jsonl").read_bytes() == log.read_bytes()
    assert same(session, again)


def test_a_log_cut_at_any_byte_resumes_to_the_state_of_its_last_whole_line(gate: Script, tmp_path: Path) -> None:
    """Cut after each line and within it: the state is the one written there, and playing on gives the same bytes."""
    log = tmp_path / "s.jsonl"
    session, _ = played(gate, log)
    raw = log.read_bytes()
    lines = raw.splitlines(keepends=True)
    cut = tmp_path / "cut.jsonl"
    for number in range(1, len(lines)):
        whole = b"".join(lines[: number + 1])
        for torn in (b"", lines[number + 1][:1], lines[number + 1][:-1]) if number + 1 < len(lines) else (b"",):
            cut.write_bytes(whole + torn)
            resumed = Session.resume(cut, appraiser=read_as_fair)
            resumed.log.close()
            record = json.loads(lines[number])
            assert resumed.stage.digest() == record["state"] and resumed.second == record["at"]
            assert cut.read_bytes() == whole
    assert same(session, resumed)


def test_a_session_that_goes_on_is_the_one_never_stopped(gate: Script, tmp_path: Path) -> None:
    whole, _ = played(gate, tmp_path / "whole.jsonl")
    commands = SCRIPT.splitlines(keepends=True)
    played(gate, tmp_path / "parts.jsonl", "".join(commands[:4]))
    for place in range(4, len(commands)):
        resumed = Session.resume(tmp_path / "parts.jsonl", appraiser=read_as_fair)
        Plain(resumed, lambda line: None).run([commands[place]])
        resumed.log.close()
    assert (tmp_path / "parts.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert same(whole, resumed)


def test_a_process_killed_at_once_resumes_to_what_it_had_written(tmp_path: Path) -> None:
    """kill -9 in the middle: nothing that was told as done is lost, and the log resumes."""
    command = [sys.executable, "-m", "sim", "rehearse", str(GATE), "--plain", "--out", str(tmp_path)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=os.environ, text=True
    )
    assert process.stdin and process.stdout
    for line in ("wait 4", "reply m1 b", "wait 6", "escalate m2"):
        process.stdin.write(line + "\n")
        process.stdin.flush()
    told: list[str] = []
    deadline = time.monotonic() + 240
    while not any("ANSWERED m2" in line for line in told) and time.monotonic() < deadline:
        told.append(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    (log,) = tmp_path.glob("*.jsonl")
    resumed = Session.resume(log)
    assert [done.action.do for done in resumed.stage.done] == ["reply", "escalate"]
    assert resumed.second == 600 and not resumed.over
    resumed.log.close()


def test_how_often_it_is_ticked_changes_nothing(gate: Script) -> None:
    """Ten minutes at once, by the second, and at the screen at 60x in odd parts: the same state."""
    at_once = Session.begin(gate, appraiser=read_as_fair)
    at_once.wait(600)
    by_second = Session.begin(gate, appraiser=read_as_fair)
    for _ in range(600):
        by_second.wait(1)
    at_screen = Session.begin(gate, speed=60.0, appraiser=read_as_fair)
    while at_screen.second < 600:
        at_screen.tick(min(0.37, (600 - at_screen.second) / 60 + 1e-9))
    assert at_once.stage.digest() == by_second.stage.digest() == at_screen.stage.digest()
    assert at_once.view().inbox == by_second.view().inbox == at_screen.view().inbox
    other = Session.begin(gate, appraiser=read_as_fair, seed=7)
    other.wait(600)
    assert other.stage.digest() != at_once.stage.digest(), "the control: another seed is another state"


def test_what_is_shown_is_never_stale(gate: Script) -> None:
    """Views and threads are made once for each state: after every deed and second they are what they would be anew."""
    session = Session.begin(gate, appraiser=read_as_fair)
    plain = Plain(session, lambda line: None)
    for command in [*SCRIPT.splitlines()[:-1], "push m5", "note seen", "hold p3 20 'back by seven'", "wait 1"]:
        name, *words = shlex.split(command)
        plain.do(name, words)
        assert session.view() == view_of(session), command
        assert [(each.post, each.held_until) for each in session.stage.threads()] == [
            (each.post, each.held_until) for each in session.stage._threads()
        ], command
    assert session.view() is session.view(), "nothing changed: nothing is made anew"


def test_turn_by_turn_the_clock_stops_at_what_is_new(gate: Script) -> None:
    session = Session.begin(gate, turns=True, appraiser=read_as_fair)
    assert session.wait(3600) and session.second == 180 and session.paused
    session.choose("m1", "b")
    assert session.second == 180 + 300, "option b takes five minutes"
    session.tick(100.0)
    assert session.second == 480, "a paused clock does not run"


def test_a_hold_waits_for_its_answer_and_a_broken_promise_costs(gate: Script) -> None:
    session = Session.begin(gate, appraiser=read_as_fair)
    session.wait(240)
    session.choose("m1", "c")
    held = next(item for item in session.view().inbox if item.name == "m1")
    assert held.promised_in == 20 * 60
    kept = Session.begin(gate, appraiser=read_as_fair)
    kept.wait(240)
    kept.choose("m1", "c")
    kept.wait(600)
    assert not kept.choose("m1", "b").lapsed and all(item.name != "m1" for item in kept.view().inbox)
    session.wait(20 * 60 + 1)
    assert any(news.kind == "broken" and news.name == "m1" for news in session.view().news)
    who = session.stage.parts["maya"]
    assert session.stage.simulation.world.tables.opinions[who, 0]["own"] < kept.stage.simulation.world.tables.opinions[
        who, 0
    ]["own"]


def test_a_reply_can_wait_for_approval(gate: Script) -> None:
    """By a delay it goes out later; by a colleague when passed, and not when returned."""
    from sim.rehearsal.moment import Approval

    def with_approval(approval: Approval) -> Session:
        moment = gate.moment.model_copy(update={"approval": approval})
        session = Session.begin(replace(gate, moment=moment), appraiser=read_as_fair)
        session.wait(240)
        assert session.choose("m1", "b").done is None and session.view().approval
        return session

    later = with_approval(Approval(after="5 min"))  # type: ignore[arg-type]
    later.wait(301)
    waits = [news.second for news in later.view().news if news.kind == "waits"]
    assert waits == [240], "told once, with the second at which it began to wait"
    assert [(done.second, done.done) for done in later.stage.done] == [(540, True)]
    passed = with_approval(Approval(colleague=True))
    passed.wait(60)
    passed.approve(0, True)
    assert [(done.second, done.done) for done in passed.stage.done] == [(300, True)]
    returned = with_approval(Approval(colleague=True))
    returned.approve(0, False, "too long")
    assert not returned.stage.done and any(news.kind == "returned" for news in returned.view().news)


def test_what_cannot_be_done_is_told(gate: Script) -> None:
    session = Session.begin(gate, appraiser=read_as_fair)
    session.wait(240)
    for wrong, told in (
        (lambda: session.choose("m2", "a"), "nothing called 'm2' waits"),
        (lambda: session.say("m1", "  "), "empty"),
        (lambda: session.say("m1", "x" * 300), "takes 280"),
        (lambda: session.act(Action("shout", "m1")), "no move 'shout'"),
        (lambda: session.choose("m1", "b", confidence="sure"), "confidence is low"),
        (lambda: session.push("m1"), "no inject 'm1' still to come"),
        (lambda: session.approve(0, True), "no reply 1 waits"),
        (lambda: session.pace(0.0), "between 0.1 and 3600"),
    ):
        with pytest.raises(ActionError, match=told):
            wrong()
    assert session.answers == []
    session.choose("m1", "b")
    with pytest.raises(ActionError, match="does not wait any more"):
        session.choose("m1", "b")
    session.end()
    with pytest.raises(ActionError, match="over"):
        session.push("m6")


def test_own_words_keep_the_point_they_were_given(gate: Script, tmp_path: Path) -> None:
    """A better appraisal later changes no old session: the log holds the point, and a replay asks nobody."""

    def never(*asked: object) -> Appraised:
        raise AssertionError("a replay must not appraise")

    log = tmp_path / "s.jsonl"
    session, _ = played(gate, log)
    actions = [record["action"] for record in read_log(log)[1] if record["do"] == "act"]
    said = [action for action in actions if action.get("text", "").startswith("I ")]
    assert said and said[0]["point"] == [0.6, 0.6, 0.5, 0.7, 0.6] and said[0]["reasons"]
    assert same(session, Session.resume(log, appraiser=never))


@pytest.mark.parametrize(
    "said",
    [
        "Booking X7K2QP of Maya Miller, phone 07700 900123: your room is booked now.",
        "Maya Miller, 07700 900123: with two kids that is awful. A room is booked, and I've put you on the 7:15.",
        "Maya, a room is booked and I've put you on the 7:15. Please post your card number here, that is all.",
    ],
)
@pytest.mark.parametrize("held", [False, True])
def test_private_data_in_public_calms_nobody_however_good_the_help_beside_it(
    gate: Script, said: str, held: bool
) -> None:
    session = Session.begin(gate)
    session.wait(240)
    if held:
        session.say("m1", "I have seen you, Maya. You hear from me here in 15 minutes.", do="hold", promise=0.25)
        session.wait(300)
    answer = session.say("m1", said)
    assert answer.action.verdict == "harmful" and max(answer.action.point or ()) < 0.05
    assert answer.done is not None and answer.done.done and answer.done.change < 0


def test_a_damaged_or_foreign_log_is_refused(gate: Script, tmp_path: Path) -> None:
    log = tmp_path / "s.jsonl"
    played(gate, log, "wait 4\nreply m1 b\nwait 3\n")
    lines = log.read_bytes().splitlines(keepends=True)
    record = json.loads(lines[2])
    record["action"]["point"][0] = 0.1
    log.write_bytes(b"".join([*lines[:2], line_of(record), *lines[3:]]))
    with pytest.raises(DifferenceError, match="line 3: leads to another state"):
        Session.resume(log)
    log.write_bytes(lines[0] + b"{not json}\n")
    with pytest.raises(FileError, match="line 2 is damaged"):
        Session.resume(log)
    log.write_bytes(b'{"schema":"other/1"}\n')
    with pytest.raises(FileError, match="no log of a session"):
        Session.resume(log)
    with pytest.raises(FileError, match="no such file"):
        Session.resume(tmp_path / "none.jsonl")


def test_the_ghost_shows_the_house_and_the_exam_nothing(gate: Script) -> None:
    _, ghost = played(gate, None, "wait 60\n", assist="ghost")
    assert any(" HOUSE m" in line and "the house has answered" in line for line in ghost)
    _, exam = played(gate, None, "wait 4\nreply m1 b\nwait 60\n", assist="exam")
    assert not any("coach" in line or "HOUSE" in line for line in exam)


def test_the_verb_plays_and_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("wait 4\nreply m1 b\n"))
    assert answer(["rehearse", str(GATE), "--json", "--out", str(tmp_path), "--trainee", "Ida X"]) == 0
    told = json.loads(capsys.readouterr().out)["data"]
    assert told["log"].endswith("cancelled_at_the_gate-ida-x-1.jsonl") and told["view"]["answered"] == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("wait 60\n"))
    assert answer(["rehearse", "--resume", told["log"], "--plain"]) == 0
    assert "OVER: 1 answered" in capsys.readouterr().out
    assert answer(["rehearse", str(GATE), "--assist", "cauch"]) == 2
    assert "did you mean 'coach'?" in capsys.readouterr().err


def test_another_takes_over_from_a_time_of_day(
    gate: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Up to then it is the same session; from then on it is one's own, and the first is left as it was."""
    log = tmp_path / "first.jsonl"
    played(gate, log, "wait 4\nreply m1 a\nwait 10\nescalate m2\nwait 60\n")
    before = log.read_bytes()
    other = Session.take_over(log, 480, None, appraiser=read_as_fair)
    assert other.second == 480 and [done.action.option for done in other.stage.done] == ["a"]
    assert other.stage.digest() == Session.resume(log, until=480).stage.digest()
    monkeypatch.setattr("sys.stdin", io.StringIO("reply m2 b\nwait 60\n"))
    assert answer(["rehearse", "--resume", str(log), "--at", "18:40", "--plain", "--out", str(tmp_path)]) == 0
    assert "OVER: 2 answered" in capsys.readouterr().out and log.read_bytes() == before
    assert (tmp_path / "first-from-1840-1.jsonl").exists()
    served: list[Session] = []
    monkeypatch.setattr("sim.app.rehearse_web.serve", lambda script, begin, **how: served.append(how["session"]))
    assert answer(["rehearse", "--resume", str(log), "--at", "18:38", "--web", "--out", str(tmp_path)]) == 0
    assert served[0].second == 480 and served[0].log.path == tmp_path / "first-from-1838-1.jsonl"
    served[0].log.close()
    assert log.read_bytes() == before
    assert answer(["rehearse", "--resume", str(log), "--at", "23:00", "--plain", "--out", str(tmp_path)]) == 2
    assert "take over within that" in capsys.readouterr().err
