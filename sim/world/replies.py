"""What an answer does: to its author, to those who saw the post, to those whom it shows the post. Compiled.

Complaints are answered, with or without a promise; praise is thanked for. Who answers what, and when, is in
`sim.world.desk` and `sim.world.hand`; whatever a brand replies, in whatever hand, comes through here.
"""

from __future__ import annotations

import math

import numpy as np

from sim.core.chance import keyed, unit
from sim.core.compiled import entrance, in_place
from sim.model.attitude import within_bounds
from sim.model.feed import chance_of_view, view_delay
from sim.model.journey import later
from sim.model.loss import share_made_good, share_new
from sim.model.reply import (
    chance_of_reexposure,
    impressed,
    mended_by,
    power_of,
    repair,
    seen_action,
    treatment,
    with_promise_kept,
    worth_to_author,
    worth_to_observer,
)
from sim.model.thanks import gratitude, thanked_in_public
from sim.model.voice import expected_after
from sim.world import state as s
from sim.world.opinion import count, hear, live, make_good, plan, remember, trace
from sim.world.posts import attentive, seen_when, slight
from sim.world.purpose import ANOTHER_REPLY, NOTICES, NOTICES_LATE, REEXPOSED, REEXPOSED_LATE
from sim.world.state import Tables


@entrance
def answer(
    w: Tables, now: float, idx: int, by: int, channel: int, action: float, ease: float, empathy: float, honesty:
    float, personal: float,
) -> None:
    """Answer one complaint: its author now, those who saw it when they come across the reply, later viewers then."""
    rule = w.rules[0]
    post = w.posts[idx]
    b = np.int64(post.brand)
    if post.kind == s.PRIVATE:
        channel = s.CHANNEL_PRIVATE
    delay = now - post.time
    worth = worth_to_author(
        action, ease, empathy, honesty, personal, delay, rule.reply_weight_action, rule.reply_weight_treatment,
        rule.reply_weight_procedure, rule.reply_speed_half_value,
    )
    if keeps_promise(w, now, idx):
        worth = with_promise_kept(worth, rule.reply_promise_kept)
    is_first = close_grievance(w, now, idx, worth > rule.reply_threshold)
    count(w, b, s.H_REPLIES, 1.0)
    o = w.opinions[post.author, b]
    if worth > rule.reply_threshold:
        o.flags = o.flags | s.PUT_RIGHT
    if is_first:
        count(w, b, s.H_FIRST_REPLIES, 1.0)
        usual = rule.voice_expects_reply_within * w.segments[w.people[post.author].segment].patience
        waited = now - w.posts[post.grievance].time
        o.pace = expected_after(usual * np.float64(o.pace), waited, rule.voice_speed_creep) / usual
    trace(w, now, s.REPLY, post.author, post.key)
    change = calm_author(w, now, idx, worth)
    note_reply(w, now, idx, by, channel, action, ease, empathy, honesty, personal, delay, worth, change, is_first)
    if channel != s.CHANNEL_PRIVATE:
        shown = seen_action(action, channel == s.CHANNEL_BOTH, rule.reply_private_action)
        post.reply_time = now
        post.turns += 1
        post.reply_worth = worth_to_observer(
            shown, ease, empathy, honesty, personal, rule.reply_weight_action, rule.reply_weight_treatment,
            rule.reply_weight_procedure,
        )
        plan(w, now, s.REACH, np.int64(post.author), (np.int64(idx) << 1) | (channel == s.CHANNEL_BOTH))


@in_place
def at_reach(w: Tables, now: float, who: int, what: int) -> None:
    """A public reply reaches the audience of one copy of its post; the next copy follows at the same instant.

    One event a copy: no event may plan more than one audience, or the calendar would have no room for it.
    """
    rule = w.rules[0]
    copy = what >> 1
    turns = 1.0 if what & 1 else rule.reply_public_turns
    reach_again(w, now, copy, chance_of_reexposure(rule.reply_reexposure, turns))
    following = np.int64(w.posts[copy].next_copy)
    if following != s.NO_POST:
        plan(w, now, s.REACH, who, (following << 1) | (what & 1))


@in_place
def close_grievance(w: Tables, now: float, idx: int, calms: bool) -> bool:
    """Mark every post about this grievance as answered; whether this is the first answer to it.

    calms: whether the reply is worth more than the threshold. If not, the author may yet post again.
    """
    k = np.int64(w.posts[idx].grievance)
    is_first = w.posts[k].first_reply > now
    while k != s.NO_POST:
        other = w.posts[k]
        other.first_reply = min(other.first_reply, now)
        other.state = s.ANSWERED
        if calms:
            other.calmed = 1
        k = np.int64(other.again)
    return is_first


@entrance
def promise(w: Tables, now: float, idx: int, within: float) -> None:
    """Name a time (in hours from now) by which the author of a post will have a further answer."""
    post = w.posts[idx]
    post.promised = now + within
    plan(w, now + within, s.PROMISE, np.int64(post.author), idx)


@in_place
def keeps_promise(w: Tables, now: float, idx: int) -> bool:
    """Whether an answer now comes within the time that was promised; nothing is promised any more after it."""
    post = w.posts[idx]
    kept = now <= post.promised and post.promised < math.inf
    post.promised = math.inf
    return kept


@in_place
def at_promise(w: Tables, now: float, who: int, idx: int) -> None:
    """The promised time has come. With no further answer it is a second failure, and an empty reply to who reads it."""
    rule = w.rules[0]
    post = w.posts[idx]
    if post.promised != now:
        return
    b = np.int64(post.brand)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    o.failures = min(o.failures + 1, 32000)
    count(w, b, s.H_BROKEN_PROMISES, 1.0)
    live(w, o, who, b, np.float64(o.own) + within_bounds(att, -rule.reply_promise_broken))
    if post.reply_time <= now:
        post.reply_worth = 0.0


