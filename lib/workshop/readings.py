"""Further reading: every title that a notebook recommends leads to where it can be found."""

from __future__ import annotations

import re

from socionaut.ledger import read_table

__all__ = ["unknown_titles", "with_links"]

_SECTION = "## Further reading"
# A title in italics that is not the text of a link.
_LINKED = re.compile(r"\[(\*[^*\n]+\*)\]\((?:<[^>]*>|[^)\s]*)\)")
_TITLE = re.compile(r"(?<![\[*])\*(?P<title>[^*\s\]](?:[^*\n]*[^*\s])?)\*(?!\]|\*)")


def with_links(source: str) -> str:
    r"""Return a Markdown cell with links at the titles under *Further reading*.

    Examples
    --------
    >>> cell = "## Further reading\n\n* F. Bass, *The log of gravity*, 2006."
    >>> with_links(cell).splitlines()[-1]
    '* F. Bass, [*The log of gravity*](https://doi.org/10.1162/rest.88.4.641), 2006.'
    """
    if not source.startswith(_SECTION):
        return source
    addresses = _addresses()

    def link(match: re.Match[str]) -> str:
        address = addresses.get(match["title"].casefold(), "")
        if not address:
            return match[0]
        return f"[{match[0]}](<{address}>)" if ")" in address else f"[{match[0]}]({address})"

    return _TITLE.sub(link, _LINKED.sub(r"\1", source))


def unknown_titles(source: str) -> list[str]:
    r"""Return the titles under *Further reading* that have no link and are not in the table.

    Examples
    --------
    >>> unknown_titles("## Further reading\n\n* A. Nobody, *A book that is not in the table*.")
    ['A book that is not in the table']
    """
    if not source.startswith(_SECTION):
        return []
    known = _addresses()
    titles = [match["title"] for match in _TITLE.finditer(_LINKED.sub(r"\1", source))]
    items = [line for line in source.splitlines() if line.startswith("* ")]
    bare = [line[2:] for line in items if "*" not in line[2:] and "](" not in line]
    return [title for title in titles if title.casefold() not in known] + bare


def _addresses() -> dict[str, str]:
    """Return the address of each title, in small letters; empty where none could be checked."""
    rows = read_table("readings")
    return dict(zip(rows["title"].str.casefold(), rows["address"], strict=True))
