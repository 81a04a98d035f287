"""What the prose of a notebook says in words: each word of direction, order or number has a reason.

A number word, a direction or an order ("two thirds", "falls", "the largest") in a caption, an alt
text, a conclusion or the reason of a finding is computed, or lies in a phrase that comes with the
condition that makes it true (`socionaut.sentences`). Words for the form of a picture ("three
panels") need none.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from workshop.cells import call_name, nodes

__all__ = ["COMPUTED", "MARKDOWN", "TENS", "UNITS", "Text", "texts", "unbacked_words"]

_WORDED = {"alt", "because", "caption", "falls", "near", "settles", "stands", "sure"}
_SAYING = {"Markdown", "in_short", "says"}
#: Stands in the text for what is computed.
COMPUTED = "{}"
#: The places of Markdown cells; all others are of code.
MARKDOWN = ("prose", "exercise")
_DEEPEST = 8

#: Number words from one to nineteen, and the tens from twenty on.
UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: number for number, word in enumerate(UNITS[:12], start=1) if number > 1}
_NUMBERS |= {word: 10 * number for number, word in enumerate(TENS, start=2)} | {"dozen": 12}
_NUMBERS |= {"hundred": 100, "thousand": 1000, "half": 2, "third": 3, "fifth": 5, "tenth": 10}
_NUMBERS |= {"twice": 2, "thrice": 3, "threefold": 3, "tenfold": 10, "couple": 2, "score": 20}
_NUMBERS |= dict.fromkeys(("doubles", "doubled", "doubling", "halves", "halved", "halving"), 2)
_NUMBERS |= dict.fromkeys(("triples", "tripled", "trebles", "trebled"), 3)
_NUMBERS |= dict.fromkeys(("quadruples", "quadrupled", "fourfold"), 4)
_NUMBER = rf"(?:(?:hundred|thousand|third|fifth|tenth|dozen)s|{'|'.join(_NUMBERS)})"
#: Words that say which way a number goes, or which of two is more.
_UP = (
    r"ris(?:es?|en|ing)|rose|gr[oe]w(?:s|n|ing)?|climb(?:s|ed|ing)?|increas\w+|exceed(?:s|ed)?|"
    r"higher|highest|larger|largest|greater|greatest|stronger|strongest|steeper|more than|above|"
    r"outpac\w+|outgr\w+|outnumber\w*|surpass\w*|overt[ao]\w+|beats?|soar\w*|surg\w+|jumped|leapt|"
    r"swell\w*|expand\w*|accelerat\w+|longest|faster|fastest|wider|widest"
)
_DOWN = (
    r"fall(?:s|en|ing)?|fell|shr[iau]nk(?:s|ing)?|drop(?:s|ped|ping)?|declin\w+|decreas\w+|lower|"
    r"lowest|smaller|smallest|fewer|fewest|weaker|weakest|flatter|less than|below|trail(?:s|ed)|"
    r"s[iau]nks?|plung\w+|plummet\w*|slump\w*|tumbl\w+|collaps\w+|dwindl\w+|reced\w+|shorter|"
    r"slower|slowest|slowed|narrower|narrowest|dipp\w+"
)
_ORDER = "(?:comes?|is|are|ranks?|stands?|lies?) (?:first|second|third|last)"
_FORM = (
    "panels?|lines?|rows?|bars?|points?|curves?|columns?|groups?|colours?|bands?|dots?|circles?|"
    "clouds?|pictures?|axes|axis|marks?|boxes|frames?|squares?|crosses|staircases|arrows?|networks?"
)
_WORD = re.compile(rf"\b(?:{_ORDER}|{_NUMBER}|{_UP}|{_DOWN}|most|least)\b", re.IGNORECASE)
_OF_FORM = re.compile(
    rf"\b(?:{_NUMBER}|lower|higher)(?:[ -][\w-]+){{0,2}}? (?:{_FORM})\b", re.IGNORECASE
)
# In Markdown cells, which also define and instruct, only what states an outcome.
_OUTCOME = re.compile(
    r"\b(?:rose|fell|grew|shrank|dropped|declined|sank|soared|surged|plunged|slumped|collapsed|"
    r"outpaced|outgrew|overtook|surpassed|doubled|halved|tripled|trebled|"
    r"quadrupled|twice (?:as|the)|half of (?:the|them|these)|"
    rf"{_NUMBER} (?:of|in|out of) (?:the|these|those|them|{_NUMBER})|"
    r"(?:two|three) (?:thirds|quarters)|"
    r"(?:more|less|fewer|higher|lower|larger|smaller|stronger|weaker) than|"
    rf"the (?:highest|lowest|largest|smallest|strongest|weakest|fewest)|{_ORDER})\b",
    re.IGNORECASE,
)
# The present tense of Markdown cells: only in a sentence that neither asks, supposes nor instructs.
_NOW = re.compile(
    r"(?<!\bthat )(?<!\bwhat )\b(?:rises|grows|climbs|increases|exceeds|outpaces|outgrows|"
    r"outnumbers|surpasses|overtakes|beats|soars|surges|swells|expands|accelerates|doubles|"
    r"falls(?! in)|shrinks|drops|declines|decreases|trails|sinks|plunges|plummets|slumps|tumbles|"
    r"collapses|dwindles|recedes|dips|slows|"
    r"(?:they|these|both|all) (?:\w+ )?(?:rise|grow|climb|increase|fall|shrink|drop|decline)|"
    r"(?:is|are|stays?|stands?|lies?|comes?|remains?) (?:(?:\w+ly|far|much|even|still|the) )*"
    rf"(?:{_UP}|{_DOWN}|most|least|ahead))\b(?!-)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\?|\b(?:if|when(?:ever)?|where(?:ver)?|whether|suppose|may|might|can(?:not)?|could|would|"
    r"should|must|will|until|unless|as long as|who|whoever|which|says?|means?)\b",
    re.IGNORECASE,
)
_NEITHER = re.compile(
    r"\b(?:not?|none|neither|nor|never|without|hardly|nothing|but|slowly)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Text:
    """A text that a reader sees, and the cell it stands in.

    Attributes
    ----------
    cell : int
        Counted from 1 over all cells.
    place : str
        "caption", "alt", "because", "Markdown" and so on; "prose" for a Markdown cell, and
        "exercise" for one of the exercises.
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
    kind = "prose"
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            kind = "exercise" if re.search("(?m)^## Exercises", cell.source) else kind
            found.append(Text(number, kind, _without_reading(cell.source)))
        for node in trees.get(number, ()):
            for place, expression in _written(node):
                found.append(Text(number, place, _static(expression, named)))
    return found


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
    trees = _trees(notebook)
    named = _assigned(trees)
    phrases = list(_phrases(trees, named))
    said = texts(notebook)
    for text in said:
        rest = _OF_FORM.sub(" ", _less(_plain(text.words), [phrase for _, phrase, _ in phrases]))
        for word in dict.fromkeys(_stated(text.place, rest)):
            yield text.cell, f"{text.place} says “{word}” without its condition; give it in `holds`"
    every = " ".join(_plain(text.words) for text in said)
    for number, phrase, condition in phrases:
        if phrase not in every:
            yield number, f"no text says “{phrase}”, for which a condition is given; remove it"
        yield from ((number, fault) for fault in _unlike(phrase, condition, named))
    for number, tree in trees.items():
        for node in tree:
            if isinstance(node, ast.IfExp) and isinstance(node.body, ast.Constant):
                yield from ((number, f) for f in _unlike(str(node.body.value), node.test, named))


