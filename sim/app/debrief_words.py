"""What a debrief says, in words: the lines `sim debrief` prints, and the sentences its page repeats."""

from __future__ import annotations

import textwrap

from sim.app.columns import columns
from sim.app.words import UNKNOWN, number, plural, signed
from sim.rehearsal.cascades import Cascade
from sim.rehearsal.debrief import Debrief
from sim.rehearsal.moment import QUALITIES
from sim.rehearsal.reviews import Estimate, Review
from sim.rehearsal.session import Session
from sim.rehearsal.view import wall_clock

LEAST_RATED = 3
"""Answers with a stated confidence from which on something can be said about it."""
PARTS = ("craft", "timing", "triage", "outcome")
ABOUT = {
    "craft": "what each answer was worth, against the best the author wrote",
    "timing": "how soon injects had a first answer",
    "triage": "whom you answered first, and whom not at all",
    "outcome": "what the crowd came to think, between silence and the best known way",
}


def digits_of(estimate: Estimate) -> int:
    """Decimals with which an estimate says something: two more than its size needs, at most four."""
    size = max(abs(estimate.mean), abs(estimate.low or 0.0), abs(estimate.high or 0.0))
    return next((digits for digits, least in ((1, 5.0), (2, 0.5), (3, 0.05)) if size >= least), 4)


def said(estimate: Estimate | None, *, interval: bool = True) -> str:
    """`+0.14 [+0.10, +0.18]`."""
    if estimate is None:
        return UNKNOWN
    digits = digits_of(estimate)
    text = signed(estimate.mean, digits)
    if interval and estimate.low is not None and estimate.high is not None:
        text += f" [{signed(estimate.low, digits)}, {signed(estimate.high, digits)}]"
    return text


def headline_of(found: Debrief) -> str:
    """The score and what it was worth, in two sentences."""
    session, moment = found.session, found.session.script.moment
    who = f", {session.header['trainee']}" if session.header["trainee"] else ""
    passed = "passed" if found.passed else "not passed"
    return (
        f"{moment.moment}{who}: {found.score:.0f} of 100 (pass mark {moment.scoring.pass_mark:g}: {passed}). "
        f"{achieved(found)}"
    )


def achieved(found: Debrief) -> str:
    """What the session did to reputation, against each reference."""
    silence, house, best = (found.references[name] for name in ("silence", "house policy", "best known"))
    hours = found.session.script.moment.scoring.outcome.after
    when = f"{number(hours, 0)} hours after its end" if hours else "at its end"
    return (
        f"Against silence your session is worth, {when}, {said(silence)} points of reputation among all who know "
        f"{found.session.script.brand_name}, {said(found.reached['silence'])} among those it reached. Against yours "
        f"the house policy would be worth {said(_minus(house))}, the best known way {said(_minus(best))}."
    )


def _minus(estimate: Estimate) -> Estimate:
    low = None if estimate.high is None else -estimate.high
    high = None if estimate.low is None else -estimate.low
    return Estimate(-estimate.mean, low, high)


def parts_of(found: Debrief) -> list[tuple[str, str, str]]:
    """Each part of the score: its name, its points, what it means."""
    weights = found.session.script.moment.scoring.weights
    rows = []
    for name in PARTS:
        weight = getattr(weights, name)
        rows.append((name, f"{getattr(found.parts, name) * weight:.0f} of {weight:g}", ABOUT[name]))
    return rows


def left_of(found: Debrief) -> str:
    """That the trainee left before the time was up, if so."""
    session = found.session
    if not session.left:
        return ""
    ends = wall_clock(session, max((done.second for done in session.stage.done), default=0))
    return f"The session was ended before its time (last deed {ends}); whoever wrote until its end found nobody there."


def luck_of(found: Debrief) -> str:
    """How much of the score was luck."""
    luck = found.luck
    by_luck = luck.lived - luck.expected
    return (
        f"Luck: the score is a mean over {plural(found.worlds, 'redrawn future')}; as this world went, the outcome "
        f"would have given {luck.lived:.0f} ({signed(by_luck, 0)} by luck). Between futures in which you do the same "
        f"it varies by ±{luck.spread:.0f}."
    )


