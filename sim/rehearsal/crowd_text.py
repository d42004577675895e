"""What people in the crowd write: the facts of a post and its key in, its words out.

`text_of(facts, key)` is a pure function: the same post has the same words in every arm, fork and replay, and there
is nothing to store. Words come from phrases of our own (`phrases/`, a file a language), chosen by keyed draws; each
author keeps a manner of typing. No model is asked. What a front end needs:

    facts = PostFacts(kind="complaint", brand="@Skyline", cause="cancelled flight", arousal=0.8, author=412)
    text_of(facts, int(post["key"]))

A scenario's author may bring words: `words:` of a cause or incident is a list of what people say happened,
sentences in the first person that begin in lower case and may use the slots of `phrases/en.yaml`
(`my {thing} was cancelled`); they replace ours for that cause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

import yaml

from sim.core.chance import keyed, name_word, unit

Kind = Literal["complaint", "private", "praise", "share", "comment", "peer", "thanks"]
KINDS: tuple[Kind, ...] = ("complaint", "private", "praise", "share", "comment", "peer", "thanks")

LANGUAGES = ("en", "de", "fr")
"""Languages the crowd writes: each has a file of phrases."""
CROSS, FURIOUS = 0.45, 0.75
"""Arousal from which a complaint is worded as cross, and as furious."""

_SLOT = re.compile(r"\{(\w+)\}")
_BEGINS = re.compile(r"([.!?] )([^\W\d_])")
"""A sentence that begins within a phrase."""


@dataclass(frozen=True)
class PostFacts:
    """What is known of a post that its words may depend on.

    kind: a complaint (public), a private complaint, praise, a share (of praise if valence > 0), a comment on a press
    story, a reply of one customer to another (peer), or thanks after an answer. brand: as it is addressed, like
    `@Skyline`. cause: the name of what went wrong ("" for ordinary service). arousal 0..1; valence -1..1. times: how
    often the author posted about the same grievance before. answered: the brand answered already and it did not help.
    loyalty: multiplier of the author's segment (1 = ordinary). author: their number, which sets how they type.
    words: the cause's own sentences, where the scenario brings some. language: a tag like de or de-AT; one there are no
    phrases for is written in English.
    """

    kind: Kind
    brand: str
    cause: str = ""
    arousal: float = 0.5
    valence: float = -0.5
    times: int = 0
    answered: bool = False
    loyalty: float = 1.0
    author: int = 0
    words: tuple[str, ...] = ()
    language: str = "en"


@lru_cache(20_000)
def text_of(facts: PostFacts, key: int) -> str:
    """The words of the post with this 64-bit key: one or more sentences, without line breaks."""
    draw = _Draw(key, facts)
    return _typed(_sentences(facts, draw), keyed(name_word("manner"), facts.author), facts, draw)


class _Draw:
    """Keyed choices for one post: each purpose has its own draw, so that one more choice moves no other."""

    def __init__(self, key: int, facts: PostFacts):
        self.key = key
        self.phrases = phrases(facts.language)
        self.cause = cause_words(facts.cause, facts.language)
        self.given = {"brand": facts.brand, "cause": facts.cause or self.phrases["nothing_named"]}

    def chance(self, purpose: str) -> float:
        return unit(keyed(self.key, name_word(purpose)))

    def one(self, options: Any, purpose: str) -> str:
        return str(options[int(self.chance(purpose) * len(options))])

    def phrase(self, options: Any, purpose: str) -> str:
        """One of the options with its slots filled; a slot that is met twice in a phrase is drawn twice."""
        text = self.one(options, purpose)
        for round_ in range(3):  # a slot may hold slots
            met = 0

            def fill(slot: re.Match[str], round_: int = round_) -> str:
                nonlocal met
                met += 1
                return self._slot(slot.group(1), f"{purpose} {slot.group(1)} {round_}.{met}")

            text = _SLOT.sub(fill, text)
        return text

    def _slot(self, name: str, purpose: str) -> str:
        if name in self.given:
            return self.given[name]
        options = self.cause.get("slots", {}).get(name) or self.phrases["slots"].get(name) or self.phrases.get(name)
        return self.one(options, purpose) if options else name


def _sentences(facts: PostFacts, draw: _Draw) -> list[str]:
    """The sentences of a post, before its author's manner of typing."""
    if facts.kind in ("complaint", "private"):
        return _complaint(facts, draw)
    known, kind, more = draw.phrases, str(facts.kind), str(facts.kind)
    first = known.get(kind)
    if facts.kind == "peer":
        more = "doubt" if facts.valence > 0 else "same" if draw.chance("tone") < 0.6 else "advice"
        first = known["peer"][more]
    elif facts.kind in ("share", "comment"):
        first = known["share_praise"] if facts.kind == "share" and facts.valence > 0 else first
        more = "praise" if first is known["share_praise"] else "react"
    said = [draw.phrase(first, kind), draw.phrase(known["more"][more], "more")]
    if more == "react" and draw.chance("asks") < 0.4:
        said.append(draw.phrase(known["ask"]["cross"], "ask"))
    return said


