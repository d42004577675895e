"""Who does what in a clause: agent, how far the deed has got, verb and object, read from word order alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.rehearsal.appraisal.text import Clause, stem
from sim.rehearsal.appraisal.wording import ADVERBS, BASE, IRREGULAR, NOT_ING, NOT_PAST, OURS, WE, phrases, words

AUXILIARIES = words(
    """have has had am are is was were be been being will shall would can could may might must should
    do does did"""
)
WEAK = words("can could may might would should must")
ASKING = words(
    """please call ring phone dm message send email visit go check try open click tap reply write
    contact fill use restart log bring show tell ask keep stay wait pop drop let confirm download
    switch throw bin buy see refer note speak press submit provide give stop take get come leave
    share follow answer kindly simply reset reinstall look say text turn come shoot ping"""
)
OTHERS = words("it they he she this that these those which there nothing someone somebody")
SAME = words("cut put set let read shut hurt cost hit")
"""Verbs whose past looks like their present: `trainees cut hair`."""
DETERMINERS = words("our the a an my your his her their this that one")


@dataclass(frozen=True)
class Deed:
    """What a clause says is done. agent: we, you, or other; stage: done, doing, promised, offered, asked, stated,
    imagined. subject: the words before the verb, where they are neither I nor we nor you.
    """

    clause: Clause
    agent: str
    stage: str
    verb: str
    object: tuple[str, ...]
    negated: bool = False
    passive: bool = False
    subject: tuple[str, ...] = ()

    @property
    def is_gerund(self) -> bool:
        """Whether the clause has no subject and begins with its verb: `sending it now`, `craving pizza?`."""
        return self.stage == "doing" and self.clause.words[0].endswith("ing") and not self.passive


def deeds_of(clauses: list[Clause]) -> list[Deed]:
    """The deed of each clause that has one; a clause without a subject goes on with the one before it."""
    unreal = {clause.sentence for clause in clauses if UNREAL.search(clause.plain) and not clause.question}
    not_meant = pretended(clauses) | taken_back(clauses)
    found: list[Deed] = []
    before: Deed | None = None
    last = -1
    for clause in clauses:
        if before is not None and before.clause.sentence != clause.sentence:
            before = None
        opens, last = clause.sentence != last, clause.sentence
        deed = _read(clause, before)
        if deed is not None and deed.is_gerund and (clause.question or not (opens or before)):
            continue  # `for help with logging in, resetting your password`: nobody does it
        if deed is None:
            continue
        goes_on = before is not None and before.stage == "imagined" and clause.words[0] in ("and", "or")
        unreal_here = (clause.sentence in unreal or goes_on) and not WE_DO.search(clause.plain)
        if unreal_here or clause in not_meant:
            deed = replace(deed, stage="imagined")
        found.append(deed)
        before = deed
    return found


UNREAL = phrases(
    r"were it not for", r"if it (?:were|was) not for",
    r"(?:would|could) (?:gladly |happily )?(?:be able to|have liked to)",
    r"(?:we|i) (?:would|could|might) (?:normally |usually |have )*have (?:had|been|\w+ed|made|sent|got|put|given|"
    r"taken)",
    r"had (?:you|he|she|they|the|your|this|it|we|i) \w+",
    r"if (?:only )?(?:you|he|she|they|it|the \w+|that|this) had",
    r"you (?:would|might|may) (?:like|want|prefer|expect|wish) (?:us|me) to",
    r"(?:want|wanted|asked|expect|expected) (?:us|me) to", r"not (?:something|a thing|anything) (?:that )?we",
    r"not possible", r"(?:unable|not able|not in a position) to",
    r"(?:we|i) (?:can|could|do|will|would) not (?:currently |usually |normally )?(?:offer|provide|process|issue|"
    r"give|make|accept)",
)
"""Words after which a sentence tells of what was not, is wished for, or is refused."""
PRETENDS = phrases(
    r"(?<!not )(?<!never )(?<!without )pretend(?:ing|ed|s)?(?! (?:otherwise|anything|to know))", r"make believe",
    r"(?:act|behave|write) as (?:if|though)",
    r"^ (?:and |so |just |please |now |then )*(?:imagine|suppose|let us say)(?! (?:so|yes|how|what|which|when))",
    r"(?:i|we) (?:will|can|could|shall|are going to|am going to) (?:just |simply |also )?(?:say|claim|write|announce) "
    r"(?:that )?(?:it|an?|the|your|our|this|they|he|she|everything|we|i|all) (?:\w+ ){0,3}(?:is|are|was|were|has|"
    r"have|will|works?)",
)
"""Words that make of what follows only something said or thought: `I'll say the engineer is on the way`."""
WISHES = phrases(
    r"(?:would|should) (?:really |dearly |gladly |happily )?(?:love|like|wish|want|be (?:happy|glad|delighted|"
    r"pleased|keen)) to",
    r"(?:i|we) (?:really |would |do |so )*(?:want|wanted|wish|wished|hoped|meant|tried|intended) to",
    r"(?:happy|glad|keen) to",
    r"(?:i|we) (?:would|could)(?! you)",
)
BUT_NOT = phrases(
    r"(?:but|however|yet|though|although|only|except|sadly|unfortunately|alas|regrettably|if)\b.*\b(?:not|no|never|"
    r"nobody|"
    r"unable|could|would let|impossible|against|forbids?|prevents?|blocks?|stops?|refuses?|forbidden|prohibited)",
)
"""A wish, and what takes it back: `I would love to refund you, but our system does not let me`."""


def pretended(clauses: list[Clause]) -> frozenset[Clause]:
    """The clauses that only tell what is to be said or thought, not what is so."""
    found: set[Clause] = set()
    before: Clause | None = None
    for clause in clauses:
        goes_on = before in found and before is not None and before.sentence == clause.sentence
        if PRETENDS.search(clause.plain) or (goes_on and clause.words[0] in _AND_SO):
            found.add(clause)
        before = clause
    return frozenset(found)


_AND_SO = words("and that or then he she it")


def taken_back(clauses: list[Clause]) -> frozenset[Clause]:
    """The clauses of a wish of ours that the next clause or the next sentence takes back."""
    found: set[Clause] = set()
    for at, clause in enumerate(clauses):
        wish = WISHES.search(clause.plain)
        if wish is None:
            continue
        after = [each for each in clauses[at + 1 :] if each.sentence <= clause.sentence + 1]
        own = BUT_NOT.search(clause.plain, wish.end())
        opens = (each for each in after if each.words[0] in _BUTS and BUT_NOT.search(each.plain))
        if own or next(opens, None) is not None:
            found.add(clause)
    return frozenset(found)


_BUTS = words("but however yet though although only except sadly unfortunately alas regrettably if")

WE_DO = phrases(r"(?:i|we) (?:have|will|am|are|can) (?!not\b)\w+", r"let me")


def _read(clause: Clause, before: Deed | None) -> Deed | None:
    words = clause.words
    start = 0
    while (
        start < len(words)
        and words[start]
        in {"and", "so", "but", "then", "that", "which", "because", "ok", "okay", "hi", "yes", "no", "also"} | ADVERBS
    ):
        start += 1
    if words[start : start + 1] == ("please",) and words[start + 1 : start + 2] in (("could",), ("can",), ("would",)):
        start += 1
    if start >= len(words):
        return None
    if words[start] in ("please", "kindly"):
        return _headless(clause, start, before)
    if before is not None and before.stage == "asked" and words[start] in ("have", "do", "be"):
        return Deed(clause, "you", "asked", words[start], words[start + 1 :])  # `ring us and have the number to hand`
    if words[start] in ("can", "will", "have") and not clause.question:  # `can swap it Thursday`: we can
        return _predicate(clause, start, "we")
    going = any(word.endswith("ing") for word in words[start + 1 : start + 2])
    if words[start] in ("is", "are") and going and not clause.question:
        return _predicate(clause, start, "other")  # `your purser, Lena, is bringing it`
    if words[start] in ("was", "were") and before is not None and before.agent == "you" and not clause.question:
        return _predicate(clause, start, "you")  # `you booked a room, were shown it and took it`
    for at in range(start, len(words)):
        word = words[at]
        if word == "let" and words[at + 1 : at + 2] in (("me",), ("us",)) and words[at + 2 : at + 3] != ("know",):
            return _offer(clause, at + 2)
        if word == "you" and at == start + 1 and is_past(words[start]) and words[start] not in AUXILIARIES:
            break  # `Moved you both to row C`
        if word in ("i", "we"):
            return _in_question(_predicate(clause, at + 1, "we"))
        if word == "you" and _is_verb_next(words, at + 1):
            found = _predicate(clause, at + 1, "you")
            return (
                replace(found, stage="asked")
                if found
                and clause.question
                and words[at - 1 : at] != ("do",)
                and at > start
                and words[at - 1] != "would"
                else found
            )
        if word in AUXILIARIES and at > start and word not in ("do", "does", "did", "have"):
            ours = words[start:at] in (("he",), ("she",)) and word in ("will", "is")  # one of our people
            found = _predicate(clause, at, "we" if ours else _agent_of(words[start:at]))
            return replace(found, subject=words[start:at]) if found else None
        if at > start and _acts(words, start, at):
            return _predicate(clause, at, "we")
    return _headless(clause, start, before)


def _offer(clause: Clause, at: int) -> Deed | None:
    """`Let me put that right`: an offer of ours."""
    words = clause.words
    return Deed(clause, "we", "offered", stem_verb(words[at]), words[at + 1 :]) if at < len(words) else None


def _in_question(deed: Deed | None) -> Deed | None:
    """`Shall I book it?` offers what `I book it` would state."""
    if deed is None or not deed.clause.question:
        return deed
    if deed.clause.words[0] in ("have", "has", "did", "do", "are", "were", "was"):
        return None
    return replace(deed, stage="offered")


NOT_A_VERB = words(
    """and or to with in for on by at before until till after back up out off here there a an the your our my what
    when where whether how if why which yes no today tomorrow tonight about from as once this that these those it
    them both all so but because again straight now very two three more one"""
)
"""Words that do not begin what `you` does: in `tell you by noon` you are told."""


def _is_verb_next(words: tuple[str, ...], at: int) -> bool:
    return at < len(words) and (
        words[at] in AUXILIARIES
        or words[at] in ADVERBS
        or is_past(words[at])
        or words[at] not in NOT_A_VERB
    )


def _acts(words: tuple[str, ...], start: int, at: int) -> bool:
    """Whether the word at `at` is what one of our people or things does: our crew restarted, the part arrives."""
    return (
        stem(words[at - 1]) in _OUR_STEMS
        and (words[at].endswith("s") or is_past(words[at]))
        and words[at] not in {"is", "was", "us"}
    )


_OUR_STEMS = frozenset(stem(word) for word in OURS)


def _agent_of(subject: tuple[str, ...]) -> str:
    if frozenset(subject) & {"i", "we", "our", "my", "who"} or any(stem(word) in _OUR_STEMS for word in subject):
        return "we"
    return "you" if subject[-1:] == ("you",) else "other"


def _predicate(clause: Clause, at: int, agent: str) -> Deed | None:
    words = clause.words
    helpers: list[str] = []
    negated = False
    while at < len(words):
        word = words[at]
        if word == "not" or word == "never":
            negated = True
        elif word in AUXILIARIES and not (
            word in ("have", "has", "had", "do", "does", "did") and _takes_object(words, at)
        ):
            helpers.append(word)
        elif word == "going" and words[at + 1 : at + 2] == ("to",):
            helpers = ["will"]
            at += 1
        elif word not in ADVERBS and not (word.endswith("ly") and word not in LY_VERBS):
            break
        at += 1
    if at >= len(words):
        return Deed(clause, agent, "stated", "be", (), negated) if helpers else None
    verb, rest = words[at], words[at + 1 :]
    if (
        "would" in helpers
        and verb in ("like", "love", "want", "happy", "glad")
        and rest[:1] == ("to",)
        and len(rest) > 1
    ):
        verb, rest, helpers = rest[1], rest[2:], ["can"]  # `we would like to offer`: an offer
    return _staged(clause, agent, helpers, verb, rest, negated)


LY_VERBS = words("apply reply supply rely fly multiply comply imply ally only early daily weekly monthly")


def _takes_object(words: tuple[str, ...], at: int) -> bool:
    """Whether have/do is a full verb here: `have a room`, `had your order`."""
    following = next((word for word in words[at + 1 :] if word not in ADVERBS and word != "not"), "")
    return following in DETERMINERS or following == "" or following.isdigit()


HAVE = words("have had has having get got getting")
PLAIN_BEFORE = words("you i we he she they it that who which to and the a an not been be is are was were has have had")


def _staged(clause: Clause, agent: str, helpers: list[str], verb: str, rest: tuple[str, ...], negated: bool) -> Deed:
    negated = negated or rest[:1] in (("no",), ("nothing",), ("none",), ("nobody",), ("not",))
    if verb in HAVE:  # `had the payment reversed`
        for at in range(1, min(6, len(rest))):
            if is_past(rest[at]) and rest[at - 1] not in PLAIN_BEFORE:
                deed = _staged(clause, agent, helpers, verb, ("it",), negated)
                stage = "done" if verb == "had" and "would" not in helpers else deed.stage
                return replace(deed, stage=stage, verb=stem_verb(rest[at]), object=(*rest[:at], *rest[at + 1 :]))
    past, going = is_past(verb), verb.endswith("ing") and verb not in NOT_ING and len(verb) > 4
    deed = Deed(clause, agent, "stated", stem_verb(verb), rest, negated)
    being = frozenset(helpers) & {"am", "are", "is", "was", "were", "be", "been", "being"}
    if "will" in helpers or "shall" in helpers:
        if "be" in helpers and not past and not going:  # `will be ready`: a state, not a deed
            return replace(deed, stage="promised", verb="be", object=(verb, *rest))
        return replace(deed, stage="promised", passive=bool(being) and past)
    if "have" in helpers and frozenset(helpers) & WEAK:  # `we should have read it`
        return replace(deed, stage="imagined")
    if "would" in helpers and not clause.question:
        return replace(deed, stage="imagined")
    dated = any(c.isdigit() for c in clause.text)
    if agent == "other" and not dated and frozenset(helpers) & {"should", "must", "might"}:
        return replace(deed, stage="imagined")
    if frozenset(helpers) & WEAK:
        return replace(deed, stage="offered", passive=bool(being) and past)
    if frozenset(helpers) & {"have", "has", "had"}:
        return replace(deed, stage="done" if past else "stated", passive=bool(being))
    if being:
        if going:
            return replace(deed, stage="doing")
        if not past:  # `is ready`: a state, not a deed
            return replace(deed, verb="be", object=(verb, *rest))
        return replace(deed, stage="doing" if "being" in helpers else "done", passive=True)
    if past:
        return replace(deed, stage="done")
    return deed


def _headless(clause: Clause, start: int, before: Deed | None) -> Deed | None:
    """A clause without a subject: it goes on with the one before, reports a deed (`Refunded 89`), or asks something."""
    words = clause.words
    word, rest = words[start], words[start + 1 :]
    if (
        before is not None
        and start > 0
        and before.agent == "we"
        and before.stage in ("done", "doing", "promised")
        and word not in OTHERS
    ):
        same = (before.stage == "done" and is_past(word)) or (before.stage == "doing" and word.endswith("ing"))
        if same or (before.stage == "promised" and not is_past(word) and len(word) > 2):
            return Deed(clause, "we", before.stage, stem_verb(word), rest)
    if word in ASKING and rest[:1] == ("you",) and (before is None or before.agent == "we"):
        return Deed(clause, "we", "promised", stem_verb(word), rest)  # `and tell you by noon who comes`
    if word in ASKING and not is_past(word):
        verb = next((w for w in words[start:] if w not in {"please", "kindly", "simply", "just", "do", "not"}), word)
        at = words.index(verb, start) + 1
        return Deed(clause, "you", "asked", stem_verb(verb), words[at:], "not" in words[:at])
    if is_past(word) and len(words) > start:  # `and signed it` goes on with you, `Refunded` is ours
        goes_on = before is not None and start > 0 and before.agent != "we"
        return Deed(clause, before.agent if before and goes_on else "we", "done", stem_verb(word), rest)
    for at in range(start + 1, len(words)):  # `label printed`, `last payment refunded today`
        if is_past(words[at]) and words[at] not in SAME and words[at - 1] not in DETERMINERS | WE | {
            "and",
            "or",
            "to",
            "of",
            "with",
            "you",
            "been",
        }:
            return Deed(
                clause, "other", "done", stem_verb(words[at]), (*words[start:at], *words[at + 1 :]),
                negated=bool({"not", "never"} & set(words[start:at])),
                passive=words[start] in ("they", "he", "she") or not HAVE & set(words[max(start, at - 3) : at]),
            )
    ours = start == 0 and (before is None or before.agent == "we")
    if frozenset(words[start + 1 :]) & GERUND_DOES:  # `cooking from scratch takes time`
        return None
    if word.endswith("ing") and word not in NOT_ING and len(word) > 4 and rest and ours:
        return Deed(clause, "we", "doing", stem_verb(word), rest)
    return None


GERUND_DOES = words("takes makes means comes requires includes is are can may will helps involves")


def is_past(word: str) -> bool:
    """Whether a word is the past form of a verb, by its look."""
    word = word.removeprefix("re-")
    return word in IRREGULAR or (word.endswith("ed") and len(word) > 3 and word not in NOT_PAST)


def stem_verb(word: str) -> str:
    """The stem of a verb in any of its forms."""
    return stem(BASE.get(word, word))
