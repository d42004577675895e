"""The shipped claims are whole: every one has its words, its source, a control that leaves something to control; and a
wrong file is told at its line.
"""

# ruff: noqa: E501 (lines are quoted as they are printed)

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import ScenarioError, UserError
from sim.study.claims import Loaded, controlled, find, load_claim

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "scenarios" / "claims").glob("*.yaml"))
SEEDS = ROOT.parent / "shared" / "seeds"

WORLD = """
claim: T1
title: a test
words: somebody said so
source: {seed: F4, author: Somebody}
tested: in a world
scenario:
  clock: {days: 8, warm_up: 1 day}
  customers: {number: 1_000}
  brands: [{name: Acme, policy: human, failures: {late: 20 %}}, {name: Rival}]
  policies: {human: {quality: {action: 0.9}}}
arms:
  silence: {brands.Acme.policy: silence}
shows:
  - {says: replies help, metric: authors, against: silence, relation: higher}
negative_control: {says: replies do nothing, off: {crowd.reply.most_repair: 0}}
literature: {status: supported, text: yes they do, source: a book}
sign: {kind: emergent, because: it is}
"""


@pytest.fixture(scope="module")
def claims() -> dict[Path, Loaded]:
    return {file: load_claim(file) for file in FILES}


def test_every_claim_of_the_sources_is_there(claims: dict[Path, Loaded]) -> None:
    ids = {loaded.id for loaded in claims.values()}
    missing = [f"A{number:02}" for number in range(1, 47) if f"A{number:02}" not in ids]
    assert not missing, f"no file for {missing}"


def test_files_are_named_after_their_claims(claims: dict[Path, Loaded]) -> None:
    for file, loaded in claims.items():
        assert file.stem.partition("_")[0] == loaded.id, file.name
    assert len({loaded.id for loaded in claims.values()}) == len(FILES)


def test_every_claim_has_words_a_source_literature_and_a_control_of_something(claims: dict[Path, Loaded]) -> None:
    for file, loaded in claims.items():
        claim = loaded.claim
        assert claim.words and claim.source.author and claim.tested and claim.literature.source, file.name
        if not claim.lacks:
            assert controlled(claim), f"{file.name}: no inequality is controlled"
            assert claim.sign is not None, file.name


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source texts are not here")
def test_words_are_quoted_from_the_source(claims: dict[Path, Loaded]) -> None:
    """Every piece between omissions stands in the source text, word for word."""
    texts = {f"F{k}": _plain(file.read_text(encoding="utf-8")) for k, file in enumerate(sorted(SEEDS.glob("*.txt")))}
    for file, loaded in claims.items():
        if loaded.claim.source.seed != "other":
            for piece in loaded.claim.words.split("[...]"):
                assert _plain(piece) in texts[loaded.claim.source.seed], f"{file.name}: not in the source: {piece!r}"


def _plain(text: str) -> str:
    """Letters and digits only, so that quotes, dashes and line ends do not matter."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def test_an_id_finds_its_file_and_an_unknown_one_the_nearest() -> None:
    assert [file.name for file in find(["A19"])] == ["A19_perfunctory_reply.yaml"]
    with pytest.raises(UserError, match=r"no claim 'A91'.*did you mean 'A.1'"):
        find(["A91"])


# ------------------------------------------------------------------------------------------------- wrong files


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("title: a test", "titel: a test", "3:1: titel: unknown key (did you mean 'title'?)"),
        ("metric: authors", "metric: author", "15:34: shows.0.metric: there is no metric 'author' (did you mean 'authors'?)"),
        ("against: silence", "against: silense", "15:52: shows.0.against: there is no arm 'silense' (did you mean 'silence'?)"),
        ("relation: higher", "relation: hihger", "15:71: shows.0.relation: unknown value 'hihger' (did you mean 'higher'?)"),
        ("brands.Acme.policy: silence", "brands.Acmee.policy: silence", "13:13: arms.silence: "),
        ("failures: {late: 20 %}", "failurs: {late: 20 %}", "did you mean 'failures'?"),
        ("crowd.reply.most_repair: 0", "crowd.reply.most_repiar: 0", "16:52: negative_control"),
        ("crowd.reply.most_repair: 0", "brands.Acme.policy: silence", "both sides are the same world"),
        ("status: supported", "status: suported", "did you mean 'supported'?"),
        ("metric: authors", "metric: authors, against_metric: revenue", "a change of attitude"),
        ("relation: higher", "relation: same", "'same' needs by"),
        ("relation: higher", "relation: between", "a range belongs to the relation 'between'"),
        ("sign: {kind: emergent, because: it is}", "", "sign is missing"),
        ("scenario:\n", "scenario:\n  extends: nowhere.yaml\n", "nowhere.yaml: no such file"),
        ("because: it is}", "because: it is, other_way: [{says: x, changes: {seed: 2}, of: 3, relation: lower}]}", "no inequality 3"),
    ],
)
def test_a_wrong_file_is_told_with_its_place_and_cure(tmp_path: Path, was: str, becomes: str, told: str) -> None:
    assert was in WORLD
    file = tmp_path / "mine.yaml"
    file.write_text(WORLD.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load_claim(file)
    assert told in str(raised.value), str(raised.value)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    wrong = WORLD
    for good, bad in (("title: a test", "titel: a test"), ("days: 8", "days: eight"), ("metric: authors", "metric: x")):
        wrong = wrong.replace(good, bad)
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        load_claim(file)
    assert [problem.line for problem in raised.value.problems] == [2, 3, 8, 15]


def test_the_good_file_is_good(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(WORLD, encoding="utf-8")
    loaded = load_claim(file)
    assert set(loaded.variants) == {(arm, what) for arm in ("baseline", "silence") for what in ("", "off")}
