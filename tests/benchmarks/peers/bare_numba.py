"""A bare event-driven Numba loop: the yardstick, workload B with nothing kept that it does not ask for.

What it does: one compiled call walks the ticks. Each customer's next experience and all views wait in
calendars of one bucket a tick, each bucket a chain of 64-entry chunks that are used again; answers, whose
hour is known when a post joins the line, hang in a list a tick. Draws are counter hashes. Every list known
in advance is prefetched. A view is keyed by (post, viewer), so an answer finds again who had seen the post,
and nobody stores it. The second contestant, "bare loop with jumps", differs in one thing: experiences are
not queued but found by geometric jumps through the cells (tick, customer), which is the same law and is
possible only because all customers share one constant chance.

What is fair: all of the workload is done, and the draws have its distributions (the valence from a table of
4,096 straight pieces, right to about 1e-5; the age of a view exactly). What is not: it knows this one model,
its numbers are baked in, it records nothing that could be looked at afterwards, its opinions are single
precision, and it fails rather than grows when a calendar sized for this workload is full. No usable
simulator is this bare; it says what the machine can do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any, NamedTuple, TypeVar

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from .. import workload_b as b
from ..measure import contestant

# Without reference counts (`_nrt`): no loop below allocates, and counting arrays made them 11 times slower.
COMPILE: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True, "_nrt": False}

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """A compiled loop, which keeps its types for the reader."""
    loop: Function = njit(**COMPILE)(function)
    return loop


CHUNK = 64
NONE = -1
BLOCK = 64
"""Experiences drawn, and their customers prefetched, before the first of them happens."""

VALENCE_PIECES = 4_096
GUIDE_BITS = 8

OPINION, LOYALTY = 0, 1
EXPERIENCES, VIEWS, RESHARES, ANSWERS = range(4)
"""Places in the tally."""

KEY_WAIT, KEY_EXPERIENCE, KEY_VIEW, KEY_SERVICE = (np.uint64(k << 56) for k in range(1, 5))
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S27, S30, S31, S32 = (np.uint64(shift) for shift in (27, 30, 31, 32))
GUIDE_SHIFT = np.uint64(32 - GUIDE_BITS)
LOW_WORD = np.uint64(0xFFFFFFFF)
TO_UNIT = 1.0 / 2**32
RESHARE_BELOW = np.uint64(int(b.CHANCE_RESHARE * 2**32))
LOG_NO_EXPERIENCE = math.log1p(-b.CHANCE_EXPERIENCE)


class Calendar(NamedTuple):
    """Entries by tick.

    An entry is a customer, or for a view the post in its high word and viewer and reshare coin in the low.
    """

    head: NDArray[np.int32]
    """First chunk of each tick, the one being filled."""
    filled: NDArray[np.int32]
    """Entries in that first chunk; all others of the chain are full."""
    following: NDArray[np.int32]
    """The next chunk in a chain, of a tick or of those free."""
    entries: NDArray[np.uint64]
    free: NDArray[np.int32]
    """The first chunk of the free chain, and the first never used."""


class Posts(NamedTuple):
    """Posts in order of publication, with the answers due at each tick as a chain of posts."""

    author: NDArray[np.int32]
    valence: NDArray[np.float32]
    born: NDArray[np.int16]
    answered: NDArray[np.bool_]
    following: NDArray[np.int32]
    due: NDArray[np.int32]
    counts: NDArray[np.int32]
    """How many are published (reaching feeds), and how many are written."""


class Tables(NamedTuple):
    """Draws made cheap: the valence by quantile, and the age of a view with a guide into it."""

    valence: NDArray[np.float32]
    seen_below: NDArray[np.uint64]
    guide: NDArray[np.int32]


class Town(NamedTuple):
    """All a run reads and writes."""

    starts: NDArray[np.int32]
    ties: NDArray[np.int32]
    customers: NDArray[np.float32]
    """Opinion and loyalty side by side, one line of memory for both."""
    views: Calendar
    experiences: Calendar
    posts: Posts
    tables: Tables
    agent_free_at: NDArray[np.float64]
    """A heap: the agent free first is the first."""
    block: NDArray[np.int32]
    tally: NDArray[np.int64]


def _prefetch(_typing: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of `array[index]` (one axis, contiguous) without waiting for it."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        place = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        llvm = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(llvm, [place, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), emit


prefetch: Callable[[Any, Any], None] = intrinsic(_prefetch)


@compiled
def mix(bits: np.uint64) -> np.uint64:
    """Scatter 64 bits (the finaliser of SplitMix64)."""
    bits = (bits ^ (bits >> S30)) * FIRST
    bits = (bits ^ (bits >> S27)) * SECOND
    return bits ^ (bits >> S31)


@compiled
def draw(key: np.uint64, which: int) -> np.uint64:
    """64 random bits, a pure function of the key and the counter."""
    return mix(key + np.uint64(which) * GOLDEN)


@compiled
def high_unit(bits: np.uint64) -> float:
    """The high word as a number in (0, 1)."""
    return (np.float64(np.int64(bits >> S32)) + 0.5) * TO_UNIT


@compiled
def low_unit(bits: np.uint64) -> float:
    """The low word as a number in (0, 1)."""
    return (np.float64(np.int64(bits & LOW_WORD)) + 0.5) * TO_UNIT


@compiled
def age_seen(tables: Tables, bits: np.uint64) -> int:
    """The age at which these bits see a post; past its life is never."""
    quantile = bits >> S32
    age = tables.guide[quantile >> GUIDE_SHIFT]
    while quantile >= tables.seen_below[age]:
        age += 1
    return age


@compiled
def put(calendar: Calendar, tick: int, entry: np.uint64) -> None:
    """Note an entry for a tick."""
    chunk, k = calendar.head[tick], calendar.filled[tick]
    if k == CHUNK:
        chunk, k = open_chunk(calendar, tick), 0
    calendar.entries[chunk * CHUNK + k] = entry
    calendar.filled[tick] = k + 1


@compiled
def open_chunk(calendar: Calendar, tick: int) -> int:
    """A chunk at the head of a tick's chain, one used before if there is any."""
    chunk = calendar.free[0]
    if chunk != NONE:
        calendar.free[0] = calendar.following[chunk]
    else:
        chunk = calendar.free[1]
        calendar.free[1] += 1
        if chunk == len(calendar.following):
            raise RuntimeError("the calendar is full: it was sized for workload B")
    calendar.following[chunk] = calendar.head[tick]
    calendar.head[tick] = chunk
    return chunk


