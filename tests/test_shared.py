"""Arms go on from the past they share: with the bytes of a run of their own, and only where the past is the same."""

from __future__ import annotations

from typing import Any

import pytest
from test_sameness import digest
from worlds import run, storm

from sim.scenario.schema import Scenario
from sim.study import shared
from sim.study.replicate import run_arms
from sim.study.shared import newly_built, same_until, shared_graph, undated, with_pasts
from sim.world import populate
from sim.world.build import build
from sim.world.simulation import Simulation

STATEMENTS: list[dict[str, Any]] = [
    {"at": "day 2 09:00", "explanation": 0.8, "ownership": 0.9, "about": "cancelled", "reach": 0.6},
    {"on_alarm": True, "after": "20 min", "explanation": 0.2, "ownership": 0.3, "reach": 0.4},
    {"at": "day 3 10:30", "explanation": 0.9, "ownership": 0.9, "sincerity": 0.9, "reach": 0.5},
]
INCIDENTS: list[dict[str, Any]] = [
    {"at": "day 1 18:00", "brand": "Skyline", "cause": "cancelled", "affects": 0.6, "severity": 0.6, "vividness": 2.0},
    {"at": "day 2 06:00", "brand": "Northair", "cause": "outage", "segments": ["loud"], "over": "30 min"},
]
SPOKEN = "brands.Skyline.statements"


def differing(change: dict[str, Any], base: Scenario | None = None) -> tuple[Scenario, Scenario]:
    scenario = storm() if base is None else base
    return scenario, scenario.changed(change)


def hour_of(change: dict[str, Any]) -> float | None:
    """The hour to which an arm shares the past of the scenario as it stands; None if it shares none."""
    scenario, arm = differing(change)
    if undated(scenario) != undated(arm):
        return None
    return same_until(build(scenario, 1), build(arm, 1))


@pytest.mark.parametrize(
    ("change", "hour"),
    [
        ({SPOKEN: STATEMENTS[:2]}, 72 + 10),
        ({SPOKEN: [{**STATEMENTS[0], "reach": 0.1}, *STATEMENTS[1:]]}, 48 + 9),
        ({SPOKEN: STATEMENTS[1:]}, 48 + 9),
        ({SPOKEN: [*STATEMENTS, {**STATEMENTS[0], "at": "day 1 06:40"}]}, 24 + 6),
        ({SPOKEN: [STATEMENTS[0], STATEMENTS[1], {**STATEMENTS[2], "ownership": 0.1}]}, 72 + 10),
        ({SPOKEN: [STATEMENTS[0], {**STATEMENTS[1], "after": "40 min"}, STATEMENTS[2]]}, -24),
        ({"incidents": [INCIDENTS[0], {**INCIDENTS[1], "over": "3 h"}]}, 48 + 6),
        ({"incidents": [{**INCIDENTS[0], "at": "day 1 20:15"}, INCIDENTS[1]]}, 24 + 18),
        ({"incidents": INCIDENTS[:1]}, -24),
        ({"content.0.reach": 0.2}, 12),
        ({}, 96),
        ({"brands.Skyline.policy": "template"}, None),
        ({"crowd.voice.praise": 0.5}, None),
    ],
    ids=str,
)
def test_the_past_is_shared_as_long_as_it_is_the_same(change: dict[str, Any], hour: float | None) -> None:
    assert hour_of(change) == hour
    scenario, arm = differing(change)
    first = Simulation(build(scenario, 1, shared_graph(scenario, 1)))
    begun = with_pasts(first, {"arm": arm})
    assert bool(begun) == (hour is not None and hour > -24)
    if begun:
        assert begun["arm"].now == hour
        assert digest(Simulation(begun["arm"]).run()) == digest(run(arm))
    assert digest(first.run()) == digest(run(scenario)), "the first arm does not feel it"


def test_a_world_of_arms_has_the_bytes_of_runs_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = storm()
    arms = {
        "later": scenario.changed({SPOKEN: STATEMENTS[:1]}),
        "human": scenario,
        "template": scenario.changed({"brands.Skyline.policy": "template"}),
        "earlier": scenario.changed({SPOKEN: [{**STATEMENTS[0], "at": "day 1 20:00"}, *STATEMENTS[1:]]}),
        "silent": scenario.changed({SPOKEN: []}),
    }
    for seed in (1, 2):
        together = run_arms(arms, seed)
        with monkeypatch.context() as alone:
            alone.setattr(shared, "MOST_PEOPLE", 0)
            assert repr(run_arms(arms, seed)) == repr(together)


def test_a_planted_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario, arm = differing({SPOKEN: [{**STATEMENTS[0], "reach": 0.1}, *STATEMENTS[1:]]})
    first = Simulation(build(scenario, 1, shared_graph(scenario, 1)))
    monkeypatch.setattr(shared, "same_until", lambda one, other: 60.0)
    assert digest(Simulation(with_pasts(first, {"arm": arm})["arm"]).run()) != digest(run(arm)), "three hours too late"


@pytest.mark.parametrize(
    ("change", "same_people"),
    [
        ({"brands.Skyline.policy": "template"}, True),
        ({"brands.Skyline.desk.agents": 9, SPOKEN: []}, True),
        ({"crowd.voice.praise": 0.5}, True),
        ({"customers.number": 200}, False),
        ({"customers.seed": 7}, False),
        ({"customers.segments.0.expectations": 0.1}, False),
        ({"brands.Skyline.quality": 0.5}, False),
        ({"brands.Skyline.start.share": 0.1}, False),
        ({"brands.Skyline.known_by": 0.1}, False),
        ({"clock.warm_up": "2 days"}, False),
        ({"crowd.attitude.spread": 0.05}, False),
    ],
    ids=str,
)
def test_people_are_drawn_once_for_all_arms_that_have_the_same(
    change: dict[str, Any], same_people: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, arm = differing(change)
    drawn: list[int] = []
    settle = populate.settle
    monkeypatch.setattr(populate, "settle", lambda tables, *of: (drawn.append(len(tables.people)), settle(tables, *of)))
    newly_built(scenario, 5)
    first = len(drawn)
    found = digest(Simulation(newly_built(arm, 5)).run())
    assert (len(drawn) == first) is same_people
    assert found == digest(Simulation(build(arm, 5)).run())
    newly_built(arm, 6)
    assert len(drawn) > first, "another world has other people"


def test_people_of_another_scenario_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: people are taken up whatever they were drawn from."""
    scenario, arm = differing({"brands.Skyline.quality": 0.5})
    settled = populate.Settled()
    build(scenario, 5, settled=settled)
    faulty = build(arm, 5, settled=populate.Settled())
    mine = (faulty.tables.people, faulty.tables.opinions, faulty.tables.sums)
    for table, known in zip(mine, settled.held, strict=True):
        table[...] = known
    assert digest(Simulation(faulty).run()) != digest(Simulation(build(arm, 5)).run())
