"""Reading graphs: every layout of an edge list, GraphML and GEXF, the errors, and the public graphs."""

from __future__ import annotations

import gzip
import inspect
import time
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.graph import Graph
from sim.core.graph_facts import facts
from sim.core.graph_files import read_graph
from sim.errors import EXIT_FILE, FileError
from sim.model.network import Network

GRAPHS = Path(__file__).resolve().parents[2] / "shared" / "data" / "graphs"
TRIANGLE_AND_TAIL = {("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")}


def written(folder: Path, text: str, name: str = "friends.txt") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def named_ties(graph: Graph) -> set[tuple[str, str]]:
    """(who hears, whom) by label; each tie once, in alphabetical order, when undirected."""
    assert graph.labels is not None
    heard = {
        (graph.labels[j], graph.labels[i]) for i in range(graph.n) for j in graph.audience(i)
    }
    return heard if graph.directed else {(a, b) for a, b in heard if a < b}


@pytest.mark.parametrize(
    "text",
    [
        "a b\nb c\na c\nc d\n",
        "a\tb\nb\tc\na\tc\nc\td",
        "a,b\r\nb,c\r\na,c\r\nc,d\r\n",
        "a;b\nb;c\na;c\nc;d\n",
        "  a   b  \n\n b c\na c\n\nc d\n\n",
        "# friends\n% of somebody\na b\n# later\nb c\na c\nc d\n",
        "source,target\na,b\nb,c\na,c\nc,d\n",
        "From To\na b\nb c\na c\nc d\n",
        "id,Source,Target,weight\n1,a,b,3\n2,b,c,1\n3,a,c,1\n4,c,d,0.5\n",
        "a,b,3.5\nb,c,1,x\na,c\nc,d,,\n",
        'a b {"weight": 1, "since": 2}\nb c {}\na c {}\nc d {}\n',
        '"a","b"\n"b","c"\na,c\nc,"d"\n',
        "a , b\nb , c\na , c\nc , d\n",
        "\ufeffa b\nb c\na c\nc d\n",
        "a b\rb c\ra c\rc d\r",
    ],
)
def test_every_layout_gives_the_same_graph(tmp_path: Path, text: str) -> None:
    graph = read_graph(written(tmp_path, text), directed=False)
    assert graph.labels == ("a", "b", "c", "d")
    assert named_ties(graph) == TRIANGLE_AND_TAIL
    assert graph.follows.tolist() == [2, 2, 3, 1]
    assert graph.community.tolist() == [-1] * 4


@settings(deadline=None, max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=40).filter(
        lambda pairs: any(a != b for a, b in pairs)
    ),
    separator=st.sampled_from([" ", "\t", ",", "  ", ";", ", "]),
    prefix=st.sampled_from(["", "user ", "ü"]),
    directed=st.booleans(),
    shuffle=st.randoms(use_true_random=False),
)
def test_what_is_written_is_read_whatever_the_order_of_lines(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]], separator: str, prefix: str,
    directed: bool, shuffle,  # type: ignore[no-untyped-def]
) -> None:
    if not separator.strip(" "):
        prefix = prefix.strip()
    folder = tmp_path_factory.mktemp("graphs")
    lines = [f"{prefix}{a}{separator}{prefix}{b}" for a, b in pairs]
    first = read_graph(written(folder, "\n".join(lines)), directed)
    shuffle.shuffle(lines)
    second = read_graph(written(folder, "\n".join(lines), "other.txt"), directed)
    expected = {(f"{prefix}{a}", f"{prefix}{b}") for a, b in pairs if a != b}
    if not directed:
        expected = {(min(pair), max(pair)) for pair in expected}
    assert named_ties(first) == expected
    assert first.labels == second.labels and first.targets.tolist() == second.targets.tolist()
    assert first.strong.tolist() == second.strong.tolist() and first.notes == second.notes


def test_ids_are_numbered_by_value_when_they_are_numbers(tmp_path: Path) -> None:
    assert read_graph(written(tmp_path, "10 9\n9 100\n-1 10\n"), False).labels == ("-1", "9", "10", "100")
    assert read_graph(written(tmp_path, "10 9\n9 100\n-1 x\n"), False).labels == ("-1", "10", "100", "9", "x")