def _stated(place: str, words: str) -> Iterator[str]:
    """Yield the words of direction, order and number; of a Markdown cell those of outcomes."""
    pattern = _OUTCOME if place in MARKDOWN else _WORD
    yield from (match[0] for match in pattern.finditer(words))
    for sentence in re.split(r"(?<=[.?!;:]) | [|*] ", words) if place == "prose" else ():
        if not _OPEN.search(sentence):
            yield from (match[0] for match in _NOW.finditer(sentence))


def _phrases(
    trees: Mapping[int, Sequence[ast.AST]], named: Mapping[str, ast.expr]
) -> Iterator[tuple[int, str, ast.expr]]:
    """Yield the phrases that come with a condition: the cell, the phrase, the condition."""
    for number, tree in trees.items():
        for node in tree:
            for conditions in _conditions(node):
                for key, value in zip(conditions.keys, conditions.values, strict=True):
                    if key is not None:
                        yield number, _plain(_static(key, named)), value


def _unlike(phrase: str, condition: ast.expr, named: Mapping[str, ast.expr]) -> Iterator[str]:
    """Yield where the words of a phrase and the signs of its condition do not fit."""
    words = {
        sign
        for sign, pattern in (("<", _DOWN), (">", _UP))
        if re.search(rf"\b(?:{pattern})\b", phrase, re.IGNORECASE)
    }
    signs = _signs(condition, named)
    if (
        len(words) == len(signs) == 1
        and {*words, *signs} == {"<", ">"}
        and not _NEITHER.search(phrase)
    ):
        yield (
            f"“{phrase}” has the condition `{ast.unparse(condition)[:60]}`, which points the other "
            f"way; write it with `{words.pop()}`, or correct the words"
        )
    if _is_idle(condition):
        yield f"the condition of “{phrase}” cannot fail; compare two things that are computed"
    given = _constants(condition, named)
    for word in re.findall(rf"\b({_NUMBER})\b", phrase, re.IGNORECASE):
        number = _NUMBERS.get(word.lower()) or _NUMBERS[word.lower().removesuffix("s")]
        forms = (number, 1 / number, 1 - 1 / number, 1 + 1 / number, 2 / number)
        if not any(
            math.isclose(form * scale, g) for form in forms for scale in (1, 100) for g in given
        ):
            yield f"the condition of “{phrase}” has no {number} for “{word}”; compare with it"


