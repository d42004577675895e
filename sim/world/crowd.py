"""The crowd: what happens to people at a moment, at a post, at a view. Compiled.

The rules are the plain functions of `sim.model`, compiled as they stand; this file only says which rule meets
which row of which table, in what order. Arithmetic is in float64, with one rounding where a number is stored.
The desk's events are in `sim.world.desk`, the order of all events in `sim.world.loop`.

Names used throughout: `w` the tables of the world, `now` hours from day 0, `who` a person, `b` a brand, `idx` a
post, `o` one person's opinion of one brand, `rule` the record of all parameters.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import sim.world.rules  # noqa: F401  (makes the rules callable from compiled code)
from sim.core.calendar import push
from sim.core.chance import exponential, gumbel, keyed, normal, unit
from sim.core.compiled import in_place
from sim.model.attitude import own_after, within_bounds
from sim.model.broadcast import restored
from sim.model.choice import chance_to_reconsider, utility, utility_of_nothing
from sim.model.experience import arousal, expectation_after, learning_from, performance, satisfaction
from sim.model.feed import chance_of_view, share_of_attention, view_delay
from sim.model.journey import AWARE, CONSIDERING, CUSTOMER, LAPSED, UNAWARE, later
from sim.model.observers import swayed
from sim.model.reply import impressed
from sim.model.sharing import chance_of_share
from sim.model.voice import chance_of_post, chance_of_private_complaint, escalated
from sim.world import state as s
from sim.world.state import Tables

# What a draw is for, below the key of a moment.
KIND, WAIT, FAILS, MAJOR, QUALITY, SPEAKS, SPEAKS_LATE = range(101, 108)
COMPLAINS, RECONSIDERS, RECONSIDERS_LATE, POST_KEY, CHOICE, LOOKS_FOR, DECIDES = range(108, 115)
# Below the key of (post, viewer).
DELAY, ATTENTIVE, NOTICES, NOTICES_LATE, REEXPOSED, REEXPOSED_LATE, SHARES, SHARE_KEY = range(201, 209)
# Below the key of a post.
LISTENED, ANSWERS, NOTICED_LATE, PATIENCE, ESCALATES = range(301, 306)
ESCALATION_KEY, SERVICE, SPECIAL, SPECIAL_SERVICE = range(306, 310)
# Below the key of (broadcast, person).
REACHED, REACHED_LATE, FELT, STIRRED = range(401, 405)
# Below the key of a choice, beside the brands' own.
NOTHING = 501


@in_place
def plan(w: Tables, time: float, kind: int, who: int, what: int) -> None:
    """Put an event on the calendar."""
    push(w.calendar, time, (np.int64(kind) << 32) | np.int64(who), np.int64(what))


@in_place
def count(w: Tables, b: int, what: int, amount: float) -> None:
    """Add to a brand's count of the running hour."""
    w.hour[b, what] += amount


@in_place
def trace(w: Tables, now: float, event: int, who: int, what: int) -> None:
    """Write down that an event touched someone, where a trace is kept."""
    if w.trace.size > 0:
        row = w.trace[w.counts[s.N_TRACED]]
        row.time = now
        row.event = event
        row.who = who
        row.what = what
        w.counts[s.N_TRACED] += 1


# ---------------------------------------------------------------------------------------------- opinions


@in_place
def attitude(o: Any) -> float:
    """The whole attitude: what was lived and what was heard."""
    return np.float64(o.own) + np.float64(o.heard)


@in_place
def remember(w: Tables, o: Any, now: float) -> float:
    """Let hearsay fade up to the present hour; the attitude that is left."""
    hour = np.int64(math.floor(now))
    passed = hour - o.heard_hour
    if passed > 0:
        o.heard = np.float64(o.heard) * w.fade[passed]
        o.heard_hour = hour
    return attitude(o)


@in_place
def group_of(w: Tables, who: int, b: int) -> int:
    """Which sums a person counts in: 0 customers, 1 others who know the brand."""
    return 0 if w.people[who].current == b else 1


