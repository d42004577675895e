"""Arms in the same worlds: effects, who was reached, intervals and wins, and the same bytes in any process."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
import pytest
from scipy import stats
from worlds import storm, world_of

from sim.core.graph_facts import facts
from sim.scenario.schema import Scenario
from sim.study.compare import HEADLINES, MEANINGS, Comparison, Difference, compare, difference, interval, saved
from sim.study.replicate import (
    WorldResult,
    effects,
    groups,
    live,
    measured,
    outline,
    run_arms,
    share_untainted,
)
from sim.study.seeds import seed_of_run
from sim.study.shared import shared_graph
from sim.study.workers import jobs_for, ordered, workers
from sim.world import state as s
from sim.world.record import Record


def armed(**brand: Any) -> Scenario:
    """A storm in which the first brand is changed."""
    scenario = storm(n=150)
    return scenario.changed({f"brands.Skyline.{key}": value for key, value in brand.items()})


@pytest.fixture(scope="module")
def arms() -> dict[str, Scenario]:
    return {"human": armed(), "template": armed(policy="template"), "silence": armed(policy="silence")}


def worlds(arms: Mapping[str, Scenario], seeds: Sequence[int], executor: Executor) -> Iterator[WorldResult]:
    return ordered(executor, run_arms, [(dict(arms), seed) for seed in seeds])


@pytest.fixture(scope="module")
def study(arms: dict[str, Scenario]) -> list[WorldResult]:
    with workers(1) as executor:
        return list(worlds(arms, [seed_of_run(1, k) for k in range(8)], executor))


@pytest.fixture(scope="module")
def comparison(study: list[WorldResult]) -> Comparison:
    return compare(study)


# ------------------------------------------------------------------------------------- who was reached


def lives(*scenarios: Scenario) -> list[Record]:
    return [live(scenario, 1).record for scenario in scenarios]


def test_an_arm_that_changes_nothing_reaches_nobody() -> None:
    result = run_arms({"one": armed(), "other": armed()}, 1)
    assert result.untainted == {"other": 1.0}
    assert result.metrics["one"] == result.metrics["other"]
    for gains in result.effects["other"].values():
        assert set(dataclasses.astuple(gains)) <= {0.0}


def test_listening_without_answering_is_silence() -> None:
    calm = {"desk.alarm": None, "statements": []}
    silence, monitor = lives(armed(policy="silence", **calm), armed(policy="monitor", **calm))
    assert monitor.hourly[:, 0, s.H_NOTICED].sum() > 0
    assert share_untainted(silence, monitor) == 1.0


def test_one_changed_bit_of_one_person_is_noticed() -> None:
    one, other = lives(armed(), armed())
    own = other.opinions["own"]
    own[17, 1] = np.nextafter(own[17, 1], np.float32(2))
    assert share_untainted(one, other) == pytest.approx(1 - 1 / 150)
    other.people["current"][[17, 30]] = 7
    assert share_untainted(one, other) == pytest.approx(1 - 2 / 150)


def test_the_place_of_a_post_in_its_table_is_no_difference() -> None:
    one, other = lives(armed(), armed())
    shifted = dataclasses.replace(other, posts=np.concatenate([other.posts[:1], other.posts]))
    waiting = shifted.opinions["grievance"]
    waiting[waiting >= 0] += 1
    assert (waiting >= 0).sum() > 10
    assert share_untainted(one, shifted) == 1.0
    waiting[waiting >= 0] += 1
    assert share_untainted(one, shifted) < 1.0


def test_a_reply_reaches_some_and_not_all(study: list[WorldResult]) -> None:
    quiet = {"voice": {"complaint": 0.1, "praise": 0.1, "ordinary": 0.01}, "journey": {"searches": 0.05}}
    brands = [{"name": "A", "policy": "human"}, {"name": "B"}]
    scenario = world_of(brands, n=600, days=2, crowd=quiet)
    result = run_arms({"human": scenario, "silence": scenario.changed({"brands.A.policy": "silence"})}, 1)
    assert 0.2 < result.untainted["silence"] < 1
    assert all(0 <= world.untainted["template"] < 1 for world in study)


# ------------------------------------------------------------------------------------- effects on groups


def test_groups_are_counted_by_hand() -> None:
    one, other = lives(armed(), armed(policy="silence"))
    members = groups(one, 0, other, 0)
    was, now = one.attitudes()[:, 0], other.attitudes()[:, 0]
    gains, sizes = effects(one, other)
    found: dict[str, list[float]] = {name: [] for name in members}
    for who in range(len(one.people)):
        flags = int(one.opinions["flags"][who, 0]) | int(other.opinions["flags"][who, 0])
        gain = 50 * (now[who] - was[who])
        knows = one.opinions["stage"][who, 0] > 0 or other.opinions["stage"][who, 0] > 0
        customer = 0 in (one.people["cohort"][who], other.people["cohort"][who])
        for name, belongs in (
            ("authors", flags & s.AUTHOR),
            ("exposed", flags & s.EXPOSED and not flags & s.AUTHOR),
            ("customers", customer),
            ("prospects", knows and not customer),
            ("population", knows),
        ):
            if belongs:
                found[name].append(float(gain))
    for name, values in found.items():
        assert sizes["Skyline"][name] == len(values) > 0, name
        assert getattr(gains["Skyline"], name) == pytest.approx(sum(values) / len(values))


def test_a_group_without_people_has_no_effect() -> None:
    mute = {"ordinary": 0, "praise": 0, "complaint": 0, "private": 0}
    scenario = world_of([{"name": "A"}], crowd={"voice": mute})
    result = run_arms({"one": scenario, "other": scenario}, 1)
    gains = result.effects["other"]["A"]
    assert gains.authors is None and gains.exposed is None
    assert gains.population == 0.0


def test_arms_with_other_people_have_metrics_and_no_effects() -> None:
    result = run_arms({"few": storm(n=60), "more": storm(n=80)}, 1)
    assert set(result.metrics) == {"few", "more"}
    assert result.effects == {} and result.untainted == {}
    found = compare([result]).differences["more"]["Skyline"]
    assert found["population"] == Difference(None, None, None, 0, 0)
    assert found["reputation.end"].mean is not None


def test_arms_with_other_brands_are_compared_on_those_they_share() -> None:
    one = world_of([{"name": "A"}, {"name": "B"}])
    other = world_of([{"name": "A"}])
    found = compare([run_arms({"two": one, "one": other}, 1)])
    assert set(found.differences["one"]) == {"A"}
    assert found.untainted == {"one": None}


# ------------------------------------------------------------------------------------- differences


def test_a_difference_is_the_paired_t_interval() -> None:
    draws = np.random.default_rng(3)
    was = draws.normal(50, 5, 12)
    now = was + draws.normal(1, 2, 12)
    found = difference(was.tolist(), now.tolist())
    expected = stats.ttest_rel(now, was).confidence_interval(0.95)
    assert found.mean == pytest.approx((now - was).mean())
    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert found.wins == (now > was).sum() and found.runs == 12
    assert found.pairing == pytest.approx((was.var(ddof=1) + now.var(ddof=1)) / (now - was).var(ddof=1))
    assert difference(was.tolist(), now.tolist(), "lower").wins == 12 - found.wins


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    draws = np.random.default_rng(5).normal(3, 1, (4000, 6))
    covered = np.mean([low <= 3 <= high for low, high in (interval(values) for values in draws) if low and high])
    too_narrow = np.mean([abs(values.mean() - 3) <= 1.96 * values.std(ddof=1) / math.sqrt(6) for values in draws])
    assert covered == pytest.approx(0.95, abs=0.014)
    assert too_narrow < 0.92, "the normal distribution would be too narrow: this test can tell"


def test_what_is_not_defined_in_a_world_is_left_out() -> None:
    found = difference([1.0, None, 3.0, 4.0], [2.0, 5.0, None, 6.0])
    assert (found.mean, found.runs, found.wins) == (1.5, 2, 2)
    assert difference([None], [1.0]) == Difference(None, None, None, 0, 0)


def test_one_world_has_no_interval() -> None:
    found = difference([1.0], [2.0])
    assert (found.mean, found.low, found.high, found.wins, found.runs) == (1.0, None, None, 1, 1)
    assert not found.is_clear and found.pairing is None


def test_rounding_noise_is_no_win() -> None:
    total = 0.1 + 0.2
    found = difference([0.3, 0.3], [total, total])
    assert total != 0.3
    assert found.wins == 0 and found.mean == 0.0 and not found.is_clear
    assert difference([0.3, 0.3], [0.3001, 0.3001]).wins == 2


def test_pairing_saves_nothing_between_unrelated_worlds() -> None:
    draws = np.random.default_rng(9).normal(50, 5, (2, 4000))
    unrelated = saved(draws[0], draws[1])
    related = saved(draws[0], draws[0] + np.random.default_rng(1).normal(0, 1, 4000))
    assert unrelated == pytest.approx(1, abs=0.1)
    assert related is not None and related > 20


# ------------------------------------------------------------------------------------- a study


def test_pairing_pays_between_arms(comparison: Comparison) -> None:
    for arm in comparison.arms:
        pairing = comparison.of(arm, "Northair", "reputation.end").pairing
        assert pairing is not None and pairing > 2, f"{arm}: {pairing}"


def test_differences_are_those_of_the_worlds(comparison: Comparison, study: list[WorldResult]) -> None:
    assert comparison.baseline == "human" and comparison.arms == ("template", "silence")
    for metric in ("retention", "staff_hours", "replies", "views_unanswered"):
        was = [world.metrics["human"].of("Skyline")[metric] for world in study]
        now = [world.metrics["silence"].of("Skyline")[metric] for world in study]
        change = [(b or 0) - (a or 0) for a, b in zip(was, now, strict=True)]
        found = comparison.of("silence", "Skyline", metric)
        assert found.mean == pytest.approx(sum(change) / len(change))
        better = {"higher": 1, "lower": -1, "neither": 1}[MEANINGS[metric].better]
        assert found.wins == sum(better * gain > 0 for gain in change)
    assert comparison.of("silence", "Skyline", "replies").wins == 0
    assert comparison.of("silence", "Skyline", "staff_hours").wins == 8
    assert comparison.of("silence", "Skyline", "ttfr_minutes.median").runs == 0
    authors = comparison.of("silence", "Skyline", "authors")
    assert authors.mean == pytest.approx(np.mean([world.effects["silence"]["Skyline"].authors for world in study]))


def test_the_baseline_can_be_any_arm(arms: dict[str, Scenario], comparison: Comparison) -> None:
    turned = {"silence": arms["silence"], "human": arms["human"]}
    with workers(1) as executor:
        found = compare(list(worlds(turned, [seed_of_run(1, k) for k in range(8)], executor)))
    for metric in ("reputation.end", "population", "nps", "authors"):
        one, other = found.of("human", "Skyline", metric), comparison.of("silence", "Skyline", metric)
        assert one.mean == pytest.approx(-(other.mean or 0))
        assert one.low == pytest.approx(-(other.high or 0))


def test_the_json_holds_what_other_programs_read(comparison: Comparison) -> None:
    told = json.loads(json.dumps(comparison.as_json(), allow_nan=False))
    for brands in told["differences"].values():
        for found in brands.values():
            assert set(found) == set(MEANINGS)
            for one in found.values():
                assert set(one) == {"mean", "low", "high", "wins", "runs"}
    assert set(HEADLINES) <= set(MEANINGS)
    assert 0 <= told["untainted"]["silence"] <= 1
    assert told["people"]["silence"]["Skyline"]["authors"] > 0
    assert set(told["levels"]) == {"human", "template", "silence"}


# ------------------------------------------------------------------------------------- wherever it runs


def as_bytes(results: list[WorldResult]) -> str:
    return repr(
        [
            (each.seed, each.metrics, each.effects, each.untainted, each.reputation["human"].tobytes().hex())
            for each in results
        ]
    )


@pytest.mark.filterwarnings("error")
def test_a_process_that_was_given_a_larger_world_is_not_replaced() -> None:
    """Replaced, it would load all compiled code anew, hear interrupts, and have the user read of a memory leak."""
    with workers(2) as executor:
        took = list(ordered(executor, holding, [(400_000_000, 1.2)] * 6))
    assert len({process for process, _ in took}) <= 2
    assert max(size for _, size in took) > 300_000_000


def test_processes_end_when_the_one_that_started_them_is_killed() -> None:
    code = (
        "import os, time\nfrom sim.study.workers import ordered, workers\n"
        "def whose(seconds):\n    time.sleep(seconds)\n    return os.getpid()\n"
        "with workers(2) as pool:\n    print(*set(ordered(pool, whose, [(0.1,)] * 4)), flush=True)\n"
        "    list(ordered(pool, time.sleep, [(600,)] * 4))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        theirs = [int(number) for number in process.stdout.readline().split()]
        assert theirs and all(is_there(number) for number in theirs)
        process.kill()
    until = time.monotonic() + 20
    while any(is_there(number) for number in theirs):
        assert time.monotonic() < until, "they are still there"
        time.sleep(0.1)


def is_there(process: int) -> bool:
    """Whether a process lives."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


