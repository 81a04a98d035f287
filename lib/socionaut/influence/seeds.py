r"""Sets of seeds: whom to start with when several can be had.

The best single spreaders are seldom the best set: they reach the same nodes. Two methods
search for a set under independent cascades. *Greedy* adds, one after the other, the node that
reaches most nodes that the set does not; reach has falling returns, so that it comes within
:math:`1 - 1/e` of the best set, and so that a node whose gain was small before need not be
looked at again (lazy evaluation, CELF). *Reverse reachable sets* ask of nodes drawn at random
who could have reached them, and take those who are in most of the answers.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable

import numpy as np
import numpy.typing as npt

from socionaut.influence.spread import (
    Arrays,
    ContactNetwork,
    Integers,
    _components,
    _run_key,
    _spread,
    compiled,
    simulate_reach,
)

__all__ = ["greedy_seeds", "reverse_seeds"]

Marks = npt.NDArray[np.int8]
Gain = Callable[[int, bool], int]


def greedy_seeds(network: ContactNetwork, budget: int, *, graphs: int, seed: int) -> list[Hashable]:
    """Return seeds chosen one by one, each for what it adds, with lazy evaluation.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    budget : int
        Number of seeds, from 1 to the number of nodes.
    graphs : int
        Number of live-edge graphs over which gains are averaged, at least 2.
    seed : int
        Seed of the random numbers; the graphs are those that `simulate_cascades` meets with
        the same seed. Measure the set with another: with these it looks better than it is.

    Returns
    -------
    list of hashable
        In the order chosen, so that its first k are the choice for a budget of k. Of equal
        gains the node that comes first in the network is taken.

    Raises
    ------
    ValueError
        If the budget is out of range, or as `simulate_reach`.

    References
    ----------
    D. Kempe, J. Kleinberg and É. Tardos, Maximizing the spread of influence through a social
    network, KDD 2003. J. Leskovec and others, Cost-effective outbreak detection in networks,
    KDD 2007: lazy evaluation.

    Examples
    --------
    Two stars. The hubs come first, though the second-best single spreaders are others.

    >>> import networkx as nx
    >>> stars = nx.disjoint_union(nx.star_graph(9), nx.star_graph(4))
    >>> greedy_seeds(ContactNetwork.from_graph(stars, 0.8), 2, graphs=200, seed=1)
    [0, 10]
    """
    _demand_budget(network, budget)
    reach = simulate_reach(network, runs=graphs, seed=seed)["mean"].to_numpy()
    gain = (_gain_by_spread if network.directed else _gain_by_component)(network, graphs, seed)
    queue = [(-int(most), node, 0) for node, most in enumerate(np.rint(reach * graphs))]
    heapq.heapify(queue)
    chosen: list[int] = []
    while len(chosen) < budget:
        _, node, seen = heapq.heappop(queue)
        if seen == len(chosen):
            gain(node, True)
            chosen.append(node)
        else:
            heapq.heappush(queue, (-gain(node, False), node, len(chosen)))
    return [network.nodes[node] for node in chosen]


def _gain_by_spread(network: ContactNetwork, graphs: int, seed: int) -> Gain:
    """Return what counts the nodes that a node adds, by following live contacts."""
    arrays = network._contacts
    covered = np.zeros((graphs, len(network.nodes)), dtype=np.int8)
    return lambda node, keep: int(_cover(arrays, np.uint64(seed), node, covered, keep))


def _gain_by_component(network: ContactNetwork, graphs: int, seed: int) -> Gain:
    """Return the same without directions: the nodes of live components not yet reached."""
    once, nodes = network._edges_once, len(network.nodes)
    sizes = _live_components(once, nodes, graphs, np.uint64(seed))
    return lambda node, keep: int(_cover_components(sizes, node, keep))


@compiled
def _live_components(once: Arrays, nodes: int, graphs: int, seed: np.uint64) -> Integers:
    # A node holds the first of its component; that one holds minus the size, minus one.
    live, found = np.empty(len(once[0]) + 1, np.int64), np.empty((graphs, nodes), np.int32)
    for run in range(graphs):
        labels = found[run]
        _components(once, _run_key(seed, run), live, labels)
        sizes = np.zeros(nodes, np.int32)
        for label in labels:
            sizes[label] += 1
        for node in range(nodes):
            if labels[node] == node:
                labels[node] = -sizes[node] - 1
    return found


@compiled
def _cover_components(found: Integers, node: int, keep: bool) -> int:
    total = 0
    for run in range(len(found)):
        first = node if found[run, node] < 0 else found[run, node]
        total += -found[run, first] - 1
        if keep:
            found[run, first] = -1
    return total


@compiled
def _cover(arrays: Arrays, seed: np.uint64, node: int, covered: Marks, keep: bool) -> int:
    # Counts the nodes that a node reaches and the set does not, over all live-edge graphs.
    # What the set reaches leads only to what it reaches, so that no path goes through it.
    nodes, total = len(arrays[0]) - 1, 0
    queue, live = np.empty(nodes, np.int32), np.empty(nodes + 1, np.int32)
    for run in range(len(covered)):
        marks = covered[run]
        if marks[node] == 0:
            marks[node], queue[0] = 1, node
            size = _spread(arrays, _run_key(seed, run), 1, marks, queue, live, 1)
            total += size
            if not keep:
                for reached in queue[:size]:
                    marks[reached] = 0
    return total


def reverse_seeds(network: ContactNetwork, budget: int, *, sets: int, seed: int) -> list[Hashable]:
    """Return seeds that are in most reverse reachable sets.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    budget : int
        Number of seeds, from 1 to the number of nodes.
    sets : int
        Number of sets: for each a node is drawn, and all who reach it in one cascade.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    list of hashable
        In the order chosen. Where no set is left that they are not in, the rest are the
        first nodes of the network that are not yet chosen.

    Raises
    ------
    ValueError
        If the budget or the number of sets is out of range.

    References
    ----------
    C. Borgs, M. Brautbar, J. Chayes and B. Lucier, Maximizing social influence in nearly
    optimal time, SODA 2014.

    Examples
    --------
    >>> import networkx as nx
    >>> stars = nx.disjoint_union(nx.star_graph(9), nx.star_graph(4))
    >>> reverse_seeds(ContactNetwork.from_graph(stars, 0.8), 2, sets=2000, seed=1)
    [0, 10]
    """
    _demand_budget(network, budget)
    if sets < 1:
        raise ValueError(f"{sets} sets were asked for; give a whole number from 1 up.")
    nodes = len(network.nodes)
    roots = np.random.default_rng(seed).integers(nodes, size=sets)
    starts, members = _reverse_sets(_turned(network), roots, np.uint64(seed))
    order = np.argsort(members, kind="stable")
    holders = np.repeat(np.arange(sets), np.diff(starts))[order]
    held = np.concatenate([[0], np.cumsum(np.bincount(members, minlength=nodes))])
    return [network.nodes[node] for node in _most_cover(starts, members, held, holders, budget)]


def _turned(network: ContactNetwork) -> Arrays:
    """Return the arrays of the network with all contacts turned round."""
    starts, targets, edges, limits = network._contacts
    sources = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    order = np.argsort(targets, kind="stable")
    back = np.concatenate([[0], np.cumsum(np.bincount(targets, minlength=len(starts) - 1))])
    return back, sources[order], edges[order], limits[order]


@compiled
def _reverse_sets(arrays: Arrays, roots: Integers, seed: np.uint64) -> tuple[Integers, Integers]:
    nodes = len(arrays[0]) - 1
    stamps = np.full(nodes, -1, dtype=np.int64)
    queue, live = np.empty(nodes, np.int32), np.empty(nodes + 1, np.int32)
    starts, members = np.zeros(len(roots) + 1, np.int64), np.empty(4 * nodes, np.int32)
    for number, root in enumerate(roots):
        stamps[root], queue[0] = number, root
        key = _run_key(seed, number)
        size = _spread(arrays, key, number, stamps, queue, live, 1)
        first = starts[number]
        while first + size > len(members):
            members = np.concatenate((members, np.empty_like(members)))
        members[first : first + size] = queue[:size]
        starts[number + 1] = first + size
    return starts, members[: starts[-1]]


@compiled
def _most_cover(
    starts: Integers, members: Integers, held: Integers, holders: Integers, budget: int
) -> Integers:
    counts, covered = np.diff(held), np.zeros(len(starts) - 1, np.bool_)
    chosen = np.empty(budget, np.int64)
    for place in range(budget):
        node = np.argmax(counts)
        chosen[place] = node
        for number in holders[held[node] : held[node + 1]]:
            if not covered[number]:
                covered[number] = True
                for member in members[starts[number] : starts[number + 1]]:
                    counts[member] -= 1
        counts[node] = -1
    return chosen


def _demand_budget(network: ContactNetwork, budget: int) -> None:
    if budget % 1 != 0 or not 1 <= budget <= len(network.nodes):
        raise ValueError(
            f"A budget of {budget} seeds was asked for; give a whole number from 1 to "
            f"{len(network.nodes)}, the number of nodes."
        )