@in_place
def add_to_sums(w: Tables, o: Any, b: int, group: int, sign: float) -> None:
    """Count a person's (remembered) attitude in or out of a group."""
    w.sums[b, group, 0] += sign
    w.sums[b, group, 1] += sign * np.float64(o.own)
    w.sums[b, group, 2] += sign * np.float64(o.heard)


@in_place
def live(w: Tables, o: Any, who: int, b: int, own: float) -> None:
    """Set the lived part of an attitude, within bounds: else hearsay that fades could leave it outside them."""
    was = np.float64(o.own)
    o.own = min(1.0, max(-1.0, own))
    w.sums[b, group_of(w, who, b), 1] += np.float64(o.own) - was


@in_place
def hear(w: Tables, o: Any, who: int, b: int, change: float) -> None:
    """Move the heard part of a (remembered) attitude, within bounds."""
    was = np.float64(o.heard)
    o.heard = was + within_bounds(attitude(o), change)
    w.sums[b, group_of(w, who, b), 2] += np.float64(o.heard) - was


@in_place
def move_to(w: Tables, o: Any, b: int, stage: int) -> None:
    """Go to another stage of the journey."""
    if o.stage != stage:
        w.transitions[b, o.stage, stage] += 1
        o.stage = stage


@in_place
def get_to_know(w: Tables, o: Any, b: int) -> None:
    """An unaware person hears of the brand for the first time."""
    if o.stage == UNAWARE:
        move_to(w, o, b, AWARE)
        add_to_sums(w, o, b, 1, 1.0)


@in_place
def follow_story(w: Tables, o: Any, issue: int, now: float, att: float) -> float:
    """Meet a story: how often by now (1: it is news); news sets `before` to the present attitude."""
    if o.issue == issue and now - np.float64(o.seen_at) <= w.rules[0].observers_story_memory:
        o.times = min(o.times + 1, 32000)
    else:
        o.issue = issue
        o.times = 1
        o.before = att
    o.seen_at = now
    return np.float64(o.times)


# ---------------------------------------------------------------------------------------------- moments


@in_place
def at_moment(w: Tables, now: float, who: int, ordinal: int) -> None:
    """A customer's clock strikes: plan the next moment, then live this one."""
    rule = w.rules[0]
    segment = w.segments[w.people[who].segment]
    key = keyed(keyed(w.streams[s.S_MOMENT], who), ordinal)
    total = rule.journey_uses + rule.journey_purchases + rule.journey_searches + rule.journey_discoveries
    wait = 24.0 * exponential(keyed(key, WAIT)) / (total * segment.activity)
    plan(w, later(now, wait, w.rhythm), s.MOMENT, who, ordinal + 1)
    if now >= 0.0:
        w.counts[s.N_MOMENTS] += 1
    draw = unit(keyed(key, KIND)) * total
    if draw < rule.journey_uses:
        use(w, now, who, key)
    elif draw < rule.journey_uses + rule.journey_purchases:
        decide(w, now, who, keyed(key, CHOICE))
    elif draw < rule.journey_uses + rule.journey_purchases + rule.journey_searches:
        search(w, now, who, key)
    else:
        b = brand_that_comes_to_mind(w, key)
        get_to_know(w, w.opinions[who, b], b)


@in_place
def use(w: Tables, now: float, who: int, key: int) -> None:
    """Use the brand one has; each cause of failure strikes by its own chance, keyed by its name."""
    b = np.int64(w.people[who].current)
    if b == s.NO_BRAND:
        return
    brand = w.brands[b]
    worst = s.NO_ISSUE
    least = 1.0
    for issue in range(brand.first_failure, brand.first_failure + brand.n_failures):
        cause = w.issues[issue]
        odds = unit(keyed(keyed(key, FAILS), cause.key)) / cause.chance
        if odds < least:
            least = odds
            worst = issue
    count(w, b, s.H_USES, 1.0)
    count(w, b, s.H_REVENUE, brand.price)
    if worst == s.NO_ISSUE:
        undergo(w, now, who, b, brand.ordinary, 0.0, 1.0, key)
        return
    loss = w.issues[worst].loss
    if math.isnan(loss):
        major = unit(keyed(key, MAJOR)) < w.rules[0].experience_share_major
        loss = w.rules[0].experience_loss_major if major else w.rules[0].experience_loss_minor
    undergo(w, now, who, b, worst, loss, w.issues[worst].vividness, key)


