"""A researcher's own network: its edge list, the attributes of its nodes, and their checks.

An edge list is CSV or Parquet, a row an edge. `check_edges` finds every row that cannot be
used, `check_attributes` does the same for a second file with a row a node, and
`network_of` makes the networkx graph of what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import networkx as nx
import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.influence.edge_faults import LOOP, Weights, end_faults, weight_faults
from socionaut.influence.own_graph_files import OwnGraph
from socionaut.influence.own_graphs import read_graph
from socionaut.sources.own_files import (
    OwnFile,
    Reading,
    folded,
    near_names,
    telling_apart,
    understand_file,
)
from socionaut.sources.own_memory import remembered
from socionaut.sources.own_tables import (
    CheckedTable,
    Fault,
    cells_of,
    checked_table,
    missing_columns,
    numbers,
)
from socionaut.sources.said_in_headings import unit_in
from socionaut.sources.written import (
    GAPS,
    decimal_of,
    plain_ids,
    plain_numbers,
    rounded_ids,
    sign_of,
    spellings,
    spelt_alike,
    stripped,
)

__all__ = [
    "check_attributes",
    "check_edges",
    "columns_of_attributes",
    "columns_of_edges",
    "example_attributes",
    "example_edges",
    "network_of",
    "understand_network",
]

_MORE = "`socionaut network --columns` says what each holds."
_NOT_STATED = "not stated"
_TABLES = ("CSV", "Parquet", "table", "workbook", "JSON lines")
_WORDS_FOR_NO_WEIGHTS = "id edgeid key index time timestamp date year column1 unnamed0"
_NO_WEIGHTS = frozenset(_WORDS_FOR_NO_WEIGHTS.split())
_USED = ("source", "target", "weight", "type")
_LEAST_EDGES = (2, "to leave some out and see how firm ranks are")
_REPEATS = (
    "keep one of the two, or add --join-repeats for one edge with the sum of their weights, or "
    "their number"
)
_BOTH_WAYS = "Each edge stands in the file in both directions; each pair is taken as one edge."
_NODEXL = (
    "Vertex 1 is read as the source. Of mentions, replies and retweets it is the one who mentions, "
    'so that a thing runs the other way: --rename "Vertex 2=source" --rename "Vertex 1=target".'
)
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


def understand_network(
    source: str | Path | pd.DataFrame, reading: Mapping[str, Any] | Reading | None = None
) -> tuple[OwnGraph, OwnFile]:
    """Read a network, and say which column was taken for what.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        A graph file, a list of pairs, a matrix or a table of edges; see
        `socionaut.influence.own_graphs.read_graph`.
    reading : mapping or Reading, optional
        What the file does not say itself.

    Returns
    -------
    tuple of OwnGraph and OwnFile
        What the file says of itself, and its edges with their columns.

    Raises
    ------
    InputError
        If it is no network.

    Examples
    --------
    >>> understand_network(example_edges())[1].taken["column"].tolist()
    ['source', 'target', 'weight']
    """
    said = Reading.of(reading)
    if said.zone or said.dates:
        raise InputError("--zone and --dates say how times are read; a network has none.")
    graph = read_graph(source, said)
    return graph, understand_file(graph.raw, "networks", _USED, said)


def check_edges(
    source: str | Path | pd.DataFrame,
    *,
    directed: bool | None = True,
    weights: Weights | None = "probability",
    reading: Mapping[str, Any] | Reading | None = None,
) -> CheckedTable:
    """Read an edge list and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        As for `understand_network`.
    directed : bool or None
        Whether a row leads one way only. If not, a row that names the same two nodes the
        other way round repeats the edge. None for what the file says, and else one way.
    weights : {"probability", "strength"} or None
        What the weights are, if the file has any. None for strengths where one is above 1, and
        for chances where the column is called ``weight`` as in `columns_of_edges`.
    reading : mapping or Reading, optional
        What the file does not say itself; ``joined`` says whether repeats and names that differ
        by case or @ are joined.

    Returns
    -------
    CheckedTable
        Its rows with ``source`` and ``target`` as text and ``weight`` as float64, which is
        left out where the file has none. Among rows of one edge the first is kept. ``said`` holds
        ``directed`` and ``weights`` as they were found.

    Raises
    ------
    InputError
        If the file as a whole cannot be used: it cannot be read, is empty, lacks a column, its
        ids were rounded or differ by case alone, or it contradicts what is said of it.

    Examples
    --------
    >>> edges = example_edges().head(3).assign(weight=[0.5, 1.5, 1.0])
    >>> check_edges(edges).faults[["column", "problem", "which"]].values.tolist()
    [['weight', '1 cell is above 1', 'row 2']]
    """
    if isinstance(source, pd.DataFrame):
        return _checked_edges(source, directed, weights, reading)
    path = Path(source)
    when = path.stat().st_mtime_ns if path.is_file() else 0
    # The notebook asks again with what the command found, so both have the same key.
    key = ("network", str(path.resolve()), when, reading or None, directed, weights)
    return remembered(key, lambda: _checked_edges(source, directed, weights, reading))


def _checked_edges(
    source: str | Path | pd.DataFrame,
    directed: bool | None,
    weights: Weights | None,
    reading: Mapping[str, Any] | Reading | None,
) -> CheckedTable:
    if weights not in (*get_args(Weights), None):
        raise InputError(f'Weights as "{weights}" are not known; choose probability or strength.')
    graph, own = understand_network(source, reading)
    _demand_columns(own)
    ends, notes, same = _ends(own)
    way, told = _direction(graph, own, directed)
    typed, told_too = _with_weight(own, ends)
    chosen, told_last = _meaning(graph, own, typed, weights)
    notes = [*own.notes, *notes, *told, *told_too, *told_last]
    faults = list(end_faults(ends))
    if "weight" in typed:
        faults += weight_faults(typed["weight"], stripped(own.cells["weight"]).eq(""), chosen)
    if own.reading.joined.get("repeats"):
        typed, faults, told = _joined(typed, faults, way)
        chosen = "strength"
    else:
        typed, faults, told = _once(own, typed, faults, way)
    used = own.cells[[column for column in _USED if column in own.cells]].loc[typed.index]
    checked = checked_table(own.name, used, typed, faults)
    nodes, told_of_nodes = _known_of(graph.nodes, same, checked.good)
    if own.taken["how"].eq("NodeXL").any():
        told_of_nodes.append(_NODEXL)
    notes = [*notes, *told, *told_of_nodes]
    said = {"directed": way, "weights": chosen, "nodes": nodes}
    return replace(checked, notes=notes, taken=own.taken, said=said, least=_LEAST_EDGES)


def _known_of(
    nodes: pd.DataFrame | None, same: pd.Series, edges: pd.DataFrame
) -> tuple[pd.DataFrame | None, list[str]]:
    """Return what a graph file knows of the nodes of its edges, as far as it can be used."""
    if nodes is None:
        return None, []
    nodes = nodes.assign(id=spelt_alike(plain_ids(nodes["id"]), same))
    nodes = nodes[nodes["id"].isin({*edges["source"], *edges["target"]})].drop_duplicates("id")
    notes = []
    for column in nodes.columns.drop("id"):
        try:
            _attribute(nodes[column], "")
        except InputError as error:
            reason = str(error).removeprefix(": ").rstrip(".")
            notes.append(f"What the file says of nodes as {column} is not used: {reason}.")
            nodes = nodes.drop(columns=column)
    return (nodes.reset_index(drop=True) if len(nodes.columns) > 1 else None), notes


def _any(faults: list[Fault]) -> pd.Series:
    return pd.concat([fault.bad for fault in faults], axis=1).any(axis=1)


def _demand_columns(own: OwnFile) -> None:
    missing = [column for column in ("source", "target") if column not in own.cells]
    if missing:
        headings = list(map(str, own.raw.cells))
        lines = [missing_columns(own.name, missing, headings, _MORE)]
        numeric = sum(numbers(own.raw.cells[name]).notna().all() for name in headings[1:])
        if numeric > 1 and numeric == len(headings) - 1:
            lines.append(
                "It looks like a matrix whose rows and columns are not the same nodes; write a "
                "row an edge, or give each node a row and a column of the same name."
            )
        if own.raw.kind in ("CSV", "workbook") and len(headings) in (2, 3):
            lines.append("If the first line is an edge, write source,target above it.")
        lines.append(
            "An edge leads from the one who shares to the one who sees it: of follower and "
            "followed, the followed is the source; of retweeter and retweeted, the retweeted."
        )
        raise InputError("\n".join(lines))


def _ends(own: OwnFile) -> tuple[pd.DataFrame, list[str], pd.Series]:
    """Return both ends of each edge as names, and refuse names that are not what they were.

    Besides what was done, return which names were taken as one.
    """
    columns = ("source", "target")
    for column in columns:
        if example := rounded_ids(own.cells[column]):
            raise InputError(
                f"{own.name}, column {column}: ids were rounded by a spreadsheet or a column of "
                f"decimals ({example}), so that several accounts look like one, and nothing brings "
                "them back. Export the file again, and keep ids as text; do not open it in a "
                "spreadsheet before."
            )
    ends = pd.DataFrame({column: plain_ids(own.cells[column]) for column in columns})
    names = pd.Series(pd.unique(ends.to_numpy(object).ravel()), dtype="str")
    names = names[names.ne("")]
    same = spellings(names)
    if same.empty:
        return ends, [], same
    example = " and ".join(map(repr, same.iloc[0]))
    count = f"{same.map(len).sum()} spellings stand for {len(same)} names, which differ"
    how = "by case, blanks, @, noughts before, how an address begins, or letters that are not seen"
    if not own.reading.joined.get("names"):
        raise InputError(
            f"{own.name}: {count} only {how}, for example {example}: each spelling would be "
            "a node of its own. If they are the same, add --join-names; if not, write them apart."
        )
    note = f"{count} only {how}, for example {example}; each is taken as one."
    return ends.apply(spelt_alike, same=same), [note], same


# What exports write of edges, in the languages of Gephi.
_WAYS = dict.fromkeys(
    ["directed", "oriente", "dirige", "gerichtet", "dirigido", "direcionado"], True
)
_WAYS |= dict.fromkeys(
    ["undirected", "nonoriente", "nondirige", "ungerichtet", "nodirigido", "naodirecionado"], False
)
_WAY_COLUMNS = ("directed", "isdirected")
_YES_OR_NO = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _direction(graph: OwnGraph, own: OwnFile, directed: bool | None) -> tuple[bool, list[str]]:
    """Return whether edges lead one way: as said, as the file says, or as is usual here."""
    found, why = graph.directed, graph.why
    for column in [] if found is not None else ["type", *own.unused()]:
        heading = own.heading(column) if column == "type" else str(column)
        if column not in own.cells or folded(heading) not in ("type", *_WAY_COLUMNS):
            continue
        words = {folded(kind): kind for kind in stripped(own.cells[column]) if kind}
        ways = {_WAYS.get(word) for word in words}
        if folded(heading) in _WAY_COLUMNS:
            ways = {_YES_OR_NO.get(word, _WAYS.get(word)) for word in words}
        if ways == {True, False}:
            raise InputError(
                f"{own.name}: its column {heading} says "
                f"{' of some edges and '.join(words.values())} of others; write each "
                "undirected edge in both directions, and Directed in every row."
            )
        if None in ways and len(ways) > 1:
            strange = next(words[word] for word in words if word not in (*_WAYS, *_YES_OR_NO))
            raise InputError(
                f'{own.name}: its column {heading} says "{strange}" of some edges, which is not '
                "known; write Directed or Undirected, the same in every row."
            )
        if len(ways) == 1 and None not in ways:
            found, why = ways.pop(), f'its column "{heading}"'
    if graph.ask and directed is None:
        raise InputError(
            f"{own.name}: {graph.ask}. Add --undirected or --directed to say which; for example "
            "--undirected"
        )
    if directed is None:
        way = found is None or found
        how = f"as {why} says" if found is not None else "for nothing says otherwise (--undirected)"
        return way, [f"Edges are read as {'directed' if way else 'undirected'}, {how}."]
    if found is None or found == directed:
        return directed, []
    named = ("undirected", "directed")
    return directed, [
        f"Edges are read as {named[directed]}, as you said, although {why} says {named[found]}."
    ]


def _with_weight(own: OwnFile, ends: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    if "weight" not in own.cells:
        return ends, _possible_weights(own)
    column = own.cells["weight"]
    sign = sign_of(
        {"weight": column}, own.reading.decimal, separator=own.raw.separator, whole=False
    )
    plain, notes = plain_numbers(column, sign)
    heading = own.heading("weight")
    if heading not in ("weight", ""):
        notes.append(f'The column "{heading}" is read as the weight of edges.')
    values = numbers(plain)
    percent = stripped(column)[values.notna()].str.endswith("%")
    if (len(percent) and percent.all()) or unit_in(heading) == "percent":
        values = values / 100
        notes = ["Weights in percent were divided by 100."]
    notes += _possible_weights(own)
    theirs = own.taken.set_index("column").loc["weight", "how"] != "as named"
    if (theirs or own.raw.kind not in _TABLES) and values.eq(1).all():
        # What programs write where nobody gave a weight.
        return ends, [*notes, "All weights are 1, so they say nothing and are left out."]
    return ends.assign(weight=values), notes


def _possible_weights(own: OwnFile) -> list[str]:
    """Name columns of numbers that may tell edges apart, though none is called a weight."""
    free = [name for name in own.unused() if folded(str(name)) not in _NO_WEIGHTS]
    filled = {name: numbers(own.cells[name]) for name in free}
    numeric = [n for n in free if filled[n].notna().all() and filled[n].ne(filled[n].iloc[0]).any()]
    near = near_names("weight", free) if "weight" not in own.cells else []
    near = [name for name in near if name in numeric]
    notes = [
        f'The column "{name}" may hold weights and is not used; --rename "{name}=weight" would '
        "use it."
        for name in near[:1]
    ]
    alike = ": all edges count alike" * ("weight" not in own.cells)
    for name in [name for name in numeric if name not in near[:1]][:3]:
        below = ", some below 0 (as between opponents)" * bool((filled[name] < 0).any())
        notes.append(f'The column "{name}" holds numbers{below} and is not used{alike}.')
    return notes


def _meaning(
    graph: OwnGraph, own: OwnFile, typed: pd.DataFrame, weights: Weights | None
) -> tuple[Weights, list[str]]:
    """Return what weights are: as said; above 1 they can be no chances."""
    joined = own.reading.joined.get("repeats")
    if weights is not None or "weight" not in typed or joined:
        return weights or ("strength" if joined else "probability"), []
    if (typed["weight"] > 1).any():
        return "strength", ["Weights above 1 are no chances; they are read as strengths."]
    ours = own.taken.set_index("column").loc["weight", "how"] == "as named"
    if ours and not graph.matrix and graph.raw.kind in _TABLES:
        return "probability", ["Weights are read as chances that an edge passes a thing on."]
    raise InputError(
        f"{own.name}: all weights lie between 0 and 1, which may be chances that an edge passes a "
        "thing on, or strengths such as similarities. Add --weights probability or --weights "
        "strength."
    )


def _pairs(ends: pd.DataFrame, directed: bool) -> pd.DataFrame:
    if directed:
        return ends
    return pd.DataFrame(np.sort(ends.to_numpy(object), axis=1), ends.index, ends.columns)


def _once(
    own: OwnFile, typed: pd.DataFrame, faults: list[Fault], directed: bool
) -> tuple[pd.DataFrame, list[Fault], list[str]]:
    """Find which edges come again; refuse where another column tells them apart.

    Edges without direction that stand in the file in both are taken once, and are no fault.
    """
    usable = ~_any(faults)
    pairs = _pairs(typed[["source", "target"]], directed)[usable]
    again = pairs.duplicated().reindex(typed.index, fill_value=False)
    if not directed and again.any() and _written_both_ways(typed[usable]):
        kept = typed[~again]
        faults = [fault._replace(bad=fault.bad.loc[kept.index]) for fault in faults]
        return kept, faults, [_BOTH_WAYS]
    if again.any() and (column := telling_apart(own, ["source", "target"])):
        values = ", ".join(sorted(stripped(own.cells[column]).unique())[:5])
        raise InputError(
            f"{own.name}: {int(again.sum())} edges come again, and the column {column} tells them "
            f'apart ({values}). Choose one with --only "{column}=VALUE", or add --join-repeats.'
        )
    return typed, [*faults, Fault("row", "edge repeats an earlier one", again, _REPEATS)], []


def _written_both_ways(rows: pd.DataFrame) -> bool:
    """Return whether each edge stands in the file exactly once in each direction, alike."""
    turned = rows.rename(columns={"source": "target", "target": "source"})[list(rows.columns)]
    first = {*rows.itertuples(index=False, name=None)}
    return len(first) == len(rows) and first == {*turned.itertuples(index=False, name=None)}


def _joined(
    typed: pd.DataFrame, faults: list[Fault], directed: bool
) -> tuple[pd.DataFrame, list[Fault], list[str]]:
    """Make one edge of its repeats, with the sum of their weights or their number."""
    loop = next(fault.bad for fault in faults if fault.problem.startswith(LOOP))
    usable = ~_any(faults)
    rows = typed[usable].copy()
    pairs = _pairs(rows[["source", "target"]], directed)
    weighted = "weight" in rows
    rows["weight"] = rows["weight"] if weighted else 1.0
    sums = rows.groupby([pairs["source"], pairs["target"]])["weight"].transform("sum")
    first = ~pairs.duplicated()
    joined = rows.assign(source=pairs["source"], target=pairs["target"], weight=sums)[first]
    unusable = typed[~usable & ~loop]
    unusable = unusable if weighted else unusable.assign(weight=np.nan)
    kept = pd.concat([joined, unusable]).sort_index()
    what = "the sum of their weights" if weighted else "their number as weight"
    notes = [f"{len(rows)} rows were joined to {len(joined)} edges, with {what}, a strength."]
    if loop.any():
        notes.append(f"{int(loop.sum())} rows from a node to itself were left out.")
        faults = [fault for fault in faults if not fault.problem.startswith(LOOP)]
    return kept, [fault._replace(bad=fault.bad.loc[kept.index]) for fault in faults], notes


def check_attributes(source: str | Path | pd.DataFrame, edges: pd.DataFrame) -> CheckedTable:
    """Read the attributes of nodes and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        Any file that `socionaut.sources.dialects.read_raw` reads, or a table, with a column
        ``id``.
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
    [['1 cell is not in the edge list', 'row 2 ("B")']]
    """
    name, cells = cells_of(source)
    cells = cells.rename(columns={column: "id" for column in cells if folded(str(column)) == "id"})
    if list(cells).count("id") != 1:
        raise InputError(
            f'{name} lacks the column "id", which holds nodes as the edge list spells them; it has '
            f"{', '.join(map(str, cells))}. Write id above that column."
        )
    typed = pd.DataFrame({"id": plain_ids(cells["id"])})
    blank = typed["id"].eq("")
    known = pd.unique(edges[["source", "target"]].to_numpy(object).ravel())
    strange = ~typed["id"].isin(known) & ~blank
    if (strange | blank).all():
        raise InputError(
            f"{name}: none of its ids is in the edge list, which has ids such as {known[0]!r}; "
            "write them the same in both files."
        )
    for column in cells.columns.drop("id"):
        typed[str(column)] = _attribute(cells[column], f"{name}, column {column}")
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


def _attribute(cells: pd.Series, place: str) -> pd.Series:
    """Return numbers, with gaps, where all cells are numbers or signs for none; else texts."""
    written = stripped(cells)
    filled = written.where(~written.str.casefold().isin(GAPS), "")
    sign, both, either = decimal_of([filled])
    value = numbers(plain_numbers(filled, sign)[0])
    text = not pd.api.types.is_numeric_dtype(cells.dtype)
    like = filled.str.fullmatch(r"[\d.,'’\s]*\d[\d.,'’\s]*") | filled.eq("")
    if text and like.all() and (both or (either and sign is None)):
        raise InputError(
            f"{place}: a point or a comma may part thousands or stand before decimals; write "
            "numbers without the first, and with a point for the second."
        )
    if (value.notna() | filled.eq("")).all() and value.notna().any():
        return value
    groups = pd.Series(written[written.ne("")].unique(), dtype="str")
    same = spellings(groups)
    if len(same) and len(groups) < len(written):  # else each node has a name of its own
        raise InputError(
            f"{place}: {' and '.join(same.iloc[0])} look like one group in {len(same.iloc[0])} "
            "spellings; write it the same in every row."
        )
    return written.replace("", _NOT_STATED)


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
