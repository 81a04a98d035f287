"""The web pages: built offline from stored outputs, and checked for what a reader would miss.

MyST-NB and the book theme do the work; the sources they need are in the folder ``pages``.
This module copies them, the README and the notebooks to one place, writes the two pages that
come from tables (verdicts, data dictionary), runs Sphinx, and checks the result.
"""

from __future__ import annotations

import hashlib
import html
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from binascii import a2b_base64
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pandas as pd
from bs4 import BeautifulSoup, Tag

from socionaut.errors import InputError
from socionaut.ledger.claims import FINDING_TYPE
from socionaut.ledger.verdicts import VERDICTS, scoreboard, stored_note
from socionaut.project import PROJECT
from workshop.places import machine_paths

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

SOURCES = PROJECT / "pages"

#: Columns of the verdict table, in order.
VERDICT_COLUMNS = (
    "id",
    "document",
    "line",
    "token",
    "subject",
    "published",
    "recomputed",
    "unit",
    "verdict",
    "fault",
    "as_stored",
    "reason",
    "theme",
    "notebook",
)
#: Those of them that are left out where they are missing or empty.
_OPTIONAL = ("unit", "as_stored")
#: Columns that a reader of the verdict table can filter by.
FILTERS = {"theme": "Theme", "verdict": "Verdict", "document": "Document"}
# Those by which scoreboards count; they must agree on all pages.
_GROUPS = ("theme", "document")
#: Columns of the verdict table that may be text, with the column of their number.
_NUMBERS = {"published": "value", "recomputed": "computed"}

