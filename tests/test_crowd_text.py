"""What the crowd writes: the same post has the same words, and no two posts of a screenful are alike."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.core.chance import keyed, stream, unit
from sim.rehearsal.bots import played
from sim.rehearsal.crowd_text import KINDS, LANGUAGES, PostFacts, cause_words, phrases, spoken, text_of
from sim.rehearsal.load import Script, load
from sim.rehearsal.phrasing import FACTS, Frame, Memory, read, sentences, strange
from sim.rehearsal.session import Session
from sim.rehearsal.stage import opened
from sim.rehearsal.voices import said_after, words_of
from sim.scenario.load import loads
from sim.world.state import N_POSTS

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
    assert set(re.findall(r"{(\w+)}", common)) <= {"brand", "cause", "praised", *FACTS, *known["slots"]}


def test_other_languages_find_their_causes_and_speak() -> None:
    for language, causes in IN.items():
        found = [cause_words(cause, language)["what"] for cause in causes]
        assert found == [cause_words(cause, language)["what"] for cause in CAUSES], "by its English name too"
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


MOMENTS = sorted((Path(__file__).parents[1] / "scenarios" / "moments").glob("*.yaml"))
SCREENFUL = 12


def repeated(texts: list[str]) -> list[tuple[int, int, str]]:
    """Sentences that stand twice among 12 posts in a row, with both places."""
    return [
        (number, earlier, sentence)
        for number, text in enumerate(texts) for earlier in range(max(0, number - SCREENFUL + 1), number)
        for sentence in sorted(set(sentences(text)) & set(sentences(texts[earlier])))
    ]


def arrived(script: Script, step: int = 300) -> list[str]:
    """What the crowd wrote to the desk of somebody who answers nothing, in order of arrival; looked at each `step`."""
    session = Session.begin(script, seed=script.moment.crowd.seed)
    while not session.over:
        session.wait(step)
        session.view()
    injects = {inject.text for inject in script.moment.injects}
    texts = [news.text.split(": ", 1)[1] for news in session.view().news if news.kind in ("new", "again")]
    return [text for text in texts if text not in injects]


@pytest.mark.parametrize("file", MOMENTS, ids=lambda file: file.stem)
@pytest.mark.parametrize("order", ["noticed", "time"])
def test_other_worlds_of_a_moment_repeat_no_sentence_either(file: Path, order: str) -> None:
    """As the desk hears of posts, and all there are (shares and comments among them) as they were written."""
    script = load(file)
    for seed in (1, 2, 3):
        stage = played(script, "best option", seed)
        tables, injects = stage.simulation.world.tables, [post for _, post in stage.arrived.values()]
        posts = tables.posts[: tables.counts[N_POSTS]]
        posts = posts[(posts["brand"] == script.brand) & (posts["time"] > stage.began / 3600 - 6)]
        posts = posts[(posts[order] <= stage.simulation.world.now) & ~np.isin(posts["key"], np.uint64(injects))]
        rows = posts[np.argsort(posts[order], kind="stable")]
        assert repeated([words_of(stage, row) for row in rows]) == [], seed


@pytest.mark.parametrize("file", MOMENTS, ids=lambda file: file.stem)
def test_a_shipped_moment_repeats_no_sentence_on_a_screen(file: Path) -> None:
    script = load(file)
    texts = arrived(script)
    assert repeated(texts) == []
    inbox = opened(script)
    inbox.advance(inbox.length)
    assert repeated([words_of(inbox, thread.latest.row) for thread in inbox.threads() if not thread.name]) == []
    assert texts == arrived(script, 60), "the same words, however often one looks"


def storm(cause: str, language: str, posts: int = 40, **facts: Any) -> list[str]:
    """Posts of nobody but first-time complainants, who remember what was said."""
    memory = Memory()
    return [
        text_of(
            PostFacts(kind="complaint", brand="@Acme", cause=cause, language=language, author=number, **facts),
            keyed(77, number), memory,
        )
        for number in range(posts)
    ]


@pytest.mark.parametrize(
    ("cause", "language"),
    [(cause, "en") for cause in (*CAUSES, "glass rumour", "")]
    + [(cause, name) for name in IN for cause in (*IN[name], "")],
)
def test_a_storm_repeats_no_sentence_on_a_screen(cause: str, language: str) -> None:
    """Even if all complain, all are furious, and it began only minutes ago at night."""
    for facts in ({"arousal": 1.0}, {"arousal": 0.3, "since": 0.4, "hour": 1.0, "loyalty": 1.3}):
        texts = storm(cause, language, **facts)
        assert repeated(texts) == []
        assert all(len(text) > 12 for text in texts)
    alone = [PostFacts("complaint", "@Acme", cause, 1.0, language=language, author=number) for number in range(40)]
    assert repeated([text_of(facts, keyed(77, facts.author)) for facts in alone]), "without a memory it is seen"


def test_few_words_of_an_author_are_said_in_ever_other_ways() -> None:
    texts = storm("network outage", "en", words=("there is no signal in the whole street",))
    assert repeated(texts) == []
    assert all("no signal in the whole street" in text.lower() for text in texts)
    assert len(set(sentences(" ".join(texts)))) > 40


def test_conditions_are_ones_that_can_hold() -> None:
    for language in LANGUAGES:
        found = set(re.findall(r"(?:<[^<>]+>)+", json.dumps(phrases(language), ensure_ascii=False)))
        assert found and not [condition for condition in found if strange(condition, ())], language


def test_conditions_hold_when_they_say() -> None:
    frame = Frame(since=1.5, hour=23.5, times=1, holds=frozenset(("silent", "shop owners")))
    for phrase in ("<1h>a", "<90min>a", "<22-6>a", "<x1>a", "<silent>a", "<shop owners><1h>a", "a"):
        assert frame.allows(phrase) and read(phrase).words == "a", phrase
    for phrase in ("<2h>a", "<1d>a", "<6-22>a", "<x2>a", "<canned>a", "<shop owners><2h>a", "<households>a"):
        assert not frame.allows(phrase), phrase


def said_by_many(n: int = 150, **facts: Any) -> str:
    """What many authors write of whom the same is known, in lower case."""
    facts = {"kind": "complaint", "brand": "@A", **facts}
    return " ".join(text_of(PostFacts(author=number, **facts), keyed(3, number)) for number in range(n)).lower()


def test_words_do_not_contradict_what_is_known() -> None:
    long = r"\b(two|2\.5|three|five|4) hours|half a day"
    soon = said_by_many(cause="cancelled flight", since=0.6, hour=18.6)
    assert "half an hour" in soon and not re.search(rf"{long}|yesterday", soon)
    assert re.search(long, said_by_many(cause="cancelled flight"))
    assert "gate" in soon and "platform" not in soon
    assert "platform" in said_by_many(cause="cancelled train") and "gate" in said_by_many(
        cause="all cancelled", setting="An airline's evening"
    )
    night = said_by_many(cause="network outage", hour=0.75)
    assert "customers are waiting" not in night and "interview online" not in night
    assert "customers are waiting" in said_by_many(cause="network outage", hour=11.0)
    assert not re.search(r": this\b|\{", said_by_many(cause=""))


def test_an_author_stays_at_one_place_with_one_thing() -> None:
    for author in range(5):
        facts = PostFacts("complaint", "@A", "cancelled flight", 0.6, author=author, hour=18.0)
        text = " ".join(text_of(facts, keyed(8, number)) for number in range(60)).lower()
        gates = set(re.findall(r"gate \w+|terminal 2|transfer desk|last desk|check-in hall|service counter", text))
        assert len(gates) <= 1, gates
    for cause in phrases("de")["causes"].values():
        slots = cause.get("slots", {})
        assert len(slots.get("my", slots.get("mine", ()))) == len(slots.get("mine", slots.get("my", ())))


def test_what_is_said_of_an_answer_fits_it() -> None:
    for language, two_minutes in (("en", "2 minutes"), ("de", "2 minuten"), ("fr", "2 minutes")):
        thanks = said_by_many(kind="thanks", waited=2 / 60, language=language)
        assert two_minutes in thanks and not re.search(r"\b(20|25|35|40|45|50|55|70) minute", thanks), language
    insult = {"answered": True, "times": 1, "reply": "Not our fault, maybe read the terms and conditions next time."}
    assert "sorry" not in said_by_many(**insult) and "copy and paste" in said_by_many(**insult)
    assert "'sorry'" in said_by_many(answered=True, times=1, reply="We are sorry for any inconvenience.")
    assert "copy and paste" not in said_by_many(answered=True, times=1, personal=0.8)
    share = "everyone share this until"
    assert share in said_by_many(kind="share") and share not in said_by_many(kind="share", answered=True)


def test_those_who_were_answered_repeat_no_sentence_either() -> None:
    script = load(MOMENTS[1])
    for bot in ("fast canned", "best option"):
        stage = played(script, bot, script.moment.crowd.seed)
        texts = [text for place in range(len(stage.done)) if (text := said_after(stage, place))]
        assert len(texts) > 4 and repeated(texts) == [], bot
        assert not re.search(r": this\b", " ".join(texts).lower())


def test_mood_varies_with_customer_history_and_time_waited() -> None:
    def share_of(mood: str, **facts: Any) -> float:
        found = [PostFacts("complaint", "@A", arousal=1.0, author=number, **facts).mood for number in range(400)]
        return found.count(mood) / 400

    assert 0.25 < share_of("furious") < 0.55 and share_of("calm") > 0.04
    assert share_of("furious", times=1, waited=2.0) > share_of("furious", times=1) > share_of("furious")
    assert share_of("furious", loyalty=1.3) < share_of("furious") < share_of("furious", loyalty=1.3, answered=True)


@pytest.mark.parametrize("file", MOMENTS, ids=lambda file: file.stem)
def test_the_crowd_is_heard_in_every_shipped_moment(file: Path) -> None:
    assert len(arrived(load(file), 3600)) >= 5
