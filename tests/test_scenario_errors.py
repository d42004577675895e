"""What a user reads when a scenario is wrong: each bad input with the exact lines it must give, and no other.

Lines are as printed, without the file's name in front.
"""

# ruff: noqa: E501 (lines are quoted as they are printed)

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import FileError, ScenarioError
from sim.scenario.load import load, loads

ACME = """scenario: t
brands:
  - name: Acme
"""

CASES: dict[str, tuple[str, list[str]]] = {
    "an empty file": (
        "",
        [
            " the file is empty (`sim new` writes one to start from)",
        ],
    ),
    "comments only": (
        "# nothing",
        [
            " the file is empty (`sim new` writes one to start from)",
        ],
    ),
    "nothing but null": (
        "~",
        [
            "1:1: a scenario is made of keys with values, like scenario: A title (see `sim new`)",
        ],
    ),
    "text": (
        "hello",
        [
            "1:1: a scenario is made of keys with values, like scenario: A title (see `sim new`)",
        ],
    ),
    "a list": (
        """- a
- b
""",
        [
            "1:1: a scenario is made of keys with values, like scenario: A title (see `sim new`)",
        ],
    ),
    "a tab": (
        """scenario: t
brands:
	- name: A
""",
        [
            "3:1: not YAML: a tab cannot indent a line: use spaces",
        ],
    ),
    "an open brace": (
        ACME + "clock: {days: 3",
        [
            "4:8: not YAML: the mapping opened here is not closed: a ',' or '}' is missing",
        ],
    ),
    "an open quote": (
        ACME + "about: 'never",
        [
            "4:8: not YAML: the quote opened here is never closed",
        ],
    ),
    "a stray colon": (
        ACME + "about: this: that",
        [
            "4:12: not YAML: a ':' is not expected here; indent as the lines around, or quote it",
        ],
    ),
    "wrong indentation": (
        ACME + " about: x",
        [
            "4:2: not YAML: the indentation does not fit the lines above",
        ],
    ),
    "a reserved character": (
        ACME + "about: @x",
        [
            "4:8: not YAML: '@' cannot begin a value: put it in quotes",
        ],
    ),
    "a key twice": (
        ACME
        + """seed: 1
seed: 2
""",
        [
            "5:1: seed: this key appears twice (first in line 4)",
        ],
    ),
    "a key twice in braces": (
        """scenario: t
brands:
  - {name: A, quality: 0.1, quality: 0.2}
""",
        [
            "3:29: brands.A.quality: this key appears twice (first in line 3)",
        ],
    ),
    "a key twice far below": (
        """scenario: t
brands:
  - name: A
    desk:
      agents: 3
      agents: 4
    name: B
  - {quality: 0.1, quality: 0.2, name: C}
""",
        [
            "6:7: brands.A.desk.agents: this key appears twice (first in line 5)",
            "7:5: brands.A.name: this key appears twice (first in line 3)",
            "8:20: brands.1.quality: this key appears twice (first in line 8)",
        ],
    ),
    "a fault of the file, which an arm only puts into other words": (
        """scenario: t
clock: {days: 3}
brands: [{name: A, policy: humann}]
policies: {human: {}}
incidents: [{at: day 5, brand: A, cause: x, affects: 10 %}]
what_if:
  others: {policies: {p: {}}, clock.days: 4}
  another: {brands.A.policy: hmuan}
""",
        [
            "3:28: brands.A.policy: there is no policy 'humann' (did you mean 'human'?)",
            "5:18: incidents.0.at: day 5 lies after the end: the run goes from day 0 (2026-01-05) to the end of day 2",
            "8:30: what_if.another: brands.A.policy: there is no policy 'hmuan' (did you mean 'human'?)",
        ],
    ),
    "no days at all": (
        """scenario: t
clock: {days: 0}
brands: [{name: A}]
incidents: [{at: day 5, brand: A, cause: x, affects: 10 %}]
""",
        [
            "2:15: clock.days: must be at least 1; got 0",
        ],
    ),
    "a title of blanks": (
        """scenario: " "
brands: [{name: A}]
""",
        [
            "1:11: scenario: a title is needed: it names the folder of the results",
        ],
    ),
    "two documents": (
        ACME
        + """---
scenario: u
""",
        [
            "4:1: a second document begins here: one scenario a file",
        ],
    ),
    "an alias": (
        """scenario: &a t
about: *a
brands: [{name: A}]
""",
        [
            "2:8: aliases (*a) are not used here: write the value out",
        ],
    ),
    "a merge key": (
        ACME + "clock: {<<: {days: 3}}",
        [
            "4:9: clock.<<: unknown key (there is: days, starts, warm_up)",
        ],
    ),
    "a tag": (
        ACME + "seed: !!int 3",
        [
            "4:7: tags (tag:yaml.org,2002:int) are not used here",
        ],
    ),
    "a list as a key": (
        ACME
        + """? [a]
: b
""",
        [
            "4:3: a key must be a word, not a list or a mapping",
        ],
    ),
    "deep nesting": (
        "a: " + "[" * 50 + "]" * 50,
        [
            "1:43: nested more than 40 levels deep",
        ],
    ),
    "a control character": (
        "scenario: \x01",
        [
            "1:11: not a text file: a character that cannot be shown",
        ],
    ),
    "no brands": (
        "scenario: t",
        [
            "1:1: brands: is missing; it has no default",
        ],
    ),
    "no title": (
        "brands: [{name: A}]",
        [
            "1:1: scenario: is missing; it has no default",
        ],
    ),
    "an empty list of brands": (
        """scenario: t
brands: []
""",
        [
            "2:9: brands: at least 1 must be given; got 0",
        ],
    ),
    "a mapping where a list belongs": (
        """scenario: t
brands: {name: A}
""",
        [
            "2:9: brands: a list is needed; got a mapping",
        ],
    ),
    "text where a mapping belongs": (
        """scenario: t
brands: [Acme]
""",
        [
            "2:10: brands.0: keys with values are needed (key: value); got 'Acme'",
        ],
    ),
    "too many brands": (
        "scenario: t\nbrands: [" + ", ".join(f"{{name: B{number}}}" for number in range(31)) + "]",
        [
            "2:9: brands: at most 30 must be given; got 31",
        ],
    ),
    "misspelt keys": (
        ACME
        + """    qualty: 0.5
    desk: {agnets: 3, alarm: {windw: 3 h}}
clok: {days: 3}
""",
        [
            "4:5: brands.Acme.qualty: unknown key (did you mean 'quality'?)",
            "5:12: brands.Acme.desk.agnets: unknown key (did you mean 'agents'?)",
            "5:31: brands.Acme.desk.alarm.windw: unknown key (did you mean 'window'?)",
            "6:1: clok: unknown key (did you mean 'clock'?)",
        ],
    ),
    "keys in the wrong section": (
        ACME
        + """    agents: 3
    share: 40 %
""",
        [
            "4:5: brands.Acme.agents: unknown key (did you mean 'desk.agents'?)",
            "5:5: brands.Acme.share: unknown key (did you mean 'start.share'?)",
        ],
    ),
    "wrong units": (
        ACME
        + """    desk: {handling_time: 12, listens: 90, notice_delay: 3 parsecs, drops_after: soon}
clock: {warm_up: -2 days}
""",
        [
            "4:27: brands.Acme.desk.handling_time: 12 has no unit: write 12 min, 12 h or 12 days",
            "4:40: brands.Acme.desk.listens: a share lies between 0 % and 100 %; got 90 (did you mean 90 %?)",
            "4:58: brands.Acme.desk.notice_delay: unknown unit 'parsecs': a duration is in s, min, h, days or weeks",
            "4:82: brands.Acme.desk.drops_after: 'soon' is not a duration: write 12 min, 4 h or 2 days",
            "5:18: clock.warm_up: a duration cannot be negative; got -2 days",
        ],
    ),
    "shares above 100 %": (
        ACME
        + """    failures: {a: 60 %, b: 50 %}
    margin: 120 %
    known_by: -0.1
""",
        [
            "4:15: brands.Acme.failures: the failures of a brand are at most 100 % together; these are 110 %",
            "5:13: brands.Acme.margin: a share lies between 0 % and 100 %; got 120 %",
            "6:15: brands.Acme.known_by: a share lies between 0 % and 100 %; got -0.1",
        ],
    ),
    "segments that do not add up": (
        ACME + "customers: {segments: [{name: x, share: 50 %}, {name: x, share: 40 %}]}",
        [
            "4:23: customers.segments: the shares of the segments must sum to 100 %; these sum to 90 %",
            "4:55: customers.segments.x: the name 'x' is taken (first in line 4)",
        ],
    ),
    "more than the whole market": (
        """scenario: t
brands: [{name: A, start: {share: 70 %}}, {name: B, start: {share: 60 %}}]
""",
        [
            "2:68: brands: the brands' shares of the market sum to 130 %: at most 100 %",
        ],
    ),
    "negative numbers": (
        ACME
        + """    price: -1
    desk: {agents: -3}
customers: {number: -5}
""",
        [
            "4:12: brands.Acme.price: must be at least 0; got -1",
            "5:20: brands.Acme.desk.agents: must be at least 0; got -3",
            "6:21: customers.number: must be at least 1; got -5",
        ],
    ),
    "numbers that are none": (
        ACME
        + """    price: .nan
    quality: .inf
    desk: {agents: .nan, handling_time: .nan}
""",
        [
            "4:12: brands.Acme.price: a finite number is needed; got nan",
            "5:14: brands.Acme.quality: a finite number is needed; got inf",
            "6:20: brands.Acme.desk.agents: a finite number is needed; got nan",
            "6:41: brands.Acme.desk.handling_time: nan is not a duration: write 12 min, 4 h or 2 days",
        ],
    ),
    "a number beyond all bounds": (
        ACME + "customers: {number: 1" + "0" * 40 + "}",
        [
            "4:21: customers.number: must be at most 1e+15; got 10000000000000000000000000000000000000000",
        ],
    ),
    "a number with 400 digits": (
        ACME + "seed: 1" + "0" * 400,
        [
            "4:7: seed: a finite number is needed; got inf",
        ],
    ),
    "wrong types": (
        ACME
        + """    quality: high
    presence: yes
    desk: 5
seed: 1.5
clock: [1]
incidents: {at: day 1}
about: 12
""",
        [
            "4:14: brands.Acme.quality: a number is needed; got 'high'",
            "5:15: brands.Acme.presence: true or false is needed; got 'yes'",
            "6:11: brands.Acme.desk: keys with values are needed (key: value); got 5",
            "7:7: seed: a whole number is needed; got 1.5",
            "8:8: clock: keys with values are needed (key: value); got a list",
            "9:12: incidents: a list is needed; got a mapping",
            '10:8: about: text is needed; got 12: write it in quotes, "12"',
        ],
    ),
    "true where a number belongs": (
        ACME
        + """    quality: true
    desk: {agents: false}
""",
        [
            "4:14: brands.Acme.quality: a number is needed; got true",
            "5:20: brands.Acme.desk.agents: a number is needed; got false",
        ],
    ),
    "bad names": (
        """scenario: t
brands: [{name: ''}, {name: 12}, {name: '12'}, {name: ' a'}, {name: x, policy: 3}]
""",
        [
            "2:17: brands.0.name: a name has at least one character, and no blanks around it; got ''",
            '2:29: brands.1.name: text is needed; got 12: write it in quotes, "12"',
            "2:41: brands.12.name: a name cannot be a number, since 12 in a path means a place in a list",
            "2:55: brands. a.name: a name has at least one character, and no blanks around it; got ' a'",
            '2:80: brands.x.policy: text is needed; got 3: write it in quotes, "3"',
        ],
    ),
    "two brands of one name": (
        """scenario: t
brands: [{name: A}, {name: A}]
""",
        [
            "2:28: brands.A: the name 'A' is taken (first in line 2)",
        ],
    ),
    "reserved names": (
        ACME
        + """policies: {silence: {}}
what_if: {baseline: {seed: 2}}
customers: {segments: [{name: everyone, share: 1}]}
""",
        [
            "4:12: policies.silence: 'silence' is built in: choose another name",
            "5:11: what_if.baseline: 'baseline' is built in: choose another name",
            "6:31: customers.segments.everyone: 'everyone' means all of them: choose another name",
        ],
    ),
    "names that nothing has": (
        ACME
        + """    policy: humna
policies: {human: {}}
incidents: [{at: day 1, brand: Acne, cause: x, segments: [vip]}]
content: [{name: c, at: day 1, brand: Acme, perceived: {vip: 0.4}}]
""",
        [
            "4:13: brands.Acme.policy: there is no policy 'humna' (did you mean 'human'?)",
            "6:32: incidents.0.brand: there is no brand 'Acne' (did you mean 'Acme'?)",
            "6:59: incidents.0.segments: there is no segment 'vip' (there is: customer)",
            "7:56: content.c.perceived: how do the others feel it? 'customer' is missing; add it, or everyone",
            "7:57: content.c.perceived: there is no segment 'vip' (there is: customer, everyone)",
        ],
    ),
    "statements": (
        ACME
        + "    statements: [{at: day 2, explanation: 1, ownership: 1, about: fire}, {explanation: 1, ownership: 1}, {on_alarm: true, explanation: 1, ownership: 1}]",
        [
            "4:67: brands.Acme.statements.0.about: there is no incident, cause or content 'fire' (did you mean 'failure'?)",
            "4:74: brands.Acme.statements.1: a statement is made at a moment or on_alarm: give one of the two",
        ],
    ),
    "an incident that hits nobody": (
        ACME + "incidents: [{at: day 1, brand: Acme, cause: x}]",
        [
            "4:13: incidents.0: who is hit? give affects (like 25 %), segments, or both",
        ],
    ),
    "moments outside the run": (
        ACME
        + """clock: {days: 5}
incidents: [{at: day 5, brand: Acme, cause: x, affects: 1 %}, {at: 2025-01-01, brand: Acme, cause: y, affects: 1 %}, {at: tomorrow, brand: Acme, cause: z, affects: 1 %}]
""",
        [
            "5:18: incidents.0.at: day 5 lies after the end: the run goes from day 0 (2026-01-05) to the end of day 4",
            "5:68: incidents.1.at: 2025-01-01 lies before day 0: the run goes from day 0 (2026-01-05) to the end of day 4",
            "5:123: incidents.2.at: 'tomorrow' is not a moment: write day 10 18:00 or 2026-12-24 18:00",
        ],
    ),
    "an impossible clock": (
        ACME + "clock: {starts: 2026-02-30, days: 0}",
        [
            "4:17: clock.starts: there is no date '2026-02-30'",
            "4:35: clock.days: must be at least 1; got 0",
        ],
    ),
    "a day that begins at six": (
        ACME + "clock: {starts: 2026-02-20 06:00}",
        [
            "4:17: clock.starts: day 0 begins at midnight: write 2026-02-20 00:00",
        ],
    ),
    "opening hours": (
        ACME + "    desk: {hours: 9-5}",
        [
            "4:19: brands.Acme.desk.hours: '9-5' are no opening hours: write \"08:00-22:00\" or 24/7",
        ],
    ),
    "shifts": (
        ACME + "    desk: {hours: [{hours: '09:00-09:00'}, {agents: 2}]}",
        [
            "4:28: brands.Acme.desk.hours.0.hours: '09:00-09:00' open and close at once: for round the clock write 24/7",
            "4:44: brands.Acme.desk.hours.1.hours: is missing; it has no default",
        ],
    ),
    "too many issues": (
        ACME + "    failures: {" + ", ".join(f"f{number}: 1 %" for number in range(16)) + "}",
        [
            "3:5: brands.Acme: has 16 issues (failures, incidents, content together); at most 15",
        ],
    ),
    "policies": (
        ACME + "policies: {p: {triage: reach times anger, channel: pubic, listens: false}}",
        [
            "4:24: policies.p.triage: there is no triage 'reach times anger' (did you mean 'reach x anger'?)",
            "4:52: policies.p.channel: unknown value 'pubic' (did you mean 'public'?)",
        ],
    ),
    "arms": (
        ACME
        + """what_if:
  a: {brands.Acmee.policy: silence}
  b: {brands.Acme.polcy: silence}
  c: {brands.Acme.policy: silenc}
  d: [1]
  e: {clock: 3}
  f: {brands.Acme.policy.quality.action: 0.4}
  g: {incidents.0.severity: 1}
""",
        [
            "5:7: what_if.a: brands.Acmee.policy: brands has no item called 'Acmee' (did you mean 'Acme'?)",
            "6:7: what_if.b: brands.Acme.polcy: unknown key (did you mean 'policy'?)",
            "7:27: what_if.c: brands.Acme.policy: there is no policy 'silenc' (did you mean 'silence'?)",
            "8:6: what_if.d: keys with values are needed (key: value); got a list",
            "9:14: what_if.e: clock: keys with values are needed (key: value); got 3",
            "10:7: what_if.f: brands.Acme.policy.quality.action: brands.Acme follows the built-in policy 'silence', which has nothing to set",
            "11:7: what_if.g: incidents.0.severity: incidents has no item '0' (the list is empty)",
        ],
    ),
    "levers": (
        ACME
        + """levers:
  brands.Acme.desk.agnets: {from: 1, to: 3}
  brands.Acme.desk.agents: {from: -1, to: 2.5}
  brands.Acme.policy: {from: silence, to: monitor}
  brands.Acme.quality: {from: 0.5, to: 0.5}
  brands.Acme.price: {from: 1, cost: cheap}
  brands.Acme.failures.failure: {from: 1 %, to: 2 %}
""",
        [
            "5:3: levers.brands.Acme.desk.agnets: unknown key (did you mean 'agents'?)",
            "6:35: levers.brands.Acme.desk.agents: must be at least 0; got -1",
            "6:43: levers.brands.Acme.desk.agents: a whole number is needed; got 2.5",
            "7:3: levers.brands.Acme.policy: only a number can be varied so",
            "8:24: levers.brands.Acme.quality: from and to are the same, 0.5: nothing to vary",
            "9:3: levers.brands.Acme.price.to: is missing; it has no default",
            "9:38: levers.brands.Acme.price.cost: 'cheap' is no cost: write 31 per hour, 500 per month, or 1000 (paid once)",
            "10:3: levers.brands.Acme.failures.failure: only a number can be varied so (its number is brands.Acme.failures.failure.chance)",
        ],
    ),
    "uncertainties": (
        ACME
        + """uncertain:
  crowd.voice.complaint: {triangular: [0.4, 0.2, 0.9]}
  crowd.voice.praise: {triangle: [1, 2, 3]}
  crowd.voice.privat: {uniform: [0, 1]}
  crowd.voice.private: {uniform: [0.5, 2]}
  crowd.voice.ordinary: 3
""",
        [
            "5:26: uncertain.crowd.voice.complaint: triangular is given as [lowest, likeliest, highest], in rising order; got [0.4, 0.2, 0.9]",
            "6:23: uncertain.crowd.voice.praise: there is no distribution 'triangle' (did you mean 'triangular'?)",
            "7:3: uncertain.crowd.voice.privat: unknown key (did you mean 'private'?)",
            "8:24: uncertain.crowd.voice.private: a share lies between 0 % and 100 %; got 2 (did you mean 2 %?)",
            "9:25: uncertain.crowd.voice.ordinary: one distribution is needed, like {triangular: [0.4, 0.6, 0.9]}",
        ],
    ),
    "goals": (
        ACME
        + "goals: [{retention: max}, {retentoin: max}, {reputation.min: 45}, {Acme.nps: max}, {Amce.nps: max}, retention]",
        [
            "4:27: goals.1: there is no metric 'retentoin' (did you mean 'retention'?)",
            "4:45: goals.2: 45 is no aim: write max, min, at least 45 or at most 45",
            "4:84: goals.4: there is no brand 'Amce' (did you mean 'Acme'?)",
            "4:101: goals.5: a goal is one metric and what is wanted of it, like {retention: max}",
        ],
    ),
    "a graph file that is missing": (
        ACME + "graph: {file: nowhere.txt}",
        [
            "4:15: graph.file: there is no file 'nowhere.txt' here (nor in elsewhere)",
        ],
    ),
    "graphs": (
        ACME + "graph: {kind: smallworld, mean_degree: -2}",
        [
            "4:15: graph.kind: unknown value 'smallworld' (did you mean 'small world'?)",
            "4:40: graph.mean_degree: must be at least 0; got -2",
        ],
    ),
    "a number where keys belong": (
        ACME
        + """    desk: {alarm: 3}
press: true
""",
        [
            "4:19: brands.Acme.desk.alarm: keys with values are needed (key: value); got 3",
            "5:8: press: keys with values are needed (key: value); got true",
        ],
    ),
}


