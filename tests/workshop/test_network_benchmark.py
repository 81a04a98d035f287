"""The benchmark of networks: fair, refused where the ways differ, and never a race."""

from __future__ import annotations

import random
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workshop import network_benchmark
from workshop.network_benchmark import (
    compare_with_networkx,
    summarise_ratios,
    synthetic_network,
)
from workshop.scale import ScaleError

SMALL = {"sources": 5, "runs": 400}


@pytest.fixture(autouse=True)
def _no_cleaning(monkeypatch):
    """Spare what would take most of the time: memory is cleaned before each measurement."""
    monkeypatch.setattr(network_benchmark, "gc", SimpleNamespace(collect=lambda: None))


def test_each_task_is_done_in_both_ways_in_every_round():
    told = []
    measured = compare_with_networkx(synthetic_network(60), rounds=2, progress=told.append, **SMALL)
    counts = measured.groupby(["round", "task"])["way"].agg(["size", "nunique"])
    assert counts.eq(2).all(axis=None)
    first = measured.groupby("round").first()["way"].tolist()
    assert first == ["networkx", "here"]
    assert (measured["seconds"] > 0).all()
    assert told[0] == "round 1, PageRank to the same tolerance: the same result"
    table = summarise_ratios(measured)
    assert table.index.tolist() == [
        "PageRank to the same tolerance",
        "core numbers",
        "betweenness from 5 sources",
        "400 cascades",
    ]
    assert table["scaled"].tolist() == [1, 1, 1, 20]


def test_the_plain_way_is_networkx_itself(monkeypatch):
    """Were the plain way dispatched to igraph as well, the ratios would be those of nothing."""
    seen = []
    inner = network_benchmark.nx.core_number

    def watched(graph, *, backend):
        seen.append(backend)
        return inner(graph, backend=backend)

    monkeypatch.setattr(network_benchmark.nx, "core_number", watched)
    compare_with_networkx(synthetic_network(60), rounds=1, **SMALL)
    assert seen == ["networkx", "igraph"] * 2


def test_a_wrong_result_is_no_benchmark(monkeypatch):
    right = network_benchmark.simulate_cascades

    def wrong(*arguments, **options):
        return right(*arguments, **options) + 30

    monkeypatch.setattr(network_benchmark, "simulate_cascades", wrong)
    with pytest.raises(ScaleError, match="400 cascades: the two ways differ"):
        compare_with_networkx(synthetic_network(60), rounds=1, **SMALL)


def test_times_are_scaled_by_the_share_of_work_that_was_done(monkeypatch):
    monkeypatch.setattr(network_benchmark, "_timed", lambda work: (1.0, work()))
    measured = compare_with_networkx(synthetic_network(60), rounds=1, **SMALL)
    plain = measured.query("way == 'networkx'").set_index("task")["seconds"]
    assert plain["400 cascades"] == 20
    assert plain["core numbers"] == 1


def test_ratios_are_taken_within_a_round():
    measured = pd.DataFrame(
        {
            "round": [1, 1, 2, 2, 3, 3],
            "task": "core numbers",
            "way": ["networkx", "here"] * 3,
            "seconds": [2.0, 1.0, 30.0, 10.0, 8.0, 2.0],
            "scaled": 1,
        }
    )
    row = summarise_ratios(measured).loc["core numbers"]
    assert row[["times faster", "least", "most"]].tolist() == [3, 2, 4]
    assert row[["networkx", "here"]].tolist() == [8, 2]


def test_the_plain_cascade_is_an_independent_cascade():
    """Against the chance of a path: 1 + p + p² from its end."""
    path = network_benchmark.nx.path_graph(3)
    generator = random.Random(1)
    sizes = np.array([network_benchmark._plain(path, [0], generator) for _ in range(40_000)])
    p = network_benchmark._PROBABILITY
    assert sizes.mean() == pytest.approx(1 + p + p**2, abs=5 * sizes.std() / 200)


def test_the_network_is_the_same_on_every_call_and_has_hubs():
    one, two = synthetic_network(2000), synthetic_network(2000)
    assert list(one.edges()) == list(two.edges())
    assert max(dict(one.degree()).values()) > 100
    assert one.number_of_edges() == 8 * (2000 - 8)


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"runs": 10}])
def test_too_little_to_measure_is_refused(wrong):
    with pytest.raises(ScaleError, match="or more"):
        compare_with_networkx(synthetic_network(60), **wrong)
    with pytest.raises(ScaleError, match="more nodes"):
        synthetic_network(8)
