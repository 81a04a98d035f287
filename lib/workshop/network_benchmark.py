"""How much faster networks are computed here than in plain networkx, in one run.

The network is synthetic and serves for speed alone, with about as many nodes and edges as
the Facebook pages of the open data. Each task is computed in both ways in turn, round by
round, so that what else the machine does hits both; and both must get the same result.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd

from socionaut.influence.spread import ContactNetwork, simulate_cascades
from workshop.scale import ScaleError

__all__ = ["compare_with_networkx", "summarise_ratios", "synthetic_network"]

_WAYS = ("networkx", "here")
_PROBABILITY = 0.05
_PLAIN_SHARE = 20


class _Task(NamedTuple):
    name: str
    plain: Callable[[], Any]
    here: Callable[[], Any]
    agree: Callable[[Any, Any], bool]
    # A slow way may do one part in so many of the work; its time is then multiplied.
    plain_share: int = 1


def synthetic_network(nodes: int = 22_470, *, links: int = 8) -> nx.Graph:
    """Return a network with few large hubs, the same on every call.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    links : int
        Number of earlier nodes that each new one is tied to.

    Returns
    -------
    networkx.Graph
        After Barabási and Albert; of networkx.

    Raises
    ------
    ScaleError
        If there are not more nodes than links.

    Examples
    --------
    >>> synthetic_network(100).number_of_edges()
    736
    """
    if not 1 <= links < nodes:
        raise ScaleError(f"{nodes} nodes with {links} links each cannot be made; give more nodes.")
    return nx.barabasi_albert_graph(nodes, links, seed=4)


def compare_with_networkx(
    graph: nx.Graph,
    *,
    sources: int = 50,
    runs: int = 1000,
    rounds: int = 3,
    progress: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Compute each task in networkx and here, in turn.

    Times hold the conversion of the graph for igraph in each call. Not counted are what is
    done once: loading and compiling code, and, for cascades, putting the network into
    arrays.

    Parameters
    ----------
    graph : networkx.Graph
        Without self-loops.
    sources : int
        Number of source nodes for betweenness.
    runs : int
        Number of cascades from the ten nodes with most neighbours, each edge with the
        chance 0.05. The plain loop does one run in twenty, and its time is multiplied.
    rounds : int
        Number of rounds; in each, every task is done both ways.
    progress : callable
        Called with a line of text after each task.

    Returns
    -------
    pandas.DataFrame
        A row a measurement: ``round``, ``task``, ``way`` (networkx or here), ``seconds`` (of
        the processor, hardly moved by what else runs), ``scaled`` (by how much the time
        was multiplied).

    Raises
    ------
    ScaleError
        If the two ways do not get the same result, or there is no round.
    """
    if rounds < 1 or runs < 2 * _PLAIN_SHARE:
        raise ScaleError(f"Give 1 round or more, and {2 * _PLAIN_SHARE} runs or more.")
    tasks = _tasks(graph, min(sources, len(graph)), runs)
    for task in _tasks(synthetic_network(50), 5, 2 * _PLAIN_SHARE):
        task.plain(), task.here()
    rows = []
    for number in range(1, rounds + 1):
        for task in tasks:
            ways = {"networkx": task.plain, "here": task.here}
            results = {}
            for way in _WAYS if number % 2 else reversed(_WAYS):
                scaled = task.plain_share if way == "networkx" else 1
                seconds, results[way] = _timed(ways[way])
                rows.append((number, task.name, way, scaled * seconds, scaled))
            if not task.agree(results["networkx"], results["here"]):
                raise ScaleError(
                    f"{task.name}: the two ways differ, so the times mean nothing; find out first "
                    "which is right."
                )
            progress(f"round {number}, {task.name}: the same result")
    return pd.DataFrame(rows, columns=["round", "task", "way", "seconds", "scaled"])


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    gc.collect()
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def _tasks(graph: nx.Graph, sources: int, runs: int) -> list[_Task]:
    seeds = sorted(graph, key=lambda node: (-graph.degree[node], node))[:10]

    def pagerank(backend: str) -> Any:  # noqa: ANN401
        return nx.pagerank(graph, tol=1e-10, max_iter=500, backend=backend)

    def core(backend: str) -> Any:  # noqa: ANN401
        return nx.core_number(graph, backend=backend)

    def betweenness(backend: str) -> Any:  # noqa: ANN401
        return nx.betweenness_centrality(graph, k=sources, seed=1, backend=backend)

    def plain_cascades() -> np.ndarray:
        generator = random.Random(1)
        return np.array([_plain(graph, seeds, generator) for _ in range(runs // _PLAIN_SHARE)])

    network = ContactNetwork.from_graph(graph, _PROBABILITY)

    def cascades() -> np.ndarray:
        return simulate_cascades(network, seeds, runs=runs, seed=1)

    named = {
        "PageRank to the same tolerance": pagerank,
        "core numbers": core,
        f"betweenness from {sources} sources": betweenness,
    }
    return [
        *(
            _Task(name, lambda f=f: f("networkx"), lambda f=f: f("igraph"), _same)  # type: ignore[misc]
            for name, f in named.items()
        ),
        _Task(f"{runs:,} cascades", plain_cascades, cascades, _same_mean, _PLAIN_SHARE),
    ]


def _plain(graph: nx.Graph, seeds: Sequence[Hashable], generator: random.Random) -> int:
    """Return the size of one cascade, written as one would at first."""
    reached, waiting = set(seeds), list(seeds)
    while waiting:
        for neighbour in graph[waiting.pop()]:
            if neighbour not in reached and generator.random() < _PROBABILITY:
                reached.add(neighbour)
                waiting.append(neighbour)
    return len(reached)


def _same(one: Mapping[Hashable, float], two: Mapping[Hashable, float]) -> bool:
    # networkx stops PageRank at a change of 1e-10 a node, so it may be off by some of these.
    return list(one) == list(two) and np.allclose([*one.values()], [*two.values()], 0, 1e-8)


def _same_mean(one: np.ndarray, two: np.ndarray) -> bool:
    error = np.sqrt(one.var(ddof=1) / len(one) + two.var(ddof=1) / len(two))
    return bool(abs(one.mean() - two.mean()) <= 5 * error)


def summarise_ratios(measured: pd.DataFrame) -> pd.DataFrame:
    """Return median times and how many times faster a task is here.

    Parameters
    ----------
    measured : pandas.DataFrame
        As `compare_with_networkx` returns it.

    Returns
    -------
    pandas.DataFrame
        A row a task: ``networkx`` and ``here``, median seconds of the processor; ``times
        faster``, the median over the rounds of one over the other; ``least`` and ``most``
        of these; ``scaled``, by how much the time of networkx was multiplied.

    Examples
    --------
    >>> measured = pd.DataFrame({"round": 1, "task": "core numbers", "way": ["networkx", "here"],
    ...     "seconds": [6.0, 0.5], "scaled": 1})
    >>> summarise_ratios(measured)["times faster"].tolist()
    [12.0]
    """
    seconds = measured.pivot_table(index=["task", "round"], columns="way", values="seconds")
    ratios = (seconds["networkx"] / seconds["here"]).groupby("task")
    medians = seconds.groupby("task").median()
    table = pd.DataFrame(
        {
            "networkx": medians["networkx"],
            "here": medians["here"],
            "times faster": ratios.median(),
            "least": ratios.min(),
            "most": ratios.max(),
            "scaled": measured.groupby("task")["scaled"].max(),
        }
    )
    return table.loc[measured["task"].unique()]
