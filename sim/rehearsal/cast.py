"""Who plays the personas: customers of the simulated crowd, with about the followers their author asked for.

A persona is cast when the trainee sits down, so that the days before are those of the scenario. Whom and by whom they
are followed are keyed draws: the same world and persona have the same people, whatever else the moment says.
"""

from __future__ import annotations

import numpy as np

from sim.core.chance import keyed, name_word, stream
from sim.core.ties import units
from sim.model.journey import UNAWARE
from sim.rehearsal.load import Script
from sim.rehearsal.moment import Persona
from sim.world import state as s
from sim.world.world import World

WHO, FOLLOWED_BY = 1, 2


def cast(world: World, script: Script) -> dict[str, int]:
    """Choose a person for each persona, and give them their followers; the number of each by persona's id."""
    parts: dict[str, int] = {}
    for name, persona in script.moment.personas.items():
        parts[name] = _chosen(world, script, name, persona, set(parts.values()))
    wanted = {
        parts[name]: round(persona.followers / script.moment.crowd.stands_for)
        for name, persona in script.moment.personas.items()
    }
    keys = {person: _key(world, name) for name, person in parts.items()}
    _follow(world, wanted, keys)
    return parts


def _key(world: World, name: str) -> int:
    """The key of a persona's draws."""
    return keyed(stream(world.seed, "cast"), name_word(name))


def _draws(key: int, purpose: int, n: int) -> np.ndarray:
    """float64 [n]: one draw a person."""
    drawn: np.ndarray = units(np.uint64(keyed(key, purpose)), n)
    return drawn


def _chosen(world: World, script: Script, name: str, persona: Persona, taken: set[int]) -> int:
    """The person who plays a persona: of its segment, a customer if it is one, with no open complaint.

    Where the crowd has nobody like that, who comes nearest: first the complaint is overlooked, then the brand, then
    the segment.
    """
    tables, brand = world.tables, script.brand
    people, opinions = tables.people, tables.opinions[:, brand]
    free = np.ones(world.n, bool)
    free[list(taken)] = False
    segment = np.ones(world.n, bool)
    if persona.segment is not None:
        segment = people["segment"] == world.segment_names.index(persona.segment)
    fits = people["current"] == brand if persona.customer else opinions["stage"] != UNAWARE
    calm = opinions["grievance"] == s.NO_POST
    order = np.argsort(_draws(_key(world, name), WHO, world.n), kind="stable")
    for able in (free & segment & fits & calm, free & segment & fits, free & segment, free):
        if able.any():
            return int(order[able[order]][0])
    raise AssertionError("a crowd has more people than a moment has personas")


def _follow(world: World, wanted: dict[int, int], keys: dict[int, int]) -> None:
    """Give some people an audience of the wanted size: those they have, and others by keyed draws."""
    tables, n = world.tables, world.n
    rows, strong = [], []
    follows = tables.follows.copy()
    for person in range(n):
        begin, end = tables.offsets[person], tables.offsets[person + 1]
        audience, close = tables.targets[begin:end], tables.strong[begin:end]
        if person in wanted:
            order = np.argsort(_draws(keys[person], FOLLOWED_BY, n), kind="stable")
            own = np.isin(order, audience)
            others = order[~own & (order != person)]
            kept = np.concatenate([order[own], others])[: wanted[person]].astype(np.int32)
            kept.sort()
            np.add.at(follows, np.setdiff1d(kept, audience), 1)
            np.subtract.at(follows, np.setdiff1d(audience, kept), 1)
            friends = audience[close == 1]
            audience, close = kept, np.isin(kept, friends).astype(np.uint8)
        rows.append(audience)
        strong.append(close)
    world.regraph(
        np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        np.concatenate(rows).astype(np.int32), np.concatenate(strong).astype(np.uint8), follows,
    )
