"""Networks as programs save them: graph files, pairs without a header, and matrices.

Each becomes a table with a row an edge, which `socionaut.influence.networks` checks as any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree.ElementTree import ParseError

import networkx as nx
import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.sources.dialects import RawTable, read_raw
from socionaut.sources.own_files import Reading, folded, presets
from socionaut.sources.written import stripped

__all__ = ["OwnGraph", "read_graph"]

_GRAPHS = {
    ".graphml": ("GraphML", nx.read_graphml),
    ".gexf": ("GEXF", nx.read_gexf),
    ".gml": ("GML", nx.read_gml),
    ".net": ("Pajek", nx.read_pajek),
    ".paj": ("Pajek", nx.read_pajek),
}
_STARTS = (
    (r"(?s)\s*<\?xml.*?<graphml|\s*<graphml", ".graphml"),
    (r"(?s)\s*<\?xml.*?<gexf|\s*<gexf", ".gexf"),
    (
        r"(?is)\s*(?:#[^\n]*\n|creator[^\n]*\n|version[^\n]*\n|comment[^\n]*\n|\s)*graph\s*\[",
        ".gml",
    ),
    (r"(?i)\s*\*(?:vertices|network)", ".net"),
)
_KONECT = {"sym": False, "asym": True}


@dataclass(frozen=True)
class OwnGraph:
    """A network as its file holds it.

    Attributes
    ----------
    raw : RawTable
        A row an edge.
    directed : bool or None
        Whether edges lead one way, where the file says it.
    why : str
        What says so.
    nodes : pandas.DataFrame or None
        What the file knows of its nodes, with a column ``id``.
    matrix : bool
        Whether the file is a matrix.
    """

    raw: RawTable
    directed: bool | None = None
    why: str = ""
    nodes: pd.DataFrame | None = None
    matrix: bool = False


def read_graph(source: str | Path | pd.DataFrame, reading: Reading) -> OwnGraph:
    """Read a network from a graph file, a list of pairs, a matrix or a table of edges.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        GraphML, GEXF, GML, Pajek, pairs as SNAP and KONECT publish them, an adjacency matrix, or
        any table that `socionaut.sources.dialects.read_raw` reads.
    reading : Reading
        What the reader says.

    Returns
    -------
    OwnGraph

    Raises
    ------
    InputError
        If the file cannot be read.

    Examples
    --------
    >>> matrix = pd.DataFrame({"": ["a", "b"], "a": ["0", "2"], "b": ["2", "0"]})
    >>> read_graph(matrix, Reading()).raw.cells.to_numpy().tolist()
    [['a', 'b', '2']]
    """
    if not isinstance(source, pd.DataFrame):
        path = Path(source)
        kind = _graph_kind(path)
        if kind:
            return _read_graph_file(path, kind)
    raw = read_raw(source, sheet=reading.sheet)
    if _is_matrix(raw.cells):
        return _from_matrix(raw)
    graph = OwnGraph(raw if reading.rename else _with_header(raw))
    return _said_in_comments(graph)


def _graph_kind(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        start = stream.read(4096).decode("utf-8-sig", errors="replace")
    found = next((suffix for form, suffix in _STARTS if re.match(form, start)), "")
    return found or (path.suffix.lower() if path.suffix.lower() in _GRAPHS else "")


def _read_graph_file(path: Path, suffix: str) -> OwnGraph:
    name, read = _GRAPHS[suffix]
    try:
        graph = read(path)
    except (nx.NetworkXError, ParseError, ValueError, KeyError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise InputError(
            f"{path.name} cannot be read as {name} ({reason}); open it in the program that wrote "
            "it and export it again, as GraphML or as a table of edges."
        ) from error
    rows = [(str(a), str(b), cells) for a, b, cells in graph.edges(data=True)]
    if not rows:
        raise InputError(f"{path.name} has no edge; export it again.")
    cells = pd.DataFrame(
        {"source": [r[0] for r in rows], "target": [r[1] for r in rows]}, dtype="str"
    )
    weights = [_weight(row[2]) for row in rows]
    # networkx writes 1 for the weight of a Pajek edge without one.
    if any(weight is not None for weight in weights):
        cells["weight"] = ["" if weight is None else str(weight) for weight in weights]
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="row")
    way = "directed" if graph.is_directed() else "undirected"
    alone = nx.number_of_isolates(graph)
    notes = [f"The file is a graph in {name}, {way}; an edge counts as a row."]
    if alone:
        notes.append(f"{alone} nodes without an edge are left out: nothing spreads from them.")
    raw = RawTable(path.name, name, cells, notes)
    return OwnGraph(raw, graph.is_directed(), f"the {name} file", _nodes(graph))


def _weight(cells: dict[str, object]) -> object:
    return next((value for key, value in cells.items() if folded(str(key)) == "weight"), None)


def _nodes(graph: nx.Graph) -> pd.DataFrame | None:
    known = {str(node): {k: v for k, v in cells.items() if not isinstance(v, dict)}
             for node, cells in graph.nodes(data=True) if graph.degree(node)}  # fmt: skip
    table = pd.DataFrame.from_dict(known, orient="index")
    table = table.drop(columns=[c for c in table if folded(str(c)) in ("id", "viz", "shape")])
    return table.rename_axis("id").reset_index() if len(table.columns) else None


def _with_header(raw: RawTable) -> RawTable:
    """Give pairs a header where the first row is an edge and no header."""
    headings = list(map(str, raw.cells.columns))
    if raw.kind != "CSV" or not 2 <= len(headings) <= 4:
        return raw
    known = {folded(name) for entry in presets()["networks"] for name in entry["headings"]}
    words = {folded(w) for c in ("source", "target", "weight") for w in presets()["proposals"][c]}
    if {folded(name) for name in headings} & (known | words | {"source", "target", "weight"}):
        return raw
    ends = {*stripped(raw.cells.iloc[:, 0]), *stripped(raw.cells.iloc[:, 1])}
    as_ids = all(re.fullmatch(r"\d+(?:\.0+)?", name) for name in headings[:2])
    if not (as_ids or {*headings[:2]} & ends):
        return raw
    labels = ["source", "target", "weight", "time"][: len(headings)]
    first = pd.DataFrame([headings], columns=labels, dtype="str", index=[raw.cells.index[0] - 1])
    cells = pd.concat([first, raw.cells.set_axis(labels, axis=1)]).rename_axis("row")
    note = "The file has no header: its columns are read as source and target"
    note += ", then weight." if len(labels) > 2 else "."
    return replace(raw, cells=cells, notes=[*raw.notes, note])


def _said_in_comments(graph: OwnGraph) -> OwnGraph:
    """Read from comments whether edges lead one way, as SNAP and KONECT say it there."""
    for line in graph.raw.comments:
        if found := re.match(r"#\s*(un)?directed graph", line, re.IGNORECASE):
            return replace(graph, directed=found[1] is None, why=f'the comment "{line.strip()}"')
        if found := re.match(r"%\s*(sym|asym|bip)\b", line):
            if found[1] == "bip":
                raise InputError(
                    f"{graph.raw.name} is a network of two kinds of nodes (bip), in which the same "
                    "number names a node of each; make one of each pair of the same kind first."
                )
            return replace(graph, directed=_KONECT[found[1]], why=f'the comment "{line.strip()}"')
    return graph


# Matrices


def _is_matrix(cells: pd.DataFrame) -> bool:
    """Return whether the headings, but the first, are the labels of the rows."""
    size = len(cells)
    if len(cells.columns) != size + 1 or size < 2:
        return False
    return stripped(cells.iloc[:, 0]).tolist() == [str(name).strip() for name in cells.columns[1:]]


def _from_matrix(raw: RawTable) -> OwnGraph:
    names = stripped(raw.cells.iloc[:, 0]).to_numpy(object)
    written = raw.cells.iloc[:, 1:].apply(stripped).replace("", "0").replace({",": "."}, regex=True)
    values = written.apply(pd.to_numeric, errors="coerce").to_numpy(float)
    if np.isnan(values).any():
        row, column = np.argwhere(np.isnan(values))[0]
        raise InputError(
            f"{raw.name} looks like a matrix, but row {raw.cells.index[row]}, column "
            f"{names[column]}, holds no number; write 0 where there is no edge."
        )
    both = bool((values == values.T).all())
    kept = np.triu(values) if both else values
    ends = np.argwhere(kept != 0)
    if not len(ends):
        raise InputError(f"{raw.name} is a matrix without an edge; export it again.")
    cells = pd.DataFrame(
        {
            "source": names[ends[:, 0]],
            "target": names[ends[:, 1]],
            "weight": [f"{kept[a, b]:.15g}" for a, b in ends],
        },
        dtype="str",
    )
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="row")
    note = (
        f"The file is a matrix of {len(names)} nodes; cells that are not 0 are edges from the row "
        "to the column, counted as rows."
    )
    why = "the matrix, the same both ways," if both else "the matrix, not the same both ways,"
    return OwnGraph(
        replace(raw, cells=cells, kind="matrix", notes=[note]), not both, why, matrix=True
    )
