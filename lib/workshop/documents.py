"""The documents as lines, and the ledger held against them.

The documents are not part of the project. Where they are at hand, `check_ledger` proves that every
token stands on its line, that its figure is the ledger's value, and that no figure is left out.
"""

# ruff: noqa: PD011 - `values` are those of a Figure, not of a pandas object

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from socionaut.errors import InputError
from socionaut.project import PROJECT
from socionaut.studies.dates import LOOK_ALIKES
from workshop.numerals import LONGEST_TOKEN, Figure, FigureError, find_figures, parse_figure

__all__ = [
    "LOOK_ALIKES",
    "DocumentError",
    "Problem",
    "check_claim",
    "check_ledger",
    "documents_folder",
    "locate",
    "read_document",
    "read_documents",
]

_VARIABLE = "SOCIONAUT_DOCUMENTS"


class DocumentError(InputError):
    """A document that cannot be read, or a token that is not where the ledger says."""


@dataclass(frozen=True)
class Problem:
    """One way in which the ledger and the documents disagree."""

    document: str  # "000" to "004"
    line: int  # from 1
    token: str  # of the ledger, or the figure that no token covers
    message: str  # what is wrong and what to do, in a sentence or two

    def __str__(self) -> str:
        """Return the problem as one printable line."""
        return f"document {self.document}, line {self.line}: {self.message}"


@dataclass(frozen=True)
class _Placed:
    """A row of the ledger with the place where its token stands."""

    row: Mapping[str, Any]
    document: str
    line: int
    start: int
    end: int

    def holds(self, figure: Figure) -> bool:
        return self.start <= figure.start and figure.end <= self.end

    def touches(self, figure: Figure) -> bool:
        return self.start < figure.end and figure.start < self.end


_Figures = dict[tuple[str, int], list[Figure]]


def documents_folder() -> Path | None:
    """Return the folder of the documents, if they are at hand.

    That is what SOCIONAUT_DOCUMENTS names; without the variable, ``../shared/documents`` beside the
    project. None if there is none, or if the variable is empty.
    """
    named = os.environ.get(_VARIABLE)
    if named is None:
        beside = PROJECT.parent / "shared" / "documents"
        return beside if beside.is_dir() else None
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise DocumentError(
            f"{_VARIABLE} names “{named}”, which is not a folder; "
            "set it to the folder of the documents, or unset it."
        )
    return folder


