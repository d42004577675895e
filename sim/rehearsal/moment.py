"""The moment: a rehearsal file as validated values. How it is read: `load.py`; what no section can know: `lint.py`.

A moment extends a scenario (the world), names the trainee's seat, the people who write to it and when, what can be
answered, and how the answers are scored. Its times count from the instant at which the trainee sits down.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from sim.model.desk import TRIAGE
from sim.model.parameter import Block, stated
from sim.model.units import Hours
from sim.rehearsal.answers import answers_in
from sim.rehearsal.crowd_text import spoken
from sim.rehearsal.patterns import compiled
from sim.rehearsal.trigger import Trigger, trigger
from sim.scenario.brand import Channel, Quality, Triage
from sim.scenario.moments import At
from sim.scenario.names import Name, Names

QUALITIES = ("action", "ease", "empathy", "honesty", "personal")
HANDS = "answers"
"""Where the options for any post stand in a file."""


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][\w-]{0,30}", value):
        raise ValueError(f"an id begins with a letter and holds letters, digits, _ and -; got {value!r}")
    return value


def _pattern(value: str) -> str:
    compiled(value)
    return value


def _condition(value: Any) -> Any:
    if isinstance(value, (Trigger, type(None))):
        return value
    if not isinstance(value, str):
        raise ValueError(f"a condition in quotes is needed, like 'waiting() > 10'; got {value!r}")
    return trigger(value)


Id = Annotated[str, AfterValidator(_identifier)]
"""What an inject, an option or a persona is called in a file and on the command line: m1."""
Pattern = Annotated[str, AfterValidator(_pattern)]
"""A regular expression that cannot take for ever."""
Condition = Annotated[Any, BeforeValidator(_condition), WithJsonSchema({"type": "string"})]
"""A trigger, as `sim.rehearsal.trigger` reads it."""
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Move = Literal["reply", "hold", "escalate", "private", "thank", "statement", "ignore"]


class Role(Block):
    """The trainee's seat."""

    brand: Name | None = stated(None, "whose desk it is (left out: the scenario's first brand)")
    name: str = stated("Social care desk", "what the seat is called")
    authority: Names = stated((), "what the trainee may give or do without asking, like hotel voucher")


class Pace(Block):
    """The clock of a session."""

    begins: At = stated(..., "when the trainee sits down, in the scenario's time", unit="moment")
    length: Hours = stated("60 min", "how long the session lasts", unit="h", low=1 / 60, high=48)
    speed: float = stated(10.0, "simulated seconds in a second at the screen", unit="ratio", low=0.1, high=3600)
    turns: bool = stated(False, "turn by turn: the clock stops at each new inject, and a reply takes its time")
    reply_takes: Hours = stated("2 min", "turn by turn, what writing a reply takes", unit="h", low=0, high=4)


class Crowd(Block):
    """How many people react, and how the numbers on screen are to be read."""

    size: int = stated(2000, "people in the simulated crowd", unit="people", low=50, high=200_000)
    seed: int = stated(1, "the world of a session, unless the command line gives another")
    stands_for: int = stated(
        1, "how many people each simulated one stands for, in the numbers shown", unit="people", low=1, high=1_000_000
    )


class Persona(Block):
    """Someone the author wrote: a customer of the crowd is cast for the part."""

    handle: str = stated(..., "name shown above their posts, like @maya_travels (invent it)")
    about: str = stated("", "who they are, for the trainer")
    segment: Name | None = stated(None, "segment they belong to (left out: any)")
    customer: bool = stated(True, "whether they are a customer of the brand (false: anybody who knows it)")
    followers: int = stated(
        100, "people who follow them (in the numbers shown: the crowd's are divided by stands_for)",
        unit="people", low=0, high=100_000_000,
    )


class Option(Block):
    """One thing the trainee can do about a post; a reply has the five qualities of the model."""

    id: Id = stated(..., "letter or word that picks it")
    text: str = stated("", "what is written")
    move: Move = stated("reply", "what it is: reply, hold, escalate, private, thank, statement or ignore")
    channel: Channel | None = stated(None, "where it is said (left out: public; a private message: private)")
    quality: Quality | None = stated(None, "what the reply is like (a reply must say)")
    promise: Hours | None = stated(None, "hold: until when an answer is promised", unit="h", low=1 / 60, high=240)
    requires: Names = stated((), "what of the role's authority it uses")
    takes: Hours | None = stated(None, "turn by turn: time it takes (left out: clock.reply_takes)", unit="h", low=0)
    note: str = stated("", "why it is good or bad: shown by the coach and in the debrief")

    @model_validator(mode="after")
    def _whole(self) -> Option:
        if self.speaks and self.quality is None:
            raise ValueError(f"a {self.move} says what it is like: quality: {{action: 0.5, ease: 0.5, ...}}")
        if self.speaks and not self.text.strip():
            raise ValueError(f"a {self.move} has a text")
        if (self.move == "hold") != (self.promise is not None):
            raise ValueError("a hold says until when (promise: 30 min), and nothing else does")
        return self

    @property
    def speaks(self) -> bool:
        """Whether something is said that has a quality."""
        return self.move not in ("escalate", "ignore")

    @property
    def where(self) -> str:
        """The channel of what is said."""
        return self.channel or ("private" if self.move in ("private", "thank") else "public")


