"""Text to a tree in which every value knows its line and column. YAML 1.2 core rules; no anchors, no tags.

PyYAML's parser (C where installed) reads the marks of the text; what a plain word means is decided here:
`12:30` and `no` stay text, `010` is ten, `20_000` is a number, duplicate keys are refused. The tree is built
from events without recursion, since PyYAML's own composer overflows the stack on deep nesting.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.errors import FileError, Problem

MOST_BYTES = 10_000_000
DEEPEST = 40

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?\d[\d_]{0,300}")
_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d[\d_]*(?:\.\d*)?)(?:[eE][-+]?\d+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Place:
    """Where something stands: line and column count from 1; line 0 means the whole file (or option)."""

    file: str
    line: int = 0
    column: int = 0

    def problem(self, path: str, message: str, hint: str = "", code: str = "invalid") -> Problem:
        """A problem at this place."""
        return Problem(self.file, self.line, self.column, path, message, hint, code)


@dataclass
class Node:
    """A value of the tree: a scalar, a mapping of nodes or a list of nodes, and its place."""

    value: Scalar | dict[str, Node] | list[Node]
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    """Where the keys of a mapping stand."""

    def copy(self) -> Node:
        """A copy that can be changed without touching this one."""
        if isinstance(self.value, dict):
            return Node({key: node.copy() for key, node in self.value.items()}, self.place, dict(self.keys))
        if isinstance(self.value, list):
            return Node([node.copy() for node in self.value], self.place)
        return Node(self.value, self.place)

    def plain(self) -> Any:
        """The value without places: dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def child(self, key: str) -> Node | None:
        """The node under a key, or None (also if this is no mapping)."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> list[Node]:
        """The nodes of a list; none if this is no list."""
        return self.value if isinstance(self.value, list) else []

    def entries(self) -> dict[str, Node]:
        """The nodes of a mapping; none if this is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    def text(self) -> str | None:
        """The value if it is text, else None."""
        return self.value if isinstance(self.value, str) else None


def node_of(value: Any, place: Place) -> Node:
    """A tree of plain values, all of it at one place."""
    if isinstance(value, dict):
        keys = {str(key): place for key in value}
        return Node({str(key): node_of(item, place) for key, item in value.items()}, place, keys)
    if isinstance(value, (list, tuple)):
        return Node([node_of(item, place) for item in value], place)
    return Node(value, place)


def read(path: str | Path) -> str:
    """The text of a file. Raises FileError for one that is missing, a folder, too large or not text."""
    file = Path(path)
    try:
        if file.is_dir():
            raise FileError(f"{path}: is a folder; a scenario is a file (.yaml)")
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise FileError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError(f"{path}: cannot be read: {reason.lower()}") from error
    if len(raw) > MOST_BYTES:
        raise FileError(f"{path}: is larger than {MOST_BYTES // 1_000_000} MB; that is no scenario")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: is not text in UTF-8 (at byte {error.start})") from None


