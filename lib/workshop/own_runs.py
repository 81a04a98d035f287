"""Run a notebook on a reader's own file, and keep what it shows.

The notebook follows the convention of papermill: values are set in a cell tagged
``parameters``, and a run with other values puts a cell tagged ``injected-parameters``
after it. So `papermill` runs the notebook as well. It is no dependency: the project's
runner does the same from a clean kernel of this interpreter, and writes no clock times
into the result.
"""

from __future__ import annotations

import tempfile
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from socionaut.errors import InputError
from socionaut.files import replacing
from workshop.notebooks import read_notebook, run_notebooks, write_notebook

__all__ = ["run_with", "with_parameters"]


def with_parameters(notebook: NotebookNode, parameters: Mapping[str, object]) -> NotebookNode:
    """Return a notebook with other values for its parameters.

    Parameters
    ----------
    notebook : NotebookNode
        With one cell tagged ``parameters``; it is not changed.
    parameters : mapping of str to object
        Name and value of each; the value must have a literal, as text and numbers do.

    Returns
    -------
    NotebookNode
        With a cell tagged ``injected-parameters`` after the tagged one.

    Raises
    ------
    InputError
        If there is not one tagged cell, or it does not set a parameter of this name.

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> cell = new_code_cell('file = ""', metadata={"tags": ["parameters"]})
    >>> with_parameters(new_notebook(cells=[cell]), {"file": "mine.csv"}).cells[1].source
    "file = 'mine.csv'"
    """
    tagged = [
        at
        for at, cell in enumerate(notebook.cells)
        if "parameters" in cell.metadata.get("tags", [])
    ]
    if len(tagged) != 1:
        raise InputError(f"The notebook has {len(tagged)} cells tagged parameters; it needs one.")
    place = tagged[0] + 1
    known = {
        line.partition("=")[0].strip() for line in notebook.cells[tagged[0]].source.split("\n")
    }
    if unknown := sorted(set(parameters) - known):
        raise InputError(f"The notebook has no parameter {', '.join(unknown)}; correct the name.")
    source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cell = new_code_cell(source, id="injected-parameters")
    cell.metadata["tags"] = ["injected-parameters"]
    cells = [*notebook.cells[:place], cell, *notebook.cells[place:]]
    return NotebookNode({**notebook, "cells": cells})


def run_with(
    notebook: Path, output: Path, parameters: Mapping[str, object], *, timeout: float = 1800
) -> list[Path]:
    """Run a notebook with other parameters, and write it and its figures into a folder.

    Parameters
    ----------
    notebook : pathlib.Path
        Notebook with one cell tagged ``parameters``.
    output : pathlib.Path
        Folder for the results; made if needed, and left alone unless the run succeeds.
    parameters : mapping of str to object
        As for `with_parameters`; check the file they name before.
    timeout : float
        Seconds that a cell may take.

    Returns
    -------
    list of pathlib.Path
        The executed notebook, then its figures in order. Files of these names that
        stood there are replaced.

    Raises
    ------
    InputError
        If the notebook stops at an error, or would overwrite itself.
    """
    if output.resolve() == notebook.parent.resolve():
        raise InputError(f"{output} holds the notebooks themselves; choose another folder.")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source" / notebook.name
        source.parent.mkdir()
        write_notebook(with_parameters(read_notebook(notebook), parameters), source)
        (result,) = run_notebooks([source], Path(folder) / "done", timeout=timeout)
        if result.status != "passed":
            raise InputError(f"{notebook.name} stopped at {result.message}")
        executed = read_notebook(Path(folder) / "done" / notebook.name)
    return _keep(executed, output, notebook)


def _keep(executed: NotebookNode, output: Path, notebook: Path) -> list[Path]:
    output.mkdir(parents=True, exist_ok=True)
    written = [output / notebook.name]
    write_notebook(executed, written[0])
    for number, picture in enumerate(_pictures(executed), start=1):
        written.append(output / f"{notebook.stem}_figure_{number}.png")
        with replacing(written[-1]) as part:
            part.write_bytes(picture)
    return written


def _pictures(notebook: NotebookNode) -> list[bytes]:
    return [
        b64decode(output["data"]["image/png"])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
