"""A sign, how far each kind can carry a reply, and what is asked of a clause before it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sim.rehearsal.appraisal import wording
from sim.rehearsal.appraisal.clauses import WE_DO, is_past, stem_verb
from sim.rehearsal.appraisal.text import COMMON, Clause, content
from sim.rehearsal.appraisal.topics import Topic
from sim.rehearsal.appraisal.wording import phrases, words


@dataclass(frozen=True)
class Sign:
    """One thing seen: which quality it bears on, by how much (-1..1), why, and the words it was seen in.

    level: of a sign of action, how far it can carry a reply (a key of CEILING); empty where nothing bounds it.
    """

    quality: str
    amount: float
    why: str
    words: str
    level: str = ""

    @property
    def solid(self) -> bool:
        """Whether it is a concrete deed that fits, done, promised or under way: what a doubtful trap gives way to."""
        return self.quality == "action" and self.level in ("done", "promised", "looking") and self.amount >= 0.36


CEILING = {"done": 1.0, "promised": 0.7, "offered": 0.6, "looking": 0.47, "asks": 0.36, "policy": 0.2}
"""Most that action can reach where a sign of this level is the best there is: many promises are not yet a deed."""


def stems_of(verbs: frozenset[str]) -> frozenset[str]:
    return frozenset(stem_verb(verb) for verb in verbs)


EMPTY, CHECK, CONTACT, FAILING = (
    stems_of(verbs) for verbs in (wording.EMPTY, wording.CHECK, wording.CONTACT, wording.FAILING)
)

WRONGS = stems_of(words("charge bill block lock hurt disappoint"))

CONDITIONAL = words("if unless until once before after when whenever should")


def is_conditional(clause: Clause) -> bool:
    """Whether a clause only says when something else holds: `should you wait`, but not `should show by five`."""
    first, second = (*clause.words, "", "")[:2]
    return first in CONDITIONAL and (first != "should" or second in _WHOEVER)


_WHOEVER = words("you he she it they this that these we i the your a an any anything anyone someone there our")


@lru_cache(maxsize=4096)
def is_formula(clause: Clause) -> bool:
    """Whether a clause is a stock phrase that fits every complaint."""
    return any(pattern.search(clause.plain) for pattern in wording.FORMULA)


SAFETY = phrases(
    r"gp", r"doctor", r"111", r"999", r"911", r"112", r"emergency", r"fire (?:service|brigade)", r"hospital",
    r"pharmacist", r"police", r"a&e",
)


@lru_cache(maxsize=4096)
def sends_away(clause: Clause) -> str:
    """The words with which a clause sends the customer elsewhere, or nothing; care for their safety is no hand-off."""
    found = wording.ELSEWHERE.search(clause.plain)
    if not found or SAFETY.search(clause.plain):
        return ""
    before = clause.plain[: found.start()]
    ours = r" (i|we|he|she|team|they|let me) (\w+ ){0,3}$| (i|we) (\w+ ){0,3}(asked|told|got|asking) (\w+ ){1,4}$"
    if re.search(ours, before.rstrip() + " ") and " you " not in before:
        return ""
    return found.group().strip()


@lru_cache(maxsize=4096)
def timed(clause: Clause) -> bool:
    """Whether a clause names a time of this case: not one of a rule, of opening hours, or of thanks and good wishes."""
    return bool(wording.TIME.search(clause.plain)) and not _POLITE.search(clause.plain) and not opening_hours(clause)


_POLITE = phrases(
    r"(?:thank you|thanks|grateful|appreciate\w*)(?: \w+){0,3} (?:for|that)\b.*", r"taking the time",
    r"appreciate (?:you|your|it)\b.*", r"^ (?:thank you|thanks)",
    r"(?:have|enjoy) (?:a|the|your) (?:\w+ )?(?:day|evening|week|weekend|rest)",
    r"good luck", r"safe (?:flight|trip|journey|travels)",
    r"^ (?:we |i )?(?:\w+ )?hope(?! to)(?: you| that| your| the| this| it)\b.*",
)
"""Thanks and good wishes: `thank you for writing to us today` names no time by which anything happens."""

VAGUELY = frozenset(
    content(
        (
            *"""sorted sort fixed fix done right resolved resolve solved solve fine ok okay good well normal
            working work handled handle dealt deal addressed address rectified rectify corrected correct settled looked
            all everything better great""".split(),  # noqa: SIM905
            *wording.VAGUE,
        )
    )
)
"""What words of putting right come down to that do not say what is put right."""
SOON = phrases(
    r"(?:very |really |pretty )?(?:soon|shortly)", r"any (?:moment|minute|second|day|time)(?: now)?",
    r"before (?:long|you know it)",
    r"eventually", r"in (?:a|the) (?:moment|while|bit|jiffy|near future)", r"one day", r"sooner or later",
    r"in due (?:course|time)",
    r"as soon as (?:possible|we can)", r"asap",
)
"""Words of time that promise nothing."""


def promises_nothing(clause: Clause) -> bool:
    """Whether a promise says neither what nor when: `it'll be sorted soon`."""
    said = SOON.sub(" ", clause.plain)
    return not timed(clause) and not any(word not in VAGUELY for word in content(said.split()))


def thought_of(clauses: list[Clause]) -> frozenset[Clause]:
    """The clauses that go on with what is only thought, wished or advised: `we know that .., and that she is there`."""
    open_ended = [clause for clause in clauses if clause.words[:2] in GOES_ON]
    if not open_ended:
        return frozenset()
    thinks = {clause.sentence for clause in clauses if clause.words[:2] not in GOES_ON and _THINKS.search(clause.plain)}
    return frozenset(clause for clause in open_ended if clause.sentence in thinks)


GOES_ON = {("and", "that"), ("or", "that"), ("that", "we"), ("which", "we")}
"""How a clause begins that hangs on the one before: also `anything else, apart from that, that we can help with`."""


_THINKS = phrases(
    r"(?:know|believe|hope|understand|feel|imagine|trust|worth|(?:make|making|be) sure|ensure|aware|recogni[sz]e|"
    r"anything|"
    r"check|remember)",
)


@lru_cache(maxsize=4096)
def tells_of_feelings(clause: Clause) -> bool:
    """Whether a clause tells of sorrow or of the writer's own heart and family: in it nothing is done for anybody."""
    sorry = _SORRY_FIRST.search(clause.plain)
    regrets = sorry is not None and not _HELPS.search(clause.plain, sorry.end() - 1)
    return regrets or bool(_OWN_HEART.search(clause.plain))


