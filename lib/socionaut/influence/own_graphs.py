"""Networks as programs save them: graph files, pairs without a header, and matrices.

Each becomes a table with a row an edge, which `own_network` checks as any other.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.influence.own_graph_files import OwnGraph, graph_kind, read_graph_file
from socionaut.sources.dialects import RawTable, read_raw
from socionaut.sources.own_files import TOTALS, Reading, folded, presets, usual_sheet
from socionaut.sources.own_tables import numbers
from socionaut.sources.written import GAPS, decimal_of, plain_numbers, sign_of, stripped

__all__ = ["read_graph"]

# Seconds since 1970, as logs hold them, from 1980 on.
_SECONDS = r"(?:3[2-9]\d|[4-9]\d\d|1\d{3})\d{6}(?:\.\d+)?"
# A third column of years alone is no weight either.
_WHEN = rf"{_SECONDS}|(?:19|20)\d\d(?:[-/]?\d\d[-/]?\d\d)?"
_HALF = (
    "one half of the matrix, beside its diagonal, is all 0: each edge may stand there once, or "
    "lead one way"
)
# Fewer columns without names are pairs with weights.
_LEAST_UNNAMED = 5
_LEAST_SUMMED = 3
_KONECT = {"sym": False, "asym": True}


def read_graph(source: str | Path | pd.DataFrame, reading: Reading) -> OwnGraph:
    """Read a network from a graph file, a list of pairs, a matrix or a table of edges.

    It may be GraphML, GEXF, GML, Pajek, pairs as SNAP and KONECT publish them, an adjacency matrix,
    or any table that `socionaut.sources.dialects.read_raw` reads.

    Examples
    --------
    >>> matrix = pd.DataFrame({"": ["a", "b"], "a": ["0", "2"], "b": ["2", "0"]})
    >>> read_graph(matrix, Reading()).raw.cells.to_numpy().tolist()
    [['a', 'b', '2']]
    """
    if not isinstance(source, pd.DataFrame):
        path = Path(source)
        if kind := graph_kind(path):
            return read_graph_file(path, kind)
    raw = read_raw(source, sheet=usual_sheet(source, reading, "networks"))
    plain, note = _without_sums(raw)
    if (matrix := _ordered_matrix(plain)) is not None:
        return _from_matrix(replace(raw, cells=matrix), reading, note)
    graph = OwnGraph(raw if reading.rename else _with_header(raw))
    return _said_in_comments(graph)


def _with_header(raw: RawTable) -> RawTable:
    """Give pairs a header where the first row is an edge and no header."""
    headings = list(map(str, raw.cells.columns))
    if raw.kind not in ("CSV", "workbook") or not 2 <= len(headings) <= 4:
        return raw
    cells = raw.cells
    if not all(re.fullmatch(r"\(column \d\)", name) for name in headings):
        known = {folded(name) for entry in presets()["networks"] for name in entry["headings"]}
        words = {
            folded(w) for c in ("source", "target", "weight") for w in presets()["proposals"][c]
        }
        if {folded(name) for name in headings} & (known | words | {"source", "target", "weight"}):
            return raw
        ends = {*stripped(cells.iloc[:, 0]), *stripped(cells.iloc[:, 1])}
        if not {*headings[:2]} & ends:
            return raw
        first = pd.DataFrame([headings], columns=headings, dtype="str", index=[cells.index[0] - 1])
        cells = pd.concat([first, cells]).rename_axis("row")
    labels = _labels(cells)
    note = f"The file has no header: its columns are read as {', '.join(labels)}."
    notes = [text for text in raw.notes if "has no header" not in text]
    return replace(raw, cells=cells.set_axis(labels, axis=1), notes=[*notes, note])


def _labels(cells: pd.DataFrame) -> list[str]:
    """Return what the columns of pairs hold: a third one may be a weight or a time."""
    labels = ["source", "target"]
    for at in range(2, len(cells.columns)):
        seconds = stripped(cells.iloc[:, at]).str.fullmatch(_WHEN).all()
        free = "weight" if "weight" not in labels else "time"
        labels.append("time" if seconds and "time" not in labels else free)
    return labels


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


def _without_sums(raw: RawTable) -> tuple[pd.DataFrame, list[str]]:
    """Leave out the last row and the last column of a table where they are sums of the others."""
    cells, left = raw.cells, []
    columns = [stripped(cells.iloc[:, at]) for at in range(1, len(cells.columns))]
    sign = decimal_of(columns)[0]
    for last in ("row", "column"):
        body = cells.iloc[:, 1:].apply(lambda cell: numbers(plain_numbers(cell, sign)[0]))
        blank = cells.iloc[:, 1:].apply(lambda cell: stripped(cell).eq(""))
        values = body.where(~blank, 0).to_numpy(float)
        values = values if last == "row" else values.T
        named = stripped(cells.iloc[:, 0]).iloc[-1] if last == "row" else str(cells.columns[-1])
        if len(cells) > _LEAST_SUMMED and values[-1].any() and np.allclose(
            values[-1], values[:-1].sum(axis=0)
        ):  # fmt: skip
            cells = cells.iloc[:-1] if last == "row" else cells.iloc[:, :-1]
            left.append(last)
        elif folded(named) in TOTALS and _ordered_matrix(cells) is not None:
            raise InputError(
                f"{raw.name}: the last {last} of the matrix is called {named}, but its cells are "
                "not the sums of the others. Delete it; or, if it is a node, give it another name."
            )
    words = " and the last ".join(left)
    return cells, [f"The last {words} of the table holds sums, and was left out."] if left else []


def _ordered_matrix(cells: pd.DataFrame) -> pd.DataFrame | None:
    """Return a matrix with rows in the order of its columns, or None where it is none."""
    size = len(cells)
    names = [str(name).strip() for name in cells.columns]
    if size == len(names) >= _LEAST_UNNAMED and all(n.startswith("(column ") for n in names):
        # Without labels nodes go by their place.
        labels = [str(at) for at in range(1, size + 1)]
        return cells.set_axis(labels, axis=1).assign(**{"": labels})[["", *labels]]
    if len(names) != size + 1 or size < 2:
        return None
    rows = stripped(cells.iloc[:, 0])
    if {*rows} != {*names[1:]} or rows.duplicated().any():
        return None
    filled = cells.iloc[:, 1:].apply(stripped).to_numpy().ravel()
    if not all(not text or text.casefold() in GAPS or text[0] in "+-.\u2212" or text[0].isdigit()
               for text in filled):  # fmt: skip
        return None  # lists of neighbours can have such names by chance
    order = pd.Index(rows).get_indexer(names[1:])
    ordered: pd.DataFrame = cells.iloc[order]
    return ordered


def _from_matrix(raw: RawTable, reading: Reading, more: list[str]) -> OwnGraph:
    names = stripped(raw.cells.iloc[:, 0]).to_numpy(object)
    written = raw.cells.iloc[:, 1:].apply(stripped).to_numpy(object)
    values, blank, notes = _matrix_values(raw, names, written, reading)
    loops = np.count_nonzero(np.diag(values))
    np.fill_diagonal(values, 0)
    if loops:
        notes.append(f"The {loops} cells of the diagonal, from a node to itself, were left out.")
    ends, both, ask = _matrix_edges(values, blank)
    if not len(ends):
        raise InputError(f"{raw.name} is a matrix without an edge; export it again.")
    cells = pd.DataFrame(
        {
            "source": names[ends[:, 0]],
            "target": names[ends[:, 1]],
            "weight": [f"{values[a, b]:.15g}" for a, b in ends],
        },
        dtype="str",
    )
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="row")
    note = (
        f"The file is a matrix of {len(names)} nodes; cells that are not 0 are edges from the row "
        "to the column, counted as rows."
    )
    why = "the matrix, the same both ways," if both else "the matrix, not the same both ways,"
    raw = replace(raw, cells=cells, kind="matrix", notes=[note, *more, *notes])
    return OwnGraph(raw, None if ask else not both, why, matrix=True, ask=ask)


def _matrix_values(
    raw: RawTable, names: np.ndarray, written: np.ndarray, reading: Reading
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return the numbers of a matrix, which cells are empty, and what was read otherwise."""
    flat = pd.Series(written.ravel(), dtype="str")
    size = len(names)
    diagonal = np.eye(size, dtype=bool).ravel()
    empty = flat.eq("") | (flat.str.casefold().isin(GAPS) & diagonal)
    flat = flat.where(~empty, "")
    percent = flat[~empty].str.endswith("%")
    sign = sign_of({"the matrix": flat}, reading.decimal, separator=raw.separator, whole=False)
    plain, notes = plain_numbers(flat, sign)
    read = pd.to_numeric(plain.where(~empty, "0"), errors="coerce").to_numpy(float, copy=True)
    if len(percent) and percent.all():
        read, notes = read / 100, ["Weights in percent were divided by 100."]
    values: np.ndarray = read.reshape(size, size)
    if np.isnan(values).any():
        row, column = np.argwhere(np.isnan(values))[0]
        raise InputError(
            f"{raw.name} looks like a matrix, but row {raw.cells.index[row]}, column "
            f"{names[column]}, holds no number; write 0 where there is no edge."
        )
    return values, empty.to_numpy().reshape(size, size), notes


def _matrix_edges(values: np.ndarray, blank: np.ndarray) -> tuple[np.ndarray, bool, str]:
    """Return the edges, whether they lead both ways, and why that must be asked."""
    if (values == values.T).all():
        return np.argwhere(np.triu(values) != 0), True, ""
    for half, other in ((np.triu, np.tril), (np.tril, np.triu)):
        if not other(values, 1 if other is np.triu else -1).any():
            edges = np.argwhere(half(values) != 0)
            places = other(np.ones_like(values), 1 if other is np.triu else -1) > 0
            if blank[places].all():
                return edges, True, ""
            return edges, False, _HALF
    return np.argwhere(values != 0), False, ""