@in_place
def at_hit(w: Tables, now: float, who: int, issue: int) -> None:
    """An incident strikes someone who is, at that moment, a customer of the brand."""
    incident = w.issues[issue]
    b = np.int64(incident.brand)
    if w.people[who].current != b:
        return
    o = w.opinions[who, b]
    o.flags = o.flags | s.HIT_BY
    count(w, b, s.H_USES, 1.0)
    key = keyed(keyed(w.streams[s.S_INCIDENT], incident.key), who)
    undergo(w, now, who, b, issue, incident.loss, incident.vividness, key)


@in_place
def undergo(w: Tables, now: float, who: int, b: int, issue: int, loss: float, vividness: float, key: int) -> None:
    """An experience: performance, satisfaction, attitude, expectation; then voice, and perhaps second thoughts."""
    rule = w.rules[0]
    o = w.opinions[who, b]
    att = remember(w, o, now)
    brand = w.brands[b]
    delivered = performance(brand.quality, brand.spread, normal(keyed(key, QUALITY)), loss)
    judged = satisfaction(
        delivered, np.float64(o.expectation), rule.experience_acceptable, rule.experience_weight_performance,
        rule.experience_weight_disconfirmation, rule.experience_loss_aversion, rule.experience_softness,
    )
    if loss > 0.0:
        count(w, b, s.H_FAILURES, 1.0)
        o.failures = min(o.failures + 1, 32000) if now - np.float64(o.failed_at) <= 2160.0 else 1
        o.failed_at = now
        follow_story(w, o, issue, now, att)
    count(w, b, s.H_SATISFIED, 1.0 if judged > 0.0 else 0.0)
    o.satisfaction = judged
    learning = learning_from(loss, rule.experience_expectation_learning, rule.experience_failures_lower)
    o.expectation = expectation_after(np.float64(o.expectation), delivered, learning)
    live(w, o, who, b, own_after(np.float64(o.own), att, judged, rule.attitude_learning))
    speak_up(w, now, who, b, issue, judged, arousal(judged, loss), vividness, att, key)
    if unit(keyed(key, RECONSIDERS)) < chance_to_reconsider(judged, rule.choice_reconsiders):
        when = later(now, exponential(keyed(key, RECONSIDERS_LATE)) * rule.choice_reconsiders_after, w.rhythm)
        plan(w, when, s.DECIDE, who, np.int64(keyed(key, CHOICE)))


@in_place
def speak_up(
    w: Tables, now: float, who: int, b: int, issue: int, judged: float, stirred: float, vividness: float, before:
    float, key: int,
) -> None:
    """Voice: a public post, a private complaint, or silence."""
    rule = w.rules[0]
    loud = w.segments[w.people[who].segment].voice
    in_public = chance_of_post(judged, rule.voice_ordinary, rule.voice_praise, rule.voice_complaint, loud)
    if unit(keyed(key, SPEAKS)) < in_public:
        kind = s.PUBLIC
    elif unit(keyed(key, COMPLAINS)) < chance_of_private_complaint(judged, rule.voice_private):
        kind = s.PRIVATE
    else:
        return
    when = later(now, exponential(keyed(key, SPEAKS_LATE)) * rule.voice_post_delay, w.rhythm)
    if when < w.start[1]:
        idx = draft(w, when, kind, who, b, issue, judged, stirred, vividness, before, keyed(key, POST_KEY))
        plan(w, when, s.POST, who, idx)


