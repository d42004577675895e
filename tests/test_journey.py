"""The journey: moves from stage to stage, consideration that ends, and the funnel it is set against."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import world_of

from sim.model.journey import AWARE, CONSIDERING, CUSTOMER, LAPSED, STAGES, UNAWARE
from sim.scenario.schema import Scenario
from sim.world.build import build
from sim.world.simulation import Simulation

BRANDS = [{"name": "A", "known_by": 0.5}, {"name": "B", "known_by": 0.5, "quality": 0.5}]


def stages(record: Any, brand: int) -> np.ndarray:
    """How many people stand at each stage."""
    return np.bincount(record.opinions[:, brand]["stage"], minlength=len(STAGES))


@pytest.mark.parametrize("linear", [False, True])
def test_moves_from_day_0_lead_from_its_stages_to_those_at_the_end(linear: bool) -> None:
    """Whoever left a stage was there, and the warm-up (a day of moves) does not count."""
    simulation = Simulation(build(world_of(BRANDS, 300, crowd={"journey": {"linear": linear}}), 1))
    simulation.run(until=0.0)
    warmed = simulation.run(until=1e-9)
    assert not warmed.transitions.any()
    end = simulation.run()
    for b in range(2):
        moves = end.transitions[b]
        assert moves.sum() > 100
        assert (stages(end, b) == stages(warmed, b) - moves.sum(axis=1) + moves.sum(axis=0)).all()


def test_who_has_decided_considers_no_more() -> None:
    """Consideration ends with a decision: back to aware, or to lapsed for a former customer; a return is a return."""
    record = Simulation(build(world_of(BRANDS, 300), 1)).run()
    for b in range(2):
        moves = record.transitions[b]
        assert moves[CONSIDERING, AWARE] > 5 and moves[CONSIDERING, LAPSED] > 5 and moves[CONSIDERING, CUSTOMER] > 5
        returned = record.series("returned", b).sum()
        assert moves[LAPSED, CUSTOMER] < returned <= moves[LAPSED, CUSTOMER] + moves[CONSIDERING, CUSTOMER]
    nobody_decides = {"journey": {"purchases": 0, "search_decides": 0}, "choice": {"reconsiders": 0}}
    undecided = Simulation(build(world_of(BRANDS, 300, crowd=nobody_decides), 1)).run().transitions.sum(axis=0)
    assert undecided[AWARE, CONSIDERING] > 50 and undecided[CONSIDERING].sum() == 0


def market(linear: bool) -> Scenario:
    """A market in which people look things up."""
    journey = {"linear": linear, "uses": 0.1, "purchases": 0.1, "searches": 0.2, "discoveries": 0.1}
    voice = {"ordinary": 0.002, "praise": 0.15, "complaint": 0.185}
    return world_of(BRANDS, 1000, 30, crowd={"journey": journey, "voice": voice, "feed": {"view_chance": 0.05}})


def test_a_funnel_skips_no_stage_and_knows_less_of_what_deciders_have_heard() -> None:
    """Jumps are a part of the journey; without them fewer decisions are made by someone warned (A44)."""
    warned = {}
    for linear in (False, True):
        record = Simulation(build(market(linear), 2)).run()
        moves = record.transitions.sum(axis=0)
        jumps = moves[UNAWARE, CONSIDERING:].sum() + moves[AWARE, CUSTOMER] + moves[LAPSED, CUSTOMER]
        assert (jumps == 0) == linear, f"{jumps} jumps with linear {linear}"
        heard = sum(record.series("warned", b).sum() for b in range(2))
        warned[linear] = heard / sum(record.series("weighed", b).sum() for b in range(2))
    assert warned[True] < 0.95 * warned[False], f"share of weighings by who had heard bad: {warned}"
