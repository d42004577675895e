"""What the appraisal takes for a deed: not what is denied, wished, promised of everything or only felt."""

from __future__ import annotations

import pytest

from sim.rehearsal.appraisal import appraise
from sim.rehearsal.appraisal.signs import tells_of_feelings
from sim.rehearsal.appraisal.text import clauses_of
from sim.rehearsal.appraisal.topics import Topic

COMPLAINT = "My suitcase never came off the belt in Faro, your desk shrugged, and the hotline rings out. Day 2."
BILL = "You billed me £94 for a phone I sent back in May. Now there's a debt letter!"


def worth(reply: str, complaint: str = COMPLAINT) -> float:
    """What a reply is worth to a reader."""
    return appraise(complaint, reply).overall


REAL = "I've put your bag on the 6:15 to Faro and a van brings it to your hotel tonight."


@pytest.mark.parametrize(
    "unreal",
    [
        "Had you told us earlier, we could have put your bag on the 6:15 and had it at your hotel tonight.",
        "We'd have put your bag on the 6:15 and sent a van to your hotel had the tag been attached properly.",
        "A bag put on the 6:15, brought to your hotel tonight by van: that is not something we do, unfortunately.",
        "We understand that you would like us to put your bag on the 6:15 and bring it to your hotel tonight.",
        "As soon as the tag has been verified and approval given, we would bring your bag to your hotel.",
        "Bags are put on the next flight and brought to hotels by van.",
    ],
)
def test_what_was_not_is_wished_or_hangs_on_something_is_no_deed(unreal: str) -> None:
    assert worth(unreal) < 0.3 and worth(unreal) < worth(REAL) - 0.35


@pytest.mark.parametrize(
    "said",
    [
        "Your bag's back with you by ten, van's on its way.",
        "It's found: on tonight's flight, at your hotel by ten.",
        "A driver with your bag is outside your hotel now.",
        "ur bag is found n on the van, with you by 10 2nite, soz",
        "New bag and £200 on us, both with you tonight.",
    ],
)
def test_a_result_counts_whoever_does_it(said: str) -> None:
    assert worth(said) > 0.5


@pytest.mark.parametrize(
    "said",
    ["Bill's void. You owe us nothing.", "Debt letter withdrawn, balance now nil.", "I've had the £94 reversed."],
)
def test_short_plain_results(said: str) -> None:
    assert appraise(BILL, said).action > 0.5


def test_a_promise_of_everything_is_worth_less_than_one_of_something() -> None:
    much = "We GUARANTEE your bag will be there in no time and no bag will ever be lost again, anything for you!!"
    found = appraise(COMPLAINT, much)
    assert any("nobody can keep" in reason.why for reason in found.reasons)
    assert found.overall < 0.26 < worth("I'll ring Lisbon and message you at 7 tonight, found or not.")


def test_a_complaint_told_back_is_copied_though_not_word_by_word() -> None:
    told_back = "So your suitcase never came off the belt, our desk shrugged and the hotline rings out, day 2."
    assert worth(told_back) < 0.26


def test_sorrow_for_another_matter() -> None:
    other = "So sorry your mascara arrived dried out! A new one was sent this morning and I've refunded the £18."
    same = "So sorry your suitcase was left behind! It was sent this morning and I've refunded the £18."
    assert worth(other) < 0.2 < 0.5 < worth(same)


def test_care_for_safety_is_no_hand_off() -> None:
    hurt = "Your scooter's brake failed and I came off. My wrist is swollen."
    care = "Please see a doctor today. I've stopped the hire of that scooter and your fare is back with you."
    away = "Please contact the manufacturer. For refunds visit our website."
    assert worth(care, hurt) > 0.5 > 0.25 > worth(away, hurt)
    assert not any("elsewhere" in reason.why for reason in appraise(hurt, care).reasons)


def test_what_is_still_open_is_worth_less_than_what_is_done() -> None:
    done = "I've found your suitcase and sent it to your hotel by van."
    still = "I've found your suitcase and sent it to your hotel by van, but I can't say yet when it arrives."
    assert appraise(COMPLAINT, done).action > appraise(COMPLAINT, still).action > 0.4
    assert appraise(COMPLAINT, still).honesty > 0.5


LOGIN = "Your app has logged me out for three days and I can't pay my rent. Anyone there?"
LEAK = "Water is coming through my kitchen ceiling, third call today and nobody from the housing office picks up."


@pytest.mark.parametrize(
    "said",
    [
        "I've reset your login.",
        "We resent the code and your login is reset.",
        "Your login works again.",
        "The app opens as normal again.",
        "You can log in again.",
        "Your login opens on your own phone again.",
    ],
)
def test_what_works_again_is_done(said: str) -> None:
    assert appraise(LOGIN, said).action > 0.5


@pytest.mark.parametrize(
    "said",
    ["Your login breaks again.", "You can log in again once it is mended.", "Things like logins take time again."],
)
def test_what_does_not_work_yet_is_not(said: str) -> None:
    assert appraise(LOGIN, said).action < 0.4


