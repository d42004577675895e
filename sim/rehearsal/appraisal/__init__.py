"""Judging a written reply: from free text to the five qualities of a reply, offline and with reasons.

    appraise(complaint, reply) -> Appraisal(action, ease, empathy, honesty, personal, overall, verdict, reasons)

    text      sentences, clauses and words of a text, short and wrong spellings written out; whether it is English
    clauses   who does what: agent, tense and verb of each clause; what is only imagined, wished or denied
    general   what is said of all cases and not of this one; officialese
    topics    what the complaint is about, and whether an object fits it
    wording   the short lists: verbs that do nothing, formulas, feelings, blame, ...
    signs     what a sign is, how far each kind can carry a reply, and what ties a clause to this case
    deeds     what is done for the customer: put right, promised, offered, looked into, asked
    results   what a reply gives where nobody is said to do it: results, facts, answers, the next step
    manner    how the customer is treated: feeling, honesty, written for this person
    harm      phrases that spoil a reply, as tables
    traps     what spoils a reply however kind its words: mockery, blame, private data, copying, ...
    rubric    what an author adds: cues, exemplars, what must not be written
    judge     signs and traps added up

Everything is read clause by clause: a remedy counts when somebody does it, for this customer, now or by a time, and
not because its word occurs.
"""

from sim.rehearsal.appraisal.judge import QUALITIES, VERDICTS, Appraisal, Reason, appraise, overridden

__all__ = ["QUALITIES", "VERDICTS", "Appraisal", "Reason", "appraise", "overridden"]
