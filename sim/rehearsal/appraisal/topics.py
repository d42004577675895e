"""What a complaint is about, and whether what a reply speaks of fits it."""

from __future__ import annotations

from sim.rehearsal.appraisal.text import content, stem, words_of
from sim.rehearsal.appraisal.wording import CORPORATE, phrases, words


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


FIELDS: dict[str, frozenset[str]] = {
    "travel": _stems(
        """flight gate plane train bus hotel seat rebook ticket luggage suitcase bag airport platform
        boarding trip taxi ride driver connection departure shuttle cabin pilot rail journey coach ferry
        passenger"""
    ),
    "goods": _stems(
        """parcel order delivery item size box jacket boots shoes return shop store courier package
        replacement warehouse product price basket sale stock depot shelf label shipping tracking recall
        dealer receipt"""
    ),
    "line": _stems(
        """internet router signal broadband line outage phone sim data network cable engineer wifi mobile
        landline hotspot cabinet"""
    ),
    "software": _stems(
        """app login password update bug backup version notes file server sync account screen browser crash
        reset restore patch release click button device vault release rollback"""
    ),
    "money": _stems(
        """charge fee card account bank payment refund bill invoice credit transfer loan mortgage overdraft
        debit fine subscription membership contract deposit interest claim premium adjuster policy"""
    ),
    "stay": _stems(
        """room hotel reception bed key mould noise check-in breakfast booking guest suite towel
        housekeeping shower"""
    ),
    "events": _stems(
        """seat concert show venue row stage film screen gig festival box tour match usher matinee theatre theater
        musical opera ballet auditorium cinema stadium"""
    ),
    "food": _stems(
        """meal food dish order kitchen chef waiter allergy menu lasagne chicken restaurant table cook
        recipe ingredient coffee pizza burger salad soup sandwich cake"""
    ),
    "health": _stems(
        """appointment doctor prescription clinic scan nurse hospital ward medicine results pharmacy
        pharmacist insulin surgery referral scanner slot dose test vaccine"""
    ),
    "home": _stems(
        """power heating boiler gas meter electricity heater engineer lift flat block water leak tariff
        supply crew transformer radiator street warm pipe landlord rent stair"""
    ),
}
"""What belongs to which walk of life; only used to see that a remedy does not belong to quite another one."""

REMEDIES = _stems(
    """refund fee fare charge deposit difference amount total money cost costs compensation voucher credit
    replacement new reimburse repay pay paid waive apology name number manager fix fault problem issue
    mistake case team receipt bill half price cash payment invoice rent fine ticket balance list access
    confirmation letter email appointment slot visit date answer help engineer technician supervisor courier
    night free account booking card order service"""
)
POINTING = words(
    """you your yours it this that them these those him her his both everyone everybody all one mum mom dad
    son daughter kids"""
)
CAUSES_ANGER = words(
    """not no never nothing worst awful terrible dead lost broken cancelled late wrong stuck waiting ignored
    charged rude refund disgusting disgrace hell joke nobody without useless scam fail failed hurt angry
    cried crying gone unreal bait stop down missed ridiculous shame twice again third nightmare
    overcharged damaged mould cold"""
)
PLEASED = words(
    """thanks thank great amazing love loved lovely brilliant fantastic wonderful excellent best kind
    helpful huge saved perfect delighted legend star"""
)


CORPORATE_STEMS = frozenset(stem(word) for word in CORPORATE)
KNOWN = frozenset().union(*FIELDS.values(), REMEDIES, POINTING, CAUSES_ANGER, PLEASED)
"""Words known to be English."""


_YES_OR_NO = phrases(
    r"is it true\b.*", r"should (?:i|we)\b.*",
    r"(?:is|are|does|do|did|can|will|was|were) (?:it|the|this|these|your|my|you|there|that)\b.*",
)


