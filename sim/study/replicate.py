"""One world: one seed and all arms in it, and what each arm did to whom.

A world is one seed. Its arms share every chance that the change does not reach, so that they are compared in
the same world. Where worlds are run, and what is kept of them, is not known here: see `where.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.core.graph import Graph, both_ways
from sim.core.graph_facts import EXACT_WORK, facts, triangle_work, triangles_at
from sim.model.journey import UNAWARE
from sim.scenario.schema import Scenario
from sim.study import series
from sim.study.catalogue import Meaning, meanings, number
from sim.study.metrics import Metrics, measure
from sim.study.shared import newly_built, shared_graph, with_pasts
from sim.study.who import Parts, who
from sim.world import state as s
from sim.world.record import Record
from sim.world.simulation import Simulation


@dataclass(frozen=True)
class Effects:
    """What an arm did to people's attitudes to a brand, against the baseline in the same world.

    Each is a mean difference at the end, on the 0-100 scale of reputation; None for a group without people.
    """

    authors: float | None = number(
        "authors", "attitude of those who complained in public (in either arm)", "points", "higher"
    )
    exposed: float | None = number(
        "exposed", "attitude of those who saw a complaint (in either arm) and made none", "points", "higher"
    )
    customers: float | None = number(
        "customers of day 0", "attitude of the customers of day 0 (in either arm)", "points", "higher"
    )
    prospects: float | None = number(
        "prospects", "attitude of all others who know the brand (in either arm)", "points", "higher"
    )
    population: float | None = number(
        "population", "attitude of all who know the brand (in either arm)", "points", "higher"
    )


EFFECTS: dict[str, Meaning] = meanings(Effects)


@dataclass(frozen=True)
class WorldResult:
    """One world: what each arm came to in it.

    metrics: by arm. effects: by arm (all but the first, the baseline) and brand. people: how many there are
    in each group of `effects`. untainted: by arm, the share of people whom the change did not reach: their
    state is the same in both arms, bit by bit. reputation: by arm, float64 [days, brands] at the midnights
    from day 0 on. who: by arm and brand, the effects apart by segment and reach. Where an arm has other people
    than the baseline (another number, another graph file), `effects`, `who` and `untainted` lack it; where it
    has other brands, `untainted` does.
    """

    seed: int
    metrics: dict[str, Metrics]
    effects: dict[str, dict[str, Effects]]
    people: dict[str, dict[str, dict[str, int]]]
    untainted: dict[str, float]
    reputation: dict[str, np.ndarray]
    who: dict[str, dict[str, Parts]] = field(default_factory=dict)


# ---------------------------------------------------------------------------------------------- one world


@dataclass(frozen=True)
class Lived:
    """A run that came to its end: what happened, on which graph, and the seconds it took to build and to run."""

    record: Record
    graph: Graph
    seconds: Seconds


@dataclass(frozen=True)
class Seconds:
    """How long building a world took, and letting it run."""

    build: float
    run: float


@dataclass(frozen=True)
class Outline:
    """A graph in four numbers (see `sim.core.graph_facts`), cheap enough for every run."""

    nodes: float
    edges: float
    mean_degree: float
    clustering: float


@dataclass(frozen=True)
class Measured:
    """A run in numbers."""

    metrics: Metrics
    graph: Outline
    seconds: Seconds


def live(scenario: Scenario, seed: int, on_day: Callable[[float], None] | None = None) -> Lived:
    """Build a world and let it run to its end. on_day: told the hour after each day (also of the warm-up)."""
    began = time.perf_counter()
    simulation = Simulation(newly_built(scenario, seed))
    built = time.perf_counter()
    while on_day is not None and simulation.now < scenario.end:
        on_day(simulation.step(24.0))
    record = simulation.run()
    return Lived(record, shared_graph(scenario, seed), Seconds(built - began, time.perf_counter() - built))


def measured(scenario: Scenario, seed: int) -> Measured:
    """One run of one scenario in numbers."""
    lived = live(scenario, seed)
    return Measured(measure(lived.record), outline(lived.graph), lived.seconds)


def outline(graph: Graph) -> Outline:
    """A graph's size, mean degree and mean local clustering, as `sim.core.graph_facts.facts` gives them."""
    offsets, targets = both_ways(graph)
    if triangle_work(offsets, targets) > EXACT_WORK:
        clustering = facts(graph).clustering
    else:
        degrees = np.diff(offsets).astype(np.float64)
        pairs = degrees * (degrees - 1) / 2
        closed = series.ratio(triangles_at(offsets, targets), pairs)
        clustering = float(np.where(pairs > 0, closed, 0.0).mean()) if graph.n else 0.0
    mean_degree = len(graph.targets) / graph.n if graph.n else 0.0
    return Outline(graph.n, graph.n_edges, mean_degree, clustering)


