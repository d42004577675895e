"""Talk in general: clauses about all customers and all cases and not about this one, and the officialese they come in.

Nothing said in general is done for anybody. `is_general` tells such a clause by its grammar: whom it is about (bare
plurals, `all`, `any`, `most`, customers as a kind) and what it says of them (how things usually are, may be, are
handled), unless something ties it to this case: I, a clock time, this customer's own matter.
"""

from __future__ import annotations

from functools import lru_cache

from sim.rehearsal.appraisal import wording
from sim.rehearsal.appraisal.clauses import AUXILIARIES, is_past, stem_verb
from sim.rehearsal.appraisal.text import Clause
from sim.rehearsal.appraisal.wording import phrases, words

PEOPLE = words(
    """customers guests passengers users members owners motorists families patients travellers travelers buyers
    visitors applicants riders parents clients subscribers shoppers households tenants landlords residents employees
    motorist passenger individuals fans viewers players readers diners policyholders cardholders borrowers
    holders claimants hirers renters"""
)
"""People as a kind: whoever speaks of them speaks to nobody."""
ANY = words("all any every each most many some several more further other various numerous certain individual")
DEFINITE = words(
    """the your our my this that these those it its he she they his her their you i we a an both nobody there here
    mr mrs ms dr what where who everything someone another one two three four five six seven eight nine ten eleven
    twelve half no none then"""
)
POSSIBLE = phrases(
    r"(?:can|may|might|could) (?:sometimes |often |also |occasionally |usually )?(?:be|occur|happen|appear|vary|"
    r"arise|cause|take|affect|change|fluctuate|result|lead|include|have|help|make|consume)",
)
HANDLED = phrases(
    r"(?:is|are) (?:\w+ly |always |usually |often |never |only )?(?!being|now|back|sorry)\w+ed", r"(?:is|are) made",
)
OF_THIS_CASE = phrases(
    r"i", r"my", r"now", r"today", r"tonight", r"tomorrow", r"this (?:morning|afternoon|evening|week)", r"just",
    r"\d{1,2}[:.]\d\d", r"\d{1,2} ?[ap]m", r"(?:by|at|until|before|on|since) (?:\w+day|noon|\d+)", r"already",
    r"has been", r"(?:you|we|your \w+|both|the \w+) have been", r"until",
    r"will be (?:with|at|back|there|in) (?:you|your)", r"yesterday", r"last night", r"you (?:have|had|will|are)",
)
HABITS = words("always usually normally generally typically regularly constantly routinely often continually forever")
ACKNOWLEDGES = frozenset(
    stem_verb(verb)
    for verb in words("apologise apologize accept owe agree see know have own pay need hear read thank do admit get go")
)


@lru_cache(maxsize=8192)
def is_general(clause: Clause) -> bool:
    """Whether a clause is said of all cases and not of this one."""
    said = clause.plain
    if OF_THIS_CASE.search(said) and not POSSIBLE.search(said):
        return False
    if clause.question:
        return False
    whole = frozenset(clause.words)
    if whole & PEOPLE or whole & HABITS:
        return True
    start = next((at for at, word in enumerate(clause.words) if word not in LEADS), len(clause.words))
    rest = clause.words[start:]
    if len(rest) < 3:
        return False
    first = rest[0]
    if first in AUXILIARIES or clause.words[-1] in ("minutes", "mins"):
        return False
    if is_past(first):  # `returned devices are credited`, but not `moved you both`
        return rest[1].endswith("s") and rest[2] == "are"
    if whole & {"unless", "whenever"} and not whole & (TIED | {"i"}):
        return True
    if first in ("a", "an") and _as_a_rule(rest):
        return True
    if first in ANY and not rest[1].isdigit():
        return True
    if first in ("we", "our") or rest[:2] == ("the", "team"):
        return _of_itself(rest)
    if POSSIBLE.search(said) and first not in ("i", "you", "it", "this", "that", "he", "she", "they", "your", "if"):
        return True
    if first in DEFINITE or any(c.isdigit() for c in first):
        return False
    if first.endswith("s") and not first.endswith("ss") and first not in NOT_MANY:
        if whole & TIED:
            return False
        return not is_past(rest[1]) and not any(word in rest[1:4] for word in ("were", "was", "will", "went", "have"))
    return bool(HANDLED.search(said)) and rest[1] not in ("is",)


TIED = words("you your us yours me")
LEADS = wording.ADVERBS | words("and but so then as while since although though because however therefore indeed also")
NOT_MANY = words(
    "this is us yes thanks its his hers yours ours was does has as plus towards less apologies always unless keeps"
)


def _as_a_rule(rest: tuple[str, ...]) -> bool:
    """Whether something is said of any thing of a kind: `a ticket covers carriage only`, `a fare is paid when ..`."""
    if frozenset(rest) & (TIED | {"this", "it", "there", "at", "by"}) or any(any(c.isdigit() for c in w) for w in rest):
        return False
    if rest[2] == "is" and is_past(rest[3] if len(rest) > 3 else ""):
        return bool(frozenset(rest[3:]) & {"when", "if", "where", "only", "once", "provided"})
    said = frozenset(rest[3:]) & _OF_A_RULE
    return len(rest) > 4 and bool(said) and rest[2].endswith("s") and rest[2] not in NOT_MANY | {"is"}


_OF_A_RULE = words("only all any no every each both automatically")


def _of_itself(rest: tuple[str, ...]) -> bool:
    """Whether the firm tells what it is like or does every day: `we apply a yearly rise`, `our team works hard`."""
    if frozenset(rest) & (TIED | {"this", "these", "those", "that", "it", "them", "her", "him", "one"}):
        return False
    if any(any(c.isdigit() for c in word) for word in rest):
        return False
    verb = next((word for word in rest[1:] if word not in LEADS), "")
    if rest[0] == "our":
        after = next((word for word in rest[2:] if word in AUXILIARIES or is_past(word)), "")
        return after in ("", "are", "is", "do", "does")
    return verb not in AUXILIARIES and not is_past(verb) and stem_verb(verb) not in ACKNOWLEDGES


def general_share(clauses: list[Clause]) -> tuple[float, str]:
    """Share 0..1 of the words that are said in general, and the clauses they stand in."""
    found = [clause for clause in clauses if is_general(clause)]
    n = sum(len(clause.words) for clause in clauses)
    return sum(len(clause.words) for clause in found) / max(n, 1), "; ".join(clause.text for clause in found)


_ABSTRACT = tuple("tion tions ment ments ity ities ance ances ence ences ness sion sions".split())  # noqa: SIM905


def officialese(clauses: list[Clause]) -> tuple[float, str]:
    """How much a text is written like a notice, 0..1, and the words that show it.

    Long sentences, long abstract nouns, nobody who speaks as `I`, no contraction of everyday speech.
    """
    n_words = sum(len(clause.words) for clause in clauses)
    if n_words < 12:
        return 0.0, ""
    sentences = len({clause.sentence for clause in clauses})
    long = [
        word for clause in clauses for word in clause.words
        if len(word) >= 9 and word.isalpha() and (word.endswith(_ABSTRACT) or len(word) >= 11 or word.endswith("ly"))
    ]
    dense = min(1.0, len(long) / n_words / 0.12)
    lengthy = min(1.0, max(0.0, n_words / sentences - 10) / 15)
    spoken = any(" i " in clause.plain for clause in clauses)
    return (0.55 * dense + 0.45 * lengthy) * (0.4 if spoken else 1.0), ", ".join(long)
