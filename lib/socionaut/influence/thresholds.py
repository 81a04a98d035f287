"""Tipping points: threshold cascades, branching factors, and who tips what.

Two models of spread share one theory here. In an *independent cascade* each contact
passes a thing on with a fixed probability (`socionaut.influence.spread` simulates it). In a
*threshold model* a node adopts once a given share of its neighbours has. On a large
random network either can run away where its *branching factor* is above one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.sparse import block_array, csr_array, diags_array, eye_array
from scipy.sparse.linalg import eigs
from scipy.stats import poisson
from scipy.stats import t as student

from socionaut.estimates import Estimate
from socionaut.influence.spread import ContactNetwork, Integers, compiled, simulate_reach

__all__ = [
    "batched_reach",
    "branching_factor",
    "cascade_window",
    "degree_shares",
    "imprecision",
    "mean_ratio",
    "neighbours_needed",
    "non_backtracking_eigenvalue",
    "threshold_reach",
    "threshold_steps",
    "top_weights",
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
    needed, (places,) = _needed(network, threshold), _places(network, [seeds])
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
    needed, sets = _needed(network, threshold), _places(network, seed_sets)
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


def _places(network: ContactNetwork, sets: Iterable[Iterable[Hashable]]) -> list[Integers]:
    numbers = {node: number for number, node in enumerate(network.nodes)}
    try:
        places = [np.array([numbers[node] for node in seeds], dtype=np.int64) for seeds in sets]
    except KeyError as error:
        raise ValueError(f"{error} is not a node of the network; name one that is.") from None
    if not all(map(len, places)):
        raise ValueError("A set of seeds is empty; give at least one node.")
    return places


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

    Examples
    --------
    >>> degree_shares([1, 1, 2, 4]).tolist()
    [0.0, 0.5, 0.25, 0.0, 0.25]
    """
    count = np.asarray(degree)
    return np.bincount(count) / count.size


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
    fails = brentq(gap, 0, right, xtol=1e-14) if gap(0) > 0 else 0.0
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
        return np.asarray(mean * poisson.cdf(most - 2, mean) - 1)

    # The product rises to one peak, which lies below most, and falls again.
    grid = np.linspace(0, most, 1000)
    peak = float(grid[excess(grid).argmax()])
    if excess(peak) <= 0:
        return float("nan"), float("nan")
    return float(brentq(excess, 0, peak)), float(brentq(excess, peak, 4 * most + 10))


def non_backtracking_eigenvalue(network: ContactNetwork) -> float:
    r"""Return the leading eigenvalue of the non-backtracking matrix.

    One over it is a lower bound for the critical probability of independent cascades on
    this very network, close where short cycles are few. A dense corner alone can set it,
    far from where the rest tips: read it beside the size of the outbreaks. For a random
    network it is near :math:`\langle k^2 - k \rangle / \langle k \rangle`.

    Parameters
    ----------
    network : ContactNetwork
        Without directions; probabilities are not used.

    Returns
    -------
    float
        By ARPACK through scipy, of the matrix with two rows a node whose spectrum holds
        all eigenvalues but 1 and -1 (Ihara and Bass).

    Raises
    ------
    ValueError
        If the network is directed.

    References
    ----------
    B. Karrer, M. E. J. Newman and L. Zdeborova, Percolation on sparse networks, Physical
    Review Letters 113, 2014. R. Pastor-Satorras and C. Castellano, The localization of
    non-backtracking centrality in networks and its physical consequences, Scientific
    Reports 10, 2020.

    Examples
    --------
    >>> import networkx as nx
    >>> clique = ContactNetwork.from_graph(nx.complete_graph(5), 1)
    >>> round(non_backtracking_eigenvalue(clique), 6)
    3.0
    """
    if network.directed:
        raise ValueError("The network is directed; give the graph as graph.to_undirected().")
    nodes = len(network.nodes)
    parts = (np.ones(len(network.targets)), network.targets, network.starts)
    others = diags_array(np.diff(network.starts) - 1.0)
    rows = [[None, others], [-eye_array(nodes), csr_array(parts, shape=(nodes, nodes))]]
    start = np.ones(2 * nodes)
    matrix = block_array(rows, format="csr")
    return float(eigs(matrix, k=1, which="LR", v0=start, return_eigenvectors=False)[0].real)


