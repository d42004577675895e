"""Who lives in a world when it begins: segments, brands, expectations, attitudes near their long-run values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.chance import exponential, gumbel, keyed, normal, unit
from sim.core.compiled import entrance, in_place
from sim.model.experience import Experience, performance, satisfaction
from sim.model.journey import AWARE, CUSTOMER, UNAWARE, later
from sim.scenario.brand import Brand
from sim.scenario.schema import Scenario
from sim.world import state as s
from sim.world.opinion import add_to_sums, plan
from sim.world.purpose import WAIT

SEGMENT, BRAND, KNOWS, LEANS = range(1, 5)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(21)


def long_run_attitude(brand: Brand, experience: Experience) -> float:
    """The attitude to which a customer's experiences with a brand lead, -1..1: mean satisfaction in the long run.

    Expectation is then the mean performance. The mean is taken over quality (Gauss-Hermite) and over failures.
    """
    spread = experience.quality_spread if brand.quality_spread is None else brand.quality_spread
    cases = [(1.0 - sum(failure.chance for failure in brand.failures.values()), 0.0)]
    for failure in brand.failures.values():
        if failure.severity is None:
            cases.append((failure.chance * (1 - experience.share_major), experience.loss_minor))
            cases.append((failure.chance * experience.share_major, experience.loss_major))
        else:
            cases.append((failure.chance, failure.severity))
    weights = WEIGHTS / WEIGHTS.sum()
    outcomes = [
        (max(0.0, chance) * float(weight), performance(brand.quality, spread, float(z), loss))
        for chance, loss in cases
        for z, weight in zip(NODES, weights, strict=True)
    ]
    expected = sum(weight * delivered for weight, delivered in outcomes)
    return sum(
        weight * satisfaction(
            delivered, expected, experience.acceptable, experience.weight_performance,
            experience.weight_disconfirmation, experience.loss_aversion, experience.softness,
        )
        for weight, delivered in outcomes
    )


def shares_of_market(scenario: Scenario) -> np.ndarray:
    """Share of all people each brand has at the start; what is not stated is an equal part of the rest.

    Having no brand counts as one of the equal parts.
    """
    stated = [brand.start.share for brand in scenario.brands]
    rest = 1.0 - sum(share for share in stated if share is not None)
    unstated = sum(share is None for share in stated)
    return np.array([max(0.0, rest) / (unstated + 1) if share is None else share for share in stated])


def starting_attitudes(scenario: Scenario, shares: np.ndarray) -> np.ndarray:
    """float64 [brands, 2]: mean attitude at the start of those who have a brand, and of others who know it."""
    crowd = scenario.crowd
    means = np.zeros((len(scenario.brands), 2))
    for b, brand in enumerate(scenario.brands):
        mine = long_run_attitude(brand, crowd.experience)
        others = crowd.attitude.outsiders * mine
        if brand.start.reputation is not None:
            known = shares[b] + (1.0 - shares[b]) * brand.known_by
            mean = (shares[b] * mine + (1.0 - shares[b]) * brand.known_by * others) / known if known else mine
            shift = brand.start.reputation / 50.0 - 1.0 - mean
            mine, others = mine + shift, others + shift
        means[b] = mine, others
    return means


def mean_delivered(brand: Brand, experience: Experience) -> float:
    """What a customer has come to expect of a brand: quality less the failures' mean loss, 0..1."""
    minor_or_major = (
        (1 - experience.share_major) * experience.loss_minor + experience.share_major * experience.loss_major
    )
    loss = sum(
        failure.chance * (minor_or_major if failure.severity is None else failure.severity)
        for failure in brand.failures.values()
    )
    return min(1.0, max(0.0, brand.quality - loss))


@dataclass
class Settled:
    """The people of the world settled last: of the next one with the same (another arm), they are copied, not drawn."""

    drawn_from: tuple[Any, ...] = ()
    held: tuple[np.ndarray, ...] = ()

    def settle(self, tables: s.Tables, *given: Any) -> None:
        """Do as the function `settle` does."""
        mine = (tables.people, tables.opinions, tables.sums)
        worlds = (tables.start, tables.segments["expectations"], tables.brands["key"])
        drawn_from = (len(tables.people), *(np.asarray(each).tobytes() for each in (*worlds, *given)))
        if drawn_from == self.drawn_from:
            for table, known in zip(mine, self.held, strict=True):
                table[...] = known
            return
        settle(tables, *given)
        self.drawn_from, self.held = drawn_from, tuple(table.copy() for table in mine)


