"""A debrief for other programs: plain values, a table, and xAPI statements for a learning record store."""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import asdict
from typing import Any

from sim.rehearsal.debrief import Debrief
from sim.rehearsal.reviews import Estimate, Review
from sim.rehearsal.stage import STEP

VERBS = {
    "answered": "http://adlnet.gov/expapi/verbs/answered",
    "completed": "http://adlnet.gov/expapi/verbs/completed",
    "passed": "http://adlnet.gov/expapi/verbs/passed",
    "failed": "http://adlnet.gov/expapi/verbs/failed",
}
BASE = "https://example.org/micro-moments"
"""Ids of activities are names, not addresses: nothing is to be found there."""


def as_values(found: Debrief) -> dict[str, Any]:
    """Everything as plain values."""
    session = found.session
    return {
        "log": str(session.log.path) if session.log.path else None, "moment": session.script.moment.moment,
        "trainee": session.header["trainee"], "seed": session.header["seed"],
        "score": found.score, "passed": found.passed, "parts": asdict(found.parts), "worlds": found.worlds,
        "futures": found.futures, "reputation_against": {name: asdict(e) for name, e in found.references.items()},
        "reached_against": {name: asdict(e) for name, e in found.reached.items()}, "luck": asdict(found.luck),
        "step_seconds": STEP, "lived": found.lived.tolist(),
        "bands": {name: band.tolist() for name, band in found.lines.items()},
        "threads": [each.as_json() for each in found.reviews],
        "statements": [asdict(each) for each in found.statements],
        "waiting": [asdict(each) for each in found.waiting],
        "cascade": asdict(found.cascade) if found.cascade else None, "predicted": dict(found.predicted),
        "brier": found.brier,
    }


COLUMNS = (
    "thread", "handle", "followers", "appeared_s", "answered_s", "option", "worth", "best_worth", "craft", "timing",
    "confidence", "value", "value_low", "value_high", "value_author", "missed", "instead", "speed", "words",
)


def as_csv(found: Debrief) -> str:
    """A row a thread, then a row a statement to all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in found.reviews:
        value = each.value or Estimate(float("nan"), None, None)
        writer.writerow([
            each.name, each.handle, each.followers, each.appeared, _blank(each.answered), each.option, each.worth,
            each.best_worth, _blank(each.craft), _blank(each.timing), each.confidence, value.mean, _blank(value.low),
            _blank(value.high), _mean(each.value_author), _mean(each.regret), each.instead, _mean(each.speed),
            _mean(each.words),
        ])
    for made in found.statements:
        value = made.value or Estimate(float("nan"), None, None)
        row = {
            "thread": "statement", "answered_s": made.second, "value": value.mean, "value_low": _blank(value.low),
            "value_high": _blank(value.high),
        }
        writer.writerow([row.get(column, "") for column in COLUMNS])
    return text.getvalue()


def _blank(value: object) -> object:
    return "" if value is None else value


def _mean(estimate: Estimate | None) -> object:
    return "" if estimate is None else estimate.mean


def as_xapi(found: Debrief) -> list[dict[str, Any]]:
    """xAPI statements: one `answered` a thread, then `completed`, then `passed` or `failed`. Same session, same ids."""
    statements = [_statement(found, "answered", each.name, _answer(each)) for each in found.reviews if each.said]
    result = {"score": {"scaled": round(found.score / 100, 4), "raw": round(found.score, 2), "min": 0, "max": 100}}
    statements.append(_statement(found, "completed", "", {**result, "completion": True}))
    verb = "passed" if found.passed else "failed"
    statements.append(_statement(found, verb, "", {**result, "success": found.passed}))
    return statements


def _answer(review: Review) -> dict[str, Any]:
    assert review.answered is not None
    result: dict[str, Any] = {
        "response": " / ".join(review.said), "duration": f"PT{max(0, review.answered - review.appeared)}S",
        "score": {"scaled": round(review.craft or 0.0, 4)},
    }
    if review.value is not None and review.regret is not None:
        result["extensions"] = {
            f"{BASE}/extensions/value": review.value.mean, f"{BASE}/extensions/missed": review.regret.mean,
        }
    return result


def _statement(found: Debrief, verb: str, thread: str, result: dict[str, Any]) -> dict[str, Any]:
    session = found.session
    trainee = str(session.header["trainee"]) or "trainee"
    activity = f"{BASE}/moments/{uuid.uuid5(uuid.NAMESPACE_URL, str(session.header['moment']))}"
    name = f"{session.script.moment.moment}{f', {thread}' if thread else ''}"
    identity = f"{activity}/{session.header['began']}/{session.header['seed']}/{trainee}/{verb}/{thread}"
    statement = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, identity)),
        "actor": {"objectType": "Agent", "name": trainee, "account": {"homePage": BASE, "name": trainee}},
        "verb": {"id": VERBS[verb], "display": {"en": verb}},
        "object": {
            "objectType": "Activity", "id": f"{activity}{f'/{thread}' if thread else ''}",
            "definition": {"name": {"en": name}},
        },
        "result": result,
    }
    return {**statement, **({"timestamp": session.header["began"]} if session.header["began"] else {})}
