"""The desk against queueing theory: complaints come as a Poisson stream, c agents, exponential handling (Erlang C)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from worlds import world_of

from sim.core.chance import exponential, keyed, stream
from sim.world import state as s
from sim.world.build import build
from sim.world.crowd import SERVICE, draft, plan
from sim.world.simulation import Simulation

HANDLING = 0.1
"""Mean handling time, hours (6 minutes)."""
DAYS = 60
BATCHES = 30


def erlang_c(arrivals: float, agents: int) -> tuple[float, float]:
    """Chance to wait, and mean wait in minutes, for `arrivals` an hour (Erlang 1917)."""
    load = arrivals * HANDLING
    top = load**agents / math.factorial(agents) * agents / (agents - load)
    wait = top / (sum(load**k / math.factorial(k) for k in range(agents)) + top)
    return wait, 60.0 * wait / (agents / HANDLING - arrivals)


def waits(arrivals: float, agents: int, spread: float = 1.0) -> np.ndarray:
    """Minutes each complaint waited at the desk of a world in which complaining is all that happens."""
    desk = {
        "agents": agents, "hours": "24/7", "handling_time": "6 min", "spread": spread, "notice_delay": 0,
        "drops_after": "1000 days",
    }
    scenario = world_of(
        [{"name": "Desk", "policy": "human", "desk": desk}], 50, DAYS,
        graph={"kind": "random", "mean_degree": 0}, clock={"days": DAYS, "warm_up": 0},
        policies={"human": {"triage": "oldest first", "channel": "private"}},
        crowd={"journey": {"uses": 0, "purchases": 0, "searches": 0, "discoveries": 0}, "voice": {"escalates": 0}},
    )
    world = build(scenario, 3)
    key, now, keys = stream(11, "arrivals"), 0.0, []
    n = int(arrivals * 24 * DAYS * 1.2)
    world.tables = world.tables._replace(posts=np.zeros(n, s.POST_ROW))
    world.make_room(n)
    while (now := now + exponential(keyed(key, len(keys))) / arrivals) < 24.0 * DAYS - 12:
        own = keyed(keyed(key, 1), len(keys))
        idx = draft(world.tables, now, s.PRIVATE, len(keys) % 50, 0, 0, -0.5, 0.5, 1.0, 0.0, np.uint64(own))
        plan(world.tables, now, s.NOTICED, len(keys) % 50, idx)
        keys.append(own)
    replies = Simulation(world).run().replies
    assert len(replies) == len(keys), "every complaint was answered, each once"
    served = np.array([
        HANDLING * ((1 - spread) + spread * exponential(keyed(keys[reply["post"]], SERVICE))) for reply in replies
    ])
    order = np.argsort(replies["post"])
    result: np.ndarray = 60.0 * np.maximum(0.0, replies["delay"] - served)[order]
    return result


def off_by(sample: np.ndarray, expected: float) -> float:
    """How many standard errors the mean of a correlated sample lies from `expected` (by batch means)."""
    batches = np.array([batch.mean() for batch in np.array_split(sample, BATCHES)])
    return float((batches.mean() - expected) / (batches.std(ddof=1) / math.sqrt(BATCHES)))


@pytest.mark.parametrize(("arrivals", "agents", "chance", "minutes"), [
    (20, 3, 0.444, 2.67), (20, 4, 0.174, 0.52), (60, 8, 0.357, 1.07), (60, 9, 0.196, 0.39), (120, 14, 0.482, 1.45),
])
def test_waiting_is_as_erlang_says(arrivals: int, agents: int, chance: float, minutes: float) -> None:
    expected = erlang_c(arrivals, agents)
    assert expected == pytest.approx((chance, minutes), abs=0.006), "the published table"
    waited = waits(arrivals, agents)
    who = (waited > 1e-6).astype(float)
    assert abs(off_by(who, expected[0])) < 4, (who.mean(), expected[0])
    assert abs(off_by(waited, expected[1])) < 4, (waited.mean(), expected[1])


def test_an_agent_more_or_a_steady_hand_is_noticed() -> None:
    """The negative control: the same sample is refused for one agent more, and for handling that never varies."""
    waited = waits(20, 3)
    assert abs(off_by(waited, erlang_c(20, 4)[1])) > 8
    assert abs(off_by(waits(20, 3, spread=0.0), erlang_c(20, 3)[1])) > 8


def test_a_desk_with_too_few_agents_falls_behind_as_fast_as_arithmetic_says() -> None:
    """With arrivals above capacity the line grows by (arrivals - agents / handling) an hour."""
    desk = {"agents": 2, "hours": "24/7", "handling_time": "6 min", "notice_delay": 0, "drops_after": "1000 days"}
    scenario = world_of(
        [{"name": "Desk", "policy": "human", "desk": desk}], 50, 5,
        graph={"kind": "random", "mean_degree": 0}, clock={"days": 5, "warm_up": 0},
        crowd={"journey": {"uses": 0, "purchases": 0, "searches": 0, "discoveries": 0}, "voice": {"escalates": 0}},
    )
    world = build(scenario, 3)
    n = 120 * 30
    world.tables = world.tables._replace(posts=np.zeros(n + 8, s.POST_ROW))
    world.make_room(n)
    for k in range(n):
        idx = draft(world.tables, k / 30, s.PRIVATE, k % 50, 0, 0, -0.5, 0.5, 1.0, 0.0, np.uint64(keyed(5, k)))
        plan(world.tables, k / 30, s.NOTICED, k % 50, idx)
    record = Simulation(world).run()
    grown = record.hourly[-1, 0, s.H_WAITING]
    assert grown == pytest.approx((30 - 20) * 120, abs=4 * math.sqrt(20 * 120)), grown
