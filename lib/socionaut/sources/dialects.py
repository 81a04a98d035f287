"""The cells of a table file, whatever the program that wrote it.

The kind of a file is read from its first bytes, not from its name. Of text, the encoding, the
separator, lines before the header and comments are found; of workbooks, the sheet. Nothing is
changed in a cell here, and what was found is told in sentences.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from charset_normalizer import from_bytes
from xlrd import XLRDError

from socionaut.errors import InputError

__all__ = ["RawTable", "raw_parts", "read_raw"]

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_COMMENTS = ("#", "%")
_HEAD = 1 << 16
_SPARE = ["\0spare 1", "\0spare 2"]
_MOST_LINES_BEFORE = 40
_OLD_WORKBOOK, _NEW_WORKBOOK = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# Of the encodings of one byte a letter, these are what spreadsheets in use write.
_ONE_BYTE = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman"]
_MORE_BYTES = ["shift_jis", "gb18030", "big5", "euc_kr"]


@dataclass(frozen=True)
class RawTable:
    """A table as it stands in its file.

    Attributes
    ----------
    name : str
        Name of the file.
    kind : str
        What it is, as ``"CSV"``.
    cells : pandas.DataFrame
        Text for text files, typed for Parquet, labelled by row. Of text files the header's line
        is counted too; of Parquet and tables rows count from 1.
    notes : list of str
        What was found, a sentence each.
    separator : str
        What stands between columns, or no text.
    comments : list of str
        Lines before the table, or marked as comments.
    """

    name: str
    kind: str
    cells: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    separator: str = ""
    comments: list[str] = field(default_factory=list)


def read_raw(source: str | Path | pd.DataFrame, *, sheet: str | None = None) -> RawTable:
    """Read the cells of a file as they are.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        CSV in any dialect and encoding, an Excel workbook, Parquet, JSON or JSON lines; or a
        table.
    sheet : str, optional
        Sheet of a workbook; needed where more than one holds a table.

    Returns
    -------
    RawTable

    Raises
    ------
    InputError
        If the file cannot be read as a table with at least one row.

    Examples
    --------
    >>> read_raw(pd.DataFrame({"likes": [1, 2]})).cells.index.tolist()
    [1, 2]
    """
    if isinstance(source, pd.DataFrame):
        return _whole(RawTable("The table", "table", _with_index(source)), 1)
    path = Path(source)
    if not path.is_file():
        raise InputError(f"{path} is not a file; check the name and the folder.")
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip():
        raise InputError(f"{path.name} is empty; export it again.")
    try:
        return _read_kind(path, head, sheet)
    except InputError:
        raise
    except (ValueError, csv.Error, zipfile.BadZipFile, KeyError, XLRDError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise InputError(
            f"{path.name} cannot be read ({reason}); it may be cut off or damaged, or a cell "
            "that holds a separator may lack quotation marks. Export it again."
        ) from error


def _read_kind(path: Path, head: bytes, sheet: str | None) -> RawTable:
    if head.startswith(b"PAR1") or path.suffix.lower() == ".parquet":
        return _whole(RawTable(path.name, "Parquet", _with_index(pd.read_parquet(path))), 1)
    if head.startswith(_OLD_WORKBOOK) or head.startswith(_NEW_WORKBOOK):
        return _read_workbook(path, sheet, new=head.startswith(_NEW_WORKBOOK))
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first in (b"{", b"[") and path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return _read_json(path)
    if first == b"<":
        raise InputError(
            f"{path.name} holds a page or a graph in XML, not a table; a network in GraphML or "
            "GEXF is read by `socionaut network`, a page must be exported as CSV or a workbook."
        )
    return _read_text(path, head)


def _with_index(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a named index, such as dates, has become a column."""
    dated = isinstance(table.index, pd.DatetimeIndex | pd.PeriodIndex)
    if dated or (table.index.name is not None and table.index.name not in table):
        return table.reset_index(names=table.index.name or "period")
    return table.copy()


