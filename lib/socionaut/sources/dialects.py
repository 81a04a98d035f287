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
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from charset_normalizer import from_bytes
from xlrd import XLRDError

from socionaut.errors import InputError
from socionaut.sources.written_digits import in_western_digits

__all__ = ["RawTable", "encoding_of", "raw_parts", "read_raw"]

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# Signs that part columns only where they part every line alike: they stand in texts too.
_ODD_SEPARATORS = {"^": "carets", "~": "tildes", ":": "colons"}
# The mark of UTF-32 begins as that of UTF-16 does.
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe\x00\x00": "utf-32",
          b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # fmt: skip
# A word right behind the sign is a tag: "#art" is a name, "# art" is said of the file.
_COMMENT = re.compile(r"\s*[#%](?!\w)")
_HEAD = 1 << 16
_SPARE = ["\0spare 1", "\0spare 2"]
_MOST_LINES_BEFORE, _LEAST_NOTES, _MOST_DATED = 40, 3, 0.8
_YEAR_ABOVE, _LEAST_YEARS, _FEW_CELLS = re.compile(r"(?:1[5-9]|20)\d\d(?: \[YR\d{4}\])?"), 6, 3
# How lines below a table begin.
_BELOW = (
    *("source", "quelle", "fuente", "fonte", "note", "nota", "anmerkung", "remarque", "lecture"),
    *(
        "champ",
        "©",
        "(c)",
        "copyright",
        "__",
        "--",
        "*",
        "http",
        "last update",
        "updated",
        "generated",
        "exported",
        "downloaded",
    ),
)
# A cell that no heading would be: a number, or a date.
_DATUM = re.compile(
    r"[+-]?[\d\s.,'’%€$£]*\d[\d\s.,'’%€$£]*(?:[eE][+-]?\d+)?"
    r"|\d{4}[-/ ]?[QTWMqtwm]?\d{1,2}(?:[-/]\d{1,2})?(?:[T ]\d\d:\d\d\S*)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
)
# Two of these side by side are a header, and no note.
_WORDS_FOR_OURS = "source target from to weight platform account published_at period value"
_OURS = frozenset(_WORDS_FOR_OURS.split())
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf", b"Rar!")
# How files of other programs begin, whatever their names end with.
_OTHER_KINDS = {b"%PDF": "a PDF file", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
                b"$FL2": "a file of SPSS", b"<stata_dta": "a file of Stata",
                b"SQLite format": "a data base", b"\x89HDF": "a file of HDF5"}  # fmt: skip
_OLD_WORKBOOK, _NEW_WORKBOOK = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# Of the encodings of one byte a letter, these are what spreadsheets in use write.
_ONE_BYTE = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman"]
_MORE_BYTES = ["shift_jis", "gb18030", "big5", "euc_kr"]


@dataclass(frozen=True)
class RawTable:
    """A table as it stands in its file."""

    name: str
    kind: str  # as "CSV"
    # Text for text files; rows of text count with the header's line, others from 1.
    cells: pd.DataFrame
    notes: list[str] = field(default_factory=list)  # what was found, a sentence each
    separator: str = ""  # between columns
    # Lines before the table, or marked as comments.
    comments: list[str] = field(default_factory=list)


