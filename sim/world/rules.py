"""The model's rules, made callable from compiled loops: the same plain functions a reader or the twin calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sim.core.compiled import use_compiled
from sim.model import (
    advertising,
    attitude,
    broadcast,
    choice,
    desk,
    experience,
    feed,
    journey,
    learning,
    loss,
    observers,
    phone,
    referral,
    reply,
    sharing,
    thanks,
    voice,
)

MODULES = (
    advertising, attitude, broadcast, choice, desk, experience, feed, journey, learning, loss, observers, phone,
    referral, reply, sharing, thanks, voice,
)


def rules_of(module: ModuleType) -> list[Callable[..., Any]]:
    """The plain functions that a module of the model defines itself."""
    return [
        thing
        for thing in vars(module).values()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__
    ]


for _module in MODULES:
    use_compiled(*rules_of(_module))
