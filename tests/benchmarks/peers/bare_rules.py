"""A bare Numba loop that does our model's arithmetic: what rules cost, and what order and books cost.

Workload B is kind to a machine: a chance is a constant, a valence a table. Our nearest scenario (see `ours`) judges by
a hyperbolic tangent, waits on the power law of a feed and on the rhythm of a day, and weighs each view. This
contestant calls those very rules of `sim.model`, on the parameters of that scenario, and is otherwise as bare as the
loop in `bare_numba`, whose calendar it uses: 15-minute ticks with no order inside them, one brand, no books, no
surveys, no rows of posts beyond what is needed to spread and answer them, and nobody keeps which story they know.
Against the first bare loop it says what the rules cost; against ours, what strict order and full books cost.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import sim.world.rules  # noqa: F401  (makes the rules callable from compiled code)
from sim.core.chance import exponential, keyed, normal, unit
from sim.model.attitude import own_after, within_bounds
from sim.model.experience import arousal, expectation_after, performance, satisfaction
from sim.model.feed import share_of_attention, share_seen_within, view_delay
from sim.model.journey import Rhythm, later, rhythm_of
from sim.model.observers import swayed
from sim.model.reply import impressed
from sim.model.sharing import chance_of_share
from sim.model.voice import chance_of_post

from .. import workload_b as b
from ..measure import contestant
from ..ours import scenario_of
from .bare_numba import (
    CHUNK,
    KEY_EXPERIENCE,
    KEY_SERVICE,
    KEY_WAIT,
    LOW_WORD,
    NONE,
    S32,
    Calendar,
    compiled,
    draw,
    empty_calendar,
    high_unit,
    key_of,
    prefetch,
    put,
    release,
    serve,
)

HOURS_A_TICK = 0.25
ATTITUDE, EXPECTATION = 0, 1
EXPERIENCES, POSTS, VIEWS, SHARES, ANSWERS = range(5)
"""Places in the tally."""
DELAY, ATTENTIVE, SHARING, SPEAKS, QUALITY, LATE = range(1, 7)


class Parameters(NamedTuple):
    """The numbers of the scenario that the rules ask for."""

    quality: float
    spread: float
    acceptable: float
    weight_performance: float
    weight_disconfirmation: float
    loss_aversion: float
    softness: float
    expectation_learning: float
    learning: float
    ordinary: float
    praise: float
    complaint: float
    post_delay: float
    view_chance: float
    attention: float
    plateau: float
    decay: float
    seen_in_lifetime: float
    influence: float
    negativity: float
    resistance: float
    committed: float
    base: float
    arousal_weight: float
    anger: float
    overload: float
    threshold: float
    observed: float
    hours_between_uses: float
    worth: float


class Crowd(NamedTuple):
    """All a run reads and writes."""

    starts: NDArray[np.int32]
    ties: NDArray[np.int32]
    people: NDArray[np.float32]
    """Attitude and expectation side by side."""
    uses: Calendar
    views: Calendar
    due: NDArray[np.int32]
    """First post that appears at each tick."""
    answers_due: NDArray[np.int32]
    following: NDArray[np.int32]
    author: NDArray[np.int32]
    valence: NDArray[np.float32]
    arousal: NDArray[np.float32]
    born: NDArray[np.float32]
    answered: NDArray[np.bool_]
    key: NDArray[np.uint64]
    n_posts: NDArray[np.int64]
    agent_free_at: NDArray[np.float64]
    tally: NDArray[np.int64]
    rhythm: Rhythm


@compiled
def tick_of(hours: float) -> int:
    """The tick in which an hour lies."""
    return np.int64(hours * (1.0 / HOURS_A_TICK))


@compiled
def live_by_rules(c: Crowd, p: Parameters, key: np.uint64) -> None:
    """All ticks, each in this order: answers, views, uses, then posts appear."""
    for who in range(len(c.starts) - 1):
        wait(c, p, key, who, -1 - who, 0.0)
    for tick in range(b.N_TICKS):
        post = c.answers_due[tick]
        while post != NONE:
            answer(c, p, post, tick)
            post = c.following[post]
        view_due(c, p, tick)
        use_due(c, p, key, tick)
        post = c.due[tick]
        while post != NONE:
            after = c.following[post]
            appear(c, p, key, post, tick)
            post = after


@compiled
def wait(c: Crowd, p: Parameters, key: np.uint64, who: int, which: int, now: float) -> None:
    """Queue someone's next use, in the next tick at the soonest."""
    when = later(now, exponential(draw(key + KEY_WAIT, which)) * p.hours_between_uses, c.rhythm)
    tick = max(tick_of(now) + 1, tick_of(when)) if now > 0.0 else tick_of(when)
    if tick < b.N_TICKS:
        put(c.uses, tick, np.uint64(who))


