"""What is due when: events in strict order of (time, tag, what), millions of them pending.

Far events lie in coarse buckets; when time reaches one, its events are dealt out to 64 fine buckets, and those of
the current fine bucket stand in a binary heap. Buckets are chains of chunks of a common pool, so a push writes
to the tail of one of a few hundred chains, which stay in cache, and a pop meets a heap of a few dozen entries:
the cost of an event does not grow with the number pending. The width of a bucket is storage: it changes the
speed, never the order.

`tag` is what is compared when two events fall on the same instant: the kind of event in the high half (lower
kinds first), then whom it happens to. `what` comes last.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sim.core.compiled import in_place

CHUNK = 64
"""Entries in a chunk, of 24 bytes each."""
FINE = 64
"""Fine buckets in a coarse one."""
FINE_BITS = 6

NONE = -1

ENTRY = np.dtype([("time", np.float64), ("tag", np.int64), ("what", np.int64)], align=True)
BUCKET = np.dtype([("head", np.int32), ("tail", np.int32), ("filled", np.int32)], align=True)

CURRENT, N_HEAP, FREE, N_FREE, N_PENDING, LAST = range(6)


class Calendar(NamedTuple):
    """The arrays of a calendar; all of its state is in them, so copying them copies the calendar."""

    pool: np.ndarray
    """ENTRY [chunks, CHUNK]: where far events are stored."""
    after: np.ndarray
    """int32 [chunks]: the next chunk of the same bucket, or of the free list."""
    coarse: np.ndarray
    """BUCKET [coarse buckets]: the far future."""
    fine: np.ndarray
    """BUCKET [FINE]: the fine buckets of the current coarse one."""
    heap: np.ndarray
    """ENTRY: the events of the current fine bucket, a binary heap."""
    counts: np.ndarray
    """int64 [6]: current fine bucket (counted from the start), entries in the heap, first free chunk, free
    chunks, events pending, the last fine bucket there is."""
    span: np.ndarray
    """float64 [3]: when the first bucket begins, fine buckets an hour, when time ends (hours)."""


def new_calendar(start: float, end: float, width: float) -> Calendar:
    """An empty calendar over the hours `start`..`end`, in fine buckets of `width` hours; later events are not kept."""
    n_coarse = math.ceil((end - start) / width / FINE) + 1
    coarse, fine = np.zeros(n_coarse, BUCKET), np.zeros(FINE, BUCKET)
    for buckets in (coarse, fine):
        buckets["head"] = buckets["tail"] = NONE
    return Calendar(
        pool=np.zeros((0, CHUNK), ENTRY),
        after=np.zeros(0, np.int32),
        coarse=coarse,
        fine=fine,
        heap=np.zeros(256, ENTRY),
        counts=np.array([0, 0, NONE, 0, 0, n_coarse * FINE - 1], np.int64),
        span=np.array([start, 1.0 / width, end]),
    )


def chunks_for(calendar: Calendar, events: int) -> int:
    """Free chunks that are enough for so many pushes: those they fill, and one begun in every bucket."""
    return min(events, events // CHUNK + len(calendar.coarse) + FINE) + FINE


def with_room(calendar: Calendar, events: int) -> Calendar:
    """The same calendar with room for so many more events, wherever they fall."""
    lacking = chunks_for(calendar, events) - int(calendar.counts[N_FREE])
    if lacking > 0:
        had = len(calendar.after)
        more = max(lacking, had // 2)
        chain = np.arange(had + 1, had + more + 1, dtype=np.int32)
        chain[-1] = calendar.counts[FREE]
        calendar.counts[FREE] = had
        calendar.counts[N_FREE] += more
        calendar = calendar._replace(
            pool=np.concatenate([calendar.pool, np.zeros((more, CHUNK), ENTRY)]),
            after=np.concatenate([calendar.after, chain]),
        )
    lacking = events + int(calendar.counts[N_HEAP]) - len(calendar.heap)
    if lacking > 0:
        more_entries = np.zeros(max(lacking, len(calendar.heap)), ENTRY)
        calendar = calendar._replace(heap=np.concatenate([calendar.heap, more_entries]))
    return calendar


@in_place
def has_room(calendar: Calendar, events: int, chunks: int) -> bool:
    """Whether so many pushes (taking so many chunks at most) find room, and the heap any bucket's events."""
    return bool(
        calendar.counts[N_FREE] >= chunks and calendar.heap.size - calendar.counts[N_HEAP] >= events
    )


@in_place
def before(a: Any, b: Any) -> bool:
    """Whether entry `a` comes before entry `b`."""
    if a.time != b.time:
        return bool(a.time < b.time)
    if a.tag != b.tag:
        return bool(a.tag < b.tag)
    return bool(a.what < b.what)


@in_place
def put(entry: Any, time: float, tag: int, what: int) -> None:
    """Write one entry."""
    entry.time = time
    entry.tag = tag
    entry.what = what


