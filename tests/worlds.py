"""Small scenarios for the tests: a few dozen people, cranked-up rates, so that everything happens within days."""

from __future__ import annotations

from typing import Any

from sim.scenario.load import from_values
from sim.scenario.schema import Scenario
from sim.world.build import build
from sim.world.record import Record
from sim.world.simulation import Simulation

BUSY: dict[str, Any] = {
    "journey": {"uses": 1.5, "purchases": 0.4, "searches": 1.0, "discoveries": 0.4, "search_decides": 0.3},
    "voice": {"ordinary": 0.05, "praise": 0.6, "complaint": 0.9, "private": 0.6, "expects_reply_within": "90 min",
              "escalates": 0.7},
    "feed": {"view_chance": 0.5},
    "sharing": {"base": 0.02},
    "reply": {"reexposure": 0.3},
    "choice": {"staying": 1.0},
}
"""A crowd in which everything happens all the time."""

HUMAN = {"action": 0.6, "ease": 0.6, "empathy": 0.7, "honesty": 0.8, "personal": 0.7}
TEMPLATE = {"action": 0, "ease": 0.1, "empathy": 0.3, "honesty": 0.4, "personal": 0}

POLICIES: dict[str, Any] = {
    "human": {"triage": "reach x anger", "channel": "public then private", "quality": HUMAN},
    "template": {"triage": "oldest first", "channel": "public", "quality": TEMPLATE},
    "pinned": {"reply_after": "45 min", "channel": "public", "quality": HUMAN},
    "grateful": {"thanks": 0.7, "thanks_channel": "public", "quality": HUMAN, "promise": "40 min"},
    "hand on": {"thanks": 0.4, "promise": "3 h", "quality": {**HUMAN, "empathy": -0.9}, "triage": "angriest"},
    "pinned thanks": {"reply_after": "20 min", "thanks": 1.0, "thanks_channel": "public then private"},
    "in private": {"triage": "angriest", "channel": "private", "quality": HUMAN, "answers": 0.7},
    "newest": {"triage": "newest", "quality": HUMAN},
    "followed": {"triage": "most followed", "quality": HUMAN},
}

SEGMENTS = [
    {"name": "loud", "share": 0.3, "voice": 2.0, "activity": 1.5, "patience": 0.5, "loyalty": 0.5},
    {"name": "calm", "share": 0.7, "expectations": 0.05},
]


def world_of(brands: list[dict[str, Any]], n: int = 80, days: int = 3, **sections: Any) -> Scenario:
    """A scenario of a busy crowd; `sections` are sections of the file, `crowd` in addition to `BUSY`."""
    crowd = {block: BUSY.get(block, {}) | changed for block, changed in sections.pop("crowd", {}).items()}
    values: dict[str, Any] = {
        "scenario": "a test",
        "clock": {"days": days, "warm_up": "1 day"},
        "customers": {"number": n, "segments": SEGMENTS},
        "graph": {"kind": "communities", "mean_degree": 8, "community_size": 12},
        "brands": brands,
        "policies": POLICIES,
        "crowd": BUSY | crowd,
    }
    return from_values(values | sections)


def storm(n: int = 120, days: int = 4, **sections: Any) -> Scenario:
    """Two brands with desks, an incident, content, statements and the press."""
    first = {
        "name": "Skyline",
        "quality": 0.6,
        "failures": {"late": 0.2, "lost bag": {"chance": 0.1, "severity": 0.5, "vividness": 2.0}},
        "policy": "human",
        "price": 3.0,
        "desk": {
            "agents": 1, "hours": "08:00-20:00", "handling_time": "20 min", "specialist_share": 0.4,
            "specialists": 1, "drops_after": "12 h", "notice_delay": "4 min",
            "alarm": {"at_least": 4, "times_usual": 1.5, "surge_agents": 2, "surge_after": "30 min",
                      "surge_lasts": "2 h"},
        },
        "statements": [
            {"at": "day 2 09:00", "explanation": 0.8, "ownership": 0.9, "about": "cancelled", "reach": 0.6},
            {"on_alarm": True, "after": "20 min", "explanation": 0.2, "ownership": 0.3, "reach": 0.4},
            {"at": "day 3 10:30", "explanation": 0.9, "ownership": 0.9, "sincerity": 0.9, "reach": 0.5},
        ],
    }
    second = {"name": "Northair", "quality": 0.7, "policy": "pinned", "known_by": 0.5, "presence": False}
    values: dict[str, Any] = {
        "incidents": [
            {"at": "day 1 18:00", "brand": "Skyline", "cause": "cancelled", "affects": 0.6, "severity": 0.6,
             "vividness": 2.0},
            {"at": "day 2 06:00", "brand": "Northair", "cause": "outage", "segments": ["loud"], "over": "30 min"},
        ],
        "content": [
            {"at": "day 0 12:00", "brand": "Northair", "name": "video", "reach": 0.5, "over": "6 h",
             "perceived": {"loud": 0.2, "everyone": 0.9}},
        ],
        "press": {"picks_up": 0.5, "threshold": 5.0, "reach": 0.4},
    }
    crowd = {"broadcast": {"comments": 0.3}} | sections.pop("crowd", {})
    return world_of([first, second], n, days, crowd=crowd, **(values | sections))


def run(scenario: Scenario, seed: int = 1, **how: Any) -> Record:
    """The record of a scenario, run at once."""
    return Simulation(build(scenario, seed, **how)).run()
