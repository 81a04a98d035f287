"""Which cells of a notebook need open data, read from their code without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from socionaut.sources import readers as datasets
from workshop.cells import parsed

__all__ = ["first_fetch", "late_judgements"]

# What fetches open data.
FETCHING = {"data_path", *datasets.__all__}
# What has names of its own.
SCOPES = (
    ast.FunctionDef,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def first_fetch(notebook: NotebookNode) -> int | None:
    """Return the first cell that asks for open data, where a run without them ends.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> first_fetch(new_notebook(cells=[new_code_cell("tweets = read_presidents_tweets()")]))
    1
    """
    return next((cell for cell, statement in _statements(notebook) if _fetches(statement)), None)


def late_judgements(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Find the judgements that need no open data, yet are not reached where those are missing.

    A judgement needs open data when a name in it does. A name does when a cell that fetches gives
    it its value, or another name that does, directly, through a function, or by changing it.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cells = [new_code_cell(text) for text in ("x = read_presidents_tweets()", "judge('a', 2)")]
    >>> [number for number, _ in late_judgements(new_notebook(cells=cells))]
    [2]
    """
    if first_fetch(notebook) is None:
        return
    derived: set[str] = set()
    imported: set[str] = set()
    judging = {"judge"}
    below = False
    for number, statement in _statements(notebook):
        used, bound = _reads(statement), _binds(statement)
        fetches = _fetches(statement)
        below |= fetches
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imported |= bound
        elif fetches or used & derived:
            derived |= (bound | _changed(statement)) - imported
        elif isinstance(statement, ast.FunctionDef):
            judging |= bound if used & judging else set()
        elif below and used & judging:
            yield (
                number,
                "the judgement needs no open data, but stands below a cell that fetches some; "
                f"move it above cell {first_fetch(notebook)}",
            )
        elif isinstance(statement, ast.Assign):
            derived -= bound


def _statements(notebook: NotebookNode) -> Iterator[tuple[int, ast.stmt]]:
    """Yield the statements of all cells, with the numbers of the cells."""
    plain = TransformerManager().transform_cell
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            # What cannot be read even without magics, the run of the cell will tell.
            body = parsed(cell.source).body or parsed(plain(cell.source)).body
            yield from ((number, statement) for statement in body)


def _fetches(statement: ast.stmt) -> bool:
    """Say whether a statement names what fetches open data."""
    names = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(statement)}
    return not names.isdisjoint(FETCHING)


def _reads(node: ast.AST) -> set[str]:
    """Return the names that a piece of code reads, but for those that are its own."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return {node.id}
    read = set().union(*map(_reads, ast.iter_child_nodes(node)))
    if isinstance(node, ast.For):
        return read - _binds(node.target)
    if isinstance(node, SCOPES):
        own = {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
        return read - own - set().union(*map(_binds, ast.iter_child_nodes(node)))
    return read


def _binds(node: ast.AST) -> set[str]:
    """Return the names to which a piece of code gives values, but for those that are its own."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.alias):
        return {node.asname or node.name.partition(".")[0]}
    if isinstance(node, SCOPES):
        return {node.name} if isinstance(node, ast.FunctionDef) else set()
    return set().union(*map(_binds, ast.iter_child_nodes(node)))


def _changed(statement: ast.stmt) -> set[str]:
    """Return the names whose objects a statement may change: by index, attribute or method."""
    changed = set()
    for node in ast.walk(statement):
        place: ast.AST | None = None
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            place = node.value
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            place = getattr(node.value.func, "value", None)
        while isinstance(place, ast.Subscript | ast.Attribute | ast.Call):
            place = place.func if isinstance(place, ast.Call) else place.value
        if isinstance(place, ast.Name):
            changed.add(place.id)
    return changed
