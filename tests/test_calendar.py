"""The calendar gives back what was planned in strict order, whatever the width of its buckets: against a heap."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core import calendar as c
from sim.core.compiled import entrance

push, open_next, is_late, drop_late = (entrance(part) for part in (c.push, c.open_next, c.is_late, c.drop_late))

Entry = tuple[float, int, int]


def next_of(due: c.Calendar) -> tuple[c.Calendar, Entry | None]:
    """Take the next event, opening buckets as needed; None when nothing is left."""
    while due.counts[c.AT] == due.counts[c.N_DUE] and due.counts[c.N_LATE] == 0:
        if due.counts[c.CURRENT] >= due.counts[c.LAST]:
            return due, None
        if not open_next(due):
            due = c.with_wide_due(due)
    if is_late(due):
        entry = due.late[0].item()
        drop_late(due)
    else:
        entry = due.due[due.counts[c.AT]].item()
        due.counts[c.AT] += 1
    return due, entry


def both(entries: list[Entry], width: float, script: list[int], end: float = 50.0) -> tuple[list[Any], list[Any]]:
    """What calendar and heap give back for the same pushes and pops (`script`: pops after each push)."""
    due, heap = c.new_calendar(-5.0, end, width), list[Entry]()
    given_back: tuple[list[Any], list[Any]] = ([], [])
    now = -5.0

    def pop() -> None:
        nonlocal due, now
        due, mine = next_of(due)
        theirs = heapq.heappop(heap) if heap else None
        given_back[0].append(mine)
        given_back[1].append(theirs)
        if theirs is not None:
            now = theirs[0]

    for (after, tag, what), pops in zip(entries, script, strict=True):
        time = now + after
        due = c.with_room(due, 1)
        push(due, time, tag, np.int64(what))
        if time < end:
            heapq.heappush(heap, (time, tag, what))
        for _ in range(pops):
            pop()
    while heap:
        pop()
    pop()
    return given_back


WAITS = st.one_of(
    st.sampled_from([0.0, 0.25, 1.0, 1e-300, 5e-324]),
    st.floats(0, 60, allow_nan=False),
    st.floats(0, 1e-3),
)
ENTRIES = st.tuples(WAITS, st.integers(0, 3), st.integers(-2, 2))


@settings(deadline=None, max_examples=150)
@given(
    pushes=st.lists(st.tuples(ENTRIES, st.integers(0, 3)), max_size=120),
    width=st.sampled_from([1 / 3600, 1 / 60, 1 / 6, 0.37, 1.0, 24.0, 1000.0]),
)
def test_calendar_equals_heap(pushes: list[tuple[Entry, int]], width: float) -> None:
    """Random pushes and pops, with many ties of time, and of time and tag; pushes into the open bucket."""
    mine, theirs = both([entry for entry, _ in pushes], width, [pops for _, pops in pushes])
    assert mine == theirs


@pytest.mark.parametrize("width", [1 / 60, 1 / 6, 5.0])
def test_many_events_at_once(width: float) -> None:
    """Thousands in one bucket (an incident): chains of many chunks, slots that overflow, ties by the hundred."""
    draw = np.random.default_rng(3)
    times = np.where(draw.random(5000) < 0.7, 7.0 + 0.01 * draw.random(5000), np.floor(40 * draw.random(5000)))
    entries = [(float(time), int(draw.integers(0, 4)), i % 7) for i, time in enumerate(times)]
    due = c.with_room(c.new_calendar(0.0, 50.0, width), len(entries))
    for time, tag, what in entries:
        push(due, time, tag, np.int64(what))
    given_back = []
    while True:
        due, entry = next_of(due)
        if entry is None:
            break
        given_back.append(entry)
    assert given_back == sorted(entries)
    assert given_back != sorted(entries, key=lambda entry: (entry[0], -entry[1])), "the order of tags went untested"


def test_what_falls_after_the_end_is_not_kept() -> None:
    """It can never be due."""
    due = c.with_room(c.new_calendar(0.0, 10.0, 1.0), 3)
    for time in (10.0, 11.0, np.inf):
        push(due, time, 0, np.int64(0))
    assert next_of(due)[1] is None


def test_chunks_are_used_again() -> None:
    """A calendar that is always refilled does not grow: the chunks of buckets that have passed come back."""
    due = c.with_room(c.new_calendar(0.0, 10_000.0, 1.0), 10)
    for what in range(10):
        push(due, 0.5, 0, np.int64(what))
    free = None
    for step in range(20_000):
        due, entry = next_of(due)
        assert entry is not None
        due = c.with_room(due, 1)
        push(due, entry[0] + 3.3, 0, np.int64(entry[2]))
        if step == 1000:
            free = len(due.after)
    assert len(due.after) == free
