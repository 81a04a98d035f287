"""A reader's own table: read cell by cell, and refused in sentences that say what to do.

`posts`, `edges` and `own_series` say what their tables must hold. What they share is
here: cells become values, and every row that
cannot be used is named with its column, its row number and how to mend it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from socionaut.errors import InputError
from socionaut.files import replacing
from socionaut.sources.dialects import read_raw
from socionaut.sources.own_files import near_names
from socionaut.sources.written import stripped

__all__ = [
    "CheckedTable",
    "Fault",
    "cells_of",
    "checked_table",
    "in_quotes",
    "missing_columns",
    "moments",
    "numbers",
    "whole_numbers",
    "write_example",
]

_MOMENT = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_WHOLE = r"-?[0-9]{1,15}(?:\.0*)?"
_DECIMAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_MOST_LETTERS = 30
_ROWS_NAMED = 5
#: More bad cells than this are no slips, and to leave their rows out would change what is found.
SLIPS, SHARE_OF_SLIPS = 3, 0.05


class Fault(NamedTuple):
    """One kind of fault of a table."""

    column: str  # or "row"
    problem: str  # for one place, as "cell is empty": a noun, then what is wrong with it
    bad: pd.Series  # whether each row has it
    mend: str  # what to do, as an order
    drop: bool = True  # whether the rows may be left out; not where what is left would mislead


@dataclass(frozen=True)
class CheckedTable:
    """A reader's table after the checks.

    Attributes
    ----------
    name : str
        Name of the file.
    good : pandas.DataFrame
        The rows that can be used, typed.
    bad : pandas.DataFrame
        The other rows as they stand in the file, labelled by row.
    faults : pandas.DataFrame
        One row a kind of fault: ``column``, ``problem``, ``rows`` (how many),
        ``which``, ``what to do``.
    notes : list of str
        What was found and decided in reading, a sentence each.
    taken : pandas.DataFrame
        Which heading was used as which column: ``column``, ``heading``, ``how``.
    lasting : frozenset of str
        Problems whose rows may not be left out.
    said : dict
        What was found of the file as a whole, by name.
    least : tuple of int and str
        How many rows are needed, and what for.
    """

    name: str
    good: pd.DataFrame
    bad: pd.DataFrame
    faults: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    taken: pd.DataFrame = field(default_factory=pd.DataFrame)
    lasting: frozenset[str] = frozenset()
    said: dict[str, Any] = field(default_factory=dict)
    least: tuple[int, str] = (1, "")

    def accept(self, *, drop_bad_rows: bool = False) -> pd.DataFrame:
        """Return the rows that can be used, or refuse while there are others.

        Examples
        --------
        >>> cells = pd.DataFrame({"name": ["a", ""]}, index=[2, 3])
        >>> empty = Fault("name", "cell is empty", cells["name"].eq(""), "write the name")
        >>> checked_table("names.csv", cells, cells, [empty]).accept(drop_bad_rows=True)
          name
        0    a
        """
        if self.good.empty:
            raise InputError(f"{self.name}: no row can be used.\n{self.sentences()}")
        if len(self.good) < self.least[0] and (drop_bad_rows or not len(self.bad)):
            rows = "row" if len(self.good) == 1 else "rows"
            raise InputError(
                f"{self.name}: only {len(self.good)} {rows} can be used, and {self.least[0]} or "
                f"more are needed {self.least[1]}. Give more of them."
            )
        if len(self.bad) and (self.lasting or not drop_bad_rows):
            offer = "Correct these rows, or go on without them with "
            offer += "--drop-bad-rows (in Python: drop_bad_rows=True)."
            if self.lasting:
                offer = "These rows cannot be left out: what remained would mislead."
            raise InputError(
                f"{self.name}: {len(self.bad)} of {len(self.bad) + len(self.good)} rows cannot "
                f"be used.\n{self.sentences()}\n{offer}"
            )
        return self.good

    def sentences(self) -> str:
        """Return a line a kind of fault: where, what, and how to mend it."""
        return "\n".join(
            f"  {f['column']}: {f['problem']}, {f['which']}. To mend: {f['what to do']}."
            for f in self.faults.to_dict("records")
        )


def are_slips(bad: pd.Series) -> bool:
    """Return whether so few cells are bad that their rows can be left out."""
    return bool(bad.sum() <= max(SLIPS, SHARE_OF_SLIPS * len(bad)))


def checked_table(
    name: str, cells: pd.DataFrame, typed: pd.DataFrame, faults: Sequence[Fault]
) -> CheckedTable:
    """Part the rows that can be used from those that cannot.

    `cells` are the table as it stands in the file, labelled by row, and `typed` the same rows as
    values. Every kind of fault that was looked for is given, found or not; empty rows are found
    here. The good rows are numbered from 0.

    Examples
    --------
    >>> cells = pd.DataFrame({"likes": ["1", "-2"]}, index=[2, 3])
    >>> below = Fault("likes", "cell is below 0", cells["likes"].eq("-2"), "look it up")
    >>> checked_table("likes.csv", cells, cells.astype(int), [below]).faults["which"].tolist()
    ['row 3']
    """
    empty = pd.Series(True, index=cells.index)
    for column in cells:
        left = stripped(cells[column][empty]).eq("")
        empty &= left.reindex(cells.index, fill_value=False)
    faults = [
        Fault("row", "row is empty", empty, "delete it"),
        *(fault._replace(bad=fault.bad & ~empty) for fault in faults),
    ]
    bad = pd.Series(False, index=cells.index)
    for fault in faults:
        bad |= fault.bad
    good = typed[~bad].reset_index(drop=True)
    lasting = frozenset(f"{f.column} {f.problem}" for f in faults if not f.drop and f.bad.any())
    return CheckedTable(name, good, cells[bad], _fault_table(faults, cells), lasting=lasting)


def _fault_table(faults: Iterable[Fault], cells: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for column, problem, bad, mend, _ in faults:
        count = int(bad.sum())
        if count:
            noun, rest = problem.split(" ", 1)
            verb = (
                rest if count == 1 else rest.replace("is ", "are ", 1).replace("repeats", "repeat")
            )
            many = noun if count == 1 else f"{noun}s"
            which = _named(bad)
            if rest.startswith("is not ") and column in cells:
                text = str(cells.loc[bad, column].iloc[0])
                which += f' ("{text[:_MOST_LETTERS]}{"..." * (len(text) > _MOST_LETTERS)}")'
            rows.append((column, f"{count} {many} {verb}", count, which, mend))
    return pd.DataFrame(rows, columns=["column", "problem", "rows", "which", "what to do"])


def _named(bad: pd.Series) -> str:
    rows = bad.index[bad]
    more = len(rows) - _ROWS_NAMED
    named = ", ".join(map(str, rows[:_ROWS_NAMED])) + (f" and {more} more" if more > 0 else "")
    return f"row{'s' if len(rows) > 1 else ''} {named}"


def cells_of(source: str | Path | pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Return the cells of a file as they are, labelled by row.

    Rows of text are counted with the header, rows of Parquet and of tables from 1.

    Examples
    --------
    >>> name, cells = cells_of(pd.DataFrame({"likes": [1, 2]}))
    >>> name, cells.index.tolist()
    ('The table', [1, 2])
    """
    raw = read_raw(source)
    return raw.name, raw.cells


