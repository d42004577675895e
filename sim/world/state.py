"""The tables a world is made of, and nothing else: every fact of a running world stands in one of these arrays.

Copying the arrays copies the world; that is how a world is forked. What a view touches stands together: one
64-byte record for one person's opinion of one brand.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.calendar import Calendar
from sim.core.tables import longer
from sim.model.journey import Rhythm

NOBODY = -1
NO_BRAND = -1
NO_POST = -1
NO_ISSUE = -1
NO_BROADCAST = -1

# Kinds of events, in the order in which they happen when they fall on the same instant.
HOUR, MOMENT, HIT, DECIDE, MEET, POST, NOTICED, SERVED, REPLY, REACH, NOTICE_REPLY, VIEW, ESCALATE = range(13)
PROMISE, INVITED, BOT, CALL = range(13, 17)
EVENTS = (
    "hour", "moment", "hit", "decide", "meet", "post", "noticed", "served", "reply", "reach", "notice reply",
    "view", "escalate", "promise", "invited", "bot", "call",
)

# Kinds of posts.
PUBLIC, PRIVATE, SHARE, COMMENT, ADVERT, PHONED = range(6)
POST_KINDS = ("post", "private complaint", "share", "comment", "advertisement", "call")

# Where a post stands at the desk (held: answered by hand with a promise, and not yet finally).
UNHEARD, WAITING, IN_HAND, ANSWERED, DROPPED, HELD = range(6)

# Channels of a reply.
CHANNEL_PUBLIC, CHANNEL_PRIVATE, CHANNEL_BOTH = range(3)
CHANNELS = ("public", "private", "public then private")

# Who answered.
BY_AGENT, BY_SPECIALIST, BY_PLAN, BY_HAND, BY_BOT, BY_PHONE = range(6)
ANSWERERS = ("agent", "specialist", "plan", "person", "bot", "phone")

# What a brand's stories are about.
ORDINARY, FAILURE, INCIDENT, CONTENT, CAMPAIGN = range(5)
ISSUE_KINDS = ("service", "failure", "incident", "content", "campaign")

# Kinds of broadcasts.
STATEMENT, PRESS, BRAND_CONTENT, ADVERTISEMENT, FIX = range(5)
BROADCAST_KINDS = ("statement", "press", "content", "advertisement", "fix")

# Whom a broadcast is meant for.
TO_EVERYONE, TO_CUSTOMERS, TO_PROSPECTS, TO_PROMOTERS, TO_DETRACTORS = range(5)
TARGETS = ("everyone", "customers", "prospects", "promoters", "detractors")

# Flags of an opinion.
AUTHOR = 1
"""Has posted a complaint of their own about the brand."""
EXPOSED = 2
"""Has seen someone's complaint about the brand."""
SLIGHTED = 4
"""Has seen another answered while waiting (the cost is paid once per grievance)."""
HIT_BY = 8
"""Was hit by an incident of the brand."""
FORMER = 16
"""Has left the brand before."""
REFERRED = 32
"""Is a customer who came by invitation."""
BETRAYED = 64
"""Was committed to the brand, and betrayed."""
THANKED = 128
"""Was thanked by the brand for praise."""
PUT_RIGHT = 256
"""Has had a reply above the threshold."""
KEPT_ON_DAY_0 = SLIGHTED | FORMER | REFERRED | BETRAYED | THANKED | PUT_RIGHT
"""Flags that the warm-up leaves standing."""

PERSON = np.dtype(
    [("segment", np.int16), ("current", np.int16), ("cohort", np.int16), ("spare", np.int16)], align=True
)
"""A person: segment, the brand they have now and the one they had on day 0 (-1: none)."""

OPINION = np.dtype(
    [
        ("own", np.float32), ("heard", np.float32), ("heard_hour", np.int32), ("expectation", np.float32),
        ("satisfaction", np.float32), ("before", np.float32), ("seen_at", np.float32), ("failed_at", np.float32),
        ("heard_good", np.float32), ("heard_bad", np.float32), ("grievance", np.int32),
        ("issue", np.int16), ("times", np.int16), ("failures", np.int16), ("flags", np.uint16), ("stage", np.int8),
        ("unused", np.int8, (3,)), ("lost", np.float32), ("pace", np.float32),
    ],
    align=True,
)
"""What one person thinks of one brand (64 bytes).

own, heard: the two parts of attitude; heard_hour: the full hour up to which `heard` has faded. before: attitude
when the present story began; issue, times, seen_at: that story, how often it was met and when last. failures,
failed_at: own failures within 90 days. heard_good, heard_bad: when last heard good or bad (hours; -inf never).
grievance: the latest post of an own open complaint. lost: what failures took from the brand's utility, as of the last
failure, less what was made good of it. pace: the reply time expected, against what others expect.
"""

