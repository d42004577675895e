"""What is due when: events in strict order of (time, tag, what), millions of them pending.

Events lie in buckets of some minutes, chains of chunks of a common pool: a push writes to the tail of one of a few
thousand chains, which stay in cache. When time reaches a bucket, its events are sorted once, by counting where they
fall in it, into one array that is then walked along; what is planned into the bucket while it is open (a twentieth
of all events) waits in a binary heap beside it. So an event costs the same however many are pending, and what is
due next is known far ahead, for memory to be asked in time. (Measured against heaps of a minute's events: a quarter
off the whole run.) The width of a bucket is storage: it changes the speed, never the order.

`tag` is what is compared when two events fall on the same instant: the kind of event in the high half (lower
kinds first), then whom it happens to. `what` comes last.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sim.core.compiled import in_place
from sim.core.tables import longer

CHUNK = 32
"""Entries in a chunk, of 24 bytes each."""
SLOTS = 1024
"""Into how many parts a bucket is divided at most when it is sorted."""

NONE = -1

ENTRY = np.dtype([("time", np.float64), ("tag", np.int64), ("what", np.int64)], align=True)
BUCKET = np.dtype([("head", np.int32), ("tail", np.int32), ("n", np.int32)], align=True)

CURRENT, AT, N_DUE, N_LATE, FREE, N_FREE, LAST = range(7)


class Calendar(NamedTuple):
    """The arrays of a calendar; all of its state is in them, so copying them copies the calendar."""

    pool: np.ndarray
    """ENTRY [chunks, CHUNK]: where the events of later buckets are stored."""
    after: np.ndarray
    """int32 [chunks]: the next chunk of the same bucket, or of the free list."""
    buckets: np.ndarray
    """BUCKET [buckets]: the chain of each, and how many events it holds."""
    due: np.ndarray
    """ENTRY: the events of the open bucket that were planned before it was opened, in order."""
    late: np.ndarray
    """ENTRY: those planned since, a binary heap."""
    slots: np.ndarray
    """int32 [SLOTS]: scratch paper for sorting."""
    counts: np.ndarray
    """int64 [7]: the open bucket, the next of `due` and its end, entries in `late`, first free chunk, free chunks, the
    last bucket there is."""
    span: np.ndarray
    """float64 [3]: when the first bucket begins, buckets an hour, when time ends (hours)."""


def new_calendar(start: float, end: float, width: float) -> Calendar:
    """An empty calendar over the hours `start`..`end`, in buckets of `width` hours; later events are not kept."""
    buckets = np.zeros(math.ceil((end - start) / width) + 1, BUCKET)
    buckets["head"] = buckets["tail"] = NONE
    return Calendar(
        pool=np.zeros((0, CHUNK), ENTRY),
        after=np.zeros(0, np.int32),
        buckets=buckets,
        due=np.zeros(256, ENTRY),
        late=np.zeros(256, ENTRY),
        slots=np.zeros(SLOTS, np.int32),
        counts=np.array([0, 0, 0, 0, NONE, 0, len(buckets) - 1], np.int64),
        span=np.array([start, 1.0 / width, end]),
    )


def chunks_for(calendar: Calendar, events: int) -> int:
    """Free chunks that are enough for so many pushes: those they fill, and one begun in every bucket."""
    return min(events, events // CHUNK + len(calendar.buckets))


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
            pool=longer(calendar.pool, had + more), after=np.concatenate([calendar.after, chain])
        )
    lacking = events + int(calendar.counts[N_LATE]) - len(calendar.late)
    if lacking > 0:
        calendar = calendar._replace(late=longer(calendar.late, len(calendar.late) + max(lacking, len(calendar.late))))
    return calendar


def with_wide_due(calendar: Calendar) -> Calendar:
    """The same calendar, whose next bucket can be opened, however many events it holds."""
    n = int(calendar.buckets[calendar.counts[CURRENT] + 1]["n"])
    return calendar._replace(due=longer(calendar.due, max(n, 2 * len(calendar.due))))


@in_place
def has_room(calendar: Calendar, events: int, chunks: int) -> bool:
    """Whether so many pushes (taking so many chunks at most) find room."""
    return bool(
        calendar.counts[N_FREE] >= chunks and calendar.late.size - calendar.counts[N_LATE] >= events
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


# ---------------------------------------------------------------------------------------------- planning


@in_place
def push(calendar: Calendar, time: float, tag: int, what: int) -> None:
    """Plan an event. One that would fall after the end of time is not kept: it can never be due."""
    if time >= calendar.span[2]:
        return
    number = np.int64((time - calendar.span[0]) * calendar.span[1])
    if number > calendar.counts[CURRENT]:
        append(calendar, np.uint64(number), time, tag, what)
    else:
        push_late(calendar, time, tag, what)


@in_place
def append(calendar: Calendar, number: int, time: float, tag: int, what: int) -> None:
    """Add an event to the end of a bucket's chain."""
    bucket = calendar.buckets[number]
    place = bucket.n & (CHUNK - 1)
    if place == 0:
        begin_chunk(calendar, bucket)
    put(calendar.pool[np.uint64(bucket.tail), place], time, tag, what)
    bucket.n += 1


