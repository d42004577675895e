"""A desk by hand does what a desk does: the same reply at the same instant leaves the same bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import HUMAN, TEMPLATE, storm, world_of

from sim.errors import ScenarioError
from sim.scenario.brand import Quality
from sim.scenario.schema import Scenario
from sim.world import hand
from sim.world import state as s
from sim.world.build import build
from sim.world.record import Record, recorded
from sim.world.simulation import Simulation

TABLES = ("people", "opinions", "posts", "issue_rows", "transitions", "daily", "view_ages")
AT_WORK = {"waiting", "busy"}
"""Levels of the desk in which someone handling a post differs from a post that still lies there."""


def one_desk(**changed: Any) -> Scenario:
    """A busy brand with a desk round the clock, and its rival."""
    desk = {"agents": 2, "hours": "24/7", "handling_time": "25 min", "specialists": 0} | changed.pop("desk", {})
    brands = [
        {"name": "Skyline", "quality": 0.6, "failures": {"late": 0.3}, "policy": "human", "desk": desk},
        {"name": "Northair", "policy": "pinned"},
    ]
    return world_of(brands, 100, 3, **changed)


def by_hand(scenario: Scenario) -> Scenario:
    """The same, played by a person."""
    return scenario.changed({"brands.Skyline.desk.by_hand": True})


def unequal(one: Record, other: Record) -> list[str]:
    """Tables in which two runs differ, but for who answered and how the desk looked while at work."""
    found = [name for name in TABLES if getattr(one, name).tobytes() != getattr(other, name).tobytes()]
    found += [
        f"{name}.{column}" for name in ("replies", "broadcasts") for column in getattr(one, name).dtype.names
        if column != "by" and getattr(one, name)[column].tobytes() != getattr(other, name)[column].tobytes()
    ]
    found += [
        f"hourly.{column}" for i, column in enumerate(s.HOURLY)
        if column not in AT_WORK and one.hourly[..., i].tobytes() != other.hourly[..., i].tobytes()
    ]
    return found


def played(automatic: Record, simulation: Simulation, point: Quality, late: float = 0.0) -> Record:
    """A run by hand that answers the posts the automatic desk answered, when it answered them (or later)."""
    mine = automatic.replies[automatic.replies["brand"] == 0]
    assert len(mine) > 40
    for row in mine:
        simulation.go_to(float(row["time"]) + late)
        post = int(automatic.posts[row["post"]]["key"])
        assert post in {waiting.post for waiting in hand.inbox(simulation.world, 0)}
        assert hand.reply(simulation.world, post, point, s.CHANNELS[row["channel"]]).done
        assert post not in {waiting.post for waiting in hand.inbox(simulation.world, 0)}
    return simulation.run()


def test_the_same_replies_by_hand_leave_the_same_bytes() -> None:
    """Same post, same time, same quality: every table is the same; a minute later or a shade worse, it is not."""
    automatic = Simulation(build(one_desk(), 4)).run()
    fresh = Simulation(build(by_hand(one_desk()), 4))
    assert unequal(automatic, played(automatic, fresh.fork(), Quality(**HUMAN))) == []
    assert (played(automatic, fresh.fork(), Quality(**HUMAN)).replies["by"][:40] == s.BY_HAND).any()
    worse = Quality(**{**HUMAN, "action": 0.59})
    assert "opinions" in unequal(automatic, played(automatic, fresh, worse))


def test_nobody_answers_for_the_player() -> None:
    """Left alone, the desk by hand is a desk that only listens: the crowd is that of a monitoring brand."""
    alone = Simulation(build(by_hand(one_desk()), 4)).run()
    monitor = Simulation(build(one_desk().changed({"brands.Skyline.policy": "monitor"}), 4)).run()
    assert not (alone.replies["brand"] == 0).any()
    assert alone.opinions.tobytes() == monitor.opinions.tobytes()
    assert alone.series("waiting", 0)[-1] == (alone.posts["state"] == s.WAITING).sum() > 50


def test_a_fork_keeps_the_inbox_and_goes_its_own_way() -> None:
    """A fork has the same inbox; a reply in one leaves the other alone; both continue by the same rules."""
    simulation = Simulation(build(by_hand(one_desk()), 4))
    simulation.go_to(20.0)
    other, third = simulation.fork(), simulation.fork()
    waiting = hand.inbox(simulation.world, 0)
    assert waiting and [post.post for post in waiting] == [post.post for post in hand.inbox(other.world, 0)]
    assert hand.reply(other.world, waiting[0].post, Quality(**HUMAN)).change != 0.0
    assert hand.inbox(simulation.world, 0) and len(hand.inbox(other.world, 0)) < len(waiting)
    assert hand.reply(third.world, waiting[0].post, Quality(**HUMAN)).done
    assert other.run().opinions.tobytes() == third.run().opinions.tobytes()
    assert simulation.run().opinions.tobytes() != other.run().opinions.tobytes()


def test_an_action_on_what_is_not_there_lapses() -> None:
    """An unknown post, one not noticed yet, one answered: nothing changes, and the reason is told."""
    simulation = Simulation(build(by_hand(one_desk(desk={"listens": 0.5})), 4))
    simulation.go_to(30.0)
    world = simulation.world
    first = hand.inbox(world, 0)[0]
    posts = world.tables.posts[: world.tables.counts[s.N_POSTS]]
    deaf = posts[(posts["brand"] == 0) & np.isinf(posts["noticed"]) & (posts["valence"] < 0)]
    assert len(deaf)
    assert hand.reply(world, first.post, Quality(**TEMPLATE)).done
    before = s.copied(world.tables)
    assert "answered already" in hand.reply(world, first.post, Quality()).why
    assert "no such post" in hand.reply(world, 12345, Quality()).why
    assert "noticed" in hand.reply(world, int(deaf[0]["key"]), Quality()).why
    assert before.opinions.tobytes() == world.tables.opinions.tobytes()
    assert before.posts.tobytes() == world.tables.posts.tobytes()
    with pytest.raises(ValueError, match="no channel"):
        hand.reply(world, hand.inbox(world, 0)[0].post, Quality(), "by pigeon")


def test_escalated_posts_are_answered_by_specialists() -> None:
    """Who is handed on is answered in turn by the specialists on duty, and no longer waits for the player."""
    simulation = Simulation(build(by_hand(one_desk(desk={"specialists": 1, "specialist_time": "40 min"})), 4))
    simulation.go_to(20.0)
    posts = [waiting.post for waiting in hand.inbox(simulation.world, 0)][:3]
    assert all(hand.escalate(simulation.world, post).done for post in posts)
    assert not hand.escalate(simulation.world, posts[0]).done
    record = simulation.run()
    answered = record.replies[record.replies["brand"] == 0]
    assert {int(record.posts[row["post"]]["key"]) for row in answered} <= set(posts)
    assert len(answered) and (answered["by"] == s.BY_SPECIALIST).all() and (answered["time"] > 20.0).all()


def test_the_policy_takes_over() -> None:
    """Left to its policy, the desk works off what waits, by itself; taken over, it stops."""
    simulation = Simulation(build(by_hand(one_desk()), 4))
    simulation.go_to(20.0)
    other = simulation.fork()
    hand.leave_to_policy(other.world, 0)
    other.go_to(40.0)
    assert (other.world.tables.desks[0]["busy"][0]) > 0
    hand.take_over(other.world, 0)
    record = other.run()
    times = record.replies[record.replies["brand"] == 0]["time"]
    assert len(times) > 10 and times.min() > 20.0 and times.max() < 45.0


def test_a_statement_by_hand_is_a_scheduled_one() -> None:
    """Made now, under the same name: the same bytes as one planned for this instant."""
    planned = storm()
    without = planned.changed({"brands.Skyline.statements": [], "brands.Skyline.desk.alarm": None})
    said = {"at": "day 2 09:00", "explanation": 0.8, "ownership": 0.9, "about": "cancelled", "reach": 0.6}
    scheduled = Simulation(build(without.changed({"brands.Skyline.statements": [said]}), 3)).run()
    simulation = Simulation(build(without, 3))
    simulation.go_to(57.0)
    name = "statement about cancelled"
    assert hand.speak(simulation.world, 0, name, 0.8, 0.9, reach=0.6, about="cancelled").done
    assert unequal(scheduled, simulation.run()) == []
    with pytest.raises(ValueError, match="no story"):
        hand.speak(simulation.world, 0, name, 0.8, 0.9, about="nothing of the kind")


def test_a_desk_by_hand_needs_a_policy_that_answers() -> None:
    """A silent brand by hand is refused: nothing would ever lie in its inbox."""
    with pytest.raises(ScenarioError, match="by hand needs a policy that answers"):
        one_desk(desk={"by_hand": True}).changed({"brands.Skyline.policy": "monitor"})


def attitude(simulation: Simulation, post: int) -> float:
    """What the author of a post now thinks of the brand."""
    posts = simulation.world.tables.posts
    author = int(posts[posts["key"] == np.uint64(post)]["author"][0])
    return float(recorded(simulation.world).attitudes()[author, 0])


HONEST = Quality(action=0, ease=0.5, empathy=0.7, honesty=1, personal=0.7)


def test_a_promise_kept_pays_and_a_broken_one_costs() -> None:
    """Held, then answered in time: better than answered when the promise is broken, which is counted."""
    simulation = Simulation(build(by_hand(one_desk()), 4))
    simulation.go_to(20.0)
    post = hand.inbox(simulation.world, 0)[0].post
    kept, late = simulation.fork(), simulation.fork()
    for one, within in ((kept, 3.0), (late, 0.5)):
        assert hand.hold(one.world, post, HONEST, within).done
        assert [held.promised for held in hand.inbox(one.world, 0) if held.post == post] == [20.0 + within]
        one.go_to(21.5)
    broken = [recorded(one.world).hourly[:, 0, s.H_BROKEN_PROMISES].sum() for one in (kept, late)]
    assert broken == [0, 1]
    gains = [hand.reply(one.world, post, Quality(**HUMAN)) for one in (kept, late)]
    assert all(gain.done for gain in gains)
    assert attitude(kept, post) > attitude(late, post) + 0.05
    assert not [held for held in hand.inbox(kept.world, 0) if held.post == post]


def test_thanks_please_in_private_more_than_in_public() -> None:
    """Praise lies in the inbox of a brand that thanks; whoever is thanked thinks more of it, in public less so."""
    scenario = by_hand(one_desk()).changed({"policies.human.thanks": 1.0})
    simulation = Simulation(build(scenario, 4))
    simulation.go_to(20.0)
    praise = next(post for post in hand.inbox(simulation.world, 0) if post.valence > 0)
    complaint = next(post for post in hand.inbox(simulation.world, 0) if post.valence < 0)
    private, public = simulation.fork(), simulation.fork()
    gained = hand.thank(private.world, praise.post, Quality(**HUMAN)).change
    less = hand.thank(public.world, praise.post, Quality(**HUMAN), "public").change
    assert gained > less > 0
    assert not hand.thank(private.world, complaint.post, Quality(**HUMAN)).done
    assert not [post for post in hand.inbox(Simulation(build(by_hand(one_desk()), 4)).world, 0) if post.valence > 0]
