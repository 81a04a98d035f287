"""Steps of a run on a reader's own file: how long each may take, and how long the rest may take.

A step that takes too long leaves out what it would have shown, with a sentence in its place; what
rests on it is left out too, and the rest of the notebook runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

__all__ = ["SECONDS_A_STEP", "seconds_left", "teller", "with_budget", "without_late_steps"]

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
# Before so many steps are done, they say little of the others.
_LEAST_STEPS = 8
_DRAWS = 4000
_SECONDS_ALONE = 10


def with_budget(notebook: NotebookNode, seconds: float) -> NotebookNode:
    """Return a notebook of which each cell may take so many seconds, and the rest runs after it.

    They are seconds of the processor; where the system has no timer, as Windows, nothing ends.

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

    Return the notebook without the cell that set the budget; the sections in which a step took too
    long; and the first error that is another one, with its cell.

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


def teller(say: Callable[[str], None]) -> Callable[[int, NotebookNode], None]:
    """Return what tells each section of a notebook when it begins, and how long it may still take.

    It is called with the place of a cell and its notebook, before the cell runs.
    """
    began, told = time.perf_counter(), ""
    begun: list[float] = []

    def started(index: int, notebook: NotebookNode) -> None:
        nonlocal told
        begun.append(time.perf_counter())
        headings = _headings(notebook.cells[:index])
        if headings and headings[-1] != told:
            told = headings[-1]
            seconds = begun[-1] - began
            to_come = sum(cell.cell_type == "code" for cell in notebook.cells[index:])
            say(
                f"[{len(headings)}/{len(_headings(notebook.cells))}] {seconds:4.0f} s  {told} ..."
                + _told_left(np.diff(begun).tolist(), to_come)
            )

    return started


def _headings(cells: list[NotebookNode]) -> list[str]:
    lines = [line for cell in cells if cell.cell_type == "markdown"
             for line in cell.source.split("\n")]  # fmt: skip
    return [line.removeprefix("## ") for line in lines if line.startswith("## ")]


def seconds_left(done: Sequence[float], to_come: int) -> tuple[float, float]:
    """Guess how long steps may take, from those done so far in the same run.

    Return the ends of the middle 80 % of sums of as many steps drawn from those done.

    Examples
    --------
    >>> seconds_left([2.0] * 10, 30)
    (60.0, 60.0)
    """
    drawn = np.random.default_rng(1).choice(np.asarray(done, float), (_DRAWS, to_come))
    low, high = np.quantile(drawn.sum(axis=1), [0.1, 0.9])
    return float(low), float(high)


def _told_left(done: Sequence[float], to_come: int) -> str:
    """Say how long the rest may take, if its steps are as long as those of this run so far."""
    if len(done) < _LEAST_STEPS or not to_come:
        return ""
    low, high = seconds_left(done, to_come)
    if high <= _SECONDS_ALONE:
        return f" under {_SECONDS_ALONE} s left, at the pace so far"
    unit, name = (60, "min") if high > 90 else (1, "s")
    ends = [f"{end / unit:.0f}" for end in (low, high)]
    span = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    if low < unit:
        span = f"up to {ends[1]}"
    return f" {span} {name} left, at the pace so far"