_HELPS = phrases(
    WE_DO.pattern,
    r"(?:i|we) (?:just |now )?(?:refunded|sent|fixed|cancelled|canceled|booked|credited|reversed|removed|replaced|"
    r"ordered)",
)

_SORRY_FIRST = re.compile(
    r"^ (?:(?:and|but|i|we|am|are|so|really|truly|very|deeply|just|all|proper|properly) )*(?:sorry|apolog\w+) "
)

_KIN = (
    r"(?:mum|mom|dad|father|mother|gran|grandad|grandma|granny|grandmother|grandfather|sister|brother|wife|husband|"
    r"son|daughter)s?"
)

_OWN_HEART = phrases(
    rf"my (?:own )?(?:{_KIN}|baby|kids?|boys?|girls?|child|children|little (?:one|boy|girl))", rf"our (?:own )?{_KIN}",
    rf"(?:i|we) (?:have|had)(?: got)? (?:an?|two|three|four) (?:\w+ ){{0,2}}(?:{_KIN}|baby|kids|boys?|girls?|children)"
    r"(?= (?:too|as well|myself|ourselves|of|at|who|that|and|so|the same)| *$)",
    r"thinking (?:of|about) (?:you|them|him|her|your)\b.*",
    r"(?:everything|fingers|toes|all) (?:\w+ )?crossed", r"crossing (?:my|our|every)\w*",
    r"(?:made|makes|brought|brings|moved|moves) (?:me|us)(?! (?:the|a|an|your|it)\b)", r"(?:me|us) (?:\w+ )?to tears",
    r"(?:broke|breaks|broken) (?:my|our) hearts?",
    r"^ (?:and |just |even )*(?:reading|seeing|hearing) (?:this|that|of|your)",
    r"(?:gutted|heartbroken|devastated|sad|sorry|feel|feeling|rooting|hoping|praying) (?:\w+ )?for (?:you|him|her|"
    r"them)",
    r"(?:the two of you|you(?: two| all| both)?|he|she|little \w+|your \w+) (?:went|have been|had to go|were put) "
    r"through(?! (?:the|your|every|each)\b)",
)


def by_the_book(clauses: list[Clause]) -> frozenset[Clause]:
    """The clauses that tell what terms say or records hold against the customer: nothing is done in them.

    What goes on with them is one of them, too: `per our records you had a standard room, booked at the lowest rate`.
    """
    found: set[Clause] = set()
    before: Clause | None = None
    for clause in clauses:
        goes_on = before in found and before is not None and before.sentence == clause.sentence
        goes_on = goes_on and (is_past(clause.words[0]) or clause.words[0] in ("and", "as", "a", "an"))
        if (_BY_THE_BOOK.search(clause.plain) or goes_on) and not _BUT_OURS.search(clause.plain):
            found.add(clause)
        before = clause
    return frozenset(found)


