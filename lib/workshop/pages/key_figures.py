"""What a notebook shows first to one who passes by: its title, its answer, its key figure."""

from __future__ import annotations

import hashlib
import re
from binascii import a2b_base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from socionaut.files import IN_SHORT_TYPE, plain_notebook

__all__ = ["THEMES", "KeyFigure", "Summary", "picture_digest", "summary", "theme_of"]

#: The parts of the collection, by the first digit of the file name.
THEMES = {
    "0": "Start here",
    "1": "Engagement trends",
    "2": "Influencer network centrality",
    "3": "COVID-era usage shifts",
    "4": "Service, small studies, and the documents themselves",
    "9": "The result",
}
_ITEM = re.compile(r"^\* \[[^\]]+\]\((?P<name>[^)]+\.ipynb)\) (?P<words>.*)$", re.MULTILINE)
_LONGEST = 200


@dataclass(frozen=True)
class KeyFigure:
    """The figure by which a notebook is known."""

    digest: str  # SHA-256 of the picture, by which its file is named on the pages
    alt: str  # the picture in words
    caption: str  # what to see in it

    @property
    def file(self) -> str:
        """The picture's address from the folder of the pages."""
        return f"_images/{self.digest}.png"


@dataclass(frozen=True)
class Summary:
    """A notebook in a few words."""

    name: str  # of its file, without suffix
    title: str  # its question
    answer: str  # in one sentence; without one, what it does
    figure: KeyFigure | None  # None where it draws nothing
    # All its figures, by the id of their cell.
    figures: Mapping[str, KeyFigure] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """Address of its page, from the folder of the pages."""
        return f"notebooks/{self.name}.html"


def theme_of(name: str) -> str:
    """Return the part of the collection that a notebook belongs to.

    Examples
    --------
    >>> theme_of("21_who_spreads_most")
    'Influencer network centrality'
    """
    return THEMES.get(name[:1], THEMES["4"])


def summary(path: Path, listed: Mapping[str, str] | None = None) -> Summary:
    """Return title, answer and key figure of a notebook.

    `listed` says what notebooks do, by file name, for those that give no answer in short.
    """
    cells = plain_notebook(path)["cells"]
    first = "".join(cells[0]["source"]) if cells else ""
    title, _, rest = first.partition("\n")
    said = next(
        (data[IN_SHORT_TYPE]["answer"] for data in _bundles(cells) if IN_SHORT_TYPE in data), ""
    )
    words = said or (listed or {}).get(path.name, "") or rest.strip().partition("\n\n")[0]
    answer = _first_sentences(_plain(words))
    figures = _figures(cells)
    figure = next(iter(figures.values()), None)
    return Summary(path.stem, _plain(title.removeprefix("# ")), answer, figure, figures)


def listed_lines(notebook: Path) -> dict[str, str]:
    """Return what the first notebook says of each other one."""
    cells = plain_notebook(notebook)["cells"]
    prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return {
        match["name"]: match["words"][:1].upper() + match["words"][1:]
        for match in _ITEM.finditer(prose)
    }


def picture_digest(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the picture of an output, by which MyST-NB names its file.

    It is empty where there is no picture.

    Examples
    --------
    >>> picture_digest({"text/plain": "2"})
    ''
    """
    if "image/png" not in data:
        return ""
    return hashlib.sha256(a2b_base64("".join(data["image/png"]))).hexdigest()


def _bundles(cells: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for cell in cells:
        for output in cell.get("outputs", []):
            yield output.get("data", {})


def _figures(cells: Sequence[Mapping[str, Any]]) -> dict[str, KeyFigure]:
    """Return the figure of each cell that draws one, those tagged "key-figure" first."""
    found: dict[str, KeyFigure] = {}
    tagged = [c for c in cells if "key-figure" in c.get("metadata", {}).get("tags", [])]
    for cell in [*tagged, *cells]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if digest := picture_digest(data):
                alt = str(output.get("metadata", {}).get("image/png", {}).get("alt", ""))
                caption = "".join(data.get("text/plain", "")).removeprefix("Figure: ")
                found.setdefault(str(cell.get("id", "")), KeyFigure(digest, alt, caption))
    return found


def _plain(text: str) -> str:
    """Return Markdown without its marks, on one line."""
    bare = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"\\([!-/:-@[-`{-~])|[*`]", r"\1", bare).split())


def _first_sentences(text: str) -> str:
    """Return as many whole sentences as fit, at least one."""
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z])", text)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) >= _LONGEST:
            break
        kept += " " + sentence
    return kept