def test_who_tells_you_is_us() -> None:
    said = "I am ringing the on-call engineer now and tell you here within 20 minutes who comes. Tariq"
    found = appraise(LEAK, said)
    assert found.verdict == "holding" and not any("asks for" in reason.why for reason in found.reasons)


def test_a_line_that_is_always_staffed_is_no_deed_and_its_number_no_heap() -> None:
    line = appraise(LEAK, "Please call our emergency line on 0800 123 456, it is staffed day and night.")
    denied = "An engineer is not on the way and will not reach you by 15:40."
    assert max(0.1, worth(denied, LEAK)) < line.overall < 0.3
    assert 0.1 < worth("Please call 0800 123 456 Mon-Fri 9-5.", LEAK) < 0.3


TWICE = "You charged me twice for the same order, £64. Where's my money?"


@pytest.mark.parametrize(
    "said",
    [
        "I'll pretend an engineer is on the way.",
        "We'll just say that an engineer is on the way.",
        "Imagine an engineer is on the way and will be with you by 15:40.",
        "An engineer is not on the way and will not reach you by 15:40.",
    ],
)
def test_what_is_only_said_or_denied_is_no_result(said: str) -> None:
    there = "An engineer is on the way and reaches you by 15:40."
    assert appraise(LEAK, said).action < 0.2 and worth(said, LEAK) < 0.26 < 0.6 < worth(there, LEAK)


def test_not_to_pretend_is_honest() -> None:
    open_still = "I won't pretend that an engineer is on the way: I'm ringing two and tell you here by 3 who comes."
    assert appraise(LEAK, open_still).honesty > 0.5


@pytest.mark.parametrize(
    "said",
    [
        "I would love to refund you the £64 but our system doesn't let me.",
        "We want to give the £64 back but are not allowed to.",
        "I'd be happy to refund the £64. Unfortunately our rules make it impossible.",
        "I'd refund the £64 if I could.",
    ],
)
def test_a_wish_that_is_taken_back_is_no_offer(said: str) -> None:
    asks = "Could you send me the account name by DM so I can find the second £64?"
    assert appraise(TWICE, said).action < 0.15 and worth(said, TWICE) < worth(asks, TWICE) - 0.15


def test_a_wish_that_stands_is_an_offer() -> None:
    assert appraise(TWICE, "I'd love to refund you the £64 today, but tell me here which card it was.").action > 0.3


def test_do_not_worry_is_no_feeling() -> None:
    assert appraise(TWICE, "Don't you worry!").empathy < 0.2


@pytest.mark.parametrize(
    "said",
    [
        "It'll all be sorted soon, don't you worry!",
        "Everything will be fixed soon.",
        "It'll be sorted.",
        "We will put everything right before you know it.",
        "This is being handled.",
    ],
)
def test_a_promise_that_says_neither_what_nor_when_is_next_to_nothing(said: str) -> None:
    found = appraise(LOGIN, said)
    assert found.action < 0.2 and found.verdict == "perfunctory"
    assert found.overall < worth("No fix yet, sorry. Next update here at 5 pm.", LOGIN) - 0.15


def test_soon_is_no_time() -> None:
    soon, at_six = (worth(f"Your login will be back {when}.", LOGIN) for when in ("to normal soon", "at 6 tonight"))
    assert soon < at_six - 0.1


@pytest.mark.parametrize(
    "said",
    [
        "Thank you for taking the time to write to us today.",
        "Thanks for your message this morning.",
        "We hope your evening gets better from 6.",
        "We are here Mon-Fri 9-5.",
        "We appreciate you writing in today.",
        "The line is staffed till 10 tonight.",
    ],
)
def test_thanks_wishes_and_opening_hours_name_no_time(said: str) -> None:
    found = appraise(TWICE, said)
    assert found.verdict != "holding" and not any("time" in reason.why for reason in found.reasons)


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        (LOGIN, "I've refunded your train ticket, it's on your card by Friday. Leo"),
        (LEAK, "We've rebooked your flight, it leaves at 7:15 tomorrow. Leo"),
        ("My router is dead, I need it by Saturday.", "We've mended your boiler, it will be warm by Saturday. Leo"),
        (TWICE, "Your scan is moved to Tuesday at 9. It takes ten minutes. Leo"),
    ],
)
def test_help_in_another_matter_helps_somebody_else(complaint: str, said: str) -> None:
    assert appraise(complaint, said).action < 0.2 and worth(said, complaint) < 0.15


def test_where_it_is_brought_is_no_other_matter() -> None:
    assert appraise(BILL, "I've sent the £94 to your bank, and a letter is at your hotel by 9.").action > 0.6


SOUP = "Found a piece of blue plastic in my toddler's tomato soup from your kitchen. She nearly swallowed it."
INSULIN = "My bag with my insulin didn't arrive in Lisbon. Two hours in the queue and no answer."
CANNED = "We're sorry for any inconvenience caused."


