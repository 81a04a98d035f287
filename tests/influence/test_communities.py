"""Communities, participation and reach across groups, by other routes and by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from socionaut.influence import (
    ContactNetwork,
    batched_reach,
    communities,
    participation,
    reach_across,
)


def test_modularity_is_that_of_networkx():
    graph = nx.karate_club_graph()
    plain = nx.Graph(graph.edges)
    found = communities(plain, seed=3, iterations=-1)
    parts = [set(found.index[found == part]) for part in found.unique()]
    assert found.attrs["modularity"] == pytest.approx(nx.community.modularity(plain, parts))
    # Zachary's club has a known best partition in four parts.
    assert found.attrs["modularity"] == pytest.approx(0.4198, abs=1e-4)
    assert found.nunique() == 4


def test_the_same_seed_gives_the_same_parts_largest_first():
    graph = nx.connected_caveman_graph(6, 7)
    one, two = (communities(graph, seed=5) for _ in range(2))
    assert one.equals(two)
    sizes = one.value_counts().sort_index()
    assert sizes.is_monotonic_decreasing


def test_participation_by_hand_and_where_there_is_no_tie():
    star = nx.star_graph(4)
    star.add_node("alone")
    groups = {0: "a", 1: "a", 2: "a", 3: "b", 4: "c", "alone": "a"}
    found = participation(star, groups)
    assert found[0] == pytest.approx(1 - (4 + 1 + 1) / 16)
    assert found[1] == found["alone"] == 0


def test_reach_across_is_all_reach_when_everybody_is_a_group_of_one():
    graph = nx.barabasi_albert_graph(60, 2, seed=1)
    network = ContactNetwork.from_graph(graph, 0.2)
    alone = reach_across(network, {n: n for n in graph}, batches=3, runs=40, seed=9)
    everyone = batched_reach(network, batches=3, runs=40, seed=9)
    assert np.allclose(alone, everyone - 1)
    together = reach_across(network, dict.fromkeys(graph, "one"), batches=2, runs=5, seed=9)
    assert not together.any()


@pytest.mark.parametrize("make", [lambda: nx.DiGraph([(0, 1)]), lambda: nx.empty_graph(3)])
def test_directions_and_empty_networks_are_refused(make):
    with pytest.raises(ValueError, match="without directions"):
        communities(make(), seed=1)


def test_a_node_without_a_group_is_named():
    with pytest.raises(ValueError, match=r"1 nodes have no group \(2"):
        participation(nx.path_graph(3), {0: "a", 1: "b"})
