"""The backend of networkx on igraph: equal to networkx and to print, never in silence."""

from __future__ import annotations

import functools
import logging
import re
import subprocess
import sys
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socionaut import igraph_backend
from socionaut.igraph_backend import IgraphGraph, convert_from_nx, convert_to_nx

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
def graphs(draw, loops=True, most=8):
    """Small graphs: directed or not, unconnected, weighted by small whole numbers."""
    size = draw(st.integers(0, most))
    graph = draw(st.sampled_from([nx.Graph, nx.DiGraph]))()
    graph.add_nodes_from(f"node {number}" for number in draw(st.permutations(range(size))))
    if not size:
        return graph
    names = st.sampled_from(sorted(graph))
    edges = draw(st.lists(st.tuples(names, names, st.integers(1, 4)), max_size=24))
    graph.add_weighted_edges_from(edge for edge in edges if loops or edge[0] != edge[1])
    return graph


def same(one, two, tolerance=1e-10):
    assert list(one) == list(two)
    assert list(one.values()) == pytest.approx(list(two.values()), abs=tolerance, nan_ok=True)


def by_both(function, graph, **arguments):
    return function(graph, **arguments), function(graph, backend="igraph", **arguments)


@settings(max_examples=60)
@given(graphs(), st.booleans(), st.sampled_from([None, "weight"]))
def test_betweenness_is_that_of_networkx(graph, normalized, weight):
    both = by_both(nx.betweenness_centrality, graph, normalized=normalized, weight=weight)
    same(*both)


@given(graphs(), st.booleans(), st.integers(0, 9), st.sampled_from([None, "weight"]), st.data())
def test_sampled_betweenness_draws_the_sources_of_networkx(graph, normalized, seed, weight, data):
    if not len(graph):
        return
    k = data.draw(st.integers(1, len(graph)))
    arguments = {"k": k, "seed": seed, "normalized": normalized, "weight": weight}
    same(*by_both(nx.betweenness_centrality, graph, **arguments))


@settings(max_examples=60)
@given(graphs(), st.booleans(), st.sampled_from([None, "weight"]))
def test_closeness_is_that_of_networkx(graph, wf_improved, distance):
    arguments = {"wf_improved": wf_improved, "distance": distance}
    same(*by_both(nx.closeness_centrality, graph, **arguments))
    for node in list(graph)[:1]:
        one, two = by_both(nx.closeness_centrality, graph, u=node, **arguments)
        assert one == pytest.approx(two)


@given(graphs(loops=False))
def test_core_numbers_are_those_of_networkx(graph):
    same(*by_both(nx.core_number, graph), tolerance=0)


@settings(max_examples=60)
@given(graphs(), st.sampled_from([None, "weight"]), st.sampled_from([0.85, 0.5]), st.data())
def test_pagerank_is_that_of_networkx_at_a_small_tolerance(graph, weight, alpha, data):
    personalization = None
    if len(graph) and data.draw(st.booleans()):
        some = data.draw(st.lists(st.sampled_from(list(graph)), min_size=1))
        personalization = {node: place + 1 for place, node in enumerate(some)}
    arguments = {"alpha": alpha, "weight": weight, "personalization": personalization}
    exact = nx.pagerank(graph, tol=1e-14, max_iter=5000, **arguments)
    same(exact, nx.pagerank(graph, backend="igraph", **arguments), tolerance=1e-9)


@given(graphs(), st.sampled_from([None, "weight"]))
def test_eigenvector_centrality_is_that_of_networkx_where_it_is_defined(graph, weight):
    connected = nx.is_strongly_connected if graph.is_directed() else nx.is_connected
    if not len(graph):
        with pytest.raises(nx.NetworkXPointlessConcept, match="without nodes"):
            nx.eigenvector_centrality(graph, backend="igraph")
    elif not connected(graph):
        with pytest.raises(NotImplementedError):
            nx.eigenvector_centrality(graph, weight=weight, backend="igraph")
    else:
        exact = nx.eigenvector_centrality(graph, weight=weight, tol=1e-13, max_iter=100_000)
        same(
            exact, nx.eigenvector_centrality(graph, weight=weight, backend="igraph"), tolerance=1e-7
        )


