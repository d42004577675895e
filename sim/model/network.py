"""Who knows whom: the social graph customers' stories travel on (the `graph:` of a scenario).

A real graph can be read from a file; else one is drawn, of one of six kinds. The default, `communities`, is
the only one of them that meets what friendship graphs look like all at once: many friends of friends who know
each other, a few people with very many ties, and well-connected people knowing each other. The drawing
itself is no marketing rule and lives in `sim.core.generate`.
"""

from __future__ import annotations

from typing import Literal

from sim.model.parameter import Block, parameter
from sim.model.units import Share

Kind = Literal["communities", "power law", "small world", "random", "complete", "followers"]

_FRIENDSHIPS = (
    "calibrated together to Facebook 2011 scaled down: clustering .15, median 14, assortativity +.13 "
    "(Ugander et al. 2011)"
)

USED_BY: dict[str, tuple[str, ...]] = {
    "communities": ("mean_degree", "community_size", "inside", "activity_spread", "community_spread"),
    "power law": ("mean_degree", "triad_chance", "strong_overlap"),
    "small world": ("mean_degree", "rewiring"),
    "random": ("mean_degree",),
    "complete": (),
    "followers": (
        "mean_degree", "community_size", "inside", "activity_spread", "community_spread",
        "popularity_exponent", "reciprocity",
    ),
    "file": ("file", "directed", "strong_overlap"),
}
"""The parameters that matter to each kind of graph, and to one read from a file; all others lie idle."""


class Network(Block):
    """Who hears whom. Give a `file`, or the kind of graph to draw and its parameters."""

    kind: Kind = parameter(
        "communities",
        "what sort of graph to draw: communities (circles of friends with ties between them), power law "
        "(newcomers befriend the well-known), small world (neighbours on a ring, some ties rewired), "
        "random (anyone knows anyone), complete (everyone knows everyone) or followers (one-way: few are "
        "followed by very many)",
    )
    mean_degree: float = parameter(
        18.0, "ties of a person, on average (in a followers graph: accounts a person follows)", unit="ties",
        low=0, high=10_000, source="scaled down from Facebook 2011, whose median is 99 (Ugander et al. 2011)",
        sweep=(8, 40),
    )
    community_size: int = parameter(
        40, "people in one community", unit="people", low=2, high=1_000_000, source=_FRIENDSHIPS,
        sweep=(20, 150),
    )
    inside: Share = parameter(
        0.57, "share of a person's ties that stay inside the community", unit="share", source=_FRIENDSHIPS,
        sweep=(0.3, 0.8),
    )
    activity_spread: float = parameter(
        0.6, "how much people differ in how many ties they make (standard deviation of its logarithm)",
        unit="", low=0, high=2, source=_FRIENDSHIPS, sweep=(0.3, 1.0),
    )
    community_spread: float = parameter(
        0.5, "how much communities differ in how many ties their people make (standard deviation of its "
        "logarithm)", unit="", low=0, high=2, source=_FRIENDSHIPS, sweep=(0.0, 1.0),
    )
    triad_chance: Share = parameter(
        0.6, "power law: chance that a newcomer's next tie goes to a friend of the one just befriended",
        unit="chance", sweep=(0, 0.9),
    )
    rewiring: Share = parameter(
        0.1, "small world: chance that a tie leads to anyone instead of a neighbour on the ring",
        unit="chance", source="range in which paths are short and clustering high (Watts & Strogatz 1998)",
        sweep=(0.01, 0.5),
    )
    popularity_exponent: float = parameter(
        2.3, "followers: exponent of the power law of how many follow a person (lower: more extreme stars)",
        unit="", low=2.05, high=10,
        source="2.3 (Goel et al. 2016); 2.28 on Twitter (Kwak et al. 2010), both from memory",
        sweep=(2.1, 3.0),
    )
    reciprocity: Share = parameter(
        0.22, "followers: share of connected pairs who follow each other", unit="share",
        source="22.1 % of pairs on Twitter (Kwak et al. 2010, from memory)", sweep=(0.1, 0.6),
    )
    strong_overlap: Share = parameter(
        0.25, "power law and files: a tie is strong when its two ends share at least this part of the "
        "friends of the one who has fewer", unit="share",
        source="assumed; direction: Onnela et al. 2007, shared friends go with strong ties",
        sweep=(0.1, 0.5),
    )
    file: str | None = parameter(
        None, "file to read the graph from: an edge list (text, .csv, .tsv, also .gz), .graphml or .gexf; it "
        "decides the number of customers",
    )
    directed: bool = parameter(
        False, "read the file as one-way: the first person of a line follows, and so hears, the second"
    )
    seed: int | None = parameter(
        None, "draw the same graph in every run, whatever the run's seed (left out: each run its own)"
    )

    @property
    def idle(self) -> tuple[str, ...]:
        """The keys that were given although they change nothing for this kind of graph, alphabetically."""
        used = USED_BY["file"] if self.file is not None else ("kind", "seed", *USED_BY[self.kind])
        return tuple(sorted(self.model_fields_set - set(used)))