@in_place
def begin_chunk(calendar: Calendar, bucket: Any) -> None:
    """Lengthen a bucket's chain by a free chunk."""
    counts = calendar.counts
    chunk = counts[FREE]
    counts[FREE] = calendar.after[chunk]
    counts[N_FREE] -= 1
    if bucket.n == 0:
        bucket.head = chunk
    else:
        calendar.after[bucket.tail] = chunk
    bucket.tail = chunk


@in_place
def push_late(calendar: Calendar, time: float, tag: int, what: int) -> None:
    """Add an event to the heap of the open bucket (which has room)."""
    heap = calendar.late
    at = calendar.counts[N_LATE]
    calendar.counts[N_LATE] = at + 1
    while at > 0:
        above = (at - 1) >> 1
        parent = heap[above]
        if parent.time < time or (
            parent.time == time and (parent.tag < tag or (parent.tag == tag and parent.what <= what))
        ):
            break
        put(heap[at], parent.time, parent.tag, parent.what)
        at = above
    put(heap[at], time, tag, what)


# ---------------------------------------------------------------------------------------------- what is next


@in_place
def is_late(calendar: Calendar) -> bool:
    """Whether the next event of the open bucket is one planned since it was opened."""
    counts = calendar.counts
    if counts[N_LATE] == 0:
        return False
    return counts[AT] == counts[N_DUE] or before(calendar.late[0], calendar.due[np.uint64(counts[AT])])


@in_place
def drop_late(calendar: Calendar) -> None:
    """Take the first event off the heap (which is not empty)."""
    heap = calendar.late
    n = calendar.counts[N_LATE] - 1
    calendar.counts[N_LATE] = n
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
def open_next(calendar: Calendar) -> bool:
    """Go on to the next bucket (the open one must be empty); False if its events do not fit into `due`."""
    counts = calendar.counts
    number = counts[CURRENT] + 1
    n = np.int64(calendar.buckets[number].n)
    if n > calendar.due.size:
        return False
    counts[CURRENT] = number
    counts[AT] = 0
    counts[N_DUE] = n
    if n > 0:
        most = count_slots(calendar, number, n)
        deal_out(calendar, number, n)
        sort(calendar.due, n, most)
    return True


@in_place
def slot_of(calendar: Calendar, number: int, n_slots: int, time: float) -> np.uint64:
    """Into which of so many equal parts of a bucket a time falls."""
    part = (time - calendar.span[0]) * calendar.span[1] - number
    return np.uint64(min(np.int64(part * n_slots), n_slots - 1))


@in_place
def count_slots(calendar: Calendar, number: int, n: int) -> int:
    """Note where the events of each slot of a bucket will begin; how many the fullest slot has."""
    bucket = calendar.buckets[number]
    slots = calendar.slots
    n_slots = min(n, SLOTS)
    for k in range(n_slots):
        slots[k] = 0
    chunk = np.uint64(bucket.head)
    for i in range(n):
        place = i & (CHUNK - 1)
        slots[slot_of(calendar, number, n_slots, calendar.pool[chunk, place].time)] += 1
        if place == CHUNK - 1:
            chunk = np.uint64(calendar.after[chunk])
    begin = 0
    most = 0
    for k in range(n_slots):
        filled = slots[k]
        slots[k] = begin
        begin += filled
        most = max(most, filled)
    return most


@in_place
def deal_out(calendar: Calendar, number: int, n: int) -> None:
    """Bring the events of a bucket into `due`, slot by slot, and give its chunks back."""
    bucket = calendar.buckets[number]
    slots = calendar.slots
    n_slots = min(n, SLOTS)
    chunk = np.uint64(bucket.head)
    for i in range(n):
        place = i & (CHUNK - 1)
        entry = calendar.pool[chunk, place]
        slot = slot_of(calendar, number, n_slots, entry.time)
        put(calendar.due[np.uint64(slots[slot])], entry.time, entry.tag, entry.what)
        slots[slot] += 1
        if place == CHUNK - 1 or i == n - 1:
            following = calendar.after[chunk]
            calendar.after[chunk] = calendar.counts[FREE]
            calendar.counts[FREE] = chunk
            calendar.counts[N_FREE] += 1
            chunk = np.uint64(following)
    bucket.head = NONE
    bucket.tail = NONE
    bucket.n = 0


@in_place
def sort(entries: np.ndarray, n: int, most: int) -> None:
    """Put entries in order that are so already but for places less than `most` apart.

    Shell's sort: with few to a slot it is an insertion sort, and it is not quadratic when an incident fills one.
    """
    gap = 1
    while 3 * gap < most // 4:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, n):
            if before(entries[i], entries[i - gap]):
                time, tag, what = entries[i].time, entries[i].tag, entries[i].what
                at = i
                while at >= gap and comes_before(time, tag, what, entries[at - gap]):
                    other = entries[at - gap]
                    put(entries[at], other.time, other.tag, other.what)
                    at -= gap
                put(entries[at], time, tag, what)
        gap //= 3



@in_place
def comes_before(time: float, tag: int, what: int, b: Any) -> bool:
    """Whether an event comes before entry `b`."""
    return bool(time < b.time or (time == b.time and (tag < b.tag or (tag == b.tag and what < b.what))))
