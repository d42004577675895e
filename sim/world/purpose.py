"""What a draw is for: the word that tells draws below one key apart. No two below one key may be the same."""

from __future__ import annotations

# What a draw is for, below the key of a moment.
KIND, WAIT, FAILS, MAJOR, QUALITY, SPEAKS, SPEAKS_LATE = range(101, 108)
COMPLAINS, RECONSIDERS, RECONSIDERS_LATE, POST_KEY, CHOICE, LOOKS_FOR, DECIDES = range(108, 115)
PHONES, HOLDS, HANGS_UP = range(130, 133)
INVITES, INVITATION, WHOM, ACCEPTS, INVITED_LATE = range(115, 120)
# Below the key of (post, viewer).
DELAY, ATTENTIVE, NOTICES, NOTICES_LATE, REEXPOSED, REEXPOSED_LATE, SHARES, SHARE_KEY = range(201, 209)
TOLD, TOLD_LATE = range(209, 211)
ANOTHER_REPLY = 10_000
"""Added to the purposes of a reply's draws for each public reply to the same post before it."""
# Below the key of a post.
LISTENED, ANSWERS, NOTICED_LATE, PATIENCE, ESCALATES = range(301, 306)
ESCALATION_KEY, SERVICE, SPECIAL, SPECIAL_SERVICE, CARRIES = range(306, 311)
THEME = 311
BOT_TRIES, BOT_SOLVES = range(320, 322)
# Below the key of (broadcast, person).
REACHED, REACHED_LATE, FELT, STIRRED, GOES_OUT, PASSES_ON = range(401, 407)
# Below the key of a choice, beside the brands' own.
NOTHING = 501
