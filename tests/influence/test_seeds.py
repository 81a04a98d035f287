"""Sets of seeds against plain greedy search, all sets there are, and by hand."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest

from socionaut.influence import seeds as rooms
from socionaut.influence.seeds import greedy_seeds, reverse_seeds
from socionaut.influence.spread import ContactNetwork, exact_reach, simulate_cascades

SMALL = nx.DiGraph([(0, 1), (0, 2), (1, 3), (2, 3), (3, 0), (3, 4), (5, 6), (6, 5), (4, 7)])


def plain_greedy(network, budget, graphs, seed):
    """Try every node at every step, each in full."""
    chosen = []
    for _ in range(budget):
        left = [node for node in network.nodes if node not in chosen]
        sums = {
            node: simulate_cascades(network, [*chosen, node], runs=graphs, seed=seed).sum()
            for node in left
        }
        chosen.append(max(left, key=lambda node: sums[node]))
    return chosen


@pytest.mark.parametrize(
    ("graph", "chance"),
    [
        (SMALL, 0.5),
        (nx.barabasi_albert_graph(60, 2, seed=3), 0.2),
        (nx.gnp_random_graph(40, 0.06, seed=3, directed=True), 0.4),
    ],
)
def test_lazy_evaluation_finds_what_plain_greedy_finds(graph, chance):
    network = ContactNetwork.from_graph(graph, chance)
    lazy = greedy_seeds(network, 5, graphs=50, seed=4)
    assert lazy == plain_greedy(network, 5, 50, 4)
    assert greedy_seeds(network, 3, graphs=50, seed=4) == lazy[:3]


@pytest.mark.parametrize("budget", [1, 2, 3])
def test_both_come_close_to_the_best_of_all_sets(budget):
    network = ContactNetwork.from_graph(SMALL, 0.5)
    best = max(exact_reach(network, those) for those in combinations(SMALL, budget))
    found = (
        greedy_seeds(network, budget, graphs=4000, seed=1),
        reverse_seeds(network, budget, sets=20_000, seed=1),
    )
    for seeds in found:
        assert len(set(seeds)) == budget
        assert exact_reach(network, seeds) >= 0.95 * best


def test_direction_decides():
    chain = ContactNetwork.from_graph(nx.path_graph(4, create_using=nx.DiGraph), 1)
    assert greedy_seeds(chain, 1, graphs=2, seed=1) == [0]
    assert reverse_seeds(chain, 1, sets=50, seed=1) == [0]


def test_a_budget_for_everybody_takes_everybody_once():
    network = ContactNetwork.from_graph(nx.path_graph(5), 0.5)
    assert sorted(greedy_seeds(network, 5, graphs=3, seed=1)) == [0, 1, 2, 3, 4]
    assert sorted(reverse_seeds(network, 5, sets=3, seed=1)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("budget", [0, 4, 2.5])
def test_a_budget_out_of_range_is_refused(budget):
    network = ContactNetwork.from_graph(nx.path_graph(3), 0.5)
    with pytest.raises(ValueError, match="from 1 to 3"):
        greedy_seeds(network, budget, graphs=3, seed=1)
    with pytest.raises(ValueError, match="from 1 to 3"):
        reverse_seeds(network, budget, sets=3, seed=1)
    with pytest.raises(ValueError, match="0 sets"):
        reverse_seeds(network, 1, sets=0, seed=1)


def test_components_and_following_contacts_choose_alike():
    graph = nx.barabasi_albert_graph(120, 3, seed=8)
    plain = ContactNetwork.from_graph(graph, 0.08)
    assert not plain.directed
    gains = [
        rooms._gain_by_spread(plain, 50, 4),
        rooms._gain_by_component(plain, 50, 4),
    ]
    for node in (0, 5, 0, 17, 3):
        by_spread, by_component = (gain(node, False) for gain in gains)
        assert by_spread == by_component
        assert [gain(node, True) for gain in gains] == [by_spread] * 2
    assert [gain(5, False) for gain in gains] == [0, 0]
