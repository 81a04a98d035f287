"""Centralities of a network in one table, and how far their ranks can be trusted.

The measures are those of networkx, computed by igraph (see `socionaut.igraph_backend`).
What is added: nodes in a fixed order, both directions side by side, a sample that never
bears the name of the exact value, and ranks with the range they move in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping

import networkx as nx
import numpy as np
import pandas as pd
from scipy.stats import rankdata

from socionaut.igraph_backend import IgraphGraph
from socionaut.resampling import percentile_interval
from socionaut.steady import settled

__all__ = ["centralities", "rank_ranges"]

Measure = Callable[[nx.Graph], Mapping[Hashable, float] | pd.Series]


def centralities(
    graph: nx.Graph,
    *,
    weight: str | None = None,
    distance: str | None = None,
    sources: int | None = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the usual centralities of every node.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        Without self-loops and parallel edges.
    weight : str, optional
        Edge attribute that holds strengths, 0 or more: for strength, PageRank and
        eigenvector centrality.
    distance : str, optional
        Edge attribute that holds distances, above 0: for betweenness. A strength is not
        a distance; where it is large, nodes are near.
    sources : int or None
        Betweenness is estimated from this many nodes where there are more, and exact
        where there are not; None for exact.
    seed : int
        Seed of the choice of sources.

    Returns
    -------
    pandas.DataFrame
        A row a node, sorted. Columns: ``degree``; ``strength`` if weights are named;
        ``pagerank``; ``betweenness`` (share of pairs), called ``betweenness_sampled``
        when it is an estimate; ``core``, the core number; ``eigenvector``, missing where
        the graph is not (strongly) connected. A directed graph also has ``in_degree``,
        ``out_degree`` (and strengths), ``pagerank_reversed`` and
        ``eigenvector_reversed``, on the same edges turned round; degree, strength and
        core then count both directions. ``attrs`` of the table say how PageRank,
        betweenness and eigenvector centrality came about.

    Raises
    ------
    ValueError
        If the graph has self-loops or parallel edges, nodes cannot be sorted, or a
        weight cannot be used.

    Notes
    -----
    PageRank rises with edges that come in, `pagerank_reversed` with edges that go out.
    Where an edge runs from a follower to the followed, the first speaks of audience;
    where it runs the way a message takes, the second does.

    References
    ----------
    S. Wasserman and K. Faust, Social Network Analysis, 1994, chapter 5. U. Brandes and
    C. Pich, Centrality estimation in large networks, International Journal of
    Bifurcation and Chaos 17, 2007.

    Examples
    --------
    >>> table = centralities(nx.star_graph(3))
    >>> table.loc[0, ["degree", "betweenness", "core"]].tolist()
    [3.0, 1.0, 1.0]
    >>> table.attrs["betweenness"]
    'exact, from all 4 nodes'
    """
    nodes = _sorted_nodes(graph)
    attributes = {name: 1 for name in (weight, distance) if name is not None}
    converted = IgraphGraph.from_networkx(graph, attributes=attributes, nodes=nodes)
    columns = _degrees(graph, weight)
    columns["pagerank"] = nx.pagerank(converted, weight=weight)
    eigenvector = columns["eigenvector"] = _eigenvector(converted, weight)
    if graph.is_directed():
        turned = IgraphGraph.from_networkx(
            graph.reverse(copy=False), attributes=attributes, nodes=nodes
        )
        columns["pagerank_reversed"] = nx.pagerank(turned, weight=weight)
        columns["eigenvector_reversed"] = _eigenvector(turned, weight)
    exact = sources is None or sources >= len(nodes)
    columns["betweenness" if exact else "betweenness_sampled"] = nx.betweenness_centrality(
        converted, k=None if exact else sources, weight=distance, seed=seed
    )
    columns["core"] = nx.core_number(converted)
    table = pd.DataFrame(columns, index=pd.Index(nodes, name="node", tupleize_cols=False))
    size = f"{len(nodes):,}"
    table.attrs = {
        "pagerank": "damping 0.85, total error about 1e-10",
        "betweenness": f"exact, from all {size} nodes"
        if exact
        else f"estimated from {sources:,} of {size} nodes as sources, seed {seed}",
        "eigenvector": "to machine precision"
        if eigenvector
        else "missing: the graph is not (strongly) connected, or has edges of strength 0",
    }
    return table


def _sorted_nodes(graph: nx.Graph) -> list[Hashable]:
    loops = nx.number_of_selfloops(graph)
    if loops:
        raise ValueError(
            f"The network has {loops} self-loops, in which core numbers have no sense; remove "
            "them with graph.remove_edges_from(list(nx.selfloop_edges(graph)))."
        )
    if graph.is_multigraph():
        raise ValueError(
            "The network may have parallel edges; join them, with their number or sum as a "
            "weight, into a networkx.Graph or DiGraph."
        )
    try:
        return sorted(graph)
    except TypeError as error:
        raise ValueError(
            f"The nodes cannot be put in order ({error}); rename them, for example by "
            "networkx.relabel_nodes(graph, str)."
        ) from error


