"""What is due when: events in strict order of (time, tag, what), millions of them pending.

Far events lie in buckets, a bucket being a chain of small chunks of a common pool; the events of the current
bucket stand in a binary heap. A push touches the tail of one chunk, a pop a heap of a few dozen entries, so
that the cost of an event does not grow with the number pending. The bucket width is storage: it changes the
speed, never the order.

`tag` is what is compared when two events fall on the same instant: the kind of event in the high half (lower
kinds first), then whom it happens to. `what` comes last.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.core.compiled import in_place

CHUNK = 16
"""Entries in a chunk: at 24 bytes each, six cache lines."""

NONE = -1

ENTRY = np.dtype([("time", np.float64), ("tag", np.int64), ("what", np.int64)], align=True)
BUCKET = np.dtype([("head", np.int32), ("tail", np.int32), ("filled", np.int32)], align=True)

CURRENT, N_HEAP, FREE, N_FREE, N_PENDING = range(5)


class Calendar(NamedTuple):
    """The arrays of a calendar; all of its state is in them, so copying them copies the calendar."""

    pool: np.ndarray
    """ENTRY [chunks, CHUNK]: where far events are stored."""
    after: np.ndarray
    """int32 [chunks]: the next chunk of the same bucket, or of the free list."""
    buckets: np.ndarray
    """BUCKET [number of buckets]."""
    heap: np.ndarray
    """ENTRY: the events of the current bucket, a binary heap."""
    counts: np.ndarray
    """int64 [5]: current bucket, entries in the heap, first free chunk, free chunks, events pending."""
    span: np.ndarray
    """float64 [3]: when the first bucket begins, the width of a bucket, when time ends (hours)."""


def new_calendar(start: float, end: float, width: float, chunks: int) -> Calendar:
    """An empty calendar over the hours `start`..`end` in buckets of `width` hours; later events are not kept."""
    n_buckets = max(1, int(np.ceil((end - start) / width))) + 1
    buckets = np.zeros(n_buckets, BUCKET)
    buckets["head"] = buckets["tail"] = NONE
    calendar = Calendar(
        pool=np.zeros((0, CHUNK), ENTRY),
        after=np.zeros(0, np.int32),
        buckets=buckets,
        heap=np.zeros(256, ENTRY),
        counts=np.array([0, 0, NONE, 0, 0], np.int64),
        span=np.array([start, width, end]),
    )
    return with_room(calendar, chunks)


def with_room(calendar: Calendar, free_chunks: int, heap_entries: int = 0) -> Calendar:
    """The same calendar with at least so many free chunks, and free entries in the heap."""
    lacking = free_chunks - int(calendar.counts[N_FREE])
    if lacking > 0:
        had = len(calendar.after)
        more = max(lacking, had // 2, 64)
        chain = np.arange(had + 1, had + more + 1, dtype=np.int32)
        chain[-1] = calendar.counts[FREE]
        calendar.counts[FREE] = had
        calendar.counts[N_FREE] += more
        calendar = calendar._replace(
            pool=np.concatenate([calendar.pool, np.zeros((more, CHUNK), ENTRY)]),
            after=np.concatenate([calendar.after, chain]),
        )
    lacking = heap_entries + int(calendar.counts[N_HEAP]) - len(calendar.heap)
    if lacking > 0:
        more = np.zeros(max(lacking, len(calendar.heap)), ENTRY)
        calendar = calendar._replace(heap=np.concatenate([calendar.heap, more]))
    return calendar


@in_place
def before(a, b):
    """Whether entry `a` comes before entry `b`."""
    if a.time != b.time:
        return a.time < b.time
    if a.tag != b.tag:
        return a.tag < b.tag
    return a.what < b.what


@in_place
def put(entry, time, tag, what):
    """Write one entry."""
    entry.time = time
    entry.tag = tag
    entry.what = what


@in_place
def move(target, source):
    """Copy one entry over another."""
    target.time = source.time
    target.tag = source.tag
    target.what = source.what


@in_place
def push_heap(calendar, time, tag, what):
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
        move(heap[at], parent)
        at = (at - 1) >> 1
    put(heap[at], time, tag, what)


@in_place
def drop_first(calendar):
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
        move(heap[at], heap[child])
        at = child
        child = 2 * at + 1
    move(heap[at], last)


@in_place
def push(calendar, time, tag, what):
    """Plan an event. One that would fall after the end of time is not kept: it can never be due."""
    start, width, end = calendar.span[0], calendar.span[1], calendar.span[2]
    if time >= end:
        return
    counts = calendar.counts
    counts[N_PENDING] += 1
    number = np.int64((time - start) / width)
    if number <= counts[CURRENT]:
        push_heap(calendar, time, tag, what)
        return
    bucket = calendar.buckets[number]
    if bucket.head == NONE or bucket.filled == CHUNK:
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
def entries_waiting(calendar, number):
    """How many events lie in one bucket."""
    bucket = calendar.buckets[number]
    n = 0
    chunk = bucket.head
    while chunk != NONE:
        n += bucket.filled if chunk == bucket.tail else CHUNK
        chunk = calendar.after[chunk]
    return n


@in_place
def open_next(calendar):
    """Go on to the next bucket that holds anything, or to the last; False if its events do not fit the heap.

    To be called with an empty heap.
    """
    counts = calendar.counts
    last = calendar.buckets.size - 1
    number = counts[CURRENT] + 1
    while number < last and calendar.buckets[number].head == NONE:
        number += 1
    if number > last:
        counts[CURRENT] = last
        return True
    bucket = calendar.buckets[number]
    if bucket.head != NONE and entries_waiting(calendar, number) > calendar.heap.size:
        counts[CURRENT] = number - 1
        return False
    counts[CURRENT] = number
    chunk = bucket.head
    while chunk != NONE:
        filled = bucket.filled if chunk == bucket.tail else CHUNK
        for i in range(filled):
            entry = calendar.pool[chunk, i]
            push_heap(calendar, entry.time, entry.tag, entry.what)
        following = calendar.after[chunk]
        calendar.after[chunk] = counts[FREE]
        counts[FREE] = chunk
        counts[N_FREE] += 1
        chunk = following
    bucket.head = NONE
    bucket.tail = NONE
    return True