POST_ROW = np.dtype(
    [
        ("key", np.uint64), ("time", np.float64), ("noticed", np.float64), ("first_reply", np.float64),
        ("reply_time", np.float64), ("promised", np.float64), ("author", np.int32), ("root", np.int32),
        ("parent", np.int32), ("next_copy", np.int32), ("grievance", np.int32), ("again", np.int32),
        ("views", np.int32), ("views_unanswered", np.int32), ("shares", np.int32), ("brand", np.int16),
        ("issue", np.int16), ("depth", np.int16), ("times", np.int16), ("kind", np.int8), ("state", np.int8),
        ("line", np.int8), ("calmed", np.int8), ("valence", np.float32), ("arousal", np.float32),
        ("vividness", np.float32), ("before", np.float32), ("reply_worth", np.float32), ("turns", np.int32),
        ("mended", np.float32), ("spare", np.int32),
    ],
    align=True,
)
"""A post, a private complaint, a share of a post, or a comment on a press story.

time: when published (hours from day 0). root, parent, depth: its place in the cascade (the root is its own
root). next_copy: the next share of the same root. grievance: the first post about the same grievance; times: how
often it was posted before; again: the next post about it. calmed: whether a reply above the threshold has put it
right (fobbed off, its author goes on). noticed: when the desk heard of it; first_reply: when it was first answered
in any channel; reply_time, reply_worth: the public reply that stands under the root (inf: none; of thanks: how
heartfelt). turns: public replies to it so far. mended: part of the loss that replies about this grievance have mended
(kept at its first post). promised: by when a further answer was promised (inf: nothing is). before: the author's
attitude before the grievance.
"""

REPLY_ROW = np.dtype(
    [
        ("time", np.float64), ("delay", np.float64), ("post", np.int32), ("author", np.int32), ("brand", np.int16),
        ("by", np.int8), ("channel", np.int8), ("action", np.float32), ("ease", np.float32), ("empathy", np.float32),
        ("honesty", np.float32), ("personal", np.float32), ("worth", np.float32), ("change", np.float32),
        ("first", np.int8), ("spare", np.int8, (7,)),
    ],
    align=True,
)
"""A reply: its five qualities, what it was worth to the author, and how it changed the author's attitude."""

ISSUE_ROW = np.dtype(
    [
        ("key", np.uint64), ("began", np.float64), ("chance", np.float64), ("loss", np.float64),
        ("vividness", np.float64), ("brand", np.int16), ("kind", np.int16), ("complaints", np.int32),
        ("shares", np.int32), ("views", np.int32), ("answer", np.int32),
        ("claim", np.int32), ("struck", np.int32), ("spare", np.int32), ("promise", np.float64),
    ],
    align=True,
)
"""What stories are about: ordinary service, a cause of failure, an incident, content, a campaign.

loss: nan = minor or major. promise: the performance that a campaign promises (else nan).

began: hours from day 0 (inf: not yet, or a standing cause). answer: the statement that excuses most (-1: none).
claim: the latest telling that it was fixed (-1: none). struck: experiences that went wrong in this way.
"""

BROADCAST_ROW = np.dtype(
    [
        ("key", np.uint64), ("time", np.float64), ("reach", np.float64), ("worth", np.float64),
        ("valence", np.float64), ("arousal", np.float64), ("vividness", np.float64), ("delay", np.float64),
        ("span", np.float64), ("passed_on", np.float64), ("cost", np.float64), ("chances", np.uint64),
        ("brand", np.int16), ("issue", np.int16), ("kind", np.int8), ("target", np.int8), ("met", np.int32),
    ],
    align=True,
)
"""A statement, a press story, content, or an advertisement. span: hours over which it goes out; delay: mean waking
hours until a person then meets it. target: for whom. passed_on: chance that a promoter passes it on.
cost: of reaching one. chances: the key from which its people's draws descend; met: people who have met it. For content,
valence is unused.
"""

