"""The ground of the twin: the same people, ties and brands as a built world, a heap of what is due, and books.

The heap replaces the engine's calendar and SimPy's clock at once. An entry is (time, kind, who, what): that is the
order of events, and managers' programmes (kind -1) come before the crowd at the same instant.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.model.desk import steadied, trained
from sim.model.journey import rhythm_of
from sim.scenario.brand import Desk, Quality
from sim.scenario.schema import Crowd
from sim.world import state as s
from sim.world.world import World
from twin.things import Brand, Broadcast, Issue, Opinion, Person, Post, Reply

PROGRAMME = -1


class Ground:
    """People, brands and posts; what is due; what was counted."""

    def __init__(self, world: World):
        """Begin as a freshly built world begins; the world itself is only read."""
        tables = world.tables
        self.scenario = world.scenario
        self.seed = world.seed
        self.rules: Crowd = world.scenario.crowd
        self.rhythm = rhythm_of(self.rules.journey.diurnal)
        self.begin, self.end = tables.start.tolist()
        self.now = self.begin
        self.streams = {name: int(key) for name, key in zip(s.STREAMS, tables.streams, strict=True)}
        self.issues = [_issue(row, number, tables.perceived) for number, row in enumerate(tables.issues)]
        self.issue_names = world.issue_names
        self.issue_brands = tables.issues["brand"].tolist()
        self.brands = [self._brand(world, number) for number in range(len(tables.brands))]
        self.people = self._people(world)
        self.posts: list[Post] = []
        self.replies: list[Reply] = []
        self.broadcasts: list[Broadcast] = []
        self.shared: set[int] = set()
        self.view_ages: Counter[int] = Counter()
        self.moments = self.events = 0
        self.happened: Counter[str] = Counter()
        """How often each kind of thing happened: so that a test can say what it covered."""
        self._due: list[Any] = []
        self._serial = itertools.count()

    # what is due

    def plan(self, time: float, kind: int, who: int, what: int, happen: Callable[..., None], *args: Any) -> None:
        """Let something happen at a time; `kind`, `who`, `what` order what falls on the same instant."""
        heapq.heappush(self._due, (time, kind, who, what, next(self._serial), partial(happen, *args)))

    def live_until(self, until: float) -> None:
        """Live through all that is due before `until`, in order."""
        while self._due and self._due[0][0] < until:
            self.now, kind, _, _, _, happen = heapq.heappop(self._due)
            if kind != PROGRAMME:
                self.events += 1
                self.happened[s.EVENTS[kind]] += 1
            happen()
        self.now = until

    # the beginning

    def _brand(self, world: World, number: int) -> Brand:
        settings = world.scenario.brands[number]
        desk = world.tables.desks[number]
        own = [self.issues[i] for i in np.flatnonzero(world.tables.issues["brand"] == number)]
        spread = settings.quality_spread
        return Brand(
            number=number,
            name=settings.name,
            key=int(world.tables.brands[number]["key"]),
            settings=settings,
            policy=world.scenario.policy(settings),
            quality=settings.quality,
            spread=self.rules.experience.quality_spread if spread is None else spread,
            ordinary=own[0],
            failures=[issue for issue in own if issue.kind == s.FAILURE],
            manner=manner_of(settings.desk, world.scenario.policy(settings).quality),
            handling_time=settings.desk.handling_time,
            handling_spread=steadied(settings.desk.spread, settings.desk.training, settings.desk.training_steadies),
            rating_total=float(desk["rating_total"]),
            rating_weight=float(desk["rating_weight"]),
            rating=float(desk["rating"]),
            booked_until=self.begin,
            invites=settings.referral.invites if settings.referral and not settings.referral.at else 0.0,
        )

    def _people(self, world: World) -> list[Person]:
        tables, segments = world.tables, world.scenario.customers.segments
        people = [
            Person(
                number=number,
                segment=segments[row["segment"]],
                current=self._brand_numbered(row["current"]),
                cohort=self._brand_numbered(row["cohort"]),
                follows=int(tables.follows[number]),
                opinions=[_opinion(o) for o in tables.opinions[number]],
            )
            for number, row in enumerate(tables.people)
        ]
        for person in people:
            ties = range(tables.offsets[person.number], tables.offsets[person.number + 1])
            person.audience = [(people[tables.targets[tie]], bool(tables.strong[tie])) for tie in ties]
        for brand in self.brands:
            for group, sums in enumerate((brand.customers, brand.others)):
                sums.people, sums.own, sums.heard = tables.sums[brand.number, group].tolist()
        return people

    def _brand_numbered(self, number: int) -> Brand | None:
        return None if number == s.NO_BRAND else self.brands[number]


def manner_of(desk: Desk, quality: Quality) -> SimpleNamespace:
    """The qualities of the replies of people trained as they are; what is put right is not a matter of training."""
    manner = {
        name: trained(getattr(quality, name), desk.training, desk.training_gain)
        for name in ("ease", "empathy", "honesty", "personal")
    }
    return SimpleNamespace(action=quality.action, **manner)


def _issue(row: np.void, number: int, perceived: np.ndarray) -> Issue:
    loss = float(row["loss"])
    return Issue(
        number=number,
        key=int(row["key"]),
        kind=int(row["kind"]),
        chance=float(row["chance"]),
        loss=None if math.isnan(loss) else loss,
        vividness=float(row["vividness"]),
        felt=perceived[number].tolist(),
        promise=None if math.isnan(row["promise"]) else float(row["promise"]),
    )


def _opinion(row: np.void) -> Opinion:
    return Opinion(
        own=float(row["own"]),
        heard=float(row["heard"]),
        heard_hour=int(row["heard_hour"]),
        expectation=float(row["expectation"]),
        stage=int(row["stage"]),
        before=float(row["before"]),
    )