@compiled
def release(calendar: Calendar, chunk: int) -> int:
    """Free a chunk; the one that followed it."""
    following = calendar.following[chunk]
    calendar.following[chunk] = calendar.free[0]
    calendar.free[0] = chunk
    return following


@compiled
def write(posts: Posts, author: int, valence: float, tick: int) -> int:
    """A new post; it reaches the feeds when the tick ends."""
    post = posts.counts[1]
    if post == len(posts.author):
        raise RuntimeError("no room for more posts: it was sized for workload B")
    posts.author[post], posts.valence[post], posts.born[post] = author, valence, tick
    posts.answered[post] = False
    posts.counts[1] = post + 1
    return post


@compiled
def serve(agent_free_at: NDArray[np.float64], arrival: float, service: float) -> float:
    """When the answer is ready: the agent free first takes the post (first in first out, so it is known)."""
    n, hole = len(agent_free_at), 0
    end = max(arrival, agent_free_at[0]) + service
    while True:
        child = 2 * hole + 1
        if child >= n:
            break
        if child + 1 < n and agent_free_at[child + 1] < agent_free_at[child]:
            child += 1
        if agent_free_at[child] >= end:
            break
        agent_free_at[hole] = agent_free_at[child]
        hole = child
    agent_free_at[hole] = end
    return end


@compiled
def join_line(town: Town, key: np.uint64, post: int, tick: int) -> None:
    """A negative post joins the desk's line, and its answer the chain of the tick it will be given at."""
    service = -b.SERVICE_TICKS * math.log(high_unit(draw(key + KEY_SERVICE, post)))
    end = math.ceil(serve(town.agent_free_at, float(tick), service))
    if end < b.N_TICKS:
        town.posts.following[post] = town.posts.due[end]
        town.posts.due[end] = post


