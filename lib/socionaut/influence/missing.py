"""Missing data: who is still central when nodes or ties were not collected.

A collection loses ties and nodes by chance, at its rim, at its top, or where a crawl ended. What
is left is ranked anew, and held against the ranks of the same nodes in the whole network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import scipy  # whose parts are loaded where they are first used: `stats` takes a second
from numpy.typing import NDArray

from socionaut.influence.centrality import _eigenvector, _pagerank, top_overlap
from socionaut.influence.spread import edge_ends, to_igraph
from socionaut.steady import settled

__all__ = ["LOSSES", "kept_after_loss"]

LOSSES = (
    "ties at random",
    "nodes at random",
    "least connected first",
    "most connected first",
    "beyond the border",
)

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SCORES: dict[str, Callable[[igraph.Graph], Sequence[float]]] = {
    "degree": igraph.Graph.degree,
    "pagerank": lambda graph: _pagerank(graph, None),
    "core": igraph.Graph.coreness,
    "betweenness": igraph.Graph.betweenness,
    "eigenvector": lambda graph: _eigenvector(graph, None, False).tolist(),
}


def kept_after_loss(
    graph: nx.Graph,
    measures: Sequence[str],
    *,
    shares: Sequence[float],
    draws: int,
    seed: int,
    losses: Sequence[str] = LOSSES,
    top: float = 0.01,
) -> pd.DataFrame:
    """Lose a share of a network, again and again, and compare ranks before and after.

    ``ties at random``; ``nodes at random``; ``least connected first`` and ``most connected
    first`` lose nodes by their degree, tied ones by lot; ``beyond the border`` keeps those
    that a search from a node drawn at random meets first, neighbours of neighbours and so on,
    as a crawl does that stops. Nodes in pieces that the search does not meet are lost last.

    Parameters
    ----------
    graph : networkx.Graph
        Without directions and self-loops.
    measures : sequence of str
        Of ``degree``, ``pagerank``, ``core``, ``betweenness`` (exact) and ``eigenvector``.
    shares : sequence of float
        Shares to lose, of the ties or the nodes, above 0 and below 1.
    draws : int
        Number of losses of each kind and share.
    seed : int
        Seed of the generator; each kind begins with it anew.
    losses : sequence of str
        Some of `LOSSES`.
    top : float
        Share of the nodes left that counts as the top.

    Returns
    -------
    pandas.DataFrame
        A row a loss, share, draw and measure: ``loss``, ``share``, ``draw``, ``measure``;
        ``top_kept``, the share of the top of those left, by the whole network, that is
        their top after the loss too (ties in part, as in `top_overlap`); and
        ``correlation``, Spearman's, over those left.

    Raises
    ------
    ValueError
        If the graph has directions, or a name or a share is not one of those above.

    References
    ----------
    S. P. Borgatti, K. M. Carley and D. Krackhardt, On the robustness of centrality measures
    under conditions of imperfect data, Social Networks 28, 2006. E. Costenbader and
    T. W. Valente, The stability of centrality measures when networks are sampled, Social
    Networks 25, 2003.

    Examples
    --------
    >>> rows = kept_after_loss(
    ...     nx.star_graph(20), ["degree"], shares=[0.2], draws=2, seed=1, top=0.05
    ... )
    >>> rows.query("loss == 'ties at random'")["top_kept"].tolist()
    [1.0, 1.0]
    """
    _demand(graph, measures, losses, shares)
    number, ends = edge_ends(graph)
    whole = to_igraph(len(number), ends)
    before = {measure: np.array(_SCORES[measure](whole), dtype=float) for measure in measures}
    rows = []
    for loss in losses:
        generator = np.random.default_rng(seed)
        for share in shares:
            for draw in range(draws):
                nodes, rest = _left(loss, share, whole, generator)
                for measure, pair in _compared(before, nodes, rest):
                    rows.append((loss, share, draw, measure, *_likeness(*pair, top)))
    columns = ["loss", "share", "draw", "measure", "top_kept", "correlation"]
    return pd.DataFrame(rows, columns=columns)


def _left(
    loss: str, share: float, whole: igraph.Graph, generator: np.random.Generator
) -> tuple[Flags, igraph.Graph]:
    """Return which nodes are left, and the network of them."""
    size, ties = whole.vcount(), whole.ecount()
    if loss == "ties at random":
        rest = whole.copy()
        rest.delete_edges(generator.choice(ties, round(share * ties), replace=False).tolist())
        return np.ones(size, dtype=bool), rest
    order = generator.permutation(size)
    degree = np.array(whole.degree())
    if loss == "least connected first":
        order = order[np.argsort(degree[order], kind="stable")]
    elif loss == "most connected first":
        order = order[np.argsort(-degree[order], kind="stable")]
    elif loss == "beyond the border":
        met = np.array(whole.bfs(int(order[0]))[0])
        unmet = order[~np.isin(order, met)]
        order = np.concatenate([met[::-1], unmet])
    left = np.ones(size, dtype=bool)
    left[order[: round(share * size)]] = False
    return left, whole.induced_subgraph(np.flatnonzero(left).tolist())


def _compared(
    before: dict[str, Numbers], nodes: Flags, rest: igraph.Graph
) -> Iterator[tuple[str, tuple[Numbers, Numbers]]]:
    for measure, score in before.items():
        yield measure, (score[nodes], np.array(_SCORES[measure](rest), dtype=float))


def _likeness(one: Numbers, two: Numbers, top: float) -> tuple[float, float]:
    first, second = (scipy.stats.rankdata(settled(score)) for score in (one, two))
    alike = np.ptp(first) > 0 and np.ptp(second) > 0
    correlation = float(np.corrcoef(first, second)[0, 1]) if alike else float("nan")
    return top_overlap(one, two, top), correlation


def _demand(
    graph: nx.Graph, measures: Sequence[str], losses: Sequence[str], shares: Sequence[float]
) -> None:
    if graph.is_directed() or not graph.number_of_edges():
        raise ValueError("Give a network without directions and with at least one tie.")
    strange = sorted({*measures} - {*_SCORES}) + sorted({*losses} - {*LOSSES})
    if strange:
        known = ", ".join([*_SCORES, *LOSSES])
        raise ValueError(f"{strange} are not known here; choose from {known}.")
    if not all(0 < share < 1 for share in shares):
        raise ValueError(f"Shares to lose lie between 0 and 1; {list(shares)} were given.")
