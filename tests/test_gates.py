"""Gates for scripts: how a condition is read, what it is judged by, and the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli_run import PLAIN, Sim, sim  # noqa: F401  (a fixture)
from worlds import storm

from sim.errors import EXIT_GATE, EXIT_USAGE, UserError
from sim.study.gates import Constant, Level, gate
from sim.study.replicate import WorldResult, run_arms

ARMS = ["baseline", "round the clock", "round the clock.v2", "a<b"]
BRANDS = ["Skyline", "Air.One"]


@pytest.fixture(scope="module")
def worlds() -> list[WorldResult]:
    scenario = storm(n=120)
    arms = {"human": scenario, "silence": scenario.changed({"brands.Skyline.policy": "silence"})}
    return [run_arms(arms, seed) for seed in (1, 2, 3)]


def test_arms_brands_and_metrics_may_have_blanks_dots_and_signs() -> None:
    found = gate("round the clock.v2.Air.One.reputation.end <= round the clock.retention", ARMS, BRANDS)
    assert found.left == Level("round the clock.v2", "Air.One", "reputation.end")
    assert found.right == Level("round the clock", "Skyline", "retention")
    assert found.sign == "<="
    assert gate("a<b.nps<12", ARMS, BRANDS).left == Level("a<b", "Skyline", "nps")


@pytest.mark.parametrize(
    ("text", "number"), [("93 %", 0.93), ("93%", 0.93), ("-4.5", -4.5), ("1e3", 1000), (".5", 0.5)]
)
def test_numbers_may_be_parts_of_a_hundred(text: str, number: float) -> None:
    assert gate(f"baseline.retention>{text}", ARMS, BRANDS).right == Constant(pytest.approx(number))


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("baseline.retentoin < 1", "retention"),
        ("basline.retention < 1", "baseline"),
        ("baseline.Skyline.reputation.ned < 1", "reputation.end"),
        ("baseline.retention", "has none of"),
        ("1 < 2", "two numbers"),
        ("baseline.retention < __import__('os')", "no arm"),
        ("", "has none of"),
    ],
)
def test_what_is_no_gate_is_told_with_the_nearest_name(text: str, cure: str) -> None:
    with pytest.raises(UserError, match=cure):
        gate(text, ARMS, BRANDS)


def test_a_gate_is_judged_by_the_paired_means(worlds: list[WorldResult]) -> None:
    arms = ["human", "silence"]
    verdict = gate("silence.staff_hours < human.staff_hours", arms, ["Skyline"]).judge(worlds)
    levels = [[world.metrics[arm].of("Skyline")["staff_hours"] or 0.0 for world in worlds] for arm in arms]
    assert verdict.failed and verdict.runs == 3
    assert verdict.right == pytest.approx(sum(levels[0]) / 3) and verdict.left == pytest.approx(sum(levels[1]) / 3)
    assert not gate("silence.staff_hours > human.staff_hours", arms, ["Skyline"]).judge(worlds).failed
    effect = gate("silence.population < human.population", arms, ["Skyline"]).judge(worlds)
    assert effect.right == 0.0
    assert effect.left == pytest.approx(sum(w.effects["silence"]["Skyline"].population or 0 for w in worlds) / 3)


def test_what_cannot_be_judged_does_not_pass(worlds: list[WorldResult]) -> None:
    verdict = gate("silence.ttfr_minutes.median > 1e9", ["human", "silence"], ["Skyline"]).judge(worlds)
    assert verdict.failed and verdict.left is None and verdict.runs == 0


def test_a_failed_gate_is_one_line_and_exit_code_5(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    study = ("compare", "late.yaml", "--arms", "silence", "--runs", "2", *PLAIN)
    holds, fails = "silence.staff_hours >= 0", "silence.staff_hours > 1"
    found = sim(*study, "-q", "--fail-if", holds, "--fail-if", fails)
    assert found.code == EXIT_GATE
    (line,) = [line for line in found.err.splitlines() if line.startswith("gate failed")]
    assert holds in line and "2 worlds" in line
    assert sim(*study, "--fail-if", fails).code == 0
    told = sim(*study, "--json", "--fail-if", holds, "--fail-if", fails)
    assert told.code == EXIT_GATE
    assert [each["failed"] for each in told.data["gates"]] == [True, False]
    wrong = sim(*study, "--fail-if", "silense.nps < 3", "--out", "other")
    assert wrong.code == EXIT_USAGE and "silence" in wrong.err and not (tmp_path / "other").exists()
