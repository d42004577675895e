"""The page of `sim evidence`: what was claimed, how it was tested, what came out, and what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.app.evidence_words import SEEDS, count_of, deciding, effect_of, interval_of, sentence_of, sign_of
from sim.app.plots import svg_text
from sim.app.plots.evidence import alt_of, draw
from sim.app.report import page
from sim.app.words import UNKNOWN, capital, listing, plural
from sim.study.claim import Claim
from sim.study.evidence import Finding, Outcome


@dataclass(frozen=True)
class Section:
    """All that the page says of one claim."""

    found: Finding
    claim: Claim
    verdict: str
    text: str
    came_out: Sequence[tuple[str, str, str]]
    control: str
    ways: Sequence[tuple[str, str]]
    sign: str
    figure: Markup
    alt: str


@dataclass(frozen=True)
class Row:
    """A claim in the table at the top: the effect that decides, and what it is an effect on."""

    id: str
    title: str
    says: str
    verdict: str
    effect: str
    interval: str
    runs: str
    sign: str
    literature: str


def evidence_page(findings: Sequence[Finding], command: str) -> str:
    """The page about some claims, as text. command: what makes it again."""
    return page(
        "evidence.html",
        sections=[_section(each) for each in findings],
        count=count_of(findings),
        emergent=_shown(findings, "emergent"),
        assumed=_shown(findings, "assumed"),
        overview=_overview(findings),
        command=command,
        faults=[each.id for each in findings if each.verdict == "fault"],
    )


def _shown(findings: Sequence[Finding], kind: str) -> int:
    """How many claims are shown whose direction is of a kind."""
    signs = [each.loaded.claim.sign for each in findings if each.verdict == "shown"]
    return sum(sign is not None and sign.kind == kind for sign in signs)


def _section(found: Finding) -> Section:
    claim = found.loaded.claim
    figure = draw(found)
    return Section(
        found=found,
        claim=claim,
        verdict=found.verdict.replace(" ", "-"),
        text=SEEDS[claim.source.seed],
        came_out=[(capital(each.says), each.verdict, sentence_of(each)) for each in found.outcomes],
        control=_control(found),
        ways=[(capital(each.says), f"{_went(each)}: {sentence_of(each)}") for each in found.ways],
        sign=sign_of(claim),
        figure=Markup("") if figure is None else Markup(svg_text(figure, f"{found.id}-")),
        alt=alt_of(found),
    )


def _went(found: Outcome) -> str:
    return {"shown": "So it goes", "not shown": "It does not go so"}.get(found.verdict, "Undecided")


def _control(found: Finding) -> str:
    """What became of the control, in a sentence."""
    if found.control is None or found.loaded.claim.negative_control is None:
        return ""
    of = found.loaded.claim.negative_control.of or range(1, len(found.outcomes) + 1)
    what = f"of {listing([str(place) for place in of])} " if len(of) < len(found.outcomes) else ""
    left = f"an effect {what}was left, so that the test is at fault"
    outcome = f"the effect {what}is exactly zero" if found.control.is_zero else left
    return f"Switched off ({found.control.says}): {outcome}."


def _overview(findings: Sequence[Finding]) -> list[Row]:
    """A row a claim."""
    rows = []
    for each in findings:
        first, claim = deciding(each), each.loaded.claim
        rows.append(
            Row(
                id=each.id,
                title=claim.title,
                says=capital(first.says) if first and len(each.outcomes) > 1 else "",
                verdict=each.verdict,
                effect=effect_of(first) if first else UNKNOWN,
                interval=interval_of(first) if first else UNKNOWN,
                runs=plural(first.runs, "world") if first else UNKNOWN,
                sign=claim.sign.kind if claim.sign else UNKNOWN,
                literature=claim.literature.status,
            )
        )
    return rows
