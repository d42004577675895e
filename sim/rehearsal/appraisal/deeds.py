"""What is done for the customer: put right, promised, offered, looked into, or asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sim.rehearsal.appraisal import harm, wording
from sim.rehearsal.appraisal.clauses import Deed
from sim.rehearsal.appraisal.general import is_general
from sim.rehearsal.appraisal.signs import (
    CHECK,
    CONTACT,
    EMPTY,
    FAILING,
    SAFETY,
    SOON,
    WRONGS,
    Sign,
    anchored,
    by_the_book,
    hanging_on,
    is_conditional,
    is_formula,
    key_words,
    only_repeats,
    opening_hours,
    promises_nothing,
    sends_away,
    stems_of,
    stories,
    tells_of_feelings,
    thought_of,
    timed,
)
from sim.rehearsal.appraisal.text import Clause, content
from sim.rehearsal.appraisal.topics import Topic
from sim.rehearsal.appraisal.wording import phrases, words

BARE = frozenset({"be", "have", "do", "go", "get", "make", "let", "seem", "happen", "become", "com", "ar", "is"})

LEVELS = {"done": "done", "doing": "promised", "promised": "promised", "offered": "offered", "stated": "offered"}

STAGES = {"done": 0.80, "doing": 0.58, "promised": 0.58, "offered": 0.42, "stated": 0.42}
"""What a fitting deed is worth by how far it has got."""

STAGE_WORDS = {
    "done": "put right",
    "doing": "being put right",
    "promised": "promised",
    "offered": "offered",
    "stated": "does it",
}

ABOUT_TO_COME = frozenset({"promised", "doing", "offered", "stated"})


def deeds(found: list[Deed], topic: Topic, clauses: list[Clause]) -> Iterator[Sign]:
    """What is put right, promised, offered, looked into or asked for."""
    with_time = {clause.sentence for clause in clauses if timed(clause)}
    hanging = {clause.sentence for clause in clauses if clause.words[0] in HANGS}
    in_the_air = hanging_on(clauses)
    asked = {deed.clause.sentence for deed in found if deed.agent == "you" and deed.stage == "asked"}
    boastful = {clause.sentence for clause in clauses if harm.sells(clause.plain)}
    refused = any(deed.negated and deed.verb in AMENDS and deed.agent != "you" for deed in found)
    thought = thought_of(clauses)
    by_book = by_the_book(clauses) | key_words(clauses) | stories(clauses)
    for deed in found:
        clause = deed.clause
        if clause in by_book or (thought and clause in thought) or opening_hours(clause) or tells_of_feelings(clause):
            continue
        when = clause.sentence in with_time
        purpose = clause.words[0] == "so" and deed.stage in ("offered", "stated") and deed.agent != "we"
        idle = (is_formula(clause) and (not when or clause.question)) or clause.sentence in boastful
        if idle or is_conditional(clause) or purpose:
            continue
        if deed.agent == "you":
            yield from _of_customer(deed, topic, when)
            continue
        aside = deed.passive and clause.words[0] in ("which", "who", "whose")
        if aside or (clause.question and deed.stage == "done"):
            continue
        if is_general(clause) or (clause.sentence in in_the_air and (deed.passive or deed.stage != "promised")):
            continue
        if (deed.passive or not frozenset(clause.words) & {"i", "we"}) and only_repeats(clause, topic):
            continue
        if clause.sentence in hanging and deed.stage == "promised" and deed.agent != "we":
            deed = replace(deed, stage="offered")  # `once we have your notice, no more will be taken`
        if clause.question and deed.agent == "we" and deed.verb in WANTS and clause.words[0] in MAY:
            yield Sign("action", 0.2, "asks for what is needed", clause.text, "asks")
            yield Sign("ease", 0.2, "one step for the customer, in the same place", clause.text)
        elif topic.praise and _passes_thanks_on(deed):
            level, worth = ("done", 0.75) if deed.stage == "done" else ("promised", 0.6)
            yield Sign("action", worth, "passes the thanks on", clause.text, level)
        elif deed.negated or deed.stage == "imagined" or sends_away(clause) or wording.REFERS.search(clause.plain):
            continue
        elif _in_touch(deed) and deed.stage in ABOUT_TO_COME:
            yield from _contact(deed, when)
        elif deed.agent == "other" and not deed.passive and deed.stage == "done" and not when:
            continue  # `claims have reached record numbers`
        elif _asks_own_people(deed) or (not _provides(deed) and (deed.verb in CHECK or _in_touch(deed))):
            worth = {"done": 0.45, "doing": 0.34, "promised": 0.26}.get(deed.stage, 0.2) + (0.12 if when else 0.0)
            if clause.sentence in hanging and deed.agent != "we":
                worth *= 0.5
            if refused or (not when and deed.stage != "done" and not _specific((*deed.object, *deed.subject))):
                worth = 0.08
            why = "looks into it" + (", with a time" if when else "")
            yield Sign("action", worth * topic.fit(deed.object), why, clause.text, "looking")
        elif not _no_deed(deed) and _done_for_customer(deed, when):
            if clause.sentence in hanging and deed.agent != "we":  # `if it is late, the fee will be refunded`
                deed = replace(deed, stage="stated")
            waits = clause.sentence in asked and deed.stage in ("promised", "offered", "stated")
            waits = waits or (deed.stage in ABOUT_TO_COME and bool(_ONCE.search(clause.plain)))
            alone = waits and deed.agent == "other"
            yield from (_waiting(sign, alone) if waits else sign for sign in _deed(deed, topic, when))


def _passes_thanks_on(deed: Deed) -> bool:
    """Whether who was praised gets to know of it: `I tell Irem`, `Irem will hear it from me`."""
    by_us = deed.agent == "we" and deed.verb in PASSES_ON
    return not deed.negated and (by_us or (deed.agent == "other" and deed.stage == "promised" and deed.verb in HEARS))


def _waiting(sign: Sign, alone: bool) -> Sign:
    """The sign of a deed that waits for the customer: `send me the number and I'll refund you`.

    alone: nobody of ours does it, it follows from what the customer does (`tap End and the change will apply`).
    """
    return replace(sign, level="asks" if alone else "looking") if sign.quality == "action" else sign


_ONCE = phrases(r"(?:once|as soon as|when|after) (?:it|they|we|you|your|the \w+) (?:is|are|have|has|get|gets|arrives?)")

AMENDS = stems_of(words("refund repay reimburse compensate credit replace waive cancel remove return pay"))
"""What a firm refuses when it says no."""


HANGS = words("if once when after unless provided")


def _no_deed(deed: Deed) -> bool:
    """Whether the verb does nothing for the customer: values, fails, only is; or the deed is the fault itself."""
    return (
        deed.verb in EMPTY
        or (deed.verb in FAILING and deed.stage in ("done", "stated"))
        or (deed.verb in BARE and (deed.stage != "done" or deed.passive) and not _does_it(deed))
        or (deed.verb in WRONGS and deed.stage == "done")
        or (deed.verb == "cancel" and bool(frozenset(content((*deed.object, *deed.subject))) & SERVICES))
        or "wrong" in deed.object[:4]
        or bool(frozenset(deed.object[:5]) & WARMTH)
        or (deed.verb == "get" and deed.object[:1] in (("how",), ("why",), ("that",)))
        or (deed.passive and deed.verb == "take" and not frozenset(deed.object) & {"off", "down", "out", "back"})
        or bool(_HEEDS.search(deed.clause.plain))
        or (deed.passive and deed.verb == "cover" and deed.object[:1] in (("by",), ("under",)))
        or (deed.passive and bool(_BY_OTHERS.search(deed.clause.plain)))
        or (deed.verb == "clos" and deed.stage == "done" and bool(frozenset(deed.object) & {"doors", "door"}))
        or (deed.verb == "get" and deed.object[:1] in (("in",), ("into",), ("to",), ("on",), ("there",), ("here",)))
        or bool(wording.REFERS.search(deed.clause.plain))
    )


_HEEDS = phrases(
    r"(?:take|taken|taking) (?:it|this|that|them|everything|your \w+) (?:into (?:account|consideration)|on board)"
)
"""Takes it to heart, and does nothing."""

def _does_it(deed: Deed) -> bool:
    """Whether a verb that says nothing is said of a remedy: `I can do the refund`."""
    return deed.verb in ("do", "mak") and bool(frozenset(deed.object[:3]) & REMEDIES_DONE)


REMEDIES_DONE = words("refund refunds replacement exchange swap transfer repair credit payment rebooking")

WARMTH = words(
    """love hug hugs cuddle cuddles squeeze squeezes strength wishes thoughts prayers warmth vibes sympathy sympathies
    condolences congratulations kisses heart hearts"""
)
"""What costs nothing to send."""
_BY_OTHERS = phrases(
    r"by (?:the|a|an|any|our|your|you)? ?(?:customers?|guests?|users?|owners?|renters?|passengers?|parents?|"
    r"tenants?|patients?|"
    r"drivers?|others|someone|somebody|you)",
)

SERVICES = frozenset(
    content(
        """flight train trip appointment class event operation room reservation delivery show concert surgery ride bus
        journey visit lesson""".split()  # noqa: SIM905
    )
)
"""What the customer had wanted: to cancel it is the fault and not the cure."""


def _provides(deed: Deed) -> bool:
    """Whether a verb of looking gives something here: `find you a room`, `pulled the advert`, `found your parcel`."""
    given = bool(deed.object[:1]) and deed.object[0] in ("you", "him", "her", "them", "both", "two", "your", "it")
    return (deed.verb in FINDS and given) or (deed.verb in ENDS and deed.stage == "done")


FINDS = stems_of(words("find track trace locate"))

ENDS = stems_of(words("pull open"))


def _in_touch(deed: Deed) -> bool:
    return deed.verb in CONTACT and (deed.verb != "get" or bool(frozenset(deed.object[:2]) & {"back", "touch"}))


MAY = words("may can could")

WANTS = stems_of(words("have ask get know"))

HEARS = stems_of(words("hear know read see get"))

PASSES_ON = stems_of(words("read pass share tell show forward make let send print put"))


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
        "looking",
    )
    yield Sign(
        "ease",
        nobody * (0.45 if when else 0.15),
        "the customer need not chase" if when else "in touch, no time given",
        clause.text,
    )


def _asks_own_people(deed: Deed) -> bool:
    """Whether the deed is a look at it, hands the matter on within the house, or opens a case."""
    words = frozenset(deed.object)
    if deed.verb in LIGHT | {"run", "do"} and frozenset(deed.object[:3]) & LOOKS:
        return True
    if deed.verb in PASSES and words & (wording.TEAMS | wording.OURS | SOMEBODY):
        return True
    own = SOMEBODY | TEAM | (words & {"people"} if "our" in words else frozenset())
    if deed.verb in HANDS_ON and words & own and ("to" in words or deed.verb not in ("take", "bring")):
        return True
    return (
        deed.verb in VAGUE_FIX
        and bool(words)
        and not _specific(deed.object)
        and deed.verb in {"open", "creat", "assign", "prioritis", "prioritiz", "manag"}
    )


HANDS_ON = stems_of(words("pass forward escalate raise report hand flag share take bring walk"))

SOMEBODY = words(
    """manager officer director lead head owner boss chef supervisor specialist nurse engineer depot matron surgeon
    registrar caretaker foreman regulator police insurer workshop"""
)
"""Somebody in particular, and not `the relevant team`."""

TEAM = words("team teams")

LOOKS = words("test check look search trace review")

PASSES = stems_of(words("send ask give put get hand flag refer bring book set"))

VAGUE_FIX, VAGUE, LIGHT = (stems_of(verbs) for verbs in (wording.VAGUE_FIX, wording.VAGUE, wording.LIGHT))


def _specific(words: tuple[str, ...]) -> list[str]:
    """What an object names beyond `this issue`."""
    return [word for word in content(words) if word not in VAGUE]


def _done_for_customer(deed: Deed, when: bool) -> bool:
    """Whether we do it, and if in the passive, for this customer: `your fee is waived`, not `fees are listed`."""
    if not deed.passive:
        to_them = bool(frozenset(deed.object[:3]) & {"you", "your", "him", "her", "them"})
        return deed.agent == "we" or (deed.stage in ("doing", "promised") and to_them)
    if deed.agent == "we" and not deed.subject:  # `we are closed`, `I was told`: a state of ours
        return False
    if deed.stage not in ("done", "doing", "promised", "offered") or wording.HABIT.search(deed.clause.plain):
        return False
    said = frozenset(deed.clause.words)
    definite = deed.subject[:1] == () or deed.subject[0] in DEFINITE or any(c.isdigit() for c in deed.subject[0])
    return when or definite or bool(said & {"now", "been", "being", "will"})


DEFINITE = words("the your it that this these those both they everything she he his her their a an")


def _deed(deed: Deed, topic: Topic, when: bool) -> Iterator[Sign]:
    clause = deed.clause
    if deed.stage in ("promised", "doing") and not when and promises_nothing(clause):
        yield Sign("action", 0.1, "promised, without saying what or when", clause.text, "policy")
        return
    worth = STAGES[deed.stage] * _weight(deed, topic)
    if deed.stage in ("promised", "offered", "stated") and when:
        worth += 0.15
    elif deed.stage in ("stated", "doing") and deed.subject and not {"you", "your", "my"} & set(clause.words):
        worth *= 0.6  # `our network is handling many parcels`: nothing for this customer
    elif deed.stage in ("stated", "promised") and wording.HABIT.search(clause.plain):
        worth = 0.1
    why = STAGE_WORDS[deed.stage] + (" by a stated time" if when and deed.stage != "done" else "")
    if (
        deed.verb in VAGUE_FIX | LIGHT
        and not _specific((*deed.object, *(deed.subject if deed.passive else ())))
        and not (topic.shared(clause.words) and deed.stage == "done")
    ):
        worth *= 0.75 if when or deed.stage == "done" else 0.4
        why += ", without saying what"
    fit = topic.fit((*deed.object, *(deed.subject if deed.passive else ())), deed.verb)
    level = LEVELS[deed.stage] if fit > 0.5 else "policy"
    loosely = "will" not in clause.words or bool(SOON.search(clause.plain))
    if level == "promised" and not when and deed.stage == "promised" and loosely:
        level = "offered"
    why += "" if fit > 0.5 else ", but it does not fit the complaint"
    yield Sign("action", worth * fit, why, clause.text, level)
    if fit > 0.5 and worth > 0.3:
        yield Sign("ease", 0.35 if deed.stage == "done" else 0.2, "the brand does it, not the customer", clause.text)


def _weight(deed: Deed, topic: Topic) -> float:
    """How surely a deed is one for this customer: its verb is known, and something ties it to the case."""
    tied = anchored(deed.clause, topic)
    if deed.verb in KNOWN_DEEDS or _does_it(deed):
        return 1.0 if tied else 0.8
    if deed.passive:
        return 0.25
    return 0.75 if tied and deed.object else 0.25


KNOWN_DEEDS = stems_of(wording.DEEDS | wording.VAGUE_FIX | wording.LIGHT | wording.CHECK)


def _favours(deed: Deed, topic: Topic) -> bool:
    """Whether `you have been refunded` tells of a favour, and not (`charged`) of what was complained about."""
    told = bool(_YOU_WERE.search(deed.clause.plain)) and not timed(deed.clause)  # `you were offered breakfast`
    wronged = told or deed.verb in EMPTY | FAILING | CONTACT | VICTIM | topic.stems or _SORRY.search(deed.clause.plain)
    return not wronged


VICTIM = stems_of(words("charge bill keep treat inconvenience affect wait block lock hurt disappoint ask"))

_HERE = re.compile(
    r" (dm|dms|pm|message|messages|private|privately|inbox|reply|answer|write|here|tell|drop|send|"
    r"share) "
)

_BELIEVE = phrases(
    r"(?:be|rest) (?:assured|aware|advised|reminded|patient)",
    r"(?:know|note|understand|believe|accept) that",
)
"""What is asked of the customer only for form's sake."""

