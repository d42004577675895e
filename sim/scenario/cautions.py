"""What is allowed in a scenario and yet hardly meant: warnings, not errors.

`sim validate` prints them, and fails on them with --strict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sim.errors import Problem, ScenarioError
from sim.scenario.brand import Brand
from sim.scenario.load import as_written, questions
from sim.scenario.names import BASELINE
from sim.scenario.paths import name_of
from sim.scenario.schema import Scenario
from sim.scenario.tree import Node, Place


def cautions(scenario: Scenario) -> list[Problem]:
    """Everything in a scenario that is allowed and yet hardly meant, in the order of the file."""
    found = [*_idle_policies(scenario), *_idle_graph(scenario), *_idle_arms(scenario)]
    found += [replace(problem, code="caution") for problem in questions(scenario.source)]
    for brand in scenario.brands:
        found += [*_nobody_there(scenario, brand), *_says_nothing(scenario, brand)]
    once = dict.fromkeys(found)
    return sorted(once, key=lambda caution: (caution.line, caution.column))


def _node(scenario: Scenario, *steps: str) -> Node:
    """The node of the tree some steps down, or the last one that is there."""
    node = scenario.source.tree
    for step in steps:
        below = node.child(step) or next((item for item in node.items() if name_of(item) == step), None)
        if below is None:
            return node
        node = below
    return node


def _in_the_file(scenario: Scenario, section: str) -> Node:
    """A section as the file has it, before any override or arm: what those brought about is no slip of its author."""
    source = scenario.source
    tree = as_written(source.text, file=source.file) or source.tree
    return tree.child(section) or Node(None, tree.place)


def _policy_of(brand: Node) -> str | None:
    named = brand.child("policy")
    return named.text() if named is not None else None


def _caution(place: Place, path: str, message: str) -> Problem:
    return place.problem(path, message, code="caution")


def _idle_policies(scenario: Scenario) -> Iterator[Problem]:
    if scenario.source.arm != BASELINE:
        return  # an arm carries no arms of its own: whether a policy is idle is a question to the whole file
    followed = {brand.policy for brand in scenario.brands}
    followed |= {name for brand in _in_the_file(scenario, "brands").items() if (name := _policy_of(brand))}
    for arm in scenario.what_if.values():
        followed |= {value for value in arm.values() if isinstance(value, str)}
    for name in scenario.policies:
        if name not in followed:
            place = scenario.source.tree.child("policies") or scenario.source.tree
            yield _caution(
                place.keys.get(name, place.place),
                f"policies.{name}",
                "no brand and no arm follows this policy",
            )


def _idle_graph(scenario: Scenario) -> Iterator[Problem]:
    graph = _node(scenario, "graph")
    for key in scenario.graph.idle:
        if key in graph.entries() and not _made_idle(scenario, graph.keys[key], "graph", key):
            kind = (
                "a graph from a file" if scenario.graph.file else f"a graph of the kind {scenario.graph.kind}"
            )
            yield _caution(graph.keys[key], f"graph.{key}", f"changes nothing in {kind}")
    customers = _node(scenario, "customers")
    number = customers.keys.get("number")
    if scenario.graph.file and number is not None and not _made_idle(scenario, number, "customers", "number"):
        message = "changes nothing: the graph file decides how many there are"
        yield _caution(number, "customers.number", message)


def _made_idle(scenario: Scenario, place: Place, section: str, key: str) -> bool:
    """Whether a key of the file changes nothing only because an override or an arm chose another graph."""
    before, now = _in_the_file(scenario, "graph"), _node(scenario, "graph")
    other = any(_place_of(now, what) != _place_of(before, what) for what in ("file", "kind"))
    return other and place == _in_the_file(scenario, section).keys.get(key)


def _place_of(node: Node, key: str) -> Place | None:
    child = node.child(key)
    return child.place if child is not None else None


def _idle_arms(scenario: Scenario) -> Iterator[Problem]:
    arms = _node(scenario, "what_if")
    for name in scenario.what_if:
        try:
            same = scenario.arm(name).digest == scenario.digest
        except ScenarioError:
            continue  # told with the other questions that do not fit
        if same:
            place = arms.keys.get(name, arms.place)
            yield _caution(place, f"what_if.{name}", "this arm changes nothing")


def _nobody_there(scenario: Scenario, brand: Brand) -> Iterator[Problem]:
    policy = scenario.policy(brand)
    agents = sum(duty.agents for duty in brand.desk.duty)
    if policy.replies and policy.reply_after is None and agents == 0:
        place = _node(scenario, "brands", brand.name, "desk").place
        yield _caution(place, f"brands.{brand.name}.desk.agents", "nobody is there to answer")
    if not policy.listens and brand.desk.alarm is not None:
        place = _node(scenario, "brands", brand.name, "desk", "alarm").place
        message = f"never goes off: the policy {brand.policy!r} does not listen"
        yield _caution(place, f"brands.{brand.name}.desk.alarm", message)


def _says_nothing(scenario: Scenario, brand: Brand) -> Iterator[Problem]:
    """Statements that speak before anything happened."""
    happened = [scenario.hours(each.at) for each in scenario.incidents if each.brand == brand.name]
    happened += [scenario.hours(each.at) for each in scenario.content if each.brand == brand.name]
    for number, statement in enumerate(brand.statements):
        if statement.at is None or statement.about in brand.failures:
            continue
        if not any(begun <= scenario.hours(statement.at) for begun in happened):
            nodes = _node(scenario, "brands", brand.name, "statements")
            place = nodes.items()[number].place if number < len(nodes.items()) else nodes.place
            path = f"brands.{brand.name}.statements.{number}"
            yield _caution(place, path, "is made before anything has happened to speak about")
