"""SimPy, twice: a process a post, the desk a `simpy.Resource`, and experiences written leanly or as is usual.

What both do: a post is a process that knows when each neighbour will see it, sleeps from one view to the
next and ends with the last; a negative post starts a second process that waits for an agent, is served and
answers. In the lean one, experiences come from one process that jumps to the next (tick, customer) cell that has
one. In the usual one each customer is a process, which sleeps from one experience of its own to the next.

What is fair: nothing is polled, so SimPy is asked to do only what it is good at. What is not: customers are
plain objects, as its users write them; arrays would not help, because events come one by one.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import simpy

from .. import workload_b as b
from ..measure import Contestant

Steps = Generator[simpy.Event, Any, None]


@dataclass(slots=True)
class Customer:
    """A customer and the neighbours who get to read the posts."""

    opinion: float = b.OPINION_START
    loyalty: float = b.LOYALTY_START
    neighbours: list[Customer] = field(default_factory=list, repr=False)

    def feel(self, valence: float, weight: float, loyalty_weight: float) -> None:
        """Opinion moves towards the valence, then loyalty towards the opinion."""
        self.opinion += weight * (valence - self.opinion)
        self.loyalty += loyalty_weight * ((1.0 + self.opinion) / 2.0 - self.loyalty)


@dataclass(slots=True)
class Post:
    """A post, who has seen it, and whether it has been answered."""

    author: Customer
    valence: float
    answered: bool = False
    seen_by: list[Customer] = field(default_factory=list, repr=False)


class Town:
    """The population, its desk, and what happened."""

    def __init__(self, graph: b.Graph, seed: int, is_lean: bool = True) -> None:
        self.chance = Random(seed)
        self.env = simpy.Environment()
        self.desk = simpy.Resource(self.env, capacity=b.n_desk_agents(graph.n))
        self.customers = [Customer() for _ in range(graph.n)]
        for customer, neighbours in zip(self.customers, graph.neighbour_lists(), strict=True):
            customer.neighbours = [self.customers[i] for i in neighbours]
        self.n_experiences = self.n_posts = self.n_views = self.n_reshares = self.n_answers = 0
        if is_lean:
            self.env.process(self.experiences())
        else:
            for customer in self.customers:
                self.env.process(self.life(customer))

    def life(self, customer: Customer) -> Steps:
        """One customer's experiences, each so many ticks after the last: geometric, the first may be at tick 0."""
        log_none, wait = math.log1p(-b.CHANCE_EXPERIENCE), 0
        while True:
            yield self.env.timeout(wait + int(math.log(1.0 - self.chance.random()) / log_none))
            self.experience(customer)
            wait = 1

    def experiences(self) -> Steps:
        """Everybody's experiences, in order of tick and customer."""
        n, cell, log_none = len(self.customers), -1, math.log1p(-b.CHANCE_EXPERIENCE)
        while True:
            cell += 1 + int(math.log(1.0 - self.chance.random()) / log_none)
            tick, who = divmod(cell, n)
            if tick > self.env.now:
                yield self.env.timeout(tick - self.env.now)
            self.experience(self.customers[who])

    def experience(self, customer: Customer) -> None:
        """One experience of one customer, who may post about it."""
        self.n_experiences += 1
        valence = max(-1.0, min(1.0, self.chance.gauss(b.VALENCE_MEAN, b.VALENCE_SPREAD)))
        customer.feel(valence, b.EXPERIENCE_WEIGHT, b.EXPERIENCE_LOYALTY_WEIGHT)
        rate = b.POST_IF_NEGATIVE if valence < 0.0 else b.POST_IF_POSITIVE
        if self.chance.random() < rate * abs(valence):
            self.n_posts += 1
            post = Post(customer, valence)
            self.env.process(self.spread(post))
            if valence < 0.0:
                self.env.process(self.answer(post))

    def spread(self, post: Post) -> Steps:
        """The life of a post: sleep until the next neighbour sees it."""
        born = self.env.now
        ages = ((b.age_when_seen(self.chance.random()), viewer) for viewer in post.author.neighbours)
        views = [(age, viewer) for age, viewer in ages if age is not None]
        views.sort(key=lambda view: view[0])
        for age, viewer in views:
            if born + age > self.env.now:
                yield self.env.timeout(born + age - self.env.now)
            self.view(post, viewer)

    def view(self, post: Post, viewer: Customer) -> None:
        """One neighbour sees the post, and may reshare it."""
        self.n_views += 1
        weight = b.ANSWERED_VIEW_WEIGHT if post.answered else b.VIEW_WEIGHT
        viewer.feel(post.valence, weight, b.VIEW_LOYALTY_WEIGHT)
        post.seen_by.append(viewer)
        if self.chance.random() < b.CHANCE_RESHARE:
            self.n_reshares += 1
            self.env.process(self.spread(Post(viewer, post.valence)))

    def answer(self, post: Post) -> Steps:
        """A negative post in the desk's line, until it is answered."""
        with self.desk.request() as agent:
            yield agent
            yield self.env.timeout(self.chance.expovariate(1.0 / b.SERVICE_TICKS))
        self.n_answers += 1
        post.answered = True
        post.author.opinion += b.AUTHOR_LIFT * (1.0 - post.author.opinion)
        for viewer in post.seen_by:
            viewer.opinion += b.VIEWER_LIFT * (1.0 - viewer.opinion)

    def result(self) -> b.Result:
        """What the workload asks for."""
        n = len(self.customers)
        return b.Result(
            n=n,
            mean_opinion=sum(customer.opinion for customer in self.customers) / n,
            mean_loyalty=sum(customer.loyalty for customer in self.customers) / n,
            experiences=self.n_experiences,
            posts=self.n_posts,
            views=self.n_views,
            reshares=self.n_reshares,
            answers=self.n_answers,
        )


def build(_n: int, graph: b.Graph, seed: int) -> Town:
    """The town before the first tick."""
    return Town(graph, seed)


def build_usual(_n: int, graph: b.Graph, seed: int) -> Town:
    """The same town, in which each customer is a process."""
    return Town(graph, seed, is_lean=False)


def play(town: Town) -> b.Result:
    """All ticks."""
    town.env.run(until=b.N_TICKS)
    return town.result()


CONTESTANTS = (
    Contestant("SimPy", build, play, n_repeated=100_000, n_most=1_000_000, note="lean: a process a post"),
    Contestant(
        "SimPy usual", build_usual, play, n_repeated=10_000, n_most=1_000_000,
        note="a process a customer and a process a post",
    ),
)
