"""What nbval does not see: faults of stored notebooks, of their prose and of sanitising rules.

Each rule looks at one kind of fault and yields the cell, counted from 1 over all cells, with a
sentence that says what is wrong and what to do. `notebook_problems` applies them all.
"""

from __future__ import annotations

import ast
import hashlib
import html
import itertools
import re
import symtable
from binascii import a2b_base64
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd
from nbformat import NotebookNode

from socionaut.showing import seal_answer
from socionaut.showing.digests import DIGEST_KEY
from socionaut.showing.figures import SHORTEST_ALT
from workshop.cells import FOLDS, nodes, parsed, parts, role_of, statements
from workshop.escapes import escapes
from workshop.fetching import late_judgements
from workshop.notebooks import BOX, box_text, first_line, normalise
from workshop.numbers import untraced
from workshop.prose import texts, unbacked_words

LONGEST_CELL = 15
LONGEST_FOLDED = 40
_SEAL = re.compile(r"[\"']((?:\w+-)?[0-9a-f]{8})[\"']")

Problem = tuple[int, str]
Rule = Callable[[NotebookNode], Iterator[Problem]]


def notebook_problems(
    notebook: NotebookNode,
    name: str,
    *,
    tables: Mapping[str, pd.DataFrame],
    allowed: Mapping[str, str] | None = None,
) -> list[str]:
    """List what is wrong with a stored notebook.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook as stored, in format 4.
    name : str
        Its file name, for the sentences.
    tables : mapping of str to DataFrame
        The tables of the project, for the numbers that prose may state.
    allowed : mapping or None
        Further numerals that prose may state, as written, each with its reason.

    Returns
    -------
    list of str
        One sentence a problem, "<notebook>, cell <n>: what is wrong; what to do", in the order
        of the cells. Empty when all is well.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> cells = [new_markdown_cell("# Does it add up?"), new_code_cell("1 + 1")]
    >>> notebook = normalise(new_notebook(cells=cells))
    >>> notebook_problems(notebook, "sum.ipynb", tables={})
    ['sum.ipynb, cell 2: the cell was never executed; run `make notebooks`.']
    """
    problems = [problem for rule in RULES for problem in rule(notebook)]
    problems += untraced(notebook, tables, allowed)
    if "claims" in tables:
        problems += misjudged(notebook, tables["claims"])
    problems.sort(key=lambda problem: problem[0])
    return [f"{name}, cell {number}: {sentence}." for number, sentence in problems]


