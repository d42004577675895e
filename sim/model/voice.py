"""Who speaks up after an experience, how, and what happens while nobody answers (D5).

Voice follows an asymmetric U (Anderson 1998): the delighted and the disappointed speak, the content rarely
do, the disappointed are likelier per head; since good experiences are far more common, praise still outnumbers
complaint (East, Hammond & Wright 2007; Jansen et al. 2009: about 1.5 to 1 in posts).
"""

from __future__ import annotations

from sim.model.parameter import Block, parameter
from sim.model.units import Hours, Share


class Voice(Block):
    """How experiences become public posts, private complaints or silence, and how the unanswered escalate."""

    ordinary: Share = parameter(
        0.002, "chance to post about an experience that neither pleased nor annoyed", unit="chance per use",
        source="calibrated: post rate and J-shape (Hu, Pavlou & Zhang 2009)",
    )
    praise: Share = parameter(
        0.15, "chance to post in public after perfect satisfaction", unit="chance per use",
        source="calibrated: 1.2-2 praises to one complaint (Jansen et al. 2009)", sweep=(0.05, 0.4),
    )
    complaint: Share = parameter(
        0.185, "chance to post in public after complete dissatisfaction", unit="chance per use",
        source="calibrated: 1.2-2 praises to one complaint (Jansen et al. 2009)", sweep=(0.05, 0.6),
    )
    private: Share = parameter(
        0.15, "chance that a dissatisfied customer who does not post complains in private",
        unit="chance", sweep=(0, 0.4),
    )
    post_delay: Hours = parameter(
        "30 min", "mean time from an experience to the post about it", unit="h", low=0.001, high=168
    )
    expects_reply_within: Hours = parameter(
        "4 h", "time after which a complainant who was not answered has lost patience", unit="h", low=0.01, high=1000,
        source="expect within 4 h (Sprout Social 2016); 1 h for complaints on fast feeds (Lithium 2013)", sweep=(1, 24),
    )
    speed_creep: Share = parameter(
        0.0, "how far a first reply that comes sooner than expected shortens what is expected of the next",
        unit="share", sweep=(0, 0.5),
    )
    squeaky: float = parameter(
        0.0, "how much likelier than others to complain is who was once put right: the squeaky wheel", unit="ratio",
        low=0, high=10, source="direction: Ma, Sun & Kekre 2015, customers of a telecom brand", sweep=(0, 0.3),
    )
    escalates: Share = parameter(
        0.20, "chance that a complainant out of patience posts again, angrier", unit="chance",
        source="36-60 % say they would shame or act (Sprout Social 2016, Lithium 2013), behaviour below intention",
        sweep=(0.1, 0.6),
    )
    escalation: float = parameter(
        1.5, "how much arousal grows when a complainant posts again", unit="ratio", low=1, high=5, sweep=(1, 2)
    )
    most_escalations: int = parameter(
        2, "how often one complaint is posted again at most", unit="posts", low=0, high=15
    )
    ignored: float = parameter(
        0.02, "attitude lost by a complainant whose patience ran out without an answer",
        unit="attitude", low=0, high=1,
        source="direction: Gu & Ye 2014; 42 % of complainants expect a reply (Baer/Edison)", sweep=(0, 0.06),
    )


def chance_of_post(satisfaction: float, ordinary: float, praise: float, complaint: float, voice: float) -> float:
    """Chance 0..1 to post in public after an experience; `voice` multiplies it for people who speak more."""
    steep = complaint if satisfaction < 0.0 else praise
    return min(1.0, voice * (ordinary + steep * satisfaction * satisfaction))


def chance_of_private_complaint(satisfaction: float, private: float) -> float:
    """Chance 0..1 that someone who did not post complains to the brand in private."""
    return private * -satisfaction if satisfaction < 0.0 else 0.0


def squeaking(chance: float, put_right: bool, squeaky: float) -> float:
    """Chance to complain of who was once put right, from that of others."""
    return chance * (1.0 + squeaky) if put_right else chance


def expected_after(expected: float, waited: float, creep: float) -> float:
    """Hours within which a reply is expected, after one that took `waited` hours: sooner replies spoil."""
    return expected + creep * min(0.0, waited - expected)


def escalated(arousal: float, escalation: float) -> float:
    """Arousal 0..1 of the next post about the same grievance."""
    return min(1.0, arousal * escalation)