@compiled
def lift(customers: NDArray[np.float32], who: int, weight: float) -> None:
    """An answer lifts an opinion towards 1."""
    opinion = customers[2 * who + OPINION]
    customers[2 * who + OPINION] = opinion + weight * (1.0 - opinion)


@compiled
def feel(
    customers: NDArray[np.float32], who: int, valence: float, weight: float, loyalty_weight: float
) -> None:
    """An opinion moves towards a valence, then loyalty towards the opinion."""
    opinion, loyalty = customers[2 * who + OPINION], customers[2 * who + LOYALTY]
    opinion += weight * (valence - opinion)
    customers[2 * who + OPINION] = opinion
    customers[2 * who + LOYALTY] = loyalty + loyalty_weight * ((1.0 + opinion) * 0.5 - loyalty)


@compiled
def answer_due(town: Town, key: np.uint64, tick: int) -> None:
    """Give the answers of a tick."""
    posts, post = town.posts, town.posts.due[tick]
    while post != NONE:
        following = posts.following[post]
        if following != NONE:
            prefetch(town.ties, town.starts[posts.author[following]])
        answer(town, key, post, tick)
        town.tally[ANSWERS] += 1
        post = following


@compiled
def answer(town: Town, key: np.uint64, post: int, tick: int) -> None:
    """Lift the author, and all whose draw says that they have seen the post before this tick."""
    author, age = town.posts.author[post], tick - town.posts.born[post]
    town.posts.answered[post] = True
    lift(town.customers, author, b.AUTHOR_LIFT)
    view_key = draw(key + KEY_VIEW, post)
    n_seen = 0
    for k in range(town.starts[author], town.starts[author + 1]):
        viewer = town.ties[k]
        if age_seen(town.tables, draw(view_key, viewer)) < age:
            prefetch(town.customers, 2 * viewer)
            town.block[n_seen] = viewer
            n_seen += 1
            if n_seen == BLOCK:
                lift_all(town, n_seen)
                n_seen = 0
    lift_all(town, n_seen)


@compiled
def lift_all(town: Town, n_seen: int) -> None:
    """Lift the viewers noted in the block."""
    for k in range(n_seen):
        lift(town.customers, town.block[k], b.VIEWER_LIFT)


@compiled
def view_due(town: Town, tick: int) -> None:
    """All views of a tick, chunk by chunk; each chunk is free again when it is done."""
    calendar = town.views
    chunk, n_entries = calendar.head[tick], calendar.filled[tick]
    while chunk != NONE:
        first = chunk * CHUNK
        for k in range(first, first + n_entries):
            prefetch(town.customers, 2 * (np.int64(calendar.entries[k] & LOW_WORD) >> 1))
        for k in range(first, first + n_entries):
            view(town, calendar.entries[k], tick)
        chunk, n_entries = release(calendar, chunk), CHUNK


@compiled
def view(town: Town, entry: np.uint64, tick: int) -> None:
    """One customer sees one post, and may reshare it."""
    post, low = np.int64(entry >> S32), np.int64(entry & LOW_WORD)
    viewer, valence = low >> 1, town.posts.valence[post]
    weight = b.ANSWERED_VIEW_WEIGHT if town.posts.answered[post] else b.VIEW_WEIGHT
    feel(town.customers, viewer, valence, weight, b.VIEW_LOYALTY_WEIGHT)
    town.tally[VIEWS] += 1
    if low & 1:
        town.tally[RESHARES] += 1
        write(town.posts, viewer, valence, tick)


@compiled
def wait(key: np.uint64, which: int) -> int:
    """Ticks (or cells) without an experience before the next one: geometric."""
    return int(math.log(high_unit(draw(key + KEY_WAIT, which))) * (1.0 / LOG_NO_EXPERIENCE))


@compiled
def queue_first(town: Town, key: np.uint64) -> None:
    """Queue each customer's first experience."""
    for who in range(len(town.starts) - 1):
        tick = wait(key, -1 - who)
        if tick < b.N_TICKS:
            put(town.experiences, tick, np.uint64(who))


