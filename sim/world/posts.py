"""Posts: how they appear, who comes across them, what reading one does, how they are passed on. Compiled.

Also what becomes of a complaint while nobody answers; what the desk does with it is in `sim.world.desk`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.chance import exponential, keyed, unit
from sim.core.compiled import in_place
from sim.model.attitude import within_bounds
from sim.model.broadcast import excused, hours_into
from sim.model.experience import expectation_after
from sim.model.feed import chance_of_view, share_of_attention, view_delay
from sim.model.journey import later
from sim.model.observers import buffered, convinced, swayed
from sim.model.reply import impressed
from sim.model.sharing import chance_of_share
from sim.model.thanks import thanked_in_public
from sim.model.voice import escalated
from sim.world import state as s
from sim.world.opinion import count, follow_story, get_to_know, hear, judge, live, make_good, plan, remember, trace
from sim.world.purpose import (
    ATTENTIVE,
    CARRIES,
    DELAY,
    ESCALATES,
    ESCALATION_KEY,
    GOES_OUT,
    LISTENED,
    NOTICED_LATE,
    PATIENCE,
    REACHED,
    REACHED_LATE,
    SHARE_KEY,
    SHARES,
    TOLD,
    TOLD_LATE,
)
from sim.world.state import Tables


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
    post.promised = math.inf
    post.author = who
    post.root = idx
    post.parent = s.NO_POST
    post.next_copy = s.NO_POST
    post.grievance = idx
    post.again = s.NO_POST
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
    post.calmed = 0
    post.valence = valence
    post.arousal = stirred
    post.vividness = vividness
    post.before = before
    post.reply_worth = 0.0
    post.turns = 0
    post.mended = 0.0
    post.spare = 0
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
def pass_around(w: Tables, now: float, idx: int) -> None:
    """Let a post or a share find its audience: in the feed, if there is one, and by word of mouth."""
    if w.rules[0].feed_on != 0.0:
        spread(w, now, idx)
    if w.rules[0].feed_told > 0.0:
        tell(w, now, idx)


@in_place
def tell(w: Tables, now: float, idx: int) -> None:
    """Tell some acquaintances in person, each a while later: strong ties, or anyone where there are none."""
    rule = w.rules[0]
    post = w.posts[idx]
    begin, end = w.offsets[post.author], w.offsets[post.author + 1]
    close = 0
    for tie in range(begin, end):
        close += w.strong[tie]
    each = rule.feed_told / max(1, close if close > 0 else end - begin)
    for tie in range(begin, end):
        if close == 0 or w.strong[tie]:
            viewer = np.int64(w.targets[tie])
            key = keyed(post.key, viewer)
            if unit(keyed(key, TOLD)) < each:
                when = later(now, exponential(keyed(key, TOLD_LATE)) * rule.feed_told_after, w.rhythm)
                plan(w, when, s.VIEW, viewer, (np.int64(idx) << 1) | np.int64(w.strong[tie]))


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
    promise = w.issues[post.issue].promise
    if not math.isnan(promise):
        o.expectation = expectation_after(np.float64(o.expectation), promise, rule.advertising_learning)
    if valence >= 0.0:
        o.heard_good = now
        if post.reply_time <= now:
            count(w, b, s.H_REPLY_VIEWS, 1.0)
            change += thanked_in_public(np.float64(post.reply_worth), rule.thanks_observed)
    else:
        o.heard_bad = now
        o.flags = o.flags | s.EXPOSED
        w.issues[post.issue].views += 1
        change *= held_against(w, now, who, np.int64(post.issue), told_by(w, now, root))
        if post.reply_time <= now:
            count(w, b, s.H_REPLY_VIEWS, 1.0)
            change += impressed(att + change, np.float64(post.reply_worth), rule.reply_threshold, rule.reply_observed)
            change -= slight(w, o, now, root)
        else:
            count(w, b, s.H_VIEWS_UNANSWERED, 1.0)
            post.views_unanswered += 1
            change -= ignored_by_brand(w, b, now, root) / times
    hear(w, o, who, b, trusting(w, o, change))


@in_place
def trusting(w: Tables, o: Any, change: float) -> float:
    """What is left of a change by hearsay after trust in the brand; the betrayed trust no more."""
    if o.flags & s.BETRAYED:
        return change
    return buffered(change, np.float64(o.own), w.rules[0].observers_buffer)


@in_place
def held_against(w: Tables, now: float, who: int, issue: int, told: bool) -> float:
    """What is left of a story's harm for who meets it.

    Less for who takes well what it is about, and for who knows the answer to it, or is `told` it.
    """
    rule = w.rules[0]
    left = 1.0
    felt = w.perceived[issue, w.people[who].segment]
    if not math.isnan(felt):
        left = convinced(judge(w, w.opinions[who, w.issues[issue].brand], felt), rule.observers_own_view)
    answer = np.int64(w.issues[issue].answer)
    if answer == s.NO_BROADCAST or not (told or has_met(w, now, who, answer)):
        return left
    cast = w.broadcasts[answer]
    return left * (1.0 - excused(
        cast.worth, hours_into(cast.time, w.issues[issue].began), rule.broadcast_statement_threshold,
        rule.broadcast_statement_strength, rule.broadcast_statement_decay,
    ))


@in_place
def told_by(w: Tables, now: float, root: int) -> bool:
    """Whether a post tells what the brand has said: its author knew it when they wrote, and thought of it."""
    post = w.posts[root]
    answer = np.int64(w.issues[post.issue].answer)
    if answer == s.NO_BROADCAST or unit(keyed(post.key, CARRIES)) >= w.rules[0].broadcast_carried:
        return False
    return has_met(w, post.time, np.int64(post.author), answer)


@in_place
def has_met(w: Tables, now: float, who: int, number: int) -> bool:
    """Whether a broadcast has reached someone by now: computed again from its keys, no list is kept."""
    cast = w.broadcasts[number]
    return reaches(cast, who) and met_when(w, cast, who) <= now


@in_place
def reaches(cast: Any, who: int) -> bool:
    """Whether a broadcast ever reaches someone."""
    return unit(keyed(keyed(cast.chances, who), REACHED)) < cast.reach


@in_place
def met_when(w: Tables, cast: Any, who: int) -> float:
    """When someone meets a broadcast that reaches them."""
    key = keyed(cast.chances, who)
    goes_out = cast.time + cast.span * unit(keyed(key, GOES_OUT))
    return later(goes_out, exponential(keyed(key, REACHED_LATE)) * cast.delay, w.rhythm)


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
    pass_around(w, now, idx)


@in_place
def at_post(w: Tables, now: float, who: int, idx: int) -> None:
    """A post appears (or a private complaint arrives, or an advertisement is passed on)."""
    post = w.posts[idx]
    b = np.int64(post.brand)
    trace(w, now, s.POST, who, post.key)
    if post.kind == s.PRIVATE:
        count(w, b, s.H_PRIVATE, 1.0)
    elif post.kind == s.ADVERT:
        count(w, b, s.H_ADS_SHARED, 1.0)
        pass_around(w, now, idx)
    elif w.rules[0].feed_on == 0.0:
        pass_around(w, now, idx)
        return
    else:
        publish(w, now, idx)
    if post.valence < 0.0 and post.kind != s.COMMENT:
        complain(w, now, who, idx)
    elif post.kind == s.PUBLIC and w.brands[b].thanks > 0.0:
        come_to_notice(w, now, who, idx)


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
    pass_around(w, now, idx)


@in_place
def complain(w: Tables, now: float, who: int, idx: int) -> None:
    """A complaint: the author waits for an answer from now on, and the brand may hear of it."""
    rule = w.rules[0]
    post = w.posts[idx]
    b = np.int64(post.brand)
    o = w.opinions[who, b]
    o.grievance = idx
    o.flags = o.flags & ~s.SLIGHTED
    if post.times == 0:
        make_good(o, rule.loss_vented)
    if post.kind == s.PUBLIC:
        o.flags = o.flags | s.AUTHOR
    patience = rule.voice_expects_reply_within * w.segments[w.people[who].segment].patience * np.float64(o.pace)
    plan(w, now + patience * exponential(keyed(post.key, PATIENCE)), s.ESCALATE, who, idx)
    come_to_notice(w, now, who, idx)


@in_place
def come_to_notice(w: Tables, now: float, who: int, idx: int) -> None:
    """The brand will hear of a post, if its search finds it; what is said to it in private always arrives."""
    post = w.posts[idx]
    brand = w.brands[post.brand]
    if post.kind == s.PRIVATE or unit(keyed(post.key, LISTENED)) < brand.listens:
        delay = brand.notice_delay * exponential(keyed(post.key, NOTICED_LATE))
        plan(w, now + delay, s.NOTICED, who, idx)


@in_place
def at_escalate(w: Tables, now: float, who: int, idx: int) -> None:
    """Patience has run out: who was not answered thinks less of the brand, and some say it again, angrier.

    Who was only fobbed off says it again, too; what they think of that was settled when the reply came.
    """
    rule = w.rules[0]
    post = w.posts[idx]
    if post.calmed:
        return
    b = np.int64(post.brand)
    if post.first_reply > now:
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
        w.posts[idx].again = again
        at_post(w, now, who, again)
