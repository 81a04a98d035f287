"""Matrices as own networks: which cells are edges, and which way they lead."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.influence.own_graphs import read_graph
from socionaut.influence.own_network import check_edges
from socionaut.sources.own_files import Reading


def graph(*rows, order="abc"):
    """Read a matrix of the nodes a, b and c, with its rows in an order."""
    table = pd.DataFrame([[name, *row.split("|")] for name, row in zip(order, rows, strict=True)])
    return read_graph(table.set_axis(["", *"abc"], axis=1), Reading())


def edges(read):
    return [tuple(row) for row in read.raw.cells.to_numpy()]


HALF = [("a", "b", "1"), ("a", "c", "2.5"), ("b", "c", "-1")]
BACK = [("b", "a", "1"), ("c", "a", "2.5"), ("c", "b", "-1")]


@pytest.mark.parametrize(
    ("rows", "found", "directed"),
    [
        (("0|1|2.5", "1|0|-1", "2.5|-1|0"), HALF, False),
        (("|1|2.5", "1||-1", "2.5|-1|"), HALF, False),
        (("0|1|2.5", "|0|-1", "||0"), HALF, False),
        (("0||", "1|0|", "2.5|-1|0"), BACK, False),
        (("0|1|2.5", "0|0|-1", "0|0|0"), HALF, None),  # it must be asked
        (("0|0|0", "1|0|0", "2.5|-1|0"), BACK, None),
        (("0|1|2", "1|0|0", "0|3|0"), [("a", "b", "1"), ("a", "c", "2"), ("b", "a", "1"),
         ("c", "b", "3")], True),
    ],
)  # fmt: skip
def test_cells_of_a_matrix_that_are_not_nought_are_edges(rows, found, directed):
    read = graph(*rows)
    assert edges(read) == found
    assert read.directed is directed
    assert bool(read.ask) is (directed is None)


def test_rows_of_a_matrix_may_stand_in_another_order_and_loops_are_left_out():
    read = graph("2.5|-1|7", "0|1|2.5", "1|3|-1", order="cab")
    assert edges(read) == HALF
    assert "The 2 cells of the diagonal, from a node to itself, were left out." in read.raw.notes


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (("0|0|0", "0|5|0", "0|0|0"), "is a matrix without an edge"),
        (("0|1|2", "1|0|.", "2|3|0"), "row 2, column c, holds no number; write 0"),
    ],
)
def test_a_matrix_without_edges_or_with_text_is_refused(rows, sentence):
    with pytest.raises(InputError, match=sentence):
        graph(*rows)


NODES = '"nodes":[{"id":1,"name":"Ann"},{"id":2,"name":"Bob"},{"id":3,"name":"Cy"}]'


@pytest.mark.parametrize(
    ("name", "text", "edges"),
    [
        ("n.net", '*Vertices 4|1 "J"|2 "J"|3 "c"|4 "d"|*Edges|1 3 2|2 4 3|3 4 1', "1:3 2:4 3:4"),
        ("n.net", "*Vertices 4|1 A L|2 A P 0.1 0.2|3 C|4 D ellipse|*Arcs|1 3|2 4|3 4",
         "A_L:C A_P:D C:D"),
        # Links may name nodes by their places in the list, from 0, or by names.
        ("n.json", f'{{{NODES},"links":[{{"source":0,"target":1}},{{"source":1,"target":2}}]}}',
         "Ann:Bob Bob:Cy"),
        ("n.json", f'{{{NODES},"links":[{{"source":1,"target":2}},{{"source":2,"target":3}}]}}',
         "Ann:Bob Bob:Cy"),
        ("n.json", '{"nodes":[{"id":"x"},{"id":"y"},{"id":"z"}],"links":[{"source":0,"target":1},'
         '{"source":1,"target":2}]}', "x:y y:z"),
        ("n.json", '{"nodes":["x","y","z"],"links":[["x","y"],["y","z"]]}', "x:y y:z"),
        ("n.json", '{"options":{"type":"undirected"},"nodes":[{"key":"x"},{"key":"y"},{"key":"z"}],'
         '"edges":[{"source":"x","target":"y","attributes":{"weight":2}},{"source":"y","target":'
         '"z","attributes":{"weight":3}}]}', "x:y y:z"),
        ("n.edgelist", "a b 2|b c 3", "a:b b:c"),
        ("n.edgelist", "a b|c d", "a:b c:d"),
        ("n.gml", "graph [|node [ id 1 ]|node [ id 2 ]|node [ id 3 ]|edge [ source 1 target 2 ]|"
         "edge [ source 1 target 2 ]|edge [ source 2 target 3 ]|]", "1:2 2:3"),
    ],
)  # fmt: skip
def test_edges_of_graph_files_lead_where_they_point(tmp_path, name, text, edges):
    path = tmp_path / name
    path.write_text(text.replace("|", "\n"), encoding="utf-8")
    checked = check_edges(path, directed=None, weights=None)
    found = checked.good["source"] + ":" + checked.good["target"]
    assert found.str.replace(" ", "_").tolist() == edges.split()
    if "options" in text:
        assert checked.said["directed"] is False and checked.good["weight"].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("n.net", '*Vertices|1 "a"|2 "b"|*Edges|1 2', "does not say how many nodes"),
        ("n.net", "*Edges|1 2", "does not say how many nodes"),
        ("n.net", "*Vertices 3|*Edges|1 9", 'the line "1 9"'),
        ("n.net", "*Vertices 3|*Edges|1|2 3", 'the line "1"'),
        ("n.net", "*Vertices 3|*Arcslist|1", 'the line "1"'),
        ("n.net", "*Vertices 5 2|*Edges|1 3|2 4", "two kinds of nodes"),
        ("n.net", '*Vertices 2|1 "a|2 "b"|*Edges|1 2', "lacks a quotation mark"),
        ("n.json", '{"nodes":[{"id":"a"},{"id":"b"}],"links":[{"source":"a","target":"x"}]}',
         "names x, which is the id of no node"),
        ("n.json", '{"nodes":[{"id":"a"},{"id":"b"}],"links":[["a","b",3]]}', "has no source"),
        ("n.graphml", '<graphml><graph edgedefault="undirected"><node id="a"/><node id="b"/>'
         '<edge source="a" target="b" directed="true"/></graph></graphml>', "in both directions"),
        ("n.tgf", "1 a|2 b|#|1 2", "TGF, which is not read"),
        ("n.csv", "ann,bob|cy,dan|dan,ed|ed,cy", "If the first line is an edge"),
    ],
)  # fmt: skip
def test_graph_files_that_cannot_be_read_say_why(tmp_path, name, text, words):
    path = tmp_path / name
    path.write_text(text.replace("|", "\n"), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(words)):
        check_edges(path, directed=None, weights=None)


def test_percent_in_a_matrix_are_parts_as_in_a_list_of_edges():
    table = pd.DataFrame({"": ["a", "b"], "a": ["0%", "10%"], "b": ["50%", ""]})
    checked = check_edges(table, directed=None, weights="probability")
    assert checked.good["weight"].tolist() == [0.5, 0.1]
