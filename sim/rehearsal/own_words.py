"""The door between a session and the appraisal of own words: the built-in reading, then the author's rubric.

`appraised` has the signature every appraiser of a session has. The reading itself is `sim.rehearsal.appraisal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.rehearsal.appraisal import appraise
from sim.rehearsal.moment import QUALITIES, Rubric
from sim.rehearsal.patterns import compiled

READ = "en"
"""The language the built-in appraisal reads."""
CUE, ANTI = 0.2, 0.3
"""What a cue of a rubric earns in its quality, and what an anti-cue costs (each once a quality)."""
CANNOT = ("cannot judge", "empty")
"""Verdicts after which there is no point."""


@dataclass(frozen=True)
class Appraised:
    """What own words are worth. point: the five qualities 0..1 in the order of `QUALITIES`; None: cannot be judged.

    verdict: in a few words. reasons: which words earned or cost what, a line each. penalty: points of craft lost to
    what a rubric forbids.
    """

    point: tuple[float, ...] | None
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    penalty: float = 0.0


def appraised(complaint: str, reply: str, rubric: Rubric | None, channel: str, language: str) -> Appraised:
    """The reply to a complaint as a point: read clause by clause, then moved by what the author's rubric looks for."""
    if language != READ:
        return Appraised(None, f"cannot judge texts in {language!r}")
    read = appraise(complaint, reply, private=channel == "private")
    reasons = tuple(str(reason) for reason in read.reasons)
    if read.verdict in CANNOT:
        return Appraised(None, "; ".join([read.verdict, *reasons]))
    if rubric is None:
        return Appraised(tuple(read.qualities[name] for name in QUALITIES), read.verdict, reasons)
    return by_rubric(rubric, reply, read.qualities, read.verdict, reasons, public=channel != "private")


def by_rubric(
    rubric: Rubric, reply: str, qualities: Mapping[str, float], verdict: str, reasons: tuple[str, ...], *, public: bool
) -> Appraised:
    """A reading with what an author's cues earn, anti-cues cost, and forbidden words take from the score."""
    point, told, penalty = [], list(reasons), 0.0
    for name in QUALITIES:
        side = getattr(rubric, name)
        cue = next((found[0] for pattern in side.cues if (found := compiled(pattern).search(reply))), "")
        anti = next((found[0] for pattern in side.anti if (found := compiled(pattern).search(reply))), "")
        told += [f"{name} +{CUE:g}: the rubric looks for {cue!r}"] if cue else []
        told += [f"{name} -{ANTI:g}: the rubric warns of {anti!r}"] if anti else []
        moved = qualities[name] + (CUE if cue else 0.0) - (ANTI if anti else 0.0)
        point.append(round(min(1.0, max(0.0, moved)), 4))
    for forbidden in rubric.forbidden:
        if public and (found := compiled(forbidden.pattern).search(reply)):
            penalty += forbidden.penalty
            told.append(f"forbidden: {found[0]!r} is {forbidden.why} (-{forbidden.penalty:g} points of craft)")
    return Appraised(tuple(point), verdict, tuple(told), penalty)
