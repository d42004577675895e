"""How a phrase is chosen and filled: conditions that must hold for it, keyed draws, and what was said lately.

Phrases stand in `phrases/` (a file a language). A phrase, or an option of a slot, may begin with conditions:

    <2h>two hours             only if what it is about began that long ago (min, h, d)
    <18-24>tonight            only at that time of day (22-6: over midnight)
    <x2>third message         only if its author posted that often before
    <silent>not a word        only while that is so: silent, canned, sorry say what the brand answered
    <shop owners>my till      only from somebody of that segment

One whose slots nothing can fill (no {cause} where nothing is named) is never said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from sim.core.chance import keyed, name_word, unit

SCREENFUL = 20
"""Posts within which no sentence is said twice: the 12 one sees at once, and room for those seen in another order."""
LATELY = 60
"""Posts within which a phrase that was said is passed over for one that was not, if there is one."""
TRIES = 4
"""Times a phrase is filled anew, if what came out was said lately."""

OWN = {"place": "place", "thing": "thing", "my": "thing", "mine": "thing", "person": "person"}
"""Slots that an author fills alike in all posts, and by which draw: in German, my and mine are cases of one thing."""
NAMES = ("silent", "canned", "sorry")
"""Conditions that are so or not, besides the names of segments."""
FACTS = frozenset(("cause", "waited", "said"))
"""Slots that only facts can fill."""

_SLOT = re.compile(r"\{(\w+)\}")
_CONDITIONS = re.compile(r"^(?:<[^<>]+>)+")
_LASTED = re.compile(r"(\d+(?:\.\d+)?)(min|h|d)")
_DAYTIME = re.compile(r"(\d+)-(\d+)")
_TIMES = re.compile(r"x(\d+)")
_HOURS = {"min": 1 / 60, "h": 1.0, "d": 24.0}
_WORDS = re.compile(r"[\w']+")
_ENDS = re.compile(r"[.!?:…]+")
_HANDLE = re.compile(r"@\w+")


@dataclass(frozen=True)
class Frame:
    """What the conditions of phrases ask of a post.

    since: hours since what it is about began (inf: unknown, or long ago). hour: of the day, 0..24 (None: unknown, any
    will do). times: how often its author posted before. holds: what else is so: silent, a segment's name.
    """

    since: float = math.inf
    hour: float | None = None
    times: int = 0
    holds: frozenset[str] = frozenset()

    def allows(self, phrase: str) -> bool:
        """Whether all conditions at the beginning of a phrase hold."""
        return all(map(self._one_holds, read(phrase).conditions))

    def _one_holds(self, condition: str) -> bool:
        if lasted := _LASTED.fullmatch(condition):
            return self.since >= float(lasted[1]) * _HOURS[lasted[2]] - 1e-9
        if times := _TIMES.fullmatch(condition):
            return self.times >= int(times[1])
        if daytime := _DAYTIME.fullmatch(condition):
            first, last = int(daytime[1]), int(daytime[2])
            return self.hour is None or (self.hour - first) % 24 < (last - first) % 24
        return condition in self.holds


def strange(phrase: str, segments: Iterable[str]) -> list[str]:
    """Conditions of a phrase that can never hold: no span, time of day or number of posts, and no name there is."""
    known = (*NAMES, *segments)
    return [
        condition for condition in read(phrase).conditions
        if condition not in known and not any(form.fullmatch(condition) for form in (_LASTED, _DAYTIME, _TIMES))
    ]


class Phrase(NamedTuple):
    """A phrase as it was read: its conditions, its words without them, the slots in these."""

    conditions: tuple[str, ...]
    words: str
    slots: tuple[str, ...]


@cache
def read(phrase: str) -> Phrase:
    """The parts of a phrase."""
    found = _CONDITIONS.match(phrase)
    words = phrase if found is None else phrase[found.end() :]
    return Phrase(() if found is None else tuple(found[0][1:-1].split("><")), words, tuple(_SLOT.findall(words)))


def sentences(text: str) -> list[str]:
    """The sentences of a text as they are compared: without handles, case and punctuation."""
    parts = _ENDS.split(_HANDLE.sub("", text))
    return [words for part in parts if (words := " ".join(_WORDS.findall(part.lower())))]


@dataclass
class Memory:
    """What was said in a run of posts: by which of them each phrase, and each sentence, was last said.

    beside: the memory of another run of posts that is read together with this one.
    """

    posts: int = 0
    phrases: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    beside: Memory | None = field(default=None, repr=False, compare=False)

    @staticmethod
    def pair() -> tuple[Memory, Memory]:
        """The memories of two runs of posts side by side."""
        one, other = Memory(), Memory()
        one.beside, other.beside = other, one
        return one, other

    def in_order(self, options: Sequence[str], place: int) -> list[str]:
        """The options in the order to be tried: from a place on those not said lately, then those said longest ago."""
        turned = [*options[place:], *options[:place]]
        ages = {option: self.posts - self.phrases.get(option, -LATELY - 1) for option in turned}
        return sorted(turned, key=lambda option: -min(ages[option], LATELY))

    def heard(self, text: str) -> bool:
        """Whether one of its sentences stands in the last posts (or earlier in this one)."""
        memories = [self] if self.beside is None else [self, self.beside]
        return any(
            memory.posts - memory.said.get(sentence, -LATELY) < SCREENFUL
            for sentence in sentences(text) for memory in memories
        )

    def overhear(self, text: str) -> None:
        """A post in words that are not ours stands between the others."""
        self.posts += 1
        self.said.update(dict.fromkeys(sentences(text), self.posts))

    def note(self, phrase: str, text: str) -> None:
        """A phrase was said, in these words."""
        self.phrases[phrase] = self.posts
        self.said.update(dict.fromkeys(sentences(text), self.posts))


class Draw:
    """Keyed choices for one post: each purpose has its own draw, so that one more choice moves no other.

    given: what slots hold as a matter of fact. slots: options for the others. memory: of the posts before. owner: key
    of the author, who stays at one place with one thing (`OWN`) from post to post.
    """

    def __init__(
        self, key: int, frame: Frame, given: dict[str, str], slots: Mapping[str, Any], memory: Memory | None,
        owner: int,
    ):
        self.key, self.frame, self.given, self.slots = key, frame, given, slots
        self.memory, self.owner = memory, owner
        self._filling: dict[str, bool] = {}

    def chance(self, purpose: str) -> float:
        return unit(keyed(self.key, name_word(purpose)))

    def fits(self, phrase: str) -> bool:
        """Whether its conditions hold and each of its slots can be filled."""
        return self.frame.allows(phrase) and all(map(self._fillable, read(phrase).slots))

    def _fillable(self, slot: str) -> bool:
        if slot not in self._filling:
            options = self.slots.get(slot)
            self._filling[slot] = (slot in self.given or slot not in FACTS) if options is None else any(
                self.fits(str(option)) for option in options
            )
        return self._filling[slot]

    def one(self, options: Any, purpose: str) -> str:
        """One of the options that fit."""
        return self._drawn(options, self.chance(purpose))

    def _drawn(self, options: Any, chance: float) -> str:
        fitting = [str(option) for option in options if self.fits(str(option))]
        return read(fitting[int(chance * len(fitting))]).words if fitting else ""

    def phrase(self, options: Any, purpose: str, *, needed: bool = False) -> str:
        """One of the options with its slots filled, and not said lately; empty if there is none (unless needed)."""
        fitting = [str(option) for option in options if self.fits(str(option))]
        if not fitting:
            return ""
        place = int(self.chance(purpose) * len(fitting))
        if self.memory is None:
            return self._filled(fitting[place], purpose)
        for phrase in self.memory.in_order(fitting, place):
            for attempt in range(TRIES if read(phrase).slots else 1):
                text = self._filled(phrase, f"{purpose} {attempt}" if attempt else purpose)
                if not self.memory.heard(text):
                    self.memory.note(phrase, text)
                    return text
        return self._filled(fitting[place], purpose) if needed else ""

    def plain(self, options: Any, purpose: str) -> str:
        """One of the options that fit with its slots filled, whatever was said before."""
        return self._filled(self.one(options, purpose), purpose)

    def _filled(self, phrase: str, purpose: str) -> str:
        """A phrase with its slots filled; a slot that is met twice in it is drawn twice."""
        text = read(phrase).words
        for round_ in range(3):  # a slot may hold slots
            met = 0

            def fill(slot: re.Match[str], round_: int = round_) -> str:
                nonlocal met
                met += 1
                return self._slot(slot[1], f"{purpose} {slot[1]} {round_}.{met}")

            text = _SLOT.sub(fill, text)
        return text

    def _slot(self, name: str, purpose: str) -> str:
        """What fills a slot; one that nobody knows (in an author's words) says its own name."""
        if name not in self.slots:
            return self.given.get(name, name)
        if name in OWN:
            return self._drawn(self.slots[name], unit(keyed(self.owner, name_word(OWN[name]))))
        return self.one(self.slots[name], purpose)
