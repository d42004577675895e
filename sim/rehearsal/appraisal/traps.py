"""What spoils a reply however kind its words: each trap names the share of every quality that is left after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.rehearsal.appraisal.clauses import Deed
from sim.rehearsal.appraisal.signs import is_formula
from sim.rehearsal.appraisal.text import Clause, letters_of, words_of
from sim.rehearsal.appraisal.topics import Topic, copied_share
from sim.rehearsal.appraisal.wording import phrases, words


@dataclass(frozen=True)
class Trap:
    """A fault: what it is called, why it was seen, and what is left (0..1) of each quality; `all` is for the rest."""

    name: str
    why: str
    words: str
    left: dict[str, float]


_BLAME = phrases(
    r"you should (?!have (?:heard|been|had|got|gotten|received|not)|never|not|see|get|receive|"
    r"hear|find|be|now|notice|feel)\w+\b.*",
    r"(?:if|had) you (?:had |only )?(?:\w+ed|read|told|come|chosen|bought|kept|left|planned|known|paid)\b.*",
    r"(?<!why )(?<!sorry )(?<!that )you (?:failed|forgot|neglected|ignored|chose|did not|must "
    r"have|could have|might want to)\b(?! (?:hear|get|deserve|receive|do anything|ask for)).*",
    r"(?:customer|guest|user|passenger|sender|owner|tenant|resident|client|patient|parent)s?(?: "
    r"\w+){0,3} (?:are responsible|are advised|were advised|should|must|need to|risk|" r"responsibility)\b.*",
    r"your (?:own )?(?:responsibility|fault|mistake|choice to)",
    r"(?:customer|guest|user|owner)'?s? ?(?:own )?(?:responsibility|fault)",
    r"not (?:our|my) (?:fault|problem|responsibility|mistake)",
    r"(?:is|are|we are) not (?:liable|responsible)\b.*", r"beyond our control",
    r"no other (?:guest|customer|passenger|user)s?\b.*", r"(?:nobody|no one) else\b.*",
    r"other (?:guests|customers|passengers|users) (?:have|had|do|did)(?: not|n.t)?\b.*",
    r"(?:reject|deny|dispute|defam)\w*\b.*", r"legal (?:action|steps)", r"standard procedure",
    r"available to you\b.*", r"at the time of (?:purchase|booking|order)\b.*",
    r"(?:in|for the) future,? (?:please )?(?:avoid|check|make|read|try|plan|do not)\b.*",
    r"not by (?:us|this)\b.*", r"most (?:customers|people|users|guests|passengers)\b.*",
    r"our records (?:show|say|indicate)\b.*",
    r"(?:as|was|were) (?:clearly )?(?:stated|described|mentioned|explained|agreed|written|"
    r"outlined|noted|set out|specified)\b.*", r"(?:is|are) clearly (?:stated|described|marked|explained)\b.*",
    r"(?:the|our) (?:terms|conditions|small print)\b.*", r"contract (?:states|says|clearly|terms)\b.*",
    r"in accordance with\b.*", r"conditions of carriage\b.*", r"are you sure\b.*", r"have you considered\b.*",
    r"a reasonable \w+ would\b.*",
    r"must be (?:\w+ )?(?:displayed|made|ordered|refrigerated|kept|submitted|packed)\b.*",
    r"should be (?:\w+ed)\b.*", r"for most users", r"only takes? a few", r"(?:and|but) you agreed\b.*",
    r"should (?:plan|know|read|check|expect)\b.*", r"insufficiently", r"independent contractors",
    r"intermediary only", r"acts? as an? (?:intermediary|agent|platform)\b.*", r"exaggerated",
    r"no cause for concern", r"user error", r"next time (?:please )?(?:read|check|plan|try|remember)\b.*",
    r"could have been avoided", r"with (?:all )?(?:due )?respect\b.*",
    r"as you (?:know|are aware|may know|will know|would know|can see)\b.*",
    r"(?:have|had) already (?:told|explained|informed)\b.*", r"if only you\b.*",
    r"you are the (?:only|first)\b.*", r"please note\b.*", r"out of our (?:hands|control)",
    r"nothing (?:we|i) can do", r"can not help", r"not (?:entitled|eligible)\b.*",
    r"policy (?:states|does not|clearly|is clear|prohibits)\b.*", r"(?:against|per|under) (?:our )?policy",
    r"non-?refundable", r"you are free to\b.*",
    r"(?:is|are) not (?:covered|guaranteed|included|a right|our policy)\b.*", r"not guaranteed",
    r"(?:have|has) never (?:had|seen|received|been|heard)\b.*", r"for \w+ customers only",
    r"for security reasons\b.*", r"can only (?:discuss|be|do|accept|speak|offer|process|refund)\b.*",
    r"(?:no|not) comment\b.*", r"(?:correct|right) according to\b.*", r"unlikely\b.*",
    r"(?:customer|user|guest|tenant)'?s? (?:duty|obligation)\b.*", r"not affect\b.*",
    r"believe everything\b.*", r"we do not (?:offer|give|do|provide) (?:refunds|compensation|exceptions)\b.*",
    r"it is up to you\b.*", r"on your (?:end|side)", r"you (?:need|have) to be more\b.*",
    r"we (?:did|do) (?:text|email|tell|warn|inform|notify)\b.*", r"(?:are|is) free to (?:accept|decline)\b.*",
    r"happens? to (?:everyone|the best)\b.*", r"(?:cancellations|delays|things|mistakes) happen\b.*",
    r"subject to\b.*", r"perhaps you\b.*",
)
_MOCKERY = phrases(
    r"lol", r"lmao", r"rofl", r"haha\w*", r"boo ?hoo", r"wow", r"congrat\w+",
    r"how (?:tragic|terribly sad|dare you)", r"calm down", r"relax", r"chill", r"cry me", r"get over it",
    r"deal with it", r"good luck with that", r"your (?:highness|majesty|grace|excellency|lordship)",
    r"red carpet", r"another expert\b.*", r"first world\w*", r"so what", r"big deal", r"whatever you say",
    r"sure,? sure", r"yeah,? right", r"what a (?:surprise|tragedy|shame for you)",
    r"someone (?:is|got) (?:up|having)\b.*", r"drama\w*", r"whin(?:e|ing)\w*", r"free \w+ ?!",
    r"some people (?:pay|would)\b.*", r"a bit sensitive", r"good opportunity to\b.*",
    r"you get what you pay\b.*", r"at least you\b.*", r"maybe (?:do not|next time|try|you should|learn)\b.*",
    r"so the \w+(?: \w+){0,3} is our fault now", r"is our fault now", r"did you (?:really )?expect\b.*",
    r"what did you expect\b.*", r"it is (?:just|only) an? \w+(?: \w+)?", r"the end of the world",
    r"thoughts and prayers", r"oh dear,? (?:how|what)\b.*",
    r"we are (?:so|soooo+) sorry (?:that )?(?:your|you had to)\b.*(?:wait|think|read)\b.*",
    r"you (?:have )?discovered\b.*", r"stop (?:complaining|moaning|shouting)",
    r"try (?:reading|being|patience)", r"nobody cares", r"(?:not|isn't) rocket science", r"genius", r"bravo",
    r"karen", r"(?:you|your|you are|such an?|these) (?:\w+ )?(?:stupid|idiot|liar|moron|pathetic|whiner)\w*",
    r"shut up", r"go (?:somewhere|elsewhere)",
)
_GLEE = phrases(
    r"great news", r"exciting", r"lovely", r"fantastic", r"amazing", r"thrilled", r"delighted",
    r"happy (?:shopping|travels|holidays)", r"enjoy\w*",
    r"have a (?:great|lovely|nice|wonderful|fantastic)\b.*", r"yay", r"awesome", r"check out (?:our|the)\b.*",
    r"packed with love", r"celebrates?",
)
_BOAST = phrases(
    r"world[- ]class", r"industry[- ]leading", r"award[- ]winning", r"best in class", r"market leader",
    r"99\.?\d*%", r"exceed\w* (?:\w+ )*(?:standards|expectations)", r"well received", r"top marks",
    r"regularly inspected", r"over a million", r"offer the best", r"(?:number|no\.?) one",
    r"your \w+ is our (?:number one|top|first)\b.*", r"(?:fair|transparent) and (?:fair|transparent)\b.*",
    r"assessed fairly", r"prints? over", r"trusted by", r"fully trained\b.*", r"comply with\b.*",
    r"staffed 24/?7\b.*", r"applicable regulations", r"highest (?:\w+ )?standards?", r"maintain the\b.*",
    r"years of (?:experience|excellence)", r"can we tempt you\b.*", r"half price",
    r"upgrades? (?:start|from)\b.*", r"new features\b.*", r"take part in our survey",
    r"leave (?:us )?a (?:review|rating)", r"rate (?:us|our|your)\b.*", r"would you rate\b.*", r"\d stars",
)
_OVERPROMISE = phrases(
    r"(?:will|would|can) never(?: ever)? (?:happen|occur|fail|be)\b.*", r"never ever",
    r"guarantee\w* (?!.*(?:seat|slot))\b.*", r"100 ?%", r"always perfect", r"perfect service",
    r"(?:in|within) (?:\d+ )?seconds?", r"instantly",
    r"anything (?:you|your heart) (?:want|ask|wish|desire)\w*", r"whatever you want",
    r"everything (?:is|will be) (?:perfect|fine)", r"free (?:\w+ )?for life",
    r"i promise (?:you )?(?:everything|that nothing|it will never)\b.*", r"a million\b", r"for ever",
    r"forever",
)
_IF_FELT = phrases(
    r"(?:if|that) (?:you|any\w*|our \w+|this|it) (?:have |has |may have |might have |were |was |"
    r"are )?(?:felt?|feel|offend\w*|upset|caused?|perceived?|inconvenienced|not (?:meet|" r"satisf)\w*)\b.*",
    r"to (?:those|anyone|any\w*|people) (?:who|that)? ?(?:\w+ )?(?:were|was|felt|may|might|offended)\b.*",
    r"our intention was\b.*", r"any offen[cs]e", r"if (?:our|we) \w+ (?:caused|offended|seemed)\b.*",
    r"sorry if\b.*",
)
_PRIVATE = re.compile(
    r"\b(?:\d[ -]?){13,19}\b|\b\d{3}-\d{2}-\d{4}\b|\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){3,}"  # cards, IBANs
    r"|(?<!code )\b(?![A-Z]{2}\d{3,4}\b)(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{6}\b"# a booking reference, but not a flight
    r"|(?i:\b(?:account|policy|card|passport|customer|iban|booking|reference|member(?:ship)?|"
    r"patient|nhs|sort code)\s+(?:number|no\.?|id|ref)?\s*"
    r"(?:ending)?\s*(?:in|is|:|#)?\s*(?-i:[A-Z]{0,3})\d{4,})"
    r"|(?i:\byour?\b[^.!?]{0,40}\b\d+)\w? [A-Z]\w+ (?:Road|Street|Lane|Avenue|Close|Drive|Way|St|Rd|Ave)\b"
    r"|(?i:\b(?:date of birth|born on|dob)\W{0,3}(?:is )?\d|\byour? (?:phone|mobile|number|"
    r"cell)\b[^.!?]{0,20}\+?\d{5,}|\b(?:call|calling|rang|reach|text)\w* you (?:on|at) \+?[\d "
    r"]{6,})"
    r"|(?i:\b(?:you(?:r)?)\b[^.!?]{0,30}(?:diagnos\w+|pregnancy test|overdraft of|balance (?:is|"
    r"of) |salary of|depression|abortion|therapy|hiv|biopsy))|\bMRI of (?:the|your)"
)
_EMAIL = re.compile(
    r"\b(?!support|help|care|info|contact|service|team|claims|complaints|hello|refunds|press|"
    r"customer)[\w.+-]+@[\w-]+\.[a-z]{2,}\b",
    re.IGNORECASE,
)
_ASKS_SECRET = re.compile(
    r"\b(?:reply|post|send|tell|give|comment|share|what is|provide|confirm|answer with)\b[^.!?]{0,50}"
    r"(?:card number|security code|cvv|cvc|password|pin\b|account number|date of birth|social security|"
    r"passport number|sort code|iban)",
    re.IGNORECASE,
)
_IN_PRIVATE = re.compile(r"\b(?:dm|private(?:ly)?|direct message|inbox|secure|message us)\b", re.IGNORECASE)
_WARNS = re.compile(r"\b(?:never|do not|don't|not) (?:\w+ ){0,3}(?:share|post|send|give|tell|ask)", re.IGNORECASE)
_TO_JUDGE = re.compile(
    r"(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|other)|"
    r"(?:score|rate|grade|give|mark|judge|appraise) (?:this|the|my|it|"
    r"me)\b.{0,40}(?:\b1(?:\.0)?\b|10|100|highest|perfect|maximum|full|top|excellent|five)|\bas "
    r"an ai\b|system ?(?:prompt|message|:)|\bassistant:|\b(?:action|empathy|honesty|overall|"
    r"verdict)[\"']?\s*[:=]\s*[\"']?\w",
    re.IGNORECASE,
)


def traps(
    complaint: str, reply: str, clauses: list[Clause], deeds: list[Deed], topic: Topic, *, private: bool, helped: bool
) -> Iterator[Trap]:
    """Every trap the reply falls into.

    private: others do not see it, so that personal details may stand in it. helped: it does or firmly promises
    something fitting, beside which a clumsy word weighs less.
    """
    said = " " + " | ".join(clause.plain.strip() for clause in clauses) + " "
    if found := _TO_JUDGE.search(reply):
        yield Trap(
            "addressed to the judge", "speaks to whoever scores it, not to the customer", found.group(), {"all": 0.05}
        )
    if not private and (shown := _shown(complaint, reply)):
        yield Trap(
            "private data",
            "shows private data in public",
            shown,
            {"all": 0.35 if helped else 0.12, "personal": 0.05},
        )
    if not private and (secret := _asks_for_secret(reply)):
        yield Trap("asks for secrets", "asks for secret data in public", secret, {"all": 0.15})
    yield from _tone(said, reply, topic, helped)
    share = copied_share(complaint, reply)
    if share > 0.35:
        yield Trap(
            "copied",
            "repeats the complaint's own words",
            f"{share:.0%} of the words",
            {"all": max(0.1, 1 - share), "personal": 0.1},
        )
    letters = letters_of(reply)
    if len(letters) > 20 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        yield Trap("shouting", "all in capitals", reply[:30], {"all": 0.75, "empathy": 0.5})
    if strings := _list_of_deeds(clauses, deeds):
        yield Trap("a list of words", "words of good replies without saying who does what", strings, {"all": 0.2})
    if (
        len(letters) < 12
        and len(words_of(reply)) < 3
        and not any(any(c.isdigit() for c in word) for word in words_of(reply))
    ):
        yield Trap("curt", "hardly a word", reply, {"all": 0.6})
    if found := _OVERPROMISE.search(said):
        yield Trap(
            "over-promise",
            "promises what nobody can keep",
            found.group(),
            {"all": 0.35, "honesty": 0.2}
            if not any(deed.stage == "done" for deed in deeds)
            else {"all": 0.75, "honesty": 0.3},
        )


def _asks_for_secret(reply: str) -> str:
    """The secret that the reply asks to be written in public, or nothing; a warning not to share it asks nothing."""
    found = _ASKS_SECRET.search(reply)
    return "" if not found or _IN_PRIVATE.search(reply) or _WARNS.search(reply) else found.group()


def _shown(complaint: str, reply: str) -> str:
    """The first piece of private data the reply shows and the complaint had not shown itself, or nothing."""
    for pattern in (_PRIVATE, _EMAIL):
        for found in pattern.finditer(reply):
            if found.group() not in complaint and (pattern is _PRIVATE or re.search(r"\byou", reply)):
                return found.group()
    return ""


def _tone(said: str, reply: str, topic: Topic, helped: bool) -> Iterator[Trap]:
    """Faults of tone; where real help stands beside them they weigh less, and may be a clumsy word."""
    if found := _MOCKERY.search(said):
        left = {"all": 0.75, "empathy": 0.5} if helped else {"all": 0.15, "empathy": 0.05, "honesty": 0.25}
        yield Trap("mockery", "mocks or plays down", found.group(), left)
    elif re.search(r"(?:[;:]-?[)pPD]|🙄|😂|🤣|😜|🤷|😏|😉)", reply) and not topic.praise:
        yield Trap("mockery", "a grin at a complaint", "smiley", {"all": 0.9 if helped else 0.5, "empathy": 0.4})
    if found := _BLAME.search(said):
        left = {"all": 0.8, "empathy": 0.6, "honesty": 0.6} if helped else {"all": 0.2}
        yield Trap("blame", "puts it on the customer, the rules or others", found.group(), left)
    if found := _IF_FELT.search(said):
        yield Trap(
            "conditional apology",
            "is sorry only for how it was taken",
            found.group(),
            {"empathy": 0.3, "honesty": 0.45, "all": 0.85},
        )
    if not topic.praise and (found := _GLEE.search(said)) and not helped:
        yield Trap("glee", "cheerful at a complaint", found.group(), {"empathy": 0.35, "personal": 0.6, "all": 0.85})
    if (found := _BOAST.search(said)) and not helped:
        yield Trap(
            "advertising", "praises or sells itself", found.group(), {"all": 0.6, "empathy": 0.4, "honesty": 0.55}
        )


_BINDING = words(
    """a an the to of in on for with at by from and or but is are was were be been being have has had do
    does did will would can could may might shall should must we i you he she it they me us him her them
    my your our his its their this that these those not no as if so than then when while who which what
    where how because after before until since out up down off over under into onto about through between
    without all any some each there here"""
)
"""Small words that bind others into a sentence."""


def _list_of_deeds(clauses: list[Clause], deeds: list[Deed]) -> str:
    """Words in a heap: long clauses in which hardly any small word binds the rest."""
    all_words = [word for clause in clauses for word in clause.words]
    if len(clauses) >= 6 and len(all_words) < 2.5 * len(clauses):
        return " ".join(all_words[:8])
    for clause in clauses:
        loose = [word for word in clause.words if word not in _BINDING]
        if len(clause.words) >= 8 and len(loose) > 0.9 * len(clause.words):
            return " ".join(clause.words[:8])
    repeated = len(all_words) - len(set(all_words))
    if len(all_words) >= 12 and repeated > 0.55 * len(all_words):
        return " ".join(all_words[:8])
    for clause in clauses:
        past = [word for word in clause.words if word.endswith("ed") and len(word) > 4]
        if len(past) >= 4 and len(past) > 0.25 * len(clause.words):
            return " ".join(past)
    bare = [
        deed
        for deed in deeds
        if deed.stage == "done" and deed.agent == "we" and len(deed.object) == 0 and not is_formula(deed.clause)
    ]
    return " ".join(deed.verb for deed in bare) if len(bare) >= 4 else ""
