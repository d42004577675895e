"""The rules of the model: exact outcomes by hand, and what must hold for any numbers.

The rules are plain functions of plain numbers. First each is worked out once by hand; then a world of three customers
and two ties is followed to an exact end; then bounds and directions are tried on any numbers.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.arithmetic import tanh
from sim.core.chance import keyed
from sim.core.graph import from_ties
from sim.model import attitude as at
from sim.model import broadcast, choice, experience, feed, journey, observers, press, reply, sharing, voice
from sim.model.desk import TRIAGE, service_time
from sim.scenario.load import from_values
from sim.world import purpose
from sim.world import state as s
from sim.world.build import build
from sim.world.simulation import Simulation

share = st.floats(0, 1)
feeling = st.floats(-1, 1)
hours = st.floats(0, 1000)

# ---------------------------------------------------------------------------------------------- by hand


def test_who_takes_content_well_believes_little_of_what_is_said_against_it() -> None:
    """A quarter of the harm is left; all of it for who takes it badly, or neither way."""
    assert observers.convinced(0.1, 0.75) == pytest.approx(0.25)
    assert observers.convinced(0.0, 0.75) == observers.convinced(-0.4, 0.75) == 1.0


def test_experience_by_hand() -> None:
    """Delivered .45 where .72 was expected: the shortfall weighs half as much again."""
    assert experience.performance(0.75, 0.1, 0.0, 0.3) == pytest.approx(0.45)
    judged = experience.satisfaction(0.45, 0.72, 0.55, 0.5, 0.7, 1.5, 0.3)
    assert judged == pytest.approx(math.tanh((0.5 * -0.10 + 0.7 * -0.27 * 1.5) / 0.3))
    assert experience.expectation_after(0.72, 0.45, 0.15) == pytest.approx(0.6795)
    assert experience.arousal(-0.5, 0.6) == pytest.approx(1 - 0.5 * 0.4)


@given(st.floats(-1e6, 1e6))
def test_our_tanh_is_the_hyperbolic_tangent(number: float) -> None:
    """For any number, however far out: to the last digits, and never beyond its bounds."""
    assert tanh(number) == pytest.approx(math.tanh(number), abs=1e-15)
    assert -1.0 <= tanh(number) <= 1.0


def test_attitude_by_hand() -> None:
    """A quarter of the way; half forgotten after a half-life; 5 of 10 at the centre."""
    assert at.own_after(0.2, 0.3, -0.5, 0.25) == pytest.approx(0.0)
    assert at.share_left(1440, 1440) == pytest.approx(0.5)
    assert at.within_bounds(0.9, 0.3) == pytest.approx(0.1) and at.within_bounds(-0.9, -0.3) == pytest.approx(-0.1)
    assert at.likelihood_to_recommend(-0.25, -0.25, 0.28) == 5.0
    assert at.likelihood_to_recommend(at.attitude_answering(8.5, -0.25, 0.28), -0.25, 0.28) == pytest.approx(8.5)


def test_voice_by_hand() -> None:
    """An asymmetric U; the louder are louder; never above certainty."""
    assert voice.chance_of_post(0.5, 0.002, 0.2, 0.3, 1.0) == pytest.approx(0.052)
    assert voice.chance_of_post(-0.5, 0.002, 0.2, 0.3, 2.0) == pytest.approx(0.154)
    assert voice.chance_of_post(-1.0, 0.5, 0.2, 0.9, 9.0) == 1.0
    assert voice.chance_of_private_complaint(-0.4, 0.15) == pytest.approx(0.06)
    assert voice.chance_of_private_complaint(0.4, 0.15) == 0.0
    assert voice.escalated(0.5, 1.5) == 0.75 and voice.escalated(0.9, 1.5) == 1.0


def test_observers_by_hand() -> None:
    """A complaint of -.8 met at .2, by a strong tie, for the second time; then against a committed view."""
    assert observers.swayed(0.2, -0.8, 2, 1.3, 0.06, 1.4, 0.5, 0.5) == pytest.approx(0.06 * 1.3 / 2 * 1.4 * -1.0)
    assert observers.swayed(0.6, -0.4, 1, 1.0, 0.06, 1.4, 0.5, 0.5) == pytest.approx(0.06 * 1.4 * 0.5 * -1.0)


def test_reply_by_hand() -> None:
    """Worth to the author with speed half its value after an hour; repair halved by each further failure."""
    worth = reply.worth_to_author(0.6, 0.6, 0.7, 0.8, 0.6, 1.0, 0.5, 0.35, 0.15, 1.0)
    assert worth == pytest.approx(0.5 * 0.6 + 0.35 * 0.7 + 0.15 * 0.5 * (0.6 + 0.5))
    seen = reply.worth_to_observer(0.6, 0.6, 0.7, 0.8, 0.6, 0.5, 0.35, 0.15)
    assert seen == pytest.approx(0.5 * 0.6 + 0.35 * 0.7 + 0.15 * 0.6)
    assert reply.repair(-0.4, 0.3, 0.5, 2, 0.2, 0.9, 0.1, 0.5) == pytest.approx(0.5 * 0.7 * 0.25)
    once = reply.repair(-0.4, 0.3, 0.8, 0, 0.2, 0.9, 0.1, 0.5)
    first = reply.repair(-0.4, 0.3, 0.5, 0, 0.2, 0.9, 0.1, 0.5)
    second = reply.repair(-0.4 + first, 0.3, 0.8, 0, 0.2, 0.9, 0.1, 0.5, reply.mended_by(0.5, 0.2, 0.9, 0.0))
    assert first + second == pytest.approx(once), "two replies mend what the better one would have"
    assert reply.repair(-0.4, 0.3, 0.1, 0, 0.2, 0.9, 0.1, 0.5) == pytest.approx(-0.05)
    assert reply.impressed(0.5, 0.7, 0.2, 0.05) == pytest.approx(0.0125)
    assert reply.impressed(0.5, 0.0, 0.2, 0.05) == pytest.approx(-0.015)
    assert reply.chance_of_reexposure(0.1, 2) == pytest.approx(0.19)
    assert reply.seen_action(0.6, True, 0.5) == 0.3 and reply.seen_action(0.6, False, 0.5) == 0.6


def test_statement_press_and_choice_by_hand() -> None:
    """Half the worth above the threshold, at once and after a decay time; pickup; utilities."""
    assert broadcast.statement_worth(0.8, 0.9, 1.0) == pytest.approx(0.72)
    now = broadcast.restored(-0.1, 0.3, 0.6, 0.0, 0.2, 0.45, 48, 0.05)
    assert now == pytest.approx(0.45 * 0.5 * 0.4)
    assert broadcast.restored(-0.1, 0.3, 0.6, 48.0, 0.2, 0.45, 48, 0.05) == pytest.approx(now / math.e)
    assert broadcast.restored(-0.1, 0.3, 0.1, 0.0, 0.2, 0.45, 48, 0.05) == pytest.approx(-0.025)
    assert press.chance_of_pickup(2, 1000, 1, 0.1, 2.0) == pytest.approx(0.1)
    assert press.chance_of_pickup(1.9, 1000, 1, 0.1, 2.0) == 0.0
    assert press.chance_of_pickup(2, 1000, 2, 0.1, 2.0) == pytest.approx(0.19)
    assert choice.utility(0.3, 0.2, True, 0.5, 100, 2.0, 0.3, 3.7, 0.01) == pytest.approx(0.6 + 0.06 + 1.85 - 1.0)
    assert choice.public_rating(-3.1, 10.0) == pytest.approx(-0.3)
    assert choice.public_rating(3.3, 10.0) == pytest.approx(0.35)


def test_feed_by_hand() -> None:
    """The plateau holds its share, the kernel is cut at the lifetime, attention halves at its number."""
    assert feed.share_seen_within(1 / 12, 1 / 12, 0.25) == pytest.approx(0.2)
    assert feed.share_seen_within(16 / 12, 1 / 12, 0.25) == pytest.approx(0.2 + 0.8 * 0.5)
    whole = feed.share_seen_within(48, 1 / 12, 0.2315)
    assert feed.view_delay(1.0, 1 / 12, 0.2315, whole) == pytest.approx(48)
    assert feed.share_of_attention(200, 200) == 0.5
    assert feed.chance_at_background(0.2, 200, 100) == pytest.approx(1 - math.sqrt(0.8))
    assert feed.chance_of_view(0.8, True, 1.5) == 1.0 and feed.chance_of_view(0.2, True, 1.5) == pytest.approx(0.3)


# ---------------------------------------------------------------------------------------------- three customers


def test_three_customers_two_ties() -> None:
    """Anna is hit and complains; Bert, her one friend, sees it and passes it on; Carl sees it through Bert.

    Everything that could be chance is certain, so the end is worked out here from the rules alone.
    """
    scenario = from_values({
        "scenario": "three", "clock": {"days": 4, "warm_up": "0 h"}, "customers": {"number": 3},
        "brands": [{"name": "Brand", "quality": 0.7, "quality_spread": 0.0, "failures": {}, "start": {"share": 1.0}}],
        "incidents": [{"at": "day 0 12:00", "brand": "Brand", "cause": "storm", "affects": 1.0, "severity": 0.5,
                       "over": "1 min"}],
        "crowd": {
            "journey": {"uses": 0, "purchases": 0, "searches": 0, "discoveries": 0},
            "attitude": {"spread": 0}, "choice": {"reconsiders": 0},
            "voice": {"ordinary": 1.0, "escalates": 0, "expects_reply_within": "1000 h"},
            "feed": {"view_chance": 1.0, "attention": 1e9},
            "sharing": {"base": 1.0},
            "observers": {"unanswered": 0.03, "unanswered_after": 0},
        },
    })
    anna, bert, carl = 0, 1, 2
    graph = from_ties(3, np.array([anna, bert], np.int32), np.array([bert, carl], np.int32))
    world = build(scenario, 1, graph)
    world.tables.people["current"][[bert, carl]] = s.NO_BRAND  # they know the brand, and only Anna has it
    world.tables.opinions["stage"][[bert, carl], 0] = journey.LAPSED
    before = float(world.tables.opinions[anna, 0]["own"])
    expected = float(world.tables.opinions[anna, 0]["expectation"])
    record = Simulation(world).run()

    rule = scenario.crowd
    judged = experience.satisfaction(
        0.7 - 0.5, expected, rule.experience.acceptable, rule.experience.weight_performance,
        rule.experience.weight_disconfirmation, rule.experience.loss_aversion, rule.experience.softness,
    )
    original, by_bert, by_carl = record.posts
    hit = keyed(keyed(int(world.tables.streams[s.S_INCIDENT]), int(record.issue_rows[1]["key"])), anna)
    assert int(original["key"]) == keyed(hit, purpose.POST_KEY)
    assert original["valence"] == np.float32(judged)
    assert original["arousal"] == np.float32(experience.arousal(judged, 0.5))
    assert record.opinions[anna, 0]["own"] == np.float32(before + rule.attitude.learning * (judged - before))
    assert [int(post["author"]) for post in record.posts] == [anna, bert, carl]
    assert (by_bert["root"], by_bert["depth"], by_carl["root"], by_carl["parent"], by_carl["depth"]) == (0, 1, 0, 1, 2)
    assert original["shares"] == 2
    # Bert sees it from Anna, and again through Carl's share; Carl through Bert's; Anna never her own
    assert original["views"] == original["views_unanswered"] == 3
    steps = rule.observers.influence * rule.observers.negativity
    carls = steps * (float(original["valence"]) - before) - 0.03
    faded = at.share_left(math.floor(record.now) - float(record.opinions[carl, 0]["heard_hour"]),
                          rule.attitude.hearsay_half_life)
    assert record.opinions[carl, 0]["heard"] == np.float32(carls)
    assert record.attitudes()[carl, 0] == pytest.approx(before + carls * faded, abs=1e-6)
    assert record.opinions[bert, 0]["times"] == 2 and record.opinions[carl, 0]["times"] == 1
    assert record.opinions[bert, 0]["own"] == np.float32(before), "who only watched has lived nothing"


# ---------------------------------------------------------------------------------------------- any numbers


@given(quality=share, spread=share, z=st.floats(-9, 9), loss=share, expected=share, less=st.floats(0, 0.5))
def test_satisfaction_is_bounded_and_monotone(
    quality: float, spread: float, z: float, loss: float, expected: float, less: float
) -> None:
    """Within -1..1; never higher for less delivered, nor for more expected; losses weigh more than gains."""
    got = experience.performance(quality, spread, z, loss)
    assert 0 <= experience.performance(quality, spread, z, min(1, loss + less)) <= got <= 1
    rule = (0.55, 0.5, 0.7, 1.5, 0.3)
    judged = experience.satisfaction(got, expected, *rule)
    assert -1 <= experience.satisfaction(max(0.0, got - less), expected, *rule) <= judged <= 1
    assert experience.satisfaction(got, expected + less, *rule) <= judged
    assert 0 <= experience.arousal(judged, loss) <= 1
    assert experience.arousal(judged, loss) >= max(abs(judged), loss) - 1e-12


@given(own=feeling, heard=feeling, target=feeling, learning=share)
def test_attitudes_stay_within_bounds(own: float, heard: float, target: float, learning: float) -> None:
    """Whatever is lived or heard."""
    whole = max(-1.0, min(1.0, own + heard))
    assert -1 <= at.own_after(own, whole, target, learning) <= 1
    change = at.within_bounds(whole, 3 * target)
    assert -1 - 1e-12 <= whole + change <= 1 + 1e-12 and change * target >= 0


@given(one=feeling, other=feeling)
def test_recommendation_rises_with_attitude(one: float, other: float) -> None:
    """Monotone and within 0..10."""
    low, high = sorted((one, other))
    answers = [at.likelihood_to_recommend(a, -0.25, 0.28) for a in (low, high)]
    assert 0 <= answers[0] <= answers[1] <= 10


@given(attitude=feeling, valence=feeling, times=st.integers(1, 50), tie=st.floats(0, 10), influence=share)
def test_observers_move_towards_what_they_see(
    attitude: float, valence: float, times: int, tie: float, influence: float
) -> None:
    """Towards the post, never past it; less the more often; less against a committed view."""
    change = observers.swayed(attitude, valence, times, tie, influence, 1.4, 0.5, 0.5)
    assert change * (valence - attitude) >= 0 and abs(change) <= abs(valence - attitude) + 1e-12
    again = observers.swayed(attitude, valence, times + 1, tie, influence, 1.4, 0.5, 0.5)
    assert abs(again) <= abs(change) + 1e-12
    assert abs(change) <= abs(observers.swayed(attitude, valence, times, tie, influence, 1.4, 0.0, 0.5)) + 1e-12


QUALITIES = st.tuples(share, share, share, share, share)


@given(qualities=QUALITIES, which=st.integers(0, 4), more=share, delay=hours, later=hours)
def test_worth_is_monotone(
    qualities: tuple[float, ...], which: int, more: float, delay: float, later: float
) -> None:
    """Within 0..1; no better quality and no sooner reply is ever worth less; observers do not see speed."""
    better = [max(quality, more) if i == which else quality for i, quality in enumerate(qualities)]
    worth = reply.worth_to_author(*qualities, delay, 0.5, 0.35, 0.15, 1.0)
    assert 0 <= worth <= reply.worth_to_author(*better, delay, 0.5, 0.35, 0.15, 1.0) + 1e-12 <= 1 + 2e-12
    assert reply.worth_to_author(*qualities, delay + later, 0.5, 0.35, 0.15, 1.0) <= worth + 1e-12
    assert reply.worth_to_observer(*qualities, 0.5, 0.35, 0.15) <= reply.worth_to_observer(
        *better, 0.5, 0.35, 0.15
    ) + 1e-12


@given(attitude=feeling, before=feeling, worth=share, failures=st.integers(0, 20))
def test_a_reply_never_lifts_above_what_was(attitude: float, before: float, worth: float, failures: int) -> None:
    """No recovery paradox: repair ends below the attitude before; an empty reply only hurts; failures weaken it."""
    change = reply.repair(attitude, before, worth, failures, 0.2, 0.9, 0.1, 0.5)
    if worth > 0.2:
        assert 0 <= change <= 0.9 * max(0.0, before - attitude) + 1e-12
        assert reply.repair(attitude, before, worth, failures + 1, 0.2, 0.9, 0.1, 0.5) <= change
    else:
        assert -0.1 <= change <= 0


@given(attitude=feeling, worth=share)
def test_observers_of_a_reply(attitude: float, worth: float) -> None:
    """Up above the threshold, down below it, within the room there is."""
    change = reply.impressed(attitude, worth, 0.2, 0.05)
    assert (worth - 0.2) * change >= 0 and abs(attitude + change) <= 1 + 1e-12


@given(stirred=share, more=share, follows=st.integers(0, 10**6), vividness=st.floats(0, 100))
def test_sharing_rises_with_arousal_and_anger(stirred: float, more: float, follows: int, vividness: float) -> None:
    """A chance; higher for the more stirred and for complaints; lower for who follows many."""
    rule = (0.01, 1.0, 0.4, 100.0)
    chance = sharing.chance_of_share(stirred, False, vividness, follows, *rule)
    assert 0 <= chance <= 1
    assert sharing.chance_of_share(max(stirred, more), False, vividness, follows, *rule) >= chance
    assert sharing.chance_of_share(stirred, True, vividness, follows, *rule) >= chance
    assert sharing.chance_of_share(stirred, False, vividness, follows + 50, *rule) <= chance


@given(draw=st.floats(1e-9, 1 - 1e-9), other=st.floats(1e-9, 1 - 1e-9))
def test_view_delays_follow_the_kernel(draw: float, other: float) -> None:
    """The delay is the inverse of the share seen, rises with the draw, and ends with the post's life."""
    whole = feed.share_seen_within(48.0, 1 / 12, 0.2315)
    delay = feed.view_delay(draw, 1 / 12, 0.2315, whole)
    assert 0 <= delay <= 48 * (1 + 1e-9)
    assert feed.share_seen_within(delay, 1 / 12, 0.2315) == pytest.approx(draw * whole, rel=1e-6)
    assert (feed.view_delay(other, 1 / 12, 0.2315, whole) - delay) * (other - draw) >= 0