def read_raw(source: str | Path | pd.DataFrame, *, sheet: str | None = None) -> RawTable:
    """Read the cells of a file as they are.

    It may be CSV in any dialect and encoding, an Excel workbook (a sheet must be named where more
    than one holds a table), Parquet, JSON or JSON lines.

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
    if head.startswith(_PACKED):
        raise InputError(
            f"{path.name} is packed; unpack it first, for example with: gunzip -k {path.name}"
        )
    other = next((kind for start, kind in _OTHER_KINDS.items() if head.startswith(start)), "")
    if other:
        raise InputError(
            f"{path.name} is {other}, and no table that is read here; save the table as CSV."
        )
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
    """Return a table with one name a column, labelled by row, without what stands below it."""
    cells, notes = raw.cells, [*raw.notes]
    cells.columns = cells.columns.map(str)
    cells.index = pd.RangeIndex(first_row, first_row + len(cells), name="row")
    if raw.kind in ("CSV", "workbook"):
        cells = _unwrapped(cells)
        cells, told = _without_tail(cells)
        notes += told
    if raw.kind != "Parquet":
        cells, told = in_western_digits(cells)
        notes += told
    cells, told = _told_apart(cells)
    if cells.empty:
        raise InputError(f"{raw.name} has no row; export it again.")
    return replace(raw, cells=cells, notes=notes + told)


def _told_apart(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Tell columns of one name apart; of those that are the same throughout, keep the first."""
    counts = Counter(cells.columns)
    if max(counts.values(), default=1) == 1:
        return cells, []
    names, kept, notes = [], [], []
    for at, name in enumerate(cells.columns):
        earlier = [n for n in range(at) if cells.columns[n] == name]
        if any(cells.iloc[:, at].equals(cells.iloc[:, n]) for n in earlier):
            notes.append(f"Column {at + 1} is the same as an earlier column {name}; left out.")
            continue
        kept.append(at)
        names.append(name)
    again = Counter(names)
    labels = [f"{name} (column {at + 1})" if again[name] > 1 else name
              for at, name in zip(kept, names, strict=True)]  # fmt: skip
    twice = sorted(name for name, count in again.items() if count > 1)
    if twice:
        notes.append(f"More than one column is called {', '.join(twice)}: they are numbered.")
    return cells.iloc[:, kept].set_axis(labels, axis=1), notes


def _unwrapped(cells: pd.DataFrame) -> pd.DataFrame:
    """Take ="..." off cells, in which programs keep numbers as text."""
    for column in range(cells.shape[1]):
        texts = cells.iloc[:, column]
        if texts.str.startswith('="').any():
            plain = texts.str.replace(r'^="(.*)"$', r"\1", regex=True)
            cells.isetitem(column, plain.array)
    return cells


