"""The numbers that a notebook's prose states, and where each comes from.

A number typed in prose is held against what this notebook itself names: its claims, references,
series and tables, and the numbers in its code. A number of another notebook is no excuse.
"""

from __future__ import annotations

import ast
import html
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import pandas as pd
from nbformat import NotebookNode

from workshop.cells import nodes
from workshop.notebooks import BOX
from workshop.prose import COMPUTED, TENS, UNITS, texts

__all__ = ["numbers_of", "untraced", "untraced_numbers"]

MONTHS = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
# What a number may stand in without being a statement, removed in this order.
NOT_PROSE = (
    r"(?ms)^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?^ {0,3}\1[`~]*[ \t]*$",  # fenced code
    r"(?s)<!--.*?-->",
    r"(?s)(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)",  # code span
    r"(?s)\$\$(?:(?!\n\s*\n).)+?\$\$",
    r"(?s)\\begin\{(\w+\*?)\}.*?\\end\{\1\}",
    r"(?s)(?<![\\$])\$(?=\S)(?:(?!\n\s*\n)[^$])*?(?<=[^\s\\])\$(?!\d)",  # maths, not money
    r"(?m)^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*\S+(?:[ \t]+[\"'(][^\n]*)?[ \t]*$",  # link's definition
    r"\]\([^)\s]*(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)",  # target of a link
    r"https?://[^\s<>]+",
    r"</?[A-Za-z][^<>]*>",
    r"\bc00[0-4]-\d{3}-\d+\b",  # claim
    r"(?<![\d.,])(?<!\d[ \u00a0\u202f])\b00[0-4]\b(?![.,]?\d)",  # document
    r"\b2011 evening\b",  # the short name of a document
    r"\[\^\w+\]",  # footnote
    r"(?m)^\*It takes\*[^.]*",  # the time to read
    r"(?i)\bcovid-19\b|\b(?:19|20)\d0s\b",
    r"(?m)^[ \t]*(?:>[ \t]*|[-*+][ \t]+)*(?:#{1,6}[ \t]+)?\d{1,2}(?:\.\d{1,2})*[.)](?=[ \t])",
    rf"\b[0-3]?\d(?:\s?[-–]\s?[0-3]?\d)?\s+{MONTHS}\b",
    rf"\b{MONTHS}\s+[0-3]?\d(?=,?\s+(?:19|20)\d\d\b)",
)
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SCALES |= {"k": 1e3, "m": 1e6, "bn": 1e9}
IN_WORDS = {"a": 1.0} | {word: float(value) for value, word in enumerate(UNITS, start=1)}
IN_WORDS |= {word: 10.0 * value for value, word in enumerate(TENS, start=2)}
IN_WORDS |= {f"{ten}-{unit}": IN_WORDS[ten] + IN_WORDS[unit] for ten in TENS for unit in UNITS[:9]}
LONGEST_FIRST = "|".join(sorted(IN_WORDS, key=len, reverse=True))
NUMERAL = re.compile(
    rf"""
    (?<!\w)(?P<figure>
        \d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?!\d)(?:\.\d+)?   # 20 000
      | \.?\d+(?:[.,]\d+)*                                     # 0.26, 1,234
      | (?i:{LONGEST_FIRST})\b                                 # twenty-six
    )
    (?P<scale>[ \u00a0\u202f-]?(?i:hundred|thousand|million|billion|trillion)s?\b|(?:k|m|M|bn)\b)?
    (?P<percent>[ \u00a0\u202f]?%|\s(?i:per\s?cent)\b)?
    """,
    re.VERBOSE,
)
WELL_FORMED = re.compile(r"\.?\d+|\d+\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def _numerals(markdown: str) -> Iterator[re.Match[str]]:
    """Yield the numerals of the prose, small numbers in words left out; of a date the year."""
    text = re.sub(r"\b((?:19|20)\d\d)-[01]\d(?:-[0-3]\d)?\b", r"\1\0", markdown)
    for pattern in NOT_PROSE:
        text = re.sub(pattern, "\0", text)
    for match in NUMERAL.finditer(html.unescape(text)):
        small = IN_WORDS.get(match["figure"].lower(), 13) <= 12
        if match["scale"] or match["percent"] or not small:
            yield match


def untraced_numbers(
    markdown: str, known_numbers: Collection[float], allowed: Mapping[str, str] | None = None
) -> list[str]:
    """List the numerals of prose that are none of the known numbers.

    Not looked at: what stands in code, maths, link targets, URLs and HTML tags; claim ids and
    document numbers; days and months; the numbers of lists and headings; digits that belong to a
    name, such as Q4 or COVID-19; and number words up to twelve, unless a scale or "percent"
    follows. "2.3 billion" is looked for as 2300000000. The sign is not compared. A numeral that is
    not written as in English ("0,26", "1.2.3") is never known.

    Parameters
    ----------
    markdown : str
        The source of the cell.
    known_numbers : collection of float
        Values in base units, years among them.
    allowed : mapping or None
        Numerals, as written, that need no source, each with its reason.

    Returns
    -------
    list of str
        The numerals as written, with their scale ("2.3 billion") and percent sign.

    Raises
    ------
    ValueError
        If an allowed numeral comes without a reason.

    Examples
    --------
    >>> untraced_numbers("From 2.3 billion in 2019 to 304 million, 1,000 a day.", [2.3e9, 304e6])
    ['2019', '1,000']
    """
    excused = allowed or {}
    for numeral, reason in excused.items():
        if not reason.strip():
            raise ValueError(f"The allowed number {numeral} has no reason; write one.")
    known = {_key(value) for value in known_numbers if not math.isnan(value)}
    return [
        match[0]
        for match in _numerals(markdown)
        if match[0] not in excused and _key(_value(match)) not in known
    ]


def _value(match: re.Match[str]) -> float:
    """Return the value of a numeral; not a number if it is not written as in English."""
    figure = match["figure"].lower()
    if figure in IN_WORDS:
        value = IN_WORDS[figure]
    else:
        figure = re.sub(r"[ \u00a0\u202f]", "", figure)
        if not WELL_FORMED.fullmatch(figure):
            return math.nan
        value = float(figure.replace(",", ""))
    scale = (match["scale"] or "").strip(" \u00a0\u202f-").lower().removesuffix("s")
    return value * SCALES[scale] if scale else value


def _key(value: float) -> str:
    """Return a number in a form in which 2.3 * 1e9 equals 2300000000."""
    return f"{abs(value):.14g}"


def untraced(
    notebook: NotebookNode,
    tables: Mapping[str, pd.DataFrame],
    allowed: Mapping[str, str] | None = None,
) -> list[tuple[int, str]]:
    """List the numbers of a notebook's texts that nothing in the notebook gives.

    Parameters
    ----------
    notebook : NotebookNode
        As stored, in format 4.
    tables : mapping of str to DataFrame
        The tables of the project, by name.
    allowed : mapping or None
        Numerals, as written, that need no source, each with its reason.

    Returns
    -------
    list of tuple of int and str
        The cell, counted from 1, and what to do.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("Markdown(f'From {a} to 1.29 million.')")
    >>> untraced(new_notebook(cells=[cell]), {})
    [(1, 'nothing in this notebook gives the number 1.29 million of Markdown; compute it')]
    """
    known = numbers_of(notebook, tables)
    boxes = {n for n, c in enumerate(notebook.cells, 1) if BOX in c.metadata.get("tags", [])}
    return [
        (
            text.cell,
            f"nothing in this notebook gives the number {numeral} of {text.place}; compute it",
        )
        for text in texts(notebook)
        if text.cell not in boxes  # it says what `in_short` says, whose text is looked at
        for numeral in untraced_numbers(text.words.replace(COMPUTED, "\0"), known, allowed)
    ]


def numbers_of(notebook: NotebookNode, tables: Mapping[str, pd.DataFrame]) -> set[float]:
    """Return the numbers that a notebook names.

    What its outputs show is no excuse: of the numbers up to a hundred a table shows most.

    Parameters
    ----------
    notebook : NotebookNode
        In format 4.
    tables : mapping of str to DataFrame
        The tables of the project, by name.

    Returns
    -------
    set of float
        Of the rows that its code names, in base units, and of its code; a share also in percent;
        and the years in both and in its further reading.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> claims = pd.DataFrame({"id": ["c003-041-1"], "value": [2.3], "unit": ["billion users"]})
    >>> cells = [new_code_cell("claim('c003-041-1')"), new_code_cell("draw(runs=500)")]
    >>> sorted(numbers_of(new_notebook(cells=cells), {"claims": claims}))
    [500.0, 2300000000.0]
    """
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    parts = [part for source in code for part in nodes(source)]
    named = {_pattern(part) for part in parts if _is_text(part)}
    named |= set(notebook.metadata.get("socionaut", {}).get("data", []))
    rows = [_rows(name, table, named, code) for name, table in tables.items()]
    known = {value for table in rows for value in _values(table)} | _typed(parts)
    known |= {round(100 * value, 10) for value in known if 0 < value < 1}
    years = " ".join([*_read(notebook), *named, *(_texts(table) for table in rows)])
    known |= {float(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", years)}
    return {value for value in known if not math.isnan(value)}


_ANY = "\0"
#: Columns that hold places and names of years, and no quantity.
_PLACES = {"line", "occurrence", "part", "first_line", "last_line", "year"}


def _is_text(node: ast.AST) -> bool:
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text or isinstance(node, ast.JoinedStr)


def _pattern(node: ast.AST) -> str:
    """Return what ids a text of the code can name; a computed part stands for anything."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = ast.iter_child_nodes(node)
    return "".join(_pattern(part) if _is_text(part) else _ANY for part in parts)


def _rows(
    name: str, table: pd.DataFrame, named: Collection[str], code: Collection[str]
) -> pd.DataFrame:
    """Return the rows of a table that the code names, or all where it reads it whole."""
    key = next((column for column in ("id", "series") if column in table), "")
    if key and name in ("claims", "references", "series", "datasets"):
        # An id that is computed as a whole, or nearly, names nothing that one could look up.
        told = {text for text in named if _ANY in text and 4 < len(text.replace(_ANY, "")) < 200}
        patterns = [r"[\w-]+".join(map(re.escape, text.split(_ANY))) for text in sorted(told)]
        any_of = re.compile("|".join(patterns) or "$^")
        ids = [key for key in table[key].unique() if key in named or any_of.fullmatch(str(key))]
        return table[table[key].isin(ids)]
    read = any(f'"{name}"' in source for source in code)
    return table.drop(columns=_PLACES & set(table)) if read else table.iloc[:0]


def _values(table: pd.DataFrame) -> Iterator[float]:
    """Yield the numbers of a table in base units."""
    units = table["unit"] if "unit" in table else [""] * len(table)
    scales = [SCALES.get(str(unit).partition(" ")[0].lower(), 1.0) for unit in units]
    for column in table.select_dtypes("number"):
        for value, scale in zip(table[column].astype(float), scales, strict=True):
            yield value * scale
    for column in {"population", "geography"} & set(table):
        for text in table[column]:
            yield from map(float, re.findall(r"\b\d+\b", text))  # ages, and of how many countries


def _texts(table: pd.DataFrame) -> str:
    return " ".join(str(cell) for cell in table.to_numpy().ravel())


def _read(notebook: NotebookNode) -> Iterator[str]:
    """Yield the lists of literature."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from re.split(r"(?m)^## Further reading", cell.source)[1:]


def _typed(parts: Iterable[ast.AST]) -> set[float]:
    """Return the numbers of code, but for those within sentences."""
    within = {
        id(part) for text in parts if isinstance(text, ast.JoinedStr) for part in ast.walk(text)
    }
    return {
        float(part.value)
        for part in parts
        if isinstance(part, ast.Constant)
        and isinstance(part.value, int | float)
        and id(part) not in within
    }
