"""Own networks: what a file may hold, and every planted fault found, counted and named."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socionaut.errors import InputError
from socionaut.influence.own_network import (
    check_attributes,
    check_edges,
    columns_of_attributes,
    columns_of_edges,
    example_attributes,
    example_edges,
    network_of,
)
from socionaut.ledger.tables import PROJECT
from socionaut.sources.own_tables import (
    write_example,
)
from workshop import __main__ as command_line
from workshop.notebooks import read_notebook
from workshop.own_runs import run_with


def written(tmp_path, text, name="edges.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(checked):
    return checked.faults[["column", "problem", "which"]].to_numpy().tolist()


def test_the_example_is_as_the_columns_say_and_has_no_fault():
    edges = example_edges()
    assert edges.columns.tolist() == columns_of_edges()["column"].tolist()
    checked = check_edges(edges)
    assert checked.faults.empty
    pd.testing.assert_frame_equal(checked.accept(), edges)
    attributes = example_attributes()
    assert attributes.columns[0] == columns_of_attributes()["column"].iloc[0] == "id"
    assert check_attributes(attributes, edges).faults.empty
    assert {*edges["source"], *edges["target"]} <= {*attributes["id"]}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_come_back_as_they_went(kind, tmp_path):
    write_example(example_edges(), tmp_path / f"edges.{kind}")
    write_example(example_attributes(), tmp_path / f"nodes.{kind}")
    edges = check_edges(tmp_path / f"edges.{kind}").accept()
    pd.testing.assert_frame_equal(edges, example_edges())
    attributes = check_attributes(tmp_path / f"nodes.{kind}", edges).accept()
    pd.testing.assert_frame_equal(
        attributes,
        example_attributes().astype({"followers": "float64", "camp": "str", "id": "str"}),
    )


def test_every_planted_fault_is_named_and_counted(tmp_path):
    path = written(
        tmp_path,
        "source,target,weight\n"
        "a,b,0.5\n"
        ",b,0.5\n"
        "a, ,0.5\n"
        "c,c,0.5\n"
        "a,b,0.7\n"
        "b,a,0.1\n"
        "b,c,-0.1\n"
        "b,d,0\n"
        "c,d,half\n"
        "c,a,\n"
        "d,a,1.5\n"
        ",,\n"
        "d,b,1\n",
    )
    checked = check_edges(path)
    assert faults(checked) == [
        ["row", "1 row is empty", "row 13"],
        ["source", "1 cell is empty", "row 3"],
        ["target", "1 cell is empty", "row 4"],
        ["row", "1 edge is from a node to itself", "row 5"],
        ["weight", "1 cell is empty", "row 11"],
        ["weight", "1 cell is not a number", 'row 10 ("half")'],
        ["weight", "2 cells are 0 or below", "rows 8, 9"],
        ["weight", "1 cell is above 1", "row 12"],
        ["row", "1 edge repeats an earlier one", "row 6"],
    ]
    with pytest.raises(InputError, match=r"10 of 13 rows cannot be used(?s:.*)self, row 5\. To"):
        checked.accept()
    kept = checked.accept(drop_bad_rows=True)
    assert kept.to_numpy().tolist() == [["a", "b", 0.5], ["b", "a", 0.1], ["d", "b", 1.0]]


def test_without_direction_the_way_back_is_the_same_edge():
    edges = pd.DataFrame({"source": ["a", "b", "a", "a"], "target": ["b", "a", "c", "b"]})
    assert faults(check_edges(edges)) == [["row", "1 edge repeats an earlier one", "row 4"]]
    assert faults(check_edges(edges, directed=False)) == [
        ["row", "2 edges repeat an earlier one", "rows 2, 4"]
    ]


def test_strengths_may_be_above_one():
    edges = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "weight": [12.5, 0.1]})
    assert faults(check_edges(edges)) == [["weight", "1 cell is above 1", "row 1"]]
    assert check_edges(edges, weights="strength").faults.empty
    with pytest.raises(InputError, match="probability or strength"):
        check_edges(edges, weights="odds")


def test_a_repeated_edge_gives_way_to_the_one_that_can_be_used():
    edges = pd.DataFrame({"source": list("aab"), "target": list("bbc"), "weight": [-1, 0.5, 0.1]})
    assert check_edges(edges).accept(drop_bad_rows=True)["weight"].tolist() == [0.5, 0.1]


def test_weights_are_optional_and_further_columns_are_ignored():
    edges = pd.DataFrame({"note": ["x", "y"], "target": ["b", "c"], "source": ["a", "a"]})
    assert check_edges(edges).accept().columns.tolist() == ["source", "target"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("source,target\n", "has no row"),
        ("giver,taker\na,b\n", 'lacks the column "source", "target"'),
        ("followed,target\na,b\n", 'is it "followed"(?s:.*)the followed is the source'),
        ("source,target\na,b\n", "only 1 row can be used, and 2 or more are needed"),
        ("source,target\na,b,c\n", "cannot be read"),
        ("source,target\na,\n", "no row can be used"),
    ],
)
def test_a_file_that_holds_no_edge_list_is_refused_in_a_sentence(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        check_edges(written(tmp_path, text)).accept(drop_bad_rows=True)


def test_numbers_as_ids_are_the_same_in_every_type(tmp_path):
    """A gap turns a Parquet column of whole numbers into 1.0, 2.0; the ids stay 1, 2."""
    path = tmp_path / "edges.parquet"
    pd.DataFrame({"source": [1, 2, 3], "target": [2.0, 3.0, np.nan]}).to_parquet(path)
    edges = check_edges(path).accept(drop_bad_rows=True)
    assert edges.to_numpy().tolist() == [["1", "2"], ["2", "3"]]
    assert network_of(edges).number_of_nodes() == 3
    attributes = pd.DataFrame({"id": [1.0, 2.0, 3.0], "age": [5, 6, 7]})
    assert check_attributes(attributes, edges).faults.empty


def test_attributes_that_do_not_join_are_named():
    edges = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]})
    table = pd.DataFrame(
        {"id": ["a", "B", "", "a", "b"], "age": ["4", "x", "", "5", ""], "town": list("vwxyz")}
    )
    checked = check_attributes(table, edges)
    assert faults(checked) == [
        ["id", "1 cell is empty", "row 3"],
        ["id", "1 cell is not in the edge list", 'row 2 ("B")'],
        ["id", "1 cell repeats an earlier id", "row 4"],
    ]
    attributes = checked.accept(drop_bad_rows=True)
    assert attributes.to_numpy().tolist() == [["a", "4", "v"], ["b", "not stated", "z"]]


def test_numbers_and_texts_among_attributes():
    edges = pd.DataFrame({"source": ["a"], "target": ["b"]})
    table = pd.DataFrame({"id": ["a", "b"], "age": ["4", ""], "town": ["", "x"], "none": ["", ""]})
    attributes = check_attributes(table, edges).accept()
    assert attributes["age"].tolist()[0] == 4 and np.isnan(attributes["age"].iloc[1])
    assert attributes["town"].tolist() == ["not stated", "x"]
    assert attributes["none"].tolist() == ["not stated", "not stated"]


RING = pd.DataFrame({"source": list("abcd"), "target": list("bcda")})


@pytest.mark.parametrize(
    ("cells", "values"),
    [("1,5 2,5 3,5 4,25", [1.5, 2.5, 3.5, 4.25]), ("10% 20% 5% 1%", [10, 20, 5, 1]),
     ("20 n/a 7 30", [20, None, 7, 30])],
)  # fmt: skip
def test_numbers_of_nodes_are_read_as_those_of_posts(tmp_path, cells, values):
    rows = [f"{node};{cell}" for node, cell in zip("abcd", cells.split(), strict=True)]
    path = written(tmp_path, "\n".join(["Id;score", *rows]))
    expected = pd.Series(values, dtype="float64", name="score")
    pd.testing.assert_series_equal(check_attributes(path, RING).accept()["score"], expected)


@pytest.mark.parametrize(
    ("cells", "words"),
    [("1.200 3.400 12.000 5.000", "may part thousands"), ("Left left Right Left", "2 spellings")],
)
def test_attributes_that_can_be_read_in_two_ways_are_refused(tmp_path, cells, words):
    rows = [f"{node},{cell}" for node, cell in zip("abcd", cells.split(), strict=True)]
    with pytest.raises(InputError, match=words):
        check_attributes(written(tmp_path, "\n".join(["id,score", *rows])), RING)


def test_attributes_of_another_network_are_refused():
    edges = pd.DataFrame({"source": ["a"], "target": ["b"]})
    with pytest.raises(InputError, match=r"none of its ids .* such as 'a'"):
        check_attributes(pd.DataFrame({"id": ["1", "2"]}), edges)
    with pytest.raises(InputError, match='lacks the column "id"'):
        check_attributes(pd.DataFrame({"name": ["a"]}), edges)


NAMES = st.sampled_from(["a", "b", "c", "d", "", " a "])
ROWS = st.lists(
    st.tuples(NAMES, NAMES, st.sampled_from(["0.5", "1", "0", "-1", "2", "", "x"])), min_size=1
)


@settings(max_examples=50)
@given(ROWS, st.booleans())
def test_what_is_accepted_is_a_simple_graph_and_nothing_is_lost_in_silence(rows, directed):
    cells = pd.DataFrame(rows, columns=["source", "target", "weight"])
    checked = check_edges(cells, directed=directed)
    assert len(checked.good) + len(checked.bad) == len(cells)
    assert checked.faults["rows"].sum() >= len(checked.bad)
    if len(checked.good) == 1:
        with pytest.raises(InputError, match="only 1 row can be used"):
            checked.accept(drop_bad_rows=True)
    if checked.good.empty:
        return
    graph = network_of(checked.good, directed=directed)
    assert graph.number_of_edges() == len(checked.good)
    assert nx.number_of_selfloops(graph) == 0
    assert all(0 < weight <= 1 for _, _, weight in graph.edges(data="weight"))


def test_the_graph_does_not_depend_on_the_order_of_rows():
    edges = example_edges()
    shuffled = edges.sample(frac=1, random_state=1)
    one, two = (network_of(table, example_attributes()) for table in (edges, shuffled))
    assert list(one.edges(data=True)) == list(two.edges(data=True))
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one) == sorted(one)


@pytest.mark.parametrize(
    "ends", [[["a", "a"], ["b", "b"]], [["a", "b"], ["b", "a"]], [["a"], ["a"]]]
)
def test_unchecked_edges_make_no_graph(ends):
    edges = pd.DataFrame({"source": ends[0], "target": ends[1]})
    with pytest.raises(InputError, match="check_edges"):
        network_of(edges, directed=False)


# One command


@pytest.fixture
def club(tmp_path):
    """Write a network with a bad row and what is known of most of its nodes; return the words."""
    edges = pd.DataFrame(list(nx.karate_club_graph().edges(data="weight")))
    edges.columns = ["source", "target", "weight"]
    edges.loc[3, "weight"] = -2
    edges.to_csv(tmp_path / "club.csv", index=False)
    members = pd.DataFrame({"id": range(30), "side": [n % 2 for n in range(30)], "name": "x"})
    members.to_csv(tmp_path / "members.csv", index=False)
    files = [str(tmp_path / "club.csv"), "--attributes", str(tmp_path / "members.csv")]
    words = ["network", *files, "--output", str(tmp_path / "out")]
    return [*words, "--undirected", "--weights", "strength"]


def test_a_bad_row_stops_the_command_with_a_sentence(tmp_path, club, capsys):
    assert command_line.main(club) == 2
    said = capsys.readouterr().err
    assert said.startswith("socionaut: club.csv: 1 of 78 rows cannot be used.")
    assert "weight: 1 cell is 0 or below, row 5. To mend: " in said
    assert "--drop-bad-rows" in said
    assert not (tmp_path / "out").exists()


def test_attributes_of_another_network_stop_the_command(tmp_path, club, capsys):
    (tmp_path / "members.csv").write_text("id,side\nx,1\n", encoding="utf-8")
    assert command_line.main([*club, "--drop-bad-rows"]) == 2
    assert "none of its ids" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_the_command_runs_the_notebook_and_counts_what_it_left_out(tmp_path, club):
    assert command_line.main([*club, "--drop-bad-rows"]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    stem = "26_your_own_network"
    pictures = [f"{stem}_figure_{n}.{kind}" for n in range(1, 6) for kind in ("png", "svg")]
    texts = ["command.txt", "figures.txt", "index.html", "methods.txt", "tables"]
    assert names == [f"{stem}.ipynb", *pictures, *texts]
    assert len(pd.read_csv(tmp_path / "out" / "tables" / "centralities.csv")) == 34
    cells = read_notebook(tmp_path / "out" / names[0]).cells
    shown = str([cell.outputs for cell in cells if cell.cell_type == "code"])
    assert "Of 78 edges in your file, 77 can be used and **1 were left out**" in shown
    assert "4 of 34 nodes have no row of attributes: 30, 31, 32, 33" in shown
    assert "1 cell is 0 or below" in shown
    assert "stderr" not in shown and "ade-up" not in shown


def test_columns_and_example_of_a_network_on_the_command_line(tmp_path, capsys):
    assert command_line.main(["network", "--columns"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in columns_of_edges()["column"])
    assert all(name in printed for name in columns_of_attributes()["column"])
    path = tmp_path / "example.csv"
    assert command_line.main(["network", "--example", str(path)]) == 0
    pd.testing.assert_frame_equal(check_edges(path).accept(), example_edges())
    assert command_line.main(["network", "--example", str(path)]) == 2
    assert command_line.main(["network", str(path)]) == 2
    assert "--output FOLDER" in capsys.readouterr().out


@pytest.mark.slow
def test_the_notebook_runs_on_the_least_that_a_file_may_hold(tmp_path):
    path = written(tmp_path, "source,target\na,b\nb,c\n")
    notebook = PROJECT / "notebooks" / "26_your_own_network.ipynb"
    result = run_with(notebook, tmp_path / "out", {"file": str(path)})
    assert "stderr" not in str(read_notebook(result[1]).cells)


def test_of_edges_written_both_ways_one_is_kept_and_other_faults_are_still_told():
    rows = [("a", "b", 1), ("b", "a", 1), ("b", "c", 2), ("c", "b", 2), ("d", "", 3)]
    edges = pd.DataFrame(rows, columns=["source", "target", "weight"])
    checked = check_edges(edges, directed=False, weights="strength")
    assert [row[2] for row in faults(checked)] == ["row 5"]
    kept = checked.accept(drop_bad_rows=True)
    assert kept.to_numpy().tolist() == [["a", "b", 1], ["b", "c", 2]]
    apart = edges.assign(weight=range(1, 6))  # other weights: these are repeats
    told = faults(check_edges(apart, directed=False, weights="strength"))
    assert ["row", "2 edges repeat an earlier one", "rows 2, 4"] in told


@pytest.mark.parametrize(
    ("signs", "below"), [([5, 2, 3], ""), ([-5, 2, 3], ", some below 0 (as between opponents)")]
)
def test_a_column_of_numbers_that_is_not_used_is_named(signs, below):
    edges = pd.DataFrame({"source": list("aab"), "target": list("bcc"), "sign": signs})
    told = f'The column "sign" holds numbers{below} and is not used'
    assert f"{told}: all edges count alike." in check_edges(edges).notes
    assert f"{told}." in check_edges(edges.assign(weight=[0.5, 0.1, 0.2])).notes
    assert not any("sign" in note for note in check_edges(edges.assign(sign=1)).notes)
