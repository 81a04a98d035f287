"""Threshold cascades, branching factors and imprecision, each on a second route."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import bootstrap, poisson, ttest_1samp

from socionaut.influence.spread import ContactNetwork
from socionaut.influence.thresholds import (
    batched_reach,
    branching_factor,
    cascade_window,
    degree_shares,
    following_edges,
    imprecision,
    mean_ratio,
    neighbours_needed,
    non_backtracking_eigenvalue,
    optimism,
    settled_reach,
    threshold_reach,
    threshold_steps,
    trigger_probability,
)


def compiled(graph: nx.Graph, probability: float = 1) -> ContactNetwork:
    return ContactNetwork.from_graph(graph, probability)


def plain_cascade(graph: nx.Graph, seeds: list, threshold: Fraction) -> dict:
    """Let all nodes look at once, step by step, with exact fractions."""
    step = dict.fromkeys(graph, -1) | dict.fromkeys(seeds, 0)
    number = 0
    while True:
        number += 1
        active = {node for node in graph if step[node] >= 0}
        before = graph.predecessors if graph.is_directed() else graph.neighbors
        tipped = [
            node
            for node in graph
            if node not in active
            and (seen := list(before(node)))
            and Fraction(sum(other in active for other in seen), len(seen)) >= threshold
        ]
        if not tipped:
            return step
        step |= dict.fromkeys(tipped, number)


thresholds = st.fractions(min_value=Fraction(1, 50), max_value=1, max_denominator=50)


@st.composite
def graphs(draw: st.DrawFn, directed: bool = False) -> nx.Graph:
    nodes = draw(st.integers(2, 14))
    graph = nx.gnp_random_graph(
        nodes, draw(st.floats(0.05, 0.9)), seed=draw(st.integers(0, 10**6)), directed=directed
    )
    return nx.relabel_nodes(graph, {node: f"n{node}" for node in graph})


# Threshold cascades


@settings(max_examples=80, deadline=None)
@given(st.data(), thresholds, st.booleans())
def test_cascades_equal_a_plain_loop_with_exact_fractions(data, threshold, directed) -> None:
    graph = data.draw(graphs(directed=directed))
    seeds = data.draw(st.lists(st.sampled_from(sorted(graph)), min_size=1, max_size=4))
    steps = threshold_steps(compiled(graph), seeds, float(threshold))
    assert steps.to_dict() == plain_cascade(graph, seeds, threshold)
    assert threshold_reach(compiled(graph), [seeds], float(threshold)) == [(steps >= 0).sum()]


@settings(max_examples=30, deadline=None)
@given(graphs(), thresholds, thresholds)
def test_a_higher_threshold_never_reaches_more_and_more_seeds_never_less(graph, one, other) -> None:
    low, high = sorted([float(one), float(other)])
    network, nodes = compiled(graph), sorted(graph)
    alone = [[node] for node in nodes]
    pairs = [[node, nodes[0]] for node in nodes]
    assert (threshold_reach(network, alone, high) <= threshold_reach(network, alone, low)).all()
    assert (threshold_reach(network, alone, low) <= threshold_reach(network, pairs, low)).all()


@pytest.mark.parametrize(
    ("graph", "seeds", "threshold", "reach"),
    [
        (nx.path_graph(10), [0], 0.5, 10),  # each next node has half of its neighbours
        (nx.path_graph(10), [0], 0.51, 1),
        (nx.path_graph(10), [1], 0.51, 2),  # the end has one neighbour, and follows
        (nx.star_graph(9), [0], 1.0, 10),  # all leaves have the hub for all they see
        (nx.star_graph(9), [1], 1 / 9, 10),  # one leaf is one ninth of what the hub sees
        (nx.star_graph(9), [1], 0.12, 1),
        (nx.complete_graph(10), [0], 1 / 9, 10),
        (nx.complete_graph(10), [0], 0.112, 1),
        (nx.complete_graph(10), [0, 1, 2], 3 / 9, 10),
        (nx.complete_bipartite_graph(3, 4), [0], 1 / 3, 7),
        (nx.complete_bipartite_graph(3, 4), [0], 0.34, 1),
        (nx.complete_bipartite_graph(3, 4), [3], 1 / 4, 7),
        (nx.cycle_graph(6), [0], 0.5, 6),
        (nx.cycle_graph(6), [0, 2, 4], 1.0, 6),
        (nx.disjoint_union(nx.path_graph(3), nx.path_graph(3)), [0], 0.5, 3),
    ],
)
def test_cascades_worked_by_hand(graph, seeds, threshold, reach) -> None:
    assert threshold_reach(compiled(graph), [seeds], threshold) == [reach]


@pytest.mark.parametrize("degree", [3, 4, 5, 7])
def test_on_a_regular_graph_all_or_one_adopt(degree: int) -> None:
    graph = nx.random_regular_graph(degree, 60, seed=1)
    assert nx.is_connected(graph)
    network = compiled(graph)
    assert threshold_reach(network, [[0]], 1 / degree) == [60]
    assert threshold_reach(network, [[0]], 1 / degree + 1e-6) == [1]


def test_steps_are_distances_where_one_neighbour_is_enough() -> None:
    graph = nx.gnp_random_graph(200, 0.02, seed=3)
    steps = threshold_steps(compiled(graph), [0], 1e-6)
    distance = nx.single_source_shortest_path_length(graph, 0)
    assert steps.to_dict() == {node: distance.get(node, -1) for node in graph}


def test_thresholds_of_their_own_stop_single_nodes() -> None:
    line = compiled(nx.path_graph(5))
    assert threshold_steps(line, [0], [0.5, 0.5, 1, 0.5, 0.5]).tolist() == [0, 1, -1, -1, -1]


def test_a_node_without_neighbours_adopts_only_as_a_seed() -> None:
    graph = nx.empty_graph(3)
    graph.add_edge(0, 1)
    assert threshold_steps(compiled(graph), [0], 0.01).tolist() == [0, 1, -1]


@given(st.integers(1, 400), st.integers(1, 100))
def test_needed_neighbours_are_exact(degree: int, percent: int) -> None:
    exact = -((-percent * degree) // 100)
    assert neighbours_needed(degree, percent / 100) == max(exact, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda n: threshold_reach(n, [["x"]], 0.5), "not in the network"),
        (lambda n: threshold_reach(n, [[]], 0.5), "No node is given"),
        (lambda n: threshold_reach(n, [0], 0.5), r"give \[0\]"),
        (lambda n: threshold_reach(n, [[0]], 0), "above 0"),
        (lambda n: threshold_reach(n, [[0]], 1.1), "at most 1"),
        (lambda n: threshold_reach(n, [[0]], float("nan")), "above 0"),
        (lambda n: threshold_reach(n, [[0]], [0.5, 0.5]), "one for each of the 3"),
        (lambda n: threshold_steps(n, [7], 0.5), "not in the network"),
        (lambda n: threshold_steps(n, "01", 0.5), "the first is '01'"),
        (lambda _: neighbours_needed([-1], 0.5), "negative"),
        (lambda _: cascade_window(0), "above 0"),
        (lambda _: degree_shares([]), "of one node at least"),
        (lambda _: degree_shares([1, -2]), "from 0 up"),
        (lambda _: degree_shares([1, 2.5]), "whole numbers"),
        (lambda _: branching_factor([0.5, 0.4], 1), "add up to 1"),
        (lambda _: branching_factor([1.0, 0], 1), "degree above 0"),
        (lambda _: branching_factor([0.5, 0.7, -0.2], 1), "add up to 1"),
        (lambda _: trigger_probability([-0.2, 0.5, 0.7], 1), "add up to 1"),
        (lambda _: trigger_probability([0, 1], 1.5), "between 0 and 1"),
        (lambda n: batched_reach(n, batches=1, runs=2, seed=1), "two batches"),
        (lambda _: mean_ratio([1], [1]), "at least two"),
        (lambda _: mean_ratio([1, 2], [1, 2, 3]), "two numbers for each"),
        (lambda _: mean_ratio([1, 2], [0, 1]), "above 0"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call(compiled(nx.path_graph(3)))


# Theory


@pytest.mark.parametrize("mean", [0.5, 1.5, 4.0, 9.0])
def test_a_poisson_network_branches_by_its_mean_degree(mean: float) -> None:
    shares = poisson.pmf(np.arange(100), mean)
    assert branching_factor(shares, 1) == pytest.approx(mean)
    assert branching_factor(shares, 0.3) == pytest.approx(0.3 * mean)


@pytest.mark.parametrize("threshold", [0.1, 0.12, 0.15, 0.18, 0.2, 0.25])
def test_the_window_is_where_the_branching_factor_passes_one(threshold: float) -> None:
    k = np.arange(300)
    vulnerable = neighbours_needed(k, threshold) == 1

    def factor(mean: float) -> float:
        return branching_factor(poisson.pmf(k, mean), vulnerable)

    low, high = cascade_window(threshold)
    assert factor(low) == pytest.approx(1)
    assert factor(high) == pytest.approx(1)
    assert factor(low - 0.01) < 1 < factor(low + 0.01)
    assert factor(high + 0.01) < 1 < factor(high - 0.01)


def test_the_window_as_watts_draws_it() -> None:
    # Figure 1 of the paper: nothing above one quarter; the lower end lies near one.
    assert np.isnan(cascade_window(0.2501)).all()
    assert np.isfinite(cascade_window(0.25)).all()
    lows, highs = zip(*(cascade_window(t) for t in (0.1, 0.125, 0.15, 0.18, 0.25)), strict=True)
    assert 1 <= min(lows) <= max(lows) < 1.5
    assert list(highs) == sorted(highs, reverse=True)


def test_the_poisson_trigger_is_the_giant_component() -> None:
    shares = poisson.pmf(np.arange(100), 2.0)
    giant = brentq(lambda s: s - 1 + np.exp(-2 * s), 0.1, 1)
    trigger = trigger_probability(shares, 1)
    assert (shares * trigger).sum() == pytest.approx(giant)
    assert trigger[1] == pytest.approx(giant)


@pytest.mark.parametrize("carried", [0.0, 0.2, 0.4999])
def test_below_the_critical_point_nothing_runs_away(carried: float) -> None:
    assert not trigger_probability(poisson.pmf(np.arange(100), 2.0), carried).any()


def test_a_regular_network_triggers_as_solved_by_hand() -> None:
    # Three neighbours, each contact carries with p: u = 1 - p + p u^2, so u = (1 - p) / p.
    trigger = trigger_probability([0, 0, 0, 1.0], 0.7)
    assert trigger[3] == pytest.approx(1 - (0.3 / 0.7) ** 3)
    assert trigger_probability([0, 0, 0, 1.0], 1.0).tolist() == [0, 1, 1, 1]


def test_the_trigger_agrees_with_cascades_on_a_large_random_network() -> None:
    graph = nx.gnm_random_graph(4000, 8000, seed=5)
    network, degree = compiled(graph), np.array([k for _, k in graph.degree])
    shares = degree_shares(degree)
    vulnerable = neighbours_needed(np.arange(len(shares)), 0.18) == 1
    expected = trigger_probability(shares, vulnerable)
    reach = threshold_reach(network, [[node] for node in range(1500)], 0.18)
    for few, many in ((1, 2), (3, 4), (5, 7)):
        chosen = (degree[:1500] >= few) & (degree[:1500] <= many)
        hits = (reach[chosen] > 400).mean()
        error = np.sqrt(hits * (1 - hits) / chosen.sum())
        assert abs(hits - expected[degree[:1500][chosen]].mean()) < 4 * error + 0.02


@pytest.mark.parametrize(
    "graph",
    [
        nx.karate_club_graph(),
        nx.gnp_random_graph(30, 0.08, seed=2, directed=True),
        nx.DiGraph([(0, 1), (1, 0), (1, 2), (2, 0), (2, 3)]),
    ],
    ids=["undirected", "directed", "with a way back"],
)
def test_the_non_backtracking_eigenvalue_equals_that_of_the_matrix_itself(graph) -> None:
    arcs = list(graph.to_directed().edges)
    matrix = np.array([[float(b == c and a != d) for c, d in arcs] for a, b in arcs])
    network = compiled(graph)
    assert non_backtracking_eigenvalue(network) == pytest.approx(
        max(np.linalg.eigvals(matrix).real), abs=1e-6
    )
    assert following_edges(network) == pytest.approx(matrix.sum() / len(arcs))


@pytest.mark.parametrize("way", [nx.Graph, nx.DiGraph])
def test_a_graph_coded_both_ways_has_the_same_critical_chance(way) -> None:
    network = compiled(way(nx.random_regular_graph(4, 50, seed=1)))
    assert non_backtracking_eigenvalue(network) == pytest.approx(3)
    assert following_edges(network) == 3


@pytest.mark.parametrize(
    "graph", [nx.path_graph(5), nx.DiGraph([(0, 1), (1, 2)]), nx.star_graph(3)]
)
def test_where_nothing_comes_round_again_the_eigenvalue_is_zero(graph) -> None:
    assert non_backtracking_eigenvalue(compiled(graph)) == 0


# Reach, ratios and imprecision


def test_batches_agree_with_the_reach_counted_exactly() -> None:
    # A star with four leaves and p = 1/2: hub 1 + 2, leaf 1 + (1 + 3/2)/2.
    reach = batched_reach(compiled(nx.star_graph(4), 0.5), batches=20, runs=500, seed=1)
    error = reach.std(axis=0, ddof=1) / np.sqrt(20)
    assert reach.shape == (20, 5)
    assert (abs(reach.mean(axis=0) - [3, 2.25, 2.25, 2.25, 2.25]) < 4 * error).all()


def test_a_ratio_has_the_interval_of_the_bootstrap() -> None:
    generator = np.random.default_rng(1)
    below = generator.gamma(20, size=400)
    above = 2 * below + generator.normal(0, 3, 400)
    estimate = mean_ratio(above, below)
    drawn = bootstrap(
        (above, below),
        lambda a, b, axis: a.mean(axis=axis) / b.mean(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=1999,
        rng=np.random.default_rng(2),
    ).confidence_interval
    width = drawn.high - drawn.low
    assert estimate.value == pytest.approx(above.mean() / below.mean())
    assert estimate.low == pytest.approx(drawn.low, abs=0.1 * width)
    assert estimate.high == pytest.approx(drawn.high, abs=0.1 * width)


@pytest.mark.parametrize(("size", "level"), [(2, 0.95), (3, 0.8), (12, 0.95)])
def test_over_a_constant_a_ratio_has_the_interval_of_a_t_test(size: int, level: float) -> None:
    above = np.random.default_rng(size).normal(9, 2, size)
    expected = ttest_1samp(above / 4, 0).confidence_interval(level)
    found = mean_ratio(above, np.full(size, 4), level=level)
    assert (found.value, found.low, found.high) == pytest.approx((above.mean() / 4, *expected))


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    below = generator.gamma(4, size=(2000, 12))
    above = below * generator.gamma(30, 1 / 10, size=below.shape)
    intervals = [mean_ratio(*pair) for pair in zip(above, below, strict=True)]
    hits = np.mean([interval.low <= 3 <= interval.high for interval in intervals])
    assert 0.92 < hits < 0.97


def test_imprecision_worked_by_hand() -> None:
    # Best in the first half is node 0 (its mean is 9), in the second node 1 (7).
    reach = [[10, 4, 3], [8, 4, 3], [6, 8, 3], [4, 6, 3]]
    # Measured in the other half: 6, 4 and 4, 4; where they were found: 10, 8 and 8, 6. Half
    # way between the means of 4.5 and 8 is 6.25; the chosen node has 3 everywhere.
    assert imprecision(reach, [0, 0, 1], 1 / 3).value == pytest.approx(1 - 3 / 6.25)
    assert optimism(reach, 1 / 3) == pytest.approx(8 / 4.5 - 1)
    assert imprecision(reach, [1, 1, 1], 1).value == 0


def test_the_luckiest_nodes_would_pass_for_the_best() -> None:
    """All nodes are alike: nothing can be lost, whatever the cascades say."""
    network = compiled(nx.cycle_graph(400), 0.5)
    reach = batched_reach(network, batches=20, runs=5, seed=1)
    found = imprecision(reach, np.ones(400), 0.05)
    assert optimism(reach, 0.05) > 0.05
    assert found.low < 0 < found.high
    settled = settled_reach(network, 0.05, seed=1, batches=8, agree=0.02, most=4096)
    assert optimism(settled, 0.05) <= 0.02


def test_imprecision_is_not_below_zero_beyond_its_error_and_stays_as_runs_double() -> None:
    graph = nx.barabasi_albert_graph(300, 2, seed=1)
    network, degree = compiled(graph, 0.12), [k for _, k in graph.degree]
    truth = imprecision(batched_reach(network, batches=20, runs=4000, seed=7), degree, 0.05)
    assert truth.low > 0 and truth.high - truth.low < 0.01
    held = 0
    for seed in range(100, 120):
        few = imprecision(batched_reach(network, batches=12, runs=6, seed=100 * seed), degree, 0.05)
        assert few.value > -0.02 and few.high > 0
        held += few.low <= truth.value <= few.high
        more = settled_reach(network, 0.05, seed=100 * seed + 50)
        settled = imprecision(more, degree, 0.05)
        assert settled.low - 0.005 <= truth.value <= settled.high + 0.005
    assert held >= 17


def test_halves_need_two_batches_each() -> None:
    with pytest.raises(ValueError, match="at least four batches"):
        optimism([[1, 2], [1, 2], [1, 2]], 0.5)


@pytest.mark.parametrize("seed", range(4))
def test_the_small_matrix_has_the_eigenvalue_of_the_large_one(seed):
    graph = nx.gnm_random_graph(60, 150, seed=seed)
    both = [ContactNetwork.from_graph(g, 1) for g in (graph, graph.to_directed())]
    small, large = (non_backtracking_eigenvalue(network) for network in both)
    assert small == pytest.approx(large, rel=1e-8)