HELD: list[np.ndarray] = []


def holding(size: int, seconds: float) -> tuple[int, int]:
    """Which process this is, and how much it holds on to."""
    if not HELD:
        HELD.append(np.ones(size, np.uint8))
    time.sleep(seconds)
    return os.getpid(), HELD[0].nbytes


def test_two_processes_give_the_same_bytes_as_one(arms: dict[str, Scenario], study: list[WorldResult]) -> None:
    with workers(2) as executor:
        apart = list(worlds(arms, [world.seed for world in study], executor))
    assert as_bytes(apart) == as_bytes(study)
    assert as_bytes(apart[::-1]) != as_bytes(study)


def test_seeds_of_runs_are_distinct_and_readable() -> None:
    seeds = [seed_of_run(7, k) for k in range(2000)]
    assert seeds[0] == 7
    assert len(set(seeds)) == 2000
    assert max(seeds) < 2**53
    assert not set(seeds[1:]) & {seed_of_run(8, k) for k in range(1, 2000)}


def test_work_goes_to_other_processes_only_where_it_pays() -> None:
    assert jobs_for(None, left=19, seconds_each=0.01) == 1
    assert jobs_for(4, left=19, seconds_each=0.01) == 4
    assert jobs_for(4, left=2, seconds_each=10) == 2
    assert jobs_for(4, left=0, seconds_each=10) == 1