def populate(tables: s.Tables, scenario: Scenario, key: int, settled: Settled | None = None) -> None:
    """Give everyone a segment, perhaps a brand, and an opinion of each brand. settled: people that may be the same."""
    shares = shares_of_market(scenario)
    attitudes = starting_attitudes(scenario, shares)
    experience = scenario.crowd.experience
    (settle if settled is None else settled.settle)(
        tables,
        np.uint64(key),
        np.cumsum([segment.share for segment in scenario.customers.segments]),
        shares,
        attitudes,
        np.array([mean_delivered(brand, experience) for brand in scenario.brands]),
        np.array([brand.known_by for brand in scenario.brands]),
        experience.expectation_start,
        scenario.crowd.attitude.spread,
    )
    prior = scenario.crowd.choice.rating_prior
    tables.desks["rating_weight"] = prior
    tables.desks["rating_total"] = prior * attitudes[:, 0]
    tables.desks["since"] = tables.start[0]
    tables.desks["rating"] = np.floor(20.0 * attitudes[:, 0] + 0.5) / 20.0


@entrance
def settle(
    w: Any, start: int, segments: Any, shares: Any, attitudes: Any, delivered: Any, known_by: Any, naive: float,
    spread: float,
) -> None:
    """Draw segment, brand and opinions of each person, keyed by the person (and the brand's name)."""
    hour = np.int64(math.floor(w.start[0]))
    for who in range(w.people.size):
        key = keyed(start, who)
        person = w.people[who]
        person.segment = min(np.searchsorted(segments, unit(keyed(key, SEGMENT)), side="right"), segments.size - 1)
        person.current = first_brand(w, keyed(key, BRAND), shares)
        person.cohort = person.current
        shift = w.segments[person.segment].expectations
        for b in range(w.brands.size):
            mine = person.current == b
            o = w.opinions[who, b]
            about = keyed(key, w.brands[b].key)
            knows = mine or unit(keyed(about, KNOWS)) < known_by[b]
            o.own = min(1.0, max(-1.0, attitudes[b, 0 if mine else 1] + spread * normal(keyed(about, LEANS))))
            o.expectation = min(1.0, max(0.0, (delivered[b] if mine else naive) + shift))
            o.heard_hour = hour
            o.before = o.own
            o.seen_at = o.failed_at = o.heard_good = o.heard_bad = -math.inf
            o.grievance = s.NO_POST
            o.pace = 1.0
            o.issue = s.NO_ISSUE
            o.stage = CUSTOMER if mine else AWARE if knows else UNAWARE
            if knows:
                add_to_sums(w, o, b, 0 if mine else 1, 1.0)


@in_place
def first_brand(w: Any, key: int, shares: Any) -> int:
    """The brand someone has at the start: each with its share, none with what is left, keyed by name."""
    best = s.NO_BRAND
    left = 1.0 - shares.sum()
    highest = math.log(left) + gumbel(keyed(key, 0)) if left > 1e-12 else -math.inf
    for b in range(w.brands.size):
        if shares[b] > 0.0:
            draw = math.log(shares[b]) + gumbel(keyed(key, w.brands[b].key))
            if draw > highest:
                highest = draw
                best = b
    return best


@entrance
def plan_first_moments(w: Any) -> None:
    """Put everyone's first moment, and the first hour, on the calendar."""
    rule = w.rules[0]
    total = rule.journey_uses + rule.journey_purchases + rule.journey_searches + rule.journey_discoveries
    for who in range(w.people.size):
        rate = total * w.segments[w.people[who].segment].activity
        if rate > 0.0:
            key = keyed(keyed(w.streams[s.S_MOMENT], who), -1)
            wait = 24.0 * exponential(keyed(key, WAIT)) / rate
            plan(w, later(w.start[0], wait, w.rhythm), s.MOMENT, who, 0)
    plan(w, w.start[0] + 1.0, s.HOUR, 0, 0)
