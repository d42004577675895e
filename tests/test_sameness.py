"""The same scenario and seed give the same bytes, however the run was stored, stepped, forked or named."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from worlds import run, storm

from sim.core import calendar
from sim.core.tables import longer
from sim.world import state as s
from sim.world import world as world_module
from sim.world.build import build, graph_of
from sim.world.record import Record
from sim.world.simulation import Simulation

TABLES = (
    "people", "opinions", "posts", "replies", "broadcasts", "issue_rows", "hourly", "daily", "transitions",
    "view_ages", "followers",
)
SEED = 7


def digest(record: Record) -> str:
    """A name for every bit of a record's tables, and how many events made them."""
    content = hashlib.sha256(f"{record.events} {record.moments}".encode())
    for name in TABLES:
        table = getattr(record, name)
        for column in table.dtype.names or (None,):
            content.update(np.ascontiguousarray(table if column is None else table[column]).tobytes())
    return content.hexdigest()


@pytest.fixture(scope="module")
def at_once() -> Record:
    """The storm, run at once."""
    return run(storm(), SEED)


def test_another_seed_is_another_world(at_once: Record) -> None:
    """Negative control of the digest: it tells worlds apart."""
    assert digest(run(storm(), SEED + 1)) != digest(at_once)
    assert digest(run(storm(n=121), SEED)) != digest(at_once)


def test_hash_seeds_change_nothing(at_once: Record) -> None:
    """Two processes with other hash seeds print the digest of this one."""
    script = f"from test_sameness import *; print(digest(run(storm(), {SEED})))"
    printed = []
    for hash_seed in ("0", "4711"):
        where = os.pathsep.join([str(Path(__file__).parent), *sys.path])
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": where}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True
        )
        printed.append(done.stdout.strip())
    assert printed == [digest(at_once)] * 2


@pytest.mark.parametrize("minutes", [1, 5, 47.3, 6000])
def test_width_of_a_bucket_is_storage(minutes: float, at_once: Record) -> None:
    """From one minute to longer than the whole run."""
    assert digest(run(storm(), SEED, bucket_hours=minutes / 60)) == digest(at_once)


STEPS = {
    "hours": [1.0],
    "thirds": [1 / 3],
    "tenths": [0.1],
    "odd": [7.77, 1e-9, 1 / 3600, 0.3, 0.0, 5.0],
    "to the next number": [6.0, math.ulp(6.0), -math.ulp(6.0), 1e-12],
    "days and a bit": [24.0, 1e-7],
}


@pytest.mark.parametrize("name", STEPS)
def test_stepped_by_hand_or_at_once(name: str, at_once: Record) -> None:
    """Odd steps, steps of nothing, and steps that end a rounding error beside a programme's second."""
    simulation = Simulation(build(storm(), SEED))
    steps = STEPS[name]
    taken = 0
    while simulation.now < simulation.world.end:
        simulation.step(steps[taken % len(steps)])
        taken += 1
    assert digest(simulation.run()) == digest(at_once)


@pytest.mark.parametrize("hour", [-23.999, -1 / 3, 0.0, 18.0, 19.123456789, 57.0 + 1 / 3600, 95.99])
def test_a_fork_continues_identically(hour: float, at_once: Record) -> None:
    """A fork at any moment ends as the original does, and the original does not feel it."""
    original = Simulation(build(storm(), SEED))
    original.run(hour)
    fork = original.fork()
    other = original.fork(future_seed=99)
    assert digest(fork.run()) == digest(at_once)
    other.run()
    assert digest(original.run()) == digest(at_once)


def test_a_redrawn_future_keeps_the_past(at_once: Record) -> None:
    """With a future seed the past stays, the future differs, and the same future seed gives the same future."""
    hour = 20.5
    simulation = Simulation(build(storm(), SEED))
    past = simulation.run(hour)
    futures = [simulation.fork(future_seed=seed).run() for seed in (1, 1, 2)]
    assert digest(futures[0]) == digest(futures[1])
    assert len({digest(future) for future in [*futures, at_once]}) == 3
    hours = len(past.hourly)
    for future in futures:
        assert np.array_equal(future.hourly[:hours], past.hourly)
        assert np.array_equal(future.posts["key"][: len(past.posts)], past.posts["key"])
        assert np.array_equal(future.replies[: len(past.replies)], past.replies)


def exactly_enough(events_calendar: calendar.Calendar, events: int) -> calendar.Calendar:
    """Like `calendar.with_room`, but without a chunk or an entry more than was asked for."""
    lacking = calendar.chunks_for(events_calendar, events) - int(events_calendar.counts[calendar.N_FREE])
    if lacking > 0:
        had = len(events_calendar.after)
        chain = np.arange(had + 1, had + lacking + 1, dtype=np.int32)
        chain[-1] = events_calendar.counts[calendar.FREE]
        events_calendar.counts[calendar.FREE] = had
        events_calendar.counts[calendar.N_FREE] += lacking
        events_calendar = events_calendar._replace(
            pool=longer(events_calendar.pool, had + lacking), after=np.concatenate([events_calendar.after, chain])
        )
    lacking = events + int(events_calendar.counts[calendar.N_LATE]) - len(events_calendar.late)
    if lacking > 0:
        late = longer(events_calendar.late, len(events_calendar.late) + lacking)
        events_calendar = events_calendar._replace(late=late)
    return events_calendar


