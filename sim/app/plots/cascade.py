"""How stories travel: the post that was passed on most, as a tree in time, and how far all the others went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from sim.app.plots.look import INK, QUIET, SMALL, look_of, tint, width_of
from sim.app.plots.sheet import ONE_LINE, Panel, Sheet, sheet
from sim.app.plots.time_axis import BEHIND
from sim.app.words import day, number, percent, plural
from sim.study.cascades import CascadeMetrics, Cascades, cascades, subtree_sizes
from sim.study.metrics import Metrics
from sim.world import state as s
from sim.world.record import Record

LEFT = 1.0
RIGHT = 1.15
REACH = (
    (0, 0, "never"),
    (1, 1, "once"),
    (2, 4, "2 to 4 times"),
    (5, 9, "5 to 9 times"),
    (10, 49, "10 to 49"),
    (50, 299, "50 to 299"),
    (300, 10**9, "300 or more"),
)
"""How often a post was passed on: from, to, in words."""
TICKS = (
    (0, "post"),
    (0.25, "15 min"),
    (1, "1 h"),
    (4, "4 h"),
    (12, "12 h"),
    (24, "1 day"),
    (48, "2 days"),
    (96, "4 days"),
    (168, "1 week"),
)
MOST = 300
"""Posts drawn of one tree at most."""
NAMED = 16
"""Trees of up to so many posts say at each who passed it on."""


def draw(record: Record, metrics: Metrics, width: float) -> Figure | None:
    """The figure, or None where nobody posted."""
    found, told = cascades(record), headline(metrics.cascades)
    root = found.largest()
    if root is None:
        return None
    tree = tree_of(record, root)
    rows = reach(found)
    bars = Panel("All posts", "how often each was passed on", 0.2 * len(rows))
    if len(tree.posts) == 1:
        page = sheet(width, told, [bars], left=LEFT, right=RIGHT)
        _bars(page, page.axes[0], rows)
        return page.figure
    height = min(4.0, max(1.0, 0.2 * (1 + tree.row.max())))
    panels = [Panel("The post passed on most", about(record, root), height, below=ONE_LINE), bars]
    note = "Each dot is someone who passed it on; the larger, the more people follow them"
    note += " (beside it: customer, followers)." if len(tree.posts) <= NAMED else "."
    note += (
        f" Drawn are the {MOST} from whom most of the {number(tree.shares)} shares came." if tree.shares >= MOST else ""
    )
    note += " Dashed: the brand's public reply." if np.isfinite(_reply(record, tree)) else ""
    page = sheet(width, told, panels, left=LEFT, right=RIGHT, note=note)
    _tree(page, page.axes[0], record, tree)
    _bars(page, page.axes[1], rows)
    return page.figure


def about(record: Record, root: int) -> str:
    """What the post is: of whom, about what, when, and how often it was read."""
    post = record.posts[root]
    kind = "complaint" if post["valence"] < 0 else "praise"
    issue = record.issues[int(post["issue"])]
    return (
        f"{kind} by customer {int(post['author'])} about {record.brands[int(post['brand'])]} ({issue}), "
        f"{day(float(post['time']))}, read {plural(int(post['views']), 'time')}"
    )


# ------------------------------------------------------------------------------------------------------- the tree


@dataclass(frozen=True)
class Tree:
    """One cascade laid out.

    posts: rows of `Record.posts`, the root first, parents before their shares; of large trees those with most
    below them. hours: since the root. parent: the place of each one's parent (the root's own for the root).
    row: where each is drawn, so that no branches cross. shares: how many there are, drawn or not.
    """

    posts: np.ndarray
    hours: np.ndarray
    parent: np.ndarray
    row: np.ndarray
    shares: int


def tree_of(record: Record, root: int) -> Tree:
    """The cascade of a root post."""
    all_posts = record.posts
    shares = np.flatnonzero((all_posts["root"] == root) & (all_posts["kind"] == s.SHARE))
    depth = all_posts["depth"][shares].astype(np.int64)
    below = subtree_sizes(len(all_posts), shares, all_posts["parent"][shares], depth)[shares]
    drawn = np.sort(shares[np.argsort(-below, kind="stable")[: MOST - 1]])
    posts = np.concatenate([[root], drawn])
    parent = np.searchsorted(posts, np.concatenate([[root], all_posts["parent"][drawn]]))
    return Tree(posts, all_posts["time"][posts] - all_posts["time"][root], parent, _rows(parent), len(shares))


def _rows(parent: np.ndarray) -> np.ndarray:
    """A row for each post: leaves one below the other, depth first; who passed on to several in their middle."""
    children: list[list[int]] = [[] for _ in parent]
    for child in range(1, len(parent)):
        children[parent[child]].append(child)
    order, stack = [], [0]
    while stack:
        post = stack.pop()
        order.append(post)
        stack.extend(reversed(children[post]))
    row = np.zeros(len(parent))
    leaves = 0
    for post in order:
        if not children[post]:
            row[post], leaves = leaves, leaves + 1
    for post in reversed(order):
        if children[post]:
            row[post] = (row[children[post][0]] + row[children[post][-1]]) / 2
    return row


def _tree(page: Sheet, axes: Axes, record: Record, tree: Tree) -> None:
    """Dots at the times of the shares (early ones drawn apart), joined to where each was seen."""
    look = look_of(int(record.posts["brand"][tree.posts[0]]))
    x = np.sqrt(tree.hours)
    last = max(float(x.max()), 0.5)
    axes.set_xlim(-0.03 * last, 1.04 * last)
    axes.set_ylim(tree.row.max() + 0.6, -0.6)
    axes.set_yticks([])
    _hours(axes, last, page.breadth)
    bends = [
        _branch(x[tree.parent[k]], tree.row[tree.parent[k]], x[k], tree.row[k], 0.02 * last) for k in range(1, len(x))
    ]
    axes.add_collection(PathCollection(bends, facecolors="none", edgecolors=tint(look.colour, 0.45), linewidths=1.0))
    followers = record.followers[record.posts["author"][tree.posts]]
    most = 90 if len(x) <= 60 else 45
    sizes = 10 + most * followers / max(1, int(followers.max()))
    axes.scatter(x, tree.row, s=sizes, color=look.colour, edgecolors="white", linewidths=0.6, zorder=3)
    if np.isfinite(_reply(record, tree)):
        axes.axvline(_reply(record, tree), color=QUIET, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    if len(x) <= NAMED:
        _names(axes, record, tree, x, followers)


def _branch(x0: float, y0: float, x1: float, y1: float, bend: float) -> Path:
    """From a post along its trunk to the row of the share, and level from there: rows stay free for names."""
    turn = min(x0 + bend, x1)
    return Path([(x0, y0), (x0, y1), (turn, y1), (x1, y1)], [Path.MOVETO, Path.CURVE3, Path.CURVE3, Path.LINETO])


def _hours(axes: Axes, last: float, breadth: float) -> None:
    """The time since the post, as far apart as its square root: early shares would else lie upon each other."""
    ticks: list[tuple[float, str]] = []
    for hours, words in TICKS:
        at = float(np.sqrt(hours))
        if at <= 1.04 * last and (not ticks or (at - ticks[-1][0]) / (1.07 * last) * breadth >= 0.5):
            ticks.append((at, words))
    axes.set_xticks([at for at, _ in ticks], [words for _, words in ticks])
    axes.grid(axis="x")
    axes.grid(axis="y", visible=False)


def _reply(record: Record, tree: Tree) -> float:
    """Where the brand's public reply stands on the axis; inf if it came after the last share, or never."""
    post = record.posts[tree.posts[0]]
    waited = float(post["reply_time"] - post["time"])
    return float(np.sqrt(waited)) if 0 <= waited <= 1.1 * float(tree.hours.max()) else float("inf")


