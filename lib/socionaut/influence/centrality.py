"""Centralities of a network in one table, and how far their ranks can be trusted.

Slow measures are igraph's, with the normalisation and the sample of sources of networkx.
What is added: nodes in a fixed order, both directions side by side, a sample that never
bears the name of the exact value, and ranks with the range they move in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cache

import igraph
import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

from socionaut.estimates import percentile_interval
from socionaut.steady import ranks, settled

__all__ = [
    "MEASURES",
    "centralities",
    "edge_places",
    "rank_ranges",
    "ranks",
    "top_overlap",
    "top_weights",
]

MEASURES = ("degree", "strength", "pagerank", "betweenness", "core", "eigenvector", "closeness")

Measure = Callable[[nx.Graph], Mapping[Hashable, float] | pd.Series]


def centralities(
    graph: nx.Graph,
    *,
    measures: Sequence[str] = MEASURES[:-1],
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
    measures : sequence of str
        Which of `MEASURES`; closeness, which takes as long as exact betweenness, only
        where it is asked for.
    weight : str, optional
        Edge attribute that holds strengths, 0 or more: for strength, PageRank and
        eigenvector centrality.
    distance : str, optional
        Edge attribute that holds distances, above 0: for betweenness and closeness. A
        strength is not a distance; where it is large, nodes are near.
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
        when it is an estimate; ``core``, the core number; ``eigenvector``, of length one
        in the largest component and zero elsewhere, and missing where a directed graph is
        not strongly connected; ``closeness``, along incoming paths, scaled by the part of
        the network that is reached (Wasserman and Faust). A directed graph also has
        ``in_degree``, ``out_degree`` (and strengths), ``pagerank_reversed`` and
        ``eigenvector_reversed``, on the same edges turned round; degree, strength and
        core then count both directions. ``attrs`` of the table say how PageRank,
        betweenness and eigenvector centrality came about.

    Raises
    ------
    ValueError
        If the graph has self-loops or parallel edges, nodes cannot be sorted, a measure
        is not known, or a weight cannot be used.

    Notes
    -----
    PageRank rises with edges that come in, `pagerank_reversed` with edges that go out.
    Where an edge runs from a follower to the followed, the first speaks of audience;
    where it runs the way a message takes, the second does. PageRank is computed to 1e-10
    in total; networkx's default can be off by many percent on a large graph.

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
    strange = sorted(set(measures) - set(MEASURES))
    if strange:
        raise ValueError(f"{strange} are not measures; choose from {', '.join(MEASURES)}.")
    nodes = _sorted_nodes(graph)
    both = _arcs(graph, nodes, weight, distance)
    turned = {"": both}
    if graph.is_directed():
        turned["_reversed"] = both.copy()
        turned["_reversed"].reverse_edges()
    columns: dict[str, Mapping[Hashable, float] | ArrayLike] = {}
    columns |= _degrees(graph, weight if "strength" in measures else None, "degree" in measures)
    if "pagerank" in measures:
        columns |= {f"pagerank{way}": _pagerank(arcs, weight) for way, arcs in turned.items()}
    if "betweenness" in measures:
        columns |= _betweenness(both, distance, sources, seed)
    if "core" in measures:
        # Each undirected edge is an arc out of both its ends.
        columns["core"] = both.coreness(mode="all" if graph.is_directed() else "out")
    if "eigenvector" in measures:
        directed = graph.is_directed()
        columns |= {
            f"eigenvector{way}": _eigenvector(arcs, weight, directed)
            for way, arcs in turned.items()
        }
    if "closeness" in measures:
        columns["closeness"] = _closeness(both, distance)
    index = pd.Index(nodes, name="node", tupleize_cols=False)
    table = pd.DataFrame(columns, index=index)
    size = f"{len(nodes):,}"
    told = {
        "pagerank": "damping 0.85, total error about 1e-10",
        "betweenness": f"estimated from {sources:,} of {size} nodes as sources, seed {seed}"
        if "betweenness_sampled" in table
        else f"exact, from all {size} nodes",
        "eigenvector": "missing: the graph is not strongly connected"
        if "eigenvector" in table and table["eigenvector"].isna().any()
        else "to machine precision, of the largest component",
    }
    table.attrs = {measure: how for measure, how in told.items() if measure in measures}
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


def _arcs(graph: nx.Graph, nodes: list[Hashable], *attributes: str | None) -> igraph.Graph:
    """Hand a graph to igraph: numbered nodes, an undirected edge as an arc each way."""
    number = {node: place for place, node in enumerate(nodes)}
    outward = [(number[node], ends) for node, ends in graph.adjacency()]
    pairs = [(place, number[end]) for place, ends in outward for end in ends]
    arcs = igraph.Graph(n=len(nodes), edges=pairs, directed=True)
    for name in dict.fromkeys(name for name in attributes if name is not None):
        try:
            values = np.array(
                [cells.get(name, 1) for _, ends in outward for cells in ends.values()], dtype=float
            )
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"The edge attribute {name!r} holds a value that is not a number ({error}); "
                "correct it, or leave out these edges."
            ) from error
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ValueError(
                f"The edge attribute {name!r} is negative, infinite or missing on some edges; "
                "weights must be numbers of 0 or more."
            )
        # igraph is faster without weights than with weights of 1.
        if (values != 1).any():
            arcs.es[name] = values.tolist()
    return arcs


def _weights(arcs: igraph.Graph, name: str | None) -> str | None:
    return name if name in arcs.es.attributes() else None


def _degrees(graph: nx.Graph, weight: str | None, count: bool) -> dict[str, dict[Hashable, float]]:
    views = {"": graph.degree}
    if graph.is_directed():
        views |= {"in_": graph.in_degree, "out_": graph.out_degree}
    columns = {f"{prefix}degree": dict(view()) for prefix, view in views.items()} if count else {}
    if weight is not None:
        for prefix, view in views.items():
            columns[f"{prefix}strength"] = {node: float(sum_) for node, sum_ in view(weight=weight)}
    return columns


def _pagerank(arcs: igraph.Graph, weight: str | None) -> list[float]:
    if not arcs.vcount():
        return []
    # PRPACK is quick with one thread; several wait for each other on a busy machine.
    with _threads().limit(limits=1, user_api="openmp"):
        ranks: list[float] = arcs.pagerank(weights=_weights(arcs, weight))
    return ranks


@cache
def _threads() -> ThreadpoolController:
    # To find the libraries takes longer than a small PageRank; they are all loaded by now.
    return ThreadpoolController()


def _betweenness(
    arcs: igraph.Graph, distance: str | None, sources: int | None, seed: int
) -> dict[str, NDArray[np.float64]]:
    size, weights = arcs.vcount(), _distances(arcs, distance)
    exact = sources is None or sources >= size
    if sources is not None and sources < 1:
        raise ValueError(f"{sources} sources were asked for; choose 1 or more of the nodes.")
    places = [] if exact else random.Random(seed).sample(range(size), int(sources or 0))
    raw = np.array(arcs.betweenness(sources=None if exact else places, weights=weights))
    # A source is never between itself and another, so it has one source fewer.
    drawn = np.full(size, size - 1.0 if exact else float(len(places)))
    drawn[places] -= 1
    pairs = drawn * (size - 2)
    shares = np.divide(raw, pairs, out=np.full(size, np.nan), where=pairs > 0)
    return {"betweenness" if exact else "betweenness_sampled": raw if size < 3 else shares}


def _distances(arcs: igraph.Graph, distance: str | None) -> str | None:
    name = _weights(arcs, distance)
    if name is not None and min(arcs.es[name]) == 0:
        raise ValueError(f"A distance is 0 in the edge attribute {name!r}; give some above 0.")
    return name


def _eigenvector(arcs: igraph.Graph, weight: str | None, directed: bool) -> NDArray[np.float64]:
    name, values = _weights(arcs, weight), np.zeros(arcs.vcount())
    if name is not None:
        arcs = arcs.copy()
        arcs.delete_edges([arc.index for arc in arcs.es if arc[name] == 0])
    parts = sorted(arcs.connected_components(mode="strong"), key=lambda part: (-len(part), part))
    if directed and len(parts) > 1:
        return np.full(arcs.vcount(), np.nan)
    if parts and len(parts[0]) > 1:
        inside = arcs.induced_subgraph(parts[0])
        found = np.abs(inside.eigenvector_centrality(directed=True, weights=name))
        values[parts[0]] = found / np.linalg.norm(found)
    return values


def _closeness(arcs: igraph.Graph, distance: str | None) -> NDArray[np.float64]:
    # igraph says nan where no other node is reached, and counts those reached alone.
    raw = np.array(
        arcs.closeness(mode="in", weights=_distances(arcs, distance), normalized=True), dtype=float
    )
    reached = np.array(arcs.neighborhood_size(order=arcs.vcount(), mode="in"), dtype=float)
    return np.asarray(np.nan_to_num(raw) * (reached - 1) / max(arcs.vcount() - 1, 1))


def top_weights(score: ArrayLike, share: float) -> NDArray[np.float64]:
    """Return weights that average over the nodes with the highest scores.

    Where the last place is tied, the tied nodes share what is left of it, so that no
    order of rows decides.

    Parameters
    ----------
    score : array_like of float, shape (nodes,)
        What nodes are ranked by, best highest.
    share : float
        Share of the nodes to take, above 0 and at most 1; one node at least.

    Returns
    -------
    numpy.ndarray of float, shape (nodes,)
        They add up to 1.

    Raises
    ------
    ValueError
        If the share is out of range or a score is missing.

    Examples
    --------
    >>> top_weights([5, 1, 1, 0], 0.5).tolist()
    [0.5, 0.25, 0.25, 0.0]
    """
    value = settled(score)
    if not 0 < share <= 1 or np.isnan(value).any():
        raise ValueError("Give a share above 0 and at most 1, and a score for every node.")
    size = max(1, round(share * value.size))
    last = np.partition(value, -size)[-size]
    above, tied = value > last, value == last
    return np.where(above, 1.0, np.where(tied, (size - above.sum()) / tied.sum(), 0.0)) / size


def top_overlap(one: ArrayLike, two: ArrayLike, share: float) -> float:
    """Return how much of the top by one score is in the top by another.

    Two scores without any relation have a top share s in common by chance. Nodes tied in
    the last place count in part, as in `top_weights`.

    Parameters
    ----------
    one, two : array_like of float, shape (nodes,)
        Scores of the same nodes in the same order, best highest.
    share : float
        Share of the nodes that counts as the top, above 0 and at most 1.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        As `top_weights`.

    Examples
    --------
    >>> top_overlap([4, 3, 2, 1], [3, 1, 2, 4], 0.5)
    0.5
    """
    return float(np.minimum(top_weights(one, share), top_weights(two, share)).sum())


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
        ``lambda g: centralities(g, measures=["pagerank"])["pagerank"]``.
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
    draws = np.array(
        [
            ranks(_values(measure, thinned, nodes))
            for thinned in _thinned(graph, nodes, dropped, repetitions, seed)
        ]
    )
    return range_table(whole, draws, level=level, top=top)


def range_table(
    whole: pd.Series, draws: NDArray[np.float64], *, level: float, top: int
) -> pd.DataFrame:
    """Set ranks beside where they go in thinned networks.

    Parameters
    ----------
    whole : pandas.Series
        A number by node in the whole network, larger for a higher rank.
    draws : numpy.ndarray, shape (repetitions, nodes)
        Ranks in the thinned networks, in the order of the nodes.
    level, top
        As for `rank_ranges`.

    Returns
    -------
    pandas.DataFrame
        As `rank_ranges` returns it.

    Examples
    --------
    >>> whole = pd.Series([3.0, 5.0], index=["a", "b"])
    >>> range_table(whole, np.array([[2.0, 1.0]]), level=0.95, top=1).index.tolist()
    ['b', 'a']
    """
    found = ranks(whole).to_numpy(float)
    low, high = percentile_interval(draws, found, level=level)
    table = pd.DataFrame(
        {
            "value": whole.to_numpy(),
            "rank": found,
            "low": low,
            "high": high,
            "top_share": (draws <= top).mean(axis=0),
        },
        index=whole.index.rename("node"),
    )
    return table.sort_values("rank", kind="stable")


def kept_edges(
    edges: int, dropped: float, repetitions: int, seed: int
) -> Iterator[NDArray[np.int64]]:
    """Draw which edges are seen when a share of them is not.

    Parameters
    ----------
    edges : int
        Number of edges.
    dropped, repetitions, seed
        As for `rank_ranges`.

    Yields
    ------
    numpy.ndarray of int
        Places of the edges that stay, rising.

    Examples
    --------
    >>> [len(kept) for kept in kept_edges(10, 0.2, 2, seed=1)]
    [8, 8]
    """
    size = max(1, edges - max(1, round(dropped * edges)))
    generator = np.random.default_rng(seed)
    for _ in range(repetitions):
        yield np.sort(generator.choice(edges, size=size, replace=False))


def edge_places(
    graph: nx.Graph, weight: str | None = None
) -> tuple[list[Hashable], NDArray[np.int64], NDArray[np.float64] | None]:
    """Return the edges of a graph as places of its sorted nodes, sorted too.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        Without self-loops and parallel edges.
    weight : str, optional
        Edge attribute to return along with them; 1 where an edge lacks it.

    Returns
    -------
    tuple
        The nodes; an array of shape (edges, 2), of an undirected edge the lower place first; and
        the weights, or None.

    Examples
    --------
    >>> edge_places(nx.path_graph(["b", "a", "c"]))[1].tolist()
    [[0, 1], [0, 2]]
    """
    nodes = _sorted_nodes(graph)
    number = {node: place for place, node in enumerate(nodes)}
    rows = [(number[a], number[b], cells.get(weight, 1)) for a, b, cells in graph.edges(data=True)]
    ends = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2)
    if not graph.is_directed():
        ends = np.sort(ends, axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    weights = np.array([row[2] for row in rows], dtype=float)[order] if weight else None
    return nodes, ends[order], weights


def _thinned(
    graph: nx.Graph, nodes: list[Hashable], dropped: float, repetitions: int, seed: int
) -> Iterator[nx.Graph]:
    number = {node: place for place, node in enumerate(nodes)}

    def place(edge: tuple[Hashable, Hashable, object]) -> tuple[int, int]:
        one, two = number[edge[0]], number[edge[1]]
        return (one, two) if graph.is_directed() else (min(one, two), max(one, two))

    edges = sorted(graph.edges(data=True), key=place)
    for chosen in kept_edges(len(edges), dropped, repetitions, seed):
        thinned = graph.__class__()
        thinned.add_nodes_from((node, graph.nodes[node]) for node in nodes)
        thinned.add_edges_from(edges[at] for at in chosen)
        yield thinned


def _values(measure: Measure, graph: nx.Graph, nodes: list[Hashable]) -> pd.Series:
    values = dict(measure(graph))
    missing = [node for node in nodes if node not in values]
    if missing:
        raise ValueError(
            f"The measure gives no number for {len(missing)} nodes, {missing[0]!r} among them; "
            "it must give one for each node."
        )
    index = pd.Index(nodes, tupleize_cols=False)
    return pd.Series([values[node] for node in nodes], index=index, dtype=float)
