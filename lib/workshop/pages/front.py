"""The front page: what came out, what surprises, the notebooks, and the ways in."""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from socionaut.ledger.verdicts import VERDICTS, scoreboard
from socionaut.project import PROJECT, repository
from workshop.pages.claim_map import claim_map
from workshop.pages.key_figures import THEMES, Summary, listed_lines, summary, theme_of
from workshop.pages.verdict_table import card_address, told_note, written

__all__ = ["described", "front_blocks", "page_facts", "story_lines", "summaries"]

#: Notebooks whose findings surprise, with the claim that a story is about, or else the cell whose
#: figure tells it. Where neither is there, the key figure of the notebook does.
STORIES = {
    "30_three_months_or_twelve": "c003-399-1",
    "21_who_spreads_most": "cell-23",
    "42_do_the_documents_agree": "c004-302-1",
    "90_verdicts": "cell-14",
}
_DATED = re.compile(r"^## (?P<version>[\d.]+), (?P<date>.+)$", re.MULTILINE)


def summaries(notebooks: Iterable[Path]) -> list[Summary]:
    """Return the notebooks in a few words each."""
    paths = sorted(notebooks, key=lambda path: path.name)
    listed = next((listed_lines(path) for path in paths if path.name.startswith("00_")), {})
    return [summary(path, listed) for path in paths]


def described() -> dict[str, str]:
    """Return what the project says of itself: version, date, addresses, description.

    The date is that of the version in the change log, so that it is the same for all.

    Examples
    --------
    >>> sorted(described())
    ['date', 'description', 'repository', 'site', 'version']
    """
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    log = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    dates = {match["version"]: match["date"] for match in _DATED.finditer(log)}
    return {
        "version": project["version"],
        "date": dates.get(project["version"], "unreleased"),
        "repository": repository(),
        "site": project["urls"]["Pages"],
        "description": project["description"],
    }


def front_blocks(verdicts: pd.DataFrame, told: Sequence[Summary]) -> dict[str, str]:
    """Return the generated parts of the front page.

    They are HTML; "toctrees" is MyST.
    """
    linked = [one.name for one in told]
    note = f"<p>{html.escape(told_note(verdicts))}</p>" if told_note(verdicts) else ""
    return {
        "lead": _lead(verdicts),
        "map": claim_map(verdicts, linked, rows="verdicts.html"),
        "stories": _stories(verdicts, told),
        "notebooks": "".join(_theme(theme, told) for theme in THEMES.values()),
        "scoreboard": _board(verdicts) + note,
        "toctrees": "\n\n".join(filter(None, (_toctree(theme, told) for theme in THEMES.values()))),
    }


def page_facts(told: Sequence[Summary]) -> str:
    """Return what the head of each page says, as JSON for `describe_page`."""
    pages: dict[str, dict[str, str]] = {}
    for one in told:
        page = {"description": one.answer}
        if one.figure:
            page |= {"picture": one.figure.file, "alt": one.figure.alt}
        pages[f"notebooks/{one.name}"] = page
    first = next((pages[f"notebooks/{one.name}"] for one in told if one.name in STORIES), {})
    project = described()
    pages["index"] = first | {"description": project["description"]}
    themes = {f"notebooks/{one.name}": theme_of(one.name) for one in told}
    facts: dict[str, object] = {"pages": pages, "themes": themes}
    facts |= {name: project[name] for name in ("description", "site")}
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def story_lines(verdicts: pd.DataFrame, told: Sequence[Summary]) -> list[str]:
    """Return the stories as lines of Markdown, for the README."""
    # The README has no pictures of them, so that the answer stands in the place of a caption.
    return [
        f"* [{one.title}](notebooks/{one.name}.ipynb) {_words(row, one.answer)}"
        for one, row in _told_stories(verdicts, told)
    ]


def _lead(verdicts: pd.DataFrame) -> str:
    counts = verdicts["verdict"].value_counts()
    judged = len(verdicts) - counts.get("untested", 0)
    named = ", ".join(f"{counts.get(v, 0)} {v}" for v in VERDICTS if v != "untested")
    return (
        f"<p><strong>{len(verdicts)}</strong> claims, <strong>{judged}</strong> judged: {named}. "
        f"The other {counts.get('untested', 0)} say what would settle them.</p>"
    )


def _told_stories(
    verdicts: pd.DataFrame, told: Sequence[Summary]
) -> list[tuple[Summary, Mapping[Any, Any] | None]]:
    rows = {row["id"]: row for row in verdicts.to_dict("records")}
    by_name = {one.name: one for one in told}
    stories: list[tuple[Summary, Mapping[Any, Any] | None]] = []
    for name, subject in STORIES.items():
        if one := by_name.get(name):
            figure = one.figures.get(subject, one.figure)
            stories.append((replace(one, figure=figure), rows.get(subject)))
    return stories


def _words(row: Mapping[Any, Any] | None, otherwise: str) -> str:
    """Say what a story found, in the words of its finding, or else in those given."""
    if row is None:
        return otherwise
    fault = f", {written(row['fault'])}" if written(row["fault"]) else ""
    return (
        f"{written(row['subject'])}. Published: {written(row['published'])}. Found: "
        f"{written(row['recomputed'])} ({written(row['verdict'])}{fault}). {written(row['reason'])}"
    )


def _stories(verdicts: pd.DataFrame, told: Sequence[Summary]) -> str:
    linked = [one.name for one in told]
    parts = []
    for one, row in _told_stories(verdicts, told):
        address = (card_address(row, linked) if row is not None else "") or one.page
        words = _words(row, one.figure.caption if one.figure else one.answer)
        picture = f'<div class="figure-scroll">{_picture(one)}</div>' if one.figure else ""
        caption = (
            f"<figcaption>{html.escape(one.figure.caption)}</figcaption>"
            if one.figure and row is not None
            else ""
        )
        parts.append(
            f'<article class="story"><h3><a href="{html.escape(address)}">'
            f"{html.escape(one.title)}</a></h3><p>{html.escape(words)}</p>"
            f"<figure>{picture}{caption}</figure></article>"
        )
    return f'<div class="stories">{"".join(parts)}</div>'


def _theme(theme: str, told: Sequence[Summary]) -> str:
    cards = [
        f'<li><a href="{html.escape(one.page)}">'
        f"{_picture(one, decorative=True) if one.figure else ''}"
        f"<strong>{html.escape(one.title)}</strong></a><p>{html.escape(one.answer)}</p></li>"
        for one in told
        if theme_of(one.name) == theme
    ]
    if not cards:
        return ""
    return f'<h3>{html.escape(theme)}</h3><ul class="notebook-cards">{"".join(cards)}</ul>'


def _picture(one: Summary, *, decorative: bool = False) -> str:
    """Return the key figure; beside the title that it stands for, its alt text is short."""
    if one.figure is None:
        return ""
    alt = f"Figure: {one.title}" if decorative else one.figure.alt
    return f'<img src="{one.figure.file}" alt="{html.escape(alt)}" loading="lazy">'


def _board(verdicts: pd.DataFrame) -> str:
    board = scoreboard(verdicts, "theme").rename_axis("theme").reset_index()
    text = board.to_html(index=False, border=0, classes="dataframe board")
    text = re.sub(r"<td>(\d+)</td>", r'<td class="number">\1</td>', text)
    return f'<div class="table-scroll">{text}</div>'


def _toctree(theme: str, told: Sequence[Summary]) -> str:
    names = [f"notebooks/{one.name}" for one in told if theme_of(one.name) == theme]
    if not names:
        return ""
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {theme}", "", *names, "```"])
