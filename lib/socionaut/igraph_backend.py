"""Centralities by igraph, called through networkx.

A caller writes plain networkx and adds the name of the backend::

    nx.betweenness_centrality(graph, k=500, seed=1, backend="igraph")

With the name given, igraph computes or an error says that it cannot: never networkx in
silence. Whoever wants networkx to step in where igraph cannot asks for that, again in
networkx's own way::

    with nx.config(backend_priority=["igraph"]):
        nx.betweenness_centrality(graph, k=500, seed=1)

Five functions are offered, with the results of networkx: same normalisation, same sample
of sources for the same seed, same meaning of direction (closeness looks along incoming
paths, PageRank flows along outgoing edges) and of weights (a distance in betweenness and
closeness, a strength in PageRank and eigenvector centrality). An undirected edge is given
to igraph as an arc in each direction, so that self-loops count as in networkx.

networkx keeps converted graphs, and a change by ``graph[u][v]["weight"] = 2`` would go
unnoticed. So this backend takes its graph out of that store before it computes. To convert
once for several calls, use `IgraphGraph.from_networkx`.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import igraph
import networkx as nx
import numpy as np
from threadpoolctl import threadpool_limits

__all__ = [
    "IgraphGraph",
    "betweenness_centrality",
    "can_run",
    "closeness_centrality",
    "convert_from_nx",
    "convert_to_nx",
    "core_number",
    "eigenvector_centrality",
    "pagerank",
]

# Arguments that igraph does not know, with the value that stands for “not given”.
_NOT_TAKEN: dict[str, dict[str, object]] = {
    "betweenness_centrality": {"endpoints": False},
    "eigenvector_centrality": {"nstart": None},
    "pagerank": {"nstart": None, "dangling": None},
}
_WEIGHTS = ("weight", "distance")


class IgraphGraph:
    """A networkx graph as igraph holds it: numbered nodes and arcs.

    Parameters
    ----------
    nodes : sequence of hashable
        The nodes, in the order of the results.
    directed : bool
        Whether the networkx graph is directed.
    network : igraph.Graph
        Directed; an undirected edge is an arc in each direction.
    attributes : mapping of str to sequence
        By name, the value of an edge attribute on each arc.
    """

    __networkx_backend__ = "igraph"

    def __init__(
        self,
        nodes: Sequence[Hashable],
        directed: bool,
        network: igraph.Graph,
        attributes: Mapping[str, Sequence[Any]],
    ) -> None:
        self.nodes = list(nodes)
        self.network = network
        self._directed = directed
        self._attributes = attributes
        self._store: dict[str, Any] | None = None

    @classmethod
    def from_networkx(
        cls,
        graph: nx.Graph,
        *,
        attributes: Mapping[str, object] | None = None,
        nodes: Iterable[Hashable] | None = None,
    ) -> IgraphGraph:
        """Convert a graph once, for several calls.

        Parameters
        ----------
        graph : networkx.Graph or networkx.DiGraph
            The graph. Later changes to it are not seen.
        attributes : mapping, optional
            Edge attributes to take along, each with the value where an edge lacks it.
        nodes : iterable, optional
            All nodes, in the order wanted; that of the graph when left out.

        Returns
        -------
        IgraphGraph
            What networkx passes to this backend.

        Examples
        --------
        >>> path = IgraphGraph.from_networkx(nx.path_graph(3))
        >>> nx.betweenness_centrality(path)
        {0: 0.0, 1: 1.0, 2: 0.0}
        """
        order = list(graph if nodes is None else nodes)
        number = {node: place for place, node in enumerate(order)}
        # Without directions, each edge stands with both its ends, and a self-loop once.
        starts = [number[node] for node, others in graph.adjacency() for _ in others]
        ends = [number[other] for _, others in graph.adjacency() for other in others]
        values = {
            name: [cells.get(name, default) for _, o in graph.adjacency() for cells in o.values()]
            for name, default in (attributes or {}).items()
        }
        # Five times faster from pairs of plain numbers than from an array.
        arcs = zip(starts, ends, strict=True)
        network = igraph.Graph(n=len(order), edges=arcs, directed=True)
        return cls(order, graph.is_directed(), network, values)

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.nodes)

    def __iter__(self) -> Iterator[Hashable]:
        """Go through the nodes."""
        return iter(self.nodes)

    def is_directed(self) -> bool:
        """Return whether the networkx graph is directed."""
        return self._directed

    def is_multigraph(self) -> bool:
        """Return that there is at most one edge from a node to another."""
        return False

    def weights(self, name: str | None) -> list[float] | None:
        """Return an edge attribute as numbers.

        Parameters
        ----------
        name : str or None
            The attribute; None stands for no weights.

        Returns
        -------
        list of float or None
            A number an arc; None where all are 1.

        Raises
        ------
        ValueError
            If the attribute was not taken along, or a value is not a number of 0 or more.
        """
        if name is None:
            return None
        if name not in self._attributes:
            raise ValueError(
                f"The edge attribute {name!r} was not converted; name it in "
                f"IgraphGraph.from_networkx(graph, attributes={{{name!r}: 1}})."
            )
        try:
            numbers = np.asarray(self._attributes[name], dtype=float)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"The edge attribute {name!r} holds a value that is not a number ({error}); "
                "correct it, or leave out these edges."
            ) from error
        bad = int((~(np.isfinite(numbers) & (numbers >= 0))).sum())
        if bad:
            raise ValueError(
                f"The edge attribute {name!r} is negative, infinite or missing on {bad} arcs; "
                "weights must be numbers of 0 or more."
            )
        # igraph takes an array for the name of an attribute in some functions, and is faster
        # without weights than with weights of 1.
        return None if (numbers == 1).all() else numbers.tolist()

    def leave_store(self) -> None:
        """Take this graph out of networkx's store of converted graphs."""
        if self._store is not None:
            self._store.get("backends", {}).pop(self.__networkx_backend__, None)

    def by_node(self, values: Iterable[Any]) -> dict[Hashable, Any]:
        """Return values by node.

        Parameters
        ----------
        values : iterable
            One a node, in the order of the nodes.

        Returns
        -------
        dict of hashable to object
            In the order of the nodes.
        """
        return dict(zip(self.nodes, values, strict=True))


