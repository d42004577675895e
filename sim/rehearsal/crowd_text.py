"""What people in the crowd write: the facts of a post and its key in, its words out.

`text_of(facts, key)` is a pure function: the same post has the same words in every fork and replay. With a memory of
the posts before it (`Memory`), no sentence of a screenful is said twice: the same posts in the same order have the
same words. Words come from phrases of our own (`phrases/`, a file a language), chosen by keyed draws (`phrasing.py`);
each author keeps a temper and a manner of typing. No model is asked. What a front end needs:

    facts = PostFacts(kind="complaint", brand="@Skyline", cause="cancelled flight", arousal=0.8, author=412)
    text_of(facts, int(post["key"]))

A scenario's author may bring words: `words:` of a cause or incident is a list of what people say happened,
sentences in the first person that begin in lower case and may use the slots of `phrases/en.yaml`
(`my {thing} was cancelled`) and its conditions (`<shop owners>my till is dead`, `phrasing.py`); they replace ours for
that cause. Few of them are said again with other beginnings.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

import yaml

from sim.core.chance import keyed, name_word, unit
from sim.rehearsal.phrasing import Draw, Frame, Memory

Kind = Literal["complaint", "private", "praise", "share", "comment", "peer", "thanks"]
KINDS: tuple[Kind, ...] = ("complaint", "private", "praise", "share", "comment", "peer", "thanks")

LANGUAGES = ("en", "de", "fr")
"""Languages the crowd writes: each has a file of phrases."""
CROSS, FURIOUS = 0.45, 0.75
"""Heat from which a complaint is worded as cross, and as furious."""
CALMEST = 0.4
"""Share of the arousal that shows in the words of the mildest of people; of the hottest, all of it."""
HEAT_A_POST, HEAT_AN_HOUR, HOTTEST_WAIT, HEAT_BRUSHED_OFF, MILDER_IF_LOYAL = 0.1, 0.05, 0.15, 0.15, 0.08
"""What is added for each post before about the same, each hour waited (at most so much) and a reply that did not help;
and what is taken off for somebody loyal who has not been let down yet."""
CANNED = 0.35
"""How personal a reply must be not to be called copy and paste."""

_BEGINS = re.compile(r"([.!?] )([^\W\d_])")
"""A sentence that begins within a phrase."""


@dataclass(frozen=True)
class PostFacts:
    """What is known of a post that its words may depend on.

    kind: a complaint (public), a private complaint, praise, a share (of praise if valence > 0), a comment on a press
    story, a reply of one customer to another (peer), or thanks after an answer. brand: as it is addressed, like
    `@Skyline`. cause: the name of what went wrong ("" for ordinary service). arousal 0..1; valence -1..1. times: how
    often the author posted about the same grievance before. answered: the brand answered already and it did not help.
    segment, loyalty: the author's, and its multiplier (1 = ordinary). author: their number, which sets how they type.
    words: the cause's own sentences, where the scenario brings some. language: a tag like de or de-AT; one there are no
    phrases for is written in English. setting: what else tells where one is (the scenario's title), if the cause's name
    does not. since: hours since it began (inf: unknown). waited: hours since the author first wrote of it. hour: of the
    day, 0..24 (None: unknown). reply, personal: what the brand answered and how personal that was, 0..1.
    """

    kind: Kind
    brand: str
    cause: str = ""
    arousal: float = 0.5
    valence: float = -0.5
    times: int = 0
    answered: bool = False
    loyalty: float = 1.0
    segment: str = ""
    author: int = 0
    words: tuple[str, ...] = ()
    language: str = "en"
    setting: str = ""
    since: float = math.inf
    waited: float = 0.0
    hour: float | None = None
    reply: str = ""
    personal: float = 0.0

    @property
    def heat(self) -> float:
        """How angry the words are, 0..1: arousal as this author's temper lets it show, history, and time waited."""
        temper = unit(keyed(name_word("temper"), self.author))
        heat = self.arousal * (CALMEST + (1 - CALMEST) * temper)
        heat += HEAT_A_POST * self.times + min(HOTTEST_WAIT, HEAT_AN_HOUR * self.waited)
        if self.answered:
            heat += HEAT_BRUSHED_OFF
        elif self.loyalty > 1:
            heat -= MILDER_IF_LOYAL
        return heat

    @property
    def mood(self) -> str:
        """calm, cross or furious."""
        return "furious" if self.heat >= FURIOUS else "cross" if self.heat >= CROSS else "calm"


def text_of(facts: PostFacts, key: int, memory: Memory | None = None) -> str:
    """The words of the post with this 64-bit key: one or more sentences, without line breaks.

    With a memory, they repeat none of the posts it knows of, and it then knows of this one.
    """
    if memory is None:
        return _text_alone(facts, key)
    memory.posts += 1
    return _text(facts, key, memory)


@lru_cache(20_000)
def _text_alone(facts: PostFacts, key: int) -> str:
    return _text(facts, key, None)


def _text(facts: PostFacts, key: int, memory: Memory | None) -> str:
    known, cause = phrases(facts.language), cause_words(facts.cause, facts.language, facts.setting)
    given = {"brand": facts.brand, **({"cause": facts.cause} if facts.cause else {}), **_waited(facts, known)}
    slots = {"praised": known["praised"], **known["slots"], **cause.get("slots", {})}
    since = facts.waited if facts.kind == "thanks" else facts.since
    frame = Frame(since, facts.hour, facts.times, _holds(facts, known))
    draw = Draw(key, frame, given, slots, memory, owner=keyed(name_word("own"), facts.author))
    said = [part for part in _said(facts, draw, known, cause) if part]
    return _typed(said, keyed(name_word("manner"), facts.author), facts, draw, known)


def _waited(facts: PostFacts, known: dict[str, Any]) -> dict[str, str]:
    """How long the author has waited since they first wrote, in words; nothing below a minute."""
    minutes, form = round(60 * facts.waited), known["waited"]
    if minutes < 1:
        return {}
    if minutes < 100:
        return {"waited": form["one_minute"] if minutes == 1 else form["minutes"].format(minutes)}
    return {"waited": form["hours"].format(round(facts.waited))}


def _holds(facts: PostFacts, known: dict[str, Any]) -> frozenset[str]:
    """What phrases may ask: the author's segment, and of the brand's answer silent (there was none), canned, sorry."""
    answered = facts.answered or facts.kind == "thanks"
    found = {
        "silent": not answered, "canned": answered and facts.personal < CANNED,
        "sorry": answered and any(word in facts.reply.lower() for word in known["sorry"]), facts.segment: True,
    }
    return frozenset(name for name, true in found.items() if true)


def _said(facts: PostFacts, draw: Draw, known: dict[str, Any], cause: dict[str, Any]) -> list[str]:
    """The parts of a post, before its author's manner of typing; some may be empty."""
    if facts.kind in ("complaint", "private"):
        return _complaint(facts, draw, known, cause)
    kind, more = str(facts.kind), str(facts.kind)
    first = known.get(kind)
    if facts.kind == "peer":
        more = "doubt" if facts.valence > 0 else "same" if draw.chance("tone") < 0.6 else "advice"
        first = known["peer"][more]
    elif facts.kind in ("share", "comment"):
        first = known["share_praise"] if facts.kind == "share" and facts.valence > 0 else first
        more = "praise" if first is known["share_praise"] else "react"
    return [draw.phrase(first, kind, needed=True), draw.phrase(known["more"][more], "more")]


def _complaint(facts: PostFacts, draw: Draw, known: dict[str, Any], cause: dict[str, Any]) -> list[str]:
    mood = facts.mood
    if facts.answered:
        first, opens = known["brushed_off"], "brushed off"
    elif facts.times:
        first, opens = known["again"], "again"
    else:
        first, opens = known["open"][mood], "open"
    plainly = opens == "open" and draw.chance("plainly") < 0.2
    said = [facts.brand if plainly else draw.phrase(first, opens) or facts.brand]
    said.append(_what(facts, draw, known, cause))
    if draw.chance("tells more") < 0.8:
        said.append(draw.phrase(cause["then"], "then"))
    if draw.chance("tells history") < (0.45 if facts.loyalty > 1 else 0.12):
        said.append(draw.phrase(known["history"]["loyal" if facts.loyalty > 1 else "often"], "history"))
    if draw.chance("asks") < 0.7:
        said.append(draw.phrase(known["ask"][mood], "ask"))
    return said


def _what(facts: PostFacts, draw: Draw, known: dict[str, Any], cause: dict[str, Any]) -> str:
    """What happened; where all of it was said lately, as one who says the same as the others."""
    told = [words for words in facts.words if draw.fits(words)] or cause["what"]
    if text := draw.phrase(told, "what"):
        return text
    draw.given["said"] = draw.plain(told, "said")
    return draw.phrase(known["echo"], "echo", needed=True) if draw.given["said"] else ""


def _typed(said: list[str], manner: int, facts: PostFacts, draw: Draw, known: dict[str, Any]) -> str:
    """Sentences joined the way this author types: with care, in lower case, in a hurry, or with a tag."""
    careful = unit(keyed(manner, 1))
    text = ""
    for part in said:
        begins = not text or text[-1] in ".!?"
        part = part[0].upper() + part[1:] if begins else part
        part = _BEGINS.sub(lambda found: found[1] + found[2].upper(), part)
        text = f"{text} {part}".strip()
        if text[-1] not in ".!?,:" and not text.endswith(facts.brand):
            text += known["bang"] if facts.mood == "furious" and draw.chance(part) < 0.4 else "."
    text = text.rstrip(",:")
    if careful < 0.22:
        text = _lower(text)
    if careful > 0.85 and facts.kind == "complaint":
        text = f"{text} {draw.phrase(known['tags'], 'tag')}".rstrip()
    if unit(keyed(manner, 2)) < 0.15:
        text = text.rstrip(".")
    return text


def _lower(text: str) -> str:
    """In lower case, but for handles and single capitals that stand for something (B12, TV)."""
    return " ".join(word if word.startswith("@") or word[-1:].isdigit() else word.lower() for word in text.split())


@cache
def cause_words(cause: str, language: str = "en", setting: str = "") -> dict[str, Any]:
    """The phrases for a cause, found by the beginnings of the words in its name; the last ones fit anything.

    A scenario may be named in the language of the moment or in English. Where a cause has `places` (at an airport, on
    a railway), the one that its name, or else the setting, speaks of brings slots (and sentences) of its own.
    """
    causes, english = phrases(language)["causes"], phrases("en")["causes"]
    name = _named(cause, causes, english) or "else"
    found, places = dict(causes[name]), causes[name].get("places", {})
    known = english[name].get("places", {})
    if place := _named(cause, places, known) or _named(setting, places, known):
        found = {**found, **places[place], "slots": {**found.get("slots", {}), **places[place]["slots"]}}
    return found


def _named(text: str, known: dict[str, Any], english: dict[str, Any]) -> str | None:
    """The first that is named in the text: a word of it, or two in a row, begin as it or its English twin may."""
    for name, found in known.items():
        if _speaks_of(text, (*found["named"], *english[name]["named"])):
            return name
    return None


def _speaks_of(text: str, beginnings: tuple[str, ...]) -> bool:
    words = re.findall(r"[^\W\d_]+(?: [^\W\d_]+)?", text.lower()) + re.findall(r"[^\W\d_]+", text.lower())
    return any(_begins(word, beginning) for beginning in beginnings for word in words)


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
