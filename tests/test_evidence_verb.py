"""`sim evidence`: its verdicts, its numbers as JSON, controls that are exactly zero, and a fault that is seen."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from test_claim_files import WORLD

from sim.app.cli import answer
from sim.errors import EXIT_FILE, EXIT_GATE, EXIT_USAGE
from sim.study.claims import Loaded, find, load_claim
from sim.study.evidence import Finding, Outcome, try_claims
from sim.study.workers import Here, workers


def tried(loaded: Loaded, most: int = 20) -> Finding:
    """A claim tried in this process."""
    (found,) = try_claims([loaded], Here(), most=most)
    return found


def written(folder: Path, text: str) -> Loaded:
    """A claim file of a test's own."""
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return load_claim(file)


@pytest.fixture(scope="module")
def reduced() -> dict[str, Any]:
    """What `sim evidence --reduced --json` prints."""
    import contextlib
    import io

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = answer(["evidence", "--reduced", "--runs", "30", "--json"])
    assert code == 0, printed.getvalue()
    whole: dict[str, Any] = json.loads(printed.getvalue())
    return whole


# ------------------------------------------------------------------------------------------------- the reduced set


def test_the_reduced_set_says_of_each_claim_what_came_out(reduced: dict[str, Any]) -> None:
    assert reduced["schema"] == "sim.evidence/1" and reduced["ok"]
    claims = reduced["data"]["claims"]
    assert len(claims) >= 8
    for name, found in claims.items():
        assert {"verdict", "effect", "low", "high", "runs", "source", "literature"} <= found.keys(), name
        assert found["verdict"] in ("shown", "not shown", "undecided"), f"{name}: {found['verdict']}"
        assert found["low"] <= found["effect"] <= found["high"], name
        assert found["literature"]["status"] in ("supported", "contested", "debunked"), name


def test_with_the_mechanism_switched_off_every_effect_is_exactly_zero(reduced: dict[str, Any]) -> None:
    for name, found in reduced["data"]["claims"].items():
        assert found["control"]["is_zero"] is True and found["control"]["largest"] == 0.0, f"{name}: {found['control']}"
        assert found["control"]["runs"] >= 3, name


# ------------------------------------------------------------------------------------------------- verdicts


def test_a_claim_and_its_opposite_are_told_apart(tmp_path: Path) -> None:
    shown = tried(written(tmp_path, WORLD.replace("most_repair: 0", OFF)))
    opposite = tried(written(tmp_path, WORLD.replace("most_repair: 0", OFF).replace("higher", "lower")))
    assert (shown.verdict, opposite.verdict) == ("shown", "not shown"), f"{shown.outcomes}, {opposite.outcomes}"
    assert shown.outcomes[0].effect == opposite.outcomes[0].effect


OFF = (
    "most_repair: 0, crowd.reply.insult: 0, crowd.reply.observed: 0, crowd.reply.reexposure: 0, "
    "crowd.reply.unequal: 0, crowd.sharing.answered: 1, crowd.voice.escalates: 0, crowd.voice.ignored: 0, "
    "crowd.observers.unanswered: 0, crowd.observers.influence: 0"
)
"""What switches replies off wholly; `WORLD` alone forgets the other ways in which they act."""


def test_a_control_that_leaves_an_effect_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The planted fault: repair is switched off, waiting still hurts. The verb says so and leaves with 5."""
    faulty = tried(written(tmp_path, WORLD))
    assert faulty.verdict == "fault" and "switched off" in faulty.reason, faulty.reason
    assert answer(["evidence", str(tmp_path / "mine.yaml"), "--runs", "10", "--json"]) == EXIT_GATE
    data = json.loads(capsys.readouterr().out)["data"]["claims"]["T1"]
    assert data["verdict"] == "fault" and data["control"]["is_zero"] is False and data["control"]["largest"] != 0


def test_listening_alone_is_identical_to_silence_and_a_reply_is_not(tmp_path: Path) -> None:
    silence = "silence: {brands.Acme.policy: silence}"
    text = WORLD.replace(silence, f"{silence}\n  monitor: {{brands.Acme.policy: monitor}}")
    exact = text.replace("relation: higher", "relation: identical, arm: monitor").replace("most_repair: 0", OFF)
    assert tried(written(tmp_path, exact)).verdict == "shown"
    assert tried(written(tmp_path, exact.replace(", arm: monitor", ""))).verdict == "not shown"


def test_too_few_worlds_leave_a_small_effect_undecided(tmp_path: Path) -> None:
    text = WORLD.replace("most_repair: 0", OFF).replace("metric: authors", "metric: population")
    text = text.replace("number: 1_000", "number: 100")
    found = tried(written(tmp_path, text), most=10)
    assert found.verdict == "undecided" and found.runs == 10, f"{found.verdict}: {found.outcomes}"


def test_a_claim_the_model_cannot_try_is_not_shown_with_the_reason(tmp_path: Path) -> None:
    begin, _, rest = WORLD.partition("scenario:\n")
    text = begin + "lacks: weather\nliterature:" + rest.partition("literature:")[2].partition("\nsign:")[0] + "\n"
    found = tried(written(tmp_path, text))
    assert (found.verdict, found.reason, found.runs) == ("not shown", "the model has no weather", 0)


def test_processes_change_nothing() -> None:
    loaded = load_claim(find(["A07"])[0])

    def told(found: Finding) -> list[Outcome]:
        return list(found.outcomes)

    with workers(2) as executor:
        (apart,) = try_claims([loaded], executor, most=10)
    assert told(apart) == told(tried(loaded, most=10))


# ------------------------------------------------------------------------------------------------- the door


def test_the_page_is_one_file_that_loads_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["evidence", "A07", "--runs", "10", "--report", "--out", str(tmp_path), "--quiet"]) == 0
    assert "A07" in capsys.readouterr().out
    (file,) = tmp_path.iterdir()
    page = file.read_text(encoding="utf-8")
    for told in ("was claimed", "How it was tested", "came out", "research says", "decides the direction"):
        assert told in page, told
    assert "<svg" in page and not re.search(r'(src|href)="(?!#)', page.replace("xlink:href", "href"))


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["A99"], EXIT_USAGE, "no claim 'A99'"),
        (["nowhere.yaml"], EXIT_FILE, "nowhere.yaml: no such file"),
        (["A19", "--runs", "3"], EXIT_USAGE, "3 is not in the range 10<=x<=1000000"),
        (["A19", "--full"], EXIT_USAGE, "none of these claims has a full size"),
    ],
)
def test_wrong_usage_is_told_in_a_line(
    words: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["evidence", *words]) == code
    assert told in capsys.readouterr().err