# ---------------------------------------------------------------------------------------------- choosing


@in_place
def brand_that_comes_to_mind(w: Tables, key: int) -> int:
    """One brand, each as likely, keyed by name."""
    best = 0
    highest = -math.inf
    for b in range(w.brands.size):
        draw = gumbel(keyed(keyed(key, LOOKS_FOR), w.brands[b].key))
        if draw > highest:
            highest = draw
            best = b
    return best


@in_place
def decide(w: Tables, now: float, who: int, key: int) -> None:
    """Choose among the brands one knows, and none."""
    rule = w.rules[0]
    person = w.people[who]
    loyalty = w.segments[person.segment].loyalty
    best = s.NO_BRAND
    highest = gumbel(keyed(key, NOTHING)) + utility_of_nothing(
        person.current == s.NO_BRAND, loyalty, rule.choice_nothing, rule.choice_staying
    )
    for b in range(w.brands.size):
        o = w.opinions[who, b]
        if o.stage != UNAWARE:
            appeal = gumbel(keyed(key, w.brands[b].key)) + utility(
                remember(w, o, now), w.desks[b].rating, person.current == b, loyalty, w.brands[b].price,
                rule.choice_attitude, rule.choice_rating, rule.choice_staying, rule.choice_price,
            )
            if appeal > highest:
                highest = appeal
                best = b
    switch_to(w, now, who, best)


@in_place
def switch_to(w: Tables, now: float, who: int, b: int) -> None:
    """Leave the brand one had, if it is another, and take the chosen one."""
    person = w.people[who]
    had = np.int64(person.current)
    if had == b:
        return
    person.current = b
    if had != s.NO_BRAND:
        o = w.opinions[who, had]
        remember(w, o, now)
        add_to_sums(w, o, had, 0, -1.0)
        add_to_sums(w, o, had, 1, 1.0)
        move_to(w, o, had, LAPSED)
        count(w, had, s.H_CHURNED, 1.0)
    if b != s.NO_BRAND:
        o = w.opinions[who, b]
        remember(w, o, now)
        add_to_sums(w, o, b, 1, -1.0)
        add_to_sums(w, o, b, 0, 1.0)
        count(w, b, s.H_ACQUIRED, 1.0)
        if o.stage == LAPSED:
            count(w, b, s.H_RETURNED, 1.0)
        move_to(w, o, b, CUSTOMER)


@in_place
def search(w: Tables, now: float, who: int, key: int) -> None:
    """Look a brand up in a spare moment: read its latest posts; perhaps decide at once."""
    rule = w.rules[0]
    b = brand_that_comes_to_mind(w, key)
    o = w.opinions[who, b]
    get_to_know(w, o, b)
    count(w, b, s.H_SEARCHES, 1.0)
    if o.stage == AWARE or o.stage == LAPSED:
        move_to(w, o, b, CONSIDERING)
    latest = np.int64(w.recent[b, s.RECENT])
    for back in range(min(np.int64(rule.journey_search_reads), latest)):
        idx = w.recent[b, (latest - 1 - back) % s.RECENT]
        if w.posts[idx].author != who:
            read(w, now, who, idx, rule.observers_stranger)
    if unit(keyed(key, DECIDES)) < rule.journey_search_decides:
        decide(w, now, who, keyed(key, CHOICE))


# ---------------------------------------------------------------------------------------------- posts


@in_place
def draft(
    w: Tables, when: float, kind: int, who: int, b: int, issue: int, valence: float, stirred: float, vividness:
    float, before: float, key: int,
) -> int:
    """A new root post, to be published at `when`; its number."""
    idx = w.counts[s.N_POSTS]
    w.counts[s.N_POSTS] = idx + 1
    post = w.posts[idx]
    post.key = key
    post.time = when
    post.noticed = math.inf
    post.first_reply = math.inf
    post.reply_time = math.inf
    post.author = who
    post.root = idx
    post.parent = s.NO_POST
    post.next_copy = s.NO_POST
    post.grievance = idx
    post.views = 0
    post.views_unanswered = 0
    post.shares = 0
    post.brand = b
    post.issue = issue
    post.depth = 0
    post.times = 0
    post.kind = kind
    post.state = s.UNHEARD
    post.line = 0
    post.valence = valence
    post.arousal = stirred
    post.vividness = vividness
    post.before = before
    post.reply_worth = 0.0
    return idx


