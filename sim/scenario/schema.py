"""The scenario: everything a world is built from, as validated values. How it is read from a file: `load.py`.

The schema composes the parameter blocks of `sim.model`; each key says what it means, its unit, range, default
and source, and `sim explain` reads them from here. What spans several sections (a name that no brand has, a
moment after the end) is checked in `lint.py`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, PrivateAttr

from sim.model.advertising import Advertising
from sim.model.attitude import Attitude
from sim.model.broadcast import Broadcast
from sim.model.choice import Choice
from sim.model.experience import Experience
from sim.model.feed import Feed
from sim.model.journey import Journey
from sim.model.learning import Improvement
from sim.model.loss import Loss
from sim.model.network import Network
from sim.model.observers import Observers
from sim.model.parameter import Block, stated
from sim.model.phone import Calls
from sim.model.press import Press
from sim.model.referral import Referrals
from sim.model.reply import Reply
from sim.model.sharing import Sharing
from sim.model.thanks import Thanks
from sim.model.units import Hours, Share
from sim.model.voice import Voice
from sim.scenario.brand import BUILT_IN, Brand, Policy
from sim.scenario.happenings import Content, Incident
from sim.scenario.moments import At, Midnight, Moment
from sim.scenario.names import Name
from sim.scenario.questions import Lever, Uncertainty, Wanted

if TYPE_CHECKING:
    from sim.scenario.load import Source

__all__ = ["At", "Brand", "Clock", "Crowd", "Customers", "Moment", "Policy", "Scenario", "Segment"]

MOST_BRANDS = 30
ASIDE = frozenset({"scenario", "about", "seed", "what_if", "levers", "uncertain", "goals"})
"""Sections that say what is asked of the world or how it is called, not what it is."""


class Clock(Block):
    """When day 0 is, how long the run lasts, and how long the world settles before it."""

    starts: Midnight = stated("2026-01-05 00:00", "midnight at which day 0 begins")
    days: int = stated(30, "length of the run, from day 0", unit="days", low=1, high=3660)
    warm_up: Hours = stated(
        "7 days", "time before day 0 in which the world settles", unit="h", low=0, high=8784
    )


class Segment(Block):
    """A part of the customers who are alike in how they speak, wait, stay and expect."""

    name: Name = stated(..., "what the segment is called")
    share: Share = stated(..., "its part of all customers", unit="share")
    voice: float = stated(1.0, "multiplies how likely they are to post", unit="ratio", low=0, high=100)
    activity: float = stated(
        1.0, "multiplies how often their micro-moments come", unit="ratio", low=0, high=100
    )
    patience: float = stated(
        1.0, "multiplies how long they wait for a reply", unit="ratio", low=0.001, high=1000
    )
    loyalty: float = stated(1.0, "multiplies the pull of the brand they have", unit="ratio", low=0, high=100)
    expectations: float = stated(
        0.0, "shifts what they expect of a brand", unit="performance", low=-1, high=1
    )


def _whole(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    if not segments:
        raise ValueError("at least one segment is needed (or leave the key out)")
    total = sum(segment.share for segment in segments)
    if abs(total - 1) > 1e-6:
        raise ValueError(f"the shares of the segments must sum to 100 %; these sum to {100 * total:.6g} %")
    return segments


class Customers(Block):
    """The people of the world."""

    number: int = stated(
        10_000,
        "how many people there are (a graph file decides it instead)",
        unit="people",
        low=1,
        high=10**15,
    )
    segments: Annotated[tuple[Segment, ...], AfterValidator(_whole)] = stated(
        (Segment(name="customer", share=1.0),), "the parts they fall into; shares sum to 100 %"
    )
    seed: int | None = stated(
        None,
        "give the people the same traits in every run, whatever the run's seed (left out: each run its own)",
    )


class Crowd(Block):
    """How people experience, judge, speak, read, share, wait, choose and leave: the numbers of the model."""

    experience: Experience = Experience()
    attitude: Attitude = Attitude()
    voice: Voice = Voice()
    feed: Feed = Feed()
    sharing: Sharing = Sharing()
    observers: Observers = Observers()
    reply: Reply = Reply()
    journey: Journey = Journey()
    choice: Choice = Choice()
    loss: Loss = Loss()
    broadcast: Broadcast = Broadcast()
    thanks: Thanks = Thanks()
    advertising: Advertising = Advertising()
    referral: Referrals = Referrals()
    improvement: Improvement = Improvement()
    phone: Calls = Calls()


def _title(text: str) -> str:
    if not text.strip():
        raise ValueError("a title is needed: it names the folder of the results")
    return text


class Scenario(Block):
    """A world and what is asked of it. Made by `sim.scenario.load`, never by hand from unchecked values."""

    scenario: Annotated[str, AfterValidator(_title)] = stated(..., "the title of the scenario")
    about: str = stated("", "what it is about, in a sentence or two")
    seed: int = stated(1, "the seed of a run, unless the command line gives another")
    clock: Clock = Clock()
    customers: Customers = Customers()
    graph: Network = Network()
    brands: Annotated[tuple[Brand, ...], Field(min_length=1, max_length=MOST_BRANDS)] = stated(
        ..., "the brands that compete; the first is the one the scenario is about"
    )
    policies: dict[Name, Policy] = stated({}, "ways of answering that brands can follow, by name")
    incidents: tuple[Incident, ...] = stated((), "what hits many at once")
    content: tuple[Content, ...] = stated((), "what brands send out themselves")
    press: Press | None = stated(None, "mass media that may pick a story up (left out: none)")
    crowd: Crowd = Crowd()
    what_if: dict[Name, dict[str, Any]] = stated({}, "arms: for each, paths and the values they take instead")
    levers: dict[str, Lever] = stated({}, "what the brand can pull: paths and their range")
    uncertain: dict[str, Uncertainty] = stated({}, "what nobody controls: paths and how they may turn out")
    goals: tuple[Wanted, ...] = stated((), "what is wanted")

    _source: Source | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.resolved() == other.resolved()

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def source(self) -> Source:
        """Where the scenario came from: file, text, overrides, arm, and the tree with all of them applied."""
        from sim.scenario.load import source_of  # load.py makes scenarios: it cannot be imported before them

        return self._source if self._source is not None else source_of(self)

    @property
    def end(self) -> float:
        """Hours from the beginning of day 0 to the end of the run."""
        return 24.0 * self.clock.days

    def hours(self, moment: Moment) -> float:
        """Hours from the beginning of day 0 to a moment."""
        return moment.hours(self.clock.starts)

    def date(self, hours: float) -> dt.datetime:
        """The date some hours after the beginning of day 0."""
        return self.clock.starts + dt.timedelta(hours=hours)

    def brand(self, name: str) -> Brand:
        """The brand of that name. Raises KeyError if there is none."""
        for brand in self.brands:
            if brand.name == name:
                return brand
        raise KeyError(name)

    def policy(self, brand: Brand) -> Policy:
        """The policy a brand follows."""
        return BUILT_IN.get(brand.policy) or self.policies[brand.policy]

    def issues(self, brand: Brand) -> tuple[str, ...]:
        """What stories about a brand can be about: its failures, its incidents, its content."""
        causes = [incident.label for incident in self.incidents if incident.brand == brand.name]
        shown = [content.name for content in self.content if content.brand == brand.name]
        return tuple(dict.fromkeys([*brand.failures, *causes, *shown]))

    def resolved(self) -> dict[str, Any]:
        """Everything with all defaults filled in, as plain values that load again to an equal scenario."""
        return self.model_dump(mode="json", by_alias=True)

    @property
    def digest(self) -> str:
        """SHA-256 of what the world is made of: the same digest and seed make the same world.

        Title, seed, arms, levers, uncertainties and goals do not count, nor does what a graph file holds.
        """
        world = {key: value for key, value in self.resolved().items() if key not in ASIDE}
        text = json.dumps(world, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def arms(self) -> dict[str, Scenario]:
        """Each arm of `what_if` as a scenario of its own, by name, in the order of the file."""
        return {name: self.arm(name) for name in self.what_if}

    def arm(self, name: str) -> Scenario:
        """One arm as a scenario (`baseline`: the scenario as it stands). Raises UnknownArmError."""
        from sim.scenario.load import arm_of

        return arm_of(self, name)

    def changed(self, changes: Mapping[str, Any]) -> Scenario:
        """The scenario with other values at some paths. Raises ScenarioError if it cannot take them."""
        from sim.scenario.load import changed

        return changed(self, changes)

    def value(self, path: str) -> Any:
        """The value at a path like `brands.Skyline.desk.agents`. Raises KeyError if there is none."""
        from sim.scenario.paths import value_at

        return value_at(self, path)
