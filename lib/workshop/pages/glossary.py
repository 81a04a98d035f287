"""The glossary: a page of the terms, with the places in notebooks that use each."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myst_parser.slugs import github_slugify

from socionaut.files import plain_notebook
from socionaut.ledger import read_table

if TYPE_CHECKING:
    from docutils import nodes

__all__ = ["anchor_terms", "foreign_terms", "glossary_page", "prose_sections"]

_HEADING = re.compile(r"#+ (.*)")
_GROUPS = {"en": "Terms", "fr": "French words of the documents", "la": "Latin"}
#: How many places a term leads to.
_MOST = 3


def foreign_terms() -> dict[str, str]:
    """Return the terms of the glossary that are not English, with their language.

    Terms are in small letters.

    Examples
    --------
    >>> foreign_terms()["milliards"]
    'fr'
    """
    rows = read_table("glossary").query("language != 'en'")
    return dict(zip(rows["term"].str.casefold(), rows["language"], strict=True))


def prose_sections(notebook: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    r"""Return the headings of a notebook, each with its anchor and the prose below it.

    The anchor of the title is empty.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "source": "# Why?\nSo.\n## The method\nA line."}
    >>> prose_sections({"cells": [cell]})
    [('Why?', '', 'So.'), ('The method', 'the-method', 'A line.')]
    """
    sections: list[tuple[str, str, list[str]]] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        for line in "".join(cell["source"]).splitlines():
            heading = _HEADING.fullmatch(line)
            if heading:
                anchor = github_slugify(re.sub(r"[*`]", "", heading[1])) if sections else ""
                sections.append((heading[1], anchor, []))
            elif sections:
                sections[-1][2].append(line)
    return [(heading, anchor, "\n".join(lines)) for heading, anchor, lines in sections]


def glossary_page(notebooks: Sequence[Path]) -> str:
    """Return the page with the terms of the glossary and where each is used.

    Examples
    --------
    >>> glossary_page([]).splitlines()[0]
    '# Glossary'
    """
    sections = {path.name: prose_sections(plain_notebook(path)) for path in notebooks}
    parts = ["# Glossary", "What the terms mean, and where the notebooks use them first."]
    table = read_table("glossary")
    for language, words in _GROUPS.items():
        rows = table[table["language"] == language].to_dict("records")
        parts += [f"## {words}", *(_entry(row, sections) for row in rows)]
    return "\n\n".join(parts) + "\n"


def _entry(row: Mapping[Any, Any], sections: Mapping[str, list[tuple[str, str, str]]]) -> str:
    term = f"*{row['term']}*" if row["language"] != "en" else f"**{row['term']}**"
    places = _places(str(row["term"]), sections)
    links = [
        f'<a href="notebooks/{Path(name).stem}.html#{_anchor(str(row["term"]))}">{title}</a>'
        for name, title in places
    ]
    return f"{term}\n: {row['meaning']}" + (f"\n  See {'; '.join(links)}." if links else "")


def _places(term: str, sections: Mapping[str, list[tuple[str, str, str]]]) -> list[tuple[str, str]]:
    """Return name and title of the first notebooks that use a term; in italics before others."""
    found: list[tuple[str, str]] = []
    for marks in (r"\*{1,2}", ""):
        pattern = _pattern(term, marks)
        for name, parts in sections.items():
            place = (name, html.escape(parts[0][0].strip("*"))) if parts else (name, "")
            if place not in found and any(pattern.search(prose) for _, _, prose in parts):
                found.append(place)
    return found[:_MOST]


def _pattern(term: str, marks: str = "") -> re.Pattern[str]:
    word = re.escape(term).replace("'", "['’]").replace(r"\ ", r"\s+")
    return re.compile(rf"(?<!\w){marks}{word}(?!\w)", re.IGNORECASE)


def _anchor(term: str) -> str:
    return "term-" + github_slugify(term)


def anchor_terms(_app: object, doctree: nodes.document) -> None:
    """Give the paragraph that uses a term of the glossary first an anchor (Sphinx event)."""
    from docutils import nodes

    texts = [(node, node.astext()) for node in doctree.findall(nodes.paragraph)]
    marked = [
        (text, node.astext())
        for kind in (nodes.emphasis, nodes.strong)
        for text, _ in texts
        for node in text.findall(kind)
    ]
    for term in read_table("glossary")["term"]:
        pattern = _pattern(str(term))
        first = [text for text, words in marked if pattern.fullmatch(words)]
        first += [text for text, words in texts if pattern.search(words)]
        for place in first[:1]:
            anchor = f'<span id="{_anchor(str(term))}"></span>'
            place.insert(0, nodes.raw("", anchor, format="html"))
