"""A budget of work: what is tried is said, and what is faster gives the same numbers."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from socionaut.influence import ContactNetwork, centralities, firm_ranks, plan_starts, rank_ranges

ANY = nx.gnp_random_graph(60, 0.08, seed=4, directed=True)


@pytest.mark.parametrize("directed", [True, False])
def test_ranks_are_as_firm_by_the_fast_way(directed):
    graph = ANY if directed else ANY.to_undirected()
    fast = firm_ranks(graph, seed=5, repetitions=30)
    column = "pagerank_reversed" if directed else "pagerank"
    slow = {
        "edges": lambda g: dict(g.out_degree() if directed else g.degree()),
        "PageRank": lambda g: centralities(g, measures=["pagerank"])[column],
    }
    for name, measure in slow.items():
        expected = rank_ranges(graph, measure, seed=5, repetitions=30)
        pd.testing.assert_frame_equal(
            fast[name].sort_index(), expected.sort_index(), check_dtype=False, rtol=1e-6
        )


def test_all_nodes_start_where_they_can_be_afforded():
    network = ContactNetwork.from_graph(ANY, 0.2)
    plan = plan_starts(network, [0, 1], seed=1)
    assert plan.whole and plan.starts == list(network.nodes) and plan.drawn.all()


def test_where_they_cannot_the_best_start_and_others_are_drawn():
    graph = nx.gnp_random_graph(400, 0.02, seed=4, directed=True)
    network = ContactNetwork.from_graph(graph, 0.9)
    best = list(range(40))
    plan = plan_starts(network, best, seed=1, work=3e6)
    assert not plan.whole and plan.runs == 2
    assert {*best[:10]} <= {*plan.starts} and len(plan.starts) < 400
    assert 30 <= plan.drawn.sum() < len(plan.starts)
    assert plan.starts == sorted(plan.starts)
    again = plan_starts(network, best, seed=1, work=3e6)
    assert again.starts == plan.starts and np.array_equal(again.drawn, plan.drawn)
