"""Run a notebook on a reader's own file, and keep what it shows.

The notebook follows the convention of papermill: values are set in a cell tagged
``parameters``, and a run with other values puts a cell tagged ``injected-parameters``
after it. So `papermill` runs the notebook as well. It is no dependency: the project's
runner does the same from a clean kernel of this interpreter, and writes no clock times
into the result.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from socionaut.errors import InputError
from socionaut.files import IN_SHORT_TYPE, replacing
from socionaut.showing.keeping import FOLDER_VARIABLE
from workshop.notebooks import (
    RunResult,
    printed_versions,
    read_notebook,
    run_notebooks,
    with_box,
    write_notebook,
)
from workshop.own_pages import page_of
from workshop.own_steps import SECONDS_A_STEP, teller, with_budget, without_late_steps

__all__ = ["demand_folder", "run_with", "with_parameters"]

_EXERCISES = "## Exercises"

INTO_METHODS = """{text}
Command: {command}
File: {file}.
Software: {versions}.
"""


def demand_folder(output: Path, notebook: str) -> None:
    """Refuse an output that no folder can be made of, before anything is computed.

    A folder with results of another notebook is none either: they would be mixed with these.
    """
    for place in (output, *output.parents):
        if place.exists() and not place.is_dir():
            raise InputError(f"{place} is a file; give a folder to --output.")
    if other := [p.name for p in output.glob("*_your_own_*.ipynb") if p.name != notebook]:
        raise InputError(
            f"{output} holds the results of {other[0]}, with which these would be mixed; give "
            "another folder to --output."
        )


def with_parameters(notebook: NotebookNode, parameters: Mapping[str, object]) -> NotebookNode:
    """Return a notebook with other values for its parameters.

    A cell tagged ``injected-parameters`` follows the one tagged ``parameters``.

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
    notebook: Path,
    output: Path,
    parameters: Mapping[str, object],
    *,
    timeout: float = 1800,
    command: str = "",
    tell: Callable[[str], None] | None = None,
    left_out: Sequence[str] = (),
    instead: str = "",
    budget: float = SECONDS_A_STEP,
) -> list[Path]:
    """Run a notebook with other parameters, and write what it found into a folder.

    `output` is left alone unless the run succeeds. Sections under the headings `left_out` do not
    run; the code `instead` does, at the end. A step that takes more than `budget` seconds of the
    processor leaves out what it would show. `tell` is called with a line on each step, and with the
    answer; `command`, which gives this result again, is kept beside it. Returned are the page
    ``index.html``, the executed notebook, then its figures, tables and texts.
    """
    if output.resolve() == notebook.parent.resolve():
        raise InputError(f"{output} holds the notebooks themselves; choose another folder.")
    say = tell or (lambda _: None)
    with tempfile.TemporaryDirectory() as folder:
        source, kept = Path(folder) / "source" / notebook.name, Path(folder) / "kept"
        source.parent.mkdir()
        kept.mkdir()
        prepared = with_parameters(read_notebook(notebook), parameters)
        prepared = without_sections(prepared, [_EXERCISES, *left_out])
        prepared.cells = [_about(prepared.cells[0], command), *prepared.cells[1:]]
        prepared.cells += [new_code_cell(instead, id="instead")] * bool(instead)
        write_notebook(with_budget(prepared, budget), source)
        (result,) = run_notebooks(
            [source],
            Path(folder) / "done",
            timeout=timeout,
            environment={FOLDER_VARIABLE: str(kept)},
            started=teller(say),
        )
        if result.status != "passed":
            raise InputError(_stopped(notebook, result))
        run = read_notebook(Path(folder) / "done" / notebook.name)
        settled, late, problem = without_late_steps(run)
        if problem:
            raise InputError(f"{notebook.name} stopped at {problem}")
        executed = with_box(settled)
        for line in [*_answer(executed), *_told_late(late)]:
            say(line)
        return _keep(executed, kept, output, notebook, parameters, command)


def _about(first: NotebookNode, command: str) -> NotebookNode:
    """Return the first cell of a result: the question, and how it was answered."""
    title = first.source.split("\n")[0]
    told = f"{title}\n\nThe result of `{command}`." if command else title
    return NotebookNode({**first, "source": told})


def without_sections(notebook: NotebookNode, headings: Sequence[str]) -> NotebookNode:
    """Return a notebook without some of its sections.

    A cell in which such a section begins keeps what comes before it.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell(text) for text in ("## A", "## B")])
    >>> [cell.source for cell in without_sections(notebook, ["## A"]).cells]
    ['## B']
    """
    cells, inside = [], False
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            if not inside:
                cells.append(cell)
            continue
        kept = []
        for line in cell.source.split("\n"):
            if line.startswith("## "):
                inside = line.strip() in headings
            if not inside:
                kept.append(line)
        if any(line.strip() for line in kept):
            cells.append(NotebookNode({**cell, "source": "\n".join(kept).strip("\n")}))
    return NotebookNode({**notebook, "cells": cells})