def convert_from_nx(
    graph: nx.Graph, *, edge_attrs: Mapping[str, object] | None = None, **_: object
) -> IgraphGraph:
    """Convert a graph, as networkx asks for it.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        The graph.
    edge_attrs : mapping, optional
        Edge attributes to take along, each with the value where an edge lacks it.

    Returns
    -------
    IgraphGraph
        The graph for igraph.

    Examples
    --------
    >>> len(convert_from_nx(nx.star_graph(4)))
    5
    """
    converted = IgraphGraph.from_networkx(graph, attributes=edge_attrs)
    converted._store = getattr(graph, "__networkx_cache__", None)
    return converted


def convert_to_nx(graph: object, **_: object) -> object:
    """Convert a graph back, as networkx asks for it.

    Parameters
    ----------
    graph : object
        An `IgraphGraph`; anything else is returned as it is.

    Returns
    -------
    object
        A networkx graph with the attributes that were taken along.

    Examples
    --------
    >>> back = convert_to_nx(convert_from_nx(nx.star_graph(4)))
    >>> back.number_of_edges()
    4
    """
    if not isinstance(graph, IgraphGraph):
        return graph
    back = nx.DiGraph() if graph.is_directed() else nx.Graph()
    back.add_nodes_from(graph.nodes)
    for arc in graph.network.es:
        values = {name: cells[arc.index] for name, cells in graph._attributes.items()}
        back.add_edge(*(graph.nodes[place] for place in arc.tuple), **values)
    return back


def can_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
    """Say whether igraph can compute a call, as networkx asks for it.

    Parameters
    ----------
    name : str
        Name of the function.
    args, kwargs : sequence, mapping
        Its arguments.

    Returns
    -------
    bool or str
        True, or the reason why not.

    Examples
    --------
    >>> can_run("pagerank", (nx.MultiGraph(),), {})
    'igraph counts parallel edges in another way than networkx'
    """
    given = inspect.signature(globals()[name]).bind(*args, **kwargs).arguments
    if given["G"].is_multigraph():
        return "igraph counts parallel edges in another way than networkx"
    if any(callable(given.get(weight)) for weight in _WEIGHTS):
        return "weights must be an edge attribute, not a function"
    for argument, left_out in _NOT_TAKEN.get(name, {}).items():
        value = given.get(argument, left_out)
        if value is not left_out and value != left_out:
            return f"igraph does not take {argument}"
    return True


