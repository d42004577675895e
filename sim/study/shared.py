"""What the arms of a world share, done once: graph, people, and the past up to the hour in which they begin to differ.

Arms that differ only in what is dated (statements, incidents, content) live through the same until then. The first arm
is stopped at that hour and copied, and the other goes on from the copy with its own programmes. Other changes, like
those of a desk, count from the beginning of the warm-up: such arms share the graph and the people only.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.core.graph import Graph
from sim.scenario.schema import ASIDE, Scenario
from sim.world.brand import HOUR, NEVER, Content, Incident, Programme, Statement
from sim.world.build import build, graph_of
from sim.world.populate import Settled
from sim.world.simulation import Simulation
from sim.world.world import World

DATED = (Statement, Incident, Content)
"""Programmes that act once, at a known time."""
SETTINGS = ("issues", "perceived", "brands", "segments", "rules")
"""Tables that hold what a scenario says; all others follow from them, the graph and the seed."""
MOST_PEOPLE = 200_000
"""With more people than that, a copy of them or of the past takes more memory than the time it saves is worth."""


class _Latest(threading.local):
    """What a thread drew last."""

    key: tuple[Any, ...] = ()
    graph: Graph

    def __init__(self) -> None:
        self.settled = Settled()


_latest = _Latest()


def shared_graph(scenario: Scenario, seed: int) -> Graph:
    """The graph of a scenario in a world; the latest one of a thread is kept, for the next arm with the same."""
    key = _graph_key(scenario, seed)
    if _latest.key != key:
        _latest.graph = graph_of(scenario, seed)
        _latest.key = key
    return _latest.graph


def newly_built(scenario: Scenario, seed: int) -> World:
    """A world at its beginning, on the graph and with the people of the latest one of this thread if they are the same.

    The bytes are those of a world built alone.
    """
    graph = shared_graph(scenario, seed)
    return build(scenario, seed, graph, settled=_latest.settled if graph.n <= MOST_PEOPLE else None)


def _graph_key(scenario: Scenario, seed: int) -> tuple[Any, ...]:
    """What a graph depends on."""
    network = scenario.graph
    settings = network.model_dump_json()
    if network.file is not None:
        status = Path(network.file).stat() if Path(network.file).exists() else None
        return (settings, status and (status.st_mtime_ns, status.st_size))
    return (settings, scenario.customers.number, seed if network.seed is None else None)


# ---------------------------------------------------------------------------------------------- a common past


def with_pasts(simulation: Simulation, arms: Mapping[str, Scenario]) -> dict[str, World]:
    """By arm: its world at the hour in which it begins to differ, for those that share a past with a simulation.

    simulation: newly built, of the arm they are compared with. It is carried on to the last of these hours.
    """
    first = simulation.world
    if first.n > MOST_PEOPLE:
        return {}
    core = undated(first.scenario)
    worlds = {
        arm: newly_built(scenario, first.seed)
        for arm, scenario in arms.items()
        if undated(scenario) == core
    }
    hours = {arm: same_until(first, world) for arm, world in worlds.items()}
    found = {}
    for arm, hour in sorted(hours.items(), key=lambda each: each[1]):
        if hour > simulation.now:
            simulation.go_to(hour)
        if hour == simulation.now > float(first.tables.start[0]):
            found[arm] = going_on(simulation.world, worlds[arm])
    return found


def undated(scenario: Scenario) -> dict[str, Any]:
    """What a scenario's world is made of, without what is dated."""
    values = {key: value for key, value in scenario.resolved().items() if key not in (*ASIDE, "incidents", "content")}
    return {**values, "brands": [{**brand, "statements": None} for brand in values["brands"]]}


def same_until(one: World, other: World) -> float:
    """The full hour up to which two newly built worlds live through the same; that of their beginning if none is.

    Their scenarios differ in nothing but what is dated.
    """
    begin = float(one.tables.start[0])
    known = all(_same(getattr(one.tables, name), getattr(other.tables, name)) for name in SETTINGS)
    mine, theirs = ([each for each in world.programmes if not isinstance(each, DATED)] for world in (one, other))
    if not known or len(mine) != len(theirs) or not all(map(_same, mine, theirs)):
        return begin
    differing = [*_lacking(one.programmes, other.programmes), *_lacking(other.programmes, one.programmes)]
    return max(begin, min((float(each.due // HOUR) for each in differing), default=one.end))


def going_on(past: World, arm: World) -> World:
    """The world of an arm at the hour to which another lived through the same. arm: as it was built."""
    world = past.copied()
    lived = iter([each for each in world.programmes if not isinstance(each, DATED)])
    programmes = [
        next(lived) if not isinstance(each, DATED) else replace(each, due=NEVER) if each.due < past.now * HOUR else each
        for each in arm.programmes
    ]
    return replace(world, scenario=arm.scenario, programmes=programmes)


def _lacking(some: Sequence[Programme], others: Sequence[Programme]) -> list[Programme]:
    """Those of some dated programmes that are not among others."""
    return [each for each in some if isinstance(each, DATED) and not any(_same(each, other) for other in others)]


def _same(one: Any, other: Any) -> bool:
    """Whether two arrays, or two programmes, are the same to the last bit."""
    if isinstance(one, np.ndarray):
        alike = isinstance(other, np.ndarray) and one.dtype == other.dtype and one.shape == other.shape
        return alike and one.tobytes() == other.tobytes()
    if isinstance(one, DATED) and type(one) is type(other):
        return all(_same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    return type(one) is type(other) and bool(one == other)
