"""What spoils a reply however kind its words: each trap names the share of every quality that is left after it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sim.rehearsal.appraisal import harm, wording
from sim.rehearsal.appraisal.clauses import is_past
from sim.rehearsal.appraisal.signs import elsewhere_bound, is_formula, on_topic
from sim.rehearsal.appraisal.text import COMMON, Clause, content, letters_of, stem, words_of
from sim.rehearsal.appraisal.topics import REMEDIES, Topic, copied_share
from sim.rehearsal.appraisal.wording import words


@dataclass(frozen=True)
class Trap:
    """A fault: what it is called, why it was seen, and what is left (0..1) of each quality; `all` is for the rest."""

    name: str
    why: str
    words: str
    left: dict[str, float]


EXPOSED = 0.02
"""What is left of a reply that lays the customer's data open: too little to calm anybody, at once and as promised."""

_PRIVATE = re.compile(
    r"\b(?:\d[ -]?){13,19}\b|\b\d{3}-\d{2}-\d{4}\b|\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){3,}"  # cards, IBANs
    r"|(?<!code )\b(?![A-Z]{2}\d{3,4}\b)(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{6}\b"# a booking reference, but not a flight
    r"|(?i:\b(?:account|policy|card|passport|customer|iban|booking|reference|member(?:ship)?|"
    r"patient|nhs|sort code|visa|mastercard|amex|maestro)\s+(?:number|no\.?|id|ref)?\s*"
    r"(?:ending)?\s*(?:in|is|:|#)?\s*(?-i:[A-Z]{0,3})\d{4,})"
    r"|(?<!our )(?<!shop )(?<!branch )(?<!office )(?<!desk )\b(?:of|to|at|in|on|for|your?) \d+[a-z]? "
    r"(?:[A-Z]\w+ ){1,2}(?:Road|Street|Lane|Avenue|Close|Drive|Way|St|Rd|Ave|Row|Rise|Place|Court|Terrace|Gardens|Hill|"
    r"Crescent|Square)\b"
    r"|(?i:\b(?:date of birth|born(?: on)?(?: the)?|dob)\W{0,3}(?:is )?\d|\byour? (?:phone|mobile|number|"
    r"cell)\b[^.!?]{0,20}\+?\d{5,}|\b(?:call|calling|rang|reach|text)\w* you (?:on|at) \+?[\d "
    r"]{6,})"
    r"|(?i:\byou (?:both |two )?(?:were|are|stayed|slept) in (?:room )?(?!(?:19|20)\d\d\b)\d{2,4}\b(?![:.%]\d| (?:m|"
    r"h|d|w)))"
    r"|(?i:\b(?:you(?:r)?)\b[^.!?]{0,30}(?:diagnos\w+|pregnancy test|overdraft of|balance (?:is|"
    r"of) |salary of|depression|abortion|therapy|hiv|biopsy))|\bMRI of (?:the|your)"
)
_PHONE_OF = re.compile(
    r"(?<!the )\b[A-Z][a-z]+ [A-Z][a-z]+,? (?i:on |at )?(?i:phone|mobile|tel\w*\.?|cell|number|no\.)?:? ?"
    r"\+?\d[\d ]{7,}\d"
    r"|\+?\d[\d ]{7,}\d,? (?:of|for|belonging to|registered to) [A-Z][a-z]+ [A-Z][a-z]+"
    r"|(?<!the )(?<!The )\b[A-Z][a-z]+ [A-Z][a-z]+,? (?i:of |at )?\d+[a-z]? (?:[A-Z]\w+ ){1,2}"
    r"(?:Road|Street|Lane|Avenue|Close|Drive|Way|St|Rd|Ave|Row|Rise|Place|Court|Terrace|Gardens|Hill|Crescent|Square)\b"
    r"|\b(?i:for|under|of|from|have|registered to|linked to) (?i:the number )?(?:\+44 ?7|07)\d{2,3} ?\d{3} ?\d{3}\b"
    r"|\b(?i:phone|mobile|number|cell):? (?:\+44 ?7|07)\d{2,3} ?\d{3} ?\d{3}(?=:)"
)
"""A phone number or street that stands beside somebody's full name, or a mobile number that somebody is told by."""
_TO_CALL = re.compile(
    r"\b(?:call|ring|phone|text|reach|contact|ask for|visit|see|our|my)\b(?! you\b)[^.!?]*$", re.IGNORECASE
)
"""What stands before the number or street of one of our own people: `ring Tom Baker, 0161 496 0100`."""
_OFFICE = re.compile(
    r"\b(?:\w*[Ll]ine|Desk|Team|Support|Office|Services?|Care|Centre|Center|Hotline|Relations|Shop|Store|Clinic|"
    r"Freephone|Inn|"
    r"Hotel|Hostel|Motel|Plaza|Lodge|House|Suites|Resort|Station|Airport|Terminal|Hospital|School|Bank|Pharmacy|Garage|"
    r"Depot|Branch|Hall|Restaurant|Cafe|Theatre|Museum|Library|Stadium|Arena|Centres?|Park|"
    r"(?:0|\+44 ?)(?:800|808|845|870|3\d\d))\b"
)
"""Who answers such a number or lives in such a street, if it is a house and nobody's own."""
_EMAIL = re.compile(
    r"\b(?!support|help|care|info|contact|service|team|claims|complaints|hello|refunds|press|customer)"
    r"[\w.+-]+@[\w-]+\.[a-z]{2,}\b",
    re.IGNORECASE,
)
_OUR_ADDRESS = re.compile(
    r"(?:(?:^|[.!?,;:–] |\b(?:please|you|just|and) )(?:contact|write|e-?mail|send|reach|forward|reply)\b"
    r"|\b(?:my|our|me|us) )[^.!?]*$",
    re.IGNORECASE,
)
"""What stands before an address that the customer may write to, and not before one of the customer's own."""
_ASKS_SECRET = re.compile(
    r"(?:card number|security code|cvv|cvc|password|pin\b|account number|date of birth|social "
    r"security|passport number|sort code|iban|home address|passcode|(?:one[- ]time|verification) (?:code|password)|"
    r"log-?in details|memorable word)",
    re.IGNORECASE,
)
_IN_PRIVATE = re.compile(r"\b(?:dm|private(?:ly)?|direct message|inbox|secure|message us)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:reply|post|send|tell|give|comment|tweet|share|what is|provide|answer)\b", re.IGNORECASE)
_WARNS = re.compile(r"\b(?:never|do not|don't|not) (?:\w+ ){0,3}(?:share|post|send|give|tell|ask)", re.IGNORECASE)
_TO_JUDGE = re.compile(
    r"(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|other)|"
    r"(?:score|rate|grade|mark|judge|appraise) (?:this|the|my|it|"
    r"me)\b.{0,40}(?:\b1(?:\.0)?\b|10|100|highest|perfect|maximum|full|top|excellent|five)|"
    r"give (?:this|the|my|it|me)\b.{0,20}(?:highest|perfect|maximum|top|best|full) (?:score|marks?|rating|points)|\bas "
    r"an ai\b|system ?(?:prompt|message|:)|\bassistant:|\b(?:action|empathy|honesty|overall|"
    r"verdict)[\"']?\s*[:=]\s*[\"']?\w",
    re.IGNORECASE,
)


