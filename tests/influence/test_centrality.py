"""Centralities in one table against networkx and by hand; ranks with their ranges."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from socionaut.influence.centrality import centralities, rank_ranges


def by_degree(graph):
    return dict(graph.degree())


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
    ranks = [rank_ranges(g, by_degree, seed=1, repetitions=19) for g in (graph, shuffled)]
    pd.testing.assert_frame_equal(*ranks)


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
    with pytest.raises(ValueError, match=words):
        rank_ranges(nx.compose(graph, graph.__class__([(0, 1), (1, 2)])), by_degree, seed=1)


def test_ranks_by_hand():
    """A path of three: the middle has two edges; with one left out it ties with one end."""
    table = rank_ranges(nx.path_graph(3), by_degree, seed=1, dropped=0.5, repetitions=400)
    assert table["rank"].to_dict() == {1: 1, 0: 2.5, 2: 2.5}
    assert table.loc[1, ["low", "high"]].tolist() == [1, 1.5]
    # An end shares first place when its edge is the one kept, and is last otherwise.
    assert table.loc[0, ["low", "high"]].tolist() == [1.5, 3]
    top = rank_ranges(nx.path_graph(3), by_degree, seed=1, dropped=0.5, repetitions=400, top=2)[
        "top_share"
    ]
    assert top[1] == 1
    assert top[0] == pytest.approx(0.5, abs=0.1)
    assert top[0] + top[2] == pytest.approx(1)


def test_intervals_hold_the_rank_and_widen_with_what_is_dropped():
    graph = nx.barabasi_albert_graph(60, 2, seed=1)
    width = {}
    for dropped in (0.02, 0.3):
        table = rank_ranges(graph, by_degree, seed=1, dropped=dropped, repetitions=99)
        assert (table["low"] <= table["rank"]).all() and (table["rank"] <= table["high"]).all()
        assert table["rank"].is_monotonic_increasing
        assert table["rank"].sum() == 60 * 61 / 2
        width[dropped] = (table["high"] - table["low"]).mean()
    assert width[0.02] < width[0.3]


def test_the_seed_decides():
    graph = nx.barabasi_albert_graph(60, 2, seed=1)
    one, again, other = (rank_ranges(graph, by_degree, seed=s, repetitions=9) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_rounding_does_not_break_ties():
    def noisy(graph):
        return {node: 1 + 1e-15 * node for node in graph}

    assert rank_ranges(nx.path_graph(5), noisy, seed=1, repetitions=3)["rank"].eq(3).all()


def test_attributes_reach_the_measure():
    graph = following()

    def strength(thinned):
        assert set(thinned) == set(graph) and thinned.is_directed()
        return pd.Series(dict(thinned.degree(weight="weight")))

    table = rank_ranges(graph, strength, seed=1, repetitions=9)
    assert table.loc["star", "value"] == 13


@pytest.mark.parametrize(
    "wrong", [{"dropped": 0}, {"dropped": 1}, {"level": 1.0}, {"repetitions": 0}]
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match="were asked for"):
        rank_ranges(nx.path_graph(4), by_degree, seed=1, **wrong)


def test_a_measure_that_leaves_out_a_node_is_refused():
    with pytest.raises(ValueError, match="no number for 2 nodes"):
        rank_ranges(nx.path_graph(4), lambda _: {0: 1, 1: 1}, seed=1)
    with pytest.raises(ValueError, match="fewer than two edges"):
        rank_ranges(nx.path_graph(2), by_degree, seed=1)
