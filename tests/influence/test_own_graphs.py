"""Matrices as own networks: which cells are edges, and which way they lead."""

from __future__ import annotations

import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.influence.own_graphs import read_graph
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
