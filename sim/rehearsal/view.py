"""What there is to see of a session, as plain values: the one thing every front end draws.

A view shows what a trainee may know: what the desk has noticed, and what its own replies did to their authors. What
the crowd thinks is shown as its reputation; what the house would do only to a trainee with the ghost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.broadcast import statement_worth
from sim.rehearsal.action import IGNORE, SAID, STATEMENT, Action, as_statement
from sim.rehearsal.facts import reputation
from sim.rehearsal.moment import QUALITIES, Inject, Option
from sim.rehearsal.own_words import why_not
from sim.rehearsal.stage import Done, Thread
from sim.rehearsal.voices import handle_of, said_after, words_of
from sim.world import state as s

if TYPE_CHECKING:
    from sim.rehearsal.session import Answer, Session

CALMED = 0.02
"""Change of the author's attitude from which a reply is said to have calmed (or offended) them."""


@dataclass(frozen=True)
class Choice:
    """An option as it is shown: what it is and says. What it is worth stays with the trainer."""

    id: str
    move: str
    text: str
    channel: str
    promise_minutes: float | None
    takes_minutes: float | None


@dataclass(frozen=True)
class Item:
    """A thread in the inbox. Ages in seconds; anger 0..3; followers and views as numbers shown (`stands_for`)."""

    name: str
    handle: str
    text: str
    inject: bool
    followers: int
    anger: int
    mood: float
    age: int
    private: bool
    views: int
    shares: int
    times: int
    failures: int
    customer: bool
    promised_in: int | None
    """Seconds until a promise runs out (negative: it was broken)."""
    due_in: int | None
    """Seconds until the deadline."""
    left: bool
    """Whether it was left alone, on purpose."""
    options: tuple[Choice, ...]
    own_words: int
    """Longest text it takes; 0: options only."""


@dataclass(frozen=True)
class News:
    """Something that happened, to be told once: `kind` is new, again, answered, lapsed, waits, returned, broken, house,
    note."""

    second: int
    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class View:
    """All there is to see at one second."""

    title: str
    trainee: str
    role: str
    brand: str
    authority: tuple[str, ...]
    briefing: str
    time: str
    """The clock on the wall, like 18:33."""
    second: int
    length: int
    over: bool
    paused: bool
    turns: bool
    speed: float
    assist: str
    reputation: float
    sentiment: float | None
    """Mean valence of public posts of the last 30 minutes, -1..1."""
    volume: int
    """Public posts about the brand in the last 10 minutes (as shown)."""
    waiting: int
    oldest: int
    """Seconds the oldest waits."""
    answered: int
    asks_confidence: bool
    language: str
    no_own_words: str
    """Why nothing can be said in own words here; empty if it can."""
    inbox: tuple[Item, ...]
    approval: tuple[tuple[str, str], ...]
    """Replies that wait for approval: thread and text."""
    news: tuple[News, ...]
    """Everything so far, oldest first; a front end tells what it has not told yet."""

    def as_json(self) -> dict[str, Any]:
        """The view as plain values."""
        inbox = [{**vars(item), "options": [vars(option) for option in item.options]} for item in self.inbox]
        return {**vars(self), "inbox": inbox, "news": [vars(news) for news in self.news]}


@dataclass(frozen=True)
class Line:
    """One line of a thread: who, when (seconds of the session), what; brand: it is the brand that speaks."""

    second: int
    handle: str
    text: str
    brand: bool


def view_of(session: Session) -> View:
    """What there is to see now."""
    stage, moment = session.stage, session.script.moment
    world = stage.simulation.world
    items = tuple(_item(session, thread) for thread in stage.threads())
    free = [item for item in items if item.promised_in is None]
    posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
    public = (posts["brand"] == session.script.brand) & (
        (posts["kind"] == s.PUBLIC) | (posts["kind"] == s.COMMENT)
    ) & (posts["time"] <= world.now)
    recent = public & (posts["time"] > world.now - 0.5)
    return View(
        title=moment.moment, trainee=str(session.header["trainee"]), role=moment.role.name,
        brand=session.script.brand_name, authority=moment.role.authority, briefing=moment.briefing,
        time=wall_clock(session, session.second), second=session.second, length=stage.length, over=session.over,
        paused=session.paused, turns=session.turns, speed=session.speed, assist=str(session.header["assist"]),
        reputation=round(reputation(stage), 3),
        sentiment=float(posts["valence"][recent].mean(dtype=np.float64)) if recent.any() else None,
        volume=int(np.count_nonzero(public & (posts["time"] > world.now - 1 / 6))) * moment.crowd.stands_for,
        waiting=len(free), oldest=max((item.age for item in free), default=0),
        answered=sum(done.done and done.action.do in SAID for done in stage.done),
        asks_confidence=moment.scoring.confidence == "ask", language=moment.language,
        no_own_words=why_not(moment.language), inbox=items,
        approval=tuple((action.on, action.text) for _, action in stage.waiting_approval),
        news=tuple(news_of(session)),
    )


