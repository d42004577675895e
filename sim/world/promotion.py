"""What a brand does to be known and chosen, as programmes: campaigns, and a referral programme that begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.model.advertising import claimed
from sim.world import state as s
from sim.world.brand import HOUR, NEVER

if TYPE_CHECKING:
    from sim.world.world import World


@dataclass
class Campaign:
    """The brand advertises."""

    brand: int
    name: str
    issue: int
    promise: float
    reach: float
    over: float
    target: int
    passed_on: float
    vividness: float
    cost: float
    due: int

    def act(self, world: World) -> None:
        """Begin: whom it will reach is settled now, each at a moment of their own."""
        now = self.due / HOUR
        world.tables.issues[self.issue]["began"] = now
        world.broadcast(
            now, self.brand, s.ADVERTISEMENT, self.name, self.reach, self.issue, valence=claimed(self.promise),
            vividness=self.vividness, delay=0.0, span=self.over, target=self.target, passed_on=self.passed_on,
            cost=self.cost,
        )
        world.note(now, self.brand, "campaign", self.name)
        self.due = NEVER


@dataclass
class Invitations:
    """A referral programme begins (or ends: no invitations)."""

    brand: int
    invites: float
    due: int

    def act(self, world: World) -> None:
        """Change how many invitations a satisfied promoter sends from now on."""
        world.tables.brands[self.brand]["invites"] = self.invites
        begins = self.invites > 0
        world.note(self.due / HOUR, self.brand, "referral", "referral begins" if begins else "referral ends")
        self.due = NEVER
