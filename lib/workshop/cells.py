"""One cell, one role: what a code cell is for, read from its code, and how it folds.

The author tags nothing. `make notebooks` writes the role of each cell as a tag for the pages and
as `jupyter` metadata for JupyterLab, and a guard holds both to the code.
"""

from __future__ import annotations

import ast
import functools
import itertools
from collections.abc import Sequence
from typing import Any, Literal

__all__ = [
    "FOLDS",
    "SHORT",
    "Role",
    "call_name",
    "fold",
    "nodes",
    "parsed",
    "parts",
    "role_of",
    "statements",
]

Role = Literal[
    "setup",
    "figure",
    "sentence",
    "drawing",
    "judgement",
    "exercise",
    "solution",
    "in short",
    "condition",
    "analysis",
]

#: How a role folds: the tag for the pages, and what JupyterLab hides.
FOLDS: dict[Role, tuple[str, tuple[str, ...]]] = {
    "setup": ("hide-input", ("source_hidden",)),
    "figure": ("hide-input", ("source_hidden",)),
    "sentence": ("remove-input", ("source_hidden",)),
    "drawing": ("hide-cell", ("source_hidden",)),
    "solution": ("hide-cell", ("source_hidden", "outputs_hidden")),
    "in short": ("remove-cell", ("source_hidden", "outputs_hidden")),
    "condition": ("remove-cell", ("source_hidden",)),
}
_ENDS: dict[str, Role] = {
    "Markdown": "sentence",
    "check": "exercise",
    "explore": "figure",
    "holds": "condition",
    "in_short": "in short",
    "judge": "judgement",
    "show": "figure",
    "take_home": "sentence",
}
# More than the collection has cells, so that none is parsed anew each time all are asked for.
_MOST_CELLS = 8192
#: Lines that an analysis cell of several statements may have, and one that ends in its table.
SHORT, LONG = 8, 15
_PENS = ("ax", "axes", "canvas", "figure")


@functools.lru_cache(maxsize=_MOST_CELLS)
def role_of(source: str) -> Role:
    r"""Return the role of a code cell, read from its code.

    "setup" (imports, `start`), "figure" (ends in `show` or `explore`), "sentence" (ends in
    `Markdown` or `take_home`), "in short" (ends in `in_short`), "condition" (ends in `holds`),
    "drawing" (only functions that draw), "judgement" (judges), "exercise" (asks for an answer:
    dots), "solution" (gives one), or else "analysis".

    Examples
    --------
    >>> role_of("rate = likes / followers\nrate"), role_of("show(figure, caption='Up.')")
    ('analysis', 'figure')
    >>> role_of("answer = ...\ncheck(answer, 'b5')"), role_of("answer = 2\ncheck(answer, 'b5')")
    ('exercise', 'solution')
    """
    body = _statements(source)
    if not body:
        return "analysis"
    if all(_sets_up(node) for node in body):
        return "setup"
    if all(isinstance(node, ast.FunctionDef) and _draws(node) for node in body):
        return "drawing"
    role = _end(body[-1])
    if role == "exercise":
        return role if any(_is_open(node) for node in body) else "solution"
    return role


def parts(source: str) -> list[str]:
    r"""Cut a cell into parts of one role each.

    Examples
    --------
    >>> parts("rise = new / old\nshow(draw(rise), caption=f'{rise}')")
    ['rise = new / old', "show(draw(rise), caption=f'{rise}')"]
    """
    body = _statements(source)
    if not body or role_of(source) in ("setup", "drawing", "exercise", "solution"):
        return [source]
    starts = sorted({0, *_cuts(body)})
    lines = source.splitlines()
    edges = [_first_line(lines, body, at) for at in starts] + [len(lines)]
    edges[0] = 0
    return ["\n".join(lines[a:b]).strip("\n") for a, b in itertools.pairwise(edges)]


def statements(source: str) -> int:
    r"""Count the statements of a cell.

    Examples
    --------
    >>> statements("rows = [1, 2]\nrows")
    2
    """
    return len(_statements(source))


