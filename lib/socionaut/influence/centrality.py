"""Centralities of a network in one table.

Slow measures are igraph's, with the normalisation and the sample of sources of networkx.
What is added: nodes in a fixed order, both directions side by side, and a sample that never
bears the name of the exact value.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping, Sequence
from functools import cache

import igraph
import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

from socionaut.steady import settled

__all__ = [
    "MEASURES",
    "centralities",
    "top_overlap",
    "top_weights",
]

MEASURES = ("degree", "strength", "pagerank", "betweenness", "core", "eigenvector", "closeness")


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
        for way, arcs in turned.items():
            columns[f"eigenvector{way}"] = _eigenvector(arcs, weight, graph.is_directed())
    if "closeness" in measures:
        columns["closeness"] = _closeness(both, distance)
    index = pd.Index(nodes, name="node", tupleize_cols=False)
    table = pd.DataFrame(columns, index=index)
    told = _came_about(table, sources, seed)
    table.attrs = {measure: how for measure, how in told.items() if measure in measures}
    return table


def _came_about(table: pd.DataFrame, sources: int | None, seed: int) -> dict[str, str]:
    """Say of the measures that are not counted how their values came about."""
    size, broken = f"{len(table):,}", "eigenvector" in table and table["eigenvector"].isna().any()
    return {
        "pagerank": "damping 0.85, total error about 1e-10",
        "betweenness": f"estimated from {sources:,} of {size} nodes as sources, seed {seed}"
        if "betweenness_sampled" in table
        else f"exact, from all {size} nodes",
        "eigenvector": "missing: the graph is not strongly connected"
        if broken
        else "to machine precision, of the largest component",
    }


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