def test_florentine_families_as_printed():
    graph = nx.florentine_families_graph()
    betweenness = nx.betweenness_centrality(graph, backend="igraph")
    assert {name: betweenness[name] for name in sorted(graph)} == pytest.approx(
        FLORENTINE_BETWEENNESS, abs=6e-4
    )
    closeness = nx.closeness_centrality(graph, backend="igraph")
    for name, printed in FLORENTINE_CLOSENESS.items():
        assert closeness[name] == pytest.approx(printed, abs=6e-4)


def test_pagerank_as_printed():
    graph = nx.DiGraph(PAGES)
    graph.add_nodes_from("ABCDEFGHIJK")
    ranks = nx.pagerank(graph, backend="igraph")
    for page, part in PAGERANKS.items():
        assert ranks[page] == pytest.approx(float(Fraction(part, PAGERANK_WHOLE)), abs=1e-9)


def test_zachary_and_star_by_hand():
    karate = nx.karate_club_graph()
    same(*by_both(nx.core_number, karate), tolerance=0)
    assert max(nx.core_number(karate, backend="igraph").values()) == 4
    # All pairs of the leaves of a star pass the centre; a leaf is twice as far from the others.
    star = nx.star_graph(5)
    assert nx.betweenness_centrality(star, normalized=False, backend="igraph")[0] == 10
    assert nx.closeness_centrality(star, u=3, backend="igraph") == pytest.approx(5 / 9)
    leading = nx.eigenvector_centrality(star, backend="igraph")
    assert leading[0] == pytest.approx(np.sqrt(0.5))
    assert leading[3] == pytest.approx(np.sqrt(0.1))


def test_direction_and_weights_mean_what_networkx_says():
    chain = nx.DiGraph([("follower", "followed"), ("followed", "star")])
    ranks = nx.pagerank(chain, backend="igraph")
    assert max(ranks, key=ranks.get) == "star"
    assert nx.closeness_centrality(chain, backend="igraph")["follower"] == 0
    # Two ways from a to d: over b the edges are long, over c they are short.
    square = nx.Graph()
    square.add_weighted_edges_from([("a", "b", 9), ("b", "d", 9), ("a", "c", 1), ("c", "d", 1)])
    nearer = nx.betweenness_centrality(square, weight="weight", backend="igraph")
    assert nearer["c"] > nearer["b"] == 0
    stronger = nx.pagerank(square, backend="igraph")
    assert stronger["b"] > stronger["c"]


def test_the_default_tolerance_of_networkx_is_what_goes_wrong():
    """Many leaves point to a hub that exchanges links with one friend; solved by hand."""
    size, damping = 30_000, 0.85
    graph = nx.DiGraph([("hub", "friend"), ("friend", "hub")])
    graph.add_edges_from((leaf, "hub") for leaf in range(size - 2))
    start = (1 - damping) / size
    hub = (start + damping * ((size - 2) * start + start)) / (1 - damping**2)
    ours = nx.pagerank(graph, backend="igraph")["hub"]
    assert ours == pytest.approx(hub, rel=1e-9)
    assert nx.pagerank(graph, tol=1e-10, max_iter=500)["hub"] == pytest.approx(hub, rel=1e-4)
    # networkx's own default stops when all values together change by less than size * 1e-6.
    assert abs(nx.pagerank(graph)["hub"] / hub - 1) > 0.01
    # And no tolerance changes what the backend returns.
    assert nx.pagerank(graph, tol=0.1, backend="igraph")["hub"] == ours


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (nx.betweenness_centrality, {"endpoints": True}),
        (nx.betweenness_centrality, {"weight": lambda *_: 1}),
        (nx.pagerank, {"nstart": {0: 1}}),
        (nx.pagerank, {"dangling": {0: 1}}),
        (nx.eigenvector_centrality, {"nstart": dict.fromkeys(range(34), 1)}),
    ],
)
def test_what_igraph_cannot_do_is_refused_by_name_and_left_to_networkx_on_request(
    function, arguments, caplog
):
    graph = nx.karate_club_graph()
    with pytest.raises(NotImplementedError, match="igraph"):
        function(graph, backend="igraph", **arguments)
    with (
        nx.config(backend_priority=["igraph"]),
        caplog.at_level(logging.DEBUG, "networkx.utils.backends"),
    ):
        chosen = function(graph, **arguments)
    assert chosen == function(graph, **arguments)
    assert "Backend 'igraph' can't run" in caplog.text