def test_tables_grow_from_next_to_nothing(at_once: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table that can grow begins with hardly a row, and the calendar never has room to spare."""
    monkeypatch.setattr(world_module, "with_room", exactly_enough)
    world = build(storm(), SEED, trace=True)
    world.tables = world.tables._replace(
        posts=np.zeros(2, s.POST_ROW),
        replies=np.zeros(1, s.REPLY_ROW),
        broadcasts=np.zeros(1, s.BROADCAST_ROW),
        waiting=np.zeros((2, 2, 2), np.int32),
        shared=np.zeros(2, np.uint64),
        trace=np.zeros(s.RECENT + 8, s.TRACE_ROW),
    )
    record = Simulation(world).run()
    assert digest(record) == digest(at_once)
    assert len(record.trace) > 1000


def test_a_reply_to_a_widely_shared_post_finds_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply reaches the audiences of all copies of a post: far more events than any one audience."""
    changes = {
        "graph": {"kind": "complete"},
        "incidents": [{"at": "day 0 18:00", "brand": "Skyline", "cause": "cancelled", "affects": 0.05}],
        "press": None,
        "clock": {"days": 4, "warm_up": "1 h"},
        "crowd": {
            "sharing": {"base": 1.0},
            "feed": {"view_chance": 0.15, "attention": 1e6},
            "reply": {"notices": 1.0, "reexposure": 1.0},
            "journey": {"uses": 0.05, "searches": 0},
        },
    }
    scenario = storm(n=100, **changes).changed({"brands.Skyline.policy": "pinned"})
    easy = run(scenario, 1)
    reached = easy.hourly[:, :, s.H_SHARES].sum()
    assert reached > 20 * 100, f"only {reached} shares: the test has lost its subject"
    monkeypatch.setattr(world_module, "with_room", exactly_enough)
    assert digest(run(scenario, 1)) == digest(easy)


def test_a_graph_may_be_shared(at_once: Record) -> None:
    """Built before and handed in, or built with the world."""
    scenario = storm()
    assert digest(run(scenario, SEED, graph=graph_of(scenario, SEED))) == digest(at_once)


def test_a_trace_changes_nothing(at_once: Record) -> None:
    """To be watched changes nobody."""
    assert digest(run(storm(), SEED, trace=True)) == digest(at_once)


def test_names_of_arms_and_titles_change_nothing() -> None:
    """An arm is what it changes; what it is called does not count."""
    changes = {"brands.Skyline.policy": "template"}
    one = storm(what_if={"copy and paste": changes}, scenario="one").arm("copy and paste")
    two = storm(what_if={"zz": changes, "aa": {"seed": 3}}, scenario="two").arm("zz")
    assert digest(run(one, SEED)) == digest(run(two, SEED)) == digest(run(storm().changed(changes), SEED))


def named(record: Record) -> dict[str, list[tuple[object, ...]]]:
    """What a record holds, in an order and with words that do not depend on the order of brands."""
    order = np.argsort(record.brands)
    brands, issues = np.array(record.brands), np.array([*record.issues, "none"])
    keys = record.posts["key"].tolist()
    held: dict[str, list[tuple[object, ...]]] = {
        "people": [(brands[b] if b >= 0 else "",) for b in record.people["current"]],
        "posts": sorted(
            (int(post["key"]), brands[post["brand"]], issues[post["issue"]],
             *(post[name].item() for name in ("time", "author", "valence", "views", "shares", "state", "first_reply")))
            for post in record.posts
        ),
        "hourly": [tuple(row) for row in record.hourly[:, order].reshape(len(record.hourly), -1).tolist()],
        "daily": [tuple(row) for row in record.daily[:, order].reshape(len(record.daily), -1).tolist()],
    }
    skipped = ("spare", "unused", "issue", "grievance")
    columns = [name for name in record.opinions.dtype.names or () if name not in skipped]
    for b in order:
        o = record.opinions[:, b]
        held[f"opinions of {brands[b]}"] = [
            (issues[issue], keys[grievance] if grievance >= 0 else None, *(row[name].item() for name in columns))
            for row, issue, grievance in zip(o, o["issue"], o["grievance"], strict=True)
        ]
    return held


def test_order_of_brands_is_no_matter() -> None:
    """Brands are keyed by name: another order in the file is the same world, column for column."""
    scenario = storm()
    brands = [brand.model_dump(mode="json", by_alias=True) for brand in scenario.brands]
    backwards = scenario.changed({"brands": brands[::-1]})
    assert [brand.name for brand in backwards.brands] == [brand.name for brand in scenario.brands][::-1]
    one, two = named(run(scenario, SEED)), named(run(backwards, SEED))
    assert one.keys() == two.keys()
    for what, rows in one.items():
        assert repr(rows) == repr(two[what]), f"{what} depend on the order of brands"
