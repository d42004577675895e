"""Who was saved or lost, counted by hand; and where it is told."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from test_cli_run import Sim, sim  # noqa: F401  (a fixture)
from worlds import storm

from sim.app.behind_who import in_a_line, most_touched
from sim.scenario.schema import Scenario
from sim.study.compare import compare
from sim.study.replicate import live, run_arms
from sim.study.who import REACH, affected, by_reach, by_segment, who


def arms() -> dict[str, Scenario]:
    scenario = storm(n=400).changed({"crowd.choice.reconsiders": 0.9, "crowd.choice.staying": 2})  # so that some leave
    return {"human": scenario, "silence": scenario.changed({"brands.Skyline.policy": "silence"})}


def test_saved_and_lost_are_counted_by_hand() -> None:
    one, other = (live(scenario, 3).record for scenario in arms().values())
    found = who(one, other)["Skyline"]
    names = list(by_segment(one))
    was, now = one.attitudes()[:, 0], other.attitudes()[:, 0]
    for place, name in enumerate(names):
        saved = lost = customers = 0
        gains = []
        for person in range(400):
            if one.people["segment"][person] != place:
                continue
            if one.opinions["stage"][person, 0] or other.opinions["stage"][person, 0]:
                gains.append(50 * (now[person] - was[person]))
            if 0 in (one.people["cohort"][person], other.people["cohort"][person]):
                stayed, stays = one.people["current"][person] == 0, other.people["current"][person] == 0
                customers += 1
                saved += stays and not stayed
                lost += stayed and not stays
        part = found["segment"][name]
        assert (part.people, part.customers, part.saved, part.lost) == (len(gains), customers, saved, lost)
        assert part.gain == pytest.approx(np.mean(gains))
    assert sum(part.lost for part in found["segment"].values()) > 0, "silence loses somebody: the count can tell"
    for kind in ("segment", "reach"):
        assert sum(part.people for part in found[kind].values()) == found_people(one, other)


def found_people(one: object, other: object) -> int:
    """How many know the brand in either arm."""
    known = [record.opinions["stage"][:, 0] != 0 for record in (one, other)]  # type: ignore[attr-defined]
    return int((known[0] | known[1]).sum())


def test_quarters_by_followers_are_a_partition_in_order() -> None:
    record = live(storm(n=400), 1).record
    quarters = by_reach(record)
    assert list(quarters) == list(REACH)
    assert (np.sum(list(quarters.values()), axis=0) == 1).all()
    sizes = [members.mean() for members in quarters.values()]
    assert all(0.1 < size < 0.45 for size in sizes), sizes
    tops = [record.followers[members].max() for members in quarters.values()]
    bottoms = [record.followers[members].min() for members in quarters.values()]
    assert all(top < bottom for top, bottom in zip(tops, bottoms[1:], strict=False))


def test_over_worlds_there_are_means_and_intervals() -> None:
    worlds = [run_arms(arms(), seed) for seed in (1, 2, 3)]
    part = affected(worlds)["silence"]["Skyline"]["segment"]["calm"]
    assert part.gain_low is not None and part.gain is not None and part.gain_high is not None
    assert part.gain_low < part.gain < part.gain_high and part.runs == 3
    lost = [world.who["silence"]["Skyline"]["segment"]["calm"].lost for world in worlds]
    assert part.lost == pytest.approx(np.mean(lost)) and max(lost) > 0


def test_an_arm_that_changes_nothing_saves_and_loses_nobody() -> None:
    world = run_arms({"one": storm(n=100), "other": storm(n=100)}, 1)
    parts = [part for kinds in world.who["other"].values() for each in kinds.values() for part in each.values()]
    assert parts and all((part.saved, part.lost, part.gain or 0.0) == (0, 0, 0.0) for part in parts)


def test_a_comparison_tells_who(sim: Sim, tmp_path: Path) -> None:  # noqa: F811
    data = sim("compare", "late.yaml", "--runs", "2", "--json", "--no-figures").data
    assert set(data["who"]["silence"]["Acme"]) == {"segment", "reach"}
    place = tmp_path / data["output"]
    with (place / "who.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    (row,) = [r for r in rows if (r["arm"], r["brand"], r["part"]) == ("silence", "Acme", "most followers")]
    assert float(row["gain"]) == pytest.approx(data["who"]["silence"]["Acme"]["reach"]["most followers"]["gain"])
    assert "Who was saved or lost" in (place / "report.html").read_text()


def test_a_terminal_hears_who_was_saved_or_lost(tmp_path: Path) -> None:
    """Customers of the first brand in each arm, as in the tables; and whose opinion moves most."""
    whole = storm(n=200, days=4)
    arms = {"baseline": whole, "poor": whole.changed({"brands.Skyline.quality": 0.05})}
    comparison = compare([run_arms(arms, seed) for seed in (1, 2, 3)])
    parts = affected(comparison.worlds)["poor"]["Skyline"]["segment"].values()
    lost, customers = (sum(getattr(part, name) for part in parts) for name in ("lost", "customers"))
    told = in_a_line(comparison)
    assert told.startswith(f"Customers saved and lost a world, of {customers:,.0f} on day 0: 'poor' ")
    assert told.endswith(f" and {lost:,.1f}.")
    assert most_touched(comparison).startswith("Most touched: ") and "by 'poor' (−" in most_touched(comparison)
    same = compare([run_arms({"baseline": whole, "same": whole}, 1)])
    assert in_a_line(same).endswith("'same' 0.0 and 0.0.") and most_touched(same) == ""
