"""Six airlines: who complains of what follows how the airlines fail (`scenarios/airlines.yaml`).

Proportions are those of 9,082 negative posts of February 2015 (CrowdFlower), held against within sampling error by a
chi-square test; so that the test can fail, a mix in which two neighbouring causes change places must be rejected.
"""

from __future__ import annotations

import csv
from collections import Counter

import numpy as np
import pytest
from evidence import POSTS, fresh_posts, run, shipped
from scipy.stats import chisquare, spearmanr

from sim.world import state as s
from sim.world.record import Record

MIX = {
    "customer service": 31.8, "late flight": 18.2, "cannot tell": 12.9, "cancelled flight": 9.1, "lost luggage": 7.9,
    "bad flight": 6.3, "booking": 5.8, "attendants": 5.2, "long lines": 1.9, "damaged luggage": 0.8,
}
"""% of the negative posts."""

COMPLAINING = {
    "US Airways": 77.7, "American": 71.6, "United": 68.9, "Southwest": 49.0, "Delta": 43.0, "Virgin America": 35.9,
}
"""% of an airline's posts that complain."""

READ_AS = {
    "Customer Service Issue": "customer service", "Late Flight": "late flight", "Can't Tell": "cannot tell",
    "Cancelled Flight": "cancelled flight", "Lost Luggage": "lost luggage", "Bad Flight": "bad flight",
    "Flight Booking Problems": "booking", "Flight Attendant Complaints": "attendants", "longlines": "long lines",
    "Damaged Luggage": "damaged luggage",
}
DOUBT = 0.001
"""How unlikely a table must be before it is called different."""


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Twelve months of the six airlines: some 5,000 complaints."""
    return [run(shipped("airlines"), seed) for seed in range(1, 13)]


def reasons(records: list[Record], brand: str | None = None) -> Counter[str]:
    """How many complaints there are of each cause, the same one posted again left out."""
    found: Counter[str] = Counter()
    for record in records:
        posts = fresh_posts(record)
        told = posts["valence"] < 0
        if brand is not None:
            told &= posts["brand"] == record.brands.index(brand)
        found.update(record.issues[issue] for issue in posts["issue"][told])
    return found


def doubt(found: Counter[str], mix: dict[str, float]) -> float:
    """How likely complaints are to be at least this far from a mix, if the mix holds (chi-square)."""
    counts = np.array([found[cause] for cause in mix], dtype=np.float64)
    share = np.array(list(mix.values()))
    return float(chisquare(counts, share / share.sum() * counts.sum()).pvalue)


def swapped(mix: dict[str, float], one: str, other: str) -> dict[str, float]:
    """The mix with the shares of two causes exchanged."""
    return {**mix, one: mix[other], other: mix[one]}


def told(found: Counter[str]) -> str:
    """A count in % for a message."""
    n = sum(found.values())
    return f"{n} complaints: " + ", ".join(f"{cause} {100 * count / n:.1f}" for cause, count in found.most_common())


def test_reasons_of_complaints_are_in_the_proportions_of_the_table(records: list[Record]) -> None:
    found = reasons(records)
    assert doubt(found, MIX) > DOUBT, told(found)
    control = swapped(MIX, "lost luggage", "bad flight")
    assert doubt(found, control) < DOUBT, f"control, lost luggage and bad flight exchanged: {told(found)}"


def test_whoever_complains_has_a_cause(records: list[Record]) -> None:
    """Ordinary flights annoy almost nobody here, so that reasons are the airlines' failures."""
    found = reasons(records)
    assert found["service"] < 0.01 * sum(found.values()), told(found)


def test_airlines_stand_in_the_order_of_the_table(records: list[Record]) -> None:
    """By the share of posts that complain. The level is lower: people who post to an airline want something."""
    share = {}
    for brand in COMPLAINING:
        posts = np.concatenate([record.posts[record.posts["kind"] == s.PUBLIC] for record in records])
        mine = posts[posts["brand"] == records[0].brands.index(brand)]
        share[brand] = float((mine["valence"] < 0).mean())
    rank = spearmanr(list(share.values()), list(COMPLAINING.values())).statistic
    assert rank > 0.8, f"share of posts that complain: {share}"
    assert share["US Airways"] > share["Delta"] + 0.02 and share["United"] > share["Virgin America"] + 0.02, share


@pytest.mark.skipif(not POSTS.is_file(), reason="the public posts are not beside this checkout")
def test_each_airline_has_the_mix_of_its_own_posts(records: list[Record]) -> None:
    with POSTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["dup_of_earlier"] == "0"]
    theirs = {
        brand: Counter(
            READ_AS[row["negativereason"]] for row in rows if row["airline"] == brand and row["negativereason"]
        )
        for brand in COMPLAINING
    }
    everyone = sum(theirs.values(), Counter[str]())
    assert {cause: round(100 * everyone[cause] / everyone.total(), 1) for cause in MIX} == MIX
    for brand, mix in theirs.items():
        found = reasons(records, brand)
        assert doubt(found, dict(mix)) > DOUBT, f"{brand}: {told(found)}"
    american = reasons(records, "American")
    assert doubt(american, dict(theirs["Delta"])) < DOUBT, f"control, American with Delta's mix: {told(american)}"
