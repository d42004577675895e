"""What no single section of a moment can know: names that nothing has, times after the end, options that cannot be.

References are checked on the raw tree, so that they are told together with whatever else is wrong. What is odd but
can be played is a caution (`cautions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sim.errors import Problem
from sim.rehearsal.crowd_text import LANGUAGES, spoken
from sim.rehearsal.moment import HANDS, QUALITIES, Inject, Moment, Option
from sim.rehearsal.patterns import compiled
from sim.rehearsal.phrasing import NAMES, strange
from sim.scenario.lint import brand_names, segment_names
from sim.scenario.names import nearest
from sim.scenario.schema import Scenario
from sim.scenario.tree import Node

MOST_OF_CROWD = 0.5
"""Share of the crowd that may follow one persona."""
DISAGREES = 0.4
"""Difference between declared and appraised quality from which an author is warned."""
WORTH_APART = 0.15
"""Difference in worth from which the same words are dearer as an option than typed, or cheaper."""


def problems(tree: Node, moment: Moment | None, scenario: Scenario | None) -> list[Problem]:
    """Everything that is wrong between sections; moment or scenario are None if they are wrong by themselves."""
    found = [*_references(tree), *_ids(tree), *_authority(tree)]
    if moment is not None:
        found += [*_injects(tree, moment), *_texts(tree, moment)]
    if scenario is not None:
        found += _of_scenario(tree, scenario)
        if moment is not None:
            found += _times(tree, moment, scenario)
    return found


# ---------------------------------------------------------------------------------------------- the tree


def _items(tree: Node, key: str) -> list[Node]:
    node = tree.child(key)
    return node.items() if node is not None else []


def _keys(tree: Node, key: str) -> list[str]:
    node = tree.child(key)
    return list(node.entries()) if node is not None else []


def _name(node: Node, key: str = "id") -> str:
    found = node.child(key)
    return str(found.value) if found is not None else ""


def _at(tree: Node, *steps: str | int) -> Node:
    """The deepest node on a way through the tree."""
    node = tree
    for step in steps:
        below = node.child(step) if isinstance(step, str) else None
        if isinstance(step, int) and step < len(node.items()):
            below = node.items()[step]
        if below is None:
            return node
        node = below
    return node


def _unknown(node: Node | None, path: str, what: str, known: list[str]) -> Iterator[Problem]:
    for item in (node.items() or [node]) if node is not None else []:
        name = item.text()
        if name is not None and name not in known:
            yield item.place.problem(path, f"there is no {what} {name!r}", nearest(name, known), "unknown-name")


def _references(tree: Node) -> Iterator[Problem]:
    """Personas, rubrics and injects that are named and do not exist."""
    personas, rubrics = _keys(tree, "personas"), _keys(tree, "rubrics")
    injects = [_name(inject) for inject in _items(tree, "injects")]
    for inject in _items(tree, "injects"):
        path = f"injects.{_name(inject)}"
        yield from _unknown(inject.child("from"), f"{path}.from", "persona", personas)
        free = inject.child("free_text")
        if free is not None:
            yield from _unknown(free.child("rubric"), f"{path}.free_text.rubric", "rubric", rubrics)
    debrief = tree.child("debrief")
    if debrief is not None:
        yield from _unknown(debrief.child("drills"), "debrief.drills", "inject", injects)


def _ids(tree: Node) -> Iterator[Problem]:
    """Ids that stand twice."""
    injects = _items(tree, "injects")
    lists = [("injects", injects), (HANDS, _items(tree, HANDS))]
    lists += [(f"injects.{_name(inject)}.options", _items(inject, "options")) for inject in injects]
    for path, items in lists:
        seen: dict[str, Node] = {}
        for item in items:
            name = _name(item)
            if name and name in seen:
                first = f"first in line {seen[name].place.line}"
                yield item.place.problem(f"{path}.{name}", f"the id {name!r} is taken", first, "duplicate")
            seen.setdefault(name, item)


# ---------------------------------------------------------------------------------------------- the moment


def _injects(tree: Node, moment: Moment) -> Iterator[Problem]:
    """Conditions on injects that do not exist or wait for themselves; deadlines and times after the end."""
    for number, inject in enumerate(moment.injects):
        path = f"injects.{inject.id}"
        node = _at(tree, "injects", number)
        if inject.when is not None:
            place = _at(node, "when").place
            fails, holds = inject.when.within(60 * moment.clock.length)
            if holds == 0:
                yield place.problem(f"{path}.when", "can never hold within the session")
            elif fails == 1:
                yield place.problem(f"{path}.when", "always holds", "give it a time: at: 5 min")
            for name in inject.when.injects:
                if name == inject.id:
                    yield place.problem(f"{path}.when", "waits for itself")
                elif name not in moment.by_id:
                    yield place.problem(
                        f"{path}.when", f"there is no inject {name!r}", nearest(name, moment.by_id), "unknown-name"
                    )
        if inject.at is not None:
            if inject.at >= moment.clock.length:
                yield _at(node, "at").place.problem(f"{path}.at", "comes after the session is over")
            elif inject.deadline is not None and inject.at + inject.deadline > moment.clock.length + 1e-9:
                message = f"the deadline lies after the end of the session ({60 * moment.clock.length:g} min)"
                yield _at(node, "deadline").place.problem(f"{path}.deadline", message)
        if not moment.options(inject.id) and not inject.free_text.allow:
            yield node.place.problem(path, "has no reachable answer: give options, answers or free_text")
    for inject in moment.injects:
        if inject.when is not None and _circle(moment, inject):
            place = _at(tree, "injects", moment.injects.index(inject), "when").place
            yield place.problem(f"injects.{inject.id}.when", "can never come: its condition waits for it in a circle")


def _circle(moment: Moment, inject: Inject) -> bool:
    """Whether the injects a condition speaks of can, step by step, only come after the inject itself."""
    seen: set[str] = set()
    ahead = [inject.id]
    while ahead:
        here = moment.by_id.get(ahead.pop())
        if here is None or here.when is None or here.id in seen:
            continue
        seen.add(here.id)
        if " or " in here.when.text or "not " in here.when.text:
            continue
        for name in here.when.injects:
            if name == inject.id:
                return True
            ahead.append(name)
    return False


def _options(moment: Moment) -> Iterator[tuple[tuple[str | int, ...], str, Inject | None, Option]]:
    """Every option: the way to it in the tree, its path, its inject (none: an answer for any post)."""
    for number, option in enumerate(moment.answers):
        yield (HANDS, number), f"{HANDS}.{option.id}", None, option
    for place, inject in enumerate(moment.injects):
        for number, option in enumerate(inject.options):
            yield ("injects", place, "options", number), f"injects.{inject.id}.options.{option.id}", inject, option


def _authority(tree: Node) -> Iterator[Problem]:
    """Options that need what the role may not give."""
    role = tree.child("role")
    given = role.child("authority") if role is not None else None
    known = [str(item.value) for item in (given.items() or [given])] if given is not None else []
    lists = [(HANDS, _items(tree, HANDS))]
    lists += [(f"injects.{_name(inject)}.options", _items(inject, "options")) for inject in _items(tree, "injects")]
    for path, options in lists:
        for option in options:
            requires = option.child("requires")
            for item in (requires.items() or [requires]) if requires is not None else []:
                name = item.text()
                if name is not None and name not in known:
                    yield item.place.problem(
                        f"{path}.{_name(option)}.requires", f"{name!r} is outside the role's authority",
                        nearest(name, known), "authority",
                    )


def _texts(tree: Node, moment: Moment) -> Iterator[Problem]:
    """Texts longer than the channel takes, and options that hold what a rubric forbids."""
    for steps, path, inject, option in _options(moment):
        if steps[0] == HANDS and tree.child(HANDS) is None:
            continue  # those every moment has
        place = _at(tree, *steps, "text").place
        longest = inject.free_text.max if inject else max(each.free_text.max for each in moment.injects)
        if len(option.text) > longest:
            yield place.problem(f"{path}.text", f"has {len(option.text)} characters; the channel takes {longest}")
        names = [inject.free_text.rubric] if inject else [each.free_text.rubric for each in moment.injects]
        for name in dict.fromkeys(names):
            rubric = moment.rubrics.get(name) if name else None
            for forbidden in rubric.forbidden if rubric and option.where == "public" else ():
                if compiled(forbidden.pattern).search(option.text):
                    yield place.problem(f"{path}.text", f"holds what rubric {name!r} forbids: {forbidden.why}")


# ---------------------------------------------------------------------------------------------- with the scenario


def _words(tree: Node, scenario: Scenario) -> Iterator[Problem]:
    """Words of the scenario's author that nobody could ever say: under a condition that there is not."""
    segments = [segment.name for segment in scenario.customers.segments]
    told = [(incident.label, incident.words) for incident in scenario.incidents]
    told += [(name, failure.words) for brand in scenario.brands for name, failure in brand.failures.items()]
    for cause, words in told:
        for phrase in words:
            for condition in strange(phrase, segments):
                message = f"words of {cause!r} are said under <{condition}>, and that is no segment or condition"
                hint = nearest(condition, [*segments, *NAMES, "2h", "30min", "18-24", "x2"])
                yield _at(tree, "extends").place.problem("extends", message, hint, "unknown-name")


