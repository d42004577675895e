"""Reading a social graph from a file: edge lists in plain text, GraphML, GEXF; any of them also gzipped.

An edge list has two ids a line, separated by tabs, commas, semicolons or blanks; further columns are ignored.
Lines that begin with # or % are comments. A first line of names (`node_1,node_2`, `from,to`) is a header;
where it names the two ends (`id,source,target`), it also says which columns they are. Ids may be anything.
People are numbered by id: by value when all ids are whole numbers, else in alphabetical order, so that the
order of the lines changes nothing. A line `a,b` says, in a one-way graph, that a follows b: a sees what b
posts.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

import numpy as np

from sim.core.graph import MOST_PEOPLE, Graph, Ids, from_ties, strong_by_overlap
from sim.errors import FileError

STRONG_OVERLAP = 0.25
"""Default of `strong_overlap` in `sim.model.network`, where it is explained."""
FIRST_ENDS = {
    "source", "src", "from", "follower", "node_1", "node1", "node_a", "id_1", "id1", "user_1", "user1",
}
SECOND_ENDS = {
    "target", "dst", "to", "followee", "followed", "node_2", "node2", "node_b", "id_2", "id2", "user_2",
    "user2",
}
"""Names of columns by which a header is known."""
UNKNOWN_FORMATS = {
    ".gml", ".net", ".paj", ".mtx", ".json", ".dot", ".gv", ".gdf", ".xlsx", ".xls", ".parquet",
}
READABLE = "an edge list with two ids a line, .graphml or .gexf"


@dataclass
class _Ties:
    """Ties as they stand in a file: ids by first appearance, the two ends of each tie, what was noted."""

    numbers: dict[str, int] = field(default_factory=dict)
    firsts: list[int] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def person(self, name: str) -> int:
        """The number of `name`, by first appearance."""
        return self.numbers.setdefault(name, len(self.numbers))

    def tie(self, first: str, second: str) -> None:
        """Add the tie of a line: in a one-way graph `first` follows `second`."""
        self.firsts.append(self.numbers.setdefault(first, len(self.numbers)))
        self.seconds.append(self.numbers.setdefault(second, len(self.numbers)))


def read_graph(path: str | Path, directed: bool, strong_overlap: float = STRONG_OVERLAP) -> Graph:
    """The graph in a file; `directed` says whether its ties are one-way follows.

    A tie is strong where its ends share at least `strong_overlap` (0..1) of the neighbours of the one who has
    fewer. What was left out (ties to oneself, repeats) stands in the graph's `notes`. Raises FileError, with
    place and cure, for a file that cannot be read as a graph.
    """
    path = Path(path)
    data = _bytes_of(path)
    beginning = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning.startswith(b"<") or _suffix(path) in (".graphml", ".gexf"):
        ties = _xml_ties(path, data, directed)
    else:
        ties = _listed_ties(path, _lines_of(path, data))
    return _graph_of(path, ties, directed, strong_overlap)


def _refuse(path: Path, what: str, cure: str = "", line: int = 0) -> NoReturn:
    """Raise the one line that says where, what and what to do."""
    place = f"{path}:{line}" if line else f"{path}"
    raise FileError(f"{place}: {what}" + (f" ({cure})" if cure else ""))


def _suffix(path: Path) -> str:
    """The file's extension in lower case, without .gz."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return suffixes[-1] if suffixes else ""


def _bytes_of(path: Path) -> bytes:
    """The content of the file, unzipped; text of some sort at least."""
    try:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
    except FileNotFoundError:
        near = difflib.get_close_matches(path.name, _names_beside(path), n=1)
        _refuse(path, "there is no such file", f"did you mean {near[0]}?" if near else "check the path")
    except IsADirectoryError:
        _refuse(path, "this is a folder, not a file", "name the file in it")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        _refuse(path, "the compressed file is damaged", "compress it again, or give it uncompressed")
    except OSError as error:
        _refuse(path, f"cannot be read: {error.strerror or error}")
    if _suffix(path) in UNKNOWN_FORMATS:
        _refuse(path, f"graphs are not read from {_suffix(path)} files", f"give {READABLE}")
    if b"\0" in data[:65536]:
        _refuse(path, "this is not a text file", f"give {READABLE}, saved as UTF-8")
    if not data.strip():
        _refuse(path, "the file is empty", f"give {READABLE}")
    return data


def _names_beside(path: Path) -> list[str]:
    """Names of the files beside `path`, or none where they cannot be listed."""
    try:
        return sorted(other.name for other in path.parent.iterdir())
    except OSError:
        return []


def _lines_of(path: Path, data: bytes) -> list[str]:
    """The lines of a UTF-8 text, whatever ends them."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(path, "this line is not UTF-8 text", "save the file as UTF-8", line)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _separator_of(line: str) -> str | None:
    """What separates the columns, by the first line of data; None for blanks."""
    return next((mark for mark in "\t,;" if mark in line.partition("{")[0]), None)


def _fields_of(path: Path, number: int, line: str, separator: str | None) -> list[str]:
    """The columns of a line, without the blanks around them and without NetworkX's `{attributes}`."""
    line = line.partition("{")[0]
    if '"' in line:
        try:
            row = next(csv.reader([line], delimiter=separator or " ", skipinitialspace=True, strict=True))
        except csv.Error as error:
            _refuse(path, f"the quotes do not close properly: {error}", 'write "..." around an id', number)
        return [column.strip() for column in row]
    if separator is None:
        return line.split()
    return [column.strip() for column in line.split(separator)]