BRAND_ROW = np.dtype(
    [
        ("key", np.uint64), ("quality", np.float64), ("spread", np.float64), ("price", np.float64),
        ("first_failure", np.int32), ("n_failures", np.int32), ("present", np.int8), ("replies", np.int8),
        ("channel", np.int8), ("triage", np.int8), ("listens", np.float64), ("answers", np.float64),
        ("by_hand", np.int8), ("reply_after", np.float64), ("action", np.float64), ("ease", np.float64),
        ("empathy", np.float64),
        ("honesty", np.float64), ("personal", np.float64), ("handling_time", np.float64),
        ("handling_spread", np.float64), ("notice_delay", np.float64), ("drops_after", np.float64),
        ("specialist_share", np.float64), ("specialist_time", np.float64), ("promise", np.float64),
        ("thanks", np.float64), ("thanks_time", np.float64), ("invites", np.float64), ("accepts", np.float64),
        ("reward", np.float64), ("authority", np.float64), ("bot_tries", np.float64), ("bot_solves", np.float64),
        ("bot_takes", np.float64), ("bot_solved", np.float64, (5,)), ("bot_failed", np.float64, (5,)),
        ("phone_wait", np.float64), ("phone", np.float64, (5,)),
        ("ordinary", np.int32), ("thanks_channel", np.int8), ("asks_all", np.int8), ("bot_hands_over", np.int8),
    ],
    align=True,
)
"""A brand's settings: what it delivers, how it answers, and whom it asks to recommend it.

reply_after: hours, nan where the desk decides. invites: 0 without a referral programme.
by_hand: what waits is answered by hand (`sim.world.hand`). bot_solved, bot_failed: five qualities of its replies.
phone_wait: hours on hold, nan without a phone line; phone: the qualities of what is said there."""

DESK_ROW = np.dtype(
    [
        ("rating_total", np.float64), ("rating_weight", np.float64), ("rating", np.float64),
        ("on", np.int32, (2,)), ("busy", np.int32, (2,)), ("waiting", np.int32, (2,)),
        ("noticed", np.int64), ("since", np.float64),
        ("worked", np.float64), ("on_duty", np.float64), ("strain", np.float64),
    ],
    align=True,
)
"""The moving state of a brand: its public rating, and for both lines of its desk (agents, specialists) how many
are on duty, busy, and how many posts wait. since: until when staff hours are booked.
worked, on_duty: hours of work its agents have taken on, and hours they were on duty; strain: of its people, 0..1."""

SEGMENT_ROW = np.dtype(
    [
        ("voice", np.float64), ("activity", np.float64), ("patience", np.float64), ("loyalty", np.float64),
        ("expectations", np.float64),
    ],
    align=True,
)

HOURLY = (
    "posts", "praise", "complaints", "private_complaints", "comments", "shares", "views", "views_unanswered",
    "reply_views", "replies", "first_replies", "valence", "uses", "failures", "satisfied", "revenue", "acquired",
    "churned", "returned", "noticed", "dropped", "staff_hours", "searches", "weighed", "warned",
    "thanks", "broken_promises",
    "ads", "ads_shared", "invitations", "referred", "spent",
    "calls", "hung_up",
    # levels at the end of the hour
    "waiting", "busy", "on_duty", "rating", "customers", "known", "attitude_customers", "attitude_others",
    "strain",
)
"""What is counted for each brand and hour; from `waiting` on, levels at the end of the hour (sums over people).

weighed: decisions in which the brand was weighed; warned: those of them whose maker had lately heard bad of it. ads:
advertisements met; ads_shared: passed on by promoters. referred: customers who came by invitation. spent: money for
advertisements and rewards.
"""

(
    H_POSTS, H_PRAISE, H_COMPLAINTS, H_PRIVATE, H_COMMENTS, H_SHARES, H_VIEWS, H_VIEWS_UNANSWERED,
    H_REPLY_VIEWS, H_REPLIES, H_FIRST_REPLIES, H_VALENCE, H_USES, H_FAILURES, H_SATISFIED, H_REVENUE, H_ACQUIRED,
    H_CHURNED, H_RETURNED, H_NOTICED, H_DROPPED, H_STAFF, H_SEARCHES, H_WEIGHED, H_WARNED,
    H_THANKS, H_BROKEN_PROMISES,
    H_ADS, H_ADS_SHARED, H_INVITATIONS, H_REFERRED, H_SPENT,
    H_CALLS, H_HUNG_UP,
    H_WAITING, H_BUSY, H_ON_DUTY, H_RATING, H_CUSTOMERS, H_KNOWN, H_ATTITUDE_CUSTOMERS, H_ATTITUDE_OTHERS,
    H_STRAIN,
) = range(len(HOURLY))

DAILY = (
    "customers", "promoters", "detractors", "known", "promoters_known", "detractors_known", "heard_good",
    "heard_bad", "cohort", "cohort_kept", "attitude_cohort",
)
"""What is counted for each brand at each midnight from day 0 on (numbers of people; attitude_cohort is a sum)."""

