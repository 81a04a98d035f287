"""Ranks and where they go: by a graph for each draw, and by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from socionaut.influence import centralities, firm_ranks
from socionaut.steady import ranks


def thinned(graph, seed, repetitions, dropped):
    """Yield the network with a share of its edges left out, each time as a graph of its own."""
    number = {node: place for place, node in enumerate(sorted(graph))}
    places = {edge: tuple(number[node] for node in edge) for edge in graph.edges}
    edges = sorted(places, key=lambda e: places[e] if graph.is_directed() else sorted(places[e]))
    generator = np.random.default_rng(seed)
    for _ in range(repetitions):
        gone = round(dropped * len(edges))
        kept = generator.choice(len(edges), len(edges) - gone, replace=False)
        yield nx.create_empty_copy(graph), [(*edges[at], graph.edges[edges[at]]) for at in kept]


@pytest.mark.parametrize("weight", [None, "weight"])
@pytest.mark.parametrize("directed", [True, False])
def test_ranks_are_as_firm_as_by_a_graph_for_each_draw(directed, weight):
    graph = nx.gnp_random_graph(60, 0.08, seed=4, directed=True)
    graph = graph if directed else graph.to_undirected()
    for place, edge in enumerate(graph.edges):
        if place % 3:  # an edge without a weight has 1
            graph.edges[edge]["weight"] = 1 + place % 3
    dropped, level, top = (0.2, 0.9, 7) if weight else (0.1, 0.95, 10)  # these are the defaults
    options = {"dropped": dropped, "level": level, "top": top} if weight else {}
    found = firm_ranks(graph, seed=5, repetitions=30, weight=weight, **options)
    tail = (1 - level) / 2
    column = "pagerank_reversed" if directed else "pagerank"
    measures = {
        "edges": lambda g: pd.Series(dict(g.out_degree() if directed else g.degree())),
        "PageRank": lambda g: centralities(g, measures=["pagerank"], weight=weight)[column],
    }
    draws = {name: [] for name in measures}
    for empty, edges in thinned(graph, 5, 30, dropped):
        empty.add_edges_from(edges)
        for name, measure in measures.items():
            draws[name].append(ranks(measure(empty).sort_index()))
    for name, measure in measures.items():
        table, drawn = found[name].sort_index(), pd.DataFrame(draws[name])
        rank = ranks(measure(graph).sort_index())
        assert np.allclose(table["value"], measure(graph).sort_index())
        assert np.allclose(table["rank"], rank)
        assert np.allclose(table["low"], np.minimum(drawn.quantile(tail), rank))
        assert np.allclose(table["high"], np.maximum(drawn.quantile(1 - tail), rank))
        assert np.allclose(table["top_share"], (drawn <= top).mean())


def by_edges(graph, **options):
    return firm_ranks(graph, **({"seed": 1} | options))["edges"]


def test_ranks_by_hand():
    """A path of three: the middle has two edges; with one left out it ties with one end."""
    table = by_edges(nx.path_graph(3), dropped=0.5, repetitions=400)
    assert table["rank"].to_dict() == {1: 1, 0: 2.5, 2: 2.5}
    assert table.loc[1, ["low", "high"]].tolist() == [1, 1.5]
    # However large the share, an edge is kept.
    assert by_edges(nx.path_graph(3), dropped=0.99).loc[1, ["low", "high"]].tolist() == [1, 1.5]
    # An end shares first place when its edge is the one kept, and is last otherwise.
    assert table.loc[0, ["low", "high"]].tolist() == [1.5, 3]
    top = by_edges(nx.path_graph(3), dropped=0.5, repetitions=400, top=2)["top_share"]
    assert top[1] == 1
    assert top[0] == pytest.approx(0.5, abs=0.1)
    assert top[0] + top[2] == pytest.approx(1)


def test_ranges_hold_the_rank_and_widen_with_what_is_dropped():
    graph = nx.barabasi_albert_graph(60, 2, seed=1)
    width = {}
    for dropped in (0.02, 0.3):
        table = by_edges(graph, dropped=dropped, repetitions=99)
        assert (table["low"] <= table["rank"]).all() and (table["rank"] <= table["high"]).all()
        assert table["rank"].is_monotonic_increasing
        assert table["rank"].sum() == 60 * 61 / 2
        width[dropped] = (table["high"] - table["low"]).mean()
    assert width[0.02] < width[0.3]


def test_the_seed_decides_and_the_order_of_nodes_and_edges_does_not():
    graph = nx.barabasi_albert_graph(60, 2, seed=1)
    shuffled = nx.Graph()
    shuffled.add_nodes_from(sorted(graph, reverse=True))
    shuffled.add_edges_from((v, u) for u, v in sorted(graph.edges(), reverse=True))
    one, again, other = (by_edges(graph, seed=s, repetitions=9) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    pd.testing.assert_frame_equal(one, by_edges(shuffled, repetitions=9))
    assert not one.equals(other)


@pytest.mark.parametrize(
    ("graph", "wrong", "words"),
    [
        (nx.path_graph(4), {"dropped": 0}, "were asked for"),
        (nx.path_graph(4), {"dropped": 1}, "were asked for"),
        (nx.path_graph(4), {"level": 1.0}, "were asked for"),
        (nx.path_graph(4), {"repetitions": 0}, "were asked for"),
        (nx.path_graph(2), {}, "fewer than two edges"),
        (nx.Graph([(0, 0), (0, 1), (1, 2)]), {}, "1 self-loops"),
        (nx.MultiGraph([(0, 1), (0, 1)]), {}, "parallel edges"),
        (nx.Graph([(0, "a"), (0, 1)]), {}, "cannot be put in order"),
    ],
)
def test_what_has_no_firm_rank_is_refused_in_a_sentence(graph, wrong, words):
    with pytest.raises(ValueError, match=words):
        by_edges(graph, **wrong)