_PRAISES = phrases(
    r"credit where", r"hats off", r"(?:makes?|made) (?:me|us|my|our) (?:\w+ )?(?:smile|day|week|night)", r"well played",
    r"that is how it is done", r"could not be happier", r"(?:her|his|their) name is \w+ remember", r"above and beyond",
    r"faith in (?:people|humanity)", r"kudos", r"shout ?out to",
)
"""Ways of praising without a word of praise: `Credit where due: they found me a seat`."""


class Topic:
    """What a complaint is about: its content words, its walks of life, and whether it is praise."""

    def __init__(self, complaint: str):
        self.text = complaint
        self.words = words_of(complaint)
        self.stems = frozenset(content(self.words))
        self.fields = frozenset(name for name, stems in FIELDS.items() if self.stems & stems)
        self.near: frozenset[str] = frozenset().union(*(FIELDS[name] for name in self.fields))
        elsewhere: frozenset[str] = frozenset().union(*FIELDS.values()) if self.fields else frozenset()
        self.far = elsewhere - self.near - REMEDIES
        pleased = sum(word in PLEASED for word in self.words)
        cross = sum(word in CAUSES_ANGER for word in self.words) - " ".join(self.words).count("calm down")
        outright = bool(_PRAISES.search(" ".join(self.words)))
        self.praise = (pleased >= 1 and pleased > cross) or (outright and cross <= 2)
        self.asks = "?" in complaint and bool(_YES_OR_NO.search(f" {' '.join(self.words)} "))
        self.numbers = frozenset(word for word in self.words if any(c.isdigit() for c in word))

    def shared(self, words: tuple[str, ...]) -> frozenset[str]:
        """Content words that a clause shares with the complaint."""
        return frozenset(content(words)) & self.stems

    def is_foreign(self, words: tuple[str, ...]) -> bool:
        """Whether words speak of quite another walk of life (money, which mends all things, is none), not of this."""
        stems = frozenset(content(words))
        return bool(stems & (self.far - FIELDS["money"])) and not stems & (self.near | self.stems)

    def fit(self, words: tuple[str, ...], verb: str = "") -> float:
        """How well the object of a deed (and its verb: `refund`) fits what was complained about, 0..1."""
        stems = frozenset(content(words))
        if stems & self.stems:
            return 1.0
        if self.is_foreign(_possessed(words)):
            return 0.25  # `your train ticket`, to whom wrote of an app
        if stems & self.far and not stems & (self.near | REMEDIES):
            return 0.25
        if stems & (self.near | REMEDIES) or verb in self.near | REMEDIES | self.stems:
            return 0.95
        if any(any(c.isdigit() for c in word) for word in words):
            return 0.8
        if frozenset(words) & POINTING:
            return 0.75
        if not stems:
            return 0.75
        return 0.25 if stems <= CORPORATE_STEMS else 0.6


def _possessed(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words after the first `your` that is no place: `train ticket` of `refunded your train ticket`."""
    for at, word in enumerate(words):
        if word == "your" and not (at and words[at - 1] in _TO_A_PLACE):
            return words[at + 1 : at + 4]
    return ()


_TO_A_PLACE = words("at to in on by outside near from into with for of under behind inside")


def copied_share(complaint: str, reply: str, run: int = 6) -> float:
    """Share 0..1 of the reply's words that stand in runs of six or more words taken over from the complaint."""
    theirs, ours = _turned(words_of(complaint)), _turned(words_of(reply))
    runs = {theirs[i : i + run] for i in range(len(theirs) - run + 1)}
    taken = [False] * len(ours)
    for i in range(len(ours) - run + 1):
        if ours[i : i + run] in runs:
            taken[i : i + run] = [True] * run
    return sum(taken) / max(len(ours), 1)


def _turned(words: tuple[str, ...]) -> tuple[str, ...]:
    """The same words whoever speaks: me and you, my and your and our are one."""
    return tuple(
        "_" if word in {"i", "me", "my", "you", "your", "we", "our", "us", "mine", "yours"} else word for word in words
    )
