"""Cascades against enumeration, closed forms, a plain loop and their own random numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import networkx as nx
import numba
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from socionaut.influence import spread
from socionaut.influence.spread import (
    ContactNetwork,
    exact_reach,
    simulate_cascades,
    simulate_reach,
    viral_centrality,
)
from socionaut.sources import opendata
from socionaut.sources import readers as datasets

FEW_ERRORS = 4.5
MASK = 2**64 - 1
STEP = 0x9E3779B97F4A7C15


def enumerated(graph: nx.Graph, seeds: Iterable[Hashable], chance: str = "p") -> float:
    """Sum over all live-edge graphs, with networkx."""
    edges = list(graph.edges(data=chance))
    total = 0.0
    for live in itertools.product([True, False], repeat=len(edges)):
        kept = graph.__class__()
        kept.add_nodes_from(graph)
        kept.add_edges_from((a, b) for (a, b, _), yes in zip(edges, live, strict=True) if yes)
        reached = set(seeds).union(*(nx.descendants(kept, seed) for seed in seeds))
        weight = math.prod(p if yes else 1 - p for (_, _, p), yes in zip(edges, live, strict=True))
        total += weight * len(reached)
    return total


@st.composite
def small_graphs(draw: st.DrawFn) -> nx.Graph:
    size = draw(st.integers(1, 6))
    graph = draw(st.sampled_from([nx.Graph, nx.DiGraph]))()
    graph.add_nodes_from(range(size))
    pairs = [(a, b) for a in range(size) for b in range(size) if a != b]
    if pairs:
        for a, b in draw(st.lists(st.sampled_from(pairs), max_size=8, unique=True)):
            graph.add_edge(a, b, p=draw(st.sampled_from([0.0, 0.1, 0.5, 0.75, 1.0])))
    return graph


def mixed(word: int) -> int:
    """Return the output of SplitMix64 for a state, in whole numbers of Python."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def live_graph(graph: nx.Graph, seed: int, run: int, chance: str = "p") -> nx.Graph:
    """Draw the live edges of one run again, edge by edge, in the order of the graph."""
    key = mixed((mixed((seed + STEP) & MASK) + (run + 1) * STEP) & MASK)
    kept = graph.__class__()
    kept.add_nodes_from(graph)
    for number, (a, b, p) in enumerate(graph.edges(data=chance)):
        if (mixed((key + (number + 1) * STEP) & MASK) >> 11) * 2.0**-53 < p:
            kept.add_edge(a, b)
    return kept


@given(small_graphs(), st.data())
@settings(max_examples=60, deadline=None)
def test_exact_reach_is_the_sum_over_all_live_edge_graphs(graph, data):
    seeds = data.draw(st.lists(st.sampled_from(sorted(graph)), min_size=1, unique=True))
    network = ContactNetwork.from_graph(graph, "p")
    assert exact_reach(network, seeds) == pytest.approx(enumerated(graph, seeds), abs=1e-12)


@pytest.mark.parametrize("p", [0.0, 0.3, 0.8, 1.0])
def test_exact_reach_has_the_closed_forms(p):
    def reach(graph: nx.Graph, node: int) -> float:
        return exact_reach(ContactNetwork.from_graph(graph, p), [node])

    assert reach(nx.path_graph(2), 0) == pytest.approx(1 + p)
    assert reach(nx.path_graph(6), 0) == pytest.approx(sum(p**k for k in range(6)))
    assert reach(nx.star_graph(5), 0) == pytest.approx(1 + 5 * p)
    assert reach(nx.star_graph(5), 1) == pytest.approx(1 + p * (1 + 4 * p))
    ways = nx.cycle_graph(7, create_using=nx.DiGraph)
    assert reach(ways, 0) == pytest.approx(sum(p**k for k in range(7)))
    both = sum(p**d + p ** (7 - d) - p**7 for d in range(1, 7))
    assert reach(nx.cycle_graph(7), 0) == pytest.approx(1 + both)


@pytest.mark.parametrize("seed", range(6))
def test_simulation_meets_the_exact_value_within_its_standard_errors(seed):
    generator = np.random.default_rng(seed)
    graph = nx.gnm_random_graph(8, 14, seed=seed, directed=seed % 2 == 0)
    for edge in graph.edges:
        graph.edges[edge]["p"] = generator.uniform(0.05, 0.9)
    network = ContactNetwork.from_graph(graph, "p")
    table = simulate_reach(network, runs=20_000, seed=seed)
    exact = np.array([exact_reach(network, [node]) for node in graph])
    off = (table["mean"] - exact).abs()
    assert (off <= FEW_ERRORS * table["standard_error"] + 1e-12).all()
    sizes = simulate_cascades(network, [0, 1, 2], runs=20_000, seed=seed)
    error = sizes.std(ddof=1) / math.sqrt(len(sizes))
    assert abs(sizes.mean() - exact_reach(network, [0, 1, 2])) < FEW_ERRORS * error


