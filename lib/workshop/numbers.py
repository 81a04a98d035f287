"""The numbers that a notebook's prose states, and where each comes from.

A number typed in prose is held against what stands near it: the claims, references, series, tables
and numbers that the code of its section names. A number of another section is no excuse.
"""

from __future__ import annotations

import ast
import html
import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from workshop.cells import call_name, nodes
from workshop.notebooks import BOX
from workshop.prose import COMPUTED, MARKDOWN, TENS, UNITS, Text, texts

__all__ = ["untraced", "untraced_numbers"]

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
    r"(?i)\bcovid-19\b|\b(?:19|20)\d0s\b|\bspring 2020\b",  # what a document is about
    r"(?i)\b(?:in|of) a hundred\b|\bone(?: case)? in twenty\b",  # manners of speaking
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
_ONE, _MANY = r"(?:0|[1-9]\d*)", r"[1-9]\d{0,2}(?:,\d{3})+"  # not 08
WELL_FORMED = re.compile(rf"\.\d+|(?:{_ONE}|{_MANY})(?:\.\d+)?")


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

    Not looked at: code, maths, addresses and tags; claims, documents, days and months; numbers of
    lists, headings and names, as Q4; number words up to twelve without a scale. "2.3 billion"
    is 2300000000. The sign is not compared. What is not written as in English ("0,26", "08") is
    never known.

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
    """List the numbers of a notebook's texts that nothing near them gives.

    A text of the code is held against its cell and the cells that gave the names in it their
    values; a Markdown cell against all cells under its heading and what those rest on. Where those
    cells themselves name two years or more, another year is none of theirs. The cells above the
    first heading may name what any claim of the notebook says.

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
    [(1, 'nothing near it gives the number 1.29 million of Markdown; compute it')]
    """
    near = _Near(notebook, tables)
    return [
        (
            text.cell,
            f"nothing the notebook names is of {month[0]}, as {text.place} says; correct it",
        )
        for text in texts(notebook)
        for month in _MONTH.finditer(text.words)
        if not _is_told(month, near.told)
    ] + [
        (text.cell, f"nothing near it gives the number {numeral} of {text.place}; compute it")
        for text in texts(notebook)
        if BOX not in notebook.cells[text.cell - 1].metadata.get("tags", [])  # told by `in_short`
        for numeral in untraced_numbers(
            text.words.replace(COMPUTED, "\0"), near.known(text), allowed
        )
    ]


class _Near:
    """What stands near a text of a notebook, and the numbers that it names."""

    def __init__(self, notebook: NotebookNode, tables: Mapping[str, pd.DataFrame]) -> None:
        rows = _rows_of(tables)
        last: dict[str, int] = {}
        self._rests: list[set[int]] = []
        self._under: list[int] = []
        self._given: list[set[float]] = []
        self._reading = list(_reading(notebook))
        self._claimed: set[float] = set()
        self.told = ""
        for at, cell in enumerate(notebook.cells):
            code = cell.source if cell.cell_type == "code" else ""
            names = [part for part in nodes(code) if isinstance(part, ast.Name)]
            self._rests.append({last[part.id] for part in names if part.id in last})
            last |= {part.id: at for part in names if isinstance(part.ctx, ast.Store)}
            last |= {part.name: at for part in nodes(code) if isinstance(part, ast.FunctionDef)}
            self._given.append(_numbers_of(code, rows))
            named = [rows.told(*place) for place in rows.named(_ids(code))]
            self.told = " ".join([self.told, *_ids(code), *named])
            claims = (key for name, key in rows.named(_ids(code)) if name == "claims")
            self._claimed.update(n for key in claims for n in rows.numbers("claims", key))
            begins = not code and re.search(r"(?m)^##+ ", cell.source)
            self._under.append(at if begins or not at else self._under[-1])

    def known(self, text: Text) -> set[float]:
        """Return the numbers near a text; of years its own cells' alone where they name some."""
        at = text.cell - 1
        own = {at}
        if text.place in MARKDOWN:
            own = {cell for cell, first in enumerate(self._under) if first == self._under[at]}
        cells = own.union(*(self._rests[cell] for cell in own))
        if text.place in _SUMS_UP:
            cells = cells.union(*(self._rests[cell] for cell in cells))
        known = set().union(*(self._given[cell] for cell in cells))
        years = {n for cell in own for n in self._given[cell] if n in _YEARS}
        if len(years) > 1:
            known = years | {number for number in known if number not in _YEARS}
        if text.place in MARKDOWN:
            known |= {year for name, year in self._reading if name in text.words}
            known |= set() if self._under[at] else self._claimed
        return known


