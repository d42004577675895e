"""What the clauses of a reply show: deeds, promises, questions, feeling, ownership, and the formulas among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from sim.rehearsal.appraisal import harm, wording
from sim.rehearsal.appraisal.clauses import Deed, is_past, stem_verb
from sim.rehearsal.appraisal.text import Clause, content
from sim.rehearsal.appraisal.topics import Topic
from sim.rehearsal.appraisal.wording import words


@dataclass(frozen=True)
class Sign:
    """One thing seen: which quality it bears on, by how much (-1..1), why, and the words it was seen in.

    level: of a sign of action, how far it can carry a reply (a key of CEILING); empty where nothing bounds it.
    """

    quality: str
    amount: float
    why: str
    words: str
    level: str = ""

    @property
    def solid(self) -> bool:
        """Whether it is a concrete deed that fits, done, promised or under way: what a doubtful trap gives way to."""
        return self.quality == "action" and self.level in ("done", "promised", "looking") and self.amount >= 0.36


CEILING = {"done": 1.0, "promised": 0.74, "offered": 0.6, "looking": 0.46, "asks": 0.3, "policy": 0.2}
"""Most that action can reach where a sign of this level is the best there is: many promises are not yet a deed."""


def _stems(verbs: frozenset[str]) -> frozenset[str]:
    return frozenset(stem_verb(verb) for verb in verbs)


EMPTY, CHECK, CONTACT, FAILING = (
    _stems(verbs) for verbs in (wording.EMPTY, wording.CHECK, wording.CONTACT, wording.FAILING)
)
BARE = frozenset({"be", "have", "do", "go", "get", "make", "let", "seem", "happen", "become", "com", "ar", "is"})

LEVELS = {"done": "done", "doing": "promised", "promised": "promised", "offered": "offered", "stated": "offered"}
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


@lru_cache(maxsize=4096)
def is_formula(clause: Clause) -> bool:
    """Whether a clause is a stock phrase that fits every complaint."""
    return any(pattern.search(clause.plain) for pattern in wording.FORMULA)


def is_rule(clause: Clause) -> bool:
    """Whether a clause says how things are in general, `Refunds take five days`: many of a kind, no now, no hour."""
    skipped = wording.ADVERBS | {"all", "most", "some", "our", "and", "but"}
    first, after = [*(word for word in clause.words if word not in skipped), "", ""][:2]
    many = first.endswith("s") and not first.endswith("ss") and first not in NOT_MANY
    return many and not is_past(after) and not wording.NOW.search(clause.plain)


NOT_MANY = words("this is us yes thanks its his hers yours ours was does has as plus towards less apologies always")


@lru_cache(maxsize=4096)
def timed(clause: Clause) -> bool:
    """Whether a clause names a time (of this case, not of a rule)."""
    return bool(wording.TIME.search(clause.plain))


def deeds(found: list[Deed], topic: Topic, clauses: list[Clause]) -> Iterator[Sign]:
    """What is put right, promised, offered, looked into or asked for."""
    with_time = {clause.sentence for clause in clauses if timed(clause)}
    hanging = {clause.sentence for clause in clauses if clause.words[0] == "if"}
    boastful = {clause.sentence for clause in clauses if harm.sells(clause.plain)}
    for deed in found:
        clause = deed.clause
        when = clause.sentence in with_time
        purpose = clause.words[0] == "so" and deed.stage in ("offered", "stated")
        idle = (is_formula(clause) and not when) or is_rule(clause) or clause.sentence in boastful
        if idle or clause.words[0] in CONDITIONAL or purpose:
            continue
        if clause.sentence in hanging and deed.stage == "promised":  # `if it gets cold I will ...`
            deed = replace(deed, stage="offered")
        if deed.agent == "you":
            yield from _of_customer(deed, topic, when)
        elif clause.question and deed.agent == "we" and deed.verb in WANTS and clause.words[0] in MAY:
            yield Sign("action", 0.2, "asks for what is needed", clause.text, "asks")
            yield Sign("ease", 0.2, "one step for the customer, in the same place", clause.text)
        elif topic.praise and deed.agent == "we" and deed.verb in PASSES_ON and not deed.negated:
            level, worth = ("done", 0.75) if deed.stage == "done" else ("promised", 0.6)
            yield Sign("action", worth, "passes the thanks on", clause.text, level)
        elif deed.negated or deed.stage == "imagined" or wording.ELSEWHERE.search(clause.plain):
            continue
        elif _in_touch(deed) and deed.stage in ABOUT_TO_COME:
            yield from _contact(deed, when)
        elif _asks_own_people(deed) or (not _provides(deed) and (deed.verb in CHECK or _in_touch(deed))):
            worth = {"done": 0.45, "doing": 0.34, "promised": 0.26}.get(deed.stage, 0.2) + (0.12 if when else 0.0)
            if not when and deed.stage != "done" and not _specific(deed.object):
                worth = 0.08
            why = "looks into it" + (", with a time" if when else "")
            yield Sign("action", worth * topic.fit(deed.object), why, clause.text, "looking")
        elif not _no_deed(deed) and _done_for_customer(deed, when):
            yield from _deed(deed, topic, when)


def _no_deed(deed: Deed) -> bool:
    """Whether the verb does nothing for the customer: values, fails, only is; or the deed is the fault itself."""
    return (
        deed.verb in EMPTY
        or (deed.verb in FAILING and deed.stage in ("done", "stated"))
        or (deed.verb in BARE and (deed.stage != "done" or deed.passive))
        or (deed.verb in WRONGS and deed.stage == "done")
        or "wrong" in deed.object[:4]
        or bool(wording.REFERS.search(deed.clause.plain))
    )


def _provides(deed: Deed) -> bool:
    """Whether a verb of looking gives something here: `find you a room`, `pulled the advert`, `found your parcel`."""
    given = bool(deed.object[:1]) and deed.object[0] in ("you", "him", "her", "them", "both", "two")
    return (deed.verb == "find" and given) or (deed.verb in ENDS and deed.stage == "done")


def _in_touch(deed: Deed) -> bool:
    return deed.verb in CONTACT and (deed.verb != "get" or bool(frozenset(deed.object[:2]) & {"back", "touch"}))


MAY = words("may can could")
WANTS = _stems(words("have ask get know"))
WRONGS = _stems(words("charge bill block lock hurt disappoint"))
ENDS = _stems(words("pull open"))


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
    if deed.verb in PASSES and words & wording.TEAMS:
        return True
    return (
        deed.verb in VAGUE_FIX
        and bool(words)
        and not _specific(deed.object)
        and deed.verb in {"open", "creat", "assign", "prioritis", "prioritiz", "manag"}
    )


LOOKS = words("test check look search trace review")
PASSES = _stems(words("send ask give put get hand flag refer bring book set"))
VAGUE_FIX, VAGUE, LIGHT = (_stems(verbs) for verbs in (wording.VAGUE_FIX, wording.VAGUE, wording.LIGHT))


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
        and not _specific((*deed.object, *(deed.subject if deed.passive else ())))
        and not (topic.shared(clause.words) and deed.stage == "done")
    ):
        worth *= 0.75 if when or deed.stage == "done" else 0.4
        why += ", without saying what"
    fit = topic.fit((*deed.object, *(deed.subject if deed.passive else ())), deed.verb)
    level = LEVELS[deed.stage] if fit > 0.5 else "policy"
    if level == "promised" and not when and deed.stage == "promised" and "will" not in clause.words:
        level = "offered"
    why += "" if fit > 0.5 else ", but it does not fit the complaint"
    yield Sign("action", worth * fit, why, clause.text, level)
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
        yield Sign("action", 0.42, "a choice is offered", clause.text, "offered")
        yield Sign("ease", 0.3, "the customer chooses", clause.text)
    elif deed.stage == "asked" or (clause.question and deed.stage == "offered"):
        if _HERE.search(clause.plain):
            purpose = bool(re.search(r" (so|to|and (i|we)|then (i|we)) ", clause.plain))
            yield Sign("action", 0.2 + 0.04 * purpose, "asks for what is needed", clause.text, "asks")
            yield Sign("ease", 0.2 + 0.1 * purpose, "one step for the customer, in the same place", clause.text)
        elif topic.fit(deed.object) > 0.5:
            yield Sign("action", 0.15, "tells what to do", clause.text, "asks")
            yield Sign("ease", 0.15, "a clear next step", clause.text)
    elif deed.passive and deed.stage == "done" and not deed.negated and _favours(deed, topic):
        yield Sign("action", STAGES["done"] * 0.9, "put right for the customer", clause.text, "done")
        yield Sign("ease", 0.35, "the brand does it, not the customer", clause.text)
    elif deed.verb == "hear" and deed.stage in ("promised", "stated") and not deed.negated:
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


_NEWS = wording.phrases(r"(?:my |our |an |your |the )?(?:answer|news|update|word|report|reply)")


def stated_results(clauses: list[Clause], topic: Topic) -> Iterator[Sign]:
    """Results without a deed, like `your 40 is on its way` or `back by 9:30`, and facts that answer the complaint."""
    elsewhere = {clause.sentence for clause in clauses if wording.ELSEWHERE.search(clause.plain)}
    for clause in clauses:
        said = clause.plain
        general = is_formula(clause) or bool(wording.HABIT.search(said)) or is_rule(clause)
        idle = general or harm.sells(said) or clause.sentence in elsewhere
        if clause.question or idle or clause.words[0] in CONDITIONAL:
            continue
        if _RESULT.search(said) and topic.fit(clause.words) > 0.5 and not _OPEN.search(said):
            level = "promised" if " will " in said or _COMES.search(said) else "done"
            yield Sign("action", 0.65 if level == "done" else 0.55, "a result for the customer", clause.text, level)
            yield Sign("ease", 0.3 if level == "done" else 0.2, "the brand does it, not the customer", clause.text)
        elif timed(clause) and topic.fit(clause.words) >= 0.75 and not wording.NOT_KNOWN.search(said):
            yield Sign("action", 0.32, "a fact with a time", clause.text, "looking")
        elif wording.CAUSE.search(said) and topic.fit(clause.words) >= 0.75:
            yield Sign("action", 0.15, "an explanation", clause.text, "looking")


_COMES = wording.phrases(r"(?:gets?|entitled|go|comes?|goes|arrives?|arriving|ships|lands|leaves)")
_OPEN = wording.phrases(
    r"how many", r"whether", r"why", r"(?:i|we) (?:will )?(?:come|be|get|am|are) back (?:to|with) you",
    r"(?:come|get|be|report) back (?:to|with) you",
    r"gets? (?:a|an|the|my|our) (?:yes|no|answer|call|reply|update|word)\b.*",
)
_RESULT = wording.phrases(
    r"on (?:its|their|the|his|her|my|our) way",
    r"(?:is|are|will be|be) (?:back (?:on|in|to|with)|ready|waiting for|in your|yours|confirmed|"
    r"sorted|safe|active|live|working again|up again|ours to pay)",
    r"(?:is|are|will be) (?:now )?(?:with you|there now|open now|open again|standing|yours)",
    r"(?:is|are|has been|have been) (?:\w+ )?(?:off|out of|gone from) (?:the|your|his|her|their|all|our)\b.*",
    r"(?:i|we) (?:will |can )?(?:do|handle|arrange|take care of|sort(?: out)?) (?:the rest|"
    r"everything|it all|all of it|that for you|it for you)",
    r"will be (?:at|with|back|on|there|in|here|off|fixed|done|working|delivered|restored)",
    r"(?<!that is )(?<!it is )(?<!this is )(?<!mistake is )on us(?! to)", r"costs you nothing",
    r"went (?:out|by|to|back|through)", r"on the (?:truck|van|road)", r"go back",
    r"(?:is|are) (?:now |already |all )*(?:done|back with|back in|back on)",
    r"(?:has|have|got)(?: got)? (?:a|an|the|two|her|his|your) (?:\w+ )?"
    r"(?:place|slot|seats?|room|appointment|table|bed|date)",
    r"(?:gets?|will get) (?:a|an|the|half|full|back|double|your|its|it|everything)\b.*",
    r"you are (?:booked|on|first|next|confirmed|covered|entitled)", r"(?:minutes|mins) (?:away|out)",
    r"comes? (?:today|tonight|tomorrow|on|back|to (?:you|your))", r"goes? (?:back )?(?:to (?:you|your)|out)",
    r"(?:arrives?|arriving|ships|lands|leaves) (?:today|tonight|tomorrow|on|at|by|from|thursday|\w+day)",
)


def questions(clauses: list[Clause]) -> Iterator[Sign]:
    """Questions about what the complaint left open, asked here and now."""
    for clause in clauses:
        if clause.question and clause.words[0] in _ASKS and not wording.ELSEWHERE.search(clause.plain):
            yield Sign("action", 0.2, "asks what it must know", clause.text, "asks")
            yield Sign("ease", 0.2, "one question, in the same place", clause.text)


_ASKS = wording.words("which when where what who how roughly was were did at in on is do are")


def rules(clauses: list[Clause], topic: Topic, acts: bool) -> Iterator[Sign]:
    """A dry sentence of how things are, where that is all there is: little, but more than a formula."""
    if acts or any(is_formula(clause) for clause in clauses):
        return
    for clause in clauses:
        said = clause.plain
        aside = clause.question or clause.exclaimed or len(clause.words) < 4 or clause.words[0] in NOT_A_RULE
        if aside or wording.ELSEWHERE.search(said) or harm.BOAST.search(said) or wording.STANDS_WITH.search(said):
            continue
        worth = 0.06 + 0.06 * (topic.fit(clause.words) >= 0.95)
        yield Sign("action", worth, "states a fact", clause.text, "policy")
        yield Sign("honesty", 0.12, "a plain fact", clause.text)


NOT_A_RULE = words("i we our my us at please kindly who as so just read sorry oh hi you your")


def answers(clauses: list[Clause], topic: Topic) -> Iterator[Sign]:
    """A plain answer to a question, and what it rests on."""
    if not topic.asks:
        return
    for clause in clauses:
        if clause.words[0] in ("yes", "no") or _PLAINLY.search(clause.plain):
            yield Sign("action", 0.5, "answers the question", clause.text, "offered")
            yield Sign("honesty", 0.2, "a plain answer", clause.text)
        ahead = timed(clause) or clause.words[0] in CONDITIONAL
        if _RESTS_ON.search(clause.plain) and not ahead:
            yield Sign("action", 0.3, "says what the answer rests on", clause.text, "offered")
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
            yield Sign("action", 0.06, "points to a way", found.group().strip(), "policy")
        if timed(clause) and re.search(
            r" (update|news|answer|report|post|outcome|write|confirm|message) ", clause.plain
        ):
            yield Sign("ease", 0.3, "says when there is news", clause.text)