def missing_columns(name: str, missing: Sequence[str], headings: Sequence[str], more: str) -> str:
    """Say which columns are missing, what they may be called, and how to say so.

    Options to add to the command, ready to copy, follow where headings are near; `more` says where
    to read what each column holds.

    Examples
    --------
    >>> print(missing_columns("own.csv", ["shares"], ["Reposts"], "See the notebook."))
    own.csv lacks the column "shares" (is it "Reposts"?); it has Reposts. Add or rename the
    column. See the notebook.
    To take what is proposed, add: --rename "Reposts=shares"
    """
    near = {column: near_names(column, headings) for column in missing}
    told = ", ".join(
        f'"{column}"' + (f' (is it "{names[0]}"?)' if names else "")
        for column, names in near.items()
    )
    lines = [
        f"{name} lacks the column {told}; it has {', '.join(headings)}. "
        f"Add or rename the column. {more}"
    ]
    proposed: dict[str, str] = {}
    for column, names in near.items():
        if free := [heading for heading in names if heading not in proposed]:
            proposed[free[0]] = column
    if proposed:
        options = " ".join(
            f"--rename {in_quotes(f'{heading}={column}')}" for heading, column in proposed.items()
        )
        lines.append(f"To take what is proposed, add: {options}")
    return "\n".join(lines)


