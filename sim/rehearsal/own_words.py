"""The door between a session and the appraisal of own words.

`appraised` has the signature every appraiser of a session has. The reading itself is `sim.rehearsal.appraisal`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.rehearsal.appraisal import appraise
from sim.rehearsal.moment import QUALITIES, Rubric

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


JUDGED = "en"
"""The language in which own words can be read."""


def why_not(language: str) -> str:
    """Why own words cannot be judged in a moment of this language; empty if they can."""
    if language.lower().split("-")[0] == JUDGED:
        return ""
    return f"own words can be read in English only, and this moment is in {language!r}: answer with one of the options"


def appraised(complaint: str, reply: str, rubric: Rubric | None, channel: str, language: str) -> Appraised:
    """The reply to a complaint as a point, by the built-in reading and the author's rubric."""
    if why := why_not(language):
        return Appraised(None, why)
    read = appraise(complaint, reply, public=channel != "private", rubric=rubric)
    if read.verdict in CANNOT:
        return Appraised(None, "; ".join(reason.why for reason in read.reasons) or read.verdict)
    reasons = tuple(str(reason) for reason in read.reasons)
    return Appraised(tuple(read.qualities[name] for name in QUALITIES), read.verdict, reasons, read.penalty)