def test_the_first_error_of_a_run_comes_out() -> None:
    broken = storm().model_copy(update={"brands": ()})
    with pytest.raises(Exception, match=r"."), workers(1) as executor:
        list(worlds({"broken": broken}, [1], executor))


def test_arms_share_the_graph_of_a_world() -> None:
    one, other = storm(), armed(policy="silence")
    graph = shared_graph(storm(n=150), 1)
    assert shared_graph(other, 1) is graph
    assert shared_graph(other, 2) is not graph
    assert shared_graph(one, 2) is not shared_graph(other, 2)
    pinned = other.changed({"graph.seed": 5})
    assert shared_graph(pinned, 1) is shared_graph(pinned, 2)


def test_the_outline_of_a_graph_agrees_with_its_facts() -> None:
    graph = shared_graph(storm(n=400), 3)
    known = facts(graph)
    found = outline(graph)
    assert (found.nodes, found.edges) == (known.nodes, known.edges)
    assert found.mean_degree == known.mean_degree
    assert found.clustering == pytest.approx(known.clustering, rel=1e-12)


def test_a_run_told_day_by_day_is_the_same_run() -> None:
    hours: list[float] = []
    by_day = live(storm(), 1, hours.append).record
    assert hours == [0.0, 24.0, 48.0, 72.0, 96.0]
    assert measured(storm(), 1).metrics == measured(storm(), 1).metrics
    assert by_day.opinions.tobytes() == live(storm(), 1).record.opinions.tobytes()
