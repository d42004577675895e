"""The engine equals its plain-Python twin, bit by bit, in worlds where everything happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import twin.crowd
import twin.desk
import twin.ground
import twin.health
import twin.improver
import twin.managers
import twin.moments
import twin.opinions
import twin.posts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twin import Twin, differences
from worlds import POLICIES, storm, world_of

from sim.scenario.schema import Scenario
from sim.world import purpose, state
from sim.world.build import build
from sim.world.simulation import Simulation

MUST_HAPPEN = {
    *state.EVENTS,
    "use", "buy", "search", "discover", "read in a search", "struck",
    "met statement", "met press", "met content", "met advertisement", "alarm",
    "came by invitation", "asked when let down",
    "let down again", "betrayed", "told",
    *state.POST_KINDS, "posted again", "slighted", "fobbed off", "excused", "judged for themselves",
    "shown anew", "dropped",
    "considered in vain", "came back",
    "served by an agent", "served by a specialist",
    "bot solved", "bot failed", "someone left the desk", "beginner at the desk",
    "fixed", "claimed", "claim broken", "product of posts", "met fix",
    "promise kept", "promise broken", "thanked in public", "thanked in private",
    "answered: public", "answered: private", "answered: public then private",
}
"""Everything that the worlds below must show between them, or the comparison would prove little."""


def other_triage() -> Scenario:
    """Every brand with another triage and channel; short patience; shifts over midnight with a gap."""
    desk = {
        "hours": [{"hours": "22:00-06:00", "agents": 1}, {"hours": "05:10-15:20", "agents": 2}],
        "handling_time": "45 min", "drops_after": "3 h", "spread": 0.5, "listens": 0.6,
    }
    brands = [
        {"name": name, "policy": policy, "desk": desk, "quality": 0.5, "failures": {"late": 0.4}}
        for name, policy in (("Anna", "in private"), ("Bert", "newest"), ("Cleo", "followed"), ("Dora", "template"))
    ]
    return world_of(brands, 100)


def promises() -> Scenario:
    """Thanks in public and in private; complaints handed on with a promise that is kept, or not."""
    desk = {"hours": "24/7", "agents": 2, "handling_time": "15 min", "specialist_share": 0.7, "specialists": 2,
            "specialist_time": "50 min", "thanks_time": "5 min"}
    brands = [
        {"name": name, "policy": policy, "desk": desk, "quality": 0.65, "failures": {"late": 0.2}}
        for name, policy in (("Anna", "grateful"), ("Bert", "hand on"), ("Cleo", "pinned thanks"))
    ]
    return world_of(brands, 100, crowd={"reply": {"promise_kept": 0.3}})


def learners() -> Scenario:
    """Brands that mend what they hear of, show it or not, or only claim it; one makes a product from posts."""
    learning = {"fixes_a_month": 30, "lag": "9 h", "survey": 30, "reach": 0.6}
    failures = {"late": 0.3, "lost": {"chance": 0.1, "severity": 0.7, "vividness": 2}}
    ways = [
        ("Anna", {"priorities": "posts", "shows": "fixes", "co_creation": {"ideas": 1, "lag": "8 h", "gain": -1}}),
        ("Bert", {"priorities": "surveys", "shows": "claims"}),
        ("Cleo", {"co_creation": {"ideas": 10, "lag": "1 h", "gain": 0.2}}),
    ]
    brands = [
        {"name": name, "policy": "monitor", "failures": failures, "quality": 0.6, "learning": learning | way}
        for name, way in ways
    ]
    return world_of(brands, 80, 4)


def tired() -> Scenario:
    """Desks that tire and lose people, who come anew and must learn; bots that settle, hand over, or leave it there."""
    tires = {"sustainable": 0.2, "builds": 9, "recovers": 0.3, "turnover": 1, "quits": 1, "recruits_after": "10 h",
             "learns_in": "7 h", "review": "5 h"}
    desk = {"agents": 4, "hours": "24/7", "handling_time": "40 min", "training": 0.5, "health": tires}
    bot = {"tries": 0.7, "solves": 0.5, "takes": "3 min"}
    desks = {
        "Anna": desk,
        "Bert": desk | {"authority": 0.6, "specialists": 2, "bot": bot, "hours": "07:30-20:00"},
        "Cleo": {"bot": bot | {"hands_over": False}, "health": tires, "alarm": {"at_least": 2, "surge_agents": 1}},
    }
    brands = [
        {"name": name, "policy": "human", "desk": desk, "quality": 0.6, "failures": {"late": 0.3}}
        for name, desk in desks.items()
    ]
    brands[0]["phone"] = {"wait": "12 min"}
    brands.append({
        "name": "Dora", "phone": {"wait": "1 h"}, "policy": "pinned", "desk": {"bot": bot, "training": 1},
        "failures": {"late": 0.3},
    })
    return world_of(brands, 100, 4)


def one_way() -> Scenario:
    """A directed graph of followers with a star, one silent and one listening brand, hardly a warm-up."""
    return world_of(
        [
            {"name": "Still", "quality": 0.4, "start": {"share": 0.5, "reputation": 70}},
            {"name": "Ear", "policy": "monitor"},
        ],
        150,
        graph={"kind": "followers", "mean_degree": 6},
        clock={"days": 2, "warm_up": "1 h"},
    )


def alone() -> Scenario:
    """Nobody knows anybody; everybody is alike; no warm-up."""
    return world_of(
        [{"name": "Only", "policy": "pinned", "failures": {}}], 30,
        graph={"kind": "random", "mean_degree": 0}, customers={"number": 30}, clock={"days": 2, "warm_up": "0 h"},
    )


def funnel() -> Scenario:
    """A journey without jumps."""
    return storm(crowd={"journey": {"linear": True}})


def promoted() -> Scenario:
    """Brands that advertise, each to others, and ask to be recommended; the press takes its time."""
    campaigns = [
        {"name": f"ad {day}", "at": f"day {day} 06:00", "over": "10 h", "promise": 0.3 + 0.2 * day, "to": to,
         "shared": 0.8, "reach": 0.7}
        for day, to in enumerate(("everyone", "customers", "prospects", "promoters"))
    ]
    hated = {"name": "we are sorry", "at": "day 1 06:00", "promise": 0.9, "to": "detractors", "over": 0, "cost": 1}
    brands = [
        {"name": "Anna", "campaigns": campaigns, "referral": {"invites": 2.5, "accepts": 0.5, "reward": 3},
         "known_by": 0.3, "quality": 0.9},
        {"name": "Bert", "campaigns": [hated], "quality": 0.5, "failures": {"late": 0.4},
         "referral": {"at": "day 1 00:00", "until": "day 2 12:00", "asks_the_let_down": True}},
    ]
    return world_of(brands, 120, 4, press={"picks_up": 0.9, "threshold": 1.0, "over": "20 h"})


def touchy() -> Scenario:
    """People who are spoilt by speed, trust, feel betrayed, squeak, and tell each other in person, too."""
    return storm(crowd={
        "voice": {"speed_creep": 0.5, "squeaky": 0.5},
        "observers": {"buffer": 0.6, "committed": 0.2, "own_view": 0.8},
        "attitude": {"betrayal": 1.0, "double_deviation": 1.5},
        "feed": {"told": 3.0, "told_after": "2 h"},
    })


def offline() -> Scenario:
    """No feed: whatever would be posted is told."""
    return storm(crowd={"feed": {"on": False, "told": 6.0, "told_after": "1 h"}})


def crowded() -> Scenario:
    """Everyone knows everyone; stories are soon news again; only the best replies help, and speed is worth nothing."""
    return storm(
        crowd={"reply": {"weight_procedure": 0.0, "threshold": 0.6}, "observers": {"story_memory": "3 h"}},
        graph={"kind": "complete"}, n=40,
    )


WORLDS: dict[str, Callable[[], Scenario]] = {
    "storm": storm, "promises": promises, "learners": learners, "tired": tired,
    "other triage": other_triage, "one way": one_way,
    "alone": alone, "crowded": crowded, "funnel": funnel, "promoted": promoted, "touchy": touchy,
    "offline": offline,
}

seen: Counter[str] = Counter()


@pytest.mark.parametrize("seed", [3, 4, 5])
@pytest.mark.parametrize("name", WORLDS)
def test_engine_equals_twin(name: str, seed: int) -> None:
    """People, opinions, posts, replies, broadcasts, hourly and daily books: the same bits."""
    world = build(WORLDS[name](), seed)
    mirrored = Twin(world).run()
    assert differences(mirrored, Simulation(world).run()) == []


def test_twin_covers_everything() -> None:
    """Between them the worlds show every kind of event, post, reply and broadcast, each more than once."""
    happened: Counter[str] = Counter()
    for scenario in (storm(), other_triage(), promises(), promoted(), learners(), tired(), touchy()):
        happened += Twin(build(scenario, 3)).run().happened
    rare = {what: happened[what] for what in sorted(MUST_HAPPEN) if happened[what] < 2}
    assert not rare, f"hardly ever or never happened: {rare}"


FAILURES = {"late": 0.5, "lost": {"chance": 0.5, "severity": 1}}


@st.composite
def any_world(draw: st.DrawFn) -> Scenario:
    """A small world of any kind: graph, desks, policies, happenings and numbers of the model at will."""
    chance = st.sampled_from([0.0, 0.1, 0.5, 1.0])
    names = ["Anna", "Bert", "Cleo"][: draw(st.integers(1, 3))]
    brands = [
        {
            "name": name,
            "quality": draw(st.floats(0, 1)),
            "failures": draw(st.sampled_from([{}, {"late": 0.3}, FAILURES])),
            "policy": draw(st.sampled_from(["silence", "monitor", *POLICIES])),
            "presence": draw(st.booleans()),
            "known_by": draw(chance),
            "desk": {
                "agents": draw(st.integers(0, 3)),
                "hours": draw(st.sampled_from(["24/7", "08:20-16:50", "22:00-06:00"])),
                "handling_time": draw(st.sampled_from(["1 min", "20 min", "3 h"])),
                "spread": draw(chance),
                "listens": draw(chance),
                "notice_delay": draw(st.sampled_from([0, "5 min"])),
                "drops_after": draw(st.sampled_from(["1 h", "72 h"])),
                "specialist_share": draw(chance),
            },
        }
        for name in names
    ]
    on = draw(st.sampled_from(names))
    crowd = {
        "voice": {"escalates": draw(chance), "most_escalations": draw(st.integers(0, 3)), "complaint": draw(chance),
                  "ordinary": draw(chance)},
        "observers": {"resistance": draw(chance), "influence": draw(chance), "story_memory": "20 h",
                      "own_view": draw(chance)},
        "sharing": {"base": draw(st.sampled_from([0.0, 0.01, 0.1]))},
        "reply": {"notices": draw(chance), "reexposure": draw(chance), "threshold": draw(st.sampled_from([0.2, 0.7]))},
        "choice": {"staying": draw(st.floats(0, 3)), "reconsiders": draw(chance)},
        "broadcast": {"comments": draw(chance)},
        "feed": {"view_chance": draw(st.sampled_from([0.0, 0.2, 0.9]))},
    }
    incident = {"at": "day 0 09:20", "brand": on, "cause": "storm", "affects": draw(chance),
                "severity": draw(chance), "over": "20 min"}
    content = {"at": "day 0 15:00", "brand": on, "name": "video", "perceived": draw(chance), "reach": draw(chance)}
    return world_of(
        brands, draw(st.integers(1, 60)), 2,
        graph={"kind": draw(st.sampled_from(["communities", "power law", "small world", "complete", "followers"])),
               "mean_degree": draw(st.sampled_from([2, 6]))},
        clock={"days": 2, "warm_up": draw(st.sampled_from(["0 h", "5 h", "1 day"]))},
        incidents=draw(st.sampled_from([[], [incident]])),
        content=draw(st.sampled_from([[], [content]])),
        press=draw(st.sampled_from([None, {"picks_up": 0.9, "threshold": 1.0}])),
        crowd=crowd,
    )


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scenario=any_world(), seed=st.integers(0, 2**40))
def test_any_world_equals_its_twin(scenario: Scenario, seed: int) -> None:
    """Whatever the scenario: the same bits, and every attitude a number within bounds."""
    world = build(scenario, seed)
    mirrored = Twin(world).run()
    record = Simulation(world).run()
    assert differences(mirrored, record) == []
    assert (abs(record.attitudes()) <= 1 + 1e-6).all()


Fault = Callable[[pytest.MonkeyPatch], None]


def scaled(module: object, name: str, by: float = 1.0 + 1e-6) -> Fault:
    """A fault in the twin alone: one of its rules is off, by one part in a million unless it is a mere chance."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        rule = getattr(module, name)
        patch.setattr(module, name, lambda *args: rule(*args) * by)

    return plant


