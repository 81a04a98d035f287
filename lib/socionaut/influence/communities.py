"""Communities, and the nodes between them.

A *community* is a part of a network with many ties inside and few to the rest. Parts are found
here by the Leiden algorithm of igraph, which depends on chance: a grouping is only worth as much
as it agrees with that of another seed. A node between groups can be told by its ties
(*participation*) or by how far cascades from it reach outside its own group.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Mapping

import igraph
import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from socionaut.influence.spread import (
    Arrays,
    ContactNetwork,
    Integers,
    _components,
    _demand_counts,
    _run_key,
    compiled,
    edge_ends,
    to_igraph,
)

__all__ = ["communities", "participation", "reach_across"]


def communities(
    graph: nx.Graph, *, seed: int, resolution: float = 1.0, iterations: int = 2
) -> pd.Series:
    r"""Return the community of each node, by the Leiden algorithm.

    It moves nodes between parts, and merges parts, as long as *modularity* grows,

    .. math:: Q = \frac{1}{2m} \sum_{ij} \Bigl(a_{ij} - \gamma \frac{k_i k_j}{2m}\Bigr)
       \delta(c_i, c_j),

    with :math:`m` edges, degrees :math:`k` and resolution :math:`\gamma`: the share of edges
    inside parts, less what chance would give nodes of these degrees.

    Parameters
    ----------
    graph : networkx.Graph
        Without directions and self-loops.
    seed : int
        Seed of the order in which nodes are tried.
    resolution : float
        Above 1 for smaller parts, below 1 for larger ones.
    iterations : int
        How many times the whole is gone through; below 0, until nothing moves.

    Returns
    -------
    pandas.Series of int
        Number of the community by node, in the order of the graph; 0 is the largest.
        ``attrs["modularity"]`` is the quality at resolution 1.

    Raises
    ------
    ValueError
        If the graph has directions, or no edge.

    References
    ----------
    V. A. Traag, L. Waltman and N. J. van Eck, From Louvain to Leiden: guaranteeing
    well-connected communities, Scientific Reports 9, 2019.

    Examples
    --------
    >>> found = communities(nx.disjoint_union(nx.complete_graph(5), nx.complete_graph(4)), seed=1)
    >>> found.tolist()
    [0, 0, 0, 0, 0, 1, 1, 1, 1]
    """
    number, ends = _ends(graph)
    plain = to_igraph(len(number), ends)
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = plain.community_leiden("modularity", resolution=resolution, n_iterations=iterations)
    finally:
        igraph.set_random_number_generator(random)
    label = np.array(found.membership)
    sizes = np.bincount(label)
    # Of equal parts the one whose first node comes first has the lower number.
    first = np.array([np.flatnonzero(label == part)[0] for part in range(len(sizes))])
    place = np.empty(len(sizes), dtype=int)
    place[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    named = pd.Series(place[label], pd.Index(number, tupleize_cols=False), name="community")
    named.attrs["modularity"] = float(found.modularity)
    return named


def participation(graph: nx.Graph, groups: Mapping[Hashable, Hashable]) -> pd.Series:
    r"""Return how evenly the ties of each node go to all groups.

    .. math:: P_i = 1 - \sum_s \left(\frac{k_{is}}{k_i}\right)^2,

    with :math:`k_{is}` ties of the node to group :math:`s`, of :math:`k_i` in all: the chance
    that two of its ties, drawn with replacement, lead to different groups.

    Parameters
    ----------
    graph : networkx.Graph
        Without directions and self-loops.
    groups : mapping of node to hashable
        Group of each node.

    Returns
    -------
    pandas.Series of float
        By node, in the order of the graph: 0 where all ties go to one group, and where there
        is none; below 1 always.

    Raises
    ------
    ValueError
        If the graph has directions or no edge, or a node has no group.

    References
    ----------
    R. Guimerà and L. A. N. Amaral, Functional cartography of complex metabolic networks,
    Nature 433, 2005.

    Examples
    --------
    >>> participation(nx.path_graph(3), {0: "a", 1: "a", 2: "b"}).tolist()
    [0.0, 0.5, 0.0]
    """
    number, ends = _ends(graph)
    codes = _codes(tuple(number), groups)
    ties = np.zeros((len(number), codes.max() + 1))
    for here, there in (ends.T, ends.T[::-1]):
        np.add.at(ties, (here, codes[there]), 1)
    all_ties = np.maximum(ties.sum(axis=1), 1)
    spread = np.where(ties.any(axis=1), 1 - (ties**2).sum(axis=1) / all_ties**2, 0.0)
    return pd.Series(spread, pd.Index(number, tupleize_cols=False), name="participation")


def reach_across(
    network: ContactNetwork,
    groups: Mapping[Hashable, Hashable],
    *,
    batches: int,
    runs: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return how many nodes of other groups a cascade from each node alone reaches.

    Runs meet the same live edges as those of `socionaut.influence.thresholds.batched_reach`
    with the same seed, so the two can be divided run by run.

    Parameters
    ----------
    network : ContactNetwork
        Without directions, with probabilities.
    groups : mapping of node to hashable
        Group of each node.
    batches, runs, seed : int
        As for `batched_reach`; at least one batch and one run.

    Returns
    -------
    numpy.ndarray of float, shape (batches, nodes)
        Mean number of nodes reached whose group is not that of the seed.

    Raises
    ------
    ValueError
        If the network has directions, a node has no group, or a count is out of range.

    Examples
    --------
    >>> line = ContactNetwork.from_graph(nx.path_graph(3), 1)
    >>> reach_across(line, {0: "a", 1: "a", 2: "b"}, batches=1, runs=1, seed=1).tolist()
    [[1.0, 1.0, 2.0]]
    """
    if network.directed:
        raise ValueError("The network has directions; build it from a networkx.Graph.")
    _demand_counts(runs, seed)
    codes, once = _codes(network.nodes, groups), network._edges_once
    sums = [_outside_sums(once, codes, runs, np.uint64(seed + i)) for i in range(batches)]
    return np.stack(sums) / runs


@compiled
def _outside_sums(once: Arrays, codes: Integers, runs: int, seed: np.uint64) -> Integers:
    nodes, kinds = len(codes), codes.max() + 1
    live, labels = np.empty(len(once[0]) + 1, np.int64), np.empty(nodes, np.int32)
    sums = np.zeros(nodes, np.int64)
    for run in range(runs):
        _components(once, _run_key(seed, run), live, labels)
        sizes, inside = np.zeros(nodes, np.int32), np.zeros((nodes, kinds), np.int32)
        for node in range(nodes):
            sizes[labels[node]] += 1
            inside[labels[node], codes[node]] += 1
        for node in range(nodes):
            sums[node] += sizes[labels[node]] - inside[labels[node], codes[node]]
    return sums


def _ends(graph: nx.Graph) -> tuple[dict[Hashable, int], Integers]:
    if graph.is_directed() or not graph.number_of_edges():
        raise ValueError("Give a network without directions and with at least one tie.")
    return edge_ends(graph)


def _codes(nodes: tuple[Hashable, ...], groups: Mapping[Hashable, Hashable]) -> Integers:
    missing = [node for node in nodes if node not in groups]
    if missing:
        raise ValueError(
            f"{len(missing)} nodes have no group ({missing[0]!r} is the first); give one to each."
        )
    kinds = {kind: code for code, kind in enumerate(dict.fromkeys(groups[node] for node in nodes))}
    return np.array([kinds[groups[node]] for node in nodes], dtype=np.int64)