def _named_columns(fields: list[str]) -> tuple[int, int] | None:
    """The columns of the two ends, where `fields` are a header that names both; else None."""
    names = [name.lower() for name in fields]
    first = [column for column, name in enumerate(names) if name in FIRST_ENDS]
    second = [column for column, name in enumerate(names) if name in SECOND_ENDS]
    return (first[0], second[0]) if first and second else None


def _is_whole(name: str) -> bool:
    """Whether an id is a whole number."""
    return name.removeprefix("-").isdecimal()


def _listed_ties(path: Path, lines: list[str]) -> _Ties:
    """The ties of an edge list."""
    ties = _Ties()
    separator: str | None = None
    opening: tuple[int, list[str]] | None = None
    columns = (0, 1)
    lone = 0
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip()[0] in "#%":
            continue
        if opening is None:
            separator = _separator_of(line)
            opening = number, _fields_of(path, number, line, separator)
            columns = _named_columns(opening[1]) or columns
            continue
        fields = _fields_of(path, number, line, separator)
        lone += not _added(ties, path, number, fields, columns)

    if opening is None:
        _refuse(path, "there are only comments in the file", f"give {READABLE}")
    number, fields = opening
    if _is_header(fields, ties.numbers):
        ties.notes.append(f"line {number} ({', '.join(fields)}) was read as a header")
    else:
        lone += not _added(ties, path, number, fields, (0, 1))
    if not ties.firsts and lone:
        cure = "give two ids a line, separated by a comma, a tab or a blank"
        _refuse(path, "there is only one column", cure, number)
    if lone:
        ties.notes.append(f"{lone:,} lines with one id were read as people without ties")
    return ties


def _is_header(fields: list[str], ids: Collection[str]) -> bool:
    """Whether a first line holds names of columns: known ones, or words where all ids are whole numbers."""
    if _named_columns(fields):
        return True
    words = not any(_is_whole(name) for name in fields[:2])
    return words and bool(ids) and all(_is_whole(name) for name in ids)


def _added(ties: _Ties, path: Path, number: int, fields: list[str], columns: tuple[int, int]) -> bool:
    """Add the tie of one line; False if the line holds a single id, whose person is added."""
    first, second = columns
    if len(fields) > max(columns) and fields[first] and fields[second]:
        ties.tie(fields[first], fields[second])
        return True
    given = [name for name in fields if name]
    if columns != (0, 1) or len(given) != 1 or not fields[0] or any(mark in given[0] for mark in " \t,;"):
        _refuse(path, "two ids are expected here", "separate the columns as in the lines before", number)
    ties.person(given[0])
    return False


def _xml_ties(path: Path, data: bytes, directed: bool) -> _Ties:
    """The ties of a GraphML or GEXF file, read by NetworkX."""
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    is_gexf = b"<gexf" in data[:4096] or (b"<graphml" not in data[:4096] and _suffix(path) == ".gexf")
    kind = "GEXF" if is_gexf else "GraphML"
    try:
        graph = (nx.read_gexf if is_gexf else nx.read_graphml)(io.BytesIO(data))
    except ParseError as error:
        line, column = error.position
        what = f"the XML cannot be read from column {column + 1} on: {error.msg}"
        _refuse(path, what, f"export the {kind} file again", line)
    except (nx.NetworkXException, ValueError, KeyError, TypeError, AttributeError) as error:
        _refuse(path, f"this cannot be read as {kind}: {error}", f"export it again, or give {READABLE}")
    ties = _Ties()
    for name in graph.nodes:
        ties.person(str(name))
    for first, second in graph.edges():
        ties.tie(str(first), str(second))
        if directed and not graph.is_directed():
            ties.tie(str(second), str(first))
    if graph.is_directed() and not directed:
        ties.notes.append("the file's ties have a direction, which was left aside (directed: true keeps it)")
    if directed and not graph.is_directed():
        ties.notes.append("the file's ties have no direction: each was read as both following each other")
    return ties


def _numbered(names: dict[str, int]) -> tuple[tuple[str, ...], Ids]:
    """Labels in their final order, and int32 [n] the final number of each person by first appearance."""
    if all(_is_whole(name) for name in names):
        labels = sorted(names, key=lambda name: (int(name), name))
    else:
        labels = sorted(names)
    final = np.empty(len(names), np.int32)
    final[[names[name] for name in labels]] = np.arange(len(names), dtype=np.int32)
    return tuple(labels), final


def _graph_of(path: Path, ties: _Ties, directed: bool, strong_overlap: float) -> Graph:
    """The graph of what was read, with what was dropped counted in its notes."""
    if len(ties.numbers) > MOST_PEOPLE:
        _refuse(path, f"more than {MOST_PEOPLE:,} people")
    labels, final = _numbered(ties.numbers)
    firsts = final[np.array(ties.firsts, dtype=np.int64)]
    seconds = final[np.array(ties.seconds, dtype=np.int64)]
    graph = from_ties(len(labels), seconds, firsts, directed=directed, labels=labels)
    if not graph.n_edges:
        _refuse(path, "there is no tie between two different people", f"give {READABLE}")
    to_self = int((firsts == seconds).sum())
    repeats = len(firsts) - to_self - graph.n_edges
    notes = list(ties.notes)
    if to_self:
        notes.append(f"{to_self:,} ties of people to themselves were left out")
    if repeats:
        notes.append(f"{repeats:,} ties given more than once were counted once")
    return replace(graph, strong=strong_by_overlap(graph, strong_overlap), notes=tuple(notes))
