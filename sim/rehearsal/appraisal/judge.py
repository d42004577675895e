"""Signs and traps added up to the five qualities, one number and a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.model.reply import Reply, worth_to_observer
from sim.rehearsal.appraisal import deeds, manner, results, signs
from sim.rehearsal.appraisal.clauses import deeds_of
from sim.rehearsal.appraisal.general import general_share, officialese
from sim.rehearsal.appraisal.rubric import forbidden_in, rubric_signs
from sim.rehearsal.appraisal.signs import Sign, is_formula
from sim.rehearsal.appraisal.text import Clause, clauses_of, is_english, letters_of, words_of
from sim.rehearsal.appraisal.topics import KNOWN, Topic
from sim.rehearsal.appraisal.traps import Trap, traps

QUALITIES = ("action", "ease", "empathy", "honesty", "personal")

VERDICTS = {
    "substantive": "something fitting is put right or firmly promised",
    "holding": "nothing is put right yet, but it says so and by when there is more",
    "thin": "some of it helps",
    "perfunctory": "going through the motions: formulas, nothing for this customer",
    "harmful": "blame, mockery, private data, untruth: worse than silence",
    "empty": "nothing to read",
    "cannot judge": "not English as far as can be told; all qualities are stated as 0 until a trainer sets them",
}
"""The verdicts and what they mean."""

AT_REST = {"action": 0.0, "ease": 0.15, "empathy": 0.12, "honesty": 0.42, "personal": 0.12}
"""Where a reply stands that shows no sign at all: an untrue word has to be said, help has to be given."""

HARMFUL = frozenset(
    {"mockery", "blame", "private data", "asks for secrets", "addressed to the judge", "over-promise", "copied"}
)


LIGHT = frozenset({"general", "officialese", "cheer", "glee", "advertising", "rules", "nothing"})
"""Traps of empty talk: together they leave of every quality but action at least `LEAST`."""
LEAST = 0.65


@dataclass(frozen=True)
class Reason:
    """Why a quality is what it is: what was seen, in which words, and what it was worth (-1..1)."""

    quality: str
    amount: float
    why: str
    words: str

    def __str__(self) -> str:
        return f"{self.quality} {self.amount:+.2f}: {self.why} ({self.words!r})"


@dataclass(frozen=True)
class Appraisal:
    """A reply as a point: five qualities and their worth to a reader, each 0..1; a verdict; and the reasons.

    overall is the worth to an observer by the rules of the crowd (`model.reply`, default weights). penalty: points of
    craft it costs that a rubric forbids some of its words. `judged` is False where the text could not be read.
    """

    action: float
    ease: float
    empathy: float
    honesty: float
    personal: float
    overall: float
    verdict: str
    reasons: tuple[Reason, ...]
    penalty: float = 0.0

    @property
    def judged(self) -> bool:
        """Whether the numbers mean anything: False for what is not English."""
        return self.verdict != "cannot judge"

    @property
    def qualities(self) -> dict[str, float]:
        """The five qualities by name, as a reply option of a moment file states them."""
        return {name: getattr(self, name) for name in QUALITIES}

    def as_values(self) -> dict[str, object]:
        """Plain values, as `sim appraise --json` prints them."""
        values: dict[str, object] = {name: round(getattr(self, name), 3) for name in (*QUALITIES, "overall")}
        return {**values, "verdict": self.verdict, "reasons": [str(reason) for reason in self.reasons]}


def appraise(
    complaint: str, reply: str, *, public: bool = True, language: str = "en", rubric: Any = None
) -> Appraisal:
    """What a reply to a complaint is worth, read clause by clause.

    Complaint and reply are texts of any length; the same texts always get the same appraisal. public: others can read
    the reply. language: what it should be written in; only English (`en`) can be judged. rubric: an author's own
    reading beside the built-in one (`sim.rehearsal.appraisal.rubric`), or None.
    """
    words = words_of(reply)
    if not letters_of(reply) and not any(word.isdigit() for word in words):
        return _nothing("empty", "no words")
    topic = Topic(complaint)
    if language != "en" or not is_english(reply, KNOWN | frozenset(topic.words)):
        return _nothing("cannot judge", "not English as far as can be told")
    clauses = clauses_of(reply)
    acts = deeds_of(clauses)
    seen = [
        *deeds.deeds(acts, topic, clauses),
        *results.stated_results(clauses, topic),
        *results.questions(clauses),
        *results.answers(clauses, topic),
        *results.next_steps(clauses),
        *manner.feeling(clauses, topic),
        *manner.honesty(clauses, acts),
        *manner.personal(clauses, topic, reply),
        *(rubric_signs(rubric, reply) if rubric is not None else ()),
    ]
    seen.extend(results.rules(clauses, topic, any(sign.quality == "action" for sign in seen)))
    solid = frozenset(sign.words for sign in seen if sign.solid)
    fallen = list(traps(complaint, reply, clauses, solid, topic, private=not public))
    manners = [*_of_manner(reply, clauses, seen, topic)]
    manners.sort(key=lambda trap: trap.left["all"])
    fallen.extend(manner for manner in manners[:2] if manner.left["all"] < 0.92)
    found = _summed(seen, fallen, clauses)
    return found if rubric is None else _fined(found, forbidden_in(rubric, reply))


def _summed(seen: list[Sign], fallen: list[Trap], clauses: list[Clause]) -> Appraisal:
    """Signs added up, formulas and traps taken off."""
    formulas = [clause for clause in clauses if is_formula(clause)]
    share = len(formulas) / len(clauses) if clauses else 0.0
    values = {name: _added(AT_REST[name], [sign for sign in seen if sign.quality == name]) for name in QUALITIES}
    values["action"] = min(values["action"], _ceiling(seen))
    if any(sign.why == manner.NOT_KNOWN for sign in seen):
        values["action"] *= 0.88  # honest, and still open
    done = values["action"] ** 2
    for name, share_of_it in (("empathy", 0.5), ("honesty", 0.6), ("personal", 0.65), ("ease", 0.5)):
        values[name] += (1 - values[name]) * share_of_it * done  # help is kind, can be checked, is for this person
    reasons = [Reason(sign.quality, sign.amount, sign.why, sign.words) for sign in seen]
    if formulas:
        weight = 0.5 if share >= 0.5 and not any(sign.solid for sign in seen) else 0.3
        for name in ("personal", "honesty", "ease"):
            values[name] *= 1 - (0.35 if name == "honesty" else weight) * share  # empty words are not yet untrue
        said = "; ".join(clause.text for clause in formulas)
        reasons.append(Reason("personal", -weight * share, "stock phrases", said))
    lightly = dict.fromkeys(QUALITIES, 1.0)
    for trap in fallen:
        left = lightly if trap.name in LIGHT else values
        for name in QUALITIES:
            left[name] *= trap.left.get(name, trap.left.get("all", 1.0))
        reasons.append(Reason("all", min(trap.left.values()) - 1, trap.why, trap.words))
    for name in QUALITIES:
        values[name] *= lightly[name] if name == "action" else max(LEAST, lightly[name])
    return _judged(values, tuple(reasons), fallen, seen, share)


def _fined(found: Appraisal, forbidden: list[tuple[str, str, float]]) -> Appraisal:
    """The appraisal with what a rubric forbids held against it."""
    reasons = tuple(
        Reason("all", 0.0, f"forbidden: {why} (-{points:g} points)", words) for why, words, points in forbidden
    )
    return replace(found, reasons=(*found.reasons, *reasons), penalty=sum(points for _, _, points in forbidden))


def _of_manner(reply: str, clauses: list[Clause], seen: list[Sign], topic: Topic) -> Iterator[Trap]:
    """How the whole text speaks: of all cases, like a notice, with cheer, or of nothing at all."""
    told = min(1.0, max((sign.amount for sign in seen if sign.solid), default=0.0) / 0.6)
    share, said = general_share(clauses)
    n_words = sum(len(clause.words) for clause in clauses)
    if share > 0.25:
        weight = share * min(1.0, n_words / 30) * (1 - 0.5 * told)
        left = {"action": 1 - 0.9 * weight, "all": 1 - 0.45 * weight}
        yield Trap("general", "speaks of all cases, not of this one", said, left)
    stiff, said = officialese(clauses)
    if stiff > 0.25:
        weight = stiff * (1 - told)
        yield Trap("officialese", "written like a notice", said, {"action": 1 - 0.6 * weight, "all": 1 - 0.3 * weight})
    cries = min(4, reply.count("!"))
    if cries > 1 and not topic.praise:
        left = {"all": 1 - 0.05 * cries, "honesty": 1 - 0.1 * cries}
        yield Trap("cheer", "exclamation marks at a complaint", "!" * cries, left)
    asks = any(clause.question for clause in clauses)
    if not asks and not any(sign.amount >= 0.1 and sign.quality != "personal" for sign in seen):
        yield Trap("nothing", "nothing in it for this customer", reply[:60], {"all": 0.75})


def _ceiling(seen: list[Sign]) -> float:
    """How far action can go: as far as the best level among its signs."""
    levels = [sign.level for sign in seen if sign.quality == "action" and sign.amount >= 0.1]
    return max((signs.CEILING.get(level, 1.0) for level in levels), default=1.0)


def _added(rest: float, seen: list[Sign]) -> float:
    """Signs of one quality together: the best counts in full, each further one a part of the room that is left."""
    value = rest
    for place, sign in enumerate(sorted((sign for sign in seen if sign.amount > 0), key=lambda sign: -sign.amount)):
        value += (1 - value) * sign.amount * (1.0 if place == 0 else 0.45 if place < 4 else 0.1)
    for sign in seen:
        if sign.amount < 0:
            value *= 1 + sign.amount
    return min(1.0, max(0.0, value))


def _judged(
    values: Mapping[str, float], reasons: tuple[Reason, ...], fallen: list[Trap], seen: list[Sign], formulas: float
) -> Appraisal:
    overall = overall_of(values)
    harmful = [trap for trap in fallen if trap.name in HARMFUL]
    waits = any(sign.why.startswith((manner.NOT_KNOWN, "will be in touch by", "says when")) for sign in seen)
    if harmful and overall < 0.4:
        verdict = "harmful"
    elif values["action"] >= 0.55 and overall >= 0.45:
        verdict = "substantive"
    elif waits and overall >= 0.25 and any("time" in sign.why or "when" in sign.why for sign in seen):
        verdict = "holding"
    elif overall < 0.2 or (formulas >= 0.5 and values["action"] < 0.3):
        verdict = "perfunctory"
    else:
        verdict = "thin"
    return Appraisal(**values, overall=overall, verdict=verdict, reasons=reasons)


def overall_of(values: Mapping[str, float]) -> float:
    """Worth 0..1 to a reader of the reply, by the crowd's own rule with its default weights."""
    rules, of = Reply(), values
    return worth_to_observer(
        of["action"], of["ease"], of["empathy"], of["honesty"], of["personal"],
        rules.weight_action, rules.weight_treatment, rules.weight_procedure,
    )


def overridden(appraisal: Appraisal, changes: Mapping[str, float], note: str = "") -> Appraisal:
    """The appraisal with a trainer's qualities (0..1) in place of its own, and the override among its reasons.

    Raises ValueError for a name that is not a quality or a number outside 0..1.
    """
    for name, value in changes.items():
        if name not in QUALITIES or not 0 <= value <= 1:
            raise ValueError(
                f"an override sets one of {', '.join(QUALITIES)} to a number from 0 to 1; got {name}={value!r}"
            )
    values = {**appraisal.qualities, **changes}
    reasons = tuple(
        Reason(name, value - getattr(appraisal, name), f"set by the trainer to {value:g}", note)
        for name, value in changes.items()
    )
    added = (*appraisal.reasons, *reasons)
    return Appraisal(**values, overall=overall_of(values), verdict=appraisal.verdict, reasons=added)


def _nothing(verdict: str, why: str) -> Appraisal:
    return Appraisal(0, 0, 0, 0, 0, 0, verdict, (Reason("all", 0, why, ""),))