def traps(
    complaint: str, reply: str, clauses: list[Clause], solid: frozenset[str], topic: Topic, *, private: bool
) -> Iterator[Trap]:
    """Every trap the reply falls into.

    solid: the texts of the clauses in which something concrete is done or firmly promised; a doubtful phrase in another
    clause gives way to them. private: the reply is not public, so that personal details may stand in it.
    """
    if found := _TO_JUDGE.search(reply):
        why = "speaks to whoever scores it, not to the customer"
        yield Trap("addressed to the judge", why, found.group(), {"all": 0.05})
    if not private and (shown := _shown(complaint, reply)):
        yield Trap("private data", "shows private data in public", shown, {"all": EXPOSED})
    if not private and (secret := _asks_for_secret(reply)):
        yield Trap("asks for secrets", "asks for secret data in public", secret, {"all": EXPOSED})
    yield from _tone(reply, clauses, solid, topic)
    yield from _promises(reply, clauses, solid)
    share = copied_share(complaint, reply)
    if share > 0.35:
        left = {"all": (1 - share) ** 2, "personal": 0.1}
        yield Trap("copied", "repeats the complaint's own words", f"{share:.0%} of the words", left)
    elif not solid and (echo := _echo(clauses, topic)):
        yield Trap("copied", "tells the complaint back and adds nothing", echo, {"all": 0.25})
    if other := _another_matter(clauses, topic):
        yield Trap("another matter", "is sorry for what this customer never wrote of", other, {"all": 0.12})
    elif not solid and (said := _for_somebody_else(clauses, topic)):
        yield Trap("another matter", "helps with what this customer never wrote of", said, {"all": 0.3})
    letters = letters_of(reply)
    if len(letters) > 20 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        yield Trap("shouting", "all in capitals", reply[:30], {"all": 0.75, "empathy": 0.5})
    if heap := _heap(clauses, solid):
        yield Trap("a list of words", "words of good replies without saying who does what", heap, {"all": 0.04})
    n_words = len(words_of(reply))
    if len(letters) < 12 and n_words < 3 and not any(character.isdigit() for character in reply):
        yield Trap("curt", "hardly a word", reply, {"all": 0.6})