def _code_cells(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Yield the code cells with their numbers."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            yield number, cell


def _stored_form(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject metadata of an editor or a clock: they change from run to run."""
    bare = [NotebookNode({**cell, "outputs": []}) for cell in notebook.cells]
    tidy = normalise(NotebookNode({**notebook, "cells": bare}))  # outputs are left alone
    if tidy.metadata != notebook.metadata:
        yield 1, "the notebook's metadata are not in the stored form; run `make notebooks`"
    for number, (cell, stored) in enumerate(zip(notebook.cells, tidy.cells, strict=True), 1):
        surplus = sorted(set(cell.metadata) - set(stored.metadata))
        if surplus:
            yield number, f"the cell has the metadata {', '.join(surplus)}; run `make notebooks`"
        elif cell.metadata != stored.metadata:
            yield number, "the cell does not fold as its role asks; run `make notebooks`"


def _counts(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject cells never executed, or in another order: nbval passes them."""
    due = 0
    in_order = True
    for number, cell in _code_cells(notebook):
        if not cell.source.strip():
            yield number, "the code cell is empty; delete it"
            continue
        due += 1
        if cell.execution_count is None:
            yield number, "the cell was never executed; run `make notebooks`"
        elif cell.execution_count != due and in_order:
            in_order = False
            ran = cell.execution_count
            yield number, f"the execution count is {ran} where {due} is due; run `make notebooks`"


def _length(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject cells that do not fit on a screen; what folds, or is one table, may be longer."""
    for number, cell in _code_cells(notebook):
        lines = sum(1 for line in cell.source.splitlines() if line.strip())
        folds = role_of(cell.source) in FOLDS or statements(cell.source) == 1
        most = LONGEST_FOLDED if folds else LONGEST_CELL
        if lines > most:
            yield number, f"the cell has {lines} lines, more than {most}; split it"


def _roles(notebook: NotebookNode) -> Iterator[Problem]:
    """Want one role a cell, and a checked solution right below each exercise."""
    cells = list(_code_cells(notebook))
    for number, cell in cells:
        if len(parts(cell.source)) > 1:
            yield number, "the cell has more than one role; run `make notebooks`"
    for at, (number, cell) in enumerate(cells):
        if role_of(cell.source) != "exercise":
            continue
        below = cells[at + 1][1] if at + 1 < len(cells) else None
        seal = _SEAL.findall(cell.source)
        if below is None or role_of(below.source) != "solution" or not seal:
            yield number, "the exercise has no solution below; add a cell"
        elif seal != _SEAL.findall(below.source):
            yield number, "the exercise has no solution below with the same seal; correct one"
        elif not _says(cell, "Not yet") or not _says(below, "Right."):
            yield number, "the seal is not that of the solution; take it from `seal_answer(...)`"
        elif any(seal_answer(w, seal[0].rpartition("-")[0]) in seal for w in _hinted(cell.source)):
            yield number, "the hint tells the answer; say what to think of"
        elif {seal_answer(letter) for letter in "abcde"} & set(seal):
            yield number, "a letter has the same seal everywhere; give `seal_answer` a salt"


#: A number, without the comma or stop of the sentence after it, or a word.
_HINTED = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?|[^\W\d]+")


def _hinted(source: str) -> Iterator[float | str]:
    """Yield the numbers and words of the hint of an exercise."""
    for node in nodes(source):
        if isinstance(node, ast.keyword) and node.arg == "hint":
            for word in _HINTED.findall(ast.unparse(node.value)):
                yield float(word.replace(",", "")) if word[-1] in "0123456789" else word


def _says(cell: NotebookNode, words: str) -> bool:
    return any(output.get("text", "").startswith(words) for output in cell.outputs)


def _answer_first(notebook: NotebookNode) -> Iterator[Problem]:
    """Want the box under the title to be what `in_short` said, and nothing else."""
    said = box_text(notebook)
    boxes = [
        (place, cell.source)
        for place, cell in enumerate(notebook.cells)
        if BOX in cell.metadata.get("tags", [])
    ]
    if boxes != ([(1, said)] if said else []):
        yield 2, "the box In short is not what its cell says; run `make notebooks`"


def _failures(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject warnings and errors."""
    for number, cell in _code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                yield number, f"the output is an error, {output.ename}; mend the cell"
            if output.output_type == "stream" and output.name == "stderr":
                shown = first_line(output.text)
                yield number, f"the output holds a warning ({shown}); mend what causes it"


def unstable_sorts(source: str) -> list[str]:
    """List the sorts that leave ties in an order of the processor's.

    Parameters
    ----------
    source : str
        Python code.

    Returns
    -------
    list of str
        Each call as written: a sort by one column, or of positions, without ``kind="stable"``.

    Examples
    --------
    >>> unstable_sorts('a.sort_values("n"); a.sort_values(["n", "m"]); a.argsort(kind="stable")')
    ['a.sort_values("n")']
    """
    calls = [node for node in nodes(source) if isinstance(node, ast.Call)]
    return [
        str(ast.get_source_segment(source, call))
        for call in calls
        if getattr(call.func, "attr", "") in ("argsort", "sort_values")
        and not (call.args and isinstance(call.args[0], ast.List))  # pandas keeps their order
        and not {"kind='stable'", "kind='mergesort'"} & set(map(ast.unparse, call.keywords))
    ]


def _sorts(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject sorts whose ties come in another order on another processor."""
    for number, cell in _code_cells(notebook):
        for call in unstable_sorts(cell.source):
            mend = 'use `steady.ordered`, or kind="stable" where no two numbers are near'
            yield number, f"`{first_line(call)}` leaves the order of ties to the processor; {mend}"


def misjudged(notebook: NotebookNode, claims: pd.DataFrame) -> list[Problem]:
    """List verdicts that prose tells of no claim, or of one of which the ledger has another."""
    verdicts = claims.set_index("id")["expected_verdict"]
    told = re.compile(rf"\b(?:stays?|is|are) \*({'|'.join(verdicts.unique())})\*")
    problems = []
    for text in texts(notebook):
        named = re.findall(r"\bc\d{3}-\d{3}-\d\b", text.words)
        for verdict in told.findall(text.words):
            said = f"{text.place} says *{verdict}* of"
            others = [key for key in named if verdicts.get(key) != verdict]
            problems += [(text.cell, f"{said} {key}; see the ledger") for key in others]
            if not named:
                problems.append((text.cell, f"{said} no claim; name it by its id"))
    return problems


def _percent(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject the format that writes 5% where all else has 5 %."""
    for number, cell in _code_cells(notebook):
        if re.search(r":[,.]?\d*\.\d%[}\"]", cell.source):
            yield number, "a format writes 5% without its blank; write f'{100 * share:.0f} %'"


GAP = r"(?:[\s}&]|</?t[hd][^>]*>)*"
UNSTABLE_OUTPUT = (
    (r"\bat 0x[0-9a-fA-F]+", "a memory address", "show a value, not the object"),
    (
        r"\bnp\.(?:float|int|uint|bool|str|complex|datetime|timedelta)\w*\(",
        "the repr of a numpy number",
        "format it: f'{value:.3f}'",
    ),
    (
        rf"\bDate:{GAP}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),|\bTime:{GAP}\d\d:\d\d:\d\d",
        "the date or time of the run",
        "show `summary().tables[1]` only",
    ),
    (r"\bid=\"T_", "a Styler with random ids", "show the DataFrame"),
    (
        r"(?<![\w.])/(?:home|Users|root|tmp|private|var/folders)/|\b[A-Z]:\\",
        "a path of one machine",
        "show the path relative to the project",
    ),
    (
        r"(?<![\w.])[-−]0(?:[.,]0+)?(?!\d*[.,]?\d|[\w-])",
        "a minus before zero",
        "round with socionaut.steady.tidy, or write f'{value:z.1f}'",
    ),
    (r"(?:<|&lt;)(?:Axes|Figure)\w*[: ]", "a bare figure or axes", "use figures.show"),
)


def _shown_text(output: NotebookNode) -> str:
    """Return the text of an output in every form but pictures."""
    parts = [output.get("text", "")]
    parts += [value for value in output.get("data", {}).values() if isinstance(value, str)]
    pictures = [value for mime, value in output.get("data", {}).items() if "image/" in mime]
    return "\n".join(part for part in parts if part not in pictures)


def _unstable_outputs(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject outputs that differ on a second run, another machine or with another release."""
    for number, cell in _code_cells(notebook):
        text = "\n".join(_shown_text(output) for output in cell.outputs)
        for pattern, what, mend in UNSTABLE_OUTPUT:
            if re.search(pattern, text):
                yield number, f"the output shows {what}; {mend}"
        if any("image/svg+xml" in output.get("data", {}) for output in cell.outputs):
            yield number, "the output holds an SVG picture, whose ids are random; use figures.show"


def _words(markup: str) -> str:
    """Return the text of HTML, spaces settled."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def _pictures(notebook: NotebookNode) -> Iterator[Problem]:
    """Want alt text, a caption, the numbers drawn, and the right picture with every picture."""
    for number, cell in _code_cells(notebook):
        followers = [*(output.get("data", {}) for output in cell.outputs[1:]), {}]
        for output, shown in zip(cell.outputs, followers, strict=False):
            for mime in {"image/png", "image/jpeg"} & set(output.get("data", {})):
                about, page = output.get("metadata", {}).get(mime, {}), shown.get("text/html", "")
                yield from ((number, what) for what in _picture(about.get("alt", "").strip(), page))
                for fault in about.get("faults", []):
                    yield number, f"the figure is not in order: {fault}"
                if not _is_what_was_drawn(output["data"][mime], about, shown):
                    yield number, "the picture is not what was drawn; run `make notebooks`"


def _is_what_was_drawn(encoded: str, about: Mapping[str, Any], shown: Mapping[str, str]) -> bool:
    """Say whether a picture's file, its metadata and the text after it tell of one drawing."""
    picture = a2b_base64("".join(encoded))
    drawn = re.search(rf"{DIGEST_KEY}: (\w+)$", "".join(shown.get("text/plain", "")))
    marked = drawn is not None and f"{DIGEST_KEY}\0{drawn[1]}".encode() in picture
    return marked and hashlib.sha256(picture).hexdigest() == about.get("sha256")


def _picture(alt: str, page: str) -> Iterator[str]:
    """Yield what is wrong with a picture, given its alt text and the HTML that follows it."""
    mend = "use figures.show"
    found = re.search(r'<p class="caption">(.*?)</p>', page, re.DOTALL)
    caption = _words(found[1]).removeprefix("Figure.").strip() if found else ""
    if len(alt) < SHORTEST_ALT:
        yield f"the picture's alt text has {len(alt)} characters; say in words what it shows"
    elif " ".join(alt.split()) not in _words(page):
        # Nbval compares the page, not the metadata: so the page vouches for the metadata.
        yield f"the picture's alt text is not the one in the output after it; {mend}"
    if 'class="socionaut-figure"' not in page:
        yield f"no caption and table follow the picture directly; {mend}"
        return
    if not caption:
        yield "the picture has no caption; say what to see in it"
    elif caption.casefold() == " ".join(alt.split()).casefold():
        yield "alt text and caption are the same; the alt text describes, the caption concludes"
    if "<table" not in page:
        yield "the picture comes without the table that it draws; give figures.show the table"


_TOKEN = re.compile(r"[A-Za-z]{4,}|\d+(?:\.\d+)?")
#: By how much the words of two figures may fit better crosswise, where those of no others do.
_FACTOR = 1.5


def _swapped(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject words that fit another figure, whose words fit this one, much better."""
    figures = list(_told(notebook))
    alts = [(cell, alt, caption | drawn) for cell, caption, alt, drawn in figures]
    heads = [(cell, caption | alt, drawn) for cell, caption, alt, drawn in figures]
    captions = [(cell, caption, alt | drawn) for cell, caption, alt, drawn in figures]
    seen = set()
    kinds = (("caption and alt text", heads), ("alt text", alts), ("caption", captions))
    for what, told in kinds:
        common = Counter(word for *_, beside in told for word in beside)

        def fit(said: set[str], beside: set[str], common: Counter[str] = common) -> float:
            return sum(1 / common[word] for word in said & beside)  # what few have counts most

        for (cell, one, here), (other, two, there) in itertools.combinations(told, 2):
            crossed = fit(one, there) + fit(two, here)
            if crossed > _FACTOR * (fit(one, here) + fit(two, there)) + 0.5:
                if (cell, other) not in seen:
                    yield cell, f"{what} seem to be those of cell {other}; put each in its place"
                seen.add((cell, other))


def _told(notebook: NotebookNode) -> Iterator[tuple[int, set[str], set[str], set[str]]]:
    """Yield the cell of each figure, the words of its caption, its alt text, and what it draws.

    Beside the table count the texts in the code that draws.
    """
    for number, cell in _code_cells(notebook):
        for output in cell.outputs:
            text = "".join(output.get("data", {}).get("text/plain", ""))
            if text.startswith("Caption:"):
                head, _, rest = text.partition("\n\n")
                caption, _, alt = head.partition("\nIn words:")
                code = " ".join(re.findall(r'"([^"]*)"', cell.source.partition("caption=")[0]))
                drawn = rest.rpartition(f"\n\n{DIGEST_KEY}")[0] + code
                yield number, _tokens(caption), _tokens(alt), _tokens(drawn)


def _tokens(text: str) -> set[str]:
    """Return beginnings of words, and numbers."""
    return {token[:5].lower() if token[0].isalpha() else token for token in _TOKEN.findall(text)}


def _rebound(notebook: NotebookNode) -> Iterator[Problem]:
    """Reject a name in a sentence that two other sections gave a value: one may be meant."""
    section, given = 0, defaultdict[str, set[int]](set)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            section = number if re.search(r"(?m)^##+ ", cell.source) else section
            continue
        own = _bound(cell.source)
        if role_of(cell.source) in _TELLING:
            for name in sorted(_names(cell.source, ast.Load) - _names(cell.source, ast.Store)):
                if len(given[name]) > 1 and section not in given[name]:
                    yield number, f"two sections gave `{name}` a value; name one of the two anew"
        for name in own:
            given[name].add(section)


#: Roles of cells that tell a reader something.
_TELLING = ("sentence", "figure", "in short", "condition", "judgement")


def _bound(source: str) -> set[str]:
    """Return the names that a cell, or a function in it, gives a value that is not their own."""
    if not parsed(source).body:
        return set()
    cell = symtable.symtable(source, "", "exec")
    bound = {name.get_name() for name in cell.get_symbols() if name.is_assigned()}
    for within in cell.get_children():
        names = within.get_symbols()
        bound |= {n.get_name() for n in names if n.is_declared_global() and n.is_assigned()}
    for node in nodes(source):
        if isinstance(node, ast.Assign):  # what rests on its own last value is no other thing
            code = ast.unparse(node)
            bound -= _names(code, ast.Store) & _names(code, ast.Load)
    return bound


def _names(source: str, use: type[ast.expr_context]) -> set[str]:
    """Return the names that code reads, or gives a value."""
    names = (part for part in nodes(source) if isinstance(part, ast.Name))
    return {part.id for part in names if isinstance(part.ctx, use)}


RULES: tuple[Rule, ...] = (
    _rebound,
    _stored_form,
    _counts,
    _length,
    _roles,
    _answer_first,
    unbacked_words,
    _failures,
    escapes,
    _sorts,
    _percent,
    _unstable_outputs,
    _pictures,
    _swapped,
    late_judgements,
)