_BY_THE_BOOK = phrases(
    r"(?:under|per|to|with|by) (?:section|clause|article|paragraph|point|condition) \d\S*",
    r"(?:under|per|to|with|by|in) (?:the|our|your) (?:\w+ ){0,2}(?:terms|conditions|tariff|small print|contract)",
    r"(?:per|according to|going by) (?:our|the|my) (?:\w+ )?(?:records?|system|logs?|files?|notes|data)",
    r"(?:systems?|records?|logs?|tracking|scans?|data|files?|notes|courier|driver|carrier) (?:clearly |also |all )?"
    r"(?:confirms?|records?|has|have|lists?|states?|shows?|indicates?) (?:(?:this|it|that|the|your|an?) (?:\w+ ){0,3})?"
    r"(?:as|was|were|is|has been|had been) (?:\w+ly )?(?:delivered|completed?|received|signed|collected|accepted|"
    r"attended|"
    r"fitted|installed|answered|resolved|closed|correct|accurate|in order)",
    r"(?:was|were|has been|have been) (?:delivered|completed|fitted|installed|handed over|served|cleaned|checked|"
    r"carried "
    r"out) (?:on time|correctly|successfully|properly|in good|as (?:agreed|instructed|ordered|normal|usual))",
)

_BUT_OURS = phrases(
    r"(?:i|we)(?: have| will| am| are| can)?(?: just| now| already)? (?!offer|charge|bill|give|do|not|have|are|sell|"
    r"reserve)\w+", r"owed?", r"entitled", r"refund\w*", r"charged", r"billed", r"twice", r"wrong\w*", r"let me",
)
"""What is not held against the customer, or is ours to do, though terms and records are named."""


def key_words(clauses: list[Clause]) -> frozenset[Clause]:
    """The short clauses of a sentence that strings names together, as lists for search engines do: nobody does them.

    Four names at least that neither begin nor end with something done (`courier booked, old claim closed`).
    """
    short: dict[int, list[Clause]] = {}
    for clause in clauses:
        if 2 <= len(clause.words) <= 4 and not any(word in COMMON or word.isdigit() for word in clause.words):
            short.setdefault(clause.sentence, []).append(clause)
    names = {at: sum(not (is_past(c.words[0]) or is_past(c.words[-1])) for c in found) for at, found in short.items()}
    return frozenset(clause for at, found in short.items() if names[at] >= 4 for clause in found)


def stories(clauses: list[Clause]) -> frozenset[Clause]:
    """The clauses that tell how the firm began: `since our founder baked the first loaf`."""
    return frozenset(clause for clause in clauses if _LONG_AGO.search(clause.plain))


_LONG_AGO = phrases(
    r"^ (?:ever )?since (?:our|the) (?:\w+ )?(?:founders?|grandfather|grandmother|family|company|firm|doors|beginning|"
    r"first)\b.*", r"^ (?:ever )?since (?:18|19|20)\d\d",
    r"(?:our|the) (?:founders?|grandfather|grandmother) (?:\w+ )?(?:baked|laid|opened|began|started|founded|built)\b.*",
)


def opening_hours(clause: Clause) -> bool:
    """Whether a clause tells when somebody can be reached: hours of all days, no time promised to this customer."""
    return bool(_HOURS.search(clause.plain))


_HOURS = phrases(
    r"(?:open|opens|closed|closes|available|reached?|quieter|quicker|busier|busy|staffed|"
    r"lines?)(?: \S+){0,5} (?:weekdays|weekends|"
    r"daily|bank holidays|\w+ holidays|24/7|(?:from|between|after|before|until|at) (?:\d\S*|noon|midnight))",
    r"(?:mon\w*|weekdays)(?: to |-)(?:\w+)?(?:,? ?(?:from )?\d\S*)?", r"(?:typically|usually|normally) (?:\w+ )?\d\S*",
    r"peak times?", r"(?:service|opening|office|business|working) hours",
    r"(?:open|staffed|manned|available|answered|reached?)(?: \S+){0,4} (?:day and night|night and day|around the clock|"
    r"round the clock|at any time|any time|24 hours)",
    r"(?:staffed|manned|answered)(?: \S+){0,3} (?:till|until|to|from|between|by) \S+",
)


