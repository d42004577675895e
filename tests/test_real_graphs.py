"""The shipped scenario lives on real social graphs too. Their files lie at ../shared/data; without them, tests skip.

Figures as computed once from the same files (self-loops and repeats removed): SNAP ego-Facebook (McAuley & Leskovec
2012); Facebook pages and Twitch EN (MUSAE, Rozemberczki), LastFM Asia (Rozemberczki). All facts of a graph are
checked in test_graph_files.py.
"""

from __future__ import annotations

import pytest
from evidence import GRAPHS, compared, shipped

from sim.scenario.schema import Scenario
from sim.study.replicate import measured

FACTS = {
    "facebook_combined.txt": (4_039, 88_234, 43.69, 0.6055),
    "fb_company_pages_edges.csv": (14_113, 52_126, 7.39, 0.2392),
    "lastfm_asia_edges.csv": (7_624, 27_806, 7.29, 0.2194),
    "twitch_engb_edges.csv": (7_126, 35_324, 9.91, 0.1309),
}
"""People, ties, mean number of ties, mean local clustering."""

pytestmark = pytest.mark.skipif(not GRAPHS.is_dir(), reason="the public graphs are not beside this checkout")


def on(graph: str) -> Scenario:
    """The cancelled flight on a real graph, which decides how many people there are."""
    return shipped("flight_cancelled").changed({"graph.file": str(GRAPHS / graph)})


@pytest.mark.parametrize("graph", FACTS)
def test_the_scenario_runs_on_a_real_graph(graph: str) -> None:
    people, ties, mean, clustering = FACTS[graph]
    found = measured(on(graph), 1)
    assert (found.graph.nodes, found.graph.edges) == (people, ties)
    assert round(found.graph.mean_degree, 2) == mean
    assert round(found.graph.clustering, 4) == clustering
    skyline = found.metrics.brands["Skyline"]
    assert found.metrics.customers == people
    assert skyline.complaint_posts > skyline.praise_posts > 0, skyline
    assert skyline.views > skyline.posts and (skyline.reply_rate or 0) > 0.8, skyline
    start, low = skyline.reputation.start, skyline.reputation.min
    assert start is not None and low is not None and start - low > 0.5, f"reputation fell from {start} to {low}"


def test_replies_help_authors_on_real_friendships_as_on_drawn_ones() -> None:
    real = on("facebook_combined.txt")
    arms = {"silence": real.arm("silence"), "replies": real, "copied": real.arm("copy and paste")}
    found = compared(arms, range(1, 7))
    authors, exposed = found.of("replies", "Skyline", "authors"), found.of("copied", "Skyline", "exposed")
    assert authors.low is not None and authors.low > 0, f"replies against silence, authors: {authors}"
    assert exposed.low is not None and exposed.low <= 0, f"copied replies against silence, exposed: {exposed}"
