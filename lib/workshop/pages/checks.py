"""Built pages, checked for what a reader would miss."""

from __future__ import annotations

import gc
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pandas as pd
from bs4 import BeautifulSoup, Tag

from socionaut.errors import InputError
from socionaut.ledger.verdicts import VERDICTS, scoreboard
from workshop.machine_paths import machine_paths
from workshop.pages.front import described

__all__ = ["page_problems"]

# Those by which scoreboards count; they must agree on all pages.
_GROUPS = ("theme", "document")

#: Attributes whose address a browser asks for when it opens a page.
_REQUESTED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
_CSS_ADDRESS = re.compile(
    r"""url\(\s*["']?(?P<url>[^"')]*)|@import\s+["'](?P<sheet>[^"']*)""", re.IGNORECASE
)
_SCRIPT_IMPORT = re.compile(r"""\b(?:import|from)\s*\(?\s*["']((?:https?:)?//[^"']*)""")
_OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//|\s*file:", re.IGNORECASE)
_NOT_A_PATH = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


class _Page(NamedTuple):
    """A page, with its tags found once: they are asked for in a dozen ways."""

    soup: BeautifulSoup
    tags: list[Tag]
    named: defaultdict[str, list[Tag]]


def _read_page(text: str) -> _Page:
    soup = BeautifulSoup(text, "html.parser")
    tags = [part for part in soup.descendants if isinstance(part, Tag)]
    named: defaultdict[str, list[Tag]] = defaultdict(list)
    for tag in tags:
        named[tag.name].append(tag)
    return _Page(soup, tags, named)


def page_problems(folder: Path) -> list[str]:
    """Return what is wrong with built pages, a sentence a problem.

    A picture without alt text; a figure without caption; an id given twice; an address outside
    the folder that a browser would ask for when it opens the page; a link or file of the site
    that leads nowhere; an error among the outputs; a path of the machine, in a page or in a
    notebook to download; a scoreboard that disagrees with another; a notebook whose answer does not
    stand right under its title.
    Links to other sites that a reader may follow are no problem.
    """
    root = folder.resolve()
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.html"))}
    if not texts:
        raise InputError(f"The folder {folder.name} holds no web page: build the pages first.")
    gc.disable()  # it would look again and again at a quarter of a million tags, all in use
    try:
        pages = {path: _read_page(text) for path, text in texts.items()}
    finally:
        gc.enable()
    anchors = {path: _anchors(page) for path, page in pages.items()}
    site = described()["site"]
    boards = _scoreboard_problems(pages, root)
    problems = []
    for path, page in pages.items():
        found = [*_text_problems(page), *_style_problems(_styles(page), path)]
        found += [*_request_problems(page, path, root, site), *_link_problems(page, path, anchors)]
        # The colours of code cut a path into pieces, in the source but not in the text.
        code = (block.get_text() for block in page.named["pre"])
        found += [*_error_problems(page), *_path_problems("\n".join([texts[path], *code]))]
        found += [*boards.get(path, []), *_answer_problems(page.soup, path.relative_to(root))]
        name = path.relative_to(root).as_posix()
        problems += [f"{name}: {problem}" for problem in dict.fromkeys(found)]
    for path in sorted([*root.rglob("*.css"), *root.rglob("*.ipynb")]):
        text, style = path.read_text(encoding="utf-8"), path.suffix == ".css"
        found = [*(_style_problems([text], path) if style else _path_problems(text))]
        problems += [f"{path.relative_to(root).as_posix()}: {problem}" for problem in found]
    return problems


def _answer_problems(soup: BeautifulSoup, path: Path) -> Iterator[str]:
    """Yield a sentence for a notebook whose page does not begin with its answer."""
    # The theme has a title for print outside the article.
    title = soup.select_one("article h1") or soup.find("h1")
    if path.parts[0] != "notebooks" or not isinstance(title, Tag):
        return
    first = title.find_next_sibling()
    if not isinstance(first, Tag) or "socionaut-in-short" not in first.get_attribute_list("class"):
        yield "the box In short does not stand right under its title"


def _error_problems(page: _Page) -> Iterator[str]:
    """Yield the errors among the outputs of a page, printed ones too."""
    printed = "Traceback (most recent call last)" in page.soup.get_text()
    if printed or any("traceback" in _classes(tag) for tag in page.tags):
        yield "an output is an error"


def _classes(tag: Tag) -> list[str]:
    return list(filter(None, tag.get_attribute_list("class")))


def _path_problems(text: str) -> Iterator[str]:
    for path in machine_paths(text):
        yield f"it shows {path[:80]}, a path of one machine"


def _scoreboard_problems(pages: Mapping[Path, _Page], root: Path) -> dict[Path, list[str]]:
    """Return for each page where its scoreboards disagree with what the verdict table counts to."""
    first: dict[str, tuple[str, pd.DataFrame]] = {}
    problems: dict[Path, list[str]] = {}
    for path, page in sorted(pages.items(), key=lambda item: item[0].name != "verdicts.html"):
        for by, board in _scoreboards(page):
            name, other = first.setdefault(by, (path.relative_to(root).as_posix(), board))
            here, there = board.align(other, fill_value=0)
            apart = [
                (row, column)
                for row in here.index
                for column in here.columns
                if here.loc[row, column] != there.loc[row, column]
            ]
            for row, column in apart[:1]:
                problems.setdefault(path, []).append(
                    f"its scoreboard by {by} has {here.loc[row, column]:.0f} for {row}, {column}, "
                    f"and that of {name} has {there.loc[row, column]:.0f}"
                )
    return problems


