"""What the appraisal takes for harm: private data shown or asked for, blame, mockery."""

from __future__ import annotations

import pytest
from test_appraisal_reading import CANNED, COMPLAINT, INSULIN, LOGIN, SOUP, TWICE, worth

from sim.rehearsal.appraisal import appraise


@pytest.mark.parametrize(
    "ours",
    [
        "Please write to me at gm@harbour.example with the tag number so I can trace your suitcase.",
        "Can you send the tag number to ruth@harbour.example?",
        "My own address is ruth@harbour.example, use it any time so you can skip the line.",
        "Your suitcase is on the van. Still missing? ruth@harbour.example. Ruth",
    ],
)
def test_the_firm_may_name_its_own_address_in_public(ours: str) -> None:
    assert not any("private data" in reason.why for reason in appraise(COMPLAINT, ours).reasons)


@pytest.mark.parametrize(
    "theirs",
    [
        "We have sent it all to your email jo.carter@gmail.com, please look there.",
        "I've sent the label to anna.k@harbour.example, you'll have it now.",
    ],
)
def test_the_customer_s_address_is_private(theirs: str) -> None:
    assert any("private data" in reason.why for reason in appraise(COMPLAINT, theirs).reasons)


@pytest.mark.parametrize(
    "shown",
    [
        "Ana Pires, 07700 900123, your suitcase is on the van now.",
        "Your suitcase goes to Ana Pires, 4 Mill Lane tonight.",
        "The van rings 07700 900123 of Ana Pires before ten.",
        "A room is booked for 07700 900123 until your suitcase is there.",
        "Your suitcase goes to whoever is ana.pires@gmail.com.",
        "The suitcase of Ms Pires, born 3.4.1985, is on the van to you.",
    ],
)
def test_a_number_or_street_beside_a_full_name_is_private(shown: str) -> None:
    found = appraise(COMPLAINT, shown)
    assert any("private data" in reason.why for reason in found.reasons) and found.overall < 0.03
    assert not any("private data" in reason.why for reason in appraise(COMPLAINT, shown, public=False).reasons)


@pytest.mark.parametrize(
    "ours",
    [
        "Please ring Tom Baker, 0161 496 0100, he has your suitcase.",
        "The Baggage Desk, 020 7946 0100, has your suitcase.",
        "Call us at Harbour Lines, 12 Quay Street, and ask for Tom.",
        "Your suitcase waits at the Grand Harbour, 12 Quay Street.",
        "A room is booked for you at Airport Inn, 8 Mill Lane, until it is there.",
        "My number is 07700 900456, ring me any time.",
    ],
)
def test_a_number_or_street_of_the_house_is_not(ours: str) -> None:
    assert not any("private data" in reason.why for reason in appraise(COMPLAINT, ours).reasons)


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        (LOGIN, "We fixed it yesterday, so you must be doing something wrong."),
        (LOGIN, "It works for us, so it must be your phone."),
        (LOGIN, "We sent the code on Tuesday, so somebody in your home must have used it."),
        (TWICE, "We refunded it on Monday, therefore you obviously missed it."),
        (INSULIN, "As you surely understand passengers who pack medicine in checked bags bear the consequences."),
        (INSULIN, "Medicine in the hold travels at your own risk, as I'm sure you know."),
        (SOUP, "I'm sure you will agree that parents are best placed to check a toddler's food."),
        (SOUP, "Extra crunch, no extra charge! Hope the little one enjoyed it."),
    ],
)
def test_blame_however_polite_and_a_jest_come_below_the_canned_apology(complaint: str, said: str) -> None:
    found = appraise(complaint, said)
    assert found.verdict == "harmful" and found.overall < worth(CANNED, complaint)


def test_to_own_it_as_a_conclusion_is_no_blame() -> None:
    ours = "The code went to an old number, so it must be our update that did this. I've reset your login, try it now."
    assert worth(ours, LOGIN) > 0.5


@pytest.mark.parametrize("secret", ["card number, CVC and password", "home address", "one-time code"])
def test_to_ask_for_secrets_in_public_is_worse_than_a_number_to_ring(secret: str) -> None:
    asked = appraise(TWICE, f"Please post your {secret} here and we refund it.")
    assert asked.verdict == "harmful" and asked.overall < 0.02 < worth("Please call 0800 123 456 Mon-Fri 9-5.", TWICE)


def test_to_clear_the_customer_is_no_blame() -> None:
    cleared = appraise(LOGIN, "This wasn't your fault.")
    assert cleared.empathy > 0.3 and not any("puts it on" in reason.why for reason in cleared.reasons)
    assert appraise(LOGIN, "This was your fault.").verdict == "harmful"
