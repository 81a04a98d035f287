"""No way out of the comparison: what would let a cell, or a judgement, go unchecked.

A stored notebook has no marker of nbval, no magic, no swallowed judgement, no cell twice, and
reads no file of one machine.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import re
from collections.abc import Collection, Iterator

from nbformat import NotebookNode

from workshop.cells import FOLDS, call_name, nodes, parsed

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
#: What can swallow an error, hide a warning, or import by another way.
_HIDING = re.compile(r"\b(?:contextlib|importlib|logging|unittest|warnings|__import__)\b")
#: Attributes that a cell may give a value: those of its own tables, and how they are shown.
_OWN = re.compile(r"\.(?:index|columns|options\..+)$")
_TURNED = re.compile(r"\{[^{}]*\b(?:high|most)\b[^{}]*\}[ %]*(?:to|and) \{[^{}]*\b(?:low|least)\b")
_AS_OF = re.compile(r"[^.;,]{0,25}?\b(?:in|of|by) (?:\w+ )?((?:19|20)\d\d)\b")
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


def _typed_names(notebook: NotebookNode) -> tuple[set[str], set[str]]:
    """Return the names that stand for a typed number wherever they are set, and those with one."""
    set_to: dict[str, list[ast.expr]] = {}
    for cell in notebook.cells:
        for node in nodes(cell.source) if cell.cell_type == "code" else ():
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                set_to.setdefault(node.targets[0].id, []).append(node.value)
    steps = {name for name, values in set_to.items() if any(map(_types_some, values))}
    return {name for name, values in set_to.items() if all(map(_is_typed, values))}, steps


_MAKERS = {"Estimate", "exactly", "printed_interval", "rounded"}


def _is_typed(node: ast.expr) -> bool:
    """Say whether an expression has numbers and no name but those that make estimates of them."""
    parts = list(ast.walk(node))
    names = {part.id for part in parts if isinstance(part, ast.Name)} - _MAKERS
    numbers = [p for p in parts if isinstance(p, ast.Constant) and not isinstance(p.value, str)]
    return bool(numbers) and not names


def _types_some(node: ast.expr) -> bool:
    """Say whether an expression holds a typed number of two digits, but for units and years."""
    typed = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    numbers = [abs(value) for value in typed if isinstance(value, int | float)]
    return any(n >= 10 and n not in _UNITS and not 1900 <= n < 2100 for n in numbers)


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


def _code(source: str, typed: tuple[set[str], set[str]]) -> Iterator[str]:
    calls = [node for node in nodes(source) if isinstance(node, ast.Call)]
    judged = [call for call in calls if call_name(call) == "judge"]
    if not all(_is_whole(call, source) for call in judged):
        yield "a judgement is part of another statement; let it stand alone"
    if judged and any(map(_types_ends, calls)):
        yield "`Estimate(...)` has a typed number or arithmetic; compute it in a cell of its own"
    for node in nodes(source):
        naming = isinstance(node, ast.Import | ast.ImportFrom | ast.Name)
        if isinstance(node, ast.Try) or (naming and _HIDING.search(ast.unparse(node))):
            yield "an error or a warning would be hidden; let the cell stop, and mend the cause"
        if isinstance(node, ast.If | ast.IfExp | ast.While) and not _reads(node.test):
            yield f"`{ast.unparse(node.test)}` never comes out otherwise; delete the condition"
        for name in _given(node):
            if name in CHECKS or ("." in name and not _OWN.search(name)):
                yield f"`{name}` would mean something else from here on; choose another name"
        yield from _judged(node, typed)
        if isinstance(node, ast.FormattedValue) and _shifts(node.value, _UNITS):
            yield f"a typed number moves `{ast.unparse(node.value)[:40]}`; compute it before"
        yield from _told(node)
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and _FOREIGN.search(text.strip()):
            yield f"“{text[:40]}” is a place outside the project; read through a room"


def _is_whole(judged: ast.Call, source: str) -> bool:
    """Say whether a call is a statement of its cell, or of a loop over its rows."""
    top = parsed(source).body
    top = [inner for each in top for inner in (each.body if isinstance(each, ast.For) else [each])]
    return any(isinstance(each, ast.Expr) and each.value is judged for each in top)


def _told(node: ast.AST) -> Iterator[str]:
    """Yield where a sentence types a number in braces, turns an interval, or exchanges years."""
    if isinstance(node, ast.JoinedStr) and _TURNED.search(ast.unparse(node)):
        yield "an interval is told from its high to its low end; exchange the two"
    for value, after in itertools.pairwise(node.values if isinstance(node, ast.JoinedStr) else ()):
        of = set(re.findall(r"\[[^\]]*?((?:19|20)\d\d)", ast.unparse(value)))
        if len(of) == 1 and (told := _AS_OF.match(ast.unparse(after))) and told[1] not in of:
            yield f"a value of {of.pop()} is told as that of {told[1]}; correct one of them"
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Constant):
        yield f"`{ast.unparse(node.value)[:40]}` is typed in braces; compute it"


def _judged(node: ast.AST, typed: tuple[set[str], set[str]]) -> Iterator[str]:
    """Yield where what is judged is typed, or moved by a typed number."""
    if not isinstance(node, ast.Call) or call_name(node) != "judge":
        return
    given = {word.arg: word.value for word in node.keywords}
    readings = given.get("instead")
    values = [*node.args[1:2], *filter(None, [given.get("computed")])]
    values += readings.values if isinstance(readings, ast.Dict) else []
    for value in values:
        used = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
        if _is_typed(value) or getattr(value, "id", "") in typed[0] or used & typed[1]:
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


def _given(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement gives a new meaning."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield ast.unparse(node)
    elif isinstance(node, ast.alias) and node.asname:
        yield node.asname
