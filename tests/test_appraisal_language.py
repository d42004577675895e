"""How the appraisal reads words before it judges them: spellings, officialese, what is said of all cases."""

from __future__ import annotations

import pytest

from sim.rehearsal.appraisal.general import general_share, is_general, officialese
from sim.rehearsal.appraisal.text import clauses_of, plain


@pytest.mark.parametrize(
    "said",
    [
        "Luggage may be misrouted in peak season.",
        "Passengers should pack essentials in the cabin.",
        "Bags are traced through a worldwide system.",
        "Most are found within 72 hours.",
        "Every journey matters.",
        "Returned devices are credited after inspection.",
        "Our teams work around the clock.",
        "We apply a yearly rise.",
    ],
)
def test_what_is_said_of_all_cases(said: str) -> None:
    assert all(is_general(clause) for clause in clauses_of(said))


@pytest.mark.parametrize(
    "said",
    [
        "Your bag is in Lisbon.",
        "Signs went up at 4 today.",
        "The fee is gone.",
        "Moved you both to row C.",
        "No more calls for you to make.",
        "We have cancelled the bill.",
        "News here in 15 minutes.",
        "Two vouchers are in your messages.",
    ],
)
def test_what_is_said_of_this_case(said: str) -> None:
    assert not any(is_general(clause) for clause in clauses_of(said))


def test_the_share_said_in_general_is_of_words() -> None:
    share, said = general_share(clauses_of("I have your bag. Bags are traced worldwide."))
    assert share == pytest.approx(0.5) and said == "bags are traced worldwide."


def test_officialese_is_told_from_speech() -> None:
    notice = (
        "Compensation arrangements are determined in accordance with the applicable regulations, and notification of "
        "the outcome of the investigation will be provided upon completion of the verification procedure."
    )
    speech = "I rang the desk just now. They have it, it goes on the 6:15, and a van brings it to you tonight."
    assert officialese(clauses_of(notice))[0] > 0.7 and officialese(clauses_of(speech))[0] < 0.1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ur bag's comin 2moro, soz", "your bag is coming tomorrow, sorry"),
        ("We’ve sent it; can’t say more", "we have sent it; can not say more"),
        ("I'd booked it, you'd have it", "i had booked it, you would have it"),
        ("dinnae fret, yous are on the list", "do not fret, you are on the list"),
        ("the house's roof", "the house's roof"),
    ],
)
def test_short_and_wrong_spellings_are_written_out(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize("said", ["A ticket covers carriage only.", "A plan renews unless renewal is switched off."])
def test_a_rule_is_said_of_all_cases(said: str) -> None:
    assert all(is_general(clause) for clause in clauses_of(said))