@pytest.mark.parametrize("directed", [True, False])
def test_sizes_have_the_distribution_of_a_plain_loop(directed):
    graph = nx.gnm_random_graph(60, 240, seed=5, directed=directed)
    generator, sizes = np.random.default_rng(5), []
    for _ in range(3_000):
        reached, fresh = {0, 1}, [0, 1]
        while fresh:
            tried = [(a, b) for a in fresh for b in graph[a] if b not in reached]
            lucky = {b for _, b in tried if generator.random() < 0.15}
            reached |= lucky
            fresh = sorted(lucky)
        sizes.append(len(reached))
    network = ContactNetwork.from_graph(graph, 0.15)
    ours = simulate_cascades(network, [0, 1], runs=3_000, seed=5)
    assert stats.ks_2samp(ours, sizes).pvalue > 0.01
    bins = np.unique(np.quantile(sizes, [0.3, 0.5, 0.7, 0.9]))
    counts = [np.bincount(np.searchsorted(bins, draws)) for draws in (ours, sizes)]
    assert stats.chi2_contingency(counts).pvalue > 0.01


@given(small_graphs(), st.integers(0, 2**63 - 1))
@settings(max_examples=60, deadline=None)
def test_every_run_is_the_live_edge_graph_that_its_numbers_draw(graph, seed):
    network = ContactNetwork.from_graph(graph, "p")
    for node in graph:
        sizes = simulate_cascades(network, [node], runs=5, seed=seed)
        expected = [1 + len(nx.descendants(live_graph(graph, seed, run), node)) for run in range(5)]
        assert sizes.tolist() == expected


def test_small_and_large_runs_from_several_seeds_meet_the_same_live_edges():
    # Near the critical point some runs are large, after which the edges are drawn together.
    graph = nx.gnm_random_graph(80, 160, seed=5)
    nx.set_edge_attributes(graph, 0.4, "p")
    sizes = simulate_cascades(ContactNetwork.from_graph(graph, "p"), [3, 9], runs=60, seed=5)
    live = [live_graph(graph, 5, run) for run in range(60)]
    reached = [{3, 9}.union(*(nx.descendants(kept, node) for node in (3, 9))) for kept in live]
    assert sizes.tolist() == list(map(len, reached))
    assert sizes.min() < 80 / 12 < sizes.max()


def test_the_random_numbers_are_those_of_splitmix():
    # Outputs that other implementations print for the seed 1234567.
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    drawn = [mixed((1234567 + k * STEP) & MASK) for k in (1, 2, 3)]
    compiled = [int(spread._mixed(np.uint64((1234567 + k * STEP) & MASK))) for k in (1, 2, 3)]
    assert drawn == compiled == published


def test_coins_of_edges_and_runs_do_not_hang_together():
    graph = nx.DiGraph([(0, k) for k in range(1, 201)])
    network = ContactNetwork.from_graph(graph, 0.3)
    sizes = simulate_cascades(network, [0], runs=20_000, seed=3) - 1
    assert sizes.var(ddof=1) == pytest.approx(200 * 0.3 * 0.7, rel=0.05)
    assert abs(np.corrcoef(sizes[:-1], sizes[1:])[0, 1]) < FEW_ERRORS / math.sqrt(20_000)
    expected = stats.binom(200, 0.3).cdf(np.arange(201))
    seen = np.searchsorted(np.sort(sizes), np.arange(201), side="right") / len(sizes)
    assert np.abs(seen - expected).max() < 1.63 / math.sqrt(len(sizes))


@pytest.mark.parametrize("directed", [True, False])
def test_all_nodes_at_once_are_the_same_as_one_by_one(directed):
    graph = nx.gnm_random_graph(40, 90, seed=8, directed=directed)
    network = ContactNetwork.from_graph(graph, 0.3)
    table = simulate_reach(network, runs=400, seed=8)
    for node in graph:
        sizes = simulate_cascades(network, [node], runs=400, seed=8)
        assert table.loc[node, "mean"] == pytest.approx(sizes.mean(), rel=1e-12)
        error = sizes.std(ddof=1) / 20
        assert table.loc[node, "standard_error"] == pytest.approx(error, rel=1e-9)
    some = simulate_reach(network, [7, 3], runs=400, seed=8)
    pd.testing.assert_frame_equal(some, table.loc[[7, 3]])