@in_place
def spread(w: Tables, now: float, idx: int) -> None:
    """Show a post or a share to the audience of its author: who will come across it, and when."""
    rule = w.rules[0]
    post = w.posts[idx]
    author = post.author
    weak = rule.feed_chance
    strong = chance_of_view(rule.feed_chance, True, rule.feed_strong_tie)
    for tie in range(w.offsets[author], w.offsets[author + 1]):
        viewer = np.int64(w.targets[tie])
        close = np.int64(w.strong[tie])
        key = keyed(post.key, viewer)
        if unit(key) < (strong if close else weak) and attentive(w, key, viewer):
            plan(w, seen_when(w, now, key), s.VIEW, viewer, (idx << 1) | close)


@in_place
def attentive(w: Tables, key: int, viewer: int) -> bool:
    """Whether a follower of many has attention left for this post."""
    return unit(keyed(key, ATTENTIVE)) < share_of_attention(np.float64(w.follows[viewer]), w.rules[0].feed_attention)


@in_place
def seen_when(w: Tables, published: float, key: int) -> float:
    """When the viewer with this (post, viewer) key comes across what was published."""
    rule = w.rules[0]
    waking = view_delay(unit(keyed(key, DELAY)), rule.feed_plateau, rule.feed_decay, rule.feed_seen_in_lifetime)
    return later(published, waking, w.rhythm)


@in_place
def at_view(w: Tables, now: float, who: int, what: int) -> None:
    """Someone comes across a post in the feed; perhaps they pass it on."""
    idx = what >> 1
    root = w.posts[idx].root
    if w.posts[root].author == who:
        return
    rule = w.rules[0]
    read(w, now, who, root, rule.observers_strong_tie if what & 1 else 1.0)
    post = w.posts[root]
    if now >= 0.0:
        minutes = min(np.int64((now - post.time) * 60.0), s.VIEW_AGE_MINUTES)
        w.view_ages[minutes] += 1
    key = keyed(post.key, who)
    draw = unit(keyed(key, SHARES))
    chance = chance_of_share(
        np.float64(post.arousal), post.valence < 0.0, np.float64(post.vividness), np.float64(w.follows[who]),
        rule.sharing_base, rule.sharing_arousal_weight, rule.sharing_anger, rule.sharing_overload,
    )
    if post.valence < 0.0 and post.reply_time <= now and post.reply_worth > rule.reply_threshold:
        chance = chance * rule.sharing_answered
    if draw < chance and first_time(w, key):
        share(w, now, who, root, idx)


@in_place
def read(w: Tables, now: float, who: int, root: int, tie: float) -> None:
    """What reading a post (and what stands under it) does to someone."""
    rule = w.rules[0]
    post = w.posts[root]
    b = np.int64(post.brand)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    get_to_know(w, o, b)
    trace(w, now, s.VIEW, who, post.key)
    count(w, b, s.H_VIEWS, 1.0)
    post.views += 1
    valence = np.float64(post.valence)
    times = follow_story(w, o, post.issue, now, att) if valence < 0.0 else 1.0
    change = swayed(
        att, valence, times, tie, rule.observers_influence, rule.observers_negativity, rule.observers_resistance,
        rule.observers_committed,
    )
    if valence >= 0.0:
        o.heard_good = now
    else:
        o.heard_bad = now
        o.flags = o.flags | s.EXPOSED
        w.issues[post.issue].views += 1
        if post.reply_time <= now:
            count(w, b, s.H_REPLY_VIEWS, 1.0)
            change += impressed(att + change, np.float64(post.reply_worth), rule.reply_threshold, rule.reply_observed)
            change -= slight(w, o, now, root)
        else:
            count(w, b, s.H_VIEWS_UNANSWERED, 1.0)
            post.views_unanswered += 1
            change -= ignored_by_brand(w, b, now, root) / times
    hear(w, o, who, b, change)


