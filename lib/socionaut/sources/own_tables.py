"""A reader's own table: read cell by cell, and refused in sentences that say what to do.

`posts`, `edges` and `own_series` say what their tables must hold. What they share is
here: a CSV or Parquet file becomes cells, cells become values, and every row that
cannot be used is named with its column, its row number and how to mend it.
"""

from __future__ import annotations

import csv
import difflib
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.files import replacing

__all__ = [
    "CheckedTable",
    "Fault",
    "cells_of",
    "checked_table",
    "choose_columns",
    "moments",
    "numbers",
    "texts",
    "whole_numbers",
    "write_example",
]

_MOMENT = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_WHOLE = r"-?\d{1,15}(?:\.0*)?"
_DECIMAL = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ROWS_NAMED = 5


class Fault(NamedTuple):
    """One kind of fault of a table.

    Attributes
    ----------
    column : str
        Column it is in, or ``"row"``.
    problem : str
        For one place, as ``"cell is empty"``: a noun, then what is wrong with it.
    bad : pandas.Series
        For each row of the table, whether it has the fault.
    mend : str
        What to do, as an order.
    """

    column: str
    problem: str
    bad: pd.Series
    mend: str


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
    """

    name: str
    good: pd.DataFrame
    bad: pd.DataFrame
    faults: pd.DataFrame

    def accept(self, *, drop_bad_rows: bool = False) -> pd.DataFrame:
        """Return the rows that can be used, or refuse while there are others.

        Parameters
        ----------
        drop_bad_rows : bool
            Whether to go on without the bad rows.

        Returns
        -------
        pandas.DataFrame
            The rows that can be used.

        Raises
        ------
        InputError
            If there are bad rows and they are not to be dropped, or if no row is left.

        Examples
        --------
        >>> cells = pd.DataFrame({"name": ["a", ""]}, index=[2, 3])
        >>> empty = Fault("name", "cell is empty", cells["name"].eq(""), "write the name")
        >>> checked_table("names.csv", cells, cells, [empty]).accept(drop_bad_rows=True)
          name
        0    a
        """
        if self.good.empty:
            raise InputError(f"{self.name}: no row can be used.\n{self._sentences()}")
        if len(self.bad) and not drop_bad_rows:
            raise InputError(
                f"{self.name}: {len(self.bad)} of {len(self.bad) + len(self.good)} rows cannot "
                f"be used.\n{self._sentences()}\nCorrect these rows, or go on without them with "
                "--drop-bad-rows (in Python: drop_bad_rows=True)."
            )
        return self.good

    def _sentences(self) -> str:
        return "\n".join(
            f"  {f['column']}: {f['problem']}, {f['which']}. To mend: {f['what to do']}."
            for f in self.faults.to_dict("records")
        )


def checked_table(
    name: str, cells: pd.DataFrame, typed: pd.DataFrame, faults: Sequence[Fault]
) -> CheckedTable:
    """Part the rows that can be used from those that cannot.

    Parameters
    ----------
    name : str
        Name of the file.
    cells : pandas.DataFrame
        The table as it stands in the file, labelled by row; see `cells_of`.
    typed : pandas.DataFrame
        The same rows as values.
    faults : sequence of Fault
        Every kind of fault that was looked for, found or not. Empty rows are found
        here, and are given no other fault.

    Returns
    -------
    CheckedTable
        Its good rows are numbered from 0.

    Examples
    --------
    >>> cells = pd.DataFrame({"likes": ["1", "-2"]}, index=[2, 3])
    >>> below = Fault("likes", "cell is below 0", cells["likes"].eq("-2"), "look it up")
    >>> checked_table("likes.csv", cells, cells.astype(int), [below]).faults["which"].tolist()
    ['row 3']
    """
    empty = pd.concat([texts(cells[column]).eq("") for column in cells], axis=1).all(axis=1)
    faults = [
        Fault("row", "row is empty", empty, "delete it"),
        *(fault._replace(bad=fault.bad & ~empty) for fault in faults),
    ]
    bad = pd.concat([fault.bad for fault in faults], axis=1).any(axis=1)
    good = typed[~bad].reset_index(drop=True)
    return CheckedTable(name, good, cells[bad], _fault_table(faults))


def _fault_table(faults: Iterable[Fault]) -> pd.DataFrame:
    rows = []
    for column, problem, bad, mend in faults:
        count = int(bad.sum())
        if count:
            noun, rest = problem.split(" ", 1)
            verb = (
                rest if count == 1 else rest.replace("is ", "are ", 1).replace("repeats", "repeat")
            )
            many = noun if count == 1 else f"{noun}s"
            rows.append((column, f"{count} {many} {verb}", count, _named(bad), mend))
    return pd.DataFrame(rows, columns=["column", "problem", "rows", "which", "what to do"])


def _named(bad: pd.Series) -> str:
    rows = bad.index[bad]
    more = len(rows) - _ROWS_NAMED
    named = ", ".join(map(str, rows[:_ROWS_NAMED])) + (f" and {more} more" if more > 0 else "")
    return f"row{'s' if len(rows) > 1 else ''} {named}"


def cells_of(source: str | Path | pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Return the cells of a file as they are, labelled by row.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        CSV (commas, UTF-8) or Parquet file, or a table.

    Returns
    -------
    tuple of str and pandas.DataFrame
        What to call the source, and its cells: text for CSV, typed for Parquet. Rows of
        CSV are counted with the header as row 1, rows of Parquet and of tables from 1.

    Raises
    ------
    InputError
        If the file cannot be read as a table with at least one row.

    Examples
    --------
    >>> name, cells = cells_of(pd.DataFrame({"likes": [1, 2]}))
    >>> name, cells.index.tolist()
    ('The table', [1, 2])
    """
    if isinstance(source, pd.DataFrame):
        name, cells, first_row = "The table", source.copy(), 1
    else:
        path = Path(source)
        name, first_row = path.name, 2 if _kind(path) == "csv" else 1
        cells = _read_cells(path)
    if cells.empty:
        raise InputError(f"{name} has no row; export it again.")
    cells.index = pd.RangeIndex(first_row, first_row + len(cells), name="row")
    return name, cells


