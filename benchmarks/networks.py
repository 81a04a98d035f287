"""How much faster networks are computed here than otherwise, as ratios within one run.

Run with ``.venv/bin/python benchmarks/networks.py``. The networks are synthetic (few large
hubs, after Barabási and Albert) and serve for speed alone. Each task is done in all its ways in
turn, round by round, so that what else the machine does hits all; and where the ways do not get
the same result the script stops. Loading and compiling are done before. cynetdiff, a maintained
simulator of cascades, is compared where it is installed (``uv pip install cynetdiff``). With
``--store`` the ratios go to ``networks.csv``, from which ``socionaut readme`` makes the table;
those of tasks that were not measured stay (``--most-edges 0`` leaves out growing networks).
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pandas as pd

from socionaut import versions
from socionaut.influence import (
    ContactNetwork,
    centralities,
    greedy_seeds,
    reverse_seeds,
    simulate_cascades,
    simulate_reach,
)

PROBABILITY = 0.05
#: Below the critical chance at every size, so that what grows is the network and not the cascade.
GROWING = 0.005
PLAIN_SHARE = 20
#: Numbers of seeds at which choosing them is timed.
BUDGETS = (10, 50, 200, 800)
STORE = Path(__file__).with_suffix(".csv")
Ways = dict[str, Callable[[], Any]]


def cascades(graph: nx.Graph, seeds: Sequence[Hashable], runs: int) -> Ways:
    """Return the ways to simulate cascades: the sizes of each run, or of a part of them."""
    network = ContactNetwork.from_graph(graph, PROBABILITY)
    ways: Ways = {
        "plain loop": lambda: plain(graph, seeds, runs // PLAIN_SHARE),
        "here": lambda: simulate_cascades(network, seeds, runs=runs, seed=1),
    }
    if importlib.util.find_spec("cynetdiff"):
        from cynetdiff.utils import networkx_to_ic_model

        model, _ = networkx_to_ic_model(graph, activation_prob=PROBABILITY, rng=1)

        def by_cynetdiff() -> np.ndarray:
            sizes = []
            model.set_seeds(seeds)
            for _ in range(runs):
                model.reset_model()
                model.advance_until_completion()
                sizes.append(model.get_num_activated_nodes())
            return np.array(sizes)

        ways["cynetdiff"] = by_cynetdiff
    return ways


def plain(graph: nx.Graph, seeds: Sequence[Hashable], runs: int) -> np.ndarray:
    """Return the sizes of cascades, written as one would at first."""
    generator, sizes = random.Random(1), []
    for _ in range(runs):
        reached, waiting = set(seeds), list(seeds)
        while waiting:
            for neighbour in graph[waiting.pop()]:
                if neighbour not in reached and generator.random() < PROBABILITY:
                    reached.add(neighbour)
                    waiting.append(neighbour)
        sizes.append(len(reached))
    return np.array(sizes)


def same_mean(one: np.ndarray, two: np.ndarray) -> bool:
    """Return whether two means differ by at most five standard errors."""
    error = np.sqrt(one.var(ddof=1) / len(one) + two.var(ddof=1) / len(two))
    return bool(abs(one.mean() - two.mean()) <= 5 * error)


def measures(graph: nx.Graph, sources: int) -> dict[str, Ways]:
    """Return the centralities to compare, by networkx and by igraph with its conversion."""
    plain_ways: dict[str, tuple[str, Callable[[], Mapping[Hashable, float]]]] = {
        "PageRank to the same tolerance": (
            "pagerank",
            partial(nx.pagerank, graph, tol=1e-10, max_iter=500),
        ),
        "core numbers": ("core", partial(nx.core_number, graph)),
        f"betweenness from {sources} sources": (
            "betweenness",
            partial(nx.betweenness_centrality, graph, k=sources, seed=1),
        ),
    }

    def by_networkx(way: Callable[[], Mapping[Hashable, float]]) -> np.ndarray:
        return pd.Series(way()).sort_index().to_numpy()

    def by_igraph(measure: str) -> np.ndarray:
        table = centralities(graph, measures=[measure], sources=sources, seed=1)
        return table.iloc[:, 0].to_numpy()

    return {
        name: {"networkx": partial(by_networkx, way), "here": partial(by_igraph, measure)}
        for name, (measure, way) in plain_ways.items()
    }


def same_values(one: np.ndarray, two: np.ndarray) -> bool:
    """Return whether values agree; networkx stops PageRank at a change of 1e-10 a node."""
    return np.allclose(one, two, rtol=0, atol=1e-8)


def compare(tasks: dict[str, Ways], agree: Callable[[Any, Any], bool], rounds: int) -> pd.DataFrame:
    """Return processor seconds of each task and way, the median over the rounds."""
    rows = []
    for number in range(rounds):
        for task, ways in tasks.items():
            results = {}
            for way in list(ways) if number % 2 else reversed(list(ways)):
                started = time.process_time()
                results[way] = ways[way]()
                share = PLAIN_SHARE if way == "plain loop" else 1
                rows.append((task, way, share * (time.process_time() - started)))
            for way, result in results.items():
                if not agree(result, results["here"]):
                    raise SystemExit(f"{task}: {way} and here differ, so the times mean nothing.")
    measured = pd.DataFrame(rows, columns=["task", "way", "seconds"])
    table = measured.pivot_table(index="task", columns="way", values="seconds", aggfunc="median")
    return table.join(table.div(table["here"], axis=0).drop(columns="here").add_suffix(" / here"))


def synthetic(nodes: int) -> ContactNetwork:
    """Return a network of eight edges a node in arrays; igraph grows it in seconds."""
    random.seed(4)
    ends = np.array(igraph.Graph.Barabasi(nodes, 8).get_edgelist(), dtype=np.int64)
    both = np.concatenate([ends, ends[:, ::-1]])
    order = np.lexsort((both[:, 1], both[:, 0]))
    edges = np.tile(np.arange(len(ends), dtype=np.int32), 2)
    counts = np.bincount(both[:, 0], minlength=nodes)
    return ContactNetwork(
        tuple(range(nodes)),
        False,
        np.concatenate([[0], np.cumsum(counts)]),
        both[order, 1].astype(np.int32),
        edges[order],
        np.full(len(both), GROWING),
    )


def growth(sizes: Sequence[int], budget: int) -> pd.DataFrame:
    """Return seconds of cascades, of reach and of choosing seeds, as networks grow."""
    rows = {}
    for nodes in sizes:
        network = synthetic(nodes)
        hubs = np.argsort(-np.diff(network.starts), kind="stable")[:10].tolist()
        tasks: Ways = {
            "100 cascades from ten hubs": partial(
                simulate_cascades, network, hubs, runs=100, seed=1
            ),
            "reach of every node, 20 runs": partial(simulate_reach, network, runs=20, seed=1),
            f"greedy search, {budget} seeds": partial(
                greedy_seeds, network, budget, graphs=20, seed=1
            ),
            f"reverse sets, {budget} seeds": partial(
                reverse_seeds, network, budget, sets=5_000, seed=1
            ),
        }
        row = {}
        for name, work in tasks.items():
            started = time.process_time()
            work()
            row[name] = time.process_time() - started
        rows[len(network.targets) // 2] = row
        print(f"{len(network.targets) // 2:,} edges done", flush=True)
    return pd.DataFrame(rows).T.rename_axis("edges")


def by_budget(nodes: int, budgets: Sequence[int], rounds: int) -> pd.DataFrame:
    """Return how many times as long choosing seeds takes as with the fewest; medians of rounds."""
    network = synthetic(nodes)
    choose: dict[str, Callable[[int], object]] = {
        "greedy search": lambda k: greedy_seeds(network, k, graphs=20, seed=1),
        "reverse sets": lambda k: reverse_seeds(network, k, sets=5_000, seed=1),
    }
    rows = []
    for name, work in choose.items():
        taken = np.zeros((rounds, len(budgets)))
        for number in range(rounds):
            for place, budget in enumerate(budgets):
                started = time.process_time()
                work(budget)
                taken[number, place] = time.process_time() - started
        times = np.median(taken, axis=0)
        task = f"{name}, {len(network.targets) // 2:,} edges"
        rows += [
            (task, f"{budget} seeds", spent / times[0])
            for budget, spent in zip(budgets, times, strict=True)
        ]
    return pd.DataFrame(rows, columns=["task", "way", "ratio"])


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many times as long each other way took as ours, a row a task and way."""
    others = table.filter(like=" / here").rename(columns=lambda name: name.removesuffix(" / here"))
    rows = others.rename_axis("task").reset_index().melt("task", var_name="way", value_name="ratio")
    return rows.dropna()


