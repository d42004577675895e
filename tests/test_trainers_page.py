"""The trainers' page does what it says: its commands run, its snippets are read, its tables are complete."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from sim.app.cli import answer
from sim.rehearsal.moment import QUALITIES
from sim.rehearsal.trigger import FUNCTIONS, trigger

PAGE = (Path(__file__).parents[1] / "docs" / "TRAINERS.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (sim .+)$", PAGE, re.MULTILINE)


def test_its_commands_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From an empty folder to a debrief, as a trainer would type it (fewer worlds, for time)."""
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) == 4
    fewer = {"playtest": ["-n", "2", "--jobs", "1"]}
    for command in COMMANDS:
        words = re.findall(r'"[^"]+"|\S+', command)[1:]
        monkeypatch.setattr("sys.stdin", io.StringIO("wait 4\ninbox\nthread m1\nreply m1 b\nwait 60\n"))
        assert answer([*(word.strip('"') for word in words), *fewer.get(words[0], [])]) == 0, command
    capsys.readouterr()
    assert answer(["debrief", "sessions/sold_out-1.jsonl", "--worlds", "4", "--futures", "2", "--jobs", "1", "-q"]) == 0
    assert capsys.readouterr().out.startswith("Sold out: ")


def test_its_conditions_are_read_and_none_is_missing() -> None:
    quoted = re.findall(r"`([a-z]+)\(", PAGE)
    assert set(quoted) == set(FUNCTIONS)
    for condition in re.findall(r'^    when: "(.+)"$', PAGE, re.MULTILINE):
        trigger(condition)


def test_its_qualities_are_those_of_the_model() -> None:
    assert re.findall(r"^\| (action|ease|empathy|honesty|personal) \|", PAGE, re.MULTILINE) == list(QUALITIES)