@given(small_graphs(), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_more_seeds_and_more_probability_reach_no_less_in_any_run(graph, seed):
    likely = graph.copy()
    for edge in likely.edges:
        likely.edges[edge]["p"] = min(1, likely.edges[edge]["p"] + 0.2)
    network, more = (ContactNetwork.from_graph(g, "p") for g in (graph, likely))
    nodes = sorted(graph)
    sizes = simulate_cascades(network, nodes[:1], runs=30, seed=seed)
    assert (sizes >= 1).all() and (sizes <= len(nodes)).all()
    assert (simulate_cascades(more, nodes[:1], runs=30, seed=seed) >= sizes).all()
    assert (simulate_cascades(network, nodes[:3], runs=30, seed=seed) >= sizes).all()


@given(small_graphs())
@settings(max_examples=40, deadline=None)
def test_nothing_spreads_at_zero_and_everything_at_one(graph):
    never, ever = (ContactNetwork.from_graph(graph, p) for p in (0, 1))
    assert (simulate_reach(never, runs=3, seed=0)["mean"] == 1).all()
    table = simulate_reach(ever, runs=3, seed=0)
    assert table["mean"].to_list() == [1 + len(nx.descendants(graph, node)) for node in graph]
    assert (table["standard_error"] == 0).all()


def test_numbers_are_the_same_on_every_machine_and_in_threads():
    network = ContactNetwork.from_graph(nx.gnm_random_graph(100, 400, seed=1), 0.1)
    sizes = simulate_cascades(network, [0], runs=8, seed=42)
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(simulate_cascades, network, [0], runs=8, seed=42) for _ in range(4)]
    assert all((call.result() == sizes).all() for call in calls)
    assert sizes.tolist() == [6, 5, 1, 2, 7, 3, 9, 5]


@given(st.integers(1, 10), st.data())
@settings(max_examples=40, deadline=None)
def test_viral_centrality_is_exact_where_edges_lead_away(size, data):
    tree = nx.DiGraph()
    tree.add_node(0)
    for node in range(1, size):
        parent = data.draw(st.integers(0, node - 1))
        tree.add_edge(parent, node, p=data.draw(st.floats(0, 1)))
    network = ContactNetwork.from_graph(tree, "p")
    values = viral_centrality(network)
    for node in tree:
        assert values[node] == pytest.approx(exact_reach(network, [node]) - 1, abs=1e-8)


def iterated(graph: nx.DiGraph, seed: int, steps: int = 400) -> float:
    """Write the recursion down as the paper has it, with dense matrices."""
    weights = nx.to_numpy_array(graph, nodelist=sorted(graph), weight="p")
    fresh = np.zeros(len(graph))
    fresh[seed] = 1.0
    unreached = 1 - fresh
    for _ in range(steps):
        fresh = unreached * (1 - np.prod(1 - weights * fresh[:, None], axis=0))
        unreached = unreached - fresh
    return float((1 - unreached).sum() - 1)


@given(small_graphs())
@settings(max_examples=30, deadline=None)
def test_viral_centrality_follows_its_recursion(graph):
    values = viral_centrality(ContactNetwork.from_graph(graph, "p"), tolerance=1e-12)
    for node in graph:
        assert values[node] == pytest.approx(iterated(graph, node), abs=1e-6)


def test_viral_centrality_hears_its_own_echo():
    line = ContactNetwork.from_graph(nx.path_graph(3), 0.5)
    assert viral_centrality(line)[0] > exact_reach(line, [0]) - 1
    one_way = ContactNetwork.from_graph(nx.path_graph(3, create_using=nx.DiGraph), 0.5)
    assert viral_centrality(one_way)[0] == pytest.approx(0.75)


@pytest.mark.shared
def test_viral_centrality_is_near_the_simulation_on_the_network_it_was_made_for():
    try:
        edges = datasets.read_congress_network()
    except opendata.DataUnavailable as error:
        pytest.skip(str(error))
    graph = nx.from_pandas_edgelist(
        edges, "source", "target", "probability", create_using=nx.DiGraph
    )
    network = ContactNetwork.from_graph(graph, "probability")
    table, values = simulate_reach(network, runs=4_000, seed=1), viral_centrality(network)
    off = (values + 1 - table["mean"]) / table["standard_error"]
    assert off.abs().max() < FEW_ERRORS
    assert abs(off.mean()) < 0.3
    assert stats.spearmanr(values, table["mean"]).statistic > 0.99


def graph_with(**attributes: float) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_edge("a", "b", **attributes)
    return graph


