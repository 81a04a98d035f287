"""Centralities in one table, against networkx and by hand."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socionaut.influence.centrality import (
    MEASURES,
    centralities,
    top_overlap,
    top_weights,
)
from socionaut.steady import ranks

# Of the marriage network, normalised, as the test suite of networkx prints them.
FLORENTINE_BETWEENNESS = {
    "Acciaiuoli": 0.000,
    "Albizzi": 0.212,
    "Barbadori": 0.093,
    "Bischeri": 0.104,
    "Castellani": 0.055,
    "Ginori": 0.000,
    "Guadagni": 0.255,
    "Lamberteschi": 0.000,
    "Medici": 0.522,
    "Pazzi": 0.000,
    "Peruzzi": 0.022,
    "Ridolfi": 0.114,
    "Salviati": 0.143,
    "Strozzi": 0.103,
    "Tornabuoni": 0.092,
}
FLORENTINE_CLOSENESS = {"Medici": 0.560, "Ridolfi": 0.500, "Albizzi": 0.483, "Pazzi": 0.286}
# Of length one, and who is left in the core of order two, as the package sna of R prints them:
# test/fixtures/sna_reference.toml of statistical-network-analysis-with-Julia/SNA.jl.
FLORENTINE_EIGENVECTOR = {
    "Acciaiuoli": 0.1321542947287063,
    "Albizzi": 0.24395610915883742,
    "Barbadori": 0.21170525116052763,
    "Bischeri": 0.28280008654412164,
    "Castellani": 0.25902616719026,
    "Ginori": 0.074922707699707158,
    "Guadagni": 0.28911559901220862,
    "Lamberteschi": 0.088791887978972112,
    "Medici": 0.43030809404091469,
    "Pazzi": 0.044813435895924673,
    "Peruzzi": 0.27573037358088603,
    "Ridolfi": 0.34155264405721542,
    "Salviati": 0.14591719646634577,
    "Strozzi": 0.35598044841139032,
    "Tornabuoni": 0.32584230112420665,
}
FLORENTINE_OUTSIDE_THE_CORE = {"Acciaiuoli", "Ginori", "Lamberteschi", "Pazzi", "Salviati"}
# The exact solution for the graph in https://en.wikipedia.org/wiki/File:PageRanks-Example.svg
PAGES = re.findall("..", "DADBBCCBEBEDEFFBFEGBGEHBHEIBIEJEKE")
PAGERANKS = dict(
    zip(
        "ABCDEFGHIJK",
        (19002201, 222822800, 198772220, 22657320, 46886400, 22657320, *[9372840] * 5),
        strict=True,
    )
)
PAGERANK_WHOLE = 579662461


@st.composite
def graphs(draw, most=8):
    """Small graphs: directed or not, unconnected, weighted by small whole numbers."""
    size = draw(st.integers(0, most))
    graph = draw(st.sampled_from([nx.Graph, nx.DiGraph]))()
    graph.add_nodes_from(f"node {number}" for number in draw(st.permutations(range(size))))
    if not size:
        return graph
    names = st.sampled_from(sorted(graph))
    edges = draw(st.lists(st.tuples(names, names, st.integers(1, 4)), max_size=24))
    graph.add_weighted_edges_from(edge for edge in edges if edge[0] != edge[1])
    return graph


def one_measure(graph, measure, **arguments):
    return centralities(graph, measures=[measure], **arguments).iloc[:, 0].to_dict()


def beside(graph):
    """Return the table of small networks that fall apart."""
    return centralities(
        graph, measures=[name for name in MEASURES if name != "core"], weight="weight"
    )


@settings(max_examples=60)
@given(graphs(), st.sampled_from([None, "weight"]))
def test_slow_measures_are_those_of_networkx(graph, name):
    for measure, function in (
        ("betweenness", lambda: nx.betweenness_centrality(graph, weight=name)),
        ("closeness", lambda: nx.closeness_centrality(graph, distance=name)),
    ):
        assert one_measure(graph, measure, distance=name) == pytest.approx(function(), abs=1e-10)
    exact = nx.pagerank(graph, tol=1e-14, max_iter=5000, weight=name)
    assert one_measure(graph, "pagerank", weight=name) == pytest.approx(exact, abs=1e-9)
    assert one_measure(graph, "core") == nx.core_number(graph)


@given(graphs(), st.integers(0, 9), st.sampled_from([None, "weight"]), st.data())
def test_sampled_betweenness_draws_the_sources_of_networkx(graph, seed, name, data):
    if len(graph) > 1:
        k = data.draw(st.integers(1, len(graph) - 1))
        # networkx draws from the nodes in the order of the graph, here in that of their names.
        ordered = graph.__class__()
        ordered.add_nodes_from(sorted(graph))
        ordered.add_edges_from(graph.edges(data=True))
        theirs = nx.betweenness_centrality(ordered, k=k, seed=seed, weight=name)
        ours = one_measure(graph, "betweenness", sources=k, seed=seed, distance=name)
        assert ours == pytest.approx(theirs, abs=1e-10, nan_ok=True)


def test_the_default_tolerance_of_networkx_is_what_goes_wrong():
    """Many leaves point to a hub that exchanges links with one friend; solved by hand."""
    size, damping = 30_000, 0.85
    graph = nx.DiGraph([("hub", "friend"), ("friend", "hub")])
    graph.add_edges_from((f"leaf {number}", "hub") for number in range(size - 2))
    start = (1 - damping) / size
    hub = (start + damping * ((size - 2) * start + start)) / (1 - damping**2)
    assert one_measure(graph, "pagerank")["hub"] == pytest.approx(hub, rel=1e-9)
    assert nx.pagerank(graph, tol=1e-10, max_iter=500)["hub"] == pytest.approx(hub, rel=1e-4)
    # networkx's own default stops when all values together change by less than size * 1e-6.
    assert abs(nx.pagerank(graph)["hub"] / hub - 1) > 0.01


def test_florentine_families_as_printed():
    graph = nx.florentine_families_graph()
    table = centralities(graph, measures=["betweenness", "closeness", "eigenvector", "core"])
    assert table["betweenness"].to_dict() == pytest.approx(FLORENTINE_BETWEENNESS, abs=6e-4)
    assert table["eigenvector"].to_dict() == pytest.approx(FLORENTINE_EIGENVECTOR, abs=1e-9)
    assert set(table.index[table["core"] < 2]) == FLORENTINE_OUTSIDE_THE_CORE
    for name, printed in FLORENTINE_CLOSENESS.items():
        assert table.loc[name, "closeness"] == pytest.approx(printed, abs=6e-4)


def test_pagerank_as_printed():
    graph = nx.DiGraph(PAGES)
    graph.add_nodes_from("ABCDEFGHIJK")
    found = one_measure(graph, "pagerank")
    for page, part in PAGERANKS.items():
        assert found[page] == pytest.approx(float(Fraction(part, PAGERANK_WHOLE)), abs=1e-9)


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf"), "heavy", None])
def test_a_wrong_weight_never_gives_a_number(bad):
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 2), ("b", "c", bad)])
    with pytest.raises(ValueError, match=r"The edge attribute 'weight'"):
        one_measure(graph, "pagerank", weight="weight")


def test_what_cannot_be_measured_is_refused_in_a_sentence():
    graph = nx.path_graph(3)
    nx.set_edge_attributes(graph, 0, "length")
    with pytest.raises(ValueError, match="A distance is 0"):
        one_measure(graph, "betweenness", distance="length")
    with pytest.raises(ValueError, match=r"\['fame'\] are not measures"):
        centralities(graph, measures=["fame"])
    with pytest.raises(ValueError, match="0 sources"):
        centralities(graph, sources=0)


def test_zacharys_club_has_the_published_centres():
    club = nx.Graph(nx.karate_club_graph().edges)
    table = beside(club)
    assert table["degree"].nlargest(2).to_dict() == {33: 17, 0: 16}
    assert table["betweenness"].round(3).nlargest(3).to_dict() == {0: 0.438, 33: 0.304, 32: 0.145}


@pytest.mark.parametrize("leaves", [2, 5, 20])
def test_stars_in_closed_form(leaves):
    table = beside(nx.star_graph(leaves))
    nodes, damping = leaves + 1, 0.85
    hub = (1 - damping) / nodes * (1 + damping * leaves) / (1 - damping**2)
    assert table.loc[0].to_dict() == pytest.approx(
        {
            "degree": leaves,
            "strength": leaves,
            "betweenness": 1,
            "eigenvector": math.sqrt(0.5),
            "pagerank": hub,
            "closeness": 1,
        }
    )
    assert table.loc[1, "closeness"] == pytest.approx(leaves / (2 * leaves - 1))
    assert table.loc[1, "pagerank"] == pytest.approx((1 - hub) / leaves)


def test_the_eigenvector_is_that_of_the_largest_component():
    graph = nx.disjoint_union(nx.star_graph(3), nx.path_graph(2))
    found = beside(graph)["eigenvector"]
    assert found.loc[[4, 5]].tolist() == [0, 0]
    assert found.loc[0] == pytest.approx(math.sqrt(0.5))


def test_a_network_without_links_has_no_centre():
    lonely = nx.empty_graph(3)
    table = beside(lonely)
    assert (table.drop(columns="pagerank") == 0).all().all()
    assert table["pagerank"].tolist() == pytest.approx([1 / 3] * 3)


def test_ties_share_a_rank_and_the_last_digits_do_not_part_them():
    scores = pd.DataFrame({"score": [0.3, 0.1 + 0.2, 1.0, 0.0], "none": 0.0})
    assert ranks(scores)["score"].tolist() == [2.5, 2.5, 1, 4]
    assert ranks(scores)["none"].tolist() == [2.5] * 4
    assert ranks(scores["score"]).tolist() == [2.5, 2.5, 1, 4]


def test_overlap_is_whole_for_one_score_and_chance_for_none():
    generator = np.random.default_rng(4)
    one, two = generator.random((2, 20_000))
    assert top_overlap(one, one, 0.1) == pytest.approx(1)
    assert top_overlap(one, two, 0.1) == pytest.approx(0.1, abs=0.02)
    assert top_overlap([3, 2, 1, 0], [3, 0, 0, 0], 0.5) == pytest.approx(0.5 + 1 / 6)


def following():
    """Everybody follows the star; the star follows one friend, the friend the star."""
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([(f"fan {n}", "star", n + 1) for n in range(4)])
    graph.add_weighted_edges_from([("star", "friend", 2), ("friend", "star", 1)])
    return graph


def test_each_column_is_that_of_networkx():
    graph = nx.karate_club_graph()
    table = centralities(graph, weight="weight")
    expected = {
        "degree": dict(graph.degree()),
        "strength": dict(graph.degree(weight="weight")),
        "pagerank": nx.pagerank(graph, tol=1e-14, max_iter=1000),
        "betweenness": nx.betweenness_centrality(graph),
        "core": nx.core_number(graph),
        "eigenvector": nx.eigenvector_centrality(graph, weight="weight", tol=1e-13, max_iter=10**4),
    }
    assert sorted(table.columns) == sorted(expected)
    for column, values in expected.items():
        assert table[column].to_dict() == pytest.approx(values, abs=1e-9)


def test_directions_are_kept_apart():
    graph = following()
    table = centralities(graph, weight="weight")
    assert table["in_degree"].to_dict() == dict(graph.in_degree())
    assert table.loc["star", ["degree", "in_degree", "out_degree"]].tolist() == [6, 5, 1]
    assert table.loc["star", ["strength", "in_strength", "out_strength"]].tolist() == [13, 11, 2]
    assert table.loc["fan 0", "pagerank"] == table["pagerank"].min()
    turned = nx.pagerank(graph.reverse(), tol=1e-14, max_iter=1000)
    assert table["pagerank_reversed"].to_dict() == pytest.approx(turned, abs=1e-9)
    assert table["eigenvector"].isna().all()
    assert "missing" in table.attrs["eigenvector"]


def test_direction_of_the_eigenvector():
    graph = nx.DiGraph([("a", "b"), ("b", "a"), ("c", "a"), ("a", "c"), ("c", "b")])
    table = centralities(graph)
    one = nx.eigenvector_centrality(graph, tol=1e-13, max_iter=10**4)
    other = nx.eigenvector_centrality(graph.reverse(), tol=1e-13, max_iter=10**4)
    assert table["eigenvector"].to_dict() == pytest.approx(one, abs=1e-9)
    assert table["eigenvector_reversed"].to_dict() == pytest.approx(other, abs=1e-9)


def test_a_sample_never_passes_for_the_exact_value():
    graph = nx.karate_club_graph()
    exact, sampled = centralities(graph), centralities(graph, sources=10, seed=3)
    assert "betweenness_sampled" not in exact and exact.attrs["betweenness"].startswith("exact")
    assert "betweenness" not in sampled
    assert sampled.attrs["betweenness"] == "estimated from 10 of 34 nodes as sources, seed 3"
    drawn = nx.betweenness_centrality(graph, k=10, seed=3)
    assert sampled["betweenness_sampled"].to_dict() == pytest.approx(drawn)
    for all_nodes in (None, 34, 500):
        same = centralities(graph, sources=all_nodes)["betweenness"]
        assert same.to_numpy() == pytest.approx(exact["betweenness"].to_numpy())


def test_distances_only_where_they_are_named():
    square = nx.Graph()
    square.add_weighted_edges_from([("a", "b", 9), ("b", "d", 9), ("a", "c", 1), ("c", "d", 1)])
    assert centralities(square, weight="weight").loc["b", "betweenness"] > 0
    assert centralities(square, distance="weight").loc["b", "betweenness"] == 0


def test_the_order_of_nodes_and_edges_does_not_matter():
    graph = nx.gnm_random_graph(40, 90, seed=1)
    shuffled = nx.Graph()
    shuffled.add_nodes_from(sorted(graph, reverse=True))
    shuffled.add_edges_from((v, u) for u, v in sorted(graph.edges(), reverse=True))
    one, two = centralities(graph, sources=10), centralities(shuffled, sources=10)
    assert one.index.tolist() == sorted(graph)
    pd.testing.assert_frame_equal(one, two, rtol=1e-9)


@pytest.mark.parametrize("size", [0, 1, 2])
def test_hardly_any_network(size):
    table = centralities(nx.empty_graph(size))
    assert len(table) == size
    assert table["degree"].sum() == 0
    assert table["pagerank"].sum() == pytest.approx(min(size, 1))


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (nx.Graph([(0, 0), (0, 1)]), "1 self-loops"),
        (nx.MultiGraph([(0, 1), (0, 1)]), "parallel edges"),
        (nx.Graph([(0, "a")]), "cannot be put in order"),
    ],
)
def test_networks_that_would_give_wrong_numbers_are_refused(graph, words):
    with pytest.raises(ValueError, match=words):
        centralities(graph)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.floats(0.01, 1))
def test_top_weights_average_over_all_ways_to_break_ties(score: list, share: float) -> None:
    weights = top_weights(score, share)
    size = max(1, round(share * len(score)))
    assert weights.sum() == pytest.approx(1)
    assert weights @ score == pytest.approx(np.mean(sorted(score, reverse=True)[:size]))
    for value in set(score):
        assert np.ptp(weights[np.array(score) == value]) == 0


@pytest.mark.parametrize(
    ("score", "share", "words"),
    [([1, 2], 0, "above 0"), ([1, float("nan")], 0.5, "for every node")],
)
def test_a_top_that_cannot_be_is_refused(score, share, words):
    with pytest.raises(ValueError, match=words):
        top_weights(score, share)
