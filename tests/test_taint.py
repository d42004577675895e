"""Two arms differ only where the cause reaches: whoever was not reached is the same person, bit for bit.

What can reach a person: posts they see (and what stands under them), replies they notice or receive, broadcasts they
meet, and the public rating at the moment they decide. The trace holds the first three; who might decide when is an
exogenous clock, worked out here from the keys.
"""

from __future__ import annotations

import math
from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from twin import Twin
from twin.compare import tables_of
from twin.things import Broadcast, Person, Post
from worlds import world_of

from sim.core.chance import exponential, keyed, unit
from sim.model.journey import later
from sim.scenario.schema import Scenario
from sim.world import purpose
from sim.world import state as s
from sim.world.build import build
from sim.world.simulation import Simulation

SEED = 5
CALM = {
    "journey": {"uses": 0.25, "purchases": 0.03, "searches": 0.15, "discoveries": 0.05, "search_decides": 0.1},
    "voice": {"expects_reply_within": "2 h", "escalates": 0.5},
    "feed": {"view_chance": 0.15},
    "sharing": {"base": 0.03},
    "choice": {"rating_prior": 2.0},
}
ARMS: dict[str, dict[str, Any]] = {
    "silence": {},
    "monitor": {"brands.Skyline.policy": "monitor"},
    "template": {"brands.Skyline.policy": "template"},
    "substantive": {"brands.Skyline.policy": "human"},
    "one agent more": {"brands.Skyline.policy": "human", "brands.Skyline.desk.agents": 3},
    "statement": {
        "brands.Skyline.statements": [
            {"at": "day 2 09:00", "explanation": 0.8, "ownership": 0.9, "about": "cancelled", "reach": 0.2}
        ]
    },
}


def arm(name: str, n: int = 500) -> Scenario:
    """One arm of a small incident in a calm world."""
    brands = [
        {"name": "Skyline", "quality": 0.7, "failures": {"late": 0.15}, "desk": {"agents": 2, "hours": "08:00-22:00"}},
        {"name": "Northair", "policy": "pinned"},
    ]
    incident = {"at": "day 1 18:00", "brand": "Skyline", "cause": "cancelled", "affects": 0.15, "severity": 0.6}
    return world_of(brands, n, 4, crowd=CALM, incidents=[incident]).changed(ARMS[name])


QUALITIES = ("action", "ease", "empathy", "honesty", "personal")
UNTOUCHED_BY_LISTENING = (
    "people", "opinions", "replies", "broadcasts", "issue_rows", "view_ages", "transitions", "daily", "trace",
)


# ------------------------------------------------------------------------------------------ what reached whom


def touches(record: Any) -> dict[int, list[tuple[Any, ...]]]:
    """All that reached each person, in order: when, what, and its content as it then stood."""
    posts = {int(post["key"]): post for post in record.posts}
    casts = {int(cast["key"]): cast for cast in record.broadcasts}
    answers: dict[int, list[Any]] = {}
    for reply in record.replies:
        answers.setdefault(int(reply["post"]), []).append(reply)
    number = {int(post["key"]): i for i, post in enumerate(record.posts)}
    told = ("time", "valence", "arousal", "vividness", "brand", "issue", "kind")
    reached: dict[int, list[tuple[Any, ...]]] = {}
    for row in record.trace:
        key, time, event = int(row["what"]), float(row["time"]), int(row["event"])
        if event == s.MEET:
            content = tuple(casts[key][name].item() for name in ("time", "worth", *told[1:]))
        else:
            private = event != s.REPLY
            under = [
                tuple(reply[name].item() for name in ("by", "channel", *QUALITIES))
                for reply in answers.get(number[key], [])
                if reply["time"] <= time and not (private and reply["channel"] == s.CHANNEL_PRIVATE)
            ]
            content = (*(posts[key][name].item() for name in told), *under[-1:])
        reached.setdefault(int(row["who"]), []).append((time, event, key, content))
    return reached