@pytest.mark.parametrize(
    ("graph", "probability", "words"),
    [
        (nx.Graph(), 0.5, "no node"),
        (nx.MultiGraph([(0, 1), (0, 1)]), 0.5, "parallel edges"),
        (nx.Graph([(0, 1), (1, 1)]), 0.5, r"self-loops \(1\)"),
        (nx.path_graph(2), 1.5, r"first is 1.5"),
        (nx.path_graph(2), -0.1, r"first is -0.1"),
        (nx.path_graph(2), math.nan, "2 of 2 probabilities are missing"),
        (graph_with(), "weight", "1 of 1 edges have no attribute 'weight'"),
        (graph_with(weight=3), "weight", r"between 0 and 1 \(the first is 3\)"),
        (graph_with(weight="high"), "weight", "not a number on every edge"),
        (graph_with(weight=math.nan), "weight", "1 of 1 probabilities are missing"),
    ],
)
def test_a_graph_that_cannot_carry_a_cascade_is_refused(graph, probability, words):
    with pytest.raises(ValueError, match=words):
        ContactNetwork.from_graph(graph, probability)


@pytest.mark.parametrize(
    ("seeds", "options", "words"),
    [
        ([], {"runs": 5, "seed": 1}, "No node"),
        (["1"], {"runs": 5, "seed": 1}, "the text '1' differ"),
        ([0, 9], {"runs": 5, "seed": 1}, "1 of 2 nodes"),
        ([0], {"runs": 0, "seed": 1}, "number of runs is 0"),
        ([0], {"runs": 2.5, "seed": 1}, "number of runs is 2.5"),
        ([0], {"runs": 5, "seed": -1}, "seed is -1"),
    ],
)
def test_seeds_and_counts_that_make_no_sense_are_refused(seeds, options, words):
    network = ContactNetwork.from_graph(nx.path_graph(3), 0.5)
    with pytest.raises(ValueError, match=words):
        simulate_cascades(network, seeds, **options)
    with pytest.raises(ValueError, match=words):
        simulate_reach(network, seeds, **options)


def test_other_probabilities_must_fit_the_network():
    network = ContactNetwork.from_graph(nx.path_graph(3), 0.5)
    assert (
        simulate_reach(replace(network, probabilities=np.ones(4)), runs=2, seed=0)["mean"][0] == 3
    )
    with pytest.raises(ValueError, match="5 probabilities for 4 contacts"):
        replace(network, probabilities=np.ones(5))
    with pytest.raises(ValueError, match="first is 2"):
        replace(network, probabilities=np.array([2.0, 1, 1, 1]))
    with pytest.raises(ValueError, match="one probability both ways"):
        replace(network, probabilities=np.array([0.1, 0.2, 0.1, 0.1]))


def test_one_run_has_no_standard_error_and_a_large_network_no_exact_value():
    network = ContactNetwork.from_graph(nx.path_graph(30), 0.5)
    with pytest.raises(ValueError, match="from 2 up"):
        simulate_reach(network, runs=1, seed=0)
    with pytest.raises(ValueError, match="29 edges"):
        exact_reach(network, [0])
    with pytest.raises(ValueError, match="above 0"):
        viral_centrality(network, tolerance=0)


def test_seeds_named_twice_count_once_and_a_name_is_one_node():
    network = ContactNetwork.from_graph(nx.relabel_nodes(nx.path_graph(2), {0: "ab", 1: "b"}), 0)
    assert simulate_cascades(network, ["ab", "ab"], runs=2, seed=0).tolist() == [1, 1]
    assert simulate_cascades(network, "ab", runs=2, seed=0).tolist() == [1, 1]


def test_tuples_can_be_nodes():
    graph = nx.relabel_nodes(nx.path_graph(2), {0: (0, 1), 1: (1, 1)})
    network = ContactNetwork.from_graph(graph, 1)
    assert simulate_reach(network, runs=2, seed=0)["mean"].to_dict() == {(0, 1): 2, (1, 1): 2}


def test_a_folder_that_cannot_be_written_stops_no_compilation(monkeypatch):
    def no_folder(**options: bool):
        if options.pop("cache", False):
            raise RuntimeError("cannot cache function: no locator available")
        return genuine(**options)

    genuine = numba.njit
    monkeypatch.setattr(numba, "njit", no_folder)
    assert spread.compiled(lambda number: number + 1)(1) == 2


def test_nodes_that_are_pairs_stay_pairs():
    grid = spread.ContactNetwork.from_graph(nx.grid_2d_graph(2, 2), 0.5)
    reach = spread.simulate_reach(grid, runs=10, seed=1)
    assert not isinstance(reach.index, pd.MultiIndex)
    assert reach.index.tolist() == [(0, 0), (0, 1), (1, 0), (1, 1)]
