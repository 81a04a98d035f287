"""Independent cascades: how far a thing spreads from those who have it first.

Each node that is reached gets one chance to pass the thing on along each of its edges,
with the probability of that edge. Drawing all chances beforehand gives a live-edge
graph, and the nodes reached are those that the seeds can reach on live edges
(Kempe, Kleinberg and Tardos 2003, section 2).

The chance of an edge is drawn from the seed, the number of the run and the number of
the edge alone. So run 7 of one set of seeds and run 7 of another meet the same live-edge
graph: compared run by run, they differ by the seeds and not by luck.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar, cast

import igraph
import networkx as nx
import numba
import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "MOST_EDGES",
    "ContactNetwork",
    "exact_reach",
    "simulate_cascades",
    "simulate_reach",
    "viral_centrality",
]

MOST_EDGES = 18
_BITS = 53

Integers = npt.NDArray[np.signedinteger[Any]]
Arrays = tuple[Integers, Integers, Integers, npt.NDArray[np.uint64]]
Sums = Callable[[int, np.uint64], tuple[Integers, Integers]]
Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class ContactNetwork:
    """A network in arrays, with the probability that each edge passes a thing on.

    Make one with `from_graph`; ``dataclasses.replace(network, probabilities=...)`` gives
    the same network with other probabilities.

    Attributes
    ----------
    nodes : tuple of hashable
        The nodes, in the order of the graph.
    directed : bool
        Whether a contact goes one way only.
    starts : numpy.ndarray of int64, shape (nodes + 1,)
        The contacts of node number i are those from ``starts[i]`` to ``starts[i + 1]``
        (compressed sparse rows). An edge without a direction is two contacts.
    targets : numpy.ndarray of int32, shape (contacts,)
        Number of the node that each contact leads to.
    edges : numpy.ndarray of int32, shape (contacts,)
        Number of the edge that each contact belongs to.
    probabilities : numpy.ndarray of float64, shape (contacts,)
        Probability that a contact passes the thing on, between 0 and 1.
    """

    nodes: tuple[Hashable, ...]
    directed: bool
    starts: Integers
    targets: Integers
    edges: Integers
    probabilities: npt.NDArray[np.float64]

    @cached_property
    def numbers(self) -> dict[Hashable, int]:
        """The number of each node."""
        return {node: number for number, node in enumerate(self.nodes)}

    @cached_property
    def _contacts(self) -> Arrays:
        # A contact is live where 53 random bits, as a whole number, lie below its limit.
        limits = np.ceil(self.probabilities * 2.0**_BITS).astype(np.uint64)
        return self.starts, self.targets, self.edges, limits

    @cached_property
    def _edges_once(self) -> Arrays:
        """Both ends, number and limit of each edge of a network without directions."""
        starts, targets, edges, limits = self._contacts
        sources = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
        once = sources < targets
        return sources[once], targets[once], edges[once], limits[once]

    def __post_init__(self) -> None:
        """Refuse probabilities that are none, or that do not fit the contacts."""
        _demand_probabilities(self.probabilities)
        if len(self.probabilities) != len(self.targets):
            raise ValueError(
                f"There are {len(self.probabilities)} probabilities for {len(self.targets)} "
                "contacts; give one for each, in their order."
            )
        if not self.directed:
            twins = self.probabilities[np.argsort(self.edges, kind="stable")]
            if (twins[::2] != twins[1::2]).any():
                raise ValueError(
                    "Without directions an edge has one probability both ways; for two, build the "
                    "network from a networkx.DiGraph."
                )

    @classmethod
    def from_graph(cls, graph: nx.Graph, probability: str | float) -> ContactNetwork:
        """Compile a networkx graph.

        Parameters
        ----------
        graph : networkx.Graph or networkx.DiGraph
            An edge from a to b lets a reach b. Where edges say that a follows b or
            names b, give ``graph.reverse()``.
        probability : str or float
            Name of the edge attribute that holds the probability, or one probability
            for all edges.

        Returns
        -------
        ContactNetwork
            The same network in arrays.

        Raises
        ------
        ValueError
            If the graph is empty, a multigraph or has self-loops, if an edge lacks the
            attribute, or a probability is missing or not between 0 and 1.

        Examples
        --------
        >>> network = ContactNetwork.from_graph(nx.path_graph(3), 0.5)
        >>> network.starts.tolist(), network.targets.tolist(), network.edges.tolist()
        ([0, 1, 3, 4], [1, 0, 2, 1], [0, 0, 1, 1])
        """
        _demand_simple(graph)
        numbers, ends = edge_ends(graph)
        chances, edges = _probabilities(graph, probability), np.arange(len(ends))
        if not graph.is_directed():
            ends = np.concatenate([ends, ends[:, ::-1]])
            chances, edges = np.tile(chances, 2), np.tile(edges, 2)
        order = np.lexsort((ends[:, 1], ends[:, 0]))
        counts = np.bincount(ends[:, 0], minlength=len(numbers))
        return cls(
            tuple(numbers),
            graph.is_directed(),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            ends[order, 1].astype(np.int32),
            edges[order].astype(np.int32),
            chances[order],
        )


def edge_ends(graph: nx.Graph) -> tuple[dict[Hashable, int], Integers]:
    """Return the numbers of the nodes and the ends of the edges, both in the order of the graph.

    They are as ``graph.edges`` has them, in a tenth of the time.

    Examples
    --------
    >>> edge_ends(nx.path_graph(["b", "a", "c"]))[1].tolist()
    [[0, 1], [1, 2]]
    """
    numbers = {node: number for number, node in enumerate(graph)}
    leaving = [len(others) for _, others in graph.adjacency()]
    others = chain.from_iterable(others for _, others in graph.adjacency())
    targets = map(numbers.__getitem__, others)
    sources = np.repeat(np.arange(len(numbers)), leaving)
    ends = np.column_stack([sources, np.fromiter(targets, np.int64, len(sources))])
    return numbers, ends if graph.is_directed() else ends[ends[:, 0] <= ends[:, 1]]


def to_igraph(size: int, ends: Integers, *, directed: bool = False) -> igraph.Graph:
    """Hand numbered nodes and the ends of their edges to igraph."""
    pairs = zip(*ends.T.tolist(), strict=True)  # read in a third of the time of an array
    return igraph.Graph(n=size, edges=pairs, directed=directed)


def _demand_simple(graph: nx.Graph) -> None:
    if graph.number_of_nodes() == 0:
        raise ValueError("The graph has no node, so there is nobody to reach; add some.")
    if graph.is_multigraph():
        raise ValueError(
            "The graph has parallel edges (a multigraph); join them to one edge with one "
            "probability first, for example 1 - (1 - p)(1 - q)."
        )
    loops = nx.number_of_selfloops(graph)
    if loops:
        raise ValueError(
            f"The graph has self-loops ({loops}), and nobody passes a thing on to themselves; "
            "take them out with graph.remove_edges_from(list(nx.selfloop_edges(graph)))."
        )


def _probabilities(graph: nx.Graph, probability: str | float) -> npt.NDArray[np.float64]:
    if not isinstance(probability, str):
        return np.full(graph.number_of_edges(), probability, dtype=np.float64)
    values = [value for _, _, value in graph.edges(data=probability)]
    absent = sum(value is None for value in values)
    if absent:
        raise ValueError(
            f"{absent} of {len(values)} edges have no attribute {probability!r}; name the "
            "attribute that holds the probability, or give one probability for all edges."
        )
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The attribute {probability!r} is not a number on every edge ({error}); turn it into "
            "probabilities first."
        ) from error


def _demand_probabilities(chances: npt.NDArray[np.float64]) -> None:
    wrong = chances[~((chances >= 0) & (chances <= 1))]
    if len(wrong):
        raise ValueError(
            f"{len(wrong)} of {len(chances)} probabilities are missing or not between 0 and 1 "
            f"(the first is {wrong[0]:g}); counts and strengths must be turned into probabilities "
            "first."
        )


def compiled(function: Function) -> Function:
    """Compile a function with numba, and keep the machine code where a folder can be written.

    Examples
    --------
    >>> compiled(lambda number: number + 1)(1)
    2
    """
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # numba found no folder for its cache
        return cast("Function", numba.njit(nogil=True)(function))


# The random numbers are those of SplitMix64 (Steele, Lea and Flood 2014, with the mixing numbers
# of Stafford's variant 13), written out so that no release of NumPy or numba changes them.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@compiled
def _mixed(word: np.uint64) -> np.uint64:
    word = (word ^ (word >> np.uint64(30))) * _FIRST
    word = (word ^ (word >> np.uint64(27))) * _SECOND
    return word ^ (word >> np.uint64(31))


@compiled
def _run_key(seed: np.uint64, run: int) -> np.uint64:
    return _mixed(_mixed(seed + _STEP) + np.uint64(run + 1) * _STEP)


@compiled
def _spread(
    arrays: Arrays,
    key: np.uint64,
    stamp: int,
    stamps: Integers,
    queue: Integers,
    live: Integers,
    size: int,
) -> int:
    # The first `size` places of the queue hold the seeds, stamped; the rest fills up. The
    # live contacts of a node are gathered without a branch, which is twice as fast.
    starts, targets, edges, limits = arrays
    head = 0
    while head < size:
        node = queue[head]
        head += 1
        count = 0
        for contact in range(starts[node], starts[node + 1]):
            word = _mixed(key + np.uint64(edges[contact] + 1) * _STEP)
            live[count] = targets[contact]
            count += (word >> np.uint64(64 - _BITS)) < limits[contact]
        for place in range(count):
            target = live[place]
            if stamps[target] != stamp:
                stamps[target] = stamp
                queue[size] = target
                size += 1
    return size


@compiled
def _cascade_sizes(
    arrays: Arrays, once: Arrays, directed: bool, seeds: Integers, runs: int, seed: np.uint64
) -> Integers:
    nodes = len(arrays[0]) - 1
    stamps = np.full(nodes, -1, dtype=np.int64)
    queue, live = np.empty(nodes, np.int32), np.empty(nodes + 1, np.int32)
    edges, labels = np.empty(len(once[0]) + 1, np.int64), np.empty(nodes, np.int32)
    sizes = np.empty(runs, dtype=np.int64)
    whole = False
    for run in range(runs):
        key = _run_key(seed, run)
        if whole:
            sizes[run] = _size_together(once, key, run, stamps, edges, labels, seeds)
        else:
            for place, node in enumerate(seeds):
                stamps[node] = run
                queue[place] = node
            sizes[run] = _spread(arrays, key, run, stamps, queue, live, len(seeds))
        # Where much is reached, it is cheaper to draw each edge once than from both of its ends.
        # The next run is likely to be as large. The numbers are the same.
        whole = not directed and 12 * sizes[run] > nodes
    return sizes


@compiled
def _draw(arrays: Arrays, key: np.uint64, live_starts: Integers, live: Integers) -> None:
    # Gathers the live contacts of all nodes, in the form of starts and targets.
    starts, targets, edges, limits = arrays
    count = 0
    for node in range(len(starts) - 1):
        for contact in range(starts[node], starts[node + 1]):
            word = _mixed(key + np.uint64(edges[contact] + 1) * _STEP)
            live[count] = targets[contact]
            count += (word >> np.uint64(64 - _BITS)) < limits[contact]
        live_starts[node + 1] = count


@compiled
def _follow(
    live_starts: Integers, live: Integers, stamp: int, stamps: Integers, queue: Integers
) -> int:
    head, size = 0, 1
    while head < size:
        node = queue[head]
        head += 1
        for target in live[live_starts[node] : live_starts[node + 1]]:
            if stamps[target] != stamp:
                stamps[target] = stamp
                queue[size] = target
                size += 1
    return size


@compiled
def _reach_sums(
    arrays: Arrays, directed: bool, seeds: Integers, runs: int, seed: np.uint64
) -> tuple[Integers, Integers]:
    nodes, contacts = len(arrays[0]) - 1, len(arrays[1])
    stamps, live_starts = np.full(nodes, -1, np.int64), np.zeros(nodes + 1, np.int64)
    queue, live = np.empty(nodes, np.int32), np.empty(max(nodes, contacts) + 1, np.int32)
    sizes = np.zeros(nodes, np.int64)
    sums, squares = np.zeros(len(seeds), np.int64), np.zeros(len(seeds), np.int64)
    # For many nodes it is cheaper to draw all edges of a run once. The numbers are the same.
    whole = directed and 10 * len(seeds) >= nodes
    for run in range(runs):
        key = _run_key(seed, run)
        if whole:
            _draw(arrays, key, live_starts, live)
        for place, node in enumerate(seeds):
            stamp = run * len(seeds) + place if directed else run
            # Without directions, all nodes of one live component reach the same nodes.
            if directed or stamps[node] != stamp:
                stamps[node], queue[0] = stamp, node
                if whole:
                    size = _follow(live_starts, live, stamp, stamps, queue)
                else:
                    size = _spread(arrays, key, stamp, stamps, queue, live, 1)
                for reached in queue[: 1 if directed else size]:
                    sizes[reached] = size
            sums[place] += sizes[node]
            squares[place] += sizes[node] ** 2
    return sums, squares


@compiled
def _components(once: Arrays, key: np.uint64, live: Integers, labels: Integers) -> None:
    # Writes for each node the first node of its live component, by union and find. Live edges
    # are gathered without a branch, as in `_spread`.
    one, two, edges, limits = once
    for node in range(len(labels)):
        labels[node] = node
    count = 0
    for place in range(len(one)):
        word = _mixed(key + np.uint64(edges[place] + 1) * _STEP)
        live[count] = place
        count += (word >> np.uint64(64 - _BITS)) < limits[place]
    for place in live[:count]:
        first, second = one[place], two[place]
        while labels[first] != first:
            labels[first] = labels[labels[first]]
            first = labels[first]
        while labels[second] != second:
            labels[second] = labels[labels[second]]
            second = labels[second]
        labels[max(first, second)] = min(first, second)
    # Who is pointed at stands further in front, so one pass leads all to the first.
    for node in range(len(labels)):
        labels[node] = labels[labels[node]]


@compiled
def _size_together(
    once: Arrays,
    key: np.uint64,
    stamp: int,
    stamps: Integers,
    live: Integers,
    labels: Integers,
    seeds: Integers,
) -> int:
    # Counts the nodes in the live components of the seeds.
    _components(once, key, live, labels)
    for node in seeds:
        stamps[labels[node]] = stamp
    size = 0
    for label in labels:
        size += stamps[label] == stamp
    return size


@compiled
def _component_sums(
    once: Arrays, nodes: int, runs: int, seed: np.uint64
) -> tuple[Integers, Integers]:
    live, labels = np.empty(len(once[0]) + 1, np.int64), np.empty(nodes, np.int32)
    sums, squares = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    for run in range(runs):
        _components(once, _run_key(seed, run), live, labels)
        sizes = np.zeros(nodes, np.int64)
        for label in labels:
            sizes[label] += 1
        for node in range(nodes):
            size = sizes[labels[node]]
            sums[node] += size
            squares[node] += size * size
    return sums, squares


def simulate_cascades(
    network: ContactNetwork, seeds: Iterable[Hashable], *, runs: int, seed: int
) -> Integers:
    """Simulate independent cascades from one set of seeds.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    seeds : iterable of hashable
        Nodes that have the thing at first.
    runs : int
        Number of cascades.
    seed : int
        Seed of the random numbers, 0 or above. With the same seed, run k of any two
        calls on one network meets the same live edges.

    Returns
    -------
    numpy.ndarray of int64, shape (runs,)
        Nodes reached in each run, the seeds among them. The same on every machine and
        with any number of threads.

    Raises
    ------
    ValueError
        If there is no seed, a seed is not a node, or `runs` or `seed` is not a whole
        number in its range.

    References
    ----------
    D. Kempe, J. Kleinberg and É. Tardos, Maximizing the spread of influence through a
    social network, KDD 2003, section 2.
    G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number generators,
    OOPSLA 2014.

    Examples
    --------
    >>> network = ContactNetwork.from_graph(nx.star_graph(4), 0.5)
    >>> sizes = simulate_cascades(network, [0], runs=10_000, seed=1)
    >>> f"{sizes.mean():.1f}"
    '3.0'
    """
    places = _places(network, seeds)
    _demand_counts(runs, seed)
    once = network._contacts if network.directed else network._edges_once
    return _cascade_sizes(network._contacts, once, network.directed, places, runs, np.uint64(seed))


def simulate_reach(
    network: ContactNetwork,
    nodes: Iterable[Hashable] | None = None,
    *,
    runs: int,
    seed: int,
) -> pd.DataFrame:
    """Simulate how many nodes a cascade reaches from each node alone.

    All nodes meet the same live edges in a run. Their errors are therefore not
    independent of each other; to compare two nodes, take the differences of what
    `simulate_cascades` returns for each with the same seed, run by run. When all nodes
    are asked for, a run draws each edge once for all of them together.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    nodes : iterable of hashable, optional
        Nodes to start from, one at a time; all nodes when left out.
    runs : int
        Number of cascades from each node, at least 2.
    seed : int
        Seed of the random numbers, 0 or above.

    Returns
    -------
    pandas.DataFrame
        A row a node, in the order given: ``mean``, the nodes reached, the node itself
        among them, and its ``standard_error``, the standard deviation over the runs
        divided by the root of their number. Where no run differed the standard error is
        0, and says only that rare cascades were not met.

    Raises
    ------
    ValueError
        As `simulate_cascades`.

    References
    ----------
    D. Kempe, J. Kleinberg and É. Tardos, Maximizing the spread of influence through a
    social network, KDD 2003, section 2.

    Examples
    --------
    >>> network = ContactNetwork.from_graph(nx.star_graph(4), 0.5)
    >>> simulate_reach(network, [0, 1], runs=10_000, seed=1).round(2)
       mean  standard_error
    0  3.01            0.01
    1  2.28            0.01
    """
    _demand_counts(runs, seed, least=2)
    if nodes is None:
        named, (sums, squares) = network.nodes, _sums_of_all(network)(runs, np.uint64(seed))
    else:
        places = _places(network, nodes)
        named = tuple(network.nodes[place] for place in places)
        sums, squares = _sums(network, places, runs, np.uint64(seed))
    mean = sums / runs
    variance = np.maximum(squares - sums * mean, 0) / (runs - 1)
    errors = np.sqrt(variance / runs)
    index = pd.Index(named, tupleize_cols=False)
    return pd.DataFrame({"mean": mean, "standard_error": errors}, index=index)


def _sums(
    network: ContactNetwork, places: Integers, runs: int, seed: np.uint64
) -> tuple[Integers, Integers]:
    # Without directions, and for many nodes, the components of a run give all at once.
    if network.directed or 10 * len(places) < len(network.nodes):
        return _reach_sums(network._contacts, network.directed, places, runs, seed)
    every = _sums_of_all(network)(runs, seed)
    return every[0][places], every[1][places]


def _sums_of_all(network: ContactNetwork) -> Sums:
    """Return what sums the sizes and their squares from each node, by runs and seed."""
    size = len(network.nodes)
    if network.directed:
        arrays, places = network._contacts, np.arange(size)
        return lambda runs, seed: _reach_sums(arrays, True, places, runs, seed)
    once = network._edges_once
    return lambda runs, seed: _component_sums(once, size, runs, seed)


def exact_reach(network: ContactNetwork, seeds: Iterable[Hashable]) -> float:
    r"""Return the expected number of nodes that cascades reach, without simulation.

    Enumerates the live-edge graphs: an edge that leads out of the reached set is live
    with its probability $p$, and $E = p\,E_{live} + (1 - p)\,E_{dead}$. Edges that make
    no difference are not split.

    Parameters
    ----------
    network : ContactNetwork
        A small network, of at most `MOST_EDGES` edges.
    seeds : iterable of hashable
        Nodes that have the thing at first.

    Returns
    -------
    float
        Expected number of nodes reached, the seeds among them.

    Raises
    ------
    ValueError
        If the network has too many edges, or the seeds are not right.

    References
    ----------
    D. Kempe, J. Kleinberg and É. Tardos, Maximizing the spread of influence through a
    social network, KDD 2003, section 2.

    Examples
    --------
    >>> exact_reach(ContactNetwork.from_graph(nx.path_graph(3), 0.5), [0])
    1.75
    """
    count = int(network.edges.max(initial=-1)) + 1
    if count > MOST_EDGES:
        raise ValueError(
            f"The network has {count} edges, and exact counting doubles with each; it is for at "
            f"most {MOST_EDGES}. Use simulate_cascades."
        )
    sources = np.repeat(np.arange(len(network.nodes)), np.diff(network.starts))
    contacts = list(
        zip(sources.tolist(), network.targets.tolist(), network.probabilities.tolist(), strict=True)
    )
    return _expected(frozenset(_places(network, seeds).tolist()), contacts)


def _expected(reached: frozenset[int], contacts: list[tuple[int, int, float]]) -> float:
    open_contacts = [contact for contact in contacts if contact[1] not in reached]
    for place, (source, target, chance) in enumerate(open_contacts):
        if source in reached:
            rest = open_contacts[:place] + open_contacts[place + 1 :]
            return chance * _expected(reached | {target}, rest) + (1 - chance) * _expected(
                reached, rest
            )
    return float(len(reached))


def viral_centrality(network: ContactNetwork, *, tolerance: float = 1e-9) -> pd.Series:
    r"""Return the viral centrality of each node: an estimate of its reach without simulation.

    From a seed, let $a_j(t)$ be the probability that node $j$ is reached at step $t$, and
    $u_j(t)$ that it is not reached by then. As if all paths were independent,

    $$a_j(t+1) = u_j(t)\,\Bigl[1 - \prod_i \bigl(1 - w_{ij}\,a_i(t)\bigr)\Bigr],
    \qquad u_j(t+1) = u_j(t) - a_j(t+1),$$

    and the centrality of the seed is $\sum_j (1 - u_j)$ over all other nodes. This is
    exact on a tree whose edges lead away from the seed. Where a cycle or an edge without
    a direction leads back, the thing meets its own echo, and the value is too high.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    tolerance : float
        A seed is done when the next step would reach fewer nodes than this. The authors'
        own program stops after five steps, or at a relative change of 0.0001.

    Returns
    -------
    pandas.Series
        Expected number of other nodes reached, by node. The seed does not count, as the
        authors have it: add 1 to compare with `simulate_reach`.

    Raises
    ------
    ValueError
        If the tolerance is not above 0.

    References
    ----------
    C. G. Fink, K. Fullin, G. Gutierrez, N. Omodt, S. Zinnecker, G. Sprint and S. McCulloch,
    A centrality measure for quantifying spread on weighted, directed networks, Physica A
    626, 129083, 2023.

    Examples
    --------
    >>> graph = nx.DiGraph([("a", "b"), ("b", "c")])
    >>> viral_centrality(ContactNetwork.from_graph(graph, 0.5))
    a    0.75
    b    0.50
    c    0.00
    dtype: float64
    """
    if not tolerance > 0:
        raise ValueError(f"The tolerance is {tolerance}; give a number above 0.")
    values = _viral_sums(network.starts, network.targets, network.probabilities, tolerance)
    return pd.Series(values, index=pd.Index(network.nodes, tupleize_cols=False))


@compiled
def _viral_sums(
    starts: Integers,
    targets: Integers,
    probabilities: npt.NDArray[np.float64],
    tolerance: float,
) -> npt.NDArray[np.float64]:
    count = len(starts) - 1
    values = np.zeros(count)
    for seed in range(count):
        unreached, fresh = np.ones(count), np.zeros(count)
        unreached[seed], fresh[seed] = 0.0, 1.0
        gain = 1.0
        while gain > tolerance:
            missed = np.ones(count)
            for node in range(count):
                if fresh[node] > 0:
                    for contact in range(starts[node], starts[node + 1]):
                        missed[targets[contact]] *= 1 - probabilities[contact] * fresh[node]
            fresh = unreached * (1 - missed)
            unreached -= fresh
            gain = fresh.sum()
        values[seed] = count - 1 - unreached.sum()
    return values


def _places(network: ContactNetwork, nodes: Iterable[Hashable]) -> Integers:
    if not isinstance(nodes, Iterable):
        raise ValueError(f"The nodes to start from are no list; for one node give [{nodes!r}].")
    wanted = [nodes] if isinstance(nodes, str) else list(dict.fromkeys(nodes))
    if not wanted:
        raise ValueError("No node is given to start from; give at least one.")
    strange = [node for node in wanted if node not in network.numbers]
    if strange:
        raise ValueError(
            f"{len(strange)} of {len(wanted)} nodes to start from are not in the network "
            f"(the first is {strange[0]!r}); mind that the number 1 and the text '1' differ."
        )
    return np.array([network.numbers[node] for node in wanted], dtype=np.int64)


def _demand_counts(runs: int, seed: int, least: int = 1) -> None:
    if isinstance(runs, bool) or not isinstance(runs, (int, np.integer)) or runs < least:
        raise ValueError(f"The number of runs is {runs!r}; give a whole number from {least} up.")
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**63:
        raise ValueError(f"The seed is {seed!r}; give a whole number from 0 to 2**63 - 1.")