def test_words_above_numbers_are_a_header_and_words_above_words_are_not(tmp_path: Path) -> None:
    above_numbers = read_graph(written(tmp_path, "person,friend\n1,2\n2,3\n"), False)
    assert above_numbers.labels == ("1", "2", "3")
    assert above_numbers.notes == ("line 1 (person, friend) was read as a header",)
    above_words = read_graph(written(tmp_path, "person,friend\nann,bob\n"), False)
    assert above_words.labels == ("ann", "bob", "friend", "person") and not above_words.notes


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    graph = read_graph(written(tmp_path, "1 1\n1 2\n2 1\n1 2\n3 3\n4\n"), False)
    assert graph.labels == ("1", "2", "3", "4") and graph.n_edges == 1
    assert graph.notes == (
        "1 lines with one id were read as people without ties",
        "2 ties of people to themselves were left out",
        "2 ties given more than once were counted once",
    )
    one_way = read_graph(written(tmp_path, "1 1\n1 2\n2 1\n1 2\n"), True)
    assert one_way.n_edges == 2 and one_way.notes[-1].startswith("1 ties given more than once")


def test_the_first_of_a_line_hears_the_second_in_a_one_way_graph(tmp_path: Path) -> None:
    graph = read_graph(written(tmp_path, "ann star\nbob star\nstar ann\n"), True)
    assert graph.labels == ("ann", "bob", "star")
    assert graph.audience(2).tolist() == [0, 1] and graph.audience(0).tolist() == [2]
    assert graph.follows.tolist() == [1, 1, 1] and graph.directed
    named = read_graph(written(tmp_path, "followee,follower\nstar,ann\nstar,bob\nann,star\n"), True)
    assert named_ties(named) == named_ties(graph), "a header says which column follows"


def test_ties_with_shared_friends_are_strong(tmp_path: Path) -> None:
    path = written(tmp_path, "a b\nb c\na c\nc d\n")
    graph = read_graph(path, False)
    strong = {
        (i, int(j))
        for i in range(4)
        for j, is_strong in zip(
            graph.audience(i), graph.strong[graph.offsets[i] : graph.offsets[i + 1]], strict=True
        )
        if is_strong
    }
    assert strong == {(i, j) for i in range(3) for j in range(3) if i != j}
    assert inspect.signature(read_graph).parameters["strong_overlap"].default == Network().strong_overlap


@pytest.mark.parametrize("suffix", ["graphml", "gexf", "graphml.gz", "gexf.gz"])
def test_graphml_and_gexf_keep_people_without_ties(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"friends.{suffix}"
    theirs = nx.Graph(sorted(TRIANGLE_AND_TAIL))
    theirs.add_node("e")
    plain = tmp_path / "plain"
    (nx.write_graphml if "graphml" in suffix else nx.write_gexf)(theirs, plain)
    data = plain.read_bytes()
    path.write_bytes(gzip.compress(data) if suffix.endswith(".gz") else data)
    graph = read_graph(path, False)
    assert graph.labels == ("a", "b", "c", "d", "e") and named_ties(graph) == TRIANGLE_AND_TAIL
    assert graph.follows.tolist() == [2, 2, 3, 1, 0] and graph.notes == ()
    both = read_graph(path, True)
    assert both.n_edges == 2 * graph.n_edges and "both following each other" in both.notes[0]


def test_directions_of_graphml_are_kept_or_said_to_be_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "follows.graphml"
    nx.write_graphml(nx.DiGraph([("ann", "star"), ("bob", "star")]), path)
    assert named_ties(read_graph(path, True)) == {("ann", "star"), ("bob", "star")}
    assert "direction" in read_graph(path, False).notes[0]


def test_gexf_as_gephi_writes_it_today_is_read(tmp_path: Path) -> None:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
        '<meta><creator>Gephi 0.10</creator></meta><graph defaultedgetype="undirected"><nodes>'
        '<node id="a" label="Ann"/><node id="b" label="Bob"/></nodes>'
        '<edges><edge id="0" source="a" target="b" weight="2.0"/></edges></graph></gexf>\n'
    )
    assert named_ties(read_graph(written(tmp_path, text, "friends.gexf"), False)) == {("a", "b")}


def test_a_gzipped_edge_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "friends.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\nb,c\na,c\nc,d\n", mtime=0))
    assert named_ties(read_graph(path, False)) == TRIANGLE_AND_TAIL


