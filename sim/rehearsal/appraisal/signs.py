"""What the clauses of a reply show: deeds, promises, questions, feeling, ownership, and the formulas among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.rehearsal.appraisal import wording
from sim.rehearsal.appraisal.clauses import Deed, stem_verb
from sim.rehearsal.appraisal.text import Clause, content
from sim.rehearsal.appraisal.topics import Topic
from sim.rehearsal.appraisal.wording import words


@dataclass(frozen=True)
class Sign:
    """One thing seen: which quality it bears on, by how much (-1..1), why, and the words it was seen in."""

    quality: str
    amount: float
    why: str
    words: str


def _stems(verbs: frozenset[str]) -> frozenset[str]:
    return frozenset(stem_verb(verb) for verb in verbs)


EMPTY, CHECK, CONTACT, FAILING = (
    _stems(verbs) for verbs in (wording.EMPTY, wording.CHECK, wording.CONTACT, wording.FAILING)
)
BARE = frozenset({"be", "have", "do", "go", "get", "make", "let", "seem", "happen", "become", "com", "ar", "is"})

STAGES = {"done": 0.80, "doing": 0.55, "promised": 0.55, "offered": 0.42, "stated": 0.42}
"""What a fitting deed is worth by how far it has got."""

STAGE_WORDS = {
    "done": "put right",
    "doing": "being put right",
    "promised": "promised",
    "offered": "offered",
    "stated": "does it",
}
ABOUT_TO_COME = frozenset({"promised", "doing", "offered", "stated"})


def is_formula(clause: Clause) -> bool:
    """Whether a clause is a stock phrase that fits every complaint."""
    return any(pattern.search(clause.plain) for pattern in wording.FORMULA)


def timed(clause: Clause) -> bool:
    """Whether a clause names a time."""
    return bool(wording.TIME.search(clause.plain))


def deeds(found: list[Deed], topic: Topic, clauses: list[Clause]) -> Iterator[Sign]:
    """What is put right, promised, offered, looked into or asked for."""
    with_time = {clause.sentence for clause in clauses if timed(clause)}
    for deed in found:
        clause = deed.clause
        when = clause.sentence in with_time
        purpose = clause.words[0] == "so" and deed.stage == "offered"
        if (is_formula(clause) and not when) or clause.words[0] in CONDITIONAL or purpose:
            continue
        if deed.agent == "you":
            yield from _of_customer(deed, topic, when)
        elif topic.praise and deed.agent == "we" and deed.verb in PASSES_ON and not deed.negated:
            yield Sign("action", 0.75 if deed.stage == "done" else 0.6, "passes the thanks on", clause.text)
        elif deed.negated or deed.stage == "imagined" or wording.ELSEWHERE.search(clause.plain):
            continue
        elif deed.verb in CONTACT and deed.stage in ABOUT_TO_COME:
            yield from _contact(deed, when)
        elif deed.verb in CHECK or deed.verb in CONTACT or _asks_own_people(deed):
            worth = {"done": 0.45, "doing": 0.34, "promised": 0.26}.get(deed.stage, 0.2) + (0.12 if when else 0.0)
            if not when and deed.stage != "done" and not _specific(deed.object):
                worth = 0.08
            yield Sign(
                "action",
                worth * topic.fit(deed.object),
                "looks into it" + (", with a time" if when else ""),
                clause.text,
            )
        elif (
            deed.verb in EMPTY
            or (deed.verb in FAILING
            and deed.stage in ("done", "stated"))
            or (deed.verb in BARE
            and deed.stage != "done")
        ):
            continue
        elif _done_for_customer(deed, when):
            yield from _deed(deed, topic, when)


CONDITIONAL = words("if unless until once before after when whenever should")
PASSES_ON = _stems(words("read pass share tell show forward make let send print put"))


def _contact(deed: Deed, when: bool) -> Iterator[Sign]:
    clause = deed.clause
    nobody = (
        0.4
        if deed.agent == "other" and frozenset(clause.words) & wording.GENERIC_AGENT and not clause.question
        else 1.0
    )
    if deed.agent == "other" and nobody == 1.0 and not when:
        return
    yield Sign(
        "action",
        nobody * (0.36 if when else 0.12),
        "will be in touch" + (" by a stated time" if when else ""),
        clause.text,
    )
    yield Sign(
        "ease",
        nobody * (0.45 if when else 0.15),
        "the customer need not chase" if when else "in touch, no time given",
        clause.text,
    )


def _asks_own_people(deed: Deed) -> bool:
    """Whether the deed only hands the matter on within the house, or opens a case."""
    words = frozenset(deed.object)
    if deed.verb in PASSES and words & wording.TEAMS:
        return True
    return (
        deed.verb in VAGUE_FIX
        and bool(words)
        and not _specific(deed.object)
        and deed.verb in {"open", "creat", "assign", "prioritis", "prioritiz", "manag"}
    )


PASSES = _stems(words("send ask give put get hand flag refer bring book set"))
VAGUE_FIX, VAGUE, LIGHT = (_stems(verbs) for verbs in (wording.VAGUE_FIX, wording.VAGUE, wording.LIGHT))


def _specific(words: tuple[str, ...]) -> list[str]:
    """What an object names beyond `this issue`."""
    return [word for word in content(words) if word not in VAGUE]


def _done_for_customer(deed: Deed, when: bool) -> bool:
    """Whether we do it, and if in the passive, for this customer: `your fee is waived`, not `fees are listed`."""
    if not deed.passive:
        return deed.agent == "we"
    if deed.stage not in ("done", "doing", "promised", "offered") or wording.HABIT.search(deed.clause.plain):
        return False
    said = frozenset(deed.clause.words)
    definite = deed.subject[:1] == () or deed.subject[0] in DEFINITE or any(c.isdigit() for c in deed.subject[0])
    return when or definite or bool(said & {"now", "been", "being", "will"})


DEFINITE = wording.words("the your it that this these those both they everything she he his her their a an")


def _deed(deed: Deed, topic: Topic, when: bool) -> Iterator[Sign]:
    clause = deed.clause
    worth = STAGES[deed.stage]
    if deed.stage in ("promised", "offered", "stated") and when:
        worth += 0.15
    elif deed.stage in ("stated", "doing") and deed.subject and not {"you", "your"} & set(clause.words):
        worth *= 0.6  # `our network is handling many parcels`: nothing for this customer
    elif deed.stage in ("stated", "promised") and wording.HABIT.search(clause.plain):
        worth = 0.1
    why = STAGE_WORDS[deed.stage] + (" by a stated time" if when and deed.stage != "done" else "")
    if (
        deed.verb in VAGUE_FIX | LIGHT
        and not _specific(deed.object)
        and not (topic.shared(clause.words) and deed.stage == "done")
    ):
        worth *= 0.75 if when or deed.stage == "done" else 0.4
        why += ", without saying what"
    fit = topic.fit((*deed.object, *(deed.subject if deed.passive else ())), deed.verb)
    yield Sign("action", worth * fit, why + ("" if fit > 0.5 else ", but it does not fit the complaint"), clause.text)
    if fit > 0.5 and worth > 0.3:
        yield Sign("ease", 0.35 if deed.stage == "done" else 0.2, "the brand does it, not the customer", clause.text)


def _favours(deed: Deed, topic: Topic) -> bool:
    """Whether `you have been refunded` tells of a favour, and not (`charged`) of what was complained about."""
    return deed.verb not in EMPTY | FAILING | CONTACT | VICTIM and deed.verb not in topic.stems


VICTIM = _stems(wording.words("charge bill keep treat inconvenience affect wait block lock hurt disappoint ask"))

_HERE = re.compile(
    r" (dm|dms|pm|message|messages|private|privately|inbox|reply|answer|write|here|tell|drop|send|"
    r"share) "
)
_RECEIVES = _stems(words("get receive have see find hear collect fly travel sleep stay board leave be"))


def _of_customer(deed: Deed, topic: Topic, when: bool) -> Iterator[Sign]:
    clause = deed.clause
    if wording.ELSEWHERE.search(clause.plain):
        return
    if (
        clause.question
        and topic.fit(deed.object) > 0.5
        and re.search(r" (would|do) you (like|prefer|want|rather) ", clause.plain)
    ):
        yield Sign("action", 0.42, "a choice is offered", clause.text)
        yield Sign("ease", 0.3, "the customer chooses", clause.text)
    elif deed.stage == "asked" or (clause.question and deed.stage == "offered"):
        if _HERE.search(clause.plain):
            purpose = bool(re.search(r" (so|to|and (i|we)|then (i|we)) ", clause.plain))
            yield Sign("action", 0.12 + 0.04 * purpose, "asks for what is needed", clause.text)
            yield Sign("ease", 0.2 + 0.1 * purpose, "one step for the customer, in the same place", clause.text)
        elif topic.fit(deed.object) > 0.5:
            yield Sign("action", 0.15, "tells what to do", clause.text)
            yield Sign("ease", 0.15, "a clear next step", clause.text)
    elif deed.passive and deed.stage == "done" and not deed.negated and _favours(deed, topic):
        yield Sign("action", STAGES["done"] * 0.9, "put right for the customer", clause.text)
        yield Sign("ease", 0.35, "the brand does it, not the customer", clause.text)
    elif deed.stage == "promised" and deed.verb in _RECEIVES and not deed.negated and topic.fit(deed.object) > 0.5:
        vague = not _specific(deed.object) and not when
        yield Sign(
            "action",
            0.15 if vague else 0.68 if when else 0.5,
            "the customer will have it" + (" by a stated time" if when else ""),
            clause.text,
        )


def stated_results(clauses: list[Clause], topic: Topic) -> Iterator[Sign]:
    """Results without a deed, like `your 40 is on its way` or `back by 9:30`, and facts that answer the complaint."""
    elsewhere = {clause.sentence for clause in clauses if wording.ELSEWHERE.search(clause.plain)}
    for clause in clauses:
        said = clause.plain
        general = is_formula(clause) or bool(wording.HABIT.search(said))
        if clause.question or general or clause.words[0] in CONDITIONAL or clause.sentence in elsewhere:
            continue
        if _RESULT.search(said) and topic.fit(clause.words) > 0.5:
            yield Sign("action", 0.65, "a result for the customer", clause.text)
        elif timed(clause) and topic.fit(clause.words) >= 0.75 and not wording.NOT_KNOWN.search(said):
            yield Sign("action", 0.32, "a fact with a time", clause.text)
        elif wording.CAUSE.search(said) and topic.fit(clause.words) >= 0.75:
            yield Sign("action", 0.15, "an explanation", clause.text)


_RESULT = wording.phrases(
    r"on (?:its|their|the|his|her|my|our) way",
    r"(?:is|are|will be|be) (?:back (?:on|in|to|with)|ready|waiting for|in your|yours|confirmed|"
    r"sorted|safe|active|live|working again|up again|ours to pay)",
    r"(?:is|are|will be) (?:now )?(?:with you|there now|open now)", r"has your \w+",
    r"(?:i|we) (?:will |can )?(?:do|handle|arrange|take care of|sort(?: out)?) (?:the rest|"
    r"everything|it all|all of it|that for you|it for you)",
    r"will be (?:at|with|back|on|there|in|here|fixed|done|working|delivered|restored)",
    r"(?<!that is )(?<!this is )(?<!it is )(?<!and is )(?<!times is )on us",
    r"you are (?:booked|on|first|next|confirmed|covered|entitled)", r"(?:minutes|mins) (?:away|out)",
    r"comes? (?:today|tonight|tomorrow|on|back)", r"goes? (?:back )?(?:to (?:you|your)|out)",
    r"(?:arrives?|arriving|ships|lands|leaves) (?:today|tonight|tomorrow|on|at|by|from|thursday|\w+day)",
)


def questions(clauses: list[Clause]) -> Iterator[Sign]:
    """Questions about what the complaint left open, asked here and now."""
    for clause in clauses:
        if clause.question and clause.words[0] in _ASKS and not wording.ELSEWHERE.search(clause.plain):
            yield Sign("action", 0.12, "asks what it must know", clause.text)
            yield Sign("ease", 0.2, "one question, in the same place", clause.text)


_ASKS = wording.words("which when where what who how roughly was were did")


def answers(clauses: list[Clause], topic: Topic) -> Iterator[Sign]:
    """A plain answer to a question, and what it rests on."""
    if not topic.asks:
        return
    for clause in clauses:
        if clause.words[0] in ("yes", "no") or _PLAINLY.search(clause.plain):
            yield Sign("action", 0.5, "answers the question", clause.text)
            yield Sign("honesty", 0.2, "a plain answer", clause.text)
        if _RESTS_ON.search(clause.plain):
            yield Sign("action", 0.3, "says what the answer rests on", clause.text)
            yield Sign("honesty", 0.25, "can be checked", clause.text)


_PLAINLY = wording.phrases(
    r"(?:is|are|was) (?:not )?(?:true|false|safe|correct|real|affected|open|wrong|a rumou?r)", r"not safe\b.*",
    r"nothing to it",
)
_RESTS_ON = wording.phrases(
    r"(?:tests?|tested|report|reports|results?|lab|inspect\w*|measured|checked|certificate|recall|"
    r"batch|serial)\b.*",
)


def next_steps(clauses: list[Clause]) -> Iterator[Sign]:
    """What makes it easy or hard for the customer from here."""
    for clause in clauses:
        if wording.EASY.search(clause.plain) and not wording.ELSEWHERE.search(clause.plain):
            yield Sign("ease", 0.35, "little or nothing left for the customer to do", clause.text)
        if found := wording.ELSEWHERE.search(clause.plain):
            yield Sign("ease", -0.35, "sends the customer elsewhere", found.group().strip())
            yield Sign("action", 0.06, "points to a way", found.group().strip())
        if timed(clause) and re.search(
            r" (update|news|answer|report|post|outcome|write|confirm|message) ", clause.plain
        ):
            yield Sign("ease", 0.3, "says when there is news", clause.text)


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
        if found := wording.FEELING.search(said):
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
            yield Sign("empathy", 0.15 if formula else 0.35, "thanks", clause.text)
        if shared >= 2 and not formula:
            yield Sign("empathy", 0.14, "takes up what was written", clause.text)


def honesty(clauses: list[Clause]) -> Iterator[Sign]:
    """Owning the fault, saying why, and saying what is not known."""
    for clause in clauses:
        said = clause.plain
        if is_formula(clause):
            continue
        if found := wording.OWNS.search(said):
            yield Sign("honesty", 0.32, "owns it", found.group())
        if found := wording.CAUSE.search(said):
            yield Sign("honesty", 0.16, "says why", found.group())
        if found := wording.NOT_KNOWN.search(said):
            yield Sign("honesty", 0.26, "says what is not known or not possible", found.group())
        if timed(clause):
            yield Sign("honesty", 0.10, "a time by which it can be held to its word", clause.text)


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
