"""The numbers that a notebook's prose states, and where each comes from.

A number typed in prose is held against what this notebook itself names or shows: its claims,
references, series and tables, the settings in its code, and the outputs of its analysis. A number
of another notebook is no excuse.
"""

from __future__ import annotations

import ast
import html
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import pandas as pd
from nbformat import NotebookNode

from socionaut.ledger.claims import FINDING_TYPE
from workshop.cells import parsed, role_of
from workshop.prose import COMPUTED, texts

__all__ = ["numbers_of", "prose_numbers", "untraced", "untraced_numbers"]

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
    r"\[\^\w+\]",  # footnote
    r"(?m)^\*It takes\*[^.]*",  # the time to read
    r"(?i)\bcovid-19\b",
    r"(?m)^[ \t]*(?:>[ \t]*|[-*+][ \t]+)*(?:#{1,6}[ \t]+)?\d{1,2}(?:\.\d{1,2})*[.)](?=[ \t])",
    r"\b(?:19|20)\d\d-[01]\d(?:-[0-3]\d)?\b",
    rf"\b[0-3]?\d(?:\s?[-–]\s?[0-3]?\d)?\s+{MONTHS}\b",
    rf"\b{MONTHS}\s+[0-3]?\d(?=,?\s+(?:19|20)\d\d\b)",
)
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
SCALES |= {"k": 1e3, "m": 1e6, "bn": 1e9}
UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
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
YEARS = range(1900, 2031)


def _numerals(markdown: str) -> Iterator[re.Match[str]]:
    """Yield the numerals of the prose, years and small numbers in words left out."""
    text = markdown
    for pattern in NOT_PROSE:
        text = re.sub(pattern, "\0", text)
    for match in NUMERAL.finditer(html.unescape(text)):
        figure = match["figure"]
        bare = not match["scale"] and not match["percent"]
        year = re.fullmatch(r"[12]\d{3}", figure) and int(figure) in YEARS
        small = IN_WORDS.get(figure.lower(), 13) <= 12
        if not (bare and (year or small)):
            yield match


def prose_numbers(markdown: str) -> list[str]:
    """List the numerals that the prose of a Markdown cell states.

    Not listed: what stands in code, maths, link targets, URLs and HTML tags; claim ids and
    document numbers; years 1900 to 2030 and dates; the numbers of lists and headings; digits
    that belong to a name, such as Q4 or COVID-19; and number words up to twelve, unless a scale
    or "percent" follows.

    Parameters
    ----------
    markdown : str
        The source of the cell.

    Returns
    -------
    list of str
        The numerals as written, with their scale ("2.3 billion") and percent sign.

    Examples
    --------
    >>> prose_numbers("In 2019, 2.3 billion people, or 26 % of `x[7]`, wrote two posts in Q4.")
    ['2.3 billion', '26 %']
    """
    return [match[0] for match in _numerals(markdown)]


