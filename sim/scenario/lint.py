"""What no single section can know: names that nothing has, moments after the end, worlds that do not fit.

References are checked on the raw tree, so that they are reported together with whatever else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.model.units import share
from sim.scenario.brand import BUILT_IN, Brand
from sim.scenario.moments import midnight, moment
from sim.scenario.names import BASELINE, EVERYONE, nearest
from sim.scenario.paths import name_of
from sim.scenario.questions import goal
from sim.scenario.schema import Clock, Scenario
from sim.scenario.size import in_bytes, memory_limit, memory_needed, most_people
from sim.scenario.tree import Node

MOST_ISSUES = 15


def problems(tree: Node, scenario: Scenario | None) -> list[Problem]:
    """Everything that is wrong between sections. `scenario` is None if the sections themselves are wrong."""
    found = [*_names(tree), *_references(tree), *_moments(tree), *_issues(tree), *_market(tree)]
    if scenario is not None and not found:
        found += [*_by_hand(tree, scenario), *_size(tree, scenario)]
    return found


def _list(tree: Node, key: str) -> list[Node]:
    node = tree.child(key)
    return node.items() if node else []


def _entries(tree: Node, key: str) -> dict[str, Node]:
    node = tree.child(key)
    return node.entries() if node else {}


def brand_names(tree: Node) -> list[str]:
    """The names of the brands in a tree."""
    return [name for brand in _list(tree, "brands") if (name := name_of(brand))]


def _segments(tree: Node) -> list[Node]:
    customers = tree.child("customers")
    return _list(customers, "segments") if customers else []


def segment_names(tree: Node) -> list[str]:
    """The names of the segments in a tree."""
    return [name for segment in _segments(tree) if (name := name_of(segment))] or ["customer"]


def _names(tree: Node) -> Iterator[Problem]:
    """Names that stand twice, or are taken."""
    for path, items in (
        ("brands", _list(tree, "brands")),
        ("customers.segments", _segments(tree)),
        ("incidents", _list(tree, "incidents")),
        ("content", _list(tree, "content")),
        *((f"brands.{name_of(brand)}.campaigns", _list(brand, "campaigns")) for brand in _list(tree, "brands")),
    ):
        seen: dict[str, Node] = {}
        for item in items:
            name, node = name_of(item), item.child("name")
            if name is None or node is None:
                continue
            if name in seen:
                where = f" (first in line {seen[name].place.line})" if seen[name].place.line else ""
                yield node.place.problem(
                    f"{path}.{name}", f"the name {name!r} is taken{where}", code="duplicate"
                )
            seen.setdefault(name, node)
            if name == EVERYONE:
                yield node.place.problem(
                    f"{path}.{name}", f"{EVERYONE!r} means all of them: choose another name"
                )
    for key, taken in (("policies", BUILT_IN), ("what_if", {BASELINE: None})):
        section = tree.child(key)
        for name in _entries(tree, key):
            if name in taken and section is not None:
                yield section.keys[name].problem(
                    f"{key}.{name}", f"{name!r} is built in: choose another name"
                )


def _unknown(node: Node | None, path: str, what: str, known: list[str]) -> Iterator[Problem]:
    """A problem for each text in `node` (one, or a list) that is not a known name."""
    for item in (node.items() or [node]) if node is not None else []:
        name = item.text()
        if name is not None and name not in known:
            yield item.place.problem(
                path, f"there is no {what} {name!r}", nearest(name, known), "unknown-name"
            )


def _references(tree: Node) -> Iterator[Problem]:
    """Names of brands, policies, segments and causes that nothing has."""
    brands, segments = brand_names(tree), segment_names(tree)
    policies = [*_entries(tree, "policies"), *BUILT_IN]
    for number, brand in enumerate(_list(tree, "brands")):
        path = f"brands.{name_of(brand) or number}"
        yield from _unknown(brand.child("policy"), f"{path}.policy", "policy", policies)
        stories = _stories(tree, brand)
        for place, statement in enumerate(_list(brand, "statements")):
            about = statement.child("about")
            yield from _unknown(
                about, f"{path}.statements.{place}.about", "incident, cause or content", stories
            )
    for key in ("incidents", "content"):
        for number, item in enumerate(_list(tree, key)):
            path = f"{key}.{name_of(item) or number}"
            yield from _unknown(item.child("brand"), f"{path}.brand", "brand", brands)
            yield from _unknown(item.child("segments"), f"{path}.segments", "segment", segments)
            yield from _by_segment(item, path, "perceived", segments)
            themes = item.child("themes")
            if themes is not None and any(each.entries() for each in themes.entries().values()):
                yield from _by_segment(item, path, "themes", segments)
    for number, item in enumerate(_list(tree, "goals")):
        yield from _wanted(item, f"goals.{number}", brands)


def _by_segment(item: Node, path: str, key: str, segments: list[str]) -> Iterator[Problem]:
    perceived = item.child(key)
    if perceived is None or not perceived.entries():
        return
    for name in perceived.entries():
        if name not in (*segments, EVERYONE):
            hint = nearest(name, [*segments, EVERYONE])
            yield perceived.keys[name].problem(
                f"{path}.{key}", f"there is no segment {name!r}", hint, "unknown-name"
            )
    left = [name for name in segments if name not in perceived.entries()]
    if left and EVERYONE not in perceived.entries():
        message = f"how do the others feel it? {left[0]!r} is missing; add it, or {EVERYONE}"
        yield perceived.place.problem(f"{path}.{key}", message)


def _wanted(item: Node, path: str, brands: list[str]) -> Iterator[Problem]:
    """A goal for a brand that is not there."""
    try:
        brand = goal(item.plain()).brand
    except ValueError:
        return  # told by the section itself
    if brand is not None and brand not in brands:
        yield item.place.problem(path, f"there is no brand {brand!r}", nearest(brand, brands), "unknown-name")


def _stories(tree: Node, brand: Node) -> list[str]:
    """What stories about a brand can be about."""
    failures = brand.child("failures")
    found = list(failures.entries()) if failures else list(Brand.model_fields["failures"].default)
    for item in (*_list(tree, "incidents"), *_list(tree, "content")):
        mine, cause = item.child("brand"), item.child("cause")
        label = name_of(item) or (cause.text() if cause else None)
        if mine is not None and mine.text() == name_of(brand) and label:
            found.append(label)
    return found


def _moments(tree: Node) -> Iterator[Problem]:
    """Moments before day 0 or after the end."""
    clock = tree.child("clock")
    default = Clock()
    try:
        written = clock.child("starts") if clock else None
        starts = midnight(written.value) if written else default.starts
        days = clock.child("days") if clock else None
        last = days.value if days and isinstance(days.value, int) else default.days
        Clock(days=last)
    except ValueError:
        return  # the clock itself is wrong, and told so
    for path, node in _all_moments(tree):
        try:
            hours = moment(node.value).hours(starts)
        except ValueError:
            continue
        if not 0 <= hours < 24 * last:
            when = "before day 0" if hours < 0 else "after the end"
            span = f"the run goes from day 0 ({starts:%Y-%m-%d}) to the end of day {last - 1}"
            yield node.place.problem(path, f"{node.value} lies {when}: {span}")


def _all_moments(tree: Node) -> Iterator[tuple[str, Node]]:
    for key in ("incidents", "content"):
        for number, item in enumerate(_list(tree, key)):
            if (at := item.child("at")) is not None:
                yield f"{key}.{name_of(item) or number}.at", at
    for number, brand in enumerate(_list(tree, "brands")):
        for place, statement in enumerate(_list(brand, "statements")):
            if (at := statement.child("at")) is not None and at.value is not None:
                yield f"brands.{name_of(brand) or number}.statements.{place}.at", at
        for place, campaign in enumerate(_list(brand, "campaigns")):
            if (at := campaign.child("at")) is not None:
                yield f"brands.{name_of(brand) or number}.campaigns.{place}.at", at
        for key in ("at", "until"):
            referral = brand.child("referral")
            if referral is not None and (at := referral.child(key)) is not None and at.value is not None:
                yield f"brands.{name_of(brand) or number}.referral.{key}", at


def _issues(tree: Node) -> Iterator[Problem]:
    """More stories about one brand than the world can tell apart."""
    for number, brand in enumerate(_list(tree, "brands")):
        stories = len(_stories(tree, brand))
        if stories > MOST_ISSUES:
            message = f"has {stories} issues (failures, incidents, content together); at most {MOST_ISSUES}"
            yield brand.place.problem(f"brands.{name_of(brand) or number}", message)


def _market(tree: Node) -> Iterator[Problem]:
    total = 0.0
    last: Node | None = None
    for brand in _list(tree, "brands"):
        start = brand.child("start")
        given = start.child("share") if start else None
        if given is not None and given.value is not None:
            try:
                total, last = total + share(given.value), given
            except ValueError:
                return
    if last is not None and total > 1 + 1e-9:
        yield last.place.problem(
            "brands", f"the brands' shares of the market sum to {100 * total:g} %: at most 100 %"
        )


def _by_hand(tree: Node, scenario: Scenario) -> Iterator[Problem]:
    """A desk by hand whose brand neither listens nor answers: nothing would ever lie in the inbox."""
    for node, brand in zip(_list(tree, "brands"), scenario.brands, strict=True):
        if brand.desk.by_hand and not scenario.policy(brand).replies:
            message = f"a desk by hand needs a policy that answers; {brand.policy!r} does not"
            yield (node.child("desk") or node).place.problem(f"brands.{brand.name}.desk.by_hand", message)


def _size(tree: Node, scenario: Scenario) -> Iterator[Problem]:
    """More people than this machine has memory for."""
    needed, limit = memory_needed(scenario), memory_limit()
    if scenario.graph.file is None and needed > limit:
        customers = tree.child("customers")
        number = customers.child("number") if customers else None
        message = (
            f"a world of {scenario.customers.number:,} customers takes about {in_bytes(needed)} of memory; "
            f"this machine has room for {in_bytes(limit)}"
        )
        cure = f"at most about {most_people(scenario, limit):,} fit"
        yield (number or customers or tree).place.problem("customers.number", message, cure, "memory")
