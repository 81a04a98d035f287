"""A budget of work: what is tried is said."""

from __future__ import annotations

import networkx as nx
import numpy as np

from socionaut.influence import ContactNetwork, plan_starts

ANY = nx.gnp_random_graph(60, 0.08, seed=4, directed=True)


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
