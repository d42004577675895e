"""The full-screen terminal of a session (Textual): inbox, thread and composer, crowd. Keyboard only.

It does what every front end does (tick, act, view) and holds nothing of its own but what is selected and typed.
Screen readers do better with `--plain`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Footer, Input, OptionList, RichLog, Static
from textual.widgets.option_list import Option

from sim.errors import UserError
from sim.rehearsal.action import CONFIDENCE, Action
from sim.rehearsal.session import ActionError, Answer, Session
from sim.rehearsal.view import Item, View, coaching, thread_of, wall_clock

TICKS_A_SECOND = 4
HINTS = {
    "hold": "{do}{to}: minutes, a colon, your words (20: I know more by 19:10), Enter sends, Escape cancels",
    "guess": "your guess: reputation at the end, and what went worst (52 m1), Enter notes it, Escape cancels",
}
"""What stands in the line for words, where it is not just words."""
ANGER = ("  ", "! ", "!!", "!!!")


class Desk(App[None]):
    """One person's desk."""

    CSS = """
    #top { height: 1; background: $primary; color: $text; }
    #left { width: 2fr; } #right { width: 3fr; }
    #inbox { height: 2fr; border: round $primary; }
    #crowd { height: 1fr; border: round $primary; }
    #thread { height: 2fr; border: round $primary; padding: 0 1; overflow-y: auto; }
    #news { height: 1fr; border: round $primary; padding: 0 1; }
    #own { display: none; } #own.open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move(1)", "Next"), Binding("k", "move(-1)", "Previous"),
        *[Binding(str(number), f"option({number})", show=False) for number in range(1, 10)],
        Binding("t", "type('reply')", "Own words"), Binding("p", "type('private')", "Private"),
        Binding("h", "type('hold')", "Hold"), Binding("y", "type('thank')", "Thank"),
        Binding("s", "type('statement')", "Statement"),
        Binding("e", "deed('escalate')", "Escalate"), Binding("i", "deed('ignore')", "Ignore"),
        Binding("c", "confidence", "Confidence"), Binding("a", "approve(True)", "Approve", show=False),
        Binding("r", "approve(False)", "Return", show=False), Binding("g", "type('guess')", "Guess"),
        Binding("space", "pause", "Pause"), Binding("escape", "close", "Cancel", show=False),
        Binding("x", "end", "End"), Binding("q", "leave", "Leave"),
    ]

    def __init__(self, session: Session):
        super().__init__()
        self.session = session
        self.typing = ""
        self.confidence = ""
        self.ending = False
        self.told = 0
        self.shown: list[str] = []
        self.seen_at = time.monotonic()

    def compose(self) -> ComposeResult:
        """The parts of the screen."""
        yield Static(id="top")
        with Horizontal():
            with Vertical(id="left"):
                yield OptionList(id="inbox")
                yield Static(id="crowd")
            with Vertical(id="right"):
                yield Static(id="thread")
                yield RichLog(id="news", wrap=True)
        yield Input(id="own")
        yield Footer()

    def on_mount(self) -> None:
        """Begin: the briefing first, then the clock."""
        self.query_one("#inbox").border_title = "Inbox"
        self.query_one("#crowd").border_title = "Crowd"
        self.query_one("#news").border_title = "News"
        self.query_one("#news", RichLog).write(self.session.view().briefing.strip())
        self.query_one("#inbox").focus()
        self.draw()
        self.set_interval(1 / TICKS_A_SECOND, self.beat)

    def beat(self) -> None:
        """Let the time pass that has passed."""
        now = time.monotonic()
        passed, self.seen_at = now - self.seen_at, now
        if not self.typing or not self.session.turns:
            self.session.tick(passed)
        self.draw()

    # ------------------------------------------------------------------------------------------ drawing

    def draw(self) -> None:
        """Draw what there is to see."""
        view = self.session.view()
        state = "OVER" if view.over else "paused" if view.paused else f"x{view.speed:g}"
        self.query_one("#top", Static).update(Text(
            f" {view.title}  {view.time}  {state}   reputation {view.reputation:.1f}   waiting {view.waiting}   "
            f"oldest {view.oldest // 60} min   answered {view.answered}"
            + (f"   confidence {self.confidence or '? (c)'}" if view.asks_confidence else "")
        ))
        self._inbox(view)
        self._thread(view)
        mood = "" if view.sentiment is None else f"mood of posts {view.sentiment:+.2f}\n"
        self.query_one("#crowd", Static).update(Text(f"{mood}posts in 10 min {view.volume:,}\n" + "\n".join(
            f"approval {place}: {name}" for place, (name, _) in enumerate(view.approval, 1)
        )))
        for news in view.news[self.told :]:
            self.query_one("#news", RichLog).write(
                Text(f"{wall_clock(self.session, news.second)} {news.kind} {news.name}: {news.text}")
            )
        self.told = len(view.news)

    def _inbox(self, view: View) -> None:
        names = [item.name for item in view.inbox]
        listed = self.query_one("#inbox", OptionList)
        if names != self.shown:
            selected = self.selected()
            listed.clear_options()
            listed.add_options([Option(_row(item), id=item.name) for item in view.inbox])
            self.shown = names
            if names:
                listed.highlighted = names.index(selected) if selected in names else 0
        else:
            for item in view.inbox:
                listed.replace_option_prompt(item.name, _row(item))

    def _thread(self, view: View) -> None:
        box = self.query_one("#thread", Static)
        name = self.selected()
        item = next((item for item in view.inbox if item.name == name), None)
        if item is None:
            box.border_title = "Thread"
            box.update(Text("Nothing waits." if not view.over else "The session is over. q leaves; then sim debrief."))
            return
        box.border_title = f"{item.name} {item.handle}, {item.followers:,} followers, seen {item.views:,}"
        said = thread_of(self.session, name)
        lines = [f"{wall_clock(self.session, line.second)} {line.handle}: {line.text}" for line in said]
        lines.append("")
        for place, choice in enumerate(item.options, 1):
            lines.append(f"{place} {choice.move} ({choice.channel}): {choice.text}")
        lines += [f"t own words, at most {item.own_words} characters"] if item.own_words else [view.no_own_words]
        box.update(Text("\n".join(lines)))

    def selected(self) -> str:
        """The thread that is selected; empty if none is."""
        place = self.query_one("#inbox", OptionList).highlighted
        return self.shown[place] if place is not None and place < len(self.shown) else ""

    def on_option_list_option_highlighted(self) -> None:
        """Another thread is selected."""
        self._thread(self.session.view())

    # ------------------------------------------------------------------------------------------ doing

    def action_move(self, by: int) -> None:
        """Select the next or the previous thread."""
        listed = self.query_one("#inbox", OptionList)
        if self.shown:
            listed.highlighted = ((listed.highlighted or 0) + by) % len(self.shown)

    def action_option(self, place: int) -> None:
        """Answer with the option of that number."""
        item = next((item for item in self.session.view().inbox if item.name == self.selected()), None)
        if item is not None and place <= len(item.options):
            option = item.options[place - 1].id
            self.attempt(lambda: self.coach(self.session.choose(item.name, option, confidence=self.confidence)))

    def action_deed(self, do: str) -> None:
        """Escalate or ignore the selected thread."""
        if name := self.selected():
            self.attempt(lambda: self.session.act(self._deed(do, name)))

    def _deed(self, do: str, name: str) -> Action:
        thread = self.session.thread(name)
        return Action(do, name, 0 if thread.name else thread.post)

    def action_confidence(self) -> None:
        """Say how sure one is of the next reply: low, medium, high, or nothing."""
        if self.session.view().asks_confidence:
            words = ["", *CONFIDENCE]
            self.confidence = words[(words.index(self.confidence) + 1) % len(words)]
            self.draw()

    def action_approve(self, granted: bool) -> None:
        """Pass or return the first reply that waits for approval."""
        if self.session.view().approval:
            self.attempt(lambda: self.session.approve(0, granted))

    def action_end(self) -> None:
        """End the session; asked for twice, since it cannot be taken back."""
        if not self.ending:
            self.ending = True
            self.notify("x once more ends the session", timeout=5)
            self.set_timer(5, self._go_on)
            return
        self.session.end()
        self.draw()

    def _go_on(self) -> None:
        self.ending = False

    def action_type(self, do: str) -> None:
        """Open the line for own words."""
        self.typing = do
        own = self.query_one("#own", Input)
        to = "" if do == "statement" else f" {self.selected()}"
        own.placeholder = HINTS.get(do, "{do}{to}: your words, Enter sends, Escape cancels").format(do=do, to=to)
        own.add_class("open")
        own.focus()

    def action_close(self) -> None:
        """Close the line for own words."""
        own = self.query_one("#own", Input)
        own.value, self.typing = "", ""
        own.remove_class("open")
        self.query_one("#inbox").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send what was typed."""
        deeds: dict[str, Callable[[], object]] = {"guess": lambda: self._guess(event.value)}
        if self.attempt(deeds.get(self.typing, lambda: self._say(event.value))):
            self.action_close()

    def _say(self, text: str) -> None:
        """Own words to the selected thread; of a promise, with its minutes in front (`20: ...`; else 30)."""
        do, on, promise = self.typing, self.selected(), None
        if do == "hold" and (found := re.fullmatch(r"\s*(\d{1,3})\s*(?:min)?\s*:(.*)", text, re.DOTALL)):
            promise, text = int(found[1]) / 60, found[2].strip()
        to = "" if do == "statement" else on
        self.coach(self.session.say(to, text, do=do, promise=promise, confidence=self.confidence))

    def _guess(self, text: str) -> None:
        """`52 m1`: reputation at the end, and what went worst."""
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)?\s*([A-Za-z][\w-]*)?\s*", text)
        if not found or not (found[1] or found[2]):
            raise ActionError("write 52 m1: reputation at the end, and what went worst")
        self.session.predict(float(found[1]) if found[1] else None, found[2] or "")
        self.notify("noted")

    def action_pause(self) -> None:
        """Stop the clock, or let it run."""
        self.session.pause(not self.session.paused)
        self.draw()

    def action_leave(self) -> None:
        """Leave; the session can be resumed."""
        self.exit()

    def attempt(self, deed: Callable[[], object]) -> bool:
        """Do something; what cannot be done is told. Whether it was done."""
        try:
            deed()
        except UserError as error:
            self.notify(str(error), severity="warning")
            return False
        self.draw()
        return True

    def coach(self, answer: Answer) -> None:
        """What the coach says of an answer."""
        self.confidence = ""
        for line in coaching(self.session, answer):
            self.query_one("#news", RichLog).write(Text(f"coach: {line}"))


def _row(item: Item) -> str:
    held = "" if item.promised_in is None else f" promised {item.promised_in // 60}m"
    followers = f"{item.followers / 1000:.1f}k" if item.followers >= 1000 else str(item.followers)
    mark = ANGER[item.anger] if item.mood < 0 else "+ "
    left = " left alone" if item.left else ""
    return f"{item.handle[:22]:<22} {followers:>6} {mark:<3} {item.age // 60:>3}m {item.name}{held}{left}"