def _scoreboards(page: _Page) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the group and the counts of the scoreboards that a page shows or can be counted to."""
    tables = page.named["table"]
    every = (table for table in tables if table.get("id") == "claims-table")
    rows = [row for table in every for row in table.find_all("tbody", attrs={"data-verdict": True})]
    if rows:
        names = (*_GROUPS, "verdict")
        claims = pd.DataFrame([{name: row[f"data-{name}"] for name in names} for row in rows])
        yield from ((by, scoreboard(claims, by)) for by in _GROUPS)
    for table in tables:
        labels = ["".join(column) for column in zip(*_cells(table.find("thead")), strict=False)]
        if not labels or labels[0] not in _GROUPS or not set(VERDICTS) <= set(labels):
            continue
        lines = _cells(table.find("tbody"))
        if all(cell.isdecimal() for line in lines for cell in line[1:]):
            board = pd.DataFrame(lines, columns=labels).set_index(labels[0]).astype(int)
            if "claims" not in board:
                board["claims"] = board.sum(axis=1)
            if "all" not in board.index:
                board.loc["all"] = board.sum()
            yield labels[0], board


def _cells(part: Tag | None) -> list[list[str]]:
    """Return the texts of the cells of a part of a table, a list a row."""
    rows = part.find_all("tr") if part else []
    return [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in rows]


def _text_problems(page: _Page) -> Iterator[str]:
    """Yield pictures without alt text, figures without caption, and ids given twice."""
    for image in page.named["img"]:
        alt = str(image.get("alt") or "").strip()
        if not alt or alt == str(image.get("src")):
            yield f"the picture {str(image.get('src'))[:80]} has no alt text"
    for figure in (tag for tag in page.tags if "socionaut-figure" in _classes(tag)):
        caption = figure.select_one(".caption")
        if caption is None or not caption.get_text(strip=True):
            yield "a figure has no caption"
    for name, times in Counter(_given(page.tags, "id")).items():
        if times > 1:
            yield f"the id {name} is given {times} times"


def _given(tags: Iterable[Tag], attribute: str) -> list[str]:
    return [str(tag[attribute]) for tag in tags if tag.has_attr(attribute)]


def _request_problems(page: _Page, path: Path, root: Path, site: str) -> Iterator[str]:
    """Yield addresses that the page asks for and that are outside the folder or missing."""
    for tag in page.tags:
        for attribute in _REQUESTED.get(tag.name, ()):
            given = str(tag.get(attribute) or "")
            pieces = given.split(",") if attribute == "srcset" else [given]
            for address in filter(None, (piece.strip().split(" ")[0] for piece in pieces)):
                yield from _address_problems(f"<{tag.name}>", address, path)
    for meta in page.named["meta"]:
        if not str(meta.get("property") or "").endswith("image"):
            continue
        # Named by the address at which these pages are published; no browser asks for it.
        address = str(meta.get("content") or "").removeprefix(f"{site}/")
        yield from _address_problems("<meta>", address, root / "index.html")
    for script in page.named["script"]:
        written = "" if script.has_attr("src") else script.get_text()
        for address in _SCRIPT_IMPORT.findall(written):
            yield from _address_problems("<script>", address, path)


def _styles(page: _Page) -> list[str]:
    sheets = [style.get_text() for style in page.named["style"]]
    return sheets + _given(page.tags, "style")


def _style_problems(sheets: Iterable[str], path: Path) -> Iterator[str]:
    """Yield addresses in style sheets that are outside the folder or missing."""
    for sheet in sheets:
        for match in _CSS_ADDRESS.finditer(sheet):
            address = (match["url"] or match["sheet"] or "").strip()
            yield from _address_problems("a style", address, path)


def _address_problems(asker: str, address: str, path: Path) -> Iterator[str]:
    if _OUTSIDE.match(address):
        yield f"{asker} asks for {address}, which is outside the pages"
    elif not _NOT_A_PATH.match(address) and not _local_file(address, path).is_file():
        yield f"{asker} asks for {address}, which is missing"


def _local_file(address: str, path: Path) -> Path:
    target = unquote(urlsplit(address).path)
    return (path.parent / target).resolve() if target else path


def _anchors(page: _Page) -> set[str]:
    return {*_given(page.named["a"], "name"), *_given(page.tags, "id")}


def _link_problems(page: _Page, path: Path, anchors: Mapping[Path, set[str]]) -> Iterator[str]:
    """Yield links within the site that lead to no file, or to no place on the page."""
    for address in _given(page.named["a"], "href"):
        if address.lower().startswith("file:"):
            yield f"the link {address} leads to a file of one machine"
            continue
        if _NOT_A_PATH.match(address):
            continue
        target, fragment = _local_file(address, path), unquote(urlsplit(address).fragment)
        if not target.is_file():
            yield f"the link {address} leads nowhere"
        elif fragment and target in anchors and fragment not in anchors[target]:
            yield f"the link {address} leads to no place on that page"