@in_place
def ignored_by_brand(w: Tables, b: int, now: float, root: int) -> float:
    """What it costs that a complaint stands there unanswered, or that the brand is not even there."""
    rule = w.rules[0]
    post = w.posts[root]
    if not w.brands[b].present:
        return rule.observers_absent if w.issues[post.issue].kind == s.INCIDENT else 0.0
    return rule.observers_unanswered if now - post.time > rule.observers_unanswered_after else 0.0


@in_place
def slight(w: Tables, o: Any, now: float, root: int) -> float:
    """What it costs that another was answered while one's own complaint still waits (once a grievance)."""
    if o.grievance == s.NO_POST or o.flags & s.SLIGHTED:
        return 0.0
    own = w.posts[o.grievance]
    if own.first_reply <= now or own.grievance == w.posts[root].grievance:
        return 0.0
    o.flags = o.flags | s.SLIGHTED
    return w.rules[0].reply_unequal


@in_place
def first_time(w: Tables, key: int) -> bool:
    """Whether this key is new in the set of (post, person) that shared; it is in it afterwards."""
    last = np.uint64(w.shared.size - 1)
    at = key & last
    while w.shared[at] != np.uint64(0):
        if w.shared[at] == key:
            return False
        at = (at + np.uint64(1)) & last
    w.shared[at] = key
    w.counts[s.N_SHARED] += 1
    return True


@in_place
def share(w: Tables, now: float, who: int, root: int, parent: int) -> None:
    """Pass a post on to one's own audience."""
    original = w.posts[root]
    idx = draft(
        w, now, s.SHARE, who, original.brand, original.issue, original.valence, original.arousal, original.vividness,
        0.0, keyed(keyed(original.key, who), SHARE_KEY),
    )
    copy = w.posts[idx]
    copy.root = root
    copy.parent = parent
    copy.depth = w.posts[parent].depth + 1
    copy.next_copy = original.next_copy
    original.next_copy = idx
    original.shares += 1
    if original.valence < 0.0:
        w.issues[original.issue].shares += 1
    count(w, np.int64(original.brand), s.H_SHARES, 1.0)
    spread(w, now, idx)


@in_place
def at_post(w: Tables, now: float, who: int, idx: int) -> None:
    """A post appears (or a private complaint arrives)."""
    post = w.posts[idx]
    b = np.int64(post.brand)
    trace(w, now, s.POST, who, post.key)
    if post.kind == s.PRIVATE:
        count(w, b, s.H_PRIVATE, 1.0)
    else:
        publish(w, now, idx)
    if post.valence < 0.0 and post.kind != s.COMMENT:
        complain(w, now, who, idx)


@in_place
def publish(w: Tables, now: float, idx: int) -> None:
    """Count a public post, put it on top of the search page, and show it to its author's audience."""
    post = w.posts[idx]
    b = np.int64(post.brand)
    count(w, b, s.H_POSTS, 1.0)
    count(w, b, s.H_VALENCE, np.float64(post.valence))
    if post.kind == s.COMMENT:
        count(w, b, s.H_COMMENTS, 1.0)
    if post.valence < 0.0:
        count(w, b, s.H_COMPLAINTS, 1.0)
        w.issues[post.issue].complaints += 1
    else:
        count(w, b, s.H_PRAISE, 1.0)
    desk = w.desks[b]
    desk.rating_total += np.float64(post.valence)
    desk.rating_weight += 1.0
    latest = w.recent[b, s.RECENT]
    w.recent[b, latest % s.RECENT] = idx
    w.recent[b, s.RECENT] = latest + 1
    spread(w, now, idx)