def swapped_purpose(patch: pytest.MonkeyPatch) -> None:
    """A fault: the draw for noticing a reply is taken from another key."""
    patch.setattr(twin.desk, "purpose", SimpleNamespace(**vars(purpose) | {"NOTICES": purpose.NOTICES + 1000}))


def nothing_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A fault: hearsay does not fade."""
    patch.setattr(twin.opinions.Opinions, "remember", lambda self, o: o.attitude)


FAULTS: dict[str, Fault] = {
    "satisfaction": scaled(twin.opinions, "satisfaction"),
    "swayed": scaled(twin.posts, "swayed"),
    "impressed": scaled(twin.desk, "impressed"),
    "repair": scaled(twin.desk, "repair"),
    "restored": scaled(twin.crowd, "restored"),
    "escalated": scaled(twin.posts, "escalated"),
    "mended": scaled(twin.desk, "mended_by", 0.9),
    "calls": scaled(twin.moments, "chance_to_phone", 1.2),
    "strain": scaled(twin.health, "strain_after"),
    "what is left of quality": scaled(twin.health, "fitness"),
    "handling times": scaled(twin.health, "slowness"),
    "training": scaled(twin.ground, "trained"),
    "told of a fix": scaled(twin.crowd, "told_of_fix"),
    "what a fix does": scaled(twin.improver, "chance_after_fix", 1.1),
    "gratitude": scaled(twin.desk, "gratitude"),
    "promise kept": scaled(twin.desk, "with_promise_kept"),
    "thanks read": scaled(twin.posts, "thanked_in_public"),
    "service time": scaled(twin.desk, "service_time"),
    "reexposure": scaled(twin.desk, "chance_of_reexposure", 1.2),
    "sharing": scaled(twin.posts, "chance_of_share", 1.2),
    "draw of another key": swapped_purpose,
    "hearsay never fades": nothing_forgotten,
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the comparison turns red for the smallest change in any rule of the twin."""
    elsewhere = {"gratitude": promises, "promise kept": promises, "thanks read": promises, "told of a fix": learners,
                 "what a fix does": learners, "strain": tired, "calls": tired, "mended": promises,
                 "what is left of quality": tired,
                 "handling times": tired, "training": tired}
    FAULTS[name](monkeypatch)
    world = build(elsewhere[name]() if name in elsewhere else storm(80), 3)
    mirrored = Twin(world).run()
    assert differences(mirrored, Simulation(world).run()), f"a fault in {name} went unseen"


def test_all_purposes_of_draws_differ() -> None:
    """No two draws below one key share a purpose, or they would be one draw."""
    purposes = [
        number for name, number in vars(purpose).items() if name.isupper() and isinstance(number, int) and number > 100
    ]
    assert len(purposes) == len(set(purposes)) > 30
