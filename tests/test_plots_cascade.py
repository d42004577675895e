"""The figure of the biggest cascade: its tree."""

# ruff: noqa: F811 (fixtures are imported, and named as arguments)

from __future__ import annotations

import numpy as np
import pytest
from test_plots import records  # noqa: F401  (fixtures among them)

from sim.app.plots import (
    WIDE,
    cascade,
    svg_text,
)
from sim.app.plots.look import drawing
from sim.study.metrics import measure
from sim.world.record import Record


def test_rows_of_a_tree_keep_branches_apart() -> None:
    #  0 -> 1 -> 3, 4;  0 -> 2
    rows = cascade._rows(np.array([0, 0, 0, 1, 1]))
    assert rows.tolist() == [1.25, 0.5, 2.0, 0.0, 1.0]


def test_a_chain_is_one_row() -> None:
    assert cascade._rows(np.arange(-1, 5).clip(0)).tolist() == [0.0] * 6


def test_a_large_tree_keeps_those_from_whom_most_came(records: dict[str, Record]) -> None:
    record = grown(records["two"], 2_000)
    tree = cascade.tree_of(record, 0)
    assert tree.shares == 2_000
    assert len(tree.posts) == cascade.MOST
    assert set(tree.posts[tree.parent].tolist()) <= set(tree.posts.tolist())
    assert (tree.parent[1:] < np.arange(1, len(tree.posts))).all()


def grown(record: Record, shares: int) -> Record:
    """The same record whose posts are one post and its shares, each seen with an earlier one."""
    from dataclasses import replace

    from sim.world import state as s

    draws = np.random.default_rng(7)
    posts = np.zeros(shares + 1, s.POST_ROW)
    number = np.arange(shares + 1)
    posts["kind"][1:] = s.SHARE
    posts["parent"][0], posts["next_copy"] = s.NO_POST, s.NO_POST
    posts["parent"][1:] = (draws.random(shares) * number[1:]).astype(int)
    for k in range(1, shares + 1):
        posts["depth"][k] = posts["depth"][posts["parent"][k]] + 1
    posts["time"] = 24.0 + np.sort(draws.random(shares + 1)) * 30
    posts["author"] = number % len(record.people)
    posts["valence"], posts["reply_time"], posts["shares"][0] = -0.5, 30.0, shares
    return replace(record, posts=posts)


@pytest.mark.parametrize("shares", [1, 2, 12, 300, 2_000])
def test_trees_of_every_size_can_be_drawn(records: dict[str, Record], shares: int) -> None:
    record = grown(records["two"], shares)
    with drawing():
        figure = cascade.draw(record, measure(records["two"]), WIDE)
    assert figure is not None
    assert len(svg_text(figure)) < 500_000
