"""How a reply treats the customer: feeling, honesty, and being written for this person by a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.rehearsal.appraisal import harm, wording
from sim.rehearsal.appraisal.clauses import PRETENDS, Deed
from sim.rehearsal.appraisal.signs import FAILING, WRONGS, Sign, is_formula, timed
from sim.rehearsal.appraisal.text import Clause, content
from sim.rehearsal.appraisal.topics import Topic
from sim.rehearsal.appraisal.wording import words


def feeling(clauses: list[Clause], topic: Topic) -> Iterator[Sign]:
    """Sorrow and understanding: more where they name what happened, little where they are formulas."""
    for clause in clauses:
        said = clause.plain
        shared = len(topic.shared(clause.words))
        formula = is_formula(clause)
        if found := re.search(r" (sorry|apolog\w+|regret|forgive) ", said):
            worth = (
                0.20 + min(0.12, 0.06 * shared)
                if formula
                else 0.30 + min(0.2, 0.1 * shared) + (0.08 if re.search(r" (so|really|truly|very) sorry ", said) else 0)
            )
            yield Sign(
                "empathy",
                worth,
                "a formula of regret" if formula else "an apology" + (" for what happened" if shared else ""),
                clause.text,
            )
            del found
        if (found := wording.FEELING.search(said)) and not harm.IF_FELT.search(said):
            generic = formula or re.search(
                r" (we|i) (really |truly |fully |do )?(understand|appreciate|know) ", said)
            yield Sign(
                "empathy",
                0.12 if generic else 0.36 + min(0.2, 0.1 * shared),
                "says what it must be like" + (" (general)" if generic else ""),
                found.group(),
            )
        if found := wording.STANDS_WITH.search(said):
            yield Sign("empathy", 0.12 if formula else 0.32, "stands with the customer", found.group())
        if re.search(r" (thank you|thanks) ", said) and topic.praise:
            yield Sign("empathy", 0.15 + 0.1 * min(shared, 2) if formula else 0.35, "thanks", clause.text)
        if shared >= 2 and not formula:
            yield Sign("empathy", 0.14, "takes up what was written", clause.text)


def honesty(clauses: list[Clause], deeds: list[Deed]) -> Iterator[Sign]:
    """Owning the fault, saying why, and saying what is not known."""
    failed = {deed.clause: deed for deed in deeds if _own_failure(deed)}
    for clause in clauses:
        said = clause.plain
        if is_formula(clause):
            continue
        if found := wording.OWNS.search(said):
            yield Sign("honesty", 0.32, "owns it", found.group())
        elif clause in failed:
            yield Sign("honesty", 0.26, "tells its own fault", clause.text)
        if found := wording.CAUSE.search(said):
            yield Sign("honesty", 0.16, "says why", found.group())
        if found := PRETENDS.search(said):
            yield Sign("honesty", -0.6, "only says so", found.group())
        if found := wording.NOT_KNOWN.search(said):
            yield Sign("honesty", 0.26, NOT_KNOWN, found.group())
        if timed(clause):
            yield Sign("honesty", 0.10, "a time by which it can be held to its word", clause.text)


NOT_KNOWN = "says what is not known or not possible"


def _own_failure(deed: Deed) -> bool:
    """Whether we did what should not be done, or ours broke: `we typed it wrong`, `our checkout charged you twice`."""
    if deed.agent != "we" or deed.stage != "done" or deed.clause.question:
        return False
    wrongly = bool({"wrong", "wrongly"} & set(deed.object)) or deed.verb.startswith("mis")
    return wrongly or deed.verb in FAILING | WRONGS


_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
"""Capitalised words within a sentence: people, places, days."""
NOT_NAMES = words(
    """customer service dear team the our please terms conditions sir madam monday tuesday wednesday
    thursday friday saturday sunday"""
)


def personal(clauses: list[Clause], topic: Topic, reply: str) -> Iterator[Sign]:
    """Written for this person: takes up their details, speaks as somebody, signs."""
    shared: set[str] = set()
    for clause in clauses:
        if not is_formula(clause):
            shared |= topic.shared(clause.words)
    if shared:
        yield Sign(
            "personal", min(0.48, 0.13 * len(shared)), "takes up details of the complaint", ", ".join(sorted(shared))
        )
    own = {word for clause in clauses for word in content(clause.words) if any(c.isdigit() for c in word)} - shared
    own |= {name for name in _NAME.findall(reply) if name.lower() not in topic.words and name.lower() not in NOT_NAMES}
    if own:
        yield Sign("personal", min(0.24, 0.07 * len(own)), "details for this case", ", ".join(sorted(own)))
    if any(" i " in clause.plain for clause in clauses):
        yield Sign("personal", 0.12, "one person speaks", "I")
    if (
        re.search(
            r"(?:[.!?)\n]|^|[-–—^])\s*(?:[-–—^~/]\s*)?[A-Z][a-zé]+(?:,? [a-z ]{2,24})?(?: \d{3} "
            r"?\d{4})?\s*$",
            reply,
        )
        and len(reply) > 40
    ):
        yield Sign("personal", 0.12, "signed by a person", reply.split()[-1])
    if any(re.search(r" your? ", clause.plain) and not is_formula(clause) for clause in clauses):
        yield Sign("personal", 0.08, "speaks to the customer", "you")