@compiled
def experience_due(town: Town, key: np.uint64, tick: int) -> None:
    """All experiences of a tick, chunk by chunk; each one queues the customer's next."""
    calendar = town.experiences
    chunk, n_entries = calendar.head[tick], calendar.filled[tick]
    while chunk != NONE:
        first = chunk * CHUNK
        for k in range(first, first + n_entries):
            prefetch(town.customers, 2 * np.int64(calendar.entries[k]))
        for k in range(first, first + n_entries):
            who, which = np.int64(calendar.entries[k]), town.tally[EXPERIENCES]
            experience(town, key, who, which, tick)
            following = tick + 1 + wait(key, which)
            if following < b.N_TICKS:
                put(calendar, following, np.uint64(who))
            town.tally[EXPERIENCES] = which + 1
        chunk, n_entries = release(calendar, chunk), CHUNK


@compiled
def jump_block(town: Town, key: np.uint64, who: int, tick: int) -> int:
    """The next experiences of a tick from customer `who` on; the customer of the first one left out."""
    n, first, k = len(town.starts) - 1, town.tally[EXPERIENCES], 0
    while who < n and k < BLOCK:
        town.block[k] = who
        prefetch(town.customers, 2 * who)
        who += 1 + wait(key, first + k)
        k += 1
    for i in range(k):
        experience(town, key, town.block[i], first + i, tick)
    town.tally[EXPERIENCES] = first + k
    return who


@compiled
def experience(town: Town, key: np.uint64, who: int, which: int, tick: int) -> None:
    """One customer has an experience, and may post."""
    bits = draw(key + KEY_EXPERIENCE, which)
    valence = valence_at(town.tables, high_unit(bits))
    feel(town.customers, who, valence, b.EXPERIENCE_WEIGHT, b.EXPERIENCE_LOYALTY_WEIGHT)
    rate = -b.POST_IF_NEGATIVE if valence < 0.0 else b.POST_IF_POSITIVE
    if low_unit(bits) < rate * valence:
        prefetch(town.starts, who)
        post = write(town.posts, who, valence, tick)
        if valence < 0.0:
            join_line(town, key, post, tick)


@compiled
def valence_at(tables: Tables, unit: float) -> float:
    """The valence of a quantile."""
    place = unit * VALENCE_PIECES
    piece = int(place)
    low = tables.valence[piece]
    return low + (place - piece) * (tables.valence[piece + 1] - low)


@compiled
def publish_written(town: Town, key: np.uint64, tick: int) -> None:
    """Put the posts written this tick in the feeds: each neighbour's view, if there will be one, is noted."""
    posts = town.posts
    published, written = posts.counts[0], posts.counts[1]
    for post in range(published, written):
        if post + 2 < written:
            prefetch(town.ties, town.starts[posts.author[post + 2]])
        publish(town, key, post, tick)
    posts.counts[0] = written


@compiled
def publish(town: Town, key: np.uint64, post: int, tick: int) -> None:
    """Draw for each neighbour when the post is seen, and note it in the calendar."""
    view_key, author = draw(key + KEY_VIEW, post), town.posts.author[post]
    for k in range(town.starts[author], town.starts[author + 1]):
        viewer = town.ties[k]
        bits = draw(view_key, viewer)
        age = age_seen(town.tables, bits)
        if age <= b.POST_LIFE_TICKS and tick + age < b.N_TICKS:
            reshares = 1 if (bits & LOW_WORD) < RESHARE_BELOW else 0
            put(town.views, tick + age, np.uint64(post) << S32 | np.uint64(viewer << 1 | reshares))


@compiled
def live_queued(town: Town, key: np.uint64) -> None:
    """All ticks, each in this order: answers, views, experiences, then new posts reach the feeds."""
    queue_first(town, key)
    for tick in range(b.N_TICKS):
        answer_due(town, key, tick)
        view_due(town, tick)
        experience_due(town, key, tick)
        publish_written(town, key, tick)


@compiled
def live_jumping(town: Town, key: np.uint64) -> None:
    """The same ticks, with experiences found by jumps."""
    n, who = len(town.starts) - 1, wait(key, -1)
    for tick in range(b.N_TICKS):
        answer_due(town, key, tick)
        view_due(town, tick)
        while who < n:
            who = jump_block(town, key, who, tick)
        who -= n
        publish_written(town, key, tick)