def wall_clock(session: Session, second: int) -> str:
    """The time of day at a second of the session: 18:33."""
    minutes = (session.stage.began + second) // 60
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _item(session: Session, thread: Thread) -> Item:
    stage, moment = session.stage, session.script.moment
    seen, inject = thread.latest, moment.by_id.get(thread.name)
    first = stage.row(thread.post)
    posted = seen.posted if first is None else float(first["time"])
    scale = moment.crowd.stands_for
    followers = seen.followers * scale
    if inject is not None:
        followers = moment.personas[inject.sender].followers
    due = None
    if inject is not None:
        due = stage.arrived[inject.id][0] + round(moment.deadline(inject) * 3600) - session.second
    return Item(
        name=session.names[thread.post], handle=handle_of(stage, seen.author), text=words_of(stage, seen.row),
        inject=inject is not None, followers=followers, anger=anger(seen.arousal), mood=round(seen.valence, 2),
        age=round((stage.simulation.world.now - posted) * 3600), private=seen.private, views=seen.views * scale,
        shares=seen.shares * scale, times=seen.times, failures=seen.failures, customer=seen.is_customer,
        promised_in=None if thread.held_until is None else thread.held_until - session.second, due_in=due,
        left=any(done.post == thread.post and done.done and done.action.do == IGNORE for done in stage.done),
        options=tuple(map(_choice, moment.options(thread.name).values())),
        own_words=0 if why_not(moment.language) else _longest(inject),
    )


def _longest(inject: Inject | None) -> int:
    """The longest text in own words under a thread; 0 where there are options only."""
    if inject is None:
        return 280
    return inject.free_text.max if inject.free_text.allow else 0


@lru_cache(1000)
def _choice(option: Option) -> Choice:
    return Choice(
        option.id, option.move, option.text, option.where, None if option.promise is None else 60 * option.promise,
        None if option.takes is None else 60 * option.takes,
    )


def anger(arousal: float) -> int:
    """Arousal in four steps, 0 to 3."""
    return int(arousal >= 0.35) + int(arousal >= 0.6) + int(arousal >= 0.85)


def thread_of(session: Session, name: str) -> list[Line]:
    """A thread in full: its posts, what the brand said, and what others said under it, in order of time."""
    stage = session.stage
    post = next((key for key, known in session.names.items() if known == name), None)
    if post is None:
        session.thread(name)
    tables = stage.simulation.world.tables
    posts = tables.posts[: tables.counts[s.N_POSTS]]
    numbers = np.flatnonzero(posts["key"] == np.uint64(post or 0))
    lines = []
    for row in posts[np.isin(posts["grievance"], numbers) & (posts["time"] <= stage.simulation.world.now)]:
        if int(row["kind"]) in (s.PUBLIC, s.PRIVATE, s.COMMENT):
            lines.append(_line(session, row))
    for copy in posts[np.isin(posts["root"], numbers) & (posts["kind"] == s.SHARE)][:5]:
        lines.append(_line(session, copy))
    for place, done in enumerate(stage.done):
        if done.post == post and done.done and done.action.do in SAID:
            lines.append(Line(done.second, session.script.brand_name, done.action.text, True))
            if said := said_after(stage, place):
                lines.append(Line(done.second, handle_of(stage, stage.author(done.post) or 0), said, False))
    return sorted(lines, key=lambda line: line.second)


def _line(session: Session, row: np.void) -> Line:
    second = math.floor(float(row["time"]) * 3600) - session.stage.began
    return Line(second, handle_of(session.stage, int(row["author"])), words_of(session.stage, row), False)


# ---------------------------------------------------------------------------------------------- news