def _kind(path: Path) -> str:
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("csv", "parquet"):
        raise InputError(
            f"{path.name} is neither CSV nor Parquet; save it as one of these, with "
            ".csv or .parquet at the end of the name."
        )
    return kind


def _read_cells(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(f"{path} is not a file; check the name and the folder.")
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty; export it again.")
    try:
        return _read_csv(path) if _kind(path) == "csv" else pd.read_parquet(path)
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not in UTF-8; save it again as CSV UTF-8.") from error
    except (ValueError, csv.Error, pd.errors.ParserWarning) as error:
        if isinstance(error, InputError):
            raise
        reason = " ".join(str(error).split()).rstrip(".")
        raise InputError(
            f"{path.name} cannot be read ({reason}); it may be cut off or damaged, or a cell "
            "with a comma may lack quotation marks. Export it again."
        ) from error


def _read_csv(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines), [])
    for mark, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and mark in header[0]:
            raise InputError(
                f"{path.name} has {called} between its columns; save it again with commas."
            )
    twice = sorted({label for label in header if header.count(label) > 1})
    if twice:
        raise InputError(
            f"{path.name} has more than one column {', '.join(twice)}; keep one of each."
        )
    with warnings.catch_warnings():
        # A row with more cells than the header would only warn, and lose its last cells.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            path,
            dtype="str",
            keep_default_na=False,
            index_col=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
        )