class FreeText(Block):
    """Own words: whether they are allowed, how long, and by what rubric they are read."""

    allow: bool = stated(True, "whether the trainee may answer in own words")
    rubric: Name | None = stated(None, "the rubric beside the built-in appraisal (left out: none)")
    max: int = stated(280, "longest text the channel takes", unit="characters", low=20, high=5000)


class Inject(Block):
    """Someone writes: at a time, or when a condition holds. The post is a real one in the crowd and spreads."""

    id: Id = stated(..., "what it is called, like m1")
    at: Hours | None = stated(None, "time after the moment begins (or give when)", unit="h", low=0, high=48)
    when: Condition = stated(None, "the condition on which it comes, like 'waiting() > 10 and not replied(m1)'")
    sender: Id = Field(default=..., alias="from", description="the persona who writes", json_schema_extra={})
    channel: Literal["public", "private"] = stated("public", "where they write")
    kind: Literal["complaint", "question", "praise", "rumour"] = stated("complaint", "what it is")
    text: Text = stated(..., "what they write")
    about: Name | None = stated(None, "cause, incident or content it is about (left out: what began last)")
    mood: float = stated(-0.6, "how they judge what happened; below 0 is a complaint", unit="-1..1", low=-1, high=1)
    anger: float = stated(0.6, "how stirred they are: what is passed on", unit="0..1", low=0, high=1)
    vividness: float = stated(
        1.0, "how much likelier than an ordinary story it is to be passed on", unit="ratio", low=0, high=100
    )
    deadline: Hours | None = stated(
        None, "answer expected within (left out: scoring.timing.target)", unit="h", low=1 / 60, high=48
    )
    skills: Names = stated((), "what it practises, for drills")
    options: tuple[Option, ...] = stated((), "what can be done about it, beside the answers for any post")
    free_text: FreeText = FreeText()
    scored: bool = stated(True, "whether it counts (false: a warm-up)")

    @model_validator(mode="after")
    def _comes(self) -> Inject:
        if (self.at is None) == (self.when is None):
            raise ValueError("an inject comes at a time or on a condition: give at or when, one of the two")
        if self.kind == "praise" and self.mood <= 0:
            raise ValueError("praise has a mood above 0")
        if self.kind == "complaint" and self.mood >= 0:
            raise ValueError("a complaint has a mood below 0")
        return self


class Side(Block):
    """What marks one quality in a text: patterns that earn or cost it, and exemplars."""

    cues: tuple[Pattern, ...] = stated((), "patterns that earn it")
    anti: tuple[Pattern, ...] = stated((), "patterns that cost it")
    good: tuple[str, ...] = stated((), "good exemplars, a sentence each")
    bad: tuple[str, ...] = stated((), "bad exemplars")


class Forbidden(Block):
    """What must not be written."""

    pattern: Pattern = stated(..., "pattern of it")
    why: str = stated(..., "why not")
    penalty: float = stated(20, "points of craft it costs", unit="points", low=0, high=100)


class Rubric(Block):
    """An author's own reading of replies, beside the built-in one."""

    action: Side = Side()
    ease: Side = Side()
    empathy: Side = Side()
    honesty: Side = Side()
    personal: Side = Side()
    forbidden: tuple[Forbidden, ...] = stated((), "what must not be written")


class Weights(Block):
    """Parts of the score; they sum to 100."""

    craft: float = stated(40, "what was said", unit="points", low=0, high=100)
    timing: float = stated(25, "how soon", unit="points", low=0, high=100)
    triage: float = stated(15, "whom", unit="points", low=0, high=100)
    outcome: float = stated(20, "what it did to the crowd", unit="points", low=0, high=100)

    @model_validator(mode="after")
    def _sum(self) -> Weights:
        total = self.craft + self.timing + self.triage + self.outcome
        if abs(total - 100) > 1e-6:
            raise ValueError(f"the weights sum to 100; these sum to {total:g}")
        return self