def grown(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many times as long each task took as with the fewest edges."""
    times = (table / table.iloc[0]).reset_index()
    rows = times.melt("edges", var_name="task", value_name="ratio")
    return rows.assign(way=[f"{edges:,} edges" for edges in rows["edges"]]).drop(columns="edges")


def main() -> None:
    """Measure, print, and store the ratios for the README."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--most-edges", type=float, default=1e7)
    options.add_argument("--budget", type=int, default=50)
    options.add_argument("--store", action="store_true", help="write benchmarks/networks.csv")
    given = options.parse_args()
    print(versions("igraph", "networkx", "numba"))
    small = nx.barabasi_albert_graph(50, 8, seed=4)
    for tasks, agree in (
        ({"cascades": cascades(small, [0], 100)}, lambda *_: True),
        (measures(small, 5), same_values),
    ):
        compare(tasks, agree, 1)
    growth([50], 5)
    graph = nx.barabasi_albert_graph(22_470, 8, seed=4)
    print(f"synthetic: {len(graph):,} nodes, {graph.number_of_edges():,} edges; same results")
    seeds = sorted(graph, key=lambda node: (-graph.degree[node], node))[:10]
    compared = [
        compare({"cascades": cascades(graph, seeds, given.runs)}, same_mean, given.rounds),
        compare(measures(graph, 50), same_values, given.rounds),
    ]
    for table in compared:
        print(table.round(2).to_string())
    measured = [*map(ratios, compared)]
    sizes = [n for n in (1250, 12_500, 125_000, 1_250_000) if 8 * n <= given.most_edges]
    if sizes:
        larger = growth(sizes, given.budget)
        print(f"processor seconds as the network grows\n{larger.round(2)}")
        measured.append(grown(larger))
        measured.append(by_budget(12_500, BUDGETS, given.rounds))
    if given.store:
        store(pd.concat(measured))


def store(measured: pd.DataFrame) -> None:
    """Write the ratios of the tasks that were measured; those of the others stay."""
    known = pd.read_csv(STORE, dtype=str)
    rows = measured.assign(ratio=measured["ratio"].map("{:.3g}".format))
    others = known[~known["task"].isin(rows["task"])]
    pd.concat([rows, others]).to_csv(STORE, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
