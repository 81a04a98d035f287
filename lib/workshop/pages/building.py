"""The web pages: built offline from stored outputs.

MyST-NB and the book theme do the work; the sources they need are in the folder ``pages``. This
module copies them and the notebooks to one place, writes the pages that come from tables, and
runs Sphinx.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from socionaut.errors import InputError
from socionaut.files import plain_notebook
from socionaut.project import PROJECT
from workshop.pages.claim_map import claim_map
from workshop.pages.dictionary import data_dictionary
from workshop.pages.front import described, front_blocks, page_facts, summaries
from workshop.pages.glossary import glossary_page
from workshop.pages.verdict_table import verdict_html

__all__ = ["build_pages"]

_NOT_A_PATH = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
# A link or picture, or the definition of a link. One found in code does no harm.
_MARKDOWN_LINK = re.compile(r"(?:\]\(\s*|^\[[^\]]+\]:\s*)<?([^)\s>]+)", re.MULTILINE)
_SPHINX_WARNING = re.compile(
    r"^(?P<file>.*?)(?::(?P<line>\d+))?: (?:WARNING|ERROR|CRITICAL): (?P<text>.*)$"
)
_PLACE = "{{%s}}"


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

    `verdicts` has a row a claim. `published` and `recomputed` are numbers or text; where they are
    text, `value` and `computed`, if any, give the numbers to sort by, and where `recomputed` is a
    number, `low` and `high`, if any, are shown with it. `notebook` is the one that judged the
    claim, or empty; `as_stored` is not empty where that one stands as stored. `unit`, `platform`,
    `route`, `source`, `source_url` and `as_stored` may be left out.

    The folder `project` holds the sources in `pages`, `data/datapackage.json` (the data dictionary,
    left out where the file does not exist), and what the pages link to. Returned is the home page.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".pages-") as name:
        scratch = Path(name).resolve()
        stage = scratch / "source"
        progress(f"web pages: collecting {len(notebooks)} notebooks")
        _stage_sources(notebooks, project, stage)
        _stage_tables(verdicts, project, stage)
        _stage_front(verdicts, stage)
        progress("web pages: building")
        _run_sphinx(stage, scratch)
        site = scratch / "html"
        # The table as a file of its own, for those who compute with it.
        csv = verdicts.to_csv(index=False, lineterminator="\n")
        (site / "verdicts.csv").write_text(csv, encoding="utf-8", newline="\n")
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
    """Copy the page sources, the notebooks and the files they link to."""
    shutil.copytree(project / "pages", stage, ignore=shutil.ignore_patterns("__pycache__"))
    for page in sorted(stage.glob("*.md")):  # which stand beside the notebooks there
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("](../notebooks/", "](notebooks/"), encoding="utf-8")
    shutil.copyfile(_mathjax(), stage / "_static" / "mathjax.js")
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
    for notebook in notebooks:
        cells = plain_notebook(stage / "notebooks" / notebook.name)["cells"]
        prose = "\n".join(
            "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"
        )
        _stage_linked(project, stage, "notebooks", prose)


def _mathjax() -> Path:
    """Return the MathJax file that draws formulas without fonts or further files."""
    # The name of this package is no identifier, so that it cannot be imported by statement.
    found = importlib.util.find_spec("sphinx-mathjax-offline")
    if found is None or found.origin is None:
        raise InputError(
            "The package sphinx-mathjax-offline is not installed: install requirements.lock."
        )
    return Path(found.origin).parent / "static" / "mathjax" / "tex-svg-full.js"


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
    """Write the sources of the pages that come from tables."""
    notebooks = sorted((stage / "notebooks").glob("*.ipynb"))
    titles = {one.name: one.title for one in summaries(notebooks)}
    _fill(
        stage / "verdicts.md",
        {"map": claim_map(verdicts, titles), "table": verdict_html(verdicts, titles, titles)},
    )
    (stage / "glossary.md").write_text(glossary_page(notebooks), encoding="utf-8")
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


def _stage_front(verdicts: pd.DataFrame, stage: Path) -> None:
    """Fill the front page, and the pages that name version and repository."""
    told = summaries((stage / "notebooks").glob("*.ipynb"))
    (stage / "facts.json").write_text(page_facts(told), encoding="utf-8")
    blocks = front_blocks(verdicts, told)
    facts = described()
    # Names in capitals are files of the project, staged as ends of links.
    pages = [page for page in sorted(stage.glob("*.md")) if not page.stem.isupper()]
    for page in pages:
        _fill(page, facts)
    others = [page.stem for page in pages if page.stem != "index"]
    blocks["pages"] = "\n".join(["```{toctree}", ":hidden:", ":caption: More", "", *others, "```"])
    _fill(stage / "index.md", blocks)


def _fill(page: Path, blocks: Mapping[str, str]) -> None:
    """Put generated text in its places on a page: ``{{name}}``."""
    text = page.read_text(encoding="utf-8")
    for name, block in blocks.items():
        html_block = block.lstrip().startswith("<")
        filled = f"```{{raw}} html\n{block}\n```" if html_block else block
        text = text.replace(_PLACE % name, filled)
    page.write_text(text, encoding="utf-8")


# Sphinx -------------------------------------------------------------------------------------


def _run_sphinx(stage: Path, scratch: Path) -> None:
    """Run Sphinx on the staged sources; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q"]
    command += ["--no-color", "-d", str(scratch / "doctrees"), str(stage), str(scratch / "html")]
    library = str(Path(__file__).resolve().parents[2])
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
