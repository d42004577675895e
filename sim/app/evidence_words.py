"""What `sim evidence` found, in words: one way of saying it for the terminal, the page and `--json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sim.app.columns import columns
from sim.app.words import UNKNOWN, number, plural, signed
from sim.scenario.catalogue import find
from sim.study.claim import Claim
from sim.study.evidence import Controlled, Finding, Outcome, Verdict

SEEDS = {
    "F0": "Petrova Experience: How Does Social Media Affect Customer Experience?",
    "F1": "Vivek Jaiswal, Customer Guru: the impact of social media on customer experience",
    "F2": "Christian Sarkar: The Impact of Social Media on Customer Experience",
    "F3": "Social Media and Customer Experience, a blog of 2010 and a comment",
    "F4": "Randall Brandt, MaritzCX: Getting the Most from Social Media, part one (2014)",
    "other": "beyond the five source texts",
}
UNITS = {
    "points": "points of 100", "0-100": "points of 100", "share": "percentage points", "-100..100": "points",
    "-1..1": "on a scale from −1 to 1", "stars of 5": "stars", "money": "money",
}  # fmt: skip
ORDER: tuple[Verdict, ...] = ("shown", "not shown", "undecided", "fault")


def data_of(findings: Sequence[Finding]) -> dict[str, Any]:
    """By id: verdict, effect, low, high, runs, source and literature of each claim, and what explains them."""
    return {each.id: _claim(each) for each in findings}


def _claim(found: Finding) -> dict[str, Any]:
    claim = found.loaded.claim
    first = found.outcomes[0] if found.outcomes else None
    return {
        "verdict": found.verdict,
        "effect": first and first.effect,
        "low": first and first.low,
        "high": first and first.high,
        "runs": found.runs,
        "source": {"text": SEEDS[claim.source.seed], **claim.source.model_dump()},
        "literature": claim.literature.model_dump(),
        "title": claim.title,
        "words": claim.words,
        "tested": claim.tested,
        "reason": found.reason,
        "unit": first and first.unit,
        "inequalities": [_outcome(each) for each in found.outcomes],
        "control": found.control and _control(found.control),
        "sign": claim.sign and claim.sign.model_dump(by_alias=True, exclude={"other_way"}),
        "other_way": [_outcome(each) for each in found.ways],
        "file": found.loaded.file,
    }


def _outcome(found: Outcome) -> dict[str, Any]:
    """An inequality; a bound that is infinite is null."""
    lowest, highest = (None if abs(bound) == float("inf") else bound for bound in found.region)
    return {
        "says": found.says, "metric": found.metric, "relation": found.relation, "lowest": lowest, "highest": highest,
        "verdict": found.verdict, "effect": found.effect, "low": found.low, "high": found.high, "runs": found.runs,
        "unit": found.unit, "left": found.left, "right": found.right,
    }  # fmt: skip


def _control(found: Controlled) -> dict[str, Any]:
    return {"says": found.says, "is_zero": found.is_zero, "largest": found.largest, "runs": found.runs}


# ------------------------------------------------------------------------------------------------- terminal


def summary(findings: Sequence[Finding]) -> str:
    """A row a claim, and how many of each verdict."""
    rows = [["claim", "verdict", "effect", "95 % interval", "runs", "literature", "what is claimed"]]
    for each in findings:
        first = deciding(each)
        rows.append(
            [
                each.id,
                each.verdict,
                effect_of(first) if first else UNKNOWN,
                interval_of(first) if first else UNKNOWN,
                str(each.runs),
                each.loaded.claim.literature.status,
                each.loaded.claim.title,
            ]
        )
    told = [f"{each.id}: {each.reason}." for each in findings if each.verdict == "fault"]
    return "\n".join([columns(rows, left=len(rows[0])), "", *told, count_of(findings), ""])


def count_of(findings: Sequence[Finding]) -> str:
    """`40 claims: 33 shown, 5 not shown, 2 undecided.`"""
    counts = Counter(each.verdict for each in findings)
    parts = [f"{counts[verdict]} {verdict}" for verdict in ORDER if counts[verdict]]
    return f"{plural(len(findings), 'claim')}: {', '.join(parts)}."


def effect_of(found: Outcome) -> str:
    """The effect with its unit, `+1.20 points of 100`; a level has no sign."""
    return f"{said(found.effect, found)} {unit_of(found)}"


def unit_of(found: Outcome) -> str:
    """The unit of an effect, in words."""
    if found.of != "difference" or (found.right is None and found.unit == "share"):
        return "%"
    return UNITS.get(found.unit, found.unit)


def interval_of(found: Outcome) -> str:
    """`+0.9 to +1.5`, or a dash."""
    if found.low is None or found.high is None:
        return UNKNOWN
    return f"{said(found.low, found)} to {said(found.high, found)}"


def said(value: float | None, found: Outcome) -> str:
    """A value in the unit of an outcome, with as many digits as the effect needs; shares in hundredths."""
    if value is None:
        return UNKNOWN
    if value == 0:
        return "0"
    by = 100.0 if found.unit == "share" else 1.0
    size = max(abs(bound) for bound in (found.effect, found.low, found.high, 0.0) if bound is not None) * by
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 4
    is_level = found.right is None or found.of == "share of worlds"
    return (number if is_level else signed)(value * by, digits)


# ------------------------------------------------------------------------------------------------- sentences


RELATIONS = {
    "higher": "above", "lower": "below", "not higher": "not above", "not lower": "not below", "same": "within",
    "identical": "exactly", "between": "between",
}  # fmt: skip


def asked_of(found: Outcome) -> str:
    """What the effect has to be to count as shown: `above +0.5`."""
    lowest, highest = found.region
    if found.relation == "identical":
        return "if it is exactly 0 in every world"
    if found.relation == "between":
        return f"between {said(lowest, found)} and {said(highest, found)}"
    if found.relation == "same":
        return f"between {said(lowest, found)} and {said(highest, found)}, which is too little to matter"
    bound = highest if found.relation in ("lower", "not higher") else lowest
    return f"{RELATIONS[found.relation]} {said(bound, found) if bound else 'zero'}"


def deciding(found: Finding) -> Outcome | None:
    """The inequality that stands for a claim in a table: the first, or the one for which it is not shown."""
    same = [each for each in found.outcomes if each.verdict == found.verdict]
    return next(iter([*same, *found.outcomes]), None)


def sentence_of(found: Outcome) -> str:
    """What came out of one inequality, for a reader who knows nothing of simulation."""
    if found.effect is None:
        return "Nothing could be measured: nobody was in the group, or nothing of the kind happened."
    sure = f" (95 % sure: {interval_of(found)})" if found.low is not None and found.low != found.high else ""
    sides = ""
    if found.left is not None and found.right:
        sides = f", {_level(found.left, found)} against {_level(found.right, found)}"
    return f"{effect_of(found)}{sure}{sides}, in {plural(found.runs, 'world')}; it counts as shown {asked_of(found)}."


def _level(value: float, found: Outcome) -> str:
    if found.of == "ratio":
        return f"{value:,.4g}"
    by = 100.0 if found.unit == "share" else 1.0
    return number(value * by, 0 if abs(value * by) >= 1000 else 2)


def sign_of(claim: Claim) -> str:
    """What decides the direction, in a sentence or two."""
    sign = claim.sign
    if sign is None:
        return ""
    if sign.kind == "emergent":
        return f"Emergent: {sign.because}"
    known = find(str(sign.parameter))
    means = f" ({known.meaning}; by default {known.default})" if known else ""
    turns = sign.turns_at if isinstance(sign.turns_at, str) else f"{sign.turns_at:g}"
    at = f"and turns {turns}" if isinstance(sign.turns_at, str) else f"and turns at about {turns}"
    return f"Assumed: {sign.because} It hangs on {sign.parameter}{means}, {at}."
