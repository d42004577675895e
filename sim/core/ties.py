"""The compiled loops that draw ties; what they are drawn for is in `sim.core.generate`.

Ties with unequal chances are found by jumping to the next candidate at an upper chance and thinning (Batagelj
& Brandes 2005; Miller & Hagberg 2011): a pair is met at most once, by itself, so none repeats and the work
follows the ties. All `key` arguments are uint64. Loops that fill `sources` and `targets` (int32) return how
many ties they found, and write no more than there is room for.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.chance import keyed, normal, unit
from sim.core.compiled import njit
from sim.core.graph import Flags, Ids, Places

Weights = NDArray[np.float64]
ATTEMPTS = 64
"""Draws of a partner before the next free one is taken instead."""


@njit
def units(key: int, n: int) -> Any:
    """float64 [n]: one draw on (0, 1) for each person."""
    drawn = np.empty(n)
    for i in range(n):
        drawn[i] = unit(keyed(key, i))
    return drawn


@njit
def lognormals(key: int, n: int, spread: float) -> Any:
    """float64 [n]: one lognormal weight each, median 1, `spread` the standard deviation of its logarithm."""
    drawn = np.empty(n)
    for i in range(n):
        drawn[i] = math.exp(spread * normal(keyed(key, i)))
    return drawn


def paretos(key: np.uint64, n: int, exponent: float) -> Weights:
    """float64 [n]: weights >= 1 whose density falls as weight^-exponent (exponent above 1).

    The weights are the same for every key, at even steps of the distribution; the key only deals them out.
    Drawn freely, the largest would differ tenfold from seed to seed.
    """
    ranks = np.empty(n)
    ranks[np.argsort(units(key, n), kind="stable")] = np.arange(1, n + 1)
    return np.asarray(powers(ranks / n, -1.0 / (exponent - 1.0)))


@njit
def powers(bases: Weights, exponent: float) -> Any:
    """float64 [n]: each of `bases` (above 0) to the power of `exponent`."""
    raised = np.empty(len(bases))
    for i in range(len(bases)):
        raised[i] = math.exp(exponent * math.log(bases[i]))
    return raised


@njit
def next_candidate(key: int, place: int, last: int, bound: float) -> int:
    """The next place in [place, last) drawn with chance `bound` each; `last` where there is none."""
    if bound >= 1.0:
        return place
    if bound <= 0.0:
        return last
    jump = math.log(unit(key)) / math.log1p(-bound)
    return last if jump >= last - place else place + int(jump)


@njit
def expected_pairs(order: Ids, weights: Weights, starts: Places, scale: float) -> float:
    """Expected number of pairs of `draw_pairs` over each block; at scale 0, the sum of the products of
    weights.
    """
    total = 0.0
    for block in range(len(starts) - 1):
        first, last = starts[block], starts[block + 1]
        certain, rest = first, 0.0
        for place in range(first, last):
            rest += weights[order[place]]
        certain_weight = 0.0
        if scale > 0.0:
            while certain < last and scale * weights[order[first]] * weights[order[certain]] >= 1.0:
                certain_weight += weights[order[certain]]
                certain += 1
        passed = 0.0
        for place in range(first, last):
            own = weights[order[place]]
            passed += own
            while certain > place + 1 and scale * own * weights[order[certain - 1]] < 1.0:
                certain -= 1
                certain_weight -= weights[order[certain]]
            if certain > place + 1:
                total += certain - (place + 1) + scale * own * (rest - certain_weight)
            else:
                total += own * (rest - passed) * (scale if scale > 0.0 else 1.0)
    return total


@njit
def draw_pairs(
    key: int, order: Ids, weights: Weights, starts: Places, scale: float, community: Ids, sources: Ids,
    targets: Ids,
) -> int:
    """Draw pairs within each block of `order`, each with chance min(1, scale x both weights).

    Block b is `order[starts[b]:starts[b+1]]`, heaviest first; `weights` are by person. Where `community` is
    not empty, pairs of one community are left out.
    """
    found = 0
    ranked = weights[order]
    for block in range(len(starts) - 1):
        last = starts[block + 1]
        for place in range(starts[block], last - 1):
            person = order[place]
            own, key_own = ranked[place], keyed(key, person)
            bound = min(1.0, scale * own * ranked[place + 1])
            step = 0
            other_place = next_candidate(keyed(key_own, step), place + 1, last, bound)
            while other_place < last:
                chance = min(1.0, scale * own * ranked[other_place])
                accepted = chance >= bound or unit(keyed(key_own, step + 1)) * bound < chance
                other = order[other_place]
                if accepted and (len(community) == 0 or community[person] != community[other]):
                    if found < len(sources):
                        sources[found], targets[found] = person, other
                    found += 1
                step += 2
                bound = chance
                other_place = next_candidate(keyed(key_own, step), other_place + 1, last, bound)
    return found


@njit
def expected_arcs(activity: Weights, popularity: Weights, order: Ids, scale: float) -> float:
    """Expected number of follows of `draw_arcs`."""
    n = len(order)
    ranked = popularity[order]
    rest = np.zeros(n + 1)
    for place in range(n - 1, -1, -1):
        rest[place] = rest[place + 1] + ranked[place]
    total = 0.0
    for fan in range(n):
        low, high = 0, n
        while low < high:
            middle = (low + high) // 2
            if scale * activity[fan] * ranked[middle] >= 1.0:
                low = middle + 1
            else:
                high = middle
        total += low + scale * activity[fan] * rest[low]
        total -= min(1.0, scale * activity[fan] * popularity[fan])
    return total


@njit
def draw_arcs(
    key: int, activity: Weights, popularity: Weights, order: Ids, scale: float, fans: Ids, stars: Ids
) -> int:
    """Draw who follows whom, each with chance min(1, scale x the fan's activity x the star's popularity).

    `order` holds all people, most popular first.
    """
    found, last = 0, len(order)
    ranked = popularity[order]
    for fan in range(last):
        key_own = keyed(key, fan)
        bound = min(1.0, scale * activity[fan] * ranked[0])
        step = 0
        place = next_candidate(keyed(key_own, step), 0, last, bound)
        while place < last:
            star = order[place]
            chance = min(1.0, scale * activity[fan] * ranked[place])
            if star != fan and (chance >= bound or unit(keyed(key_own, step + 1)) * bound < chance):
                if found < len(fans):
                    fans[found], stars[found] = fan, star
                found += 1
            step += 2
            bound = chance
            place = next_candidate(keyed(key_own, step), place + 1, last, bound)
    return found


@njit
def draw_ring(key: int, n: int, half: float, rewiring: float, sources: Ids, targets: Ids) -> int:
    """Tie each person to the next `half` on a ring of `n`, and rewire some ties to anyone outside that reach.

    Where `half` is no whole number, the farthest neighbour is tied with the chance left over.
    """
    found = 0
    reach = math.ceil(half)
    for i in range(n):
        for distance in range(1, reach + 1):
            key_own = keyed(keyed(key, i), distance)
            chance = min(1.0, half - (distance - 1))
            if 2 * distance == n:
                chance = 2.0 * chance if 2 * i < n else 0.0
            if unit(keyed(key_own, 0)) >= chance:
                continue
            target = (i + distance) % n
            if unit(keyed(key_own, 1)) < rewiring:
                for attempt in range(ATTEMPTS):
                    other = int(unit(keyed(key_own, 2 + attempt)) * n)
                    if min((other - i) % n, (i - other) % n) > reach:
                        target = other
                        break
            if found < len(sources):
                sources[found], targets[found] = i, target
            found += 1
    return found


@njit
def mark_ring(offsets: Places, targets: Ids, reach: int, strong: Flags) -> None:
    """Set `strong` to 1 on ties to people at most `reach` away on the ring."""
    n = len(offsets) - 1
    for i in range(n):
        for place in range(offsets[i], offsets[i + 1]):
            if min((targets[place] - i) % n, (i - targets[place]) % n) <= reach:
                strong[place] = 1


@njit
def everyone_else(n: int) -> Any:
    """int32 [n(n-1)]: for each person all others, ascending."""
    targets = np.empty(n * (n - 1), np.int32)
    place = 0
    for i in range(n):
        for j in range(n):
            if j != i:
                targets[place] = j
                place += 1
    return targets


@njit
def grow(
    key: int, n: int, core: int, half: float, triad_chance: float, sources: Ids, targets: Ids
) -> int:
    """Grow a graph: `core` people who all know each other, then newcomers with `half` ties each.

    A newcomer's first tie goes to someone drawn in proportion to ties; each further one with `triad_chance`
    to a neighbour of the one so drawn last, else again to someone drawn in proportion to ties.
    """
    most = core * (core - 1) // 2 + (n - core) * math.ceil(half)
    ends = np.empty(2 * most, np.int32)
    room = 2 * math.ceil(half) + core
    circle = np.empty(n * room + 8 * most, np.int32)
    begins = np.arange(n) * room
    rooms = np.full(n, room)
    counts = np.zeros(n, np.int64)
    free = n * room
    met = np.full(n, -1, np.int32)
    found = 0

    for newcomer in range(1, n):
        key_own = keyed(key, newcomer)
        wanted = newcomer
        if newcomer >= core:
            wanted = int(half)
            if unit(keyed(key_own, 0)) < half - wanted:
                wanted += 1
            wanted = min(wanted, newcomer)
        met[newcomer] = newcomer
        known = 2 * found
        famous, step = -1, 1
        for made in range(wanted):
            other = made if newcomer < core else -1
            if famous >= 0 and unit(keyed(key_own, step)) < triad_chance:
                start = int(unit(keyed(key_own, step + 1)) * counts[famous])
                for turn in range(counts[famous]):
                    friend = circle[begins[famous] + (start + turn) % counts[famous]]
                    if met[friend] != newcomer:
                        other = friend
                        break
            step += 2
            if other < 0:
                for _ in range(ATTEMPTS):
                    drawn = unit(keyed(key_own, step))
                    step += 1
                    other = ends[int(drawn * known)] if known else int(drawn * newcomer)
                    if met[other] != newcomer:
                        break
                while met[other] == newcomer:
                    other = (other + 1) % newcomer
                famous = other
            met[other] = newcomer
            ends[2 * found], ends[2 * found + 1] = newcomer, other
            if found < len(sources):
                sources[found], targets[found] = newcomer, other
            found += 1
            for a, b in ((newcomer, other), (other, newcomer)):
                if counts[a] == rooms[a]:
                    circle[free : free + counts[a]] = circle[begins[a] : begins[a] + counts[a]]
                    begins[a] = free
                    rooms[a] *= 2
                    free += rooms[a]
                circle[begins[a] + counts[a]] = b
                counts[a] += 1
    return found
