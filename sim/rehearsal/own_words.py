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


def appraised(complaint: str, reply: str, rubric: Rubric | None, channel: str, language: str) -> Appraised:
    """The reply to a complaint as a point, by the built-in reading and the author's rubric."""
    read = appraise(complaint, reply, public=channel != "private", language=language, rubric=rubric)
    reasons = tuple(str(reason) for reason in read.reasons)
    if read.verdict in CANNOT:
        return Appraised(None, "; ".join([read.verdict, *reasons]))
    return Appraised(tuple(read.qualities[name] for name in QUALITIES), read.verdict, reasons, read.penalty)
