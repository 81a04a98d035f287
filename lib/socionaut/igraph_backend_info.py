"""What the backend ``igraph`` can do, as networkx asks for it when it is imported.

A module of its own, so that `import networkx` need not load igraph.
"""

from __future__ import annotations

__all__ = ["describe"]

_FUNCTIONS = {
    "betweenness_centrality": "Exact, or from `k` sources. Needs `endpoints=False` and distances "
    "above 0. Distances that differ by rounding alone count as equal.",
    "closeness_centrality": "Exact. Needs distances above 0.",
    "core_number": "Exact.",
    "eigenvector_centrality": "By ARPACK, to about 1e-10 whatever `tol` says. Needs a (strongly) "
    "connected graph with weights above 0, and no `nstart`.",
    "pagerank": "By PRPACK, to about 1e-10 in total whatever `tol` says. Needs neither `nstart` "
    "nor `dangling`.",
}


def describe() -> dict[str, object]:
    """Return what networkx asks a backend for.

    Returns
    -------
    dict
        Names, and the functions with a remark on each for the documentation that
        networkx shows.

    Examples
    --------
    >>> sorted(describe()["functions"])[:2]
    ['betweenness_centrality', 'closeness_centrality']
    """
    return {
        "backend_name": "igraph",
        "project": "socionaut",
        "package": "socionaut",
        "short_summary": "Centralities of large graphs by igraph. No multigraphs.",
        "functions": {name: {"additional_docs": text} for name, text in _FUNCTIONS.items()},
    }