def _for_somebody_else(clauses: list[Clause], topic: Topic) -> str:
    """The clauses that help with another matter, where no clause takes up the customer's own; or nothing."""
    astray = elsewhere_bound(clauses, topic)
    own = any(on_topic(clause, topic) for clause in clauses)
    return "" if own else "; ".join(clause.text for clause in clauses if clause in astray)


def _echo(clauses: list[Clause], topic: Topic) -> str:
    """The words of the complaint in a reply that is made of little else, or nothing."""
    ours = [word for clause in clauses for word in content(clause.words)]
    theirs = [word for word in ours if word in topic.stems]
    return ", ".join(sorted(set(theirs))) if len(set(theirs)) >= 5 and len(theirs) >= 0.6 * len(ours) else ""


_NAMES_IT = re.compile(
    r" (?:sorry|apologi[sz]e|apologies|telling us|letting us know|flagging|feedback|contacting us|raising)"
    r"(?: to hear| that| about| for| on| so)* (?:your|the|an?) ((?:[\w'-]+ ){1,4}?)"
    r"(?=(?:was|is|were|are|came|got|went|broke|tore|fell|has|have|had|did|on|in|at|for|of|to|with|from|and|this|"
    r"last|\w+ed) |$)"
)
"""The matter that a reply says it is about."""
_ANY_MATTER = words(
    """trouble delay delays wait waits waiting experience day night time trip visit frustration patience loss
    feelings upset stress disappointment inconvenience confusion expectations family complaint message
    question request disruption evening morning afternoon week weeks month days stay purchase holiday journey
    plans weekend review situation worry bother email emails letter hassle father mother husband wife boy girl
    child children baby little big long slow bad wrong poor whole runaround mess mix-up mixup scare fright
    error errors faff silence lack way news missed missing late lost damaged broken awful terrible dreadful
    rotten horrible rough first second third next last two three four five six seven fault timing treatment
    anxiety run ride struggle struggles ordeal shock pain distress needs
    """
)
"""What a reply may be sorry for whatever was complained of."""


def _another_matter(clauses: list[Clause], topic: Topic) -> str:
    """What the reply says it is about, if nothing in the complaint is near to it and nothing else of it is taken up."""
    shared = set().union(*(topic.shared(clause.words) for clause in clauses))
    near = {each[:4] for each in topic.stems | topic.near}
    for clause in clauses:
        found = _NAMES_IT.search(clause.plain)
        if not found or len(shared) > (" your " in found.group()):
            continue
        told = [word for word in found.group(1).split() if word not in _ANY_MATTER and stem(word) not in REMEDIES]
        told = [word for word in told if content((word,)) and not wording.FEELING.search(f" {word} ")]
        if told and not any(word[:4] in near for word in told):
            return " ".join(told)
    return ""


def _asks_for_secret(reply: str) -> str:
    """The secret that the reply asks to be written in public, or nothing; a warning not to share it asks nothing."""
    if _IN_PRIVATE.search(reply) or _WARNS.search(reply):
        return ""
    for sentence in re.split(r"[.!?;\n]\s", reply):
        asked = _ASKS.search(sentence)
        if asked and (found := _ASKS_SECRET.search(sentence, asked.end())):
            return found.group()
    return ""


