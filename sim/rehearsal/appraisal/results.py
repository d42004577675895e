"""What a reply gives where nobody is said to do it: results, facts, answers, questions, the next step."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.rehearsal.appraisal import harm, wording
from sim.rehearsal.appraisal.clauses import ASKING, UNREAL, WE_DO, is_past, pretended, stem_verb, taken_back
from sim.rehearsal.appraisal.general import is_general
from sim.rehearsal.appraisal.signs import (
    CONDITIONAL,
    FAILING,
    IS_DONE,
    IS_RIGHT,
    SOON,
    WRONGS,
    Sign,
    anchored,
    by_the_book,
    elsewhere_bound,
    hanging_on,
    is_conditional,
    is_formula,
    key_words,
    only_repeats,
    opening_hours,
    promises_nothing,
    sends_away,
    stories,
    tells_of_feelings,
    thought_of,
    timed,
)
from sim.rehearsal.appraisal.text import Clause, content
from sim.rehearsal.appraisal.topics import Topic
from sim.rehearsal.appraisal.wording import phrases, words


def stated_results(clauses: list[Clause], topic: Topic) -> Iterator[Sign]:
    """Results without a deed, like `your 40 is on its way` or `back by 9:30`, and facts that answer the complaint."""
    elsewhere = {clause.sentence for clause in clauses if sends_away(clause)}
    hanging = hanging_on(clauses)
    thought = thought_of(clauses) | pretended(clauses) | taken_back(clauses)
    for clause in clauses:
        unreal = UNREAL.search(clause.plain) and not WE_DO.search(clause.plain)
        if unreal or _OBLIGES.search(clause.plain):
            hanging |= {clause.sentence}
    astray = elsewhere_bound(clauses, topic)
    by_book = by_the_book(clauses) | key_words(clauses) | stories(clauses)
    for clause in clauses:
        said = clause.plain
        general = is_formula(clause) or is_general(clause)
        idle = general or harm.sells(said) or clause.sentence in elsewhere
        idle = idle or clause.sentence in hanging or only_repeats(clause, topic)
        idle = idle or (thought and clause in thought) or opening_hours(clause)
        idle = idle or tells_of_feelings(clause) or clause in by_book or bool(wording.REFERS.search(said))
        if clause.question or idle or is_conditional(clause):
            continue
        unfit = topic.fit(clause.words) <= 0.5 or topic.is_foreign(clause.words) or clause in astray
        level = "" if _OPEN.search(said) or unfit else _result(clause, topic)
        if level == "promised" and promises_nothing(clause):
            yield Sign("action", 0.1, "promised, without saying what or when", clause.text, "policy")
        elif level:
            if level == "promised" and SOON.search(said) and not timed(clause):
                level = "offered"
            worth = {"done": 0.76, "promised": 0.6, "offered": 0.42}[level]
            yield Sign("action", worth, "a result for the customer", clause.text, level)
            yield Sign("ease", 0.35 if level == "done" else 0.25, "the brand does it, not the customer", clause.text)
        elif timed(clause) and _NEWS_COMES.search(said) and " not " not in said:
            yield Sign("action", 0.36, "will be in touch by a stated time", clause.text, "looking")
            yield Sign("ease", 0.4, "the customer need not chase", clause.text)
        elif _DENIES.search(said) or clause in astray:
            continue
        elif timed(clause) and topic.fit(clause.words) >= 0.75 and not wording.NOT_KNOWN.search(said):
            yield Sign("action", 0.32, "a fact with a time", clause.text, "looking")
        elif wording.CAUSE.search(said) and topic.fit(clause.words) >= 0.75:
            yield Sign("action", 0.15, "an explanation", clause.text, "looking")


_DENIES = phrases(
    r"(?:is|are|am|do|does|did|will|would|can|could|has|have|was|were|be) (?:\w+ )?(?:not|never) "
    r"(?!yet|only|(?:\w+ )?(?:have|"
    r"need|charged?|billed?|pay|owe|lose|wait|miss|chase|until|before|later))\w+",
)
"""Denies that something comes; not that it costs or takes anything."""

_OPEN = phrases(
    r"how many", r"whether", r"why", r"(?:i|we) (?:will )?(?:come|be|get|am|are) back (?:to|with) you",
    r"(?:come|get|be|report) back (?:to|with) you",
    r"gets? (?:a|an|the|my|our) (?:yes|no|answer|call|reply|update|word)\b.*",
)

_OBLIGES = phrases(
    r"(?:has|have|needs?|must|required|should)(?: to)? be (?!with|there|back|at|on|in|home|here|able)\w+",
)

_NEWS_COMES = phrases(
    r"(?:word|news|update|answer|reply|report|result|results|outcome|decision|verdict|more) (?:from|here|at|by|"
    r"before|on|today|tonight|tomorrow)\b.*",
)


def _result(clause: Clause, topic: Topic) -> str:
    """How far what a clause tells has got, where nobody is said to do it: done, promised, offered, or nothing.

    `Your four stars are back`, `a new pair with you Wednesday`, `the fee is gone`, `a van leaves at five`.
    """
    said = clause.plain
    if _GOES_AGAIN.search(said) and not _NOT_SO_YET.search(said):
        return "done"
    if _UNSURE.search(said) or _OF_NEWS.search(said) or clause.words[0] in _NO_RESULT:
        return ""
    if not anchored(clause, topic) and topic.fit(clause.words) < 0.95:
        return ""
    if _WE_ARE.search(said) and not _OURS_TO_PAY.search(said):
        return ""
    found = IS_RIGHT.search(said)
    if found and _of_other_things(clause, said[: found.start()], topic):
        return ""
    if found:
        return "promised" if " be " in f" {found.group()} " or " due" in found.group() else "done"
    if _WENT.search(said) or (not _FINITE.search(said) and IS_DONE.search(said)):
        return "done"
    if _AT_THEIRS.search(said):
        if _IS_NOW.search(said):
            return "done"
        return "promised" if timed(clause) else "offered"
    if " now " in said and not _FINITE.search(said) and topic.fit(clause.words) >= 0.8 and len(clause.words) > 2:
        return "done"
    if _COMES.search(said) and (timed(clause) or _TO_YOU.search(said)):
        return "promised"
    own_fault = any(is_past(word) and stem_verb(word) in FAILING | WRONGS for word in clause.words)
    bare = not own_fault and not _FINITE.search(said) and len(clause.words) >= 3
    if timed(clause) and bare and topic.fit(clause.words) >= 0.8:
        return "promised"
    if _OURS_TO_PAY.search(said):
        return "promised" if timed(clause) else "offered"
    return ""


def _of_other_things(clause: Clause, subject: str, topic: Topic) -> bool:
    """Whether a thing that is right again is told at length and has nothing to do with what was complained about."""
    told = tuple(subject.split())
    of_them = frozenset(clause.words) & {"your", "you", "yours"}
    return len(frozenset(content(told))) >= 3 and not topic.shared(told) and not of_them


_GOES_AGAIN = phrases(
    r"^ (?:and |so |now |yes )*(?:your|the|our|it|everything|this|that)(?: [\w-]+){0,3} "
    r"(?!happens|occurs|fails|breaks|crashes|drops|needs|is|was|this|starts)[a-z]{2,}[^s\W]s "
    r"(?:[\w-]+ ){0,5}(?:again|as (?:normal|usual|before))",
    r"you can (?!try|call|ring|write|contact|check|not|ask)(?:\w+ ){1,4}again",
)
"""A thing does what it is for, or the customer can do what they could not: `your login works again`."""

_NOT_SO_YET = phrases(
    r"not", r"never", r"if", r"when", r"once", r"until", r"before", r"after", r"soon", r"will", r"should", r"may",
    r"might", r"hope", r"whether",
)

_UNSURE = phrases(
    r"not", r"never", r"nobody", r"may", r"might", r"could", r"should", r"would", r"whether", r"if", r"when", r"was",
    r"were", r"cannot", r"must", r"did", r"ha(?:s|ve) to", r"needs? to", r"required", r"as set out", r"as soon as",
    r"once (?:it|you|we|the|they|your)", r"can (?:happen|take)", r"longer", r"(?:everything|all) (?:that )?we do",
    r"ever", r"hop(?:e|ing)", r"wish", r"(?:notice|see|understand|note|believe|hear|know|appears?) (?:that|how)",
    r"usually", r"normally", r"average", r"up to \d\S* \w*days", r"it takes", r"seriously",
    r"you (?:can|may|could|need|must|should|would)", r"me",
    r"(?:is|are) in line with", r"as per", r"(?:i|we) (?:will |would |do |still )*need",
)

_NO_RESULT = (ASKING - {"keep", "take", "use", "get", "left"}) | words(
    """please kindly sorry to thank thanks hope hoping try ensure make sure keep enjoy stay hug dear"""
)

_WE_ARE = phrases(r"(?:we|i) (?:are|am)(?! (?:at|with|outside|on my way|bringing|sending|coming))")

_OF_NEWS = phrases(
    r"answer", r"answers", r"news", r"update", r"updated", r"outcome", r"results?", r"report", r"decision",
    r"call(?:s|ing)?", r"ring(?:s|ing)?", r"phone[sd]?", r"(?<!in your )messages?", r"(?:i|we|will|to) post",
    r"writ(?:e|ing)", r"tell", r"hear", r"know", r"(?:get|come|be|report) back (?:to|with) you", r"back to you in",
    r"confirm", r"log (?:in|on)", r"look(?:ing)?", r"find out", r"investigat\w+", r"process\w*", r"review\w*",
)

_FINITE = phrases(
    r"is", r"are", r"am", r"has", r"have", r"had", r"will", r"can", r"do", r"does", r"please", r"take", r"takes",
    r"thank", r"see", r"i", r"we", r"they", r"he", r"she", r"you", r"sorry", r"keep", r"try", r"check", r"visit",
    r"call", r"enjoy", r"stay", r"hug",
)

_WENT = phrases(
    r"(?:refunds?|money|payments?|credits?|transfers?|claims?|replacement|order|parcel|all|both)"
    r"(?: is| has| have| are)?(?: just| now| already)* gone (?:through|out|off|back|in)",
    r"owe (?:us )?nothing", r"\d\S* (?:has |have |just |already )*(?:left|gone|went)",
    r"(?:\w+ )(?:minutes|mins|streets?|miles?|km|doors?) away",
    r"(?:went|left|came|landed|shipped|arrived) (?:out|by|to|back|through|off|today|this|at|on|yesterday|just|up)",
    r"on the (?:truck|van|road)",
)

_IS_NOW = phrases(r"is", r"are", r"already", r"now", r"there is", r"have", r"has")

_AT_THEIRS = phrases(
    r"(?:with|at|to|for) (?:you|yours|your (?:door|home|house|place|flat|gate|seat|table))",
    r"(?:outside|opposite|near) (?:you|your \w+)",
    r"(?:into|in|on|up|down) your (?:road|street|drive|building|lane|yard)",
    r"at (?:the|our) [\w']+ (?:already|now)",
    r"in your (?:in-?box|emails?|app|account|messages|dms|name|locker|wallet|basket|phone|hands?|room|letterbox|"
    r"bag|pocket|profile|orders?|texts?|mailbox|post)",
    r"in the (?:post|mail|oven|van)", r"to your (?:card|account|bank|phone|inbox|email|door)",
    r"on your (?:card|account|app|phone|order|line|bill|ticket)", r"your name on (?:it|them)", r"under your name",
)

_COMES = phrases(
    r"(?:comes?|arrives?|arriving|lands?|goes|going|reach(?:es)?|leaves?|leaving|ships?|starts?|returns?|returning|"
    r"gets?|moves?|collects?|swaps?|fits?|brings?|delivers?|takes?|visits?|coming|due|sends?|drives?|opens?|"
    r"go back|will be (?:at|outside|by|in front))",
)

_TO_YOU = phrases(r"(?:to|with|for|at) (?:you|yours|your \w+)", r"your \w+")

_OURS_TO_PAY = phrases(
    r"(?<!that is )(?<!it is )(?<!this is )(?<!mistake is )(?<!fault is )on us(?! to)", r"costs? you nothing",
    r"(?:at |on )?our (?:cost|expense|bill|treat)",
    r"we (?:will )?pay (?:for )?(?:it|that|those|them|the|your|all)\b.*",
    r"(?:no|free of|without) charge", r"nothing to pay",
    r"up to [£€$]?\d+(?: a head| each| for you| back| towards)\b.*", r"on the house", r"(?:is|are) ours",
    r"off (?:your|the|this|next month) (?:\w+ )?(?:bill|price|invoice|rent|fee|total|month)\b.*",
    r"(?:gets?|will get) (?:a|an|the|half|full|back|double|your|its|it|everything)\b.*",
    r"(?:has|have|got)(?: got)? (?:a|an|the|two|her|his|your) (?:\w+ )?(?:place|slot|seats?|room|appointment|table|"
    r"bed|date|viewing)",
    r"(?:i|we) (?:will |can )?(?:do|handle|arrange|take care of|sort(?: out)?) (?:the rest|everything|it all|"
    r"all of it|that for you|it for you)",
    r"(?:minutes|mins) (?:away|out)", r"keep (?:it|them|both|the \w+)",
)


def questions(clauses: list[Clause]) -> Iterator[Sign]:
    """Questions about what the complaint left open, asked here and now."""
    for clause in clauses:
        asks = clause.question and clause.words[0] in _ASKS and len(clause.words) > 3
        if asks and not is_formula(clause) and not sends_away(clause):
            yield Sign("action", 0.28, "asks what it must know", clause.text, "asks")
            yield Sign("ease", 0.28, "one question, in the same place", clause.text)


_ASKS = words("which when where what who how roughly was were did at in on is do are")


def rules(clauses: list[Clause], topic: Topic, acts: bool) -> Iterator[Sign]:
    """A dry sentence of how things are, where that is all there is: little, but more than a formula."""
    if acts or any(is_formula(clause) for clause in clauses):
        return
    for clause in clauses:
        said = clause.plain
        aside = clause.question or clause.exclaimed or len(clause.words) < 4 or " please " in said
        aside = aside or clause.words[0] in NOT_A_RULE
        if aside or sends_away(clause) or harm.BOAST.search(said) or wording.STANDS_WITH.search(said):
            continue
        worth = 0.06 + 0.06 * (topic.fit(clause.words) >= 0.95)
        yield Sign("action", worth, "states a fact", clause.text, "policy")
        yield Sign("honesty", 0.12, "a plain fact", clause.text)


NOT_A_RULE = words(
    "imagine suppose hope enjoy i we our my us at please kindly who as so just read sorry oh hi you your"
)


def answers(clauses: list[Clause], topic: Topic) -> Iterator[Sign]:
    """A plain answer to a question, and what it rests on."""
    if not topic.asks:
        return
    boastful = {clause.sentence for clause in clauses if harm.BOAST.search(clause.plain)}
    for clause in clauses:
        if clause.sentence in boastful:
            continue
        if _YES_NO.search(clause.plain) or _PLAINLY.search(clause.plain):
            yield Sign("action", 0.5, "answers the question", clause.text, "offered")
            yield Sign("honesty", 0.2, "a plain answer", clause.text)
        ahead = timed(clause) or clause.words[0] in CONDITIONAL
        if _RESTS_ON.search(clause.plain) and not ahead:
            yield Sign("action", 0.3, "says what the answer rests on", clause.text, "offered")
            yield Sign("honesty", 0.25, "can be checked", clause.text)


_YES_NO = phrases(
    r"^ (?:yes|no(?= (?:it|that|this|these|those|we|i|you|they|he|she|there|your|our|my|the|not|sorry) | *$))"
)
"""A word of answer; `no comment` and `no fix` are none."""

_PLAINLY = phrases(
    r"(?:is|are|was) (?:not )?(?:true|false|safe|correct|real|affected|open|wrong|a rumou?r)", r"not safe\b.*",
    r"nothing to it",
)

_RESTS_ON = phrases(
    r"(?:tests?|tested|report|reports|results?|lab|inspect\w*|measured|checked|certificate|recall|"
    r"batch|serial)\b.*",
)


def next_steps(clauses: list[Clause]) -> Iterator[Sign]:
    """What makes it easy or hard for the customer from here."""
    for clause in clauses:
        if wording.EASY.search(clause.plain) and not sends_away(clause):
            yield Sign("ease", 0.35, "little or nothing left for the customer to do", clause.text)
        if away := sends_away(clause):
            yield Sign("ease", -0.35, "sends the customer elsewhere", away)
            yield Sign("action", 0.14, "points to a way", away, "policy")
        if _PASSED_ON.search(clause.plain) and not clause.question:
            yield Sign("action", 0.08, "passes it on", clause.text, "policy")
        if timed(clause) and re.search(
            r" (update|news|answer|report|post|outcome|write|confirm|message) ", clause.plain
        ):
            yield Sign("ease", 0.3, "says when there is news", clause.text)


_PASSED_ON = phrases(
    r"(?:have|has|been|will|we|i)(?: \w+)? (?:forward\w*|pass(?:ed)?|shared?|escalat\w+|raised?|report\w*|logged|"
    r"fed)(?: \w+){0,4} (?:to|with|on|back)\b.*",
)