def in_quotes(text: str) -> str:
    """Return a text in quotation marks, to be copied to a command line.

    Examples
    --------
    >>> print(in_quotes("Fans=followers"), in_quotes('"Mag ich"=reactions'))
    "Fans=followers" '"Mag ich"=reactions'
    """
    return shlex.quote(text) if set(text) & set('"$`\\!') else f'"{text}"'


def moments(cells: pd.Series) -> pd.Series:
    """Return cells as times in UTC, without a zone; missing where a cell is no time.

    Examples
    --------
    >>> moments(pd.Series(["2024-03-01T18:30+02:00", "soon"])).isna().tolist()
    [False, True]
    """
    if not isinstance(cells.dtype, pd.DatetimeTZDtype) and cells.dtype.kind != "M":
        written = stripped(cells)
        cells = written.where(written.str.fullmatch(_MOMENT))
    times = pd.to_datetime(cells, format="ISO8601", utc=True, errors="coerce")
    return times.dt.tz_localize(None).dt.as_unit("us")


def whole_numbers(cells: pd.Series) -> pd.Series:
    """Return cells as whole numbers; missing where a cell is none, or has over 15 digits.

    They are floats, so that missing ones can stand among them.

    Examples
    --------
    >>> whole_numbers(pd.Series(["12", "1.5", "1,200", "3.0"])).tolist()
    [12.0, nan, nan, 3.0]
    """
    values = _read_numbers(cells, _WHOLE)
    return values.where((values % 1 == 0) & (values.abs() < 1e15))


def numbers(cells: pd.Series) -> pd.Series:
    """Return cells as finite numbers; missing where a cell is none.

    Examples
    --------
    >>> numbers(pd.Series(["0.5", "1e3", "0,5", "inf", "5 %"])).tolist()
    [0.5, 1000.0, nan, nan, nan]
    """
    values = _read_numbers(cells, _DECIMAL)
    return values.where(np.isfinite(values))


def _read_numbers(cells: pd.Series, form: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(cells.dtype):
        return pd.Series(np.nan, index=cells.index)
    if not pd.api.types.is_numeric_dtype(cells.dtype):
        written = stripped(cells)
        # Arrow reads the texts at once; pandas would take each by itself.
        numeric = pa.array(
            written.where(written.str.fullmatch(form)), pa.string(), from_pandas=True
        )
        found = numeric.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return pd.Series(found, index=cells.index)
    return pd.to_numeric(cells, errors="coerce").astype("float64")


def write_example(table: pd.DataFrame, path: Path) -> None:
    """Write a table to a new file, to start from.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_example(pd.DataFrame({"likes": [1, 2]}), Path(folder) / "own.csv")
    ...     (Path(folder) / "own.csv").read_text().split()
    ['likes', '1', '2']
    """
    if path.exists():
        raise InputError(f"{path} exists already and is left as it is; choose another name.")
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InputError(
            f"{path.name} is neither CSV nor Parquet; end the name with .csv or .parquet."
        )
    with replacing(path) as part:
        if kind == ".csv":
            table.to_csv(part, index=False, lineterminator="\n")
        else:
            table.to_parquet(part, index=False)
