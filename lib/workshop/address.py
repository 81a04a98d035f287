"""Addresses that are written into README and notebooks: the repository's, and of readings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode

from socionaut.files import plain_notebook
from workshop.notebooks import read_notebook
from workshop.readings import with_links

__all__ = ["address_block", "install_line", "out_of_step", "with_install_line"]

_BINDER = "https://mybinder.org/v2"
_START = "*To run a downloaded copy*, first "


def install_line(address: str) -> str:
    """Return the line that says how to install the library of a downloaded notebook.

    Examples
    --------
    >>> install_line("https://example.org/a/b")
    '*To run a downloaded copy*, first `pip install git+https://example.org/a/b`.'
    """
    return f"{_START}`pip install git+{address}`."


def address_block(address: str) -> str:
    """Return the generated lines of the README that lead to Binder and to the repository.

    Binder has a short form for repositories on GitHub.

    Examples
    --------
    >>> "(https://mybinder.org/v2/gh/a/b/HEAD?" in address_block("https://github.com/a/b")
    True
    """
    site, _, path = address.partition("://")[2].partition("/")
    source = f"gh/{path}" if site == "github.com" else f"git/{quote(address, safe='')}"
    binder = f"{_BINDER}/{source}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb"
    return (
        f"[![Open in Binder](pages/_static/binder.svg)]({binder})\n\n"
        f"The repository: <{address}>. To use the library and its tables elsewhere:\n"
        f"`pip install git+{address}`. (The address stands in `pyproject.toml`; where the project\n"
        "is not published there yet, clone it from where you found it.)\n"
    )


def with_install_line(source: str, address: str) -> str:
    """Return the first cell of a notebook with the current line as its last.

    Examples
    --------
    >>> with_install_line("# Why?", "https://example.org/a").splitlines()[0]
    '# Why?'
    """
    kept = [line for line in source.splitlines() if not line.startswith(_START)]
    return "\n".join([*kept, install_line(address)])


def out_of_step(notebooks: Sequence[Path], address: str) -> dict[Path, NotebookNode]:
    """Find the notebooks that do not say how to install the library, or lack links to readings.

    Each is returned mended: to be written, or only counted.

    Examples
    --------
    >>> out_of_step([], "https://example.org/a")
    {}
    """
    mended = {}
    for path in notebooks:
        cells = plain_notebook(path)["cells"]  # most are in step, and need not be validated
        old = ["".join(cell["source"]) for cell in cells]
        texts = [with_install_line(old[0], address), *old[1:]]
        new = [
            with_links(text) if cell["cell_type"] == "markdown" else text
            for cell, text in zip(cells, texts, strict=True)
        ]
        if new != old:
            mended[path] = read_notebook(path)
            for cell, text in zip(mended[path].cells, new, strict=True):
                cell.source = text
    return mended