@in_place
def complain(w: Tables, now: float, who: int, idx: int) -> None:
    """A complaint: the author waits for an answer from now on, and the brand may hear of it."""
    rule = w.rules[0]
    post = w.posts[idx]
    b = np.int64(post.brand)
    brand = w.brands[b]
    o = w.opinions[who, b]
    o.grievance = idx
    o.flags = o.flags & ~s.SLIGHTED
    if post.kind == s.PUBLIC:
        o.flags = o.flags | s.AUTHOR
    patience = rule.voice_expects_reply_within * w.segments[w.people[who].segment].patience
    plan(w, now + patience * exponential(keyed(post.key, PATIENCE)), s.ESCALATE, who, idx)
    if post.kind == s.PRIVATE or unit(keyed(post.key, LISTENED)) < brand.listens:
        delay = brand.notice_delay * exponential(keyed(post.key, NOTICED_LATE))
        plan(w, now + delay, s.NOTICED, who, idx)


@in_place
def at_escalate(w: Tables, now: float, who: int, idx: int) -> None:
    """Patience has run out: who was not answered thinks less of the brand, and some say it again, angrier."""
    rule = w.rules[0]
    post = w.posts[idx]
    if post.first_reply <= now:
        return
    b = np.int64(post.brand)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    live(w, o, who, b, np.float64(o.own) + within_bounds(att, -rule.voice_ignored))
    if post.times < rule.voice_most_escalations and unit(keyed(post.key, ESCALATES)) < rule.voice_escalates:
        again = draft(
            w, now, s.PUBLIC, who, b, post.issue, np.float64(post.valence),
            escalated(np.float64(post.arousal), rule.voice_escalation), np.float64(post.vividness),
            np.float64(post.before), keyed(post.key, ESCALATION_KEY),
        )
        new = w.posts[again]
        new.parent = idx
        new.grievance = post.grievance
        new.times = post.times + 1
        at_post(w, now, who, again)


# ---------------------------------------------------------------------------------------------- broadcasts


@in_place
def at_meet(w: Tables, now: float, who: int, number: int) -> None:
    """Someone meets a statement, a press story, or content of the brand."""
    cast = w.broadcasts[number]
    b = np.int64(cast.brand)
    o = w.opinions[who, b]
    if cast.kind == s.STATEMENT and o.stage == UNAWARE:
        return
    cast.met += 1
    att = remember(w, o, now)
    get_to_know(w, o, b)
    trace(w, now, s.MEET, who, cast.key)
    if cast.kind == s.STATEMENT:
        hear_statement(w, now, who, b, number, att)
    elif cast.kind == s.PRESS:
        meet_press(w, now, who, b, number, att)
    else:
        meet_content(w, now, who, b, number, att)


@in_place
def hear_statement(w: Tables, now: float, who: int, b: int, number: int, att: float) -> None:
    """A statement restores part of what the story cost; what was lived is mended where it was lived.

    To be spoken to insincerely is lived, too: it does not fade as hearsay does.
    """
    rule = w.rules[0]
    cast = w.broadcasts[number]
    o = w.opinions[who, b]
    in_story = o.issue == cast.issue
    before = np.float64(o.before) if in_story else att
    change = restored(
        att, before, cast.worth, now - w.issues[cast.issue].began, rule.broadcast_statement_threshold,
        rule.broadcast_statement_strength, rule.broadcast_statement_decay, rule.broadcast_statement_insult,
    )
    if change < 0.0 or (o.flags & s.HIT_BY and in_story):
        live(w, o, who, b, np.float64(o.own) + within_bounds(att, change))
    else:
        hear(w, o, who, b, change)