def _told_late(late: list[str]) -> list[str]:
    if not late:
        return []
    sections = ", ".join(f'"{section}"' for section in late)
    return [
        f"A step took too long in {sections}: what it would show, and what rests on it, is left "
        "out, with a sentence in its place. A part of the file may do."
    ]


def _stopped(notebook: Path, result: RunResult) -> str:
    if "Kernel died" in result.message:
        return (
            f"{notebook.name} stopped, most likely for want of memory ({result.message}). Close "
            "other programs, or give a part of the file; nothing was written."
        )
    return f"{notebook.name} stopped at {result.message}"


def _answer(executed: NotebookNode) -> list[str]:
    """Return the answer of a notebook as lines for a terminal."""
    for bundle in _bundles(executed):
        if said := bundle.get(IN_SHORT_TYPE):
            plain = [re.sub(r"[*`\\]", "", said[part]) for part in ("answer", "sure")]
            return ["", plain[0], f"How sure? {plain[1]}", ""]
    return []


def _bundles(notebook: NotebookNode) -> list[NotebookNode]:
    return [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]


_TEXTS = ("methods.txt", "figures.txt", "command.txt")


def _keep(
    executed: NotebookNode,
    kept: Path,
    output: Path,
    notebook: Path,
    parameters: Mapping[str, object],
    command: str,
) -> list[Path]:
    output.mkdir(parents=True, exist_ok=True)
    # Of an earlier run into the folder nothing may be taken for a result of this one.
    known = output / "tables" / "dictionary.csv"
    tables = set(pd.read_csv(known)["table"]) if known.is_file() else set()
    olds = [*output.glob(f"{notebook.stem}_figure_*"), *(known.parent / t for t in tables), known]
    for old in (*olds, *(output / text for text in _TEXTS)):
        old.unlink(missing_ok=True)
    _without_folders(executed, parameters)
    pictures = [b64decode(b["image/png"]) for b in _bundles(executed) if "image/png" in b]
    written = [output / "index.html", output / notebook.name]
    write_notebook(executed, written[1])
    for number, picture in enumerate(pictures, start=1):
        written.append(output / f"{notebook.stem}_figure_{number}.png")
        with replacing(written[-1]) as part:
            part.write_bytes(picture)
        vector = kept / f"figure_{number}.svg"
        if vector.is_file():
            written.append(output / f"{notebook.stem}_figure_{number}.svg")
            shutil.copyfile(vector, written[-1])
    written += _keep_tables(kept, output)
    written += _keep_texts(executed, kept, output, notebook, parameters, command)
    page = page_of(executed, command, sorted(path.relative_to(output) for path in written[1:]))
    with replacing(written[0]) as part:
        part.write_text(page, encoding="utf-8", newline="\n")
    return written


def _without_folders(executed: NotebookNode, parameters: Mapping[str, object]) -> None:
    """Take the reader's folders out of the notebook, which may be passed on."""
    values = [str(v) for v in parameters.values() if isinstance(v, str) and "/" in v]
    folders = sorted({str(Path(value).parent) + "/" for value in values}, key=len, reverse=True)
    for cell in executed.cells:
        for folder in folders:
            cell.source = cell.source.replace(folder, "")


def _keep_tables(kept: Path, output: Path) -> list[Path]:
    tables = sorted((kept / "tables").glob("*.csv"))
    if not tables:
        return []
    (output / "tables").mkdir(exist_ok=True)
    written = [output / "tables" / path.name for path in tables]
    for source, target in zip(tables, written, strict=True):
        shutil.copyfile(source, target)
    rows = _lines(kept / "dictionary.jsonl")
    described = pd.DataFrame(rows, columns=["table", "column", "meaning"]).drop_duplicates()
    written.append(output / "tables" / "dictionary.csv")
    described.to_csv(written[-1], index=False, lineterminator="\n")
    return written


def _lines(path: Path) -> list[list[object]]:
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [json.loads(line) for line in text.splitlines()]


def _keep_texts(
    executed: NotebookNode,
    kept: Path,
    output: Path,
    notebook: Path,
    parameters: Mapping[str, object],
    command: str,
) -> list[Path]:
    methods = kept / "methods.txt"
    texts = {}
    if methods.is_file():
        file = Path(str(parameters.get("file", "")))
        texts["methods.txt"] = INTO_METHODS.format(
            text=methods.read_text(encoding="utf-8"),
            command=command,
            file=f"{file.name}, SHA-256 {_digest(file)}",
            versions=printed_versions(executed) or "socionaut",
        )
    if command:
        texts["command.txt"] = (
            f"{command} --output {output.name}\n" * ("--output" not in command) or f"{command}\n"
        )
    figures = _lines(kept / "figures.jsonl")
    if figures:
        texts["figures.txt"] = "\n".join(
            f"{notebook.stem}_figure_{number}\nCaption: {caption}\nAlt text: {alt}\n"
            for number, caption, alt in figures
        )
    for name, text in texts.items():
        (output / name).write_text(text, encoding="utf-8", newline="\n")
    return [output / name for name in texts]


def _digest(file: Path) -> str:
    if not file.is_file():
        return "not known"
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
