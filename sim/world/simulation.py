"""The simulation: one clock, brands as SimPy processes, the crowd carried along between their decisions.

What happens at equal times, in this order:

1. A brand's programmes, on whole seconds, in the order in which the world lists them (shifts and alarms of each
   brand, incidents, content, statements, campaigns and
   referral, press). Before a programme acts the crowd has lived through everything
   before that second, and nothing at it.
2. The crowd's events at that instant: the hour's books first (ratings published, levels written), then by kind
   in the order of `state.EVENTS`, then by the number of the person, then by what it is about.

So the result depends on no step: running at once, stepping by hand or going on from a fork visit the same events
in the same order.
"""

from __future__ import annotations

import math

import simpy

from sim.world.brand import HOUR, carried_out
from sim.world.record import Record, recorded
from sim.world.world import World


class Simulation:
    """A world in motion. The world is changed in place; `fork` first to keep it."""

    def __init__(self, world: World):
        self.world = world
        self._env = simpy.Environment(initial_time=math.ceil(world.now * HOUR))
        for rank, programme in enumerate(world.programmes):
            self._env.process(carried_out(self._env, world, programme, rank))

    @property
    def now(self) -> float:
        """Hours from day 0 (negative in the warm-up)."""
        return self.world.now

    def run(self, until: float | None = None) -> Record:
        """Go on to the hour `until` (default: the end) and return what there is to see.

        What falls on `until` itself is still to come. An `until` in the past changes nothing.
        """
        self.go_to(self.world.end if until is None else until)
        return recorded(self.world)

    def step(self, hours: float = 1.0) -> float:
        """Go on by some hours; the new time. The same engine as `run`, stepped by hand."""
        return self.go_to(self.world.now + hours)

    def go_to(self, until: float) -> float:
        """Go on to exactly the hour `until` (at most the end); the new time. Nothing is copied."""
        until = min(until, self.world.end)
        second = math.ceil(until * HOUR)
        if second > self._env.now:
            self._env.run(until=second)
        self.world.advance(until)
        self.world.close()
        return self.world.now

    def fork(self, future_seed: int | None = None) -> Simulation:
        """The same world once more, free to go its own way.

        Without a seed the fork continues exactly as this simulation does. With one it has the same past and
        whatever was under way, and every chance not yet taken is drawn anew.
        """
        return Simulation(self.world.copied(future_seed))