def batched_reach(network: ContactNetwork, *, batches: int, runs: int, seed: int) -> Numbers:
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
    means = [simulate_reach(network, runs=runs, seed=seed + i)["mean"] for i in range(batches)]
    return np.stack([mean.to_numpy() for mean in means])


def top_weights(score: ArrayLike, share: float) -> Numbers:
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
    value = np.asarray(score, dtype=float)
    if not 0 < share <= 1 or np.isnan(value).any():
        raise ValueError("Give a share above 0 and at most 1, and a score for every node.")
    size = max(1, round(share * value.size))
    last = np.partition(value, -size)[-size]
    above, tied = value > last, value == last
    return np.where(above, 1.0, np.where(tied, (size - above.sum()) / tied.sum(), 0.0)) / size


def mean_ratio(above: ArrayLike, below: ArrayLike, *, level: float = 0.95) -> Estimate:
    r"""Return a ratio of two means over the same batches, with its interval.

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
        Mean of `above` over mean of `below`.

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
    Estimate(value=2.0, low=2.0, high=2.0, kind='sampling')
    """
    top, base = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    if top.shape != base.shape or top.ndim != 1 or top.size < 2:
        raise ValueError("Give two numbers for each of at least two batches.")
    if not (base > 0).all() or not 0 < level < 1:
        raise ValueError("Give numbers above 0 to divide by, and a level between 0 and 1.")
    ratio = float(top.mean() / base.mean())
    error = float((top - ratio * base).std(ddof=1) / base.mean() / np.sqrt(top.size))
    half = float(student.ppf((1 + level) / 2, top.size - 1)) * error
    return Estimate(ratio, ratio - half, ratio + half, "sampling")


def imprecision(
    reach: ArrayLike,
    predictor: ArrayLike,
    share: float,
    *,
    ranked_by: ArrayLike,
) -> Estimate:
    r"""Return how much reach is lost by choosing seeds by a predictor, after Kitsak.

    .. math:: \varepsilon(p) = 1 - \frac{M_\mathrm{predictor}(p)}{M_\mathrm{best}(p)},

    where :math:`M(p)` is the mean reach of the share :math:`p` of nodes that score
    highest. The best nodes are taken from other cascades than those that measure reach:
    with the same ones the luckiest nodes would pass for the best.

    Parameters
    ----------
    reach : array_like of float, shape (batches, nodes)
        As `batched_reach` returns it; these cascades measure.
    predictor : array_like of float, shape (nodes,)
        For instance degrees or core numbers.
    share : float
        Share of the nodes, :math:`p`.
    ranked_by : array_like of float, shape (nodes,)
        Mean reach of each node in other cascades; it says which nodes are best.

    Returns
    -------
    Estimate
        With the interval of `mean_ratio` over batches. Zero when the predictor finds nodes
        as good as the best, near one when it finds poor ones; slightly below zero when
        the best were found from too few cascades.

    References
    ----------
    M. Kitsak and others, Identification of influential spreaders in complex networks,
    Nature Physics 6, 2010.

    Examples
    --------
    >>> reach = [[4, 2, 1], [4, 2, 1]]
    >>> imprecision(reach, [0, 1, 0], 1 / 3, ranked_by=[3, 2, 1])
    Estimate(value=0.5, low=0.5, high=0.5, kind='sampling')
    """
    chosen, best = (
        np.asarray(reach) @ top_weights(score, share) for score in (predictor, ranked_by)
    )
    kept = mean_ratio(chosen, best)
    return Estimate(1 - kept.value, 1 - kept.high, 1 - kept.low, kept.kind)