def _without_tail(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out empty rows at the end, and lines of text below the table."""
    if not len(cells) or cells.shape[1] < 2:
        return cells, []
    tail = cells.iloc[-_MOST_LINES_BEFORE:].apply(lambda column: column.str.strip())
    filled = tail.ne("").sum(axis=1).to_numpy()
    first, texts = tail.iloc[:, 0].str.casefold(), 0
    last = len(tail)
    while last > 0 and (filled[last - 1] == 0 or (filled[last - 1] == 1 and first.iloc[last - 1])):
        last -= 1
    # A row with one cell belongs to the table, unless it stands apart or says what it is.
    while last < len(tail) and filled[last] == 1:
        apart = last > 0 and filled[last - 1] == 0
        if apart or first.iloc[last].startswith(_BELOW):
            break
        last += 1
    texts = int((filled[last:] == 1).sum())
    if last == len(tail):
        return cells, []
    gone = len(tail) - last
    notes = [f"Lines below the table left out: {texts}."] if texts else []
    return cells.iloc[: len(cells) - gone], notes


# Text


@dataclass(frozen=True)
class _Layout:
    """How a file of text is laid out."""

    encoding: str
    separator: str
    above: int
    header: list[str]
    before: list[str]
    notes: list[str]


def _layout(path: Path, head: bytes) -> _Layout:
    encoding, notes = encoding_of(path, head)
    with path.open(encoding=encoding, newline="") as stream:
        text = stream.read(_HEAD)
    if not text.strip("\ufeff \r\n\t"):
        raise InputError(f"{path.name} is empty; export it again.")
    lines = re.split(r"\r\n|\n|\r", text)
    told, skipped = "", 0
    if match := re.fullmatch(r'"?sep=(.)"?[,;]*', lines[0].strip(), re.IGNORECASE):
        told, skipped = match[1], 1
        notes.append(f'The line "{lines[0].strip()}" names the separator.')
    separator = told or _separator(lines)
    rows = _parsed(lines[skipped:], separator)
    start = _header_place(rows)
    _demand_one_table(path.name, rows, start, skipped + 1)
    before = [line for line in lines[skipped : skipped + start] if line.strip(' ,;\t"')]
    header = [cell.strip(' "') for cell in rows[start]]
    if len(header) == 1 and _is_comment(header[0]):
        raise InputError(f"{path.name} holds no table but comments; export it again.")
    if separator != ",":
        named = {**SEPARATORS, **_ODD_SEPARATORS}.get(separator, "blanks")
        notes.append(f"{named.capitalize()} stand between columns.")
    notes += _told_before(before)
    bare = _is_data(header)
    if bare:
        header = [f"(column {at})" for at in range(1, len(header) + 1)]
        notes.append("The file has no header; its columns are numbered.")
    elif _numbered(rows[start + 1 :], len(header)):
        header = ["", *header]  # R gives the numbers of the rows no heading
    return _Layout(encoding, separator, skipped + start + (not bare), header, before, notes)


def _told_before(lines: list[str]) -> list[str]:
    last = " ".join(lines[-1].split())[:60] if lines else ""
    told = f"Lines before the header left out: {len(lines)}, the last of them: {last}"
    return [told] if lines else []


def _numbered(rows: list[list[str]], width: int) -> bool:
    """Return whether rows have one cell more than the header, which counts them from 1."""
    rows = [row for row in rows[:_MOST_LINES_BEFORE] if _trimmed(row)]
    counted = [row[0].strip(' "') for row in rows] == [str(at) for at in range(1, len(rows) + 1)]
    return counted and len(rows) > 1 and all(len(_trimmed(row)) == width + 1 for row in rows)


def _is_data(header: list[str]) -> bool:
    """Return whether what stands in the place of a header is a first row of numbers and dates."""
    return len(header) > 1 and all(_DATUM.fullmatch(cell) for cell in header)


def _read_text(path: Path, head: bytes) -> RawTable:
    layout = _layout(path, head)
    first = layout.above + 1
    cells = _without_spare(path, _reader(path, layout, None), layout, first)
    raw = RawTable(path.name, "CSV", cells, layout.notes, layout.separator, layout.before)
    return _whole(raw, first)


def encoding_of(path: Path, head: bytes) -> tuple[str, list[str]]:
    """Return the encoding of a text file, and what to say of it."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            told = f"The text is in {encoding.upper()}."
            return encoding, [] if encoding == "utf-8-sig" else [told]
    if b"\x00" in head:
        for encoding in ("utf-16-le", "utf-16-be"):
            zeros = head[1::2] if encoding.endswith("le") else head[::2]
            if zeros.count(0) > 0.4 * len(zeros):
                return encoding, ["The text is in UTF-16."]
        raise InputError(f"{path.name} holds NUL bytes and is no text; export it again.")
    try:
        with path.open(encoding="utf-8") as stream:
            while stream.read(1 << 22):
                pass
    except UnicodeDecodeError:
        return _old_encoding(path)
    return "utf-8", []


def _old_encoding(path: Path) -> tuple[str, list[str]]:
    """Return the encoding of a text that is not in Unicode."""
    strange = path.read_bytes()[: 1 << 20]
    # Texts in other letters than Latin ones consist mostly of bytes above ASCII.
    latin = not _mostly_high(strange)
    if latin:
        _demand_one_encoding(path, strange)
    encoding = "cp1252"
    if not (latin and _decodes(strange, encoding)):
        names = _ONE_BYTE if latin else [*_ONE_BYTE, *_MORE_BYTES]
        best = from_bytes(strange, cp_isolation=names).best()
        encoding = best.encoding if best is not None else encoding
    return encoding, [f"The text is not in UTF-8; read as {encoding}: check letters with accents."]


def _demand_one_encoding(path: Path, raw: bytes) -> None:
    """Refuse a file that was put together of two, of which one is in UTF-8."""
    high = {at: _decodes(line, "utf-8") for at, line in enumerate(raw.split(b"\n")[:-1], start=1)
            if not line.isascii()}  # fmt: skip
    if len({*high.values()}) > 1:
        good, bad = (next(at for at in high if high[at] is known) for known in (True, False))
        raise InputError(
            f"{path.name} is in two encodings: line {good} is in UTF-8 and line {bad} is not, so "
            "that one name would become two. Save the file in UTF-8, or export its parts again."
        )


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
    return _COMMENT.match(text) is not None


def _separator(lines: list[str]) -> str:
    """Return what parts most lines into the same number of cells, two at least."""
    if odd := _odd_separator(lines):
        return odd
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


def _odd_separator(lines: list[str]) -> str:
    """Return a rare sign that parts all lines alike, the first of which no other sign parts."""
    filled = [line for line in lines[:200] if line.strip() and not _is_comment(line)]
    # The last line may be cut off, where only a beginning was read.
    filled = filled[:-1] if len(lines) > len(filled) + 1 and len(filled) > 3 else filled
    if len(filled) < 2 or any(len(_parsed(filled[:1], usual)[0]) > 1 for usual in SEPARATORS):
        return ""
    for sign in _ODD_SEPARATORS:
        widths = {len(row) for row in _parsed(filled, sign)}
        if len(widths) == 1 and widths != {1}:
            return sign
    return ""


def _parsed(lines: list[str], separator: str) -> list[list[str]]:
    if separator == " ":
        return [line.split() for line in lines]
    try:
        text = io.StringIO("\n".join(lines))
        return list(csv.reader(text, delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return [line.split(separator) for line in lines]


def _header_place(rows: list[list[str]]) -> int:
    """Return which row is the header: the first as wide as most rows, empty ends not counted."""
    rows = rows[:200]
    widths = [len(_trimmed(row)) for row in rows if row and not _is_comment(row[0])]
    usual = Counter(width for width in widths if width > 1).most_common(1)
    if not usual:
        return next((at for at, row in enumerate(rows) if any(row)), 0)
    least = max(2, usual[0][0] - 1)
    wide = [at for at, row in enumerate(rows[:_MOST_LINES_BEFORE])
            if row and not _is_comment(row[0]) and len(_trimmed(row)) >= least]  # fmt: skip
    if not wide:
        return 0
    at = wide[0]
    if _is_data([cell.strip() for cell in _trimmed(rows[at])]):
        return at
    if (years := _years_below(rows)) > at:
        return years
    # Lines about the file may be as wide as the table, which an empty line then parts from them.
    blank = max((n for n in range(at, wide[-1]) if not _trimmed(rows[n])), default=-1)
    later = [n for n in wide if n > blank]
    parted = blank > at and bool(later) and _heads(rows, later[0])
    if parted and not (_is_table(rows, at) or _joins(rows, at, later[0])):
        at = later[0]
    at = _below_notes(rows, at)
    return at + 1 if _over_groups(rows, at, usual[0][0]) else at


def _texts(row: list[str]) -> list[str]:
    """Return the filled cells of a row that are neither numbers nor dates."""
    return [cell.strip() for cell in row if cell.strip() and not _DATUM.fullmatch(cell.strip())]


def _words(row: list[str]) -> list[str]:
    """Return the filled cells of a row that can be a header, which has neither."""
    texts = _texts(row)
    return texts if len(texts) == sum(bool(cell.strip()) for cell in row) else []


def _named(row: list[str]) -> bool:
    return len({cell.casefold() for cell in _words(row)} & _OURS) > 1


def _block(rows: list[list[str]], at: int) -> list[list[str]]:
    """Return the rows from here up to an empty line."""
    end = next((n for n in range(at, len(rows)) if not _trimmed(rows[n])), len(rows))
    return [[cell.strip() for cell in _trimmed(row)] for row in rows[at:end]]


def _joins(rows: list[list[str]], at: int, place: int) -> bool:
    """Return whether rows from `at` on belong to those from `place` on, which is no header then."""
    width, heading = len(_trimmed(rows[place])), _texts(rows[place])
    over = [row for row in rows[at:place] if len(_trimmed(row)) >= width]
    above = {text for row in over for text in _texts(row)}
    below = {text for row in rows[place + 1 :] for text in _texts(row)}
    if _named(rows[at]) or len({*heading}) < len(heading):
        return True
    if any(_DATUM.fullmatch(row[0].strip()) for row in over) or above & {*heading[:1]}:
        return True  # what is said of a file begins with a word, and a header with a new one
    return bool({*heading} & below or (above - {*heading}) & below)


def _is_table(rows: list[list[str]], at: int) -> bool:
    """Return whether a header stands here, with two rows or more up to an empty line."""
    header, block = _words(rows[at]), _block(rows, at + 1)
    width = len(_trimmed(rows[at]))
    if len(header) < 2 or len(block) < 2 or min(map(len, block)) < max(2, width - 1):
        return False
    # What is said of a file is a word and what it stands for; a table has a column of numbers.
    columns = [0] if width == 2 else range(min(map(len, block)))
    numeric = any(all(_DATUM.fullmatch(row[n]) for row in block) for n in columns)
    return numeric or _named(rows[at])


def _demand_one_table(name: str, rows: list[list[str]], start: int, first: int) -> None:
    """Refuse a second table behind an empty line; rows count from the line `first`."""
    one, blank = _is_table(rows, start), 0
    for later in range(start + 1, len(rows)):
        width = len(_trimmed(rows[later]))
        blank = blank or later * (not width)
        if not blank or width < 2:
            continue
        same = _trimmed(rows[later]) == _trimmed(rows[start])
        if same or (one and _second(rows, start, later)):
            raise InputError(
                f"{name} holds two tables: line {first + blank} is empty, and behind it line "
                f"{first + later} has headings ({', '.join(_words(rows[later])[:4])}). Keep one of "
                "them in a file of its own; if they are one, delete the empty line and the second "
                "headings."
            )
        blank = 0


def _second(rows: list[list[str]], start: int, at: int) -> bool:
    """Return whether another table than the one above begins here: words, above numbers."""
    block, heading = _block(rows, at + 1), {*_words(rows[at])}
    numeric = len(block) > 1 and not any(len(_words(row)) for row in block)
    others = (*_block(rows, start + 1), *block)
    return numeric and len(heading) > 1 and not any(heading & {*_texts(row)} for row in others)


def _years_below(rows: list[list[str]]) -> int:
    """Return the row of years side by side, with words before them, below lines of few cells."""
    for at, row in enumerate(rows[:_MOST_LINES_BEFORE]):
        cells = [cell.strip() for cell in _trimmed(row)]
        years = sum(bool(_YEAR_ABOVE.fullmatch(cell)) for cell in cells)
        if years >= _LEAST_YEARS and cells[0] and not _DATUM.fullmatch(cells[0]):
            return at
        if len(cells) > _FEW_CELLS:
            return -1
    return -1


def _below_notes(rows: list[list[str]], at: int) -> int:
    """Return the row above the first dates, where notes in two columns stand before it."""
    firsts = [row[0].strip() if row else "" for row in rows]
    dates = [bool(_DATUM.fullmatch(text)) for text in firsts]
    begin = next((n for n in range(at, len(rows) - 2) if all(dates[n : n + 3])), at)
    two = len(_trimmed(rows[begin])) in (2, len(_trimmed(rows[at])))
    if begin - at < _LEAST_NOTES or not two or _joins(rows, at, begin - 1):
        return at
    filled = [date for date, text in zip(dates[begin:], firsts[begin:], strict=True) if text]
    dated = sum(filled) >= _MOST_DATED * len(filled)
    return begin - 1 if dated and _words(rows[begin - 1]) else at


def _over_groups(rows: list[list[str]], at: int, width: int) -> bool:
    """Return whether a row names groups of columns, and the headings stand right below."""
    if at + 1 >= len(rows):
        return False
    if _named(rows[at]):
        return False
    above, below = ([cell.strip() for cell in _trimmed(row)] for row in rows[at : at + 2])
    gaps = above.count("") + max(0, min(width, len(below)) - len(above))
    words = len(set(below)) == len(below) and not any(_DATUM.fullmatch(cell) for cell in below)
    return "" not in below and words and (gaps > 1 or (gaps == 1 and _heads(rows, at + 1)))


def _heads(rows: list[list[str]], at: int) -> bool:
    """Return whether a row can be a header: words alone, and below it a row that holds a number."""
    if at + 1 >= len(rows):
        return False
    cells = [cell.strip() for cell in _trimmed(rows[at])]
    below = [cell.strip() for cell in _trimmed(rows[at + 1])]
    words = len(cells) > 1 and not any(_DATUM.fullmatch(cell) for cell in cells)
    return words and any(_DATUM.fullmatch(cell) for cell in below)


def _trimmed(row: list[str]) -> list[str]:
    last = max((at for at, cell in enumerate(row, start=1) if cell.strip()), default=0)
    return row[:last]


def _reader(path: Path, layout: _Layout, rows: int | None) -> Any:  # noqa: ANN401 - a table or parts
    """Return all cells as text, or parts of so many rows."""
    blank = layout.separator == " "
    # Names may come twice; pandas wants them apart, and they are put back afterwards.
    labels = [f"\0{at}" for at in range(len(layout.header))]
    return pd.read_csv(
        path,
        sep=r"\s+" if blank else layout.separator,
        skipinitialspace=True,
        # Two cells more than the header has, to see rows that are too long.
        names=[*labels, *_SPARE],
        header=None,
        skiprows=layout.above,
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
    return _with_header(cells.drop(columns=_SPARE), layout.header)


def _with_header(cells: pd.DataFrame, header: list[str]) -> pd.DataFrame:
    """Name columns by a header, and leave out those without a heading and without a cell."""
    kept = [at for at, name in enumerate(header)
            if name or not cells.iloc[:, at].fillna("").str.strip().eq("").all()]  # fmt: skip
    names = [header[at] or f"(column {at + 1})" for at in kept]
    return cells.iloc[:, kept].set_axis(names, axis=1)


# Workbooks and JSON


def _read_workbook(path: Path, sheet: str | None, *, new: bool) -> RawTable:
    if new:
        with zipfile.ZipFile(path) as archive:  # a broken archive is told of by the caller
            if "xl/workbook.xml" not in archive.namelist():
                if "content.xml" in archive.namelist():
                    raise InputError(
                        f"{path.name} is in the OpenDocument form, which is not read here; save "
                        "it as an Excel workbook (.xlsx) or as CSV."
                    )
                raise InputError(
                    f"{path.name} is an archive, not a table; unpack it and give one of its files."
                )
    engine: Any = "openpyxl" if new else "xlrd"
    # openpyxl reads by the name of a file, so it is given the content.
    content = io.BytesIO(path.read_bytes())
    try:
        sheets = pd.read_excel(content, sheet_name=None, header=None, dtype=object, engine=engine)
    except Exception as error:  # damaged workbooks raise errors of every kind
        raise ValueError(f"the workbook is damaged: {error}") from error
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
    rows = filled[chosen].map(_cell_text).to_numpy().tolist()
    start = _header_place(rows)
    _demand_one_table(path.name, rows, start, 1)
    header = [cell.strip() for cell in rows[start]]
    bare = _is_data(_trimmed(header))
    notes = [f'Sheet "{chosen}" of the workbook.']
    if bare:
        header = [f"(column {at})" for at in range(1, len(header) + 1)]
        notes.append("The sheet has no header; its columns are numbered.")
    first = start + (not bare)
    cells = _with_header(
        pd.DataFrame(rows[first:], columns=range(len(header)), dtype="str"), header
    )
    before = [" ".join(filter(None, row)) for row in rows[:start] if any(row)]
    notes += _told_before(before)
    return _whole(RawTable(path.name, "workbook", cells, notes, "", before), first + 1)


def _cell_text(cell: object) -> str:
    """Write a cell of a workbook as a text file would hold it."""
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, int) and abs(cell) > 2**53:
        return str(float(cell))  # a workbook holds no digits beyond these, so none are shown
    if hasattr(cell, "isoformat"):
        return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell.isoformat())
    return str(cell)


def _read_json(path: Path) -> RawTable:
    text = path.read_text(encoding="utf-8-sig")
    try:
        records = json.loads(text, parse_int=str)  # ids may have more digits than a number
        kind = "JSON"
    except ValueError:
        records = [json.loads(line, parse_int=str) for line in text.splitlines() if line.strip()]
        kind = "JSON lines"
    records = _records(records)
    if not all(isinstance(record, dict) for record in records):
        raise InputError(f"{path.name} holds no records; a row must be an object with names.")
    table = pd.json_normalize(records).astype(object)
    return _whole(RawTable(path.name, kind, table.map(_cell_text).astype("str")), 1)


def _records(content: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    """Return the rows in what a JSON file holds, as pandas and servers write them."""
    if isinstance(content, dict) and {"columns", "data"} <= {*content}:
        return [dict(zip(content["columns"], row, strict=True)) for row in content["data"]]
    if isinstance(content, dict):
        if len(content) > 1 and all(_DATUM.fullmatch(name) for name in content):
            rows: dict[str, Any] = {
                name: row or {} if isinstance(row, dict | list) else {"value": row}
                for name, row in content.items()
            }
            counted = [*rows] in [[str(n + at) for n in range(len(rows))] for at in (0, 1)]
            return [row if counted else {"period": name, **row} for name, row in rows.items()]
        lists = [column for column in content.values() if isinstance(column, list) and column]
        if len(lists) == len(content) > 1 and len({*map(len, lists)}) == 1:
            return [dict(zip(content, row, strict=True)) for row in zip(*lists, strict=True)]
        if content and all(isinstance(column, dict) for column in content.values()):
            return pd.DataFrame(content).to_dict("records")
        return lists[0] if len(lists) == 1 else [content]
    if len(content) == 2 and isinstance(content[0], dict) and isinstance(content[1], list):
        content = content[1]  # behind what is said of the answer
    return list(content)


def raw_parts(path: Path, rows: int) -> Iterator[RawTable]:
    r"""Read a file of text or Parquet part by part, as `read_raw` reads it whole.

    Parts are labelled by the rows of the whole file. Files of other kinds, which must be read
    whole, are refused.

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
    first = layout.above + 1
    reader = _reader(path, layout, rows)
    with reader:
        for part in reader:
            cells = _without_spare(path, part, layout, first)
            if not _without_tail(cells)[0].empty:
                raw = RawTable(
                    path.name, "CSV", cells, layout.notes, layout.separator, layout.before
                )
                yield _whole(raw, first)
            first += len(cells)


def _parquet_parts(path: Path, rows: int) -> Iterator[RawTable]:
    first = 1
    for batch in pq.ParquetFile(path).iter_batches(batch_size=rows):
        cells = batch.to_pandas()
        cells.index = pd.RangeIndex(first, first + len(cells), name="row")
        first += len(cells)
        yield RawTable(path.name, "Parquet", cells)
