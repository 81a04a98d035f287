"""A researcher's own network: its edge list, the attributes of its nodes, and their checks.

An edge list is CSV or Parquet, a row an edge. `check_edges` finds every row that cannot be
used, `check_attributes` does the same for a second file with a row a node, and
`network_of` makes the networkx graph of what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import networkx as nx
import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.sources.own_tables import (
    CheckedTable,
    Fault,
    cells_of,
    checked_table,
    choose_columns,
    numbers,
    texts,
)

__all__ = [
    "Weights",
    "check_attributes",
    "check_edges",
    "columns_of_attributes",
    "columns_of_edges",
    "example_attributes",
    "example_edges",
    "network_of",
    "without_attributes",
]

Weights = Literal["probability", "strength"]

_MORE = "`socionaut network --columns` says what each holds."
_NOT_STATED = "not stated"
_EDGES = [
    ("source", "needed", "text", "the node it starts from; any name or number will do"),
    ("target", "needed", "text", "the node it leads to: what source shares can reach target"),
    (
        "weight",
        "optional",
        "number",
        "chance that it passes a thing on, above 0 and at most 1; or, if so stated, its strength, "
        "any number above 0",
    ),
]
_ATTRIBUTES = [
    ("id", "needed", "text", "a node, spelt as in the edge list; one row each"),
    ("(any other)", "optional", "number or text", "what is known about the node"),
]
_HEADER = ["column", "needed", "type", "meaning"]


def columns_of_edges() -> pd.DataFrame:
    """Return what an edge list must hold.

    Returns
    -------
    pandas.DataFrame
        Columns ``column``, ``needed``, ``type``, ``meaning``. Columns may come in any
        order, and further columns are ignored.

    Examples
    --------
    >>> columns_of_edges()["column"].tolist()
    ['source', 'target', 'weight']
    """
    return pd.DataFrame(_EDGES, columns=_HEADER)


def columns_of_attributes() -> pd.DataFrame:
    """Return what a file of node attributes must hold.

    Returns
    -------
    pandas.DataFrame
        Columns ``column``, ``needed``, ``type``, ``meaning``.

    Examples
    --------
    >>> columns_of_attributes()["column"].tolist()
    ['id', '(any other)']
    """
    return pd.DataFrame(_ATTRIBUTES, columns=_HEADER)


def example_edges() -> pd.DataFrame:
    """Return a small made-up edge list, the same on every call.

    Returns
    -------
    pandas.DataFrame
        Columns ``source``, ``target`` and ``weight``, a chance; 90 accounts in two camps,
        in which those who came early are linked to most.

    Examples
    --------
    >>> example_edges()["source"].iloc[0]
    'made-up account 00'
    """
    generator = np.random.default_rng(26)
    size, rows = 90, set()
    for late in range(1, size):
        same_camp = np.arange(late) % 2 == late % 2
        pull = np.where(same_camp, 1.0, 0.1) / (1 + np.arange(late))
        known = min(late, 4)
        for early in generator.choice(late, size=known, replace=False, p=pull / pull.sum()):
            rows.add((int(early), late))
            if generator.random() < 0.25:
                rows.add((late, int(early)))
    ends = np.array(sorted(rows))
    chances = np.round(np.clip(generator.beta(1.2, 7, len(ends)), 0.01, 1), 2)
    names = np.array(_made_up(size), dtype=object)
    return pd.DataFrame(
        {"source": names[ends[:, 0]], "target": names[ends[:, 1]], "weight": chances}
    ).astype({"source": "str", "target": "str"})


def example_attributes() -> pd.DataFrame:
    """Return made-up attributes of the accounts of `example_edges`.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``followers``, ``camp``.

    Examples
    --------
    >>> example_attributes()["camp"].unique().tolist()
    ['green', 'blue']
    """
    generator = np.random.default_rng(27)
    size = 90
    followers = (20_000 / (1 + np.arange(size)) ** 0.7 * generator.lognormal(0, 0.5, size)).round()
    camps = ["green" if number % 2 == 0 else "blue" for number in range(size)]
    return pd.DataFrame(
        {"id": _made_up(size), "followers": followers.astype("int64"), "camp": camps}
    )


def _made_up(size: int) -> list[str]:
    return [f"made-up account {number:02d}" for number in range(size)]


def check_edges(
    source: str | Path | pd.DataFrame, *, directed: bool = True, weights: Weights = "probability"
) -> CheckedTable:
    """Read an edge list and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        CSV (commas, UTF-8) or Parquet file, or a table with the columns of one.
    directed : bool
        Whether a row leads one way only. If not, a row that names the same two nodes the
        other way round repeats the edge.
    weights : {"probability", "strength"}
        What the weights are, if the file has any.

    Returns
    -------
    CheckedTable
        Its rows with ``source`` and ``target`` as text and ``weight`` as float64, which is
        left out where the file has none. Among rows of one edge the first is kept.

    Raises
    ------
    InputError
        If the file as a whole cannot be used: it cannot be read, is empty, or lacks a
        column.

    Examples
    --------
    >>> edges = example_edges().head(3).assign(weight=[0.5, 1.5, 1.0])
    >>> check_edges(edges).faults[["column", "problem", "which"]].values.tolist()
    [['weight', '1 cell is above 1', 'row 2']]
    """
    if weights not in get_args(Weights):
        raise InputError(f'Weights as "{weights}" are not known; choose probability or strength.')
    name, cells = cells_of(source)
    cells = choose_columns(cells, name, ["source", "target"], optional=["weight"], more=_MORE)
    ends = pd.DataFrame({column: _identifiers(cells[column]) for column in ("source", "target")})
    faults = list(_end_faults(ends))
    typed = ends
    if "weight" in cells:
        typed = ends.assign(weight=numbers(cells["weight"]))
        faults += _weight_faults(typed["weight"], texts(cells["weight"]).eq(""), weights)
    usable = ~pd.concat([fault.bad for fault in faults], axis=1).any(axis=1)
    pairs = pd.DataFrame(np.sort(ends.to_numpy(object), axis=1), ends.index, ends.columns)
    again = (ends if directed else pairs)[usable].duplicated().reindex(ends.index, fill_value=False)
    mend = "keep one of the two, or one row with the sum of their weights"
    faults.append(Fault("row", "edge repeats an earlier one", again, mend))
    return checked_table(name, cells, typed, faults)


def _identifiers(cells: pd.Series) -> pd.Series:
    # A column of whole numbers with a gap is read from Parquet as 1.0, 2.0.
    if pd.api.types.is_float_dtype(cells.dtype) and (cells.dropna() % 1 == 0).all():
        cells = cells.astype("Int64")
    return texts(cells)


def _end_faults(ends: pd.DataFrame) -> Iterator[Fault]:
    for column in ends:
        blank = ends[column].eq("")
        yield Fault(str(column), "cell is empty", blank, "write the name of the node")
    loop = ends["source"].eq(ends["target"]) & ends["source"].ne("")
    mend = "delete the row; nobody passes a thing on to themselves"
    yield Fault("row", "edge is from a node to itself", loop, mend)


def _weight_faults(weight: pd.Series, blank: pd.Series, weights: Weights) -> Iterator[Fault]:
    number = "write a number such as 0.25; leave the whole column out if weights are not known"
    yield Fault("weight", "cell is empty", blank, number)
    mend = "write digits and a decimal point only, such as 0.25"
    yield Fault("weight", "cell is not a number", weight.isna() & ~blank, mend)
    mend = "look the weight up; an edge without weight is no edge, so delete its row"
    yield Fault("weight", "cell is 0 or below", weight <= 0, mend)
    if weights == "probability":
        mend = "write a chance of at most 1; if the weights are strengths, add --weights strength"
        yield Fault("weight", "cell is above 1", weight > 1, mend)


def check_attributes(source: str | Path | pd.DataFrame, edges: pd.DataFrame) -> CheckedTable:
    """Read the attributes of nodes and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        CSV (commas, UTF-8) or Parquet file, or a table, with a column ``id``.
    edges : pandas.DataFrame
        As `check_edges` accepts them.

    Returns
    -------
    CheckedTable
        Its rows with ``id`` as text. A column whose cells are all numbers or empty is
        float64; any other is text, with ``"not stated"`` for an empty cell.

    Raises
    ------
    InputError
        If the file as a whole cannot be used, or none of its ids is in the edge list.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": ["a"], "target": ["b"]})
    >>> attributes = pd.DataFrame({"id": ["a", "B"], "followers": [10, 20]})
    >>> check_attributes(attributes, edges).faults[["problem", "which"]].values.tolist()
    [['1 cell is not in the edge list', 'row 2']]
    """
    name, cells = cells_of(source)
    optional = [column for column in cells.columns if column != "id"]
    cells = choose_columns(cells, name, ["id"], optional=optional, more=_MORE)
    typed = pd.DataFrame({"id": _identifiers(cells["id"])})
    blank = typed["id"].eq("")
    known = pd.unique(edges[["source", "target"]].to_numpy(object).ravel())
    strange = ~typed["id"].isin(known) & ~blank
    if (strange | blank).all():
        raise InputError(
            f"{name}: none of its ids is in the edge list, which has ids such as {known[0]!r}; "
            "write them the same in both files."
        )
    for column in optional:
        written = texts(cells[column])
        value = numbers(cells[column])
        is_number = bool((value.notna() | written.eq("")).all() and value.notna().any())
        typed[str(column)] = value if is_number else written.replace("", _NOT_STATED)
    faults = [
        Fault("id", "cell is empty", blank, "write the name of the node"),
        Fault(
            "id",
            "cell is not in the edge list",
            strange,
            "spell the id as in the edge list, or delete the row; a node without an edge has no "
            "place here",
        ),
        Fault(
            "id",
            "cell repeats an earlier id",
            typed["id"].duplicated() & ~blank & ~strange,
            "keep one row a node",
        ),
    ]
    return checked_table(name, cells, typed, faults)


def without_attributes(edges: pd.DataFrame, attributes: pd.DataFrame) -> list[str]:
    """Return the nodes of an edge list that have no row of attributes.

    Parameters
    ----------
    edges, attributes : pandas.DataFrame
        As `check_edges` and `check_attributes` accept them.

    Returns
    -------
    list of str
        Their ids, sorted.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": ["a"], "target": ["b"]})
    >>> without_attributes(edges, pd.DataFrame({"id": ["a"]}))
    ['b']
    """
    return sorted({*edges["source"], *edges["target"]} - {*attributes["id"]})


def network_of(
    edges: pd.DataFrame, attributes: pd.DataFrame | None = None, *, directed: bool = True
) -> nx.Graph:
    """Return the graph of an edge list.

    Parameters
    ----------
    edges : pandas.DataFrame
        As `check_edges` accepts them.
    attributes : pandas.DataFrame, optional
        As `check_attributes` accepts them.
    directed : bool
        Whether an edge leads one way only, as told to `check_edges`.

    Returns
    -------
    networkx.Graph or networkx.DiGraph
        Nodes and edges in sorted order, whatever that of the file; ``weight`` on the
        edges where there is one, attributes on the nodes.

    Raises
    ------
    InputError
        If an edge comes twice or leads from a node to itself, which the checks exclude.

    Examples
    --------
    >>> graph = network_of(example_edges(), example_attributes())
    >>> graph.nodes["made-up account 01"]["camp"]
    'blue'
    """
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(sorted({*edges["source"], *edges["target"]}))
    graph.add_edges_from(
        (row["source"], row["target"], {"weight": row["weight"]} if "weight" in row else {})
        for row in edges.sort_values(["source", "target"]).to_dict("records")
    )
    if graph.number_of_edges() != len(edges) or nx.number_of_selfloops(graph):
        raise InputError("An edge comes twice or leads to its own start; read with check_edges.")
    if attributes is not None:
        nx.set_node_attributes(graph, attributes.set_index("id").to_dict("index"))
    return graph
