"""Whatever stands in a file or after --set: a scenario, or problems in words; never a traceback or jargon."""

# ruff: noqa: E501

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import UserError
from sim.scenario.catalogue import entries
from sim.scenario.load import from_values, loads
from sim.scenario.tree import compose, plain

TEXT = """
scenario: t
customers: {number: 100, segments: [{name: a, share: 25 %}, {name: b, share: 75 %}]}
brands:
  - {name: A, policy: p, failures: {late: 5 %}, desk: {alarm: {}}, statements: [{at: day 2, explanation: 1, ownership: 1}]}
  - {name: B}
policies: {p: {triage: newest}}
incidents: [{at: day 1, brand: A, cause: x, affects: 10 %}]
content: [{name: film, at: day 1, brand: B, perceived: {a: 0.1, everyone: 0.5}}]
press: {}
what_if: {q: {brands.A.policy: silence}}
levers: {brands.A.desk.agents: {from: 1, to: 4, cost: 31 per hour}}
uncertain: {crowd.voice.praise: {beta: [2, 8]}}
goals: [{retention: max}]
"""
JARGON = ("pydantic", "Input should", "validation error", "Traceback", "NoneType", "object has no")
FAST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

words = st.one_of(
    st.sampled_from(
        [
            "A",
            "a",
            "everyone",
            "12 min",
            "25 %",
            "day 1 10:00",
            "24/7",
            "silence",
            "-1",
            "1e999",
            ".nan",
            "~",
            "true",
            "[]",
            "{}",
            "[1, 2]",
            "{name: A}",
            "{a: 1, a: 2}",
            "*x",
            "&x 1",
            "!t 1",
            "\t",
            "0.5",
            "max",
            "2026-12-01",
            "'",
            "[",
            "1_000",
        ]
    ),
    st.text(max_size=12),
    st.integers().map(str),
    st.floats().map(str),
)
patterns = st.sampled_from(sorted(entries()))
steps = st.sampled_from(["0", "1", "-1", "A", "B", "p", "late", "film", "nobody", ""])


def judge(text: str, *overrides: str) -> None:
    """Load a text; nothing but a scenario or a UserError in plain words may come out."""
    try:
        scenario = loads(text, overrides, file="f.yaml")
    except UserError as error:
        said = str(error)
        assert said.strip()
        assert not any(jargon in said for jargon in JARGON), said
    else:
        assert from_values(scenario.resolved()) == scenario


@FAST
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    judge(text)


@FAST
@given(st.binary(max_size=60))
def test_any_bytes_that_are_text(raw: bytes) -> None:
    judge(raw.decode("latin-1"))


@FAST
@given(st.data())
def test_any_damage_to_a_good_file(data: st.DataObject) -> None:
    lines = TEXT.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[at])))
    lines[at] = lines[at][:column] + data.draw(words) + lines[at][column + data.draw(st.integers(0, 5)) :]
    judge("\n".join(lines))


@FAST
@given(patterns, steps, words)
def test_any_override_of_any_key(pattern: str, step: str, value: str) -> None:
    judge(TEXT, f"{pattern.replace('*', step)}={value}")


@FAST
@given(st.text(max_size=30))
def test_any_override_at_all(override: str) -> None:
    judge(TEXT, override)


printable = st.text(max_size=8).filter(str.isprintable)
trees = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), printable
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(printable, inner, max_size=4),
    max_leaves=12,
)


@FAST
@given(
    st.sampled_from(["brands", "what_if", "levers", "uncertain", "goals", "crowd", "policies", "content"]),
    trees,
)
def test_any_value_of_any_section(key: str, value: object) -> None:
    judge(f"{json.dumps({'scenario': 't', 'brands': [{'name': 'A'}], key: value})}")


@FAST
@given(trees)
def test_what_json_writes_is_read_as_it_was(value: object) -> None:
    tree, problems = compose(json.dumps(value, ensure_ascii=False), "f.yaml")
    assert problems == []
    assert tree is not None and tree.plain() == value


@FAST
@given(st.text(max_size=10))
def test_a_plain_word_is_never_an_error(word: str) -> None:
    plain(word)
