"""Workload B, a small word-of-mouth model: its numbers, its graph, its result and what a correct result is.

Whatever is measured does this work and nothing else. n customers on a Barabasi-Albert graph live 2,880
ticks of 15 minutes (30 days):

- **Experience.** Each tick, each customer has one with chance 1/288, of valence
  v = clip(Normal(.25, .6), -1, 1). First o += .3 (v - o), then l += .1 ((1 + o)/2 - l), then the customer
  posts with chance .25 |v| if v is negative, .10 v otherwise.
- **View.** A post stays 96 ticks in the feed of each neighbour of its author, where the hazard of being
  seen is .03 exp(-age/16) a tick, at most once. First o += .05 (v - o), half of that if the post is
  negative and already answered; then l += .02 ((1 + o)/2 - l); then the viewer reshares with chance .005.
  A reshare is a new post of the viewer, with the same valence and a life of its own.
- **Answer.** First-hand negative posts (never reshares) queue at a desk of ceil(.00025 n) agents: first in
  first out, exponential service of 2 ticks on average. An answer lifts the opinion of the author by
  .15 (1 - o), and of each who has seen the post by .05 (1 - o).

What the statement leaves open is settled here, once for all peers:

- Ages are whole ticks, 1 to 96, and the hazard is continuous: seen by age a with chance
  1 - exp(-.48 (1 - exp(-a/16))), 38 % in all. What falls due after the last tick does not happen.
- Service is continuous; its answer takes effect at the first tick not before its end.
- The order within a tick is free. No customer's tick depends on another's in the same tick by more than
  one view or answer, and no peer is asked to pay for a shuffle.
- Draws are free: each peer uses its own generator, and peers agree as samples of one model do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

N_TICKS = 2_880
TIES_PER_NEWCOMER = 5

OPINION_START, LOYALTY_START = 0.2, 0.6

CHANCE_EXPERIENCE = 1.0 / 288.0
VALENCE_MEAN, VALENCE_SPREAD = 0.25, 0.6
EXPERIENCE_WEIGHT, EXPERIENCE_LOYALTY_WEIGHT = 0.3, 0.1
POST_IF_NEGATIVE, POST_IF_POSITIVE = 0.25, 0.10

POST_LIFE_TICKS = 96
VIEW_HAZARD, VIEW_DECAY_TICKS = 0.03, 16.0
VIEW_WEIGHT, VIEW_LOYALTY_WEIGHT = 0.05, 0.02
ANSWERED_VIEW_WEIGHT = VIEW_WEIGHT / 2.0
CHANCE_RESHARE = 0.005

DESK_AGENTS_PER_CUSTOMER = 0.00025
SERVICE_TICKS = 2.0
AUTHOR_LIFT, VIEWER_LIFT = 0.15, 0.05

OPINION_RANGE = (0.237, 0.260)
LOYALTY_RANGE = (0.608, 0.612)
EVENTS_RANGE = (13.0, 14.6)
"""Events a customer: "about 13.8", which is 10 experiences and what follows from them. Hubs grow with n, and
reshares with them, so the range is 6 % either way."""

OPINION_SPREAD, LOYALTY_SPREAD, EVENTS_SPREAD = 0.23, 0.05, 8.0
"""Standard deviations between customers, rounded up, which say how far a mean over n may stray."""

Words = NDArray[np.int32]


@dataclass(frozen=True)
class Graph:
    """An undirected graph as flat arrays: the ties of person i are `ties[starts[i]:starts[i + 1]]`."""

    starts: Words
    ties: Words

    @property
    def n(self) -> int:
        """The number of people."""
        return len(self.starts) - 1

    def neighbour_lists(self) -> list[list[int]]:
        """The same graph as plain lists of neighbours, for peers written in plain Python."""
        flat, starts = self.ties.tolist(), self.starts.tolist()
        return [flat[starts[i] : starts[i + 1]] for i in range(self.n)]


@dataclass(frozen=True)
class Result:
    """What a run of workload B reports; `posts` are first-hand, `reshares` are the posts of viewers."""

    n: int
    mean_opinion: float
    mean_loyalty: float
    experiences: int
    posts: int
    views: int
    reshares: int
    answers: int

    @property
    def events(self) -> int:
        """All that happened: experiences, posts, views, reshares and answers."""
        return self.experiences + self.posts + self.views + self.reshares + self.answers

    @property
    def events_per_customer(self) -> float:
        """Events for each customer over the 30 days."""
        return self.events / self.n


class IncorrectResultError(ValueError):
    """A result outside the stated correct range: whatever made it did other work."""


def check(result: Result) -> None:
    """Raise `IncorrectResultError` unless the result lies in the stated correct range.

    The range is widened by four standard errors of a mean over n customers, so that small populations
    pass when they are right: at 10,000 opinion may stray by .009, loyalty by .002.
    """
    for name, value, (low, high), spread in (
        ("mean opinion", result.mean_opinion, OPINION_RANGE, OPINION_SPREAD),
        ("mean loyalty", result.mean_loyalty, LOYALTY_RANGE, LOYALTY_SPREAD),
        ("events a customer", result.events_per_customer, EVENTS_RANGE, EVENTS_SPREAD),
    ):
        slack = 4.0 * spread / math.sqrt(result.n)
        if not low - slack <= value <= high + slack:
            raise IncorrectResultError(
                f"{name} is {value:.4f}; correct is {low:g} to {high:g} give or take {slack:.4f}"
            )


def n_desk_agents(n: int) -> int:
    """Agents at the desk of a population of n."""
    return math.ceil(DESK_AGENTS_PER_CUSTOMER * n)


def chance_seen_by(age: float) -> float:
    """The chance that a post has been seen by one neighbour when it is `age` ticks old."""
    return -math.expm1(-VIEW_HAZARD * VIEW_DECAY_TICKS * -math.expm1(-age / VIEW_DECAY_TICKS))


def chance_seen_at(age: int) -> float:
    """The chance that a post unseen at age `age - 1` is seen at `age` (0 at age 0 and after its life)."""
    if not 1 <= age <= POST_LIFE_TICKS:
        return 0.0
    return 1.0 - (1.0 - chance_seen_by(age)) / (1.0 - chance_seen_by(age - 1))


def age_when_seen(draw: float) -> int | None:
    """The age in ticks at which a draw sees a post, `None` for never: the inverse of `chance_seen_by`."""
    if draw >= chance_seen_by(POST_LIFE_TICKS):
        return None
    hazard_spent = -math.log1p(-draw) / (VIEW_HAZARD * VIEW_DECAY_TICKS)
    return max(1, math.ceil(-VIEW_DECAY_TICKS * math.log1p(-hazard_spent)))


def barabasi_albert(n: int, seed: int, m: int = TIES_PER_NEWCOMER) -> Graph:
    """A Barabasi-Albert graph of n > m people: a star of m + 1, then newcomers with m ties each.

    Labels are shuffled, so that hubs do not lie side by side in memory and no one is helped by the order
    of arrival (Barabasi & Albert 1999, "Emergence of scaling in random networks").
    """
    if n <= m:
        raise ValueError(f"n = {n}; a Barabasi-Albert graph with m = {m} needs more than {m} people")
    chance = np.random.default_rng(seed)
    ends = _grown_ties(n, m, chance)
    labels = chance.permutation(n).astype(np.int32)
    return Graph(*_rows(n, labels, ends))


@njit(cache=True)
def _grown_ties(n: int, m: int, chance: np.random.Generator) -> Words:
    """Both ends of each tie, one after the other: a draw among them is a draw in proportion to degree."""
    ends = np.empty(2 * m * (n - m), dtype=np.int32)
    for leaf in range(m):
        ends[2 * leaf], ends[2 * leaf + 1] = 0, leaf + 1
    filled = 2 * m
    for newcomer in range(m + 1, n):
        for k in range(m):
            target = ends[int(chance.random() * filled)]
            while _is_tied(ends, filled, k, target):
                target = ends[int(chance.random() * filled)]
            ends[filled + 2 * k], ends[filled + 2 * k + 1] = newcomer, target
        filled += 2 * m
    return ends


@njit(cache=True)
def _is_tied(ends: Words, filled: int, n_chosen: int, target: int) -> bool:
    """Whether the newcomer, whose ties begin at `filled`, has already chosen `target`."""
    for k in range(n_chosen):  # noqa: SIM110 - a generator costs a compiled loop dear
        if ends[filled + 2 * k + 1] == target:
            return True
    return False


@njit(cache=True)
def _rows(n: int, labels: Words, ends: Words) -> tuple[Words, Words]:
    """Starts and ties of each person, from both ends of each tie."""
    starts = np.zeros(n + 1, dtype=np.int32)
    for end in ends:
        starts[labels[end] + 1] += 1
    for i in range(n):
        starts[i + 1] += starts[i]
    ties, filled = np.empty(len(ends), dtype=np.int32), starts[:-1].copy()
    for k in range(0, len(ends), 2):
        one, other = labels[ends[k]], labels[ends[k + 1]]
        ties[filled[one]], ties[filled[other]] = other, one
        filled[one] += 1
        filled[other] += 1
    return starts, ties