_YOU_WERE = phrases(r"(?:you (?:both |all |also |even )*|^ (?:and )?)were")

_RECEIVES = stems_of(words("get receive have see find hear collect fly travel sleep stay board leave be"))


def _of_customer(deed: Deed, topic: Topic, when: bool) -> Iterator[Sign]:
    clause = deed.clause
    if sends_away(clause):
        return
    if (
        clause.question
        and topic.fit(deed.object) > 0.5
        and re.search(r" (would|do) you (like|prefer|want|rather) ", clause.plain)
    ):
        yield Sign("action", 0.42, "a choice is offered", clause.text, "offered")
        yield Sign("ease", 0.3, "the customer chooses", clause.text)
    elif deed.negated and deed.stage in ("asked", "offered"):
        return
    elif deed.stage == "asked" and (frozenset(deed.object[:5]) & WARMTH or _BELIEVE.search(clause.plain)):
        return  # `give him a hug from all of us`
    elif deed.stage == "asked" or (clause.question and deed.stage == "offered"):
        if _HERE.search(clause.plain):
            purpose = bool(re.search(r" (so|to|and (i|we)|then (i|we)) ", clause.plain))
            yield Sign("action", 0.3 + 0.04 * purpose, "asks for what is needed", clause.text, "asks")
            yield Sign("ease", 0.3 + 0.1 * purpose, "one step for the customer, in the same place", clause.text)
        elif topic.fit(deed.object) > 0.5 or SAFETY.search(clause.plain):
            at_once = 0.1 if re.search(r" (now|straight away|right away|at once) ", clause.plain) else 0.0
            yield Sign("action", 0.2 + at_once, "tells what to do", clause.text, "asks")
            yield Sign("ease", 0.2, "a clear next step", clause.text)
    elif deed.stage == "offered" and not deed.passive and deed.verb in topic.stems:
        yield Sign("action", 0.24, "tells how it can be done", clause.text, "asks")
    elif deed.verb in ENTITLED and deed.passive and not deed.negated:
        yield Sign("action", 0.4, "says what the customer has a right to", clause.text, "offered")
    elif deed.passive and deed.stage == "done" and not deed.negated and _favours(deed, topic):
        yield Sign("action", STAGES["done"] * 0.9, "put right for the customer", clause.text, "done")
        yield Sign("ease", 0.35, "the brand does it, not the customer", clause.text)
    elif deed.verb in ("hear", "know", "learn") and deed.stage in ("promised", "stated") and not deed.negated:
        yield from _contact(deed, when)
    elif deed.stage == "promised" and deed.verb in _RECEIVES and not deed.negated and topic.fit(deed.object) > 0.5:
        vague = not _specific(deed.object) and not when
        news = bool(_NEWS.search(clause.plain))
        yield Sign(
            "action",
            0.15 if vague else 0.68 if when else 0.5,
            "the customer will have it" + (" by a stated time" if when else ""),
            clause.text,
            "looking" if news else "promised",
        )


_SORRY = phrases(r"sorry", r"apolog\w+", r"regret", r"should (?:not|never)")

ENTITLED = stems_of(words("entitle entitled allow allowed owe owed"))

_NEWS = phrases(r"(?:my |our |an |your |the )?(?:answer|news|update|word|report|reply)")
