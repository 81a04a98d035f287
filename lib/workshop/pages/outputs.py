"""Outputs of cells as they stand on a page: tables, cards of findings, French words."""

from __future__ import annotations

import html
import re

from bs4 import BeautifulSoup, Tag

__all__ = ["link_card", "mend_table"]

# What pandas and our own words write for a number: a sign, digits, an interval, a unit behind it.
_NUMBER = re.compile(r"[-+−–<>≤≥~]?\s*[\d.,\u202f\u00a0 ]*\d(?:e[+-]?\d+)?\s*(?:%|‰|K|M)?")
_MISSING = ("", "NaN", "nan", "None", "<NA>", "NaT", "-", "–")
_SAID = {"True": "yes", "False": "no"} | dict.fromkeys(_MISSING[1:], "–")
# Ids, months and days, which no end of a line may cut.
_WHOLE = re.compile(r"[a-z]?\d+(?:-\d+)+")
#: Columns of tables that hold words of the documents.
FRENCH_COLUMNS = ("token", "spellings", "as printed")


def mend_table(text: str) -> str:
    """Return the HTML of an output with its tables made readable.

    Columns of numbers are marked, so that they are set right-aligned, and ids, so that they are not
    cut; words of the documents are marked as French; words of Python become plain ones; heads of
    pandas in two rows become one; pandas' own style is left out.

    Examples
    --------
    >>> mend_table('<table class="dataframe"><tbody><tr><td>1.5</td></tr></tbody></table>')
    '<table class="dataframe"><tbody><tr><td class="number">1.5</td></tr></tbody></table>'
    """
    soup = BeautifulSoup(text, "html.parser")
    for style in soup.find_all("style"):
        style.decompose()
    for table in soup.select("table.dataframe"):
        table.attrs.pop("border", None)
        _join_heads(table)
        _mark_columns(table)
        _word_cells(table)
        for row in table.find_all("tr"):
            row.attrs.pop("style", None)
    return str(soup)


def _join_heads(table: Tag) -> None:
    """Make one head of two where pandas gives the names of the index a row of their own."""
    rows = table.select("thead tr")
    if len(rows) != 2:
        return
    above, below = (row.find_all(["th", "td"]) for row in rows)
    if len(above) != len(below) or any(cell.get("colspan") for cell in above):
        return
    texts = [
        (a.get_text(strip=True), b.get_text(strip=True)) for a, b in zip(above, below, strict=True)
    ]
    if any(a and b for a, b in texts):
        return
    for cell, (upper, lower) in zip(above, texts, strict=True):
        cell.string = upper or lower
    rows[1].decompose()


def _mark_columns(table: Tag) -> None:
    """Mark cells of numbers, heads of columns of numbers, and words of the documents."""
    lines = [row.find_all("td") for row in table.select("tbody tr")]
    heads = table.select("thead tr:last-child > *")
    width = max(map(len, lines), default=0)
    for place in range(1, width + 1):  # from the right: merged cells of the index stand left
        cells = [line[-place] for line in lines if len(line) >= place]
        texts = [cell.get_text(strip=True) for cell in cells]
        head = heads[-place] if len(heads) >= place else None
        told = [text for text in texts if text not in _MISSING]
        if told and all(_NUMBER.fullmatch(text) for text in told):
            for cell in [*cells, *([head] if head else [])]:
                _mark(cell, "number")
        elif head is not None and head.get_text(strip=True) in FRENCH_COLUMNS:
            for cell in cells:
                cell["lang"] = "fr"


def _word_cells(table: Tag) -> None:
    """Put words in the place of what Python writes, and mark what is written whole."""
    for cell in table.select("thead th"):
        if not (head := cell.get_text(strip=True)):
            cell.name = "td"
        elif "_" in head:
            cell.string = head.replace("_", " ")
    for cell in table.select("tbody > tr > *"):
        text = cell.get_text(strip=True)
        if text in _SAID:
            cell.string = _SAID[text]
        elif _WHOLE.fullmatch(text):
            _mark(cell, "whole")
        elif "://" in text:
            _mark(cell, "address")
        elif cell.name == "th" and len(text) > 12:
            _mark(cell, "name")


def _mark(cell: Tag, name: str) -> None:
    names = [one for one in cell.get_attribute_list("class") if one]
    cell["class"] = " ".join([*names, name])


def link_card(card: str, claim: str, table: str) -> str:
    """Return the HTML card of a finding with a link to its row of the verdict table.

    Examples
    --------
    >>> link_card("<div>A</div>", "c003-002-1", "v.html").count('href="v.html#row-c003-002-1"')
    1
    """
    address = html.escape(f"{table}#row-{claim}")
    way = f'<p class="way-back"><a href="{address}">In the verdict table</a></p>'
    return f"{card.removesuffix('</div>')}{way}</div>"
