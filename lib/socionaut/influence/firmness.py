"""How firm ranks by edges and by PageRank are, for networks of a million edges too.

The same as `socionaut.influence.rank_ranges` with the same seed, without a graph anew for each
thinned network.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from socionaut.errors import InputError
from socionaut.influence.centrality import edge_places, kept_edges, range_table
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

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        Without self-loops and parallel edges, with two edges or more.
    seed : int
        Seed of the generator.
    weight : str, optional
        Edge attribute with strengths, for PageRank.
    dropped, repetitions, level, top
        As for `socionaut.influence.rank_ranges`.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``"edges"`` (that leave, where edges have a direction) and ``"PageRank"`` (against the
        edges), each as `rank_ranges` returns it.

    Raises
    ------
    InputError
        If there are fewer than two edges.

    References
    ----------
    S. P. Borgatti, K. M. Carley and D. Krackhardt, On the robustness of centrality measures under
    conditions of imperfect data, Social Networks 28, 2006.

    Examples
    --------
    >>> firm_ranks(nx.star_graph(9), seed=1)["edges"].loc[0, ["rank", "low", "high"]].tolist()
    [1.0, 1.0, 1.0]
    """
    nodes, ends, weights = edge_places(graph, weight)
    if len(ends) < 2:
        raise InputError("There are fewer than two edges, so none can be left out.")
    found: dict[str, list[np.ndarray]] = {"edges": [], "PageRank": []}
    whole = _values(ends, weights, len(nodes), directed=graph.is_directed())
    for chosen in kept_edges(len(ends), dropped, repetitions, seed):
        some = None if weights is None else weights[chosen]
        values = _values(ends[chosen], some, len(nodes), directed=graph.is_directed())
        for name, value in values.items():
            found[name].append(ranks(pd.Series(value)).to_numpy("float32"))
    index = pd.Index(nodes, tupleize_cols=False)
    return {
        name: range_table(pd.Series(whole[name], index), np.stack(draws), level=level, top=top)
        for name, draws in found.items()
    }


def _values(
    ends: np.ndarray, weights: np.ndarray | None, size: int, *, directed: bool
) -> dict[str, np.ndarray]:
    import igraph

    edges = np.bincount(ends[:, 0], minlength=size).astype(float)
    if not directed:
        edges += np.bincount(ends[:, 1], minlength=size)
    # Against the edges: from where a thing arrives to where it came from.
    arcs = igraph.Graph(n=size, edges=ends[:, ::-1], directed=directed)
    with threadpool_limits(1, user_api="openmp"):
        rank = arcs.pagerank(weights=None if weights is None else weights.tolist())
    return {"edges": edges, "PageRank": np.asarray(rank)}
