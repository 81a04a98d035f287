"""How much of a simulation can be afforded: which nodes start, and how many runs each has.

A budget counts steps along edges, not seconds, so that it plans the same on every machine.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from socionaut.influence.spread import ContactNetwork, simulate_reach

__all__ = ["Plan", "plan_starts"]

_PROBED, _LEAST_RUNS, _LEAST_BEST, _LEAST_DRAWN = 20, 2, 10, 30


class Plan(NamedTuple):
    """From which nodes cascades start, and how often.

    Attributes
    ----------
    starts : list
        The nodes, sorted as in the network.
    runs : int
        Cascades from each in a batch.
    drawn : pandas.Series of bool
        By node, whether it was drawn at random: means over these speak of all nodes.
    whole : bool
        Whether all nodes start.
    """

    starts: list[Hashable]
    runs: int
    drawn: pd.Series
    whole: bool


def plan_starts(
    network: ContactNetwork,
    best: Sequence[Hashable],
    *,
    seed: int,
    batches: int = 20,
    most: int = 1024,
    work: float = 1e9,
) -> Plan:
    """Plan a simulation of the reach of nodes within a budget of work.

    Parameters
    ----------
    network : ContactNetwork
        Who can reach whom, with probabilities.
    best : sequence of hashable
        Nodes that must be among the starts, the most important first; cut where even they are
        too many.
    seed : int
        Seed of the choice of the others.
    batches : int
        Independent batches.
    most : int
        Largest number of runs a batch.
    work : float
        Steps along edges that may be taken, some ten seconds for a billion.

    Returns
    -------
    Plan
        All nodes where the budget allows two runs a batch for them; else those of `best` and as
        many drawn at random as it allows.

    Examples
    --------
    >>> import networkx as nx
    >>> star = ContactNetwork.from_graph(nx.star_graph(4), 0.5)
    >>> plan_starts(star, [0], seed=1).whole
    True
    """
    nodes = list(network.nodes)
    edges, size = len(network.targets), len(nodes)
    generator = np.random.default_rng(seed)
    if not network.directed:
        # Without directions, one pass over the edges serves all nodes.
        runs = int(np.clip(work / batches / (edges + size), _LEAST_RUNS, most))
        return Plan(nodes, runs, pd.Series(True, index=pd.Index(nodes)), whole=True)
    probed = [nodes[at] for at in generator.choice(size, min(_PROBED, size), replace=False)]
    reached = float(simulate_reach(network, probed, runs=2, seed=seed)["mean"].mean())
    cost = 1 + reached * (1 + edges / size)
    runs = int(np.clip(work / batches / size / cost, 0, most))
    if runs >= _LEAST_RUNS:
        return Plan(nodes, runs, pd.Series(True, index=pd.Index(nodes)), whole=True)
    affordable = int(work / batches / _LEAST_RUNS / cost)
    first = list(best)[: max(_LEAST_BEST, affordable // 2)]
    count = int(np.clip(affordable - len(first), _LEAST_DRAWN, size))
    drawn = {nodes[at] for at in generator.choice(size, count, replace=False)}
    chosen = {*first, *drawn}
    starts = [node for node in nodes if node in chosen]
    marks = pd.Series([node in drawn for node in starts], index=pd.Index(starts))
    return Plan(starts, _LEAST_RUNS, marks, whole=False)