def _is_idle(condition: ast.expr) -> bool:
    """Say whether a condition, or a comparison in it, comes out alike whatever is computed."""
    compared = [part for part in ast.walk(condition) if isinstance(part, ast.Compare)]
    alike = any(ast.dump(each.left) == ast.dump(each.comparators[0]) for each in compared)
    counted = not compared and ast.unparse(condition).startswith(("len(", "bool(len("))
    parts = (condition, *compared)
    return alike or counted or any("Name(" not in ast.dump(part) for part in parts)


def _signs(condition: ast.expr, named: Mapping[str, ast.expr]) -> set[str]:
    """Return `<` or `>` as a condition compares; more, or `?`, where that cannot be told."""
    found = set()
    for node in _unfolded(condition, named):
        match node:
            case ast.Compare(ops=[ast.Gt() | ast.GtE()]):
                found.add(">")
            case ast.Compare(ops=[ast.Lt() | ast.LtE()]):
                found.add("<")
            case ast.Attribute(attr="is_monotonic_increasing" | "idxmax" | "argmax" | "nlargest"):
                found.add(">")
            case ast.Attribute(attr="is_monotonic_decreasing" | "idxmin" | "argmin" | "nsmallest"):
                found.add("<")
            case (
                ast.Call(func=ast.Name(id="above"), args=[one, two])
                | ast.Call(func=ast.Attribute(attr="above"), args=[one, two])
            ):
                typed = isinstance(one, ast.Constant) - isinstance(two, ast.Constant)
                found.add("?<>"[typed] if typed else "?")
            case ast.Call(func=ast.Name(id="max" | "min" as end), keywords=[_]):
                found.add(">" if end == "max" else "<")
            case ast.UnaryOp(op=ast.Not() | ast.Invert()):
                found.add("?")
            case ast.Compare(ops=[_, _, *_]):
                found.add("?")
    return found


def _constants(condition: ast.expr, named: Mapping[str, ast.expr]) -> list[float]:
    """Return the numbers of a condition, and how many things it lists."""
    found: list[float] = []
    for node in _unfolded(condition, named, any_kind=True):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            found.append(float(abs(node.value)))
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            found.append(len(node.elts))
    return found


def _unfolded(
    condition: ast.expr, named: Mapping[str, ast.expr], *, any_kind: bool = False
) -> Iterator[ast.AST]:
    """Yield the parts of a condition, and of what its names stand for."""
    for part in ast.walk(condition):
        yield part
        meant = named.get(part.id) if isinstance(part, ast.Name) else None
        if meant is not None and (any_kind or isinstance(meant, ast.Compare | ast.BoolOp)):
            yield from ast.walk(meant)


def _less(text: str, phrases: Sequence[str]) -> str:
    for phrase in sorted(phrases, key=len, reverse=True):
        text = text.replace(phrase, " ; ")
    return text


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}", "", text).split())


def _without_reading(markdown: str) -> str:
    """Return Markdown without code, maths, link targets, and the list of literature."""
    text, *reading = re.split(r"(?m)^## Further reading", markdown)
    text += re.sub(r"(?ms)^[*-] .*?(?=^[*-] |^$|\Z)", "", "".join(reading))
    return re.sub(r"(?s)```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|<[^>]+>", " ", text)


def _trees(notebook: NotebookNode) -> dict[int, Sequence[ast.AST]]:
    return {
        number: nodes(cell.source)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code"
    }


def _assigned(trees: Mapping[int, Sequence[ast.AST]]) -> dict[str, ast.expr]:
    """Return what each name of the notebook stands for, where it is given once in one piece."""
    return {
        node.targets[0].id: node.value
        for tree in trees.values()
        for node in tree
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
            return "".join(_static(part, named, depth) for part in parts)
        case ast.FormattedValue(value=ast.Constant(value=typed)):
            return str(typed)
        case ast.FormattedValue(value=ast.Name(id=name)) if _is_word(named.get(name)):
            return _static(named[name], named, depth + 1)
    return " ".join(_static(part, named, depth) for part in _parts(node)) or COMPUTED


def _is_word(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _parts(node: ast.expr) -> Sequence[ast.expr]:
    """Return the expressions of which another puts its text together."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Dict(values=parts):
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
