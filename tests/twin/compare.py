"""The twin's world laid out in the engine's tables, and every number of both compared bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.world import state as s
from sim.world.record import Record
from twin.things import Brand, Opinion, Post
from twin.world import Twin

UNUSED = ("spare", "unused")


def differences(twin: Twin, record: Record) -> list[str]:
    """What differs between the twin and what the engine left behind, a line for each table and column."""
    found: list[str] = []
    for name, table in tables_of(twin).items():
        found += unequal(name, table, getattr(record, name))
    for name in ("moments", "events"):
        mine, theirs = getattr(twin, name), getattr(record, name)
        if mine != theirs:
            found.append(f"{name}: twin {mine}, engine {theirs}")
    return found


def unequal(name: str, mine: np.ndarray, theirs: np.ndarray) -> list[str]:
    """Columns of a table that are not the same bits."""
    if mine.shape != theirs.shape:
        return [f"{name}: twin has {mine.shape} rows, engine {theirs.shape}"]
    if mine.dtype.names is None:
        return _unequal_column(name, mine, theirs)
    columns = [column for column in mine.dtype.names if column not in UNUSED]
    return [line for column in columns for line in _unequal_column(f"{name}.{column}", mine[column], theirs[column])]


def _unequal_column(name: str, mine: np.ndarray, theirs: np.ndarray) -> list[str]:
    if np.ascontiguousarray(mine).tobytes() == np.ascontiguousarray(theirs).tobytes():
        return []
    places = np.argwhere(~((mine == theirs) | ((mine != mine) & (theirs != theirs))))
    if not len(places):
        return [f"{name}: equal numbers in other bits"]
    at = tuple(places[0])
    return [f"{name}: {len(places)} differ, first at {at}: twin {mine[at]!r}, engine {theirs[at]!r}"]


def tables_of(twin: Twin) -> dict[str, np.ndarray]:
    """The twin's world as the tables of a `Record`."""
    transitions = np.zeros((len(twin.brands), 5, 5), np.int64)
    view_ages = np.zeros(s.VIEW_AGE_MINUTES + 1, np.int64)
    for brand in twin.brands:
        for (stage, other), times in brand.transitions.items():
            transitions[brand.number, stage, other] = times
    for minutes, views in twin.view_ages.items():
        view_ages[minutes] = views
    return {
        "people": rows(s.PERSON, [
            {
                "segment": twin.scenario.customers.segments.index(who.segment),
                "current": number_of(who.current),
                "cohort": number_of(who.cohort),
            }
            for who in twin.people
        ]),
        "opinions": rows(s.OPINION, [opinion(o) for who in twin.people for o in who.opinions]).reshape(
            len(twin.people), len(twin.brands)
        ),
        "posts": rows(s.POST_ROW, [post_row(post) for post in twin.posts]),
        "replies": rows(s.REPLY_ROW, [
            plain(reply) | {"post": reply.post.number, "author": reply.post.author.number,
                            "brand": reply.post.brand.number}
            for reply in twin.replies
        ]),
        "hourly": books(twin, s.HOURLY, [brand.hourly for brand in twin.brands]),
        "daily": books(twin, s.DAILY, [brand.daily for brand in twin.brands]),
        "transitions": transitions,
        "view_ages": view_ages,
        "broadcasts": rows(s.BROADCAST_ROW, [
            plain(cast) | {"brand": cast.brand.number, "issue": cast.issue.number} for cast in twin.broadcasts
        ]),
        "issue_rows": rows(s.ISSUE_ROW, [
            plain(issue) | {"brand": twin.issue_brands[issue.number], "loss": nan_for_none(issue.loss),
                            "promise": nan_for_none(issue.promise),
                            "answer": s.NO_BROADCAST if issue.answer is None else issue.answer.number,
                            "claim": s.NO_BROADCAST if issue.claim is None else issue.claim.number}
            for issue in twin.issues
        ]),
    }


def rows(dtype: np.dtype, values: list[dict[str, Any]]) -> np.ndarray:
    """A table from one mapping a row."""
    table = np.zeros(len(values), dtype)
    for name in dtype.names or ():
        if name not in UNUSED:
            table[name] = [value[name] for value in values]
    return table


def books(twin: Twin, columns: tuple[str, ...], brands: list[list[dict[str, float]]]) -> np.ndarray:
    """Hourly or daily books as one array [times, brands, columns]."""
    return np.array([
        [[book[time].get(column, 0.0) for column in columns] for book in brands] for time in range(len(brands[0]))
    ])


def plain(thing: Any) -> dict[str, Any]:
    """The fields of an object."""
    return dict(vars(thing))


def number_of(brand: Brand | None) -> int:
    return s.NO_BRAND if brand is None else brand.number


def nan_for_none(number: float | None) -> float:
    return float("nan") if number is None else number


def opinion(o: Opinion) -> dict[str, Any]:
    """An opinion as the engine stores it."""
    return plain(o) | {
        "issue": s.NO_ISSUE if o.issue is None else o.issue.number,
        "grievance": s.NO_POST if o.grievance is None else o.grievance.number,
        "flags": s.AUTHOR * o.author + s.EXPOSED * o.exposed + s.SLIGHTED * o.slighted + s.HIT_BY * o.hit_by
        + s.FORMER * o.former + s.REFERRED * o.referred + s.THANKED * o.thanked
        + s.BETRAYED * o.betrayed + s.PUT_RIGHT * o.put_right,
    }


def post_row(post: Post) -> dict[str, Any]:
    """A post as the engine stores it: the shares of a root are a chain, the latest first."""
    chain = [post.root, *post.root.copies]
    place = next(i for i, other in enumerate(chain) if other is post)
    return plain(post) | {
        "author": post.author.number,
        "brand": post.brand.number,
        "issue": post.issue.number,
        "root": post.root.number,
        "parent": s.NO_POST if post.parent is None else post.parent.number,
        "grievance": post.grievance.number,
        "again": s.NO_POST if post.again is None else post.again.number,
        "next_copy": chain[place + 1].number if place + 1 < len(chain) else s.NO_POST,
    }
