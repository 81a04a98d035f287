"""Steps of a run on a reader's own file: how long each may take, and how long the rest may take.

A step that takes too long leaves out what it would have shown, with a sentence in its place; what
rests on it is left out too, and the rest of the notebook runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

__all__ = ["SECONDS_A_STEP", "teller", "with_budget", "without_late_steps"]

SECONDS_A_STEP = 300.0
_ALARM = "step-budget"
_INJECTED, _FREE = "injected-parameters", "raises-exception"
_OUT_OF_TIME = "StepTooLong"
_FOLLOWS = (_OUT_OF_TIME, "NameError")
# Compiled code that is stopped says so in its own words.
_STOPPED = "returned a result with an exception set"
# Names that a late cell would have set must go: a later one could show an earlier value as its own.
_CODE = """
import ast, signal
class StepTooLong(Exception):
    pass
def _too_long(*_):
    raise StepTooLong("This step took more than {seconds:g} seconds of the processor.")
def _begin(*_):
    signal.setitimer(signal.ITIMER_PROF, {seconds})
def _end(result):
    signal.setitimer(signal.ITIMER_PROF, 0)
    if result.error_in_exec is not None:
        for node in ast.walk(ast.parse(result.info.raw_cell)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                get_ipython().user_ns.pop(node.id, None)
if hasattr(signal, "setitimer"):
    signal.signal(signal.SIGPROF, _too_long)
    get_ipython().events.register("pre_run_cell", _begin)
    get_ipython().events.register("post_run_cell", _end)
"""
# The share of a run's time that lies before each section, seen on small files and on a network of
# 10,000 edges. Other files part their time otherwise, so what is told from it is rounded.
_MANY_ROWS = 2000
_SHARES = {
    "How engaged": {"By platform": 0.5, "By month": 0.7, "How sure is this?": 0.8},
    "Who spreads": {
        "The most connected": 0.3,
        "Do the most connected spread the most?": 0.5,
        "When does it matter who starts?": 0.8,
    },
    "Did my": {"What was to be expected": 0.5, "Placebo dates": 0.55, "All choices at once": 0.78},
}
_SHARES_OF_MANY = {
    "Who spreads": {
        "The most connected": 0.06,
        "Do the most connected spread the most?": 0.12,
        "When does it matter who starts?": 0.14,
    },
}


def with_budget(notebook: NotebookNode, seconds: float) -> NotebookNode:
    """Return a notebook of which each cell may take so many seconds, and the rest runs after it.

    Parameters
    ----------
    notebook : NotebookNode
        It is not changed.
    seconds : float
        Of the processor, for each cell; without effect where the system has no timer, as Windows.

    Returns
    -------
    NotebookNode

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> len(with_budget(new_notebook(cells=[new_code_cell("1")]), 60).cells)
    2
    """
    alarm = new_code_cell(_CODE.format(seconds=seconds), id=_ALARM)
    cells = [_tagged(cell) if cell.cell_type == "code" else cell for cell in notebook.cells]
    return NotebookNode({**notebook, "cells": [alarm, *cells]})


def _tagged(cell: NotebookNode) -> NotebookNode:
    tags = [*cell.metadata.get("tags", []), _FREE]
    return NotebookNode({**cell, "metadata": NotebookNode({**cell.metadata, "tags": tags})})


def without_late_steps(executed: NotebookNode) -> tuple[NotebookNode, list[str], str]:
    """Put a sentence in the place of what took too long, and of what rests on it.

    Parameters
    ----------
    executed : NotebookNode
        As `with_budget` made it, run.

    Returns
    -------
    notebook : NotebookNode
        Without the cell that set the budget.
    late : list of str
        The sections in which a step took too long.
    problem : str
        The first error that is another one, with its cell; no text where all is well.

    Examples
    --------
    >>> from nbformat.v4 import new_notebook
    >>> error = new_output("error", ename="StepTooLong", evalue="It took 9 seconds.")
    >>> cell = new_code_cell("x = 1", outputs=[error])
    >>> without_late_steps(new_notebook(cells=[cell]))[0].cells[0].outputs[0].data["text/markdown"]
    '**Left out.** It took 9 seconds. Give a part of the file to have it.'
    """
    late: list[str] = []
    section, problem, cells, number = "", "", [], 0
    for cell in executed.cells:
        if cell.get("id") == _ALARM:
            continue
        # Counted as in the notebook that the reader can open, without what the run put in.
        number += cell.get("id") != _INJECTED
        if cell.cell_type == "markdown":
            headings = [x for x in cell.source.split("\n") if x.startswith("## ")]
            section = headings[-1].removeprefix("## ") if headings else section
            cells.append(cell)
            continue
        error = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
        if error is not None and _STOPPED in error.evalue:
            error = NotebookNode({**error, "ename": _OUT_OF_TIME, "evalue": "It took too long."})
        if error is not None:
            if error.ename == _OUT_OF_TIME and section not in late:
                late.append(section)
            if error.ename not in _FOLLOWS or not late:
                line = cell.source.split("\n")[0]
                problem = problem or f"cell {number} ({line}): {error.ename}: {error.evalue}"
        cells.append(_settled(cell, error))
    return NotebookNode({**executed, "cells": cells}), late, problem


def _settled(cell: NotebookNode, error: NotebookNode | None) -> NotebookNode:
    tags = [tag for tag in cell.metadata.get("tags", []) if tag != _FREE]
    metadata = {key: value for key, value in cell.metadata.items() if key != "tags"}
    metadata |= {"tags": tags} if tags else {}
    settled = NotebookNode({**cell, "metadata": NotebookNode(metadata)})
    if error is not None and error.ename in _FOLLOWS:
        told = f"{error.evalue} Give a part of the file to have it."
        if error.ename != _OUT_OF_TIME:
            told = "It rests on a step above that took too long."
        text = f"**Left out.** {told}"
        data = {"text/markdown": text, "text/plain": text}
        settled.outputs = [new_output("display_data", data=data)]
    return settled


def teller(say: Callable[[str], None], rows: int = 0) -> Callable[[int, NotebookNode], None]:
    """Return what tells each section of a notebook when it begins, and how long it may still take.

    Parameters
    ----------
    say : callable
        Called with a line.
    rows : int
        Of the file, for large ones part their time otherwise.

    Returns
    -------
    callable
        Called with the place of a cell and its notebook, before the cell runs.
    """
    began, told = time.perf_counter(), ""

    def started(index: int, notebook: NotebookNode) -> None:
        nonlocal told
        headings = _headings(notebook.cells[:index])
        if headings and headings[-1] != told:
            told = headings[-1]
            seconds = time.perf_counter() - began
            say(
                f"[{len(headings)}/{len(_headings(notebook.cells))}] {seconds:4.0f} s  {told} ..."
                + _left(seconds, told, notebook, rows)
            )

    return started


def _headings(cells: list[NotebookNode]) -> list[str]:
    lines = [line for cell in cells if cell.cell_type == "markdown"
             for line in cell.source.split("\n")]  # fmt: skip
    return [line.removeprefix("## ") for line in lines if line.startswith("## ")]


def _left(seconds: float, section: str, notebook: NotebookNode, rows: int) -> str:
    """Say how long the rest may take, from how much of a usual run lies before a section."""
    title = next((c.source for c in notebook.cells if c.cell_type == "markdown"), "")
    every = _SHARES | _SHARES_OF_MANY if rows >= _MANY_ROWS else _SHARES
    shares = next((known for start, known in every.items() if f"# {start}" in title), {})
    share = shares.get(section)
    if share is None:
        return ""
    left = seconds * (1 - share) / share
    return f" perhaps {left / 60:.0f} min left" if left > 90 else f" perhaps {left:.0f} s left"