def chances_to_decide(scenario: Scenario) -> dict[int, list[float]]:
    """When each person might decide between brands (or would, if things stood so): a clock that no arm can shift."""
    world = build(scenario, SEED)
    twin = Twin(world)
    journey, choice = scenario.crowd.journey, scenario.crowd.choice
    decide: dict[int, list[float]] = {}

    def reconsiders(who: int, now: float, key: int) -> None:
        if unit(keyed(key, purpose.RECONSIDERS)) < choice.reconsiders:
            wait = exponential(keyed(key, purpose.RECONSIDERS_LATE)) * choice.reconsiders_after
            decide[who].append(later(now, wait, twin.rhythm))

    for who in twin.people:
        decide[who.number] = []
        clock = keyed(twin.streams["moment"], who.number)
        now, key, ordinal = twin.begin, keyed(clock, -1), 0
        while True:
            now = later(now, 24.0 * exponential(keyed(key, purpose.WAIT)) / twin.moments_a_day(who), twin.rhythm)
            if now >= twin.end:
                break
            key = keyed(clock, ordinal)
            ordinal += 1
            total = journey.uses + journey.purchases + journey.searches + journey.discoveries
            draw = unit(keyed(key, purpose.KIND)) * total
            if draw < journey.uses:
                reconsiders(who.number, now, key)
            elif draw < journey.uses + journey.purchases + journey.searches:
                decide[who.number].append(now)
        for issue in twin.issues:
            if issue.kind == s.INCIDENT:
                hit = keyed(keyed(twin.streams["incident"], issue.key), who.number)
                for incident in scenario.incidents:
                    begins = scenario.hours(incident.at)
                    when = begins + incident.over * unit(keyed(hit, purpose.REACHED_LATE))
                    reconsiders(who.number, when, hit)
    return decide


def reached_by_rating(one: Any, two: Any, decide: dict[int, list[float]]) -> set[int]:
    """Who might have decided in an hour in which the published ratings of the two arms differ."""
    rating = s.HOURLY.index("rating")
    differs = (one.hourly[:, :, rating] != two.hourly[:, :, rating]).any(1)
    start = -24
    return {
        who for who, times in decide.items()
        if any(math.floor(time) > start and differs[math.floor(time) - start - 1] for time in times if time < 96)
    }


def state_of(record: Any, who: int) -> tuple[Any, ...]:
    """Everything that is the case about a person, in words that are the same in every arm."""
    keys = record.posts["key"]
    opinions = []
    for o in record.opinions[who]:
        grievance = int(o["grievance"])
        values = [o[name].tobytes() for name in o.dtype.names if name not in ("spare", "unused", "grievance")]
        opinions.append((*values, int(keys[grievance]) if grievance >= 0 else None))
    return (record.people[who].tobytes(), *opinions)


def compare(one: Any, two: Any, decide: dict[int, list[float]]) -> Counter[str]:
    """How many people were untouched, and how many of those (and of the others) differ between two arms."""
    mine, theirs = touches(one), touches(two)
    rated = reached_by_rating(one, two, decide)
    found: Counter[str] = Counter()
    for who in range(len(one.people)):
        reached = who in rated or mine.get(who) != theirs.get(who)
        differs = state_of(one, who) != state_of(two, who)
        found["reached" if reached else "untouched"] += 1
        found["reached and different"] += reached and differs
        found["untouched and different"] += differs and not reached
    return found


@pytest.fixture(scope="module")
def records() -> dict[str, Any]:
    """Every arm, traced."""
    return {name: Simulation(build(arm(name), SEED, trace=True)).run() for name in ARMS}


@pytest.fixture(scope="module")
def decide() -> dict[int, list[float]]:
    """Who might decide when."""
    return chances_to_decide(arm("silence"))


@pytest.mark.parametrize("name", [name for name in ARMS if name not in ("silence", "monitor")])
def test_untouched_people_are_bit_identical(name: str, records: dict[str, Any], decide: Any) -> None:
    """Nobody differs from silence whom nothing that differs has reached; and the arms do differ."""
    found = compare(records["silence"], records[name], decide)
    print(f"{name} against silence: {found['untouched'] / len(records[name].people):.0%} untouched, {dict(found)}")
    assert found["untouched and different"] == 0, found
    assert found["untouched"] >= 40, f"hardly anybody was left untouched, so little was tested: {found}"
    assert found["reached and different"] >= 25, f"the arm did next to nothing: {found}"


def test_a_quicker_desk_touches_fewer_than_an_answering_one(records: dict[str, Any], decide: Any) -> None:
    """Arms that are nearer to each other share more people: one agent more against the same policy."""
    near = compare(records["substantive"], records["one agent more"], decide)
    far = compare(records["silence"], records["one agent more"], decide)
    assert near["untouched and different"] == 0
    assert near["untouched"] > far["untouched"] > 0