(
    D_CUSTOMERS, D_PROMOTERS, D_DETRACTORS, D_KNOWN, D_PROMOTERS_KNOWN, D_DETRACTORS_KNOWN, D_HEARD_GOOD,
    D_HEARD_BAD, D_COHORT, D_COHORT_KEPT, D_ATTITUDE_COHORT,
) = range(len(DAILY))

COUNTS = ("posts", "replies", "broadcasts", "shared", "traced", "longest_line", "hour", "day", "moments", "events")
N_POSTS, N_REPLIES, N_BROADCASTS, N_SHARED, N_TRACED, LONGEST_LINE, HOUR_NOW, DAY_NOW, N_MOMENTS, N_EVENTS = range(
    len(COUNTS)
)

STREAMS = ("moment", "incident", "broadcast", "comment")
S_MOMENT, S_INCIDENT, S_BROADCAST, S_COMMENT = range(len(STREAMS))

TRACE_ROW = np.dtype(
    [("time", np.float64), ("event", np.int64), ("who", np.int64), ("what", np.uint64)], align=True
)
"""An event as it touched someone; `what` is the key of the post, broadcast or moment, the same in every arm."""

FAILURES_COUNT_FOR = 90 * 24.0
"""How long a failure counts as recent (hours)."""

HEARD_RECENTLY = 14 * 24.0
"""Buzz asks who heard something in the last 14 days (hours)."""

VIEW_AGE_MINUTES = 48 * 60
RECENT = 16


class Tables(NamedTuple):
    """All arrays of a world, as the compiled loops take them. Shapes: n people, B brands."""

    people: np.ndarray  # PERSON [n]
    opinions: np.ndarray  # OPINION [n, B]
    posts: np.ndarray  # POST_ROW [capacity], filled up to counts[N_POSTS]
    replies: np.ndarray  # REPLY_ROW [capacity]
    issues: np.ndarray  # ISSUE_ROW [issues]
    broadcasts: np.ndarray  # BROADCAST_ROW [capacity]
    perceived: np.ndarray  # float64 [issues, segments]: performance content is perceived as (nan: not content)
    brands: np.ndarray  # BRAND_ROW [B]
    desks: np.ndarray  # DESK_ROW [B]
    waiting: np.ndarray  # int32 [B, 2, capacity]: posts waiting in each line
    segments: np.ndarray  # SEGMENT_ROW [segments]
    rules: np.ndarray  # one record: every parameter of the model's rules, named block_parameter
    streams: np.ndarray  # uint64 [purposes]
    rhythm: Rhythm  # of three arrays
    fade: np.ndarray  # float64 [hours]: share of hearsay left after so many hours
    recent: np.ndarray  # int32 [B, RECENT + 1]: ring of the latest public posts; the last entry counts them
    sums: np.ndarray  # float64 [B, 2, 3]: people, own, heard; for customers and for others who know the brand
    hour: np.ndarray  # float64 [B, HOURLY]: the counts of the running hour
    hourly: np.ndarray  # float64 [hours, B, HOURLY]: those of the hours before it
    daily: np.ndarray  # float64 [days, B, DAILY]
    transitions: np.ndarray  # int64 [B, 5, 5]: moves from stage to stage
    view_ages: np.ndarray  # int64 [VIEW_AGE_MINUTES + 1]: views by the age of the post in minutes
    shared: np.ndarray  # uint64 [power of two]: set of keys of (post, person) that shared
    offsets: np.ndarray  # int64 [n + 1]
    targets: np.ndarray  # int32 [ties]
    strong: np.ndarray  # uint8 [ties]
    follows: np.ndarray  # int32 [n]
    counts: np.ndarray  # int64 [COUNTS]
    trace: np.ndarray  # TRACE_ROW [capacity]; of length 0 nothing is traced
    start: np.ndarray  # float64 [2]: hours at which the world begins (warm-up) and ends
    calendar: Calendar


SHARED_BETWEEN_COPIES = frozenset(
    {"offsets", "targets", "strong", "follows", "rules", "segments", "rhythm", "fade", "perceived"}
)
"""Tables that never change during a run: copies of a world share them."""


def copied(tables: Tables) -> Tables:
    """An independent copy; what never changes is shared."""
    fresh: dict[str, Any] = {}
    for name, value in tables._asdict().items():
        if name in SHARED_BETWEEN_COPIES:
            fresh[name] = value
        elif name == "calendar":
            fresh[name] = Calendar(*(array.copy() for array in value))
        else:
            fresh[name] = longer(value, len(value))
    return Tables(**fresh)
