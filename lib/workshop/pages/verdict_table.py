"""The verdict table: a claim in two rows, the second of which opens, with filters above."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from socionaut.errors import InputError
from socionaut.ledger import document_names
from socionaut.ledger.verdicts import VERDICTS, stored_note

__all__ = ["FILTERS", "card_address", "told_note", "verdict_html", "written"]

#: Columns without which there is no verdict table.
NEEDED = (
    "id",
    "document",
    "line",
    "token",
    "subject",
    "published",
    "recomputed",
    "verdict",
    "fault",
    "reason",
    "theme",
    "notebook",
)
#: Columns that a reader can filter by; those that are missing or empty are left out.
FILTERS = {
    "theme": "Theme",
    "verdict": "Verdict",
    "fault": "Fault",
    "document": "Document",
    "platform": "Platform",
    "notebook": "Notebook",
}
_HEADS = ("claim", "published", "found", "verdict", "why")
#: Columns that may be text, with the column of their number.
_NUMBERS = {"published": "value", "recomputed": "computed"}


def verdict_html(
    verdicts: pd.DataFrame, pages: Iterable[str] = (), titles: Mapping[str, str] | None = None
) -> str:
    """Return the verdicts as an HTML table with its filter.

    The filter is hidden until the script of the page shows it, so that the table is complete
    and readable without scripts.

    `pages` and the keys of `titles` are names of notebooks without suffix.

    Examples
    --------
    >>> row = dict.fromkeys(NEEDED, "") | {"id": "c000-001-1", "verdict": "differs"}
    >>> '<tbody id="row-c000-001-1"' in verdict_html(pd.DataFrame([row]))
    True
    """
    _demand(verdicts)
    heads = "".join(f'<th scope="col">{name}</th>' for name in _HEADS)
    note = f"<p>{html.escape(told_note(verdicts))}</p>\n" if told_note(verdicts) else ""
    linked = {name: (titles or {}).get(name, name) for name in pages}
    rows = "\n".join(_claim(row, linked) for row in verdicts.to_dict("records"))
    return (
        f"{note}{_filters(verdicts, titles or {})}\n"
        f'<p id="claims-count" role="status">{len(verdicts)} claims</p>\n'
        '<div class="table-scroll" role="region" aria-label="Verdict table" tabindex="0">\n'
        f'<table id="claims-table">\n<thead><tr>{heads}</tr></thead>\n{rows}\n</table>\n</div>\n'
    )


def told_note(verdicts: pd.DataFrame) -> str:
    """Say which findings are as stored, if any.

    Examples
    --------
    >>> told_note(pd.DataFrame({"verdict": ["differs"]}))
    ''
    """
    return stored_note(verdicts) if "as_stored" in verdicts else ""


def card_address(row: Mapping[Any, Any], linked: Iterable[str]) -> str:
    """Return the address of the card of a finding, from the folder of the pages.

    It is empty where no page holds the card.

    Examples
    --------
    >>> card_address({"id": "c000-001-1", "notebook": "10_a.ipynb"}, ["10_a"])
    'notebooks/10_a.html#c000-001-1'
    """
    stem = Path(written(row["notebook"])).stem
    return f"notebooks/{stem}.html#{written(row['id'])}" if stem in linked else ""


def _demand(verdicts: pd.DataFrame) -> None:
    missing = [name for name in NEEDED if name not in verdicts]
    if missing:
        raise InputError(f"The verdicts lack the column {missing[0]}: write it for every claim.")
    unknown = verdicts.loc[~verdicts["verdict"].isin(VERDICTS), ["id", "verdict"]]
    if len(unknown):
        claim, verdict = unknown.iloc[0]
        raise InputError(
            f"Claim {claim} has the verdict {verdict!r}: it must be one of {', '.join(VERDICTS)}."
        )


def _filters(verdicts: pd.DataFrame, titles: Mapping[str, str]) -> str:
    known = {"document": document_names(), "notebook": titles}
    lists = []
    for name, label in FILTERS.items():
        values = sorted({value for row in _values(verdicts, name) for value in row})
        if name == "verdict":
            values = [value for value in VERDICTS if value in values]
        options = "".join(
            f'<option value="{html.escape(value)}">'
            f"{html.escape(known.get(name, {}).get(value, value))}</option>"
            for value in values
        )
        if values:
            lists.append(
                f'<label>{label} <select name="{name}"><option value="">all</option>'
                f"{options}</select></label>"
            )
    return (
        '<form id="claims-filter" hidden>\n'
        '<label>Search <input type="search" name="search" autocomplete="off"></label>\n'
        + "\n".join(lists)
        + '\n<button type="reset">Show all</button>\n</form>'
    )


def _values(verdicts: pd.DataFrame, name: str) -> list[list[str]]:
    """Return the values of a claim to filter by, a list a claim; it may name several platforms."""
    if name not in verdicts:
        return []
    return [_filter_values(name, value) for value in verdicts[name]]


def _filter_values(name: str, value: object) -> list[str]:
    text = written(value)
    if name == "notebook":
        text = Path(text).stem
    parts = text.split(", ") if name == "platform" else [text]
    return [part for part in parts if part]


def _claim(row: Mapping[Any, Any], linked: Mapping[str, str]) -> str:
    """Return a claim as a table body of two rows: what came out, and the rest, which opens."""
    data = "".join(
        f' data-{name}="{html.escape("|".join(_filter_values(name, row[name])))}"'
        for name in FILTERS
        if name in row
    )
    verdict, fault = html.escape(written(row["verdict"])), html.escape(written(row["fault"]))
    cells = [
        f'<th scope="row" class="subject">{html.escape(written(row["subject"]))}</th>',
        *(_value(name, row) for name in _NUMBERS),
        f'<td class="verdict verdict-{verdict}">{verdict}'
        + (f"<br><small>{fault}</small></td>" if fault else "</td>"),
        f'<td class="reason">{html.escape(written(row["reason"]))}</td>',
    ]
    return (
        f'<tbody id="row-{html.escape(written(row["id"]))}"{data}><tr>{"".join(cells)}</tr>'
        f'<tr class="rest"><td colspan="{len(_HEADS)}">{_rest(row, linked)}</td></tr></tbody>'
    )


def _value(name: str, row: Mapping[Any, Any]) -> str:
    value, text = row[name], html.escape(written(row[name]))
    number = value if _is_number(value) else row.get(_NUMBERS[name])
    order = f' data-sort="{number!r}"' if _is_number(number) else ""
    interval = _interval(row) if name == "recomputed" and number is value else ""
    kind = "number" if number is value else "words"
    return f'<td class="{kind}"{order}>{text}{interval}</td>'


def _interval(row: Mapping[Any, Any]) -> str:
    low, high = row.get("low"), row.get("high")
    if not (_is_number(low) and _is_number(high)) or low == high:
        return ""
    return f"<br><small>{written(low)} to<br>{written(high)}</small>"


def _rest(row: Mapping[Any, Any], linked: Mapping[str, str]) -> str:
    """Return what opens: proof, route, source, and the way to the cell that judged the claim."""
    name = document_names().get(written(row["document"]), written(row["document"]))
    token = f'“<span lang="fr">{html.escape(written(row["token"]))}</span>”'
    place = f"document {written(row['document'])}, line {written(row['line'])}"
    facts: list[tuple[str, str]] = [("as printed", f"{token}, {html.escape(place)}")]
    facts += [
        (label, html.escape(written(row.get(key))))
        for key, label in (
            ("unit", "unit"),
            ("theme", "theme"),
            ("platform", "platform"),
            ("route", "route"),
            ("as_stored", "as stored"),
        )
        if written(row.get(key)) not in ("", "none")
    ]
    source, address = written(row.get("source")), written(row.get("source_url"))
    if address:
        link = f'<a href="{html.escape(address)}">{html.escape(source or address)}</a>'
        facts.append(("source", link))
    elif source:
        facts.append(("source", html.escape(source)))
    card, stem = card_address(row, linked), Path(written(row["notebook"])).stem
    if card:
        label = html.escape(linked[stem])
        facts.append(("judged in", f'<a href="{html.escape(card)}">{label}</a>'))
    elif stem:
        facts.append(("judged in", html.escape(stem)))
    listed = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in facts)
    return (
        f"<details><summary>{html.escape(written(row['id']))} · {html.escape(name)}</summary>"
        f"<dl>{listed}</dl></details>"
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(pd.notna(value))


def written(value: object) -> str:
    """Return a cell as text: missing is empty, a number has separators and no false digits.

    Examples
    --------
    >>> written(1800000000.0), written(0.27), written(None), written("1,8 milliards")
    ('1,800,000,000', '0.27', '', '1,8 milliards')
    """
    if value is None or value is pd.NA or value != value:  # not equal to itself: not a number
        return ""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    whole = float(value).is_integer() or abs(value) >= 100_000
    return f"{value:,.0f}" if whole else f"{value:,.6g}"
