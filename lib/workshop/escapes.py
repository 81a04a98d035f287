"""No way out of the comparison: what would let a cell, or a judgement, go unchecked.

A stored notebook has no marker of nbval, no magic, no swallowed judgement, no cell twice, and
reads no file of one machine.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Iterator

from nbformat import NotebookNode

from workshop.cells import FOLDS, call_name, nodes

__all__ = ["CHECKS", "MARKERS", "OUR_TAGS", "escapes"]

MARKERS = (
    "NBVAL_CHECK_OUTPUT",
    "NBVAL_IGNORE_OUTPUT",
    "NBVAL_RAISES_EXCEPTION",
    "NBVAL_SKIP",
    "PYTEST_VALIDATE_IGNORE_OUTPUT",
)
OUR_TAGS = {tag for tag, _ in FOLDS.values()} | {"in-short", "key-figure", "parameters"}
#: What checks a notebook as it runs: it may be neither swallowed nor given another meaning.
CHECKS = ("check", "holds", "in_short", "judge", "says", "show", "take_home")
_FOREIGN = re.compile(r"^(?:\.\.?[/\\]|~?/\w|~\w|[A-Z]:\\|file:)|(?:^|[/\\])shared(?:[/\\]|$)")


def escapes(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    r"""Yield what takes a cell of a notebook out of the comparison.

    Parameters
    ----------
    notebook : NotebookNode
        In format 4.

    Yields
    ------
    tuple of int and str
        The cell, counted from 1, and what to do.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("# NBVAL_SKIP\nrate")
    >>> list(escapes(new_notebook(cells=[cell])))
    [(1, '`# NBVAL_SKIP` would take the cell out of the comparison; delete it')]
    """
    seen: dict[str, int] = {}
    typed = _typed_names(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        for tag in cell.metadata.get("tags", []):
            if tag not in OUR_TAGS:
                yield number, f"`{tag}` is no tag of this collection; delete it"
        if cell.cell_type != "code":
            continue
        source = cell.source.strip()
        for sentence in [*_lines(source), *_code(source, typed)]:
            yield number, sentence
        if source in seen and source.count("answer = ...") == 0 and len(source) > 20:
            yield number, f"the cell is cell {seen[source]} again; keep one of the two"
        seen.setdefault(source, number)


def _lines(source: str) -> Iterator[str]:
    """Yield comments that nbval reads, or that were meant for it, and magics."""
    for line in source.splitlines():
        comment = line.partition("#")[2].strip()
        word = re.split(r"[ :;,.(]", comment)[0].upper().replace("-", "_")
        if re.search(r"nb[ _-]?val", comment, re.IGNORECASE) or _like(word, MARKERS):
            yield f"`{line.strip()}` would take the cell out of the comparison; delete it"
        if re.match(r"\s*(?:\w+\s*=\s*)?(?:%%?|!)\s*\w|.*get_ipython\(", line):
            yield f"`{line.strip()}` is a magic, which another kernel may not know; delete it"
    if re.search(r";[ \t]*(?:#.*)?\s*\Z", source):
        yield "the cell ends in `;`, which nbval cannot compare; assign the result: `_ = ...`"


def _like(word: str, right: Collection[str]) -> bool:
    return len(word) > 6 and bool(difflib.get_close_matches(word, right, n=1, cutoff=0.75))


def _typed_names(notebook: NotebookNode) -> set[str]:
    """Return the names that stand for a typed number or interval wherever they are set."""
    set_to: dict[str, list[ast.expr]] = {}
    for cell in notebook.cells:
        for node in nodes(cell.source) if cell.cell_type == "code" else ():
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                set_to.setdefault(node.targets[0].id, []).append(node.value)
    return {name for name, values in set_to.items() if all(map(_is_typed, values))}


_MAKERS = {"Estimate", "exactly", "printed_interval", "rounded"}


def _is_typed(node: ast.expr) -> bool:
    """Say whether an expression has numbers and no name but those that make estimates of them."""
    parts = list(ast.walk(node))
    names = {part.id for part in parts if isinstance(part, ast.Name)} - _MAKERS
    numbers = [p for p in parts if isinstance(p, ast.Constant) and not isinstance(p.value, str)]
    return bool(numbers) and not names


#: Factors that change the unit of a number, or count both sides, and not the number.
_UNITS = {1, 2, 4, 12, 60, 100, 1000, 1e6, 1e9}


def _shifts(node: ast.expr, units: Collection[float]) -> bool:
    """Say whether arithmetic with a typed number makes another number of a computed one."""
    return any(
        isinstance(part, ast.BinOp)
        and any(
            isinstance(end, ast.Constant)
            and isinstance(end.value, int | float)
            and end.value not in (units if isinstance(part.op, ast.Mult | ast.Div) else {0, 1, 100})
            for end in (part.left, part.right)
        )
        and not isinstance(part.op, ast.Mod | ast.Pow | ast.FloorDiv)
        for part in ast.walk(node)
    )


def _code(source: str, typed: Collection[str]) -> Iterator[str]:
    calls = [node for node in nodes(source) if isinstance(node, ast.Call)]
    if any(call_name(call) == "judge" for call in calls) and any(map(_types_ends, calls)):
        yield (
            "`Estimate(...)` has a typed number or arithmetic where a claim is judged; "
            "compute the interval from a table in a cell of its own"
        )
    for node in nodes(source):
        if isinstance(node, ast.Try) or _suppresses(node):
            yield "an error would be swallowed; let the cell stop"
        if isinstance(node, ast.If | ast.IfExp | ast.While) and not _reads(node.test):
            yield f"`{ast.unparse(node.test)}` never comes out otherwise; delete the condition"
        if isinstance(node, ast.Call) and call_name(node) in ("filterwarnings", "simplefilter"):
            yield "a warning would be hidden; mend what causes it"
        for name in _given(node):
            if name in CHECKS:
                yield f"`{name}` would mean something else from here on; choose another name"
        yield from _judged(node, typed)
        if isinstance(node, ast.FormattedValue) and _shifts(node.value, _UNITS):
            yield f"a typed number moves `{ast.unparse(node.value)[:40]}`; compute it before"
        yield from _told(node)
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and _FOREIGN.search(text.strip()):
            yield f"“{text[:40]}” is a place outside the project; read through a room"


def _told(node: ast.AST) -> Iterator[str]:
    """Yield where a sentence has a typed number in braces, or tells an interval from its end."""
    if isinstance(node, ast.JoinedStr) and _turned(node):
        yield "an interval is told from its high to its low end; exchange the two"
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Constant):
        yield f"`{ast.unparse(node.value)[:40]}` is typed in braces; compute it"


def _turned(text: ast.JoinedStr) -> bool:
    """Say whether a text goes from the high end of something to its low end."""
    return bool(
        re.search(r"\{([^{}]+)\.high\b[^{}]*\}[ %]*(?:to|and) \{\1\.low\b", ast.unparse(text))
    )


def _judged(node: ast.AST, typed: Collection[str]) -> Iterator[str]:
    """Yield where what is judged is typed, or moved by a typed number."""
    if not isinstance(node, ast.Call) or call_name(node) != "judge":
        return
    given = {word.arg: word.value for word in node.keywords}
    readings = given.get("instead")
    values = [*node.args[1:2], *filter(None, [given.get("computed")])]
    values += readings.values if isinstance(readings, ast.Dict) else []
    for value in values:
        if _is_typed(value) or getattr(value, "id", "") in typed:
            yield "a typed number is judged; compute it from a table"
        elif isinstance(value, ast.BinOp | ast.Call) and _shifts(value, _UNITS):
            yield "a typed number moves what is judged; compute it in a cell of its own"


def _types_ends(call: ast.Call) -> bool:
    """Say whether a call types an interval, whose end could be chosen to meet a claim."""
    ends = [*call.args[:3], *(word.value for word in call.keywords if word.arg != "kind")]
    typed = any(isinstance(end, ast.BinOp | ast.UnaryOp | ast.Constant) for end in ends)
    return call_name(call) == "Estimate" and typed


def _reads(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) for part in ast.walk(node))


def _suppresses(node: ast.AST) -> bool:
    return isinstance(node, ast.With) and any(
        "suppress" in ast.unparse(item.context_expr) for item in node.items
    )


def _given(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement gives a new meaning."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.alias) and node.asname:
        yield node.asname