def compose(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The tree of a text, and what is wrong with it as YAML. No tree if nothing can be read further."""
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            if not builder.take(event):
                return None, builder.problems
    except yaml.MarkedYAMLError as error:
        return None, [_not_yaml(error, text, file)]
    except yaml.reader.ReaderError as error:
        return None, [_unreadable(text, error.position, file)]
    except UnicodeEncodeError as error:
        return None, [_unreadable(text, error.start, file)]
    if builder.root is None and not builder.problems:
        return None, [
            Place(file).problem("", "the file is empty", "`sim new` writes one to start from", "empty")
        ]
    return builder.root, builder.problems


class _Builder:
    """Builds the tree from the parser's events, in one pass and without recursion."""

    def __init__(self, file: str):
        self.file = file
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[Node] = []
        self._pending: list[tuple[str, Place] | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> bool:
        """Take the next event. False: stop reading, the rest makes no sense."""
        mark = event.start_mark
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                return self._refuse(place, "a second document begins here: one scenario a file")
        elif isinstance(event, yaml.AliasEvent):
            return self._refuse(place, f"aliases (*{event.anchor}) are not used here: write the value out")
        elif isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            return self._begin(event, place)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._open.pop()
            self._pending.pop()
        return True

    def _begin(self, event: yaml.CollectionStartEvent, place: Place) -> bool:
        if event.tag is not None:
            return self._refuse(place, f"tags ({event.tag}) are not used here")
        if self._awaits_key():
            return self._refuse(place, "a key must be a word, not a list or a mapping")
        if len(self._open) >= DEEPEST:
            return self._refuse(place, f"nested more than {DEEPEST} levels deep")
        node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], place)
        self._put(node)
        self._open.append(node)
        self._pending.append(None)
        return True

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> bool:
        if event.tag is not None:
            return self._refuse(place, f"tags ({event.tag}) are not used here")
        if not self._awaits_key():
            self._put(Node(plain(event.value) if event.implicit[0] else event.value, place))
            return True
        first = self._open[-1].keys.get(event.value)
        if first is not None:
            self.problems.append(
                place.problem(
                    self._path_to(event.value), "this key appears twice", f"first in line {first.line}", "duplicate"
                )
            )
        self._pending[-1] = (event.value, place)
        return True

    def _path_to(self, key: str) -> str:
        """The path of a key of the mapping being read; list items go by their name, if it is known yet."""
        steps = []
        for above, node in itertools.pairwise(self._open):
            if isinstance(above.value, list):
                named = node.child("name")
                steps.append((named.text() if named is not None else None) or str(len(above.value) - 1))
            else:
                steps += [step for step, below in above.entries().items() if below is node]
        return ".".join([*steps, key])

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._pending[-1] is None

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
            return
        assert isinstance(parent.value, dict)
        waiting = self._pending[-1]
        assert waiting is not None
        key, place = waiting
        if key not in parent.keys:
            parent.value[key] = node
            parent.keys[key] = place
        self._pending[-1] = None

    def _refuse(self, place: Place, message: str) -> bool:
        self.problems.append(place.problem("", message, code="yaml"))
        return False


def plain(word: str) -> Scalar:
    """What a word without quotes means: nothing, true or false, a number, or the text it is."""
    if word in _NULL:
        return None
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    if _INTEGER.fullmatch(word):
        return int(word.replace("_", ""))
    if _FLOAT.fullmatch(word):
        return float(word.replace("_", ""))
    if infinite := _INFINITE.fullmatch(word):
        return -math.inf if infinite[1] == "-" else math.inf
    return math.nan if word in _NOT_A_NUMBER else word


_CURES = {
    "mapping values are not allowed": "a ':' is not expected here; indent as the lines around, or quote it",
    "expected ',' or ']'": "the list opened here is not closed: a ',' or ']' is missing",
    "expected ',' or '}'": "the mapping opened here is not closed: a ',' or '}' is missing",
    "could not find expected ':'": "a key without ':' after it",
    "did not find expected key": "the indentation does not fit the lines above",
    "did not find expected '-'": "the indentation does not fit the list above (a '-' is missing)",
    "unexpected end of stream": "the quote opened here is never closed",
    "did not find expected node content": "something is missing here",
    "unknown escape character": "unknown escape after '\\' in double quotes; use single quotes",
}


def _not_yaml(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The parser's complaint in words that say what to do, at the place to look at."""
    jargon = error.problem or "cannot be read"
    opened = "expected ','" in jargon or "end of stream" in jargon
    mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    cured = next((cure for words, cure in _CURES.items() if words in jargon), None)
    if "cannot start any token" in jargon and mark:
        lines = text.splitlines()
        line = lines[mark.line] if mark.line < len(lines) else ""
        found = line[mark.column : mark.column + 1]
        cured = (
            "a tab cannot indent a line: use spaces"
            if found == "\t" or "\t" in line[: mark.column + 1]
            else f"{found!r} cannot begin a value: put it in quotes"
        )
    return place.problem("", f"not YAML: {cured or jargon}", code="yaml")


def _unreadable(text: str, position: int, file: str) -> Problem:
    before = text[:position]
    place = Place(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
    return place.problem("", "not a text file: a character that cannot be shown", code="yaml")
