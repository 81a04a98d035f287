"""Estimated betweenness against networkx, against itself, and where the plain estimate is wrong."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from socionaut.influence import centralities
from socionaut.influence.betweenness import estimate_betweenness


@pytest.mark.parametrize("seed", range(4))
def test_from_all_nodes_it_is_the_exact_value(seed):
    graph = nx.gnm_random_graph(40, 60, seed=seed)  # in pieces, with nodes alone
    estimated = estimate_betweenness(graph, 99, seed=1)
    exact = nx.betweenness_centrality(graph)
    assert estimated.index.tolist() == list(graph)
    assert estimated.to_dict() == pytest.approx(exact, abs=1e-12)


def test_draws_of_sources_scatter_around_the_exact_value():
    graph = nx.karate_club_graph()
    draws = np.array([estimate_betweenness(graph, 5, seed=s) for s in range(400)])
    exact = np.array([*nx.betweenness_centrality(graph).values()])
    error = draws.std(axis=0, ddof=1) / np.sqrt(len(draws))
    assert (np.abs(draws.mean(axis=0) - exact) <= 4.5 * error + 1e-12).all()


def test_a_neighbour_of_a_source_gains_less_than_by_the_plain_estimate():
    # Who alone leads to the source lies on all its paths, and on no others but to it.
    graph = nx.random_regular_graph(4, 200, seed=1)
    graph.add_edges_from([(0, 200), (200, 201)])
    exact = nx.betweenness_centrality(graph)[200]
    drawn = [s for s in range(400) if 201 in np.random.default_rng(s).choice(202, 10, False)]
    scaled = np.mean([estimate_betweenness(graph, 10, seed=s)[200] for s in drawn[:10]])
    plain = 201 / 202  # what each source 201 adds, of ten, as a share of its pairs
    assert abs(scaled - exact) < abs(plain / 10 - exact)


@pytest.mark.parametrize(
    ("graph", "sources"),
    [(nx.DiGraph([(0, 1), (1, 2)]), 2), (nx.path_graph(2), 1), (nx.path_graph(4), 0)],
)
def test_what_has_no_betweenness_is_refused(graph, sources):
    with pytest.raises(ValueError, match="give a network without directions"):
        estimate_betweenness(graph, sources, seed=1)


def test_it_names_the_same_as_the_exact_measure():
    graph = nx.barabasi_albert_graph(300, 3, seed=2)
    exact = centralities(graph, measures=["betweenness"], sources=None)["betweenness"]
    assert exact.idxmax() == estimate_betweenness(graph, 50, seed=2).idxmax()