@compiled
def use_due(c: Crowd, p: Parameters, key: np.uint64, tick: int) -> None:
    """All uses of a tick; each queues the next."""
    chunk, n_entries = c.uses.head[tick], c.uses.filled[tick]
    while chunk != NONE:
        first = chunk * CHUNK
        for k in range(first, first + n_entries):
            prefetch(c.people, 2 * np.int64(c.uses.entries[k]))
        for k in range(first, first + n_entries):
            who, which = np.int64(c.uses.entries[k]), c.tally[EXPERIENCES]
            c.tally[EXPERIENCES] = which + 1
            use(c, p, draw(key + KEY_EXPERIENCE, which), who, tick)
            wait(c, p, key, who, which, (tick + 0.5) * HOURS_A_TICK)
        chunk, n_entries = release(c.uses, chunk), CHUNK


@compiled
def use(c: Crowd, p: Parameters, key: np.uint64, who: int, tick: int) -> None:
    """One experience: performance, satisfaction, attitude, expectation, and perhaps a post."""
    attitude, expected = np.float64(c.people[2 * who]), np.float64(c.people[2 * who + 1])
    delivered = performance(p.quality, p.spread, normal(keyed(key, QUALITY)), 0.0)
    judged = satisfaction(
        delivered, expected, p.acceptable, p.weight_performance, p.weight_disconfirmation, p.loss_aversion, p.softness
    )
    c.people[2 * who] = own_after(attitude, attitude, judged, p.learning)
    c.people[2 * who + 1] = expectation_after(expected, delivered, p.expectation_learning)
    if unit(keyed(key, SPEAKS)) < chance_of_post(judged, p.ordinary, p.praise, p.complaint, 1.0):
        when = later(tick * HOURS_A_TICK, exponential(keyed(key, LATE)) * p.post_delay, c.rhythm)
        if tick_of(when) < b.N_TICKS:
            post = write(c, who, judged, arousal(judged, 0.0), when, key)
            at = max(tick, tick_of(when))
            c.following[post] = c.due[at]
            c.due[at] = post


@compiled
def write(c: Crowd, author: int, valence: float, stirred: float, when: float, key: np.uint64) -> int:
    """A new post or share."""
    post = c.n_posts[0]
    if post == len(c.author):
        raise RuntimeError("no room for more posts: it was sized for workload B")
    c.author[post], c.valence[post], c.arousal[post], c.born[post] = author, valence, stirred, when
    c.answered[post], c.key[post] = False, key
    c.n_posts[0] = post + 1
    return post


@compiled
def appear(c: Crowd, p: Parameters, key: np.uint64, post: int, tick: int) -> None:
    """A post reaches the feeds; a complaint joins the desk's line."""
    c.tally[POSTS] += 1
    spread(c, p, post, np.float64(c.born[post]), tick)
    if c.valence[post] < 0.0:
        service = -b.SERVICE_TICKS * math.log(high_unit(draw(key + KEY_SERVICE, post)))
        end = math.ceil(serve(c.agent_free_at, float(tick), service))
        if end < b.N_TICKS:
            c.following[post] = c.answers_due[end]
            c.answers_due[end] = post


@compiled
def spread(c: Crowd, p: Parameters, post: int, now: float, tick: int) -> None:
    """Who of the author's ties will come across it, and when: in the next tick at the soonest."""
    author = c.author[post]
    for tie in range(c.starts[author], c.starts[author + 1]):
        viewer = c.ties[tie]
        seen = max(tick + 1, tick_of(seen_when(c, p, keyed(c.key[post], viewer), viewer, now)))
        if seen < b.N_TICKS:
            put(c.views, seen, np.uint64(post) << S32 | np.uint64(viewer))


@compiled
def seen_when(c: Crowd, p: Parameters, key: np.uint64, viewer: int, now: float) -> float:
    """When a viewer comes across what was published at `now`; infinity for never."""
    follows = c.starts[viewer + 1] - c.starts[viewer]
    if unit(key) < p.view_chance and unit(keyed(key, ATTENTIVE)) < share_of_attention(float(follows), p.attention):
        return later(now, view_delay(unit(keyed(key, DELAY)), p.plateau, p.decay, p.seen_in_lifetime), c.rhythm)
    return 1e9


@compiled
def view_due(c: Crowd, p: Parameters, tick: int) -> None:
    """All views of a tick."""
    chunk, n_entries = c.views.head[tick], c.views.filled[tick]
    while chunk != NONE:
        first = chunk * CHUNK
        for k in range(first, first + n_entries):
            prefetch(c.people, 2 * np.int64(c.views.entries[k] & LOW_WORD))
        for k in range(first, first + n_entries):
            view(c, p, np.int64(c.views.entries[k] >> S32), np.int64(c.views.entries[k] & LOW_WORD), tick)
        chunk, n_entries = release(c.views, chunk), CHUNK


