"""What this model shows of a claim: its arms in the same worlds, more worlds until the answer is clear, and controls.

An inequality is shown when the confidence sequence of its effect lies within what it asks for, not shown when it lies
wholly outside, else undecided. Since the sequence covers at all looks at once, a claim stops as soon as it is decided.
A claim is shown if all of its inequalities are; not shown if one is not. With the mechanism switched off every effect
must be exactly zero in every world; where it is not, the test would pass for another reason, and that is a fault.
"""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Literal

from sim.scenario.names import BASELINE
from sim.scenario.schema import Scenario
from sim.study.claim import Inequality
from sim.study.claim_world import Contrast, Pair, Value, observe
from sim.study.claims import Loaded, Variant, controlled
from sim.study.confidence_sequence import confidence_sequence, confidence_sequence_of_share
from sim.study.measures import known_metrics
from sim.study.seeds import seed_of_run
from sim.study.workers import ordered

Verdict = Literal["shown", "not shown", "undecided", "fault"]

MOST = 60
"""Worlds after which a claim is undecided, unless told otherwise."""
FIRST, BATCH = 10, 10
"""Worlds before the first look, and between looks."""
CONTROL_WORLDS = 3
"""Worlds in which the mechanism is switched off: there every effect is exactly zero, so that few are enough."""


@dataclass(frozen=True)
class Outcome:
    """What an inequality came to. low, high: the confidence sequence; worlds: values it rests on, one a world.

    left, right: the means of both sides (right None for a level). runs: worlds in which it is defined.
    """

    says: str
    metric: str
    relation: str
    region: tuple[float, float]
    of: str
    verdict: Verdict
    effect: Value
    low: Value
    high: Value
    runs: int
    left: Value
    right: Value
    worlds: tuple[float, ...] = field(repr=False, default=())

    @property
    def unit(self) -> str:
        """The unit of the effect."""
        return "share" if self.of != "difference" else known_metrics()[self.metric].unit


@dataclass(frozen=True)
class Controlled:
    """What came of the control: whether every effect was exactly zero, the largest that was not, and what was asked."""

    says: str
    is_zero: bool
    largest: Value
    runs: int


@dataclass(frozen=True)
class Finding:
    """What this model shows of a claim."""

    loaded: Loaded
    verdict: Verdict
    reason: str
    outcomes: tuple[Outcome, ...]
    control: Controlled | None
    ways: tuple[Outcome, ...]
    runs: int
    seconds: float

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.loaded.id


@dataclass
class _Case:
    """A claim under trial: what was observed so far."""

    loaded: Loaded
    most: int
    done: int = 0
    seconds: float = 0.0
    seen: dict[tuple[str, int], list[Pair]] = field(default_factory=dict)

    @property
    def contrasts(self) -> list[Contrast]:
        """Every contrast of the claim: as claimed, switched off, other ways."""
        claim = self.loaded.claim
        found = [Contrast(place, "", each, claim.groups) for place, each in enumerate(claim.shows)]
        if (BASELINE, "off") in self.loaded.variants:
            off = controlled(claim)
            found += [
                Contrast(place, "off", each, claim.groups) for place, each in enumerate(claim.shows) if each in off
            ]
        for number, way in enumerate(claim.sign.other_way if claim.sign else ()):
            if (BASELINE, str(number)) in self.loaded.variants:
                turned = claim.shows[way.of - 1].model_copy(
                    update={"relation": way.relation, "by": way.by, "range": None, "says": way.says}
                )
                found.append(Contrast(way.of - 1, str(number), turned, claim.groups))
        return found

    def open_contrasts(self) -> list[Contrast]:
        """Those that are not decided yet."""
        found = []
        for each in self.contrasts:
            seen = self.seen.get((each.what, each.place), [])
            is_done = (
                len(seen) >= CONTROL_WORLDS if each.what == "off" else outcome_of(each, seen).verdict != "undecided"
            )
            if not is_done:
                found.append(each)
        return found

    def wanted(self) -> int:
        """How many more worlds to run now; 0 when all is decided or no world is left."""
        if self.done >= self.most or not self.open_contrasts():
            return 0
        return min(self.most - self.done, BATCH if self.done else max(FIRST, min(self.most, 2)))


def try_claims(
    claims: Sequence[Loaded],
    executor: Executor,
    *,
    seed: int = 1,
    most: int | None = None,
    told: Callable[[float], None] = lambda done: None,
) -> list[Finding]:
    """What the model shows of some claims, each in at most so many worlds; in rounds, so that no process waits long.

    told: how many of the worlds at most are run, or not needed any more. The same for the same claims,
    seed and most, wherever the executor runs them.
    """
    cases = [_Case(each, worlds_at_most(each, most)) for each in claims]
    while calls := [call for case in cases for call in _calls(case, seed)]:
        closed = sum(case.most for case in cases if not case.wanted())
        running = [case for case in cases if case.wanted()]
        behind = closed + sum(case.done for case in running)
        work = [(call.variants, call.contrasts, call.seed, call.drawn) for call in calls]
        results = ordered(executor, observe, work)
        for number, (call, (pairs, seconds)) in enumerate(zip(calls, results, strict=True)):
            call.case.seconds += seconds
            for each, pair in zip(call.contrasts, pairs, strict=True):
                call.case.seen.setdefault((each.what, each.place), []).append(pair)
            told(behind + number + 1)
        for case in running:
            case.done += sum(call.case is case for call in calls)
    told(sum(case.most for case in cases))
    return [_finding(case) for case in cases]