def _whole(raw: RawTable, first_row: int) -> RawTable:
    cells = raw.cells
    twice = [str(label) for label, count in Counter(cells.columns).items() if count > 1]
    if twice:
        raise InputError(
            f"{raw.name} has more than one column {', '.join(sorted(twice))}; keep one of each."
        )
    if cells.empty:
        raise InputError(f"{raw.name} has no row; export it again.")
    cells.columns = cells.columns.map(str)
    cells.index = pd.RangeIndex(first_row, first_row + len(cells), name="row")
    return raw


# Text


@dataclass(frozen=True)
class _Layout:
    """How a file of text is laid out."""

    encoding: str
    separator: str
    skipped: int
    header: list[str]
    before: list[str]
    notes: list[str]


def _layout(path: Path, head: bytes) -> _Layout:
    encoding, notes = _encoding(path, head)
    with path.open(encoding=encoding, newline="") as stream:
        text = stream.read(_HEAD)
    lines = re.split(r"\r\n|\n|\r", text)
    told, skipped = "", 0
    if match := re.fullmatch(r'"?sep=(.)"?[,;]*', lines[0].strip(), re.IGNORECASE):
        told, skipped = match[1], 1
        notes.append(f'The line "{lines[0].strip()}" names the separator.')
    separator = told or _separator(lines)
    rows = _parsed(lines[skipped:], separator)
    start = _header_place(rows)
    before = [line for line in lines[skipped : skipped + start] if line.strip(' ,;\t"')]
    header = [cell.strip() for cell in rows[start]]
    if len(header) == 1 and _is_comment(header[0]):
        raise InputError(f"{path.name} holds no table but comments; export it again.")
    if separator != ",":
        notes.append(f"{SEPARATORS.get(separator, 'blanks').capitalize()} stand between columns.")
    if before:
        notes.append(f"Lines before the header left out: {len(before)}.")
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        twice = sorted({name for name in named if named.count(name) > 1})
        raise InputError(
            f"{path.name} has more than one column {', '.join(twice)}; keep one of each."
        )
    return _Layout(encoding, separator, skipped + start, header, before, notes)


def _read_text(path: Path, head: bytes) -> RawTable:
    layout = _layout(path, head)
    first = layout.skipped + 2
    cells = _without_spare(path, _reader(path, layout, None), layout, first)
    raw = RawTable(path.name, "CSV", cells, layout.notes, layout.separator, layout.before)
    return _whole(raw, first)