def betweenness_centrality(
    G: IgraphGraph,  # noqa: N803  (networkx's name)
    k: int | None = None,
    normalized: bool = True,
    weight: str | None = None,
    endpoints: bool = False,  # noqa: ARG001  (networkx's signature)
    seed: random.Random | None = None,
) -> dict[Hashable, float]:
    """Return betweenness centrality as `networkx.betweenness_centrality` does.

    Parameters
    ----------
    G : IgraphGraph
        The graph.
    k : int, optional
        Number of source nodes to sample; all when left out. The estimate from a sample
        is not the exact value: say `k` wherever it is shown.
    normalized : bool
        Whether to divide by the number of pairs.
    weight : str, optional
        Edge attribute that holds distances above 0.
    endpoints : bool
        Not taken.
    seed : random.Random
        As networkx makes it from its own argument.

    Returns
    -------
    dict
        Number by node.

    Raises
    ------
    ValueError
        If `k` is below 1 or above the number of nodes, or a distance is not a number of 0
        or more.
    NotImplementedError
        If a distance is 0.

    References
    ----------
    U. Brandes, A faster algorithm for betweenness centrality, Journal of Mathematical
    Sociology 25, 2001. U. Brandes and C. Pich, Centrality estimation in large networks,
    International Journal of Bifurcation and Chaos 17, 2007.

    Examples
    --------
    >>> nx.betweenness_centrality(nx.star_graph(3), backend="igraph")
    {0: 1.0, 1: 0.0, 2: 0.0, 3: 0.0}
    """
    G.leave_store()
    size = len(G)
    places = None
    if k is not None and k != size:
        if not 1 <= k <= size:
            raise ValueError(f"{k} sources were asked for; choose 1 to {size} of the nodes.")
        places = (seed or random.Random()).sample(range(size), k)
    raw = np.array(G.network.betweenness(sources=places, weights=_distances(G, weight)))
    others = size - 1
    if others < 2:
        return G.by_node(raw.tolist())
    scale = 1 / (others - 1) if normalized else others / (1 if G.is_directed() else 2)
    if places is None:
        return G.by_node((raw * (scale / others)).tolist())
    # A source is never between itself and another, so it has one source fewer.
    sources = np.full(size, float(len(places)))
    sources[places] -= 1
    shares = np.divide(scale, sources, out=np.full(size, np.nan), where=sources > 0)
    return G.by_node((raw * shares).tolist())


def closeness_centrality(
    G: IgraphGraph,  # noqa: N803
    u: Hashable | None = None,
    distance: str | None = None,
    wf_improved: bool = True,
) -> dict[Hashable, float] | float:
    """Return closeness centrality as `networkx.closeness_centrality` does.

    Parameters
    ----------
    G : IgraphGraph
        The graph. Where it is directed, distances are those towards a node.
    u : hashable, optional
        The one node asked for; all when left out.
    distance : str, optional
        Edge attribute that holds distances above 0.
    wf_improved : bool
        Whether to multiply by the share of the other nodes from which a node is reached.

    Returns
    -------
    dict or float
        Number by node, or that of `u`.

    Raises
    ------
    ValueError
        If a distance is not a number of 0 or more.
    NotImplementedError
        If a distance is 0.

    References
    ----------
    S. Wasserman and K. Faust, Social Network Analysis, 1994, page 201.

    Examples
    --------
    >>> nx.closeness_centrality(nx.star_graph(3), u=0, backend="igraph")
    1.0
    """
    G.leave_store()
    if u is not None and u not in G.nodes:
        raise nx.NodeNotFound(f"Node {u!r} is not in the graph; give one of its nodes.")
    places = list(range(len(G))) if u is None else [G.nodes.index(u)]
    weights = _distances(G, distance)
    raw = G.network.closeness(vertices=places, mode="in", weights=weights, normalized=True)
    # igraph says nan where no other node is reached.
    values = np.nan_to_num(np.array(raw))
    if wf_improved and len(G) > 1:
        reached = G.network.neighborhood_size(vertices=places, order=len(G), mode="in")
        values *= (np.array(reached) - 1) / (len(G) - 1)
    return G.by_node(values.tolist()) if u is None else float(values[0])


def core_number(G: IgraphGraph) -> dict[Hashable, int]:  # noqa: N803
    """Return core numbers as `networkx.core_number` does.

    Parameters
    ----------
    G : IgraphGraph
        The graph. Where it is directed, incoming and outgoing edges count alike.

    Returns
    -------
    dict
        Whole number by node.

    Raises
    ------
    networkx.NetworkXNotImplemented
        If there are self-loops, as networkx does.

    References
    ----------
    V. Batagelj and M. Zaversnik, An O(m) algorithm for cores decomposition of networks,
    arXiv:cs/0310049, 2003.

    Examples
    --------
    >>> nx.core_number(nx.complete_graph(3), backend="igraph")
    {0: 2, 1: 2, 2: 2}
    """
    G.leave_store()
    if any(G.network.is_loop()):
        raise nx.NetworkXNotImplemented(
            "Core numbers are not defined with self-loops; remove them with "
            "graph.remove_edges_from(nx.selfloop_edges(graph))."
        )
    # Each undirected edge is an arc out of both its ends.
    return G.by_node(G.network.coreness(mode="all" if G.is_directed() else "out"))


