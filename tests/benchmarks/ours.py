"""Our own engine on workload B, expressed as a scenario: the nearest that the model comes.

The same: customers, graph, 30 days, ten experiences a customer, about .33 complaints and .38 praises, a chance of
.38 to see a post, influence .05, a reshare in 200 views, agents, handling times, and an answer that lifts the
author and those who saw the complaint. Different: satisfaction is a hyperbolic tangent of performance instead of
a clipped normal, and the chance to speak grows with its square; views follow the power law of the feed instead of
an exponential hazard; time is continuous, with events in strict order; and everything is kept that a run
keeps (hourly books, surveys each midnight, a row for each post and reply, who knows what of which story).
Draws are keyed. `mean_loyalty` has no counterpart and is given as not a number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.graph import from_ties
from sim.scenario.schema import Scenario
from sim.world import state as s
from sim.world.build import build
from sim.world.simulation import Simulation

from .measure import Contestant
from .workload_b import Graph, Result, n_desk_agents


def scenario_of(n: int, desk: bool = True) -> Scenario:
    """Workload B as a scenario; without the desk, nobody answers."""
    answering = {
        "policy": "answer",
        "desk": {
            "agents": n_desk_agents(n), "hours": "24/7", "handling_time": "30 min", "listens": "100 %",
            "notice_delay": 0, "drops_after": "1000 days",
        },
    }
    return Scenario.model_validate({
        "scenario": "workload B",
        "clock": {"days": 30, "warm_up": 0},
        "customers": {"number": n},
        "brands": [{
            "name": "brand", "quality": 0.625, "quality_spread": 0.3, "failures": {}, "start": {"share": "100 %"},
            **(answering if desk else {}),
        }],
        "policies": {"answer": {"quality": dict.fromkeys(("action", "ease", "empathy", "honesty", "personal"), 0.5)}},
        "crowd": {
            "experience": {"weight_performance": 1, "weight_disconfirmation": 0, "acceptable": 0.5, "softness": 0.5},
            "attitude": {"learning": 0.3},
            "voice": {"ordinary": 0, "praise": 0.22, "complaint": 0.58, "private": 0, "escalates": 0, "ignored": 0},
            "feed": {"view_chance": "38 %", "strong_tie": 1, "attention": 1e9, "lifetime": "24 h"},
            "sharing": {"base": 0.005, "arousal_weight": 0, "anger": 0, "overload": 1e9, "answered": 1},
            "observers": {"influence": 0.05, "negativity": 1, "strong_tie": 1, "unanswered": 0, "resistance": 0},
            "reply": {"reexposure": 0, "unequal": 0, "notices": 1},
            "journey": {
                "uses": 1 / 3, "purchases": 0, "searches": 0, "discoveries": 0, "diurnal": [1] * 24,
            },
            "choice": {"reconsiders": 0},
        },
    })


def built(n: int, graph: Graph, seed: int) -> Simulation:
    """The world on the benchmark's own graph."""
    sources = np.repeat(np.arange(n, dtype=np.int32), np.diff(graph.starts))
    forward = sources < graph.ties
    return Simulation(build(scenario_of(n), seed, from_ties(n, sources[forward], graph.ties[forward])))


def played(simulation: Simulation) -> Result:
    """Run it, and read the result off its books."""
    simulation.step(math.inf)
    tables = simulation.world.tables
    total = tables.hourly.sum(axis=(0, 1))
    opinions: Any = tables.opinions[:, 0]
    return Result(
        n=simulation.world.n,
        mean_opinion=float((opinions["own"] + opinions["heard"]).mean(dtype=np.float64)),
        mean_loyalty=math.nan,
        experiences=int(total[s.H_USES]),
        posts=int(total[s.H_POSTS]),
        views=int(total[s.H_VIEWS] + total[s.H_REPLY_VIEWS]),
        reshares=int(total[s.H_SHARES]),
        answers=int(total[s.H_REPLIES]),
    )


CONTESTANTS = (
    Contestant(
        "ours", built, played, is_same_work=False,
        note="the nearest scenario: tanh and squares for clip and lines, power-law feed, strict order, full books",
    ),
)
