"""Tipping points: threshold cascades, branching factors, and who tips what.

Two models of spread share one theory here. In an *independent cascade* each contact
passes a thing on with a fixed probability (`socionaut.influence.spread` simulates it). In a
*threshold model* a node adopts once a given share of its neighbours has. On a large
random network either can run away where its *branching factor* is above one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import scipy  # whose parts are loaded where they are first used: `stats` takes a second
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import block_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import LinearOperator, eigs
from scipy.special import stdtrit

from socionaut.estimates import Estimate
from socionaut.influence.centrality import top_weights
from socionaut.influence.spread import (
    ContactNetwork,
    Integers,
    _demand_counts,
    _places,
    _sums_of_all,
    compiled,
    simulate_reach,
)

__all__ = [
    "batched_reach",
    "branching_factor",
    "cascade_window",
    "degree_shares",
    "following_edges",
    "imprecision",
    "mean_ratio",
    "neighbours_needed",
    "non_backtracking_eigenvalue",
    "optimism",
    "settled_reach",
    "threshold_reach",
    "threshold_steps",
    "trigger_probability",
]

Numbers = NDArray[np.float64]

# A product such as 0.1 * 30 must not ask for a fourth neighbour because of its last bit.
_ROUNDING = 1e-9


def neighbours_needed(degree: ArrayLike, threshold: ArrayLike) -> Integers:
    r"""Return how many active neighbours a node needs before it adopts.

    The least whole number :math:`a` with :math:`a / k \ge \phi`, and one at least. A
    node that needs one is *vulnerable*: a single neighbour tips it.

    Parameters
    ----------
    degree : array_like of int
        Number of neighbours, :math:`k`.
    threshold : array_like of float
        Share of the neighbours that must be active, :math:`\phi`, above 0 and at most 1;
        one for all, or one a node.

    Returns
    -------
    numpy.ndarray of numpy.int64
        Number of neighbours.

    Raises
    ------
    ValueError
        If a threshold is not above 0 and at most 1, or a degree is negative.

    References
    ----------
    D. J. Watts, A simple model of global cascades on random networks, PNAS 99(9), 2002.

    Examples
    --------
    >>> neighbours_needed([1, 5, 6, 10], 0.2).tolist()
    [1, 1, 2, 2]
    """
    share, count = np.asarray(threshold, dtype=float), np.asarray(degree)
    if not ((share > 0) & (share <= 1)).all():
        raise ValueError("A threshold is a share of the neighbours; give one above 0, at most 1.")
    if (count < 0).any():
        raise ValueError("A degree is negative; give numbers of neighbours.")
    return np.asarray(np.maximum(np.ceil(share * count - _ROUNDING), 1), dtype=np.int64)


def threshold_steps(
    network: ContactNetwork, seeds: Iterable[Hashable], threshold: ArrayLike
) -> pd.Series:
    """Return the step at which each node adopts in a threshold cascade.

    All nodes look at their neighbours at the same time; who has adopted stays so. The
    outcome holds no chance: the same seeds and thresholds always give the same steps.

    Parameters
    ----------
    network : ContactNetwork
        Who is seen by whom; probabilities are not used. In a directed network a node
        looks at those whose contacts lead to it.
    seeds : iterable of hashable
        Nodes that adopt by themselves, at step 0.
    threshold : array_like of float
        Share of its neighbours that a node waits for, above 0 and at most 1; one for
        all, or one a node in the order of the network. (With thresholds drawn evenly
        between 0 and 1 this is the linear threshold model with equal weights of Kempe,
        Kleinberg and Tardos.)

    Returns
    -------
    pandas.Series of int64
        Step of adoption by node; -1 for nodes that never adopt.

    Raises
    ------
    ValueError
        If there is no seed, a seed is not in the network, or a threshold is out of range.

    References
    ----------
    D. J. Watts, A simple model of global cascades on random networks, PNAS 99(9), 2002.
    D. Kempe, J. Kleinberg and E. Tardos, Maximizing the spread of influence through a
    social network, KDD 2003.

    Examples
    --------
    >>> import networkx as nx
    >>> line = ContactNetwork.from_graph(nx.path_graph(4), 1)
    >>> threshold_steps(line, [0], 0.5).tolist()
    [0, 1, 2, 3]
    >>> threshold_steps(line, [0], 0.6).tolist()
    [0, -1, -1, -1]
    """
    needed, places = _needed(network, threshold), _places(network, seeds)
    steps = np.empty(len(network.nodes), dtype=np.int64)
    _adopt(network.starts, network.targets, needed, places, steps)
    return pd.Series(steps, index=pd.Index(network.nodes, tupleize_cols=False))


def threshold_reach(
    network: ContactNetwork, seed_sets: Iterable[Iterable[Hashable]], threshold: ArrayLike
) -> Integers:
    """Return how many nodes adopt in the end, one threshold cascade a set of seeds.

    Parameters
    ----------
    network : ContactNetwork
        As for `threshold_steps`.
    seed_sets : iterable of iterable of hashable
        Seeds of each cascade.
    threshold : array_like of float
        As for `threshold_steps`.

    Returns
    -------
    numpy.ndarray of numpy.int64, shape (cascades,)
        Adopters, the seeds among them.

    Raises
    ------
    ValueError
        As `threshold_steps`.

    Examples
    --------
    >>> import networkx as nx
    >>> star = ContactNetwork.from_graph(nx.star_graph(4), 1)
    >>> threshold_reach(star, [[0], [1], [1, 2]], 0.5).tolist()
    [5, 1, 5]
    """
    needed, sets = _needed(network, threshold), [_places(network, seeds) for seeds in seed_sets]
    steps = np.empty(len(network.nodes), dtype=np.int64)
    return np.array(
        [_adopt(network.starts, network.targets, needed, seeds, steps) for seeds in sets],
        dtype=np.int64,
    )


def _needed(network: ContactNetwork, threshold: ArrayLike) -> Integers:
    nodes = len(network.nodes)
    if np.shape(threshold) not in ((), (nodes,)):
        raise ValueError(f"Give one threshold for all, or one for each of the {nodes} nodes.")
    return neighbours_needed(np.bincount(network.targets, minlength=nodes), threshold)


@compiled
def _adopt(
    starts: Integers,
    targets: NDArray[np.integer[Any]],
    needed: Integers,
    seeds: Integers,
    steps: Integers,
) -> int:
    # Nodes leave the queue in the order of their steps; who adopts late hears late.
    steps[:] = -1
    heard = np.zeros(len(steps), dtype=np.int64)
    queue = np.empty(len(steps), dtype=np.int64)
    tail = 0
    for seed in seeds:
        if steps[seed] < 0:
            steps[seed] = 0
            queue[tail] = seed
            tail += 1
    head = 0
    while head < tail:
        node = queue[head]
        head += 1
        for contact in range(starts[node], starts[node + 1]):
            other = targets[contact]
            heard[other] += 1
            if steps[other] < 0 and heard[other] >= needed[other]:
                steps[other] = steps[node] + 1
                queue[tail] = other
                tail += 1
    return tail


def degree_shares(degree: ArrayLike) -> Numbers:
    """Return the share of nodes with each degree.

    Parameters
    ----------
    degree : array_like of int, shape (nodes,)
        Number of neighbours of each node.

    Returns
    -------
    numpy.ndarray of float, shape (highest degree + 1,)
        At place ``k``, the share of nodes with ``k`` neighbours.

    Raises
    ------
    ValueError
        If there is no node, or a degree is no whole number from 0 up.

    Examples
    --------
    >>> degree_shares([1, 1, 2, 4]).tolist()
    [0.0, 0.5, 0.25, 0.0, 0.25]
    """
    count = np.asarray(degree)
    if count.size == 0 or (count < 0).any() or (count % 1 != 0).any():
        raise ValueError("Degrees are whole numbers from 0 up, of one node at least; correct them.")
    return np.bincount(count.astype(np.int64)) / count.size


def branching_factor(shares: ArrayLike, carried: ArrayLike) -> float:
    r"""Return how many further nodes one newly reached node reaches, on average.

    .. math:: B = \sum_k \frac{k (k - 1)\, p_k\, c_k}{z}, \qquad z = \sum_k k\, p_k,

    with :math:`p_k` the share of nodes of degree :math:`k` and :math:`c_k` the
    probability that such a node is won over by one active neighbour. For independent
    cascades :math:`c_k` is the probability of the contact, and :math:`B = 1` gives the
    critical one, :math:`\langle k \rangle / \langle k^2 - k \rangle`. For thresholds
    :math:`c_k` is 1 where :math:`k \le 1 / \phi` and else 0, and :math:`B > 1` is Watts'
    cascade condition. Both hold for large networks with these degrees that are random
    otherwise; triangles and dense cores break them.

    Parameters
    ----------
    shares : array_like of float, shape (highest degree + 1,)
        As `degree_shares` returns them.
    carried : array_like of float
        One probability for all, or one for each degree.

    Returns
    -------
    float
        Below 1 cascades die out; above 1 some run away.

    Raises
    ------
    ValueError
        If the shares do not add up to 1, hold no edge, or a probability is out of range.

    References
    ----------
    D. J. Watts, A simple model of global cascades on random networks, PNAS 99(9), 2002,
    equation 5. M. E. J. Newman, Spread of epidemic disease on networks, 2002.

    Examples
    --------
    Every node has four neighbours, and every third contact carries.

    >>> branching_factor(degree_shares([4, 4, 4]), 1 / 3)
    1.0
    """
    share, passed = _distribution(shares, carried)
    k = np.arange(len(share))
    return float((k * (k - 1) * share * passed).sum() / (k * share).sum())


def trigger_probability(shares: ArrayLike, carried: ArrayLike) -> Numbers:
    r"""Return the probability that one seed sets off a cascade without end, by its degree.

    A seed of degree :math:`k` fails with probability :math:`u^k`, where :math:`u` is that
    of failure along one edge, the least solution of

    .. math:: u = 1 - \sum_k \frac{k\, p_k\, c_k}{z} \left(1 - u^{k-1}\right).

    The same conditions as for `branching_factor` hold.

    Parameters
    ----------
    shares : array_like of float, shape (highest degree + 1,)
        As `degree_shares` returns them.
    carried : array_like of float
        As for `branching_factor`.

    Returns
    -------
    numpy.ndarray of float, shape (highest degree + 1,)
        At place ``k``, the probability for a seed with ``k`` neighbours.

    Raises
    ------
    ValueError
        As `branching_factor`.

    References
    ----------
    M. E. J. Newman, S. H. Strogatz and D. J. Watts, Random graphs with arbitrary degree
    distributions and their applications, Physical Review E 64, 2001.

    Examples
    --------
    Nodes have one or three neighbours, equally many, and each contact carries; then one
    edge fails with probability one third.

    >>> trigger_probability([0, 0.5, 0, 0.5], 1).round(4).tolist()
    [0.0, 0.6667, 0.8889, 0.963]
    """
    share, passed = _distribution(shares, carried)
    k = np.arange(len(share))
    along = (k * share * passed)[1:] / (k * share).sum()

    def gap(fails: float) -> float:
        return float(1 - (along * (1 - fails ** k[:-1])).sum() - fails)

    # The gap is convex, and 0 where all fails. Its other root, if any, lies further left.
    right = next((1 - step for step in 0.5 ** np.arange(1, 40) if gap(1 - step) < 0), None)
    if right is None:
        return np.zeros(len(share))
    fails = scipy.optimize.brentq(gap, 0, right, xtol=1e-14) if gap(0) > 0 else 0.0
    return np.asarray(1 - fails ** k.astype(float))


def _distribution(shares: ArrayLike, carried: ArrayLike) -> tuple[Numbers, Numbers]:
    share = np.asarray(shares, dtype=float)
    passed = np.broadcast_to(np.asarray(carried, dtype=float), share.shape)
    if not np.isclose(share.sum(), 1) or (share < 0).any() or not share[1:].any():
        raise ValueError("Shares of degrees must add up to 1 and hold a degree above 0.")
    if not ((passed >= 0) & (passed <= 1)).all():
        raise ValueError("A probability that a contact carries lies between 0 and 1.")
    return share, passed


def cascade_window(threshold: float) -> tuple[float, float]:
    r"""Return the mean degrees between which a large random network can tip, after Watts.

    On an Erdos-Renyi network degrees are Poisson, and Watts' condition becomes

    .. math:: z\, P(X_z \le K - 2) > 1, \qquad K = \lfloor 1 / \phi \rfloor,

    with :math:`X_z` Poisson of mean :math:`z`. Below the window the network falls into
    pieces; above it hardly anyone is tipped by one neighbour.

    Parameters
    ----------
    threshold : float
        Share of its neighbours that each node waits for, :math:`\phi`, above 0 and at
        most 1.

    Returns
    -------
    tuple of float and float
        Lower and upper end; both missing (nan) where no mean degree will do, which is so
        for all thresholds above one quarter.

    Raises
    ------
    ValueError
        If the threshold is not above 0 and at most 1.

    References
    ----------
    D. J. Watts, A simple model of global cascades on random networks, PNAS 99(9), 2002,
    figure 1.

    Examples
    --------
    >>> low, high = cascade_window(0.18)
    >>> round(low, 2), round(high, 2)
    (1.02, 5.76)
    >>> cascade_window(0.3)
    (nan, nan)
    """
    if not 0 < threshold <= 1:
        raise ValueError("A threshold is a share of the neighbours; give one above 0, at most 1.")
    most = int(np.floor(1 / threshold + _ROUNDING))

    def excess(mean: ArrayLike) -> Numbers:
        return np.asarray(mean * scipy.stats.poisson.cdf(most - 2, mean) - 1)

    # The product rises to one peak, which lies below most, and falls again.
    grid = np.linspace(0, most, 1000)
    peak = float(grid[excess(grid).argmax()])
    if excess(peak) <= 0:
        return float("nan"), float("nan")
    return float(scipy.optimize.brentq(excess, 0, peak)), float(
        scipy.optimize.brentq(excess, peak, 4 * most + 10)
    )


def following_edges(network: ContactNetwork) -> float:
    """Return by how many other edges an edge is followed on average, the way back left out.

    Parameters
    ----------
    network : ContactNetwork
        Directed or not; probabilities are not used.

    Returns
    -------
    float
        Edges without a direction count both ways. One over it estimates the critical
        probability from the degrees alone.

    Examples
    --------
    >>> import networkx as nx
    >>> following_edges(ContactNetwork.from_graph(nx.complete_graph(5), 1))
    3.0
    """
    leaving, twins = np.diff(network.starts), _ways_back(network)
    return float((leaving[network.targets] - (twins >= 0)).mean()) if len(twins) else 0.0


def _ways_back(network: ContactNetwork) -> Integers:
    """Return the place of the contact that leads straight back, for each contact, or -1."""
    nodes = len(network.nodes)
    sources = np.repeat(np.arange(nodes), np.diff(network.starts))
    forth, back = sources * nodes + network.targets, network.targets * nodes + sources
    places = np.searchsorted(forth, back)
    places[places == len(forth)] = 0
    return np.where(forth[places] == back, places, -1) if len(forth) else places


def non_backtracking_eigenvalue(network: ContactNetwork) -> float:
    r"""Return the leading eigenvalue of the non-backtracking matrix.

    The matrix has a row an edge, and says which edges go on where it ends without
    turning straight back. One over the eigenvalue is a lower bound for the critical
    probability of independent cascades on this very network, close where short cycles are
    few. A dense corner alone can set it, far from where the rest tips: read it beside the
    size of the outbreaks. For a random network it is near `following_edges`.

    Parameters
    ----------
    network : ContactNetwork
        Directed or not; an edge without a direction stands both ways. Probabilities are
        not used.

    Returns
    -------
    float
        By ARPACK through scipy, without writing the matrix down: where no edge has a
        direction, from a matrix with two rows a node (Ihara and Bass) that has the same
        leading eigenvalue. Zero where no path of edges comes round again.

    References
    ----------
    B. Karrer, M. E. J. Newman and L. Zdeborova, Percolation on sparse networks, Physical
    Review Letters 113, 2014. R. Pastor-Satorras and C. Castellano, The localization of
    non-backtracking centrality in networks and its physical consequences, Scientific
    Reports 10, 2020.

    Examples
    --------
    >>> import networkx as nx
    >>> clique = nx.complete_graph(5)
    >>> for graph in (clique, clique.to_directed()):
    ...     network = ContactNetwork.from_graph(graph, 1)
    ...     print(f"{non_backtracking_eigenvalue(network):.6f}")
    3.000000
    3.000000
    """
    directed, network = network.directed, _part_that_comes_round(network)
    if not len(network.targets):
        return 0.0
    matrix = _onward_contacts(network) if directed else _onward_nodes(network)
    size = matrix.shape[0]
    if size < 64:
        return float(np.linalg.eigvals(matrix @ np.eye(size)).real.max())
    found = eigs(matrix, k=1, which="LR", v0=np.ones(size), return_eigenvectors=False)
    return float(found[0].real)


def _onward_contacts(network: ContactNetwork) -> LinearOperator:
    """Return the matrix itself, as what it does to a number for each contact."""
    starts, targets, back = network.starts[:-1], network.targets, _ways_back(network)
    size = len(targets)

    def onward(edges: Numbers) -> Numbers:
        # Each node of this part has an edge out, so no piece that is added up is empty.
        values = np.asarray(edges, dtype=float).ravel()
        sums = np.add.reduceat(values, starts)
        return sums[targets] - np.where(back >= 0, values[back], 0.0)

    return LinearOperator((size, size), matvec=onward, dtype=float)


def _onward_nodes(network: ContactNetwork) -> csr_array:
    """Return a smaller matrix with the same leading eigenvalue, where no edge has a direction.

    By Ihara and Bass: with A the links and D the degrees, the blocks A, I - D; I, 0.
    """
    nodes = len(network.nodes)
    links = csr_array(
        (np.ones(len(network.targets)), network.targets, network.starts), shape=(nodes, nodes)
    )
    less = diags_array(1.0 - np.diff(network.starts))
    return csr_array(block_array([[links, less], [eye_array(nodes), None]]))


def _part_that_comes_round(network: ContactNetwork) -> ContactNetwork:
    """Leave out edges that lead nowhere or come from nowhere, again and again."""
    while True:
        nodes = len(network.nodes)
        sources = np.repeat(np.arange(nodes), np.diff(network.starts))
        targets, back = network.targets, _ways_back(network) >= 0
        goes_on = np.bincount(sources, minlength=nodes)[targets] - back > 0
        comes_on = np.bincount(targets, minlength=nodes)[sources] - back > 0
        kept = goes_on & comes_on
        if kept.all():
            break
        network = _with_contacts(network, sources[kept], targets[kept])
    # Nodes left without an edge have no place in the sums.
    leaving = np.diff(network.starts) > 0
    number = np.cumsum(leaving) - 1
    named = tuple(node for node, stays in zip(network.nodes, leaving, strict=True) if stays)
    shorter = replace(network, nodes=named, starts=np.r_[0, network.starts[1:][leaving]])
    return replace(shorter, targets=number[network.targets].astype(np.int32))


def _with_contacts(network: ContactNetwork, sources: Integers, targets: Integers) -> ContactNetwork:
    counts = np.bincount(sources, minlength=len(network.nodes))
    return ContactNetwork(
        network.nodes,
        True,
        np.r_[0, np.cumsum(counts)],
        targets,
        np.arange(len(targets)),
        np.ones(len(targets)),
    )


def batched_reach(
    network: ContactNetwork,
    *,
    batches: int,
    runs: int,
    seed: int,
    nodes: Sequence[Hashable] | None = None,
) -> Numbers:
    """Return the mean reach of every node as the only seed, in batches of independent cascades.

    Within a run all nodes meet the same live edges, so that their errors hang together.
    Intervals for means over nodes, and for their ratios, must therefore go over batches.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    batches : int
        Number of batches, at least 2; batch ``i`` has the seed ``seed + i``.
    runs : int
        Cascades from each node in a batch, at least 2.
    seed : int
        Seed of the first batch.
    nodes : sequence of hashable, optional
        Nodes that start; all when left out.

    Returns
    -------
    numpy.ndarray of float, shape (batches, nodes)
        Means of `socionaut.influence.spread.simulate_reach`.

    Raises
    ------
    ValueError
        If there are fewer than two batches, or as `socionaut.influence.spread.simulate_reach`.

    Examples
    --------
    >>> import networkx as nx
    >>> line = ContactNetwork.from_graph(nx.path_graph(3), 1)
    >>> batched_reach(line, batches=2, runs=5, seed=1).tolist()
    [[3.0, 3.0, 3.0], [3.0, 3.0, 3.0]]
    """
    if batches < 2:
        raise ValueError("Give at least two batches; one alone has no interval.")
    if nodes is None:
        _demand_counts(runs, seed, least=2)
        sums = _sums_of_all(network)
        return np.stack([sums(runs, np.uint64(seed + i))[0] / runs for i in range(batches)])
    means = [
        simulate_reach(network, nodes, runs=runs, seed=seed + i)["mean"] for i in range(batches)
    ]
    return np.stack([mean.to_numpy() for mean in means])


def mean_ratio(above: ArrayLike, below: ArrayLike, *, level: float = 0.95) -> Estimate:
    r"""Return a ratio of two means over the same batches of a simulation, with its interval.

    With :math:`R = \bar a / \bar b` over :math:`n` batches, the standard error is that of
    the mean of :math:`(a_i - R b_i) / \bar b`, which takes account of how the two hang
    together; the interval is Student's, with :math:`n - 1` degrees of freedom.

    Parameters
    ----------
    above, below : array_like of float, shape (batches,)
        One number a batch.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        Mean of `above` over mean of `below`; its interval is of the luck of the runs.

    Raises
    ------
    ValueError
        If there are fewer than two batches, not as many in both, a number to divide by
        is not above 0, or the level is not between 0 and 1.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 1977, chapter 6 (ratio estimates).

    Examples
    --------
    >>> mean_ratio([2, 4, 6], [1, 2, 3])
    Estimate(value=2.0, low=2.0, high=2.0, kind='runs')
    """
    top, base = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    if top.shape != base.shape or top.ndim != 1 or top.size < 2:
        raise ValueError("Give two numbers for each of at least two batches.")
    if not (base > 0).all() or not 0 < level < 1:
        raise ValueError("Give numbers above 0 to divide by, and a level between 0 and 1.")
    ratio = float(top.mean() / base.mean())
    error = float((top - ratio * base).std(ddof=1) / base.mean() / np.sqrt(top.size))
    half = float(stdtrit(top.size - 1, (1 + level) / 2)) * error
    return Estimate(ratio, ratio - half, ratio + half, "runs")


def imprecision(reach: ArrayLike, predictor: ArrayLike, share: float) -> Estimate:
    r"""Return how much reach is lost by choosing seeds by a predictor, after Kitsak.

    .. math:: \varepsilon(p) = 1 - \frac{M_\mathrm{predictor}(p)}{M_\mathrm{best}(p)},

    where :math:`M(p)` is the mean reach of the share :math:`p` of nodes that score
    highest. The best nodes are found in one half of the batches and measured in the other,
    and the other way round: with the same ones the luckiest nodes would pass for the best.
    Nodes so found are never better than the best, on average; measured where they were
    found, they look better than the best. The value takes the reach of the best half way
    between the two, and the interval goes from the one to the other, so that it covers the
    bias. How far the two lie apart is their `optimism`.

    Parameters
    ----------
    reach : array_like of float, shape (batches, nodes)
        As `batched_reach` or `settled_reach` return it; at least four batches.
    predictor : array_like of float, shape (nodes,)
        For instance degrees or core numbers.
    share : float
        Share of the nodes, :math:`p`.

    Returns
    -------
    Estimate
        Zero when the predictor finds nodes as good as the best, near one when it finds
        poor ones. The ends are those of `mean_ratio` over batches for either reach of the
        best.

    Raises
    ------
    ValueError
        As `optimism` and `mean_ratio`.

    References
    ----------
    M. Kitsak and others, Identification of influential spreaders in complex networks,
    Nature Physics 6, 2010.

    Examples
    --------
    >>> reach = [[4, 2, 1], [4, 2, 1], [4, 2, 1], [4, 2, 1]]
    >>> imprecision(reach, [0, 1, 0], 1 / 3).value
    0.5
    """
    rows = np.asarray(reach, dtype=float)
    chosen = rows @ top_weights(predictor, share)
    kept, doubted = (mean_ratio(chosen, best) for best in _best_of_halves(rows, share))
    middle = 2 / (1 / kept.value + 1 / doubted.value)
    ends = kept.low, kept.high, doubted.low, doubted.high
    return Estimate(1 - middle, 1 - max(ends), 1 - min(ends), "runs and bound")


def optimism(reach: ArrayLike, share: float) -> float:
    """Return by how much the best nodes look better where they were found than elsewhere.

    The reach of the best nodes lies between what those found in one half of the batches
    have in the other half, and what they have in their own. As the runs grow the two
    meet; this is the gap, as a share of the first.

    Parameters
    ----------
    reach : array_like of float, shape (batches, nodes)
        As `batched_reach` returns it; at least four batches.
    share : float
        Share of the nodes that are called best.

    Returns
    -------
    float
        About zero where luck no longer decides who is best.

    Raises
    ------
    ValueError
        If there are fewer than four batches, or the share is out of range.

    Examples
    --------
    >>> lucky = [[9, 1], [9, 1], [1, 9], [1, 9]]
    >>> optimism(lucky, 1 / 2)
    8.0
    """
    elsewhere, own = _best_of_halves(np.asarray(reach, dtype=float), share)
    return float(own.mean() / elsewhere.mean() - 1)


def _best_of_halves(rows: Numbers, share: float) -> tuple[Numbers, Numbers]:
    """Return by batch the reach of the nodes best in the other half, and in its own."""
    if rows.ndim != 2 or len(rows) < 4:
        raise ValueError("Give at least four batches; two halves of two can be compared.")
    middle = len(rows) // 2
    halves = rows[:middle], rows[middle:]
    best = [top_weights(half.mean(axis=0), share) for half in halves]
    elsewhere = [half @ other for half, other in zip(halves, best[::-1], strict=True)]
    own = [half @ found for half, found in zip(halves, best, strict=True)]
    return np.concatenate(elsewhere), np.concatenate(own)


def settled_reach(
    network: ContactNetwork,
    share: float,
    *,
    seed: int,
    batches: int = 12,
    runs: int = 8,
    agree: float = 0.01,
    most: int = 1024,
    nodes: Sequence[Hashable] | None = None,
) -> Numbers:
    """Return the reach of every node from as many runs as it takes to tell who is best.

    Runs are doubled, by adding as many again, until the `optimism` of the best nodes is
    at most `agree`, or until there are `most` runs a batch; the caller can ask `optimism`
    which of the two it was.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    share : float
        Share of the nodes that are called best.
    seed : int
        Seed of the first batch.
    batches : int
        Number of batches, at least 4.
    runs : int
        Cascades from each node in a batch at first.
    agree : float
        What two halves of the batches may differ by, as a share of the reach.
    most : int
        Largest number of runs a batch.
    nodes : sequence of hashable, optional
        Nodes that start, of which `share` is taken; all when left out.

    Returns
    -------
    numpy.ndarray of float, shape (batches, nodes)
        As `batched_reach` returns it.

    Raises
    ------
    ValueError
        As `batched_reach` and `optimism`.

    Examples
    --------
    >>> import networkx as nx
    >>> star = ContactNetwork.from_graph(nx.star_graph(9), 0.5)
    >>> reach = settled_reach(star, 0.1, seed=1, batches=4)
    >>> reach.shape, bool(optimism(reach, 0.1) <= 0.01)
    ((4, 10), True)
    """
    reach = batched_reach(network, batches=batches, runs=runs, seed=seed, nodes=nodes)
    done = runs
    while optimism(reach, share) > agree and 2 * done <= most:
        # Seeds further on: all batches of all rounds are independent.
        more = batched_reach(
            network, batches=batches, runs=done, seed=seed + 10_000 * done, nodes=nodes
        )
        reach, done = (reach + more) / 2, 2 * done
    return reach
