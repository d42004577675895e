"""How far stories travelled: each public post and what was passed on of it, as a tree.

The seed's own post is the first of its cascade, so that a post nobody passes on is a cascade of size 1. Posts
and comments that appeared in the warm-up are left out, with all their shares. When the same grievance is
posted again, that is a new cascade.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.study.catalogue import number
from sim.world import state as s
from sim.world.record import Record


@dataclass(frozen=True)
class Cascades:
    """All cascades of a run, one entry each, in the order of their first posts.

    root: int64, the row of the first post in `Record.posts`. size: int64, posts in it. depth: int64, steps
    from the first post to the farthest share. within_one_step: int64, posts at depth 0 or 1. virality:
    float64, mean distance between two of its posts (Goel, Anderson, Hofman & Watts 2016); nan for a size of
    1. brand, issue: int64.
    """

    root: np.ndarray
    size: np.ndarray
    depth: np.ndarray
    within_one_step: np.ndarray
    virality: np.ndarray
    brand: np.ndarray
    issue: np.ndarray

    def __len__(self) -> int:
        return len(self.root)

    def largest(self, brand: int | None = None) -> int | None:
        """The root of the largest cascade (of a brand; of several, the first); None if there is none."""
        rows = np.arange(len(self)) if brand is None else np.flatnonzero(self.brand == brand)
        return int(self.root[rows[np.argmax(self.size[rows])]]) if len(rows) else None


@dataclass(frozen=True)
class CascadeMetrics:
    """Cascades in numbers. Undefined without a single post (None)."""

    count: float = number("cascades", "public posts that could be passed on", "cascades")
    mean_size: float | None = number("mean size", "mean number of posts in a cascade, the first one included", "posts")
    max_size: float | None = number("largest", "posts in the largest cascade", "posts")
    share_within_one_step: float | None = number(
        "share within one step",
        "share of all who posted or passed on who did so first or directly from the first",
        "share",
    )
    view_half_life_minutes: float | None = number(
        "half-life of views",
        "minutes after a post within which half of its views in the feed came (searches left out)",
        "minutes",
    )
    share_single: float | None = number("share never passed on", "share of posts that nobody passed on", "share")
    max_depth: float | None = number("longest chain", "steps of the longest chain", "steps")
    mean_structural_virality: float | None = number(
        "structural virality",
        "mean, over cascades of two posts or more, of the mean distance between two of their posts",
        "steps",
    )


def cascades(record: Record) -> Cascades:
    """The cascades of all public posts and comments that appeared from day 0 on."""
    posts = record.posts
    public = np.isin(posts["kind"], (s.PUBLIC, s.COMMENT))
    return trees(posts, np.flatnonzero(public & (posts["time"] >= 0) & (posts["time"] < record.now)))


def trees(posts: np.ndarray, roots: np.ndarray) -> Cascades:
    """The cascades of some root posts.

    posts: rows with kind, root, parent, depth, brand, issue; a share stands after its parent. Cost: one sort.
    """
    number_of = np.full(len(posts), -1, np.int64)
    number_of[roots] = np.arange(len(roots))
    shares = np.flatnonzero((posts["kind"] == s.SHARE) & (number_of[posts["root"]] >= 0))
    tree = number_of[posts["root"][shares]]
    depth = posts["depth"][shares].astype(np.int64)
    size = 1 + np.bincount(tree, minlength=len(roots))
    deepest = np.zeros(len(roots), np.int64)
    np.maximum.at(deepest, tree, depth)
    return Cascades(
        root=roots,
        size=size,
        depth=deepest,
        within_one_step=1 + np.bincount(tree[depth == 1], minlength=len(roots)),
        virality=_virality(len(posts), shares, posts["parent"][shares], depth, tree, size),
        brand=posts["brand"][roots].astype(np.int64),
        issue=posts["issue"][roots].astype(np.int64),
    )


def _virality(
    n: int, shares: np.ndarray, parents: np.ndarray, depth: np.ndarray, tree: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """Mean distance between two posts of each cascade: float64 [cascades].

    A tie between a share and its parent lies on the way between the `below` posts under it and all others; so
    it counts below * (size - below) times in the sum over pairs.
    """
    below = subtree_sizes(n, shares, parents, depth)[shares]
    crossed = np.bincount(tree, weights=below * (size[tree] - below), minlength=len(size))
    pairs = size * (size - 1) / 2.0
    return np.where(size > 1, crossed / np.maximum(pairs, 1.0), np.nan)


def subtree_sizes(n: int, shares: np.ndarray, parents: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """How many posts hang under each of n posts, itself included: int64 [n]. The deepest are counted first."""
    sizes = np.ones(n, np.int64)
    order = np.argsort(-depth, kind="stable")
    levels = np.flatnonzero(np.diff(depth[order])) + 1
    for same_depth in np.split(order, levels):
        np.add.at(sizes, parents[same_depth], sizes[shares[same_depth]])
    return sizes


def half_life_minutes(view_ages: np.ndarray) -> float | None:
    """The age at which half of all views have come, in minutes (linear within the minute). None without
    views.

    view_ages: int64, views by full minutes since the post.
    """
    total = int(view_ages.sum())
    if total == 0:
        return None
    reached = np.cumsum(view_ages)
    minute = int(np.searchsorted(reached, total / 2.0))
    before = float(reached[minute] - view_ages[minute])
    return minute + (total / 2.0 - before) / float(view_ages[minute])


def measure_cascades(record: Record, found: Cascades | None = None) -> CascadeMetrics:
    """A run's cascades in numbers. found: those of `cascades(record)`, if they are at hand."""
    found = cascades(record) if found is None else found
    half_life = half_life_minutes(record.view_ages)
    if len(found) == 0:
        return CascadeMetrics(0, None, None, None, half_life, None, None, None)
    shared = found.size > 1
    return CascadeMetrics(
        count=len(found),
        mean_size=float(found.size.mean()),
        max_size=int(found.size.max()),
        share_within_one_step=float(found.within_one_step.sum() / found.size.sum()),
        view_half_life_minutes=half_life,
        share_single=float((~shared).mean()),
        max_depth=int(found.depth.max()),
        mean_structural_virality=float(found.virality[shared].mean()) if shared.any() else None,
    )