def anchored(clause: Clause, topic: Topic) -> bool:
    """Whether something ties a clause to this case: you, a number or time, a word of the complaint, this or that."""
    return (
        bool(frozenset(clause.words) & TIES)
        or any(any(c.isdigit() for c in word) for word in clause.words)
        or bool(topic.shared(clause.words))
        or timed(clause)
    )


def on_topic(clause: Clause, topic: Topic) -> bool:
    """Whether a clause takes up a word of the complaint; that the day is the same makes no matter the same."""
    return bool(topic.shared(tuple(word for word in clause.words if word not in DAYS)))


def elsewhere_bound(clauses: list[Clause], topic: Topic) -> frozenset[Clause]:
    """The clauses about a thing of the customer's that the complaint has nothing to do with, and what goes on with it.

    `I've refunded your train ticket, it's on your card by Friday`, to whom cannot log in.
    """
    found: set[Clause] = set()
    astray = False
    for clause in clauses:
        helps = not clause.question and not _ASKED_OF_YOU.search(clause.plain)
        shared = on_topic(clause, topic)
        if helps and "your" in clause.words and not shared and topic.fit(clause.words) <= 0.25:
            astray = True
        elif not astray or clause.words[0] not in POINTS_BACK or shared:
            astray = False
        if astray:
            found.add(clause)
    return frozenset(found)


_ASKED_OF_YOU = phrases(r"please", r"you (?:can|could|may|must|need)", r"feedback", r"sorry", r"^ to \w+")

DAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight morning afternoon evening"
)

POINTS_BACK = words("it they that this these those and which so")

TIES = words(
    """you your yours it this that them those these him her his their both everything one here back mine my now there"""
)


def hanging_on(clauses: list[Clause]) -> frozenset[int]:
    """The sentences that only say what would or might be done, once or if something else is so."""
    said: dict[int, str] = {}
    for clause in clauses:
        said[clause.sentence] = said.get(clause.sentence, "") + clause.plain
    return frozenset(
        number for number, words in said.items() if _WOULD_IF.search(words) and "would like to" not in words
    )


_WOULD_IF = re.compile(
    r" (?:would|might|may|could)\b.* (?:as soon as|once|when|if|provided|after|should you|subject to) "
    r"| (?:as soon as|once|when|if|provided) .* (?:would|might|may) "
    r"|(?:subject to|pending) (?:\w+ )?(?:approval|review|verification|confirmation)"
)


def only_repeats(clause: Clause, topic: Topic) -> bool:
    """Whether a clause says nothing that the complaint has not said."""
    own = frozenset(content(clause.words))
    if len(own) < 2 or not own <= topic.stems or IS_DONE.search(clause.plain):
        return False
    right = IS_RIGHT.search(clause.plain)
    return right is None or frozenset(right.group().split()[1:]) <= frozenset(topic.words)


_RIGHT = (
    r"(?:back|gone|off|out(?! of (?:stock|warranty|office|hours|date|order|scope))|done|sorted|fixed|ready|"
    r"waiting|open|closed|shut|live|free|ended|over|approved|cleared|booked|yours|ours to pay|confirmed|"
    r"refunded|unlocked|active|reserved|covered(?! by| under)|paid|posted|restored|lifted|waived|cancelled|canceled|"
    r"in(?= (?:with|for|again|at)\b)|up(?: again| since)?|dead|void|nil|zero|history|finished|settled|quashed|"
    r"scrapped|dropped|torn up|binned|wiped|working(?: again)?|first|next|standing|there now|sent|credited|"
    r"corrected|reset|stopped|on hold|set|held|switched (?:back )?o(?:n|ff)|entitled|safe)"
)
"""What is so when a thing is right again."""
_STEP = r"(?:now |already |all |just |back |only |safely |fully |both |being |yours |\w+ly )*"

IS_RIGHT = phrases(
    rf"(?:is|are|am|has been|have been|will be|be) {_STEP}{_RIGHT}",
    r"(?:is|are) (?:down|scheduled|rostered|pencilled in|lined up|set aside|all set) (?:for|on|at)",
    r"(?:is|are|will be) due", r"on (?:its|their|the|his|her|my|our) way",
)

IS_DONE = phrases(
    r"(?:done|sorted|fixed|refunded|cancelled|canceled|waived|lifted|restored|cleared|approved|paid|sent|credited|"
    r"corrected|stopped|booked|replaced|returned|reversed|removed|unlocked|confirmed|rebooked|reinstated|withdrawn)",
)