def test_listening_alone_changes_nobody(records: dict[str, Any]) -> None:
    """A brand that listens and never answers: bit-identical to silence but for what it noticed."""
    silent, listening = records["silence"], records["monitor"]
    for name in UNTOUCHED_BY_LISTENING:
        assert getattr(silent, name).tobytes() == getattr(listening, name).tobytes(), name
    columns = [name for name in s.POST_ROW.names or () if name not in ("noticed", "spare")]
    for column in columns:
        assert silent.posts[column].tobytes() == listening.posts[column].tobytes(), column
    assert np.isfinite(listening.posts["noticed"]).sum() > np.isfinite(silent.posts["noticed"]).sum() + 20
    staff = [s.HOURLY.index(name) for name in ("noticed", "staff_hours", "on_duty")]
    for column in set(range(len(s.HOURLY))) - set(staff):
        assert np.array_equal(silent.hourly[:, :, column], listening.hourly[:, :, column]), s.HOURLY[column]


# ------------------------------------------------------------------------------------------ the planted fault


class Traced(Twin):
    """The twin, keeping the trace that the engine keeps."""

    def __init__(self, world: Any):
        self.rows: list[tuple[float, int, int, int]] = []
        super().__init__(world)

    def record(self) -> Any:
        """What `compare` needs of a record."""
        return SimpleNamespace(**tables_of(self), trace=np.array(self.rows, s.TRACE_ROW))

    def note(self, event: int, who: Person, key: int) -> None:
        """Write down that something touched someone."""
        self.rows.append((self.now, event, who.number, key))

    def read(self, who: Person, post: Post, tie: float) -> None:
        self.note(s.VIEW, who, post.key)
        super().read(who, post, tie)

    def at_post(self, post: Post) -> None:
        self.note(s.POST, post.author, post.key)
        super().at_post(post)

    def calm_author(self, post: Post, worth: float) -> float:
        self.note(s.REPLY, post.author, post.key)
        return super().calm_author(post, worth)

    def at_notice_reply(self, who: Person, post: Post) -> None:
        if post.author is not who:
            self.note(s.NOTICE_REPLY, who, post.key)
        super().at_notice_reply(who, post)

    def at_meet(self, who: Person, cast: Broadcast) -> None:
        met = cast.met
        self.rows.append((self.now, s.MEET, who.number, cast.key))
        super().at_meet(who, cast)
        if cast.met == met:
            self.rows.pop()


class GlobalCounter(Traced):
    """A fault: experiences are drawn by a running count of all that happened, as from a sequential stream."""

    def undergo(self, who: Person, brand: Any, issue: Any, loss: float, vividness: float, key: int) -> None:
        super().undergo(who, brand, issue, loss, vividness, keyed(key, len(self.rows)))


class CountedViews(Traced):
    """A fault: who sees a post is drawn by the number of the post, not by its key."""

    def draft(self, *args: Any) -> Post:
        *others, _ = args
        return super().draft(*others, keyed(1, len(self.posts)))


def of_twin(kind: type[Traced], name: str) -> Any:
    """The record of one arm of a small world, from a twin."""
    return kind(build(arm(name, 250), SEED)).run().record()


def test_the_twin_keeps_the_same_trace() -> None:
    """So that a fault can be planted there: row for row the engine's."""
    engine = Simulation(build(arm("substantive", 250), SEED, trace=True)).run()
    assert of_twin(Traced, "substantive").trace.tobytes() == engine.trace.tobytes()


def test_a_global_counter_is_seen() -> None:
    """Negative control: with draws by a running count, people whom nothing reached differ; without, none does."""
    decide = chances_to_decide(arm("silence", 250))
    sound = compare(of_twin(Traced, "silence"), of_twin(Traced, "substantive"), decide)
    assert sound["untouched and different"] == 0 < sound["untouched"]
    counted = compare(of_twin(GlobalCounter, "silence"), of_twin(GlobalCounter, "substantive"), decide)
    assert counted["untouched and different"] > 0, counted
    views = compare(of_twin(CountedViews, "silence"), of_twin(CountedViews, "substantive"), decide)
    assert views["untouched"] < 0.8 * sound["untouched"], (views, sound)