class Timing(Block):
    """What is soon enough."""

    target: Hours = stated("15 min", "an answer within this is in time", unit="h", low=1 / 60, high=48)
    zero_at: Hours = stated("60 min", "an answer later than this earns nothing", unit="h", low=1 / 60, high=96)

    @model_validator(mode="after")
    def _ordered(self) -> Timing:
        if self.zero_at <= self.target:
            raise ValueError("zero_at lies after target")
        return self


class OutcomeScore(Block):
    """How the crowd's reaction is measured."""

    after: Hours = stated("24 h", "measured so long after the session ends", unit="h", low=0, high=720)
    worlds: int = stated(200, "redrawn futures for each reference", unit="worlds", low=8, high=2000)
    futures: int = stated(50, "redrawn futures for each alternative of a reply", unit="worlds", low=4, high=1000)


class Scoring(Block):
    """How a session is scored."""

    weights: Weights = Weights()
    timing: Timing = Timing()
    triage: Triage = stated("reach x anger", "whom to answer first, ideally: one of sim list triage")
    outcome: OutcomeScore = OutcomeScore()
    confidence: Literal["ask", "skip"] = stated("skip", "ask for low, medium or high confidence before sending")
    pass_mark: float = stated(60, "score from which the moment is passed", unit="points", low=0, high=100)


class Approval(Block):
    """Someone must pass a reply before it goes out."""

    after: Hours | None = stated(None, "it passes by itself after this time", unit="h", low=1 / 60, high=24)
    colleague: bool = stated(False, "a colleague (the facilitator) passes or returns it")

    @model_validator(mode="after")
    def _one(self) -> Approval:
        if (self.after is None) != self.colleague:
            raise ValueError("give after (a delay) or colleague: true, one of the two")
        return self


class Debrief(Block):
    """What is asked and made of it afterwards."""

    questions: tuple[str, ...] = stated((), "questions for the talk")
    drills: Names = stated((), "injects that become drills when their score is low")
    drills_below: float = stated(0.7, "share of an inject's points below which it becomes a drill", low=0, high=1)


ANSWERS = tuple(Option.model_validate(each) for each in answers_in("en"))
"""What can be answered to any post, unless a moment has its own (or another language)."""


class Moment(Block):
    """A rehearsal file. Made by `sim.rehearsal.load`."""

    moment: str = stated(..., "the title of the moment")
    about: str = stated("", "what it practises, in a sentence or two")
    extends: str = stated(..., "the scenario's file, looked for beside the moment, then from here")
    arm: Name | None = stated(
        None, "the arm of the scenario's what_if in which it happens, like a saved policy (left out: as it stands)"
    )
    settings: dict[str, Any] = stated({}, "changes to the scenario: paths and the values they take instead")
    language: str = stated("en", "the language of its texts, and of what the crowd writes (en, de, fr)")
    role: Role = Role()
    briefing: Text = stated(..., "what the trainee is told before it begins")
    clock: Pace
    crowd: Crowd = Crowd()
    personas: Annotated[dict[Id, Persona], Field(min_length=1)] = stated(..., "who writes, by id")
    injects: Annotated[tuple[Inject, ...], Field(min_length=1, max_length=60)] = stated(..., "what comes, in order")
    answers: tuple[Option, ...] = stated(ANSWERS, "what can be answered to any post")
    rubrics: dict[Name, Rubric] = stated({}, "readings of own words, by name")
    scoring: Scoring = Scoring()
    approval: Approval | None = stated(None, "someone must pass replies before they go out (left out: nobody)")
    debrief: Debrief = Debrief()

    @model_validator(mode="before")
    @classmethod
    def _answers_in_its_language(cls, given: Any) -> Any:
        """What can be answered to any post is, if nothing is said, in the language of the moment."""
        if isinstance(given, dict) and HANDS not in given and isinstance(given.get("language"), str):
            return {**given, HANDS: answers_in(spoken(given["language"]))}
        return given

    @cached_property
    def by_id(self) -> dict[str, Inject]:
        """The injects by their id."""
        return {inject.id: inject for inject in self.injects}

    def deadline(self, inject: Inject) -> float:
        """Hours within which an inject should be answered."""
        return self.scoring.timing.target if inject.deadline is None else inject.deadline

    def options(self, inject: str) -> dict[str, Option]:
        """What can be done about an inject, by option id; about any other post (`inject` is none), the answers.

        An answer that an inject's own options take the name or the words of is not offered twice.
        """
        own = self.by_id[inject].options if inject in self.by_id else ()
        ids, texts = {option.id for option in own}, {option.text for option in own}
        more = [option for option in self.answers if option.id not in ids and option.text not in texts]
        return {option.id: option for option in (*own, *more)}


TRIAGE_NAMES = tuple(TRIAGE)
