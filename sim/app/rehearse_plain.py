"""The plain front end of a session: a line in, dated lines out. For screen readers, scripts and tests.

It prints what is new as it comes, never clears the screen, draws nothing. Time passes only by `wait` (and, turn by
turn, by what one does), unless the clock is live: then it also passes while one thinks.
"""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from sim.errors import UserError
from sim.rehearsal.moment import Option
from sim.rehearsal.session import ActionError, Answer, Session
from sim.rehearsal.view import Item, coaching, thread_of, wall_clock
from sim.scenario.names import nearest

HELP = """\
inbox                     what waits (reply takes the name in front)
thread m1                 the whole thread, and what can be answered
reply m1 b [high]         answer with option b (confidence low, medium, high)
reply m1 "your words"     answer in your own words, in public
private m1 "your words"   ... in a private message;  thank m6 "..." likewise
hold m1 20 "your words"   promise an answer within 20 minutes
escalate m1               hand it to a specialist
ignore m1                 leave it alone, on purpose
statement "your words"    speak to everybody
wait 2                    let 2 minutes pass
approve 1, return 1 why   pass or return a reply that waits for approval
predict 52 m1             your guess: reputation at the end, and what went worst
brief, help, end"""
ANGER = ("calm", "cross", "angry", "furious")


class Plain:
    """Reads commands and prints what they and time bring. `say` prints a line."""

    def __init__(self, session: Session, say: Callable[[str], None] = print, *, live: bool = False):
        self.session, self.say, self.live = session, say, live
        self.told: set[tuple[int, str, str, str]] = set()
        self.commands: dict[str, Callable[[list[str]], None]] = {
            "inbox": self.inbox, "thread": self.thread, "reply": self.answer("reply"),
            "private": self.answer("private"), "thank": self.answer("thank"), "hold": self.hold,
            "escalate": self.deed("escalate"), "ignore": self.deed("ignore"), "statement": self.statement,
            "wait": self.wait, "approve": self.approve(True), "return": self.approve(False), "predict": self.predict,
            "brief": self.brief, "help": self.help, "push": self.push, "note": self.note,
        }

    def run(self, lines: Iterable[str]) -> None:
        """Take commands until there are no more, `end`, or the session is over."""
        self.brief([])
        self.news()
        for line in self._timed(lines):
            try:
                words = shlex.split(line, comments=True)
            except ValueError:
                self.say("? a quote is not closed")
                continue
            if not words:
                continue
            if words[0] in ("end", "quit"):
                self.session.end()
                break
            try:
                self.do(words[0], words[1:])
            except UserError as error:
                self.say(f"? {error}")
            self.news()
            if self.session.over:
                break
        if self.session.over:
            view = self.session.view()
            self.say(f"{view.time} OVER: {view.answered} answered, {view.waiting} still waiting.")

    def _timed(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines; if the clock is live, with the time that passes before each."""
        since = time.monotonic()
        for line in lines:
            if self.live:
                now = time.monotonic()
                self.session.tick(now - since)
                since = now
                self.news()
                if self.session.over:
                    return
            yield line

    def do(self, command: str, words: list[str]) -> None:
        """Carry out one command. Raises UserError for what cannot be done."""
        if command not in self.commands:
            raise ActionError(f"there is no command {command!r} ({nearest(command, self.commands)}; help lists them)")
        self.commands[command](words)

    # ------------------------------------------------------------------------------------------ looking

    def brief(self, words: list[str]) -> None:
        """What the trainee is told."""
        view = self.session.view()
        self.say(f"{view.title}. You are: {view.role}, {view.brand}.")
        for line in view.briefing.strip().splitlines():
            self.say(f"  {line}")
        if view.authority:
            self.say(f"  You may: {', '.join(view.authority)}.")
        weights = self.session.script.moment.scoring.weights
        self.say(
            f"  {view.length // 60} minutes. Scored: craft {weights.craft:g}, timing {weights.timing:g}, "
            f"triage {weights.triage:g}, outcome {weights.outcome:g}. Type help for the commands."
        )

    def news(self) -> None:
        """Tell what is new."""
        items = {item.name: item for item in self.session.view().inbox}
        for news in self.session.view().news:
            key = (news.second, news.kind, news.name, news.text)
            if key in self.told:
                continue
            self.told.add(key)
            facts = f" ({_facts(items[news.name])})" if news.kind == "new" and news.name in items else ""
            at = wall_clock(self.session, news.second)
            self.say(f"{at} {news.kind.upper()} {news.name}{facts}: {news.text}".replace(" :", ":"))

    def inbox(self, words: list[str]) -> None:
        """What waits, oldest first."""
        view = self.session.view()
        self.say(
            f"{view.time} reputation {view.reputation:.1f}, {view.waiting} waiting, oldest {view.oldest // 60} min, "
            f"{view.answered} answered."
        )
        for item in view.inbox:
            held = "" if item.promised_in is None else f", promised in {item.promised_in // 60} min"
            self.say(f"  {item.name} {item.handle} ({_facts(item)}, {item.age // 60} min{held}): {item.text}")
        for place, (name, text) in enumerate(view.approval, 1):
            self.say(f"  approval {place}: {name}: {text}")

    def thread(self, words: list[str]) -> None:
        """A thread in full, and what can be answered."""
        (name,) = _exactly(words, 1, "thread m1")
        for line in thread_of(self.session, name):
            self.say(f"  {wall_clock(self.session, line.second)} {line.handle}: {line.text}")
        item = next((item for item in self.session.view().inbox if item.name == name), None)
        for choice in item.options if item else ():
            extra = f", promises {choice.promise_minutes:g} min" if choice.promise_minutes else ""
            self.say(f"  {choice.id}) {choice.move}, {choice.channel}{extra}: {choice.text}")
        if item is not None and item.own_words:
            self.say(f'  or own words, at most {item.own_words} characters: reply {name} "..."')
        elif self.session.view().no_own_words:
            self.say(f"  {self.session.view().no_own_words}")

    def help(self, words: list[str]) -> None:
        """The commands."""
        self.say(HELP)

    # ------------------------------------------------------------------------------------------ doing

    def answer(self, do: str) -> Callable[[list[str]], None]:
        """`reply m1 b`, `reply m1 b high`, `reply m1 "words"`."""

        def act(words: list[str]) -> None:
            if len(words) not in (2, 3) or (do == "hold" and words[1] not in self._options(words[0])):
                shape = f'{do} m1 20 "your words"' if do == "hold" else f'{do} m1 "your words"'
                raise ActionError(f"write {do} m1 b, or {shape}")
            on, said = words[:2]
            confidence = words[2] if len(words) == 3 else ""
            options = self._options(on)
            if said in options and do not in ("reply", options[said].move):
                raise ActionError(f"option {said} is no {do} but a {options[said].move}: write reply {on} {said}")
            if said in options or (do == "reply" and len(said) <= 6 and " " not in said):
                self.told_of(self.session.choose(on, said, confidence=confidence))
            else:
                self.told_of(self.session.say(on, said, do=do, confidence=confidence))

        return act

    def _options(self, on: str) -> dict[str, Option]:
        """What can be chosen for a waiting thread."""
        return self.session.script.moment.options(self.session.thread(on).name)

    def hold(self, words: list[str]) -> None:
        """`hold m1 20 "words"`, or `hold m1 c` with an option."""
        if len(words) == 2:
            self.answer("hold")(words)
            return
        on, minutes, said = _exactly(words, 3, 'hold m1 20 "your words"')
        self.told_of(self.session.say(on, said, do="hold", promise=_number(minutes) / 60))

    def deed(self, do: str) -> Callable[[list[str]], None]:
        """`escalate m1`, `ignore m1`."""

        def act(words: list[str]) -> None:
            from sim.rehearsal.action import Action

            (on,) = _exactly(words, 1, f"{do} m1")
            thread = self.session.thread(on)
            self.told_of(self.session.act(Action(do, on, 0 if thread.name else thread.post)))

        return act

    def statement(self, words: list[str]) -> None:
        """`statement "words"`."""
        (said,) = _exactly(words, 1, 'statement "your words"')
        self.told_of(self.session.say("", said, do="statement"))

    def wait(self, words: list[str]) -> None:
        """`wait 2`, in minutes."""
        minutes = _number(words[0]) if words else 1.0
        if minutes < 0:
            raise ActionError("time does not run backwards")
        self.session.wait(round(60 * minutes))

    def approve(self, granted: bool) -> Callable[[list[str]], None]:
        """`approve 1`, `return 1 why`."""

        def act(words: list[str]) -> None:
            if not words:
                raise ActionError("which one? approve 1")
            self.session.approve(round(_number(words[0])) - 1, granted, " ".join(words[1:]))

        return act

    def push(self, words: list[str]) -> None:
        """`push m4`: a facilitator lets an inject come."""
        self.session.push(_exactly(words, 1, "push m4")[0])

    def note(self, words: list[str]) -> None:
        """`note "words"`: a facilitator's note."""
        self.session.note(" ".join(words))

    def predict(self, words: list[str]) -> None:
        """`predict 52 m1`."""
        if not words:
            raise ActionError("write predict 52 m1: reputation at the end, and what went worst")
        self.session.predict(_number(words[0]), words[1] if len(words) > 1 else "")
        self.say("noted")

    def told_of(self, answer: Answer) -> None:
        """Say what became of an action, as far as the assist level allows."""
        for line in coaching(self.session, answer):
            self.say(f"  coach: {line}")


def _facts(item: Item) -> str:
    parts = [f"{item.followers:,} followers", ANGER[item.anger] if item.mood < 0 else "pleased"]
    if item.private:
        parts.append("private")
    if item.times:
        parts.append(f"asked {item.times + 1} times")
    if item.views:
        parts.append(f"seen {item.views:,}")
    if item.left:
        parts.append("left alone")
    return ", ".join(parts)


def _exactly(words: list[str], number: int, shape: str) -> list[str]:
    if len(words) != number:
        raise ActionError(f"write {shape}")
    return words


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ActionError(f"a number is needed; got {text!r}") from None


def lines_of_input() -> Iterator[str]:
    """Commands from standard input, with a prompt where somebody types."""
    prompt = sys.stdin.isatty()
    while True:
        if prompt:
            print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        yield line