def threads_table(found: Debrief) -> list[list[str]]:
    """A row a thread, with its head: what was done, what it was worth, and the split of what was missed."""
    rows = [[
        "thread", "answered", "option", "worth (best)", "value of your answer", "missed", "by speed", "by words",
    ]]
    for each in found.reviews:
        rows.append([
            f"{each.name} {each.handle}", waited(each), done_of(each),
            f"{number(each.worth, 2)} ({number(each.best_worth, 2)})" if each.said else UNKNOWN,
            said(each.value) if each.answered is not None else UNKNOWN, said(each.regret, interval=False),
            said(each.speed, interval=False) if each.said else UNKNOWN,
            said(each.words, interval=False) if each.said else UNKNOWN,
        ])
    return rows


def done_of(review: Review) -> str:
    """The option chosen, `own words`, or what was done without words."""
    return review.option or ("own words" if review.said else review.deed or UNKNOWN)


def statements_of(found: Debrief) -> list[str]:
    """What each statement to all was worth, a line each."""
    return [
        f"Your statement at {wall_clock(found.session, each.second)} (“{shortened(each.text)}”): "
        f"{said(each.value)} points among those reached, {said(each.value_population)} among all, against none."
        for each in found.statements
    ]


def shortened(text: str) -> str:
    """The first words of a text."""
    return textwrap.shorten(text, 60, placeholder=" ...")


SPLIT = (
    "Missed: what the best alternative would have added. By speed and by words add up to what the best words at once "
    "would have added."
)


def waited(review: Review) -> str:
    """`6 min`, `6 min (deadline 15)`, `never`."""
    if review.answered is None:
        return "never"
    text = f"{(review.answered - review.appeared) / 60:.0f} min"
    late = review.deadline is not None and review.answered - review.appeared > review.deadline
    text += f" (late: {review.deadline // 60})" if late and review.deadline else ""
    return text + (" promise broken" if review.broken else "")


def advice(review: Review) -> str:
    """What would have been better with one thread, in a sentence; empty if nothing would."""
    if review.regret is None or not review.instead or review.regret.mean <= 0:
        return ""
    sure = review.regret.low is not None and review.regret.low > 0
    how = "" if sure else " (perhaps: the interval includes none)"
    return f"{review.name}: {review.instead} would have added {said(review.regret)}{how}"


def waiting_of(found: Debrief) -> list[str]:
    """Who was left waiting, a line each."""
    return [
        f"{each.name} {each.handle}, {each.followers:,} followers, {each.minutes} min" + (each.why and f" ({each.why})")
        for each in found.waiting
    ]


def cascade_of(session: Session, cascade: Cascade | None) -> str:
    """The worst cascade, and who could have stopped it until when."""
    if cascade is None:
        return "No complaint was seen by anybody."
    by = f"{cascade.name} by {cascade.handle} at {wall_clock(session, cascade.appeared)}"
    text = (
        f"The complaint that went furthest: {by}, seen {cascade.views:,} times "
        f"({cascade.unanswered_views:,} with no answer under it), passed on {plural(len(cascade.passed), 'time')}."
    )
    if cascade.stoppable_until is not None:
        until = wall_clock(session, cascade.stoppable_until)
        before = cascade.answered is not None and cascade.answered < cascade.stoppable_until
        text += f" The widest push came from {cascade.stopper} at {until}"
        kept = ": a good answer before that could have kept it small."
        text += ", with your answer under it already." if before else kept
    elif cascade.answered is None:
        text += " Nobody passed it on; an answer would still have been seen by those who came later."
    return text


def guesses_of(found: Debrief) -> list[str]:
    """Prediction against outcome, and confidence against correctness."""
    lines = []
    if found.predicted:
        guess, was = found.predicted.get("reputation"), float(str(found.predicted["reputation_was"]))
        if guess is not None:
            lines.append(f"You predicted a reputation of {float(str(guess)):.1f}; it was {was:.1f}.")
        if worst := str(found.predicted.get("worst") or ""):
            missed = [each for each in found.reviews if each.regret is not None]
            real = max(missed, key=lambda each: each.regret.mean if each.regret else 0.0).name if missed else ""
            lines.append(f"You thought {worst} went worst; most was missed at {real or UNKNOWN}.")
    rated = sum(bool(each.confidence) for each in found.reviews)
    if found.brier is not None and rated < LEAST_RATED:
        lines.append(f"You said how sure you were of {plural(rated, 'answer')}: too few to say how well you knew.")
    elif found.brier is not None:
        word = "well" if found.brier < 0.15 else "somewhat" if found.brier < 0.25 else "no better than a coin"
        lines.append(f"Your confidence told good answers from others {word} (Brier {found.brier:.2f}; 0: perfect).")
    return lines


