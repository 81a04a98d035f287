"""The result of a run as one page that needs no network and no Jupyter."""

from __future__ import annotations

import html
import io
import re
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import math_to_image
from nbconvert.filters import markdown2html
from nbformat import NotebookNode

from socionaut.files import EXPLORE_TYPE

__all__ = ["page_of"]

# A formula between two dollars, none of which is a sign of its own.
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]+?)(?<![\s\\])\$(?![\d$])")
_STYLE = """
body { font: 17px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
       color: #1d1d1f; background: #fff; overflow-wrap: anywhere }
h1 { line-height: 1.2 } h2 { margin-top: 2.5rem } img { max-width: 100%; height: auto }
.socionaut-in-short { border-left: 5px solid #0b6e99; background: #eef6fa; padding: .4rem 1.1rem }
.table { overflow-x: auto } table { border-collapse: collapse; font-size: .85rem }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #ddd }
pre { background: #f5f5f7; padding: .7rem; overflow-x: auto; font-size: .8rem }
details { margin: .4rem 0 } summary { color: #555; cursor: pointer; font-size: .85rem }
nav ul { columns: 2 16rem; font-size: .85rem } .anchor-link { display: none }
"""


def page_of(executed: NotebookNode, command: str, files: Sequence[Path]) -> str:
    """Write an executed notebook as one page, the answer on top and the code folded.

    It loads nothing from elsewhere, and links to the files that lie beside it.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> page = page_of(new_notebook(cells=[new_markdown_cell("# Why?")]), "socionaut posts", [])
    >>> "<title>Why?</title>" in page
    True
    """
    parts = [_part(cell) for cell in executed.cells]
    title = next(
        (c.source.lstrip("# ").split("\n")[0] for c in executed.cells if c.cell_type == "markdown"),
        "Result",
    )
    links = "".join(
        f'<li><a href="{html.escape(file.as_posix())}">{html.escape(file.as_posix())}</a></li>'
        for file in files
    )
    about = f"<h2>To run it again</h2><pre>{html.escape(command)}</pre>" if command else ""
    listed = f"<nav><h2>Files of this folder</h2><ul>{links}</ul></nav>" if links else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        + "\n".join(filter(None, parts))
        + f"\n{about}{listed}</body></html>\n"
    )


def _part(cell: NotebookNode) -> str:
    if cell.cell_type == "markdown":
        return _markdown(cell.source)
    code = ""
    tags = cell.metadata.get("tags", [])
    if cell.source.strip() and not {"remove-input", "injected-parameters"} & {*tags}:
        code = f"<details><summary>Code</summary><pre>{html.escape(cell.source)}</pre></details>"
    return code + "".join(_output(output) for output in cell.get("outputs", []))


def _markdown(text: str) -> str:
    """Make HTML of Markdown; a formula becomes a picture, and other dollars stay as they are."""
    formulas: list[str] = []

    def keep(found: re.Match[str]) -> str:
        formulas.append(found[1])
        return f"\ue000{len(formulas) - 1}\ue000"

    made = str(markdown2html(_FORMULA.sub(keep, text)))
    made = re.sub(r"\ue000(\d+)\ue000", lambda found: _drawn(formulas[int(found[1])]), made)
    # Other notebooks do not lie in the folder.
    return re.sub(r'<a href="[^":]*\.ipynb[^"]*">(.*?)</a>', r"\1", made)


def _drawn(formula: str) -> str:
    """Return a formula as a picture within the page, or as it is written."""
    if re.fullmatch(r"[A-Za-z]", formula):
        return f"<i>{formula}</i>"
    drawn = io.BytesIO()
    try:
        with mpl.rc_context({"svg.hashsalt": "formula"}):
            depth = math_to_image(f"${formula}$", drawn, prop=FontProperties(size=12), format="svg")
    except ValueError:
        return f"<code>{html.escape(formula)}</code>"
    plain = re.sub(rb"(?s)<metadata>.*?</metadata>", b"", drawn.getvalue())
    data = b64encode(plain).decode("ascii")
    style = f"vertical-align:-{depth:.0f}pt"
    return (
        f'<img class="formula" style="{style}" alt="{html.escape(formula)}" '
        f'src="data:image/svg+xml;base64,{data}">'
    )


def _output(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return f"<pre>{html.escape(output.text)}</pre>" if output.name == "stdout" else ""
    data = output.get("data", {})
    if EXPLORE_TYPE in data:  # it moves in JupyterLab; the still figure stands above it
        return ""
    if "image/png" in data:
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        picture = str(data["image/png"]).replace("\n", "")
        return f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{picture}">'
    if "text/markdown" in data:
        return _markdown(data["text/markdown"])
    if "text/html" in data:
        return f'<div class="table">{data["text/html"]}</div>'
    return f"<pre>{html.escape(data['text/plain'])}</pre>" if "text/plain" in data else ""