def _shown(complaint: str, reply: str) -> str:
    """The first piece of private data the reply shows and the complaint had not shown itself, or nothing."""
    for found in _PHONE_OF.finditer(reply):
        of_house = _OFFICE.search(found.group()) or _TO_CALL.search(reply[: found.start()])
        if found.group() not in complaint and not of_house:
            return found.group()
    for pattern in (_PRIVATE, _EMAIL):
        for found in pattern.finditer(reply):
            ours = pattern is _EMAIL and _of_the_firm(found, complaint, reply)
            if found.group() not in complaint and not ours and (pattern is _PRIVATE or re.search(r"\b[Yy]ou", reply)):
                return found.group()
    return ""


def _of_the_firm(found: re.Match[str], complaint: str, reply: str) -> bool:
    """Whether an address is the firm's: one to write to, of the firm complained of, or of whoever signs with it."""
    before, after = reply[: found.start()], reply[found.end() :]
    name, domain = found.group().lower().split("@")
    firm = domain.split(".")[0] in re.sub(r"\W", "", complaint.lower())
    signs = before.rstrip(" ,:").lower().endswith(f" {name}") or after.rstrip(" .!").lower().endswith(f" {name}")
    return bool(_OUR_ADDRESS.search(before)) or firm or signs


def _found(pattern: re.Pattern[str], clauses: list[Clause], solid: frozenset[str]) -> tuple[str, bool]:
    """What a pattern finds in the clauses, and whether something solid is done in another clause than that."""
    said = " " + " | ".join(clause.plain.strip() for clause in clauses) + " "
    found = pattern.search(said)
    if not found:
        return "", False
    where = clauses[said.count("|", 0, found.start())].text
    return found.group().split("|")[0].strip(), bool(solid - {where})


_FEASTS = frozenset(content("anniversary birthday wedding engagement graduation honeymoon newborn".split()))  # noqa: SIM905
"""What one may be congratulated on though all went wrong."""

_GRIN = r"(?:[;:]-?[)pPD]|[🙄🙃😂🤣😜🤷😏😉😅😄😆😁])"


def _tone(reply: str, clauses: list[Clause], solid: frozenset[str], topic: Topic) -> Iterator[Trap]:
    plain_mockery, helped = _found(harm.PLAIN_MOCKERY, clauses, solid)
    if tag := next((found for c in clauses if c.question and (found := harm.TAG.search(c.plain))), None):
        plain_mockery = plain_mockery or tag.group().strip()
    mockery, else_helped = _found(harm.MOCKERY, clauses, solid)
    if mockery.startswith("congrat") and topic.stems & _FEASTS:
        mockery = ""
    if plain_mockery or (mockery and not else_helped):
        left = {"all": 0.5, "empathy": 0.05} if plain_mockery and helped else {"all": 0.05}
        yield Trap("mockery", "mocks or plays down", plain_mockery or mockery, left)
    elif re.search(_GRIN, reply) and not topic.praise:
        straight = any(not re.search(_GRIN, text) for text in solid)  # what is only done with a grin is no help
        grin = 0.8 if straight else 0.25 if re.search("[🙄🙃😂🤣😜🤷😏😅😄😆😁]", reply) else 0.5
        yield Trap("mockery", "a grin at a complaint", "smiley", {"all": grin, "empathy": 0.2})
    plain_blame, helped = _found(harm.PLAIN_BLAME, clauses, solid)
    if concluded := next((match.group() for c in clauses if (match := harm.CONCLUDES.search(c.plain))), ""):
        plain_blame, helped = concluded, False  # what was done is held against the customer
    blame, else_helped = _found(harm.BLAME, clauses, solid)
    if plain_blame or (blame and not else_helped):
        left = {"all": 0.5, "empathy": 0.35} if plain_blame and helped else {"all": 0.05}
        yield Trap("blame", "puts it on the customer or others", plain_blame or blame, left)
    else:
        rule, helped = _found(harm.RULES, clauses, solid)
        if rule and not helped and not frozenset(content(rule.split())) & topic.stems:
            yield Trap("rules", "hides behind rules and limits", rule, {"action": 0.4, "all": 0.6})
    conditional, helped = _found(harm.IF_FELT, clauses, solid)
    if conditional and re.search(r"\b(?:sorry|apolog\w+|regret\w*|intention)\b", reply, re.IGNORECASE):
        left = {"empathy": 0.3, "honesty": 0.45, "all": 0.95 if helped else 0.6}
        yield Trap("conditional apology", "is sorry only for how it was taken", conditional, left)
    glee, helped = _found(harm.GLEE, clauses, solid)
    if glee and not topic.praise and not helped:
        yield Trap("glee", "cheerful at a complaint", glee, {"empathy": 0.6, "personal": 0.7, "all": 0.9})
    boast, helped = _found(harm.BOAST, clauses, solid)
    if boast and not helped:
        yield Trap("advertising", "praises or sells itself", boast, {"action": 0.4, "all": 0.7})