def read_document(path: Path) -> list[str]:
    r"""Read a document as its lines.

    They are parted at ``\n`` and nowhere else; the first is line 1 of the ledger.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path.name} cannot be read ({error.strerror}); restore the file."
        ) from error
    try:
        return content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{path.name}, line {line}: byte 0x{content[error.start]:02x} is not UTF-8; "
            "restore the file or save it as UTF-8."
        ) from error


def read_documents(folder: Path) -> dict[str, list[str]]:
    """Read all documents of a folder.

    Files are named by three digits, the number of the document, and the lines are kept by it.
    """
    documents: dict[str, list[str]] = {}
    for path in sorted(folder.glob("[0-9][0-9][0-9]*.txt")):
        number = path.name[:3]
        if number in documents:
            raise DocumentError(f"Two files are document {number}; remove one ({path.name}).")
        documents[number] = read_document(path)
    if not documents:
        raise DocumentError(
            f"{folder} holds no document; their names begin with three digits and end in .txt."
        )
    return documents


def locate(line_text: str, token: str, occurrence: int = 1) -> tuple[int, int]:
    """Find a token on its line.

    Return where it starts and ends; of several the one of this number, from 1.

    Examples
    --------
    >>> locate("3 mois, puis 3 ans", "3", 2)
    (13, 14)
    """
    if not token or occurrence < 1:
        raise DocumentError("A token has at least one character, and occurrences count from 1.")
    start, found = -len(token), 0
    while found < occurrence:
        start = line_text.find(token, start + len(token) if found else 0)
        if start < 0:
            raise DocumentError(_not_found(line_text, token, occurrence, found))
        found += 1
    return start, start + len(token)


def _not_found(line_text: str, token: str, occurrence: int, found: int) -> str:
    """Return the sentence that says what the line holds instead of the token."""
    if found:
        return (
            f"The token “{token}” stands {found} time(s) on the line, not {occurrence}; "
            "correct the occurrence."
        )
    alike = line_text.translate(LOOK_ALIKES).find(token.translate(LOOK_ALIKES))
    if alike >= 0:
        printed = line_text[alike : alike + len(token)]
        codes = ", ".join(
            f"U+{ord(there):04X} instead of U+{ord(here):04X}"
            for here, there in zip(token, printed, strict=True)
            if here != there
        )
        return f"The token “{token}” differs from its line only in {codes}; copy it from the line."
    if not line_text.strip():
        return f"The token “{token}” is not on the line, which is empty; correct the line."
    figures = ", ".join(f"“{figure.text}”" for figure in find_figures(line_text)) or "none"
    return (
        f"The token “{token}” is not on the line, whose figures are: {figures}; "
        "correct the token or the line."
    )


def check_ledger(
    claims: pd.DataFrame, exemptions: pd.DataFrame, documents: Mapping[str, list[str]]
) -> list[Problem]:
    """Hold claims and exemptions against the documents.

    Every token has to stand on its line and be no longer than 25 characters. A claim's token has to
    read as the value, upper value, part and comparison of its row. An exemption has to excuse a
    figure that nothing else covers. Every figure of the documents has to be covered. A claim of
    kind "wording" quotes words without a figure, and is only looked for.
    """
    figures = _figures(documents)
    problems: list[Problem] = []
    claimed = _placed(claims, documents, problems.append)
    exempted = _placed(exemptions, documents, problems.append)
    for placed in claimed:
        messages = _check_placed(placed, figures[placed.document, placed.line])
        problems.extend(_problem(placed, message) for message in messages)
    problems.extend(_missing_parts(claimed))
    problems.extend(_needless(exempted, claimed, figures))
    for document, line, figure in _uncovered(claimed, exempted, figures):
        message = f"No claim covers the figure “{figure.text}”; add a claim or an exemption."
        problems.append(Problem(document, line, figure.text, message))
    return sorted(problems, key=lambda problem: (problem.document, problem.line))


def check_claim(claim: Mapping[str, Any]) -> list[str]:
    """Hold a claim's value against its own token, without the document.

    A comparison that the token does not state is not judged here, for the words that state it may
    stand outside the token.

    Examples
    --------
    >>> row = dict(id="c000-001-1", token="1,8 milliards", part=1, value=1.8e9, value_high=None,
    ...            comparison="equal", kind="level")
    >>> check_claim(row)
    []
    >>> check_claim(row | {"value": 1.8e6})
    ['The claim c000-001-1 says 1800000, but its token “1,8 milliards” reads 1800000000.']
    """
    name, token = claim["id"], str(claim["token"])
    if claim["kind"] == "wording":
        if find_figures(token):
            return [f"The claim {name} is of kind wording, but its token “{token}” has a figure."]
        return []
    try:
        figure = parse_figure(token)
    except FigureError as error:
        return [f"The claim {name} has no readable figure. {error}"]
    messages = _check_values(claim, figure)
    stated, said = figure.comparison, claim["comparison"]
    if said != stated and (stated != "equal" or said == "range"):
        messages.append(
            f"The claim {name} says “{said}”, but its token “{token}” reads “{stated}”."
        )
    return messages


def _check_values(claim: Mapping[str, Any], figure: Figure) -> list[str]:
    """Return how the values of a row differ from those of its figure."""
    name, token, part = claim["id"], claim["token"], _whole(claim["part"])
    value, high = _number(claim["value"]), _number(claim["value_high"])
    ranged = figure.comparison == "range"
    parts = 1 if ranged else len(figure.values)
    if not 1 <= part <= parts:
        return [f"The claim {name} names part {part}, but its token “{token}” has {parts}."]
    expected = [(value, figure.values[part - 1]), (high, figure.values[1] if ranged else None)]
    return [
        f"The claim {name} says {_show(said)}, but its token “{token}” reads {_show(read)}."
        for said, read in expected
        if not _same(said, read, figure.scale)
    ]


def _check_placed(placed: _Placed, on_line: list[Figure]) -> list[str]:
    """Return how a claim differs from its token, or its token from the line around it."""
    touched = [figure for figure in on_line if placed.touches(figure)]
    cut = [figure.text for figure in touched if not placed.holds(figure)]
    if cut:
        name, token = placed.row["id"], placed.row["token"]
        return [f"The token “{token}” of {name} cuts the figure “{cut[0]}”; take it whole."]
    messages = check_claim(placed.row)
    return messages if messages or not touched else _check_context(placed.row, touched[0])


def _check_context(claim: Mapping[str, Any], on_line: Figure) -> list[str]:
    """Return what the rest of the line says otherwise than the token alone."""
    name, token = claim["id"], str(claim["token"])
    alone = parse_figure(token)
    if on_line.doubt:
        return [f"The token “{token}” of {name} cannot be read on its line. {on_line.doubt}"]
    if on_line.values != alone.values:
        return [
            f"The token “{token}” of {name} reads {_show(alone.values[0])} alone, "
            f"but {_show(on_line.values[0])} on its line; take the words before it into the token."
        ]
    if claim["comparison"] != on_line.comparison:
        return [
            f"The claim {name} says “{claim['comparison']}”, but the words around "
            f"“{token}” say “{on_line.comparison}”."
        ]
    return []


def _missing_parts(claimed: Iterable[_Placed]) -> Iterator[Problem]:
    """Yield the values of shares such as "1/9/90" that no row claims."""
    parts: dict[tuple[str, int, int, int], set[int]] = {}
    examples = {}
    for placed in claimed:
        place = (placed.document, placed.line, placed.start, placed.end)
        parts.setdefault(place, set()).add(_whole(placed.row["part"]))
        examples[place] = placed
    for place, placed in examples.items():
        try:
            figure = parse_figure(str(placed.row["token"]))
        except FigureError:
            continue
        if figure.comparison != "range":
            for part in sorted(set(range(1, len(figure.values) + 1)) - parts[place]):
                yield _problem(placed, f"No claim covers part {part} of “{figure.text}”; add it.")


def _needless(
    exempted: list[_Placed], claimed: list[_Placed], figures: _Figures
) -> Iterator[Problem]:
    """Yield the exemptions that excuse nothing, or what something else covers."""
    claims, before = _by_line(claimed), dict[tuple[str, int], list[_Placed]]()
    for placed in exempted:
        place, token = (placed.document, placed.line), placed.row["token"]
        excused = [figure for figure in figures[place] if _excuses(placed, figure)]
        also = [figure for figure in excused if _held(figure, claims.get(place, []))]
        if not excused:
            yield _problem(placed, f"The exemption “{token}” covers no whole figure; remove it.")
        elif also:
            message = f"The exemption “{token}” covers “{also[0].text}”, which a claim covers too."
            yield _problem(placed, f"{message} Keep one of them.")
        elif all(_held(figure, before.get(place, [])) for figure in excused):
            message = f"The exemption “{token}” covers what another one covers; remove it."
            yield _problem(placed, message)
        before.setdefault(place, []).append(placed)


def _uncovered(
    claimed: list[_Placed], exempted: list[_Placed], figures: _Figures
) -> list[tuple[str, int, Figure]]:
    """Return the figures that no placed row covers."""
    covers, excuses = _by_line(claimed + exempted), _by_line(exempted)
    return [
        (document, line, figure)
        for (document, line), found in figures.items()
        for figure in found
        if not _held(figure, covers.get((document, line), []))
        and not _pieced(figure, excuses.get((document, line), []))
    ]


def _held(figure: Figure, rows: Iterable[_Placed]) -> bool:
    return any(placed.holds(figure) for placed in rows)


def _excuses(placed: _Placed, figure: Figure) -> bool:
    too_long = len(figure.text) > LONGEST_TOKEN
    return placed.holds(figure) or (too_long and placed.touches(figure))


def _pieced(figure: Figure, rows: Iterable[_Placed]) -> bool:
    """Tell whether rows cover every character of a figure that is too long for one token."""
    if len(figure.text) <= LONGEST_TOKEN:
        return False
    covered = {place for placed in rows for place in range(placed.start, placed.end)}
    return covered.issuperset(range(figure.start, figure.end))


def _figures(documents: Mapping[str, list[str]]) -> _Figures:
    return {
        (document, line): find_figures(text)
        for document, lines in documents.items()
        for line, text in enumerate(lines, start=1)
    }


def _by_line(rows: Iterable[_Placed]) -> dict[tuple[str, int], list[_Placed]]:
    grouped: dict[tuple[str, int], list[_Placed]] = {}
    for placed in rows:
        grouped.setdefault((placed.document, placed.line), []).append(placed)
    return grouped


def _placed(
    frame: pd.DataFrame,
    documents: Mapping[str, list[str]],
    report: Callable[[Problem], None],
) -> list[_Placed]:
    """Return the rows whose token is on its line, and report the others."""
    rows = []
    for row in frame.to_dict("records"):
        document, line, token = str(row["document"]), _whole(row["line"]), str(row["token"])
        if len(token) > LONGEST_TOKEN:
            message = f"The token “{token}” has {len(token)} characters; the most is 25."
            report(Problem(document, line, token, message))
        try:
            lines = _lines_of(documents, document, line)
            start, end = locate(lines[line - 1], token, _whole(row["occurrence"]))
        except DocumentError as error:
            message = str(error) + _elsewhere(documents.get(document, []), line, token)
            report(Problem(document, line, token, message))
            continue
        rows.append(
            _Placed({str(key): value for key, value in row.items()}, document, line, start, end)
        )
    return rows


def _lines_of(documents: Mapping[str, list[str]], document: str, line: int) -> list[str]:
    """Return the lines of a document that has the line."""
    if document not in documents:
        raise DocumentError(f"There is no document “{document}”; correct the document.")
    lines = documents[document]
    if not 1 <= line <= len(lines):
        raise DocumentError(f"Document {document} has {len(lines)} lines; correct the line {line}.")
    return lines


def _elsewhere(lines: list[str], line: int, token: str) -> str:
    """Return a sentence with the other lines that hold the token."""
    others = [str(n) for n, text in enumerate(lines, start=1) if token in text and n != line]
    return f" It stands on line {', '.join(others[:3])}." if token and others else ""


def _problem(placed: _Placed, message: str) -> Problem:
    return Problem(placed.document, placed.line, str(placed.row["token"]), message)


def _whole(value: Any) -> int:  # noqa: ANN401 - a cell of a table
    """Return a count of the ledger; an empty cell stands for 1."""
    return 1 if pd.isna(value) else int(value)


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell of a table
    return None if pd.isna(value) else float(value)


def _same(said: float | None, read: float | None, scale: str) -> bool:
    """Tell whether the ledger says what the token reads; two thirds may be written 0.6667."""
    if said is None or read is None:
        return said is read
    return math.isclose(said, read, rel_tol=1e-9) or (
        scale == "fraction" and said == round(read, 4)
    )


def _show(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.10g}"
