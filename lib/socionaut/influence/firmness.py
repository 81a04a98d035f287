"""How firm ranks by edges and by PageRank are, for networks of a million edges too."""

from __future__ import annotations

from collections.abc import Hashable

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from socionaut.errors import InputError
from socionaut.estimates import percentile_interval
from socionaut.influence.centrality import _sorted_nodes, _threads
from socionaut.influence.spread import to_igraph
from socionaut.steady import ranks

__all__ = ["firm_ranks"]


def firm_ranks(
    graph: nx.Graph,
    *,
    seed: int,
    weight: str | None = None,
    dropped: float = 0.1,
    repetitions: int = 199,
    level: float = 0.95,
    top: int = 10,
) -> dict[str, pd.DataFrame]:
    """Rank nodes by edges and by PageRank, and say where ranks go when edges are not seen.

    In each repetition a share of the edges, drawn without replacement, is left out and all nodes
    are ranked again. The range shows how much a rank hangs on single edges. It is no confidence
    interval: that would need to be told how the edges were sampled, and it does not cover edges
    that are wrong, or seen more often at some nodes.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        Without self-loops and parallel edges, with two edges or more. All nodes stay.
    seed : int
        Seed of the generator.
    weight : str, optional
        Edge attribute with strengths, for PageRank.
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
    dict of str to pandas.DataFrame
        ``"edges"`` (that leave, where edges have a direction) and ``"PageRank"`` (against the
        edges), a row a node, by rank and then by name: ``value`` and ``rank`` in the whole network
        (1 is highest; equal nodes share the mean of their ranks); ``low`` and ``high``, the
        quantiles of the rank over the repetitions, widened to hold ``rank`` where they do not;
        ``top_share``, the share of repetitions with a rank of at most `top`.

    Raises
    ------
    InputError
        If a share is out of its range, or there are fewer than two edges.

    References
    ----------
    S. P. Borgatti, K. M. Carley and D. Krackhardt, On the robustness of centrality measures under
    conditions of imperfect data, Social Networks 28, 2006.

    Examples
    --------
    >>> firm_ranks(nx.star_graph(9), seed=1)["edges"].loc[0, ["rank", "low", "high"]].tolist()
    [1.0, 1.0, 1.0]
    """
    if not (0 < dropped < 1 and 0 < level < 1 and repetitions >= 1):
        raise InputError(
            f"A share of {dropped} of the edges, {repetitions} repetitions and a level of {level} "
            "were asked for; shares lie between 0 and 1, and repetitions are 1 or more."
        )
    nodes, ends, weights = _edge_places(graph, weight)
    if len(ends) < 2:
        raise InputError("There are fewer than two edges, so none can be left out.")
    directed = graph.is_directed()
    whole = _values(ends, weights, len(nodes), directed=directed)
    found: dict[str, list[np.ndarray]] = {name: [] for name in whole}
    generator, stay = np.random.default_rng(seed), len(ends) - max(1, round(dropped * len(ends)))
    for _ in range(repetitions):
        chosen = np.sort(generator.choice(len(ends), size=max(1, stay), replace=False))
        some = None if weights is None else weights[chosen]
        for name, value in _values(ends[chosen], some, len(nodes), directed=directed).items():
            found[name].append(ranks(pd.Series(value)).to_numpy("float32"))
    index = pd.Index(nodes, tupleize_cols=False, name="node")
    return {
        name: _range_table(pd.Series(whole[name], index), np.stack(draws), level, top)
        for name, draws in found.items()
    }


def _edge_places(
    graph: nx.Graph, weight: str | None
) -> tuple[list[Hashable], NDArray[np.int64], NDArray[np.float64] | None]:
    """Return sorted nodes, edges as places of them, sorted too, and the weights, 1 where missing.

    Of an edge without direction the lower place stands first.
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


def _values(
    ends: np.ndarray, weights: np.ndarray | None, size: int, *, directed: bool
) -> dict[str, np.ndarray]:
    edges = np.bincount(ends[:, 0], minlength=size).astype(float)
    if not directed:
        edges += np.bincount(ends[:, 1], minlength=size)
    # Against the edges: from where a thing arrives to where it came from.
    arcs = to_igraph(size, ends[:, ::-1], directed=directed)
    with _threads().limit(limits=1, user_api="openmp"):
        rank = arcs.pagerank(weights=None if weights is None else weights.tolist())
    return {"edges": edges, "PageRank": np.asarray(rank)}


def _range_table(whole: pd.Series, draws: np.ndarray, level: float, top: int) -> pd.DataFrame:
    """Set ranks beside where they go in thinned networks (a row of ranks a network)."""
    found = ranks(whole).to_numpy(float)
    low, high = percentile_interval(draws, found, level=level)
    columns = {"value": whole, "rank": found, "low": low, "high": high}
    table = pd.DataFrame(columns, whole.index).assign(top_share=(draws <= top).mean(axis=0))
    return table.sort_values("rank", kind="stable")