@in_place
def meet_press(w: Tables, now: float, who: int, b: int, number: int, att: float) -> None:
    """A story in the press moves like a strong post, and stirs some to speak."""
    rule = w.rules[0]
    cast = w.broadcasts[number]
    o = w.opinions[who, b]
    o.heard_bad = now
    times = follow_story(w, o, cast.issue, now, att)
    change = swayed(
        att, cast.valence, times, 1.0, rule.broadcast_press_influence, rule.observers_negativity,
        rule.observers_resistance, rule.observers_committed,
    )
    hear(w, o, who, b, change)
    key = keyed(keyed(w.streams[s.S_COMMENT], cast.key), who)
    loud = w.segments[w.people[who].segment].voice
    if unit(keyed(key, STIRRED)) < rule.broadcast_comments * loud:
        comment(w, now, who, number, cast.valence, cast.arousal, key)


@in_place
def meet_content(w: Tables, now: float, who: int, b: int, number: int, att: float) -> None:
    """Content is judged as it is felt, whatever was meant; the stirred speak."""
    rule = w.rules[0]
    cast = w.broadcasts[number]
    o = w.opinions[who, b]
    felt = w.perceived[cast.issue, w.people[who].segment]
    key = keyed(keyed(w.streams[s.S_COMMENT], cast.key), who)
    delivered = performance(felt, w.brands[b].spread, normal(keyed(key, FELT)), 0.0)
    judged = satisfaction(
        delivered, np.float64(o.expectation), rule.experience_acceptable, rule.experience_weight_performance,
        rule.experience_weight_disconfirmation, rule.experience_loss_aversion, rule.experience_softness,
    )
    times = follow_story(w, o, cast.issue, now, att)
    if judged < 0.0:
        o.heard_bad = now
    else:
        o.heard_good = now
    change = swayed(
        att, judged, times, 1.0, rule.broadcast_content_influence, rule.observers_negativity,
        rule.observers_resistance, rule.observers_committed,
    )
    hear(w, o, who, b, change)
    loud = w.segments[w.people[who].segment].voice
    chance = chance_of_post(judged, rule.voice_ordinary, rule.voice_praise, rule.voice_complaint, loud)
    if unit(keyed(key, SPEAKS)) < chance:
        comment(w, now, who, number, judged, arousal(judged, 0.0), key)


@in_place
def comment(w: Tables, now: float, who: int, number: int, valence: float, stirred: float, key: int) -> None:
    """A post about something one met in public."""
    cast = w.broadcasts[number]
    when = later(now, exponential(keyed(key, SPEAKS_LATE)) * w.rules[0].voice_post_delay, w.rhythm)
    if when < w.start[1]:
        idx = draft(
            w, when, s.COMMENT, who, np.int64(cast.brand), np.int64(cast.issue), valence, stirred, cast.vividness,
            0.0, keyed(key, POST_KEY),
        )
        plan(w, when, s.POST, who, idx)


@in_place
def announce(w: Tables, now: float, number: int) -> None:
    """Let a broadcast reach whom it reaches, each after a delay of their own. Needs room for as many events."""
    cast = w.broadcasts[number]
    start = keyed(w.streams[s.S_BROADCAST], cast.key)
    for who in range(w.people.size):
        key = keyed(start, who)
        if unit(keyed(key, REACHED)) < cast.reach:
            waking = exponential(keyed(key, REACHED_LATE)) * cast.delay
            plan(w, later(now, waking, w.rhythm), s.MEET, who, number)


@in_place
def strike(w: Tables, now: float, issue: int, affected: np.ndarray, over: float) -> None:
    """Let an incident hit its share of the people of each segment (`affected`), spread over `over` hours.

    Whether a person is then a customer of the brand is seen when it strikes. Needs room for as many events.
    """
    start = keyed(w.streams[s.S_INCIDENT], w.issues[issue].key)
    for who in range(w.people.size):
        key = keyed(start, who)
        if unit(keyed(key, REACHED)) < affected[w.people[who].segment]:
            plan(w, now + over * unit(keyed(key, REACHED_LATE)), s.HIT, who, issue)