def _promises(reply: str, clauses: list[Clause], solid: frozenset[str]) -> Iterator[Trap]:
    """Promises that nobody can keep; two of them, or one with nothing solid beside it, leave little."""
    found = {clause.text: match.group() for clause in clauses if (match := harm.OVERPROMISE.search(clause.plain))}
    size = sum(len(harm.OVERPROMISE.findall(clause.plain)) for clause in clauses)
    big = [match.group() for clause in clauses if (match := harm.EMPHASIS.search(clause.plain))]
    loud = _LOUD.findall(reply)
    weight = size + 0.5 * len(big) + 0.5 * min(2, len(loud)) + 0.5 * ("!!" in reply)
    if weight < 1 or (not found and weight < 1.5):
        return
    helped = bool(solid - found.keys())
    if weight >= 2:
        left = {"all": 0.45 if helped else 0.35, "honesty": 0.1}
    else:
        left = {"all": 0.75, "honesty": 0.3} if helped else {"all": 0.3, "honesty": 0.2}
    said = "; ".join([*found.values(), *big, *loud])
    yield Trap("over-promise", "promises what nobody can keep", said, left)


_LOUD = re.compile(r"\b(?:WILL|NEVER|ALWAYS|GUARANTEE\w*|TODAY|ANYTHING|EVERY|ALL|DEFINITELY|PROMISE|ENTIRE)\b")
"""Words in capitals that promise louder."""

_BINDING = words(
    """a an the to of in on for with at by from and or but is are was were be been being have has had do
    does did will would can could may might shall should must we i you he she it they me us him her them
    my your our his its their this that these those not no as if so than then when while who which what
    where how because after before until since out up down off over under into onto about through between
    without all any some each per plus there here am im one more again back own also just only very"""
)
"""Small words that bind others into a sentence."""
_THRICE = re.compile(r"\b(\w{3,})(?:\W+\1\b){2,}")
_BROKEN = re.compile(
    r"\b(?:the|an|my|your|our) (?:the|a|an|of|on|in|at|to|for|and|or|is|are|was|it|he|we|you|they|i|thank)\b(?!-)"
    r"|\b(?:of|from|into) (?:is|are|was|will|and|or)\b"
    r"|\b(?!that|had|very|really|so|no|bye|ha|is|in|on|it|you)([a-z]{2,}) \1\b(?=.)"
)
"""Small words in an order in which English has none, and words said twice running."""
_PARTICIPLES = re.compile(r"\b(?:\w{3,}ed ){3,}")


def _heap(clauses: list[Clause], solid: frozenset[str]) -> str:
    """The words of a reply that is a heap and not sentences: hardly bound together, or the same again and again."""
    all_words = [word for clause in clauses for word in clause.words]
    said = " ".join(all_words) + " "
    if found := _THRICE.search(said) or _PARTICIPLES.search(said):
        return found.group().strip()
    start = " ".join(all_words[:8])
    for clause in clauses:
        run = 0
        for word in clause.words:
            run = 0 if word in _BINDING else run + (not word[0].isdigit())
            if run == 8:
                return " ".join(clause.words[:8])
    bits = [clause for clause in clauses if len(clause.words) <= 2 and not is_formula(clause)]
    broken = [found.group() for found in _BROKEN.finditer(said)]
    if len(broken) > 0.04 * len(all_words):
        return broken[0]
    if not solid and len(clauses) >= 8 and len(bits) > 0.6 * len(clauses) and len(all_words) < 3 * len(clauses):
        return start
    lettered = [word for word in all_words if not word[0].isdigit()]
    known = sum(word in COMMON or word in _BINDING for word in lettered)
    if not solid and len(lettered) >= 6 and known < 0.2 * len(lettered) and not any(map(is_past, all_words)):
        return start
    twos = list(itertools.pairwise(all_words))
    return start if len(twos) >= 12 and len(set(twos)) < 0.6 * len(twos) else ""
