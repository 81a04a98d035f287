"""The network that the documents themselves draw: who is named beside whom.

Three tables hold the coding: ``entities`` (whom the documents name, with all spellings),
``mentions`` (where) and ``relations`` (what they state between two of them). The rules of coding
stand in ``datapackage.json`` with the tables. In short: proper names only; every place where one
is printed is a mention; a name inside a longer name belongs to the longer one; a branch, a feature
or an account counts as the firm or platform whose name it carries; places, works, campaigns and
products are not coded; credits for pictures are coded and kept apart.

`workshop.coding` proves the tables. This module goes from mentions to windows (a
line, neighbouring lines, a section, a document), from windows to networks of co-mention, and from
networks to ranks with intervals and to what chance alone would give. Graphs are those of networkx.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from socionaut.estimates import percentile_interval
from socionaut.influence.spread import compiled
from socionaut.steady import ranks

__all__ = [
    "WINDOWS",
    "against_null",
    "incidence",
    "null_incidences",
    "project",
    "rank_intervals",
    "recut",
    "strengths",
    "tiers",
]

WINDOWS = ("line", "near", "section", "document")

_TRADES = 5  # trades a row between two nulls, as Strona et al. advise
_DIGITS = 9  # scores that agree to here are tied


def incidence(mentions: pd.DataFrame, window: str = "section", *, reach: int = 2) -> pd.DataFrame:
    """Return which entity is named in which window.

    Parameters
    ----------
    mentions : pandas.DataFrame
        Columns ``document``, ``section``, ``line`` and ``entity``.
    window : str
        ``"line"``, ``"section"``, ``"document"``, or ``"near"``: a line on which somebody is
        named and the `reach` lines after it, in the same section. Windows of the last kind
        overlap.
    reach : int
        Lines after the first, for ``"near"``.

    Returns
    -------
    pandas.DataFrame
        A row a window (index ``document``, ``section``, ``window``; where the window is the
        document, it stands for the section too), a column an entity, both sorted; 1 where it is
        named, else 0.

    Raises
    ------
    ValueError
        If there is no such window, or the reach is negative.

    Examples
    --------
    >>> rows = [("000", "s1", 1, "ana"), ("000", "s1", 2, "bo"), ("000", "s2", 9, "ana")]
    >>> mentions = pd.DataFrame(rows, columns=["document", "section", "line", "entity"])
    >>> incidence(mentions, "section").to_numpy().tolist()
    [[1, 1], [1, 0]]
    >>> incidence(mentions, "near", reach=1).to_numpy().tolist()
    [[1, 1], [0, 1], [1, 0]]
    """
    if window not in WINDOWS or reach < 0:
        raise ValueError(
            f"There is no window “{window}” with a reach of {reach} lines; "
            f"choose one of {', '.join(WINDOWS)}, and a reach of no line or more."
        )
    if window == "near":
        mentions = _spread(mentions, reach)
    levels = [mentions["document"], mentions["document" if window == "document" else "section"]]
    if window in ("line", "near"):
        levels.append(mentions["line"].map("{:04d}".format))
    rows, windows = pd.MultiIndex.from_arrays(levels).factorize(sort=True)
    columns, entities = pd.factorize(mentions["entity"], sort=True)
    cells = np.zeros((len(windows), len(entities)), dtype=int)
    cells[rows, columns] = 1
    index = pd.MultiIndex.from_tuples(
        [(document, section, ":".join([section, *line])) for document, section, *line in windows],
        names=["document", "section", "window"],
    )
    return pd.DataFrame(cells, index=index, columns=pd.Index(entities, name="entity"))


def _spread(mentions: pd.DataFrame, reach: int) -> pd.DataFrame:
    """Return each mention once for each window that holds it, with the window's first line."""
    starts = mentions[["section", "line"]].drop_duplicates()
    pairs = mentions.merge(starts, on="section", suffixes=("", "_first"))
    inside = pairs["line"].sub(pairs["line_first"]).between(0, reach)
    return pairs[inside].assign(line=pairs["line_first"])