def _of_scenario(tree: Node, scenario: Scenario) -> Iterator[Problem]:
    """Brands, segments and stories the scenario does not have, and words that nobody could say."""
    yield from _words(tree, scenario)
    source = scenario.source.tree
    role = tree.child("role")
    named = role.child("brand") if role is not None else None
    yield from _unknown(named, "role.brand", "brand", brand_names(source))
    personas = tree.child("personas")
    for name, persona in (personas.entries() if personas is not None else {}).items():
        yield from _unknown(persona.child("segment"), f"personas.{name}.segment", "segment", segment_names(source))
    brands = [brand for brand in scenario.brands if named is None or brand.name == named.text()]
    if brands:
        stories = list(scenario.issues(brands[0]))
        for inject in _items(tree, "injects"):
            path = f"injects.{_name(inject)}.about"
            yield from _unknown(inject.child("about"), path, f"story about {brands[0].name}", stories)


def _times(tree: Node, moment: Moment, scenario: Scenario) -> Iterator[Problem]:
    """A session outside the scenario's days; personas whom more follow than the crowd can hold."""
    begins = scenario.hours(moment.clock.begins)
    if begins < 0:
        yield _at(tree, "clock", "begins").place.problem("clock.begins", "lies before day 0 of the scenario")
    handles: dict[str, str] = {}
    for name, persona in moment.personas.items():
        if (first := handles.setdefault(persona.handle.lower(), name)) != name:
            message = f"{persona.handle!r} is the handle of persona {first!r}, too"
            yield _at(tree, "personas", name, "handle").place.problem(f"personas.{name}.handle", message)
    for name, persona in moment.personas.items():
        audience = persona.followers / moment.crowd.stands_for
        if audience > MOST_OF_CROWD * moment.crowd.size:
            least = int(persona.followers / (MOST_OF_CROWD * moment.crowd.size)) + 1
            yield _at(tree, "personas", name, "followers").place.problem(
                f"personas.{name}.followers",
                f"{audience:,.0f} of {moment.crowd.size:,} people would follow them; at most half can",
                f"let each of the crowd stand for more: crowd.stands_for: {least}",
            )


