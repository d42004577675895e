"""What the crowd writes: the same post has the same words, and no two posts of a screenful are alike."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from sim.core.chance import keyed, stream, unit
from sim.rehearsal.crowd_text import KINDS, LANGUAGES, PostFacts, cause_words, phrases, spoken, text_of
from sim.scenario.load import loads

CAUSES = ("cancelled flight", "late flight", "lost bag", "sale-day glitches", "spring film", "burning battery",
          "customer service", "data leak", "app outage", "overcharged", "cannot tell")
ALIKE = 0.85
"""Share of words in common (Jaccard) from which two posts count as near-duplicates."""


IN = {
    "de": (
        "Zugausfall", "Verspätung", "Gepäck weg", "Rabattaktion", "Werbespot", "Akkubrand", "Kundenservice",
        "Datenleck", "Störung der App", "doppelt abgebucht", "irgendwas",
    ),
    "fr": (
        "train annulé", "retard", "bagage perdu", "soldes en ligne", "film publicitaire", "batterie en feu",
        "service client", "fuite de données", "panne de l'appli", "double débit", "mystère",
    ),
}
"""Causes named in other languages, in the order of `CAUSES`."""


def screenful(screen: int, cause: str, n: int = 60, language: str = "en") -> list[str]:
    """So many posts in a row as a storm makes them: two in three complain, others share, comment, praise."""
    texts = []
    for number in range(n):
        key = keyed(stream(screen, "screen"), number)
        kind = ("complaint", "complaint", "share", "complaint", "complaint", "comment")[number % 6]
        facts = PostFacts(
            kind=kind, brand="@Skyline", cause=cause, arousal=unit(keyed(key, 7)), author=1000 * screen + number,
            times=int(number % 11 == 0), loyalty=0.8 + 0.5 * (number % 2), language=language,
        )
        texts.append(text_of(facts, key))
    return texts


def shared_words(one: str, other: str) -> float:
    """Share of the words of both that stand in both."""
    first, second = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    return len(first & second) / len(first | second)


def alike(texts: list[str]) -> list[tuple[str, str]]:
    """Pairs of texts that are near-duplicates."""
    return [pair for pair in itertools.combinations(texts, 2) if shared_words(*pair) >= ALIKE]


@pytest.mark.parametrize(
    ("cause", "language"), [(cause, "en") for cause in CAUSES] + [(cause, name) for name in IN for cause in IN[name]]
)
def test_sixty_in_a_row_are_all_different(cause: str, language: str) -> None:
    for screen in range(3):
        texts = screenful(screen, cause, language=language)
        assert len(set(texts)) == 60
        found = alike(texts)
        assert len(found) <= 1, found  # at most one pair of 1,770
        assert not any("{" in text or "}" in text for text in texts)


def test_a_narrow_grammar_would_be_seen() -> None:
    texts = screenful(0, "cancelled flight")
    assert alike([*texts, texts[5].replace("!", ".") + " please"])


def test_the_same_post_has_the_same_words_and_another_key_others() -> None:
    facts = PostFacts(kind="complaint", brand="@Skyline", cause="lost bag", author=3)
    assert text_of(facts, 12345) == text_of(facts, 12345)
    assert len({text_of(facts, key) for key in range(1000, 1020)}) == 20


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks(kind: str) -> None:
    for number in range(30):
        text = text_of(PostFacts(kind=kind, brand="@Acme", cause="lost bag", author=number), keyed(1, number))  # type: ignore[arg-type]
        assert 8 < len(text) <= 280 and "\n" not in text and "{" not in text


def test_mood_and_history_change_the_words() -> None:
    def words(**facts: object) -> str:
        return " ".join(
            text_of(PostFacts(kind="complaint", brand="@A", cause="lost bag", author=n, **facts), keyed(9, n))  # type: ignore[arg-type]
            for n in range(80)
        )

    assert words(arousal=0.9).count("!") > 10 * max(1, words(arousal=0.1).count("!"))
    assert "already" in words(times=2).lower() and "copy and paste" in words(answered=True).lower()
    assert words(loyalty=1.6).count("years") > 3 * words(loyalty=0.8).count("years")


def test_causes_bring_their_own_words_or_get_fitting_ones() -> None:
    own = ("the cat sat on my {thing} at {place}", "my {thing} barks since your update")
    facts = PostFacts(kind="complaint", brand="@A", cause="cancelled flight", words=own)
    texts = [text_of(facts, keyed(4, n)).lower() for n in range(20)]
    assert all("the cat sat on my" in text or "barks since your update" in text for text in texts)
    assert cause_words("lost bag") != cause_words("lost data leak") != cause_words("no such thing")
    assert cause_words("bad advice") == cause_words("no such thing"), "'ad' must be a whole word"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_there_is_to_say(language: str) -> None:
    """The same parts and causes as English, and no slot that nothing fills."""
    known, english = phrases(language), phrases("en")
    assert known.keys() == english.keys() and known["causes"].keys() == english["causes"].keys()
    for part in ("open", "ask", "history", "peer", "more"):
        assert known[part].keys() == english[part].keys(), part
    for name, cause in known["causes"].items():
        slots = {"brand", "cause", *known["slots"], *cause.get("slots", {}), "praised"}
        said = [*cause["what"], *cause["then"]]
        assert not [text for text in said for slot in re.findall(r"{(\w+)}", text) if slot not in slots], name
    common = json.dumps({name: part for name, part in known.items() if name != "causes"}, ensure_ascii=False)
    assert set(re.findall(r"{(\w+)}", common)) <= {"brand", "cause", "praised", *known["slots"]}


def test_other_languages_find_their_causes_and_speak() -> None:
    for language, causes in IN.items():
        found = [cause_words(cause, language) for cause in causes]
        assert found == [cause_words(cause, language) for cause in CAUSES], "by its own name as by the English one"
        assert len({json.dumps(each) for each in found}) == len(causes)
        text = " ".join(screenful(1, causes[0], language=language)).lower()
        english = set(re.findall(r"\w+", " ".join(screenful(1, CAUSES[0])).lower()))
        assert len(set(re.findall(r"\w+", text)) - english) > 0.8 * len(set(re.findall(r"\w+", text))), language
    assert spoken("de-AT") == "de" and spoken("pl") == "en"


def test_a_scenario_may_bring_words() -> None:
    scenario = loads(
        """
scenario: Words
customers: {number: 100}
brands: [{name: A, failures: {lost bag: {chance: 5 %, words: [my case is gone]}}}]
incidents: [{at: day 1, brand: A, cause: storm, affects: 5 %, words: ["no roof, no flight", stuck]}]
clock: {days: 2}
"""
    )
    assert scenario.brands[0].failures["lost bag"].words == ("my case is gone",)
    assert scenario.incidents[0].words == ("no roof, no flight", "stuck")