@given(time=st.floats(-9000, 90_000), awake=st.floats(0, 500), more=st.floats(0, 500))
def test_waking_time_adds_up(time: float, awake: float, more: float) -> None:
    """Never earlier; in two stretches as in one; a day of waking is a day."""
    rhythm = journey.rhythm_of(journey.DIURNAL if abs(sum(journey.DIURNAL) - 24) < 1e-9 else tuple(
        hour * 24 / sum(journey.DIURNAL) for hour in journey.DIURNAL))
    first = journey.later(time, awake, rhythm)
    assert first >= time
    assert journey.later(first, more, rhythm) == pytest.approx(journey.later(time, awake + more, rhythm), abs=1e-6)
    assert journey.later(time, 24.0, rhythm) == pytest.approx(time + 24, abs=1e-6)


@given(satisfaction=feeling, attitude=feeling, rating=feeling, loyalty=st.floats(0, 3), price=st.floats(0, 1000))
def test_choice_and_second_thoughts(
    satisfaction: float, attitude: float, rating: float, loyalty: float, price: float
) -> None:
    """The better liked, better rated, cheaper and own brand appeals more; only the disappointed reconsider."""
    weights = (2.0, 0.3, 3.7, 0.01)
    utility = choice.utility(attitude, rating, False, loyalty, price, *weights)
    assert choice.utility(attitude, rating, True, loyalty, price, *weights) >= utility
    assert choice.utility(attitude, rating, False, loyalty, price + 10, *weights) < utility
    assert choice.utility(attitude + 0.1, rating + 0.1, False, loyalty, price, *weights) > utility
    chance = choice.chance_to_reconsider(satisfaction, 0.35)
    assert 0 <= chance <= 0.35 and (chance > 0) <= (satisfaction < 0)


@given(weight=st.floats(0.1, 1e6), mean=feeling)
def test_rating_is_rounded_to_a_tenth_of_a_star(weight: float, mean: float) -> None:
    """Twenty steps from one end to the middle, and never further off than half a step."""
    rating = choice.public_rating(mean * weight, weight)
    assert rating * 20 == pytest.approx(round(rating * 20)) and abs(rating - mean) <= 0.025 + 1e-9


@given(draw=st.floats(0, 50), mean=st.floats(0.01, 10), spread=share)
def test_handling_times(draw: float, mean: float, spread: float) -> None:
    """Mean as declared (a draw of mean 1), never below the fixed part."""
    assert service_time(1.0, mean, spread) == pytest.approx(mean)
    assert service_time(draw, mean, spread) >= mean * (1 - spread) - 1e-12


@given(age=hours, arousal=share, followers=st.integers(0, 10**7))
def test_every_triage_gives_a_finite_score(age: float, arousal: float, followers: int) -> None:
    """A policy can rank any post."""
    assert all(math.isfinite(policy(age, arousal, float(followers), True, 1.0)) for policy in TRIAGE.values())