# ---------------------------------------------------------------------------------------------- odd, but playable


def cautions(moment: Moment, tree: Node) -> list[Problem]:
    """What is odd though the moment can be played: options that dominate, injects that collide, thin rubrics."""
    found = [*_dominating(tree, moment), *_collisions(tree, moment), *_disagreeing(tree, moment)]
    if spoken(moment.language) != moment.language.lower().split("-")[0]:
        found.append(_at(tree, "language").place.problem(
            "language", f"the crowd has no words in {moment.language!r}, and would write English",
            f"there are {', '.join(LANGUAGES)}", "language",
        ))
    for number, inject in enumerate(moment.injects):
        rubric = moment.rubrics.get(inject.free_text.rubric or "")
        if inject.free_text.allow and rubric and not any(getattr(rubric, side).bad for side in QUALITIES):
            place = _at(tree, "injects", number, "free_text").place
            found.append(place.problem(
                f"injects.{inject.id}.free_text", f"rubric {inject.free_text.rubric!r} has no bad exemplar",
                code="rubric",
            ))
    return found


def _dominating(tree: Node, moment: Moment) -> Iterator[Problem]:
    """An option at least as good as every other in every respect, and no dearer: there is nothing to decide."""
    for number, inject in enumerate(moment.injects):
        said = [option for option in inject.options if option.quality is not None]
        for option in said:
            others = [other for other in said if other is not option]
            if others and not option.requires and option.takes is None and all(
                _at_least(option, other) for other in others
            ):
                place = _at(tree, "injects", number, "options", inject.options.index(option)).place
                yield place.problem(
                    f"injects.{inject.id}.options.{option.id}",
                    "dominates: at least as good as every other option in all five qualities, at no cost",
                    "give it a price (requires, takes) or another one a merit", "dominates",
                )


def _at_least(option: Option, other: Option) -> bool:
    one, two = option.quality, other.quality
    assert one is not None and two is not None
    return all(getattr(one, quality) >= getattr(two, quality) for quality in QUALITIES)


def _disagreeing(tree: Node, moment: Moment) -> Iterator[Problem]:
    """An option whose quality, or worth, is far from what the appraisal (and its inject's rubric) reads in its text."""
    from sim.rehearsal.appraisal.judge import overall_of
    from sim.rehearsal.own_words import appraised

    for number, inject in enumerate(moment.injects):
        rubric = moment.rubrics.get(inject.free_text.rubric or "")
        for place, option in enumerate(inject.options):
            if option.quality is None:
                continue
            read = appraised(inject.text, option.text, rubric, option.where, moment.language)
            if read.point is None:
                continue
            declared = [getattr(option.quality, name) for name in QUALITIES]
            apart = [
                f"{name} {said:g}, read as {seen:.2g}"
                for name, said, seen in zip(QUALITIES, declared, read.point, strict=True)
                if abs(said - seen) > DISAGREES
            ]
            worth, typed = (overall_of(dict(zip(QUALITIES, point, strict=True))) for point in (declared, read.point))
            if abs(worth - typed) > WORTH_APART:
                apart.append(f"worth {worth:.2f}, typed {typed:.2f}")
            if apart:
                yield _at(tree, "injects", number, "options", place, "quality").place.problem(
                    f"injects.{inject.id}.options.{option.id}.quality", f"says {'; '.join(apart)}",
                    "change the text, the quality, or the rubric's cues", "disagrees",
                )


def _collisions(tree: Node, moment: Moment) -> Iterator[Problem]:
    """Two injects at the same instant."""
    times = Counter(inject.at for inject in moment.injects if inject.at is not None)
    for number, inject in enumerate(moment.injects):
        if inject.at is not None and times[inject.at] > 1:
            place = _at(tree, "injects", number, "at").place
            yield place.problem(
                f"injects.{inject.id}.at", f"{times[inject.at]} injects come at this instant", code="together"
            )
