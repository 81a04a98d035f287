"""Losses: what is left, and who is still first."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.stats import spearmanr

from socionaut.influence import LOSSES, kept_after_loss


def test_nothing_of_note_lost_keeps_all():
    graph = nx.barabasi_albert_graph(80, 3, seed=2)
    rows = kept_after_loss(graph, ["degree", "core"], shares=[0.001], draws=2, seed=1)
    assert (rows["top_kept"] == 1).all()
    assert np.allclose(rows["correlation"], 1)
    assert len(rows) == len(LOSSES) * 2 * 2


def test_losing_the_least_connected_by_another_route():
    graph = nx.barabasi_albert_graph(50, 2, seed=4)
    # No two nodes tie at the border of the loss, so no lot is drawn.
    degrees = sorted(dict(graph.degree).values())
    cut = next(k for k in range(10, 40) if degrees[k] > degrees[k - 1])
    kept = [node for node in graph if graph.degree[node] >= degrees[cut]]
    rest = graph.subgraph(kept)
    expected = spearmanr([graph.degree[n] for n in kept], [rest.degree[n] for n in kept])[0]
    rows = kept_after_loss(
        graph, ["degree"], shares=[cut / 50], draws=1, seed=1, losses=["least connected first"]
    )
    assert rows["correlation"].item() == pytest.approx(expected)


def test_measures_are_those_of_networkx():
    graph = nx.karate_club_graph()
    plain = nx.Graph(graph.edges)
    for measure, theirs in (
        ("core", nx.core_number(plain)),
        ("betweenness", nx.betweenness_centrality(plain)),
        ("pagerank", nx.pagerank(plain, tol=1e-12)),
        ("eigenvector", nx.eigenvector_centrality_numpy(plain)),
    ):
        rows = kept_after_loss(
            plain, [measure], shares=[0.01], draws=1, seed=3, losses=["nodes at random"], top=0.1
        )
        assert rows["correlation"].item() == pytest.approx(1), measure
        assert len(theirs) == len(plain)


def test_beyond_the_border_keeps_what_hangs_together():
    line = nx.path_graph(40)
    rows = kept_after_loss(
        line, ["degree"], shares=[0.5], draws=5, seed=1, losses=["beyond the border"], top=0.5
    )
    assert rows["top_kept"].between(0, 1).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"measures": ["fame"]}, "not known here"),
        ({"losses": ["all"]}, "not known here"),
        ({"shares": [1.0]}, "between 0 and 1"),
        ({"graph": nx.DiGraph([(0, 1)])}, "without directions"),
    ],
)
def test_what_cannot_be_done_is_said(change, message):
    given = {"graph": nx.path_graph(5), "measures": ["degree"], "losses": LOSSES, "shares": [0.1]}
    given |= change
    with pytest.raises(ValueError, match=message):
        kept_after_loss(
            given["graph"],
            given["measures"],
            shares=given["shares"],
            losses=given["losses"],
            draws=1,
            seed=1,
        )