def choose_columns(
    cells: pd.DataFrame,
    name: str,
    needed: Sequence[str],
    *,
    optional: Sequence[str] = (),
    more: str,
) -> pd.DataFrame:
    """Return the columns that are used, or say which are missing and what they may be called.

    Parameters
    ----------
    cells : pandas.DataFrame
        As `cells_of` returns them.
    name : str
        Name of the file.
    needed, optional : sequence of str
        Names of the columns.
    more : str
        Where to read what each column holds, as a sentence.

    Returns
    -------
    pandas.DataFrame
        The columns, in the order asked for; further columns are left out.

    Raises
    ------
    InputError
        If a needed column is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"Source": ["a"], "target": ["b"]})
    >>> choose_columns(table, "links.csv", ["source", "target"], more="See the notebook.")
    Traceback (most recent call last):
    ...
    socionaut.errors.InputError: links.csv lacks the column "source" (is it
    "Source"?); it has Source, target. Add or rename the column. See the notebook.
    """
    missing = [column for column in needed if column not in cells.columns]
    if missing:
        found = list(map(str, cells.columns))
        folded = {column.strip().lower().replace(" ", "_"): column for column in found}
        hints = {m: difflib.get_close_matches(m, folded, n=1, cutoff=0.75) for m in missing}
        told = ", ".join(
            f'"{m}"' + (f' (is it "{folded[h[0]]}"?)' if h else "") for m, h in hints.items()
        )
        raise InputError(
            f"{name} lacks the column {told}; it has {', '.join(found)}. "
            f"Add or rename the column. {more}"
        )
    return cells[[*needed, *(column for column in optional if column in cells.columns)]]


def texts(cells: pd.Series) -> pd.Series:
    """Return cells as text, spaces at the ends removed; no text for an empty cell.

    Parameters
    ----------
    cells : pandas.Series
        Of any type.

    Returns
    -------
    pandas.Series of str

    Examples
    --------
    >>> texts(pd.Series([" a ", None])).tolist()
    ['a', '']
    """
    return cells.astype("str").where(cells.notna(), "").str.strip().astype("str")


def moments(cells: pd.Series) -> pd.Series:
    """Return cells as times in UTC, without a zone; missing where a cell is no time.

    Parameters
    ----------
    cells : pandas.Series
        Texts as ``2024-03-01`` or ``2024-03-01 18:30``, or times.

    Returns
    -------
    pandas.Series of datetime64

    Examples
    --------
    >>> moments(pd.Series(["2024-03-01T18:30+02:00", "soon"])).isna().tolist()
    [False, True]
    """
    if not isinstance(cells.dtype, pd.DatetimeTZDtype) and cells.dtype.kind != "M":
        written = texts(cells)
        cells = written.where(written.str.fullmatch(_MOMENT))
    times = pd.to_datetime(cells, format="ISO8601", utc=True, errors="coerce")
    return times.dt.tz_localize(None).dt.as_unit("us")


def whole_numbers(cells: pd.Series) -> pd.Series:
    """Return cells as whole numbers; missing where a cell is none, or has over 15 digits.

    Parameters
    ----------
    cells : pandas.Series
        Texts or numbers; true and false are no numbers.

    Returns
    -------
    pandas.Series of float
        Whole, so that missing ones can stand among them.

    Examples
    --------
    >>> whole_numbers(pd.Series(["12", "1.5", "1,200", "3.0"])).tolist()
    [12.0, nan, nan, 3.0]
    """
    values = _read_numbers(cells, _WHOLE)
    return values.where((values % 1 == 0) & (values.abs() < 1e15))


def numbers(cells: pd.Series) -> pd.Series:
    """Return cells as finite numbers; missing where a cell is none.

    Parameters
    ----------
    cells : pandas.Series
        Texts with a decimal point, or numbers; true and false are no numbers.

    Returns
    -------
    pandas.Series of float

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
        written = texts(cells)
        cells = written.where(written.str.fullmatch(form))
    return pd.to_numeric(cells, errors="coerce").astype("float64")


def write_example(table: pd.DataFrame, path: Path) -> None:
    """Write a table to a new file, to start from.

    Parameters
    ----------
    table : pandas.DataFrame
        For example `socionaut.engagement.posts.example_posts`.
    path : pathlib.Path
        File that does not exist yet, ending in ``.csv`` or ``.parquet``.

    Raises
    ------
    InputError
        If the file exists, or is of another kind.

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
    with replacing(path) as part:
        if _kind(path) == "csv":
            table.to_csv(part, index=False, lineterminator="\n")
        else:
            table.to_parquet(part, index=False)
