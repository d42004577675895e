"""What it does to thank those who praise (A24): to them, and to who reads it. Contested in the literature.

Posters of praise like an answer, in private more than in public (Demmers et al.). Readers: answers to praise lower
later ratings, the more so when tailored (Wang & Chaudhry 2018), yet raise engagement through surprise (Schamari &
Schaefers 2015). So the effect on readers is one signed number; nobody is thanked unless a policy says so.
"""

from __future__ import annotations

from sim.model.parameter import Block, parameter
from sim.model.units import Share


class Thanks(Block):
    """How thanks work on those who praised the brand, and on who watches."""

    gratitude: float = parameter(
        0.04, "how far a heartfelt private thank-you moves its receiver towards full approval", unit="share",
        low=0, high=1, sweep=(0, 0.1),
    )
    publicly: Share = parameter(
        0.5, "what is left of it when the thanks are public", unit="share",
        source="direction: public thanks please less than private ones (Demmers et al.)", sweep=(0, 1),
    )
    observed: float = parameter(
        -0.002, "attitude that a heartfelt public thank-you moves in who reads it (below 0: it reads as promotion; "
        "above: it pleases)", unit="attitude", low=-1, high=1,
        source="contested: lowers later ratings (Wang & Chaudhry 2018), raises engagement (Schamari & Schaefers 2015)",
        sweep=(-0.01, 0.01),
    )
    advocacy: float = parameter(
        0.2, "how much likelier whoever was once thanked is to post praise again", unit="ratio", low=0, high=10,
        sweep=(0, 0.5),
    )


def gratitude(attitude: float, worth: float, in_public: bool, most: float, publicly: float) -> float:
    """Change of the attitude of who is thanked: in the room above, by how heartfelt (`worth` 0..1) it is."""
    return most * worth * (1.0 - attitude) * (publicly if in_public else 1.0)


def thanked_in_public(worth: float, observed: float) -> float:
    """Change of attitude in who reads a public thank-you of some worth 0..1."""
    return observed * worth


def praises_more(praise: float, thanked: bool, advocacy: float) -> float:
    """Chance to praise after perfect satisfaction, of someone who was or was not thanked before."""
    return praise * (1.0 + advocacy) if thanked else praise