@pytest.mark.parametrize(
    ("name", "data", "line", "words"),
    [
        ("one.txt", b"# ids\na\nb\nc\n", 2, "only one column (give two ids a line"),
        ("one.csv", b"id\n1\n2\n", 1, "only one column"),
        ("empty.txt", b"", 0, "the file is empty (give an edge list"),
        ("blank.txt", b"\n  \n", 0, "the file is empty"),
        ("comments.txt", b"# nothing\n% here\n", 0, "only comments"),
        ("header.csv", b"source,target\n", 0, "no tie between two different people"),
        ("selves.csv", b"1,1\n2,2\n", 0, "no tie between two different people"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 0, "not a text file (give an edge list"),
        ("wide.csv", "a,b\nb,c\n".encode("utf-16"), 0, "not a text file (give an edge list"),
        ("latin.csv", "ann,bob\nzoë,bob\n".encode("latin-1"), 2, "not UTF-8 text (save the file as UTF-8)"),
        ("mixed.csv", b"a,b\nb c\n", 2, "two ids are expected here (separate the columns as"),
        ("hole.csv", b"a,b\n,c\n", 2, "two ids are expected here"),
        ("short.csv", b"id,source,target\n1,a,b\n7\n", 3, "two ids are expected here"),
        ("quote.csv", b'a,b\n"c,d\ne,f\n', 2, "the quotes do not close"),
        ("broken.graphml", b"<graphml>\n<graph>\n<node id='a'>\n", 4, "the XML cannot be read from column 1"),
        ("text.gexf", b"a b\nb c\n", 1, "the XML cannot be read"),
        ("page.html", b"<html><body/></html>", 0, "cannot be read as GraphML"),
        ("none.graphml", b"<graphml><graph edgedefault='undirected'><node id='a'/></graph></graphml>", 0,
         "no tie between two different people"),
        ("other.gml", b"graph [\n]\n", 0, "not read from .gml files (give an edge list"),
        ("cut.csv.gz", gzip.compress(b"a,b\n" * 100, mtime=0)[:-9], 0, "compressed file is damaged"),
    ],
)
def test_a_bad_file_is_told_in_one_line_with_place_and_cure(
    tmp_path: Path, name: str, data: bytes, line: int, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileError) as caught:
        read_graph(path, False)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert words in message and "\n" not in message
    assert caught.value.exit_code == EXIT_FILE


def test_a_graphml_without_ties_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "alone.graphml"
    theirs = nx.Graph()
    theirs.add_nodes_from("ab")
    nx.write_graphml(theirs, path)
    with pytest.raises(FileError, match="no tie between two different people"):
        read_graph(path, False)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    written(tmp_path, "a b\n", "friends.txt")
    with pytest.raises(FileError, match=r"freinds\.txt: .* no such file \(did you mean friends\.txt\?\)"):
        read_graph(tmp_path / "freinds.txt", False)
    with pytest.raises(FileError, match=r"there is no such file \(check the path\)"):
        read_graph(tmp_path / "nowhere" / "x.csv", False)
    with pytest.raises(FileError, match="this is a folder"):
        read_graph(tmp_path, False)


def test_a_hundred_thousand_ties_are_read_in_no_time(tmp_path: Path) -> None:
    """Well under a second; two are allowed for a busy machine."""
    ends = np.random.default_rng(1).integers(0, 4_000, (100_000, 2))
    path = written(tmp_path, "\n".join(f"{a} {b}" for a, b in ends.tolist()))
    read_graph(path, False)
    started = time.perf_counter()
    read_graph(path, False)
    assert time.perf_counter() - started < 2


@pytest.mark.skipif(not GRAPHS.is_dir(), reason="the public graphs are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "n", "edges", "mean", "median", "p99", "most", "clustering", "transitivity", "assortativity",
     "path"),
    [
        ("facebook_combined.txt", 4_039, 88_234, 43.69, 25, 200, 1_045, 0.6055, 0.5192, 0.064, 3.67),
        ("fb_company_pages_edges.csv", 14_113, 52_126, 7.39, 4, 47, 215, 0.2392, 0.1532, 0.013, 5.32),
        ("lastfm_asia_edges.csv", 7_624, 27_806, 7.29, 4, 56, 216, 0.2194, 0.1786, 0.017, 5.23),
        ("twitch_engb_edges.csv", 7_126, 35_324, 9.91, 5, 80, 720, 0.1309, 0.0424, -0.122, 3.76),
    ],
)
def test_facts_of_public_graphs(
    name: str, n: int, edges: int, mean: float, median: float, p99: float, most: int, clustering: float,
    transitivity: float, assortativity: float, path: float,
) -> None:
    """Every figure to the last digit given, except the mean path, which was sampled on both sides (.1)."""
    measured = facts(read_graph(GRAPHS / name, False))
    assert (measured.nodes, measured.edges) == (n, edges)
    assert (measured.median_degree, round(measured.p99_degree), measured.max_degree) == (median, p99, most)
    assert round(measured.mean_degree, 2) == mean
    assert round(measured.clustering, 4) == clustering
    assert round(measured.transitivity, 4) == transitivity
    assert round(measured.assortativity, 3) == assortativity
    assert measured.mean_path == pytest.approx(path, abs=0.1)
    assert measured.components == 1 and measured.exact_clustering