def complaints(text: str, *overrides: str) -> list[str]:
    """The lines a user reads about a text, without the file's name; none if it is a good scenario."""
    try:
        loads(text, overrides, file="f.yaml", folder=Path("elsewhere"))
    except ScenarioError as error:
        return [line.removeprefix("f.yaml:") for line in str(error).splitlines()]
    return []


@pytest.mark.parametrize("case", CASES)
def test_a_bad_scenario_is_refused_in_these_words(case: str) -> None:
    text, lines = CASES[case]
    assert complaints(text) == lines


def test_the_scenario_the_cases_are_built_on_is_good() -> None:
    assert complaints(ACME) == []


def test_a_world_too_large_is_refused_with_the_memory_it_would_take() -> None:
    (line,) = complaints(ACME + "customers: {number: 1_000_000_000_000}")
    assert line.startswith(
        "4:21: customers.number: a world of 1,000,000,000,000 customers takes about 344 TB of memory; this machine"
    )
    (line,) = complaints(ACME + "graph: {kind: complete}\ncustomers: {number: 10_000_000}")
    assert "10,000,000 customers takes about 1.2 PB" in line


OVERRIDES: dict[str, str] = {
    "seed": "write path=value, like brands.0.desk.agents=6",
    "=3": "write path=value, like brands.0.desk.agents=6",
    "brands..name=B": "brands..name: 'brands..name' is no path: write steps with dots between, like brands.0.desk.agents",
    "brands.Acmee.quality=1": "brands.Acmee.quality: brands has no item called 'Acmee' (did you mean 'Acme'?)",
    "brands.1.quality=1": "brands.1.quality: brands has no item '1' (it has 1, counted from 0)",
    "brands.Acme.desk.agnets=1": "brands.Acme.desk.agnets: unknown key (did you mean 'agents'?)",
    "brands.Acme.desk.agents=-1": "brands.Acme.desk.agents: must be at least 0; got -1",
    "brands.Acme.desk.agents=": "brands.Acme.desk.agents: a whole number is needed; got nothing",
    "brands.Acme.name.first=x": "brands.Acme.name.first: brands.Acme.name is a single value: there is nothing below it",
    "incidents.0.severity=1": "incidents.0.severity: incidents has no item '0' (the list is empty)",
    "clock.days=[": "clock.days: not YAML: something is missing here",
    "clock={days: 3, days: 4}": "clock: this key appears twice (first in line 1)",
    "brands.Acme.policy.quality.action=1": "brands.Acme.policy.quality.action: brands.Acme follows the built-in policy 'silence', which has nothing to set",
    "policies.huamn.answers=10 %": "policies.huamn.answers: policies has none called 'huamn' (did you mean 'human'?)",
}


@pytest.mark.parametrize("override", OVERRIDES)
def test_a_bad_override_is_refused_with_its_own_text_as_the_place(override: str) -> None:
    text = ACME + "policies: {human: {}}"
    assert complaints(text, override) == [f"--set {override}: {OVERRIDES[override]}"]


def test_problems_of_file_and_overrides_come_together() -> None:
    lines = complaints(ACME + "clok: 1", "seed=x", "brands.0.quality=2")
    assert lines == [
        "--set seed=x: seed: a whole number is needed; got 'x'",
        "--set brands.0.quality=2: brands.Acme.quality: must be at most 1; got 2",
        "4:1: clok: unknown key (did you mean 'clock'?)",
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    large = tmp_path / "large.yaml"
    large.write_bytes(b"# " + b"x" * 10_000_001)
    expected = {
        tmp_path / "none.yaml": "no such file",
        tmp_path: "is a folder; a scenario is a file (.yaml)",
        binary: "is not text in UTF-8 (at byte 0)",
        large: "is larger than 10 MB; that is no scenario",
        binary / "below": "cannot be read: not a directory",
    }
    for path, message in expected.items():
        with pytest.raises(FileError) as caught:
            load(path)
        assert str(caught.value) == f"{path}: {message}"
