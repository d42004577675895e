"""Brands as a scenario declares them: what they deliver, who sits at the desk, and how they answer."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator

from sim.model.desk import TRIAGE, Alarm, Handling
from sim.model.desk_health import Health
from sim.model.learning import Learning
from sim.model.parameter import Block, parameter, stated
from sim.model.units import Hours, Share
from sim.scenario.moments import At, DayHours, OpeningHours
from sim.scenario.names import MONITOR, SILENCE, Name, RefusedError, Sayings, nearest
from sim.scenario.promotion import Campaign, Referral

Channel = Literal["public", "private", "public then private"]


class Failure(Block):
    """One way in which the brand fails. A bare chance is short for `{chance: ...}`."""

    shorthand: ClassVar[str] = "chance"

    chance: Share = stated(
        ..., "chance that a use of the brand goes wrong in this way", unit="chance per use"
    )
    severity: float | None = stated(
        None,
        "what it takes from performance (left out: minor or major, as crowd.experience says)",
        unit="performance",
        low=0,
        high=1,
    )
    vividness: float = stated(
        1.0,
        "how much likelier than an ordinary story this one is to be passed on",
        unit="ratio",
        low=0,
        high=100,
    )
    words: Sayings = stated((), "what people say happened, for rehearsals (left out: words that fit its name)")


def _chance_alone(value: Any) -> Any:
    return value if isinstance(value, (dict, Failure)) else {Failure.shorthand: value}


def _at_most_all(failures: dict[str, Failure]) -> dict[str, Failure]:
    total = sum(failure.chance for failure in failures.values())
    if total > 1 + 1e-9:
        raise ValueError(f"the failures of a brand are at most 100 % together; these are {100 * total:g} %")
    return failures


Failures = Annotated[
    dict[
        Name,
        Annotated[Failure, BeforeValidator(_chance_alone, json_schema_input_type=Share | Failure)],
    ],
    AfterValidator(_at_most_all),
]


class Start(Block):
    """Where the brand stands today, if that is known."""

    reputation: float | None = stated(
        None,
        "reputation on day 0 (left out: what its quality leads to in the long run)",
        unit="points",
        low=0,
        high=100,
    )
    share: Share | None = stated(
        None,
        "share of the market on day 0 (left out: an equal part of the rest; having no brand is a part too)",
        unit="share",
    )


class Shift(Block):
    """A stretch of the day, and how many answer in it."""

    hours: OpeningHours = stated(..., "when this shift works, like 22:00-06:00", unit="hours of the day")
    agents: int | None = stated(
        None,
        "people who answer in this shift (left out: the desk's agents)",
        unit="agents",
        low=0,
        high=100_000,
    )


class Duty(NamedTuple):
    """Agents on duty from `opens` to `closes`, in hours of the day (closes may pass 24: over midnight)."""

    opens: float
    closes: float
    agents: int


def _shifts(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        if not value:
            raise ValueError("a desk has at least one shift; for none at all, give it 0 agents")
        return value
    return [{"hours": value}]


class Quality(Block):
    """What a reply is like: five qualities from 0 to 1 (a defensive one has an empathy below 0)."""

    action: float = stated(0.5, "what was put right", unit="0..1", low=0, high=1)
    ease: float = stated(0.5, "a clear next step, and no hand-off", unit="0..1", low=0, high=1)
    empathy: float = stated(
        0.5, "understands how it feels (below 0: defensive, it fights the customer)", unit="-1..1", low=-1, high=1
    )
    honesty: float = stated(
        0.5, "owns it, or says 'we do not know yet' and by when", unit="0..1", low=0, high=1
    )
    personal: float = stated(0.5, "written for this person", unit="0..1", low=0, high=1)


class Bot(Block):
    """Self-service where customers post: a program that answers first."""

    tries: Share = parameter(1.0, "share of the complaints heard that the bot takes up", unit="share", sweep=(0.2, 1))
    solves: Share = parameter(
        0.4, "chance that it settles what it takes up (rebooks, finds the parcel)", unit="chance", sweep=(0.1, 0.8)
    )
    takes: Hours = parameter("1 min", "time until it answers", unit="h", low=0, high=1000)
    solved: Quality = Quality(action=0.8, ease=0.9, empathy=0.2, honesty=0.5, personal=0.1)
    failed: Quality = Quality(action=0.0, ease=0.1, empathy=0.2, honesty=0.4, personal=0.0)
    hands_over: bool = stated(True, "whether people take up what it cannot settle (false: it leaves it at that)")


class Phone(Block):
    """A phone line beside the feed, for those who have a complaint. Answered round the clock, by people of its own."""

    wait: Hours = stated(
        "10 min", "mean time on hold, which callers know to expect", unit="h", low=0, high=1000
    )
    quality: Quality = Quality(action=0.6, ease=0.6, empathy=0.6, honesty=0.6, personal=0.6)


class Desk(Handling):
    """The people who listen and answer, and when."""

    agents: int = stated(2, "people who answer at the same time", unit="agents", low=0, high=100_000)
    hours: Annotated[
        tuple[Shift, ...], BeforeValidator(_shifts, json_schema_input_type=OpeningHours | tuple[Shift, ...])
    ] = stated(
        "08:00-22:00",
        "when the desk works: hours of the day, 24/7, or a list of shifts with agents of their own",
        unit="hours of the day",
    )
    handling_time: Hours = parameter(
        "12 min", "mean time an agent spends on one post", unit="h", low=0.001, high=1000, sweep=(0.05, 0.5)
    )
    listens: Share = parameter(
        0.90,
        "share of public complaints the desk's search finds (the private ones all arrive)",
        unit="share",
        sweep=(0.5, 1),
    )
    by_hand: bool = stated(
        False, "complaints are noticed and wait, and nobody answers but a person who plays the desk"
    )
    bot: Bot | None = stated(None, "a program that answers first (left out: none)")
    health: Health | None = stated(
        None, "how load strains the people, who answer worse and slower, and leave (left out: it does not)"
    )
    alarm: Alarm | None = stated(None, "notices a burst of complaints and reacts (left out: none)")

    @property
    def duty(self) -> tuple[Duty, ...]:
        """The shifts as plain numbers, in the order given."""
        return tuple(
            Duty(shift.hours.opens, shift.hours.closes, self.agents if shift.agents is None else shift.agents)
            for shift in self.hours
        )

    @property
    def always_open(self) -> bool:
        """True if some shift works round the clock."""
        return any(shift.hours == DayHours(0.0, 24.0) for shift in self.hours)


def _known_triage(name: str) -> str:
    if name not in TRIAGE:
        raise RefusedError(f"there is no triage {name!r}", nearest(name, TRIAGE))
    return name


Triage = Annotated[
    str, AfterValidator(_known_triage), WithJsonSchema({"type": "string", "enum": list(TRIAGE)})
]


class Policy(Block):
    """How a brand answers: whom first, where, how well, and how fast."""

    triage: Triage = stated("oldest first", "which waiting post is answered next")
    channel: Channel = stated("public", "where the answer is given")
    quality: Quality = Quality()
    reply_after: Hours | None = stated(
        None,
        "pins the delay of each reply, whatever the desk's queue (left out: what the desk makes of it)",
        unit="h",
        low=0,
        high=10_000,
    )
    answers: Share = stated(1.0, "share of the complaints it hears that it will answer at all", unit="share")
    promise: Hours | None = stated(
        None,
        "when the front line hands a complaint on, it promises an answer within this time (left out: it names none)",
        unit="h",
        low=0.01,
        high=10_000,
    )
    thanks: Share = stated(0.0, "share of the praise it hears that it thanks for", unit="share")
    thanks_channel: Channel = stated("private", "where it thanks")
    listens: bool = stated(True, "whether anybody reads what is posted")
    replies: bool = stated(True, "whether anybody answers (false: it only listens)")

    @model_validator(mode="after")
    def _hears_before_it_answers(self) -> Policy:
        if self.replies and not self.listens:
            raise ValueError("a policy that does not listen cannot reply: set replies to false too")
        return self


BUILT_IN: dict[str, Policy] = {
    SILENCE: Policy(listens=False, replies=False),
    MONITOR: Policy(listens=True, replies=False),
}
"""Policies every scenario has."""


class Statement(Block):
    """The brand speaks to all, once."""

    name: Name | None = stated(
        None, "what it is called; whom it reaches is drawn by its name (left out: what it is about)"
    )
    at: At | None = stated(None, "when it is made (or give on_alarm)", unit="moment")
    on_alarm: bool = stated(False, "made when the desk's alarm goes off, instead of at a fixed moment")
    after: Hours = stated(
        "1 h", "time from the alarm to the statement, if on_alarm", unit="h", low=0, high=10_000
    )
    explanation: float = stated(..., "how well it explains what happened", unit="0..1", low=0, high=1)
    ownership: float = stated(..., "how far the brand owns it", unit="0..1", low=0, high=1)
    sincerity: float = stated(1.0, "how sincere it is", unit="0..1", low=0, high=1)
    reach: Share = stated(0.30, "share of all people it reaches", unit="share")
    about: Name | None = stated(
        None, "the incident, cause or content it speaks about (left out: the brand's newest incident)"
    )

    @model_validator(mode="after")
    def _made_once(self) -> Statement:
        if (self.at is None) == (not self.on_alarm):
            raise ValueError("a statement is made at a moment or on_alarm: give one of the two")
        return self


class Brand(Block):
    """A brand: what it delivers, how often it fails, where it stands, and how it answers."""

    name: Name = stated(..., "what the brand is called")
    quality: float = stated(
        0.75, "mean performance of an experience without a failure", unit="performance", low=0, high=1
    )
    quality_spread: float | None = stated(
        None,
        "standard deviation around it (left out: crowd.experience.quality_spread)",
        unit="performance",
        low=0,
        high=1,
    )
    failures: Failures = stated(
        {"failure": 0.08},
        "ways in which a use goes wrong, each with its chance or {chance, severity, vividness}",
    )
    start: Start = Start()
    known_by: Share = stated(
        0.80, "share of those who are not its customers who know the brand", unit="share"
    )
    price: float = stated(100.0, "what a customer pays at each purchase", unit="money", low=0, high=1e9)
    margin: Share = stated(0.30, "part of the price that is earned", unit="share")
    presence: bool = stated(True, "whether the brand has a page where people find it")
    policy: Name = stated(SILENCE, "the policy by which it answers, or silence or monitor")
    desk: Desk = Desk()
    phone: Phone | None = stated(None, "a phone line for complaints (left out: none)")
    statements: tuple[Statement, ...] = stated((), "what the brand says to all, and when")
    campaigns: tuple[Campaign, ...] = stated((), "how the brand advertises, and when")
    referral: Referral | None = stated(None, "a referral programme (left out: none)")
    learning: Learning | None = stated(None, "what it makes of what it hears (left out: nothing)")

    @property
    def statement_labels(self) -> tuple[str, ...]:
        """What each statement is called: its name, else what it is about; of those alike the later are numbered."""
        labels: list[str] = []
        for statement in self.statements:
            label = statement.name or f"statement about {statement.about or 'the latest'}"
            times = labels.count(label) + sum(other.startswith(f"{label} #") for other in labels)
            labels.append(label if not times else f"{label} #{times + 1}")
        return tuple(labels)

    @model_validator(mode="after")
    def _alarm_for_statements(self) -> Brand:
        if self.desk.alarm is None and any(statement.on_alarm for statement in self.statements):
            raise ValueError(
                "a statement waits for an alarm, and the desk has none: give it one (desk.alarm: {})"
            )
        return self