def recut(mentions: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """Return mentions with the sections of another cut of the documents.

    Parameters
    ----------
    mentions : pandas.DataFrame
        With ``document``, ``line`` and ``section``.
    sections : pandas.DataFrame
        With ``id``, ``document``, ``first_line`` and ``last_line``; sections of one
        document do not overlap.

    Returns
    -------
    pandas.DataFrame
        The mentions that lie in a section, with its id as ``section``.

    Examples
    --------
    >>> mentions = pd.DataFrame({"document": "000", "line": [1, 5], "section": "whole"})
    >>> parts = pd.DataFrame(
    ...     {"id": ["a", "b"], "document": "000", "first_line": [1, 4], "last_line": [2, 6]}
    ... )
    >>> recut(mentions, parts)["section"].tolist()
    ['a', 'b']
    """
    found = pd.merge_asof(
        mentions.reset_index().sort_values("line", kind="stable").drop(columns="section"),
        sections.sort_values("first_line", kind="stable")[
            ["document", "first_line", "last_line", "id"]
        ],
        left_on="line",
        right_on="first_line",
        by="document",
    )
    inside = found[found["line"] <= found["last_line"]].set_index("index").sort_index()
    inside.index.name = mentions.index.name
    return inside.rename(columns={"id": "section"})[list(mentions.columns)]


def project(incidences: pd.DataFrame, weighting: str = "count") -> nx.Graph:
    """Return the network of entities that share windows.

    Parameters
    ----------
    incidences : pandas.DataFrame
        As `incidence` returns it.
    weighting : str
        ``"count"``: a pair weighs the number of windows it shares. ``"newman"``: each window
        adds 1/(n - 1), where n is the number of entities in it, so that a window gives each of
        its entities a strength of one, be it crowded or not.

    Returns
    -------
    networkx.Graph
        A node for each entity, in sorted order; edges have a ``weight``.

    Raises
    ------
    ValueError
        If there is no such weighting.

    Notes
    -----
    The projections are networkx's `weighted_projected_graph` and
    `collaboration_weighted_projected_graph`.

    References
    ----------
    M. E. J. Newman, Scientific collaboration networks II, Physical Review E 64, 2001.

    Examples
    --------
    >>> rows = pd.DataFrame([[1, 1, 0], [1, 1, 1]], columns=["ana", "bo", "cy"])
    >>> [project(rows, how)["ana"]["bo"]["weight"] for how in ("count", "newman")]
    [2, 1.5]
    """
    projections = {
        "count": nx.bipartite.weighted_projected_graph,
        "newman": nx.bipartite.collaboration_weighted_projected_graph,
    }
    if weighting not in projections:
        raise ValueError(f"There is no weighting “{weighting}”; choose “count” or “newman”.")
    both = nx.bipartite.from_biadjacency_matrix(csr_array(incidences.to_numpy()))
    windows, entities = incidences.shape
    projected = projections[weighting](both, range(windows, windows + entities))
    graph = nx.Graph()
    graph.add_nodes_from(incidences.columns)
    names = dict(enumerate(incidences.columns, start=windows))
    edges = sorted((min(u, v), max(u, v), w) for u, v, w in projected.edges(data="weight"))
    graph.add_weighted_edges_from((names[u], names[v], w) for u, v, w in edges)
    return graph


def strengths(incidences: pd.DataFrame) -> pd.DataFrame:
    r"""Return the strength of each entity in both weightings, without drawing the network.

    An entity meets all others of each of its windows. So with :math:`n_w` entities in window
    :math:`w` its strength is :math:`\sum_w (n_w - 1)` by count, and by Newman's weights the number
    of its windows in which it is not alone.

    Parameters
    ----------
    incidences : pandas.DataFrame
        As `incidence` returns it.

    Returns
    -------
    pandas.DataFrame
        A row an entity; columns ``count`` and ``newman``.

    Examples
    --------
    >>> strengths(pd.DataFrame([[1, 1, 1], [1, 0, 0]], columns=["ana", "bo", "cy"])).loc["ana"]
    count     2
    newman    1
    Name: ana, dtype: int64
    """
    cells = incidences.to_numpy()
    others = cells.sum(axis=1) - 1
    scores = {"count": others @ cells, "newman": (others > 0).astype(int) @ cells}
    return pd.DataFrame(scores, index=incidences.columns)


def rank_intervals(
    incidences: pd.DataFrame,
    score: Callable[[pd.DataFrame], pd.DataFrame],
    *,
    seed: int,
    repetitions: int = 199,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return ranks with percentile intervals over resampled sections.

    Sections are drawn with replacement within each document, for the documents were chosen and
    their sections are what might have been otherwise. Windows of a section stay together. With
    the same seed the same sections are drawn whatever the window is.

    Parameters
    ----------
    incidences : pandas.DataFrame
        As `incidence` returns it; its index has the levels ``document`` and ``section``.
    score : callable
        Takes a table like `incidences`; returns a table with a row an entity and a column a way
        of scoring.
    seed : int
        Seed of the generator.
    repetitions : int
        Number of resamples.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Index ``entity`` and ``score``; columns ``rank``, ``low`` and ``high``. The interval is
        widened to hold the rank where the percentiles do not.

    Raises
    ------
    ValueError
        If there is no window, or the level is not between 0 and 1.

    Examples
    --------
    >>> rows = [("000", "s1", 1, "ana"), ("000", "s1", 2, "bo"), ("000", "s2", 9, "ana")]
    >>> mentions = pd.DataFrame(rows, columns=["document", "section", "line", "entity"])
    >>> rank_intervals(incidence(mentions), strengths, seed=1).loc[("ana", "count")].tolist()
    [1.5, 1.5, 1.5]
    """
    if incidences.empty or not 0 < level < 1:
        raise ValueError("Give a table with at least one window, and a level between 0 and 1.")
    generator = np.random.default_rng(seed)
    found = score(incidences).sort_index()
    scores = [
        score(incidences.iloc[places]).reindex(found.index).to_numpy(dtype=float)
        for places in _resamples(incidences, repetitions, generator)
    ]
    together = ranks(pd.DataFrame(np.concatenate(scores, axis=1))).to_numpy()
    drawn = np.stack(np.split(together, len(scores), axis=1))
    rank = ranks(found).to_numpy()
    low, high = percentile_interval(drawn, rank, level=level)
    columns = {"rank": rank, "low": low, "high": high}
    index = pd.MultiIndex.from_product([found.index, found.columns], names=["entity", "score"])
    return pd.DataFrame({name: cells.ravel() for name, cells in columns.items()}, index)


def _resamples(
    incidences: pd.DataFrame, repetitions: int, generator: np.random.Generator
) -> Iterator[np.ndarray]:
    """Yield places of rows: those of sections drawn with replacement within each document."""
    levels = [incidences.index.get_level_values(level) for level in ("document", "section")]
    places: dict[str, dict[str, list[int]]] = {}
    for place, (document, section) in enumerate(zip(*levels, strict=True)):
        places.setdefault(document, {}).setdefault(section, []).append(place)
    for _ in range(repetitions):
        yield np.concatenate(
            [
                list(sections.values())[number]
                for sections in places.values()
                for number in generator.integers(len(sections), size=len(sections))
            ]
        )


def null_incidences(
    incidences: pd.DataFrame, *, seed: int, samples: int = 499, within: str | None = None
) -> Iterator[pd.DataFrame]:
    """Yield incidences in which chance decides who is named with whom.

    Each has the same windows with as many entities in each, and each entity in as many windows,
    and is otherwise drawn at random, by curveball trades: two windows pool what only one of them
    has, and share it out again at random.

    Parameters
    ----------
    incidences : pandas.DataFrame
        As `incidence` returns it, of zeros and ones.
    seed : int
        Seed of the generator.
    samples : int
        Number of tables.
    within : str, optional
        Level of the index, such as ``"document"``: only windows of one document trade, so each
        entity also stays in as many windows of each document.

    Yields
    ------
    pandas.DataFrame
        Of the shape, index and columns of `incidences`.

    References
    ----------
    G. Strona, D. Nappo, F. Boccacci, S. Fattorini and J. San-Miguel-Ayanz, A fast and unbiased
    procedure to randomize ecological binary matrices with fixed row and column totals, Nature
    Communications 5, 2014. C. J. Carstens, Proof of uniform sampling of binary matrices with fixed
    row sums and column sums for the fast Curveball algorithm, Physical Review E 91, 2015.

    Examples
    --------
    >>> table = pd.DataFrame([[1, 1, 0, 0], [0, 0, 1, 1]])
    >>> null = next(null_incidences(table, seed=1))
    >>> null.sum().tolist(), null.sum(axis=1).tolist()
    ([1, 1, 1, 1], [2, 2])
    """
    generator = np.random.default_rng(seed)
    table = incidences.to_numpy(dtype=bool, copy=True)
    keys = [0] * len(table) if within is None else list(incidences.index.get_level_values(within))
    groups = [np.flatnonzero([key == name for key in keys]) for name in sorted(set(keys))]
    for _ in range(samples):
        for group in groups:
            if len(group) > 1:
                _trade(table, *_partners(group, table.shape[1], generator))
        yield pd.DataFrame(table.astype(int), incidences.index, incidences.columns)


def _partners(
    group: np.ndarray, entities: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pairs of different rows to trade and, for each entity, its place in the shuffle."""
    first = generator.integers(len(group), size=_TRADES * len(group))
    other = generator.integers(len(group) - 1, size=len(first))
    other += other >= first
    return group[first], group[other], generator.random((len(first), entities))


@compiled
def _trade(table: np.ndarray, first: np.ndarray, other: np.ndarray, orders: np.ndarray) -> None:
    # What only one of two rows has is pooled, and goes back in the order of the shuffle.
    for trade in range(len(first)):
        mine, theirs = table[first[trade]], table[other[trade]]
        pool = np.flatnonzero(mine != theirs)
        count = 0
        for entity in pool:
            count += mine[entity]
        for place, at in enumerate(np.argsort(orders[trade][pool], kind="mergesort")):
            mine[pool[at]] = place < count
            theirs[pool[at]] = place >= count


def against_null(observed: pd.Series, nulls: Sequence[pd.Series]) -> pd.DataFrame:
    """Hold what is observed against what chance gives.

    Parameters
    ----------
    observed : pandas.Series
        A number an entity or pair.
    nulls : sequence of pandas.Series
        The same under the null; what one of them lacks is zero there.

    Returns
    -------
    pandas.DataFrame
        Columns ``observed``, ``expected`` (mean of the nulls), ``z`` (distance in standard
        deviations of the nulls; missing where they do not vary) and ``share`` (of the nulls and
        the observed itself, those at or above the observed: an exact p-value, never zero).

    Raises
    ------
    ValueError
        If there are fewer than two nulls.

    References
    ----------
    B. Phipson and G. K. Smyth, Permutation p-values should never be zero, 2010.

    Examples
    --------
    >>> chance = [pd.Series({"ana": n}) for n in (1, 2, 3)]
    >>> against_null(pd.Series({"ana": 3}), chance).loc["ana"].tolist()
    [3.0, 2.0, 1.0, 0.5]
    """
    if len(nulls) < 2:
        raise ValueError("Give at least two nulls; one has no spread.")
    drawn = np.stack([null.reindex(observed.index, fill_value=0).to_numpy() for null in nulls])
    drawn, value = drawn.astype(float).round(_DIGITS), observed.astype(float).round(_DIGITS)
    spread = pd.Series(drawn.std(axis=0, ddof=1), index=observed.index)
    expected = pd.Series(drawn.mean(axis=0), index=observed.index)
    share = (1 + (drawn >= value.to_numpy()).sum(axis=0)) / (1 + len(nulls))
    return pd.DataFrame(
        {
            "observed": value,
            "expected": expected,
            "z": (value - expected) / spread.where(spread > 0),
            "share": share,
        }
    )


def tiers(intervals: pd.DataFrame, top: int) -> pd.Series:
    """Sort entities into those that are at the top whatever is chosen, sometimes, or never.

    Parameters
    ----------
    intervals : pandas.DataFrame
        As `rank_intervals` returns it, all ways of scoring together.
    top : int
        How many ranks count as the top.

    Returns
    -------
    pandas.Series
        For each entity ``"always"`` (its interval ends within the top in every way of scoring),
        ``"never"`` (its interval begins below the top in every way), or ``"open"``.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["ana", "bo"], ["line", "section"]])
    >>> spans = {"low": [1, 1, 2, 3], "high": [2, 3, 9, 9]}
    >>> tiers(pd.DataFrame(spans, index=index.set_names(["entity", "score"])), top=3).to_dict()
    {'ana': 'always', 'bo': 'open'}
    """
    by_entity = intervals.groupby("entity")
    always = by_entity["high"].max() <= top
    never = by_entity["low"].min() > top
    return pd.Series("open", index=always.index).mask(always, "always").mask(never, "never")