class _Rows:
    """The rows of the tables, by the ids with which code names them."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        # Rows of plain texts are picked faster than those of Arrow.
        self._tables = {
            name: table.astype(dict.fromkeys(table.select_dtypes("string"), object))
            for name, table in tables.items()
        }
        self._at: dict[str, Mapping[Any, Any]] = {}
        for name in _KEYS.keys() & tables.keys():
            self._at[name] = tables[name].groupby(_KEYS[name], sort=False).indices
        self._numbers: dict[tuple[str, str], set[float]] = {}

    def named(self, texts: Set[str]) -> Iterator[tuple[str, str]]:
        """Yield the tables and ids that texts name; a computed part stands for anything."""
        told = [t for t in texts if _ANY in t and len(t.replace(_ANY, "")) > 4]
        any_of = re.compile("|".join(r"[\w-]+".join(map(re.escape, t.split(_ANY))) for t in told))
        yield from ((name, "") for name in texts & (self._tables.keys() - _KEYS))  # read whole
        for name, at in self._at.items():
            yield from ((name, text) for text in texts if text in at)
            yield from ((name, key) for key in at if told and any_of.fullmatch(key))

    def told(self, name: str, key: str = "") -> str:
        """Return the texts of such rows that may name a date."""
        rows = self._tables[name]
        rows = rows.iloc[self._at[name][key]] if key else rows
        return _texts(rows[[column for column in _DATED if column in rows]] if key else rows)

    def numbers(self, name: str, key: str = "") -> set[float]:
        """Return the numbers and years of the rows with an id, or of all where none is given.

        What outputs show is no excuse: of the numbers up to a hundred a table shows most.
        """
        if (name, key) not in self._numbers:
            rows = self._tables[name]
            rows = rows.iloc[self._at[name][key]] if key else rows
            rows = rows.drop(columns=_PLACES & set(rows))
            self._numbers[name, key] = {*_values(rows), *_years(self.told(name, key))}
        return self._numbers[name, key]


_LAST: list[Any] = []


def _rows_of(tables: Mapping[str, pd.DataFrame]) -> _Rows:
    """Return the rows of tables, found once for all notebooks that ask with the same tables."""
    if not _LAST or _LAST[0] is not tables:
        _LAST[:] = [tables, _Rows(tables)]
    rows: _Rows = _LAST[1]
    return rows


#: Tables of which code names rows, and by what.
_KEYS = {"claims": "id", "references": "id", "datasets": "id", "series": "series"}
#: Columns of such rows whose years a text may state.
_DATED = ("id", "token", "quantity", "population", "period", "note", "about")
#: Columns that hold places and names of years, and no quantity.
_PLACES = {"occurrence", "part", "first_line", "last_line", "year"}
_YEARS = range(1900, 2100)
#: Where texts sum up, from values that were named again.
_SUMS_UP = ("falls", "in_short", "settles", "stands", "sure")
#: Arguments and functions whose numbers are of form and chance.
_FORMS = {
    *("alpha", "aspect", "columns", "digits", "dpi", "fontsize", "head", "height", "lw", "margins"),
    *("ms", "ncols", "nbins", "pad", "padding", "repetitions", "rng", "rotation", "round", "s"),
    *("seed", "set_size_inches", "tail", "tidy", "width", "zorder", "default_rng", "n_resamples"),
}
_ANY = "\0"


def _numbers_of(code: str, rows: _Rows) -> set[float]:
    """Return the numbers of rows that code names, in base units, its own, and the years of both."""
    ids = _ids(code)
    known = _typed(nodes(code)).union(*(rows.numbers(*place) for place in rows.named(ids)))
    known |= {round(100 * value, 10) for value in known if 0 < value < 1}
    return {value for value in known | _years(" ".join(ids)) if not math.isnan(value)}


def _ids(code: str) -> set[str]:
    """Return what code may name: ids and dates, without blanks, and what stands in brackets."""
    texts = {_pattern(part) for part in nodes(code) if _is_text(part)}
    names = {text for text in texts if text and not re.search(r"\s", text)}
    return names | {str(key.value) for key in _keys(nodes(code)) if isinstance(key.value, str)}


def _of_form(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of code that say how something looks, is rounded, placed or drawn by lot."""
    if isinstance(node, ast.keyword) and node.arg in _FORMS:
        yield from ast.walk(node.value)
    elif isinstance(node, ast.Call) and call_name(node) in _FORMS:
        yield from (*node.args, *(word.value for word in node.keywords))
    elif isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") in ("iloc", "iat"):
        yield from ast.walk(node.slice)


def _keys(parts: Iterable[ast.AST]) -> Iterator[ast.Constant]:
    """Yield the constants by which code looks things up, within sentences too."""
    for part in parts:
        if isinstance(part, ast.Subscript):
            yield from (key for key in ast.walk(part.slice) if isinstance(key, ast.Constant))


def _years(text: str) -> set[float]:
    return {float(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)}


_MONTH = re.compile(rf"\b({MONTHS}) ((?:19|20)\d\d)\b")


def _is_told(month: re.Match[str], told: str) -> bool:
    """Say whether a text names a month: in words, as 2020-04, or by its quarter."""
    name, year = month.groups()
    number = MONTHS[3:-1].split("|").index(name) + 1
    forms = rf"{year}-{number:02}(?!\d)|{year}-?Q{(number + 2) // 3}|{name}\W+{year}"
    return bool(re.search(rf"{forms}|{year}\W+(?:\w+ )?(?:to )?{name}", told))


def _is_text(node: ast.AST) -> bool:
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text or isinstance(node, ast.JoinedStr)


def _pattern(node: ast.AST) -> str:
    """Return what ids a text of the code can name; a computed part stands for anything."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = ast.iter_child_nodes(node)
    return "".join(_pattern(part) if _is_text(part) else _ANY for part in parts)


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


def _reading(notebook: NotebookNode) -> Iterator[tuple[str, float]]:
    """Yield the names before the titles of the lists of literature, with the years behind."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"(?m)^## Further reading", cell.source)[1:]:
                for entry in re.split(r"(?m)^[*-] ", part):
                    names = re.findall(r"\b[A-Z][^\W\d_]{2,}", entry.partition("*")[0])
                    yield from itertools.product(names, _years(entry))


def _typed(parts: Collection[ast.AST]) -> set[float]:
    """Return the numbers of code, but for those that sentences write."""
    within = {
        id(part) for text in parts if isinstance(text, ast.JoinedStr) for part in ast.walk(text)
    } - {id(key) for key in _keys(parts)}
    within |= {id(part) for form in parts for part in _of_form(form)}
    return {
        float(part.value)
        for part in parts
        if isinstance(part, ast.Constant)
        and isinstance(part.value, int | float)
        and id(part) not in within
    }
