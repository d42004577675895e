"""Drills and what is kept of trainees: weak skills come back when due, nothing is lost, and forgotten is forgotten."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from sim.errors import FileError, UserError
from sim.rehearsal import drill as drills
from sim.rehearsal.load import Script, load
from sim.rehearsal.session import Session
from sim.rehearsal.store import NAME, NOTED, Store

MOMENT = Path(__file__).resolve().parent.parent / "scenarios" / "moments" / "cancelled_at_the_gate.yaml"
NOW = dt.datetime(2026, 12, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def script() -> Script:
    return load(MOMENT)


def played(script: Script, folder: Path, trainee: str, options: dict[str, str], number: int = 1) -> Path:
    """A short session in which a trainee answers injects with options."""
    log = folder / f"{trainee}-{number}.jsonl"
    session = Session.begin(script, trainee=trainee, log=log, when=dt.datetime(2026, 11, 30, 9, number))
    session.pause(False)
    for on, option in options.items():
        while on not in session.stage.arrived:
            session.wait(60)
        session.choose(on, option)
    session.wait(600)
    session.end()
    return log


def test_skills_are_read_from_a_log(script: Script, tmp_path: Path) -> None:
    good = drills.skills_of(played(script, tmp_path, "ada", {"m1": "b"}))
    bad = drills.skills_of(played(script, tmp_path, "ben", {"m1": "a"}))
    inject = script.moment.by_id["m1"]
    assert set(inject.skills) <= set(good)
    quality = next(skill for skill in inject.skills if skill in drills.QUALITIES)
    assert good[quality][0] > bad[quality][0] + 0.3
    assert good["speed"][0] == 1.0
    assert min(scores[0] for scores in drills.skills_of(played(script, tmp_path, "cy", {"m2": "a"})).values()) == 0.0


def test_a_weak_skill_comes_back_when_it_is_due(script: Script, tmp_path: Path) -> None:
    played(script, tmp_path, "ben", {"m1": "a"})
    store = Store(tmp_path)
    store.index()
    assert set(drills.weak_skills(store, "ben")) and not store.cards("ben")
    drills.plan(store, "ben", NOW)
    skills = drills.due(store, "ben", NOW)
    assert skills and set(skills) <= set(drills.weak_skills(store, "ben"))
    again = {}
    for skill, said in zip(skills[:2], ("sorry", "x1"), strict=False):
        asked = drills.drill_for(store, "ben", skill)
        assert skill in asked.inject.skills
        words = "I am so sorry, that is awful, and it is our fault. I have booked you on the 7:15; I write at 6. Jo"
        outcome = drills.answered(store, "ben", asked, said if said == "sorry" else words, 40, NOW)
        again[said] = outcome
        assert outcome.due > NOW and skill not in drills.due(store, "ben", NOW)
        assert skill in drills.due(store, "ben", outcome.due + dt.timedelta(minutes=1))
    if len(again) == 2:
        assert again["x1"].score > again["sorry"].score and again["x1"].due > again["sorry"].due
    drills.plan(store, "ben", NOW)
    assert len(drills.due(store, "ben", NOW)) == len(skills) - len(again), "planning again must not reset a card"


def test_good_sessions_make_no_drills(script: Script, tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert drills.weak_skills(store, "nobody") == {}
    played(script, tmp_path, "ada", {"m1": "b"})
    store.index()
    weak = drills.weak_skills(store, "ada")
    assert "empathy" not in weak and "speed" not in weak


def test_slow_answers_are_no_speed(script: Script, tmp_path: Path) -> None:
    played(script, tmp_path, "ben", {"m1": "a"})
    store = Store(tmp_path)
    store.index()
    store.add_card("ben", "speed", NOW.isoformat(), drills.Card(card_id=1, due=NOW).to_json())
    asked = drills.drill_for(store, "ben", "speed")
    best = next(option.id for option in asked.inject.options if option.quality and option.quality.action > 0.5)
    quick = drills.answered(store, "ben", asked, best, 60, NOW)
    slow = drills.answered(store, "ben", asked, best, 190, NOW)
    assert quick.score > 0.8 and slow.score == 0 and quick.due > slow.due
    with pytest.raises(UserError, match="empty"):
        drills.answered(store, "ben", asked, "  ", 1, NOW)


def test_sessions_are_indexed_from_their_logs(script: Script, tmp_path: Path) -> None:
    log = played(script, tmp_path, "ada", {"m1": "b"})
    (tmp_path / "broken.jsonl").write_text("no json\n", encoding="utf-8")
    store = Store(tmp_path)
    assert len(store.index()) == 1, "a log that cannot be read is named, and the others are taken in"
    store.scored(log, 71.5, {"craft": 30})
    rows = Store(tmp_path).sessions("ada")
    assert len(rows) == 1 and rows[0]["ended"] and rows[0]["score"] == 71.5 and rows[0]["actions"] == 1
    log.unlink()
    store.index()
    assert not store.sessions()


def many_cards(folder: str, worker: int) -> None:
    store = Store(Path(folder))
    for number in range(25):
        store.add_card("ada", f"skill {worker} {number}", NOW.isoformat(), "{}")


def test_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(many_cards, [str(tmp_path)] * 4, range(4)))
    assert len(Store(tmp_path).cards("ada")) == 100


def test_a_broken_file_is_told_and_logs_stay(script: Script, tmp_path: Path) -> None:
    log = played(script, tmp_path, "ada", {"m1": "b"})
    (tmp_path / NAME).write_bytes(b"this is no database, and it is long enough to be looked at" * 50)
    with pytest.raises(FileError, match="made anew from the logs"):
        Store(tmp_path).index()
    assert log.exists()
    (tmp_path / NAME).unlink()
    Store(tmp_path).index()
    assert len(Store(tmp_path).sessions("ada")) == 1
    with sqlite3.connect(tmp_path / NAME) as link:
        link.execute("PRAGMA user_version = 99")
    with pytest.raises(FileError, match="another version"):
        Store(tmp_path).sessions()


def test_export_and_forget(script: Script, tmp_path: Path) -> None:
    played(script, tmp_path, "zelda-unique", {"m1": "a"})
    kept = played(script, tmp_path, "ben", {"m1": "a"})
    store = Store(tmp_path)
    store.index()
    for trainee in ("zelda-unique", "ben"):
        drills.plan(store, trainee, NOW)
    noted = tmp_path / f"zelda-unique-1.jsonl{NOTED}"
    record = {"thread": "m1", "quality": "action", "value": 0.4, "note": "so I was told", "text": "words", "date": ""}
    noted.write_text(json.dumps(record) + "\n" + json.dumps(record | {"value": 0.6}) + "\n", encoding="utf-8")
    taken = store.export("zelda-unique")
    assert [override["value"] for override in taken["overrides"]] == [0.6]
    assert taken["cards"] and "act" in taken["logs"]["zelda-unique-1.jsonl"]
    assert store.forget("zelda-unique") == 1
    assert [path.name for path in tmp_path.glob("*.jsonl")] == [kept.name]
    assert store.cards("ben") and not store.cards("zelda-unique")
    for path in tmp_path.iterdir():
        assert b"zelda-unique" not in path.read_bytes(), f"{path.name} still knows"


def told(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", *words, "--out", str(folder)]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=120)


def test_on_the_command_line(script: Script, tmp_path: Path) -> None:
    played(script, tmp_path, "ben", {"m1": "a"})
    listed = json.loads(told(tmp_path, "drill", "--trainee", "ben", "--list", "--json").stdout)
    n_due = sum(skill["is_due"] for skill in listed["data"]["skills"])
    assert n_due >= 2
    typed = "b\nI will ring you by 19:10 with a room. Jo\n"
    done = told(tmp_path, "drill", "--trainee", "ben", "--count", "2", typed=typed)
    assert done.returncode == 0 and done.stdout.count("Again ") == 2, done.stdout + done.stderr
    listed = json.loads(told(tmp_path, "drill", "--trainee", "ben", "--list", "--json").stdout)
    assert sum(skill["is_due"] for skill in listed["data"]["skills"]) == n_due - 2
    assert "no weak skill" in told(tmp_path, "drill", "--trainee", "eve").stdout
    rows = json.loads(told(tmp_path, "sessions", "--json").stdout)["data"]["sessions"]
    assert [row["trainee"] for row in rows] == ["ben"]
    assert "ben-1.jsonl" in told(tmp_path, "sessions").stdout
    assert told(tmp_path, "sessions", "--delete").returncode == 2
    assert told(tmp_path, "sessions", "--trainee", "ben", "--delete").returncode == 2, "not without --yes"
    taken = tmp_path / "ben.json"
    unknown = told(tmp_path, "sessions", "--trainee", "bent", "--export", str(taken))
    assert unknown.returncode == 2 and "did you mean 'ben'?" in unknown.stderr and not taken.exists()
    assert told(tmp_path, "sessions", "--trainee", "ben", "--export", str(taken), "--delete", "--yes").returncode == 0
    assert json.loads(taken.read_text(encoding="utf-8"))["logs"] and not list(tmp_path.glob("*.jsonl"))
    assert told(tmp_path / "nowhere", "sessions").returncode == 3
