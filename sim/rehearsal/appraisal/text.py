"""Sentences, clauses and words of a text, and whether it is written in English."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from sim.rehearsal.appraisal.wording import CHECK, DEEDS, SPELT, words

_CONTRACTED = (
    (r"\bwo ?n't\b|\bwont\b", "will not"),
    (r"\bca ?n'?t\b|\bcannot\b", "can not"),
    (r"\bsha ?n't\b", "shall not"),
    (r"\b(?:ai)n'?t\b", "is not"),
    (r"\b(did|do|does|is|are|was|were|have|has|had|would|could|should|need)n'?t\b", r"\1 not"),
    (r"\b(i|you|we|they)'?ve\b", r"\1 have"),
    (r"'ve\b", " have"),
    (r"\b(you|they)'?re\b", r"\1 are"),
    (r"\bwe're\b", "we are"),
    (r"\bi'?m\b", "i am"),
    (r"\b(you|they|that|it)'?ll\b", r"\1 will"),
    (r"'ll\b", " will"),
    (
        r"\b(i|we|you|they|he|she)'d (?!have)(?=(?:\w+ )?"
        r"(?:better|been|already|just|gone|got|had|made|sent|told|\w+ed)\b)",
        r"\1 had ",
    ),
    (r"\b(i|we|you|they|he|she|it|that|there)'d\b", r"\1 would"),
    (r"\b(that|what|there|here|where|who|how|he|she)'?s\b", r"\1 is"),
    (r"\b(it|this|everything|something|nothing|someone|somebody|everyone|nobody)'s\b", r"\1 is"),
    (
        r"(?<=\w)'s(?= (?:not |now |already |all |just |still |being |been |\w+ly )?"
        r"(?:a|an|the|your|our|on|in|at|off|with|back|"
        r"ready|done|here|out|over|up|down|due|free|gone|got|shut|open|live|safe|yours|ours|waiting|too|more|"
        r"dead|void|nil|zero|history|finished|settled|cleared|right|wrong|sorted|coming|"
        r"\w+ing|"
        r"\w{2,}ed|sent|paid|put|set|built|found|made|cut|lost|told|it|no|not|now|already|all|just|still)\b)",
        " is",
    ),
    (r"\b([ap])\.m\.?", r"\1m"),
)
"""Contractions, with their apostrophe or without, and what they stand for."""
_SPELT_ANY = re.compile(
    r"(?<![\w'@#./-])(?:" + "|".join(map(re.escape, sorted(SPELT, key=len, reverse=True))) + r")(?![\w'@/-])"
)
_CLIPPED = re.compile(
    r"\b(go|com|do|gett|look|send|bring|fix|sort|work|ring|check|call|tak|mak|giv|pay|try|wait|chas|runn|sitt|"
    r"tell)in\b'?"
)
"""`goin`, `sendin'`."""
_SENTENCE = re.compile(r"(?<=[.!?…])(?<!e\.g\.)(?<!i\.e\.)(?<!no\.)[\"')\]]*\s+|\n+")
_CLAUSE = re.compile(
    r"\s*(?:[;]|[:,](?=\s)|\s[–—-]+\s|…|—|\((?=\w)|\)(?=\s|$))\s*|\s+(?=(?:but|because|so that|"
    r"while|although|whereas|which)\s)"
    r"|(?<!since)(?<!until)(?<! by)\s+(?=(?:and|then|so)\s+(?:i|we|you|it|they|he|she|our|your|the|a|my|"
    r"will|have|has|are|is|should|can|must|would|"
    r"that|nothing|no)\b)"
    r"|(?<!will)(?<!can)(?<!'ll)\s+(?=(?:and|then)\s+(?:then\s+)?(?:" + "|".join(sorted(DEEDS | CHECK)) + r")\s+"
    r"(?:you|your|the|a|an|it|this|that|them|him|her|us|me|back|to|by|on|in|up|out|off|here|what|whether|how|if|for|"
    r"both|all|everything|\d)\b)"
    r"|\s+(?=and\s+\w+(?:ed|ing)\b)|\s+(?=who\s+(?:will|is|are|has|have)\b)"
)
WORD = re.compile(r"\d+(?:[.,]\d+)+%?|[@#]?[a-z0-9](?:[\w'&]*[\w])?(?:[.:/-]\w+)*%?", re.UNICODE | re.IGNORECASE)

# The commonest words of English (closed classes and everyday verbs); a text of any length has many of them.
COMMON = words(
    """a about after again all also always am an and another any anyone are as at back be because been
    before being but by can could day did do does doing done down each either else even every
    everyone everything few first for from get getting give go going gone good got had has have
    having he hear her here him his how i if in into is it its just keep know last let like long
    look made make many may me mean might mine more most much must my never new next no nobody none
    nor not nothing now of off on once one only or other our ours out over own please put right said
    same say see send sent she should so some someone something soon sorry still such take than
    thank thanks that the their them then there these they thing things this those though through
    time to today tomorrow tonight too took two under until up us very want was way we well went
    were what when where which while who why will with within without would yes yet you your yours
    yourself"""
)
_FOREIGN = words(
    """der die das und ist nicht wir sie ihr ihnen uns haben für mit auf ein eine einen es tut leid
    bitte werden wurde sich auch le la les des une est pas nous vous votre pour avec dans sur que
    qui je suis désolé désolés merci vos el los las una es por para con su nuestro nuestra lo
    sentimos gracias usted hemos está que del il lo gli una di che non per con siamo vostro suo
    grazie ci abbiamo sono o os as uma não para com seu sua nós obrigado pedimos desculpa pela de
    het een en niet wij voor met uw jullie onze bedankt och inte vi för med att det som ni hej tack
    på är hai aap hum nahi ka ke ki se ko mein aur kya hain"""
)
_SHARED = words("die a de on an in is as he me do no we so per la o")


@dataclass(frozen=True)
class Clause:
    """A part of a sentence that says one thing: its words in lower case, and how it was written."""

    words: tuple[str, ...]
    text: str
    sentence: int
    question: bool
    exclaimed: bool

    @property
    def plain(self) -> str:
        """The words with single blanks between them, and one at both ends."""
        return f" {' '.join(self.words)} "


_COMPILED = [(re.compile(pattern), written) for pattern, written in _CONTRACTED]


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """The text in lower case with contractions written out and compatibility characters made ordinary."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    lowered = re.sub(r"[’‘`]", "'", lowered)
    lowered = _SPELT_ANY.sub(lambda found: SPELT[found.group()], lowered)
    lowered = _CLIPPED.sub(r"\1ing", lowered)
    for pattern, written in _COMPILED:
        lowered = pattern.sub(written, lowered)
    return lowered


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, in lower case, contractions written out."""
    return tuple(word.removesuffix("'s") for word in WORD.findall(plain(text)))


_MAIN = re.compile(r"\s+(?=(?:i|we) (?:will|can|am|are|have)\b)")


_HEADED = re.compile(r"^((?:[\w'-]+ ){0,2}[\w'-]+): ")
"""`New date: Monday 4th` is one clause."""


def _parts(sentence: str) -> list[str]:
    """A sentence cut into clauses; what hangs on an `if` or `once` is cut from what follows from it."""
    found = []
    for part in _CLAUSE.split(_HEADED.sub(r"\1 ", plain(sentence))):
        if part and part.startswith(("if ", "once ", "when ", "as soon as ")):
            pieces = _MAIN.split(part, maxsplit=1)
            found.extend(pieces if len(pieces[0].split()) > 2 else [part])  # not `when | I have the report`
        else:
            found.append(part or "")
    return found


def clauses_of(text: str) -> list[Clause]:
    """The clauses of a text in order; what holds no word is left out."""
    found = []
    for number, sentence in enumerate(_SENTENCE.split(text.strip())):
        for part in _parts(sentence):
            words = words_of(part)
            if words:
                mark = "" if _TAG.search(sentence) else sentence.rstrip()[-1:]
                asks = mark == "?" or (mark not in ".!" and words[:2] in _ASKS_YOU)
                found.append(Clause(words, part.strip(), number, asks, mark == "!"))
    return found


_ASKS_YOU = {("could", "you"), ("can", "you"), ("would", "you"), ("will", "you")}
"""How a question begins that may lack its mark: `could you DM the number`."""

_TAG = re.compile(r",? (?:ok|okay|all right|alright|yes)\? *$", re.IGNORECASE)
"""A question that only asks for a nod: `a box goes out today, ok?`"""


def letters_of(text: str) -> str:
    """The letters of a text."""
    return "".join(character for character in text if character.isalpha())


def is_english(text: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether the text can be read as English: Latin letters, and common English words rather than foreign ones.

    known: further words taken for English, such as those of the complaint. Short texts (fewer than five words) pass
    unless they are foreign by script or by their words.
    """
    letters = letters_of(text)
    latin = sum(1 for letter in letters if "LATIN" in unicodedata.name(letter, ""))
    if letters and latin < 0.6 * len(letters):
        return False
    words = [word for word in words_of(text) if word.isalpha()]
    english = sum(word in COMMON for word in words)
    foreign = sum(word in _FOREIGN and word not in _SHARED for word in words)
    if foreign > english or (foreign >= 3 and foreign > 0.5 * english):
        return False
    likely = sum(word in COMMON or word in known or word.endswith(_ENGLISH_ENDINGS) for word in words)
    mashed = sum(bool(_MASHED.fullmatch(word)) and word not in known for word in words)
    if mashed > 0.3 * len(words):
        return False
    return len(words) < 2 or likely >= (0.2 * len(words) if len(words) >= 5 else 1)


_MASHED = re.compile(
    r"[b-df-hj-np-tv-xz]{4,}|.*(?:asdf|sdfg|qwer|wert[yz]|zxcv|lkjh|hjkl|poiu|uiop|mnbv|jkl[oi]).*|(.)\1{3,}"
)
"""Letters without a vowel, runs of neighbouring keys, one letter again and again."""


_ENGLISH_ENDINGS = (
    "ing",
    "ed",
    "tion",
    "tions",
    "ly",
    "ness",
    "ment",
    "ful",
    "ards",
    "ight",
    "ough",
    "ies",
    "ity",
    "able",
    "ers",
)


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A crude stem, enough to match `refunded` with `refund` and `suitcases` with `suitcase`."""
    for ending in ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    if len(word) > 3 and word[-1] == word[-2] and (word[-1] not in "lse" or (word[-1] == "l" and len(word) > 5)):
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def content(words: tuple[str, ...] | list[str]) -> list[str]:
    """Stems of the words that carry content: not common, longer than two letters, or numbers."""
    return [
        stem(word.lstrip("@#"))
        for word in words
        if word not in COMMON and (len(word) > 2 or word.isdigit()) and not word.startswith("@")
    ]
