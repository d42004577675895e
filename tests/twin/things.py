"""What the twin's world is made of: people, brands, posts, replies, as plain objects that point at each other.

A number declared `Single` is rounded to single precision when it is stored, as the engine's tables do; all
arithmetic in between is in double precision.
"""

from __future__ import annotations

import ctypes
import inspect
import math
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sim.scenario.brand import Brand as Settings
from sim.scenario.brand import Policy
from sim.scenario.schema import Segment
from sim.world import state as s

Single = float
NEVER = -math.inf
NOT_YET = math.inf


def single(number: float) -> float:
    """The nearest number in single precision."""
    return ctypes.c_float(number).value


class Stored:
    """An object whose `Single` fields are rounded at the store."""

    _rounded: frozenset[str]

    def __init_subclass__(cls) -> None:
        kinds = inspect.get_annotations(cls)
        cls._rounded = frozenset(name for name, kind in kinds.items() if kind == "Single")

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, single(value) if name in self._rounded else value)


@dataclass(eq=False)
class Person:
    """Someone: what brand they have, whom their posts reach, and what they think of each brand."""

    number: int
    segment: Segment
    current: Brand | None
    cohort: Brand | None
    follows: int
    audience: list[tuple[Person, bool]] = field(default_factory=list)
    """Who sees what they post, and whether the tie is strong."""
    opinions: list[Opinion] = field(default_factory=list)


@dataclass(eq=False)
class Opinion(Stored):
    """What one person thinks of one brand."""

    own: Single
    heard: Single
    heard_hour: int
    expectation: Single
    stage: int
    satisfaction: Single = 0.0
    before: Single = 0.0
    """Attitude when the present story began."""
    issue: Issue | None = None
    """The present story, how often it was met, and when last."""
    times: int = 0
    seen_at: Single = NEVER
    failures: int = 0
    failed_at: Single = NEVER
    lost: Single = 0.0
    """What failures took from the brand's utility, as of the last one, less what was made good."""
    heard_good: Single = NEVER
    heard_bad: Single = NEVER
    grievance: Post | None = None
    """The latest post of an own complaint."""
    author: bool = False
    exposed: bool = False
    slighted: bool = False
    hit_by: bool = False
    former: bool = False
    thanked: bool = False
    betrayed: bool = False
    put_right: bool = False
    pace: Single = 1.0
    """The reply time expected, against what others expect."""
    referred: bool = False

    @property
    def attitude(self) -> float:
        """The whole attitude: what was lived and what was heard."""
        return self.own + self.heard


@dataclass(eq=False)
class Issue:
    """What a story is about."""

    number: int
    key: int
    kind: int
    chance: float
    loss: float | None
    """What it takes from performance; None: minor or major."""
    vividness: float
    felt: list[float]
    """Content: how good each segment feels it to be."""
    began: float = NOT_YET
    complaints: int = 0
    shares: int = 0
    views: int = 0
    promise: float | None = None
    answer: Broadcast | None = None
    """The statement about it that excuses most."""
    claim: Broadcast | None = None
    """The latest telling that it was fixed."""
    struck: int = 0


@dataclass(eq=False)
class Sums:
    """A group of people: how many, and the sums of the two parts of their attitude."""

    people: float = 0.0
    own: float = 0.0
    heard: float = 0.0


@dataclass(eq=False)
class Line:
    """Agents, or specialists: how many on duty, how many busy, and the posts that wait for them."""

    on: int = 0
    busy: int = 0
    waiting: list[Post] = field(default_factory=list)


@dataclass(eq=False)
class Brand:
    """A brand: its settings, what can go wrong, its public rating, its desk and its books."""

    number: int
    name: str
    key: int
    settings: Settings
    policy: Policy
    quality: float
    spread: float
    ordinary: Issue
    failures: list[Issue]
    manner: SimpleNamespace
    """The five qualities of its people's replies."""
    handling_time: float
    handling_spread: float
    rating_total: float
    rating_weight: float
    rating: float
    agents: Line = field(default_factory=Line)
    specialists: Line = field(default_factory=Line)
    noticed: int = 0
    hours_of_work: float = 0.0
    hours_on_duty: float = 0.0
    strain: float = 0.0
    vacant: int = 0
    booked_until: float = 0.0
    invites: float = 0.0
    """Invitations after an experience that satisfied a promoter."""
    recent: list[Post] = field(default_factory=list)
    """Every public post about the brand, the latest last."""
    customers: Sums = field(default_factory=Sums)
    others: Sums = field(default_factory=Sums)
    """Those who know the brand without having it."""
    hour: Counter[str] = field(default_factory=Counter)
    """Counts of the running hour, by the names of `state.HOURLY`."""
    hourly: list[dict[str, float]] = field(default_factory=list)
    daily: list[dict[str, float]] = field(default_factory=list)
    transitions: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def lines(self) -> tuple[Line, Line]:
        """Both lines of the desk."""
        return self.agents, self.specialists


@dataclass(eq=False)
class Post(Stored):
    """A public post, a private complaint, a share of a post, or a comment on something met in public."""

    number: int
    key: int
    kind: int
    time: float
    author: Person
    brand: Brand
    issue: Issue
    valence: Single
    arousal: Single
    vividness: Single
    before: Single
    """The author's attitude before the grievance."""
    root: Post = None  # type: ignore[assignment]  # itself, unless it is a share
    parent: Post | None = None
    """Of a share, what was shared; of a repeated complaint, the earlier one."""
    grievance: Post = None  # type: ignore[assignment]  # the first post about the same grievance
    again: Post | None = None
    """The next post about it."""
    calmed: bool = False
    """Put right by a reply above the threshold."""
    copies: list[Post] = field(default_factory=list)
    """Of a root: its shares, the latest first."""
    depth: int = 0
    times: int = 0
    state: int = 0
    line: int = 0
    noticed: float = NOT_YET
    first_reply: float = NOT_YET
    reply_time: float = NOT_YET
    reply_worth: Single = 0.0
    turns: int = 0
    mended: Single = 0.0
    """Of the first post of a grievance: the part of the loss that replies have mended."""
    promised: float = NOT_YET
    """By when a further answer was promised."""
    views: int = 0
    views_unanswered: int = 0
    shares: int = 0

    def __post_init__(self) -> None:
        self.root = self.grievance = self


@dataclass(eq=False)
class Reply(Stored):
    """One reply of a brand."""

    time: float
    delay: float
    post: Post
    by: int
    channel: int
    action: Single
    ease: Single
    empathy: Single
    honesty: Single
    personal: Single
    worth: Single
    change: Single
    first: bool


@dataclass(eq=False)
class Broadcast:
    """A statement, a press story, or content of a brand's own."""

    number: int
    key: int
    kind: int
    time: float
    brand: Brand
    issue: Issue
    reach: float
    delay: float
    chances: int
    """The key from which its people's draws descend."""
    worth: float = 0.0
    valence: float = 0.0
    arousal: float = 0.0
    vividness: float = 1.0
    span: float = 0.0
    target: int = s.TO_EVERYONE
    passed_on: float = 0.0
    cost: float = 0.0
    met: int = 0