def test_more_than_anybody_can_do_comes_below_a_fair_question() -> None:
    much = "We are closing every kitchen in the country today and you will get free soup for life, promise!"
    assert worth(much, SOUP) < 0.2 < worth("What is the batch number on the lid? Then we can stop the rest.", SOUP)
    assert worth("We will refund everything, do not worry!", TWICE) < 0.26


PRAISE = "Credit where due: @Skyline found me a seat and a human being in ten minutes."


def test_praise_needs_no_word_of_praise() -> None:
    thanks = appraise(PRAISE, "Thank you Tom, I will tell Irem at the gate: it was her find.")
    sells = appraise(PRAISE, "We are delighted to be your airline of choice! Tell your friends!")
    assert thanks.overall > 0.35 and thanks.empathy > 0.3
    assert sells.overall < 0.2 and sells.action < 0.1
    assert not Topic("Charged twice, late again, nobody there. That is how it is done, is it?").praise


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        (PRAISE, "WOW thank you!!! Check out our new kettles, now 20 % off!"),
        (SOUP, "The soup was tested with audiences, who loved it."),
        (LEAK, "Please refer to the information displayed in the hall."),
        (LEAK, "Our service hours are 8 to 22. Please write again tomorrow."),
    ],
)
def test_to_sell_to_defend_and_to_send_away_is_no_deed(complaint: str, said: str) -> None:
    assert appraise(complaint, said).action < 0.2


def test_a_denied_intention_is_no_feeling() -> None:
    assert appraise(SOUP, "It was never our intention to hurt anybody.").empathy < 0.2


def test_our_own_fault_with_a_time_is_no_result() -> None:
    found = appraise(TWICE, "Our checkout charged cards twice since ten this morning.")
    assert found.action < 0.4 and found.honesty > 0.5


def test_good_luck_at_an_hour_promises_nothing() -> None:
    found = appraise(LOGIN, "Good luck at nine.")
    assert not any("time" in reason.why for reason in found.reasons)


def test_no_before_a_noun_answers_nothing() -> None:
    asked = "Is the feeder broken again?"
    assert any("answers" in reason.why for reason in appraise(asked, "No, it is not the feeder.").reasons)
    assert not any("answers" in reason.why for reason in appraise(asked, "No comment at this time.").reasons)


def test_who_was_praised_will_hear_of_it() -> None:
    complaint = "Your courier carried my washing machine up five floors. Lovely. Her name is Femke."
    assert appraise(complaint, "Femke will hear it tomorrow morning, Karl, from me.").action > 0.5


def test_a_poor_answer_is_owned() -> None:
    assert appraise(LOGIN, "You are right, that was a poor answer.").honesty > 0.55


@pytest.mark.parametrize(
    "said",
    [
        "Our records show you were charged twice; I've refunded one.",
        "According to our records you were charged twice, so £94 goes back to your card today.",
        "Our system shows the £94 as refunded this morning, it's with your bank on Friday.",
        "Under our terms you're owed £30 more, and I've paid it.",
        "You were refunded this morning.",
        "I went through your account line by line and took the £94 off.",
        "Sorry for that, we refunded you now.",
    ],
)
def test_records_terms_and_regret_do_not_hide_a_deed(said: str) -> None:
    assert worth(said, BILL) > 0.5


@pytest.mark.parametrize(
    "said",
    [
        "Laptop ordered, courier booked, claim closed, label cancelled, phone returned. Jo",
        "Order it again today and I'll pay for both.",
        "Pop in today and get your £94 back in cash.",
        "The phone from your parcel is on its way to the depot now, and I've taken £94 off your account.",
    ],
)
def test_deeds_in_a_row_and_free_things_are_no_advertising(said: str) -> None:
    assert worth(said, BILL) > 0.5


@pytest.mark.parametrize("said", ["Thinking of you all tonight.", "So sorry for what the two of you went through."])
def test_feelings_are_told_from_deeds(said: str) -> None:
    assert all(tells_of_feelings(clause) for clause in clauses_of(said))


@pytest.mark.parametrize("said", ["He went through the bill line by line.", "Sorry, I've sent it.", "My depot has it."])
def test_deeds_are_told_from_feelings(said: str) -> None:
    assert not all(tells_of_feelings(clause) for clause in clauses_of(said))


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        (BILL, "Compensation is paid to holders of a valid contract."),
        (BILL, "You booked the yearly plan online, were shown it and accepted it."),
        (COMPLAINT, "Our driver followed the instructions and the suitcase was handed over in good condition."),
        (COMPLAINT, "Treat yourself to our smart case, now 20% cheaper."),
        (COMPLAINT, "Our lounge in Faro has been awarded a second star and the desk was refitted in May."),
    ],
)
def test_a_defence_a_rule_and_a_boast_are_no_deeds(complaint: str, said: str) -> None:
    assert worth(said, complaint) < 0.35


@pytest.mark.parametrize(
    "said",
    [
        "My colleague Sam is driving over with the suitcase now and will be at the hotel at 7.",
        "We can't fly it in tonight but a courier will be outside the hotel with it at 9:15.",
    ],
)
def test_our_own_people_do_it_and_are_there_by_a_time(said: str) -> None:
    assert worth(said) > 0.45
