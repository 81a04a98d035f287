"""The network that the documents themselves draw: who is named beside whom.

Three tables hold the coding: ``entities`` (whom the documents name, with all spellings),
``mentions`` (where) and ``relations`` (what they state between two of them). The rules of coding
stand in ``datapackage.json`` with the tables. In short: proper names only; every place where one
is printed is a mention; a name inside a longer name belongs to the longer one; a branch, a feature
or an account counts as the firm or platform whose name it carries; places, works, campaigns and
products are not coded; credits for pictures are coded and kept apart.

`check_coding` and `check_mentions` prove the tables. The rest goes from mentions to windows (a
line, neighbouring lines, a section, a document), from windows to networks of co-mention, and from
networks to ranks with intervals and to what chance alone would give. Graphs are those of networkx.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from socionaut import steady
from socionaut.documents import LOOK_ALIKES, DocumentError, Problem, locate
from socionaut.numerals import LONGEST_TOKEN
from socionaut.resampling import percentile_interval

__all__ = [
    "WINDOWS",
    "against_null",
    "check_coding",
    "check_mentions",
    "entity_centralities",
    "incidence",
    "null_incidences",
    "project",
    "rank_intervals",
    "ranks",
    "shared_windows",
    "strengths",
    "tiers",
]

WINDOWS = ("line", "near", "section", "document")

_LETTER = "[0-9A-Za-z\u00c0-\u024f]"  # a note number in superscript ends a name
_TRADES = 5  # trades a row between two nulls, as Strona et al. advise
_DIGITS = 9  # scores that agree to here are tied


def check_coding(
    entities: pd.DataFrame,
    mentions: pd.DataFrame,
    relations: pd.DataFrame,
    sections: pd.DataFrame,
) -> list[Problem]:
    """Hold the three tables of the coding against each other, without the documents.

    Parameters
    ----------
    entities : pandas.DataFrame
        Columns ``id`` and ``spellings``, which are parted by a semicolon and a blank.
    mentions : pandas.DataFrame
        Columns ``document``, ``section``, ``line``, ``entity`` and ``token``.
    relations : pandas.DataFrame
        Columns ``source``, ``relation``, ``target``, ``document`` and ``line``.
    sections : pandas.DataFrame
        Columns ``id``, ``document``, ``first_line`` and ``last_line``.

    Returns
    -------
    list of Problem
        A mention outside its section or with a token that is no spelling of its entity; an entity
        without a mention; a relation of an entity with itself, or without one end on its line and
        the other in the section. Empty if there is none.

    Examples
    --------
    >>> from socionaut.tables import read_table
    >>> tables = [read_table(name) for name in ("entities", "mentions", "relations", "sections")]
    >>> check_coding(*tables)
    []
    """
    spellings = _spellings(entities)
    bounds = sections.set_index("id")[["document", "first_line", "last_line"]].T.to_dict()
    problems = [
        Problem(row["document"], row["line"], row["token"], message)
        for row in mentions.to_dict("records")
        for message in _misplaced(row, bounds, spellings)
    ]
    for name in sorted(set(entities["id"]) - set(mentions["entity"])):
        message = f"The entity {name} has no mention; add one, or remove the entity."
        problems.append(Problem("", 0, name, message))
    problems.extend(_check_relations(mentions, relations, bounds))
    return _sorted(problems)


def _misplaced(
    row: Mapping[Any, Any], bounds: Mapping[Any, Any], spellings: Mapping[str, set[str]]
) -> Iterator[str]:
    token, section, entity = row["token"], row["section"], row["entity"]
    if not _inside(row, bounds.get(section)):
        yield f"The mention “{token}” is not in section {section}; correct section or line."
    if token.translate(LOOK_ALIKES) not in spellings.get(entity, set()):
        yield f"“{token}” is no spelling of {entity}; add it to data/entities.csv, or correct it."


def _inside(row: Mapping[Any, Any], bound: Mapping[Any, Any] | None) -> bool:
    return (
        bound is not None
        and bound["document"] == row["document"]
        and bound["first_line"] <= row["line"] <= bound["last_line"]
    )


def _check_relations(
    mentions: pd.DataFrame, relations: pd.DataFrame, bounds: Mapping[Any, Any]
) -> Iterator[Problem]:
    on_line = mentions.groupby(["document", "line"])["entity"].agg(set).to_dict()
    in_section = mentions.groupby("section")["entity"].agg(set).to_dict()
    for row in relations.to_dict("records"):
        ends = {row["source"], row["target"]}
        words = f"The relation {row['source']} {row['relation']} {row['target']}"
        near = {
            entity
            for name, bound in bounds.items()
            if _inside(row, bound)
            for entity in in_section.get(name, set())
        }
        message = ""
        if len(ends) == 1:
            message = f"{words} has one end only; name two entities."
        elif not ends & on_line.get((row["document"], row["line"]), set()):
            message = f"{words}: neither is named on the line; correct the line."
        elif missing := sorted(ends - near):
            message = f"{words}: {missing[0]} is not named in the section; remove the relation."
        if message:
            yield Problem(row["document"], row["line"], row["relation"], message)


def check_mentions(
    entities: pd.DataFrame,
    mentions: pd.DataFrame,
    sections: pd.DataFrame,
    documents: Mapping[str, Sequence[str]],
) -> list[Problem]:
    """Hold the mentions against the documents, in both directions.

    Every token has to stand on its line and to cover no character that another mention covers.
    And every place in a section where a spelling stands as a whole word has to be covered by a
    mention of an entity that is spelled so; of two spellings that overlap, the longer counts.
    What this cannot find is a name that no entity has as a spelling.

    Parameters
    ----------
    entities : pandas.DataFrame
        Columns ``id`` and ``spellings``.
    mentions : pandas.DataFrame
        Columns ``document``, ``line``, ``entity``, ``token`` and ``occurrence``.
    sections : pandas.DataFrame
        Columns ``document``, ``first_line`` and ``last_line``; lines of no section are not scanned.
    documents : mapping of str to sequence of str
        The lines of each document, as `socionaut.documents.read_documents` returns them.

    Returns
    -------
    list of Problem
        By document and line; empty if there is none.

    Examples
    --------
    >>> entities = pd.DataFrame({"id": ["ana"], "spellings": ["Ana"]})
    >>> sections = pd.DataFrame({"document": ["000"], "first_line": [1], "last_line": [1]})
    >>> row = {"document": "000", "line": 1, "entity": "ana", "token": "Ana", "occurrence": 1}
    >>> check_mentions(entities, pd.DataFrame([row]), sections, {"000": ["Ana lit, Ana rit."]})
    ... # doctest: +NORMALIZE_WHITESPACE
    [Problem(document='000', line=1, token='Ana',
             message='No mention covers “Ana” (occurrence 2); add one of ana.')]
    """
    problems: list[Problem] = []
    covered: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for row in mentions.to_dict("records"):
        place = (row["document"], row["line"])
        message = _place(row, documents, covered.setdefault(place, []))
        if message:
            problems.append(Problem(*place, row["token"], message))
    spelled = _spellings(entities)
    for bound in sections.to_dict("records"):
        document = bound["document"]
        for line in range(bound["first_line"], bound["last_line"] + 1):
            text, spans = _line(documents, document, line), covered.get((document, line), [])
            for token, message in _unmarked(text or "", spans, spelled):
                problems.append(Problem(document, line, token, message))
    return _sorted(problems)


def _place(
    row: Mapping[Any, Any],
    documents: Mapping[str, Sequence[str]],
    spans: list[tuple[int, int, str]],
) -> str:
    """Add the span of a mention to those of its line, or say why it has none."""
    token, entity = row["token"], row["entity"]
    text = _line(documents, row["document"], row["line"])
    if text is None:
        return f"The document has no such line for the mention of {entity}; correct the line."
    if len(token) > LONGEST_TOKEN:
        return f"The token “{token}” is longer than {LONGEST_TOKEN} characters; cut it at a word."
    try:
        start, end = locate(text, token, row["occurrence"])
    except DocumentError as error:
        return str(error)
    if any(start < other_end and other < end for other, other_end, _ in spans):
        return f"The mention “{token}” of {entity} covers what another covers; keep the longer."
    spans.append((start, end, entity))
    return ""


def _unmarked(
    text: str, spans: list[tuple[int, int, str]], spelled: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    plain = text.translate(LOOK_ALIKES)
    for found in _pattern(frozenset().union(*spelled.values())).finditer(plain):
        token = found.group()
        owners = sorted(entity for entity, spellings in spelled.items() if token in spellings)
        by = {e for start, end, e in spans if start < found.end() and found.start() < end}
        if by & set(owners):
            continue
        number = plain.count(token, 0, found.start()) + 1
        instead = f", but {sorted(by)[0]} is coded there" if by else ""
        yield (
            token,
            f"No mention covers “{token}” (occurrence {number}); "
            f"add one of {' or '.join(owners)}{instead}.",
        )


@functools.cache
def _pattern(spellings: frozenset[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(s) for s in sorted(spellings, key=lambda s: (-len(s), s)))
    return re.compile(f"(?<!{_LETTER})(?:{words or '(?!)'})(?!{_LETTER})")


def _spellings(entities: pd.DataFrame) -> dict[str, set[str]]:
    cells = zip(entities["id"], entities["spellings"], strict=True)
    return {name: set(text.translate(LOOK_ALIKES).split("; ")) for name, text in cells}


def _line(documents: Mapping[str, Sequence[str]], document: str, line: int) -> str | None:
    lines = documents.get(document, ())
    return lines[line - 1] if 1 <= line <= len(lines) else None


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.document, problem.line, problem.token))


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


def shared_windows(incidences: pd.DataFrame) -> pd.Series:
    """Return how many windows each pair of entities shares, linked or not.

    Parameters
    ----------
    incidences : pandas.DataFrame
        As `incidence` returns it.

    Returns
    -------
    pandas.Series
        By pair, each named once in the order of the columns: the weights of `project` by count,
        and zero where there is no link.

    Examples
    --------
    >>> shared_windows(pd.DataFrame([[1, 1, 0], [1, 1, 1]], columns=["ana", "bo", "cy"])).to_dict()
    {('ana', 'bo'): 2, ('ana', 'cy'): 1, ('bo', 'cy'): 1}
    """
    cells = incidences.to_numpy()
    first, second = np.triu_indices(cells.shape[1], k=1)
    names = [incidences.columns[first], incidences.columns[second]]
    index = pd.MultiIndex.from_arrays(names, names=["entity", "other"])
    return pd.Series((cells.T @ cells)[first, second], index=index)


def entity_centralities(graph: nx.Graph) -> pd.DataFrame:
    """Return six centralities of each entity, all by networkx.

    For small networks that fall apart; `socionaut.centrality.centralities` is for large ones and
    for those with directions.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected, with edge weights for which more is closer.

    Returns
    -------
    pandas.DataFrame
        A row a node, sorted. ``degree``: neighbours. ``strength``: sum of weights.
        ``betweenness`` and ``closeness`` count steps and not weights; they are normalised, and
        closeness is scaled by the part of the network that is reached (Wasserman and Faust).
        ``eigenvector`` uses weights and is that of the largest component, of length one there
        and zero elsewhere. ``PageRank`` uses weights, damping 0.85, tolerance 1e-10: networkx's
        default tolerance can be off by many percent on a large graph.

    References
    ----------
    S. Wasserman and K. Faust, Social Network Analysis, 1994, chapter 5.

    Examples
    --------
    >>> entity_centralities(nx.star_graph(["hub", "a", "b"]))["betweenness"].to_dict()
    {'a': 0.0, 'b': 0.0, 'hub': 1.0}
    """
    largest = max(map(sorted, nx.connected_components(graph)), key=len, default=[])
    eigenvector = dict.fromkeys(graph, 0.0)
    if len(largest) > 1:
        part = graph.subgraph(largest).copy()
        eigenvector |= nx.eigenvector_centrality(part, max_iter=10_000, tol=1e-10, weight="weight")
    scores = {
        "degree": dict(graph.degree()),
        "strength": dict(graph.degree(weight="weight")),
        "betweenness": nx.betweenness_centrality(graph),
        "eigenvector": eigenvector,
        "PageRank": nx.pagerank(graph, weight="weight", tol=1e-10, max_iter=1_000),
        "closeness": nx.closeness_centrality(graph),
    }
    return pd.DataFrame(scores).astype(float).sort_index()


def ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Return ranks from 1 for the highest score; who has the same score shares the mean rank.

    Parameters
    ----------
    scores : pandas.DataFrame
        A row an entity, a column a way of scoring.

    Returns
    -------
    pandas.DataFrame
        Of the same shape.

    Examples
    --------
    >>> ranks(pd.DataFrame({"strength": [5.0, 2.0, 2.0]}))["strength"].tolist()
    [1.0, 2.5, 2.5]
    """
    return scores.apply(steady.ranks)


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
    drawn = [
        ranks(score(incidences.iloc[places]).reindex(found.index)).to_numpy()
        for places in _resamples(incidences, repetitions, generator)
    ]
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
    rows = [set(np.flatnonzero(row).tolist()) for row in incidences.to_numpy()]
    keys = [0] * len(rows) if within is None else list(incidences.index.get_level_values(within))
    groups = [np.flatnonzero([key == name for key in keys]) for name in sorted(set(keys))]
    for _ in range(samples):
        for group in groups:
            for first, second, order in _partners(group, incidences.shape[1], generator):
                rows[first], rows[second] = _trade(rows[first], rows[second], order)
        table = np.zeros(incidences.shape, dtype=int)
        for place, row in enumerate(rows):
            table[place, list(row)] = 1
        yield pd.DataFrame(table, index=incidences.index, columns=incidences.columns)


def _partners(
    group: np.ndarray, entities: int, generator: np.random.Generator
) -> Iterator[tuple[int, int, list[float]]]:
    """Yield two different rows to trade and, for each entity, its place in the shuffle."""
    if len(group) > 1:
        first = generator.integers(len(group), size=_TRADES * len(group))
        other = generator.integers(len(group) - 1, size=len(first))
        other += other >= first
        orders = generator.random((len(first), entities)).tolist()
        yield from zip(group[first].tolist(), group[other].tolist(), orders, strict=True)


def _trade(first: set[int], second: set[int], order: Sequence[float]) -> tuple[set[int], set[int]]:
    both = first & second
    pool = sorted(first ^ second, key=order.__getitem__)
    mine = len(first) - len(both)
    return both.union(pool[:mine]), both.union(pool[mine:])


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
