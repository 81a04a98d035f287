"""The data dictionary: a page that describes every table and column of the data package."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from socionaut.ledger.tables import in_words

__all__ = ["data_dictionary"]


def data_dictionary(package: Mapping[str, Any]) -> str:
    """Return the page that describes every table and column of a data package."""
    parts = ["# Data dictionary", str(package.get("description", "")).strip()]
    parts += _origin(package)
    for resource in package.get("resources", []):
        parts += [f"## {resource['name']}", str(resource.get("description", "")).strip()]
        parts += [f"File: [{resource['path']}](data/{resource['path']})", *_origin(resource)]
        parts += _column_table(resource)
    return "\n\n".join(part for part in parts if part) + "\n"


def _origin(described: Mapping[str, Any]) -> list[str]:
    """Return a line for the licences and one for the sources, where they are given."""
    lines = []
    for label, key in (("Licence", "licenses"), ("Source", "sources")):
        entries = [_named_link(entry) for entry in described.get(key, [])]
        if entries:
            lines.append(f"{label}: {'; '.join(entries)}")
    return lines


def _named_link(entry: Mapping[str, Any]) -> str:
    name = str(entry.get("title") or entry.get("name") or entry.get("path", ""))
    path = str(entry.get("path", ""))
    return f"[{name}](<{path}>)" if re.match(r"https?://", path) else name


def _column_table(resource: Mapping[str, Any]) -> list[str]:
    fields = resource.get("schema", {}).get("fields", [])
    if not fields:
        return []
    rows = [
        {
            "column": field["name"],
            "meaning": field.get("description", ""),
            "type": field.get("type", "any"),
            "unit": field.get("unit", ""),
            "constraints": in_words(field.get("constraints", {})),
        }
        for field in fields
    ]
    with pd.option_context("display.max_colwidth", None):
        table = pd.DataFrame(rows).to_html(index=False, border=0, justify="left")
    label = html.escape(f"Columns of {resource['name']}")
    box = f'<div class="table-scroll" role="region" aria-label="{label}" tabindex="0">'
    return [f"```{{raw}} html\n{box}\n{table}\n</div>\n```"]