#: Attributes whose address a browser asks for when it opens a page.
REQUESTED = {
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
# A link or picture, or the definition of a link. One found in code does no harm.
_MARKDOWN_LINK = re.compile(r"(?:\]\(\s*|^\[[^\]]+\]:\s*)<?([^)\s>]+)", re.MULTILINE)
_SPHINX_WARNING = re.compile(
    r"^(?P<file>.*?)(?::(?P<line>\d+))?: (?:WARNING|ERROR|CRITICAL): (?P<text>.*)$"
)


def build_pages(
    notebooks: Sequence[Path],
    verdicts: pd.DataFrame,
    output: Path,
    *,
    project: Path = PROJECT,
    progress: Callable[[str], object] = lambda _message: None,
) -> Path:
    """Build the web pages offline from the outputs stored in the notebooks.

    The folder `output` is replaced as a whole once everything is built, or not touched.

    Parameters
    ----------
    notebooks
        Executed notebooks. Each becomes a page; the sidebar lists them by file name.
    verdicts
        A row a claim, with the columns of `VERDICT_COLUMNS`. `published` and `recomputed` are
        numbers or text; where they are text, the columns `value` and `computed`, if any, give the
        numbers to sort by, and where `recomputed` is a number, `low` and `high`, if any, are
        shown with it. `notebook` is the notebook that judged the claim, or empty. `as_stored` is
        not empty where that notebook stands as stored. `unit` and `as_stored` may be left out.
    output
        Folder for the pages.
    project
        Folder with `README.md` (the home page) and `data/datapackage.json` (the data
        dictionary, left out where the file does not exist).
    progress
        Called with a short message at each step.

    Returns
    -------
    Path
        The home page, `output/index.html`.

    Raises
    ------
    InputError
        When something needed is missing, or a page has an error or a warning.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".pages-") as name:
        scratch = Path(name).resolve()
        stage = scratch / "source"
        progress(f"web pages: collecting {len(notebooks)} notebooks")
        _stage_sources(notebooks, project, stage)
        _mark_scoreboard(stage / "README.md", verdicts)
        _stage_tables(verdicts, project, stage)
        progress("web pages: building")
        _run_sphinx(stage, scratch)
        site = scratch / "html"
        _remove_leftovers(site)
        if output.exists():
            output.rename(scratch / "previous")
        site.rename(output)
    return output / "index.html"


def _remove_leftovers(site: Path) -> None:
    """Remove what no reader needs: Sphinx's note for rebuilds, theme templates, source maps."""
    static = site / "_static"
    for path in [site / ".buildinfo", *static.glob("*.html"), *static.rglob("*.map")]:
        path.unlink(missing_ok=True)


# Sources ------------------------------------------------------------------------------------


def _stage_sources(notebooks: Sequence[Path], project: Path, stage: Path) -> None:
    """Copy the page sources, the README, the notebooks and the files they link to."""
    readme = project / "README.md"
    if not readme.is_file():
        raise InputError(f"The home page is made from {readme.name}, which is missing: write it.")
    shutil.copytree(SOURCES, stage, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(_mathjax(), stage / "_static" / "mathjax.js")
    shutil.copyfile(readme, stage / readme.name)
    (stage / "notebooks").mkdir()
    for notebook in notebooks:
        copy = stage / "notebooks" / notebook.name
        if copy.exists():
            raise InputError(f"Two notebooks are named {notebook.name}: rename one of them.")
        try:
            shutil.copyfile(notebook, copy)
        except OSError as error:
            raise InputError(
                f"The notebook {notebook.name} cannot be read ({error.strerror}): run it first."
            ) from error
    _stage_linked(project, stage, "", readme.read_text(encoding="utf-8"))
    for notebook in notebooks:
        cells = _read_cells(stage / "notebooks" / notebook.name)
        prose = "\n".join(
            "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"
        )
        _stage_linked(project, stage, "notebooks", prose)


def _mark_scoreboard(readme: Path, verdicts: pd.DataFrame) -> None:
    """Say below the scoreboard of the home page which findings are as stored."""
    end, text = "<!-- end of scoreboard -->", readme.read_text(encoding="utf-8")
    readme.write_text(text.replace(end, f"{end}\n\n{_note(verdicts)}"), encoding="utf-8")


def _note(verdicts: pd.DataFrame) -> str:
    return stored_note(verdicts) if "as_stored" in verdicts else ""


def _mathjax() -> Path:
    """Return the MathJax file that draws formulas without fonts or further files."""
    # The name of this package is no identifier, so that it cannot be imported by statement.
    found = importlib.util.find_spec("sphinx-mathjax-offline")
    if found is None or found.origin is None:
        raise InputError(
            "The package sphinx-mathjax-offline is not installed: install requirements.lock."
        )
    return Path(found.origin).parent / "static" / "mathjax" / "tex-svg-full.js"


def _read_cells(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a notebook as they are stored; texts may be lists of lines."""
    try:
        cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path.name} is not a readable notebook: restore it, then execute it again."
        ) from error
    return cells


def _stage_linked(project: Path, stage: Path, folder: str, prose: str) -> None:
    """Copy what the prose links to; what does not exist is left for Sphinx to report."""
    for address in _MARKDOWN_LINK.findall(prose):
        target = unquote(address.partition("#")[0])
        copy = (stage / folder / target).resolve()
        if not target or _NOT_A_PATH.match(target) or not copy.is_relative_to(stage):
            continue
        original = project / copy.relative_to(stage)
        if copy.exists():
            continue
        if original.is_dir():
            copy.mkdir(parents=True)
        elif original.is_file() and original.suffix != ".ipynb":
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)


def _stage_tables(verdicts: pd.DataFrame, project: Path, stage: Path) -> None:
    """Write the sources of the verdict table and of the data dictionary."""
    pages = {path.stem for path in (stage / "notebooks").iterdir()}
    (stage / "verdicts.html").write_text(verdict_html(verdicts, pages), encoding="utf-8")
    description = project / "data" / "datapackage.json"
    if not description.is_file():
        return
    try:
        package = json.loads(description.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"data/{description.name} is not readable JSON ({error}): mend or restore it."
        raise InputError(message) from error
    for resource in package.get("resources", []):
        path = Path("data", str(resource.get("path", "")))
        if (project / path).is_file():
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / path, stage / path)
    (stage / "dictionary.md").write_text(data_dictionary(package), encoding="utf-8")


# Tables -------------------------------------------------------------------------------------


def verdict_html(verdicts: pd.DataFrame, pages: Iterable[str] = ()) -> str:
    """Return the verdicts as an HTML table with its filter.

    The filter is hidden until the script of the page shows it, so that the table is complete
    and readable without scripts.

    Parameters
    ----------
    verdicts
        As for `build_pages`.
    pages
        Names (without suffix) of the notebooks that have a page to link to.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    InputError
        When a column is missing or a verdict is unknown.

    Examples
    --------
    >>> row = dict.fromkeys(VERDICT_COLUMNS, "") | {"id": "c000-001-1", "verdict": "differs"}
    >>> '<tr id="row-c000-001-1"' in verdict_html(pd.DataFrame([row]))
    True
    """
    missing = [name for name in VERDICT_COLUMNS if name not in verdicts and name not in _OPTIONAL]
    if missing:
        raise InputError(f"The verdicts lack the column {missing[0]}: write it for every claim.")
    unknown = verdicts.loc[~verdicts["verdict"].isin(VERDICTS), ["id", "verdict"]]
    if len(unknown):
        claim, verdict = unknown.iloc[0]
        raise InputError(
            f"Claim {claim} has the verdict {verdict!r}: it must be one of {', '.join(VERDICTS)}."
        )
    shown = [name for name in _OPTIONAL if name in verdicts and (verdicts[name] != "").any()]
    columns = [name for name in VERDICT_COLUMNS if name in shown or name not in _OPTIONAL]
    heads = "".join(f'<th scope="col">{name.replace("_", " ")}</th>' for name in columns)
    note = f"<p>{html.escape(_note(verdicts))}</p>\n" if "as_stored" in columns else ""
    linked = set(pages)
    rows = "\n".join(_verdict_row(row, columns, linked) for row in verdicts.to_dict("records"))
    return (
        f"{note}{_verdict_filter(verdicts)}\n"
        '<p id="claims-count" role="status">'
        f"{len(verdicts)} claims</p>\n"
        '<div class="table-scroll" role="region" aria-label="Verdict table" tabindex="0">\n'
        f'<table id="claims-table">\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n"
    )


def _verdict_filter(verdicts: pd.DataFrame) -> str:
    lists = []
    for name, label in FILTERS.items():
        values = sorted({_text(value) for value in verdicts[name]} - {""})
        if name == "verdict":
            values = [value for value in VERDICTS if value in values]
        options = "".join(f"<option>{html.escape(value)}</option>" for value in values)
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


def _verdict_row(row: Mapping[Any, Any], columns: Sequence[str], linked: set[str]) -> str:
    cells = "".join(_verdict_cell(name, row, linked) for name in columns)
    data = "".join(f' data-{name}="{html.escape(_text(row[name]))}"' for name in FILTERS)
    return f'<tr id="row-{html.escape(_text(row["id"]))}"{data}>{cells}</tr>'


def _verdict_cell(name: str, row: Mapping[Any, Any], linked: set[str]) -> str:
    value = row[name]
    text = html.escape(_text(value))
    if name == "verdict":
        return f'<td class="verdict verdict-{text}">{text}</td>'
    if name == "notebook":
        stem = Path(_text(value)).stem
        if stem not in linked:
            return f"<td>{html.escape(stem)}</td>"
        address = f"notebooks/{stem}.html#{_text(row['id'])}"
        return f'<td><a href="{html.escape(address)}">{html.escape(stem)}</a></td>'
    if name in _NUMBERS:
        number = value if _is_number(value) else row.get(_NUMBERS[name])
        order = f' data-sort="{number!r}"' if _is_number(number) else ""
        interval = _interval(row) if name == "recomputed" and number is value else ""
        kind = "number" if number is value else "words"
        return f'<td class="{kind}"{order}>{text}{interval}</td>'
    return f'<td class="{name}">{text}</td>'


def _interval(row: Mapping[Any, Any]) -> str:
    low, high = row.get("low"), row.get("high")
    if not (_is_number(low) and _is_number(high)) or low == high:
        return ""
    return f"<br><small>{_text(low)} to<br>{_text(high)}</small>"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(pd.notna(value))


def _text(value: object) -> str:
    """Return a cell as text: missing is empty, a number has separators and no false digits.

    >>> _text(1800000000.0), _text(0.27), _text(None), _text("1,8 milliards")
    ('1,800,000,000', '0.27', '', '1,8 milliards')
    """
    if value is None or value is pd.NA or value != value:  # not equal to itself: not a number
        return ""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    whole = float(value).is_integer() or abs(value) >= 100_000
    return f"{value:,.0f}" if whole else f"{value:,.6g}"


def data_dictionary(package: Mapping[str, Any]) -> str:
    """Return the page that describes every table and column of a data package.

    Parameters
    ----------
    package
        The content of a Frictionless `datapackage.json`.

    Returns
    -------
    str
        MyST Markdown: a section a table.
    """
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
            "type": field.get("type", "any"),
            "unit": field.get("unit", ""),
            "constraints": _constraints(field.get("constraints", {})),
            "meaning": field.get("description", ""),
        }
        for field in fields
    ]
    with pd.option_context("display.max_colwidth", None):
        table = pd.DataFrame(rows).to_html(index=False, border=0, justify="left")
    label = html.escape(f"Columns of {resource['name']}")
    box = f'<div class="table-scroll" role="region" aria-label="{label}" tabindex="0">'
    return [f"```{{raw}} html\n{box}\n{table}\n</div>\n```"]


def _constraints(constraints: Mapping[str, Any]) -> str:
    """Return constraints as words.

    >>> _constraints({"required": True, "maxLength": 25, "enum": ["%", "users"]})
    'required; maxLength 25; one of %, users'
    """
    words = []
    for name, value in constraints.items():
        if isinstance(value, bool):
            words += [name] if value else []
        elif name == "enum":
            words.append("one of " + ", ".join(map(str, value)))
        else:
            words.append(f"{name} {value}")
    return "; ".join(words)


# Sphinx -------------------------------------------------------------------------------------


def _run_sphinx(stage: Path, scratch: Path) -> None:
    """Run Sphinx on the staged sources; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q"]
    command += ["--no-color", "-d", str(scratch / "doctrees"), str(stage), str(scratch / "html")]
    library = str(Path(__file__).resolve().parents[1])
    paths = [library, os.environ.get("PYTHONPATH", "")]
    fixed = {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "SOURCE_DATE_EPOCH": "0",
        "TZ": "UTC",
        "LC_ALL": "C",
    }
    done = subprocess.run(
        command, env=os.environ | fixed, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise InputError(_build_failure(done.stderr, stage))


def _build_failure(messages: str, stage: Path) -> str:
    """Return one sentence for what Sphinx printed: the first problem, and how many follow."""
    lines = [line.strip() for line in messages.replace(f"{stage}{os.sep}", "").splitlines()]
    found = [match for line in lines if (match := _SPHINX_WARNING.match(line))]
    if not found:
        said = " ".join(line for line in lines if line and not line.startswith("Traceback"))
        return f"Sphinx could not build the web pages: {said[-600:] or 'it gave no reason'}."
    first = found[0]
    number = int(first["line"] or 0)
    # MyST-NB counts the lines of cell n from n * 10 000.
    place = f", cell {number // 10_000}" if number >= 10_000 else f", line {number}"
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    page = first["file"] + (place if number else "")
    return f"The web page of {page} has a problem: {first['text'].rstrip('.')}{more}."


def carry_output_facts(app: Sphinx, doctree: nodes.document) -> None:
    """Give pictures of outputs their alt text, and cards of findings an anchor (Sphinx event).

    MyST-NB does not read `metadata["image/png"]["alt"]` of an output. It names a picture by the
    SHA-256 of its bytes, so the alt text is found by that.

    Parameters
    ----------
    app
        The Sphinx application.
    doctree
        The page that was read.
    """
    from docutils import nodes

    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    outputs = list(_output_bundles(_read_cells(path)))
    alts, claims = _alt_texts(outputs), _finding_cards(outputs)
    for image in doctree.findall(nodes.image):
        digest = Path(image["uri"]).stem
        if digest in alts:
            image["alt"] = alts[digest]
    for raw in list(doctree.findall(nodes.raw)):
        claim = claims.get(raw.astext())
        if claim is not None and f'id="{claim}"' not in raw.astext():
            anchor = nodes.raw("", f'<span id="{html.escape(claim)}"></span>', format="html")
            raw.parent.insert(raw.parent.index(raw), anchor)


def _output_bundles(cells: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for cell in cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                yield output


def _alt_texts(outputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the alt text of each picture by the SHA-256 of its bytes."""
    return {
        hashlib.sha256(a2b_base64("".join(output["data"][kind]))).hexdigest(): str(alt)
        for output in outputs
        for kind in ("image/png", "image/jpeg")
        if kind in output["data"] and (alt := output.get("metadata", {}).get(kind, {}).get("alt"))
    }


def _finding_cards(outputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the claim of each finding by the HTML of its card."""
    return {
        "".join(output["data"]["text/html"]): str(output["data"][FINDING_TYPE]["id"])
        for output in outputs
        if FINDING_TYPE in output["data"] and "text/html" in output["data"]
    }


def mend_links(app: Sphinx, doctree: nodes.document) -> None:
    """Lead links of the README and the notebooks to what the pages have (Sphinx event).

    A link to the README leads to the home page. A folder, or a Markdown file that has no page,
    keeps its words and loses its link.

    Parameters
    ----------
    app
        The Sphinx application.
    doctree
        The page that was read.
    """
    from sphinx import addnodes

    for link in list(doctree.findall(addnodes.pending_xref)):
        if link.get("reftype") != "myst":
            continue
        target = link["reftarget"]
        if link.get("refdomain") == "doc":
            if target == "README":
                link["reftarget"] = "index"
            elif target not in app.env.found_docs:
                link.replace_self(link.children)
        elif target and not target.startswith("#"):
            _, path = app.env.relfn2path(target.partition("#")[0], app.env.docname)
            if Path(path).is_dir():
                link.replace_self(link.children)


def keep_downloads_for_notebooks(
    _app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], _doctree: object
) -> None:
    """Leave the download button to pages whose source is a notebook (Sphinx event).

    Parameters
    ----------
    pagename
        The page that is written.
    context
        What its template is given.
    """
    if not pagename.startswith("notebooks/"):
        context.pop("page_source_suffix", None)


# Checks -------------------------------------------------------------------------------------


def page_problems(folder: Path) -> list[str]:
    """Return what is wrong with built pages, a sentence a problem.

    A picture without alt text; a figure without caption; an id given twice; an address outside
    the folder that a browser would ask for when it opens the page; a link or file of the site
    that leads nowhere; an error among the outputs; a path of the machine, in a page or in a
    notebook to download; a scoreboard that disagrees with another.
    Links to other sites that a reader may follow are no problem.

    Parameters
    ----------
    folder
        Folder of the pages.

    Returns
    -------
    list of str
        Empty when all is well; sorted by page.

    Raises
    ------
    InputError
        When the folder holds no page.
    """
    root = folder.resolve()
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.html"))}
    if not texts:
        raise InputError(f"The folder {folder.name} holds no web page: build the pages first.")
    soups = {path: BeautifulSoup(text, "html.parser") for path, text in texts.items()}
    anchors = {path: _anchors(soup) for path, soup in soups.items()}
    boards = _scoreboard_problems(soups, root)
    problems = []
    for path, soup in soups.items():
        found = [*_text_problems(soup), *_style_problems(_styles(soup), path)]
        found += [*_request_problems(soup, path), *_link_problems(soup, path, anchors)]
        # The colours of code cut a path into pieces, in the source but not in the text.
        code = (block.get_text() for block in soup.find_all("pre"))
        found += [*_error_problems(soup), *_path_problems("\n".join([texts[path], *code]))]
        found += boards.get(path, [])
        name = path.relative_to(root).as_posix()
        problems += [f"{name}: {problem}" for problem in dict.fromkeys(found)]
    for path in sorted([*root.rglob("*.css"), *root.rglob("*.ipynb")]):
        text, style = path.read_text(encoding="utf-8"), path.suffix == ".css"
        found = [*(_style_problems([text], path) if style else _path_problems(text))]
        problems += [f"{path.relative_to(root).as_posix()}: {problem}" for problem in found]
    return problems


def _error_problems(soup: BeautifulSoup) -> Iterator[str]:
    """Yield the errors among the outputs of a page, printed ones too."""
    if soup.select_one(".traceback") or "Traceback (most recent call last)" in soup.get_text():
        yield "an output is an error"


def _path_problems(text: str) -> Iterator[str]:
    for path in machine_paths(text):
        yield f"it shows {path[:80]}, a path of one machine"


def _scoreboard_problems(soups: Mapping[Path, BeautifulSoup], root: Path) -> dict[Path, list[str]]:
    """Return for each page where its scoreboards disagree with what the verdict table counts to."""
    first: dict[str, tuple[str, pd.DataFrame]] = {}
    problems: dict[Path, list[str]] = {}
    for path, soup in sorted(soups.items(), key=lambda item: item[0].name != "verdicts.html"):
        for by, board in _scoreboards(soup):
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


def _scoreboards(soup: BeautifulSoup) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the group and the counts of the scoreboards that a page shows or can be counted to."""
    rows = soup.select("#claims-table tbody tr")
    if rows:
        claims = pd.DataFrame([{name: row[f"data-{name}"] for name in FILTERS} for row in rows])
        yield from ((by, scoreboard(claims, by)) for by in _GROUPS)
    for table in soup.find_all("table"):
        heads, lines = (_cells(table.find(part)) for part in ("thead", "tbody"))
        labels = ["".join(column) for column in zip(*heads, strict=False)]
        counts = all(cell.isdecimal() for line in lines for cell in line[1:])
        if counts and labels and labels[0] in _GROUPS and set(VERDICTS) <= set(labels):
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


def _text_problems(soup: BeautifulSoup) -> Iterator[str]:
    """Yield pictures without alt text, figures without caption, and ids given twice."""
    for image in soup.find_all("img"):
        alt = str(image.get("alt") or "").strip()
        if not alt or alt == str(image.get("src")):
            yield f"the picture {str(image.get('src'))[:80]} has no alt text"
    for figure in soup.select(".socionaut-figure"):
        caption = figure.select_one(".caption")
        if caption is None or not caption.get_text(strip=True):
            yield "a figure has no caption"
    for name, times in Counter(str(tag["id"]) for tag in soup.find_all(id=True)).items():
        if times > 1:
            yield f"the id {name} is given {times} times"


def _request_problems(soup: BeautifulSoup, path: Path) -> Iterator[str]:
    """Yield addresses that the page asks for and that are outside the folder or missing."""
    for tag in soup.find_all(list(REQUESTED)):
        for attribute in REQUESTED[tag.name]:
            given = str(tag.get(attribute) or "")
            pieces = given.split(",") if attribute == "srcset" else [given]
            for address in filter(None, (piece.strip().split(" ")[0] for piece in pieces)):
                yield from _address_problems(f"<{tag.name}>", address, path)
    for meta in soup.find_all("meta", property=re.compile("image")):
        yield from _address_problems("<meta>", str(meta.get("content") or ""), path)
    for script in soup.find_all("script", src=False):
        for address in _SCRIPT_IMPORT.findall(script.get_text()):
            yield from _address_problems("<script>", address, path)


def _styles(soup: BeautifulSoup) -> list[str]:
    sheets = [style.get_text() for style in soup.find_all("style")]
    return sheets + [str(tag["style"]) for tag in soup.find_all(style=True)]


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


def _anchors(soup: BeautifulSoup) -> set[str]:
    named = {str(tag["name"]) for tag in soup.find_all("a", attrs={"name": True})}
    return named | {str(tag["id"]) for tag in soup.find_all(id=True)}


def _link_problems(
    soup: BeautifulSoup, path: Path, anchors: Mapping[Path, set[str]]
) -> Iterator[str]:
    """Yield links within the site that lead to no file, or to no place on the page."""
    for link in soup.find_all("a", href=True):
        address = str(link["href"])
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