def untraced_numbers(
    markdown: str,
    known_numbers: Collection[float],
    allowed: Mapping[str, str] | None = None,
) -> list[str]:
    """List the numerals of prose that no table holds.

    "2.3 billion" is looked for as 2300000000. The sign is not compared. A numeral that is not
    written as in English ("0,26", "1.2.3") is never known.

    Parameters
    ----------
    markdown : str
        The source of the cell.
    known_numbers : collection of float
        Values in base units, as `known_numbers` gives them.
    allowed : mapping or None
        Numerals, as written, that need no source, each with its reason.

    Returns
    -------
    list of str
        As `prose_numbers` lists them.

    Raises
    ------
    ValueError
        If an allowed numeral comes without a reason.

    Examples
    --------
    >>> untraced_numbers("From 2.3 billion to 304 million, 1,000 a day.", [2.3e9, 304e6, 999])
    ['1,000']
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
    return [
        (
            text.cell,
            f"nothing in this notebook gives the number {numeral} of {text.place}; compute it",
        )
        for text in texts(notebook)
        for numeral in untraced_numbers(text.words.replace(COMPUTED, "\0"), known, allowed)
    ]


def numbers_of(notebook: NotebookNode, tables: Mapping[str, pd.DataFrame]) -> set[float]:
    """Return the numbers that a notebook names or shows.

    Parameters
    ----------
    notebook : NotebookNode
        As stored, in format 4.
    tables : mapping of str to DataFrame
        The tables of the project, by name.

    Returns
    -------
    set of float
        Of the rows that its code names, in base units; of the settings in its code; and of the
        outputs that are not prose. A share also in percent.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> claims = pd.DataFrame({"id": ["c003-041-1"], "value": [2.3], "unit": ["billion users"]})
    >>> cells = [new_code_cell("claim('c003-041-1')"), new_code_cell("draw(runs=500)")]
    >>> sorted(numbers_of(new_notebook(cells=cells), {"claims": claims}))
    [500.0, 2300000000.0]
    """
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    trees = [parsed(source) for source in code]
    named = [_pattern(node) for tree in trees for node in ast.walk(tree) if _is_text(node)]
    known = {value for name, table in tables.items() for value in _rows(name, table, named, code)}
    known |= {value for tree in trees for value in _settings(tree)}
    for cell in notebook.cells:
        for text in _evidence(cell):
            known |= {_value(match) for match in NUMERAL.finditer(text)}
    known |= {round(100 * value, 10) for value in known if 0 < value < 1}  # shares in percent
    return {value for value in known if not math.isnan(value)}


_ANY = r"[\w-]+"


def _is_text(node: ast.AST) -> bool:
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text or isinstance(node, ast.JoinedStr)


def _pattern(node: ast.AST) -> str:
    """Return what ids a text of the code can name; a computed part stands for anything."""
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    parts = ast.iter_child_nodes(node)
    return "".join(_pattern(part) if _is_text(part) else _ANY for part in parts)


def _rows(
    name: str, table: pd.DataFrame, named: Iterable[str], code: Iterable[str]
) -> Iterator[float]:
    """Yield the numbers of the rows of a table that the code names, or of all that it reads."""
    key = next((column for column in ("id", "series") if column in table), "")
    if key and name in ("claims", "references", "series"):
        # An id that is computed as a whole, or nearly, names nothing that one could look up.
        told = {text for text in named if len(text) < 200 and len(text.replace(_ANY, "")) > 4}
        any_of = re.compile("|".join(sorted(told)) or "$^")
        table = table[table[key].map(lambda value: bool(any_of.fullmatch(str(value))))]
    elif not any(f'"{name}"' in source for source in code):
        return
    units = table["unit"] if "unit" in table else [""] * len(table)
    scales = [SCALES.get(str(unit).partition(" ")[0].lower(), 1.0) for unit in units]
    for column in table.select_dtypes("number"):
        for value, scale in zip(table[column].astype(float), scales, strict=True):
            yield value * scale


def _settings(tree: ast.Module) -> Iterator[float]:
    """Yield the numbers that code gives a name to: the settings of the analysis."""
    for node in ast.walk(tree):
        values: list[ast.AST] = []
        if isinstance(node, ast.Assign | ast.keyword):
            values = [node.value]
        elif isinstance(node, ast.Dict):
            values = list(ast.iter_child_nodes(node))
        for value in values:
            parts = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, int | float):
                    yield float(part.value)


def _evidence(cell: NotebookNode) -> Iterator[str]:
    """Yield the text of the outputs that are not prose: tables, counts, findings."""
    if cell.cell_type != "code":
        return
    role = role_of(cell.source)
    for output in cell.outputs:
        data = output.get("data", {})
        if role == "figure" and "text/html" in data:
            yield data.get("text/plain", "").partition("\n\n")[2]
        elif FINDING_TYPE in data:
            finding = data[FINDING_TYPE]
            yield " ".join(str(finding[part]) for part in ("token", "published", "recomputed"))
        elif role in ("analysis", "judgement"):
            yield output.get("text", "") + data.get("text/plain", "")