def again_of(found: Debrief) -> str:
    """How to take this session over from any time of it; empty for one that is kept nowhere."""
    session = found.session
    missed = [each for each in found.reviews if each.regret is not None and each.regret.mean > 0]
    most = max(missed, key=lambda each: each.regret.mean if each.regret else 0.0, default=None)
    if session.log.path is None:
        return ""
    at = wall_clock(session, max(0, most.appeared) if most else 0)
    return f"To go another way from {at} on (or any other time): sim rehearse --resume {session.log.path} --at {at}"


def talk_guide(found: Debrief) -> list[tuple[str, str, list[str]]]:
    """A guide for the talk afterwards: heading, minutes, and what to ask, with the trainee's own data."""
    waiting = [line for line, each in zip(waiting_of(found), found.waiting, strict=True) if not each.why][:3]
    best = [each for each in found.reviews if each.value is not None and each.value.mean > 0]
    proud = max(best, key=lambda each: each.value.mean if each.value else 0.0) if best else None
    missed = sorted(
        (each for each in found.reviews if each.regret is not None and each.regret.mean > 0),
        key=lambda each: -(each.regret.mean if each.regret else 0.0),
    )
    return [
        ("Reactions", "5 min", ["How was it? What stays with you?"]),
        ("What happened", "10 min", [
            f"Tell the session in your own words, thread by thread ({plural(len(found.reviews), 'thread')}).",
            *([f"Left waiting: {'; '.join(waiting)}."] if waiting else ["Nobody was left waiting."]),
        ]),
        ("Why", "15 min", [
            *([f"What worked at {proud.name}?"] if proud else []),
            *[f"{advice(each)}. What kept you from it?" for each in missed[:2]],
            *[f"{line} Would you make it again, and how?" for line in _costly(found)],
            *found.session.script.moment.debrief.questions,
        ]),
        ("What was learned", "10 min", ["Speed or words: which of the two would you train first, and how?"]),
        ("Apply", "5 min", ["What will you do otherwise in the next real hour at the desk?"]),
    ]


def _costly(found: Debrief) -> list[str]:
    """The statements that surely cost more than they brought."""
    lines = statements_of(found)
    cost = [each.value is not None and each.value.high is not None and each.value.high < 0 for each in found.statements]
    return [line for line, bad in zip(lines, cost, strict=True) if bad]


def honesty(found: Debrief) -> str:
    """What the verdict rests on."""
    header = found.session.header
    return (
        f"All this is a model's judgement: seed {header['seed']}, sim {header['sim']}. It hangs most "
        "on crowd.reply.threshold (below it a reply does harm; assumed), crowd.reply.observed (what watching a reply "
        "does) and crowd.feed.view_chance (how many see a post). Effects among all who know a brand are small; among "
        "those reached they are real."
    )


def evidence_of(review: Review) -> list[str]:
    """What was read in own words, or noted by the author."""
    lines = list(review.reasons)
    if review.note:
        lines.append(review.note)
    if review.point is not None:
        lines.append(", ".join(f"{name} {value:g}" for name, value in zip(QUALITIES, review.point, strict=True)))
    return lines


def text_of(found: Debrief) -> str:
    """The debrief as lines for a terminal, after its headline."""
    session = found.session
    lines = [columns([list(row) for row in parts_of(found)], left=3), ""]
    lines += [left_of(found)] if found.session.left else []
    lines.append(luck_of(found))
    if found.reviews:
        futures = plural(found.futures, "redrawn future")
        lines += [
            "", f"Each thread: points among those reached, mean of {futures}. {SPLIT}",
            columns(threads_table(found), left=3),
        ]
        lines += [f"  {line}" for each in found.reviews if (line := advice(each))]
        lapsed = sum(each.lapsed for each in found.reviews) / len(found.reviews)
        lines.append(f"  (In a redrawn future {lapsed:.1f} of your later actions found no such post, and lapsed.)")
    lines += ["", *statements_of(found)] if found.statements else []
    waiting = waiting_of(found)
    more = f"; and {len(waiting) - 6} more" if len(waiting) > 6 else ""
    lines += ["", f"Left waiting: {'; '.join(waiting[:6])}{more}." if waiting else "Nobody was left waiting."]
    lines += [cascade_of(session, found.cascade), *guesses_of(found), "", "For the talk:"]
    for heading, minutes, questions in talk_guide(found):
        lines.append(f"  {heading} ({minutes}): {' '.join(questions)}")
    lines += ["", again] if (again := again_of(found)) else []
    return "\n".join([*lines, "", honesty(found)])
