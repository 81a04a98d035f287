"""Run notebooks, and store them in one settled form.

Cells are counted from 1 over all cells of a notebook, Markdown cells included, here and in
`workshop.guards`.
"""

from __future__ import annotations

import copy
import itertools
import math
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import ipykernel.kernelspec
import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

from socionaut.files import IN_SHORT_TYPE, replacing
from socionaut.sources.opendata import one_run
from workshop.cells import fold, parts

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}
KEPT_NOTEBOOK_METADATA = ("socionaut",)
KEPT_CELL_METADATA = ("tags", "mystnb")
#: Tag and id of the box under the title.
BOX = "in-short"
WIDGET = "application/vnd.jupyter.widget-view+json"

Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class RunResult:
    """How the run of one notebook ended: skipped when its open data cannot be had."""

    path: Path  # of the source
    status: Status
    seconds: float  # by the clock
    cell: int | None  # where it stopped, from 1; None when no cell is to blame
    message: str  # the cell, its first line and the error; empty when passed


class _ThisInterpreter(KernelSpecManager):
    """Every kernel name means an ipykernel of the running interpreter.

    Kernels installed in the user's home under the name "python3" are not looked at.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        return KernelSpec(
            resource_dir=str(ipykernel.kernelspec.RESOURCES),
            **ipykernel.kernelspec.get_kernel_dict(),
        )


class _Stopped(CellControlSignal):
    """The caller was interrupted: run no further cell."""


def run_notebooks(
    sources: Sequence[Path],
    output: Path,
    *,
    workers: int = 2,
    timeout: float = 120,
    environment: Mapping[str, str | None] | None = None,
    report: Callable[[RunResult], None] | None = None,
    stand_in: Callable[[RunResult], NotebookNode] | None = None,
    started: Callable[[int, NotebookNode], None] | None = None,
) -> list[RunResult]:
    """Execute notebooks from clean kernels and write them, executed, into a folder.

    The sources are not touched. A notebook that fails or is skipped is written too, with the
    outputs it has so far, or as `stand_in` gives it; the others still run. Notebooks whose
    metadata hold ``{"socionaut": {"after": "all"}}`` wait until all others have ended.

    A kernel works in the folder of its notebook. Variables of `environment` come on top of those of
    this process; None takes one away. A cell may take `timeout` seconds. `report` is called with
    each result as soon as a notebook has ended, in the calling thread; `started` with the place of
    each cell and its notebook, before it runs.
    """
    targets = [output / source.name for source in sources]
    repeated = sorted({target.name for target in targets if targets.count(target) > 1})
    if repeated:
        raise ValueError(
            f"Two notebooks are called {', '.join(repeated)}; give each a name of its own."
        )
    inside = [source for source in sources if source.parent.resolve() == output.resolve()]
    if inside:
        raise ValueError(
            f"{inside[0]} stands in the output folder {output} and would be overwritten; "
            "choose another output folder."
        )
    output.mkdir(parents=True, exist_ok=True)

    def write(result: RunResult, notebook: NotebookNode) -> None:
        if stand_in is not None and result.status != "passed":
            notebook = stand_in(result)
        else:
            notebook = with_box(notebook)
        write_notebook(notebook, output / result.path.name)

    return _run_in_turn(sources, write, workers, timeout, environment, report, started=started)


def update_notebooks(
    sources: Sequence[Path],
    *,
    workers: int = 2,
    timeout: float = 120,
    environment: Mapping[str, str | None] | None = None,
    report: Callable[[RunResult], None] | None = None,
) -> list[RunResult]:
    """Execute notebooks and store the outputs in them; those that do not pass stay as they are.

    Cells with more than one role are split first. A second call writes the same bytes, if the
    cells themselves are deterministic.

    All else is as in `run_notebooks`.
    """

    def write(result: RunResult, notebook: NotebookNode) -> None:
        if result.status == "passed":
            write_notebook(with_box(notebook), result.path)

    return _run_in_turn(sources, write, workers, timeout, environment, report, prepare=split_cells)


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in the form in which notebooks are stored.

    Kernel name and language are always the same; of other metadata only those that mean something
    to the collection are kept, and how a code cell folds is read from its code. Outputs, their
    metadata (alt text), cell ids and execution counts are left alone, but of widgets, which live
    as long as their kernel, only the text is kept. A cell without an id gets one from its place.

    Examples
    --------
    >>> notebook = nbformat.v4.new_notebook(metadata={"last_opened": "today"})
    >>> sorted(normalise(notebook).metadata)
    ['kernelspec', 'language_info']
    """
    tidy = copy.deepcopy(notebook)
    tidy.nbformat, tidy.nbformat_minor = 4, 5
    kept = _only(tidy.metadata, KEPT_NOTEBOOK_METADATA)
    tidy.metadata = {**kept, "kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    for number, cell in enumerate(tidy.cells, start=1):
        cell.setdefault("id", f"cell-{number}")
        cell.metadata = _only(cell.metadata, KEPT_CELL_METADATA)
        if cell.cell_type == "code":
            cell.metadata = fold(cell.metadata, cell.source)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    return tidy


def split_cells(notebook: NotebookNode) -> NotebookNode:
    r"""Return a copy of a notebook in which each code cell has one role.

    The last part of a cell keeps its id, its tags and its outputs.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("rise = 2\nMarkdown(f'Up by {rise}.')")
    >>> [part.source for part in split_cells(nbformat.v4.new_notebook(cells=[cell])).cells]
    ['rise = 2', "Markdown(f'Up by {rise}.')"]
    """
    split = copy.deepcopy(notebook)
    split.cells, taken = [], {cell.id for cell in notebook.cells}
    for cell in notebook.cells:
        *earlier, last = parts(cell.source) if cell.cell_type == "code" else [cell.source]
        free = (name for n in itertools.count(1) if (name := f"{cell.id}-{n}") not in taken)
        for source in earlier:
            split.cells.append(nbformat.v4.new_code_cell(source, id=next(free)))
        split.cells.append(NotebookNode(copy.deepcopy(cell) | {"source": last}))
    return split


def with_box(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of an executed notebook with the box *In short* under its title.

    It is made from the output of `in_short`, and takes the place of an earlier one.

    Examples
    --------
    >>> with_box(nbformat.v4.new_notebook()).cells
    []
    """
    boxed = copy.deepcopy(notebook)
    boxed.cells = [cell for cell in boxed.cells if BOX not in cell.metadata.get("tags", [])]
    if source := box_text(notebook):
        box = nbformat.v4.new_markdown_cell(source, id=BOX, metadata={"tags": [BOX]})
        boxed.cells.insert(1, box)
    return boxed


def box_text(notebook: NotebookNode) -> str:
    """Return what the box *In short* of an executed notebook has to say.

    It is empty without an output of `in_short`.

    Examples
    --------
    >>> box_text(nbformat.v4.new_notebook())
    ''
    """
    bundles = [o.get("data", {}) for cell in notebook.cells for o in cell.get("outputs", [])]
    said = next((bundle[IN_SHORT_TYPE] for bundle in bundles if IN_SHORT_TYPE in bundle), None)
    if said is None:
        return ""
    text = f"**In short.** {said['answer']}\n\n*How sure?* {said['sure']}"
    return f'<div class="socionaut-in-short">\n\n{text}\n\n</div>'


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"{path.name} cannot be read as a notebook ({reason}); restore the file."
        ) from error
    return notebook


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in its stored form, whole or not at all."""
    tidy = normalise(notebook)
    text = nbformat.writes(tidy, version=nbformat.NO_CONVERT)
    with replacing(path) as part:
        part.write_bytes(text.rstrip("\n").encode("utf-8") + b"\n")


def printed_versions(notebook: NotebookNode) -> str:
    """Return the line of versions that a notebook's set-up printed; empty where there is none."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = (output.get("text", "") for output in outputs)
    return next((text.strip() for text in printed if text.startswith("socionaut ")), "")


def first_line(source: str) -> str:
    r"""Return the first line of a cell that is not blank, at most 60 characters of it.

    Examples
    --------
    >>> first_line("\n  rate = likes / followers\nrate")
    'rate = likes / followers'
    """
    line = next((line.strip() for line in source.splitlines() if line.strip()), "")
    return line if len(line) <= 60 else line[:59] + "…"


def _only(metadata: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return the metadata under the given keys."""
    return {key: metadata[key] for key in keys if key in metadata}


def _run_in_turn(
    sources: Sequence[Path],
    write: Callable[[RunResult, NotebookNode], None],
    workers: int,
    timeout: float,
    environment: Mapping[str, str | None] | None,
    report: Callable[[RunResult], None] | None,
    prepare: Callable[[NotebookNode], NotebookNode] = lambda notebook: notebook,
    started: Callable[[int, NotebookNode], None] | None = None,
) -> list[RunResult]:
    """Run the notebooks, those that come after all others in a second round."""
    results: dict[Path, RunResult] = {}
    stop = threading.Event()

    def keep(result: RunResult) -> None:
        results[result.path] = result
        if report is not None:
            report(result)

    def run(source: Path, notebook: NotebookNode, variables: dict[str, str]) -> RunResult:
        notebook = prepare(notebook)
        result = _run(source, notebook, timeout, variables, stop, started)
        if not stop.is_set():
            write(result, notebook)
        return result

    rounds, unreadable = _rounds(sources)
    for result in unreadable:
        keep(result)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        one_run() as shared,
        ThreadPoolExecutor(workers) as pool,
    ):
        variables = _variables(profile, {**shared, **(environment or {})})
        try:
            for batch in rounds:
                futures = [pool.submit(run, *item, variables) for item in batch.items()]
                for future in as_completed(futures):
                    keep(future.result())
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [results[source] for source in sources]


def _variables(profile: str, wanted: Mapping[str, str | None]) -> dict[str, str]:
    """Return the variables of a kernel's process, with what is wanted on top of our own."""
    # Folders of their own keep start-up files and settings of the user out of the kernels; and
    # where no home folder can be written, matplotlib would say so in the first cell.
    own = {"MPLCONFIGDIR": profile, **os.environ, "IPYTHONDIR": profile, **wanted}
    return {name: text for name, text in own.items() if text is not None}


def _rounds(sources: Sequence[Path]) -> tuple[list[dict[Path, NotebookNode]], list[RunResult]]:
    """Read the notebooks, those that wait for all others apart; the unreadable have failed."""
    rounds: list[dict[Path, NotebookNode]] = [{}, {}]
    unreadable = []
    for source in sources:
        try:
            notebook = read_notebook(source)
        except ValueError as error:
            unreadable.append(RunResult(source, "failed", 0.0, None, str(error)))
        else:
            rounds[notebook.metadata.get("socionaut", {}).get("after") == "all"][source] = notebook
    return rounds, unreadable


def _run(
    source: Path,
    notebook: NotebookNode,
    timeout: float,
    variables: dict[str, str],
    stop: threading.Event,
    started: Callable[[int, NotebookNode], None] | None = None,
) -> RunResult:
    """Execute a notebook in place (the object, not the file) and say how it ended."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    reached = 0

    def start(cell_index: int, **_: object) -> None:
        nonlocal reached
        if stop.is_set():
            raise _Stopped
        reached = cell_index + 1
        if started is not None:
            started(cell_index, notebook)

    client = _client(notebook, timeout, start)
    began = time.perf_counter()
    status: Status = "passed"
    problem = ""
    # What the kernel's process itself says on stderr, such as its note on TCP, is not a result.
    options = {"cwd": str(source.parent.resolve()), "env": variables, "stderr": subprocess.DEVNULL}
    try:
        client.execute(**options, cleanup_kc=True)
    except (CellControlSignal, RuntimeError, OSError) as error:
        status, problem = _ending(error, timeout)
    seconds = time.perf_counter() - began
    if status == "passed":
        return RunResult(source, status, seconds, None, "")
    if not reached:
        return RunResult(source, status, seconds, None, f"The kernel did not start: {problem}")
    line = first_line(notebook.cells[reached - 1].source)
    return RunResult(source, status, seconds, reached, f"cell {reached} ({line}): {problem}")


def _client(notebook: NotebookNode, timeout: float, start: Callable[..., None]) -> NotebookClient:
    """Return what executes a notebook: a new kernel, outputs without a trace of the clock."""
    return NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_spec_manager=_ThisInterpreter()),
        timeout=math.ceil(timeout),
        record_timing=False,
        coalesce_streams=True,
        shutdown_kernel="immediate",
        on_cell_start=start,
    )


def _ending(error: Exception, timeout: float) -> tuple[Status, str]:
    """Return the status and the one-line reason that an error of a run stands for."""
    if isinstance(error, CellExecutionError):
        reason = " ".join(error.evalue.split())
        if error.ename == "DataUnavailable":
            return "skipped", reason
        return "failed", f"{error.ename}: {reason}"
    if isinstance(error, CellTimeoutError):
        return "failed", f"took longer than {timeout:g} seconds"
    return "failed", " ".join(str(error).split()) or type(error).__name__