def fold(metadata: dict[str, Any], source: str) -> dict[str, Any]:
    """Return the metadata of a code cell with the marks of its role, and without those of others.

    Examples
    --------
    >>> fold({"tags": ["hide-input", "mine"]}, "Markdown('Up.')")
    {'tags': ['mine', 'remove-input'], 'jupyter': {'source_hidden': True}}
    """
    ours = {tag for tag, _ in FOLDS.values()}
    tags = [tag for tag in metadata.get("tags", []) if tag not in ours]
    kept = {key: value for key, value in metadata.items() if key not in ("tags", "jupyter")}
    tag, hidden = FOLDS.get(role_of(source), ("", ()))
    if tag and "parameters" not in tags:
        kept |= {"tags": [*tags, tag], "jupyter": dict.fromkeys(hidden, True)}
    elif tags:
        kept |= {"tags": tags}
    return kept


@functools.lru_cache(maxsize=1024)
def parsed(source: str) -> ast.Module:
    """Return the syntax tree of a cell; not to be changed, for all who ask get the same.

    It is empty where the cell cannot be read as Python, such as one with magics.

    Examples
    --------
    >>> len(parsed("rows = [1, 2]").body), len(parsed("%time rows").body)
    (1, 0)
    """
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


@functools.lru_cache(maxsize=1024)
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Return every part of the syntax tree of a cell, walked once for all who ask.

    Examples
    --------
    >>> len(nodes("rows"))
    4
    """
    return tuple(ast.walk(parsed(source)))


def call_name(call: ast.Call) -> str:
    """Return the name of the function that is called, without what it belongs to.

    It is empty where what is called has no name.

    Examples
    --------
    >>> [call_name(ast.parse(code, mode="eval").body) for code in ("show(f)", "a.show()", "f()()")]
    ['show', 'show', '']
    """
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _statements(source: str) -> list[ast.stmt]:
    return parsed(source).body


def _sets_up(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]).startswith("pd.options")
    return isinstance(node, ast.Import | ast.ImportFrom) or _called(node) == "start"


def _called(node: ast.stmt) -> str:
    """Return the name of the function that a bare call calls; empty for all else."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return call_name(node.value)
    return ""


def _end(node: ast.stmt) -> Role:
    """Return the role that a statement alone would give its cell."""
    if isinstance(node, ast.For) and node.body:
        return _end(node.body[-1])
    return _ENDS.get(_called(node), "analysis")


def _is_open(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and (node.value.value is ...)
    )


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _draws(node: ast.AST) -> bool:
    taken = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    names = _names(node)
    return "panel" in taken or any(n in _PENS or n.startswith("draw_") for n in names)


def _cuts(body: Sequence[ast.stmt]) -> list[int]:
    """Return the numbers of the statements with which a new part begins."""
    cuts, at = [], len(body)
    while at > 0:
        first = at - 1
        kind = _kind(body[first])
        if kind == "figure":
            first = _with_its_drawing(body, first)
        elif kind not in ("sentence", "solution", "in short"):
            while (
                first > 0 and _kind(body[first - 1]) == kind and _short(body[first - 1 : at], kind)
            ):
                first -= 1
        cuts.append(first)
        at = first
    return cuts


def _kind(node: ast.stmt) -> str:
    """Return the role of a statement, functions apart from other analysis."""
    return "function" if isinstance(node, ast.FunctionDef) else _end(node)


def _short(body: Sequence[ast.stmt], kind: str) -> bool:
    """Tell whether statements are few enough lines for one cell; a table is seen with its last."""
    if kind == "judgement":
        return True
    lines = sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in body)
    shown = len(body) == 2 and isinstance(body[1], ast.Expr)
    return lines <= SHORT or (shown and lines <= LONG and body[1].lineno == body[1].end_lineno)


def _with_its_drawing(body: Sequence[ast.stmt], last: int) -> int:
    """Return the first of the statements before a `show` that draw: from there on it is drawing."""
    first = at = last
    while at > 0 and _kind(body[at - 1]) == "analysis":
        at -= 1
        if _draws(body[at]):
            first = at
    return first


def _first_line(lines: Sequence[str], body: Sequence[ast.stmt], at: int) -> int:
    """Return the line, from 0, where a statement begins, with the comments right above it."""
    node = body[at]
    decorators = getattr(node, "decorator_list", [])
    line: int = min([node.lineno, *(d.lineno for d in decorators)]) - 1
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line
