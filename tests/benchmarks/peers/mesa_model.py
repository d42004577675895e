"""Mesa 3.3: customers are agents with a `step()`, and every agent steps every tick.

What it does: each tick the model calls `step` on all customers and then on the desk's agents. A customer
may have an experience, then looks through a feed, a plain list of posts to which neighbours append.
Neighbours are plain lists of agents, which costs less than a `NetworkGrid` or a `Network` space. "Mesa"
calls the customers with `do`, in a fixed order, which the workload permits; "Mesa shuffled" with
`shuffle_do`, the random activation that Mesa's guide teaches, which costs about 1.6 times as much.

What is fair: this is how Mesa's guide writes a model, less what costs time and changes nothing: no data
collector, no space, one test for an empty feed, and the chance of a view at each age looked up. What is
not: almost all steps find nothing to do, and a Mesa user in need of speed would keep a list of the active,
schedule events or leave Python; that is the subject of the comparison.
"""

from __future__ import annotations

from collections import deque

import mesa

from .. import workload_b as b
from ..measure import Contestant

CHANCE_SEEN_AT = [b.chance_seen_at(age) for age in range(b.POST_LIFE_TICKS + 1)]


class Post:
    """A post, who has seen it, and whether it has been answered."""

    __slots__ = ("answered", "author", "born", "seen_by", "valence")

    def __init__(self, author: Customer, valence: float, born: int) -> None:
        self.author, self.valence, self.born = author, valence, born
        self.answered = False
        self.seen_by: list[Customer] = []


class Customer(mesa.Agent):
    """A customer: an opinion, a loyalty, neighbours and a feed."""

    model: Town

    def __init__(self, model: Town) -> None:
        super().__init__(model)
        self.opinion, self.loyalty = b.OPINION_START, b.LOYALTY_START
        self.neighbours: list[Customer] = []
        self.feed: list[Post] = []

    def step(self) -> None:
        """One tick of a customer's life."""
        if self.random.random() < b.CHANCE_EXPERIENCE:
            self.experience()
        if self.feed:
            self.read_feed()

    def experience(self) -> None:
        """Have an experience, and perhaps post about it."""
        self.model.n_experiences += 1
        valence = max(-1.0, min(1.0, self.random.gauss(b.VALENCE_MEAN, b.VALENCE_SPREAD)))
        self.feel(valence, b.EXPERIENCE_WEIGHT, b.EXPERIENCE_LOYALTY_WEIGHT)
        rate = b.POST_IF_NEGATIVE if valence < 0.0 else b.POST_IF_POSITIVE
        if self.random.random() < rate * abs(valence):
            self.model.n_posts += 1
            post = self.publish(valence)
            if valence < 0.0:
                self.model.line.append(post)

    def feel(self, valence: float, weight: float, loyalty_weight: float) -> None:
        """Opinion moves towards the valence, then loyalty towards the opinion."""
        self.opinion += weight * (valence - self.opinion)
        self.loyalty += loyalty_weight * ((1.0 + self.opinion) / 2.0 - self.loyalty)

    def publish(self, valence: float) -> Post:
        """Put a post in the feed of each neighbour."""
        post = Post(self, valence, self.model.steps)
        for neighbour in self.neighbours:
            neighbour.feed.append(post)
        return post

    def read_feed(self) -> None:
        """Look at each post with the chance of its age; keep those unseen and not too old."""
        tick, kept = self.model.steps, []
        for post in self.feed:
            age = tick - post.born
            if self.random.random() < CHANCE_SEEN_AT[age]:
                self.view(post)
            elif age < b.POST_LIFE_TICKS:
                kept.append(post)
        self.feed = kept

    def view(self, post: Post) -> None:
        """See a post, and perhaps reshare it."""
        self.model.n_views += 1
        weight = b.ANSWERED_VIEW_WEIGHT if post.answered else b.VIEW_WEIGHT
        self.feel(post.valence, weight, b.VIEW_LOYALTY_WEIGHT)
        post.seen_by.append(self)
        if self.random.random() < b.CHANCE_RESHARE:
            self.model.n_reshares += 1
            self.publish(post.valence)


class DeskAgent(mesa.Agent):
    """One who answers: takes the oldest post in line, is busy with it, answers, takes the next."""

    model: Town

    def __init__(self, model: Town) -> None:
        super().__init__(model)
        self.post: Post | None = None
        self.busy_until = 0.0

    def step(self) -> None:
        """Answer what is done by this tick, and take what can be begun."""
        while self.busy_until <= self.model.steps:
            if self.post is not None:
                self.answer(self.post)
                self.post = None
            if not self.model.line:
                return
            self.post = self.model.line.popleft()
            start = max(self.busy_until, float(self.post.born))
            self.busy_until = start + self.random.expovariate(1.0 / b.SERVICE_TICKS)

    def answer(self, post: Post) -> None:
        """Lift the author, and all who have seen the post."""
        self.model.n_answers += 1
        post.answered = True
        post.author.opinion += b.AUTHOR_LIFT * (1.0 - post.author.opinion)
        for viewer in post.seen_by:
            viewer.opinion += b.VIEWER_LIFT * (1.0 - viewer.opinion)


class Town(mesa.Model):
    """The population, its desk, the line before it, and what happened."""

    def __init__(self, graph: b.Graph, seed: int, is_shuffled: bool = False) -> None:
        super().__init__(seed=seed)
        self.is_shuffled = is_shuffled
        self.line: deque[Post] = deque()
        self.n_experiences = self.n_posts = self.n_views = self.n_reshares = self.n_answers = 0
        self.customers = Customer.create_agents(self, graph.n)
        self.desk = DeskAgent.create_agents(self, b.n_desk_agents(graph.n))
        everybody = list(self.customers)
        for customer, neighbours in zip(everybody, graph.neighbour_lists(), strict=True):
            customer.neighbours = [everybody[i] for i in neighbours]

    def step(self) -> None:
        """One tick; Mesa counts them in `steps`."""
        if self.is_shuffled:
            self.customers.shuffle_do("step")
        else:
            self.customers.do("step")
        self.desk.do("step")

    def result(self) -> b.Result:
        """What the workload asks for."""
        return b.Result(
            n=len(self.customers),
            mean_opinion=float(self.customers.agg("opinion", sum)) / len(self.customers),
            mean_loyalty=float(self.customers.agg("loyalty", sum)) / len(self.customers),
            experiences=self.n_experiences,
            posts=self.n_posts,
            views=self.n_views,
            reshares=self.n_reshares,
            answers=self.n_answers,
        )


def build(_n: int, graph: b.Graph, seed: int) -> Town:
    """The town before the first tick."""
    return Town(graph, seed)


def build_shuffled(_n: int, graph: b.Graph, seed: int) -> Town:
    """The same town, with random activation."""
    return Town(graph, seed, is_shuffled=True)


def play(town: Town) -> b.Result:
    """All ticks."""
    for _ in range(b.N_TICKS):
        town.step()
    return town.result()


CONTESTANTS = (
    Contestant("Mesa", build, play, n_repeated=1_000, n_most=10_000, note="every agent steps every tick"),
    Contestant(
        "Mesa shuffled", build_shuffled, play, n_repeated=1_000, n_most=10_000, note="in random order"
    ),
)