def worlds_at_most(loaded: Loaded, most: int | None = None) -> int:
    """How many worlds a claim takes at most: as many as asked for, else as its file says, else MOST."""
    if loaded.claim.lacks:
        return 0
    if loaded.claim.full is not None and not any(what == "off" for _, what in loaded.variants):
        return loaded.claim.full.runs
    return most or loaded.claim.runs or MOST


@dataclass(frozen=True)
class _Call:
    """One world of one claim, to be run."""

    case: _Case
    variants: dict[Variant, Scenario]
    contrasts: list[Contrast]
    seed: int
    drawn: bool


def _calls(case: _Case, seed: int) -> list[_Call]:
    """The next worlds of a claim. The control is in the first few only."""
    calls = []
    asked = case.open_contrasts()
    for k in range(case.done, case.done + case.wanted()):
        mine = [each for each in asked if each.what != "off" or k < CONTROL_WORLDS]
        needed = {v for each in mine for v in (each.left, each.right)} | {(BASELINE, "")}
        variants = {v: case.loaded.variants[v] for v in needed}
        drawn = bool(case.loaded.variants[BASELINE, ""].uncertain)
        calls.append(_Call(case, variants, mine, seed_of_run(seed, k), drawn))
    return calls


# ------------------------------------------------------------------------------------------------- verdicts


def outcome_of(contrast: Contrast, seen: Sequence[Pair]) -> Outcome:
    """What a contrast came to in some worlds, in their order."""
    asked = contrast.inequality
    pairs = [(pair.left, pair.right) for pair in seen if pair.left is not None and pair.right is not None]
    if asked.of == "ratio":
        pairs = [(left, right) for left, right in pairs if right != 0]
        values = [left / right - 1.0 for left, right in pairs]
    else:
        values = [left - right for left, right in pairs]
        if asked.below is not None:
            values = [float(value < asked.below) for value in values]
    low: float | None
    high: float | None
    if len(values) < min(FIRST, len(seen)):
        low, high = None, None
    elif asked.below is not None:
        low, high = confidence_sequence_of_share(round(sum(values)), len(values))
    else:
        low, high = confidence_sequence(values)
    return Outcome(
        says=asked.says,
        metric=asked.metric,
        relation=asked.relation,
        region=asked.region,
        of=asked.of,
        verdict=_verdict(asked, values, low, high),
        effect=statistics.fmean(values) if values else None,
        low=low,
        high=high,
        runs=len(values),
        left=statistics.fmean(left for left, _ in pairs) if pairs else None,
        right=None if asked.is_level or not pairs else statistics.fmean(right for _, right in pairs),
        worlds=tuple(values),
    )


def _verdict(asked: Inequality, values: Sequence[float], low: Value, high: Value) -> Verdict:
    if asked.relation == "identical":
        if any(value != 0 for value in values):
            return "not shown"
        return "shown" if len(values) >= FIRST else "undecided"
    if low is None or high is None:
        return "undecided"
    lowest, highest = asked.region
    if asked.relation.startswith("not "):
        inside, outside = lowest <= low and high <= highest, high < lowest or low > highest
    else:
        inside, outside = lowest < low and high < highest, high <= lowest or low >= highest
    if inside or outside:
        return "shown" if inside else "not shown"
    return "undecided"


def _finding(case: _Case) -> Finding:
    claim = case.loaded.claim
    if claim.lacks:
        return Finding(case.loaded, "not shown", f"the model has no {claim.lacks}", (), None, (), 0, 0.0)
    by_what: dict[str, list[Outcome]] = {"": [], "ways": []}
    off: list[Pair] = []
    for each in case.contrasts:
        seen = case.seen.get((each.what, each.place), [])
        if each.what == "off":
            off += seen
        else:
            by_what["" if each.what == "" else "ways"].append(outcome_of(each, seen))
    control = _control(claim.negative_control.says, off) if claim.negative_control and off else None
    verdict, reason = _judged(by_what[""], control)
    return Finding(
        case.loaded,
        verdict,
        reason or claim.found,
        tuple(by_what[""]),
        control,
        tuple(by_what["ways"]),
        case.done,
        case.seconds,
    )


def _control(says: str, seen: Iterable[Pair]) -> Controlled:
    """Whether both sides are the same number in every world, and defined in one at least."""
    pairs = [(pair.left, pair.right) for pair in seen]
    known = [(left, right) for left, right in pairs if left is not None and right is not None]
    differences = [left - right for left, right in known]
    agree = all((left is None) == (right is None) for left, right in pairs)
    largest = max(differences, key=abs, default=None)
    return Controlled(says, bool(known) and agree and largest == 0, largest, len(pairs))


def _judged(outcomes: Sequence[Outcome], control: Controlled | None) -> tuple[Verdict, str]:
    """The verdict on a claim, and a word why where it is not simply shown."""
    if control is not None and not control.is_zero:
        largest = "nothing was measured" if control.largest is None else f"an effect of {control.largest:.4g} was left"
        return "fault", f"with the mechanism switched off, {largest}"
    verdicts = [each.verdict for each in outcomes]
    if "not shown" in verdicts:
        return "not shown", ""
    return ("undecided", "") if "undecided" in verdicts else ("shown", "")


def identity(claims: Sequence[Loaded], seed: int, most: int | None) -> str:
    """SHA-256 of what was asked: the text of every claim, the seed and the number of runs."""
    text = "\n".join([str(seed), str(most), *(each.text for each in claims)])
    return hashlib.sha256(text.encode()).hexdigest()
