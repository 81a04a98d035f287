"""What the prose of a notebook says in words: each word of direction, order or number has a reason.

A number word, a direction or an order ("two thirds", "falls", "the largest") in a caption, an alt
text, a conclusion or the reason of a finding is computed, or lies in a phrase that comes with the
condition that makes it true (`socionaut.sentences`). Words for the form of a picture ("three
panels") need none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from workshop.cells import call_name, parsed

__all__ = ["Text", "backed_phrases", "texts", "unbacked_words"]

_WORDED = {"alt", "because", "caption", "falls", "settles", "stands", "sure"}
_SAYING = {"Markdown", "in_short", "says"}
#: Stands in the text for what is computed.
COMPUTED = "{}"
_DEEPEST = 8

_NUMBER = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|"
    "seventy|eighty|ninety|hundreds?|thousands?|half|halves|thirds?|fifths?|tenths?|twice|thrice|"
    "double[sd]?|doubling|triple[sd]?|trebled?|halved?|dozens?"
)
_DIRECTION = (
    "ris(?:es?|en|ing)|rose|fall(?:s|en|ing)?|fell|gr[oe]w(?:s|n|ing)?|shr[iau]nk(?:s|ing)?|"
    "climb(?:s|ed|ing)?|drop(?:s|ped|ping)?|declin\\w+|increas\\w+|decreas\\w+|exceed(?:s|ed)?|"
    "higher|highest|lower|lowest|larger|largest|smaller|smallest|greater|greatest|fewer|fewest|"
    "stronger|strongest|weaker|weakest|steeper|flatter|more than|less than|most|least|above|below"
)
_ORDER = "(?:comes?|is|are|ranks?|stands?|lies?) (?:first|second|third|last)"
_FORM = (
    "panels?|lines?|rows?|bars?|points?|curves?|columns?|groups?|colours?|bands?|dots?|circles?|"
    "clouds?|pictures?|axes|axis|marks?|boxes|frames?|squares?|crosses|staircases|arrows?|networks?"
)
_WORD = re.compile(rf"\b(?:{_ORDER}|{_NUMBER}|{_DIRECTION})\b", re.IGNORECASE)
_OF_FORM = re.compile(
    rf"\b(?:{_NUMBER}|lower|higher)(?:[ -][\w-]+){{0,2}}? (?:{_FORM})\b", re.IGNORECASE
)
# In Markdown cells, which also define and instruct, only what states an outcome.
_OUTCOME = re.compile(
    r"\b(?:rose|fell|grew|shrank|dropped|doubled|halved|tripled|trebled|twice (?:as|the)|"
    rf"(?:{_NUMBER}) of (?:the|these|those|them|{_NUMBER})|(?:two|three) (?:thirds|quarters)|"
    r"(?:more|less|fewer|higher|lower|larger|smaller|stronger|weaker) than|"
    rf"the (?:highest|lowest|largest|smallest|strongest|weakest|fewest)|{_ORDER})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Text:
    """A text that a reader sees, and the cell it stands in.

    Attributes
    ----------
    cell : int
        Counted from 1 over all cells.
    place : str
        "caption", "alt", "because", "Markdown" and so on; "prose" for a Markdown cell.
    words : str
        The text, with `{}` in the place of what is computed.
    """

    cell: int
    place: str
    words: str


def texts(notebook: NotebookNode) -> list[Text]:
    """List the texts of a notebook that its code writes, and its Markdown cells.

    Parameters
    ----------
    notebook : NotebookNode
        In format 4.

    Returns
    -------
    list of Text
        In the order of the cells; lists of literature are left out.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cell = new_code_cell("Markdown(f'It falls to {share:.0f} %.')")
    >>> texts(new_notebook(cells=[cell]))
    [Text(cell=1, place='Markdown', words='It falls to {} %.')]
    """
    trees = _trees(notebook)
    named = _assigned(trees)
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            found.append(Text(number, "prose", _without_reading(cell.source)))
        for node in ast.walk(trees[number]) if number in trees else ():
            for place, expression in _written(node):
                found.append(Text(number, place, _static(expression, named)))
    return found


def backed_phrases(notebook: NotebookNode) -> dict[str, int]:
    """Return the phrases that come with a condition, and the cell of each.

    Parameters
    ----------
    notebook : NotebookNode
        In format 4.

    Returns
    -------
    dict of str to int
        With `{}` in the place of what is computed.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> backed_phrases(new_notebook(cells=[new_code_cell("holds({'it falls': a > b})")]))
    {'it falls': 1}
    """
    trees = _trees(notebook)
    named = _assigned(trees)
    return {
        _plain(_static(key, named)): number
        for number, tree in trees.items()
        for node in ast.walk(tree)
        for conditions in _conditions(node)
        for key in conditions.keys
        if key is not None
    }


def unbacked_words(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    """Yield the words without a condition, and the phrases that no text has.

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
    >>> cell = new_code_cell("Markdown(f'It falls to {share:.0f} %.')")
    >>> list(unbacked_words(new_notebook(cells=[cell])))
    [(1, 'Markdown says “falls” without its condition; give it in `holds`')]
    """
    phrases = backed_phrases(notebook)
    said = texts(notebook)
    for text in said:
        pattern = _OUTCOME if text.place == "prose" else _WORD
        rest = _OF_FORM.sub(" ", _less(_plain(text.words), phrases))
        for word in dict.fromkeys(match[0] for match in pattern.finditer(rest)):
            yield text.cell, f"{text.place} says “{word}” without its condition; give it in `holds`"
    every = " ".join(_plain(text.words) for text in said)
    for phrase, number in phrases.items():
        if phrase not in every:
            yield number, f"no text says “{phrase}”, for which a condition is given; remove it"


def _less(text: str, phrases: Mapping[str, int]) -> str:
    for phrase in sorted(phrases, key=len, reverse=True):
        text = text.replace(phrase, " ; ")
    return text


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}", "", text).split())


def _without_reading(markdown: str) -> str:
    """Return Markdown without code, maths, link targets, and the list of literature."""
    text = re.split(r"(?m)^## Further reading", markdown)[0]
    return re.sub(r"(?s)```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|<[^>]+>", " ", text)


def _trees(notebook: NotebookNode) -> dict[int, ast.Module]:
    return {
        number: parsed(cell.source)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code"
    }


def _assigned(trees: Mapping[int, ast.Module]) -> dict[str, ast.expr]:
    """Return what each name of the notebook stands for, where it is given once in one piece."""
    return {
        node.targets[0].id: node.value
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _written(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the expressions of texts that a call is given."""
    if not isinstance(node, ast.Call):
        return
    for word in node.keywords:
        if word.arg in _WORDED:
            yield word.arg, word.value
    if call_name(node) in _SAYING:
        yield from ((call_name(node), argument) for argument in node.args)


def _conditions(node: ast.AST) -> Iterator[ast.Dict]:
    if isinstance(node, ast.Call):
        given = [word.value for word in node.keywords if word.arg == "holds"]
        given += node.args if call_name(node) == "holds" else []
        yield from (value for value in given if isinstance(value, ast.Dict))


def _static(node: ast.expr, named: Mapping[str, ast.expr], depth: int = 0) -> str:
    """Return the text that an expression writes whatever comes out, `{}` for the rest."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if name in named and depth < _DEEPEST:
            return _static(named[name], named, depth + 1)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _static(left, named, depth) + _static(right, named, depth)
        case ast.JoinedStr(values=parts):
            return "".join(_static(part, {}) for part in parts)
    return " ".join(_static(part, named, depth) for part in _parts(node)) or COMPUTED


def _parts(node: ast.expr) -> Sequence[ast.expr]:
    """Return the expressions of which another puts its text together."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return parts
        case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.Starred(value=part):
            return [part]
        case ast.Call(func=ast.Name(id="says"), args=parts):
            return parts
        case ast.Call(func=ast.Attribute(attr="join"), args=parts):
            return parts
        case ast.Call(func=ast.Attribute(attr="replace" | "strip" | "format", value=part)):
            return [part]
    return []