@compiled
def view(c: Crowd, p: Parameters, post: int, viewer: int, tick: int) -> None:
    """One person sees one post, is moved by it (and by the answer below it), and may pass it on."""
    c.tally[VIEWS] += 1
    attitude, valence = np.float64(c.people[2 * viewer]), np.float64(c.valence[post])
    change = swayed(attitude, valence, 1.0, 1.0, p.influence, p.negativity, p.resistance, p.committed)
    if c.answered[post]:
        change += impressed(attitude + change, p.worth, p.threshold, p.observed)
    c.people[2 * viewer] = attitude + within_bounds(attitude, change)
    key = keyed(keyed(c.key[post], viewer), SHARING)
    follows = c.starts[viewer + 1] - c.starts[viewer]
    chance = chance_of_share(
        np.float64(c.arousal[post]), valence < 0.0, 1.0, float(follows), p.base, p.arousal_weight, p.anger, p.overload
    )
    if unit(key) < chance:
        c.tally[SHARES] += 1
        now = tick * HOURS_A_TICK
        spread(c, p, write(c, viewer, valence, np.float64(c.arousal[post]), now, key), now, tick)


@compiled
def answer(c: Crowd, p: Parameters, post: int, tick: int) -> None:
    """Lift the author, and all who have seen the post before this tick."""
    c.tally[ANSWERS] += 1
    c.answered[post] = True
    author = c.author[post]
    lift(c, p, author)
    for tie in range(c.starts[author], c.starts[author + 1]):
        viewer = c.ties[tie]
        if tick_of(seen_when(c, p, keyed(c.key[post], viewer), viewer, np.float64(c.born[post]))) < tick:
            lift(c, p, viewer)


@compiled
def lift(c: Crowd, p: Parameters, who: int) -> None:
    """A reply impresses someone."""
    attitude = np.float64(c.people[2 * who])
    c.people[2 * who] = attitude + impressed(attitude, p.worth, p.threshold, p.observed)


def parameters(n: int) -> Parameters:
    """The parameters of workload B's scenario, as the rules take them."""
    scenario: Any = scenario_of(n)
    crowd, brand = scenario.crowd, scenario.brands[0]
    e, v, f, o, h = crowd.experience, crowd.voice, crowd.feed, crowd.observers, crowd.sharing
    return Parameters(
        brand.quality, brand.quality_spread, e.acceptable, e.weight_performance, e.weight_disconfirmation,
        e.loss_aversion, e.softness, e.expectation_learning, crowd.attitude.learning, v.ordinary, v.praise, v.complaint,
        v.post_delay, f.view_chance, f.attention, f.plateau, f.decay,
        share_seen_within(f.lifetime, f.plateau, f.decay), o.influence, o.negativity, o.resistance, o.committed,
        h.base, h.arousal_weight, h.anger, h.overload, crowd.reply.threshold, crowd.reply.observed,
        24.0 / crowd.journey.uses, 0.5,
    )


def play_by_rules(n: int, graph: b.Graph, seed: int) -> b.Result:
    """One run; the memory it works in is asked for inside the measured time."""
    scenario: Any = scenario_of(n)
    room = 2 * n + 1_000
    people = np.empty(2 * n, np.float32)
    people[ATTITUDE::2], people[EXPECTATION::2] = b.OPINION_START, scenario.crowd.experience.expectation_start
    crowd = Crowd(
        graph.starts, graph.ties, people,
        empty_calendar(n_chunks=2 * b.N_TICKS + n // CHUNK), empty_calendar(n_chunks=3 * b.N_TICKS + n // 64),
        np.full(b.N_TICKS, NONE, np.int32), np.full(b.N_TICKS, NONE, np.int32), np.empty(room, np.int32),
        np.empty(room, np.int32), np.empty(room, np.float32), np.empty(room, np.float32), np.empty(room, np.float32),
        np.empty(room, np.bool_), np.empty(room, np.uint64), np.zeros(1, np.int64),
        np.zeros(b.n_desk_agents(n)), np.zeros(5, np.int64),
        Rhythm(*(np.array(part) for part in rhythm_of(scenario.crowd.journey.diurnal))),
    )
    live_by_rules(crowd, parameters(n), key_of(seed))
    experiences, posts, views, shares, answers = (int(count) for count in crowd.tally)
    return b.Result(
        n=n, mean_opinion=float(people[ATTITUDE::2].mean(dtype=np.float64)), mean_loyalty=math.nan,
        experiences=experiences, posts=posts, views=views, reshares=shares, answers=answers,
    )


CONTESTANTS = (
    contestant(
        "bare loop, our rules", play_by_rules, is_same_work=False,
        note="the rules of our model on the same bare calendar: no order within a tick, no books, nothing kept",
    ),
)