def _names(axes: Axes, record: Record, tree: Tree, x: np.ndarray, followers: np.ndarray) -> None:
    """Who they are: right of the ends of branches, left of the root."""
    ends = set(range(len(x))) - set(tree.parent.tolist())
    for k, post in enumerate(tree.posts):
        who = int(record.posts["author"][post])
        if k == 0 or k in ends:
            axes.annotate(
                f"{who}\n{number(int(followers[k]))} followers" if k == 0 else f"{who}, {number(int(followers[k]))}",
                (x[k], tree.row[k]),
                xytext=(-9 if k == 0 else 8, 0),
                textcoords="offset points",
                fontsize=SMALL,
                color=INK,
                ha="right" if k == 0 else "left",
                va="center",
                annotation_clip=False,
                linespacing=1.3,
                bbox=BEHIND,
            )


# ------------------------------------------------------------------------------------------------------ all posts


def reach(found: Cascades) -> list[tuple[str, int, float]]:
    """How often posts were passed on: in words, how many posts, and their share 0..1; up to the farthest."""
    times = found.size - 1
    rows = []
    for low, high, words in REACH:
        if low <= int(times.max()):
            count = int(((times >= low) & (times <= high)).sum())
            rows.append((words, count, count / len(times)))
    return rows


def _bars(page: Sheet, axes: Axes, rows: Sequence[tuple[str, int, float]]) -> None:
    """How far all posts went, a bar a row, with its number beside it."""
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.axis("off")
    room = max(width_of(f"{percent(share, 1)} ({number(count)})", SMALL) for _, count, share in rows)
    longest = min(1.0, (page.breadth + page.right - room - 0.25) / page.breadth)
    for row, (words, count, share) in enumerate(rows):
        axes.barh(row, share * longest, height=0.62, color=tint(INK, 0.55), clip_on=False)
        axes.annotate(
            words,
            (0, row),
            xytext=(-7, 0),
            textcoords="offset points",
            fontsize=SMALL,
            color=INK,
            ha="right",
            va="center_baseline",
            annotation_clip=False,
        )
        said = percent(share, 0 if share in (0, 1) or 0.1 <= share <= 0.9 else 1)
        axes.annotate(
            f"{said} ({number(count)})",
            (share * longest, row),
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=SMALL,
            color=INK,
            va="center_baseline",
            annotation_clip=False,
        )


def headline(cascades: CascadeMetrics) -> str:
    """What is seen, in a sentence."""
    if cascades.share_single is None or cascades.max_size is None:
        return "Nobody posted"
    if cascades.max_size <= 1:
        return f"Stories went nowhere: of {plural(cascades.count, 'post')} not one was passed on"
    often = "once" if cascades.max_size == 2 else f"{number(cascades.max_size - 1)} times"
    never = cascades.share_single
    if never >= 0.5:
        said = percent(never, 0 if never <= 0.95 else 1)
        return f"Most posts go nowhere: {said} are never passed on, the farthest-travelled one {often}"
    return f"Many posts travel: {percent(1 - never)} are passed on, one of them {often}"
