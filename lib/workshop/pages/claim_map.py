"""The claim map: every claim a mark, by theme and verdict, each a link."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from socionaut.colours import VERDICT_COLOURS
from socionaut.ledger import document_names
from socionaut.ledger.verdicts import VERDICTS
from workshop.pages.verdict_table import card_address, written

__all__ = ["SIGNS", "claim_map", "claim_map_svg"]

#: The colour is not the only sign of a verdict.
SIGNS = {"confirmed": "✓", "consistent": "≈", "differs": "✗", "untested": "?"}
_SIDE, _ROW = 16, 46


def claim_map(verdicts: pd.DataFrame, pages: Iterable[str] = (), *, rows: str = "") -> str:
    """Return the claim map as HTML.

    A mark leads to the card of its finding, where its notebook is one of those with a page, and
    else to its row of the verdict table: at the address `rows`, or, without one, on the same page.

    Examples
    --------
    >>> row = {"id": "c000-001-1", "theme": "other", "verdict": "differs", "document": "000",
    ...     "subject": "Days", "published": "2", "recomputed": "3", "notebook": "", "fault": "date"}
    >>> claim_map(pd.DataFrame([row])).count("<a ")
    1
    """
    linked = set(pages)
    parts = [
        f"<h3>{html.escape(str(theme))} <small>{len(group)} claims</small></h3>"
        f'<div class="marks">{"".join(_mark(row, linked, rows) for row in _ordered(group))}</div>'
        for theme, group in verdicts.groupby("theme", sort=True)
    ]
    counts = verdicts["verdict"].value_counts()
    legend = "".join(
        f'<li><span class="mark verdict-{verdict}" aria-hidden="true">{SIGNS[verdict]}</span> '
        f"{verdict}: {counts.get(verdict, 0)}</li>"
        for verdict in VERDICTS
    )
    return (
        '<div class="claim-map" role="group" aria-label="Claim map">'
        f'<ul class="map-legend">{legend}</ul>{"".join(parts)}'
        '<p class="map-status" role="status"></p></div>\n'
    )


def claim_map_svg(verdicts: pd.DataFrame) -> str:
    """Return the claim map as a picture, for the README.

    Examples
    --------
    >>> row = {"id": "c000-001-1", "theme": "other", "verdict": "differs"}
    >>> claim_map_svg(pd.DataFrame([row])).count("<rect")
    2
    """
    themes = list(verdicts.groupby("theme", sort=True))
    wide = 42
    parts, top = [], 14
    for theme, group in themes:
        parts.append(f'<text x="8" y="{top + 12}">{html.escape(str(theme))}</text>')
        for place, row in enumerate(_ordered(group)):
            x, y = 8 + _SIDE * (place % wide), top + 20 + _SIDE * (place // wide)
            colour = VERDICT_COLOURS[str(row["verdict"])]
            parts.append(f'<rect x="{x}" y="{y}" width="13" height="13" fill="{colour}"/>')
        top += _ROW + _SIDE * ((len(group) - 1) // wide)
    counts, x = verdicts["verdict"].value_counts(), 8
    for verdict in VERDICTS:
        words = f"{verdict}: {counts.get(verdict, 0)}"
        colour = VERDICT_COLOURS[verdict]
        if counts.get(verdict, 0):
            parts.append(f'<rect x="{x}" y="{top}" width="13" height="13" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="{top + 12}">{words}</text>')
        x += 160
    width, height = 16 + wide * _SIDE, top + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="13">\n'
        f'<path d="M0 0h{width}v{height}H0z" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _ordered(group: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the claims of a theme by verdict, then as in the documents."""
    rows = group.to_dict("records")
    return sorted(rows, key=lambda row: (VERDICTS.index(row["verdict"]), row["id"]))


def _mark(row: Mapping[Any, Any], linked: set[str], rows: str) -> str:
    claim, verdict = html.escape(written(row["id"])), html.escape(written(row["verdict"]))
    address = f"{rows}#row-{claim}"
    if rows and (card := card_address(row, linked)):
        address = html.escape(card)
    fault = f" ({written(row['fault'])})" if written(row["fault"]) else ""
    name = document_names().get(written(row["document"]), written(row["document"]))
    found = f"; found: {written(row['recomputed'])}" if written(row["recomputed"]) else ""
    words = html.escape(
        f"{written(row['verdict'])}{fault}. {written(row['subject'])} ({name}). "
        f"Published: {written(row['published'])}{found}"
    )
    return (
        f'<a class="mark verdict-{verdict}" href="{address}" data-id="{claim}" title="{words}">'
        f'<span aria-hidden="true">{SIGNS[str(row["verdict"])]}</span>'
        f'<span class="words">{words}</span></a>'
    )
