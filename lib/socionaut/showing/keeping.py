"""What a run on a reader's own file takes away: tables, figures and the text of the methods.

A notebook calls `keep` and `keep_methods` always. Only where a run names a folder, in the variable
``SOCIONAUT_RESULTS``, is anything written.
"""

from __future__ import annotations

import html
import json
import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from IPython.display import Markdown
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

__all__ = ["FOLDER_VARIABLE", "as_label", "as_markdown", "keep", "keep_methods",
           "letters_missing"]  # fmt: skip

FOLDER_VARIABLE = "SOCIONAUT_RESULTS"
# A spreadsheet takes a text that begins with one of these for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
# What columns hold that mean the same in every table.
_MEANINGS = {
    "platform": "network of the posts",
    "industry": "line of business, as the file names it",
    "month": "first day of the month",
    "statistic": "mean, median, or pooled: all interactions over all of the audience",
    "posts": "number of posts",
    "median": "the middle rate, in percent",
    "quartile_1": "rate below which a quarter of the posts lie, in percent",
    "quartile_3": "rate below which three quarters of the posts lie, in percent",
    "pooled": "all interactions in percent of all of the audience",
    "node": "name of the node, as in the file",
    "degree": "number of its edges",
    "in_degree": "edges that lead to it",
    "out_degree": "edges that leave it",
    "strength": "sum of the weights of its edges",
    "in_strength": "sum of the weights of edges that lead to it",
    "out_strength": "sum of the weights of edges that leave it",
    "pagerank": "PageRank along the edges, damping 0.85",
    "pagerank_reversed": "PageRank against the edges, damping 0.85",
    "betweenness": "share of pairs whose shortest paths go through it",
    "betweenness_sampled": "the same, estimated from a sample of nodes",
    "core": "core number",
    "eigenvector": "eigenvector centrality",
    "eigenvector_reversed": "the same, against the edges",
    "value": "the value itself",
    "period": "the period",
    "low": "lower end of the interval at 95 %",
    "high": "upper end of the interval at 95 %",
    "percent_low": "lower end of the departure, in percent",
    "percent_high": "upper end of the departure, in percent",
    "break": "date that is taken as the break",
    "before": "periods before the break that are used",
    "after": "periods from the break on that are averaged over",
    "trend": "form of growth that was expected",
    "season": "whether each season has a level of its own",
    "errors": "model of the errors",
    "problem": "why a way of analysis is left out; empty where it is not",
}
_MARKS = "\\`*_{}[]()#+-.!|<>~$"


def _folder() -> Path | None:
    named = os.environ.get(FOLDER_VARIABLE, "")
    return Path(named) if named else None


def keep(table: pd.DataFrame, name: str, /, **columns: str) -> pd.DataFrame:
    """Keep a whole table as CSV, with what its columns mean, and return it.

    Parameters
    ----------
    table : pandas.DataFrame
        With labels in columns; an index that has a name becomes one.
    name : str
        Name of the file, without its end.
    **columns : str
        What each column holds, with its unit.

    Returns
    -------
    pandas.DataFrame
        The table as given.

    Examples
    --------
    >>> keep(pd.DataFrame({"posts": [3]}), "by_month", posts="posts in the month")
       posts
    0      3
    """
    folder = _folder()
    if folder is not None:
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        named = any(level is not None for level in table.index.names)
        flat = table.reset_index() if named else table
        known = {**_MEANINGS, **columns}
        texts = flat.select_dtypes(["object", "string", "category"]).columns
        safe = flat.assign(**{str(column): flat[column].map(_no_formula) for column in texts})
        safe.to_csv(folder / "tables" / f"{name}.csv", index=False, lineterminator="\n")
        rows = [(f"{name}.csv", str(c), known.get(str(c), "")) for c in flat.columns]
        _append(folder / "dictionary.jsonl", rows)
    return table


def _no_formula(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell


def _append(path: Path, rows: Iterable[object]) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def keep_figure(figure: Figure, caption: str, alt: str) -> None:
    """Keep a figure as SVG, and what it is and shows."""
    folder = _folder()
    if folder is None:
        return
    number = len(list(folder.glob("figure_*.svg"))) + 1
    path = folder / f"figure_{number}.svg"
    figure.savefig(path, metadata={"Date": None})
    text = path.read_text(encoding="utf-8")
    # What a screen reader reads: the first children of the picture.
    begins = text.index(">", text.index("<svg")) + 1
    told = f"\n<title>{html.escape(caption)}</title>\n<desc>{html.escape(alt)}</desc>"
    path.write_text(text[:begins] + told + text[begins:], encoding="utf-8")
    _append(folder / "figures.jsonl", [(number, caption, alt)])


def keep_methods(text: str) -> Markdown:
    """Keep a paragraph on the methods, to paste into a paper, and show it.

    Parameters
    ----------
    text : str
        The paragraph.

    Returns
    -------
    IPython.display.Markdown

    Examples
    --------
    >>> keep_methods("We counted.").data
    'We counted.'
    """
    folder = _folder()
    if folder is not None:
        (folder / "methods.txt").write_text(text + "\n", encoding="utf-8")
    return Markdown(text)


def as_label(name: str) -> str:
    r"""Return a name as figures draw it as it stands: a dollar sign begins no formula.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> print(as_label("a$ap_$mob"))
    a\$ap_\$mob
    """
    plain = "".join(letter for letter in str(name) if unicodedata.category(letter)[0] != "C")
    return plain.replace("$", r"\$")


def as_markdown(name: str) -> str:
    r"""Return a name as Markdown shows it as it stands.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> print(as_markdown("*star* <b>"))
    \*star\* \<b\>
    """
    return "".join(f"\\{letter}" if letter in _MARKS else letter for letter in str(name))


def letters_missing(names: Iterable[str]) -> str:
    """Say which names have letters that the font of the figures lacks.

    Parameters
    ----------
    names : iterable of str
        Names that are drawn.

    Returns
    -------
    str
        A sentence, or no text.

    Examples
    --------
    >>> letters_missing(["Zoë"])
    ''
    """
    known = FT2Font(font_manager.findfont("DejaVu Sans")).get_charmap()
    odd = [name for name in names if any(ord(letter) not in known for letter in name)]
    if not odd:
        return ""
    return (
        f"The font of the figures lacks letters of {len(odd)} names, such as "
        f"{as_markdown(sorted(odd)[0])}: it draws boxes for them, and the tables have them whole."
    )