def _encoding(path: Path, head: bytes) -> tuple[str, list[str]]:
    """Return the encoding of a text file, and what to say of it."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding, [] if encoding == "utf-8-sig" else ["The text is in UTF-16."]
    if b"\x00" in head:
        for encoding in ("utf-16-le", "utf-16-be"):
            zeros = head[1::2] if encoding.endswith("le") else head[::2]
            if zeros.count(0) > 0.4 * len(zeros):
                return encoding, ["The text is in UTF-16."]
        raise InputError(f"{path.name} holds NUL bytes and is no text; export it again.")
    strange = b""
    try:
        with path.open(encoding="utf-8") as stream:
            while stream.read(1 << 22):
                pass
    except UnicodeDecodeError:
        strange = path.read_bytes()[: 1 << 20]
    if not strange:
        return "utf-8", []
    # Texts in other letters than Latin ones consist mostly of bytes above ASCII.
    latin = not _mostly_high(strange)
    encoding = "cp1252"
    if not (latin and _decodes(strange, encoding)):
        names = _ONE_BYTE if latin else [*_ONE_BYTE, *_MORE_BYTES]
        best = from_bytes(strange, cp_isolation=names).best()
        encoding = best.encoding if best is not None else encoding
    return encoding, [f"The text is not in UTF-8; read as {encoding}: check letters with accents."]


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_high(raw: bytes) -> bool:
    """Return whether more bytes are above ASCII than letters below."""
    high = sum(byte >= 0x80 for byte in raw)
    return high > sum(chr(byte).isalpha() for byte in raw if byte < 0x80)


def _is_comment(text: str) -> bool:
    return text.lstrip().startswith(_COMMENTS)


def _separator(lines: list[str]) -> str:
    """Return what parts most lines into the same number of cells, two at least."""
    best, place = (0.0, 0, 0), ","
    for order, separator in enumerate([*SEPARATORS, " "]):
        rows = [row for row in _parsed(lines, separator)[:200] if row and not _is_comment(row[0])]
        widths = Counter(len(row) for row in rows)
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        # Blanks part words of any text, so nothing else may part it.
        score = (count / len(rows) - (0.5 if separator == " " else 0), width, -order)
        if score > best:
            best, place = score, separator
    return place


def _parsed(lines: list[str], separator: str) -> list[list[str]]:
    if separator == " ":
        return [line.split() for line in lines]
    try:
        return list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
    except csv.Error:
        return [line.split(separator) for line in lines]


def _header_place(rows: list[list[str]]) -> int:
    """Return which row is the header: the first as wide as most rows, empty ends not counted."""
    rows = rows[:200]
    widths = [len(_trimmed(row)) for row in rows if row and not _is_comment(row[0])]
    usual = Counter(width for width in widths if width > 1).most_common(1)
    if not usual:
        return next((at for at, row in enumerate(rows) if any(row)), 0)
    for at, row in enumerate(rows[:_MOST_LINES_BEFORE]):
        if row and not _is_comment(row[0]) and len(_trimmed(row)) >= max(2, usual[0][0] - 1):
            return at
    return 0


def _trimmed(row: list[str]) -> list[str]:
    last = max((at for at, cell in enumerate(row, start=1) if cell.strip()), default=0)
    return row[:last]


def _reader(path: Path, layout: _Layout, rows: int | None) -> Any:  # noqa: ANN401 - a table or parts
    """Return all cells as text, or parts of so many rows."""
    blank = layout.separator == " "
    labels = [name or f"\0column {at}" for at, name in enumerate(layout.header, start=1)]
    return pd.read_csv(
        path,
        sep=r"\s+" if blank else layout.separator,
        # Two cells more than the header has, to see rows that are too long.
        names=[*labels, *_SPARE],
        header=None,
        skiprows=layout.skipped + 1,
        dtype="str",
        keep_default_na=False,
        na_filter=False,
        index_col=False,
        skip_blank_lines=False,
        encoding=layout.encoding,
        chunksize=rows,
    )


def _without_spare(
    path: Path, cells: pd.DataFrame, layout: _Layout, first_row: int
) -> pd.DataFrame:
    """Refuse rows with more cells than the header has; empty cells at their ends are accepted."""
    too_long = pd.Series(False, index=cells.index)
    for spare in _SPARE:
        too_long |= cells[spare].fillna("").ne("")
    if too_long.any():
        line = int(too_long.to_numpy().argmax()) + first_row
        raise InputError(
            f"{path.name} cannot be read (line {line} has more cells than the header, which has "
            f"{len(layout.header)}); a cell that holds a separator may lack quotation marks. "
            "Correct the line, or export the file again."
        )
    cells = cells.drop(columns=_SPARE)
    nameless = [name for name in cells if str(name).startswith("\0")]
    empty = [name for name in nameless if cells[name].str.strip().eq("").all()]
    cells = cells.drop(columns=empty)
    return cells.rename(columns={name: _unnamed(str(name)) for name in nameless})


def _unnamed(label: str) -> str:
    return f"(column {label.split()[1]})" if label.startswith("\0") else label


# Workbooks and JSON


def _read_workbook(path: Path, sheet: str | None, *, new: bool) -> RawTable:
    if new:
        with zipfile.ZipFile(path) as archive:  # a broken archive is told of by the caller
            if "xl/workbook.xml" not in archive.namelist():
                raise InputError(
                    f"{path.name} is an archive, not a table; unpack it and give one of its files."
                )
    engine: Any = "openpyxl" if new else "xlrd"
    # openpyxl reads by the name of a file, so it is given the content.
    content = io.BytesIO(path.read_bytes())
    sheets = pd.read_excel(content, sheet_name=None, header=None, dtype=object, engine=engine)
    filled = {str(name): table for name, table in sheets.items() if table.notna().any(axis=None)}
    if sheet is None and len(filled) != 1:
        raise InputError(
            f"{path.name} holds the sheets {', '.join(map(repr, filled)) or 'none with a cell'}; "
            "say which one with --sheet NAME."
        )
    chosen = sheet if sheet is not None else next(iter(filled))
    if chosen not in filled:
        raise InputError(
            f"{path.name} has no sheet {chosen!r} with cells; it has "
            f"{', '.join(map(repr, filled))}. Give one of these with --sheet NAME."
        )
    texts = filled[chosen].map(_cell_text)
    rows = texts.to_numpy().tolist()
    start = _header_place(rows)
    header = [cell.strip() for cell in rows[start]]
    labels = [name or f"(column {at})" for at, name in enumerate(header, start=1)]
    cells = pd.DataFrame(rows[start + 1 :], columns=labels, dtype="str")
    nameless = [at for at, name in enumerate(header) if not name and cells.iloc[:, at].eq("").all()]
    cells = cells.drop(columns=cells.columns[nameless])
    notes = [f'Sheet "{chosen}" of the workbook.']
    before = [" ".join(filter(None, row)) for row in rows[:start] if any(row)]
    if before:
        notes.append(f"Lines before the header left out: {len(before)}.")
    return _whole(RawTable(path.name, "workbook", cells, notes, "", before), start + 2)


def _cell_text(cell: object) -> str:
    """Write a cell of a workbook as a text file would hold it."""
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat(" ") if hasattr(cell, "hour") else cell.isoformat())
    return str(cell)


def _read_json(path: Path) -> RawTable:
    text = path.read_text(encoding="utf-8-sig")
    try:
        records = json.loads(text)
        kind = "JSON"
    except ValueError:
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
        kind = "JSON lines"
    if isinstance(records, dict):
        lists = [value for value in records.values() if isinstance(value, list)]
        records = lists[0] if len(lists) == 1 else [records]
    if not all(isinstance(record, dict) for record in records):
        raise InputError(f"{path.name} holds no records; a row must be an object with names.")
    table = pd.json_normalize(records).astype(object)
    return _whole(RawTable(path.name, kind, table.map(_cell_text).astype("str")), 1)


def raw_parts(path: Path, rows: int) -> Iterator[RawTable]:
    r"""Read a file of text or Parquet part by part, as `read_raw` reads it whole.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    rows : int
        Rows of a part.

    Yields
    ------
    RawTable
        Labelled by the rows of the whole file.

    Raises
    ------
    InputError
        If it is another kind of file, which must be read whole.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "own.csv"
    ...     _ = path.write_text("likes\n1\n2\n3\n")
    ...     [part.cells.index.tolist() for part in raw_parts(path, 2)]
    [[2, 3], [4]]
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"PAR1"):
        yield from _parquet_parts(path, rows)
        return
    if head.startswith((_OLD_WORKBOOK, _NEW_WORKBOOK)) or head.lstrip()[:1] in (b"{", b"["):
        raise InputError(
            f"{path.name} is too large for the memory of this machine; save it as Parquet or CSV, "
            "which are read part by part."
        )
    layout = _layout(path, head)
    first = layout.skipped + 2
    reader = _reader(path, layout, rows)
    with reader:
        for part in reader:
            cells = _without_spare(path, part, layout, first)
            if len(cells):
                cells.index = pd.RangeIndex(first, first + len(cells), name="row")
                first += len(cells)
                yield RawTable(
                    path.name, "CSV", cells, layout.notes, layout.separator, layout.before
                )


def _parquet_parts(path: Path, rows: int) -> Iterator[RawTable]:
    first = 1
    for batch in pq.ParquetFile(path).iter_batches(batch_size=rows):
        cells = batch.to_pandas()
        cells.index = pd.RangeIndex(first, first + len(cells), name="row")
        first += len(cells)
        yield RawTable(path.name, "Parquet", cells)