def test_a_graph_that_fails_inside_falls_back_as_well():
    apart = nx.Graph([(0, 1), (1, 2), (0, 2), (3, 4)])
    with nx.config(backend_priority=["igraph"]):
        chosen = nx.eigenvector_centrality(apart)
    assert chosen == nx.eigenvector_centrality(apart)


def test_parallel_edges_are_refused():
    with pytest.raises(NotImplementedError, match="given arguments"):
        nx.pagerank(nx.MultiDiGraph([(0, 1), (0, 1)]), backend="igraph")


@pytest.mark.parametrize(
    "function",
    [
        nx.betweenness_centrality,
        nx.closeness_centrality,
        nx.core_number,
        nx.eigenvector_centrality,
        nx.pagerank,
    ],
)
@pytest.mark.parametrize("by_name", [True, False])
def test_igraph_really_computes(function, by_name, monkeypatch):
    graph = nx.karate_club_graph()
    inner = getattr(igraph_backend, function.__name__)
    marked = functools.wraps(inner)(lambda *_, **__: "from igraph")
    monkeypatch.setattr(igraph_backend, function.__name__, marked)
    if by_name:
        assert function(graph, backend="igraph") == "from igraph"
    else:
        with nx.config(backend_priority=["igraph"]):
            assert function(graph) == "from igraph"
    assert function(graph) != "from igraph"


def test_a_change_past_networkx_is_seen(recwarn):
    graph = nx.Graph()
    graph.add_weighted_edges_from([(0, 1, 1.0), (1, 2, 1.0), (0, 2, 3.0)])
    assert nx.betweenness_centrality(graph, weight="weight", backend="igraph")[1] == 1
    graph[0][2]["weight"] = 1.0
    assert nx.betweenness_centrality(graph, weight="weight", backend="igraph")[1] == 0
    assert not recwarn.list


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf"), "heavy", None])
@pytest.mark.parametrize("repeat", [1, 2])
def test_a_wrong_weight_never_gives_a_number(bad, repeat):
    graph = nx.Graph()
    graph.add_edge(0, 1, weight=bad)
    graph.add_edge(1, 2, weight=1)
    for _ in range(repeat):
        with pytest.raises(ValueError, match="edge attribute 'weight'"):
            nx.pagerank(graph, backend="igraph")
        with pytest.raises(ValueError, match="edge attribute 'weight'"):
            nx.betweenness_centrality(graph, weight="weight", backend="igraph")


def test_a_distance_of_nothing_is_not_computed():
    graph = nx.Graph()
    graph.add_edge(0, 1, weight=0)
    with pytest.raises(NotImplementedError):
        nx.closeness_centrality(graph, distance="weight", backend="igraph")


def test_self_loops_have_no_core_number():
    with pytest.raises(nx.NetworkXNotImplemented, match="self-loops"):
        nx.core_number(nx.Graph([(0, 0), (0, 1)]), backend="igraph")


@pytest.mark.parametrize("k", [0, -1, 4])
def test_an_impossible_number_of_sources_is_refused(k):
    with pytest.raises(ValueError, match="1 to 3"):
        nx.betweenness_centrality(nx.path_graph(3), k=k, backend="igraph")


def test_unknown_node_and_empty_personalization_are_errors_as_in_networkx():
    graph = nx.path_graph(3)
    with pytest.raises(nx.NodeNotFound):
        nx.closeness_centrality(graph, u="elsewhere", backend="igraph")
    with pytest.raises(ZeroDivisionError):
        nx.pagerank(graph, personalization={"elsewhere": 1}, backend="igraph")


def test_a_graph_converted_once_serves_several_calls():
    graph = nx.karate_club_graph()
    converted = IgraphGraph.from_networkx(graph, nodes=sorted(graph, reverse=True))
    assert list(nx.core_number(converted)) == sorted(graph, reverse=True)
    assert nx.core_number(converted) == nx.core_number(graph)
    with pytest.raises(ValueError, match="was not converted"):
        nx.pagerank(converted, weight="weight")


@given(graphs())
def test_there_and_back(graph):
    back = convert_to_nx(convert_from_nx(graph, edge_attrs={"weight": 1}))
    assert nx.utils.graphs_equal(back, graph)
    assert list(back) == list(graph)


def test_importing_networkx_does_not_load_igraph():
    code = (
        "import sys, networkx as nx; assert 'igraph' not in sys.modules; "
        "assert 'igraph' in nx.utils.backends.backend_info; "
        "nx.pagerank(nx.path_graph(3), backend='igraph'); assert 'igraph' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