def play_queued(n: int, graph: b.Graph, seed: int) -> b.Result:
    """One run of the bare loop; the memory it works in is asked for inside the measured time."""
    town = settle(n, graph)
    live_queued(town, key_of(seed))
    return report(town)


def play_jumping(n: int, graph: b.Graph, seed: int) -> b.Result:
    """One run with experiences found by jumps."""
    town = settle(n, graph)
    live_jumping(town, key_of(seed))
    return report(town)


def key_of(seed: int) -> np.uint64:
    """The key of all draws of a run."""
    return np.uint64(mix(np.uint64(seed)))


def report(town: Town) -> b.Result:
    """What the workload asks for, after the last tick."""
    experiences, views, reshares, answers = (int(count) for count in town.tally)
    return b.Result(
        n=len(town.starts) - 1,
        mean_opinion=float(town.customers[OPINION::2].mean(dtype=np.float64)),
        mean_loyalty=float(town.customers[LOYALTY::2].mean(dtype=np.float64)),
        experiences=experiences,
        posts=int(town.posts.counts[1]) - reshares,
        views=views,
        reshares=reshares,
        answers=answers,
    )


def settle(n: int, graph: b.Graph) -> Town:
    """The state before the first tick."""
    customers = np.empty(2 * n, dtype=np.float32)
    customers[OPINION::2], customers[LOYALTY::2] = b.OPINION_START, b.LOYALTY_START
    return Town(
        starts=graph.starts,
        ties=graph.ties,
        customers=customers,
        views=empty_calendar(n_chunks=3 * b.N_TICKS + n // 128),
        experiences=empty_calendar(n_chunks=2 * b.N_TICKS + n // CHUNK),
        posts=no_posts(room=2 * n + 1_000),
        tables=TABLES,
        agent_free_at=np.zeros(b.n_desk_agents(n)),
        block=np.empty(BLOCK, dtype=np.int32),
        tally=np.zeros(4, dtype=np.int64),
    )


def empty_calendar(n_chunks: int) -> Calendar:
    """A calendar without views; memory never written is never used."""
    return Calendar(
        head=np.full(b.N_TICKS, NONE, dtype=np.int32),
        filled=np.full(b.N_TICKS, CHUNK, dtype=np.int32),
        following=np.empty(n_chunks, dtype=np.int32),
        entries=np.empty(n_chunks * CHUNK, dtype=np.uint64),
        free=np.array([NONE, 0], dtype=np.int32),
    )


def no_posts(room: int) -> Posts:
    """Room for posts, none written."""
    return Posts(
        author=np.empty(room, dtype=np.int32),
        valence=np.empty(room, dtype=np.float32),
        born=np.empty(room, dtype=np.int16),
        answered=np.empty(room, dtype=np.bool_),
        following=np.empty(room, dtype=np.int32),
        due=np.full(b.N_TICKS, NONE, dtype=np.int32),
        counts=np.zeros(2, dtype=np.int32),
    )


def make_tables() -> Tables:
    """The tables of draws, the same for every run."""
    normal = NormalDist(b.VALENCE_MEAN, b.VALENCE_SPREAD)
    inner = [normal.inv_cdf(k / VALENCE_PIECES) for k in range(1, VALENCE_PIECES)]
    seen = [b.chance_seen_by(age) * 2**32 for age in range(b.POST_LIFE_TICKS + 1)] + [2.0**32]
    seen_below = np.array(seen, dtype=np.uint64)
    firsts = np.arange(2**GUIDE_BITS, dtype=np.uint64) << GUIDE_SHIFT
    return Tables(
        valence=np.clip(np.array([-1.0, *inner, 1.0]), -1.0, 1.0).astype(np.float32),
        seen_below=seen_below,
        guide=np.searchsorted(seen_below, firsts, side="right").astype(np.int32),
    )


TABLES = make_tables()

CONTESTANTS = (
    contestant("bare loop", play_queued, note="event-driven Numba, nothing kept; the yardstick"),
    contestant(
        "bare loop with jumps",
        play_jumping,
        note="the same, experiences not queued: one shared constant chance",
    ),
)
