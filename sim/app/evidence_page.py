"""The page of `sim evidence`: what was claimed, how it was tested, what came out, and what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.app.behind import Table
from sim.app.evidence_words import SEEDS, count_of, deciding, effect_of, interval_of, sentence_of, sign_of
from sim.app.plots import svg_text
from sim.app.plots.evidence import alt_of, draw
from sim.app.report import page
from sim.app.words import UNKNOWN, capital
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


def evidence_page(findings: Sequence[Finding], command: str) -> str:
    """The page about some claims, as text. command: what makes it again."""
    return page(
        "evidence.html",
        sections=[_section(each) for each in findings],
        count=count_of(findings),
        overview=_overview(findings),
        command=command,
        faults=[each.id for each in findings if each.verdict == "fault"],
    )


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
    if found.control is None:
        return ""
    left = "an effect was left, so that the test is at fault"
    outcome = "every effect is exactly zero" if found.control.is_zero else left
    return f"Switched off ({found.control.says}): {outcome}."


def _overview(findings: Sequence[Finding]) -> Table:
    """A row a claim."""
    rows = []
    for each in findings:
        first = deciding(each)
        rows.append(
            [
                each.id,
                each.loaded.claim.title,
                each.verdict,
                effect_of(first) if first else UNKNOWN,
                interval_of(first) if first else UNKNOWN,
                str(each.runs),
                each.loaded.claim.literature.status,
            ]
        )
    head = ["claim", "what is claimed", "this model", "effect", "95 % interval", "runs", "literature"]
    return Table("Every claim: the effect that decides, and what others found", head, rows)