@in_place
def push_heap(calendar: Calendar, time: float, tag: int, what: int) -> None:
    """Add an event to the heap of the current bucket (which has room)."""
    heap = calendar.heap
    at = calendar.counts[N_HEAP]
    calendar.counts[N_HEAP] = at + 1
    while at > 0:
        parent = heap[(at - 1) >> 1]
        if parent.time < time or (
            parent.time == time and (parent.tag < tag or (parent.tag == tag and parent.what <= what))
        ):
            break
        put(heap[at], parent.time, parent.tag, parent.what)
        at = (at - 1) >> 1
    put(heap[at], time, tag, what)


@in_place
def drop_first(calendar: Calendar) -> None:
    """Take the first event off the heap (which is not empty)."""
    heap = calendar.heap
    n = calendar.counts[N_HEAP] - 1
    calendar.counts[N_HEAP] = n
    calendar.counts[N_PENDING] -= 1
    last = heap[n]
    at = 0
    child = 1
    while child < n:
        if child + 1 < n and before(heap[child + 1], heap[child]):
            child += 1
        if not before(heap[child], last):
            break
        put(heap[at], heap[child].time, heap[child].tag, heap[child].what)
        at = child
        child = 2 * at + 1
    put(heap[at], last.time, last.tag, last.what)


@in_place
def append(calendar: Calendar, bucket: Any, time: float, tag: int, what: int) -> None:
    """Add an event to the end of a bucket's chain."""
    if bucket.head == NONE or bucket.filled == CHUNK:
        counts = calendar.counts
        chunk = counts[FREE]
        counts[FREE] = calendar.after[chunk]
        counts[N_FREE] -= 1
        calendar.after[chunk] = NONE
        if bucket.head == NONE:
            bucket.head = chunk
        else:
            calendar.after[bucket.tail] = chunk
        bucket.tail = chunk
        bucket.filled = 0
    put(calendar.pool[bucket.tail, bucket.filled], time, tag, what)
    bucket.filled += 1


@in_place
def push(calendar: Calendar, time: float, tag: int, what: int) -> None:
    """Plan an event. One that would fall after the end of time is not kept: it can never be due."""
    if time >= calendar.span[2]:
        return
    current = calendar.counts[CURRENT]
    calendar.counts[N_PENDING] += 1
    number = np.int64((time - calendar.span[0]) * calendar.span[1])
    if number <= current:
        push_heap(calendar, time, tag, what)
    elif number >> FINE_BITS == current >> FINE_BITS:
        append(calendar, calendar.fine[number & (FINE - 1)], time, tag, what)
    else:
        append(calendar, calendar.coarse[number >> FINE_BITS], time, tag, what)


@in_place
def give_back(calendar: Calendar, chunk: int) -> int:
    """Put a chunk on the free list; the one that followed it."""
    following = calendar.after[chunk]
    calendar.after[chunk] = calendar.counts[FREE]
    calendar.counts[FREE] = chunk
    calendar.counts[N_FREE] += 1
    return int(following)


@in_place
def deal_out(calendar: Calendar, number: int) -> None:
    """Deal the events of one coarse bucket out to the fine ones."""
    bucket = calendar.coarse[number]
    chunk = np.int64(bucket.head)
    while chunk != NONE:
        filled = bucket.filled if chunk == bucket.tail else CHUNK
        for i in range(filled):
            entry = calendar.pool[chunk, i]
            place = np.int64((entry.time - calendar.span[0]) * calendar.span[1]) & (FINE - 1)
            append(calendar, calendar.fine[place], entry.time, entry.tag, entry.what)
        chunk = give_back(calendar, chunk)
    bucket.head = NONE
    bucket.tail = NONE


@in_place
def waiting_in(calendar: Calendar, bucket: Any) -> int:
    """How many events lie in one bucket."""
    n = 0
    chunk = bucket.head
    while chunk != NONE:
        n += bucket.filled if chunk == bucket.tail else CHUNK
        chunk = calendar.after[chunk]
    return n


@in_place
def open_next(calendar: Calendar) -> bool:
    """Go on to the next fine bucket (the heap must be empty); False if its events do not fit the heap.

    Needs FINE free chunks when it enters a coarse bucket.
    """
    counts = calendar.counts
    number = counts[CURRENT] + 1
    if number & (FINE - 1) == 0 and calendar.coarse[number >> FINE_BITS].head != NONE:
        deal_out(calendar, number >> FINE_BITS)
    bucket = calendar.fine[number & (FINE - 1)]
    if bucket.head == NONE:
        counts[CURRENT] = number
        return True
    if waiting_in(calendar, bucket) > calendar.heap.size:
        return False
    counts[CURRENT] = number
    chunk = np.int64(bucket.head)
    while chunk != NONE:
        filled = bucket.filled if chunk == bucket.tail else CHUNK
        for i in range(filled):
            entry = calendar.pool[chunk, i]
            push_heap(calendar, entry.time, entry.tag, entry.what)
        chunk = give_back(calendar, chunk)
    bucket.head = NONE
    bucket.tail = NONE
    return True