def news_of(session: Session) -> list[News]:
    """What has happened so far, in order of time."""
    found = [*_arrivals(session), *_answers(session), *_house(session)]
    for post in session.stage.broken:
        due = next((
            done.second + round((done.action.promise or 0) * 3600)
            for done in reversed(session.stage.done) if done.post == post and done.action.promise
        ), 0)
        name = session.names.get(post, "")
        found.append(News(due, "broken", name, f"the promise to {name} ran out"))
    found += [News(second, "note", "", text) for second, text in session.notes]
    return sorted(found, key=lambda news: (news.second, news.kind, news.name))


def _arrivals(session: Session) -> list[News]:
    """Every thread the desk has noticed, when it did."""
    stage = session.stage
    world = stage.simulation.world
    posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
    noticed = (posts["noticed"] <= world.now) & ((posts["kind"] == s.PUBLIC) | (posts["kind"] == s.PRIVATE))
    numbers = np.flatnonzero(noticed)
    firsts = posts["key"][posts["grievance"][numbers]]
    found, met = [], set[str]()
    for place in np.argsort(posts["noticed"][numbers], kind="stable"):
        name = session.names.get(int(firsts[place]))
        if name is None:
            continue
        row = posts[numbers[place]]
        second = max(0, math.ceil(float(row["noticed"]) * 3600 - 1e-6) - stage.began)
        text = f"{handle_of(stage, int(row['author']))}: {words_of(stage, row)}"
        found.append(News(second, "again" if name in met else "new", name, text))
        met.add(name)
    return found


def _answers(session: Session) -> list[News]:
    found = []
    for answer in session.answers:
        done = answer.done
        if done is None:
            kind = "returned" if answer.returned else "waits"
            text = f"returned: {answer.returned}" if answer.returned else "waits for approval"
            found.append(News(answer.second, kind, answer.action.on, text))
    for done in session.stage.done:
        name = session.names.get(done.post, done.action.on)
        if not done.done:
            found.append(News(done.second, "lapsed", name, f"{done.action.do} had no effect: {done.why}"))
        else:
            found.append(News(done.second, "answered", name, effect(done)))
    return found


def effect(done: Done) -> str:
    """What an action did, as far as one can see it at the desk."""
    do = done.action.do
    if do == "escalate":
        return "handed to a specialist"
    if do == "ignore":
        return "left alone"
    if do == "statement":
        return "the brand has spoken to all"
    felt = "calmed" if done.change > CALMED else "offended" if done.change < -CALMED else "not moved"
    return f"answered after {60 * done.waited:.0f} min: {felt}"


def _house(session: Session) -> list[News]:
    """What the house policy has done by now with the same posts (for a trainee with the ghost)."""
    if session.ghost is None or session.header["assist"] != "ghost":
        return []
    found = []
    for post, name in session.names.items():
        row = session.ghost.row(post)
        if row is not None and float(row["first_reply"]) <= session.ghost.simulation.world.now:
            second = math.ceil(float(row["first_reply"]) * 3600 - 1e-6) - session.stage.began
            late = 60 * (float(row["first_reply"]) - float(row["time"]))
            if second >= 0:
                found.append(News(second, "house", name, f"the house has answered {name} after {late:.0f} min"))
    return found


def coaching(session: Session, answer: Answer) -> list[str]:
    """What the coach says after a reply: the author's note, what was read in own words, and the better option."""
    if session.header["assist"] != "coach" or answer.action.do not in SAID:
        return []
    moment, action = session.script.moment, answer.action
    options = moment.options(action.on)
    lines = []
    if action.option in options and options[action.option].note:
        lines.append(options[action.option].note)
    lines += action.reasons
    if action.point is not None:
        weak = [name for name, value in zip(QUALITIES, action.point, strict=True) if value < 0.4]
        lines.append(f"weak in {', '.join(weak)}" if weak else "strong in all five qualities")
    if action.do == STATEMENT:
        lines.append(_as_statement(session, action))
    return lines


def _as_statement(session: Session, action: Action) -> str:
    """What words come to when they are said to all: it takes all three, and too little does harm."""
    explanation, ownership, sincerity = as_statement(action.quality)
    worth = statement_worth(explanation, ownership, sincerity)
    least = session.script.scenario.crowd.broadcast.statement_threshold
    parts = f"explains {explanation:.2f} x owns {ownership:.2f} x sincere {sincerity:.2f} = {worth:.2f}"
    ends = "it repairs" if worth > least else f"at {least:g} or below it does harm"
    return f"as a statement to all: {parts}; {ends}"