def _complaint(facts: PostFacts, draw: _Draw) -> list[str]:
    known = draw.phrases
    mood = "furious" if facts.arousal >= FURIOUS else "cross" if facts.arousal >= CROSS else "calm"
    if facts.answered:
        said = [draw.phrase(known["brushed_off"], "brushed off")]
    elif facts.times:
        said = [draw.phrase(known["again"], "again")]
    else:
        said = [draw.phrase(known["open"][mood], "open")]
    said.append(draw.phrase(facts.words or draw.cause["what"], "what"))
    if draw.chance("tells more") < 0.9:
        said.append(draw.phrase(draw.cause["then"], "then"))
    if draw.chance("tells history") < (0.45 if facts.loyalty > 1 else 0.12):
        said.append(draw.phrase(known["history"]["loyal" if facts.loyalty > 1 else "often"], "history"))
    if draw.chance("asks") < 0.8:
        said.append(draw.phrase(known["ask"][mood], "ask"))
    return said


def _typed(said: list[str], manner: int, facts: PostFacts, draw: _Draw) -> str:
    """Sentences joined the way this author types: with care, in lower case, in a hurry, or with a tag."""
    careful = unit(keyed(manner, 1))
    text = ""
    for part in said:
        begins = not text or text[-1] in ".!?"
        part = part[0].upper() + part[1:] if begins else part
        part = _BEGINS.sub(lambda found: found[1] + found[2].upper(), part)
        text = f"{text} {part}".strip()
        if text[-1] not in ".!?,:" and not text.endswith(facts.brand):
            text += draw.phrases["bang"] if facts.arousal >= FURIOUS and draw.chance(part) < 0.4 else "."
    text = text.rstrip(",:")
    if careful < 0.22:
        text = _lower(text)
    if careful > 0.85 and facts.kind == "complaint":
        text += " " + draw.one(draw.phrases["tags"], "tag")
    if unit(keyed(manner, 2)) < 0.15:
        text = text.rstrip(".")
    return text


def _lower(text: str) -> str:
    """In lower case, but for handles and single capitals that stand for something (B12, TV)."""
    return " ".join(word if word.startswith("@") or word[-1:].isdigit() else word.lower() for word in text.split())


@cache
def cause_words(cause: str, language: str = "en") -> dict[str, Any]:
    """The phrases for a cause, found by the beginnings of the words in its name; the last ones fit anything.

    A scenario may be named in the language of the moment or in English.
    """
    words = re.findall(r"[^\W\d_]+(?: [^\W\d_]+)?", cause.lower()) + re.findall(r"[^\W\d_]+", cause.lower())
    causes, english = phrases(language)["causes"], phrases("en")["causes"]
    for name, found in causes.items():
        if any(_begins(word, beginning) for beginning in (*found["named"], *english[name]["named"]) for word in words):
            return dict(found)
    return dict(causes["else"])


def _begins(word: str, beginning: str) -> bool:
    """Whether a word begins so; a beginning of three letters or fewer must be the whole word (ad, app)."""
    return word == beginning if len(beginning) <= 3 else word.startswith(beginning)


def spoken(language: str) -> str:
    """The language whose phrases are used for a tag like de-AT: its own, or English."""
    own = language.lower().split("-")[0]
    return own if own in LANGUAGES else "en"


@cache
def phrases(language: str) -> dict[str, Any]:
    """All phrases of a language (English, if there are none)."""
    text = resources.files("sim.rehearsal").joinpath("phrases", f"{spoken(language)}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found