@in_place
def calm_author(w: Tables, now: float, idx: int, worth: float) -> float:
    """Repair (or insult) the author; the change of their attitude."""
    rule = w.rules[0]
    post = w.posts[idx]
    b = np.int64(post.brand)
    who = np.int64(post.author)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    further = np.float64(max(o.failures - 1, 0))
    grievance = w.posts[post.grievance]
    mended = np.float64(grievance.mended)
    change = within_bounds(
        att,
        repair(
            att, np.float64(post.before), worth, further, rule.reply_threshold, rule.reply_most_repair,
            rule.reply_insult, rule.reply_repeated, mended,
        ),
    )
    grievance.mended = mended_by(worth, rule.reply_threshold, rule.reply_most_repair, mended)
    live(w, o, who, b, np.float64(o.own) + change)
    fresh = share_new(mended, np.float64(grievance.mended))
    make_good(o, fresh * power_of(rule.reply_repeated, further) * share_made_good(
        worth, now - w.posts[post.grievance].time, rule.reply_threshold, rule.loss_made_good, rule.loss_late,
        rule.loss_half_late,
    ))
    return change


@entrance
def thank(
    w: Tables, now: float, idx: int, by: int, channel: int, ease: float, empathy: float, honesty: float,
    personal: float,
) -> None:
    """Thank the author of praise; what is said in public is read by others too."""
    rule = w.rules[0]
    post = w.posts[idx]
    b = np.int64(post.brand)
    who = np.int64(post.author)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    in_public = channel != s.CHANNEL_PRIVATE
    worth = treatment(empathy, honesty, personal)
    change = within_bounds(att, gratitude(att, worth, in_public, rule.thanks_gratitude, rule.thanks_publicly))
    live(w, o, who, b, np.float64(o.own) + change)
    o.flags = o.flags | s.THANKED
    post.state = s.ANSWERED
    post.first_reply = now
    count(w, b, s.H_THANKS, 1.0)
    trace(w, now, s.REPLY, post.author, post.key)
    note_reply(
        w, now, idx, by, channel, 0.0, ease, empathy, honesty, personal, now - post.time, worth, change, False
    )
    if in_public:
        post.reply_time = now
        post.turns += 1
        post.reply_worth = worth
        plan(w, now, s.REACH, who, (np.int64(idx) << 1) | 1)


@in_place
def note_reply(
    w: Tables, now: float, idx: int, by: int, channel: int, action: float, ease: float, empathy: float, honesty:
    float, personal: float, delay: float, worth: float, change: float, is_first: bool,
) -> None:
    """Write the reply into its table."""
    row = w.replies[w.counts[s.N_REPLIES]]
    w.counts[s.N_REPLIES] += 1
    row.time = now
    row.delay = delay
    row.post = idx
    row.author = w.posts[idx].author
    row.brand = w.posts[idx].brand
    row.by = by
    row.channel = channel
    row.action = action
    row.ease = ease
    row.empathy = empathy
    row.honesty = honesty
    row.personal = personal
    row.worth = worth
    row.change = change
    row.first = 1 if is_first else 0


@in_place
def reach_again(w: Tables, now: float, copy: int, chance: float) -> None:
    """Find those who saw this copy before the reply, and those whom the reply shows the post anew.

    Who saw it and when are recomputed from the keys of (post, viewer): no list of viewers is kept. Each further
    reply has draws of its own.
    """
    rule = w.rules[0]
    post = w.posts[copy]
    author = post.author
    again = ANOTHER_REPLY * (w.posts[post.root].turns - 1)
    weak = rule.feed_chance
    strong = chance_of_view(rule.feed_chance, True, rule.feed_strong_tie)
    for tie in range(w.offsets[author], w.offsets[author + 1]):
        viewer = np.int64(w.targets[tie])
        close = np.int64(w.strong[tie])
        key = keyed(post.key, viewer)
        if unit(key) < (strong if close else weak) and attentive(w, key, viewer):
            if unit(keyed(key, NOTICES + again)) < rule.reply_notices and seen_when(w, post.time, key) <= now:
                when = passed_on(w, now, keyed(key, NOTICES_LATE + again))
                plan(w, when, s.NOTICE_REPLY, viewer, np.int64(post.root))
        elif unit(keyed(key, REEXPOSED + again)) < chance:
            plan(w, passed_on(w, now, keyed(key, REEXPOSED_LATE + again)), s.VIEW, viewer, (copy << 1) | close)


@in_place
def passed_on(w: Tables, now: float, key: int) -> float:
    """When what was published now is come across, by the kernel of the feed."""
    rule = w.rules[0]
    waking = view_delay(unit(key), rule.feed_plateau, rule.feed_decay, rule.feed_seen_in_lifetime)
    return later(now, waking, w.rhythm)


@in_place
def at_notice_reply(w: Tables, now: float, who: int, root: int) -> None:
    """Someone who saw the post earlier comes across the reply."""
    rule = w.rules[0]
    post = w.posts[root]
    if post.author == who:
        return
    b = np.int64(post.brand)
    o = w.opinions[who, b]
    att = remember(w, o, now)
    trace(w, now, s.NOTICE_REPLY, who, post.key)
    count(w, b, s.H_REPLY_VIEWS, 1.0)
    if post.valence >= 0.0:
        hear(w, o, who, b, thanked_in_public(np.float64(post.reply_worth), rule.thanks_observed))
        return
    change = impressed(att, np.float64(post.reply_worth), rule.reply_threshold, rule.reply_observed)
    hear(w, o, who, b, change - slight(w, o, now, root))