def _degrees(graph: nx.Graph, weight: str | None) -> dict[str, dict[Hashable, float]]:
    views = {"": graph.degree}
    if graph.is_directed():
        views |= {"in_": graph.in_degree, "out_": graph.out_degree}
    columns = {f"{prefix}degree": dict(view()) for prefix, view in views.items()}
    if weight is not None:
        for prefix, view in views.items():
            columns[f"{prefix}strength"] = {node: float(sum_) for node, sum_ in view(weight=weight)}
    return columns


def _eigenvector(graph: IgraphGraph, weight: str | None) -> dict[Hashable, float]:
    try:
        centrality: dict[Hashable, float] = nx.eigenvector_centrality(
            graph, weight=weight, backend="igraph"
        )
    except (NotImplementedError, nx.NetworkXPointlessConcept):
        return {}
    return centrality


def rank_ranges(
    graph: nx.Graph,
    measure: Measure,
    *,
    seed: int,
    dropped: float = 0.1,
    repetitions: int = 199,
    level: float = 0.95,
    top: int = 10,
) -> pd.DataFrame:
    """Return ranks of nodes, and where they go when a share of the edges is not seen.

    In each repetition a share of the edges, drawn without replacement, is left out and
    all nodes are ranked again. The range shows how much a rank hangs on single edges.
    It is no confidence interval: that would need to be told how the edges were sampled,
    and it does not cover edges that are wrong, or seen more often at some nodes.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        The network. All nodes stay.
    measure : callable
        Takes a graph and returns a number by node, larger for a higher rank; for example
        ``lambda g: nx.pagerank(g, backend="igraph")``.
    seed : int
        Seed of the generator.
    dropped : float
        Share of the edges left out, above 0 and below 1; at least one edge is.
    repetitions : int
        Number of thinned networks.
    level : float
        Share of the repetitions between the ends, between 0 and 1.
    top : int
        Ranks up to this count for ``top_share``.

    Returns
    -------
    pandas.DataFrame
        A row a node, by rank and then by name: ``value`` and ``rank`` in the whole network
        (1 is highest; equal nodes share the mean of their ranks); ``low`` and ``high``,
        the quantiles of the rank over the repetitions, widened to hold `rank` where they
        do not; ``top_share``, the share of repetitions with a rank of at most `top`.

    Raises
    ------
    ValueError
        If a share is out of its range, there are fewer than two edges, nodes cannot be
        sorted, or `measure` leaves out a node.

    References
    ----------
    S. P. Borgatti, K. M. Carley and D. Krackhardt, On the robustness of centrality
    measures under conditions of imperfect data, Social Networks 28, 2006.

    Examples
    --------
    >>> table = rank_ranges(nx.star_graph(9), lambda g: dict(g.degree()), seed=1)
    >>> table.loc[0, ["value", "rank", "low", "high"]].tolist()
    [9.0, 1.0, 1.0, 1.0]
    """
    if not (0 < dropped < 1 and 0 < level < 1 and repetitions >= 1):
        raise ValueError(
            f"A share of {dropped} of the edges, {repetitions} repetitions and a level of {level} "
            "were asked for; shares lie between 0 and 1, and repetitions are 1 or more."
        )
    if graph.number_of_edges() < 2:
        raise ValueError("There are fewer than two edges, so none can be left out.")
    nodes = _sorted_nodes(graph)
    whole = _values(measure, graph, nodes)
    ranks = _ranks(whole)
    draws = np.array(
        [
            _ranks(_values(measure, thinned, nodes))
            for thinned in _thinned(graph, nodes, dropped, repetitions, seed)
        ]
    )
    low, high = percentile_interval(draws, ranks, level=level)
    table = pd.DataFrame(
        {
            "value": whole,
            "rank": ranks,
            "low": low,
            "high": high,
            "top_share": (draws <= top).mean(axis=0),
        },
        index=pd.Index(nodes, name="node", tupleize_cols=False),
    )
    return table.sort_values("rank", kind="stable")


def _thinned(
    graph: nx.Graph, nodes: list[Hashable], dropped: float, repetitions: int, seed: int
) -> Iterator[nx.Graph]:
    number = {node: place for place, node in enumerate(nodes)}

    def place(edge: tuple[Hashable, Hashable, object]) -> tuple[int, int]:
        one, two = number[edge[0]], number[edge[1]]
        return (one, two) if graph.is_directed() else (min(one, two), max(one, two))

    edges = sorted(graph.edges(data=True), key=place)
    kept = len(edges) - max(1, round(dropped * len(edges)))
    generator = np.random.default_rng(seed)
    for _ in range(repetitions):
        chosen = np.sort(generator.choice(len(edges), size=max(1, kept), replace=False))
        thinned = graph.__class__()
        thinned.add_nodes_from((node, graph.nodes[node]) for node in nodes)
        thinned.add_edges_from(edges[at] for at in chosen)
        yield thinned


def _values(measure: Measure, graph: nx.Graph, nodes: list[Hashable]) -> np.ndarray:
    values = dict(measure(graph))
    missing = [node for node in nodes if node not in values]
    if missing:
        raise ValueError(
            f"The measure gives no number for {len(missing)} nodes, {missing[0]!r} among them; "
            "it must give one for each node."
        )
    return np.array([values[node] for node in nodes], dtype=float)


def _ranks(values: np.ndarray) -> np.ndarray:
    ranks: np.ndarray = rankdata(-settled(values))
    return ranks