def eigenvector_centrality(
    G: IgraphGraph,  # noqa: N803
    max_iter: int = 100,  # noqa: ARG001
    tol: float = 1e-6,  # noqa: ARG001
    nstart: Mapping[Hashable, float] | None = None,  # noqa: ARG001
    weight: str | None = None,
) -> dict[Hashable, float]:
    """Return eigenvector centrality as `networkx.eigenvector_centrality` does.

    Parameters
    ----------
    G : IgraphGraph
        Connected; where directed, strongly connected. Otherwise the leading eigenvector
        may not be the only one, and what a method returns depends on where it starts.
    max_iter, tol : int, float
        Not used: ARPACK goes to machine precision.
    nstart : mapping
        Not taken.
    weight : str, optional
        Edge attribute that holds strengths above 0.

    Returns
    -------
    dict
        Number by node; the squares add up to 1.

    Raises
    ------
    networkx.NetworkXPointlessConcept
        If there is no node.
    ValueError
        If a strength is not a number of 0 or more.
    NotImplementedError
        If the graph is not (strongly) connected, or a strength is 0.

    References
    ----------
    P. Bonacich, Power and centrality: a family of measures, American Journal of Sociology
    92, 1987.

    Examples
    --------
    >>> shares = nx.eigenvector_centrality(nx.complete_graph(4), backend="igraph")
    >>> round(shares[0], 6)
    0.5
    """
    G.leave_store()
    if not len(G):
        raise nx.NetworkXPointlessConcept("A graph without nodes has no centralities; add some.")
    weights = _distances(G, weight)
    if not G.network.is_connected(mode="strong"):
        raise NotImplementedError(
            "The graph is not (strongly) connected; take its largest (strong) component."
        )
    values = np.abs(G.network.eigenvector_centrality(directed=True, weights=weights))
    return G.by_node((values / np.linalg.norm(values)).tolist())


def pagerank(
    G: IgraphGraph,  # noqa: N803
    alpha: float = 0.85,
    personalization: Mapping[Hashable, float] | None = None,
    max_iter: int = 100,  # noqa: ARG001
    tol: float = 1e-6,  # noqa: ARG001
    nstart: Mapping[Hashable, float] | None = None,  # noqa: ARG001
    weight: str | None = "weight",
    dangling: Mapping[Hashable, float] | None = None,  # noqa: ARG001
) -> dict[Hashable, float]:
    """Return PageRank as `networkx.pagerank` does when it is given a small tolerance.

    networkx stops as soon as a step changes all values together by less than `tol` times
    the number of nodes. At its default of 1e-6 and a million nodes it may stop at once.
    PRPACK, which igraph uses, stops at a total of 1e-10.

    Parameters
    ----------
    G : IgraphGraph
        The graph. Rank flows along the direction of edges.
    alpha : float
        Chance to follow an edge, between 0 and 1.
    personalization : mapping, optional
        Weight of each node where the walk starts anew; 0 where left out.
    max_iter, tol : int, float
        Not used.
    nstart, dangling : mapping
        Not taken.
    weight : str, optional
        Edge attribute that holds strengths.

    Returns
    -------
    dict
        Number by node; they add up to 1.

    Raises
    ------
    ValueError
        If a strength is not a number of 0 or more.
    ZeroDivisionError
        If `personalization` names no node of the graph, as networkx does.

    References
    ----------
    S. Brin and L. Page, The anatomy of a large-scale hypertextual web search engine,
    Computer Networks 30, 1998. D. F. Gleich, PageRank beyond the web, SIAM Review 57, 2015.

    Examples
    --------
    >>> ranks = nx.pagerank(nx.DiGraph([("a", "b"), ("b", "a")]), backend="igraph")
    >>> {node: round(rank, 6) for node, rank in ranks.items()}
    {'a': 0.5, 'b': 0.5}
    """
    G.leave_store()
    weights = G.weights(weight)
    if not len(G):
        return {}
    reset = None
    if personalization is not None:
        reset = [float(personalization.get(node, 0)) for node in G]
        if not sum(reset):
            raise ZeroDivisionError(
                "No node of the graph has a weight in personalization; give one to some node."
            )
    # PRPACK is quick with one thread; several wait for each other on a busy machine.
    with threadpool_limits(1, user_api="openmp"):
        return G.by_node(
            G.network.personalized_pagerank(damping=alpha, reset=reset, weights=weights)
        )


def _distances(graph: IgraphGraph, name: str | None) -> list[float] | None:
    weights = graph.weights(name)
    if weights is not None and 0 in weights:
        raise NotImplementedError(f"The edge attribute {name!r} must be above 0 for igraph.")
    return weights
