"""The care desk: who hears what, who answers it, when (D9); and which post an agent takes next.

A triage policy is a plain function of one waiting post; the desk takes the post that scores highest (ties:
the older one). To add one, write a function with the same arguments and list it in `TRIAGE`; scenarios can
name it at once.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.model.parameter import Block, parameter, stated
from sim.model.units import Hours, Share


def oldest_first(age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float) -> float:
    """First come, first served."""
    return age_hours


def newest_first(age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float) -> float:
    """Answer what is fresh, while it is still being seen."""
    return -age_hours


def angriest(age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float) -> float:
    """Answer whoever is most stirred up."""
    return arousal


def most_followed(age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float) -> float:
    """Answer whoever most people follow (airlines do: Gunarathne, Rui & Seidmann 2017)."""
    return followers


def reach_x_anger(age_hours: float, arousal: float, followers: float, negative: bool, times_posted: float) -> float:
    """Answer where most anger can reach most people."""
    return followers * arousal


Triage = Callable[[float, float, float, bool, float], float]

TRIAGE: dict[str, Triage] = {
    "oldest first": oldest_first,
    "newest": newest_first,
    "angriest": angriest,
    "most followed": most_followed,
    "reach x anger": reach_x_anger,
}
"""Triage policies by the name scenarios give them. The order is their number in a world."""


class Alarm(Block):
    """Notices a burst of complaints (an exponentially weighted mean of the hourly count) and reacts."""

    window: Hours = parameter("6 h", "memory of the alarm's usual level", unit="h", low=0.25, high=1000)
    times_usual: float = parameter(
        4.0, "times the usual complaints an hour at which the alarm goes off", unit="ratio", low=1, high=1000
    )
    at_least: float = parameter(
        10.0, "complaints an hour below which it stays quiet", unit="posts per hour", low=1, high=1e9
    )
    surge_agents: int = parameter(0, "agents called in when it goes off", unit="agents", low=0, high=100_000)
    surge_after: Hours = parameter("1 h", "time until they are there", unit="h", low=0, high=1000)
    surge_lasts: Hours = parameter("12 h", "time they stay", unit="h", low=0.1, high=1e5)


class Handling(Block):
    """Numbers of the desk that rarely need changing."""

    spread: float = parameter(
        1.0, "coefficient of variation of handling times (1: exponential, 0: always the same)",
        unit="ratio", low=0, high=1
    )
    notice_delay: Hours = parameter(
        "3 min", "mean time until a post that is listened for is noticed", unit="h", low=0, high=1000
    )
    drops_after: Hours = parameter(
        "72 h", "age at which a waiting post is dropped unanswered", unit="h", low=0.1, high=1e5
    )
    thanks_time: Hours = parameter(
        "2 min", "mean time an agent spends on thanking for praise", unit="h", low=0.001, high=1000
    )
    specialist_share: Share = parameter(
        0.0, "share of complaints the front line must hand to a specialist", unit="share"
    )
    specialist_time: Hours = parameter("30 min", "mean handling time of a specialist", unit="h", low=0.001, high=1000)
    specialists: int = parameter(1, "specialists on duty in the desk's hours", unit="agents", low=0, high=100_000)
    authority: float | None = stated(
        None,
        "arousal of a complaint up to which the front line may settle it; graver ones go to a specialist (left out: "
        "any)", unit="arousal", low=0, high=100,
    )
    training: Share = stated(0.0, "how far the people who answer are trained", unit="share")
    training_gain: Share = parameter(
        0.3, "part of what is missing in ease, empathy, honesty and the personal touch that full training adds",
        unit="share", sweep=(0, 0.6),
    )
    training_steadies: Share = parameter(
        0.5, "part of the spread of handling times that full training takes away", unit="share", sweep=(0, 0.8)
    )
    compensation: float = stated(
        0.0, "what a reply costs that puts everything right (action 1); in proportion for less", unit="money",
        low=0, high=1e9,
    )
    wage: float = parameter(31.0, "cost of one hour of an agent", unit="money per hour", low=0, high=1e6)


def trained(quality: float, training: float, gain: float) -> float:
    """A quality of a reply by people trained so far (0..1)."""
    return quality + gain * training * (1.0 - quality)


def steadied(spread: float, training: float, steadies: float) -> float:
    """Coefficient of variation of handling times of people trained so far (0..1)."""
    return spread * (1.0 - steadies * training)


def service_time(exponential_draw: float, mean_hours: float, spread: float) -> float:
    """Handling time in hours: a fixed part and an exponential part, with the given coefficient of variation."""
    return mean_hours * ((1.0 - spread) + spread * exponential_draw)