def run_arms(arms: Mapping[str, Scenario], seed: int) -> WorldResult:
    """All arms in the world of one seed. The first arm is the baseline, against which effects are measured.

    What arms have in common is done once (see `shared.py`). Raises ValueError without arms.
    """
    if not arms:
        raise ValueError("a world needs at least one arm")
    result = WorldResult(seed, {}, {}, {}, {}, {})
    name, *others = arms
    first = Simulation(newly_built(arms[name], seed))
    begun = with_pasts(first, {arm: arms[arm] for arm in others})
    baseline = first.run()
    for arm, scenario in arms.items():
        if arm == name:
            record = baseline
        else:
            record = Simulation(begun.pop(arm)).run() if arm in begun else live(scenario, seed).record
        result.metrics[arm] = measure(record)
        result.reputation[arm] = reputation_by_day(record)
        if arm != name and len(record.people) == len(baseline.people):
            result.effects[arm], result.people[arm] = effects(baseline, record)
            result.who[arm] = who(baseline, record)
            if record.brands == baseline.brands:
                result.untainted[arm] = share_untainted(baseline, record)
    return result


def reputation_by_day(record: Record) -> np.ndarray:
    """Reputation at each midnight from day 0 on: float64 [days, brands]."""
    return np.stack([series.reputation(record, b)[::24] for b in range(len(record.brands))], axis=1)


# ---------------------------------------------------------------------------------------------- two arms


def effects(baseline: Record, arm: Record) -> tuple[dict[str, Effects], dict[str, dict[str, int]]]:
    """By brand: what the arm did to each group, and how many people the group has. Brands of both arms only."""
    found: dict[str, Effects] = {}
    sizes: dict[str, dict[str, int]] = {}
    was, now = baseline.attitudes(), arm.attitudes()
    for name in baseline.brands:
        if name in arm.brands:
            a, b = baseline.brands.index(name), arm.brands.index(name)
            gain = 50.0 * (now[:, b] - was[:, a])
            members = groups(baseline, a, arm, b)
            found[name] = Effects(
                **{group: float(gain[who].mean()) if who.any() else None for group, who in members.items()}
            )
            sizes[name] = {group: int(who.sum()) for group, who in members.items()}
    return found, sizes


def groups(one: Record, a: int, other: Record, b: int) -> dict[str, np.ndarray]:
    """Who belongs to the groups of `Effects` in one arm or the other, of which a and b are the brand's
    places.

    bool [people] each. A person who does not know the brand in either arm is in no group.
    """
    flags = one.opinions["flags"][:, a] | other.opinions["flags"][:, b]
    knows = (one.opinions["stage"][:, a] != UNAWARE) | (other.opinions["stage"][:, b] != UNAWARE)
    customer = (one.people["cohort"] == a) | (other.people["cohort"] == b)
    author = (flags & s.AUTHOR) != 0
    return {
        "authors": author,
        "exposed": ((flags & s.EXPOSED) != 0) & ~author,
        "customers": customer,
        "prospects": knows & ~customer,
        "population": knows,
    }


def share_untainted(one: Record, other: Record) -> float:
    """Share of people whose whole state is the same in both arms, bit by bit.

    The place of a post or an issue in its table may differ between arms; there, what stands in that place is
    compared. The arms must have the same people and brands.
    """
    same = (_bits(one.people) == _bits(other.people)).all(axis=1)
    alike = []
    for record in (one, other):
        opinions = record.opinions.copy()
        keys = [
            _named(record.posts["key"], opinions["grievance"]),
            _named(record.issue_rows["key"], opinions["issue"]),
        ]
        opinions["grievance"] = opinions["issue"] = 0
        alike.append((_bits(opinions), *keys))
    for mine, theirs in zip(*alike, strict=True):
        same &= (mine == theirs).all(axis=1)
    return float(same.mean())


def _bits(rows: np.ndarray) -> np.ndarray:
    """The bytes of each person's rows: uint8 [people, bytes]."""
    return np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)


def _named(keys: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The keys that stand in some places of a table; 0 for no place (negative)."""
    return np.where(places >= 0, keys[np.maximum(places, 0)] if len(keys) else 0, 0)
